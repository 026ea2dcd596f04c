// SPDX-License-Identifier: GPL-2.0-only
/* One cell by hand: the cyclictest of perf's AUX path. */
#include <errno.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/colour.h"
#include "lib/file.h"
#include "lib/options.h"
#include "lib/proc.h"
#include "lib/suggest.h"
#include "lib/timeline.h"
#include "lib/units.h"
#include "stress/kinds.h"
#include "stress/event/pmu-kinds.h"
#include "stress/event/preflight.h"

#define MAX_CPUS 2048

struct auxlat {
	struct cell cell;
	struct measure_options options;
	int cpus[MAX_CPUS];
	const char *json;
	bool mlock, quiet, live, list;
};

static int set_key(struct auxlat *a, const char *key, const char *arg,
		   struct err *err)
{
	return cell_set(&a->cell, cell_key_find(key), arg, err);
}

static int set_duration(void *ctx, const char *arg, struct err *err)
{
	char *seconds;
	int ret;

	/* cyclictest's -D: a bare number is seconds. */
	if (arg[0] && strspn(arg, "0123456789") == strlen(arg)) {
		seconds = xasprintf("%ss", arg);
		ret = set_key(ctx, "duration", seconds, err);
		free(seconds);
		return ret;
	}
	return set_key(ctx, "duration", arg, err);
}

static int set_fulls(void *ctx, const char *arg, struct err *err)
{
	return set_key(ctx, "fulls", arg, err);
}

static int set_threads(void *ctx, const char *arg, struct err *err)
{
	struct auxlat *a = ctx;
	uint64_t n;

	if (units_parse_uint(arg, &n) || !n || n > MAX_CPUS)
		return err_set(err, -EINVAL,
			       "--threads: '%s' is not a number of pairs from 1 to %d",
			       arg, MAX_CPUS);
	a->options.pairs = n;
	return 0;
}

static int set_affinity(void *ctx, const char *arg, struct err *err)
{
	struct auxlat *a = ctx;
	const char *p = arg;
	char *end;
	long cpu;

	a->options.ncpus = 0;
	do {
		cpu = strtol(p, &end, 10);
		if (end == p || cpu < 0 || cpu >= CPU_SETSIZE ||
		    (*end && *end != ',') || a->options.ncpus == MAX_CPUS)
			return err_set(err, -EINVAL,
				       "--affinity: '%s' is not a list of CPUs: tracee,tracer,...",
				       arg);
		a->cpus[a->options.ncpus++] = cpu;
		p = end + 1;
	} while (*end);
	if (a->options.ncpus % 2)
		return err_set(err, -EINVAL,
			       "--affinity: an even number of CPUs is expected: tracee,tracer,...");
	a->options.cpus = a->cpus;
	return 0;
}

static int set_priority(void *ctx, const char *arg, struct err *err)
{
	struct auxlat *a = ctx;
	uint64_t n;

	if (units_parse_uint(arg, &n) || n < 1 || n > 99)
		return err_set(err, -EINVAL,
			       "--priority: '%s' is not from 1 to 99", arg);
	a->options.priority = n;
	if (!a->options.policy)
		a->options.policy = SCHED_FIFO;
	return 0;
}

static int set_policy(void *ctx, const char *arg, struct err *err)
{
	struct auxlat *a = ctx;

	if (!strcmp(arg, "fifo"))
		a->options.policy = SCHED_FIFO;
	else if (!strcmp(arg, "rr"))
		a->options.policy = SCHED_RR;
	else if (!strcmp(arg, "other"))
		a->options.policy = 0;
	else
		return err_set(err, -EINVAL,
			       "--policy: '%s' is not fifo, rr or other", arg);
	if (a->options.policy && !a->options.priority)
		a->options.priority = 1;
	return 0;
}

static int set_mlock(void *ctx, const char *arg, struct err *err)
{
	((struct auxlat *)ctx)->mlock = true;
	return 0;
}

static int set_quiet(void *ctx, const char *arg, struct err *err)
{
	((struct auxlat *)ctx)->quiet = true;
	return 0;
}

