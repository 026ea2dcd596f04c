// SPDX-License-Identifier: GPL-2.0-only
/* Job files: the guest that they ask for. */
#include <glob.h>
#include <string.h>

#include "kconfigs/build/kernel.h"
#include "lib/arch.h"
#include "tests/unit/job-fixture.h"

/* A section may be for guests of some architectures only. */
static void test_arch(struct fixture *f)
{
	struct err err = { "" };
	struct job job;

	CHECK_EQ(f->t, read_text(f, &job, "[a]\nwindow=0\n"
				 "[b]\narch=x86,arm64\nwindow=1ms\n"
				 "[c]\narch=pdp11\nwindow=2ms\n", NULL, &err), 0);
	CHECK_EQ(f->t, job.ncells, arch_here ? 2 : 1);
	job_free(&job);
	/* Of the guests, which the command line may change. */
	CHECK_EQ(f->t, read_text(f, &job, "[global]\nguest_arch=x86\n"
				 "[a]\narch=x86\n[b]\narch=arm64\n[c]\n"
				 "arch=arm64\n", (const char *const []){
				 "guest_arch=arm64", NULL }, &err), 0);
	CHECK_EQ(f->t, job.ncells, 2);
	CHECK(f->t, job.guest.arch == arch_find("arm64"));
	job_free(&job);
	expect_error(f, "[global]\nguest_arch=pdp11\n[a]\n", NULL,
		     "x.job:2: guest_arch:", "expected x86 or arm64");
	/* What the guests have not is not ignored. */
	expect_error(f, "[global]\nguest_arch=arm64\nguest_pt=skylake\n[a]\n",
		     NULL, "guest_pt:", "guests of arm64 have no Intel PT");
	expect_error(f, "[global]\nguest_arch=x86\nguest_spe=v1p1\n[a]\n",
		     NULL, "guest_spe:", "guests of x86 have no SPE");
	expect_error(f, "[global]\nguest_arch=arm64\nguest_spe=v9\n[a]\n",
		     NULL, "guest_spe:", "n1, v1p1");
	expect_error(f, "[a]\nguest_arch=arm64\n", NULL,
		     "x.job:2: guest_arch:", "expected in [global]");
	CHECK(f->t, read_text(f, &job, "[c]\narch=pdp11\n", NULL, &err) < 0);
	CHECK(f->t, strstr(err.text, "no section is for this architecture"));
}

/* The real drivers are each their architecture's, and so are NMIs. */
static void look_at_shipped(struct fixture *f, const char *path, int arm64)
{
	static const char *const pmus[] = { "intel_pt", "arm_spe_0" };
	char *arch = xasprintf("guest_arch=%s", arm64 ? "arm64" : "x86");
	char **variants = kernel_variants(), **kconfigs = kernel_kconfigs();
	struct err err = { "" };
	size_t i, real = 0;
	struct job job;

	CHECK_EQ(f->t, job_read(&job, path, (char *[]){ arch, NULL },
				variants, kconfigs, &err), 0);
	for (i = 0; i < job.ncells; i++) {
		real += !strcmp(job.cells[i].cell.pmu, pmus[arm64]);
		CHECK(f->t, strcmp(job.cells[i].cell.pmu, pmus[!arm64]));
		if (strstr(path, "sign-off"))
			CHECK(f->t, !arm64 ||
			      job.cells[i].cell.context != CONTEXT_NMI);
	}
	if (strstr(path, "sign-off") || strstr(path, "drivers"))
		CHECK(f->t, real >= 2);
	job_free(&job);
	kernel_names_free(variants);
	kernel_names_free(kconfigs);
	free(arch);
}

static void test_shipped(struct fixture *f)
{
	glob_t found;
	size_t i;

	CHECK_EQ(f->t, glob(SRCDIR "/bench/jobs/*.job", 0, NULL, &found), 0);
	CHECK(f->t, found.gl_pathc > 5);
	for (i = 0; i < found.gl_pathc; i++) {
		look_at_shipped(f, found.gl_pathv[i], 0);
		look_at_shipped(f, found.gl_pathv[i], 1);
	}
	globfree(&found);
}

