//! Days of other calendars in the common one: the Islamic lunar calendar and the solar Hijri calendar
//! of Iran and Afghanistan.

use std::collections::HashMap;
use std::sync::LazyLock;

use jiff::ToSpan;
use jiff::civil::Date;

/// Years of the Islamic calendar taken for such: 1882 to 2076.
pub const ISLAMIC_YEARS: std::ops::RangeInclusive<i64> = 1300..=1500;

/// Years of the solar Hijri calendar taken for such: 1871 to 2071; the 33-year cycle below gives the
/// true leap years in all of them.
pub const SOLAR_YEARS: std::ops::RangeInclusive<i64> = 1250..=1450;

/// A day of the tabular Islamic calendar (civil epoch, 30-year cycle) in the common one. The months
/// begin when the new moon is seen, so it may be one off either way.
#[must_use]
pub fn from_islamic(year: i64, month: i64, day: i64) -> Option<Date> {
    if !(1..=12).contains(&month) || !(1..=30).contains(&day) {
        return None;
    }
    // Months have 30 and 29 days in turn; 11 years of 30 have a day more.
    let before = (year - 1) * 354 + (3 + 11 * year) / 30 + 29 * (month - 1) + month / 2;
    // 1 Muharram of the year 1 is 19 July 622 of the proleptic Gregorian calendar.
    let epoch = Date::new(622, 7, 19).ok()?;
    epoch.checked_add((before + day - 1).days()).ok()
}

/// Has a year of the solar Hijri calendar 366 days? Eight of 33 have.
fn is_leap(year: i64) -> bool {
    matches!(year.rem_euclid(33), 1 | 5 | 9 | 13 | 17 | 22 | 26 | 30)
}

/// A day of the solar Hijri calendar in the common one.
#[must_use]
pub fn from_solar(year: i64, month: i64, day: i64) -> Option<Date> {
    let days_in = match month {
        1..=6 => 31,
        7..=11 => 30,
        12 => 29 + i64::from(is_leap(year)),
        _ => return None,
    };
    if !(1..=days_in).contains(&day) || !SOLAR_YEARS.contains(&year) {
        return None;
    }
    // 1 Farvardin 1250 was 21 March 1871.
    let years: i64 = (*SOLAR_YEARS.start()..year)
        .map(|y| 365 + i64::from(is_leap(y)))
        .sum();
    let months = (month - 1) * 30 + (month - 1).min(6);
    let epoch = Date::new(1871, 3, 21).ok()?;
    epoch.checked_add((years + months + day - 1).days()).ok()
}

/// Which calendar a month is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Calendar {
    /// Muharram to Dhu al-Hijja.
    Islamic,
    /// Farvardin to Esfand, Hamal to Hut.
    Solar,
}

/// Spellings of the months in English texts, January's row being that of Muharram, Farvardin and
/// Hamal; `|` between them.
const ISLAMIC: [&str; 12] = [
    "muharram",
    "safar",
    "rabi al-awwal|rabi al-awal|rabi' al-awwal|rabi ul-awwal|rabi i",
    "rabi al-thani|rabi al-akhir|rabi' al-thani|rabi ul-thani|rabi ii",
    "jumada al-awwal|jumada al-ula|jumada al-awal|jumada i",
    "jumada al-thani|jumada al-akhira|jumada al-thaniya|jumada ii",
    "rajab",
    "sha'ban|shaban|shaaban|sha’ban",
    "ramadan|ramadhan|ramazan|ramzan",
    "shawwal|shawal",
    "dhu al-qadah|dhu al-qa'dah|dhul-qadah|dhu al-qida|zilqad|dhul qadah",
    "dhu al-hijjah|dhu al-hijja|dhul-hijjah|dhul-hijja|zilhaj|dhul hijjah|zulhijja",
];

const SOLAR: [&str; 12] = [
    "farvardin|hamal",
    "ordibehesht|sawr|saur",
    "khordad|jawza",
    "tir|saratan",
    "mordad|asad",
    "shahrivar|sunbula",
    "mehr|mizan",
    "aban|aqrab",
    "azar|qaws",
    "dey|jadi",
    "bahman|dalw",
    "esfand|hut",
];

/// The calendar and month, 1 to 12, that a word, or two words, name, in lower case.
#[must_use]
pub fn month_named(name: &str) -> Option<(Calendar, i64)> {
    static TABLE: LazyLock<HashMap<&str, (Calendar, i64)>> = LazyLock::new(|| {
        let of = |calendar: Calendar, months: &'static [&'static str; 12]| {
            (1..=12).zip(months).flat_map(move |(month, names)| {
                names.split('|').map(move |name| (name, (calendar, month)))
            })
        };
        of(Calendar::Islamic, &ISLAMIC)
            .chain(of(Calendar::Solar, &SOLAR))
            .collect()
    });
    TABLE.get(name).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_other_calendars() {
        let day = |d: Option<Date>| d.expect("a day").to_string();
        assert_eq!(day(from_islamic(1445, 9, 3)), "2024-03-13");
        assert_eq!(day(from_solar(1402, 11, 12)), "2024-02-01");
        assert_eq!(day(from_solar(1403, 1, 1)), "2024-03-20");
        assert_eq!(day(from_solar(1400, 1, 1)), "2021-03-21");
        assert_eq!(day(from_solar(1399, 12, 30)), "2021-03-20");
        assert_eq!(from_solar(1400, 12, 30), None);
        assert_eq!(month_named("bahman"), Some((Calendar::Solar, 11)));
        assert_eq!(month_named("march"), None);
    }
}
