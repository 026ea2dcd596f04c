// SPDX-License-Identifier: GPL-2.0-only
/*
 * report.html of stores whose every text is hostile: tags are closed in order,
 * nothing gets out of its place, nothing is fetched.  And the plots: which are
 * there, which not and why.
 */
#include <ctype.h>
#include <stdbool.h>

#include "bench/views/report.h"
#include "lib/store.h"
#include "lib/proc.h"
#include "lib/units.h"
#include "tests/check.h"
#include "tests/fixture.h"
#include "tests/unit/made-store.h"

#define HOSTILE "</pre></style><script>alert(1)</script>&<img src=x onerror='a'>\"%d"

static bool have_gnuplot(void)
{
	const char *const argv[] = { "gnuplot", "--version", NULL };
	struct proc proc = { .argv = argv, .in = -1, .out = -1, .errout = -1 };
	struct err err;

	return !proc_run(&proc, -1, 20 * NSEC_PER_SEC, &err);
}

#define DEPTH 32

struct tags {
	char open[DEPTH][16];
	int depth;
};

static bool is_void(const char *name)
{
	return !strcmp(name, "meta") || !strcmp(name, "img") ||
		!strcmp(name, "!DOCTYPE");
}

/* What HTML this page may have in it. */
static bool is_known(const char *name)
{
	static const char *const names[] = {
		"!DOCTYPE", "html", "head", "meta", "title", "style", "body",
		"main", "h1", "h2", "h3", "nav", "a", "p", "pre", "div",
		"table", "thead", "tbody", "tr", "th", "td", "details",
		"summary", "figure", "dl", "dt", "dd", "strong", "script",
		/* of a picture */
		"svg", "g", "path", "rect", "circle", "ellipse", "line",
		"polyline", "polygon", "use", "text", "tspan", "defs",
		"clipPath", "linearGradient", "radialGradient", "stop",
		"pattern", NULL
	};
	int i;

	for (i = 0; names[i]; i++) {
		if (!strcmp(names[i], name))
			return true;
	}
	return false;
}

/* Our own script is the last, and what is in it is no tag. */
static char *without_script(struct check *t, const char *html)
{
	char *copy = xasprintf("%s", html);
	char *at = strstr(copy, "<script>"), *end = strstr(copy, "</script>");

	CHECK(t, at && end && at < end);
	if (at && end)
		memmove(at, end + 9, strlen(end + 9) + 1);
	return copy;
}

/* One tag at @p, "<" included; NULL when it is not as it should be. */
static const char *take_tag(struct tags *tags, const char *p)
{
	bool closing = p[1] == '/';
	const char *name = p + 1 + closing, *end = name;
	char word[16] = "";
	bool quoted = false;

	while (isalnum((unsigned char)*end) || *end == '!')
		end++;
	if (end - name >= (long)sizeof(word))
		return NULL;
	memcpy(word, name, end - name);
	for (; *end && (quoted || *end != '>'); end++)
		quoted ^= *end == '"';
	if (!*end || !is_known(word) || tags->depth >= DEPTH)
		return NULL;
	if (closing) {
		if (!tags->depth || strcmp(tags->open[--tags->depth], word))
			return NULL;
	} else if (!is_void(word) && end[-1] != '/') {
		strcpy(tags->open[tags->depth++], word);
	}
	return end + 1;
}

static void check_tags(struct check *t, const char *html)
{
	struct tags tags = { .depth = 0 };
	char *copy = without_script(t, html);
	const char *p = copy, *next;

	CHECK(t, !strstr(copy, "<script"));
	while ((p = strchr(p, '<'))) {
		next = take_tag(&tags, p);
		if (!next) {
			printf("at: %.60s\n", p);
			CHECK(t, !"a tag that is right");
			break;
		}
		p = next;
	}
	CHECK(t, p || !tags.depth);
	free(copy);
}

