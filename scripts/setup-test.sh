#!/usr/bin/env bash
# Installs what the tests need and the machine lacks: GDAL, QGIS, Chromium and fonts, as Debian packages.
#
# Without root or without apt-get it names what is missing and which tests are left out. Exit
# status 0 either way: the tests that can run still run, the others are counted as skipped.
set -euo pipefail

missing=()
left_out=()

want() { # PACKAGE TESTS COMMAND...
    local package=$1 tests=$2
    shift 2
    "$@" >/dev/null 2>&1 && return
    missing+=("$package")
    left_out+=("$package: $tests")
}

has_postgis() {
    compgen -G '/usr/share/postgresql/*/extension/postgis.control'
}

# Debian names the package by the version of PostgreSQL it belongs to.
postgis=$(apt-cache search --names-only '^postgresql-[0-9]+-postgis-3$' 2>/dev/null | sort -V | tail -n 1 | cut -d' ' -f1)
postgis=${postgis:-postgresql-15-postgis-3}

has_fonts() {
    [ -n "$(fc-list :lang=ar family)" ] && [ -n "$(fc-list :lang=am family)" ]
}

look() {
    missing=()
    left_out=()
    want gdal-bin "the tests in which GDAL opens the exports and the collections" command -v ogrinfo
    want python3-qgis "the tests in which QGIS opens and draws the exports, collections and tiles" /usr/bin/python3 -c 'import qgis.core'
    want "$postgis" "the test that loads the exports into PostGIS" has_postgis
    want chromium "the browser tests" test -x "${CHROMIUM:-/usr/bin/chromium}"
    want python3-venv "the tests of the Python wheel" scripts/wheel.sh can
    want fonts-noto-core "the checks that names in every script are drawn without boxes" has_fonts
}

look
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing what the tests need: ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    if apt-get update -q && apt-get install -y -q --no-install-recommends "${missing[@]}"; then
        look
        [ ${#missing[@]} -eq 0 ] && exit 0
    fi
    echo "Not everything could be installed (the reason stands above)." >&2
fi

echo "Missing for the tests; as root: apt-get install --no-install-recommends ${missing[*]}" >&2
printf 'Left out without %s\n' "${left_out[@]}" >&2
