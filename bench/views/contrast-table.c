// SPDX-License-Identifier: GPL-2.0-only
#include "bench/views/contrast-table.h"

#include <stdlib.h>

#include "bench/views/numbers.h"

void contrast_table_init(struct contrast_table *t, size_t candidates,
			 bool flat, const char *here, const char *base)
{
	const char *const heads[1 + CONTRAST_COLUMNS] = {
		"variant", flat ? "metric" : "", here, base ? base : "",
		"difference", "95 % interval", "cells",
	};
	size_t i;

	*t = (struct contrast_table) {
		.rows = 1, .own = !base, .shift = flat,
		.contrast = calloc(candidates * METRICS + 1,
				   sizeof(*t->contrast)),
	};
	if (!t->contrast)
		abort();
	text_table_init(&t->text, candidates * (METRICS + 1) + 1,
			CONTRAST_COLUMNS + t->shift, 1 + t->shift);
	for (i = 0; i < CONTRAST_COLUMNS + t->shift; i++)
		text_table_set(&t->text, 0, i, "%s", heads[i + !flat]);
}

static void put_row(struct text_table *t, size_t row, size_t col,
		    const struct contrast *c)
{
	char text[NUMBER_TEXT];
	int side;

	for (side = 0; side < 2; side++)
		text_table_set(t, row, col++, "%s",
			       number_value(text, c->metric, c->value[side]));
	text_table_set(t, row, col++, "%s", number_difference(text, c));
	text_table_set(t, row, col++, "%s", number_interval(text, c));
	text_table_set(t, row, col, "%s", number_cells(text, c));
}

void contrast_table_row(struct text_table *t, size_t row,
			const struct contrast *c)
{
	put_row(t, row, 1, c);
}

void contrast_table_name(struct contrast_table *t, const char *name)
{
	text_shorten(t->name, name, TEXT_NAME - 1);
	if (!t->shift)
		text_table_set(&t->text, t->rows++, 0, "%s", t->name);
}

/* A kernel's own values have no difference to say why there is none. */
static void put_own(struct contrast_table *t, const struct contrast *c)
{
	char text[NUMBER_TEXT];

	text_table_set(&t->text, t->rows, 1 + t->shift, "%s",
		       number_side(text, c, 0));
}

void contrast_table_put(struct contrast_table *t, const struct contrast *c)
{
	char text[NUMBER_TEXT];

	t->contrast[t->contrasts++] = *c;
	text_table_set(&t->text, t->rows, 0, "%s", t->name);
	text_table_set(&t->text, t->rows, t->shift, "%s%s",
		       t->shift ? "" : "  ", number_title(text, c->metric));
	put_row(&t->text, t->rows, 1 + t->shift, c);
	if (t->own)
		put_own(t, c);
	t->rows++;
}

void contrast_table_add(struct contrast_table *t, const char *name,
			const struct contrast_pair *pairs, size_t n)
{
	struct contrast c;
	int metric;

	contrast_table_name(t, name);
	for (metric = 0; metric < METRICS; metric++) {
		if (metrics[metric].detail)
			continue;
		contrast_make(&c, metric, pairs, n, CONTRAST_PAD_NS);
		contrast_table_put(t, &c);
	}
}

struct text_table contrast_table_take(struct contrast_table *t, FILE *below)
{
	t->text.rows = t->rows;
	if (t->own)
		text_table_trim(&t->text, 2 + t->shift);
	number_notes(t->contrast, t->contrasts, below);
	free(t->contrast);
	return t->text;
}

void contrast_table_end(struct contrast_table *t, FILE *f)
{
	char *notes = NULL;
	size_t size;
	FILE *below = open_memstream(&notes, &size);

	if (!below)
		abort();
	t->text = contrast_table_take(t, below);
	fclose(below);
	text_table_end(&t->text, f);
	fputs(notes, f);
	free(notes);
}
