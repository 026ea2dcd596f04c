// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/colour.h"
#include "lib/options.h"
#include "lib/proc.h"
#include "stress/model/explore.h"

struct explore {
	bool trace, list, mutations, tsv, fail;
	char *variants[32];	/* those named; else all */
	int n_variants, n_operands;
	struct model_config config;
	const char *operand;	/* VARIANT of --trace */
	int class;
};

static int find_name(const char *const *names, int n, const char *arg,
		     const char *what, struct err *err)
{
	int i;

	for (i = 0; i < n && names[i]; i++) {
		if (!strcmp(names[i], arg))
			return i;
	}
	return err_set(err, -EINVAL, "'%s': no such %s (see --help)", arg,
		       what);
}

static int set_trace(void *ctx, const char *arg, struct err *err)
{
	((struct explore *)ctx)->trace = true;
	return 0;
}

static int set_list(void *ctx, const char *arg, struct err *err)
{
	((struct explore *)ctx)->list = true;
	return 0;
}

static int set_mutations(void *ctx, const char *arg, struct err *err)
{
	((struct explore *)ctx)->mutations = true;
	return 0;
}

static int set_tsv(void *ctx, const char *arg, struct err *err)
{
	((struct explore *)ctx)->tsv = true;
	return 0;
}

static int set_fail(void *ctx, const char *arg, struct err *err)
{
	((struct explore *)ctx)->fail = true;
	return 0;
}

static int set_variant(void *ctx, const char *arg, struct err *err)
{
	struct explore *explore = ctx;

	if (explore->n_variants + 1 >= 32)
		return err_set(err, -E2BIG, "too many variants");
	explore->variants[explore->n_variants++] = (char *)arg;
	return 0;
}

static int set_personality(void *ctx, const char *arg, struct err *err)
{
	struct explore *explore = ctx;
	int i = find_name(model_personalities, MODEL_PERSONALITIES, arg,
			  "personality", err);

	explore->config.personality = i;
	return i < 0 ? i : 0;
}

static int set_order(void *ctx, const char *arg, struct err *err)
{
	struct explore *explore = ctx;
	int i = find_name(model_orders, 2, arg, "order", err);

	explore->config.order = i;
	return i < 0 ? i : 0;
}

static int set_class(void *ctx, const char *arg, struct err *err)
{
	struct explore *explore = ctx;
	int i = find_name(model_verdict_names, MODEL_CLASSES, arg, "class",
			  err);

	explore->class = i;
	return i < 0 ? i : 0;
}

static int set_env(void *ctx, const char *arg, struct err *err)
{
	struct explore *explore = ctx;
	char *list = strdup(arg), *word, *save;
	int i = 0;

	explore->config.env = 0;
	for (word = strtok_r(list, ",", &save); word && i >= 0;
	     word = strtok_r(NULL, ",", &save)) {
		if (!strcmp(word, "none"))
			continue;
		i = find_name(model_envs, 3, word, "part of the world", err);
		if (i >= 0)
			explore->config.env |= 1u << i;
	}
	free(list);
	return i < 0 ? i : 0;
}

static const struct option_def options[] = {
	{ 'v', "variant", "NAME", "only this one; may be repeated; a path: that file",
	  set_variant },
	{ 0, "tsv", NULL, "the table for programs", set_tsv },
	{ 0, "trace", NULL, "the shortest way to hang VARIANT with LOOP",
	  set_trace },
	{ 'P', "personality", "NAME", "--trace: driver: pt (default), spe, hisi, intel_pt, intel_bts, trbe",
	  set_personality },
	{ 0, "order", "NAME", "--trace: works: lifo (default), rt (PREEMPT_RT)",
	  set_order },
	{ 'c', "class", "NAME", "--trace: lost-wakeup, silent-stop or silent-off",
	  set_class },
	{ 'e', "env", "LIST", "the world: of sched, others, disable; or none (all)",
	  set_env },
	{ 0, "mutations", NULL, "break the model in every way it knows",
	  set_mutations },
	{ 0, "list", NULL, "the variants that are modelled", set_list },
	{ 'x', "fail", NULL, "exit with 2 when a hang exists", set_fail },
	{ 0, NULL, NULL, NULL, NULL }
};

