// SPDX-License-Identifier: GPL-2.0-only
/*
 * The interrupt as an NMI, as intel_pt has it.  The timer sends one to its own
 * CPU and waits: the NMI nests in the timer's interrupt at this one place, so
 * none of our own code need fear it.
 */
#include <linux/percpu.h>
#include <linux/smp.h>

#include "synth.h"

#ifdef CONFIG_X86_LOCAL_APIC
#include <asm/apic.h>
#include <asm/nmi.h>

/* Loops until an NMI that was lost is given up; far more than one needs. */
#define NMI_PATIENCE 1000000

struct nmi_call {
	void (*fn)(void *data);	/* NULL: no call under way */
	void *data;
};

static DEFINE_PER_CPU(struct nmi_call, nmi_calls);

static int synth_nmi(unsigned int type, struct pt_regs *regs)
{
	struct nmi_call *call = this_cpu_ptr(&nmi_calls);
	void (*fn)(void *data) = READ_ONCE(call->fn);

	if (!fn)
		return NMI_DONE;
	WRITE_ONCE(call->fn, NULL);
	fn(call->data);
	return NMI_HANDLED;
}

bool synth_nmi_possible(void)
{
	return true;
}

/* With interrupts off. */
bool synth_nmi_call(void (*fn)(void *data), void *data)
{
	struct nmi_call *call = this_cpu_ptr(&nmi_calls);
	int patience = NMI_PATIENCE;

	call->data = data;
	/* Seen by this CPU's own NMI only: order in the program is enough. */
	WRITE_ONCE(call->fn, fn);
	apic->send_IPI(smp_processor_id(), NMI_VECTOR);
	while (READ_ONCE(call->fn) && --patience)
		cpu_relax();
	/* One CPU: the NMI comes before this exchange or finds NULL after. */
	return !this_cpu_xchg(nmi_calls.fn, NULL);
}

void synth_nmi_post(void (*fn)(void *data), void *data)
{
	struct nmi_call *call = this_cpu_ptr(&nmi_calls);

	call->data = data;
	WRITE_ONCE(call->fn, fn);
	apic->send_IPI(smp_processor_id(), NMI_VECTOR);
}

int synth_nmi_init(void)
{
	return register_nmi_handler(NMI_LOCAL, synth_nmi, 0, "auxsynth");
}

void synth_nmi_exit(void)
{
	unregister_nmi_handler(NMI_LOCAL, "auxsynth");
}

#else

bool synth_nmi_possible(void)
{
	return false;
}

bool synth_nmi_call(void (*fn)(void *data), void *data)
{
	return false;
}

void synth_nmi_post(void (*fn)(void *data), void *data)
{
}

int synth_nmi_init(void)
{
	return 0;
}

void synth_nmi_exit(void)
{
}
#endif
