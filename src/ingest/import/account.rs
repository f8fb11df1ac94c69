//! One row to one account: days, figures, parties and quotes, with the row itself as the report.

use jiff::civil::Date;

use super::sorts::{Sort, cameo, sort};
use crate::incident::{
    Account, Count, DatePrecision, Harm, IncidentType, OfWhom, Party, PlaceTold, Quote, Sketch,
    Standing, Terms, Toll, When,
};
use crate::pipeline;
use crate::report::{Origin, Published, PublishedBy, Report};
use crate::sources::tables::{DayGrade, Field, Figure, Given, Mapping, Profile};
use crate::store::RowTold;

/// Confidence in a row that people coded, in one of a table nobody vouches for, and in one that a
/// machine took from headlines: rough, and not calibrated.
const CONFIDENCE: [f64; 3] = [0.9, 0.7, 0.3];

/// Days on either side of the one given when only the week is known: the week around it.
const WEEK_DAYS: i32 = 3;

/// The same when the table says "within two to six days".
const DAYS_DAYS: i32 = 3;

/// The row as text, and where each cell stands in it.
pub(super) struct RowText {
    text: String,
    /// Byte spans of the cells in the text; empty for empty cells.
    spans: Vec<std::ops::Range<usize>>,
}

impl RowText {
    /// One line a filled cell: "event_date: 15 June 2022".
    pub(super) fn of(header: &[String], cells: &[String]) -> Self {
        let mut text = String::new();
        let mut spans = Vec::with_capacity(cells.len());
        for (at, cell) in cells.iter().enumerate() {
            let cell = cell.trim();
            if cell.is_empty() {
                spans.push(0..0);
                continue;
            }
            text.push_str(header.get(at).map_or("", String::as_str));
            text.push_str(": ");
            let start = text.len();
            text.push_str(cell);
            spans.push(start..text.len());
            text.push('\n');
        }
        Self { text, spans }
    }

    /// The quotes of the fields, in the text's order of fields.
    fn quotes(&self, mapping: &Mapping) -> Vec<Quote> {
        const FIELDS: &[(Field, &str)] = &[
            (Field::Notes, "event"),
            (Field::Title, "event"),
            (Field::Subtype, "event"),
            (Field::Type, "event"),
            (Field::Place, "place"),
            (Field::Date, "date"),
            (Field::Actor, "actor"),
            (Field::Target, "target"),
            (Field::Killed, "toll"),
            (Field::Injured, "toll"),
            (Field::Source, "speaker"),
        ];
        let mut wanted: Vec<(&str, std::ops::Range<usize>)> = Vec::new();
        let mut event = false;
        for (field, name) in FIELDS {
            // One cell tells of the event: its words where there are any, else its type.
            if *name == "event" && event {
                continue;
            }
            for at in mapping.columns(*field) {
                if let Some(span) = self.spans.get(*at).filter(|s| !s.is_empty()) {
                    wanted.push((name, span.clone()));
                    event |= *name == "event";
                }
            }
        }
        // Offsets are told in characters: one walk over the text counts them all.
        let mut edges: Vec<usize> = wanted.iter().flat_map(|(_, s)| [s.start, s.end]).collect();
        edges.sort_unstable();
        edges.dedup();
        let mut chars = Vec::with_capacity(edges.len());
        let (mut byte, mut count) = (0, 0);
        for edge in &edges {
            count += self.text[byte..*edge].chars().count();
            byte = *edge;
            chars.push(count);
        }
        let char_of = |byte: usize| edges.binary_search(&byte).map_or(0, |at| chars[at]);
        wanted
            .into_iter()
            .map(|(field, span)| {
                let words = &self.text[span.clone()];
                let (start, mut end) = (char_of(span.start), char_of(span.end));
                let mut text = words.to_owned();
                if end - start > pipeline::QUOTE_CHARS_MAX {
                    end = start + pipeline::QUOTE_CHARS_MAX;
                    text = words.chars().take(pipeline::QUOTE_CHARS_MAX).collect();
                }
                Quote {
                    field: field.to_owned(),
                    start,
                    end,
                    text,
                }
            })
            .collect()
    }
}

/// What a row is once its words are understood.
pub(super) enum Made {
    /// A row with its account.
    Row(Box<RowTold>),
    /// The row tells of no incident.
    NoIncident,
}

