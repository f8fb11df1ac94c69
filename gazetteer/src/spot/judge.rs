//! Is a name in running text a place? A sum of small weights.
//!
//! Each name that the gazetteer knows, and each run of capitals that looks like a street, a building
//! or an unknown town, is described by features: what the gazetteer says of it, how it is written,
//! what stands beside it, and what the rest of the text does with the same word. The sum of their
//! weights is a logarithm of odds. The features are here, each with what it asks; the weights stand
//! in `words/name_weights.csv` and are fitted by `examples/fit_weights.rs`.
//!
//! No word stands here that one text wants: the lists are those in `words/`.

use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::OnceLock;

use super::{NameAt, Spotted, Way, generic_at, is_place_word};
use crate::fold::generic::Sort;
use crate::fold::{Key, Quick};
use crate::layout::{Layout, POSTING_DEMONYM, POSTING_MAIN, POSTING_PLACE, POSTING_SHORT};
use crate::tokens::{Gap, Tokens};
use crate::words::{List, Lists};
use crate::{CountryCode, Kind};

macro_rules! features {
    ($($name:ident: $why:literal,)*) => {
        /// What is asked of a name.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(usize)]
        pub(crate) enum Feature { $($name),* }

        /// Every feature with what it asks, in order.
        pub(crate) const FEATURES: &[(&str, &str)] = &[$((stringify!($name), $why)),*];
    };
}

