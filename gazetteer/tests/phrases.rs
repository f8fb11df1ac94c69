//! Phrases as reports write them, and what a reader takes them to mean, by the starter tables.

#![allow(
    clippy::print_stderr,
    clippy::unwrap_used,
    clippy::single_range_in_vec_init,
    reason = "a test says why it was skipped"
)]

use gazetteer::{Context, CountryCode, Gazetteer, Kind, LonLat, Precision, Usage};
use geo::Contains;

/// The starter, or a word that the tables are empty in this checkout.
fn starter() -> Option<Gazetteer> {
    let gazetteer = Gazetteer::starter();
    let filled = gazetteer.place("starter:tanf-garrison").is_some()
        && gazetteer.place("starter:SY").is_some();
    if !filled {
        eprintln!("skipped: the starter tables are empty here");
    }
    filled.then_some(gazetteer)
}

fn at(lat: f64, lon: f64) -> LonLat {
    LonLat::new(lon, lat).expect("on the globe")
}

/// The best answer lies within so many kilometres of a point.
fn check(gazetteer: &Gazetteer, phrase: &str, lat: f64, lon: f64, km: f64, precision: Precision) {
    let found = gazetteer.resolve(phrase, &Context::default());
    let best = found
        .first()
        .unwrap_or_else(|| panic!("{phrase}: nothing found"));
    let centre = best.centre.unwrap_or_else(|| panic!("{phrase}: {best:?}"));
    let off = centre.distance_m(at(lat, lon)) / 1000.0;
    assert!(off <= km, "{phrase}: {} lies {off:.0} km off", best.name);
    assert_eq!(best.precision, precision, "{phrase}: {}", best.name);
    assert!(!best.because.is_empty(), "{phrase}: no reason given");
}

#[test]
fn names_in_every_spelling() {
    let Some(g) = starter() else { return };
    for (phrase, lat, lon) in [
        ("al-Tanf", 33.506, 38.618),
        ("At-Tanf garrison", 33.506, 38.618),
        ("التنف", 33.506, 38.618),
        ("قاعدة التنف", 33.506, 38.618),
        ("Damascus", 33.51, 36.29),
        ("دمشق", 33.51, 36.29),
        ("Дамаск", 33.51, 36.29),
        ("Deir ez-Zor", 35.34, 40.14),
        ("Dayr az-Zawr", 35.34, 40.14),
        ("HOMS", 34.73, 36.71),
        ("Hassakeh", 36.5, 40.75),
        ("Kyiv", 50.45, 30.52),
        ("Київ", 50.45, 30.52),
    ] {
        check(&g, phrase, lat, lon, 20.0, Precision::Place);
    }
    for phrase in ["Atlantis of Nowhere", "", "   ", "?!", "\u{202e}\u{0}🙂"] {
        assert!(
            g.resolve(phrase, &Context::default()).is_empty(),
            "{phrase:?}"
        );
    }
}

#[test]
fn the_type_word_tells_city_from_province() {
    let Some(g) = starter() else { return };
    let kind = |phrase: &str| g.resolve(phrase, &Context::default())[0].kind;
    assert_eq!(kind("Damascus"), Kind::Capital);
    assert_eq!(kind("Homs"), Kind::City);
    assert_eq!(kind("Homs governorate"), Kind::Admin1);
    assert_eq!(kind("Aleppo province"), Kind::Admin1);
    assert_eq!(kind("محافظة حمص"), Kind::Admin1);
    assert_eq!(kind("the town of al-Tanf"), Kind::Village);
    assert_eq!(kind("al-Tanf base"), Kind::Base);
}

