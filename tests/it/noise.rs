//! Whatever comes in, reading ends, and what it quotes stands in the text.
//!
//! Seeded noise for each format: sentences, marks, tags and bytes thrown together and cut. A case
//! that fails says its format and its number; the same number makes the same case.

use gazetteer::Gazetteer;
use placetime::incident::{DatePrecision, merge};
use placetime::pipeline;
use placetime::report::{Origin, Published, PublishedBy, Report};
use placetime::sources::{self, Input};

/// Cases for each format on each run.
const CASES: u64 = 150;

/// SplitMix64: small, seeded, the same on every machine.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n as u64).expect("fits")
    }

    fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }
}

/// Pieces of reports, and of what is none.
const PIECES: &[&str] = &[
    "Shells hit Homs on Monday, killing 12 people",
    "two days after an attack near Goma",
    "on 30 February 2023",
    "in the year 0",
    "in 99999",
    "on 31 November",
    "at 25:61 a.m.",
    "the same month last year",
    "about 1,2,3,4 000.000 people were killed",
    "killing 999999999999999999999 soldiers",
    "killing -3 people",
    "nobody and no one and none of them were hurt",
    "\u{202e}drawkcab si siht\u{202c}",
    "zero\u{200b}width\u{feff}joiner\u{200d}",
    "التنف قصف 12 قتيلا في ٣ مايو",
    "в Харькове погибли 5 человек",
    "👩‍👩‍👧‍👦",
    "e\u{301}\u{301}\u{301}\u{301}",
    "\0\u{1}\u{7f}",
    "\u{fffd}\u{fffd}",
    ". . . ! ? \" “ ” « »",
    "((((((((((",
    "70 km northeast of 70 km northeast of Homs",
    "between Homs and between Homs and",
    "91N 200E 0,0",
    "33.5, 38.6",
    "1/5 #Homs @somebody https://example.org/?q=<script>",
    "- - - — –",
    "According to according to according to",
    "U.S. Gen. Lt. Col. a.m. p.m.",
    "\n",
    "\n\n",
    "\r\n",
    "\t",
    " ",
    ", ",
    ". ",
];

fn words(chance: &mut Chance) -> String {
    let n = 1 + chance.below(40);
    let mut out = String::new();
    for _ in 0..n {
        out.push_str(chance.of(PIECES));
        out.push_str(chance.of(&[" ", ". ", ", ", "\n\n", ""]));
    }
    out
}

/// Bytes cut, doubled and changed at random places.
fn broken(chance: &mut Chance, text: String) -> Vec<u8> {
    let mut bytes = text.into_bytes();
    for _ in 0..chance.below(6) {
        if bytes.is_empty() {
            break;
        }
        let at = chance.below(bytes.len());
        match chance.below(4) {
            0 => bytes[at] = (chance.next() & 0xff) as u8,
            1 => bytes.truncate(at),
            2 => {
                let piece: Vec<u8> = bytes[at..].iter().copied().take(50).collect();
                bytes.splice(at..at, piece);
            }
            _ => {
                bytes.remove(at);
            }
        }
    }
    bytes
}

fn plain(chance: &mut Chance) -> String {
    let head = chance.of(&[
        "",
        "date: 2022-06-18\n\n",
        "date: 2022-02-30\n\n",
        "date: 99999-01-01\nurl: x\n\n",
    ]);
    format!("{head}{}", words(chance))
}

fn html(chance: &mut Chance) -> String {
    let tags = [
        "<p>",
        "</p>",
        "<div",
        "<div>",
        "</div>",
        "<nav>",
        "</nav>",
        "<article>",
        "</article>",
        "<script>",
        "</script>",
        "<!--",
        "-->",
        "<title>",
        "</title>",
        "<time datetime='2022-02-30'>",
        "<meta property=og:title content='",
        "'>",
        "<![CDATA[",
        "&amp;",
        "&#x110000;",
        "&#0;",
        "<a b=c d",
        "<script type=application/ld+json>{\"@graph\":[{\"datePublished\":5}]}</script>",
        "<br/>",
    ];
    let mut out = chance
        .of(&["<!DOCTYPE html><html lang=x>", "<html>", ""])
        .to_owned();
    for _ in 0..chance.below(30) {
        out.push_str(chance.of(&tags));
        out.push_str(chance.of(PIECES));
    }
    out
}

fn feed(chance: &mut Chance) -> String {
    let mut out = (chance.of(&[
        "<rss><channel>",
        "<feed xmlns='http://www.w3.org/2005/Atom'>",
        "<?xml version='1.0' encoding='x'?><rss>",
    ]))
    .to_owned();
    let tags = [
        "<item>",
        "</item>",
        "<entry>",
        "</entry>",
        "<title>",
        "</title>",
        "<description><![CDATA[",
        "]]></description>",
        "<pubDate>Sat, 30 Feb 2022 25:00:00 +9900</pubDate>",
        "<updated>0000-00-00</updated>",
        "<link href='javascript:x'/>",
        "&bomb;",
        "<!DOCTYPE x [<!ENTITY bomb 'x'>]>",
        "<content type='html'>",
    ];
    for _ in 0..chance.below(30) {
        out.push_str(chance.of(&tags));
        out.push_str(chance.of(PIECES));
    }
    out
}

