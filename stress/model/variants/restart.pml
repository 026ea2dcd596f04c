// SPDX-License-Identifier: GPL-2.0-only
/*
 * ENABLE takes back a disable that is pending and, if the event was ACTIVE,
 * stops and starts the PMU; the irq_work looks under ctx->lock only.
 */
#define V_DISABLE	pd = 0
#define V_WORK	\
	:: d_step { AT_WORK && oncpu -> WORK_BEGINS; PC = V1 }		\
	:: d_step { PC == V1 && !lock && pd -> V_DISABLE;		\
		SAY("irq_work: a disable is pending");			\
		lock = 1; PC = EVOUT; r_ev = DISABLED; r_work = WORK_DISABLED } \
	:: d_step { PC == V1 && !lock && !pd ->				\
		SAY("irq_work: no disable pending"); GO(WORK_DONE) }
#ifdef V_XCHG
#define READ_PD	\
	:: d_step { PC == ENABLE && !lock -> lock = 1;			\
		PC = (pd && state == ACTIVE -> V2 : V3); pd = 0 }
#define CLEAR_PD	lock = 0
#else
/* read and cleared in two steps: an NMI may set it in between */
#define READ_PD	\
	:: d_step { PC == ENABLE && !lock -> lock = 1;			\
		PC = (pd && state == ACTIVE -> V2 : V3);		\
		SAY("ENABLE: reads pending_disable") }
#define CLEAR_PD	pd = 0; lock = 0
#endif
#define V_ENABLE	\
	READ_PD								\
	:: d_step { PC == V2 -> CLEAR_PD; PC = V4;			\
		SAY("ENABLE: was pending: restart") }			\
	:: d_step { PC == V3 -> CLEAR_PD;				\
		if							\
		:: state == OFF ->					\
			SAY("ENABLE: the event is OFF");		\
			CALL(FN_ENABLE); PC = ENABLE_WAIT		\
		:: else -> SAY("ENABLE: not OFF, pending cleared");	\
			ENABLE_RETURN					\
		fi }							\
	/* perf_event_stop(), :3378 */					\
	:: d_step { PC == V4 ->						\
		if							\
		:: state == ACTIVE && oncpu -> CALL(FN_RESTART); PC = V5 \
		:: else -> ENABLE_RETURN				\
		fi }							\
	:: d_step { PC == V5 && !ipi -> ipi_fn = 0;			\
		if							\
		:: ipi_ret == RET_AGAIN -> ipi_ret = 0; PC = V4		\
		:: else -> SAY("ENABLE: restarted"); ENABLE_RETURN	\
		fi }