#[test]
fn a_place_by_way_of_another() {
    let Some(g) = starter() else { return };
    check(
        &g,
        "70 km northeast of al-Tanf",
        33.95,
        39.155,
        8.0,
        Precision::NearPlace,
    );
    check(
        &g,
        "5 km north of Homs",
        34.775,
        36.71,
        3.0,
        Precision::NearPlace,
    );
    check(&g, "near Aleppo", 36.2, 37.15, 5.0, Precision::NearPlace);
    check(
        &g,
        "the Al-Tanf area",
        33.506,
        38.618,
        5.0,
        Precision::NearPlace,
    );
    check(
        &g,
        "between Palmyra and al-Sukhnah",
        34.72,
        38.57,
        10.0,
        Precision::NearPlace,
    );
    check(&g, "33.506, 38.618", 33.506, 38.618, 0.1, Precision::Point);
    check(
        &g,
        "33°30′21″N 38°37′04″E",
        33.506,
        38.618,
        0.1,
        Precision::Point,
    );
    check(
        &g,
        "Al-Zukf, 70 kilometers northeast of Al-Tanf",
        33.95,
        39.155,
        8.0,
        if g.resolve("Al-Zukf", &Context::default()).is_empty() {
            Precision::NearPlace
        } else {
            Precision::Place
        },
    );
    let radius = g.resolve("70 km northeast of al-Tanf", &Context::default())[0]
        .radius_m
        .unwrap_or_default();
    // Nine tenths of a wedge of 45°: 0.35 of the distance, and what is not known of al-Tanf.
    assert!((24_000.0..27_000.0).contains(&radius), "{radius}");
}

#[test]
fn the_embedded_starter_is_what_the_tables_make() {
    let built = gazetteer::build::Builder::new().finish();
    assert!(built == Gazetteer::starter().as_bytes());
}

#[test]
fn the_circle_is_as_wide_as_the_doubt() {
    let Some(g) = starter() else { return };
    for (phrase, least_m, most_m) in [
        ("al-Tanf garrison", 1_000.0, 5_000.0),
        ("al-Tanf, Syria", 5_000.0, 35_000.0),
        ("Damascus", 5_000.0, 20_000.0),
        ("London", 10_000.0, 30_000.0),
        ("Aleppo", 5_000.0, 20_000.0),
    ] {
        let best = &g.resolve(phrase, &Context::default())[0];
        let radius_m = best.radius_m.unwrap_or_default();
        assert!((least_m..most_m).contains(&radius_m), "{phrase}: {best:?}");
    }
    let wide = &g.resolve("al-Tanf, Syria", &Context::default())[0];
    assert!(
        wide.because
            .iter()
            .any(|reason| reason.contains("lie near")),
        "{wide:?}"
    );
}

#[test]
fn an_unknown_name_lies_somewhere_in_the_division_told() {
    let Some(g) = starter() else { return };
    let best = &g.resolve(
        "Qwertzuiopu village, Homs Governorate, Syria",
        &Context::default(),
    )[0];
    assert_eq!(best.precision, Precision::Admin, "{best:?}");
    assert_eq!(best.country, CountryCode::new("SY"));
}

#[test]
fn a_word_that_is_no_name_finds_nothing() {
    let Some(g) = starter() else { return };
    assert!(g.resolve("Qwertzuiopu", &Context::default()).is_empty());
    assert!(g.search("Qwertzuiopu", 10).is_empty());
}

#[test]
fn a_search_shows_what_begins_so_before_what_sounds_so() {
    let Some(g) = starter() else { return };
    for (query, first) in [
        ("Damas", "Damascus"),
        ("Aleppo", "Aleppo"),
        ("Hasaka", "Hasakah"),
    ] {
        let found = g.search(query, 10);
        assert!(
            found
                .first()
                .is_some_and(|place| place.name.contains(first)),
            "{query}: {:?}",
            found.iter().map(|place| &place.name).collect::<Vec<_>>()
        );
    }
}

#[test]
fn a_part_of_a_country_is_an_area_and_never_a_point() {
    let Some(g) = starter() else { return };
    for (phrase, lat, lon, km) in [
        ("southern Syria", 33.1, 37.6, 150.0),
        ("northeast Syria", 36.2, 40.6, 170.0),
        ("northeastern Syria", 36.2, 40.6, 170.0),
        ("eastern Syria", 35.3, 40.2, 150.0),
    ] {
        check(&g, phrase, lat, lon, km, Precision::Region);
        let best = &g.resolve(phrase, &Context::default())[0];
        assert!(best.area.is_some() && best.point().is_none(), "{phrase}");
    }
    let southeast = &g.resolve("southeastern Syria", &Context::default())[0];
    let area = southeast.area.as_ref().expect("an area");
    assert!(
        area.contains(&geo_types::Point::new(38.618, 33.506)),
        "al-Tanf lies in the south-east"
    );
    assert!(
        !area.contains(&geo_types::Point::new(37.15, 36.2)),
        "Aleppo does not"
    );
    let russia = &g.resolve("eastern Russia", &Context::default())[0];
    assert!(
        russia.centre.is_some_and(|c| c.lon() > 90.0),
        "{:?}",
        russia.centre
    );
}

