//! Place phrases of another language, put into words that the gazetteer knows.
//!
//! A name is looked for in its base form ("у Харкові" is Харків, "بحلب" is حلب), and the words
//! around it ("70 км на північний схід від", "ريف ... الشمالي") become the English ones of the
//! gazetteer's own grammar. The gazetteer then decides as it does for an English text; the words
//! kept with the place are those of the report.

use std::ops::Range;

use gazetteer::{Context, Gazetteer, Kind, Place, Usage};

use super::Tongue;
use super::lexicon::{Is, Lexicon, Tag, Words, folded};
use super::numbers;
use crate::reading::tellings::PlaceWords;

/// What leads to a name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Lead {
    /// "in", "near", "70 km from": something is there.
    In,
    /// "on", "against": a place where an event stands before it.
    On,
    /// "of": the same.
    Of,
    /// Nothing.
    Bare,
}

/// A place phrase in a sentence.
#[derive(Clone, Debug)]
pub(super) struct Site {
    /// Words of the sentence.
    pub(super) words: Range<usize>,
    /// Bytes of the text.
    pub(super) span: Range<usize>,
    pub(super) lead: Lead,
    /// A country, division or region by its kind.
    pub(super) area: bool,
    pub(super) country: bool,
    /// "the city of": surely a place.
    pub(super) named_as_place: bool,
    pub(super) usage: Usage,
    /// The phrase in the gazetteer's words.
    phrase: String,
    /// The name with its generic word alone, for "A, B province".
    plain: String,
}

/// Longest name that is looked for, in words.
const NAME_WORDS_MAX: usize = 4;

/// Base forms tried for one run of words.
const TRIES_MAX: usize = 40;

/// Inhabitants by which another base form has to be the larger place to be taken before the word
/// as it stands.
const OTHER_FORM_TIMES: u64 = 20;

/// The place phrases of a sentence, in order.
pub(super) fn find(text: &str, words: Words, tongue: Tongue, gazetteer: &Gazetteer) -> Vec<Site> {
    let reader = Reader {
        text,
        words,
        tongue,
        gazetteer,
        lexicon: Lexicon::of(tongue),
    };
    let mut out: Vec<Site> = Vec::new();
    let mut at = 0;
    while at < words.len() {
        match reader.name_at(at) {
            Some(name) => {
                at = name.words.end;
                if let Some(site) = reader.site(&name, out.last()) {
                    at = at.max(site.words.end);
                    out.push(site);
                }
            }
            None => at += 1,
        }
    }
    joined(text, words, out)
}

/// "A, B province", "B region, A": one phrase, A said to lie in B.
fn joined(text: &str, words: Words, sites: Vec<Site>) -> Vec<Site> {
    /// Words between the two.
    const GAP_MAX: usize = 3;
    let mut out: Vec<Site> = Vec::new();
    for site in sites {
        let Some(last) = out.last_mut() else {
            out.push(site);
            continue;
        };
        let between = last.words.end..site.words.start;
        let plain = between.len() <= GAP_MAX
            && between.clone().all(|k| {
                matches!(words.folded(k), "," | "(" | "،")
                    || words.is(k, Is::Of)
                    || words.is(k, Is::In)
            });
        let within = plain && site.area && !last.area && site.usage == Usage::Place;
        if !within {
            out.push(site);
            continue;
        }
        // "a hospital of A, in B province": said of where it stands.
        if last.lead == Lead::Of && site.lead == Lead::In {
            last.lead = Lead::In;
        }
        last.phrase = format!("{}, {}", last.phrase, site.plain);
        last.words.end = site.words.end;
        last.span.end = site.span.end;
        let closes =
            text[last.span.end..].starts_with(')') && text[last.span.clone()].contains('(');
        last.span.end += usize::from(closes);
    }
    out
}

