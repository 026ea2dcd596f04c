// SPDX-License-Identifier: GPL-2.0-only
#include "bench/results/data.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/views/kinds.h"
#include "bench/views/plot.h"
#include "bench/views/reference.h"
#include "lib/store.h"
#include "lib/file.h"

/*
 * The order of the variants and with it their colours: the same in every
 * report, whatever order a run's seed gave them and whichever took part.
 */
static const char *const variant_order[] = {
	"baseline", "peterz", "rewake", "sync", "restart", "recheck", NULL
};

static void *xzalloc(size_t size)
{
	void *p = calloc(1, size);

	if (!p)
		abort();
	return p;
}

static void notes_add(struct report_notes *notes, const char *what,
		      const char *where, const char *cell,
		      const char *text)
{
	struct report_note *note;
	size_t i;

	notes->count++;
	for (i = 0; i < notes->n; i++) {
		note = &notes->note[i];
		if (!strcmp(note->what, what) && !strcmp(note->text, text) &&
		    !strcmp(note->where, where)) {
			note->count++;
			return;
		}
	}
	if (notes->n == REPORT_NOTES)
		return;
	notes->note[notes->n++] = (struct report_note) {
		.what = xasprintf("%s", what),
		.where = xasprintf("%s", where),
		.cell = xasprintf("%s", cell),
		.text = xasprintf("%s", text),
		.count = 1,
	};
}

static void notes_free(struct report_notes *notes)
{
	size_t i;

	for (i = 0; i < notes->n; i++) {
		free(notes->note[i].what);
		free(notes->note[i].where);
		free(notes->note[i].cell);
		free(notes->note[i].text);
	}
}

/* Position of @key in report->index, which becomes @next if it is new. */
static size_t index_of(struct report *report, char *key, size_t next)
{
	json_t *value = json_object_get(report->index, key);

	if (!value) {
		value = json_integer(next);
		json_object_set_new(report->index, key, value);
	}
	free(key);
	return json_integer_value(value);
}

