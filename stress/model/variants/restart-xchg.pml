// SPDX-License-Identifier: GPL-2.0-only
/* restart, with pending_disable read and cleared at once: xchg(). */
#define V_XCHG
#include "restart.pml"
