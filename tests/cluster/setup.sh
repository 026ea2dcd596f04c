# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=sh
# What a test here begins with, to be sourced with the test's $name set: $top,
# where it is then; $tmp, which is kept when a check failed; and check.  The test
# has a finish(), which ends what it has started.
set -u
top=$(cd "$(dirname "$0")/../.." && pwd)
cd "$top" || exit 1
[ -x tests/unit/liar ] ||
	{ echo "SKIP: no tests/unit/liar (make check)"; exit 77; }
tmp=$(mktemp -d "${TMPDIR:-/tmp}/aux-$name-XXXXXX")
failed=0
end()
{
	finish
	[ $failed = 0 ] && rm -rf "$tmp" || echo "kept: $tmp"
}
trap end EXIT
trap 'exit 1' INT TERM

# check COMMAND...: when it fails, so does the test, but it goes on
check()
{
	"$@" && return
	echo "failed: $*"
	failed=1
}

# What measures in QEMU's place: the same seed, the same record.
liar_as_qemu()
{
	mkdir "$tmp/bin"
	ln -s "$top/tests/unit/liar" "$tmp/bin/qemu-system-$(uname -m)"
}
