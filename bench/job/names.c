// SPDX-License-Identifier: GPL-2.0-only
/* What a cell is called: the keys that tell it from others of its kind. */
#include <stdio.h>
#include <string.h>

#include "bench/job/job.h"

#define KEYS_MAX 64

/* Which keys the names of a kind's cells show. */
struct shown {
	bool key[CELL_KINDS][KEYS_MAX];
};

/*
 * Does the key have more than one value among the job's cells of @kind?  Those
 * of another kind differ in nearly all of them, which says nothing.
 */
static bool key_varies(const struct job *job, int kind,
		       const struct cell_key *key)
{
	char first[CELL_VALUE_LEN], other[CELL_VALUE_LEN];
	bool any = false;
	size_t i;

	for (i = 0; i < job->ncells; i++) {
		if ((int)job->cells[i].cell.kind != kind)
			continue;
		cell_get(&job->cells[i].cell, key, any ? other : first);
		if (any && strcmp(first, other))
			return true;
		any = true;
	}
	return false;
}

static bool kinds_vary(const struct job *job)
{
	size_t i;

	for (i = 1; i < job->ncells; i++) {
		if (job->cells[i].cell.kind != job->cells[0].cell.kind)
			return true;
	}
	return false;
}

static bool asked_first(const struct cell_key *key)
{
	return !strcmp(key->name, "window") || !strcmp(key->name, "drain") ||
	       !strcmp(key->name, "loop");
}

static void choose_keys(const struct job *job, int kind, bool *show)
{
	bool any = false, all_kinds = kinds_vary(job);
	size_t k;

	for (k = 0; cell_keys[k].name; k++) {
		show[k] = !strcmp(cell_keys[k].name, "kind") ? all_kinds &&
			kind != KIND_STREAM :
			key_varies(job, kind, &cell_keys[k]);
		any |= show[k];
	}
	/* One cell: say at least what a reader asks first. */
	for (k = 0; cell_keys[k].name && !any; k++)
		show[k] = asked_first(&cell_keys[k]);
}

static void name_cell(struct job_cell *cell, const bool *show)
{
	char value[CELL_VALUE_LEN];
	size_t size, k;
	FILE *f = open_memstream(&cell->name, &size);

	for (k = 0; cell_keys[k].name; k++) {
		if (!show[k])
			continue;
		cell_get(&cell->cell, &cell_keys[k], value);
		fprintf(f, "%s%s=%s", ftell(f) ? " " : "", cell_keys[k].name,
			value);
	}
	fclose(f);
}

void job_name_cells(struct job *job)
{
	struct shown shown = { { { false } } };
	int kind;
	size_t i;

	for (kind = 0; kind < CELL_KINDS; kind++)
		choose_keys(job, kind, shown.key[kind]);
	for (i = 0; i < job->ncells; i++)
		name_cell(&job->cells[i],
			  shown.key[job->cells[i].cell.kind]);
}
