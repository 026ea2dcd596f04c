// SPDX-License-Identifier: GPL-2.0-only
#include "bench/target/guest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/target/initramfs.h"
#include "bench/target/qemu.h"
#include "bench/target/talk.h"
#include "bench/target/vm.h"
#include "kconfigs/build/preempt.h"
#include "lib/arch.h"
#include "lib/file.h"
#include "lib/json.h"
#include "lib/proc.h"
#include "lib/units.h"

/* With KVM a guest says something at once, or it never will. */
#define KVM_FIRST_WORD (3 * NSEC_PER_SEC)
#define KVM_HELLO (10 * NSEC_PER_SEC)

/*
 * Time to boot, as long as the console tells that it does: a debug kernel
 * needs 7 s on an idle machine, and the machine need not be idle.  Under TCG
 * each CPU of the guest has to find a turn on the host's.
 */
#define BOOT_TIMEOUT (300 * NSEC_PER_SEC)
#define BOOT_TIMEOUT_CPU (3 * NSEC_PER_SEC)
/*
 * The agent reports about once a second.  The kernel's own lockup detectors
 * need up to 22 s: wait for what they have to say.
 */
#define SILENCE (30 * NSEC_PER_SEC)
#define SHUTDOWN (3 * NSEC_PER_SEC)

const char *const target_status_names[] = {
	[TARGET_OK] = "ok",
	[TARGET_ERROR] = "error",
	[TARGET_SKIPPED] = "skipped",
	[TARGET_BOOT_FAILED] = "boot-failed",
	[TARGET_PANIC] = "panic",
	[TARGET_LOCKUP] = "lockup",
	[TARGET_TIMEOUT] = "timeout",
	[TARGET_DIED] = "died",
	[TARGET_STOPPED] = "stopped",
};

struct guest {
	struct target target;
	struct guest_config config;
	char *dir;		/* private, for the initramfs */
	char *initramfs;	/* path, and the module it was made with */
	char *initramfs_key;
	char *version;		/* of QEMU */
	const char *accel;	/* once one has been seen to work */
	char *accel_why;	/* it is not kvm */

	struct vm vm;
	bool lost;		/* it is of no use to ask it to end */
	struct talk talk;
	bool booting;		/* its hello is still to come */
	uint64_t hello_ns;	/* after the launch; 0: not yet */
	json_t *hello;
};

static struct guest *to_guest(struct target *target)
{
	return (struct guest *)target;
}

/* The panic, after the oops or whatever else led to it. */
static void say_panic(const struct console *console, struct err *err)
{
	const char *first = console->nbad ? complaint_text(console->bad[0]) : "";

	err_set(err, -EIO, "%s", console->panic);
	if (*first && strcmp(first, console->panic))
		err_prefix(err, -EIO, "%s", first);
}

/*
 * The guest is gone or does not answer (@cause is vm_next()'s): which of
 * the bad ends it was, with the reason.
 */
static enum target_status guest_lost(struct guest *g, int cause,
				     struct err *err)
{
	char how[128] = "";

	g->lost = true;
	if (cause == -EINTR) {
		err_set(err, cause, "interrupted");
		return TARGET_STOPPED;
	}
	if (cause == -EPIPE)
		vm_reap(&g->vm, now_ns() + NSEC_PER_SEC, how, sizeof(how));
	if (g->vm.console.panicked) {
		say_panic(&g->vm.console, err);
		return TARGET_PANIC;
	}
	if (cause == -EPIPE) {
		err_set(err, -EIO, "%s%s%s", *how ? how :
			"the guest ended by itself, without a word on its console",
			*g->vm.complaint ? ": " : "", g->vm.complaint);
		return TARGET_DIED;
	}
	if (g->vm.console.locked_up) {
		err_set(err, -EIO, "%s", g->vm.console.lockup);
		return TARGET_LOCKUP;
	}
	err_set(err, cause, "no answer in time; the console's last line: %s",
		*g->vm.console.last ? g->vm.console.last : "(none)");
	return TARGET_TIMEOUT;
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
static int guest_initramfs(struct guest *g, const struct kernel *kernel,
			   struct err *err)
{
	struct initramfs initramfs = {
		.agent = g->config.agent,
		.module = kernel->module,
		.programs = g->config.programs,
	};
	const char *key = kernel->module_hash ? kernel->module_hash : "none";
	char *path;
	int ret;