#[test]
fn the_other_places_of_a_text_choose_among_namesakes() {
    let Some(g) = starter() else { return };
    let syria = Context {
        countries: CountryCode::new("SY").into_iter().collect(),
        ..Context::default()
    };
    let found = g.resolve("Tanf", &syria);
    assert_eq!(found[0].country, CountryCode::new("SY"));
    assert!(found.len() > 1, "the candidates passed over are told");
    assert!(found[0].score > found[1].score);
}

/// What is found in a text: the words and how they are used.
fn spotted(g: &Gazetteer, text: &str) -> Vec<(String, Usage)> {
    g.expressions(text)
        .into_iter()
        .map(|e| (text[e.span].to_owned(), e.usage))
        .collect()
}

#[test]
fn phrases_in_running_text() {
    let Some(g) = starter() else { return };
    let text = "US troops at the al-Tanf garrison in southeastern Syria, which is close to the Jordanian \
                border, were struck on Wednesday. A base at Al-Zukf, 70 kilometers northeast of Al-Tanf, \
                was hit. Moscow warned Washington. The Kremlin declined.";
    let found = spotted(&g, text);
    let has = |words: &str, usage: Usage| {
        assert!(
            found.contains(&(words.to_owned(), usage)),
            "{words} {usage:?} not in {found:?}"
        );
    };
    has("US", Usage::Demonym);
    has("the al-Tanf garrison", Usage::Place);
    has("southeastern Syria", Usage::Place);
    has("close to the Jordanian border", Usage::Place);
    has("Al-Zukf, 70 kilometers northeast of Al-Tanf", Usage::Place);
    has("Moscow", Usage::Metonym);
    has("Kremlin", Usage::Metonym);

    for (text, words, usage) in [
        ("Jordan Smith spoke.", "Jordan", Usage::PartOfName),
        ("Paris Hilton spoke.", "Paris", Usage::PartOfName),
        ("Kabul University reopened.", "Kabul", Usage::PartOfName),
        (
            "A blast hit the church of St. Peter and St. Paul.",
            "the church of St. Peter",
            Usage::PartOfName,
        ),
        (
            "Flights to St. Petersburg were cancelled.",
            "St. Petersburg",
            Usage::Place,
        ),
        (
            "The University of Aleppo reopened.",
            "Aleppo",
            Usage::PartOfName,
        ),
        (
            "They live in the Raqqa countryside.",
            "the Raqqa countryside",
            Usage::Place,
        ),
        (
            "Strikes in the western part of Raqqa.",
            "the western part of Raqqa",
            Usage::Place,
        ),
        (
            "A base near the town of al-Tanf, in the southeast of the country.",
            "the southeast of the country",
            Usage::Place,
        ),
    ] {
        let found = spotted(&g, text);
        assert!(
            found.contains(&(words.to_owned(), usage)),
            "{words} {usage:?} not in {found:?}"
        );
    }
    for text in [
        "March was nice.",
        "Of all people, Most said no.",
        "Independence came.",
        "The New York Times wrote.",
        "the islamic state",
    ] {
        let found = spotted(&g, text);
        assert!(
            found.iter().all(|(_, usage)| *usage != Usage::Place),
            "{text}: {found:?}"
        );
    }
}

#[test]
fn the_country_is_the_one_of_the_last_place() {
    let Some(g) = starter() else { return };
    let text =
        "Russian troops struck a base near the town of al-Tanf, in the southeast of the country.";
    let expressions = g.expressions(text);
    let located = g.locate(text, &expressions, &Context::default());
    let n = expressions
        .iter()
        .position(|e| text[e.span.clone()].ends_with("of the country"))
        .expect("found");
    assert_eq!(located[n][0].country, CountryCode::new("SY"));
    assert_eq!(located[n][0].precision, Precision::Region);
}

