//! One test binary for the house.

mod cases;
mod cli;
mod gdal;
mod gold;
mod house;
mod http;
mod rooms;