/* The id that a link leads to is there. */
static void check_target(struct check *t, const char *html, const char *link)
{
	char *id = xasprintf(" id=\"%.*s\"", (int)strcspn(link, "\""), link);

	if (!strstr(html, id)) {
		printf("no%s\n", id);
		CHECK(t, !"an id that is linked to");
	}
	free(id);
}

/* Nothing is fetched: links stay in the page, or keep what is in it. */
static void check_links(struct check *t, const char *html)
{
	const char *p;

	CHECK(t, !strstr(html, " src=\""));
	for (p = html; (p = strstr(p, " href=\"")); p++) {
		CHECK(t, p[7] == '#' || !strncmp(p + 7, "data:", 5));
		if (p[7] == '#')
			check_target(t, html, p + 8);
	}
	for (p = html; (p = strstr(p, "url(")); p++)
		CHECK(t, p[4] == '#');
	CHECK(t, !strstr(html, "@import"));
}

static size_t count(const char *text, const char *what)
{
	size_t n = 0;

	for (; (text = strstr(text, what)); text++)
		n++;
	return n;
}

static char *make(struct check *t, const char *dir)
{
	struct err err = { "" };
	int ret = report_make(dir, true, -1, &err);

	if (ret)
		printf("%s\n", err.text);
	CHECK_EQ(t, ret, 0);
	return made_read(dir, "report.html");
}

static void check_hostile(struct check *t, const char *html)
{
	check_tags(t, html);
	check_links(t, html);
	CHECK(t, strstr(html, "&lt;script&gt;alert(1)&lt;/script&gt;"));
	CHECK(t, !strstr(html, "<script>alert"));
	CHECK(t, !strstr(html, "<img"));
	CHECK(t, strstr(html, "</html>\n"));
}

static void test_hostile(struct check *t, bool gnuplot)
{
	static const struct made_line lines[] = {
		{ .fulls = 300, .lost = 30, .window = 30000000,
		  .console = "[ 1.0] BUG: " HOSTILE },
		{ .variant = HOSTILE, .kconfig = HOSTILE, .fulls = 40,
		  .silent = 3, .boot = 1, .host = HOSTILE },
		{ .variant = HOSTILE, .status = "panic", .why = HOSTILE,
		  .boot = 2 },
	};
	char *dir = made_store(lines, 3), *html;

	fixture_put(dir, "verdict.txt", "BAD: " HOSTILE "\n\xff\xfe\x01\n");
	fixture_put(dir, "job.ini", "; " HOSTILE "\n");
	fixture_put(dir, "command", "cd 'it''s'\n" HOSTILE "\n");
	fixture_put(dir, STORE_PARTIAL, "two of six " HOSTILE "\n");
	fixture_put(dir, "patches/x.patch", "+" HOSTILE "\n");
	html = make(t, dir);
	check_hostile(t, html);
	CHECK(t, strstr(html, "<h2 id=\"verdict\">"));
	CHECK(t, strstr(html, "<strong>Partial:</strong> two of six "));
	CHECK(t, strstr(html, "\npartial      two of six "));
	CHECK(t, strstr(html, "\n???\n"));
	CHECK(t, strstr(html, "patches/x.patch"));
	/* The longest of those that the record kept. */
	CHECK(t, strstr(html, "hang: lost_wakeup, full 8 of"));
	CHECK(t, strstr(html, "hang: silent_stop, full 3 of"));
	CHECK(t, strstr(html, "4711"));
	if (gnuplot)
		CHECK(t, count(html, "<svg ") >= 5);
	free(html);
	made_drop(dir);
}

