// SPDX-License-Identifier: GPL-2.0-only
/*
 * Could a boot have measured this?  A guest's memory may be damaged by the very
 * kernel that is judged, so what it answers is held against what was asked
 * and against itself, before anybody counts it.
 */
#include "lib/record.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "lib/units.h"

/* Clocks are read one after the other, and a guest's is not the host's. */
#define SLACK_NS (10 * NSEC_PER_SEC)
/* A buffer of 4 KiB at 400 GB/s is full after 10 ns. */
#define FULL_NS 10
#define BYTES_PER_NS 1000
/* What is longer than 104 days in ns, or more often than once in each. */
#define NUMBER_MAX (1ll << 53)
/* Threads of one cell, beside those of its pairs. */
#define THREADS_MAX 64

static int differs(const char *what, uint64_t is, const char *than,
		   uint64_t limit, struct err *err)
{
	return err_set(err, -EINVAL,
		       "%s is %" PRIu64 ", which is more than %s, %" PRIu64,
		       what, is, than, limit);
}

/* The experiment itself: another one's numbers say nothing about it. */
static int check_cell(const struct record *r, const struct cell *asked,
		      struct err *err)
{
	json_t *want = cell_to_json(asked), *is = cell_to_json(&r->cell);
	const char *key;
	json_t *value;
	char *text;
	int ret = 0;

	json_object_foreach(want, key, value) {
		if (json_equal(value, json_object_get(is, key)))
			continue;
		text = json_dumps(json_object_get(is, key), JSON_ENCODE_ANY);
		ret = err_set(err, -EINVAL, "of another cell: '%s' is %s", key,
			      text ? text : "not there");
		free(text);
		break;
	}
	json_decref(want);
	json_decref(is);
	return ret;
}

/* Every hang of these two classes is one of a full. */
static uint64_t hangs_at_full(const struct record *r)
{
	return r->hangs[HANG_LOST_WAKEUP] + r->hangs[HANG_SILENT_STOP];
}

/* Our own agent leaves nothing out; only a store of an older one does. */
static int check_whole(const struct record *r, struct err *err)
{
	return r->absent ? err_set(err, -EINVAL,
				   "counters or histograms are missing") : 0;
}

/* The plain counters: each is a part of another. */
static int check_counts(const struct record *r, struct err *err)
{
	const struct {
		const char *what;
		uint64_t is;
		const char *than;
		uint64_t limit;
	} rules[] = {
		{ "lost_wakeup and silent_stop", hangs_at_full(r), "fulls",
		  r->fulls },
		{ "fulls_null and fulls_short",
		  r->fulls_null + r->fulls_short, "fulls", r->fulls },
		{ "open", r->open, "fulls", r->fulls },
		{ "disagree", r->disagree, "all hangs", record_hangs(r) },
		{ "ready, empty and measured wakeups",
		  r->ready + r->empty + r->h.wakeup.n, "wakeups",
		  r->wakeups },
		{ "records", r->records, "bytes", r->bytes },
		{ "gap and censored", r->h.gap.n + r->h.censored.n,
		  "fulls and pairs", r->fulls + r->pairs },
		{ "gap_wake", r->h.gap_wake.n, "gap", r->h.gap.n },
		{ "gap_drain", r->h.gap_drain.n, "gap", r->h.gap.n },
		{ "gap_enable", r->h.gap_enable.n, "gap", r->h.gap.n },
		{ "enable", r->h.enable.n, "enables", r->enables },
		{ "enable_running", r->h.enable_running.n, "enable",
		  r->h.enable.n },
		{ "timelines of hangs", r->hangs_kept, "all hangs",
		  record_hangs(r) },
	};
	size_t i;

	for (i = 0; i < sizeof(rules) / sizeof(*rules); i++) {
		if (rules[i].is > rules[i].limit)
			return differs(rules[i].what, rules[i].is,
				       rules[i].than, rules[i].limit, err);
	}
	return 0;
}

/* Nothing took longer than the cell, nor came more often than it can. */
static int check_times(const struct record *r, struct err *err)
{
	uint64_t elapsed = r->elapsed_ns + SLACK_NS;
	const struct record_hist_name *name;
	const struct hist *h;

	if (r->traced_ns + r->gap_ns > elapsed * (r->pairs + 1))
		return differs("traced_ns and gap_ns",
			       r->traced_ns + r->gap_ns,
			       "all pairs had", elapsed * (r->pairs + 1), err);
	if (r->tracee_ns > elapsed * (r->pairs + THREADS_MAX))
		return differs("tracee_ns", r->tracee_ns, "all threads had",
			       elapsed * (r->pairs + THREADS_MAX), err);
	if (r->fulls > elapsed / FULL_NS)
		return differs("fulls", r->fulls, "there can be",
			       elapsed / FULL_NS, err);
	if (r->bytes / BYTES_PER_NS > elapsed)
		return differs("bytes", r->bytes, "there can be",
			       elapsed * BYTES_PER_NS, err);
	for (name = record_hist_names; name->name; name++) {
		h = (const struct hist *)((const char *)&r->h + name->offset);
		if (h->max > elapsed)
			return differs(name->name, h->max, "the cell took",
				       elapsed, err);
	}
	return 0;
}

