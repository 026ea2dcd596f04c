// SPDX-License-Identifier: GPL-2.0-only
/* What is a hang, and which; what a scenario's evidence comes to. */
#include <string.h>

#include "lib/scenario.h"
#include "stress/hunt/hunt.h"
#include "stress/scenario/scenario.h"
#include "tests/check.h"

#define NO_HANG -1

static void classes(struct check *t)
{
	static const struct {
		int running, waiting, pending, state, class;
	} cases[] = {
		/* The hardware runs: nothing hangs, whatever else is said. */
		{ 1, 0, 0, 1, NO_HANG }, { 1, 1, 0, -1, NO_HANG },
		/* A disable is still to come, and with it a wakeup. */
		{ 0, 1, 1, 1, NO_HANG }, { 0, 1, 1, -1, NO_HANG },
		/* Off: after a full, or for a disable of another time. */
		{ 0, 1, 0, -1, HANG_LOST_WAKEUP },
		{ 0, 0, 0, -1, HANG_SILENT_OFF },
		/* On, and stopped by a full; or without one. */
		{ 0, 1, 0, 1, HANG_SILENT_STOP },
		{ 0, 0, 0, 1, NO_HANG }, { 0, 0, 0, 0, NO_HANG },
		/* The multiplexing timer will add it again. */
		{ 0, 1, 0, 0, NO_HANG },
	};
	unsigned int i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct auxsynth_slot slot = {
			.running = cases[i].running,
			.waiting = cases[i].waiting,
		};
		struct auxsynth_state state = {
			.pending_disable = cases[i].pending,
			.state = cases[i].state,
		};

		CHECK_EQ(t, hunt_class(&slot, &state), cases[i].class);
	}
}

