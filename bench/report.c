// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdio.h>

#include "bench/views/report.h"
#include "lib/colour.h"
#include "lib/options.h"
#include "lib/proc.h"
#include "lib/store.h"

/* bench/report: the tables and pictures of a run again, from its store. */

static int take_dir(void *ctx, const char *arg, struct err *err)
{
	const char **dir = ctx;

	if (*dir)
		return err_set(err, -EINVAL, "'%s': one DIR only (see --help)",
			       arg);
	*dir = arg;
	return 0;
}

int main(int argc, char **argv)
{
	static const struct option_def options[] = { { .name = NULL } };
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
		.usage = "DIR",
		.description =
			"Makes DIR/summary.tsv, DIR/summary.txt, DIR/plots and DIR/report.html\n"
			"again from DIR/store.jsonl, on this or another machine; the page also\n"
			"shows DIR/verdict.txt, command, job.ini and patches/ if they are there.\n"
			"The plots need gnuplot (package gnuplot-nox).",
		.options = options,
		.sections = sections,
		.operand = take_dir,
	};
	const char *dir = NULL;
	struct err err;
	int ret, stop_fd;

	ret = options_parse(&program, argc, argv, &dir, &err);
	if (ret > 0)
		return 0;
	if (!ret && !dir)
		ret = err_set(&err, -EINVAL, "which DIR? (see --help)");
	if (!ret)
		ret = store_folder_check(dir, &err);
	if (!ret) {
		stop_fd = proc_stop_fd(&err);
		ret = stop_fd < 0 ? stop_fd :
			report_make(dir, false, stop_fd, &err);
	}
	if (ret)
		colour_error("report", err.text);
	return ret ? 1 : 0;
}
