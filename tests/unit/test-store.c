// SPDX-License-Identifier: GPL-2.0-only
/* The store: what was appended is read back, whatever happened after it. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lib/store.h"
#include "lib/file.h"
#include "tests/check.h"

struct seen {
	int entries, measured, stop_at;
	uint64_t fulls;
	char last[64];
};

static int look(void *ctx, const struct store_entry *entry)
{
	struct seen *seen = ctx;

	seen->entries++;
	if (entry->measured) {
		seen->measured++;
		seen->fulls += entry->record.fulls;
	}
	snprintf(seen->last, sizeof(seen->last), "%s/%s/%s/%d", entry->variant,
		 entry->status, entry->why, entry->boot);
	return seen->entries == seen->stop_at ? -ECANCELED : 0;
}

static json_t *make_line(int boot, bool measured)
{
	json_t *json = json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:i, s:i}",
				 "schema", STORE_SCHEMA, "status",
				 measured ? "ok" : "panic", "variant", "peterz",
				 "kconfig", "guest", "section", "a", "cell",
				 "drain=3ms", "repeat", 0, "boot", boot);
	struct record *record;
	struct cell cell;

	if (!measured) {
		json_object_set_new(json, "why", json_string("x \"y\"\n"));
		return json;
	}
	cell_init(&cell);
	record = malloc(sizeof(*record));
	record_init(record, &cell);
	record->fulls = 7;
	hist_add(&record->h.wakeup, 1234);
	json_object_set_new(json, "record", record_to_json(record));
	record_free(record);
	free(record);
	return json;
}

static int append(struct store *store, int boot, bool measured,
		  struct err *err)
{
	json_t *json = make_line(boot, measured);
	int ret = store_append(store, json, err);

	json_decref(json);
	return ret;
}

static long file_size(const char *path)
{
	struct stat st;

	return stat(path, &st) ? -1 : (long)st.st_size;
}

static void test_append(struct check *t, const char *path)
{
	struct seen seen = { 0 };
	struct store *store, *other;
	struct err err = { "" };
	bool torn;

	CHECK(t, store_open(&store, path, true, &err) == -ENOENT);
	CHECK_EQ(t, store_open(&store, path, false, &err), 0);
	CHECK(t, store_open(&other, path, false, &err) == -EEXIST);
	CHECK(t, store_open(&other, path, true, &err) == -EBUSY);
	CHECK_EQ(t, append(store, 1, true, &err), 0);
	CHECK_EQ(t, append(store, 2, false, &err), 0);
	store_close(store);
	CHECK_EQ(t, store_each(path, &torn, look, &seen, &err), 0);
	CHECK(t, !torn);
	CHECK_EQ(t, seen.entries, 2);
	CHECK_EQ(t, seen.measured, 1);
	CHECK_EQ(t, seen.fulls, 7);
	CHECK(t, !strcmp(seen.last, "peterz/panic/x \"y\"\n/2"));
	/* The callback can stop it. */
	seen = (struct seen) { .stop_at = 1 };
	CHECK(t, store_each(path, &torn, look, &seen, &err) == -ECANCELED);
	CHECK_EQ(t, seen.entries, 1);
}

/* A machine that died while it wrote. */
static void test_torn(struct check *t, const char *path)
{
	struct seen seen = { 0 };
	long whole = file_size(path);
	struct store *store;
	struct err err = { "" };
	FILE *f = fopen(path, "a");
	bool torn;

	fputs("{\"schema\":1,\"status\":\"ok\",\"vari", f);
	fclose(f);
	CHECK_EQ(t, store_each(path, &torn, look, &seen, &err), 0);
	CHECK(t, torn);
	CHECK_EQ(t, seen.entries, 2);
	CHECK_EQ(t, store_open(&store, path, true, &err), 0);
	CHECK_EQ(t, file_size(path), whole);
	CHECK_EQ(t, append(store, 3, true, &err), 0);
	store_close(store);
	seen = (struct seen) { 0 };
	CHECK_EQ(t, store_each(path, &torn, look, &seen, &err), 0);
	CHECK(t, !torn);
	CHECK_EQ(t, seen.entries, 3);
}

/* No room: an error, and what was there before stays as it was. */
static void test_full(struct check *t, const char *path)
{
	long before = file_size(path);
	struct rlimit limit = { .rlim_cur = before + 100,
				.rlim_max = RLIM_INFINITY };
	struct seen seen = { 0 };
	struct store *store;
	struct err err = { "" };
	bool torn;

	signal(SIGXFSZ, SIG_IGN);
	CHECK_EQ(t, store_open(&store, path, true, &err), 0);
	CHECK_EQ(t, setrlimit(RLIMIT_FSIZE, &limit), 0);
	CHECK(t, append(store, 4, true, &err) < 0);
	CHECK(t, strstr(err.text, path));
	CHECK_EQ(t, file_size(path), before);
	limit.rlim_cur = RLIM_INFINITY;
	CHECK_EQ(t, setrlimit(RLIMIT_FSIZE, &limit), 0);
	CHECK_EQ(t, append(store, 4, true, &err), 0);
	store_close(store);
	CHECK_EQ(t, store_each(path, &torn, look, &seen, &err), 0);
	CHECK_EQ(t, seen.entries, 4);
}

#define LINE(status, more) \
	"{\"schema\":1,\"status\":\"" status "\"" more "}\n"

