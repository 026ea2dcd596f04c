/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_LIB_SHARDS_H
#define AUX_LIB_SHARDS_H

/*
 * Two small files beside a store.  SHARD_FILE, in the folder of a run that has
 * measured a part of its plan only (--shard):
 *
 *  shard of    which part, of how many
 *  job seed version
 *              the whole run's; version is that of these programs
 *  cells       [ [id, "variant/kconfig cell, repeat n"], ... ] of this part
 *  all         number of cells of all parts
 *
 * SHARDS_FILE, in a folder that shards were merged into:
 *
 *  note        "7 of 8 shards, 12.5 % missing: 3", for every summary
 *  of have     of how many, and which
 *  all cells   of the whole plan, and of these in the store
 *  twice       cells that two shards had: the first one's count
 *  torn        shards whose store ends in a torn line
 *  lost        [ names of cells that a shard should have ], and at most
 *              SHARDS_LOST_MAX of them
 *  nlost       how many these are in all
 */
#define SHARD_FILE "shard.json"
#define SHARDS_FILE "shards.json"
#define SHARDS_LOST_MAX 20

/* In the folder of a run over several hosts: what each has measured, a shard. */
#define SHARDS_HOSTS "hosts"

/* The note in DIR/SHARDS_FILE, NULL when there is none; caller frees. */
char *shards_note(const char *dir);

#endif
