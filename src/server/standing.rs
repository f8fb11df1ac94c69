//! How the store stands while it is served: whether it may be written, and read.
//!
//! What everybody asks for is answered from memory, whatever becomes of the store. The clock looks
//! at it ([`House::look`]); what is wrong is logged once, and once more when it is mended.

use std::sync::{Arc, MutexGuard};

use axum::http::StatusCode;

use super::refusal::Refusal;
use super::{House, held};
use crate::store::{Head, Stamp, Store, StoreError};

/// What is wrong with the store.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Fault {
    /// Its files were taken away. What is open still holds what was last written, and whatever is
    /// written now would be lost.
    Away(String),
    /// What lies in its place is not what was opened: nothing that is read of it can be believed.
    Changed(String),
    /// It does not tell what was written since.
    Silent(String),
}

impl Fault {
    /// For a person who looks after it: with paths.
    fn said(&self) -> &str {
        match self {
            Self::Away(said) | Self::Changed(said) | Self::Silent(said) => said,
        }
    }
}

/// What was last seen of the store.
#[derive(Default, Debug)]
pub(super) struct Seen {
    watermark: Option<i64>,
    stamp: Option<Stamp>,
    head: Option<Head>,
}

/// What helps, told to those who cannot see the machine.
pub(super) const GONE: &str = "the store was taken away or replaced while it was served, and nothing can be written; whoever looks after this server must put it back, or start the server again";

impl House {
    /// Looks at the store, takes in what others wrote, and keeps what is wrong.
    pub(super) fn look(&self, seen: &mut Seen) {
        let now = self.looked(seen).err();
        let before = self.fault.load_full();
        if before.as_deref() == now.as_ref() {
            return;
        }
        match &now {
            Some(fault) => tracing::error!(
                error = fault.said(),
                "the store fails; reading goes on from memory"
            ),
            None => tracing::warn!("the store answers again"),
        }
        self.fault.store(now.map(Arc::new));
    }

    fn looked(&self, seen: &mut Seen) -> Result<(), Fault> {
        let silent = |error: StoreError| Fault::Silent(error.to_string());
        {
            let reader = held(&self.reader);
            reader
                .is_there()
                .map_err(|gone| Fault::Away(gone.to_string()))?;
            let watermark = reader.watermark();
            // What was overwritten may not even tell its watermark.
            if let Ok(watermark) = &watermark
                && seen.watermark != Some(*watermark)
                && let Ok(head) = reader.head()
            {
                seen.head = head;
            }
            let stamp = reader.stamp();
            if seen.stamp != stamp {
                match reader.holds(seen.head.as_ref()) {
                    Ok(()) => seen.stamp = stamp,
                    // Nothing is known of it yet; asked again in a moment.
                    Err(
                        StoreError::Busy(_) | StoreError::Folder { .. } | StoreError::ReadOnly(_),
                    ) => {}
                    Err(changed) => return Err(Fault::Changed(changed.to_string())),
                }
            }
            let watermark = watermark.map_err(silent)?;
            if seen.watermark == Some(watermark) {
                return Ok(());
            }
            seen.watermark = Some(watermark);
        }
        self.refresh().map_err(|error| {
            seen.watermark = None;
            silent(error)
        })
    }

    /// The store, for what the snapshot cannot tell.
    pub(super) fn reading(&self) -> Result<MutexGuard<'_, Store>, Refusal> {
        match self.fault.load().as_deref() {
            Some(Fault::Changed(_)) => Err(Refusal::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "the store was changed by something else while it was served; the map, lists and files go on from memory, this does not; whoever looks after this server must put it back, and start the server again",
            )),
            _ => Ok(held(&self.reader)),
        }
    }

    /// The store, to be written; `nothing` says what cannot be done now.
    pub(super) fn writing(&self, nothing: &str) -> Result<MutexGuard<'_, Store>, Refusal> {
        let unavailable = |why: String| Refusal::new(StatusCode::SERVICE_UNAVAILABLE, why);
        let Some(writer) = &self.writer else {
            let why = format!("the data folder is read-only; {nothing}");
            return Err(unavailable(why));
        };
        match self.fault.load().as_deref() {
            Some(Fault::Away(_) | Fault::Changed(_)) => Err(unavailable(GONE.to_owned())),
            _ => Ok(held(writer)),
        }
    }

    /// True when the store takes what is written.
    pub(super) fn is_writable(&self) -> bool {
        self.writer.is_some()
            && !matches!(
                self.fault.load().as_deref(),
                Some(Fault::Away(_) | Fault::Changed(_))
            )
    }

    /// What there is to be said against it, for those who ask whether we are ready.
    pub(super) fn unready(&self) -> Option<&'static str> {
        let asked = {
            let reader = held(&self.reader);
            reader.is_there().and_then(|()| reader.watermark())
        };
        match (asked, self.fault.load().as_deref()) {
            (Err(StoreError::Gone { .. }), _) | (_, Some(Fault::Away(_) | Fault::Changed(_))) => {
                Some(GONE)
            }
            (Err(_), _) => Some("the store does not answer; the log says why"),
            (Ok(_), Some(Fault::Silent(_))) => {
                Some("the store does not tell what was written since; the log says why")
            }
            (Ok(_), None) => None,
        }
    }
}
