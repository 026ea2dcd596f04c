/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Packets of Intel PT, as SDM volume 3 draws them.  Each function writes one
 * to @p and returns its length.
 */
#ifndef AUX_HARDWARE_PT_PACKET_H
#define AUX_HARDWARE_PT_PACKET_H

#include "pt-unit.h"

#define PT_PAD 0x00
/* Short TNT: 6 branches below the stop bit, bit 7. */
#define PT_TNT 0xaa

static inline u64 pt_le(u8 *p, u64 value, u64 n)
{
	u64 i;

	for (i = 0; i < n; i++)
		p[i] = value >> 8 * i;
	return n;
}

static inline u64 pt_psb(u8 *p)
{
	u64 i;

	for (i = 0; i < 16; i += 2)
		pt_le(p + i, 0x8202, 2);
	return 16;
}

static inline u64 pt_psbend(u8 *p)
{
	return pt_le(p, 0x2302, 2);
}

static inline u64 pt_tsc(u8 *p, u64 tsc)
{
	*p = 0x19;
	return 1 + pt_le(p + 1, tsc, 7);
}

static inline u64 pt_cbr(u8 *p, u32 ratio)
{
	return pt_le(p, 0x0302 | (u64)(ratio & 0xff) << 16, 4);
}

/* 64-bit code. */
static inline u64 pt_mode_exec(u8 *p)
{
	return pt_le(p, 0x0199, 2);
}

/* The IP's low 48 bits; the rest is their sign. */
static inline u64 pt_ip_packet(u8 *p, u8 opcode, u64 ip)
{
	*p = opcode | 3 << 5;
	return 1 + pt_le(p + 1, ip, 6);
}

static inline u64 pt_fup(u8 *p, u64 ip)
{
	return pt_ip_packet(p, 0x1d, ip);
}

static inline u64 pt_tip_pge(u8 *p, u64 ip)
{
	return pt_ip_packet(p, 0x11, ip);
}

/* Without an IP. */
static inline u64 pt_tip_pgd(u8 *p)
{
	*p = 0x01;
	return 1;
}

#endif
