// SPDX-License-Identifier: GPL-2.0-only
/* A store becomes results, line by line. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/results/order.h"
#include "bench/results/reference.h"
#include "bench/results/results.h"
#include "lib/file.h"
#include "lib/json.h"
#include "lib/shards.h"
#include "lib/store.h"

static void *xzalloc(size_t size)
{
	void *p = calloc(1, size);

	if (!p)
		abort();
	return p;
}

static struct results_kernel *find_kernel(struct results *results,
					  const char *variant,
					  const char *kconfig)
{
	struct results_kernel *kernel;
	size_t i = results_index(results, xasprintf("%s\n%s", kconfig,
						    variant),
				 results->kernels);

	if (i < results->kernels)
		return results->kernel[i];
	kernel = xzalloc(sizeof(*kernel));
	kernel->variant = xasprintf("%s", variant);
	kernel->kconfig = xasprintf("%s", kconfig);
	results_sum_init(&kernel->sum);
	results->kernel = results_grow(results->kernel, i,
				       sizeof(*results->kernel));
	results->kernel[results->kernels++] = kernel;
	return kernel;
}

/* What "window=30ms loop=eager" tells of a cell that was never measured. */
static void key_from_text(struct cell *cell, const char *text)
{
	char *copy = xasprintf("%s", text), *save = NULL, *word, *value;
	const struct cell_key *key;
	struct err ignored;

	cell_init(cell);
	for (word = strtok_r(copy, " ", &save); word;
	     word = strtok_r(NULL, " ", &save)) {
		value = strchr(word, '=');
		if (!value)
			continue;
		*value++ = '\0';
		key = cell_key_find(word);
		if (key)
			cell_set(cell, key, value, &ignored);
	}
	free(copy);
}

static struct results_combo *find_combo(struct results *results,
					struct results_kernel *kernel,
					const struct store_entry *entry)
{
	struct results_combo *combo;
	size_t i = results_index(results, results_combo_id(kernel,
						entry->section, entry->cell),
				 results->combos);

	if (i < results->combos)
		return results->combo[i];
	combo = xzalloc(sizeof(*combo));
	combo->kernel = kernel;
	combo->section = xasprintf("%s", entry->section);
	combo->text = xasprintf("%s", entry->cell);
	key_from_text(&combo->key, entry->cell);
	results_sum_init(&combo->sum);
	results->combo = results_grow(results->combo, i,
				      sizeof(*results->combo));
	results->combo[results->combos++] = combo;
	return combo;
}

static void set_text(char **to, const char *text)
{
	if (!*to && text && *text)
		*to = xasprintf("%s", text);
}

static void set_json(json_t **to, json_t *json)
{
	if (!json)
		return;
	json_decref(*to);
	*to = json_incref(json);
}

/* "7.3.4-peterz" and "7.3.4-sync" are one kernel in two variants. */
static void add_release(struct results *results,
			const struct store_entry *entry)
{
	char *release = results_release(entry);

	if (*release)
		results_names_add(&results->releases, release);
	free(release);
	if (json_is_true(json_object_get(entry->kernel, "imported")))
		results_names_add(&results->imported,
				  json_text(entry->kernel, "compiler"));
}

int results_kind(const struct store_entry *entry)
{
	const char *name = json_string_value(json_object_get(entry->keys,
							     "kind"));
	struct cell cell;
	struct err ignored;

	if (entry->measured)
		return entry->record.cell.kind;
	cell_init(&cell);
	if (name)
		cell_set(&cell, cell_key_find("kind"), name, &ignored);
	return cell.kind;
}

/* Where it ran, with what, and in what state the machine was. */
static void add_facts(struct results *results, struct results_kernel *kernel,
		      const struct store_entry *entry)
{
	if (!results->seed && entry->seeded)
		results->seed = xasprintf("%llu",
					  (unsigned long long)entry->seed);
	set_text(&results->began, entry->time);
	set_text(&kernel->source, json_text(entry->kernel, "source"));
	set_text(&kernel->preempt, json_text(entry->kernel, "preempt"));
	results_hashes_add(kernel, entry);
	if (entry->measured)
		results_load_add(&results->load, entry->host);
	/* Those of the line before are known. */
	if (entry->kernel && results->kernel_of_last == entry->kernel &&
	    results->target == entry->target && results->host == entry->host &&
	    results->versions == entry->versions)
		return;
	set_json(&results->kernel_of_last, entry->kernel);
	set_json(&results->target, entry->target);
	set_json(&results->host, entry->host);
	set_json(&results->versions, entry->versions);
	results_facts_add(&results->facts, entry);
	add_release(results, entry);
}

