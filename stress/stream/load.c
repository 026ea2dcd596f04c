// SPDX-License-Identifier: GPL-2.0-only
#include "stress/stream/load.h"

#include <errno.h>
#include <numa.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/proc.h"
#include "lib/units.h"

static pid_t start(const char *const *argv, struct err *err)
{
	struct proc proc = { .argv = argv, .in = -1, .out = -1, .errout = -1 };
	pid_t pid = proc_start(&proc, err);

	if (pid == -ENOENT)
		return err_set(err, -PLACEMENT_SKIP,
			       "%s is not here: install rt-tests", argv[0]);
	return pid;
}

/* The CPUs of @node (negative: all) out of those that we may use. */
static int node_cpus(int node, cpu_set_t *cpus, struct err *err)
{
	struct bitmask *mask;
	int cpu;

	sched_getaffinity(0, sizeof(*cpus), cpus);
	if (node < 0 || (numa_available() < 0 && !node))
		return 0;
	if (numa_available() < 0 || node > numa_max_node())
		return err_set(err, -PLACEMENT_SKIP,
			       "load_node: there is no node %d", node);
	mask = numa_allocate_cpumask();
	numa_node_to_cpus(node, mask);
	for (cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!numa_bitmask_isbitset(mask, cpu))
			CPU_CLR(cpu, cpus);
	}
	numa_free_cpumask(mask);
	if (!CPU_COUNT(cpus))
		return err_set(err, -PLACEMENT_SKIP,
			       "load_node: node %d has no usable CPU", node);
	return 0;
}

/*
 * Off the CPUs that are measured, if there are others: memory is what this
 * load is to contend for, not the CPU.
 */
static void spare(cpu_set_t *cpus, const struct places *places)
{
	cpu_set_t others = *cpus;
	int i;

	for (i = 0; i < places->n; i++) {
		CPU_CLR(places->place[i].tracee_cpu, &others);
		CPU_CLR(places->place[i].tracer_cpu, &others);
	}
	if (CPU_COUNT(&others))
		*cpus = others;
}

/* Pipes, for the guest has no sockets; more loops than any cell is long. */
static int start_hackbench(struct loads *load, const cpu_set_t *cpus,
			   struct err *err)
{
	static const char *const argv[] = {
		"hackbench", "--pipe", "-g", "2", "-f", "4", "-l", "100000000",
		NULL
	};
	bool place = load->node >= 0 && numa_available() >= 0;
	cpu_set_t old;
	pid_t pid;

	/* A child inherits where its parent may run and have memory. */
	sched_getaffinity(0, sizeof(old), &old);
	sched_setaffinity(0, sizeof(*cpus), cpus);
	if (place)
		numa_set_preferred(load->node);
	pid = start(argv, err);
	if (place)
		numa_set_localalloc();
	sched_setaffinity(0, sizeof(old), &old);
	if (pid < 0)
		return pid;
	load->hackbench = pid;
	return 0;
}

/*
 * Until it measures: asked to end before, it would leave no result.  Its timer
 * threads are the last that it starts.
 */
static void wait_threads(pid_t pid)
{
	uint64_t deadline = now_ns() + 10 * NSEC_PER_SEC;
	char path[40];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	/* A directory's links: itself, its parent, and a thread each. */
	while (!stat(path, &st) && st.st_nlink < 4 && now_ns() < deadline)
		usleep(2000);
}

/* -h: a histogram up to so many microseconds, for quantiles as ours. */
static int start_cyclictest(struct loads *load, struct err *err)
{
	char json[80];
	const char *const argv[] = {
		"cyclictest", "-q", "-m", "-p", "90", "-i", "1000", "-t", "1",
		"-h", "20000", json, NULL
	};
	pid_t pid;

	snprintf(load->json, sizeof(load->json), "/tmp/cyclictest-%d.json",
		 (int)getpid());
	snprintf(json, sizeof(json), "--json=%s", load->json);
	pid = start(argv, err);
	if (pid < 0)
		return pid;
	load->cyclictest = pid;
	wait_threads(pid);
	return 0;
}

static int start_load(struct loads *load, const struct cell *cell,
		      const struct places *places, struct err *err)
{
	cpu_set_t cpus;
	int ret;

	load->node = cell->load_node == NODE_ANY ? -1 :
		placement_node(cell->load_node, &places->place[0]);
	ret = node_cpus(load->node, &cpus, err);
	if (ret)
		return ret;
	if (cell->load == LOAD_HACKBENCH) {
		ret = start_hackbench(load, &cpus, err);
	} else {
		spare(&cpus, places);
		ret = membw_start(&load->membw, &cpus, load->node, err);
	}
	load->cpus = CPU_COUNT(&cpus);
	return ret;
}

int load_start(struct loads *load, const struct cell *cell,
	       const struct places *places, struct err *err)
{
	int ret = 0;

	memset(load, 0, sizeof(*load));
	if (cell->load != LOAD_NONE)
		ret = start_load(load, cell, places, err);
	if (!ret && cell->reference == REF_CYCLICTEST)
		ret = start_cyclictest(load, err);
	if (ret) {
		json_t *what;

		json_decref(load_stop(load, &what));
		json_decref(what);
	}
	return ret;
}

static json_t *stop_cyclictest(struct loads *load)
{
	json_t *json;
	int status;

	/* It writes its result when it is interrupted. */
	kill(load->cyclictest, SIGINT);
	if (proc_wait(load->cyclictest, -1, now_ns() + 10 * NSEC_PER_SEC,
		      &status))
		proc_kill(load->cyclictest);
	load->cyclictest = 0;
	json = json_load_file(load->json, 0, NULL);
	unlink(load->json);
	return json;
}

static json_t *stop_membw(struct loads *load)
{
	struct membw *membw = &load->membw;
	double rate = membw_stop(membw);
	json_t *nodes = json_array(), *json;
	int i;

	for (i = 0; i < membw->n; i++)
		json_array_append_new(nodes,
				      json_integer(membw->thread[i].node));
	json = json_pack("{s:s, s:i, s:i, s:I, s:I, s:o}", "kind", "membw",
			 "node", load->node, "threads", membw->n,
			 "buffer", (json_int_t)membw->size,
			 "bytes_per_s", (json_int_t)rate,
			 "buffer_nodes", nodes);
	membw_free(membw);
	return json;
}

json_t *load_stop(struct loads *load, json_t **what)
{
	json_t *json = NULL;

	*what = NULL;
	if (load->cyclictest)
		json = stop_cyclictest(load);
	if (load->membw.n)
		*what = stop_membw(load);
	if (load->hackbench) {
		proc_kill(load->hackbench);
		*what = json_pack("{s:s, s:i, s:i}", "kind", "hackbench",
				  "node", load->node, "cpus", load->cpus);
	}
	load->hackbench = 0;
	return json;
}