static void test_bad_shape(struct fixture *f)
{
	expect_error(f, "[a]\nrat = 20M\n", NULL, "x.job:2:",
		     "no such key 'rat'; did you mean rate?");
	expect_error(f, "[a]\n", "rat=1", "command line:",
		     "no such key 'rat'");
	expect_error(f, "[a]\nrate =\n", NULL, "x.job:2: rate:",
		     "no value, expected a rate");
	expect_error(f, "[a]\nvariants = ,\n", NULL, "x.job:2: variants:",
		     "no value");
	expect_error(f, "[a]\n", "loop=", "command line: loop:", "no value");
	expect_error(f, "[a]\ndrain = 1ms, 1000us\n", NULL, "x.job:2: drain:",
		     "'1ms' is there twice");
	expect_error(f, "[a]\nloop=eager\n[b]\n[a]\n", NULL, "x.job:4:",
		     "[a]: the section is already on line 1");
	expect_error(f, "[global]\n[global]\n", NULL, "x.job:2:",
		     "already on line 1");
	expect_error(f, "[a]\nseconds=1\nduration=2s\n", NULL, "x.job:3:",
		     "duration: already on line 2");
	expect_error(f, "rate=1M\n[a]\n", NULL, "x.job:1: rate:",
		     "expected [global] first");
	expect_error(f, "[a]\nrepeats = 2\n", NULL, "x.job:2: repeats:",
		     "expected in [global]");
	expect_error(f, "[global]\nrepeats = 2, 3\n", NULL,
		     "x.job:2: repeats:", "takes one value");
	expect_error(f, "[a]\nhello\n", NULL, "x.job:2:",
		     "expected [section] or key = value");
	expect_error(f, "[a\nrate=1M\n", NULL, "x.job:1:",
		     "expected a section such as [name]");
	expect_error(f, "", NULL, "x.job:", "not a job file");
	expect_error(f, "# only this\n", NULL, "x.job:", "has no [section]");
}

/* Nodes, their distances, and how they are split. */
static void test_guest(struct fixture *f)
{
	struct check *t = f->t;
	struct err err = { "" };
	struct job job;

	CHECK_EQ(t, read_text(f, &job, "[global]\nguest_numa = 4x2\n"
			      "guest_threads = 2\n", NULL, &err), 0);
	CHECK(t, job.guest.nodes == 4 && job.guest.cpus == 8);
	CHECK(t, job.guest.threads == 2);
	CHECK_EQ(t, guest_distance(&job.guest, 3, 0), 40);
	CHECK_EQ(t, guest_distance(&job.guest, 1, 1), 10);
	CHECK(t, !guest_distances_parse(&job.guest, "ring"));
	CHECK_EQ(t, guest_distance(&job.guest, 3, 0), 20);
	CHECK_EQ(t, guest_distance(&job.guest, 0, 2), 30);
	CHECK(t, !guest_distances_parse(&job.guest, "flat"));
	CHECK_EQ(t, guest_distance(&job.guest, 0, 3), 20);
	job_free(&job);
	CHECK_EQ(t, read_text(f, &job, "[global]\nguest_numa = 2x1\n"
			      "guest_distances = 10:31/17:10\n", NULL, &err),
		 0);
	CHECK_EQ(t, guest_distance(&job.guest, 0, 1), 31);
	CHECK_EQ(t, guest_distance(&job.guest, 1, 0), 17);
	job_free(&job);
	expect_error(f, "[global]\nguest_numa = 4\n", NULL, "x.job:2",
		     "4x2");
	expect_error(f, "[global]\nguest_numa = 17x1\n", NULL, "x.job:2",
		     "16 nodes");
	expect_error(f, "[global]\nguest_distances = 10:9/9:10\n", NULL,
		     "x.job:2", "line, ring");
	expect_error(f, "[global]\nguest_numa=2x1\n"
		     "guest_distances = 10:20:30/20:10:20/30:20:10\n", NULL,
		     "x.job:", "2 rows");
	expect_error(f, "[global]\nguest_numa=2x1\n"
		     "guest_distances = 10:10/20:10\n", NULL, "x.job:",
		     "more than 10");
	expect_error(f, "[global]\nguest_numa=2x3\nguest_threads=2\n", NULL,
		     "x.job:", "split");
	expect_error(f, "[global]\nguest_numa=16x1\nguest_memory=512M\n",
		     NULL, "x.job:", "64M");
	CHECK_EQ(t, read_text(f, &job, "[global]\nguest_numa=15x16\n"
			      "guest_memory=4G\n", NULL, &err), 0);
	CHECK_EQ(t, job.guest.cpus, 240);
	job_free(&job);
	/* Sockets of 17 take 32 ids each. */
	if (arch_here && arch_here->last_cpu_id)
		expect_error(f, "[global]\nguest_numa=15x17\n"
			     "guest_memory=4G\n", NULL, "x.job:",
			     "APIC ids up to 464");
	expect_error(f, "[global]\nguest_numa=16x16\n", NULL, "x.job:2",
		     "255 CPUs");
}

int main(void)
{
	struct check t = { 0 };
	struct fixture f;

	fixture_begin(&f, &t);
	test_arch(&f);
	test_shipped(&f);
	test_bad_shape(&f);
	test_guest(&f);
	return fixture_done(&f);
}
