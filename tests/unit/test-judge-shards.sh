#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# sign-off --judge DIR...: boots of several shards as one run; what the plan has
# not whole yet, or has more of since, is one of several looks.
set -eu
[ -x tests/unit/test-many ] || { echo 'SKIP: no tests/unit/test-many (make check)'; exit 77; }
sign_off=$PWD/bench/sign-off
tmp=$(mktemp -d "${TMPDIR:-/tmp}/aux-judge-XXXXXX")
trap 'rm -rf "$tmp"' EXIT
fail() {
	echo "failed: $*"
	cat "$tmp/said"
	exit 1
}

mkdir "$tmp/run"
MANY="4 8" MANY_DIR="$tmp/run" tests/unit/test-many >"$tmp/said" 2>&1 || fail made
cd "$tmp/run"
# judge LOOKS OUT DIR...
judge() {
	looks=$1 out=$2
	shift 2
	status=0
	"$sign_off" -q --no-model --judge "$@" -o "$out" >"$tmp/said" 2>&1 || status=$?
	# Nothing that was made up is worse, nor good.
	[ $status = 1 ] || fail "status $status of $*"
	grep -q "^ \"looks\": $looks,$" "$out/verdict.json" || fail "not $looks looks: $*"
	grep -q '^UNDECIDED' "$tmp/said" || fail "no verdict on $*"
}
judge 1 grows shard-1 shard-2 shard-3
judge 1 grows shard-3 shard-2 shard-1
judge 2 grows shard-1 shard-2 shard-3 shard-4
judge 2 grows shard-4 shard-1 shard-2 shard-3
judge 0 whole shard-1 shard-2 shard-3 shard-4
grep -q 'merged.*4 of 4 shards' whole/summary.txt || fail summary

"$sign_off" --judge shard-1 shard-2 2>"$tmp/said" && fail "nowhere to go"
grep -q 'where is the whole to go' "$tmp/said" || fail "no OUT"
