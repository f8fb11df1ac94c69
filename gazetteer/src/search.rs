//! For a search box and for "what is here?".

use crate::fold::{self, Key, skeleton};
use crate::layout::{Layout, POSTING_DEMONYM, POSTING_PLACE};
use crate::{Extent, Kind, LonLat, resolve};

/// Names looked at for one prefix: enough to hold the important ones of any three letters.
const PREFIX_ROWS_MAX: usize = 20_000;
/// Rings of cells looked at around a point.
const RINGS_MAX: i64 = 12;

/// Places whose name begins with the query, most important first; then those that sound like it.
pub(crate) fn search(layout: &Layout, query: &str, limit: usize) -> Vec<u32> {
    let folded = fold::fold(query);
    if folded.is_empty() || limit == 0 {
        return Vec::new();
    }
    let mut found: Vec<(u8, u8, u32)> = Vec::new();
    for posting in layout.by_key(Key::of(&folded).mixed()) {
        let rank = if posting & POSTING_DEMONYM != 0 { 1 } else { 2 };
        let place = posting & POSTING_PLACE;
        found.push((rank, layout.place(place).importance(), place));
    }
    let begin = first_row(layout, &folded);
    for row in begin..layout.sorted_len().min(begin + PREFIX_ROWS_MAX) {
        let (name, place) = layout.sorted(row);
        if !fold::fold(name).starts_with(&folded) {
            break;
        }
        found.push((1, layout.place(place).importance(), place));
    }
    if found.len() < limit {
        for place in layout.by_skeleton(&skeleton::skeleton(&folded)).take(500) {
            if resolve::alike(layout, &folded, place) * 100.0 >= f64::from(resolve::ALIKE_ANYWHERE)
            {
                found.push((0, layout.place(place).importance(), place));
            }
        }
    }
    // A full name of a village goes behind a capital that begins so; but it comes before other
    // villages. What only sounds alike comes last, however important.
    found.sort_by_key(|(rank, importance, place)| {
        (
            *rank == 0,
            std::cmp::Reverse(u16::from(*importance) + 20 * u16::from(*rank)),
            *place,
        )
    });
    let mut seen = std::collections::HashSet::new();
    found
        .into_iter()
        .map(|(.., place)| place)
        .filter(|place| seen.insert(*place))
        .take(limit)
        .collect()
}

/// The first row of the sorted names that is not before the query.
fn first_row(layout: &Layout, folded: &str) -> usize {
    let (mut low, mut high) = (0, layout.sorted_len());
    while low < high {
        let middle = usize::midpoint(low, high);
        if fold::fold(layout.sorted(middle).0).as_str() < folded {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low
}

/// The places in a box, most important first.
pub(crate) fn most_important(layout: &Layout, extent: Extent, limit: usize) -> Vec<u32> {
    let mut found: Vec<(u8, u32)> = within(layout, extent)
        .filter_map(|place| {
            let record = layout.place(place);
            let inside = record.at().is_some_and(|at| extent.contains(at));
            inside.then(|| (record.importance(), place))
        })
        .collect();
    let order = |a: &(u8, u32), b: &(u8, u32)| b.0.cmp(&a.0).then(a.1.cmp(&b.1));
    if found.len() > limit {
        found.select_nth_unstable_by(limit, order);
        found.truncate(limit);
    }
    found.sort_unstable_by(order);
    found.dedup();
    found.into_iter().map(|(_, place)| place).collect()
}

/// The places nearest to a point: ring after ring of cells, until no nearer one can come.
pub(crate) fn near(layout: &Layout, at: LonLat, limit: usize) -> Vec<u32> {
    if limit == 0 {
        return Vec::new();
    }
    let (x, y) = (
        (at.lon() + 180.0).floor().min(359.0) as i64,
        (at.lat() + 90.0).floor().min(179.0) as i64,
    );
    let mut found: Vec<(f64, u32)> = Vec::new();
    for ring in 0..=RINGS_MAX {
        for dy in -ring..=ring {
            for dx in -ring..=ring {
                if dx.abs().max(dy.abs()) != ring || !(0..180).contains(&(y + dy)) {
                    continue;
                }
                let cell = (y + dy) * 360 + (x + dx).rem_euclid(360);
                for place in layout.cell(cell as usize) {
                    let record = layout.place(place);
                    // The middle of a country or a sea is no place to be near to.
                    if matches!(
                        record.kind(),
                        Kind::Country
                            | Kind::Continent
                            | Kind::WorldRegion
                            | Kind::Sea
                            | Kind::Region
                            | Kind::Admin1
                            | Kind::Admin2
                            | Kind::Admin3
                    ) {
                        continue;
                    }
                    if let Some(other) = record.at() {
                        found.push((at.distance_m(other), place));
                    }
                }
            }
        }
        found.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        // What lies beyond this ring is at least so far away.
        let beyond_m = ring as f64 * 111_000.0 * at.lat().to_radians().cos().abs().max(0.05);
        if found.len() >= limit && found[limit - 1].0 <= beyond_m {
            break;
        }
    }
    found
        .into_iter()
        .take(limit)
        .map(|(_, place)| place)
        .collect()
}

/// The places in the cells that a box touches.
pub(crate) fn within(layout: &Layout, extent: crate::Extent) -> impl Iterator<Item = u32> + '_ {
    let row = |lat: f64| ((lat + 90.0).floor() as usize).min(179);
    let column = |lon: f64| ((lon + 180.0).floor() as usize).min(359);
    extent
        .halves()
        .flat_map(move |(west, east)| {
            (row(extent.south())..=row(extent.north())).flat_map(move |y| {
                (column(west)..=column(east)).flat_map(move |x| layout.cell(y * 360 + x))
            })
        })
        .collect::<Vec<_>>()
        .into_iter()
}
