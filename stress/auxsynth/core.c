// SPDX-License-Identifier: GPL-2.0-only
/*
 * auxsynth: a PMU without hardware whose events fill a real AUX area through
 * perf core's real code.  Here: what perf core sees of it.
 */
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/version.h>
#include <linux/vmalloc.h>

#include "hardware.h"
#include "synth.h"

static char *name = "aux_synth";
module_param(name, charp, 0444);
MODULE_PARM_DESC(name, "PMU's name in sysfs");

static bool hardware;
module_param(hardware, bool, 0444);
MODULE_PARM_DESC(hardware, "model the trace hardware that this kernel has hooks for, under the real drivers; the module then stays");

static DEFINE_PER_CPU(struct synth_cpu, synth_cpus);

PMU_FORMAT_ATTR(mode, "config:0-3");
PMU_FORMAT_ATTR(fail, "config:4-7");
PMU_FORMAT_ATTR(region_kb, "config:8-31");
PMU_FORMAT_ATTR(nmi, "config:32");
PMU_FORMAT_ATTR(rate, "config1:0-39");
PMU_FORMAT_ATTR(tick_us, "config1:40-63");
PMU_FORMAT_ATTR(window_us, "config2:0-31");
PMU_FORMAT_ATTR(slot, "config2:32-47");

static struct attribute *format_attrs[] = {
	&format_attr_mode.attr,
	&format_attr_fail.attr,
	&format_attr_region_kb.attr,
	&format_attr_nmi.attr,
	&format_attr_rate.attr,
	&format_attr_tick_us.attr,
	&format_attr_window_us.attr,
	&format_attr_slot.attr,
	NULL,
};

static const struct attribute_group format_group = {
	.name = "format",
	.attrs = format_attrs,
};

static const struct attribute_group *attr_groups[] = {
	&format_group,
	NULL,
};

#define RATE_MAX 100000000000ull	/* 240 ps a record */

/* The attributes are laid out in auxsynth.h. */
static int decode(struct synth_event *ev, const struct perf_event_attr *attr)
{
	u64 rate = attr->config1 & GENMASK_ULL(39, 0);
	u32 tick_us = attr->config1 >> 40;
	u32 region_kb = (attr->config >> 8) & GENMASK(23, 0);

	ev->mode = attr->config & 0xf;
	ev->fail = (attr->config >> 4) & 0xf;
	ev->nmi = attr->config & BIT_ULL(AUXSYNTH_NMI_BIT);
	ev->window_ns = (attr->config2 & GENMASK_ULL(31, 0)) * NSEC_PER_USEC;
	ev->view.slot_nr = (attr->config2 >> 32) & 0xffff;
	rate = rate ?: AUXSYNTH_DEFAULT_RATE;
	tick_us = tick_us ?: AUXSYNTH_DEFAULT_TICK_US;
	region_kb = region_kb ?: AUXSYNTH_DEFAULT_REGION_KB;
	/* irq_work_run(), as arm_spe calls it, is not for NMIs. */
	if (ev->nmi && (ev->mode == AUXSYNTH_SPE || !synth_nmi_possible()))
		return -EOPNOTSUPP;
	if (attr->config >> (AUXSYNTH_NMI_BIT + 1) || attr->config2 >> 48 ||
	    ev->mode > AUXSYNTH_HISI_FLAGS || ev->fail > AUXSYNTH_FAIL_BOTH ||
	    rate > RATE_MAX || tick_us > USEC_PER_SEC ||
	    ev->window_ns > NSEC_PER_SEC || region_kb > 1 << 20)
		return -EINVAL;
	ev->region = region_kb << 10;
	ev->tick_ns = tick_us * NSEC_PER_USEC;
	ev->record_ps = div64_u64(AUXSYNTH_RECORD_SIZE * 1000000000000ull,
				  rate);
	return 0;
}

static void synth_destroy(struct perf_event *event)
{
	struct synth_event *ev = to_synth(event);

	synth_slot_put(event);
	event->pmu_private = NULL;
	kfree(ev);
}

static int synth_event_init(struct perf_event *event)
{
	struct synth_event *ev;
	int ret;

	if (event->attr.type != event->pmu->type)
		return -ENOENT;
	ev = kzalloc(sizeof(*ev), GFP_KERNEL);
	if (!ev)
		return -ENOMEM;
	ret = decode(ev, &event->attr);
	if (!ret)
		ret = synth_slot_get(event, &ev->view);
	if (ret) {
		kfree(ev);
		return ret;
	}
	event->pmu_private = ev;
	event->destroy = synth_destroy;
	return 0;
}

static void synth_start(struct perf_event *event, int flags)
{
	struct synth_cpu *c = this_cpu_ptr(&synth_cpus);

#ifdef PERF_PMU_CAP_AUX_PAUSE
	if (flags & PERF_EF_RESUME) {
		WRITE_ONCE(c->paused, false);
		return;
	}
#endif
	if (c->tracing)
		return;
	if (synth_hw_start(c, event)) {
		/* perf_event_itrace_started() is not exported. */
		event->attach_state |= PERF_ATTACH_ITRACE;
		event->hw.state = 0;
	} else {
		event->hw.state = PERF_HES_STOPPED | PERF_HES_UPTODATE;
	}
}

