/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_VERDICT_DECIDE_H
#define AUX_BENCH_VERDICT_DECIDE_H

#include "bench/verdict/judge.h"

/* What the parts of the decision share. */

/* Reasons, one after the other, with "; " between. */
struct reasons {
	char *text;
	size_t size, n;
	FILE *f;
};

void reasons_open(struct reasons *r);
/* Where to write the next one. */
FILE *reason(struct reasons *r);

/* What the decision is made of, so far. */
struct decision {
	struct judge *judge;
	struct judge_verdict *v;
	struct reasons bad, open, good;
	struct reasons unshown;	/* open, but it keeps nobody from GOOD */
	struct reasons worse, unsure;	/* of what is only indicative */
};

/* Boots of steady streams, or of hunts, that it would take. */
void decide_need(struct decision *d, size_t boots);
void decide_need_hunts(struct decision *d, size_t boots);

/* Steady streams, hunts, and what both say of the race. */
void decide_hangs(struct decision *d);

#endif
