// SPDX-License-Identifier: GPL-2.0-only
/*
 * Kernels as a tarball: kernels/index, a line for each with its folder, and the
 * folders, each with its card first.  The same kernels make the same bytes.
 */
#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kconfigs/build/card.h"
#include "lib/file.h"
#include "lib/json.h"
#include "lib/proc.h"

#define TOP "kernels"
#define INDEX "index"

static int archive_fail(struct archive *out, const char *path,
			struct err *err)
{
	int code = archive_errno(out);

	return err_set(err, code > 0 ? -code : -EIO, "%s: %s", path,
		       archive_error_string(out));
}

static int put(struct archive *out, const char *name, const char *data,
	       size_t size, struct err *err)
{
	struct archive_entry *entry = archive_entry_new();
	int ret = 0;

	archive_entry_set_pathname(entry, name);
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0644);
	archive_entry_set_size(entry, size);
	if (archive_write_header(out, entry) != ARCHIVE_OK ||
	    (size && archive_write_data(out, data, size) != (la_ssize_t)size))
		ret = archive_fail(out, name, err);
	archive_entry_free(entry);
	return ret;
}

static int put_file(struct archive *out, const char *to, const char *from,
		    struct err *err)
{
	char *data;
	size_t size;
	int ret = file_read(from, &data, &size, err);

	if (ret)
		return ret;
	ret = put(out, to, data, size, err);
	free(data);
	return ret;
}

/* The name of a kernel's folder. */
static char *folder_of(const json_t *card)
{
	return xasprintf("%.32s", json_text(card, "key"));
}

static int put_kernel(struct archive *out, const struct builder *b,
		      const json_t *card, struct err *err)
{
	char *folder = folder_of(card), *to, *from;
	char *text = json_dumps(card, JSON_INDENT(1) | JSON_PRESERVE_ORDER);
	const char *name;
	json_t *value;
	int ret;

	if (!text)
		abort();
	to = xasprintf(TOP "/%s/" CARD_FILE, folder);
	ret = put(out, to, text, strlen(text), err);
	free(to);
	free(text);
	json_object_foreach(json_object_get(card, "files"), name, value) {
		if (ret)
			break;
		if (proc_stopped(b->store->stop_fd)) {
			ret = err_set(err, -EINTR, "interrupted");
			break;
		}
		to = xasprintf(TOP "/%s/%s", folder, name);
		from = card_path(b, name);
		ret = put_file(out, to, from, err);
		free(from);
		free(to);
	}
	free(folder);
	return ret;
}

/* Those that are asked for, each once. */
struct exports {
	struct builder *b;
	json_t **card;
	size_t n;
};

static int open_one(struct exports *e, struct kernel_store *store,
		    const struct kernel_spec *spec, struct err *err)
{
	struct builder *b = &e->b[e->n];
	size_t i;
	int ret = builder_init(b, store, spec, err);

	if (ret)
		return ret;
	for (i = 0; i < e->n; i++) {
		if (!strcmp(e->b[i].module_key, b->module_key)) {
			builder_free(b);
			return 0;
		}
	}
	e->card[e->n] = card_make(b, err);
	if (!e->card[e->n]) {
		builder_free(b);
		return err_prefix(err, -EIO, "%s/%s", spec->variant,
				  spec->kconfig);
	}
	e->n++;
	return 0;
}

static int put_index(struct archive *out, const struct exports *e,
		     struct err *err)
{
	char *text = NULL, *folder, *name;
	size_t size, i;
	FILE *f = open_memstream(&text, &size);
	int ret;

	if (!f)
		abort();
	for (i = 0; i < e->n; i++) {
		folder = folder_of(e->card[i]);
		name = card_name(e->card[i]);
		fprintf(f, "%s %s\n", folder, name);
		free(name);
		free(folder);
	}
	fclose(f);
	ret = put(out, TOP "/" INDEX, text, size, err);
	free(text);
	return ret;
}

static int write_tarball(const struct exports *e, const char *path,
			 struct err *err)
{
	struct archive *out = archive_write_new();
	size_t i;
	int ret;

	archive_write_set_format_pax_restricted(out);
	archive_write_add_filter_gzip(out);
	/* No time of writing, and quick: kernels are compressed already. */
	archive_write_set_options(out, "gzip:compression-level=3,gzip:!timestamp");
	if (archive_write_open_filename(out, path) != ARCHIVE_OK)
		ret = archive_fail(out, path, err);
	else
		ret = put_index(out, e, err);
	for (i = 0; i < e->n && !ret; i++)
		ret = put_kernel(out, &e->b[i], e->card[i], err);
	if (archive_write_close(out) != ARCHIVE_OK && !ret)
		ret = archive_fail(out, path, err);
	archive_write_free(out);
	return ret;
}

int kernels_export(struct kernel_store *store, const struct kernel_spec *specs,
		   size_t n, const char *path, struct err *err)
{
	struct exports e = {
		.b = calloc(n, sizeof(*e.b)), .card = calloc(n, sizeof(*e.card)),
	};
	char *tmp = xasprintf("%s.%d", path, (int)getpid());
	size_t i;
	int ret = 0;

	if (!e.b || !e.card)
		abort();
	for (i = 0; i < n && !ret; i++)
		ret = open_one(&e, store, &specs[i], err);
	if (!ret)
		ret = write_tarball(&e, tmp, err);
	if (!ret && rename(tmp, path))
		ret = err_set(err, -errno, "%s: %s", path, strerror(errno));
	if (ret)
		unlink(tmp);
	for (i = 0; i < e.n; i++) {
		builder_free(&e.b[i]);
		json_decref(e.card[i]);
	}
	free(tmp);
	free(e.card);
	free(e.b);
	return ret;
}

