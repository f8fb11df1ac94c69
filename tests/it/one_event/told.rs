//! A seed in, reports and the events each tells of out.
//!
//! A scene is one or a few events that are easily taken for one another, with the reports on them.
//! Every scene has a town and a fortnight of its own, so that what is confused is what the scene
//! means to be.

use std::collections::BTreeSet;

use jiff::ToSpan;
use jiff::civil::Date;
use placetime::report::{Origin, Published, PublishedBy, Report};

use crate::dice::Dice;

/// A report and the numbers of the events it tells of.
pub(super) struct Told {
    pub(super) report: Report,
    pub(super) events: BTreeSet<usize>,
}

/// How often every scene is played.
const ROUNDS: usize = 5;

struct Town {
    name: &'static str,
    /// Another spelling of it.
    other: &'static str,
    /// What stands in "the … city of".
    land: &'static str,
    /// Sides that strike there, as adjectives.
    sides: &'static [&'static str],
    /// A town close by.
    near: &'static str,
    /// A sentence of another language; `{day}` is a weekday, `{k}` a figure.
    foreign: Foreign,
}

#[derive(Clone, Copy)]
enum Foreign {
    Ukrainian(&'static str),
    Arabic(&'static str),
    French(&'static str),
}

const SYRIA: &[&str] = &["Russian", "Turkish", "Israeli", "US"];
const UKRAINE: &[&str] = &["Russian", "Ukrainian"];

const TOWNS: &[Town] = &[
    Town {
        name: "Idlib",
        other: "Edlib",
        land: "northern Syrian",
        sides: SYRIA,
        near: "Jisr al-Shughur",
        foreign: Foreign::French("d'Idlib, dans le nord-ouest de la Syrie"),
    },
    Town {
        name: "Kharkiv",
        other: "Kharkov",
        land: "eastern Ukrainian",
        sides: UKRAINE,
        near: "Izium",
        foreign: Foreign::Ukrainian("Харкові"),
    },
    Town {
        name: "Deir ez-Zor",
        other: "Deir al-Zour",
        land: "eastern Syrian",
        sides: SYRIA,
        near: "Mayadin",
        foreign: Foreign::Arabic("مدينة دير الزور"),
    },
    Town {
        name: "Odesa",
        other: "Odessa",
        land: "southern Ukrainian",
        sides: UKRAINE,
        near: "Mykolaiv",
        foreign: Foreign::Ukrainian("Одесі"),
    },
    Town {
        name: "Aleppo",
        other: "Halab",
        land: "northern Syrian",
        sides: SYRIA,
        near: "Afrin",
        foreign: Foreign::Arabic("مدينة حلب"),
    },
    Town {
        name: "Zaporizhzhia",
        other: "Zaporozhye",
        land: "southern Ukrainian",
        sides: UKRAINE,
        near: "Nikopol",
        foreign: Foreign::Ukrainian("Запоріжжі"),
    },
    Town {
        name: "Homs",
        other: "Hims",
        land: "central Syrian",
        sides: SYRIA,
        near: "Hama",
        foreign: Foreign::French("de Homs, dans le centre de la Syrie"),
    },
    Town {
        name: "Dnipro",
        other: "Dnepr",
        land: "central Ukrainian",
        sides: UKRAINE,
        near: "Pavlohrad",
        foreign: Foreign::Ukrainian("Дніпрі"),
    },
];

/// What was hit: the words for it, and names that tell two of them apart.
const TARGETS: &[(&str, &str, [&str; 2])] = &[
    (
        "a hospital",
        "hospital",
        ["the Al-Salam hospital", "the Central Clinical Hospital"],
    ),
    (
        "a market",
        "market",
        ["the Friday market", "the Old Gate market"],
    ),
    ("a school", "school", ["School No. 7", "the Khalid school"]),
    (
        "a power station",
        "power station",
        ["the Northern power station", "the Dam power station"],
    ),
    (
        "a bridge",
        "bridge",
        ["the Railway Bridge", "the Mansour bridge"],
    ),
];

#[derive(Clone, Copy, PartialEq)]
enum Means {
    Air,
    Drone,
    Missile,
    Shells,
}

const MEANS: &[Means] = &[Means::Air, Means::Drone, Means::Missile, Means::Shells];

#[derive(Clone)]
struct Event {
    number: usize,
    town: &'static str,
    land: &'static str,
    day: Date,
    side: &'static str,
    means: Means,
    target: &'static str,
    killed: usize,
    injured: usize,
    clock: Option<&'static str>,
}

/// How a report says the day.
#[derive(Clone, Copy)]
enum Day {
    Weekday,
    Calendar,
    Yesterday,
    Doubtful,
}

struct Maker {
    dice: Dice,
    set: Vec<Told>,
    events: usize,
    scenes: usize,
}

/// The reports of a seed, as they came out.
pub(super) fn set(seed: u64) -> Vec<Told> {
    let mut it = Maker {
        dice: Dice::new(seed),
        set: Vec::new(),
        events: 0,
        scenes: 0,
    };
    let scenes: &[fn(&mut Maker)] = &[
        Maker::one_event_in_many_words,
        Maker::two_targets,
        Maker::two_tolls,
        Maker::two_sides,
        Maker::two_named_objects,
        Maker::day_after_day,
        Maker::an_agency_copied,
        Maker::a_rising_toll,
        Maker::two_towns,
        Maker::a_day_in_doubt,
        Maker::spellings_and_languages,
        Maker::a_round_up,
        Maker::two_hours,
    ];
    for _ in 0..ROUNDS {
        for scene in scenes {
            scene(&mut it);
            it.scenes += 1;
        }
    }
    it.set.sort_by(|a, b| {
        let key = |t: &Told| (t.report.published.map(|p| p.day), t.report.id.clone());
        key(a).cmp(&key(b))
    });
    it.set
}

impl Maker {
    fn one_of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.dice.below(list.len())]
    }

    fn town(&self) -> &'static Town {
        // Thirteen scenes and eight towns: every scene comes to other towns.
        &TOWNS[self.scenes % TOWNS.len()]
    }

