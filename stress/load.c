// SPDX-License-Identifier: GPL-2.0-only
#include "stress/load.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/proc.h"
#include "lib/units.h"

static pid_t start(const char *const *argv, struct err *err)
{
	struct proc proc = { .argv = argv, .in = -1, .out = -1, .errout = -1 };
	pid_t pid = proc_start(&proc, err);

	if (pid == -ENOENT)
		err_set(err, -ENOENT, "%s is not here: install rt-tests",
			argv[0]);
	return pid;
}

/* Pipes, for the guest has no sockets; more loops than any cell is long. */
static int start_hackbench(struct loads *load, struct err *err)
{
	static const char *const argv[] = {
		"hackbench", "--pipe", "-g", "2", "-f", "4", "-l", "100000000",
		NULL
	};
	pid_t pid = start(argv, err);

	if (pid < 0)
		return pid;
	load->hackbench = pid;
	return 0;
}

static int start_cyclictest(struct loads *load, struct err *err)
{
	char json[80];
	const char *const argv[] = {
		"cyclictest", "-q", "-m", "-p", "90", "-i", "1000", "-t", "1",
		json, NULL
	};
	pid_t pid;

	snprintf(load->json, sizeof(load->json), "/tmp/cyclictest-%d.json",
		 (int)getpid());
	snprintf(json, sizeof(json), "--json=%s", load->json);
	pid = start(argv, err);
	if (pid < 0)
		return pid;
	load->cyclictest = pid;
	return 0;
}

int load_start(struct loads *load, const struct cell *cell, struct err *err)
{
	int ret = 0;

	memset(load, 0, sizeof(*load));
	if (cell->load == LOAD_HACKBENCH)
		ret = start_hackbench(load, err);
	if (!ret && cell->reference == REF_CYCLICTEST)
		ret = start_cyclictest(load, err);
	if (ret)
		json_decref(load_stop(load));
	return ret;
}

static json_t *stop_cyclictest(struct loads *load)
{
	json_t *json;
	int status;

	/* It writes its result when it is interrupted. */
	kill(load->cyclictest, SIGINT);
	if (proc_wait(load->cyclictest, -1, now_ns() + 5 * NSEC_PER_SEC,
		      &status))
		proc_kill(load->cyclictest);
	load->cyclictest = 0;
	json = json_load_file(load->json, 0, NULL);
	unlink(load->json);
	return json;
}

json_t *load_stop(struct loads *load)
{
	json_t *json = NULL;

	if (load->cyclictest)
		json = stop_cyclictest(load);
	if (load->hackbench)
		proc_kill(load->hackbench);
	load->hackbench = 0;
	return json;
}
