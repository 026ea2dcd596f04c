// SPDX-License-Identifier: GPL-2.0-only
/* Scenarios of how a tracer is woken, and those that others measure. */
#include <errno.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "lib/proc.h"
#include "lib/units.h"
#include "stress/place/placement.h"
#include "stress/scenario/scenario.h"

/* A real driver fails as it does. */
static void fail_short(struct scenario_ctx *ctx)
{
	if (!strcmp(ctx->cell.pmu, "aux_synth"))
		ctx->cell.fail = FAIL_SHORT;
}

/* An ordinary stream with what the scenario needs; judged by its hangs. */
static int run_stream(struct scenario_ctx *ctx, struct err *err)
{
	struct record *record = ctx->record;
	int ret;

	ctx->cell.loop = LOOP_EAGER;
	fail_short(ctx);
	ctx->cell.drain = (struct drain) {
		.kind = DRAIN_FIXED, .a = 3 * NSEC_PER_MSEC,
	};
	ret = measure(&ctx->cell, ctx->options, record, err);
	if (ret)
		return ret;
	scenario_count(ctx, "fulls", record->fulls);
	scenario_count(ctx, "lost_wakeups", record->hangs[HANG_LOST_WAKEUP]);
	scenario_count(ctx, "silent_stops", record->hangs[HANG_SILENT_STOP]);
	scenario_count(ctx, "wakeups", record->wakeups);
	return 0;
}

/* How to wait is the tracer's to know: see struct wait there. */
int scenario_waits(struct scenario_ctx *ctx, struct err *err)
{
	ctx->cell.window = 30 * NSEC_PER_MSEC;
	return run_stream(ctx, err);
}

#define WATERMARK_AUX (64u << 10)
#define WATERMARK_ROUNDS 3

struct expectation {
	uint64_t watermark, low, high;	/* aux_head at the first wakeup */
	bool full;
};

/*
 * The wakeup comes with the interrupt at the watermark, and the tracer sees
 * what was published by then; more if it is late (the least of the rounds
 * counts, and the rate is low).  Less than a region before the end the driver
 * reports that it is full.
 */
static struct expectation expectation_of(int scenario)
{
	switch (scenario) {
	case SCENARIO_WATERMARK_PAGE:
		return (struct expectation) { 4096, 4096, 3 * 4096, false };
	case SCENARIO_WATERMARK_HUGE:
		return (struct expectation) {
			4 * WATERMARK_AUX, WATERMARK_AUX - 4096,
			WATERMARK_AUX, true
		};
	default:
		return (struct expectation) {
			0, WATERMARK_AUX / 2, WATERMARK_AUX * 3 / 4, false
		};
	}
}

/* 1: a wakeup came, with *head published. */
static int first_wakeup(struct scenario_ctx *ctx, uint64_t *head, bool *full,
			struct err *err)
{
	struct auxsynth_slot slot;
	struct rig rig;
	int ret;

	ret = rig_open(&rig, ctx, 0, err);
	if (ret)
		return ret;
	ioctl(rig.fd, PERF_EVENT_IOC_ENABLE, 0);
	ret = rig_woken(&rig, 5000);
	*head = auxring_aux_head(&rig.ring);
	rig_view(&rig, &slot);
	*full = slot.fulls;
	rig_close(&rig, ctx);
	return ret;
}

int scenario_watermark(struct scenario_ctx *ctx, struct err *err)
{
	struct expectation want = expectation_of(ctx->cell.scenario);
	uint64_t head, least = UINT64_MAX, fulls = 0, wakeups = 0;
	bool full;
	int i, ret;

	ctx->cell.aux = WATERMARK_AUX;
	ctx->cell.watermark = want.watermark;
	ctx->cell.rate = 200000;
	ctx->cell.window = 0;
	fail_short(ctx);
	for (i = 0; i < WATERMARK_ROUNDS; i++) {
		ret = first_wakeup(ctx, &head, &full, err);
		if (ret < 0)
			return ret;
		if (proc_stopped(ctx->options->stop_fd))
			return err_set(err, -EINTR, "interrupted");
		wakeups += ret;
		fulls += full;
		if (head < least)
			least = head;
	}
	scenario_count(ctx, "watermark", want.watermark);
	scenario_count(ctx, "rounds", WATERMARK_ROUNDS);
	scenario_count(ctx, "wakeups", wakeups);
	scenario_count(ctx, "at_full", fulls);
	scenario_count(ctx, "least_head", least);
	scenario_count(ctx, "expected_low", want.low);
	scenario_count(ctx, "expected_high", want.high);
	scenario_count(ctx, "expected_full",
		       want.full ? WATERMARK_ROUNDS : 0);
	return 0;
}

