//! Any bytes in; what has to hold of what comes out.
//!
//! One function a fuzz target, listed in [`TARGETS`]. Nothing panics; what is quoted stands in the
//! text; radii are finite, days in order, scores between 0 and 1; what is written can be read.
//! `tests/it/fuzzed.rs` includes this file too and runs each function on kept inputs.
//!
//! # What is not here
//!
//! No chance: the same bytes do the same. How long a run may take is the fuzzer's option (`-timeout`),
//! but for [`growth`], which compares two runs.

use std::cell::RefCell;
use std::ops::Range;
use std::time::{Duration, Instant};

use gazetteer::{Context, Extent, Gazetteer, Located, LonLat};
use jiff::civil::Date;
use placetime::formats::{self, About, Detail, Format, geojson};
use placetime::incident::{Account, Incident, When, merge};
use placetime::ingest::{self, import};
use placetime::pipeline::{self, OtherReading};
use placetime::query::{self, Crs, Days, Filter, Words};
use placetime::reading::{self, timex};
use placetime::report::{Origin, Published, PublishedBy, Report};
use placetime::sources::tables::{self, DayOrder};
use placetime::sources::{self, Input};
use placetime::store::{Found, Store};

/// What holds for any bytes; panics where it does not.
pub(super) type Property = fn(&[u8]);

/// The targets by name, and what each does with bytes.
pub(super) const TARGETS: &[(&str, Property)] = &[
    ("phrase", phrase),
    ("coordinates", coordinates),
    ("index", index),
    ("dataset", dataset),
    ("report", report),
    ("page", page),
    ("feed", feed),
    ("message", message),
    ("lines", lines),
    ("marked", marked),
    ("dates", dates),
    ("table", table),
    ("filter", filter),
    ("kept", kept),
    ("growth", growth),
];

/// The longest text of a report that is read to its end: a fuzzer wants many short runs.
const TEXT_BYTES_MAX: usize = 20_000;

/// Any text as a phrase and as a running text: what it may mean, and what places it tells.
fn phrase(bytes: &[u8]) {
    let text = &*String::from_utf8_lossy(bytes);
    let gazetteer = Gazetteer::starter();
    let context = Context::default();
    gazetteer.resolve(text, &context).iter().for_each(is_sound);
    for name in gazetteer.names_in(text) {
        stands(text, &name);
    }
    let expressions = gazetteer.expressions(text);
    let mut end = 0;
    for expression in &expressions {
        stands(text, &expression.span);
        assert!(end <= expression.span.start, "place phrases overlap");
        end = expression.span.end;
        for name in &expression.names {
            stands(text, name);
        }
    }
    let located = gazetteer.locate(text, &expressions, &context);
    assert_eq!(located.len(), expressions.len());
    located.iter().flatten().for_each(is_sound);
    let _ = gazetteer.search(text, 10);
    let _ = gazetteer.beginning(text, 10);
}

/// Figures and letters of positions: only these, so that the parser of coordinates is reached.
fn coordinates(bytes: &[u8]) {
    const SIGNS: &[char] = &[
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', ' ', '.', ',', '-', '°', '′', '″', '\'',
        '"', 'N', 'S', 'E', 'W', 'T', 'D', 'B', 'C', 'X', 'm', ':', '/', '+',
    ];
    let text = String::from_utf8_lossy(bytes);
    let signs = text.chars().map(|sign| match SIGNS.contains(&sign) {
        true => sign,
        false => SIGNS[sign as usize % SIGNS.len()],
    });
    phrase(signs.collect::<String>().as_bytes());
}

/// Any bytes as a gazetteer file; and the starter with some of its bytes changed and a checksum
/// that fits them.
fn index(bytes: &[u8]) {
    let used = |gazetteer: &Gazetteer| {
        for name in ["Homs", "70 km northeast of Al-Tanf", "Homz"] {
            let _ = gazetteer.resolve(name, &Context::default());
        }
        let _ = gazetteer.search("al", 10);
        let _ = gazetteer.info();
        let _ = gazetteer.credits();
        let homs = LonLat::new(36.72, 34.73).expect("on the globe");
        let _ = gazetteer.near(homs, 5);
        let _ = Extent::new(36.0, 34.0, 37.0, 35.0).map(|box_| gazetteer.within(box_, 10));
    };
    for file in [bytes.to_vec(), Gazetteer::sealed_anew(bytes.to_vec())] {
        if let Ok(gazetteer) = Gazetteer::open(file) {
            used(&gazetteer);
        }
    }
    let mut whole = match bytes.first() {
        Some(first) if first % 8 == 0 => Gazetteer::starter().as_bytes().to_vec(),
        _ => small(),
    };
    for change in bytes.chunks_exact(5) {
        let at = u32::from_le_bytes([change[0], change[1], change[2], change[3]]);
        let at = at as usize % whole.len();
        whole[at] = change[4];
    }
    if let Ok(gazetteer) = Gazetteer::open(Gazetteer::sealed_anew(whole)) {
        used(&gazetteer);
    }
}

