// SPDX-License-Identifier: GPL-2.0-only
/* A verdict on candidate patches, from the patch to the mail. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bench/sign-off.h"
#include "bench/job/job.h"
#include "lib/colour.h"
#include "lib/file.h"
#include "lib/options.h"
#include "lib/proc.h"
#include "lib/store.h"
#include "lib/units.h"

/* Takes over @text. */
static void add_text(struct sign_off *s, char *text)
{
	s->overrides = reallocarray(s->overrides, s->count + 2,
				    sizeof(*s->overrides));
	if (!s->overrides)
		abort();
	s->overrides[s->count++] = text;
	s->overrides[s->count] = NULL;
}

void sign_off_override(struct sign_off *s, const char *key, const char *value)
{
	add_text(s, xasprintf("%s%s%s", key, *key ? "=" : "", value));
}

/* They come before anything else is taken, and so stand first. */
static int set_default(void *ctx, const char *name, const char *value,
		       struct err *err)
{
	struct sign_off *s = ctx;
	char *text;

	if (!strcmp(name, "linux") || !strcmp(name, "patch"))
		return err_set(err, -EINVAL,
			       "%s: it is the candidate, and expected on the command line",
			       name);
	text = job_default(strcmp(name, "kconfig") ? name : "kconfigs", value);
	if (!text)
		return -ENOENT;
	add_text(s, text);
	s->defaults++;
	return 0;
}

static int set_patch(void *ctx, const char *arg, struct err *err)
{
	inputs_add(&((struct sign_off *)ctx)->inputs, INPUT_PATCH, arg);
	return *arg ? 0 : err_set(err, -EINVAL, "--patch: no file");
}

static int set_range(void *ctx, const char *arg, struct err *err)
{
	inputs_add(&((struct sign_off *)ctx)->inputs, INPUT_RANGE, arg);
	return 0;
}

static int set_linux(void *ctx, const char *arg, struct err *err)
{
	struct sign_off *s = ctx;

	free(s->inputs.linux_path);
	s->inputs.linux_path = realpath(arg, NULL);
	if (!s->inputs.linux_path)
		return err_set(err, -errno, "--linux: %s: %s", arg,
			       strerror(errno));
	return 0;
}

static int set_name(void *ctx, const char *arg, struct err *err)
{
	return inputs_name(&((struct sign_off *)ctx)->inputs, arg, err);
}

static int set_budget(void *ctx, const char *arg, struct err *err)
{
	struct sign_off *s = ctx;
	char *text = xasprintf("%s", arg), *min = strstr(text, "min");
	int ret;

	/* As people say it: "20min" is 20m. */
	if (min && !min[3])
		min[1] = '\0';
	ret = units_parse_time(text, &s->budget);
	free(text);
	if (ret || !s->budget)
		return err_set(err, -EINVAL,
			       "--budget: '%s', expected a time such as 20min or 1h",
			       arg);
	return 0;
}

static int set_boots(void *ctx, const char *arg, struct err *err)
{
	struct sign_off *s = ctx;

	if (units_parse_uint(arg, &s->boots) || !s->boots || s->boots > 1000)
		return err_set(err, -EINVAL,
			       "--boots: '%s', expected a number from 1 to 1000",
			       arg);
	return 0;
}

static int set_seed(void *ctx, const char *arg, struct err *err)
{
	uint64_t seed;

	if (units_parse_uint(arg, &seed))
		return err_set(err, -EINVAL, "--seed: '%s', expected a number",
			       arg);
	sign_off_override(ctx, "seed", arg);
	return 0;
}

static int set_margin(void *ctx, const char *arg, struct err *err)
{
	return sign_off_set_margin(&((struct sign_off *)ctx)->judge, arg, err);
}

static int set_fix(void *ctx, const char *arg, struct err *err)
{
	((struct sign_off *)ctx)->judge.fix = true;
	return 0;
}

static int set_output(void *ctx, const char *arg, struct err *err)
{
	((struct sign_off *)ctx)->run.output = arg;
	return *arg ? 0 : err_set(err, -EINVAL, "--output: no directory");
}

