/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef AUX_BENCH_RESULTS_STRATA_H
#define AUX_BENCH_RESULTS_STRATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Counts of two kernels on several hosts, each of them a stratum: what hosts
 * differ in is no difference of kernels.  A host that ran only one of them says
 * nothing of it and is left out.  Of one host all is as in inference.h.
 */
struct stratum {
	uint64_t k[2], n[2];	/* hangs, fulls: candidate, reference */
};

/* By host, in the order of results.hosts. */
struct strata {
	struct stratum *host;
	size_t n;
};

/* The stratum of @host, a new one if need be. */
struct stratum *strata_at(struct strata *strata, size_t host);
void strata_free(struct strata *strata);

/* Hosts that ran both. */
size_t strata_hosts(const struct strata *strata);

/*
 * Exact, two-sided: the probability, given each host's fulls of both kernels and
 * its hangs, that kernels which hang equally often on each host differ as much,
 * or more, in the candidate's hangs over all hosts.
 */
double strata_test(const struct strata *strata);

/*
 * How many times as often the candidate hangs, pooled within hosts; INFINITY:
 * the reference has none; NAN: neither has.
 */
double strata_ratio(const struct strata *strata);

/* The exact conditional interval for that; as stats_rate_ratio(). */
int strata_interval(const struct strata *strata, double level, double *lo,
		    double *hi);

#endif
