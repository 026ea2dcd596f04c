// SPDX-License-Identifier: GPL-2.0-only
#include <linux/device.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/sysfs.h>
#include <linux/version.h>

#include "model.h"

static struct model_pmu *models;

/* The driver sees these words as 0. */
PMU_FORMAT_ATTR(rate, "config1:0-39");
PMU_FORMAT_ATTR(tick_us, "config1:40-59");
PMU_FORMAT_ATTR(trouble, "config1:60-63");
PMU_FORMAT_ATTR(window_us, "config2:0-19");
PMU_FORMAT_ATTR(overflow_ms, "config2:20-31");
PMU_FORMAT_ATTR(slot, "config2:32-47");
PMU_FORMAT_ATTR(skid_us, "config2:48-63");

static const struct attribute *const formats[] = {
	&format_attr_rate.attr,
	&format_attr_tick_us.attr,
	&format_attr_window_us.attr,
	&format_attr_slot.attr,
	&format_attr_skid_us.attr,
};

#define RATE_MAX 100000000000ull

static ulong default_rate = AUXSYNTH_DEFAULT_RATE;
module_param_named(rate, default_rate, ulong, 0644);
MODULE_PARM_DESC(rate, "bytes/s of modelled hardware whose event names none");

static int decode(struct model_event *me, struct perf_event_attr *attr,
		  u32 troubles)
{
	u64 rate = attr->config1 & GENMASK_ULL(39, 0);
	u32 tick_us = attr->config1 >> 40 & 0xfffff;

	me->rate = rate ?: READ_ONCE(default_rate);
	me->tick_ns = (tick_us ?: AUXSYNTH_DEFAULT_TICK_US) * NSEC_PER_USEC;
	me->window_ns = (attr->config2 & GENMASK_ULL(19, 0)) * NSEC_PER_USEC;
	me->overflow_ns = (attr->config2 >> 20 & 0xfff) * NSEC_PER_MSEC;
	me->view.slot_nr = (attr->config2 >> 32) & 0xffff;
	me->skid_ns = (attr->config2 >> 48) * NSEC_PER_USEC;
	me->trouble = attr->config1 >> 60;
	if (me->trouble && me->trouble >= troubles)
		return -EINVAL;
	if (!me->rate || me->rate > RATE_MAX || tick_us > USEC_PER_SEC ||
	    me->window_ns > NSEC_PER_SEC)
		return -EINVAL;
	attr->config1 = 0;
	attr->config2 = 0;
	return 0;
}

/* An inherited child has its parent's attributes, without those words. */
static void inherit(struct model_event *me, const struct model_event *parent)
{
	me->rate = parent->rate;
	me->tick_ns = parent->tick_ns;
	me->window_ns = parent->window_ns;
	me->skid_ns = parent->skid_ns;
	me->overflow_ns = parent->overflow_ns;
	me->trouble = parent->trouble;
}

const struct model_pmu *model_pmu_of(const struct perf_event *event)
{
	const struct model_pmu *m = models;

	while (m->pmu != event->pmu)
		m = m->next;
	return m;
}

static void model_destroy(struct perf_event *event)
{
	struct model_event *me = to_model(event);

	if (me->destroy)
		me->destroy(event);
	synth_slot_put(event);
	event->pmu_private = NULL;
	kfree(me);
}

static int attach(struct perf_event *event, struct model_event *me)
{
	int ret = synth_slot_get(event, &me->view);

	if (ret)
		return ret;
	me->destroy = event->destroy;
	event->destroy = model_destroy;
	event->pmu_private = me;
	return 0;
}

static int model_event_init(struct perf_event *event)
{
	const struct model_pmu *m = model_pmu_of(event);
	struct model_event *me;
	int ret = 0;

	if (event->attr.type != event->pmu->type)
		return -ENOENT;
	me = kzalloc(sizeof(*me), GFP_KERNEL);
	if (!me)
		return -ENOMEM;
	if (event->parent)
		inherit(me, to_model(event->parent));
	else
		ret = decode(me, &event->attr, m->troubles);
	if (!ret)
		ret = m->event_init(event);
	if (ret)
		goto err;
	ret = attach(event, me);
	if (!ret)
		return 0;
	/* What the driver has taken goes back; perf core knows of nothing. */
	if (event->destroy) {
		event->destroy(event);
		event->destroy = NULL;
	}
err:
	kfree(me);
	return ret;
}

