#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# bench/slurm on a cluster of two nodes over loopback: an array of 8 shards that
# nothing happens to, and one that is disturbed: a node drained, a task killed,
# a task requeued, the controller started again.  Both come to the same.  What
# measures is tests/unit/liar in QEMU's place: the same seed, the same record.
finish()
{
	stop_cluster
}
name=slurm
. "$(dirname "$0")/setup.sh"
. tests/cluster/slurm.sh
cluster_possible || exit 77

liar_as_qemu
export PATH="$tmp/bin:$PATH" LIAR_MS=700
cat >"$tmp/x.job" <<'JOB'
[global]
variants = baseline, peterz
repeats = 8
guest_accel = tcg
duration = 200ms
[main]
drain = 1ms, 2ms, 3ms
JOB

say()
{
	echo "$(date +%T) $*"
}

tasks()
{
	squeue -h -r -o '%i %T %N' | sort | tr '\n' ';'
}

# task_pid OUT TASK: of its run-matrix
task_pid()
{
	pgrep -f "run-matrix --quiet .*$1/shard-$2\$|run-matrix --quiet .*$1/shard-$2 " | head -1
}

running()
{
	[ -n "$(task_pid "$1" "$2")" ] && [ -s "$1/shard-$2/store.jsonl" ]
}

reported()
{
	[ -s "$1/run/report.html" ] && [ -z "$(squeue -h)" ]
}

# What was measured, without times and without which boot it was.
measured()
{
	sed -E 's/"(time|boot_id)":"[^"]*"/"\1":""/g
		s/"(load1|boot|order|hello_ms|boot_ms)":[0-9.]+/"\1":0/g
		s/"steal[a-z_]*":[0-9.]+//g' "$1/run/store.jsonl" |
		sed -E 's/"host":\{[^}]*\}//; s/"target":\{[^{}]*(\{[^{}]*\}[^{}]*)*\}//' | sort
}

# In the order of the calm one's seed.
submit()
{
	mkdir -p "$1"
	echo 4711 >"$1/seed"
	bench/slurm/submit 8 "$1" "$tmp/x.job"
}

disturb()
{
	check wait_for 120 running "$tmp/rough" 1
	say "drain n2: $(tasks)"
	scontrol update nodename=n2 state=drain reason=test
	victim=$(task_pid "$tmp/rough" 1)
	say "kill -9 task 1, pid $victim"
	kill -9 "$victim"
	check wait_for 120 running "$tmp/rough" 3
	say "requeue task 3: $(tasks)"
	scontrol requeue "$(squeue -h -r -n aux-tests -o %i | grep _3$)"
	say "stop the controller"
	stop_controller
	sleep 3
	say "start it again"
	start_controller
	check wait_for 60 scontrol ping
	scontrol update nodename=n2 state=resume
	say "n2 again: $(tasks)"
}

check start_cluster
say "$(sinfo -h -N -o '%N %t' | tr '\n' ' ')"
begun=$(date +%s)
submit "$tmp/calm"
check wait_for 400 reported "$tmp/calm"
say "calm: $(($(date +%s) - begun)) s"
begun=$(date +%s)
submit "$tmp/rough"
disturb
check wait_for 500 reported "$tmp/rough"
say "rough: $(($(date +%s) - begun)) s"

cat "$tmp/rough"/log/[1-8]
grep merged "$tmp/calm/run/summary.txt" "$tmp/rough/run/summary.txt"
check grep -q 'merged       8 of 8 shards$' "$tmp/rough/run/summary.txt"
check grep -q 'task 1 on .*, start [1-9]' "$tmp/rough/log/1"
check grep -q 'task 3 on .*, start [1-9]' "$tmp/rough/log/3"
check [ "$(grep -c '"status":"ok"' "$tmp/rough/run/store.jsonl")" = 48 ]
measured "$tmp/calm" >"$tmp/calm.txt"
measured "$tmp/rough" >"$tmp/rough.txt"
check cmp "$tmp/calm.txt" "$tmp/rough.txt"
check cmp "$tmp/calm/run/summary.tsv" "$tmp/rough/run/summary.tsv"
# Once more: nothing is left to be done.
check [ "$(submit "$tmp/rough" 2>&1)" = "submit: all 8 shards are done" ]
exit $failed
