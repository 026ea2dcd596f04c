/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_LIB_CELL_VALUES_H
#define AUX_LIB_CELL_VALUES_H

#include "lib/cell.h"

/*
 * The values of a cell's keys, for its table: value_parse_X() reads what is
 * typed, or returns -EINVAL; value_format_X() writes what it reads back.
 */
typedef int value_parser(const struct cell_key *key, void *field,
			 const char *value);
value_parser value_parse_aux, value_parse_drain, value_parse_name,
	value_parse_node, value_parse_pairs, value_parse_phases,
	value_parse_placement, value_parse_rate, value_parse_scenario,
	value_parse_size, value_parse_some_node, value_parse_some_time,
	value_parse_terms, value_parse_time, value_parse_uint,
	value_parse_word, value_parse_workload;

typedef void value_formatter(const struct cell_key *key, const void *field,
			     char *buf);
value_formatter value_format_drain, value_format_name, value_format_node,
	value_format_pairs, value_format_phases, value_format_placement,
	value_format_rate, value_format_scenario, value_format_size,
	value_format_time, value_format_uint, value_format_word,
	value_format_workload;

/* These share a printer with a laxer parser. */
#define value_format_terms value_format_name
#define value_format_aux value_format_size
#define value_format_some_time value_format_time
#define value_format_some_node value_format_node

#endif
