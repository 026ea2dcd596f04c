// SPDX-License-Identifier: GPL-2.0-only
#include "bench/views/parts.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench/views/html.h"
#include "bench/views/kinds.h"
#include "lib/file.h"
#include "lib/timeline.h"

/* report.html: the whole run in one file that can be sent or kept. */

struct page {
	const struct report *report;
	const struct results *results;	/* of the report */
	const char *dir;
	const struct report_picture *pictures;
	FILE *f;
};

/* NULL when there is no such file; caller frees. */
static char *read_in(const struct page *p, const char *name, size_t *len)
{
	char *path = xasprintf("%s/%s", p->dir, name), *text = NULL;
	struct err ignored;

	if (file_read(path, &text, len, &ignored))
		text = NULL;
	free(path);
	return text;
}

static FILE *memory(char **text, size_t *size)
{
	FILE *f = open_memstream(text, size);

	if (!f)
		abort();
	return f;
}

static void put_section(const struct page *p, const char *id,
			const char *title)
{
	fprintf(p->f, "<h2 id=\"%s\">", id);
	html_text(p->f, title);
	fputs("</h2>\n", p->f);
}

static void put_fact(const struct page *p, const char *name,
		     const char *value)
{
	fputs("<tr><th>", p->f);
	html_text(p->f, name);
	fputs("</th><td>", p->f);
	html_text(p->f, value);
	fputs("</td></tr>\n", p->f);
}

static void put_facts(const struct page *p)
{
	const struct results *results = p->results;
	const struct results_names *names;
	char *load = results_load_text(&results->load), *value, *more;
	size_t i, k;

	put_section(p, "machine", "Machine, kernel and seed");
	fputs("<div class=\"wide facts\"><table>\n", p->f);
	for (i = 0; i < RESULTS_FACTS; i++) {
		names = &results->facts.value[i];
		if (!names->n)
			continue;
		value = xasprintf("%s", names->name[0]);
		for (k = 1; k < names->n; k++) {
			more = xasprintf("%s; %s", value, names->name[k]);
			free(value);
			value = more;
		}
		put_fact(p, results_fact_names[i], value);
		free(value);
	}
	put_fact(p, "host state", load);
	put_fact(p, "seed", results->seed ? results->seed : "not in the store");
	fputs("</table></div>\n", p->f);
	free(load);
}

static void put_verdict(const struct page *p)
{
	char *text = read_in(p, "verdict.txt", NULL);

	if (!text)
		return;
	put_section(p, "verdict", "Verdict");
	html_pre(p->f, text);
	free(text);
}

static void put_kconfig(const struct page *p, const char *kconfig)
{
	struct text_table table;
	char *title = xasprintf("kconfig %s", kconfig), *text = NULL;
	size_t size;
	FILE *f;

	html_element(p->f, "h3", title);
	report_kernel_table(p->results, kconfig, &table);
	html_table(p->f, &table, 2);
	if (report_matrix_table(p->results, kconfig, &table)) {
		html_element(p->f, "p", "hangs/fulls by loop and window");
		html_table(p->f, &table, 1);
	}
	f = memory(&text, &size);
	report_contrasts(p->results, kconfig, f);
	report_reference_table(p->results, kconfig, f);
	fclose(f);
	if (*text)
		html_pre(p->f, text + strspn(text, "\n"));
	free(text);
	free(title);
}

static void put_tables(const struct page *p)
{
	const struct results *results = p->results;
	char *text = NULL;
	size_t i, size;
	FILE *f;

	put_section(p, "tables", "Tables");
	for (i = 0; results_streams(results) && i < results->kconfigs.n; i++)
		put_kconfig(p, results->kconfigs.name[i]);
	f = memory(&text, &size);
	report_summary(p->report, f);
	fclose(f);
	html_details(p->f, "the same as plain text (summary.txt)", text);
	free(text);
	fputs("<details>\n", p->f);
	html_element(p->f, "summary", "every cell (summary.tsv)");
	f = memory(&text, &size);
	report_tsv(results, f);
	fclose(f);
	html_tsv(p->f, text);
	free(text);
	fputs("</details>\n", p->f);
}

static void put_kinds(const struct page *p)
{
	char *text = NULL;
	bool any = false;
	size_t size, i;
	FILE *f;

	for (i = 0; i < CELL_KINDS; i++) {
		if (!p->report->kind_sum[i] || !report_kinds[i])
			continue;
		if (!any)
			put_section(p, "kinds", "Other kinds of cells");
		any = true;
		f = memory(&text, &size);
		report_kinds[i]->summary(p->report->kind_sum[i], f);
		fclose(f);
		html_pre(p->f, text + strspn(text, "\n"));
		free(text);
	}
}

static void put_svg(const struct page *p, const char *name, const char *title)
{
	char *file = xasprintf("plots/%s", name), *svg;
	size_t len;

	svg = read_in(p, file, &len);
	if (svg)
		html_svg(p->f, title, svg, len);
	free(svg);
	free(file);
}

static bool is_ours(const struct page *p, const char *file)
{
	size_t i, len;

	for (i = 0; i < REPORT_PICTURES && p->pictures[i].name; i++) {
		len = strlen(p->pictures[i].name);
		if (!strncmp(file, p->pictures[i].name, len) &&
		    !strcmp(file + len, ".svg"))
			return true;
	}
	return false;
}

/* What is in @dir, sorted. */
static int scan(const char *dir, struct dirent ***list)
{
	int n = scandir(dir, list, NULL, alphasort);

	return n < 0 ? 0 : n;
}

