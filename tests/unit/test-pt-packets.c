// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the modelled Intel PT writes, in every configuration of every part: each
 * byte belongs to a packet that libipt knows, its query decoder finds nothing
 * wrong, there are the packets that were asked for and no others, and the time
 * that they tell is the unit's.
 */
#include "config.h"
#include "lib/random.h"
#include "tests/unit/pt-bench.h"

#ifdef HAVE_LIBIPT
#include <intel-pt.h>

#define TRACE_MAX (1ull << 21)
#define TYPES (ppt_exstop + 40)

struct trace {
	unsigned char *bytes;
	u64 n;
	u64 count[TYPES];	/* of packets, by type */
};

struct setup {
	const char *part;
	u64 ctl;
	int program;		/* 0: interrupts, else branches a round */
	u64 overflow;		/* bytes between two; 0: none */
};

static void set_up(struct bench *b, struct check *t, const struct setup *s)
{
	u64 i;

	begin(b, t);
	b->unit.part = pt_part_find(s->part);
	b->ctl = PT_CTL_TOPA | s->ctl;
	b->unit.overflow_every = s->overflow;
	b->unit.overflow_for = 700;
	if (!s->program) {
		pt_program_interrupted(&b->unit.place.program, IP);
		return;
	}
	b->unit.place.program = (struct pt_program) {
		.ip = IP, .len = s->program, .each = 1,
	};
	for (i = 0; i < b->unit.place.program.len; i++)
		b->unit.place.program.round[i] = 0x80 | 2 * (i + 1);
}

/* One region a table for the first generation, and it stays there. */
static void one_table(struct bench *b)
{
	if (pt_part_multiple(b->unit.part))
		return;
	b->table[0][0] = (uintptr_t)b->pages | 3 << 6;
	b->table[0][1] = LINK(b->table[0]);
}

static u64 at(const struct bench *b)
{
	return pt_part_multiple(b->unit.part) ? place(b) :
		pt_unit_read(&b->unit, PT_OUTPUT_MASK) >> 32;
}

/* Runs of any length, stops, starts and moves, round a buffer that never stops. */
static void record(struct bench *b, struct trace *trace, u64 seed)
{
	u64 rng = seed, from = 0, n, i, size = PAGES * PAGE;
	struct pt_place other;

	one_table(b);
	trace->n = 0;
	for (i = 0; i < 80; i++) {
		n = b->unit.written;
		from = i ? at(b) : 0;
		if (!(b->unit.ctl & PT_CTL_TRACEEN)) {
			b->unit.tsc += 10000;
			on(b, pt_part_multiple(b->unit.part) ? from / PAGE : 0,
			   pt_part_multiple(b->unit.part) ? from % PAGE : from);
		} else if (!(random_next(&rng) % 4)) {
			off(b);
		} else if (!(random_next(&rng) % 8)) {
			other = b->unit.place;
			other.cr3 ^= 0x5000;
			pt_unit_move(&b->unit, &other);
		} else {
			pt_unit_run(&b->unit, random_next(&rng) % 3000);
		}
		for (n = b->unit.written - n; n; n--)
			trace->bytes[trace->n++] = b->pages[from++ % size];
	}
	CHECK_EQ(b->t, trace->n, b->unit.written);
	CHECK_EQ(b->t, b->unit.faults, 0);
	CHECK(b->t, pt_unit_tracing(&b->unit) || !(b->unit.ctl & 1));
}

static struct pt_config config_of(const struct bench *b,
				  const struct trace *trace)
{
	struct pt_config config;

	pt_config_init(&config);
	config.begin = trace->bytes;
	config.end = trace->bytes + trace->n;
	config.mtc_freq = PT_CTL_MTCFREQ(b->ctl);
	config.nom_freq = b->unit.ratio;
	config.cpuid_0x15_eax = b->unit.part->art_den;
	config.cpuid_0x15_ebx = b->unit.part->art_num;
	return config;
}

