// SPDX-License-Identifier: GPL-2.0-only
#include "bench/report-plot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/report-parts.h"
#include "bench/report-text.h"
#include "lib/file.h"
#include "lib/proc.h"
#include "lib/units.h"

/* A picture that takes longer is not one that anybody could read. */
#define PLOT_TIMEOUT (60 * NSEC_PER_SEC)

struct plot {
	const char *name;
	bool (*data)(const struct report *report, FILE *f);
	const char *missing;	/* why there is no such picture; NULL: usual */
};

static const struct plot plots[] = {
	{ "wakeup-cdf", plot_wakeup_cdf, "no wakeup was measured" },
	{ "gap-ccdf", plot_gap_ccdf, "no trace gap was measured" },
	{ "hang-incidence", plot_hang_incidence, "no buffer ran full" },
	{ "hang-heatmap", plot_hang_heatmap, "no buffer ran full" },
	{ "scale", plot_scale, NULL },	/* of jobs with pairs = 1, 2 ... */
	{ "preempt", plot_preempt, NULL },	/* for several kconfigs */
};

#define PLOTS (sizeof(plots) / sizeof(plots[0]))

static const char *const formats[] = { "png", "svg" };

#define FORMATS (sizeof(formats) / sizeof(formats[0]))

/* In single quotes gnuplot takes everything as it is but the quote itself. */
static void put_quoted(FILE *f, const char *text)
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
	put_quoted(f, text);
}

void plot_element(FILE *f, const char *array, size_t i, const char *text)
{
	fprintf(f, "%s[%zu] = ", array, i);
	put_quoted(f, text);
}

/* "QEMU TCG", "QEMU KVM + 1 more", or nothing of the kind. */
static char *accel_label(const struct report *report)
{
	char *name = report_names_join(&report->accels), *label, *p;

	if (strncmp(name, "tcg", 3) && strncmp(name, "kvm", 3))
		return name;
	for (p = name; *p >= 'a' && *p <= 'z'; p++)
		*p -= 'a' - 'A';
	label = xasprintf("QEMU %s", name);
	free(name);
	return label;
}

/* "gaps by pt", or nothing where the driver's stamps gave them all. */
static char *method_label(const struct report *report)
{
	const char *first = NULL;
	size_t i;

	for (i = 0; i < report->combos; i++) {
		if (!report->combo[i]->method)
			continue;
		if (!first)
			first = report->combo[i]->method;
		else if (strcmp(first, report->combo[i]->method))
			return xasprintf("gaps by several methods");
	}
	if (!first || !strcmp(first, "driver"))
		return xasprintf("%s", "");
	return xasprintf("gaps by %s", first);
}

/* What every picture says of the run. */
static void put_common(const struct report *report, FILE *f)
{
	char *release = report_names_join(&report->releases);
	char *accel = accel_label(report);
	char *method = method_label(report);

	plot_string(f, "release", release);
	/* Several have a panel each and the plain one goes without saying. */
	plot_string(f, "kconfig", report->kconfigs.n == 1 &&
		    strcmp(report->kconfigs.name[0], "guest") ?
		    report->kconfigs.name[0] : "");
	plot_string(f, "accel", accel);
	plot_string(f, "method", method);
	fprintf(f, "emulated = %d\n", report_emulated(report));
	free(release);
	free(accel);
	free(method);
}

static int write_data(const struct report *report, const struct plot *plot,
		      const char *dir, bool *some, struct err *err)
{
	char *path = xasprintf("%s/%s.data", dir, plot->name);
	struct file_new file;
	int ret;

	ret = file_open(&file, path, err);
	if (!ret) {
		fprintf(file.stream, "# gnuplot -e \"picture='%s'; format='png'\" %s.gp (see plots/ in aux-tests)\n",
			plot->name, plot->name);
		put_common(report, file.stream);
		*some = plot->data(report, file.stream);
		if (*some)
			ret = file_commit(&file, err);
		else
			file_abort(&file);
	}
	free(path);
	return ret;
}

