// SPDX-License-Identifier: GPL-2.0-only
#include "stress/event/pmu-kinds.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

const char *const gap_method_names[] = {
	[GAPS_FLAGS] = "flags", [GAPS_DRIVER] = "driver",
	[GAPS_PT] = "pt", [GAPS_SPE] = "spe",
};

/* The default of a field that this PMU may not have. */
static int set_if(const struct pmu *pmu, union pmu_attr *attr,
		  const char *field, uint64_t value, struct err *err)
{
	return pmu_has(pmu, field) ?
		pmu_set(pmu, &attr->attr, field, value, err) : 0;
}

/* The set bit of @mask that is nearest to @want. */
static unsigned int nearest_bit(uint64_t mask, unsigned int want)
{
	unsigned int d;

	for (d = 0; d < 64; d++) {
		if (want >= d && (mask >> (want - d) & 1))
			return want - d;
		if (want + d < 64 && (mask >> (want + d) & 1))
			return want + d;
	}
	return want;
}

/* intel_pt's capabilities are in hexadecimal, without a 0x. */
static uint64_t read_cap(const struct pmu *pmu, const char *file)
{
	char text[80];

	return pmu_read(pmu, file, text, sizeof(text)) ? 0 :
		strtoull(text, NULL, 16);
}

/*
 * As perf record does: branches, with TSC packets, and MTC between them
 * where there are such: a period of 3 is about 1 MHz; a PSB every 16 KiB.
 */
static int pt_defaults(const struct pmu *pmu, union pmu_attr *attr,
		       struct err *err)
{
	uint64_t mtc_periods = read_cap(pmu, "caps/mtc_periods");
	uint64_t psb_periods = read_cap(pmu, "caps/psb_periods");
	int ret;

	ret = set_if(pmu, attr, "tsc", 1, err);
	if (!ret)
		ret = set_if(pmu, attr, "pt", 1, err);
	if (!ret)
		ret = set_if(pmu, attr, "branch", 1, err);
	if (!ret && read_cap(pmu, "caps/mtc")) {
		ret = set_if(pmu, attr, "mtc", 1, err);
		if (!ret && mtc_periods)
			ret = set_if(pmu, attr, "mtc_period",
				     nearest_bit(mtc_periods, 3), err);
	}
	if (!ret && read_cap(pmu, "caps/psb_cyc") && psb_periods)
		ret = set_if(pmu, attr, "psb_period",
			     nearest_bit(psb_periods, 3), err);
	return ret;
}

static int pt_check(const struct pmu *pmu, struct err *why)
{
	if (!pmu_number(pmu, "caps/topa_output", 1))
		return err_set(why, -ENODEV,
			       "this CPU cannot write PT to a table of pages (ToPA), which perf needs");
	return 0;
}

/* Times of each sample, and samples as often as the hardware can. */
static int spe_defaults(const struct pmu *pmu, union pmu_attr *attr,
			struct err *err)
{
	uint64_t interval = pmu_number(pmu, "caps/min_interval", 0);
	int ret;

	attr->attr.sample_period = interval ? interval : 4096;
	ret = set_if(pmu, attr, "ts_enable", 1, err);
	if (!ret)
		ret = set_if(pmu, attr, "jitter", 1, err);
	/* Physical addresses need more rights and tell us nothing. */
	return ret ? ret : set_if(pmu, attr, "pa_enable", 0, err);
}

/*
 * The first name in a directory of the PMU's, in the order of strcmp(), of
 * those that have one of the characters of @with in them ("": all).
 */
static int first_name(const struct pmu *pmu, const char *sub,
		      const char *with, char *name, size_t size)
{
	char path[640];
	struct dirent *d;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/%s", pmu->dir, sub);
	dir = opendir(path);
	*name = '\0';
	while (dir && (d = readdir(dir))) {
		if (d->d_name[0] != '.' &&
		    (!*with || strpbrk(d->d_name, with)) &&
		    (!*name || strcmp(d->d_name, name) < 0))
			snprintf(name, size, "%s", d->d_name);
	}
	if (dir)
		closedir(dir);
	return *name ? 0 : -ENOENT;
}

/* The kernel chooses the sink; times in the trace where there are some. */
static int etm_defaults(const struct pmu *pmu, union pmu_attr *attr,
			struct err *err)
{
	return set_if(pmu, attr, "timestamp", 1, err);
}

static int etm_check(const struct pmu *pmu, struct err *why)
{
	char name[256];

	if (first_name(pmu, "sinks", "", name, sizeof(name)))
		return err_set(why, -ENODEV,
			       "no sink: no driver of a trace buffer (TMC, ETB, TRBE) is loaded");
	return 0;
}

/*
 * A filter that the driver offers: a root port's, or else a requester's.  They
 * are named after their devices, "0000:00:10.0"; "multiselect" is none.
 */
static int ptt_filter(const struct pmu *pmu, char *file, size_t size)
{
	static const char *const dirs[] = {
		"root_port_filters", "requester_filters"
	};
	char name[200];
	int i;

	for (i = 0; i < 2; i++) {
		if (!first_name(pmu, dirs[i], ":", name, sizeof(name))) {
			snprintf(file, size, "%s/%s", dirs[i], name);
			return 0;
		}
	}
	return -ENOENT;
}

/* Posted requests, inbound; a filter is a must, and its file has its value. */
static int ptt_defaults(const struct pmu *pmu, union pmu_attr *attr,
			struct err *err)
{
	char file[256];
	int ret;

