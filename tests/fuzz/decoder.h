/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_TESTS_FUZZ_DECODER_H
#define AUX_TESTS_FUZZ_DECODER_H

#include "stress/trace/gaps.h"
#include "tests/fuzz/fuzz.h"

static inline void fuzz_mark(void *ctx, enum gap_mark mark, uint64_t time,
			     uint64_t fulls)
{
	uint64_t *last = ctx;

	/* Whatever the trace says, time does not run backward. */
	if (time < *last)
		abort();
	*last = time;
}

/*
 * Pieces of trace and what perf's records say between them: a full, a restart,
 * a lap.  Takes @decoder over.
 */
static inline void fuzz_decoder(struct decoder *decoder, const uint8_t *data,
				size_t size)
{
	struct hwclock clock = { .mult = 1 << 10, .shift = 10 };
	uint64_t last = 0, at = 0;
	const uint8_t *piece;
	struct gaps gaps;
	struct err err;
	size_t len;

	if (gaps_init(&gaps, decoder, &clock, fuzz_mark, &last, &err))
		exit(1);
	gaps.fixed_clock = true;
	while ((len = fuzz_piece(&data, &size, &piece))) {
		if (piece[0] == 0xf1)
			gaps_full(&gaps, at + piece[len / 2] % (len + 1), at);
		if (piece[0] == 0xf2)
			gaps_resumed(&gaps, at, at + 1);
		if (piece[0] == 0xf3) {
			at += len;
			gaps_lost(&gaps, at);
			continue;
		}
		gaps_feed(&gaps, piece, len);
		at += len;
	}
	gaps_end(&gaps);
	json_decref(gap_counts_to_json(&gaps.counts));
	gaps_free(&gaps);
}

#endif
