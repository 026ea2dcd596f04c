/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_LIB_STORE_LINE_H
#define AUX_LIB_STORE_LINE_H

#include <stddef.h>

#include "lib/err.h"
#include "lib/store.h"

/* One line of a store becomes an entry; lib/store-read.c only. */
struct line_reader;

struct line_reader *line_reader_new(void);
void line_reader_free(struct line_reader *reader);

/*
 * @line ends in a newline and a NUL, @len counts the newline; its texts are
 * the entry's from then on.  The entry must be one that entry_release() has left.
 */
int line_read(struct line_reader *reader, struct store_entry *entry,
	      char *line, size_t len, struct err *err);
/* For the next line, also after an error. */
void entry_release(struct store_entry *entry);

#endif
