// SPDX-License-Identifier: GPL-2.0-only
/*
 * recheck, and two drivers that keep their side: arm_spe looks at what the
 * works did that it has run, hisi_ptt says that it gives up.
 */
#include "recheck.pml"
#define V_SPE_SKIP	(htrunc || hev || stopped)
#define V_HISI	PC = PD; SAY("begin(): short; end(0) TRUNCATED")
#define V_ADD_FAILED	state = INACTIVE; mux = 1; pd = 0
