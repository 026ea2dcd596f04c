/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_LIB_VERSION_H
#define AUX_LIB_VERSION_H

/*
 * Which suite this is, as git knew it when it was built (lib/version.sh): a
 * result is worth as much as what made it can be found again.
 */
extern const char version_describe[];	/* "0.1-27-gabc, modified" */
extern const char version_commit[];	/* 40 digits; "" outside of git */
extern const char version_url[];	/* of the project; "" if nobody knows */

/* All three in one line, for results. */
extern const char version_full[];

#endif
