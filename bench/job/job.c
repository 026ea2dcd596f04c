// SPDX-License-Identifier: GPL-2.0-only
#include "bench/job/job.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/arch.h"
#include "lib/file.h"
#include "lib/suggest.h"
#include "lib/units.h"

char *job_patch_name(const char *path)
{
	static const char *const endings[] = {
		".patch", ".diff", ".mbx", ".mbox", ".eml", ".txt", NULL
	};
	const char *slash = strrchr(path, '/');
	char *name = xasprintf("%s", slash ? slash + 1 : path), *p;
	size_t len = strlen(name), i;

	for (i = 0; endings[i]; i++) {
		size_t cut = strlen(endings[i]);

		if (len > cut && !strcmp(name + len - cut, endings[i])) {
			name[len - cut] = '\0';
			break;
		}
	}
	for (p = name; *p; p++) {
		if (!isalnum((unsigned char)*p) && !strchr("-_.", *p))
			*p = '-';
	}
	if (*name == '.' || *name == '-')
		*name = '_';
	name[strlen(name) > 40 ? 40 : strlen(name)] = '\0';
	return name;
}

/*
 * A path from a file is meant from where the file is, one that was typed from
 * where we are; either way absolute from here on.
 */
static char *absolute(const struct job *job, const struct setting *setting,
		      const char *path)
{
	const char *slash = strrchr(job->file.path, '/');
	char *joined, *real;

	if (setting->line && slash && *path != '/')
		joined = xasprintf("%.*s/%s", (int)(slash - job->file.path),
				   job->file.path, path);
	else
		joined = xasprintf("%s", path);
	real = realpath(joined, NULL);
	if (!real)
		return joined;
	free(joined);
	return real;
}

static int has(char *const *names, const char *name)
{
	size_t i;

	for (i = 0; names && names[i]; i++) {
		if (!strcmp(names[i], name))
			return 1;
	}
	return 0;
}

static int read_patches(struct job *job, char **variants, struct err *err)
{
	const struct setting *setting =
		jobfile_find(&job->file, &job->file.sections[0], "patch");
	size_t n = 0, i;

	while (setting && setting->values[n])
		n++;
	job->patches = calloc(n + 1, sizeof(*job->patches));
	job->patch_names = calloc(n + 1, sizeof(*job->patch_names));
	for (i = 0; i < n; i++) {
		char *path = absolute(job, setting, setting->values[i]);
		char *name = job_patch_name(path);
		int taken = has(variants, name) || has(job->patch_names, name);

		job->patches[i] = path;
		job->patch_names[i] = name;
		if (access(path, R_OK))
			return jobfile_at(&job->file, setting->line, err,
				err_set(err, -errno, "patch: %s: %s",
					setting->values[i], strerror(errno)));
		if (taken)
			return jobfile_at(&job->file, setting->line, err,
				err_set(err, -EEXIST,
					"patch: there already is a variant '%s'; rename the file",
					name));
	}
	return 0;
}

/* The names that a section wants, or the default. */
static char **section_names(struct job *job, const struct section *section,
			    const char *key, const char *fallback)
{
	const struct setting *setting = jobfile_find(&job->file, section, key);

	return setting ? setting->values : values_split(fallback, 0);
}

static int check_names(struct job *job, const struct section *section,
		       const char *key, char **known, struct err *err)
{
	const struct setting *setting = jobfile_find(&job->file, section, key);
	char list[600] = "", text[SUGGEST_LEN];
	struct suggest suggest;
	size_t i, k, len = 0;

	for (i = 0; known && known[i] && len < sizeof(list); i++)
		len += snprintf(list + len, sizeof(list) - len, "%s%s",
				i ? ", " : "", known[i]);
	for (i = 0; setting && setting->values[i]; i++) {
		const char *name = setting->values[i];

		if (has(known, name) || (!strcmp(key, "variants") &&
					 has(job->patch_names, name)))
			continue;
		suggest_init(&suggest, name);
		for (k = 0; known && known[k]; k++)
			suggest_offer(&suggest, known[k]);
		return jobfile_at(&job->file, setting->line, err,
			err_set(err, -EINVAL,
				"%s: bad value '%s', expected some of: %s%s",
				key, name, list,
				suggest_text(&suggest, "", text)));
	}
	return 0;
}

static size_t kernel_index(struct job *job, const char *variant,
			   const char *kconfig)
{
	struct job_kernel *kernel;
	size_t i;

	for (i = 0; i < job->nkernels; i++) {
		kernel = &job->kernels[i];
		if (!strcmp(kernel->variant, variant) &&
		    !strcmp(kernel->kconfig, kconfig))
			return i;
	}
	job->kernels = realloc(job->kernels, (i + 1) * sizeof(*kernel));
	kernel = &job->kernels[job->nkernels++];
	*kernel = (struct job_kernel) {
		.variant = strdup(variant), .kconfig = strdup(kconfig),
	};
	for (i = 0; job->patch_names[i]; i++) {
		if (!strcmp(job->patch_names[i], variant))
			kernel->patch = job->patches[i];
	}
	return job->nkernels - 1;
}

