// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tracer's loop on buffers of our own: what it drains, when it enables, the
 * stamps it leaves.  The event is a descriptor that is never ready and knows
 * no ENABLE; the tracer is nudged instead.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "lib/units.h"
#include "stress/stream/tracer.h"
#include "tests/check.h"

#define SIZE (64u << 10)
#define DRAIN (2 * NSEC_PER_MSEC)

struct rig {
	struct check *t;
	struct cell cell;
	struct auxring ring;
	struct tracer tracer;
	uint64_t head;
};

static void *zalloc(size_t size)
{
	void *p = aligned_alloc(4096, size);

	if (!p)
		abort();
	return memset(p, 0, size);
}

static void set_up(struct rig *rig, struct check *t, int loop)
{
	struct err err;

	memset(rig, 0, sizeof(*rig));
	rig->t = t;
	cell_init(&rig->cell);
	rig->cell.loop = loop;
	rig->cell.drain = (struct drain) { .kind = DRAIN_FIXED, .a = DRAIN };
	rig->ring = (struct auxring) {
		.page = zalloc(4096), .data = zalloc(SIZE), .data_size = SIZE,
		.aux = zalloc(SIZE), .aux_size = SIZE,
	};
	rig->tracer.cell = &rig->cell;
	rig->tracer.ring = &rig->ring;
	rig->tracer.buf = zalloc(SIZE);
	rig->tracer.event_fd = eventfd(0, EFD_CLOEXEC);
	rig->tracer.stop_fd = eventfd(0, EFD_CLOEXEC);
	rig->tracer.cpu = -1;
	CHECK(t, !tracer_start(&rig->tracer, &err));
}

static void asleep(struct rig *rig)
{
	while (!atomic_load(&rig->tracer.in_poll) ||
	       !tracer_asleep(&rig->tracer))
		usleep(500);
}

/* So many bytes more, and a look at them. */
static void feed(struct rig *rig, uint64_t bytes)
{
	asleep(rig);
	rig->head += bytes;
	__atomic_store_n(&rig->ring.page->aux_head, rig->head,
			 __ATOMIC_RELEASE);
	tracer_nudge(&rig->tracer);
	while (atomic_load(&rig->tracer.nudged))
		usleep(500);
	asleep(rig);
	CHECK_EQ(rig->t, auxring_aux_tail(&rig->ring), rig->head);
}

static void stop(struct rig *rig)
{
	asleep(rig);
	eventfd_write(rig->tracer.stop_fd, 1);
	tracer_join(&rig->tracer);
}

static void tear_down(struct rig *rig)
{
	close(rig->tracer.event_fd);
	close(rig->tracer.stop_fd);
	free(rig->tracer.buf);
	free(rig->ring.aux);
	free(rig->ring.data);
	free(rig->ring.page);
}

static void stamps(struct rig *rig)
{
	struct check *t = rig->t;
	struct hang hang;

	tracer_stamps(&rig->tracer, &hang);
	CHECK(t, hang.poll_in && hang.poll_in <= hang.poll_out);
	CHECK(t, hang.drained - hang.poll_out >= DRAIN);
	CHECK(t, hang.drained <= hang.enable_in);
	CHECK(t, hang.enable_in <= hang.enable_out);
	CHECK(t, hang.enable_out <= hang.poll_again);
	CHECK_EQ(t, hang.enable_ret, -ENOTTY);
}

/* After data both enable, and without only the eager one does. */
static void loops(struct check *t, int loop)
{
	struct rig rig;

	set_up(&rig, t, loop);
	feed(&rig, 3000);
	stamps(&rig);
	feed(&rig, 0);
	/* Round the end of the buffer. */
	feed(&rig, SIZE - 1000);
	/* No more ENABLE once the cell is about to end. */
	atomic_store(&rig.tracer.ending, true);
	feed(&rig, 500);
	stop(&rig);
	CHECK_EQ(t, rig.tracer.bytes, 3000 + SIZE - 1000 + 500);
	CHECK_EQ(t, rig.tracer.account.enables, loop == LOOP_EAGER ? 3 : 2);
	CHECK_EQ(t, rig.ring.laps, 0);
	/* What came after it has ended. */
	rig.ring.page->aux_head = rig.head + 700;
	tracer_finish(&rig.tracer);
	CHECK_EQ(t, auxring_aux_tail(&rig.ring), rig.head + 700);
	CHECK_EQ(t, rig.tracer.bytes, 3000 + SIZE - 1000 + 500 + 700);
	tear_down(&rig);
}

/* More than the buffer holds is no data, but is not waited for again. */
static void lap(struct check *t)
{
	struct rig rig;

	set_up(&rig, t, LOOP_EAGER);
	feed(&rig, 1000);
	feed(&rig, SIZE + 8);
	feed(&rig, 1000);
	stop(&rig);
	CHECK_EQ(t, rig.tracer.bytes, 2000);
	CHECK_EQ(t, rig.ring.laps, 1);
	tear_down(&rig);
}

int main(void)
{
	struct check t = { 0 };

	/* A tracer that does not wake up ends the test. */
	alarm(600);
	loops(&t, LOOP_EAGER);
	loops(&t, LOOP_PERF);
	lap(&t);
	return check_end(&t);
}