/* How long the cell was; the others than a steady stream end as they like. */
static int check_length(const struct record *r, uint64_t took,
			struct err *err)
{
	const struct cell *cell = &r->cell;

	/* A clock that is too fast: see also the guest's hello. */
	if (took && r->elapsed_ns > took + took / 10 + NSEC_PER_SEC / 10)
		return differs("elapsed_ns", r->elapsed_ns,
			       "the host has waited", took, err);
	if (cell->kind != KIND_STREAM || r->elapsed_ns >= cell->duration ||
	    (cell->fulls && r->fulls >= cell->fulls))
		return 0;
	return err_set(err, -EINVAL,
		       "elapsed_ns is %" PRIu64 ", less than the cell's %" PRIu64,
		       r->elapsed_ns, cell->duration);
}

/* Each pair in this order, where both did happen. */
static int check_order(const struct hang *hang, struct err *err)
{
	uint64_t later = hang->detected + SLACK_NS;
	const struct {
		const char *first, *then;
		uint64_t a, b;
	} order[] = {
		{ "stop", "detected", hang->stop, hang->detected },
		{ "pmi", "detected", hang->pmi, hang->detected },
		{ "full_at", "detected", hang->full_at, hang->detected },
		{ "full_at", "window_end", hang->full_at, hang->window_end },
		{ "disabled", "detected", hang->disabled, hang->detected },
		{ "poll_in", "poll_out", hang->poll_in, hang->poll_out },
		{ "enable_in", "enable_out", hang->enable_in,
		  hang->enable_out },
		/* The tracer may wake up while it is looked at. */
		{ "drained", "detected", hang->drained, later },
		{ "enable_out", "detected", hang->enable_out, later },
		{ "poll_again", "detected", hang->poll_again, later },
	};
	size_t i;

	if (!hang->detected)
		return err_set(err, -EINVAL, "a hang was never detected");
	for (i = 0; i < sizeof(order) / sizeof(*order); i++) {
		if (order[i].a && order[i].b && order[i].a > order[i].b)
			return err_set(err, -EINVAL,
				       "of a hang, %s is after %s",
				       order[i].first, order[i].then);
	}
	return 0;
}

static int check_hangs(const struct record *r, struct err *err)
{
	uint64_t kept[HANG_CLASSES] = { 0 }, i;
	const struct hang *hang;
	int class, ret = 0;

	for (i = 0; !ret && i < r->hangs_kept; i++) {
		hang = &r->hang[i];
		kept[hang->class]++;
		if (hang->full > r->fulls)
			ret = differs("a hang's full", hang->full, "fulls",
				      r->fulls, err);
		else if (hang->pair < 0 ||
			 (uint64_t)hang->pair >= r->pairs + THREADS_MAX)
			ret = err_set(err, -EINVAL, "no pair %d has a hang",
				      hang->pair);
		else
			ret = check_order(hang, err);
	}
	for (class = 0; !ret && class < HANG_CLASSES; class++) {
		if (kept[class] > r->hangs[class])
			ret = differs(hang_class_names[class], kept[class],
				      "are counted", r->hangs[class], err);
	}
	return ret;
}

/* What views may add up: no number that none of our clocks and counters has. */
static int check_numbers(const json_t *json, struct err *err)
{
	const json_t *value;
	json_int_t n;
	size_t i;
	void *at;
	int ret = 0;

	if (json_is_integer(json)) {
		n = json_integer_value(json);
		if (n > NUMBER_MAX || n < -NUMBER_MAX)
			ret = err_set(err, -EINVAL,
				      "%" JSON_INTEGER_FORMAT
				      " is no number of a boot", n);
	}
	json_array_foreach(json, i, value) {
		ret = ret ? ret : check_numbers(value, err);
	}
	for (at = json_object_iter((json_t *)json); at && !ret;
	     at = json_object_iter_next((json_t *)json, at)) {
		/* Compared already; its seed may be any number. */
		if (strcmp(json_object_iter_key(at), "cell"))
			ret = check_numbers(json_object_iter_value(at), err);
	}
	return ret;
}

int record_check(const struct record *record, const json_t *json,
		 const struct cell *asked, uint64_t took, struct err *err)
{
	int ret = check_cell(record, asked, err);

	if (!ret)
		ret = check_numbers(json, err);
	if (!ret)
		ret = check_whole(record, err);
	if (!ret)
		ret = check_counts(record, err);
	if (!ret)
		ret = check_length(record, took, err);
	if (!ret)
		ret = check_times(record, err);
	if (!ret)
		ret = check_hangs(record, err);
	return ret;
}
