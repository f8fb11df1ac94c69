//! Cells to values: days, numbers, positions, as tables write them.

use jiff::civil::Date;

/// Which comes first in `03/04/2022`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum DayOrder {
    /// No row told.
    #[default]
    Unknown,
    /// Day, month, year.
    DayFirst,
    /// Month, day, year.
    MonthFirst,
    /// Some rows fit only the one and some only the other.
    Mixed,
}

/// A date as a cell tells it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Told {
    /// A day.
    Day(Date),
    /// A month of a year.
    Month(i16, i8),
    /// A year.
    Year(i16),
    /// Numbers that fit day/month and month/day: both readings, in this order.
    Either(Date, Date),
}

/// First and last day of spreadsheets' serial numbers taken for dates: 1954 to 2119.
const SERIAL_DAYS: std::ops::RangeInclusive<i32> = 20_000..=80_000;

/// A date and, where one stands behind it, the time of day.
pub(super) fn date(cell: &str) -> Option<(Told, Option<String>)> {
    let cell = cell.trim();
    let iso = cell.replace('/', "-");
    let bytes = iso.as_bytes();
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    // 2022-06-15, with a time behind it or not.
    if bytes.len() >= 10 && bytes.get(4) == Some(&b'-') && bytes.get(7) == Some(&b'-') {
        let day: Date = iso.get(..10)?.parse().ok()?;
        let rest = cell.get(10..)?.trim_start_matches(['T', 't', ' ']);
        return Some((Told::Day(day), time(rest)));
    }
    if digits(cell) {
        return match cell.len() {
            8 => Date::strptime("%Y%m%d", cell)
                .ok()
                .map(|d| (Told::Day(d), None)),
            6 => month(cell.get(..4)?, cell.get(4..)?).map(|m| (m, None)),
            5 => serial(cell),
            4 => year(cell).map(|y| (Told::Year(y), None)),
            _ => None,
        };
    }
    if cell.len() > 5 && cell.as_bytes()[5] == b'.' && digits(cell.get(..5)?) {
        return serial(cell.get(..5)?);
    }
    if let Some((y, m)) = iso.split_once('-')
        && y.len() == 4
        && digits(y)
        && digits(m)
    {
        return month(y, m).map(|m| (m, None));
    }
    // Numbers: 15.06.2022 is a day first wherever dots are written; with strokes it depends.
    let (head, rest) = cell.split_once([' ', 'T']).unwrap_or((cell, ""));
    let parts: Vec<&str> = head.split(['/', '.', '-']).collect();
    if let [a, b, c] = parts.as_slice()
        && [a, b, c].iter().all(|p| digits(p) && p.len() <= 4)
    {
        let y = year(c)?;
        let (a, b): (i8, i8) = (a.parse().ok()?, b.parse().ok()?);
        let day_first = Date::new(y, b, a).ok();
        let month_first = Date::new(y, a, b).ok().filter(|_| !head.contains('.'));
        let told = match (day_first, month_first) {
            (Some(d), Some(m)) if d != m => Told::Either(d, m),
            (Some(d), _) | (None, Some(d)) => Told::Day(d),
            (None, None) => return None,
        };
        return Some((told, time(rest)));
    }
    words(cell)
}

/// "15 June 2022", "15-Jun-22", "June 15, 2022", "June 2022", a weekday before it.
fn words(cell: &str) -> Option<(Told, Option<String>)> {
    let parts: Vec<&str> = cell
        .split([' ', ',', '-', '/', '.', '\u{a0}'])
        .filter(|p| !p.is_empty())
        .skip_while(|p| {
            let p = p.to_ascii_lowercase();
            ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
                .iter()
                .any(|d| {
                    p.starts_with(d)
                        && p.len() <= 9
                        && p.ends_with(['n', 'e', 'd', 'u', 'i', 't', 'y', 's', 'r'])
                })
        })
        .collect();
    let day = |text: &str| -> Option<i8> {
        text.trim_end_matches(|c: char| c.is_alphabetic())
            .parse()
            .ok()
    };
    let made = |y: &str, m: &str, d: &str| {
        Some(Told::Day(Date::new(year(y)?, month_of(m)?, day(d)?).ok()?))
    };
    let rest = |n: usize| parts.get(n..).map(|p| p.join(" ")).unwrap_or_default();
    match parts.as_slice() {
        [d, m, y, ..] if month_of(m).is_some() => Some((made(y, m, d)?, time(&rest(3)))),
        [m, d, y, ..] if month_of(m).is_some() && d.len() < 5 => {
            Some((made(y, m, d)?, time(&rest(3))))
        }
        [m, y] => Some((Told::Month(year(y)?, month_of(m)?), None)),
        _ => None,
    }
}

