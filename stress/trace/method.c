// SPDX-License-Identifier: GPL-2.0-only
#include "stress/trace/method.h"

#include <errno.h>

/* Are there times in the trace that was asked for? */
static int has_times(const struct pmu *pmu, const union pmu_attr *attr,
		     struct err *why)
{
	const char *field = pmu->kind->method == GAPS_PT ? "tsc" : "ts_enable";
	uint64_t value = 0;

	if (!pmu_get(pmu, attr, field, &value) && value)
		return 0;
	return err_set(why, -ENODATA, "no times in this trace (%s=0)", field);
}

static int make_decoder(const struct pmu *pmu, const union pmu_attr *attr,
			struct decoder **decoder, struct err *why)
{
	struct pt_setup setup;

	if (pmu->kind->method == GAPS_SPE)
		return spe_decoder_new(decoder, why);
	pt_setup_read(&setup, pmu, attr);
	return pt_decoder_new(decoder, &setup, why);
}

enum gap_method method_choose(const struct pmu *pmu,
			      const union pmu_attr *attr,
			      const struct perf_event_mmap_page *page,
			      struct gaps *gaps, gap_fn fn, void *ctx,
			      struct err *why)
{
	struct decoder *decoder;
	struct hwclock clock;
	int ret;

	why->text[0] = '\0';
	if (!pmu->kind || (pmu->kind->method != GAPS_PT &&
			   pmu->kind->method != GAPS_SPE))
		return GAPS_FLAGS;
	ret = has_times(pmu, attr, why);
	if (!ret)
		ret = hwclock_init(&clock, page, why);
	if (!ret)
		ret = make_decoder(pmu, attr, &decoder, why);
	if (!ret)
		ret = gaps_init(gaps, decoder, &clock, fn, ctx, why);
	return ret ? GAPS_FLAGS : pmu->kind->method;
}
