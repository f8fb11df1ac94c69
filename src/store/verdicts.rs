//! How a ruling lies in the database: its code, and the rest as JSON in a shape of the store's own.
//! Fields may be added with a default; none is renamed.

use serde::{Deserialize, Serialize};

use super::rows::{LocatedRow, WhenRow, located, located_row, when, when_row};
use crate::incident::{Count, IncidentType, PartiesRuled, Sensitivity, TollRuled, Verdict};

#[derive(Default, Serialize, Deserialize)]
struct DetailRow {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    place: Option<LocatedRow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    date: Option<WhenRow>,
    #[serde(default, rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    toll: Option<TollRow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    actors: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    targets: Option<Vec<String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    with: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    accounts: Option<Vec<(String, usize)>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    into: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    level: Option<String>,
}

/// A figure that was set: a count, or nothing known of it. What was not set is left out.
#[derive(Serialize, Deserialize)]
enum FigureRow {
    #[serde(rename = "unknown")]
    Unknown,
    #[serde(rename = "count")]
    Count { least: u32, most: Option<u32> },
}

#[derive(Default, Serialize, Deserialize)]
struct TollRow {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    killed: Option<FigureRow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    injured: Option<FigureRow>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    civilians_killed: Option<FigureRow>,
}

fn figure_row(it: Option<Option<Count>>) -> Option<FigureRow> {
    it.map(|count| match count {
        None => FigureRow::Unknown,
        Some(Count { least, most }) => FigureRow::Count { least, most },
    })
}

fn figure(it: Option<FigureRow>) -> Option<Option<Count>> {
    it.map(|row| match row {
        FigureRow::Unknown => None,
        FigureRow::Count { least, most } => Some(Count { least, most }),
    })
}

/// The JSON of what a verdict says beside its code.
pub(super) fn detail_of(verdict: &Verdict) -> rusqlite::Result<String> {
    let mut row = DetailRow::default();
    match verdict {
        Verdict::Publish
        | Verdict::Propose
        | Verdict::Confirm
        | Verdict::Reject
        | Verdict::Reopen
        | Verdict::Note
        | Verdict::Undo { .. } => {}
        Verdict::Move(place) => row.place = place.as_deref().cloned().map(located_row),
        Verdict::Date(date) => row.date = Some(when_row((**date).clone())),
        Verdict::Type(kind) => row.kind = Some(kind.code().to_owned()),
        Verdict::Toll(toll) => {
            row.toll = Some(TollRow {
                killed: figure_row(toll.killed),
                injured: figure_row(toll.injured),
                civilians_killed: figure_row(toll.civilians_killed),
            });
        }
        Verdict::Actors(parties) => {
            row.actors.clone_from(&parties.actors);
            row.targets.clone_from(&parties.targets);
        }
        Verdict::Merge { with } => row.with = Some(with.clone()),
        Verdict::Split { accounts, into } => {
            row.accounts = Some(accounts.clone());
            row.into = Some(into.clone());
        }
        Verdict::Sensitive(level) => row.level = Some(level.code().to_owned()),
    }
    serde_json::to_string(&row).map_err(|e| rusqlite::Error::ToSqlConversionFailure(Box::new(e)))
}

/// The verdict of its row; `None` for a code that only a later version knows.
pub(super) fn verdict_of(
    code: &str,
    detail: &str,
    undoes: Option<i64>,
) -> rusqlite::Result<Option<Verdict>> {
    let row: DetailRow = serde_json::from_str(detail).map_err(|error| {
        rusqlite::Error::FromSqlConversionFailure(2, rusqlite::types::Type::Text, Box::new(error))
    })?;
    Ok(match code {
        "publish" => Some(Verdict::Publish),
        "propose" => Some(Verdict::Propose),
        "confirm" => Some(Verdict::Confirm),
        "reject" => Some(Verdict::Reject),
        "reopen" => Some(Verdict::Reopen),
        "note" => Some(Verdict::Note),
        "move" => Some(Verdict::Move(row.place.map(|p| Box::new(located(p))))),
        "date" => row.date.map(|d| Verdict::Date(Box::new(when(d)))),
        "type" => {
            let kind = row.kind.as_deref().and_then(IncidentType::from_code);
            kind.map(Verdict::Type)
        }
        "toll" => row.toll.map(|toll| {
            Verdict::Toll(TollRuled {
                killed: figure(toll.killed),
                injured: figure(toll.injured),
                civilians_killed: figure(toll.civilians_killed),
            })
        }),
        "actors" => Some(Verdict::Actors(PartiesRuled {
            actors: row.actors,
            targets: row.targets,
        })),
        "merge" => row.with.map(|with| Verdict::Merge { with }),
        "split" => row
            .accounts
            .zip(row.into)
            .map(|(accounts, into)| Verdict::Split { accounts, into }),
        "sensitive" => {
            // A level of a later version is stricter than we know.
            let level = row.level.as_deref().and_then(Sensitivity::from_code);
            Some(Verdict::Sensitive(level.unwrap_or(Sensitivity::Hidden)))
        }
        "undo" => undoes.map(|ruling| Verdict::Undo { ruling }),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing;

    #[test]
    fn every_verdict_comes_back_as_it_went_in() {
        let told = testing::account("a.txt", "2022-06-15", Some((38.618, 33.506)));
        let all = [
            Verdict::Publish,
            Verdict::Propose,
            Verdict::Confirm,
            Verdict::Reject,
            Verdict::Reopen,
            Verdict::Note,
            Verdict::Move(None),
            Verdict::Move(told.place.located.clone().map(Box::new)),
            Verdict::Date(Box::new(told.when)),
            Verdict::Type(IncidentType::Flood),
            Verdict::Toll(TollRuled {
                killed: Some(None),
                injured: Some(Some(Count {
                    least: 24,
                    most: None,
                })),
                civilians_killed: None,
            }),
            Verdict::Actors(PartiesRuled {
                actors: Some(vec!["An army".to_owned()]),
                targets: None,
            }),
            Verdict::Merge {
                with: "inc-1".to_owned(),
            },
            Verdict::Split {
                accounts: vec![("a.txt".to_owned(), 1)],
                into: "inc-2".to_owned(),
            },
            Verdict::Sensitive(Sensitivity::Km10),
            Verdict::Undo { ruling: 3 },
        ];
        let codes: Vec<&str> = all.iter().map(Verdict::code).collect();
        for code in Verdict::CODES {
            assert!(codes.contains(code), "{code} is tried");
        }
        for verdict in all {
            let detail = detail_of(&verdict).expect("JSON");
            let undoes = matches!(verdict, Verdict::Undo { .. }).then_some(3);
            let back = verdict_of(verdict.code(), &detail, undoes).expect("our JSON");
            assert_eq!(back, Some(verdict));
        }
        assert_eq!(verdict_of("sing", "{}", None).expect("JSON"), None);
    }
}