/* What a sign-off leaves; of three measures one has data. */
static const char verdict_json[] =
"{\"schema\": %d, \"candidates\": [{\"candidate\": \"sync\",\n"
" \"kconfig\": \"guest\", \"verdict\": \"GOOD\", \"because\": \"<b>\",\n"
" \"boots\": 13, \"hangs\": {\"lost_wakeup\": {\n"
"   \"candidate\": {\"hangs\": 0, \"fulls\": 4604},\n"
"   \"baseline\": {\"hangs\": 26, \"fulls\": 4278}},\n"
"  \"silent_stop\": {\"candidate\": {\"hangs\": 0, \"fulls\": 0},\n"
"   \"baseline\": {\"hangs\": 0, \"fulls\": 0}}},\n"
" \"tests\": {\"wakeup_p50\": {\"outcome\": \"not worse\",\n"
"   \"state\": \"known\", \"difference\": 1.03, \"low\": 0.89,\n"
"   \"high\": null, \"mean\": {\"candidate\": 114393, \"baseline\": 110787},\n"
"   \"boots\": {\"candidate\": 13, \"baseline\": 13},\n"
"   \"decision\": {\"margin\": 1.25}},\n"
"  \"coverage\": {\"outcome\": \"no data\", \"difference\": null,\n"
"   \"mean\": {\"candidate\": null, \"baseline\": null}}}}]}\n";

static void test_verdict(struct check *t)
{
	static const struct made_line lines[] = { { .fulls = 300 } };
	char *dir = made_store(lines, 1), *html, *json;
	int schema;

	for (schema = 1; schema < 3; schema++) {
		json = xasprintf(verdict_json, schema);
		fixture_put(dir, "verdict.json", json);
		html = make(t, dir);
		CHECK(t, strstr(html, "<strong class=\"GOOD\">GOOD"));
		/* Columns of the file beside it, by their names there. */
		CHECK(t, strstr(html, "<th>gap_p50_ms</th><th>lost_per_full_ms</th>"));
		CHECK(t, strstr(html, "&lt;b&gt;"));
		CHECK_EQ(t, !!strstr(html, "lost wakeup, hangs/fulls</td><td>0/4604</td><td>26/4278</td>"),
			 schema > 1);
		CHECK_EQ(t, !!strstr(html, "wakeup p50, us</td><td>114</td><td>111</td><td>x 1.03</td><td>open</td><td>x 1.25</td><td>not worse</td>"),
			 schema > 1);
		/* Nothing of what has no data. */
		CHECK(t, !strstr(html, "silent stop, hangs/fulls"));
		CHECK(t, !strstr(html, "<td>no data</td>"));
		free(html);
		free(json);
	}
	made_drop(dir);
}

static void check_plot(struct check *t, const char *dir, const char *name,
		       bool drawn, bool mail)
{
	static const char *const ends[] = { "png", "svg", "txt" };
	char *file, *text;
	int i;

	for (i = 0; i < 3; i++) {
		file = xasprintf("plots/%s.%s", name, ends[i]);
		if (fixture_has(dir, file) != (drawn && (i < 2 || mail))) {
			printf("%s\n", file);
			CHECK(t, !"there, or not there");
		}
		if (drawn && mail && i == 2) {
			text = made_read(dir, file);
			if (made_no_mail(text))
				printf("%s: %s\n", file, made_no_mail(text));
			CHECK(t, !made_no_mail(text));
			free(text);
		}
		free(file);
	}
}

