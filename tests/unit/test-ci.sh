#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# The examples for CI servers: they are YAML, what they call knows the options,
# and their parts are a whole plan.  Against the published schemas, too, where
# $AUX_TESTS_NODE_MODULES (or npm's own folder) has @actions/workflow-parser and
# gitlab-ci-local: npm install --prefix DIR @actions/workflow-parser gitlab-ci-local
set -eu
AUX_TESTS_CONFIG=/dev/null
export AUX_TESTS_CONFIG
ci=$(cd "${srcdir:-.}" && pwd)/bench/ci
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT

fail() {
	echo "FAILED: $*"
	exit 1
}

python3 -c 'import yaml' 2>/dev/null || {
	echo 'SKIP: no YAML for python3 (package python3-yaml)'
	exit 77
}
cat >"$tmp/check.py" <<'PYTHON'
"""Reads both files; prints each command, and what of it a shard is."""
import sys
import yaml

github = yaml.safe_load(open(sys.argv[1]))
gitlab = yaml.safe_load(open(sys.argv[2]))
jobs = github["jobs"]
assert list(jobs) == ["kernels", "shard", "report"], list(jobs)
assert jobs["shard"]["needs"] == "kernels" and jobs["report"]["needs"] == "shard"
parts = jobs["shard"]["strategy"]["matrix"]["part"]
assert parts == list(range(1, len(parts) + 1)), parts
assert gitlab["shard"]["parallel"] == len(parts), "both have as many parts"
stages = [gitlab[job]["stage"] for job in ("kernels", "shard", "report")]
assert stages == gitlab["stages"], stages

def commands():
    for name, job in jobs.items():
        for step in job["steps"]:
            for line in step.get("run", "").splitlines():
                yield "github", name, line
    for name in ("kernels", "shard", "report"):
        for line in gitlab["default"]["before_script"] + gitlab[name]["script"]:
            yield "gitlab", name, line

for server, name, line in commands():
    assert "${{" not in line or server == "github", line
    for part in parts:
        text = line.replace("${{ matrix.part }}", str(part))
        text = text.replace("${{ github.run_id }}", "12345678901")
        text = text.replace("$CI_PIPELINE_ID", "12345678901")
        text = text.replace("$CI_NODE_INDEX", str(part))
        if name == "shard" and "run-matrix" in text:
            print("shard", server, part, len(parts), text, sep="\t")
        elif part == 1:
            print("call", server, part, len(parts), text, sep="\t")
PYTHON
python3 "$tmp/check.py" "$ci/github.yml" "$ci/gitlab.yml" >"$tmp/commands" ||
	fail 'not the jobs that are expected'

# Each program of ours is there, and knows the options.
for program in $(grep -o '\./[a-z]*/[a-z-]*' "$tmp/commands" | sort -u); do
	[ -x "$program" ] || fail "there is no $program"
	"$program" --help=all >"$tmp/help"
	# As far as the next command.
	grep -o "$program .*" "$tmp/commands" | tr ' ' '\n' |
		sed -n 's/^\(--[a-z-]*\).*/\1/p; s/^\(-[a-z]\)$/\1/p' |
		sort -u >"$tmp/options"
	while read -r option; do
		grep -q -e "^  .*$option[=, []" -e "^  .*$option\$" "$tmp/help" ||
			fail "$program has no $option"
	done <"$tmp/options"
done
[ "$(grep -c run-matrix "$tmp/commands")" -ge 4 ] || fail 'nothing is measured'

# What all parts of a server have is the plan, once, and its kernels are built.
cells() {
	sed -n 's/^kernels: .* cells: \([0-9]*\),.*/\1/p' "$1"
}
for server in github gitlab; do
	sum=0
	while IFS="$(printf '\t')" read -r what of part parts command; do
		[ "$what $of" = "shard $server" ] || continue
		CI_NODE_INDEX=$part CI_NODE_TOTAL=$parts \
			sh -c "$command --list" >"$tmp/list" 2>"$tmp/said" ||
			fail "$server, part $part: $(cat "$tmp/said")"
		sum=$((sum + $(cells "$tmp/said")))
		whole=$(echo "$command" | sed 's/--shard=[^ ]*//; s/--array//')
	done <"$tmp/commands"
	sh -c "$whole --list" >"$tmp/list" 2>"$tmp/said"
	[ "$sum" = "$(cells "$tmp/said")" ] ||
		fail "$server: the parts have $sum cells of $(cells "$tmp/said")"
	built=$(grep -o "call.$server.*--export=.*" "$tmp/commands" |
		sed 's/.*--export=[^ ]* //')
	[ "$(cut -f1 "$tmp/list" | sort -u | tr '\n' ' ')" = \
		"$(echo "$built" | tr ' ' '\n' | sort -u | tr '\n' ' ')" ] ||
		fail "$server builds $built"
done

modules=${AUX_TESTS_NODE_MODULES:-$(npm root -g 2>/dev/null || :)}
for need in @actions/workflow-parser gitlab-ci-local; do
	[ -d "${modules:-/nonexistent}/$need" ] || {
		echo "SKIP: the rest was checked, the published schemas not: no $need in '$modules' (\$AUX_TESTS_NODE_MODULES)"
		exit 77
	}
done
ln -s "$modules" "$tmp/node_modules"
cat >"$tmp/github.mjs" <<'JS'
import { parseWorkflow, NoOperationTraceWriter, convertWorkflowTemplate }
	from '@actions/workflow-parser';
import fs from 'fs';

const file = { name: 'github.yml', content: fs.readFileSync(process.argv[2], 'utf8') };
const parsed = parseWorkflow(file, new NoOperationTraceWriter());
const errors = [...parsed.context.errors.getErrors()];
if (!errors.length) {
	const template = await convertWorkflowTemplate(parsed.context, parsed.value);
	errors.push(...(template.errors || []));
}
for (const error of errors)
	console.log(error.message || error.Message);
process.exit(errors.length ? 1 : 0);
JS
# For a node that is older than what gitlab-ci-local is written for.
cat >"$tmp/older.mjs" <<'JS'
Set.prototype.union ??= function (other) { return new Set([...this, ...other]); };
JS
github() {
	(cd "$tmp" && node github.mjs "$1" >said 2>&1)
}
gitlab() {
	rm -rf "$tmp/repository"
	mkdir "$tmp/repository"
	cp "$1" "$tmp/repository/.gitlab-ci.yml"
	(cd "$tmp/repository" && git init -q && git add .gitlab-ci.yml &&
		git -c user.email=a@example.org -c user.name=a commit -qm a &&
		git remote add origin https://example.org/a/b.git &&
		node --import "$tmp/older.mjs" \
			"$tmp/node_modules/gitlab-ci-local/dist/index.js" --list) \
		>"$tmp/said" 2>&1
}
github "$ci/github.yml" || fail "github.yml: $(cat "$tmp/said")"
gitlab "$ci/gitlab.yml" || fail "gitlab.yml: $(cat "$tmp/said")"
[ "$(grep -c '^shard: \[[1-8]/8\]' "$tmp/said")" = 8 ] ||
	fail "gitlab.yml: no eight shards: $(cat "$tmp/said")"
# And they would say so.
sed 's/runs-on:/runs-onn:/' "$ci/github.yml" >"$tmp/bad.yml"
! github "$tmp/bad.yml" || fail 'a wrong workflow is accepted'
sed 's/parallel: 8/parallel: eight/' "$ci/gitlab.yml" >"$tmp/bad.yml"
! gitlab "$tmp/bad.yml" || fail 'a wrong pipeline is accepted'