#[test]
fn given_spans_get_answers_in_their_order() {
    let Some(g) = starter() else { return };
    let text = "Palmyra, Homs Governorate, Syria";
    let located = g.locate_given(text, &[27..32, 0..7], &Context::default());
    assert_eq!(located[0][0].kind, Kind::Country);
    assert_eq!(located[1][0].country, CountryCode::new("SY"));
}

#[test]
fn odd_input_is_bounded() {
    let g = Gazetteer::starter();
    let long = "Homs ".repeat(20_000);
    assert!(g.expressions(&long).len() <= 20_000);
    let _ = g.resolve(&long, &Context::default());
    let _ = g.search(&long, 10);
    for text in [
        "\u{202e}سوريا\u{202c}",
        "a\u{0}b",
        "🙂🙂🙂",
        "،،،",
        "'''",
        "70 km",
        "70 km of",
        "between and",
        "north",
        "of the",
        "the",
        "33.5, ",
        "90°91′",
        "ﷺﷺ",
        "-",
        "–",
        "İİİ",
        "1e308 km north of Homs",
        "99999999999999999999 km from Homs",
    ] {
        let expressions = g.expressions(text);
        let _ = g.locate(text, &expressions, &Context::default());
        let _ = g.resolve(text, &Context::default());
        let _ = g.search(text, 3);
        for start in 0..text.len() {
            let _ = g.locate_given(text, &[start..text.len()], &Context::default());
        }
    }
}

#[test]
fn a_damaged_file_is_refused_with_a_sentence() {
    let g = Gazetteer::starter();
    let bytes = g.as_bytes().to_vec();
    assert!(Gazetteer::open(bytes.clone()).is_ok());
    assert!(
        Gazetteer::open(b"PK\x03\x04".to_vec())
            .unwrap_err()
            .to_string()
            .contains("no gazetteer file")
    );
    assert!(Gazetteer::open(Vec::new()).is_err());
    let short = bytes[..bytes.len() / 2].to_vec();
    assert!(
        Gazetteer::open(short)
            .unwrap_err()
            .to_string()
            .contains("truncated")
    );
    let mut flipped = bytes;
    let middle = flipped.len() / 2;
    flipped[middle] ^= 1;
    assert!(
        Gazetteer::open(flipped)
            .unwrap_err()
            .to_string()
            .contains("damaged")
    );
}

#[test]
fn a_thousand_flips_and_every_cut_are_refused_or_harm_nothing() {
    const FLIPS: u64 = 1_000;
    const STEP: usize = 4_096;
    let whole = Gazetteer::starter();
    let mut bytes = whole.as_bytes().to_vec();
    let tanf = |g: &Gazetteer| g.resolve("al-Tanf", &Context::default());
    let right = tanf(&whole);
    let mut refused = 0;
    for n in 0..FLIPS {
        // Spread over the file by the golden ratio, every bit in turn.
        let at = n.wrapping_mul(0x9e37_79b9_7f4a_7c15) as usize % bytes.len();
        let bit = 1 << (n % 8);
        bytes[at] ^= bit;
        match Gazetteer::open(bytes.clone()) {
            Err(_) => refused += 1,
            // The index of misspellings is outside of the checksum: damage there may lose a
            // misspelling and leads nowhere else.
            Ok(g) => assert_eq!(tanf(&g), right, "byte {at}, bit {bit}"),
        }
        bytes[at] ^= bit;
    }
    assert!(refused > FLIPS / 2, "{refused} of {FLIPS} are refused");
    for end in (0..bytes.len()).step_by(STEP) {
        let cut = Gazetteer::open(bytes[..end].to_vec());
        assert!(cut.is_err(), "cut at {end}");
    }
}

#[test]
fn an_adjective_beside_a_name_does_not_hold_it() {
    let Some(g) = starter() else { return };
    for (text, name, country) in [
        (
            "a drone attack on the Saudi hospital in El Fasher",
            "El Fasher",
            "SD",
        ),
        (
            "54 nautical miles southwest of Aden, the British agency reported",
            "54",
            "YE",
        ),
        ("the Syrian town of Manbij", "Manbij", "SY"),
    ] {
        let expressions = g.expressions(text);
        let located = g.locate(text, &expressions, &Context::default());
        let found = expressions
            .iter()
            .zip(&located)
            .find(|(e, _)| text[e.span.clone()].contains(name))
            .and_then(|(_, l)| l.first())
            .unwrap_or_else(|| panic!("{text}: {name} is not found"));
        assert_eq!(
            found.country,
            CountryCode::new(country),
            "{text}: {}",
            found.name
        );
        assert!(found.point().is_some(), "{text}: {}", found.name);
    }
}

