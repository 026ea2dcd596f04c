#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What a fix that does not hold gets, as other tools read it: a find, its job
# for run-matrix, KTAP for the kernel's own kunit.py, JUnit's XML.
set -eu
candidates=$(cd "${srcdir:-.}" && pwd)/tests/guest/candidates
sign_off=$PWD/bench/sign-off
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
fail() {
	echo "failed: $*"
	exit 1
}

status=0
"$sign_off" --patch "$candidates/comment.patch" --fix --budget=10min --ktap \
	--junit="$tmp/junit.xml" --no-model --output="$tmp/run" \
	>"$tmp/ktap" 2>"$tmp/said" || status=$?
if [ $status = 1 ] && grep -q -e 'no kernel source' -e 'bootstrap' \
	-e 'qemu.* is not' "$tmp/said"; then
	echo "SKIP: $(cat "$tmp/said")"
	exit 77
fi
[ $status = 2 ] || {
	cat "$tmp/said" "$tmp/ktap"
	fail "status $status, expected 2: a comment closes no race"
}
grep -q '^BAD  *comment/guest: does not close the race$' \
	"$tmp/run/verdict.txt" || fail "verdict.txt"
grep -q '"race": "does not close the race"' "$tmp/run/verdict.json" ||
	fail "verdict.json has another word for it"
grep -q 'a find: ' "$tmp/run/mail.txt" || fail "no find in the mail"
[ "$(head -n 1 "$tmp/ktap")" = 'KTAP version 1' ] || fail "no KTAP"
grep -q '^not ok 1 comment$' "$tmp/ktap" || fail "comment is ok"
# Where the find was is a matter of chance.
grep -qE '^    not ok .* (hunter|real drivers)$' "$tmp/ktap" ||
	fail "who found it is ok"
if command -v xmllint >/dev/null; then
	xmllint --noout "$tmp/junit.xml"
else
	echo 'no xmllint: the XML was not validated'
fi

# The find's own phases, on the kernel that it was found in.
"$PWD/bench/run-matrix" "$tmp/run/again-comment-guest.job" seconds=2 -q \
	--output="$tmp/again" >/dev/null || fail "the find's job does not run"
grep -q '"aim": *"replay"' "$tmp/again/store.jsonl" || fail "no replay"
grep -q '"status": *"ok"' "$tmp/again/store.jsonl" || fail "it gave no record"

source=$(ls "${AUX_TESTS_CACHE:-$HOME/.cache/aux-tests}"/source/*.tar.* \
	2>/dev/null | head -n 1)
[ -n "$source" ] && command -v python3 >/dev/null || {
	echo 'no tarball of the source, or no python3: kunit.py was not asked'
	exit 0
}
mkdir "$tmp/linux"
tar -xf "$source" -C "$tmp/linux" --strip-components=1 --wildcards \
	'*/tools/testing/kunit/*'
python3 "$tmp/linux/tools/testing/kunit/kunit.py" parse "$tmp/ktap" \
	>"$tmp/parsed" 2>&1 || :
grep -q 'error' "$tmp/parsed" && {
	cat "$tmp/parsed"
	fail "kunit.py does not accept it"
}
grep -q 'FAILED\] comment' "$tmp/parsed" || {
	cat "$tmp/parsed"
	fail "kunit.py sees no failure"
}