static int count_ended(void *ctx, const struct store_entry *entry)
{
	int *ended = ctx;

	ended[entry->ended]++;
	return 0;
}

/* What this side made fail is tried again by a run that goes on. */
static void test_host_failed(struct check *t, const char *path)
{
	static const char text[] =
		LINE("ok", "") LINE("host-failed", ",\"why\":\"no room\"")
		LINE("panic", ",\"why\":\"host-failed it is not\"")
		LINE("host-failed", "") LINE("build-failed", "")
		LINE("build-failed", ",\"ours\":true") "{\"sche";
	static const char left[] =
		LINE("ok", "")
		LINE("panic", ",\"why\":\"host-failed it is not\"")
		LINE("build-failed", "")
		LINE("build-failed", ",\"ours\":true");
	int ended[STATUSES] = { 0 };
	struct store *store, *other;
	struct err err = { "" };
	char *now;
	bool torn;

	CHECK_EQ(t, file_write(path, text, strlen(text), &err), 0);
	CHECK_EQ(t, store_each(path, &torn, count_ended, ended, &err), 0);
	/* One of them is of an older program, which said it otherwise. */
	CHECK_EQ(t, ended[STATUS_HOST_FAILED], 3);
	CHECK_EQ(t, ended[STATUS_BUILD_FAILED], 1);
	CHECK_EQ(t, store_open(&store, path, true, &err), 0);
	CHECK_EQ(t, file_read(path, &now, NULL, &err), 0);
	CHECK(t, !strcmp(now, left));
	free(now);
	/* The new file is locked as the old one was, and goes on. */
	CHECK(t, store_open(&other, path, true, &err) == -EBUSY);
	CHECK_EQ(t, append(store, 4, true, &err), 0);
	store_close(store);
	memset(ended, 0, sizeof(ended));
	CHECK_EQ(t, store_each(path, &torn, count_ended, ended, &err), 0);
	CHECK(t, !torn);
	CHECK_EQ(t, ended[STATUS_OK], 2);
}

static void expect_bad(struct check *t, const char *path, const char *text,
		       const char *what)
{
	struct seen seen = { 0 };
	struct err err = { "" };
	bool torn;

	CHECK_EQ(t, file_write(path, text, strlen(text), &err), 0);
	CHECK(t, store_each(path, &torn, look, &seen, &err) == -EINVAL);
	if (!strstr(err.text, what))
		printf("said: %s\nexpected: %s\n", err.text, what);
	CHECK(t, strstr(err.text, what));
}

static int count_again(void *ctx, const struct store_entry *entry)
{
	*(int *)ctx += entry->again;
	return 0;
}

/* A measurement's line that is there twice is one; another seed is another. */
static void test_again(struct check *t, const char *path)
{
	json_t *line = make_line(1, true), *failed = make_line(2, false);
	struct store *store;
	struct err err;
	int again = 0;
	bool torn;

	json_object_set_new(line, "id", json_integer(5));
	json_object_set_new(line, "seed", json_integer(99));
	json_object_set_new(failed, "id", json_integer(5));
	json_object_set_new(failed, "seed", json_integer(99));
	unlink(path);
	CHECK_EQ(t, store_open(&store, path, false, &err), 0);
	CHECK_EQ(t, store_append(store, failed, &err), 0);
	CHECK_EQ(t, store_append(store, line, &err), 0);
	CHECK_EQ(t, store_append(store, line, &err), 0);
	json_object_set_new(line, "seed", json_integer(98));
	CHECK_EQ(t, store_append(store, line, &err), 0);
	store_close(store);
	CHECK_EQ(t, store_each(path, &torn, count_again, &again, &err), 0);
	CHECK_EQ(t, again, 1);
	json_decref(line);
	json_decref(failed);
}

static void test_bad(struct check *t, const char *path)
{
	expect_bad(t, path, "{\"schema\":1.0}\n", "not a whole number");
	expect_bad(t, path, "{\"schema\":\"1\"}\n", "not a whole number");
	expect_bad(t, path, "nonsense\n", "store.jsonl:1: ");
	expect_bad(t, path, "{\"schema\":1,\"status\":\"panic\"}\n\n",
		   "store.jsonl:2: ");
	expect_bad(t, path, "{\"schema\":1,\"status\":\"fine\"}\n",
		   "status 'fine' is none");
	/* Never stored: who reads it was lied to. */
	expect_bad(t, path, "{\"schema\":1,\"status\":\"stopped\"}\n",
		   "status 'stopped' is none");
	expect_bad(t, path, "[1]\n", "not a JSON object");
	expect_bad(t, path, "{\"schema\":99}\n", "schema 99");
	expect_bad(t, path, "{\"schema\":1,\"status\":\"ok\",\"record\":{}}\n",
		   "store.jsonl:1: ");
}

int main(void)
{
	char dir[] = "/tmp/test-store-XXXXXX", *path;
	struct check t = { 0 };
	struct err err;

	if (!mkdtemp(dir))
		return 1;
	path = xasprintf("%s/store.jsonl", dir);
	test_append(&t, path);
	test_torn(&t, path);
	test_full(&t, path);
	test_host_failed(&t, path);
	test_again(&t, path);
	test_bad(&t, path);
	dir_remove(dir, &err);
	free(path);
	return check_end(&t);
}
