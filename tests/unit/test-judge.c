// SPDX-License-Identifier: GPL-2.0-only
/* Verdicts on kernels that are made up here; with a directory: aa-store.h. */
#include <errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/verdict/judge.h"
#include "lib/store.h"
#include "lib/json.h"
#include "lib/units.h"
#include "tests/check.h"
#include "tests/fixture.h"
#include "tests/unit/aa-store.h"

#define CELLS 4
#define BOOTS 14
#define FULLS 60

/* What a candidate does. */
struct effect {
	double delay;		/* ns in each ENABLE */
	double lost, silent;	/* chance of a hang in the last cell */
	double wakeup;		/* ns, of every one; 0: as baseline's */
};

static double around(gsl_rng *rng, double ns, double spread)
{
	return ns * exp(gsl_ran_gaussian(rng, spread));
}

/* Each boot has a mood, each time its own chance. */
static void fill_record(struct record *r, bool widened, const struct effect *e,
			gsl_rng *rng)
{
	double mood = exp(gsl_ran_gaussian(rng, 0.1)), gap;
	unsigned int i, lost, silent, fulls = FULLS;

	lost = gsl_ran_binomial(rng, widened ? e->lost : 0.001, fulls);
	silent = gsl_ran_binomial(rng, widened ? e->silent : 0, fulls - lost);
	for (i = 0; i < fulls - lost - silent; i++) {
		gap = around(rng, 3e6 * mood, 0.3) + e->delay;
		hist_add(&r->h.wakeup, e->wakeup ?
			 around(rng, e->wakeup, 0.3) :
			 around(rng, 1e5 * mood, 0.5));
		hist_add(&r->h.gap_enable,
			 around(rng, 8e4 * mood, 0.5) + e->delay);
		hist_add(&r->h.enable_running,
			 around(rng, 6e3 * mood, 0.3) + e->delay);
		hist_add(&r->h.gap, gap);
		r->gap_ns += gap;
		r->traced_ns += 3.2e6;
	}
	for (i = 0; i < lost + silent; i++) {
		hist_add(&r->h.censored, 250 * NSEC_PER_MSEC);
		r->gap_ns += 2.5e8;
	}
	r->fulls = fulls;
	r->hangs[HANG_LOST_WAKEUP] = lost;
	r->hangs[HANG_SILENT_STOP] = silent;
}

static void add_kernel(struct results *results, const char *variant,
		       const struct effect *e, const char *accel, gsl_rng *rng)
{
	struct store_entry *entry = calloc(1, sizeof(*entry));
	struct cell cell;
	char text[32];
	size_t i;

	for (i = 0; i < BOOTS * CELLS; i++) {
		snprintf(text, sizeof(text), "window=%zums", 10 * (i % CELLS));
		cell_init(&cell);
		cell.window = 10 * NSEC_PER_MSEC * (i % CELLS);
		*entry = (struct store_entry) {
			.status = "ok", .why = "",
			.variant = variant, .kconfig = "guest",
			.section = "main", .cell = text, .accel = accel,
			.release = "", .repeat = i / CELLS, .boot = i / CELLS,
			.measured = true,
		};
		record_init(&entry->record, &cell);
		fill_record(&entry->record, i % CELLS == CELLS - 1, e, rng);
		results_add(results, entry);
	}
	free(entry);
}

static void make_data(struct results *results, const struct effect *e,
		      const char *accel, gsl_rng *rng)
{
	static const struct effect none = { 0, 0.3, 0, 0 };

	results_begin(results);
	add_kernel(results, "baseline", &none, accel, rng);
	add_kernel(results, "fix", e ? e : &none, accel, rng);
	results_end(results);
}

struct expect {
	const char *what;
	struct effect effect;
	bool fix;
	enum judge_word word;
	const char *says;	/* in the line */
};