/* Appends what gnuplot said to the error's text. */
static void add_output(struct err *err, int fd, int code)
{
	char said[400];
	ssize_t n = pread(fd, said, sizeof(said) - 1, 0);
	struct err first = *err;

	if (n <= 0)
		return;
	said[n] = '\0';
	err_set(err, code, "%.500s: %s", first.text, said);
}

/* In @dir, so that no path needs quoting in gnuplot's language. */
static int run_gnuplot(const char *dir, const char *name, const char *format,
		       int stop_fd, struct err *err)
{
	char *script = xasprintf("%s/plots/%s.gp", SRCDIR, name);
	char *set = xasprintf("picture='%s'; format='%s'", name, format);
	const char *const argv[] = {
		"gnuplot", "--default-settings", "-e", set, script, NULL
	};
	/* style.gp is loaded from there; numbers must have a point. */
	const char *const env[] = {
		"GNUPLOT_LIB=" SRCDIR "/plots", "LC_ALL=C.UTF-8", NULL
	};
	int said = memfd_create("gnuplot", MFD_CLOEXEC);
	struct proc proc = {
		.argv = argv, .cwd = dir, .env = env,
		.in = -1, .out = -1, .errout = said,
	};
	int ret;

	ret = proc_run(&proc, stop_fd, PLOT_TIMEOUT, err);
	if (ret && said >= 0)
		add_output(err, said, ret);
	if (said >= 0)
		close(said);
	free(script);
	free(set);
	return ret;
}

/* Takes @from's place, when gnuplot has made it. */
static int move_output(const char *dir, const char *name, const char *format,
		       struct err *err)
{
	char *from = xasprintf("%s/%s.%s.new", dir, name, format);
	char *to = xasprintf("%s/%s.%s", dir, name, format);
	int ret = 0;

	/* -EIO, as -ENOENT stands for a gnuplot that is not there. */
	if (rename(from, to))
		ret = err_set(err, -EIO, "%s: %s", to, strerror(errno));
	free(from);
	free(to);
	return ret;
}

static int draw(const char *dir, const char *name, int stop_fd,
		struct err *err)
{
	size_t i;
	int ret = 0;

	for (i = 0; !ret && i < FORMATS; i++) {
		ret = run_gnuplot(dir, name, formats[i], stop_fd, err);
		if (!ret)
			ret = move_output(dir, name, formats[i], err);
	}
	return ret;
}

/* Pictures of an earlier report would pass for those of this one. */
static void remove_old(const char *dir, const char *name)
{
	static const char *const ends[] = {
		"data", "png", "svg", "png.new", "svg.new", NULL
	};
	char *path;
	size_t i;

	for (i = 0; ends[i]; i++) {
		path = xasprintf("%s/%s.%s", dir, name, ends[i]);
		unlink(path);
		free(path);
	}
}

static int make_plots(const struct report *report, const char *dir,
		      int stop_fd, struct err *err)
{
	bool some, gnuplot = true;
	int ret = 0;
	size_t i;

	for (i = 0; !ret && i < PLOTS; i++) {
		remove_old(dir, plots[i].name);
		ret = write_data(report, &plots[i], dir, &some, err);
		if (!ret && !some && plots[i].missing)
			fprintf(stderr, "no plot %s: %s\n", plots[i].name,
				plots[i].missing);
		if (ret || !some || !gnuplot)
			continue;
		ret = draw(dir, plots[i].name, stop_fd, err);
		if (ret == -ENOENT) {
			fprintf(stderr, "no plots: gnuplot is not installed (package gnuplot-nox)\n");
			gnuplot = false;
			ret = 0;
		}
	}
	return ret;
}

int report_plots(const struct report *report, const char *dir, int stop_fd,
		 struct err *err)
{
	char *plots_dir = xasprintf("%s/plots", dir);
	int ret;

	ret = dir_make(plots_dir, err);
	if (!ret)
		ret = make_plots(report, plots_dir, stop_fd, err);
	free(plots_dir);
	return ret;
}
