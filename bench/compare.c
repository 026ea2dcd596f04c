// SPDX-License-Identifier: GPL-2.0-only
#include "bench/views/compare.h"

#include <errno.h>
#include <string.h>

#include "lib/colour.h"
#include "lib/options.h"
#include "lib/proc.h"
#include "lib/store.h"

/* bench/compare: results of different days, machines or kernels. */

struct arguments {
	const char *dir[COMPARE_SETS];
	size_t dirs;
	const char *output;
	bool tsv;
};

static int take_dir(void *ctx, const char *arg, struct err *err)
{
	struct arguments *args = ctx;

	if (args->dirs == COMPARE_SETS)
		return err_set(err, -EINVAL, "'%s': no more than %d sets",
			       arg, COMPARE_SETS);
	args->dir[args->dirs++] = arg;
	return 0;
}

static int set_output(void *ctx, const char *arg, struct err *err)
{
	((struct arguments *)ctx)->output = arg;
	return 0;
}

static int set_tsv(void *ctx, const char *arg, struct err *err)
{
	((struct arguments *)ctx)->tsv = true;
	return 0;
}

static const struct option_def options[] = {
	{ 0, "tsv", NULL,
	  "tab-separated, a line per cell and set; warnings on stderr",
	  set_tsv },
	{ 'o', "output", "DIR",
	  "also write compare.txt, compare.tsv and plots there",
	  set_output },
	{ 0 }
};

static const struct option_section sections[] = {
	{ "WHAT IS COMPARED",
	  "Cells that all DIRs have measured of the same variant and kconfig: all\n"
	  "keys of the cell the same but its seed, how long it ran, the pmu's name,\n"
	  "the hang timeout and the reference, which are warned of.  So are other\n"
	  "kernels, patches, machines and versions.\n\n"
	  "Not compared, and shown as '-': latencies and gaps of emulated cells\n"
	  "(tcg) with others, and gaps and coverage from the driver's stamps with\n"
	  "such from perf's flags." },
	{ "EXIT STATUS",
	  "0  compared (whatever the result, and with warnings)\n"
	  "1  an error, or nothing in the DIRs can be compared" },
	{ NULL, NULL }
};

static const struct program program = {
	.name = "compare",
	.summary = "set results of different days, machines or kernels side by side",
	.usage = "[OPTION]... DIR DIR...",
	.description =
"Reads DIR/store.jsonl of each DIR, as run-matrix leaves it (of this version\n"
"or an older one), and prints what all of them have, at most 72 columns wide.",
	.options = options,
	.sections = sections,
	.operand = take_dir,
};

static int run(const struct arguments *args, struct err *err)
{
	struct compare compare;
	int ret, stop_fd = proc_stop_fd(err);
	size_t i;

	if (stop_fd < 0)
		return stop_fd;
	for (i = 0; i < args->dirs; i++) {
		ret = store_folder_check(args->dir[i], err);
		if (ret)
			return ret;
	}
	ret = compare_read(&compare, args->dir, args->dirs, err);
	if (!ret && args->tsv) {
		for (i = 0; i < compare.doubts.n; i++)
			fprintf(stderr, "compare: they differ: %s\n",
				compare.doubts.name[i]);
		compare_tsv(&compare, stdout);
	} else if (!ret) {
		compare_text(&compare, stdout);
	}
	if (!ret && args->output)
		ret = compare_output(&compare, args->output, stop_fd, err);
	compare_free(&compare);
	if (!ret && (fflush(stdout) || ferror(stdout)))
		ret = err_set(err, -EIO, "stdout: cannot be written");
	return ret;
}

int main(int argc, char **argv)
{
	struct arguments args = { .dirs = 0 };
	struct err err;
	int ret;

	ret = options_parse(&program, argc, argv, &args, &err);
	if (ret > 0)
		return 0;
	if (!ret && args.dirs < 2)
		ret = err_set(&err, -EINVAL,
			      "two DIRs at least (see --help)");
	if (!ret)
		ret = run(&args, &err);
	if (ret)
		colour_error("compare", err.text);
	return ret ? 1 : 0;
}
