// SPDX-License-Identifier: GPL-2.0-only
/*
 * The other side of bench/target/target.h: takes cells from a descriptor, one JSON
 * object a line, measures them and answers with records.  As the first
 * process of a guest it sets the guest up and speaks through the second
 * serial port; else it speaks through stdin and stdout.
 */
#include <errno.h>
#include <numa.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "config.h"
#include "lib/cpuinfo.h"
#include "lib/options.h"
#include "lib/proc.h"
#include "lib/units.h"
#include "stress/init.h"
#include "stress/kinds.h"
#include "stress/kmsg.h"
#include "stress/stall.h"
#include "stress/switches.h"
#include "stress/event/preflight.h"
#include "stress/place/placement.h"
#include "stress/stream/spin.h"

#define MODULE "/auxsynth.ko"
#define MODULE_PARAMS "hardware=1"

struct agent {
	FILE *in, *out;
	json_int_t id;		/* of the cell that runs */
	int kmsg;		/* /dev/kmsg; -1: not read */
	int stop_fd;		/* readable: the host does not want it */
};

static int say(struct agent *agent, json_t *json)
{
	int ret = json_dumpf(json, agent->out, JSON_COMPACT);

	json_decref(json);
	if (fputc('\n', agent->out) == EOF || fflush(agent->out) || ret)
		return -EIO;
	return 0;
}

/* Tells one boot of a machine from the next. */
static void boot_id(char *id, size_t size)
{
	FILE *f = fopen("/proc/sys/kernel/random/boot_id", "re");

	if (!f || !fgets(id, size, f))
		*id = '\0';
	if (f)
		fclose(f);
	id[strcspn(id, "\n")] = '\0';
}

static json_t *hello(void)
{
	struct timespec res = { .tv_sec = 1 };
	struct utsname uts;
	char cpu[200], boot[64];
	double load[1] = { 0 };

	uname(&uts);
	getloadavg(load, 1);
	cpuinfo_model(cpu, sizeof(cpu));
	boot_id(boot, sizeof(boot));
	clock_getres(CLOCK_MONOTONIC, &res);
	return json_pack("{s:{s:I, s:s, s:s, s:s, s:s, s:s, s:i, s:i, s:i, s:b, s:b, s:b, s:f, s:s}}",
			 "hello", "clock_ns", (json_int_t)now_ns(), "machine", uts.machine, "cpu", cpu,
			 "boot_id", boot,
			 "release", uts.release,
			 "version", uts.version, "clock_res_ns",
			 res.tv_sec ? 1000000000 : (int)res.tv_nsec,
			 "cpus", (int)sysconf(_SC_NPROCESSORS_ONLN),
			 "nodes", numa_available() < 0 ? 1 :
				  numa_num_configured_nodes(),
			 "cyclictest", !access("/usr/bin/cyclictest", X_OK),
			 "hackbench", !access("/usr/bin/hackbench", X_OK),
			 "perf", !access("/usr/bin/perf", X_OK),
			 "load1", load[0],
			 "agent", PACKAGE_VERSION);
}

/* The host looks at these lines as it does at a guest's console. */
static void pass_kmsg(struct agent *agent)
{
	char line[1024], *p;

	while (kmsg_next(agent->kmsg, line, sizeof(line))) {
		for (p = line; *p; p++) {
			if (*p < ' ' || *p > '~')
				*p = '?';
		}
		say(agent, json_pack("{s:s}", "kmsg", line));
	}
}

static void progress(void *ctx, const struct record *so_far)
{
	struct agent *agent = ctx;

	pass_kmsg(agent);
	say(agent, json_pack("{s:I, s:I, s:I}", "progress", agent->id,
			     "fulls", (json_int_t)so_far->fulls, "hangs",
			     (json_int_t)record_hangs(so_far)));
}

/* What a gap would be that the guest's host has made. */
static json_t *stood_still(const struct agent *agent, uint64_t still)
{
	return json_pack("{s:I, s:b, s:o}", "id", agent->id, "host", 1,
			 "error", json_sprintf(
		"the machine stood still for %.1f s, all CPUs at once: paused by its host?",
		still / 1e9));
}

