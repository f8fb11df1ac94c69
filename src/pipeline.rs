//! The corridor: one report to its accounts.

use gazetteer::Gazetteer;

use crate::incident::Account;
use crate::report::{Notice, Report};

/// Reads a report: every telling of an event becomes an account, standing and all; what could not
/// be understood becomes a notice.
#[must_use]
pub fn accounts(_report: &Report, _gazetteer: &Gazetteer) -> (Vec<Account>, Vec<Notice>) {
    (Vec::new(), Vec::new())
}
