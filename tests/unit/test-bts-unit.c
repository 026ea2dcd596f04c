// SPDX-License-Identifier: GPL-2.0-only
/*
 * The Branch Trace Store that stress/hardware/ puts under the real driver: where
 * its records go, when its interrupt comes, and what is lost.
 */
#include <stdlib.h>
#include <string.h>

#include "stress/hardware/bts-unit.h"
#include "tests/check.h"

#define RECORD sizeof(struct bts_record)
#define ON (BTS_CTL_TR | BTS_CTL_BTS)
#define RECORDS 10

struct bench {
	struct bts_unit unit;
	struct bts_area area;
	struct bts_record buffer[RECORDS + 2];	/* one around each end */
};

static const struct bts_record untouched = { 0xee, 0xee, 0xee };

static void begin(struct bench *b, u64 threshold)
{
	int i;

	memset(b, 0, sizeof(*b));
	for (i = 0; i < RECORDS + 2; i++)
		b->buffer[i] = untouched;
	b->area.base = (uintptr_t)&b->buffer[1];
	b->area.index = b->area.base;
	b->area.maximum = b->area.base + RECORDS * RECORD;
	b->area.threshold = b->area.base + threshold * RECORD;
	b->unit.area = &b->area;
	b->unit.from = 0x401000;
	b->unit.to = 0x400ff0;
}

static u64 place(const struct bench *b)
{
	return (b->area.index - b->area.base) / RECORD;
}

static bool is(const struct bts_record *a, u64 from, u64 to, u64 flags)
{
	return a->from == from && a->to == to && a->flags == flags;
}

/* @n records, and nothing around them. */
static void written(struct check *t, const struct bench *b, int n)
{
	int i;

	for (i = 1; i <= RECORDS; i++)
		CHECK(t, i <= n ?
		      is(&b->buffer[i], 0x401000, 0x400ff0, BTS_PREDICTED) :
		      is(&b->buffer[i], 0xee, 0xee, 0xee));
	CHECK(t, is(&b->buffer[0], 0xee, 0xee, 0xee));
	CHECK(t, is(&b->buffer[RECORDS + 1], 0xee, 0xee, 0xee));
	CHECK_EQ(t, b->unit.faults, 0);
}

static void interrupt(struct check *t)
{
	struct bench b;

	begin(&b, 7);
	CHECK(t, !bts_unit_tracing(&b.unit));
	CHECK_EQ(t, bts_unit_run(&b.unit, 3), 0);
	/* Both bits are needed. */
	bts_unit_write(&b.unit, BTS_CTL_BTS | BTS_CTL_BTINT);
	CHECK(t, !bts_unit_tracing(&b.unit));
	bts_unit_write(&b.unit, ON | BTS_CTL_BTINT);
	CHECK(t, bts_unit_tracing(&b.unit));
	CHECK_EQ(t, bts_unit_room(&b.unit, 100), 7);
	CHECK_EQ(t, bts_unit_room(&b.unit, 4), 4);
	CHECK_EQ(t, bts_unit_run(&b.unit, 3), 3);
	CHECK(t, !b.unit.pmi);
	/* The record that reaches the threshold brings it. */
	CHECK_EQ(t, bts_unit_run(&b.unit, 100), 4);
	CHECK(t, b.unit.pmi);
	CHECK_EQ(t, place(&b), 7);
	written(t, &b, 7);
	/* Nobody comes: it goes on, up to its last byte and no further. */
	CHECK_EQ(t, bts_unit_room(&b.unit, 100), 3);
	CHECK_EQ(t, bts_unit_run(&b.unit, 100), 3);
	CHECK(t, bts_unit_full(&b.unit));
	CHECK(t, !bts_unit_tracing(&b.unit));
	CHECK_EQ(t, bts_unit_run(&b.unit, 100), 0);
	CHECK_EQ(t, bts_unit_room(&b.unit, 100), 0);
	CHECK_EQ(t, b.unit.written, RECORDS * RECORD);
	written(t, &b, RECORDS);
}

