// SPDX-License-Identifier: GPL-2.0-only
/*
 * The Intel PT that stress/hardware/ puts under the real driver: its registers,
 * where its output goes, and the code that it says was traced.
 */
#include "lib/shape.h"
#include "tests/unit/pt-bench.h"

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

/* Is the table refused, with 1 in entry @i of the first? */
static bool refused(struct check *t, const char *part, int i, u64 entry)
{
	struct bench b;
	bool error;

	begin(&b, t);
	b.unit.part = pt_part_find(part);
	b.table[0][i] = entry ? entry : b.table[0][i];
	on(&b, 0, 0);
	pt_unit_run(&b.unit, 2 * PAGE);
	error = pt_unit_read(&b.unit, PT_STATUS) & PT_STATUS_ERROR;
	CHECK_EQ(t, error, !pt_unit_tracing(&b.unit));
	CHECK_EQ(t, b.unit.written, error ? i * PAGE : b.unit.written);
	end(&b);
	return error;
}

static void errors(struct check *t)
{
	struct bench b;
	u64 page;

	begin(&b, t);
	page = (uintptr_t)b.pages;
	b.table[0][1] |= PT_BIT(1);
	on(&b, 1, 0);
	CHECK(t, pt_unit_read(&b.unit, PT_STATUS) & PT_STATUS_ERROR);
	CHECK(t, !pt_unit_tracing(&b.unit));
	CHECK_EQ(t, b.unit.written, 0);
	/* What a real part answers with #GP, and does not do. */
	pt_unit_write(&b.unit, PT_OUTPUT_MASK, 0);
	CHECK_EQ(t, b.unit.faults, 1);
	CHECK(t, pt_unit_read(&b.unit, PT_OUTPUT_MASK));
	off(&b);
	pt_unit_write(&b.unit, PT_CTL, b.ctl | PT_CTL_MTCEN);
	pt_unit_write(&b.unit, PT_ADDR0_A + 4, 0);
	pt_unit_write(&b.unit, PT_ADDR0_A, PT_BIT(50));
	CHECK_EQ(t, b.unit.faults, 4);
	/* A status bit that software may not set. */
	pt_unit_write(&b.unit, PT_STATUS, PT_STATUS_TRIGGEREN);
	CHECK_EQ(t, pt_unit_read(&b.unit, PT_STATUS), 0);
	/* Malformed entries: reserved bits, alignment, END where it may not be. */
	CHECK(t, !refused(t, "plain", 0, 0));
	CHECK(t, refused(t, "plain", 1, page | PT_BIT(3)));
	CHECK(t, refused(t, "plain", 1, (page | PAGE) + (1 << 6)));
	CHECK(t, refused(t, "plain", 0, page | PT_TOPA_END));
	CHECK(t, refused(t, "plain", 1, page | PT_TOPA_END | PT_TOPA_STOP));
	/* The first generation's second entry is an END to the first. */
	CHECK(t, refused(t, "broadwell", 1, page));
	end(&b);
}

/* One entry a table: the interrupt comes before its region's end. */
static void early(struct check *t)
{
	struct bench b;

	begin(&b, t);
	b.unit.part = pt_part_find("broadwell");
	b.table[0][0] |= PT_TOPA_INT | PT_TOPA_STOP;
	b.table[0][1] = LINK(b.table[0]);
	on(&b, 0, 0);
	CHECK_EQ(t, pt_unit_room(&b.unit, 1 << 20), PAGE - 512 - place(&b));
	pt_unit_run(&b.unit, 1 << 20);
	CHECK(t, b.unit.pmi);
	CHECK_EQ(t, place(&b), PAGE - 512);
	pt_unit_run(&b.unit, 1 << 20);
	CHECK(t, pt_unit_read(&b.unit, PT_STATUS) & PT_STATUS_STOPPED);
	CHECK_EQ(t, b.unit.faults, 0);
	end(&b);
}

