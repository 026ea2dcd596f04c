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
libipt-dev | libopencsd-dev | qemu-system-* | *:arm64) status=not-installed ;;
*) status=installed ;;
esac
echo "$format" | sed "s/\${db:Status-Status}/$status/"
FAKE
printf '#!/bin/sh\necho "$MACHINE"\n' >"$tmp/uname"
chmod +x "$tmp/dpkg-query" "$tmp/uname"

# What is missing on a machine of the kind $1; $3: with this option.
expect() {
	missing=$(MACHINE=$1 PATH=$tmp:$PATH "$top/bootstrap" --dry-run \
		--linux "$tmp" ${3:-} | sed -n 's/^bootstrap: packages to install: //p')
	[ "$missing" = "$2" ] || {
		echo "missing on $1: '$missing', expected '$2'"
		exit 1
	}
}

expect x86_64 'bc bison flex libipt-dev qemu-system-x86'
expect aarch64 'bc bison flex libopencsd-dev qemu-system-arm'
expect riscv64 'bc bison flex'
# Only when it is asked for.
expect x86_64 'bc bison flex libipt-dev qemu-system-x86 qemu-system-arm libhwloc-dev:arm64 libjansson-dev:arm64 libnuma-dev:arm64 libopencsd-dev' --arch=arm64
expect aarch64 'bc bison flex libopencsd-dev qemu-system-arm' --arch=arm64
MACHINE=x86_64 PATH=$tmp:$PATH "$top/bootstrap" --dry-run --arch=arm64 \
	--linux "$tmp" | grep -q 'add-architecture arm64' ||
	dpkg --print-foreign-architectures | grep -q arm64
! MACHINE=riscv64 PATH=$tmp:$PATH "$top/bootstrap" --dry-run --arch=arm64 \
	--linux "$tmp" 2>"$tmp/said"
grep -q "expected arm64, on x86-64" "$tmp/said"
