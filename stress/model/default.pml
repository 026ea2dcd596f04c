// SPDX-License-Identifier: GPL-2.0-only
/*
 * The places where variants differ, as the unpatched kernel has them.  A
 * variant file defines those macros that it changes.
 */

/* what --mutations breaks in many variants alike; see explore-mutations.c */
#ifdef MUT_NO_POLL_FLAG
#define V_POLL	skip
#endif
#ifdef MUT_NO_FOLLOW
#define V_FOLLOW	false
#endif
#ifdef MUT_STAYS_INACTIVE
#undef V_ADD_FAILED
#define V_ADD_FAILED	state = INACTIVE; pd = 0
#endif
#ifdef MUT_NO_DISABLE
#define V_DISABLES	false
#else
#define V_DISABLES	true
#endif
#ifdef MUT_ENABLE_UNLOCKED
#define ENABLE_LOCKS	true
#else
#define ENABLE_LOCKS	!lock
#endif

/* statements in perf_aux_output_begin(), where it has read the tail */
#ifndef V_BEGIN
#define V_BEGIN	skip
#endif

/* statement of perf_event_disable_inatomic() */
#ifndef V_PD
#define V_PD	skip
#endif

/* does the work follow the event to its CPU, :7699 */
#ifndef V_FOLLOW
#define V_FOLLOW	true
#endif

/* statement of perf_output_wakeup(), rb:22 */
#ifndef V_POLL
#define V_POLL	poll = 1
#endif

/* statement where the tracer moves aux_tail */
#ifndef V_TAIL
#define V_TAIL	skip
#endif

/* hisi_ptt gives up its transaction: hisi_ptt.c:292, end(0) without a flag */
#ifndef V_HISI
#define V_HISI	SAY("begin(): short; end(0), no flag"); PC = IDLE
#endif

/* intel_bts gives up its transaction: end(0) without a flag */
#ifndef V_BTS
#define V_BTS	SAY("begin(): short; end(0), no flag"); RETURN(r_hw)
#endif

/* arm_spe does not begin again after irq_work_run(), arm_spe_pmu.c:785 */
#ifndef V_SPE_SKIP
#define V_SPE_SKIP	htrunc
#endif

/* intel_pt may count a whole buffer as nothing: pt_update_head(), pt.c */
#ifdef MUT_WHOLE_LOST
#undef V_WHOLE_LOST
#endif
#ifndef V_WHOLE_LOST
#define V_WHOLE_LOST	true
#endif

/* steps of event_sched_out() before pmu->del(), :2492 */
#ifndef V_OUT_PRE
#define V_OUT_PRE	\
	:: d_step { PC == EVOUT -> PC = STOP; r_hw = EVOUT_STOPPED }
#endif

/* statement of event_sched_out() after pmu->del(), :2495..2501 */
#ifndef V_OUT
#define V_OUT	state = (pd -> OFF : INACTIVE); pd = 0
#endif

/* statement of event_sched_in() when pmu->add() failed, :2850, :4164 */
#ifndef V_ADD_FAILED
#define V_ADD_FAILED	state = INACTIVE; mux = 1
#endif

/* statement of __perf_event_disable(), :2693, under ctx->lock */
#ifndef V_DISABLE
#define V_DISABLE	skip
#endif

/* steps of __perf_pending_disable() on the event's CPU, :7671 */
#ifndef V_WORK
#define V_WORK	\
	:: d_step { AT_WORK && oncpu && pd -> WORK_BEGINS; pd = 0;	\
		PC = WORK_LOCK; SAY("irq_work: a disable is pending") } \
	:: d_step { AT_WORK && oncpu && !pd -> WORK_BEGINS;	\
		SAY("irq_work: no disable pending"); GO(WORK_DONE) }
#endif

/* steps of __perf_pending_disable() after the disable, :7674 */
#ifndef V_WORK_DISABLED
#define V_WORK_DISABLED	\
	:: d_step { PC == WORK_DISABLED -> GO(WORK_DONE) }
#endif

/* more steps of the tracee's CPUs, of the tracer */
#ifndef V_STEPS
#define V_STEPS
#endif
#ifndef V_TRACER_STEPS
#define V_TRACER_STEPS
#endif

/* steps of _perf_event_enable(), :3290, to ENABLE_CALL or ENABLED */
#ifndef V_ENABLE
#define V_ENABLE	\
	:: d_step { PC == ENABLE && ENABLE_LOCKS ->			\
		if							\
		:: state == OFF ->					\
			SAY("ENABLE: the event is OFF");			\
			CALL(FN_ENABLE); PC = ENABLE_WAIT		\
		:: else -> SAY("ENABLE: not OFF: nothing to do");		\
			ENABLE_RETURN					\
		fi }
#endif
