/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_LIB_RECORD_SCAN_H
#define AUX_LIB_RECORD_SCAN_H

#include "lib/record.h"
#include "lib/scan.h"

/* Cells by their text: a run has few, and they are the dearest to read. */
#define RECORD_SCAN_SETS 64
#define RECORD_SCAN_WAYS 8

/* A cell is in any place of the set that its text says, as in a cache. */
struct record_scan {
	struct record_scan_set {
		struct record_scan_cell {
			char *text;	/* NULL: none */
			size_t len;
			struct cell cell;
		} way[RECORD_SCAN_WAYS];
		unsigned int learned;
	} set[RECORD_SCAN_SETS];
};

/*
 * record_from_json() from the text that record_to_json() prints; see
 * lib/scan.h.  @record is empty; false leaves it for record_free() and
 * record_clear().  @scan begins zeroed.
 */
bool record_scan(struct record_scan *scan, struct record *record,
		 const char **p);
void record_scan_free(struct record_scan *scan);

#endif
