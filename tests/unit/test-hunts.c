// SPDX-License-Identifier: GPL-2.0-only
/*
 * A verdict with hunts: facts, bounds and comparisons, on made-up boots whose
 * finds scatter as those of a tracer that learns.
 */
#include <gsl/gsl_randist.h>
#include <stdlib.h>
#include <string.h>

#include "bench/verdict/judge.h"
#include "bench/views/model.h"
#include "lib/file.h"
#include "lib/json.h"
#include "lib/store.h"
#include "tests/check.h"

#define AA_RUNS 200

/* How a kernel hunts: boots, fulls of each, finds of a class by full. */
struct made {
	int boots;
	uint64_t fulls;
	double rate[HANG_CLASSES];
	double shape;		/* of the boots' own rates; 0: all alike */
	uint64_t finds;		/* exactly, in the first boot */
	int again;		/* of 100 tries of the find */
	bool streams;		/* with steady streams beside */
	double stream_rate;	/* of lost wakeups */
	bool real;		/* the kernel's own intel_pt */
};

static json_t *made_detail(const struct made *m)
{
	json_t *finds = json_array();
	struct hang hang = { .class = HANG_SILENT_STOP, .full = 7, .pmi = 1,
			     .full_at = 2, .stop = 1 };

	if (m->finds)
		json_array_append_new(finds, json_pack(
			"{s:s, s:s, s:s, s:i, s:i, s:i, s:o}", "class",
			"silent_stop", "phases", "wake+100", "around", "sched",
			"replays", 100, "again", m->again, "cycle", 12,
			"hang", hang_to_json(&hang)));
	return json_pack("{s:o}", "finds", finds);
}

static void add_hunt(struct results *results, struct hunts *hunts,
		     const char *variant, const struct made *m, int boot,
		     int loop, gsl_rng *rng)
{
	struct store_entry *entry = calloc(1, sizeof(*entry));
	struct cell cell;
	double scale = m->shape ? gsl_ran_gamma(rng, m->shape,
						1 / m->shape) : 1;
	int class;

	cell_init(&cell);
	cell.kind = KIND_HUNT;
	cell.aim = AIM_AIMED;
	cell.loop = loop;
	cell.seed = 99;
	if (m->real)
		strcpy(cell.pmu, "intel_pt");
	*entry = (struct store_entry) {
		.status = "ok", .why = "",
		.variant = variant, .kconfig = "guest", .section = "hunt",
		.cell = loop ? "loop=perf" : "loop=eager", .accel = "tcg",
		.release = "7.3.4", .repeat = boot, .boot = boot + 1,
		.measured = true,
	};
	record_init(&entry->record, &cell);
	entry->record.fulls = m->fulls;
	for (class = 0; class < HANG_CLASSES; class++)
		entry->record.hangs[class] = gsl_ran_poisson(rng,
			scale * m->rate[class] * m->fulls);
	if (!boot && loop == LOOP_PERF) {
		entry->record.hangs[HANG_SILENT_STOP] += m->finds;
		entry->record.detail = made_detail(m);
	}
	results_add(results, entry);
	hunts_add(hunts, entry);
	record_free(&entry->record);
	free(entry);
}

/* A steady stream of 400 fulls that take 3 ms each. */
static void add_stream(struct results *results, const char *variant,
		       const struct made *m, int boot, gsl_rng *rng)
{
	struct store_entry *entry = calloc(1, sizeof(*entry));
	struct cell cell;
	int i;

	cell_init(&cell);
	*entry = (struct store_entry) {
		.status = "ok", .why = "",
		.variant = variant, .kconfig = "guest", .section = "main",
		.cell = "window=0", .accel = "tcg", .release = "7.3.4",
		.repeat = boot, .boot = boot + 100, .measured = true,
	};
	record_init(&entry->record, &cell);
	entry->record.fulls = 400;
	entry->record.traced_ns = entry->record.gap_ns = 1000000;
	entry->record.hangs[HANG_LOST_WAKEUP] = gsl_ran_poisson(rng,
		400 * m->stream_rate);
	for (i = 0; i < 400; i++)
		hist_add(&entry->record.h.gap, 3000000 + 10 * i);
	results_add(results, entry);
	record_free(&entry->record);
	free(entry);
}

