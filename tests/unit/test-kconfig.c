// SPDX-License-Identifier: GPL-2.0-only
/*
 * The fragments in kconfigs/, without building anything: that they are well
 * formed, what they do to a .config, and what is said when a tree has not got
 * what they ask for; and the hooks of the drivers in lib/arch.c.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "kconfigs/build/builder.h"
#include "kconfigs/build/preempt.h"
#include "lib/arch.h"
#include "lib/file.h"
#include "tests/check.h"
#include "tests/fixture.h"

/* What "make allnoconfig" with guest.config leaves of the choice of models. */
#define CHOICE_7_3 \
	"# CONFIG_PREEMPT is not set\nCONFIG_PREEMPT_LAZY=y\n" \
	"# CONFIG_PREEMPT_RT is not set\n# CONFIG_PREEMPT_DYNAMIC is not set\n"
#define CHOICE_6_12 \
	"CONFIG_PREEMPT_NONE=y\n# CONFIG_PREEMPT_VOLUNTARY is not set\n" \
	"# CONFIG_PREEMPT is not set\n# CONFIG_PREEMPT_RT is not set\n" \
	"# CONFIG_PREEMPT_DYNAMIC is not set\n"

static char *fragment(const char *kconfig)
{
	char *path = xasprintf(SRCDIR "/kconfigs/%s.config", kconfig), *text;
	struct err err;

	if (file_read(path, &text, NULL, &err)) {
		printf("%s\n", err.text);
		exit(1);
	}
	free(path);
	return text;
}

/* What kconfig would not read it would ignore, and we should not see it. */
static bool line_is_good(const char *line)
{
	size_t len = strcspn(line, "\n");
	const char *equals;

	if (!len || (*line == '#' && line[1] == ' '))
		return true;
	equals = memchr(line, '=', len);
	return !strncmp(line, "CONFIG_", 7) && equals &&
		equals[1] != '\n' && equals[1] && !memchr(line, ' ', len);
}

static void well_formed(struct check *t)
{
	char **names = kernel_kconfigs(), *text, *line;
	size_t i, n = 0;

	for (i = 0; names[i]; i++) {
		text = fragment(names[i]);
		CHECK(t, !strncmp(text, "# SPDX-License-Identifier: ", 27));
		for (line = text; *line; line += strcspn(line, "\n") + 1) {
			if (!line_is_good(line))
				printf("%s.config: '%.60s'\n", names[i], line);
			CHECK(t, line_is_good(line));
			n += !strncmp(line, "CONFIG_", 7);
		}
		free(text);
	}
	CHECK(t, i >= 8);
	CHECK(t, n > 50);
	kernel_names_free(names);
}

/* Each fragment is satisfied by a .config that has its lines, and no less. */
static void each_line_counts(struct check *t)
{
	char **names = kernel_kconfigs(), *text, *line, *config;
	struct err err;
	size_t i;

	for (i = 0; names[i]; i++) {
		text = fragment(names[i]);
		CHECK_EQ(t, config_check(text, text, &err), 0);
		for (line = text; *line; line += strcspn(line, "\n") + 1) {
			if (strncmp(line, "CONFIG_", 7))
				continue;
			/* The same, but for this line. */
			config = xasprintf("%.*s%s", (int)(line - text), text,
					   line + strcspn(line, "\n") + 1);
			if (strncmp(line, "CONFIG_PROC_SYSCTL=", 19))
				CHECK_EQ(t, config_check(text, config, &err),
					 -EINVAL);
			free(config);
		}
		free(text);
	}
	kernel_names_free(names);
}

