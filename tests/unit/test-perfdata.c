// SPDX-License-Identifier: GPL-2.0-only
/* The reader of perf.data, and of the trace in it. */
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "lib/file.h"
#include "stress/client/client-trace.h"
#include "stress/client/perfdata.h"
#include "tests/check.h"
#include "tests/fixture.h"

#define HEADER 104		/* with its four words of features */

/* A file that grows. */
struct image {
	unsigned char bytes[16384];
	size_t len;
};

static void put(struct image *image, const void *data, size_t len)
{
	memcpy(image->bytes + image->len, data, len);
	image->len += len;
}

static void put_u64(struct image *image, uint64_t v)
{
	put(image, &v, sizeof(v));
}

static void put_record_head(struct image *image, uint32_t type, uint16_t size)
{
	struct perf_event_header h = { .type = type, .size = size };

	put(image, &h, sizeof(h));
}

static void image_begin(struct image *image)
{
	memset(image, 0, sizeof(*image));
	put(image, "PERFILE2", 8);
	put_u64(image, HEADER);
	image->len = HEADER;
}

/* The data section reaches to the end, or is not finished. */
static void image_end(struct image *image, int unfinished)
{
	uint64_t offset = HEADER, size = unfinished ? 0 : image->len - HEADER;

	memcpy(image->bytes + 40, &offset, 8);
	memcpy(image->bytes + 48, &size, 8);
}

static void put_auxtrace(struct image *image, uint64_t offset,
			 const void *data, uint64_t size)
{
	put_record_head(image, 71, 48);
	put_u64(image, size);
	put_u64(image, offset);
	put_u64(image, 0);
	put_u64(image, 0);
	put_u64(image, 0);
	put(image, data, size);
}

static void put_aux(struct image *image, uint64_t size, uint64_t flags)
{
	put_record_head(image, PERF_RECORD_AUX, 32);
	put_u64(image, 0);
	put_u64(image, size);
	put_u64(image, flags);
}

struct got {
	uint64_t offset, size, pieces, flags;
	unsigned char first;
};

static void on_trace(void *ctx, uint64_t offset, const void *data,
		     uint64_t size)
{
	struct got *got = ctx;

	got->offset = offset;
	got->size += size;
	got->pieces++;
	got->first = size ? *(const unsigned char *)data : 0;
}

static void on_aux(void *ctx, uint64_t offset, uint64_t size, uint64_t flags)
{
	((struct got *)ctx)->flags |= flags;
}

static const struct perfdata_fns fns = { .aux = on_aux, .trace = on_trace };

static int read_image(const char *dir, const struct image *image,
		      struct perfdata *sum, struct got *got, struct err *err)
{
	char *path = xasprintf("%s/perf.data", dir);
	int ret;

	memset(got, 0, sizeof(*got));
	ret = file_write(path, (const char *)image->bytes, image->len, err);
	if (!ret)
		ret = perfdata_read(path, &fns, got, sum, err);
	free(path);
	return ret;
}

static void test_good(struct check *t, const char *dir)
{
	struct perfdata sum;
	struct image image;
	struct got got;
	struct err err;

	image_begin(&image);
	put_record_head(&image, 3, 8);
	put_aux(&image, 16, PERF_AUX_FLAG_TRUNCATED);
	put_auxtrace(&image, 4096, "abcdefgh", 8);
	put_auxtrace(&image, 4104, "ijklmnop", 8);
	put_record_head(&image, PERF_RECORD_LOST, 24);
	put_u64(&image, 1);
	put_u64(&image, 77);
	image_end(&image, 0);
	CHECK_EQ(t, read_image(dir, &image, &sum, &got, &err), 0);
	CHECK_EQ(t, sum.records, 5);
	CHECK_EQ(t, sum.aux_records, 1);
	CHECK_EQ(t, sum.truncated, 1);
	CHECK_EQ(t, sum.aux_bytes, 16);
	CHECK_EQ(t, sum.lost, 77);
	CHECK_EQ(t, sum.unfinished, 0);
	CHECK_EQ(t, got.pieces, 2);
	CHECK_EQ(t, got.offset, 4104);
	CHECK_EQ(t, got.first, 'i');
	CHECK_EQ(t, got.flags, PERF_AUX_FLAG_TRUNCATED);

	/* Killed: no size yet, the last record torn. */
	image.len -= 5;
	image_end(&image, 1);
	CHECK_EQ(t, read_image(dir, &image, &sum, &got, &err), 0);
	CHECK_EQ(t, sum.unfinished, 1);
	CHECK_EQ(t, sum.aux_bytes, 16);
	CHECK_EQ(t, sum.lost, 0);
}

static void expect_bad(struct check *t, const char *dir, struct image *image,
		       const char *what)
{
	struct perfdata sum;
	struct got got;
	struct err err = { "" };

	CHECK_EQ(t, read_image(dir, image, &sum, &got, &err), -EINVAL);
	if (!strstr(err.text, what))
		printf("not '%s': %s\n", what, err.text);
	CHECK(t, strstr(err.text, what));
	CHECK(t, strstr(err.text, "byte"));
}

