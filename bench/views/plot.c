// SPDX-License-Identifier: GPL-2.0-only
#include "bench/views/plot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/views/parts.h"
#include "bench/views/text.h"
#include "lib/file.h"

/* In the order of the page. */
#define PLOT_POINTER(id) &plot_##id,
static const struct plot *const plots[] = { PLOT_LIST(PLOT_POINTER) };

#define PLOTS (sizeof(plots) / sizeof(plots[0]))

_Static_assert(PLOTS < REPORT_PICTURES, "no room for all pictures");

/* In single quotes gnuplot takes everything as it is but the quote itself. */
void plot_quoted(FILE *f, const char *text)
{
	fputc('\'', f);
	for (; *text; text++) {
		if (*text == '\'')
			fputc('\'', f);
		fputc(*text < ' ' || *text > '~' ? '?' : *text, f);
	}
	fputs("'\n", f);
}

void plot_string(FILE *f, const char *name, const char *text)
{
	fprintf(f, "%s = ", name);
	plot_quoted(f, text);
}

void plot_element(FILE *f, const char *array, size_t i, const char *text)
{
	fprintf(f, "%s[%zu] = ", array, i);
	plot_quoted(f, text);
}

/* "QEMU TCG", "QEMU KVM + 1 more", or nothing of the kind. */
static char *accel_label(const struct results *results)
{
	char *name = results_names_join(&results->accels), *label, *p;

	if (strncmp(name, "tcg", 3) && strncmp(name, "kvm", 3))
		return name;
	for (p = name; *p >= 'a' && *p <= 'z'; p++)
		*p -= 'a' - 'A';
	label = xasprintf("QEMU %s", name);
	free(name);
	return label;
}

/* "gaps by pt", or nothing where the driver's stamps gave them all. */
static char *method_label(const struct results *results)
{
	const char *first = NULL;
	size_t i;

	for (i = 0; i < results->combos; i++) {
		if (!results->combo[i]->method)
			continue;
		if (!first)
			first = results->combo[i]->method;
		else if (strcmp(first, results->combo[i]->method))
			return xasprintf("gaps by several methods");
	}
	if (!first || !strcmp(first, "driver"))
		return xasprintf("%s", "");
	return xasprintf("gaps by %s", first);
}

/* What every picture says of the run. */
static void put_common(const struct results *results, FILE *f)
{
	char *release = results_names_join(&results->releases);
	char *accel = accel_label(results);
	char *method = method_label(results);

	plot_string(f, "release", release);
	/* Several have a panel each and the plain one goes without saying. */
	plot_string(f, "kconfig", results->kconfigs.n == 1 &&
		    strcmp(results->kconfigs.name[0], "guest") ?
		    results->kconfigs.name[0] : "");
	plot_string(f, "accel", accel);
	plot_string(f, "method", method);
	fprintf(f, "emulated = %d\n", results_emulated(results));
	free(release);
	free(accel);
	free(method);
}

int plot_data(const char *dir, const char *name,
	      bool (*put)(const void *ctx, FILE *f), const void *ctx,
	      bool *some, struct err *err)
{
	char *path = xasprintf("%s/%s.data", dir, name);
	struct file_new file;
	int ret;

	*some = false;
	ret = file_open(&file, path, err);
	if (!ret) {
		*some = put(ctx, file.stream);
		if (*some)
			ret = file_commit(&file, err);
		else
			file_abort(&file);
	}
	free(path);
	return ret;
}

struct plot_of {
	const struct results *results;
	const struct plot *plot;
};

static bool put_plot(const void *ctx, FILE *f)
{
	const struct plot_of *of = ctx;

	fprintf(f, "# gnuplot -e \"picture='%s'; format='png'\" %s.gp (see plots/ in aux-tests)\n",
		of->plot->name, of->plot->name);
	put_common(of->results, f);
	return of->plot->data(of->results, f);
}

/* One picture; sets ->missing where there is none. */
static int make_plot(const struct results *results, const char *dir,
		     const struct plot *plot, bool *gnuplot, int stop_fd,
		     struct report_picture *picture, struct err *err)
{
	const struct plot_of of = { .results = results, .plot = plot };
	bool some;
	int ret;

	plot_remove(dir, plot->name);
	ret = plot_data(dir, plot->name, put_plot, &of, &some, err);
	if (ret)
		return ret;
	if (!some) {
		picture->missing = plot->missing;
		return 0;
	}
	if (*gnuplot) {
		ret = plot_draw(dir, plot->name, plot->mail, stop_fd, err);
		if (ret == -ENOENT) {
			fprintf(stderr, "no plots: gnuplot is not installed (package gnuplot-nox)\n");
			*gnuplot = false;
			ret = 0;
		} else if (ret) {
			picture->missing = "gnuplot failed";
		}
	}
	if (!*gnuplot)
		picture->missing = "gnuplot is not installed";
	return ret;
}

static bool streams(const struct results *results)
{
	size_t i;

	for (i = 0; i < results->kernels; i++) {
		if (results->kernel[i]->measured)
			return true;
	}
	return false;
}

/* What one picture fails at, the others need not. */
static int make_plots(const struct results *results, const char *dir,
		      int stop_fd, struct report_picture *pictures,
		      struct err *err)
{
	bool gnuplot = true;
	int ret, first = 0;
	struct err this;
	size_t i;

	for (i = 0; i < PLOTS && first != -EINTR; i++) {
		pictures[i] = (struct report_picture) {
			.name = plots[i]->name, .title = plots[i]->title,
			.expected = plots[i]->always && streams(results),
		};
		ret = make_plot(results, dir, plots[i], &gnuplot, stop_fd,
				&pictures[i], &this);
		if (!ret || (first && ret != -EINTR))
			continue;
		first = ret;
		err_set(err, ret, "plot %s: %s", plots[i]->name, this.text);
	}
	return first;
}

int report_plots(const struct results *results, const char *dir, int stop_fd,
		 struct report_picture pictures[REPORT_PICTURES],
		 struct err *err)
{
	char *plots_dir = xasprintf("%s/plots", dir);
	int ret;

	ret = dir_make(plots_dir, err);
	if (!ret)
		ret = make_plots(results, plots_dir, stop_fd, pictures, err);
	free(plots_dir);
	return ret;
}