/* Marks in @on (of room for all kernels) which kernels a section wants. */
static void section_kernels(struct job *job, const struct section *section,
			    bool *on)
{
	const struct setting *own =
		jobfile_find(&job->file, section, "variants");
	char **variants = section_names(job, section, "variants", "baseline");
	char **kconfigs = section_names(job, section, "kconfigs", "guest");
	size_t v, k;

	for (k = 0; kconfigs[k]; k++) {
		for (v = 0; variants[v]; v++)
			on[kernel_index(job, variants[v], kconfigs[k])] = true;
		for (v = 0; job->patch_names[v]; v++)
			on[kernel_index(job, job->patch_names[v],
					kconfigs[k])] = true;
	}
	if (!own)
		values_free(variants);
	if (!jobfile_find(&job->file, section, "kconfigs"))
		values_free(kconfigs);
}

/* How many kernels a job can name at most, for the size of @on. */
static size_t kernels_max(char **variants, char **kconfigs, struct job *job)
{
	size_t v = 1, p = 0, k = 1;

	while (variants && variants[v - 1])
		v++;
	while (job->patch_names[p])
		p++;
	while (kconfigs && kconfigs[k - 1])
		k++;
	return (v + p) * k;
}

/* The values of a cell's key in a section; *n is 0 when it has none. */
static char **key_values(const struct job *job, const struct section *section,
			 const struct cell_key *key, size_t *n)
{
	const struct setting *setting = NULL;

	/* The plan draws the seed of each cell. */
	if (strcmp(key->name, "seed"))
		setting = jobfile_find(&job->file, section, key->name);
	for (*n = 0; setting && setting->values[*n]; (*n)++)
		;
	return setting ? setting->values : NULL;
}

/* Element @i of @total of a section's product, the first key the slowest. */
static int product_cell(const struct job *job, const struct section *section,
			size_t i, size_t total, struct cell *cell,
			struct err *err)
{
	const struct cell_key *key;
	char **values;
	size_t n;
	int ret;

	cell_init(cell);
	for (key = cell_keys; key->name; key++) {
		values = key_values(job, section, key, &n);
		if (!n)
			continue;
		total /= n;
		ret = cell_set(cell, key, values[i / total % n], err);
		if (ret)
			return ret;
	}
	ret = cell_check(cell, err);
	return ret ? err_prefix(err, ret, "[%s]", section->name) : 0;
}

static int section_cells(struct job *job, const struct section *section,
			 const bool *on, size_t on_size, struct err *err)
{
	const struct cell_key *key;
	struct job_cell *cell;
	size_t total = 1, i, n;
	int ret;

	for (key = cell_keys; key->name; key++) {
		key_values(job, section, key, &n);
		total *= n ? n : 1;
		if (job->ncells + total > JOB_CELLS_MAX)
			return jobfile_at(&job->file, section->line, err,
				err_set(err, -E2BIG,
					"[%s]: more than %d cells",
					section->name, JOB_CELLS_MAX));
	}
	job->cells = realloc(job->cells, (job->ncells + total) *
			     sizeof(*job->cells));
	for (i = 0; i < total; i++) {
		cell = &job->cells[job->ncells++];
		*cell = (struct job_cell) { .section = section->name };
		cell->on = calloc(on_size, sizeof(*on));
		memcpy(cell->on, on, on_size * sizeof(*on));
		ret = product_cell(job, section, i, total, &cell->cell, err);
		if (ret)
			return jobfile_at(&job->file, section->line, err, ret);
	}
	return 0;
}

/* Some cells are for guests of some architectures only. */
static bool is_for_here(const struct job *job, const struct section *section)
{
	const struct setting *arch = jobfile_find(&job->file, section, "arch");

	return !arch || (!job->target && job->guest.arch &&
			 has(arch->values, job->guest.arch->name));
}

static int job_cells(struct job *job, char **variants, char **kconfigs,
		     struct err *err)
{
	size_t size = kernels_max(variants, kconfigs, job), i;
	bool *on = calloc(size, sizeof(*on));
	int ret = job_expand_variants(job, variants, err);
	struct section *section;

	/* [global] alone is a job of one section; else it is only inherited. */
	for (i = job->file.count > 1; i < job->file.count && !ret; i++) {
		section = &job->file.sections[i];
		if (!is_for_here(job, section))
			continue;
		memset(on, 0, size * sizeof(*on));
		ret = check_names(job, section, "variants", variants, err);
		if (!ret)
			ret = check_names(job, section, "kconfigs", kconfigs,
					  err);
		if (ret)
			break;
		section_kernels(job, section, on);
		ret = section_cells(job, section, on, size, err);
	}
	free(on);
	if (!ret && !job->ncells)
		ret = err_set(err, -EINVAL, "%s: no section is for this architecture",
			      job->file.path);
	return ret;
}

