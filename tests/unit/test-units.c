// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <string.h>

#include "lib/units.h"
#include "tests/check.h"

static void sizes(struct check *t)
{
	char buf[UNITS_LEN];
	uint64_t v;

	CHECK(t, !units_parse_size("64K", &v) && v == 65536);
	CHECK(t, !units_parse_size("1.5M", &v) && v == 1572864);
	CHECK(t, !units_parse_size("0", &v) && v == 0);
	CHECK_EQ(t, units_parse_size("", &v), -EINVAL);
	CHECK_EQ(t, units_parse_size("K", &v), -EINVAL);
	CHECK_EQ(t, units_parse_size("12Q", &v), -EINVAL);
	CHECK_EQ(t, units_parse_size("-1", &v), -EINVAL);
	CHECK_EQ(t, units_parse_size("1.", &v), -EINVAL);
	CHECK_EQ(t, units_parse_size("99999999999999999999", &v), -ERANGE);
	CHECK_EQ(t, units_parse_size("99999999999999G", &v), -ERANGE);
	CHECK(t, !strcmp(units_format_size(buf, 65536), "64K"));
	CHECK(t, !strcmp(units_format_size(buf, 65537), "65537"));
	CHECK(t, !strcmp(units_format_size(buf, 0), "0"));
}

static void rates(struct check *t)
{
	char buf[UNITS_LEN];
	uint64_t v;

	CHECK(t, !units_parse_rate("20M", &v) && v == 20000000);
	CHECK(t, !units_parse_rate("20MB/s", &v) && v == 20000000);
	CHECK(t, !units_parse_rate("1.25GB/s", &v) && v == 1250000000);
	CHECK(t, !units_parse_rate("300kB/s", &v) && v == 300000);
	CHECK_EQ(t, units_parse_rate("fast", &v), -EINVAL);
	CHECK_EQ(t, units_parse_rate("B/s", &v), -EINVAL);
	CHECK(t, !strcmp(units_format_rate(buf, 20000000), "20M"));
	CHECK(t, !strcmp(units_format_rate(buf, 1234), "1234"));
}

static void times(struct check *t)
{
	static const uint64_t values[] = {
		0, 1, 999, 1000, 1500, 30000000, 250000000, 1000000000,
		90000000000ull, 3600000000000ull,
	};
	char buf[UNITS_LEN];
	unsigned int i;
	uint64_t v;

	CHECK(t, !units_parse_time("30ms", &v) && v == 30000000);
	CHECK(t, !units_parse_time("0.1ms", &v) && v == 100000);
	CHECK(t, !units_parse_time("1.5s", &v) && v == 1500000000);
	CHECK(t, !units_parse_time("2m", &v) && v == 120000000000ull);
	CHECK(t, !units_parse_time("0", &v) && v == 0);
	CHECK_EQ(t, units_parse_time("30", &v), -EINVAL);
	CHECK_EQ(t, units_parse_time("30 ms", &v), -EINVAL);
	CHECK_EQ(t, units_parse_time("-3ms", &v), -EINVAL);
	for (i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		CHECK(t, !units_parse_time(units_format_time(buf, values[i]),
					   &v) && v == values[i]);
}

int main(void)
{
	struct check t = { 0 };

	sizes(&t);
	rates(&t);
	times(&t);
	return check_end(&t);
}
