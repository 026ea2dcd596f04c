/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What drives a trace unit of a CPU's own that interrupts by a PPI: the clock, the
 * interrupt (a PPI that nobody else has, made pending in the interrupt controller),
 * and the stamps of what happens.
 *
 * A unit has a time of its own, up to which it has traced.  A full buffer stops it
 * there; the interrupt comes then (or @skid_ns after it), as far as the unit can
 * tell.
 */
#ifndef AUX_HARDWARE_PPI_CPU_H
#define AUX_HARDWARE_PPI_CPU_H

#include <linux/hrtimer.h>

#include "hook-ppi.h"
#include "model.h"

struct ppi_cpu;

/* A unit.  Bytes stand for the time that they take at the event's rate. */
struct ppi_ops {
	const char *interrupt;	/* whose it is, and how it is cleared */
	/* It is switched on, and waits for nobody. */
	bool (*tracing)(const struct ppi_cpu *c);
	/* Something has stopped it that software must look at: */
	bool (*stopped)(const struct ppi_cpu *c);
	/* want of room. */
	bool (*full)(const struct ppi_cpu *c);
	/* Traces @bytes at most, or until it is stopped; returns how many. */
	u64 (*run)(struct ppi_cpu *c, u64 bytes);
	/* Bytes until then. */
	u64 (*room)(const struct ppi_cpu *c);
	/* It starts: finds out where the program is. */
	void (*look)(struct ppi_cpu *c);
	/* Something was left out. */
	void (*skipped)(struct ppi_cpu *c);
	void (*trouble)(struct ppi_cpu *c, u32 which);
};

struct ppi_cpu {
	/* Set by the creator. */
	const struct ppi_ops *ops;
	const struct ppi_hook *hook;
	struct model_handle handle;

	struct hrtimer timer;
	u64 at;			/* traced up to here */
	u64 trouble_at;		/* the next one is due */
	bool running;		/* as the marks have it */
	bool raised;		/* the interrupt is pending */
	u32 unhandled;		/* in a row, whose cause is still there */
};

/* A system register, and which of the unit's it is. */
struct ppi_register {
	u32 sysreg;
	unsigned int reg;
};

/* The unit's register; @none: it is none of the @n. */
unsigned int ppi_register_find(const struct ppi_register *registers, size_t n,
			       u32 sysreg, unsigned int none);

/* Where a unit writes to, for drivers give it addresses of the kernel's. */
u8 *ppi_memory(u64 address);

void ppi_cpu_init(struct ppi_cpu *c);

/*
 * Around a driver's write of a register, where there is a transaction: whether it
 * may be one that switches the unit off, and whether the interrupt's cause is
 * gone with it.
 */
void ppi_cpu_write(struct ppi_cpu *c, bool off, bool clears);
void ppi_cpu_written(struct ppi_cpu *c);

/* Around its interrupt handler. */
void ppi_cpu_enter(struct ppi_cpu *c);
void ppi_cpu_leave(struct ppi_cpu *c);

/*
 * A device of that name with PPI @nr of the machine's interrupt controller, for
 * which it has no other.  Sleeps.
 */
struct platform_device *ppi_device(const char *name, u32 nr);

#endif
