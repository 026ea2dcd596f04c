/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_VERDICT_HUNT_H
#define AUX_BENCH_VERDICT_HUNT_H

#include "bench/results/hunts.h"

/*
 * A candidate's aimed hunts beside baseline's.  That it hangs is a fact, and
 * one find enough; that it hangs more often than baseline is a test.
 */

/* One driver and loop. */
struct judge_hunt_row {
	struct hunts_key key;
	const struct hunts_row *from[2];	/* of the hunts; NULL: none */
	/* Candidate, baseline. */
	uint64_t k[2][HANG_CLASSES], all[2], n[2];
	/*
	 * How much more a boot's finds scatter than a coin's would: finds and
	 * fulls count for as much less in a test.
	 */
	double scatter;
	size_t df;		/* boots that say so, less one for each kernel */
	double p_holm[HANG_CLASSES];	/* over rows and classes */
	double ratio[HANG_CLASSES];	/* within hosts; see strata.h */
	double bound;		/* of the candidate's, one-sided 95 % */
};

struct judge_hunt {
	struct judge_hunt_row *row;	/* by driver and loop */
	size_t rows;
	size_t boots[2];	/* of the row that has most */
	uint64_t all[2], n[2];	/* finds, fulls */
	uint64_t real_all[2], real_n[2];	/* of these: of real drivers */
	double bound;
	size_t hosts;		/* that hunted both */
	double p;		/* that both hang as often, in all */
	double ratio;
	double ratio_lo, ratio_hi;	/* of all finds; NAN: none */
	uint64_t replays, again;
	uint64_t unresolved;
	const json_t *find;	/* belongs to the hunts; NULL: none */
};

/* Boots of hunts that a comparison wants of each, to know how they scatter. */
#define JUDGE_HUNT_BOOTS 4

/*
 * Level of a comparison of hunts: their counts are so large that a difference
 * worth the name is far beyond it, and a false one would condemn a patch.
 */
#define JUDGE_HUNT_ALPHA 0.002

/* Confidence of a bound, of one side: 3 in n when none was seen in n. */
#define JUDGE_BOUND_LEVEL 0.95

/* Either may be NULL: not measured.  @alpha: of the interval of the ratio. */
void judge_hunt_make(struct judge_hunt *h, const struct hunts_kernel *cand,
		     const struct hunts_kernel *base, double alpha);
void judge_hunt_free(struct judge_hunt *h);

/* Found more than once: again at its phases, or anew. */
bool judge_hunt_reproduced(const struct judge_hunt *h);

/* Whether @row's finds of @class are shown to be more than baseline's. */
bool judge_hunt_more(const struct judge_hunt_row *row, int class);

#endif
