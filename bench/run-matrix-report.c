// SPDX-License-Identifier: GPL-2.0-only
#include "bench/run-matrix-report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/results/merge.h"
#include "bench/views/report.h"
#include "lib/colour.h"
#include "lib/file.h"
#include "lib/progress.h"

/* The summary is what the user asked for, even if a picture failed. */
static void print_summary(const char *dir)
{
	char *path = xasprintf("%s/summary.txt", dir), *text;
	struct err err;

	if (!file_read(path, &text, NULL, &err)) {
		colour_put(stdout, text);
		free(text);
	}
	free(path);
}

static int report(const struct run_options *options,
		  const struct run_done *done, struct err *err)
{
	struct progress progress;
	int ret;

	progress_init(&progress, options->quiet);
	progress_live(&progress, "report and plots");
	ret = report_make(done->dir, options->quiet, options->stop_fd, err);
	progress_clear(&progress);
	if (!options->quiet)
		print_summary(done->dir);
	if (ret)
		return err_prefix(err, ret, "report");
	if (done->unmeasured)
		return err_set(err, -EIO,
			       "%zu of %zu cells gave no record; %s/store.jsonl says why",
			       done->unmeasured, done->cells, done->dir);
	return 0;
}

void run_matrix_first(const struct run_options *options, const char *dir)
{
	char *path = xasprintf("%s/summary.txt", dir), *text;
	struct err err;

	if (report_make(dir, true, options->stop_fd, &err))
		fprintf(stderr, "%s: %s\n", dir, err.text);
	if (!options->quiet && !file_read(path, &text, NULL, &err)) {
		fprintf(stderr, "\n%s\nmore of that: %s/report.html\n\n",
			text, dir);
		free(text);
	}
	free(path);
}

/* What a kernel does not survive is a result, too: the engine need not know. */
static void say_shard(const struct run_options *options,
		      const struct run_done *done)
{
	if (done->unmeasured)
		fprintf(stderr,
			"run-matrix: %zu of %zu cells gave no record; %s/store.jsonl says why\n",
			done->unmeasured, done->cells, done->dir);
	if (!options->quiet)
		fprintf(stderr, "%s: a part of a run; 'report -o OUT DIR...' puts all of them together\n",
			done->dir);
}

/* Hosts are shards of a run: what they have measured becomes one store. */
static int report_lanes(const struct run_options *options,
			const struct run_done *done, struct err *err)
{
	size_t n = 0;
	int ret;

	while (done->lanes[n])
		n++;
	ret = merge_shards(done->dir, done->lanes, n, err);
	if (!ret)
		ret = report(options, done, err);
	if (!ret && done->lost)
		ret = err_set(err, -EIO, "lost %s (go on with --resume=%s)",
			      done->lost, done->dir);
	return ret;
}

int run_matrix_report(const struct run_options *options,
		      const struct run_done *done, struct err *err)
{
	if (done->lanes)
		return report_lanes(options, done, err);
	if (!done->shard)
		return done->dir ? report(options, done, err) : 0;
	say_shard(options, done);
	return 0;
}
