#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# version.sh SRCDIR VERSION URL FILE: what git says of SRCDIR as C, in FILE;
# VERSION and URL are configure's, for where git says nothing.  FILE is left
# alone when nothing has changed, so that only a new commit makes new objects.
src=$1 version=$2 url=$3 file=$4
commit=

# Not somebody's repository that the sources were unpacked in.
if [ -e "$src/.git" ] && commit=$(git -C "$src" rev-parse HEAD 2>/dev/null)
then
	tag=$(git -C "$src" describe --tags --match 'v[0-9]*' 2>/dev/null) ||
		tag=$version-g$(git -C "$src" rev-parse --short=12 HEAD)
	version=${tag#v}
	git -C "$src" diff-index --quiet HEAD -- 2>/dev/null ||
		version="$version, modified"
	# Whoever cloned may have a password in there.
	origin=$(git -C "$src" config --get remote.origin.url |
		sed -e 's,^\([a-z+]*://\)[^/@]*@,\1,')
	case $origin in
	*://*|*@*:*) [ -n "$url" ] || url=$origin ;;
	esac
fi

# No quote or backslash gets into a string.
clean() {
	printf '%s' "$1" | tr -d '"\\\n'
}
v=$(clean "$version") c=$(clean "$commit") u=$(clean "$url")
cat >"$file.new" <<EOF
/* SPDX-License-Identifier: GPL-2.0-only */
/* Made by lib/version.sh. */
#include "lib/version.h"

const char version_describe[] = "$v";
const char version_commit[] = "$c";
const char version_url[] = "$u";
const char version_full[] = "$v${c:+, commit $c}${u:+, $u}";
EOF
if cmp -s "$file.new" "$file"; then
	rm "$file.new"
else
	mv "$file.new" "$file"
fi
