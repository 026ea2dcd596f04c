// SPDX-License-Identifier: GPL-2.0-only
#include "stress/client/client.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/file.h"
#include "lib/proc.h"
#include "lib/units.h"
#include "stress/client/client-trace.h"
#include "stress/client/disguise.h"
#include "stress/event/oracle.h"
#include "stress/client/outside.h"
#include "stress/client/perfdata.h"
#include "stress/place/placement.h"
#include "stress/event/event.h"
#include "stress/event/pmu.h"

/* How often perf and the driver are looked at. */
#define LOOK_NS (2 * NSEC_PER_MSEC)
/* perf may start slowly, and write long; after that it is told to end. */
#define GRACE_NS (20 * NSEC_PER_SEC)
#define SIGINT_NS (5 * NSEC_PER_SEC)

enum ended { ENDED_ITSELF, ENDED_SIGINT, ENDED_SIGKILL };

static const char *const ended_names[] = { "itself", "SIGINT", "SIGKILL" };

struct client {
	const struct cell *cell;
	const struct measure_options *options;
	struct record *record;
	struct oracle oracle;
	struct pmu pmu;
	const char *name;	/* the PMU's, to perf */
	unsigned int slot;
	/* Of a real driver: where its trace starts and stops. */
	const struct auxsynth_marks *marks;
	uint64_t next_mark;
	bool opened;
	char *dir, *file, *sysfs;	/* SYSFS_PATH=... or NULL */
	int out, errout;	/* memfds: what workload and perf said */
	pid_t perf, workload;	/* 0: not known yet */
	int status;		/* of perf, from waitpid() */
	enum ended ended;
	uint64_t begun, elapsed_ns;
	uint64_t cpu_ns, end_ns;	/* of the workload */
	struct watch watch;
	uint64_t hung_full;
	uint64_t beside_since, beside_at;	/* 0: not beside now */
	uint64_t beside_ns, beside_max;
	bool stopped_at_end;
	struct perfdata data;
	struct client_trace trace;
};

static int check_pmu(struct client *c, struct err *err)
{
	struct auxsynth_state state;
	union pmu_attr attr;
	int ret;

#if !defined(__x86_64__) && !defined(__i386__)
	return err_set(err, -PLACEMENT_SKIP,
		       "kind=client: perf takes %s for hardware on x86 only",
		       CLIENT_PMU);
#endif
	ret = pmu_find(&c->pmu, PMU_SYSFS, c->cell->pmu, err);
	if (ret)
		return ret;
	if (!pmu_has_oracle(&c->pmu))
		return err_set(err, -ENODEV,
			       "kind=client: %s is neither auxsynth nor a driver over modelled hardware",
			       c->cell->pmu);
	c->name = pmu_is_auxsynth(&c->pmu) ? CLIENT_PMU : c->pmu.name;
	/* What the PMU has no knob for is no client's either. */
	ret = event_attr(c->cell, &c->pmu, 0, &attr, err);
	if (!ret)
		ret = oracle_open(&c->oracle, err);
	if (ret)
		return ret;
	/* From the other end than pairs take theirs. */
	for (c->slot = AUXSYNTH_SLOTS - 1; c->slot; c->slot--) {
		if (oracle_state(&c->oracle, c->slot, &state) == -ENOENT)
			break;
	}
	if (c->slot && !pmu_is_auxsynth(&c->pmu))
		c->marks = &c->oracle.board->marks[c->slot];
	if (c->slot)
		return 0;
	return err_set(err, -EBUSY, "no free slot in auxsynth");
}

/* All of the trace goes to a file in memory. */
static int check_room(const struct client *c, struct err *err)
{
	uint64_t need = c->cell->rate * (c->cell->duration / 1e9) * 1.2;
	char need_text[UNITS_LEN], have_text[UNITS_LEN];
	struct statvfs fs;
	uint64_t have;

	if (statvfs(c->dir, &fs))
		return 0;
	have = (uint64_t)fs.f_bavail * fs.f_frsize;
	if (have >= need)
		return 0;
	units_format_size(need_text, need >> 20 << 20);
	units_format_size(have_text, have >> 20 << 20);
	return err_set(err, -ENOSPC,
		       "%s has %s, perf.data of this cell may need %s: lower rate or duration",
		       c->dir, have_text, need_text);
}

