// SPDX-License-Identifier: GPL-2.0-only
#include "stress/scenario/scenario.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "lib/proc.h"
#include "lib/units.h"

#define DATA_PAGES 64

static scenario_fn *const fns[SCENARIOS] = {
	[SCENARIO_SILENT_OFF] = scenario_silent_off,
	[SCENARIO_WAKEUP_STORM] = scenario_wakeup_storm,
	[SCENARIO_GROUP_THROTTLE] = scenario_group_throttle,
	[SCENARIO_HISI_SILENT] = scenario_hisi_silent,
	[SCENARIO_SET_OUTPUT] = scenario_set_output,
	[SCENARIO_MUNMAP] = scenario_munmap,
	[SCENARIO_AUX_PAUSE] = scenario_aux_pause,
	[SCENARIO_WATERMARK_DEFAULT] = scenario_watermark,
	[SCENARIO_WATERMARK_PAGE] = scenario_watermark,
	[SCENARIO_WATERMARK_HUGE] = scenario_watermark,
	[SCENARIO_SIGIO] = scenario_waits,
	[SCENARIO_EPOLL] = scenario_waits,
	[SCENARIO_EPOLL_ADD] = scenario_epoll_add,
	[SCENARIO_SELFTEST_MMAP] = scenario_selftest,
	[SCENARIO_PT_WHOLE_BUFFER] = scenario_pt_whole_buffer,
	[SCENARIO_PT_OVERRUN] = scenario_pt_overrun,
	[SCENARIO_PT_SNAPSHOT] = scenario_snapshot,
	[SCENARIO_PT_SAMPLE] = scenario_pt_sample,
	[SCENARIO_PT_DECODE] = scenario_pt_decode,
	[SCENARIO_BTS_DECODE] = scenario_bts_decode,
	[SCENARIO_PERF_TESTS] = scenario_perf_tests,
	[SCENARIO_SPE_FAULT] = scenario_spe_fault,
	[SCENARIO_SPE_LOSS] = scenario_spe_loss,
	[SCENARIO_SPE_SNAPSHOT] = scenario_snapshot,
	[SCENARIO_BTS_PADDING] = scenario_bts_padding,
	[SCENARIO_BTS_THROTTLE] = scenario_bts_throttle,
	[SCENARIO_BTS_SNAPSHOT] = scenario_snapshot,
	[SCENARIO_TRBE_SNAPSHOT] = scenario_snapshot,
	[SCENARIO_TRBE_FAULT] = scenario_trbe_fault,
	[SCENARIO_PTT_END] = scenario_ptt_end,
	[SCENARIO_PTT_BEYOND] = scenario_ptt_beyond,
};

void nap_us(unsigned int us)
{
	struct timespec ts = {
		.tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000,
	};

	nanosleep(&ts, NULL);
}

void scenario_count(struct scenario_ctx *ctx, const char *name,
		    uint64_t value)
{
	json_object_set_new(ctx->evidence, name, json_integer(value));
}

int scenario_beat(struct scenario_ctx *ctx, uint64_t *next, struct err *err)
{
	if (proc_stopped(ctx->options->stop_fd))
		return err_set(err, -EINTR, "interrupted");
	if (now_ns() < *next)
		return 0;
	*next = now_ns() + NSEC_PER_SEC;
	if (ctx->options->progress)
		ctx->options->progress(ctx->options->ctx, ctx->record);
	return 0;
}

/*
 * The kernel's log from now on; -1 where it may not be read.  The host reads
 * the console besides, but the outcome must know of it here.
 */
static int log_open(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0)
		lseek(fd, 0, SEEK_END);
	return fd;
}

/* "4,1234,5678,-;WARNING: ..." */
static bool is_splat(const char *line)
{
	static const char *const words[] = {
		"WARNING:", "BUG:", "Oops", "possible recursive",
		"possible circular", "suspicious RCU", "detected stall",
		"refcount_t:",
	};
	unsigned int i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strstr(line, words[i]))
			return true;
	}
	return false;
}

