// SPDX-License-Identifier: GPL-2.0-only
/*
 * The trace of the ETE that stress/hardware/ puts under the real drivers, read by
 * OpenCSD: a decoder of somebody else's finds the branches in it, and nothing
 * wrong.
 */
#include "config.h"

#include <stdio.h>

#include "tests/check.h"

#ifdef HAVE_OPENCSD
#include <opencsd/c_api/opencsd_c_api.h>
#include <string.h>

#include "stress/hardware/ete-unit.h"

#define SYNC 12			/* a synchronisation every 4 KiB */
#define SIZE (64u << 10)
#define USER 0x401000ull
#define KERNEL 0xffff800080001000ull
#define CONTEXT 4711u
#define TIME 0x123456789abcdefull

/*
 * What OpenCSD (1.3.3) makes for its caller's function stays when the tree goes,
 * and nobody is given it.
 */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:ocsd_dt_set_gen_elem_outfn";
}

struct seen {
	unsigned int on, overflows, contexts, ranges, times, other;
	unsigned int wrong;	/* addresses, levels, contexts or times */
	bool user, cid;		/* which of them it must be */
};

static ocsd_datapath_resp_t element(const void *context, ocsd_trc_index_t at,
				    uint8_t channel,
				    const ocsd_generic_trace_elem *e)
{
	struct seen *seen = (struct seen *)(uintptr_t)context;
	uint64_t pc = seen->user ? USER : KERNEL;

	(void)at;
	(void)channel;
	switch (e->elem_type) {
	case OCSD_GEN_TRC_ELEM_NO_SYNC:
	case OCSD_GEN_TRC_ELEM_EO_TRACE:
		break;
	case OCSD_GEN_TRC_ELEM_TRACE_ON:
		seen->on++;
		seen->overflows += e->trace_on_reason == TRACE_ON_OVERFLOW;
		break;
	case OCSD_GEN_TRC_ELEM_PE_CONTEXT:
		seen->contexts++;
		seen->wrong += e->context.exception_level != !seen->user ||
			       !e->context.bits64 ||
			       e->context.ctxt_id_valid != seen->cid ||
			       (seen->cid && e->context.context_id != CONTEXT);
		break;
	case OCSD_GEN_TRC_ELEM_INSTR_RANGE:
		seen->ranges++;
		seen->wrong += e->st_addr != pc || e->en_addr != pc + 4;
		break;
	case OCSD_GEN_TRC_ELEM_TIMESTAMP:
		seen->times++;
		seen->wrong += e->timestamp != TIME;
		break;
	default:
		seen->other++;
	}
	return OCSD_RESP_CONT;
}

