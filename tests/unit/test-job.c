// SPDX-License-Identifier: GPL-2.0-only
/* Job files: what they mean, and what is said when they are wrong. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kconfigs/build/kernel.h"
#include "lib/units.h"
#include "tests/unit/job-fixture.h"

/* As other systems write text; and what is not where it was meant to be. */
static void test_ends(struct fixture *f)
{
	static const char *const same[] = {
		"[global]\nseconds = 1\nvariants = baseline\n[one]\nwindow = 5ms\n",
		"[global]\rseconds = 1\rvariants = baseline\r[one]\rwindow = 5ms\r",
		"[global]\r\nseconds = 1\r\nvariants = baseline\r\n[one]\r\nwindow = 5ms",
		"\xef\xbb\xbf[global]\nseconds = 1\nvariants = baseline\n[one] ; x\nwindow = 5ms\n",
	};
	struct err err = { "" };
	struct job job;
	size_t i;

	for (i = 0; i < sizeof(same) / sizeof(*same); i++) {
		if (read_text(f, &job, same[i], NULL, &err)) {
			printf("%zu: %s\n", i, err.text);
			CHECK(f->t, false);
			continue;
		}
		CHECK_EQ(f->t, job.ncells, 1);
		CHECK_EQ(f->t, job.cells[0].cell.window, 5 * NSEC_PER_MSEC);
		CHECK_EQ(f->t, job.cells[0].cell.duration, NSEC_PER_SEC);
		job_free(&job);
	}
	expect_error(f, "[global]\nseconds = 1\n[one] window = 5ms\n", NULL,
		     ":3: ", "'window = 5ms' after a section's name");
	expect_error(f, "\n\n[one]]\n", NULL, ":3: ", "']' after");
}

static void test_product(struct fixture *f)
{
	struct check *t = f->t;
	struct err err = { "" };
	struct job job;
	int ret;

	ret = read_text(f, &job,
			"[global]\nrate = 20M\nseconds = 2\n\n"
			"[a]\nvariants = baseline, peterz\n"
			"  drain = 1ms 3ms,uniform:1ms-5ms\n"
			"loop = eager, perf ; both\n"
			"[b]\nvariants = sync\nkconfigs = guest, rt\n"
			"rate = 40M\nduration=500ms\n", NULL, &err);
	CHECK_EQ(t, ret, 0);
	if (ret) {
		printf("%s\n", err.text);
		return;
	}
	CHECK_EQ(t, job.ncells, 7);
	CHECK_EQ(t, job.nkernels, 4);
	CHECK(t, !strcmp(job.cells[0].name,
		"rate=20M drain=1ms loop=eager duration=2s"));
	CHECK(t, !strcmp(job.cells[5].name,
		"rate=20M drain=uniform:1ms-5ms loop=perf duration=2s"));
	CHECK(t, !strcmp(job.cells[6].section, "b"));
	CHECK_EQ(t, job.cells[6].cell.rate, 40000000);
	CHECK_EQ(t, job.cells[6].cell.duration, NSEC_PER_SEC / 2);
	CHECK(t, job.cells[0].on[0] && job.cells[0].on[1]);
	CHECK(t, !job.cells[0].on[2] && !job.cells[0].on[3]);
	CHECK(t, !job.cells[6].on[0] && job.cells[6].on[3]);
	CHECK(t, !strcmp(job.kernels[3].kconfig, "rt"));
	CHECK(t, !job.seeded && job.repeats == 1);
	job_free(&job);
}

static void test_all(struct fixture *f)
{
	static const char *const over[] = { "variants=all,-peterz", NULL };
	struct check *t = f->t;
	struct err err = { "" };
	struct job job;

	CHECK_EQ(t, read_text(f, &job, "[a]\nvariants = sync, all, -baseline\n",
			      NULL, &err), 0);
	CHECK_EQ(t, job.nkernels, 2);
	CHECK(t, !strcmp(job.kernels[0].variant, "sync"));
	CHECK(t, !strcmp(job.kernels[1].variant, "peterz"));
	/* What is kept of a run says which they were. */
	CHECK(t, !strcmp(jobfile_find(&job.file, &job.file.sections[1],
				      "variants")->values[1], "peterz"));
	job_free(&job);
	CHECK_EQ(t, read_text(f, &job, "[a]\nvariants = baseline\n", over,
			      &err), 0);
	CHECK_EQ(t, job.nkernels, 2);
	CHECK(t, !strcmp(job.kernels[1].variant, "sync"));
	job_free(&job);
	expect_error(f, "[a]\nvariants = -sync, all\n", NULL, "x.job:2",
		     "'-sync', expected");
	expect_error(f, "[a]\nvariants = all, -snyc\n", NULL, "x.job:2",
		     "'-snyc', expected");
	expect_error(f, "[a]\nvariants = sync, -sync\n", NULL, "x.job:2",
		     "none is left");
}

