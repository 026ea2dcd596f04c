// SPDX-License-Identifier: GPL-2.0-only
#include "bench/results/inference.h"

#include <errno.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>

#include "bench/results/stats.h"

/*
 * R. A. Fisher, J. R. Stat. Soc. 98 (1935), 39-82.  Two-sided as is usual: the
 * sum over all tables with the same margins that are no likelier than this
 * one; the tolerance takes in those which are as likely but for rounding.
 */
double stats_fisher(uint64_t k1, uint64_t n1, uint64_t k2, uint64_t n2)
{
	uint64_t hangs = k1 + k2, k, first, last;
	double seen, p, sum = 0;

	if (!n1 || !n2 || k1 > n1 || k2 > n2)
		return 1;
	first = hangs > n2 ? hangs - n2 : 0;
	last = hangs < n1 ? hangs : n1;
	seen = gsl_ran_hypergeometric_pdf(k1, n1, n2, hangs);
	for (k = first; k <= last; k++) {
		p = gsl_ran_hypergeometric_pdf(k, n1, n2, hangs);
		if (p <= seen * (1 + 1e-7))
			sum += p;
	}
	return sum < 1 ? sum : 1;
}

/*
 * J. Przyborowski, H. Wilenski, Biometrika 31 (1940), 313-323: given k1 + k2,
 * k1 is binomial with p = r n1 / (r n1 + n2); so the exact interval for p is
 * one for r.
 */
int stats_rate_ratio(uint64_t k1, uint64_t n1, uint64_t k2, uint64_t n2,
		     double level, double *lo, double *hi)
{
	double p_lo, p_hi, per;

	if (!n1 || !n2 ||
	    stats_clopper_pearson(k1, k1 + k2, level, &p_lo, &p_hi))
		return -EINVAL;
	per = (double)n2 / n1;
	*lo = p_lo / (1 - p_lo) * per;
	*hi = p_hi < 1 ? p_hi / (1 - p_hi) * per : INFINITY;
	return 0;
}

/* Two passes: the values may be large and close together. */
struct stats_sample stats_sample(const double *x, size_t n)
{
	struct stats_sample s = { .n = n };
	size_t i;

	for (i = 0; i < n; i++)
		s.mean += x[i] / n;
	for (i = 0; i < n && n > 1; i++)
		s.var += (x[i] - s.mean) * (x[i] - s.mean) / (n - 1);
	return s;
}

/*
 * B. L. Welch, Biometrika 34 (1947), 28-35, with the degrees of freedom of
 * F. E. Satterthwaite, Biometrics Bulletin 2 (1946), 110-114.
 */
int stats_welch(const struct stats_sample *a, const struct stats_sample *b,
		double level, struct stats_welch *w)
{
	double va, vb, half;

	if (a->n < 2 || b->n < 2)
		return -EINVAL;
	va = a->var / a->n;
	vb = b->var / b->n;
	w->diff = a->mean - b->mean;
	w->se = sqrt(va + vb);
	w->df = a->n + b->n - 2;
	if (w->se > 0) {
		w->df = (va + vb) * (va + vb) /
			(va * va / (a->n - 1) + vb * vb / (b->n - 1));
		w->t = w->diff / w->se;
		w->p = 2 * gsl_cdf_tdist_Q(fabs(w->t), w->df);
	} else {
		w->t = w->diff ? copysign(INFINITY, w->diff) : 0;
		w->p = w->diff ? 0 : 1;
	}
	half = w->se * gsl_cdf_tdist_Pinv((1 + level) / 2, w->df);
	w->lo = w->diff - half;
	w->hi = w->diff + half;
	return 0;
}

/*
 * S. Holm, Scand. J. Statist. 6 (1979), 65-70: the smallest p times n, the
 * next times n - 1, ...; and none below the one before it.
 */
void stats_holm(const double *p, size_t n, double *adjusted)
{
	double *in = malloc((n + 1) * sizeof(*in)), most = 0, a;
	char *done = calloc(n + 1, 1);
	size_t left, i, k;

	if (!in || !done)
		abort();
	for (i = 0; i < n; i++)
		in[i] = p[i];
	for (left = n; left; left--) {
		for (i = 0, k = n; i < n; i++) {
			if (!done[i] && (k == n || in[i] < in[k]))
				k = i;
		}
		done[k] = 1;
		a = in[k] * left;
		most = a > most ? a : most;
		adjusted[k] = most < 1 ? most : 1;
	}
	free(done);
	free(in);
}

/*
 * n = 2 (t + t')^2 sd^2 / delta^2 with quantiles of t at 2n - 2 degrees of
 * freedom, which depend on n: S.-C. Chow, J. Shao, H. Wang, Sample Size
 * Calculations in Clinical Research, 2nd ed. (2008), section 3.2.
 */
size_t stats_boots_needed(double sd, double delta, double alpha, double power)
{
	const size_t most = 1000000;
	double t, df;
	size_t n;

	if (!(sd > 0))
		return 2;
	if (!(delta > 0))
		return most;
	/* From below, with normal quantiles. */
	t = gsl_cdf_ugaussian_Pinv(1 - alpha / 2) +
	    gsl_cdf_ugaussian_Pinv(power);
	t = 2 * pow(t * sd / delta, 2);
	if (t > most)
		return most;
	for (n = t < 2 ? 2 : t; n < most; n++) {
		df = 2.0 * n - 2;
		t = gsl_cdf_tdist_Pinv(1 - alpha / 2, df) +
		    gsl_cdf_tdist_Pinv(power, df);
		if (n >= 2 * pow(t * sd / delta, 2))
			break;
	}
	return n;
}