/// The places of several sentences, located together so that one helps the other.
pub(super) fn located(sites: &[Site], gazetteer: &Gazetteer) -> Vec<PlaceWords> {
    let mut shadow = String::new();
    let mut spans = Vec::with_capacity(sites.len());
    for site in sites {
        let start = shadow.len();
        shadow.push_str(&site.phrase);
        spans.push(start..shadow.len());
        // An empty line: no phrase says where another lies.
        shadow.push_str(".\n\n");
    }
    let located = gazetteer.locate_given(&shadow, &spans, &Context::default());
    sites
        .iter()
        .zip(located)
        .map(|(site, candidates)| PlaceWords {
            span: site.span.clone(),
            usage: site.usage,
            candidates,
        })
        .collect()
}

struct Name {
    words: Range<usize>,
    base: String,
    best: Place,
    /// What is written together with its first word: "و", "ب".
    prefix: String,
}

struct Reader<'a> {
    text: &'a str,
    words: Words<'a>,
    tongue: Tongue,
    gazetteer: &'a Gazetteer,
    lexicon: &'static Lexicon,
}

impl Reader<'_> {
    fn written(&self, i: usize) -> &str {
        self.words
            .0
            .get(i)
            .map_or("", |w| &self.text[w.span.clone()])
    }

    fn cased(&self) -> bool {
        self.tongue != Tongue::Arabic
    }

    /// Sorts of words that are no name by themselves.
    fn is_word(&self, i: usize) -> bool {
        self.words.0[i].tags.iter().any(|t| {
            !matches!(
                t.row.is,
                Is::Place | Is::Common | Is::Of | Is::Side | Is::Nation | Is::Word
            ) && (self.cased() || self.words.0[i].prefix(t.form).is_empty())
        })
    }

    /// May a name begin here?
    fn begins(&self, i: usize) -> bool {
        let word = &self.words.0[i];
        if word.mark || word.folded().starts_with(|c: char| c.is_ascii_digit()) {
            return false;
        }
        if self.cased() {
            return word.capital && !self.is_word(i);
        }
        word.folded().chars().count() >= 2 && !self.is_word(i)
    }

    /// The longest name that begins at a word.
    fn name_at(&self, i: usize) -> Option<Name> {
        if !self.begins(i) {
            return None;
        }
        let end = (i + 1..(i + NAME_WORDS_MAX).min(self.words.len()))
            .find(|k| self.words.mark(*k))
            .unwrap_or((i + NAME_WORDS_MAX).min(self.words.len()));
        (i + 1..=end).rev().find_map(|end| self.name(i..end))
    }

    fn name(&self, words: Range<usize>) -> Option<Name> {
        let last = words.end - 1;
        if self.cased() && !self.words.0[last].capital {
            // "Харківській області": the division's own word is small.
            let division = self.words.is(last, Is::Place) && words.len() > 1;
            if !division {
                return None;
            }
        }
        let tagged = |k: usize| {
            self.words.is(k, Is::Place) || self.words.is(k, Is::Of) || self.words.is(k, Is::Side)
        };
        if words.len() == 1 && (tagged(words.start) || self.words.is(words.start, Is::Word)) {
            return None;
        }
        if words.len() > 1 && !self.cased() && words.clone().skip(1).any(|k| self.is_word(k)) {
            return None;
        }
        let mut best: Option<(u64, Name)> = None;
        for (n, (base, prefix)) in self.bases(&words).into_iter().enumerate() {
            let Some(place) = self.best(&base) else {
                continue;
            };
            let times = if n == 0 { OTHER_FORM_TIMES } else { 1 };
            let weight = weight(&place).saturating_mul(times);
            if best.as_ref().is_none_or(|(most, _)| weight > *most) {
                let name = Name {
                    words: words.clone(),
                    base,
                    best: place,
                    prefix,
                };
                best = Some((weight, name));
            }
        }
        best.map(|(_, name)| name)
    }

    fn best(&self, base: &str) -> Option<Place> {
        self.gazetteer.named(base).into_iter().max_by_key(weight)
    }

    /// What the words may be in their base form, each with what was written before it.
    fn bases(&self, words: &Range<usize>) -> Vec<(String, String)> {
        let written: Vec<&str> = words.clone().map(|k| self.written(k)).collect();
        if !self.cased() {
            let first = &self.words.0[words.start];
            let rest = if written.len() > 1 {
                format!(" {}", written[1..].join(" "))
            } else {
                String::new()
            };
            let plain = (format!("{}{rest}", written[0]), String::new());
            let forms = (1..first.forms.len()).filter_map(|n| {
                let prefix = first.prefix(n).trim_end_matches("ال").to_owned();
                // What is left has to be a word still.
                let fine = !prefix.is_empty() && first.forms[n].chars().count() >= 3;
                fine.then(|| (format!("{}{rest}", first.forms[n]), prefix))
            });
            return std::iter::once(plain).chain(forms).collect();
        }
        // The phrase as a whole may be in the table of forms.
        let mut out: Vec<String> = Vec::new();
        let whole = written.join(" ");
        let of_table = self.lexicon.form(&whole);
        out.extend(of_table);
        let mut all: Vec<String> = vec![String::new()];
        for word in &written {
            let guesses = self.lexicon.base_forms(word);
            let mut next = Vec::new();
            for head in &all {
                for guess in &guesses {
                    let gap = if head.is_empty() { "" } else { " " };
                    next.push(format!("{head}{gap}{guess}"));
                }
            }
            next.truncate(TRIES_MAX);
            all = next;
        }
        out.extend(all);
        out.into_iter().map(|base| (base, String::new())).collect()
    }

    /// The phrase around a name; `None` where the name is no place here.
    fn site(&self, name: &Name, before: Option<&Site>) -> Option<Site> {
        let words = self.words;
        let mut start = name.words.start;
        let mut end = name.words.end;
        let mut lead = lead_of_prefix(&name.prefix);
        let mut generic: Option<&str> = None;
        let mut side: Option<&str> = None;
        let mut km: Option<(u64, usize)> = None;
        let mut near = false;
        let mut of = false;
        let mut skipped = false;
        // What may still belong to the phrase: articles alone do not.
        let mut first = start;
        let mut skip_bytes = prefix_len(self.written(start), &name.prefix, self.tongue);
        while lead == Lead::Bare && start > 0 {
            if let Some((at, tag)) = words.ends_before(start, Is::Km)
                && side.is_some()
                && let Some(number) = (at.saturating_sub(4)..at).find_map(|k| {
                    numbers::plain(words, k)
                        .filter(|n| n.end == at)
                        .map(|n| (n.value, k))
                })
            {
                let _ = tag;
                km = Some(number);
                first = number.1;
                lead = Lead::In;
                skip_bytes = 0;
                break;
            }
            let found = [Is::Near, Is::Side, Is::Place, Is::In, Is::On, Is::Of]
                .into_iter()
                .find_map(|is| words.ends_before(start, is).map(|(at, tag)| (is, at, tag)));
            let Some((is, at, tag)) = found else {
                // "in the occupied X": one small word between.
                let small = start >= 2
                    && !skipped
                    && !words.0[start - 1].capital
                    && !words.mark(start - 1)
                    && (words.0[start - 1].tags.is_empty() || words.is(start - 1, Is::Nation))
                    && self.cased()
                    && [Is::In, Is::Place]
                        .into_iter()
                        .any(|is| words.ends_before(start - 1, is).is_some());
                if !small {
                    break;
                }
                skipped = true;
                start -= 1;
                continue;
            };
            start = at;
            let prefix = words.0[at].prefix(tag.form).trim_end_matches("ال");
            match is {
                Is::Near => near = true,
                Is::Side if side.is_none() => side = Some(&tag.row.value),
                Is::Place if generic.is_none() => generic = Some(&tag.row.value),
                Is::In => {
                    lead = Lead::In;
                    break;
                }
                Is::On => {
                    lead = Lead::On;
                    break;
                }
                Is::Of => of = true,
                _ => {}
            }
            if matches!(is, Is::Near | Is::Side | Is::Place) {
                first = at;
                skip_bytes = prefix_len(self.written(at), prefix, self.tongue);
                lead = lead_of_prefix(prefix);
            }
        }
        // "ريف حمص الشمالي": in Arabic the side stands behind.
        if !self.cased()
            && side.is_none()
            && generic.is_some()
            && let Some(tag) = words.tag(end, Is::Side)
            && words.folded(end).starts_with("ال")
        {
            side = Some(&tag.row.value);
            end += tag.len;
        }
        // "X province", "X Oblast" in the languages that say it behind.
        if generic.is_none()
            && let Some(tag) = words.tag(end, Is::Place).filter(|t| is_division(t))
            && self.cased()
        {
            generic = Some(&tag.row.value);
            end += tag.len;
        }
        if near || side.is_some() && !matches!(lead, Lead::On) {
            lead = Lead::In;
        }
        // "вокзалу Краматорська": the case says "of".
        let slavic = matches!(self.tongue, Tongue::Ukrainian | Tongue::Russian);
        let declined = slavic && !self.text[words.bytes(&name.words)].eq(&name.base);
        if lead == Lead::Bare && (of || declined) {
            lead = Lead::Of;
        }
        // "in A and B", "in A, B and C": the second is led by the same word.
        if lead == Lead::Bare
            && let Some(last) = before
            && (last.words.end..first)
                .all(|k| words.is(k, Is::And) || matches!(words.folded(k), "," | "،"))
            && (last.words.end < first || name.prefix == "و")
        {
            lead = last.lead;
        }
        let country = name.best.kind == Kind::Country;
        if !self.is_told(name, lead, generic.is_some(), country) {
            return None;
        }
        let area = country
            || matches!(
                name.best.kind,
                Kind::Admin1 | Kind::Admin2 | Kind::Region | Kind::WorldRegion | Kind::Continent
            )
            || generic
                .is_some_and(|g| matches!(g, "province" | "region" | "countryside" | "district"));
        let plain = with_generic(&name.base, generic);
        let phrase = phrase(&name.base, &plain, generic, side, km, near, area);
        let usage = if self.speaks(name, lead) {
            Usage::Metonym
        } else {
            Usage::Place
        };
        let span = words.0[first].span.start + skip_bytes..words.0[end - 1].span.end;
        Some(Site {
            words: first..end,
            span,
            lead,
            area,
            country,
            named_as_place: generic.is_some(),
            usage,
            phrase,
            plain,
        })
    }

    /// Is the name a place here, not a person's or a common word?
    fn is_told(&self, name: &Name, lead: Lead, generic: bool, country: bool) -> bool {
        let well_known =
            country || name.best.kind == Kind::Capital || weight(&name.best) >= WELL_KNOWN;
        if !self.cased() {
            // Arabic has no capitals, and every other village is called by a common word: only
            // what is called a town or a village is one, beside what everybody knows.
            let known = matches!(name.best.kind, Kind::Admin1 | Kind::Region)
                || name.words.len() > 1
                || name.best.population >= KNOWN_WITHOUT_CAPITAL;
            return generic
                || country
                || matches!(lead, Lead::In | Lead::On) && (known || well_known)
                || well_known && self.written(name.words.start).chars().count() > 4;
        }
        let words = self.words;
        let capital = |i: usize| {
            words
                .0
                .get(i)
                .is_some_and(|w| w.capital && w.tags.is_empty())
        };
        // "Совет Федерации", "Santiago Peña": a longer name that nobody knows as a place.
        let goes_on = name.words.len() == 1
            && (capital(name.words.end) || name.words.start > 1 && capital(name.words.start - 1));
        if goes_on && !country {
            return false;
        }
        if generic || lead == Lead::In || well_known {
            return true;
        }
        // "el diputado Mora": a small word that is no event makes a person of it.
        let told = name.words.start.checked_sub(1).is_some_and(|k| {
            words.mark(k)
                || [
                    Is::Event,
                    Is::Fire,
                    Is::Harm,
                    Is::And,
                    Is::Say,
                    Is::Place,
                    Is::On,
                ]
                .into_iter()
                .any(|is| words.is(k, is))
        });
        matches!(lead, Lead::On | Lead::Of) || told
    }

    /// "Moscow said", "قالت موسكو": a government.
    fn speaks(&self, name: &Name, lead: Lead) -> bool {
        let seat = matches!(name.best.kind, Kind::Capital | Kind::Country);
        let words = self.words;
        seat && matches!(lead, Lead::Bare)
            && (words.is(name.words.end, Is::Say)
                || words.is(name.words.end, Is::Deny)
                || words.is(name.words.end, Is::Claim)
                || words.ends_before(name.words.start, Is::Say).is_some())
    }
}

