//! Positions told in numbers: decimal degrees, degrees with minutes and seconds in every hand, and
//! grid references ([`crate::utm`]).

use crate::LonLat;

/// A position as told, and how far its last digit leaves it open.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Position {
    pub(crate) at: LonLat,
    pub(crate) radius_m: f64,
}

/// A position is known no better than this: maps are drawn on several datums.
const POSITION_M: f64 = 100.0;
/// Metres of a degree of latitude.
const DEGREE_M: f64 = 111_195.0;

/// Reads a pair at the start of a text: the position and how many bytes it took.
///
/// Latitude comes first unless the letters say otherwise. Bare numbers must have at least two
/// decimals each, so that "1.5, 2.5" in a table of figures is none.
pub(crate) fn read(text: &str) -> Option<(Position, usize)> {
    let text = crate::fold::cut(text, 120);
    if let Some((at, doubt_m, len)) = crate::utm::read(text) {
        let radius_m = doubt_m.max(POSITION_M);
        return Some((Position { at, radius_m }, len));
    }
    let (first, rest) = angle(text)?;
    let between = rest.trim_start_matches([' ', ',', ';', '/', '\u{a0}']);
    if between.len() == rest.len() && first.letter.is_none() {
        return None;
    }
    let (second, rest) = angle(between)?;
    let told = first.letter.is_some() && second.letter.is_some();
    let marked = first.degrees_sign && second.degrees_sign;
    if !told && !marked && (first.decimals < 2 || second.decimals < 2) {
        return None;
    }
    let (lat, lon) =
        if matches!(first.letter, Some('E' | 'W')) || matches!(second.letter, Some('N' | 'S')) {
            (second, first)
        } else {
            (first, second)
        };
    let at = LonLat::new(lon.value(), lat.value()).ok()?;
    let across_m = DEGREE_M * at.lat().to_radians().cos();
    let radius_m = (lat.step_deg / 2.0 * DEGREE_M)
        .hypot(lon.step_deg / 2.0 * across_m)
        .max(POSITION_M);
    Some((Position { at, radius_m }, text.len() - rest.len()))
}

/// One angle as written.
struct Angle {
    degrees: f64,
    letter: Option<char>,
    decimals: usize,
    degrees_sign: bool,
    /// The step of its last digit, in degrees.
    step_deg: f64,
}

impl Angle {
    fn value(&self) -> f64 {
        match self.letter {
            Some('S' | 'W') => -self.degrees.abs(),
            _ => self.degrees,
        }
    }
}

/// The step of a number with so many decimals.
fn step(decimals: usize) -> f64 {
    10f64.powi(-(decimals.min(12) as i32))
}

/// "33°30′21″N", "33.506", "-1.25", "N 33.5", "N 33 30.35", "33 30 21 N", "333021N".
fn angle(text: &str) -> Option<(Angle, &str)> {
    let mut rest = text.trim_start();
    let mut letter = None;
    if let Some(c) = hemisphere(rest) {
        letter = Some(c);
        rest = rest[1..].trim_start();
    }
    if letter.is_none()
        && let Some(found) = run_together(rest)
    {
        return Some(found);
    }
    let negative = rest.starts_with(['-', '−']);
    rest = rest.trim_start_matches(['-', '−', '+']);
    let (whole, decimals, after) = number(rest)?;
    rest = after;
    let mut angle = Angle {
        degrees: whole,
        letter,
        decimals,
        degrees_sign: false,
        step_deg: step(decimals),
    };
    let sign = ["°", "º", "˚", "deg", "d "]
        .iter()
        .find_map(|sign| rest.trim_start().strip_prefix(sign));
    if let Some(after) = sign {
        angle.degrees_sign = true;
        rest = after;
        if decimals == 0 {
            rest = with_minutes(&mut angle, rest, true);
        }
    } else if decimals == 0 {
        // "N 33 30.35", "33 30 21 N": spaces alone, where a letter says that it is an angle.
        let mut trial = Angle { ..angle };
        let after = with_minutes(&mut trial, rest, false);
        if after.len() < rest.len()
            && (letter.is_some() || hemisphere(after.trim_start()).is_some())
        {
            angle = trial;
            rest = after;
        }
    }
    if angle.letter.is_none() {
        let after = rest.trim_start_matches([' ', '\u{a0}']);
        if let Some(c) = hemisphere(after)
            && !after[1..].starts_with(char::is_alphabetic)
        {
            angle.letter = Some(c);
            rest = &after[1..];
        }
    }
    if negative {
        angle.degrees = -angle.degrees;
    }
    Some((angle, rest))
}

fn hemisphere(text: &str) -> Option<char> {
    text.chars()
        .next()
        .filter(|c| matches!(c, 'N' | 'S' | 'E' | 'W'))
}

