//! Who was harmed and how many, as told in another language.
//!
//! A figure is taken only where people or their harm stand right behind it, or a verb of harm right
//! before it: a number of drones or houses is none.

use std::ops::Range;

use super::lexicon::{Is, Tag, Words};
use super::numbers::{Number, number, past_of};
use crate::incident::{Count, Harm, OfWhom};

/// A figure found in a sentence.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Figure {
    /// Words of the figure.
    pub(super) words: Range<usize>,
    pub(super) harm: Harm,
    pub(super) count: Count,
    pub(super) of: OfWhom,
    /// Of whom, as words of the sentence.
    pub(super) of_whom: Option<Range<usize>>,
}

/// How far a verb of harm stands from people counted, in words.
const HARM_REACH: usize = 9;

/// How far it stands from a bare number, in words.
const BARE_REACH: usize = 3;

/// What "and" or a comma between a figure and its harm costs, in words.
const JOIN_COST: usize = 4;

/// Words that may stand between a number and its noun ("12 autres civils").
const NOUN_REACH: usize = 3;

/// The figures of a sentence; `taken` are words that belong to dates and places.
pub(super) fn find(words: Words, taken: &[Range<usize>]) -> Vec<Figure> {
    let mut out: Vec<Figure> = Vec::new();
    let mut i = 0;
    while i < words.len() {
        let in_a_date = taken.iter().find(|r| r.contains(&i));
        if let Some(date) = in_a_date {
            i = date.end;
            continue;
        }
        if let Some(figure) = nobody(words, i)
            .or_else(|| two(words, i))
            .or_else(|| one(words, i))
        {
            i = figure.words.end.max(i + 1);
            out.push(figure);
            continue;
        }
        match number(words, i) {
            Some(n) => {
                i = n.end.max(i + 1);
                out.extend(counted(words, n));
            }
            None => i += 1,
        }
    }
    out
}

fn harm_of(tag: &Tag) -> Option<Harm> {
    Harm::from_code(&tag.row.value)
}

fn whose(tag: &Tag) -> OfWhom {
    match tag.row.value.as_str() {
        "civilians" => OfWhom::Civilians,
        "some" => OfWhom::Some,
        _ => OfWhom::Everybody,
    }
}

/// "sin víctimas", "никто не пострадал": nobody was.
fn nobody(words: Words, i: usize) -> Option<Figure> {
    let tag = words.tag(i, Is::Nobody)?;
    Some(Figure {
        words: i..i + tag.len,
        harm: harm_of(tag)?,
        count: Count::exactly(0),
        of: OfWhom::Everybody,
        of_whom: None,
    })
}

/// "قتيلان", "جنديان": two in one word.
fn two(words: Words, i: usize) -> Option<Figure> {
    let tag = words.tag(i, Is::Two)?;
    let range = i..i + tag.len;
    if let Some(harm) = harm_of(tag) {
        return Some(Figure {
            words: range,
            harm,
            count: Count::exactly(2),
            of: OfWhom::Everybody,
            of_whom: None,
        });
    }
    let (harm, _) = harm_near(words, &range, HARM_REACH)?;
    let of = whose(tag);
    Some(Figure {
        harm,
        count: Count::exactly(2),
        of,
        of_whom: (of == OfWhom::Some).then(|| range.clone()),
        words: range,
    })
}

/// "a soldier was killed", "погибла женщина": one person, where no number stands before.
fn one(words: Words, i: usize) -> Option<Figure> {
    /// How far the harm stands from one person, in words.
    const REACH: usize = 4;
    let tag = words.tag(i, Is::One)?;
    let before = past_of_back(words, i);
    let counted = before > 0 && number_ends(words, before);
    if counted || words.any(i.saturating_sub(3)..i, Is::Including) {
        return None;
    }
    let range = i..i + tag.len;
    let (harm, _) = harm_near(words, &range, REACH)?;
    let of = whose(tag);
    Some(Figure {
        harm,
        count: Count::exactly(1),
        of,
        of_whom: (of == OfWhom::Some).then(|| range.clone()),
        words: range,
    })
}

fn past_of_back(words: Words, mut at: usize) -> usize {
    while let Some((start, _)) = words.ends_before(at, Is::Of) {
        at = start;
    }
    at
}

/// Does a number end right before a word?
fn number_ends(words: Words, at: usize) -> bool {
    (at.saturating_sub(3)..at).any(|k| number(words, k).is_some_and(|n| n.end == at))
}

