// SPDX-License-Identifier: GPL-2.0-only
/* Arm SPE's packets. */
#include "tests/fuzz/decoder.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct decoder *decoder;
	struct err err;

	if (spe_decoder_new(&decoder, &err))
		exit(1);
	fuzz_decoder(decoder, data, size);
	return 0;
}