static void add_made(struct results *results, struct hunts *hunts,
		     const char *variant, const struct made *m, gsl_rng *rng)
{
	int boot;

	for (boot = 0; boot < m->boots; boot++) {
		add_hunt(results, hunts, variant, m, boot, LOOP_EAGER, rng);
		add_hunt(results, hunts, variant, m, boot, LOOP_PERF, rng);
	}
	for (boot = 0; boot < 12 && m->streams; boot++)
		add_stream(results, variant, m, boot, rng);
}

static const struct made base = {
	2, 5000, { 0.01, 0, 0 }, 5, 0, 0, true, 0.05, false,
};

struct expect {
	const char *what;
	struct made cand;
	bool fix;
	enum judge_word word;
	enum judge_race race;
	bool fact;
	const char *says;
};

static const struct expect expects[] = {
	{ "a hole that is found again", { 1, 3000, { 0 }, 0, 1, 12, false, 0, false },
	  true, JUDGE_BAD, RACE_OPEN, true,
	  "1 hang in 6000 aimed fulls (most in pt, perf loop), found again in 12 of 100 tries" },
	{ "one that is not", { 1, 3000, { 0 }, 0, 1, 0, false, 0, false },
	  true, JUDGE_BAD, RACE_OPEN, false, "NOT found again in 100 tries" },
	{ "one that is found anew", { 1, 3000, { 0 }, 0, 2, 0, false, 0, false },
	  true, JUDGE_BAD, RACE_OPEN, true, "found anew, but not in 100 tries" },
	{ "a fix, a million times", { 10, 50001, { 0 }, 0, 0, 0, true, 0, false },
	  true, JUDGE_GOOD, RACE_CLOSED, false,
	  "0 hangs in 1000020 aimed fulls, below 3e-06" },
	{ "a fix, not often enough", { 10, 5000, { 0 }, 0, 0, 0, true, 0, false },
	  true, JUDGE_UNDECIDED, RACE_NOT_SHOWN, false,
	  "0 hangs in 100000 aimed fulls only says below 3e-05" },
	{ "the same, no fix", { 10, 5000, { 0 }, 0, 0, 0, true, 0.05, false },
	  false, JUDGE_UNDECIDED, RACE_OPEN, false, "boots of hunts" },
};

static void test_words(struct check *t, gsl_rng *rng)
{
	struct judge_options options;
	struct results results;
	struct hunts hunts;
	struct judge judge;
	size_t i;

	for (i = 0; i < sizeof(expects) / sizeof(expects[0]); i++) {
		const struct expect *e = &expects[i];

		judge_options_init(&options);
		options.fix = e->fix;
		memset(&hunts, 0, sizeof(hunts));
		results_begin(&results);
		add_made(&results, &hunts, "baseline", &base, rng);
		add_made(&results, &hunts, "cand", &e->cand, rng);
		results_end(&results);
		judge_make(&judge, &results, &hunts, &options);
		printf("%s: %s: %s\n", e->what, judge_words[judge.word],
		       judge.verdict[0].line);
		CHECK_EQ(t, judge.word, e->word);
		CHECK_EQ(t, judge.verdict[0].race, e->race);
		CHECK_EQ(t, judge.verdict[0].fact, e->fact);
		CHECK(t, strstr(judge.verdict[0].line, e->says));
		if (e->race == RACE_NOT_SHOWN)
			CHECK_EQ(t, judge.verdict[0].needed_hunts, 100);
		judge_free(&judge);
		results_free(&results);
		hunts_free(&hunts);
	}
}

/* How often @cand is found to hunt worse than @base; hunts alone. */
static unsigned int alarms(const struct made *cand, const struct made *baseline,
			   gsl_rng *rng)
{
	unsigned int i, bad = 0;
	struct judge_options options;
	struct results results;
	struct hunts hunts;
	struct judge judge;

	judge_options_init(&options);
	for (i = 0; i < AA_RUNS; i++) {
		memset(&hunts, 0, sizeof(hunts));
		results_begin(&results);
		add_made(&results, &hunts, "baseline", baseline, rng);
		add_made(&results, &hunts, "cand", cand, rng);
		results_end(&results);
		judge_make(&judge, &results, &hunts, &options);
		bad += judge.word == JUDGE_BAD;
		judge_free(&judge);
		results_free(&results);
		hunts_free(&hunts);
	}
	return bad;
}

