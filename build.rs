//! Makes cargo build again when the web page was built, since the page is embedded in the program,
//! and marks the rules that make an incident's face (`src/store/faces.rs`): a face kept by a program
//! with other rules is made anew.

use std::fs;
use std::path::Path;

/// Where the rules stand that say what is given out of an incident, and how it is packed.
const RULES: &[&str] = &[
    "src/incident",
    "src/formats/columns.rs",
    "src/formats/geometry.rs",
    "src/formats/geojson.rs",
    "src/formats/iso3.rs",
    "src/query/cells.rs",
    "src/query/packed.rs",
    "src/query/row.rs",
    "src/store/load.rs",
    "src/store/rows.rs",
    "src/store/terms.rs",
    "src/store/verdicts.rs",
    "gazetteer/src",
];

fn main() {
    println!("cargo:rerun-if-changed=web/dist");
    let mut mark = 0xcbf2_9ce4_8422_2325_u64;
    for path in RULES {
        println!("cargo:rerun-if-changed={path}");
        hash(Path::new(path), &mut mark);
    }
    println!("cargo:rustc-env=PLACETIME_FACES={mark:016x}");
}

/// FNV-1a over names and contents, in the order of the names.
fn hash(path: &Path, mark: &mut u64) {
    let mut bytes = path.to_string_lossy().into_owned().into_bytes();
    if path.is_dir() {
        let entries = fs::read_dir(path).into_iter().flatten().flatten();
        let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
        paths.sort();
        for path in paths {
            hash(&path, mark);
        }
    } else {
        bytes.extend(fs::read(path).unwrap_or_default());
    }
    for byte in bytes {
        *mark = (*mark ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
}
