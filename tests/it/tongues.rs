//! Reports in Arabic, Ukrainian, Russian, French and Spanish: incidents right in type, days, place,
//! dead and standing; one event told in two languages; a language that is not read.
//!
//! `tests/tongues/*.txt` hold the texts, in the form of `tests/cases/README.md`; those named
//! `*-blind*` were written before the reader was run on any.

use gazetteer::Gazetteer;
use placetime::incident::{DatePrecision, Incident, merge};
use placetime::pipeline;
use placetime::report::{Origin, Published, PublishedBy, Report};

use super::reports::{Measured, measured};

/// Floors for each language: recall and precision of whole incidents.
const RECALL_AT_LEAST: f64 = 0.80;
const PRECISION_AT_LEAST: f64 = 0.80;

fn report(id: &str, published: Option<&str>, text: &str) -> Report {
    Report {
        id: id.to_owned(),
        origin: Origin::default(),
        title: None,
        published: published.map(|day| Published {
            day: day.parse().expect("an ISO day"),
            by: PublishedBy::Given,
        }),
        language: None,
        text: text.to_owned(),
    }
}

fn incidents(reports: &[Report]) -> Vec<Incident> {
    let gazetteer = Gazetteer::starter();
    let accounts = reports
        .iter()
        .flat_map(|r| pipeline::accounts(r, &gazetteer).0)
        .collect();
    merge::all(accounts)
        .into_iter()
        .filter(|i| i.shown().standing.is_feature())
        .collect()
}

#[test]
fn reports_of_each_language_tell_what_they_tell() {
    for language in ["ar", "uk", "ru", "fr", "es"] {
        let Measured {
            figures,
            recall,
            precision,
            ..
        } = measured("tests/tongues", language);
        eprintln!("{language}: {figures}");
        assert!(
            recall >= RECALL_AT_LEAST && precision >= PRECISION_AT_LEAST,
            "{language}: {figures}"
        );
    }
}

#[test]
fn one_strike_told_in_five_languages_is_one_incident() {
    let day = Some("2024-03-03");
    let told = [
        (
            "en",
            "An Israeli air strike hit a house in the town of Khiam on Saturday, killing three people, officials said.",
        ),
        (
            "ar",
            "قتل ثلاثة أشخاص في غارة جوية إسرائيلية استهدفت منزلا في بلدة الخيام يوم السبت.",
        ),
        (
            "fr",
            "Une frappe aérienne israélienne a tué trois personnes samedi à Khiam, selon les secours.",
        ),
        (
            "ru",
            "В субботу израильский авиаудар пришёлся по дому в Бейруте, погибли девять человек.",
        ),
        (
            "es",
            "Un bombardeo aéreo israelí mató a tres personas el sábado en Khiam, según los rescatistas.",
        ),
    ];
    let reports: Vec<Report> = told
        .iter()
        .map(|(id, text)| report(id, day, text))
        .collect();
    let found = incidents(&reports);
    let ids: Vec<Vec<String>> = found.iter().map(|i| i.shown().report_ids).collect();
    assert_eq!(found.len(), 2, "the strike on Beirut is another: {ids:?}");
    let khiam = found
        .iter()
        .find(|i| i.accounts.len() == 4)
        .unwrap_or_else(|| panic!("{ids:?}"));
    let killed = khiam.shown().killed.map(|c| (c.least, c.most));
    assert_eq!(killed, Some((3, Some(3))));
}

#[test]
fn a_language_that_is_not_read_gives_no_incident_and_says_so() {
    let gazetteer = Gazetteer::starter();
    let text = "Bei einem Luftangriff auf die Stadt Homs sind am Montag nach Angaben der Behörden drei Menschen getötet worden. Die Armee hat sich nicht dazu geäußert.";
    let (accounts, notices) =
        pipeline::accounts(&report("de", Some("2024-03-05"), text), &gazetteer);
    assert!(accounts.is_empty(), "{accounts:?}");
    let said: Vec<String> = notices.iter().map(ToString::to_string).collect();
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(said[0].contains("Arabic"), "{said:?}");
}

#[test]
fn every_quote_stands_in_the_text_at_its_offsets() {
    let text = "\u{202b}قُتل ١٢ شخصا في غارة جوية على بلدة سرمين بريف إدلب يوم الاثنين 🙂\u{202c}.\n\nThe army said on Tuesday that it had shelled the town of Azaz.";
    let gazetteer = Gazetteer::starter();
    let (accounts, _) = pipeline::accounts(&report("mixed", Some("2024-03-06"), text), &gazetteer);
    let letters: Vec<char> = text.chars().collect();
    assert!(accounts.len() >= 2, "both languages are read: {accounts:?}");
    for quote in accounts.iter().flat_map(|a| &a.quotes) {
        let there: String = letters[quote.start..quote.end].iter().collect();
        assert_eq!(there, quote.text, "{}", quote.field);
    }
    let places: Vec<&str> = accounts.iter().map(|a| a.place.text.as_str()).collect();
    assert!(places.iter().any(|p| p.contains("سرمين")), "{places:?}");
}

#[test]
fn nothing_is_invented_without_a_day_of_publication() {
    for text in [
        "في يوم الأربعاء وقعت غارة جوية على مدينة الرقة.",
        "У середу дрон влучив у будинок в Одесі.",
        "В среду беспилотник ударил по дому в Курске.",
        "Une frappe aérienne a visé mercredi la ville de Gao.",
        "Un coche bomba explotó el miércoles en Cali.",
    ] {
        let found = incidents(&[report("undated", None, text)]);
        assert_eq!(found.len(), 1, "{text}");
        let shown = found[0].shown();
        assert_eq!(shown.when.precision, DatePrecision::Weekday, "{text}");
        assert!(
            shown.when.start.is_none() && shown.when.end.is_none(),
            "{text}"
        );
        assert!(shown.place.is_some_and(|p| p.point().is_some()), "{text}");
    }
}
