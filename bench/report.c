// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/results/merge.h"
#include "bench/views/report.h"
#include "lib/colour.h"
#include "lib/options.h"
#include "lib/proc.h"
#include "lib/shards.h"
#include "lib/store.h"

/* bench/report: the tables and pictures of a run again, from its store. */

struct arguments {
	const char *output;	/* where shards go; NULL: not said */
	char **dirs;
	size_t count;
};

static int set_output(void *ctx, const char *arg, struct err *err)
{
	((struct arguments *)ctx)->output = arg;
	return *arg ? 0 : err_set(err, -EINVAL, "--output: no directory");
}

static int take_dir(void *ctx, const char *arg, struct err *err)
{
	struct arguments *args = ctx;

	args->dirs = reallocarray(args->dirs, args->count + 1,
				  sizeof(*args->dirs));
	if (!args->dirs)
		abort();
	args->dirs[args->count++] = (char *)arg;
	return 0;
}

static int check(const struct arguments *args, struct err *err)
{
	if (!args->count)
		return err_set(err, -EINVAL, "which DIR? (see --help)");
	if (args->count > 1 && !args->output)
		return err_set(err, -EINVAL,
			       "several DIRs are shards of one run: where is the whole to go? (-o OUT)");
	return 0;
}

/* What is not there is said, whatever becomes of the summary. */
static void say_missing(const char *dir)
{
	char *note = shards_note(dir);

	if (note)
		fprintf(stderr, "report: %s\n", note);
	free(note);
}

static int run(const struct arguments *args, struct err *err)
{
	const char *dir = args->output ? args->output : args->dirs[0];
	int ret, stop_fd = proc_stop_fd(err);

	if (stop_fd < 0)
		return stop_fd;
	ret = args->output ?
		merge_shards(dir, args->dirs, args->count, err) :
		store_folder_check(dir, err);
	if (!ret && args->output)
		say_missing(dir);
	return ret ? ret : report_make(dir, false, stop_fd, err);
}

int main(int argc, char **argv)
{
	static const struct option_def options[] = {
		{ 'o', "output", "OUT", "put the DIRs, shards of a run, together there",
		  set_output },
		{ .name = NULL }
	};
	static const struct option_section sections[] = {
		{ "FILES",
		  "DIR/store.jsonl  what was measured (read)\n"
		  "DIR/summary.tsv  one line per variant, kconfig and cell\n"
		  "DIR/summary.txt  at most 72 columns, for a mail\n"
		  "DIR/plots        PNG and SVG, the data they show, and .txt for a mail\n"
		  "DIR/report.html  all of it in one file, for any browser" },
		{ "EXIT STATUS", "0  made\n1  error" },
		{ NULL }
	};
	static const struct program program = {
		.name = "report",
		.summary = "make summary and plots of a run from its store",
		.usage = "DIR | -o OUT DIR...",
		.description =
			"Makes DIR/summary.tsv, DIR/summary.txt, DIR/plots and DIR/report.html\n"
			"again from DIR/store.jsonl, on this or another machine; the page also\n"
			"shows DIR/verdict.txt, command, job.ini and patches/ if they are there.\n"
			"The plots need gnuplot (package gnuplot-nox).\n\n"
			"With -o the DIRs are what 'run-matrix --shard' has made: each cell is taken\n"
			"once, shards that are not there or have lost cells are named, and shards of\n"
			"different jobs, seeds, versions or kernels are refused.",
		.options = options,
		.sections = sections,
		.operand = take_dir,
	};
	struct arguments args = { 0 };
	struct err err;
	int ret;

	ret = options_parse(&program, argc, argv, &args, &err);
	if (!ret) {
		ret = check(&args, &err);
		if (!ret)
			ret = run(&args, &err);
	}
	if (ret < 0)
		colour_error("report", err.text);
	free(args.dirs);
	return ret < 0;
}