static const struct option_section sections[] = {
	{ "TABLE",
"  variant, loop (eager: ENABLE after every wakeup; perf: after new data),\n"
"  personality (which driver: pt, spe, hisi, trbe; intel_pt: pt and what the\n"
"  kernel's driver counts wrongly; intel_bts: pt and what that one flags), order\n"
"  (of the irq_works: lifo, rt), verdict of the shortest counterexample, states,\n"
"  seconds; with --tsv these seven columns, tab-separated, under a line with\n"
"  their names.  'also': other classes that exist; 'left alone': the verdict when\n"
"  the tracee stays on its CPU and the tracer has one buffer and never calls\n"
"  DISABLE." },
	{ "VERDICTS",
"  clean        the trace never stands still for ever\n"
"  lost-wakeup  the event is OFF; the tracer had its wakeup before that\n"
"  silent-stop  the event is not OFF, its hardware has stopped\n"
"  silent-off   the event was switched off for a disable that was asked for\n"
"               at another time, and nobody is woken" },
	{ "WORLD",
"  sched        the tracee leaves its CPU and comes back, there or elsewhere\n"
"  others       wakeups for other buffers, however many, of the same tracer\n"
"  disable      the tracer's user calls DISABLE and ENABLE" },
	{ "EXIT STATUS",
"  0 done, 1 error (also: a mutation was not caught), 2 a hang exists (--fail)" },
	{ NULL, NULL }
};

static int take_operand(void *ctx, const char *arg, struct err *err)
{
	struct explore *explore = ctx;
	int i;

	switch (explore->n_operands++) {
	case 0:
		explore->operand = arg;
		return 0;
	case 1:
		i = find_name(model_loops, 2, arg, "loop", err);
		explore->config.loop = i;
		return i < 0 ? i : 0;
	default:
		return err_set(err, -EINVAL, "'%s': one too many", arg);
	}
}

static int run_list(struct err *err)
{
	char **names = NULL, **name;
	int ret = model_variants(&names, err);

	for (name = names; name && *name; name++)
		puts(*name);
	model_variants_free(names);
	return ret;
}

static int run_table(struct explore *explore, int stop_fd, struct err *err)
{
	struct model_table table = {
		.env = explore->config.env, .tsv = explore->tsv,
		.stop_fd = stop_fd, .variants = explore->variants,
	};
	char **names = NULL;
	int ret = 0;

	if (!explore->n_variants) {
		ret = model_variants(&names, err);
		table.variants = names;
	}
	if (!ret)
		ret = model_table_run(stdout, &table, err);
	model_variants_free(names);
	return ret ? ret : table.hangs && explore->fail ? 2 : 0;
}

static int run_mutations(int stop_fd, struct err *err)
{
	int missed, ret;

	ret = mutations_run(stdout, stop_fd, &missed, err);
	if (!ret && missed)
		ret = err_set(err, -EPROTO, "%d mutations were not caught",
			      missed);
	return ret;
}

static int run(struct explore *explore, struct err *err)
{
	int stop_fd, ret;

	if (explore->trace != (explore->n_operands == 2) ||
	    (!explore->trace && explore->n_operands))
		return err_set(err, -EINVAL,
			       "--trace, and it only, needs VARIANT and LOOP");
	if (explore->list)
		return run_list(err);
	ret = model_tools(err);
	if (ret)
		return ret;
	stop_fd = proc_stop_fd(err);
	if (stop_fd < 0)
		return stop_fd;
	if (explore->mutations)
		ret = run_mutations(stop_fd, err);
	else if (explore->trace)
		ret = model_trace(stdout, explore->operand, &explore->config,
				  explore->class, stop_fd, err);
	else
		ret = run_table(explore, stop_fd, err);
	close(stop_fd);
	return ret;
}

int main(int argc, char **argv)
{
	const struct program program = {
		.name = "explore",
		.summary =
"check every interleaving of perf's AUX full, ENABLE and poll",
		.usage = "[options] [--trace VARIANT LOOP]",
		.description =
"A model of the protocol (stress/model, Promela) is searched exhaustively by\n"
"spin, for each kernel variant, tracer loop, kind of driver and order of the\n"
"irq_works; the table says in which the tracing can stand still for ever.\n"
"Needs the packages spin and gcc.",
		.options = options,
		.sections = sections,
		.operand = take_operand,
	};
	struct explore explore = {
		.config.env = MODEL_ENV_ALL, .class = MODEL_CLASSES,
	};
	struct err err;
	int ret;

	ret = options_parse(&program, argc, argv, &explore, &err);
	if (ret > 0)
		return 0;
	if (!ret)
		ret = run(&explore, &err);
	if (ret < 0) {
		colour_error("explore", err.text);
		return 1;
	}
	return ret;
}