static int disguise(struct client *c, struct err *err)
{
	char *dir = xasprintf("%s/sys", c->dir);
	int ret = disguise_make(dir, c->pmu.name, c->name, err);

	if (!ret)
		c->sysfs = xasprintf("SYSFS_PATH=%s", dir);
	free(dir);
	return ret;
}

/* As one would type it; of a real driver the user's code only, as is usual. */
static void event_words(const struct client *c, char *text, size_t size)
{
	const struct cell *cell = c->cell;
	int n;

	n = snprintf(text, size,
		     "%s/rate=%llu,tick_us=%llu,window_us=%llu,slot=%u",
		     c->name, (unsigned long long)cell->rate,
		     (unsigned long long)(cell->tick / NSEC_PER_USEC),
		     (unsigned long long)(cell->window / NSEC_PER_USEC),
		     c->slot);
	if (c->marks && pmu_has(&c->pmu, "overflow_ms"))
		n += snprintf(text + n, size - n, ",overflow_ms=%llu",
			      (unsigned long long)(cell->overflow /
						   NSEC_PER_MSEC));
	if (c->marks)
		snprintf(text + n, size - n, ",skid_us=%llu/u",
			 (unsigned long long)(cell->skid / NSEC_PER_USEC));
	else
		snprintf(text + n, size - n,
			 ",mode=%d,fail=%d,region_kb=%llu,nmi=%d/", cell->mode,
			 cell->fail, (unsigned long long)cell->region >> 10,
			 cell->context == CONTEXT_NMI);
}

static pid_t start(struct client *c, struct err *err)
{
	const struct cell *cell = c->cell;
	char event[256], pages[32], spin[UNITS_LEN], self[PATH_MAX];
	const char *const argv[] = {
		"perf", "record", "-o", c->file, "--per-thread", "-B", "-N",
		"-m", pages, "-e", event, "--", self, "--spin", spin, NULL
	};
	const char *env[] = { "HOME=/tmp", c->sysfs, NULL };
	struct proc proc = {
		.argv = argv, .env = env, .in = -1, .out = c->out,
		.errout = c->errout,
	};
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	pid_t pid;

	if (len < 0)
		return err_set(err, -errno, "/proc/self/exe: %s",
			       strerror(errno));
	self[len] = '\0';
	event_words(c, event, sizeof(event));
	snprintf(pages, sizeof(pages), ",%llu",
		 (unsigned long long)(cell->aux / sysconf(_SC_PAGESIZE)));
	units_format_time(spin, cell->duration);
	pid = proc_start(&proc, err);
	if (pid == -ENOENT)
		return err_set(err, -PLACEMENT_SKIP,
			       "perf is not here: install linux-perf");
	return pid;
}

static void read_text(int fd, char *buf, size_t size)
{
	ssize_t n = pread(fd, buf, size - 1, 0);

	buf[n > 0 ? n : 0] = '\0';
}

/* The workload's lines: its pid; at its end, CPU time and clock. */
static void hear_workload(struct client *c)
{
	unsigned long long cpu, end;
	char text[256];
	int pid, n;

	read_text(c->out, text, sizeof(text));
	n = sscanf(text, "%d\n%llu %llu\n", &pid, &cpu, &end);
	if (n >= 1 && strchr(text, '\n'))
		c->workload = pid;
	if (n == 3) {
		c->cpu_ns = cpu;
		c->end_ns = end;
	}
}

static uint64_t workload_cpu_ns(const struct client *c)
{
	struct timespec ts;
	clockid_t clock;

	if (clock_getcpuclockid(c->workload, &clock) ||
	    clock_gettime(clock, &ts))
		return 0;
	return ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
}

static void on_mark(void *ctx, const struct auxsynth_record *r)
{
	client_trace_feed(ctx, r, sizeof(*r));
}

/* Those in the slot before perf has opened its event are another's. */
static void take_marks(struct client *c)
{
	struct auxsynth_state state;

	if (!c->marks)
		return;
	if (!c->opened)
		c->opened = !oracle_state(&c->oracle, c->slot, &state);
	if (c->opened)
		oracle_marks(c->marks, &c->next_mark, UINT64_MAX, on_mark,
			     &c->trace);
}

