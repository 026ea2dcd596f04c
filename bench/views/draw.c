// SPDX-License-Identifier: GPL-2.0-only
#include "bench/views/plot.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/views/text.h"
#include "lib/file.h"
#include "lib/proc.h"
#include "lib/units.h"
#include "lib/where.h"

/* Drawing: gnuplot's side of a picture. */

/* A picture that takes longer is not one that anybody could read. */
#define PLOT_TIMEOUT (60 * NSEC_PER_SEC)

/* Appends what gnuplot said to the error's text. */
static void add_output(struct err *err, int fd, int code)
{
	char said[400];
	ssize_t n = pread(fd, said, sizeof(said) - 1, 0);
	struct err first = *err;

	if (n <= 0)
		return;
	said[n] = '\0';
	err_set(err, code, "%.500s: %s", first.text, said);
}

/*
 * One gnuplot for all forms of a picture, in @dir, so that no path needs
 * quoting in gnuplot's language.
 */
static int run_gnuplot(const char *dir, const char *name, bool mail,
		       int stop_fd, struct err *err)
{
	char *script = where_data("plots/%s.gp", name);
	char *text = where_data("plots/%s-mail.gp", name);
	char *plots = where_data("plots");
	char *lib = xasprintf("GNUPLOT_LIB=%s", plots);
	char *set = xasprintf("picture='%s'; format='png'", name);
	const char *const argv[] = {
		"gnuplot", "--default-settings", "-e", set, script,
		"-e", "reset; format='svg'", script,
		mail ? "-e" : NULL, "reset; format='txt'", text, NULL
	};
	/* style.gp is loaded from there; numbers must have a point. */
	const char *const env[] = { lib, "LC_ALL=C.UTF-8", NULL };
	int said = memfd_create("gnuplot", MFD_CLOEXEC);
	struct proc proc = {
		.argv = argv, .cwd = dir, .env = env,
		.in = -1, .out = -1, .errout = said,
	};
	int ret;

	ret = proc_run(&proc, stop_fd, PLOT_TIMEOUT, err);
	if (ret && said >= 0)
		add_output(err, said, ret);
	if (said >= 0)
		close(said);
	free(lib);
	free(plots);
	free(script);
	free(text);
	free(set);
	return ret;
}

/* Takes @from's place, when gnuplot has made it. */
static int move_output(const char *dir, const char *name, const char *format,
		       struct err *err)
{
	char *from = xasprintf("%s/%s.%s.new", dir, name, format);
	char *to = xasprintf("%s/%s.%s", dir, name, format);
	int ret = 0;

	/* -EIO, as -ENOENT stands for a gnuplot that is not there. */
	if (rename(from, to))
		ret = err_set(err, -EIO, "%s: %s", to, strerror(errno));
	free(from);
	free(to);
	return ret;
}

/* The lines of @text with something in them and those between, for a mail. */
static void put_mail(const char *text, FILE *f)
{
	size_t len, blank = 0;
	bool any = false;

	for (; *text; text += len + (text[len] == '\n')) {
		len = strcspn(text, "\n");
		text += *text == '\f';
		len = strcspn(text, "\n");
		if (strspn(text, " ") >= len) {
			blank++;
			continue;
		}
		for (; any && blank; blank--)
			fputc('\n', f);
		blank = 0;
		any = true;
		text_line(f, "%.*s", (int)len, text);
	}
}

/* What gnuplot drew, as plain lines of at most TEXT_WIDTH. */
static int clean_mail(const char *dir, const char *name, struct err *err)
{
	char *from = xasprintf("%s/%s.txt.new", dir, name);
	char *to = xasprintf("%s/%s.txt", dir, name), *text;
	struct file_new file;
	int ret;

	ret = file_read(from, &text, NULL, err);
	if (!ret) {
		ret = file_open(&file, to, err);
		if (!ret) {
			put_mail(text, file.stream);
			ret = file_commit(&file, err);
		}
		unlink(from);
		free(text);
	}
	free(from);
	free(to);
	/* -ENOENT stands for a gnuplot that is not there. */
	return ret == -ENOENT ? -EIO : ret;
}

int plot_draw(const char *dir, const char *name, bool mail, int stop_fd,
	      struct err *err)
{
	int ret;

	ret = run_gnuplot(dir, name, mail, stop_fd, err);
	if (!ret)
		ret = move_output(dir, name, "png", err);
	if (!ret)
		ret = move_output(dir, name, "svg", err);
	if (!ret && mail)
		ret = clean_mail(dir, name, err);
	return ret;
}

void plot_remove(const char *dir, const char *name)
{
	static const char *const ends[] = {
		"data", "png", "svg", "txt", "png.new", "svg.new", "txt.new",
		NULL
	};
	char *path;
	size_t i;

	for (i = 0; ends[i]; i++) {
		path = xasprintf("%s/%s.%s", dir, name, ends[i]);
		unlink(path);
		free(path);
	}
}
