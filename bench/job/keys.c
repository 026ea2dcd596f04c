// SPDX-License-Identifier: GPL-2.0-only
/* The keys of a job file: which there are, and whether a value fits. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/job/shard.h"
#include "lib/file.h"
#include "lib/suggest.h"
#include "lib/units.h"

static int set_count(uint64_t *field, const char *value, uint64_t low,
		     uint64_t high)
{
	uint64_t n;

	if (units_parse_uint(value, &n) || n < low || n > high)
		return -EINVAL;
	*field = n;
	return 0;
}

static int set_repeats(struct job *job, const char *value)
{
	return set_count(&job->repeats, value, 1, 100000);
}

static int set_seed(struct job *job, const char *value)
{
	job->seeded = true;
	return set_count(&job->seed, value, 0, INT64_MAX);
}

static int set_shard(struct job *job, const char *value)
{
	return shard_parse(&job->shard, value);
}

static int set_nodes(struct job *job, const char *value)
{
	return set_count(&job->guest.nodes, value, 1, GUEST_NODES_MAX);
}

static int set_numa(struct job *job, const char *value)
{
	return guest_numa_parse(&job->guest, value);
}

static int set_distances(struct job *job, const char *value)
{
	return guest_distances_parse(&job->guest, value);
}

static int set_threads(struct job *job, const char *value)
{
	return set_count(&job->guest.threads, value, 1, 2);
}

static int set_llcs(struct job *job, const char *value)
{
	return set_count(&job->guest.llcs, value, 1, 16);
}

static int set_cpus(struct job *job, const char *value)
{
	return set_count(&job->guest.cpus, value, 1, GUEST_CPUS_MAX);
}

static int set_memory(struct job *job, const char *value)
{
	uint64_t size;

	if (units_parse_size(value, &size) || size < 128 << 20)
		return -EINVAL;
	job->guest.memory = size;
	return 0;
}

static int set_tb(struct job *job, const char *value)
{
	return set_count(&job->guest.tb, value, 0, 4096);
}

static int set_arch(struct job *job, const char *value)
{
	job->guest.arch = arch_find(value);
	return job->guest.arch ? 0 : -EINVAL;
}

static int set_accel(struct job *job, const char *value)
{
	if (strcmp(value, "auto") && strcmp(value, "kvm") &&
	    strcmp(value, "tcg"))
		return -EINVAL;
	snprintf(job->guest.accel, sizeof(job->guest.accel), "%s", value);
	return 0;
}

/* It becomes part of a file's name. */
static int name_ok(const char *name)
{
	const char *p = name;

	if (!*p || *p == '.' || *p == '-' || strlen(p) > 48)
		return 0;
	while (isalnum((unsigned char)*p) || (*p && strchr("-_.", *p)))
		p++;
	return !*p;
}

static int set_name(struct job *job, const char *value)
{
	if (!name_ok(value))
		return -EINVAL;
	free(job->name);
	job->name = xasprintf("%s", value);
	return 0;
}

static int set_any(struct job *job, const char *value)
{
	return *value ? 0 : -EINVAL;
}

static int set_linux(struct job *job, const char *value)
{
	free(job->linux_path);
	job->linux_path = xasprintf("%s", value);
	return 0;
}

static int set_text(char **field, const char *value)
{
	if (!*value)
		return -EINVAL;
	free(*field);
	*field = xasprintf("%s", value);
	return 0;
}

/* HOST becomes a word of a command: it must not look like an option. */
static int set_target(struct job *job, const char *value)
{
	if (!strcmp(value, "guest")) {
		free(job->target);
		job->target = NULL;
		return 0;
	}
	if (strcmp(value, "local") &&
	    (strncmp(value, "ssh:", 4) || !value[4] || value[4] == '-'))
		return -EINVAL;
	return set_text(&job->target, value);
}

static int set_label(struct job *job, const char *value)
{
	return name_ok(value) ? set_text(&job->label, value) : -EINVAL;
}

static int set_module(struct job *job, const char *value)
{
	return set_text(&job->module, value);
}

static int set_ssh(struct job *job, const char *value)
{
	return set_text(&job->ssh, value);
}

static int set_pt(struct job *job, const char *value)
{
	return guest_pt_parse(&job->guest, value);
}

static int set_spe(struct job *job, const char *value)
{
	return guest_spe_parse(&job->guest, value);
}

