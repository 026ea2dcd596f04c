// SPDX-License-Identifier: GPL-2.0-only
/*
 * The irq_work decides under ctx->lock: running again: nothing to do; the tail
 * has moved since the driver looked: stop and start; else disable.  The same
 * where the event is switched out.
 */
bit moved;			/* aux_tail != rb->aux_tail_seen */
#ifdef MUT_SEEN_LATE
#define V_PD	moved = 0
#else
#define V_BEGIN	moved = 0
#endif
#define V_TAIL	moved = 1
#define V_OUT_PRE	\
	:: d_step { PC == EVOUT -> r_hw = EVOUT_STOPPED;		\
		PC = (pd && nest -> V1 : STOP) }			\
	:: d_step { PC == V1 -> pd = 0; PC = STOP }
#define V_OUT	state = (pd && !moved -> OFF : INACTIVE); pd = 0
#ifdef MUT_RUNNING_IGNORED
#define RUNS	false
#else
#define RUNS	true
#endif
#ifdef MUT_NO_RECHECK
#define TAIL_MOVED	false
#else
#define TAIL_MOVED	moved
#endif
#ifdef MUT_WORK_UNLOCKED
/* the same but for the lock, which comes after the look at the tail */
#define V_WORK	\
	:: d_step { AT_WORK && oncpu -> WORK_BEGINS; PC = V2 }		\
	:: d_step { PC == V2 && !pd -> GO(WORK_DONE) }			\
	:: d_step { PC == V2 && pd -> pd = 0; PC = V3 }			\
	:: d_step { PC == V3 && nest -> GO(WORK_DONE) }			\
	:: d_step { PC == V3 && !nest && moved && !lock -> lock = 1;	\
		r_ev = V5; GO(RESTART) }				\
	:: d_step { PC == V3 && !nest && !moved -> PC = WORK_LOCK }	\
	:: d_step { PC == V5 -> lock = 0; GO(WORK_DONE) }
#else
#define V_WORK	\
	:: d_step { AT_WORK && oncpu -> WORK_BEGINS; PC = V2 }		\
	:: d_step { PC == V2 && !lock ->				\
		if							\
		:: pd -> pd = 0; lock = 1; PC = V3			\
		:: else -> SAY("irq_work: no disable pending");		\
			GO(WORK_DONE)					\
		fi }							\
	:: d_step { PC == V3 ->						\
		if							\
		:: nest && RUNS -> lock = 0; SAY("irq_work: it runs: leave it"); \
			GO(WORK_DONE)					\
		:: else -> PC = V4					\
		fi }							\
	:: d_step { PC == V4 ->						\
		if							\
		:: TAIL_MOVED -> SAY("irq_work: tail has moved: restart");	\
			r_ev = V5; GO(RESTART)				\
		:: else -> SAY("irq_work: tail as before: disable");	\
			PC = EVOUT; r_ev = DISABLED; r_work = WORK_DISABLED \
		fi }							\
	:: d_step { PC == V5 -> lock = 0; GO(WORK_DONE) }
#endif
