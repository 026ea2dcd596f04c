// SPDX-License-Identifier: GPL-2.0-only
#include "bench/job/plan.h"

#include <stdlib.h>
#include <string.h>

/* What a cell costs beside its own time: start, oracle, record. */
#define CELL_OVERHEAD_NS 150000000ull

/* splitmix64: small, and the same on every machine. */
static uint64_t mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15ull;
	x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
	x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
	return x ^ (x >> 31);
}

static uint64_t draw(uint64_t *state)
{
	return mix((*state)++);
}

/* Below @n, without bias: what would make some values likelier is redrawn. */
static size_t draw_below(uint64_t *state, size_t n)
{
	uint64_t limit = UINT64_MAX - UINT64_MAX % n, x;

	do {
		x = draw(state);
	} while (x >= limit);
	return x % n;
}

static void shuffle(void *base, size_t n, size_t size, uint64_t *state)
{
	char *a = base, tmp[sizeof(struct plan_boot)];
	size_t i, k;

	for (i = n; i > 1; i--) {
		k = draw_below(state, i);
		memcpy(tmp, a + (i - 1) * size, size);
		memcpy(a + (i - 1) * size, a + k * size, size);
		memcpy(a + k * size, tmp, size);
	}
}

static uint64_t cell_seed(uint64_t seed, size_t cell, int repeat)
{
	/* 48 bits: exact in every reader of JSON. */
	return mix(mix(mix(seed) ^ cell) ^ (uint64_t)repeat) >> 16;
}

/* The boot of a kernel's hunts, or of all else, if it has such. */
static void plan_boot(struct plan *plan, const struct job *job, size_t kernel,
		      int repeat, bool hunts)
{
	struct plan_boot *boot = &plan->boots[plan->count];
	size_t i;

	*boot = (struct plan_boot) {
		.kernel = kernel,
		.repeat = repeat,
		.hunts = hunts,
		.cells = calloc(job->ncells, sizeof(*boot->cells)),
	};
	for (i = 0; i < job->ncells; i++) {
		if (!job->cells[i].on[kernel] ||
		    (job->cells[i].cell.kind == KIND_HUNT) != hunts)
			continue;
		boot->cells[boot->count++] = (struct plan_cell) {
			.id = (repeat * job->nkernels + kernel) *
			      job->ncells + i,
			.cell = i,
			.seed = cell_seed(plan->seed, i, repeat),
		};
	}
	if (!boot->count) {
		free(boot->cells);
		return;
	}
	plan->cells += boot->count;
	plan->count++;
}

void plan_make(struct plan *plan, const struct job *job, uint64_t seed)
{
	uint64_t state = mix(seed);
	size_t kernel, i;
	int repeat;

	*plan = (struct plan) {
		.seed = seed,
		.boots = calloc(job->repeats * job->nkernels * 2,
				sizeof(*plan->boots)),
	};
	for (repeat = 0; repeat < (int)job->repeats; repeat++) {
		size_t first = plan->count;

		for (kernel = 0; kernel < job->nkernels; kernel++) {
			plan_boot(plan, job, kernel, repeat, false);
			plan_boot(plan, job, kernel, repeat, true);
		}
		shuffle(plan->boots + first, plan->count - first,
			sizeof(*plan->boots), &state);
		for (i = first; i < plan->count; i++)
			shuffle(plan->boots[i].cells, plan->boots[i].count,
				sizeof(*plan->boots[i].cells), &state);
	}
	plan->all = plan->cells;
}

void plan_free(struct plan *plan)
{
	size_t i;

	for (i = 0; i < plan->count; i++)
		free(plan->boots[i].cells);
	free(plan->boots);
	memset(plan, 0, sizeof(*plan));
}

struct plan_cell *plan_find(struct plan *plan, int id,
			    const struct plan_boot **boot)
{
	size_t i, k;

	for (i = 0; i < plan->count; i++) {
		for (k = 0; k < plan->boots[i].count; k++) {
			if (plan->boots[i].cells[k].id == id) {
				*boot = &plan->boots[i];
				return &plan->boots[i].cells[k];
			}
		}
	}
	return NULL;
}

static size_t boot_left(const struct plan_boot *boot)
{
	size_t left = 0, i;

	for (i = 0; i < boot->count; i++)
		left += !boot->cells[i].done;
	return left;
}

size_t plan_left(const struct plan *plan)
{
	size_t left = 0, i;

	for (i = 0; i < plan->count; i++)
		left += boot_left(&plan->boots[i]);
	return left;
}

uint64_t plan_time(const struct plan *plan, const struct job *job,
		   uint64_t boot_ns)
{
	const struct plan_boot *boot;
	uint64_t time = 0;
	size_t i, k;

	for (i = 0; i < plan->count; i++) {
		boot = &plan->boots[i];
		if (boot_left(boot))
			time += boot_ns;
		for (k = 0; k < boot->count; k++) {
			if (!boot->cells[k].done)
				time += CELL_OVERHEAD_NS + job_cell_time(
					&job->cells[boot->cells[k].cell].cell);
		}
	}
	return time;
}
