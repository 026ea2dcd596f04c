/* SPDX-License-Identifier: GPL-2.0-only */
/* Parts that have SPE, by what their ID registers say of it. */
#ifndef AUX_HARDWARE_SPE_PART_H
#define AUX_HARDWARE_SPE_PART_H

#ifdef __KERNEL__
#include <linux/types.h>
#else
#include <stdbool.h>
#include <stdint.h>
typedef uint8_t u8;
typedef uint32_t u32;
typedef uint64_t u64;
#endif

struct spe_part {
	const char *name;
	u32 version;		/* ID_AA64DFR0_EL1.PMSVer: 1 is SPE 1.0 */
	u64 features;		/* of PMSIDR_EL1, its flags */
	u32 counter;		/* and CountSize */
	u32 record;		/* bytes of a record at the most: 2^n */
	u32 align;		/* of the buffer's pointer: 2^n */
	u64 events;		/* that PMSEVFR_EL1 can tell */
};

/* NULL: no such part. */
const struct spe_part *spe_part_find(const char *name);

u64 spe_part_pmsidr(const struct spe_part *part);
u64 spe_part_pmbidr(const struct spe_part *part);

#endif
