#!/usr/bin/env bash
# The Debian package, made by cargo-deb: the one on the path, or one that Cargo builds into target/tools (a minute, once).
#
#   scripts/deb.sh build          from target/release/placetime into target/debian, with its size
#   scripts/deb.sh test           from the debug build: made, looked into, installed, started, removed and purged
#   scripts/deb.sh can            exit status 0 when this is a Debian where packages may be installed and ours is not
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}
case $target in /*) ;; *) target=$PWD/$target ;; esac

can() {
    command -v dpkg-deb >/dev/null && command -v dpkg-shlibdeps >/dev/null && [ "$(id -u)" = 0 ] && command -v python3 >/dev/null &&
        # Somebody's own installation is not tried on.
        ! dpkg-query -W placetime >/dev/null 2>&1
}

cargo_deb() {
    if command -v cargo-deb >/dev/null; then
        cargo-deb "$@"
        return
    fi
    local tools=$target/tools
    [ -x "$tools/bin/cargo-deb" ] || CARGO_TARGET_DIR=$target/tools/build cargo install --quiet --locked --root "$tools" cargo-deb --version '^3'
    "$tools/bin/cargo-deb" "$@"
}

passed=0
check() { # WORDS COMMAND...
    local words=$1
    shift
    if "$@" >"$work/said" 2>&1; then
        passed=$((passed + 1))
        echo "ok    $words"
    else
        echo "FAIL  $words"
        sed 's/^/      /' "$work/said"
        echo "$passed passed, 1 failed"
        exit 1
    fi
}

# Starts the program as the unit does, with the package's own options, and asks it.
answers() {
    local start pid url=
    start=$(sed -n 's/^ExecStart=//p' /usr/lib/systemd/system/placetime.service)
    PLACETIME_DATA=$work/data PLACETIME_LISTEN=127.0.0.1:0 $start 2>"$work/served" &
    pid=$!
    for _ in $(seq 300); do
        url=$(sed -n 's/.*\(http:\/\/127\.0\.0\.1:[0-9]*\).*/\1/p' "$work/served")
        [ -n "$url" ] && break
        sleep 0.1
    done
    python3 -c 'import sys, urllib.request as u; print(u.urlopen(sys.argv[1] + "/healthz", timeout=10).status)' "$url"
    local status=$?
    kill "$pid"
    wait "$pid" || true
    cat "$work/served"
    return "$status"
}

gone() { for path in "$@"; do ! [ -e "$path" ] || return 1; done; }

test_it() {
    work=$(mktemp -d)
    installed=no
    # Whatever happens, the machine is left as it was.
    trap '[ $installed = no ] || dpkg --purge placetime >/dev/null 2>&1; rm -rf "$work"' EXIT
    deb=$work/placetime.deb
    unit=/usr/lib/systemd/system/placetime.service
    check "the package is made" cargo_deb --no-build --no-strip --fast --profile dev --output "$deb"
    dpkg-deb -c "$deb" >"$work/list"
    for file in usr/bin/placetime "${unit#/}" etc/placetime/serve.toml usr/share/doc/placetime/copyright; do
        check "it holds $file" grep -q " \./$file\$\| $file\$" "$work/list"
    done
    check "it says what it needs" grep -q 'libc6' <(dpkg-deb -f "$deb" Depends)
    installed=yes
    check "it is installed" dpkg -i "$deb"
    check "the program runs" placetime --version
    check "it finds a place" grep -q 'al-Tanf\|Tanf' <(placetime resolve al-Tanf)
    if command -v systemd-analyze >/dev/null; then
        check "systemd understands the unit" systemd-analyze verify "$unit"
    fi
    check "what the unit starts answers" answers
    check "it is removed" dpkg -r placetime
    check "the program is gone" gone /usr/bin/placetime "$unit"
    check "the options are kept" test -e /etc/placetime/serve.toml
    check "it is purged" dpkg --purge placetime
    check "nothing is left" gone /etc/placetime/serve.toml /etc/placetime
    installed=no
    echo "$passed passed, 0 failed"
}

case ${1:-} in
    can) can ;;
    build)
        mkdir -p "$target/debian"
        rm -f "$target"/debian/*.deb
        cargo_deb --no-build --output "$target/debian/" >/dev/null
        ls -l "$target"/debian/*.deb | awk '{printf "%s: %.1f MB\n", $NF, $5 / 1e6}'
        ;;
    test) test_it ;;
    *)
        sed -n '2,/^set/p' "$0" | sed 's/^# \{0,1\}//;$d' >&2
        exit 2
        ;;
esac
