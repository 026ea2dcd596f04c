// SPDX-License-Identifier: GPL-2.0-only
/*
 * What intel_bts's trace is worth to unmodified perf: each record of the file,
 * as perf dumps it, against the branches that perf makes of them, and against
 * the code that ran.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "lib/file.h"
#include "lib/json.h"
#include "stress/place/placement.h"
#include "stress/scenario/command.h"
#include "stress/scenario/decode.h"
#include "stress/scenario/jump.h"

struct way {
	const char *name;
	const char *event;	/* around what it is that is recorded */
	const char *rate, *mmap;
	const char *option[2];	/* of perf record, more of them */
	bool refused;		/* by perf or by the kernel: there is no such */
};

#define EVENT "intel_bts/rate=%s/u"

/* A second of CPU time fills the small area 31 times, the large one never. */
static const struct way ways[] = {
	{ "once", EVENT, "30000", ",256K", { "-N", "-N" }, false },
	{ "laps", EVENT, "500000", ",16K", { "-N", "-N" }, false },
	{ "snapshot", EVENT, "500000", ",64K", { "--snapshot=e", "-N" }, false },
	/* The driver has no filters, and takes no samples. */
	{ "filter", EVENT, "30000", ",256K",
	  { "--filter", "filter 0x0/256@/proc/self/exe" }, true },
	{ "sample", "{" EVENT ",cpu-clock:u}", "30000", ",256K",
	  { "--aux-sample=64", "-N" }, true },
};

/* Of CPU time. */
#define SPIN "1s"

struct branch {
	uint64_t from, to;
	bool last;		/* of a piece of the AUX area, in the file */
};

/*
 * What perf's branches are held against: every record, or all but the last of
 * each piece, which perf's intel_bts_process_buffer() passes over ("sz > bsz").
 */
struct follower {
	bool passes_over;
	size_t next;
	uint64_t other, passed_over;
};

/* A way's file, as it is read. */
struct reading {
	json_t *found;
	struct branch *records;
	size_t n, size;
	bool padding;		/* the record before */
	struct jump_maps maps;
	struct follower followers[2];
};

static void keep(struct reading *r, const struct branch *record)
{
	if (r->n == r->size) {
		r->size = r->size ? 2 * r->size : 4096;
		r->records = realloc(r->records,
				     r->size * sizeof(*r->records));
		if (!r->records)
			abort();
	}
	r->records[r->n++] = *record;
}

/* "WORDS FROM -> TO ...", or with another arrow. */
static bool read_branch(char *line, const char *arrow, struct branch *branch)
{
	char *at = strstr(line, arrow), *from = at;

	if (!at)
		return false;
	*at = '\0';
	while (from > line && from[-1] != ' ')
		from--;
	return sscanf(from, "%" SCNx64, &branch->from) == 1 &&
	       sscanf(at + strlen(arrow), "%" SCNx64, &branch->to) == 1;
}

/* A piece's last record, if it is one. */
static void end_piece(struct reading *r)
{
	if (r->n && !r->padding)
		r->records[r->n - 1].last = true;
	r->padding = true;
}

/* ".  00000018:  7b b5 ... 55d0e3c4b57b -> 55d0e3c4b570 pred" */
static void take_record(struct reading *r, char *line)
{
	struct branch b = { .last = false };

	json_add(r->found, "records", 1);
	if (!read_branch(line, " -> ", &b)) {
		json_add(r->found, "bad", 1);
		return;
	}
	r->padding = !b.from && !b.to;
	if (r->padding)
		json_add(r->found, "padding", 1);
	else
		keep(r, &b);
}

static void take_dumped(void *with, char *line)
{
	struct reading *r = with;

	jump_map(&r->maps, line);
	if (strstr(line, "Intel BTS data: size"))
		end_piece(r);
	/* A raw event's lines have four digits. */
	if (!strncmp(line, ".  ", 3) && strcspn(line, ":") == 11)
		take_record(r, line);
}

/* What was it that the record says? */
static const char *kind_of(const struct reading *r, const struct branch *b)
{
	/* Half padding: what bts-padding finds. */
	if (!b->from)
		return "stale";
	/* The model had found no loop in the code, and says so. */
	if (b->from == b->to)
		return "at_rest";
	switch (jump_look(&r->maps, b->from, b->to)) {
	case JUMP_TRUE:
		return "true";
	case JUMP_UNTRUE:
		return "untrue";
	default:
		return "unknown";
	}
}

static void judge_records(struct reading *r, const char *self)
{
	uint64_t loop = decode_loop();
	size_t i;

	for (i = 0; i < r->n; i++) {
		json_add(r->found, kind_of(r, &r->records[i]), 1);
		if (jump_offset(&r->maps, r->records[i].from, self) - loop <
		    DECODE_LOOP_SIZE)
			json_add(r->found, "in_loop", 1);
	}
}

static int dump(struct scenario_ctx *ctx, const char *file, const char *self,
		struct reading *r, struct err *err)
{
	const char *const argv[] = {
		"perf", "script", "-i", file, "-D", NULL
	};
	int status, ret;

