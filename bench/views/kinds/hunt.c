// SPDX-License-Identifier: GPL-2.0-only
/* What the hunts found. */
#include "bench/views/kinds/hunt.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench/results/stats.h"
#include "lib/file.h"
#include "lib/variant.h"

/*
 * @sum: {"rows": {key: row}, "finds": [...], "variants": {name: true}}, a key
 * being "variant kconfig loop driver aim", a row the summed counts.
 */

static const char *word_of(const struct cell *cell, const char *key,
			   char buf[CELL_VALUE_LEN])
{
	cell_get(cell, cell_key_find(key), buf);
	return buf;
}

static json_t *member(json_t *object, const char *name, json_t *fresh)
{
	json_t *value = json_object_get(object, name);

	if (value) {
		json_decref(fresh);
		return value;
	}
	json_object_set_new(object, name, fresh);
	return fresh;
}

static json_t *find_row(json_t *sum, const struct store_entry *entry)
{
	const struct cell *cell = &entry->record.cell;
	char loop[CELL_VALUE_LEN], mode[CELL_VALUE_LEN], aim[CELL_VALUE_LEN];
	bool nmi = cell->context == CONTEXT_NMI;
	json_t *row;
	char *key;

	word_of(cell, "loop", loop);
	word_of(cell, "mode", mode);
	/* It is auxsynth's; a real driver has its own manner. */
	if (!strncmp(cell->pmu, "arm_spe", strlen("arm_spe")))
		strcpy(mode, "spe");
	word_of(cell, "aim", aim);
	key = xasprintf("%s\t%s\t%s\t%s%s\t%s\t%s\t%s", entry->variant,
			entry->kconfig, loop, mode, nmi ? "/nmi" : "", aim,
			cell->cold ? "cold" : "", cell->pmu);
	row = member(member(sum, "rows", json_object()), key,
		     json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:b, s:b, s:[]}",
			       "variant", entry->variant, "pmu", cell->pmu,
			       "kconfig", entry->kconfig, "loop", loop,
			       "mode", mode, "aim", aim, "nmi", nmi,
			       "cold_code", cell->cold != 0, "first"));
	free(key);
	return row;
}

/* {"fulls", "lost_wakeup", ...} of one heat. */
static void add_counts(json_t *row, const char *heat, const json_t *detail)
{
	const json_t *from = json_object_get(detail, heat);
	json_t *to = member(row, heat, json_object());
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)from, name, value)
		json_add(to, name, json_integer_value(value));
}

static void add_finds(json_t *sum, const struct store_entry *entry,
		      const json_t *row, const json_t *detail)
{
	json_t *list = member(sum, "finds", json_array()), *find, *copy;
	size_t i;

	json_array_foreach(json_object_get(detail, "finds"), i, find) {
		copy = json_deep_copy(find);
		json_object_update_missing(copy, (json_t *)row);
		json_object_set_new(copy, "seed", json_integer(
				    entry->record.cell.seed));
		json_object_set_new(copy, "boot", json_integer(entry->boot));
		json_object_set_new(copy, "keys",
				    cell_to_json(&entry->record.cell));
		json_array_append_new(list, copy);
	}
}

static void add(json_t *sum, const struct store_entry *entry)
{
	const json_t *detail = entry->record.detail;
	json_t *row = find_row(sum, entry);

	member(member(sum, "variants", json_object()), entry->variant,
	       json_true());
	add_counts(row, "cold", detail);
	add_counts(row, "warm", detail);
	json_add(row, "boots", 1);
	json_add(sum, "fulls", entry->record.fulls);
	json_add(row, "elapsed_ns", entry->record.elapsed_ns);
	json_add(row, "recanted", json_count(detail, "recanted"));
	json_add(row, "confirmed", json_count(detail, "confirmed"));
	json_add(row, "unresolved", json_count(detail, "unresolved"));
	if (json_count(detail, "first_warm_ns"))
		json_array_append_new(json_object_get(row, "first"),
			json_integer(json_count(detail, "first_warm_ns") -
				     json_count(detail, "warm_since_ns")));
	/* Of the last boot: how wide the span is, and how near one comes. */
	json_object_set(row, "span", json_object_get(detail, "span"));
	json_object_set(row, "reach", json_object_get(detail, "reach"));
	add_finds(sum, entry, row, detail);
}

