// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/file.h"
#include "lib/proc.h"
#include "stress/model/explore.h"

/* One variant: its verifier, and what it says with and without the world. */
struct entry {
	const char *name;
	char *file;		/* NULL: not modelled */
	struct model model;
	struct model_result all[MODEL_CONFIGS], still[MODEL_CONFIGS];
};

struct work {
	struct model_table *table;
	struct entry *entries;
	int n;
	char *tmp;
};

static int build_entry(void *ctx, int i, struct err *err)
{
	struct work *work = ctx;
	struct entry *entry = &work->entries[i];
	struct model_source source = { .variant = entry->file };
	char name[16];
	int ret;

	if (!entry->file)
		return 0;
	snprintf(name, sizeof(name), "%d", i);
	ret = model_build(&entry->model, &source, work->tmp, name,
			  work->table->stop_fd, err);
	return ret ? err_prefix(err, ret, "%s", entry->name) : 0;
}

static int run_config(void *ctx, int i, struct err *err)
{
	struct work *work = ctx;
	struct entry *entry = &work->entries[i / MODEL_CONFIGS];
	int n = i % MODEL_CONFIGS, ret;
	struct model_config config;

	if (!entry->file)
		return 0;
	model_config_nth(&config, n, work->table->env);
	ret = model_run(&entry->model, &config, false, work->table->stop_fd,
			&entry->all[n], err);
	if (!ret && !work->table->tsv && config.env) {
		config.env = 0;
		ret = model_run(&entry->model, &config, false,
				work->table->stop_fd, &entry->still[n], err);
	} else if (!ret) {
		entry->still[n] = entry->all[n];
	}
	return ret ? err_prefix(err, ret, "%s", entry->name) : 0;
}

static void print_also(FILE *out, const struct model_result *result)
{
	char also[64] = "";
	int i;

	for (i = 0; i < MODEL_CLASSES; i++) {
		if (i == (int)result->verdict || !(result->found & (1u << i)))
			continue;
		if (*also)
			strcat(also, ",");
		strcat(also, model_verdict_names[i]);
	}
	fprintf(out, "%-23s", *also ? also : "-");
}

static void print_row(FILE *out, const struct model_table *table,
		      const struct entry *entry, int n)
{
	const struct model_result *all = &entry->all[n];
	struct model_config config;

	model_config_nth(&config, n, table->env);
	if (table->tsv) {
		fprintf(out, "%s\t%s\t%s\t%s\t%s\t%.0f\t%.2f\n", entry->name,
			model_loops[config.loop],
			model_personalities[config.personality],
			model_orders[config.order],
			model_verdict_names[all->verdict], all->states,
			all->seconds);
		return;
	}
	fprintf(out, "%-12s %-6s %-8s %-5s %-12s ", entry->name,
		model_loops[config.loop],
		model_personalities[config.personality],
		model_orders[config.order],
		model_verdict_names[all->verdict]);
	print_also(out, all);
	fprintf(out, " %-12s %8.0f %6.2f\n",
		model_verdict_names[entry->still[n].verdict], all->states,
		all->seconds);
}

static void print_table(FILE *out, struct work *work, double seconds)
{
	struct model_table *table = work->table;
	double mib = 0, states = 0;
	int i, n;

	if (table->tsv)
		fprintf(out, "variant\tloop\tpersonality\torder\tverdict\tstates\tseconds\n");
	else
		fprintf(out, "%-12s %-6s %-8s %-5s %-12s %-23s %-12s %8s %6s\n",
			"variant", "loop", "pers", "order", "verdict", "also",
			"left alone", "states", "s");
	for (i = 0; i < work->n; i++) {
		if (!work->entries[i].file) {
			fprintf(out, table->tsv ?
				"%s\t-\t-\t-\tnot-modelled\t0\t0\n" :
				"%-12s not modelled\n", work->entries[i].name);
			continue;
		}
		for (n = 0; n < MODEL_CONFIGS; n++) {
			print_row(out, table, &work->entries[i], n);
			table->hangs += !!work->entries[i].all[n].found;
			states += work->entries[i].all[n].states;
			if (work->entries[i].all[n].mib > mib)
				mib = work->entries[i].all[n].mib;
		}
	}
	if (!table->tsv)
		fprintf(out, "%.0f states in %.1f s, at most %.0f MiB a run, two at a time\n",
			states, seconds, mib);
}

int model_table_run(FILE *out, struct model_table *table, struct err *err)
{
	struct work work = { .table = table };
	uint64_t start = now_ns();
	struct err ignored;
	int i, ret;

	while (table->variants[work.n])
		work.n++;
	work.tmp = dir_temp(err);
	if (!work.tmp)
		return -EIO;
	work.entries = calloc(work.n, sizeof(*work.entries));
	for (i = 0; i < work.n; i++) {
		work.entries[i].name = table->variants[i];
		work.entries[i].file = model_variant_file(table->variants[i]);
	}
	ret = model_parallel(work.n, build_entry, &work, err);
	if (!ret)
		ret = model_parallel(work.n * MODEL_CONFIGS, run_config, &work,
				     err);
	if (!ret)
		print_table(out, &work, (now_ns() - start) / 1e9);
	for (i = 0; i < work.n; i++) {
		model_free(&work.entries[i].model);
		free(work.entries[i].file);
	}
	free(work.entries);
	dir_remove(work.tmp, &ignored);
	free(work.tmp);
	return ret;
}
