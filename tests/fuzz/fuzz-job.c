// SPDX-License-Identifier: GPL-2.0-only
/* Job files. */
#include "bench/job/job.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char *const variants[] = { "baseline", "peterz", NULL };
	static char *const kconfigs[] = { "guest", "rt", NULL };
	char *overrides[] = { NULL };
	struct fuzz_file file;
	struct job job;
	struct err err;

	fuzz_file(&file, data, size);
	if (!job_read(&job, file.path, overrides, (char **)variants,
		      (char **)kconfigs, &err))
		job_free(&job);
	fuzz_file_end(&file);
	return 0;
}
