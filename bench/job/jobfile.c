// SPDX-License-Identifier: GPL-2.0-only
#include "bench/job/jobfile.h"

#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "lib/file.h"

#define JOB_FILE_MAX (1 << 20)

static void *xrealloc(void *p, size_t size)
{
	p = realloc(p, size);
	if (!p)
		abort();
	return p;
}

/* What ends a value of a list, by enum value_split. */
static const char *const separators[] = { ", \t", ",", " \t" };

char **values_split(const char *text, enum value_split how)
{
	const char *ends = separators[how];
	char **values = xrealloc(NULL, sizeof(*values));
	size_t n = 0, len;

	for (;;) {
		text += strspn(text, how == SPLIT_BLANKS ? ends : ", \t");
		if (!*text)
			break;
		len = strcspn(text, ends);
		while (len && isspace((unsigned char)text[len - 1]))
			len--;
		values = xrealloc(values, (n + 2) * sizeof(*values));
		values[n++] = strndup(text, len);
		text += strcspn(text, ends);
	}
	values[n] = NULL;
	return values;
}

void values_free(char **values)
{
	size_t i;

	for (i = 0; values && values[i]; i++)
		free(values[i]);
	free(values);
}

static void setting_free(struct setting *setting)
{
	free(setting->key);
	values_free(setting->values);
}

static struct section *section_add(struct jobfile *file, const char *name,
				   int line)
{
	struct section *section;

	file->sections = xrealloc(file->sections, (file->count + 1) *
				  sizeof(*file->sections));
	section = &file->sections[file->count++];
	*section = (struct section) {
		.name = xasprintf("%s", name), .line = line,
	};
	return section;
}

static struct setting *section_find(const struct section *section,
				    const char *key)
{
	size_t i;

	for (i = 0; i < section->count; i++) {
		if (!strcmp(section->settings[i].key, key))
			return &section->settings[i];
	}
	return NULL;
}

static void section_remove(struct section *section, const char *key)
{
	struct setting *setting = section_find(section, key);

	if (!setting)
		return;
	setting_free(setting);
	section->count--;
	memmove(setting, setting + 1, (section->settings + section->count -
		setting) * sizeof(*setting));
}

/* Takes over what @setting points to. */
static void section_put(struct section *section, struct setting *setting)
{
	section_remove(section, setting->key);
	section->settings = xrealloc(section->settings, (section->count + 1) *
				     sizeof(*section->settings));
	section->settings[section->count++] = *setting;
}

int jobfile_at(const struct jobfile *file, int line, struct err *err,
	       int code)
{
	if (!line)
		return err_prefix(err, code, "command line");
	return err_prefix(err, code, "%s:%d", file->path, line);
}

/* A path may have blanks in it, perf's terms have commas. */
static enum value_split key_split(const char *key)
{
	static const char *const blanks[] = {
		"linux", "patch", "module", "ssh"
	};
	size_t i;

	for (i = 0; i < sizeof(blanks) / sizeof(blanks[0]); i++) {
		if (!strcmp(key, blanks[i]))
			return SPLIT_COMMAS;
	}
	return strcmp(key, "pmu_terms") ? SPLIT_BOTH : SPLIT_BLANKS;
}

static void setting_make(struct setting *setting, const char *key,
			 const char *value, int line)
{
	*setting = (struct setting) {
		.key = xasprintf("%s", key),
		.values = values_split(value, key_split(key)),
		.line = line,
	};
}

/* While a file is parsed: where inih is, and what went wrong first. */
struct reader {
	struct jobfile *file;
	struct section *section;
	const char *text;	/* what is still to be read */
	char *value;		/* of this line, when inih has no room for it */
	int line;
	setting_check check;
	void *ctx;
	struct err *err;
	int ret;		/* of the first error */
};

static void reader_fail(struct reader *reader, int ret)
{
	if (!reader->ret)
		reader->ret = jobfile_at(reader->file, reader->line,
					 reader->err, ret);
}