static int set_json(void *ctx, const char *arg, struct err *err)
{
	((struct auxlat *)ctx)->json = arg;
	return 0;
}

static int set_no_driver(void *ctx, const char *arg, struct err *err)
{
	((struct auxlat *)ctx)->options.no_driver = true;
	return 0;
}

static int set_list(void *ctx, const char *arg, struct err *err)
{
	((struct auxlat *)ctx)->list = true;
	return 0;
}

static int set_default(void *ctx, const char *name, const char *value,
		       struct err *err)
{
	const struct cell_key *key = cell_key_find(name);

	return key ? cell_set(&((struct auxlat *)ctx)->cell, key, value, err) :
		-ENOENT;
}

static void print_words(FILE *out)
{
	const struct cell_key *key;

	for (key = cell_keys; key->name; key++)
		fprintf(out, "%s=\n", key->name);
}

static int unknown_key(const char *name, struct err *err)
{
	const struct cell_key *key;
	struct suggest suggest;
	char text[SUGGEST_LEN];

	suggest_init(&suggest, name);
	for (key = cell_keys; key->name; key++)
		suggest_offer(&suggest, key->name);
	return err_set(err, -EINVAL,
		       "no such key '%s'%s (auxlat --help=keys lists them)",
		       name, suggest_text(&suggest, "", text));
}

/* "key=value", for every key of a cell. */
static int set_operand(void *ctx, const char *arg, struct err *err)
{
	const char *equals = strchr(arg, '=');
	const struct cell_key *key;
	char name[32];

	if (!equals)
		return err_set(err, -EINVAL,
			       "'%s': expected key=value (--help=keys lists the keys)",
			       arg);
	snprintf(name, sizeof(name), "%.*s", (int)(equals - arg), arg);
	key = cell_key_find(name);
	return !key ? unknown_key(name, err) : cell_set(&((struct auxlat *)ctx)->cell, key, equals + 1, err);
}

static const struct option_def options[] = {
	{ 'a', "affinity", "CPUS", "tracee,tracer,... CPUs, pair by pair",
	  set_affinity },
	{ 't', "threads", "N", "pairs of tracee and tracer", set_threads },
	{ 'p', "priority", "PRIO", "real-time priority of the tracers",
	  set_priority },
	{ 0, "policy", "POLICY", "their policy: fifo, rr or other",
	  set_policy },
	{ 'm', "mlockall", NULL, "lock current and future memory", set_mlock },
	{ 'D', "duration", "TIME", "length of the run; a number is seconds",
	  set_duration },
	{ 'l', "loops", "N", "end after N fulls, 0: no limit", set_fulls },
	{ 'q', "quiet", NULL, "no live line, only the result", set_quiet },
	{ 0, "json", "FILE", "write the record to FILE ('-': stdout, alone)",
	  set_json },
	{ 0, "no-driver", NULL,
	  "do not ask auxsynth: judge as on a real PMU", set_no_driver },
	{ 0, "list-pmus", NULL,
	  "print the PMUs here: which have an AUX area, what is missing",
	  set_list },
	{ 0 }
};

/* The keys of a cell as a section of help and man page; caller frees. */
static char *keys_text(void)
{
	const struct cell_key *key;
	char value[CELL_VALUE_LEN], *text = xasprintf("%s", ""), *more;
	struct cell cell;

	cell_init(&cell);
	for (key = cell_keys; key->name; key++) {
		cell_get(&cell, key, value);
		more = xasprintf("%s  %-14s%s%s\n%16s%s [%s]\n", text,
				 key->name, "", key->help, "", key->expect,
				 value);
		free(text);
		text = more;
	}
	return text;
}

static double us(uint64_t ns)
{
	return ns / 1000.0;
}

static void live_line(void *ctx, const struct record *r)
{
	struct auxlat *a = ctx;

	if (a->live)
		fprintf(stderr,
			"\r%6.0f s  fulls %llu  lost_wakeup %llu  silent_stop %llu ",
			r->elapsed_ns / 1e9, (unsigned long long)r->fulls,
			(unsigned long long)r->hangs[HANG_LOST_WAKEUP],
			(unsigned long long)r->hangs[HANG_SILENT_STOP]);
}

