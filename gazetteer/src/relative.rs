//! "5 km north of Homs": a point told by way of another, and the doubt that comes with it.
//!
//! The point-radius method of Wieczorek, Guo & Hijmans (2004), "The point-radius method for
//! georeferencing locality descriptions and calculating associated uncertainty", IJGIS 18(8),
//! and Chapman & Wieczorek (2020), "Georeferencing Best Practices", GBIF.
//!
//! Their radius is the largest error that is possible: the sum of its parts. Ours promises nine
//! times in ten, so independent parts are added as squares; [`largest_m`] gives the sum.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::LonLat;
use crate::fold::Quick;

/// A compass direction by name.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Direction {
    /// Degrees clockwise from north.
    pub(crate) bearing_deg: f64,
    /// Half the wedge that the name covers: 22.5° for the eight names ("northeast"), 11.25° for
    /// the sixteen ("north-northeast").
    pub(crate) half_wedge_deg: f64,
}

/// What may stand behind the stem of a direction: "northwards", "northern".
const SUFFIXES: [&str; 4] = ["wards", "ward", "erly", "ern"];

/// Half the angle that a direction of eight, and of sixteen, may mean.
const EIGHTH_DEG: f64 = 22.5;
const SIXTEENTH_DEG: f64 = 11.25;

/// The directions: bearing, half the angle, and their stems in several languages.
const DIRECTIONS: &[(f64, f64, &[&str])] = &[
    (
        0.0,
        EIGHTH_DEG,
        &[
            "north",
            "n",
            "شمال",
            "شمالي",
            "north’",
            "nord",
            "norte",
            "северу",
            "север",
            "северо",
            "північ",
            "півночі",
            "північний",
            "північнии",
        ],
    ),
    (
        45.0,
        EIGHTH_DEG,
        &[
            "northeast",
            "ne",
            "nord-est",
            "nordest",
            "noreste",
            "nororiente",
            "северовостоку",
            "северовосток",
            "північнийсхід",
            "північниисхід",
        ],
    ),
    (
        90.0,
        EIGHTH_DEG,
        &[
            "east",
            "e",
            "شرق",
            "شرقي",
            "est",
            "lest",
            "este",
            "oriente",
            "востоку",
            "восток",
            "схід",
            "сходу",
        ],
    ),
    (
        135.0,
        EIGHTH_DEG,
        &[
            "southeast",
            "se",
            "sudest",
            "sureste",
            "sudeste",
            "suroriente",
            "юговостоку",
            "юговосток",
            "південнийсхід",
            "південниисхід",
        ],
    ),
    (
        180.0,
        EIGHTH_DEG,
        &[
            "south",
            "s",
            "جنوب",
            "جنوبي",
            "sud",
            "sur",
            "югу",
            "юг",
            "юго",
            "південь",
            "півдня",
            "південний",
            "південнии",
        ],
    ),
    (
        225.0,
        EIGHTH_DEG,
        &[
            "southwest",
            "sw",
            "sudouest",
            "suroeste",
            "sudoeste",
            "югозападу",
            "югозапад",
            "південнийзахід",
            "південниизахід",
        ],
    ),
    (
        270.0,
        EIGHTH_DEG,
        &[
            "west",
            "w",
            "غرب",
            "غربي",
            "ouest",
            "louest",
            "oeste",
            "occidente",
            "западу",
            "запад",
            "захід",
            "заходу",
        ],
    ),
    (
        315.0,
        EIGHTH_DEG,
        &[
            "northwest",
            "nw",
            "nordouest",
            "noroeste",
            "северозападу",
            "северозапад",
            "північнийзахід",
            "північниизахід",
        ],
    ),
    (22.5, SIXTEENTH_DEG, &["northnortheast", "nne"]),
    (67.5, SIXTEENTH_DEG, &["eastnortheast", "ene"]),
    (112.5, SIXTEENTH_DEG, &["eastsoutheast", "ese"]),
    (157.5, SIXTEENTH_DEG, &["southsoutheast", "sse"]),
    (202.5, SIXTEENTH_DEG, &["southsouthwest", "ssw"]),
    (247.5, SIXTEENTH_DEG, &["westsouthwest", "wsw"]),
    (292.5, SIXTEENTH_DEG, &["westnorthwest", "wnw"]),
    (337.5, SIXTEENTH_DEG, &["northnorthwest", "nnw"]),
];

