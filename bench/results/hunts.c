// SPDX-License-Identifier: GPL-2.0-only
#include "bench/results/hunts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/results/results.h"
#include "lib/file.h"
#include "lib/json.h"
#include "lib/store.h"

static void *grow(void *p, size_t n, size_t size)
{
	p = reallocarray(p, n + 1, size);
	if (!p)
		abort();
	memset((char *)p + n * size, 0, size);
	return p;
}

const struct hunts_kernel *hunts_find(const struct hunts *hunts,
				      const char *variant,
				      const char *kconfig)
{
	size_t i;

	for (i = 0; hunts && i < hunts->kernels; i++) {
		if (!strcmp(hunts->kernel[i].variant, variant) &&
		    !strcmp(hunts->kernel[i].kconfig, kconfig))
			return &hunts->kernel[i];
	}
	return NULL;
}

const struct hunts_row *hunts_row(const struct hunts_kernel *kernel,
				  const struct hunts_key *key)
{
	size_t i;

	for (i = 0; kernel && i < kernel->rows; i++) {
		if (!strcmp(kernel->row[i].key.driver, key->driver) &&
		    !strcmp(kernel->row[i].key.loop, key->loop))
			return &kernel->row[i];
	}
	return NULL;
}

static struct hunts_kernel *add_kernel(struct hunts *hunts,
				       const struct store_entry *entry)
{
	struct hunts_kernel *kernel = (struct hunts_kernel *)
		hunts_find(hunts, entry->variant, entry->kconfig);

	if (kernel)
		return kernel;
	hunts->kernel = grow(hunts->kernel, hunts->kernels,
			     sizeof(*hunts->kernel));
	kernel = &hunts->kernel[hunts->kernels++];
	kernel->variant = xasprintf("%s", entry->variant);
	kernel->kconfig = xasprintf("%s", entry->kconfig);
	kernel->finds = json_array();
	return kernel;
}

static struct hunts_key key_of(const struct cell *cell)
{
	struct hunts_key key = {
		.loop = cell->loop == LOOP_PERF ? "perf" : "eager",
		.real = strcmp(cell->pmu, "aux_synth") != 0,
	};
	char mode[CELL_VALUE_LEN];

	cell_get(cell, cell_key_find("mode"), mode);
	snprintf(key.driver, sizeof(key.driver), "%.30s%s",
		 key.real ? cell->pmu : mode,
		 cell->context == CONTEXT_NMI && !key.real ? "/nmi" : "");
	return key;
}

static struct hunts_row *add_row(struct hunts_kernel *kernel,
				 const struct hunts_key *key)
{
	struct hunts_row *row = (struct hunts_row *)hunts_row(kernel, key);

	if (row)
		return row;
	kernel->row = grow(kernel->row, kernel->rows, sizeof(*kernel->row));
	row = &kernel->row[kernel->rows++];
	row->key = *key;
	return row;
}

static void add_boot(struct hunts_row *row, size_t host,
		     const struct store_entry *entry)
{
	const struct record *record = &entry->record;
	struct hunts_boot *boot;
	int class;

	boot = row->boots ? &row->boot[row->boots - 1] : NULL;
	if (!boot || boot->repeat != entry->repeat || boot->host != host) {
		row->boot = grow(row->boot, row->boots, sizeof(*row->boot));
		boot = &row->boot[row->boots++];
		boot->repeat = entry->repeat;
		boot->host = host;
	}
	boot->fulls += record->fulls;
	row->fulls += record->fulls;
	for (class = 0; class < HANG_CLASSES; class++) {
		boot->finds[class] += record->hangs[class];
		row->finds[class] += record->hangs[class];
	}
}

static void add_finds(struct hunts_kernel *kernel, struct hunts_row *row,
		      const struct store_entry *entry)
{
	const json_t *detail = entry->record.detail;
	json_t *find, *copy;
	size_t i;

	row->unresolved += json_count(detail, "unresolved");
	json_array_foreach(json_object_get(detail, "finds"), i, find) {
		row->replays += json_count(find, "replays");
		row->again += json_count(find, "again");
		copy = json_deep_copy(find);
		json_object_update_new(copy, json_pack(
			"{s:s, s:s, s:s, s:I, s:i, s:o}", "variant",
			kernel->variant, "loop", row->key.loop, "driver",
			row->key.driver, "seed",
			(json_int_t)entry->record.cell.seed, "boot",
			entry->boot, "keys",
			cell_to_json(&entry->record.cell)));
		json_array_append_new(kernel->finds, copy);
	}
}

void hunts_add(void *ctx, const struct store_entry *entry)
{
	const struct cell *cell = &entry->record.cell;
	struct hunts *hunts = ctx;
	struct hunts_kernel *kernel;
	struct hunts_row *row;
	struct hunts_key key;

	if (!entry->measured || cell->kind != KIND_HUNT ||
	    cell->aim != AIM_AIMED)
		return;
	kernel = add_kernel(hunts, entry);
	key = key_of(cell);
	row = add_row(kernel, &key);
	add_boot(row, results_names_add(&hunts->hosts, results_host(entry)),
		 entry);
	add_finds(kernel, row, entry);
}

static int add_entry(void *ctx, const struct store_entry *entry)
{
	hunts_add(ctx, entry);
	return 0;
}

int hunts_read(struct hunts *hunts, const char *store, struct err *err)
{
	bool torn;

	memset(hunts, 0, sizeof(*hunts));
	return store_each(store, &torn, add_entry, hunts, err);
}

void hunts_free(struct hunts *hunts)
{
	size_t i, k;

	for (i = 0; i < hunts->kernels; i++) {
		struct hunts_kernel *kernel = &hunts->kernel[i];

		for (k = 0; k < kernel->rows; k++)
			free(kernel->row[k].boot);
		free(kernel->row);
		free(kernel->variant);
		free(kernel->kconfig);
		json_decref(kernel->finds);
	}
	results_names_free(&hunts->hosts);
	free(hunts->kernel);
	memset(hunts, 0, sizeof(*hunts));
}

uint64_t hunts_all_finds(const struct hunts_row *row)
{
	uint64_t finds = 0;
	int class;

	for (class = 0; row && class < HANG_CLASSES; class++)
		finds += row->finds[class];
	return finds;
}

static bool says_more(const json_t *find, const json_t *than)
{
	uint64_t again = json_count(find, "again");
	uint64_t least = json_count(than, "again");

	return again > least || (again == least && json_count(find, "replays") >
						   json_count(than, "replays"));
}

const json_t *hunts_best_find(const struct hunts_kernel *kernel)
{
	const json_t *find, *best = NULL;
	size_t i;

	json_array_foreach(kernel ? kernel->finds : NULL, i, find) {
		if (!best || says_more(find, best))
			best = find;
	}
	return best;
}
