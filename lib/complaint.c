// SPDX-License-Identifier: GPL-2.0-only
#include "lib/complaint.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#define PANIC COMPLAINT_PANIC
#define LOCKUP COMPLAINT_LOCKUP
#define WARNING COMPLAINT_WARNING

/*
 * What the kernel's own reports say, from its sources (arch/x86, arch/arm64,
 * mm, kernel, lib); the first that fits is it.  "^": only at the start, for
 * words which also stand in harmless lines ("report a bug").
 */
static const struct {
	enum complaint class;
	const char *what;
	const char *words;
} reports[] = {
	{ PANIC, "panic", "^Kernel panic - not syncing" },
	{ PANIC, "panic", "^PANIC: " },
	{ PANIC, "panic", "^Insufficient stack space to handle exception!" },
	{ LOCKUP, "soft lockup", "soft lockup - CPU#" },
	{ LOCKUP, "hard lockup", "hard LOCKUP on cpu" },
	{ LOCKUP, "hard lockup", "^NMI watchdog: Watchdog detected" },
	{ LOCKUP, "hard lockup", "Detect HardIRQ Time exceeds" },
	{ LOCKUP, "RCU stall", "detected stalls on" },
	{ LOCKUP, "RCU stall", "self-detected stall on CPU" },
	{ LOCKUP, "RCU stall", "detected expedited stalls" },
	{ LOCKUP, "RCU stall", "kthread starved for" },
	{ LOCKUP, "RCU stall", "kthread timer wakeup didn't happen for" },
	{ LOCKUP, "RCU stall", "blocking current GP" },
	{ LOCKUP, "RCU stall", "detected stall, but suppressed" },
	{ LOCKUP, "RCU stall", "RCU GP kthread last ran on offline CPU" },
	{ LOCKUP, "RCU stall", "^All QSes seen, last " },
	{ LOCKUP, "workqueue lockup", "^BUG: workqueue lockup" },
	{ LOCKUP, "CSD lock", "CSD lock (#" },
	{ LOCKUP, "CPU lost", "NMIs are not reaching" },
	{ LOCKUP, "CPU lost", "^SMP: failed to stop secondary" },
	{ LOCKUP, "CPU lost", "is stuck in kernel" },
	{ LOCKUP, "CPU lost", "is stuck in mwait_play_dead" },
	{ LOCKUP, "CPU lost", "failed to report dead state" },
	{ LOCKUP, "CPU lost", "failed to report alive state" },
	{ WARNING, "hung task", "^INFO: task " },
	{ WARNING, "KASAN", "^BUG: KASAN:" },
	{ WARNING, "KASAN", "^KASAN: " },
	{ WARNING, "KFENCE", "^BUG: KFENCE:" },
	{ WARNING, "KCSAN", "^BUG: KCSAN:" },
	{ WARNING, "KMSAN", "^BUG: KMSAN:" },
	{ WARNING, "UBSAN", "^UBSAN:" },
	{ WARNING, "lockdep", "^WARNING: possible " },
	{ WARNING, "lockdep", "^WARNING: inconsistent lock state" },
	{ WARNING, "lockdep", "^WARNING: suspicious RCU usage" },
	{ WARNING, "lockdep", "^WARNING: bad unlock balance" },
	{ WARNING, "lockdep", "^WARNING: bad contention" },
	{ WARNING, "lockdep", "^WARNING: held lock freed" },
	{ WARNING, "lockdep", "^WARNING: lock held when returning" },
	{ WARNING, "lockdep", "^WARNING: Nested lock was not taken" },
	{ WARNING, "lockdep", "^WARNING: chain_key collision" },
	{ WARNING, "lockdep", "still has locks held!" },
	{ WARNING, "lockdep", "-unsafe lock order detected" },
	{ WARNING, "lockdep", "^INFO: possible " },
	{ WARNING, "lockdep", "^INFO: trying to register non-static key" },
	{ WARNING, "lockdep", "^INFO: suspicious RCU usage" },
	{ WARNING, "lockdep", "^INFO: HARDIRQ-safe" },
	{ WARNING, "lockdep", "^INFO: lockdep" },
	{ WARNING, "lockdep", "^[ BUG: " },
	{ WARNING, "lockdep", "turning off the locking correctness validator" },
	{ WARNING, "lockdep", "RCU used illegally from" },
	{ WARNING, "lockdep", "^BUG: key " },
	{ WARNING, "lockdep", "^BUG: MAX_LOCK" },
	{ WARNING, "lockdep", "^BUG: MAX_STACK_TRACE" },
	{ WARNING, "lockdep", "DEBUG_LOCKS_WARN_ON" },
	{ WARNING, "lockdep", "bad path found in chain graph" },
	{ WARNING, "lockdep", "left hardirqs enabled!" },
	{ WARNING, "lockdep", "^Maximum lock depth " },
	{ WARNING, "debugobjects", "(active state " },
	{ WARNING, "debugobjects", "ODEBUG: object " },
	{ WARNING, "WARN", "^WARNING:" },
	{ WARNING, "slab", "^BUG " },
	{ WARNING, "slab", "partial slabs counted but counter" },
	{ WARNING, "slab", "slabs counted but counter" },
	{ WARNING, "slab", "integrity check failed" },
	{ WARNING, "slab", "^Unexpected gfp: " },
	{ WARNING, "memory corruption", "Bad page " },
	{ WARNING, "memory corruption", "Corrupted low memory at" },
	{ WARNING, "memory corruption", "pagealloc: memory corruption" },
	{ WARNING, "memory corruption", "pagealloc: single bit error" },
	{ WARNING, "memory corruption", "Corrupted page table at" },
	{ WARNING, "memory corruption", "page dumped because: " },
	{ WARNING, "memory corruption", "^tree is corrupted:" },
	{ WARNING, "memory corruption", "^unrecognized swap entry" },
	{ WARNING, "memory corruption", "Kernel memory exposure attempt" },
	{ WARNING, "memory corruption", "Kernel memory overwrite attempt" },
	{ WARNING, "memory corruption", "Possible data corruption due to collision" },
	{ WARNING, "memory corruption", "^PAGETABLE BUG #" },
	{ WARNING, "memory corruption", "^PGD FIXMAP MISSING" },
	{ WARNING, "memory corruption", "^return address clobbered: " },
	{ WARNING, "memory corruption", "^iounmap: bad address" },
	{ WARNING, "memory corruption", "Checked W+X mappings: FAILED" },
	{ WARNING, "memory corruption", "^register x18 corrupted" },
	{ WARNING, "memory corruption", "^FAULT_FLAG_ALLOW_RETRY missing" },
	{ WARNING, "memory leak", "new suspected memory leak" },
	{ WARNING, "BUG", "^BUG: " },
	{ WARNING, "BUG", "^BUG:" },
	{ WARNING, "BUG", "kernel BUG at " },
	{ WARNING, "BUG", "Fixing recursive fault but reboot" },
	{ WARNING, "Oops", "^Oops:" },
	{ WARNING, "Oops", "^Oops - " },
	{ WARNING, "Oops", "^Internal error: " },
	{ WARNING, "Oops", "Unable to handle kernel" },
	{ WARNING, "Oops", "Unable to handle " },
	{ WARNING, "Oops", "^divide error:" },
	{ WARNING, "Oops", "^invalid opcode:" },
	{ WARNING, "Oops", "^stack segment:" },
	{ WARNING, "Oops", "^double fault:" },
	{ WARNING, "Oops", "^int3:" },
	{ WARNING, "Oops", "^bounds:" },
	{ WARNING, "Oops", "^kernel tried to execute" },
	{ WARNING, "Oops", "^unable to execute userspace code" },
	{ WARNING, "Oops", "^Unexpected kernel " },
	{ WARNING, "Oops", "generated an invalid instruction at" },
	{ WARNING, "Oops", "SError Interrupt on CPU" },
	{ WARNING, "Oops", "unsafe: exception during handler" },
	{ WARNING, "Oops", "invalid or fatal FRED event" },
	{ WARNING, "general protection fault", "^general protection fault" },
	{ WARNING, "stack", "Thread overran stack" },
	{ WARNING, "stack", "stack guard page was hit" },
	{ WARNING, "stack", "^low stack detected" },
	{ WARNING, "CFI", "CFI failure at" },
	{ WARNING, "CFI", "Missing ENDBR" },
	{ WARNING, "CFI", "IBT selftest: Failed!" },
	{ WARNING, "NMI", "Uhhuh. NMI received" },
	{ WARNING, "NMI", "Dazed and confused" },
	{ WARNING, "NMI", "NMI: PCI system error" },
	{ WARNING, "NMI", "NMI: IOCK error" },
	{ WARNING, "MSR", "MSR access error" },
	{ WARNING, "hardware error", "[Hardware Error]" },
	{ WARNING, "hardware error", "^Machine check" },
	{ WARNING, "hardware error", "Machine Check" },
	{ WARNING, "hardware error", "Memory error not recovered" },
	{ WARNING, "hardware error", "emory failure: " },
	{ WARNING, "hardware error", "Uncorrected hardware memory error" },
	{ WARNING, "hardware error", "Uncorrected memory error" },
	{ WARNING, "hardware error", "hardware memory corruption" },
	{ WARNING, "hardware error", "CPUs not responding to MCE" },
	{ WARNING, "hardware error", "MCE records pool" },
	{ WARNING, "hardware error", "Kernel accessed poison in user space" },
	{ WARNING, "interrupt", "nobody cared" },
	{ WARNING, "interrupt", "bogus return value" },
	{ WARNING, "interrupt", "^Disabling IRQ #" },
	{ WARNING, "interrupt", "No irq handler for" },
	{ WARNING, "interrupt", "unexpected IRQ trap" },
	{ WARNING, "interrupt", "returned IRQ_WAKE_THREAD but no" },
	{ WARNING, "interrupt", "is an active IRQ thread" },
	{ WARNING, "interrupt", "Spurious LAPIC timer interrupt" },
	{ WARNING, "interrupt", " percpu IRQ" },
	{ WARNING, "interrupt", "Trying to free " },
	{ WARNING, "interrupt", "Unknown IPI message" },
	{ WARNING, "interrupt", "sent to offline CPU" },
	{ WARNING, "interrupt", "^APIC delivery error" },
	{ WARNING, "interrupt", "^APIC: Stale I" },
	{ WARNING, "interrupt", "Unexpected deferred interrupt" },
	{ WARNING, "interrupt", "Unexpected threshold interrupt" },
	{ WARNING, "interrupt", "Unexpected LVT thermal interrupt" },
	{ WARNING, "interrupt", "Moved interrupt pending in old target" },
	{ WARNING, "interrupt", "Affinity broken due to vector space" },
	{ WARNING, "interrupt", "did not update eff. affinity mask" },
	{ WARNING, "interrupt", "genirq: Flags mismatch irq" },
	{ WARNING, "softirq", "huh, entered softirq" },
	{ WARNING, "softirq", "NOHZ tick-stop error" },
	{ WARNING, "scheduler", "scheduling from the idle thread" },
	{ WARNING, "scheduler", "psi: inconsistent task state" },
	{ WARNING, "scheduler", "psi: task underflow!" },
	{ WARNING, "scheduler", "REPLENISH flag missing" },
	{ WARNING, "scheduler", "domain not a subset of the" },
	{ WARNING, "scheduler", "exited with irqs disabled" },
	{ WARNING, "scheduler", "exited with preempt_count" },
	{ WARNING, "scheduler", "ERROR: domain->" },
	{ WARNING, "scheduler", "ERROR: groups " },
	{ WARNING, "scheduler", "ERROR: parent span" },
	{ WARNING, "scheduler", "ERROR: empty group" },
	{ WARNING, "scheduler", "ERROR: repeated CPUs" },
	{ WARNING, "scheduler", "ERROR: group is NULL" },
	{ WARNING, "scheduler", "ERROR: flag " },
	{ WARNING, "RCU", "Double-freed CB" },
	{ WARNING, "RCU", "has failed boot-time tests" },
	{ WARNING, "perf", "ToPA ERROR encountered" },
	{ WARNING, "perf", "irq loop stuck" },
	{ WARNING, "perf", " [PMBSR=" },
	{ WARNING, "perf", "able the event with invalid index" },
	{ WARNING, "list corruption", "list_add corruption" },
	{ WARNING, "list corruption", "list_del corruption" },
	{ WARNING, "list corruption", "list_add double add" },
	{ WARNING, "refcount", "refcount_t: " },
	{ WARNING, "refcount", "percpu_ref underflow" },
	{ WARNING, "refcount", "reference already released" },
	{ WARNING, "kobject", "something is seriously wrong" },
	{ WARNING, "kobject", "register things with the same name" },
	{ WARNING, "out of memory", "^Out of memory" },
	{ WARNING, "out of memory", "invoked oom-killer" },
	{ WARNING, "out of memory", "page allocation failure" },
	{ WARNING, "out of memory", "page allocation stall" },
	{ WARNING, "out of memory", "VM_FAULT_OOM leaked" },
	{ WARNING, "out of memory", "SLUB: Unable to allocate memory" },
	{ WARNING, "out of memory", "vmalloc error: size" },
	{ WARNING, "out of memory", "^vmalloc_node_range for size" },
	{ WARNING, "out of memory", "percpu: allocation failed" },
	{ WARNING, "CPU mismatch", "SANITY CHECK: Unexpected variation" },
	{ WARNING, "CPU mismatch", "Detected conflict for capability" },
	{ WARNING, "CPU mismatch", "failed to come online" },
	{ WARNING, "CPU mismatch", "failed to boot: " },
	{ WARNING, "CPU mismatch", "will not boot" },
	{ WARNING, "CPU mismatch", "died during early boot" },
	{ WARNING, "CPU mismatch", "APIC never delivered" },
	{ WARNING, "CPU mismatch", "Unsupported CPU feature variation" },
	{ WARNING, "CPU mismatch", "failed in unknown state" },
	{ WARNING, "CPU mismatch", "may not have shut down cleanly" },
	{ WARNING, "CPU mismatch", "psci: failed to boot CPU" },
	{ WARNING, "CPU mismatch", "Required vector length(s) missing" },
	{ WARNING, "CPU mismatch", "smpboot: do_boot_cpu failed(" },
	{ WARNING, "clock", "Marking clocksource " },
	{ WARNING, "clock", "Marking TSC unstable" },
	{ WARNING, "clock", "Marking unstable (" },
	{ WARNING, "clock", "TSC found unstable" },
	{ WARNING, "clock", "TSC warped randomly" },
	{ WARNING, "clock", "cycles TSC warp between" },
	{ WARNING, "clock", "went backward by" },
	{ WARNING, "clock", "CE: Reprogramming failure" },
	{ WARNING, "clock", "Failed to broadcast timer tick" },
	{ WARNING, "clock", "Could not switch to high resolution" },
	{ WARNING, "segfault", "segfault at " },
	{ WARNING, "segfault", "] general protection fault ip:" },
	{ WARNING, "segfault", "] trap " },
	{ WARNING, "segfault", ": unhandled exception: " },
	{ WARNING, "segfault", "] bad frame in " },
	{ WARNING, "segfault", "] control protection ip:" },
	{ COMPLAINT_HARMLESS, NULL, NULL }
};

