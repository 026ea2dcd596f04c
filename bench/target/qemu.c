// SPDX-License-Identifier: GPL-2.0-only
#include "bench/target/qemu.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#ifdef __x86_64__
#include <x86intrin.h>
#endif

#include "lib/file.h"
#include "lib/proc.h"
#include "lib/units.h"

/*
 * An oops ends the guest, so that only its cell is lost; a WARN does not.
 * The legacy ptys cost a sixth of a boot and nobody opens them.
 * Not "quiet": it hides what lockdep has to say.  As to syslog: with levels.
 */
static const char kernel_args[] =
	"printk.time=1 panic=-1 oops=panic random.trust_cpu=on "
	"pty.legacy_count=0 console_msg_format=syslog";

const char *qemu_cpu(const struct arch *arch, const char *accel)
{
	return strcmp(accel, "kvm") ? arch->tcg_cpu : "host";
}

__attribute__((format(printf, 2, 3)))
static void add(struct qemu_args *args, const char *fmt, ...)
{
	va_list ap;

	if (args->count == (int)(sizeof(args->argv) /
				 sizeof(args->argv[0])) - 1)
		abort();
	va_start(ap, fmt);
	if (vasprintf(&args->argv[args->count++], fmt, ap) < 0)
		abort();
	va_end(ap);
	args->argv[args->count] = NULL;
}

static void add2(struct qemu_args *args, const char *option,
		 const char *value)
{
	add(args, "%s", option);
	add(args, "%s", value);
}

/* Symmetric, as QEMU would make it; the diagonal is its own business. */
static void add_distances(struct qemu_args *args,
			  const struct guest_shape *shape)
{
	unsigned int a, b;

	for (a = 0; a < shape->nodes; a++) {
		for (b = 0; b < shape->nodes; b++) {
			if (a == b)
				continue;
			add(args, "-numa");
			add(args, "dist,src=%u,dst=%u,val=%u", a, b,
			    guest_distance(shape, a, b));
		}
	}
}

/*
 * Equal nodes: their memory, and their CPUs in order.  A last-level cache is
 * that of a socket.
 */
static void add_nodes(struct qemu_args *args, const struct guest_shape *shape)
{
	unsigned int per_node = shape->cpus / shape->nodes, node;
	unsigned int threads = shape->threads ? shape->threads : 1;
	unsigned int llcs = shape->llcs ? shape->llcs : 1;
	unsigned long long mib = (shape->memory >> 20) / shape->nodes;

	add(args, "-smp");
	add(args, "cpus=%llu,sockets=%llu,cores=%u,threads=%u",
	    (unsigned long long)shape->cpus,
	    (unsigned long long)shape->nodes * llcs,
	    per_node / llcs / threads, threads);
	add(args, "-m");
	add(args, "%lluM", mib * shape->nodes);
	for (node = 0; node < shape->nodes; node++) {
		add(args, "-object");
		add(args, "memory-backend-ram,id=mem%u,size=%lluM", node, mib);
		add(args, "-numa");
		add(args, "node,nodeid=%u,memdev=mem%u,cpus=%u-%u", node, node,
		    node * per_node, (node + 1) * per_node - 1);
	}
	add_distances(args, shape);
}

#ifdef __x86_64__
/* Of the clock and the counter, as near to the same moment as 100 tries come. */
static void read_both(uint64_t *ns, uint64_t *ticks)
{
	uint64_t before, counter, took, least = UINT64_MAX;
	int i;

	for (i = 0; i < 100; i++) {
		before = now_ns();
		counter = __rdtsc();
		took = now_ns() - before;
		if (took >= least)
			continue;
		least = took;
		*ns = before;
		*ticks = counter;
	}
}

/*
 * TCG's TSC is this machine's, and KVM's is but for an offset.  A guest that
 * measures its rate by itself is wrong by a factor of 3 to 65 now and then,
 * when a loaded host has made it wait in the middle.
 */
static void add_clock(char *text, size_t size)
{
	static const struct timespec nap = { .tv_nsec = 20 * NSEC_PER_MSEC };
	uint64_t ns = 1, ticks = 0, then_ns = 0, then_ticks = 0;

	read_both(&then_ns, &then_ticks);
	nanosleep(&nap, NULL);
	read_both(&ns, &ticks);
	snprintf(text, size, " tsc_early_khz=%llu", (unsigned long long)
		 ((ticks - then_ticks) * (NSEC_PER_SEC / 1000) /
		  (ns - then_ns)));
}
#else
static void add_clock(char *text, size_t size)
{
}
#endif

void qemu_args_make(struct qemu_args *args, const struct guest_shape *shape,
		    const char *accel, const char *image,
		    const char *initramfs, int channel_fd)
{
	const struct arch *arch = shape->arch;
	char clock[40] = "";

	memset(args, 0, sizeof(*args));
	if (arch == arch_here)
		add_clock(clock, sizeof(clock));
	add(args, "%s", arch->qemu);
	add(args, "-nodefaults");
	add(args, "-no-user-config");
	add(args, "-no-reboot");
	add2(args, "-display", "none");
	add2(args, "-M", arch->machine);
	add(args, "-accel");
	if (!strcmp(accel, "kvm"))
		add(args, "kvm");
	else if (shape->tb)
		add(args, "tcg,thread=multi,tb-size=%u",
		    (unsigned int)shape->tb);
	else
		add(args, "tcg,thread=multi");
	add2(args, "-cpu", qemu_cpu(arch, accel));
	add_nodes(args, shape);
	add2(args, "-kernel", image);
	add2(args, "-initrd", initramfs);
	add(args, "-append");
	add(args, "%s %s%s%s%s%s%s", arch->kernel_args, kernel_args, clock,
	    *shape->pt ? " aux_pt=" : "", shape->pt,
	    *shape->spe ? " aux_spe=" : "", shape->spe);
	add2(args, "-chardev", "stdio,id=console,signal=off");
	add2(args, "-serial", "chardev:console");
	add(args, "-chardev");
	add(args, "socket,id=cells,fd=%d", channel_fd);
	if (arch->channel_device) {
		add(args, "-device");
		add(args, "%s,chardev=cells", arch->channel_device);
	} else {
		add2(args, "-serial", "chardev:cells");
	}
}

void qemu_args_free(struct qemu_args *args)
{
	int i;

	for (i = 0; i < args->count; i++)
		free(args->argv[i]);
	memset(args, 0, sizeof(*args));
}

int qemu_version(const struct arch *arch, char **version, int stop_fd,
		 struct err *err)
{
	const char *const argv[] = { arch->qemu, "--version", NULL };
	int fd = memfd_create("version", MFD_CLOEXEC), ret;
	struct proc proc = {
		.argv = argv, .in = -1, .out = fd, .errout = -1,
	};
	char text[256], *start;
	ssize_t n;

	if (fd < 0)
		return err_set(err, -errno, "memfd: %s", strerror(errno));
	ret = proc_run(&proc, stop_fd, 20 * NSEC_PER_SEC, err);
	if (ret == -ENOENT)
		err_set(err, ret, "%s is not installed: install %s",
			arch->qemu, arch->qemu_package);
	n = ret ? 0 : pread(fd, text, sizeof(text) - 1, 0);
	close(fd);
	if (ret)
		return ret;
	text[n > 0 ? n : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	/* "QEMU emulator version 7.2.22 (...)" */
	start = strstr(text, "version ");
	*version = xasprintf("%s", start ? start + 8 : text);
	return 0;
}
