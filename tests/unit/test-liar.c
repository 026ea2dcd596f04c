// SPDX-License-Identifier: GPL-2.0-only
/*
 * A guest that lies: from a program in QEMU's place over the channel to the
 * record that would be stored.  Each lie is refused, with its reason, and the
 * truth is believed.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/run/answer.h"
#include "bench/target/clock.h"
#include "bench/target/guest.h"
#include "lib/arch.h"
#include "lib/json.h"
#include "lib/proc.h"
#include "lib/record.h"
#include "lib/scenario.h"
#include "lib/units.h"
#include "tests/check.h"
#include "tests/fixture.h"

#define R "record/"
#define H R "histograms/"
#define HANG R "hangs/0/"

static const struct {
	const char *lie;	/* see liar.c */
	const char *reason;	/* what is said of it */
} lies[] = {
	/* Of another experiment. */
	{ R "cell/window=\"0\"", "of another cell: 'window' is" },
	{ R "cell/seed=\"2\"", "of another cell: 'seed' is \"2\"" },
	{ R "cell/loop=\"perf\"", "of another cell: 'loop' is \"perf\"" },
	{ R "cell/rate=\"1k\"", "of another cell: 'rate'" },
	{ R "cell=7", "cell" },
	/* No record at all. */
	{ "record", "cell" },
	{ "record=[]", "cell" },
	{ R "method", "'method' is missing" },
	{ R "histograms", "'histograms' is missing" },
	{ R "wakeups", "missing" },
	{ R "fulls=\"7\"", "'fulls' is missing or not a count" },
	{ R "fulls=7.5", "'fulls' is missing or not a count" },
	{ R "fulls=-1", "'fulls' is missing or not a count" },
	{ "id=99", "no answer in time" },
	{ "id=\"3\"", "no answer in time" },
	{ "record error=\"refused\"", "refused" },
	/* Counts that are parts of others. */
	{ R "lost_wakeup=7", "lost_wakeup and silent_stop is 8, which is more than fulls, 7" },
	{ R "fulls=1", "which is more than fulls, 1" },
	{ R "silent_stop=9", "more than fulls" },
	{ R "fulls_null=8", "fulls_null and fulls_short is 8" },
	{ R "open=8", "open is 8" },
	{ R "disagree=4", "disagree is 4" },
	{ R "ready=4", "ready, empty and measured wakeups is 9" },
	{ R "wakeups=0", "more than wakeups, 0" },
	{ R "records=240001", "records is 240001" },
	{ R "enables=5", "enable is 6" },
	/* Histograms. */
	{ H "gap/n=5", "histogram 'gap' does not add up" },
	{ H "gap/n=-4", "histogram 'gap' does not add up" },
	{ H "gap/min=-1", "histogram 'gap' does not add up" },
	{ H "gap/min=2900000", "histogram 'gap' does not add up" },
	{ H "gap/max=2999999", "histogram 'gap' does not add up" },
	{ H "gap/max=18000000000000000", "histogram 'gap' does not add up" },
	{ H "wakeup/max=9000000000000000000", "histogram 'wakeup' does not add up" },
	{ H "gap/sum=1", "histogram 'gap' does not add up" },
	{ H "gap/sum=-1", "histogram 'gap' does not add up" },
	{ H "gap/sum=99999999999", "histogram 'gap' does not add up" },
	{ H "gap/overflow=1", "histogram 'gap' does not add up" },
	{ H "gap/buckets/0=[1,-1]", "histogram 'gap' does not add up" },
	{ H "gap/buckets/0=[99999,4]", "histogram 'gap' does not add up" },
	{ H "gap/buckets/0=[-1,4]", "histogram 'gap' does not add up" },
	{ H "gap/buckets/0=[10,4]", "histogram 'gap' does not add up" },
	{ H "gap=[]", "histogram 'gap' does not add up" },
	{ H "gap={\"n\":9,\"min\":5,\"max\":5,\"sum\":45,\"overflow\":0,\"buckets\":[[5,9]]}",
	  "gap and censored is 12" },
	{ H "wakeup={\"n\":4,\"min\":4398046511104,\"max\":18000000000000000,\"sum\":72000000000000000,\"overflow\":4,\"buckets\":[]}",
	  "is no number of a boot" },
	{ H "wakeup={\"n\":4,\"min\":4398046511104,\"max\":4398046511104,\"sum\":17592186044416,\"overflow\":4,\"buckets\":[]}",
	  "wakeup is 4398046511104, which is more than the cell took" },
	/* Times. */
	{ R "elapsed_ns=1", "elapsed_ns is 1, less than the cell's" },
	{ R "elapsed_ns=600000000000", "more than the host has waited" },
	{ R "traced_ns=900000000000", "traced_ns and gap_ns is" },
	{ R "gap_ns=900000000000", "traced_ns and gap_ns is" },
	{ R "tracee_ns=9000000000000", "tracee_ns is" },
	{ R "bytes=9000000000000000", "bytes is" },
	{ R "fulls=9000000000", "fulls is 9000000000" },
	/* Timelines. */
	{ HANG "detected=0", "never detected" },
	{ HANG "full_at=250001001", "full_at is after detected" },
	{ HANG "poll_in=1151", "poll_in is after poll_out" },
	{ HANG "enable_out=1169", "enable_in is after enable_out" },
	{ HANG "full=8", "a hang's full is 8" },
	{ HANG "pair=65", "no pair 65" },
	{ HANG "pair=-1", "no pair -1" },
	{ HANG "class=\"other\"", "not a hang's timeline" },
	{ HANG "class=\"silent_off\"", "silent_off is 1, which is more than are counted" },
	{ R "detail={\"a\":[9223372036854775807]}", "is no number of a boot" },
	{ R "placement={\"n\":-9223372036854775807}", "is no number of a boot" },
};

