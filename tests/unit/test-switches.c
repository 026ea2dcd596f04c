// SPDX-License-Identifier: GPL-2.0-only
/* Whether an event was scheduled with its thread, by its times. */
#include "lib/units.h"
#include "stress/switches.h"
#include "tests/check.h"

int main(void)
{
	static const struct {
		unsigned int ran, cpu, wall;	/* us */
		bool seen;
	} cases[] = {
		/* As it is: as long as its thread, less what the reads take. */
		{ 5100, 5150, 15500, true }, { 5200, 5150, 15500, true },
		/* Never out: as long as the wall clock. */
		{ 15500, 5150, 15500, false },
		/* Never in: what was left of the slice in which it was opened. */
		{ 0, 5150, 15500, false }, { 900, 5150, 15500, false },
		/* A busy host makes a sleep long, and a thread slow. */
		{ 5100, 5150, 90000, true }, { 90000, 5150, 90000, false },
		{ 40000, 40000, 52000, true }, { 52000, 40000, 52000, false },
	};
	struct check t = { 0 };
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		CHECK_EQ(&t, switches_seen(cases[i].ran * NSEC_PER_USEC,
					   cases[i].cpu * NSEC_PER_USEC,
					   cases[i].wall * NSEC_PER_USEC),
			 cases[i].seen);
	return check_end(&t);
}
