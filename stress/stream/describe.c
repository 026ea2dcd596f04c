// SPDX-License-Identifier: GPL-2.0-only
#include "stress/stream/describe.h"

#include <stdlib.h>

#include "lib/units.h"

json_t *describe_places(const struct pair *pairs, int n)
{
	json_t *list = json_array();
	int i;

	for (i = 0; i < n; i++) {
		const struct pair *pair = &pairs[i];

		json_array_append_new(list, json_pack(
			"{s:i, s:i, s:i, s:i, s:i, s:i, s:i, s:I, s:I}",
			"tracee_cpu", pair->place.tracee_cpu,
			"tracer_cpu", pair->place.tracer_cpu,
			"tracee_node", pair->place.tracee_node,
			"tracer_node", pair->place.tracer_node,
			"distance", pair->place.distance,
			"buffer_node", pair->buffer_node,
			"aux_node", pair->aux_node,
			"aux_elsewhere", (json_int_t)pair->aux_elsewhere,
			"moves", (json_int_t)pair->tracee.moves));
	}
	return list;
}

json_t *describe_cost(const struct pair *pair, int n,
		      const struct watch_cost *cost)
{
	struct hist *account = malloc(sizeof(*account));
	json_t *json;
	int i;

	if (!account)
		return json_object();
	hist_init(account);
	for (i = 0; i < n; i++)
		hist_merge(account, &pair[i].tracer.cost);
	json = json_pack("{s:I, s:I, s:I, s:I, s:I, s:I}",
			 "looks", (json_int_t)cost->looks,
			 "watcher_cpu_ns", (json_int_t)cost->cpu_ns,
			 "look_p50_ns",
			 (json_int_t)(cost->look.n ?
				      hist_quantile(&cost->look, 0.5) : 0),
			 "account_n", (json_int_t)account->n,
			 "account_p50_ns",
			 (json_int_t)(account->n ?
				      hist_quantile(account, 0.5) : 0),
			 "account_sum_ns", (json_int_t)account->sum);
	free(account);
	return json;
}

json_t *describe_hardware(const struct pair *pair, int n)
{
	uint64_t lost_marks = 0, came = 0;
	struct auxsynth_slot sum = { 0 }, s;
	int i;

	for (i = 0; i < n; i++) {
		oracle_slot(pair[i].oracle, pair[i].slot, &s);
		sum.pmis += s.pmis;
		sum.bytes += s.bytes;
		sum.published += s.published;
		sum.unpublished += s.unpublished;
		sum.unwritten += s.unwritten;
		sum.overrun += s.overrun;
		sum.misaccounts += s.misaccounts;
		sum.faults += s.faults;
		came += pair[i].tracer.bytes;
		lost_marks += pair[i].tracer.lost_marks;
	}
	return json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}",
			 "what", "real driver, modelled hardware",
			 "pmis", (json_int_t)sum.pmis,
			 "written", (json_int_t)sum.bytes,
			 "published", (json_int_t)sum.published,
			 "came", (json_int_t)came,
			 "unpublished", (json_int_t)sum.unpublished,
			 "unwritten", (json_int_t)sum.unwritten,
			 "overrun", (json_int_t)sum.overrun,
			 "misaccounts", (json_int_t)sum.misaccounts,
			 "faults", (json_int_t)sum.faults,
			 "lost_marks", (json_int_t)lost_marks);
}

/* Bytes/s that were to come in a bin, of one pair. */
static double wanted_rate(const struct pair *pair, int bin)
{
	const struct cell *cell = pair->cell;
	const struct workload *w = &cell->workload;
	const struct series *plan = &pair->tracee.series;

	if (w->kind == WORKLOAD_BRANCHY)
		return w->rate ? w->rate : cell->rate;
	return (double)cell->rate * plan->plan_ns[bin] / plan->bin_ns;
}

static json_t *describe_node(const struct pair *pair, int n, int node)
{
	json_t *want = json_array(), *got = json_array(), *run = json_array();
	double bin_s = pair[0].series.bin_ns / 1e9;
	int members = 0, i, k;

	for (i = 0; i < n; i++)
		members += pair[i].place.tracee_node == node;
	for (k = 0; k < SERIES_BINS; k++) {
		double wanted = 0, bytes = 0, ran = 0;

		for (i = 0; i < n; i++) {
			if (pair[i].place.tracee_node != node)
				continue;
			wanted += wanted_rate(&pair[i], k);
			bytes += pair[i].series.bytes[k];
			ran += pair[i].series.run_ns[k];
		}
		json_array_append_new(want, json_integer(wanted));
		json_array_append_new(got, json_integer(bytes / bin_s));
		json_array_append_new(run, json_real(ran / 1e9 / bin_s));
	}
	return json_pack("{s:i, s:i, s:o, s:o, s:o}", "node", node, "pairs",
			 members, "wanted", want, "got", got, "cpus", run);
}

static int seen_before(const struct pair *pair, int i)
{
	int k;

	for (k = 0; k < i; k++) {
		if (pair[k].place.tracee_node == pair[i].place.tracee_node)
			return 1;
	}
	return 0;
}

json_t *describe_workload(const struct pair *pair, int n)
{
	json_t *nodes = json_array();
	char text[CELL_VALUE_LEN];
	int i;

	workload_format(&pair[0].cell->workload, text, sizeof(text));
	/* Pairs take the nodes in turn, so this ends soon. */
	for (i = 0; i < n; i++) {
		if (!seen_before(pair, i))
			json_array_append_new(nodes, describe_node(pair, n,
						pair[i].place.tracee_node));
	}
	return json_pack("{s:s, s:f, s:o}", "workload", text, "bin_ms",
			 pair[0].series.bin_ns / (double)NSEC_PER_MSEC,
			 "nodes", nodes);
}
