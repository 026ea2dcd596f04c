// SPDX-License-Identifier: GPL-2.0-only
#include "lib/scenario.h"
#include "lib/variant.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/*
 * The reasons for what is expected; file and function of Linux 7.3.
 *
 * silent-off: event_sched_in() of a full buffer: pmu->add() asks for a disable
 * and fails, the event stays INACTIVE with pending_disable set, and the
 * irq_work finds it on no CPU (__perf_pending_disable()).  When it has run
 * again, the next event_sched_out() switches it off.  peterz and restart take
 * the disable back at the tracer's ENABLE; recheck forgets it in
 * event_sched_out() of an event that runs, complete when the add fails,
 * and rearm does the disable then and there.
 * rewake and sync change what comes after the irq_work, which does nothing.
 *
 * wakeup-storm: the same add queues a wakeup whenever the task is scheduled
 * in, since nobody has made room.  rearm switches it off after the first.
 *
 * group-throttle: perf_event_throttle_group() calls pmu->stop(event, 0), which
 * leaves the transaction of a driver open that ends it for PERF_EF_UPDATE alone,
 * and perf_event_unthrottle_group() calls pmu->start(), whose
 * perf_aux_output_begin() finds aux_nest 1: WARN, and no trace until the task is
 * scheduled out.  Groups are throttled since 6.16.  intel_pt of 7.3 ends it in
 * any case, but for a snapshot, and is clean; arm_spe does not: as seen of the
 * real one, whose pages munmap() then finds in use.
 *
 * hisi-silent: hisi_ptt ends a too short transaction without TRUNCATED, so
 * that nothing is disabled and ENABLE has nothing to do.  complete repairs the
 * driver, which is not the one in the guest.
 *
 * set-output, munmap: perf_mmap_close() and perf_event_set_output() stop the
 * writers first; EINVAL, EBUSY and ENODEV are clean answers.
 *
 * aux-pause: perf_event_aux_pause() runs in the breakpoint's overflow, on the
 * CPU of the trace; auxsynth knows aux_pause as intel_pt does.  Where a store
 * fires both breakpoints (QEMU may), the trace goes on: inconclusive.
 *
 * watermarks: rb_alloc_aux() takes half of the area for 0 and clamps nothing;
 * rb_need_aux_wakeup() rounds down to it, and TRUNCATED wakes in any case.
 *
 * epoll: epoll_wait() asks perf_poll() as poll() does, which says "ready" as
 * soon as rb->poll is set, long before the irq_work: the same race.
 *
 * epoll-add: EPOLL_CTL_ADD asks perf_poll(), which clears rb->poll as it says
 * "ready"; epoll_wait() asks again before it reports, and hears "not ready".
 *
 * sigio: the signal is sent by the irq_work alone, and the disable follows it
 * on the same CPU at once, before a tracer can have drained; a signal of the
 * watermark may lead to an ENABLE that is too early, but the one of the full
 * is queued and leads to another.  So baseline is clean here; under peterz the
 * first ENABLE takes the disable back, and the second finds the event ACTIVE.
 *
 * pt-whole-buffer: pt_update_head() takes the difference of two places in the
 * buffer; when these are the same it is nothing or all, and "wrapped" says all
 * only if software went over the end, not if the hardware did.
 *
 * pt-overrun: pt_buffer_reset_markers() counts the pages of the room, not the
 * ends of pages in it.  A room that is less than a page but reaches into the
 * next has none; the STOP then goes behind the head, a whole lap later.
 *
 * pt-snapshot: pt_event_stop() publishes the place that pt_update_head() has
 * read from the hardware; nothing is ever full.
 *
 * pt-sample: pt_event_snapshot_aux() stops the hardware, copies what it wrote
 * last into a sample of another event, and starts it again.
 *
 * spe-fault: arm_spe_pmu_irq_handler() ends its transaction for a fault of the
 * buffer, without TRUNCATED, and switches the hardware off: the event stays
 * ACTIVE, nobody is woken, and ENABLE does nothing.  rearm flags it.
 *
 * spe-loss: PMBSR.DL has the driver flag the end TRUNCATED and PARTIAL, and
 * leaves it with a head in the middle of a record, which it pads.
 *
 * spe-snapshot: arm_spe_perf_aux_output_end() publishes PMBPTR.
 *
 * bts-padding: bts_buffer_pad_out() takes a piece's size, which does not count
 * what it begins later, for where it ends: the last bytes of a record of the
 * lap before stay, and perf script shows a branch from 0 to somewhere.
 *
 * bts-throttle: group-throttle of the real intel_bts.  bts_event_stop() ends
 * nothing without PERF_EF_UPDATE; then the group is never scheduled in again,
 * and perf_mmap_close() finds a reference to the AUX area too many.
 *
 * bts-snapshot: bts_event_stop() publishes the DS area's index.
 *
 * bts-decode: the model's branches are jumps in the code of the program, so what
 * perf prints can be looked up there.  perf's intel_bts_process_buffer() passes
 * over the last record of each piece that it wrote to its file ("sz > bsz"):
 * counted, and no matter of the kernel's.
 *
 * trbe-snapshot: where the trace ended the last time, at any byte, is what
 * __arm_trbe_enable() writes into TRBPTR; only where the area is not overwritten
 * does it first move to a multiple of what TRBIDR.Align asks for.
 *
 * trbe-fault: trbe_stop_and_truncate_event() publishes nothing of what was written
 * before a fault; and clr_trbe_status() leaves TRBSR.EA set, so that after an
 * external abort each full is taken for one, and its trace thrown away.
 *
 * ptt-end: hisi_ptt_update_aux() ends its transaction without TRUNCATED when the
 * buffer's end is nearer than 4 MiB.
 *
 * ptt-beyond: hisi_ptt_pmu_start() does not ask, so that DISABLE and ENABLE
 * there have hisi_ptt_update_aux() copy 4 MiB to where less of them is mapped.
 */
