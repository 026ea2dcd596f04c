// SPDX-License-Identifier: GPL-2.0-only
/* Intel PT's packets; the first bytes are how it was set up. */
#include "tests/fuzz/decoder.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pt_setup setup = { 0 };
	struct decoder *decoder;
	struct err err;

	if (size < 3)
		return 0;
	setup.mtc_shift = data[0] & 15;
	setup.art_num = setup.art_den = 1 + (data[0] >> 4);
	setup.art_num = data[1];
	setup.max_ratio = data[2];
	if (pt_decoder_new(&decoder, &setup, &err))
		exit(1);
	fuzz_decoder(decoder, data + 3, size - 3);
	return 0;
}
