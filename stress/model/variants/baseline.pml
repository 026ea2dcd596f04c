// SPDX-License-Identifier: GPL-2.0-only
/* Linux 7.3.4 as it is. */
