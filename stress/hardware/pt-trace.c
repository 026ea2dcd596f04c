// SPDX-License-Identifier: GPL-2.0-only
#include "pt-trace.h"

#include "pt-output.h"
#include "pt-packet.h"

/* Packets are put together here, and a CYC before any of them fits, too. */
#define BATCH 160ull
#define CYC_MAX 8

/* Are packets of control flow made? */
static bool flows(const struct pt_unit *u)
{
	return (u->ctl & PT_CTL_BRANCHEN) && pt_unit_tracing(u) &&
	       (u->status & PT_STATUS_CONTEXTEN) &&
	       (u->status & PT_STATUS_FILTEREN);
}

/* Ticks of the always running timer; what the TSC is ahead of the last. */
static u64 ctc_at(const struct pt_unit *u, u64 tsc, u64 *ahead)
{
	u64 ctc = div_u64(tsc * u->part->art_den, u->part->art_num);

	if (ahead)
		*ahead = tsc - div_u64(ctc * u->part->art_num,
				       u->part->art_den);
	return ctc;
}

/* The next change of the bits that MTC packets show. */
static void plan_mtc(struct pt_unit *u)
{
	u32 shift = PT_CTL_MTCFREQ(u->ctl);
	u64 ctc;

	u->mtc_at = ~0ull;
	if (!(u->ctl & PT_CTL_MTCEN))
		return;
	ctc = ((ctc_at(u, u->tsc, NULL) >> shift) + 1) << shift;
	u->mtc_at = div_u64(ctc * u->part->art_num + u->part->art_den - 1,
			    u->part->art_den);
}

static void let_pass(struct pt_unit *u, u64 bytes)
{
	u->tsc_part += bytes * u->tsc_step;
	u->tsc += u->tsc_part >> 16;
	u->tsc_part &= 0xffff;
	u->since_overflow += bytes;
}

/* Cycles since the last of these packets, if they are that many. */
static u64 add_cyc(struct pt_unit *u, u8 *p)
{
	u32 thresh = PT_CTL_CYCTHRESH(u->ctl);
	u64 cycles = u->tsc - u->cyc_at;

	if (!(u->ctl & PT_CTL_CYCEN) ||
	    cycles < (thresh ? 1ull << (thresh - 1) : 1))
		return 0;
	u->cyc_at = u->tsc;
	/* The counter has its width. */
	return pt_cyc(p, cycles & 0xffffffff);
}

/*
 * The MTC that is due: one in a byte's time at most, as parts drop some, too.
 * Where the rate is low a decoder sees by its value how many were.
 */
static u64 add_mtc(struct pt_unit *u, u8 *p)
{
	u64 n;

	if (u->tsc < u->mtc_at)
		return 0;
	n = add_cyc(u, p);
	n += pt_mtc(p + n, ctc_at(u, u->tsc, NULL) >> PT_CTL_MTCFREQ(u->ctl));
	plan_mtc(u);
	return n;
}

static u64 add_time(struct pt_unit *u, u8 *p)
{
	u64 n, ctc, ahead;

	if (!(u->ctl & PT_CTL_TSCEN))
		return 0;
	n = add_cyc(u, p);
	n += pt_tsc(p + n, u->tsc);
	if (!(u->ctl & PT_CTL_MTCEN))
		return n;
	/* It tells what an MTC that is due would; that would be a lap later. */
	plan_mtc(u);
	ctc = ctc_at(u, u->tsc, &ahead);
	return n + pt_tma(p + n, ctc, ahead);
}

/* PSB+: all that a decoder needs to begin here. */
static void put_psb(struct pt_unit *u, bool inside)
{
	u8 p[96];
	u64 n = pt_psb(p);

	u->since_psb = 0;
	n += add_time(u, p + n);
	if ((u->status & PT_STATUS_CONTEXTEN) && (u->ctl & PT_CTL_OS))
		n += pt_pip(p + n, u->place.cr3);
	n += pt_cbr(p + n, u->ratio);
	if ((u->status & PT_STATUS_CONTEXTEN) && (u->ctl & PT_CTL_BRANCHEN))
		n += pt_mode_tsx(p + n);
	if (inside && flows(u)) {
		n += pt_mode_exec(p + n);
		n += pt_fup(p + n, u->place.program.ip);
	}
	n += pt_psbend(p + n);
	pt_output_put(u, p, n);
}