	if (g->initramfs && !strcmp(g->initramfs_key, key) &&
	    file_exists(g->initramfs))
		return 0;
	ret = guest_dir(g, err);
	if (ret)
		return ret;
	path = xasprintf("%s/initramfs.cpio", g->dir);
	ret = initramfs_write(&initramfs, path, g->config.stop_fd, err);
	free(g->initramfs);
	free(g->initramfs_key);
	g->initramfs = ret ? NULL : path;
	g->initramfs_key = ret ? NULL : xasprintf("%s", key);
	if (ret)
		free(path);
	return ret;
}

/* As vm_next(); gives up before @deadline when the console is silent. */
static int next_of_boot(struct guest *g, uint64_t deadline, json_t **msg)
{
	uint64_t lines, silence;
	int ret;

	do {
		lines = g->vm.console.lines;
		silence = now_ns() + SILENCE +
			  g->config.shape.cpus * BOOT_TIMEOUT_CPU;
		ret = vm_next(&g->vm, silence < deadline ? silence : deadline,
			      msg);
	} while (ret == -ETIMEDOUT && now_ns() < deadline &&
		 g->vm.console.lines != lines);
	return ret;
}

static int next_line(void *link, uint64_t deadline, json_t **msg)
{
	struct guest *g = link;

	return g->booting ? next_of_boot(g, deadline, msg) :
		vm_next(&g->vm, deadline, msg);
}

static int send_line(void *link, json_t *json)
{
	return vm_send(&((struct guest *)link)->vm, json);
}

static void start_talk(struct guest *g)
{
	g->talk = (struct talk) {
		.next = next_line, .send = send_line, .link = g,
		.progress = g->config.progress, .ctx = g->config.ctx,
		.silence = g->config.silence ? g->config.silence : SILENCE,
	};
}

static int guest_launch(struct guest *g, const struct kernel *kernel,
			const char *accel, struct err *err)
{
	g->lost = false;
	g->hello_ns = 0;
	start_talk(g);
	json_decref(g->hello);
	g->hello = NULL;
	return vm_launch(&g->vm, &g->config.shape, accel, kernel->image,
			 g->initramfs, err);
}

static enum target_status boot_failed(struct guest *g, int cause,
				      struct err *err)
{
	enum target_status status = guest_lost(g, cause, err);

	if (status == TARGET_STOPPED)
		return status;
	err_prefix(err, -EIO, "%s before the agent answered",
		   target_status_names[status]);
	return TARGET_BOOT_FAILED;
}

/* The kernel that answered must be the one that is written to the store. */
static int check_kernel(const struct guest *g, const struct kernel *kernel,
			struct err *err)
{
	const char *release = json_string_value(json_object_get(g->hello,
								"release"));
	const char *version = json_string_value(json_object_get(g->hello,
								"version"));