/* A tarball that is unpacked, beside where its kernels go. */
struct import {
	struct kernel_store *store;
	const char *path;	/* of the tarball */
	char *dir;
	void (*each)(const struct kernel *kernel);
};

/* Whether its folder is as its card says, and its card this suite's. */
static int check_one(const struct import *in, const json_t *card,
		     const char *dir, struct err *err)
{
	const struct kernel_spec spec = {
		.variant = json_text(card, "variant"),
		.kconfig = json_text(card, "kconfig"),
	};
	struct kernel_store store = *in->store;
	struct builder b;
	int ret;

	store.arch = arch_find(json_text(card, "arch"));
	if (!store.arch)
		return err_set(err, -ENOTSUP,
			       "guests of '%.20s' are not known here",
			       json_text(card, "arch"));
	ret = card_check_files(card, dir, err);
	if (!ret)
		ret = builder_init_config(&b, &store, &spec, err);
	if (ret)
		return ret;
	snprintf(b.patch_hash, sizeof(b.patch_hash), "%s",
		 json_text(card, "patch"));
	ret = card_take(card, &b, err);
	builder_free(&b);
	return ret;
}

static void tell(const struct import *in, const json_t *card, const char *dir)
{
	const struct arch *arch = arch_find(json_text(card, "arch"));
	struct kernel kernel = {
		.variant = (char *)json_text(card, "variant"),
		.kconfig = (char *)json_text(card, "kconfig"),
		.image = xasprintf("%s/%s", dir, arch->image),
		.module = xasprintf("%s/" CARD_MODULE, dir),
		.imported = true,
	};
	char *path = xasprintf("%s/release", dir);
	struct err ignored;

	if (!file_read(path, &kernel.release, NULL, &ignored)) {
		chomp(kernel.release);
		in->each(&kernel);
	}
	free(kernel.release);
	free(kernel.module);
	free(kernel.image);
	free(path);
}

/* Whether what was imported before is whole. */
static bool is_there(const json_t *card, const char *dir)
{
	struct err ignored;
	json_t *old = card_read(dir, &ignored);
	bool there = old && json_equal(old, card) &&
		!card_check_files(card, dir, &ignored);

	json_decref(old);
	return there;
}

/* The folder appears whole. */
static int keep(const struct import *in, const json_t *card, const char *dir,
		const char *folder, struct err *err)
{
	char *to = xasprintf("%s/import/%s", in->store->cache, folder);
	int ret = 0;

	if (!is_there(card, to)) {
		ret = dir_remove(to, err);
		if (!ret && rename(dir, to))
			ret = err_set(err, -errno, "%s: %s", to,
				      strerror(errno));
	}
	if (!ret)
		tell(in, card, to);
	free(to);
	return ret;
}

/* One line of the index: the folder is its first word. */
static int import_one(const struct import *in, const char *line, bool check,
		      struct err *err)
{
	char *folder = xasprintf("%.*s", (int)strcspn(line, " /"), line);
	char *dir = xasprintf("%s/%s", in->dir, folder), *is, *name;
	json_t *card = card_read(dir, err);
	int ret = card ? 0 : -EINVAL;

	is = folder_of(card);
	name = card ? card_name(card) : xasprintf("%.32s", folder);
	if (!ret && strcmp(folder, is))
		ret = err_set(err, -EINVAL,
			      "its folder has the name of another key");
	if (!ret)
		ret = check ? check_one(in, card, dir, err) :
			keep(in, card, dir, folder, err);
	if (ret)
		err_prefix(err, ret, "%s: %s", in->path, name);
	free(name);
	free(is);
	json_decref(card);
	free(dir);
	free(folder);
	return ret;
}

static int import_all(const struct import *in, bool check, struct err *err)
{
	char *path = xasprintf("%s/" INDEX, in->dir), *text, *line, *save;
	int ret = file_read(path, &text, NULL, err);

	free(path);
	if (ret)
		return err_set(err, -EINVAL,
			       "%s: no export of kernels (no " TOP "/" INDEX " in it)",
			       in->path);
	if (!*text)
		ret = err_set(err, -EINVAL, "%s: there is no kernel in it",
			      in->path);
	for (line = strtok_r(text, "\n", &save); line && !ret;
	     line = strtok_r(NULL, "\n", &save))
		ret = import_one(in, line, check, err);
	free(text);
	return ret;
}

int kernels_import(struct kernel_store *store, const char *path,
		   void (*each)(const struct kernel *kernel), struct err *err)
{
	struct import in = {
		.store = store, .path = path, .each = each,
		.dir = xasprintf("%s/import/.new-%d", store->cache,
				 (int)getpid()),
	};
	struct err ignored;
	int ret = dir_remove(in.dir, err);

	if (!ret)
		ret = dir_make(in.dir, err);
	if (!ret)
		ret = tree_unpack_all(store, path, in.dir, err);
	/* All of them or none. */
	if (!ret)
		ret = import_all(&in, true, err);
	if (!ret)
		ret = import_all(&in, false, err);
	dir_remove(in.dir, &ignored);
	free(in.dir);
	return ret;
}
