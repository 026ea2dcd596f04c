// SPDX-License-Identifier: GPL-2.0-only
#include "pt-unit.h"

/* Leaf 14H, EBX and ECX. */
#define CR3_FILTER PT_BIT(0)
#define PSB_CYC PT_BIT(1)
#define IP_FILTER PT_BIT(2)
#define MTC PT_BIT(3)
#define PTWRITE PT_BIT(4)
#define POWER PT_BIT(5)
#define INJECT PT_BIT(6)
#define TOPA PT_BIT(0)
#define MULTIPLE PT_BIT(1)
#define SINGLE_RANGE PT_BIT(2)

/*
 * plain has no packets of time but TSC, so that all bytes are of the rate that
 * was asked for.  broadwell is the first generation.  Where its tables have one
 * region only, the PMI comes early enough for software to have a margin.
 */
static const struct pt_part parts[] = {
	{
		.name = "plain",
		.leaf = { { 1, CR3_FILTER | IP_FILTER,
			    TOPA | MULTIPLE | SINGLE_RANGE }, { 2 } },
	}, {
		.name = "broadwell", .vfm = 0x63d,
		.leaf = { { 0, CR3_FILTER, TOPA } },
		.early = 512,
	}, {
		.name = "skylake", .vfm = 0x65e,
		.leaf = { { 1, CR3_FILTER | PSB_CYC | IP_FILTER | MTC,
			    TOPA | MULTIPLE | SINGLE_RANGE },
			  { 0x02490002, 0x003f3fff } },
		.art_num = 250, .art_den = 2,
	}, {
		.name = "goldmont-plus", .vfm = 0x67a,
		.leaf = { { 1, CR3_FILTER | PSB_CYC | IP_FILTER | MTC |
			    PTWRITE | POWER, TOPA | MULTIPLE | SINGLE_RANGE },
			  { 0x02490002, 0x003f3fff } },
		.art_num = 171, .art_den = 3,
	}, {
		.name = "alderlake", .vfm = 0x697,
		.leaf = { { 1, CR3_FILTER | PSB_CYC | IP_FILTER | MTC |
			    PTWRITE | INJECT,
			    TOPA | MULTIPLE | SINGLE_RANGE },
			  { 0x02490002, 0x003f3fff } },
		.art_num = 166, .art_den = 2,
	},
};

const struct pt_part *pt_part_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (!strcmp(parts[i].name, name))
			return &parts[i];
	}
	return NULL;
}

bool pt_part_multiple(const struct pt_part *part)
{
	return part->leaf[0][2] & MULTIPLE;
}

/* Does @bits, 0 always being allowed, name one that is not set in @known? */
static bool unknown(u64 value, u32 known)
{
	return value && !(known >> value & 1);
}

bool pt_part_refuses(const struct pt_part *part, u64 ctl)
{
	u32 ebx = part->leaf[0][1], ranges = part->leaf[1][0] & 7, i;
	u64 allowed = PT_CTL_TRACEEN | PT_CTL_OS | PT_CTL_USER | PT_CTL_TOPA |
		      PT_CTL_TSCEN | PT_CTL_DISRETC | PT_CTL_BRANCHEN;

	if (ebx & CR3_FILTER)
		allowed |= PT_CTL_CR3FILTER;
	if (ebx & PSB_CYC)
		allowed |= PT_CTL_CYCEN | 0xfull << 19 | 0xfull << 24;
	if (ebx & MTC)
		allowed |= PT_CTL_MTCEN | 0xfull << 14;
	if (ebx & PTWRITE)
		allowed |= PT_CTL_PTWEN | PT_CTL_FUPONPTW;
	if (ebx & POWER)
		allowed |= PT_CTL_PWREVTEN;
	if (ebx & INJECT)
		allowed |= PT_CTL_INJECT;
	for (i = 0; i < ranges; i++)
		allowed |= 0xfull << (32 + 4 * i);
	return (ctl & ~allowed) ||
	       unknown(PT_CTL_MTCFREQ(ctl), part->leaf[1][0] >> 16) ||
	       unknown(PT_CTL_CYCTHRESH(ctl), part->leaf[1][1] & 0xffff) ||
	       unknown(PT_CTL_PSBFREQ(ctl), part->leaf[1][1] >> 16) ||
	       (!(ctl & PT_CTL_TOPA) && (ctl & PT_CTL_TRACEEN) &&
		!(part->leaf[0][2] & SINGLE_RANGE));
}
