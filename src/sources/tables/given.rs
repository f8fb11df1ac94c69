//! One row's facts: what its cells say, read by the mapping and the codes of its profile, and
//! nothing concluded from them yet.

use geo_types::MultiPolygon;
use jiff::civil::Date;

use super::fields::{Field, Mapping};
use super::profile::Profile;
use super::values::{self, DayOrder, Told, shortened};
use super::{BadRow, Row, Shape};

/// Longest text kept of one cell, in characters; it is kept whole with the row.
const TEXT_CHARS_MAX: usize = 4_000;

/// How closely a table tells a day, in its own words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DayGrade {
    /// The day itself.
    Day,
    /// A day within two to six of the one given.
    Days,
    /// A week around the day given.
    Week,
    /// The month of the day given.
    Month,
    /// The year of the day given.
    Year,
    /// Between the two days given.
    Span,
    /// Not after the day given.
    Before,
    /// Not told.
    Unknown,
}

/// How closely a table tells a place, in its own words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PlaceGrade {
    /// A position or a named place.
    Place,
    /// Near the place named, within about 25 km.
    Near,
    /// A second-level division.
    District,
    /// A first-level division.
    Province,
    /// A part of a country, a line, a border.
    Region,
    /// A country.
    Country,
    /// A sea, airspace.
    Sea,
    /// Not told.
    Unknown,
}

/// A position as told.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Position {
    /// Degrees, east positive, as told: not checked against the globe.
    pub lon: f64,
    /// Degrees, north positive, as told.
    pub lat: f64,
    /// Decimals of the more closely told of the two; the other may have lost its noughts.
    pub decimals: u8,
}

/// The names of a place, from the closest to the widest.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Names {
    /// The place.
    pub place: Option<String>,
    /// The place in the table's own words.
    pub text: Option<String>,
    /// Third-level division.
    pub admin3: Option<String>,
    /// Second-level division.
    pub admin2: Option<String>,
    /// First-level division.
    pub admin1: Option<String>,
    /// Country.
    pub country: Option<String>,
    /// ISO 3166-1, two letters.
    pub country_code: Option<String>,
}

/// A figure with its bounds, as told.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Figure {
    /// The one number.
    pub best: Option<u32>,
    /// The lower bound.
    pub low: Option<u32>,
    /// The upper bound.
    pub high: Option<u32>,
}

impl Figure {
    /// True when nothing is told.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self == Self::default()
    }
}

/// What a row says.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Given {
    /// The line (or row) it stands on, from 1.
    pub line: usize,
    /// Its id in its table.
    pub id: Option<String>,
    /// The table says that the event of this id was taken back.
    pub deleted: bool,
    /// A headline.
    pub title: Option<String>,
    /// What happened, in words.
    pub notes: Option<String>,
    /// Words or codes for what happened, the most telling first.
    pub sorts: Vec<String>,
    /// First day.
    pub start: Option<Date>,
    /// Last day.
    pub end: Option<Date>,
    /// How closely the days are told; `None` where the table has no scale.
    pub day_grade: Option<DayGrade>,
    /// The date as the cell has it.
    pub date_text: String,
    /// Time of day.
    pub time: Option<String>,
    /// Where, in degrees.
    pub position: Option<Position>,
    /// Where, as an area.
    pub area: Option<MultiPolygon<f64>>,
    /// Where, in words.
    pub names: Names,
    /// How closely the place is told; `None` where the table has no scale.
    pub place_grade: Option<PlaceGrade>,
    /// The doubt of the position, in metres.
    pub radius_m: Option<f64>,
    /// Who did it.
    pub actors: Vec<String>,
    /// To whom.
    pub targets: Vec<String>,
    /// Killed, of everybody.
    pub killed: Figure,
    /// Killed, of civilians.
    pub civilians_killed: Figure,
    /// Injured, of everybody.
    pub injured: Figure,
    /// Who told the table.
    pub source: Option<String>,
    /// The address of that.
    pub url: Option<String>,
    /// The day of that.
    pub published: Option<Date>,
    /// Marks.
    pub tags: Vec<String>,
    /// happened, claimed, disputed, ... where told.
    pub standing: Option<String>,
    /// Odd things that lost nothing but want saying.
    pub odd: Vec<String>,
}

