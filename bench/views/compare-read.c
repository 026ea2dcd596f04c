// SPDX-License-Identifier: GPL-2.0-only
#include "bench/views/compare.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench/results/stats.h"
#include "lib/file.h"

/* Keys that do not make another cell of it, but are worth a warning. */
static const char *const side_keys[] = {
	"pmu", "duration", "fulls", "hang_timeout", "reference", NULL
};

bool compare_is_side_key(const char *name)
{
	size_t i;

	for (i = 0; side_keys[i]; i++) {
		if (!strcmp(name, side_keys[i]))
			return true;
	}
	return !strcmp(name, "seed");
}

/* What two measurements must have in common to be of the same thing. */
static char *identity(const struct results_combo *combo)
{
	char *id = xasprintf("%s\n%s", combo->kernel->kconfig,
			     combo->kernel->variant), *more;
	char value[CELL_VALUE_LEN];
	const struct cell_key *key;

	for (key = cell_keys; key->name; key++) {
		if (compare_is_side_key(key->name))
			continue;
		cell_get(&combo->key, key, value);
		more = xasprintf("%s\n%s", id, value);
		free(id);
		id = more;
	}
	return id;
}

static void add_combo(struct compare_row *row, size_t set,
		      const struct results_combo *combo)
{
	if (!row->like)
		row->like = combo;
	if (!row->combo[set]) {
		row->combo[set] = calloc(1, sizeof(*row->combo[set]));
		if (!row->combo[set])
			abort();
		results_sum_init(&row->combo[set]->sum);
		row->combo[set]->key = combo->key;
	}
	results_combo_merge(row->combo[set], combo);
}

static void add_set(struct compare *c, size_t set, json_t *index)
{
	const struct results *results = &c->set[set].results;
	const struct results_combo *combo;
	const json_t *place;
	size_t i, row;
	char *id;

	for (i = 0; i < results->combos; i++) {
		combo = results->combo[i];
		if (!combo->measured)
			continue;
		id = identity(combo);
		place = json_object_get(index, id);
		row = place ? (size_t)json_integer_value(place) : c->rows;
		if (!place && !set) {
			json_object_set_new(index, id, json_integer(row));
			c->row = results_grow(c->row, row, sizeof(*c->row));
			memset(&c->row[c->rows++], 0, sizeof(*c->row));
		}
		if (row < c->rows)
			add_combo(&c->row[row], set, combo);
		else
			c->set[set].left_out++;
		free(id);
	}
}

static void row_free(struct compare_row *row)
{
	size_t i;

	for (i = 0; i < COMPARE_SETS; i++) {
		if (!row->combo[i])
			continue;
		free(row->combo[i]->accel);
		free(row->combo[i]->method);
		free(row->combo[i]->repeat);
		free(row->combo[i]);
	}
}

/* Drops what not all sets have. */
static void keep_common(struct compare *c)
{
	size_t i, set, n = 0;

	for (i = 0; i < c->rows; i++) {
		for (set = 0; set < c->sets && c->row[i].combo[set]; set++)
			;
		if (set == c->sets) {
			c->row[n++] = c->row[i];
			continue;
		}
		for (set = 0; set < c->sets; set++)
			c->set[set].left_out += !!c->row[i].combo[set];
		row_free(&c->row[i]);
	}
	c->rows = n;
}

static bool emulated(const char *accel)
{
	return !strcmp(accel, "tcg");
}

/* Under TCG the clock of the host is no judge of a guest's microseconds. */
static void judge(struct compare_row *row, size_t sets)
{
	const struct results_combo *first = row->combo[0], *this;
	size_t i;

	row->times = strcmp(first->accel, "mixed");
	row->gaps = strcmp(first->method, "mixed");
	for (i = 1; i < sets; i++) {
		this = row->combo[i];
		if (!strcmp(this->accel, "mixed") ||
		    emulated(this->accel) != emulated(first->accel))
			row->times = false;
		if (strcmp(this->method, first->method))
			row->gaps = false;
	}
}

static void find_keys(struct compare *c)
{
	char first[CELL_VALUE_LEN], value[CELL_VALUE_LEN];
	const struct cell_key *key;
	size_t i;

	for (key = cell_keys; key->name; key++) {
		if (compare_is_side_key(key->name) || c->keys ==
		    sizeof(c->key) / sizeof(c->key[0]))
			continue;
		cell_get(&c->row[0].like->key, key, first);
		for (i = 1; i < c->rows; i++) {
			cell_get(&c->row[i].like->key, key, value);
			if (strcmp(first, value))
				break;
		}
		if (i < c->rows)
			c->key[c->keys++] = key;
	}
}

