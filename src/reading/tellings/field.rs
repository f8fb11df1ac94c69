//! Is it a game that the report tells of? Sports pages attack, strike and battle every day.

use crate::incident::{Count, Harm};

use super::look::Found;

/// Words of games. One alone says little: a bomb may go off at a stadium.
const GAMES: &[&str] = &[
    "match",
    "goal",
    "goals",
    "league",
    "champions",
    "championship",
    "coach",
    "striker",
    "midfielder",
    "goalkeeper",
    "defender",
    "penalty",
    "referee",
    "half-time",
    "halftime",
    "season",
    "innings",
    "wicket",
    "wickets",
    "batsman",
    "bowler",
    "tournament",
    "semi-final",
    "semifinal",
    "quarter-final",
    "playoff",
    "playoffs",
    "touchdown",
    "quarterback",
    "seed",
    "seeded",
    "set-point",
    "tie-break",
    "scored",
    "scorer",
    "equaliser",
    "equalizer",
    "fixture",
    "visitors",
    "captain",
    "squad",
    "cup",
    "final",
    "pole",
    "lap",
    "laps",
    "podium",
    "medal",
    "fans",
    "defeat",
    "win",
    "wins",
    "unbeaten",
    "manager",
    "club",
    "home",
    "away",
    "team",
    "teams",
    "players",
    "player",
    "round",
    "title",
    "pitch",
    "bar",
    "yards",
    "goalless",
    "draw",
    "points",
];

/// Different words of games from which on a report is one on a game; the sports pages among the
/// cases hold seven to twelve, reports of attacks at games at most five.
const GAMES_MIN: usize = 7;

/// A report on a game in which nobody came to harm tells of no incident.
pub(super) fn is_played(found: &[Found]) -> bool {
    let harmed = found.iter().flat_map(|f| &f.tolls).any(|t| {
        matches!(t.harm, Harm::Killed | Harm::Injured | Harm::Missing)
            && t.count != Count::exactly(0)
    });
    if harmed {
        return false;
    }
    /// A report of many sentences holds any word; only the first ones are asked.
    const SENTENCES_MAX: usize = 40;
    let mut seen: std::collections::BTreeSet<&str> = std::collections::BTreeSet::new();
    for f in found.iter().take(SENTENCES_MAX) {
        let words = f.words();
        seen.extend(
            (0..words.len()).filter_map(|i| GAMES.iter().find(|g| **g == words.at(i)).copied()),
        );
    }
    seen.len() >= GAMES_MIN
}
