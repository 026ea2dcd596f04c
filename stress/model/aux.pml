// SPDX-License-Identifier: GPL-2.0-only
/*
 * The AUX full / ENABLE / poll protocol of perf, as Linux 7.3.4 has it.
 * Comments that begin with a colon are lines of kernel/events/core.c, "rb:"
 * of ring_buffer.c beside it, "iw:" of kernel/irq_work.c.
 *
 * A step is what another CPU, or an NMI, can see happen at once: one d_step.
 * What only its own CPU can see is merged with its neighbour, and so are two
 * steps when nobody looks at both of what they change; FINE keeps those apart
 * (more states, same verdicts).  Memory is sequentially consistent here: a
 * barrier shows as the order of two steps.
 *
 * One event of one task, one AUX buffer of two units.  A unit is what the
 * hardware writes between two interrupts and about what it needs to start:
 *	room 2: it starts;  room 1: it starts, or finds that too little;
 *	room 0: full.
 * Whether an interrupt crosses the wakeup watermark is left open, for the
 * watermark can be anything.
 *
 * What may happen but need not: the scheduler (the task leaves its CPU and
 * comes back, here or on another), wakeups for other buffers of the tracer,
 * DISABLE and ENABLE by the tracer's user.  A state that only these can end is
 * a hang: "until the next reschedule" is no excuse.
 *
 * Not here: inherited children, overwrite mode, munmap, PERF_EVENT_IOC_REFRESH,
 * groups, exit.
 *
 * The includer defines CONFIGURE, which sets the parameters, and includes a
 * file of variants/ first.
 */

#define EAGER	0	/* ENABLE after every wakeup */
#define PERF	1	/* ENABLE after new data only; reads until none comes */
byte loop;
#define PT	0	/* NMI: end(); begin() */
#define SPE	1	/* hardirq: end(); irq_work_run(); begin() */
#define HISI	2	/* hardirq: end(); begin(); too short: end(0), no flag */
#define INTEL_PT 3	/* PT, and what the file pt.c does beyond that */
#define INTEL_BTS 4	/* PT, whose end() may be TRUNCATED with room left */
#define TRBE	5	/* hardirq: end(); begin(); no room: irq_work_run() */
#define IS_PT	(pers == PT || pers == INTEL_PT || pers == INTEL_BTS)
byte pers;
#define LIFO	0	/* both works in one list, last in first out */
#define RT	1	/* PREEMPT_RT: disable at once, wakeup in a thread */
byte order;
#define ENV_SCHED	1
#define ENV_OTHERS	2
#define ENV_DISABLE	4
byte env;

/* event->state */
#define OFF		0
#define INACTIVE	1
#define ACTIVE		2
byte state = ACTIVE;
bit oncpu = 1;			/* event->oncpu is not -1 */
bit pd;				/* event->pending_disable */
bit pw;				/* event->pending_wakeup */

/* the AUX buffer */
byte used;			/* aux_head - aux_tail of the user page, in units */
bit nest;			/* rb->aux_nest */
bit poll;			/* rb->poll */
#define ROOM	(2 - used)

/* the driver on the task's CPU */
bit hw = 1;			/* the hardware traces */
bit hev = 1;			/* handle->event: a transaction is open */
bit htrunc;			/* handle->aux_flags has TRUNCATED */
bit last;			/* pt: its room was one unit when it began */
bit stopped;			/* spe: PERF_HES_STOPPED */

/* irq_work: pending from the claim until its function is called */
#define D	1		/* event->pending_disable_irq */
#define W	2		/* event->pending_irq */
bit pend_d, pend_w;
bit run_d;			/* in D's function: not pending, still BUSY */
byte raised[3];			/* raised_list per CPU: 2 bits a work, first lowest */
byte lazy[3];			/* lazy_list, with PREEMPT_RT */
byte works[3];			/* the list that a CPU runs */
bit called;			/* D is in the call queue of HOME */
/* to the head of a list: __irq_work_queue_local(), iw:99 */
#define PUSH(list, work)	list = (list << 2) | work

/* a cross-call of the tracer's, for HOME or AWAY; 0: none, or done */
byte ipi, ipi_fn, ipi_ret;
#define FN_ENABLE	0
#define FN_DISABLE	1
#define FN_RESTART	2
#define RET_DONE	0
#define RET_AGAIN	1	/* -EAGAIN: the wrong CPU */
#define RET_GONE	2	/* -ESRCH: the task is not running */

/* the task */
bit on = 1;			/* runs, on HOME; ctx->is_active */
bit lock;			/* ctx->lock */
bit mux;			/* rotate_necessary, and the mux timer is armed */

/* the tracer in poll() */
bit reg;			/* it is on event->waitq */
bit trig;			/* pwq->triggered */

/* OFF for a disable whose irq_work is long gone */
bit stale;

/*
 * The processes, by _pid.  HOME is the CPU where the traced task is, or was
 * last; NMI is one on HOME; AWAY is the other CPU.  When the task moves there,
 * the two change names, so that each state is looked at once only.
 */
#define HOME	1
#define AWAY	2
#define NMI	3
#define TRACER	4

/* Where each of them is. */
mtype = {
	/* the tracee's CPUs and NMI */
	IDLE, PD, PD_QUEUE, POLL, PW, PW_QUEUE, BEGIN, STOP,
	EVOUT, EVOUT_STOPPED, EVIN, EVIN_NOT, EVIN_CPU, EVIN_STARTED,
	RESTART, RESTART_STOPPED, RESTARTED, DISABLED, LIST, WAKEUP, WAKE,
	WORK, WORK_FOLLOW, WORK_LOCK, WORK_DISABLED, WORK_DONE,
	PMI_BEGIN, SPE_WORKS, SPE_WORKED, TRBE_WORKS, CALL_DONE, SCHED_OUT_DONE,
	/* the tracer */
	POLL_IN, XCHG, SLEEP, DRAIN, TAIL, ENABLE, ENABLE_LOCK, ENABLE_CALL,
	ENABLE_WAIT, ENABLE_LOCAL, ENABLED, DISABLE, DISABLE_CALL,
	DISABLE_WAIT, DISABLE_LOCAL,
	/* for a variant's own steps */
	V1, V2, V3, V4, V5, V6
};
mtype pc[5];
#define PC	pc[_pid]
mtype r_list[3];		/* where the list returns to */

/* for the table: who does what; the verifier leaves printf() out */
#define SAY(text)	printf("@%d ", _pid); printf(text); printf("\n")

#include "default.pml"
#include "home.pml"
#include "away.pml"
#include "tracer.pml"
#include "check.pml"

init {
	d_step {
		CONFIGURE;
		pc[HOME] = IDLE; pc[AWAY] = IDLE; pc[NMI] = IDLE;
		pc[TRACER] = POLL_IN
	};
	atomic {
		run Home(); run Away(); run Nmi(); run Tracer(); run Check()
	}
}
