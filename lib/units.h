/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_LIB_UNITS_H
#define AUX_LIB_UNITS_H

#include <stddef.h>
#include <stdint.h>

/* Long enough for any value printed by the functions below. */
#define UNITS_LEN 32

#define NSEC_PER_USEC 1000ull
#define NSEC_PER_MSEC 1000000ull
#define NSEC_PER_SEC 1000000000ull

/*
 * Parsers: a number with an optional fraction, then a unit; the whole string
 * must match.  Return 0, -EINVAL (not such a value) or -ERANGE (does not fit).
 *
 * size: bytes; K, M, G are powers of 1024, as buffers are ("64K").
 * rate: bytes per second; k/K, M, G are powers of 1000, as link rates are;
 *       "B/s" may follow ("20M", "20MB/s").
 * time: nanoseconds; ns, us, ms, s, m, h; "0" needs no unit ("30ms").
 * uint: a plain decimal number.
 */
int units_parse_size(const char *s, uint64_t *bytes);
int units_parse_rate(const char *s, uint64_t *bytes_per_s);
int units_parse_time(const char *s, uint64_t *ns);
int units_parse_uint(const char *s, uint64_t *value);

/*
 * Printers: the shortest text that the parser reads back as the same value.
 * @buf has UNITS_LEN bytes; returns @buf.
 */
char *units_format_size(char *buf, uint64_t bytes);
char *units_format_rate(char *buf, uint64_t bytes_per_s);
char *units_format_time(char *buf, uint64_t ns);

#endif