/// Reads a row; a row that says something impossible is bad, with the reason.
pub fn given(
    row: Row,
    mapping: &Mapping,
    profile: Profile,
    order: DayOrder,
) -> Result<Given, BadRow> {
    let line = row.line;
    let bad = |why: String| BadRow { line, why };
    let cells = &row.cells;
    let text = |field| mapping.one(cells, field).map(limited);
    let words = |field| -> Vec<String> {
        mapping
            .all(cells, field)
            .flat_map(|cell| cell.split(';'))
            .map(|part| limited(part.trim()))
            .filter(|part| !part.is_empty())
            .collect()
    };
    let mut it = Given {
        line,
        id: text(Field::Id),
        deleted: profile == Profile::AcledDeleted
            || mapping.one(cells, Field::Deleted).is_some_and(is_yes),
        title: text(Field::Title),
        notes: text(Field::Notes),
        source: text(Field::Source),
        tags: words(Field::Tags),
        standing: text(Field::Standing),
        ..Given::default()
    };
    if it.deleted {
        return Ok(it);
    }
    it.sorts = [Field::Subtype, Field::Type]
        .into_iter()
        .flat_map(words)
        .collect();
    if profile == Profile::Ucdp {
        let of = text(Field::TypeCode).map(|code| format!("ucdp {code}"));
        it.sorts.extend(of);
    }
    days(&mut it, cells, mapping, profile, order).map_err(bad)?;
    where_(&mut it, &row, mapping, profile).map_err(bad)?;
    it.actors = words(Field::Actor);
    it.targets = words(Field::Target);
    let mut figure = |of: [Option<Field>; 3]| {
        let mut read = |field: Option<Field>| {
            let cell = mapping.one(cells, field?)?;
            values::count(cell)
                .map_err(|why| it.odd.push(format!("{why}; it is left out")))
                .ok()
        };
        let (best, low, high) = (read(of[0]), read(of[1]), read(of[2]));
        Figure { best, low, high }
    };
    use Field as F;
    let killed = figure([Some(F::Killed), Some(F::KilledMin), Some(F::KilledMax)]);
    let civilians = figure([
        Some(F::CiviliansKilled),
        Some(F::CiviliansKilledMin),
        Some(F::CiviliansKilledMax),
    ]);
    let injured = figure([Some(F::Injured), Some(F::InjuredMin), Some(F::InjuredMax)]);
    it.killed = killed;
    it.civilians_killed = civilians;
    it.injured = injured;
    it.url = mapping
        .all(cells, Field::Url)
        .flat_map(|cell| cell.split("; "))
        .find(|u| u.starts_with("http://") || u.starts_with("https://"))
        .map(limited);
    it.published = mapping
        .one(cells, Field::Published)
        .and_then(values::date)
        .and_then(|(told, _)| match told {
            Told::Day(day) => Some(day),
            _ => None,
        });
    if mapping
        .one(cells, Field::CivilianTargeting)
        .is_some_and(|c| c.to_lowercase().contains("civilian"))
    {
        it.tags.push("civilians_targeted".to_owned());
    }
    Ok(it)
}

fn is_yes(cell: &str) -> bool {
    !matches!(cell.to_lowercase().as_str(), "0" | "false" | "no" | "n")
}

fn limited(cell: &str) -> String {
    match cell.char_indices().nth(TEXT_CHARS_MAX) {
        None => cell.to_owned(),
        Some((end, _)) => format!("{}…", &cell[..end]),
    }
}

