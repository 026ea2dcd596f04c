// SPDX-License-Identifier: GPL-2.0-only
#include "lib/record.h"

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

const char *const hang_class_names[HANG_CLASSES] = {
	"lost_wakeup", "silent_stop", "silent_off",
};

const struct record_hist_name record_hist_names[] = {
	{ "wakeup", offsetof(struct record_hists, wakeup) },
	{ "gap", offsetof(struct record_hists, gap) },
	{ "gap_wake", offsetof(struct record_hists, gap_wake) },
	{ "gap_drain", offsetof(struct record_hists, gap_drain) },
	{ "gap_enable", offsetof(struct record_hists, gap_enable) },
	{ "censored", offsetof(struct record_hists, censored) },
	{ "enable", offsetof(struct record_hists, enable) },
	{ "enable_running", offsetof(struct record_hists, enable_running) },
	{ NULL, 0 }
};

#define FIELD(type, name_) { #name_, offsetof(struct type, name_), false }
#define REQUIRED(name_) { #name_, offsetof(struct record, name_), true }

const struct record_field record_fields[] = {
	FIELD(record, pairs), REQUIRED(fulls), FIELD(record, fulls_null),
	FIELD(record, fulls_short),
	{ "lost_wakeup", offsetof(struct record, hangs[HANG_LOST_WAKEUP]),
	  true },
	{ "silent_stop", offsetof(struct record, hangs[HANG_SILENT_STOP]),
	  true },
	/* Older than this class of hang: none was counted. */
	{ "silent_off", offsetof(struct record, hangs[HANG_SILENT_OFF]),
	  false },
	FIELD(record, open), FIELD(record, disagree), FIELD(record, wakeups),
	FIELD(record, ready), FIELD(record, empty), FIELD(record, enables),
	FIELD(record, resumed),
	FIELD(record, bytes), FIELD(record, records),
	FIELD(record, bad_records), FIELD(record, dropped),
	FIELD(record, late_ns), REQUIRED(traced_ns), REQUIRED(gap_ns),
	FIELD(record, elapsed_ns), FIELD(record, tracee_ns),
	FIELD(record, laps),
	{ NULL, 0, false }
};

_Static_assert(sizeof(record_fields) / sizeof(record_fields[0]) - 1 <=
	       RECORD_ABSENT_HISTS, "counters overlap histograms in record.absent");
_Static_assert(sizeof(record_hist_names) / sizeof(record_hist_names[0]) - 1 <=
	       64 - RECORD_ABSENT_HISTS, "record.absent has no room for them");

static const struct record_field hang_fields[] = {
	FIELD(hang, full), FIELD(hang, stop), FIELD(hang, pmi),
	FIELD(hang, full_at), FIELD(hang, window_end), FIELD(hang, disabled),
	FIELD(hang, poll_in), FIELD(hang, poll_out), FIELD(hang, drained),
	FIELD(hang, enable_in), FIELD(hang, enable_out),
	FIELD(hang, poll_again), FIELD(hang, detected), FIELD(hang, nothing),
	{ NULL, 0, false }
};

bool record_has(const struct record *record, const char *name)
{
	int i;

	for (i = 0; record_fields[i].name; i++) {
		if (!strcmp(record_fields[i].name, name))
			return !(record->absent >> i & 1);
	}
	for (i = 0; record_hist_names[i].name; i++) {
		if (!strcmp(record_hist_names[i].name, name))
			return !(record->absent >> (RECORD_ABSENT_HISTS + i) & 1);
	}
	return false;
}

static void fields_to_json(json_t *json, const struct record_field *f,
			   const void *base, uint64_t absent)
{
	for (; f->name; f++, absent >>= 1) {
		if (absent & 1)
			continue;
		json_object_set_new(json, f->name,
			json_integer(*(const uint64_t *)
				     ((const char *)base + f->offset)));
	}
}

/* What is not there stays as it is and is noted in *absent. */
static int fields_from_json(const json_t *json, const struct record_field *f,
			    void *base, uint64_t *absent, struct err *err)
{
	uint64_t bit = 1;
	json_t *value;

	for (; f->name; f++, bit <<= 1) {
		value = json_object_get(json, f->name);
		if (!value && !f->required) {
			*absent |= bit;
			continue;
		}
		if (!json_is_integer(value) || json_integer_value(value) < 0)
			return err_set(err, -EINVAL,
				       "'%s' is missing or not a count",
				       f->name);
		*(uint64_t *)((char *)base + f->offset) =
			json_integer_value(value);
	}
	return 0;
}

struct hist *record_hist(struct record_hists *h,
			 const struct record_hist_name *name)
{
	return (struct hist *)((char *)h + name->offset);
}

void record_hists_init(struct record_hists *h)
{
	const struct record_hist_name *name;

	for (name = record_hist_names; name->name; name++)
		hist_init(record_hist(h, name));
}

void record_hists_merge(struct record_hists *into, struct record_hists *from)
{
	const struct record_hist_name *name;

	for (name = record_hist_names; name->name; name++)
		hist_merge(record_hist(into, name), record_hist(from, name));
}

void record_init(struct record *record, const struct cell *cell)
{
	memset(record, 0, sizeof(*record));
	record->cell = *cell;
	snprintf(record->method, sizeof(record->method), "driver");
	record_hists_init(&record->h);
}

