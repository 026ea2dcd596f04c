/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_KCONFIGS_BUILD_MAIL_H
#define AUX_KCONFIGS_BUILD_MAIL_H

#include <stdbool.h>

#include "lib/err.h"

/*
 * Mails as a list's archive or a mail reader keeps them, whose bodies may be
 * quoted-printable or base64: git reads them, as it does for git am.
 */

/* Does a header say so? */
bool mail_is_encoded(const char *text);

/*
 * The texts and diffs of all mails of @path, a mail or an mbox, one after the
 * other; caller frees *@text.  0 or -errno; without git -ENOENT.
 */
int mail_decode(const char *path, char **text, struct err *err);

#endif
