// SPDX-License-Identifier: GPL-2.0-only
#ifdef CONFIG_X86_64
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/sched/task_stack.h>
#include <linux/uaccess.h>

#include "pt-place.h"

/* A search without success is repeated then. */
#define AGAIN_NS (500 * NSEC_PER_USEC)

/* What the kernel is said to run. */
static struct pt_program kernel_program;
static pt_decode_fn *decode;

static noinline __used void kernel_loop(unsigned long n)
{
	while (n--)
		cpu_relax();
}

static enum pt_code_kind kind_of_two(const struct insn *insn)
{
	switch (insn->opcode.bytes[1]) {
	case 0x80 ... 0x8f:
		return PT_CODE_CONDITION;
	case 0x05: case 0x34:	/* system calls */
		return PT_CODE_CALL;
	case 0x07: case 0x35: case 0x0b: case 0xb9: case 0xff:
		return PT_CODE_END;
	}
	return PT_CODE_PLAIN;
}

static enum pt_code_kind kind_of(const struct insn *insn)
{
	u8 reg = X86_MODRM_REG(insn->modrm.bytes[0]);

	if (insn->vex_prefix.value)
		return PT_CODE_PLAIN;
	switch (insn->opcode.bytes[0]) {
	case 0x0f:
		return kind_of_two(insn);
	case 0x70 ... 0x7f: case 0xe0 ... 0xe3:
		return PT_CODE_CONDITION;
	case 0xe9: case 0xeb:
		return PT_CODE_JUMP;
	case 0xe8:
		return PT_CODE_CALL;
	case 0xff:
		return reg == 2 || reg == 3 ? PT_CODE_CALL :
		       reg == 4 || reg == 5 ? PT_CODE_END : PT_CODE_PLAIN;
	/* Returns, interrupts, far jumps, HLT, and what begins a transaction. */
	case 0xc2: case 0xc3: case 0xca: case 0xcb: case 0xcc ... 0xcf:
	case 0xea: case 0xf1: case 0xf4:
		return PT_CODE_END;
	case 0xc7:
		return reg == 7 ? PT_CODE_END : PT_CODE_PLAIN;
	}
	return PT_CODE_PLAIN;
}

static bool read_code(void *ctx, u64 ip, struct pt_code_insn *out)
{
	bool user = ctx;
	u8 bytes[MAX_INSN_SIZE];
	struct insn insn;
	int n = sizeof(bytes);

	if (user)
		n -= copy_from_user_nmi(bytes, (void __user *)ip, n);
	else if (copy_from_kernel_nofault(bytes, (void *)ip, n))
		return false;
	if (n <= 0 ||
	    decode(&insn, bytes, n, INSN_MODE_64) < 0)
		return false;
	out->kind = kind_of(&insn);
	out->length = insn.length;
	out->target = ip + insn.length + insn.immediate.value;
	return true;
}

void pt_place_init(pt_decode_fn *with)
{
	decode = with;
	pt_program_find(&kernel_program, (unsigned long)kernel_loop, read_code,
			NULL);
}

/* A range that is to be traced has the place in it, wherever the task is. */
static u64 filtered(const struct pt_unit *unit, u64 ctl, u64 ip)
{
	u64 first = 0;
	int i;

	for (i = 0; i < 4; i++) {
		if (PT_CTL_ADDR(ctl, i) != 1)
			continue;
		if (ip >= unit->addr[2 * i] && ip <= unit->addr[2 * i + 1])
			return ip;
		first = first ?: unit->addr[2 * i];
	}
	return first ?: ip;
}

/* A task that is in execve() still has the registers of the old program. */
static bool is_code(u64 ip)
{
	struct pt_code_insn insn;

	return read_code((void *)true, ip, &insn);
}

bool pt_place_look(struct pt_here *here, const struct pt_unit *unit, u64 ctl,
		   u64 now, struct pt_place *place)
{
	u64 config = ctl & (PT_CTL_OS | PT_CTL_USER | 0xffffull << 32);
	bool same = here->looked && here->mm == current->mm &&
		    here->tgid == current->tgid && here->config == config;

	if (same && (here->found || now < here->again))
		return false;
	*here = (struct pt_here) {
		.mm = current->mm, .tgid = current->tgid, .config = config,
		.looked = true, .again = now + AGAIN_NS,
	};
	place->cr3 = __pa(current->active_mm->pgd);
	place->user = current->mm && (ctl & PT_CTL_USER);
	if (place->user) {
		here->found = pt_program_find(&place->program,
			filtered(unit, ctl, task_pt_regs(current)->ip),
			read_code, (void *)true);
	} else {
		place->program = kernel_program;
		here->found = true;
	}
	place->nowhere = !here->found && !is_code(place->program.ip);
	return !same || here->found;
}
#endif
