// SPDX-License-Identifier: GPL-2.0-only
/* What a console says is wrong, and what only looks like it. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/target/console.h"
#include "lib/file.h"
#include "tests/check.h"

struct sample {
	enum complaint class;
	const char *what;
	const char *line;
};

static const struct sample samples[] = {
	{ COMPLAINT_PANIC, "panic",
	  "[    1.444881] Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000300" },
	{ COMPLAINT_PANIC, "panic",
	  "Kernel panic - not syncing: Fatal exception in interrupt" },
	{ COMPLAINT_HARMLESS, NULL,
	  "[    1.5] ---[ end Kernel panic - not syncing: Fatal exception ]---" },
	{ COMPLAINT_LOCKUP, "soft lockup",
	  "[   45.123456] watchdog: BUG: soft lockup - CPU#2 stuck for 22s! [tracee:54]" },
	{ COMPLAINT_LOCKUP, "hard lockup",
	  "[   12.0] watchdog: CPU1: Watchdog detected hard LOCKUP on cpu 1" },
	{ COMPLAINT_LOCKUP, "RCU stall",
	  "[   30.1] rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:" },
	{ COMPLAINT_LOCKUP, "RCU stall",
	  "[   30.1][   T17] rcu: INFO: rcu_sched self-detected stall on CPU" },
	{ COMPLAINT_WARNING, "hung task",
	  "[  245.9] INFO: task tracer:61 blocked for more than 120 seconds." },
	{ COMPLAINT_WARNING, "WARN",
	  "[    2.1] WARNING: CPU: 1 PID: 54 at kernel/events/core.c:3289 _perf_event_enable+0x11/0x20" },
	{ COMPLAINT_WARNING, "WARN",
	  "<4>[    2.1] WARNING: kernel/events/core.c:3289 at event_sched_in+0x1/0x2, CPU#1: a/5" },
	{ COMPLAINT_WARNING, "lockdep",
	  "[    3.2] WARNING: possible circular locking dependency detected" },
	{ COMPLAINT_WARNING, "lockdep",
	  "[    3.2] WARNING: possible irq lock inversion dependency detected" },
	{ COMPLAINT_WARNING, "lockdep",
	  "[    3.2] WARNING: inconsistent lock state" },
	{ COMPLAINT_WARNING, "lockdep",
	  "[    3.2] WARNING: suspicious RCU usage" },
	{ COMPLAINT_WARNING, "lockdep",
	  "[    3.2] INFO: possible recursive locking detected" },
	{ COMPLAINT_WARNING, "lockdep",
	  "[    3.2] INFO: trying to register non-static key." },
	{ COMPLAINT_WARNING, "lockdep",
	  "[    3.2] [ BUG: Invalid wait context ]" },
	{ COMPLAINT_WARNING, "lockdep", "[ BUG: Invalid wait context ]" },
	{ COMPLAINT_WARNING, "BUG",
	  "[    4.0] BUG: sleeping function called from invalid context at kernel/locking/mutex.c:580" },
	{ COMPLAINT_WARNING, "BUG",
	  "[    4.0] BUG: kernel NULL pointer dereference, address: 0000000000000008" },
	{ COMPLAINT_WARNING, "BUG",
	  "[    4.0] kernel BUG at kernel/events/ring_buffer.c:444!" },
	{ COMPLAINT_WARNING, "KASAN",
	  "[    4.0] BUG: KASAN: slab-use-after-free in rb_free_aux+0x10/0x90" },
	{ COMPLAINT_WARNING, "UBSAN",
	  "[    4.0] UBSAN: array-index-out-of-bounds in x.c:1:2" },
	{ COMPLAINT_WARNING, "Oops",
	  "[    1.237541] Oops: int3: 0000 [#1] SMP" },
	{ COMPLAINT_WARNING, "general protection fault",
	  "[    1.2] general protection fault, probably for non-canonical address 0x1: 0000 [#1]" },
	{ COMPLAINT_WARNING, "clock",
	  "[    8.0] clocksource: timekeeping watchdog on CPU1: Marking clocksource 'tsc' as unstable because the skew is too large:" },
	{ COMPLAINT_WARNING, "segfault",
	  "[    8.0] agent[54]: segfault at 0 ip 00007f sp 00007f error 4" },
	/* All of these are said by a boot that is well. */
	{ COMPLAINT_HARMLESS, NULL, "" },
	{ COMPLAINT_HARMLESS, NULL, "[    0.000000] Linux version 7.3.4-baseline" },
	{ COMPLAINT_HARMLESS, NULL,
	  "PCI: Using host bridge windows from ACPI; if necessary, use \"pci=nocrs\" and report a bug" },
	{ COMPLAINT_HARMLESS, NULL,
	  "[    1.128] sched_clock: Marking stable (1128038366, -35164140)->(1251555978, -158681752)" },
	{ COMPLAINT_HARMLESS, NULL, "[    0.0] tsc: Fast TSC calibration failed" },
	{ COMPLAINT_HARMLESS, NULL,
	  "calibrate_delay_direct() failed to get a good estimate for loops_per_jiffy." },
	{ COMPLAINT_HARMLESS, NULL,
	  "[    0.1] Performance Events: unsupported CPU family 6 model 15 no PMU driver, software events only." },
	{ COMPLAINT_HARMLESS, NULL,
	  "[    0.2] rcu: 	Max phase no-delay instances is 1000." },
	{ COMPLAINT_HARMLESS, NULL,
	  "[    0.2] NMI watchdog: Enabled. Permanently consumes one hw-PMU counter." },
	{ COMPLAINT_HARMLESS, NULL, "[    0.3] Lock dependency validator: Copyright (c) 2006 Red Hat, Inc., Ingo Molnar" },
	{ COMPLAINT_HARMLESS, NULL, "[    2.0] hrtimer: interrupt took 1234567 ns" },
	{ COMPLAINT_HARMLESS, NULL,
	  "[    0.1] Kernel command line: console=ttyS0 panic=-1 oops=panic" },
	{ COMPLAINT_HARMLESS, NULL,
	  "[    0.1] Spectre V2 : WARNING: Unprivileged eBPF is enabled with eIBRS on" },
	{ COMPLAINT_HARMLESS, NULL, "[    0.5] kasan: KernelAddressSanitizer initialized" },
};