/* Which there are, for: several boots and rates; one variant; no hangs. */
static void test_plots(struct check *t)
{
	struct made_line lines[36] = { { 0 } };
	char *dir, *html;
	int i;

	for (i = 0; i < 36; i++)
		lines[i] = (struct made_line) {
			.variant = i % 2 ? "sync" : "baseline",
			.fulls = 200 + i, .lost = i % 2 ? 0 : 4 + i % 5,
			.rate = i % 3 ? 20000000 : 5000000,
			.window = 3000000, .boot = i / 3,
		};
	dir = made_store(lines, 36);
	free(make(t, dir));
	check_plot(t, dir, "hang-incidence", true, true);
	check_plot(t, dir, "difference", true, true);
	check_plot(t, dir, "wakeup-cdf", true, true);
	check_plot(t, dir, "gap-split", true, false);
	check_plot(t, dir, "hang-rate", true, false);
	check_plot(t, dir, "worst-cycle", true, false);
	made_drop(dir);
	/* The same with one variant, one rate and no hangs. */
	for (i = 0; i < 36; i++)
		lines[i] = (struct made_line) { .fulls = 100, .boot = i };
	dir = made_store(lines, 36);
	html = make(t, dir);
	check_plot(t, dir, "hang-incidence", true, true);
	check_plot(t, dir, "difference", false, true);
	check_plot(t, dir, "hang-rate", false, false);
	check_plot(t, dir, "worst-cycle", false, false);
	/* What such a run cannot have is not missed. */
	CHECK(t, !strstr(html, "Not drawn: hang-rate"));
	CHECK(t, !strstr(html, "Not drawn: worst-cycle"));
	CHECK(t, !strstr(html, "id=\"hangs\""));
	CHECK(t, !strstr(html, "<pre>\n</pre>"));
	free(html);
	made_drop(dir);
}

/* The number that a label of the picture begins with. */
static double label_value(const char *data, const char *label)
{
	const char *p = strstr(data, label);

	return p ? strtod(p + strlen(label), NULL) : 1e9;
}

/* Known differences come out as they were put in, with an interval. */
static void test_difference(struct check *t)
{
	struct made_line lines[20];
	char *dir, *data;
	int i;

	for (i = 0; i < 20; i++)
		lines[i] = (struct made_line) {
			.variant = i % 2 ? "sync" : "baseline", .boot = i,
			.fulls = 1000, .lost = i % 2 ? 10 : 30 + i,
			.wakeup = i % 2 ? 400000 + 100 * i : 200000,
		};
	dir = made_store(lines, 20);
	free(make(t, dir));
	data = made_read(dir, "plots/difference.data");
	/* 1 % against 3.9 %. */
	CHECK(t, label_value(data, "label[1] = '") < -2.88);
	CHECK(t, label_value(data, "label[1] = '") > -2.92);
	CHECK(t, label_value(data, "label[3] = 'x ") > 1.98);
	CHECK(t, label_value(data, "label[3] = 'x ") < 2.03);
	CHECK(t, strstr(data, "intervals = 1\n"));
	CHECK(t, strstr(data, "boots_min = 10\n"));
	free(data);
	/* One boot each: no interval. */
	made_drop(dir);
	dir = made_store(lines, 2);
	free(make(t, dir));
	data = made_read(dir, "plots/difference.data");
	CHECK(t, strstr(data, "intervals = 0\n"));
	CHECK(t, strstr(data, "label[1] = '-2 points'\n"));
	free(data);
	made_drop(dir);
}

static void make_hunt(json_t *line)
{
	json_t *record = json_object_get(line, "record");

	json_object_set_new(json_object_get(record, "cell"), "kind",
			    json_string("hunt"));
}

/* Only cells that are no steady stream: no tables, but a page. */
static void test_other_kinds(struct check *t)
{
	static const struct made_line lines[] = {
		{ .fulls = 300, .lost = 30 },
		{ .variant = "sync", .fulls = 400, .boot = 1 },
	};
	char *dir = made_store(lines, 2), *html;

	made_change(dir, make_hunt);
	fixture_put(dir, "plots/hunt-of-its-own.svg", "<svg/>");
	html = make(t, dir);
	check_tags(t, html);
	CHECK(t, strstr(html, "hang: lost_wakeup"));
	CHECK(t, strstr(html, "aria-label=\"hunt-of-its-own\""));
	free(html);
	made_drop(dir);
}

int main(void)
{
	bool gnuplot = have_gnuplot();
	struct check t = { 0 };

	test_hostile(&t, gnuplot);
	test_difference(&t);
	test_verdict(&t);
	test_other_kinds(&t);
	if (gnuplot)
		test_plots(&t);
	else
		printf("no gnuplot (package gnuplot-nox): plots not tested\n");
	return check_end(&t);
}