/* "[name]": inih does not tell of a section without keys, or of a second. */
static void reader_section(struct reader *reader, const char *line)
{
	const char *end = strpbrk(line, "]\n"), *rest;
	char *name;
	size_t i;

	if (!end || *end != ']' || end == line + 1) {
		reader_fail(reader, err_set(reader->err, -EINVAL,
			    "expected a section such as [name]"));
		return;
	}
	rest = end + 1 + strspn(end + 1, " \t");
	if (!strchr("\n#;", *rest))
		reader_fail(reader, err_set(reader->err, -EINVAL,
			    "'%.*s' after a section's name, expected it on a line of its own",
			    (int)strcspn(rest, "\n"), rest));
	name = strndup(line + 1, end - line - 1);
	for (i = 0; i < reader->file->count; i++) {
		if (strcmp(reader->file->sections[i].name, name) ||
		    (!i && !reader->file->sections[0].line))
			continue;
		reader_fail(reader, err_set(reader->err, -EINVAL,
			    "[%s]: the section is already on line %d", name,
			    reader->file->sections[i].line));
	}
	if (!strcmp(name, "global"))
		reader->file->sections[0].line = reader->line;
	else
		section_add(reader->file, name, reader->line);
	reader->section = strcmp(name, "global") ?
		&reader->file->sections[reader->file->count - 1] :
		&reader->file->sections[0];
	free(name);
}

/*
 * inih's lines are short (200 characters as built), lists and paths need not
 * be: it gets the key with a stand-in, the value is kept for take_setting().
 */
static void read_long_line(struct reader *reader, char *buf, size_t size,
			   size_t len)
{
	const char *text = reader->text;
	const char *equals = memchr(text, '=', len);
	char *comment;

	if (*text == '#' || *text == ';') {
		strcpy(buf, "#\n");
		return;
	}
	if (!equals || equals - text > (ptrdiff_t)size - 8) {
		reader_fail(reader, err_set(reader->err, -EINVAL,
			    "expected [section] or key = value"));
		strcpy(buf, "#\n");
		return;
	}
	/* One that inih made no setting of (it saw a comment) is still here. */
	free(reader->value);
	reader->value = strndup(equals + 1, text + len - equals - 1);
	reader->value[strcspn(reader->value, "\r\n")] = '\0';
	comment = strstr(reader->value, " ;");
	if (comment)
		*comment = '\0';
	snprintf(buf, size, "%.*s= -\n", (int)(equals - text), text);
}

/*
 * Hands inih one line a call, without the blanks in front, which it would
 * take for the continuation of the value before.
 */
static char *read_line(char *buf, int size, void *stream)
{
	struct reader *reader = stream;
	size_t len;

	if (!*reader->text || reader->ret)
		return NULL;
	reader->line++;
	reader->text += strspn(reader->text, " \t");
	len = strcspn(reader->text, "\n");
	if (reader->text[len])
		len++;
	if (*reader->text == '[')
		reader_section(reader, reader->text);
	if (len >= (size_t)size) {
		read_long_line(reader, buf, size, len);
	} else {
		memcpy(buf, reader->text, len);
		buf[len] = '\0';
	}
	reader->text += len;
	return buf;
}

static int take_setting(void *user, const char *section, const char *key,
			const char *value)
{
	struct reader *reader = user;
	struct setting setting;
	int ret;

	if (reader->ret)
		return 0;
	if (!reader->section) {
		reader_fail(reader, err_set(reader->err, -EINVAL,
			    "%s: not in a section, expected [global] first",
			    key));
		return 0;
	}
	setting_make(&setting, key, reader->value ? reader->value : value,
		     reader->line);
	free(reader->value);
	reader->value = NULL;
	ret = reader->check(reader->ctx, &setting, reader->section->name,
			    reader->err);
	if (!ret && section_find(reader->section, setting.key))
		ret = err_set(reader->err, -EINVAL,
			      "%s: already on line %d", setting.key,
			      section_find(reader->section,
					   setting.key)->line);
	if (ret) {
		reader_fail(reader, ret);
		setting_free(&setting);
		return 0;
	}
	section_put(reader->section, &setting);
	return 1;
}

/*
 * As other systems write text: with a mark in front, with lines that end in CR
 * or in CR LF.
 */
static void to_plain_lines(char *text)
{
	const char *from = strncmp(text, "\xef\xbb\xbf", 3) ? text : text + 3;

	for (; *from; from++) {
		if (*from != '\r')
			*text++ = *from;
		else if (from[1] != '\n')
			*text++ = '\n';
	}
	*text = '\0';
}