json_int_t hunt_finds(const json_t *counts)
{
	json_int_t finds = 0;
	int class;

	for (class = 0; class < HANG_CLASSES; class++)
		finds += json_count(counts, hang_class_names[class]);
	return finds;
}

/* A real one by its PMU.  "hisi-flags" is too long for a table. */
const char *hunt_driver(const json_t *row)
{
	const char *mode = json_text(row, "mode");
	const char *pmu = json_text(row, "pmu");

	if (*pmu && strcmp(pmu, "aux_synth"))
		return pmu;
	return strcmp(mode, "hisi-flags") ? mode : "hisi+";
}

static void set_labels(struct text_table *t, size_t at, const json_t *row)
{
	char name[TEXT_NAME];

	text_table_set(t, at, 0, "%s", text_shorten(name,
		       json_text(row, "variant"), 10));
	text_table_set(t, at, 1, "%s", json_text(row, "loop"));
	text_table_set(t, at, 2, "%s%s", hunt_driver(row),
		       json_is_true(json_object_get(row, "nmi")) ? "/nmi" : "");
	text_table_set(t, at, 3, "%s%s", json_text(row, "aim"),
		       json_is_true(json_object_get(row, "cold_code")) ?
		       "/c" : "");
}

void hunt_heads(struct text_table *t, const char *const *heads, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		text_table_set(t, 0, i, "%s", heads[i]);
}

/* Three, and a line would not fit a mail. */
static char *two_digits(char buf[TEXT_NUMBER], double value)
{
	snprintf(buf, TEXT_NUMBER, value < 10 ? "%.2g" : "%.0f", value);
	return buf;
}

static void set_incidence(struct text_table *t, size_t at, size_t col,
			  json_int_t finds, json_int_t fulls)
{
	char rate[TEXT_NUMBER], low[TEXT_NUMBER], high[TEXT_NUMBER];
	double lo, hi;

	text_table_set(t, at, col, "-");
	text_table_set(t, at, col + 1, "-");
	if (!fulls || stats_clopper_pearson(finds, fulls, 0.95, &lo, &hi))
		return;
	text_table_set(t, at, col, "%s",
		       text_number(rate, 1000.0 * finds / fulls));
	text_table_set(t, at, col + 1, "%s-%s", two_digits(low, lo * 1000),
		       two_digits(high, hi * 1000));
}

static void warm_row(struct text_table *t, size_t at, const json_t *row)
{
	const json_t *warm = json_object_get(row, "warm");
	int class;

	set_labels(t, at, row);
	text_table_set(t, at, 4, "%" JSON_INTEGER_FORMAT,
		       json_count(warm, "fulls"));
	for (class = 0; class < HANG_CLASSES; class++)
		text_table_set(t, at, 5 + class, "%" JSON_INTEGER_FORMAT,
			       json_count(warm, hang_class_names[class]));
	set_incidence(t, at, 8, hunt_finds(warm), json_count(warm, "fulls"));
}

static int by_value(const void *a, const void *b)
{
	json_int_t x = *(const json_int_t *)a, y = *(const json_int_t *)b;

	return x < y ? -1 : x > y;
}

