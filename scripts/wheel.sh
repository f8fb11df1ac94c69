#!/usr/bin/env bash
# The Python wheel.
#
#   scripts/wheel.sh build [PROFILE]   into target/wheels (release by default), with its size
#   scripts/wheel.sh test              builds one from the debug build, installs it into a fresh
#                                      environment and runs python/tests there
#   scripts/wheel.sh can               exit status 0 when Python, venv and pip are here
#
# maturin and, for the test, geopandas come from PyPI into an environment under target/.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}
case $target in /*) ;; *) target=$PWD/$target ;; esac
tools=$target/python-tools

can() {
    command -v python3 >/dev/null && python3 -c 'import ensurepip, venv' 2>/dev/null
}

build() { # PROFILE FOLDER
    if ! [ -x "$tools/bin/maturin" ]; then
        python3 -m venv "$tools"
        "$tools/bin/pip" install --quiet --disable-pip-version-check 'maturin>=1.9,<2'
    fi
    mkdir -p "$2"
    rm -f "$2"/*.whl
    (cd python && CARGO_TARGET_DIR=$target "$tools/bin/maturin" build --locked --profile "$1" --out "$2")
    ls -l "$2"/*.whl | awk '{printf "%s: %.1f MB\n", $NF, $5 / 1e6}'
    # A wheel that takes a minute on a slow line is not installed.
    if [ "$1" = release ] && [ "$(stat -c %s "$2"/*.whl)" -gt 25000000 ]; then
        echo "the wheel is over 25 MB" >&2
        exit 1
    fi
}

case ${1:-} in
    can) can ;;
    build) build "${2:-release}" "$target/wheels" ;;
    test)
        build dev "$target/test/wheels"
        unset PLACETIME_BIN # the one in the wheel is on trial
        fresh=$target/test/venv
        rm -rf "$fresh"
        python3 -m venv "$fresh"
        "$fresh/bin/pip" install --quiet --disable-pip-version-check --no-index "$target"/test/wheels/*.whl
        echo "without geopandas:"
        "$fresh/bin/python" -m unittest -q python/tests/test_placetime.py 2>&1 | tee "$target/test/python-plain.log"
        "$fresh/bin/pip" install --quiet --disable-pip-version-check 'geopandas>=1.0' 'duckdb>=1' 'openpyxl>=3'
        echo "with geopandas:"
        "$fresh/bin/python" -m unittest -q python/tests/test_placetime.py 2>&1 | tee "$target/test/python-geo.log"
        echo "recipes of the book:"
        "$fresh/bin/python" -m unittest -q python/tests/test_recipes.py 2>&1 | tee "$target/test/python-recipes.log"
        # unittest says "Ran N tests"; a failure has ended this script already.
        ran=$(sed -n 's/^Ran \([0-9]*\) tests.*/\1/p' "$target"/test/python-*.log | awk '{n += $1} END {print n + 0}')
        [ "$ran" -gt 0 ]
        echo "$ran passed, 0 failed"
        ;;
    *)
        sed -n '2,/^set/p' "$0" | sed 's/^# \{0,1\}//;$d' >&2
        exit 2
        ;;
esac
