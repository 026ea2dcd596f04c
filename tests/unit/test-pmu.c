// SPDX-License-Identifier: GPL-2.0-only
/*
 * Real PMUs as their drivers describe them in sysfs (tests/unit/sysfs, written by
 * hand after the ABI), and machines that lack this or that.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "stress/kmsg.h"
#include "stress/trace/method.h"
#include "stress/event/pmu-kinds.h"
#include "stress/event/preflight.h"
#include "tests/check.h"
#include "tests/fixture.h"

#define SYSFS SRCDIR "/tests/unit/sysfs/"

/* What perf_event_open() would get. */
struct made {
	struct pmu pmu;
	union pmu_attr attr;
	struct err err;
	int ret;
};

static struct made make(const char *machine, const char *name,
			const char *terms)
{
	struct made m = { .ret = 0 };

	m.ret = pmu_find(&m.pmu, machine, name, &m.err);
	if (!m.ret)
		m.ret = pmu_attr_make(&m.pmu, &m.attr, terms, &m.err);
	return m;
}

static uint64_t late_word(const struct made *m, size_t offset)
{
	uint64_t word;

	memcpy(&word, m->attr.bytes + offset, sizeof(word));
	return word;
}

static void intel_pt(struct check *t)
{
	struct made m = make(SYSFS "intel", "intel_pt", "none");

	CHECK_EQ(t, m.ret, 0);
	CHECK_EQ(t, m.attr.attr.type, 8);
	/* pt, mtc, tsc, branch, mtc_period=3, psb_period=3 */
	CHECK_EQ(t, m.attr.attr.config, 1 | 1 << 9 | 1 << 10 | 1 << 13 |
		 3 << 14 | 3 << 24);
	CHECK_EQ(t, m.attr.attr.size, sizeof(struct perf_event_attr));
	CHECK_EQ(t, m.pmu.kind->method, GAPS_PT);
	CHECK_EQ(t, pmu_event_cpu(&m.pmu), -1);
	CHECK_EQ(t, pmu_check(&m.pmu, &m.err), 0);
	/* The user's word over ours. */
	m = make(SYSFS "intel", "intel_pt", "cyc,cyc_thresh=0x2,mtc=0,branch=0");
	CHECK_EQ(t, m.ret, 0);
	CHECK_EQ(t, m.attr.attr.config, 1 | 1 << 1 | 1 << 10 | 3 << 14 |
		 2 << 19 | 3 << 24);
	m = make(SYSFS "intel", "intel_pt", "mtc_period=16");
	CHECK_EQ(t, m.ret, -ERANGE);
	CHECK(t, strstr(m.err.text, "config:14-17"));
	m = make(SYSFS "intel", "intel_pt", "ptwrite=1");
	CHECK_EQ(t, m.ret, -ENOENT);
	CHECK(t, strstr(m.err.text, "no field 'ptwrite'"));
	m = make(SYSFS "intel", "intel_pt", "cyc=yes");
	CHECK_EQ(t, m.ret, -EINVAL);
	m = make(SYSFS "intel", "intel_pt", "cyc=-1");
	CHECK_EQ(t, m.ret, -EINVAL);
	m = make(SYSFS "intel", "intel_pt", "config=0x401,period=7");
	CHECK_EQ(t, m.attr.attr.config, 0x401);
	CHECK_EQ(t, m.attr.attr.sample_period, 7);
}

static void intel_others(struct check *t)
{
	struct made m = make(SYSFS "intel", "intel_bts", "none");

	CHECK_EQ(t, m.ret, 0);
	CHECK_EQ(t, m.attr.attr.type, 7);
	CHECK_EQ(t, m.attr.attr.config, 0);
	CHECK_EQ(t, m.pmu.kind->method, GAPS_FLAGS);
	/* Names from events/, which are terms themselves. */
	m = make(SYSFS "intel", "cpu", "mem-loads");
	CHECK_EQ(t, m.ret, 0);
	CHECK_EQ(t, m.attr.attr.config, 0x1cd);
	CHECK_EQ(t, m.attr.attr.config1, 3);
	CHECK(t, !m.pmu.kind);
	m = make(SYSFS "intel", "cpu", "mem-loads=1");
	CHECK_EQ(t, m.ret, -ENOENT);
}