features! {
    Bias: "every name",
    // What the gazetteer says.
    Great: "importance of 200 or more: a country, a great capital",
    WellKnown: "importance 155 to 199: a city of some 300 000",
    Known: "importance 110 to 154: a town",
    Small: "importance 70 to 109",
    Tiny: "importance under 70",
    Unknown: "no gazetteer name",
    Country: "the most important place of that name is a country",
    Admin1: "a first-level division",
    Division: "a lower division",
    Capital: "a capital",
    Settlement: "a city, town or village",
    Quarter: "a part of a town",
    Water: "a sea, river, lake or strait",
    Region: "a continent or region",
    Installation: "a base, camp, crossing, airport and the like",
    Demonym: "known as an adjective or people only",
    FurtherName: "not the main name of the place",
    ShortName: "a name without its generic word",
    ManyPlaces: "five places or more bear the name",
    OnePlace: "one place bears the name",
    StandsFor: "a building that stands for a government",
    ShortFor: "a state in short after a comma",
    // How it is written.
    OneWord: "one word",
    ThreeWords: "three words or more",
    Letters3: "three letters or fewer",
    Letters4: "four letters",
    Acronym: "capitals only, five letters at most, beside words that are not",
    AcronymFurther: "such, and a further name or short name of a place under a country",
    AcronymSmall: "such, in the middle of a sentence, and no country, division or large city",
    AcronymCountry: "such, and a country or first-level division",
    Shouted: "capitals only, longer",
    Starts: "begins a sentence",
    StartsSmall: "begins a sentence, and is a single word of importance under 110",
    CommonWord: "in the list of common words",
    GivenName: "a given name",
    GivenKnown: "a given name that is also an important place",
    AllCommon: "several words, all common or given names",
    SmallElsewhere: "the text also writes the word small",
    Caseless: "a script without capitals",
    Article: "has an Arabic article",
    // The words that belong to it.
    HintPart: "a word for a division stands with it",
    HintPlace: "a word for a settlement stands with it",
    HintSpecial: "a word for an installation stands with it",
    HintWater: "a word for water or mountains stands with it",
    Relative: "part of a phrase that tells a place by way of others",
    // Before it.
    In: "after in, near, at, from, to",
    InSmall: "such, importance under 110",
    Of: "after of",
    OrgOf: "after an organisation word and of",
    The: "after the",
    InThe: "after in the",
    TitleBefore: "after a title",
    GivenBefore: "after a given name",
    CapitalBefore: "after an unknown word with a capital",
    InitialBefore: "after an initial",
    NameBefore: "after another known place name, without a comma",
    DirectionBefore: "after a direction with a capital",
    AndBefore: "after and or or",
    CommaPlace: "after a comma and another place name",
    CommaCapital: "after a comma and another capital",
    HyphenBefore: "after a hyphen",
    PartyBefore: "after one letter and a hyphen",
    SpeechBefore: "after a verb of saying",
    OpenBefore: "after a bracket or quotation mark",
    PossessiveBefore: "after a possessive",
    VerbBefore: "after a small word that is no preposition",
    SlashBefore: "after a slash",
    // Behind it.
    Within: "before a comma and a country, division or state in short",
    CommaAge: "before a comma and a number",
    CommaCapitalNext: "before a comma and another capital",
    SpeechNext: "before a verb of saying",
    ActNext: "before a verb that persons are subject of",
    SpeechNextSmall: "such, importance under 110",
    OrgNext: "before an organisation word with a capital",
    OrgNextKnown: "such, importance of 155 or more",
    StreetNext: "before a street word",
    FacilityNext: "before a building word",
    ResidentNext: "before man, resident, police and the like",
    ResidentNextSmall: "such in small letters",
    GenericNext: "before a generic word not taken with it",
    CapitalNext: "before an unknown word with a capital",
    CapitalNextSmall: "such, a single word of importance under 110",
    GivenNext: "before a given name",
    NameNext: "before another known place name, without a comma",
    AndNext: "before and or or and a capital",
    Possessive: "has a possessive",
    HyphenNext: "before a hyphen",
    HyphenCapitalNext: "before a hyphen and a capital",
    DigitNext: "before a number",
    EndNext: "ends a sentence",
    // The rest of the text.
    PersonElsewhere: "the text has the word behind a title or a given name",
    PersonElsewhereSmall: "such, importance under 155",
    FamilyElsewhere: "the text has the word behind an unknown capital",
    FamilyElsewhereSmall: "such, importance under 110",
    SpeakerElsewhere: "the text has the word say something",
    PlaceElsewhere: "the text has the word behind in, near, at, from, to",
    PlaceElsewhereSmall: "such, importance under 110",
    WithinElsewhere: "the text has the word before a comma and what holds it",
    ResidentElsewhere: "the text has the word before man, resident and the like",
    InCountry: "one place of that name lies in a country the text names",
    InCountrySmall: "such, importance under 110",
    InDivision: "one place of that name lies in a first-level division the text names",
    InDivisionSmall: "such, importance under 110",
    Repeated: "the text has the word three times or more",
    // Runs of capitals that no gazetteer knows.
    RunStreet: "a run of capitals that ends in a street word",
    RunRoute: "a street word and a number",
    RunFacility: "a run of capitals that ends in a building word",
    RunGeneric: "a run of capitals that ends in a generic word",
    RunIn: "a run of capitals behind in, near, at, from, to",
    RunWithin: "a run of capitals before a comma and what holds it",
    RunOneWord: "such a run of one word",
    RunInOneWord: "such a run of one word behind a preposition",
}

/// The weights of the features, from the table.
pub(crate) fn weights() -> &'static [f64] {
    static WEIGHTS: OnceLock<Vec<f64>> = OnceLock::new();
    WEIGHTS.get_or_init(|| {
        let table: HashMap<&str, f64> = include_str!("../../words/name_weights.csv")
            .lines()
            .filter(|line| !line.starts_with('#'))
            .filter_map(|line| {
                let mut cells = line.split(',');
                Some((cells.next()?, cells.next()?.trim().parse().ok()?))
            })
            .collect();
        FEATURES
            .iter()
            .map(|(name, _)| table.get(name).copied().unwrap_or(0.0))
            .collect()
    })
}

/// The chance that a name with these features is a place.
pub(crate) fn chance(features: &[Feature]) -> f64 {
    let weights = weights();
    let sum: f64 = features.iter().map(|f| weights[*f as usize]).sum();
    1.0 / (1.0 + (-sum).exp())
}

/// From this chance on a name is taken for a place: about half of the F1 that is reached, where one
/// more name neither raises nor lowers it.
pub(crate) const CUT: f64 = 0.42;
/// The same for what a report tells of: a place missed costs more there than a name too many.
const READ_CUT: f64 = 0.3;
/// The same where a generic word stands with the name ("Tanf garrison"), or the words tell a place
/// by way of it ("5 km north of A").
const READ_CUT_HINTED: f64 = 0.1;
/// Places of one name that are looked at for the countries and divisions they lie in.
const POSTINGS_MAX: usize = 48;
/// Words of an unknown run.
const RUN_WORDS_MAX: usize = 5;

