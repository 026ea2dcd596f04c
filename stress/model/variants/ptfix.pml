// SPDX-License-Identifier: GPL-2.0-only
/* Nothing is changed of the protocol: intel_pt counts what was written. */
#define V_WHOLE_LOST	false
