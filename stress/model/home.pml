// SPDX-License-Identifier: GPL-2.0-only
/*
 * The traced task's CPU, and NMI on it.  The CPU goes from one section with
 * interrupts off to another; which is next is open.  A group of steps is a
 * function; who calls it says in r_* where to go on, one variable for each
 * level since there is no stack.
 */

/* perf_aux_output_end(), rb:492: aux_head goes out, rb:528 */
#define PUBLISH(text)	\
	used++; hw = 0; hev = 0; nest = 0; SAY(text)
/*
 * intel_pt fills an empty buffer in one go when its interrupt is late, or the
 * event is stopped before that.  pt_update_head() cannot tell all of it from
 * nothing, but where the STOP is at the buffer's end; what it counts:
 */
#define WHOLE	(pers == INTEL_PT && !last)
#define PUBLISH_WHOLE(count, text)	\
	used = used + count; hw = 0; hev = 0; nest = 0; SAY(text)
/*
 * pt: at its STOP entry (pt.c, pt_handle_status()); spe: lost data, :706; bts:
 * at the store's end, which is not far behind the watermark (bts_update()).
 */
#define MAY_TRUNC	((IS_PT && last) || pers == SPE || pers == INTEL_BTS)
#define MUST_TRUNC	(last && pers == INTEL_BTS)

/* where begin() returns to when it has asked for the disable: trbe, in its irq */
#define NO_ROOM	(pers == TRBE && !r_hw -> TRBE_WORKS : r_hw)

#define FIRST	(works[_pid] & 3)
#define NEXT	works[_pid] = works[_pid] >> 2
/* at the head of perf_pending_disable() */
#ifdef FINE
#define AT_WORK		PC == WORK
#define WORK_BEGINS	skip
#else
#define AT_WORK		PC == LIST && FIRST == D
#define WORK_BEGINS	NEXT; pend_d = 0; run_d = 1
#endif

/* What no one else can see on the way to the next step. */
#define WHEN(cond, what) if :: cond -> what :: else fi
#define GO(where)	PC = where; GO_ON
#define RETURN(r)	PC = (r -> r : IDLE); r = 0; GO_ON
#define GO_ON	\
	WHEN(PC == RESTART, PC = STOP; r_hw = RESTART_STOPPED;	\
	     SAY("stop and start"));				\
	WHEN(PC == RESTART_STOPPED, PC = BEGIN; r_hw = RESTARTED); \
	WHEN(PC == EVIN_STARTED && !ok,				\
	     oncpu = 0; V_ADD_FAILED; SAY("pmu->add() fails"));	\
	WHEN(PC == EVIN_STARTED || (PC == EVIN && state != INACTIVE), \
	     ok = 0; lock = 0; PC = (r_ev -> r_ev : IDLE); r_ev = 0); \
	WHEN(PC == RESTARTED, ok = 0; PC = r_ev; r_ev = 0);	\
	WHEN(PC == SCHED_OUT_DONE, mux = 0; on = 0; lock = 0; PC = IDLE); \
	WHEN(PC == DISABLED, state = OFF; lock = 0; PC = r_work; r_work = 0; \
	     SAY("the event is OFF"));				\
	WHEN(PC == CALL_DONE, ipi = 0; PC = IDLE);		\
	LIST_ON;						\
	WHEN(PC == PMI_BEGIN, PC = BEGIN)
#define GO_WORKS(where)	PC = where; LIST_ON
#define LIST_ON	\
	WHEN(PC == WORK_DONE, run_d = 0; PC = LIST);		\
	WHEN(PC == LIST && !works[_pid],			\
	     PC = r_list[_pid]; r_list[_pid] = 0);		\
	/* arm_spe_pmu.c:785 */					\
	WHEN(PC == SPE_WORKED, PC = (V_SPE_SKIP -> IDLE : BEGIN); htrunc = 0)

/* intel_pt_interrupt(), pt.c:1512 */
proctype Nmi()
{
	mtype r_kick, r_hw, r_ev, r_work;
	bit ok;

	do
	:: d_step { PC == IDLE && hw && IS_PT && MAY_TRUNC ->
		PUBLISH("NMI: end(): head out, TRUNCATED");
		PC = PD; r_kick = PMI_BEGIN }
	:: d_step { PC == IDLE && hw && IS_PT && !MUST_TRUNC ->
		PUBLISH("NMI: end(): head out, watermark");
		PC = POLL; r_kick = PMI_BEGIN }
	:: d_step { PC == IDLE && hw && IS_PT && !MUST_TRUNC ->
		PUBLISH("NMI: end(): head out");
		PC = BEGIN }
	:: d_step { PC == IDLE && hw && WHOLE ->
		PUBLISH_WHOLE(2, "late NMI: end(): a whole buffer, TRUNCATED");
		PC = PD; r_kick = PMI_BEGIN }
	:: d_step { PC == IDLE && hw && WHOLE && V_WHOLE_LOST ->
		PUBLISH_WHOLE(0, "late NMI: end(): size 0, TRUNCATED");
		PC = PD; r_kick = PMI_BEGIN }
#include "kick.pml"
	od
}