    /// An event of the scene's town and time.
    fn event(&mut self) -> Event {
        let town = self.town();
        self.events += 1;
        let (target, ..) = self.one_of(TARGETS);
        let start = Date::constant(2023, 1, 3);
        let days = i32::try_from(14 * self.scenes + self.dice.below(3)).expect("some years");
        Event {
            number: self.events,
            town: town.name,
            land: town.land,
            day: start.saturating_add(days.days()),
            side: self.one_of(town.sides),
            means: self.one_of(MEANS),
            target,
            killed: 3 + self.dice.below(12),
            injured: 5 + self.dice.below(30),
            clock: None,
        }
    }

    /// The same again under another number, to be made different.
    fn another(&mut self, event: &Event) -> Event {
        self.events += 1;
        Event {
            number: self.events,
            ..event.clone()
        }
    }

    fn report(&mut self, published: Date, events: &[&Event], text: String) {
        let id = format!("{:03}-{:02}.txt", self.scenes, self.set.len() % 100);
        self.set.push(Told {
            report: Report {
                origin: Origin {
                    url: Some(format!("https://example.org/{id}")),
                    ..Origin::default()
                },
                id,
                title: None,
                published: Some(Published {
                    day: published,
                    by: PublishedBy::Given,
                }),
                language: None,
                text,
            },
            events: events.iter().map(|e| e.number).collect(),
        });
    }

    /// A report on one event: some days after, in one of several voices.
    fn tell(&mut self, event: &Event) {
        let after = self.dice.below(3);
        let day = match after {
            1 => self.one_of(&[Day::Weekday, Day::Calendar, Day::Yesterday]),
            _ => self.one_of(&[Day::Weekday, Day::Calendar]),
        };
        self.tell_so(event, after, day);
    }

    fn tell_so(&mut self, event: &Event, after: usize, day: Day) {
        let published = later(event.day, after);
        let text = format!("{}\n\n{}", self.sentence(event, day), self.filler());
        self.report(published, &[event], text);
    }

