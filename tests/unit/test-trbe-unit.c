// SPDX-License-Identifier: GPL-2.0-only
/*
 * The trace buffer and the trace unit that stress/hardware/ puts under the real
 * drivers: when there is trace, where it goes, and what stops it.
 */
#include <stdlib.h>
#include <string.h>

#include "stress/hardware/trbe-unit.h"
#include "tests/check.h"

#define PAGE 4096ull
#define PAGES 4

struct bench {
	struct trbe_unit unit;
	unsigned char *pages;
};

/* Addresses are our own. */
static u8 *memory(u64 address)
{
	return (u8 *)(uintptr_t)address;
}

static void begin(struct bench *b)
{
	memset(b, 0, sizeof(*b));
	b->pages = aligned_alloc(PAGE, PAGES * PAGE);
	memset(b->pages, 0xee, PAGES * PAGE);
	b->unit.memory = memory;
}

static u64 at(const struct bench *b, u64 offset)
{
	return (uintptr_t)b->pages + offset;
}

/* The drivers' way: from @offset up to the end of @page, the buffer first. */
static void on(struct bench *b, u64 offset, u64 page, u64 mode)
{
	trbe_unit_write(&b->unit, TRBE_BASER, at(b, 0));
	trbe_unit_write(&b->unit, TRBE_PTR, at(b, offset));
	trbe_unit_write(&b->unit, TRBE_LIMITR,
			at(b, page * PAGE) | mode | TRBE_LIMITR_E);
	ete_unit_filter(&b->unit.ete, ETE_TRFCR_E0TRE | ETE_TRFCR_E1TRE);
	ete_unit_write(&b->unit.ete, ETE_TRCPRGCTLR, ETE_TRCPRGCTLR_EN);
	ete_unit_begin(&b->unit.ete);
}

static void off(struct bench *b)
{
	ete_unit_write(&b->unit.ete, ETE_TRCPRGCTLR, 0);
	trbe_unit_write(&b->unit, TRBE_LIMITR, 0);
	trbe_unit_write(&b->unit, TRBE_SR, 0);
}

static void full(struct check *t)
{
	struct bench b;

	begin(&b);
	on(&b, PAGE, 3, TRBE_FM_FILL);
	CHECK(t, trbe_unit_tracing(&b.unit));
	CHECK_EQ(t, trbe_unit_run(&b.unit, 100), 100);
	CHECK_EQ(t, trbe_unit_read(&b.unit, TRBE_PTR), at(&b, PAGE + 100));
	CHECK_EQ(t, trbe_unit_read(&b.unit, TRBE_SR), 0);
	CHECK_EQ(t, trbe_unit_room(&b.unit), 2 * PAGE - 100);
	/* To the limit and no further; the pointer is at the base then. */
	CHECK_EQ(t, trbe_unit_run(&b.unit, 9 * PAGE), 2 * PAGE - 100);
	CHECK_EQ(t, b.unit.written, 2 * PAGE);
	CHECK_EQ(t, trbe_unit_read(&b.unit, TRBE_PTR), at(&b, 0));
	CHECK_EQ(t, trbe_unit_read(&b.unit, TRBE_SR), TRBE_SR_IRQ |
		 TRBE_SR_WRAP | TRBE_SR_S | TRBE_SR_FILLED);
	CHECK(t, !trbe_unit_tracing(&b.unit));
	CHECK_EQ(t, trbe_unit_run(&b.unit, 10), 0);
	CHECK_EQ(t, b.pages[PAGE - 1], 0xee);
	CHECK(t, b.pages[3 * PAGE - 1] != 0xee);
	CHECK_EQ(t, b.pages[3 * PAGE], 0xee);
	/* The interrupt is cleared, the stop is not. */
	trbe_unit_write(&b.unit, TRBE_SR, TRBE_SR_WRAP | TRBE_SR_S);
	CHECK(t, !trbe_unit_tracing(&b.unit));
	CHECK_EQ(t, b.unit.faults, 0);
	off(&b);
	on(&b, 0, 1, TRBE_FM_FILL);
	CHECK_EQ(t, trbe_unit_run(&b.unit, 2 * PAGE), PAGE);
	CHECK_EQ(t, b.unit.faults, 0);
	free(b.pages);
}

