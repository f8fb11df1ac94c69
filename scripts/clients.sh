#!/usr/bin/env bash
# Clients from PyPI against a running server: OWSLib, geopandas and the GDAL within it, vector tiles,
# the OpenAPI validator, and schemathesis over the whole OpenAPI document.
#
#   scripts/clients.sh install   into an environment under target/; exit status 1 when PyPI gives nothing
#   scripts/clients.sh test      runs them all; PLACETIME_BIN is the program (target/debug/placetime)
#
# SCHEMATHESIS_EXAMPLES=50 examples an operation; a release takes 2000.
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}
case $target in /*) ;; *) target=$PWD/$target ;; esac
clients=$target/clients
venv=$clients/venv
wanted=tests/clients/requirements.txt
export PLACETIME_BIN=${PLACETIME_BIN:-$target/debug/placetime}

case ${1:-} in
    install)
        mkdir -p "$clients"
        cmp -s "$wanted" "$clients/installed.txt" && exit 0
        python3 -m venv "$venv"
        "$venv/bin/pip" install --quiet --disable-pip-version-check --retries 2 -r "$wanted" || exit 1
        cp "$wanted" "$clients/installed.txt"
        ;;
    test)
        status=0
        "$venv/bin/python" -m unittest -v tests/clients/test_clients.py 2>&1 | tee "$clients/clients.log" || status=1
        ran=$(sed -n 's/^Ran \([0-9]*\) tests\{0,1\}.*/\1/p' "$clients/clients.log")
        bad=$(sed -n 's/^FAILED (//p' "$clients/clients.log" | tr -c '0-9\n' ' ' | awk '{for (i = 1; i <= NF; i++) n += $i} END {print n + 0}')
        [ "${ran:-0}" -gt 0 ] || exit 1
        if ! "$venv/bin/python" tests/clients/whole_api.py "$venv/bin/schemathesis"; then
            bad=$((bad + 1)) status=1
        fi
        echo "$((ran + 1 - bad)) passed, $bad failed"
        exit "$status"
        ;;
    *)
        sed -n '2,/^set/p' "$0" | sed 's/^# \{0,1\}//;$d' >&2
        exit 2
        ;;
esac
