// SPDX-License-Identifier: GPL-2.0-only
#include "bench/views/report.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "bench/views/kinds.h"
#include "bench/views/parts.h"
#include "lib/file.h"

static int make_file(const struct report *report, const char *dir,
		     const char *name,
		     void (*put)(const struct report *report, FILE *f),
		     struct err *err)
{
	struct file_new file;
	int ret = file_open_in(&file, dir, name, err);

	if (ret)
		return ret;
	put(report, file.stream);
	return file_commit(&file, err);
}

/* Of what the job measures; nobody waits for the others. */
static void say_missing(const struct report_picture *pictures)
{
	const char *comma = "";
	size_t i;

	for (i = 0; i < REPORT_PICTURES; i++) {
		if (!pictures[i].missing || !pictures[i].expected)
			continue;
		/* The caller's live line may be there. */
		if (!*comma && isatty(STDERR_FILENO))
			fputs("\r\033[K", stderr);
		fprintf(stderr, "%s%s (%s)", *comma ? comma :
			"not drawn: ", pictures[i].name, pictures[i].missing);
		comma = ", ";
	}
	if (*comma)
		fputc('\n', stderr);
}

static void watch(void *ctx, const struct store_entry *entry)
{
	struct report *report = ctx;
	int kind = results_kind(entry), i;

	if (!entry->measured)
		return;
	for (i = 0; i < CELL_KINDS; i++) {
		const struct report_kind *of = report_kinds[i];
		bool beside = of && of->beside && kind == KIND_STREAM;

		if (!beside && (i != kind || !of))
			continue;
		if (!report->kind_sum[i])
			report->kind_sum[i] = json_object();
		if (beside)
			of->beside(report->kind_sum[i], entry);
		else
			of->add(report->kind_sum[i], entry);
	}
}

/* Pictures, files of the kinds, and a page with all that could be made. */
static int make_rest(const struct report *report, const char *dir, bool quiet,
		     int stop_fd, struct err *err)
{
	struct report_picture pictures[REPORT_PICTURES] = { { NULL } };
	int ret, kind, page;
	struct err this;

	ret = report_plots(&report->results, dir, stop_fd, pictures, err);
	if (!quiet)
		say_missing(pictures);
	for (kind = 0; !ret && kind < CELL_KINDS; kind++) {
		if (report->kind_sum[kind] && report_kinds[kind]->files)
			ret = report_kinds[kind]->files(report->kind_sum[kind],
							dir, stop_fd, err);
	}
	page = ret == -EINTR ? 0 : report_html(report, dir, pictures, &this);
	if (!ret && page) {
		ret = page;
		*err = this;
	}
	return ret;
}

static void put_tsv(const struct report *report, FILE *f)
{
	report_tsv(&report->results, f);
}

int report_make(const char *dir, bool quiet, int stop_fd, struct err *err)
{
	struct report report = { .kind_sum = { NULL } };
	int ret, kind;

	ret = results_read(&report.results, dir, watch, &report, err);
	for (kind = 0; !ret && kind < CELL_KINDS; kind++) {
		if (report.kind_sum[kind] && report_kinds[kind]->prepare)
			ret = report_kinds[kind]->prepare(report.kind_sum[kind],
							  dir, stop_fd);
	}
	if (!ret)
		ret = make_file(&report, dir, "summary.tsv", put_tsv, err);
	if (!ret)
		ret = make_file(&report, dir, "summary.txt", report_summary,
				err);
	if (!ret)
		ret = make_rest(&report, dir, quiet, stop_fd, err);
	for (kind = 0; kind < CELL_KINDS; kind++)
		json_decref(report.kind_sum[kind]);
	results_free(&report.results);
	return ret;
}
