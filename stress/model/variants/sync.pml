// SPDX-License-Identifier: GPL-2.0-only
/* ENABLE first waits for the queued disable: irq_work_sync(), iw:287. */
#define V_ENABLE	\
	:: d_step { PC == ENABLE && !pend_d && !run_d ->		\
		PC = ENABLE_LOCK; SAY("ENABLE: irq_work_sync() returns") } \
	:: d_step { PC == ENABLE_LOCK && !lock ->			\
		if							\
		:: state == OFF ->					\
			SAY("ENABLE: the event is OFF");		\
			CALL(FN_ENABLE); PC = ENABLE_WAIT		\
		:: else -> SAY("ENABLE: not OFF: nothing to do");	\
			ENABLE_RETURN					\
		fi }
