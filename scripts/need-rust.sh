#!/usr/bin/env bash
# Says in one sentence what is missing to build the Rust part; exit status 1 then.
set -euo pipefail
cd "$(dirname "$0")/.."

minor=$(sed -n 's/^rust-version = "1\.\([0-9]*\).*/\1/p' Cargo.toml)

if ! command -v cargo >/dev/null; then
    echo "Rust is missing: install Rust 1.$minor or newer (https://rustup.rs; Debian 12's own is too old) and run make again." >&2
    exit 1
fi
found=$(cargo --version | sed -n 's/^cargo 1\.\([0-9]*\)\..*/\1/p')
if [ -n "$found" ] && [ "$found" -lt "$minor" ]; then
    echo "Rust 1.$found is too old: Placetime needs 1.$minor or newer (https://rustup.rs) before make can go on." >&2
    exit 1
fi
if ! command -v cc >/dev/null; then
    echo "A C compiler is missing (SQLite is built from its source): apt-get install build-essential, then run make again." >&2
    exit 1
fi
