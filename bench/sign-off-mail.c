// SPDX-License-Identifier: GPL-2.0-only
/* mail.txt: the verdict with all that a reader of a mailing list needs. */
#include <glob.h>
#include <stdlib.h>
#include <string.h>

#include "bench/sign-off.h"
#include "bench/views/text.h"
#include "lib/file.h"

/* Another file as it is, its lines cut to a mail's width. */
static void include(FILE *f, const char *path, const char *title)
{
	char *text, *line, *save;
	struct err err;

	if (!file_exists(path) || file_read(path, &text, NULL, &err))
		return;
	text_line(f, "%s", "");
	text_line(f, "-- %s", title);
	for (line = text; line && *line; line = save) {
		save = strchr(line, '\n');
		if (save)
			*save++ = '\0';
		text_line(f, "%s", line);
	}
	free(text);
}

static void include_plots(FILE *f, const char *dir)
{
	char *pattern = xasprintf("%s/plots/*.txt", dir);
	glob_t found;
	size_t i;

	if (glob(pattern, 0, NULL, &found))
		found.gl_pathc = 0;
	for (i = 0; i < found.gl_pathc; i++) {
		char *name = xasprintf("%s", strrchr(found.gl_pathv[i], '/') +
				       1);

		name[strlen(name) - 4] = '\0';
		include(f, found.gl_pathv[i], name);
		free(name);
	}
	if (found.gl_pathc)
		globfree(&found);
	free(pattern);
}

/* {"a": 1, "b": "x"} as "a 1, b x"; nested ones are left out. */
static void put_facts(FILE *f, const char *title, json_t *json)
{
	const char *key;
	char *line = NULL;
	json_t *value;
	size_t size;
	FILE *out;
	bool any = false;

	if (!json_is_object(json))
		return;
	out = open_memstream(&line, &size);
	json_object_foreach(json, key, value) {
		const char *sep = any ? ", " : "";

		/* Whose machine it is says nothing to a reader of the list. */
		if (!strcmp(key, "name"))
			continue;
		any = true;
		if (json_is_string(value))
			fprintf(out, "%s%s %s", sep, key,
				json_string_value(value));
		else if (json_is_integer(value))
			fprintf(out, "%s%s %lld", sep, key,
				(long long)json_integer_value(value));
		else if (json_is_real(value))
			fprintf(out, "%s%s %.3g", sep, key,
				json_real_value(value));
		else
			any = *sep;
	}
	fclose(out);
	text_wrap(f, 10, "%-10s%s", title, line);
	free(line);
}

/*
 * Unlike all else a command must not be cut: a long one goes on after a
 * backslash, as a shell reads it.
 */
static void put_command(FILE *f, const char *dir)
{
	char *path = xasprintf("%s/command", dir), *text, *word, *save;
	size_t used = 0;
	struct err err;
	char *line, *rest;

	if (!file_exists(path) || file_read(path, &text, NULL, &err)) {
		free(path);
		return;
	}
	for (line = text; *line; line = rest) {
		rest = line + strcspn(line, "\n");
		if (*rest)
			*rest++ = '\0';
		used = 0;
		for (word = strtok_r(line, " ", &save); word;
		     word = strtok_r(NULL, " ", &save)) {
			if (used && used + strlen(word) + 3 > TEXT_WIDTH) {
				fputs(*line == '#' ? "\n# " : " \\\n  ", f);
				used = 2;
			} else if (used) {
				fputc(' ', f);
				used++;
			}
			used += fprintf(f, "%s", word);
		}
		fputc('\n', f);
	}
	free(text);
	free(path);
}

int sign_off_mail(const struct judge *judge, const char *dir, struct err *err)
{
	char *verdict = xasprintf("%s/verdict.txt", dir);
	char *summary = xasprintf("%s/summary.txt", dir);
	struct file_new file;
	char *text;
	int ret = file_open_in(&file, dir, "mail.txt", err);

	if (!ret) {
		if (!file_read(verdict, &text, NULL, err)) {
			fputs(text, file.stream);
			free(text);
		}
		text_line(file.stream, "%s", "");
		text_line(file.stream, "-- machine");
		put_facts(file.stream, "host", judge->results->host);
		put_facts(file.stream, "target", judge->results->target);
		put_facts(file.stream, "versions", judge->results->versions);
		text_line(file.stream, "%s", "");
		text_line(file.stream, "-- command");
		put_command(file.stream, dir);
		include_plots(file.stream, dir);
		include(file.stream, summary, "summary");
		ret = file_commit(&file, err);
	}
	free(summary);
	free(verdict);
	return ret;
}
