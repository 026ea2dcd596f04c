// SPDX-License-Identifier: GPL-2.0-only
#include "lib/cell.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "lib/scenario.h"
#include "lib/units.h"

static int parse_name(const struct cell_key *key, void *field,
		      const char *value)
{
	size_t len = strlen(value);

	if (!len || len >= sizeof(((struct cell *)0)->pmu) ||
	    strchr(value, '/'))
		return -EINVAL;
	memcpy(field, value, len + 1);
	return 0;
}

static void format_name(const struct cell_key *key, const void *field,
			char *buf)
{
	snprintf(buf, CELL_VALUE_LEN, "%s", (const char *)field);
}

/* What they mean, only the PMU's own directory can say. */
static int parse_terms(const struct cell_key *key, void *field,
		       const char *value)
{
	size_t len = strlen(value);

	if (!len || len >= sizeof(((struct cell *)0)->pmu_terms) ||
	    strpbrk(value, " \t/") || *value == ',' || value[len - 1] == ',')
		return -EINVAL;
	memcpy(field, value, len + 1);
	return 0;
}

static int parse_rate(const struct cell_key *key, void *field,
		      const char *value)
{
	uint64_t rate;

	if (units_parse_rate(value, &rate) || !rate)
		return -EINVAL;
	*(uint64_t *)field = rate;
	return 0;
}

static void format_rate(const struct cell_key *key, const void *field,
			char *buf)
{
	units_format_rate(buf, *(const uint64_t *)field);
}

static int parse_size(const struct cell_key *key, void *field,
		      const char *value)
{
	return units_parse_size(value, field);
}

/* The AUX area is a power of two of whole pages: perf_mmap() insists. */
static int parse_aux(const struct cell_key *key, void *field,
		     const char *value)
{
	uint64_t size;

	if (units_parse_size(value, &size) || size < 4096 ||
	    (size & (size - 1)) || size > (1ull << 30))
		return -EINVAL;
	*(uint64_t *)field = size;
	return 0;
}

static void format_size(const struct cell_key *key, const void *field,
			char *buf)
{
	units_format_size(buf, *(const uint64_t *)field);
}

static int parse_time(const struct cell_key *key, void *field,
		      const char *value)
{
	return units_parse_time(value, field);
}

static int parse_some_time(const struct cell_key *key, void *field,
			   const char *value)
{
	uint64_t ns;

	if (units_parse_time(value, &ns) || !ns)
		return -EINVAL;
	*(uint64_t *)field = ns;
	return 0;
}

static void format_time(const struct cell_key *key, const void *field,
			char *buf)
{
	units_format_time(buf, *(const uint64_t *)field);
}

static int parse_uint(const struct cell_key *key, void *field,
		      const char *value)
{
	return units_parse_uint(value, field);
}

static void format_uint(const struct cell_key *key, const void *field,
			char *buf)
{
	snprintf(buf, CELL_VALUE_LEN, "%llu",
		 (unsigned long long)*(const uint64_t *)field);
}

static int parse_word(const struct cell_key *key, void *field,
		      const char *value)
{
	int i;

	for (i = 0; key->words[i]; i++) {
		if (!strcmp(value, key->words[i])) {
			*(int *)field = i;
			return 0;
		}
	}
	return -EINVAL;
}

static void format_word(const struct cell_key *key, const void *field,
			char *buf)
{
	snprintf(buf, CELL_VALUE_LEN, "%s", key->words[*(const int *)field]);
}

static int parse_scenario(const struct cell_key *key, void *field,
			  const char *value)
{
	int id = scenario_find(value);

	if (id < 0)
		return id;
	*(int *)field = id;
	return 0;
}

static void format_scenario(const struct cell_key *key, const void *field,
			    char *buf)
{
	snprintf(buf, CELL_VALUE_LEN, "%s",
		 scenarios[*(const int *)field].name);
}

/* "3ms", "uniform:1ms-5ms" or "exp:3ms" */
static int parse_drain(const struct cell_key *key, void *field,
		       const char *value)
{
	struct drain drain = { .kind = DRAIN_FIXED };
	char low[UNITS_LEN];
	const char *dash;
	size_t len;

	if (!strncmp(value, "exp:", 4)) {
		drain.kind = DRAIN_EXP;
		value += 4;
	} else if (!strncmp(value, "uniform:", 8)) {
		drain.kind = DRAIN_UNIFORM;
		value += 8;
		dash = strchr(value, '-');
		if (!dash)
			return -EINVAL;
		len = dash - value;
		if (len >= sizeof(low))
			return -EINVAL;
		memcpy(low, value, len);
		low[len] = '\0';
		if (units_parse_time(low, &drain.a) ||
		    units_parse_time(dash + 1, &drain.b) ||
		    drain.b < drain.a)
			return -EINVAL;
		*(struct drain *)field = drain;
		return 0;
	}
	if (units_parse_time(value, &drain.a))
		return -EINVAL;
	*(struct drain *)field = drain;
	return 0;
}

static void format_drain(const struct cell_key *key, const void *field,
			 char *buf)
{
	const struct drain *drain = field;
	char a[UNITS_LEN], b[UNITS_LEN];

	units_format_time(a, drain->a);
	units_format_time(b, drain->b);
	if (drain->kind == DRAIN_UNIFORM)
		snprintf(buf, CELL_VALUE_LEN, "uniform:%s-%s", a, b);
	else
		snprintf(buf, CELL_VALUE_LEN, "%s%s",
			 drain->kind == DRAIN_EXP ? "exp:" : "", a);
}