static const struct {
	int scenario;
	const char *evidence;
	const char *outcome;
} cases[] = {
	{ SCENARIO_SILENT_OFF, "{'still_on': 9}", OUTCOME_CLEAN },
	{ SCENARIO_SILENT_OFF, "{'still_on': 9, 'switched_off': 1, 'nobody_woken': 1}",
	  OUTCOME_SILENT_OFF },
	{ SCENARIO_SILENT_OFF, "{'still_on': 9, 'switched_off': 1}",
	  OUTCOME_WRONG },
	{ SCENARIO_SILENT_OFF, "{'full_again': 9, 'not_started': 3}",
	  OUTCOME_INCONCLUSIVE },

	{ SCENARIO_WAKEUP_STORM, "{'switches': 100, 'wakeups': 0}",
	  OUTCOME_CLEAN },
	{ SCENARIO_WAKEUP_STORM, "{'switches': 100, 'wakeups': 2}",
	  OUTCOME_CLEAN },
	{ SCENARIO_WAKEUP_STORM, "{'switches': 100, 'wakeups': 3}",
	  OUTCOME_WRONG },
	{ SCENARIO_WAKEUP_STORM, "{'switches': 100, 'wakeups': 50}",
	  OUTCOME_WRONG },
	{ SCENARIO_WAKEUP_STORM, "{'switches': 100, 'wakeups': 51}",
	  OUTCOME_STORM },

	{ SCENARIO_GROUP_THROTTLE, "{'throttles': 5, 'looks_stopped_in_row': 20}",
	  OUTCOME_CLEAN },
	{ SCENARIO_GROUP_THROTTLE, "{'throttles': 5, 'looks_stopped_in_row': 21}",
	  OUTCOME_STOPPED },
	{ SCENARIO_GROUP_THROTTLE, "{'throttles': 0}", OUTCOME_INCONCLUSIVE },

	{ SCENARIO_HISI_SILENT, "{'rounds': 4}", OUTCOME_CLEAN },
	{ SCENARIO_HISI_SILENT, "{'rounds': 4, 'off': 1}", OUTCOME_LOST },
	{ SCENARIO_HISI_SILENT, "{'rounds': 4, 'off': 1, 'silent_stops': 1}",
	  OUTCOME_SILENT_STOP },

	{ SCENARIO_SET_OUTPUT, "{'starts_after': 1, 'mmap': {'bad': 0}}",
	  OUTCOME_CLEAN },
	{ SCENARIO_SET_OUTPUT, "{'starts_after': 1, 'mmap': {'bad': 1}}",
	  OUTCOME_WRONG },
	{ SCENARIO_MUNMAP, "{'starts_after': 0, 'mmap': {'bad': 1}}",
	  OUTCOME_STOPPED },
	{ SCENARIO_MUNMAP, "{'stuck': 1}", OUTCOME_STUCK },

	{ SCENARIO_AUX_PAUSE, "{'rounds': 10, 'rounds_fired': 10,"
	  " 'rounds_paused': 10, 'rounds_resumed': 5}", OUTCOME_CLEAN },
	{ SCENARIO_AUX_PAUSE, "{'rounds': 10, 'rounds_fired': 10,"
	  " 'rounds_paused': 9, 'rounds_resumed': 10}", OUTCOME_WRONG },
	{ SCENARIO_AUX_PAUSE, "{'rounds': 10, 'rounds_fired': 10,"
	  " 'rounds_paused': 10, 'rounds_resumed': 1}", OUTCOME_WRONG },
	{ SCENARIO_AUX_PAUSE, "{'rounds': 10, 'rounds_fired': 10,"
	  " 'rounds_paused': 10, 'rounds_resumed': 4}",
	  OUTCOME_INCONCLUSIVE },
	{ SCENARIO_AUX_PAUSE, "{'rounds': 10, 'rounds_fired': 4,"
	  " 'rounds_paused': 4, 'rounds_resumed': 5}", OUTCOME_INCONCLUSIVE },

	{ SCENARIO_WATERMARK_PAGE, "{'rounds': 3, 'wakeups': 3, 'least_head': 4096,"
	  " 'expected_low': 4096, 'expected_high': 12288}", OUTCOME_CLEAN },
	{ SCENARIO_WATERMARK_PAGE, "{'rounds': 3, 'wakeups': 2, 'least_head': 4096,"
	  " 'expected_low': 4096, 'expected_high': 12288}", OUTCOME_WRONG },
	{ SCENARIO_WATERMARK_PAGE, "{'rounds': 3, 'wakeups': 3, 'least_head': 4095,"
	  " 'expected_low': 4096, 'expected_high': 12288}", OUTCOME_WRONG },
	{ SCENARIO_WATERMARK_DEFAULT, "{'rounds': 3, 'wakeups': 3, 'least_head': 12289,"
	  " 'expected_low': 4096, 'expected_high': 12288}", OUTCOME_WRONG },
	{ SCENARIO_WATERMARK_HUGE, "{'rounds': 3, 'wakeups': 3, 'least_head': 9,"
	  " 'expected_low': 9, 'expected_high': 9, 'at_full': 2,"
	  " 'expected_full': 3}", OUTCOME_WRONG },

	{ SCENARIO_PT_SNAPSHOT, "{'rounds': 9, 'beyond_a_lap': 5}",
	  OUTCOME_CLEAN },
	{ SCENARIO_PT_SNAPSHOT, "{'rounds': 9, 'beyond_a_lap': 5,"
	  " 'misplaced': 1}", OUTCOME_WRONG },
	{ SCENARIO_PT_SNAPSHOT, "{'beyond_a_lap': 5, 'fulls': 1}",
	  OUTCOME_WRONG },
	{ SCENARIO_PT_SNAPSHOT, "{'rounds': 9}", OUTCOME_INCONCLUSIVE },
	{ SCENARIO_PT_SAMPLE, "{'samples': 9, 'in_trace': 9}", OUTCOME_CLEAN },
	{ SCENARIO_PT_SAMPLE, "{'in_trace': 8, 'not_in_trace': 1}",
	  OUTCOME_WRONG },
	{ SCENARIO_PT_SAMPLE, "{'in_trace': 8, 'of_other_size': 1}",
	  OUTCOME_WRONG },
	{ SCENARIO_PT_SAMPLE, "{'in_trace': 8, 'fulls': 1}", OUTCOME_WRONG },
	{ SCENARIO_PT_SAMPLE, "{'samples': 0}", OUTCOME_INCONCLUSIVE },

	{ SCENARIO_BTS_PADDING, "{'laps': 9, 'padded': 8}", OUTCOME_CLEAN },
	{ SCENARIO_BTS_PADDING, "{'laps': 9, 'padded': 8, 'stale': 1}",
	  OUTCOME_STALE },
	{ SCENARIO_BTS_PADDING, "{'laps': 9}", OUTCOME_INCONCLUSIVE },

	{ SCENARIO_BTS_DECODE, "{'ways': []}", OUTCOME_INCONCLUSIVE },
	{ SCENARIO_BTS_DECODE, "{'ways': [{'recorded': true, 'true': 9, 'in_loop': 8}, {'to_be_refused': true, 'recorded': false}]}",
	  OUTCOME_CLEAN },
	{ SCENARIO_BTS_DECODE, "{'ways': [{'recorded': true, 'true': 9}]}",
	  OUTCOME_INCONCLUSIVE },
	{ SCENARIO_BTS_DECODE, "{'ways': [{'recorded': false, 'in_loop': 8}]}",
	  OUTCOME_WRONG },
	{ SCENARIO_BTS_DECODE, "{'ways': [{'to_be_refused': true, 'recorded': true}]}",
	  OUTCOME_WRONG },
	{ SCENARIO_BTS_DECODE, "{'ways': [{'recorded': true, 'in_loop': 8, 'other': 1}]}",
	  OUTCOME_WRONG },
	{ SCENARIO_BTS_DECODE, "{'ways': [{'recorded': true, 'in_loop': 8, 'untrue': 1}]}",
	  OUTCOME_WRONG },
	{ SCENARIO_BTS_DECODE, "{'ways': [{'recorded': true, 'in_loop': 8, 'bad': 1}]}",
	  OUTCOME_WRONG },
	{ SCENARIO_BTS_DECODE, "{'ways': [{'recorded': true, 'in_loop': 8, 'errors': 1}]}",
	  OUTCOME_WRONG },
	{ SCENARIO_BTS_THROTTLE, "{'looks_stopped_in_row': 21}",
	  OUTCOME_STOPPED },
	{ SCENARIO_BTS_SNAPSHOT, "{'beyond_a_lap': 1}", OUTCOME_CLEAN },
	{ SCENARIO_TRBE_FAULT, "{'interrupts': 9, 'lost_bytes': 1}",
	  OUTCOME_MISCOUNTED },
	{ SCENARIO_TRBE_FAULT, "{'interrupts': 9, 'aborts_at_most': 4,"
	  " 'taken_for_aborts': 5}", OUTCOME_MISCOUNTED },
	{ SCENARIO_TRBE_FAULT, "{'interrupts': 9, 'aborts_at_most': 4,"
	  " 'taken_for_aborts': 4}", OUTCOME_CLEAN },
	{ SCENARIO_TRBE_FAULT, "{'aborts_at_most': 4}", OUTCOME_INCONCLUSIVE },
	{ SCENARIO_TRBE_SNAPSHOT, "{'beyond_a_lap': 1}", OUTCOME_CLEAN },
	{ SCENARIO_TRBE_SNAPSHOT, "{'beyond_a_lap': 1, 'faults': 1}",
	  OUTCOME_NOT_ALLOWED },
	{ SCENARIO_PTT_END, "{'stands_still': 50}", OUTCOME_SILENT_STOP },
	{ SCENARIO_PTT_END, "{'beyond_a_lap': 1, 'overrun': 1}",
	  OUTCOME_OVERRUN },
	{ SCENARIO_PTT_END, "{'beyond_a_lap': 1}", OUTCOME_CLEAN },
	{ SCENARIO_PTT_END, "{'drained': 9}", OUTCOME_INCONCLUSIVE },
	{ SCENARIO_PTT_BEYOND, "{'near_end': 1, 'beyond_a_lap': 1}",
	  OUTCOME_CLEAN },
	{ SCENARIO_PTT_BEYOND, "{'near_end': 1, 'stands_still': 50}",
	  OUTCOME_SILENT_STOP },
	{ SCENARIO_PTT_BEYOND, "{'near_end': 0, 'beyond_a_lap': 1}",
	  OUTCOME_INCONCLUSIVE },

	{ SCENARIO_PT_DECODE, "{'ways': [{'packets': 9, 'branches': 3, 'tnt': 2,"
	  " 'with_branches': true}, {'packets': 9, 'with_branches': false}]}",
	  OUTCOME_CLEAN },
	{ SCENARIO_PT_DECODE, "{'ways': [{'packets': 9, 'branches': 3,"
	  " 'with_branches': true}]}", OUTCOME_INCONCLUSIVE },
	{ SCENARIO_PT_DECODE, "{'ways': [{'packets': 9, 'branches': 3, 'tnt': 2,"
	  " 'with_branches': true, 'bad': 1}]}", OUTCOME_WRONG },
	{ SCENARIO_PT_DECODE, "{'ways': [{'packets': 9, 'branches': 3, 'tnt': 2,"
	  " 'with_branches': true, 'errors': 1}]}", OUTCOME_WRONG },
	{ SCENARIO_PT_DECODE, "{'ways': [{'packets': 9, 'branches': 3, 'tnt': 2,"
	  " 'with_branches': true, 'filter_offset': 64, 'located': 1,"
	  " 'outside': 0}]}", OUTCOME_CLEAN },
	{ SCENARIO_PT_DECODE, "{'ways': [{'packets': 9, 'branches': 3, 'tnt': 2,"
	  " 'with_branches': true, 'filter_offset': 64, 'located': 3,"
	  " 'outside': 1}]}", OUTCOME_WRONG },
	{ SCENARIO_PT_DECODE, "{'ways': [{'packets': 9, 'branches': 3, 'tnt': 2,"
	  " 'with_branches': true, 'filter_offset': 64, 'located': 0,"
	  " 'outside': 0}]}", OUTCOME_WRONG },
	{ SCENARIO_PT_DECODE, "{'ways': [{'packets': 9, 'branches': 3,"
	  " 'with_branches': false}]}", OUTCOME_WRONG },
	{ SCENARIO_PT_DECODE, "{'ways': [{'packets': 0}]}", OUTCOME_WRONG },
	{ SCENARIO_PT_DECODE, "{'ways': [{'not_recorded': 1}]}",
	  OUTCOME_WRONG },
	{ SCENARIO_PT_DECODE, "{'ways': []}", OUTCOME_INCONCLUSIVE },

	{ SCENARIO_PERF_TESTS, "{'tests': [{'result': 'ok'},"
	  " {'result': 'skipped'}]}", OUTCOME_CLEAN },
	{ SCENARIO_PERF_TESTS, "{'tests': [{'result': 'ok'},"
	  " {'result': 'failed'}]}", OUTCOME_WRONG },
	{ SCENARIO_PERF_TESTS, "{'tests': [{'result': 'skipped'}]}",
	  OUTCOME_INCONCLUSIVE },

	{ SCENARIO_SIGIO, "{'fulls': 40}", OUTCOME_CLEAN },
	{ SCENARIO_SIGIO, "{'fulls': 40, 'silent_stops': 2}",
	  OUTCOME_SILENT_STOP },
	{ SCENARIO_EPOLL, "{'fulls': 40, 'silent_stops': 2, 'lost_wakeups': 1}",
	  OUTCOME_LOST },
	{ SCENARIO_EPOLL, "{'fulls': 0}", OUTCOME_INCONCLUSIVE },

	{ SCENARIO_EPOLL_ADD, "{'rounds': 4, 'told_by_poll': 4, 'told_by_epoll': 4}",
	  OUTCOME_CLEAN },
	{ SCENARIO_EPOLL_ADD, "{'rounds': 4, 'told_by_poll': 4, 'told_by_epoll': 3}",
	  OUTCOME_LOST },
	{ SCENARIO_EPOLL_ADD, "{'rounds': 4, 'told_by_poll': 3, 'told_by_epoll': 0}",
	  OUTCOME_INCONCLUSIVE },

	{ SCENARIO_PT_WHOLE_BUFFER, "{'reached': 1, 'misaccounts': 0}",
	  OUTCOME_CLEAN },
	{ SCENARIO_PT_WHOLE_BUFFER, "{'reached': 1, 'misaccounts': 1}",
	  OUTCOME_MISCOUNTED },
	{ SCENARIO_PT_WHOLE_BUFFER, "{'reached': 0}", OUTCOME_INCONCLUSIVE },
	{ SCENARIO_PT_OVERRUN, "{'reached': 1, 'overrun': 0}", OUTCOME_CLEAN },
	{ SCENARIO_PT_OVERRUN, "{'reached': 1, 'overrun': 1}",
	  OUTCOME_OVERRUN },
	{ SCENARIO_PT_OVERRUN, "{'reached': 1, 'head_beyond_buffer': 6772}",
	  OUTCOME_OVERRUN },
	{ SCENARIO_PT_OVERRUN, "{'reached': 0}", OUTCOME_INCONCLUSIVE },

	{ SCENARIO_PT_WHOLE_BUFFER, "{'reached': 3}", OUTCOME_CLEAN },
	{ SCENARIO_PT_WHOLE_BUFFER, "{'reached': 0}", OUTCOME_INCONCLUSIVE },
	{ SCENARIO_PT_WHOLE_BUFFER, "{'reached': 3, 'misaccounts': 1}",
	  OUTCOME_MISCOUNTED },
	{ SCENARIO_PT_OVERRUN, "{'reached': 3}", OUTCOME_CLEAN },
	{ SCENARIO_PT_OVERRUN, "{'reached': 0}", OUTCOME_INCONCLUSIVE },
	{ SCENARIO_PT_OVERRUN, "{'reached': 3, 'overrun': 1}",
	  OUTCOME_OVERRUN },
	{ SCENARIO_PT_OVERRUN, "{'reached': 3, 'head_beyond_buffer': 1}",
	  OUTCOME_OVERRUN },

	{ SCENARIO_SPE_FAULT, "{'faults': 9}", OUTCOME_CLEAN },
	{ SCENARIO_SPE_FAULT, "{'faults': 0, 'none': 3}", OUTCOME_INCONCLUSIVE },
	{ SCENARIO_SPE_FAULT, "{'faults': 9, 'silent': 1, 'not_told': 1}",
	  OUTCOME_SILENT_STOP },
	{ SCENARIO_SPE_FAULT, "{'faults': 9, 'not_told': 1}", OUTCOME_WRONG },
	{ SCENARIO_SPE_FAULT, "{'faults': 9, 'not_on_again': 1}",
	  OUTCOME_WRONG },
	{ SCENARIO_SPE_LOSS, "{'rounds': 9, 'partial': 9}", OUTCOME_CLEAN },
	{ SCENARIO_SPE_LOSS, "{'rounds': 9}", OUTCOME_INCONCLUSIVE },
	{ SCENARIO_SPE_LOSS, "{'partial': 9, 'misaccounts': 1}",
	  OUTCOME_MISCOUNTED },
	{ SCENARIO_SPE_LOSS, "{'partial': 9, 'not_woken': 1}", OUTCOME_LOST },
	{ SCENARIO_SPE_SNAPSHOT, "{'beyond_a_lap': 1}", OUTCOME_CLEAN },
	{ SCENARIO_SPE_SNAPSHOT, "{'beyond_a_lap': 1, 'misplaced': 1}",
	  OUTCOME_WRONG },

	{ SCENARIO_SELFTEST_MMAP, "{'ok': 5, 'failed': 0}", OUTCOME_CLEAN },
	{ SCENARIO_SELFTEST_MMAP, "{'ok': 5, 'failed': 1}", OUTCOME_WRONG },
	{ SCENARIO_SELFTEST_MMAP, "{'ok': 5, 'skipped': 1}",
	  OUTCOME_INCONCLUSIVE },
	{ SCENARIO_SELFTEST_MMAP, "{'ok': 0}", OUTCOME_INCONCLUSIVE },
	{ SCENARIO_SELFTEST_MMAP, "{'ok': 5, 'stuck': 1}", OUTCOME_STUCK },
};

