/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_TESTS_PATCH_FORMS_H
#define AUX_TESTS_PATCH_FORMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Small trees in memory, and the forms in which mail brings a diff. */

struct toy_file {
	char *path, *text;
	bool program;
};

struct toy {
	struct toy_file file[24];
	int n, serial;
};

/* Takes over both strings. */
void toy_add(struct toy *toy, char *path, char *text);
void toy_remove(struct toy *toy, int i);
/* A path that is not there yet, in a folder that the guest's kernel has. */
char *toy_name(struct toy *toy, const char *what);
void toy_write(const struct toy *toy, const char *dir);
/* Just these files are in @dir. */
bool toy_is(const struct toy *toy, const char *dir);
void toy_free(struct toy *toy);

/* One of 2 .. n */
unsigned int pick(uint64_t *random, unsigned int n);

/* A mail with @diff as the @i-th of @n, encoded in one of many ways. */
void form_mail(FILE *out, uint64_t *random, int i, int n, const char *diff);
/* Mails with no change in them: a cover letter, a reply. */
void form_cover(FILE *out, int n, const char *diff);
void form_reply(FILE *out, const char *diff);
/* A diff with words around. */
void form_plain(FILE *out, uint64_t *random, const char *diff);

/* The text with something broken in it; caller frees. */
char *form_broken(uint64_t *random, const char *text);

#endif
