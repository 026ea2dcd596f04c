/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_KCONFIGS_BUILD_CARD_H
#define AUX_KCONFIGS_BUILD_CARD_H

#include <jansson.h>
#include <stdbool.h>

#include "kconfigs/build/builder.h"
#include "lib/err.h"

/*
 * The card of a kernel that goes from one machine to another: what it was made
 * of, its keys, and the hash of each file in its folder.  The keys are made of
 * what is on the card and of this suite's own files: where they come out as they
 * are there, the kernel is the one that would be built here, of that source and
 * by that compiler.
 */
#define CARD_FILE "kernel.json"
#define CARD_FORMAT 1
#define CARD_MODULE "auxsynth.ko"

/* Of a kernel that is built.  NULL with @err set; the caller decrefs. */
json_t *card_make(const struct builder *b, struct err *err);
/* The path of what is @name in the folder of an export; caller frees. */
char *card_path(const struct builder *b, const char *name);

/* @dir/kernel.json, if it is one; NULL with @err set. */
json_t *card_read(const char *dir, struct err *err);

/* "sync/guest for x86, of Linux 7.3.4"; caller frees. */
char *card_name(const json_t *card);

/*
 * Gives @b, whose request is that of the card, its source, compiler and keys.
 * -ESTALE with what differs: it is another version's of this suite.
 */
int card_take(const json_t *card, struct builder *b, struct err *err);

/* Every file in @dir is as the card says, and no other is there. */
int card_check_files(const json_t *card, const char *dir, struct err *err);

/* At least one kernel was imported. */
bool import_any(const struct kernel_store *store);

#endif
