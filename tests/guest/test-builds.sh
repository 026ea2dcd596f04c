#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Candidates whose kernel cannot be built for a reason of the host's: a compiler
# that is killed, also while make asks it what it can; a full disk, one that
# fails; too little memory; a signal to sign-off itself.  None is BAD for it
# (sign-off ends with 1, or with 128 and the signal), and --resume then builds,
# bit for bit, the kernel that a calm build makes, and measures it.
# CASES and TRIALS name some of it and how many of each; SEED draws the same
# again.  All of it is on a small disk of the test's own, so it takes root; with
# PLACE that is made once, in this folder, and stays for the next time.
set -eu
cases=${CASES:-killed,probes,full,failing,address-space,cgroup,signal}
trials=${TRIALS:-4}
seed=${SEED:-$(od -An -N3 -tu4 /dev/urandom | tr -d ' ')}
users=${AUX_TESTS_CACHE:-$HOME/.cache/aux-tests}
top=$PWD
export LC_ALL=C
unset AUX_TESTS_LINUX MAKEFLAGS MFLAGS

skip() {
	echo "SKIP: $*"
	exit 77
}
failed=0
fail() {
	echo "failed: $*"
	failed=1
}

[ "$(id -u)" = 0 ] || skip 'a disk of its own takes root'
for program in losetup mke2fs e2fsck fallocate prlimit cmp fsfreeze pgrep; do
	command -v $program >/dev/null || skip "no $program here"
done
ls "$users"/source/*.tar.* >/dev/null 2>&1 ||
	skip "no tarball of the kernel's source in $users (see bootstrap)"
echo "seed $seed, $trials trials of each"

tmp=$(mktemp -d "${TMPDIR:-/tmp}/aux-builds.XXXXXX")
place=${PLACE:-$tmp/place}
image=$place/disk
disk=$place/mounted
group=/sys/fs/cgroup/memory/aux-tests-builds.$$
clean_up() {
	umount -l "$disk" 2>/dev/null || :
	losetup -j "$image" | cut -d: -f1 | xargs -r losetup -d || :
	rmdir "$group" 2>/dev/null || :
	if [ $failed = 0 ]; then
		rm -rf "$tmp"
	else
		mv "$tmp" "$tmp-kept" && echo "kept: $tmp-kept"
	fi
}
trap clean_up EXIT
trap 'exit 1' HUP INT TERM

# draw N: $drawn is one of 0 to N-1.
draw() {
	seed=$(((seed * 1103515245 + 12345) & 0x7fffffff))
	drawn=$(((seed >> 8) % $1))
}

# Always at the same place, for objtool's commands have paths.
plug_in() {
	mount -o loop "$image" "$disk"
}
make_disk() {
	truncate -s 3G "$image"
	mke2fs -q -m 0 -t ext4 "$image"
	plug_in
	mkdir "$AUX_TESTS_CACHE"
	cp -r "$users/source" "$AUX_TESTS_CACHE/"
	cp -r "$users/ccache" "$AUX_TESTS_CACHE/" 2>/dev/null || :
}

# The candidates' kernels that are in the cache.
candidates() {
	for kernel in "$AUX_TESTS_CACHE"/kernel/*; do
		case $kernel in
		"$baseline" | *.new) ;;
		*) [ ! -d "$kernel" ] || echo "$kernel" ;;
		esac
	done
}

# Its status is sign-off's; for "&", so that $! is sign-off.  A shell lets its
# background ignore SIGINT; a terminal's user is not in the background.
begin() {
	exec env --default-signal=INT "$top/bench/sign-off" --patch="$place/$name.patch" \
		--job="$place/a.job" --boots=1 --no-model -q --output="$out" \
		>"$out.said" 2>&1
}
begin_here() {
	status=0
	(begin) || status=$?
}

# Two candidates that take turns, so that each is compiled when it is its turn;
# and what calm builds make of them.
make_candidate() {
	name=$1
	out=$tmp/calm-$name
	{
		cat "$core"
		printf '\nvoid aux_%s(void);\nvoid aux_%s(void)\n{\n}\n' \
			$name $name
	} >"$tmp/$name.c"
	diff -u --label a/kernel/events/core.c --label b/kernel/events/core.c \
		"$core" "$tmp/$name.c" >"$place/$name.patch" || :
	begin_here
	kernel=$(candidates)
	[ -n "$kernel" ] && measured "$out" || {
		cat "$out.said"
		skip 'a calm build fails'
	}
	mv "$kernel" "$place/calm-$name"
}
make_candidates() {
	printf '[global]\nseconds = 0.3\nloop = eager\ndrain = 1ms\n[all]\nwindow = 0\n' \
		>"$place/a.job"
	cp "$AUX_TESTS_CACHE"/build/*/linux/kernel/events/core.c "$tmp/core.c"
	core=$tmp/core.c
	make_candidate one
	make_candidate two
}
set_up() {
	export AUX_TESTS_CACHE=$disk/cache
	[ -e "$place/calm-two" ] || rm -rf "$image" "$place"/calm-*
	mkdir -p "$disk"
	if [ -e "$image" ]; then
		plug_in
	else
		make_disk
	fi
	"$top/kconfigs/build-kernel" -q >"$tmp/baseline" ||
		skip 'baseline cannot be built'
	read -r name release vmlinux module <"$tmp/baseline"
	baseline=${vmlinux%/*}
	vmlinux=${vmlinux##*/}
	candidates | xargs -r rm -rf
	# From here on the candidates' objects come from the compiler, each time.
	export CCACHE_READONLY=1
	[ -e "$place/calm-two" ] || make_candidates
}

