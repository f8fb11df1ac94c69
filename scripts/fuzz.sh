#!/usr/bin/env bash
# The fuzz targets: built with the counters of libFuzzer on the stable toolchain, and run.
#
#   scripts/fuzz.sh run [SECONDS [TARGET...]]   each target for so long (60), all of them without names
#   scripts/fuzz.sh build                       only the program: target/fuzz/placetime-fuzz
#   scripts/fuzz.sh seeds TARGET                only the first inputs of a target
#   scripts/fuzz.sh lock                        fuzz/Cargo.lock anew, from the house's own
#
# First inputs are made from samples/ and tests/; what the fuzzer adds lies in target/fuzz/corpus/TARGET
# and is used again. An input that breaks something is written to target/fuzz/found/, named for
# its target; once the fault is mended, it belongs into fuzz/regressions/ under a name for what was seen.
# Exit status 1 when a target found something.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
target=${CARGO_TARGET_DIR:-target}
work=$target/fuzz
program=$work/placetime-fuzz

build() {
    local host flags
    host=$(rustc -vV | sed -n 's/^host: //p')
    # What cargo-fuzz asks of a nightly compiler, as options that a stable one takes. With --target
    # they hold for what is fuzzed and not for build scripts.
    flags="-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4"
    flags+=" -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table"
    flags+=" -Cdebug-assertions -Coverflow-checks"
    RUSTFLAGS=$flags cargo build --release --locked --manifest-path fuzz/Cargo.toml \
        --target "$host" --target-dir "$work" || exit 1
    ln -sf "$host/release/placetime-fuzz" "$program"
}

targets() {
    FUZZ_TARGET='' "$program" 2>&1 | sed -n 's/.*there are //p' | tr -d ','
}

# Inputs to begin with: the reports of the tests cut at their headings, and a few lines for each format.
seeds() { # TARGET
    mkdir -p "$work/corpus/$1"
    python3 scripts/fuzz_seeds.py "$1" "$work/corpus/$1" || exit 1
}

run() { # SECONDS TARGET...
    local seconds=$1 name failed=0
    shift
    if [ $# -eq 0 ]; then read -r -a names < <(targets); else names=("$@"); fi
    mkdir -p "$work/found" "$work/logs"
    # The store of the targets that keep something: in memory where the machine has such a folder.
    if [ -d /dev/shm ]; then export TMPDIR=/dev/shm; fi
    for name in "${names[@]}"; do
        seeds "$name"
        FUZZ_TARGET=$name "$program" "$work/corpus/$name" -max_total_time="$seconds" -timeout=60 \
            -rss_limit_mb=3000 -max_len="$([ "$name" = growth ] && echo 201 || echo 8192)" \
            -dict=fuzz/words.dict -artifact_prefix="$work/found/$name-" -print_final_stats=1 \
            >"$work/logs/$name.log" 2>&1 || failed=1
        summary "$name"
    done
    return "$failed"
}

summary() { # TARGET
    awk -v name="$1" -v log_="$work/logs/$1.log" '
        /stat::number_of_executed_units/ { runs = $2 }
        /^#[0-9]+/ { for (i = 1; i < NF; i++) if ($i == "cov:") cov = $(i + 1) }
        /panicked at|ERROR: libFuzzer/ { if (!bad) bad = $0 }
        END {
            printf "%-12s %9d runs, %6d edges", name, runs, cov
            if (bad) printf "; found: %s (%s)", bad, log_
            print ""
        }' "$work/logs/$1.log"
}

case ${1:-} in
    build) build ;;
    seeds) seeds "$2" ;;
    # The same versions as the house's, so that what is built for the one serves the other.
    lock) cp Cargo.lock fuzz/Cargo.lock && cargo metadata --manifest-path fuzz/Cargo.toml --format-version 1 >/dev/null ;;
    run)
        shift
        build
        run "${1:-60}" "${@:2}"
        ;;
    *)
        sed -n '2,/^set/s/^# \{0,1\}//p' "$0"
        exit 2
        ;;
esac