static void synth_stop(struct perf_event *event, int flags)
{
	struct synth_cpu *c = this_cpu_ptr(&synth_cpus);

#ifdef PERF_PMU_CAP_AUX_PAUSE
	if (flags & PERF_EF_PAUSE) {
		WRITE_ONCE(c->paused, true);
		return;
	}
#endif
	/*
	 * As intel_pt: without UPDATE (a throttled group) the transaction stays
	 * open, and what is stopped already is not stopped again.
	 */
	if (to_synth(event)->mode == AUXSYNTH_PT && !(flags & PERF_EF_UPDATE))
		synth_hw_freeze(c, event);
	else if (!synth_hw_frozen(c))
		synth_hw_stop(c, event);
	event->hw.state = PERF_HES_STOPPED | PERF_HES_UPTODATE;
}

/* As intel_pt's: an event that cannot start is not added. */
static int synth_add(struct perf_event *event, int flags)
{
	struct synth_cpu *c = this_cpu_ptr(&synth_cpus);

	if (c->handle.event)
		return -EBUSY;
	event->hw.state = PERF_HES_STOPPED | PERF_HES_UPTODATE;
	if (!(flags & PERF_EF_START))
		return 0;
	synth_start(event, 0);
	return event->hw.state & PERF_HES_STOPPED ? -EINVAL : 0;
}

static void synth_del(struct perf_event *event, int flags)
{
	synth_stop(event, PERF_EF_UPDATE);
	/* intel_pt would never get rid of it; the next event here could. */
	synth_hw_thaw(this_cpu_ptr(&synth_cpus));
}

static void synth_read(struct perf_event *event)
{
}

/*
 * The module must outlive its AUX areas: perf core calls free_aux() long after
 * it has detached the event.
 */
static void *synth_setup_aux(struct perf_event *event, void **pages,
			     int nr_pages, bool overwrite)
{
	struct page **list;
	struct synth_buf *buf;
	int i;

	buf = kzalloc(sizeof(*buf), GFP_KERNEL);
	list = kvcalloc(nr_pages, sizeof(*list), GFP_KERNEL);
	if (buf && list) {
		for (i = 0; i < nr_pages; i++)
			list[i] = virt_to_page(pages[i]);
		buf->base = vmap(list, nr_pages, VM_MAP, PAGE_KERNEL);
		buf->size = (unsigned long)nr_pages << PAGE_SHIFT;
		buf->overwrite = overwrite;
		synth_slot_pages(event, pages, nr_pages);
	}
	kvfree(list);
	if (!buf || !buf->base) {
		kfree(buf);
		return NULL;
	}
	__module_get(THIS_MODULE);
	return buf;
}

static void synth_free_aux(void *aux)
{
	struct synth_buf *buf = aux;

	vunmap(buf->base);
	kfree(buf);
	module_put(THIS_MODULE);
}

static struct pmu synth_pmu = {
	/*
	 * Since 6.15 perf core detaches a PMU's events when it is
	 * unregistered, so open events need not pin the module; before, they
	 * must.
	 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 15, 0)
	.module = THIS_MODULE,
#endif
	.task_ctx_nr = perf_sw_context,
	.capabilities = PERF_PMU_CAP_EXCLUSIVE | PERF_PMU_CAP_ITRACE
#ifdef PERF_PMU_CAP_AUX_PAUSE
		| PERF_PMU_CAP_AUX_PAUSE
#endif
	,
	.attr_groups = attr_groups,
	.event_init = synth_event_init,
	.add = synth_add,
	.del = synth_del,
	.start = synth_start,
	.stop = synth_stop,
	.read = synth_read,
	.setup_aux = synth_setup_aux,
	.free_aux = synth_free_aux,
};

static void say_missing(const char *what, int ret)
{
	if (ret && ret != -ENOENT)
		pr_err("auxsynth: no modelled %s: %d\n", what, ret);
}

static int __init synth_init(void)
{
	int cpu, ret;

	for_each_possible_cpu(cpu)
		synth_hw_init(per_cpu_ptr(&synth_cpus, cpu));
	ret = synth_slots_init();
	if (ret)
		return ret;
	ret = synth_nmi_init();
	if (ret)
		goto err_slots;
	ret = perf_pmu_register(&synth_pmu, name, -1);
	if (ret)
		goto err_nmi;
	/* Without them there are fewer PMUs. */
	if (hardware) {
		say_missing("Intel PT", hardware_pt_init());
		say_missing("BTS", hardware_bts_init());
		say_missing("PTT", hardware_hisi_init());
		say_missing("Arm SPE", hardware_spe_init());
		say_missing("TRBE with ETE", hardware_trbe_init());
	}
	return 0;

err_nmi:
	synth_nmi_exit();
err_slots:
	synth_slots_exit();
	return ret;
}

static void __exit synth_exit(void)
{
	int cpu;

	perf_pmu_unregister(&synth_pmu);
	for_each_possible_cpu(cpu)
		synth_hw_exit(per_cpu_ptr(&synth_cpus, cpu));
	synth_nmi_exit();
	synth_slots_exit();
}

module_init(synth_init);
module_exit(synth_exit);

MODULE_DESCRIPTION("synthetic AUX PMU for testing perf's AUX path");
MODULE_LICENSE("GPL");