/* What the kinds of cells have drawn themselves. */
static void put_other_plots(const struct page *p)
{
	char *dir = xasprintf("%s/plots", p->dir);
	struct dirent **list = NULL;
	int i, n = scan(dir, &list);

	for (i = 0; i < n; i++) {
		const char *end = strrchr(list[i]->d_name, '.');

		if (end && !strcmp(end, ".svg") &&
		    !is_ours(p, list[i]->d_name))
			put_svg(p, list[i]->d_name, list[i]->d_name);
		free(list[i]);
	}
	free(list);
	free(dir);
}

static void put_plots(const struct page *p)
{
	const struct report_picture *picture;
	char *name;
	size_t i;

	put_section(p, "plots", "Plots");
	for (i = 0; i < REPORT_PICTURES; i++) {
		picture = &p->pictures[i];
		if (!picture->name || picture->missing)
			continue;
		name = xasprintf("%s.svg", picture->name);
		html_element(p->f, "h3", picture->title);
		put_svg(p, name, picture->title);
		free(name);
	}
	put_other_plots(p);
	for (i = 0; i < REPORT_PICTURES; i++) {
		picture = &p->pictures[i];
		if (!picture->name || !picture->missing || !picture->expected)
			continue;
		name = xasprintf("Not drawn: %s (%s)", picture->name,
				 picture->missing);
		fputs("<p class=\"dim\">", p->f);
		html_text(p->f, name);
		fputs("</p>\n", p->f);
		free(name);
	}
}

static void put_timeline(const struct page *p,
			 const struct results_kernel *kernel,
			 const struct results_hang *hang)
{
	char *title = xasprintf("%s/%s, %s, boot %d", kernel->variant,
				kernel->kconfig, hang->cell, hang->boot);
	char *text = NULL;
	size_t size;
	FILE *f = memory(&text, &size);

	timeline_print(f, &hang->hang);
	fclose(f);
	html_element(p->f, "h3", title);
	html_pre(p->f, text);
	free(text);
	free(title);
}

static size_t put_timelines_of(const struct page *p,
			       const struct results_kernel *kernel)
{
	size_t class, i, n = 0;

	for (class = 0; class < HANG_CLASSES; class++) {
		for (i = 0; i < RESULTS_WORST; i++) {
			if (!kernel->worst[class][i].cell)
				break;
			put_timeline(p, kernel, &kernel->worst[class][i]);
			n++;
		}
	}
	return n;
}

static void put_timelines(const struct page *p)
{
	size_t i, n = 0;
	char *text;

	put_section(p, "hangs", "Timelines of hangs");
	text = xasprintf("The worst of each kernel and class, at most %d; the store has more.",
			 RESULTS_WORST);
	html_element(p->f, "p", text);
	free(text);
	for (i = 0; i < p->results->kernels; i++)
		n += put_timelines_of(p, p->results->kernel[i]);
	if (!n)
		html_element(p->f, "p", "None was kept.");
}

static void put_troubles(const struct page *p, enum trouble_kind first,
			 enum trouble_kind last, const char *id,
			 const char *title, const char *none)
{
	char *text = NULL;
	size_t size;
	FILE *f = memory(&text, &size);

	report_troubles(p->results, first, last, f);
	fclose(f);
	if (*text || *none)
		put_section(p, id, title);
	if (*text)
		html_pre(p->f, text);
	else if (*none)
		html_element(p->f, "p", none);
	free(text);
}

static void put_file(const struct page *p, const char *name,
		     const char *title)
{
	char *text = read_in(p, name, NULL);

	if (!text)
		return;
	html_element(p->f, "h3", title);
	html_pre(p->f, text);
	free(text);
}

static void put_patches(const struct page *p)
{
	char *dir = xasprintf("%s/patches", p->dir), *name, *text;
	struct dirent **list = NULL;
	int i, n = scan(dir, &list);

	for (i = 0; i < n; i++) {
		name = xasprintf("patches/%s", list[i]->d_name);
		text = *list[i]->d_name == '.' ? NULL :
			read_in(p, name, NULL);
		if (text)
			html_details(p->f, name, text);
		free(text);
		free(name);
		free(list[i]);
	}
	free(list);
	free(dir);
}

static void put_again(const struct page *p)
{
	put_section(p, "again", "How to do it again");
	put_file(p, "command", "command");
	put_file(p, "job.ini", "job.ini");
	put_patches(p);
}

static void put_page(const struct page *p)
{
	html_begin(p->f, "perf AUX: hangs and wakeup latency by kernel variant");
	fputs("<nav><a href=\"#tables\">tables</a>\n<a href=\"#plots\">plots</a>"
	      "\n<a href=\"#hangs\">hangs</a>\n<a href=\"#console\">console</a>"
	      "\n<a href=\"#machine\">machine</a>\n<a href=\"#again\">again</a></nav>\n",
	      p->f);
	put_verdict(p);
	put_tables(p);
	put_kinds(p);
	put_plots(p);
	put_timelines(p);
	put_troubles(p, TROUBLE_BUILD, TROUBLE_LOST, "failures", "Failures",
		     "None.");
	put_troubles(p, TROUBLE_SKIPPED, TROUBLE_SKIPPED, "skips",
		     "Skipped cells", "");
	put_troubles(p, TROUBLE_LINE, TROUBLE_CLOCK, "console",
		     "Bad console lines",
		     "No WARN, BUG, lockdep or RCU stall line was seen.");
	put_facts(p);
	put_again(p);
	html_end(p->f);
}

int report_html(const struct report *report, const char *dir,
		const struct report_picture pictures[REPORT_PICTURES],
		struct err *err)
{
	struct page page = {
		.report = report, .results = &report->results, .dir = dir, .pictures = pictures,
	};
	struct file_new file;
	int ret = file_open_in(&file, dir, "report.html", err);

	if (ret)
		return ret;
	page.f = file.stream;
	put_page(&page);
	return file_commit(&file, err);
}
