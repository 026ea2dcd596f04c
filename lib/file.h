/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_LIB_FILE_H
#define AUX_LIB_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "lib/err.h"

/* asprintf() that ends the program when there is no memory; caller frees. */
char *xasprintf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

bool file_exists(const char *path);

/* The whole file, NUL-terminated; *len may be NULL.  Caller frees *text. */
int file_read(const char *path, char **text, size_t *len, struct err *err);

/*
 * Writes a file so that at every moment either the old one or the whole new
 * one is there: temporary beside it, fsync, rename.
 */
int file_write(const char *path, const char *text, size_t len,
	       struct err *err);

/*
 * The same for text that is printed piece by piece: file_open() returns a
 * stream to a temporary beside @path, file_commit() makes it @path (or
 * removes it when anything failed), file_abort() removes it.
 */
struct file_new {
	FILE *stream;
	char *path;
	char *tmp;
};
int file_open(struct file_new *file, const char *path, struct err *err);
/* @name in @dir. */
int file_open_in(struct file_new *file, const char *dir, const char *name,
		 struct err *err);
int file_commit(struct file_new *file, struct err *err);
void file_abort(struct file_new *file);

/* mkdir -p. */
int dir_make(const char *path, struct err *err);
/*
 * A new private directory under $TMPDIR; NULL with @err set, caller frees.  It
 * is locked for as long as this program lives; those of programs that were
 * killed are removed.
 */
char *dir_temp(struct err *err);
/* rm -r; no error when it is not there. */
int dir_remove(const char *path, struct err *err);

#endif
