#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What bootstrap takes for missing; installs nothing.
set -eu
command -v apt-get >/dev/null || { echo 'SKIP: not Debian or Ubuntu'; exit 77; }
top=${srcdir:-.}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# Removed or only heard of is not installed.
cat >"$tmp/dpkg-query" <<'FAKE'
#!/bin/sh
for package; do :; done
format=$3
case $package in
bison) status=not-installed ;;
flex) echo "no packages found matching $package" >&2; exit 1 ;;
bc) status=config-files ;;
*) status=installed ;;
esac
echo "$format" | sed "s/\${db:Status-Status}/$status/"
FAKE
chmod +x "$tmp/dpkg-query"
missing=$(PATH=$tmp:$PATH "$top/bootstrap" --dry-run --linux "$tmp" |
	sed -n 's/^bootstrap: packages to install: //p')
[ "$missing" = 'bc bison flex' ] || {
	echo "missing: '$missing', expected 'bc bison flex'"
	exit 1
}
