// SPDX-License-Identifier: GPL-2.0-only
/*
 * The first process of a guest that does to auxsynth what users do: takes
 * things away from under it.  Speaks the agent's protocol; the answer to any
 * request is what was checked.
 */
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <linux/perf_event.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "lib/proc.h"
#include "stress/event/auxring.h"
#include "stress/init.h"
#include "stress/event/oracle.h"
#include "stress/event/pmu.h"

#define AUX_SIZE 65536

struct result {
	json_t *done, *failed;
};

static void check(struct result *r, const char *what, int good)
{
	json_array_append_new(good ? r->done : r->failed, json_string(what));
}

static int unload(void)
{
	return syscall(SYS_delete_module, "auxsynth", O_NONBLOCK) ? -errno : 0;
}

static int load(void)
{
	struct err err;

	return init_module_load("/auxsynth.ko", "", &err);
}

static void nap(long ms)
{
	struct timespec ts = { .tv_nsec = ms * 1000000 };

	nanosleep(&ts, NULL);
}

/* A process that spins, to be traced. */
static pid_t spinner(void)
{
	pid_t pid = fork();

	while (!pid)
		;
	return pid;
}

static void reap(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static int open_event(pid_t pid, int cpu, int inherit)
{
	struct perf_event_attr attr = {
		.size = sizeof(attr), .disabled = 1, .inherit = inherit,
	};
	struct pmu pmu;
	struct err err;

	if (pmu_find(&pmu, PMU_SYSFS, "aux_synth", &err))
		return -1;
	attr.type = pmu.type;
	pmu_set(&pmu, &attr, "slot", inherit || cpu >= 0 ? 0 : 1, &err);
	return syscall(SYS_perf_event_open, &attr, pid, cpu, -1,
		       PERF_FLAG_FD_CLOEXEC);
}

static int enable(int fd)
{
	return ioctl(fd, PERF_EVENT_IOC_ENABLE, 0);
}

/* Drains and re-enables for a while; the bytes that came. */
static uint64_t bytes_in(int fd, struct auxring *ring, long ms)
{
	uint64_t from = auxring_aux_head(ring), to = from;

	for (; ms > 0; ms -= 2) {
		nap(2);
		to = auxring_aux_head(ring);
		auxring_aux_release(ring, to);
		enable(fd);
	}
	return to - from;
}

static void traces(struct result *r)
{
	struct auxring ring;
	pid_t pid = spinner();
	int fd = open_event(pid, -1, 0);
	struct err err;

	check(r, "opens", fd >= 0);
	check(r, "maps", !auxring_map(&ring, fd, 8, AUX_SIZE, &err));
	check(r, "enables", !enable(fd));
	check(r, "traces", bytes_in(fd, &ring, 100) > 100000);
	check(r, "refuses to go while an AUX area is mapped",
	      unload() < 0);
	check(r, "traces on", bytes_in(fd, &ring, 100) > 100000);

	/* The AUX area goes while it is being written to. */
	munmap(ring.aux, ring.aux_size);
	nap(20);
	ring.aux = NULL;
	auxring_unmap(&ring);
	check(r, "maps again", !auxring_map(&ring, fd, 8, AUX_SIZE, &err));
	ioctl(fd, PERF_EVENT_IOC_DISABLE, 0);
	enable(fd);
	check(r, "traces after munmap", bytes_in(fd, &ring, 100) > 100000);

	/* The tracee goes. */
	reap(pid);
	nap(20);
	check(r, "hangs up with its tracee",
	      poll(&(struct pollfd){ .fd = fd, .events = POLLIN }, 1, 1000) ==
	      1);
	auxring_unmap(&ring);
	close(fd);
	nap(50);
	check(r, "unloads when all is closed", !unload());
	check(r, "loads again", !load());
}

/* Since 6.15 events do not pin the module: perf core detaches them. */
static void unloads_under_events(struct result *r)
{
	pid_t pid = spinner();
	int fd = open_event(pid, -1, 0);
	struct pollfd pfd = { .fd = fd, .events = POLLIN };

	enable(fd);
	nap(20);
	check(r, "unloads under an open event", !unload());
	check(r, "the event says so",
	      poll(&pfd, 1, 1000) == 1 && (pfd.revents & (POLLERR | POLLHUP)));
	check(r, "ENABLE of it is harmless", enable(fd) <= 0);
	check(r, "it cannot be opened now", open_event(pid, -1, 0) < 0);
	close(fd);
	reap(pid);
	check(r, "loads after that", !load());
}

/* The tracer is killed in the middle of it all. */
static void tracer_dies(struct result *r)
{
	pid_t tracee = spinner(), tracer;
	int i, unloaded;

	for (i = 0; i < 20; i++) {
		tracer = fork();
		if (!tracer) {
			int fd = open_event(tracee, -1, 0);
			struct auxring ring;
			struct err err;

			if (auxring_map(&ring, fd, 8, AUX_SIZE, &err))
				_exit(1);
			enable(fd);
			for (;;)
				bytes_in(fd, &ring, 100);
		}
		nap(10 + i);
		reap(tracer);
	}
	nap(50);
	unloaded = unload();
	check(r, "unloads after tracers were killed", !unloaded);
	check(r, "loads after tracers were killed", !load());
	reap(tracee);
}

static void other_kinds(struct result *r)
{
	struct auxring ring;
	pid_t pid = spinner();
	struct err err;
	void *aux;
	int fd;

	/* Overwrite mode: nobody moves the tail, the head runs on. */
	fd = open_event(pid, -1, 0);
	ring = (struct auxring){ 0 };
	check(r, "overwrite: maps",
	      !auxring_map(&ring, fd, 8, AUX_SIZE, &err));
	munmap(ring.aux, AUX_SIZE);
	aux = mmap(NULL, AUX_SIZE, PROT_READ, MAP_SHARED, fd,
		   ring.page->aux_offset);
	check(r, "overwrite: read-only AUX area", aux != MAP_FAILED);
	enable(fd);
	nap(100);
	ioctl(fd, PERF_EVENT_IOC_DISABLE, 0);
	check(r, "overwrite: writes round and round",
	      ring.page->aux_head > 2 * AUX_SIZE);
	munmap(aux, AUX_SIZE);
	ring.aux = NULL;
	auxring_unmap(&ring);
	close(fd);

	/* All of one CPU. */
	fd = open_event(-1, 0, 0);
	check(r, "per CPU: maps", fd >= 0 &&
	      !auxring_map(&ring, fd, 8, AUX_SIZE, &err));
	enable(fd);
	check(r, "per CPU: traces", bytes_in(fd, &ring, 100) > 100000);
	auxring_unmap(&ring);
	close(fd);
	reap(pid);
}

/* Children that are born, inherit and die while the buffer fills. */
static void inherits(struct result *r)
{
	struct auxring ring;
	struct err err;
	pid_t parent;
	uint64_t n;
	int fd, i;

	parent = fork();
	if (!parent) {
		nap(50);
		for (i = 0; ; i++) {
			pid_t child = fork();
			uint64_t end = now_ns() + 2000000;

			while (now_ns() < end)
				;
			if (!child)
				_exit(0);
			waitpid(child, NULL, 0);
		}
	}
	/* Inherited AUX events need a CPU: their buffer is that CPU's. */
	fd = open_event(parent, 0, 1);
	check(r, "inherit: maps", fd >= 0 &&
	      !auxring_map(&ring, fd, 8, AUX_SIZE, &err));
	if (fd >= 0) {
		cpu_set_t one;

		CPU_ZERO(&one);
		CPU_SET(0, &one);
		sched_setaffinity(parent, sizeof(one), &one);
		enable(fd);
		n = bytes_in(fd, &ring, 300);
		check(r, "inherit: traces", n > 100000);
		auxring_unmap(&ring);
		close(fd);
	}
	reap(parent);
}

static void bad_attributes(struct result *r)
{
	static const struct {
		const char *field;
		uint64_t value;
	} bad[] = {
		{ "mode", 9 }, { "fail", 7 }, { "rate", 1ull << 39 },
		{ "window_us", 0xffffffff }, { "slot", 0xffff },
	};
	struct perf_event_attr attr;
	struct err err = { "" };
	struct pmu pmu;
	unsigned int i;

	if (pmu_find(&pmu, PMU_SYSFS, "aux_synth", &err))
		return;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		attr = (struct perf_event_attr) {
			.size = sizeof(attr), .type = pmu.type,
		};
		pmu_set(&pmu, &attr, bad[i].field, bad[i].value, &err);
		check(r, bad[i].field,
		      syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0) < 0);
	}
}