static void print_hang(void *ctx, const struct hang *hang)
{
	struct auxlat *a = ctx;

	if (a->quiet)
		return;
	if (a->live)
		fprintf(stderr, "\r%70s\r", "");
	timeline_print(stderr, hang);
}

static void print_hist(FILE *out, const char *name, const struct hist *h)
{
	if (!h->n) {
		fprintf(out, "%-12s n 0\n", name);
		return;
	}
	fprintf(out,
		"%-12s n %-8llu min %.1f p50 %.1f p99 %.1f p99.9 %.1f max %.1f us",
		name, (unsigned long long)h->n, us(h->min),
		us(hist_quantile(h, 0.5)), us(hist_quantile(h, 0.99)),
		us(hist_quantile(h, 0.999)), us(h->max));
	if (h->overflow)
		fprintf(out, " overflow %llu",
			(unsigned long long)h->overflow);
	fputc('\n', out);
}

/* What a real PMU's trace showed besides its gaps. */
static void print_trace(FILE *out, const struct record *r)
{
	const json_t *trace = json_object_get(r->detail, "trace"), *value;
	const char *name;

	if (!trace)
		return;
	fprintf(out, "trace       ");
	json_object_foreach((json_t *)trace, name, value) {
		if (json_is_string(value))
			fprintf(out, " (by flags only: %s)",
				json_string_value(value));
		else
			fprintf(out, " %s %lld", name,
				(long long)json_integer_value(value));
	}
	fputc('\n', out);
}

static void print_result(FILE *out, const struct record *r)
{
	const struct record_hist_name *name;
	bool driver = !strcmp(r->method, "driver");
	char rate[UNITS_LEN];

	units_format_rate(rate, r->cell.rate);
	fprintf(out, "fulls %llu (%.1f/s", (unsigned long long)r->fulls,
		r->elapsed_ns ? r->fulls * 1e9 / r->elapsed_ns : 0);
	if (driver)
		fprintf(out, ", begin NULL %llu, short %llu",
			(unsigned long long)r->fulls_null,
			(unsigned long long)r->fulls_short);
	fprintf(out, ")\n");
	fprintf(out, "hangs lost_wakeup %llu silent_stop %llu open %llu\n",
		(unsigned long long)r->hangs[HANG_LOST_WAKEUP],
		(unsigned long long)r->hangs[HANG_SILENT_STOP],
		(unsigned long long)r->open);
	fprintf(out, "wakeups %llu (ready %llu, empty %llu) enables %llu\n",
		(unsigned long long)r->wakeups, (unsigned long long)r->ready,
		(unsigned long long)r->empty, (unsigned long long)r->enables);
	for (name = record_hist_names; name->name; name++)
		print_hist(out, name->name, (const struct hist *)
			   ((const char *)&r->h + name->offset));
	fprintf(out, "coverage %.2f %%  rate %.2f MB/s",
		100 * record_coverage(r), record_rate(r) / 1e6);
	if (driver)
		fprintf(out, " of %sB/s", rate);
	if (driver && r->traced_ns && record_rate(r) < 0.98 * r->cell.rate)
		fprintf(out, " (this machine cannot hold it)");
	fprintf(out, "  by %s\n", r->method);
	print_trace(out, r);
	if (r->laps)
		fprintf(out, "LAPS %llu: the kernel's head ran over what was not read\n",
			(unsigned long long)r->laps);
	if (r->bad_records)
		fprintf(out, "BAD RECORDS %llu: the trace is damaged\n",
			(unsigned long long)r->bad_records);
}

/* What the other kinds of cells found; their JSON says it best. */
static void print_detail(FILE *out, const struct record *r)
{
	fprintf(out, "fulls %llu (%.1f/s)\n", (unsigned long long)r->fulls,
		r->elapsed_ns ? r->fulls * 1e9 / r->elapsed_ns : 0);
	fprintf(out, "hangs lost_wakeup %llu silent_stop %llu silent_off %llu\n",
		(unsigned long long)r->hangs[HANG_LOST_WAKEUP],
		(unsigned long long)r->hangs[HANG_SILENT_STOP],
		(unsigned long long)r->hangs[HANG_SILENT_OFF]);
	json_dumpf(r->detail, out, JSON_INDENT(1));
	fputc('\n', out);
}

