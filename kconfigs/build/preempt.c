// SPDX-License-Identifier: GPL-2.0-only
#include "kconfigs/build/preempt.h"

#include <stdio.h>
#include <string.h>

#include "kconfigs/build/builder.h"

/*
 * The order is that of precedence: PREEMPT_RT and PREEMPT_DYNAMIC come on top
 * of one of the others.  @version: init/Makefile's word in uname -v.
 */
static const struct model {
	const char *name, *symbol, *kconfig, *version;
} models[] = {
	{ "rt", "CONFIG_PREEMPT_RT", "rt", "PREEMPT_RT" },
	{ "dynamic", "CONFIG_PREEMPT_DYNAMIC", NULL, "PREEMPT_DYNAMIC" },
	{ "lazy", "CONFIG_PREEMPT_LAZY", "lazy", "PREEMPT" },
	{ "full", "CONFIG_PREEMPT", "preempt", "PREEMPT" },
	{ "voluntary", "CONFIG_PREEMPT_VOLUNTARY", "voluntary", "" },
	{ "none", "CONFIG_PREEMPT_NONE", "none", "" },
};

#define MODELS (sizeof(models) / sizeof(models[0]))

static bool is_set(const char *config, const char *symbol)
{
	return config_says(config, symbol) == CONFIG_ON;
}

const char *preempt_of_config(const char *config)
{
	size_t i;

	for (i = 0; i < MODELS; i++) {
		if (is_set(config, models[i].symbol))
			return models[i].name;
	}
	return NULL;
}

void preempt_offered(const char *config, char *text, size_t max)
{
	size_t i, len = 0;

	*text = '\0';
	for (i = MODELS; i-- && len < max;) {
		if (models[i].kconfig &&
		    config_says(config, models[i].symbol) != CONFIG_SILENT)
			len += snprintf(text + len, max - len, "%s%s",
					len ? ", " : "", models[i].kconfig);
	}
}

bool preempt_wanted(const char *fragments)
{
	return preempt_of_config(fragments);
}

const char *preempt_word(const char *model)
{
	size_t i;

	for (i = 0; model && i < MODELS; i++) {
		if (!strcmp(models[i].name, model))
			return models[i].version;
	}
	return NULL;
}