/// What a text does with its words, gathered once.
pub(crate) struct Facts {
    lists: Vec<Lists>,
    /// The known name that covers a word, by its number in the names.
    covered: Vec<bool>,
    small: HashSet<u64, Quick>,
    person: HashSet<u64, Quick>,
    family: HashSet<u64, Quick>,
    speaker: HashSet<u64, Quick>,
    place: HashSet<u64, Quick>,
    within: HashSet<u64, Quick>,
    resident: HashSet<u64, Quick>,
    times: HashMap<u64, u32, Quick>,
    countries: HashSet<CountryCode, Quick>,
    divisions: HashSet<u32, Quick>,
}

impl Facts {
    /// Reads the words of a text and the names found in it.
    pub(crate) fn of(layout: &Layout, tokens: &Tokens, spotted: &[Spotted]) -> Self {
        let lists: Vec<Lists> = tokens.iter().map(|token| token.roles.lists).collect();
        let mut facts = Self {
            covered: vec![false; tokens.len()],
            lists,
            // A third of the words are new at first, and fewer later.
            small: HashSet::with_capacity_and_hasher(tokens.len() / 3, Quick::default()),
            person: HashSet::default(),
            family: HashSet::default(),
            speaker: HashSet::default(),
            place: HashSet::default(),
            within: HashSet::default(),
            resident: HashSet::default(),
            times: HashMap::default(),
            countries: HashSet::default(),
            divisions: HashSet::default(),
        };
        for name in spotted
            .iter()
            .flat_map(|s| s.subject.iter().chain(&s.names))
        {
            for n in name.words.clone() {
                if let Some(slot) = facts.covered.get_mut(n) {
                    *slot = true;
                }
            }
            facts.container(layout, tokens, name);
        }
        for n in 0..tokens.len() {
            let token = &tokens[n];
            if token.digit {
                continue;
            }
            if !token.capital && !token.caseless {
                facts.small.insert(token.hash);
                continue;
            }
            *facts.times.entry(token.hash).or_default() += 1;
            let beside = n > 0 && matches!(token.gap, Gap::Space | Gap::Dot);
            if beside {
                let before = facts.lists[n - 1];
                let capital = tokens[n - 1].capital;
                let given = before.has(List::FirstNames) || before.has(List::GivenNames);
                if capital && (before.has(List::Titles) || given) && token.gap == Gap::Space
                    || (capital && before.has(List::Titles))
                {
                    facts.person.insert(token.hash);
                } else if capital
                    && !before.has(List::Never)
                    && !tokens[n - 1].starts
                    && token.gap == Gap::Space
                    && generic_at(tokens, n - 1).is_none()
                {
                    facts.family.insert(token.hash);
                }
                if prepositional(tokens, n) {
                    facts.place.insert(token.hash);
                }
            }
            let next = n + 1;
            if tokens
                .get(next)
                .is_some_and(|t| t.gap == Gap::Space && !t.capital)
            {
                let after = facts.lists[next];
                if after.has(List::Speech) || after.has(List::Acts) {
                    facts.speaker.insert(token.hash);
                }
                if after.has(List::Residents) {
                    facts.resident.insert(token.hash);
                }
            }
        }
        for (n, item) in spotted.iter().enumerate() {
            let Some(name) = item.names.first() else {
                continue;
            };
            if holds_next(
                tokens,
                name,
                spotted.get(n + 1).and_then(|s| s.names.first()),
            ) {
                facts.within.insert(tokens[name.words.start].hash);
            }
        }
        facts
    }

