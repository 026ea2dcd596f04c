// SPDX-License-Identifier: GPL-2.0-only
/* What an agent sends: in pieces of any length, and as a conversation. */
#include <sys/socket.h>

#include "bench/target/agent.h"
#include "lib/proc.h"
#include "lib/units.h"
#include "tests/fuzz/fuzz.h"

static void make_pair(int fds[2])
{
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0,
		       fds))
		exit(1);
}

static void in_pieces(const uint8_t *data, size_t size)
{
	static struct console console;
	struct channel channel;
	const uint8_t *piece;
	struct err err;
	json_t *line;
	int fds[2];
	size_t len;

	make_pair(fds);
	if (console_open(&console, "/dev/null", &err))
		exit(1);
	channel_init(&channel, &console);
	channel_open(&channel, fds[0], fds[0]);
	while ((len = fuzz_piece(&data, &size, &piece))) {
		if (write(fds[1], piece, len) != (ssize_t)len)
			exit(1);
		channel_read(&channel);
		while ((line = channel_line(&channel)))
			json_decref(line);
	}
	channel_free(&channel);
	console_close(&console);
	close(fds[1]);
}

static void conversation(const uint8_t *data, size_t size)
{
	static const struct target_config config = {
		.stop_fd = -1, .silence = NSEC_PER_SEC / 100,
	};
	static const struct target_ops ops = { .name = "guest" };
	static struct agent agent;
	json_t *answer;
	struct err err;
	int fds[2];

	make_pair(fds);
	agent_init(&agent, &ops, &config, "QEMU", "qemu", false);
	if (console_open(&agent.link.console, "/dev/null", &err) ||
	    write(fds[1], data, size) != (ssize_t)size)
		exit(1);
	shutdown(fds[1], SHUT_WR);
	channel_open(&agent.link.channel, fds[0], fds[0]);
	if (!agent_hello(&agent, now_ns() + NSEC_PER_SEC / 100,
			 NSEC_PER_SEC / 100, &err)) {
		while (!agent_ask(&agent, json_object(), 3,
				  now_ns() + NSEC_PER_SEC / 100, &answer,
				  &err))
			json_decref(answer);
	}
	agent_free(&agent);
	close(fds[1]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	in_pieces(data, size);
	conversation(data, size);
	return 0;
}
