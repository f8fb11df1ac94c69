//! Names in, places out.
//!
//! Give the gazetteer the words of a text and it answers with the places they may mean, the
//! likeliest first, each with the reasons it was chosen and the size of the doubt that is left.
//!
//! ```
//! use gazetteer::{Context, Gazetteer};
//!
//! let gazetteer = Gazetteer::starter();
//! assert!(gazetteer.resolve("Qwxyzzk", &Context::default()).is_empty());
//!
//! // What is only spelled alike (here the Atlantic Ocean) is answered, and hardly believed.
//! let alike = gazetteer.resolve("Atlantis", &Context::default());
//! assert!(alike.iter().all(|place| place.score < 0.1));
//! ```
//!
//! # What is not here
//!
//! No file, no socket, no clock: callers bring the bytes. Nothing here knows what a report or an
//! incident is.

#![cfg_attr(
    test,
    allow(
        clippy::unwrap_used,
        reason = "a test that unwraps nothing fails, as it should"
    )
)]

mod extent;
mod located;
mod lonlat;
mod place;

mod around;
mod beginning;
pub mod build;
mod coordinates;
mod doubt;
mod fold;
mod layout;
mod names;
mod parts;
mod relative;
mod resolve;
mod sea;
mod search;
mod shape;
mod size;
mod spot;
mod surety;
mod tokens;
mod utm;
mod weigh;
mod words;

pub use build::starter::Country;
pub use extent::Extent;
pub use layout::OpenError;
pub use located::{Basis, Located, Precision};
pub use lonlat::{EARTH_RADIUS_M, InvalidLonLat, LonLat};
pub use names::NamesIn;
pub use place::{CountryCode, Kind, Place};

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use layout::{Layout, Section};

/// What is known before looking: country, dateline, neighbours.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// Countries named or meant, likeliest first.
    pub countries: Vec<CountryCode>,
    /// A place the text is about or comes from.
    pub near: Option<LonLat>,
    /// How many candidates to give at most; 0 for all.
    pub limit: usize,
}

/// Words of a running text that tell a place: a name, or a place told by way of others.
#[derive(Clone, Debug)]
pub struct PlaceExpression {
    /// Byte range of the whole phrase in the text ("70 kilometers northeast of Al-Tanf").
    pub span: Range<usize>,
    /// Byte ranges of the names in it ("Al-Tanf").
    pub names: Vec<Range<usize>>,
    /// How the words use the place.
    pub usage: Usage,
}

/// How the words use a place name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Usage {
    /// A place where something may be.
    Place,
    /// An adjective or people ("Syrian troops", "Russians").
    Demonym,
    /// A capital or building that stands for a government ("Washington said").
    Metonym,
    /// Part of the name of a person, organisation or ship ("Jordan Smith").
    PartOfName,
}

impl Usage {
    /// The code, as annotations write it.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::Demonym => "demonym",
            Self::Metonym => "metonym",
            Self::PartOfName => "part_of_name",
        }
    }
}

/// Every known name, and what it may mean.
#[derive(Clone, Debug)]
pub struct Gazetteer {
    layout: Arc<Layout>,
}

impl Default for Gazetteer {
    /// The starter.
    fn default() -> Self {
        Self::starter()
    }
}

/// The candidates of a name: where each lies, and the parts of its score by number; then what the
/// first of them answers to the questions of how sure it is.
#[doc(hidden)]
pub type Told = (Vec<(Option<LonLat>, Vec<(usize, f64)>)>, Vec<(usize, f64)>);

/// A data set that a gazetteer holds, for the credits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Credit {
    /// Short name, as places state it.
    pub source: String,
    /// Licence in short.
    pub licence: String,
    /// The words its licence wants shown.
    pub credit: String,
    /// Rows read from it.
    pub rows: u64,
}

/// What a gazetteer holds, in numbers.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Info {
    /// Places.
    pub places: u64,
    /// Names of them, without demonyms.
    pub names: u64,
    /// Places by data set.
    pub by_source: Vec<(String, u64)>,
    /// Places by country, most first; `None` for seas and regions.
    pub by_country: Vec<(Option<CountryCode>, u64)>,
    /// Bytes of the file.
    pub bytes: u64,
}