/// The verb or noun of harm nearest to a range, and what it costs; nothing across a full clause.
fn harm_near(words: Words, range: &Range<usize>, reach: usize) -> Option<(Harm, usize)> {
    let from = range.start.saturating_sub(reach + JOIN_COST);
    let to = (range.end + reach + JOIN_COST).min(words.len());
    words
        .all(from..to, Is::Harm)
        .filter(|(i, _)| !range.contains(i))
        .filter_map(|(i, tag)| {
            let (gap, between) = if i < range.start {
                (
                    range.start - (i + tag.len).min(range.start),
                    i + tag.len..range.start,
                )
            } else {
                (i - range.end, range.end..i)
            };
            let joins = between
                .clone()
                .filter(|k| words.is(*k, Is::And) || joined_and(words, *k) || words.mark(*k))
                .count();
            // "and" may be written with the harm itself in Arabic.
            let own = usize::from(i >= range.end && joined_and(words, i));
            let breaks = between.filter(|k| words.is(*k, Is::Break)).count();
            let cost = gap + JOIN_COST * (joins + own + 2 * breaks);
            (cost <= reach).then_some((harm_of(tag)?, cost))
        })
        .min_by_key(|(_, cost)| *cost)
}

/// An Arabic word that begins with "and".
fn joined_and(words: Words, at: usize) -> bool {
    words.0.get(at).is_some_and(|w| {
        w.folded().starts_with('و')
            && w.tags
                .iter()
                .any(|t| matches!(t.row.is, Is::Harm | Is::Number | Is::Two))
            && w.forms.len() > 1
    })
}

/// What a number counts.
fn counted(words: Words, n: Number) -> Option<Figure> {
    if words.any(n.first.saturating_sub(3)..n.first, Is::Including) {
        return None;
    }
    let part = |k: usize| {
        words.is(k, Is::Unit) || words.is(k, Is::Km) || matches!(words.folded(k), "%" | "/" | "°")
    };
    if part(n.end) {
        return None;
    }
    let mut people: Option<(usize, &Tag)> = None;
    let mut k = n.end;
    while k < (n.end + NOUN_REACH).min(words.len()) && !words.mark(k) {
        // "12 morts", "5 personnes tuées": the harm itself counts.
        if let Some(harm) = words.tag(k, Is::Harm) {
            // "سبعة نازحين قتلوا": the displaced are people here.
            if let Some(other) = befell(words, &n, k, harm) {
                return Some(figure(words, n, other, people, k + harm.len));
            }
            return Some(figure(words, n, harm_of(harm)?, people, k + harm.len));
        }
        if people.is_none()
            && let Some(tag) = words.tag(k, Is::Person).or_else(|| words.tag(k, Is::One))
        {
            people = Some((k, tag));
            k += tag.len;
            // "5 personnes tuées", "cinco civiles muertos".
            if let Some(harm) = words.tag(k, Is::Harm).filter(|_| !joined_and(words, k)) {
                return Some(figure(words, n, harm_of(harm)?, people, k + harm.len));
            }
            break;
        }
        if words.is(k, Is::In)
            || words.is(k, Is::And)
            || words.is(k, Is::Break)
            || joined_and(words, k)
        {
            break;
        }
        k = past_of(words, k).max(k + 1);
    }
    match people {
        Some((at, tag)) => {
            let end = at + tag.len;
            let told = past_including(words, end);
            let (harm, _) = harm_near(words, &(n.first..told), HARM_REACH)?;
            Some(figure(words, n, harm, people, end))
        }
        // "مقتل تسعة سياح": a noun not in the table right behind harm and number counts people,
        // but which is not known, so it says nothing of others.
        None if harm_ends(words, n.first) && is_noun(words, n.end) => {
            let (harm, _) = harm_near(words, &(n.first..n.end), 0)?;
            Some(Figure {
                words: n.first..n.end + 1,
                harm,
                count: n.count,
                of: OfWhom::Some,
                of_whom: Some(n.end..n.end + 1),
            })
        }
        None => {
            // "уби́ты пять", "murieron 12": nothing is counted but the people harmed.
            let next = n.end;
            let bare = words.mark(next)
                || [
                    Is::In,
                    Is::And,
                    Is::Harm,
                    Is::Other,
                    Is::Say,
                    Is::Break,
                    Is::By,
                ]
                .into_iter()
                .any(|is| words.is(next, is))
                || joined_and(words, next);
            let (harm, _) = harm_near(words, &(n.first..n.end), BARE_REACH).filter(|_| bare)?;
            Some(figure(words, n, harm, None, n.end))
        }
    }
}

/// What befell people who are called by an earlier harm: a verb of killing or injuring right
/// before the number or right behind the noun.
fn befell(words: Words, n: &Number, at: usize, noun: &Tag) -> Option<Harm> {
    let is_noun = matches!(harm_of(noun)?, Harm::Displaced | Harm::Missing);
    let worse = |tag: &Tag| harm_of(tag).filter(|h| matches!(h, Harm::Killed | Harm::Injured));
    let before = words
        .ends_before(n.first, Is::Harm)
        .and_then(|(_, t)| worse(t));
    let end = at + noun.len;
    let behind = words
        .all(end..(end + 2).min(words.len()), Is::Harm)
        .find_map(|(k, t)| worse(t).filter(|_| !joined_and(words, k)));
    before.or(behind).filter(|_| is_noun)
}

