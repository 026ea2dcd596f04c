// SPDX-License-Identifier: GPL-2.0-only
/* Kernels that another machine has built, and which of them is asked for. */
#include <errno.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kconfigs/build/card.h"
#include "lib/file.h"
#include "lib/json.h"

/* The folders of all that were imported, each with its card. */
static void list_imports(const struct kernel_store *store, glob_t *found)
{
	char *pattern = xasprintf("%s/import/*/" CARD_FILE, store->cache);

	if (glob(pattern, 0, NULL, found))
		found->gl_pathc = 0;
	free(pattern);
}

static void free_list(glob_t *found)
{
	if (found->gl_pathc)
		globfree(found);
}

bool import_any(const struct kernel_store *store)
{
	glob_t found;
	bool any;

	list_imports(store, &found);
	any = found.gl_pathc;
	free_list(&found);
	return any;
}

/* Whether the card is of the kernel by that name, whatever is in it. */
static bool is_named(const json_t *card, const struct builder *b)
{
	return !strcmp(json_text(card, "variant"), b->spec->variant) &&
		!strcmp(json_text(card, "kconfig"), b->spec->kconfig);
}

static int check_request(const json_t *card, const struct builder *b,
			 struct err *err)
{
	if (strcmp(json_text(card, "arch"), b->store->arch->name))
		return err_set(err, -ESTALE, "guests are of %s here",
			       b->store->arch->name);
	if (strcmp(json_text(card, "patch"), b->patch_hash))
		return err_set(err, -ESTALE,
			       "%s is another patch here (%.12s, there %.12s)",
			       b->spec->variant, *b->patch_hash ?
			       b->patch_hash : "none",
			       *json_text(card, "patch") ?
			       json_text(card, "patch") : "none");
	if (b->store->linux_given &&
	    strcmp(json_text(card, "source"), b->source.content))
		return err_set(err, -ESTALE, "%.200s is another source",
			       b->store->linux_path);
	return 0;
}

/* Makes @b the kernel in @dir. */
static int take(const json_t *card, const char *dir, struct builder *b,
		struct err *err)
{
	char asked[KEY_HEX];
	int ret = check_request(card, b, err);

	memcpy(asked, b->source.content, sizeof(asked));
	if (!ret)
		ret = card_take(card, b, err);
	if (!ret)
		ret = card_check_files(card, dir, err);
	if (!ret) {
		b->imported = true;
		b->out = xasprintf("%s", dir);
		b->module = xasprintf("%s/" CARD_MODULE, dir);
	} else {
		memcpy(b->source.content, asked, sizeof(asked));
		free(b->compiler);
		b->compiler = NULL;
	}
	return ret;
}

/* Two that would do are of two sources, or by two compilers. */
static int check_only(const json_t *card, const char *dir,
		      const struct builder *b, struct err *err)
{
	struct builder other = *b;
	struct err ignored;
	bool fits;

	other.compiler = NULL;
	fits = !check_request(card, b, &ignored) &&
		!card_take(card, &other, &ignored);
	free(other.compiler);
	if (!fits || !strcmp(other.module_key, b->module_key))
		return 0;
	return err_set(err, -EEXIST,
		       "%s/%s was imported more than once, and differs: %s and %s; say which source with --linux, or remove one",
		       b->spec->variant, b->spec->kconfig, b->out, dir);
}

/* What is there, for one who looks for what is not. */
static char *names_of(const glob_t *found)
{
	char *text = NULL, *dir;
	struct err ignored;
	json_t *card;
	size_t size, i;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		abort();
	for (i = 0; i < found->gl_pathc; i++) {
		dir = xasprintf("%.*s", (int)(strrchr(found->gl_pathv[i], '/') -
					      found->gl_pathv[i]),
				found->gl_pathv[i]);
		card = card_read(dir, &ignored);
		if (card)
			fprintf(f, "%s%s/%s", i ? ", " : "",
				json_text(card, "variant"),
				json_text(card, "kconfig"));
		json_decref(card);
		free(dir);
	}
	fclose(f);
	return text;
}

static int try_one(const char *path, struct builder *b, struct err *err)
{
	char *dir = xasprintf("%.*s", (int)(strrchr(path, '/') - path), path);
	json_t *card = card_read(dir, err);
	struct err why;
	char *name;
	int ret = 0;

	if (!card) {
		free(b->unfit);
		b->unfit = xasprintf("an imported kernel is damaged: %s",
				     err->text);
	} else if (is_named(card, b) && b->imported) {
		ret = check_only(card, dir, b, err);
	} else if (is_named(card, b) && take(card, dir, b, &why)) {
		name = card_name(card);
		free(b->unfit);
		b->unfit = xasprintf("the imported kernel %s is not taken: %s",
				     name, why.text);
		free(name);
	}
	json_decref(card);
	free(dir);
	return ret;
}

int import_find(struct builder *b, struct err *err)
{
	char *names;
	glob_t found;
	size_t i;
	int ret = 0;

	list_imports(b->store, &found);
	for (i = 0; i < found.gl_pathc && !ret; i++)
		ret = try_one(found.gl_pathv[i], b, err);
	if (found.gl_pathc && !b->imported && !b->unfit) {
		names = names_of(&found);
		b->unfit = xasprintf("%s/%s is not among the imported kernels (%s)",
				     b->spec->variant, b->spec->kconfig,
				     names);
		free(names);
	}
	free_list(&found);
	return ret;
}