struct fixture {
	struct check *t;
	char *dir;
	char *image;
	struct target_kernel kernel;
	struct cell cell;
	struct target *target;
};

static void set_up(struct fixture *f)
{
	char *path, *link;

	f->dir = fixture_dir();
	link = xasprintf("%s/%s", f->dir, arch_here->qemu);
	path = xasprintf("%s:%s", f->dir, getenv("PATH"));
	CHECK_EQ(f->t, symlink(BUILDDIR "/tests/unit/liar", link), 0);
	setenv("PATH", path, 1);
	fixture_put(f->dir, "module.ko", "not one");
	f->image = xasprintf("%s/module.ko", f->dir);
	f->kernel = (struct target_kernel) {
		.image = f->image, .module = f->image, .release = "0.0",
	};
	cell_init(&f->cell);
	f->cell.duration = NSEC_PER_SEC;
	f->cell.window = 30 * NSEC_PER_MSEC;
	free(path);
	free(link);
}

static void new_target(struct fixture *f)
{
	static const char *const no_programs[] = { NULL };
	struct guest_config config = {
		.target = {
			.agent = BUILDDIR "/stress/agent", .stop_fd = -1,
			.silence = NSEC_PER_SEC / 4,
			.shutdown = NSEC_PER_SEC / 4,
		},
		.shape = { .arch = arch_here,
			   .nodes = 1, .cpus = 2, .memory = 1 << 28,
			   .accel = "tcg" },
		.programs = no_programs,
	};
	struct err err = { "" };

	CHECK_EQ(f->t, guest_new(&f->target, &config, &err), 0);
	if (*err.text)
		printf("%s\n", err.text);
}

/* The record that would be stored; NULL with the reason in @err. */
static json_t *record_of(struct fixture *f, const char *lie, struct err *err)
{
	const struct target_ops *ops = f->target->ops;
	char *console = xasprintf("%s/console.log", f->dir);
	json_t *answer = NULL, *record = NULL;

	err->text[0] = '\0';
	setenv("LIAR", lie, 1);
	if (!ops->start(f->target, &f->kernel, console, err) &&
	    !ops->run(f->target, 3, &f->cell, 10 * NSEC_PER_SEC, &answer,
		      err))
		record = answer_record(answer, &f->cell, NSEC_PER_SEC, err);
	json_decref(answer);
	ops->stop(f->target);
	free(console);
	return record;
}

static void test_lies(struct fixture *f)
{
	struct err err;
	json_t *record;
	size_t i;

	for (i = 0; i < sizeof(lies) / sizeof(*lies); i++) {
		record = record_of(f, lies[i].lie, &err);
		if (record || !strstr(err.text, lies[i].reason))
			printf("%s\n  %s: '%s'\n  expected '%s'\n",
			       lies[i].lie, record ? "believed" : "refused",
			       err.text, lies[i].reason);
		CHECK(f->t, !record);
		CHECK(f->t, strstr(err.text, lies[i].reason));
		json_decref(record);
	}
	printf("%zu lies\n", i);
}

