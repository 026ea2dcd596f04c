// SPDX-License-Identifier: GPL-2.0-only
/* The tracer, on a CPU of its own; one step at a time, as tracee.pml. */
/* task_function_call(), :356: to where the task is now */
#define CALL(fn)	ipi = HOME; ipi_fn = fn; ipi_ret = RET_DONE
#define ENABLE_RETURN	PC = (r_enable -> r_enable : POLL_IN); r_enable = 0

proctype Tracer()
{
	byte seen;		/* units up to the head it has read */
	mtype r_enable;		/* where ENABLE returns to */

	do
	/* ---- perf_poll(), :6299, in do_poll(), fs/select.c ---- */
#ifndef MUT_POLL_LATE
	:: d_step { PC == POLL_IN -> reg = 1; trig = 0;			/* :6308 */
		PC = XCHG; SAY("poll(): on the wait queue") }
#else
	:: d_step { PC == POLL_IN && poll -> poll = 0; PC = DRAIN }
	:: d_step { PC == POLL_IN && !poll -> PC = V6 }
	:: d_step { PC == V6 -> reg = 1; trig = 0; PC = SLEEP }
#endif
	:: d_step { PC == XCHG && poll -> poll = 0; reg = 0;		/* :6327 */
		PC = DRAIN; SAY("poll() returns, rb->poll cleared") }
	:: d_step { PC == XCHG && !poll ->
		PC = SLEEP; SAY("rb->poll is 0: sleeps") }
#ifndef MUT_TRIGGERED_LATE
	:: d_step { PC == SLEEP && trig -> trig = 0;
		PC = XCHG; SAY("woken up") }
#else
	:: d_step { PC == SLEEP && trig && poll -> poll = 0; reg = 0; trig = 0;
		PC = DRAIN }
	:: d_step { PC == SLEEP && trig && !poll -> PC = V6 }
	:: d_step { PC == V6 -> trig = 0; PC = SLEEP }
#endif
	:: d_step { PC == SLEEP && env & ENV_OTHERS ->
		/* woken by another buffer, it looks at all of them */
		poll = 0; reg = 0; trig = 0;
		PC = DRAIN; SAY("poll() returns for another buffer") }

	/* ---- __auxtrace_mmap__read(), tools/perf/util/auxtrace.c ---- */
	:: d_step { PC == DRAIN && used -> seen = used;
		PC = TAIL; SAY("reads the AUX data") }
#ifndef MUT_TAIL_LATE
	:: d_step { PC == TAIL -> used = used - seen; seen = 0; V_TAIL;
		PC = ENABLE; SAY("drained, tail moved");
		r_enable = (loop == PERF -> DRAIN : POLL_IN) }
#else
	:: d_step { PC == TAIL -> PC = ENABLE; r_enable = V5 }
	:: d_step { PC == V5 -> used = used - seen; seen = 0; V_TAIL;
		PC = (loop == PERF -> DRAIN : POLL_IN) }
#endif
	:: d_step { PC == DRAIN && !used ->
		PC = (loop == PERF -> POLL_IN : ENABLE); SAY("no new data") }

	/* ---- _perf_event_enable(), :3290 ---- */
	V_ENABLE
	/* event_function_call(), :327 */
	:: d_step { PC == ENABLE_CALL -> CALL(FN_ENABLE); PC = ENABLE_WAIT }
	:: d_step { PC == ENABLE_WAIT && !ipi ->
		if
		:: ipi_ret == RET_DONE -> ipi_fn = 0; ENABLE_RETURN
		:: ipi_ret == RET_AGAIN -> CALL(FN_ENABLE)
		:: ipi_ret == RET_GONE -> PC = ENABLE_LOCAL; ipi_fn = 0;
			ipi_ret = 0
		fi }
	:: d_step { PC == ENABLE_LOCAL && !lock ->			/* :359 */
		if
#ifndef MUT_ACTIVE_UNCHECKED
		:: on -> CALL(FN_ENABLE); PC = ENABLE_WAIT		/* :369 */
#endif
		:: else ->
			state = (state == OFF -> INACTIVE : state);	/* :374 */
			stale = 0;
			SAY("ENABLE: tracee is not running"); ENABLE_RETURN
		fi }

	/* ---- _perf_event_disable(), :2729, then ENABLE ---- */
	:: d_step { PC == POLL_IN && env & ENV_DISABLE && !lock ->
		SAY("DISABLE, then ENABLE");
		if							/* :2734 */
		:: state == OFF -> PC = ENABLE
		:: else -> CALL(FN_DISABLE); PC = DISABLE_WAIT
		fi }
	:: d_step { PC == DISABLE_WAIT && !ipi ->
		if
		:: ipi_ret == RET_DONE -> PC = ENABLE; ipi_fn = 0
		:: ipi_ret == RET_AGAIN -> CALL(FN_DISABLE)
		:: ipi_ret == RET_GONE -> PC = DISABLE_LOCAL; ipi_fn = 0;
			ipi_ret = 0
		fi }
	:: d_step { PC == DISABLE_LOCAL && !lock ->			/* :359 */
		if
		:: on -> CALL(FN_DISABLE); PC = DISABLE_WAIT
		:: else -> V_DISABLE; state = OFF; PC = ENABLE
		fi }
	V_TRACER_STEPS
	od
}
