/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_KCONFIGS_BUILD_BUILDER_H
#define AUX_KCONFIGS_BUILD_BUILDER_H

#include <stdbool.h>

#include "kconfigs/build/cache.h"
#include "kconfigs/build/kernel.h"
#include "kconfigs/build/patch.h"
#include "kconfigs/build/source.h"

/* One kernel_get(): its inputs, the keys made of them, and the places. */
struct builder {
	struct kernel_store *store;
	const struct kernel_spec *spec;
	struct source source;
	struct tree_list built;		/* the work folder's files */
	struct patch patch;		/* no parts: baseline */
	char patch_hash[KEY_HEX];	/* "" for baseline */
	char *config;			/* the fragments, one after the other */
	char *compiler;			/* its version */
	char *module_dir;		/* auxsynth's sources */
	char *hardware_dir;		/* its other half: modelled hardware */
	char key[KEY_HEX];		/* of the kernel */
	char module_key[KEY_HEX];	/* of the kernel with its module */
	char *work;			/* folder of this tree x kconfig */
	char *out;			/* what was built of this key */
	char *module;			/* auxsynth.ko for both keys */
	bool imported;			/* from another machine, as it is */
	char *unfit;			/* why nothing of what was imported is
					 * it; NULL: nothing was */
	enum kernel_fault fault;	/* of what has failed */
};

/* Reads the inputs. */
int builder_init(struct builder *b, struct kernel_store *store,
		 const struct kernel_spec *spec, struct err *err);
/* Only what its kconfig says: for a card that has the rest. */
int builder_init_config(struct builder *b, struct kernel_store *store,
			const struct kernel_spec *spec, struct err *err);
void builder_free(struct builder *b);

/* b->key and b->module_key, of everything before them. */
int builder_keys(struct builder *b, struct err *err);

/* What of a kernel comes from this suite, and not from its source or patch. */
struct own_parts {
	char fragments[KEY_HEX];	/* of the config */
	char hooks[KEY_HEX];		/* before a driver's first line */
	char auxsynth[KEY_HEX];		/* the module */
};
int builder_own(const struct builder *b, struct own_parts *own,
		struct err *err);

/*
 * Looks for it among the imported kernels: @imported, and then where it is and
 * the keys that it has; or @unfit.  0, or -errno: more than one would do.
 */
int import_find(struct builder *b, struct err *err);

/*
 * Depend mode: ccache takes the list of headers from the compiler, instead of
 * preprocessing each file before it is compiled.  It then does not see that a
 * file has ".incbin", and would give back the object with the old contents.
 * Two options in one -Wp keep the mode away from assembler sources, the only
 * ones with that directive but for kernel/configs.c and kernel/kheaders.c,
 * which no kconfig of ours has.  A patch that has it is built without ccache.
 */
#define CCACHE_MODE "CCACHE_DEPEND=1"
#define CCACHE_AFLAGS "-Wp,-UAUX_TESTS_A,-UAUX_TESTS_B"

struct pace;

/*
 * make in the work folder's object tree, its output in @log; on -ECHILD the
 * text has the lines of it that say why.  @whole, or NULL: what it will be in
 * all, for telling how far it is.
 */
int work_make(struct builder *b, const char *const *args,
	      const char *what, const char *log, struct pace *whole,
	      struct err *err);

/*
 * The same as often as it takes to be sure that nothing has disturbed what make
 * asks of the compiler: until the commands in the work folder's @dir are twice
 * the same, or what its file @memo (NULL: none) knows from an earlier time.
 */
int work_make_sure(struct builder *b, const char *const *args,
		   const char *what, const char *log, struct pace *whole,
		   const char *dir, const char *memo, struct err *err);

/* No kernel was built in the work folder yet. */
bool work_is_cold(const struct builder *b);

/*
 * Brings the work folder's source to this tree and variant, file by file, and
 * b->built.
 */
int work_prepare(struct builder *b, struct err *err);
/* What was compiled is still what work_prepare() left; else -ESTALE. */
int work_check(struct builder *b, struct err *err);
/* .config, and every line of the fragments is in it. */
int work_configure(struct builder *b, struct err *err);
/* b->out appears. */
int work_build_kernel(struct builder *b, struct err *err);
/* b->module appears.  @fresh: work_build_kernel() was the last thing done. */
int work_build_module(struct builder *b, bool fresh, struct err *err);

/* What a .config says of "CONFIG_X". */
enum config_value {
	CONFIG_SILENT,		/* nothing: the tree does not offer it */
	CONFIG_OFF,		/* "# CONFIG_X is not set" */
	CONFIG_ON,		/* y, or any other value but n */
};
enum config_value config_says(const char *config, const char *symbol);

/*
 * Every "CONFIG_X=..." and "# CONFIG_X is not set" of @wanted is so in
 * @config, else -EINVAL with the lines that are not, and how they are.  With a line "# optional:
 * CONFIG_X" it need not be.
 */
int config_check(const char *wanted, const char *config, struct err *err);

/*
 * The lines of a build's log that say what went wrong, at most @max - 1
 * characters of them.
 */
void log_errors(const char *log, char *text, size_t max);

/*
 * Whose fault it is that make or git failed, by what they print, which is
 * all there is: gcc ends with the same status when it has no room on the disk
 * and when a line is wrong.  The patch is blamed only where a source, an
 * object or a makefile is named and nothing points to this machine.
 */
enum kernel_fault log_fault(const char *log);
/* The second half of it. */
bool log_blames_host(const char *log);

#endif
