// SPDX-License-Identifier: GPL-2.0-only
/*
 * Gaps from a trace's own times and perf's records, with a decoder whose trace
 * is made of letters: see feed().
 */
#include <stdlib.h>
#include <string.h>

#include "lib/json.h"
#include "stress/trace/gaps.h"
#include "tests/check.h"

/* A clock of 4 ticks a ns that was 1000 ns at tick 40,000. */
static const struct hwclock test_clock = {
	.mult = 1, .shift = 2, .base_ticks = 40000, .base_ns = 1000,
};

struct seen {
	char text[800];
	struct gaps gaps;
};

static void on_mark(void *ctx, enum gap_mark mark, uint64_t time,
		    uint64_t fulls)
{
	struct seen *seen = ctx;
	size_t len = strlen(seen->text);

	snprintf(seen->text + len, sizeof(seen->text) - len, "%s%llu/%llu ",
		 mark == GAP_START ? "+" : "-", (unsigned long long)time,
		 (unsigned long long)fulls);
}

struct letters {
	struct decoder decoder;
	uint64_t time;
	unsigned int cuts;
};

/*
 * "." an hour of nothing; "t": 100 ns later; "o": on; "f": off; "v": overflow;
 * "b": 50 ns back.  In ticks of @test_clock's length, from 1000 ns.
 */
static void feed(struct decoder *decoder, const unsigned char *buf,
		 size_t len)
{
	struct letters *letters = (struct letters *)decoder;

	for (; len; len--, buf++) {
		if (*buf == 't')
			letters->time += 400;
		if (*buf == 'b')
			letters->time -= 200;
		if (*buf != '.')
			decoder->fn(decoder->ctx, *buf == 'o' ? DECODE_ON :
				    *buf == 'f' ? DECODE_OFF :
				    *buf == 'v' ? DECODE_LOST : DECODE_TIME,
				    letters->time);
	}
}

static void cut(struct decoder *decoder)
{
	((struct letters *)decoder)->cuts++;
}

static void free_letters(struct decoder *decoder)
{
	free(decoder);
}

/* One byte at a time. */
static void feed_text(struct seen *seen, const char *text)
{
	while (*text) {
		gaps_feed(&seen->gaps, (const unsigned char *)text, 1);
		text++;
	}
}

static void begin(struct seen *seen, bool time_is_on)
{
	struct letters *letters = calloc(1, sizeof(*letters));
	struct err err;

	seen->text[0] = '\0';
	letters->decoder = (struct decoder) {
		.feed = feed, .cut = cut, .free = free_letters,
		.time_is_on = time_is_on,
	};
	letters->time = 40000;
	gaps_init(&seen->gaps, &letters->decoder, &test_clock, on_mark, seen,
		  &err);
	seen->gaps.fixed_clock = true;
}

static void expect(struct check *t, struct seen *seen, const char *text)
{
	gaps_end(&seen->gaps);
	if (strcmp(seen->text, text))
		printf("got '%s', expected '%s'\n", seen->text, text);
	CHECK(t, !strcmp(seen->text, text));
	gaps_free(&seen->gaps);
}

static void clock_works(struct check *t)
{
	struct hwclock clock = test_clock;

	CHECK_EQ(t, hwclock_ns(&clock, 40000), 1000);
	CHECK_EQ(t, hwclock_ns(&clock, 40400), 1100);
	CHECK_EQ(t, hwclock_ns(&clock, 39600), 900);
	/* 56 bits of a counter that has more. */
	clock.base_ticks = 0x0180000000000010ull;
	CHECK_EQ(t, hwclock_ns(&clock, 0x0080000000000410ull), 1256);
	/* Just over the edge, in both directions. */
	clock.base_ticks = 0x01ffffffffffff00ull;
	CHECK_EQ(t, hwclock_ns(&clock, 0x0000000000000100ull), 1128);
	clock.base_ticks = 0x0200000000000100ull;
	CHECK_EQ(t, hwclock_ns(&clock, 0x00ffffffffffff00ull), 872);
}

static void normal(struct check *t)
{
	struct seen s;

	/* Runs, is full after 6 bytes, restarts 3 times 100 ns later. */
	begin(&s, false);
	gaps_full(&s.gaps, 6, 5000);
	gaps_resumed(&s.gaps, 6, 6000);
	feed_text(&s, "ot.t.t" "tttot" "t");
	CHECK_EQ(t, ((struct letters *)s.gaps.decoder)->cuts, 1);
	CHECK_EQ(t, s.gaps.counts.blind, 0);
	expect(t, &s, "+1000/0 -1300/0 +1600/1 ");

	/* The trace says itself when it stopped: before its last time. */
	begin(&s, false);
	gaps_full(&s.gaps, 5, 5000);
	feed_text(&s, "otftt" "to");
	expect(t, &s, "+1000/0 -1100/0 +1400/1 ");

	/* All in one piece, with two fulls in it. */
	begin(&s, false);
	gaps_full(&s.gaps, 2, 5000);
	gaps_resumed(&s.gaps, 2, 5001);
	gaps_full(&s.gaps, 5, 7000);
	gaps_resumed(&s.gaps, 5, 7001);
	gaps_feed(&s.gaps, (const unsigned char *)"ottotto", 7);
	expect(t, &s, "+1000/0 -1100/0 +1200/1 -1300/1 +1400/2 ");

	/* The record comes before its last bytes do. */
	begin(&s, false);
	feed_text(&s, "ot");
	gaps_full(&s.gaps, 4, 5000);
	feed_text(&s, "t");
	CHECK(t, !s.gaps.waiting);
	feed_text(&s, "t");
	CHECK(t, s.gaps.waiting);
	feed_text(&s, "to");
	expect(t, &s, "+1000/0 -1300/0 +1400/1 ");
}

