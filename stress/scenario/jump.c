// SPDX-License-Identifier: GPL-2.0-only
#include "stress/scenario/jump.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void jump_map(struct jump_maps *maps, const char *line)
{
	const char *at = strstr(line, ": [0x");
	struct jump_map *map = &maps->maps[maps->n];

	if (maps->n == JUMP_MAPS || !strstr(line, "PERF_RECORD_MMAP") || !at ||
	    sscanf(at, ": [%" SCNi64 "(%" SCNi64 ") @ %" SCNi64,
		   (int64_t *)&map->start, (int64_t *)&map->size,
		   (int64_t *)&map->offset) != 3)
		return;
	at = strstr(at, "]: r-xp ");
	if (at && sscanf(at, "]: r-xp %4095s", map->path) == 1)
		maps->n++;
}

/* The latest: a program that was started takes the place of another. */
static const struct jump_map *find(const struct jump_maps *maps, uint64_t ip)
{
	size_t i;

	for (i = maps->n; i-- > 0; ) {
		if (ip - maps->maps[i].start < maps->maps[i].size)
			return &maps->maps[i];
	}
	return NULL;
}

uint64_t jump_offset(const struct jump_maps *maps, uint64_t ip,
		     const char *path)
{
	const struct jump_map *map = find(maps, ip);

	if (!map || strcmp(map->path, path))
		return ~0ull;
	return ip - map->start + map->offset;
}

/* Behind the instruction's end; false: it is none of these. */
static bool target(const unsigned char *code, int64_t *by)
{
	int32_t far;

	/* Jcc, LOOPcc, JrCXZ, JMP of a byte */
	if ((code[0] & 0xf0) == 0x70 || (code[0] & 0xfc) == 0xe0 ||
	    code[0] == 0xeb) {
		*by = 2 + (int8_t)code[1];
		return true;
	}
	/* JMP, CALL of four bytes; Jcc, which has a byte more */
	if (code[0] == 0xe9 || code[0] == 0xe8) {
		memcpy(&far, code + 1, sizeof(far));
		*by = 5 + (int64_t)far;
		return true;
	}
	if (code[0] == 0x0f && (code[1] & 0xf0) == 0x80) {
		memcpy(&far, code + 2, sizeof(far));
		*by = 6 + (int64_t)far;
		return true;
	}
	return false;
}

enum jump jump_look(const struct jump_maps *maps, uint64_t from, uint64_t to)
{
	const struct jump_map *map = find(maps, from);
	unsigned char code[16] = { 0 };
	int64_t by, prefix;
	ssize_t n = -1;
	int fd;

	if (!map)
		return JUMP_UNKNOWN;
	fd = open(map->path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = pread(fd, code, sizeof(code) - 1,
			  from - map->start + map->offset);
		close(fd);
	}
	if (n < 2)
		return JUMP_UNKNOWN;
	/* "bnd", and hints that are of no consequence */
	prefix = code[0] == 0xf2 || code[0] == 0x2e || code[0] == 0x3e;
	return target(code + prefix, &by) && from + prefix + by == to ?
	       JUMP_TRUE : JUMP_UNTRUE;
}
