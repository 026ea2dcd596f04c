// SPDX-License-Identifier: GPL-2.0-only
#include "stress/event/preflight.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "lib/file.h"
#include "stress/event/pmu-kinds.h"

/* From linux/capability.h; CAP_PERFMON is younger than some headers. */
#define CAP_SYS_MODULE 16
#define CAP_SYS_ADMIN 21
#define CAP_PERFMON 38

#define PERF_PARANOID "/proc/sys/kernel/perf_event_paranoid"

static int finit_module(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), ret = 0;

	if (fd < 0)
		return -errno;
	if (syscall(SYS_finit_module, fd, "", 0) && errno != EEXIST)
		ret = -errno;
	close(fd);
	return ret;
}

void preflight_init(struct preflight *preflight, int may_load,
		    char release[65])
{
	struct utsname uts;

	uname(&uts);
	snprintf(release, 65, "%s", uts.release);
	*preflight = (struct preflight) {
		.root = "", .release = release,
		.load = may_load ? finit_module : NULL,
	};
}

static int read_line(const struct preflight *p, const char *file, char *buf,
		     size_t size)
{
	char *path = xasprintf("%s%s", p->root, file);
	FILE *f = fopen(path, "re");
	int ret = f ? 0 : -errno;

	*buf = '\0';
	if (f && !fgets(buf, size, f))
		*buf = '\0';
	if (f)
		fclose(f);
	free(path);
	buf[strcspn(buf, "\n")] = '\0';
	return ret;
}

static bool there(const struct preflight *p, const char *file)
{
	char *path = xasprintf("%s%s", p->root, file);
	bool is = file_exists(path);

	free(path);
	return is;
}

static bool capable(const struct preflight *p, int cap)
{
	char *path = xasprintf("%s/proc/self/status", p->root);
	unsigned long long mask = 0;
	FILE *f = fopen(path, "re");
	char line[256];

	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "CapEff: %llx", &mask) == 1)
			break;
	}
	if (f)
		fclose(f);
	free(path);
	return mask >> cap & 1;
}

/* "integrity" out of "none [integrity] confidentiality"; "" when there is none. */
static void lockdown_state(const struct preflight *p, char *state, size_t size)
{
	char line[128], *open;

	*state = '\0';
	if (read_line(p, "/sys/kernel/security/lockdown", line, sizeof(line)))
		return;
	open = strchr(line, '[');
	if (!open || !strncmp(open, "[none", 5))
		return;
	snprintf(state, size, "%.*s", (int)strcspn(open + 1, "]"), open + 1);
}

static bool older(const char *release, int major, int minor)
{
	int a = 0, b = 0;

	if (sscanf(release, "%d.%d", &a, &b) != 2)
		return false;
	return a < major || (a == major && b < minor);
}

int module_release(const char *path, char *release, size_t size)
{
	static const char key[] = "vermagic=";
	struct err ignored;
	char *text, *found;
	size_t len;

	if (file_read(path, &text, &len, &ignored))
		return -ENOENT;
	found = memmem(text, len, key, strlen(key));
	if (found)
		snprintf(release, size, "%.*s",
			 (int)strcspn(found + strlen(key), " "),
			 found + strlen(key));
	free(text);
	return found ? 0 : -EINVAL;
}

/* There is no module file: what it would take to have one. */
static int no_module_file(const struct preflight *p, const char *module,
			  struct err *err)
{
	char *headers = xasprintf("/lib/modules/%s/build", p->release);
	int ret;

	if (module)
		ret = err_set(err, -ENOENT, "%s: no such module", module);
	else if (there(p, headers))
		ret = err_set(err, -ENOENT,
			      "the auxsynth module is not loaded; build it with 'make module'");
	else
		ret = err_set(err, -ENOENT,
			      "the auxsynth module is not loaded, and cannot be built: no kernel headers at %s (install linux-headers-%s, then 'make module')",
			      headers, p->release);
	free(headers);
	return ret;
}

static int explain_load(const struct preflight *p, const char *module,
			int code, struct err *err)
{
	char state[32];

	lockdown_state(p, state, sizeof(state));
	switch (-code) {
	case EKEYREJECTED:
	case ENOKEY:
	case EBADMSG:
		return err_set(err, code,
			       "%s is not signed with a key that this kernel trusts, which it insists on (Secure Boot, module.sig_enforce)",
			       module);
	case EPERM:
		if (*state)
			return err_set(err, code,
				       "%s: the kernel is locked down (%s) and loads no unsigned module",
				       module, state);
		return err_set(err, code,
			       "%s: not permitted to load a module (in a container?)",
			       module);
	case ENOEXEC:
		return err_set(err, code,
			       "%s does not fit this kernel: run 'make module' again",
			       module);
	case ENOSYS:
		return err_set(err, code,
			       "this kernel loads no modules (CONFIG_MODULES)");
	}
	return err_set(err, code, "%s cannot be loaded: %s", module,
		       strerror(-code));
}

/* auxsynth is asked for and not there. */
static int load_auxsynth(const struct preflight *p, const char *module,
			 struct err *err)
{
	char release[128], disabled[8];
	int ret;

