//! Any bytes as a gazetteer file; and the starter with some of its bytes changed.
#![no_main]

use gazetteer::{Context, Gazetteer};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(gazetteer) = Gazetteer::open(bytes.to_vec()) {
        let _ = gazetteer.resolve("Homs", &Context::default());
        let _ = gazetteer.search("al", 10);
        let _ = gazetteer.info();
    }
    let mut whole = Gazetteer::starter().as_bytes().to_vec();
    for change in bytes.chunks_exact(5) {
        let at = u32::from_le_bytes([change[0], change[1], change[2], change[3]]) as usize % whole.len();
        whole[at] = change[4];
    }
    if let Ok(gazetteer) = Gazetteer::open(whole) {
        let _ = gazetteer.resolve("Homs", &Context::default());
    }
});
