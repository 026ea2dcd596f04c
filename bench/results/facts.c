// SPDX-License-Identifier: GPL-2.0-only
#include "bench/results/results.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lib/store.h"
#include "lib/file.h"

/* Different values that are kept of a fact; more say no more. */
#define VALUES 8

/* Where the facts are in a line of the store; the release is the first. */
static const struct fact {
	size_t tree;		/* in struct store_entry */
	const char *key;
} facts[RESULTS_FACTS - 1] = {
#define OF(tree, key) { offsetof(struct store_entry, tree), key }
	OF(kernel, "release"), OF(kernel, "source"), OF(kernel, "compiler"),
	OF(target, "kind"), OF(target, "accel"), OF(target, "qemu"),
	OF(target, "machine"), OF(target, "cpu"), OF(target, "smp"),
	OF(target, "numa"), OF(target, "memory"),
	OF(host, "cpu"), OF(host, "cpus"), OF(host, "kernel"),
	OF(versions, "aux-tests"),
#undef OF
};

const char *const results_fact_names[RESULTS_FACTS] = {
	"kernel release", "kernel source", "kernel compiler", "target", "accelerator", "qemu", "guest machine", "guest cpu",
	"guest cpus", "guest nodes", "guest memory",
	"host cpu", "host cpus", "host kernel", "aux-tests", "job",
};

void *results_grow(void *p, size_t n, size_t size)
{
	/* Twice as much each time that it is full. */
	if (n & (n - 1))
		return p;
	p = reallocarray(p, n ? 2 * n : 1, size);
	if (!p)
		abort();
	return p;
}

size_t results_names_add(struct results_names *names, const char *name)
{
	size_t i;

	for (i = 0; i < names->n; i++) {
		if (!strcmp(names->name[i], name))
			return i;
	}
	names->name = results_grow(names->name, names->n,
				  sizeof(*names->name));
	names->name[names->n++] = xasprintf("%s", name);
	return i;
}

void results_names_free(struct results_names *names)
{
	size_t i;

	for (i = 0; i < names->n; i++)
		free(names->name[i]);
	free(names->name);
}

char *results_names_join(const struct results_names *names)
{
	if (!names->n)
		return xasprintf("%s", "");
	if (names->n == 1)
		return xasprintf("%s", names->name[0]);
	if (names->n == 2)
		return xasprintf("%s + %s", names->name[0], names->name[1]);
	return xasprintf("%s + %zu more", names->name[0], names->n - 1);
}

char *results_release(const struct store_entry *entry)
{
	size_t len = strlen(entry->release), variant = strlen(entry->variant);

	if (len > variant + 1 && entry->release[len - variant - 1] == '-' &&
	    !strcmp(entry->release + len - variant, entry->variant))
		len -= variant + 1;
	return xasprintf("%.*s", (int)len, entry->release);
}

static void add_value(struct results_names *names, const json_t *value)
{
	char *text;

	if (names->n >= VALUES)
		return;
	if (json_is_string(value) && *json_string_value(value))
		text = xasprintf("%s", json_string_value(value));
	else if (json_is_integer(value))
		text = xasprintf("%lld",
				 (long long)json_integer_value(value));
	else
		return;
	results_names_add(names, text);
	free(text);
}

static void add_text(struct results_names *names, const char *text)
{
	if (text && *text && names->n < VALUES)
		results_names_add(names, text);
}

void results_facts_add(struct results_facts *f, const struct store_entry *entry)
{
	char *release = results_release(entry);
	size_t i;

	/* Without the variant's name, which is no difference. */
	add_text(&f->value[0], release);
	for (i = 1; i < RESULTS_FACTS - 1; i++)
		add_value(&f->value[i], json_object_get(
			*(json_t *const *)((const char *)entry +
					   facts[i].tree), facts[i].key));
	add_text(&f->value[RESULTS_FACTS - 1], entry->job);
	free(release);
}

static const char *const hash_keys[RESULTS_HASHES] = {
	"patch_hash", "config_hash", "module_hash",
};

const char *const results_hash_names[RESULTS_HASHES] = {
	"patch", "kernel config", "auxsynth module",
};

void results_set_or_mix(char **old, const char *text)
{
	if (*old && !strcmp(*old, text))
		return;
	text = *old ? "mixed" : text;
	free(*old);
	*old = xasprintf("%s", text);
}

void results_hashes_add(struct results_kernel *kernel,
		       const struct store_entry *entry)
{
	const json_t *hash;
	size_t i;

	for (i = 0; i < RESULTS_HASHES; i++) {
		hash = json_object_get(entry->kernel, hash_keys[i]);
		if (json_is_string(hash))
			results_set_or_mix(&kernel->hash[i],
					  json_string_value(hash));
	}
}

void results_facts_free(struct results_facts *f)
{
	size_t i;

	for (i = 0; i < RESULTS_FACTS; i++)
		results_names_free(&f->value[i]);
}

/* Each is of the moment before its boot. */
void results_load_add(struct results_load *load, const json_t *host)
{
	const json_t *load1 = json_object_get(host, "load1");
	double cpus = json_number_value(json_object_get(host, "cpus")), each;
	double mhz = json_number_value(json_object_get(host, "mhz"));
	double ticks = json_number_value(json_object_get(host, "ticks"));
	double steal = json_number_value(json_object_get(host, "steal"));

	if (!json_is_number(load1) || cpus < 1)
		return;
	each = json_number_value(load1) / cpus;
	if (!load->cells || each < load->least)
		load->least = each;
	if (each > load->most)
		load->most = each;
	load->cells++;
	load->loaded += each > LOAD_HIGH;
	load->cpus = cpus;
	if (ticks && !load->ticks_from) {
		load->ticks_from = ticks;
		load->steal_from = steal;
	}
	if (ticks > load->ticks_to) {
		load->ticks_to = ticks;
		load->steal_to = steal;
	}
	if (mhz > 0 && (!load->mhz_least || mhz < load->mhz_least))
		load->mhz_least = mhz;
	if (mhz > load->mhz_most)
		load->mhz_most = mhz;
}

double results_steal(const struct results_load *load)
{
	double ticks = load->ticks_to - load->ticks_from;

	return ticks > 0 ? (load->steal_to - load->steal_from) / ticks : 0;
}

static bool frequency_varies(const struct results_load *load)
{
	return load->mhz_least &&
		load->mhz_most > FREQUENCY_HIGH * load->mhz_least;
}

bool results_noisy(const struct results_load *load)
{
	return load->loaded || results_steal(load) > STEAL_HIGH ||
		frequency_varies(load);
}

char *results_load_text(const struct results_load *load)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		abort();
	if (!load->cells)
		fprintf(f, "not stored");
	else
		fprintf(f, "load %.2f to %.2f a CPU (%llu)", load->least,
			load->most, (unsigned long long)load->cpus);
	if (load->loaded)
		fprintf(f, "; LOADED, above %g in %llu of %llu cells: latencies and hangs are those of a busy host",
			LOAD_HIGH, (unsigned long long)load->loaded,
			(unsigned long long)load->cells);
	if (load->ticks_to > load->ticks_from)
		fprintf(f, "; steal %.2g %%", 100 * results_steal(load));
	if (results_steal(load) > STEAL_HIGH)
		fprintf(f, " (NOISY: above %g %%)", 100 * STEAL_HIGH);
	if (frequency_varies(load))
		fprintf(f, "; NOISY: %.0f to %.0f MHz, more than %.0f %% apart",
			load->mhz_least, load->mhz_most,
			100 * (FREQUENCY_HIGH - 1));
	fclose(f);
	return text;
}
