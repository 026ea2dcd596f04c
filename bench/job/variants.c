// SPDX-License-Identifier: GPL-2.0-only
/* "variants = all, -complete": which they are. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/job/job.h"

/* Place of @name, or the end's. */
static size_t place(char **names, const char *name)
{
	size_t n;

	for (n = 0; names[n] && (!name || strcmp(names[n], name)); n++)
		;
	return n;
}

static char **add(char **names, const char *name)
{
	size_t n = place(names, name);

	if (names[n])
		return names;
	names = reallocarray(names, n + 2, sizeof(*names));
	if (!names)
		abort();
	names[n] = strdup(name);
	names[n + 1] = NULL;
	return names;
}

static int drop(char **names, const char *word, struct err *err)
{
	size_t n = place(names, word + 1);

	if (!names[n])
		return err_set(err, -EINVAL,
			       "variants: bad value '%s', expected after the '-' a name that stands before it, or one of all",
			       word);
	free(names[n]);
	memmove(names + n, names + n + 1,
		(place(names + n + 1, NULL) + 1) * sizeof(*names));
	return 0;
}

static int expand(struct setting *setting, char **known, struct err *err)
{
	char **names = calloc(1, sizeof(*names)), **value, **name;
	int ret = 0;

	if (!names)
		abort();
	for (value = setting->values; *value && !ret; value++) {
		if (**value == '-')
			ret = drop(names, *value, err);
		else if (strcmp(*value, "all"))
			names = add(names, *value);
		else
			for (name = known; name && *name; name++)
				names = add(names, *name);
	}
	if (!ret && !names[0])
		ret = err_set(err, -EINVAL, "variants: none is left");
	if (ret) {
		values_free(names);
		return ret;
	}
	values_free(setting->values);
	setting->values = names;
	return 0;
}

int job_expand_variants(struct job *job, char **known, struct err *err)
{
	struct setting *setting;
	size_t i, k;
	int ret;

	for (i = 0; i < job->file.count; i++) {
		for (k = 0; k < job->file.sections[i].count; k++) {
			setting = &job->file.sections[i].settings[k];
			if (strcmp(setting->key, "variants"))
				continue;
			ret = expand(setting, known, err);
			if (ret)
				return jobfile_at(&job->file, setting->line,
						  err, ret);
		}
	}
	return 0;
}