impl Gazetteer {
    /// The embedded starter gazetteer: the hand-written tables, laid out when the crate was
    /// compiled (`build.rs`), so that it is there at once.
    #[must_use]
    pub fn starter() -> Self {
        static STARTER: OnceLock<Arc<Layout>> = OnceLock::new();
        let layout = STARTER.get_or_init(|| {
            const BYTES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/starter.gaz"));
            Arc::new(Layout::open(Box::new(BYTES)).expect("a file of our own can be opened"))
        });
        Self {
            layout: Arc::clone(layout),
        }
    }

    /// A built gazetteer, from bytes that the caller has mapped or read.
    ///
    /// The bytes are checked, not parsed: opening takes as long as reading them once.
    pub fn open(bytes: impl AsRef<[u8]> + Send + Sync + 'static) -> Result<Self, OpenError> {
        Ok(Self {
            layout: Arc::new(Layout::open(Box::new(bytes))?),
        })
    }

    /// The whole file, as [`Gazetteer::open`] takes it.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.layout.as_bytes()
    }

    /// A changed file with a checksum that fits again: what a person with bad intent would hand
    /// over, and what a fuzzer has to try.
    #[doc(hidden)]
    #[must_use]
    pub fn sealed_anew(mut bytes: Vec<u8>) -> Vec<u8> {
        layout::seal(&mut bytes);
        bytes
    }

    /// What a place phrase may mean, best first: a name, an offset, a part of a country.
    #[must_use]
    pub fn resolve(&self, phrase: &str, context: &Context) -> Vec<Located> {
        let phrase = phrase.trim();
        let whole = 0..phrase.len();
        let weights = weigh::Weights::fitted();
        if let Some(list) = self.list(phrase, context) {
            return list;
        }
        let asked = Asked {
            context,
            expressions: None,
            weights,
            enough: usize::MAX,
        };
        let mut all = self.locate_spans(phrase, &[whole], &asked).0;
        all.pop().unwrap_or_default()
    }

    /// "A, B and C": all of them together, and then each by itself. `None` for any other phrase.
    fn list(&self, phrase: &str, context: &Context) -> Option<Vec<Located>> {
        const JOINTS: [&str; 9] = ["and", "&", "و", "et", "y", "и", "та", "і", "or"];
        let tokens = tokens::Tokens::of(fold::cut(phrase, fold::NAME_BYTES_MAX));
        if !(0..tokens.len()).any(|n| JOINTS.contains(&tokens.folded(n))) || self.knows(phrase) {
            return None;
        }
        let found = spot::spot(&self.layout, &tokens, phrase, spot::Mode::Phrase);
        let plain = |s: &spot::Spotted| {
            matches!(s.way, spot::Way::Name) && s.usage == Usage::Place && s.subject.is_none()
        };
        let (first, last) = (found.first()?, found.last()?);
        if found.len() < 2
            || !found.iter().all(plain)
            || first.whole.start > 0
            || last.whole.end < tokens.len()
        {
            return None;
        }
        let spans: Vec<Range<usize>> = found.iter().map(|s| tokens.span(s.whole.clone())).collect();
        let between: Vec<&str> = spans
            .windows(2)
            .filter_map(|pair| Some(phrase.get(pair[0].end..pair[1].start)?.trim()))
            .collect();
        let joins = |words: &str| JOINTS.contains(&words.trim_start_matches([',', '،', ' ']));
        let (last, before) = between.split_last()?;
        if !joins(last) || !before.iter().all(|w| matches!(*w, "," | "،") || joins(w)) {
            return None;
        }
        let asked = Asked {
            context,
            expressions: None,
            weights: weigh::Weights::fitted(),
            enough: usize::MAX,
        };
        let each = self.locate_spans(phrase, &spans, &asked).0;
        let members: Vec<Located> = each
            .into_iter()
            .map(|mut answers| (!answers.is_empty()).then(|| answers.remove(0)))
            .collect::<Option<_>>()?;
        let together = resolve::together(&members)?;
        Some(std::iter::once(together).chain(members).collect())
    }

    /// A running text with its place phrases: for asking both for the phrases and for what they
    /// mean, as [`Gazetteer::expressions`] and [`Gazetteer::locate`] do in two passes.
    #[must_use]
    pub fn spotted<'t>(&self, text: &'t str) -> SpottedText<'_, 't> {
        let tokens = tokens::Tokens::of(text);
        let spotted = spot::spot(&self.layout, &tokens, text, spot::Mode::Running);
        SpottedText {
            gazetteer: self,
            text,
            tokens,
            spotted,
        }
    }

    /// The names of a text that the gazetteer lists, from left to right, not overlapping, the longest
    /// at each word: byte ranges. Quick, and blind to use: persons and adjectives that are written
    /// as places are among them. A name begins with a capital or in a script that has none; an
    /// article before it is left out.
    ///
    /// ```
    /// let gazetteer = gazetteer::Gazetteer::starter();
    /// let text = "From Homs to South Sudan.";
    /// let names: Vec<&str> = gazetteer.names_in(text).map(|span| &text[span]).collect();
    /// assert_eq!(names, ["Homs", "South Sudan"]);
    /// ```
    pub fn names_in<'t>(&self, text: &'t str) -> NamesIn<'_, 't> {
        NamesIn::of(&self.layout, text)
    }

    /// The place phrases of a running text, in order, not overlapping.
    #[must_use]
    pub fn expressions(&self, text: &str) -> Vec<PlaceExpression> {
        self.spotted(text).expressions()
    }

    /// The place names of a running text, each on its own: also adjectives and people ("Syrian"),
    /// names inside those of organisations, streets, buildings and towns that the gazetteer does
    /// not know. For marking a text; for what happened where, see [`Gazetteer::expressions`].
    #[must_use]
    pub fn mentions(&self, text: &str) -> Vec<PlaceExpression> {
        let tokens = tokens::Tokens::of(text);
        let spotted = spot::candidates(&self.layout, &tokens, text, spot::Mode::Running);
        let mut end = 0;
        spot::judge::judged(&self.layout, &tokens, &spotted)
            .into_iter()
            .filter(|judged| spot::judge::chance(&judged.features) >= spot::judge::CUT)
            .filter_map(|judged| {
                let span = with_dot(text, tokens.span(judged.words));
                let free = span.start >= end;
                end = end.max(span.end);
                free.then(|| PlaceExpression {
                    names: vec![span.clone()],
                    span,
                    usage: judged.usage,
                })
            })
            .collect()
    }

    /// Every name that [`Gazetteer::expressions`] weighs, with the features that speak for or
    /// against it and the chance they add up to: for fitting the weights.
    #[doc(hidden)]
    #[must_use]
    pub fn name_features(&self, text: &str) -> Vec<(Range<usize>, Usage, Vec<usize>, f64)> {
        let tokens = tokens::Tokens::of(text);
        let spotted = spot::candidates(&self.layout, &tokens, text, spot::Mode::Running);
        spot::judge::judged(&self.layout, &tokens, &spotted)
            .into_iter()
            .map(|judged| {
                let features = judged.features.iter().map(|f| *f as usize).collect();
                let chance = spot::judge::chance(&judged.features);
                let span = with_dot(text, tokens.span(judged.words));
                (span, judged.usage, features, chance)
            })
            .collect()
    }

    /// The names of those features and what each asks.
    #[doc(hidden)]
    #[must_use]
    pub fn name_feature_table() -> &'static [(&'static str, &'static str)] {
        spot::judge::FEATURES
    }

    /// What each of the expressions of one text means: decided together, so that neighbours help
    /// each other. The inner lists are best first; empty = not known.
    #[must_use]
    pub fn locate(
        &self,
        text: &str,
        expressions: &[PlaceExpression],
        context: &Context,
    ) -> Vec<Vec<Located>> {
        self.spotted(text).locate(expressions, context, usize::MAX)
    }

    /// Like [`Gazetteer::locate`] for spans that somebody else found: byte ranges of the text.
    #[must_use]
    pub fn locate_given(
        &self,
        text: &str,
        spans: &[Range<usize>],
        context: &Context,
    ) -> Vec<Vec<Located>> {
        let asked = Asked {
            context,
            expressions: None,
            weights: weigh::Weights::fitted(),
            enough: usize::MAX,
        };
        self.locate_spans(text, spans, &asked).0
    }

    /// For each span the candidates of its name, each with its point and the parts of its score,
    /// under weights of one's own: for fitting them.
    #[doc(hidden)]
    #[must_use]
    pub fn choice_parts(&self, text: &str, spans: &[Range<usize>], weights: &[f64]) -> Vec<Told> {
        let context = Context {
            limit: usize::MAX,
            ..Context::default()
        };
        let asked = Asked {
            context: &context,
            expressions: None,
            weights: &weigh::Weights::of(weights),
            enough: usize::MAX,
        };
        self.locate_spans(text, spans, &asked).1
    }

    /// The questions of how sure an answer is: name, weight without a table, what is asked.
    #[doc(hidden)]
    #[must_use]
    pub fn surety_table() -> &'static [(&'static str, f64, &'static str)] {
        surety::QUESTIONS
    }

    /// The names of those parts, the weight a reader would give each, and what it asks.
    #[doc(hidden)]
    #[must_use]
    pub fn choice_part_table() -> &'static [(&'static str, f64, &'static str)] {
        weigh::PARTS
    }

    fn locate_spans(
        &self,
        text: &str,
        spans: &[Range<usize>],
        asked: &Asked<'_>,
    ) -> (Vec<Vec<Located>>, Vec<Told>) {
        let tokens = tokens::Tokens::of(text);
        let whole_text = matches!(spans, [only] if only.start == 0 && only.end == text.len());
        let found = if whole_text {
            Vec::new()
        } else {
            spot::spot(&self.layout, &tokens, text, spot::Mode::Running)
        };
        self.locate_among(text, (&tokens, &found), spans, asked)
    }

    /// The same with the words and phrases of the text, which were found before.
    fn locate_among(
        &self,
        text: &str,
        (tokens, found): (&tokens::Tokens, &[spot::Spotted]),
        spans: &[Range<usize>],
        asked: &Asked<'_>,
    ) -> (Vec<Vec<Located>>, Vec<Told>) {
        let whole_text = matches!(spans, [only] if only.start == 0 && only.end == text.len());
        let mut by_span: std::collections::HashMap<(usize, usize), usize, fold::Quick> =
            std::collections::HashMap::with_capacity_and_hasher(found.len(), Default::default());
        for (n, spotted) in found.iter().enumerate() {
            let span = with_dot(text, tokens.span(spotted.whole.clone()));
            by_span.entry((span.start, span.end)).or_insert(n);
        }
        let given = Covered::of(spans);
        // (span it belongs to, true for the first reading of it, item)
        let mut items: Vec<(Option<usize>, bool, resolve::Item)> = Vec::new();
        for (n, span) in spans.iter().enumerate() {
            let known = by_span.get(&(span.start, span.end)).map(|n| &found[*n]);
            let (mut item, others) = match known {
                Some(known) => (resolve::item(tokens, known, asked.enough), Vec::new()),
                None => {
                    let phrase = text.get(span.clone()).unwrap_or_default();
                    resolve::phrase_item(&self.layout, phrase, span.start)
                }
            };
            // A resolved phrase that goes on ("X, Y province") ends for its part before the comma.
            if !whole_text {
                item.span = span.clone();
            }
            if let Some(expression) = asked.expressions.and_then(|all| all.get(n)) {
                item.only_evidence = expression.usage != Usage::Place;
            }
            items.push((Some(n), true, item));
            items.extend(others.into_iter().map(|other| (Some(n), false, other)));
        }
        // What else the text names helps to choose.
        for spotted in found {
            let span = tokens.span(spotted.whole.clone());
            if given.is_free(&span) {
                items.push((None, false, resolve::item(tokens, spotted, 0)));
                continue;
            }
            // "X (near), Y state": words of a span given lead to a name behind it.
            for name in &spotted.names {
                let words = tokens.span(name.words.clone());
                if given.is_free(&words) {
                    let alone = spot::Spotted {
                        whole: name.words.clone(),
                        way: spot::Way::Name,
                        names: vec![name.clone()],
                        subject: None,
                        usage: spotted.usage,
                    };
                    items.push((None, false, resolve::item(tokens, &alone, 0)));
                }
            }
        }
        items.sort_by_key(|(_, first, item)| (item.span.start, !first, item.span.end));
        let mut owners = Vec::with_capacity(items.len());
        let mut plain = Vec::with_capacity(items.len());
        for (owner, first, item) in items {
            owners.push((owner, first));
            plain.push(item);
        }
        let mut resolved =
            resolve::locate(&self.layout, text, &plain, asked.context, asked.weights);
        let mut told: Vec<Told> = vec![Told::default(); spans.len()];
        let mut out = vec![Vec::new(); spans.len()];
        let mut sure = vec![false; spans.len()];
        let mut fallback: Vec<Option<Located>> = vec![None; spans.len()];
        // What each span is said to lie in holds for all that stands in it.
        let mut homes = vec![resolve::Home::default(); spans.len()];
        for ((owner, first), resolved) in owners.iter().zip(&resolved) {
            if let (Some(n), true) = (*owner, *first) {
                homes[n] = resolved.home.clone();
            }
        }
        // First what the phrase itself names; where that is not known, what else stands in it.
        for pass in [true, false] {
            for (((owner, first), item), resolved) in owners.iter().zip(&plain).zip(&mut resolved) {
                let Some(n) = *owner else { continue };
                if *first != pass {
                    continue;
                }
                if pass {
                    told[n] = std::mem::take(&mut resolved.told);
                    out[n] = std::mem::take(&mut resolved.answers);
                    out[n].retain(|answer| homes[n].admits(&self.layout, answer));
                    sure[n] = resolved.sure_of_name && !out[n].is_empty();
                    fallback[n] = resolved.fallback.take();
                } else if !sure[n] && resolved.sure_of_name && !whole_text_name(item, whole_text) {
                    let mut answers = std::mem::take(&mut resolved.answers);
                    answers.retain(|answer| homes[n].admits(&self.layout, answer));
                    if answers.is_empty() {
                        continue;
                    }
                    for answer in &mut answers {
                        answer.score *= 0.6;
                        let doubt_m = doubt::beside_m(answer, homes[n].told_m(&self.layout));
                        if answer.area.is_none()
                            && answer.radius_m.is_some_and(|own_m| own_m < doubt_m)
                        {
                            answer.radius_m = Some(doubt_m);
                        }
                        answer.because.insert(
                            0,
                            "the name itself is not known; told by what stands beside it".into(),
                        );
                    }
                    answers.append(&mut out[n]);
                    out[n] = answers;
                    sure[n] = true;
                }
            }
        }
        // "The Russian Foreign Ministry": no place of that name, but of that country.
        for (((owner, first), item), resolved) in owners.iter().zip(&plain).zip(&resolved) {
            if let Some(n) = *owner
                && !*first
                && matches!(&item.names[..], [only] if only.demonym)
                && out[n].is_empty()
                && fallback[n].is_none()
            {
                out[n].clone_from(&resolved.answers);
                for answer in &mut out[n] {
                    answer.score *= 0.6;
                    answer.because.insert(
                        0,
                        "the name itself is not known; an adjective in it tells the country".into(),
                    );
                }
            }
        }
        for ((owner, first), item) in owners.iter().zip(&plain) {
            if let (Some(n), true, true) = (*owner, *first, item.by_border) {
                for answer in &mut out[n] {
                    resolve::by_border(&self.layout, &homes[n], answer);
                }
            }
        }
        for ((answers, fallback), sure) in out.iter_mut().zip(fallback).zip(sure) {
            if answers.is_empty() && !sure {
                answers.extend(fallback);
            }
        }
        (out, told)
    }

    /// A place by its id.
    #[must_use]
    pub fn place(&self, id: &str) -> Option<Place> {
        self.layout.by_id(id).map(|number| self.full(number))
    }

    /// The GeoNames number of a place, where one is known.
    #[must_use]
    pub fn geonames_id(&self, id: &str) -> Option<u32> {
        self.layout.place(self.layout.by_id(id)?).geonames_id()
    }

    /// Every place that bears exactly this name, articles, case and marks aside.
    #[must_use]
    pub fn named(&self, name: &str) -> Vec<Place> {
        let key = fold::Key::of(&fold::fold(name)).mixed();
        self.layout
            .by_key(key)
            .filter(|posting| posting & layout::POSTING_DEMONYM == 0)
            .map(|posting| self.full(posting & layout::POSTING_PLACE))
            .collect()
    }

    /// Every place, in the order of the file.
    pub fn places(&self) -> impl Iterator<Item = Place> + '_ {
        (0..self.layout.places()).map(|number| self.full(number))
    }

    /// A word in the form by which names are listed: folded, articles aside ("At Tanf": "tanf").
    #[must_use]
    pub fn listed_form(word: &str) -> String {
        fold::key_form(&fold::fold(word))
    }

    /// Every name in the form by which it is listed (folded, articles aside), sorted, each once.
    pub fn forms(&self) -> impl Iterator<Item = &str> + '_ {
        (0..self.layout.forms()).map(|number| self.layout.form(number))
    }

    /// The names that differ from a word by at most one or two typing errors (a letter changed,
    /// left out, put in, or two neighbours swapped), nearest first, each with their number.
    ///
    /// Of a name the first 64 letters are compared. Names of fewer than four letters (six for two
    /// errors) have no neighbours; digits have to agree; 64 names are given at most.
    #[must_use]
    pub fn misspelt(&self, word: &str, errors_max: usize) -> Vec<(&str, usize)> {
        let form = Self::listed_form(word);
        search::misspelt(&self.layout, &form, errors_max.min(2))
            .into_iter()
            .map(|(number, errors)| (self.layout.form(number as usize), usize::from(errors)))
            .collect()
    }

    /// True when a place bears just this name, articles, case and marks aside.
    #[must_use]
    pub fn knows(&self, name: &str) -> bool {
        let key = fold::Key::of(&fold::fold(name)).mixed();
        self.layout
            .by_key(key)
            .any(|posting| posting & layout::POSTING_DEMONYM == 0)
    }

    /// The most important places with a name that begins so, most important first: name and
    /// importance (0 to 255). For what is shown while somebody types.
    #[must_use]
    pub fn beginning(&self, begin: &str, limit: usize) -> Vec<(&str, u8)> {
        let form = fold::key_form(&fold::fold(begin));
        beginning::beginning(&self.layout, &form, limit)
            .into_iter()
            .map(|(importance, place)| (self.layout.place(place).name(), importance))
            .collect()
    }

    /// How likely a place is meant before anything else is known: 0 to 255.
    #[must_use]
    pub fn importance(&self, id: &str) -> Option<u8> {
        let number = self.layout.by_id(id)?;
        Some(self.layout.place(number).importance())
    }

    /// Places whose name begins with or is like `query`, most important first: for a search box.
    #[must_use]
    pub fn search(&self, query: &str, limit: usize) -> Vec<Place> {
        search::search(&self.layout, query, limit)
            .into_iter()
            .map(|number| self.full(number))
            .collect()
    }

    /// The places nearest to a point, nearest first.
    #[must_use]
    pub fn near(&self, at: LonLat, limit: usize) -> Vec<Place> {
        search::near(&self.layout, at, limit)
            .into_iter()
            .map(|number| self.full(number))
            .collect()
    }

    /// The places in a box, most important first, each with its importance (0 to 255): for names
    /// on a map.
    #[must_use]
    pub fn within(&self, extent: Extent, limit: usize) -> Vec<(u8, Place)> {
        search::most_important(&self.layout, extent, limit)
            .into_iter()
            .map(|number| (self.layout.place(number).importance(), self.full(number)))
            .collect()
    }

    /// The outline of a country, where one is known.
    #[must_use]
    pub fn outline(&self, country: CountryCode) -> Option<geo_types::MultiPolygon<f64>> {
        self.layout.shape(self.layout.country_place(country)?)
    }

    /// What the table of countries tells of a code.
    #[must_use]
    pub fn country(&self, code: CountryCode) -> Option<&'static Country> {
        build::starter::countries().get(&code)
    }

    /// The data sets in it, with the credits their licences ask for.
    #[must_use]
    pub fn credits(&self) -> Vec<Credit> {
        let meta = String::from_utf8_lossy(self.layout.section(Section::Meta));
        meta.lines()
            .filter_map(|line| {
                let mut cells = line.split('\t').map(str::to_owned);
                Some(Credit {
                    source: cells.next()?,
                    licence: cells.next()?,
                    credit: cells.next()?,
                    rows: cells.next()?.parse().ok()?,
                })
            })
            .collect()
    }

    /// Counts by data set and country.
    #[must_use]
    pub fn info(&self) -> Info {
        let mut sources = std::collections::BTreeMap::new();
        let mut countries = std::collections::BTreeMap::new();
        let mut names = 0;
        for number in 0..self.layout.places() {
            let record = self.layout.place(number);
            *sources.entry(record.source()).or_insert(0u64) += 1;
            *countries.entry(record.country()).or_insert(0u64) += 1;
            names += 1 + record.names().count() as u64;
        }
        let mut by_country: Vec<_> = countries.into_iter().collect();
        by_country.sort_by_key(|(code, count)| (std::cmp::Reverse(*count), *code));
        Info {
            places: u64::from(self.layout.places()),
            names,
            by_source: sources
                .into_iter()
                .map(|(source, count)| (self.layout.source_name(source).to_owned(), count))
                .collect(),
            by_country,
            bytes: self.layout.as_bytes().len() as u64,
        }
    }

    /// A place with everything that is known of it.
    fn full(&self, number: u32) -> Place {
        let record = self.layout.place(number);
        Place {
            id: record.id().to_owned(),
            name: record.name().to_owned(),
            kind: record.kind(),
            country: record.country(),
            admin1_code: record.admin1_code().map(str::to_owned),
            admin1: record.admin1().map(str::to_owned),
            pcode: record.pcode().map(str::to_owned),
            at: record.at(),
            radius_m: record.radius_m(),
            extent: record.extent(),
            population: record.population(),
            names: record.names().map(str::to_owned).collect(),
            demonyms: record.demonyms().map(str::to_owned).collect(),
            source: self.layout.source_name(record.source()).to_owned(),
        }
    }
}

