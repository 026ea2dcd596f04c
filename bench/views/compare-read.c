// SPDX-License-Identifier: GPL-2.0-only
#include "bench/views/compare.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bench/results/stats.h"
#include "lib/file.h"
#include "lib/units.h"

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
static char *identity(const struct report_combo *combo)
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
		      const struct report_combo *combo)
{
	if (!row->like)
		row->like = combo;
	if (!row->sum[set]) {
		row->sum[set] = calloc(1, sizeof(*row->sum[set]));
		if (!row->sum[set])
			abort();
		report_sum_init(row->sum[set]);
	}
	report_sum_add(row->sum[set], &combo->sum);
	row->records[set] += combo->measured;
	report_set_or_mix(&row->accel[set], combo->accel);
	report_set_or_mix(&row->method[set], combo->method);
}

static void add_set(struct compare *c, size_t set, json_t *index)
{
	const struct report *report = &c->set[set].report;
	const struct report_combo *combo;
	const json_t *place;
	size_t i, row;
	char *id;

	for (i = 0; i < report->combos; i++) {
		combo = report->combo[i];
		if (!combo->measured)
			continue;
		id = identity(combo);
		place = json_object_get(index, id);
		row = place ? (size_t)json_integer_value(place) : c->rows;
		if (!place && !set) {
			json_object_set_new(index, id, json_integer(row));
			c->row = report_grow(c->row, row, sizeof(*c->row));
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
		free(row->sum[i]);
		free(row->accel[i]);
		free(row->method[i]);
	}
}

/* Drops what not all sets have. */
static void keep_common(struct compare *c)
{
	size_t i, set, n = 0;

	for (i = 0; i < c->rows; i++) {
		for (set = 0; set < c->sets && c->row[i].sum[set]; set++)
			;
		if (set == c->sets) {
			c->row[n++] = c->row[i];
			continue;
		}
		for (set = 0; set < c->sets; set++)
			c->set[set].left_out += !!c->row[i].sum[set];
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
	size_t i;

	row->times = strcmp(row->accel[0], "mixed");
	row->gaps = strcmp(row->method[0], "mixed");
	for (i = 1; i < sets; i++) {
		if (!strcmp(row->accel[i], "mixed") ||
		    emulated(row->accel[i]) != emulated(row->accel[0]))
			row->times = false;
		if (strcmp(row->method[i], row->method[0]))
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
		char *variants = report_names_join(&c->set[i].report.variants);

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
	char *store;
	size_t i;
	int ret = 0;

	memset(c, 0, sizeof(*c));
	for (i = 0; !ret && i < n; i++) {
		c->set[i].dir = dirs[i];
		c->set[i].label[0] = 'A' + i;
		c->sets = i + 1;
		store = xasprintf("%s/store.jsonl", dirs[i]);
		ret = report_read(&c->set[i].report, store, err);
		free(store);
		if (!ret)
			add_set(c, i, index);
	}
	json_decref(index);
	if (ret)
		return ret;
	keep_common(c);
	if (!c->rows)
		return nothing_common(c, err);
	for (i = 0; i < c->rows; i++)
		judge(&c->row[i], c->sets);
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
		report_free(&c->set[i].report);
	report_names_free(&c->doubts);
}

static struct compare_value hang_value(uint64_t hangs, uint64_t fulls)
{
	struct compare_value v = { .hangs = hangs, .fulls = fulls };

	if (stats_clopper_pearson(hangs, fulls, 0.95, &v.lo, &v.hi))
		return v;
	v.known = true;
	v.value = 100.0 * hangs / fulls;
	v.lo *= 100;
	v.hi *= 100;
	return v;
}

static struct compare_value quantile_value(const struct hist *h, double q,
					   double unit)
{
	return (struct compare_value) {
		.known = h->n, .value = hist_quantile(h, q) / unit,
	};
}

struct compare_value compare_of_row(const struct compare_row *row, size_t set,
				    int metric)
{
	const struct record *sum = row->sum[set];
	struct compare_value v = { .known = false };

	switch (metric) {
	case COMPARE_HANG:
		return hang_value(record_hangs(sum), sum->fulls);
	case COMPARE_P50:
		if (row->times)
			v = quantile_value(&sum->h.wakeup, 0.5, NSEC_PER_USEC);
		break;
	case COMPARE_P99:
		if (row->times)
			v = quantile_value(&sum->h.wakeup, 0.99,
					   NSEC_PER_USEC);
		break;
	case COMPARE_GAP:
		if (row->times && row->gaps)
			v = quantile_value(&sum->h.gap, 0.5, NSEC_PER_MSEC);
		break;
	case COMPARE_COVERAGE:
		v.known = row->gaps && sum->traced_ns + sum->gap_ns;
		v.value = 100 * record_coverage(sum);
		break;
	}
	return v;
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

/* A row counts where all sets have a value: means of different rows lie. */
static bool all_know(const struct compare *c, const struct compare_row *row,
		     int metric)
{
	size_t set;

	for (set = 0; set < c->sets; set++) {
		if (!compare_of_row(row, set, metric).known)
			return false;
	}
	return true;
}

struct compare_value compare_of_kernel(const struct compare *c,
				       const struct compare_row *like,
				       size_t set, int metric)
{
	bool logs = metric != COMPARE_HANG && metric != COMPARE_COVERAGE;
	struct compare_value v, all = { .known = false };
	double sum = 0;
	size_t i, n = 0;

	for (i = 0; i < c->rows; i++) {
		if (!same_kernel(&c->row[i], like))
			continue;
		v = compare_of_row(&c->row[i], set, metric);
		all.hangs += v.hangs;
		all.fulls += v.fulls;
		if (metric == COMPARE_HANG || !all_know(c, &c->row[i], metric))
			continue;
		sum += logs ? log(fmax(v.value, 1e-9)) : v.value;
		n++;
	}
	if (metric == COMPARE_HANG)
		return hang_value(all.hangs, all.fulls);
	all.known = n;
	if (n)
		all.value = logs ? exp(sum / n) : sum / n;
	return all;
}
