// SPDX-License-Identifier: GPL-2.0-only
/* The verdict of a sign-off, if DIR has one: a table, and all of its text. */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/views/numbers.h"
#include "bench/views/page.h"

static void put_text(const struct page *p, const json_t *v, const char *name)
{
	const char *text = json_string_value(json_object_get(v, name));

	fprintf(p->f, "<td class=\"%s\">", name);
	html_text(p->f, text ? text : "-");
	fputs("</td>", p->f);
}

static void put_row(const struct page *p, const json_t *v)
{
	const char *word = json_string_value(json_object_get(v, "verdict"));
	json_t *boots = json_object_get(v, "boots");

	fputs("<tr>", p->f);
	put_text(p, v, "candidate");
	put_text(p, v, "kconfig");
	/* Ours are of capitals; the word is what the colour goes by. */
	if (word && !word[strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")])
		fprintf(p->f, "<td><strong class=\"%s\">", word);
	else
		fputs("<td><strong>", p->f);
	html_text(p->f, word ? word : "-");
	fputs("</strong></td>", p->f);
	put_text(p, v, "because");
	fprintf(p->f, "<td>%lld</td></tr>\n",
		(long long)json_integer_value(boots));
}

static void put_table(const struct page *p, const json_t *list)
{
	const json_t *v;
	size_t i;

	fputs("<div class=\"wide facts\"><table class=\"sort\">\n<thead><tr><th>candidate</th><th>kconfig</th><th>verdict</th><th>because</th><th>boots</th></tr></thead>\n<tbody>\n",
	      p->f);
	json_array_foreach(list, i, v)
		put_row(p, v);
	fputs("</tbody>\n</table></div>\n", p->f);
}

#define TEST_COLUMNS 9

/* "4/137" of one side. */
static void set_counts(struct text_table *t, size_t row, size_t col,
		       const json_t *side)
{
	text_table_set(t, row, col, "%lld/%lld",
		       (long long)json_integer_value(
				json_object_get(side, "hangs")),
		       (long long)json_integer_value(
				json_object_get(side, "fulls")));
}

static void hang_row(struct text_table *t, size_t row, const char *class,
		     const json_t *hangs)
{
	size_t words = strcspn(class, "_");

	text_table_set(t, row, 2, "%.*s %s, hangs/fulls", (int)words, class,
		       class + words + !!class[words]);
	set_counts(t, row, 3, json_object_get(hangs, "candidate"));
	set_counts(t, row, 4, json_object_get(hangs, "baseline"));
}

static double number_at(const json_t *json, const char *name)
{
	const json_t *number = json_object_get(json, name);

	return json_is_number(number) ? json_number_value(number) : NAN;
}

/* As it was written; a number that is not there is null. */
static struct contrast contrast_of(const struct metric *metric,
				   const json_t *test)
{
	const char *state = json_string_value(json_object_get(test, "state"));
	const json_t *boots = json_object_get(test, "boots");
	struct contrast c = {
		.metric = metric, .difference = number_at(test, "difference"),
		.lo = number_at(test, "low"), .hi = number_at(test, "high"),
		.interval = number_at(boots, "candidate") > 1 &&
			number_at(boots, "baseline") > 1,
	};

	if (state && !strcmp(state, "hangs often"))
		c.state = CONTRAST_OFTEN;
	else if (state && !strcmp(state, "cut off"))
		c.state = CONTRAST_CUT_OFF;
	else
		c.state = isnan(c.difference) ? CONTRAST_NONE :
			CONTRAST_KNOWN;
	c.open = isnan(c.lo) || isnan(c.hi);
	return c;
}

static void test_row(struct text_table *t, size_t row,
		     const struct metric *metric, const json_t *test)
{
	const struct contrast c = contrast_of(metric, test);
	const json_t *mean = json_object_get(test, "mean");
	const char *outcome = json_string_value(json_object_get(test,
								"outcome"));
	double limit = number_at(json_object_get(test, "decision"), "margin");
	char text[NUMBER_TEXT];

	text_table_set(t, row, 2, "%s", number_title(text, metric));
	text_table_set(t, row, 3, "%s", number_value(text, metric,
					number_at(mean, "candidate")));
	text_table_set(t, row, 4, "%s", number_value(text, metric,
					number_at(mean, "baseline")));
	text_table_set(t, row, 5, "%s", number_difference(text, &c));
	text_table_set(t, row, 6, "%s", number_interval(text, &c));
	if (!isnan(limit) && metric->scale == SCALE_RATIO)
		text_table_set(t, row, 7, "x %.3g", limit);
	else if (!isnan(limit))
		text_table_set(t, row, 7, "%.3g points",
			       metric_shown(metric, limit));
	text_table_set(t, row, 8, "%s", outcome ? outcome : "-");
}

static void set_word(struct text_table *t, size_t row, size_t col,
		     const json_t *v, const char *name)
{
	const char *word = json_string_value(json_object_get(v, name));
	char text[TEXT_NAME];

	text_table_set(t, row, col, "%s", word ?
		       text_shorten(text, word, TEXT_NAME - 1) : "-");
}

/* Of either side: hangs need fulls, a metric its mean. */
static bool has_data(const json_t *found)
{
	const json_t *mean = json_object_get(found, "mean");
	const char *const sides[] = { "candidate", "baseline" };
	bool any = false;
	int i;

	for (i = 0; i < 2; i++) {
		any |= !isnan(number_at(mean, sides[i]));
		any |= json_integer_value(json_object_get(
			json_object_get(found, sides[i]), "fulls")) > 0;
	}
	return any;
}

static size_t candidate_rows(struct text_table *t, size_t row, const json_t *v)
{
	json_t *hangs = json_object_get(v, "hangs");
	json_t *tests = json_object_get(v, "tests");
	const json_t *found;
	size_t first = row, i;

	for (i = 0; i < HANG_CLASSES; i++) {
		found = json_object_get(hangs, hang_class_names[i]);
		if (has_data(found))
			hang_row(t, row++, hang_class_names[i], found);
	}
	for (i = 0; i < METRICS; i++) {
		found = json_object_get(tests, metrics[i].name);
		if (has_data(found))
			test_row(t, row++, &metrics[i], found);
	}
	for (i = first; i < row; i++) {
		set_word(t, i, 0, v, "candidate");
		set_word(t, i, 1, v, "kconfig");
	}
	return row;
}

/* What each candidate was judged by. */
static void put_tests(const struct page *p, const json_t *list)
{
	static const char *const heads[TEST_COLUMNS] = {
		"candidate", "kconfig", "measure", "cand", "base",
		"difference", "95 % interval", "limit", "outcome",
	};
	const struct html_table_head head = { .rows = 1 };
	size_t rows = json_array_size(list) * (HANG_CLASSES + METRICS) + 1;
	size_t i, col, row = 1;
	struct text_table t;
	const json_t *v;

	text_table_init(&t, rows, TEST_COLUMNS, 3);
	for (i = 1; i < rows; i++) {
		for (col = 3; col < TEST_COLUMNS; col++)
			text_table_set(&t, i, col, "-");
	}
	for (col = 0; col < TEST_COLUMNS; col++)
		text_table_set(&t, 0, col, "%s", heads[col]);
	json_array_foreach(list, i, v)
		row = candidate_rows(&t, row, v);
	t.rows = row;
	if (row == 1) {
		free(t.cell);
		return;
	}
	html_element(p->f, "p", "what they were judged by; verdict.txt says how");
	html_table(p->f, &t, &head);
}

void page_verdict(const struct page *p)
{
	char *text = page_read(p, "verdict.txt", NULL);
	char *facts = page_read(p, "verdict.json", NULL);
	json_t *json = facts ? json_loads(facts, 0, NULL) : NULL;
	json_t *list = json_object_get(json, "candidates");

	if (text || json_array_size(list))
		page_section(p, "verdict", "Verdict");
	if (json_array_size(list)) {
		put_table(p, list);
		/* Before, intervals were of another level. */
		if (json_integer_value(json_object_get(json, "schema")) >= 2)
			put_tests(p, list);
	}
	if (text && json_array_size(list))
		html_details(p->f, "all of it (verdict.txt)", text);
	else if (text)
		html_pre(p->f, text);
	json_decref(json);
	free(facts);
	free(text);
}
