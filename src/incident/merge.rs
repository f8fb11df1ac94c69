//! Same event or not, with reasons.

use super::{Account, Incident};

/// What to do with an account.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Decision {
    /// It tells of an event not known yet.
    New,
    /// It tells of the incident at this index of those given.
    Join {
        /// Index into the slice given.
        index: usize,
        /// The reasons, in words.
        because: Vec<String>,
    },
}

/// Decides whether an account tells of one of the incidents near it in time and space.
#[must_use]
pub fn decide(_account: &Account, _nearby: &[Incident]) -> Decision {
    Decision::New
}

/// Merges accounts, in order, into incidents: what `read` does, which stores nothing.
#[must_use]
pub fn all(accounts: Vec<Account>) -> Vec<Incident> {
    let mut incidents: Vec<Incident> = Vec::new();
    for account in accounts {
        match decide(&account, &incidents) {
            Decision::New => incidents.push(Incident::of(account)),
            Decision::Join { index, because } => {
                incidents[index].joined_because.push(because.join("; "));
                incidents[index].accounts.push(account);
            }
        }
    }
    incidents
}
