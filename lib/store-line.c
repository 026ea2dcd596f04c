// SPDX-License-Identifier: GPL-2.0-only
#include "lib/store-line.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "lib/json.h"
#include "lib/record-scan.h"

#define TEXT(name_) { #name_, MEMBER_TEXT, offsetof(struct store_entry, name_) }
#define TREE(name_) { #name_, MEMBER_TREE, offsetof(struct store_entry, name_) }
#define COUNT(name_) { #name_, MEMBER_COUNT, offsetof(struct numbers_of, name_) }

/* The numbers of a line, before they are those of an entry. */
struct numbers_of {
	json_int_t schema, id, repeat, boot, order, seed;
};

/* The keys of a line, in the order in which they are written; see lib/store.h. */
static const struct member {
	const char *name;
	enum { MEMBER_TEXT, MEMBER_COUNT, MEMBER_TREE, MEMBER_RECORD } type;
	size_t offset;
} members[] = {
	COUNT(schema), COUNT(id), TEXT(status), TEXT(job), TEXT(variant),
	TEXT(kconfig), TEXT(section), TEXT(cell), COUNT(repeat), COUNT(boot),
	COUNT(order), COUNT(seed), TEXT(why), TEXT(time), TREE(kernel),
	TREE(target), TREE(host), TREE(versions), TREE(console),
	TREE(warnings), TREE(keys), { "record", MEMBER_RECORD, 0 },
};

#define MEMBERS (sizeof(members) / sizeof(members[0]))

static const char **text_at(struct store_entry *entry, size_t i)
{
	return (const char **)((char *)entry + members[i].offset);
}

static json_t **tree_at(struct store_entry *entry, size_t i)
{
	return (json_t **)((char *)entry + members[i].offset);
}

static json_int_t *number_at(struct numbers_of *numbers, size_t i)
{
	return (json_int_t *)((char *)numbers + members[i].offset);
}

struct line_reader {
	struct record_scan scan;
	/* What a member was in the last line: kernels and machines come again. */
	struct known_tree {
		char *text;
		size_t len;
		json_t *json;
	} tree[MEMBERS];
};

/* Most often the one after the last. */
static size_t find_member(const struct slice *name, size_t last)
{
	size_t i, k;

	for (i = 1; i <= MEMBERS; i++) {
		k = (last + i) % MEMBERS;
		if (slice_is(name, members[k].name))
			return k;
	}
	return MEMBERS;
}

static json_t *scan_tree(struct known_tree *known, const char **p)
{
	struct slice text;

	/* A value in brackets ends where it ends, whatever comes after it. */
	if (known->json && !strncmp(*p, known->text, known->len)) {
		*p += known->len;
		return json_incref(known->json);
	}
	if ((**p != '{' && **p != '[') || !scan_value(p, &text))
		return NULL;
	json_decref(known->json);
	free(known->text);
	known->text = strndup(text.text, text.len);
	known->len = text.len;
	known->json = known->text ?
		json_loadb(text.text, text.len, 0, NULL) : NULL;
	return json_incref(known->json);
}

/* A line as far as it was scanned. */
struct scanned {
	struct line_reader *reader;
	struct store_entry *entry;
	struct numbers_of numbers;
	char *end[MEMBERS];	/* of its texts */
};

static bool scan_member(struct scanned *s, size_t i, const char **p)
{
	struct store_entry *entry = s->entry;
	struct slice text;
	uint64_t count;

	switch (members[i].type) {
	case MEMBER_TEXT:
		if (!scan_text(p, &text))
			return false;
		*text_at(entry, i) = text.text;
		s->end[i] = (char *)text.text + text.len;
		return true;
	case MEMBER_COUNT:
		if (!scan_count(p, &count))
			return false;
		*number_at(&s->numbers, i) = count;
		return true;
	case MEMBER_TREE:
		json_decref(*tree_at(entry, i));
		*tree_at(entry, i) = scan_tree(&s->reader->tree[i], p);
		return *tree_at(entry, i);
	default:
		if (entry->measured)
			return false;
		entry->measured = true;
		return record_scan(&s->reader->scan, &entry->record, p);
	}
}

/*
 * As our own writer wrote it, with what is not measured left to jansson.  False:
 * it is otherwise, and the entry as far as it was.
 */
