// SPDX-License-Identifier: GPL-2.0-only
/* Where a run measures: in guests, on this machine, or on another. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/target/guest.h"
#include "bench/run/parts.h"
#include "bench/run/selftest.h"
#include "lib/file.h"
#include "lib/scenario.h"
#include "lib/where.h"

static bool has_cell(const struct run *run, int kind, int scenario)
{
	size_t i;

	for (i = 0; i < run->job.ncells; i++) {
		if (run->job.cells[i].cell.kind == kind &&
		    run->job.cells[i].cell.scenario == scenario)
			return true;
	}
	return false;
}

/* Without it the cells that want it say that it is not there. */
static void find_selftest(struct run *run)
{
	struct err err;

	if (!has_cell(run, KIND_SCENARIO, SCENARIO_SELFTEST_MMAP))
		return;
	progress_live(&run->progress, "selftests/perf_events/mmap");
	if (selftest_get(&run->kernel_store, &run->selftest, &err))
		progress_warn(&run->progress, "selftest: %s", err.text);
}

/* A shell, and what perf's script for Intel PT calls. */
static void add_perf_tests(struct run *run, int *n)
{
	static const char *const programs[] = {
		"sh", "awk", "cat", "cut", "dirname", "grep", "mktemp",
		"realpath", "rm", "rmdir", "sed", "sleep", "taskset", "true",
		"uname", "wc",
	};
	size_t i;

	for (i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
		run->programs[(*n)++] = programs[i];
	run->files[0] = PERF_SHELL_TESTS "/test_intel_pt.sh";
	run->files[1] = PERF_SHELL_TESTS "/lib/waiting.sh";
}

static struct target_config common_config(struct run *run)
{
	return (struct target_config) {
		.agent = run->agent,
		.stop_fd = run->options->stop_fd,
		.note = run_target_note,
		.progress = run_cell_progress,
		.ctx = run,
	};
}

static int make_guest(struct run *run, struct err *err)
{
	struct guest_config config = {
		.target = common_config(run),
		.shape = run->job.guest,
		.programs = run->programs,
		.files = run->files,
	};
	bool tests = has_cell(run, KIND_SCENARIO, SCENARIO_PERF_TESTS);
	int n = 0;

	find_selftest(run);
	run->programs[n++] = "cyclictest";
	run->programs[n++] = "hackbench";
	/* It and its libraries are large: only where they are used. */
	if (has_cell(run, KIND_CLIENT, SCENARIO_NONE) || tests ||
	    has_cell(run, KIND_SCENARIO, SCENARIO_PT_DECODE) ||
	    has_cell(run, KIND_SCENARIO, SCENARIO_BTS_DECODE))
		run->programs[n++] = "perf";
	if (tests)
		add_perf_tests(run, &n);
	if (run->selftest)
		run->programs[n++] = run->selftest;
	return guest_new(&run->target, &config, err);
}

/* Each PMU once, of those cells that measure the one they name. */
static void list_pmus(struct run *run)
{
	const struct job *job = &run->job;
	size_t n = 0, i, k;

	run->pmus = calloc(job->ncells + 1, sizeof(*run->pmus));
	if (!run->pmus)
		abort();
	for (i = 0; i < job->ncells; i++) {
		if (!cell_kinds[job->cells[i].cell.kind].names_pmu)
			continue;
		for (k = 0; k < n; k++) {
			if (!strcmp(run->pmus[k], job->cells[i].cell.pmu))
				break;
		}
		if (k == n)
			run->pmus[n++] = job->cells[i].cell.pmu;
	}
}

/* A release may have what is no good in a file's name: "6.12~rc1". */
static char *name_of(const char *release)
{
	char *name = xasprintf("%.48s", release), *p;

	for (p = name; *p; p++) {
		if (!strchr("abcdefghijklmnopqrstuvwxyz"
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.", *p))
			*p = '_';
	}
	return name;
}

static void say_kernel(struct run *run)
{
	const struct job *job = &run->job;

	progress_say(&run->progress,
		     "%s: Linux %s as it runs, in the results as '%s'; no kernel is built, the job's variants and kconfigs are left aside",
		     job->target, run->machine.release,
		     job->kernels[0].variant);
}

/* What is missing there shows now, before there is a directory of results. */
static int try_machine(struct run *run, struct err *err)
{
	const struct target_ops *ops = run->target->ops;
	enum status status;

	progress_live(&run->progress, "%s", run->job.target);
	status = ops->start(run->target, NULL, "/dev/null", err);
	ops->stop(run->target);
	json_decref(ops->bad_lines(run->target));
	if (status == STATUS_STOPPED)
		return err_set(err, -EINTR, "interrupted");
	return status == STATUS_OK ? 0 : -EIO;
}

static int make_machine(struct run *run, struct err *err)
{
	struct job *job = &run->job;
	bool local = !strcmp(job->target, "local");
	struct machine_config config = {
		.target = common_config(run),
		.module = job->module,
		.host = local ? NULL : job->target + strlen("ssh:"),
		.ssh = job->ssh,
	};
	char *name;
	int ret;

	list_pmus(run);
	config.pmus = run->pmus;
	if (!config.module && file_exists(run->module))
		config.module = run->module;
	ret = local ? local_new(&run->target, &config, &run->machine, err) :
		ssh_new(&run->target, &config, &run->machine, err);
	if (ret)
		return ret;
	if (!job->label) {
		name = name_of(run->machine.release);
		job_running_kernel(job, name);
		free(name);
	}
	say_kernel(run);
	return try_machine(run, err);
}

int run_make_target(struct run *run, struct err *err)
{
	run->agent = run->job.target ? where_built("stress/agent") :
		guest_agent(run->job.guest.arch);
	/* What "make module" leaves. */
	run->module = where_built("stress/auxsynth-build/auxsynth.ko");
	return run->job.target ? make_machine(run, err) :
		make_guest(run, err);
}

int run_take_kernel(struct run *run, struct err *err)
{
	const struct machine_kernel *machine = &run->machine;
	struct run_kernel *have = &run->kernels[0];
	struct kernel *kernel = &have->kernel;

	*kernel = (struct kernel) {
		.variant = xasprintf("%s", run->job.kernels[0].variant),
		.kconfig = xasprintf("%s", JOB_RUNNING),
		.release = xasprintf("%s", machine->release),
		.source = xasprintf("as it runs (%s)", machine->version),
		/* Two builds of one release are two kernels. */
		.key = xasprintf("%s %s %s", machine->release,
				 machine->version, machine->arch),
		.cached = true,
	};
	have->built = true;
	if (have->stored_key && strcmp(have->stored_key, kernel->key))
		return err_set(err, -ESTALE,
			       "%s runs another kernel now (%s) than when the run began (%s); start a new run",
			       run->job.target, kernel->key,
			       have->stored_key);
	return 0;
}