const struct scenario scenarios[SCENARIOS] = {
	[SCENARIO_NONE] = { "none", "no scenario", OUTCOME_CLEAN },
	[SCENARIO_SILENT_OFF] = {
		"silent-off",
		"add fails on a full buffer; its disable comes much later",
		OUTCOME_SILENT_OFF,
		{ { "peterz", OUTCOME_CLEAN }, { "restart", OUTCOME_CLEAN },
		  { "recheck", OUTCOME_CLEAN }, { "complete", OUTCOME_CLEAN },
		  { "rearm", OUTCOME_CLEAN } },
	},
	[SCENARIO_WAKEUP_STORM] = {
		"wakeup-storm",
		"an inactive event on a full buffer wakes at each switch",
		OUTCOME_STORM, { { "rearm", OUTCOME_CLEAN } },
	},
	[SCENARIO_GROUP_THROTTLE] = {
		"group-throttle",
		"a throttled sibling stops its AUX leader without an end",
		OUTCOME_WARN "|" OUTCOME_STOPPED, .since = 6016,
		.console = "kernel/events/ring_buffer.c|perf_mmap_close+",
	},
	[SCENARIO_HISI_SILENT] = {
		"hisi-silent",
		"a driver that stops without saying so, as hisi_ptt does",
		OUTCOME_SILENT_STOP,
	},
	[SCENARIO_SET_OUTPUT] = {
		"set-output",
		"SET_OUTPUT, mmap, ENABLE and migration at the same time",
		OUTCOME_CLEAN,
	},
	[SCENARIO_MUNMAP] = {
		"munmap",
		"both areas unmapped and mapped again under a running trace",
		OUTCOME_CLEAN,
	},
	[SCENARIO_AUX_PAUSE] = {
		"aux-pause",
		"breakpoints of the group pause and resume the trace",
		OUTCOME_CLEAN,
	},
	[SCENARIO_WATERMARK_DEFAULT] = {
		"watermark-default",
		"aux_watermark 0: first wakeup at half of the AUX area",
		OUTCOME_CLEAN,
	},
	[SCENARIO_WATERMARK_PAGE] = {
		"watermark-page", "aux_watermark of a page: woken at a page",
		OUTCOME_CLEAN,
	},
	[SCENARIO_WATERMARK_HUGE] = {
		"watermark-huge",
		"aux_watermark above the AUX area: woken at full only",
		OUTCOME_CLEAN,
	},
	[SCENARIO_SIGIO] = {
		"sigio", "the tracer waits for SIGIO, not in poll()",
		OUTCOME_CLEAN,
		{ { "peterz", OUTCOME_CLEAN "|" OUTCOME_SILENT_STOP } },
	},
	[SCENARIO_EPOLL] = {
		"epoll", "the tracer waits in epoll_wait(), not in poll()",
		OUTCOME_CLEAN,
		{ { "baseline", OUTCOME_LOST }, { "ptfix", OUTCOME_LOST },
		  { "peterz", OUTCOME_CLEAN "|" OUTCOME_SILENT_STOP } },
	},
	[SCENARIO_EPOLL_ADD] = {
		"epoll-add",
		"an event that has woken already is added to an epoll set",
		OUTCOME_LOST,
	},
	[SCENARIO_SELFTEST_MMAP] = {
		"selftest-mmap",
		"the kernel's own selftests/perf_events/mmap",
		OUTCOME_CLEAN,
	},
	[SCENARIO_PT_WHOLE_BUFFER] = {
		"pt-whole-buffer",
		"a late interrupt: intel_pt fills the whole buffer at once",
		OUTCOME_MISCOUNTED, { { "ptfix", OUTCOME_CLEAN },
		  { "rearm", OUTCOME_CLEAN } },
		.pmu = "intel_pt",
	},
	[SCENARIO_PT_OVERRUN] = {
		"pt-overrun",
		"less than a page of room, but past the end of a page",
		OUTCOME_OVERRUN, { { "ptfix", OUTCOME_CLEAN },
		  { "rearm", OUTCOME_CLEAN } },
		.pmu = "intel_pt",
	},
	[SCENARIO_PT_SNAPSHOT] = {
		"pt-snapshot",
		"intel_pt overwrites its buffer: where the trace ends in it",
		OUTCOME_CLEAN,
		.pmu = "intel_pt",
	},
	[SCENARIO_PT_SAMPLE] = {
		"pt-sample",
		"samples of another event with the end of intel_pt's trace",
		OUTCOME_CLEAN,
		.pmu = "intel_pt",
	},
	[SCENARIO_PT_DECODE] = {
		"pt-decode",
		"intel_pt's trace by perf script: packets and program",
		OUTCOME_CLEAN,
		.pmu = "intel_pt",
	},
	[SCENARIO_PERF_TESTS] = {
		"perf-tests",
		"perf's own tests of AUX areas and Intel PT",
		OUTCOME_CLEAN,
	},
	[SCENARIO_SPE_FAULT] = {
		"spe-fault",
		"a fault of arm_spe's buffer, or an external abort",
		OUTCOME_SILENT_STOP, { { "rearm", OUTCOME_CLEAN } },
		.pmu = "arm_spe_0",
	},
	[SCENARIO_SPE_LOSS] = {
		"spe-loss",
		"the record that fills arm_spe's buffer is cut off",
		OUTCOME_CLEAN,
		.pmu = "arm_spe_0",
	},
	[SCENARIO_SPE_SNAPSHOT] = {
		"spe-snapshot",
		"arm_spe overwrites its buffer: where the trace ends in it",
		OUTCOME_CLEAN,
		.pmu = "arm_spe_0",
	},
	[SCENARIO_BTS_PADDING] = {
		"bts-padding",
		"what intel_bts leaves of a lap before where it pads",
		OUTCOME_STALE, { { "rearm", OUTCOME_CLEAN } },
		.pmu = "intel_bts",
	},
	[SCENARIO_BTS_THROTTLE] = {
		"bts-throttle",
		"a throttled sibling stops intel_bts without an end",
		OUTCOME_WARN "|" OUTCOME_STOPPED,
		{ { "rearm", OUTCOME_CLEAN } }, .since = 6016,
		.console = "kernel/events/",
		.pmu = "intel_bts",
	},
	[SCENARIO_BTS_SNAPSHOT] = {
		"bts-snapshot",
		"intel_bts overwrites its buffer: where the trace ends in it",
		OUTCOME_CLEAN,
		.pmu = "intel_bts",
	},
	[SCENARIO_BTS_DECODE] = {
		"bts-decode",
		"intel_bts's trace by perf script: records and branches",
		OUTCOME_CLEAN,
		.pmu = "intel_bts",
	},
	[SCENARIO_TRBE_SNAPSHOT] = {
		"trbe-snapshot",
		"TRBE overwrites its buffer: where the trace ends in it",
		OUTCOME_NOT_ALLOWED,
		.pmu = "cs_etm",
	},
	[SCENARIO_TRBE_FAULT] = {
		"trbe-fault",
		"a fault of TRBE's buffer, or an external abort",
		OUTCOME_MISCOUNTED,
		.pmu = "cs_etm",
	},
	[SCENARIO_PTT_END] = {
		"ptt-end",
		"hisi_ptt near the buffer's end, but not at it",
		OUTCOME_SILENT_STOP, { { "rearm", OUTCOME_CLEAN } },
		.pmu = "hisi_ptt0_0",
	},
	[SCENARIO_PTT_BEYOND] = {
		"ptt-beyond",
		"hisi_ptt is started near the buffer's end",
		OUTCOME_PANIC, { { "rearm", OUTCOME_CLEAN } },
		.console = "Unable to handle kernel paging request",
		.pmu = "hisi_ptt0_0",
	},
};

