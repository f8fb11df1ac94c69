//! One test binary for the house.

#![expect(clippy::print_stderr, reason = "a measure says so on stderr")]

mod access;
mod book;
mod canary;
mod cases;
mod cli;
mod damage;
mod dice;
mod explore;
mod filters;
mod fuzzed;
mod gdal;
mod gold;
mod house;
mod http;
mod keep;
mod kill;
mod live;
mod mirror;
mod noise;
mod one_event;
mod postgis;
mod power;
mod publish;
mod reader;
mod release;
mod reports;
mod review;
mod rooms;
mod score;
mod sentences;
mod service;
mod tables;
mod tiles;
mod tongues;
mod watch;
mod wrong;