fn days(
    it: &mut Given,
    cells: &[String],
    mapping: &Mapping,
    profile: Profile,
    order: DayOrder,
) -> Result<(), String> {
    let told = |field| mapping.one(cells, field);
    let start = told(Field::Date);
    let end = told(Field::DateEnd);
    it.time = told(Field::Time).and_then(values::time);
    it.date_text = match (start, end) {
        (Some(s), Some(e)) if s != e => format!("{s} to {e}"),
        (Some(s), _) => s.to_owned(),
        (None, Some(e)) => e.to_owned(),
        (None, None) => String::new(),
    };
    let read = |cell: &str| -> Result<(Date, Date, DayGrade, Option<String>), String> {
        let Some((told, time)) = values::date(cell) else {
            return Err(format!(
                "“{}” is no date; write it as 2022-06-15",
                shortened(cell)
            ));
        };
        let whole = |y: i16, m: i8| Date::new(y, m, 1).map_err(|e| e.to_string());
        Ok(match told {
            Told::Day(day) => (day, day, DayGrade::Day, time),
            Told::Month(y, m) => {
                let first = whole(y, m)?;
                (first, values::month_end(first), DayGrade::Month, None)
            }
            Told::Year(y) => {
                let last = Date::new(y, 12, 31).map_err(|e| e.to_string())?;
                (whole(y, 1)?, last, DayGrade::Year, None)
            }
            Told::Either(day_first, month_first) => {
                let day = match order {
                    DayOrder::DayFirst => day_first,
                    DayOrder::MonthFirst => month_first,
                    DayOrder::Unknown | DayOrder::Mixed => {
                        return Err(format!(
                            "“{}” may be {day_first} or {month_first}; say --dates day-first or --dates month-first",
                            shortened(cell)
                        ));
                    }
                };
                (day, day, DayGrade::Day, time)
            }
        })
    };
    let mut grade = None;
    if let Some(cell) = start {
        let (first, last, of, time) = read(cell)?;
        it.start = Some(first);
        it.end = Some(last);
        grade = Some(of);
        it.time = it.time.take().or(time);
    } else if let Some(year) = told(Field::Year) {
        // Year, month and day in columns of their own; nought is how some write "not known".
        let number = |field| {
            let n: i8 = told(field)?.parse().ok()?;
            (n > 0).then_some(n)
        };
        it.date_text = year.to_owned();
        let wrong = || format!("“{}” is no year", shortened(year));
        let y: i16 = year.trim_end_matches(".0").parse().map_err(|_| wrong())?;
        let made = |m, d| Date::new(y, m, d).map_err(|e| format!("no such day: {e}"));
        let (first, last, of) = match (number(Field::Month), number(Field::DayOfMonth)) {
            (Some(m), Some(d)) => (made(m, d)?, made(m, d)?, DayGrade::Day),
            (Some(m), None) => (made(m, 1)?, values::month_end(made(m, 1)?), DayGrade::Month),
            (None, _) => (made(1, 1)?, made(12, 31)?, DayGrade::Year),
        };
        it.start = Some(first);
        it.end = Some(last);
        grade = Some(of);
    }
    if let Some(cell) = end {
        let (_, last, of, _) = read(cell)?;
        if it.start.is_some_and(|first| last < first) {
            return Err(format!("ends ({cell}) before it begins"));
        }
        it.end = Some(last);
        if it.start.is_none() {
            grade = Some(DayGrade::Before);
        } else if it.start != Some(last) && grade == Some(DayGrade::Day) {
            grade = Some(DayGrade::Span);
        } else if grade.is_none() {
            grade = Some(of);
        }
    }
    let code = told(Field::DatePrecision);
    let scaled = code.and_then(|code| day_grade(profile, code.trim_end_matches(".0")));
    // A cell that says only a month says a month, whatever the scale says of its rows.
    it.day_grade = match (grade, scaled) {
        (Some(DayGrade::Month | DayGrade::Year | DayGrade::Before), _) => grade,
        (_, Some(scaled)) => Some(scaled),
        (told, None) => told,
    };
    Ok(())
}

/// The scales of `time_precision` and `date_prec`, and our own words.
fn day_grade(profile: Profile, code: &str) -> Option<DayGrade> {
    Some(match (profile, code) {
        (Profile::Acled | Profile::Ucdp, "1") => DayGrade::Day,
        (Profile::Acled, "2") => DayGrade::Week,
        (Profile::Acled, "3") => DayGrade::Month,
        (Profile::Ucdp, "2") => DayGrade::Days,
        (Profile::Ucdp, "3") => DayGrade::Week,
        (Profile::Ucdp, "4") => DayGrade::Month,
        (Profile::Ucdp, "5") => DayGrade::Span,
        (_, "day") => DayGrade::Day,
        (_, "days") => DayGrade::Days,
        (_, "week") => DayGrade::Week,
        (_, "month") => DayGrade::Month,
        (_, "year") => DayGrade::Year,
        (_, "span") => DayGrade::Span,
        (_, "before") => DayGrade::Before,
        (_, "unknown" | "weekday" | "day_no_year") => DayGrade::Unknown,
        _ => return None,
    })
}