static void model_del(struct perf_event *event, int flags)
{
	struct auxsynth_slot *slot = to_view(event)->slot;
	struct model_event *me = to_model(event);
	u64 now = synth_clock();

	if (slot->waiting && !slot->del_at)
		slot->del_at = now;
	model_pmu_of(event)->del(event, flags);
	/* It may be for a full after which the driver had gone on. */
	if (me->asked)
		smp_store_release(&slot->waiting, 1);
	me->asked = false;
	/* The full may have come to light in it. */
	if (slot->waiting && !slot->del_at)
		slot->del_at = now;
}

static void *model_setup_aux(struct perf_event *event, void **pages,
			     int nr_pages, bool overwrite)
{
	synth_slot_pages(event, pages, nr_pages);
	return model_pmu_of(event)->setup_aux(event, pages, nr_pages, overwrite);
}

/* For a driver that has no fields of its own. */
static const struct attribute_group format_group = {
	.name = "format", .attrs = (struct attribute *[]){ NULL },
};

static const struct attribute_group *format_groups[] = { &format_group, NULL };

void model_pmu_wrap(struct model_pmu *m, struct pmu *pmu)
{
	m->pmu = pmu;
	if (!pmu->attr_groups)
		pmu->attr_groups = format_groups;
	m->event_init = pmu->event_init;
	m->del = pmu->del;
	m->setup_aux = pmu->setup_aux;
	pmu->event_init = model_event_init;
	pmu->del = model_del;
	pmu->setup_aux = model_setup_aux;
	m->next = models;
	models = m;
}

static int set_formats(struct model_pmu *m)
{
	int i, ret = 0;

	for (i = 0; m->taken && m->taken[i]; i++)
		sysfs_remove_file_from_group(&m->pmu->dev->kobj,
			&(struct attribute){ .name = m->taken[i] }, "format");
	for (i = 0; i < ARRAY_SIZE(formats) && !ret; i++)
		ret = sysfs_add_file_to_group(&m->pmu->dev->kobj, formats[i],
					      "format");
	if (m->overflows && !ret)
		ret = sysfs_add_file_to_group(&m->pmu->dev->kobj,
				&format_attr_overflow_ms.attr, "format");
	if (m->troubles && !ret)
		ret = sysfs_add_file_to_group(&m->pmu->dev->kobj,
				&format_attr_trouble.attr, "format");
	return ret;
}

int model_pmu_keep(struct model_pmu *m)
{
	__module_get(THIS_MODULE);
	return set_formats(m);
}

void model_timer_init(struct hrtimer *timer,
		      enum hrtimer_restart (*fn)(struct hrtimer *timer))
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 13, 0)
	hrtimer_setup(timer, fn, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_PINNED_HARD);
#else
	hrtimer_init(timer, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_PINNED_HARD);
	timer->function = fn;
#endif
}

void model_started(struct perf_event *event, u64 when, int cause)
{
	struct auxsynth_slot *slot = to_view(event)->slot;

	synth_slot_mark(event, when, AUXSYNTH_START, cause);
	slot->starts++;
	slot->start_at = when;
	WRITE_ONCE(slot->running, 1);
	/* Pairs with smp_load_acquire() in the reader: start_at, then this. */
	smp_store_release(&slot->waiting, 0);
}

void model_stopped(struct perf_event *event, u64 when, int cause)
{
	struct auxsynth_slot *slot = to_view(event)->slot;

	synth_slot_mark(event, when, AUXSYNTH_STOP, cause);
	slot->stops++;
	slot->stop_at = when;
	WRITE_ONCE(slot->running, 0);
}

void model_interrupt(struct perf_event *event, u64 when)
{
	struct auxsynth_slot *slot = to_view(event)->slot;

	slot->pmis++;
	slot->pmi_at = when;
}

void model_published(struct perf_event *event, u64 when, int cause)
{
	synth_slot_mark(event, when, AUXSYNTH_PMI, cause);
}

void model_full(struct perf_event *event, bool null)
{
	synth_slot_full(event, null);
}

void model_hold(struct perf_event *event)
{
	struct auxsynth_slot *slot = to_view(event)->slot;
	u64 window = to_model(event)->window_ns, end = synth_clock() + window;

	while (window && synth_clock() < end)
		cpu_relax();
	slot->window_end = synth_clock();
}
