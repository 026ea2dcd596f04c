#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Runs each fuzz target for FUZZ_SECONDS (60), one on each CPU at a time, from
# the corpus in tests/fuzz and from what the suite itself has of such files;
# FUZZ_TARGETS: only these.  What is found is kept in build-fuzz/NAME-*, what is
# new in build-fuzz/corpus.
set -u
src=$1
seconds=${FUZZ_SECONDS:-60}
FUZZ_SEED=${FUZZ_SEED:-$(od -An -N3 -tu4 /dev/urandom | tr -d ' ')}
export FUZZ_SEED

own_files() {
	case $1 in
	job) echo "$src/bench/jobs" ;;
	patch) echo "$src/tests/unit/patches" "$src/tests/guest/candidates" ;;
	esac
}

# A target's line goes to its .result, too: lines of several may mix.
one() {
	name=$1
	mkdir -p "build-fuzz/corpus/$name"
	log=build-fuzz/$name.log
	# shellcheck disable=SC2046
	"build-fuzz/fuzz-$name" -max_total_time="$seconds" -seed="$FUZZ_SEED" \
		-print_final_stats=1 -max_len=20000 -timeout=20 \
		-rss_limit_mb=2048 -close_fd_mask=3 \
		-artifact_prefix="build-fuzz/$name-" \
		"build-fuzz/corpus/$name" "$src/tests/fuzz/corpus/$name" \
		$(own_files "$name") >"$log" 2>&1
	ret=$?
	runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
	if [ $ret -eq 0 ]; then
		echo "PASS: fuzz-$name: ${runs:-0} inputs in $seconds s, seed $FUZZ_SEED"
	else
		echo "FAIL: fuzz-$name: see $log"
		grep -m 3 -E 'ERROR|runtime error|SUMMARY' "$log"
	fi >"build-fuzz/$name.result"
	cat "build-fuzz/$name.result"
}

if [ $# -gt 1 ]; then
	one "$2"
	exit
fi
rm -f build-fuzz/*.result
for binary in build-fuzz/fuzz-*; do
	name=${binary#build-fuzz/fuzz-}
	[ -f "$binary" ] && [ -x "$binary" ] || continue
	case " ${FUZZ_TARGETS:-$name} " in *" $name "*) echo "$name" ;; esac
done >build-fuzz/targets
xargs -r -n 1 -P "$(nproc)" sh "$0" "$src" <build-fuzz/targets
awk '/^PASS: / { n += $3 } END { print n + 0 " inputs in all" }' \
	build-fuzz/*.result
# One that left no result was killed.
[ "$(grep -l '^PASS: ' build-fuzz/*.result | wc -l)" -eq \
	"$(wc -l <build-fuzz/targets)" ]