int main(int argc, char **argv)
{
	struct result r = { json_array(), json_array() };
	char *line = NULL;
	struct err err;
	size_t size = 0;
	json_int_t id = 0;
	FILE *in, *out;
	json_t *answer, *request;
	int fd;

	if (getpid() != 1)
		return 77;
	if (init_mounts(&err) || init_check_clock(&err) || load())
		init_power_off();
	fd = init_open_channel(&err);
	in = fdopen(fd, "r");
	out = fdopen(dup(fd), "w");
	fprintf(out, "{\"hello\": {}}\n");
	fflush(out);
	if (getline(&line, &size, in) > 0) {
		request = json_loads(line, 0, NULL);
		json_unpack(request, "{s:{s:I}}", "run", "id", &id);
		json_decref(request);
		fprintf(out, "{\"begin\": %d}\n", (int)id);
		fflush(out);
		traces(&r);
		unloads_under_events(&r);
		tracer_dies(&r);
		other_kinds(&r);
		inherits(&r);
		bad_attributes(&r);
		answer = json_pack("{s:I, s:{s:o, s:o}}", "id", id, "record",
				   "done", r.done, "failed", r.failed);
		json_dumpf(answer, out, JSON_COMPACT);
		fputc('\n', out);
		fflush(out);
		json_decref(answer);
	}
	while (getline(&line, &size, in) > 0 && !strstr(line, "quit"))
		;
	init_power_off();
	return 0;
}
