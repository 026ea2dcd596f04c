/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_KCONFIGS_BUILD_MAIL_H
#define AUX_KCONFIGS_BUILD_MAIL_H

#include <stdbool.h>
#include <stddef.h>

#include "lib/err.h"

/* Mails, as git am reads them. */
struct mail {
	char *subject;		/* "" when there is none */
	char *diff;		/* all from the "---" on */
	size_t len;
};

struct mails {
	struct mail *mail;
	size_t n;
};

/* Does it begin as a mail or an mbox does? */
bool mail_begins(const char *text);

/* All mails of @path. */
int mails_read(struct mails *mails, const char *path, struct err *err);
void mails_free(struct mails *mails);

/* "[PATCH v2 0/3] words": says what the series is about, and changes nothing. */
bool mail_is_cover(const char *subject);
/* "Re: ..." */
bool mail_is_reply(const char *subject);

#endif