	ret = decode_lines(ctx, argv, take_dumped, r, &status, err);
	json_add(r->found, "bad", ret || status);
	end_piece(r);
	judge_records(r, self);
	return ret;
}

static void skip_last(const struct reading *r, struct follower *f)
{
	while (f->passes_over && f->next < r->n && r->records[f->next].last) {
		f->passed_over++;
		f->next++;
	}
}

static void follow_branch(const struct reading *r, struct follower *f,
			  const struct branch *b)
{
	skip_last(r, f);
	if (f->next == r->n || b->from != r->records[f->next].from ||
	    b->to != r->records[f->next].to)
		f->other++;
	f->next += f->next < r->n;
}

/* " branches:u:   55d0e3c4b57b =>   55d0e3c4b570": the file's next record. */
static void take_branch(void *with, char *line)
{
	struct reading *r = with;
	struct branch b;

	if (!strstr(line, "branches")) {
		decode_count_error(r->found, line);
		return;
	}
	json_add(r->found, "branches", 1);
	if (!read_branch(line, " => ", &b)) {
		json_add(r->found, "bad", 1);
		return;
	}
	follow_branch(r, &r->followers[0], &b);
	follow_branch(r, &r->followers[1], &b);
}

/* What perf's branches are, if they are either. */
static void judge_branches(struct reading *r)
{
	struct follower *f = &r->followers[1];

	skip_last(r, f);
	if (f->other || f->next != r->n)
		f = &r->followers[0];
	json_add(r->found, "last_passed_over", f->passed_over);
	json_add(r->found, "other", f->other + r->n - f->next);
}

static int follow(struct scenario_ctx *ctx, const char *file,
		  struct reading *r, struct err *err)
{
	const char *const argv[] = {
		"perf", "script", "-i", file, "--itrace=be", "-F",
		"ip,addr,event", NULL
	};
	int status, ret;

	json_add(r->found, "errors", 0);
	ret = decode_lines(ctx, argv, take_branch, r, &status, err);
	json_add(r->found, "errors", ret || status);
	judge_branches(r);
	return ret;
}

static int record(struct scenario_ctx *ctx, const struct way *way,
		  const char *file, const char *self, json_t *found,
		  struct err *err)
{
	char event[80];
	const char *const argv[] = {
		"perf", "record", "-o", file, "--per-thread", "-B", "-N", "-m",
		way->mmap, "-e", event, way->option[0], way->option[1], "--",
		self, "--spin", SPIN, NULL
	};
	char *line = NULL;
	size_t size = 0;
	int status, ret;
	FILE *said;

	snprintf(event, sizeof(event), way->event, way->rate);
	ret = command_run(ctx, argv, NULL, &said, &status, err);
	if (ret)
		return ret;
	if (way->refused && getline(&line, &size, said) > 0)
		json_object_set_new(found, "said",
				    json_string(strtok(line, "\n")));
	free(line);
	fclose(said);
	json_object_set_new(found, "recorded", json_boolean(!status));
	return 0;
}

static int try_once(struct scenario_ctx *ctx, const struct way *way,
		    const char *file, const char *self, json_t *found,
		    struct err *err)
{
	struct reading r = {
		.found = found, .padding = true,
		.followers[1] = { .passes_over = true },
	};
	int ret = record(ctx, way, file, self, found, err);

	if (!ret && !way->refused) {
		ret = dump(ctx, file, self, &r, err);
		if (!ret)
			ret = follow(ctx, file, &r, err);
	}
	free(r.records);
	unlink(file);
	return ret;
}

/* As pt-decode: a busy host may leave the program too little time. */
#define TRIES 5

static int one(struct scenario_ctx *ctx, const struct way *way,
	       const char *file, const char *self, json_t *list,
	       struct err *err)
{
	json_t *found = NULL;
	int ret = 0, tries;

	for (tries = 1; !ret && tries <= TRIES; tries++) {
		json_decref(found);
		found = json_pack("{s:s, s:b, s:i}", "way", way->name,
				  "to_be_refused", way->refused, "tries",
				  tries);
		ret = try_once(ctx, way, file, self, found, err);
		if (way->refused || json_count(found, "in_loop") ||
		    json_count(found, "errors") || json_count(found, "bad"))
			break;
	}
	json_array_append_new(list, found);
	return ret;
}

static int all(struct scenario_ctx *ctx, const char *dir, json_t *list,
	       struct err *err)
{
	char *self = decode_self(err), *file;
	int ret = 0;
	size_t i;

	if (!self)
		return -EIO;
	file = xasprintf("%s/perf.data", dir);
	for (i = 0; i < sizeof(ways) / sizeof(ways[0]) && !ret; i++)
		ret = one(ctx, &ways[i], file, self, list, err);
	free(file);
	free(self);
	return ret;
}

int scenario_bts_decode(struct scenario_ctx *ctx, struct err *err)
{
	int ret = driver_choose(ctx, err);
	json_t *list = json_array();
	struct err ignored;
	char *dir;

	json_object_set_new(ctx->evidence, "ways", list);
	if (ret)
		return ret;
	dir = dir_temp(err);
	if (!dir)
		return -EIO;
	ret = all(ctx, dir, list, err);
	dir_remove(dir, &ignored);
	free(dir);
	return ret;
}
