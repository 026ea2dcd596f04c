// SPDX-License-Identifier: GPL-2.0-only
/* What went wrong with a kernel, and whose fault it is. */
#include <stdlib.h>
#include <string.h>

#include "bench/results/results.h"
#include "lib/complaint.h"
#include "lib/file.h"
#include "lib/store.h"

static void add(struct results_kernel *kernel, enum trouble_kind kind,
		const char *status, const char *text, const char *cell)
{
	struct results_trouble *t;
	size_t i;

	kernel->trouble_count[kind]++;
	for (i = 0; i < kernel->troubles; i++) {
		t = &kernel->trouble[i];
		/* What differs from boot to boot only is the same. */
		if (t->kind == kind && !strcmp(t->status, status) &&
		    !strcmp(complaint_text(t->text), complaint_text(text))) {
			t->count++;
			return;
		}
	}
	if (kernel->troubles == RESULTS_TROUBLES)
		return;
	kernel->trouble = results_grow(kernel->trouble, kernel->troubles,
				       sizeof(*kernel->trouble));
	kernel->trouble[kernel->troubles++] = (struct results_trouble) {
		.kind = kind, .status = xasprintf("%s", status),
		.text = xasprintf("%s", text), .cell = xasprintf("%s", cell),
		.count = 1,
	};
}

static void add_line(struct results_kernel *kernel, const char *cell,
		     const char *line)
{
	const char *what;

	/* The store has what was bad; only the clock's is not the patch's. */
	complaint_classify(line, &what);
	add(kernel, what && !strcmp(what, "clock") ? TROUBLE_CLOCK :
	    TROUBLE_LINE, "console", line, cell);
}

const struct results_warning *
results_warning(const struct results_kernel *kernel, const char *text)
{
	char shape[512], other[512];
	size_t i;

	complaint_shape(text, shape, sizeof(shape));
	for (i = 0; kernel && i < kernel->warnings; i++) {
		complaint_shape(kernel->warning[i].text, other, sizeof(other));
		if (!strcmp(shape, other))
			return &kernel->warning[i];
	}
	return NULL;
}

/* One of each shape; a boot says its own once. */
static void add_warning(struct results_kernel *kernel, const char *line)
{
	struct results_warning *known =
		(struct results_warning *)results_warning(kernel, line);

	if (known) {
		known->boots++;
		return;
	}
	if (kernel->warnings == RESULTS_WARNINGS)
		return;
	kernel->warning = results_grow(kernel->warning, kernel->warnings,
				       sizeof(*kernel->warning));
	kernel->warning[kernel->warnings++] = (struct results_warning) {
		.text = xasprintf("%s", line), .boots = 1,
	};
}

static enum trouble_kind kind_of(const struct store_entry *entry)
{
	switch (entry->ended) {
	case STATUS_SKIPPED:
		return TROUBLE_SKIPPED;
	case STATUS_ERROR:
	case STATUS_HOST_FAILED:
		return TROUBLE_OURS;
	case STATUS_BUILD_FAILED:
		return TROUBLE_BUILD;
	case STATUS_PANIC:
	case STATUS_LOCKUP:
		return TROUBLE_CRASH;
	default:
		return TROUBLE_LOST;
	}
}

void results_trouble_add(struct results_kernel *kernel,
			 const struct store_entry *entry)
{
	const json_t *line;
	enum trouble_kind kind = kind_of(entry);
	size_t i;

	json_array_foreach(entry->warnings, i, line) {
		if (json_is_string(line))
			add_warning(kernel, json_string_value(line));
	}

	/*
	 * A boot that failed says what it says as that; what a machine's fault
	 * makes a kernel say is none of the kernel's.
	 */
	if (entry->ended != STATUS_BOOT_FAILED &&
	    entry->ended != STATUS_HOST_FAILED) {
		json_array_foreach(entry->console, i, line) {
			if (json_is_string(line))
				add_line(kernel, entry->cell,
					 json_string_value(line));
		}
	}
	if (entry->measured)
		return;
	kernel->unmeasured += kind == TROUBLE_LOST;
	add(kernel, kind, entry->status, entry->why && *entry->why ?
	    entry->why : entry->status, entry->cell);
}

uint64_t results_troubles(const struct results *results,
			  enum trouble_kind kind)
{
	uint64_t n = 0;
	size_t i;

	for (i = 0; i < results->kernels; i++)
		n += results->kernel[i]->trouble_count[kind];
	return n;
}

void results_troubles_free(struct results_kernel *kernel)
{
	size_t i;

	for (i = 0; i < kernel->troubles; i++) {
		free(kernel->trouble[i].status);
		free(kernel->trouble[i].text);
		free(kernel->trouble[i].cell);
	}
	free(kernel->trouble);
	for (i = 0; i < kernel->warnings; i++)
		free(kernel->warning[i].text);
	free(kernel->warning);
}
