//! Positions told in numbers: decimal degrees, and degrees with minutes and seconds.

use crate::LonLat;

/// Reads a pair at the start of a text: the position and how many bytes it took.
///
/// Latitude comes first unless the letters say otherwise. Bare numbers must have at least two
/// decimals each, so that "1.5, 2.5" in a table of figures is none.
pub(crate) fn read(text: &str) -> Option<(LonLat, usize)> {
    let text = crate::fold::cut(text, 120);
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
    Some((at, text.len() - rest.len()))
}

/// One angle as written.
struct Angle {
    degrees: f64,
    letter: Option<char>,
    decimals: usize,
    degrees_sign: bool,
}

impl Angle {
    fn value(&self) -> f64 {
        match self.letter {
            Some('S' | 'W') => -self.degrees.abs(),
            _ => self.degrees,
        }
    }
}

/// "33°30′21″N", "33.506", "-1.25", "N 33.5".
fn angle(text: &str) -> Option<(Angle, &str)> {
    let mut rest = text.trim_start();
    let mut letter = None;
    if let Some(c) = rest
        .chars()
        .next()
        .filter(|c| matches!(c, 'N' | 'S' | 'E' | 'W'))
    {
        letter = Some(c);
        rest = rest[1..].trim_start();
    }
    let negative = rest.starts_with(['-', '−']);
    rest = rest.trim_start_matches(['-', '−', '+']);
    let (whole, decimals, after) = number(rest)?;
    rest = after;
    let mut degrees = whole;
    let mut degrees_sign = false;
    if let Some(after) = rest.trim_start().strip_prefix(['°', 'º', '˚']) {
        degrees_sign = true;
        rest = after;
        if let Some((minutes, _, after)) = number(rest.trim_start())
            && let Some(after) = after.trim_start().strip_prefix(['′', '\'', '’', '‘'])
            && minutes < 60.0
        {
            degrees += minutes / 60.0;
            rest = after;
            if let Some((seconds, _, after)) = number(rest.trim_start())
                && seconds < 60.0
            {
                let trimmed = after.trim_start();
                let closed = trimmed
                    .strip_prefix(['″', '"', '”', '“'])
                    .or_else(|| trimmed.strip_prefix("''"))
                    .or_else(|| trimmed.strip_prefix("’’"));
                if let Some(after) = closed {
                    degrees += seconds / 3600.0;
                    rest = after;
                }
            }
        }
    }
    if letter.is_none() {
        let after = rest.trim_start_matches([' ', '\u{a0}']);
        let mut chars = after.chars();
        if let Some(c) = chars.next().filter(|c| matches!(c, 'N' | 'S' | 'E' | 'W'))
            && chars.next().is_none_or(|next| !next.is_alphabetic())
        {
            letter = Some(c);
            rest = &after[1..];
        }
    }
    if negative {
        degrees = -degrees;
    }
    Some((
        Angle {
            degrees,
            letter,
            decimals,
            degrees_sign,
        },
        rest,
    ))
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
        ] {
            let (at, _) = read(text).unwrap_or_else(|| panic!("{text}"));
            assert!(
                (at.lat() - 33.506).abs() < 0.001 && (at.lon() - 38.618).abs() < 0.001,
                "{text} {at:?}"
            );
        }
        let (at, len) = read("-1.2921, 36.8219 (Nairobi)").unwrap();
        assert!(at.lat() < 0.0 && len == 16);
        for text in [
            "1.5, 2.5",
            "70 km",
            "2016, 2017",
            "91.123, 0.123",
            "3.5 million",
            "12",
            "",
        ] {
            assert!(read(text).is_none(), "{text}");
        }
    }
}