/* As the driver ends: the threshold is where there is no room any more. */
static void at_the_end(struct check *t)
{
	struct bench b;

	begin(&b, RECORDS);
	b.area.index += (RECORDS - 1) * RECORD;
	bts_unit_write(&b.unit, ON | BTS_CTL_BTINT);
	CHECK_EQ(t, bts_unit_room(&b.unit, 100), 1);
	CHECK_EQ(t, bts_unit_run(&b.unit, 100), 1);
	CHECK(t, b.unit.pmi && bts_unit_full(&b.unit));
	/* Off and on again, nothing moved: no second interrupt of it. */
	b.unit.pmi = false;
	bts_unit_write(&b.unit, 0);
	CHECK(t, !bts_unit_tracing(&b.unit));
	bts_unit_write(&b.unit, ON | BTS_CTL_BTINT);
	CHECK_EQ(t, bts_unit_run(&b.unit, 100), 0);
	CHECK(t, !b.unit.pmi);
	CHECK_EQ(t, b.unit.faults, 0);
}

/* Without BTINT it goes round for ever. */
static void circular(struct check *t)
{
	struct bench b;

	begin(&b, RECORDS + 1);
	bts_unit_write(&b.unit, ON);
	CHECK_EQ(t, bts_unit_room(&b.unit, 12345), 12345);
	CHECK_EQ(t, bts_unit_run(&b.unit, RECORDS), RECORDS);
	CHECK_EQ(t, place(&b), 0);
	CHECK_EQ(t, bts_unit_run(&b.unit, 2 * RECORDS + 3), 2 * RECORDS + 3);
	CHECK_EQ(t, place(&b), 3);
	CHECK(t, !b.unit.pmi && !bts_unit_full(&b.unit));
	CHECK_EQ(t, b.unit.written, (3 * RECORDS + 3) * RECORD);
	written(t, &b, RECORDS);
}

/* A program that takes no branches has its time, and no records. */
static void no_branches(struct check *t)
{
	struct bench b;

	begin(&b, 7);
	b.unit.from = b.unit.to = 0;
	CHECK_EQ(t, bts_unit_run(&b.unit, 3), 0);
	bts_unit_write(&b.unit, ON | BTS_CTL_BTINT);
	CHECK_EQ(t, bts_unit_room(&b.unit, 100), 100);
	CHECK_EQ(t, bts_unit_run(&b.unit, 100), 100);
	CHECK(t, !b.unit.pmi && !b.unit.written);
	CHECK_EQ(t, place(&b), 0);
	b.unit.from = 0x401000;
	CHECK_EQ(t, bts_unit_run(&b.unit, 100), 7);
}

static u64 faults(u64 index, u64 maximum, u64 threshold)
{
	struct bench b;

	begin(&b, 0);
	b.area.index += index;
	b.area.maximum = b.area.base + maximum;
	b.area.threshold += threshold;
	bts_unit_write(&b.unit, ON | BTS_CTL_BTINT);
	return b.unit.faults;
}

static void nonsense(struct check *t)
{
	CHECK_EQ(t, faults(0, 240, 120), 0);
	CHECK_EQ(t, faults(240, 240, 240), 0);
	CHECK_EQ(t, faults(8, 240, 120), 1);
	CHECK_EQ(t, faults(264, 240, 120), 1);
	CHECK_EQ(t, faults(0, 250, 120), 1);
	CHECK_EQ(t, faults(0, 240, 121), 1);
	/* It could never come. */
	CHECK_EQ(t, faults(0, 240, 264), 1);
}

int main(void)
{
	struct check t = { 0 };

	interrupt(&t);
	at_the_end(&t);
	circular(&t);
	no_branches(&t);
	nonsense(&t);
	return check_end(&t);
}
