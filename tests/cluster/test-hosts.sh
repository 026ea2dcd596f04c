#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# A run over three hosts, which are local sshds: nothing happens to a; b's link
# breaks and comes back; c is gone, and comes back for --resume.  It comes to
# what a calm run has.  tests/unit/liar measures, in the agent's place.
declare -A port=([a]=17131 [b]=17132 [c]=17133) pid
start_host()
{
	start_sshd "$1" "${port[$1]}" || exit 77
	pid[$1]=$daemon
}

# With its sessions, as when a machine is switched off.
stop_host()
{
	[ -n "${pid[$1]:-}" ] || return 0
	kill "${pid[$1]}" 2>/dev/null
	pid[$1]=
	# shellcheck disable=SC2013 # pids are words
	for session in $(cat "$tmp/sessions-${port[$1]}" 2>/dev/null); do
		kill -9 "$session" 2>/dev/null
	done
	rm -f "$tmp/sessions-${port[$1]}"
}

finish()
{
	for host in a b c; do
		stop_host $host
	done
}
name=hosts
. "$(dirname "$0")/setup.sh"
. tests/cluster/sshd.sh
sshd_possible || exit 77
command -v jq >/dev/null || { echo "SKIP: no jq"; exit 77; }

# What a login runs: after an agent has been sent, the liar takes its place.
cat >"$tmp/as-host" <<SH
#!/bin/sh
export TMPDIR=$tmp
echo \$\$ \$PPID >>$tmp/sessions-\${SSH_CONNECTION##* }
case \$SSH_ORIGINAL_COMMAND in
*"tar -xf"*)
	text=\$(sh -c "\$SSH_ORIGINAL_COMMAND") || exit 1
	cp $top/tests/unit/liar "\${text##*: }/init"
	echo "\$text" ;;
*)	LIAR_MS=500 exec sh -c "\$SSH_ORIGINAL_COMMAND" ;;
esac
SH
chmod +x "$tmp/as-host"

cat >"$tmp/x.job" <<JOB
[global]
hosts = a, b, c
ssh = ssh -F $tmp/ssh_config
label = patched
repeats = 2
seed = 5
duration = 200ms
[main]
drain = 1ms, 2ms, 3ms, 4ms
JOB

cells()
{
	grep -c '"status":"ok"' "$tmp/$1/store.jsonl" 2>/dev/null
}

wait_cells()
{
	for _ in $(seq 100); do
		[ "$(cells "rough/hosts/$1")" -ge "$2" ] 2>/dev/null && return
		sleep 0.2
	done
	return 1
}

# What was measured, without when and by which agent.
measured()
{
	jq -c 'select(.record) | [.id, .seed, .repeat, .cell, .target.host, .record]' \
		"$tmp/$1/store.jsonl" | sort
}

# A cell that was running when its machine went away has died: that is its result.
died()
{
	grep -c '"status":"died"' "$tmp/$1/store.jsonl"
}

sshd_keys "ForceCommand $tmp/as-host"
for host in a b c; do
	start_host $host
done

begun=$(date +%s)
# The same hosts, said on the command line.
grep -v '^hosts' "$tmp/x.job" >"$tmp/calm.job"
check bench/run-matrix -q --target=ssh:a,b,c -o "$tmp/calm" "$tmp/calm.job" \
	>"$tmp/calm.out" 2>&1
took=$(($(date +%s) - begun))
check [ "$(cells calm)" = 24 ]
check grep -q '^merged       3 of 3 shards$' "$tmp/calm/summary.txt"
# Of the other hosts, not of one after the other: 8 cells of half a second each.
echo "24 cells of 0.5 s on three hosts: $took s"
check [ -z "$(find "$tmp" -maxdepth 1 -name 'aux-tests.*')" ]

bench/run-matrix -o "$tmp/rough" "$tmp/x.job" >"$tmp/rough.out" 2>&1 &
run=$!
check wait_cells b 2
stop_host b
check wait_cells c 2
stop_host c
start_host b
wait $run
status=$?
cat "$tmp/rough.out"
check [ $status = 1 ]
check grep -q 'b: tried again: ' "$tmp/rough.out"
check grep -q 'c: LOST: ' "$tmp/rough.out"
check grep -q 'lost c: .*--resume=' "$tmp/rough.out"
check [ "$(cells rough/hosts/a)" = 8 ]
check [ $(($(cells rough/hosts/b) + $(died rough/hosts/b))) = 8 ]
check grep -q 'lost from the others' "$tmp/rough/summary.txt"

start_host c
bench/run-matrix -q --resume="$tmp/rough" >"$tmp/again.out" 2>&1
status=$?
cat "$tmp/again.out"
lost=$(died rough)
check [ $status = 0 ]
check [ "$lost" -le 2 ]
check [ $(($(cells rough) + lost)) = 24 ]
check grep -q '^merged       3 of 3 shards$' "$tmp/rough/summary.txt"
check grep -q '^hosts = a, b, c$' "$tmp/rough/job.ini"
measured calm >"$tmp/calm.txt"
measured rough >"$tmp/rough.txt"
check [ "$(comm -23 "$tmp/calm.txt" "$tmp/rough.txt" | wc -l)" = "$lost" ]
check [ -z "$(comm -13 "$tmp/calm.txt" "$tmp/rough.txt")" ]
exit $failed
