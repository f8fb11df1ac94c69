//! What is done once the first questions are answered already: faces the store had not kept are
//! given to it, the tiles that everybody asks for first are made, and the index of words.

use std::sync::Arc;

use super::incident_tiles;
use super::{House, Reader, held};

/// Faces kept at once: a writer waits for some milliseconds at most.
const BATCH: usize = 500;

/// The closest zoom whose tiles are made before anybody asks: a screen of the whole world shows
/// them all.
const ZOOM_MAX: u8 = 4;

/// Begins; ends by itself, also when the server is told to stop.
pub(super) fn begin(house: &Arc<House>) {
    let owner = Arc::clone(house);
    // Nobody waits for it: what is not done is done when it is asked for, or at the next start.
    drop(std::thread::spawn(move || warm(&owner)));
}

fn warm(house: &House) {
    let snapshot = house.snapshot.load_full();
    for reader in [Reader::Anybody, Reader::Trusted] {
        let view = reader.view(&snapshot);
        for z in 0..=ZOOM_MAX {
            for id in view.tiles_of(z) {
                if house.live.is_stopping() {
                    return;
                }
                incident_tiles::made(view, id);
            }
        }
    }
    snapshot.all.begin_book();
    let made = std::mem::take(&mut *held(&house.made));
    let Some(writer) = &house.writer else {
        return;
    };
    for batch in made.chunks(BATCH) {
        // A full disk is told by the next write that matters.
        if house.live.is_stopping() || held(writer).keep_faces(batch).is_err() {
            return;
        }
    }
}
