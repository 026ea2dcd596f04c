// SPDX-License-Identifier: GPL-2.0-only
/*
 * Boots are added until all candidates are decided or time is up: those that
 * tell soonest first.  Hunts find a hang in seconds where streams need minutes,
 * so each candidate hunts once before anything else; then come the boots that
 * a comparison of times needs, and then hunts until it is shown that none is
 * found.  Of a kernel that is decided nothing more is measured.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/results/inference.h"
#include "bench/sign-off.h"
#include "lib/file.h"
#include "lib/proc.h"
#include "lib/units.h"

/*
 * How much the log of a boot's value is taken to vary before anything is
 * measured: what short cells under emulation showed.
 */
#define PLANNED_SD 0.15
#define POWER 0.9

/*
 * Beside a fix, baseline's hunts only show that there is something to find:
 * they end with so many finds, or so many boots.
 */
#define BASELINE_FINDS 5
#define BASELINE_HUNTS 2

#define BOOTS_MAX 1000

/* What is hunted before anything else, of the budget at most one in so many. */
#define SCOUT_NS (90 * NSEC_PER_SEC)
#define SCOUT_SHARE 5

enum { STREAMS, HUNTS, KINDS };

struct adapt {
	struct sign_off *s;
	struct run *run;
	uint64_t begun;
	size_t want[KINDS];	/* boots of each kernel */
	bool only_candidates;
	bool base_hangs;	/* its hunts have shown it */
	bool has[KINDS];	/* the job has such cells */
	/* From the last look. */
	bool decided, emulated;
	size_t needed[KINDS];	/* by the one that needs most */
};

static bool is_baseline(const struct run *run, size_t kernel)
{
	return !strcmp(run->job.kernels[kernel].variant, "baseline");
}

/* For the run: is this boot one of those that tell something now? */
static bool wants(void *ctx, const struct plan_boot *boot)
{
	const struct adapt *a = ctx;
	size_t want = a->want[boot->hunts ? HUNTS : STREAMS];

	if (is_baseline(a->run, boot->kernel)) {
		if (a->only_candidates)
			return false;
		if (boot->hunts && a->base_hangs)
			return false;
		if (boot->hunts && a->s->judge.fix && want > BASELINE_HUNTS)
			want = BASELINE_HUNTS;
	}
	return (size_t)boot->repeat < want;
}

static size_t kernel_of(const struct run *run, const char *variant,
			const char *kconfig)
{
	size_t i;

	for (i = 0; i < run->job.nkernels; i++) {
		if (!strcmp(run->job.kernels[i].variant, variant) &&
		    !strcmp(run->job.kernels[i].kconfig, kconfig))
			break;
	}
	return i;
}

/*
 * With --fix a hang that was found twice is a fact that nothing will change:
 * the rest of the boot would tell no more.
 */
static int look_at_cell(void *ctx, const struct plan_boot *boot,
			struct err *err)
{
	struct adapt *a = ctx;
	const struct job_kernel *kernel = &a->run->job.kernels[boot->kernel];
	char *store;
	struct judge_hunt h;
	struct hunts hunts;
	int ret;

	if (!a->s->judge.fix || !boot->hunts)
		return 0;
	store = xasprintf("%s/store.jsonl", a->run->dir);
	ret = hunts_read(&hunts, store, err);
	if (!ret) {
		judge_hunt_make(&h, hunts_find(&hunts, kernel->variant,
					       kernel->kconfig), NULL, 0.05);
		if (is_baseline(a->run, boot->kernel))
			ret = a->base_hangs = h.all[0] >= BASELINE_FINDS;
		else if (h.all[0] && judge_hunt_reproduced(&h))
			a->run->kernels[boot->kernel].given_up = true;
		judge_hunt_free(&h);
	}
	hunts_free(&hunts);
	free(store);
	return ret;
}

/* What a verdict wants further, and whether the kernel is done with. */
static void take_verdict(struct adapt *a, const struct judge_verdict *v,
			 bool tell)
{
	size_t kernel = kernel_of(a->run, v->cand->variant, v->cand->kconfig);
	bool done = v->fact || (tell && v->word != JUDGE_UNDECIDED);

	if (tell)
		progress_say(&a->run->progress, "%zu boots: %s %s: %s",
			     v->cand->repeats, v->cand->variant,
			     judge_words[v->word], v->line);
	if (done && kernel < a->run->job.nkernels && !a->s->boots)
		a->run->kernels[kernel].given_up = true;
	if (v->fact && kernel < a->run->job.nkernels)
		a->run->kernels[kernel].given_up = true;
	a->decided &= done;
	if (done)
		return;
	if (v->needed > a->needed[STREAMS])
		a->needed[STREAMS] = v->needed;
	if (v->needed_hunts > a->needed[HUNTS])
		a->needed[HUNTS] = v->needed_hunts;
}

/* What is in the store so far; a look at facts alone decides nothing else. */
static int take_stock(struct adapt *a, bool tell, struct err *err)
{
	struct hunts hunts = { 0 };
	struct results results;
	struct judge judge;
	size_t i;
	int ret;

	a->decided = true;
	memset(a->needed, 0, sizeof(a->needed));
	ret = results_read(&results, a->run->dir, hunts_add, &hunts, err);
	if (!ret) {
		judge_make(&judge, &results, &hunts, &a->s->judge);
		a->emulated = judge.emulated;
		for (i = 0; i < judge.n; i++)
			take_verdict(a, &judge.verdict[i], tell);
		judge_free(&judge);
	}
	results_free(&results);
	hunts_free(&hunts);
	return ret;
}

/*
 * The first number of boots, by the power that is wanted; under emulation
 * times are not what decides.
 */