static int set_arch(void *ctx, const char *arg, struct err *err)
{
	sign_off_override(ctx, "guest_arch", arg);
	return 0;
}

static int set_kconfig(void *ctx, const char *arg, struct err *err)
{
	sign_off_override(ctx, "kconfigs", arg);
	return 0;
}

static int set_job(void *ctx, const char *arg, struct err *err)
{
	((struct sign_off *)ctx)->job = arg;
	return 0;
}

static int set_resume(void *ctx, const char *arg, struct err *err)
{
	((struct sign_off *)ctx)->run.resume = arg;
	return *arg ? 0 : err_set(err, -EINVAL, "--resume: no directory");
}

static int set_judge(void *ctx, const char *arg, struct err *err)
{
	return sign_off_add_shard(ctx, arg, err);
}

static int set_no_model(void *ctx, const char *arg, struct err *err)
{
	((struct sign_off *)ctx)->no_model = true;
	return 0;
}

static int set_bisect(void *ctx, const char *arg, struct err *err)
{
	((struct sign_off *)ctx)->bisect = true;
	return 0;
}

static int set_format(struct sign_off *s, enum sign_off_format format,
		      struct err *err)
{
	if (s->format != FORMAT_TEXT && s->format != format)
		return err_set(err, -EINVAL,
			       "--json and --ktap: one of them on stdout");
	s->format = format;
	return 0;
}

static int set_json(void *ctx, const char *arg, struct err *err)
{
	return set_format(ctx, FORMAT_JSON, err);
}

static int set_ktap(void *ctx, const char *arg, struct err *err)
{
	return set_format(ctx, FORMAT_KTAP, err);
}

static int set_junit(void *ctx, const char *arg, struct err *err)
{
	((struct sign_off *)ctx)->junit = arg;
	return *arg ? 0 : err_set(err, -EINVAL, "--junit: no file");
}

static int set_quiet(void *ctx, const char *arg, struct err *err)
{
	((struct sign_off *)ctx)->run.quiet = true;
	return 0;
}

/* KEY=VALUE for the job, or one more file of a series. */
static int take_operand(void *ctx, const char *arg, struct err *err)
{
	struct sign_off *s = ctx;

	if (strchr(arg, '=') && !file_exists(arg)) {
		sign_off_override(s, "", arg);
		return 0;
	}
	return s->dir ? sign_off_add_shard(s, arg, err) :
		inputs_add_file(&s->inputs, arg, err);
}

static const struct option_def options[] = {
	{ 0, "patch", "[NAME=]FILE",
	  "a candidate: mail, mbox, diff -p1, folder or b4:MSGID (may be repeated)",
	  set_patch },
	{ 0, "linux", "TREE",
	  "the tree to patch; alone, or with --range: the candidate's",
	  set_linux },
	{ 0, "range", "BASE..TIP",
	  "a candidate: what git has between the two, in --linux or here",
	  set_range },
	{ 0, "name", "NAME", "of the candidate before", set_name },
	{ 0, "fix", NULL, "they are to close the race: a hang is BAD",
	  set_fix },
	{ 0, "budget", "TIME", "of measuring, after the kernels (20min)",
	  set_budget },
	{ 0, "boots", "N", "this many of each kernel, whatever comes of it",
	  set_boots },
	{ 0, "margin", "KEY=X,...",
	  "ratio=25%, coverage=3%, reenable=1ms, hangs=0.5%, hunt=3e-6, hang-ratio=2",
	  set_margin },
	{ 0, "arch", "NAME", "guests of x86 or arm64 instead of the host's own",
	  set_arch },
	{ 'k', "kconfig", "NAME", "configuration to build with (guest)",
	  set_kconfig },
	{ 0, "job", "FILE", "the cells, instead of the shipped ones", set_job },
	{ 0, "seed", "N", "of the order and all random choices", set_seed },
	{ 'o', "output", "DIR",
	  "results go there instead of results/DATE-sign-off", set_output },
	{ 0, "resume", "DIR", "go on with the sign-off in DIR", set_resume },
	{ 0, "judge", "DIR", "judge DIR again; DIR... -o OUT: shards as one",
	  set_judge },
	{ 0, "no-model", NULL, "do not ask the model of the shipped variants",
	  set_no_model },
	{ 0, "bisect", NULL, "exit as git bisect run wants it (see BISECT)",
	  set_bisect },
	{ 0, "json", NULL, "verdict.json on stdout, and nothing else", set_json },
	{ 0, "ktap", NULL, "the verdict as KTAP on stdout, for kunit.py parse",
	  set_ktap },
	{ 0, "junit", "FILE", "and as JUnit's XML in FILE", set_junit },
	{ 'q', "quiet", NULL, "only the verdict, and what went wrong",
	  set_quiet },
	{ 0 }
};

