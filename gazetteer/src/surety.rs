//! How sure an answer is: the chance that the place chosen is the one meant.
//!
//! The share of a candidate among the others says which is likeliest of those known; it does not
//! say that the one meant is known at all, nor that what told them apart was worth much. A place
//! that has the name for itself may be the wrong one for want of the right one: a village of a far
//! country, where nothing else in the text lies near. What is asked is here; the weights stand in
//! `words/surety_weights.csv` and are fitted by `examples/fit_weights.rs` on annotated news.

use std::collections::HashMap;
use std::sync::OnceLock;

use crate::Kind;
use crate::layout::Layout;
use crate::resolve::Candidate;
use crate::weigh::{Match, Part};

macro_rules! questions {
    ($($name:ident: $hand:literal, $why:literal,)*) => {
        /// What is asked of an answer.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(usize)]
        enum Question { $($name),* }

        /// Every question: its name, its weight without a table, and what it asks.
        pub(crate) const QUESTIONS: &[(&str, f64, &str)] =
            &[$((stringify!($name), $hand, $why)),*];
    };
}

questions! {
    Every: 0.0, "every answer",
    Odds: 1.0, "the logarithm of the odds of its share among the candidates, 5 at most",
    Country: 0.0, "a country, continent or sea",
    Division: 0.0, "a division",
    LargeCity: 0.0, "a capital or city of 300 000",
    Town: 0.0, "a smaller city, town or village",
    Special: 0.0, "anything else",
    People: 0.0, "the decimal logarithm of a settlement's people",
    Main: 0.0, "the main name",
    Short: 0.0, "short for the name",
    Adjective: 0.0, "an adjective",
    Weak: 0.0, "the name does not agree to the letter",
    WeakAlike: 0.0, "how alike it then is",
    Many: 0.0, "five candidates or more",
    Only: 0.0, "the only candidate",
    InCountry: 0.0, "in a country the text names: the country's share",
    Beside: 0.0, "in the country of the other places: the country's share",
    Near: 0.0, "near another place of the text",
    InDivision: 0.0, "in a division the text names",
    Inside: 0.0, "said to lie in what holds it",
    Outside: 0.0, "said to lie in what does not",
    Hint: 0.0, "the word beside it tells the sort of place",
    Bare: 0.0, "a settlement, and nothing in the text lies in its country",
    FarTown: 0.0, "a smaller settlement, and no place of the text is near it or in its division",
    ManyTown: 0.0, "a settlement with five candidates or more, and none of that either",
}

/// What an answer says to the questions.
pub(crate) fn answers(layout: &Layout, candidates: &[Candidate], share: f64) -> Vec<(usize, f64)> {
    use Question as Q;
    let Some(top) = candidates.first() else {
        return Vec::new();
    };
    let record = layout.place(top.place);
    let value = |part: Part| {
        top.parts
            .iter()
            .filter(|(p, _)| *p == part)
            .map(|(_, v)| *v)
            .sum::<f64>()
    };
    let mut out: Vec<(usize, f64)> = Vec::new();
    let mut say = |question: Question, value: f64| {
        if value != 0.0 {
            out.push((question as usize, value));
        }
    };
    say(Q::Every, 1.0);
    say(
        Q::Odds,
        (share / (1.0 - share).max(1e-3)).ln().clamp(-5.0, 5.0),
    );
    let people = record.population();
    let settlement = matches!(
        top.kind,
        Kind::Capital | Kind::City | Kind::Town | Kind::Village | Kind::Neighbourhood
    );
    let large = settlement && (people >= 300_000 || top.kind == Kind::Capital);
    match top.kind {
        Kind::Country | Kind::Continent | Kind::WorldRegion | Kind::Sea => say(Q::Country, 1.0),
        Kind::Admin1 | Kind::Admin2 | Kind::Admin3 => say(Q::Division, 1.0),
        _ if large => say(Q::LargeCity, 1.0),
        _ if settlement => say(Q::Town, 1.0),
        _ => say(Q::Special, 1.0),
    }
    if settlement {
        say(Q::People, (people.max(1) as f64).log10());
    }
    match top.how {
        Match::Main => say(Q::Main, 1.0),
        Match::Other => {}
        Match::Short => say(Q::Short, 1.0),
        Match::Demonym => say(Q::Adjective, 1.0),
        Match::Weak(alike) => {
            say(Q::Weak, 1.0);
            say(Q::WeakAlike, f64::from(alike) / 100.0);
        }
    }
    let many = candidates.len() >= 5;
    say(Q::Many, f64::from(u8::from(many)));
    say(Q::Only, f64::from(u8::from(candidates.len() == 1)));
    say(Q::InCountry, value(Part::InCountry));
    say(Q::Beside, value(Part::Beside));
    say(Q::Near, value(Part::Near));
    say(Q::InDivision, value(Part::InDivision));
    let inside =
        value(Part::InsideDivision) + value(Part::InsideCountry) + value(Part::InsideOther);
    say(Q::Inside, inside.min(1.0));
    say(
        Q::Outside,
        value(Part::OutsideDivision) + value(Part::OutsideCountry) + value(Part::OutsideOther),
    );
    say(Q::Hint, value(Part::Hint));
    let bare = value(Part::InCountry) + value(Part::Beside) == 0.0;
    let far = value(Part::Near) < 0.3 && value(Part::InDivision) == 0.0 && inside == 0.0;
    say(Q::Bare, f64::from(u8::from(settlement && bare)));
    say(Q::FarTown, f64::from(u8::from(settlement && !large && far)));
    say(Q::ManyTown, f64::from(u8::from(settlement && many && far)));
    out
}

/// The chance that the answers to the questions add up to.
pub(crate) fn chance(answers: &[(usize, f64)]) -> f64 {
    static WEIGHTS: OnceLock<Vec<f64>> = OnceLock::new();
    let weights = WEIGHTS.get_or_init(|| {
        let table: HashMap<&str, f64> = include_str!("../words/surety_weights.csv")
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| {
                let mut cells = line.split(',');
                Some((cells.next()?, cells.next()?.trim().parse().ok()?))
            })
            .collect();
        QUESTIONS
            .iter()
            .map(|(name, hand, _)| table.get(name).copied().unwrap_or(*hand))
            .collect()
    });
    let sum: f64 = answers.iter().map(|(n, value)| weights[*n] * value).sum();
    1.0 / (1.0 + (-sum).exp())
}
