// SPDX-License-Identifier: GPL-2.0-only
/*
 * What intel_pt's trace is worth to unmodified perf: recorded in each of the
 * ways that the part allows, dumped packet by packet, and decoded along the
 * code of the program that was traced.
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/file.h"
#include "lib/json.h"
#include "stress/place/placement.h"
#include "stress/scenario/command.h"
#include "stress/scenario/decode.h"
#include "stress/stream/spin.h"

/* Little: perf script writes a line for each packet and each branch. */
#define RATE "30000"

struct way {
	const char *terms;
	const char *spin;	/* of CPU time */
	const char *cap;	/* that it needs; NULL: none */
	bool branches;		/* come out of it */
	bool kernel;		/* is traced, too */
	bool filtered;		/* only the program's loop is traced */
};

/* Of an emulated CPU's time the first 50 to 300 ms are the program's loader's. */
static const struct way ways[] = {
	{ "", "600ms", NULL, true, false, false },
	{ "tsc=0,mtc=0", "600ms", NULL, true, false, false },
	/* Not of the first generation: erratum BDM106. */
	{ "branch=0,mtc=0", "600ms", "ip_filtering", false, false, false },
	{ "noretcomp=1,mtc=0", "600ms", NULL, true, false, false },
	{ "mtc=1,mtc_period=9", "600ms", "mtc", true, false, false },
	{ "cyc=1,mtc=0", "600ms", "psb_cyc", true, false, false },
	{ "cyc=1,cyc_thresh=5,psb_period=2,mtc_period=6", "600ms", "psb_cyc",
	  true, false, false },
	{ "ptw=1,mtc=0", "600ms", "ptwrite", true, false, false },
	{ "pwr_evt=1,mtc=0", "600ms", "power_event_trace", true, false, false },
	{ "overflow_ms=5,mtc=0", "600ms", NULL, true, false, false },
	{ "mtc=0", "600ms", NULL, true, true, false },
	{ "mtc=0", "600ms", "num_address_ranges", true, false, true },
};

/* In the file of this program: the workload's code.  ~0: not found. */
static int file_offset(struct dl_phdr_info *info, size_t size, void *data)
{
	uint64_t at = (uintptr_t)spin_run, *offset = data;
	int i;

	(void)size;
	for (i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *ph = &info->dlpi_phdr[i];
		uint64_t from = info->dlpi_addr + ph->p_vaddr;

		if (ph->p_type != PT_LOAD || at < from ||
		    at >= from + ph->p_filesz)
			continue;
		*offset = at - from + ph->p_offset;
		return 1;
	}
	return 0;
}

uint64_t decode_loop(void)
{
	uint64_t offset = ~0ull;

	dl_iterate_phdr(file_offset, &offset);
	return offset;
}

char *decode_self(struct err *err)
{
	char self[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);

	if (len < 0) {
		err_set(err, -errno, "/proc/self/exe: %s", strerror(errno));
		return NULL;
	}
	return xasprintf("%.*s", (int)len, self);
}

static bool has_cap(const struct pmu *pmu, const char *cap)
{
	char file[80];

	snprintf(file, sizeof(file), "caps/%s", cap);
	return pmu_number(pmu, file, 0);
}

/* What the driver has found, by the names that it has for it. */
static json_t *caps_of(const struct pmu *pmu)
{
	static const char *const names[] = {
		"topa_output", "topa_multiple_entries", "single_range_output",
		"cr3_filtering", "ip_filtering", "num_address_ranges",
		"psb_cyc", "psb_periods", "cycle_thresholds", "mtc",
		"mtc_periods", "ptwrite", "power_event_trace",
	};
	json_t *caps = json_object();
	char file[80], text[80];
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(file, sizeof(file), "caps/%s", names[i]);
		if (!pmu_read(pmu, file, text, sizeof(text)))
			json_object_set_new(caps, names[i],
					    json_string(text));
	}
	return caps;
}

int decode_lines(struct scenario_ctx *ctx, const char *const *argv,
		 void (*take)(void *with, char *line), void *with, int *status,
		 struct err *err)
{
	char *line = NULL;
	size_t size = 0;
	FILE *said;
	int ret = command_read(ctx, argv, &said, status, err);

	if (ret)
		return ret;
	while (getline(&line, &size, said) > 0)
		take(with, line);
	free(line);
	fclose(said);
	return 0;
}

/* ".  00000010:  19 ...     TSC 0x..." */
static void count_packet(void *found, char *line)
{
	char *at = line[0] == '.' && line[1] == ' ' ? strchr(line, ':') : NULL;

	if (!at || at - line > 20)
		return;
	json_add(found, "packets", 1);
	if (strstr(at, "Bad packet") || strstr(at, "unknown"))
		json_add(found, "bad", 1);
	if (strstr(at, " OVF"))
		json_add(found, "overflows", 1);
	if (strstr(at, " TNT "))
		json_add(found, "tnt", 1);
}

/* "-D": a line a packet, and one for each byte that is none. */
static int dump(struct scenario_ctx *ctx, const char *file, json_t *found,
		struct err *err)
{
	const char *const argv[] = {
		"perf", "script", "-i", file, "-D", NULL
	};
	int status, ret;

	json_add(found, "packets", 0);
	ret = decode_lines(ctx, argv, count_packet, found, &status, err);
	if (!ret)
		json_add(found, "bad", status != 0);
	return ret;
}

/*
 * "instruction trace error type 1 time ... code 8: Lost trace data"; at the end
 * it says how many there were.
 */
void decode_count_error(json_t *found, char *line)
{
	if (!strstr(line, "instruction trace error type"))
		return;
	if (strstr(line, "verflow") || strstr(line, "Lost")) {
		json_add(found, "told_lost", 1);
		return;
	}
	json_add(found, "errors", 1);
	if (!json_object_get(found, "first_error"))
		json_object_set_new(found, "first_error",
				    json_string(strtok(line, "\n")));
}

