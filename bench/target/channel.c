// SPDX-License-Identifier: GPL-2.0-only
#include "bench/target/channel.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "lib/proc.h"
#include "lib/units.h"

/* A line of the agent is a record, some 100 KiB at the very most. */
#define LINE_MAX_BYTES (16u << 20)

void channel_init(struct channel *channel, struct console *console)
{
	*channel = (struct channel) { .fd = -1, .out = -1, .console = console };
}

void channel_free(struct channel *channel)
{
	channel_close(channel);
	free(channel->in);
	channel->in = NULL;
	channel->size = channel->len = 0;
}

void channel_open(struct channel *channel, int fd, int out)
{
	channel->fd = fd;
	channel->out = out;
	channel->len = 0;
}

void channel_end(struct channel *channel)
{
	if (channel->out < 0)
		return;
	if (channel->out == channel->fd)
		shutdown(channel->out, SHUT_WR);
	else
		close(channel->out);
	channel->out = -1;
}

void channel_close(struct channel *channel)
{
	if (channel->out >= 0 && channel->out != channel->fd)
		close(channel->out);
	if (channel->fd >= 0)
		close(channel->fd);
	channel->fd = channel->out = -1;
}

void channel_read(struct channel *channel)
{
	ssize_t n;

	if (channel->size - channel->len < 65536) {
		channel->size += 65536;
		channel->in = realloc(channel->in, channel->size);
		if (!channel->in)
			abort();
	}
	n = read(channel->fd, channel->in + channel->len,
		 channel->size - channel->len);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		channel_close(channel);
		return;
	}
	channel->len += n;
	if (channel->len > LINE_MAX_BYTES) {
		console_note(channel->console, "agent", "sends without end");
		channel->len = 0;
	}
}

json_t *channel_line(struct channel *channel)
{
	json_error_t jerr;
	json_t *json = NULL;
	char *newline;
	size_t len;

	while (!json && channel->len &&
	       (newline = memchr(channel->in, '\n', channel->len))) {
		len = newline - channel->in;
		/* An empty one ends whatever a cell left unfinished. */
		json = json_loadb(channel->in, len, 0, &jerr);
		if (!json && len) {
			*newline = '\0';
			console_note(channel->console, "agent: not understood",
				     channel->in);
		}
		channel->len -= len + 1;
		memmove(channel->in, newline + 1, channel->len);
	}
	return json;
}

int channel_send(struct channel *channel, json_t *json)
{
	char *text = json_dumps(json, JSON_COMPACT);
	size_t len = strlen(text);
	ssize_t n;

	json_decref(json);
	text[len++] = '\n';
	/* To a pipe: programs that start agents ignore SIGPIPE. */
	n = channel->out == channel->fd ?
		send(channel->fd, text, len, MSG_NOSIGNAL | MSG_DONTWAIT) :
		write(channel->out, text, len);
	free(text);
	if (n == (ssize_t)len)
		return 0;
	/* Full: the other side takes nothing any more. */
	return n >= 0 || errno == EAGAIN ? -ETIMEDOUT : -EPIPE;
}

int channel_ms(uint64_t deadline)
{
	uint64_t now = now_ns();

	return now >= deadline ? 0 :
		(int)((deadline - now) / NSEC_PER_MSEC) + 1;
}
