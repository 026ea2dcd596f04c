// SPDX-License-Identifier: GPL-2.0-only
/*
 * ENABLE takes back a disable that is still pending; any other disable clears
 * it; the irq_work leaves that to the disable.
 */
#define V_DISABLE	pd = 0
#define V_WORK	\
	:: d_step { AT_WORK && oncpu && pd -> WORK_BEGINS;		\
		PC = WORK_LOCK; SAY("irq_work: a disable is pending") }	\
	:: d_step { AT_WORK && oncpu && !pd -> WORK_BEGINS;		\
		SAY("irq_work: no disable pending"); GO(WORK_DONE) }
#define V_ENABLE	\
	:: d_step { PC == ENABLE && !lock -> pd = 0;			\
		if							\
		:: state == OFF ->					\
			SAY("ENABLE: the event is OFF");		\
			CALL(FN_ENABLE); PC = ENABLE_WAIT		\
		:: else -> SAY("ENABLE: not OFF, pending cleared");	\
			ENABLE_RETURN					\
		fi }
