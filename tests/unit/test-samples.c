// SPDX-License-Identifier: GPL-2.0-only
/* AUX samples looked up in their trace: those that overlap, come early, lie. */
#include <string.h>

#include "lib/random.h"
#include "stress/scenario/samples.h"
#include "tests/check.h"

#define SIZE 64

int main(void)
{
	struct check t = { 0 };
	unsigned char trace[1024], data[SIZE];
	struct samples seen = { .trace = trace, .size = sizeof(trace) };
	uint64_t rng = 1;
	size_t i;

	for (i = 0; i < sizeof(trace); i++)
		trace[i] = random_next(&rng) % 255 + 1;

	memset(data, 0, SIZE / 2);
	memcpy(data + SIZE / 2, trace, SIZE / 2);
	samples_look_up(&seen, data, SIZE);
	CHECK(&t, !seen.in_trace && !seen.not_in_trace);

	samples_look_up(&seen, trace + 100, SIZE);
	samples_look_up(&seen, trace + 110, SIZE);	/* overlaps */
	samples_look_up(&seen, trace + 110, SIZE);	/* nothing between */
	samples_look_up(&seen, trace + sizeof(trace) - SIZE, SIZE);
	CHECK_EQ(&t, seen.in_trace, 4);
	CHECK_EQ(&t, seen.not_in_trace, 0);

	samples_look_up(&seen, trace + 110, SIZE);	/* older than the last */
	samples_look_up(&seen, data, SIZE);		/* early, but late */
	seen.at = 0;
	memcpy(data, trace + 300, SIZE);
	data[SIZE - 1] ^= 1;
	samples_look_up(&seen, data, SIZE);
	CHECK_EQ(&t, seen.in_trace, 4);
	CHECK_EQ(&t, seen.not_in_trace, 3);
	return check_end(&t);
}
