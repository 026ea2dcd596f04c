// SPDX-License-Identifier: GPL-2.0-only
/* Patches and mails, but what git decodes. */
#include "kconfigs/build/mail.h"
#include "kconfigs/build/patch.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = strndup((const char *)data, size);
	struct fuzz_file file;
	struct patch patch;
	struct err err;

	if (!mail_is_encoded(text)) {
		fuzz_file(&file, data, size);
		if (!patch_read(&patch, file.path, &err))
			patch_free(&patch);
		fuzz_file_end(&file);
	}
	free(text);
	return 0;
}