/* The median over the boots; those without a find come last. */
static void set_first(struct text_table *t, size_t at, size_t col,
		      const json_t *row)
{
	const json_t *list = json_object_get(row, "first");
	size_t n = json_array_size(list), boots = json_count(row, "boots"), i;
	json_int_t *sorted = calloc(n + 1, sizeof(*sorted));
	char text[TEXT_NUMBER];

	for (i = 0; i < n; i++)
		sorted[i] = json_integer_value(json_array_get(list, i));
	qsort(sorted, n, sizeof(*sorted), by_value);
	if (n && (boots - 1) / 2 < n)
		text_table_set(t, at, col, "%s", text_number(text,
			       sorted[(boots - 1) / 2] / 1e9));
	else
		text_table_set(t, at, col, "-");
	free(sorted);
}

/* The soonest ENABLE after a full, over the triggers: p10. */
static json_int_t best_reach(const json_t *row)
{
	json_int_t best = 0, ns;
	const char *name;
	json_t *times;

	json_object_foreach(json_object_get(row, "reach"), name, times) {
		ns = json_count(times, "p10_ns");
		if (json_count(times, "n") >= 20 && (!best || ns < best))
			best = ns;
	}
	return best;
}

static void cold_row(struct text_table *t, size_t at, const json_t *row)
{
	const json_t *cold = json_object_get(row, "cold");
	const json_t *warm = json_object_get(row, "warm");
	json_int_t ns = json_count(row, "elapsed_ns");
	char text[TEXT_NUMBER];

	set_labels(t, at, row);
	text_table_set(t, at, 4, "%" JSON_INTEGER_FORMAT "/%"
		       JSON_INTEGER_FORMAT, hunt_finds(cold),
		       json_count(cold, "fulls"));
	set_first(t, at, 5, row);
	text_table_set(t, at, 6, "%s", ns ? text_number(text,
		       (json_count(cold, "fulls") +
			json_count(warm, "fulls")) * 1e9 /
		       ns) : "-");
	text_table_set(t, at, 7, "%s", text_number(text, json_count(
		       json_object_get(row, "span"), "p50_ns") / 1e3));
	text_table_set(t, at, 8, "%s", text_number(text,
		       best_reach(row) / 1e3));
}

static void put_table(const json_t *rows, const char *kconfig,
		      const char *const *heads, size_t cols,
		      void (*put)(struct text_table *t, size_t at,
				  const json_t *row), FILE *f)
{
	struct text_table t;
	const char *key;
	size_t at = 1;
	json_t *row;

	json_object_foreach((json_t *)rows, key, row)
		at += !strcmp(json_text(row, "kconfig"), kconfig);
	text_table_init(&t, at, cols, 4);
	hunt_heads(&t, heads, cols);
	at = 1;
	json_object_foreach((json_t *)rows, key, row) {
		if (!strcmp(json_text(row, "kconfig"), kconfig))
			put(&t, at++, row);
	}
	text_table_end(&t, f);
}

/* Quick verdicts that were taken back; cycles that no class fits. */
static void put_doubts(const json_t *rows, const char *kconfig, FILE *f)
{
	json_int_t recanted = 0, unresolved = 0, confirmed = 0;
	const char *key;
	json_t *row;

	json_object_foreach((json_t *)rows, key, row) {
		if (strcmp(json_text(row, "kconfig"), kconfig))
			continue;
		recanted += json_count(row, "recanted");
		unresolved += json_count(row, "unresolved");
		confirmed += json_count(row, "confirmed");
	}
	text_wrap(f, 2, "Verdicts waited out for 20 ms: %" JSON_INTEGER_FORMAT
		  " held, %" JSON_INTEGER_FORMAT
		  " were taken back and are no finds; %" JSON_INTEGER_FORMAT
		  " cycles stood still and fit no class.", confirmed, recanted,
		  unresolved);
}

static void put_kconfig(const json_t *rows, const char *kconfig, FILE *f)
{
	static const char *const warm[] = {
		"variant", "loop", "driver", "aim", "fulls", "lost", "stop",
		"off", "/1000", "95 %",
	};
	static const char *const cold[] = {
		"variant", "loop", "driver", "aim", "cold", "first s",
		"fulls/s", "span us", "near us",
	};

	text_line(f, "%s", "");
	text_line(f, "hunt, kconfig %s: finds after the first 1,000 fulls of a boot",
		  kconfig);
	put_table(rows, kconfig, warm, 10, warm_row, f);
	text_line(f, "%s", "");
	put_table(rows, kconfig, cold, 9, cold_row, f);
	put_doubts(rows, kconfig, f);
}

