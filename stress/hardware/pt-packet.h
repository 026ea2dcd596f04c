/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Packets of Intel PT, as SDM volume 3 draws them.  Each function writes one
 * to @p and returns its length.
 */
#ifndef AUX_HARDWARE_PT_PACKET_H
#define AUX_HARDWARE_PT_PACKET_H

#include "pt-unit.h"

#define PT_PAD 0x00

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

static inline u64 pt_ovf(u8 *p)
{
	return pt_le(p, 0xf302, 2);
}

static inline u64 pt_trace_stop(u8 *p)
{
	return pt_le(p, 0x8302, 2);
}

static inline u64 pt_tsc(u8 *p, u64 tsc)
{
	*p = 0x19;
	return 1 + pt_le(p + 1, tsc, 7);
}

/* The common timestamp copy when the TSC packet before was @fast ticks ago. */
static inline u64 pt_tma(u8 *p, u64 ctc, u64 fast)
{
	pt_le(p, 0x7302, 2);
	pt_le(p + 2, ctc & 0xffff, 3);
	return 5 + pt_le(p + 5, fast & 0x1ff, 2);
}

static inline u64 pt_mtc(u8 *p, u64 ctc)
{
	p[0] = 0x59;
	p[1] = ctc;
	return 2;
}

/* Five bits in the first byte, seven in each that follows. */
static inline u64 pt_cyc(u8 *p, u64 cycles)
{
	u64 n = 1;

	p[0] = (cycles & 0x1f) << 3 | (cycles >= 32) << 2 | 3;
	for (cycles >>= 5; cycles; cycles >>= 7)
		p[n++] = (cycles & 0x7f) << 1 | (cycles >= 128);
	return n;
}

static inline u64 pt_cbr(u8 *p, u32 ratio)
{
	return pt_le(p, 0x0302 | (u64)(ratio & 0xff) << 16, 4);
}

/* Not in VMX non-root operation. */
static inline u64 pt_pip(u8 *p, u64 cr3)
{
	pt_le(p, 0x4302, 2);
	return 2 + pt_le(p + 2, cr3 >> 5 << 1, 6);
}

/* 64-bit code. */
static inline u64 pt_mode_exec(u8 *p)
{
	return pt_le(p, 0x0199, 2);
}

/* No transaction, none aborted. */
static inline u64 pt_mode_tsx(u8 *p)
{
	return pt_le(p, 0x2099, 2);
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

/* Six branches, the first in bit 5: below the stop bit, above the header. */
static inline u64 pt_tnt6(u8 *p, u8 taken)
{
	*p = 0x80 | (taken & 0x3f) << 1;
	return 1;
}

#endif
