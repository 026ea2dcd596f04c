// SPDX-License-Identifier: GPL-2.0-only
#include "lib/phases.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const phases_triggers[TRIGGERS] = {
	"wake", "time", "head", "full",
};
static const char *const orders[ORDERS] = { "poll", "drain", "split" };

/* A pause is at most this long, either way. */
#define PAUSE_MAX 100000000L

static int word_of(const char **text, const char *const *words, int n)
{
	size_t len = strcspn(*text, ":");
	int i;

	for (i = 0; i < n; i++) {
		if (strlen(words[i]) == len && !strncmp(words[i], *text, len)) {
			*text += len;
			return i;
		}
	}
	return -EINVAL;
}

static int number_of(const char **text, long low, int32_t *value)
{
	char *end;
	long n;

	if (**text != ':')
		return -EINVAL;
	n = strtol(*text + 1, &end, 10);
	if (end == *text + 1 || n < low || n > PAUSE_MAX)
		return -EINVAL;
	*value = n;
	*text = end;
	return 0;
}

int phases_parse(const char *text, struct phases *phases)
{
	struct phases p;

	p.trigger = word_of(&text, phases_triggers, TRIGGERS);
	if (p.trigger < 0 || *text++ != ':')
		return -EINVAL;
	p.order = word_of(&text, orders, ORDERS);
	if (p.order < 0 ||
	    number_of(&text, p.trigger == TRIGGER_TIME ? -PAUSE_MAX : 0,
		      &p.start) ||
	    number_of(&text, 0, &p.tail) || number_of(&text, 0, &p.enable) ||
	    number_of(&text, -PAUSE_MAX, &p.around) || *text)
		return -EINVAL;
	*phases = p;
	return 0;
}

char *phases_format(char buf[PHASES_LEN], const struct phases *phases)
{
	snprintf(buf, PHASES_LEN, "%s:%s:%d:%d:%d:%d",
		 phases_triggers[phases->trigger], orders[phases->order],
		 phases->start, phases->tail, phases->enable, phases->around);
	return buf;
}
