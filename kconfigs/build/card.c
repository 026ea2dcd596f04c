// SPDX-License-Identifier: GPL-2.0-only
#include "kconfigs/build/card.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/file.h"
#include "lib/json.h"
#include "lib/version.h"

/* What of a kernel's folder is wanted elsewhere, beside image and module. */
static const char *const kept[] = {
	"config", "driver", "manifest", "release", "source", NULL
};

char *card_path(const struct builder *b, const char *name)
{
	return strcmp(name, CARD_MODULE) ? xasprintf("%s/%s", b->out, name) :
		xasprintf("%s", b->module);
}

static int add_file(json_t *files, const struct builder *b, const char *name,
		    struct err *err)
{
	char *path = card_path(b, name), hex[KEY_HEX];
	int ret = file_hash(path, hex, err);

	if (!ret)
		json_object_set_new(files, name, json_string(hex));
	free(path);
	return ret;
}

static json_t *hash_files(const struct builder *b, struct err *err)
{
	json_t *files = json_object();
	int i, ret;

	ret = add_file(files, b, b->store->arch->image, err);
	if (!ret)
		ret = add_file(files, b, CARD_MODULE, err);
	for (i = 0; kept[i] && !ret; i++)
		ret = add_file(files, b, kept[i], err);
	if (!ret)
		return files;
	json_decref(files);
	return NULL;
}

static char *read_source(const struct builder *b, struct err *err)
{
	char *path = card_path(b, "source"), *text = NULL;

	if (!file_read(path, &text, NULL, err))
		chomp(text);
	free(path);
	return text;
}

json_t *card_make(const struct builder *b, struct err *err)
{
	char *linux_name = read_source(b, err);
	json_t *files = linux_name ? hash_files(b, err) : NULL, *card = NULL;
	struct own_parts own;

	if (files && !builder_own(b, &own, err))
		card = json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:O}",
				 "format", CARD_FORMAT, "aux-tests",
				 version_describe, "variant", b->spec->variant,
				 "kconfig", b->spec->kconfig, "arch",
				 b->store->arch->name, "linux", linux_name,
				 "source", b->source.content, "patch",
				 b->patch_hash, "compiler", b->compiler,
				 "fragments", own.fragments, "hooks",
				 own.hooks, "auxsynth", own.auxsynth, "kernel",
				 b->key, "key", b->module_key, "files", files);
	if (files && !card)
		err_set(err, -EINVAL,
			"%s/%s: its source or compiler has a name that is no UTF-8",
			b->spec->variant, b->spec->kconfig);
	json_decref(files);
	free(linux_name);
	return card;
}

static bool is_hash(const json_t *value)
{
	const char *hex = json_string_value(value);

	return hex && strlen(hex) == KEY_HEX - 1 &&
		strspn(hex, "0123456789abcdef") == KEY_HEX - 1;
}

/* Whether it has what the others here look for. */
static bool is_card(const json_t *card)
{
	static const char *const texts[] = {
		"aux-tests", "variant", "kconfig", "arch", "linux", "patch",
		"compiler", NULL
	};
	static const char *const hashes[] = {
		"source", "fragments", "hooks", "auxsynth", "kernel", "key",
		NULL
	};
	json_t *files = json_object_get(card, "files"), *value;
	const char *name;
	int i;

	for (i = 0; texts[i]; i++) {
		if (!json_is_string(json_object_get(card, texts[i])))
			return false;
	}
	for (i = 0; hashes[i]; i++) {
		if (!is_hash(json_object_get(card, hashes[i])))
			return false;
	}
	json_object_foreach(files, name, value) {
		if (!is_hash(value) || strchr(name, '/') || *name == '.')
			return false;
	}
	return json_object_get(files, CARD_MODULE) &&
		(!*json_text(card, "patch") ||
		 is_hash(json_object_get(card, "patch")));
}

json_t *card_read(const char *dir, struct err *err)
{
	char *path = xasprintf("%s/" CARD_FILE, dir);
	json_error_t jerr;
	json_t *card = json_load_file(path, 0, &jerr);

	if (!card) {
		err_set(err, -EINVAL, "%s:%d: %s", path, jerr.line, jerr.text);
	} else if (json_count(card, "format") != CARD_FORMAT) {
		err_set(err, -EINVAL,
			"%s: format %lld, this program reads %d", path,
			(long long)json_count(card, "format"), CARD_FORMAT);
	} else if (!is_card(card)) {
		err_set(err, -EINVAL,
			"%s: expected names, keys and hashes of a kernel",
			path);
	} else {
		free(path);
		return card;
	}
	json_decref(card);
	free(path);
	return NULL;
}

char *card_name(const json_t *card)
{
	return xasprintf("%.40s/%.40s for %.10s, of %.100s",
			 json_text(card, "variant"),
			 json_text(card, "kconfig"), json_text(card, "arch"),
			 json_text(card, "linux"));
}

/* What of this suite is another than where the kernel was built. */
static int check_own(const json_t *card, const struct builder *b,
		     struct err *err)
{
	struct own_parts own;
	const struct {
		const char *key, *is, *what;
	} parts[] = {
		{ "auxsynth", own.auxsynth, "auxsynth" },
		{ "hooks", own.hooks, "driver hooks" },
		{ "fragments", own.fragments, "kconfigs" },
	};
	size_t i;
	int ret = builder_own(b, &own, err);

	for (i = 0; i < sizeof(parts) / sizeof(*parts) && !ret; i++) {
		if (strcmp(json_text(card, parts[i].key), parts[i].is))
			ret = err_set(err, -ESTALE,
				      "not of this suite's %s: it was built by aux-tests %.60s, this is %.60s",
				      parts[i].what,
				      json_text(card, "aux-tests"),
				      version_describe);
	}
	return ret;
}

int card_take(const json_t *card, struct builder *b, struct err *err)
{
	int ret = check_own(card, b, err);

	if (ret)
		return ret;
	snprintf(b->source.content, sizeof(b->source.content), "%s",
		 json_text(card, "source"));
	free(b->compiler);
	b->compiler = xasprintf("%s", json_text(card, "compiler"));
	ret = builder_keys(b, err);
	if (!ret && (strcmp(b->key, json_text(card, "kernel")) ||
		     strcmp(b->module_key, json_text(card, "key"))))
		ret = err_set(err, -ESTALE,
			      "its key is not that of what its card says it is made of");
	return ret;
}

static int check_others(const json_t *files, const char *dir, struct err *err)
{
	const struct dirent *e;
	DIR *d = opendir(dir);
	int ret = 0;

	if (!d)
		return err_set(err, -errno, "%s: %s", dir, strerror(errno));
	while (!ret && (e = readdir(d))) {
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, "..") &&
		    strcmp(e->d_name, CARD_FILE) &&
		    !json_object_get(files, e->d_name))
			ret = err_set(err, -EINVAL,
				      "%s/%s: not on the kernel's card", dir,
				      e->d_name);
	}
	closedir(d);
	return ret;
}

int card_check_files(const json_t *card, const char *dir, struct err *err)
{
	json_t *files = json_object_get(card, "files"), *value;
	char hex[KEY_HEX], *path;
	const char *name;
	int ret = check_others(files, dir, err);

	json_object_foreach(files, name, value) {
		if (ret)
			break;
		path = xasprintf("%s/%s", dir, name);
		ret = file_hash(path, hex, err);
		if (!ret && strcmp(hex, json_string_value(value)))
			ret = err_set(err, -EINVAL,
				      "%s: not what was exported (its hash differs)",
				      path);
		free(path);
	}
	return ret;
}