static bool scan_line(struct scanned *s, char *line)
{
	size_t i = MEMBERS - 1;
	const char *p = line;
	struct slice name;

	if (!scan_char(&p, '{'))
		return false;
	do {
		if (!scan_text(&p, &name) || !scan_char(&p, ':'))
			return false;
		i = find_member(&name, i);
		if (i == MEMBERS || !scan_member(s, i, &p))
			return false;
	} while (scan_char(&p, ','));
	if (!scan_literal(&p, "}\n") || *p)
		return false;
	/* The line is ours: texts end where their quotes were. */
	for (i = 0; i < MEMBERS; i++) {
		if (s->end[i])
			*s->end[i] = '\0';
	}
	s->entry->seeded = s->numbers.seed >= 0;
	return true;
}

/* The same from a tree. */
static void take_members(struct scanned *s)
{
	const json_t *json = s->entry->json, *value;
	size_t i;

	for (i = 0; i < MEMBERS; i++) {
		value = json_object_get(json, members[i].name);
		if (members[i].type == MEMBER_TEXT)
			*text_at(s->entry, i) = json_string_value(value);
		else if (members[i].type == MEMBER_TREE)
			*tree_at(s->entry, i) = json_incref((json_t *)value);
		else if (members[i].type == MEMBER_COUNT &&
			 json_is_integer(value))
			*number_at(&s->numbers, i) = json_integer_value(value);
	}
	value = json_object_get(json, "seed");
	s->entry->seeded = value;
	/* Of a store from before it was a number. */
	if (json_is_string(value))
		s->numbers.seed = strtoull(json_string_value(value), NULL, 10);
}

/* What both have found becomes an entry. */
static int finish(struct scanned *s, struct err *err)
{
	struct store_entry *entry = s->entry;
	int ended;
	size_t i;

	if (s->numbers.schema < 0)
		return err_set(err, -EINVAL, "no schema, or not a whole number");
	if (s->numbers.schema != STORE_SCHEMA)
		return err_set(err, -EINVAL,
			       "schema %" JSON_INTEGER_FORMAT ", this program reads %d",
			       s->numbers.schema, STORE_SCHEMA);
	for (i = 0; i < MEMBERS; i++) {
		if (members[i].type == MEMBER_TEXT && !*text_at(entry, i))
			*text_at(entry, i) = "";
	}
	ended = status_find(entry->status);
	if (ended < 0)
		return err_set(err, -EINVAL, "status '%s' is none",
			       entry->status);
	entry->ended = ended;
	/* Of a store from before that had a status. */
	if (json_is_true(json_object_get(entry->json, "ours")))
		entry->ended = STATUS_HOST_FAILED;
	entry->accel = json_text(entry->target, "accel");
	entry->release = json_text(entry->kernel, "release");
	entry->repeat = s->numbers.repeat;
	entry->boot = s->numbers.boot;
	entry->id = s->numbers.id;
	entry->seed = s->numbers.seed;
	return 0;
}

/* Whatever it is, and what is wrong with it. */
static int parse_line(struct scanned *s, const char *line, size_t len,
		      struct err *err)
{
	struct store_entry *entry = s->entry;
	const json_t *record;
	json_error_t jerr;
	int ret;

	entry->json = json_loadb(line, len, 0, &jerr);
	if (!json_is_object(entry->json))
		return err_set(err, -EINVAL, "%s", entry->json ?
			       "not a JSON object" : jerr.text);
	take_members(s);
	ret = finish(s, err);
	record = json_object_get(entry->json, "record");
	if (ret || !record)
		return ret;
	entry->measured = true;
	return record_from_json(&entry->record, record, err);
}

int line_read(struct line_reader *reader, struct store_entry *entry,
	      char *line, size_t len, struct err *err)
{
	static const struct numbers_of none = { .schema = -1, .id = -1 };
	struct scanned s = { .reader = reader, .entry = entry };

	s.numbers = none;
	s.numbers.seed = -1;
	if (scan_line(&s, line))
		return finish(&s, err);
	entry_release(entry);
	s.numbers = none;
	return parse_line(&s, line, len, err);
}

void entry_release(struct store_entry *entry)
{
	static const struct cell none;	/* the next line has its own */
	size_t i;

	for (i = 0; i < MEMBERS; i++) {
		if (members[i].type == MEMBER_TREE)
			json_decref(*tree_at(entry, i));
	}
	record_free(&entry->record);
	if (entry->measured)
		record_clear(&entry->record, &none);
	json_decref(entry->json);
	memset(entry, 0, offsetof(struct store_entry, record));
}

struct line_reader *line_reader_new(void)
{
	struct line_reader *reader = calloc(1, sizeof(*reader));

	if (!reader)
		abort();
	return reader;
}

void line_reader_free(struct line_reader *reader)
{
	size_t i;

	for (i = 0; i < MEMBERS; i++) {
		free(reader->tree[i].text);
		json_decref(reader->tree[i].json);
	}
	record_scan_free(&reader->scan);
	free(reader);
}