/* Not a single error or warning, in pieces as they come. */
static void decode(struct check *t, const struct ete_unit *u,
		   const uint8_t *trace, uint32_t size, struct seen *seen)
{
	static const uint8_t loop[4] = { 0x00, 0x00, 0x00, 0x14 };	/* b . */
	const ocsd_ete_cfg config = {
		.reg_idr0 = ete_unit_read(u, ETE_TRCIDR0),
		.reg_idr1 = ete_unit_read(u, ETE_TRCIDR1),
		.reg_idr2 = ete_unit_read(u, ETE_TRCIDR2),
		.reg_idr8 = ete_unit_read(u, ETE_TRCIDR8),
		.reg_devarch = ete_unit_read(u, ETE_TRCDEVARCH),
		.reg_configr = ete_unit_read(u, ETE_TRCCONFIGR),
		.arch_ver = ARCH_AA64, .core_prof = profile_CortexA,
	};
	dcd_tree_handle_t tree = ocsd_create_dcd_tree(OCSD_TRC_SRC_SINGLE, 0);
	uint32_t at = 0, n, piece;
	unsigned char id;

	CHECK_EQ(t, ocsd_dt_create_decoder(tree, OCSD_BUILTIN_DCD_ETE,
		 OCSD_CREATE_FLG_FULL_DECODER, &config, &id), OCSD_OK);
	CHECK_EQ(t, ocsd_dt_add_buffer_mem_acc(tree, USER,
		 OCSD_MEM_SPACE_ANY, loop, sizeof(loop)), OCSD_OK);
	CHECK_EQ(t, ocsd_dt_add_buffer_mem_acc(tree, KERNEL,
		 OCSD_MEM_SPACE_ANY, loop, sizeof(loop)), OCSD_OK);
	CHECK_EQ(t, ocsd_dt_set_gen_elem_outfn(tree, element, seen), OCSD_OK);
	for (piece = 1; at < size; at += n, piece = piece * 3 % 1009) {
		n = 0;
		CHECK_EQ(t, ocsd_dt_process_data(tree, OCSD_OP_DATA, at,
			 piece < size - at ? piece : size - at, trace + at, &n),
			 OCSD_RESP_CONT);
		if (!n)
			break;
	}
	CHECK_EQ(t, ocsd_dt_process_data(tree, OCSD_OP_EOT, 0, 0, NULL, &n),
		 OCSD_RESP_CONT);
	CHECK_EQ(t, at, size);
	ocsd_destroy_dcd_tree(tree);
}

static void begin(struct ete_unit *u, uint64_t config, uint64_t trfcr)
{
	memset(u, 0, sizeof(*u));
	u->user_pc = USER;
	u->kernel_pc = KERNEL;
	u->context = CONTEXT;
	u->time = TIME;
	ete_unit_write(u, ETE_TRCCONFIGR, config);
	ete_unit_write(u, ETE_TRCSYNCPR, SYNC);
	ete_unit_filter(u, trfcr);
	ete_unit_write(u, ETE_TRCPRGCTLR, ETE_TRCPRGCTLR_EN);
	ete_unit_begin(u);
}

static void read_back(struct check *t, uint64_t config, uint64_t trfcr)
{
	static uint8_t trace[SIZE];
	struct seen seen = {
		.user = trfcr & ETE_TRFCR_E0TRE,
		.cid = config & ETE_TRCCONFIGR_CID,
	};
	struct ete_unit u;
	uint32_t at, n;

	begin(&u, config, trfcr);
	/* In pieces, in the middle of packets, too. */
	for (at = 0, n = 1; at < SIZE; at += n, n = n * 5 % 97) {
		n = n < SIZE - at ? n : SIZE - at;
		if (at < SIZE / 2 && at + n >= SIZE / 2)
			ete_unit_overflow(&u);
		ete_unit_trace(&u, trace + at, n);
	}
	decode(t, &u, trace, SIZE, &seen);
	CHECK_EQ(t, seen.wrong + seen.other, 0);
	CHECK_EQ(t, seen.on, 2);
	CHECK_EQ(t, seen.overflows, 1);
	CHECK_EQ(t, seen.times > 0, !!(config & ETE_TRCCONFIGR_TS));
	CHECK(t, seen.contexts >= 2);
	/* Three branches a byte, but for what begins the trace anew. */
	CHECK(t, seen.ranges >= 3 * (SIZE - 16 * ETE_BEGIN_MAX));
	CHECK(t, seen.ranges < 3 * (SIZE - 16 * 25));
}

int main(void)
{
	struct check t = { 0 };

	read_back(&t, 0, ETE_TRFCR_E0TRE | ETE_TRFCR_E1TRE);
	read_back(&t, ETE_TRCCONFIGR_TS, ETE_TRFCR_E0TRE);
	read_back(&t, ETE_TRCCONFIGR_TS | ETE_TRCCONFIGR_CID, ETE_TRFCR_E1TRE);
	return check_end(&t);
}
#else
int main(void)
{
	puts("SKIP: built without OpenCSD (libopencsd-dev)");
	return CHECK_SKIP;
}
#endif