static void arm_spe(struct check *t)
{
	struct made m = make(SYSFS "arm", "arm_spe_0", "none");
	cpu_set_t cpus;

	CHECK_EQ(t, m.ret, 0);
	CHECK_EQ(t, m.attr.attr.config, 1 | 1 << 16);
	CHECK_EQ(t, m.attr.attr.sample_period, 1024);
	CHECK_EQ(t, m.pmu.kind->method, GAPS_SPE);
	CHECK_EQ(t, pmu_cpus(&m.pmu, &cpus), 0);
	CHECK_EQ(t, CPU_COUNT(&cpus), 5);
	CHECK(t, CPU_ISSET(8, &cpus) && !CPU_ISSET(4, &cpus));
	m = make(SYSFS "arm", "arm_spe_0",
		 "jitter=0,event_filter=0x8000000000000002,min_latency=4095,load_filter=1,period=4096");
	CHECK_EQ(t, m.ret, 0);
	CHECK_EQ(t, m.attr.attr.config, 1 | 1ll << 33);
	CHECK(t, m.attr.attr.config1 == 0x8000000000000002ull);
	CHECK_EQ(t, m.attr.attr.config2, 4095);
	CHECK_EQ(t, m.attr.attr.sample_period, 4096);
	/* Words that came later make the attributes larger, nothing else. */
	m = make(SYSFS "arm", "arm_spe_0", "inv_event_filter=2");
	CHECK_EQ(t, m.ret, 0);
	CHECK_EQ(t, late_word(&m, 128), 2);
	CHECK(t, m.attr.attr.size >= 136);
	m = make(SYSFS "arm", "arm_spe_0", "inv_data_src_filter=9");
	CHECK_EQ(t, late_word(&m, 136), 9);
	CHECK_EQ(t, m.attr.attr.size, 144);
	m = make(SYSFS "arm", "arm_spe_0", "min_latency=4096");
	CHECK_EQ(t, m.ret, -ERANGE);
}

static void cs_etm(struct check *t)
{
	struct made m = make(SYSFS "arm", "cs_etm", "none");

	CHECK_EQ(t, m.ret, 0);
	CHECK_EQ(t, m.attr.attr.config, 1 << 28);
	CHECK_EQ(t, m.attr.attr.config2, 0);
	CHECK_EQ(t, pmu_check(&m.pmu, &m.err), 0);
	m = make(SYSFS "arm", "cs_etm", "@tmc_etr0,timestamp=0,retstack");
	CHECK_EQ(t, m.ret, 0);
	CHECK_EQ(t, m.attr.attr.config, 1 << 29);
	CHECK_EQ(t, m.attr.attr.config2, 0x8dd8e4f3);
	m = make(SYSFS "arm", "cs_etm", "@tmc_etf0,autofdo,cc_threshold=5");
	CHECK_EQ(t, m.ret, 0);
	CHECK(t, m.attr.attr.config2 == 0x3bd0a96f1a2b3c4dull);
	CHECK_EQ(t, late_word(&m, 128), 5);
	m = make(SYSFS "arm", "cs_etm", "@tmc_etr9");
	CHECK_EQ(t, m.ret, -ENOENT);
	CHECK(t, strstr(m.err.text, "no sink 'tmc_etr9'"));
	m = make(SYSFS "arm-bare", "cs_etm", "none");
	CHECK_EQ(t, pmu_check(&m.pmu, &m.err), -ENODEV);
	CHECK(t, strstr(m.err.text, "PMU cs_etm: no sink"));
}

static void hisi_ptt(struct check *t)
{
	struct made m = make(SYSFS "kunpeng", "hisi_ptt0_2", "none");

	CHECK_EQ(t, m.ret, 0);
	CHECK_EQ(t, m.attr.attr.config, 0x80001 | 1 << 24);
	CHECK(t, m.pmu.kind->per_cpu);
	CHECK_EQ(t, pmu_event_cpu(&m.pmu), 32);
	CHECK_EQ(t, pmu_check(&m.pmu, &m.err), 0);
	m = make(SYSFS "kunpeng", "hisi_ptt0_2",
		 "filter=0x00100,type=8,direction=1,format=1");
	CHECK_EQ(t, m.attr.attr.config, 0x100 | 1 << 20 | 8 << 24 | 1ll << 32);
	m = make(SYSFS "kunpeng", "hisi_ptt1_2", "none");
	CHECK_EQ(t, pmu_check(&m.pmu, &m.err), -ENODEV);
	CHECK(t, strstr(m.err.text, "cpumask"));
}

