// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/auxsynth: the driver's own view of its events.  The slots are mapped
 * read-only; what perf core thinks of an event is asked for with an ioctl.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/spinlock.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "synth.h"

static struct auxsynth_board *board;
static struct perf_event *slot_event[AUXSYNTH_SLOTS];
/*
 * Guards slot_event[] and each full_event; an event found there cannot be
 * freed meanwhile.
 */
static DEFINE_SPINLOCK(slot_lock);

/*
 * Gives the event the slot it names.  Inherited children have their parent's
 * attributes.  On the one CPU of their parent they share its buffer and run in
 * turn, so they share its slot, too (a child holds its parent); elsewhere they
 * have neither.
 */
int synth_slot_get(struct perf_event *event, struct synth_view *view)
{
	u32 nr = view->slot_nr;
	int ret = 0;

	view->slot = &view->own_slot;
	view->marks = NULL;
	if (event->parent || !nr) {
		view->slot_nr = 0;
		if (event->parent && event->cpu >= 0) {
			view->slot = to_view(event->parent)->slot;
			view->marks = to_view(event->parent)->marks;
		}
		return 0;
	}
	if (nr >= AUXSYNTH_SLOTS)
		return -EINVAL;
	spin_lock(&slot_lock);
	if (slot_event[nr]) {
		ret = -EBUSY;
	} else {
		slot_event[nr] = event;
		view->slot = &board->slot[nr];
		view->marks = &board->marks[nr];
		memset(view->slot, 0, sizeof(*view->slot));
		view->marks->head = 0;
	}
	spin_unlock(&slot_lock);
	return ret;
}

/* The event whose slot it is. */
static struct synth_view *slot_owner(struct perf_event *event)
{
	if (event->parent && event->cpu >= 0)
		return to_view(event->parent);
	return to_view(event);
}

void synth_slot_put(struct perf_event *event)
{
	struct synth_view *view = to_view(event), *owner = slot_owner(event);

	spin_lock(&slot_lock);
	if (owner->full_event == event)
		WRITE_ONCE(owner->full_event, NULL);
	if (view->slot_nr)
		slot_event[view->slot_nr] = NULL;
	spin_unlock(&slot_lock);
}

void synth_slot_full(struct perf_event *event, bool null)
{
	struct auxsynth_slot *slot = to_view(event)->slot;

	if (slot->waiting) {
		slot->refused++;
		return;
	}
	slot->full_at = synth_clock();
	slot->window_end = 0;
	slot->del_at = 0;
	slot->fulls_null += null;
	slot->fulls_short += !null;
	slot->fulls++;
	atomic64_inc((atomic64_t *)&board->slot[0].fulls);
	/* It is running, so it is not yet on its way to synth_slot_put(). */
	WRITE_ONCE(slot_owner(event)->full_event, event);
	/* Pairs with smp_load_acquire() in the reader: stamps before flag. */
	smp_store_release(&slot->waiting, 1);
}

void synth_slot_mark(struct perf_event *event, u64 time, int type, int cause)
{
	struct synth_view *view = to_view(event);
	struct auxsynth_marks *marks = view->marks;

	if (!marks)
		return;
	marks->mark[marks->head % AUXSYNTH_MARKS] = (struct auxsynth_record) {
		.time = time, .seq = marks->head,
		.info = AUXSYNTH_INFO(type, cause, 0, smp_processor_id(),
				      view->slot->fulls),
	};
	/* Pairs with the reader's acquire: the mark, then its number. */
	smp_store_release(&marks->head, marks->head + 1);
}

/*
 * Where the pages really are.  User space cannot ask: perf core maps them as
 * bare PFNs, without a page behind them that get_mempolicy() would find.
 */
void synth_slot_pages(struct perf_event *event, void **pages, int nr_pages)
{
	struct auxsynth_slot *slot = to_view(event)->slot;
	int node = page_to_nid(virt_to_page(pages[0])), i;
	u64 elsewhere = 0;

	for (i = 1; i < nr_pages; i++)
		elsewhere += page_to_nid(virt_to_page(pages[i])) != node;
	slot->aux_node = node;
	slot->aux_elsewhere = elsewhere;
	slot->aux_pages = nr_pages;
}

static int slot_state(struct auxsynth_state *state)
{
	struct perf_event *event, *full;
	int ret = -ENOENT;

	if (!state->slot || state->slot >= AUXSYNTH_SLOTS)
		return -EINVAL;
	spin_lock(&slot_lock);
	event = slot_event[state->slot];
	if (event) {
		full = READ_ONCE(to_view(event)->full_event);
		event = full ?: event;
		state->state = READ_ONCE(event->state);
		state->oncpu = READ_ONCE(event->oncpu);
		state->pending_disable = READ_ONCE(event->pending_disable);
		state->pending_wakeup = READ_ONCE(event->pending_wakeup);
		ret = 0;
	}
	spin_unlock(&slot_lock);
	return ret;
}

static long synth_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct auxsynth_state __user *user = (void __user *)arg;
	struct auxsynth_state state;
	int ret;

	if (cmd != AUXSYNTH_IOC_STATE)
		return -ENOTTY;
	if (copy_from_user(&state, user, sizeof(state)))
		return -EFAULT;
	ret = slot_state(&state);
	if (ret)
		return ret;
	return copy_to_user(user, &state, sizeof(state)) ? -EFAULT : 0;
}

static int synth_mmap(struct file *file, struct vm_area_struct *vma)
{
	if (vma->vm_flags & VM_WRITE)
		return -EPERM;
	vm_flags_clear(vma, VM_MAYWRITE);
	return remap_vmalloc_range(vma, board, vma->vm_pgoff);
}

static const struct file_operations synth_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = synth_ioctl,
	.mmap = synth_mmap,
};

static struct miscdevice synth_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "auxsynth",
	.fops = &synth_fops,
	.mode = 0444,
};

int synth_slots_init(void)
{
	int ret;

	board = vmalloc_user(PAGE_ALIGN(sizeof(*board)));
	if (!board)
		return -ENOMEM;
	ret = misc_register(&synth_misc);
	if (ret)
		vfree(board);
	return ret;
}

void synth_slots_exit(void)
{
	misc_deregister(&synth_misc);
	vfree(board);
}
