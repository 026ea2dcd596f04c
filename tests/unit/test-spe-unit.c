// SPDX-License-Identifier: GPL-2.0-only
/*
 * The SPE that stress/hardware/ puts under the real driver: where its records
 * go, and that the suite's decoder finds nothing wrong in them.
 */
#include <stdlib.h>
#include <string.h>

#include "lib/random.h"
#include "lib/shape.h"
#include "stress/hardware/spe-unit.h"
#include "stress/trace/decoder.h"
#include "tests/check.h"

#define PAGE 4096ull
#define PAGES 4
#define SPE_RECORD 64u		/* n1's */
#define IN_PAGE (PAGE / SPE_RECORD)

struct bench {
	struct check *t;
	struct spe_unit unit;
	unsigned char *pages;
	uint64_t times, last;	/* as the decoder has them */
	bool backward;
};

/* Addresses are our own. */
static u8 *memory(u64 address)
{
	return (u8 *)(uintptr_t)address;
}

static void begin(struct bench *b, struct check *t)
{
	memset(b, 0, sizeof(*b));
	b->t = t;
	b->pages = aligned_alloc(PAGE, PAGES * PAGE);
	memset(b->pages, 0xee, PAGES * PAGE);
	b->unit.part = spe_part_find("n1");
	b->unit.memory = memory;
	b->unit.time = 1000;
	b->unit.step_256 = 200 << 8;
	b->unit.user_pc = 0x401000;
	b->unit.kernel_pc = 0xffff800080001000;
	b->unit.data = 0xffffdead0000;
}

/* The driver's way: from @offset up to the end of @page. */
static void on(struct bench *b, u64 offset, u64 page, u64 scr)
{
	spe_unit_write(&b->unit, SPE_PMBPTR, (uintptr_t)b->pages + offset);
	spe_unit_write(&b->unit, SPE_PMBLIMITR,
		       ((uintptr_t)b->pages + page * PAGE) | SPE_PMBLIMITR_E);
	spe_unit_write(&b->unit, SPE_PMSCR, scr);
}

static void off(struct bench *b)
{
	spe_unit_write(&b->unit, SPE_PMSCR, 0);
	spe_unit_write(&b->unit, SPE_PMBLIMITR, 0);
}

static u64 place(const struct bench *b)
{
	return spe_unit_read(&b->unit, SPE_PMBPTR) - (uintptr_t)b->pages;
}

static void full(struct check *t)
{
	struct bench b;

	begin(&b, t);
	on(&b, PAGE, 3, SPE_PMSCR_E0SPE);
	CHECK(t, spe_unit_sampling(&b.unit));
	CHECK_EQ(t, spe_unit_room(&b.unit), 2 * IN_PAGE);
	CHECK_EQ(t, spe_unit_run(&b.unit, 10), 10);
	CHECK_EQ(t, place(&b), PAGE + 10 * SPE_RECORD);
	CHECK_EQ(t, spe_unit_read(&b.unit, SPE_PMBSR), 0);
	/* To the limit and no further. */
	CHECK_EQ(t, spe_unit_run(&b.unit, 1000), 2 * IN_PAGE - 10);
	CHECK_EQ(t, place(&b), 3 * PAGE);
	CHECK_EQ(t, b.unit.written, 2 * PAGE);
	CHECK_EQ(t, spe_unit_read(&b.unit, SPE_PMBSR),
		 SPE_PMBSR_S | SPE_PMBSR_FULL);
	CHECK(t, !spe_unit_sampling(&b.unit));
	CHECK_EQ(t, spe_unit_run(&b.unit, 10), 0);
	CHECK_EQ(t, b.pages[PAGE - 1], 0xee);
	CHECK_EQ(t, b.pages[3 * PAGE], 0xee);
	/* The syndrome goes, the buffer stays full: the same once more. */
	spe_unit_write(&b.unit, SPE_PMBSR, 0);
	CHECK(t, spe_unit_sampling(&b.unit));
	CHECK_EQ(t, spe_unit_run(&b.unit, 10), 0);
	CHECK(t, spe_unit_read(&b.unit, SPE_PMBSR) & SPE_PMBSR_S);
	/* As the driver goes on: a new place first, then the syndrome. */
	on(&b, 0, 1, SPE_PMSCR_E0SPE);
	CHECK_EQ(t, b.unit.faults, 0);
	spe_unit_write(&b.unit, SPE_PMBSR, 0);
	CHECK_EQ(t, spe_unit_run(&b.unit, 1000), IN_PAGE);
	CHECK_EQ(t, b.unit.written, 3 * PAGE);
	free(b.pages);
}

