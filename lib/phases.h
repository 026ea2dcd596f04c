/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_LIB_PHASES_H
#define AUX_LIB_PHASES_H

#include <stdbool.h>
#include <stdint.h>

/*
 * Where a hunt puts the tracer's steps against a full: what it waits for, in
 * which order it goes, and how long it pauses between.  All that one cycle of
 * a hunt draws, so that a find can be tried again.
 */

enum trigger {
	TRIGGER_WAKE,		/* poll() returns: the ordinary tracer */
	TRIGGER_TIME,		/* the moment at which the full is due */
	TRIGGER_HEAD,		/* aux_head says that the buffer is full */
	TRIGGER_FULL,		/* the driver's own stamp */
	TRIGGERS
};

enum order {
	ORDER_POLL,		/* poll, drain, tail, ENABLE */
	ORDER_DRAIN,		/* drain, tail, ENABLE; poll comes after */
	ORDER_SPLIT,		/* a part of the tail before the trigger */
	ORDERS
};

struct phases {
	int trigger;		/* enum trigger */
	int order;		/* enum order */
	int32_t start;		/* ns after the trigger; below 0: TIME only */
	int32_t tail;		/* ns, poll (or start) to the tail's store */
	int32_t enable;		/* ns, the tail's store to ENABLE */
	int32_t around;		/* ns, due time of full to the tracee's act */
};

/* "wake", "time" ... */
extern const char *const phases_triggers[TRIGGERS];

#define PHASES_LEN 64

/* "full:poll:0:0:500:-2000"; -EINVAL when it is not like that. */
int phases_parse(const char *text, struct phases *phases);
char *phases_format(char buf[PHASES_LEN], const struct phases *phases);

#endif