	if (older(p->release, 6, 12))
		return err_set(err, -ENOTSUP,
			       "auxsynth needs Linux 6.12 or later, this is %s",
			       p->release);
	if (!there(p, "/proc/modules"))
		return err_set(err, -ENOTSUP,
			       "this kernel loads no modules (CONFIG_MODULES is not set), so not auxsynth; a real PMU can be measured with pmu=NAME");
	if (!module || access(module, R_OK))
		return no_module_file(p, module, err);
	if (module_release(module, release, sizeof(release)))
		return err_set(err, -EINVAL, "%s is not a kernel module",
			       module);
	if (strcmp(release, p->release))
		return err_set(err, -ENOEXEC,
			       "%s is built for Linux %s, this is %s: run 'make module' again",
			       module, release, p->release);
	if (!p->load || !capable(p, CAP_SYS_MODULE))
		return err_set(err, -EPERM,
			       "the auxsynth module is not loaded and only root can: insmod %s",
			       module);
	if (!read_line(p, "/proc/sys/kernel/modules_disabled", disabled,
		       sizeof(disabled)) && !strcmp(disabled, "1"))
		return err_set(err, -EPERM,
			       "loading modules is switched off until the next boot (kernel.modules_disabled)");
	ret = p->load(module);
	return ret ? explain_load(p, module, ret, err) : 0;
}

/*
 * Our events count the kernel, too: with paranoid 2 an ordinary user may not
 * (-EACCES), nor with 1 on a CPU as a whole.
 */
static int check_paranoid(const struct preflight *p, const struct pmu *pmu,
			  struct err *err)
{
	int limit = pmu->kind && pmu->kind->per_cpu ? 0 : 1;
	char text[16];

	if (capable(p, CAP_PERFMON) || capable(p, CAP_SYS_ADMIN) ||
	    read_line(p, PERF_PARANOID, text, sizeof(text)) ||
	    atoi(text) <= limit)
		return 0;
	return err_set(err, -EACCES,
		       "kernel.perf_event_paranoid is %s and must not be above %d for this user to open PMU %s: run as root, or 'sysctl kernel.perf_event_paranoid=%d'",
		       text, limit, pmu->name, limit);
}

/* Without its device the driver is no judge. */
static int check_device(const struct preflight *p, struct err *err)
{
	char *path = xasprintf("%s/dev/auxsynth", p->root);
	int ret = 0, code;

	if (access(path, R_OK)) {
		code = errno;
		ret = err_set(err, -code, "%s: %s%s", path, strerror(code),
			      code == EACCES ?
			      " (run as root, or chmod a+r it)" :
			      code == ENOENT ?
			      " (the module is loaded; is this a container with a /dev of its own?)" :
			      "");
	}
	free(path);
	return ret;
}

int preflight_pmu(const struct preflight *p, const char *name,
		  const char *module, struct err *err)
{
	char *sysfs = xasprintf("%s" PMU_SYSFS, p->root), paranoid[16];
	struct pmu pmu;
	int ret;

	if (older(p->release, 4, 1))
		ret = err_set(err, -ENOTSUP,
			      "perf has no AUX area before Linux 4.1, this is %s",
			      p->release);
	else if (read_line(p, PERF_PARANOID, paranoid, sizeof(paranoid)))
		ret = err_set(err, -ENOTSUP,
			      "this kernel has no perf events (CONFIG_PERF_EVENTS), or /proc is not mounted");
	else
		ret = pmu_find(&pmu, sysfs, name, err);
	if (ret == -ENOENT && !strcmp(name, "aux_synth")) {
		ret = load_auxsynth(p, module, err);
		if (!ret)
			ret = pmu_find(&pmu, sysfs, name, err);
	}
	if (!ret)
		ret = pmu_check(&pmu, err);
	if (!ret)
		ret = check_paranoid(p, &pmu, err);
	if (!ret && pmu_has_oracle(&pmu))
		ret = check_device(p, err);
	free(sysfs);
	return ret;
}

int preflight_explain_open(const struct preflight *p, const struct pmu *pmu,
			   int code, struct err *err)
{
	char state[32], hint[200] = "";

	if (code == EACCES || code == EPERM) {
		if (check_paranoid(p, pmu, err))
			return -code;
		lockdown_state(p, state, sizeof(state));
		if (*state)
			snprintf(hint, sizeof(hint),
				 " (the kernel is locked down: %s)", state);
		else
			snprintf(hint, sizeof(hint),
				 " (forbidden to this process: a container's seccomp filter?)");
	} else if (code == EBUSY) {
		snprintf(hint, sizeof(hint),
			 " (somebody else uses this PMU)");
	} else if (code == E2BIG) {
		snprintf(hint, sizeof(hint),
			 " (this kernel is too old for the terms that were set)");
	} else if (code == EINVAL && pmu->kind && pmu->kind->defaults) {
		snprintf(hint, sizeof(hint),
			 " (the driver refuses these terms; the kernel's log may say which)");
	} else if (code == EOPNOTSUPP) {
		snprintf(hint, sizeof(hint),
			 " (the PMU cannot do what was asked for)");
	} else if (code == ENOENT) {
		snprintf(hint, sizeof(hint),
			 " (the PMU does not take this event on this CPU)");
	}
	return err_set(err, -code, "perf_event_open on PMU %s: %s%s",
		       pmu->name, strerror(code), hint);
}
