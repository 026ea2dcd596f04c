// SPDX-License-Identifier: GPL-2.0-only
/*
 * A hunt's verdict where the host took the tracer's CPU away between its poll()
 * and its look: what poll() says now counts.  Driver and core are stand-ins that
 * show a full whose event is OFF.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/units.h"
#include "stress/hunt/hunt.h"
#include "tests/check.h"

void oracle_slot(const struct oracle *oracle, unsigned int slot,
		 struct auxsynth_slot *copy)
{
	*copy = (struct auxsynth_slot) { .waiting = 1, .fulls = 1 };
}

int oracle_state(const struct oracle *oracle, unsigned int slot,
		 struct auxsynth_state *state)
{
	*state = (struct auxsynth_state) { .state = -1 };
	return 0;
}

bool oracle_settled(const struct auxsynth_state *state)
{
	return true;
}

void oracle_hang(const struct auxsynth_slot *slot, struct hang *hang)
{
}

int oracle_compared_class(const struct oracle *oracle, unsigned int slot,
			  int event_fd, int event_state)
{
	return -1;
}

/* It has run long enough for any verdict. */
uint64_t hunt_tracee_cpu_ns(const struct hunt_tracee *tracee)
{
	return NSEC_PER_SEC;
}

static void look(struct check *t, bool told, uint64_t finds, int expected)
{
	struct cell cell = { .hang_timeout = 2 * NSEC_PER_MSEC };
	struct measure_options options = { .stop_fd = -1 };
	struct hunt *hunt = calloc(1, sizeof(*hunt));
	const struct hunt_run since = { 0 };
	struct hang hang;
	int pipes[2];

	hunt->cell = &cell;
	hunt->options = &options;
	hunt->targets = hunt->tracees = 1;
	hunt->counts.heat[HUNT_WARM].finds[HANG_LOST_WAKEUP] = finds;
	atomic_store(&hunt->laps[0], 1000000);
	CHECK_EQ(t, pipe(pipes), 0);
	hunt->target[0].fd = pipes[0];
	if (told)
		CHECK_EQ(t, write(pipes[1], "", 1), 1);
	CHECK_EQ(t, hunt_verdict(hunt, &since, &hang), expected);
	/* It was no hang that ended by itself. */
	CHECK_EQ(t, hunt->counts.recanted, 0);
	close(pipes[0]);
	close(pipes[1]);
	free(hunt);
}

int main(void)
{
	struct check t = { 0 };

	look(&t, false, 0, VERDICT_HANG);
	look(&t, false, 100, VERDICT_HANG);
	look(&t, true, 0, VERDICT_WOKEN);
	look(&t, true, 100, VERDICT_WOKEN);
	return check_end(&t);
}
