#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# After the array that bench/slurm/submit makes: TOP OUT.
set -eu
top=$1 out=$2

set --
for dir in "$out"/shard-*; do
	[ ! -e "$dir/store.jsonl" ] || set -- "$@" "$dir"
done
[ $# -gt 0 ] || { echo "report: no shard has measured anything" >&2; exit 1; }
"$top/bench/report" -o "$out/run" "$@"
cat "$out/run/summary.txt"