static struct report_kernel *find_kernel(struct report *report,
					 const struct store_entry *entry)
{
	struct report_kernel *kernel;
	size_t i = index_of(report, xasprintf("%s\n%s", entry->kconfig,
					      entry->variant),
			    report->kernels);

	if (i < report->kernels)
		return report->kernel[i];
	kernel = xzalloc(sizeof(*kernel));
	kernel->variant = xasprintf("%s", entry->variant);
	kernel->kconfig = xasprintf("%s", entry->kconfig);
	report_sum_init(&kernel->sum);
	report->kernel = report_grow(report->kernel, i, sizeof(*report->kernel));
	report->kernel[report->kernels++] = kernel;
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

static char *combo_key(const struct report_kernel *kernel,
		       const char *section, const char *text)
{
	return xasprintf("%s\n%s\n%s\n%s", kernel->kconfig, kernel->variant,
			 section, text);
}

static struct report_combo *find_combo(struct report *report,
				       struct report_kernel *kernel,
				       const struct store_entry *entry)
{
	struct report_combo *combo;
	size_t i = index_of(report, combo_key(kernel, entry->section,
					      entry->cell),
			    report->combos);

	if (i < report->combos)
		return report->combo[i];
	combo = xzalloc(sizeof(*combo));
	combo->kernel = kernel;
	combo->section = xasprintf("%s", entry->section);
	combo->text = xasprintf("%s", entry->cell);
	key_from_text(&combo->key, entry->cell);
	report_sum_init(&combo->sum);
	report->combo = report_grow(report->combo, i, sizeof(*report->combo));
	report->combo[report->combos++] = combo;
	return combo;
}

/* Its place among those of the kernel. */
static size_t add_boot(struct report_kernel *kernel, int boot)
{
	size_t i;

	/* Backwards: most often it is the last one. */
	for (i = kernel->boots; i; i--) {
		if (kernel->boot[i - 1] == boot)
			return i - 1;
	}
	i = kernel->boots;
	kernel->boot = report_grow(kernel->boot, i, sizeof(*kernel->boot));
	kernel->boot[kernel->boots++] = boot;
	return i;
}

static void set_preempt(struct report_kernel *kernel, const json_t *entry)
{
	const json_t *built = json_object_get(entry, "kernel");
	const char *model = json_string_value(json_object_get(built,
							      "preempt"));

	if (model && !kernel->preempt)
		kernel->preempt = xasprintf("%s", model);
}

/* "7.3.4-peterz" and "7.3.4-sync" are one kernel in two variants. */
static void add_release(struct report *report, const struct store_entry *entry)
{
	char *release = report_release(entry);

	if (*release)
		report_names_add(&report->releases, release);
	free(release);
}

/* A line without its "[    1.234567] ", which makes no two lines alike. */
static const char *without_time(const char *line)
{
	const char *end = line;

	if (*line == '[')
		end = line + 1 + strspn(line + 1, " 0123456789.");
	if (*end != ']')
		return line;
	return end + 1 + strspn(end + 1, " ");
}

static void add_console(struct report *report, struct report_combo *combo,
			const struct store_entry *entry, const char *where)
{
	const json_t *lines = json_object_get(entry->json, "console");
	const json_t *line;
	size_t i;

	json_array_foreach(lines, i, line) {
		if (combo)
			combo->console++;
		if (json_is_string(line))
			notes_add(&report->console, "", where, entry->cell,
				  without_time(json_string_value(line)));
	}
}

static void add_failure(struct report *report, struct report_kernel *kernel,
			const struct store_entry *entry, const char *where)
{
	kernel->failed++;
	report->failed++;
	notes_add(&report->failures, entry->status, where, entry->cell,
		  entry->why);
}

static void add_record(struct report *report, struct report_combo *combo,
		       size_t boot, const struct store_entry *entry)
{
	if (!combo->measured)
		combo->key = entry->record.cell;
	report_set_or_mix(&combo->accel, entry->accel);
	report_set_or_mix(&combo->method, entry->record.method);
	report_sum_add(&combo->sum, &entry->record);
	report_block_add(combo, boot, &entry->record);
	report_reference_add(&combo->reference, &entry->record);
	report_reference_add(&combo->kernel->reference, &entry->record);
	plot_scale_add(combo, &entry->record);
	combo->measured++;
	combo->kernel->measured++;
}

static int entry_kind(const struct store_entry *entry)
{
	const json_t *keys = json_object_get(entry->json, "keys");
	const char *name = json_string_value(json_object_get(keys, "kind"));
	struct cell cell;
	struct err ignored;

	if (entry->measured)
		return entry->record.cell.kind;
	cell_init(&cell);
	if (name)
		cell_set(&cell, cell_key_find("kind"), name, &ignored);
	return cell.kind;
}

static json_t *kind_sum(struct report *report, int kind)
{
	if (!report->kind_sum[kind])
		report->kind_sum[kind] = json_object();
	return report->kind_sum[kind];
}

static void add_kind(struct report *report, int kind,
		     const struct store_entry *entry)
{
	if (!report_kinds[kind])
		return;
	report->other_fulls += entry->record.fulls;
	report_kinds[kind]->add(kind_sum(report, kind), entry);
}

/* A stream, for the kinds that compare with those. */
static void add_beside(struct report *report, const struct store_entry *entry)
{
	int kind;

	for (kind = 0; kind < CELL_KINDS; kind++) {
		if (report_kinds[kind] && report_kinds[kind]->beside)
			report_kinds[kind]->beside(kind_sum(report, kind),
						   entry);
	}
}

static void add_seed(struct report *report, const json_t *seed)
{
	if (report->seed)
		return;
	if (json_is_integer(seed))
		report->seed = xasprintf("%llu", (unsigned long long)
					 json_integer_value(seed));
	else if (json_is_string(seed))
		report->seed = xasprintf("%s", json_string_value(seed));
}

static int add_entry(void *ctx, const struct store_entry *entry)
{
	struct report *report = ctx;
	struct report_kernel *kernel = find_kernel(report, entry);
	struct report_combo *combo = NULL;
	int kind = entry_kind(entry);
	size_t boot = 0;
	char *where = xasprintf("%s/%s", entry->variant, entry->kconfig);

	add_seed(report, json_object_get(entry->json, "seed"));
	if (!report->began && json_is_string(json_object_get(entry->json,
							     "time")))
		report->began = xasprintf("%s", json_string_value(
				json_object_get(entry->json, "time")));
	report_hashes_add(kernel, entry);
	add_release(report, entry);
	set_preempt(kernel, entry->json);
	report_facts_add(&report->facts, entry);
	if (strcmp(entry->status, "build-failed"))
		boot = add_boot(kernel, entry->boot);
	if (kind == KIND_STREAM)
		combo = find_combo(report, kernel, entry);
	add_console(report, combo, entry, where);
	if (!strcmp(entry->status, "skipped")) {
		if (combo)
			combo->skipped++;
		notes_add(&report->skips, "", where, entry->cell, entry->why);
	} else if (!entry->measured) {
		if (combo)
			combo->failed++;
		add_failure(report, kernel, entry, where);
	} else {
		if (combo)
			add_record(report, combo, boot, entry);
		else
			add_kind(report, kind, entry);
		report_keep_worst(kernel, entry->cell, entry->boot,
				  &entry->record);
		if (kind == KIND_STREAM)
			add_beside(report, entry);
		report->measured++;
		if (*entry->accel)
			report_names_add(&report->accels, entry->accel);
	}
	free(where);
	return 0;
}

/* "guest", the plain one, before the others. */
static int kconfig_cmp(const void *a, const void *b)
{
	const char *x = *(char *const *)a, *y = *(char *const *)b;
	int first = !!strcmp(x, "guest") - !!strcmp(y, "guest");

	return first ? first : strcmp(x, y);
}

static int kernel_cmp(const void *a, const void *b)
{
	const struct report_kernel *x = *(struct report_kernel *const *)a;
	const struct report_kernel *y = *(struct report_kernel *const *)b;
	int kconfig = kconfig_cmp(&x->kconfig, &y->kconfig);

	if (kconfig)
		return kconfig;
	return x->slot < y->slot ? -1 : x->slot > y->slot;
}

static int number_cmp(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

int report_loop_cmp(const struct cell *a, const struct cell *b)
{
	return a->loop - b->loop;
}

int report_window_cmp(const struct cell *a, const struct cell *b)
{
	return number_cmp(a->window, b->window);
}

int report_loop_window_cmp(const struct cell *a, const struct cell *b)
{
	int ret = report_loop_cmp(a, b);

	return ret ? ret : report_window_cmp(a, b);
}

int report_drain_cmp(const struct cell *a, const struct cell *b)
{
	int ret = (int)a->drain.kind - (int)b->drain.kind;

	ret = ret ? ret : number_cmp(a->drain.a, b->drain.a);
	return ret ? ret : number_cmp(a->drain.b, b->drain.b);
}

/* As a reader would sort the keys, not as strings ("10ms" after "3ms"). */
static int cell_cmp(const struct cell *a, const struct cell *b)
{
	int ret = report_loop_window_cmp(a, b);

	ret = ret ? ret : report_drain_cmp(a, b);
	ret = ret ? ret : number_cmp(a->rate, b->rate);
	ret = ret ? ret : number_cmp(a->aux, b->aux);
	return ret ? ret : number_cmp(a->watermark, b->watermark);
}

static int combo_cmp(const void *a, const void *b)
{
	const struct report_combo *x = *(struct report_combo *const *)a;
	const struct report_combo *y = *(struct report_combo *const *)b;
	int ret = kernel_cmp(&x->kernel, &y->kernel);

	ret = ret ? ret : strcmp(x->section, y->section);
	ret = ret ? ret : cell_cmp(&x->key, &y->key);
	return ret ? ret : strcmp(x->text, y->text);
}

size_t report_distinct(const struct report *report, const char *kconfig,
		       report_cell_cmp *cmp, struct cell **cells)
{
	const struct report_combo *combo;
	size_t i, k, n = 0;
	int order;

	*cells = NULL;
	for (i = 0; i < report->combos; i++) {
		combo = report->combo[i];
		if (!combo->measured ||
		    (kconfig && strcmp(combo->kernel->kconfig, kconfig)))
			continue;
		/* Insertion: there are few. */
		for (k = 0, order = 1; k < n; k++) {
			order = cmp(&combo->key, &(*cells)[k]);
			if (order <= 0)
				break;
		}
		if (k < n && !order)
			continue;
		*cells = report_grow(*cells, n, sizeof(**cells));
		memmove(*cells + k + 1, *cells + k, (n - k) * sizeof(**cells));
		(*cells)[k] = combo->key;
		n++;
	}
	return n;
}

const char *report_preempt(const struct report *report, const char *kconfig)
{
	size_t i;

	for (i = 0; i < report->kernels; i++) {
		const struct report_kernel *kernel = report->kernel[i];

		if (!strcmp(kernel->kconfig, kconfig) && kernel->preempt)
			return kernel->preempt;
	}
	return "";
}

const struct report_combo *report_same_cell(const struct report *report,
					    const struct report_kernel *kernel,
					    const struct report_combo *like)
{
	char *key = combo_key(kernel, like->section, like->text);
	const json_t *place = json_object_get(report->index, key);

	free(key);
	return place ? report->combo[json_integer_value(place)] : NULL;
}

/* Sorted, everything is in another place. */
static void index_again(struct report *report)
{
	const struct report_combo *combo;
	size_t i;

	json_object_clear(report->index);
	for (i = 0; i < report->combos; i++) {
		combo = report->combo[i];
		index_of(report, combo_key(combo->kernel, combo->section,
					   combo->text), i);
	}
}

bool report_emulated(const struct report *report)
{
	size_t i;

	for (i = 0; i < report->accels.n; i++) {
		if (!strcmp(report->accels.name[i], "tcg"))
			return true;
	}
	return false;
}

static void sort(struct report *report)
{
	struct report_names all = { NULL };
	size_t i, k;

	for (i = 0; variant_order[i]; i++)
		report_names_add(&all, variant_order[i]);
	for (i = 0; i < report->kernels; i++) {
		struct report_kernel *kernel = report->kernel[i];

		kernel->slot = report_names_add(&all, kernel->variant);
	}
	for (k = 0; k < all.n; k++) {
		for (i = 0; i < report->kernels; i++) {
			if (report->kernel[i]->slot == k)
				report_names_add(&report->variants, all.name[k]);
		}
	}
	report_names_free(&all);
	if (report->kernels)
		qsort(report->kernel, report->kernels,
		      sizeof(*report->kernel), kernel_cmp);
	if (report->combos)
		qsort(report->combo, report->combos, sizeof(*report->combo),
		      combo_cmp);
	for (i = 0; i < report->kernels; i++)
		report_names_add(&report->kconfigs, report->kernel[i]->kconfig);
	index_again(report);
}

int report_read(struct report *report, const char *store, struct err *err)
{
	size_t i;
	int ret;

	memset(report, 0, sizeof(*report));
	report->index = json_object();
	ret = store_each(store, &report->torn, add_entry, report, err);
	if (ret)
		return ret;
	if (!report->kernels)
		return err_set(err, -ENODATA,
			       "%s: no result in it, nothing to report",
			       store);
	sort(report);
	for (i = 0; i < report->combos; i++)
		report_sum_add(&report->combo[i]->kernel->sum,
			&report->combo[i]->sum);
	return 0;
}

static void worst_free(struct report_kernel *kernel)
{
	size_t class, i;

	for (class = 0; class < HANG_CLASSES; class++) {
		for (i = 0; i < REPORT_WORST; i++)
			free(kernel->worst[class][i].cell);
	}
}

void report_free(struct report *report)
{
	size_t i, k;

	for (i = 0; i < report->kernels; i++) {
		free(report->kernel[i]->variant);
		free(report->kernel[i]->kconfig);
		free(report->kernel[i]->preempt);
		for (k = 0; k < REPORT_HASHES; k++)
			free(report->kernel[i]->hash[k]);
		free(report->kernel[i]->boot);
		worst_free(report->kernel[i]);
		free(report->kernel[i]->reference);
		free(report->kernel[i]);
	}
	for (i = 0; i < report->combos; i++) {
		free(report->combo[i]->section);
		free(report->combo[i]->text);
		free(report->combo[i]->accel);
		free(report->combo[i]->method);
		free(report->combo[i]->block);
		free(report->combo[i]->reference);
		free(report->combo[i]);
	}
	for (i = 0; i < CELL_KINDS; i++)
		json_decref(report->kind_sum[i]);
	free(report->kernel);
	free(report->combo);
	report_names_free(&report->variants);
	report_names_free(&report->kconfigs);
	report_names_free(&report->releases);
	report_names_free(&report->accels);
	report_facts_free(&report->facts);
	notes_free(&report->failures);
	notes_free(&report->skips);
	notes_free(&report->console);
	json_decref(report->index);
	free(report->seed);
	free(report->began);
}