static void test_global_alone(struct fixture *f)
{
	struct err err = { "" };
	struct job job;

	CHECK_EQ(f->t, read_text(f, &job, "[global]\nloop=perf\n", NULL,
				 &err), 0);
	CHECK_EQ(f->t, job.ncells, 1);
	CHECK_EQ(f->t, job.nkernels, 1);
	CHECK(f->t, !strcmp(job.kernels[0].variant, "baseline"));
	/* Nothing varies: the name says what is asked first. */
	CHECK(f->t, !strcmp(job.cells[0].name,
			    "drain=1ms window=0 loop=perf"));
	CHECK(f->t, !strcmp(job.name, "x"));
	job_free(&job);
}

static void test_overrides(struct fixture *f)
{
	static const char *const overrides[] = {
		"drain=5ms", "seed=42", "variants=peterz", "repeats=3",
		"guest_cpus=8", "guest_memory=2G", NULL
	};
	struct check *t = f->t;
	struct err err = { "" };
	struct job job;

	CHECK_EQ(t, read_text(f, &job,
			      "[global]\ndrain=1ms,2ms\n[a]\ndrain=7ms,8ms\n"
			      "[b]\nwindow=1ms\n", overrides, &err), 0);
	CHECK_EQ(t, job.ncells, 2);
	CHECK_EQ(t, job.nkernels, 1);
	CHECK_EQ(t, job.cells[0].cell.drain.a, 5 * NSEC_PER_MSEC);
	CHECK_EQ(t, job.seed, 42);
	CHECK(t, job.seeded);
	CHECK_EQ(t, job.repeats, 3);
	CHECK_EQ(t, job.guest.cpus, 8);
	CHECK_EQ(t, job.guest.memory, 2ull << 30);
	job_free(&job);
}

/* Cells of another kind make no name longer. */
static void test_names(struct fixture *f)
{
	struct check *t = f->t;
	struct err err = { "" };
	struct job job;

	CHECK_EQ(t, read_text(f, &job,
			      "[map]\ndrain=0,3ms\nloop=perf\n"
			      "[natural]\nkind=hunt\naux=8K\nwatermark=8K\n"
			      "region=1K\n", NULL, &err), 0);
	CHECK_EQ(t, job.ncells, 3);
	CHECK(t, !strcmp(job.cells[0].name, "drain=0"));
	CHECK(t, !strcmp(job.cells[1].name, "drain=3ms"));
	CHECK(t, !strcmp(job.cells[2].name, "kind=hunt"));
	job_free(&job);
}

/* The user's defaults give way to what the job says, anywhere. */
static void test_defaults(struct fixture *f)
{
	static const char *const overrides[] = {
		"drain?=5ms", "window?=9ms", "seconds?=7", "guest_numa?=4x1",
		"guest_memory?=2G", "rate?=1M", "rate=2M", NULL
	};
	struct check *t = f->t;
	struct err err = { "" };
	struct job job;

	CHECK_EQ(t, read_text(f, &job,
			      "[global]\nguest_cpus=8\n[a]\ndrain=7ms\n"
			      "[b]\nwindow=1ms\nduration=3s\n", overrides,
			      &err), 0);
	CHECK_EQ(t, job.ncells, 2);
	CHECK_EQ(t, job.cells[0].cell.drain.a, 7 * NSEC_PER_MSEC);
	CHECK_EQ(t, job.cells[0].cell.window, 0);
	CHECK_EQ(t, job.cells[0].cell.duration, 2 * NSEC_PER_SEC);
	CHECK_EQ(t, job.cells[0].cell.rate, 2000000);
	CHECK_EQ(t, job.cells[1].cell.window, NSEC_PER_MSEC);
	CHECK_EQ(t, job.guest.nodes, 2);
	CHECK_EQ(t, job.guest.cpus, 8);
	CHECK_EQ(t, job.guest.memory, 2ull << 30);
	job_free(&job);
}

