//! One test binary for the house.

#![expect(clippy::print_stderr, reason = "a measure says so on stderr")]

mod cases;
mod cli;
mod gdal;
mod gold;
mod house;
mod http;
mod reports;
mod rooms;
mod sentences;
mod tongues;
