//! Every report of the store, read again with the rules of today.

use gazetteer::Gazetteer;

use crate::pipeline;
use crate::store::{Again, Store, StoreError};

/// Reports read and kept in one transaction: few enough to hold in memory, enough that waiting for
/// the disk does not set the pace.
const BATCH: usize = 50;

/// What came of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Reread {
    /// Reports read again, in this run.
    pub reports: usize,
    /// An earlier run was left unfinished and taken up.
    pub taken_up: bool,
    /// Incidents made.
    pub new: usize,
    /// Incidents that tell something else now.
    pub changed: usize,
    /// Incidents that lost their last account.
    pub withdrawn: usize,
}

/// Reads every report again, some at a time; a run that was stopped is taken up where it was, as
/// long as reader and gazetteer are the same. `tell` hears how many of how many are done.
pub fn reread(
    store: &mut Store,
    gazetteer: &Gazetteer,
    from_start: bool,
    mut tell: impl FnMut(usize, usize),
) -> Result<Reread, StoreError> {
    let info = gazetteer.info();
    let again = Again {
        of: format!(
            "{}, {} places, {} names, {} bytes",
            pipeline::READER,
            info.places,
            info.names,
            info.bytes
        ),
        from_start,
    };
    let begun = store.reread_begin(&again)?;
    let mut past = begun.past;
    let mut tally = Reread {
        taken_up: past > 0,
        ..Reread::default()
    };
    loop {
        let reports = store.reread_next(past, BATCH)?;
        let Some((last, _)) = reports.last() else {
            break;
        };
        past = *last;
        let batch: Vec<_> = reports
            .iter()
            .map(|(number, report)| {
                let (accounts, notices) = pipeline::accounts(report, gazetteer);
                (*number, accounts, notices)
            })
            .collect();
        let added = store.reread(&batch)?;
        tally.reports += batch.len();
        tally.new += added.new.len();
        tally.changed += added.joined.len();
        tally.withdrawn += added.withdrawn.len();
        tell(tally.reports, begun.left);
    }
    store.reread_end()?;
    Ok(tally)
}