static json_t *log_splats(int fd)
{
	json_t *splats = json_array();
	char line[2048], *text;
	ssize_t n;

	while (fd >= 0) {
		n = read(fd, line, sizeof(line) - 1);
		/* EPIPE: lines were overwritten before we came. */
		if (n < 0 && errno == EPIPE)
			continue;
		if (n <= 0)
			break;
		line[n] = '\0';
		line[strcspn(line, "\n")] = '\0';
		text = strchr(line, ';');
		if (text && is_splat(text + 1))
			json_array_append_new(splats, json_string(text + 1));
	}
	return splats;
}

/* A complaint of the kernel's outdoes what the scenario itself found. */
static json_t *describe(struct scenario_ctx *ctx, int log)
{
	json_t *splats = log_splats(log);
	const char *outcome = json_array_size(splats) ? OUTCOME_WARN :
		scenario_outcome(ctx->cell.scenario, ctx->evidence);

	if (log < 0)
		json_object_set_new(ctx->evidence, "log_unread", json_true());
	return json_pack("{s:s, s:s, s:O, s:o}",
			 "scenario", scenarios[ctx->cell.scenario].name,
			 "outcome", outcome, "evidence", ctx->evidence,
			 "splats", splats);
}

int scenario_run(const struct cell *cell,
		 const struct measure_options *options, struct record *record,
		 struct err *err)
{
	struct scenario_ctx ctx = {
		.cell = *cell, .options = options, .record = record,
	};
	uint64_t begun = now_ns();
	int ret, log;

	ret = cell_check(cell, err);
	if (ret)
		return ret;
	record_init(record, cell);
	ctx.evidence = json_object();
	ctx.end = begun + (cell->duration ? cell->duration : NSEC_PER_SEC);
	log = log_open();
	ret = fns[cell->scenario](&ctx, err);
	if (ret) {
		record_free(record);
	} else {
		/* What was asked for, not what the scenario made of it. */
		record->cell = *cell;
		record->pairs = 1;
		record->elapsed_ns = now_ns() - begun;
		record->detail = describe(&ctx, log);
	}
	json_decref(ctx.evidence);
	if (log >= 0)
		close(log);
	return ret;
}

/* The first three allowed CPUs: for us, for the tracee, for its moves. */
static void choose_cpus(struct rig *rig)
{
	cpu_set_t allowed;
	int cpu, n = 0;

	rig->cpu[0] = rig->cpu[1] = -1;
	sched_getaffinity(0, sizeof(allowed), &allowed);
	for (cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET(cpu, &allowed))
			continue;
		if (n == 0)
			rig->cpu[1] = cpu;
		else if (n <= 2)
			rig->cpu[n - 1] = cpu;
		n++;
	}
	if (n == 1) {
		rig->cpu[0] = rig->cpu[1];
		rig->cpu[1] = -1;
	}
}

static int start_tracee(struct rig *rig, struct err *err)
{
	int ret;

	CPU_ZERO(&rig->tracee.cpus);
	CPU_SET(rig->cpu[0], &rig->tracee.cpus);
	ret = tracee_start(&rig->tracee, err);
	if (ret)
		return ret;
	rig->own = true;
	rig->tid = rig->tracee.tid;
	return 0;
}

static void stop_tracee(struct rig *rig)
{
	if (rig->own)
		tracee_stop(&rig->tracee);
}

int rig_open(struct rig *rig, struct scenario_ctx *ctx, pid_t tid,
	     struct err *err)
{
	struct event_where where = { .cpu = -1 };
	int ret;

