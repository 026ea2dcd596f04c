// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hangs on several hosts, each a stratum: against R, against numbers from whole
 * fractions, and in a verdict that sums over hosts would turn round.
 */
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/results/inference.h"
#include "bench/results/strata.h"
#include "bench/verdict/judge.h"
#include "lib/file.h"
#include "lib/store.h"
#include "tests/check.h"

#define HOSTS(array) \
	(struct strata) { (array), sizeof(array) / sizeof((array)[0]) }

static bool near(double a, double b)
{
	return fabs(a - b) <= 1e-7 * fabs(b);
}

/* Of one host the digits are those without hosts. */
static void test_one(struct check *t)
{
	struct stratum one[] = { { { 7, 2 }, { 300, 400 } } };
	struct stratum among[] = {
		{ { 9, 0 }, { 100, 0 } },	/* ran one of them only */
		{ { 7, 2 }, { 300, 400 } },
		{ { 0, 0 }, { 50, 500 } },	/* none hung there */
	};
	const struct strata both[] = { HOSTS(one), HOSTS(among) };
	double lo, hi, lo1, hi1;
	size_t i;

	CHECK_EQ(t, stats_rate_ratio(7, 300, 2, 400, 0.95, &lo1, &hi1), 0);
	for (i = 0; i < 2; i++) {
		CHECK(t, strata_test(&both[i]) ==
		      stats_fisher(7, 300, 2, 400));
		CHECK_EQ(t, strata_interval(&both[i], 0.95, &lo, &hi), 0);
		CHECK(t, lo == lo1 && hi == hi1);
		CHECK(t, near(strata_ratio(&both[i]), 7. * 400 / (2 * 300)));
		CHECK_EQ(t, strata_hosts(&both[i]), 1 + i);
	}
}

static void test_nothing(struct check *t)
{
	struct stratum none[] = {
		{ { 0, 0 }, { 10, 10 } }, { { 3, 0 }, { 9, 0 } },
	};
	const struct strata s = HOSTS(none), empty = { 0 };
	double lo, hi;

	CHECK(t, strata_test(&s) == 1 && strata_test(&empty) == 1);
	CHECK(t, isnan(strata_ratio(&s)) && isnan(strata_ratio(&empty)));
	CHECK(t, strata_interval(&s, 0.95, &lo, &hi) < 0);
	CHECK(t, strata_interval(&empty, 0.95, &lo, &hi) < 0);
}

/*
 * R's own example of mantelhaen.test(exact = TRUE): rabbits with penicillin at
 * once or later, at five doses (A. Agresti, Categorical Data Analysis (1990),
 * p. 234): S = 16, p 0.03994.
 */
static void test_rabbits(struct check *t)
{
	struct stratum dose[] = {
		{ { 0, 0 }, { 6, 5 } }, { { 3, 0 }, { 6, 6 } },
		{ { 6, 2 }, { 6, 6 } }, { { 5, 6 }, { 6, 6 } },
		{ { 2, 5 }, { 2, 5 } },
	};
	const struct strata s = HOSTS(dose);

	CHECK(t, near(strata_test(&s), 0.03994490358126722));
}

/* By whole fractions, and the interval by halving them. */
static void test_fractions(struct check *t)
{
	struct stratum two[] = {
		{ { 3, 1 }, { 10, 12 } }, { { 2, 0 }, { 8, 9 } },
	};
	struct stratum none[] = {
		{ { 0, 4 }, { 50, 50 } }, { { 0, 3 }, { 30, 40 } },
	};
	struct strata s = HOSTS(two);
	double lo, hi;

	CHECK(t, near(strata_test(&s), 0.07955048047927304));
	CHECK(t, near(strata_ratio(&s), 5.929411764705883));
	CHECK_EQ(t, strata_interval(&s, 0.95, &lo, &hi), 0);
	CHECK(t, near(lo, 0.6571500394675489) && near(hi, 277.8725094113672));
	s = HOSTS(none);
	CHECK(t, near(strata_test(&s), 0.014956506216031092));
	CHECK(t, strata_ratio(&s) == 0);
	CHECK_EQ(t, strata_interval(&s, 0.95, &lo, &hi), 0);
	CHECK(t, lo == 0 && near(hi, 0.7801834888071767));
	s.host[0].k[0] = 4;
	s.host[1].k[0] = 3;
	s.host[0].k[1] = s.host[1].k[1] = 0;
	CHECK(t, isinf(strata_ratio(&s)));
	CHECK_EQ(t, strata_interval(&s, 0.95, &lo, &hi), 0);
	CHECK(t, isinf(hi) && lo > 1);
}