/// A gazetteer file of a few places: quicker to change and to ask than the starter.
fn small() -> Vec<u8> {
    const PLACES: &str = "id,name,kind,lat,lon,country,population,names\n\
        1,Homs,city,34.73,36.72,SY,775404,Hims|Emesa|\u{62d}\u{645}\u{635}\n\
        2,Al-Tanf,town,33.51,38.62,SY,,Tanf|At Tanf\n\
        3,Aleppo,city,36.2,37.16,SY,1600000,Halab\n\
        4,Syria,country,35,38,SY,18000000,Syrian Arab Republic\n";
    static SMALL: std::sync::LazyLock<Vec<u8>> = std::sync::LazyLock::new(|| {
        let mut builder = gazetteer::build::Builder::empty();
        let notices = builder.add("places.csv", PLACES.as_bytes());
        let built = builder.finish();
        let opened = Gazetteer::open(built.clone()).expect("what was built opens");
        assert!(opened.knows("Homs"), "{notices:?}");
        built
    });
    SMALL.clone()
}

/// Any bytes as a file that a gazetteer is built from; what is built opens.
fn dataset(bytes: &[u8]) {
    const NAMES: &[&str] = &[
        "a.txt",
        "a.csv",
        "a.geojson",
        "a.tsv",
        "alternateNamesV2.txt",
        "a.zip",
    ];
    let Some((first, rest)) = bytes.split_first() else {
        return;
    };
    let mut builder = gazetteer::build::Builder::empty();
    let _ = builder.add(NAMES[usize::from(*first) % NAMES.len()], rest);
    let built = Gazetteer::open(builder.finish()).expect("what was built opens");
    for place in built.places().take(20) {
        built
            .resolve(&place.name, &Context::default())
            .iter()
            .for_each(is_sound);
    }
}

/// Any text as a plain report, with a day of publication or without.
fn report(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else {
        return;
    };
    let text = String::from_utf8_lossy(rest).into_owned();
    let report = dated(text, day_of(*first));
    let read = reading::read(&report, &Gazetteer::starter());
    for sentence in &read.sentences {
        stands(&report.text, &sentence.span);
    }
    for place in &read.places {
        stands(&report.text, &place.span);
        place.candidates.iter().for_each(is_sound);
    }
    holds(&report);
}

/// Any bytes as a web page.
fn page(bytes: &[u8]) {
    came_as("a.html", bytes);
}

/// Any bytes as RSS or Atom, and as a JSON feed.
fn feed(bytes: &[u8]) {
    came_as("a.rss", bytes);
    let json = sources::json_feed("a.json", bytes);
    json.iter().flat_map(|(reports, _)| reports).for_each(holds);
}

/// Any bytes as a message.
fn message(bytes: &[u8]) {
    came_as("a.eml", bytes);
}

/// Any bytes as lines of JSON; as text with header lines; and as whatever they look like.
fn lines(bytes: &[u8]) {
    came_as("a.jsonl", bytes);
    came_as("a.md", bytes);
    came_as("-", bytes);
}

/// A text, a zero byte, and what another reader says of it.
fn marked(bytes: &[u8]) {
    let Some(at) = bytes.iter().position(|b| *b == 0) else {
        return;
    };
    let text = String::from_utf8_lossy(&bytes[..at]).into_owned();
    let line = String::from_utf8_lossy(&bytes[at + 1..]);
    let Ok(other) = OtherReading::from_json(&line) else {
        return;
    };
    let report = dated(text, day_of(bytes[at + 1]));
    let (accounts, _) = pipeline::accounts_marked(&report, &other, &Gazetteer::starter());
    accounts_hold(&report, accounts);
}

/// Any text for its dates: those that are found, one that is given, and what stands in a field.
fn dates(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else {
        return;
    };
    let text = &*String::from_utf8_lossy(rest);
    let day = day_of(*first);
    let chars: Vec<char> = text.chars().collect();
    let check = |found: Vec<timex::DateExpression>| {
        for it in found {
            let told: String = chars[it.start..it.end].iter().collect();
            assert_eq!(told, it.surface);
        }
    };
    check(timex::annotate(text, day, None));
    let whole = 0..chars.len();
    let part = chars.len() / 3..chars.len() / 2;
    check(timex::annotate(text, day, Some(&[whole, part])));
    if let Some((start, end)) = When::days_of(text)
        && let Ok(when) = When::set(start, end, None)
    {
        when_holds(&when);
    }
    let _ = sources::day_of(text);
    let _ = reading::published_in(text);
    let _ = Days::parse(text);
}