/* What a candidate does, and what must be said of it. */
static void test_words(struct check *t, gsl_rng *rng)
{
	static const struct expect expect[] = {
		{ "nothing", { 0, 0.3, 0, 0 }, false, JUDGE_GOOD,
		  "hangs as often as baseline" },
		{ "nothing, called a fix", { 0, 0.3, 0, 0 }, true, JUDGE_BAD,
		  "--fix allows none" },
		{ "fix", { 0, 0, 0, 0 }, false, JUDGE_GOOD, "hangs in" },
		{ "2 ms in ENABLE", { 2e6, 0.3, 0, 0 }, false, JUDGE_BAD,
		  "gap: re-enable" },
		{ "a fix with 2 ms in ENABLE", { 2e6, 0, 0, 0 }, false,
		  JUDGE_BAD, "lost per full" },
		{ "the disable dropped", { 0, 0, 0.9, 0 }, false, JUDGE_BAD,
		  "more silent_stop" },
		{ "a bit worse", { 0, 0.3, 0.002, 0 }, false, JUDGE_UNDECIDED,
		  "baseline showed none" },
	};
	struct judge_options options;
	struct results results;
	struct judge judge;
	size_t i;

	for (i = 0; i < sizeof(expect) / sizeof(expect[0]); i++) {
		judge_options_init(&options);
		options.fix = expect[i].fix;
		make_data(&results, &expect[i].effect, "tcg", rng);
		judge_make(&judge, &results, NULL, &options);
		printf("%s: %s: %s\n", expect[i].what,
		       judge_words[judge.word], judge.verdict[0].line);
		/* Chance may make the last one anything but good. */
		if (expect[i].word == JUDGE_UNDECIDED)
			CHECK(t, judge.word != JUDGE_BAD);
		else
			CHECK_EQ(t, judge.word, expect[i].word);
		if (judge.word == expect[i].word)
			CHECK(t, strstr(judge.verdict[0].line,
					expect[i].says));
		judge_free(&judge);
		results_free(&results);
	}
}

/* Emulated latencies are told apart, and do not decide. */
static void test_indicative(struct check *t, gsl_rng *rng)
{
	static const struct effect slow = { 0, 0.3, 0, 4e5 };
	struct judge_options options;
	struct results results;
	struct judge judge;
	int emulated;

	judge_options_init(&options);
	for (emulated = 0; emulated < 2; emulated++) {
		make_data(&results, &slow, emulated ? "tcg" : "kvm", rng);
		judge_make(&judge, &results, NULL, &options);
		CHECK_EQ(t, judge.word, emulated ? JUDGE_GOOD : JUDGE_BAD);
		CHECK_EQ(t, judge.verdict[0].test[METRIC_WAKEUP_P50].outcome,
			 OUTCOME_WORSE);
		CHECK(t, !!judge.verdict[0].latency == emulated);
		CHECK(t, !emulated || strstr(judge.verdict[0].latency,
					     "worse: wakeup"));
		judge_free(&judge);
		results_free(&results);
	}
}

/* Baseline against itself: alarms in at most 5 %. */
static void test_aa(struct check *t, gsl_rng *rng)
{
	struct judge_options options;
	unsigned int i, bad = 0, good = 0;
	struct results results;
	struct judge judge;

	judge_options_init(&options);
	options.looks = 0;
	for (i = 0; i < AA_RUNS; i++) {
		make_data(&results, NULL, "tcg", rng);
		judge_make(&judge, &results, NULL, &options);
		bad += judge.word == JUDGE_BAD;
		good += judge.word == JUDGE_GOOD;
		judge_free(&judge);
		results_free(&results);
	}
	printf("A/A: %u of %u alarm, %u are found good\n", bad, AA_RUNS, good);
	CHECK(t, bad <= AA_RUNS / 20);
	CHECK(t, good >= AA_RUNS / 2);
}

struct stored {
	const char *variant, *status, *why, *console;
	int repeat;
	bool ours;
	double load;		/* of the host's two CPUs; 0: not stored */
};

static void store_line(struct store *store, const struct stored *line)
{
	struct record *record = calloc(1, sizeof(*record));
	struct cell cell;
	struct err err;
	json_t *json;
	int i;

	cell_init(&cell);
	record_init(record, &cell);
	record->fulls = 100;
	record->traced_ns = record->gap_ns = 1000000;
	for (i = 0; i < 100; i++)
		hist_add(&record->h.gap, 3000000 + i);
	json = json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:i, s:i, s:{s:s}, s:{s:s}}",
		"schema", STORE_SCHEMA, "status", line->status, "why",
		line->why ? line->why : "", "variant", line->variant,
		"kconfig", "guest", "section", "main", "cell", "window=0",
		"repeat", line->repeat, "boot", line->repeat, "seed", 5,
		"kernel", "release", "7.3.4", "target", "accel", "tcg");
	if (line->console)
		json_object_set_new(json, "console",
				    json_pack("[s]", line->console));
	if (line->load)
		json_object_set_new(json, "host",
				    json_pack("{s:f, s:i}", "load1", line->load,
					      "cpus", 2));
	if (line->ours)
		json_object_set_new(json, "ours", json_true());
	if (!strcmp(line->status, "ok"))
		json_object_set_new(json, "record", record_to_json(record));
	if (store_append(store, json, &err)) {
		fprintf(stderr, "%s\n", err.text);
		exit(1);
	}
	json_decref(json);
	record_free(record);
	free(record);
}