/// What a row is made with.
pub(super) struct Making<'a> {
    pub(super) source: &'a str,
    pub(super) profile: Profile,
    pub(super) publisher: Option<&'a str>,
    pub(super) licence: Option<&'a str>,
    pub(super) mapping: &'a Mapping,
    pub(super) gazetteer: &'a gazetteer::Gazetteer,
}

/// Makes a row's report and account. `unknown` is told the words for a type that nobody knows.
pub(super) fn made(
    it: &Given,
    text: RowText,
    id: &str,
    place: PlaceTold,
    making: &Making<'_>,
    mut unknown: impl FnMut(&str),
) -> Made {
    let found = match making.profile {
        Profile::Gdelt => it.sorts.first().map_or(Sort::Unknown, |code| cameo(code)),
        _ => sort(&it.sorts),
    };
    let words = [it.title.as_deref(), it.notes.as_deref()];
    let (kind, mut tags) = match found {
        Sort::NoIncident => return Made::NoIncident,
        Sort::Known(kind, tags) => (kind, tags),
        Sort::Unknown => {
            if let Some(first) = it.sorts.first() {
                unknown(first);
            }
            let read = kind_of_words(&words, it.published.or(it.start), making);
            (read.unwrap_or(IncidentType::Other), Vec::new())
        }
    };
    tags.extend(it.tags.iter().cloned());
    let quotes = text.quotes(making.mapping);
    let sha256 = pipeline::sha256_hex(&text.text);
    let publisher = making.publisher.map(str::to_owned);
    let licence = making.licence.map(str::to_owned);
    let report = Report {
        id: id.to_owned(),
        origin: Origin {
            url: it.url.clone(),
            publisher: publisher.clone(),
            licence: licence.clone(),
            ..Origin::default()
        },
        title: it.title.clone(),
        published: it.published.map(|day| Published {
            day,
            by: PublishedBy::Given,
        }),
        language: None,
        text: text.text,
    };
    let doubted = tags.iter().any(|t| t == super::places::DOUBTED);
    let confidence = match making.profile {
        Profile::Acled | Profile::Ucdp | Profile::AcledDeleted if !doubted => CONFIDENCE[0],
        Profile::Gdelt => CONFIDENCE[2],
        _ => CONFIDENCE[1],
    };
    let standing = it.standing.as_deref().and_then(Standing::from_code);
    let account = Account {
        report: report.id.clone(),
        ordinal: 0,
        url: it.url.clone(),
        archived_url: None,
        retrieved: None,
        sha256,
        publisher,
        published: it.published,
        licence,
        reader: concat!("placetime ", env!("CARGO_PKG_VERSION"), ", table").to_owned(),
        quotes,
        kind,
        tags,
        standing: standing.unwrap_or(Standing::Happened),
        when: when(it),
        place,
        actors: it.actors.iter().map(|name| party(name)).collect(),
        actors_by: it.source.clone().filter(|_| !it.actors.is_empty()),
        targets: it.targets.iter().map(|name| party(name)).collect(),
        target_kind: None,
        tolls: tolls(it, making.profile),
        says: Vec::new(),
        denies: Vec::new(),
        confidence,
        sketch: Sketch::default(),
        terms: Terms::default(),
    };
    // An export of ours names its incidents; the row's own id is one of them, within its source.
    let incident_id = match making.profile {
        Profile::Placetime => id.split_once(':').map(|(_, id)| id.to_owned()),
        _ => None,
    };
    Made::Row(Box::new(RowTold {
        report,
        account,
        notices: Vec::new(),
        incident_id,
    }))
}

/// The type our own reader finds in the row's words, where the table names none.
fn kind_of_words(
    words: &[Option<&str>; 2],
    day: Option<Date>,
    making: &Making<'_>,
) -> Option<IncidentType> {
    let text: Vec<&str> = words.iter().flatten().copied().collect();
    if text.is_empty() {
        return None;
    }
    let report = Report {
        id: String::new(),
        origin: Origin::default(),
        title: None,
        published: day.map(|day| Published {
            day,
            by: PublishedBy::Given,
        }),
        language: None,
        text: text.join(".\n\n"),
    };
    let (accounts, _) = pipeline::accounts(&report, making.gazetteer);
    let told = accounts.iter().find(|a| a.standing.is_feature());
    told.map(|a| a.kind)
}