#[test]
fn a_word_for_any_place_is_no_place_s_name() {
    let gazetteer = Gazetteer::starter();
    let text = "Fierce fighting went on in the western part of the city and in the northern part of the province.";
    let expressions = gazetteer.expressions(text);
    let located = gazetteer.locate(text, &expressions, &Context::default());
    for (expression, answers) in expressions.iter().zip(located) {
        let words = &text[expression.span.clone()];
        assert!(
            answers
                .iter()
                .all(|a| a.centre.is_none() && a.area.is_none()),
            "{words}: {answers:?}"
        );
    }
}

#[test]
fn a_distance_is_read_in_the_languages_of_the_reports() {
    let Some(g) = starter() else { return };
    for phrase in [
        "20 km east of Homs",
        "20 كم شرق حمص",
        "على بعد 20 كم شرق حمص",
        "à 20 km à l'est de Homs",
        "20 km al este de Homs",
        "в 20 км к востоку от Хомс",
        "20 км на схід від Хомс",
    ] {
        check(&g, phrase, 34.73, 36.93, 5.0, Precision::NearPlace);
    }
    for phrase in [
        "between Homs and Hama",
        "بين حمص وحماة",
        "entre Homs et Hama",
        "the road from Homs to Hama",
        "the highway linking Homs and Hama",
    ] {
        check(&g, phrase, 34.93, 36.74, 5.0, Precision::NearPlace);
    }
    check(&g, "près de Homs", 34.73, 36.71, 5.0, Precision::NearPlace);
    check(
        &g,
        "cerca de Cali",
        3.44,
        -76.52,
        10.0,
        Precision::NearPlace,
    );
}

#[test]
fn the_countryside_of_a_city_is_the_division_and_its_side() {
    let Some(g) = starter() else { return };
    let best = |phrase: &str| g.resolve(phrase, &Context::default()).remove(0);
    for phrase in ["Aleppo countryside", "ريف حلب"] {
        let found = best(phrase);
        assert_eq!(found.kind, Kind::Admin1, "{phrase}: {found:?}");
    }
    let west = best("western countryside of Aleppo");
    assert_eq!(west.precision, Precision::Region, "{west:?}");
    let city = best("Aleppo");
    assert!(west.centre.unwrap().lon() < city.centre.unwrap().lon() + 0.4);
    let division = best("محافظة إدلب");
    assert_eq!(division.kind, Kind::Admin1, "{division:?}");
}

#[test]
fn a_border_is_a_strip_and_so_far_inside_is_one_too() {
    let Some(g) = starter() else { return };
    let best = |phrase: &str| g.resolve(phrase, &Context::default()).remove(0);
    let holds = |found: &gazetteer::Located, lat: f64, lon: f64| {
        let area = found.area.as_ref().unwrap_or_else(|| panic!("{found:?}"));
        area.contains(&geo::Point::new(lon, lat))
    };
    // East of al-Tanf lies Iraq.
    let border = best("along the border of Syria and Iraq");
    assert!(border.point().is_none() && border.is_of_a_border());
    assert!(!best("southeastern Syria").is_of_a_border());
    assert!(holds(&border, 34.45, 40.95) && !holds(&border, 34.45, 41.2));
    assert!(
        !holds(&border, 34.7, 36.7),
        "Homs is at no border with Iraq"
    );
    let inside = best("20 km inside Syria");
    assert!(inside.point().is_none());
    assert!(!holds(&inside, 34.7, 38.3), "in the middle of the desert");
    assert!(holds(&inside, 36.55, 38.9), "25 km from Turkey");
    let river = best("east of the Euphrates");
    assert!(river.point().is_none(), "{river:?}");
}

