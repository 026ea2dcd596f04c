/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_SCENARIO_JUMP_H
#define AUX_STRESS_SCENARIO_JUMP_H

#include <limits.h>
#include <stddef.h>
#include <stdint.h>

#define JUMP_MAPS 32

/* Which file's code was where, of a program that ran. */
struct jump_maps {
	struct jump_map {
		uint64_t start, size, offset;
		char path[PATH_MAX];
	} maps[JUMP_MAPS];
	size_t n;
};

/*
 * A line of perf script: "PERF_RECORD_MMAP2 7/7: [0x55d0(0x1000) @ 0x2000 ...]:
 * r-xp /agent".  Others are passed over, and what is no code.
 */
void jump_map(struct jump_maps *maps, const char *line);

enum jump {
	JUMP_UNKNOWN,	/* its code is in no file that can be read */
	JUMP_TRUE,	/* there is a jump at @from, and it leads to @to */
	JUMP_UNTRUE,
};

/* By the bytes of the file, x86; of jumps whose target is in them. */
enum jump jump_look(const struct jump_maps *maps, uint64_t from, uint64_t to);

/* The place in that file, ~0: it is in another, or in none. */
uint64_t jump_offset(const struct jump_maps *maps, uint64_t ip,
		     const char *path);

#endif