fn party(name: &str) -> Party {
    Party {
        name: name.to_owned(),
        id: None,
        kind: String::new(),
        country: None,
        text: name.to_owned(),
    }
}

/// The days of a row, by the table's own grade, and no closer.
fn when(it: &Given) -> When {
    let shifted = |day: Date, by: i32| day.saturating_add(jiff::Span::new().days(by));
    let mut when = When {
        text: it.date_text.clone(),
        time_start: it.time.clone(),
        ..When::unknown()
    };
    let (start, end) = match (it.start, it.end) {
        (None, None) => return when,
        (None, Some(end)) => {
            when.end = Some(end);
            when.precision = DatePrecision::Before;
            when.edtf = format!("../{end}");
            when.because = "the table gives the last possible day".to_owned();
            return when;
        }
        (Some(start), end) => (start, end.unwrap_or(start)),
    };
    let one = start == end;
    let grade = it.day_grade.unwrap_or(DayGrade::Day);
    let (start, end, precision, because) = match grade {
        DayGrade::Unknown => return when,
        DayGrade::Day if one => (start, end, DatePrecision::Day, "the table gives the day"),
        DayGrade::Day | DayGrade::Span if !one => (
            start,
            end,
            if (end - start).get_days() <= 5 {
                DatePrecision::Days
            } else {
                DatePrecision::Span
            },
            "the table gives the first and the last day",
        ),
        DayGrade::Days if one => (
            shifted(start, -DAYS_DAYS),
            shifted(end, DAYS_DAYS),
            DatePrecision::Days,
            "the table says that the day is one of several about this one",
        ),
        DayGrade::Days => (
            start,
            end,
            DatePrecision::Days,
            "the table says that the day is one of several",
        ),
        DayGrade::Week if one => (
            shifted(start, -WEEK_DAYS),
            shifted(end, WEEK_DAYS),
            DatePrecision::Week,
            "the table says that only the week is known; its day is the middle",
        ),
        DayGrade::Week => (
            start,
            end,
            DatePrecision::Week,
            "the table says that only the week is known",
        ),
        DayGrade::Month => (
            start.first_of_month(),
            end.last_of_month(),
            DatePrecision::Month,
            "the table says that only the month is known",
        ),
        DayGrade::Before => (
            start,
            end,
            DatePrecision::Before,
            "the table gives the last day",
        ),
        DayGrade::Year | DayGrade::Span | DayGrade::Day => (
            start.first_of_year(),
            end.last_of_year(),
            DatePrecision::Year,
            "the table says that only the year is known",
        ),
    };
    when.start = Some(start);
    when.end = Some(end);
    when.precision = precision;
    because.clone_into(&mut when.because);
    when.weekday = (start == end).then(|| start.weekday().to_monday_one_offset());
    when.edtf = match precision {
        DatePrecision::Day => start.to_string(),
        DatePrecision::Month if start.first_of_month() == end.first_of_month() => {
            start.strftime("%Y-%m").to_string()
        }
        DatePrecision::Year if start.year() == end.year() => format!("{:04}", start.year()),
        _ => format!("{start}/{end}"),
    };
    when
}

/// The figures of a row as ranges.
fn tolls(it: &Given, profile: Profile) -> Vec<Toll> {
    let mut all = Vec::new();
    let said_by = it.source.clone();
    let mut add = |harm, of, count: Option<Count>, words: String| {
        if let Some(count) = count {
            all.push(Toll {
                harm,
                count,
                of,
                of_whom: String::new(),
                said_by: said_by.clone(),
                text: words,
            });
        }
    };
    let words = |figure: Figure, of: &str| {
        let mut parts = Vec::new();
        let mut part = |name: &str, n: Option<u32>| {
            parts.extend(n.map(|n| format!("{name}{n}")));
        };
        let alone = figure.low.is_none() && figure.high.is_none();
        part(if alone { "" } else { "best " }, figure.best);
        part("low ", figure.low);
        part("high ", figure.high);
        format!("{of}: {}", parts.join(", "))
    };
    let killed = match profile {
        // ACLED writes the most cautious number told, and 0 also where nobody said anything.
        Profile::Acled => it
            .killed
            .best
            .filter(|n| *n > 0)
            .map(|least| Count { least, most: None }),
        _ => count(it.killed),
    };
    let text = words(it.killed, "killed");
    add(Harm::Killed, OfWhom::Everybody, killed, text);
    let civilians = match (it.civilians_killed, it.killed) {
        (
            Figure {
                best: Some(n),
                low: None,
                high: None,
            },
            Figure {
                best: Some(best),
                low,
                high,
            },
        ) if profile == Profile::Ucdp => {
            // No bounds of their own: all the doubt of the whole may be theirs.
            let below = best.saturating_sub(low.unwrap_or(best));
            let above = high.unwrap_or(best).saturating_sub(best);
            let told = n > 0 || below == 0 && above == 0;
            told.then(|| Count {
                least: n.saturating_sub(below),
                most: Some(n.saturating_add(above)),
            })
        }
        (figure, _) => count(figure),
    };
    let text = words(it.civilians_killed, "civilians killed");
    add(Harm::Killed, OfWhom::Civilians, civilians, text);
    let text = words(it.injured, "injured");
    add(Harm::Injured, OfWhom::Everybody, count(it.injured), text);
    all
}