impl Direction {
    /// A direction from a folded word: "north", "ne", "southwest", "northern", "شمال".
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        // Every word of a text is asked; few begin like a direction.
        const BEGIN: &str = "nesowlNESOWLشجغсювзпСЮВЗП";
        if !word.starts_with(|c| BEGIN.contains(c)) {
            return None;
        }
        // A word that is folded already is asked as it stands.
        let mended;
        let word = if word.bytes().all(|b| b.is_ascii_lowercase()) {
            word
        } else {
            mended = crate::fold::fold(word).replace(' ', "");
            &mended[..]
        };
        let stem = SUFFIXES
            .iter()
            .find_map(|suffix| word.strip_suffix(suffix))
            .unwrap_or(word);
        static TABLE: OnceLock<HashMap<&str, Direction, Quick>> = OnceLock::new();
        let table = TABLE.get_or_init(|| {
            let mut table = HashMap::default();
            for &(bearing_deg, half_wedge_deg, stems) in DIRECTIONS {
                let direction = Self {
                    bearing_deg,
                    half_wedge_deg,
                };
                table.extend(stems.iter().map(|stem| (*stem, direction)));
            }
            table
        });
        table.get(stem).copied()
    }

    /// Every word of small Latin letters that is a direction: those that [`Direction::from_word`]
    /// knows.
    pub(crate) fn plain_words() -> impl Iterator<Item = String> {
        let plain = |stem: &&&str| stem.bytes().all(|b| b.is_ascii_lowercase());
        let stems = DIRECTIONS.iter().flat_map(|(.., stems)| *stems);
        stems.filter(plain).flat_map(|stem| {
            let suffixes = SUFFIXES.iter().copied().chain([""]);
            suffixes.map(move |suffix| format!("{stem}{suffix}"))
        })
    }

    /// The direction in words.
    pub(crate) fn name(self) -> &'static str {
        const NAMES: [&str; 16] = [
            "north",
            "north-northeast",
            "northeast",
            "east-northeast",
            "east",
            "east-southeast",
            "southeast",
            "south-southeast",
            "south",
            "south-southwest",
            "southwest",
            "west-southwest",
            "west",
            "west-northwest",
            "northwest",
            "north-northwest",
        ];
        NAMES[((self.bearing_deg / 22.5).round() as usize) % 16]
    }
}

/// How far and which way.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Offset {
    pub(crate) distance_m: f64,
    /// How far the told number may be off: half its rounding step.
    pub(crate) distance_doubt_m: f64,
    /// `None`: only the distance is told ("5 km from Homs").
    pub(crate) direction: Option<Direction>,
}

/// Half the step to which a told number is rounded.
///
/// "70 km" means 65 to 75, "75 km" 72.5 to 77.5, "3 km" 2.5 to 3.5 (Wieczorek 2004, "distance
/// precision"). A round hundred is no statement about fifty kilometres: at most 15 %.
pub(crate) fn rounding_m(number: f64, unit_m: f64) -> f64 {
    let step = if number.fract() != 0.0 {
        if (number * 10.0).fract().abs() < 1e-6 {
            0.1
        } else {
            0.01
        }
    } else {
        [100.0, 50.0, 10.0, 5.0]
            .into_iter()
            .find(|step| number >= *step && number % step == 0.0)
            .unwrap_or(1.0)
    };
    (step / 2.0).min((number * 0.15).max(0.05)) * unit_m
}

/// How much nearer than the told distance the middle of the wedge lies: of the points that far
/// away under an angle of at most `w`, the mean lies at `sin w / w` of the distance, 0.974 for the
/// eight names.
fn middle_share(direction: Direction) -> f64 {
    let w = direction.half_wedge_deg.to_radians();
    w.sin() / w
}

/// How far the farthest point that fits the words lies from the middle.
///
/// With the told distance `d`, its doubt `e`, half the wedge `w` and the middle at `m`, that is
/// the corner at `d + e` under the angle `w`: `sqrt(((d + e) cos w - m)² + ((d + e) sin w)²)`.
fn corner_m(offset: Offset, direction: Direction) -> f64 {
    let far = offset.distance_m + offset.distance_doubt_m;
    from_middle_m(offset, direction, far, direction.half_wedge_deg)
}