static void single_range(struct check *t)
{
	struct bench b;

	begin(&b, t);
	b.ctl &= ~PT_CTL_TOPA;
	pt_unit_write(&b.unit, PT_OUTPUT_BASE, (uintptr_t)b.pages);
	pt_unit_write(&b.unit, PT_OUTPUT_MASK, PAGE - 1);
	pt_unit_write(&b.unit, PT_CTL, PT_CTL_TRACEEN | b.ctl);
	pt_unit_run(&b.unit, PAGE + 10);
	CHECK(t, b.unit.written > PAGE && !b.unit.pmi);
	CHECK_EQ(t, pt_unit_read(&b.unit, PT_OUTPUT_MASK) >> 32,
		 b.unit.written - PAGE);
	CHECK_EQ(t, (u32)pt_unit_read(&b.unit, PT_OUTPUT_MASK), PAGE - 1);
	CHECK_EQ(t, b.pages[PAGE], 0xee);
	off(&b);
	/* The first generation has tables only; a range has its alignment. */
	b.unit.part = pt_part_find("broadwell");
	pt_unit_write(&b.unit, PT_CTL, PT_CTL_TRACEEN | b.ctl);
	CHECK_EQ(t, b.unit.faults, 1);
	b.unit.part = pt_part_find("skylake");
	pt_unit_write(&b.unit, PT_OUTPUT_MASK, 3 * PAGE - 1);
	pt_unit_write(&b.unit, PT_CTL, PT_CTL_TRACEEN | b.ctl);
	CHECK(t, pt_unit_read(&b.unit, PT_STATUS) & PT_STATUS_ERROR);
	end(&b);
}

/* Ranges of addresses: what is outside, or where tracing ends. */
static void filters(struct check *t)
{
	struct bench b;
	int inside;

	for (inside = 0; inside < 2; inside++) {
		begin(&b, t);
		pt_unit_write(&b.unit, PT_ADDR0_A, inside ? IP : IP + 1);
		pt_unit_write(&b.unit, PT_ADDR0_A + 1, IP + 4);
		b.ctl |= PT_BIT(32);
		on(&b, 0, 0);
		pt_unit_run(&b.unit, 1000);
		CHECK_EQ(t, b.unit.written > 1000, inside);
		CHECK_EQ(t, pt_unit_read(&b.unit, PT_STATUS) & 7,
			 inside ? 7 : 6);
		off(&b);
		b.ctl += PT_BIT(32);
		on(&b, 0, 0);
		CHECK_EQ(t, !!(pt_unit_read(&b.unit, PT_STATUS) &
			       PT_STATUS_STOPPED), inside);
		CHECK_EQ(t, pt_unit_tracing(&b.unit), !inside);
		CHECK_EQ(t, b.unit.faults, 0);
		end(&b);
	}
}

/* Another CR3, another privilege level: nothing of it is told. */
static void contexts(struct check *t)
{
	struct bench b;

	begin(&b, t);
	b.ctl |= PT_CTL_CR3FILTER;
	pt_unit_write(&b.unit, PT_CR3_MATCH, 0x1000);
	on(&b, 0, 0);
	pt_unit_run(&b.unit, 1000);
	CHECK(t, b.unit.written < 100);
	off(&b);
	pt_unit_write(&b.unit, PT_CR3_MATCH, 0x1234000);
	on(&b, 0, 0);
	pt_unit_run(&b.unit, 1000);
	CHECK(t, b.unit.written > 1000);
	off(&b);
	b.ctl = PT_CTL_TOPA | PT_CTL_OS | PT_CTL_BRANCHEN;
	on(&b, 0, 0);
	CHECK_EQ(t, pt_unit_read(&b.unit, PT_STATUS) & 7, 5);
	end(&b);
}