/* A cut record: the buffer is as good as full, and the pointer in the middle. */
static void loss(struct check *t)
{
	struct bench b;

	begin(&b, t);
	on(&b, 0, 1, SPE_PMSCR_E0SPE);
	spe_unit_trouble(&b.unit, SPE_LOSS);
	CHECK_EQ(t, spe_unit_run(&b.unit, IN_PAGE - 1), IN_PAGE - 1);
	CHECK_EQ(t, spe_unit_read(&b.unit, SPE_PMBSR), 0);
	CHECK_EQ(t, spe_unit_run(&b.unit, 10), 1);
	CHECK_EQ(t, spe_unit_read(&b.unit, SPE_PMBSR),
		 SPE_PMBSR_S | SPE_PMBSR_FULL | SPE_PMBSR_DL);
	CHECK_EQ(t, place(&b), PAGE - SPE_RECORD + SPE_RECORD_CUT);
	CHECK_EQ(t, b.unit.written, place(&b));
	CHECK(t, b.pages[place(&b) - 1] != 0xee);
	CHECK_EQ(t, b.pages[place(&b)], 0xee);
	/* Once. */
	spe_unit_write(&b.unit, SPE_PMBSR, 0);
	on(&b, PAGE, 2, SPE_PMSCR_E0SPE);
	CHECK_EQ(t, spe_unit_run(&b.unit, 1000), IN_PAGE);
	CHECK_EQ(t, spe_unit_read(&b.unit, SPE_PMBSR),
		 SPE_PMBSR_S | SPE_PMBSR_FULL);
	free(b.pages);
}

static void fault(struct check *t, enum spe_trouble trouble, u64 syndrome)
{
	struct bench b;

	begin(&b, t);
	/* Not while it is off. */
	spe_unit_trouble(&b.unit, trouble);
	CHECK_EQ(t, spe_unit_read(&b.unit, SPE_PMBSR), 0);
	on(&b, 0, 1, SPE_PMSCR_E0SPE);
	CHECK_EQ(t, spe_unit_run(&b.unit, 3), 3);
	spe_unit_trouble(&b.unit, trouble);
	CHECK_EQ(t, spe_unit_read(&b.unit, SPE_PMBSR), SPE_PMBSR_S | syndrome);
	CHECK_EQ(t, spe_unit_run(&b.unit, 3), 0);
	CHECK_EQ(t, place(&b), 3 * SPE_RECORD);
	spe_unit_write(&b.unit, SPE_PMBSR, 0);
	CHECK_EQ(t, spe_unit_run(&b.unit, 3), 3);
	free(b.pages);
}

/* Those of a job's guest_spe are here, and its default is no other. */
static void parts(struct check *t)
{
	struct bench b;
	u64 record;
	int i;

	CHECK(t, !strcmp(guest_spe_parts[0], "n1"));
	CHECK(t, !spe_part_find("v9"));
	for (i = 0; guest_spe_parts[i]; i++) {
		CHECK(t, strstr(GUEST_SPE_PARTS, guest_spe_parts[i]));
		begin(&b, t);
		b.unit.part = spe_part_find(guest_spe_parts[i]);
		CHECK_EQ(t, b.unit.part->version, i + 1);
		record = 1ull << (spe_unit_read(&b.unit, SPE_PMSIDR) >> 12 & 0xf);
		on(&b, 0, 1, SPE_PMSCR_E0SPE);
		CHECK_EQ(t, spe_unit_run(&b.unit, 1000), PAGE / record);
		CHECK_EQ(t, place(&b), PAGE);
		CHECK(t, b.pages[PAGE - 1] != 0xee);
		CHECK_EQ(t, b.pages[PAGE], 0xee);
		/* Begun where its alignment lets it: up to where none fits. */
		off(&b);
		spe_unit_write(&b.unit, SPE_PMBSR, 0);
		on(&b, PAGE + 2049, 2, SPE_PMSCR_E0SPE);
		spe_unit_run(&b.unit, 1000);
		CHECK(t, place(&b) <= 2 * PAGE && place(&b) + record > 2 * PAGE);
		CHECK_EQ(t, b.pages[2 * PAGE], 0xee);
		free(b.pages);
	}
	CHECK_EQ(t, i, 5);
}

