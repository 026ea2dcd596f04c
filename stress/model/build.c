// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/file.h"
#include "lib/proc.h"
#include "lib/units.h"
#include "lib/variant.h"
#include "lib/where.h"
#include "stress/model/explore.h"

#define CHILD_TIMEOUT	(300 * NSEC_PER_SEC)

const char *const model_verdict_names[] = {
	"lost-wakeup", "silent-stop", "silent-off", "clean", "not-modelled",
};
const char *const model_loops[] = { "eager", "perf", NULL };
const char *const model_personalities[] = {
	"pt", "spe", "hisi", "intel_pt", "intel_bts", "trbe", NULL
};
const char *const model_orders[] = { "lifo", "rt", NULL };
const char *const model_envs[] = { "sched", "others", "disable", NULL };

void model_config_nth(struct model_config *config, int n, unsigned int env)
{
	config->order = n % 2;
	config->personality = n / 2 % MODEL_PERSONALITIES;
	config->loop = n / 2 / MODEL_PERSONALITIES;
	config->env = env;
}

static bool in_path(const char *program)
{
	char *path = strdup(getenv("PATH") ? getenv("PATH") : "/usr/bin:/bin");
	char *dir, *save, *file;
	bool found = false;

	for (dir = strtok_r(path, ":", &save); dir && !found;
	     dir = strtok_r(NULL, ":", &save)) {
		file = xasprintf("%s/%s", dir, program);
		found = !access(file, X_OK);
		free(file);
	}
	free(path);
	return found;
}

int model_tools(struct err *err)
{
	static const char *const tools[] = { "spin", "gcc" };
	unsigned int i;

	for (i = 0; i < sizeof(tools) / sizeof(tools[0]); i++) {
		if (!in_path(tools[i]))
			return err_set(err, -ENOENT,
				       "%s is not there: install the package %s",
				       tools[i], tools[i]);
	}
	return 0;
}

char *model_variant_file(const char *variant)
{
	char *file;

	if (strchr(variant, '/'))
		file = realpath(variant, NULL);
	else
		file = where_data("stress/model/variants/%s.pml", variant);
	if (file && !file_exists(file)) {
		free(file);
		file = NULL;
	}
	return file;
}

static int by_rank(const void *a, const void *b)
{
	return variant_cmp(*(char *const *)a, *(char *const *)b);
}

static int is_model(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return len > 4 && !strcmp(entry->d_name + len - 4, ".pml");
}

int model_variants(char ***names, struct err *err)
{
	char *dir = where_data("stress/model/variants");
	struct dirent **list;
	int i, n, ret;

	n = scandir(dir, &list, is_model, alphasort);
	if (n < 0) {
		ret = err_set(err, -errno, "%s: %s", dir, strerror(errno));
		free(dir);
		return ret;
	}
	free(dir);
	*names = calloc(n + 1, sizeof(**names));
	for (i = 0; i < n; i++) {
		(*names)[i] = strndup(list[i]->d_name,
				      strlen(list[i]->d_name) - 4);
		free(list[i]);
	}
	free(list);
	qsort(*names, n, sizeof(**names), by_rank);
	return 0;
}

void model_variants_free(char **names)
{
	char **name;

	for (name = names; name && *name; name++)
		free(*name);
	free(names);
}

/*
 * The parameters come from the environment at run time, so that one build
 * serves them all.  A hang that was found does not end the search: all classes
 * are wanted, and BFS meets the shortest counterexample of each first.
 */
static const char harness[] =
	"c_code {\n"
	"static int model_seen[4];\n"
	"static int model_arg(const char *name)\n"
	"{\n"
	"	const char *s = getenv(name);\n"
	"	return s ? atoi(s) : 0;\n"
	"}\n"
	"static void model_report(int class)\n"
	"{\n"
	"	if (model_seen[class]++)\n"
	"		return;\n"
	"	printf(\"@hang %d\\n\", class);\n"
	"	if (model_arg(\"MODEL_FIRST\")) {\n"
	"		fflush(stdout);\n"
	"		_exit(0);\n"
	"	}\n"
	"}\n"
	"}\n"
	"#define CONFIGURE c_code { "
	"now.loop = model_arg(\"MODEL_LOOP\"); "
	"now.pers = model_arg(\"MODEL_PERSONALITY\"); "
	"now.order = model_arg(\"MODEL_ORDER\"); "
	"now.env = model_arg(\"MODEL_ENV\"); }\n"
	"#define REPORT(k) c_code { model_report(k); }\n";

static int write_main(const struct model *model,
		      const struct model_source *source, struct err *err)
{
	char *path = xasprintf("%s/m.pml", model->dir);
	char *aux = where_data("stress/model/aux.pml"), *text;
	int ret;

	text = xasprintf("%s\n%s\n#include \"%s\"\n#include \"%s\"\n",
			 source->harness ? source->harness : harness,
			 source->defines ? source->defines : "",
			 source->variant, aux);
	ret = file_write(path, text, strlen(text), err);
	free(text);
	free(aux);
	free(path);
	return ret;
}

/* The last words of a child that failed. */
static int add_output(const char *output, int ret, struct err *err)
{
	struct err why = *err;

	return output ? err_set(err, ret, "%s:\n%.800s", why.text, output) :
			ret;
}

