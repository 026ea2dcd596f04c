// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "kconfigs/build/builder.h"
#include "kconfigs/build/pace.h"
#include "lib/arch.h"
#include "lib/units.h"
#include "tests/check.h"
#include "tests/fixture.h"

#define MAKEFILE(v, p) \
	"# x\nVERSION = " v "\nPATCHLEVEL = " p "\nSUBLEVEL = 2\n" \
	"EXTRAVERSION = -rc1\nNAME = x\n"

static void tree_filter_arch(struct check *t, const char *path,
			     const char *arch)
{
	CHECK_EQ(t, tree_wants(arch_here, path, false),
		 arch_here && !strcmp(arch, arch_here->name));
}

static void tree_filter(struct check *t)
{
	CHECK(t, tree_wants(arch_here, "kernel/events/core.c", false));
	CHECK(t, tree_wants(arch_here, "Makefile", false));
	CHECK(t, tree_wants(arch_here, "arch/Kconfig", false));
	tree_filter_arch(t, "arch/x86/events/intel/pt.c", "x86");
	tree_filter_arch(t, "arch/x86/boot/compressed/vmlinux.lds.S", "x86");
	tree_filter_arch(t, "tools/arch/x86/include/asm/insn.h", "x86");
	tree_filter_arch(t, "arch/arm64/kernel/setup.c", "arm64");
	tree_filter_arch(t, "tools/arch/arm64/include/asm/cputype.h",
			 "arm64");
	tree_filter_arch(t, "drivers/clk/clk.c", "arm64");
	CHECK(t, tree_wants(arch_here, "arch/x86/Kconfig", false));
	CHECK(t, tree_wants(arch_here, "arch/arm64/Kconfig", false));
	CHECK(t, tree_wants(arch_here, "Documentation/Kconfig", false));
	CHECK(t, tree_wants(arch_here, "drivers/gpu/drm/Makefile", false));
	CHECK(t, tree_wants(arch_here, "tools/objtool/check.c", false));
	CHECK(t, !tree_wants(arch_here, "arch/arm/kernel/setup.c", false));
	CHECK(t, !tree_wants(arch_here, "arch/x86/include/generated", true));
	CHECK(t, !tree_wants(arch_here, "tools/perf/builtin-record.c", false));
	CHECK(t, !tree_wants(arch_here, "sound/core/pcm.c", false));
	CHECK(t, !tree_wants(arch_here, "kernel/events/core.o", false));
	CHECK(t, !tree_wants(arch_here, "kernel/events/.core.o.cmd", false));
	CHECK(t, !tree_wants(arch_here, ".git", true));
	CHECK(t, !tree_wants(arch_here, ".config", false));
}

/* The source as it is now, in dst; what is known of dst is kept. */
static int copy(struct check *t, const char *dir, struct tree_list *known)
{
	char *src = xasprintf("%s/src", dir), *dst = xasprintf("%s/dst", dir);
	struct tree_list want, now;
	struct err err;
	int ret;

	ret = tree_scan(arch_here, src, NULL, NULL, &want, &err);
	CHECK_EQ(t, ret, 0);
	if (!ret)
		ret = tree_copy(src, &want, dst, known, &now, &err);
	if (!ret) {
		tree_list_free(known);
		*known = now;
	}
	tree_list_free(&want);
	free(dst);
	free(src);
	return ret;
}

static uint64_t mtime(const char *dir, const char *name)
{
	char *path = xasprintf("%s/%s", dir, name);
	struct stat st = { 0 };

	stat(path, &st);
	free(path);
	return st.st_mtim.tv_sec * 1000000000ull + st.st_mtim.tv_nsec;
}

