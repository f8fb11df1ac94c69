//! Placetime reads reports, finds the incidents, works out where and when and how sure, merges what
//! several reports tell of one incident, and puts it on a map.
//!
//! The rooms, in the order a report walks through them:
//!
//! - [`report`]: what came in, word for word.
//! - [`sources`]: which format is this, and what does it hold.
//! - [`reading`]: what the words say, before anyone asks where.
//! - [`pipeline`]: one report to its accounts, with the gazetteer's help.
//! - [`incident`]: who told what, and is it an event we know.
//! - [`store`], [`ingest`], [`server`]: the loud rooms: files, sockets, SQL, clocks.
//! - [`mirror`]: a gazetteer's tables, downloaded.
//! - [`formats`]: incidents to bytes; [`publish`]: a map as files.
//! - [`query`]: which incidents: box, days, columns, words, CQL2.
//! - [`config`], [`cli`]: the options, and the wiring of the house.
//!
//! The gazetteer is a crate of its own and knows neither reports nor incidents.

pub mod cli;
pub mod config;
pub mod formats;
pub mod incident;
pub mod ingest;
pub mod mirror;
pub mod pipeline;
pub mod publish;
pub mod query;
pub mod reading;
pub mod report;
pub mod server;
pub mod sources;
pub mod store;
