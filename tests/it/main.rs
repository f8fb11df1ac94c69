//! One test binary for the house.

#![expect(
    clippy::print_stderr,
    reason = "a test that is left out, and a measure, say so on stderr"
)]

mod cases;
mod gold;
mod reports;
mod sentences;