    /// A country or first-level division that the text names.
    fn container(&mut self, layout: &Layout, tokens: &Tokens, name: &NameAt) {
        if let Some(code) = name.stands_for {
            self.countries.insert(code);
            return;
        }
        match (name.kind, name.country) {
            (Kind::Country, Some(code)) if name.importance >= 155 || name.demonym => {
                self.countries.insert(code);
            }
            (Kind::Admin1, country) => {
                let folded = match name.short_for {
                    Some(full) => crate::fold::fold(full),
                    None => tokens.folded_range(name.words.clone()),
                };
                if name.short_for.is_none() && name.importance < 120 {
                    return;
                }
                for posting in layout.by_key(Key::of(&folded).mixed()).take(POSTINGS_MAX) {
                    let place = posting & POSTING_PLACE;
                    let record = layout.place(place);
                    if record.kind() == Kind::Admin1 && record.country() == country {
                        self.divisions.insert(place);
                        self.countries.extend(country);
                    }
                }
            }
            _ => {}
        }
    }

    /// The features of one name.
    pub(crate) fn features(
        &self,
        layout: &Layout,
        tokens: &Tokens,
        item: Option<&Spotted>,
        name: &NameAt,
        next: Option<&NameAt>,
    ) -> Vec<Feature> {
        use Feature as F;
        let mut out: Vec<Feature> = Vec::with_capacity(24);
        out.push(F::Bias);
        let importance = name.importance;
        let small = importance < 110;
        let first = name.words.start;
        let last = name.words.end - 1;
        let (start, end) = (name.whole.start.min(first), name.whole.end.max(last + 1));
        let single = name.words.clone().filter(|n| !tokens[*n].article).count() == 1;
        let head = name
            .words
            .clone()
            .find(|n| !tokens[*n].article)
            .unwrap_or(first);
        let hash = tokens[head].hash;
        let when = |out: &mut Vec<Feature>, is: bool, feature: Feature| {
            if is {
                out.push(feature);
            }
        };

        if name.known {
            out.push(match importance {
                200.. => F::Great,
                155.. => F::WellKnown,
                110.. => F::Known,
                70.. => F::Small,
                _ => F::Tiny,
            });
            out.push(match name.kind {
                Kind::Country => F::Country,
                Kind::Admin1 => F::Admin1,
                Kind::Admin2 | Kind::Admin3 => F::Division,
                Kind::Capital => F::Capital,
                Kind::City | Kind::Town | Kind::Village => F::Settlement,
                Kind::Neighbourhood => F::Quarter,
                Kind::Sea | Kind::River | Kind::Lake | Kind::Strait | Kind::Gulf | Kind::Canal => {
                    F::Water
                }
                Kind::Continent | Kind::WorldRegion | Kind::Region | Kind::Zone => F::Region,
                Kind::Mountain | Kind::Island | Kind::Other => F::Region,
                _ => F::Installation,
            });
        } else {
            out.push(F::Unknown);
        }
        when(&mut out, name.demonym, F::Demonym);
        when(&mut out, name.stands_for.is_some(), F::StandsFor);
        when(&mut out, name.short_for.is_some(), F::ShortFor);
        let mut further = false;
        if name.known && name.short_for.is_none() && name.stands_for.is_none() {
            let key = Key::of(&tokens.folded_range(name.words.clone())).mixed();
            let mut places = 0;
            let mut main = false;
            let mut full = false;
            let (mut in_country, mut in_division) = (false, false);
            for posting in layout.by_key(key).take(POSTINGS_MAX) {
                if posting & POSTING_DEMONYM != 0 {
                    continue;
                }
                places += 1;
                main |= posting & POSTING_MAIN != 0;
                full |= posting & POSTING_SHORT == 0;
                let record = layout.place(posting & POSTING_PLACE);
                in_country |= record
                    .country()
                    .is_some_and(|code| self.countries.contains(&code));
                in_division |= record
                    .admin1_place()
                    .is_some_and(|division| self.divisions.contains(&division));
            }
            further = !main;
            if !name.demonym {
                when(&mut out, !main && full, F::FurtherName);
                when(&mut out, !main && !full, F::ShortName);
                when(&mut out, places >= 5, F::ManyPlaces);
                when(&mut out, places == 1, F::OnePlace);
            }
            if !matches!(
                name.kind,
                Kind::Country | Kind::Continent | Kind::WorldRegion
            ) {
                when(&mut out, in_country, F::InCountry);
                when(&mut out, in_country && small, F::InCountrySmall);
                when(&mut out, in_division, F::InDivision);
                when(&mut out, in_division && small, F::InDivisionSmall);
            }
        }

        // How it is written.
        let letters: usize = name
            .words
            .clone()
            .map(|n| tokens.folded(n).chars().count())
            .sum();
        let shouted = name.words.clone().all(|n| tokens[n].shouted);
        let headline = [first.checked_sub(1), Some(last + 1)]
            .into_iter()
            .flatten()
            .filter_map(|n| tokens.get(n))
            .any(|t| t.shouted && t.span.len() > 2);
        when(&mut out, single, F::OneWord);
        when(&mut out, name.words.len() >= 3, F::ThreeWords);
        when(&mut out, letters <= 3, F::Letters3);
        when(&mut out, letters == 4, F::Letters4);
        let acronym = shouted && letters <= 5 && single && !headline;
        let country = matches!(name.kind, Kind::Country | Kind::Admin1);
        when(&mut out, acronym && name.known, F::Acronym);
        when(&mut out, acronym && further && !country, F::AcronymFurther);
        when(
            &mut out,
            acronym && !country && importance < 155 && !tokens[start].starts && name.known,
            F::AcronymSmall,
        );
        when(
            &mut out,
            acronym && country && importance >= 155,
            F::AcronymCountry,
        );
        when(&mut out, shouted && letters > 5, F::Shouted);
        let starts = tokens[start].starts;
        when(&mut out, starts, F::Starts);
        when(&mut out, starts && small && single, F::StartsSmall);
        let lists = self.lists[head];
        let given = |lists: Lists| lists.has(List::FirstNames) || lists.has(List::GivenNames);
        when(&mut out, single && lists.has(List::Common), F::CommonWord);
        when(&mut out, single && given(lists), F::GivenName);
        when(
            &mut out,
            single && given(lists) && importance >= 155,
            F::GivenKnown,
        );
        when(
            &mut out,
            !single
                && name.words.clone().all(|n| {
                    tokens[n].article
                        || self.lists[n].has(List::Common)
                        || self.lists[n].has(List::Never)
                        || given(self.lists[n])
                }),
            F::AllCommon,
        );
        when(
            &mut out,
            single && self.small.contains(&hash),
            F::SmallElsewhere,
        );
        when(&mut out, tokens[head].caseless, F::Caseless);
        when(
            &mut out,
            name.words.clone().any(|n| tokens[n].article),
            F::Article,
        );
        for hint in &name.hints {
            let feature = match hint.sort {
                Sort::Part => F::HintPart,
                Sort::Place => F::HintPlace,
                Sort::Special => F::HintSpecial,
                Sort::Water => F::HintWater,
            };
            let new = !out.contains(&feature);
            when(&mut out, new, feature);
        }
        when(
            &mut out,
            item.is_some_and(|item| !matches!(item.way, Way::Name)),
            F::Relative,
        );

        self.before(tokens, start, name, &mut out);
        self.behind(tokens, end, name, next, &mut out);

        // The rest of the text.
        if single {
            let person = self.person.contains(&hash);
            when(&mut out, person, F::PersonElsewhere);
            when(
                &mut out,
                person && importance < 155,
                F::PersonElsewhereSmall,
            );
            let family = self.family.contains(&hash);
            when(&mut out, family, F::FamilyElsewhere);
            when(&mut out, family && small, F::FamilyElsewhereSmall);
            when(&mut out, self.speaker.contains(&hash), F::SpeakerElsewhere);
        }
        let place = self.place.contains(&hash);
        when(&mut out, place, F::PlaceElsewhere);
        when(&mut out, place && small, F::PlaceElsewhereSmall);
        when(&mut out, self.within.contains(&hash), F::WithinElsewhere);
        when(
            &mut out,
            self.resident.contains(&hash),
            F::ResidentElsewhere,
        );
        when(
            &mut out,
            self.times.get(&hash).copied().unwrap_or(0) >= 3,
            F::Repeated,
        );
        out
    }