fn month_of(word: &str) -> Option<i8> {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let word = word.to_ascii_lowercase();
    let start = word.get(..3)?;
    let at = MONTHS.iter().position(|m| *m == start)?;
    i8::try_from(at + 1).ok()
}

fn month(y: &str, m: &str) -> Option<Told> {
    let m: i8 = m.parse().ok().filter(|m| (1..=12).contains(m))?;
    Some(Told::Month(year(y)?, m))
}

/// Four digits, or two that mean 1970 to 2069.
fn year(text: &str) -> Option<i16> {
    let n: i16 = text.parse().ok()?;
    match text.len() {
        4 if (1000..=2999).contains(&n) => Some(n),
        2 if n < 70 => Some(2000 + n),
        2 => Some(1900 + n),
        _ => None,
    }
}

/// A spreadsheet's serial day: 1 is 1 January 1900, counted with a leap day that never was.
fn serial(text: &str) -> Option<(Told, Option<String>)> {
    let n: i32 = text.parse().ok().filter(|n| SERIAL_DAYS.contains(n))?;
    let start = jiff::civil::date(1899, 12, 30);
    let day = start.checked_add(jiff::Span::new().days(n)).ok()?;
    Some((Told::Day(day), None))
}

/// "14:05", "14:05:33Z", "2:05 PM"; midnight alone is how tables write "no time told".
pub(super) fn time(cell: &str) -> Option<String> {
    let cell = cell.trim();
    let (clock, rest) = cell.split_at(
        cell.find(|c: char| !c.is_ascii_digit() && c != ':' && c != '.')
            .unwrap_or(cell.len()),
    );
    let mut parts = clock.split(':');
    let mut hour: u8 = parts.next()?.parse().ok()?;
    let minute: u8 = parts.next()?.parse().ok()?;
    let seconds = parts.next().unwrap_or("0");
    let zone = rest.trim();
    match zone.to_ascii_uppercase().as_str() {
        "PM" if hour < 12 => hour += 12,
        "AM" if hour == 12 => hour = 0,
        _ => {}
    }
    if hour > 23 || minute > 59 {
        return None;
    }
    let nought = hour == 0 && minute == 0 && seconds.chars().all(|c| matches!(c, '0' | '.'));
    let signed = zone.len() == 6 && zone.starts_with(['+', '-']) && zone.as_bytes()[3] == b':';
    let zone = match zone {
        "Z" | "z" | "UTC" | "+00:00" => "Z",
        told if signed => told,
        _ => "",
    };
    (!nought).then(|| format!("{hour:02}:{minute:02}{zone}"))
}

/// Which order the numbers of a column are in, row by row.
impl DayOrder {
    /// What one more cell tells.
    #[must_use]
    pub fn seen(self, cell: &str) -> Self {
        let told = match numbers(cell) {
            Some((a, b)) if a > 12 && b <= 12 => Self::DayFirst,
            Some((a, b)) if b > 12 && a <= 12 => Self::MonthFirst,
            _ => return self,
        };
        match self {
            Self::Unknown => told,
            same if same == told => same,
            _ => Self::Mixed,
        }
    }
}

/// The first two numbers of a date written with strokes or dashes, year last.
fn numbers(cell: &str) -> Option<(i32, i32)> {
    let head = cell.trim().split([' ', 'T']).next()?;
    let parts: Vec<&str> = head.split(['/', '-']).collect();
    match parts.as_slice() {
        [a, b, c] if a.len() <= 2 && b.len() <= 2 && c.len() >= 2 => {
            Some((a.parse().ok()?, b.parse().ok()?))
        }
        _ => None,
    }
}

/// A whole number of people: "12", "12.0", "1,200". `Err` when the cell holds something else.
pub(super) fn count(cell: &str) -> Result<u32, String> {
    let plain: String = cell
        .chars()
        .filter(|c| !matches!(c, ',' | ' ' | '\u{a0}'))
        .collect();
    let wrong = || format!("“{}” is no number of people", shortened(cell));
    let number: f64 = plain.parse().map_err(|_| wrong())?;
    let fits = number.is_finite() && number >= 0.0 && number <= f64::from(u32::MAX);
    if !fits || number.fract() != 0.0 {
        return Err(wrong());
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range was checked"
    )]
    Ok(number as u32)
}

