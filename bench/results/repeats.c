// SPDX-License-Identifier: GPL-2.0-only
#include "bench/results/repeats.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/complaint.h"
#include "lib/file.h"
#include "lib/store.h"

static void *grown(void *p, size_t n, size_t size)
{
	p = reallocarray(p, n + 1, size);
	if (!p)
		abort();
	memset((char *)p + n * size, 0, size);
	return p;
}

struct judge_kernel *judge_find(const struct judge_data *data,
				const char *variant, const char *kconfig)
{
	size_t i;

	for (i = 0; i < data->kernels; i++) {
		if (!strcmp(data->kernel[i].variant, variant) &&
		    !strcmp(data->kernel[i].kconfig, kconfig))
			return &data->kernel[i];
	}
	return NULL;
}

static struct judge_kernel *get_kernel(struct judge_data *data,
				       const char *variant,
				       const char *kconfig)
{
	struct judge_kernel *kernel = judge_find(data, variant, kconfig);

	if (kernel)
		return kernel;
	data->kernel = grown(data->kernel, data->kernels,
			     sizeof(*data->kernel));
	kernel = &data->kernel[data->kernels++];
	kernel->variant = xasprintf("%s", variant);
	kernel->kconfig = xasprintf("%s", kconfig);
	return kernel;
}

static size_t get_cell(struct judge_data *data,
		       const struct store_entry *entry)
{
	struct judge_cell *cell;
	size_t i;

	for (i = 0; i < data->cells; i++) {
		cell = &data->cell[i];
		if (!strcmp(cell->section, entry->section) &&
		    !strcmp(cell->name, entry->cell))
			return i;
	}
	data->cell = grown(data->cell, data->cells, sizeof(*data->cell));
	cell = &data->cell[data->cells];
	cell->section = xasprintf("%s", entry->section);
	cell->name = xasprintf("%s", entry->cell);
	cell->key = entry->record.cell;
	return data->cells++;
}

/* "[    5.123456] WARNING: ..." with what differs from boot to boot cut off. */
static bool same_words(const char *a, const char *b)
{
	return !strcmp(complaint_text(a), complaint_text(b));
}

static void add_trouble(struct judge_kernel *kernel,
			enum judge_trouble_kind kind, const char *status,
			const char *text)
{
	struct judge_trouble *trouble;
	size_t i;

	for (i = 0; i < kernel->troubles; i++) {
		trouble = &kernel->trouble[i];
		if (trouble->kind == kind && !strcmp(trouble->status, status) &&
		    same_words(trouble->text, text)) {
			trouble->count++;
			return;
		}
	}
	kernel->trouble = grown(kernel->trouble, kernel->troubles,
				sizeof(*kernel->trouble));
	trouble = &kernel->trouble[kernel->troubles++];
	trouble->kind = kind;
	trouble->status = xasprintf("%s", status);
	trouble->text = xasprintf("%s", text);
	trouble->count = 1;
}

static void add_line(struct judge_kernel *kernel, const char *line)
{
	const char *what;

	/* The store has what was bad; only the clock's is not the patch's. */
	complaint_classify(line, &what);
	add_trouble(kernel, what && !strcmp(what, "clock") ? TROUBLE_CLOCK :
		    TROUBLE_LINE, "console", line);
}

static void add_console(struct judge_kernel *kernel, const json_t *json)
{
	const json_t *line;
	size_t i;

	json_array_foreach(json_object_get(json, "console"), i, line) {
		if (json_is_string(line))
			add_line(kernel, json_string_value(line));
	}
}

static enum judge_trouble_kind failure_kind(const struct store_entry *entry)
{
	const json_t *ours = json_object_get(entry->json, "ours");

	if (!strcmp(entry->status, "build-failed"))
		return json_is_true(ours) ? TROUBLE_OURS : TROUBLE_BUILD;
	if (!strcmp(entry->status, "error"))
		return TROUBLE_OURS;
	if (!strcmp(entry->status, "panic") ||
	    !strcmp(entry->status, "lockup"))
		return TROUBLE_CRASH;
	return TROUBLE_LOST;
}

static struct judge_boot *get_boot(struct judge_kernel *kernel, int repeat,
				   size_t cell)
{
	struct judge_boot *boot;
	bool known = false;
	size_t i;

	for (i = 0; i < kernel->boots; i++) {
		boot = &kernel->boot[i];
		known |= boot->repeat == repeat;
		if (boot->repeat == repeat && boot->cell == cell)
			return boot;
	}
	kernel->repeats += !known;
	kernel->boot = grown(kernel->boot, kernel->boots,
			     sizeof(*kernel->boot));
	boot = &kernel->boot[kernel->boots++];
	boot->repeat = repeat;
	boot->cell = cell;
	return boot;
}

static void add_record(struct judge_boot *boot, const struct record *r)
{
	int i;

	boot->fulls += r->fulls;
	for (i = 0; i < HANG_CLASSES; i++)
		boot->hangs[i] += r->hangs[i];
	boot->traced_ns += r->traced_ns;
	boot->gap_ns += r->gap_ns;
	boot->part_ns[0] += r->h.gap_wake.sum;
	boot->part_ns[1] += r->h.gap_drain.sum;
	boot->part_ns[2] += r->h.gap_enable.sum;
	stats_times_add(&boot->wakeup, &r->h.wakeup, NULL);
	stats_times_add(&boot->reenable, &r->h.gap_enable, NULL);
	stats_times_add(&boot->running, &r->h.enable_running, NULL);
	stats_times_add(&boot->enable, &r->h.enable, NULL);
	stats_times_add(&boot->gap, &r->h.gap, &r->h.censored);
}

