#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The suite under KVM, on machines that have none: QEMU's TCG emulates AMD's
# SVM, and a guest with a distribution's kernel and its kvm-amd runs the suite
# as installed (kvm-inside.sh).  XSAVE is left out of its CPU: TCG's sizes of
# it are wrong, and the inner kernel dies of them.  All of it is emulated
# twice: minutes.  Now and then QEMU's SVM lets a CPU of the outer guest hang for
# good; that one's watchdog then ends it, and what was not done is begun again.
# CASES names some of what kvm-inside.sh has; KEEP a folder for what was measured
# there.
set -eu
cases=${CASES:-none,access,machine,silent,shadow,smoke,driver,shape,paused,verdict}
top=$(cd "${srcdir:-.}" && pwd)
here=$top/tests/guest
cache=${AUX_TESTS_CACHE:-$HOME/.cache/aux-tests}
qemu=qemu-system-x86_64
programs="$qemu gcc ld git sh mount cat grep sed ls date sleep setpriv chown chmod
	mkdir rm mv mknod tr id insmod rmmod timeout head tail sync dmesg env awk"
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"

skip() {
	echo "SKIP: $*"
	exit 77
}
fail() {
	echo "failed: $*"
	exit 1
}
need() {
	for program; do
		command -v "$program" >/dev/null || skip "no $program here"
	done
}

[ "$(uname -m)" = x86_64 ] || skip 'SVM is emulated for x86-64 only'
need $programs apt-get dpkg-deb mke2fs debugfs ldd
ls "$cache"/source/*.tar.* >/dev/null 2>&1 ||
	skip "no tarball of the kernel's source in $cache (see bootstrap)"
tmp=$(mktemp -d "${TMPDIR:-/tmp}/aux-kvm.XXXXXX")
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' HUP INT TERM
root=$tmp/root

# The host's kernel: what linux-image-cloud-amd64 stands for now, from where
# apt's own configuration says, into a folder of ours.
get_kernel() {
	package=$(apt-cache depends linux-image-cloud-amd64 2>/dev/null |
		sed -n 's/^ *Depends: \(linux-image-[0-9].*\)/\1/p' | head -n 1)
	[ -n "$package" ] || skip 'apt has no linux-image-cloud-amd64'
	mkdir -p "$tmp/deb"
	(cd "$tmp/deb" && apt-get download "$package") >"$tmp/apt" 2>&1 ||
		skip "apt-get download $package: $(tail -n 1 "$tmp/apt")"
	dpkg-deb -x "$tmp"/deb/*.deb "$tmp/kernel"
	mkdir -p "$root/modules"
	for module in irqbypass kvm kvm-amd; do
		find "$tmp/kernel" -name "$module.ko" \
			-exec cp {} "$root/modules/" \;
		[ -e "$root/modules/$module.ko" ] ||
			skip "$package has no $module.ko"
	done
}

# Files of this machine, each where it is here.
put() {
	for file; do
		[ -e "$root$file" ] ||
			install -D "$(readlink -f "$file")" "$root$file"
	done
}
put_libraries() {
	put $(ldd "$@" 2>/dev/null | sed -n \
		-e 's,.* => \(/[^ ]*\) .*,\1,p' -e 's,^[ 	]*\(/[^ ]*\) (.*,\1,p' |
		sort -u)
}

make_system() {
	for dir in bin sbin lib lib64; do
		mkdir -p "$root/usr/$dir"
		ln -s "usr/$dir" "$root/$dir"
	done
	mkdir -p "$root/dev" "$root/proc" "$root/sys" "$root/tmp" \
		"$root/home/tester" "$root/etc"
	echo 'root:x:0:0::/:/bin/sh
tester:x:1000:1000::/home/tester:/bin/sh' >"$root/etc/passwd"
	echo 'root:x:0:
kvm:x:104:tester
tester:x:1000:' >"$root/etc/group"
	for program in $programs; do
		path=$(command -v "$program")
		put "$path"
		put_libraries "$path"
	done
	for file in /usr/share/qemu/*.bin /usr/share/seabios/*.bin \
		/usr/lib/*/qemu/accel-tcg-x86_64.so; do
		[ ! -e "$file" ] || put "$file"
	done
}

