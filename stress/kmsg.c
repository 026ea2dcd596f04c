// SPDX-License-Identifier: GPL-2.0-only
#include "stress/kmsg.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int kmsg_open(void)
{
	int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	if (fd >= 0)
		lseek(fd, 0, SEEK_END);
	return fd;
}

int kmsg_parse(const char *record, char *line, size_t size)
{
	const char *text = strchr(record, ';');
	unsigned long long seq, us;
	unsigned int prio;

	if (!text || sscanf(record, "%u,%llu,%llu", &prio, &seq, &us) != 3)
		return -EINVAL;
	text++;
	snprintf(line, size, "<%u>[%5llu.%06llu] %.*s", prio, us / 1000000,
		 us % 1000000, (int)strcspn(text, "\n"), text);
	return 0;
}

int kmsg_next(int fd, char *line, size_t size)
{
	char record[8192];
	ssize_t n;

	if (fd < 0)
		return 0;
	for (;;) {
		n = read(fd, record, sizeof(record) - 1);
		/* Overwritten before we came: go on with the next. */
		if (n < 0 && (errno == EPIPE || errno == EINTR))
			continue;
		if (n <= 0)
			return 0;
		record[n] = '\0';
		if (!kmsg_parse(record, line, size))
			return 1;
	}
}
