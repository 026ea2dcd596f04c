// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a user always wants: ~/.config/aux-tests, a section for each program,
 * long options and (where the program takes them) keys.
 */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "lib/file.h"
#include "lib/options-parts.h"
#include "lib/suggest.h"

const struct option_section options_defaults_section = {
	"DEFAULTS",
	"~/.config/aux-tests ($XDG_CONFIG_HOME/aux-tests; or $AUX_TESTS_CONFIG) is\n"
	"read before the command line, which has the last word: a section for each\n"
	"program, in it long options without their dashes.  In those of run-matrix\n"
	"and sign-off keys may stand, too: they fill in what the job leaves open.\n\n"
	"  [run-matrix]\n"
	"  linux = /home/me/linux\n"
	"  guest_memory = 2G\n"
	"  [sign-off]\n"
	"  budget = 1h",
};

static const char *const programs[] = {
	"auxlat", "build-kernel", "compare", "explore", "report", "run-matrix",
	"sign-off", NULL
};

struct defaults {
	const struct program *program;
	void *ctx;
	const char *section;	/* of the line; NULL: none yet */
	struct err *err;
};

static const struct option_def *find_option(const struct program *program,
					    const char *name,
					    struct suggest *suggest)
{
	const struct option_def *o;
	int i;

	for (i = 0; i < 2; i++) {
		for (o = options_table(program, i); o->name; o++) {
			suggest_offer(suggest, o->name);
			if (!strcmp(o->name, name))
				return o;
		}
	}
	return NULL;
}

/* An option without an argument is set by yes, and left alone by no. */
static int set_switch(const struct defaults *d, const struct option_def *o,
		      const char *value)
{
	if (!strcmp(value, "no"))
		return 0;
	if (strcmp(value, "yes"))
		return err_set(d->err, -EINVAL,
			       "%s: '%s', expected yes or no", o->name, value);
	return o->set(d->ctx, NULL, d->err);
}

static int set_one(const struct defaults *d, const char *name,
		   const char *value)
{
	const struct program *program = d->program;
	const struct option_def *o;
	struct suggest suggest;
	char text[SUGGEST_LEN];
	int ret = -ENOENT;

	if (program->set_default)
		ret = program->set_default(d->ctx, name, value, d->err);
	if (ret != -ENOENT)
		return ret;
	suggest_init(&suggest, name);
	o = find_option(program, name, &suggest);
	if (!o)
		return err_set(d->err, -EINVAL,
			       "%s has no option or key '%s'%s",
			       program->name, name,
			       suggest_text(&suggest, "", text));
	return o->arg ? o->set(d->ctx, value, d->err) :
		set_switch(d, o, value);
}

static int check_section(const struct defaults *d)
{
	struct suggest suggest;
	char text[SUGGEST_LEN];
	int i;

	suggest_init(&suggest, d->section);
	for (i = 0; programs[i]; i++) {
		if (!strcmp(programs[i], d->section))
			return 0;
		suggest_offer(&suggest, programs[i]);
	}
	return err_set(d->err, -EINVAL,
		       "[%s]: expected the name of a program, such as [run-matrix]%s",
		       d->section, suggest_text(&suggest, "", text));
}

static char *trim(char *text)
{
	char *end = text + strlen(text);

	while (end > text && isspace((unsigned char)end[-1]))
		end--;
	*end = '\0';
	return text + strspn(text, " \t");
}

/* "[section]", "name = value", "# comment" or nothing. */
static int take_line(struct defaults *d, char *line)
{
	char *equals, *end;

	line = trim(line);
	if (!*line || *line == '#' || *line == ';')
		return 0;
	end = line + strlen(line) - 1;
	if (*line == '[' && *end == ']') {
		*end = '\0';
		d->section = line + 1;
		return check_section(d);
	}
	equals = strchr(line, '=');
	if (!equals || equals == line || !d->section)
		return err_set(d->err, -EINVAL,
			       "expected [program], then option = value");
	*equals = '\0';
	return strcmp(d->section, d->program->name) ? 0 :
		set_one(d, trim(line), trim(equals + 1));
}

/*
 * The values are kept by reference, as those of the command line are, and
 * must be there as long as it: in pages of their own, which go with the
 * process.
 */
static int map_text(const char *path, char **text, struct err *err)
{
	size_t len;
	char *read;
	int ret = file_read(path, &read, &len, err);

	if (ret)
		return ret;
	*text = mmap(NULL, len + 1, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (*text == MAP_FAILED)
		ret = err_set(err, -errno, "%s: %s", path, strerror(errno));
	else
		memcpy(*text, read, len + 1);
	free(read);
	return ret;
}

static char *defaults_path(void)
{
	const char *own = getenv("AUX_TESTS_CONFIG");
	const char *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

	if (own)
		return xasprintf("%s", own);
	if (xdg && *xdg == '/')
		return xasprintf("%s/aux-tests", xdg);
	if (home && *home == '/')
		return xasprintf("%s/.config/aux-tests", home);
	return NULL;
}

int options_defaults(const struct program *program, void *ctx,
		     struct err *err)
{
	struct defaults d = { .program = program, .ctx = ctx, .err = err };
	char *path = defaults_path(), *text = NULL;
	int ret = 0, line;

	if (path && file_exists(path))
		ret = map_text(path, &text, err);
	for (line = 1; !ret && text; line++) {
		ret = take_line(&d, strsep(&text, "\n"));
		if (ret)
			err_prefix(err, ret, "%s:%d", path, line);
	}
	free(path);
	return ret;
}
