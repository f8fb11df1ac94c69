//! Numbers in words and digits, with their hedges, as [`Count`]s.

use super::lexicon::{Is, Words};
use crate::incident::Count;

/// Largest number of people taken for one.
const COUNT_MAX: u64 = 50_000_000;

/// A number without its hedges.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Plain {
    pub(super) value: u64,
    /// No bound above.
    pub(super) open: bool,
    /// One past its last word.
    pub(super) end: usize,
}

/// A number of people, hedges included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Number {
    pub(super) count: Count,
    pub(super) first: usize,
    pub(super) end: usize,
}

/// Digits: "40", "1,200", "1.200", "1٬200"; "6.3" is none.
pub(super) fn digits(word: &str) -> Option<u64> {
    let mut groups = word.split(['.', ',', '٬', '\u{202f}', '\u{a0}']);
    let first = groups.next()?;
    let mut plain = first.to_owned();
    for group in groups {
        if group.len() != 3 || first.len() > 3 {
            return None;
        }
        plain.push_str(group);
    }
    let fine = !plain.is_empty() && plain.len() <= 9 && plain.bytes().all(|b| b.is_ascii_digit());
    fine.then(|| plain.parse().ok())?
}

/// One word's value.
fn word(words: Words, at: usize) -> Option<(u64, usize)> {
    if let Some(tag) = words.tag(at, Is::Number) {
        return Some((u64::try_from(tag.row.n()).ok()?, at + tag.len));
    }
    let it = words.0.get(at)?;
    if let Some(value) = it.forms.iter().find_map(|form| digits(form)) {
        // "1 200": a group of three behind one to three digits, with a space between.
        let next = words.0.get(at + 1);
        let group = next.filter(|n| {
            let text = n.folded();
            n.span.start > it.span.end
                && n.span.start - it.span.end <= 3
                && text.len() == 3
                && text.bytes().all(|b| b.is_ascii_digit())
                && (1..1_000).contains(&value)
        });
        return match group.and_then(|n| digits(n.folded())) {
            Some(low) => Some((value * 1_000 + low, at + 2)),
            None => Some((value, at + 1)),
        };
    }
    // "vingt-trois": its parts are numbers.
    let (tens, ones) = it.folded().split_once('-')?;
    let (tens, ones) = (small(tens)?, small(ones)?);
    (tens > ones && ones > 0).then_some((tens + ones, at + 1))
}

/// The value of a part of a word written with a hyphen.
fn small(part: &str) -> Option<u64> {
    const PARTS: &[(&str, u64)] = &[
        ("un", 1),
        ("deux", 2),
        ("trois", 3),
        ("quatre", 4),
        ("cinq", 5),
        ("six", 6),
        ("sept", 7),
        ("huit", 8),
        ("neuf", 9),
        ("dix", 10),
        ("vingt", 20),
        ("trente", 30),
        ("quarante", 40),
        ("cinquante", 50),
        ("soixante", 60),
    ];
    PARTS.iter().find(|(w, _)| *w == part).map(|(_, n)| *n)
}

/// The number that begins at a word, hedges aside.
pub(super) fn plain(words: Words, at: usize) -> Option<Plain> {
    if let Some(tag) = words.tag(at, Is::Open) {
        let value = u64::try_from(tag.row.n()).ok()?;
        let end = at + tag.len;
        // "several thousand", "decenas de miles".
        let scale = past_of(words, end);
        if let Some(scale) = words.tag(scale, Is::Scale).map(|t| (t, scale)) {
            let by = u64::try_from(scale.0.row.n()).ok()?;
            return Some(Plain {
                value: 2 * by.max(value.min(20) * by / 2),
                open: true,
                end: scale.1 + scale.0.len,
            });
        }
        return Some(Plain {
            value,
            open: true,
            end,
        });
    }
    let (mut total, mut end) = word(words, at)?;
    // "treinta y cinco", "двадцать три", "ثلاثة وعشرون", "خمسة عشر", "сто двадцать".
    for _ in 0..3 {
        let joined = words.tag(end, Is::And).map_or(0, |t| t.len);
        let Some((next, after)) =
            word(words, end + joined).filter(|_| words.is(end + joined, Is::Number))
        else {
            break;
        };
        let tens = total >= 20 && total % 10 == 0 && total % 100 != 0 && next < 10;
        let arabic =
            total < 10 && next >= 10 && next % 10 == 0 && next < 100 && is_arabic(words, at);
        let hundreds = total >= 100 && total % 100 == 0 && next < 100;
        if !(tens || arabic || hundreds) {
            break;
        }
        total += next;
        end = after;
    }
    while let Some(tag) = words.tag(end, Is::Scale) {
        total = total.checked_mul(u64::try_from(tag.row.n()).ok()?)?;
        end += tag.len;
        // "тыс.": its full stop ends nothing.
        end += usize::from(
            words.folded(end) == "." && tag.row.value.len() > 3 && end < words.len() - 1,
        );
        if let Some((rest, after)) =
            word(words, end).filter(|(rest, _)| *rest < 1_000 && total >= 1_000)
            && words.is(end, Is::Number)
        {
            total += rest;
            end = after;
        }
    }
    Some(Plain {
        value: total,
        open: false,
        end,
    })
}

fn is_arabic(words: Words, at: usize) -> bool {
    words
        .folded(at)
        .chars()
        .next()
        .is_some_and(|c| ('\u{600}'..='\u{6ff}').contains(&c))
}

pub(super) fn past_of(words: Words, mut at: usize) -> usize {
    while let Some(tag) = words.tag(at, Is::Of) {
        at += tag.len;
    }
    at
}

/// The number that begins at a word, hedges before it included ("au moins 40").
pub(super) fn number(words: Words, first: usize) -> Option<Number> {
    let hedge = words.tag(first, Is::Hedge);
    let at = past_of(words, first + hedge.map_or(0, |t| t.len));
    let found = plain(words, at)?;
    if found.value > COUNT_MAX {
        return None;
    }
    let value = u32::try_from(found.value).ok()?;
    let mut end = found.end;
    // "40-50", "entre 40 y 50", "three or four".
    let to = words.tag(end, Is::To).map(|t| t.len);
    let to = to.or_else(|| matches!(words.folded(end), "-" | "–").then_some(1));
    if let Some(upper) = to
        .and_then(|len| plain(words, end + len))
        .filter(|upper| !upper.open && upper.value > found.value)
    {
        end = upper.end;
        let most = u32::try_from(upper.value).ok()?;
        let count = Count {
            least: value,
            most: Some(most),
        };
        return Some(Number { count, first, end });
    }
    let open = Count {
        least: value,
        most: None,
    };
    let count = match hedge.map(|t| t.row.value.as_str()) {
        _ if found.open => open,
        Some("at_least") => open,
        Some("more_than") => Count {
            least: value.saturating_add(1),
            most: None,
        },
        Some("up_to") => Count {
            least: 0,
            most: Some(value),
        },
        Some("fewer_than") => Count {
            least: 0,
            most: Some(value.saturating_sub(1)),
        },
        // A tenth to either side, as the English reader has it.
        Some("about") => Count {
            least: value - value / 10,
            most: Some(value + value / 10),
        },
        Some("nearly") => Count {
            least: value - value / 10,
            most: Some(value),
        },
        _ => Count::exactly(value),
    };
    Some(Number { count, first, end })
}
