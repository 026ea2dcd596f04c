/* SPDX-License-Identifier: GPL-2.0-only */
/* A unit of Intel PT (stress/hardware/) and a buffer that it writes to. */
#ifndef AUX_TESTS_PT_BENCH_H
#define AUX_TESTS_PT_BENCH_H

#include <stdlib.h>
#include <string.h>

#include "stress/hardware/pt-unit.h"
#include "tests/check.h"

#define PAGE 4096ull
#define PAGES 8
#define IP 0x401000ull
#define LINK(table) ((uintptr_t)(table) | PT_TOPA_END)

/* A buffer of pages behind two tables, and the unit that writes to it. */
struct bench {
	struct check *t;
	struct pt_unit unit;
	unsigned char *pages;
	u64 *table[2];
	u64 ctl;
};

/* Physical addresses are our own. */
static inline void *bench_memory(u64 physical)
{
	return (void *)(uintptr_t)physical;
}

static inline void begin(struct bench *b, struct check *t)
{
	int i;

	memset(b, 0, sizeof(*b));
	b->t = t;
	b->pages = aligned_alloc(PAGES * PAGE, PAGES * PAGE);
	for (i = 0; i < 2; i++) {
		b->table[i] = aligned_alloc(PAGE, PAGE);
		memset(b->table[i], 0, PAGE);
	}
	memset(b->pages, 0xee, PAGES * PAGE);
	/* Four pages a table, in a circle. */
	for (i = 0; i < PAGES; i++)
		b->table[i / 4][i % 4] = (uintptr_t)(b->pages + i * PAGE);
	b->table[0][4] = LINK(b->table[1]);
	b->table[1][4] = LINK(b->table[0]);
	b->unit.memory = bench_memory;
	b->unit.part = pt_part_find("plain");
	b->unit.tsc = 0x1234567;
	b->unit.tsc_step = 100 << 16;
	b->unit.ratio = 24;
	b->unit.place = (struct pt_place) {
		.program = { .ip = IP, .round = { 0xaa }, .len = 1, .each = 1 },
		.user = true, .cr3 = 0x1234000,
	};
	b->ctl = PT_CTL_TOPA | PT_CTL_USER | PT_CTL_TSCEN | PT_CTL_BRANCHEN;
}

static inline void end(struct bench *b)
{
	free(b->pages);
	free(b->table[0]);
	free(b->table[1]);
}

/* The driver's way: from the page @page, at @offset in it. */
static inline void on(struct bench *b, int page, u64 offset)
{
	pt_unit_write(&b->unit, PT_OUTPUT_BASE,
		      (uintptr_t)b->table[page / 4]);
	pt_unit_write(&b->unit, PT_OUTPUT_MASK,
		      offset << 32 | (page % 4) << 7 | 0x7f);
	pt_unit_write(&b->unit, PT_CTL, PT_CTL_TRACEEN | b->ctl);
}

static inline void off(struct bench *b)
{
	pt_unit_write(&b->unit, PT_CTL, b->ctl);
}

/* Bytes from the beginning of the buffer to where the unit is. */
static inline u64 place(const struct bench *b)
{
	u64 mask = pt_unit_read(&b->unit, PT_OUTPUT_MASK);
	u64 base = pt_unit_read(&b->unit, PT_OUTPUT_BASE);

	return (base == (uintptr_t)b->table[1] ? 4 * PAGE : 0) +
		((u32)mask >> 7) * PAGE + (mask >> 32);
}

#endif
