#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# What all programs have in common: letters, help, manual, completion.
set -eu
AUX_TESTS_CONFIG=/dev/null
export AUX_TESTS_CONFIG
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
failed=0

fail() {
	echo "FAILED: $*"
	failed=1
}

programs='bench/compare bench/report bench/run-matrix bench/sign-off
kconfigs/build-kernel stress/auxlat stress/explore'

for program in $programs; do
	name=${program##*/}
	for option in -h --help --he -V --version --vers; do
		"./$program" $option >"$tmp/out" || fail "$name $option"
		grep -q "$name" "$tmp/out" || fail "$name $option: no name"
	done
	"./$program" --help >"$tmp/short"
	"./$program" --help=all >"$tmp/all"
	[ "$(wc -l <"$tmp/short")" -lt 45 ] || fail "$name --help is long"
	[ "$(wc -l <"$tmp/all")" -gt "$(wc -l <"$tmp/short")" ] ||
		fail "$name --help=all is not longer"
	awk 'length > 80 { exit 1 }' "$tmp/short" ||
		fail "$name --help is wider than 80 columns"
	grep -q '^EXIT STATUS' "$tmp/all" || [ "$name" = build-kernel ] ||
		fail "$name --help=all has no exit status"
	"./$program" --man >"$tmp/man.$name"
	sed -n 's/^  -\(.\), --\([a-z-]*\).*/\1 \2/p' "$tmp/short" \
		>>"$tmp/letters"
done

# The overview has the same words for all of them.
for program in $programs; do
	summary=$(sed -n 's/.* \\- //p' "$tmp/man.${program##*/}" | head -n1)
	[ -n "$summary" ] && grep -qF "$summary" "${srcdir:-.}/man/aux-tests.7" ||
		fail "man/aux-tests.7 has no '$summary'"
done

# A letter means one thing, wherever it is.
twice=$(sort -u "$tmp/letters" | cut -d' ' -f1 | uniq -d | tr '\n' ' ')
[ -z "$twice" ] || fail "letters with two meanings: $twice"

# bash: options, values that are files, and keys.
command -v bash >/dev/null && bash -eu -s <<'END' || fail "bash completion"
eval "$(./bench/run-matrix --completion=bash)"
complete_it() {
	COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
	_aux_run_matrix 2>/dev/null || true
	echo "${COMPREPLY[*]-}"
}
expect() {
	local want=$1
	shift
	[ "$(complete_it "$@")" = "$want" ] ||
		{ echo "$*: '$(complete_it "$@")', expected '$want'"; exit 1; }
}
expect '--resume=' run-matrix --res
expect 'smoke' run-matrix smok
expect 'drain=' run-matrix smoke drai
cd "${srcdir:-.}"
expect 'README.md' run-matrix --linux = READM
expect '' run-matrix --seed = 1
END

if command -v zsh >/dev/null; then
	for program in $programs; do
		"./$program" --completion=zsh >"$tmp/_zsh"
		zsh -n "$tmp/_zsh" || fail "$program: zsh cannot read it"
	done
fi

# The user's defaults, and where they are wrong.
printf '[run-matrix]\nguest_memory = 3G\nseconds = 9\n' \
	>"$tmp/config"
AUX_TESTS_CONFIG=$tmp/config ./bench/run-matrix smoke --list 2>"$tmp/err" \
	>"$tmp/out" || fail "defaults: $(cat "$tmp/err")"
printf '[run-matrix]\nguest_memry = 3G\n' >"$tmp/config"
AUX_TESTS_CONFIG=$tmp/config ./bench/run-matrix smoke --list \
	>"$tmp/out" 2>"$tmp/err" && fail "a wrong default was taken"
grep -q "config:2: run-matrix has no option or key 'guest_memry'" \
	"$tmp/err" || fail "wrong default: $(cat "$tmp/err")"

exit $failed
