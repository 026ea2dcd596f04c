#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The rooms and the arrows between them, as HACKING.md draws them: an #include
# against the picture fails, and so do a circle, a function of more than 60
# lines, a file of more than 500, a file without its licence on line 1.
set -eu
cd "${srcdir:-.}"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

# A room, and the rooms whose headers it may include beside its own and lib's.
cat >"$tmp/arrows" <<'ROOMS'
lib
kconfigs/build
kconfigs          kconfigs/build
bench/job
bench/target
bench/run         bench/job bench/target kconfigs/build
bench/results
bench/views       bench/results
bench/verdict     bench/results bench/views
bench             bench/job bench/target bench/run bench/results bench/views
bench             bench/verdict kconfigs/build
stress/auxsynth
stress/hardware   stress/auxsynth
stress/place      stress/auxsynth
stress/event      stress/auxsynth stress/place
stress/trace      stress/auxsynth stress/event
stress/stream     stress/auxsynth stress/place stress/event stress/trace
stress/hunt       stress/place stress/event stress/stream
stress/client     stress/auxsynth stress/place stress/event stress/stream
stress/scenario   stress/place stress/event stress/stream
stress/model
stress            stress/auxsynth stress/place stress/event stress/trace
stress            stress/stream stress/hunt stress/client stress/scenario
stress            stress/model
ROOMS

# What is against it, and is to go.
cat >"$tmp/known" <<'KNOWN'
KNOWN

find bench kconfigs lib stress tests -name '*.[ch]' ! -path '*-build/*' \
	! -name '*.mod.c' | LC_ALL=C sort >"$tmp/sources"
grep -qx lib/cell.c "$tmp/sources" || { echo 'no sources here'; exit 1; }

# Each line: what, where, more.  What is generated (config.h) is of no room.
xargs awk '
	FNR == NR && FILENAME == ARROWS {
		allowed[$1, "lib"] = known[$1] = 1
		for (i = 2; i <= NF; i++)
			allowed[$1, $i] = 1
		next
	}
	function room(file) {
		sub("/[^/]*$", "", file)
		sub("^bench/views/kinds$", "bench/views", file)
		return file
	}
	FNR == 1 { from = room(FILENAME); open = 0 }
	/^#include ".*\// && from !~ /^tests/ {
		split($0, part, "\"")
		to = room(part[2])
		if (!(from in known) || !(to in known))
			print "room", (from in known) ? to : from, FILENAME
		else if (from != to && !((from, to) in allowed))
			print "arrow", from, to, FILENAME
	}
	/^\{/ { open = FNR }
	/^\}/ && open {
		if (FNR - open - 1 > 60)
			print "function", FILENAME, "line", open, \
				FNR - open - 1, "lines"
		open = 0
	}
	FNR == 501 { print "file", FILENAME, "has more than 500 lines" }
' ARROWS="$tmp/arrows" "$tmp/arrows" <"$tmp/sources" >"$tmp/found"

# Where a program was built says nothing of where it is (lib/where.h).
grep '^[^t]' "$tmp/sources" | xargs grep -n -e '\<SRCDIR\>' -e '\<BUILDDIR\>' |
	sed 's/^/place /' >>"$tmp/found"

# The picture itself, and the headers among themselves.
awk '{ for (i = 2; i <= NF; i++) print $1, $i }' "$tmp/arrows" >"$tmp/rooms"
grep '\.h$' "$tmp/sources" | xargs awk '
	/^#include ".*\// { split($0, part, "\""); print FILENAME, part[2] }
' >"$tmp/headers"
for pairs in rooms headers; do
	tsort <"$tmp/$pairs" >/dev/null 2>"$tmp/circle" ||
		echo "circle" $pairs $(sed 's/^tsort: //' "$tmp/circle") \
			>>"$tmp/found"
done

find .ci bench bootstrap configure.ac Makefile.am kconfigs lib plots stress \
	tests -name '*.[ch]' -o -name '*.sh' -o -name '*.inc' -o -name '*.am' \
	-o -name '*.ac' -o -name '*.gp' -o -name '*.job' -o -name '*.config' \
	-o -name '*.patch' -o -name '*.pml' -o -name Kbuild -o -name ORDER \
	-o -path .ci/run -o -name bootstrap |
	grep -v -e '-build/' -e '^tests/unit/patches/' -e '^tests/fuzz/corpus/' |
	xargs awk '
	FNR == 1 { at = /^#!/ ? 2 : 1 }
	FNR == at && !/SPDX-License-Identifier: GPL-2.0-only/ {
		print "licence", FILENAME
	}
' >>"$tmp/found"

# A test that no target runs.
for file in tests/unit/test-*.c tests/unit/test-*.sh \
	tests/guest/test-*.c tests/guest/test-*.sh; do
	case " ${ALL_TESTS-$file} " in
	*" ${file%.c} "* | *" $file "*) ;;
	*) echo "unrun $file" ;;
	esac
done >>"$tmp/found"

status=0
while read -r what where more; do
	case $what in
	arrow) key="$what $where ${more%% *}" ;;
	*) key="$what $where" ;;
	esac
	grep -qFx "$key" "$tmp/known" && continue
	echo "$what: $where $more"
	status=1
done <"$tmp/found"
while read -r what where more; do
	grep -q "^$what $where $more" "$tmp/found" ||
		echo "no longer so, delete the line: $what $where $more"
done <"$tmp/known"
exit $status