static int measure_cell(struct agent *agent, const json_t *cell_json)
{
	struct measure_options options = {
		.stop_fd = agent->stop_fd, .progress = progress, .ctx = agent,
	};
	struct record *record = malloc(sizeof(*record));
	struct cell cell;
	struct err err;
	struct stall stall;
	json_t *answer;
	uint64_t still;
	int ret;

	stall_watch(&stall);
	ret = cell_from_json(&cell, cell_json, &err);
	if (!ret)
		ret = kinds_run(&cell, &options, record, &err);
	still = stall_end(&stall);
	if (ret == -EINTR)
		record_free(record);
	pass_kmsg(agent);
	/* A line of its own: the answer is long, and may be long on its way. */
	say(agent, json_pack("{s:I, s:I}", "end", agent->id, "clock_ns",
			     (json_int_t)now_ns()));
	if (ret) {
		answer = json_pack("{s:I, s:s}", "id", agent->id, "error",
				   err.text);
		/* No fault of the kernel's: it lacks what was asked for. */
		if (ret == -PLACEMENT_SKIP)
			json_object_set_new(answer, "skip", json_true());
	} else {
		answer = still ? stood_still(agent, still) :
			json_pack("{s:I, s:o}", "id", agent->id, "record",
				  record_to_json(record));
		record_free(record);
	}
	free(record);
	return say(agent, answer);
}

struct cell_call {
	struct agent *agent;
	const json_t *cell;
};

static int call_cell(void *ctx)
{
	struct cell_call *call = ctx;

	return measure_cell(call->agent, call->cell);
}

/*
 * In a process of its own: what befalls a cell there (a fault in the memory
 * that it shares with the kernel, the want of memory) ends neither the agent
 * nor, where that is the first process, the boot.
 */
static int run_cell(struct agent *agent, const json_t *request)
{
	struct cell_call call = { .agent = agent };
	struct err err;

	if (json_unpack((json_t *)request, "{s:I, s:o}", "id", &agent->id,
			"cell", &call.cell))
		return say(agent, json_pack("{s:s}", "error",
					    "a request without id and cell"));
	say(agent, json_pack("{s:I}", "begin", agent->id));
	if (!proc_call("the cell's process", call_cell, &call, &err))
		return 0;
	pass_kmsg(agent);
	/* It may have been in the middle of a line. */
	fputc('\n', agent->out);
	return say(agent, json_pack("{s:I, s:s}", "id", agent->id, "error",
				    err.text));
}

/*
 * Before the first cell on a machine that is no guest of ours: loads auxsynth
 * if need be, and says what is missing for the PMUs that will be asked for.
 */
static int prepare(struct agent *agent, const json_t *request)
{
	const char *module = NULL;
	struct preflight here;
	char release[65];
	json_t *pmus, *pmu;
	struct err err;
	json_int_t id;
	int ret = 0;
	size_t i;

	if (json_unpack((json_t *)request, "{s:I, s:o, s?s}", "id", &id,
			"pmus", &pmus, "module", &module))
		return say(agent, json_pack("{s:s}", "error",
					    "a request without id and PMUs"));
	preflight_init(&here, true, release);
	json_array_foreach(pmus, i, pmu) {
		ret = preflight_pmu(&here, json_string_value(pmu) ?
				    json_string_value(pmu) : "", module, &err);
		if (ret)
			break;
	}
	return say(agent, ret ?
		   json_pack("{s:I, s:s}", "id", id, "error", err.text) :
		   json_pack("{s:I, s:b}", "id", id, "prepared", 1));
}

static int take_request(struct agent *agent, const json_t *line)
{
	json_t *request = json_object_get(line, "run");

	if (request)
		return run_cell(agent, request);
	request = json_object_get(line, "prepare");
	if (request)
		return prepare(agent, request);
	return say(agent, json_pack("{s:s}", "error", "not a request"));
}

/* Until the host says quit or goes away. */
static int serve(struct agent *agent)
{
	json_t *line;
	char *text = NULL;
	size_t size = 0;
	int ret = say(agent, hello());

	while (!ret && getline(&text, &size, agent->in) > 0) {
		line = json_loads(text, 0, NULL);
		if (json_object_get(line, "quit")) {
			json_decref(line);
			break;
		}
		ret = take_request(agent, line);
		json_decref(line);
	}
	free(text);
	return ret;
}

