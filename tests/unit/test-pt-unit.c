// SPDX-License-Identifier: GPL-2.0-only
/*
 * The Intel PT that stress/hardware/ puts under the real driver: where its
 * output goes, and that libipt finds nothing wrong in it.
 */
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "lib/random.h"
#include "stress/hardware/pt-unit.h"
#include "tests/check.h"

#ifdef HAVE_LIBIPT
#include <intel-pt.h>
#endif

#define PAGE 4096ull
#define PAGES 8
#define LINK(table) ((uintptr_t)(table) | PT_TOPA_END)

/* A buffer of pages behind two tables, and the unit that writes to it. */
struct bench {
	struct check *t;
	struct pt_unit unit;
	unsigned char *pages;
	u64 *table[2];
};

/* Physical addresses are our own. */
static void *memory(u64 physical)
{
	return (void *)(uintptr_t)physical;
}

static void begin(struct bench *b, struct check *t)
{
	int i;

	memset(b, 0, sizeof(*b));
	b->t = t;
	b->pages = aligned_alloc(PAGE, PAGES * PAGE);
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
	b->unit.memory = memory;
	b->unit.tsc = 0x1234567;
	b->unit.ip = 0x401000;
	b->unit.ratio = 24;
}

static void end(struct bench *b)
{
	free(b->pages);
	free(b->table[0]);
	free(b->table[1]);
}

/* The driver's way: from the page @page, at @offset in it. */
static void on(struct bench *b, int page, u64 offset)
{
	pt_unit_write(&b->unit, PT_OUTPUT_BASE,
		      (uintptr_t)b->table[page / 4]);
	pt_unit_write(&b->unit, PT_OUTPUT_MASK,
		      offset << 32 | (page % 4) << 7 | 0x7f);
	pt_unit_write(&b->unit, PT_CTL, PT_CTL_TRACEEN | PT_CTL_TOPA |
		      PT_CTL_TSCEN | PT_CTL_BRANCHEN);
}

static void off(struct bench *b)
{
	pt_unit_write(&b->unit, PT_CTL, 0);
}

/* Bytes from the beginning of the buffer to where the unit is. */
static u64 place(const struct bench *b)
{
	u64 mask = pt_unit_read(&b->unit, PT_OUTPUT_MASK);
	u64 base = pt_unit_read(&b->unit, PT_OUTPUT_BASE);

	return (base == (uintptr_t)b->table[1] ? 4 * PAGE : 0) +
		((u32)mask >> 7) * PAGE + (mask >> 32);
}

static void interrupts(struct check *t)
{
	struct bench b;

	begin(&b, t);
	b.table[0][2] |= PT_TOPA_INT;
	b.table[1][1] |= PT_TOPA_INT | PT_TOPA_STOP;
	on(&b, 1, 100);
	CHECK(t, pt_unit_tracing(&b.unit));
	CHECK_EQ(t, pt_unit_room(&b.unit, 1 << 20),
		 3 * PAGE - place(&b));
	/* To the end of the INT region and no further. */
	pt_unit_run(&b.unit, 1 << 20);
	CHECK(t, b.unit.pmi);
	CHECK_EQ(t, place(&b), 3 * PAGE);
	CHECK_EQ(t, b.unit.written, 2 * PAGE - 100);
	/* Nobody has come: on over the link to the next table, to the STOP. */
	CHECK_EQ(t, pt_unit_room(&b.unit, 1 << 20), 3 * PAGE);
	pt_unit_run(&b.unit, 1 << 20);
	CHECK_EQ(t, place(&b), 6 * PAGE);
	CHECK(t, pt_unit_read(&b.unit, PT_STATUS) & PT_STATUS_STOPPED);
	CHECK(t, !pt_unit_tracing(&b.unit));
	/* As the driver sees it: at the end of the region, not in the next. */
	CHECK_EQ(t, pt_unit_read(&b.unit, PT_OUTPUT_MASK) >> 32, PAGE);
	CHECK_EQ(t, pt_unit_run(&b.unit, 100), 0);
	off(&b);
	CHECK_EQ(t, place(&b), 6 * PAGE);
	CHECK_EQ(t, b.unit.written, 5 * PAGE - 100);
	CHECK_EQ(t, b.pages[6 * PAGE], 0xee);
	/* Stopped it stays until software says else. */
	on(&b, 6, 0);
	CHECK(t, !pt_unit_tracing(&b.unit));
	off(&b);
	pt_unit_write(&b.unit, PT_STATUS, 0);
	on(&b, 6, 0);
	CHECK(t, pt_unit_tracing(&b.unit));
	CHECK_EQ(t, b.unit.faults, 0);
	end(&b);
}

static void errors(struct check *t)
{
	struct bench b;

	begin(&b, t);
	b.table[0][1] |= PT_BIT(1);
	on(&b, 1, 0);
	CHECK(t, pt_unit_read(&b.unit, PT_STATUS) & PT_STATUS_ERROR);
	CHECK(t, !pt_unit_tracing(&b.unit));
	CHECK_EQ(t, b.unit.written, 0);
	/* What a real part answers with #GP. */
	pt_unit_write(&b.unit, PT_OUTPUT_MASK, 0);
	CHECK_EQ(t, b.unit.faults, 1);
	off(&b);
	/* A status bit that software may not set. */
	pt_unit_write(&b.unit, PT_STATUS, PT_STATUS_TRIGGEREN);
	CHECK_EQ(t, pt_unit_read(&b.unit, PT_STATUS), 0);
	end(&b);
}