/* Emergencies that are none. */
static const char *const calm[] = {
	"reboot: ", "---[ end ", "Memory Limit: ", "Rebooting in ",
	"Kernel Offset: ", "PHYS_OFFSET: ", "CPU features: 0x",
	"RDRAND is not reliable", "Shutting down cpus with NMI",
	"SMP: stopping secondary CPUs", NULL
};

/* What is said at these levels is a report, whatever its words. */
static const char *const level_names[] = { "emergency", "alert", "critical" };
#define LEVELS (sizeof(level_names) / sizeof(*level_names))

/* The number in "<4>", and what is after it; -1 and @line without one. */
static int prefix(const char *line, const char **after)
{
	int n = 0, value = 0;

	*after = line;
	if (sscanf(line, "<%3d>%n", &value, &n) != 1 || !n || value < 0)
		return -1;
	*after = line + n;
	return value;
}

/* Skips "<4>", "[   12.345678]", "[ T1]" and a subsystem's "watchdog: ". */
const char *complaint_text(const char *line)
{
	static const char *const from[] = { "watchdog: ", "rcu: ", "traps: " };
	const char *end;
	size_t i;

	prefix(line, &line);
	/* But not "[ BUG: Invalid wait context ]". */
	while (*line == '[' && strncmp(line, "[ BUG: ", 7)) {
		end = strchr(line, ']');
		if (!end || end - line > 24)
			break;
		line = end + 1 + strspn(end + 1, " ");
	}
	for (i = 0; i < sizeof(from) / sizeof(*from); i++) {
		if (!strncmp(line, from[i], strlen(from[i])))
			return line + strlen(from[i]);
	}
	return line;
}

