// SPDX-License-Identifier: GPL-2.0-only
/*
 * recheck; a failed pmu->add() leaves no disable pending; and two drivers keep
 * their side: arm_spe looks at what the works did that it has run, hisi_ptt
 * says that it gives up.
 */
#include "recheck.pml"
#ifndef MUT_SPE_BLIND
#define V_SPE_SKIP	(htrunc || hev || stopped)
#endif
#ifndef MUT_HISI_SILENT
#define V_HISI	PC = PD; SAY("begin(): short; end(0) TRUNCATED")
#endif
#if !defined(MUT_LEFTOVER) && !defined(V_ADD_FAILED)
#define V_ADD_FAILED	state = INACTIVE; mux = 1; pd = 0
#endif
