// SPDX-License-Identifier: GPL-2.0-only
/* What a kernel's key is made of, and what of that is this suite's own. */
#include <errno.h>
#include <glob.h>
#include <stdlib.h>

#include "kconfigs/build/builder.h"
#include "lib/file.h"

static int add_files(struct key *key, const char *dir, const char *names,
		     struct err *err)
{
	char *pattern = xasprintf("%s/%s", dir, names);
	glob_t found;
	size_t i;
	int ret = 0;

	if (glob(pattern, 0, NULL, &found)) {
		ret = err_set(err, -ENOENT, "%s: no sources there", pattern);
		found.gl_pathc = 0;
	}
	for (i = 0; i < found.gl_pathc && !ret; i++)
		ret = key_add_file(key, found.gl_pathv[i], err);
	if (found.gl_pathc)
		globfree(&found);
	free(pattern);
	return ret;
}

/* Of all drivers: they include what they have in common. */
static int add_hooks(struct key *key, const struct builder *b, struct err *err)
{
	return add_files(key, b->hardware_dir, "hook-*.h", err);
}

static int add_module(struct key *key, const struct builder *b,
		      struct err *err)
{
	int ret = add_files(key, b->module_dir, "*", err);

	return ret ? ret : add_files(key, b->hardware_dir, "*.[ch]", err);
}

int builder_keys(struct builder *b, struct err *err)
{
	struct key key;
	int ret;

	key_init(&key);
	key_add_text(&key, "source", b->source.content);
	key_add_text(&key, "config", b->config);
	key_add_text(&key, "variant", b->spec->variant);
	key_add_text(&key, "patch", b->patch_hash);
	key_add_text(&key, "compiler", b->compiler);
	ret = add_hooks(&key, b, err);
	key_hex(&key, b->key);

	key_init(&key);
	key_add_text(&key, "kernel", b->key);
	if (!ret)
		ret = add_module(&key, b, err);
	key_hex(&key, b->module_key);
	return ret;
}

int builder_own(const struct builder *b, struct own_parts *own,
		struct err *err)
{
	struct key key;
	int ret;

	key_init(&key);
	key_add_text(&key, "config", b->config);
	key_hex(&key, own->fragments);

	key_init(&key);
	ret = add_hooks(&key, b, err);
	key_hex(&key, own->hooks);

	key_init(&key);
	if (!ret)
		ret = add_module(&key, b, err);
	key_hex(&key, own->auxsynth);
	return ret;
}
