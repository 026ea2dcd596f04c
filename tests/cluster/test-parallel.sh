#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The recipe for GNU parallel, over a local sshd as the other machine: shards
# that "report" puts together.  tests/unit/liar measures.
finish()
{
	[ -z "${daemon:-}" ] || kill "$daemon"
}
name=parallel
. "$(dirname "$0")/setup.sh"
command -v parallel >/dev/null || { echo "SKIP: no parallel"; exit 77; }
. tests/cluster/sshd.sh
sshd_possible || exit 77
parallel --version | grep -q '^GNU parallel' ||
	{ echo "SKIP: not GNU's parallel"; exit 77; }

liar_as_qemu
sshd_keys
start_sshd other 17122 || exit 77
cat >"$tmp/ssh" <<SSH
#!/bin/sh
exec ssh -F $tmp/ssh_config "\$@"
SSH
chmod +x "$tmp/ssh"

cat >"$tmp/x.job" <<'JOB'
[global]
variants = baseline, peterz
repeats = 4
guest_accel = tcg
duration = 200ms
[main]
drain = 1ms, 2ms
JOB

# The recipe; what is more than that is this test's.
export PARALLEL_SSH="$tmp/ssh"
parallel --will-cite --plus --sshlogin 2/other \
	"cd $top && PATH=$tmp/bin:\$PATH LIAR_MS=300 bench/run-matrix -q --shard={#}/{##} --seed=5 -o $tmp/shard-{#} $tmp/x.job" \
	::: $(seq 5) || { echo "failed: parallel"; exit 1; }
bench/report -o "$tmp/run" "$tmp"/shard-* || exit 1
grep merged "$tmp/run/summary.txt"
grep -q 'merged       5 of 5 shards$' "$tmp/run/summary.txt" || exit 1
[ "$(grep -c '"status":"ok"' "$tmp/run/store.jsonl")" = 16 ]
