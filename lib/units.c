// SPDX-License-Identifier: GPL-2.0-only
#include "lib/units.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct unit {
	const char *name;
	uint64_t factor;
};

/* Largest first: the printers take the first one that divides the value. */
static const struct unit size_units[] = {
	{ "G", 1ull << 30 }, { "M", 1ull << 20 }, { "K", 1ull << 10 },
	{ "", 1 }, { NULL, 0 },
};

static const struct unit rate_units[] = {
	{ "G", 1000000000ull }, { "M", 1000000ull }, { "K", 1000 },
	{ "k", 1000 }, { "", 1 }, { NULL, 0 },
};

static const struct unit time_units[] = {
	{ "h", 3600 * NSEC_PER_SEC }, { "m", 60 * NSEC_PER_SEC },
	{ "s", NSEC_PER_SEC }, { "ms", NSEC_PER_MSEC },
	{ "us", NSEC_PER_USEC }, { "ns", 1 }, { NULL, 0 },
};

static int parse_unit(const char *s, const struct unit *units,
		      uint64_t *factor)
{
	for (; units->name; units++) {
		if (!strcmp(s, units->name)) {
			*factor = units->factor;
			return 0;
		}
	}
	return -EINVAL;
}

/*
 * A decimal number, exactly: the fraction is kept as an integer over a power
 * of ten, so that "0.1ms" is 100000 ns and not 99999.
 */
static int parse_scaled(const char *s, const struct unit *units,
			uint64_t *value)
{
	uint64_t whole = 0, frac = 0, scale = 1, factor;
	const char *p = s;
	unsigned __int128 v;
	int ret;

	for (; isdigit((unsigned char)*p); p++) {
		if (__builtin_mul_overflow(whole, 10, &whole) ||
		    __builtin_add_overflow(whole, *p - '0', &whole))
			return -ERANGE;
	}
	if (p == s)
		return -EINVAL;
	if (*p == '.') {
		const char *first = ++p;

		for (; isdigit((unsigned char)*p); p++) {
			if (scale >= 1000000000000000ull)
				return -ERANGE;
			frac = frac * 10 + (*p - '0');
			scale *= 10;
		}
		if (p == first)
			return -EINVAL;
	}

	ret = parse_unit(p, units, &factor);
	if (ret)
		return ret;
	v = (unsigned __int128)whole * factor +
	    (unsigned __int128)frac * factor / scale;
	if (v > UINT64_MAX)
		return -ERANGE;
	*value = v;
	return 0;
}

int units_parse_size(const char *s, uint64_t *bytes)
{
	return parse_scaled(s, size_units, bytes);
}

int units_parse_rate(const char *s, uint64_t *bytes_per_s)
{
	size_t len = strlen(s);
	char buf[UNITS_LEN];

	if (len >= sizeof(buf))
		return -EINVAL;
	memcpy(buf, s, len + 1);
	if (len > 3 && !strcmp(buf + len - 3, "B/s"))
		buf[len - 3] = '\0';
	return parse_scaled(buf, rate_units, bytes_per_s);
}

int units_parse_time(const char *s, uint64_t *ns)
{
	if (!strcmp(s, "0")) {
		*ns = 0;
		return 0;
	}
	return parse_scaled(s, time_units, ns);
}

int units_parse_uint(const char *s, uint64_t *value)
{
	static const struct unit none[] = { { "", 1 }, { NULL, 0 } };

	if (strchr(s, '.'))
		return -EINVAL;
	return parse_scaled(s, none, value);
}

static char *format_scaled(char *buf, const struct unit *units, uint64_t value)
{
	while (units->factor > 1 && value % units->factor)
		units++;
	snprintf(buf, UNITS_LEN, "%" PRIu64 "%s", value / units->factor,
		 units->name);
	return buf;
}

char *units_format_size(char *buf, uint64_t bytes)
{
	return format_scaled(buf, bytes ? size_units : size_units + 3, bytes);
}

char *units_format_rate(char *buf, uint64_t bytes_per_s)
{
	return format_scaled(buf, bytes_per_s ? rate_units : rate_units + 4,
			     bytes_per_s);
}

char *units_format_time(char *buf, uint64_t ns)
{
	if (!ns)
		return strcpy(buf, "0");
	/* "90s" reads better than "1.5m", "1h" is exact: skip h and m. */
	return format_scaled(buf, time_units + 2, ns);
}
