//! `source`: what may be done with each source.

use std::io::{self, Write};

use super::{Outcome, say};
use crate::config::{House, SourceCommand};
use crate::store::Store;

pub(super) fn source(it: &SourceCommand, house: &House) -> Outcome {
    match it {
        SourceCommand::Set(asked) => {
            let mut store = Store::open(&house.data)?;
            let mut terms = store.source(&asked.source)?;
            if let Some(licence) = &asked.licence {
                terms.licence = Some(licence.clone()).filter(|l| !l.is_empty());
            }
            if let Some(republish) = asked.republish {
                terms.terms.republish = republish;
            }
            if let Some(level) = asked.sensitivity {
                terms.terms.sensitivity = super::rule::level(level);
            }
            let incidents = store.set_source(&terms)?;
            say(&format!(
                "{}: {}; places: {}; licence: {} ({incidents} incidents)",
                terms.source,
                republish(terms.terms.republish),
                terms.terms.sensitivity.code(),
                terms.licence.as_deref().unwrap_or("as told")
            ));
        }
        SourceCommand::List { json } => {
            let sources = Store::open_to_read(&house.data)?.sources()?;
            let mut out = io::stdout().lock();
            if *json {
                let list: serde_json::Value = sources
                    .iter()
                    .map(|it| {
                        serde_json::json!({
                            "source": it.source,
                            "licence": it.licence,
                            "republish": it.terms.republish,
                            "sensitivity": it.terms.sensitivity.code(),
                        })
                    })
                    .collect();
                writeln!(out, "{list:#}")?;
            } else {
                for it in sources {
                    writeln!(
                        out,
                        "{}\t{}\t{}\t{}",
                        it.source,
                        republish(it.terms.republish),
                        it.terms.sensitivity.code(),
                        it.licence.unwrap_or_default()
                    )?;
                }
            }
        }
    }
    Ok(true)
}

fn republish(it: bool) -> &'static str {
    if it {
        "may be republished"
    } else {
        "not to be republished"
    }
}
