// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kconfigs/build/builder.h"
#include "lib/file.h"

/*
 * make asks the compiler what options it has, and takes for a no whatever is
 * no yes: a compiler that was killed, no room for its output, no more
 * processes.  The kernel would be compiled otherwise than the key says, without
 * a word, and so would all that come after it.  So what was asked of the
 * compiler for each object (make keeps that beside it) has to be what it was
 * the last time, or what a second make finds right: one of the two was
 * disturbed if they differ, and make then compiles again what does.
 */

#define MAKES_MAX 4

static bool is_command(const FTSENT *e)
{
	size_t len = e->fts_namelen;

	return e->fts_info == FTS_F && *e->fts_name == '.' && len > 4 &&
		!strcmp(e->fts_name + len - 4, ".cmd");
}

/* Its first line: the others are the headers, which are make's business. */
static int add_command(struct key *key, const FTSENT *e, struct err *err)
{
	char *text;
	int ret = file_read(e->fts_accpath, &text, NULL, err);

	if (ret)
		return ret;
	key_add(key, e->fts_path, text, strcspn(text, "\n"));
	free(text);
	return 0;
}

static int by_name(const FTSENT **a, const FTSENT **b)
{
	return strcmp((*a)->fts_name, (*b)->fts_name);
}

/* Of .config, if it is there, and of the commands of all objects. */
static int commands_hash(const char *dir, char hex[KEY_HEX], struct err *err)
{
	char *const roots[] = { (char *)dir, NULL };
	char *config = xasprintf("%s/.config", dir);
	FTS *fts = fts_open(roots, FTS_PHYSICAL | FTS_NOCHDIR, by_name);
	struct key key;
	FTSENT *e;
	int ret = 0;

	key_init(&key);
	if (!fts)
		ret = err_set(err, -errno, "%s: %s", dir, strerror(errno));
	while (!ret && (e = fts_read(fts))) {
		if (is_command(e))
			ret = add_command(&key, e, err);
	}
	if (fts)
		fts_close(fts);
	if (!ret && file_exists(config))
		ret = key_add_file(&key, config, err);
	key_hex(&key, hex);
	free(config);
	return ret;
}

static bool is_known(const char *memo, const char *hex)
{
	struct err ignored;
	char *text;
	bool same;

	if (file_read(memo, &text, NULL, &ignored))
		return false;
	same = !strcmp(text, hex);
	free(text);
	return same;
}

/* Again where the patch is to blame, unless it was so @before. */
static int make_once(struct builder *b, const char *const *args,
		     const char *what, const char *log, struct pace *whole,
		     bool *before, struct err *err)
{
	int ret = work_make(b, args, what, log, whole, err);

	if (ret == -ECHILD && b->fault == FAULT_PATCH && !*before) {
		*before = true;
		b->fault = FAULT_HOST;
		ret = work_make(b, args, what, log, NULL, err);
	}
	return ret;
}

int work_make_sure(struct builder *b, const char *const *args,
		   const char *what, const char *log, struct pace *whole,
		   const char *dir, const char *memo, struct err *err)
{
	char *again = xasprintf("%s.again", log);
	char *path = xasprintf("%s/%s", b->work, dir);
	char *known = xasprintf("%s/%s", b->work, memo ? memo : "");
	char was[KEY_HEX] = "", is[KEY_HEX] = "";
	bool sure = false, failed = false;
	int i, ret = 0;

	for (i = 0; !ret && !sure && i < MAKES_MAX; i++) {
		ret = make_once(b, args, what, i ? again : log,
				i ? NULL : whole, &failed, err);
		if (!ret)
			ret = commands_hash(path, is, err);
		sure = !strcmp(is, was) || (memo && is_known(known, is));
		memcpy(was, is, sizeof(was));
	}
	if (!ret && !sure)
		ret = err_set(err, -ESTALE,
			      "%s: the compiler's options differ from one make to the next",
			      what);
	if (!ret && memo && i > 1)
		ret = file_write(known, is, strlen(is), err);
	if (!ret)
		unlink(again);
	free(known);
	free(path);
	free(again);
	return ret;
}