/* What job_print() writes reads back as the same job. */
static void test_print(struct fixture *f)
{
	static const char *const overrides[] = { "fail=both", NULL };
	struct check *t = f->t;
	char *first = NULL;
	struct err err = { "" };
	struct job job, again;
	size_t size, i;
	FILE *out;

	CHECK_EQ(t, read_text(f, &job,
			      "[a]\ndrain=1ms,2ms\nfail=short\n"
			      "[b]\nvariants=sync\nwindow=30ms\n", overrides,
			      &err), 0);
	CHECK_EQ(t, job_set(&job, "seed", "9", &err), 0);
	out = open_memstream(&first, &size);
	job_print(&job, out);
	fclose(out);
	CHECK_EQ(t, read_text(f, &again, first, NULL, &err), 0);
	CHECK_EQ(t, again.seed, 9);
	CHECK_EQ(t, again.ncells, job.ncells);
	CHECK_EQ(t, again.nkernels, job.nkernels);
	for (i = 0; i < job.ncells; i++) {
		CHECK(t, !strcmp(again.cells[i].name, job.cells[i].name));
		CHECK_EQ(t, again.cells[i].cell.fail, FAIL_BOTH);
	}
	free(first);
	job_free(&job);
	job_free(&again);
}

static void test_patch(struct fixture *f)
{
	struct check *t = f->t;
	struct err err = { "" };
	struct job job;
	char *patch = xasprintf("%s/my idea.mbx", f->dir);

	CHECK_EQ(t, file_write(patch, "x\n", 2, &err), 0);
	/* Beside the job file, and added to what the sections name. */
	CHECK_EQ(t, read_text(f, &job, "[global]\npatch = my idea.mbx\n",
			      NULL, &err), 0);
	CHECK_EQ(t, job.nkernels, 2);
	CHECK(t, !strcmp(job.kernels[1].variant, "my-idea"));
	CHECK(t, !strcmp(job.kernels[1].patch, patch));
	job_free(&job);
	expect_error(f, "[global]\npatch = none.patch\n", NULL, "x.job:2:",
		     "patch: none.patch: No such file");
	CHECK_EQ(t, rename(patch, "peterz.patch"), 0);
	expect_error(f, "[global]\n", "patch=peterz.patch", "command line:",
		     "already is a variant 'peterz'");
	unlink("peterz.patch");
	free(patch);
}

static void test_bad_values(struct fixture *f)
{
	expect_error(f, "[a]\n\n# x\nrate = fast\n", NULL, "x.job:4: rate:",
		     "bad value 'fast', expected a rate above 0");
	expect_error(f, "[a]\nrate = 1M, ,fast\n", NULL, "x.job:2: rate:",
		     "bad value 'fast'");
	expect_error(f, "[a]\nloop = both\n", NULL, "x.job:2: loop:",
		     "expected eager or perf");
	expect_error(f, "[a]\nseconds = 2s\n", NULL, "x.job:2: seconds:",
		     "bad value '2s', expected a number of seconds");
	expect_error(f, "[a]\nvariants = baseline, petrz\n", NULL,
		     "x.job:2: variants:",
		     "bad value 'petrz', expected some of: baseline, peterz");
	expect_error(f, "[a]\nkconfigs = big\n", NULL, "x.job:2: kconfigs:",
		     "expected some of: guest, rt");
	expect_error(f, "[global]\nrepeats = 0\n", NULL, "x.job:2: repeats:",
		     "expected a number from 1");
	expect_error(f, "[global]\nguest_memory = 1M\n", NULL,
		     "x.job:2: guest_memory:", "expected a size from 128M");
	expect_error(f, "[global]\nguest_cpus = 3\n", NULL, "x.job:",
		     "3 CPUs on 2 nodes");
	expect_error(f, "[a]\naux = 4K\nwatermark = 8K\n", NULL,
		     "x.job:1: [a]:", "watermark: larger than the AUX area");
	expect_error(f, "[a]\n", "rate=fast", "command line: rate:",
		     "bad value 'fast'");
	expect_error(f, "[a]\n", "seed=-1", "command line: seed:",
		     "bad value '-1'");
	expect_error(f, "[a]\n", "=5", "command line:", "expected key=value");
}