static void keep_hang(struct client *c, const struct auxsynth_slot *slot)
{
	struct record *record = c->record;
	struct auxsynth_state state;
	struct hang hang = { 0 };

	oracle_hang(slot, &hang);
	oracle_state(&c->oracle, c->slot, &state);
	hang.event_state = state.state;
	hang.class = oracle_class(state.state);
	hang.user_class = hang.class;
	record->hangs[hang.class]++;
	c->hung_full = slot->fulls;
	if (record->hangs_kept < RECORD_HANGS)
		record->hang[record->hangs_kept++] = hang;
	if (c->options->on_hang)
		c->options->on_hang(c->options->ctx, &hang);
}

/*
 * perf sleeps beside an event that waits: summed while it lasts.  Nobody
 * restarts it, for it is perf that is watched.
 */
static void note_beside(struct client *c, bool beside, uint64_t now)
{
	if (!beside) {
		c->beside_since = 0;
		return;
	}
	if (!c->beside_since)
		c->beside_since = now;
	else
		c->beside_ns += now - c->beside_at;
	c->beside_at = now;
	if (now - c->beside_since > c->beside_max)
		c->beside_max = now - c->beside_since;
}

static void look(struct client *c)
{
	struct auxsynth_slot slot;
	struct watch_input in = { 0 };
	struct auxsynth_state state;

	hear_workload(c);
	if (!c->workload || c->end_ns)
		return;
	in.in_poll = client_in_poll(c->perf);
	/* Before its event is opened the slot shows another one's past. */
	if (oracle_state(&c->oracle, c->slot, &state))
		return;
	oracle_slot(&c->oracle, c->slot, &slot);
	in.waiting = slot.waiting;
	in.full = slot.fulls;
	in.tracee_cpu = workload_cpu_ns(c);
	in.timeout = c->cell->hang_timeout;
	note_beside(c, in.waiting && in.in_poll, now_ns());
	c->stopped_at_end = in.waiting && in.in_poll;
	if (watch_step(&c->watch, &in) && in.full != c->hung_full)
		keep_hang(c, &slot);
}

static void report_progress(struct client *c)
{
	struct auxsynth_slot slot;

	if (!c->options->progress)
		return;
	oracle_slot(&c->oracle, c->slot, &slot);
	c->record->fulls = slot.fulls;
	c->options->progress(c->options->ctx, c->record);
}

/* Until perf has ended, by itself or not. */
static int watch_perf(struct client *c, struct err *err)
{
	static const struct timespec nap = { .tv_nsec = LOOK_NS };
	uint64_t deadline = c->begun + 3 * c->cell->duration + GRACE_NS;
	uint64_t report_at = c->begun + NSEC_PER_SEC;

	while (waitpid(c->perf, &c->status, WNOHANG) != c->perf) {
		if (proc_stopped(c->options->stop_fd)) {
			proc_kill(c->perf);
			return err_set(err, -EINTR, "interrupted");
		}
		look(c);
		if (now_ns() >= deadline && c->ended == ENDED_SIGINT) {
			proc_kill(c->perf);
			c->ended = ENDED_SIGKILL;
			break;
		}
		if (now_ns() >= deadline) {
			kill(-c->perf, SIGINT);
			c->ended = ENDED_SIGINT;
			deadline += SIGINT_NS;
		}
		if (now_ns() >= report_at) {
			report_progress(c);
			report_at += NSEC_PER_SEC;
		}
		take_marks(c);
		nanosleep(&nap, NULL);
	}
	hear_workload(c);
	take_marks(c);
	c->elapsed_ns = now_ns() - c->begun;
	return 0;
}

static void on_trace(void *ctx, uint64_t offset, const void *data,
		     uint64_t size)
{
	struct client *c = ctx;

	if (!c->marks)
		client_trace_feed(&c->trace, data, size);
}

static int read_results(struct client *c, struct err *err)
{
	static const struct perfdata_fns fns = { .trace = on_trace };
	char said[2048];
	int ret;

	ret = perfdata_read(c->file, &fns, c, &c->data, err);
	if (!c->cpu_ns && !ret)
		ret = err_set(err, -EIO, "the workload did not come to its end");
	if (ret) {
		read_text(c->errout, said, sizeof(said));
		return err_prefix(err, ret, "perf record (it said: %s)",
				  client_last_line(said));
	}
	client_trace_end(&c->trace, c->end_ns);
	return 0;
}