/* How many pairs, and what measuring them cost; older ones have none of it. */
static void add_cost(struct results_combo *combo, const struct record *record)
{
	const json_t *cost = json_object_get(record->detail, "cost");

	combo->pairs = record->pairs;
	if (!json_count(cost, "account_n"))
		return;
	combo->look_ns += json_count(cost, "look_p50_ns");
	combo->account_ns += json_count(cost, "account_p50_ns");
	combo->costs++;
}

const char *results_host(const struct store_entry *entry)
{
	const char *name = json_text(entry->target, "host");

	return *name ? name : json_text(entry->host, "name");
}

/* Its place; the one of the line before, most often. */
static unsigned int host_of(struct results *results,
			    const struct store_entry *entry)
{
	struct results_names *hosts = &results->hosts;
	const char *name = results_host(entry);

	/* What was not measured says nothing of one that has no name. */
	if (!*name && !entry->measured)
		return results->host_of_last;
	if (hosts->n && !strcmp(hosts->name[results->host_of_last], name))
		return results->host_of_last;
	results->host_of_last = results_names_add(hosts, name);
	return results->host_of_last;
}

static struct results_share *share_of(struct results_kernel *kernel,
				      unsigned int host)
{
	for (; kernel->shares <= host; kernel->shares++) {
		kernel->share = results_grow(kernel->share, kernel->shares,
					     sizeof(*kernel->share));
		memset(&kernel->share[kernel->shares], 0,
		       sizeof(*kernel->share));
	}
	return &kernel->share[host];
}

static void add_stream(struct results *results, struct results_kernel *kernel,
		       unsigned int host, const struct store_entry *entry)
{
	struct results_combo *combo = find_combo(results, kernel, entry);
	const struct metric_values *values = entry->prepared;
	struct metric_values own;

	combo->console += json_array_size(entry->console);
	if (entry->ended == STATUS_SKIPPED) {
		combo->skipped++;
		return;
	}
	if (!entry->measured) {
		combo->failed++;
		return;
	}
	if (!combo->measured)
		combo->key = entry->record.cell;
	results_set_or_mix(&combo->accel, entry->accel);
	results_set_or_mix(&combo->method, entry->record.method);
	/* Made by hand it has none yet. */
	if (!values)
		metric_values_of(&own, &entry->record);
	results_combo_add(combo, entry->repeat, host, &entry->record,
			  values ? values : &own);
	results_reference_add(&combo->reference, &entry->record);
	results_reference_add(&kernel->reference, &entry->record);
	add_cost(combo, &entry->record);
	kernel->measured++;
	share_of(kernel, host)->measured++;
	kernel->repeats += numbers_add(&kernel->repeat, entry->repeat, 0);
}

void results_add(struct results *results, const struct store_entry *entry)
{
	struct results_kernel *kernel = find_kernel(results, entry->variant,
						    entry->kconfig);
	unsigned int host = host_of(results, entry);
	uint64_t lost = kernel->unmeasured;
	int kind = results_kind(entry);
	json_t *topology;
	const char *part;

	add_facts(results, kernel, entry);
	results_trouble_add(kernel, entry);
	share_of(kernel, host)->unmeasured += kernel->unmeasured - lost;
	if (entry->ended != STATUS_BUILD_FAILED &&
	    entry->ended != STATUS_HOST_FAILED &&
	    numbers_add(&kernel->boot, entry->boot, 0)) {
		kernel->boots++;
		share_of(kernel, host)->boots++;
	}
	if (kind == KIND_STREAM)
		add_stream(results, kernel, host, entry);
	else if (entry->measured)
		results->other_fulls += entry->record.fulls;
	if (!entry->measured)
		return;
	results_keep_worst(kernel, entry->cell, entry->boot, &entry->record);
	results->measured++;
	if (*entry->accel)
		results_names_add(&results->accels, entry->accel);
	topology = json_object_get(entry->target, "topology");
	part = json_text(topology, json_object_get(topology, "spe") ? "spe" :
			 "pt");
	if (*part)
		results_names_add(&results->parts, part);
}

void results_begin(struct results *results)
{
	memset(results, 0, sizeof(*results));
	results->index = json_object();
}