# The candidate's cells that were measured.
measured() {
	[ -e "$1/store.jsonl" ] || return 1
	grep '"variant":"'$name'"' "$1/store.jsonl" |
		grep -q '"status":"ok"'
}

# The one that was built is the one that a calm build makes.
check_kernel() {
	kernel=$(candidates)
	for file in "$vmlinux" System.map config manifest; do
		cmp "$kernel/$file" "$place/calm-$name/$file" ||
			fail "$out: another $file than a calm build's"
	done
	[ $failed = 1 ] || rm -rf "$kernel"
}

# Nobody is blamed.  One boot is too few for GOOD, so a calm one ends with 1, too.
check_blame() {
	[ $status != 2 ] || fail "$out: exit status 2"
	[ ! -e "$out/verdict.txt" ] || ! grep '^\(BAD\|GOOD\)' "$out/verdict.txt" ||
		fail "$out: a verdict"
}
resume() {
	if [ -e "$out/store.jsonl" ]; then
		status=0
		"$top/bench/sign-off" --resume="$out" --boots=1 --no-model \
			-q >"$out.again" 2>&1 || status=$?
	else
		rm -rf "$out"
		begin_here
	fi
	check_blame
	[ $status = 1 ] || fail "$out: exit status $status when it was resumed"
	measured "$out" || fail "$out: not measured when it was resumed"
}

# trial CASE: which disturbs, and says in $said how.
trial() {
	n=$((n + 1))
	name=one
	[ $((n % 2)) = 1 ] || name=two
	out=$tmp/out$n
	expected=1
	said=
	disturb_$1
	said="$1 $said: exit status $status"
	calm_$1
	check_blame
	if measured "$out"; then
		said="$said, in spite of it"
	else
		[ $status = $expected ] ||
			fail "$out: exit status $status, not $expected"
		hit=$((hit + 1))
		resume
		said="$said, then $status"
	fi
	[ $failed = 1 ] || check_kernel
	echo "$n: $said"
	[ $failed = 0 ] || tail -n 30 "$out.said"
}

