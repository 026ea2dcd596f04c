// SPDX-License-Identifier: GPL-2.0-only
/*
 * Targets that are no guests: with agents that are shell scripts, with an ssh
 * that is one, and with the real agent, which must say what is missing.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "bench/job/job.h"
#include "bench/target/machine.h"
#include "lib/cpuinfo.h"
#include "lib/file.h"
#include "lib/proc.h"
#include "lib/record.h"
#include "lib/units.h"
#include "tests/check.h"
#include "tests/fixture.h"

#define HELLO "echo '{\"hello\": {\"cpu\": \"test\", \"boot_id\": \"x\"}}'\n"
#define PREPARED "read line; echo \"$line\" >$0.prepare\n" \
	"echo '{\"id\": -1, \"prepared\": true}'\n"
#define REAL_AGENT BUILDDIR "/stress/agent"

struct fixture {
	struct check *t;
	char *dir;
	struct machine_config config;
	struct machine_kernel kernel;
	struct target *target;
	struct err err;
};

static const char *const pmus[] = { "no_such_pmu", NULL };

static char *put_script(struct fixture *f, const char *name, const char *text)
{
	char *path = xasprintf("%s/%s", f->dir, name);
	char *whole = xasprintf("#!/bin/sh\n%s", text);

	fixture_put(f->dir, name, whole);
	chmod(path, 0755);
	free(whole);
	return path;
}

static void begin(struct fixture *f, const char *agent)
{
	f->config = (struct machine_config) {
		.target = {
			.agent = agent, .stop_fd = -1,
			.silence = 20 * NSEC_PER_SEC,
			.shutdown = NSEC_PER_SEC,
		},
		.pmus = pmus,
	};
	f->target = NULL;
	f->err.text[0] = '\0';
}

/* Starts the target with a console file of its own. */
static int start(struct fixture *f, const char *name)
{
	char *console = xasprintf("%s/%s.console", f->dir, name);
	int status = f->target->ops->start(f->target, NULL, console, &f->err);

	free(console);
	return status;
}

static int run_until(struct fixture *f, uint64_t timeout_ns, json_t **answer)
{
	struct cell cell;

	cell_init(&cell);
	return f->target->ops->run(f->target, 3, &cell, timeout_ns, answer,
				   &f->err);
}

static int run(struct fixture *f, json_t **answer)
{
	return run_until(f, 30 * NSEC_PER_SEC, answer);
}

/* Starts a local target whose agent is the script @text, and runs a cell. */
static int local(struct fixture *f, const char *name, const char *text,
		 json_t **answer)
{
	char *agent = put_script(f, name, text);
	int status;

	begin(f, agent);
	CHECK_EQ(f->t, local_new(&f->target, &f->config, &f->kernel, &f->err),
		 0);
	*answer = NULL;
	status = start(f, name);
	if (status == STATUS_OK)
		status = run(f, answer);
	f->target->ops->stop(f->target);
	free(agent);
	return status;
}

static void end(struct fixture *f)
{
	f->target->ops->free(f->target);
	f->target = NULL;
}

static void good_cell(struct fixture *f)
{
	json_t *answer, *bad, *what;
	struct utsname uts;
	int status;

	uname(&uts);
	status = local(f, "good", "echo noise\n" HELLO PREPARED
		"read line; case $line in *'\"id\":3'*) ;; *) exit 1 ;; esac\n"
		"echo '{\"begin\": 3}'; printf '{\"progress\": 3, \"fu'\n"
		"sleep 0.1; echo 'lls\": 5, \"hangs\": 0}'\n"
		"echo '{\"kmsg\": \"[    1.000000] WARNING: CPU: 0 PID: 1\"}'\n"
		"echo '{\"kmsg\": \"[    1.000001] usb: harmless\"}'\n"
		"echo '{\"id\": 3, \"record\": {\"x\": 1}}'; read line\n"
		"echo \"$line\" >$0.quit\n", &answer);
	CHECK_EQ(f->t, status, STATUS_OK);
	CHECK_EQ(f->t, json_integer_value(json_object_get(json_object_get(
		 answer, "record"), "x")), 1);
	json_decref(answer);
	CHECK(f->t, fixture_is(f->dir, "good.quit", "{\"quit\":true}\n"));
	CHECK(f->t, fixture_is(f->dir, "good.prepare",
	      "{\"prepare\":{\"id\":-1,\"pmus\":[\"no_such_pmu\"]}}\n"));
	bad = f->target->ops->bad_lines(f->target);
	CHECK_EQ(f->t, json_array_size(bad), 1);
	CHECK(f->t, strstr(json_string_value(json_array_get(bad, 0)),
			   "WARNING: CPU: 0"));
	json_decref(bad);
	what = f->target->ops->describe(f->target);
	CHECK(f->t, !strcmp(json_string_value(json_object_get(what, "kind")),
			    "local"));
	CHECK(f->t, !strcmp(json_string_value(json_object_get(what,
			    "release")), uts.release));
	CHECK(f->t, !strcmp(json_string_value(json_object_get(what, "cpu")),
			    "test"));
	json_decref(what);
	CHECK(f->t, !strcmp(f->kernel.release, uts.release));
	end(f);
}

