/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_STRESS_CLIENT_OUTSIDE_H
#define AUX_STRESS_CLIENT_OUTSIDE_H

#include <stdbool.h>
#include <sys/types.h>

/* What can be seen of a client from outside. */

/* It sleeps in poll(). */
bool client_in_poll(pid_t pid);
/* The last line of what it said; @text is cut there. */
const char *client_last_line(char *text);

#endif
