#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The Debian package: made, accepted by lintian, installed in a root folder,
# and used from there.  And the RPM's description, as far as it is checked here.
set -eu
for tool in dpkg-buildpackage dh lintian; do
	command -v $tool >/dev/null || {
		echo "SKIP: no $tool (packages devscripts debhelper lintian)"
		exit 77
	}
done
[ "$(id -u)" = 0 ] || { echo 'SKIP: dpkg --root needs root'; exit 77; }
AUX_TESTS_CONFIG=/dev/null
export AUX_TESTS_CONFIG
top=${srcdir:-.}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

fail() {
	echo "FAILED: $*"
	exit 1
}

DEB_BUILD_OPTIONS='nocheck parallel=2' make deb >"$tmp/log" 2>&1 || {
	tail -30 "$tmp/log"
	fail 'make deb'
}
lintian --allow-root --fail-on error,warning packaging/deb/*.changes ||
	fail 'lintian'

root=$tmp/root
mkdir -p "$root/var/lib/dpkg/info" "$root/var/lib/dpkg/updates"
: >"$root/var/lib/dpkg/status"
dpkg --root="$root" --force-depends -i packaging/deb/aux-tests_*.deb \
	>"$tmp/log" 2>&1 || { cat "$tmp/log"; fail 'dpkg -i'; }

cd "$tmp"
for name in aux-run-matrix aux-sign-off aux-report aux-compare \
	aux-build-kernel aux-explore auxlat; do
	"$root/usr/bin/$name" -V >/dev/null || fail "$name -V"
	[ -s "$root/usr/share/man/man1/$name.1.gz" ] || fail "no man page: $name"
	grep -q "^complete .* $name$" \
		"$root/usr/share/bash-completion/completions/$name" ||
		fail "no completion by bash: $name"
	grep -q "^#compdef $name$" "$root/usr/share/zsh/site-functions/_$name" ||
		fail "no completion by zsh: $name"
done
[ -s "$root/usr/share/man/man7/aux-tests.7.gz" ] || fail 'no overview'
"$root/usr/bin/aux-run-matrix" smoke --list | grep -q peterz ||
	fail 'the installed run-matrix has no jobs'

dpkg --root="$root" -r aux-tests >"$tmp/log" 2>&1 || fail 'dpkg -r'
[ ! -e "$root/usr/libexec/aux-tests" ] || fail 'something stays behind'

cd - >/dev/null
! command -v rpmspec >/dev/null ||
	rpmspec -P "$top/packaging/aux-tests.spec" >/dev/null ||
	fail 'rpmspec'
