// SPDX-License-Identifier: GPL-2.0-only
/*
 * sign-off.json: what a sign-off was asked, by which suite, of which patches.
 * It is written before anything is measured, so that --resume and --judge know
 * a sign-off's folder from any other, and judge by the same rules.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "bench/sign-off.h"
#include "lib/file.h"
#include "lib/json.h"
#include "lib/version.h"

#define FILE_NAME "sign-off.json"

/* A line that a header may begin with, and not a text or a diff. */
static bool in_headers(const char *line)
{
	size_t name = strcspn(line, ": \t\n");

	return *line == ' ' || *line == '\t' || !strncmp(line, "From ", 5) ||
		(name && line[name] == ':');
}

/* The value of header @name of @text's first mail, unfolded; NULL: none. */
static char *header(const char *text, const char *name)
{
	size_t len = strlen(name), size, n;
	char *value = NULL;
	bool in = false;
	FILE *f;

	f = open_memstream(&value, &size);
	if (!f)
		abort();
	for (; in_headers(text); text += n + (text[n] == '\n')) {
		n = strcspn(text, "\n");
		if (*text != ' ' && *text != '\t') {
			in = !strncasecmp(text, name, len) && text[len] == ':';
			if (in)
				fprintf(f, "%.*s", (int)(n - len - 1 - strspn(
					text + len + 1, " \t")), text + len +
					1 + strspn(text + len + 1, " \t"));
		} else if (in) {
			fprintf(f, "%.*s", (int)n, text);
		}
		if (!text[n])
			break;
	}
	fclose(f);
	if (!*value) {
		free(value);
		return NULL;
	}
	return value;
}

/* Of the first mail of a candidate's patch, when it is one. */
static json_t *describe_patch(const char *dir, const char *variant)
{
	char *path = xasprintf("%s/patches/%s.patch", dir, variant);
	char *text, *subject, *id;
	json_t *json = NULL;
	struct err ignored;

	if (!file_read(path, &text, NULL, &ignored)) {
		subject = header(text, "Subject");
		id = header(text, "Message-ID");
		json = json_pack("{s:s*, s:s*}", "subject", subject,
				 "message_id", id);
		free(subject);
		free(id);
		free(text);
	}
	free(path);
	return json;
}

static json_t *margins_to_json(const struct judge_options *o)
{
	return json_pack("{s:f, s:f, s:f, s:f, s:f, s:f}", "ratio", o->ratio,
			 "reenable_ns", o->reenable_ns,
			 "coverage", o->coverage, "hangs", o->hang_bound,
			 "hunt", o->hunt_bound, "hang_ratio", o->hang_ratio);
}

int sign_off_origin_write(const struct sign_off *s, const struct run *run,
			  struct err *err)
{
	char *path = xasprintf("%s/" FILE_NAME, run->dir), *text;
	json_t *candidates = json_object(), *patch, *json;
	size_t i;
	int ret;

	for (i = 0; i < run->job.nkernels; i++) {
		patch = describe_patch(run->dir, run->job.kernels[i].variant);
		if (patch)
			json_object_set_new(candidates,
					    run->job.kernels[i].variant, patch);
	}
	json = json_pack("{s:i, s:s, s:s, s:s, s:s*, s:b, s:o, s:o}",
			 "schema", 1, "version", version_describe, "commit",
			 version_commit, "url", version_url, "baseline",
			 s->inputs.baseline, "fix", s->judge.fix, "margins",
			 margins_to_json(&s->judge), "candidates", candidates);
	text = json_dumps(json, JSON_INDENT(1));
	ret = text ? file_write(path, text, strlen(text), err) :
		err_set(err, -ENOMEM, "%s: cannot be made", path);
	free(text);
	json_decref(json);
	free(path);
	return ret;
}

/* What the command line leaves as it is, is as it was. */
static void take_margin(double *now, double usual, const json_t *margins,
			const char *name)
{
	const json_t *was = json_object_get(margins, name);

	if (*now == usual && json_is_number(was))
		*now = json_number_value(was);
}

static void take_options(struct judge_options *o, const json_t *json)
{
	const json_t *margins = json_object_get(json, "margins");
	struct judge_options usual;

	judge_options_init(&usual);
	o->fix |= json_is_true(json_object_get(json, "fix"));
	take_margin(&o->ratio, usual.ratio, margins, "ratio");
	take_margin(&o->reenable_ns, usual.reenable_ns, margins,
		    "reenable_ns");
	take_margin(&o->coverage, usual.coverage, margins, "coverage");
	take_margin(&o->hang_bound, usual.hang_bound, margins, "hangs");
	take_margin(&o->hunt_bound, usual.hunt_bound, margins, "hunt");
	take_margin(&o->hang_ratio, usual.hang_ratio, margins, "hang_ratio");
}

/* A sign-off of a suite that wrote no such file has a verdict. */
static bool has_verdict(const char *dir)
{
	char *path = xasprintf("%s/verdict.json", dir);
	bool has = file_exists(path);

	free(path);
	return has;
}

int sign_off_origin_read(struct sign_off *s, const char *dir, struct err *err)
{
	char *path = xasprintf("%s/" FILE_NAME, dir);
	int ret = 0;

	json_decref(s->origin);
	s->origin = json_load_file(path, 0, NULL);
	if (s->origin)
		take_options(&s->judge, s->origin);
	else if (file_exists(path))
		ret = err_set(err, -EINVAL, "%s: cannot be read as JSON", path);
	else if (!has_verdict(dir))
		ret = err_set(err, -EINVAL,
			      "%s: not a sign-off's folder (no " FILE_NAME " in it), left as it is; a run-matrix's goes on with run-matrix --resume",
			      dir);
	free(path);
	return ret;
}
