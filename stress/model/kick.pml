// SPDX-License-Identifier: GPL-2.0-only
/* Steps of HOME and NMI, included in their loops. */

	/* ---- perf_event_disable_inatomic(), :2762 ---- */
#ifdef MUT_NO_DISABLE
	:: d_step { PC == PD -> PC = POLL }
#endif
	:: d_step { PC == PD && V_DISABLES -> pd = 1; V_PD;		/* :2764 */
		SAY("pending_disable set")
#ifdef FINE
		; PC = PD_QUEUE }
	:: d_step { PC == PD_QUEUE ->
#else
		;
#endif
		if							/* :2765 */
		:: !pend_d -> pend_d = 1; PUSH(raised[HOME], D);
			SAY("disable queued")
		:: else -> SAY("disable is queued already")
		fi;
#ifndef MUT_NO_WAKEUP
		PC = POLL }
#else
		RETURN(r_kick) }
#endif

	/* ---- perf_output_wakeup(), rb:20 ---- */
	:: d_step { PC == POLL -> V_POLL; SAY("rb->poll set")		/* rb:22 */
#ifdef FINE
		; PC = PW }
	:: d_step { PC == PW -> pw = 1; PC = PW_QUEUE }			/* rb:24 */
	:: d_step { PC == PW_QUEUE ->
#else
		; pw = 1;
#endif
		/* rb:29; lazy with PREEMPT_RT: iw:92 */
		if
		:: pend_w -> SAY("wakeup is queued already")
		:: !pend_w && order == RT -> PUSH(lazy[HOME], W);
			SAY("wakeup queued for the thread")
		:: !pend_w && order == LIFO -> PUSH(raised[HOME], W);
			SAY("wakeup queued")
		fi;
		pend_w = 1;
		RETURN(r_kick) }

	/*
	 * ---- perf_aux_output_begin(), rb:380, and what drivers add ----
	 * for pmu->start(), which goes on at r_hw, or at an interrupt's end
	 */
	:: d_step { PC == BEGIN && nest ->			/* rb:415 warns */
		hev = 0; hw = 0; stopped = (pers == SPE);
		SAY("begin(): nested! NULL"); RETURN(r_hw) }
	:: d_step { PC == BEGIN && !nest && ROOM == 0 ->	/* rb:434..443 */
		V_BEGIN; stopped = (pers == SPE); htrunc = 0;
		PC = PD; r_kick = NO_ROOM; r_hw = 0;
		SAY("begin(): no room, NULL; stopped") }
	:: d_step { PC == BEGIN && !nest && ROOM == 0 && pers == INTEL_BTS ->
		/* but for less than a record: bts_buffer_reset() */
		V_BEGIN; V_BTS }
	:: d_step { PC == BEGIN && !nest && ROOM < 2 && pers != HISI &&
		    pers != INTEL_BTS ->
		/* pt.c:1122, arm_spe_pmu.c:588; end(0): rb:535 */
		V_BEGIN; stopped = (pers == SPE);
		htrunc = (r_list[HOME] == SPE_WORKED);
		PC = PD; r_kick = NO_ROOM; r_hw = 0;
		SAY("begin(): short; end(0) TRUNCATED") }
	:: d_step { PC == BEGIN && !nest && ROOM < 2 && pers == HISI && !r_hw ->
		V_BEGIN; V_HISI }			/* hisi_ptt.c:292 */
	:: d_step { PC == BEGIN && !nest && ROOM > 0 ->
		V_BEGIN; htrunc = 0; hev = 1; nest = 1; hw = 1;
		last = (IS_PT && ROOM == 1);
		/* the interrupt's begin() leaves the flag alone */
		stopped = (r_hw -> 0 : stopped); ok = (r_hw -> 1 : 0);
		SAY("begin(): room; the trace runs"); RETURN(r_hw) }