#define ADD_ROUNDS 4

/* Full and woken; then, by turns, poll() or a new epoll set.  1: told so. */
static int told_of_full(struct scenario_ctx *ctx, bool epoll, struct err *err)
{
	struct epoll_event event = { .events = EPOLLIN };
	struct rig rig;
	int ret, fd;

	ret = rig_open(&rig, ctx, 0, err);
	if (ret)
		return ret;
	fd = epoll_create1(EPOLL_CLOEXEC);
	ioctl(rig.fd, PERF_EVENT_IOC_ENABLE, 0);
	if (!rig_wait_full(&rig, now_ns() + 5 * NSEC_PER_SEC)) {
		ret = err_set(err, -EIO, "the buffer does not get full");
	} else if (epoll) {
		epoll_ctl(fd, EPOLL_CTL_ADD, rig.fd, &event);
		ret = epoll_wait(fd, &event, 1, 300) > 0;
	} else {
		ret = rig_woken(&rig, 300);
	}
	close(fd);
	rig_close(&rig, ctx);
	return ret;
}

int scenario_epoll_add(struct scenario_ctx *ctx, struct err *err)
{
	uint64_t by_poll = 0, by_epoll = 0;
	int i, ret;

	ctx->cell.window = 0;
	for (i = 0; i < ADD_ROUNDS; i++) {
		ret = told_of_full(ctx, false, err);
		if (ret < 0)
			return ret;
		by_poll += ret;
		ret = told_of_full(ctx, true, err);
		if (ret < 0)
			return ret;
		by_epoll += ret;
	}
	scenario_count(ctx, "rounds", ADD_ROUNDS);
	scenario_count(ctx, "told_by_poll", by_poll);
	scenario_count(ctx, "told_by_epoll", by_epoll);
	return 0;
}

#define SELFTEST "selftest-mmap"

/* Lines "ok 1 ...", "not ok 2 ...", "ok 3 # SKIP ..." as TAP has them. */
static void count_tap(struct scenario_ctx *ctx, char *text)
{
	uint64_t ok = 0, failed = 0, skipped = 0;
	char *line, *save;

	for (line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		if (!strncmp(line, "not ok ", 7)) {
			failed++;
			json_object_set_new(ctx->evidence, "first_failed",
					    json_string(line));
		} else if (!strncmp(line, "ok ", 3)) {
			if (strstr(line, "# SKIP"))
				skipped++;
			else
				ok++;
		}
	}
	scenario_count(ctx, "ok", ok);
	scenario_count(ctx, "failed", failed);
	scenario_count(ctx, "skipped", skipped);
}

/* It looks in sysfs for a PMU with an AUX area: in a guest, that is ours. */
int scenario_selftest(struct scenario_ctx *ctx, struct err *err)
{
	const char *const argv[] = { SELFTEST, NULL };
	int fd = memfd_create(SELFTEST, MFD_CLOEXEC), status;
	struct proc proc = { .argv = argv, .in = -1, .out = fd, .errout = fd };
	char text[8192];
	ssize_t n;
	pid_t pid;
	int ret;

	if (fd < 0)
		return err_set(err, -errno, "memfd: %s", strerror(errno));
	pid = proc_start(&proc, err);
	if (pid < 0) {
		close(fd);
		return pid != -ENOENT ? pid : err_set(err, -PLACEMENT_SKIP,
			SELFTEST " is not here: the kernel source has no tools/testing/selftests/perf_events/mmap.c, or it was not built");
	}
	ret = proc_wait(pid, ctx->options->stop_fd,
			now_ns() + 20 * NSEC_PER_SEC, &status);
	if (ret)
		proc_kill(pid);
	n = pread(fd, text, sizeof(text) - 1, 0);
	text[n > 0 ? n : 0] = '\0';
	close(fd);
	if (ret == -EINTR)
		return err_set(err, ret, "interrupted");
	count_tap(ctx, text);
	if (ret)
		scenario_count(ctx, "stuck", 1);
	return 0;
}
