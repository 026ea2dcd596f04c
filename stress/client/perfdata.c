// SPDX-License-Identifier: GPL-2.0-only
#include "stress/client/perfdata.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC "PERFILE2"

/* perf's own record types start at 64; that of AUX data: */
#define RECORD_AUXTRACE 71

struct section {
	uint64_t offset, size;
};

struct file_header {
	char magic[8];
	uint64_t size;		/* of this header */
	uint64_t attr_size;
	struct section attrs, data, event_types;
	uint64_t features[4];
};

/* Followed by @size bytes of trace that header.size does not count. */
struct auxtrace_record {
	struct perf_event_header header;
	uint64_t size, offset, reference;
	uint32_t idx, tid, cpu, reserved;
};

struct aux_record {
	struct perf_event_header header;
	uint64_t offset, size, flags;
};

struct lost_record {
	struct perf_event_header header;
	uint64_t id, lost;
};

struct reader {
	const unsigned char *map;
	uint64_t at, end;	/* of the data section, in the file */
	const struct perfdata_fns *fns;
	void *ctx;
	struct perfdata *sum;
	const char *path;
	struct err *err;
};

static int bad(const struct reader *r, const char *what)
{
	return err_set(r->err, -EINVAL, "%s: byte %llu: %s", r->path,
		       (unsigned long long)r->at, what);
}

static int read_auxtrace(struct reader *r, const struct perf_event_header *h)
{
	struct auxtrace_record rec;

	if (h->size < sizeof(rec))
		return bad(r, "an AUXTRACE record that is too short");
	memcpy(&rec, r->map + r->at, sizeof(rec));
	if (rec.size > r->end - r->at - h->size)
		return bad(r, "AUX data beyond the end of the file");
	r->sum->aux_bytes += rec.size;
	r->sum->aux_pieces++;
	r->fns->trace(r->ctx, rec.offset, r->map + r->at + h->size, rec.size);
	r->at += rec.size;
	return 0;
}

static int read_aux(struct reader *r, const struct perf_event_header *h)
{
	struct aux_record rec;

	if (h->size < sizeof(rec))
		return bad(r, "an AUX record that is too short");
	memcpy(&rec, r->map + r->at, sizeof(rec));
	r->sum->aux_records++;
	r->sum->truncated += !!(rec.flags & PERF_AUX_FLAG_TRUNCATED);
	if (r->fns->aux)
		r->fns->aux(r->ctx, rec.offset, rec.size, rec.flags);
	return 0;
}

static void read_lost(struct reader *r, const struct perf_event_header *h)
{
	struct lost_record rec;

	if (h->size < sizeof(rec))
		return;
	memcpy(&rec, r->map + r->at, sizeof(rec));
	r->sum->lost += rec.lost;
}

static int read_record(struct reader *r)
{
	struct perf_event_header h;
	int ret = 0;

	if (r->end - r->at < sizeof(h))
		return bad(r, "a torn record header");
	memcpy(&h, r->map + r->at, sizeof(h));
	if (h.size < sizeof(h))
		return bad(r, "a record of less than 8 bytes");
	if (h.size > r->end - r->at)
		return bad(r, "a record beyond the end of the file");
	r->sum->records++;
	if (h.type == RECORD_AUXTRACE)
		ret = read_auxtrace(r, &h);
	else if (h.type == PERF_RECORD_AUX)
		ret = read_aux(r, &h);
	else if (h.type == PERF_RECORD_LOST)
		read_lost(r, &h);
	r->at += h.size;
	return ret;
}

static int read_data(struct reader *r, uint64_t file_size)
{
	struct file_header header;
	int ret = 0;

	if (file_size < sizeof(header))
		return bad(r, "too short for a header of perf.data");
	memcpy(&header, r->map, sizeof(header));
	if (memcmp(header.magic, MAGIC, sizeof(header.magic)))
		return bad(r, "not a perf.data file of this machine's byte order");
	if (header.data.offset < sizeof(header) ||
	    header.data.offset > file_size ||
	    header.data.size > file_size - header.data.offset)
		return bad(r, "the data section is not within the file");
	r->at = header.data.offset;
	r->end = r->at + header.data.size;
	/* It is the last thing that perf writes. */
	if (!header.data.size) {
		r->sum->unfinished = 1;
		r->end = file_size;
	}
	while (r->at < r->end && !ret)
		ret = read_record(r);
	/* What a killed perf did not finish is no error of ours. */
	return r->sum->unfinished ? 0 : ret;
}

int perfdata_read(const char *path, const struct perfdata_fns *fns, void *ctx,
		  struct perfdata *sum, struct err *err)
{
	struct reader r = {
		.fns = fns, .ctx = ctx, .sum = sum, .path = path, .err = err,
	};
	int fd = open(path, O_RDONLY | O_CLOEXEC), ret;
	struct stat st;
	void *map;

	memset(sum, 0, sizeof(*sum));
	if (fd < 0)
		return err_set(err, -errno, "%s: %s", path, strerror(errno));
	if (fstat(fd, &st) || !st.st_size) {
		close(fd);
		return err_set(err, -ENODATA, "%s: empty", path);
	}
	map = mmap(NULL, st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	ret = map == MAP_FAILED ? -errno : 0;
	close(fd);
	if (ret)
		return err_set(err, ret, "%s: %s", path, strerror(-ret));
	r.map = map;
	ret = read_data(&r, st.st_size);
	munmap(map, st.st_size);
	return ret;
}
