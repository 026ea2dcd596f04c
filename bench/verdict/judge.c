// SPDX-License-Identifier: GPL-2.0-only
#include "bench/verdict/judge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lib/complaint.h"

const char judge_method[] =
"The unit is the boot: values are taken per boot and cell, and compared\n"
"between boots.  Tests of one look share 5 % of error; each further look at\n"
"growing data gets half of what the one before had.  Differences and their\n"
"95 % intervals are those of summary.txt and of the pictures; decisions go by\n"
"the level of the look.\n\n"
"hosts    Where several took part each is a block, a candidate beside baseline\n"
"         on it, and what is judged is pooled over them: hangs, finds and lost\n"
"         cells by the exact test and interval given each host's own counts\n"
"         (Fisher's, of one host), times and coverage by the differences within\n"
"         hosts.  A host that ran only one of the two is left out of that.  The\n"
"         bound of a kernel that showed no hang is of all hosts' fulls.\n"
"hangs    Fisher's exact test for each class, in each cell and in all cells\n"
"         together, Holm over all of these: significantly more than baseline\n"
"         is BAD.  Hangs of a class that baseline did not show are UNDECIDED\n"
"         until that can be said.  None seen: the bound is exact (about 3/n)\n"
"         and must be below --margin hangs=.\n"
"hunts    A tracer aims at the race, with nothing widened (see run-matrix hunt).\n"
"         With --fix one find is BAD; the line says whether it was found again.\n"
"         None: the bound, one-sided at 95 % (3/n), must be below --margin\n"
"         hunt=3e-6: a million fulls; baseline hunts until it has hung a few\n"
"         times, at most two boots.  Without --fix they are compared with its,\n"
"         by driver and loop: Fisher's test at 0.2 %, Holm, with counts divided\n"
"         by how much boots scatter, for the finds of one boot hang together.\n"
"times    Welch's test on what a boot's cells give: logs for ratios (wakeup,\n"
"         re-enable, ENABLE on an event that runs, time lost per full),\n"
"         differences for coverage; cells are centred first, so each counts\n"
"         the same.  The re-enable part of the gap is compared with 1 ms added\n"
"         (--margin reenable=): twice next to nothing is no harm.  BAD: beyond\n"
"         the margin in all cells together or in one of them (Holm over cells\n"
"         and measures).  Not worse: the interval is within the margin.\n"
"lost     the mean gap by Kaplan-Meier, up to about the 99th percentile of the\n"
"         cell's gaps that ended: one that a hang cut off counts with that much.\n"
"         Wakeups and the re-enable part come from cells where less than 5 % of\n"
"         either kernel's fulls hang: elsewhere the lucky cycles are left.\n"
"TCG      latencies there are emulated: \"indicative\", no part of the verdict.\n"
"         Hangs, gaps and coverage are judged everywhere; but a gap or coverage\n"
"         that is not shown to be within its margin there is only \"not shown\",\n"
"         and keeps nobody from GOOD: loaded hosts would need hundreds of boots.\n\n"
"GOOD     nothing is shown to be worse than baseline.  Beside the word stands\n"
"         \"closes the race\", \"does not close the race\" or \"not shown\": not\n"
"         hanging more than baseline is no fix.  With --fix a candidate that\n"
"         hangs is BAD, and one that is not shown to close it is not GOOD.\n"
"BAD      the same is shown to be wrong; or the patch does not apply, compile\n"
"         or boot; or the kernel panics, locks up or prints what baseline does\n"
"         not (WARN, BUG, lockdep, RCU stall ...).  Stalls and lockups of a\n"
"         guest under TCG on a loaded host are UNDECIDED: any kernel has them.\n"
"UNDECIDED  neither could be shown; the line says what it would take.";

const char *const judge_words[] = { "GOOD", "BAD", "UNDECIDED" };
const char *const judge_races[] = {
	"not shown", "closes the race", "does not close the race",
};
const char *const judge_outcomes[] = {
	"not worse", "WORSE", "open", "no data", "-"
};
void judge_options_init(struct judge_options *options)
{
	*options = (struct judge_options) {
		.ratio = 0.25, .reenable_ns = 1000000, .coverage = 0.03,
		.hang_bound = 0.005, .hunt_bound = 3e-6, .hang_ratio = 2, .boots = 10,
		.looks = 1,
	};
}