# As a user would have it, with the kernels that are asked for in its cache.
install_suite() {
	make -s install DESTDIR="$root" prefix=/usr/local >"$tmp/install" 2>&1 ||
		fail "make install: $(tail -n 3 "$tmp/install")"
	put_libraries $(find "$root/usr/local/libexec" -type f -perm -100)
	cp "$here/kvm-inside.sh" "$root/inside"
	chmod 755 "$root/inside"
	cp -r "$here/candidates" "$here/kvm.job" "$root/home/tester/"
	mkdir -p "$root/cache/kernel" "$root/cache/memo"
	cp -rL "$cache/source" "$root/cache/"
	{
		./kconfigs/build-kernel -q baseline peterz
		case $cases in *verdict*)
			for name in comment no-wakeup; do
				./kconfigs/build-kernel -q $name \
					--patch="$here/candidates/$name.patch"
			done ;;
		esac
	} >"$tmp/kernels" || fail 'a kernel cannot be built'
	while read -r name release image module; do
		cp -r "$(dirname "$image")" "$root/cache/kernel/"
	done <"$tmp/kernels"
}

# Its lines, with what this machine's clock says at those that tell the time.
host() {
	timeout 3600 $qemu -nodefaults -no-user-config -no-reboot -display none -M q35 \
		-accel tcg,thread=multi -smp 4 -m 3G \
		-cpu qemu64,+svm,+npt,+rdrand,+ssse3,+sse4.1,+sse4.2,+popcnt \
		-kernel "$tmp"/kernel/boot/vmlinuz-* -serial stdio \
		-drive "file=$tmp/run,format=raw,if=none,id=disk" \
		-device nvme,drive=disk,serial=1 -append "console=ttyS0 quiet \
		root=/dev/nvme0n1 rw init=/inside panic=-1 tsc=reliable \
		$(./tests/guest/tsc-khz) \
		softlockup_panic=1 audit=0 no_timer_check mitigations=off \
		cases=$1" </dev/null 2>&1 |
	while read -r line; do
		case $line in
		*'kvm-test: clock'*)
			echo "$line here $(date +%s%N)" | tr -d '\r' ;;
		*) echo "$line" | tr -d '\r' ;;
		esac
	done
}

# Of the cases, those that have not come to their end.
left() {
	for each in $(echo "$cases" | tr , ' '); do
		grep -aq "kvm-test: $each took" "$tmp/log" || echo "$each"
	done | paste -sd ,
}

# All of them, in as many boots as it takes.
run_cases() {
	: >"$tmp/log"
	for boot in 1 2 3 4; do
		cp --sparse=always "$tmp/disk" "$tmp/run"
		host "$(left)" >"$tmp/log$boot"
		if [ -n "${KEEP:-}" ]; then
			mkdir -p "$KEEP/$boot"
			cp "$tmp/log$boot" "$KEEP/"
			debugfs -R "rdump /home/tester $KEEP/$boot" \
				"$tmp/run" >/dev/null 2>&1 || :
		fi
		if ! grep -aq 'panic - not syncing: softlockup' "$tmp/log$boot"
		then
			cat "$tmp/log$boot" >>"$tmp/log"
			return
		fi
		# What it says of the last case is not worth much.
		tac "$tmp/log$boot" | sed -n '/kvm-test: .* took/,$p' | tac \
			>>"$tmp/log"
		echo "the emulated machine has locked up; left: $(left)"
	done
	skip 'the emulated machine locks up again and again'
}

# The clocks' rates: over the whole of it, to 1 %.
check_clocks() {
	set -- $(sed -n 's/.*kvm-test: clock \([0-9]*\) here \([0-9]*\)/\1 \2/p' \
		"$tmp/log" | sed -n '1p;$p')
	there=$((($3 - $1) / 1000000))
	ours=$((($4 - $2) / 1000000))
	off=$((there > ours ? there - ours : ours - there))
	echo "clocks: $there ms there, $ours ms here"
	[ $off -le $((ours / 100 + 500)) ] || fail 'the clocks disagree'
}

get_kernel
make_system
install_suite
mke2fs -q -t ext4 -d "$root" "$tmp/disk" 1800M
rm -rf "$root"
run_cases
grep -a 'kvm-test:' "$tmp/log" || :
grep -aq 'kvm-test: no KVM' "$tmp/log" &&
	skip "$(grep -a 'kvm-test: no KVM' "$tmp/log")"
grep -aq 'kvm-test: done' "$tmp/log" || {
	tail -n 40 "$tmp/log"
	fail 'the guest has not come to its end'
}
! grep -aq 'kvm-test: failed' "$tmp/log" || fail 'see above'
check_clocks