int complaint_level(const char *line)
{
	int value = prefix(line, &line);

	/* Other facilities are user space's. */
	return value > 7 ? -1 : value;
}

static bool is_calm(const char *text)
{
	size_t i;

	for (i = 0; calm[i]; i++) {
		if (!strncmp(text, calm[i], strlen(calm[i])))
			return true;
	}
	return !*text;
}

static enum complaint classify(const char *line, const char **what)
{
	const char *text = complaint_text(line), *words;
	int level = complaint_level(line);
	size_t i;

	for (i = 0; reports[i].words; i++) {
		words = reports[i].words;
		if (*words == '^' ? strncmp(text, words + 1,
					    strlen(words + 1)) :
		    !strstr(text, words))
			continue;
		*what = reports[i].what;
		return reports[i].class;
	}
	*what = NULL;
	if (level < 0 || level >= (int)LEVELS || is_calm(text))
		return COMPLAINT_HARMLESS;
	*what = level_names[level];
	return COMPLAINT_WARNING;
}

/* Another line's beginning, "<4>[   12.345678] ", after the first byte. */
static const char *next_line(const char *line)
{
	const char *stamp = line;
	int level, n;

	while (*stamp && (stamp = strchr(stamp + 1, '['))) {
		n = 0;
		sscanf(stamp, "[%*[ 0-9].%*6[0-9]]%n", &n);
		if (!n)
			continue;
		for (level = 3; level <= 4 && stamp - line > level; level++) {
			if (stamp[-level] == '<' && stamp[-1] == '>')
				return stamp - level;
		}
		return stamp;
	}
	return NULL;
}

