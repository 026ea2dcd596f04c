// SPDX-License-Identifier: GPL-2.0-only
/*
 * The PCIe Tune and Trace device that stress/hardware/ puts under the real
 * driver: four buffers in turn, an interrupt at the end of each.
 */
#include <stdlib.h>
#include <string.h>

#include "stress/hardware/hisi-unit.h"
#include "tests/check.h"

#define SIZE (8 * PTT_RECORD)

struct bench {
	struct ptt_unit unit;
	unsigned char buffer[PTT_BUFFERS][SIZE];
};

/* Addresses are our own. */
static void *memory(u64 address)
{
	return (void *)(uintptr_t)address;
}

static void begin(struct bench *b)
{
	u64 address;
	u32 i;

	memset(b, 0, sizeof(*b));
	memset(b->buffer, 0xee, sizeof(b->buffer));
	b->unit.memory = memory;
	for (i = 0; i < PTT_BUFFERS; i++) {
		address = (uintptr_t)b->buffer[i];
		ptt_unit_write(&b->unit, PTT_BASE + 8 * i, address);
		ptt_unit_write(&b->unit, PTT_BASE + 8 * i + 4, address >> 32);
	}
	ptt_unit_write(&b->unit, PTT_ADDR_SIZE, SIZE);
}

/* Records in a buffer. */
static u32 records(const struct bench *b, u32 buffer)
{
	u32 i;

	for (i = 0; i < SIZE && b->buffer[buffer][i] != 0xee; i += PTT_RECORD)
		;
	return i / PTT_RECORD;
}

static void buffers(struct check *t)
{
	struct bench b;

	begin(&b);
	CHECK(t, !ptt_unit_tracing(&b.unit));
	CHECK_EQ(t, ptt_unit_run(&b.unit, 100), 0);
	CHECK_EQ(t, ptt_unit_read(&b.unit, PTT_STS), PTT_STS_IDLE);
	ptt_unit_write(&b.unit, PTT_CTRL, PTT_CTRL_EN);
	CHECK_EQ(t, ptt_unit_read(&b.unit, PTT_STS), 0);
	CHECK_EQ(t, ptt_unit_run(&b.unit, 3 * PTT_RECORD + 5), 3 * PTT_RECORD);
	CHECK_EQ(t, ptt_unit_read(&b.unit, PTT_WR_STS), 3 * PTT_RECORD);
	CHECK_EQ(t, ptt_unit_room(&b.unit, 1000), 5 * PTT_RECORD);
	CHECK(t, !b.unit.pmi);
	/* To the end of the first, and no further before its interrupt. */
	CHECK_EQ(t, ptt_unit_run(&b.unit, 2 * SIZE), 5 * PTT_RECORD);
	CHECK(t, b.unit.pmi);
	CHECK_EQ(t, ptt_unit_read(&b.unit, PTT_INT_STAT), 1);
	CHECK_EQ(t, b.unit.handed, SIZE);
	CHECK(t, records(&b, 0) == 8 && !records(&b, 1));
	/* Nobody comes: round, and over what was there. */
	CHECK_EQ(t, ptt_unit_run(&b.unit, 3 * SIZE + PTT_RECORD),
		 3 * SIZE + PTT_RECORD);
	CHECK_EQ(t, ptt_unit_read(&b.unit, PTT_INT_STAT), 15);
	CHECK_EQ(t, ptt_unit_read(&b.unit, PTT_WR_STS), PTT_RECORD);
	CHECK_EQ(t, b.unit.handed, 4 * SIZE);
	/* Off: what is in the last one counts, too. */
	ptt_unit_write(&b.unit, PTT_CTRL, 0);
	CHECK_EQ(t, b.unit.handed, 4 * SIZE + PTT_RECORD);
	CHECK_EQ(t, ptt_unit_read(&b.unit, PTT_WR_STS), PTT_RECORD);
	CHECK_EQ(t, b.unit.faults, 0);
}

static void interrupts(struct check *t)
{
	struct bench b;

	begin(&b);
	ptt_unit_write(&b.unit, PTT_INT_MASK, 15);
	ptt_unit_write(&b.unit, PTT_CTRL, PTT_CTRL_EN);
	ptt_unit_run(&b.unit, SIZE);
	CHECK(t, ptt_unit_read(&b.unit, PTT_INT_STAT) == 1 && !b.unit.pmi);
	ptt_unit_write(&b.unit, PTT_INT_MASK, 0);
	CHECK(t, b.unit.pmi);
	/* Ones clear. */
	ptt_unit_write(&b.unit, PTT_INT_STAT, 2);
	CHECK(t, b.unit.pmi);
	ptt_unit_write(&b.unit, PTT_INT_STAT, 1);
	CHECK(t, !b.unit.pmi);
	/* The reset begins with the first buffer again. */
	ptt_unit_run(&b.unit, PTT_RECORD);
	CHECK_EQ(t, ptt_unit_read(&b.unit, PTT_WR_STS) >> 28, 1);
	ptt_unit_write(&b.unit, PTT_CTRL, PTT_CTRL_RST);
	CHECK_EQ(t, ptt_unit_read(&b.unit, PTT_WR_STS), 0);
	ptt_unit_write(&b.unit, PTT_ADDR_SIZE, 0);
	ptt_unit_write(&b.unit, PTT_CTRL, PTT_CTRL_EN);
	CHECK_EQ(t, b.unit.faults, 1);
	CHECK(t, !ptt_unit_tracing(&b.unit));
}

int main(void)
{
	struct check t = { 0 };

	buffers(&t);
	interrupts(&t);
	return check_end(&t);
}
