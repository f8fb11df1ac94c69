//! One test binary for the house.

#![expect(clippy::print_stderr, reason = "a measure says so on stderr")]

mod canary;
mod cases;
mod cli;
mod gdal;
mod gold;
mod house;
mod http;
mod keep;
mod publish;
mod reports;
mod review;
mod rooms;
mod sentences;