/// How spans are to be located.
struct Asked<'a> {
    context: &'a Context,
    /// The expressions that the spans are of, where they are known.
    expressions: Option<&'a [PlaceExpression]>,
    weights: &'a weigh::Weights,
    /// Answers of one span after which no more are made.
    enough: usize,
}

/// A running text whose place phrases were found: [`Gazetteer::spotted`].
#[derive(Debug)]
pub struct SpottedText<'g, 't> {
    gazetteer: &'g Gazetteer,
    text: &'t str,
    tokens: tokens::Tokens,
    spotted: Vec<spot::Spotted>,
}

impl SpottedText<'_, '_> {
    /// The place phrases, in order, not overlapping.
    #[must_use]
    pub fn expressions(&self) -> Vec<PlaceExpression> {
        let tokens = &self.tokens;
        self.spotted
            .iter()
            .map(|spotted| PlaceExpression {
                span: with_dot(self.text, tokens.span(spotted.whole.clone())),
                names: spotted
                    .subject
                    .iter()
                    .chain(&spotted.names)
                    .map(|name| tokens.span(name.words.clone()))
                    .collect(),
                usage: spotted.usage,
            })
            .collect()
    }

    /// What each of the expressions means, as [`Gazetteer::locate`] says, with at most `enough`
    /// answers each: the first ones, whose makers need not make the others.
    #[must_use]
    pub fn locate(
        &self,
        expressions: &[PlaceExpression],
        context: &Context,
        enough: usize,
    ) -> Vec<Vec<Located>> {
        let spans: Vec<Range<usize>> = expressions.iter().map(|e| e.span.clone()).collect();
        let asked = Asked {
            context,
            expressions: Some(expressions),
            weights: weigh::Weights::fitted(),
            enough,
        };
        let found = (&self.tokens, &self.spotted[..]);
        let mut all = self
            .gazetteer
            .locate_among(self.text, found, &spans, &asked)
            .0;
        for answers in &mut all {
            answers.truncate(enough);
        }
        all
    }
}