static void put_replays(const json_t *finds, FILE *f)
{
	char lo_text[TEXT_NUMBER], hi_text[TEXT_NUMBER];
	json_int_t again, replays;
	const json_t *find;
	double lo, hi;
	size_t i;

	if (!json_array_size(finds))
		return;
	text_line(f, "%s", "");
	text_line(f, "finds tried again at the same phases (timelines: hunts.txt)");
	json_array_foreach(finds, i, find) {
		again = json_count(find, "again");
		replays = json_count(find, "replays");
		if (!replays || stats_clopper_pearson(again, replays, 0.95,
						      &lo, &hi))
			continue;
		text_wrap(f, 6, "%s %s %s%s: %s, %s, around %s: %"
			  JSON_INTEGER_FORMAT "/%" JSON_INTEGER_FORMAT
			  " (%s-%s %%)", json_text(find, "variant"),
			  json_text(find, "loop"), hunt_driver(find),
			  json_is_true(json_object_get(find, "nmi")) ?
			  "/nmi" : "", json_text(find, "class"),
			  json_text(find, "phases"), json_text(find, "around"),
			  again, replays, text_percent(lo_text, lo * 100),
			  text_percent(hi_text, hi * 100));
	}
}

/* By variant, as shipped; then loop, driver, aim. */
static int by_key(const void *a, const void *b)
{
	const char *x = *(const char *const *)a, *y = *(const char *const *)b;
	char *first = xasprintf("%.*s", (int)strcspn(x, "\t"), x);
	char *second = xasprintf("%.*s", (int)strcspn(y, "\t"), y);
	int ret = variant_cmp(first, second);

	free(first);
	free(second);
	return ret ? ret : strcmp(x, y);
}

/* The same rows in order; a new reference. */
static json_t *sorted_rows(const json_t *sum)
{
	json_t *rows = json_object_get(sum, "rows"), *row;
	const char **keys = calloc(json_object_size(rows) + 1, sizeof(*keys));
	json_t *sorted = json_object();
	const char *key;
	size_t n = 0, i;

	if (!keys)
		abort();
	json_object_foreach(rows, key, row)
		keys[n++] = key;
	qsort(keys, n, sizeof(*keys), by_key);
	for (i = 0; i < n; i++)
		json_object_set(sorted, keys[i],
				json_object_get(rows, keys[i]));
	free(keys);
	return sorted;
}

static void summary(const json_t *sum, FILE *f)
{
	json_t *rows = sorted_rows(sum), *row;
	json_t *kconfigs = json_object(), *value;
	const char *key;

	json_object_foreach((json_t *)rows, key, row)
		json_object_set_new(kconfigs, json_text(row, "kconfig"),
				    json_true());
	json_object_foreach(kconfigs, key, value)
		put_kconfig(rows, key, f);
	json_decref(kconfigs);
	put_replays(json_object_get(sum, "finds"), f);
	hunt_put_model(sum, rows, f);
	text_line(f, "%s", "");
	text_wrap(f, 2, "Nothing is delayed in a hunt. /1000: finds per 1,000 fulls with the exact 95 %% interval. cold: finds/fulls among the first 1,000 fulls of a boot; first s: from the 1,001st full to the first find, median of the boots; span: full to disable, median; near: the soonest tenth of the ENABLEs after a full. Not found: the model can hang, the hunter did not see it. hisi+: mode=hisi-flags, the driver as complete mends it.");
	json_decref(rows);
}

const struct report_kind report_hunt = {
	.add = add, .prepare = hunt_ask_model, .summary = summary,
	.files = report_finds,
};
