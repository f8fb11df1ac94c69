#!/usr/bin/env bash
# Runs the tests, stage after stage, and sums up: the last line is "N passed, N failed, N skipped".
#
#   scripts/test.sh           every stage
#   scripts/test.sh STAGE...  some: rust doc front browser python clients deb book; or tables (part of rust, with its output)
#
# Each stage's output is shown as it comes and kept in target/test/STAGE.log. The figures are those
# of the runners' own closing lines. A stage that gave none, or that failed without naming a test,
# counts as one failure. A Rust test that cannot run (no data beside the project, no GDAL) returns
# early and appends a line "test: reason" to the file that PLACETIME_SKIPS names: its runner calls it
# passed, here it is counted as skipped. Exit status 1 when something failed or nothing ran.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
top=$PWD
target=${CARGO_TARGET_DIR:-target}
case $target in /*) ;; *) target=$top/$target ;; esac
logs=$target/test
mkdir -p "$logs"

# Tests run in the folders of their packages, so the path has to be absolute.
SHARED_DIR=${SHARED_DIR:-../shared}
case $SHARED_DIR in /*) ;; *) SHARED_DIR=$top/$SHARED_DIR ;; esac
if [ -d "$SHARED_DIR" ]; then
    SHARED_DIR=$(cd "$SHARED_DIR" && pwd)
else
    echo "No folder ${SHARED_DIR#"$top/"} beside the project: the tests that compare with its data are left out."
fi
export SHARED_DIR
export PLACETIME_SKIPS=$logs/skips
export PLACETIME_BIN=$target/debug/placetime

passed=0 failed=0 skipped=0
table=() reasons=()

# Prints "passed failed skipped" from a runner's closing lines, or nothing where there are none.
figures() { # RUNNER LOG
    sed $'s/\x1b\\[[0-9;]*m//g' "$2" | awk -v runner="$1" '
        function take(    i) {
            found = 1
            for (i = 1; i < NF; i++) if ($i ~ /^[0-9]+$/) {
                if ($(i + 1) ~ /^passed/) p += $i
                else if ($(i + 1) ~ /^(failed|timed|exec)/) f += $i
                else if ($(i + 1) ~ /^(skipped|ignored|todo)/) s += $i
            }
        }
        function anew() { p = f = s = 0 }
        runner == "nextest" && /Summary \[/ { anew(); take() }
        runner == "libtest" && /^test result:/ { take() }
        runner == "vitest" && /^ *Tests  / { anew(); take() }
        runner == "plain" && /^[0-9]+ passed, [0-9]+ failed/ { anew(); take() }
        END { if (found) print p + 0, f + 0, s + 0 }'
}

stage() { # NAME RUNNER COMMAND...
    local name=$1 runner=$2 log=$logs/$1.log began=$SECONDS status p f s early why
    shift 2
    printf '\n== %s: %s\n' "$name" "$*"
    : >"$PLACETIME_SKIPS"
    "$@" </dev/null 2>&1 | tee "$log"
    status=${PIPESTATUS[0]}
    if read -r p f s < <(figures "$runner" "$log"); then
        if [ "$status" -ne 0 ] && [ "$f" -eq 0 ]; then
            f=1
            reasons+=("$name failed with exit status $status, though no test did.")
        fi
    else
        p=0 f=1 s=0
        reasons+=("$name ended with exit status $status and without a summary.")
    fi
    early=$(sort -u "$PLACETIME_SKIPS" | wc -l)
    while read -r why; do reasons+=("skipped: $why"); done < <(sort -u "$PLACETIME_SKIPS")
    record "$name" $((p - early)) "$f" $((s + early)) $((SECONDS - began))
}

# A stage that cannot run here: one skip, with its reason.
leave_out() { # NAME REASON
    printf '\n== %s: left out: %s\n' "$1" "$2"
    reasons+=("skipped: $1: $2")
    record "$1" 0 0 1 0
}

# Something that has to work before a stage, and is no test: a row only when it took time or failed.
step() { # NAME COMMAND...
    local name=$1 began=$SECONDS status=0
    shift
    printf '\n== %s: %s\n' "$name" "$*"
    "$@" </dev/null || status=$?
    if [ "$status" -ne 0 ]; then reasons+=("$name failed with exit status $status."); fi
    if [ "$status" -ne 0 ] || [ "$SECONDS" -gt "$began" ]; then
        record "$name" 0 $((status != 0)) 0 $((SECONDS - began))
    fi
    return "$status"
}

record() { # NAME PASSED FAILED SKIPPED SECONDS
    passed=$((passed + $2)) failed=$((failed + $3)) skipped=$((skipped + $4))
    table+=("$(printf '%-10s %7d %7d %8d %8d' "$@")")
}

rust() {
    if command -v cargo-nextest >/dev/null; then
        stage rust nextest cargo nextest run --workspace --locked --no-fail-fast
    else
        stage rust libtest cargo test --workspace --locked --no-fail-fast --lib --bins --tests
    fi
}

doc() {
    stage doc libtest cargo test --workspace --locked --no-fail-fast --doc
}

# Tests whose path holds `tables`, every row they name on the screen.
tables() {
    stage tables libtest cargo test --workspace --locked --no-fail-fast --lib --tests -- tables --nocapture
}

no_node="Node 20.19 or newer is missing"
chromium=${CHROMIUM:-/usr/bin/chromium}

page() {
    step page scripts/web.sh build
}

front() {
    if ! scripts/web.sh can; then leave_out front "$no_node"; return; fi
    step packages scripts/web.sh modules || return
    stage front vitest npm --prefix web test
}

browser() {
    if ! scripts/web.sh can; then leave_out browser "$no_node"; return; fi
    if ! [ -x "$chromium" ]; then leave_out browser "no Chromium at $chromium (CHROMIUM= names another)"; return; fi
    step packages scripts/web.sh modules || return
    step program cargo build --locked || return
    stage browser plain npm --prefix web run e2e
}

python() {
    if ! scripts/wheel.sh can; then leave_out python "Python with venv is missing (Debian package python3-venv)"; return; fi
    stage python plain scripts/wheel.sh test
}

clients() {
    if ! scripts/wheel.sh can; then leave_out clients "Python with venv is missing (Debian package python3-venv)"; return; fi
    step program cargo build --locked || return
    if ! scripts/clients.sh install; then leave_out clients "pip could not fetch its packages (no network, or its index does not answer)"; return; fi
    stage clients plain scripts/clients.sh test
}

# The Debian package: installed on this machine for a moment, so only as root and where ours is not in use.
deb() {
    if ! scripts/deb.sh can; then leave_out deb "no root, no dpkg (Debian package dpkg-dev), or placetime is installed here"; return; fi
    step program cargo build --locked || return
    stage deb plain scripts/deb.sh test
}

book() {
    if ! scripts/wheel.sh can; then leave_out book "Python with venv is missing (Debian package python3-venv)"; return; fi
    stage book plain scripts/book.py test
}

if [ $# -eq 0 ]; then set -- page rust doc front browser python clients deb book; fi
for wanted in "$@"; do
    case $wanted in
        page | rust | doc | tables | front | browser | python | clients | deb | book) "$wanted" ;;
        *)
            echo "no stage '$wanted'; there are page, rust, doc, tables, front, browser, python, clients, deb, book" >&2
            exit 2
            ;;
    esac
done

printf '\n%-10s %7s %7s %8s %8s\n' stage passed failed skipped seconds
printf '%s\n' "${table[@]}"
echo
if [ ${#reasons[@]} -gt 0 ]; then printf '%s\n' "${reasons[@]}"; fi
if [ $((passed + failed)) -eq 0 ]; then
    echo "Not a single test ran."
    failed=1
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
