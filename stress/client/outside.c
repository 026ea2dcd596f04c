// SPDX-License-Identifier: GPL-2.0-only
#include "stress/client/outside.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* "7 0x5... ..." of a process asleep in a system call, "running" else. */
bool client_in_poll(pid_t pid)
{
	char path[64], text[32] = "";
	int fd;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/syscall", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, text, sizeof(text) - 1);
	close(fd);
	if (n <= 0 || text[0] < '0' || text[0] > '9')
		return false;
	n = strtol(text, NULL, 10);
#ifdef SYS_poll
	if (n == SYS_poll)
		return true;
#endif
	return n == SYS_ppoll;
}

const char *client_last_line(char *text)
{
	char *end = text + strlen(text), *line;

	while (end > text && end[-1] == '\n')
		*--end = '\0';
	line = strrchr(text, '\n');
	return line ? line + 1 : text;
}