/* Only the kinds of files that end, and only text. */
static int job_text(const char *path, char **text, struct err *err)
{
	struct stat st;
	size_t len;
	int ret;

	if (stat(path, &st))
		return err_set(err, -errno, "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode) && !S_ISFIFO(st.st_mode))
		return err_set(err, -EINVAL, "%s: not a file", path);
	if (st.st_size > JOB_FILE_MAX)
		return err_set(err, -EFBIG, "%s: too large for a job file",
			       path);
	ret = file_read(path, text, &len, err);
	if (ret)
		return ret;
	if (strlen(*text) != len) {
		free(*text);
		return err_set(err, -EINVAL,
			       "%s: not a job file (it is not text)", path);
	}
	to_plain_lines(*text);
	return 0;
}

int jobfile_read(struct jobfile *file, const char *path, setting_check check,
		 void *ctx, struct err *err)
{
	struct reader reader = {
		.file = file, .check = check, .ctx = ctx, .err = err,
	};
	char *text;
	int ret;

	memset(file, 0, sizeof(*file));
	ret = job_text(path, &text, err);
	if (ret)
		return ret;
	file->path = xasprintf("%s", path);
	section_add(file, "global", 0);
	reader.text = text;
	ret = ini_parse_stream(read_line, &reader, take_setting, &reader);
	if (ret > 0 && (!reader.ret || ret < reader.line)) {
		/* inih's own complaint came before ours, or is the only. */
		reader.ret = err_set(err, -EINVAL,
			"%s:%d: expected [section] or key = value", path, ret);
	}
	if (!reader.ret && file->count == 1 && !file->sections[0].line)
		reader.ret = err_set(err, -EINVAL,
			"%s: not a job file (it has no [section])", path);
	free(text);
	free(reader.value);
	if (reader.ret)
		jobfile_free(file);
	return reader.ret;
}

void jobfile_free(struct jobfile *file)
{
	size_t i, k;

	for (i = 0; i < file->count; i++) {
		for (k = 0; k < file->sections[i].count; k++)
			setting_free(&file->sections[i].settings[k]);
		free(file->sections[i].settings);
		free(file->sections[i].name);
	}
	free(file->sections);
	free(file->path);
	memset(file, 0, sizeof(*file));
}

int jobfile_override(struct jobfile *file, const char *key, const char *value,
		     setting_check check, void *ctx, struct err *err)
{
	struct setting setting;
	size_t i;
	int ret;

	setting_make(&setting, key, value, 0);
	ret = check(ctx, &setting, "global", err);
	if (ret) {
		setting_free(&setting);
		return jobfile_at(file, 0, err, ret);
	}
	for (i = 1; i < file->count; i++)
		section_remove(&file->sections[i], setting.key);
	section_put(&file->sections[0], &setting);
	return 0;
}

/* Other names for the same, of which one is enough. */
static bool has_alias(const struct jobfile *file, const char *key)
{
	static const char *const shape[] = {
		"guest_numa", "guest_nodes", "guest_cpus"
	};
	bool is_shape = false, has = false;
	size_t i;

	if (!strcmp(key, "seconds"))
		return jobfile_has(file, "duration");
	for (i = 0; i < sizeof(shape) / sizeof(shape[0]); i++) {
		is_shape |= !strcmp(key, shape[i]);
		has |= jobfile_has(file, shape[i]);
	}
	return is_shape && has;
}

bool jobfile_has(const struct jobfile *file, const char *key)
{
	size_t i;

	for (i = 0; i < file->count; i++) {
		if (section_find(&file->sections[i], key))
			return true;
	}
	return false;
}

int jobfile_override_arg(struct jobfile *file, const char *arg,
			 setting_check check, void *ctx, struct err *err)
{
	const char *equals = strchr(arg, '=');
	char *key;
	bool weak;
	int ret;

	if (!equals || equals == arg)
		return err_set(err, -EINVAL,
			       "command line: '%s': expected key=value", arg);
	weak = equals[-1] == '?';
	key = strndup(arg, equals - arg - weak);
	if (weak && (jobfile_has(file, key) || has_alias(file, key)))
		ret = 0;
	else
		ret = jobfile_override(file, key, equals + 1, check, ctx, err);
	free(key);
	return ret;
}

const struct setting *jobfile_find(const struct jobfile *file,
				   const struct section *section,
				   const char *key)
{
	const struct setting *setting = section_find(section, key);

	return setting ? setting : section_find(&file->sections[0], key);
}

void jobfile_print(const struct jobfile *file, FILE *out)
{
	const struct setting *setting;
	const char *separator;
	size_t i, k, v;

	for (i = 0; i < file->count; i++) {
		fprintf(out, "%s[%s]\n", i ? "\n" : "",
			file->sections[i].name);
		for (k = 0; k < file->sections[i].count; k++) {
			setting = &file->sections[i].settings[k];
			separator = key_split(setting->key) == SPLIT_BLANKS ?
				" " : ", ";
			fprintf(out, "%s = ", setting->key);
			for (v = 0; setting->values[v]; v++)
				fprintf(out, "%s%s", v ? separator : "",
					setting->values[v]);
			fputc('\n', out);
		}
	}
}
