/* SPDX-License-Identifier: GPL-2.0-only */
/* Packets at the edges of a trace: pt-unit.c only. */
#ifndef AUX_HARDWARE_PT_TRACE_H
#define AUX_HARDWARE_PT_TRACE_H

#include "pt-unit.h"

/* TraceEn has been set, and is about to be cleared. */
void pt_trace_start(struct pt_unit *u);
void pt_trace_stop_here(struct pt_unit *u);

#endif