/// How far a point at a distance from the anchor, at an angle to the direction, lies from the
/// middle.
fn from_middle_m(offset: Offset, direction: Direction, distance_m: f64, angle_deg: f64) -> f64 {
    let angle = angle_deg.to_radians();
    let middle_m = offset.distance_m * middle_share(direction);
    (distance_m * angle.cos() - middle_m).hypot(distance_m * angle.sin())
}

/// The share of the wedge's width that the circle holds: any direction in it is as likely as
/// another, and nine in ten are promised.
const WEDGE_HELD: f64 = 0.9;

/// The point an offset leads to, and its doubt: nine times in ten the truth lies within it.
///
/// "70 km northeast" of a place known to 5 km: the middle of the wedge lies 68.2 km away, and nine
/// tenths of the wedge within 24.3 km of it; with the 5 km by which the number is rounded and the
/// 5 km of the anchor, as squares, 25.3 km.
/// Without a direction the anchor is the middle and the whole ring belongs to the doubt.
pub(crate) fn applied(offset: Offset, anchor: LonLat, anchor_radius_m: f64) -> (LonLat, f64) {
    match offset.direction {
        Some(direction) => (
            anchor.offset(
                direction.bearing_deg,
                offset.distance_m * middle_share(direction),
            ),
            from_middle_m(
                offset,
                direction,
                offset.distance_m,
                direction.half_wedge_deg * WEDGE_HELD,
            )
            .hypot(offset.distance_doubt_m)
            .hypot(anchor_radius_m),
        ),
        None => (
            anchor,
            offset.distance_m + offset.distance_doubt_m.hypot(anchor_radius_m),
        ),
    }
}

/// The largest error that the words allow: the point-radius method as published.
pub(crate) fn largest_m(offset: Offset, anchor_radius_m: f64) -> f64 {
    match offset.direction {
        Some(direction) => corner_m(offset, direction) + anchor_radius_m,
        None => offset.distance_m + offset.distance_doubt_m + anchor_radius_m,
    }
}

/// A point told by its distance from another, as [`several`] takes it.
pub(crate) struct Leg {
    pub(crate) offset: Offset,
    pub(crate) anchor: LonLat,
    pub(crate) anchor_m: f64,
}

impl Leg {
    /// True when a point fits the words: within the ring, and within the wedge.
    ///
    /// The anchor's own size counts on both; the wedge is a rounded word, so a quarter more of it
    /// is let through.
    fn admits(&self, at: LonLat) -> bool {
        const WEDGE_SLACK: f64 = 1.25;
        let distance_m = self.anchor.distance_m(at);
        let doubt_m = self.offset.distance_doubt_m.hypot(self.anchor_m);
        if (distance_m - self.offset.distance_m).abs() > doubt_m {
            return false;
        }
        self.offset.direction.is_none_or(|direction| {
            let off = (self.anchor.bearing_deg(at) - direction.bearing_deg + 540.0)
                .rem_euclid(360.0)
                - 180.0;
            let by_size = (self.anchor_m / distance_m.max(1.0))
                .min(1.0)
                .asin()
                .to_degrees();
            off.abs() <= direction.half_wedge_deg * WEDGE_SLACK + by_size
        })
    }

    /// Points over the ring or wedge.
    pub(crate) fn samples(&self) -> impl Iterator<Item = LonLat> + '_ {
        const AROUND: i32 = 72;
        const ACROSS: i32 = 8;
        let (from_deg, step_deg) = match self.offset.direction {
            Some(direction) => {
                let half = direction.half_wedge_deg * 1.25;
                (direction.bearing_deg - half, 2.0 * half / f64::from(AROUND))
            }
            None => (0.0, 360.0 / f64::from(AROUND)),
        };
        let doubt_m = self.offset.distance_doubt_m.hypot(self.anchor_m);
        (0..=AROUND).flat_map(move |n| {
            (-ACROSS..=ACROSS).filter_map(move |m| {
                let distance_m =
                    self.offset.distance_m + doubt_m * f64::from(m) / f64::from(ACROSS);
                (distance_m >= 0.0).then(|| {
                    self.anchor
                        .offset(from_deg + step_deg * f64::from(n), distance_m)
                })
            })
        })
    }
}