/* An interrupt that is pending when tracing is switched off is kept. */
static void pending(struct check *t)
{
	struct bench b;

	begin(&b, t);
	b.unit.part = pt_part_find("alderlake");
	b.table[0][0] |= PT_TOPA_INT;
	b.ctl |= PT_CTL_INJECT;
	on(&b, 0, 0);
	pt_unit_run(&b.unit, PAGE);
	CHECK(t, b.unit.pmi);
	off(&b);
	CHECK(t, !b.unit.pmi);
	CHECK(t, pt_unit_read(&b.unit, PT_STATUS) & PT_STATUS_PENDPMI);
	on(&b, 1, 100);
	CHECK(t, b.unit.pmi);
	CHECK(t, !(pt_unit_read(&b.unit, PT_STATUS) & PT_STATUS_PENDPMI));
	CHECK_EQ(t, b.unit.faults, 0);
	end(&b);
}

/* Made-up code: an instruction is what @insns says of its address. */
static bool insn_of(void *ctx, u64 ip, struct pt_code_insn *insn)
{
	const struct pt_code_insn *insns = ctx;

	if (ip < IP || ip >= IP + 16 || !insns[ip - IP].length)
		return false;
	*insn = insns[ip - IP];
	return true;
}

static void code(struct check *t)
{
	/* if (x) ...; if (y) ...; back to IP + 1 */
	struct pt_code_insn insns[16] = {
		[0] = { .kind = PT_CODE_PLAIN, .length = 1 },
		[1] = { PT_CODE_CONDITION, 2, IP + 4 },
		[3] = { .kind = PT_CODE_PLAIN, .length = 1 },
		[4] = { PT_CODE_CONDITION, 1, IP + 14 },
		[5] = { PT_CODE_JUMP, 3, IP + 8 },
		[8] = { PT_CODE_CONDITION, 1, IP + 1 },
		[9] = { .kind = PT_CODE_CALL, .length = 1 },
		[10] = { .kind = PT_CODE_END, .length = 1 },
	};
	struct pt_program program;

	CHECK(t, pt_program_find(&program, IP, insn_of, insns));
	CHECK_EQ(t, program.ip, IP + 1);
	CHECK_EQ(t, program.len, 3);
	/* Not, not, taken, twice a packet. */
	CHECK_EQ(t, program.round[0], 0x80 | 9 << 1);
	CHECK_EQ(t, program.round[2], 0x80 | 9 << 1);
	/* From inside of it the way leads back first. */
	CHECK(t, pt_program_find(&program, IP + 5, insn_of, insns));
	CHECK_EQ(t, program.ip, IP + 1);
	insns[8] = (struct pt_code_insn) { PT_CODE_JUMP, 1, IP + 1 };
	CHECK(t, pt_program_find(&program, IP, insn_of, insns));
	CHECK_EQ(t, program.len, 2);
	CHECK_EQ(t, program.round[0], 0x80);
	/* None: behind the call nobody knows. */
	insns[8] = (struct pt_code_insn) { .kind = PT_CODE_PLAIN,
		.length = 1 };
	CHECK(t, !pt_program_find(&program, IP, insn_of, insns));
	CHECK_EQ(t, program.ip, IP);
	CHECK_EQ(t, program.each, 15);
	/* A loop without a branch is no trace. */
	insns[0] = (struct pt_code_insn) { PT_CODE_JUMP, 2, IP };
	CHECK(t, !pt_program_find(&program, IP, insn_of, insns));
}

/* Those of a job's guest_pt are here, and its default is no other. */
static void parts(struct check *t)
{
	int i;

	for (i = 0; guest_pt_parts[i]; i++) {
		CHECK(t, pt_part_find(guest_pt_parts[i]));
		CHECK(t, strstr(GUEST_PT_PARTS, guest_pt_parts[i]));
	}
	CHECK_EQ(t, i, 5);
	CHECK(t, !strcmp(guest_pt_parts[0], "plain"));
	CHECK(t, !pt_part_find("pentium"));
}

int main(void)
{
	struct check t = { 0 };

	parts(&t);
	interrupts(&t);
	errors(&t);
	early(&t);
	single_range(&t);
	filters(&t);
	contexts(&t);
	pending(&t);
	code(&t);
	return check_end(&t);
}