/* Baseline is fine 12 times; the candidate's first boot is @first. */
static char *make_store(const struct stored *first)
{
	char *dir = fixture_dir(), *path = xasprintf("%s/store.jsonl", dir);
	struct stored line = {
		.variant = "baseline", .status = "ok", .load = first->load,
	};
	struct store *store;
	struct err err;

	if (store_open(&store, path, false, &err)) {
		fprintf(stderr, "%s\n", err.text);
		exit(1);
	}
	for (line.repeat = 0; line.repeat < 12; line.repeat++)
		store_line(store, &line);
	store_line(store, first);
	line.variant = first->variant;
	for (line.repeat = 1; line.repeat < 12; line.repeat++)
		store_line(store, strcmp(first->status, "build-failed") &&
			   strcmp(first->status, "host-failed") ?
			   &line : first);
	store_close(store);
	free(path);
	return dir;
}

static void test_troubles(struct check *t)
{
	static const struct {
		struct stored first;
		enum judge_word word;
		const char *says;
	} expect[] = {
		{ { "fix", "build-failed", "x.patch:12: hunk 2 of core.c (at line 9) does not apply", NULL, 0, false, 0 },
		  JUDGE_BAD, "hunk 2 of core.c" },
		{ { "fix", "build-failed", "No space left on device", NULL, 0,
		    true, 0 }, JUDGE_UNDECIDED, "No space left" },
		{ { "fix", "host-failed", "gcc: signal terminated program cc1",
		    NULL, 0, true, 0 }, JUDGE_UNDECIDED, "program cc1" },
		{ { "fix", "panic", "Kernel panic - not syncing: full", NULL,
		    0, false, 0 }, JUDGE_BAD, "1 x panic: Kernel panic" },
		{ { "fix", "ok", NULL,
		    "[    1.23] WARNING: CPU: 1 PID: 2 at x.c:3 f", 0, false, 0 },
		  JUDGE_BAD, "WARNING: CPU: 1 PID: 2 at x.c:3 f" },
		{ { "fix", "ok", NULL,
		    "[    1.2] rcu: INFO: rcu_sched self-detected stall on CPU",
		    0, false, 0 }, JUDGE_BAD, "stall on CPU" },
		{ { "fix", "ok", NULL,
		    "[    1.2] rcu: INFO: rcu_sched self-detected stall on CPU",
		    0, false, 20 }, JUDGE_UNDECIDED, "a host as loaded as this" },
		{ { "fix", "ok", NULL,
		    "clocksource: Marking clocksource 'tsc' as unstable", 0,
		    false, 0 }, JUDGE_GOOD, "no regression" },
		{ { "fix", "timeout", "no answer in time", NULL, 0, false, 0 },
		  JUDGE_UNDECIDED, "without a record" },
	};
	struct judge_options options;
	struct results results;
	struct judge judge;
	struct err err;
	char *dir;
	size_t i;

	judge_options_init(&options);
	for (i = 0; i < sizeof(expect) / sizeof(expect[0]); i++) {
		dir = make_store(&expect[i].first);
		CHECK_EQ(t, results_read(&results, dir, NULL, NULL, &err), 0);
		judge_make(&judge, &results, NULL, &options);
		printf("%s %s\n", judge_words[judge.word],
		       judge.verdict[0].line);
		CHECK_EQ(t, judge.word, expect[i].word);
		CHECK(t, strstr(judge.verdict[0].line, expect[i].says));
		CHECK_EQ(t, judge.verdict[0].fact,
			 expect[i].word == JUDGE_BAD || expect[i].first.ours);
		judge_free(&judge);
		results_free(&results);
		dir_remove(dir, &err);
		free(dir);
	}
}

/* Twelve boots of eight cells; one boot of the candidate's gave none of them. */
static void test_lost_boot(struct check *t)
{
	struct stored line = { .status = "ok" };
	char *dir = fixture_dir(), *path = xasprintf("%s/store.jsonl", dir);
	struct judge_options options;
	struct results results;
	struct store *store;
	struct judge judge;
	struct err err;
	int i, kernel;

	CHECK_EQ(t, store_open(&store, path, false, &err), 0);
	for (i = 0; i < 2 * 12 * 8; i++) {
		kernel = i / (12 * 8);
		line.variant = kernel ? "fix" : "baseline";
		line.repeat = i / 8 % 12;
		line.status = kernel && !line.repeat ? "boot-failed" : "ok";
		store_line(store, &line);
	}
	store_close(store);
	judge_options_init(&options);
	CHECK_EQ(t, results_read(&results, dir, NULL, NULL, &err), 0);
	judge_make(&judge, &results, NULL, &options);
	printf("a lost boot: %s %s\n", judge_words[judge.word],
	       judge.verdict[0].line);
	CHECK(t, judge.word != JUDGE_BAD);
	CHECK(t, strstr(judge.verdict[0].line, "8 of 96 cells"));
	judge_free(&judge);
	results_free(&results);
	free(path);
	fixture_end(dir, t->failed);
}