static void count_packets(struct bench *b, struct trace *trace)
{
	struct pt_config config = config_of(b, trace);
	struct pt_packet_decoder *decoder = pt_pkt_alloc_decoder(&config);
	struct pt_packet packet;
	u64 seen = 0;
	int size;

	memset(trace->count, 0, sizeof(trace->count));
	CHECK(b->t, pt_pkt_sync_set(decoder, 0) >= 0);
	while ((size = pt_pkt_next(decoder, &packet, sizeof(packet))) > 0) {
		if (packet.type < TYPES)
			trace->count[packet.type]++;
		seen += size;
	}
	CHECK_EQ(b->t, size, -pte_eos);
	CHECK_EQ(b->t, seen, trace->n);
	pt_pkt_free_decoder(decoder);
}

/* Ticks by which the clock that is told may be wrong. */
static u64 bound(const struct bench *b)
{
	u64 round = 20 * (b->unit.tsc_step >> 16);

	return ((b->unit.part->art_num << PT_CTL_MTCFREQ(b->ctl)) /
		b->unit.part->art_den) + round;
}

/* The time at the end, by what the packets say. */
static void check_time(struct bench *b, struct pt_query_decoder *query)
{
	u64 told = 0, is = b->unit.tsc, apart;
	uint32_t lost_mtc = 0, lost_cyc = 0;

	/* The decoder goes no further than branches lead. */
	if (!(b->ctl & PT_CTL_TSCEN) || !(b->ctl & PT_CTL_BRANCHEN))
		return;
	CHECK_EQ(b->t, pt_qry_time(query, &told, &lost_mtc, &lost_cyc), 0);
	CHECK_EQ(b->t, lost_mtc, 0);
	if (!(b->ctl & PT_CTL_MTCEN)) {
		CHECK(b->t, told <= is);
		return;
	}
	apart = told > is ? told - is : is - told;
	CHECK(b->t, apart <= bound(b));
	if (apart > bound(b))
		printf("told %llu, is %llu: bound %llu\n",
		       (unsigned long long)told, (unsigned long long)is,
		       (unsigned long long)bound(b));
}

static void query(struct bench *b, const struct trace *trace)
{
	struct pt_config config = config_of(b, trace);
	struct pt_query_decoder *query = pt_qry_alloc_decoder(&config);
	struct pt_event event;
	uint64_t ip, where;
	int status, taken;

	status = pt_qry_sync_forward(query, &ip);
	while (status >= 0 && !(status & pts_eos)) {
		while (status >= 0 && (status & pts_event_pending))
			status = pt_qry_event(query, &event, sizeof(event));
		if (status >= 0 && !(status & pts_eos))
			status = pt_qry_cond_branch(query, &taken);
	}
	pt_qry_get_offset(query, &where);
	CHECK(b->t, status >= 0 || status == -pte_eos);
	if (status < 0 && status != -pte_eos)
		printf("at %llu of %llu: %s\n", (unsigned long long)where,
		       (unsigned long long)trace->n, pt_errstr(-status));
	else
		check_time(b, query);
	pt_qry_free_decoder(query);
}

/* There if, and only if, it was asked for. */
static void expect(struct bench *b, const struct trace *trace, const char *name,
		   enum pt_packet_type type, bool wanted)
{
	CHECK_EQ(b->t, trace->count[type] > 0, wanted);
	if ((trace->count[type] > 0) != wanted)
		printf("%llu %s, wanted: %d\n",
		       (unsigned long long)trace->count[type], name, wanted);
}