/// Any bytes as a table: CSV, GeoJSON, KML, workbook, GeoPackage, Parquet; row by row, and imported.
fn table(bytes: &[u8]) {
    for legacy in [false, true] {
        let Ok(mut table) = tables::open("a", bytes, legacy) else {
            continue;
        };
        let rows: Vec<_> = table.by_ref().take(2_000).collect();
        let header = table.header();
        let profile = tables::Profile::of(&header);
        let Ok(mapping) = tables::Mapping::guess(&header, &[]) else {
            continue;
        };
        for row in rows.into_iter().flatten() {
            for order in [DayOrder::DayFirst, DayOrder::MonthFirst] {
                if let Ok(it) = tables::given(row.clone(), &mapping, profile, order) {
                    if let (Some(start), Some(end)) = (it.start, it.end) {
                        assert!(start <= end, "{start} {end}");
                    }
                    assert!(it.radius_m.is_none_or(|r| r.is_finite() && r >= 0.0));
                }
            }
        }
    }
    with_store(|store| {
        let options = import::ImportOptions::default();
        let open = || Ok(bytes);
        let gazetteer = Gazetteer::starter();
        let before = store.watermark().expect("a store that answers");
        let _ = import::import("a", open, &options, &gazetteer, store, |_| {});
        let (_, changed) = store.changed_since(before).expect("a store that answers");
        for id in changed {
            if let Ok(Found::Incident(it)) = store.incident(&id) {
                incident_holds(&it);
            }
        }
    });
}

/// Any text as what may stand in an address: a filter in CQL2 text or JSON, words, days, a box.
fn filter(bytes: &[u8]) {
    thread_local! {
        static SHOWN: Vec<placetime::incident::Shown> = {
            let text = "Shelling in Homs killed 3 people on 15 June 2022. An earthquake hit Herat on 7 October 2023.";
            let report = dated(text.to_owned(), None);
            let (incidents, _) = ingest::preview(&[report], &Gazetteer::starter());
            incidents.iter().map(Incident::shown).collect()
        };
    }
    let text = &*String::from_utf8_lossy(bytes);
    let crs = Crs::default();
    for read in [Filter::from_text(text, &crs), Filter::from_json(text, &crs)]
        .into_iter()
        .flatten()
    {
        let _ = read.bounds();
        SHOWN.with(|all| {
            all.iter().for_each(|shown| {
                let _ = read.takes(shown);
            });
        });
    }
    if let Ok(words) = Words::parse(text) {
        SHOWN.with(|all| {
            all.iter().for_each(|shown| {
                let _ = words.takes(shown);
            });
        });
    }
    let _ = query::parse_bbox(text);
    let _ = Days::parse(text);
    let _ = Crs::parse(text);
    let _ = query::equal("type", text);
}

/// Any text as a report that is kept, given out with every account, and taken in elsewhere: the
/// accounts are the same as those read.
fn kept(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else {
        return;
    };
    let text = String::from_utf8_lossy(&rest[..rest.len().min(TEXT_BYTES_MAX)]).into_owned();
    let mut report = dated(text, day_of(*first));
    // A store that has heard of a report takes no other tellings of it.
    report.id = format!("{first} {}", pipeline::sha256_hex(&report.text));
    let (incidents, _) = ingest::preview(&[report], &Gazetteer::starter());
    if incidents.is_empty() {
        return;
    }
    every_format_takes(&incidents);
    let mut out = Vec::new();
    let mut sink = formats::sink(Format::GeoJson, Detail::Full, &About::default(), &mut out)
        .expect("memory takes all");
    for incident in &incidents {
        sink.add(&incident.shown(), Some(incident))
            .expect("memory takes all");
    }
    sink.finish().expect("memory takes all");
    with_store(|store| {
        let options = import::ImportOptions::default();
        let open = || Ok(&out[..]);
        let gazetteer = Gazetteer::starter();
        let mut bad = Vec::new();
        let tell = |told: import::ImportTold<'_>| {
            if let import::ImportTold::Bad(row) = told {
                bad.push(row.clone());
            }
        };
        import::import("a.geojson", open, &options, &gazetteer, store, tell).expect("our own file");
        assert!(bad.is_empty(), "{bad:?}");
        for told in &incidents {
            let Ok(Found::Incident(back)) = store.incident(&told.id) else {
                panic!("{} was not kept", told.id);
            };
            assert_eq!(back.accounts.len(), told.accounts.len());
            for (back, told) in back.accounts.iter().zip(&told.accounts) {
                let plain = |it: &Account| {
                    let mut it = it.clone();
                    it.sketch = told.sketch.clone();
                    it.terms = told.terms.clone();
                    // Radii are given out in whole metres. The middle of a country is no place to
                    // draw, and is not given out; nor is a radius around nothing.
                    if let Some(located) = &mut it.place.located {
                        located.centre = located.point();
                        located.radius_m = located.radius_m.map(f64::round);
                        // Positions are given out to the decimetre; outlines are not compared.
                        let plain = |deg: f64| (deg * 1e5).round() / 1e5;
                        located.centre = located
                            .centre
                            .and_then(|at| LonLat::new(plain(at.lon()), plain(at.lat())).ok());
                        if located.centre.is_none() && located.area.is_none() {
                            located.radius_m = None;
                        }
                        located.area = None;
                    }
                    // "Civilians" in words and the code `civilians` are given out alike.
                    for toll in &mut it.tolls {
                        if toll.of_whom == toll.of.code() {
                            toll.of_whom.clear();
                        }
                    }
                    it
                };
                assert_eq!(plain(back), plain(told));
            }
        }
    });
}