static json_t *describe(const struct client *c)
{
	const struct record *r = c->record;
	char said[2048];

	read_text(c->errout, said, sizeof(said));
	return json_pack(
		"{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:b, s:I, s:{s:I, s:I}, s:I, s:I, s:b, s:i, s:s, s:s?}",
		"workload_ns", (json_int_t)c->cpu_ns,
		"span_ns", (json_int_t)client_trace_span(&c->trace),
		"traced_ns", (json_int_t)c->trace.traced_ns,
		"bytes", (json_int_t)c->data.aux_bytes,
		"missing", (json_int_t)c->trace.missing,
		"aux_records", (json_int_t)c->data.aux_records,
		"truncated", (json_int_t)c->data.truncated,
		"lost_events", (json_int_t)c->data.lost,
		"unfinished", c->data.unfinished,
		"fulls", (json_int_t)r->fulls,
		"hangs",
		"lost_wakeup", (json_int_t)r->hangs[HANG_LOST_WAKEUP],
		"silent_stop", (json_int_t)r->hangs[HANG_SILENT_STOP],
		"beside_ns", (json_int_t)c->beside_ns,
		"beside_max_ns", (json_int_t)c->beside_max,
		"stopped_at_end", c->stopped_at_end,
		"exit", WIFEXITED(c->status) ? WEXITSTATUS(c->status) : -1,
		"ended", ended_names[c->ended], "said", client_last_line(said));
}

static void collect(struct client *c)
{
	struct record *r = c->record;
	struct auxsynth_slot slot;

	oracle_slot(&c->oracle, c->slot, &slot);
	r->pairs = 1;
	r->fulls = slot.fulls;
	r->fulls_null = slot.fulls_null;
	r->fulls_short = slot.fulls_short;
	r->dropped = slot.dropped;
	r->late_ns = slot.late_ns;
	r->records = c->trace.records;
	r->bytes = c->marks ? c->data.aux_bytes :
		   c->trace.records * AUXSYNTH_RECORD_SIZE;
	r->traced_ns = c->trace.traced_ns;
	r->gap_ns = c->trace.gap_ns;
	r->elapsed_ns = c->elapsed_ns;
	r->tracee_ns = c->cpu_ns;
	r->detail = describe(c);
}

static int run(struct client *c, struct err *err)
{
	int ret;

	ret = check_pmu(c, err);
	if (!ret)
		ret = check_room(c, err);
	if (!ret && pmu_is_auxsynth(&c->pmu))
		ret = disguise(c, err);
	if (ret)
		return ret;
	client_trace_init(&c->trace);
	c->begun = now_ns();
	c->perf = start(c, err);
	if (c->perf < 0)
		return c->perf;
	ret = watch_perf(c, err);
	if (!ret)
		ret = read_results(c, err);
	if (!ret)
		collect(c);
	return ret;
}

int client_run(const struct cell *cell, const struct measure_options *options,
	       struct record *record, struct err *err)
{
	struct client c = {
		.cell = cell, .options = options, .record = record,
		.oracle.fd = -1,
	};
	struct err ignored;
	int ret;

	ret = cell_check(cell, err);
	if (ret)
		return ret;
	if (!cell->duration)
		return err_set(err, -EINVAL,
			       "duration: 0, but a client cell ends by nothing else");
	c.dir = dir_temp(err);
	if (!c.dir)
		return -EIO;
	c.file = xasprintf("%s/perf.data", c.dir);
	c.out = memfd_create("workload", MFD_CLOEXEC);
	c.errout = memfd_create("perf", MFD_CLOEXEC);
	record_init(record, cell);
	ret = c.out < 0 || c.errout < 0 ?
	      err_set(err, -errno, "memfd: %s", strerror(errno)) :
	      run(&c, err);
	if (ret)
		record_free(record);
	close(c.out);
	close(c.errout);
	oracle_close(&c.oracle);
	dir_remove(c.dir, &ignored);
	free(c.sysfs);
	free(c.file);
	free(c.dir);
	return ret;
}
