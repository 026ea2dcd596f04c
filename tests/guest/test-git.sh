#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# sign-off in a real git tree, made from what a guest needs of the kernel's
# source: a worktree, a shallow clone, a detached head, what is not committed;
# and a bisection of 20 commits, one of which does not build and one of which
# leaves the event on at a full buffer.  "make check-git" takes about 4 and 20
# minutes of two busy CPUs; PART=cases or PART=bisect does the one only, and
# REPO may name a folder for the repository, which is then kept.
set -eu
top=$(cd "${srcdir:-.}" && pwd)
sign_off=$PWD/bench/sign-off
tree=$(ls -d "${AUX_TESTS_CACHE:-$HOME/.cache/aux-tests}"/tree/*.list \
	2>/dev/null | tail -n 1)
tree=${tree%.list}
[ -d "$tree" ] || { echo 'SKIP: no kernel was built yet'; exit 77; }
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
repo=${REPO:-$tmp/linux}
export GIT_AUTHOR_NAME=T GIT_AUTHOR_EMAIL=t@example.org \
	GIT_COMMITTER_NAME=T GIT_COMMITTER_EMAIL=t@example.org
fail() {
	echo "failed: $*"
	exit 1
}

commits() {
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		case $i in
		8) echo 'int broken(void) { return nothing; }' ;;
		9) sed -i '/int broken/d' kernel/events/callchain.c ;;
		esac >>kernel/events/callchain.c
		[ $i != 13 ] || patch -sp1 \
			<"$top/tests/guest/candidates/no-disable.patch"
		echo "/* commit $i */" >>kernel/events/ring_buffer.c
		git commit -qam "perf: commit $i"
		git tag "commit-$i"
	done
}

if [ ! -d "$repo/.git" ]; then
	mkdir -p "$repo"
	cp -a "$tree/." "$repo"
	cd "$repo"
	git init -q .
	git config core.compression 1
	git config gc.auto 0
	git add -A -f .
	git commit -qm base
	git tag v7.3.4
	commits
fi
cd "$repo"
git bisect reset >/dev/null 2>&1 || :
git worktree prune
git checkout -q commit-20

cat >"$tmp/short.job" <<EOF
# SPDX-License-Identifier: GPL-2.0-only
[short]
window = 30ms
drain = 1ms
loop = perf
seconds = 0.2
EOF
# A sign-off of what there is to be said of $1: the arguments after it.
judge() {
	name=$1
	shift
	status=0
	"$sign_off" "$@" --job="$tmp/short.job" --boots=1 -q --no-model \
		--output="$tmp/results/$name" >"$tmp/out" 2>&1 || status=$?
	[ -e "$tmp/results/$name/verdict.txt" ] || {
		cat "$tmp/out"
		fail "$name: no verdict"
	}
	# It was built and has booted: more is not asked of so short a run.
	grep -q '"variant":"[^b]' "$tmp/results/$name/store.jsonl" ||
		fail "$name: no candidate was measured"
	! grep -v '"status":"ok"' "$tmp/results/$name/store.jsonl" ||
		fail "$name: not all cells were measured"
	echo "ok: $name"
}
has() {
	grep -q "$2" "$tmp/results/$1/patches/"*.patch || fail "$1: no $2 in the patch"
}
has_not() {
	! grep -q "$2" "$tmp/results/$1/patches/"*.patch || fail "$1: $2 in the patch"
}

# All on one base, which is built once; two of them are the same change.
cases() {
	judge detached --range v7.3.4..HEAD~17
	has detached 'commit 3 '
	has_not detached 'commit 4 '
	git worktree add -q "$tmp/worktree" commit-2
	judge worktree --linux "$tmp/worktree" --range v7.3.4..HEAD
	has worktree 'commit 2 '
	has_not worktree 'commit 3 '
	echo '/* not committed */' >>"$tmp/worktree/kernel/events/ring_buffer.c"
	judge uncommitted --linux "$tmp/worktree"
	has uncommitted 'commit 2 '
	has uncommitted 'not committed'
	git clone -q --depth 3 --branch commit-2 "file://$repo" "$tmp/shallow" \
		2>"$tmp/out" || { cat "$tmp/out"; fail "no shallow clone"; }
	[ "$(git -C "$tmp/shallow" rev-list --count HEAD)" = 3 ] ||
		fail "the clone is not shallow"
	judge shallow --linux "$tmp/shallow" --range HEAD~2..HEAD
	has shallow 'commit 2 '
	has_not shallow 'commit 3 '
}

bisect() {
	git bisect start commit-20 v7.3.4
	git bisect run "$sign_off" --bisect --range v7.3.4..HEAD -q \
		-o "$tmp/steps"
	git bisect log
	[ "$(git rev-parse refs/bisect/bad)" = "$(git rev-parse commit-13)" ] ||
		fail "another commit is found"
	git bisect reset
}

case ${PART:-all} in
all) cases; bisect ;;
cases) cases ;;
bisect) bisect ;;
*) fail "PART=$PART: expected cases or bisect" ;;
esac
