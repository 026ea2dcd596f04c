// SPDX-License-Identifier: GPL-2.0-only
/* What each scenario's evidence comes to. */
#include <string.h>

#include "lib/json.h"
#include "stress/scenario/scenario.h"

/* An event enabled too early: once off is off, whatever the other rounds. */
static const char *silent_off(const json_t *e)
{
	if (json_count(e, "switched_off"))
		return json_count(e, "nobody_woken") ? OUTCOME_SILENT_OFF :
			OUTCOME_WRONG;
	return json_count(e, "still_on") ? OUTCOME_CLEAN :
		OUTCOME_INCONCLUSIVE;
}

/* One wakeup would do, a second may have been under way. */
static const char *wakeup_storm(const json_t *e)
{
	json_int_t woken = json_count(e, "wakeups");

	if (woken > json_count(e, "switches") / 2)
		return OUTCOME_STORM;
	return woken > 2 ? OUTCOME_WRONG : OUTCOME_CLEAN;
}

/* Looks in a row: more ticks than that no throttled group stays so. */
#define LOOKS_STOPPED 20

static const char *group_throttle(const json_t *e)
{
	if (json_count(e, "looks_stopped_in_row") > LOOKS_STOPPED)
		return OUTCOME_STOPPED;
	return json_count(e, "throttles") ? OUTCOME_CLEAN :
		OUTCOME_INCONCLUSIVE;
}

/* Also a stream's: its hangs. */
static const char *hangs(const json_t *e, const char *lost, const char *rounds)
{
	if (json_count(e, lost))
		return OUTCOME_LOST;
	if (json_count(e, "silent_stops"))
		return OUTCOME_SILENT_STOP;
	return json_count(e, rounds) ? OUTCOME_CLEAN : OUTCOME_INCONCLUSIVE;
}

static const char *hisi_silent(const json_t *e)
{
	return json_count(e, "silent_stops") ? OUTCOME_SILENT_STOP :
		hangs(e, "off", "rounds");
}

/* Whatever each thread did: it came back, with a success or a "not now". */
static const char *race(const json_t *e)
{
	const json_t *racer;
	const char *name;

	if (json_count(e, "stuck"))
		return OUTCOME_STUCK;
	if (!json_count(e, "starts_after"))
		return OUTCOME_STOPPED;
	json_object_foreach((json_t *)e, name, racer) {
		if (json_count(racer, "bad"))
			return OUTCOME_WRONG;
	}
	return OUTCOME_CLEAN;
}

/* A busy host may leave the driver no time in a phase, but not in most. */
static const char *aux_pause(const json_t *e)
{
	json_int_t half = json_count(e, "rounds") / 2;
	json_int_t fired = json_count(e, "rounds_fired");
	json_int_t resumed = json_count(e, "rounds_resumed");

	if (json_count(e, "rounds_paused") < fired || resumed < half / 2)
		return OUTCOME_WRONG;
	return fired < half || resumed < half ? OUTCOME_INCONCLUSIVE :
		OUTCOME_CLEAN;
}

/* In every round a wakeup; the earliest was no earlier and no later than due. */
static const char *watermark(const json_t *e)
{
	json_int_t rounds = json_count(e, "rounds");
	json_int_t head = json_count(e, "least_head");

	if (json_count(e, "wakeups") < rounds ||
	    head < json_count(e, "expected_low") ||
	    head > json_count(e, "expected_high") ||
	    json_count(e, "at_full") < json_count(e, "expected_full"))
		return OUTCOME_WRONG;
	return OUTCOME_CLEAN;
}

static const char *epoll_add(const json_t *e)
{
	json_int_t rounds = json_count(e, "rounds");

	if (json_count(e, "told_by_poll") < rounds)
		return OUTCOME_INCONCLUSIVE;
	return json_count(e, "told_by_epoll") < rounds ? OUTCOME_LOST :
		OUTCOME_CLEAN;
}

static const char *selftest(const json_t *e)
{
	if (json_count(e, "stuck"))
		return OUTCOME_STUCK;
	if (json_count(e, "failed"))
		return OUTCOME_WRONG;
	return json_count(e, "ok") && !json_count(e, "skipped") ?
		OUTCOME_CLEAN : OUTCOME_INCONCLUSIVE;
}