static size_t first_boots(const struct adapt *a)
{
	const struct judge_options *o = &a->s->judge;
	size_t n = stats_boots_needed(PLANNED_SD, log1p(o->ratio),
				      judge_alpha(o), POWER);

	return n < o->boots || a->s->bisect || a->emulated ? o->boots : n;
}

/* Repeats of either part that anything of was measured. */
static size_t done_boots(const struct run *run, bool hunts)
{
	const struct plan_boot *boot;
	size_t i, k, done = 0;

	for (i = 0; i < run->plan.count; i++) {
		boot = &run->plan.boots[i];
		for (k = 0; k < boot->count && boot->hunts == hunts; k++) {
			if (boot->cells[k].done &&
			    (size_t)boot->repeat >= done)
				done = boot->repeat + 1;
		}
	}
	return done;
}

/* Drops repeats which there was no time for. */
static int trim(struct run *run, struct err *err)
{
	size_t streams = done_boots(run, false), hunts = done_boots(run, true);
	size_t done = streams > hunts ? streams : hunts;

	if (done && done < run->job.repeats)
		return run_extend(run, done, err);
	return 0;
}

/* Both parts up to what is wanted of them. */
static int run_wanted(struct adapt *a, struct err *err)
{
	struct run *run = a->run;
	size_t most = a->want[STREAMS] > a->want[HUNTS] ? a->want[STREAMS] :
		a->want[HUNTS];
	int ret = 0;

	if (most > run->job.repeats)
		ret = run_extend(run, most, err);
	/* After --resume: a kernel may have had nothing left to do. */
	if (!ret)
		ret = run_build(run, err);
	if (!ret)
		ret = run_boots(run, err);
	return ret ? ret : trim(run, err);
}

/*
 * A fix that does not hold most often shows it in the first minute: what hangs
 * only once in thousands of fulls still comes up before any stream is over.
 */
static int hunt_first(struct adapt *a, struct err *err)
{
	uint64_t share = a->s->budget / SCOUT_SHARE;
	uint64_t end = now_ns() + (share < SCOUT_NS ? share : SCOUT_NS);
	int ret;

	a->only_candidates = true;
	do {
		a->want[HUNTS]++;
		ret = run_wanted(a, err);
		if (!ret)
			ret = take_stock(a, false, err);
	} while (!ret && !a->decided && !a->s->boots && now_ns() < end &&
		 done_boots(a->run, true) >= a->want[HUNTS]);
	a->only_candidates = false;
	return ret;
}

/* One boot of each, what tells soonest first. */
static int scout(struct adapt *a, struct err *err)
{
	int ret = 0;

	if (a->has[HUNTS] && a->s->judge.fix) {
		ret = hunt_first(a, err);
		if (ret || a->decided)
			return ret;
	}
	if (!a->want[HUNTS])
		a->want[HUNTS] = a->has[HUNTS];
	a->want[STREAMS] = a->has[STREAMS];
	ret = run_wanted(a, err);
	return ret ? ret : take_stock(a, false, err);
}

/*
 * As many boots of a part as are needed, and half as many again at least, for
 * each look costs some of the error that is allowed.
 */
static size_t more_of(size_t have, size_t needed)
{
	size_t least = have + (have + 1) / 2;

	if (!needed)
		return have;
	if (needed < least)
		needed = least;
	if (needed > 3 * have && have)
		needed = 3 * have;
	return needed > BOOTS_MAX ? BOOTS_MAX : needed;
}

static bool out_of_time(const struct run *run)
{
	return run->out_of_time || (run->deadline && now_ns() >= run->deadline);
}

static void adapt_init(struct adapt *a, struct sign_off *s, struct run *run)
{
	size_t i;

	*a = (struct adapt) { .s = s, .run = run, .begun = now_ns() };
	for (i = 0; i < run->job.ncells; i++)
		a->has[run->job.cells[i].cell.kind == KIND_HUNT ? HUNTS :
		       STREAMS] = true;
	run->wants = wants;
	run->look = look_at_cell;
	run->ctx = a;
}

int sign_off_adapt(struct sign_off *s, struct run *run, struct err *err)
{
	struct adapt a;
	int ret;

	adapt_init(&a, s, run);
	run->deadline = a.begun + s->budget;
	ret = scout(&a, err);
	if (ret || a.decided)
		return ret;
	a.want[STREAMS] = a.has[STREAMS] ? first_boots(&a) : 0;
	/* A fix hunts beside its streams: it needs both, and may end sooner. */
	if (a.has[HUNTS])
		a.want[HUNTS] = !s->judge.fix ? JUDGE_HUNT_BOOTS :
			a.want[HUNTS] > a.want[STREAMS] ? a.want[HUNTS] :
			a.want[STREAMS];
	for (;;) {
		ret = run_wanted(&a, err);
		if (!ret)
			ret = take_stock(&a, true, err);
		if (ret || a.decided || out_of_time(run))
			return ret;
		if (!a.needed[STREAMS] && !a.needed[HUNTS])
			return 0;
		a.want[STREAMS] = more_of(a.want[STREAMS], a.needed[STREAMS]);
		a.want[HUNTS] = more_of(a.want[HUNTS], a.needed[HUNTS]);
		s->judge.looks++;
	}
}

int sign_off_fixed(struct sign_off *s, struct run *run, struct err *err)
{
	struct adapt a;
	int ret;

	adapt_init(&a, s, run);
	run->look = NULL;
	s->judge.looks = 0;
	ret = scout(&a, err);
	if (ret || a.decided)
		return ret;
	a.want[STREAMS] = a.want[HUNTS] = s->boots;
	return run_wanted(&a, err);
}
