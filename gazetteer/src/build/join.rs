//! Rows of several data sets that mean one place become one.
//!
//! By GeoNames id at once; the others by name (articles aside), country, class of kind and
//! distance, nearest first.

use std::collections::{HashMap, HashSet};

use super::{Builder, Draft, NAMES_MAX};
use crate::Kind;
use crate::fold::{Key, fold};

/// Two rows of one name are one settlement within this distance.
///
/// Village positions of different data sets differ by some 1 to 5 km; two villages of one name
/// within 6 km are rare, and then a reader cannot tell them apart either.
const SAME_SETTLEMENT_M: f64 = 6_000.0;
/// The same for cities, whose middle is a matter of taste.
const SAME_CITY_M: f64 = 20_000.0;
/// The same for divisions, whose representative points may lie anywhere in them.
const SAME_DIVISION_M: f64 = 250_000.0;

/// Kinds that rows of one place may disagree about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Class {
    Settlement,
    Quarter,
    Country,
    First,
    Second,
    Third,
    Military,
    Travel,
    Only(Kind),
}

fn class(kind: Kind) -> Class {
    match kind {
        Kind::Capital | Kind::City | Kind::Town | Kind::Village => Class::Settlement,
        Kind::Neighbourhood => Class::Quarter,
        Kind::Country => Class::Country,
        Kind::Admin1 => Class::First,
        Kind::Admin2 => Class::Second,
        Kind::Admin3 => Class::Third,
        Kind::Base | Kind::Airbase | Kind::Installation => Class::Military,
        Kind::Airport => Class::Travel,
        other => Class::Only(other),
    }
}

/// Joins the rows that came without a GeoNames id to rows of the same place.
pub(crate) fn join(builder: &mut Builder) {
    // The hand-written tables by themselves hold no place twice.
    if builder.drafts.iter().all(|draft| draft.starter) {
        return;
    }
    let loose: Vec<u32> = (0..builder.drafts.len() as u32)
        .filter(|n| is_loose(&builder.drafts[*n as usize]))
        .collect();
    let mut wanted = HashSet::new();
    for &n in &loose {
        wanted.extend(keys(builder, n));
    }
    // Starter rows join last-known rows: everything that is not loose comes first.
    let mut known: HashMap<u64, Vec<u32>> = HashMap::new();
    for n in 0..builder.drafts.len() as u32 {
        if is_loose(&builder.drafts[n as usize]) {
            continue;
        }
        for key in keys(builder, n) {
            if wanted.contains(&key) {
                known.entry(key).or_default().push(n);
            }
        }
    }
    for n in loose {
        let keys = keys(builder, n);
        let mut best: Option<(f64, u32)> = None;
        for key in &keys {
            for &other in known.get(key).into_iter().flatten() {
                if let Some(distance_m) =
                    same(&builder.drafts[n as usize], &builder.drafts[other as usize])
                    && best.is_none_or(|(least, _)| distance_m < least)
                {
                    best = Some((distance_m, other));
                }
            }
        }
        match best {
            Some((_, other)) => {
                let draft = builder.drafts[n as usize].clone();
                builder.drafts[n as usize].gone = true;
                if draft.own_key != 0 {
                    builder.by_own_key.insert(draft.own_key, other);
                }
                builder.join_into(other, draft);
            }
            None => {
                for key in keys {
                    known.entry(key).or_default().push(n);
                }
            }
        }
    }
}

fn is_loose(draft: &Draft) -> bool {
    draft.geonames_id == 0 && !draft.gone
}

