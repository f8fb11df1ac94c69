//! Any text: what it may mean, and what places it tells.
#![no_main]

use gazetteer::{Context, Gazetteer};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let gazetteer = Gazetteer::starter();
    let _ = gazetteer.resolve(text, &Context::default());
    let expressions = gazetteer.expressions(text);
    let _ = gazetteer.locate(text, &expressions, &Context::default());
});