static int nothing_common(const struct compare *c, struct err *err)
{
	char *text = xasprintf("%s", "no variant, kconfig and cell that all have:"), *more;
	size_t i;

	for (i = 0; i < c->sets; i++) {
		char *variants = results_names_join(&c->set[i].results.variants);

		more = xasprintf("%s%s %s has %" PRIu64 " cells of %s", text,
				 i ? ";" : "", c->set[i].dir,
				 c->set[i].left_out, variants);
		free(variants);
		free(text);
		text = more;
	}
	err_set(err, -EINVAL, "%s", text);
	free(text);
	return -EINVAL;
}

int compare_read(struct compare *c, const char *const *dirs, size_t n,
		 struct err *err)
{
	json_t *index = json_object();
	size_t i;
	int ret = 0;

	memset(c, 0, sizeof(*c));
	for (i = 0; !ret && i < n; i++) {
		c->set[i].dir = dirs[i];
		c->set[i].label[0] = 'A' + i;
		c->sets = i + 1;
		ret = results_read(&c->set[i].results, dirs[i], NULL, NULL,
				   err);
		if (!ret)
			add_set(c, i, index);
	}
	json_decref(index);
	if (ret)
		return ret;
	keep_common(c);
	if (!c->rows)
		return nothing_common(c, err);
	for (i = 0; i < c->rows; i++) {
		judge(&c->row[i], c->sets);
		results_set_end(c->row[i].combo, c->sets);
	}
	find_keys(c);
	compare_doubts(c);
	return 0;
}

void compare_free(struct compare *c)
{
	size_t i;

	for (i = 0; i < c->rows; i++)
		row_free(&c->row[i]);
	free(c->row);
	for (i = 0; i < c->sets; i++)
		results_free(&c->set[i].results);
	results_names_free(&c->doubts);
}

static bool same_kernel(const struct compare_row *a,
			const struct compare_row *b)
{
	return a->like->kernel == b->like->kernel;
}

bool compare_first(const struct compare *c, size_t row)
{
	size_t i;

	for (i = 0; i < row; i++) {
		if (same_kernel(&c->row[i], &c->row[row]))
			return false;
	}
	return true;
}

/* The rows that are meant: one, or all of its kernel. */
static bool is_meant(const struct compare *c, size_t i, size_t row,
		     bool whole_kernel)
{
	return whole_kernel ? same_kernel(&c->row[i], &c->row[row]) : i == row;
}

struct compare_hangs compare_hangs(const struct compare *c, size_t row,
				   bool whole_kernel, size_t set)
{
	struct compare_hangs h = { .hi = 1 };
	size_t i;

	for (i = 0; i < c->rows; i++) {
		if (!is_meant(c, i, row, whole_kernel))
			continue;
		h.hangs += record_hangs(&c->row[i].combo[set]->sum);
		h.fulls += c->row[i].combo[set]->sum.fulls;
	}
	stats_clopper_pearson(h.hangs, h.fulls, 0.95, &h.lo, &h.hi);
	return h;
}

/* Shares of what was counted can be compared always. */
static bool can_compare(const struct compare_row *row,
			const struct metric *metric)
{
	bool time = strcmp(metric->unit, "%");

	return (row->times || !time) && (row->gaps || !metric->gaps);
}

/* The rows that are meant in which a metric can be compared. */
static size_t find_pairs(const struct compare *c, size_t row,
			 bool whole_kernel, size_t set, enum metric_id metric,
			 struct contrast_pair **pairs)
{
	size_t i, n = 0, other = set ? 0 : 1;

	*pairs = NULL;
	for (i = 0; i < c->rows; i++) {
		if (!is_meant(c, i, row, whole_kernel) ||
		    !can_compare(&c->row[i], &metrics[metric]))
			continue;
		*pairs = results_grow(*pairs, n, sizeof(**pairs));
		(*pairs)[n++] = (struct contrast_pair) {
			{ c->row[i].combo[set], c->row[i].combo[other] }
		};
	}
	return n;
}

void compare_contrast(const struct compare *c, size_t row, bool whole_kernel,
		      size_t set, enum metric_id metric,
		      struct contrast *contrast)
{
	struct contrast_pair *pairs;
	size_t n = find_pairs(c, row, whole_kernel, set, metric, &pairs);

	contrast_make(contrast, metric, pairs, n, CONTRAST_PAD_NS);
	free(pairs);
}
