/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_KCONFIGS_BUILD_PREEMPT_H
#define AUX_KCONFIGS_BUILD_PREEMPT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The preemption models of Linux: none, voluntary, full, lazy, rt; dynamic
 * is what the command line of a boot says.
 */

/* The model of a .config; NULL when it has none of them. */
const char *preempt_of_config(const char *config);

/*
 * The kconfigs (fragments, "lazy, preempt, rt") of the models that the tree
 * behind this .config offers; at most @max - 1 characters.
 */
void preempt_offered(const char *config, char *text, size_t max);

/* Whether these fragments ask for a certain model. */
bool preempt_wanted(const char *fragments);

/*
 * The word that a kernel of @model has in its uname -v, "" for none, NULL when
 * the model is not known.  It tells rt, dynamic and what cannot be preempted
 * from the rest, but not full from lazy, nor none from voluntary.
 */
const char *preempt_word(const char *model);

#endif
