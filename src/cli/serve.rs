//! `serve`.

use super::{Failed, Outcome, gazetteer, say};
use crate::config::{self, House};
use crate::server::{self, Setting};

/// Serves until it is told to stop.
pub(super) fn serve(it: &config::Serve, house: &House) -> Outcome {
    let setting = Setting {
        listen: it.listen.clone(),
        public_url: it.public_url.clone(),
        data: house.data.clone(),
    };
    server::run(&setting, gazetteer(house)?, say).map_err(Failed::Work)?;
    Ok(true)
}
