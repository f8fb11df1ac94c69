//! One test binary for the house.

#![expect(clippy::print_stderr, reason = "a measure says so on stderr")]

mod book;
mod cases;
mod cli;
mod gdal;
mod gold;
mod house;
mod http;
mod publish;
mod reports;
mod review;
mod rooms;
mod score;
mod sentences;
