/* SPDX-License-Identifier: GPL-2.0-only */
/* Where a unit's bytes go: pt-unit.c and pt-trace.c only. */
#ifndef AUX_HARDWARE_PT_OUTPUT_H
#define AUX_HARDWARE_PT_OUTPUT_H

#include "pt-unit.h"

/*
 * A packet, or several.  If the STOP at the end of a region would cut them in
 * two, they are left out up to there, so that a decoder can read all that is
 * there.
 */
void pt_output_put(struct pt_unit *u, const u8 *packets, u64 n);

/*
 * @n bytes of @round, from @phase in it on; ends where an interrupt comes that
 * was not pending.  Returns how many.
 */
u64 pt_output_fill(struct pt_unit *u, const u8 *round, u64 len, u64 phase,
		   u64 n);

/* A memset of @n bytes, for a period of @len. */
void pt_output_repeat(u8 *to, const u8 *round, u64 len, u64 phase, u64 n);

/* Bytes that can be put up to the next interrupt or the region's end. */
u64 pt_output_left(struct pt_unit *u);

#endif