static void broken(struct check *t)
{
	static const char *const fields[] = { "a", "b", "c", "d" };
	unsigned int i;
	struct made m;

	m = make(SYSFS "arm-bare", "broken", "none");
	CHECK_EQ(t, m.ret, -EINVAL);
	CHECK(t, strstr(m.err.text, "broken/type: not a number"));
	for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		m = make(SYSFS "arm-bare", "broken2", fields[i]);
		CHECK_EQ(t, m.ret, -EINVAL);
	}
	m = make(SYSFS "arm", "intel_pt", "none");
	CHECK_EQ(t, m.ret, -ENOENT);
	CHECK(t, strstr(m.err.text, "no Intel PT") &&
		 strstr(m.err.text, "arm_spe_0"));
}

static void lists(struct check *t)
{
	static const struct {
		const char *machine, *words[4];
	} cases[] = {
		{ SYSFS "intel", { "intel_pt", "  yes  pt ", "Branch Trace",
				   "software             1  no " } },
		{ SYSFS "arm", { "arm_spe_0", "  yes  spe", "CoreSight",
				 "armv8_pmuv3_0" } },
		{ SYSFS "kunpeng", { "hisi_ptt0_2", "CPUs only", "MISSING: PMU hisi_ptt1_2: no CPU" } },
		{ SYSFS "arm-bare", { "MISSING: PMU cs_etm: no sink",
				      "not a number" } },
	};
	unsigned int i, k;
	struct err err;
	char *text;
	size_t size;
	FILE *f;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		f = open_memstream(&text, &size);
		CHECK_EQ(t, pmu_list(cases[i].machine, f, &err), 0);
		fclose(f);
		for (k = 0; k < 4 && cases[i].words[k]; k++) {
			if (!strstr(text, cases[i].words[k]))
				printf("'%s' is not in:\n%s",
				       cases[i].words[k], text);
			CHECK(t, strstr(text, cases[i].words[k]));
		}
		free(text);
	}
	CHECK_EQ(t, pmu_list("/nonexistent", stdout, &err), -ENOENT);
}

/* A machine made of files, and what loading a module there does. */
struct machine {
	struct check *t;
	char *root, *module;
	struct preflight p;
};

static int load_good(const char *path)
{
	return 0;
}

static int load_unsigned(const char *path)
{
	return -EKEYREJECTED;
}

static int load_forbidden(const char *path)
{
	return -EPERM;
}

static void expect(struct machine *m, const char *pmu, const char *module,
		   int code, const char *words)
{
	struct err err = { "" };
	int ret = preflight_pmu(&m->p, pmu, module, &err);

	CHECK_EQ(m->t, ret, code);
	if (ret && !strstr(err.text, words))
		printf("expected '%s' in '%s'\n", words, err.text);
	CHECK(m->t, !ret || strstr(err.text, words));
}

#define DEVICES "sys/bus/event_source/devices/"
#define ROOT_CAPS "Name:\tx\nCapEff:\t000001ffffffffff\n"
#define NO_CAPS "Name:\tx\nCapEff:\t0000000000000000\n"

static void put_machine(struct machine *m)
{
	fixture_put(m->root, "proc/sys/kernel/perf_event_paranoid", "2\n");
	fixture_put(m->root, "proc/self/status", ROOT_CAPS);
	fixture_put(m->root, "proc/modules", "");
	fixture_put(m->root, "proc/sys/kernel/modules_disabled", "0\n");
	fixture_put(m->root, DEVICES "software/type", "1\n");
	fixture_put(m->root, DEVICES "intel_pt/type", "8\n");
	fixture_put(m->root, DEVICES "hisi_ptt0_2/type", "9\n");
	fixture_put(m->root, DEVICES "hisi_ptt0_2/cpumask", "0\n");
	fixture_put(m->root, DEVICES
		    "hisi_ptt0_2/root_port_filters/0000:00:10.0", "0x80001\n");
	fixture_put(m->root, "auxsynth.ko", "\177ELF..name=auxsynth\n"
		    "vermagic=7.3.4-test SMP preempt\n");
}