static const char input_text[] =
"A series is one candidate: an mbox as \"b4 am\" writes it, a folder of\n"
"format-patch files, files joined with commas, or files that follow\n"
"(--patch 000*.patch).  Each further --patch is another candidate, side by\n"
"side.  NAME= or --name NAME names it; else its file does.  b4:MSGID is what\n"
"b4 am fetches of that message: it must be installed, and nothing else of\n"
"sign-off ever goes to a network.\n\n"
"baseline is the source that candidates apply to:\n"
"  --patch FILE               the installed source (see bootstrap)\n"
"  --patch FILE --linux TREE  TREE as it is: folder, git tree or tarball\n"
"  --range BASE..TIP          BASE; what is not in the guest's kernel (other\n"
"                             architectures, most drivers) is left out\n"
"  --linux TREE               a git tree: the last tag v[0-9]* below HEAD, the\n"
"                             candidate is TREE with what is not committed;\n"
"                             else the installed source";

static const char output_text[] =
"DIR/verdict.txt (also on stdout), verdict.json with the same facts, mail.txt\n"
"to send, report and plots, store.jsonl, job.ini, patches/, sign-off.json with\n"
"what was asked, and command, which does it all again.  All lines of text have at most 72 columns.  ^C keeps what\n"
"was measured and judges nothing: go on with --resume=DIR, or judge what there\n"
"is with --judge=DIR.\n\n"
"--judge DIR... -o OUT puts shards together (run-matrix sign-off --patch=FILE\n"
"--shard=I/N), and judges the whole.  Again with more of them is another look.";

static const char bisect_text[] =
"Which commit made it hang, lose trace or complain?  In a git tree of Linux:\n\n"
"  git bisect start BAD GOOD\n"
"  git bisect run sign-off --bisect --range GOOD..HEAD -q -o /var/tmp/bisect\n\n"
"Each step compares the commit that git checked out with GOOD, the baseline,\n"
"for 6 minutes at most (--budget): 4 boots of each and more, and what is\n"
"looked for is plain, such as hangs of another class or 10 times as many\n"
"(--margin hang-ratio=10,hangs=5%).  A commit that does not build or boot, and\n"
"one that stays undecided, is skipped; one that changes nothing of the guest's\n"
"kernel is good.  DIR gets a folder for each commit.  GOOD's kernel is built\n"
"once, a step's from what the step before compiled.";

static const char exit_text[] =
"0  GOOD, all candidates\n"
"2  BAD, at least one\n"
"1  could not be judged: UNDECIDED, or an error of ours; it says why\n\n"
"With --bisect: 0 good, 1 bad, 125 cannot tell (does not build, does not boot,\n"
"undecided), 128 an error of ours, which ends the bisection.";

static const struct program program = {
	.name = "sign-off",
	.summary = "a verdict on a candidate patch to perf's AUX path",
	.usage = "CANDIDATE... [OPTION]... [KEY=VALUE]...",
	.description =
"Builds baseline and the candidates, boots them in turn, measures hangs, gaps,\n"
"coverage and latencies until a verdict can be given or the budget is spent,\n"
"and leaves a folder to attach.  CANDIDATE is --patch=FILE, --range=BASE..TIP\n"
"or --linux=TREE; KEY=VALUE is a key of the job (see run-matrix), such as\n"
"guest_accel=kvm or seconds=2.",
	.options = options,
	.sections = (const struct option_section[]) {
		{ "CANDIDATES", input_text },
		{ "VERDICT", judge_method },
		{ "OUTPUT", output_text },
		{ "BISECT", bisect_text },
		{ "EXIT STATUS", exit_text },
		{ NULL, NULL }
	},
	.operand = take_operand,
	.words = job_print_words,
	.set_default = set_default,
};

