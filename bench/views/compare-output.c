// SPDX-License-Identifier: GPL-2.0-only
#include "bench/views/compare.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/views/numbers.h"
#include "bench/views/plot.h"
#include "lib/file.h"

#define NAME_WIDTH 14

/* Whether all sets have a value of it, over the rows of the kernel. */
static bool kernel_known(const struct compare *c, size_t row,
			 enum metric_id metric)
{
	struct contrast contrast;
	size_t set;

	for (set = 1; set < c->sets; set++) {
		compare_contrast(c, row, true, set, metric, &contrast);
		if (contrast.state != CONTRAST_KNOWN)
			return false;
	}
	return true;
}

/* A point: where it is, from where to where its bar goes, what it says. */
struct point {
	double at, from, to;
	char *label;
};

static struct point hang_point(const struct compare *c, size_t row, size_t set)
{
	struct compare_hangs h = compare_hangs(c, row, true, set);
	char number[TEXT_NUMBER];
	double share;

	if (!h.hangs)
		return (struct point) {
			.at = 100 * h.hi, .from = 100 * h.hi, .to = 100 * h.hi,
			.label = xasprintf("0/%llu (< %s %%)",
					   (unsigned long long)h.fulls,
					   text_percent(number, 100 * h.hi)),
		};
	share = 100.0 * h.hangs / h.fulls;
	return (struct point) {
		.at = share, .from = 100 * h.lo, .to = 100 * h.hi,
		.label = xasprintf("%llu/%llu (%s %%)",
				   (unsigned long long)h.hangs,
				   (unsigned long long)h.fulls,
				   text_percent(number, share)),
	};
}

static double shown(const struct contrast *c)
{
	return metric_shown(c->metric, c->value[0]);
}

/* From p50 to p99, where there is one. */
static struct point wakeup_point(const struct compare *c, size_t row,
				 size_t set)
{
	char a[NUMBER_TEXT], b[NUMBER_TEXT];
	struct contrast p50, p99;
	bool both;

	compare_contrast(c, row, true, set, METRIC_WAKEUP_P50, &p50);
	compare_contrast(c, row, true, set, METRIC_WAKEUP_P99, &p99);
	both = p99.state == CONTRAST_KNOWN;
	return (struct point) {
		.at = shown(&p50), .from = shown(&p50),
		.to = shown(both ? &p99 : &p50),
		.label = xasprintf("%s, %s us", number_side(a, &p50, 0),
				   number_side(b, &p99, 0)),
	};
}

static struct point coverage_point(const struct compare *c, size_t row,
				   size_t set)
{
	struct contrast coverage;
	char text[NUMBER_TEXT];
	double value;

	compare_contrast(c, row, true, set, METRIC_COVERAGE, &coverage);
	value = shown(&coverage);
	return (struct point) {
		.at = value, .from = value, .to = value,
		.label = xasprintf("%s %%", number_side(text, &coverage, 0)),
	};
}

static const struct picture {
	const char *name, *title, *axis;
	enum metric_id metric;
	bool log, percent;
	struct point (*point)(const struct compare *c,
			      size_t row, size_t set);
} pictures[] = {
	{ "compare-hangs", "How often a full buffer ends in a hang",
	  "hangs per full, exact 95 % intervals; open: none seen, upper end (log scale)",
	  METRIC_HANGS, true, true, hang_point },
	{ "compare-wakeup", "Wakeup latency",
	  "from p50 to p99 (us, log scale), geometric means over the cells",
	  METRIC_WAKEUP_P50, true, false, wakeup_point },
	{ "compare-coverage", "Share of the time that was traced",
	  "coverage, mean over the cells", METRIC_COVERAGE, false, true,
	  coverage_point },
};

#define PICTURES (sizeof(pictures) / sizeof(pictures[0]))

struct range {
	double least, most;
};

static void put_point(const struct compare *c, const struct picture *picture,
		      size_t row, size_t n, size_t set, struct range *range, FILE *f,
		      FILE *data)
{
	struct point p = picture->point(c, row, set);
	bool none = picture->metric == METRIC_HANGS &&
		!compare_hangs(c, row, true, set).hangs;

	plot_element(f, "label", (n - 1) * c->sets + set + 1, p.label);
	fprintf(data, "%zu %zu %.9g %.9g %.9g %d\n", n, set + 1, p.at, p.from,
		p.to, none);
	range->least = p.at < range->least ? p.at : range->least;
	range->most = p.to > range->most ? p.to : range->most;
	free(p.label);
}

static void put_kernel_name(const struct compare *c,
			    const struct results_kernel *kernel, size_t n,
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
		    !kernel_known(c, i, picture->metric))
			continue;
		n++;
		put_kernel_name(c, c->row[i].like->kernel, n, f);
		for (set = 0; set < c->sets; set++)
			put_point(c, picture, i, n, set, &range, f,
				  data);
	}
	fclose(data);
	fprintf(f, "rows = %zu\nleast = %.9g\nmost = %.9g\n"
		"# row, set, value, bar from, to, 1: none seen\n"
		"$data << EOD\n%sEOD\n", n, range.least, range.most, text);
	free(text);
	return n;
}

struct picture_of {
	const struct compare *c;
	const struct picture *picture;
};

/* False when no kernel has a value in all sets. */
static bool put_picture(const void *ctx, FILE *f)
{
	const struct picture_of *of = ctx;
	const struct picture *picture = of->picture;
	const struct compare *c = of->c;
	char *label;
	size_t i;

	fprintf(f, "sets = %zu\narray set_name[%zu]\nlogarithmic = %d\npercent = %d\n",
		c->sets, c->sets, picture->log, picture->percent);
	plot_string(f, "title_text", picture->title);
	plot_string(f, "axis_text", picture->axis);
	for (i = 0; i < c->sets; i++) {
		const struct results *results = &c->set[i].results;
		char *release = results_names_join(&results->releases);
		char *accel = results_names_join(&results->accels);

		label = xasprintf("%s  %.60s (Linux %.24s, %.16s, %.10s)",
				  c->set[i].label, c->set[i].dir, release,
				  accel, results->began ? results->began : "");
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

static int put_plots(const struct compare *c, const char *dir, int stop_fd,
		     struct err *err)
{
	bool some, gnuplot = true;
	int ret = 0;
	size_t i;

	for (i = 0; !ret && i < PICTURES; i++) {
		const struct picture_of of = { c, &pictures[i] };

		plot_remove(dir, pictures[i].name);
		ret = plot_data(dir, pictures[i].name, put_picture, &of, &some,
				err);
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
