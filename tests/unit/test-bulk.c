// SPDX-License-Identifier: GPL-2.0-only
/* What is written in one thread and read in another place is the same. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/bulk.h"
#include "tests/check.h"
#include "tests/fixture.h"

/* Lines of all lengths, longer than the buffers together. */
#define LINES 3000

static size_t length(size_t i)
{
	return 1 + i * 7919 % 2500;
}

static void write_lines(struct check *t, const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	struct bulk_out *out = bulk_out_new(fd);
	char line[2600];
	size_t i;

	for (i = 0; i < LINES; i++) {
		memset(line, 'a' + i % 26, length(i));
		line[length(i) - 1] = '\n';
		bulk_out_put(out, line, length(i));
	}
	CHECK_EQ(t, bulk_out_end(out), 0);
	close(fd);
}

static void read_lines(struct check *t, const char *path)
{
	FILE *f = bulk_open(path);
	size_t i, room = 0, good = 0;
	char *line = NULL;
	ssize_t len = 0;

	CHECK(t, f);
	for (i = 0; f && i < LINES; i++) {
		len = getline(&line, &room, f);
		good += len == (ssize_t)length(i) && line[len - 1] == '\n' &&
			(len == 1 || line[0] == (char)('a' + i % 26));
	}
	CHECK_EQ(t, good, LINES);
	CHECK(t, f && getline(&line, &room, f) < 0 && !ferror(f));
	free(line);
	if (f)
		fclose(f);
}

/* In the page cache's place, and where there is none to be spared. */
static void there_and_back(struct check *t, const char *folder)
{
	char *dir, *path;

	setenv("TMPDIR", folder, 1);
	dir = fixture_dir();
	path = xasprintf("%s/lines", dir);
	write_lines(t, path);
	read_lines(t, path);
	free(path);
	fixture_end(dir, t->failed);
}

static void errors(struct check *t)
{
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC), i;
	struct bulk_out *out = bulk_out_new(fd);
	char text[4096] = "";

	for (i = 0; i < 1000; i++)
		bulk_out_put(out, text, sizeof(text));
	CHECK_EQ(t, bulk_out_end(out), -ENOSPC);
	close(fd);
	out = bulk_out_new(-1);
	CHECK_EQ(t, bulk_out_end(out), 0);	/* nothing was to be written */
	CHECK(t, !bulk_open("/nonexistent/store") && errno == ENOENT);
}

int main(void)
{
	const char *folder = getenv("TMPDIR");
	struct check t = { 0 };

	there_and_back(&t, folder ? folder : "/tmp");
	if (!access("/dev/shm", W_OK))
		there_and_back(&t, "/dev/shm");
	errors(&t);
	return check_end(&t);
}