/* " aux_NAME=VALUE" of the kernel's command line is the module's NAME=VALUE. */
static void add_param(char params[128], const char *line, const char *name)
{
	char word[32], value[32] = "";
	size_t n = strlen(params);
	const char *at;

	snprintf(word, sizeof(word), " aux_%s=", name);
	at = strstr(line, word);
	if (at && sscanf(at + strlen(word), "%31s", value) == 1)
		snprintf(params + n, 128 - n, " %s=%s", name, value);
}

/* The parts whose hardware is to be modelled are as the host has it booted. */
static int load_module(struct err *err)
{
	char line[4096] = "", params[128] = MODULE_PARAMS;
	FILE *f = fopen("/proc/cmdline", "re");

	if (f && !fgets(line, sizeof(line), f))
		line[0] = '\0';
	if (f)
		fclose(f);
	add_param(params, line, "pt");
	add_param(params, line, "spe");
	return init_module_load(MODULE, params, err);
}

static int set_up_guest(struct agent *agent, struct err *err)
{
	int fd, ret;

	fd = init_open_channel(err);
	if (fd < 0)
		return fd;
	agent->in = fdopen(fd, "r");
	agent->out = fdopen(dup(fd), "w");
	setenv("PATH", "/usr/bin:/bin", 1);
	ret = init_check_clock(err);
	if (!ret)
		ret = switches_begin(err);
	if (!ret)
		ret = load_module(err);
	/* The host learns why; the console has it too. */
	if (ret)
		say(agent, json_pack("{s:s}", "error", err->text));
	return ret;
}

/*
 * Twice: libnuma looks at /sys when it is loaded, before main() could mount
 * it, so mount and begin again.
 */
static int guest_main(char **argv)
{
	struct agent agent = { .kmsg = -1, .stop_fd = -1 };
	struct err err;

	if (access("/proc/self/exe", F_OK)) {
		if (!init_mounts(&err))
			execv("/proc/self/exe", argv);
		fprintf(stderr, "agent: %s\n", err.text);
	} else if (set_up_guest(&agent, &err))
		fprintf(stderr, "agent: %s\n", err.text);
	else if (serve(&agent))
		fprintf(stderr, "agent: the channel is broken\n");
	init_power_off();
	return 1;
}

static int set_spin(void *ctx, const char *arg, struct err *err)
{
	if (units_parse_time(arg, ctx) || !*(uint64_t *)ctx)
		return err_set(err, -EINVAL,
			       "--spin: bad value '%s', expected a time above 0 such as 2s",
			       arg);
	return 0;
}

int main(int argc, char **argv)
{
	static const struct option_def options[] = {
		{ 0, "spin", "TIME",
		  "use TIME of CPU time, then end: a workload",
		  set_spin },
		{ 0 }
	};
	static const struct program program = {
		.name = "agent",
		.summary = "measure the cells that arrive on stdin",
		.usage = "[--spin=TIME]",
		.description =
"Reads requests, one JSON object a line, and answers with records on stdout.\n"
"As the first process of a guest it mounts what it needs, loads auxsynth and\n"
"uses the second serial port instead.  run-matrix starts it.",
		.options = options,
	};
	/* The host asks one thing at a time: more is quit, or its end. */
	struct agent agent = {
		.in = stdin, .out = stdout, .kmsg = -1,
		.stop_fd = STDIN_FILENO,
	};
	uint64_t spin_ns = 0;
	struct err err;
	int ret;

	if (getpid() == 1)
		return guest_main(argv);
	ret = options_parse(&program, argc, argv, &spin_ns, &err);
	if (ret > 0)
		return 0;
	if (!ret && spin_ns)
		return spin_run(spin_ns);
	if (!ret) {
		/* Who goes away while we speak ends us by EPIPE. */
		signal(SIGPIPE, SIG_IGN);
		agent.kmsg = kmsg_open();
		return serve(&agent) ? 1 : 0;
	}
	fprintf(stderr, "agent: %s\n", err.text);
	return 1;
}
