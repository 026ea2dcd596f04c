// SPDX-License-Identifier: GPL-2.0-only
/* What a hunt adds to a record, as JSON. */
#include "stress/hunt/hunt.h"

static const char *const landing_names[LANDINGS] = {
	"nowhere", "before", "inside", "after",
};
static const char *const heat_names[HUNT_HEATS] = { "cold", "warm" };

static json_t *count_to_json(const struct hunt_count *count)
{
	json_t *json = json_pack("{s:I}", "fulls", (json_int_t)count->fulls);
	int class;

	for (class = 0; class < HANG_CLASSES; class++)
		json_object_set_new(json, hang_class_names[class],
				    json_integer(count->finds[class]));
	return json;
}

static json_t *misses_to_json(const uint64_t counts[HUNT_MISSES])
{
	json_t *list = json_array();
	int i;

	for (i = 0; i < HUNT_MISSES; i++)
		json_array_append_new(list, json_integer(counts[i]));
	return list;
}

static json_t *times_to_json(const struct hist *h)
{
	return json_pack("{s:I, s:I, s:I, s:I, s:I}",
			 "n", (json_int_t)h->n,
			 "min_ns", (json_int_t)(h->n ? h->min : 0),
			 "p10_ns", (json_int_t)hist_quantile(h, 0.1),
			 "p50_ns", (json_int_t)hist_quantile(h, 0.5),
			 "p90_ns", (json_int_t)hist_quantile(h, 0.9));
}

static json_t *key_value(const struct cell *cell, const char *key)
{
	char text[CELL_VALUE_LEN];

	cell_get(cell, cell_key_find(key), text);
	return json_string(text);
}

static json_t *find_to_json(const struct hunt_find *find)
{
	char text[PHASES_LEN];
	struct cell cell = { .around = find->around };

	return json_pack("{s:s, s:s, s:o, s:I, s:I, s:I, s:I, s:b, s:I, s:I, s:I}",
			 "class", hang_class_names[find->hang.class],
			 "phases", phases_format(text, &find->phases),
			 "around", key_value(&cell, "around"),
			 "watermark", (json_int_t)find->watermark,
			 "cycle", (json_int_t)find->cycle,
			 "episode", (json_int_t)find->episode,
			 "full", (json_int_t)find->hang.full,
			 "cold", find->cold, "at_ns", (json_int_t)find->at,
			 "replays", (json_int_t)find->replays,
			 "again", (json_int_t)find->again);
}

static json_t *arounds_to_json(const struct hunt_counts *c)
{
	json_t *json = json_object();
	struct cell cell = { 0 };
	char text[CELL_VALUE_LEN];
	int i;

	for (i = 0; i < AROUND_ANY; i++) {
		if (!c->around[i].fulls)
			continue;
		cell.around = i;
		cell_get(&cell, cell_key_find("around"), text);
		json_object_set_new(json, text, count_to_json(&c->around[i]));
	}
	return json;
}

static json_t *still_to_json(const struct hunt_still *still)
{
	json_t *targets = json_array();
	struct cell cell = { .around = still->around };
	int i;

	for (i = 0; i < HUNT_TARGETS && still->state[i].slot; i++)
		json_array_append_new(targets, json_pack(
			"{s:i, s:i, s:b, s:b, s:b, s:I, s:I, s:I}",
			"event_state", (int)still->state[i].state,
			"oncpu", (int)still->state[i].oncpu,
			"pending_disable",
			(int)still->state[i].pending_disable,
			"waiting", (int)still->slot[i].waiting,
			"running", (int)still->slot[i].running,
			"fulls", (json_int_t)(still->slot[i].fulls -
					      still->fulls_before[i]),
			"refused", (json_int_t)still->slot[i].refused,
			"laps", (json_int_t)still->run.laps[i]));
	return json_pack("{s:I, s:o, s:I, s:o}",
			 "cycle", (json_int_t)still->cycle,
			 "around", key_value(&cell, "around"),
			 "cpu_ns", (json_int_t)still->run.cpu_ns,
			 "targets", targets);
}

static json_t *stills_to_json(const struct hunt *hunt)
{
	json_t *list = json_array();
	unsigned int i;

	for (i = 0; i < HUNT_STILLS && i < hunt->counts.unresolved; i++)
		json_array_append_new(list, still_to_json(&hunt->still[i]));
	return list;
}

json_t *hunt_detail(const struct hunt *hunt)
{
	const struct hunt_counts *c = &hunt->counts;
	json_t *json, *landed = json_object(), *finds = json_array();
	json_t *record;
	int i;

	json = json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}",
			 "unresolved", (json_int_t)c->unresolved,
			 "cycles", (json_int_t)c->cycles,
			 "episodes", (json_int_t)c->episodes,
			 "confirmed", (json_int_t)c->confirmed,
			 "recanted", (json_int_t)c->recanted,
			 "warm_since_ns", (json_int_t)c->warm_since,
			 "first_cold_ns", (json_int_t)c->first_ns[HUNT_COLD],
			 "first_warm_ns", (json_int_t)c->first_ns[HUNT_WARM]);
	for (i = 0; i < HUNT_HEATS; i++)
		json_object_set_new(json, heat_names[i],
				    count_to_json(&c->heat[i]));
	for (i = 0; i < LANDINGS; i++)
		json_object_set_new(landed, landing_names[i],
				    json_integer(c->landed[i]));
	json_object_set_new(json, "landed", landed);
	json_object_set_new(json, "span", times_to_json(&hunt->hists.span));
	record = json_object();
	for (i = 0; i < TRIGGERS; i++)
		json_object_set_new(record, phases_triggers[i],
				    times_to_json(&hunt->hists.reach[i]));
	json_object_set_new(json, "reach", record);
	json_object_set_new(json, "around", arounds_to_json(c));
	json_object_set_new(json, "early", misses_to_json(c->early));
	json_object_set_new(json, "late", misses_to_json(c->late));
	for (i = 0; i < hunt->finds; i++) {
		record = find_to_json(&hunt->find[i]);
		json_object_set_new(record, "hang",
				    hang_to_json(&hunt->find[i].hang));
		json_array_append_new(finds, record);
	}
	json_object_set_new(json, "finds", finds);
	json_object_set_new(json, "stood_still", stills_to_json(hunt));
	return json;
}
