/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_TESTS_CHECK_H
#define AUX_TESTS_CHECK_H

#include <stdio.h>

/* A test program: CHECK()s, then "return check_end(&t);" from main. */
struct check {
	int done, failed;
};

#define CHECK(t, cond) do { \
	(t)->done++; \
	if (!(cond)) { \
		(t)->failed++; \
		printf("%s:%d: failed: %s\n", __FILE__, __LINE__, #cond); \
	} \
} while (0)

/* The same, with both values shown. */
#define CHECK_EQ(t, a, b) do { \
	long long a_ = (a), b_ = (b); \
	(t)->done++; \
	if (a_ != b_) { \
		(t)->failed++; \
		printf("%s:%d: failed: %s is %lld, expected %lld\n", \
		       __FILE__, __LINE__, #a, a_, b_); \
	} \
} while (0)

static inline int check_end(const struct check *t)
{
	printf("%d checks, %d failed\n", t->done, t->failed);
	return t->failed || !t->done;
}

#define CHECK_SKIP 77

#endif