/* The whole buffer in one go: some of it is missing. */
static const char *pt_whole_buffer(const json_t *e)
{
	if (json_count(e, "misaccounts"))
		return OUTCOME_MISCOUNTED;
	return json_count(e, "reached") ? OUTCOME_CLEAN : OUTCOME_INCONCLUSIVE;
}

static const char *pt_overrun(const json_t *e)
{
	if (json_count(e, "overrun") || json_count(e, "head_beyond_buffer"))
		return OUTCOME_OVERRUN;
	return json_count(e, "reached") ? OUTCOME_CLEAN : OUTCOME_INCONCLUSIVE;
}

/* The trace's end is elsewhere than the hardware says, or it stopped. */
static const char *snapshot(const json_t *e)
{
	if (json_count(e, "misplaced") || json_count(e, "fulls"))
		return OUTCOME_WRONG;
	if (json_count(e, "faults"))
		return OUTCOME_NOT_ALLOWED;
	return json_count(e, "beyond_a_lap") ? OUTCOME_CLEAN :
		OUTCOME_INCONCLUSIVE;
}

/* Each sample is the trace's bytes, all of them, in order. */
static const char *pt_sample(const json_t *e)
{
	if (json_count(e, "of_other_size") || json_count(e, "not_in_trace") ||
	    json_count(e, "fulls"))
		return OUTCOME_WRONG;
	return json_count(e, "in_trace") ? OUTCOME_CLEAN :
		OUTCOME_INCONCLUSIVE;
}

/* Each way was recorded, and each byte and each branch makes sense to perf. */
static const char *pt_decode(const json_t *e)
{
	const json_t *ways = json_object_get(e, "ways"), *way;
	bool branches, said = true;
	size_t i;

	json_array_foreach((json_t *)ways, i, way) {
		if (json_count(way, "not_recorded") ||
		    json_count(way, "bad") || json_count(way, "errors") ||
		    json_count(way, "outside") || !json_count(way, "packets"))
			return OUTCOME_WRONG;
		branches = json_is_true(json_object_get(way, "with_branches"));
		if (branches != !!json_count(way, "branches"))
			return OUTCOME_WRONG;
		/* All of them begin nowhere: the filter is not what it says. */
		if (json_object_get(way, "filter_offset") &&
		    !json_count(way, "located"))
			return OUTCOME_WRONG;
		/* The model had found no loop in the program. */
		said &= !branches || json_count(way, "tnt");
	}
	return said && json_array_size(ways) ? OUTCOME_CLEAN :
		OUTCOME_INCONCLUSIVE;
}

/* A way that there is not: refused.  A record: what perf says of it is so. */
static const char *bts_way(const json_t *way)
{
	bool recorded = json_is_true(json_object_get(way, "recorded"));

	if (json_is_true(json_object_get(way, "to_be_refused")))
		return recorded ? OUTCOME_WRONG : OUTCOME_CLEAN;
	if (!recorded || json_count(way, "bad") || json_count(way, "errors") ||
	    json_count(way, "other") ||
	    json_count(way, "untrue"))
		return OUTCOME_WRONG;
	return json_count(way, "in_loop") ? OUTCOME_CLEAN :
		OUTCOME_INCONCLUSIVE;
}

static const char *bts_decode(const json_t *e)
{
	const json_t *ways = json_object_get(e, "ways"), *way;
	const char *outcome = OUTCOME_INCONCLUSIVE;
	size_t i;

	json_array_foreach((json_t *)ways, i, way) {
		outcome = bts_way(way);
		if (strcmp(outcome, OUTCOME_CLEAN))
			break;
	}
	return outcome;
}

/* Told, and on again after ENABLE; or not even then. */
static const char *spe_fault(const json_t *e)
{
	if (json_count(e, "silent"))
		return OUTCOME_SILENT_STOP;
	if (json_count(e, "not_told") || json_count(e, "not_on_again"))
		return OUTCOME_WRONG;
	return json_count(e, "faults") ? OUTCOME_CLEAN : OUTCOME_INCONCLUSIVE;
}

