// SPDX-License-Identifier: GPL-2.0-only
/*
 * What README shows is what this version prints: the heads of the sample's
 * tables; and it names each job and variant that comes with the suite.
 */
#include <ctype.h>
#include <dirent.h>
#include <stdbool.h>
#include <stdlib.h>

#include "bench/views/report.h"
#include "tests/check.h"
#include "tests/fixture.h"
#include "tests/unit/made-store.h"

static char *readme(void)
{
	const char *srcdir = getenv("srcdir");
	char *path = xasprintf("%s/README.md", srcdir ? srcdir : "."), *text;
	struct err err;

	if (file_read(path, &text, NULL, &err)) {
		printf("%s\n", err.text);
		exit(1);
	}
	free(path);
	return text;
}

/* The words of the line at @p, with one blank between; widths may differ. */
static void words(const char *p, char *line, size_t size)
{
	size_t n = 0;

	for (; *p && *p != '\n' && n + 1 < size; p++) {
		if (!isspace((unsigned char)*p))
			line[n++] = *p;
		else if (n && line[n - 1] != ' ')
			line[n++] = ' ';
	}
	while (n && line[n - 1] == ' ')
		n--;
	line[n] = '\0';
}

static bool has_line(const char *text, const char *wanted)
{
	char line[200];

	while (text && *text) {
		words(text, line, sizeof(line));
		if (!strcmp(line, wanted))
			return true;
		text = strchr(text, '\n');
		text += !!text;
	}
	return false;
}

/* The heads of what is printed now are in the sample as well. */
static void check_heads(struct check *t, const char *summary,
			const char *text)
{
	static const char *const heads[] = {
		"lost silent silent hang 95 %",
		"variant fulls wakeup stop off % interval",
		"here base difference 95 % interval cells",
		"hangs/fulls by loop and window",
	};
	size_t i;

	for (i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		if (!has_line(summary, heads[i]) || !has_line(text, heads[i]))
			printf("'%s': printed %d, in README %d\n", heads[i],
			       has_line(summary, heads[i]),
			       has_line(text, heads[i]));
		CHECK(t, has_line(summary, heads[i]));
		CHECK(t, has_line(text, heads[i]));
	}
}

/* `NAME` or "| NAME |" for each file NAME.suffix of a folder of the sources. */
static void check_named(struct check *t, const char *text,
			const char *folder, const char *suffix)
{
	const char *srcdir = getenv("srcdir");
	char *path = xasprintf("%s/%s", srcdir ? srcdir : ".", folder);
	char *quoted, *cell;
	struct dirent *entry;
	DIR *dir = opendir(path);
	const char *end;

	CHECK(t, dir);
	while (dir && (entry = readdir(dir))) {
		end = strrchr(entry->d_name, '.');
		if (!end || strcmp(end, suffix) ||
		    !strncmp(entry->d_name, "sign-off", 8) ||
		    !strncmp(entry->d_name, "bisect", 6))
			continue;
		quoted = xasprintf("`%.*s`", (int)(end - entry->d_name),
				   entry->d_name);
		cell = xasprintf("| %.*s |", (int)(end - entry->d_name),
				 entry->d_name);
		if (!strstr(text, quoted) && !strstr(text, cell)) {
			printf("%s is not in README\n", entry->d_name);
			CHECK(t, !"named");
		}
		free(quoted);
		free(cell);
	}
	if (dir)
		closedir(dir);
	free(path);
}

int main(void)
{
	static const struct made_line lines[] = {
		{ .fulls = 300, .lost = 30, .window = 30000000 },
		{ .fulls = 300, .window = 0 },
		{ .variant = "sync", .fulls = 400, .window = 30000000,
		  .boot = 1 },
		{ .variant = "sync", .fulls = 400, .window = 0, .boot = 1 },
	};
	char *text = readme(), *dir = made_store(lines, 4), *summary;
	struct check t = { 0 };
	struct err err = { "" };

	CHECK_EQ(&t, report_make(dir, true, -1, &err), 0);
	summary = made_read(dir, "summary.txt");
	check_heads(&t, summary, text);
	check_named(&t, text, "bench/jobs", ".job");
	check_named(&t, text, "kconfigs/variants", ".patch");
	CHECK(&t, strstr(text, "HACKING.md"));
	free(summary);
	made_drop(dir);
	free(text);
	return check_end(&t);
}
