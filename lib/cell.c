// SPDX-License-Identifier: GPL-2.0-only
#include "lib/cell.h"

#include <errno.h>
#include <string.h>

#include "lib/cell-values.h"
#include "lib/scenario.h"
#include "lib/units.h"

#define WORD_OF(id, word, ...) word,
static const char *const kind_words[] = { CELL_KIND_LIST(WORD_OF) NULL };
static const char *const aim_words[] = {
	"blind", "sweep", "random", "aimed", "replay", NULL
};
static const char *const around_words[] = {
	"nothing", "watermark", "sched", "migrate", "shared", "children",
	"any", NULL
};
static const char *const loop_words[] = { "eager", "perf", NULL };
static const char *const tracee_words[] = { "stay", "migrate", NULL };
static const char *const placement_words[] = {
	"same-node", "other-node", "all-nodes", "farthest-node", "same-cpu",
	"smt", "same-llc", "spread", NULL
};
static const char *const event_words[] = { "task", "cpu", NULL };
static const char *const mode_words[] = { PERSONALITY_LIST(WORD_OF) NULL };
static const char *const fail_words[] = { "null", "short", "both", NULL };
static const char *const context_words[] = { "hardirq", "nmi", NULL };
static const char *const load_words[] = {
	"none", "hackbench", "membw", NULL
};
static const char *const reference_words[] = { "none", "cyclictest", NULL };

#define BLANK_WORD(id, word, ...) " " word

#define KEY(field, type, expect_, help_) \
	{ .name = #field, .expect = expect_, .help = help_, \
	  .parse = value_parse_##type, .format = value_format_##type, \
	  .offset = offsetof(struct cell, field) }