/* Hosts that are alike say what their sum says; many hangs take no time. */
static void test_many(struct check *t)
{
	struct stratum alike[100];
	const struct strata s = HOSTS(alike);
	double lo, hi, lo1, hi1;
	size_t i;

	for (i = 0; i < 100; i++)
		alike[i] = (struct stratum) { { 50, 40 }, { 9000, 9000 } };
	CHECK(t, near(strata_ratio(&s), 1.25));
	CHECK_EQ(t, strata_interval(&s, 0.95, &lo, &hi), 0);
	CHECK_EQ(t, stats_rate_ratio(5000, 900000, 4000, 900000, 0.95, &lo1,
				     &hi1), 0);
	CHECK(t, near(lo, lo1) && near(hi, hi1));
	CHECK(t, strata_test(&s) > 0 && strata_test(&s) < 1e-24);
	for (i = 0; i < 100; i++)
		alike[i].k[0] = 8000;
	CHECK(t, strata_test(&s) < 1e-99);
}

/*
 * Kernels that are alike, on hosts that are not and had unequal shares of them: a
 * test at 5 % finds no more than 5 %, and its interval misses 1 no more often;
 * sums over hosts are wrong nearly always.  With more than 40 of 300 it would
 * fail once in 10^8; the seed is fixed.
 */
static void test_alike(struct check *t)
{
	static const double rate[] = { 0.2, 0.05, 0.01 };
	static const uint64_t fulls[][2] = {
		{ 600, 100 }, { 100, 100 }, { 100, 600 },
	};
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	int run, i, m, found = 0, missed = 0, summed = 0;
	double lo, hi;

	gsl_rng_set(rng, 15);
	for (run = 0; run < 300; run++) {
		struct stratum host[3], all = { 0 };
		const struct strata s = HOSTS(host);

		for (i = 0; i < 6; i++) {
			m = i % 2;
			host[i / 2].n[m] = fulls[i / 2][m];
			host[i / 2].k[m] = gsl_ran_binomial(rng, rate[i / 2],
							    fulls[i / 2][m]);
			all.k[m] += host[i / 2].k[m];
			all.n[m] += host[i / 2].n[m];
		}
		found += strata_test(&s) < 0.05;
		missed += !strata_interval(&s, 0.95, &lo, &hi) &&
			(lo > 1 || hi < 1);
		summed += stats_fisher(all.k[0], all.n[0], all.k[1],
				       all.n[1]) < 0.05;
	}
	printf("alike: %d of 300 found to differ, %d intervals without 1; by sums %d\n",
	       found, missed, summed);
	CHECK(t, found <= 40 && missed <= 40);
	CHECK(t, summed > 290);
	gsl_rng_free(rng);
}

/* A host's boots of a kernel. */
struct boots {
	const char *variant, *host;
	int boots;
	uint64_t fulls, hangs;	/* of each boot */
};

static void add_boot(struct results *results, struct hunts *hunts, int kind,
		     const struct boots *b, int boot, bool lost)
{
	struct store_entry *entry = calloc(1, sizeof(*entry));
	struct cell cell;
	uint64_t i;

	cell_init(&cell);
	cell.kind = kind;
	cell.aim = AIM_AIMED;
	*entry = (struct store_entry) {
		.status = lost ? "died" : "ok", .why = "",
		.ended = lost ? STATUS_DIED : STATUS_OK,
		.variant = b->variant, .kconfig = "guest",
		.section = kind == KIND_HUNT ? "hunt" : "main",
		.cell = "loop=perf", .accel = "", .release = "7.3.4",
		.repeat = boot, .boot = boot + 1, .measured = !lost,
		.host = json_pack("{s:s}", "name", b->host),
	};
	record_init(&entry->record, &cell);
	entry->record.fulls = b->fulls;
	entry->record.traced_ns = entry->record.gap_ns = 1000000;
	entry->record.hangs[HANG_LOST_WAKEUP] = b->hangs;
	for (i = 0; i < 200; i++)
		hist_add(&entry->record.h.gap, 3000000 + 10 * i + boot);
	results_add(results, entry);
	hunts_add(hunts, entry);
	json_decref(entry->host);
	record_free(&entry->record);
	free(entry);
}