/* Boots differ by far more than coins do; what really is worse still shows. */
static void test_comparisons(struct check *t, gsl_rng *rng)
{
	static const struct made same = {
		5, 1000, { 0.02, 0, 0.0005 }, 1.5, 0, 0, false, 0, false,
	}, worse = {
		5, 1000, { 0.02, 0.2, 0.0005 }, 1.5, 0, 0, false, 0, false,
	};
	unsigned int bad = alarms(&same, &same, rng);

	printf("A/A: %u of %u alarm\n", bad, AA_RUNS);
	CHECK(t, bad <= 1);
	bad = alarms(&worse, &same, rng);
	printf("a new class of hangs: found in %u of %u\n", bad, AA_RUNS);
	CHECK(t, bad >= AA_RUNS * 6 / 10);
}

/* A find has all that is needed to try it again. */
static void test_find(struct check *t, gsl_rng *rng)
{
	/* Found where it cannot be is a difference, not found in a few is none. */
	json_t *model = json_pack("{s:{s:s, s:{s:s, s:s}}}", "cand", "says",
				  "clean in all 2 settings", "settings",
				  "perf pt lifo", "clean", "eager pt lifo",
				  "lost-wakeup");
	const struct judge_context context = {
		.model = model, .dir = "results/x",
	};
	struct judge_options options;
	struct results results;
	struct hunts hunts = { 0 };
	struct judge judge;
	const json_t *find;
	json_t *json;
	char *text, *line, *save;
	size_t size;
	FILE *f;

	judge_options_init(&options);
	options.fix = true;
	results_begin(&results);
	add_made(&results, &hunts, "cand", &expects[0].cand, rng);
	results_end(&results);
	judge_make(&judge, &results, &hunts, &options);
	CHECK_EQ(t, judge.word, JUDGE_BAD);
	json = judge_to_json(&judge, &context);
	find = json_object_get(json_object_get(json_array_get(json_object_get(
		json, "candidates"), 0), "hunt"), "find");
	CHECK(t, !strcmp(json_text(find, "phases"), "wake+100"));
	CHECK_EQ(t, json_count(find, "seed"), 99);
	CHECK(t, json_object_get(find, "keys"));
	json_decref(json);
	f = open_memstream(&text, &size);
	judge_print(&judge, &context, f);
	fclose(f);
	CHECK(t, strstr(text, "run-matrix results/x/again-cand-guest.job"));
	CHECK(t, strstr(text, "found again in 12 of 100 tries"));
	CHECK(t, strstr(text, "THEY DIFFER: pt, perf loop: the model says clean"));
	CHECK(t, !strstr(text, "THEY DIFFER: pt, eager loop"));
	CHECK(t, strstr(text, "hunter                        1/6000"));
	for (line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		CHECK(t, strlen(line) <= 72);
	free(text);
	json_decref(model);
	judge_free(&judge);
	results_free(&results);
	hunts_free(&hunts);
}

static void test_driver(struct check *t, const char *driver, const char *word)
{
	char *model = model_driver(driver);

	CHECK(t, !strcmp(model, word));
	free(model);
}

/* The model speaks of the real drivers, too. */
static void test_real(struct check *t, gsl_rng *rng)
{
	static const struct made made = {
		.boots = 1, .fulls = 1000, .finds = 1, .real = true,
	};
	json_t *model = json_pack("{s:{s:s, s:s}}", "settings",
				  "perf intel_pt lifo", "clean",
				  "perf pt lifo", "lost-wakeup");
	struct judge_options options;
	struct results results;
	struct hunts hunts = { 0 };
	struct judge judge;
	json_t *list;

	judge_options_init(&options);
	results_begin(&results);
	add_made(&results, &hunts, "cand", &made, rng);
	results_end(&results);
	judge_make(&judge, &results, &hunts, &options);
	list = judge_disagreements(&judge.verdict[0], model);
	CHECK_EQ(t, json_array_size(list), 1);
	CHECK(t, !strncmp(json_string_value(json_array_get(list, 0)),
			  "intel_pt, perf loop: the model says clean", 41));
	json_decref(list);
	json_decref(model);
	judge_free(&judge);
	results_free(&results);
	hunts_free(&hunts);
	test_driver(t, "pt/nmi", "pt");
	test_driver(t, "intel_pt", "intel_pt");
	test_driver(t, "arm_spe_0", "spe");
}

int main(void)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	struct check t = { 0 };

	gsl_rng_set(rng, 20261126);
	test_words(&t, rng);
	test_comparisons(&t, rng);
	test_find(&t, rng);
	test_real(&t, rng);
	gsl_rng_free(rng);
	return check_end(&t);
}
