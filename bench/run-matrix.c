// SPDX-License-Identifier: GPL-2.0-only
/* The comparison of kernels, from a job to its plots. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/job/shard.h"
#include "bench/run-matrix-report.h"
#include "bench/run/run.h"
#include "bench/run/rundir.h"
#include "lib/colour.h"
#include "lib/file.h"
#include "lib/options.h"
#include "lib/proc.h"
#include "lib/scenario.h"

struct arguments {
	struct run_options run;
	char **overrides;	/* NULL-ended */
	size_t count;
	size_t defaults;	/* of these, from the file of defaults */
	char *patches;		/* of all --patch, as one value */
};

/* Takes over @text. */
static void add_text(struct arguments *args, char *text)
{
	args->overrides = reallocarray(args->overrides, args->count + 2,
				       sizeof(*args->overrides));
	if (!args->overrides)
		abort();
	args->overrides[args->count++] = text;
	args->overrides[args->count] = NULL;
}

static void add_override(struct arguments *args, const char *key,
			 const char *value)
{
	add_text(args, xasprintf("%s%s%s", key, *key ? "=" : "", value));
}

/* They come before anything else is taken, and so stand first. */
static int set_default(void *ctx, const char *name, const char *value,
		       struct err *err)
{
	struct arguments *args = ctx;
	char *text = job_default(name, value);

	if (!text)
		return -ENOENT;
	add_text(args, text);
	args->defaults++;
	return 0;
}

static int set_output(void *ctx, const char *arg, struct err *err)
{
	((struct arguments *)ctx)->run.output = arg;
	return *arg ? 0 : err_set(err, -EINVAL, "--output: no directory");
}

static int set_resume(void *ctx, const char *arg, struct err *err)
{
	((struct arguments *)ctx)->run.resume = arg;
	return *arg ? 0 : err_set(err, -EINVAL, "--resume: no directory");
}

static int set_linux(void *ctx, const char *arg, struct err *err)
{
	add_override(ctx, "linux", arg);
	return 0;
}

static int set_patch(void *ctx, const char *arg, struct err *err)
{
	struct arguments *args = ctx;
	char *all;

	if (strchr(arg, ','))
		return err_set(err, -EINVAL,
			       "--patch: '%s': a path with a comma cannot be used",
			       arg);
	all = args->patches ? xasprintf("%s,%s", args->patches, arg) :
		xasprintf("%s", arg);
	free(args->patches);
	args->patches = all;
	return 0;
}

/* Several hosts are a key of their own, in whose place a job may have one. */
static int set_target(void *ctx, const char *arg, struct err *err)
{
	bool several = !strncmp(arg, "ssh:", 4) && strchr(arg, ',');

	add_override(ctx, "target", several ? "guest" : arg);
	add_override(ctx, "hosts", several ? arg + 4 : "none");
	return 0;
}

static int set_variant(void *ctx, const char *arg, struct err *err)
{
	add_override(ctx, "label", arg);
	return 0;
}

static int set_module(void *ctx, const char *arg, struct err *err)
{
	add_override(ctx, "module", arg);
	return 0;
}

static int set_ssh(void *ctx, const char *arg, struct err *err)
{
	add_override(ctx, "ssh", arg);
	return 0;
}

static int set_arch(void *ctx, const char *arg, struct err *err)
{
	add_override(ctx, "guest_arch", arg);
	return 0;
}

static int set_numa(void *ctx, const char *arg, struct err *err)
{
	add_override(ctx, "guest_numa", arg);
	return 0;
}

static int set_seed(void *ctx, const char *arg, struct err *err)
{
	add_override(ctx, "seed", arg);
	return 0;
}

static int set_shard(void *ctx, const char *arg, struct err *err)
{
	add_override(ctx, "shard", arg);
	return 0;
}

static int set_array(void *ctx, const char *arg, struct err *err)
{
	struct shard shard;
	char *text;
	int ret;

	ret = shard_of_engine(&shard, err);
	if (ret)
		return ret;
	text = xasprintf("%llu/%llu", (unsigned long long)shard.index,
			 (unsigned long long)shard.count);
	add_override(ctx, "shard", text);
	free(text);
	return 0;
}

static int set_list(void *ctx, const char *arg, struct err *err)
{
	((struct arguments *)ctx)->run.list = true;
	return 0;
}

static int set_quiet(void *ctx, const char *arg, struct err *err)
{
	((struct arguments *)ctx)->run.quiet = true;
	return 0;
}

