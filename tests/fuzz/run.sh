#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Runs each fuzz target for FUZZ_SECONDS (60), from the corpus in tests/fuzz and
# from what the suite itself has of such files; FUZZ_TARGETS: only these.  What
# is found is kept in build-fuzz/NAME-*, what is new in build-fuzz/corpus.
# 77 (SKIP) without clang or its fuzzer.
set -u
src=$1
seconds=${FUZZ_SECONDS:-60}
seed=${FUZZ_SEED:-$(od -An -N3 -tu4 /dev/urandom | tr -d ' ')}
status=0
total=0

own_files() {
	case $1 in
	job) echo "$src/bench/jobs" ;;
	patch) echo "$src/tests/unit/patches" "$src/tests/guest/candidates" ;;
	esac
}

for binary in build-fuzz/fuzz-*; do
	name=${binary#build-fuzz/fuzz-}
	[ -f "$binary" ] && [ -x "$binary" ] || continue
	case " ${FUZZ_TARGETS:-$name} " in *" $name "*) ;; *) continue ;; esac
	mkdir -p "build-fuzz/corpus/$name"
	log=build-fuzz/$name.log
	# shellcheck disable=SC2046
	"$binary" -max_total_time="$seconds" -seed="$seed" -print_final_stats=1 \
		-max_len=20000 -timeout=20 -rss_limit_mb=2048 -close_fd_mask=3 \
		-artifact_prefix="build-fuzz/$name-" \
		"build-fuzz/corpus/$name" "$src/tests/fuzz/corpus/$name" \
		$(own_files "$name") >"$log" 2>&1
	ret=$?
	runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
	total=$((total + ${runs:-0}))
	if [ $ret -eq 0 ]; then
		echo "PASS: fuzz-$name: ${runs:-0} inputs in $seconds s, seed $seed"
	else
		echo "FAIL: fuzz-$name: see $log"
		grep -m 3 -E 'ERROR|runtime error|SUMMARY' "$log"
		status=1
	fi
done
echo "$total inputs in all"
exit $status