static int write_json(const struct auxlat *a, const struct record *record,
		      struct err *err)
{
	json_t *json = record_to_json(record);
	char *text = json_dumps(json, JSON_INDENT(1));
	int ret = 0;

	json_decref(json);
	if (!text)
		return err_set(err, -ENOMEM, "no memory for the JSON");
	if (!strcmp(a->json, "-"))
		puts(text);
	else
		ret = file_write(a->json, text, strlen(text), err);
	free(text);
	return ret;
}

/* 0 no hang, 2 hangs, -errno with @err. */
static int run(struct auxlat *a, struct err *err)
{
	struct record *record;
	struct preflight here;
	char release[65];
	FILE *out;
	int ret;

	preflight_init(&here, false, release);
	/*
	 * Judged by flags, not even the driver's own device is needed; and
	 * some kinds of cells have PMUs of their own.
	 */
	if (!a->options.no_driver && cell_kinds[a->cell.kind].names_pmu) {
		ret = preflight_pmu(&here, a->cell.pmu, NULL, err);
		if (ret)
			return ret;
	}
	record = malloc(sizeof(*record));
	if (!record)
		return err_set(err, -ENOMEM, "no memory");
	a->options.stop_fd = proc_stop_fd(err);
	if (a->options.stop_fd < 0)
		return a->options.stop_fd;
	if (a->mlock && mlockall(MCL_CURRENT | MCL_FUTURE))
		return err_set(err, -errno, "mlockall: %s", strerror(errno));
	ret = kinds_run(&a->cell, &a->options, record, err);
	if (ret && ret != -EINTR) {
		free(record);
		return ret;
	}
	if (a->live)
		fprintf(stderr, "\r%70s\r", "");
	/* With --json=- stdout holds nothing else. */
	out = a->json && !strcmp(a->json, "-") ? stderr : stdout;
	if (record->detail)
		print_detail(out, record);
	else
		print_result(out, record);
	ret = a->json ? write_json(a, record, err) : 0;
	if (!ret && record_hangs(record))
		ret = 2;
	record_free(record);
	free(record);
	return ret;
}

int main(int argc, char **argv)
{
	struct option_section sections[] = {
		{ "KEYS", NULL },
		{ "EXIT STATUS", "  0 no hang, 1 error, 2 hangs were found" },
		{ NULL, NULL },
	};
	struct program program = {
		.name = "auxlat",
		.summary =
"measure wakeup latency, trace gaps and hangs of perf's AUX path",
		.usage = "[options] [key=value ...]",
		.description =
"A tracee fills an AUX area, a tracer polls, drains and re-enables; auxlat\n"
"measures the intervals between, and counts the times it all stands still.\n"
"Needs the auxsynth module, or any other PMU with an AUX area (pmu=NAME).",
		.options = options,
		.sections = sections,
		.operand = set_operand,
		.words = print_words,
		.set_default = set_default,
	};
	struct auxlat auxlat = { 0 };
	char *keys = keys_text();
	struct err err;
	int ret;

	cell_init(&auxlat.cell);
	sections[0].text = keys;
	auxlat.cell.duration = 10 * NSEC_PER_SEC;
	auxlat.options.progress = live_line;
	auxlat.options.on_hang = print_hang;
	auxlat.options.ctx = &auxlat;
	ret = options_parse(&program, argc, argv, &auxlat, &err);
	if (ret > 0) {
		free(keys);
		return 0;
	}
	auxlat.live = !auxlat.quiet && isatty(STDERR_FILENO);
	if (!ret)
		ret = auxlat.list ? pmu_list(PMU_SYSFS, stdout, &err) :
			run(&auxlat, &err);
	free(keys);
	if (ret < 0) {
		colour_error("auxlat", err.text);
		return 1;
	}
	return ret;
}
