// SPDX-License-Identifier: GPL-2.0-only
/*
 * A fix that is wrong on purpose: ENABLE waits for the pending disable, but
 * only after it has looked at the state.
 */
#define V_ENABLE	\
	:: d_step { PC == ENABLE && !lock ->				\
		if							\
		:: state == OFF ->					\
			SAY("ENABLE: the event is OFF");		\
			CALL(FN_ENABLE); PC = ENABLE_WAIT		\
		:: else -> SAY("ENABLE: not OFF: waits, too late");	\
			PC = ENABLE_LOCK				\
		fi }							\
	:: d_step { PC == ENABLE_LOCK && !pend_d && !run_d ->		\
		SAY("ENABLE: irq_work_sync() returns"); ENABLE_RETURN }