/// The middle of some points, and the circle that holds nine in ten of them: as every circle
/// promises.
fn middle_of(points: &[LonLat]) -> Option<(LonLat, f64)> {
    let first = *points.first()?;
    // Around the first of them, so that the middle is found across the date line too.
    let (mut north, mut east) = (0.0, 0.0);
    for at in points {
        let (distance_m, bearing) = (first.distance_m(*at), first.bearing_deg(*at).to_radians());
        north += distance_m * bearing.cos();
        east += distance_m * bearing.sin();
    }
    let count = points.len() as f64;
    let (north, east) = (north / count, east / count);
    let middle = first.offset(east.atan2(north).to_degrees(), north.hypot(east));
    Some((middle, holds_m(points, middle)))
}

/// How far from a point nine in ten of others lie.
fn holds_m(points: &[LonLat], from: LonLat) -> f64 {
    let mut off_m: Vec<f64> = points.iter().map(|at| from.distance_m(*at)).collect();
    off_m.sort_by(f64::total_cmp);
    off_m
        .get((off_m.len() * 9 / 10).min(off_m.len().saturating_sub(1)))
        .copied()
        .unwrap_or(0.0)
}

/// The one of some points that lies nearest to their middle, and the circle around it.
pub(crate) fn middle_among(points: &[LonLat]) -> Option<(LonLat, f64)> {
    let (middle, _) = middle_of(points)?;
    let at = *points
        .iter()
        .min_by(|a, b| middle.distance_m(**a).total_cmp(&middle.distance_m(**b)))?;
    Some((at, holds_m(points, at)))
}

/// Points over a circle, each for the same share of it.
pub(crate) fn over_circle(centre: LonLat, radius_m: f64) -> impl Iterator<Item = LonLat> {
    const RINGS: u32 = 10;
    const AROUND: u32 = 24;
    (0..RINGS).flat_map(move |ring| {
        let out_m = radius_m * ((f64::from(ring) + 0.5) / f64::from(RINGS)).sqrt();
        (0..AROUND).map(move |n| {
            let turn = f64::from(n) + 0.5 * f64::from(ring % 2);
            centre.offset(360.0 * turn / f64::from(AROUND), out_m)
        })
    })
}

/// Where all of several distances hold: the middle of the points that fit every one, and the
/// circle that holds these. `None` when the words contradict each other.
pub(crate) fn several(legs: &[Leg]) -> Option<(LonLat, f64)> {
    let fits: Vec<LonLat> = legs
        .iter()
        .flat_map(Leg::samples)
        .filter(|at| legs.iter().all(|leg| leg.admits(*at)))
        .collect();
    let (middle, radius_m) = middle_of(&fits)?;
    let least_m = legs.iter().map(|leg| leg.anchor_m).fold(f64::MAX, f64::min);
    Some((middle, radius_m.max(least_m)))
}

/// "Near X" without a distance: this far from its edge, nine times in ten.
///
/// Where the press says "near" a town and the event was placed later, nine in ten lie within some
/// 10 km beyond the town (Wieczorek 2004 takes half the way to the next place of that size).
pub(crate) const NEAR_M: f64 = 10_000.0;
/// "Near" says at most this, however large the place.
pub(crate) const NEAR_MOST_M: f64 = 25_000.0;
/// "The Tanf area", "around Tanf".
pub(crate) const AREA_M: f64 = 20_000.0;
/// "On the outskirts", "outside": beyond the edge, but not far.
pub(crate) const OUTSKIRTS_M: f64 = 5_000.0;
/// "North of Homs" without a distance: half as far again as the edge, at least this.
pub(crate) const DIRECTION_ONLY_M: f64 = 10_000.0;
/// A place between two others lies within this share of their distance around the middle, nine times
/// in ten: along the line rarely beside one of its ends (half the distance), and not far off it.
pub(crate) const BETWEEN_SHARE: f64 = 0.42;