/// A few bytes again and again: four times as long may not take much more than four times as long.
fn growth(bytes: &[u8]) {
    /// Bytes repeated, and the length they come to.
    const UNIT_BYTES_MAX: usize = 200;
    const LENGTHS: [usize; 2] = [50_000, 200_000];
    /// Shorter runs say little.
    const SLOW: Duration = Duration::from_millis(2_500);
    /// Linear is 4, quadratic 16.
    const TIMES_MAX: u32 = 10;
    let Some((first, unit)) = bytes.split_first().filter(|(_, unit)| !unit.is_empty()) else {
        return;
    };
    let unit = &unit[..unit.len().min(UNIT_BYTES_MAX)];
    let took = |length: usize| {
        let long: Vec<u8> = unit.iter().copied().cycle().take(length).collect();
        let began = time_used();
        long_one(*first, &long);
        time_used().saturating_sub(began)
    };
    let long = took(LENGTHS[1]);
    if long < SLOW {
        return;
    }
    let short = took(LENGTHS[0]);
    let again = took(LENGTHS[1]).min(long);
    assert!(again <= short * TIMES_MAX, "{short:?} grew to {again:?}");
}

/// The time this thread has had a processor: others on a busy machine do not count. Where no such
/// clock is told, the time that has passed.
fn time_used() -> Duration {
    static BEGAN: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let used = told.split(' ').next().and_then(|ns| ns.parse().ok());
    used.map_or_else(|| BEGAN.elapsed(), Duration::from_nanos)
}

/// One long input, as the number says.
fn long_one(what: u8, long: &[u8]) {
    let gazetteer = Gazetteer::starter();
    let text = || String::from_utf8_lossy(long).into_owned();
    let read = |name: &str, bytes: &[u8]| {
        let reports = sources::read(Input { name, bytes }).map(|(reports, _)| reports);
        for report in reports.unwrap_or_default() {
            let _ = pipeline::accounts(&report, &gazetteer);
        }
    };
    match what % 12 {
        0..=3 => drop(pipeline::accounts(&dated(text(), day_of(what)), &gazetteer)),
        4 => read("a.html", &[b"<html><body>", long].concat()),
        5 => read(
            "a.rss",
            &[b"<rss><channel><item><description>", long].concat(),
        ),
        6 => read("a.eml", &[b"From: a@example.org\nSubject: ", long].concat()),
        7 => read("a.jsonl", long),
        8 => drop(timex::annotate(&text(), day_of(what), None)),
        9 => drop(Filter::from_text(&text(), &Crs::default())),
        10 => {
            let table = tables::open("a.csv", long, false).ok();
            let _ = table.into_iter().flatten().count();
        }
        _ => {
            let text = text();
            let _ = gazetteer.resolve(&text, &Context::default());
            let expressions = gazetteer.expressions(&text);
            drop(gazetteer.locate(&text, &expressions, &Context::default()));
        }
    }
}

/// Reads an input of a name and every report in it.
fn came_as(name: &str, bytes: &[u8]) {
    if let Ok((reports, _)) = sources::read(Input { name, bytes }) {
        reports.iter().for_each(holds);
    }
}

