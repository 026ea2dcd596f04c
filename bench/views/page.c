// SPDX-License-Identifier: GPL-2.0-only
#include "bench/views/page.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench/views/kinds.h"
#include "lib/file.h"
#include "lib/timeline.h"

/* report.html: the whole run in one file that can be sent or kept. */

char *page_read(const struct page *p, const char *name, size_t *len)
{
	char *path = xasprintf("%s/%s", p->dir, name), *text = NULL;
	struct err ignored;

	if (file_read(path, &text, len, &ignored))
		text = NULL;
	free(path);
	return text;
}

FILE *page_memory(char **text, size_t *size)
{
	FILE *f = open_memstream(text, size);

	if (!f)
		abort();
	return f;
}

void page_section(const struct page *p, const char *id,
		  const char *title)
{
	fprintf(p->f, "<h2 id=\"%s\">", id);
	html_text(p->f, title);
	fputs("</h2>\n", p->f);
}

int page_scan(const char *dir, struct dirent ***list)
{
	int n = scandir(dir, list, NULL, alphasort);

	return n < 0 ? 0 : n;
}

void page_words(const struct page *p, const char *const (*words)[2])
{
	fputs("<details class=\"dim\"><summary>what the columns mean</summary>\n<dl>\n",
	      p->f);
	for (; (*words)[0]; words++) {
		html_element(p->f, "dt", (*words)[0]);
		html_element(p->f, "dd", (*words)[1]);
	}
	fputs("</dl>\n</details>\n", p->f);
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

	page_section(p, "machine", "Machine, kernel and seed");
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

bool page_has_timeline(const struct results_kernel *kernel)
{
	size_t class;

	for (class = 0; class < HANG_CLASSES; class++) {
		if (kernel->worst[class][0].cell)
			return true;
	}
	return false;
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
		f = page_memory(&text, &size);
		report_kinds[i]->summary(p->report->kind_sum[i], f);
		fclose(f);
		if (*text && !any)
			page_section(p, "kinds", "Other kinds of cells");
		any |= *text;
		if (*text)
			html_pre(p->f, text + strspn(text, "\n"));
		free(text);
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
	FILE *f = page_memory(&text, &size);

	timeline_print(f, &hang->hang);
	fclose(f);
	html_element(p->f, "h3", title);
	html_pre(p->f, text);
	free(text);
	free(title);
}

static void put_timelines_of(const struct page *p,
			     const struct results_kernel *kernel)
{
	size_t class, i;

	for (class = 0; class < HANG_CLASSES; class++) {
		for (i = 0; i < RESULTS_WORST; i++) {
			if (!kernel->worst[class][i].cell)
				break;
			put_timeline(p, kernel, &kernel->worst[class][i]);
		}
	}
}

static bool any_timeline(const struct page *p)
{
	size_t i;

	for (i = 0; i < p->results->kernels; i++) {
		if (page_has_timeline(p->results->kernel[i]))
			return true;
	}
	return false;
}

static void put_timelines(const struct page *p)
{
	char *text;
	size_t i;

	if (!any_timeline(p))
		return;
	page_section(p, "hangs", "Timelines of hangs");
	text = xasprintf("The worst of each kernel and class, at most %d; the store has more.  Times are from the trace's stop, in us.",
			 RESULTS_WORST);
	html_element(p->f, "p", text);
	free(text);
	for (i = 0; i < p->results->kernels; i++) {
		if (!page_has_timeline(p->results->kernel[i]))
			continue;
		fprintf(p->f, "<div id=\"hangs-%zu\">\n", i);
		put_timelines_of(p, p->results->kernel[i]);
		fputs("</div>\n", p->f);
	}
}

/* Nothing where there is none of them. */
static void put_troubles(const struct page *p, enum trouble_kind first,
			 enum trouble_kind last, const char *id,
			 const char *title)
{
	char *text = NULL;
	size_t size;
	FILE *f = page_memory(&text, &size);

	report_troubles(p->results, first, last, f);
	fclose(f);
	if (*text) {
		page_section(p, id, title);
		html_pre(p->f, text);
	}
	free(text);
}

static bool any_trouble(const struct page *p, enum trouble_kind first,
			enum trouble_kind last)
{
	uint64_t n = 0;
	size_t i, k;

	for (i = 0; i < p->results->kernels; i++) {
		for (k = first; k <= last; k++)
			n += p->results->kernel[i]->trouble_count[k];
	}
	return n;
}

static void put_file(const struct page *p, const char *name,
		     const char *title)
{
	char *text = page_read(p, name, NULL);

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
	int i, n = page_scan(dir, &list);

	for (i = 0; i < n; i++) {
		name = xasprintf("patches/%s", list[i]->d_name);
		text = *list[i]->d_name == '.' ? NULL :
			page_read(p, name, NULL);
		if (text)
			html_details(p->f, name, text);
		free(text);
		free(name);
		free(list[i]);
	}
	free(list);
	free(dir);
}

/* A first look has none of this: it cannot be done again alone. */
static bool has_again(const struct page *p)
{
	char *path = xasprintf("%s/job.ini", p->dir);
	bool has = file_exists(path);

	free(path);
	return has;
}

static void put_again(const struct page *p)
{
	if (!has_again(p))
		return;
	page_section(p, "again", "How to do it again");
	put_file(p, "command", "command");
	put_file(p, "job.ini", "job.ini");
	put_patches(p);
}

/* "default: Linux 7.3.4, 2026-11-26" */
static char *page_title(const struct page *p)
{
	const struct results_names *release =
		&p->results->facts.value[0];
	const struct results_names *job =
		&p->results->facts.value[RESULTS_FACTS - 1];
	const char *began = p->results->began;

	return xasprintf("%s%sLinux %s%s%s%.10s", job->n ? job->name[0] :
			 "", job->n ? ": " : "",
			 release->n ? release->name[0] : "unknown",
			 release->n > 1 ? " and others" : "",
			 began ? ", " : "", began ? began : "");
}

static void put_link(const struct page *p, bool is_there, const char *id)
{
	if (is_there)
		fprintf(p->f, "<a href=\"#%s\">%s</a>\n", id, id);
}

static void put_nav(const struct page *p)
{
	char *verdict = page_read(p, "verdict.txt", NULL);

	fputs("<nav>", p->f);
	put_link(p, verdict, "verdict");
	put_link(p, true, "tables");
	put_link(p, results_streams(p->results), "cells");
	put_link(p, true, "plots");
	put_link(p, any_timeline(p), "hangs");
	put_link(p, any_trouble(p, TROUBLE_BUILD, TROUBLE_LOST), "failures");
	put_link(p, any_trouble(p, TROUBLE_LINE, TROUBLE_CLOCK), "console");
	put_link(p, true, "machine");
	put_link(p, has_again(p), "again");
	fputs("</nav>\n", p->f);
	free(verdict);
}

static void put_partial(const struct page *p)
{
	if (!p->results->partial)
		return;
	fputs("<p><strong>Partial:</strong> ", p->f);
	html_text(p->f, p->results->partial);
	fputs("</p>\n", p->f);
}

static void put_page(const struct page *p)
{
	char *title = page_title(p);

	html_begin(p->f, title);
	fputs("<p class=\"dim\">perf AUX: hangs of the tracer, trace gaps and wakeup latency, by kernel variant</p>\n",
	      p->f);
	put_partial(p);
	put_nav(p);
	page_verdict(p);
	page_tables(p);
	put_kinds(p);
	page_plots(p);
	put_timelines(p);
	put_troubles(p, TROUBLE_BUILD, TROUBLE_LOST, "failures", "Failures");
	put_troubles(p, TROUBLE_SKIPPED, TROUBLE_SKIPPED, "skips",
		     "Skipped cells");
	put_troubles(p, TROUBLE_LINE, TROUBLE_CLOCK, "console",
		     "Bad console lines");
	put_facts(p);
	put_again(p);
	html_end(p->f);
	free(title);
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
