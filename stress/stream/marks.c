// SPDX-License-Identifier: GPL-2.0-only
#include "stress/stream/marks.h"

#include "stress/event/oracle.h"
#include "stress/stream/tracer.h"

/* Marks and flags count fulls modulo 2^24. */
static bool has_hung(struct tracer *tracer, uint64_t full)
{
	uint64_t hung;
	int i;

	for (i = 0; i < 2; i++) {
		hung = atomic_load(&tracer->hung_full[i]);
		if (hung && !((hung ^ full) & AUXSYNTH_FULL_MASK))
			return true;
	}
	return false;
}

void marks_take(void *ctx, const struct auxsynth_record *r)
{
	struct tracer *tracer = ctx;

	account_mark(&tracer->account, r,
		     has_hung(tracer, AUXSYNTH_INFO_FULL(r->info)));
}

void marks_beside(struct tracer *tracer, uint64_t until)
{
	uint64_t lost;

	if (!tracer->marks)
		return;
	lost = oracle_marks(tracer->marks, &tracer->next_mark, until,
			    marks_take, tracer);
	tracer->lost_marks += lost;
	if (lost)
		account_lost(&tracer->account);
}

/* perf's own records: PERF_RECORD_AUX with its sample_id (TID, TIME). */
struct aux_record {
	struct perf_event_header header;
	uint64_t offset, size, flags;
	uint32_t pid, tid;
	uint64_t time;
};

/* The marks of a trace that are not auxsynth's, in its words. */
static void put_mark(struct tracer *tracer, int type, uint64_t time,
		     uint64_t fulls)
{
	struct auxsynth_record r = {
		.time = time, .info = AUXSYNTH_INFO(type, 0, 0, 0, fulls),
	};

	marks_take(tracer, &r);
}

void marks_gap(void *ctx, enum gap_mark mark, uint64_t time, uint64_t fulls)
{
	put_mark(ctx, mark == GAP_START ? AUXSYNTH_START : AUXSYNTH_STOP,
		 time, fulls);
}

/*
 * Without the driver's marks a gap is what perf's records and our own ENABLE
 * show: from the record that said TRUNCATED to the ENABLE after which a record
 * brought data again.
 */
static void flags_mark(struct tracer *tracer, int type, uint64_t time)
{
	put_mark(tracer, type, time, atomic_load(&tracer->flag_fulls));
}

static uint64_t flags_restart_time(struct tracer *tracer)
{
	const struct account *account = &tracer->account;
	uint64_t time = account->last_pass.enable_out;

	/* After a hang it was not our ENABLE that did it. */
	if (has_hung(tracer, atomic_load(&tracer->flag_fulls)))
		time = tracer->pass.begin;
	return time > account->stop ? time : account->stop;
}

static void flags_resumed(struct tracer *tracer, const struct aux_record *r)
{
	uint64_t time = flags_restart_time(tracer);

	if (tracer->gaps)
		gaps_resumed(tracer->gaps, r->offset, time);
	else
		flags_mark(tracer, AUXSYNTH_START, time);
	atomic_store(&tracer->flag_waiting, false);
}

static void flags_full(struct tracer *tracer, const struct aux_record *r)
{
	if (tracer->gaps)
		gaps_full(tracer->gaps, r->offset + r->size, r->time);
	else
		flags_mark(tracer, AUXSYNTH_STOP, r->time);
	atomic_fetch_add(&tracer->flag_fulls, 1);
	atomic_store(&tracer->flag_waiting, true);
}

static void flags_record(struct tracer *tracer, const struct aux_record *r)
{
	tracer->counts.collisions += !!(r->flags & PERF_AUX_FLAG_COLLISION);
	tracer->counts.partial += !!(r->flags & PERF_AUX_FLAG_PARTIAL);
	if (r->size && atomic_load(&tracer->flag_waiting))
		flags_resumed(tracer, r);
	else if (r->size && !tracer->account.start && !tracer->gaps)
		flags_mark(tracer, AUXSYNTH_START, r->time);
	if ((r->flags & PERF_AUX_FLAG_TRUNCATED) &&
	    !atomic_load(&tracer->flag_waiting))
		flags_full(tracer, r);
}

void marks_perf_record(void *ctx, const struct perf_event_header *h)
{
	const struct aux_record *r = (const void *)h;
	struct tracer *tracer = ctx;

	if (h->type == PERF_RECORD_LOST)
		tracer->counts.lost++;
	if (tracer->slot || h->type != PERF_RECORD_AUX ||
	    h->size < sizeof(*r))
		return;
	/* Its time is when a wakeup was queued, if one was. */
	if (!tracer->account.first_pmi)
		tracer->account.first_pmi = r->time;
	flags_record(tracer, r);
}
