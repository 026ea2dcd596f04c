#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The recipe for GNU parallel, over a local sshd as the other machine: shards
# that "report" puts together.  tests/unit/liar measures.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
cd "$top" || exit 1
for program in parallel ssh ssh-keygen; do
	command -v $program >/dev/null ||
		{ echo "SKIP: no $program (parallel, openssh-client)"; exit 77; }
done
sshd=$(PATH=$PATH:/usr/sbin command -v sshd) ||
	{ echo "SKIP: no sshd (openssh-server)"; exit 77; }
parallel --version | grep -q '^GNU parallel' ||
	{ echo "SKIP: not GNU's parallel"; exit 77; }
[ -x tests/unit/liar ] || { echo "SKIP: no tests/unit/liar"; exit 77; }

tmp=$(mktemp -d "${TMPDIR:-/tmp}/aux-parallel-XXXXXX")
trap 'kill $daemon 2>/dev/null; rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM
mkdir -p "$tmp/bin"
ln -s "$top/tests/unit/liar" "$tmp/bin/qemu-system-$(uname -m)"
ssh-keygen -q -t ed25519 -N '' -f "$tmp/host"
ssh-keygen -q -t ed25519 -N '' -f "$tmp/key"
cp "$tmp/key.pub" "$tmp/authorized"
[ "$(id -u)" != 0 ] || mkdir -p /run/sshd
cat >"$tmp/sshd_config" <<CONF
Port 17122
ListenAddress 127.0.0.1
HostKey $tmp/host
AuthorizedKeysFile $tmp/authorized
PidFile $tmp/sshd.pid
StrictModes no
PermitRootLogin prohibit-password
UsePAM no
CONF
cat >"$tmp/ssh" <<SSH
#!/bin/sh
exec ssh -p 17122 -i $tmp/key -o BatchMode=yes -o StrictHostKeyChecking=no \
	-o UserKnownHostsFile=$tmp/known "\$@"
SSH
chmod +x "$tmp/ssh"
"$sshd" -D -f "$tmp/sshd_config" -E "$tmp/sshd.log" &
daemon=$!
for _ in $(seq 50); do
	"$tmp/ssh" 127.0.0.1 true 2>"$tmp/err" && break
	sleep 0.2
done
"$tmp/ssh" 127.0.0.1 true || { echo "SKIP: no way into a local sshd"; cat "$tmp/sshd.log"; exit 77; }

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
parallel --will-cite --plus --sshlogin 2/127.0.0.1 \
	"cd $top && PATH=$tmp/bin:\$PATH LIAR_MS=300 bench/run-matrix -q --shard={#}/{##} --seed=5 -o $tmp/shard-{#} $tmp/x.job" \
	::: $(seq 5) || { echo "failed: parallel"; exit 1; }
bench/report -o "$tmp/run" "$tmp"/shard-* || exit 1
grep merged "$tmp/run/summary.txt"
grep -q 'merged       5 of 5 shards$' "$tmp/run/summary.txt" || exit 1
[ "$(grep -c '"status":"ok"' "$tmp/run/store.jsonl")" = 16 ]
