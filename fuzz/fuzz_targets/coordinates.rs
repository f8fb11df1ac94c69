//! Figures and letters of positions: only these, so that the parser of coordinates is reached.
#![no_main]

use gazetteer::{Context, Gazetteer};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    const SIGNS: &[char] = &[
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', ' ', '.', ',', '-', '°', '′', '″', '\'', '"',
        'N', 'S', 'E', 'W', 'T', 'D', 'B', ':', '/',
    ];
    let text: String = bytes.iter().map(|b| SIGNS[usize::from(*b) % SIGNS.len()]).collect();
    for located in Gazetteer::starter().resolve(&text, &Context::default()) {
        assert!(located.radius_m.is_none_or(f64::is_finite));
    }
});
