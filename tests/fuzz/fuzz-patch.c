// SPDX-License-Identifier: GPL-2.0-only
/*
 * Patches and mails: git reads them, in processes of its own, and what is said
 * of that is ours.  What was read and is kept as an mbox (with the results, for
 * the next time) must be read from there as the same.
 */
#include "kconfigs/build/patch.h"
#include "lib/arch.h"
#include "lib/file.h"
#include "tests/fuzz/fuzz.h"

static int read_text(struct patch *patch, const char *text, size_t size)
{
	char path[] = "/tmp/fuzz-patch-XXXXXX";
	int fd = mkstemp(path), ret;
	struct err err;

	if (fd < 0 || write(fd, text, size) != (ssize_t)size)
		exit(1);
	close(fd);
	ret = patch_read(patch, arch_here, (const char *[]){ path, NULL },
			 &err);
	unlink(path);
	return ret;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct patch patch, again;
	size_t files;
	char *mbox;

	if (read_text(&patch, (const char *)data, size))
		return 0;
	files = patch_count(&patch);
	mbox = patch_mbox(&patch);
	patch_free(&patch);
	/* Nothing of it is kept if it changes nothing. */
	if (files) {
		if (read_text(&again, mbox, strlen(mbox)) ||
		    patch_count(&again) != files)
			abort();
		patch_free(&again);
	}
	free(mbox);
	return 0;
}
