/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_TESTS_FUZZ_FUZZ_H
#define AUX_TESTS_FUZZ_FUZZ_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* libFuzzer's entry: any bytes may come; a crash, a leak or an abort is a find. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* For readers of files: a path that has @data until fuzz_file_end(). */
struct fuzz_file {
	int fd;
	char path[40];
};

static inline void fuzz_file(struct fuzz_file *file, const void *data,
			     size_t size)
{
	file->fd = memfd_create("fuzz", MFD_CLOEXEC);
	if (file->fd < 0 || write(file->fd, data, size) != (ssize_t)size)
		exit(1);
	snprintf(file->path, sizeof(file->path), "/proc/self/fd/%d",
		 file->fd);
}

static inline void fuzz_file_end(struct fuzz_file *file)
{
	close(file->fd);
}

/* The next piece of a stream: its length is in the byte before it. */
static inline size_t fuzz_piece(const uint8_t **data, size_t *size,
				const uint8_t **piece)
{
	size_t len;

	if (!*size)
		return 0;
	len = 1 + **data;
	++*data;
	--*size;
	if (len > *size)
		len = *size;
	*piece = *data;
	*data += len;
	*size -= len;
	return len;
}

#endif
