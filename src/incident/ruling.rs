//! What a reviewer decides. A ruling is kept beside the accounts; it never overwrites them.

use super::kind::codes;

codes! {
    /// Whether an incident is given out.
    Status {
        /// What a machine read and no person has looked at.
        Draft "draft",
        /// Given out to everybody.
        Published "published",
        /// Not an incident; kept, never given out.
        Rejected "rejected",
    }
}

codes! {
    /// What was decided.
    Verdict {
        /// Give it out.
        Publish "publish",
        /// Right as it is.
        Confirm "confirm",
        /// No incident.
        Reject "reject",
    }
}

/// One decision of one reviewer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Ruling {
    /// The store's number of the ruling.
    pub id: i64,
    /// What was decided.
    pub verdict: Verdict,
    /// Who decided: a name to reviewers, a role to readers.
    pub who: String,
    /// When, RFC 3339.
    pub at: String,
    /// Why, in the reviewer's words.
    pub why: String,
}