    fn sentence(&mut self, e: &Event, day: Day) -> String {
        let source = self.one_of(&[
            "the regional governor",
            "local officials",
            "a hospital doctor",
            "rescue workers",
            "the city council",
        ]);
        let clock = e.clock.map(|c| format!("{c} ")).unwrap_or_default();
        let when = match day {
            Day::Weekday => format!("{clock}on {}", e.day.strftime("%A")),
            Day::Calendar => format!("{clock}on {} {}", e.day.day(), e.day.strftime("%B")),
            Day::Yesterday => format!("{clock}yesterday"),
            Day::Doubtful => "earlier this week".to_owned(),
        };
        let (k, i) = (number(e.killed), number(e.injured));
        let (side, town, land, target) = (e.side, e.town, e.land, e.target);
        let (they, it) = match e.means {
            Means::Air => ("warplanes bombed", "airstrike"),
            Means::Drone => ("drones struck", "drone strike"),
            Means::Missile => ("missiles hit", "missile strike"),
            Means::Shells => ("artillery shelled", "artillery strike"),
        };
        match self.dice.below(5) {
            0 => format!(
                "{side} {they} {target} in {town} {when}, killing {k} people and wounding {i}, {source} said."
            ),
            1 => format!(
                "{} people were killed when {side} {they} {target} in the {land} city of {town} {when}, {source} said. Another {i} were wounded.",
                capital(&k)
            ),
            2 => format!(
                "{} {side} {it} on {target} in {town} killed {k} people {when}, according to {source}.",
                article(side)
            ),
            3 => format!(
                "At least {k} people died and {i} were injured in a {side} {it} that hit {target} in the city of {town} {when}, {source} said."
            ),
            _ => format!(
                "{side} {they} {target} in {town}, {land_word}, {when}. {} put the number of dead at {k}.",
                capital(source),
                land_word = country(land)
            ),
        }
    }

    fn filler(&mut self) -> String {
        let one = self.one_of(&[
            "Crews searched the rubble through the night.",
            "Windows were broken in the streets around it.",
            "Pictures from the scene showed a crater and burnt cars.",
            "The power supply in the district was interrupted for some hours.",
        ]);
        let two = self.one_of(&[
            "Schools stay closed until further notice.",
            "The mayor asked residents to give blood.",
            "There was no comment from the military.",
            "The wounded were taken to two hospitals, where doctors worked without a break.",
        ]);
        format!("{one} {two}")
    }

    fn tell_often(&mut self, event: &Event, reports: usize) {
        for _ in 0..reports {
            self.tell(event);
        }
    }

    fn one_event_in_many_words(&mut self) {
        let event = self.event();
        self.tell_often(&event, 5);
    }

    fn two_targets(&mut self) {
        let a = Event {
            target: "a hospital",
            ..self.event()
        };
        let b = Event {
            target: "a market",
            ..self.another(&a)
        };
        self.tell_often(&a, 2);
        self.tell_often(&b, 2);
    }

    fn two_tolls(&mut self) {
        let a = Event {
            killed: 3,
            injured: 6,
            ..self.event()
        };
        let b = Event {
            killed: 41,
            injured: 90,
            ..self.another(&a)
        };
        // Figures rise from day to day: these are told on the day itself.
        for event in [&a, &b, &a, &b] {
            self.tell_so(event, 0, Day::Weekday);
        }
    }

    fn two_sides(&mut self) {
        let sides = self.town().sides;
        let a = Event {
            side: sides[0],
            ..self.event()
        };
        let b = Event {
            side: sides[1],
            ..self.another(&a)
        };
        self.tell_often(&a, 2);
        self.tell_often(&b, 2);
    }

    fn two_named_objects(&mut self) {
        let (_, _, names) = self.one_of(TARGETS);
        let a = Event {
            target: names[0],
            ..self.event()
        };
        let b = Event {
            target: names[1],
            ..self.another(&a)
        };
        self.tell_often(&a, 2);
        self.tell_often(&b, 2);
    }

    fn day_after_day(&mut self) {
        let first = self.event();
        self.tell_often(&first, 2);
        for n in 1..3 {
            let next = Event {
                day: later(first.day, n),
                killed: first.killed + n,
                ..self.another(&first)
            };
            self.tell_so(&next, 0, Day::Weekday);
            self.tell_so(&next, 1, Day::Calendar);
        }
    }

    fn an_agency_copied(&mut self) {
        let event = self.event();
        let sentence = self.sentence(&event, Day::Weekday);
        let rest = format!("{} {}", self.filler(), self.filler());
        let heads = [
            "",
            "Our correspondent reports.\n\n",
            "(Agency) - ",
            "By our foreign desk\n\n",
        ];
        for (n, head) in heads.into_iter().enumerate() {
            self.report(
                later(event.day, n / 3),
                &[&event],
                format!("{head}{sentence}\n\n{rest}"),
            );
        }
        self.tell(&event);
    }

