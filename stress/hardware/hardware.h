/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Trace hardware in software: each puts itself under the real driver of this
 * kernel.  -ENOENT: the kernel was built without the hooks for it.
 */
#ifndef AUX_HARDWARE_HARDWARE_H
#define AUX_HARDWARE_HARDWARE_H

int hardware_pt_init(void);
int hardware_bts_init(void);
int hardware_hisi_init(void);
int hardware_spe_init(void);
int hardware_trbe_init(void);

#endif
