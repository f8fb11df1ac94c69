//! One program for all targets: `FUZZ_TARGET=phrase placetime-fuzz CORPUS`, with the options of
//! libFuzzer. `make fuzz` builds it, makes the corpora and runs it; CONTRIBUTING.md says more.
//!
//! One program because it links the whole house: fifteen would take fifteen times as long to build.

#![no_main]

mod properties;

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;

/// The function that `FUZZ_TARGET` names.
static TARGET: LazyLock<fn(&[u8])> = LazyLock::new(|| {
    let wanted = std::env::var("FUZZ_TARGET").unwrap_or_default();
    let found = properties::TARGETS.iter().find(|(name, _)| *name == wanted);
    let Some((_, target)) = found else {
        let names: Vec<&str> = properties::TARGETS.iter().map(|(name, _)| *name).collect();
        eprintln!(
            "FUZZ_TARGET names no target ({wanted:?}); there are {}",
            names.join(", ")
        );
        std::process::exit(2);
    };
    *target
});

fuzz_target!(
    init: {
        // A name that is none is told before anything runs, so that it does not count as a find.
        LazyLock::force(&TARGET);
    },
    |bytes: &[u8]| TARGET(bytes)
);
