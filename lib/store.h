/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_LIB_STORE_H
#define AUX_LIB_STORE_H

#include <jansson.h>
#include <stdbool.h>

#include "lib/err.h"
#include "lib/record.h"
#include "lib/status.h"

/*
 * The store of a run, DIR/store.jsonl: one JSON object a line, appended and
 * synced after each cell, each line complete in itself:
 *
 *  schema     1
 *  status     lib/status.h
 *  why        a sentence, when status is not ok
 *  time       UTC, ISO 8601
 *  variant kconfig section cell repeat boot order
 *             what ran: "cell" is the text of the keys that vary in the job
 *             ("window=30ms drain=3ms loop=eager"), "order" its place in the
 *             boot
 *  seed       of the whole run
 *  kernel     { release source preempt key patch_hash config_hash
 *             module_hash driver_hash compiler imported }; preempt is the
 *             model: lazy, full, rt ...; driver_hash of the real drivers over
 *             modelled hardware, "intel_pt:HASH intel_bts:HASH"; imported:
 *             true, or not there: built here
 *  id         of the measurement in the plan; --resume goes by it, and what
 *             has been measured counts once
 *  target     { kind accel qemu machine cpu smp numa memory boot_ms ... }; of
 *             local and ssh: { kind accel(native) host machine release
 *             version cpu agent{ boot_id ... } }, where "boot" counts starts
 *             of the agent: boot_id tells real boots apart
 *  host       { name cpu cpus load1 ticks steal mhz kernel machine }
 *  versions   { aux-tests qemu jansson cyclictest hackbench ... }
 *  console    [ bad lines (WARN, BUG, lockdep, stall ...) while it ran, and
 *             with the last cell of a boot those until the guest's end ]
 *  warnings   [ other lines at warning level or worse, one of each shape; with
 *             a boot's first cell those of the boot ]
 *  record     lib/record.h, when status is ok, or when a kernel that died did
 *             so as its scenario expects; else
 *  keys       the cell itself, and
 *  tail       [ the console's last lines ]
 */
#define STORE_SCHEMA 1

/* Beside a store that is only a part of something: a line that says of what. */
#define STORE_PARTIAL "partial"

struct store;		/* open for appending */

/*
 * @path must not exist unless @resume, when it must: then a torn last line is
 * cut off, and cells that this side made fail (STATUS_HOST_FAILED) are taken
 * out, to be tried again.
 */
int store_open(struct store **store, const char *path, bool resume,
	       struct err *err);
/* Appends one line and syncs it; takes no reference to @json. */
int store_append(struct store *store, const json_t *json, struct err *err);
void store_close(struct store *store);

/* -ENOENT, -ENOTDIR: @dir is not a run's, and how to find one that is. */
int store_folder_check(const char *dir, struct err *err);

/* One line as read back. */
struct store_entry {
	const char *status, *why, *job, *time;	/* "": not in it */
	const char *variant, *kconfig, *section, *cell;
	const char *accel, *release;	/* of target and kernel */
	enum status ended;	/* status */
	int repeat, boot;
	int64_t id;		/* -1: none */
	uint64_t seed;
	bool seeded;
	json_t *kernel, *target, *host, *versions;	/* NULL: not in it */
	json_t *console, *warnings, *keys;
	bool measured;		/* @record is there */
	bool again;		/* so was one with this id and seed before it */
	json_t *json;		/* the reader's own: NULL of most lines */
	struct record record;
	void *prepared;		/* by store_each_prepared(), or NULL */
};

/*
 * Calls @fn for each line, in their order and one at a time, though a large
 * store is read by several threads; the entry is only valid during the call,
 * and what is in it may be of others, too: none of it must be changed.  Stops
 * when @fn returns non-zero and returns that.  A last line without its end
 * (the machine died while it was written) is skipped and *torn set; any other
 * line that does not parse is -EINVAL with file and line in the text.
 */
int store_each(const char *path, bool *torn,
	       int (*fn)(void *ctx, const struct store_entry *entry),
	       void *ctx, struct err *err);

/*
 * What follows from a line alone, into @size bytes at entry->prepared: worked out
 * before @fn is called, by whichever thread has read the line.
 */
struct store_prepare {
	void (*fn)(void *prepared, const struct store_entry *entry);
	size_t size;
};
int store_each_prepared(const char *path, bool *torn,
			const struct store_prepare *prepare,
			int (*fn)(void *ctx, const struct store_entry *entry),
			void *ctx, struct err *err);

#endif
