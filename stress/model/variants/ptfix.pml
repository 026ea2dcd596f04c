// SPDX-License-Identifier: GPL-2.0-only
/* Nothing is changed of the protocol; see baseline.pml. */