static void copies(struct check *t)
{
	struct tree_list known = { 0 };
	char *dir = fixture_dir(), *path;
	struct err err;
	uint64_t then;

	fixture_put(dir, "src/Makefile", MAKEFILE("6", "18"));
	fixture_put(dir, "src/lib/a.c", "a\n");
	fixture_put(dir, "src/lib/b.c", "b\n");
	fixture_put(dir, "src/lib/b.o", "object\n");
	fixture_put(dir, "src/sound/s.c", "s\n");
	CHECK_EQ(t, copy(t, dir, &known), 0);
	CHECK(t, fixture_is(dir, "dst/lib/a.c", "a\n"));
	CHECK(t, !fixture_has(dir, "dst/lib/b.o"));
	CHECK(t, !fixture_has(dir, "dst/sound/s.c"));

	/* As a patch does; in the source nothing may change. */
	fixture_put(dir, "dst/lib/b.c", "patched\n");
	fixture_put(dir, "dst/dst-made.c", "new\n");
	fixture_put(dir, "dst/obj/kept.o", "object\n");
	CHECK(t, fixture_is(dir, "src/lib/b.c", "b\n"));
	then = mtime(dir, "dst/lib/a.c");
	usleep(20000);
	CHECK_EQ(t, copy(t, dir, &known), 0);
	CHECK(t, fixture_is(dir, "dst/lib/b.c", "b\n"));
	CHECK(t, !fixture_has(dir, "dst/dst-made.c"));
	CHECK(t, fixture_has(dir, "dst/obj/kept.o"));
	/* Restored means newer than its object; the rest is left alone. */
	CHECK(t, mtime(dir, "dst/lib/b.c") > mtime(dir, "src/lib/b.c"));
	CHECK(t, mtime(dir, "dst/lib/a.c") == then);

	fixture_put(dir, "src/lib/a.c", "edited\n");
	fixture_put(dir, "src/lib/c.c", "c\n");
	CHECK_EQ(t, copy(t, dir, &known), 0);
	CHECK(t, fixture_is(dir, "dst/lib/a.c", "edited\n"));
	CHECK(t, fixture_is(dir, "dst/lib/c.c", "c\n"));
	path = xasprintf("%s/src/lib/c.c", dir);
	CHECK_EQ(t, unlink(path), 0);
	CHECK_EQ(t, copy(t, dir, &known), 0);
	CHECK(t, !fixture_has(dir, "dst/lib/c.c"));
	tree_list_free(&known);
	dir_remove(dir, &err);
	free(path);
	free(dir);
}

/* A list as a file says the same; a torn one says nothing. */
static void lists(struct check *t)
{
	char *dir = fixture_dir(), *path = xasprintf("%s/list", dir), *text;
	struct tree_list list, again;
	struct err err;

	fixture_put(dir, "src/Makefile", "x\n");
	fixture_put(dir, "src/a name", "y\n");
	text = xasprintf("%s/src", dir);
	CHECK_EQ(t, tree_scan(arch_here, text, NULL, NULL, &list, &err), 0);
	free(text);
	CHECK_EQ(t, tree_list_write(path, &list, &err), 0);
	tree_list_read(path, &again);
	CHECK_EQ(t, again.n, 2);
	CHECK(t, tree_list_equal(&list, &again));
	tree_list_free(&again);
	CHECK_EQ(t, file_read(path, &text, NULL, &err), 0);
	text[strlen(text) / 2] = '\0';
	fixture_put(dir, "list", text);
	free(text);
	tree_list_read(path, &again);
	CHECK_EQ(t, again.n, 0);
	tree_list_free(&list);
	dir_remove(dir, &err);
	free(path);
	free(dir);
}

static void versions(struct check *t)
{
	char *dir = fixture_dir(), *version = NULL;
	struct err err;

	fixture_put(dir, "Makefile", MAKEFILE("6", "18"));
	CHECK_EQ(t, tree_version(dir, &version, &err), 0);
	CHECK(t, version && !strcmp(version, "6.18.2-rc1"));
	free(version);
	fixture_put(dir, "Makefile", "all:\n");
	CHECK_EQ(t, tree_version(dir, &version, &err), -EINVAL);
	CHECK(t, strstr(err.text, "not a kernel source"));
	dir_remove(dir, &err);
	free(dir);
}

/* The key of what would be built. */
static void key_of(struct check *t, struct kernel_store *store,
		   const char *variant, const char *patch, char hex[KEY_HEX])
{
	const struct kernel_spec spec = {
		.variant = variant, .patch = patch, .kconfig = "guest",
	};
	struct builder b;
	struct err err;
	int ret;

	hex[0] = '\0';
	ret = builder_init(&b, store, &spec, &err);
	CHECK_EQ(t, ret, 0);
	if (ret) {
		printf("%s\n", err.text);
		return;
	}
	memcpy(hex, b.module_key, KEY_HEX);
	builder_free(&b);
}