/* Each way to end badly is told from the others, with its reason. */
static void bad_agents(struct fixture *f)
{
	static const struct {
		const char *name, *script;
		int status;
		const char *words;
	} cases[] = {
		{ "refuses", HELLO
		  "read l; echo '{\"id\": -1, \"error\": \"no PMU here\"}'\n"
		  "read l\n", STATUS_ERROR, "this machine: no PMU here" },
		{ "cannot", "echo '{\"error\": \"no clock\"}'; read l\n",
		  STATUS_ERROR, "the agent cannot measure: no clock" },
		{ "mute", "echo broken >&2; exit 3\n", STATUS_ERROR,
		  "this machine: agent ended with status 3: broken" },
		{ "failing", HELLO PREPARED
		  "read l; echo '{\"id\": 3, \"error\": \"EBUSY\"}'; read l\n",
		  STATUS_ERROR, "EBUSY" },
		{ "dying", HELLO PREPARED
		  "read l; echo 'stack smashed' >&2; kill -9 $$\n",
		  STATUS_DIED, "agent was killed by signal 9: stack smashed" },
		{ "leaving", HELLO PREPARED "read l; exit 0\n", STATUS_DIED,
		  "the agent ended by itself" },
	};
	json_t *answer;
	unsigned int i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CHECK_EQ(f->t, local(f, cases[i].name, cases[i].script,
				     &answer), cases[i].status);
		if (!strstr(f->err.text, cases[i].words))
			printf("%s: %s\n", cases[i].name, f->err.text);
		CHECK(f->t, strstr(f->err.text, cases[i].words));
		CHECK(f->t, !answer);
		end(f);
	}
}

/* One that says nothing is given up after the silence, not the deadline. */
static void silent_agent(struct fixture *f)
{
	char *agent = put_script(f, "silent", HELLO PREPARED
				 "trap '' TERM; sleep 1000\n");
	json_t *answer;

	begin(f, agent);
	f->config.target.silence = NSEC_PER_SEC / 2;
	local_new(&f->target, &f->config, &f->kernel, &f->err);
	CHECK_EQ(f->t, start(f, "silent"), STATUS_OK);
	/* Were it the deadline that ended it, this one would end the test. */
	alarm(600);
	CHECK_EQ(f->t, run_until(f, 3600 * NSEC_PER_SEC, &answer),
		 STATUS_TIMEOUT);
	f->target->ops->stop(f->target);
	alarm(0);
	end(f);
	free(agent);
}

static void stopped(struct fixture *f)
{
	char *agent = put_script(f, "endless", HELLO PREPARED
				 "while :; do sleep 0.1; echo '{\"progress\": 3}'; done\n");
	json_t *answer;

	begin(f, agent);
	f->config.target.stop_fd = eventfd(0, EFD_CLOEXEC);
	local_new(&f->target, &f->config, &f->kernel, &f->err);
	CHECK_EQ(f->t, start(f, "endless"), STATUS_OK);
	eventfd_write(f->config.target.stop_fd, 1);
	CHECK_EQ(f->t, run(f, &answer), STATUS_STOPPED);
	f->target->ops->stop(f->target);
	end(f);
	close(f->config.target.stop_fd);
	free(agent);
}

/* This suite's own agent, on a machine that certainly lacks the PMU. */
static void real_agent(struct fixture *f)
{
	begin(f, REAL_AGENT);
	CHECK_EQ(f->t, local_new(&f->target, &f->config, &f->kernel, &f->err),
		 0);
	CHECK_EQ(f->t, start(f, "real"), STATUS_ERROR);
	printf("%s\n", f->err.text);
	CHECK(f->t, strstr(f->err.text, "this machine: "));
	CHECK(f->t, strstr(f->err.text, "no PMU 'no_such_pmu'") ||
		    strstr(f->err.text, "no perf events"));
	end(f);
	begin(f, "/nonexistent/agent");
	CHECK(f->t, local_new(&f->target, &f->config, &f->kernel, &f->err));
	CHECK(f->t, strstr(f->err.text, "has make been run"));
}

/* Skips ssh's options and runs the command here, as sshd would. */
#define FAKE_SSH \
	"while :; do case $1 in -o|-F) shift 2 ;; -*) shift ;; *) break ;; esac; done\n" \
	"echo \"$1\" >>$0.hosts; shift\n" \
	"echo 'a login message'; exec sh -c \"$*\"\n"

