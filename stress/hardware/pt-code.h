/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The program that the model says was traced: a loop in the code of the one
 * that runs, whose branches always go the same way.  That it went there is made
 * up; that its code has this loop is not, so that a decoder which follows the
 * code by the packets finds nothing wrong.
 */
#ifndef AUX_HARDWARE_PT_CODE_H
#define AUX_HARDWARE_PT_CODE_H

#include "pt-types.h"

/* Packets of a round. */
#define PT_ROUND_MAX 16

struct pt_program {
	u64 ip;			/* where each round begins and ends, */
	u64 branch;		/* and from where it comes back there */
	u8 round[PT_ROUND_MAX];	/* its packets */
	u8 len;
	u8 each;		/* bytes that belong together */
};

enum pt_code_kind {
	PT_CODE_PLAIN,		/* goes on behind itself */
	PT_CODE_CONDITION,	/* or at @target */
	PT_CODE_JUMP,		/* at @target */
	PT_CODE_CALL,		/* at a place unknown, and comes back */
	PT_CODE_END,		/* nobody knows where */
};

struct pt_code_insn {
	enum pt_code_kind kind;
	u32 length;
	u64 target;
};

/* The instruction at @ip; false: it cannot be read. */
typedef bool pt_code_fn(void *ctx, u64 ip, struct pt_code_insn *insn);

/*
 * Looks from @ip on for a loop with a branch in it that takes no other.  If
 * there is none, a round is an interrupt of @ip and the return from it, which
 * needs no code.  True: a loop.
 */
bool pt_program_find(struct pt_program *program, u64 ip, pt_code_fn *fn,
		     void *ctx);
void pt_program_interrupted(struct pt_program *program, u64 ip);

#endif
