/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_CLIENT_PERFDATA_H
#define AUX_STRESS_CLIENT_PERFDATA_H

#include <linux/perf_event.h>
#include <stdint.h>

#include "lib/err.h"

/*
 * Reads what perf record writes, as far as AUX data goes (the format is in
 * tools/perf/Documentation/perf.data-file-format.txt).  Other records are
 * passed over.
 */
struct perfdata_fns {
	/* A PERF_RECORD_AUX: place and size in the AUX stream, its flags. */
	void (*aux)(void *ctx, uint64_t offset, uint64_t size,
		    uint64_t flags);
	/* A piece of AUX data that starts at @offset of the stream. */
	void (*trace)(void *ctx, uint64_t offset, const void *data,
		      uint64_t size);
};

/* What was in the file. */
struct perfdata {
	uint64_t records;	/* of any type */
	uint64_t aux_records;
	uint64_t truncated;	/*   of these: flagged TRUNCATED */
	uint64_t aux_bytes;	/* of AUX data, in so many pieces */
	uint64_t aux_pieces;
	uint64_t lost;		/* events that PERF_RECORD_LOST counts */
	int unfinished;		/* perf was killed before it wrote the size */
};

/*
 * Reads @path.  0, or -errno with a text that says what is wrong at which
 * byte; @sum then holds what came before.  Only files of this machine's byte
 * order are understood.
 */
int perfdata_read(const char *path, const struct perfdata_fns *fns, void *ctx,
		  struct perfdata *sum, struct err *err);

#endif
