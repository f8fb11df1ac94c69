//! "23", "1,200", "twenty-three", "dozens", "at least 40", "up to five": numbers as told.

use crate::incident::Count;

use super::sentences::Token;

/// The largest number taken for a count of people.
pub const COUNT_MAX: u64 = 20_000_000;

/// A number in words or digits, with how many tokens it took.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Number {
    /// The least it can be.
    pub count: Count,
    /// First token.
    pub first: usize,
    /// One past the last token.
    pub end: usize,
}

/// Plain number words below twenty and the tens.
fn small(word: &str) -> Option<u64> {
    Some(match word {
        "zero" | "no" | "none" | "nobody" | "nil" => 0,
        "one" | "a" | "an" => 1,
        "two" | "both" => 2,
        "three" => 3,
        "four" => 4,
        "five" => 5,
        "six" => 6,
        "seven" => 7,
        "eight" => 8,
        "nine" => 9,
        "ten" => 10,
        "eleven" => 11,
        "twelve" => 12,
        "thirteen" => 13,
        "fourteen" => 14,
        "fifteen" => 15,
        "sixteen" => 16,
        "seventeen" => 17,
        "eighteen" => 18,
        "nineteen" => 19,
        "twenty" => 20,
        "thirty" => 30,
        "forty" => 40,
        "fifty" => 50,
        "sixty" => 60,
        "seventy" => 70,
        "eighty" => 80,
        "ninety" => 90,
        _ => return None,
    })
}

fn scale(word: &str) -> Option<u64> {
    Some(match word {
        "hundred" => 100,
        "thousand" => 1_000,
        "million" => 1_000_000,
        _ => return None,
    })
}

/// Words for a number nobody counted: the least they can mean.
fn vague(word: &str) -> Option<u64> {
    Some(match word {
        "several" | "some" | "multiple" | "many" | "numerous" => 3,
        "few" => 2,
        "couple" => 2,
        "dozens" => 24,
        "dozen" => 12,
        "scores" => 40,
        "tens" => 20,
        "hundreds" => 200,
        "thousands" => 2_000,
        "millions" => 2_000_000,
        _ => return None,
    })
}

/// A number in digits: "40", "1,200", "1 200" (thin space), "6.3" is none.
pub fn digits(word: &str) -> Option<u64> {
    let between = |c: char| matches!(c, ',' | '\u{202f}' | '\u{a0}');
    // Every word is asked; few are numbers.
    if !word.chars().all(|c| c.is_numeric() || between(c)) {
        return None;
    }
    let plain: String = word.chars().filter(|c| !between(*c)).collect();
    if plain.is_empty() || plain.len() > 9 {
        return None;
    }
    let ascii: Option<String> = plain
        .chars()
        .map(|c| {
            c.to_digit(10)
                .or_else(|| eastern_digit(c))
                .and_then(|d| char::from_digit(d, 10))
        })
        .collect();
    ascii?.parse().ok()
}

fn eastern_digit(c: char) -> Option<u32> {
    match c {
        '٠'..='٩' => Some(c as u32 - '٠' as u32),
        '۰'..='۹' => Some(c as u32 - '۰' as u32),
        _ => None,
    }
}

/// The value of one word: digits, a number word, "twenty-three".
#[must_use]
pub fn word_value(word: &str) -> Option<u64> {
    digits(word).or_else(|| small(word)).or_else(|| {
        let (tens, ones) = word.split_once('-')?;
        let (tens, ones) = (small(tens)?, small(ones)?);
        (tens >= 20 && tens % 10 == 0 && (1..10).contains(&ones)).then_some(tens + ones)
    })
}

/// The number that starts at token `at`, hedges before it included ("at least 40").
#[must_use]
pub fn number_at(tokens: &[Token], at: usize) -> Option<Number> {
    let word = |i: usize| tokens.get(i).map_or("", |t| t.lower.as_str());
    let mut i = at;
    let mut hedge = Hedge::None;
    for (words, meaning) in HEDGES {
        if words.iter().enumerate().all(|(k, w)| word(at + k) == *w) {
            hedge = *meaning;
            i = at + words.len();
            break;
        }
    }
    if matches!(hedge, Hedge::None)
        && matches!(word(at), "a" | "an")
        && !matches!(
            word(at + 1),
            "hundred" | "thousand" | "million" | "dozen" | "couple" | "few"
        )
    {
        return None;
    }
    let (value, end, open) = plain_number(tokens, i)?;
    if value > COUNT_MAX {
        return None;
    }
    let value = u32::try_from(value).ok()?;
    // "40 to 50", "between 40 and 50", "three or four"
    if let Some((upper, upper_end, _)) = matches!(word(end), "to" | "or" | "and" | "-" | "–")
        .then(|| plain_number(tokens, end + 1))
        .flatten()
        .filter(|(upper, _, _)| {
            *upper > u64::from(value)
                && (word(end) != "and" || word(at.wrapping_sub(1)) == "between")
        })
    {
        let most = u32::try_from(upper).ok()?;
        return Some(Number {
            count: Count {
                least: value,
                most: Some(most),
            },
            first: at,
            end: upper_end,
        });
    }
    let or_more = word(end) == "or" && word(end + 1) == "more";
    let end = if or_more { end + 2 } else { end };
    let count = match hedge {
        _ if open || or_more => Count {
            least: value,
            most: None,
        },
        Hedge::None => Count::exactly(value),
        Hedge::AtLeast => Count {
            least: value,
            most: None,
        },
        Hedge::MoreThan => Count {
            least: value.saturating_add(1),
            most: None,
        },
        Hedge::UpTo => Count {
            least: 0,
            most: Some(value),
        },
        Hedge::FewerThan => Count {
            least: 0,
            most: Some(value.saturating_sub(1)),
        },
        // "About 40": a tenth to either side, by our own ruling.
        Hedge::About => Count {
            least: value - value / 10,
            most: Some(value + value / 10),
        },
        Hedge::Nearly => Count {
            least: value - value / 10,
            most: Some(value),
        },
    };
    Some(Number {
        count,
        first: at,
        end,
    })
}