/* JOB, or "key=value" unless there is a file of that name. */
static int take_operand(void *ctx, const char *arg, struct err *err)
{
	struct arguments *args = ctx;

	if (strchr(arg, '=') && !file_exists(arg)) {
		add_override(args, "", arg);
		return 0;
	}
	if (args->run.job)
		return err_set(err, -EINVAL,
			       "'%s': the job is already '%s' (a key is set with key=value)",
			       arg, args->run.job);
	args->run.job = arg;
	return 0;
}

static const struct option_def options[] = {
	{ 'o', "output", "DIR", "results go there instead of results/DATE-JOB",
	  set_output },
	{ 0, "linux", "PATH",
	  "kernel source: git tree, directory or tarball", set_linux },
	{ 0, "patch", "FILE", "compare this patch too (may be repeated)",
	  set_patch },
	{ 0, "target", "WHERE",
	  "guest; or local, ssh:HOST[,HOST]...: the kernel that runs there",
	  set_target },
	{ 0, "variant", "NAME", "name of that kernel in the results",
	  set_variant },
	{ 0, "module", "FILE", "auxsynth.ko for it, if it has to be loaded",
	  set_module },
	{ 0, "ssh", "COMMAND", "how to call ssh, e.g. 'ssh -F FILE'",
	  set_ssh },
	{ 0, "arch", "NAME", "guests of x86 or arm64 instead of the host's own",
	  set_arch },
	{ 0, "guest-numa", "NxC", "guest of N nodes with C CPUs each",
	  set_numa },
	{ 0, "seed", "N", "of the order and all random choices", set_seed },
	{ 0, "shard", "I/N", "run only the I-th of N parts, see SHARDS",
	  set_shard },
	{ 0, "array", NULL, "the part that Slurm, parallel or a CI server says",
	  set_array },
	{ 0, "resume", "DIR", "go on with the run in DIR", set_resume },
	{ 0, "list", NULL, "print the cells, run nothing", set_list },
	{ 'q', "quiet", NULL, "only say what went wrong", set_quiet },
	{ 0 }
};

static const char job_text[] =
"A file in fio's manner: [global], and sections that inherit from it.  A\n"
"value may be a list; a section runs the product of its lists on each of its\n"
"kernels.  What is given on the command line holds in every section.\n\n"
"  [global]\n"
"  variants = baseline, peterz\n"
"  rate = 20M\n"
"  drain = 1ms, uniform:1ms-5ms\n"
"  seconds = 2\n\n"
"  [widened]\n"
"  window = 0, 30ms";

static const char target_text[] =
"With --target=local or ssh:HOST no kernel is built or booted: the job's\n"
"variants and kconfigs give way to the kernel that runs there.  It needs root,\n"
"and auxsynth (built by 'make module' against the kernel's headers, loaded\n"
"already or by the run) or a real PMU (pmu=intel_pt; 'auxlat --list-pmus'\n"
"lists them).  Over ssh the agent, its libraries and the module are copied to\n"
"a directory in /tmp that is removed at the end; ssh must not have to ask.\n"
"Runs of different kernels are put side by side by their variants' names.\n\n"
"--target=ssh:a,b,c (in a job: hosts = a, b, c in place of target) measures all\n"
"cells on each of them, at once; a host that is lost is tried again twice, then\n"
"named, and the exit status is 1.  DIR/hosts/a has what a has measured;\n"
"--resume=DIR goes on with what is missing.";

static const char output_text[] =
"DIR/store.jsonl has everything, one JSON object for each cell; summary.tsv,\n"
"summary.txt and plots/ are made from it at the end, and report.html, which has\n"
"all of them in one file.  job.ini is the job as run: given as JOB, it does the\n"
"same again.  console/ has what each guest said.  stdout gets summary.txt, or\n"
"the cells with --list.  Where kernels take minutes to build, two of them are\n"
"measured as soon as they are there: stderr gets that first table, and first/\n"
"all of it.  It is no part of the run, whose boots come later, interleaved.";

static const char shards_text[] =
"--shard=3/8 runs the third of eight parts of the plan, on as many machines as\n"
"there are.  Which part has what follows from job and seed alone, so --seed must\n"
"be given, the same for all; every part measures all kernels with the same\n"
"cells.  --array takes I and N from the environment: Slurm's job arrays, GNU\n"
"parallel (or, with its --plus, --shard={#}/{##}), Buildkite, GitLab, CircleCI.  What a part has\n"
"measured goes on with --resume; 'report -o OUT DIR...' puts the parts together,\n"
"checks that they belong together, and names what is missing.";