/* No line is too long, and JSON is JSON whatever a console said. */
static void check_text(struct check *t, char *text, const char *race,
		       bool hangs)
{
	char *line, *save;

	/* It opens with the verdict. */
	line = xasprintf("GOOD       fix/guest: %s\n", race);
	CHECK(t, !strncmp(text, line, strlen(line)));
	free(line);
	line = xasprintf("GOOD, %s: no regression", race);
	CHECK(t, strstr(text, line));
	free(line);
	CHECK(t, strstr(text, "[PATCH] perf: a fix\n"));
	CHECK(t, strstr(text, "<1@example.org>\n"));
	CHECK(t, !strstr(text, "more than 1000 boots"));
	/* What was found comes first, on what last. */
	CHECK(t, strstr(text, "\nseed ") > strstr(text, "does it hang?"));
	CHECK(t, strstr(text, "clean in all 16"));
	CHECK(t, strstr(text, "none seen in n = 3360 fulls") || hangs);
	for (line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		CHECK(t, strlen(line) <= 72);
}

/* As it is after it was written and read again. */
static void check_json(struct check *t, json_t *written, const char *race)
{
	char *text = json_dumps(written, 0);
	json_t *json = json_loads(text, 0, NULL), *list;

	list = json_object_get(json, "candidates");
	CHECK_EQ(t, json_array_size(list), 1);
	CHECK_EQ(t, json_count(json, "exit_status"), 0);
	CHECK(t, !strcmp(json_text(json_array_get(list, 0), "race"), race));
	json_decref(json);
	free(text);
}

static void test_output(struct check *t, gsl_rng *rng)
{
	static const struct effect fix = { 0, 0, 0, 0 };
	struct judge_options options;
	json_t *model = json_pack("{s:{s:s}}", "fix", "says",
				  "clean in all 16 settings");
	json_t *origin = json_pack("{s:{s:{s:s, s:s}}}", "candidates", "fix",
				   "subject", "[PATCH] perf: a fix",
				   "message_id", "<1@example.org>");
	const struct judge_context context = {
		.model = model, .origin = origin, .dir = "results/x",
	};
	struct results results;
	struct judge judge;
	const char *race;
	char *text = NULL;
	json_t *json;
	size_t size;
	bool hangs;
	FILE *f;

	judge_options_init(&options);
	make_data(&results, &fix, "tcg", rng);
	judge_make(&judge, &results, NULL, &options);
	f = open_memstream(&text, &size);
	judge_print(&judge, &context, f);
	fclose(f);
	/* By chance it may hang once. */
	hangs = judge.verdict[0].all.k[0];
	race = judge_races[hangs ? RACE_OPEN : RACE_CLOSED];
	check_text(t, text, race, hangs);
	free(text);
	json = judge_to_json(&judge, &context);
	check_json(t, json, race);
	json_decref(json);
	json_decref(origin);
	json_decref(model);
	judge_free(&judge);
	results_free(&results);
}

/* Fisher's p of many finds against none is too small for a double. */
static void test_p(struct check *t)
{
	char buf[JUDGE_P];

	CHECK(t, !strcmp(judge_p(buf, 0), "<1e-99"));
	CHECK(t, !strcmp(judge_p(buf, 1.79e-12), "1.8e-12"));
	CHECK(t, !strcmp(judge_p(buf, 1), "1"));
}

int main(int argc, char **argv)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	struct check t = { 0 };
	int ret;

	gsl_rng_set(rng, 20261124);
	if (argc > 1) {
		ret = aa_of_store(argv[1], rng);
		gsl_rng_free(rng);
		return ret;
	}
	test_p(&t);
	test_words(&t, rng);
	test_indicative(&t, rng);
	test_aa(&t, rng);
	test_troubles(&t);
	test_lost_boot(&t);
	test_output(&t, rng);
	gsl_rng_free(rng);
	return check_end(&t);
}