    /// What stands before it.
    fn before(&self, tokens: &Tokens, start: usize, name: &NameAt, out: &mut Vec<Feature>) {
        use Feature as F;
        let Some(before) = start.checked_sub(1) else {
            return;
        };
        let gap = tokens[start].gap;
        let token = &tokens[before];
        let lists = self.lists[before];
        let word = tokens.folded(before);
        let small = name.importance < 110;
        match gap {
            Gap::Space | Gap::Dot => {
                if prepositional(tokens, start) {
                    out.push(F::In);
                    if small {
                        out.push(F::InSmall);
                    }
                    if word == "the" {
                        out.push(F::InThe);
                    }
                } else if word == "of" {
                    out.push(F::Of);
                    if before > 0
                        && tokens[before - 1].capital
                        && (self.lists[before - 1].has(List::Organisations)
                            || self.lists[before - 1].has(List::Facilities)
                            || self.lists[before - 1].has(List::Titles))
                    {
                        out.push(F::OrgOf);
                    }
                } else if word == "the" {
                    out.push(F::The);
                } else if matches!(word, "and" | "or") {
                    out.push(F::AndBefore);
                } else if token.possessive {
                    out.push(F::PossessiveBefore);
                } else if lists.has(List::Titles) && token.capital {
                    out.push(F::TitleBefore);
                } else if token.capital
                    && (lists.has(List::FirstNames) || lists.has(List::GivenNames))
                {
                    out.push(F::GivenBefore);
                } else if token.capital && word.chars().count() == 1 && word != "a" {
                    out.push(F::InitialBefore);
                } else if crate::relative::Direction::from_word(word).is_some() {
                    out.push(F::DirectionBefore);
                } else if self.covered[before] {
                    out.push(F::NameBefore);
                } else if token.capital && !token.starts && generic_at(tokens, before).is_none() {
                    out.push(F::CapitalBefore);
                } else if lists.has(List::Speech) {
                    out.push(F::SpeechBefore);
                } else if !token.capital && !token.digit {
                    out.push(F::VerbBefore);
                }
            }
            Gap::Comma => {
                if self.covered[before] {
                    out.push(F::CommaPlace);
                } else if token.capital {
                    out.push(F::CommaCapital);
                }
            }
            Gap::Hyphen => {
                out.push(F::HyphenBefore);
                if word.chars().count() == 1 && token.capital {
                    out.push(F::PartyBefore);
                }
            }
            Gap::Open => out.push(F::OpenBefore),
            Gap::Slash => out.push(F::SlashBefore),
            Gap::Other => {
                if token.possessive {
                    out.push(F::PossessiveBefore);
                }
            }
            Gap::Start | Gap::Sentence => {}
        }
    }