/* The rest of a round, so that it is where the next packet says it is. */
static void end_round(struct pt_unit *u)
{
	const struct pt_program *program = &u->place.program;

	if (u->phase)
		pt_output_put(u, program->round + u->phase,
			      program->len - u->phase);
	u->phase = 0;
}

/* FilterEn, ContextEn: what of the place is traced. */
static void look_at_place(struct pt_unit *u)
{
	bool ranges = false, inside = false;
	u64 ip = u->place.program.ip;
	u32 i;

	for (i = 0; i < 4; i++) {
		if (PT_CTL_ADDR(u->ctl, i) != 1)
			continue;
		ranges = true;
		inside |= ip >= u->addr[2 * i] && ip <= u->addr[2 * i + 1];
	}
	u->status &= ~(PT_STATUS_CONTEXTEN | PT_STATUS_FILTEREN);
	if ((u->ctl & (u->place.user ? PT_CTL_USER : PT_CTL_OS)) &&
	    (!(u->ctl & PT_CTL_CR3FILTER) || u->place.cr3 == u->cr3_match))
		u->status |= PT_STATUS_CONTEXTEN;
	if (!ranges || inside)
		u->status |= PT_STATUS_FILTEREN;
}

/* Code in which tracing is to end. */
static bool in_stop_range(const struct pt_unit *u)
{
	u64 ip = u->place.program.ip;
	u32 i;

	for (i = 0; i < 4; i++) {
		if (PT_CTL_ADDR(u->ctl, i) == 2 && ip >= u->addr[2 * i] &&
		    ip <= u->addr[2 * i + 1])
			return u->status & PT_STATUS_CONTEXTEN;
	}
	return false;
}

/* Packet generation begins at the place. */
static void arrive(struct pt_unit *u)
{
	u8 p[40];
	u64 n = 0;

	u->phase = 0;
	look_at_place(u);
	if (in_stop_range(u)) {
		pt_output_put(u, p, pt_trace_stop(p));
		u->status |= PT_STATUS_STOPPED;
		u->status &= ~PT_STATUS_TRIGGEREN;
	}
	if (!flows(u))
		return;
	n += add_cyc(u, p);
	n += pt_mode_exec(p + n);
	n += pt_tip_pge(p + n, u->place.program.ip);
	pt_output_put(u, p, n);
}

/* It ends there. */
static void leave(struct pt_unit *u)
{
	u8 p[40];
	u64 n;

	if (!flows(u))
		return;
	end_round(u);
	n = add_cyc(u, p);
	n += pt_fup(p + n, u->place.program.ip);
	n += pt_tip_pgd(p + n);
	pt_output_put(u, p, n);
}

void pt_trace_start(struct pt_unit *u)
{
	u8 p[40];
	u64 n;

	if (u->status & (PT_STATUS_STOPPED | PT_STATUS_ERROR))
		return;
	u->status |= PT_STATUS_TRIGGEREN;
	u->cyc_at = u->tsc;
	plan_mtc(u);
	look_at_place(u);
	if (!u->since_psb || (u->status & PT_STATUS_PENDPSB)) {
		put_psb(u, false);
	} else {
		n = add_time(u, p);
		n += pt_cbr(p + n, u->ratio);
		pt_output_put(u, p, n);
	}
	u->status &= ~PT_STATUS_PENDPSB;
	arrive(u);
}

void pt_trace_stop_here(struct pt_unit *u)
{
	leave(u);
	u->status &= ~(PT_STATUS_TRIGGEREN | PT_STATUS_CONTEXTEN |
		       PT_STATUS_FILTEREN);
}

