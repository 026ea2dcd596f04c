/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_LIB_ENDING_H
#define AUX_LIB_ENDING_H

/*
 * Has the program @name end as a command should, whatever main() returns: with
 * an error when not all of stdout could be written, unless its reader has gone;
 * and with 128 plus its number when it fails and a signal had stopped it
 * (proc_stop_fd()).
 */
void ending_watch(const char *name);

#endif
