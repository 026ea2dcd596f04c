// SPDX-License-Identifier: GPL-2.0-only
/*
 * The whole chain on real kernels: run-matrix with tests/guest/guest.job, then what
 * must be true of every record, and of each variant.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/target/initramfs.h"
#include "lib/store.h"
#include "lib/package.h"
#include "lib/file.h"
#include "lib/package.h"
#include "lib/proc.h"
#include "lib/timeline.h"
#include "lib/units.h"
#include "lib/variant.h"
#include "tests/check.h"
#include "tests/fixture.h"
#include "tests/guest/guest.h"

/* At most; by their place in kconfigs/variants/ORDER. */
#define VARIANTS 16

/* What was seen of one variant with one loop in the reporter's set-up. */
struct outcome {
	uint64_t fulls, hangs[HANG_CLASSES];
	uint64_t gaps, enable_ns;	/* that ended by themselves; re-enabling */
};

struct seen {
	struct check *t;
	unsigned int entries, held, not_held, references;
	struct outcome thread[VARIANTS][2];
};

/* The driver's count is the truth; every full must be found again. */
static void counts_agree(struct check *t, const struct record *r)
{
	uint64_t hangs = r->hangs[HANG_LOST_WAKEUP] +
			 r->hangs[HANG_SILENT_STOP];

	CHECK_EQ(t, r->h.gap.n + r->h.censored.n, r->fulls);
	CHECK_EQ(t, r->h.censored.n, hangs + r->open);
	CHECK_EQ(t, r->fulls_null + r->fulls_short, r->fulls);
	CHECK_EQ(t, r->h.gap_wake.n, r->h.gap.n);
	CHECK_EQ(t, r->h.gap_wake.sum + r->h.gap_drain.sum +
		 r->h.gap_enable.sum, r->h.gap.sum);
	CHECK_EQ(t, r->h.wakeup.n + r->ready + r->empty, r->wakeups);
	CHECK_EQ(t, r->h.enable.n, r->enables);
	CHECK_EQ(t, r->bad_records, 0);
	CHECK_EQ(t, r->disagree, 0);
	CHECK(t, r->hangs_kept == (hangs < RECORD_HANGS ? hangs :
						       RECORD_HANGS));
}

/* No more time is accounted for than there was. */
static void times_are_possible(struct check *t, const struct record *r)
{
	CHECK(t, r->traced_ns + r->gap_ns <=
	      (r->elapsed_ns + 500 * NSEC_PER_MSEC) * r->pairs);
	CHECK(t, r->h.wakeup.max < r->elapsed_ns);
}

/* Within 2 %, or the record itself says that the guest could not. */
static void rate_holds(struct seen *seen, const struct record *r)
{
	double got = record_rate(r), want = r->cell.rate;

	printf("rate: wanted %.0f, got %.0f%s\n", want, got,
	       r->dropped || r->late_ns ? " (guest late)" : "");
	if (fabs(got - want) <= 0.02 * want) {
		seen->held++;
	} else {
		seen->not_held++;
		CHECK(seen->t, r->dropped || r->late_ns);
	}
	CHECK(seen->t, got <= 1.02 * want);
}

static void add_outcome(struct seen *seen, const struct store_entry *e)
{
	struct outcome *o;
	int class;

	CHECK(seen->t, variant_rank(e->variant) < VARIANTS);
	if (variant_rank(e->variant) >= VARIANTS)
		return;
	o = &seen->thread[variant_rank(e->variant)][e->record.cell.loop];
	o->fulls += e->record.fulls;
	o->gaps += e->record.h.gap_enable.n;
	o->enable_ns += e->record.h.gap_enable.sum;
	for (class = 0; class < HANG_CLASSES; class++)
		o->hangs[class] += e->record.hangs[class];
}

static int look(void *ctx, const struct store_entry *e)
{
	const json_t *console = e->console, *line;
	struct seen *seen = ctx;
	struct check *t = seen->t;
	size_t i;

	seen->entries++;
	printf("%s %s %s: %s %s\n", e->variant, e->section, e->cell, e->status,
	       e->why ? e->why : "");
	json_array_foreach(console, i, line)
		printf("  console: %s\n", json_string_value(line));
	CHECK_EQ(t, json_array_size(console), 0);
	CHECK(t, e->measured);
	if (!e->measured)
		return 0;
	counts_agree(t, &e->record);
	times_are_possible(t, &e->record);
	if (!strcmp(e->section, "rate"))
		rate_holds(seen, &e->record);
	if (!strcmp(e->section, "thread") || !strcmp(e->section, "silent"))
		add_outcome(seen, e);
	if (!strcmp(e->section, "places"))
		seen->references += e->record.reference != NULL;
	return 0;
}