static void test_not_a_job(struct fixture *f)
{
	struct check *t = f->t;
	struct err err = { "" };
	struct job job;

	CHECK(t, job_read(&job, "missing.job", NULL, (char **)job_variants,
			  (char **)job_kconfigs, &err) < 0);
	CHECK(t, strstr(err.text, "missing.job: No such file"));
	CHECK(t, job_read(&job, "/", NULL, (char **)job_variants,
			  (char **)job_kconfigs, &err) < 0);
	CHECK(t, strstr(err.text, "/: not a file"));
	CHECK_EQ(t, file_write(f->path, "[a]\0\n", 5, &err), 0);
	CHECK(t, job_read(&job, f->path, NULL, (char **)job_variants,
			  (char **)job_kconfigs, &err) < 0);
	CHECK(t, strstr(err.text, "not a job file (it is not text)"));
}

static void test_long(struct fixture *f)
{
	char text[1200] = "[a]\ndrain = ", sizes[4000] = "[a]\n";
	const struct cell_key *key;
	size_t len = strlen(text), i;
	struct err err = { "" };
	struct job job;

	memset(text + len, ' ', 1000);
	strcpy(text + len + 1000, "1ms ; x\n");
	CHECK_EQ(f->t, read_text(f, &job, text, NULL, &err), 0);
	CHECK_EQ(f->t, job.cells[0].cell.drain.a, NSEC_PER_MSEC);
	job_free(&job);
	text[len - 2] = '_';
	expect_error(f, text, NULL, "x.job:2:",
		     "expected [section] or key = value");
	/* A comment where its key is, twice: no setting takes its value. */
	snprintf(sizes, sizeof(sizes), "[a]\nrate ; x = %0*d\nrate ; y = %0*d\n",
		 1000, 1, 1000, 2);
	expect_error(f, sizes, NULL, "x.job:2:",
		     "expected [section] or key = value");
	strcpy(sizes, "[a]\n");
	/* 40 ^ 4 cells */
	for (key = cell_keys; key->name; key++) {
		if (strcmp(key->name, "window") && strcmp(key->name, "tick") &&
		    strcmp(key->name, "migrate") && strcmp(key->name, "drain"))
			continue;
		len = strlen(sizes);
		len += sprintf(sizes + len, "%s =", key->name);
		for (i = 1; i <= 40; i++)
			len += sprintf(sizes + len, " %zums", i);
		strcpy(sizes + len, "\n");
	}
	expect_error(f, sizes, NULL, "x.job:1: [a]:",
		     "more than 100000 cells");
}

static void test_shipped(struct fixture *f)
{
	char **all = kernel_variants();
	static const char *const names[] = {
		"default", "smoke", "thread", "placement", "scale",
	};
	struct err err = { "" };
	struct job job;
	unsigned int i;
	char *path;
	int ret;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		path = xasprintf(SRCDIR "/bench/jobs/%s.job", names[i]);
		ret = job_read(&job, path, NULL, all, (char **)job_kconfigs, &err);
		if (ret)
			printf("%s\n", err.text);
		CHECK_EQ(f->t, ret, 0);
		CHECK(f->t, !strcmp(job.name, names[i]));
		job_free(&job);
		free(path);
	}
	kernel_names_free(all);
}

/* A slow guest has few fulls: what ends the cell then is its duration. */
static void test_timeout(struct check *t)
{
	struct cell cell;

	cell_init(&cell);
	cell.rate = 400000000;
	cell.aux = 16384;
	cell.drain.a = cell.window = 0;
	cell.fulls = 20000;
	cell.duration = 110 * NSEC_PER_SEC;
	CHECK(t, job_cell_time(&cell) < NSEC_PER_SEC);
	CHECK(t, job_cell_timeout(&cell) > cell.duration + 30 * NSEC_PER_SEC);
	cell.duration = 0;
	CHECK(t, job_cell_timeout(&cell) >
	      cell.fulls * cell.hang_timeout + 30 * NSEC_PER_SEC);
}

int main(void)
{
	struct check t = { 0 };
	struct fixture f;

	fixture_begin(&f, &t);
	test_ends(&f);
	test_product(&f);
	test_all(&f);
	test_global_alone(&f);
	test_overrides(&f);
	test_defaults(&f);
	test_names(&f);
	test_print(&f);
	test_patch(&f);
	test_bad_values(&f);
	test_not_a_job(&f);
	test_long(&f);
	test_shipped(&f);
	test_timeout(&t);
	return fixture_done(&f);
}