    /// What stands behind it.
    fn behind(
        &self,
        tokens: &Tokens,
        end: usize,
        name: &NameAt,
        next_name: Option<&NameAt>,
        out: &mut Vec<Feature>,
    ) {
        use Feature as F;
        if tokens[end - 1].possessive {
            out.push(F::Possessive);
        }
        let Some(next) = tokens.get(end) else {
            out.push(F::EndNext);
            return;
        };
        let small = name.importance < 110;
        let lists = self.lists[end];
        let word = tokens.folded(end);
        match next.gap {
            Gap::Space if !tokens[end - 1].possessive => {
                let street = lists.has(List::Streets) && next.capital;
                let facility = lists.has(List::Facilities) && next.capital;
                let resident = lists.has(List::Residents);
                if street {
                    out.push(F::StreetNext);
                }
                if facility {
                    out.push(F::FacilityNext);
                }
                if lists.has(List::Organisations) && next.capital {
                    out.push(F::OrgNext);
                    if name.importance >= 155 {
                        out.push(F::OrgNextKnown);
                    }
                }
                if resident {
                    out.push(F::ResidentNext);
                    if !next.capital {
                        out.push(F::ResidentNextSmall);
                    }
                }
                if lists.has(List::Speech) && !next.capital {
                    out.push(F::SpeechNext);
                    if small {
                        out.push(F::SpeechNextSmall);
                    }
                }
                if lists.has(List::Acts) && !next.capital {
                    out.push(F::ActNext);
                }
                if generic_at(tokens, end).is_some() {
                    out.push(F::GenericNext);
                } else if next.capital && self.covered[end] {
                    out.push(F::NameNext);
                } else if next.capital
                    && (lists.has(List::FirstNames) || lists.has(List::GivenNames))
                {
                    out.push(F::GivenNext);
                } else if next.capital
                    && !street
                    && !facility
                    && !resident
                    && !lists.has(List::Never)
                {
                    out.push(F::CapitalNext);
                    if small && name.words.len() == 1 {
                        out.push(F::CapitalNextSmall);
                    }
                } else if next.digit {
                    out.push(F::DigitNext);
                } else if matches!(word, "and" | "or")
                    && tokens.get(end + 1).is_some_and(|t| t.capital)
                {
                    out.push(F::AndNext);
                }
            }
            Gap::Comma => {
                if holds_next(tokens, name, next_name) {
                    out.push(F::Within);
                } else if next.digit {
                    out.push(F::CommaAge);
                } else if next.capital {
                    out.push(F::CommaCapitalNext);
                }
            }
            Gap::Hyphen => {
                out.push(F::HyphenNext);
                if next.capital {
                    out.push(F::HyphenCapitalNext);
                }
            }
            Gap::Sentence => out.push(F::EndNext),
            _ => {}
        }
    }
}