/// A figure with its bounds; a best estimate without bounds is the number itself.
fn count(figure: Figure) -> Option<Count> {
    let Figure { best, low, high } = figure;
    let least = low.or(best);
    match (least, high) {
        (None, None) => None,
        (Some(least), None) if low.is_some() && best.is_none() => Some(Count { least, most: None }),
        (Some(least), None) => Some(Count {
            least,
            most: best.map(|b| b.max(least)),
        }),
        (None, Some(most)) => Some(Count {
            least: 0,
            most: Some(most),
        }),
        (Some(least), Some(most)) => Some(Count {
            least: least.min(most),
            most: Some(most.max(least)),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(start: &str, end: &str, grade: Option<DayGrade>) -> String {
        let it = Given {
            start: start.parse().ok(),
            end: end.parse().ok(),
            day_grade: grade,
            ..Given::default()
        };
        let when = when(&it);
        let day = |d: Option<Date>| d.map_or("-".to_owned(), |d| d.to_string());
        format!(
            "{} {} {} {}",
            day(when.start),
            day(when.end),
            when.precision.code(),
            when.edtf
        )
    }

    #[test]
    fn days_are_no_closer_than_the_table_says() {
        use DayGrade as G;
        let d = "2022-06-15";
        assert_eq!(days(d, d, None), "2022-06-15 2022-06-15 day 2022-06-15");
        assert_eq!(
            days(d, d, Some(G::Week)),
            "2022-06-12 2022-06-18 week 2022-06-12/2022-06-18"
        );
        assert_eq!(
            days(d, d, Some(G::Month)),
            "2022-06-01 2022-06-30 month 2022-06"
        );
        assert_eq!(days(d, d, Some(G::Span)), "2022-01-01 2022-12-31 year 2022");
        assert_eq!(
            days(d, "2022-08-01", Some(G::Span)),
            "2022-06-15 2022-08-01 span 2022-06-15/2022-08-01"
        );
        assert_eq!(
            days("", d, Some(G::Before)),
            "- 2022-06-15 before ../2022-06-15"
        );
        assert_eq!(days(d, d, Some(G::Unknown)), "- - unknown ");
    }

    #[test]
    fn figures_become_ranges() {
        let figure = |best, low, high| Figure { best, low, high };
        let range = |f| count(f).map(|c| (c.least, c.most));
        assert_eq!(range(figure(Some(3), Some(2), Some(5))), Some((2, Some(5))));
        assert_eq!(range(figure(Some(3), None, None)), Some((3, Some(3))));
        assert_eq!(range(figure(None, Some(24), None)), Some((24, None)));
        assert_eq!(range(figure(None, None, None)), None);
        assert_eq!(range(figure(None, Some(9), Some(2))), Some((2, Some(9))));
        let mut it = Given {
            killed: figure(Some(0), None, None),
            ..Given::default()
        };
        assert!(tolls(&it, Profile::Acled).is_empty());
        assert_eq!(tolls(&it, Profile::Plain).len(), 1);
        it.killed = figure(Some(12), None, None);
        assert_eq!(tolls(&it, Profile::Acled)[0].count.most, None);
        it.killed = figure(Some(10), Some(8), Some(13));
        it.civilians_killed = figure(Some(4), None, None);
        let ucdp = tolls(&it, Profile::Ucdp);
        assert_eq!((ucdp[1].count.least, ucdp[1].count.most), (2, Some(7)));
    }
}
