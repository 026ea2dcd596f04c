// SPDX-License-Identifier: GPL-2.0-only
/*
 * What must not happen: nothing is left that has to run, the tracer sleeps, the
 * task is on its CPU and is not traced.
 */
#define QUIET	(pc[TRACER] == SLEEP && !trig && pc[HOME] == IDLE &&	\
		 pc[AWAY] == IDLE && pc[NMI] == IDLE && !raised[HOME] &&	\
		 !raised[AWAY] && !lazy[HOME] && !lazy[AWAY] && !called &&	\
		 !mux && on)
#define LOST_WAKEUP	(state == OFF && !stale)
#define SILENT_STOP	(state != OFF)
#define SILENT_OFF	(state == OFF && stale)

#ifndef REPORT
#define REPORT(class)	assert(false)
#endif

proctype Check()
{
	do
	:: d_step { QUIET && !hw && LOST_WAKEUP -> REPORT(0) }
	:: d_step { QUIET && !hw && SILENT_STOP -> REPORT(1) }
	:: d_step { QUIET && !hw && SILENT_OFF -> REPORT(2) }
	od
}