static void keys(struct check *t)
{
	char a[KEY_HEX], b[KEY_HEX];
	char *dir = fixture_dir(), *patch = xasprintf("%s/p.patch", dir);
	struct kernel_store store;
	struct err err;
	char *linux = xasprintf("%s/linux", dir);

	setenv("AUX_TESTS_CACHE", dir, 1);
	fixture_put(linux, "Makefile", MAKEFILE("6", "18"));
	fixture_put(linux, "kernel/one.c", "one\n");
	fixture_put(dir, "p.patch", "--- a/kernel/one.c\n+++ b/kernel/one.c\n"
		    "@@ -1 +1 @@\n-one\n+1\n");
	CHECK_EQ(t, kernel_store_init(&store, linux, &err), 0);
	key_of(t, &store, "baseline", NULL, a);
	key_of(t, &store, "baseline", NULL, b);
	CHECK(t, !strcmp(a, b));
	key_of(t, &store, "peterz", NULL, b);
	CHECK(t, strcmp(a, b));
	key_of(t, &store, "mine", patch, a);
	CHECK(t, strcmp(a, b));
	fixture_put(dir, "p.patch", "--- a/kernel/one.c\n+++ b/kernel/one.c\n"
		    "@@ -1 +1 @@\n-one\n+2\n");
	key_of(t, &store, "mine", patch, b);
	CHECK(t, strcmp(a, b));
	key_of(t, &store, "baseline", NULL, a);
	fixture_put(linux, "kernel/one.c", "two\n");
	key_of(t, &store, "baseline", NULL, b);
	CHECK(t, strcmp(a, b));
	kernel_store_free(&store);
	unsetenv("AUX_TESTS_CACHE");
	dir_remove(dir, &err);
	free(linux);
	free(patch);
	free(dir);
}

static void requests(struct check *t)
{
	static const struct kernel_spec bad[] = {
		{ .variant = "nosuch", .kconfig = "guest" },
		{ .variant = "../x", .kconfig = "guest" },
		{ .variant = "", .kconfig = "guest" },
		{ .variant = "baseline", .kconfig = "nosuch" },
	};
	struct kernel_store store = {
		.stop_fd = -1, .linux_path = "/", .arch = arch_here,
	};
	struct builder b;
	struct err err;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		CHECK_EQ(t, builder_init(&b, &store, &bad[i], &err), -EINVAL);
	builder_init(&b, &store, &bad[0], &err);
	CHECK(t, strstr(err.text, "baseline, peterz, rewake"));
}

static void sources(struct check *t)
{
	char *dir = fixture_dir();
	const char *const folders[] = { "/nonexistent", dir, NULL };
	struct kernel_store store;
	struct err err;
	char *found;

	CHECK(t, !source_search(folders));
	fixture_put(dir, "linux-source-6.12.tar.xz", "x");
	fixture_put(dir, "linux-headers-6.18/Makefile", "x");
	CHECK(t, !source_search(folders));
	fixture_put(dir, "linux-6.17.3.tar.gz", "x");
	fixture_put(dir, "linux-source-6.17_6.17.12-1.tar.xz", "x");
	fixture_put(dir, "linux/Makefile", MAKEFILE("6", "18"));
	found = source_search(folders);
	CHECK(t, found && strstr(found, "/linux"));
	CHECK(t, found && strlen(found) == strlen(dir) + strlen("/linux"));
	free(found);
	fixture_put(dir, "linux-source-7.2_7.2.9-1.tar.xz", "x");
	fixture_put(dir, "linux-source-7.2_7.2.13-1.tar.xz", "x");
	found = source_search(folders);
	CHECK(t, found && strstr(found, "7.2.13"));
	free(found);

	setenv("AUX_TESTS_CACHE", dir, 1);
	CHECK_EQ(t, kernel_store_init(&store, "/nonexistent/linux", &err),
		 -ENOENT);
	CHECK(t, strstr(err.text, "/nonexistent/linux"));
	unsetenv("AUX_TESTS_CACHE");
	unsetenv("XDG_CACHE_HOME");
	unsetenv("HOME");
	CHECK_EQ(t, kernel_store_init(&store, dir, &err), -ENOENT);
	CHECK(t, strstr(err.text, "HOME"));
	dir_remove(dir, &err);
	free(dir);
}