int scenario_find(const char *name)
{
	int i;

	for (i = 0; i < SCENARIOS; i++) {
		if (!strcmp(name, scenarios[i].name))
			return i;
	}
	return -EINVAL;
}

static bool before(const char *release, int since)
{
	int major, minor;

	return release && sscanf(release, "%d.%d", &major, &minor) == 2 &&
	       major * 1000 + minor < since;
}

static const char *of_variant(const struct scenario *scenario,
			      const char *variant)
{
	unsigned int i;

	for (i = 0; i < 5 && scenario->except[i].variant; i++) {
		if (!strcmp(scenario->except[i].variant, variant))
			return scenario->except[i].outcome;
	}
	return NULL;
}

const char *scenario_expect(const struct scenario *scenario,
			    const char *variant, const char *release)
{
	const char *outcome;

	if (before(release, scenario->since))
		return OUTCOME_CLEAN;
	outcome = of_variant(scenario, variant_shipped(variant) ? variant :
			     "baseline");
	return outcome ? outcome : scenario->expect;
}

bool scenario_matches(const char *expect, const char *outcome)
{
	size_t len;

	for (;; expect += len + 1) {
		len = strcspn(expect, "|");
		if (strlen(outcome) == len && !strncmp(expect, outcome, len))
			return true;
		if (!expect[len])
			return false;
	}
}