/* A word; "spread" may be followed by its number of pairs. */
static int parse_placement(const struct cell_key *key, void *field,
			   const char *value)
{
	struct placement_key place = { 0 };
	int ret = 0;

	if (!strncmp(value, "spread:", 7)) {
		place.kind = PLACE_SPREAD;
		ret = units_parse_uint(value + 7, &place.n);
		if (ret || !place.n)
			return -EINVAL;
	} else {
		ret = parse_word(key, &place.kind, value);
	}
	if (!ret)
		*(struct placement_key *)field = place;
	return ret;
}

static void format_placement(const struct cell_key *key, const void *field,
			     char *buf)
{
	const struct placement_key *place = field;

	snprintf(buf, CELL_VALUE_LEN, place->n ? "%s:%llu" : "%s",
		 key->words[place->kind], (unsigned long long)place->n);
}

static int parse_pairs(const struct cell_key *key, void *field,
		       const char *value)
{
	if (strcmp(value, "max"))
		return units_parse_uint(value, field);
	*(uint64_t *)field = PAIRS_MAX;
	return 0;
}

static void format_pairs(const struct cell_key *key, const void *field,
			 char *buf)
{
	if (*(const uint64_t *)field == PAIRS_MAX)
		snprintf(buf, CELL_VALUE_LEN, "max");
	else
		format_uint(key, field, buf);
}

/* The words a node's number may be replaced by, by their negative. */
static const char *const node_words[] = {
	[-NODE_TRACER] = "tracer", [-NODE_TRACEE] = "tracee",
	[-NODE_ANY] = "any",
};

#define NODE_MAX 1023

static int parse_node(const struct cell_key *key, void *field,
		      const char *value)
{
	uint64_t node;
	int i;

	for (i = -NODE_TRACER; i <= -NODE_ANY; i++) {
		if (!strcmp(value, node_words[i])) {
			*(int *)field = -i;
			return 0;
		}
	}
	if (units_parse_uint(value, &node) || node > NODE_MAX)
		return -EINVAL;
	*(int *)field = node;
	return 0;
}

/* A buffer has to be somewhere. */
static int parse_some_node(const struct cell_key *key, void *field,
			   const char *value)
{
	return strcmp(value, "any") ? parse_node(key, field, value) : -EINVAL;
}

static void format_node(const struct cell_key *key, const void *field,
			char *buf)
{
	int node = *(const int *)field;

	if (node < 0)
		snprintf(buf, CELL_VALUE_LEN, "%s", node_words[-node]);
	else
		snprintf(buf, CELL_VALUE_LEN, "%d", node);
}

static int parse_workload(const struct cell_key *key, void *field,
			  const char *value)
{
	return workload_parse(field, value);
}

static void format_workload(const struct cell_key *key, const void *field,
			    char *buf)
{
	workload_format(field, buf, CELL_VALUE_LEN);
}

static const char *const kind_words[] = {
	"stream", "hunt", "client", "scenario", NULL
};
static int parse_phases(const struct cell_key *key, void *field,
			const char *value)
{
	return phases_parse(value, field);
}

static void format_phases(const struct cell_key *key, const void *field,
			  char *buf)
{
	phases_format(buf, field);
}

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
static const char *const mode_words[] = {
	"pt", "spe", "hisi", "hisi-flags", NULL
};
static const char *const fail_words[] = { "null", "short", "both", NULL };
static const char *const context_words[] = { "hardirq", "nmi", NULL };
static const char *const load_words[] = {
	"none", "hackbench", "membw", NULL
};
static const char *const reference_words[] = { "none", "cyclictest", NULL };

#define KEY(field, type, expect_, help_) \
	{ .name = #field, .expect = expect_, .help = help_, \
	  .parse = parse_##type, .format = format_##type, \
	  .offset = offsetof(struct cell, field) }
#define WORD(field, expect_, help_) \
	{ .name = #field, .expect = expect_, .help = help_, \
	  .parse = parse_word, .format = format_word, \
	  .offset = offsetof(struct cell, field), .words = field##_words }

/* These share a printer with a laxer parser. */
#define format_terms format_name
#define format_aux format_size
#define format_some_time format_time
#define format_some_node format_node

const struct cell_key cell_keys[] = {
	WORD(kind, "stream, hunt, client or scenario",
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
	  .parse = parse_placement, .format = format_placement,
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
	WORD(mode, "pt, spe, hisi or hisi-flags", "driver that auxsynth behaves like"),
	WORD(fail, "null, short or both",
	     "full: no room at all, or less than a region"),
	WORD(context, "hardirq or nmi",
	     "interrupt that finds the buffer full"),
	KEY(region, size, "a size such as 4K, 0 for none",
	    "smallest room the hardware can start in"),
	KEY(tick, some_time, "a time above 0 such as 250us",
	    "longest time between two bursts of the driver"),
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

void cell_init(struct cell *cell)
{
	*cell = (struct cell) {
		.pmu = "aux_synth",
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

int cell_check(const struct cell *cell, struct err *err)
{
	if (cell->watermark > cell->aux)
		return err_set(err, -EINVAL,
			       "watermark: larger than the AUX area");
	if (cell->region > cell->aux / 2)
		return err_set(err, -EINVAL,
			       "region: larger than half of the AUX area");
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
	return 0;
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