/* Each reason why auxsynth cannot be had. */
static void no_auxsynth(struct machine *m)
{
	struct preflight *p = &m->p;

	expect(m, "aux_synth", NULL, -ENOENT,
	       "no kernel headers at /lib/modules/7.3.4-test/build");
	fixture_put(m->root, "lib/modules/7.3.4-test/build/Makefile", "");
	expect(m, "aux_synth", NULL, -ENOENT, "build it with 'make module'");
	p->release = "6.1.0-test";
	expect(m, "aux_synth", m->module, -ENOTSUP, "needs Linux 6.12");
	p->release = "4.0.9";
	expect(m, "intel_pt", NULL, -ENOTSUP, "before Linux 4.1");
	p->release = "7.3.5";
	expect(m, "aux_synth", m->module, -ENOEXEC,
	       "is built for Linux 7.3.4-test, this is 7.3.5");
	p->release = "7.3.4-test";
	p->load = load_unsigned;
	expect(m, "aux_synth", m->module, -EKEYREJECTED, "Secure Boot");
	p->load = load_forbidden;
	expect(m, "aux_synth", m->module, -EPERM, "in a container?");
	fixture_put(m->root, "sys/kernel/security/lockdown",
		    "none [integrity] confidentiality\n");
	expect(m, "aux_synth", m->module, -EPERM, "locked down (integrity)");
	fixture_put(m->root, "sys/kernel/security/lockdown",
		    "[none] integrity confidentiality\n");
	expect(m, "aux_synth", m->module, -EPERM, "in a container?");
	fixture_put(m->root, "proc/sys/kernel/modules_disabled", "1\n");
	expect(m, "aux_synth", m->module, -EPERM, "kernel.modules_disabled");
	fixture_put(m->root, "proc/sys/kernel/modules_disabled", "0\n");
	fixture_put(m->root, "proc/self/status", NO_CAPS);
	expect(m, "aux_synth", m->module, -EPERM, "only root can: insmod");
	fixture_put(m->root, "proc/self/status", ROOT_CAPS);
	/* It loads, and still there is no PMU: that is said, too. */
	p->load = load_good;
	expect(m, "aux_synth", m->module, -ENOENT, "no PMU 'aux_synth'");
	fixture_put(m->root, "notamodule", "text");
	{
		char *path = xasprintf("%s/notamodule", m->root);

		expect(m, "aux_synth", path, -EINVAL, "not a kernel module");
		free(path);
	}
}

static void no_rights(struct machine *m)
{
	char *path = xasprintf("%s/proc/modules", m->root);

	/* Loaded already: its device is needed, too. */
	fixture_put(m->root, DEVICES "aux_synth/type", "30\n");
	fixture_put(m->root, DEVICES "aux_synth/format/slot", "config1:0-7\n");
	expect(m, "aux_synth", NULL, -ENOENT, "a /dev of its own");
	fixture_put(m->root, "dev/auxsynth", "x");
	expect(m, "aux_synth", NULL, 0, "");
	expect(m, "intel_pt", NULL, 0, "");
	expect(m, "arm_spe_0", NULL, -ENOENT, "kpti");
	fixture_put(m->root, "proc/self/status", NO_CAPS);
	expect(m, "intel_pt", NULL, -EACCES,
	       "kernel.perf_event_paranoid is 2 and must not be above 1");
	fixture_put(m->root, "proc/sys/kernel/perf_event_paranoid", "1\n");
	expect(m, "intel_pt", NULL, 0, "");
	/* One that traces CPUs asks for more. */
	expect(m, "hisi_ptt0_2", NULL, -EACCES, "must not be above 0");
	fixture_put(m->root, "proc/self/status",
		    "CapEff:\t0000004000000000\n");
	expect(m, "hisi_ptt0_2", NULL, 0, "");
	unlink(path);
	free(path);
	{
		char *dev = xasprintf("%s/" DEVICES "aux_synth/type", m->root);

		unlink(dev);
		free(dev);
	}
	expect(m, "aux_synth", m->module, -ENOTSUP, "CONFIG_MODULES");
	path = xasprintf("%s/proc/sys/kernel/perf_event_paranoid", m->root);
	unlink(path);
	free(path);
	expect(m, "intel_pt", NULL, -ENOTSUP, "CONFIG_PERF_EVENTS");
}