	if (release && kernel->release && strcmp(release, kernel->release))
		return err_set(err, -EIO, "Linux %s booted, expected %s",
			       release, kernel->release);
	if (version && !preempt_agrees(kernel->preempt, version))
		return err_set(err, -EIO,
			       "the kernel says of itself '%s', expected preemption model %s",
			       version, kernel->preempt);
	return 0;
}

/* The agent's first line; it also says whether the guest can measure. */
static enum target_status guest_hello(struct guest *g,
				      const struct kernel *kernel,
				      uint64_t deadline, struct err *err)
{
	int ret;

	g->booting = true;
	ret = talk_hello(&g->talk, deadline, &g->hello, err);
	g->booting = false;
	if (ret == -EIO)
		return TARGET_BOOT_FAILED;
	if (ret)
		return boot_failed(g, ret, err);
	if (json_count(g->hello, "clock_res_ns") > 1) {
		err_set(err, -EIO,
			"the guest has no high-resolution timers");
		return TARGET_BOOT_FAILED;
	}
	if (check_kernel(g, kernel, err))
		return TARGET_BOOT_FAILED;
	g->hello_ns = now_ns() - g->vm.launched;
	return TARGET_OK;
}

/* Until the console says its first line, or @deadline. */
static void wait_first_word(struct guest *g, uint64_t deadline)
{
	while (!g->vm.console.lines && !g->vm.ended &&
	       !vm_poll(&g->vm, deadline, true))
		;
}

static void guest_kill(struct guest *g)
{
	if (g->vm.pid)
		vm_reap(&g->vm, now_ns(), NULL, 0);
}

/*
 * /dev/kvm may be there and even make a virtual machine, and still not run
 * an ordinary guest, as software KVM in clouds does.  So a boot with a short
 * deadline is the probe.
 */
static enum target_status try_kvm(struct guest *g, const struct kernel *kernel,
				  struct err *err)
{
	enum target_status status = TARGET_BOOT_FAILED;
	uint64_t start = now_ns();

	if (access("/dev/kvm", R_OK | W_OK)) {
		err_set(err, -errno, "/dev/kvm: %s", strerror(errno));
		return status;
	}
	if (guest_launch(g, kernel, "kvm", err))
		return status;
	wait_first_word(g, start + KVM_FIRST_WORD);
	if (!g->vm.console.lines && !g->vm.ended &&
	    !proc_stopped(g->config.stop_fd))
		err_set(err, -ETIMEDOUT, "no output in %d s",
			(int)(KVM_FIRST_WORD / NSEC_PER_SEC));
	else
		status = guest_hello(g, kernel, start + KVM_HELLO, err);
	if (status == TARGET_OK)
		g->accel = "kvm";
	else
		guest_kill(g);
	return status;
}

static enum target_status start_with(struct guest *g,
				     const struct kernel *kernel,
				     const char *accel, struct err *err)
{
	uint64_t timeout = g->config.boot_timeout;
	enum target_status status;

	if (guest_launch(g, kernel, accel, err))
		return TARGET_ERROR;
	if (!timeout)
		timeout = BOOT_TIMEOUT +
			  g->config.shape.cpus * BOOT_TIMEOUT_CPU;
	status = guest_hello(g, kernel, g->vm.launched + timeout, err);
	if (status == TARGET_OK && !g->accel)
		g->accel = accel;
	return status;
}

static void note_no_kvm(struct guest *g, const struct err *why)
{
	char *text;

	free(g->accel_why);
	g->accel_why = xasprintf("%s", why->text);
	text = xasprintf("KVM does not run a guest here (%s); using TCG",
			 why->text);
	console_note(&g->vm.console, "run-matrix", text);
	if (g->config.note)
		g->config.note(g->config.ctx, text);
	free(text);
}

static enum target_status guest_start(struct target *target,
				      const struct kernel *kernel,
				      const char *console, struct err *err)
{
	struct guest *g = to_guest(target);
	const char *want = g->config.shape.accel;
	enum target_status status;

	/* None of these is the kernel's fault. */
	if (guest_initramfs(g, kernel, err))
		return proc_stopped(g->config.stop_fd) ? TARGET_STOPPED :
			TARGET_ERROR;
	if (console_open(&g->vm.console, console, err))
		return TARGET_ERROR;
	if (g->accel)
		return start_with(g, kernel, g->accel, err);
	if (strcmp(want, "auto"))
		return start_with(g, kernel, want, err);
	status = try_kvm(g, kernel, err);
	if (status != TARGET_BOOT_FAILED)
		return status;
	if (!g->accel_why)
		note_no_kvm(g, err);
	/* What a kernel said there counts only if it says it again. */
	g->vm.console.panicked = g->vm.console.locked_up = false;
	json_decref(console_bad_lines(&g->vm.console));
	json_decref(console_warnings(&g->vm.console));
	return start_with(g, kernel, "tcg", err);
}

static void guest_stop(struct target *target)
{
	struct guest *g = to_guest(target);
	uint64_t deadline = now_ns() + (g->config.shutdown ?
					g->config.shutdown : SHUTDOWN);

	if (g->vm.pid) {
		/* Nobody waits for a guest once ^C has been pressed. */
		if (g->lost || proc_stopped(g->config.stop_fd) ||
		    vm_send(&g->vm, json_pack("{s:b}", "quit", 1)))
			deadline = now_ns();
		vm_reap(&g->vm, deadline, NULL, 0);
	}
	if (g->vm.console.fd >= 0)
		console_close(&g->vm.console);
}

static enum target_status guest_run(struct target *target, int id,
				    const struct cell *cell,
				    uint64_t timeout_ns, json_t **answer,
				    struct err *err)
{
	struct guest *g = to_guest(target);
	int ret;