/* The verdict on boots of "mine" and baseline, the last of them all zero. */
struct made {
	struct results results;
	struct hunts hunts;
	struct judge judge;
	int boot;
};

static void add_boots(struct made *m, int kind, const struct boots *b)
{
	int i;

	for (; b->variant; b++) {
		for (i = 0; i < b->boots; i++)
			add_boot(&m->results, &m->hunts, kind, b, m->boot++,
				 false);
	}
}

static const struct judge_verdict *judge(struct made *m)
{
	struct judge_options options;

	judge_options_init(&options);
	results_end(&m->results);
	judge_make(&m->judge, &m->results, &m->hunts, &options);
	printf("%s %s\n", judge_words[m->judge.verdict[0].word],
	       m->judge.verdict[0].line);
	return &m->judge.verdict[0];
}

/* verdict.txt has it. */
static void says(struct check *t, const struct made *m, const char *words)
{
	const struct judge_context context = { NULL };
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	judge_print(&m->judge, &context, f);
	fclose(f);
	CHECK(t, strstr(text, words));
	free(text);
}

static struct made *made_new(void)
{
	struct made *m = calloc(1, sizeof(*m));

	if (!m)
		abort();
	results_begin(&m->results);
	return m;
}

static void made_free(struct made *m)
{
	judge_free(&m->judge);
	hunts_free(&m->hunts);
	results_free(&m->results);
	free(m);
}

/*
 * E. H. Simpson, J. R. Stat. Soc. B 13 (1951), 238-241: on each host the
 * candidate hangs less often than baseline, in 20 % of fulls against 22, in 1 %
 * against 1.2; but it ran ten times as often on the one where all hang.
 */
static const struct boots simpson[] = {
	{ "mine", "slow", 10, 100, 20 }, { "baseline", "slow", 2, 50, 11 },
	{ "mine", "fast", 1, 100, 1 }, { "baseline", "fast", 10, 88, 1 },
	{ "baseline", "fast", 1, 120, 2 }, { NULL }
};

static void test_simpson(struct check *t)
{
	struct made *m = made_new();
	const struct judge_verdict *v;

	/* 201 of 1100 and 34 of 1100. */
	CHECK(t, stats_fisher(201, 1100, 34, 1100) < 1e-30);
	add_boots(m, KIND_STREAM, simpson);
	v = judge(m);
	CHECK_EQ(t, v->all.k[0], 201);
	CHECK_EQ(t, v->all.n[1], 1100);
	CHECK_EQ(t, v->all.hosts, 2);
	CHECK(t, near(v->all.p, 0.6144599753965139));
	CHECK(t, near(v->all.ratio, 0.9051724137931036));
	CHECK(t, v->ratio_lo < 0.6 && v->ratio_hi > 1.45);
	CHECK(t, v->word != JUDGE_BAD);
	CHECK(t, !strstr(v->line, "hangs than baseline"));
	says(t, m, "p: exact, given each of 2 hosts' own counts");
	made_free(m);
}

/* The other way round: worse on each host, and fewer in all. */
static void test_hidden(struct check *t)
{
	static const struct boots boots[] = {
		{ "mine", "fast", 10, 100, 4 }, { "baseline", "fast", 1, 100, 2 },
		{ "mine", "slow", 1, 100, 33 },
		{ "baseline", "slow", 10, 100, 20 }, { NULL }
	};
	struct made *m = made_new();
	const struct judge_verdict *v;

	add_boots(m, KIND_STREAM, boots);
	v = judge(m);
	CHECK(t, v->all.k[0] < v->all.k[1]);
	CHECK(t, near(v->all.p, 0.0024483175857715226));
	CHECK(t, near(v->all.ratio, 1.6818181818181817));
	CHECK_EQ(t, v->word, JUDGE_BAD);
	CHECK(t, strstr(v->line, "more lost_wakeup hangs than baseline: 73 of 1100, baseline 202 of 1100; within 2 hosts 1.68 times as often"));
	made_free(m);
}