static void set_text(char **to, const json_t *json)
{
	if (*to || !json_is_string(json))
		return;
	*to = xasprintf("%s", json_string_value(json));
}

static void set_json(json_t **to, json_t *json)
{
	if (!json)
		return;
	json_decref(*to);
	*to = json_incref(json);
}

static int take_entry(void *ctx, const struct store_entry *entry)
{
	struct judge_data *data = ctx;
	struct judge_kernel *kernel = get_kernel(data, entry->variant,
						 entry->kconfig);
	json_t *json = json_object_get(entry->json, "kernel");

	set_text(&kernel->release, json_object_get(json, "release"));
	set_text(&kernel->source, json_object_get(json, "source"));
	json = json_object_get(entry->json, "seed");
	if (json_is_integer(json))
		data->seed = json_integer_value(json);
	set_json(&data->target, json_object_get(entry->json, "target"));
	set_json(&data->host, json_object_get(entry->json, "host"));
	set_json(&data->versions, json_object_get(entry->json, "versions"));
	/* A boot that failed says what it says as that. */
	if (strcmp(entry->status, "boot-failed"))
		add_console(kernel, entry->json);
	/* The machine lacks what the cell asks for: nobody's fault. */
	if (!strcmp(entry->status, "skipped"))
		return 0;
	if (!entry->measured) {
		kernel->unmeasured += failure_kind(entry) == TROUBLE_LOST;
		add_trouble(kernel, failure_kind(entry), entry->status,
			    entry->why && *entry->why ? entry->why :
			    entry->status);
		return 0;
	}
	if (entry->accel && !strcmp(entry->accel, "tcg"))
		data->emulated = true;
	add_record(get_boot(kernel, entry->repeat, get_cell(data, entry)),
		   &entry->record);
	return 0;
}

/* Lines that a guest said after its last cell. */
static void read_late(struct judge_data *data, const char *dir)
{
	char *path = xasprintf("%s/" JUDGE_LATE, dir), *text = NULL;
	size_t size = 0;
	FILE *f = fopen(path, "re");
	json_t *json;

	while (f && getline(&text, &size, f) > 0) {
		const char *variant, *kconfig, *line;

		json = json_loads(text, 0, NULL);
		if (json && !json_unpack(json, "{s:s, s:s, s:s}", "variant",
					 &variant, "kconfig", &kconfig,
					 "line", &line))
			add_line(get_kernel(data, variant, kconfig), line);
		json_decref(json);
	}
	free(text);
	if (f)
		fclose(f);
	free(path);
}

static bool has_trouble(const struct judge_kernel *kernel,
			const struct judge_trouble *like)
{
	size_t i;

	for (i = 0; i < kernel->troubles; i++) {
		if (kernel->trouble[i].kind == like->kind &&
		    same_words(kernel->trouble[i].text, like->text))
			return true;
	}
	return false;
}

/* What baseline does as well is not the candidate's doing. */
static void mark_baseline(struct judge_data *data)
{
	struct judge_kernel *kernel, *base;
	size_t i, k;

	for (i = 0; i < data->kernels; i++) {
		kernel = &data->kernel[i];
		base = judge_find(data, "baseline", kernel->kconfig);
		for (k = 0; base && base != kernel &&
		     k < kernel->troubles; k++)
			kernel->trouble[k].in_baseline =
				has_trouble(base, &kernel->trouble[k]);
	}
}

int judge_read(struct judge_data *data, const char *dir, struct err *err)
{
	char *path = xasprintf("%s/store.jsonl", dir);
	int ret;

	memset(data, 0, sizeof(*data));
	ret = store_each(path, &data->torn, take_entry, data, err);
	if (!ret && !data->kernels)
		ret = err_set(err, -ENODATA, "%s: nothing in it", path);
	if (!ret) {
		read_late(data, dir);
		mark_baseline(data);
	}
	free(path);
	return ret;
}

static void free_kernel(struct judge_kernel *kernel)
{
	size_t i;

	for (i = 0; i < kernel->boots; i++) {
		stats_times_free(&kernel->boot[i].wakeup);
		stats_times_free(&kernel->boot[i].reenable);
		stats_times_free(&kernel->boot[i].running);
		stats_times_free(&kernel->boot[i].enable);
		stats_times_free(&kernel->boot[i].gap);
	}
	for (i = 0; i < kernel->troubles; i++) {
		free(kernel->trouble[i].status);
		free(kernel->trouble[i].text);
	}
	free(kernel->boot);
	free(kernel->trouble);
	free(kernel->variant);
	free(kernel->kconfig);
	free(kernel->release);
	free(kernel->source);
}

void judge_data_free(struct judge_data *data)
{
	size_t i;

	for (i = 0; i < data->kernels; i++)
		free_kernel(&data->kernel[i]);
	for (i = 0; i < data->cells; i++) {
		free(data->cell[i].section);
		free(data->cell[i].name);
	}
	free(data->kernel);
	free(data->cell);
	json_decref(data->target);
	json_decref(data->host);
	json_decref(data->versions);
	memset(data, 0, sizeof(*data));
}

/*
 * -EINVAL: a hunk, -ECHILD: the compiler.  Anything else (no room on the disk,
 * no source, a tree too old) says nothing of the patch.
 */
bool judge_build_is_verdict(int ret)
{
	return ret == -EINVAL || ret == -ECHILD;
}
