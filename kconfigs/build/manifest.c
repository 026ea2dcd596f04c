// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kconfigs/build/tree.h"
#include "lib/file.h"

/*
 * A list of files as text: "MODE HASH SIZE INODE MTIME CTIME PATH", ended by
 * the hash of it all, by which a torn one is known.
 */

static void print_hash(FILE *out, const uint8_t *hash)
{
	int i;

	for (i = 0; i < SHA256_DIGEST_LENGTH; i++)
		fprintf(out, "%02x", hash[i]);
}

int tree_list_write(const char *path, const struct tree_list *list,
		    struct err *err)
{
	struct file_new out;
	char hex[KEY_HEX];
	size_t i;
	int ret;

	ret = file_open(&out, path, err);
	if (ret)
		return ret;
	for (i = 0; i < list->n; i++) {
		const struct tree_file *f = &list->files[i];

		fprintf(out.stream, "%06o ", f->mode);
		print_hash(out.stream, f->hash);
		fprintf(out.stream, " %" PRIu64 " %" PRIu64 " %" PRIu64
			" %" PRIu64 " %s\n", f->size, f->inode, f->mtime,
			f->ctime, f->path);
	}
	tree_hash(list, hex);
	fprintf(out.stream, "%s\n", hex);
	return file_commit(&out, err);
}

int tree_manifest_write(const char *path, const struct tree_list *list,
			struct err *err)
{
	struct file_new out;
	size_t i;
	int ret;

	ret = file_open(&out, path, err);
	if (ret)
		return ret;
	for (i = 0; i < list->n; i++) {
		fprintf(out.stream, "%06o ", list->files[i].mode);
		print_hash(out.stream, list->files[i].hash);
		fprintf(out.stream, " %s\n", list->files[i].path);
	}
	return file_commit(&out, err);
}

static int nibble(char c)
{
	const char digits[] = "0123456789abcdef";
	const char *at = c ? strchr(digits, c) : NULL;

	return at ? at - digits : -1;
}

static bool parse_hash(const char *text, uint8_t *hash)
{
	int i, high, low;

	for (i = 0; i < SHA256_DIGEST_LENGTH; i++) {
		high = nibble(text[2 * i]);
		low = high < 0 ? -1 : nibble(text[2 * i + 1]);
		if (low < 0)
			return false;
		hash[i] = high << 4 | low;
	}
	return true;
}

static bool parse_line(char *line, struct tree_file *file)
{
	char hex[KEY_HEX];
	int at = 0;

	if (sscanf(line, "%o %64s %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64
		   " %n", &file->mode, hex, &file->size, &file->inode,
		   &file->mtime, &file->ctime, &at) != 6 || !at ||
	    strlen(hex) != KEY_HEX - 1 || !parse_hash(hex, file->hash))
		return false;
	file->path = xasprintf("%s", line + at);
	return true;
}

void tree_list_read(const char *path, struct tree_list *list)
{
	char *text, *line, *end, hex[KEY_HEX];
	struct tree_file file;
	bool whole = false;
	struct err err;

	memset(list, 0, sizeof(*list));
	if (file_read(path, &text, NULL, &err))
		return;
	for (line = text; (end = strchr(line, '\n')); line = end + 1) {
		*end = '\0';
		if (!parse_line(line, &file)) {
			tree_hash(list, hex);
			whole = !strcmp(line, hex);
			break;
		}
		if (list->n == list->room) {
			list->room = list->room ? 2 * list->room : 1024;
			list->files = reallocarray(list->files, list->room,
						   sizeof(file));
			if (!list->files)
				abort();
		}
		list->files[list->n++] = file;
	}
	free(text);
	if (!whole)
		tree_list_free(list);
}
