/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_KCONFIGS_BUILD_CACHE_H
#define AUX_KCONFIGS_BUILD_CACHE_H

#include <sha256.h>
#include <stdbool.h>
#include <stddef.h>

#include "kconfigs/build/kernel.h"
#include "lib/err.h"

/*
 * What the parts of the builder share: keys, locks, children whose output is
 * wanted.  The cache:
 *
 *   source/	what bootstrap fetched
 *   memo/	the hash of a tarball, by its path, size and times; those of a
 *		directory's files; how long builds took
 *   tree/	tarballs, unpacked: TREE/, TREE.list (what is in it), TREE.lock
 *   build/	one per tree x kconfig: linux/ (the source, with the patch of the
 *		variant that was built last), linux/obj, and what it is now
 *   kernel/	one per key: what was built.  Appears by rename, whole
 *   import/	the same of other machines, each with a card (card.h)
 */

/* A hash over named inputs; an input's end is part of it. */
struct key {
	SHA256_CTX sha;
};

#define KEY_HEX SHA256_DIGEST_STRING_LENGTH	/* with the NUL */

void key_init(struct key *key);
void key_add(struct key *key, const char *name, const void *data, size_t len);
void key_add_text(struct key *key, const char *name, const char *text);
/* The file's contents, under its name without the folder. */
int key_add_file(struct key *key, const char *path, struct err *err);
void key_hex(struct key *key, char hex[KEY_HEX]);
int file_hash(const char *path, char hex[KEY_HEX], struct err *err);

/*
 * A lock between processes, held while the descriptor is open; waits for it,
 * -EINTR when stopped.  @what is for the one who waits.
 */
int cache_lock(const struct kernel_store *store, const char *path,
	       const char *what, struct err *err);

/* Tells the caller of kernel_get() what happens now. */
void cache_progress(const struct kernel_store *store, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* What it should know when all is done. */
void cache_note(const struct kernel_store *store, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/*
 * Runs a short command to its end, with its stdout (and stderr, if
 * @with_stderr) in *out, which the caller frees, also after -ECHILD: the
 * output of a command that failed says why.
 */
int run_output(const struct kernel_store *store, const char *const *argv,
	       const char *cwd, bool with_stderr, char **out,
	       struct err *err);

/* Everything that is in a descriptor, from its start; caller frees. */
char *fd_slurp(int fd, size_t *len);

/* Copies a file to a name where it appears whole; keeps the mode. */
int file_copy(const char *from, const char *to, struct err *err);

/* Cuts off the newline and blanks at the end. */
void chomp(char *s);

#endif