static void no_gaps(struct check *t)
{
	struct seen s;

	/* Switched out and in: a pause. */
	begin(&s, false);
	feed_text(&s, "ottfttot");
	CHECK_EQ(t, s.gaps.counts.pauses, 1);
	CHECK_EQ(t, s.gaps.counts.pause_ns, 200);
	expect(t, &s, "+1000/0 ");

	/* The hardware's own loss, ended by a time or by a start. */
	begin(&s, false);
	feed_text(&s, "otvtttvv");
	CHECK_EQ(t, s.gaps.counts.overflows, 3);
	CHECK_EQ(t, s.gaps.counts.overflow_ns, 100);
	feed_text(&s, "t");
	CHECK_EQ(t, s.gaps.counts.overflow_ns, 200);
	expect(t, &s, "+1000/0 ");

	/* An overflow, then a full: both, the one up to the other. */
	begin(&s, false);
	gaps_full(&s.gaps, 4, 5000);
	feed_text(&s, "otvt" "tto");
	CHECK_EQ(t, s.gaps.counts.overflows, 1);
	CHECK_EQ(t, s.gaps.counts.overflow_ns, 100);
	expect(t, &s, "+1000/0 -1200/0 +1400/1 ");

	/* The overflow is the last thing: what follows is the gap's. */
	begin(&s, false);
	gaps_full(&s.gaps, 3, 5000);
	feed_text(&s, "otv" "ttot");
	CHECK_EQ(t, s.gaps.counts.overflow_ns, 0);
	expect(t, &s, "+1000/0 -1100/0 +1300/1 ");
}

static void odd(struct check *t)
{
	struct seen s;

	/* The start is not seen: perf's records must do, and it is said. */
	begin(&s, false);
	gaps_full(&s.gaps, 2, 5000);
	gaps_resumed(&s.gaps, 2, 1250);
	gaps_full(&s.gaps, 5, 7000);
	feed_text(&s, "ot" "..t" "to");
	CHECK_EQ(t, s.gaps.counts.blind, 1);
	expect(t, &s, "+1000/0 -1100/0 +1250/1 -1250/1 +1300/2 ");

	/* The same at the end; and a full with nothing after it stays open. */
	begin(&s, false);
	gaps_full(&s.gaps, 2, 5000);
	gaps_resumed(&s.gaps, 2, 1400);
	feed_text(&s, "ot" "..");
	expect(t, &s, "+1000/0 -1100/0 +1400/1 ");
	begin(&s, false);
	gaps_full(&s.gaps, 2, 5000);
	feed_text(&s, "ot");
	expect(t, &s, "+1000/0 -1100/0 ");

	/* No time at all before the full: the record's. */
	begin(&s, false);
	gaps_full(&s.gaps, 2, 900);
	feed_text(&s, ".." "to");
	expect(t, &s, "+900/0 -900/0 +1100/1 ");

	/* Times never run backward. */
	begin(&s, false);
	gaps_full(&s.gaps, 3, 5000);
	feed_text(&s, "ott" "bbo" "t");
	expect(t, &s, "+1000/0 -1200/0 +1200/1 ");
}

static void samples(struct check *t)
{
	struct seen s;

	/* Arm SPE: every sample has a time, and says that it runs. */
	begin(&s, true);
	gaps_full(&s.gaps, 3, 5000);
	gaps_resumed(&s.gaps, 3, 5001);
	feed_text(&s, "ttt" "tt");
	expect(t, &s, "+1100/0 -1300/0 +1400/1 ");
}

static void queue_bounds(struct check *t)
{
	struct seen s;
	int i;

	begin(&s, false);
	for (i = 0; i < GAPS_QUEUE + 3; i++)
		gaps_full(&s.gaps, 100 + i, 1);
	CHECK_EQ(t, s.gaps.counts.lost, 3);
	feed_text(&s, "ot");
	expect(t, &s, "+1000/0 ");
}

static void json(struct check *t)
{
	struct gap_counts a = { .overflows = 1, .lost = 2 }, b = a;
	json_t *j;

	gap_counts_add(&a, &b);
	j = gap_counts_to_json(&a);
	CHECK_EQ(t, json_object_size(j), sizeof(a) / sizeof(uint64_t));
	CHECK_EQ(t, json_count(j, "overflows"), 2);
	CHECK_EQ(t, json_count(j, "lost"), 4);
	CHECK_EQ(t, json_count(j, "torn"), 0);
	json_decref(j);
}

int main(void)
{
	struct check t = { 0 };

	clock_works(&t);
	normal(&t);
	no_gaps(&t);
	odd(&t);
	samples(&t);
	queue_bounds(&t);
	json(&t);
	return check_end(&t);
}
