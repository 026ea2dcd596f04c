// SPDX-License-Identifier: GPL-2.0-only
#include "bench/views/compare.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/views/plot.h"
#include "bench/views/text.h"
#include "lib/file.h"

#define NAME_WIDTH 14

static bool kernel_known(const struct compare *c,
			 const struct compare_row *row, int metric)
{
	size_t set;

	for (set = 0; set < c->sets; set++) {
		if (!compare_of_kernel(c, row, set, metric).known)
			return false;
	}
	return true;
}

/* A point: where it is, from where to where its bar goes, what it says. */
struct point {
	double at, from, to;
	char *label;
};

static struct point hang_point(const struct compare *c,
			       const struct compare_row *row, size_t set)
{
	struct compare_value v = compare_of_kernel(c, row, set, COMPARE_HANG);
	char number[TEXT_NUMBER];

	if (!v.hangs)
		return (struct point) {
			.at = v.hi, .from = v.hi, .to = v.hi,
			.label = xasprintf("0/%llu (< %s %%)",
					   (unsigned long long)v.fulls,
					   text_percent(number, v.hi)),
		};
	return (struct point) {
		.at = v.value, .from = v.lo, .to = v.hi,
		.label = xasprintf("%llu/%llu (%s %%)",
				   (unsigned long long)v.hangs,
				   (unsigned long long)v.fulls,
				   text_percent(number, v.value)),
	};
}

static struct point wakeup_point(const struct compare *c,
				 const struct compare_row *row, size_t set)
{
	struct compare_value p50 = compare_of_kernel(c, row, set, COMPARE_P50);
	struct compare_value p99 = compare_of_kernel(c, row, set, COMPARE_P99);
	char a[TEXT_NUMBER], b[TEXT_NUMBER];

	return (struct point) {
		.at = p50.value, .from = p50.value, .to = p99.value,
		.label = xasprintf("%s, %s us", text_number(a, p50.value),
				   text_number(b, p99.value)),
	};
}

static struct point coverage_point(const struct compare *c,
				   const struct compare_row *row, size_t set)
{
	double value = compare_of_kernel(c, row, set, COMPARE_COVERAGE).value;

	return (struct point) {
		.at = value, .from = value, .to = value,
		.label = xasprintf("%.1f %%", value),
	};
}

static const struct picture {
	const char *name, *title, *axis;
	int metric;
	bool log, percent;
	struct point (*point)(const struct compare *c,
			      const struct compare_row *row, size_t set);
} pictures[] = {
	{ "compare-hangs", "How often a full buffer ends in a hang",
	  "hangs per full, exact 95 % intervals; open: none seen, upper end (log scale)",
	  COMPARE_HANG, true, true, hang_point },
	{ "compare-wakeup", "Wakeup latency",
	  "from p50 to p99 (us, log scale), geometric means over the cells",
	  COMPARE_P50, true, false, wakeup_point },
	{ "compare-coverage", "Share of the time that was traced",
	  "coverage, mean over the cells", COMPARE_COVERAGE, false, true,
	  coverage_point },
};

#define PICTURES (sizeof(pictures) / sizeof(pictures[0]))

struct range {
	double least, most;
};

static void put_point(const struct compare *c, const struct picture *picture,
		      const struct compare_row *row, size_t n, size_t set,
		      struct range *range, FILE *f, FILE *data)
{
	struct point p = picture->point(c, row, set);
	bool none = picture->metric == COMPARE_HANG &&
		!compare_of_kernel(c, row, set, COMPARE_HANG).hangs;

	plot_element(f, "label", (n - 1) * c->sets + set + 1, p.label);
	fprintf(data, "%zu %zu %.9g %.9g %.9g %d\n", n, set + 1, p.at, p.from,
		p.to, none);
	range->least = p.at < range->least ? p.at : range->least;
	range->most = p.to > range->most ? p.to : range->most;
	free(p.label);
}

static void put_kernel_name(const struct compare *c,
			    const struct report_kernel *kernel, size_t n,
			    FILE *f)
{
	bool plain = !strcmp(kernel->kconfig, "guest");
	char name[TEXT_NAME], *label;

	text_shorten(name, kernel->variant, NAME_WIDTH);
	label = xasprintf("%s%s%.8s", name, plain ? "" : ", ",
			  plain ? "" : kernel->kconfig);
	plot_element(f, "name", n, label);
	free(label);
}