static void expect_all(struct bench *b, const struct trace *trace,
		       const struct setup *s)
{
	bool branches = s->ctl & PT_CTL_BRANCHEN, tsc = s->ctl & PT_CTL_TSCEN;
	bool mtc = s->ctl & PT_CTL_MTCEN;

	expect(b, trace, "PSB", ppt_psb, true);
	expect(b, trace, "CBR", ppt_cbr, true);
	expect(b, trace, "TSC", ppt_tsc, tsc);
	expect(b, trace, "TMA", ppt_tma, tsc && mtc);
	expect(b, trace, "MTC", ppt_mtc, mtc);
	/* With none to go with there is none. */
	expect(b, trace, "CYC", ppt_cyc, (s->ctl & PT_CTL_CYCEN) &&
	       (branches || mtc || s->overflow));
	expect(b, trace, "PIP", ppt_pip, s->ctl & PT_CTL_OS);
	expect(b, trace, "OVF", ppt_ovf, s->overflow);
	expect(b, trace, "MODE", ppt_mode, branches);
	expect(b, trace, "PGE", ppt_tip_pge, branches);
	expect(b, trace, "PGD", ppt_tip_pgd, branches);
	expect(b, trace, "FUP", ppt_fup, branches);
	expect(b, trace, "TNT", ppt_tnt_8, branches && s->program);
}

static void one(struct check *t, const struct setup *s, u64 seed)
{
	struct trace trace = { .bytes = malloc(TRACE_MAX) };
	int failed = t->failed;
	struct bench b;

	set_up(&b, t, s);
	record(&b, &trace, seed);
	count_packets(&b, &trace);
	query(&b, &trace);
	expect_all(&b, &trace, s);
	if (t->failed != failed)
		printf("in: %s ctl %llx, %d branches a round, overflow %llu, seed %llu\n",
		       s->part, (unsigned long long)s->ctl, s->program,
		       (unsigned long long)s->overflow,
		       (unsigned long long)seed);
	free(trace.bytes);
	end(&b);
}

/*
 * jz over a nop; nop; jz to the next, twice; dec; jnz back to the first.  Four
 * branches a round: most packets end inside of one.
 */
static const unsigned char loop_code[] = {
	0x74, 0x01, 0x90, 0x74, 0x00, 0x74, 0x00, 0xff, 0xc9, 0x75, 0xf5,
};

static bool loop_insn(void *ctx, u64 ip, struct pt_code_insn *insn)
{
	static const struct pt_code_insn insns[] = {
		[0] = { PT_CODE_CONDITION, 2, IP + 3 },
		[2] = { PT_CODE_PLAIN, 1, 0 },
		[3] = { PT_CODE_CONDITION, 2, IP + 5 },
		[5] = { PT_CODE_CONDITION, 2, IP + 7 },
		[7] = { PT_CODE_PLAIN, 2, 0 },
		[9] = { PT_CODE_CONDITION, 2, IP },
	};

	if (ip - IP >= sizeof(insns) / sizeof(insns[0]))
		return false;
	*insn = insns[ip - IP];
	return insn->length;
}

static int read_loop(uint8_t *buffer, size_t size, const struct pt_asid *asid,
		     uint64_t ip, void *ctx)
{
	size_t left;

	if (ip < IP || ip >= IP + sizeof(loop_code))
		return -pte_nomap;
	left = IP + sizeof(loop_code) - ip;
	memcpy(buffer, loop_code + (ip - IP), size < left ? size : left);
	return size < left ? size : left;
}

/* As perf script does: by the packets along the code. */
static u64 walk(struct bench *b, const struct trace *trace)
{
	struct pt_config config = config_of(b, trace);
	struct pt_insn_decoder *decoder = pt_insn_alloc_decoder(&config);
	struct pt_image *image = pt_image_alloc("loop");
	struct pt_event event;
	struct pt_insn insn;
	u64 branches = 0;
	int status;

	pt_image_set_callback(image, read_loop, NULL);
	pt_insn_set_image(decoder, image);
	status = pt_insn_sync_forward(decoder);
	while (status >= 0) {
		while (status >= 0 && (status & pts_event_pending))
			status = pt_insn_event(decoder, &event, sizeof(event));
		if (status < 0 || status & pts_eos)
			break;
		status = pt_insn_next(decoder, &insn, sizeof(insn));
		branches += status >= 0 && insn.iclass == ptic_cond_jump;
	}
	CHECK(b->t, status >= 0 || status == -pte_eos);
	if (status < 0 && status != -pte_eos)
		printf("after %llu branches: %s\n",
		       (unsigned long long)branches, pt_errstr(-status));
	pt_insn_free_decoder(decoder);
	pt_image_free(image);
	return branches;
}