/// Value, end, and whether it is an open number ("dozens").
fn plain_number(tokens: &[Token], at: usize) -> Option<(u64, usize, bool)> {
    let word = |i: usize| tokens.get(i).map_or("", |t| t.lower.as_str());
    if matches!(word(at), "a" | "the") && matches!(word(at + 1), "few" | "couple" | "dozen") {
        let end = if word(at + 2) == "of" { at + 3 } else { at + 2 };
        let open = word(at + 1) != "dozen";
        return Some((vague(word(at + 1))?, end, open));
    }
    if let Some(least) = vague(word(at)) {
        // "several hundred", "some 40", "several dozen"
        let next = word(at + 1);
        if let Some(scale) = scale(next).or(if next == "dozen" { Some(12) } else { None }) {
            return Some((2 * scale, at + 2, true));
        }
        if word(at) == "some" {
            let (value, end, _) =
                plain_number(tokens, at + 1).filter(|_| word_value(next).is_some())?;
            return Some((value, end, false));
        }
        if matches!(
            word(at),
            "dozens" | "scores" | "tens" | "hundreds" | "thousands"
        ) && word(at + 1) == "of"
        {
            if word(at) == "tens" && word(at + 2) == "thousands" {
                return Some((20_000, at + 3, true));
            }
            if word(at) == "hundreds" && word(at + 2) == "thousands" {
                return Some((200_000, at + 3, true));
            }
            return Some((least, at + 2, true));
        }
        if word(at) == "dozen" {
            return Some((12, at + 1, false));
        }
        if word(at) == "multiple"
            || word(at) == "many"
            || word(at) == "numerous"
            || word(at) == "several"
            || word(at) == "dozens"
            || word(at) == "scores"
            || word(at) == "hundreds"
            || word(at) == "thousands"
        {
            return Some((least, at + 1, true));
        }
        return None;
    }
    if is_torn(tokens, at) {
        return None;
    }
    let mut total = word_value(word(at))?;
    let mut end = at + 1;
    while let Some(after) = group_after(tokens, end) {
        total = total * 1_000 + word_value(word(after - 1))?;
        end = after;
    }
    if matches!(word(end), "dozen") {
        return Some((total * 12, end + 1, false));
    }
    while let Some(by) = scale(word(end)) {
        total = total.checked_mul(by)?;
        end += 1;
        if let Some(more) = word_value(word(if word(end) == "and" { end + 1 } else { end }))
            .filter(|m| *m < by && *m > 0 && digits(word(end)).is_none())
        {
            let and = usize::from(word(end) == "and");
            total += more;
            end += 1 + and;
        }
    }
    Some((total, end, false))
}

/// Groups of three digits after the first that are joined: as far as [`COUNT_MAX`] needs.
const GROUPS_MAX: usize = 2;

/// A group of three digits that goes on a number ending before `end`, with a space or an apostrophe
/// between ("1 234", "1'234"): the token after it. "On June 15 200 people" is a day and a number.
fn group_after(tokens: &[Token], end: usize) -> Option<usize> {
    let first = end.checked_sub(1)?;
    let group = match tokens.get(end)?.lower.as_str() {
        "'" | "’" if touch(tokens, first) && touch(tokens, end) => end + 1,
        _ if is_spaced(tokens, first) => end,
        _ => return None,
    };
    let is_group = |at: usize, least: usize| {
        let word = tokens.get(at).map_or("", |t| t.lower.as_str());
        (least..=3).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_digit())
    };
    // The groups before this one, to where the number begins.
    let mut begin = first;
    let mut groups = 1;
    while begin > 0 && is_group(begin, 3) && is_group(begin - 1, 1) && is_spaced(tokens, begin - 1)
    {
        begin -= 1;
        groups += 1;
    }
    let of_a_date = begin.checked_sub(1).is_some_and(|b| tokens[b].capital);
    let fits = is_group(group, 3) && is_group(first, 1) && !tokens[begin].lower.starts_with('0');
    (fits && !of_a_date && groups <= GROUPS_MAX).then_some(group + 1)
}