int model_exec(const struct model *model, const char *const *argv,
	       const char *const *env, const char *log, int stop_fd,
	       char **output, struct err *err)
{
	char *path = xasprintf("%s/%s", model->dir, log), *text = NULL;
	struct proc proc = {
		.argv = argv, .cwd = model->dir, .env = env, .in = -1,
	};
	struct err ignored;
	int ret;

	proc.out = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
	if (proc.out < 0) {
		ret = err_set(err, -errno, "%s: %s", path, strerror(errno));
		free(path);
		return ret;
	}
	proc.errout = proc.out;
	ret = proc_run(&proc, stop_fd, CHILD_TIMEOUT, err);
	close(proc.out);
	if (file_read(path, &text, NULL, ret ? &ignored : err))
		ret = ret ? ret : -EIO;
	if (ret == -ECHILD)
		add_output(text, ret, err);
	if (output)
		*output = text;
	else
		free(text);
	free(path);
	return ret;
}

int model_build(struct model *model, const struct model_source *source,
		const char *tmp, const char *name, int stop_fd,
		struct err *err)
{
	static const char *const spin[] = { "spin", "-a", "m.pml", NULL };
	static const char *const gcc[] = {
		"gcc", "-O1", "-w", "-DBFS", "-DSAFETY", "-DNOREDUCE",
		"-DNOBOUNDCHECK", "-DMEMLIM=450", "-o", "pan", "pan.c", NULL,
	};
	int ret;

	if (strpbrk(source->variant, "\"\\\n"))
		return err_set(err, -EINVAL, "%s: no such name, please",
			       source->variant);
	model->dir = xasprintf("%s/%s", tmp, name);
	if (mkdir(model->dir, 0700))
		return err_set(err, -errno, "%s: %s", model->dir,
			       strerror(errno));
	ret = write_main(model, source, err);
	if (ret)
		return ret;
	ret = model_exec(model, spin, NULL, "spin.log", stop_fd, NULL, err);
	if (ret)
		return ret;
	return model_exec(model, gcc, NULL, "gcc.log", stop_fd, NULL, err);
}

void model_free(struct model *model)
{
	free(model->dir);
	model->dir = NULL;
}

/* A number in front of, or behind, a word of the verifier's report. */
static double number_before(const char *text, const char *word)
{
	const char *at = strstr(text, word);

	while (at && at > text && at[-1] != '\n')
		at--;
	return at ? strtod(at, NULL) : 0;
}

static int read_report(const char *text, bool first,
		       struct model_result *result, struct err *err)
{
	const char *at = text;

	result->verdict = MODEL_CLEAN;
	while ((at = strstr(at, "@hang "))) {
		at += strlen("@hang ");
		if (*at < '0' || *at >= '0' + MODEL_CLASSES)
			return err_set(err, -EPROTO, "pan: %.40s", at);
		if (!result->found)
			result->verdict = *at - '0';
		result->found |= 1u << (*at - '0');
	}
	if (first && result->found)
		return 0;
	if (strstr(text, "Search not completed") || strstr(text, "MEMLIM") ||
	    !strstr(text, "errors: 0"))
		return err_set(err, -EPROTO,
			       "the model got stuck or ran out of memory:\n%.700s",
			       text);
	result->states = number_before(text, " states, stored\n");
	result->mib = number_before(text, "\ttotal actual memory");
	return 0;
}

int model_run(const struct model *model, const struct model_config *config,
	      bool first, int stop_fd, struct model_result *result,
	      struct err *err)
{
	char log[32], env[5][32], *text = NULL;
	const char *argv[] = { "./pan", "-w20", NULL };
	const char *envp[] = { env[0], env[1], env[2], env[3], env[4], NULL };
	uint64_t start = now_ns();
	int ret;

	memset(result, 0, sizeof(*result));
	snprintf(env[0], sizeof(env[0]), "MODEL_LOOP=%d", config->loop);
	snprintf(env[1], sizeof(env[1]), "MODEL_PERSONALITY=%d",
		 config->personality);
	snprintf(env[2], sizeof(env[2]), "MODEL_ORDER=%d", config->order);
	snprintf(env[3], sizeof(env[3]), "MODEL_ENV=%u", config->env);
	snprintf(env[4], sizeof(env[4]), "MODEL_FIRST=%d", first);
	snprintf(log, sizeof(log), "%d%d%d%u%d.log", config->loop,
		 config->personality, config->order, config->env, first);
	ret = model_exec(model, argv, envp, log, stop_fd, &text, err);
	if (!ret)
		ret = read_report(text, first, result, err);
	result->seconds = (now_ns() - start) / 1e9;
	free(text);
	return ret;
}

struct parallel {
	int n;
	atomic_int next, ret;
	int (*fn)(void *ctx, int i, struct err *err);
	void *ctx;
	pthread_mutex_t lock;
	struct err *err;
};

static void *parallel_main(void *arg)
{
	struct parallel *p = arg;
	struct err err;
	int i, ret;

	while (!atomic_load(&p->ret)) {
		i = atomic_fetch_add(&p->next, 1);
		if (i >= p->n)
			break;
		ret = p->fn(p->ctx, i, &err);
		if (!ret)
			continue;
		pthread_mutex_lock(&p->lock);
		if (!atomic_exchange(&p->ret, ret))
			*p->err = err;
		pthread_mutex_unlock(&p->lock);
	}
	return NULL;
}

int model_parallel(int n, int (*fn)(void *ctx, int i, struct err *err),
		   void *ctx, struct err *err)
{
	struct parallel p = {
		.n = n, .fn = fn, .ctx = ctx, .err = err,
		.lock = PTHREAD_MUTEX_INITIALIZER,
	};
	pthread_t other;
	bool two;

	two = !pthread_create(&other, NULL, parallel_main, &p);
	parallel_main(&p);
	if (two)
		pthread_join(other, NULL);
	return p.ret;
}