/// True when the next name stands behind a comma and is a country, a division or a state in short.
fn holds_next(tokens: &Tokens, name: &NameAt, next: Option<&NameAt>) -> bool {
    let end = name.whole.end.max(name.words.end);
    next.is_some_and(|next| {
        next.words.start == end
            && matches!(tokens[end].gap, Gap::Comma | Gap::Open)
            && !next.demonym
            && (next.short_for.is_some()
                || (matches!(next.kind, Kind::Country | Kind::Admin1) && next.importance >= 120))
            && !matches!(name.kind, Kind::Country)
    })
}

/// True for one word of five capitals at most, where the words beside it are not all capitals.
pub(crate) fn acronym(tokens: &Tokens, words: &Range<usize>) -> bool {
    let one = words.len() == 1 && tokens[words.start].shouted && words.end <= tokens.len();
    let headline = [words.start.checked_sub(1), Some(words.end)]
        .into_iter()
        .flatten()
        .filter_map(|n| tokens.get(n))
        .any(|t| t.shouted && t.span.len() > 2);
    one && !headline && tokens.len() > 1 && tokens.folded(words.start).chars().count() <= 5
}

/// True when a preposition of place stands before a word, an article between or not.
fn prepositional(tokens: &Tokens, n: usize) -> bool {
    let Some(mut before) = n.checked_sub(1) else {
        return false;
    };
    if !matches!(tokens[n].gap, Gap::Space) {
        return false;
    }
    if tokens.folded(before) == "the" && before > 0 && tokens[before].gap == Gap::Space {
        before -= 1;
    }
    let word = tokens.folded(before);
    is_place_word(word)
        && !matches!(word, "for" | "and" | "on" | "a" | "of" | "y" | "via")
        && !tokens[before].digit
}