/* Neither is the kernel's doing, and both are tried again. */
static void host_fails(struct fixture *f, const char *name, const char *value,
		       const char *reason)
{
	const struct target_ops *ops = f->target->ops;
	char *console = xasprintf("%s/console.log", f->dir);
	struct err err = { "" };
	int status;

	setenv(name, value, 1);
	status = ops->start(f->target, &f->kernel, console, &err);
	unsetenv(name);
	ops->stop(f->target);
	if (!strstr(err.text, reason))
		printf("%s=%s: %d '%s'\n", name, value, status, err.text);
	CHECK_EQ(f->t, status, STATUS_HOST_FAILED);
	CHECK(f->t, strstr(err.text, reason));
	free(console);
}

/* What it measured with such a clock is no answer. */
static void wrong_rate(struct fixture *f, const char *rate, const char *ms)
{
	json_t *record;
	struct err err;

	setenv("LIAR_RATE", rate, 1);
	setenv("LIAR_MS", ms, 1);
	record = record_of(f, "", &err);
	if (record || !strstr(err.text, "the guest's clock is wrong"))
		printf("rate %s: '%s'\n", rate, err.text);
	CHECK(f->t, !record);
	CHECK(f->t, strstr(err.text, "the guest's clock is wrong"));
	unsetenv("LIAR_MS");
	unsetenv("LIAR_RATE");
	json_decref(record);
}

/* Nobody is left to say it; where it is not expected nothing was measured. */
static void test_dead(struct check *t)
{
	struct record *record = malloc(sizeof(*record));
	struct cell cell;
	struct err err;
	json_t *json;

	cell_init(&cell);
	CHECK(t, !answer_of_dead(&cell, "baseline", "7.3.4", "why"));
	cell.kind = KIND_SCENARIO;
	cell.scenario = SCENARIO_PTT_END;
	CHECK(t, !answer_of_dead(&cell, "baseline", "7.3.4", "why"));
	cell.scenario = SCENARIO_PTT_BEYOND;
	CHECK(t, !answer_of_dead(&cell, "rearm", "7.3.4", "why"));
	json = answer_of_dead(&cell, "baseline", "7.3.4", "why");
	CHECK_EQ(t, record_from_json(record, json, &err), 0);
	CHECK_EQ(t, record->cell.scenario, SCENARIO_PTT_BEYOND);
	CHECK(t, !strcmp(json_text(record->detail, "outcome"), "panic"));
	CHECK_EQ(t, json_array_size(json_object_get(record->detail, "splats")),
		 1);
	record_free(record);
	free(record);
	json_decref(json);
}

/* In ms since its start, at which its clock says 100; the hello comes at 300. */
static void clocks(struct check *t)
{
	static const struct {
		uint64_t there, here;
		bool right;
	} cases[] = {
		{ 2100, 2300, true },
		/* Late lines, and what a tenth more allows. */
		{ 2100, 4200, true }, { 10100, 13200, true },
		/* Slow by a half in 10 s, by an eighth in a minute. */
		{ 5100, 10300, false }, { 53000, 60300, true },
		{ 50000, 60300, false }, { 100, 2400, false },
		/* Fast, by a fifth or more; backward. */
		{ 11000, 10000, true }, { 12000, 10000, false },
		{ 30000, 10000, false }, { 99, 400, false },
	};
	const uint64_t ms = NSEC_PER_MSEC;
	const struct clock_pair first = { 100 * ms, 1300 * ms };
	struct clock_pair now;
	struct err err;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		now.there = cases[i].there * ms;
		now.here = (1000 + cases[i].here) * ms;
		CHECK_EQ(t, !clock_check(1000 * ms, &first, &now, &err),
			 cases[i].right);
	}
}

int main(void)
{
	struct check t = { 0 };
	struct fixture f = { .t = &t };
	json_t *record;
	struct err err;

	clocks(&t);
	test_dead(&t);
	set_up(&f);
	new_target(&f);
	record = f.target ? record_of(&f, "", &err) : NULL;
	if (!record)
		printf("the truth: %s\n", err.text);
	CHECK(&t, record != NULL);
	json_decref(record);
	if (f.target) {
		test_lies(&f);
		host_fails(&f, "LIAR_CLOCK", "30000000000",
			   "the guest's clock is wrong: 30.0 s went by there");
		wrong_rate(&f, "0", "2500");
		wrong_rate(&f, "10000", "50");
		host_fails(&f, "LIAR_ENDS", "1", "Cannot allocate memory");
		f.target->ops->free(f.target);
	}
	free(f.image);
	fixture_end(f.dir, t.failed);
	return check_end(&t);
}
