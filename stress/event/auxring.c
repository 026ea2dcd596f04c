// SPDX-License-Identifier: GPL-2.0-only
#include "stress/event/auxring.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* "MemAvailable", or 0 where nobody says. */
static uint64_t memory_left(void)
{
	FILE *f = fopen("/proc/meminfo", "re");
	unsigned long long kib = 0;
	char line[128];

	while (f && fgets(line, sizeof(line), f)) {
		if (sscanf(line, "MemAvailable: %llu", &kib) == 1)
			break;
	}
	if (f)
		fclose(f);
	return kib << 10;
}

/* What the kernel means by it, when it is about the AUX area. */
static const char *aux_hint(int code, uint64_t size)
{
	if (code == ENOMEM && size > memory_left() / 2)
		return " (more than half of the memory that is left; a smaller aux fits)";
	if (code == EOPNOTSUPP)
		return " (this PMU has none)";
	if (code == EPERM)
		return " (see kernel.perf_event_mlock_kb)";
	if (code == EINVAL || code == ENOMEM)
		return " (too small for this driver? hisi_ptt needs 16M)";
	return "";
}

static int map_both(struct auxring *ring, int fd, unsigned int data_pages,
		    uint64_t aux_size, int aux_prot, struct err *err)
{
	size_t page_size = sysconf(_SC_PAGESIZE);
	void *map;

	memset(ring, 0, sizeof(*ring));
	ring->data_size = data_pages * page_size;
	map = mmap(NULL, page_size + ring->data_size, PROT_READ | PROT_WRITE,
		   MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		return err_set(err, -errno, "mmap of perf's buffer: %s%s",
			       strerror(errno), errno == EPERM ?
			       " (see kernel.perf_event_mlock_kb)" : "");
	ring->page = map;
	ring->data = (unsigned char *)map + page_size;

	ring->page->aux_offset = page_size + ring->data_size;
	ring->page->aux_size = aux_size;
	map = mmap(NULL, aux_size, aux_prot, MAP_SHARED, fd,
		   ring->page->aux_offset);
	if (map == MAP_FAILED) {
		int ret = err_set(err, -errno,
				  "mmap of %llu bytes of AUX area: %s%s",
				  (unsigned long long)aux_size,
				  strerror(errno), aux_hint(errno, aux_size));

		auxring_unmap(ring);
		return ret;
	}
	ring->aux = map;
	ring->aux_size = aux_size;
	return 0;
}

int auxring_map(struct auxring *ring, int fd, unsigned int data_pages,
		uint64_t aux_size, struct err *err)
{
	return map_both(ring, fd, data_pages, aux_size,
			PROT_READ | PROT_WRITE, err);
}

int auxring_map_snapshot(struct auxring *ring, int fd,
			 unsigned int data_pages, uint64_t aux_size,
			 struct err *err)
{
	return map_both(ring, fd, data_pages, aux_size, PROT_READ, err);
}

void auxring_unmap(struct auxring *ring)
{
	size_t page_size = sysconf(_SC_PAGESIZE);

	/* The AUX area first: perf_mmap_close() stops its writers. */
	if (ring->aux)
		munmap(ring->aux, ring->aux_size);
	if (ring->page)
		munmap(ring->page, page_size + ring->data_size);
	memset(ring, 0, sizeof(*ring));
}

uint64_t auxring_aux_head(const struct auxring *ring)
{
	/*
	 * Pairs with (B) in perf_aux_output_end(): data before aux_head.
	 * What is read up to this head was written before it.
	 */
	return __atomic_load_n(&ring->page->aux_head, __ATOMIC_ACQUIRE);
}

uint64_t auxring_aux_tail(const struct auxring *ring)
{
	return __atomic_load_n(&ring->page->aux_tail, __ATOMIC_RELAXED);
}

/* Copies from a ring of power-of-two @size, across its end if need be. */
static void ring_copy(const unsigned char *base, uint64_t size, uint64_t from,
		      uint64_t len, unsigned char *buf)
{
	uint64_t off = from & (size - 1);
	uint64_t first = len < size - off ? len : size - off;

	memcpy(buf, base + off, first);
	memcpy(buf + first, base, len - first);
}

int auxring_aux_copy(const struct auxring *ring, uint64_t from, uint64_t to,
		     void *buf)
{
	if (to - from > ring->aux_size)
		return -ERANGE;
	ring_copy(ring->aux, ring->aux_size, from, to - from, buf);
	return 0;
}

void auxring_aux_release(struct auxring *ring, uint64_t tail)
{
	ring->laps += tail - auxring_aux_tail(ring) > ring->aux_size;
	/*
	 * Pairs with (A) in perf_aux_output_begin(), the control dependency
	 * from its load of aux_tail to the hardware's stores: our reads are
	 * done before the room can be written again.
	 */
	__atomic_store_n(&ring->page->aux_tail, tail, __ATOMIC_RELEASE);
}

unsigned int auxring_data_read(struct auxring *ring,
			       void (*fn)(void *ctx,
					  const struct perf_event_header *h),
			       void *ctx)
{
	union {
		struct perf_event_header header;
		unsigned char bytes[UINT16_MAX];
	} record;
	uint64_t head, tail = ring->page->data_tail;
	struct perf_event_header *h;
	unsigned int n = 0;

	/* Pairs with (B) in perf_output_put_handle(): records before head. */
	head = __atomic_load_n(&ring->page->data_head, __ATOMIC_ACQUIRE);
	if (head - tail > ring->data_size) {
		ring->laps++;
		tail = head;
	}
	while (tail != head) {
		ring_copy(ring->data, ring->data_size, tail,
			  sizeof(record.header), record.bytes);
		h = &record.header;
		if (h->size < sizeof(*h) || h->size > head - tail)
			break;
		ring_copy(ring->data, ring->data_size, tail, h->size,
			  record.bytes);
		fn(ctx, h);
		tail += h->size;
		n++;
	}
	/* Pairs with (A) in __perf_output_begin(): read before overwritten. */
	__atomic_store_n(&ring->page->data_tail, head, __ATOMIC_RELEASE);
	return n;
}