/* The made-up branches are some that the code has. */
static void follows(struct check *t, const char *part, u64 ctl, u64 overflow)
{
	struct setup s = {
		.part = part, .overflow = overflow,
		.ctl = PT_CTL_USER | PT_CTL_BRANCHEN | PT_CTL_TSCEN | ctl,
	};
	struct trace trace = { .bytes = malloc(TRACE_MAX) };
	u64 branches, least;
	struct bench b;

	set_up(&b, t, &s);
	CHECK(t, pt_program_find(&b.unit.place.program, IP + 3, loop_insn,
				 NULL));
	CHECK_EQ(t, b.unit.place.program.ip, IP);
	CHECK_EQ(t, b.unit.place.program.len, 4);
	record(&b, &trace, 7);
	count_packets(&b, &trace);
	branches = walk(&b, &trace);
	least = trace.count[ppt_tnt_8] * 6;
	/* None is lost but where packets are, or its rest is. */
	CHECK(t, branches <= least && least);
	CHECK(t, overflow || branches == least);
	free(trace.bytes);
	end(&b);
}

/* Each bit of it with each other, as far as the part has them. */
static void all_of(struct check *t, const char *part)
{
	static const int programs[] = { 0, 1, 7 };
	static const u64 bits[] = {
		PT_CTL_TSCEN, PT_CTL_BRANCHEN, PT_CTL_MTCEN, PT_CTL_CYCEN,
		PT_CTL_OS, 3ull << 14, 5ull << 19, 2ull << 24,
	};
	const struct pt_part *p = pt_part_find(part);
	u64 set, i, overflow;

	for (set = 0; set < 1 << 8; set++) {
		struct setup s = {
			.part = part, .ctl = PT_CTL_USER,
			.program = programs[set % 3],
		};

		for (i = 0; i < 8; i++)
			s.ctl |= set >> i & 1 ? bits[i] : 0;
		if (pt_part_refuses(p, s.ctl | PT_CTL_TOPA | PT_CTL_TRACEEN))
			continue;
		for (overflow = 0; overflow <= 5000; overflow += 5000) {
			s.overflow = overflow;
			one(t, &s, set + 1);
		}
	}
}

/* A packet is not cut in two by a STOP, wherever that comes. */
static void up_to_stop(struct check *t)
{
	const struct setup s = {
		"plain", PT_CTL_USER | PT_CTL_TSCEN | PT_CTL_BRANCHEN, 5, 0,
	};
	struct trace trace;
	struct bench b;
	u64 offset;

	for (offset = PAGE - 200; offset < PAGE; offset++) {
		set_up(&b, t, &s);
		b.table[0][0] |= PT_TOPA_INT | PT_TOPA_STOP;
		on(&b, 0, offset);
		pt_unit_run(&b.unit, PAGE);
		CHECK_EQ(t, b.unit.written, PAGE - offset);
		CHECK_EQ(t, b.pages[PAGE], 0xee);
		trace.bytes = b.pages + offset;
		trace.n = PAGE - offset;
		count_packets(&b, &trace);
		end(&b);
	}
}

int main(void)
{
	static const char *const parts[] = {
		"plain", "broadwell", "skylake", "goldmont-plus", "alderlake",
	};
	struct check t = { 0 };
	unsigned int i;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		all_of(&t, parts[i]);
	up_to_stop(&t);
	follows(&t, "plain", 0, 0);
	follows(&t, "plain", PT_CTL_OS, 5000);
	follows(&t, "broadwell", 0, 0);
	follows(&t, "skylake", PT_CTL_MTCEN | PT_CTL_CYCEN, 0);
	follows(&t, "skylake", PT_CTL_MTCEN | PT_CTL_CYCEN, 5000);
	return check_end(&t);
}
#else
int main(void)
{
	printf("SKIP: built without libipt\n");
	return CHECK_SKIP;
}
#endif
