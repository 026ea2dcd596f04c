// SPDX-License-Identifier: GPL-2.0-only
#include "tests/layouts.h"

#include <stdio.h>
#include <stdlib.h>

#include "lib/file.h"
#include "lib/proc.h"
#include "lib/units.h"

#define TIMEOUT (10 * 60 * NSEC_PER_SEC)
#define ARGS_MAX 8

const char *const layout_names[] = { "copied", "moved", "VPATH", "installed" };

/*
 * As shell: in @dir, $src and $build are where we were built.  What is copied is
 * what a copy of all would have, without the objects.
 */
static const char *const make[] = {
	"mkdir -p copied/bench copied/kconfigs copied/stress/model && cd copied &&\n"
	"cp $build/bench/run-matrix $build/bench/report bench &&\n"
	"cp $build/stress/agent $build/stress/explore stress &&\n"
	"cp -r $src/bench/jobs bench && cp -r $src/plots . &&\n"
	"cp -r $src/kconfigs/arch $src/kconfigs/variants kconfigs &&\n"
	"cp $src/kconfigs/*.config kconfigs &&\n"
	"cp -r $src/stress/auxsynth $src/stress/hardware stress &&\n"
	"chmod -R u+w . && rm bench/jobs/thread.job &&\n"
	"printf '[global]\\nseconds = 1\\n' >bench/jobs/own.job &&\n"
	"echo \"set print 'own-style'; print 1; set print\" >>plots/style.gp",

	"mv copied moved",

	"mkdir build && cd build && mkdir bench stress && ln -s ../moved data &&\n"
	"mv data/bench/run-matrix data/bench/report bench &&\n"
	"mv data/stress/agent data/stress/explore stress",

	"env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS make -s -C $build install \\\n"
	"	DESTDIR=$PWD/dest prefix=/usr >install.log 2>&1 ||\n"
	"{ cat install.log; exit 1; }",
};

static const char *const programs[] = {
	"copied/bench/", "moved/bench/", "build/bench/", "dest/usr/bin/aux-",
};

void layout_make(struct check *t, const char *dir, enum layout layout)
{
	const char *const argv[] = { "sh", "-ec", make[layout], NULL };
	const char *const env[] = {
		"src=" SRCDIR, "build=" BUILDDIR, NULL
	};
	struct proc proc = {
		.argv = argv, .cwd = dir, .env = env,
		.in = -1, .out = 1, .errout = 2,
	};
	struct err err = { "" };

	if (proc_run(&proc, -1, TIMEOUT, &err)) {
		printf("%s: %s\n", layout_names[layout], err.text);
		CHECK(t, !"this layout can be made");
	}
}

int layout_run(const char *dir, enum layout layout, const char *program,
	       const char *cwd, const char *const *args)
{
	char *path = xasprintf("%s/%s%s", dir, programs[layout], program);
	const char *argv[ARGS_MAX + 2] = { path };
	struct proc proc = {
		.argv = argv, .cwd = cwd, .in = -1, .out = 1, .errout = 2,
	};
	struct err err = { "" };
	int ret, i;

	for (i = 0; args[i] && i < ARGS_MAX; i++)
		argv[i + 1] = args[i];
	ret = proc_run(&proc, -1, TIMEOUT, &err);
	if (ret)
		printf("%s: %s\n", layout_names[layout], err.text);
	free(path);
	return ret;
}
