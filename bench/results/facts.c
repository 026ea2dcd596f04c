// SPDX-License-Identifier: GPL-2.0-only
#include "bench/results/data.h"

#include <stdlib.h>
#include <string.h>

#include "lib/store.h"
#include "lib/file.h"

/* Different values that are kept of a fact; more say no more. */
#define VALUES 8

/* Where the facts are in a line of the store; "" is the line itself. */
static const struct fact {
	const char *object, *key;
} facts[REPORT_FACTS] = {
	{ "kernel", "release" }, { "kernel", "source" },
	{ "target", "kind" }, { "target", "accel" }, { "target", "qemu" },
	{ "target", "machine" }, { "target", "cpu" }, { "target", "smp" },
	{ "target", "numa" }, { "target", "memory" },
	{ "host", "cpu" }, { "host", "cpus" }, { "host", "kernel" },
	{ "versions", "aux-tests" }, { "", "job" },
};

const char *const report_fact_names[REPORT_FACTS] = {
	"kernel release", "kernel source", "target", "accelerator", "qemu", "guest machine", "guest cpu",
	"guest cpus", "guest nodes", "guest memory",
	"host cpu", "host cpus", "host kernel", "aux-tests", "job",
};

void *report_grow(void *p, size_t n, size_t size)
{
	p = reallocarray(p, n + 1, size);
	if (!p)
		abort();
	return p;
}

size_t report_names_add(struct report_names *names, const char *name)
{
	size_t i;

	for (i = 0; i < names->n; i++) {
		if (!strcmp(names->name[i], name))
			return i;
	}
	names->name = report_grow(names->name, names->n,
				  sizeof(*names->name));
	names->name[names->n++] = xasprintf("%s", name);
	return i;
}

void report_names_free(struct report_names *names)
{
	size_t i;

	for (i = 0; i < names->n; i++)
		free(names->name[i]);
	free(names->name);
}

char *report_names_join(const struct report_names *names)
{
	if (!names->n)
		return xasprintf("%s", "");
	if (names->n == 1)
		return xasprintf("%s", names->name[0]);
	if (names->n == 2)
		return xasprintf("%s + %s", names->name[0], names->name[1]);
	return xasprintf("%s + %zu more", names->name[0], names->n - 1);
}

char *report_release(const struct store_entry *entry)
{
	size_t len = strlen(entry->release), variant = strlen(entry->variant);

	if (len > variant + 1 && entry->release[len - variant - 1] == '-' &&
	    !strcmp(entry->release + len - variant, entry->variant))
		len -= variant + 1;
	return xasprintf("%.*s", (int)len, entry->release);
}

static void add_value(struct report_names *names, const json_t *value)
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
	report_names_add(names, text);
	free(text);
}

void report_facts_add(struct report_facts *f, const struct store_entry *entry)
{
	const json_t *in;
	char *release;
	size_t i;

	for (i = 0; i < REPORT_FACTS; i++) {
		in = *facts[i].object ? json_object_get(entry->json,
							facts[i].object) :
			entry->json;
		if (i)
			add_value(&f->value[i],
				  json_object_get(in, facts[i].key));
	}
	/* Without the variant's name, which is no difference. */
	release = report_release(entry);
	if (*release && f->value[0].n < VALUES)
		report_names_add(&f->value[0], release);
	free(release);
}

static const char *const hash_keys[REPORT_HASHES] = {
	"patch_hash", "config_hash", "module_hash",
};

const char *const report_hash_names[REPORT_HASHES] = {
	"patch", "kernel config", "auxsynth module",
};

void report_set_or_mix(char **old, const char *text)
{
	if (*old && !strcmp(*old, text))
		return;
	text = *old ? "mixed" : text;
	free(*old);
	*old = xasprintf("%s", text);
}

void report_hashes_add(struct report_kernel *kernel,
		       const struct store_entry *entry)
{
	const json_t *in = json_object_get(entry->json, "kernel"), *hash;
	size_t i;

	for (i = 0; i < REPORT_HASHES; i++) {
		hash = json_object_get(in, hash_keys[i]);
		if (json_is_string(hash))
			report_set_or_mix(&kernel->hash[i],
					  json_string_value(hash));
	}
}

void report_facts_free(struct report_facts *f)
{
	size_t i;

	for (i = 0; i < REPORT_FACTS; i++)
		report_names_free(&f->value[i]);
}
