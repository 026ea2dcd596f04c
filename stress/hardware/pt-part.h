/* SPDX-License-Identifier: GPL-2.0-only */
/* Parts that have Intel PT, by what CPUID says of it. */
#ifndef AUX_HARDWARE_PT_PART_H
#define AUX_HARDWARE_PT_PART_H

#include "pt-types.h"

struct pt_part {
	const char *name;
	u32 vfm;		/* family << 8 | model; 0: the guest's own */
	u32 leaf[2][4];		/* of leaf 14H: EAX, EBX, ECX, EDX */
	/* Leaf 15H: TSC ticks to those of the always running timer. */
	u32 art_num, art_den;
	/* An INT region interrupts so many bytes before its end. */
	u32 early;
};

/* NULL: no such part. */
const struct pt_part *pt_part_find(const char *name);

/* ToPA tables of more than one region. */
bool pt_part_multiple(const struct pt_part *part);
/* Would a write of IA32_RTIT_CTL be answered with #GP? */
bool pt_part_refuses(const struct pt_part *part, u64 ctl);

#endif