	memset(rig, 0, sizeof(*rig));
	rig->oracle.fd = -1;
	rig->fd = -1;
	ret = pmu_find(&rig->pmu, PMU_SYSFS, ctx->cell.pmu, err);
	if (!ret && !pmu_has_oracle(&rig->pmu))
		ret = err_set(err, -ENODEV, "%s is not auxsynth: this scenario needs to see into its driver",
			      rig->pmu.name);
	if (!ret)
		ret = oracle_open(&rig->oracle, err);
	if (ret)
		return ret;
	choose_cpus(rig);
	rig->tid = tid;
	ret = tid ? 0 : start_tracee(rig, err);
	if (ret)
		goto err_oracle;
	where.tid = rig->tid;
	rig->slot = 1;
	rig->fd = event_open(&ctx->cell, &rig->pmu, &where, true, &rig->slot,
			     err);
	ret = rig->fd < 0 ? rig->fd :
	      (ctx->snapshot ? auxring_map_snapshot : auxring_map)
	      (&rig->ring, rig->fd, DATA_PAGES, ctx->cell.aux, err);
	if (ret)
		goto err_tracee;
	if (rig->own)
		tracee_run(&rig->tracee);
	return 0;

err_tracee:
	stop_tracee(rig);
	if (rig->fd >= 0)
		close(rig->fd);
err_oracle:
	oracle_close(&rig->oracle);
	return ret;
}

void rig_view(const struct rig *rig, struct auxsynth_slot *slot)
{
	oracle_slot(&rig->oracle, rig->slot, slot);
}

void rig_collect(const struct rig *rig, struct record *record)
{
	struct auxsynth_slot slot;

	rig_view(rig, &slot);
	record->fulls += slot.fulls;
	record->fulls_null += slot.fulls_null;
	record->fulls_short += slot.fulls_short;
	record->bytes += slot.bytes;
	record->dropped += slot.dropped;
	record->laps += rig->ring.laps;
	if (rig->own)
		record->tracee_ns += tracee_cpu_ns(&rig->tracee);
}

void rig_close(struct rig *rig, struct scenario_ctx *ctx)
{
	ioctl(rig->fd, PERF_EVENT_IOC_DISABLE, 0);
	rig_collect(rig, ctx->record);
	stop_tracee(rig);
	auxring_unmap(&rig->ring);
	close(rig->fd);
	oracle_close(&rig->oracle);
}

int rig_sibling(const struct rig *rig, struct perf_event_attr *attr)
{
	int fd;

	/* A group has one clock. */
	attr->use_clockid = 1;
	attr->clockid = CLOCK_MONOTONIC;
	attr->size = sizeof(*attr);
	fd = syscall(SYS_perf_event_open, attr, rig->tid, -1, rig->fd,
		     PERF_FLAG_FD_CLOEXEC);
	return fd < 0 ? -errno : fd;
}

void rig_move(const struct rig *rig, int which)
{
	cpu_set_t one;

	CPU_ZERO(&one);
	CPU_SET(rig->cpu[which], &one);
	sched_setaffinity(rig->tid, sizeof(one), &one);
}

uint64_t rig_drain(struct rig *rig)
{
	uint64_t head = auxring_aux_head(&rig->ring);
	uint64_t n = head - auxring_aux_tail(&rig->ring);

	auxring_aux_release(&rig->ring, head);
	if (n > rig->ring.aux_size)
		n = 0;
	rig->drained += n;
	return n;
}

bool rig_woken(const struct rig *rig, int ms)
{
	struct pollfd pfd = { .fd = rig->fd, .events = POLLIN };

	return poll(&pfd, 1, ms) > 0;
}

int rig_state(const struct rig *rig, bool *pending_disable)
{
	struct auxsynth_state s;
	int ret = oracle_state(&rig->oracle, rig->slot, &s);

	if (ret)
		return ret;
	if (pending_disable)
		*pending_disable = s.pending_disable;
	return s.state;
}

bool rig_wait_full(const struct rig *rig, uint64_t deadline)
{
	struct auxsynth_slot slot;

	for (; now_ns() < deadline; nap_us(500)) {
		rig_view(rig, &slot);
		if (slot.waiting && rig_state(rig, NULL) != 1)
			return true;
	}
	return false;
}

bool rig_wait_running(const struct rig *rig, uint64_t deadline)
{
	struct auxsynth_slot slot;

	for (; now_ns() < deadline; nap_us(200)) {
		rig_view(rig, &slot);
		if (slot.running)
			return true;
		if (rig_state(rig, NULL) == -1)
			return false;
	}
	return false;
}
