#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# sign-off's command line, with a toy tree for a kernel: nothing is built.
set -eu
command -v git >/dev/null || { echo 'SKIP: no git'; exit 77; }
sign_off=$PWD/bench/sign-off
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
export AUX_TESTS_CACHE="$tmp/cache" TMPDIR="$tmp/tmp"
mkdir "$tmp/tmp" "$tmp/bin" "$tmp/tree" "$tmp/tree/kernel"
fail() {
	echo "failed: $*"
	exit 1
}

# Status $1 of a sign-off with the other arguments, whose text is in $tmp/said.
expect() {
	want=$1
	shift
	status=0
	"$sign_off" "$@" >"$tmp/out" 2>"$tmp/said" || status=$?
	[ $status = "$want" ] || {
		cat "$tmp/said"
		fail "sign-off $*: status $status, expected $want"
	}
	! grep -q "$TMPDIR/" "$tmp/said" || fail "a temporary path is told"
}
says() {
	grep -q -- "$1" "$tmp/said" || {
		cat "$tmp/said"
		fail "it does not say: $1"
	}
}

printf 'VERSION = 6\nPATCHLEVEL = 18\nSUBLEVEL = 0\nEXTRAVERSION =\nNAME = Toy\n' \
	>"$tmp/tree/Makefile"
echo 1 >"$tmp/tree/kernel/a.c"

# A folder that is no sign-off's is left as it is.
mkdir "$tmp/other"
echo '[global]' >"$tmp/other/job.ini"
: >"$tmp/other/store.jsonl"
before=$(cat "$tmp/other"/* | cksum)
for option in --resume --judge; do
	expect 1 "$option=$tmp/other"
	says "not a sign-off's folder"
done
[ "$(cat "$tmp/other"/* | cksum)" = "$before" ] || fail "it was written to"
[ "$(ls "$tmp/other")" = "job.ini
store.jsonl" ] || fail "something was left in it"

# One format on stdout.
expect 1 --json --ktap --judge="$tmp/other"
expect 128 --bisect --judge="$tmp/other"

# b4 is only run when it is asked for, and what it fetched is the candidate.
cat >"$tmp/bin/b4" <<'FAKE'
#!/bin/sh
[ "$1 $2 $4" = "am -o --" ] || exit 9
echo "$5" >>"$B4_SAW"
[ "$5" = none@example.org ] || cat >"$3/v2_toy.mbx" <<MAIL
From git@z Thu Jan  1 00:00:00 1970
From: A Developer <a@example.org>
Subject: [PATCH v2 1/1] perf: a toy that
 goes on in a second line
Message-ID: <$5>

Text.
---
--- a/kernel/a.c
+++ b/kernel/a.c
@@ -1 +1 @@
-1
+2
MAIL
FAKE
chmod +x "$tmp/bin/b4"
export B4_SAW="$tmp/saw" PATH="$tmp/bin:$PATH"
expect 1 --patch b4:none@example.org --linux "$tmp/tree"
says 'b4:none@example.org: b4 left no mbox'
expect 1 --patch b4:20260526.1@example.org --linux "$tmp/tree" \
	--output="$tmp/run" --no-model
[ "$(cat "$tmp/saw")" = "none@example.org
20260526.1@example.org" ] || fail "b4 got $(cat "$tmp/saw")"
[ -z "$(ls "$TMPDIR")" ] || fail "left: $(ls "$TMPDIR")"
# Without QEMU it ends before there are results.
if [ -e "$tmp/run/sign-off.json" ]; then
	grep -q '"subject": "\[PATCH v2 1/1\] perf: a toy that goes on in a second line"' \
		"$tmp/run/sign-off.json" || fail "no subject"
	grep -q '"message_id": "<20260526.1@example.org>"' \
		"$tmp/run/sign-off.json" || fail "no message-id"
	grep -q '"version": "[0-9]' "$tmp/run/sign-off.json" ||
		fail "no version"
	expect 1 --resume="$tmp/run"
	says 'baseline cannot be built'
fi

# Guests of another architecture: what is not of it is no part of a candidate.
cat >"$tmp/x86.patch" <<'TOY'
--- a/arch/x86/kernel/tsc.c
+++ b/arch/x86/kernel/tsc.c
@@ -1 +1 @@
-1
+2
TOY
expect 1 --arch=pdp11 --patch="$tmp/x86.patch" --linux "$tmp/tree"
says 'expected x86 or arm64'
for word in --arch=arm64 guest_arch=arm64; do
	expect 1 $word --patch="$tmp/x86.patch" --linux "$tmp/tree"
	says 'changes nothing that is part of the guest'
done

# A step of a bisection: the good kernel itself is good, our errors end it.
cd "$tmp/tree"
git init -q
git add -A
git -c user.name=T -c user.email=t@example.org commit -qm base
git tag good
git -c user.name=T -c user.email=t@example.org commit -qm same --allow-empty
expect 0 --bisect --range good..HEAD -o "$tmp/steps"
says 'no difference'
expect 128 --bisect --range nothing..HEAD -o "$tmp/steps"
says "no commit 'nothing'"

# The candidate is what git says, be HEAD detached, the tree a worktree, the
# change not committed or the clone shallow.
commit() {
	echo "$1" >>kernel/a.c
	git -c user.name=T -c user.email=t@example.org commit -qam "$1"
}
# Of the case $1: the lines $2 are what the patch adds.
candidate() {
	name=$1 lines=$2
	shift 2
	expect 1 "$@" --no-model --output="$tmp/git/$name"
	# As above: without QEMU it ends before there are results.
	[ -e "$tmp/git/$name/sign-off.json" ] || return 0
	is=$(sed -n 's/^+\([a-z]\)/\1/p' "$tmp/git/$name/patches/"*.patch |
		tr '\n' ' ')
	[ "$is" = "$lines " ] || fail "$name: the patch adds $is"
}
git tag v6.18
commit one
commit two
commit three
git checkout -q --detach HEAD~1
candidate detached 'one two' --range v6.18..HEAD
git worktree add -q "$tmp/worktree" HEAD~1 2>/dev/null
candidate worktree one --range v6.18..HEAD --linux "$tmp/worktree"
echo later >>"$tmp/worktree/kernel/a.c"
candidate committed one --range v6.18..HEAD --linux "$tmp/worktree"
candidate uncommitted 'one later' --linux "$tmp/worktree"
git clone -q --depth 2 "file://$tmp/tree" "$tmp/shallow" 2>/dev/null
candidate shallow two --range HEAD~1..HEAD --linux "$tmp/shallow"
