// SPDX-License-Identifier: GPL-2.0-only
#include "bench/views/plot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/views/parts.h"
#include "bench/views/text.h"
#include "lib/file.h"

struct plot {
	const char *name;
	const char *title;
	bool (*data)(const struct report *report, FILE *f);
	const char *missing;	/* why there is no such picture */
	bool mail;		/* as text as well */
};

static const struct plot plots[REPORT_PICTURES] = {
	{ "hang-incidence", "How often a full buffer ends in a hang",
	  plot_hang_incidence, "no buffer ran full", true },
	{ "difference", "Difference to the baseline", plot_difference,
	  "no second kernel that has a cell in common with the first", true },
	{ "wakeup-cdf", "Wakeup latency", plot_wakeup_cdf,
	  "no wakeup was measured", true },
	{ "gap-ccdf", "Trace gap after a full buffer", plot_gap_ccdf,
	  "no trace gap was measured", false },
	{ "gap-split", "What a trace gap is made of", plot_gap_split,
	  "no gap was seen from its stop to its start", false },
	{ "hang-heatmap", "Hangs by window and drain", plot_hang_heatmap,
	  "no buffer ran full", false },
	{ "hang-rate", "Hangs by rate of the trace", plot_hang_rate,
	  "the rate does not vary", false },
	{ "worst-cycle", "The worst cycle of each class of hang",
	  plot_worst_cycle, "no timeline of a hang was kept", false },
	{ "scale", "More pairs at once", plot_scale,
	  "the number of pairs does not vary", false },
	{ "preempt", "Preemption models", plot_preempt,
	  "the kconfig does not vary", false },
};

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

/* One picture; sets ->missing where there is none. */
static int make_plot(const struct report *report, const char *dir,
		     const struct plot *plot, bool *gnuplot, int stop_fd,
		     struct report_picture *picture, struct err *err)
{
	bool some = false;
	int ret;

	plot_remove(dir, plot->name);
	ret = write_data(report, plot, dir, &some, err);
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

/* What one picture fails at, the others need not. */
static int make_plots(const struct report *report, const char *dir,
		      int stop_fd, struct report_picture *pictures,
		      struct err *err)
{
	bool gnuplot = true;
	int ret, first = 0;
	struct err this;
	size_t i;

	for (i = 0; i < REPORT_PICTURES && first != -EINTR; i++) {
		pictures[i] = (struct report_picture) {
			.name = plots[i].name, .title = plots[i].title,
		};
		ret = make_plot(report, dir, &plots[i], &gnuplot, stop_fd,
				&pictures[i], &this);
		if (!ret || (first && ret != -EINTR))
			continue;
		first = ret;
		err_set(err, ret, "plot %s: %s", plots[i].name, this.text);
	}
	return first;
}

int report_plots(const struct report *report, const char *dir, int stop_fd,
		 struct report_picture pictures[REPORT_PICTURES],
		 struct err *err)
{
	char *plots_dir = xasprintf("%s/plots", dir);
	int ret;

	ret = dir_make(plots_dir, err);
	if (!ret)
		ret = make_plots(report, plots_dir, stop_fd, pictures, err);
	free(plots_dir);
	return ret;
}
