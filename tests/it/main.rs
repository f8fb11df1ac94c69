//! One test binary for the house.

#![expect(clippy::print_stderr, reason = "a measure says so on stderr")]

mod access;
mod cases;
mod cli;
mod filters;
mod gdal;
mod gold;
mod house;
mod http;
mod live;
mod publish;
mod reports;
mod rooms;
mod sentences;
mod tiles;
