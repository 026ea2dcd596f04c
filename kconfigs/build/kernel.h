/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_KCONFIGS_BUILD_KERNEL_H
#define AUX_KCONFIGS_BUILD_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lib/arch.h"
#include "lib/err.h"

/*
 * Kernels: tree x kconfig x variant, with the auxsynth module built against
 * each, in a cache whose key is a hash of everything that goes in.
 */

/* Where kernels come from and are kept; fill in with kernel_store_init(). */
struct kernel_store {
	char *linux_path;	/* the source as found: directory or tarball;
				 * NULL: none, for kernels that were imported */
	bool linux_given;	/* by whoever wants the kernel, not found */
	char *cache;		/* $XDG_CACHE_HOME/aux-tests or ~/.cache/... */
	const struct arch *arch;	/* of the guests: the host's, unless set after
				 * kernel_store_init() */
	int jobs;		/* of make; 0: one per CPU */
	int stop_fd;		/* see lib/proc.h; -1: none */
	/* Called for each step ("compile", 3 s ago ...); may be NULL. */
	void (*progress)(void *ctx, const char *what);
	/* The same, for what is worth knowing afterwards; NULL: as progress. */
	void (*note)(void *ctx, const char *what);
	void *progress_ctx;
};

/*
 * One kernel that is wanted.  @variant: the name of a shipped patch
 * (kconfigs/variants/NAME.patch), "baseline", or what --patch named.
 */
struct kernel_spec {
	const char *variant;
	const char *patch;	/* a file that is not shipped, or NULL */
	const char *kconfig;	/* name of a fragment in kconfigs/ which goes
				 * on top of guest.config and arch/, or guest:
				 * these alone */
};

/* Whose fault it is that there is no kernel. */
enum kernel_fault {
	FAULT_HOST,	/* no room, a killed compiler, no source: says nothing */
	FAULT_PATCH,	/* what was to be built does not apply or compile */
};

/* A kernel that was built.  Strings are owned; kernel_free(). */
struct kernel {
	char *variant, *kconfig;
	char *image;		/* what QEMU boots */
	char *module;		/* auxsynth.ko for it */
	char *release;		/* include/config/kernel.release */
	char *source;		/* version and origin of the tree */
	char *preempt;		/* preemption model: "lazy", "full", "rt" ... */
	char *key;		/* of the cache */
	char *patch_hash, *config_hash, *module_hash;	/* SHA-256, hex */
	char *driver_hash;	/* of the drivers whose hardware can be modelled,
				 * "PMU:HASH ..."; NULL: not kept */
	char *compiler;		/* "gcc (Debian ...) 12.2.0" */
	bool imported;		/* it was built elsewhere */
	bool cached;		/* nothing had to be built */
	enum kernel_fault fault;	/* when kernel_get() failed */
};

/*
 * Finds the source: @linux_path, else what configure was told, else the usual
 * places, else what bootstrap fetched.  The text says where it looked when
 * there is none.  There need be none where kernels were imported.
 */
int kernel_store_init(struct kernel_store *store, const char *linux_path,
		      struct err *err);
/* The same for kernels_import(), which wants no source. */
int kernel_store_init_empty(struct kernel_store *store, struct err *err);
void kernel_store_free(struct kernel_store *store);

/*
 * Names of the shipped variants, NULL-ended, "baseline" first, and of the
 * shipped kconfigs; the caller frees with kernel_names_free().
 */
char **kernel_variants(void);
char **kernel_kconfigs(void);
void kernel_names_free(char **names);

/*
 * Builds it, or finds it in the cache.  0, or -errno with the reason: a hunk
 * that does not apply, the compiler's own lines, a source that is too old.
 * -EINTR when stopped.  kernel->fault then says whose fault it was.
 */
int kernel_get(struct kernel_store *store, const struct kernel_spec *spec,
	       struct kernel *kernel, struct err *err);
void kernel_free(struct kernel *kernel);

/*
 * What is called to build one is installed, or -ENOENT with what is not.  That
 * of the compiler, whose version is part of the key, kernel_look() says.
 */
int kernel_programs(const struct kernel_store *store, struct err *err);

/* How long kernel_get() would take, as far as can be told. */
struct kernel_outlook {
	bool cached;
	bool cold;		/* nothing of its tree and kconfig was built */
	uint64_t cold_ns, warm_ns;	/* of this machine's builds */
};
int kernel_look(struct kernel_store *store, const struct kernel_spec *spec,
		struct kernel_outlook *look, struct err *err);

/*
 * Kernels for machines that have no compiler: those of @specs, which are built,
 * as a tarball at @path.
 */
int kernels_export(struct kernel_store *store, const struct kernel_spec *specs,
		   size_t n, const char *path, struct err *err);
/*
 * Takes those of @path into the cache, if all of them are whole and this
 * suite's.  @each is told of each one.
 */
int kernels_import(struct kernel_store *store, const char *path,
		   void (*each)(const struct kernel *kernel), struct err *err);

#endif