fn email(chance: &mut Chance) -> String {
    let heads = [
        "Date: Mon, 30 Feb 2022 10:00:00 +0000",
        "Subject: =?utf-8?q?=ff=00?=",
        "Subject: Homs",
        "Content-Type: multipart/mixed; boundary=x",
        "Content-Type: text/html; charset=nothing",
        "Content-Transfer-Encoding: base64",
        "MIME-Version: 1.0",
        "To: \"",
        "From: =?x?y?z?=",
    ];
    let mut out = "From: a@example.org\n".to_owned();
    for _ in 0..chance.below(6) {
        out.push_str(chance.of(&heads));
        out.push('\n');
    }
    format!("{out}\n{}\n--x\n\n{}", words(chance), words(chance))
}

fn jsonl(chance: &mut Chance) -> String {
    let mut out = String::new();
    for _ in 0..1 + chance.below(4) {
        let day = chance.of(&["\"2022-06-18\"", "null", "\"2022-02-30\"", "7", "\"99999\""]);
        let text = serde_json::to_string(&words(chance)).expect("a string");
        let id = chance.of(&["\"a\"", "\"\"", "5", "null", "\"a\\u0000b\""]);
        out.push_str(&format!(
            "{{\"id\": {id}, \"published\": {day}, \"text\": {text}}}\n"
        ));
    }
    out
}

/// Everything that was quoted stands where it says, and nothing is made up.
fn holds(report: &Report, gazetteer: &Gazetteer, case: &str) {
    let (accounts, _) = pipeline::accounts(report, gazetteer);
    let chars: Vec<char> = report.text.chars().collect();
    for account in &accounts {
        assert!((0.0..=1.0).contains(&account.confidence), "{case}");
        for quote in &account.quotes {
            let stands: String = chars
                .get(quote.start..quote.end)
                .unwrap_or_else(|| panic!("{case}: {quote:?} lies outside the text"))
                .iter()
                .collect();
            assert_eq!(stands, quote.text, "{case}");
        }
        if let (Some(start), Some(end)) = (account.when.start, account.when.end) {
            assert!(start <= end, "{case}: {:?}", account.when);
        }
        if let Some(place) = &account.place.located {
            assert!(place.radius_m.is_none_or(f64::is_finite), "{case}");
        }
    }
    let _ = merge::all(accounts);
}

fn each(name: &str, seed: u64, make: fn(&mut Chance) -> String) {
    let gazetteer = Gazetteer::starter();
    for n in 0..CASES {
        let mut chance = Chance(seed.wrapping_mul(1_000_003).wrapping_add(n));
        let made = make(&mut chance);
        let bytes = broken(&mut chance, made);
        let case = format!("{name}, case {n}");
        // What cannot be read says so in a sentence.
        let read = sources::read(Input {
            name,
            bytes: &bytes,
        });
        for report in read.map(|(reports, _)| reports).unwrap_or_default() {
            holds(&report, &gazetteer, &case);
        }
    }
}

#[test]
fn noise_in_text() {
    each("a.txt", 1, plain);
}

#[test]
fn noise_in_pages() {
    each("a.html", 2, html);
}

#[test]
fn noise_in_feeds() {
    each("a.rss", 3, feed);
}

#[test]
fn noise_in_messages() {
    each("a.eml", 4, email);
}

#[test]
fn noise_in_lines_of_json() {
    each("a.jsonl", 5, jsonl);
}

fn dated(text: String) -> Report {
    Report {
        id: "long".to_owned(),
        origin: Origin::default(),
        title: None,
        published: Some(Published {
            day: "2022-06-18".parse().expect("an ISO day"),
            by: PublishedBy::Given,
        }),
        language: None,
        text,
    }
}

#[test]
fn what_is_long_or_deep_ends() {
    let gazetteer = Gazetteer::starter();
    let long = [
        "killed ".repeat(20_000),
        "a".repeat(300_000),
        "on Monday in Homs killing 3 ".repeat(5_000),
        ", and ".repeat(40_000),
        "\"".repeat(100_000),
        "12 ".repeat(60_000),
    ];
    for text in long {
        let name: String = text.chars().take(20).collect();
        holds(&dated(text), &gazetteer, &name);
    }
    for tag in ["<div>", "<nav>", "<b>", "<article>", "<table><tr><td>"] {
        let page = format!("<html>{}Shells hit Homs.", tag.repeat(50_000));
        let bytes = page.as_bytes();
        let _ = sources::read(Input {
            name: "deep.html",
            bytes,
        });
    }
    let json = format!("{{\"id\": {}", "[".repeat(100_000));
    let bytes = json.as_bytes();
    let _ = sources::read(Input {
        name: "deep.jsonl",
        bytes,
    });
}

#[test]
fn days_that_are_none_are_not_made_up() {
    let gazetteer = Gazetteer::starter();
    for day in [
        "30 February 2022",
        "31 November 2021",
        "0 June 2022",
        "32 May 2022",
        "5 May 99999",
        "1 January 0",
    ] {
        let report = dated(format!(
            "Shells hit the town of Idlib on {day}, killing two people."
        ));
        for account in pipeline::accounts(&report, &gazetteer).0 {
            assert_ne!(account.when.precision, DatePrecision::Day, "{day}");
        }
    }
}
