/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_LIB_ERR_H
#define AUX_LIB_ERR_H

/*
 * One error, as a sentence for the user.  Functions that take a struct err
 * return 0 or -errno and, in the second case, have filled in the text; the
 * caller adds where it happened (file, line) and prints it once.
 */
struct err {
	char text[1024];
};

/* Fills in the text, printf-style; returns @code so it can end a function. */
int err_set(struct err *err, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Puts "prefix: " before the text that is already there; returns @code. */
int err_prefix(struct err *err, int code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
