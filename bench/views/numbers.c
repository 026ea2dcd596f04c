// SPDX-License-Identifier: GPL-2.0-only
#include "bench/views/numbers.h"

#include <math.h>
#include <string.h>

#include "lib/units.h"

char *number_title(char buf[NUMBER_TEXT], const struct metric *metric)
{
	snprintf(buf, NUMBER_TEXT, "%s, %s", metric->title, metric->unit);
	return buf;
}

char *number_value(char buf[NUMBER_TEXT], const struct metric *metric,
		   double value)
{
	char number[TEXT_NUMBER];

	if (!isfinite(value))
		return strcpy(buf, "-");
	value = metric_shown(metric, value);
	return strcpy(buf, metric->per_unit == 0.01 ?
		      text_percent(number, value) :
		      text_number(number, value));
}

char *number_side(char buf[NUMBER_TEXT], const struct contrast *c, int side)
{
	switch (c->state) {
	case CONTRAST_OFTEN:
		return strcpy(buf, "hangs often");
	case CONTRAST_CUT_OFF:
		return strcpy(buf, "cut off");
	default:
		return number_value(buf, c->metric, c->value[side]);
	}
}

/* Never "-0". */
static double rounded(double x)
{
	return fabs(x) < 5e-10 ? 0 : x;
}

char *number_delta(char buf[NUMBER_TEXT], const struct metric *metric,
		   double x)
{
	if (metric->scale == SCALE_RATIO)
		snprintf(buf, NUMBER_TEXT, "x %.3g", x);
	else
		snprintf(buf, NUMBER_TEXT, "%+.3g points",
			 rounded(metric_shown(metric, x)));
	return buf;
}

char *number_difference(char buf[NUMBER_TEXT], const struct contrast *c)
{
	switch (c->state) {
	case CONTRAST_OFTEN:
		return strcpy(buf, "hangs often");
	case CONTRAST_CUT_OFF:
		return strcpy(buf, "cut off");
	case CONTRAST_NONE:
		return strcpy(buf, "-");
	case CONTRAST_KNOWN:
		break;
	}
	return number_delta(buf, c->metric, c->difference);
}

char *number_range(char buf[NUMBER_TEXT], const struct metric *metric,
		   double lo, double hi)
{
	if (metric->scale == SCALE_RATIO)
		snprintf(buf, NUMBER_TEXT, "%.3g to %.3g", lo, hi);
	else
		snprintf(buf, NUMBER_TEXT, "%+.3g to %+.3g",
			 rounded(metric_shown(metric, lo)),
			 rounded(metric_shown(metric, hi)));
	return buf;
}

char *number_interval(char buf[NUMBER_TEXT], const struct contrast *c)
{
	if (c->state != CONTRAST_KNOWN || !c->interval)
		return strcpy(buf, "-");
	/* Boots that are all alike, as without any hang, are no interval. */
	if (c->lo == c->hi)
		return strcpy(buf, "boots alike");
	if (c->open)
		return strcpy(buf, "open");
	return number_range(buf, c->metric, c->lo, c->hi);
}

char *number_cells(char buf[NUMBER_TEXT], const struct contrast *c)
{
	size_t used = c->state == CONTRAST_KNOWN ? c->cells : 0;

	if (used == c->pairs)
		snprintf(buf, NUMBER_TEXT, "%zu", used);
	else
		snprintf(buf, NUMBER_TEXT, "%zu/%zu", used, c->pairs);
	return buf;
}

char *number_quantile(char buf[NUMBER_TEXT], double ns, double longest,
		      double unit)
{
	char number[TEXT_NUMBER];

	if (isnan(ns))
		return strcpy(buf, "-");
	snprintf(buf, NUMBER_TEXT, "%s%s", isinf(ns) ? "> " : "",
		 text_number(number, (isinf(ns) ? longest : ns) / unit));
	return buf;
}

static void put_ends(const struct contrast *c, FILE *f)
{
	char least[TEXT_NUMBER], most[TEXT_NUMBER];

	text_number(least, c->end_least / NSEC_PER_MSEC);
	text_number(most, c->end_most / NSEC_PER_MSEC);
	if (c->end_least == c->end_most)
		text_wrap(f, 2, "lost per full: mean gap up to %s ms; what a hang cut off counts with that.",
			  most);
	else
		text_wrap(f, 2, "lost per full: mean gap up to %s to %s ms by cell; what a hang cut off counts with that.",
			  least, most);
}

void number_notes(const struct contrast *c, size_t n, FILE *f)
{
	bool often = false, cut_off = false, open = false;
	struct contrast ends = { .end_most = 0 };
	size_t i;

	for (i = 0; i < n; i++) {
		often |= c[i].often > 0;
		cut_off |= c[i].state == CONTRAST_CUT_OFF;
		open |= c[i].state == CONTRAST_KNOWN && c[i].open;
		if (!c[i].end_most)
			continue;
		ends.end_least = ends.end_most ?
			fmin(ends.end_least, c[i].end_least) : c[i].end_least;
		ends.end_most = fmax(ends.end_most, c[i].end_most);
	}
	if (ends.end_most)
		put_ends(&ends, f);
	if (often)
		text_wrap(f, 2, "hangs often: where more than %g %% of a kernel's fulls hang, times of the cycles that did not are no measure of another kernel's; such cells are left out of them.",
			  100 * METRIC_OFTEN);
	if (cut_off)
		text_wrap(f, 2, "cut off: in some cell hangs cut off so many gaps that it cannot be told.");
	if (open)
		text_wrap(f, 2, "open: so few boots, or so unlike, that the interval reaches to %g times more or less, or over more points than a share has.",
			  OPEN_RATIO);
}