double judge_alpha(const struct judge_options *options)
{
	return 0.05 / pow(2, options->looks);
}

static void sum_parts(struct judge_verdict *v)
{
	size_t i;
	int side;

	for (i = 0; i < v->cells; i++) {
		if (!gap_parts_known(v->pair[i].combo[0]) ||
		    !gap_parts_known(v->pair[i].combo[1]))
			continue;
		for (side = 0; side < 2; side++)
			gap_parts_add(&v->parts[side], v->pair[i].combo[side],
				      v->pair[i].combo[!side]);
	}
	for (side = 0; side < 2; side++)
		gap_parts_end(&v->parts[side]);
}

static struct judge_verdict *add_verdict(struct judge *judge,
					 const struct results_kernel *kernel)
{
	struct judge_verdict *v;

	judge->verdict = reallocarray(judge->verdict, judge->n + 1,
				      sizeof(*judge->verdict));
	if (!judge->verdict)
		abort();
	v = &judge->verdict[judge->n++];
	memset(v, 0, sizeof(*v));
	v->cand = kernel;
	v->base = results_kernel(judge->results, "baseline", kernel->kconfig);
	v->cells = contrast_pairs(judge->results, kernel, v->base, &v->pair);
	v->cell = calloc(v->cells + 1, sizeof(*v->cell));
	if (!v->cell)
		abort();
	sum_parts(v);
	return v;
}

bool judge_new_warning(const struct judge_verdict *v,
		       const struct results_warning *warning)
{
	return v->base && v->base->measured &&
		!results_warning(v->base, warning->text);
}

bool judge_in_baseline(const struct judge_verdict *v,
		       const struct results_trouble *trouble)
{
	size_t i;

	for (i = 0; v->base && i < v->base->troubles; i++) {
		const struct results_trouble *t = &v->base->trouble[i];

		if (t->kind == trouble->kind &&
		    !strcmp(complaint_text(t->text),
			    complaint_text(trouble->text)))
			return true;
	}
	return false;
}

/* BAD outweighs UNDECIDED, which outweighs GOOD. */
static enum judge_word worse(enum judge_word a, enum judge_word b)
{
	if (a == JUDGE_BAD || b == JUDGE_BAD)
		return JUDGE_BAD;
	return a == JUDGE_UNDECIDED ? a : b;
}

void judge_make(struct judge *judge, const struct results *results,
		const struct hunts *hunts,
		const struct judge_options *options)
{
	struct judge_verdict *v;
	size_t i;

	memset(judge, 0, sizeof(*judge));
	judge->results = results;
	judge->options = *options;
	judge->emulated = results_emulated(results);
	for (i = 0; i < results->kernels; i++) {
		if (!strcmp(results->kernel[i]->variant, "baseline"))
			continue;
		v = add_verdict(judge, results->kernel[i]);
		judge_hunt_make(&v->hunt, hunts_find(hunts, v->cand->variant,
						     v->cand->kconfig),
				hunts_find(hunts, "baseline",
					   v->cand->kconfig),
				judge_alpha(options));
		judge_hang_tests(judge, v);
		judge_metric_tests(judge, v);
		judge_decide(judge, v);
		judge->word = worse(judge->word, v->word);
	}
	if (!judge->n)
		judge->word = JUDGE_UNDECIDED;
}

void judge_free(struct judge *judge)
{
	size_t i;

	for (i = 0; i < judge->n; i++) {
		free(judge->verdict[i].line);
		free(judge->verdict[i].unshown);
		free(judge->verdict[i].latency);
		judge_hunt_free(&judge->verdict[i].hunt);
		free(judge->verdict[i].cell);
		free(judge->verdict[i].pair);
	}
	free(judge->verdict);
	memset(judge, 0, sizeof(*judge));
}