static void job_init(struct job *job)
{
	*job = (struct job) {
		.repeats = 1,
		.guest = { .arch = arch_here, .nodes = 2, .cpus = 4, .memory = 1ull << 30,
			   .accel = "auto" },
	};
}

void job_running_kernel(struct job *job, const char *name)
{
	size_t i;

	for (i = 0; i < job->nkernels; i++) {
		free((char *)job->kernels[i].variant);
		free((char *)job->kernels[i].kconfig);
	}
	job->kernels = realloc(job->kernels, sizeof(*job->kernels));
	if (!job->kernels)
		abort();
	job->kernels[0] = (struct job_kernel) {
		.variant = xasprintf("%s", name),
		.kconfig = xasprintf("%s", JOB_RUNNING),
	};
	job->nkernels = 1;
	for (i = 0; i < job->ncells; i++)
		job->cells[i].on[0] = true;
}

static void default_name(struct job *job)
{
	char *name = xasprintf("%s", job->file.path), *base, *dot;

	base = strrchr(name, '/');
	base = base ? base + 1 : name;
	dot = strrchr(base, '.');
	if (dot && dot > base)
		*dot = '\0';
	if (job_key_find("name")->set(job, base))
		job->name = xasprintf("job");
	free(name);
}

static void make_absolute(struct job *job, const char *key, char **path)
{
	char *real;

	if (!*path)
		return;
	real = absolute(job, jobfile_find(&job->file, &job->file.sections[0],
					  key), *path);
	free(*path);
	*path = real;
}

int job_read(struct job *job, const char *path, char **overrides,
	     char **variants, char **kconfigs, struct err *err)
{
	size_t i;
	int ret;

	job_init(job);
	ret = jobfile_read(&job->file, path, job_check_setting, job, err);
	for (i = 0; !ret && overrides && overrides[i]; i++)
		ret = jobfile_override_arg(&job->file, overrides[i],
					   job_check_setting, job, err);
	if (!ret)
		ret = guest_shape_check(&job->guest, job->file.path, err);
	if (!ret)
		ret = job_read_target(job, err);
	if (!ret)
		ret = read_patches(job, variants, err);
	if (!ret)
		ret = job_cells(job, variants, kconfigs, err);
	if (ret) {
		job_free(job);
		return ret;
	}
	if (!job->name)
		default_name(job);
	make_absolute(job, "linux", &job->linux_path);
	make_absolute(job, "module", &job->module);
	job_name_cells(job);
	return 0;
}

void job_free(struct job *job)
{
	size_t i;

	for (i = 0; i < job->ncells; i++) {
		free(job->cells[i].on);
		free(job->cells[i].name);
	}
	for (i = 0; i < job->nkernels; i++) {
		free((char *)job->kernels[i].variant);
		free((char *)job->kernels[i].kconfig);
	}
	free(job->cells);
	free(job->kernels);
	values_free(job->patches);
	values_free(job->patch_names);
	values_free(job->hosts);
	free(job->linux_path);
	free(job->target);
	free(job->label);
	free(job->module);
	free(job->ssh);
	free(job->name);
	jobfile_free(&job->file);
	memset(job, 0, sizeof(*job));
}

int job_set(struct job *job, const char *key, const char *value,
	    struct err *err)
{
	return jobfile_override(&job->file, key, value, job_check_setting, job,
				err);
}

void job_print(const struct job *job, FILE *out)
{
	jobfile_print(&job->file, out);
}

uint64_t job_cell_time(const struct cell *cell)
{
	uint64_t drain = cell->drain.kind == DRAIN_UNIFORM ?
		(cell->drain.a + cell->drain.b) / 2 : cell->drain.a;
	uint64_t fill = cell->aux * NSEC_PER_SEC / cell->rate;
	uint64_t time = cell->duration;

	if (cell->fulls && (!time || cell->fulls * (fill + drain +
						    cell->window) < time))
		time = cell->fulls * (fill + drain + cell->window);
	return time;
}

uint64_t job_cell_timeout(const struct cell *cell)
{
	/* A slow guest gets as far as the duration, where there is one. */
	uint64_t timeout = 3 * (cell->duration ? cell->duration :
				job_cell_time(cell));
	uint64_t pairs = cell->pairs > cell->placement.n ? cell->pairs :
		cell->placement.n;

	/* Threads and buffers to be made; "max" is half of a guest's CPUs. */
	if (pairs != PAIRS_MAX)
		timeout += pairs * NSEC_PER_SEC / 2;
	if (!cell->duration)
		timeout += cell->fulls * 2 * cell->hang_timeout;
	return timeout + 30 * NSEC_PER_SEC;
}