/// True for digits that are a piece of something longer: "234" in "1 234", and everything in
/// "1,23,45,678", whose groups are none of ours.
fn is_torn(tokens: &[Token], at: usize) -> bool {
    let digit = |at: usize| {
        let word = tokens.get(at).map_or("", |t| t.lower.as_str());
        word.starts_with(|c: char| c.is_ascii_digit())
    };
    let comma = |at: usize| {
        tokens
            .get(at)
            .is_some_and(|t| matches!(t.lower.as_str(), "," | "'" | "’"))
    };
    // A mark between two digits, without a space on either side.
    let joint = |mark: usize| {
        mark > 0
            && comma(mark)
            && digit(mark - 1)
            && digit(mark + 1)
            && touch(tokens, mark - 1)
            && touch(tokens, mark)
    };
    digit(at)
        && (at > 0 && (joint(at - 1) || group_after(tokens, at) == Some(at + 1))
            || joint(at + 1) && group_after(tokens, at + 1).is_none())
}

/// No space between a token and the next.
fn touch(tokens: &[Token], at: usize) -> bool {
    tokens
        .get(at + 1)
        .is_some_and(|next| next.span.start == tokens[at].span.end)
}

/// One space between a token and the next, be it wide, thin or unbreakable.
fn is_spaced(tokens: &[Token], at: usize) -> bool {
    /// The longest of these spaces, in bytes.
    const SPACE_BYTES_MAX: usize = 3;
    tokens.get(at + 1).is_some_and(|next| {
        let gap = next.span.start - tokens[at].span.end;
        (1..=SPACE_BYTES_MAX).contains(&gap)
    })
}

#[derive(Clone, Copy, Debug)]
enum Hedge {
    None,
    AtLeast,
    MoreThan,
    UpTo,
    FewerThan,
    About,
    Nearly,
}

const HEDGES: &[(&[&str], Hedge)] = &[
    (&["at", "least"], Hedge::AtLeast),
    (&["no", "fewer", "than"], Hedge::AtLeast),
    (&["no", "less", "than"], Hedge::AtLeast),
    (&["not", "less", "than"], Hedge::AtLeast),
    (&["a", "minimum", "of"], Hedge::AtLeast),
    (&["more", "than"], Hedge::MoreThan),
    (&["over"], Hedge::MoreThan),
    (&["upwards", "of"], Hedge::AtLeast),
    (&["as", "many", "as"], Hedge::UpTo),
    (&["up", "to"], Hedge::UpTo),
    (&["at", "most"], Hedge::UpTo),
    (&["fewer", "than"], Hedge::FewerThan),
    (&["less", "than"], Hedge::FewerThan),
    (&["about"], Hedge::About),
    (&["around"], Hedge::About),
    (&["approximately"], Hedge::About),
    (&["roughly"], Hedge::About),
    (&["an", "estimated"], Hedge::About),
    (&["nearly"], Hedge::Nearly),
    (&["almost"], Hedge::Nearly),
    (&["close", "to"], Hedge::Nearly),
];

#[cfg(test)]
mod tests {
    use super::super::sentences::tokens;
    use super::*;

    #[track_caller]
    fn check(text: &str, least: u32, most: Option<u32>) {
        let found = number_at(&tokens(text, 0..text.len()), 0).map(|n| n.count);
        assert_eq!(found, Some(Count { least, most }), "{text}");
    }

    #[test]
    fn a_piece_of_a_number_is_no_number() {
        let found =
            |text: &str, at| number_at(&tokens(text, 0..text.len()), at).map(|n| n.count.least);
        // Lakhs and crores: not read, and not read as 1, 23 or 45,678 either.
        for at in [0, 2, 4] {
            assert_eq!(found("1,23,45,678 people", at), None, "token {at}");
        }
        assert_eq!(found("1 234 people", 1), None);
        assert_eq!(found("June 15 200 people", 1), Some(15));
        assert_eq!(found("June 15 200 people", 2), Some(200));
        assert_eq!(found("3, 4 and 5", 0), Some(3));
    }

    #[test]
    fn numbers_as_told() {
        check("23 people", 23, Some(23));
        check("1,200 people", 1200, Some(1200));
        check("1 200 people", 1200, Some(1200));
        check("1\u{202f}200 people", 1200, Some(1200));
        check("1'200 people", 1200, Some(1200));
        check("12 345 678 people", 12_345_678, Some(12_345_678));
        check("3 to 5 people", 3, Some(5));
        check("2022 100 people", 2022, Some(2022));
        check("twenty-three people", 23, Some(23));
        check("dozens of people", 24, None);
        check("several hundred Russians", 200, None);
        check("at least 40 people", 40, None);
        check("more than 40 people", 41, None);
        check("up to five people", 0, Some(5));
        check("two hundred and five people", 205, Some(205));
        check("three or four people", 3, Some(4));
        check("40 to 50 people", 40, Some(50));
        check("two dozen people", 24, Some(24));
        check("about 100 people", 90, Some(110));
        check("٢٣ قتيلا", 23, Some(23));
    }
}
