//! What a fuzzer once broke stays mended: every input of `fuzz/regressions/` goes through its target.
//!
//! A file is named for its target and what was seen: `table-day_of_the_year_0`. The properties are
//! those of `fuzz/`, so that they are compiled with every change; the fuzzer itself is `make fuzz`.

use std::path::Path;

#[path = "../../fuzz/src/properties.rs"]
mod properties;

#[test]
fn inputs_that_broke_something_once() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/regressions");
    for entry in std::fs::read_dir(folder).expect("the folder of kept inputs") {
        let path = entry.expect("a file of that folder").path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if name == "README.md" {
            continue;
        }
        let target = name.split('-').next().unwrap_or_default();
        let found = properties::TARGETS.iter().find(|(name, _)| *name == target);
        let Some((_, target)) = found else {
            panic!("{name} is named for no fuzz target");
        };
        eprintln!("{name}");
        target(&std::fs::read(&path).expect("a file that can be read"));
    }
}

#[test]
fn every_target_takes_bytes_of_every_kind() {
    let odd: [&[u8]; 7] = [
        b"",
        b"\0",
        b"\x05Shells hit Homs on Monday, killing 3 people.",
        b"\x05\xff\xfe\xd8\x00\xc0",
        b"PK\x03\x04\x05\x05",
        b"\x01id,date,place,killed\na,2022-02-30,Homs,3\nb,15/6/2022,\xe2\x80\xae,1e400\n",
        b"\x05{\"type\":\"Feature\",\"geometry\":{\"type\":\"Point\",\"coordinates\":[1e308,91]}}",
    ];
    for (name, target) in properties::TARGETS {
        // Whether a time grows is for a machine that does nothing else.
        if *name != "growth" {
            odd.iter().for_each(|bytes| target(bytes));
        }
    }
}
