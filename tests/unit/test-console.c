// SPDX-License-Identifier: GPL-2.0-only
/* What a console says is wrong, and what only looks like it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/target/console.h"
#include "lib/file.h"
#include "tests/check.h"

#define LINES SRCDIR "/tests/unit/console-lines.txt"

static const char *const class_names[] = {
	[COMPLAINT_HARMLESS] = "harmless", [COMPLAINT_WARNING] = "warning",
	[COMPLAINT_LOCKUP] = "lockup", [COMPLAINT_PANIC] = "panic",
};

/* "class TAB what TAB line" */
static void test_line(struct check *t, char *sample)
{
	char *class = strtok(sample, "\t"), *want = strtok(NULL, "\t");
	const char *line = strtok(NULL, "\n"), *what;
	enum complaint is;

	CHECK(t, line != NULL);
	if (!line)
		return;
	is = complaint_classify(line, &what);
	if (strcmp(class_names[is], class) || strcmp(what ? what : "-", want))
		printf("%s\n  taken for %s, %s; is %s, %s\n", line,
		       class_names[is], what ? what : "-", class, want);
	CHECK(t, !strcmp(class_names[is], class));
	CHECK(t, !strcmp(what ? what : "-", want));
	CHECK_EQ(t, complaint_classify(line, NULL), is);
}

static void test_classes(struct check *t)
{
	FILE *f = fopen(LINES, "r");
	char *sample = NULL;
	size_t size = 0;
	int lines = 0;

	CHECK(t, f != NULL);
	while (f && getline(&sample, &size, f) > 0) {
		if (*sample == '#')
			continue;
		test_line(t, sample);
		lines++;
	}
	CHECK(t, lines > 200);
	CHECK_EQ(t, complaint_classify("", NULL), COMPLAINT_HARMLESS);
	free(sample);
	if (f)
		fclose(f);
}

static void test_levels(struct check *t)
{
	CHECK_EQ(t, complaint_level("<4>[ 1.0] x"), 4);
	CHECK_EQ(t, complaint_level("<0>x"), 0);
	CHECK_EQ(t, complaint_level("[ 1.0] x"), -1);
	CHECK_EQ(t, complaint_level("<12>[ 1.0] user space"), -1);
	CHECK_EQ(t, complaint_level("<x>"), -1);
	CHECK_EQ(t, complaint_level(""), -1);
	CHECK(t, !strcmp(complaint_text("<4>[    2.100000] [ T1] x"), "x"));
}

static int is_shape(const char *line, const char *want)
{
	char shape[100];

	complaint_shape(line, shape, sizeof(shape));
	if (strcmp(shape, want))
		printf("%s\n  is %s, expected %s\n", line, shape, want);
	return !strcmp(shape, want);
}

/* The same line of two boots has the same shape. */
static void test_shapes(struct check *t)
{
	char shape[8];

	CHECK(t, is_shape("<4>[    2.1] x+0x11/0x20 on CPU#12: agent[57]",
			  "x+#/# on CPU##: agent[#]"));
	CHECK(t, is_shape("[ 1.0] at ffff888003a5c1b8, ttyS0 failed",
			  "at #, ttyS# failed"));
	CHECK(t, is_shape("bad face", "bad face"));
	complaint_shape("[ 1.0] a long line", shape, sizeof(shape));
	CHECK(t, !strcmp(shape, "a long "));
	complaint_shape("longer1", shape, 4);
	CHECK(t, !strcmp(shape, "lon"));
}

static void feed(struct console *console, const char *text)
{
	console_feed(console, text, strlen(text));
}

/* In pieces, with carriage returns, bytes that are no text, endless lines. */
static void test_stream(struct check *t, const char *path)
{
	char noise[2000], *text, *want;
	struct console console;
	struct err err = { "" };
	json_t *bad;
	size_t len;

	memset(noise, 'x', sizeof(noise));
	CHECK_EQ(t, console_open(&console, path, &err), 0);
	feed(&console, "[ 1.0] hello\r\n[ 1.1] WARN");
	feed(&console, "ING: CPU: 1 \xff\xfe at x\r");
	bad = console_bad_lines(&console);
	CHECK_EQ(t, json_array_size(bad), 0);
	json_decref(bad);
	feed(&console, "\n");
	console_note(&console, "qemu", "BUG: not the guest's");
	console_feed(&console, noise, sizeof(noise));
	feed(&console, "\n[ 1.2] rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:\n");
	bad = console_bad_lines(&console);
	CHECK_EQ(t, json_array_size(bad), 2);
	CHECK(t, !strcmp(json_string_value(json_array_get(bad, 0)),
			 "[ 1.1] WARNING: CPU: 1 ?? at x"));
	json_decref(bad);
	CHECK(t, console.locked_up && !console.panicked);
	CHECK(t, !strncmp(console.lockup, "INFO: rcu_preempt", 17));
	feed(&console, "Kernel panic - not syncing: x\nKernel panic - not syncing: y\n\n");
	CHECK(t, console.panicked);
	CHECK(t, !strcmp(console.panic, "Kernel panic - not syncing: x"));
	CHECK(t, !strcmp(console.last, "Kernel panic - not syncing: y"));
	console_close(&console);
	/* The file has it all, as it came. */
	CHECK_EQ(t, file_read(path, &text, &len, &err), 0);
	want = "[ 1.0] hello\r\n[ 1.1] WARNING: CPU: 1 \xff\xfe at x\r\nqemu: BUG: not the guest's\nxxxx";
	CHECK(t, !strncmp(text, want, strlen(want)));
	CHECK(t, len > sizeof(noise) + strlen(want));
	free(text);
}

