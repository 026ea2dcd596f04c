#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# A worker with no compiler, no make, no git and no kernel source runs a shard
# and a sign-off from kernels that were built here; its shard goes together with
# one of ours, which takes the same kernels.
set -eu
top=$(cd "${srcdir:-.}" && pwd)
candidate=$top/tests/guest/candidates/comment.patch
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
fail() {
	echo "failed: $*"
	exit 1
}

qemu=$(command -v "qemu-system-$(uname -m)") || {
	echo "SKIP: no qemu-system-$(uname -m)"
	exit 77
}
./kconfigs/build-kernel -q --export="$tmp/two.tar.gz" baseline peterz \
	>"$tmp/built" 2>"$tmp/said" || {
	grep -q 'no kernel source' "$tmp/said" || fail "$(cat "$tmp/said")"
	echo "SKIP: $(cat "$tmp/said")"
	exit 77
}
./kconfigs/build-kernel -q --patch="$candidate" --export="$tmp/one.tar.gz" \
	comment >>"$tmp/built"

mkdir "$tmp/bin"
ln -s "$qemu" "$tmp/bin/"
worker() {
	env PATH="$tmp/bin" AUX_TESTS_CACHE="$tmp/cache" "$@"
}
matrix="./bench/run-matrix smoke variants=baseline,peterz repeats=2 seconds=0.3
	--seed=5 -q"

! worker ./kconfigs/build-kernel -q baseline >"$tmp/said" 2>&1 ||
	fail 'a kernel without a compiler'
worker ./kconfigs/build-kernel --import="$tmp/two.tar.gz" \
	--import="$tmp/one.tar.gz" >"$tmp/imported"
[ "$(cut -d' ' -f1,2 "$tmp/built")" = "$(cut -d' ' -f1,2 "$tmp/imported")" ] ||
	fail "imported: $(cat "$tmp/imported")"

# shellcheck disable=SC2086 # words
worker $matrix --shard=1/2 -o "$tmp/shard-1" || fail 'the worker'
$matrix --shard=2/2 -o "$tmp/shard-2" || fail 'ours'
grep -q '"imported":true' "$tmp/shard-1/store.jsonl" || fail 'not said'
! grep -q '"imported":true' "$tmp/shard-2/store.jsonl" || fail 'said of ours'
keys() {
	grep -o '"key":"[0-9a-f]*"' "$1/store.jsonl" | sort -u
}
[ "$(keys "$tmp/shard-1")" = "$(keys "$tmp/shard-2")" ] || fail 'other keys'
./bench/report -o "$tmp/run" "$tmp/shard-1" "$tmp/shard-2" >/dev/null ||
	fail 'report'
grep -q 'merged       2 of 2 shards$' "$tmp/run/summary.txt" || fail 'merged'
grep -q '^imported     kernels were built elsewhere, by .*gcc' \
	"$tmp/run/summary.txt" || fail 'the summary does not say it'

# What was not imported is named, and what it would take to have it.
! worker ./bench/run-matrix smoke variants=sync -q -o "$tmp/no" \
	2>"$tmp/said" || fail 'a kernel that was not imported'
grep -q 'sync/guest is not among the imported kernels (.*baseline/guest.*), and it cannot be built: not installed: .*gcc' \
	"$tmp/said" || fail "$(cat "$tmp/said")"

status=0
worker ./bench/sign-off --patch "$candidate" --fix --budget=10min -q \
	--no-model -o "$tmp/sign-off" >"$tmp/said" 2>&1 || status=$?
[ $status = 2 ] || {
	cat "$tmp/said"
	fail "sign-off: status $status, expected 2: a comment closes no race"
}