/* The other modes go on at the base. */
static void wrap(struct check *t)
{
	struct bench b;

	begin(&b);
	on(&b, PAGE, 2, TRBE_FM_WRAP);
	CHECK_EQ(t, trbe_unit_run(&b.unit, PAGE + 64), PAGE + 64);
	CHECK_EQ(t, trbe_unit_read(&b.unit, TRBE_PTR), at(&b, 64));
	CHECK_EQ(t, trbe_unit_read(&b.unit, TRBE_SR),
		 TRBE_SR_WRAP | TRBE_SR_IRQ);
	off(&b);
	on(&b, PAGE, 2, TRBE_FM_CBUF);
	CHECK_EQ(t, trbe_unit_run(&b.unit, 5 * PAGE), 5 * PAGE);
	CHECK_EQ(t, trbe_unit_read(&b.unit, TRBE_SR), TRBE_SR_WRAP);
	CHECK_EQ(t, b.pages[2 * PAGE], 0xee);
	CHECK_EQ(t, b.unit.faults, 0);
	free(b.pages);
}

/* Each of them is needed: buffer, trace unit, filter, level. */
static void gates(struct check *t)
{
	struct bench b;
	struct ete_unit *ete = &b.unit.ete;

	begin(&b);
	on(&b, 0, 4, TRBE_FM_FILL);
	ete_unit_filter(ete, 0);
	CHECK(t, !trbe_unit_tracing(&b.unit));
	CHECK_EQ(t, trbe_unit_run(&b.unit, 10), 0);
	ete_unit_filter(ete, ETE_TRFCR_E0TRE);
	CHECK(t, trbe_unit_tracing(&b.unit));
	ete_unit_write(ete, ETE_TRCVICTLR, ETE_TRCVICTLR_NS_EL0);
	CHECK(t, !trbe_unit_tracing(&b.unit));
	ete_unit_filter(ete, ETE_TRFCR_E1TRE);
	CHECK(t, trbe_unit_tracing(&b.unit));
	ete_unit_write(ete, ETE_TRCVICTLR, ETE_TRCVICTLR_NS_EL1);
	CHECK(t, !trbe_unit_tracing(&b.unit));
	ete_unit_write(ete, ETE_TRCVICTLR, 0);
	CHECK_EQ(t, ete_unit_read(ete, ETE_TRCSTATR), ETE_TRCSTATR_PMSTABLE);
	ete_unit_write(ete, ETE_TRCPRGCTLR, 0);
	CHECK(t, !trbe_unit_tracing(&b.unit));
	CHECK_EQ(t, ete_unit_read(ete, ETE_TRCSTATR),
		 ETE_TRCSTATR_PMSTABLE | ETE_TRCSTATR_IDLE);
	ete_unit_write(ete, ETE_TRCPRGCTLR, ETE_TRCPRGCTLR_EN);
	trbe_unit_write(&b.unit, TRBE_LIMITR, at(&b, 4 * PAGE));
	CHECK(t, !trbe_unit_tracing(&b.unit));
	free(b.pages);
}