/// Spans of a text, asked again and again whether they leave another free.
struct Covered {
    /// By start, each with the furthest end of it and those before.
    ends: Vec<(usize, usize)>,
}

impl Covered {
    fn of(spans: &[Range<usize>]) -> Self {
        let mut ends: Vec<(usize, usize)> = spans.iter().map(|s| (s.start, s.end)).collect();
        ends.sort_unstable();
        let mut furthest = 0;
        for (_, end) in &mut ends {
            furthest = furthest.max(*end);
            *end = furthest;
        }
        Self { ends }
    }

    fn is_free(&self, span: &Range<usize>) -> bool {
        let before = self.ends.partition_point(|(start, _)| *start < span.end);
        before
            .checked_sub(1)
            .is_none_or(|n| self.ends[n].1 <= span.start)
    }
}

/// A further name of a phrase that is resolved as a whole tells where the first lies; it is no
/// answer by itself unless it is told by way of another.
fn whole_text_name(item: &resolve::Item, whole_text: bool) -> bool {
    whole_text && matches!(item.way, spot::Way::Name)
}

/// "U.S." with its last dot.
fn with_dot(text: &str, span: Range<usize>) -> Range<usize> {
    let words = text.get(span.clone()).unwrap_or_default().as_bytes();
    let abbreviated = matches!(words, [.., b'.', last] if last.is_ascii_uppercase());
    if abbreviated && text.as_bytes().get(span.end) == Some(&b'.') {
        span.start..span.end + 1
    } else {
        span
    }
}

/// The common English name of a country.
fn country_name(code: CountryCode) -> &'static str {
    build::starter::countries()
        .get(&code)
        .map_or("another country", |country| &country.name[..])
}
