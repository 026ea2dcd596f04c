// SPDX-License-Identifier: GPL-2.0-only
/* The model: known hangs are found, known good ones pass, mutants do not. */
#include <stdlib.h>
#include <string.h>

#include "lib/file.h"
#include "stress/model/explore.h"
#include "tests/check.h"

/* The verdict without the world around; -1 after an error. */
static int verdict(const struct model *model, int n)
{
	struct model_config config;
	struct model_result result;
	struct err err;

	model_config_nth(&config, n, 0);
	if (model_run(model, &config, false, -1, &result, &err)) {
		printf("%s\n", err.text);
		return -1;
	}
	return result.verdict;
}

static int build(struct model *model, const char *variant, const char *tmp,
		 const char *name)
{
	char *file = model_variant_file(variant);
	struct model_source source = { .variant = file };
	struct err err;
	int ret = -1;

	if (file)
		ret = model_build(model, &source, tmp, name, -1, &err);
	if (file && ret)
		printf("%s\n", err.text);
	free(file);
	return ret;
}

/* Configurations: loop * 12 + personality * 2 + order. */
static void test_verdicts(struct check *t, const char *tmp)
{
	struct model model = { NULL };
	int n;

	CHECK_EQ(t, build(&model, "baseline", tmp, "baseline"), 0);
	CHECK_EQ(t, verdict(&model, 0), MODEL_LOST_WAKEUP);
	CHECK_EQ(t, verdict(&model, 12), MODEL_LOST_WAKEUP);
	CHECK_EQ(t, verdict(&model, 4), MODEL_SILENT_STOP);
	CHECK_EQ(t, verdict(&model, 10), MODEL_LOST_WAKEUP);
	model_free(&model);
	CHECK_EQ(t, build(&model, "sync", tmp, "sync"), 0);
	CHECK_EQ(t, verdict(&model, 0), MODEL_CLEAN);
	CHECK_EQ(t, verdict(&model, 12), MODEL_LOST_WAKEUP);
	model_free(&model);
	CHECK_EQ(t, build(&model, "rearm", tmp, "rearm"), 0);
	for (n = 0; n < MODEL_CONFIGS; n++)
		CHECK_EQ(t, verdict(&model, n), MODEL_CLEAN);
	model_free(&model);
}

/* A variant from a file of the user's: broken on purpose, and not Promela. */
static void test_own_file(struct check *t, const char *tmp)
{
	static const char broken[] =
		"#include \"" SRCDIR "/stress/model/variants/recheck.pml\"\n"
		"#define V_POLL skip\n";
	char *path = xasprintf("%s/own.pml", tmp);
	struct model model = { NULL };
	struct err err;

	CHECK_EQ(t, file_write(path, broken, strlen(broken), &err), 0);
	CHECK_EQ(t, build(&model, path, tmp, "broken"), 0);
	CHECK_EQ(t, verdict(&model, 0), MODEL_LOST_WAKEUP);
	model_free(&model);
	CHECK_EQ(t, file_write(path, "oops\n", 5, &err), 0);
	CHECK(t, build(&model, path, tmp, "oops"));
	model_free(&model);
	CHECK(t, !model_variant_file("there-is-no-such-variant"));
	free(path);
}

static void test_trace(struct check *t)
{
	struct model_config config = { .env = MODEL_ENV_ALL };
	char *text = NULL;
	struct err err;
	size_t len;
	FILE *out;

	out = open_memstream(&text, &len);
	CHECK_EQ(t, model_trace(out, "baseline", &config, MODEL_CLASSES, -1,
				&err), 0);
	CHECK_EQ(t, model_trace(out, "no-such", &config, MODEL_CLASSES, -1,
				&err), 0);
	fclose(out);
	CHECK(t, strstr(text, "hang: lost-wakeup, variant baseline, loop eager"));
	CHECK(t, strstr(text, "the event is OFF\n"));
	CHECK(t, strstr(text, "ENABLE: not OFF"));
	CHECK(t, strstr(text, "no-such: not modelled\n"));
	free(text);
}

int main(void)
{
	struct check t = { 0 };
	struct err err;
	int missed;
	char *tmp;

	if (model_tools(&err)) {
		printf("SKIP: %s\n", err.text);
		return CHECK_SKIP;
	}
	tmp = dir_temp(&err);
	CHECK(&t, tmp);
	if (tmp) {
		test_verdicts(&t, tmp);
		test_own_file(&t, tmp);
		dir_remove(tmp, &err);
	}
	free(tmp);
	test_trace(&t);
	CHECK_EQ(&t, mutations_run(stdout, -1, &missed, &err), 0);
	CHECK_EQ(&t, missed, 0);
	return check_end(&t);
}