/*
 * What is expected of a variant in the [thread] cells (peterz: [silent], too).
 * A host under load (20 to run on 2 CPUs) has 9 fulls a second where none hangs.
 *  SOME: hangs, as in such a share of fulls that was measured here; the lower
 *        end of its 95 % interval is 0.49 at least (rewake, 27 of 41 fulls;
 *        baseline 75 of 97).  That none is seen by chance in the 36 fulls of a
 *        loop's 4 s is 0.51^36, below 1e-10.
 *  LONG: silent stops, that is.  They end at the tracee's next reschedule, and
 *        whether that is before they are called a hang is up to the host: 34 of
 *        207 fulls under load, 0 of 105 without.  But they make re-enabling long:
 *        140 to 184 ms on average with peterz, 68 at most with any other.  The
 *        mean of 91 gaps has an error of 10 ms: below LONG_NS by chance in less
 *        than 1e-8 of all runs.
 *  NONE: the model finds no way to.
 *  FEW:  the model finds one, but it was not seen here in 1,249 fulls (sync),
 *        so the share is below 0.3 %: of 120 fulls, which 4 s have room for at
 *        most, more than FEW_MAX have a chance of 4e-5.
 *  ANY:  too few fulls to say.
 */
enum expect { SOME, LONG, NONE, FEW, ANY };

#define FEW_MAX 4
#define LONG_NS (80 * NSEC_PER_MSEC)

static bool is_one_of(const char *name, const char *const *names)
{
	for (; *names; names++) {
		if (!strcmp(*names, name))
			return true;
	}
	return false;
}

static enum expect expected(const char *variant, int loop, int class)
{
	static const char *const clean[] = {
		"recheck", "complete", "rearm", NULL
	};
	/* Unchanged, as far as auxsynth goes. */
	static const char *const unchanged[] = { "baseline", "ptfix", NULL };

	if (is_one_of(variant, clean))
		return NONE;
	if (class == HANG_SILENT_STOP && !strcmp(variant, "peterz"))
		return loop == LOOP_EAGER ? LONG : ANY;
	if (class == HANG_SILENT_STOP)
		return FEW;
	if (is_one_of(variant, unchanged))
		return SOME;
	/* perf's loop does not ENABLE when nothing new has come. */
	return strcmp(variant, "rewake") || loop != LOOP_PERF ? FEW : SOME;
}

static void outcome(struct check *t, const char *variant, int loop,
		    const struct outcome *o)
{
	int class;

	printf("%-10s %-6s %8llu %12llu %12llu %9.1f\n", variant,
	       loop ? "perf" : "eager", (unsigned long long)o->fulls,
	       (unsigned long long)o->hangs[HANG_LOST_WAKEUP],
	       (unsigned long long)o->hangs[HANG_SILENT_STOP],
	       o->gaps ? o->enable_ns / 1e6 / o->gaps : 0);
	CHECK(t, o->fulls > 0);
	for (class = HANG_LOST_WAKEUP; class <= HANG_SILENT_STOP; class++) {
		switch (expected(variant, loop, class)) {
		case SOME:
			CHECK(t, o->hangs[class] > 0);
			break;
		case LONG:
			CHECK(t, o->hangs[class] > 0 ||
			      o->enable_ns > o->gaps * LONG_NS);
			break;
		case NONE:
			CHECK_EQ(t, o->hangs[class], 0);
			break;
		case FEW:
			CHECK(t, o->hangs[class] <= FEW_MAX);
			break;
		case ANY:
			break;
		}
	}
}

static void outcomes(struct seen *seen)
{
	const struct variant *v;
	int loop;

	printf("%-10s %-6s %8s %12s %12s %9s\n", "variant", "loop", "fulls",
	       "lost_wakeup", "silent_stop", "enable ms");
	for (v = shipped_variants; v->name; v++) {
		for (loop = 0; loop < 2; loop++)
			outcome(seen->t, v->name, loop,
				&seen->thread[variant_rank(v->name)][loop]);
	}
}

static void files_exist(struct check *t, const char *dir)
{
	static const char *const files[] = {
		"summary.tsv", "summary.txt", "plots/wakeup-cdf.png",
		"plots/gap-ccdf.svg", "plots/hang-incidence.png",
		"plots/hang-heatmap.svg",
	};
	char *gnuplot = program_find("gnuplot");
	unsigned int i;
	char *path;

	free(gnuplot);
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		if (!gnuplot && !strncmp(files[i], "plots/", 6))
			continue;
		path = xasprintf("%s/run/%s", dir, files[i]);
		if (!file_exists(path))
			printf("missing: %s\n", path);
		CHECK(t, file_exists(path));
		free(path);
	}
}

int main(void)
{
	static const char *const options[] = {
		"--seed=20261123", NULL
	};
	struct check t = { 0 };
	struct seen seen = { .t = &t };
	char *dir, *path;
	struct err err;
	bool torn;

	if (!guests_possible())
		return CHECK_SKIP;
	dir = fixture_dir();
	path = xasprintf("%s/run/store.jsonl", dir);
	guests_run_matrix(&t, dir, SRCDIR "/tests/guest/guest.job", options);
	if (store_each(path, &torn, look, &seen, &err)) {
		printf("%s\n", err.text);
		CHECK(&t, !"the store can be read");
	}
	CHECK_EQ(&t, seen.entries, variant_rank("") * (4 + 3 + 2 + 2) + 12);
	CHECK_EQ(&t, seen.references, variant_rank("") * 2);
	printf("rates held %u of %u\n", seen.held, seen.held + seen.not_held);
	CHECK(&t, seen.held > seen.not_held);
	outcomes(&seen);
	files_exist(&t, dir);
	free(path);
	fixture_end(dir, t.failed);
	return check_end(&t);
}
