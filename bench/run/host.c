// SPDX-License-Identifier: GPL-2.0-only
#include "bench/run/host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "lib/cpuinfo.h"
#include "lib/package.h"
#include "lib/proc.h"
#include "lib/units.h"
#include "lib/version.h"

/* What all CPUs did since boot, and what others took of it, in ticks. */
static void cpu_ticks(json_int_t *all, json_int_t *steal)
{
	unsigned long long tick[8] = { 0 };
	FILE *f = fopen("/proc/stat", "re");
	int i, n = 0;

	*all = *steal = 0;
	if (f) {
		n = fscanf(f, "cpu %llu %llu %llu %llu %llu %llu %llu %llu",
			   &tick[0], &tick[1], &tick[2], &tick[3], &tick[4],
			   &tick[5], &tick[6], &tick[7]);
		fclose(f);
	}
	for (i = 0; n == 8 && i < 8; i++)
		*all += tick[i];
	*steal = n == 8 ? tick[7] : 0;
}

/* Mean of all CPUs; 0 where the kernel does not tell. */
static double cpu_mhz(void)
{
	FILE *f = fopen("/proc/cpuinfo", "re");
	double sum = 0, mhz;
	char line[256];
	int n = 0;

	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "cpu MHz : %lf", &mhz) != 1)
			continue;
		sum += mhz;
		n++;
	}
	if (f)
		fclose(f);
	return n ? sum / n : 0;
}

json_t *host_describe(void)
{
	json_int_t ticks, steal;
	double load[1] = { 0 };
	struct utsname uts;
	char model[200];

	cpuinfo_model(model, sizeof(model));
	uname(&uts);
	getloadavg(load, 1);
	cpu_ticks(&ticks, &steal);
	return json_pack("{s:s, s:s, s:i, s:f, s:I, s:I, s:f, s:s, s:s}",
			 "name", uts.nodename, "cpu", model, "cpus",
			 (int)sysconf(_SC_NPROCESSORS_ONLN), "load1", load[0],
			 "ticks", ticks, "steal", steal, "mhz", cpu_mhz(),
			 "kernel", uts.release, "machine", uts.machine);
}

/* dpkg prints "package version" for those that are installed. */
static void package_versions(json_t *versions, const struct arch *arch,
			     int stop_fd)
{
	const char *const argv[] = {
		"dpkg-query", "-W", "-f", "${Package} ${Version}\n",
		"rt-tests", "libjansson4", "libhwloc15", "libnuma1",
		"libarchive13", "libc6", "gcc",
		arch ? arch->qemu_package : NULL, NULL
	};
	int fd = memfd_create("packages", MFD_CLOEXEC);
	struct proc proc = {
		.argv = argv, .in = -1, .out = fd, .errout = -1,
	};
	char *line = NULL, *space;
	struct err err;
	size_t size = 0;
	FILE *f;

	if (fd < 0)
		return;
	/* It fails when one is missing, and has printed the others. */
	proc_run(&proc, stop_fd, 20 * NSEC_PER_SEC, &err);
	lseek(fd, 0, SEEK_SET);
	f = fdopen(fd, "r");
	while (f && getline(&line, &size, f) > 0) {
		line[strcspn(line, "\n")] = '\0';
		space = strchr(line, ' ');
		if (!space || !space[1])
			continue;
		*space = '\0';
		json_object_set_new(versions, line, json_string(space + 1));
	}
	free(line);
	if (f)
		fclose(f);
	else
		close(fd);
}

json_t *host_versions(const struct arch *arch, int stop_fd)
{
	static const char *const programs[] = {
		"cyclictest", "hackbench", "perf"
	};
	json_t *versions = json_object();
	char *path;
	size_t i;

	json_object_set_new(versions, "aux-tests",
			    json_string(version_full));
	package_versions(versions, arch, stop_fd);
	/* Cells that ask for one which is missing go without. */
	for (i = 0; i < sizeof(programs) / sizeof(programs[0]); i++) {
		path = program_find(programs[i]);
		json_object_set_new(versions, programs[i],
				    json_string(path ? "found" : "missing"));
		free(path);
	}
	return versions;
}
