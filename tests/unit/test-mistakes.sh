#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What users get wrong: said before anything is built, booted or written, with
# what was expected and what to do.
set -u
AUX_TESTS_CONFIG=/dev/null
tmp=$(mktemp -d)
AUX_TESTS_CACHE=$tmp/cache
export AUX_TESTS_CONFIG AUX_TESTS_CACHE
trap 'rm -rf "$tmp"' EXIT
failed=0

# refused WORDS PROGRAM ARGUMENT...: it ends with 1 and says WORDS.
refused() {
	words=$1
	shift
	"$@" </dev/null >"$tmp/out" 2>"$tmp/err"
	status=$?
	[ $status = 1 ] || {
		echo "FAILED: $*: exit status $status, expected 1"
		failed=1
	}
	grep -qF -- "$words" "$tmp/err" || {
		echo "FAILED: $*: said:"
		cat "$tmp/err"
		echo "expected: $words"
		failed=1
	}
	[ ! -e results ] && [ ! -e "$tmp/results" ] || {
		echo "FAILED: $*: left results"
		failed=1
		rm -rf "$tmp/results"
	}
	[ -z "${SHOW-}" ] || { echo "\$ ${*##*/bench/}"; cat "$tmp/err"; }
}

top=$PWD
run=$top/bench/run-matrix
mkdir "$tmp/here"
cd "$tmp/here" || exit 1

# As much of a kernel as is looked at before one is built.
tree=$tmp/linux
mkdir -p "$tree/kernel/events"
printf 'VERSION = 7\nPATCHLEVEL = 3\nSUBLEVEL = 4\nNAME = x\n' >"$tree/Makefile"
: >"$tree/kernel/events/core.c"
echo 'Hello.' >"$tmp/README.md"

refused "no such key 'drian'; did you mean drain?" "$run" drian=3ms
refused "no such key 'drian'; did you mean drain?" "$top/stress/auxlat" drian=3ms
refused "did you mean smoke?" "$run" smok
refused "did you mean peterz?" "$run" smoke variants=petrz

for no in /etc "$tmp/README.md"; do
	refused "$no: not a kernel source" "$run" smoke --linux="$no"
	refused "expected a git tree, folder or tarball of Linux" \
		"$run" smoke --linux="$no"
done
# Its reader wants 65 MiB: a file that is right must not be called wrong.
# With sanitizers no program runs in so little.
little() (ulimit -v 50000 && exec "$@")
if command -v xz >/dev/null && little "$run" --version >/dev/null 2>&1; then
	tar -C "$tmp" -cf - linux | xz -9 >"$tmp/linux.tar.xz"
	refused "linux.tar.xz: it cannot be read: " \
		little "$run" smoke --linux="$tmp/linux.tar.xz"
fi
refused 'README.md: there is no diff in it' \
	"$run" smoke --linux="$tree" --patch="$tmp/README.md"

[ -e /dev/kvm ] || refused 'guest_accel=kvm: there is no /dev/kvm' \
	"$run" smoke --linux="$tree" guest_accel=kvm
refused 'pmu=cs_etm: guests have none, only aux_synth' \
	"$run" smoke --linux="$tree" pmu=cs_etm
refused 'did you mean aux_synth?' "$run" smoke --linux="$tree" pmu=aux_snyth
refused 'aux=1G does not fit into a guest of 1G with 2 nodes' \
	"$run" smoke --linux="$tree" aux=1G
refused 'aux=128M fits, or guest_memory=4608M' \
	"$run" smoke --linux="$tree" aux=1G

# A machine with a compiler and nothing else.
mkdir "$tmp/bin"
for program in env git gcc ld as dpkg-query; do
	path=$(command -v $program) && ln -s "$path" "$tmp/bin/$program"
done
refused 'not installed: make flock flex bison bc objcopy (apt-get install make util-linux flex bison bc binutils)' \
	env PATH="$tmp/bin" "$run" smoke --linux="$tree"
refused 'not installed: ssh (apt-get install openssh-client)' \
	env PATH="$tmp/bin" "$run" smoke --target=ssh:nobody@nowhere.invalid


# Guests of another architecture, without what they take.
refused "guest_arch: bad value 'mips', expected x86 or arm64" \
	"$run" smoke --linux="$tree" --arch=mips
if [ "$(uname -m)" = x86_64 ]; then
	refused 'guest_arch=arm64: not installed: qemu-system-aarch64 aarch64-linux-gnu-gcc aarch64-linux-gnu-ld (apt-get install qemu-system-arm gcc-aarch64-linux-gnu binutils-aarch64-linux-gnu)' \
		env PATH="$tmp/bin" "$run" smoke --linux="$tree" --arch=arm64
	refused 'guest_accel=kvm: KVM runs guests of this machine' \
		"$run" smoke --linux="$tree" --arch=arm64 guest_accel=kvm
	refused 'not installed: aarch64-linux-gnu-gcc aarch64-linux-gnu-ld' \
		env PATH="$tmp/bin" "$top/kconfigs/build-kernel" \
		--linux="$tree" --arch=arm64
	for program in qemu-system-aarch64 aarch64-linux-gnu-gcc \
		aarch64-linux-gnu-ld; do
		ln -s /bin/true "$tmp/bin/$program"
	done
	[ -e "$top/stress/agent-arm64" ] ||
		refused 'stress/agent-arm64 was not built: make agent-arm64 (it needs gcc-aarch64-linux-gnu' \
		env PATH="$tmp/bin" "$run" smoke --linux="$tree" --arch=arm64
fi

refused "/tmp: not a run's folder (it has no store.jsonl)" "$run" --resume=/tmp
refused "/tmp: not a run's folder" "$top/bench/report" /tmp
refused "/tmp: not a run's folder" "$top/bench/compare" /tmp /tmp
refused "/tmp: not a run's folder" "$top/bench/sign-off" --judge=/tmp
refused "/tmp: not a run's folder" "$top/bench/sign-off" --resume=/tmp
refused "/nowhere: No such file or directory" "$top/bench/report" /nowhere
refused "README.md: not a run's folder but a file" \
	"$top/bench/report" "$tmp/README.md"

# Whatever it lacks here, it leaves no folder.
refused 'no PMU' "$run" smoke --target=local pmu=no_such_pmu

exit $failed
