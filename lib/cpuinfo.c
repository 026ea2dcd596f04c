// SPDX-License-Identifier: GPL-2.0-only
#include "lib/cpuinfo.h"

#include <stdio.h>
#include <string.h>

/* The first CPU's. */
static void take(const char *line, const char *name, const char *value,
		 char *to, size_t size)
{
	if (!strncmp(line, name, strlen(name)) && !*to)
		snprintf(to, size, "%s", value);
}

void cpuinfo_model_of(const char *path, char *model, size_t size)
{
	char line[256], *colon, name[200] = "", who[32] = "", part[32] = "";
	FILE *f = fopen(path, "re");

	while (f && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		colon = strstr(line, ": ");
		if (!colon)
			continue;
		take(line, "model name", colon + 2, name, sizeof(name));
		take(line, "CPU implementer", colon + 2, who, sizeof(who));
		take(line, "CPU part", colon + 2, part, sizeof(part));
	}
	if (f)
		fclose(f);
	if (!*name && *who)
		snprintf(name, sizeof(name), "Arm implementer %s part %s",
			 who, *part ? part : "?");
	snprintf(model, size, "%s", *name ? name : "unknown");
}

void cpuinfo_model(char *model, size_t size)
{
	cpuinfo_model_of("/proc/cpuinfo", model, size);
}