static void too_old(struct check *t)
{
	char *dir = fixture_dir(), *linux = xasprintf("%s/linux", dir);
	const struct kernel_spec spec = {
		.variant = "peterz", .kconfig = "guest",
	};
	struct kernel_store store;
	struct kernel kernel;
	struct err err;

	setenv("AUX_TESTS_CACHE", dir, 1);
	fixture_put(linux, "Makefile", MAKEFILE("6", "1"));
	/* It applies there, but nothing that a full buffer does comes by. */
	fixture_put(linux, "kernel/events/core.c", "pending_disable_irq\n");
	fixture_put(linux, "kernel/events/ring_buffer.c", "int x;\n");
	CHECK_EQ(t, kernel_store_init(&store, linux, &err), 0);
	CHECK_EQ(t, kernel_get(&store, &spec, &kernel, &err), -EOPNOTSUPP);
	CHECK(t, strstr(err.text, "6.1.2-rc1 is too old for variant peterz"));
	kernel_store_free(&store);
	unsetenv("AUX_TESTS_CACHE");
	dir_remove(dir, &err);
	free(linux);
	free(dir);
}

static void configs(struct check *t)
{
	static const char config[] =
		"CONFIG_A=y\n# CONFIG_B is not set\nCONFIG_AB=\"x\"\n";
	struct err err;

	CHECK_EQ(t, config_check("# words\nCONFIG_A=y\nCONFIG_AB=\"x\"\n",
				 config, &err), 0);
	CHECK_EQ(t, config_check("# CONFIG_B is not set\n"
				 "# CONFIG_UNKNOWN is not set\n", config,
				 &err), 0);
	CHECK_EQ(t, config_check("CONFIG_A=n\nCONFIG_B=y\n", config, &err),
		 -EINVAL);
	CHECK(t, strstr(err.text, "CONFIG_A=n (it has another value), CONFIG_B=y (offered, "));
	CHECK_EQ(t, config_check("# CONFIG_A is not set\n", config, &err),
		 -EINVAL);
	CHECK_EQ(t, config_check("# optional: CONFIG_C\nCONFIG_C=y\n", config,
				 &err), 0);
	CHECK_EQ(t, config_check("# optional: CONFIG_CD\nCONFIG_C=y\n",
				 config, &err), -EINVAL);
	/* The later line is the one that counts. */
	CHECK_EQ(t, config_check("CONFIG_A=n\nCONFIG_A=y\n", config, &err),
		 0);
}

static void logs(struct check *t)
{
	static const char log[] =
		"  CC      kernel/one.o\n"
		"kernel/one.c: In function 'f':\n"
		"kernel/one.c:3:2: error: 'x' undeclared\n"
		"    3 |  x = 1;\n"
		"      |  ^\n"
		"  CC      kernel/two.o\n"
		"make[3]: *** [scripts/Makefile.build:1: kernel/one.o] Error 1\n";
	char text[400], small[60];

	log_errors(log, text, sizeof(text));
	CHECK(t, strstr(text, "error: 'x' undeclared\n    3 |  x = 1;\n"));
	CHECK(t, strstr(text, "Error 1\n"));
	CHECK(t, !strstr(text, "kernel/two.o\n"));
	log_errors(log, small, sizeof(small));
	CHECK(t, strlen(small) < sizeof(small));
	CHECK(t, strstr(small, "undeclared"));
}