enum complaint complaint_classify(const char *line, const char **what)
{
	enum complaint class = COMPLAINT_HARMLESS, part;
	const char *name, *found = NULL, *first = line;

	/* Without its time: the one in front is no other line's. */
	for (; line; line = next_line(complaint_text(line) > line ?
				      complaint_text(line) - 1 : line)) {
		part = classify(line, &name);
		if (part > class || (line == first && part == class)) {
			class = part;
			found = name;
		}
	}
	if (what)
		*what = found;
	return class;
}

/* A word's digits, and all of it when it is a number itself. */
static size_t copy_word(const char *word, size_t len, char *shape, size_t room)
{
	size_t digit = strcspn(word, "0123456789"), n;

	if (digit >= len)
		digit = len;
	else if (strspn(word, "0123456789abcdefABCDEFxX") >= len)
		digit = 0;
	n = digit < room ? digit : room;
	memcpy(shape, word, n);
	if (digit < len && n < room)
		shape[n++] = '#';
	return n;
}

void complaint_shape(const char *line, char *shape, size_t size)
{
	const char *p = complaint_text(line);
	size_t at = 0, len;

	while (*p && at + 1 < size) {
		for (len = 0; isalnum((unsigned char)p[len]); len++)
			;
		if (len)
			at += copy_word(p, len, shape + at, size - 1 - at);
		else
			shape[at++] = *p;
		p += len ? len : 1;
	}
	shape[at] = '\0';
}
