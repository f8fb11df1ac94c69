//! The day in a field that holds a date: ISO, RFC 3339, RFC 2822, nothing looser.

use jiff::civil::{Date, DateTime};

/// The calendar day a date field names, as its writer's clock showed it.
///
/// `2022-06-18`, `2022-06-18T23:10:00+03:00` (the 18th, whatever UTC says), `Sat, 18 Jun 2022
/// 23:10:00 +0300`, `20220618`. Anything else is `None`: a field is no place for guesses.
#[must_use]
pub fn day(field: &str) -> Option<Date> {
    let field = field.trim();
    let iso = field.replacen(' ', "T", 1);
    // A stamp's local day stands before its offset.
    let local = iso.get(..10).filter(|_| {
        let rest = &iso[10..];
        rest.is_empty() || (rest.starts_with('T') && rest.len() > 3)
    });
    if let Some(day) = local.and_then(|d| d.parse::<Date>().ok()) {
        return Some(day);
    }
    if field.len() == 8 && field.bytes().all(|b| b.is_ascii_digit()) {
        return Date::strptime("%Y%m%d", field).ok();
    }
    if let Ok(stamp) = jiff::fmt::rfc2822::parse(field) {
        return Some(stamp.date());
    }
    // Feeds write zones by name ("GMT", "EST") and leave the weekday out.
    let words: Vec<&str> = field
        .split([' ', ','])
        .filter(|w| !w.is_empty())
        .skip_while(|w| w.chars().all(char::is_alphabetic))
        .take(3)
        .collect();
    match words.as_slice() {
        [day, month, year] if year.len() == 4 => {
            let month = month.get(..3)?;
            Date::strptime("%d %b %Y", format!("{day:0>2} {month} {year}")).ok()
        }
        _ => field.parse::<DateTime>().ok().map(DateTime::date),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stamp_gives_the_day_its_writer_saw() {
        let seen = |field| day(field).map(|d| d.to_string());
        let expected = Some("2022-06-18".to_owned());
        for field in [
            "2022-06-18",
            "2022-06-18T23:10:00+03:00",
            "2022-06-18T00:10:00Z",
            "2022-06-18 23:10",
            "20220618",
            "Sat, 18 Jun 2022 23:10:00 +0300",
            "Sat, 18 Jun 2022 23:10:00 GMT",
            "18 June 2022 23:10 EST",
        ] {
            assert_eq!(seen(field), expected, "{field}");
        }
        for field in ["", "yesterday", "18/06/22", "2022-13-01", "2022-06"] {
            assert_eq!(seen(field), None, "{field}");
        }
    }
}
