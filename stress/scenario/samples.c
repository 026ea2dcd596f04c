// SPDX-License-Identifier: GPL-2.0-only
#include "stress/scenario/samples.h"

#include <stdbool.h>
#include <string.h>

/* It reaches back to before the trace began, where nothing was written. */
static bool is_early(const struct samples *seen, const unsigned char *data,
		     size_t size)
{
	size_t n = 0;

	while (n < size && !data[n])
		n++;
	return n && !seen->in_trace && !memcmp(seen->trace, data + n, size - n);
}

/*
 * A late sample and the next one, in time, may overlap: after a stop of 5 ms a
 * guest takes two while less than a sample's size is written.
 */
void samples_look_up(struct samples *seen, const unsigned char *data,
		     size_t size)
{
	const unsigned char *found = memmem(seen->trace + seen->at,
					    seen->size - seen->at, data, size);

	if (!found) {
		seen->not_in_trace += !is_early(seen, data, size);
		return;
	}
	seen->in_trace++;
	seen->at = found - seen->trace;
}