/* JSON with quotes that need no backslash here. */
static json_t *read_evidence(const char *text)
{
	char copy[256], *p;

	snprintf(copy, sizeof(copy), "%s", text);
	for (p = copy; *p; p++) {
		if (*p == '\'')
			*p = '"';
	}
	return json_loads(copy, 0, NULL);
}

static void outcomes(struct check *t)
{
	bool seen[SCENARIOS] = { false };
	json_t *evidence;
	const char *is;
	unsigned int i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		evidence = read_evidence(cases[i].evidence);
		CHECK(t, evidence);
		is = scenario_outcome(cases[i].scenario, evidence);
		if (strcmp(is, cases[i].outcome))
			printf("%s %s: %s, expected %s\n",
			       scenarios[cases[i].scenario].name,
			       cases[i].evidence, is, cases[i].outcome);
		CHECK(t, !strcmp(is, cases[i].outcome));
		seen[cases[i].scenario] = true;
		json_decref(evidence);
	}
	for (i = SCENARIO_NONE + 1; i < SCENARIOS; i++) {
		if (!seen[i])
			printf("%s is not tested\n", scenarios[i].name);
		CHECK(t, seen[i]);
	}
}

int main(void)
{
	struct check t = { 0 };

	classes(&t);
	outcomes(&t);
	return check_end(&t);
}