static size_t put_rows(const struct compare *c, const struct picture *picture,
		       FILE *f)
{
	struct range range = { .least = 1e300, .most = 0 };
	size_t i, set, size, n = 0;
	char *text = NULL;
	FILE *data = open_memstream(&text, &size);

	if (!data)
		abort();
	fprintf(f, "array name[%zu]\narray label[%zu]\n", c->rows,
		c->rows * c->sets);
	for (i = 0; i < c->rows; i++) {
		if (!compare_first(c, i) ||
		    !kernel_known(c, &c->row[i], picture->metric))
			continue;
		n++;
		put_kernel_name(c, c->row[i].like->kernel, n, f);
		for (set = 0; set < c->sets; set++)
			put_point(c, picture, &c->row[i], n, set, &range, f,
				  data);
	}
	fclose(data);
	fprintf(f, "rows = %zu\nleast = %.9g\nmost = %.9g\n"
		"# row, set, value, bar from, to, 1: none seen\n"
		"$data << EOD\n%sEOD\n", n, range.least, range.most, text);
	free(text);
	return n;
}

/* False when no kernel has a value in all sets. */
static bool put_picture(const struct compare *c, const struct picture *picture,
			FILE *f)
{
	char *label;
	size_t i;

	fprintf(f, "sets = %zu\narray set_name[%zu]\nlogarithmic = %d\npercent = %d\n",
		c->sets, c->sets, picture->log, picture->percent);
	plot_string(f, "title_text", picture->title);
	plot_string(f, "axis_text", picture->axis);
	for (i = 0; i < c->sets; i++) {
		const struct report *report = &c->set[i].report;
		char *release = report_names_join(&report->releases);
		char *accel = report_names_join(&report->accels);

		label = xasprintf("%s  %.60s (Linux %.24s, %.16s, %.10s)",
				  c->set[i].label, c->set[i].dir, release,
				  accel, report->began ? report->began : "");
		plot_element(f, "set_name", i + 1, label);
		free(release);
		free(accel);
		free(label);
	}
	/* What style.gp wants of every picture. */
	plot_string(f, "release", "");
	plot_string(f, "kconfig", "");
	plot_string(f, "accel", "");
	plot_string(f, "method", "");
	fprintf(f, "emulated = 0\n");
	return put_rows(c, picture, f);
}

static int write_data(const struct compare *c, const struct picture *picture,
		      const char *dir, bool *some, struct err *err)
{
	char *path = xasprintf("%s/%s.data", dir, picture->name);
	struct file_new file;
	int ret;

	*some = false;
	ret = file_open(&file, path, err);
	if (!ret) {
		*some = put_picture(c, picture, file.stream);
		if (*some)
			ret = file_commit(&file, err);
		else
			file_abort(&file);
	}
	free(path);
	return ret;
}

static int put_plots(const struct compare *c, const char *dir, int stop_fd,
		     struct err *err)
{
	bool some, gnuplot = true;
	int ret = 0;
	size_t i;

	for (i = 0; !ret && i < PICTURES; i++) {
		plot_remove(dir, pictures[i].name);
		ret = write_data(c, &pictures[i], dir, &some, err);
		if (!ret && !some)
			fprintf(stderr, "no plot %s: not measured in all sets, or not to be compared\n",
				pictures[i].name);
		if (!ret && some && gnuplot)
			ret = plot_draw(dir, pictures[i].name, false, stop_fd,
					err);
		if (ret == -ENOENT) {
			fprintf(stderr, "no plots: gnuplot is not installed (package gnuplot-nox)\n");
			gnuplot = false;
			ret = 0;
		}
	}
	return ret;
}

static int put_file(const struct compare *c, const char *dir,
		    const char *name,
		    void (*put)(const struct compare *c, FILE *f),
		    struct err *err)
{
	struct file_new file;
	int ret = file_open_in(&file, dir, name, err);

	if (ret)
		return ret;
	put(c, file.stream);
	return file_commit(&file, err);
}

int compare_output(const struct compare *c, const char *dir, int stop_fd,
		   struct err *err)
{
	char *plots = xasprintf("%s/plots", dir);
	int ret;

	ret = dir_make(plots, err);
	if (!ret)
		ret = put_file(c, dir, "compare.txt", compare_text, err);
	if (!ret)
		ret = put_file(c, dir, "compare.tsv", compare_tsv, err);
	if (!ret)
		ret = put_plots(c, plots, stop_fd, err);
	free(plots);
	return ret;
}
