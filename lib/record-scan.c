// SPDX-License-Identifier: GPL-2.0-only
#include "lib/record-scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static json_t *load(const struct slice *value)
{
	return json_loadb(value->text, value->len, JSON_DECODE_ANY, NULL);
}

/* FNV-1a by words of eight bytes. */
static size_t set_of(const struct slice *text)
{
	uint64_t hash = 0xcbf29ce484222325ull, word;
	size_t i;

	for (i = 0; i + sizeof(word) <= text->len; i += sizeof(word)) {
		memcpy(&word, text->text + i, sizeof(word));
		hash = (hash ^ word) * 0x100000001b3ull;
	}
	for (; i < text->len; i++)
		hash = (hash ^ (unsigned char)text->text[i]) *
			0x100000001b3ull;
	return (hash ^ hash >> 32) % RECORD_SCAN_SETS;
}

/* Its cell takes the place of whichever was there. */
static bool learn(struct record_scan_cell *known, const struct slice *text)
{
	json_t *json = load(text);
	struct cell cell;
	struct err ignored;
	bool good = json && !cell_from_json(&cell, json, &ignored);

	json_decref(json);
	if (!good)
		return false;
	free(known->text);
	known->text = strndup(text->text, text->len);
	known->len = text->len;
	known->cell = cell;
	return known->text;
}

static bool scan_cell(struct record_scan *scan, struct record *record,
		      const char **p)
{
	struct record_scan_cell *known;
	struct record_scan_set *set;
	struct slice text;
	size_t i;

	if (!scan_literal(p, "{\"cell\":") || !scan_value(p, &text))
		return false;
	set = &scan->set[set_of(&text)];
	for (i = 0; i < RECORD_SCAN_WAYS; i++) {
		known = &set->way[i];
		if (known->text && known->len == text.len &&
		    !memcmp(known->text, text.text, text.len))
			break;
	}
	if (i == RECORD_SCAN_WAYS) {
		known = &set->way[set->learned++ % RECORD_SCAN_WAYS];
		if (!learn(known, &text))
			return false;
	}
	record->cell = known->cell;
	return true;
}

/* ,"NAME": or "NAME": for the first one. */
static bool scan_name(const char **p, const char *comma, const char *name)
{
	const char *q = *p;

	if (!scan_literal(&q, comma) || !scan_char(&q, '"') ||
	    !scan_literal(&q, name) || !scan_literal(&q, "\":"))
		return false;
	*p = q;
	return true;
}

static bool scan_counts(struct record *record, const char **p)
{
	const struct record_field *f;
	uint64_t bit = 1;

	for (f = record_fields; f->name; f++, bit <<= 1) {
		if (scan_name(p, ",", f->name)) {
			if (!scan_count(p, (uint64_t *)((char *)record +
							f->offset)))
				return false;
		} else if (f->required) {
			return false;
		} else {
			record->absent |= bit;
		}
	}
	return true;
}

static bool scan_hists(struct record *record, const char **p)
{
	const struct record_hist_name *name;
	uint64_t bit = 1ull << RECORD_ABSENT_HISTS;
	const char *comma = "";

	if (!scan_literal(p, ",\"histograms\":{"))
		return false;
	for (name = record_hist_names; name->name; name++, bit <<= 1) {
		if (!scan_name(p, comma, name->name)) {
			record->absent |= bit;
			continue;
		}
		if (!hist_scan(record_hist(&record->h, name), p))
			return false;
		comma = ",";
	}
	return scan_char(p, '}');
}

static bool scan_hangs(struct record *record, const char **p)
{
	struct slice text;
	struct err ignored;
	bool good = true;
	json_t *json, *hang;
	size_t i;

	if (!scan_literal(p, ",\"hangs\":"))
		return false;
	if (scan_literal(p, "[]"))
		return true;
	json = scan_value(p, &text) ? load(&text) : NULL;
	good = json_is_array(json);
	json_array_foreach(json, i, hang) {
		if (!good || i >= RECORD_HANGS)
			break;
		good = !hang_from_json(&record->hang[i], hang, &ignored);
		record->hangs_kept = i + 1;
	}
	json_decref(json);
	return good;
}

/* A part that not every record has. */
static bool scan_part(const char **p, const char *name, json_t **json)
{
	struct slice text;

	if (!scan_name(p, ",", name))
		return true;
	if (scan_value(p, &text))
		*json = load(&text);
	return *json;
}

bool record_scan(struct record_scan *scan, struct record *record,
		 const char **p)
{
	struct slice method;

	if (!scan_cell(scan, record, p) || !scan_literal(p, ",\"method\":") ||
	    !scan_text(p, &method) || method.len >= sizeof(record->method))
		return false;
	snprintf(record->method, sizeof(record->method), "%.*s",
		 (int)method.len, method.text);
	return scan_counts(record, p) && scan_hists(record, p) &&
		scan_hangs(record, p) &&
		scan_part(p, "reference", &record->reference) &&
		scan_part(p, "placement", &record->placement) &&
		scan_part(p, "detail", &record->detail) && scan_char(p, '}');
}

void record_scan_free(struct record_scan *scan)
{
	size_t i, k;

	for (i = 0; i < RECORD_SCAN_SETS; i++) {
		for (k = 0; k < RECORD_SCAN_WAYS; k++)
			free(scan->set[i].way[k].text);
	}
}
