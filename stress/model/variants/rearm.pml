// SPDX-License-Identifier: GPL-2.0-only
/*
 * complete; a failed pmu->add() does the disable that it has asked for, unless
 * the tail has moved meanwhile.  (Then the kernel adds once more at once; here
 * the timer does, which is later and so the worse case.)  intel_pt as ptfix has
 * it; intel_bts says that it gives up.
 */
#ifndef MUT_LEFTOVER
#define V_ADD_FAILED	state = (pd && !moved -> OFF : INACTIVE);	\
	mux = (state == INACTIVE); pd = 0
#endif
#ifndef MUT_BTS_SILENT
#define V_BTS	PC = PD; r_kick = r_hw; r_hw = 0;	\
	SAY("begin(): short; end(0) TRUNCATED")
#endif
#include "complete.pml"
#include "ptfix.pml"
