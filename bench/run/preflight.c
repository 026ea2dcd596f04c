// SPDX-License-Identifier: GPL-2.0-only
#include "bench/run/preflight.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "bench/target/guest.h"
#include "bench/target/kvm.h"
#include "bench/target/qemu.h"
#include "kconfigs/build/patch.h"
#include "kconfigs/build/source.h"
#include "lib/arch.h"
#include "lib/package.h"
#include "lib/proc.h"
#include "lib/suggest.h"
#include "lib/units.h"

#define INSTEAD "guest_accel=auto takes what works"

int preflight_kvm(const char *path, struct err *err)
{
	struct err why;
	int ret = kvm_check(path, &why);

	return ret ? err_set(err, ret, "guest_accel=kvm: %.900s; " INSTEAD,
			     why.text) : 0;
}

/* What QEMU said first, without its name. */
static void first_words(int fd, char *text, size_t size)
{
	ssize_t n = pread(fd, text, size - 1, 0);
	char *start;

	text[n > 0 ? n : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	start = strstr(text, "qemu-system");
	if (start && strchr(start, ':'))
		memmove(text, strchr(start, ':') + 1,
			strlen(strchr(start, ':')));
}

/*
 * Software KVM in clouds opens, makes a machine and then refuses the state of
 * an ordinary one: so QEMU makes one, and stops before its first instruction.
 */
int preflight_kvm_machine(const struct arch *arch, int stop_fd,
			  struct err *err)
{
	const char *const argv[] = {
		arch->qemu, "-nodefaults", "-no-user-config", "-display",
		"none", "-M", arch->machine, "-accel", "kvm", "-cpu",
		qemu_cpu(arch, "kvm"), "-m", "32M", "-S", "-monitor", "stdio", NULL
	};
	int in = memfd_create("monitor", MFD_CLOEXEC);
	int out = memfd_create("qemu", MFD_CLOEXEC), ret = 0;
	struct proc proc = {
		.argv = argv, .in = in, .out = -1, .errout = out,
	};
	struct err how;
	char text[256];

	if (in < 0 || out < 0 || write(in, "quit\n", 5) != 5 ||
	    lseek(in, 0, SEEK_SET))
		ret = err_set(err, -errno, "memfd: %s", strerror(errno));
	else
		ret = proc_run(&proc, stop_fd, 20 * NSEC_PER_SEC, &how);
	if (ret == -ECHILD || ret == -ETIMEDOUT) {
		first_words(out, text, sizeof(text));
		err_set(err, ret,
			"guest_accel=kvm: KVM is here but runs no guest (%s%s%s); "
			INSTEAD, how.text, *text ? ":" : "", text);
	} else if (ret && in >= 0 && out >= 0) {
		*err = how;
	}
	if (in >= 0)
		close(in);
	if (out >= 0)
		close(out);
	return ret;
}

/* Its QEMU, and where @builds is set, its compiler. */
static int check_foreign(const struct arch *arch, bool builds, struct err *err)
{
	char *gcc = arch_tool(arch, "gcc"), *ld = arch_tool(arch, "ld");
	const char *const programs[] = {
		arch->qemu, builds ? gcc : NULL, ld, NULL
	};
	int ret = programs_check(programs, err);

	free(ld);
	free(gcc);
	return ret;
}

/* QEMU, compiler and agent are other programs than those for our own guests. */
int preflight_guest_arch(const struct guest_shape *shape, bool builds,
			 struct err *err)
{
	const struct arch *arch = shape->arch;
	char *agent;
	int ret;

	if (arch == arch_here)
		return 0;
	if (!arch->triplet)
		return err_set(err, -ENOTSUP,
			       "guest_arch=%s: guests of %s run on machines of %s only",
			       arch->name, arch->name, arch->name);
	if (!strcmp(shape->accel, "kvm"))
		return err_set(err, -ENOTSUP,
			       "guest_accel=kvm: KVM runs guests of this machine's own architecture, guest_arch=%s is emulated; "
			       INSTEAD, arch->name);
	ret = check_foreign(arch, builds, err);
	if (ret)
		return err_prefix(err, ret, "guest_arch=%s", arch->name);
	agent = guest_agent(arch);
	if (access(agent, X_OK))
		ret = err_set(err, -ENOENT,
			      "guest_arch=%s: %s was not built: make agent-%s (it needs %s, which ./bootstrap --arch=%s installs)",
			      arch->name, agent, arch->name, arch->packages,
			      arch->name);
	free(agent);
	return ret;
}

/* What a guest has: auxsynth, and drivers over hardware in software. */
static int guest_has_pmu(const struct arch *arch, const char *name,
			 struct err *err)
{
	const struct arch_driver *driver;
	struct suggest suggest;
	char pmus[200] = "aux_synth", text[SUGGEST_LEN];
	size_t len;

	if (!strcmp(name, pmus) || arch_driver(arch, name))
		return 0;
	suggest_init(&suggest, name);
	suggest_offer(&suggest, "aux_synth");
	for (driver = arch->drivers; driver->pmu; driver++) {
		suggest_offer(&suggest, driver->pmu);
		len = strlen(pmus);
		snprintf(pmus + len, sizeof(pmus) - len, "%s%s",
			 driver[1].pmu ? ", " : " and ", driver->pmu);
	}
	return err_set(err, -ENODEV,
		       "pmu=%s: guests have none, only %s (this machine's own: --target=local, another's: ssh:HOST)%s",
		       name, pmus, suggest_text(&suggest, "", text));
}

/* The other kinds of cells have PMUs of their own. */
static bool names_pmu(const struct cell *cell)
{
	return cell->kind == KIND_STREAM || cell->kind == KIND_HUNT;
}

int preflight_guest_pmus(const struct job *job, struct err *err)
{
	size_t i;
	int ret;

	for (i = 0; i < job->ncells; i++) {
		const struct job_cell *cell = &job->cells[i];

		if (!names_pmu(&cell->cell))
			continue;
		ret = guest_has_pmu(job->guest.arch, cell->cell.pmu, err);
		if (ret)
			return err_prefix(err, ret, "[%s]", cell->section);
	}
	return 0;
}

static uint64_t cell_pairs(const struct cell *cell, uint64_t cpus)
{
	uint64_t pairs = cell->pairs > cell->placement.n ? cell->pairs :
		cell->placement.n;

	if (pairs == PAIRS_MAX)
		pairs = cpus / 2;
	return pairs ? pairs : 1;
}

/*
 * Each pair has an AUX area and a buffer of its size to copy to, as a rule on
 * one node; the kernel, the agent and what it measures with need the rest.
 */
#define RESERVE (128ull << 20)
#define BUFFERS 2

static bool memory_fits(uint64_t aux, uint64_t pairs,
			const struct guest_shape *shape, uint64_t memory)
{
	uint64_t need = BUFFERS * aux;

	return need + RESERVE <= memory / shape->nodes &&
	       pairs * need + RESERVE <= memory;
}

static int check_memory(const struct job_cell *job_cell,
			const struct guest_shape *shape, struct err *err)
{
	const struct cell *cell = &job_cell->cell;
	uint64_t pairs = cell_pairs(cell, shape->cpus);
	uint64_t fits = cell->aux, memory = shape->memory;
	char aux[UNITS_LEN], has[UNITS_LEN], less[UNITS_LEN], more[UNITS_LEN];

	/* What cannot be so small is as good as it was. */
	while (fits > 64 << 10 &&
	       !memory_fits(fits, pairs, shape, shape->memory))
		fits /= 2;
	if (fits == cell->aux)
		return 0;
	while (!memory_fits(cell->aux, pairs, shape, memory))
		memory += 512 << 20;
	return err_set(err, -ENOMEM,
		       "[%s]: aux=%s does not fit into a guest of %s with %llu node%s: pairs of tracee and tracer: %llu, each with %d such buffers; aux=%s fits, or guest_memory=%s",
		       job_cell->section, units_format_size(aux, cell->aux),
		       units_format_size(has, shape->memory),
		       (unsigned long long)shape->nodes,
		       shape->nodes == 1 ? "" : "s",
		       (unsigned long long)pairs, BUFFERS,
		       units_format_size(less, fits),
		       units_format_size(more, memory));
}

int preflight_guest_memory(const struct job *job, struct err *err)
{
	size_t i;
	int ret = 0;

	for (i = 0; i < job->ncells && !ret; i++) {
		if (names_pmu(&job->cells[i].cell))
			ret = check_memory(&job->cells[i], &job->guest, err);
	}
	return ret;
}

static int check_patches(const struct job *job, struct err *err)
{
	struct patch patch;
	size_t i;
	int ret;

	for (i = 0; job->patches[i]; i++) {
		ret = patch_read(&patch, job->guest.arch, (const char *[]){
				 job->patches[i], NULL }, err);
		if (ret)
			return err_prefix(err, ret, "patch");
		patch_free(&patch);
	}
	return 0;
}

/* 0 when all kernels are there, 1 when one is to be built, or cannot be had. */
static int look(const struct job *job, struct kernel_store *store,
		struct err *err)
{
	struct kernel_outlook look;
	size_t i;
	int ret = 0;

	for (i = 0; i < job->nkernels && !ret; i++) {
		const struct kernel_spec spec = {
			.variant = job->kernels[i].variant,
			.patch = job->kernels[i].patch,
			.kconfig = job->kernels[i].kconfig,
		};

		ret = kernel_look(store, &spec, &look, err);
		if (!ret && !look.cached)
			return 1;
	}
	return ret;
}

int preflight_kernels(const struct job *job, struct kernel_store *store,
		      struct err *err)
{
	struct err why;
	int ret = store->linux_path ? source_check(store, err) : 0, builds;

	if (ret)
		return ret;
	builds = look(job, store, &why);
	/* What is there wants nobody to read or apply patches. */
	if (builds)
		ret = check_patches(job, err);
	if (ret || !builds)
		return ret;
	if (builds > 0)
		return kernel_programs(store, err);
	*err = why;
	return builds;
}

static int check_kvm(const struct arch *arch, int stop_fd, struct err *err)
{
	int ret = preflight_kvm("/dev/kvm", err);

	return ret ? ret : preflight_kvm_machine(arch, stop_fd, err);
}

int preflight_guest(const struct job *job, struct kernel_store *store,
		    struct err *err)
{
	struct err ignored;
	bool builds = job->guest.arch != arch_here &&
		look(job, store, &ignored);
	int ret = preflight_guest_arch(&job->guest, builds, err);

	if (!ret)
		ret = preflight_guest_pmus(job, err);
	if (!ret)
		ret = preflight_guest_memory(job, err);
	if (!ret && !strcmp(job->guest.accel, "kvm"))
		ret = check_kvm(job->guest.arch, store->stop_fd, err);
	if (!ret)
		ret = preflight_kernels(job, store, err);
	return ret;
}
