// SPDX-License-Identifier: GPL-2.0-only
/* What a guest says on its console, in pieces of any length. */
#include "bench/target/console.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct console console;
	const uint8_t *piece;
	struct err err;
	char shape[50];
	size_t len;

	if (console_open(&console, "/dev/null", &err))
		exit(1);
	while ((len = fuzz_piece(&data, &size, &piece)))
		console_feed(&console, (const char *)piece, len);
	complaint_shape(console.last, shape, sizeof(shape));
	json_decref(console_bad_lines(&console));
	json_decref(console_warnings(&console));
	console_close(&console);
	return 0;
}