/// Inhabitants from which an Arabic name led by "in" is taken without "city" or "village".
const KNOWN_WITHOUT_CAPITAL: u64 = 20_000;

/// Inhabitants from which a city is taken without any word that leads to it.
const WELL_KNOWN: u64 = 300_000;

/// The larger the likelier: countries first, then by inhabitants.
fn weight(place: &Place) -> u64 {
    let by_kind = match place.kind {
        Kind::Country => 2_000_000_000,
        Kind::Capital => 5_000_000,
        Kind::Admin1 | Kind::Region | Kind::WorldRegion => 100_000,
        Kind::City => 50_000,
        Kind::Town | Kind::Admin2 => 5_000,
        _ => 1_000,
    };
    by_kind + place.population
}

fn is_division(tag: &Tag) -> bool {
    matches!(tag.row.value.as_str(), "province" | "region" | "district")
}

fn lead_of_prefix(prefix: &str) -> Lead {
    if prefix.contains('ب') {
        Lead::In
    } else {
        Lead::Bare
    }
}

/// Bytes of the letters written before a form, vowel marks between them included.
fn prefix_len(written: &str, prefix: &str, tongue: Tongue) -> usize {
    let mut left = prefix.chars().count();
    if left == 0 {
        return 0;
    }
    let mut bytes = 0;
    for c in written.chars() {
        let letter = !folded(&c.to_string(), tongue).is_empty();
        if left == 0 && letter {
            break;
        }
        left -= usize::from(letter);
        bytes += c.len_utf8();
    }
    bytes
}

fn with_generic(base: &str, generic: Option<&str>) -> String {
    match generic {
        Some(g @ ("city" | "town" | "village")) => format!("{g} of {base}"),
        Some("capital") | None => base.to_owned(),
        Some(g) => format!("{base} {g}"),
    }
}

/// The phrase in the gazetteer's words.
fn phrase(
    base: &str,
    plain: &str,
    generic: Option<&str>,
    side: Option<&str>,
    km: Option<(u64, usize)>,
    near: bool,
    area: bool,
) -> String {
    let towards = side.map(|s| s.strip_suffix("ern").unwrap_or(s));
    match (km, towards, side) {
        (Some((km, _)), Some(towards), _) => format!("{km} km {towards} of {base}"),
        (_, _, Some(side)) if generic == Some("countryside") => {
            format!("{side} {base} countryside")
        }
        (_, _, Some(side)) if area => format!("{side} {plain}"),
        (_, Some("central" | "middle"), _) => plain.to_owned(),
        (_, Some(towards), _) => format!("{towards} of {base}"),
        _ if near => format!("near {plain}"),
        _ => plain.to_owned(),
    }
}