# The first process of name $1 that works in our cache's folder and has $2 in its
# command.  What a compiler is asked about its options comes from /dev/null.
victim() {
	for dir in /proc/[0-9]*; do
		read -r comm <"$dir/comm" || continue
		[ "$comm" = "$1" ] || continue
		case $(readlink "$dir/cwd") in
		"$AUX_TESTS_CACHE"/*) ;;
		*) continue ;;
		esac
		! grep -q "$2" "$dir/cmdline" || {
			echo "${dir#/proc/}"
			break
		}
	done 2>/dev/null
	return 0
}
start() {
	(begin) &
	pid=$!
}
running() {
	kill -0 $pid 2>/dev/null
}
end() {
	status=0
	wait $pid || status=$?
}
# Waits for a victim, or for the end.
find_one() {
	found=
	while [ -z "$found" ] && running; do
		found=$(victim "$@")
	done
}
# Killed as $prey, $late s after one was seen; it, or the next.
disturb_killed() {
	draw 4
	case $drawn in
	0) prey=as of= ;;
	1) prey=ld of= ;;
	*) prey=cc1 of=events/core.c ;;
	esac
	draw 10
	late=0.$drawn
	said="$prey, $late s after one was seen"
	start
	find_one $prey "$of"
	sleep $late
	while running && ! kill -KILL $found 2>/dev/null; do
		find_one $prey "$of"
	done
	end
}
calm_killed() {
	:
}

# make asks the compiler what options it has, and takes no answer for a no.
disturb_probes() {
	draw 30
	left=$((drawn + 1))
	said="$left of them"
	start
	while [ $left -gt 0 ] && running; do
		find_one cc1 /dev/null
		! kill -KILL $found || left=$((left - 1))
	done 2>/dev/null
	end
}
calm_probes() {
	:
}

# Full but for some KB, in as many sizes as there are.
disturb_full() {
	draw 18
	kb=$((1 << drawn))
	draw $kb
	kb=$((kb + drawn))
	said="but for $kb KB"
	room=$(df -k --output=avail "$disk" | tail -n 1)
	[ "$room" -le $kb ] ||
		fallocate -l $((room - kb))K "$disk/ballast"
	begin_here
}
calm_full() {
	rm -f "$disk/ballast"
}

# The end of the disk is gone, and comes back as it was when it went.
disturb_failing() {
	loop=$(losetup -j "$image" | cut -d: -f1)
	draw 14
	late=0.$drawn
	[ $drawn -lt 10 ] || late=$((drawn - 9))
	draw 6
	whole=$((200 + 200 * drawn))
	said="from $whole MB on, $late s after its start"
	start
	sleep $late
	fsfreeze -f "$disk"
	cp --sparse=always "$image" "$tmp/whole"
	truncate -s ${whole}M "$image"
	losetup -c "$loop"
	fsfreeze -u "$disk"
	end
}
calm_failing() {
	umount "$disk"
	dd if="$tmp/whole" of="$image" bs=1M skip=$whole seek=$whole \
		conv=sparse status=none
	truncate -s 3G "$image"
	rm "$tmp/whole"
	e2fsck -fy "$image" >"$out.fsck" 2>&1 || :
	plug_in
}

# Of 40 to 190 MB, each a quarter more than the one before.
limit() {
	draw 8
	mb=40
	while [ $drawn -gt 0 ]; do
		mb=$((mb + mb / 4))
		drawn=$((drawn - 1))
	done
	said="of make: $mb MB"
}
# What make starts inherits it, and sign-off does not need it.  make begins with
# some processes already: limit_one is called for all that are there, for 1 s.
limit_make() {
	start
	find_one make ''
	group_id=$(ps -o pgid= -p "$found" | tr -d ' ')
	for time in 1 2 3 4 5 6 7 8 9 10; do
		for process in $(pgrep -g "$group_id"); do
			limit_one $process || :
		done
		sleep 0.1
	done 2>/dev/null
	end
}
disturb_address_space() {
	limit
	limit_one() {
		prlimit --pid $1 --as=$((mb << 20))
	}
	limit_make
}
calm_address_space() {
	:
}
# The kernel kills whom it likes.
disturb_cgroup() {
	limit
	mkdir -p "$group"
	echo $((mb << 20)) >"$group/memory.limit_in_bytes"
	limit_one() {
		echo $1 >"$group/cgroup.procs"
	}
	limit_make
}
calm_cgroup() {
	rmdir "$group"
}
can_cgroup() {
	[ -e /sys/fs/cgroup/memory/memory.limit_in_bytes ]
}

# To sign-off itself, while something is compiled, or before or after it.
disturb_signal() {
	draw 4
	case $drawn in
	0) signal=HUP expected=129 ;;
	1) signal=KILL expected=137 ;;
	2) signal=TERM expected=143 ;;
	3) signal=INT expected=130 ;;
	esac
	draw 100
	late=$((drawn / 10)).$((drawn % 10))
	said="$signal after $late s"
	start
	sleep $late
	kill -$signal $pid 2>/dev/null || :
	end
}
calm_signal() {
	:
}

set_up
n=0
for each in $(echo "$cases" | tr ,- ' _'); do
	if [ $each = cgroup ] && ! can_cgroup; then
		echo 'no memory controller of cgroups v1: cgroup is left out'
		continue
	fi
	hit=0
	i=0
	while [ $i -lt "$trials" ] && [ $failed = 0 ]; do
		trial $each
		i=$((i + 1))
	done
	echo "$each: $i trials, $hit of them hit"
done
exit $failed
