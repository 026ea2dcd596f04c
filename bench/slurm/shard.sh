#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# One task of the array that bench/slurm/submit makes: TOP SHARDS OUT ARGUMENT...
# It may be killed and started again at any time: what is in the store counts.
set -u
top=$1 shards=$2 out=$3
shift 3
dir=$out/shard-$SLURM_ARRAY_TASK_ID

[ ! -e "$dir/done" ] || exit 0
if [ -e "$dir/store.jsonl" ]; then
	set -- --resume="$dir"
else
	# It was killed before it had begun.
	rm -rf "$dir"
	set -- --shard="$SLURM_ARRAY_TASK_ID/$shards" \
		--seed="$(cat "$out/seed")" --output="$dir" "$@"
fi
echo "task $SLURM_ARRAY_TASK_ID on $SLURMD_NODENAME, start ${SLURM_RESTART_COUNT:-0}"

"$top/bench/run-matrix" --quiet "$@" &
pid=$!
again=
# The time is nearly up: what is left is done in another one.  Who cancels the
# job or needs its node sends SIGTERM, and knows what comes after it.
trap 'again=1; kill -TERM $pid 2>/dev/null' USR1
trap 'again=0; kill -TERM $pid 2>/dev/null' TERM
# A wait that a trap interrupts ends with more than 128, too.
while :; do
	wait $pid
	status=$?
	kill -0 $pid 2>/dev/null || break
done
[ "$status" -ne 0 ] || : >"$dir/done"
echo "task $SLURM_ARRAY_TASK_ID: status $status"

# Killed, by want of memory or by hand: it goes on where it was.
[ -n "$again" ] || [ "$status" -le 128 ] || [ "${SLURM_RESTART_COUNT:-0}" -ge 3 ] ||
	again=1
[ "$again" != 1 ] ||
	scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
exit "$status"