static void by_ssh(struct fixture *f)
{
	char *ssh = put_script(f, "ssh", FAKE_SSH), *tmp, *left;
	struct utsname uts;
	json_t *what;

	uname(&uts);
	tmp = xasprintf("%s/there", f->dir);
	mkdir(tmp, 0700);
	begin(f, REAL_AGENT);
	f->config.host = "elsewhere";
	f->config.ssh = xasprintf("%s -F some-file", ssh);
	CHECK_EQ(f->t, ssh_new(&f->target, &f->config, &f->kernel, &f->err),
		 0);
	CHECK(f->t, !strcmp(f->kernel.release, uts.release));
	CHECK(f->t, !strcmp(f->kernel.version, uts.version));
	setenv("TMPDIR", tmp, 1);
	CHECK_EQ(f->t, start(f, "by-ssh"), STATUS_ERROR);
	printf("%s\n", f->err.text);
	/* The agent ran there, with its own libraries. */
	CHECK(f->t, strstr(f->err.text, "elsewhere: no PMU 'no_such_pmu'") ||
		    strstr(f->err.text, "no perf events"));
	what = f->target->ops->describe(f->target);
	CHECK(f->t, !strcmp(json_string_value(json_object_get(what, "host")),
			    "elsewhere"));
	CHECK(f->t, json_object_get(what, "cpu"));
	json_decref(what);
	f->target->ops->stop(f->target);
	unsetenv("TMPDIR");
	CHECK(f->t, fixture_is(f->dir, "ssh.hosts",
			       "elsewhere\nelsewhere\nelsewhere\n"));
	/* Nothing stays behind but the (empty) directory for all of it. */
	left = xasprintf("rmdir %s", tmp);
	CHECK_EQ(f->t, system(left), 0);
	free(left);
	free((char *)f->config.ssh);
	end(f);
	free(tmp);
	free(ssh);
}

static void bad_ssh(struct fixture *f)
{
	static const struct {
		const char *name, *script, *words;
	} cases[] = {
		{ "refused", "echo 'Warning: x' >&2\n"
		  "echo 'root@h: Permission denied (publickey).' >&2; exit 255\n",
		  "ssh h: root@h: Permission denied (publickey)." },
		{ "unknown", "exit 255\n", "ssh h: " },
		{ "other", "for x in Linux sparc9 9.9.9 v; do echo \"aux-tests: $x\"; done\n",
		  "that machine is sparc9" },
		{ "bsd", "for x in BSD x86_64 9.9.9 v; do echo \"aux-tests: $x\"; done\n",
		  "not a Linux machine" },
		{ "empty", "exit 0\n", "not a Linux machine" },
	};
	unsigned int i;
	char *ssh;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ssh = put_script(f, cases[i].name, cases[i].script);
		begin(f, REAL_AGENT);
		f->config.host = "h";
		f->config.ssh = ssh;
		CHECK(f->t, ssh_new(&f->target, &f->config, &f->kernel,
				    &f->err));
		if (!strstr(f->err.text, cases[i].words))
			printf("%s: %s\n", cases[i].name, f->err.text);
		CHECK(f->t, strstr(f->err.text, cases[i].words));
		free(ssh);
	}
	/* One that can be reached but has no room. */
	ssh = put_script(f, "full", FAKE_SSH);
	begin(f, REAL_AGENT);
	f->config.host = "h";
	f->config.ssh = ssh;
	CHECK_EQ(f->t, ssh_new(&f->target, &f->config, &f->kernel, &f->err),
		 0);
	setenv("TMPDIR", f->dir, 1);
	fixture_put(f->dir, "bin/tar", "");
	free(put_script(f, "bin/tar", "echo 'No space left' >&2; exit 2\n"));
	{
		char *path = xasprintf("%s/bin:%s", f->dir, getenv("PATH"));
		char *old = xasprintf("%s", getenv("PATH"));

		setenv("PATH", path, 1);
		CHECK_EQ(f->t, start(f, "full"), STATUS_ERROR);
		setenv("PATH", old, 1);
		free(path);
		free(old);
	}
	unsetenv("TMPDIR");
	CHECK(f->t, strstr(f->err.text, "ssh h: No space left"));
	end(f);
	free(ssh);
}