    fn a_rising_toll(&mut self) {
        let event = self.event();
        for (after, killed) in [
            (0, event.killed),
            (1, event.killed + 4),
            (2, event.killed * 2 + 5),
        ] {
            self.tell_so(
                &Event {
                    killed,
                    ..event.clone()
                },
                after,
                Day::Weekday,
            );
        }
    }

    fn two_towns(&mut self) {
        let a = self.event();
        let b = Event {
            town: self.town().near,
            ..self.another(&a)
        };
        self.tell_often(&a, 2);
        self.tell_often(&b, 2);
    }

    fn a_day_in_doubt(&mut self) {
        let event = self.event();
        self.tell_often(&event, 2);
        // "Earlier this week" of a Thursday or so holds the day.
        let weekday = i32::from(event.day.weekday().to_monday_zero_offset());
        let after = usize::try_from((4 - weekday).max(1)).expect("some days");
        if weekday < 4 {
            self.tell_so(&event, after, Day::Doubtful);
        }
    }

    fn spellings_and_languages(&mut self) {
        let town = self.town();
        let means = match town.foreign {
            Foreign::Ukrainian(_) => Means::Missile,
            Foreign::Arabic(_) | Foreign::French(_) => Means::Air,
        };
        let event = Event {
            target: "a market",
            means,
            side: town.sides[0],
            ..self.event()
        };
        self.tell(&event);
        self.tell(&Event {
            town: town.other,
            ..event.clone()
        });
        let k = event.killed;
        let at = usize::try_from(event.day.weekday().to_monday_zero_offset()).expect("a weekday");
        let text = match town.foreign {
            Foreign::Ukrainian(name) => format!(
                "Російські війська вдарили ракетою по ринку в {name} {}. Загинули {k} людей, десятки поранені, повідомила обласна адміністрація.",
                [
                    "у понеділок",
                    "у вівторок",
                    "у середу",
                    "у четвер",
                    "у п'ятницю",
                    "у суботу",
                    "у неділю"
                ][at]
            ),
            Foreign::Arabic(name) => format!(
                "قتل {k} مدنيا وأصيب آخرون بجروح، {}، جراء غارة جوية روسية على سوق في {name}، وفق ما أفاد الدفاع المدني.",
                [
                    "الاثنين",
                    "الثلاثاء",
                    "الأربعاء",
                    "الخميس",
                    "الجمعة",
                    "السبت",
                    "الأحد"
                ][at]
            ),
            Foreign::French(name) => format!(
                "Une frappe aérienne russe a touché {} un marché de la ville {name}, tuant {k} personnes, selon une ONG.",
                [
                    "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"
                ][at]
            ),
        };
        self.report(later(event.day, 1), &[&event], text);
    }

    fn a_round_up(&mut self) {
        let a = self.event();
        let b = Event {
            town: self.town().near,
            target: "a school",
            killed: a.killed + 3,
            ..self.another(&a)
        };
        let a = Event {
            target: "a market",
            ..a
        };
        self.tell(&a);
        self.tell(&b);
        let day = [Day::Weekday, Day::Calendar][self.dice.below(2)];
        let text = format!(
            "{}\n\n{}\n\n{}",
            self.sentence(&a, day),
            self.sentence(&b, day),
            self.filler()
        );
        self.report(later(a.day, 1), &[&a, &b], text);
    }

    fn two_hours(&mut self) {
        let a = Event {
            clock: Some("at 4:30 a.m."),
            ..self.event()
        };
        let b = Event {
            clock: Some("at 9:15 p.m."),
            ..self.another(&a)
        };
        for event in [&a, &b] {
            self.tell_so(event, 1, Day::Weekday);
            self.tell_so(event, 1, Day::Calendar);
        }
    }
}

fn later(day: Date, days: usize) -> Date {
    day.saturating_add(i32::try_from(days).expect("some days").days())
}

/// As newspapers write numbers: in words up to ten.
fn number(n: usize) -> String {
    const WORDS: [&str; 11] = [
        "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    ];
    WORDS
        .get(n)
        .map_or_else(|| n.to_string(), |w| (*w).to_owned())
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

fn article(word: &str) -> &'static str {
    if word == "Israeli" { "An" } else { "A" }
}

fn country(land: &str) -> &'static str {
    if land.ends_with("Syrian") {
        "Syria"
    } else {
        "Ukraine"
    }
}
