//! Words that leave open what happened ("bombing", "fire"), where the whole report tells it.

use crate::incident::IncidentType;
use crate::reading::events::EventMention;
use crate::reading::sentences::Words;

use super::look::Found;

/// Words for aircraft that bomb.
const AIR: &[&str] = &[
    "air strike",
    "airstrike",
    "air raid",
    "warplane",
    "fighter jet",
    "bombed by aircraft",
];

/// Words for bombs that are planted or carried.
const PLANTED: &[&str] = &[
    "suicide",
    "car bomb",
    "explosive device",
    "planted",
    "roadside",
    "vehicle bomb",
    "detonated",
    "truck bomb",
    "explosives",
];

/// Words of a report on a fire in the open.
const OF_WILDFIRES: &[&str] = &[
    "wildfire",
    "forest",
    "hectares",
    "pine",
    "slopes",
    "bushfire",
    "scrub",
    "burnt-out",
    "burned-out",
    "gusts",
    "winds",
    "heatwave",
    "evacuate",
    "water-dropping",
];

/// Such words from which on a fire is one in the open.
const OF_WILDFIRES_MIN: usize = 3;

/// Settles what the mentions that leave it open are of, before any two are taken for one event.
pub(super) fn settle(text: &str, found: &mut [Found]) {
    let open = |f: &Found| f.events.iter().any(|m| left_open(f.words(), m).is_some());
    if !found.iter().any(open) {
        return;
    }
    let text = text.to_lowercase();
    let by_air = speaks_of_aircraft(&text);
    let in_the_open = OF_WILDFIRES.iter().filter(|w| text.contains(**w)).count();
    for f in found {
        let words = f.words();
        for m in &mut f.events {
            match left_open(words, m) {
                Some(IncidentType::Airstrike) if by_air => m.kind = IncidentType::Airstrike,
                Some(IncidentType::Wildfire) if in_the_open >= OF_WILDFIRES_MIN => {
                    m.kind = IncidentType::Wildfire;
                }
                _ => {}
            }
        }
    }
}

/// What else the mention may be of, if its words do not tell.
fn left_open(words: Words, m: &EventMention) -> Option<IncidentType> {
    let any = |list| words.any(m.tokens.clone(), list);
    match m.kind {
        // "condemns the bombing of a detention centre ... the air strikes took the lives of 44"
        IncidentType::BombingIed if m.tokens.len() == 1 && any(&["bombing", "bombings"]) => {
            Some(IncidentType::Airstrike)
        }
        // "The fire tore through a village ... on the slopes of the mountain"
        IncidentType::Accident if any(&["fire", "fires", "blaze", "flames"]) => {
            Some(IncidentType::Wildfire)
        }
        _ => None,
    }
}

/// Does the report speak of aircraft and of no planted bomb?
fn speaks_of_aircraft(text: &str) -> bool {
    let has = |list: &[&str]| list.iter().any(|w| text.contains(w));
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    has(AIR) && !has(PLANTED) && words.all(|w| w != "ied")
}