/// On the road between two places any stretch is as likely as another, up to the ends: nine in ten
/// lie within this share of their distance along the line.
const ROAD_ALONG_SHARE: f64 = 0.45;
/// Roads are a quarter longer than the line (Ballou, Rahardja & Sakai 2002, "Selected country
/// circuity factors for road travel distance estimation": 1.2 to 1.5 in most countries). An arc that
/// is a quarter longer runs a third of the distance beside the line at its highest, and a fifth on
/// the way.
const ROAD_BESIDE_SHARE: f64 = 0.2;

/// The share of the distance between its ends that a road's circle takes, as squares.
pub(crate) fn road_share() -> f64 {
    ROAD_ALONG_SHARE.hypot(ROAD_BESIDE_SHARE)
}

/// The radius of "near X".
pub(crate) fn near_m(anchor_radius_m: f64) -> f64 {
    (NEAR_M + anchor_radius_m).min(NEAR_MOST_M.max(anchor_radius_m))
}

/// The middle between two places and the circle that holds the way between them: a share of their
/// distance, and what is not known of the ends.
pub(crate) fn between(a: (LonLat, f64), b: (LonLat, f64), share: f64) -> (LonLat, f64) {
    let distance_m = a.0.distance_m(b.0);
    let middle = a.0.offset(a.0.bearing_deg(b.0), distance_m / 2.0);
    let radius_m = (distance_m * share).hypot(a.1.max(b.1)).max(5_000.0);
    (middle, radius_m)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn northeast_70() -> Offset {
        Offset {
            distance_m: 70_000.0,
            distance_doubt_m: rounding_m(70.0, 1000.0),
            direction: Direction::from_word("northeast"),
        }
    }

    #[test]
    fn seventy_km_northeast_of_a_place_known_to_five_gives_about_25() {
        let tanf = LonLat::new(38.618, 33.506).unwrap();
        let (at, radius_m) = applied(northeast_70(), tanf, 5_000.0);
        assert!((at.lat() - 33.938).abs() < 0.01, "{at:?}");
        assert!((25_000.0..26_000.0).contains(&radius_m), "{radius_m}");
        assert!(largest_m(northeast_70(), 5_000.0) > radius_m);
    }

    #[test]
    fn two_distances_meet_or_contradict() {
        let at = |lat, lon| LonLat::new(lon, lat).unwrap();
        let leg = |anchor: LonLat, km: f64, direction: Option<&str>| Leg {
            offset: Offset {
                distance_m: km * 1000.0,
                distance_doubt_m: rounding_m(km, 1000.0),
                direction: direction.and_then(Direction::from_word),
            },
            anchor,
            anchor_m: 3_000.0,
        };
        let (a, b) = (at(34.0, 38.0), at(34.0, 40.0));
        // 185 km lie between; 100 from the one and 100 from the other: two places, one circle.
        let (middle, radius_m) = several(&[leg(a, 100.0, None), leg(b, 100.0, None)]).unwrap();
        assert!(middle.distance_m(at(34.0, 39.0)) < 10_000.0 && radius_m > 30_000.0);
        let north = several(&[leg(a, 100.0, Some("northeast")), leg(b, 100.0, None)]).unwrap();
        assert!(north.0.lat() > 34.1 && north.1 < radius_m, "{north:?}");
        assert!(several(&[leg(a, 20.0, None), leg(b, 30.0, None)]).is_none());
        assert!(several(&[leg(a, 70.0, Some("west")), leg(b, 130.0, Some("west"))]).is_none());
    }

    #[test]
    fn a_number_is_known_to_its_last_digit() {
        for (number, half) in [
            (70.0, 5.0),
            (75.0, 2.5),
            (3.0, 0.45),
            (3.5, 0.05),
            (100.0, 15.0),
            (12.0, 0.5),
        ] {
            assert!((rounding_m(number, 1.0) - half).abs() < 1e-9, "{number}");
        }
    }

    #[test]
    fn directions_by_name() {
        for (word, deg) in [
            ("NE", 45.0),
            ("south-west", 225.0),
            ("Northern", 0.0),
            ("southeastern", 135.0),
            ("eastward", 90.0),
            ("شمال", 0.0),
        ] {
            assert_eq!(
                Direction::from_word(word).unwrap().bearing_deg,
                deg,
                "{word}"
            );
        }
        assert!(Direction::from_word("Homs").is_none());
    }
}