/// Takes minutes and seconds; with marks behind them, or separated by spaces alone.
fn with_minutes<'a>(angle: &mut Angle, text: &'a str, marked: bool) -> &'a str {
    const MINUTE: &[&str] = &["′", "'", "’", "‘", "`", "min", "m"];
    const SECOND: &[&str] = &["″", "\"", "”", "“", "''", "’’", "′′", "sec", "s"];
    let gap = |text: &'a str| text.trim_start_matches([' ', '\u{a0}', ':', '-']);
    let closed = |text: &'a str, marks: &[&str]| {
        let inner = text.trim_start();
        marks.iter().find_map(|mark| inner.strip_prefix(mark))
    };
    let begun = gap(text);
    if !marked && begun.len() == text.len() {
        return text;
    }
    let Some((minutes, decimals, after)) = number(begun) else {
        return text;
    };
    let Some(after) = closed(after, MINUTE)
        .or((!marked || decimals > 0 || after.starts_with([' ', ':'])).then_some(after))
    else {
        return text;
    };
    if minutes >= 60.0 {
        return text;
    }
    angle.degrees += minutes / 60.0;
    angle.step_deg = step(decimals) / 60.0;
    if decimals > 0 {
        return after;
    }
    let Some((seconds, decimals, rest)) = number(gap(after)) else {
        return after;
    };
    let rest = match closed(rest, SECOND) {
        Some(rest) => rest,
        None if marked && !rest.starts_with([' ', 'N', 'S', 'E', 'W']) => return after,
        // Another angle may begin here; only a letter tells.
        None if hemisphere(rest.trim_start()).is_some() || (!marked && angle.letter.is_some()) => {
            rest
        }
        None => return after,
    };
    if seconds >= 60.0 {
        return after;
    }
    angle.degrees += seconds / 3600.0;
    angle.step_deg = step(decimals) / 3600.0;
    rest
}

/// "333021N", "0381500E", "3330N", as pilots write it.
fn run_together(text: &str) -> Option<(Angle, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let letter = hemisphere(text.get(digits..)?)?;
    let degrees_digits = match (letter, digits) {
        ('N' | 'S', 4 | 6) => 2,
        ('E' | 'W', 5 | 7) => 3,
        _ => return None,
    };
    let rest = &text[digits + 1..];
    if rest.starts_with(char::is_alphanumeric) {
        return None;
    }
    let part = |from: usize, to: usize| text[from..to].parse::<f64>().ok();
    let minutes = part(degrees_digits, degrees_digits + 2)?;
    let has_seconds = digits > degrees_digits + 2;
    let seconds = if has_seconds {
        part(degrees_digits + 2, digits)?
    } else {
        0.0
    };
    if minutes >= 60.0 || seconds >= 60.0 {
        return None;
    }
    let angle = Angle {
        degrees: part(0, degrees_digits)? + minutes / 60.0 + seconds / 3600.0,
        letter: Some(letter),
        decimals: 0,
        degrees_sign: false,
        step_deg: 1.0 / if has_seconds { 3600.0 } else { 60.0 },
    };
    Some((angle, rest))
}

/// Digits with a decimal point: the number, its decimals, the rest.
fn number(text: &str) -> Option<(f64, usize, &str)> {
    let digits = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    if digits == 0 || digits > 3 {
        return None;
    }
    let mut end = digits;
    let mut decimals = 0;
    if let Some(after) = text[digits..].strip_prefix('.') {
        decimals = after
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(after.len());
        if decimals > 0 {
            end = digits + 1 + decimals;
        }
    }
    Some((text[..end].parse().ok()?, decimals, &text[end..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pairs_in_several_hands() {
        for text in [
            "33.506, 38.618",
            "33°30′21″N 38°37′04″E",
            "33.506N 38.618E",
            "N 33.506, E 38.618",
            "33°30'21\" N, 38°37'04\" E",
            "38.618E 33.506N",
            "N 33 30.36 E 38 37.08",
            "33 30 21 N 38 37 04 E",
            "333021N 0383704E",
            "33°30.36'N 38°37.08'E",
            "33°30.36′ N, 38°37.08′ E",
            "33° 30' 21'' N / 38° 37' 04'' E",
            "33º30’21”N, 38º37’04”E",
            "33:30:21N 38:37:04E",
            "33-30-21N 38-37-04E",
            "33°30′21″N38°37′04″E",
            "+33.506 / +38.618",
        ] {
            let (position, len) = read(text).unwrap_or_else(|| panic!("{text}"));
            let at = position.at;
            assert!(
                (at.lat() - 33.506).abs() < 0.001 && (at.lon() - 38.618).abs() < 0.001,
                "{text} {at:?}"
            );
            assert_eq!(len, text.len(), "{text}");
        }
        let (position, len) = read("-1.2921, 36.8219 (Nairobi)").unwrap();
        assert!(position.at.lat() < 0.0 && len == 16);
        for text in [
            "1.5, 2.5",
            "70 km",
            "2016, 2017",
            "91.123, 0.123",
            "3.5 million",
            "12",
            "",
            "33 30 21",
            "12 30 45 50",
        ] {
            assert!(read(text).is_none(), "{text}");
        }
    }

    #[test]
    fn a_position_is_as_close_as_its_last_digit() {
        for (text, least_m, most_m) in [
            ("33.50600, 38.61800", 100.0, 100.0),
            ("33.51, 38.62", 650.0, 750.0),
            ("33.5N 38.6E", 6_500.0, 7_500.0),
            ("3330N 03837E", 1_100.0, 1_300.0),
            ("33°30′21″N 38°37′04″E", 100.0, 100.0),
        ] {
            let radius_m = read(text).unwrap().0.radius_m;
            assert!((least_m..=most_m).contains(&radius_m), "{text}: {radius_m}");
        }
    }
}
