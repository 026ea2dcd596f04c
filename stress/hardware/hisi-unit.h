/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A HiSilicon PCIe Tune and Trace device, as far as Linux's documentation and
 * driver tell of it: the registers of its trace, four buffers that are filled in
 * turn, and an interrupt for each.  No clock and no bus: whoever drives it says
 * how much there was to trace, and looks at @pmi.  It compiles in user space,
 * too.
 */
#ifndef AUX_HARDWARE_HISI_UNIT_H
#define AUX_HARDWARE_HISI_UNIT_H

#include "pt-types.h"

/* Registers, by their offsets. */
enum ptt_reg {
	PTT_ADDR_SIZE = 0x800, PTT_BASE = 0x810, PTT_BASE_END = 0x830,
	PTT_CTRL = 0x850, PTT_INT_STAT = 0x890, PTT_INT_MASK = 0x894,
	PTT_WR_STS = 0x8a0, PTT_STS = 0x8b0, PTT_RANGE = 0xfe0,
	PTT_LOCATION = 0xfe8,
};

#define PTT_CTRL_EN PT_BIT(0)
#define PTT_CTRL_RST PT_BIT(1)
#define PTT_STS_IDLE PT_BIT(0)
#define PTT_BUFFERS 4u
#define PTT_RECORD 16u	/* a header of 4 words */

struct ptt_unit {
	/* Set by the creator: buffers are where the driver says, and who it is. */
	void *(*memory)(u64 address);
	u32 range, location;

	u32 ctrl, size, stat, mask;
	u32 base[2 * PTT_BUFFERS];	/* low and high halves */
	u32 buffer, at;			/* the next byte */
	u64 records;
	bool pmi;			/* an interrupt that is not masked */
	u64 handed;			/* bytes of buffers that are over */
	u64 faults;			/* enabled without buffers */
};

void ptt_unit_write(struct ptt_unit *u, u32 reg, u32 value);
u32 ptt_unit_read(const struct ptt_unit *u, u32 reg);

bool ptt_unit_tracing(const struct ptt_unit *u);

/*
 * Traces @bytes, or up to the end of a buffer whose interrupt was not pending
 * yet.  Returns how many.
 */
u64 ptt_unit_run(struct ptt_unit *u, u64 bytes);

/* Bytes until then, if less than @limit. */
u64 ptt_unit_room(const struct ptt_unit *u, u64 limit);

#endif
