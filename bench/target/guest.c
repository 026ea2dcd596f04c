// SPDX-License-Identifier: GPL-2.0-only
#include "bench/target/guest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/target/agent.h"
#include "bench/target/initramfs.h"
#include "bench/target/kvm.h"
#include "bench/target/qemu.h"
#include "lib/file.h"
#include "lib/json.h"
#include "lib/proc.h"
#include "lib/units.h"
#include "lib/where.h"

#define KVM "/dev/kvm"
/*
 * KVM that does not run its guest is silent for ever; KVM in a guest that is
 * itself emulated needs more than 3 s for its first word, and works.
 */
#define KVM_FIRST_WORD (30 * NSEC_PER_SEC)

/*
 * Time to boot, as long as the console tells that it does: a debug kernel
 * needs 7 s on an idle machine, and the machine need not be idle.  Under TCG
 * each CPU of the guest has to find a turn on the host's.
 */
#define BOOT_TIMEOUT (300 * NSEC_PER_SEC)
#define BOOT_SILENCE (30 * NSEC_PER_SEC)
#define BOOT_TIMEOUT_CPU (3 * NSEC_PER_SEC)

struct guest {
	struct agent agent;
	struct guest_config config;
	char *dir;		/* private, for the initramfs */
	char *initramfs;	/* path, and the module it was made with */
	char *initramfs_key;
	char *version;		/* of QEMU */
	const char *accel;	/* once one has been seen to work */
	char *accel_why;	/* it is not kvm */
	char *shadow;		/* why KVM has no nested paging; NULL: it has */
	bool shadow_said;
};

static struct guest *to_guest(struct target *target)
{
	return (struct guest *)target;
}

static bool stopped(const struct guest *g)
{
	return proc_stopped(g->config.target.stop_fd);
}

/* Made anew when a cleaner of $TMPDIR took it away during a long build. */
static int guest_dir(struct guest *g, struct err *err)
{
	if (g->dir && file_exists(g->dir))
		return 0;
	free(g->dir);
	g->dir = dir_temp(err);
	return g->dir ? 0 : -EIO;
}

/* One initramfs a module: kept until another module is asked for. */
static int guest_initramfs(struct guest *g, const struct target_kernel *kernel,
			   struct err *err)
{
	struct initramfs initramfs = {
		.agent = g->config.target.agent,
		.module = kernel->module,
		.programs = g->config.programs,
		.arch = g->config.shape.arch,
		.files = g->config.files,
	};
	const char *key = kernel->module_key ? kernel->module_key : "none";
	char *path;
	int ret;

	if (g->initramfs && !strcmp(g->initramfs_key, key) &&
	    file_exists(g->initramfs))
		return 0;
	ret = guest_dir(g, err);
	if (ret)
		return ret;
	path = xasprintf("%s/initramfs.cpio", g->dir);
	ret = initramfs_write(&initramfs, path, g->config.target.stop_fd,
			      err);
	free(g->initramfs);
	free(g->initramfs_key);
	g->initramfs = ret ? NULL : path;
	g->initramfs_key = ret ? NULL : xasprintf("%s", key);
	if (ret)
		free(path);
	return ret;
}

static int guest_launch(struct guest *g, const struct target_kernel *kernel,
			const char *accel, struct err *err)
{
	struct qemu_args args;
	int channel, ret;

	agent_forget(&g->agent);
	channel = link_open(&g->agent.link, err);
	if (channel < 0)
		return channel;
	qemu_args_make(&args, &g->config.shape, accel, kernel->image,
		       g->initramfs, channel);
	ret = link_start(&g->agent.link, (const char *const *)args.argv, err);
	qemu_args_free(&args);
	return ret;
}

static enum status boot_failed(struct guest *g, int cause, struct err *err)
{
	enum status status = agent_lost(&g->agent, cause, err);

	if (status == STATUS_STOPPED || status == STATUS_HOST_FAILED)
		return status;
	err_prefix(err, -EIO, "%s before the agent answered",
		   status_names[status]);
	return STATUS_BOOT_FAILED;
}

/* "#1 SMP PREEMPT_RT Thu Jan 1": the one word that is of interest. */
static bool has_preempt(const char *version, const char *word)
{
	const char *p = strstr(version, " PREEMPT");
	size_t len = p ? strcspn(p + 1, " ") : 0;

	return strlen(word) == len && (!len || !strncmp(p + 1, word, len));
}

/* The kernel that answered must be the one that is written to the store. */
static int check_kernel(const struct guest *g,
			const struct target_kernel *kernel, struct err *err)
{
	const json_t *hello = g->agent.hello;
	const char *release = json_text(hello, "release");
	const char *version = json_text(hello, "version");

	if (*release && kernel->release && strcmp(release, kernel->release))
		return err_set(err, -EIO, "Linux %s booted, expected %s",
			       release, kernel->release);
	if (*version && kernel->preempt &&
	    !has_preempt(version, kernel->preempt))
		return err_set(err, -EIO,
			       "the kernel says of itself '%s', expected %s",
			       version, *kernel->preempt ? kernel->preempt :
			       "no PREEMPT");
	return 0;
}