#[test]
fn the_mouth_of_a_river_is_a_place() {
    let Some(g) = starter() else { return };
    check(
        &g,
        "the mouth of the Shatt al-Arab",
        29.95,
        48.58,
        10.0,
        Precision::Place,
    );
    let delta = g.resolve("the mouth of the Nile", &Context::default());
    assert!(delta[0].point().is_none(), "{:?}", delta[0]);
}

#[test]
fn the_ends_of_a_way_are_chosen_together() {
    let Some(g) = starter() else { return };
    // One end alone: near there, and it says so.
    let found = g.resolve("between Homs and Xyzzyqx", &Context::default());
    assert!(
        found
            .first()
            .is_some_and(|best| best.because[0].contains("not known")),
        "{:?}",
        found.first()
    );
    // "The town of that name" rather than its border crossing.
    let town = g.resolve("Kobani", &Context::default());
    assert_ne!(town[0].kind, Kind::Crossing, "{:?}", town[0]);
}

#[test]
fn a_list_is_all_of_its_places_and_no_point() {
    let Some(g) = starter() else { return };
    let found = g.resolve("Homs, Hama and Idlib", &Context::default());
    assert_eq!(found[0].name, "Homs, Hama and Idlib");
    assert!(found[0].point().is_none());
    assert!(found[0].radius_m.unwrap() > 60_000.0, "{:?}", found[0]);
    let names: Vec<&str> = found[1..].iter().map(|l| &l.name[..]).collect();
    assert_eq!(names, ["Homs", "Hama", "Idlib"]);
    // No lists: a name with "and" in it, and a place with what holds it.
    for phrase in ["Bosnia and Herzegovina", "Homs, Syria"] {
        let found = g.resolve(phrase, &Context::default());
        assert!(found[0].place_id.is_some(), "{phrase}: {:?}", found[0]);
    }
    let countries = g.resolve("Syria and Iraq", &Context::default());
    assert!(countries[0].area.is_some() && countries[0].country.is_none());
}

#[test]
fn an_adjective_of_a_deed_says_nothing_of_where_it_was() {
    let Some(g) = starter() else { return };
    let located = |text: &str, name: &str| {
        let phrases = g.expressions(text);
        let located = g.locate(text, &phrases, &Context::default());
        phrases
            .iter()
            .zip(located)
            .find(|(p, _)| text[p.span.clone()].ends_with(name))
            .and_then(|(_, found)| found.into_iter().next()?.country)
    };
    for text in [
        "Russian shelling of the city of Kherson killed two.",
        "Russian bombardment of Kherson killed two.",
    ] {
        assert_eq!(located(text, "Kherson"), CountryCode::new("UA"), "{text}");
    }
    // A sort of place before "of" says it still.
    let text = "Shells fell on the Syrian town of Tripoli.";
    assert_ne!(located(text, "Tripoli"), CountryCode::new("LY"), "{text}");
}

#[test]
fn a_well_known_town_gives_way_to_no_look_alike() {
    let Some(g) = starter() else { return };
    let best = &g.resolve("Kherson, Russia", &Context::default())[0];
    assert_eq!(best.country, CountryCode::new("RU"), "{best:?}");
    assert!(best.point().is_none(), "no pin on Kursk: {best:?}");
    assert!(
        best.because.iter().any(|b| b.contains("is known there")),
        "{best:?}"
    );
}

#[test]
fn an_adjective_tells_the_country_where_nothing_else_is_known() {
    let Some(g) = starter() else { return };
    let found = g.resolve("Russian Foreign Ministry", &Context::default());
    assert_eq!(found[0].country, CountryCode::new("RU"), "{:?}", found[0]);
    assert!(found[0].point().is_none() && found[0].score < 0.6);
}

/// The best answer, with a country told.
fn told(phrase: &str, country: &str) -> gazetteer::Located {
    let context = Context {
        countries: CountryCode::new(country).into_iter().collect(),
        ..Context::default()
    };
    let answers = Gazetteer::starter().resolve(phrase, &context);
    answers.into_iter().next().unwrap()
}

/// True where the outline of the country holds the point.
fn lies_in(country: &str, at: LonLat) -> bool {
    let outline = Gazetteer::starter()
        .outline(CountryCode::new(country).unwrap())
        .unwrap();
    outline.contains(&geo_types::Point::new(at.lon(), at.lat()))
}

