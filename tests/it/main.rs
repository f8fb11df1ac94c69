//! One test binary for the house.

mod cases;
mod gold;
