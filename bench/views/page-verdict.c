// SPDX-License-Identifier: GPL-2.0-only
/* The verdict of a sign-off, if DIR has one: a table, and all of its text. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

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

void page_verdict(const struct page *p)
{
	char *text = page_read(p, "verdict.txt", NULL);
	char *facts = page_read(p, "verdict.json", NULL);
	json_t *json = facts ? json_loads(facts, 0, NULL) : NULL;
	json_t *list = json_object_get(json, "candidates");

	if (text || json_array_size(list))
		page_section(p, "verdict", "Verdict");
	if (json_array_size(list))
		put_table(p, list);
	if (text && json_array_size(list))
		html_details(p->f, "all of it (verdict.txt)", text);
	else if (text)
		html_pre(p->f, text);
	json_decref(json);
	free(facts);
	free(text);
}
