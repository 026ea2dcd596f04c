// SPDX-License-Identifier: GPL-2.0-only
/* What the model says of candidates that are shipped variants. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/sign-off.h"
#include "lib/file.h"
#include "lib/proc.h"
#include "lib/units.h"
#include "lib/where.h"

#define MODEL_NS (10 * 60 * NSEC_PER_SEC)

static bool same_text(const char *a, const char *b)
{
	char *x = NULL, *y = NULL;
	struct err err;
	bool same;

	same = file_exists(a) && file_exists(b) &&
		!file_read(a, &x, NULL, &err) &&
		!file_read(b, &y, NULL, &err) && !strcmp(x, y);
	free(x);
	free(y);
	return same;
}

/* The model speaks of the shipped patches, not of any that has the name. */
static bool is_modelled(const char *dir, const char *variant)
{
	char *ours = where_data("kconfigs/variants/%s.patch", variant);
	char *kept = xasprintf("%s/patches/%s.patch", dir, variant);
	bool same = same_text(ours, kept);

	free(kept);
	free(ours);
	return same;
}

/*
 * {"says": "can hang in 4 of 12 settings, first ...", "settings": {"perf pt
 * lifo": "lost-wakeup", ...}} from the table.
 */
static json_t *model_word(char *table)
{
	char loop[32], mode[32], order[32], verdict[32], first[160] = "";
	json_t *all = json_object(), *json;
	int settings = 0, hangs = 0, unknown = 0;
	char *line, *save, *key, *says;

	for (line = strtok_r(table, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		if (sscanf(line, "%*s %31s %31s %31s %31s", loop, mode, order,
			   verdict) != 4 || !strcmp(loop, "loop"))
			continue;
		key = xasprintf("%s %s %s", loop, mode, order);
		json_object_set_new(all, key, json_string(verdict));
		free(key);
		settings++;
		unknown += !strcmp(verdict, "unknown");
		if (!strcmp(verdict, "clean") || !strcmp(verdict, "unknown"))
			continue;
		if (!hangs++)
			snprintf(first, sizeof(first), "%s (%s, %s, %s)",
				 verdict, loop, mode, order);
	}
	if (!settings || unknown == settings)
		says = xasprintf("not modelled");
	else if (hangs)
		says = xasprintf("can hang in %d of %d settings, first %s",
				 hangs, settings, first);
	else
		says = xasprintf("clean in all %d settings", settings);
	json = json_pack("{s:s, s:o}", "says", says, "settings", all);
	free(says);
	return json;
}

static json_t *ask_model(const char *variant, const char *dir, int stop_fd)
{
	char *path = xasprintf("%s/model-%s.tsv", dir, variant), *table;
	char *option = xasprintf("--variant=%s", variant);
	char *explore = where_built("stress/explore");
	const char *const argv[] = { explore, "--tsv", option, NULL };
	FILE *f = fopen(path, "we");
	struct proc proc = { .argv = argv, .in = -1, .errout = -1 };
	json_t *word;
	struct err err;
	int ret = -errno;

	if (f) {
		proc.out = fileno(f);
		ret = proc_run(&proc, stop_fd, MODEL_NS, &err);
		fclose(f);
	}
	if (!ret && !file_read(path, &table, NULL, &err)) {
		word = model_word(table);
		free(table);
	} else {
		char *why = xasprintf("SKIP: the model did not run (%.200s)",
				      f ? err.text : strerror(-ret));

		word = json_pack("{s:s}", "says", why);
		free(why);
		remove(path);
	}
	free(explore);
	free(option);
	free(path);
	return word;
}

static bool have_program(const char *name, int stop_fd)
{
	const char *const argv[] = { name, "-V", NULL };
	const struct proc proc = {
		.argv = argv, .in = -1, .out = -1, .errout = -1
	};
	struct err err;

	return !proc_run(&proc, stop_fd, 10 * NSEC_PER_SEC, &err);
}

json_t *sign_off_model(const struct judge *judge, const char *dir,
		       struct progress *progress, int stop_fd)
{
	bool spin = have_program("spin", stop_fd);
	json_t *model = json_object();
	const char *variant;
	json_t *word;
	size_t i;

	for (i = 0; i < judge->n && !proc_stopped(stop_fd); i++) {
		variant = judge->verdict[i].cand->variant;
		if (json_object_get(model, variant) ||
		    !is_modelled(dir, variant))
			continue;
		progress_live(progress, "the model of %s", variant);
		word = spin ? ask_model(variant, dir, stop_fd) :
			json_pack("{s:s}", "says", "SKIP: no spin");
		json_object_set_new(model, variant, word);
	}
	progress_clear(progress);
	return model;
}