/* How far a build is, and how long it takes: first a guess, then as before. */
static void paces(struct check *t)
{
	static const char log[] =
		"make: Entering directory\n  CC      a.o\n  AS      b.o\n"
		"  LD      c.o\n  HOSTCC  d\nb.c:1: warning:   CC x\n";
	struct pace took = { .files = 900, .ns = 400 * NSEC_PER_SEC }, now, p;
	char *dir = fixture_dir();
	struct kernel_store store = {
		.cache = dir, .jobs = 2, .arch = arch_here,
	};
	struct err err;

	CHECK_EQ(t, pace_count(log), 3);
	pace_read(&store, "guest", true, &p);
	CHECK(t, p.files > 500 && p.ns > 60 * NSEC_PER_SEC);
	fixture_put(dir, "memo/x", "");
	pace_write(&store, "guest", true, &took);
	pace_read(&store, "guest", true, &p);
	CHECK_EQ(t, p.files, took.files);
	CHECK_EQ(t, p.ns, took.ns);
	pace_read(&store, "guest", false, &p);
	CHECK(t, p.files < 100);
	/* At first as before, then at the speed that there is. */
	now = (struct pace) { .files = 3, .ns = 10 * NSEC_PER_SEC };
	CHECK_EQ(t, pace_left(&now, &took), 390 * NSEC_PER_SEC);
	now = (struct pace) { .files = 300, .ns = 200 * NSEC_PER_SEC };
	CHECK_EQ(t, pace_left(&now, &took), 400 * NSEC_PER_SEC);
	now.files = 901;
	CHECK_EQ(t, pace_left(&now, &took), 0);
	fixture_put(dir, "memo/pace-guest-cold", "x\n");
	pace_read(&store, "guest", true, &p);
	CHECK(t, p.files > 500);
	dir_remove(dir, &err);
	free(dir);
}

/* What ".incbin" brings in is no header, but belongs to what is compiled. */
static void incbin(struct check *t)
{
	static const char build[] =
		"cd %s && " CCACHE_MODE " CCACHE_DIR=$PWD/cache ccache gcc"
		" -Wp,-MMD,a.d " CCACHE_AFLAGS " -c -o a.o a.S"
		" && grep -q %s a.o";
	char *dir = fixture_dir(), *command;
	struct err err;
	int i;

	if (system("ccache --version >/dev/null 2>&1")) {
		printf("no ccache: not tested\n");
		free(dir);
		return;
	}
	fixture_put(dir, "a.S", ".data\n.incbin \"blob\"\n");
	for (i = 0; i < 3; i++) {
		const char *blob = i < 2 ? "blob-of-one" : "blob-of-two";

		fixture_put(dir, "blob", blob);
		command = xasprintf(build, dir, blob);
		CHECK_EQ(t, system(command), 0);
		free(command);
	}
	dir_remove(dir, &err);
	free(dir);
}

/* Only what says that a source is wrong says it of the patch. */
static void faults(struct check *t)
{
	static const struct {
		const char *log;
		enum kernel_fault fault;
	} cases[] = {
		{ "kernel/one.c:3:2: error: 'x' undeclared\n", FAULT_PATCH },
		{ "/a b/one.h:3: fatal error: no.h: No such file or directory\n",
		  FAULT_PATCH },
		{ "ld: core.c:(.text+0x7): undefined reference to `gone'\n",
		  FAULT_PATCH },
		{ "ERROR: modpost: \"gone\" [x.ko] undefined!\n", FAULT_PATCH },
		{ "make[2]: *** No rule to make target 'a.o', needed by 'b'.\n",
		  FAULT_PATCH },
		{ "one.c:9:1: fatal error: error writing to /tmp/cc.s: No space left on device\n",
		  FAULT_HOST },
		{ "one.c:3:2: error: x\nas: core.o: No space left on device\n",
		  FAULT_HOST },
		{ "gcc: fatal error: Killed signal terminated program cc1\n",
		  FAULT_HOST },
		{ "make[4]: *** [scripts/Makefile.build:287: core.o] Killed\n",
		  FAULT_HOST },
		{ "cc1: out of memory allocating 65536 bytes\n", FAULT_HOST },
		{ "ld: final link failed: Input/output error\n", FAULT_HOST },
		{ "core.c:1:1: internal compiler error: Segmentation fault\n",
		  FAULT_HOST },
		{ "make: gcc: No such file or directory\n", FAULT_HOST },
		{ "", FAULT_HOST },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (log_fault(cases[i].log) != cases[i].fault)
			printf("%s", cases[i].log);
		CHECK_EQ(t, log_fault(cases[i].log), cases[i].fault);
	}
}

int main(void)
{
	struct check t = { 0 };

	tree_filter(&t);
	copies(&t);
	lists(&t);
	versions(&t);
	keys(&t);
	requests(&t);
	too_old(&t);
	configs(&t);
	logs(&t);
	paces(&t);
	incbin(&t);
	faults(&t);
	sources(&t);
	return check_end(&t);
}
