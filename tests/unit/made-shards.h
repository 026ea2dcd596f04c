/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_TESTS_UNIT_MADE_SHARDS_H
#define AUX_TESTS_UNIT_MADE_SHARDS_H

#include <stdint.h>

/* Shards of a job, as run-matrix --shard leaves them; what measures is made up. */
struct made_shards {
	const char *job;	/* text of its file; it says the seed */
	int shards;		/* 0: none, the whole run in one folder */
	uint64_t fulls;		/* of each cell */
	int hosts;		/* that took part; 0: not stored */
};

/*
 * In @dir: shard-1, shard-2 ..., or "whole".  What a cell says depends on its id
 * and on the seed alone, whichever shard it is in; @variants ends with NULL.
 */
void made_shards(const char *dir, const struct made_shards *want,
		 char *const *variants);
/* The folder of shard @i, from 1; caller frees. */
char *made_shard(const char *dir, int i);

#endif
