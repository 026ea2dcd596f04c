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
 * Whether a running kernel of @model (NULL: any) may say @version of itself,
 * as uname -v does.  It tells rt, dynamic and what cannot be preempted from
 * the rest, but not full from lazy, nor none from voluntary.
 */
bool preempt_agrees(const char *model, const char *version);

#endif
