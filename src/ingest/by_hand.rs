//! What a person says of an incident, in words, numbers or a click, to what the house keeps.

use gazetteer::{Basis, Context, Gazetteer, Kind, Located, LonLat, Precision};

use crate::incident::{Account, IncidentType, PlaceTold, Quote, Sketch, Standing, Terms, When};
use crate::report::{Origin, Report};

/// The circle around a point that a person set without saying how sure it is, in metres: about as
/// close as a click on a map of a town.
pub const CLICK_RADIUS_M: f64 = 1_000.0;

/// The widest circle a person may set, in metres: more is a region and wants a name.
pub const RADIUS_MAX_M: f64 = 1_000_000.0;

/// The longest name, title or reason, in characters.
pub const WORDS_CHARS_MAX: usize = 2_000;

/// How a person names a place.
#[derive(Clone, PartialEq, Debug)]
pub enum PlaceAsked {
    /// Nobody knows where.
    Nowhere,
    /// By the gazetteer's id, `source:local`.
    Id(String),
    /// By a phrase, as in a report.
    Phrase(String),
    /// By a point.
    Point {
        /// The point.
        at: LonLat,
        /// What it is called.
        name: Option<String>,
    },
}

/// The place a person named, with a radius of the person's own where one is given; a sentence when
/// the gazetteer does not know it.
pub fn place(
    asked: &PlaceAsked,
    radius_m: Option<f64>,
    gazetteer: &Gazetteer,
) -> Result<Option<Located>, String> {
    if let Some(radius) = radius_m
        && !(radius > 0.0 && radius <= RADIUS_MAX_M)
    {
        return Err(format!(
            "a radius of {radius} m makes no sense; it is more than nought and at most {RADIUS_MAX_M:.0}"
        ));
    }
    let context = Context::default();
    let mut found = match asked {
        PlaceAsked::Nowhere => return Ok(None),
        PlaceAsked::Phrase(phrase) => gazetteer
            .resolve(phrase, &context)
            .into_iter()
            .next()
            .ok_or_else(|| {
                format!("the gazetteer knows no place “{phrase}”; give its id or its position")
            })?,
        PlaceAsked::Id(id) => of_id(id, gazetteer)?,
        PlaceAsked::Point { at, name } => of_point(*at, name.as_deref(), gazetteer),
    };
    found.basis = Basis::Ruling;
    found.score = 1.0;
    found.because.insert(0, "set by a reviewer".to_owned());
    if let (Some(radius), true) = (radius_m, found.precision.is_pointlike()) {
        found.radius_m = Some(radius);
    }
    Ok(Some(found))
}

fn of_id(id: &str, gazetteer: &Gazetteer) -> Result<Located, String> {
    let Some(place) = gazetteer.place(id) else {
        return Err(format!(
            "the gazetteer knows no place of the id “{id}”; `placetime gazetteer search` shows ids"
        ));
    };
    // Said by name it comes with its area and its doubt.
    let context = Context {
        countries: place.country.into_iter().collect(),
        near: place.at,
        ..Context::default()
    };
    let by_name = gazetteer.resolve(&place.name, &context);
    let same = |l: &Located| l.place_id.as_deref() == Some(id);
    if let Some(located) = by_name.into_iter().find(same) {
        return Ok(located);
    }
    Ok(Located {
        name: place.name,
        place_id: Some(id.to_owned()),
        source: place.source,
        kind: place.kind,
        country: place.country,
        admin1: place.admin1,
        admin1_code: place.admin1_code,
        pcode: place.pcode,
        centre: place.at,
        radius_m: Some(place.radius_m),
        area: None,
        precision: match place.kind {
            Kind::Country => Precision::Country,
            Kind::Admin1 | Kind::Admin2 | Kind::Admin3 => Precision::Admin,
            Kind::Continent | Kind::WorldRegion | Kind::Region => Precision::Region,
            Kind::Sea | Kind::Strait | Kind::Gulf => Precision::Sea,
            _ => Precision::Place,
        },
        basis: Basis::Ruling,
        score: 1.0,
        because: Vec::new(),
    })
}