/*
 * A loaded host may spoil the guest's calibration of its TSC ("PIT calibration
 * deviates from HPET"): its clock runs too fast then, by a factor of 65 for one,
 * and the kernel complains of stalls that are none.
 */
static int check_clock(const struct guest *g, const struct clock_pair *now,
		       struct err *err)
{
	const struct agent *agent = &g->agent;

	return clock_check(agent->link.started, &agent->first, now, err);
}

/* The agent's first line; it also says whether the guest can measure. */
static enum status guest_hello(struct guest *g,
			       const struct target_kernel *kernel,
			       uint64_t deadline, struct err *err)
{
	int ret;

	ret = agent_hello(&g->agent, deadline, BOOT_SILENCE +
			  g->config.shape.cpus * BOOT_TIMEOUT_CPU, err);
	if (ret == -EIO)
		return STATUS_BOOT_FAILED;
	if (ret)
		return boot_failed(g, ret, err);
	if (json_count(g->agent.hello, "clock_res_ns") > 1) {
		err_set(err, -EIO,
			"the guest has no high-resolution timers");
		return STATUS_BOOT_FAILED;
	}
	if (check_kernel(g, kernel, err))
		return STATUS_BOOT_FAILED;
	return check_clock(g, &g->agent.first, err) ? STATUS_HOST_FAILED :
						      STATUS_OK;
}

/* Nothing that was timed by a wrong clock is an answer. */
static enum status guest_run(struct target *target, int id,
			     const struct cell *cell, uint64_t timeout_ns,
			     json_t **answer, struct err *err)
{
	struct guest *g = to_guest(target);
	enum status status = agent_run(target, id, cell, timeout_ns, answer,
				       err);

	if (status != STATUS_OK || !check_clock(g, &g->agent.last, err))
		return status;
	json_decref(*answer);
	*answer = NULL;
	return STATUS_HOST_FAILED;
}

/* Until the console says its first line, or @deadline. */
static void wait_first_word(struct link *link, uint64_t deadline)
{
	while (!link->console.lines && link->console_fd >= 0 &&
	       !link_poll(link, deadline, true))
		;
}

static uint64_t boot_timeout(const struct guest *g)
{
	uint64_t timeout = g->config.target.start_timeout;

	return timeout ? timeout : BOOT_TIMEOUT +
		g->config.shape.cpus * BOOT_TIMEOUT_CPU;
}

/*
 * /dev/kvm may be there and even make a virtual machine, and still not run
 * an ordinary guest, as software KVM in clouds does.  So a boot is the probe:
 * one that says nothing is given up sooner than another.
 */
static enum status try_kvm(struct guest *g,
			   const struct target_kernel *kernel, struct err *err)
{
	enum status status = STATUS_BOOT_FAILED;
	struct link *link = &g->agent.link;
	uint64_t start = now_ns();

	if (kvm_check(KVM, err) || guest_launch(g, kernel, "kvm", err))
		return status;
	wait_first_word(link, start + KVM_FIRST_WORD);
	if (!link->console.lines && link->console_fd >= 0 && !stopped(g))
		err_set(err, -ETIMEDOUT,
			KVM " makes a virtual machine, but a guest says nothing in %d s",
			(int)(KVM_FIRST_WORD / NSEC_PER_SEC));
	else
		status = guest_hello(g, kernel, start + boot_timeout(g), err);
	if (status == STATUS_OK)
		g->accel = "kvm";
	else
		link_reap(link, now_ns(), NULL);
	return status;
}

static enum status start_with(struct guest *g,
			      const struct target_kernel *kernel,
			      const char *accel, struct err *err)
{
	enum status status;

	if (guest_launch(g, kernel, accel, err))
		return STATUS_ERROR;
	status = guest_hello(g, kernel, g->agent.link.started +
			     boot_timeout(g), err);
	if (status == STATUS_OK && !g->accel)
		g->accel = accel;
	return status;
}

/* For the user and, with the console, for who looks later; takes @text. */
static void note(struct guest *g, char *text)
{
	const struct target_config *config = &g->config.target;

	console_note(&g->agent.link.console, "run-matrix", text);
	if (config->note)
		config->note(config->ctx, text);
	free(text);
}

static void note_no_kvm(struct guest *g, const struct err *why)
{
	free(g->accel_why);
	g->accel_why = xasprintf("%s%s%s", why->text,
				 g->shadow ? "; nested paging is off: " : "",
				 g->shadow ? g->shadow : "");
	note(g, xasprintf("KVM does not run a guest here (%s); using TCG",
			  g->accel_why));
}

/* Once: KVM runs guests, but their times are not what they could be. */
static void note_shadow(struct guest *g)
{
	if (!g->shadow || g->shadow_said || !g->accel ||
	    strcmp(g->accel, "kvm"))
		return;
	g->shadow_said = true;
	note(g, xasprintf("KVM runs guests here without nested paging (%s): page tables cost more than with it, and so do latencies",
			  g->shadow));
}