static void test_classes(struct check *t)
{
	const struct sample *s;
	const char *what;
	size_t i;

	for (i = 0; i < sizeof(samples) / sizeof(*samples); i++) {
		s = &samples[i];
		if (complaint_classify(s->line, &what) != s->class ||
		    (s->what ? !what || strcmp(what, s->what) : !!what))
			printf("%s\n  taken for %s\n", s->line,
			       what ? what : "harmless");
		CHECK_EQ(t, complaint_classify(s->line, NULL), s->class);
		CHECK(t, s->what ? what && !strcmp(what, s->what) : !what);
	}
}

static void feed(struct console *console, const char *text)
{
	console_feed(console, text, strlen(text));
}

/* In pieces, with carriage returns, bytes that are no text, endless lines. */
static void test_stream(struct check *t, const char *path)
{
	char noise[2000], *text, *want;
	struct console console;
	struct err err = { "" };
	json_t *bad;
	size_t len;

	memset(noise, 'x', sizeof(noise));
	CHECK_EQ(t, console_open(&console, path, &err), 0);
	feed(&console, "[ 1.0] hello\r\n[ 1.1] WARN");
	feed(&console, "ING: CPU: 1 \xff\xfe at x\r");
	bad = console_bad_lines(&console);
	CHECK_EQ(t, json_array_size(bad), 0);
	json_decref(bad);
	feed(&console, "\n");
	console_note(&console, "qemu", "BUG: not the guest's");
	console_feed(&console, noise, sizeof(noise));
	feed(&console, "\n[ 1.2] rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:\n");
	bad = console_bad_lines(&console);
	CHECK_EQ(t, json_array_size(bad), 2);
	CHECK(t, !strcmp(json_string_value(json_array_get(bad, 0)),
			 "[ 1.1] WARNING: CPU: 1 ?? at x"));
	json_decref(bad);
	CHECK(t, console.locked_up && !console.panicked);
	CHECK(t, !strncmp(console.lockup, "INFO: rcu_preempt", 17));
	feed(&console, "Kernel panic - not syncing: x\nKernel panic - not syncing: y\n\n");
	CHECK(t, console.panicked);
	CHECK(t, !strcmp(console.panic, "Kernel panic - not syncing: x"));
	CHECK(t, !strcmp(console.last, "Kernel panic - not syncing: y"));
	console_close(&console);
	/* The file has it all, as it came. */
	CHECK_EQ(t, file_read(path, &text, &len, &err), 0);
	want = "[ 1.0] hello\r\n[ 1.1] WARNING: CPU: 1 \xff\xfe at x\r\nqemu: BUG: not the guest's\nxxxx";
	CHECK(t, !strncmp(text, want, strlen(want)));
	CHECK(t, len > sizeof(noise) + strlen(want));
	free(text);
}

/* A storm of bad lines is counted, not kept. */
static void test_storm(struct check *t, const char *path)
{
	struct console console;
	struct err err = { "" };
	json_t *bad;
	int i;

	CHECK_EQ(t, console_open(&console, path, &err), 0);
	for (i = 0; i < 1000; i++)
		feed(&console, "WARNING: again\n");
	bad = console_bad_lines(&console);
	CHECK_EQ(t, json_array_size(bad), CONSOLE_BAD_MAX + 1);
	CHECK(t, !strcmp(json_string_value(json_array_get(bad,
			 CONSOLE_BAD_MAX)), "(and 968 more)"));
	json_decref(bad);
	bad = console_bad_lines(&console);
	CHECK_EQ(t, json_array_size(bad), 0);
	json_decref(bad);
	console_close(&console);
}

int main(void)
{
	char dir[] = "/tmp/test-console-XXXXXX", *path;
	struct check t = { 0 };
	struct err err;

	if (!mkdtemp(dir))
		return 1;
	path = xasprintf("%s/console.log", dir);
	test_classes(&t);
	test_stream(&t, path);
	unlink(path);
	test_storm(&t, path);
	dir_remove(dir, &err);
	free(path);
	return check_end(&t);
}