/* A storm of bad lines is counted, not kept. */
static void test_storm(struct check *t, const char *path)
{
	struct console console;
	struct err err = { "" };
	json_t *bad;
	int i;

	CHECK_EQ(t, console_open(&console, path, &err), 0);
	for (i = 0; i < 1000; i++)
		feed(&console, "WARNING: again\n");
	bad = console_bad_lines(&console);
	CHECK_EQ(t, json_array_size(bad), CONSOLE_BAD_MAX + 1);
	CHECK(t, !strcmp(json_string_value(json_array_get(bad,
			 CONSOLE_BAD_MAX)), "(and 968 more)"));
	json_decref(bad);
	bad = console_bad_lines(&console);
	CHECK_EQ(t, json_array_size(bad), 0);
	json_decref(bad);
	console_close(&console);
}

/* One of each shape, with a level, that is no report. */
static void test_warnings(struct check *t, const char *path)
{
	struct console console;
	struct err err = { "" };
	json_t *lines;

	CHECK_EQ(t, console_open(&console, path, &err), 0);
	feed(&console, "<4>[ 1.0] odd: 12 of 0x34\n<6>[ 1.0] fine\n");
	feed(&console, "<3>[ 1.1] odd: 13 of 0x35\n[ 1.2] no level: odd\n");
	feed(&console, "<4>[ 1.3] WARNING: x at y\n<3>[ 1.4] worse\n");
	lines = console_warnings(&console);
	CHECK_EQ(t, json_array_size(lines), 2);
	CHECK(t, !strcmp(json_string_value(json_array_get(lines, 0)),
			 "<4>[ 1.0] odd: 12 of 0x34"));
	CHECK(t, !strcmp(json_string_value(json_array_get(lines, 1)),
			 "<3>[ 1.4] worse"));
	json_decref(lines);
	lines = console_warnings(&console);
	CHECK_EQ(t, json_array_size(lines), 0);
	json_decref(lines);
	console_close(&console);
}

/* A guest that says more than a disk can hold: first and last words stay. */
static void test_flood(struct check *t, const char *path)
{
	char line[400], *text;
	struct console console;
	struct err err = { "" };
	size_t len, i;
	json_t *bad;

	CHECK_EQ(t, console_open(&console, path, &err), 0);
	feed(&console, "first\n");
	for (i = 0; i < 100000; i++) {
		snprintf(line, sizeof(line),
			 "[%8zu.000000] the same %300s\n", i, "again");
		feed(&console, line);
	}
	feed(&console, "Kernel panic - not syncing: last\n");
	CHECK(t, console.panicked && !console.failed);
	bad = console_bad_lines(&console);
	CHECK_EQ(t, json_array_size(bad), 2);
	CHECK(t, strstr(json_string_value(json_array_get(bad, 1)),
			"flooded its file"));
	json_decref(bad);
	bad = console_bad_lines(&console);
	CHECK_EQ(t, json_array_size(bad), 0);
	json_decref(bad);
	console_close(&console);
	CHECK_EQ(t, file_read(path, &text, &len, &err), 0);
	CHECK(t, len <= CONSOLE_FILE_MAX && len > CONSOLE_FILE_HEAD);
	CHECK(t, !strncmp(text, "first\n", 6));
	CHECK(t, strstr(text, " bytes of this console are left out here ..."));
	CHECK(t, strstr(text, "[   99998.000000] the same "));
	CHECK(t, strstr(text, "Kernel panic - not syncing: last\n"));
	free(text);
}

int main(void)
{
	char dir[] = "/tmp/test-console-XXXXXX", *path;
	struct check t = { 0 };
	struct err err;

	if (!mkdtemp(dir))
		return 1;
	path = xasprintf("%s/console.log", dir);
	test_classes(&t);
	test_levels(&t);
	test_shapes(&t);
	test_stream(&t, path);
	unlink(path);
	test_storm(&t, path);
	unlink(path);
	test_warnings(&t, path);
	unlink(path);
	test_flood(&t, path);
	dir_remove(dir, &err);
	free(path);
	return check_end(&t);
}
