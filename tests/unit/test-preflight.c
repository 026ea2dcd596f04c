// SPDX-License-Identifier: GPL-2.0-only
/* What a run is refused for; the rest of it is in test-mistakes.sh. */
#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "bench/run/preflight.h"
#include "bench/target/kvm.h"
#include "lib/package.h"
#include "tests/check.h"
#include "tests/fixture.h"

static void kvm(struct check *t)
{
	struct err err = { "" };

	CHECK_EQ(t, preflight_kvm("/nonexistent/kvm", &err), -ENOTSUP);
	CHECK(t, strstr(err.text, "guest_accel=kvm: there is no /nonexistent/kvm"));
	CHECK(t, strstr(err.text, "guest_accel=auto takes what works"));
	/* It opens, and is no KVM. */
	CHECK(t, preflight_kvm("/dev/null", &err) < 0);
	CHECK(t, strstr(err.text, "makes no virtual machine"));
}

static void shadow(struct check *t, const char *dir, const char *expected)
{
	char *found = kvm_shadow_paging(dir);

	CHECK(t, found && expected ? !strcmp(found, expected) :
	      found == expected);
	free(found);
}

/* Nested paging is off only where the module says so. */
static void paging(struct check *t)
{
	char *dir = fixture_dir();

	shadow(t, dir, NULL);
	fixture_put(dir, "kvm_amd/parameters/npt", "Y\n");
	shadow(t, dir, NULL);
	fixture_put(dir, "kvm_amd/parameters/npt", "0\n");
	shadow(t, dir, "kvm_amd.npt=0");
	fixture_put(dir, "kvm_amd/parameters/npt", "1\n");
	fixture_put(dir, "kvm_intel/parameters/ept", "N\n");
	shadow(t, dir, "kvm_intel.ept=N");
	fixture_end(dir, t->failed);
}

static int memory(uint64_t aux, uint64_t pairs, uint64_t size,
		  uint64_t nodes, struct err *err)
{
	struct job_cell cell = { .section = "a" };
	struct job job = {
		.guest = { .nodes = nodes, .cpus = 8, .memory = size },
		.cells = &cell, .ncells = 1,
	};

	cell_init(&cell.cell);
	cell.cell.aux = aux;
	cell.cell.pairs = pairs;
	return preflight_guest_memory(&job, err);
}

static void guest_memory(struct check *t)
{
	const uint64_t m = 1 << 20, g = 1 << 30;
	struct err err = { "" };

	CHECK_EQ(t, memory(64 << 10, 0, g, 2, &err), 0);
	CHECK_EQ(t, memory(64 << 10, 0, 128 * m, 2, &err), 0);
	CHECK_EQ(t, memory(128 * m, 1, g, 2, &err), 0);
	/* Both buffers are on one node. */
	CHECK_EQ(t, memory(256 * m, 1, g, 2, &err), -ENOMEM);
	CHECK(t, strstr(err.text, "[a]: aux=256M does not fit into a guest of 1G with 2 nodes"));
	CHECK(t, strstr(err.text, "aux=128M fits, or guest_memory=1536M"));
	CHECK_EQ(t, memory(256 * m, 1, 1536 * m, 2, &err), 0);
	CHECK_EQ(t, memory(256 * m, 1, g, 1, &err), 0);
	/* Half of the CPUs have a tracee. */
	CHECK_EQ(t, memory(128 * m, PAIRS_MAX, g, 1, &err), -ENOMEM);
	CHECK(t, strstr(err.text, "tracer: 4, each with 2"));
	CHECK(t, strstr(err.text, "aux=64M fits"));
	CHECK_EQ(t, memory(64 * m, PAIRS_MAX, g, 1, &err), 0);
}

static void programs(struct check *t)
{
	static const char *const there[] = { "sh", "cat", NULL };
	static const char *const not[] = {
		"sh", "no-such-program", "/no/ssh", NULL
	};
	struct err err = { "" };

	CHECK_EQ(t, programs_check(there, &err), 0);
	CHECK_EQ(t, programs_check(not, &err), -ENOENT);
	CHECK(t, strstr(err.text, "not installed: no-such-program /no/ssh"));
	CHECK(t, !strcmp(program_package("ssh"), "openssh-client"));
	CHECK(t, !program_package("no-such-program"));
}

int main(void)
{
	struct check t = { 0 };

	kvm(&t);
	paging(&t);
	guest_memory(&t);
	programs(&t);
	return check_end(&t);
}
