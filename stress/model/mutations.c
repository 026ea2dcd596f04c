// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/file.h"
#include "stress/model/explore.h"

/*
 * What is broken on purpose, one thing at a time, in the variant that is clean
 * everywhere: a model that cannot see these cannot be believed when it says
 * that something is clean.
 */
const struct mutation mutations[] = {
	{ "POLL_LATE",
	  "perf_poll() registers after it has exchanged rb->poll", 0 },
	{ "TRIGGERED_LATE",
	  "poll() forgets a wakeup that came while it looked (smp_store_mb)", 0 },
	{ "NO_POLL_FLAG", "perf_output_wakeup() does not set rb->poll", 0 },
	{ "NO_WAKEUP", "a failing begin() disables without a wakeup", 0 },
	{ "NO_DISABLE", "a failing begin() wakes without a disable", 0 },
	{ "PENDING_LATE",
	  "irq_work clears PENDING after the function, not before", 0 },
	{ "NO_FOLLOW", "the disable does not follow the event to its CPU", 0 },
	{ "ENABLE_UNLOCKED", "ENABLE looks at the state without ctx->lock", 0 },
	{ "WORK_UNLOCKED", "the irq_work looks at the tail before it locks", 0 },
	{ "SEEN_LATE", "begin() notes the tail after it has used it", 0 },
	{ "RUNNING_IGNORED", "the irq_work disables an event that runs again", 0 },
	{ "NO_RECHECK", "the irq_work disables whatever the tail says", 0 },
	{ "STAYS_INACTIVE", "no multiplexing timer after pmu->add() failed", 0 },
	{ "ACTIVE_UNCHECKED",
	  "ENABLE does not look again whether the task runs (:369)", 0 },
	{ "TAIL_LATE", "the tracer moves the tail after its ENABLE", 0 },
	{ "LEFTOVER",
	  "a failed pmu->add() leaves pending_disable set (as 7.3.4)", 1 },
	{ "SPE_BLIND",
	  "arm_spe does not look at what the works did (as 7.3.4)", 1 },
	{ "HISI_SILENT", "hisi_ptt does not flag TRUNCATED (as 7.3.4)", 2 },
	{ "WHOLE_LOST", "intel_pt counts a whole buffer as nothing (as 7.3.4)", 3 },
	{ NULL, NULL, 0 }
};

#define MUTATIONS	(sizeof(mutations) / sizeof(mutations[0]) - 1)

struct mutant {
	struct model_config config;	/* where it was caught */
	struct model_result result;
	bool caught;
};

struct work {
	char *file, *tmp;
	int stop_fd;
	struct mutant mutants[MUTATIONS];
};

/* Until the first configuration in which it is not clean. */
static int run_mutant(struct mutant *mutant, const struct model *model,
		      int first, int stop_fd, struct err *err)
{
	int n, ret;

	for (n = first; n < first + MODEL_CONFIGS; n++) {
		model_config_nth(&mutant->config, n % MODEL_CONFIGS,
				 MODEL_ENV_ALL);
		ret = model_run(model, &mutant->config, true, stop_fd,
				&mutant->result, err);
		if (ret)
			return ret;
		mutant->caught = mutant->result.found;
		if (mutant->caught)
			break;
	}
	return 0;
}

static int test_mutation(void *ctx, int i, struct err *err)
{
	struct work *work = ctx;
	char *defines = xasprintf("#define MUT_%s\n", mutations[i].name);
	struct model_source source = {
		.variant = work->file, .defines = defines,
	};
	struct model model = { NULL };
	int ret;

	ret = model_build(&model, &source, work->tmp, mutations[i].name,
			  work->stop_fd, err);
	if (!ret)
		ret = run_mutant(&work->mutants[i], &model,
				 mutations[i].personality * 2, work->stop_fd,
				 err);
	free(defines);
	model_free(&model);
	return ret ? err_prefix(err, ret, "%s", mutations[i].name) : 0;
}

static void print_mutants(FILE *out, const struct work *work, int *missed)
{
	const struct mutant *m;
	unsigned int i;

	fprintf(out, "%-17s %-12s %-19s %s\n", "mutation of " MUTATION_BASE,
		"verdict", "first seen", "what was done");
	for (i = 0; i < MUTATIONS; i++) {
		m = &work->mutants[i];
		fprintf(out, "%-17s %-12s ", mutations[i].name, m->caught ?
			model_verdict_names[m->result.verdict] : "NOT CAUGHT");
		if (m->caught)
			fprintf(out, "%-5s %-8s %-4s  ",
				model_loops[m->config.loop],
				model_personalities[m->config.personality],
				model_orders[m->config.order]);
		else
			fprintf(out, "%-19s ", "");
		fprintf(out, "%s\n", mutations[i].what);
		*missed += !m->caught;
	}
	fprintf(out, "%u mutations, %d not caught\n", (unsigned int)MUTATIONS,
		*missed);
}

int mutations_run(FILE *out, int stop_fd, int *missed, struct err *err)
{
	struct work work = {
		.file = model_variant_file(MUTATION_BASE), .stop_fd = stop_fd,
	};
	struct err ignored;
	int ret;

	*missed = 0;
	if (!work.file)
		return err_set(err, -ENOENT, MUTATION_BASE ": no such model");
	work.tmp = dir_temp(err);
	if (!work.tmp) {
		free(work.file);
		return -EIO;
	}
	ret = model_parallel(MUTATIONS, test_mutation, &work, err);
	if (!ret)
		print_mutants(out, &work, missed);
	dir_remove(work.tmp, &ignored);
	free(work.tmp);
	free(work.file);
	return ret;
}