fn where_(it: &mut Given, row: &Row, mapping: &Mapping, profile: Profile) -> Result<(), String> {
    let cells = &row.cells;
    let told = |field| mapping.one(cells, field).map(limited);
    it.names = Names {
        place: told(Field::Place),
        text: told(Field::PlaceText),
        admin3: told(Field::Admin3),
        admin2: told(Field::Admin2),
        admin1: told(Field::Admin1),
        country: told(Field::Country),
        country_code: told(Field::CountryCode).filter(|c| c.len() == 2),
    };
    if profile == Profile::Placetime && it.names.country_code.is_none() {
        it.names.country_code = it.names.country.take().filter(|c| c.len() == 2);
    }
    if let Some(code) = told(Field::PlacePrecision) {
        it.place_grade = place_grade(profile, code.trim_end_matches(".0"));
        if it.place_grade.is_none() {
            let odd = format!(
                "“{}” is no grade of place we know; it is left out",
                shortened(&code)
            );
            it.odd.push(odd);
        }
    }
    it.radius_m = told(Field::RadiusM)
        .and_then(|cell| cell.parse().ok())
        .filter(|m: &f64| m.is_finite() && *m > 0.0);
    match &row.shape {
        Some(Shape::Point(lon, lat)) => it.position = Some(position((*lon, 15), (*lat, 15))),
        Some(Shape::Area(area)) => it.area = Some(area.clone()),
        None => {}
    }
    let (lat, lon) = (told(Field::Lat), told(Field::Lon));
    if it.position.is_none() && it.area.is_none() {
        match (lat, lon) {
            (Some(lat), Some(lon)) => {
                let lat = values::degrees(&lat).map_err(|why| format!("the latitude {why}"))?;
                let lon = values::degrees(&lon).map_err(|why| format!("the longitude {why}"))?;
                it.position = Some(position(lon, lat));
            }
            (Some(_), None) | (None, Some(_)) => {
                it.odd
                    .push("has only one of latitude and longitude; it is left out".to_owned());
            }
            (None, None) => {}
        }
    }
    if it.position.is_none()
        && let Some(cell) = told(Field::Coordinates)
    {
        let parts: Vec<&str> = cell
            .split([',', ';', ' '])
            .filter(|p| !p.is_empty())
            .collect();
        let [lat, lon] = parts.as_slice() else {
            return Err(format!(
                "“{}” is no pair of latitude and longitude",
                shortened(&cell)
            ));
        };
        it.position = Some(position(values::degrees(lon)?, values::degrees(lat)?));
    }
    if it.position.is_none()
        && it.area.is_none()
        && let Some(cell) = mapping.one(cells, Field::Wkt)
    {
        match super::wkt::shape(cell) {
            Ok(Some(Shape::Point(lon, lat))) => it.position = Some(position((lon, 15), (lat, 15))),
            Ok(Some(Shape::Area(area))) => it.area = Some(area),
            Ok(None) => {}
            Err(why) => it.odd.push(why),
        }
    }
    if let Some(at) = it.position {
        let off = |lon: f64, lat: f64| lon.abs() > 180.0 || lat.abs() > 90.0;
        if off(at.lon, at.lat) && off(at.lat, at.lon) {
            return Err(format!(
                "latitude {}, longitude {} is nowhere on Earth, either way round",
                at.lat, at.lon
            ));
        }
    }
    Ok(())
}

fn position((lon, a): (f64, u8), (lat, b): (f64, u8)) -> Position {
    Position {
        lon,
        lat,
        decimals: a.max(b),
    }
}

/// The scales of `geo_precision`, `where_prec` and `ActionGeo_Type`, and our own words.
fn place_grade(profile: Profile, code: &str) -> Option<PlaceGrade> {
    use PlaceGrade as G;
    Some(match (profile, code) {
        (Profile::Acled | Profile::Ucdp, "1") => G::Place,
        (Profile::Acled | Profile::Ucdp, "2") => G::Near,
        (Profile::Acled, "3") => G::Province,
        (Profile::Ucdp, "3") => G::District,
        (Profile::Ucdp, "4") => G::Province,
        (Profile::Ucdp, "5") => G::Region,
        (Profile::Ucdp, "6") => G::Country,
        (Profile::Ucdp, "7") => G::Sea,
        (Profile::Gdelt, "0") => G::Unknown,
        (Profile::Gdelt, "1") => G::Country,
        (Profile::Gdelt, "2" | "5") => G::Province,
        (Profile::Gdelt, "3" | "4") => G::Place,
        (_, "point" | "place" | "exact") => G::Place,
        (_, "near_place" | "near" | "approximate") => G::Near,
        (_, "admin" | "district" | "admin2") => G::District,
        (_, "province" | "admin1") => G::Province,
        (_, "region") => G::Region,
        (_, "country" | "admin0") => G::Country,
        (_, "sea") => G::Sea,
        (_, "unknown") => G::Unknown,
        _ => return None,
    })
}