static void troubles(struct check *t)
{
	static const u64 syndrome[TRBE_TROUBLES] = {
		[TRBE_FAULT_S1] = TRBE_SR_FAULT_S1,
		[TRBE_FAULT_S2] = TRBE_SR_FAULT_S2,
		[TRBE_ABORT] = TRBE_SR_EA,
	};
	struct bench b;
	int trouble;

	begin(&b);
	trbe_unit_trouble(&b.unit, TRBE_FAULT_S1);
	CHECK_EQ(t, trbe_unit_read(&b.unit, TRBE_SR), 0);
	for (trouble = TRBE_FAULT_S1; trouble < TRBE_TROUBLES; trouble++) {
		on(&b, 0, 4, TRBE_FM_FILL);
		trbe_unit_run(&b.unit, 100);
		trbe_unit_trouble(&b.unit, trouble);
		CHECK_EQ(t, trbe_unit_read(&b.unit, TRBE_SR),
			 TRBE_SR_S | TRBE_SR_IRQ | syndrome[trouble]);
		CHECK_EQ(t, trbe_unit_run(&b.unit, 100), 0);
		off(&b);
	}
	/* The trace unit's own: nothing stops. */
	on(&b, 0, 4, TRBE_FM_FILL);
	trbe_unit_trouble(&b.unit, TRBE_OVERFLOW);
	CHECK_EQ(t, trbe_unit_run(&b.unit, 100), 100);
	CHECK_EQ(t, b.unit.faults, 0);
	free(b.pages);
}

static void not_allowed(struct check *t)
{
	struct bench b;

	begin(&b);
	on(&b, 0, 4, TRBE_FM_FILL);
	trbe_unit_write(&b.unit, TRBE_PTR, at(&b, 64));
	CHECK_EQ(t, b.unit.faults, 1);
	trbe_unit_write(&b.unit, TRBE_BASER, at(&b, PAGE));
	CHECK_EQ(t, b.unit.faults, 2);
	off(&b);
	/* Pointers: multiples of 64 bytes, and within the buffer. */
	trbe_unit_write(&b.unit, TRBE_PTR, at(&b, 100));
	CHECK_EQ(t, b.unit.faults, 3);
	on(&b, 2 * PAGE, 1, TRBE_FM_FILL);
	CHECK_EQ(t, b.unit.faults, 4);
	CHECK_EQ(t, trbe_unit_run(&b.unit, 10), 0);
	trbe_unit_write(&b.unit, TRBE_IDR, 0);
	CHECK_EQ(t, trbe_unit_read(&b.unit, TRBE_IDR), TRBE_ALIGN);
	free(b.pages);
}

/* As the driver finds out what it has, and claims it. */
static void registers(struct check *t)
{
	struct ete_unit u = { 0 };

	CHECK_EQ(t, ete_unit_read(&u, ETE_TRCDEVARCH), 0x47705a13);
	ete_unit_write(&u, ETE_TRCDEVARCH, 0);
	CHECK_EQ(t, ete_unit_read(&u, ETE_TRCDEVARCH), 0x47705a13);
	CHECK_EQ(t, ete_unit_read(&u, ETE_TRCCLAIMCLR), 0);
	ete_unit_write(&u, ETE_TRCCLAIMSET, 2);
	CHECK_EQ(t, ete_unit_read(&u, ETE_TRCCLAIMCLR), 2);
	ete_unit_write(&u, ETE_TRCCLAIMCLR, 2);
	CHECK_EQ(t, ete_unit_read(&u, ETE_TRCCLAIMCLR), 0);
	/* Stored, but for what there is none of. */
	ete_unit_write(&u, ETE_TRCSYNCPR, 12);
	CHECK_EQ(t, ete_unit_read(&u, ETE_TRCSYNCPR), 12);
	ete_unit_write(&u, ETE_TRCCONFIGR, ~0ull);
	CHECK_EQ(t, ete_unit_read(&u, ETE_TRCCONFIGR),
		 ETE_TRCCONFIGR_CID | ETE_TRCCONFIGR_TS);
	ete_unit_write(&u, ETE_REGS_END, 1);
	CHECK_EQ(t, ete_unit_read(&u, ETE_REGS_END), 0);
}

int main(void)
{
	struct check t = { 0 };

	full(&t);
	wrap(&t);
	gates(&t);
	troubles(&t);
	not_allowed(&t);
	registers(&t);
	return check_end(&t);
}