#[test]
fn off_a_coast_is_at_sea() {
    for (phrase, country, lands) in [
        (
            "10 km off the coast of Latakia",
            "SY",
            &["SY", "TR", "LB"][..],
        ),
        ("off the coast of Tartus", "SY", &["SY", "LB"]),
        (
            "at sea 20 miles west of Hodeidah",
            "YE",
            &["YE", "SA", "ER"],
        ),
        ("30 nautical miles off Hodeidah", "YE", &["YE", "SA", "ER"]),
        ("in the sea 30 km south of Odesa", "UA", &["UA", "MD", "RO"]),
    ] {
        let answer = told(phrase, country);
        let at = answer.point().unwrap();
        for land in lands {
            assert!(!lies_in(land, at), "{phrase}: {at:?} lies in {land}");
        }
        let radius_m = answer.radius_m.unwrap();
        assert!(
            (5_000.0..70_000.0).contains(&radius_m),
            "{phrase}: {radius_m}"
        );
    }
    // A whole country's coast is no point, but its middle lies at sea.
    let yemen = told("off the coast of Yemen", "YE");
    assert_eq!((yemen.point(), yemen.precision), (None, Precision::Sea));
    assert!(!lies_in("YE", yemen.centre.unwrap()));
    // Where there is no sea, the answer says so and counts for less.
    let homs = told("10 km off the coast of Homs", "SY");
    assert!(
        homs.because.iter().any(|b| b.contains("no sea is known")),
        "{:?}",
        homs.because
    );
}

#[test]
fn a_circle_ends_at_the_border_of_the_country_told() {
    // Seventy kilometres east of al-Tanf lies Iraq: what the wedge has of Syria is meant.
    let answer = told("70 km east of al-Tanf", "SY");
    let at = answer.point().unwrap();
    assert!(lies_in("SY", at), "{at:?}");
    assert!(
        answer.because.iter().any(|b| b == "clipped to Syria"),
        "{:?}",
        answer.because
    );
    assert!(answer.radius_m.unwrap() < 26_000.0);
    // Far from any border nothing is clipped.
    let inner = told("20 km east of Palmyra", "SY");
    assert!(inner.because.iter().all(|b| !b.starts_with("clipped")));
    // And without a country told the words alone decide.
    let alone = Gazetteer::starter().resolve("70 km east of al-Tanf", &Context::default());
    assert!(alone[0].because.iter().all(|b| !b.starts_with("clipped")));
}

#[test]
fn a_border_village_lies_by_a_border() {
    let row = |id: u32, lat: f64, lon: f64| {
        format!("{id}\tTal Zarya\tTal Zarya\t\t{lat}\t{lon}\tP\tPPL\tSY\t\t\t\t\t\t0\t\t\t\t\n")
    };
    let rows = row(1, 34.7, 38.0) + &row(2, 36.65, 38.9);
    let mut builder = gazetteer::build::Builder::new();
    builder.add("places.txt", rows.as_bytes());
    let gazetteer = Gazetteer::open(builder.finish()).unwrap();
    let answers = gazetteer.resolve("the border village of Tal Zarya", &Context::default());
    assert!(answers[0].centre.unwrap().lat() > 36.0, "{answers:#?}");
}

#[test]
fn a_place_on_a_road_named_after_it_is_that_place() {
    let answer = told("the town of Palmyra on the Homs-Palmyra road", "SY");
    assert_eq!(answer.name, "Palmyra");
    // Without one the road is meant, up to its ends: wider than a place between the two.
    let road = told("on the Homs-Palmyra road", "SY");
    let between = told("between Homs and Palmyra", "SY");
    assert!(road.radius_m.unwrap() > between.radius_m.unwrap());
}

#[test]
fn a_distance_is_counted_from_the_town_and_not_from_its_province() {
    let Some(g) = starter() else { return };
    let text = "In the province of Herat, villages in Zinda Jan district were levelled. \
                Another quake was recorded about 28 kilometres north of Herat.";
    let expressions = g.expressions(text);
    let told = g.locate(text, &expressions, &Context::default());
    let last = told.last().expect("an offset");
    assert_eq!(last[0].precision, Precision::NearPlace, "{last:?}");
    assert!(last[0].score >= last[1].score, "{last:?}");
}
