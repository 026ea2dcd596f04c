// SPDX-License-Identifier: GPL-2.0-only
/* When the irq_work has disabled the event, it sets rb->poll and wakes again. */
#define V_WORK_DISABLED	\
	:: d_step { PC == WORK_DISABLED -> PC = POLL; r_kick = WORK_DONE }
