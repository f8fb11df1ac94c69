//! Makes the starter gazetteer from the tables when the crate is compiled, so that a program has
//! it at once: a view of its own bytes.
//!
//! The modules are those of the crate, read a second time; nothing else is needed, and the same
//! tables give the same bytes.

#![allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "the modules serve the crate; the build of the starter uses a part of them"
)]

#[path = "src/extent.rs"]
mod extent;
#[path = "src/lonlat.rs"]
mod lonlat;
#[path = "src/place.rs"]
mod place;

#[path = "src/beginning.rs"]
mod beginning;
#[path = "src/build/mod.rs"]
mod build;
#[path = "src/fold/mod.rs"]
mod fold;
#[path = "src/layout.rs"]
mod layout;
#[path = "src/relative.rs"]
mod relative;
#[path = "src/shape.rs"]
mod shape;
#[path = "src/size.rs"]
mod size;

use extent::Extent;
use lonlat::{EARTH_RADIUS_M, InvalidLonLat, LonLat};
use place::{CountryCode, Kind, Place};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for read in ["build.rs", "data", "src", "words"] {
        println!("cargo::rerun-if-changed={read}");
    }
    let folder = std::env::var_os("OUT_DIR").ok_or("OUT_DIR is not set: run by cargo only")?;
    let file = std::path::Path::new(&folder).join("starter.gaz");
    std::fs::write(file, build::Builder::new().finish())?;
    Ok(())
}