/// What a report tells is sound.
fn holds(report: &Report) {
    let mut end = report.text.len().min(TEXT_BYTES_MAX);
    while !report.text.is_char_boundary(end) {
        end -= 1;
    }
    let short;
    let report = if end < report.text.len() {
        short = Report {
            text: report.text[..end].to_owned(),
            ..report.clone()
        };
        &short
    } else {
        report
    };
    let (accounts, _) = pipeline::accounts(report, &Gazetteer::starter());
    accounts_hold(report, accounts);
}

/// Accounts are sound, quote the text, and make sound incidents.
fn accounts_hold(report: &Report, accounts: Vec<Account>) {
    let chars: Vec<char> = report.text.chars().collect();
    for account in &accounts {
        for quote in &account.quotes {
            let told = chars.get(quote.start..quote.end).expect("inside the text");
            assert_eq!(told.iter().collect::<String>(), quote.text);
        }
    }
    merge::all(accounts).iter().for_each(incident_holds);
}

/// An incident is sound, and with every account it is JSON.
fn incident_holds(incident: &Incident) {
    let shown = incident.shown();
    for account in &incident.accounts {
        assert!((0.0..=1.0).contains(&account.confidence));
        when_holds(&account.when);
        account.place.located.iter().for_each(is_sound);
        for toll in &account.tolls {
            assert!(toll.count.most.is_none_or(|most| most >= toll.count.least));
        }
    }
    when_holds(&shown.when);
    let mut out = Vec::new();
    geojson::feature(&mut out, &shown, Some(incident));
    serde_json::from_slice::<serde_json::Value>(&out).expect("what is written is JSON");
}

/// Every format without a database takes the incidents.
fn every_format_takes(incidents: &[Incident]) {
    for format in [Format::Csv, Format::Kml, Format::FlatGeobuf, Format::Acled] {
        let mut out = Vec::new();
        let mut sink = formats::sink(format, Detail::Full, &About::default(), &mut out)
            .expect("memory takes all");
        for incident in incidents {
            sink.add(&incident.shown(), Some(incident))
                .expect("memory takes all");
        }
        sink.finish().expect("memory takes all");
    }
}

fn when_holds(when: &When) {
    for day in [when.start, when.end].into_iter().flatten() {
        assert!((1..=9999).contains(&day.year()), "{when:?}");
    }
    if let Some((start, end)) = when.days() {
        assert!(start <= end, "{when:?}");
    }
    assert!(
        when.weekday.is_none_or(|n| (1..=7).contains(&n)),
        "{when:?}"
    );
    if let Some((month, day)) = when.month_day {
        assert!(Date::new(2024, month, day).is_ok(), "{when:?}");
    }
    let _ = when.in_words();
}

fn is_sound(located: &Located) {
    assert!((0.0..=1.0).contains(&located.score), "{located:?}");
    assert!(
        located.radius_m.is_none_or(|r| r.is_finite() && r >= 0.0),
        "{located:?}"
    );
}

/// The span lies in the text, on borders of characters.
fn stands(text: &str, span: &Range<usize>) {
    assert!(text.get(span.clone()).is_some(), "{span:?} of {text:?}");
}

fn dated(text: String, day: Option<Date>) -> Report {
    Report {
        id: "a".to_owned(),
        origin: Origin::default(),
        title: None,
        published: day.map(|day| Published {
            day,
            by: PublishedBy::Given,
        }),
        language: None,
        text,
    }
}

/// No day, an ordinary one, or one at the ends of the calendar.
fn day_of(number: u8) -> Option<Date> {
    let day = |y, m, d| Date::new(y, m, d).ok();
    match number % 8 {
        0 => None,
        1 => day(2024, 2, 29),
        2 => day(1000, 1, 1),
        3 => day(9999, 12, 31),
        4 => day(2023, 1, 1),
        _ => day(2022, 6, 18),
    }
}

/// A store of this thread; begun anew when much has come in.
fn with_store(work: impl FnOnce(&mut Store)) {
    /// Inputs that one store takes.
    const TURNS_MAX: usize = 300;
    type Held = (tempfile::TempDir, Store, usize);
    thread_local! {
        static STORE: RefCell<Option<Held>> = const { RefCell::new(None) };
    }
    STORE.with(|held| {
        let mut held = held.borrow_mut();
        if held
            .as_ref()
            .is_none_or(|(_, _, turns)| *turns >= TURNS_MAX)
        {
            *held = None;
            let folder = tempfile::tempdir().expect("a folder of our own");
            let store = Store::open(folder.path()).expect("a new store");
            *held = Some((folder, store, 0));
        }
        let (_, store, turns) = held.as_mut().expect("made above");
        *turns += 1;
        work(store);
    });
}