/* Hunts, with the same counts. */
static void test_hunt(struct check *t)
{
	struct made *m = made_new();
	const struct judge_hunt *h;

	add_boots(m, KIND_HUNT, simpson);
	h = &judge(m)->hunt;
	CHECK_EQ(t, h->all[0], 201);
	CHECK_EQ(t, h->hosts, 2);
	CHECK(t, h->p > 0.3 && h->ratio < 1);
	CHECK(t, h->ratio_lo < 1 && h->ratio_hi > 1);
	CHECK(t, !judge_hunt_more(&h->row[0], HANG_LOST_WAKEUP));
	CHECK(t, h->row[0].p_holm[HANG_LOST_WAKEUP] > 0.3);
	made_free(m);
}

/* Boots that die on one host, where the candidate ran more often. */
static void test_lost(struct check *t)
{
	const struct boots lossy = { "mine", "slow", 0, 0, 0 };
	const struct boots base = { "baseline", "slow", 0, 0, 0 };
	static const struct boots good[] = {
		{ "mine", "slow", 10, 100, 0 }, { "baseline", "slow", 1, 100, 0 },
		{ "mine", "fast", 1, 100, 0 }, { "baseline", "fast", 20, 100, 0 },
		{ NULL }
	};
	struct made *m = made_new();
	const struct judge_verdict *v;
	int i;

	add_boots(m, KIND_STREAM, good);
	for (i = 0; i < 10; i++)
		add_boot(&m->results, &m->hunts, KIND_STREAM, &lossy,
			 m->boot++, true);
	add_boot(&m->results, &m->hunts, KIND_STREAM, &base, m->boot++, true);
	/* 10 of 21 and 1 of 22. */
	CHECK(t, stats_fisher(10, 21, 1, 22) < 0.025);
	v = judge(m);
	CHECK(t, v->word != JUDGE_BAD);
	CHECK(t, strstr(v->line, "10 of 21 cells without a record, baseline 1 of 22"));
	made_free(m);
}

static struct results_repeat gaps_of(unsigned int host, uint64_t n,
				     uint64_t wake)
{
	return (struct results_repeat) {
		.host = host, .gaps = {
			.gaps = n, .wake = { n, n * wake },
			.drain = { n, n }, .enable = { n, 2 * n },
		},
	};
}

/* Gaps of 10 on one host and 1000 on the other, and more of either. */
static void test_gaps(struct check *t)
{
	struct results_repeat mine[] = {
		gaps_of(0, 10, 10), gaps_of(1, 500, 1000), gaps_of(1, 490, 1000),
		gaps_of(2, 7, 5),
	};
	struct results_repeat base[] = {
		gaps_of(0, 990, 10), gaps_of(1, 10, 1000),
	};
	struct results_combo a = { .measured = 4, .repeat = mine, .repeats = 4 };
	struct results_combo b = { .measured = 2, .repeat = base, .repeats = 2 };
	struct gap_parts parts[2] = { { .n = 0 } };
	int i;

	gap_parts_add(&parts[0], &a, &b);
	gap_parts_add(&parts[1], &b, &a);
	for (i = 0; i < 2; i++) {
		gap_parts_end(&parts[i]);
		CHECK(t, near(parts[i].part[PART_WAKE], 505));
		CHECK(t, near(parts[i].part[PART_DRAIN], 1));
		CHECK(t, near(parts[i].part[PART_ENABLE], 2));
		CHECK(t, parts[i].part[PART_CUT] == 0);
		CHECK_EQ(t, parts[i].n, 1000);
		CHECK_EQ(t, parts[i].cells, 1);
	}
	/* By itself it has all its hosts. */
	parts[0] = (struct gap_parts) { .n = 0 };
	gap_parts_add(&parts[0], &a, NULL);
	CHECK_EQ(t, parts[0].n, 1007);
	CHECK(t, near(parts[0].part[PART_WAKE], 1015 / 3.));
}

int main(void)
{
	struct check t = { 0 };

	test_one(&t);
	test_nothing(&t);
	test_rabbits(&t);
	test_fractions(&t);
	test_many(&t);
	test_alike(&t);
	test_simpson(&t);
	test_hidden(&t);
	test_hunt(&t);
	test_lost(&t);
	test_gaps(&t);
	return check_end(&t);
}