/// The name keys of a draft, mixed with its country.
fn keys(builder: &Builder, number: u32) -> Vec<u64> {
    let draft = &builder.drafts[number as usize];
    let country = draft.country.map_or(0, |c| {
        let bytes = c.as_str().as_bytes();
        u64::from(bytes[0]) << 8 | u64::from(bytes[1])
    });
    let mut keys: Vec<u64> = std::iter::once(draft.name)
        .chain(draft.names.iter().copied())
        .map(|text| {
            let folded = fold(builder.strings.text(text));
            let rest = match crate::fold::generic::without_generic(&folded) {
                Some((rest, _)) => rest,
                None => &folded,
            };
            Key::of(rest).and(country).mixed()
        })
        .collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

/// The distance of two rows when they may be one place.
fn same(a: &Draft, b: &Draft) -> Option<f64> {
    let class_a = class(a.kind);
    if class_a != class(b.kind) || a.country != b.country || a.gone || b.gone {
        return None;
    }
    // Two rows of the hand-written tables are two places: whoever wrote them knew.
    if a.starter && b.starter {
        return None;
    }
    if class_a == Class::Country {
        return Some(0.0);
    }
    let (Some(at), Some(other)) = (a.at, b.at) else {
        return None;
    };
    let distance_m = at.distance_m(other);
    let most = match class_a {
        // No country has two first-level divisions of one name, wherever their points are set.
        Class::First => f64::INFINITY,
        Class::Second => SAME_DIVISION_M,
        Class::Third => 60_000.0,
        Class::Settlement => {
            let large = a.population.max(b.population) >= 100_000
                || matches!(a.kind, Kind::Capital | Kind::City)
                || matches!(b.kind, Kind::Capital | Kind::City);
            if large {
                SAME_CITY_M
            } else {
                SAME_SETTLEMENT_M
            }
        }
        Class::Quarter => 4_000.0,
        _ => f64::from(a.radius_m.unwrap_or(0.0).max(b.radius_m.unwrap_or(0.0))).max(15_000.0),
    };
    (distance_m <= most).then_some(distance_m)
}

impl Builder {
    /// Puts what a further row knows into a known place.
    pub(crate) fn join_into(&mut self, known: u32, mut row: Draft) {
        let place = &mut self.drafts[known as usize];
        if row.starter {
            // The hand-written name and kind are the ones people use; its id was handed out first.
            std::mem::swap(&mut place.name, &mut row.name);
            std::mem::swap(&mut place.id, &mut row.id);
            place.kind = row.kind;
            place.starter = true;
            place.source = row.source;
            place.radius_m = row.radius_m.or(place.radius_m);
            if place.at.is_none() || !matches!(class(row.kind), Class::Settlement) {
                place.at = row.at.or(place.at);
            }
            place.extent = row.extent.or(place.extent);
            if row.admin1_code != 0 {
                place.admin1_code = row.admin1_code;
            }
        }
        place.further_ids.push(row.id);
        place.further_ids.append(&mut row.further_ids);
        for name in std::iter::once(row.name).chain(row.names) {
            if name != place.name && !place.names.contains(&name) && place.names.len() < NAMES_MAX {
                place.names.push(name);
            }
        }
        for name in row.demonyms {
            if !place.demonyms.contains(&name) {
                place.demonyms.push(name);
            }
        }
        place.population = place.population.max(row.population);
        // An outline tells better where a division lies and how large it is than the places known
        // in it do.
        let outlined = row.shape.is_some() && place.shape.is_none() && !place.starter;
        let division = matches!(
            class(place.kind),
            Class::First | Class::Second | Class::Third
        );
        if row.at.is_some() && (place.middling && !row.middling || outlined && division) {
            place.at = row.at;
            place.middling = false;
            if outlined {
                place.radius_m = row.radius_m;
                place.extent = row.extent;
            }
        }
        place.at = place.at.or(row.at);
        place.radius_m = place.radius_m.or(row.radius_m);
        place.extent = place.extent.or(row.extent);
        place.country = place.country.or(row.country);
        if place.kind == Kind::Other || (place.kind == Kind::Village && row.kind != Kind::Other) {
            place.kind = row.kind;
        }
        for (kept, new) in [
            (&mut place.admin1, row.admin1),
            (&mut place.admin1_code, row.admin1_code),
            (&mut place.pcode, row.pcode),
        ] {
            if *kept == 0 {
                *kept = new;
            }
        }
        for (kept, new) in [
            (&mut place.within1, row.within1),
            (&mut place.within2, row.within2),
        ] {
            if *kept == 0 {
                *kept = new;
            }
        }
        if place.geonames_id == 0 {
            place.geonames_id = row.geonames_id;
        }
        if row.own_key != 0 {
            self.by_own_key.insert(row.own_key, known);
        }
        if place.shape.is_none() {
            place.shape = row.shape;
        }
    }
}