const struct job_key job_keys[] = {
	{ "variants", "names of kernel variants",
	  "kernels to compare, by their change of perf: all, and -NAME for all but NAME",
	  JOB_NAMES, set_any },
	{ "arch", "names of architectures: x86, arm64",
	  "the section is for guests of these alone", JOB_NAMES, set_any },
	{ "kconfigs", "names of kernel configurations",
	  "configurations to build each variant with", JOB_NAMES, set_any },
	{ "repeats", "a number from 1 to 100000", "boots of each kernel",
	  JOB_ONE, set_repeats },
	{ "seconds", "a number of seconds such as 2 or 0.5",
	  "the same as duration, in seconds", JOB_ALIAS, NULL },
	{ "seed", "a number", "of every random choice in the run",
	  JOB_ONE, set_seed },
	{ "shard", "a part such as 3/8",
	  "run only this part of the plan, of so many",
	  JOB_ONE, set_shard },
	{ "name", "a name of letters, digits and - _ .",
	  "of the job, for the results", JOB_ONE, set_name },
	{ "linux", "the path of a kernel source",
	  "kernel source: git tree, directory or tarball",
	  JOB_ONE, set_linux },
	{ "patch", "the path of a patch",
	  "a variant of your own, compared with the others",
	  JOB_LIST, set_any },
	{ "guest_arch", "x86 or arm64",
	  "architecture of the guest, if not the host's: see --arch",
	  JOB_ONE, set_arch },
	{ "guest_nodes", "a number from 1 to 16", "NUMA nodes of the guest",
	  JOB_ONE, set_nodes },
	{ "guest_cpus", "a number from 1 to 255",
	  "CPUs of the guest, in all its nodes", JOB_ONE, set_cpus },
	{ "guest_numa", "NODESxCPUS such as 4x2, at most 16 nodes, 255 CPUs",
	  "the guest's nodes, and the CPUs of each", JOB_ONE, set_numa },
	{ "guest_distances",
	  "line, ring, flat, or rows such as 10:20/20:10",
	  "between the guest's nodes", JOB_ONE, set_distances },
	{ "guest_threads", "1 or 2", "threads of each core of the guest",
	  JOB_ONE, set_threads },
	{ "guest_llcs", "a number from 1 to 16",
	  "last-level caches in each node of the guest", JOB_ONE, set_llcs },
	{ "guest_memory", "a size from 128M such as 1G",
	  "memory of the guest, in all its nodes", JOB_ONE, set_memory },
	{ "guest_tb", "a number of MiB from 0 (QEMU's default) to 4096",
	  "TCG's buffer for translated code: small, and code gets cold",
	  JOB_ONE, set_tb },
	{ "guest_pt", GUEST_PT_PARTS,
	  "part whose Intel PT the guest has, in software",
	  JOB_ONE, set_pt },
	{ "guest_spe", GUEST_SPE_PARTS,
	  "part whose SPE a guest of arm64 has, in software",
	  JOB_ONE, set_spe },
	{ "guest_accel", "auto, kvm or tcg",
	  "how the guest runs; auto: kvm where it works",
	  JOB_ONE, set_accel },
	{ "target", "guest, local or ssh:HOST",
	  "where to measure; not guest: the kernel that runs there",
	  JOB_ONE, set_target },
	{ "hosts", "names as ssh takes them, or none",
	  "several machines over ssh in place of target, all at once",
	  JOB_LIST, set_any },
	{ "label", "a name of letters, digits and - _ .",
	  "name of a running kernel in the results, else its release",
	  JOB_ONE, set_label },
	{ "module", "the path of an auxsynth.ko",
	  "auxsynth for a running kernel, else what make module built",
	  JOB_ONE, set_module },
	{ "ssh", "a command such as ssh -F FILE",
	  "how ssh is called for target = ssh:HOST", JOB_ONE, set_ssh },
	{ NULL }
};

const struct job_key *job_key_find(const char *name)
{
	const struct job_key *key;

	for (key = job_keys; key->name; key++) {
		if (!strcmp(key->name, name))
			return key;
	}
	return NULL;
}