static void test_bad(struct check *t, const char *dir)
{
	struct perfdata sum;
	struct image image;
	uint64_t huge = UINT64_MAX;
	struct err err;

	image_begin(&image);
	put_record_head(&image, 3, 4);
	image_end(&image, 0);
	expect_bad(t, dir, &image, "less than 8 bytes");

	image_begin(&image);
	put_record_head(&image, 3, 400);
	image_end(&image, 0);
	expect_bad(t, dir, &image, "record beyond the end");

	image_begin(&image);
	put_auxtrace(&image, 0, "abcdefgh", 8);
	memcpy(image.bytes + HEADER + 8, &huge, 8);
	image_end(&image, 0);
	expect_bad(t, dir, &image, "AUX data beyond the end");

	image_begin(&image);
	put_record_head(&image, 71, 8);
	image_end(&image, 0);
	expect_bad(t, dir, &image, "too short");

	image_begin(&image);
	image_end(&image, 0);
	memcpy(image.bytes + 48, &huge, 8);
	expect_bad(t, dir, &image, "not within the file");

	image_begin(&image);
	image.bytes[0] = 'p';
	expect_bad(t, dir, &image, "not a perf.data file");
	image.len = 50;
	expect_bad(t, dir, &image, "too short");
	CHECK_EQ(t, perfdata_read("/nonexistent/perf.data", &fns, NULL, &sum,
				  &err), -ENOENT);
}

/* --- the trace --- */

static void put_trace(struct image *image, uint64_t seq, uint64_t time,
		      int type, int cause, int pad)
{
	static const unsigned char zero[256];
	struct auxsynth_record r = {
		.time = time, .seq = seq,
		.info = AUXSYNTH_INFO(type, cause, pad, 0, 0),
	};

	put(image, &r, sizeof(r));
	put(image, zero, pad);
}

/* START 100, data to 300, full 400 (and padding), START 1000, STOP 1500. */
static void make_trace(struct image *image)
{
	memset(image, 0, sizeof(*image));
	put_trace(image, 0, 100, AUXSYNTH_START, AUXSYNTH_ADD, 0);
	put_trace(image, 1, 200, AUXSYNTH_DATA, 0, 0);
	put_trace(image, 2, 300, AUXSYNTH_DATA, 0, 0);
	put_trace(image, 3, 400, AUXSYNTH_STOP, AUXSYNTH_FULL, 0);
	put_trace(image, 4, 410, AUXSYNTH_PMI, AUXSYNTH_FULL, 40);
	put_trace(image, 5, 1000, AUXSYNTH_START, AUXSYNTH_ADD, 0);
	put_trace(image, 6, 1200, AUXSYNTH_DATA, 0, 0);
	put_trace(image, 7, 1500, AUXSYNTH_STOP, AUXSYNTH_DEL, 0);
}

static void check_trace(struct check *t, struct client_trace *trace)
{
	client_trace_end(trace, 5000);
	CHECK_EQ(t, client_trace_span(trace), 1400);
	CHECK_EQ(t, trace->traced_ns, 300 + 500);
	CHECK_EQ(t, trace->gap_ns, 600);
}

static void test_trace(struct check *t)
{
	struct client_trace trace;
	struct image image;
	size_t step, i, n;

	make_trace(&image);
	for (step = 1; step <= image.len; step += 7) {
		client_trace_init(&trace);
		for (i = 0; i < image.len; i += n) {
			n = image.len - i < step ? image.len - i : step;
			client_trace_feed(&trace, image.bytes + i, n);
		}
		check_trace(t, &trace);
		CHECK_EQ(t, trace.records, 3);
		CHECK_EQ(t, trace.missing, 0);
	}
}

/* perf has cut 20 bytes out of the record with number 2. */
static void test_cut(struct check *t)
{
	struct client_trace trace;
	struct image image;

	make_trace(&image);
	client_trace_init(&trace);
	client_trace_feed(&trace, image.bytes, 2 * 24 + 4);
	client_trace_feed(&trace, image.bytes + 3 * 24, image.len - 3 * 24);
	check_trace(t, &trace);
	CHECK_EQ(t, trace.records, 2);
	CHECK_EQ(t, trace.missing, 1);
}

/* It ends with a full: the rest of the workload is a gap. */
static void test_hung(struct check *t)
{
	struct client_trace trace;
	struct image image;

	make_trace(&image);
	client_trace_init(&trace);
	client_trace_feed(&trace, image.bytes, 5 * 24 + 40);
	client_trace_end(&trace, 5000);
	CHECK_EQ(t, client_trace_span(&trace), 310);
	CHECK_EQ(t, trace.traced_ns, 300);
	CHECK_EQ(t, trace.gap_ns, 4600);
}

int main(void)
{
	struct check t = { 0 };
	char *dir = fixture_dir();
	struct err err;

	test_good(&t, dir);
	test_bad(&t, dir);
	test_trace(&t);
	test_cut(&t);
	test_hung(&t);
	dir_remove(dir, &err);
	free(dir);
	return check_end(&t);
}