static const char *spe_loss(const json_t *e)
{
	if (json_count(e, "misaccounts"))
		return OUTCOME_MISCOUNTED;
	if (json_count(e, "not_woken"))
		return OUTCOME_LOST;
	return json_count(e, "partial") ? OUTCOME_CLEAN : OUTCOME_INCONCLUSIVE;
}

static const char *perf_tests(const json_t *e)
{
	const json_t *tests = json_object_get(e, "tests"), *test;
	bool ok = false;
	size_t i;

	json_array_foreach((json_t *)tests, i, test) {
		if (!strcmp(json_text(test, "result"), "failed"))
			return OUTCOME_WRONG;
		ok |= !strcmp(json_text(test, "result"), "ok");
	}
	return ok ? OUTCOME_CLEAN : OUTCOME_INCONCLUSIVE;
}

/* What is published is a record that was written, or nothing. */
static const char *bts_padding(const json_t *e)
{
	if (json_count(e, "stale"))
		return OUTCOME_STALE;
	return json_count(e, "padded") ? OUTCOME_CLEAN : OUTCOME_INCONCLUSIVE;
}

static const char *ptt_end(const json_t *e)
{
	if (json_count(e, "overrun"))
		return OUTCOME_OVERRUN;
	if (json_count(e, "stands_still"))
		return OUTCOME_SILENT_STOP;
	return json_count(e, "beyond_a_lap") ? OUTCOME_CLEAN :
		OUTCOME_INCONCLUSIVE;
}

static const char *trbe_fault(const json_t *e)
{
	if (json_count(e, "lost_bytes") ||
	    json_count(e, "taken_for_aborts") > json_count(e, "aborts_at_most"))
		return OUTCOME_MISCOUNTED;
	return json_count(e, "interrupts") ? OUTCOME_CLEAN :
		OUTCOME_INCONCLUSIVE;
}

const char *scenario_outcome(int scenario, const json_t *evidence)
{
	switch (scenario) {
	case SCENARIO_SILENT_OFF:
		return silent_off(evidence);
	case SCENARIO_WAKEUP_STORM:
		return wakeup_storm(evidence);
	case SCENARIO_GROUP_THROTTLE:
	case SCENARIO_BTS_THROTTLE:
		return group_throttle(evidence);
	case SCENARIO_HISI_SILENT:
		return hisi_silent(evidence);
	case SCENARIO_SET_OUTPUT:
	case SCENARIO_MUNMAP:
		return race(evidence);
	case SCENARIO_AUX_PAUSE:
		return aux_pause(evidence);
	case SCENARIO_WATERMARK_DEFAULT:
	case SCENARIO_WATERMARK_PAGE:
	case SCENARIO_WATERMARK_HUGE:
		return watermark(evidence);
	case SCENARIO_EPOLL_ADD:
		return epoll_add(evidence);
	case SCENARIO_SELFTEST_MMAP:
		return selftest(evidence);
	case SCENARIO_PT_WHOLE_BUFFER:
		return pt_whole_buffer(evidence);
	case SCENARIO_PT_OVERRUN:
		return pt_overrun(evidence);
	case SCENARIO_PT_SNAPSHOT:
	case SCENARIO_SPE_SNAPSHOT:
	case SCENARIO_BTS_SNAPSHOT:
	case SCENARIO_TRBE_SNAPSHOT:
		return snapshot(evidence);
	case SCENARIO_PT_SAMPLE:
		return pt_sample(evidence);
	case SCENARIO_PT_DECODE:
		return pt_decode(evidence);
	case SCENARIO_BTS_DECODE:
		return bts_decode(evidence);
	case SCENARIO_PERF_TESTS:
		return perf_tests(evidence);
	case SCENARIO_SPE_FAULT:
		return spe_fault(evidence);
	case SCENARIO_SPE_LOSS:
		return spe_loss(evidence);
	case SCENARIO_PTT_END:
		return ptt_end(evidence);
	case SCENARIO_PTT_BEYOND:
		return json_count(evidence, "near_end") ? ptt_end(evidence) :
			OUTCOME_INCONCLUSIVE;
	case SCENARIO_TRBE_FAULT:
		return trbe_fault(evidence);
	case SCENARIO_BTS_PADDING:
		return bts_padding(evidence);
	default:
		return hangs(evidence, "lost_wakeups", "fulls");
	}
}