/* A tree without the model must not build another one in silence. */
static void not_offered(struct check *t)
{
	static const struct {
		const char *kconfig, *config;
		int ret;
		const char *says;
	} cases[] = {
		{ "lazy", CHOICE_7_3, 0, NULL },
		{ "none", CHOICE_7_3, -EINVAL, "CONFIG_PREEMPT_NONE=y (not offered" },
		{ "voluntary", CHOICE_7_3, -EINVAL,
		  "CONFIG_PREEMPT_VOLUNTARY=y (not offered" },
		{ "preempt", CHOICE_7_3, -EINVAL,
		  "CONFIG_PREEMPT=y (offered, but" },
		{ "none", CHOICE_6_12, 0, NULL },
		{ "lazy", CHOICE_6_12, -EINVAL, "CONFIG_PREEMPT_LAZY=y (not offered" },
		{ "rt", CHOICE_6_12, -EINVAL, "CONFIG_PREEMPT_RT=y (offered, but" },
		{ "kcsan", CHOICE_7_3, -EINVAL, "CONFIG_KCSAN=y (not offered" },
		{ "lazy", "CONFIG_PREEMPT_LAZY=y\nCONFIG_PREEMPT_DYNAMIC=y\n",
		  -EINVAL, "is not set (something selects it" },
	};
	struct err err;
	char *text;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		text = fragment(cases[i].kconfig);
		err.text[0] = '\0';
		CHECK_EQ(t, config_check(text, cases[i].config, &err),
			 cases[i].ret);
		if (cases[i].says && !strstr(err.text, cases[i].says))
			printf("%s: %s\n", cases[i].kconfig, err.text);
		CHECK(t, !cases[i].says || strstr(err.text, cases[i].says));
		free(text);
	}
}

static bool is_model(const char *config, const char *model)
{
	const char *is = preempt_of_config(config);

	return is && !strcmp(is, model);
}

static void models(struct check *t)
{
	static const char *const own[][2] = {
		{ "none", "none" }, { "voluntary", "voluntary" },
		{ "preempt", "full" }, { "lazy", "lazy" }, { "rt", "rt" },
	};
	char text[80], *config, small[8];
	size_t i;

	CHECK(t, is_model(CHOICE_7_3, "lazy"));
	CHECK(t, is_model(CHOICE_6_12, "none"));
	CHECK(t, is_model("CONFIG_PREEMPT_LAZY=y\nCONFIG_PREEMPT_RT=y\n",
			  "rt"));
	CHECK(t, is_model("CONFIG_PREEMPT_LAZY=y\nCONFIG_PREEMPT_DYNAMIC=y\n",
			  "dynamic"));
	/* These say how it is built, not which it is. */
	CHECK(t, !preempt_of_config("CONFIG_PREEMPT_BUILD=y\n"
				    "CONFIG_PREEMPT_COUNT=y\n"));
	for (i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		config = fragment(own[i][0]);
		CHECK(t, preempt_wanted(config));
		CHECK(t, is_model(config, own[i][1]));
		free(config);
	}
	config = fragment("debug");
	CHECK(t, !preempt_wanted(config));
	free(config);

	preempt_offered(CHOICE_7_3, text, sizeof(text));
	CHECK(t, !strcmp(text, "preempt, lazy, rt"));
	preempt_offered(CHOICE_6_12, text, sizeof(text));
	CHECK(t, !strcmp(text, "none, voluntary, preempt, rt"));
	preempt_offered("", text, sizeof(text));
	CHECK(t, !*text);
	preempt_offered(CHOICE_6_12, small, sizeof(small));
	CHECK(t, strlen(small) < sizeof(small));
}

/* What a guest has to say of itself (bench/target/guest.c). */
static void versions(struct check *t)
{
	CHECK(t, !strcmp(preempt_word("rt"), "PREEMPT_RT"));
	CHECK(t, !strcmp(preempt_word("dynamic"), "PREEMPT_DYNAMIC"));
	CHECK(t, !strcmp(preempt_word("lazy"), "PREEMPT"));
	CHECK(t, !strcmp(preempt_word("full"), "PREEMPT"));
	CHECK(t, !strcmp(preempt_word("none"), ""));
	CHECK(t, !preempt_word("unknown"));
	CHECK(t, !preempt_word(NULL));
}

/* Each file of a driver's has its hook, and make has room for all of them. */
static void hooks(struct check *t, const char *arch)
{
	const struct arch_driver *driver = arch_find(arch)->drivers;
	const struct arch_file *file;
	size_t n = 0;
	char *path;

	for (; driver->pmu; driver++) {
		CHECK(t, driver->files[0].source);
		for (file = driver->files; file->source; file++, n++) {
			path = xasprintf(SRCDIR "/stress/hardware/%s",
					 file->hook);
			CHECK(t, file_exists(path));
			free(path);
		}
	}
	CHECK(t, n <= ARCH_HOOKS_MAX);
}

int main(void)
{
	struct check t = { 0 };

	well_formed(&t);
	each_line_counts(&t);
	not_offered(&t);
	models(&t);
	versions(&t);
	hooks(&t, "x86");
	hooks(&t, "arm64");
	return check_end(&t);
}