static void cpu_models(struct fixture *f)
{
	char *path = xasprintf("%s/cpuinfo", f->dir), model[80];

	fixture_put(f->dir, "cpuinfo",
		    "model\t\t: 3\nmodel name\t: A B\nmodel name\t: C\n");
	cpuinfo_model_of(path, model, sizeof(model));
	CHECK(f->t, !strcmp(model, "A B"));
	fixture_put(f->dir, "cpuinfo",
		    "CPU implementer\t: 0x41\nCPU part\t: 0xd0c\n");
	cpuinfo_model_of(path, model, sizeof(model));
	CHECK(f->t, !strcmp(model, "Arm implementer 0x41 part 0xd0c"));
	cpuinfo_model_of("/nonexistent", model, sizeof(model));
	CHECK(f->t, !strcmp(model, "unknown"));
	free(path);
}

static int read_job(struct fixture *f, struct job *job, const char *text,
		    const char *const *overrides)
{
	static const char *const variants[] = { "baseline", "peterz", NULL };
	static const char *const kconfigs[] = { "guest", NULL };
	char *path = xasprintf("%s/a.job", f->dir);
	int ret;

	fixture_put(f->dir, "a.job", text);
	ret = job_read(job, path, (char **)overrides, (char **)variants,
		       (char **)kconfigs, &f->err);
	free(path);
	return ret;
}

static void bad_job(struct fixture *f, const char *override,
		    const char *words)
{
	const char *const overrides[] = { override, NULL };
	struct job job;
	int ret = read_job(f, &job, "[global]\nwindow = 0\n", overrides);

	CHECK(f->t, ret);
	if (!ret)
		job_free(&job);
	else if (!strstr(f->err.text, words))
		printf("%s\n", f->err.text);
	CHECK(f->t, strstr(f->err.text, words));
}

/* The job's kernels give way to the one that runs. */
static void jobs(struct fixture *f)
{
	static const char text[] =
		"[global]\nvariants = baseline, peterz\ntarget = ssh:box\n"
		"ssh = ssh -F some file\nlabel = mine\n"
		"pmu_terms = cyc=1,ptw=0 none\n"
		"[a]\nwindow = 0, 1ms\n[b]\nvariants = peterz\nwindow = 2ms\n";
	const char *const none[] = { NULL };
	const char *const again[] = { "target=local", NULL };
	struct job job;
	char *printed;
	size_t size, i;
	FILE *file;

	CHECK_EQ(f->t, read_job(f, &job, text, none), 0);
	CHECK(f->t, !strcmp(job.target, "ssh:box"));
	CHECK(f->t, !strcmp(job.ssh, "ssh -F some file"));
	CHECK(f->t, !strcmp(job.label, "mine"));
	CHECK_EQ(f->t, job.nkernels, 2);
	CHECK_EQ(f->t, job.ncells, 6);
	CHECK(f->t, !strcmp(job.cells[0].cell.pmu_terms, "cyc=1,ptw=0"));
	job_running_kernel(&job, "mine");
	CHECK_EQ(f->t, job.nkernels, 1);
	CHECK(f->t, !strcmp(job.kernels[0].variant, "mine"));
	CHECK(f->t, !strcmp(job.kernels[0].kconfig, JOB_RUNNING));
	for (i = 0; i < job.ncells; i++)
		CHECK(f->t, job.cells[i].on[0]);
	file = open_memstream(&printed, &size);
	job_print(&job, file);
	fclose(file);
	job_free(&job);
	/* Read back it is the same job. */
	CHECK_EQ(f->t, read_job(f, &job, printed, again), 0);
	CHECK_EQ(f->t, job.ncells, 6);
	CHECK(f->t, !strcmp(job.target, "local"));
	CHECK(f->t, !strcmp(job.ssh, "ssh -F some file"));
	CHECK(f->t, !strcmp(job.cells[0].cell.pmu_terms, "cyc=1,ptw=0"));
	job_free(&job);
	free(printed);
	bad_job(f, "target=bare", "expected guest, local or ssh:HOST");
	bad_job(f, "target=ssh:", "expected guest, local or ssh:HOST");
	bad_job(f, "target=ssh:-oProxyCommand=x", "expected guest, local");
	bad_job(f, "hosts=a,-oProxyCommand=x", "'-oProxyCommand=x' is no name");
	bad_job(f, "hosts=a,b,a", "'a' is there twice");
	bad_job(f, "label=x", "label: the name of a running kernel");
	bad_job(f, "label=../x", "label: bad value '../x'");
	bad_job(f, "pmu_terms=a=1,", "pmu_terms: bad value 'a=1,'");
}

int main(void)
{
	struct check t = { 0 };
	struct fixture f = { .t = &t, .dir = fixture_dir() };
	struct err err;

	signal(SIGPIPE, SIG_IGN);
	good_cell(&f);
	bad_agents(&f);
	silent_agent(&f);
	stopped(&f);
	real_agent(&f);
	by_ssh(&f);
	bad_ssh(&f);
	cpu_models(&f);
	jobs(&f);
	dir_remove(f.dir, &err);
	free(f.dir);
	return check_end(&t);
}