/// Degrees, and how many decimals they were told with. A comma may stand for the point.
pub(super) fn degrees(cell: &str) -> Result<(f64, u8), String> {
    let mut plain = cell.trim().trim_end_matches('°').replace('\u{2212}', "-");
    if !plain.contains('.') && plain.matches(',').count() == 1 {
        plain = plain.replace(',', ".");
    }
    let number: f64 = plain
        .parse()
        .ok()
        .filter(|n: &f64| n.is_finite())
        .ok_or_else(|| format!("“{}” is no number of degrees", shortened(cell)))?;
    let decimals = plain.split_once('.').map_or(0, |(_, d)| {
        // Noughts at the end are how numbers are printed, not how they were measured.
        let told = d.trim_end_matches('0');
        let told = told.bytes().take_while(u8::is_ascii_digit).count();
        u8::try_from(told).unwrap_or(u8::MAX)
    });
    Ok((number, decimals))
}

/// A cell's beginning, for a sentence about it.
pub(super) fn shortened(cell: &str) -> String {
    let mut out: String = cell.chars().take(40).collect();
    if out.len() < cell.len() {
        out.push('…');
    }
    out
}

/// The last day of a month.
pub(super) fn month_end(first: Date) -> Date {
    first.last_of_month()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_as_tables_write_them() {
        let day = |text: &str| match date(text) {
            Some((Told::Day(d), time)) => format!("{d} {}", time.unwrap_or_default()),
            other => format!("{other:?}"),
        };
        for text in [
            "2022-06-15",
            "2022/06/15",
            "20220615",
            "15 June 2022",
            "15-Jun-22",
            "15.06.2022",
            "June 15, 2022",
            "15/06/2022",
            "06/15/22",
            "44727",
            "44727.0",
            "Wed 15 Jun 2022",
            "2022-06-15 00:00:00.000",
            "2022-06-15T00:00:00Z",
            "Wednesday, June 15, 2022",
        ] {
            assert_eq!(day(text), "2022-06-15 ", "{text}");
        }
        assert_eq!(day("2022-06-15T14:05:00Z"), "2022-06-15 14:05Z");
        assert_eq!(day("15/06/2022 2:05 PM"), "2022-06-15 14:05");
        assert_eq!(date("2022-06"), Some((Told::Month(2022, 6), None)));
        assert_eq!(date("June 2022"), Some((Told::Month(2022, 6), None)));
        assert_eq!(date("2022"), Some((Told::Year(2022), None)));
        assert!(matches!(date("03/04/2022"), Some((Told::Either(..), None))));
        for wrong in [
            "",
            "soon",
            "2022-13-01",
            "31/31/2022",
            "99999",
            "1",
            "-5",
            "12/2",
            "é",
            "é3é-5é-é",
        ] {
            assert_eq!(date(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_order_of_a_column_is_seen() {
        let order = |cells: &[&str]| {
            cells
                .iter()
                .fold(DayOrder::default(), |order, cell| order.seen(cell))
        };
        assert_eq!(order(&["03/04/2022", "05/06/2022"]), DayOrder::Unknown);
        assert_eq!(order(&["03/04/2022", "25/06/2022"]), DayOrder::DayFirst);
        assert_eq!(order(&["03/04/2022", "06/25/2022"]), DayOrder::MonthFirst);
        assert_eq!(order(&["25/04/2022", "06/25/2022"]), DayOrder::Mixed);
    }

    #[test]
    fn numbers_that_are_none() {
        assert_eq!(count("1,200"), Ok(1200));
        assert_eq!(count("12.0"), Ok(12));
        for wrong in ["NaN", "inf", "-1", "3.5", "1e400", "many", "99999999999"] {
            assert!(count(wrong).is_err(), "{wrong}");
        }
        assert_eq!(degrees("33,506"), Ok((33.506, 3)));
        assert_eq!(degrees("-120"), Ok((-120.0, 0)));
        for wrong in ["NaN", "inf", "-inf", "1e999", "33 N"] {
            assert!(degrees(wrong).is_err(), "{wrong}");
        }
    }
}
