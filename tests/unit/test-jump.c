// SPDX-License-Identifier: GPL-2.0-only
/* Branches held against the code of the file that was mapped there. */
#include <stdlib.h>
#include <string.h>

#include "lib/file.h"
#include "stress/scenario/jump.h"
#include "tests/check.h"
#include "tests/fixture.h"

/* Of a file, what is 0x10 bytes from its beginning. */
#define OFFSET 0x10
#define START 0x55d0e3c4b000ull

static const unsigned char code[] = {
	/* 00 */ 0x90, 0x83, 0xe8, 0x01,		/* no jump */
	/* 04 */ 0x75, 0xfb,				/* jne 01 */
	/* 06 */ 0xeb, 0x08,				/* jmp 10 */
	/* 08 */ 0x0f, 0x84, 0xf2, 0xff, 0xff, 0xff,	/* je 00 */
	/* 0e */ 0xf2, 0xe9, 0x0c, 0x01, 0x00, 0x00,	/* bnd jmp 120 */
	/* 14 */ 0xe8, 0xe7, 0xff, 0xff, 0xff,		/* call 00 */
	/* 19 */ 0xe2, 0xfe,				/* loop 19 */
	/* 1b */ 0xff, 0xe0,				/* jmp *%rax */
};

static const struct {
	uint64_t from, to;
	enum jump jump;
} branches[] = {
	{ 0x04, 0x01, JUMP_TRUE }, { 0x04, 0x06, JUMP_UNTRUE },
	{ 0x04, 0x00, JUMP_UNTRUE }, { 0x05, 0x01, JUMP_UNTRUE },
	{ 0x06, 0x10, JUMP_TRUE }, { 0x08, 0x00, JUMP_TRUE },
	{ 0x0e, 0x120, JUMP_TRUE }, { 0x14, 0x00, JUMP_TRUE },
	{ 0x19, 0x19, JUMP_TRUE }, { 0x1b, 0x00, JUMP_UNTRUE },
	{ 0x00, 0x01, JUMP_UNTRUE },
	/* Behind the map, behind the file, before both. */
	{ 0x2000, 0, JUMP_UNKNOWN }, { 0x400, 0, JUMP_UNKNOWN },
	{ -1ull, 0, JUMP_UNKNOWN },
};

static void put(struct check *t, const char *path)
{
	char bytes[OFFSET + sizeof(code)] = { 0 };
	struct err err;

	memcpy(bytes + OFFSET, code, sizeof(code));
	CHECK_EQ(t, file_write(path, bytes, sizeof(bytes), &err), 0);
}

static void map(struct jump_maps *maps, unsigned long long start,
		const char *what, const char *path)
{
	char *line = xasprintf("0 7 0x1d8 [0x78]: PERF_RECORD_MMAP2 31/31: [%#llx(0x1000) @ %#x 00:02 35 0]: %s %s\n",
			       start, OFFSET, what, path);

	jump_map(maps, line);
	free(line);
}

int main(void)
{
	struct check t = { 0 };
	struct jump_maps maps = { .n = 0 };
	char *dir = fixture_dir(), *path = xasprintf("%s/program", dir);
	struct err err;
	size_t i;

	put(&t, path);
	map(&maps, START, "r-xp", "/no/such/file");
	map(&maps, START, "r--p", path);
	map(&maps, START + 0x10000, "r-xp", "[vdso]");
	jump_map(&maps, "0 7 0x1d8 [0x78]: PERF_RECORD_COMM: agent:31/31\n");
	CHECK_EQ(&t, jump_look(&maps, START + 4, START + 1), JUMP_UNKNOWN);
	/* Another program takes the first one's place. */
	map(&maps, START, "r-xp", path);
	for (i = 0; i < sizeof(branches) / sizeof(branches[0]); i++)
		CHECK_EQ(&t, jump_look(&maps, START + branches[i].from,
				       START + branches[i].to),
			 branches[i].jump);
	CHECK(&t, jump_offset(&maps, START + 4, path) == OFFSET + 4);
	CHECK(&t, jump_offset(&maps, START + 0x10004, "[vdso]") == OFFSET + 4);
	CHECK(&t, jump_offset(&maps, START + 4, "/other") == ~0ull);
	CHECK(&t, jump_offset(&maps, START + 0x1000, path) == ~0ull);

	/* As many as there is room for, and not one more. */
	for (i = 0; i < 2 * JUMP_MAPS; i++)
		map(&maps, START, "r-xp", path);
	CHECK_EQ(&t, maps.n, JUMP_MAPS);
	dir_remove(dir, &err);
	free(path);
	free(dir);
	return check_end(&t);
}