static void registers(struct check *t)
{
	struct bench b;

	begin(&b, t);
	spe_unit_write(&b.unit, SPE_PMSIDR, 0);
	CHECK_EQ(t, spe_unit_read(&b.unit, SPE_PMSIDR) >> 12 & 0xf, 6);
	CHECK_EQ(t, spe_unit_read(&b.unit, SPE_PMBIDR), 6);
	/* Filters that are not there read as 0. */
	spe_unit_write(&b.unit, SPE_PMSEVFR, ~0ull);
	CHECK_EQ(t, spe_unit_read(&b.unit, SPE_PMSEVFR), 0xaa);
	/* Both enables are needed. */
	on(&b, 70, 1, 0);
	CHECK(t, !spe_unit_sampling(&b.unit));
	CHECK_EQ(t, place(&b), 64);
	spe_unit_collide(&b.unit);
	CHECK_EQ(t, spe_unit_read(&b.unit, SPE_PMBSR), 0);
	spe_unit_write(&b.unit, SPE_PMSCR, SPE_PMSCR_E1SPE);
	CHECK(t, spe_unit_sampling(&b.unit));
	spe_unit_collide(&b.unit);
	CHECK_EQ(t, spe_unit_read(&b.unit, SPE_PMBSR), SPE_PMBSR_COLL);
	/* Moved while it writes: nobody knows where the next record goes. */
	spe_unit_write(&b.unit, SPE_PMBPTR, (uintptr_t)b.pages);
	CHECK_EQ(t, b.unit.faults, 1);
	off(&b);
	CHECK_EQ(t, b.unit.faults, 1);
	CHECK(t, !spe_unit_sampling(&b.unit));
	free(b.pages);
}

static void take(void *ctx, enum decode_type type, uint64_t ticks)
{
	struct bench *b = ctx;

	if (type != DECODE_TIME)
		return;
	b->backward |= b->times && ticks != b->last + 200;
	b->last = ticks;
	b->times++;
}

/* In pieces of any length, as a tracer gets it. */
static void read_all(struct bench *b, uint64_t *random)
{
	struct decoder *decoder;
	u64 left = b->unit.written, at = 0, n;
	struct err err;

	CHECK_EQ(b->t, spe_decoder_new(&decoder, &err), 0);
	decoder->fn = take;
	decoder->ctx = b;
	for (; left; left -= n, at += n) {
		n = 1 + random_next(random) % 300;
		n = n < left ? n : left;
		decoder->feed(decoder, b->pages + at, n);
	}
	decoder->cut(decoder);
	CHECK_EQ(b->t, decoder->resyncs, 0);
	CHECK_EQ(b->t, decoder->torn, 0);
	decoder->free(decoder);
}

/* All that PMSCR can ask for, in every combination. */
static void records(struct check *t)
{
	uint64_t random = 7;
	struct bench b;
	u64 scr;

	for (scr = 1; scr < 64; scr++) {
		begin(&b, t);
		on(&b, 0, PAGES, scr);
		if (!(scr & 3)) {
			CHECK_EQ(t, spe_unit_run(&b.unit, 1), 0);
		} else {
			CHECK_EQ(t, spe_unit_run(&b.unit, 1000),
				 PAGES * IN_PAGE);
			read_all(&b, &random);
			CHECK_EQ(t, b.times, scr & SPE_PMSCR_TS ?
				 PAGES * IN_PAGE : 0);
			CHECK(t, !b.backward);
		}
		free(b.pages);
	}
}

/* The operation type's packet of a record without context. */
static const unsigned char *operation(const struct bench *b, u64 record)
{
	return b->pages + record * SPE_RECORD + 12;
}

static void filters(struct check *t)
{
	static const struct {
		u64 bits;
		unsigned char header, payload;
	} want[] = {
		{ SPE_PMSFCR_LD, 0x49, 0 }, { SPE_PMSFCR_ST, 0x49, 1 },
		{ SPE_PMSFCR_B, 0x4a, 1 },
	};
	struct bench b;
	size_t i;
	u64 k;

	for (i = 0; i < 3; i++) {
		begin(&b, t);
		spe_unit_write(&b.unit, SPE_PMSFCR,
			       SPE_PMSFCR_FT | want[i].bits);
		on(&b, 0, 1, SPE_PMSCR_E0SPE);
		spe_unit_run(&b.unit, 20);
		for (k = 0; k < 20; k++) {
			CHECK_EQ(t, operation(&b, k)[0], want[i].header);
			CHECK_EQ(t, operation(&b, k)[1], want[i].payload);
		}
		free(b.pages);
	}
}

int main(void)
{
	struct check t = { 0 };

	parts(&t);
	full(&t);
	loss(&t);
	fault(&t, SPE_FAULT_S1, SPE_PMBSR_FAULT_S1);
	fault(&t, SPE_FAULT_S2, SPE_PMBSR_FAULT_S2);
	fault(&t, SPE_ABORT, SPE_PMBSR_EA);
	registers(&t);
	records(&t);
	filters(&t);
	return check_end(&t);
}