	ret = set_if(pmu, attr, "type", 1, err);
	if (ret || ptt_filter(pmu, file, sizeof(file)))
		return ret;
	return set_if(pmu, attr, "filter", pmu_number(pmu, file, 0), err);
}

static int ptt_check(const struct pmu *pmu, struct err *why)
{
	char file[256], cpus[64];

	if (pmu_read(pmu, "cpumask", cpus, sizeof(cpus)) || !*cpus)
		return err_set(why, -ENODEV,
			       "no CPU in its cpumask to trace on");
	if (ptt_filter(pmu, file, sizeof(file)))
		return err_set(why, -ENODEV,
			       "no root port or device to trace in root_port_filters and requester_filters");
	return 0;
}

static const struct pmu_kind kinds[] = {
	{ "aux_synth", "auxsynth, the PMU of this suite", GAPS_DRIVER, false,
	  "the auxsynth module is not loaded", NULL, NULL },
	{ "intel_pt", "Intel Processor Trace", GAPS_PT, false,
	  "this CPU has no Intel PT, or a hypervisor or the firmware hides it",
	  pt_defaults, pt_check },
	{ "intel_bts", "Intel Branch Trace Store", GAPS_FLAGS, false,
	  "this CPU has no BTS, or a hypervisor hides it", NULL, NULL },
	{ "arm_spe_*", "Arm Statistical Profiling", GAPS_SPE, false,
	  "no SPE here, or the firmware does not describe it, or kpti is on, or the module arm_spe_pmu is not loaded",
	  spe_defaults, NULL },
	{ "cs_etm", "Arm CoreSight", GAPS_FLAGS, false,
	  "no CoreSight here, or its modules (coresight, coresight_etm4x) are not loaded",
	  etm_defaults, etm_check },
	{ "hisi_ptt*", "HiSilicon PCIe Tune and Trace", GAPS_FLAGS, true,
	  "no PTT device here, or the module hisi_ptt is not loaded",
	  ptt_defaults, ptt_check },
	{ "vpa_dtl", "dispatch trace log (powerpc)", GAPS_FLAGS, true,
	  "not a shared-processor partition, or the module vpa_dtl is not loaded",
	  NULL, NULL },
	{ NULL }
};

const struct pmu_kind *pmu_kind_find(const char *name)
{
	const struct pmu_kind *kind;

	for (kind = kinds; kind->pattern; kind++) {
		if (!fnmatch(kind->pattern, name, 0))
			return kind;
	}
	return NULL;
}

int pmu_attr_make(const struct pmu *pmu, union pmu_attr *attr,
		  const char *terms, struct err *err)
{
	int ret = 0;

	attr->attr.type = pmu->type;
	attr->attr.size = sizeof(attr->attr);
	if (pmu->kind && pmu->kind->defaults)
		ret = pmu->kind->defaults(pmu, attr, err);
	return ret ? ret : pmu_set_terms(pmu, attr, terms, err);
}

int pmu_check(const struct pmu *pmu, struct err *err)
{
	int ret;

	if (!pmu->kind || !pmu->kind->check)
		return 0;
	ret = pmu->kind->check(pmu, err);
	return ret ? err_prefix(err, ret, "PMU %s", pmu->name) : 0;
}

int pmu_event_cpu(const struct pmu *pmu)
{
	cpu_set_t cpus;
	int cpu;

	if (!pmu->kind || !pmu->kind->per_cpu)
		return -1;
	if (pmu_cpus(pmu, &cpus))
		return 0;
	for (cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (CPU_ISSET(cpu, &cpus))
			return cpu;
	}
	return 0;
}

#define LIST_FORMAT "%-16s %5s  %-4s %-7s "

static int wanted(const struct dirent *d)
{
	return d->d_name[0] != '.';
}

static void list_one(const char *root, const char *name, FILE *out)
{
	struct pmu pmu;
	struct err err;

	if (pmu_find(&pmu, root, name, &err)) {
		fprintf(out, LIST_FORMAT "%s\n", name, "?", "?", "?",
			err.text);
		return;
	}
	/* auxsynth under another name. */
	if (pmu_is_auxsynth(&pmu))
		pmu.kind = pmu_kind_find("aux_synth");
	if (!pmu.kind) {
		fprintf(out, "%-16s %5u  %-4s %-7s %s\n", name, pmu.type,
			"no", "-", "no driver that is known to have one");
		return;
	}
	fprintf(out, "%-16s %5u  %-4s %-7s %s%s%s", name, pmu.type, "yes",
		gap_method_names[pmu_has_oracle(&pmu) ? GAPS_DRIVER :
				 pmu.kind->method], pmu.kind->what,
		pmu.kind->per_cpu ? ", CPUs only" : "",
		pmu_has_oracle(&pmu) && !pmu_is_auxsynth(&pmu) ?
		", modelled" : "");
	if (pmu_check(&pmu, &err))
		fprintf(out, "; MISSING: %s", err.text);
	fputc('\n', out);
}

int pmu_list(const char *root, FILE *out, struct err *err)
{
	struct dirent **names;
	int n = scandir(root, &names, wanted, alphasort), i;

	if (n < 0)
		return err_set(err, -errno, "%s: %s (no perf events in this kernel?)",
			       root, strerror(errno));
	fprintf(out, LIST_FORMAT "%s\n", "PMU", "type", "AUX", "gaps by", "what");
	for (i = 0; i < n; i++) {
		list_one(root, names[i]->d_name, out);
		free(names[i]);
	}
	free(names);
	return 0;
}