/// Past ", among them three children,": what befell them stands behind it.
fn past_including(words: Words, at: usize) -> usize {
    /// Longest such insertion, in words.
    const INSERTED_MAX: usize = 14;
    let comma = |k: usize| matches!(words.folded(k), "," | "،" | "(" | "–" | "—");
    let opens = comma(at) && words.is(at + 1, Is::Including);
    if !opens {
        return at;
    }
    let end = (at + INSERTED_MAX).min(words.len());
    (at + 2..end)
        .find(|k| matches!(words.folded(*k), "," | "،" | ")" | "–" | "—"))
        .map_or(at, |k| k + 1)
}

/// Does a word of harm end right before a number?
fn harm_ends(words: Words, at: usize) -> bool {
    words.ends_before(at, Is::Harm).is_some()
}

/// A small word that the table does not know.
fn is_noun(words: Words, at: usize) -> bool {
    words
        .0
        .get(at)
        .is_some_and(|w| !w.mark && !w.capital && w.tags.is_empty())
}

fn figure(
    words: Words,
    mut n: Number,
    harm: Harm,
    people: Option<(usize, &Tag)>,
    end: usize,
) -> Figure {
    // "تسعة أشخاص على الأقل": the hedge stands behind.
    let behind = (n.end..=end).any(|k| {
        words
            .tag(k, Is::Hedge)
            .is_some_and(|t| t.row.value == "at_least")
    });
    if behind {
        n.count.most = None;
    }
    let of = people.map_or(OfWhom::Everybody, |(_, tag)| whose(tag));
    Figure {
        words: n.first..end,
        harm,
        count: n.count,
        of,
        of_whom: people
            .filter(|_| of == OfWhom::Some)
            .map(|(at, tag)| at..at + tag.len),
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Tongue, lexicon};
    use super::*;
    use crate::reading::sentences::tokens;

    /// Each figure as "harm least..most of".
    #[track_caller]
    fn check(tongue: Tongue, text: &str, expected: &[&str]) {
        let list = lexicon::words(text, &tokens(text, 0..text.len()), tongue);
        let found: Vec<String> = find(Words(&list), &[])
            .into_iter()
            .map(|t| {
                let most = t.count.most.map_or(String::new(), |m| m.to_string());
                format!(
                    "{} {}..{} {}",
                    t.harm.code(),
                    t.count.least,
                    most,
                    t.of.code()
                )
            })
            .collect();
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn figures_of_each_language() {
        use Tongue::{Arabic, French, Russian, Spanish, Ukrainian};
        check(
            Arabic,
            "قتل ١٢ شخصا وأصيب ٣٤ آخرون",
            &["killed 12..12 everybody", "injured 34..34 everybody"],
        );
        check(
            Arabic,
            "مقتل مدنيين اثنين وإصابة ثلاثة أطفال بجروح",
            &["killed 2..2 civilians", "injured 3..3 civilians"],
        );
        check(
            Arabic,
            "سقط قتيلان وعشرات الجرحى",
            &["killed 2..2 everybody", "injured 24.. everybody"],
        );
        check(
            Arabic,
            "قتل ما لا يقل عن خمسة عشر جنديا",
            &["killed 15.. some"],
        );
        check(
            Ukrainian,
            "загинули щонайменше п'ятеро людей, ще 12 поранено",
            &["killed 5.. everybody", "injured 12..12 everybody"],
        );
        check(
            Ukrainian,
            "Загинула жінка, двоє дітей поранені",
            &["killed 1..1 everybody", "injured 2..2 civilians"],
        );
        check(
            Russian,
            "погибли двадцать три человека, около 100 получили ранения",
            &["killed 23..23 everybody", "injured 90..110 everybody"],
        );
        check(Russian, "Никто не пострадал", &["injured 0..0 everybody"]);
        check(Russian, "сбиты 20 беспилотников", &[]);
        check(
            French,
            "tuant au moins cinq personnes et en blessant une douzaine",
            &["killed 5.. everybody", "injured 12..12 everybody"],
        );
        check(
            French,
            "Douze civils ont été tués et des dizaines d'autres blessés",
            &["killed 12..12 civilians", "injured 24.. everybody"],
        );
        check(French, "un soldat a été tué", &["killed 1..1 some"]);
        check(
            Spanish,
            "murieron treinta y cinco personas y más de 1.200 resultaron heridas",
            &["killed 35..35 everybody", "injured 1201.. everybody"],
        );
        check(
            Spanish,
            "dejó cuatro muertos, entre ellos dos niños",
            &["killed 4..4 everybody"],
        );
        check(Spanish, "sin víctimas", &["killed 0..0 everybody"]);
    }
}