proctype Home() provided (pc[NMI] == IDLE)
{
	mtype r_kick, r_hw, r_ev, r_work;
	bit ok;			/* pmu->start() did */

	do
	/* ---- interrupts that may come next ---- */
	:: d_step { PC == IDLE && hw && !IS_PT && MAY_TRUNC ->
		/* arm_spe_pmu_irq_handler(), arm_spe_pmu.c:748 */
		PUBLISH("irq: end(): head out, TRUNCATED"); htrunc = 1;
		PC = PD; r_kick = SPE_WORKS }
	:: d_step { PC == IDLE && hw && !IS_PT ->
		PUBLISH("irq: end(): head out, watermark");
		PC = POLL;
		r_kick = (pers == SPE -> SPE_WORKS : PMI_BEGIN) }
	:: d_step { PC == IDLE && hw && !IS_PT ->
		/* hisi_ptt_update_aux(), hisi_ptt.c:284 */
		PUBLISH("irq: end(): head out");
		PC = (pers == SPE -> SPE_WORKS : BEGIN) }
	:: d_step { PC == SPE_WORKS ->			/* arm_spe_pmu.c:765 */
		works[HOME] = raised[HOME]; raised[HOME] = 0;
		r_list[HOME] = SPE_WORKED; SAY("irq: irq_work_run()");
		GO(LIST) }
	:: d_step { PC == TRBE_WORKS ->			/* coresight-trbe.c:1200 */
		works[HOME] = raised[HOME]; raised[HOME] = 0;
		r_list[HOME] = IDLE; SAY("irq: irq_work_run()");
		GO(LIST) }
	:: d_step { PC == IDLE && raised[HOME] ->	/* irq_work_run(), iw:259 */
		works[HOME] = raised[HOME]; raised[HOME] = 0;
		PC = LIST; r_list[HOME] = IDLE }
	:: d_step { PC == IDLE && called ->
		/* flush_smp_call_function_queue(), smp.c */
		works[HOME] = D; called = 0;
		PC = LIST; r_list[HOME] = IDLE }
	:: d_step { PC == IDLE && lazy[HOME] && !on ->
		/* run_irq_workd(), iw:312: a thread of this CPU's */
		works[HOME] = lazy[HOME]; lazy[HOME] = 0;
		PC = LIST; r_list[HOME] = IDLE; SAY("irq_work thread runs") }

	/* ---- event_function(), :281, for the tracer ---- */
	:: d_step { PC == IDLE && ipi == HOME && ipi_fn == FN_RESTART ->
		/* __perf_event_stop(), :3342; not locked */
		if
		:: state == ACTIVE && oncpu -> r_ev = CALL_DONE; GO(RESTART)
		:: else -> ipi_ret = (state == ACTIVE -> RET_AGAIN : RET_DONE);
			ipi = 0
		fi }
	:: d_step { PC == IDLE && ipi == HOME && ipi_fn != FN_RESTART && !on ->
		ipi_ret = RET_GONE; ipi = 0 }		/* remote_function(), :92 */
	:: d_step { PC == IDLE && ipi == HOME && ipi_fn == FN_ENABLE && on &&
		    !lock ->				/* :3244 */
		if
		:: state == OFF -> state = INACTIVE; stale = 0; lock = 1;
			PC = EVIN; r_ev = CALL_DONE; SAY("ENABLE's call")
		:: else -> ipi = 0; SAY("ENABLE's call: not OFF")
		fi }
	:: d_step { PC == IDLE && ipi == HOME && ipi_fn == FN_DISABLE && on &&
		    !lock ->				/* :2688 */
		V_DISABLE;
		if
		:: state == ACTIVE -> lock = 1; SAY("DISABLE's call");
			PC = EVOUT; r_ev = DISABLED; r_work = CALL_DONE
		:: else -> state = OFF; ipi = 0
		fi }

	/*
	 * ---- perf_mux_hrtimer_handler(), perf_rotate_context(), :4605 ----
	 * It is due a tick after pmu->add() has failed; what that has queued
	 * runs as soon as interrupts are on.
	 */
	:: d_step { PC == IDLE && mux && on && !lock &&
		    (state == ACTIVE || !raised[HOME]) ->
		lock = 1; mux = 0; SAY("multiplexing timer");
		if
		:: state == ACTIVE -> PC = EVOUT; r_ev = EVIN
		:: else -> GO(EVIN)
		fi }

	/*
	 * ---- perf_event_context_sched_out(), :3781 ----
	 * Queued works come first, but for those that an NMI queues now that
	 * interrupts are off.
	 */
	:: d_step { PC == IDLE && on && !lock && !raised[HOME] && !called &&
		    (env & ENV_SCHED || lazy[HOME]) ->
		lock = 1; SAY("schedule(): tracee leaves");
		if
		:: state == ACTIVE -> PC = EVOUT; r_ev = SCHED_OUT_DONE
		:: else -> GO(SCHED_OUT_DONE)			/* mux: :3574 */
		fi }
	/* perf_event_context_sched_in(), :4252; the CPU had interrupts on before */
	:: d_step { PC == IDLE && !on && !lock && !raised[HOME] ->
		on = 1; lock = 1; SAY("schedule(): tracee is back");
		GO(EVIN) }
	:: d_step { PC == EVIN_NOT -> lock = 0; PC = IDLE }

	/* ---- event_sched_out(), :2470, of an ACTIVE event, locked ---- */
	V_OUT_PRE
	:: d_step { PC == EVOUT_STOPPED -> oncpu = 0;		/* :2493 */
		stale = pd && !pend_d && !run_d; V_OUT;
		stale = stale && state == OFF;
		SAY("pmu->del(): switched out"); RETURN(r_ev) }

	/* ---- event_sched_in(), :2815, locked; unlocks at its end ---- */
	:: d_step { PC == EVIN && state == INACTIVE -> oncpu = 1	/* :2828 */
#ifdef FINE
		; PC = EVIN_CPU }
	:: d_step { PC == EVIN_CPU ->
#else
		;
#endif
		state = ACTIVE;						/* :2835 */
		PC = BEGIN; r_hw = EVIN_STARTED }

	/* ---- pmu->stop(PERF_EF_UPDATE); goes on at r_hw ---- */
	:: d_step { PC == STOP && !stopped ->
		hw = 0; stopped = (pers == SPE);
		WHEN(hev, hev = 0; nest = 0;
		     SAY("pmu->stop(): end(), nothing new"));
		RETURN(r_hw) }
	:: d_step { PC == STOP && stopped ->		/* arm_spe_pmu.c:934 */
		RETURN(r_hw) }
	:: d_step { PC == STOP && hev && !stopped && !MUST_TRUNC ->
		PUBLISH("pmu->stop(): end(): head out");
		stopped = (pers == SPE);
		RETURN(r_hw) }
	:: d_step { PC == STOP && hev && !stopped && !MUST_TRUNC ->
		PUBLISH("pmu->stop(): end(), watermark");
		stopped = (pers == SPE);
		PC = POLL; r_kick = r_hw; r_hw = 0 }
	:: d_step { PC == STOP && hev && !stopped && MAY_TRUNC ->
		PUBLISH("pmu->stop(): end(), TRUNCATED");
		stopped = (pers == SPE);
		PC = PD; r_kick = r_hw; r_hw = 0 }
	:: d_step { PC == STOP && hev && hw && WHOLE ->
		PUBLISH_WHOLE(2, "pmu->stop(): end(): a whole buffer, TRUNCATED");
		PC = PD; r_kick = r_hw; r_hw = 0 }
	:: d_step { PC == STOP && hev && hw && WHOLE && V_WHOLE_LOST ->
		PUBLISH_WHOLE(0, "pmu->stop(): end(): size 0, TRUNCATED");
		PC = PD; r_kick = r_hw; r_hw = 0 }

	/* ---- __perf_pending_disable() at home, :7671 ---- */
	V_WORK
	/* perf_event_disable_local(), :2743; __perf_event_disable(), :2688 */
	:: d_step { PC == WORK_LOCK && !lock -> V_DISABLE;
		if
		:: state == ACTIVE -> lock = 1;
			PC = EVOUT; r_ev = DISABLED; r_work = WORK_DISABLED
		:: else -> state = OFF; PC = WORK_DISABLED	/* :2693 */
		fi }
	V_WORK_DISABLED
	V_STEPS
#include "kick.pml"
#include "list.pml"
	od
}