void record_clear(struct record *record, const struct cell *cell)
{
	const struct record_hist_name *name;
	char *rest = (char *)(&record->h + 1);

	for (name = record_hist_names; name->name; name++)
		hist_clear(record_hist(&record->h, name));
	memset(record, 0, offsetof(struct record, h));
	memset(rest, 0, (char *)(record + 1) - rest);
	record->cell = *cell;
	snprintf(record->method, sizeof(record->method), "driver");
}

void record_free(struct record *record)
{
	json_decref(record->reference);
	json_decref(record->placement);
	json_decref(record->detail);
	record->reference = NULL;
	record->placement = NULL;
	record->detail = NULL;
}

uint64_t record_hangs(const struct record *record)
{
	uint64_t hangs = 0;
	int class;

	for (class = 0; class < HANG_CLASSES; class++)
		hangs += record->hangs[class];
	return hangs;
}

double record_coverage(const struct record *record)
{
	uint64_t wanted = record->traced_ns + record->gap_ns;

	return wanted ? (double)record->traced_ns / wanted : 0;
}

double record_rate(const struct record *record)
{
	uint64_t ns = record->traced_ns + record->late_ns;

	return ns ? record->bytes * 1e9 / ns : 0;
}

json_t *hang_to_json(const struct hang *hang)
{
	json_t *json = json_pack("{s:s, s:s, s:i, s:i, s:i}",
		"class", hang_class_names[hang->class],
		"user_class", hang_class_names[hang->user_class],
		"pair", hang->pair, "event_state", (int)hang->event_state,
		"enable_ret", hang->enable_ret);

	fields_to_json(json, hang_fields, hang, 0);
	return json;
}

static int class_from_name(const char *name, int *class)
{
	for (*class = 0; *class < HANG_CLASSES; (*class)++) {
		if (!strcmp(name, hang_class_names[*class]))
			return 0;
	}
	return -EINVAL;
}

int hang_from_json(struct hang *hang, const json_t *json, struct err *err)
{
	const char *class, *user_class;
	uint64_t ignored = 0;	/* such a stamp reads "did not happen" */
	int state;

	memset(hang, 0, sizeof(*hang));
	if (json_unpack((json_t *)json, "{s:s, s:s, s:i, s:i, s:i}",
			"class", &class, "user_class", &user_class,
			"pair", &hang->pair, "event_state", &state,
			"enable_ret", &hang->enable_ret) ||
	    class_from_name(class, &hang->class) ||
	    class_from_name(user_class, &hang->user_class))
		return err_set(err, -EINVAL, "not a hang's timeline");
	hang->event_state = state;
	return fields_from_json(json, hang_fields, hang, &ignored, err);
}

json_t *record_to_json(const struct record *record)
{
	json_t *json = json_object(), *hists = json_object();
	const struct record_hist_name *name;
	json_t *hangs = json_array();
	uint64_t i;

	json_object_set_new(json, "cell", cell_to_json(&record->cell));
	json_object_set_new(json, "method", json_string(record->method));
	fields_to_json(json, record_fields, record, record->absent);
	for (name = record_hist_names; name->name; name++) {
		if (!record_has(record, name->name))
			continue;
		json_object_set_new(hists, name->name, hist_to_json(
			(const struct hist *)
			((const char *)&record->h + name->offset)));
	}
	json_object_set_new(json, "histograms", hists);
	for (i = 0; i < record->hangs_kept; i++)
		json_array_append_new(hangs, hang_to_json(&record->hang[i]));
	json_object_set_new(json, "hangs", hangs);
	if (record->reference)
		json_object_set(json, "reference", record->reference);
	if (record->placement)
		json_object_set(json, "placement", record->placement);
	if (record->detail)
		json_object_set(json, "detail", record->detail);
	return json;
}

static int hists_from_json(struct record *record, const json_t *json,
			   struct err *err)
{
	const json_t *hists = json_object_get(json, "histograms");
	const struct record_hist_name *name;
	const json_t *hist;
	uint64_t bit = 1ull << RECORD_ABSENT_HISTS;

	if (!json_is_object(hists))
		return err_set(err, -EINVAL, "'histograms' is missing");
	for (name = record_hist_names; name->name; name++, bit <<= 1) {
		hist = json_object_get(hists, name->name);
		if (!hist)
			record->absent |= bit;
		else if (hist_from_json(record_hist(&record->h, name), hist))
			return err_set(err, -EINVAL,
				       "histogram '%s' does not add up",
				       name->name);
	}
	return 0;
}

int record_from_json(struct record *record, const json_t *json,
		     struct err *err)
{
	const char *method = json_string_value(json_object_get(json, "method"));
	const json_t *hang;
	struct cell cell;
	size_t i;
	int ret;

	ret = cell_from_json(&cell, json_object_get(json, "cell"), err);
	if (ret)
		return ret;
	record_init(record, &cell);
	if (!method)
		return err_set(err, -EINVAL, "'method' is missing");
	snprintf(record->method, sizeof(record->method), "%s", method);
	ret = fields_from_json(json, record_fields, record, &record->absent,
			       err);
	if (!ret)
		ret = hists_from_json(record, json, err);
	if (ret)
		return ret;
	json_array_foreach(json_object_get(json, "hangs"), i, hang) {
		if (i >= RECORD_HANGS)
			break;
		ret = hang_from_json(&record->hang[i], hang, err);
		if (ret)
			return ret;
		record->hangs_kept = i + 1;
	}
	record->reference = json_incref(json_object_get(json, "reference"));
	record->placement = json_incref(json_object_get(json, "placement"));
	record->detail = json_incref(json_object_get(json, "detail"));
	return 0;
}
