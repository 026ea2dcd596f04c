/* SPDX-License-Identifier: GPL-2.0-only */
/* What the packets say that a CPU does: from what it does, as far as it goes. */
#ifndef AUX_HARDWARE_PT_PLACE_H
#define AUX_HARDWARE_PT_PLACE_H

#include <linux/sched.h>
#include <asm/insn.h>

#include "pt-unit.h"

struct pt_here {
	struct mm_struct *mm;
	pid_t tgid;
	u64 config;		/* what the place depends on in IA32_RTIT_CTL */
	bool looked, found;	/* a loop */
	u64 again;		/* when to look again, ns */
};

/* The kernel's own decoder of instructions, which exports none. */
typedef int pt_decode_fn(struct insn *insn, const void *code, int len,
			 enum insn_mode mode);

void pt_place_init(pt_decode_fn *decode);

/*
 * Where the task that runs here is, if that is news; on this CPU, with
 * interrupts off, also in an NMI.  @unit: of which registers; none are looked at
 * when @ctl names no ranges of addresses.  @now: ns.
 */
bool pt_place_look(struct pt_here *here, const struct pt_unit *unit, u64 ctl,
		   u64 now, struct pt_place *place);

#endif
