/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_RESULTS_ORDER_H
#define AUX_BENCH_RESULTS_ORDER_H

#include "bench/results/results.h"

/* Kernels and cells by name, while they are read and then in order. */

/* Place of @key (freed) in the index, which becomes @next if it is new. */
size_t results_index(struct results *results, char *key, size_t next);
char *results_combo_id(const struct results_kernel *kernel,
		       const char *section, const char *text);
/* Puts all in order; the index follows. */
void results_sort(struct results *results);

#endif
