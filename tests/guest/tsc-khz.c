// SPDX-License-Identifier: GPL-2.0-only
/* For test-kvm.sh: what the suite tells its own guests of their TSC. */
#include <stdio.h>
#include <string.h>

#include "bench/target/qemu.h"

int main(void)
{
	const struct guest_shape shape = {
		.arch = arch_here, .nodes = 1, .cpus = 1,
	};
	struct qemu_args args;
	const char *word;
	int i;

	qemu_args_make(&args, &shape, "tcg", "", "", 0);
	for (i = 0; i < args.count; i++) {
		word = strstr(args.argv[i], "tsc_early_khz=");
		if (word)
			printf("%.*s\n", (int)strcspn(word, " "), word);
	}
	qemu_args_free(&args);
	return 0;
}