/* One end for all kernels of a kconfig, where the first of them has it. */
static void set_end(struct results *results, struct results_combo *combo)
{
	struct results_combo *group[results->kernels], *other;
	size_t i, n = 0;

	for (i = 0; i < results->kernels; i++) {
		if (strcmp(results->kernel[i]->kconfig,
			   combo->kernel->kconfig))
			continue;
		other = results_same_cell(results, results->kernel[i], combo);
		if (other && other->measured)
			group[n++] = other;
	}
	if (n && group[0] == combo)
		results_set_end(group, n);
}

void results_end(struct results *results)
{
	size_t i;

	results_sort(results);
	for (i = 0; i < results->combos; i++)
		set_end(results, results->combo[i]);
	for (i = 0; i < results->combos; i++)
		results_sum_add(&results->combo[i]->kernel->sum,
				&results->combo[i]->sum);
}

struct reader {
	struct results *results;
	results_watch *watch;
	void *ctx;
};

static int take_entry(void *ctx, const struct store_entry *entry)
{
	struct reader *reader = ctx;

	if (entry->again) {
		reader->results->again++;
		return 0;
	}
	results_add(reader->results, entry);
	if (reader->watch)
		reader->watch(reader->ctx, entry);
	return 0;
}

/* The line of STORE_PARTIAL, NULL when there is none; caller frees. */
static char *partial_note(const char *dir)
{
	char *path = xasprintf("%s/" STORE_PARTIAL, dir), *text;
	struct err ignored;

	if (file_read(path, &text, NULL, &ignored))
		text = NULL;
	else
		text[strcspn(text, "\n")] = '\0';
	free(path);
	return text;
}

/* The dearest of what a line alone says. */
static void prepare_entry(void *prepared, const struct store_entry *entry)
{
	if (entry->measured && entry->record.cell.kind == KIND_STREAM)
		metric_values_of(prepared, &entry->record);
}

int results_read(struct results *results, const char *dir,
		 results_watch *watch, void *ctx, struct err *err)
{
	static const struct store_prepare prepare = {
		prepare_entry, sizeof(struct metric_values),
	};
	struct reader reader = { results, watch, ctx };
	char *path = xasprintf("%s/store.jsonl", dir);
	int ret;

	results_begin(results);
	ret = store_each_prepared(path, &results->torn, &prepare, take_entry,
				  &reader, err);
	if (!ret && !results->kernels)
		ret = err_set(err, -ENODATA, "%s: no result in it", path);
	if (!ret) {
		results->shards = shards_note(dir);
		results->partial = partial_note(dir);
		results_end(results);
	}
	free(path);
	return ret;
}

static void kernel_free(struct results_kernel *kernel)
{
	size_t class, i;

	for (class = 0; class < HANG_CLASSES; class++) {
		for (i = 0; i < RESULTS_WORST; i++)
			free(kernel->worst[class][i].cell);
	}
	for (i = 0; i < RESULTS_HASHES; i++)
		free(kernel->hash[i]);
	results_troubles_free(kernel);
	free(kernel->variant);
	free(kernel->kconfig);
	free(kernel->source);
	free(kernel->preempt);
	free(kernel->share);
	numbers_free(&kernel->boot);
	numbers_free(&kernel->repeat);
	free(kernel->reference);
	free(kernel);
}

static void combo_free(struct results_combo *combo)
{
	free(combo->section);
	free(combo->text);
	free(combo->accel);
	free(combo->method);
	free(combo->repeat);
	free(combo->reference);
	free(combo);
}

void results_free(struct results *results)
{
	size_t i;

	for (i = 0; i < results->kernels; i++)
		kernel_free(results->kernel[i]);
	for (i = 0; i < results->combos; i++)
		combo_free(results->combo[i]);
	free(results->kernel);
	free(results->combo);
	free(results->shards);
	free(results->partial);
	results_names_free(&results->variants);
	results_names_free(&results->kconfigs);
	results_names_free(&results->releases);
	results_names_free(&results->imported);
	results_names_free(&results->accels);
	results_names_free(&results->hosts);
	results_names_free(&results->parts);
	results_facts_free(&results->facts);
	json_decref(results->kernel_of_last);
	json_decref(results->target);
	json_decref(results->host);
	json_decref(results->versions);
	json_decref(results->index);
	free(results->seed);
	free(results->began);
	memset(results, 0, sizeof(*results));
}
