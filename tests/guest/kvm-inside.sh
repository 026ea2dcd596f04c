#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The first process of the guest that test-kvm.sh runs.  Each case says on the
# console whether it holds; what was measured stays in the home of the user.
PATH=/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin:/sbin
LC_ALL=C
AUX_TESTS_CACHE=/cache
AUX_TESTS_CONFIG=/dev/null
HOME=/home/tester
export PATH LC_ALL AUX_TESTS_CACHE AUX_TESTS_CONFIG HOME

say() {
	echo "kvm-test: $*"
}
# holds NAME COMMAND...: the command succeeds.
holds() {
	name=$1
	shift
	if "$@"; then
		say "ok $name"
	else
		say "failed $name: $*"
	fi
}
now() {
	date +%s
}

# Plain users: one of the group kvm, and one who is not.
member() {
	setpriv --reuid 1000 --regid 1000 --groups 104 "$@"
}
stranger() {
	setpriv --reuid 1000 --regid 1000 --clear-groups "$@"
}

kvm_on() {
	insmod /modules/irqbypass.ko 2>/dev/null
	insmod /modules/kvm.ko 2>/dev/null
	insmod /modules/kvm-amd.ko "$@" || return 1
	# As udev's rules have it.
	chown root:kvm /dev/kvm && chmod 660 /dev/kvm
}
kvm_off() {
	rmmod kvm_amd
}

# One that would go on in TCG, ended as soon as it has said @1 (or in @2 s).  Not
# by SIGINT, which a shell lets its background ignore.
until_said() {
	words=$1 seconds=$2 log=$3
	shift 3
	"$@" >"$log" 2>&1 &
	pid=$!
	while [ "$seconds" -gt 0 ] && ! grep -qF -- "$words" "$log" &&
		kill -0 $pid 2>/dev/null; do
		sleep 1
		seconds=$((seconds - 1))
	done
	kill -TERM $pid 2>/dev/null
	wait $pid
	grep -F -- "$words" "$log" || {
		tail -n 5 "$log"
		return 1
	}
}
one="aux-run-matrix smoke variants=baseline loop=eager seconds=1"

# Three ways to have no KVM, and two to have one that is none.
case_none() {
	rm -f /dev/kvm
	holds none-auto until_said 'there is no /dev/kvm' 120 none.log \
		member $one -o none
	holds none-asked until_said 'guest_accel=kvm: there is no /dev/kvm' \
		60 none-asked.log member $one guest_accel=kvm -o none-asked
}
case_access() {
	kvm_on
	holds access-auto until_said 'permission denied (add yourself to the group kvm' \
		60 access.log stranger $one -o access
	holds access-asked until_said 'guest_accel=kvm: /dev/kvm: permission denied' \
		60 access-asked.log stranger $one guest_accel=kvm -o access-asked
	kvm_off
}
case_machine() {
	rm -f /dev/kvm
	mknod -m 666 /dev/kvm c 1 3
	holds machine until_said '/dev/kvm makes no virtual machine' 60 \
		machine.log member $one -o machine
	rm -f /dev/kvm
}
# A real one whose CPUs never start.
case_silent() {
	kvm_on
	mkdir -p /tmp/bin
	echo '#!/bin/sh
case "$*" in *"-accel kvm"*) set -- "$@" -S ;; esac
exec /usr/bin/qemu-system-x86_64 "$@"' >/tmp/bin/qemu-system-x86_64
	chmod 755 /tmp/bin/qemu-system-x86_64
	holds silent until_said 'a guest says nothing in 30 s' 120 silent.log \
		member env PATH="/tmp/bin:$PATH" $one -o silent
	kvm_off
}
case_shadow() {
	kvm_on npt=0
	# A guest of it may be too slow for the probe, which says the same.
	holds shadow until_said 'kvm_amd.npt=N' 400 \
		shadow.log member $one -o shadow
	kvm_off
}