#define WORD(field, expect_, help_) \
	{ .name = #field, .expect = expect_, .help = help_, \
	  .parse = value_parse_word, .format = value_format_word, \
	  .offset = offsetof(struct cell, field), .words = field##_words }

const struct cell_key cell_keys[] = {
	WORD(kind, "one of" CELL_KIND_LIST(BLANK_WORD),
	     "steady trace, hunt for the race, perf record, or a known bug"),
	KEY(scenario, scenario, "a scenario's name (run-matrix --help)",
	    "the bug that a cell of kind scenario looks at"),
	KEY(pmu, name, "a PMU's name in sysfs", "PMU that fills the buffer"),
	KEY(pmu_terms, terms, "terms such as cyc=1,ptw=0 without blanks, or none",
	    "of a real PMU, in perf's syntax, over our defaults"),
	KEY(rate, rate, "a rate above 0 such as 20M or 20MB/s",
	    "bytes of trace per second of the tracee"),
	KEY(drain, drain, "3ms, uniform:1ms-5ms or exp:3ms",
	    "time from the wakeup until the tail is moved"),
	KEY(window, time, "a time such as 30ms or 0",
	    "delay injected at full before interrupts run"),
	KEY(aux, aux, "a power of two from 4K to 1G",
	    "size of the AUX area"),
	KEY(watermark, size, "a size such as 16K, 0 for the kernel's default",
	    "bytes after which the kernel wakes the tracer"),
	WORD(loop, "eager or perf",
	     "ENABLE after every wakeup, or as perf only after new data"),
	WORD(tracee, "stay or migrate", "keep the tracee on one CPU, or not"),
	KEY(migrate, some_time, "a time above 0 such as 10ms",
	    "time between two migrations"),
	{ .name = "placement",
	  .expect = "same-cpu, smt, same-llc, same-node, other-node, farthest-node, all-nodes or spread:PAIRS",
	  .help = "where the tracer runs, seen from the tracee",
	  .parse = value_parse_placement, .format = value_format_placement,
	  .offset = offsetof(struct cell, placement),
	  .words = placement_words },
	KEY(pairs, pairs, "a number, max, or 0 for what the placement asks",
	    "pairs of tracee and tracer at once"),
	KEY(buffer_node, some_node, "tracer, tracee or a node's number",
	    "node of the tracer's copy buffer"),
	WORD(event, "task or cpu",
	     "bind the event to the tracee, or to its CPU"),
	KEY(workload, workload, WORKLOAD_EXPECT,
	    "how the tracee uses its CPU over time"),
	WORD(mode, "one of" PERSONALITY_LIST(BLANK_WORD), "driver that auxsynth behaves like"),
	WORD(fail, "null, short or both",
	     "full: no room at all, or less than a region"),
	WORD(context, "hardirq or nmi",
	     "interrupt that finds the buffer full"),
	KEY(region, size, "a size such as 4K, 0 for none",
	    "smallest room the hardware can start in"),
	KEY(tick, some_time, "a time above 0 such as 250us",
	    "longest time between two bursts of the driver"),
	KEY(skid, time, "a time such as 50us or 0",
	    "modelled hardware: its interrupt comes so long after its cause"),
	KEY(overflow, time, "a time of whole ms such as 10ms, 0 for none",
	    "modelled hardware: between two overflows of its internal buffer"),
	KEY(duration, time, "a time such as 2s, 0 for no limit",
	    "length of the measurement"),
	KEY(fulls, uint, "a number, 0 for no limit",
	    "end after so many fulls"),
	KEY(hang_timeout, some_time, "a time above 0 such as 250ms",
	    "tracee's time without a restart that is a hang"),
	WORD(load, "none, hackbench or membw", "interference beside the pair"),
	KEY(load_node, node, "any, tracer, tracee or a node's number",
	    "node of the interference, its CPUs and memory"),
	WORD(reference, "none or cyclictest",
	     "what the scheduler alone costs, measured beside the cell"),
	WORD(aim, "blind, sweep, random, aimed or replay",
	     "hunt: how the tracer's steps are put around a full"),
	WORD(around, "nothing, watermark, sched, migrate, shared, children or any",
	     "hunt: what else happens around a full"),
	KEY(phases, phases, "trigger:order:start:tail:enable:around as in a find",
	    "hunt: the steps that aim=replay repeats, ns"),
	KEY(cold, size, "a size such as 4M, 0 for none",
	    "hunt: code that the tracee walks over, to make the rest cold"),
	KEY(seed, uint, "a number", "of every random choice in the cell"),
	{ NULL }
};

#define FACTS_OF(id, word, pmu) [KIND_##id] = { word, pmu },
const struct cell_kind_facts cell_kinds[CELL_KINDS] = {
	CELL_KIND_LIST(FACTS_OF)
};

void cell_init(struct cell *cell)
{
	*cell = (struct cell) {
		.pmu = CELL_PMU_DEFAULT,
		.pmu_terms = "none",
		.rate = 20000000,
		.drain = { .kind = DRAIN_FIXED, .a = NSEC_PER_MSEC },
		.aux = 64 << 10,
		.migrate = 10 * NSEC_PER_MSEC,
		.buffer_node = NODE_TRACER,
		.load_node = NODE_ANY,
		.region = 4096,
		.tick = 250 * NSEC_PER_USEC,
		.duration = 2 * NSEC_PER_SEC,
		.hang_timeout = 250 * NSEC_PER_MSEC,
		.aim = AIM_AIMED,
		.seed = 1,
	};
}

const struct cell_key *cell_key_find(const char *name)
{
	const struct cell_key *key;

	for (key = cell_keys; key->name; key++) {
		if (!strcmp(key->name, name))
			return key;
	}
	return NULL;
}

int cell_set(struct cell *cell, const struct cell_key *key, const char *value,
	     struct err *err)
{
	if (key->parse(key, (char *)cell + key->offset, value))
		return err_set(err, -EINVAL, "%s: bad value '%s', expected %s",
			       key->name, value, key->expect);
	return 0;
}

void cell_get(const struct cell *cell, const struct cell_key *key,
	      char buf[CELL_VALUE_LEN])
{
	key->format(key, (const char *)cell + key->offset, buf);
}

/* What is one driver's own is not measured of another. */
static int check_scenario_pmu(const struct cell *cell, struct err *err)
{
	const char *own = scenarios[cell->scenario].pmu;

	if (!own || !strcmp(cell->pmu, own) ||
	    !strcmp(cell->pmu, CELL_PMU_DEFAULT))
		return 0;
	return err_set(err, -EINVAL, "scenario=%s is of %s, not of pmu=%s",
		       scenarios[cell->scenario].name, own, cell->pmu);
}

int cell_check(const struct cell *cell, struct err *err)
{
	if (cell->watermark > cell->aux)
		return err_set(err, -EINVAL,
			       "watermark: larger than the AUX area");
	if (cell->region > cell->aux / 2)
		return err_set(err, -EINVAL,
			       "region: larger than half of the AUX area");
	if (cell->skid / NSEC_PER_USEC > 0xffff)
		return err_set(err, -EINVAL, "skid: longer than 65 ms");
	if (cell->overflow % NSEC_PER_MSEC ||
	    cell->overflow / NSEC_PER_MSEC > 0xfff)
		return err_set(err, -EINVAL,
			       "overflow: expected whole ms, 4095 at most");
	if (cell->placement.n && cell->pairs &&
	    cell->placement.n != cell->pairs)
		return err_set(err, -EINVAL,
			       "pairs: not the number that placement asks for");
	if (cell->event == EVENT_CPU && cell->tracee == TRACEE_MIGRATE)
		return err_set(err, -EINVAL,
			       "event: cpu does not follow a tracee that migrates");
	if (!cell->duration && !cell->fulls)
		return err_set(err, -EINVAL,
			       "duration and fulls are both 0: no end");
	if ((cell->kind == KIND_SCENARIO) != (cell->scenario != SCENARIO_NONE))
		return err_set(err, -EINVAL,
			       "kind=scenario and a name in scenario belong together");
	return check_scenario_pmu(cell, err);
}

json_t *cell_to_json(const struct cell *cell)
{
	const struct cell_key *key;
	json_t *json = json_object();
	char buf[CELL_VALUE_LEN];

	for (key = cell_keys; key->name; key++) {
		cell_get(cell, key, buf);
		json_object_set_new(json, key->name, json_string(buf));
	}
	return json;
}

int cell_from_json(struct cell *cell, const json_t *json, struct err *err)
{
	const struct cell_key *key;
	const char *name;
	json_t *value;
	int ret;

	cell_init(cell);
	if (!json_is_object(json))
		return err_set(err, -EINVAL, "a cell is not a JSON object");
	json_object_foreach((json_t *)json, name, value) {
		key = cell_key_find(name);
		if (!key)
			return err_set(err, -EINVAL, "unknown key '%s'", name);
		if (!json_is_string(value))
			return err_set(err, -EINVAL, "%s: not a string", name);
		ret = cell_set(cell, key, json_string_value(value), err);
		if (ret)
			return ret;
	}
	return 0;
}