void job_print_words(FILE *out)
{
	const struct cell_key *key;
	const struct job_key *more;

	for (more = job_keys; more->name; more++)
		fprintf(out, "%s=\n", more->name);
	for (key = cell_keys; key->name; key++) {
		if (!job_key_find(key->name))
			fprintf(out, "%s=\n", key->name);
	}
}

char *job_default(const char *key, const char *value)
{
	if (!job_key_find(key) && !cell_key_find(key))
		return NULL;
	return xasprintf("%s?=%s", key, value);
}

static int unknown_key(const char *name, struct err *err)
{
	const struct cell_key *key;
	const struct job_key *more;
	struct suggest suggest;
	char text[SUGGEST_LEN];

	suggest_init(&suggest, name);
	for (more = job_keys; more->name; more++)
		suggest_offer(&suggest, more->name);
	for (key = cell_keys; key->name; key++)
		suggest_offer(&suggest, key->name);
	return err_set(err, -EINVAL,
		       "no such key '%s'%s (run-matrix --help=keys lists them)",
		       name, suggest_text(&suggest, "", text));
}

/* "seconds = 2" is "duration = 2s". */
static int seconds_to_duration(struct setting *setting,
			       const struct job_key *key, struct err *err)
{
	uint64_t ns;
	char *value;
	size_t i;

	for (i = 0; setting->values[i]; i++) {
		value = xasprintf("%ss", setting->values[i]);
		if (units_parse_time(value, &ns)) {
			free(value);
			return err_set(err, -EINVAL,
				"seconds: bad value '%s', expected %s",
				setting->values[i],
				key->expect);
		}
		free(setting->values[i]);
		setting->values[i] = value;
	}
	free(setting->key);
	setting->key = xasprintf("duration");
	return 0;
}

/* Each value in its usual spelling, so that the same is seen to be the same. */
static int check_cell_values(struct setting *setting,
			     const struct cell_key *key, struct err *err)
{
	char text[CELL_VALUE_LEN];
	struct cell cell;
	size_t i;
	int ret;

	for (i = 0; setting->values[i]; i++) {
		cell_init(&cell);
		ret = cell_set(&cell, key, setting->values[i], err);
		if (ret)
			return ret;
		cell_get(&cell, key, text);
		free(setting->values[i]);
		setting->values[i] = xasprintf("%s", text);
	}
	return 0;
}

static int check_job_values(struct job *job, struct setting *setting,
			    const struct job_key *key,
			    const char *section, struct err *err)
{
	size_t i;

	if (key->kind != JOB_NAMES && strcmp(section, "global"))
		return err_set(err, -EINVAL,
			       "%s: holds for the whole run, expected in [global]",
			       key->name);
	if (key->kind == JOB_ONE && setting->values[0] && setting->values[1])
		return err_set(err, -EINVAL,
			       "%s: takes one value, expected %s", key->name,
			       key->expect);
	for (i = 0; setting->values[i]; i++) {
		if (key->set(job, setting->values[i]))
			return err_set(err, -EINVAL,
				       "%s: bad value '%s', expected %s",
				       key->name, setting->values[i],
				       key->expect);
	}
	return 0;
}

static int check_twice(const struct setting *setting, struct err *err)
{
	size_t i, k;

	for (i = 0; setting->values[i]; i++) {
		for (k = 0; k < i; k++) {
			if (!strcmp(setting->values[i], setting->values[k]))
				return err_set(err, -EINVAL,
					"%s: '%s' is there twice",
					setting->key, setting->values[i]);
		}
	}
	return 0;
}

int job_check_setting(void *ctx, struct setting *setting,
			 const char *section, struct err *err)
{
	const struct job_key *job_key = job_key_find(setting->key);
	const struct cell_key *cell_key;
	struct job *job = ctx;
	int ret;

	if (job_key && job_key->kind == JOB_ALIAS) {
		ret = seconds_to_duration(setting, job_key, err);
		if (ret)
			return ret;
		job_key = NULL;
	}
	cell_key = cell_key_find(setting->key);
	if (!job_key && !cell_key)
		return unknown_key(setting->key, err);
	if (!setting->values[0])
		return err_set(err, -EINVAL, "%s: no value, expected %s",
			       setting->key, job_key ? job_key->expect :
			       cell_key->expect);
	ret = job_key ? check_job_values(job, setting, job_key, section, err) :
		check_cell_values(setting, cell_key, err);
	return ret ? ret : check_twice(setting, err);
}
