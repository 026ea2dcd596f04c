// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "lib/file.h"
#include "stress/model/explore.h"

/* The processes' numbers in aux.pml. */
#define PID_AWAY	2
#define PID_TRACER	4

/* What spin says where its simulation has come to the end of the trail. */
static int value_at_end(const char *text, const char *name)
{
	char *key = xasprintf("\t%s = ", name);
	const char *at = strstr(text, key);
	int value = at ? atoi(at + strlen(key)) : -1;

	free(key);
	return value;
}

static const char *state_at_end(const char *text)
{
	static const char *const names[] = { "OFF", "INACTIVE", "ACTIVE" };
	int state = value_at_end(text, "state");

	return state >= 0 && state < 3 ? names[state] : "?";
}

static enum model_verdict class_at_end(const char *text)
{
	if (value_at_end(text, "state"))
		return MODEL_SILENT_STOP;
	return value_at_end(text, "stale") ? MODEL_SILENT_OFF :
					     MODEL_LOST_WAKEUP;
}

/* Lines "@PROCESS TEXT" among spin's own. */
static void print_steps(FILE *out, const char *text)
{
	const char *at = text, *end;
	int step = 0, pid, len;

	while ((at = strchr(at, '@'))) {
		pid = atoi(at + 1);
		end = strchr(at, '\n');
		if (!end || at[1] < '1' || at[1] > '9' || at[2] != ' ') {
			at++;
			continue;
		}
		len = end - (at + 3);
		if (pid == PID_TRACER)
			fprintf(out, "%4d  %-38s  %.*s\n", ++step, "", len,
				at + 3);
		else
			fprintf(out, "%4d  %s%.*s\n", ++step,
				pid == PID_AWAY ? "(other CPU) " : "", len,
				at + 3);
		at = end;
	}
}

static void print_trace(FILE *out, const char *variant,
			const struct model_config *config, const char *text)
{
	fprintf(out, "hang: %s, variant %s, loop %s, personality %s, order %s, event %s\n",
		model_verdict_names[class_at_end(text)], variant,
		model_loops[config->loop],
		model_personalities[config->personality],
		model_orders[config->order], state_at_end(text));
	fprintf(out, "%4s  %-38s  %s\n", "step", "CPU of the tracee",
		"CPU of the tracer");
	print_steps(out, text);
	fprintf(out, "      nothing will restart the trace: a hang\n");
}

/* Without C code, which spin cannot simulate. */
static char *trace_harness(const struct model_config *config, int class)
{
	return xasprintf("#define CONFIGURE loop = %d; pers = %d; order = %d; env = %u\n"
			 "#define REPORT(k) assert(%d != MODEL_ANY && k != %d)\n"
			 "#define MODEL_ANY %d\n",
			 config->loop, config->personality, config->order,
			 config->env, class, class, MODEL_CLASSES);
}

/* 1 when a counterexample was printed, 0 when there is none. */
static int trace_in(FILE *out, const char *variant, const char *file,
		    const struct model_config *config, int class,
		    const char *tmp, int stop_fd, struct err *err)
{
	static const char *const pan[] = { "./pan", "-w20", NULL };
	static const char *const replay[] = {
		"spin", "-t", "-T", "m.pml", NULL
	};
	struct model_source source = { .variant = file };
	char *harness = trace_harness(config, class), *text = NULL, *trail;
	struct model model = { NULL };
	char name[16];
	int ret, found = 0;

	source.harness = harness;
	snprintf(name, sizeof(name), "env%u", config->env);
	ret = model_build(&model, &source, tmp, name, stop_fd, err);
	if (!ret)
		ret = model_exec(&model, pan, NULL, "pan.log", stop_fd, NULL,
				 err);
	trail = xasprintf("%s/m.pml.trail", model.dir);
	if (!ret && file_exists(trail)) {
		ret = model_exec(&model, replay, NULL, "replay.log", stop_fd,
				 &text, err);
		if (!ret) {
			print_trace(out, variant, config, text);
			found = 1;
		}
	}
	free(text);
	free(trail);
	free(harness);
	model_free(&model);
	return ret ? ret : found;
}

/*
 * A hang that needs less of the world is the better example: first the loop
 * alone, then with the scheduler and other buffers, then with all.
 */
int model_trace(FILE *out, const char *variant,
		const struct model_config *config, int class, int stop_fd,
		struct err *err)
{
	const unsigned int envs[] = {
		0, MODEL_ENV_SCHED | MODEL_ENV_OTHERS, MODEL_ENV_ALL,
	};
	char *file = model_variant_file(variant), *tmp;
	struct model_config c = *config;
	struct err ignored;
	unsigned int i, last = ~0u;
	int ret = 0;

	if (!file) {
		fprintf(out, "%s: not modelled\n", variant);
		return 0;
	}
	tmp = dir_temp(err);
	if (!tmp) {
		free(file);
		return -EIO;
	}
	for (i = 0; i < 3 && !ret; i++) {
		c.env = envs[i] & config->env;
		if (c.env != last)
			ret = trace_in(out, variant, file, &c, class, tmp,
				       stop_fd, err);
		last = c.env;
	}
	if (!ret)
		fprintf(out, "%s, loop %s, personality %s, order %s: no such hang\n",
			variant, model_loops[c.loop],
			model_personalities[c.personality],
			model_orders[c.order]);
	dir_remove(tmp, &ignored);
	free(tmp);
	free(file);
	return ret < 0 ? ret : 0;
}
