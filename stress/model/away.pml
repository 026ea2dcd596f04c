// SPDX-License-Identifier: GPL-2.0-only
/* The CPU where the traced task is not: its leftover works, and migration. */
proctype Away()
{
	byte b;
	mtype m;

	do
	:: d_step { PC == IDLE && raised[AWAY] ->	/* irq_work_run(), iw:259 */
		works[AWAY] = raised[AWAY]; raised[AWAY] = 0;
		PC = LIST; r_list[AWAY] = IDLE }
	:: d_step { PC == IDLE && lazy[AWAY] ->		/* run_irq_workd(), iw:312 */
		works[AWAY] = lazy[AWAY]; lazy[AWAY] = 0;
		PC = LIST; r_list[AWAY] = IDLE; SAY("irq_work thread runs") }
	:: d_step { PC == IDLE && ipi == AWAY ->
		/* remote_function(), :83; __perf_event_stop(), :3342 */
		ipi_ret = (ipi_fn == FN_RESTART && state != ACTIVE ->
			   RET_DONE : RET_AGAIN);
		ipi = 0 }
#include "list.pml"
	:: d_step { AT_WORK && oncpu -> WORK_BEGINS; PC = WORK_FOLLOW }
	:: d_step { PC == WORK_FOLLOW ->				/* :7699 */
		if
		:: !pend_d && V_FOLLOW -> pend_d = 1; called = 1;
			SAY("irq_work: sent to the event's CPU")
		:: else
		fi;
		GO_WORKS(WORK_DONE) }
	/*
	 * perf_event_context_sched_in(), :4252, after migration: this CPU is
	 * HOME now.  HOME has no more than a list of works under way.
	 */
	:: d_step { PC == IDLE && !on && !lock && !raised[AWAY] &&
		    env & ENV_SCHED &&
		    (pc[HOME] == IDLE || pc[HOME] == LIST || pc[HOME] == WAKE ||
		     pc[HOME] == WAKEUP || pc[HOME] == WORK) ->
		SAY("schedule(): tracee moves to this CPU");
		on = 1; lock = 1;
		b = raised[HOME]; raised[HOME] = raised[AWAY]; raised[AWAY] = b;
		b = lazy[HOME]; lazy[HOME] = lazy[AWAY]; lazy[AWAY] = b;
		b = 0;
		works[AWAY] = works[HOME]; works[HOME] = 0;
		r_list[AWAY] = r_list[HOME]; r_list[HOME] = 0;
		pc[AWAY] = pc[HOME];
		pc[HOME] = (state == INACTIVE -> EVIN : EVIN_NOT);
		ipi = (ipi -> 3 - ipi : 0) }
	od
}
