// SPDX-License-Identifier: GPL-2.0-only
/*
 * report.html in a browser: what it makes of the page, and that there is
 * something to see.  SKIP without chromium.
 */
#include <stdbool.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/views/report.h"
#include "lib/proc.h"
#include "lib/units.h"
#include "tests/check.h"
#include "tests/fixture.h"
#include "tests/unit/made-store.h"

#define TIMEOUT (180 * NSEC_PER_SEC)

/* Runs it on the page; caller frees what it said on stdout, NULL: failed. */
static char *browse(const char *dir, const char *option,
		    const char *more)
{
	char *page = xasprintf("file://%s/report.html", dir);
	char *home = xasprintf("--user-data-dir=%s/home", dir);
	const char *const argv[] = {
		"chromium", "--headless", "--no-sandbox", "--disable-gpu",
		"--hide-scrollbars", "--disable-dev-shm-usage",
		home, option, more, page, NULL
	};
	int out = memfd_create("chromium", MFD_CLOEXEC);
	struct proc proc = {
		.argv = argv, .cwd = dir, .in = -1, .out = out, .errout = -1,
	};
	char *text = NULL;
	struct err err;
	off_t len;

	if (proc_run(&proc, -1, TIMEOUT, &err)) {
		printf("%s\n", err.text);
	} else {
		len = lseek(out, 0, SEEK_END);
		text = calloc(1, len + 1);
		if (!text || pread(out, text, len, 0) != len)
			printf("its output cannot be read\n");
	}
	close(out);
	free(page);
	free(home);
	return text;
}

static bool have_chromium(void)
{
	const char *const argv[] = { "chromium", "--version", NULL };
	struct proc proc = { .argv = argv, .in = -1, .out = -1, .errout = -1 };
	struct err err;

	return !proc_run(&proc, -1, TIMEOUT, &err);
}

/* Every picture says its numbers to who points at it. */
static void check_figures(struct check *t, const char *dom)
{
	const char *figure = dom, *end, *place;
	int n = 0;

	while ((figure = strstr(figure + 1, "<figure"))) {
		end = strstr(figure, "</figure>");
		place = strstr(figure, "class=\"pt\"");
		CHECK(t, end && place && place < end);
		n++;
	}
	CHECK(t, n >= 5);
}

/* The browser's own view: the hostile text is text, all is there. */
static void check_dom(struct check *t, const char *dom)
{
	CHECK(t, strstr(dom, "&lt;script&gt;document.title=1"));
	CHECK(t, !strstr(dom, "<script>document"));
	CHECK(t, strstr(dom, "<title>job: Linux") ||
	      strstr(dom, "<title>Linux"));
	CHECK(t, strstr(dom, "id=\"machine\""));
	CHECK(t, strstr(dom, "id=\"again\""));
	CHECK(t, strstr(dom, "<svg "));
	/* A number of hangs, in a table and in a picture, has its timelines. */
	CHECK(t, strstr(dom, "<td><a href=\"#hangs-0\">30"));
	CHECK(t, strstr(dom, "<a class=\"pt\" href=\"#hangs-0\""));
	CHECK(t, strstr(dom, "<div id=\"hangs-0\">"));
	/* Each row says of whom and what: it can be sorted. */
	CHECK(t, strstr(dom, "<td class=\"left\">sync</td><td class=\"left\">hangs per full, %</td>"));
	check_figures(t, dom);
}

static void test_dom(struct check *t, const char *dir)
{
	char *dom = browse(dir, "--dump-dom", "--disable-extensions");

	CHECK(t, dom);
	if (!dom)
		return;
	check_dom(t, dom);
	/* The policy lets our script run: it makes the tables sortable. */
	CHECK(t, strstr(dom, "aria-sort=\"none\""));
	CHECK(t, strstr(dom, "id=\"tip\""));
	free(dom);
}

/* The page, whose policy now has another script's hash: none runs. */
static char *without_script(struct check *t, const char *dir)
{
	char *html = made_read(dir, "report.html");
	char *hash = html ? strstr(html, "'sha256-") : NULL;
	char *to = xasprintf("%s/no-script", dir);

	CHECK(t, hash);
	if (hash) {
		hash += strlen("'sha256-");
		*hash = *hash == 'A' ? 'B' : 'A';
		fixture_put(to, "report.html", html);
	}
	free(html);
	return to;
}

/* Without a script all is there, and nothing that does not work. */
static void test_no_script(struct check *t, const char *dir)
{
	char *copy = without_script(t, dir);
	char *dom = browse(copy, "--dump-dom", "--disable-extensions");

	free(copy);
	CHECK(t, dom);
	if (!dom)
		return;
	check_dom(t, dom);
	CHECK(t, !strstr(dom, "aria-sort=\"none\""));
	CHECK(t, !strstr(dom, "id=\"tip\""));
	free(dom);
}

/* At the width of a desk and of a phone: not empty. */
static void test_screenshot(struct check *t, const char *dir,
			    const char *window)
{
	char *shot = xasprintf("--screenshot=%s/shot.png", dir);
	char *path = xasprintf("%s/shot.png", dir), *png = NULL;
	struct err err;
	size_t len = 0;

	unlink(path);
	free(browse(dir, window, shot));
	CHECK(t, !file_read(path, &png, &len, &err));
	CHECK(t, png && !memcmp(png, "\x89PNG", 4));
	/* An empty page has 10 kB. */
	CHECK(t, len > 40000);
	free(png);
	free(path);
	free(shot);
}

int main(void)
{
	static const struct made_line lines[] = {
		{ .fulls = 300, .lost = 30, .window = 30000000,
		  .console = "BUG: <script>document.title=1</script>" },
		{ .variant = "sync", .fulls = 400, .window = 30000000,
		  .boot = 1 },
	};
	struct check t = { 0 };
	struct err err = { "" };
	char *dir;

	if (!have_chromium()) {
		printf("SKIP: no chromium (package chromium)\n");
		return CHECK_SKIP;
	}
	dir = made_store(lines, 2);
	fixture_put(dir, "job.ini", "[global]\n");
	CHECK_EQ(&t, report_make(dir, true, -1, &err), 0);
	if (fixture_has(dir, "plots/hang-incidence.svg")) {
		test_dom(&t, dir);
		test_no_script(&t, dir);
		test_screenshot(&t, dir, "--window-size=1200,3000");
		test_screenshot(&t, dir, "--window-size=500,3000");
		made_drop(dir);
		return check_end(&t);
	}
	made_drop(dir);
	printf("SKIP: no gnuplot (package gnuplot-nox)\n");
	return CHECK_SKIP;
}
