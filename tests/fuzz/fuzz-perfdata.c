// SPDX-License-Identifier: GPL-2.0-only
/* perf.data, and auxsynth's trace in it. */
#include "stress/client/client-trace.h"
#include "stress/client/perfdata.h"
#include "tests/fuzz/fuzz.h"

static uint64_t sum_of(const void *data, uint64_t size)
{
	const uint8_t *p = data;
	uint64_t sum = 0;

	while (size--)
		sum += *p++;
	return sum;
}

static void on_aux(void *ctx, uint64_t offset, uint64_t size, uint64_t flags)
{
}

static void on_trace(void *ctx, uint64_t offset, const void *data,
		     uint64_t size)
{
	*(uint64_t *)ctx += sum_of(data, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct perfdata_fns fns = {
		.aux = on_aux, .trace = on_trace,
	};
	struct perfdata sum;
	struct fuzz_file file;
	uint64_t bytes = 0;
	struct err err;

	fuzz_file(&file, data, size);
	perfdata_read(file.path, &fns, &bytes, &sum, &err);
	fuzz_file_end(&file);
	return 0;
}