	g->vm.console.locked_up = false;
	ret = talk_ask(&g->talk, talk_run(id, cell), id, now_ns() + timeout_ns,
		       answer, err);
	if (ret == -EREMOTEIO)
		return TARGET_ERROR;
	if (ret == -ECANCELED)
		return TARGET_SKIPPED;
	return ret ? guest_lost(g, ret, err) : TARGET_OK;
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
			 "qemu", g->version, "machine", arch_here->machine,
			 "cpu", qemu_cpu(g->accel ? g->accel : "tcg"),
			 "smp", (json_int_t)shape->cpus,
			 "numa", (json_int_t)shape->nodes, "memory", memory);
	json_object_set_new(json, "topology", guest_shape_json(shape));
	if (shape->tb)
		json_object_set_new(json, "tb_mib", json_integer(shape->tb));
	if (g->accel_why)
		json_object_set_new(json, "no_kvm",
				    json_string(g->accel_why));
	if (g->hello_ns)
		json_object_set_new(json, "hello_ms", json_integer(
			g->hello_ns / NSEC_PER_MSEC));
	if (g->talk.began)
		json_object_set_new(json, "boot_ms", json_integer(
			(g->talk.began - g->vm.launched) / NSEC_PER_MSEC));
	if (g->hello)
		json_object_set(json, "agent", g->hello);
	return json;
}

static json_t *guest_warnings(struct target *target)
{
	return console_warnings(&to_guest(target)->vm.console);
}

static json_t *guest_bad_lines(struct target *target)
{
	return console_bad_lines(&to_guest(target)->vm.console);
}

static void guest_free(struct target *target)
{
	struct guest *g = to_guest(target);
	struct err err;

	guest_stop(target);
	if (g->dir)
		dir_remove(g->dir, &err);
	json_decref(g->hello);
	free(g->dir);
	free(g->initramfs);
	free(g->initramfs_key);
	free(g->version);
	free(g->accel_why);
	vm_free(&g->vm);
	free(g);
}

static const struct target_ops guest_ops = {
	.name = "guest",
	.start = guest_start,
	.run = guest_run,
	.stop = guest_stop,
	.describe = guest_describe,
	.bad_lines = guest_bad_lines,
	.warnings = guest_warnings,
	.free = guest_free,
};

int guest_new(struct target **target, const struct guest_config *config,
	      struct err *err)
{
	struct guest *g = calloc(1, sizeof(*g));
	int ret;

	if (!g)
		return err_set(err, -ENOMEM, "no memory");
	g->target.ops = &guest_ops;
	g->config = *config;
	vm_init(&g->vm, config->stop_fd);
	ret = qemu_version(&g->version, config->stop_fd, err);
	if (!ret)
		ret = talk_check_agent(config->agent, err);
	if (!ret)
		ret = guest_dir(g, err);
	if (ret) {
		guest_free(&g->target);
		return ret;
	}
	*target = &g->target;
	return 0;
}