static void opens(struct machine *m)
{
	static const struct {
		int code;
		const char *words;
	} cases[] = {
		{ EACCES, "perf_event_paranoid is 2" },
		{ EBUSY, "somebody else" }, { E2BIG, "too old" },
		{ EINVAL, "refuses these terms" }, { EOPNOTSUPP, "cannot" },
		{ EMFILE, "perf_event_open on PMU intel_pt" },
	};
	struct pmu pmu;
	struct err err;
	unsigned int i;

	fixture_put(m->root, "proc/sys/kernel/perf_event_paranoid", "2\n");
	fixture_put(m->root, "proc/self/status", NO_CAPS);
	pmu_find(&pmu, SYSFS "intel", "intel_pt", &err);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		CHECK_EQ(m->t, preflight_explain_open(&m->p, &pmu,
			 cases[i].code, &err), -cases[i].code);
		if (!strstr(err.text, cases[i].words))
			printf("%s\n", err.text);
		CHECK(m->t, strstr(err.text, cases[i].words));
	}
	fixture_put(m->root, "proc/self/status", ROOT_CAPS);
	fixture_put(m->root, "sys/kernel/security/lockdown",
		    "none integrity [confidentiality]\n");
	preflight_explain_open(&m->p, &pmu, EPERM, &err);
	CHECK(m->t, strstr(err.text, "locked down: confidentiality"));
}

static void machines(struct check *t)
{
	struct machine m = { .t = t, .root = fixture_dir() };
	struct err err;

	m.module = xasprintf("%s/auxsynth.ko", m.root);
	m.p = (struct preflight) {
		.root = m.root, .release = "7.3.4-test", .load = load_good,
	};
	put_machine(&m);
	no_auxsynth(&m);
	no_rights(&m);
	opens(&m);
	dir_remove(m.root, &err);
	free(m.module);
	free(m.root);
}

static void no_mark(void *ctx, enum gap_mark mark, uint64_t time,
		    uint64_t fulls)
{
}

/* By the trace's times where there are any and the kernel vouches for them. */
static void method_of(struct check *t, const char *machine, const char *name,
		      const char *terms, int user_time,
		      enum gap_method expected, const char *words)
{
	static struct perf_event_mmap_page page;
	struct made m = make(machine, name, terms);
	struct gaps gaps = { .decoder = NULL };
	enum gap_method method;
	struct err why;

	page.cap_user_time = user_time;
	page.time_mult = 1 << 20;
	page.time_shift = 21;
	CHECK_EQ(t, m.ret, 0);
	method = method_choose(&m.pmu, &m.attr, &page, &gaps, no_mark, NULL,
			       &why);
	CHECK_EQ(t, method, expected);
	if (!strstr(why.text, words))
		printf("'%s'\n", why.text);
	CHECK(t, *words ? !!strstr(why.text, words) : !*why.text);
	if (method != GAPS_FLAGS)
		CHECK_EQ(t, gaps.clock.mult, 1 << 20);
	gaps_free(&gaps);
}

static void methods(struct check *t)
{
#if defined(__x86_64__) || defined(__aarch64__)
	struct decoder *decoder;
	struct pt_setup setup = { 0 };
	struct err err;
	int pt = pt_decoder_new(&decoder, &setup, &err);

	if (!pt)
		decoder->free(decoder);
	method_of(t, SYSFS "intel", "intel_pt", "none", 1,
		  pt ? GAPS_FLAGS : GAPS_PT, pt ? "libipt-dev" : "");
	method_of(t, SYSFS "arm", "arm_spe_0", "none", 1, GAPS_SPE, "");
	method_of(t, SYSFS "arm", "arm_spe_0", "none", 0, GAPS_FLAGS,
		  "does not say how long a tick");
#endif
	method_of(t, SYSFS "intel", "intel_pt", "tsc=0", 1, GAPS_FLAGS,
		  "no times in this trace (tsc=0)");
	method_of(t, SYSFS "arm", "arm_spe_0", "ts_enable=0", 1, GAPS_FLAGS,
		  "(ts_enable=0)");
	method_of(t, SYSFS "intel", "intel_bts", "none", 1, GAPS_FLAGS, "");
	method_of(t, SYSFS "arm", "cs_etm", "none", 1, GAPS_FLAGS, "");
}

static void kernel_log(struct check *t)
{
	char line[80];

	CHECK_EQ(t, kmsg_parse("4,99,12345678,-;WARNING: x\n SUBSYSTEM=pci\n",
			       line, sizeof(line)), 0);
	CHECK(t, !strcmp(line, "<4>[   12.345678] WARNING: x"));
	CHECK_EQ(t, kmsg_parse("no record", line, sizeof(line)), -EINVAL);
	CHECK_EQ(t, kmsg_parse("x;y", line, sizeof(line)), -EINVAL);
}

int main(void)
{
	struct check t = { 0 };

	intel_pt(&t);
	intel_others(&t);
	arm_spe(&t);
	cs_etm(&t);
	hisi_ptt(&t);
	broken(&t);
	lists(&t);
	machines(&t);
	methods(&t);
	kernel_log(&t);
	return check_end(&t);
}