static const char exit_text[] =
"0  every cell was measured (hangs are what is measured, no error), or skipped\n"
"   for want of what it asks for (rt-tests, SMT, a second node), which is said\n"
"1  an error, an interruption, or cells that gave no record\n\n"
"A shard ends with 0 although cells gave no record, lest an engine start it again:\n"
"what a kernel does not survive is a result. It says so, and so does the report.";

static void print_key(FILE *f, const char *name, const char *help,
		      const char *expect)
{
	fprintf(f, "  %-14s %s:\n  %-14s %s\n", name, help, "", expect);
}

/* The keys from the tables that also read them; caller frees. */
static char *keys_text(void)
{
	const struct cell_key *cell_key;
	const struct job_key *job_key;
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	for (job_key = job_keys; job_key->name; job_key++)
		print_key(f, job_key->name, job_key->help, job_key->expect);
	for (cell_key = cell_keys; cell_key->name; cell_key++) {
		if (!job_key_find(cell_key->name))
			print_key(f, cell_key->name, cell_key->help,
				  cell_key->expect);
	}
	fclose(f);
	text[strlen(text) - 1] = '\0';
	return text;
}

/* The scenarios that cells of that kind can have; caller frees. */
static char *scenarios_text(void)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);
	int i;

	for (i = SCENARIO_NONE + 1; i < SCENARIOS; i++)
		fprintf(f, "  %-18s %s\n", scenarios[i].name,
			scenarios[i].summary);
	fclose(f);
	text[strlen(text) - 1] = '\0';
	return text;
}

static void print_words(FILE *out)
{
	char *jobs = rundir_shipped_jobs("\n");

	fprintf(out, "%s\n", jobs);
	free(jobs);
	job_print_words(out);
}

static int check_arguments(const struct arguments *args, struct err *err)
{
	if (args->run.resume && (args->run.job || args->run.output ||
				 args->count > args->defaults))
		return err_set(err, -EINVAL,
			       "--resume goes on with the job in %s; it takes no other job, key or --output",
			       args->run.resume);
	return 0;
}

static int parse(struct arguments *args, int argc, char **argv,
		 struct err *err)
{
	char *keys = keys_text(), *names = scenarios_text();
	const struct option_section sections[] = {
		{ "JOB FILES", job_text },
		{ "KEYS", keys },
		{ "SCENARIOS", names },
		{ "TARGETS", target_text },
		{ "OUTPUT", output_text },
		{ "SHARDS", shards_text },
		{ "EXIT STATUS", exit_text },
		{ NULL, NULL }
	};
	const struct program program = {
		.name = "run-matrix",
		.summary = "compare kernels under a matrix of AUX workloads",
		.usage = "[OPTION]... [JOB] [KEY=VALUE]...",
		.description =
"Builds the kernels that JOB names, boots each in a guest, measures every cell\n"
"of the matrix and reports.  JOB is a file or the name of one that comes with\n"
"run-matrix: smoke, default (when none is given), thread, hunt, hunt-cold,\n"
"placement, scale, preempt, debug, client, scenarios, drivers.",
		.options = options,
		.sections = sections,
		.operand = take_operand,
		.words = print_words,
		.set_default = set_default,
	};
	int ret = options_parse(&program, argc, argv, args, err);

	free(keys);
	free(names);
	if (ret)
		return ret;
	if (args->patches)
		add_override(args, "patch", args->patches);
	return check_arguments(args, err);
}

static void done_free(struct run_done *done)
{
	size_t i;

	for (i = 0; done->lanes && done->lanes[i]; i++)
		free(done->lanes[i]);
	free(done->lanes);
	free(done->lost);
	free(done->dir);
}

static int run(struct run_options *options, struct err *err)
{
	struct run_done done;
	int ret = proc_stop_fd(err);

	if (ret < 0)
		return ret;
	options->stop_fd = ret;
	ret = run_matrix(options, &done, err);
	if (!ret)
		ret = run_matrix_report(options, &done, err);
	done_free(&done);
	return ret;
}

int main(int argc, char **argv)
{
	struct arguments args = {
		.run = { .argv = argv, .first = run_matrix_first },
	};
	struct err err;
	int ret;

	/* A file that may not grow is an error like a full disk. */
	signal(SIGXFSZ, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	ret = parse(&args, argc, argv, &err);
	if (!ret) {
		args.run.overrides = args.run.resume ? NULL : args.overrides;
		ret = run(&args.run, &err);
	}
	if (ret < 0)
		colour_error("run-matrix", err.text);
	while (args.count)
		free(args.overrides[--args.count]);
	free(args.overrides);
	free(args.patches);
	return ret < 0;
}