/*
 * Of a filtered trace each branch begins in the filter's range, to the byte:
 * where a program is loaded has the offset within a page that it has in its
 * file.  0: where tracing began.
 */
static void count_outside(json_t *found, const char *line)
{
	const json_t *offset = json_object_get(found, "filter_offset");
	const char *at = strrchr(line, ':');
	uint64_t ip;

	if (!offset || !at || sscanf(at + 1, "%" SCNx64, &ip) != 1 || !ip)
		return;
	json_add(found, "located", 1);
	json_add(found, "outside",
		 (ip - json_integer_value(offset)) % 4096 >= DECODE_LOOP_SIZE);
}

static void count_branch(void *found, char *line)
{
	if (strstr(line, "branches")) {	/* "branches:u:  55d0e3c4b570" */
		json_add(found, "branches", 1);
		count_outside(found, line);
	}
	decode_count_error(found, line);
}

/* Along the code: errors, what was lost by the hardware's word, branches. */
static int follow(struct scenario_ctx *ctx, const char *file, json_t *found,
		  struct err *err)
{
	const char *const argv[] = {
		"perf", "script", "-i", file, "--itrace=be", "-F", "ip,event",
		NULL
	};
	int status, ret;

	json_add(found, "branches", 0);
	ret = decode_lines(ctx, argv, count_branch, found, &status, err);
	if (!ret)
		json_add(found, "errors", status != 0);
	return ret;
}

/* Of perf record: a filter; without one, once more what it is told anyway. */
static char *filter_option(const struct way *way, const char *self,
			   json_t *found)
{
	uint64_t offset = decode_loop();

	if (!way->filtered)
		return xasprintf("-N");
	json_object_set_new(found, "filter_offset", json_integer(offset));
	json_add(found, "located", 0);
	json_add(found, "outside", 0);
	return xasprintf("--filter=filter %#llx/%llu@%s",
			 (unsigned long long)offset, DECODE_LOOP_SIZE, self);
}

static int record_with(struct scenario_ctx *ctx, const struct way *way,
		       const char *file, const char *self, const char *filter,
		       int *status, struct err *err)
{
	char event[160];
	const char *const argv[] = {
		"perf", "record", "-o", file, "--per-thread", "-B", "-N",
		"-m", ",256K", "-e", event, filter, "--", self, "--spin",
		way->spin, NULL
	};
	FILE *said;
	int ret;

	snprintf(event, sizeof(event), "intel_pt/%s%srate=" RATE "/%s",
		 way->terms, *way->terms ? "," : "", way->kernel ? "" : "u");
	ret = command_run(ctx, argv, NULL, &said, status, err);
	if (!ret)
		fclose(said);
	return ret;
}

static int record(struct scenario_ctx *ctx, const struct way *way,
		  const char *file, json_t *found, struct err *err)
{
	char *self = decode_self(err), *filter;
	int status, ret;

	if (!self)
		return -EIO;
	filter = filter_option(way, self, found);
	ret = record_with(ctx, way, file, self, filter, &status, err);
	free(filter);
	free(self);
	if (!ret)
		json_add(found, "not_recorded", status != 0);
	return ret;
}

static int try_once(struct scenario_ctx *ctx, const struct way *way,
		    const char *file, json_t *found, struct err *err)
{
	int ret = record(ctx, way, file, found, err);

	if (!ret && !json_count(found, "not_recorded"))
		ret = dump(ctx, file, found, err);
	if (!ret && !json_count(found, "not_recorded"))
		ret = follow(ctx, file, found, err);
	unlink(file);
	return ret;
}

/*
 * On a busy host the program may be in its loop too shortly to be found there:
 * once in about 30.
 */
#define TRIES 5

/* Says of the last try all that it found. */
static int one(struct scenario_ctx *ctx, const struct way *way,
	       const char *file, json_t *list, struct err *err)
{
	json_t *found = NULL;
	int ret = 0, tries;

	for (tries = 1; !ret && tries <= TRIES; tries++) {
		json_decref(found);
		found = json_pack("{s:s, s:b, s:b, s:i}", "terms", way->terms,
				  "kernel", way->kernel, "with_branches",
				  way->branches, "tries", tries);
		ret = try_once(ctx, way, file, found, err);
		if (!way->branches || json_count(found, "tnt") ||
		    json_count(found, "errors") || json_count(found, "bad"))
			break;
	}
	json_array_append_new(list, found);
	return ret;
}

int scenario_pt_decode(struct scenario_ctx *ctx, struct err *err)
{
	json_t *list = json_array();
	struct err ignored;
	char *dir, *file;
	struct pmu pmu;
	int ret = 0;
	size_t i;

	json_object_set_new(ctx->evidence, "ways", list);
	if (pmu_find(&pmu, PMU_SYSFS, "intel_pt", &ignored) ||
	    !pmu_has_oracle(&pmu))
		return err_set(err, -PLACEMENT_SKIP,
			       "needs intel_pt over modelled hardware (a guest of x86)");
	json_object_set_new(ctx->evidence, "caps", caps_of(&pmu));
	dir = dir_temp(err);
	if (!dir)
		return -EIO;
	file = xasprintf("%s/perf.data", dir);
	for (i = 0; i < sizeof(ways) / sizeof(ways[0]) && !ret; i++) {
		if (ways[i].cap && !has_cap(&pmu, ways[i].cap))
			continue;
		ret = one(ctx, &ways[i], file, list, err);
	}
	dir_remove(dir, &ignored);
	free(file);
	free(dir);
	return ret;
}