/* One entry a table: the interrupt comes before its region's end. */
static void early(struct check *t)
{
	struct bench b;

	begin(&b, t);
	b.unit.early = 256;
	b.table[0][0] |= PT_TOPA_INT | PT_TOPA_STOP;
	on(&b, 0, 0);
	pt_unit_run(&b.unit, 1 << 20);
	CHECK(t, b.unit.pmi);
	CHECK_EQ(t, place(&b), PAGE - 256);
	pt_unit_run(&b.unit, 1 << 20);
	CHECK(t, pt_unit_read(&b.unit, PT_STATUS) & PT_STATUS_STOPPED);
	end(&b);
}

static void single_range(struct check *t)
{
	struct bench b;

	begin(&b, t);
	pt_unit_write(&b.unit, PT_OUTPUT_BASE, (uintptr_t)b.pages);
	pt_unit_write(&b.unit, PT_OUTPUT_MASK, PAGE - 1);
	pt_unit_write(&b.unit, PT_CTL, PT_CTL_TRACEEN | PT_CTL_BRANCHEN);
	pt_unit_run(&b.unit, PAGE + 10);
	CHECK(t, b.unit.written > PAGE && !b.unit.pmi);
	CHECK_EQ(t, pt_unit_read(&b.unit, PT_OUTPUT_MASK) >> 32,
		 b.unit.written - PAGE);
	CHECK_EQ(t, (u32)pt_unit_read(&b.unit, PT_OUTPUT_MASK), PAGE - 1);
	CHECK_EQ(t, b.pages[PAGE], 0xee);
	end(&b);
}

#ifdef HAVE_LIBIPT
/* Every byte of @n belongs to a packet, and these follow each other. */
static void decode(struct check *t, unsigned char *trace, u64 n)
{
	struct pt_query_decoder *query;
	struct pt_config config;
	int status, taken;
	uint64_t ip, at;

	pt_config_init(&config);
	config.begin = trace;
	config.end = trace + n;
	query = pt_qry_alloc_decoder(&config);
	status = pt_qry_sync_forward(query, &ip);
	CHECK(t, status >= 0);
	while (status >= 0 && !(status & pts_eos)) {
		while (status >= 0 && (status & pts_event_pending)) {
			struct pt_event event;

			status = pt_qry_event(query, &event, sizeof(event));
		}
		if (status >= 0 && !(status & pts_eos))
			status = pt_qry_cond_branch(query, &taken);
	}
	pt_qry_get_offset(query, &at);
	CHECK(t, status >= 0 || status == -pte_eos);
	if (status < 0 && status != -pte_eos)
		printf("at %llu of %llu: %s\n", (unsigned long long)at,
		       (unsigned long long)n, pt_errstr(-status));
	pt_qry_free_decoder(query);
}

static u64 count_packets(struct check *t, unsigned char *trace, u64 n,
			 enum pt_packet_type type)
{
	struct pt_packet_decoder *decoder;
	struct pt_packet packet;
	struct pt_config config;
	u64 found = 0, seen = 0;
	int size;

	pt_config_init(&config);
	config.begin = trace;
	config.end = trace + n;
	decoder = pt_pkt_alloc_decoder(&config);
	CHECK(t, pt_pkt_sync_set(decoder, 0) >= 0);
	while ((size = pt_pkt_next(decoder, &packet, sizeof(packet))) > 0) {
		found += packet.type == type;
		seen += size;
	}
	CHECK_EQ(t, size, -pte_eos);
	CHECK_EQ(t, seen, n);
	pt_pkt_free_decoder(decoder);
	return found;
}

/* Runs of any length, stops and starts, around a circle that never stops. */
static void decodes(struct check *t, u64 seed)
{
	unsigned char *trace = malloc(64 * PAGES * PAGE), *to = trace;
	u64 rng = seed, from, n;
	struct bench b;
	int i;

	begin(&b, t);
	for (i = 0; i < 400; i++) {
		n = b.unit.written;
		from = i ? place(&b) : 0;
		if (!(b.unit.ctl & PT_CTL_TRACEEN))
			on(&b, from / PAGE, from % PAGE);
		else if (!(random_next(&rng) % 4))
			off(&b);
		else
			pt_unit_run(&b.unit, random_next(&rng) % 3000);
		for (n = b.unit.written - n; n; n--)
			*to++ = b.pages[from++ % (PAGES * PAGE)];
	}
	CHECK_EQ(t, (u64)(to - trace), b.unit.written);
	decode(t, trace, to - trace);
	CHECK(t, count_packets(t, trace, to - trace, ppt_psb) >=
	      (u64)(to - trace) / 2100);
	end(&b);
	free(trace);
}

/* A packet is not cut in two by a STOP, wherever that comes. */
static void decodes_to_stop(struct check *t)
{
	struct bench b;
	u64 offset;

	for (offset = PAGE - 200; offset < PAGE; offset++) {
		begin(&b, t);
		b.table[0][0] |= PT_TOPA_INT | PT_TOPA_STOP;
		on(&b, 0, offset);
		pt_unit_run(&b.unit, PAGE);
		CHECK_EQ(t, b.unit.written, PAGE - offset);
		CHECK_EQ(t, b.pages[PAGE], 0xee);
		count_packets(t, b.pages + offset, PAGE - offset, ppt_psb);
		end(&b);
	}
}
#endif

int main(void)
{
	struct check t = { 0 };

	interrupts(&t);
	errors(&t);
	early(&t);
	single_range(&t);
#ifdef HAVE_LIBIPT
	decodes(&t, 1);
	decodes(&t, 2);
	decodes(&t, 3);
	decodes_to_stop(&t);
#endif
	return check_end(&t);
}
