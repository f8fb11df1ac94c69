//! One test binary for the house.

fn main() {}
