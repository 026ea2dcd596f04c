// SPDX-License-Identifier: GPL-2.0-only
#include "pt-packet.h"

/* Instructions that are looked at, and how long the way into a loop may be. */
#define LOOKS 96
#define WAY 64

/* What was passed since the last call, and the branches before each. */
struct way {
	u64 ip[WAY];
	u8 branches[WAY];
	int n;
	u8 passed;
};

static int find(const struct way *way, u64 ip)
{
	int i;

	for (i = 0; i < way->n; i++) {
		if (way->ip[i] == ip)
			return i;
	}
	return -1;
}

/*
 * Six branches a packet and @n a round: after @n packets it is at the
 * beginning again.  All of them fall through but the one that closes the loop,
 * if that is a branch.
 */
static bool make_round(struct pt_program *program, u64 ip, u64 branch, u32 n,
		       bool taken)
{
	u32 i, bit;
	u8 six;

	if (!n || n > PT_ROUND_MAX)
		return false;
	*program = (struct pt_program) {
		.ip = ip, .branch = branch, .each = 1,
	};
	for (i = 0; i < n; i++) {
		for (six = 0, bit = 6 * i; bit < 6 * i + 6; bit++)
			six = six << 1 | (taken && bit % n == n - 1);
		program->len += pt_tnt6(program->round + i, six);
	}
	return true;
}

void pt_program_interrupted(struct pt_program *program, u64 ip)
{
	u8 n;

	*program = (struct pt_program) { .ip = ip, .branch = ip };
	n = pt_fup(program->round, ip);
	n += pt_tip_pgd(program->round + n);
	n += pt_tip_pge(program->round + n, ip);
	program->len = program->each = n;
}

/* Where to look next, from the instruction at @ip; 0: nowhere. */
static u64 step(struct way *way, u64 ip, const struct pt_code_insn *insn)
{
	u64 next = ip + insn->length;

	switch (insn->kind) {
	case PT_CODE_PLAIN:
		return next;
	case PT_CODE_CONDITION:
		/* Back to where we have not been: we began inside of a loop. */
		if (insn->target <= ip)
			break;
		way->passed++;
		return next;
	case PT_CODE_JUMP:
		if (insn->target <= ip)
			break;
		return insn->target;
	case PT_CODE_CALL:
		way->n = way->passed = 0;
		return next;
	default:
		return 0;
	}
	way->n = way->passed = 0;
	return insn->target;
}

bool pt_program_find(struct pt_program *program, u64 ip, pt_code_fn *fn,
		     void *ctx)
{
	struct way way = { .n = 0 };
	u64 at = ip;
	struct pt_code_insn insn;
	int looks, i;
	bool taken;

	for (looks = 0; at && looks < LOOKS && way.n < WAY; looks++) {
		if (!fn(ctx, at, &insn))
			break;
		way.ip[way.n] = at;
		way.branches[way.n++] = way.passed;
		taken = insn.kind == PT_CODE_CONDITION;
		i = taken || insn.kind == PT_CODE_JUMP ?
			find(&way, insn.target) : -1;
		if (i >= 0 && make_round(program, insn.target, at, way.passed +
					 taken - way.branches[i], taken))
			return true;
		at = i >= 0 && !taken ? 0 : step(&way, at, &insn);
	}
	pt_program_interrupted(program, ip);
	return false;
}
