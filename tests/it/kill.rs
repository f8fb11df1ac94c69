//! Killed at any moment: nothing that was acknowledged is lost, nothing is there by half, and the
//! same commands again lead to the same store.

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;

use crate::house::{Desk, placetime};
use crate::keep::content;

/// Rounds ended by a kill, over all three kinds of writing.
const KILLS: [usize; 3] = [80, 60, 60];

/// Numbers without a pattern, the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % most
    }
}

fn reports(desk: &Desk, count: usize) -> Vec<String> {
    let towns = [
        "Homs", "Aleppo", "Damascus", "Mosul", "Baghdad", "Tripoli", "Kyiv", "Kharkiv",
    ];
    (0..count)
        .map(|n| {
            let name = format!("r{n:03}.txt");
            let day = n / towns.len() + 1;
            let text = format!(
                "date: 2021-03-28\n\nShells fell in the city of {} on {day} March 2021, killing {} people.\n",
                towns[n % towns.len()],
                n % 7 + 2
            );
            desk.file(&name, text);
            name
        })
        .collect()
}

/// Starts a command, kills it after so long, and gives the lines it had written; true when it had
/// ended by itself.
fn killed(desk: &Desk, arguments: &[&str], after: Duration) -> (Vec<String>, bool) {
    let mut child = placetime(arguments)
        .current_dir(desk.path("."))
        .env("PLACETIME_DATA", desk.data())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let told = child.stderr.take().expect("piped");
    let reader = std::thread::spawn(move || {
        BufReader::new(told)
            .lines()
            .map_while(Result::ok)
            .collect::<Vec<String>>()
    });
    std::thread::sleep(after);
    let _ = child.kill();
    let ended = child.wait().expect("it ends").success();
    (reader.join().expect("the lines"), ended)
}

fn sound(desk: &Desk) {
    let found = desk.run(&["verify"]);
    assert_eq!(found.status, 0, "{}{}", found.out, found.told);
}

#[test]
fn killed_at_any_moment_nothing_is_lost_and_nothing_is_by_half() {
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    let quiet = Desk::new();
    let names = reports(&quiet, 120);
    let mut add = vec!["add"];
    add.extend(names.iter().map(String::as_str));
    let start = std::time::Instant::now();
    assert_eq!(quiet.run(&add).status, 0);
    let whole = u64::try_from(start.elapsed().as_millis())
        .expect("short")
        .max(50);
    let wanted = content(&quiet);
    assert!(wanted.len() > 100);

    // Adding, in rounds that each begin anew when the store is full.
    let mut kills = 0;
    let mut desk = Desk::new();
    reports(&desk, 120);
    let mut acknowledged: Vec<String> = Vec::new();
    while kills < KILLS[0] {
        let wait = Duration::from_millis(dice.below(whole));
        let (lines, ended) = killed(&desk, &add, wait);
        let ids = lines
            .iter()
            .filter(|l| l.starts_with("new: "))
            .filter_map(|l| l.rsplit_once('(')?.1.strip_suffix(')'));
        acknowledged.extend(ids.map(str::to_owned));
        if ended {
            assert_eq!(content(&desk), wanted);
            sound(&desk);
            desk = Desk::new();
            reports(&desk, 120);
            acknowledged.clear();
            continue;
        }
        kills += 1;
        if kills % 10 == 0 && desk.data().join("placetime.sqlite").exists() {
            sound(&desk);
            let there: Vec<Value> = content(&desk);
            for id in &acknowledged {
                assert!(
                    there.iter().any(|it| it["id"] == *id),
                    "{id} was acknowledged"
                );
            }
        }
    }
    assert_eq!(desk.run(&add).status, 0);
    assert_eq!(content(&desk), wanted, "as if nobody had disturbed it");
    sound(&desk);

    // Reading everything again.
    let mut kills = 0;
    while kills < KILLS[1] {
        let wait = Duration::from_millis(dice.below(whole));
        if !killed(&desk, &["reread"], wait).1 {
            kills += 1;
        }
    }
    assert_eq!(desk.run(&["reread"]).status, 0);
    assert_eq!(content(&desk), wanted, "read again to the same");
    sound(&desk);

    // Rulings with a key: repeated until answered, each is there once.
    let id = wanted[0]["id"].as_str().expect("an id");
    let start = std::time::Instant::now();
    let done = desk.run(&["rule", "note", id, "--why", "0", "--key", "k0"]);
    assert_eq!(done.status, 0, "{}", done.told);
    let once = u64::try_from(start.elapsed().as_millis())
        .expect("short")
        .max(5)
        * 2;
    let (mut kills, mut ruled) = (0, 1);
    while kills < KILLS[2] {
        let (why, key) = (ruled.to_string(), format!("k{ruled}"));
        let arguments = ["rule", "note", id, "--why", &why, "--key", &key];
        let wait = Duration::from_millis(dice.below(once));
        if killed(&desk, &arguments, wait).1 {
            ruled += 1;
        } else {
            kills += 1;
        }
    }
    let (why, key) = (ruled.to_string(), format!("k{ruled}"));
    let last = desk.run(&["rule", "note", id, "--why", &why, "--key", &key]);
    assert_eq!(last.status, 0, "{}", last.told);
    let shown = desk.run(&["rule", "show", id]).out;
    let notes = shown.lines().filter(|l| l.starts_with("ruling ")).count();
    assert_eq!(notes, ruled + 1, "every ruling once: {shown}");
    sound(&desk);
}