/* KVM when it runs this kernel, else TCG. */
static enum status start_with_any(struct guest *g,
				  const struct target_kernel *kernel,
				  struct err *err)
{
	struct console *console = &g->agent.link.console;
	enum status status = try_kvm(g, kernel, err);

	if (status != STATUS_BOOT_FAILED && status != STATUS_HOST_FAILED)
		return status;
	if (!g->accel_why)
		note_no_kvm(g, err);
	/* What a kernel said there counts only if it says it again. */
	console->panicked = console->locked_up = false;
	json_decref(console_bad_lines(console));
	json_decref(console_warnings(console));
	return start_with(g, kernel, "tcg", err);
}

static enum status guest_start(struct target *target,
			       const struct target_kernel *kernel,
			       const char *console, struct err *err)
{
	struct guest *g = to_guest(target);
	const char *want = g->config.shape.accel;
	enum status status;

	/* None of these is the kernel's fault. */
	if (guest_initramfs(g, kernel, err))
		return stopped(g) ? STATUS_STOPPED : STATUS_ERROR;
	if (console_open(&g->agent.link.console, console, err))
		return STATUS_ERROR;
	if (!g->accel && !strcmp(want, "auto"))
		status = start_with_any(g, kernel, err);
	else
		status = start_with(g, kernel, g->accel ? g->accel : want,
				    err);
	note_shadow(g);
	return status;
}

static json_t *guest_describe(struct target *target)
{
	struct guest *g = to_guest(target);
	const struct guest_shape *shape = &g->config.shape;
	char memory[UNITS_LEN];
	json_t *json;

	units_format_size(memory, shape->memory);
	json = json_pack("{s:s, s:s, s:s, s:s, s:s, s:I, s:I, s:s}",
			 "kind", "guest", "accel", g->accel ? g->accel : "",
			 "qemu", g->version, "machine", shape->arch->machine,
			 "cpu", qemu_cpu(shape->arch, g->accel ? g->accel : "tcg"),
			 "smp", (json_int_t)shape->cpus,
			 "numa", (json_int_t)shape->nodes, "memory", memory);
	json_object_set_new(json, "topology", guest_shape_json(shape));
	if (shape->tb)
		json_object_set_new(json, "tb_mib", json_integer(shape->tb));
	if (g->accel_why)
		json_object_set_new(json, "no_kvm",
				    json_string(g->accel_why));
	if (g->shadow && !strcmp(g->accel ? g->accel : "", "kvm"))
		json_object_set_new(json, "shadow_paging",
				    json_string(g->shadow));
	if (g->agent.first.here)
		json_object_set_new(json, "hello_ms", json_integer(
			(g->agent.first.here - g->agent.link.started) /
			NSEC_PER_MSEC));
	if (g->agent.began)
		json_object_set_new(json, "boot_ms", json_integer(
			(g->agent.began - g->agent.link.started) /
			NSEC_PER_MSEC));
	if (g->agent.hello)
		json_object_set(json, "agent", g->agent.hello);
	return json;
}

static void guest_free(struct target *target)
{
	struct guest *g = to_guest(target);
	struct err err;

	agent_free(&g->agent);
	if (g->dir)
		dir_remove(g->dir, &err);
	free(g->dir);
	free(g->initramfs);
	free(g->initramfs_key);
	free(g->version);
	free(g->accel_why);
	free(g->shadow);
	free(g);
}

static const struct target_ops guest_ops = {
	.name = "guest",
	.start = guest_start,
	.run = guest_run,
	.stop = agent_stop,
	.describe = guest_describe,
	.bad_lines = agent_bad_lines,
	.warnings = agent_warnings,
	.free = guest_free,
};

char *guest_agent(const struct arch *arch)
{
	char *name, *path;

	if (arch == arch_here)
		return where_built("stress/agent");
	name = xasprintf("stress/agent-%s", arch->name);
	path = where_built(name);
	free(name);
	return path;
}

int guest_new(struct target **target, const struct guest_config *config,
	      struct err *err)
{
	struct guest *g = calloc(1, sizeof(*g));
	int ret;

	if (!g)
		return err_set(err, -ENOMEM, "no memory");
	agent_init(&g->agent, &guest_ops, &config->target, "QEMU",
		   config->shape.arch->qemu, true);
	g->config = *config;
	/* KVM runs no other machine's code. */
	if (config->shape.arch != arch_here)
		strcpy(g->config.shape.accel, "tcg");
	g->shadow = kvm_shadow_paging("/sys/module");
	ret = qemu_version(config->shape.arch, &g->version,
			   config->target.stop_fd, err);
	if (!ret)
		ret = agent_check(config->target.agent, err);
	if (!ret)
		ret = guest_dir(g, err);
	if (ret) {
		guest_free(&g->agent.target);
		return ret;
	}
	*target = &g->agent.target;
	return 0;
}