void pt_unit_move(struct pt_unit *u, const struct pt_place *place)
{
	bool other = u->place.cr3 != place->cr3;
	u8 p[8];

	if (!pt_unit_tracing(u)) {
		u->place = *place;
		return;
	}
	leave(u);
	u->place = *place;
	look_at_place(u);
	if (other && (u->status & PT_STATUS_CONTEXTEN) && (u->ctl & PT_CTL_OS))
		pt_output_put(u, p, pt_pip(p, place->cr3));
	arrive(u);
}

/*
 * Packets are lost, and time passes, until the buffers are free again.  What
 * the trace unit tells then is where it is; a round may have been cut.
 */
static void overflow(struct pt_unit *u)
{
	u8 p[64];
	u64 n;

	let_pass(u, u->overflow_for);
	u->since_overflow = 0;
	u->phase = 0;
	n = add_cyc(u, p);
	n += pt_ovf(p + n);
	n += add_time(u, p + n);
	if (flows(u))
		n += pt_fup(p + n, u->place.program.ip);
	pt_output_put(u, p, n);
}

/* Bytes' time up to the next MTC, but @n at most. */
static u64 before_mtc(const struct pt_unit *u, u64 n)
{
	if (u->mtc_at <= u->tsc || !u->tsc_step)
		return 1;
	if (u->mtc_at - u->tsc >= n * u->tsc_step >> 16)
		return n;
	return div64_u64((u->mtc_at - u->tsc) << 16, u->tsc_step) + 1;
}

/*
 * Branches, at most @n bytes, with packets of time between them: as many as
 * there is room for without a look at the output.  Returns for how long.
 */
static u64 put_timed(struct pt_unit *u, u64 n)
{
	const struct pt_program *program = &u->place.program;
	u64 len = 0, done = 0, left = min(BATCH, pt_output_left(u)), k;
	u32 each = flows(u) ? program->each : 1;
	u8 p[BATCH + 2 * CYC_MAX + PT_ROUND_MAX + 2];

	do {
		len += add_mtc(u, p + len);
		k = before_mtc(u, n - done);
		if (flows(u)) {
			len += add_cyc(u, p + len);
			if (u->ctl & PT_CTL_CYCEN)
				k = each;
			else if (left > len && k > left - len)
				k = left - len;
			k = div_u64(k + each - 1, each) * each;
			pt_output_repeat(p + len, program->round, program->len,
					 u->phase, k);
			len += k;
			u->phase = (u->phase + k) % program->len;
		}
		let_pass(u, k);
		done += k;
	} while (done < n && len + 2 * CYC_MAX + each + 2 <= left);
	pt_output_put(u, p, len);
	return done;
}

/* Only what ends at the region's, or is in one piece by itself. */
static u64 put_branches(struct pt_unit *u, u64 n)
{
	const struct pt_program *program = &u->place.program;
	u64 done;

	if (!flows(u) || program->each > 1 ||
	    (u->ctl & (PT_CTL_MTCEN | PT_CTL_CYCEN)))
		return put_timed(u, n);
	done = pt_output_fill(u, program->round, program->len, u->phase, n);
	u->phase = (u->phase + done) % program->len;
	let_pass(u, done);
	return done;
}

/* How much may come before something else has its turn. */
static u64 before_next(const struct pt_unit *u, u64 n)
{
	u64 period = 2048ull << PT_CTL_PSBFREQ(u->ctl);

	if (u->overflow_every)
		n = min(n, u->overflow_every - u->since_overflow);
	return min(n, period - u->since_psb);
}

u64 pt_unit_run(struct pt_unit *u, u64 n)
{
	u64 done = 0, period = 2048ull << PT_CTL_PSBFREQ(u->ctl);
	bool pmi = u->pmi;

	while (done < n && pt_unit_tracing(u) && u->pmi == pmi) {
		if (u->overflow_every &&
		    u->since_overflow >= u->overflow_every) {
			overflow(u);
			done += u->overflow_for;
		} else if (u->since_psb >= period) {
			end_round(u);
			put_psb(u, true);
		} else {
			done += put_branches(u, before_next(u, n - done));
		}
	}
	return done;
}
