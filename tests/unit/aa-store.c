// SPDX-License-Identifier: GPL-2.0-only
#include "tests/unit/aa-store.h"

#include <gsl/gsl_randist.h>
#include <stdlib.h>
#include <string.h>

#include "bench/verdict/judge.h"
#include "lib/file.h"
#include "lib/store.h"

struct splitter {
	struct results *results;
	struct hunts *hunts;
	const int *order;
	size_t repeats;
};

/* Half of the repeats, by the draw, become another kernel's. */
static int take_half(void *ctx, const struct store_entry *entry)
{
	struct splitter *s = ctx;
	struct store_entry *copy = malloc(sizeof(*copy));

	*copy = *entry;
	if ((size_t)s->order[entry->repeat] < s->repeats / 2)
		copy->variant = "itself";
	results_add(s->results, copy);
	hunts_add(s->hunts, copy);
	free(copy);
	return 0;
}

int aa_of_store(const char *dir, gsl_rng *rng)
{
	char *path = xasprintf("%s/store.jsonl", dir);
	unsigned int i, k, word[3] = { 0 };
	struct judge_options options;
	struct results results;
	struct hunts hunts;
	struct splitter s = { .results = &results, .hunts = &hunts };
	struct judge judge;
	struct err err;
	int order[1000];
	bool torn;

	judge_options_init(&options);
	options.looks = 0;
	if (results_read(&results, dir, NULL, NULL, &err) ||
	    results.kernels != 1 || results.kernel[0]->repeats > 1000) {
		printf("%s: no store of baseline alone\n", dir);
		return 1;
	}
	s.repeats = results.kernel[0]->repeats;
	results_free(&results);
	for (k = 0; k < s.repeats; k++)
		order[k] = k;
	s.order = order;
	for (i = 0; i < AA_RUNS; i++) {
		gsl_ran_shuffle(rng, order, s.repeats, sizeof(order[0]));
		memset(&hunts, 0, sizeof(hunts));
		results_begin(&results);
		store_each(path, &torn, take_half, &s, &err);
		results_end(&results);
		judge_make(&judge, &results, &hunts, &options);
		word[judge.word]++;
		if (judge.word == JUDGE_BAD)
			printf("alarm: %s\n", judge.verdict[0].line);
		judge_free(&judge);
		results_free(&results);
		hunts_free(&hunts);
	}
	free(path);
	printf("A/A of %s: %u splits, %u BAD, %u GOOD, %u UNDECIDED\n", dir,
	       AA_RUNS, word[JUDGE_BAD], word[JUDGE_GOOD],
	       word[JUDGE_UNDECIDED]);
	return word[JUDGE_BAD] > AA_RUNS / 20;
}