/// Runs of capitals that no name covers and that look like the name of a place: streets,
/// buildings, unknown towns, each with what made it look so.
pub(crate) fn runs(
    tokens: &Tokens,
    facts: &Facts,
    taken: &[bool],
    spotted: &[Spotted],
) -> Vec<(NameAt, Vec<Feature>)> {
    use Feature as F;
    let mut starts: HashMap<usize, &NameAt, Quick> = HashMap::default();
    for name in spotted.iter().filter_map(|s| s.names.first()) {
        starts.insert(name.words.start, name);
    }
    let mut out = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        let free = |n: usize| {
            tokens
                .get(n)
                .is_some_and(|t| t.capital && !t.digit && !taken[n])
        };
        if !free(at) {
            at += 1;
            continue;
        }
        let mut end = at + 1;
        while end < tokens.len()
            && free(end)
            && (matches!(tokens[end].gap, Gap::Space | Gap::Hyphen)
                || (tokens[end].gap == Gap::Dot && tokens.folded(end - 1).chars().count() <= 2))
            && !tokens[end - 1].possessive
        {
            end += 1;
        }
        let (mut first, run_end) = (at, end);
        at = end;
        // "The", "On" at the start of a sentence are no part of it.
        while first < run_end && facts.lists[first].has(List::Never) {
            first += 1;
        }
        if first >= run_end || run_end - first > RUN_WORDS_MAX {
            continue;
        }
        let last = run_end - 1;
        let mut marks = Vec::new();
        let lists = facts.lists[last];
        let long = run_end - first >= 2;
        if long && lists.has(List::Streets) {
            marks.push(F::RunStreet);
        } else if long && lists.has(List::Facilities) {
            marks.push(F::RunFacility);
        } else if long && generic_at(tokens, last).is_some() {
            marks.push(F::RunGeneric);
        } else if !long && lists.has(List::Streets) {
            if !tokens
                .get(run_end)
                .is_some_and(|t| t.digit && t.gap == Gap::Space)
            {
                continue;
            }
            marks.push(F::RunRoute);
        }
        if prepositional(tokens, first) && !tokens[first].starts {
            marks.push(F::RunIn);
            if !long {
                marks.push(F::RunInOneWord);
            }
        }
        let words = first..run_end;
        let name = NameAt {
            whole: words.clone(),
            words,
            hints: Vec::new(),
            known: false,
            demonym: false,
            importance: 0,
            kind: Kind::Other,
            country: None,
            stands_for: None,
            short_for: None,
        };
        if holds_next(tokens, &name, starts.get(&run_end).copied()) {
            marks.push(F::RunWithin);
        }
        if marks.is_empty() {
            continue;
        }
        if !long {
            marks.push(F::RunOneWord);
        }
        out.push((name, marks));
    }
    out
}

/// Which of the phrases are places: those told by way of others, adjectives, and names that are
/// likelier than not. An important name inside that of an organisation stays, for what it tells
/// of the country.
pub(crate) fn kept(layout: &Layout, tokens: &Tokens, spotted: &[Spotted]) -> Vec<bool> {
    let facts = Facts::of(layout, tokens, spotted);
    spotted
        .iter()
        .enumerate()
        .map(|(n, item)| {
            let Some(name) = item.names.first() else {
                return true;
            };
            if matches!(item.way, Way::Coordinates(_)) || item.subject.is_some() || !name.known {
                return true;
            }
            if name.demonym
                || name.short_for.is_some()
                || name.stands_for.is_some()
                || (item.usage == crate::Usage::PartOfName && name.importance >= 200)
            {
                return true;
            }
            let next = spotted
                .get(n + 1)
                .and_then(|s| s.subject.iter().chain(&s.names).next());
            let least = if name.hints.is_empty() && matches!(item.way, Way::Name) {
                READ_CUT
            } else {
                READ_CUT_HINTED
            };
            chance(&facts.features(layout, tokens, Some(item), name, next)) >= least
        })
        .collect()
}

/// A name judged: its words, what was asked of it, and its use.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) words: Range<usize>,
    pub(crate) features: Vec<Feature>,
    pub(crate) usage: crate::Usage,
}

/// Every name of a text with its features: those the gazetteer knows, then unknown runs.
pub(crate) fn judged(layout: &Layout, tokens: &Tokens, spotted: &[Spotted]) -> Vec<Judged> {
    let facts = Facts::of(layout, tokens, spotted);
    let mut out = Vec::new();
    let mut taken = vec![false; tokens.len()];
    for (n, item) in spotted.iter().enumerate() {
        let names: Vec<&NameAt> = item.subject.iter().chain(&item.names).collect();
        for (m, name) in names.iter().enumerate() {
            let next = names.get(m + 1).copied().or_else(|| {
                spotted
                    .get(n + 1)
                    .and_then(|s| s.subject.iter().chain(&s.names).next())
            });
            for word in name.words.clone() {
                taken[word] = true;
            }
            out.push(Judged {
                words: name.words.clone(),
                features: facts.features(layout, tokens, Some(item), name, next),
                usage: item.usage,
            });
        }
    }
    for (name, marks) in runs(tokens, &facts, &taken, spotted) {
        let mut features = facts.features(layout, tokens, None, &name, None);
        features.extend(marks);
        out.push(Judged {
            words: name.words.clone(),
            features,
            usage: crate::Usage::Place,
        });
    }
    out.sort_by_key(|judged| (judged.words.start, judged.words.end));
    out.dedup_by(|b, a| a.words == b.words);
    out
}