# What a store's lines have: of a field of text, of numbers.
all_have() {
	[ -s "$1/store.jsonl" ] && ! grep -vF -- "$2" "$1/store.jsonl"
}
none_has() {
	! grep -F -- "$2" "$1/store.jsonl"
}
measured() {
	all_have "$1" '"accel":"kvm"' && all_have "$1" '"status":"ok"'
}
# Cells of 3 s, as the innermost clock and ours have them.
lasted() {
	[ -s "$1/store.jsonl" ] || return 1
	for ns in $(sed 's/.*"elapsed_ns":\([0-9]*\).*/\1/' "$1/store.jsonl"); do
		say "a cell of $(($2 / 1000000)) ms took $((ns / 1000000))"
		[ "$ns" -ge "$2" ] && [ "$ns" -le $(($2 + $2 / 4)) ] ||
			return 1
	done
}
# The file is there, and says no such thing.
without() {
	[ -s "$1" ] && ! grep -i "$2" "$1"
}
hangs_only_on() {
	grep '"variant":"baseline"' "$1/store.jsonl" |
		grep -q '"lost_wakeup":[1-9]' &&
		! grep '"variant":"peterz"' "$1/store.jsonl" |
		grep '"lost_wakeup":[1-9]'
}
less() {
	[ "$(echo "$1 $2" | awk '{ print $1 < $2 }')" = 1 ]
}
# Of the fulls of store $1, what kernel $2 has lost.
share() {
	grep "\"variant\":\"$2\"" "$1/store.jsonl" |
		grep -o '"\(fulls\|lost_wakeup\)":[0-9]*' | awk -F: '
			/fulls/ { fulls += $2 }
			/lost/ { lost += $2 }
			END { if (fulls) print lost / fulls }'
}
case_smoke() {
	kvm_on
	holds smoke member aux-run-matrix smoke -q -o smoke
	holds smoke-kvm measured smoke
	holds smoke-lasted lasted smoke 3000000000
	holds smoke-right hangs_only_on smoke
	holds smoke-real without smoke/summary.txt emulated
	kvm_off
}

# The kernel's own intel_pt over hardware in software, on a CPU of AMD's.
case_driver() {
	kvm_on
	holds driver member aux-run-matrix smoke pmu=intel_pt -q -o driver
	holds driver-kvm measured driver
	holds driver-right less "$(share driver peterz)" \
		"$(share driver baseline)"
	holds driver-written grep -q '"written":[1-9]' driver/store.jsonl
	holds driver-all-of-it all_have driver '"unpublished":0'
	kvm_off
}

case_shape() {
	kvm_on
	holds numa member $one guest_numa=4x2 guest_distances=ring \
		placement=farthest-node -q -o numa
	holds numa-kvm measured numa
	holds numa-far grep -q '"nodes":4' numa/store.jsonl
	holds cpus-16 member $one guest_numa=2x8 -q -o cpus16
	holds cpus-16-kvm measured cpus16
	kvm_off
}

# The process of the inner guest.
inner() {
	for dir in /proc/[0-9]*; do
		case $(tr '\0' ' ' <"$dir/cmdline" 2>/dev/null) in
		qemu-system*accel\ kvm*) echo "${dir#/proc/}" ;;
		esac
	done
}
# For 10 s, when the agent has loaded its module and measures.
paused() {
	member $one seconds=30 window=0 -o paused >paused.log 2>&1 &
	pid=$!
	left=180
	while [ $left -gt 0 ] && ! grep -q auxsynth paused/console/001*; do
		sleep 1
		left=$((left - 1))
	done 2>/dev/null
	sleep 8
	guest=$(inner)
	kill -STOP $guest
	sleep 10
	kill -CONT $guest
	wait $pid
	cat paused.log
}
case_paused() {
	kvm_on
	paused
	holds paused-said grep -q 'stood still' paused/store.jsonl
	holds paused-no-record none_has paused '"status":"ok"'
	holds paused-again member aux-run-matrix --resume=paused -q
	holds paused-then measured paused
	kvm_off
}

# The p of the candidate's hangs, as the verdict's head has it.
p_of() {
	sed -n "/^[A-Z]*  *$1\//{n;s/.*, p //p}" verdict/verdict.txt
}
# Of a handful of boots one that changes nothing is BAD by chance now and then,
# but not that surely: once in 100,000.
case_verdict() {
	kvm_on
	member aux-sign-off --patch candidates/no-wakeup.patch \
		--patch candidates/comment.patch --job=kvm.job --seed=20261126 \
		--boots=3 --no-model -o verdict >verdict.log 2>&1
	holds verdict-bad [ $? = 2 ]
	cat verdict/verdict.txt
	holds verdict-kvm measured verdict
	holds verdict-right grep -q '^BAD  *no-wakeup' verdict/verdict.txt
	holds verdict-only less 1e-5 "$(p_of comment)"
	holds verdict-real without verdict/verdict.json '"indicative": *true'
	kvm_off
}

mount -t devtmpfs dev /dev
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t tmpfs tmp /tmp
chmod 1777 /tmp
exec </dev/null >/dev/console 2>&1
cd "$HOME" || say 'failed: no home'
chown -R tester:tester "$HOME" /cache
if kvm_on; then
	kvm_off
	say "clock $(date +%s%N)"
	start=$(now)
	holds cache member aux-build-kernel -q baseline
	say "the source was read in $(($(now) - start)) s"
	for each in $(echo "$cases" | tr , ' '); do
		start=$(now)
		"case_$each"
		say "$each took $(($(now) - start)) s"
	done
	say "clock $(date +%s%N)"
	say done
else
	say "no KVM: $(dmesg | tail -n 1)"
fi
sync
echo o >/proc/sysrq-trigger
sleep 60
