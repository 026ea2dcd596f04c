/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_EVENT_AUXRING_H
#define AUX_STRESS_EVENT_AUXRING_H

#include <linux/perf_event.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/err.h"

/* The two buffers of an event, mapped: perf's records and the AUX area. */
struct auxring {
	struct perf_event_mmap_page *page;
	unsigned char *data;
	uint64_t data_size;
	unsigned char *aux;
	uint64_t aux_size;
	uint64_t laps;		/* see auxring_aux_release() */
};

/* Maps @data_pages (a power of two) and @aux_size bytes of @fd. */
int auxring_map(struct auxring *ring, int fd, unsigned int data_pages,
		uint64_t aux_size, struct err *err);
/*
 * The same with an AUX area that is overwritten for ever: it is never full,
 * aux_head is a place in it, and valid while the trace stands.
 */
int auxring_map_snapshot(struct auxring *ring, int fd,
			 unsigned int data_pages, uint64_t aux_size,
			 struct err *err);
void auxring_unmap(struct auxring *ring);

/* End of the AUX data that may be read now. */
uint64_t auxring_aux_head(const struct auxring *ring);
uint64_t auxring_aux_tail(const struct auxring *ring);

/*
 * Copies the AUX data [from, to), which may wrap, to @buf; nothing and -ERANGE
 * when that is more than the buffer holds.
 */
int auxring_aux_copy(const struct auxring *ring, uint64_t from, uint64_t to,
		     void *buf);

/*
 * Gives the AUX data before @tail back to the kernel.  If that is not within
 * a buffer's length after the tail of before, it is counted as a lap: the
 * kernel's head ran over what nobody had read, or backward, and must never do
 * either.
 */
void auxring_aux_release(struct auxring *ring, uint64_t tail);

/*
 * Calls @fn for each of perf's records, put together where one wraps, and
 * gives them back.  Returns how many there were; those after one that cannot be
 * are dropped, and all of them in a lap, which is counted.
 */
unsigned int auxring_data_read(struct auxring *ring,
			       void (*fn)(void *ctx,
					  const struct perf_event_header *h),
			       void *ctx);

#endif
