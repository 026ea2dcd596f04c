#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# sign-off in a real git tree of Linux, made from the installed source: a
# worktree, a shallow clone, a detached head, what is not committed; and a
# bisection of 20 commits, one of which does not build and one of which leaves
# the event on at a full buffer.  An hour or two of "make check-git"; REPO may
# name a folder for the repository, which is then kept; BISECT=no leaves the
# bisection out.
set -eu
top=$(cd "${srcdir:-.}" && pwd)
sign_off=$PWD/bench/sign-off
cache=${AUX_TESTS_CACHE:-$HOME/.cache/aux-tests}
source=$(ls "$cache"/source/*.tar.* 2>/dev/null | head -n 1)
[ -n "$source" ] || { echo 'SKIP: no tarball of the source'; exit 77; }
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
		[ $i != 13 ] || git tag planted
	done
}

if [ ! -d "$repo/.git" ]; then
	mkdir -p "$repo"
	tar -xf "$source" -C "$repo" --strip-components=1
	cd "$repo"
	git init -q .
	git config core.compression 1
	git config gc.auto 0
	git add -A -f .
	git commit -qm base
	git tag v7.3.4
	commits
	git tag last
fi
cd "$repo"
git bisect reset >/dev/null 2>&1 || :
git worktree prune
git checkout -q last

# A sign-off of what there is to be said of $1: the arguments after it.
judge() {
	name=$1
	shift
	status=0
	"$sign_off" "$@" --job="$top/tests/guest/sign-off.job" --boots=1 -q \
		--no-model --output="$tmp/results/$name" >"$tmp/out" 2>&1 || status=$?
	[ -e "$tmp/results/$name/verdict.txt" ] || {
		cat "$tmp/out"
		fail "$name: no verdict"
	}
}
has() {
	grep -q "$2" "$tmp/results/$1/patches/"*.patch || fail "$1: no $2 in the patch"
}
has_not() {
	! grep -q "$2" "$tmp/results/$1/patches/"*.patch || fail "$1: $2 in the patch"
}

judge detached --range v7.3.4..HEAD~17
has detached 'commit 3 '
has_not detached 'commit 4 '
git worktree add -q "$tmp/worktree" last~18
judge worktree --linux "$tmp/worktree" --range v7.3.4..HEAD
has worktree 'commit 2 '
has_not worktree 'commit 3 '
echo '/* not committed */' >>"$tmp/worktree/kernel/events/ring_buffer.c"
judge uncommitted --linux "$tmp/worktree"
has uncommitted 'commit 2 '
has uncommitted 'not committed'
git clone -q --depth 2 "file://$repo" "$tmp/shallow"
judge shallow --linux "$tmp/shallow" --range HEAD~1..HEAD
has shallow 'commit 20 '
has_not shallow 'commit 19 '

[ "${BISECT:-yes}" = yes ] || exit 0
git bisect start last v7.3.4
git bisect run "$sign_off" --bisect --range v7.3.4..HEAD -q -o "$tmp/steps"
[ "$(git rev-parse refs/bisect/bad)" = "$(git rev-parse planted)" ] ||
	fail "another commit is found"
git bisect log
git bisect reset -q
