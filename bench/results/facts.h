/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_RESULTS_FACTS_H
#define AUX_BENCH_RESULTS_FACTS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store_entry;
struct results_kernel;

/* A growing set of strings in the order in which they came. */
struct results_names {
	char **name;
	size_t n;
};

/* Adds @name unless it is there; its place. */
size_t results_names_add(struct results_names *names, const char *name);
void results_names_free(struct results_names *names);
/* "a", "a + b", "a + 3 more"; "" when empty.  Caller frees. */
char *results_names_join(const struct results_names *names);

/*
 * Where and with what it ran: one value each where all is well; all of them
 * where results are not of one kind.  In the order of results_fact_names.
 */
#define RESULTS_FACTS 16

struct results_facts {
	struct results_names value[RESULTS_FACTS];
};

extern const char *const results_fact_names[RESULTS_FACTS];

void results_facts_add(struct results_facts *facts,
		       const struct store_entry *entry);
void results_facts_free(struct results_facts *facts);

/* What a kernel was made of. */
#define RESULTS_HASHES 3

extern const char *const results_hash_names[RESULTS_HASHES];

void results_hashes_add(struct results_kernel *kernel,
			const struct store_entry *entry);

/* "7.3.4-peterz" without the name of its variant; caller frees. */
char *results_release(const struct store_entry *entry);

/* *old becomes @text, or "mixed" when it was another. */
void results_set_or_mix(char **old, const char *text);

/*
 * Room for one more than @n, in what only this has made room in; ends the program
 * without memory.
 */
void *results_grow(void *p, size_t n, size_t size);

/*
 * How busy the host was, by what was stored with each cell.  A run's own guest
 * makes a load of up to one a CPU; half as much again is somebody else's, and
 * latencies and hangs are then other numbers.
 */
#define LOAD_HIGH 1.5		/* load average by CPU */
#define STEAL_HIGH 0.02		/* share of the time that others took */
#define FREQUENCY_HIGH 1.1	/* most by least */

struct results_load {
	uint64_t cells, loaded;	/* of these: above LOAD_HIGH */
	double least, most;	/* load average by CPU */
	uint64_t cpus;
	double steal_from, steal_to, ticks_from, ticks_to;
	double mhz_least, mhz_most;	/* 0: not stored */
};

void results_load_add(struct results_load *load, const json_t *host);
/* Of all CPUs' time while it ran; 0 when it is not stored. */
double results_steal(const struct results_load *load);
/* Whether a reader should be warned. */
bool results_noisy(const struct results_load *load);
/* "0.7 to 0.9 a CPU (2 CPUs)", with what is wrong of it; caller frees. */
char *results_load_text(const struct results_load *load);

#endif
