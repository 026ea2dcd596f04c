// SPDX-License-Identifier: GPL-2.0-only
/* Steps of HOME and AWAY, included in their loops. */

	/* ---- irq_work_run_list(), iw:232; irq_work_single(), iw:201 ---- */
	/* perf_pending_irq(), :7717 */
#ifdef MUT_PENDING_LATE
	:: d_step { PC == LIST && FIRST == W -> NEXT;
		trig = (pw && reg -> 1 : trig); pw = 0; PC = V6 }
	:: d_step { PC == V6 -> pend_w = 0; GO_WORKS(LIST) }
#else
	:: d_step { PC == LIST && FIRST == W -> NEXT; pend_w = 0	/* iw:213 */
#ifdef FINE
		; PC = WAKEUP }
	:: d_step { PC == WAKEUP ->
#else
		;
#endif
		if
		:: pw -> pw = 0; PC = WAKE				/* :7733 */
		:: else -> SAY("irq_work: no wakeup pending"); GO_WORKS(LIST)
		fi
#ifdef FINE
		}
	:: d_step { PC == WAKE ->
#else
		;
#endif
		if							/* :6971 */
		:: PC == WAKE && reg -> trig = 1;
			SAY("irq_work: wakes the tracer"); GO_WORKS(LIST)
		:: PC == WAKE && !reg ->
			SAY("irq_work: wakeup, nobody waits"); GO_WORKS(LIST)
		:: else
		fi }
#endif
	/* perf_pending_disable(), :7702 */
#ifdef FINE
	:: d_step { PC == LIST && FIRST == D -> NEXT; pend_d = 0; run_d = 1;
		PC = WORK }
#endif
	:: d_step { AT_WORK && !oncpu -> WORK_BEGINS;			/* :7665 */
		SAY("irq_work: event not on a CPU"); GO_WORKS(WORK_DONE) }