static int check(const struct sign_off *s, struct err *err)
{
	bool given = s->inputs.n || s->inputs.linux_path || s->job;

	if ((s->dir || s->run.resume) && (given || (s->dir && s->run.resume)))
		return err_set(err, -EINVAL,
			       "--judge and --resume take what is in their directory, no other candidate or job");
	if (s->bisect && (s->dir || s->run.resume))
		return err_set(err, -EINVAL,
			       "--bisect measures; it goes with no --judge or --resume");
	if (!s->dir && !s->run.resume && !given)
		return err_set(err, -EINVAL,
			       "no candidate: give --patch, --range or --linux (see --help)");
	return 0;
}

static int sign_off(struct sign_off *s, int *word, struct err *err)
{
	const char *old = s->dir ? s->dir : s->run.resume;
	char *dir = NULL;
	int ret;

	ret = proc_stop_fd(err);
	if (ret < 0)
		return ret;
	s->run.stop_fd = ret;
	ret = old ? store_folder_check(old, err) : 0;
	if (!ret && s->nshards > 1)
		ret = sign_off_merge(s, err);
	else if (!ret && old)
		ret = sign_off_origin_read(s, old, err);
	if (!ret && s->dir)
		dir = xasprintf("%s", s->dir);
	else if (!ret)
		ret = sign_off_measure(s, &dir, err);
	if (!ret)
		ret = sign_off_judge(s, dir, word, err);
	free(dir);
	return ret;
}

static int usual_status(int ret, int word)
{
	static const int status[] = {
		[JUDGE_GOOD] = 0, [JUDGE_BAD] = 2, [JUDGE_UNDECIDED] = 1,
	};

	return ret < 0 ? 1 : status[word];
}

/* Texts may name our copy of a patch; the user knows what was given. */
static void hide_folder(struct err *err, const char *dir)
{
	size_t len = dir ? strlen(dir) : 0;
	char *at;

	while (len && (at = strstr(err->text, dir))) {
		len = strlen(dir) + strspn(at + strlen(dir), "/");
		memmove(at, at + len, strlen(at + len) + 1);
	}
}

static void tidy(struct sign_off *s)
{
	struct err ignored;

	while (s->count)
		free(s->overrides[--s->count]);
	free(s->overrides);
	if (s->fetched)
		dir_remove(s->fetched, &ignored);
	free(s->fetched);
	free(s->step);
	kernel_names_free(s->kept);
	free(s->shards);
	json_decref(s->origin);
	inputs_free(&s->inputs);
}

int main(int argc, char **argv)
{
	struct sign_off s = { .run.argv = argv };
	int word = JUDGE_UNDECIDED, ret, status;
	struct err err;

	signal(SIGXFSZ, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	judge_options_init(&s.judge);
	ret = options_parse(&program, argc, argv, &s, &err);
	if (ret > 0)
		return 0;
	if (!ret)
		ret = check(&s, &err);
	if (s.bisect)
		sign_off_bisect_margins(&s.judge);
	if (!s.budget)
		s.budget = (s.bisect ? 6 : 20) * 60 * NSEC_PER_SEC;
	if (!ret)
		ret = sign_off_bisect_output(&s, &err);
	if (!ret)
		ret = sign_off(&s, &word, &err);
	if (ret < 0) {
		hide_folder(&err, s.fetched);
		hide_folder(&err, s.inputs.dir);
		colour_error("sign-off", err.text);
	}
	status = s.bisect ? sign_off_bisect_status(&s, ret, word) :
			    usual_status(ret, word);
	tidy(&s);
	return status;
}
