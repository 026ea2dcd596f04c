// SPDX-License-Identifier: GPL-2.0-only
/* --margin: from nothing worse to what counts as worse. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "bench/sign-off.h"
#include "lib/file.h"
#include "lib/units.h"

/* "25%" or "0.25"; 0 and what is no number is refused. */
static int parse_share(const char *text, double *share)
{
	char *end;
	double x = strtod(text, &end);

	if (end == text)
		return -EINVAL;
	if (*end == '%') {
		x /= 100;
		end++;
	}
	if (*end || !(x > 0) || x > 100)
		return -EINVAL;
	*share = x;
	return 0;
}

static int set_one_margin(struct judge_options *o, const char *key,
			  const char *value)
{
	uint64_t ns;
	int ret;

	if (!strcmp(key, "ratio"))
		return parse_share(value, &o->ratio);
	if (!strcmp(key, "coverage"))
		return parse_share(value, &o->coverage);
	if (!strcmp(key, "hangs"))
		return parse_share(value, &o->hang_bound);
	if (!strcmp(key, "hunt"))
		return parse_share(value, &o->hunt_bound);
	if (!strcmp(key, "hang-ratio"))
		return parse_share(value, &o->hang_ratio);
	if (strcmp(key, "reenable"))
		return -EINVAL;
	ret = units_parse_time(value, &ns);
	if (!ret)
		o->reenable_ns = ns;
	return ret;
}

int sign_off_set_margin(struct judge_options *o, const char *arg,
			struct err *err)
{
	char *list = xasprintf("%s", arg), *word, *save, *equals;
	int ret = 0;

	for (word = strtok_r(list, ",", &save); word && !ret;
	     word = strtok_r(NULL, ",", &save)) {
		equals = strchr(word, '=');
		if (equals)
			*equals = '\0';
		ret = set_one_margin(o, word, equals ? equals + 1 : "");
		if (ret)
			err_set(err, -EINVAL,
				"--margin: '%s%s%s', expected ratio=25%%, coverage=3%%, reenable=1ms, hangs=0.5%%, hunt=3e-6 or hang-ratio=2",
				word, equals ? "=" : "",
				equals ? equals + 1 : "");
	}
	free(list);
	return ret ? -EINVAL : 0;
}

void sign_off_print_margins(FILE *f, const struct judge_options *o)
{
	struct judge_options usual;

	judge_options_init(&usual);
	if (o->ratio != usual.ratio)
		fprintf(f, " --margin=ratio=%g", o->ratio);
	if (o->coverage != usual.coverage)
		fprintf(f, " --margin=coverage=%g", o->coverage);
	if (o->reenable_ns != usual.reenable_ns)
		fprintf(f, " --margin=reenable=%.0fns", o->reenable_ns);
	if (o->hang_bound != usual.hang_bound)
		fprintf(f, " --margin=hangs=%g", o->hang_bound);
	if (o->hang_ratio != usual.hang_ratio)
		fprintf(f, " --margin=hang-ratio=%g", o->hang_ratio);
	if (o->hunt_bound != usual.hunt_bound)
		fprintf(f, " --margin=hunt=%g", o->hunt_bound);
}
