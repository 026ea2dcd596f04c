// SPDX-License-Identifier: GPL-2.0-only
/* A verdict as KTAP and as JUnit's XML; the store beside it has scenarios. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/sign-off-points.h"
#include "lib/file.h"
#include "lib/proc.h"
#include "lib/units.h"
#include "tests/check.h"
#include "tests/fixture.h"

static const char verdict_json[] =
"{\"candidates\": ["
"{\"candidate\": \"a\", \"kconfig\": \"guest\", \"verdict\": \"BAD\","
" \"because\": \"hangs # SKIP <&\\\"\\u0001\\u00f6\\uffff\", \"boots\": 3, \"troubles\": [],"
" \"tests\": {\"coverage\": {\"outcome\": \"WORSE\", \"indicative\": false},"
"  \"wakeup_p50\": {\"outcome\": \"WORSE\", \"indicative\": true},"
"  \"lost_per_full\": {\"outcome\": \"open\", \"indicative\": false}},"
" \"truth\": [{\"source\": \"hunter\", \"says\": \"hangs\", \"why\": \"3 in 9\"},"
"  {\"source\": \"model\", \"says\": \"not modelled\", \"why\": \"no model\"}]},"
"{\"candidate\": \"b\", \"kconfig\": \"rt\", \"verdict\": \"UNDECIDED\","
" \"because\": \"too few\", \"boots\": 0, \"tests\": {}, \"troubles\":"
"  [{\"text\": \"no boot\", \"baseline_too\": false}]}]}";

static const char ktap[] =
"KTAP version 1\n"
"1..2\n"
"    KTAP version 1\n"
"    # Subtest: a\n"
"    1..6\n"
"    ok 1 build_boot_console\n"
"    # hunter: 3 in 9\n"
"    not ok 2 hunter\n"
"    ok 3 model # SKIP no model\n"
"    # coverage: WORSE\n"
"    not ok 4 coverage\n"
"    ok 5 wakeup_p50 # SKIP WORSE, emulated: indicative only\n"
"    ok 6 lost_per_full # SKIP open\n"
"# a: hangs _ SKIP <&\"      \n"
"not ok 1 a\n"
"    KTAP version 1\n"
"    # Subtest: b/rt\n"
"    1..1\n"
"    # build_boot_console: no boot\n"
"    not ok 1 build_boot_console\n"
"ok 2 b/rt # SKIP too few\n";

static char *printed(void (*put)(FILE *f, const json_t *points),
		     const json_t *points)
{
	char *text;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	put(f, points);
	fclose(f);
	return text;
}

static void test_junit(struct check *t, const json_t *points, const char *dir)
{
	char *path = xasprintf("%s/junit.xml", dir), *text;
	const char *const argv[] = { "xmllint", "--noout", path, NULL };
	struct proc proc = { .argv = argv, .in = -1, .out = -1, .errout = 2 };
	struct err err;
	int ret;

	text = printed(sign_off_junit, points);
	fixture_put(dir, "junit.xml", text);
	CHECK(t, strstr(text, "<testsuite name=\"a\" tests=\"7\" failures=\"3\" errors=\"0\" skipped=\"3\">"));
	CHECK(t, strstr(text, "<failure message=\"hangs # SKIP &lt;&amp;&quot;?\xc3\xb6???\"/>"));
	ret = proc_run(&proc, -1, 60 * NSEC_PER_SEC, &err);
	if (ret == -ENOENT)
		printf("no xmllint: the XML was not validated\n");
	else
		CHECK_EQ(t, ret, 0);
	free(text);
	free(path);
}

int main(void)
{
	json_t *verdict = json_loads(verdict_json, 0, NULL), *points;
	struct check t = { 0 };
	char *dir = fixture_dir(), *text;

	CHECK(&t, verdict);
	points = sign_off_points(verdict, dir);
	text = printed(sign_off_ktap, points);
	if (strcmp(text, ktap))
		printf("%s", text);
	CHECK(&t, !strcmp(text, ktap));
	free(text);
	test_junit(&t, points, dir);
	json_decref(points);
	json_decref(verdict);
	fixture_end(dir, t.failed);
	return check_end(&t);
}