fn of_point(at: LonLat, name: Option<&str>, gazetteer: &Gazetteer) -> Located {
    // Written out, so that the gazetteer says in which country and division it lies.
    let written = format!("{:.6}, {:.6}", at.lat(), at.lon());
    let around = gazetteer
        .resolve(&written, &Context::default())
        .into_iter()
        .next();
    let name = name.map(str::trim).filter(|n| !n.is_empty());
    Located {
        name: name.map_or_else(
            || format!("{:.4}, {:.4}", at.lat(), at.lon()),
            str::to_owned,
        ),
        place_id: None,
        source: "reviewer".to_owned(),
        kind: Kind::Other,
        country: around.as_ref().and_then(|l| l.country),
        admin1: around.as_ref().and_then(|l| l.admin1.clone()),
        admin1_code: around.as_ref().and_then(|l| l.admin1_code.clone()),
        pcode: None,
        centre: Some(at),
        radius_m: Some(CLICK_RADIUS_M),
        area: None,
        precision: Precision::Point,
        basis: Basis::Ruling,
        score: 1.0,
        because: Vec::new(),
    }
}

/// An incident as a person tells it.
#[derive(Clone, PartialEq, Debug)]
pub struct Telling {
    /// The words of a report that tell of it: the report, and first and one past the last character.
    pub words: Option<(Report, std::ops::Range<usize>)>,
    /// What happened.
    pub kind: IncidentType,
    /// Where.
    pub place: Option<Located>,
    /// When.
    pub when: When,
    /// A headline for what no report tells.
    pub title: Option<String>,
    /// Why it is made, or what the person knows.
    pub why: String,
}

/// The account of what a person tells, and the report it makes where it rests on no other; a
/// sentence when the words are not there.
pub fn account(telling: Telling) -> Result<(Account, Option<Report>), String> {
    for (what, words) in [
        ("title", telling.title.as_deref().unwrap_or_default()),
        ("why", &telling.why),
    ] {
        if words.chars().count() > WORDS_CHARS_MAX {
            return Err(format!(
                "{what} is longer than {WORDS_CHARS_MAX} characters"
            ));
        }
    }
    let (report, quotes, made) = match telling.words {
        Some((report, span)) => {
            let chars = report.text.chars().count();
            if span.start >= span.end || span.end > chars {
                return Err(format!(
                    "the report has {chars} characters; there are no words from {} to {}",
                    span.start, span.end
                ));
            }
            let most = span.start + crate::pipeline::QUOTE_CHARS_MAX;
            let end = span.end.min(most);
            let words = report.text.chars().skip(span.start).take(end - span.start);
            let quote = Quote {
                field: "event".to_owned(),
                start: span.start,
                end,
                text: words.collect(),
            };
            (report, vec![quote], None)
        }
        None => {
            let report = own_report(&telling);
            (report.clone(), Vec::new(), Some(report))
        }
    };
    let account = Account {
        sha256: crate::pipeline::sha256_hex(&report.text),
        sketch: Sketch::of(&report.text),
        report: report.id,
        ordinal: crate::incident::BY_HAND_ORDINAL,
        url: report.origin.url,
        archived_url: report.origin.archived_url,
        retrieved: report.origin.retrieved,
        publisher: report.origin.publisher,
        published: report.published.map(|p| p.day),
        licence: report.origin.licence,
        reader: crate::incident::BY_HAND.to_owned(),
        quotes,
        kind: telling.kind,
        tags: Vec::new(),
        standing: Standing::Happened,
        when: telling.when,
        place: PlaceTold {
            located: telling.place,
            ..PlaceTold::default()
        },
        actors: Vec::new(),
        actors_by: None,
        targets: Vec::new(),
        target_kind: None,
        tolls: Vec::new(),
        says: Vec::new(),
        denies: Vec::new(),
        confidence: 1.0,
        terms: Terms::default(),
    };
    Ok((account, made))
}

/// What a person knows, as a report of its own: the same words twice are one report.
fn own_report(telling: &Telling) -> Report {
    let place = telling.place.as_ref().map_or("", |p| p.name.as_str());
    let line = format!(
        "{}, {}, {}",
        telling.kind.label(),
        if place.is_empty() {
            "place not told"
        } else {
            place
        },
        telling.when.in_words()
    );
    let title = telling.title.clone().unwrap_or(line);
    let text = format!("{title}\n\n{}\n", telling.why);
    let hash = crate::pipeline::sha256_hex(&text);
    Report {
        id: format!("hand-{}", &hash[..16]),
        origin: Origin::default(),
        title: Some(title),
        published: None,
        language: None,
        text,
    }
}
