/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_LIB_CPUINFO_H
#define AUX_LIB_CPUINFO_H

#include <stddef.h>

/*
 * The CPU's model as /proc/cpuinfo has it: its name, or on Arm, which has
 * none, "Arm implementer 0x41 part 0xd0c"; "unknown" elsewhere.
 */
void cpuinfo_model(char *model, size_t size);
/* The same from another file, for tests. */
void cpuinfo_model_of(const char *path, char *model, size_t size);

#endif
