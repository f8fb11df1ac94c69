//! Tables of incidents and addresses of feeds, given to the server by the page.
//!
//! `POST /tables` says how a table is understood and what its rows would become; with `store=yes`
//! they are kept. Both are done by the same code: what is only looked at goes into a store of its
//! own that is thrown away. `POST /fetch` brings the reports of an address, and stores nothing.

use std::io::Cursor;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use serde::Deserialize;
use serde_json::{Value as Json, json};

use super::features::answer;
use super::params::Params;
use super::refusal::{Answer, Refusal};
use super::reports::{body, json_body};
use super::{House, aside};
use crate::formats::{self, Detail, Format};
use crate::ingest;
use crate::ingest::fetch::{Fetcher, Remembered};
use crate::ingest::import::{
    self, DayOrder, Field, ImportError, ImportOptions, ImportTally, ImportTold, Understood,
};
use crate::store::{Query, Store, StoreError};

/// Incidents shown of a table that is only looked at.
const SHOWN_MAX: usize = 50;

/// Bad rows named one by one; the rest is counted.
const BAD_NAMED_MAX: usize = 50;

/// Notes given.
const NOTES_MAX: usize = 50;

/// Columns told what they say in one request.
const MAP_MAX: usize = 200;

fn options(params: &Params) -> Result<ImportOptions, Refusal> {
    let mut map = Vec::new();
    for pair in params.all("map") {
        let told = pair
            .rsplit_once('=')
            .and_then(|(column, field)| Some((column.to_owned(), Field::from_code(field)?)));
        map.push(told.ok_or_else(|| {
            let fields: Vec<&str> = Field::ALL.iter().map(|(_, code)| *code).collect();
            let meant = format!("“map” is COLUMN=FIELD, with one of {}", fields.join(", "));
            Refusal::parameter("map", pair, meant)
        })?);
    }
    if map.len() > MAP_MAX {
        return Err(Refusal::bad(format!(
            "“map” was given {} times; at most {MAP_MAX} are taken",
            map.len()
        ))
        .limit(MAP_MAX));
    }
    let source = params.one("source")?.map(str::to_owned);
    if let Some(name) = source
        .as_deref()
        .filter(|s| s.is_empty() || s.contains([':', '/']) || s.len() > 64)
    {
        let meant = "“source” is a name of at most 64 letters without : and /";
        return Err(Refusal::parameter("source", name, meant));
    }
    let order = match params.one("dates")? {
        None => DayOrder::Unknown,
        Some("day-first") => DayOrder::DayFirst,
        Some("month-first") => DayOrder::MonthFirst,
        Some(other) => {
            let meant = "“dates” is day-first or month-first";
            return Err(Refusal::parameter("dates", other, meant));
        }
    };
    Ok(ImportOptions {
        map,
        source,
        order,
        ..ImportOptions::default()
    })
}

/// `POST /tables`: how a table is understood; with `store=yes` its rows are kept.
pub(super) async fn table(
    State(house): State<Arc<House>>,
    RawQuery(query): RawQuery,
    bytes: Result<Bytes, BytesRejection>,
) -> Answer {
    let known = ["name", "map", "source", "dates", "store"];
    let params = Params::read(query.as_deref(), &known)?;
    let options = options(&params)?;
    let name = params.one("name")?.unwrap_or("table").to_owned();
    let keep = match params.one("store")? {
        None | Some("no") => false,
        Some("yes") => true,
        Some(other) => {
            return Err(Refusal::parameter("store", other, "“store” is yes or no"));
        }
    };
    let bytes = body(bytes)?;
    if bytes.is_empty() {
        return Err(Refusal::bad("the body is empty; send the bytes of a table"));
    }
    aside(move || {
        let open = || Ok(Cursor::new(bytes.clone()));
        let understood = import::understood(&name, open, &options).map_err(refused)?;
        if !keep {
            let folder = tempfile::tempdir().map_err(|_| Refusal::broken())?;
            let mut store = Store::open(folder.path()).map_err(|e| Refusal::store(&e))?;
            let told = taken(&name, &bytes, &options, &house, &mut store)?;
            let mut page = page(&name, &understood, &told);
            page["features"] = shown(&house, &store)?;
            return Ok(answer("application/json", &page));
        }
        let told = {
            let mut store = house.writing("nothing can be added")?;
            taken(&name, &bytes, &options, &house, &mut store)?
        };
        house.refresh().map_err(|e| Refusal::store(&e))?;
        Ok(answer("application/json", &page(&name, &understood, &told)))
    })
    .await
}

fn refused(error: ImportError) -> Refusal {
    match error {
        ImportError::Unread(why) | ImportError::Usage(why) => Refusal::bad(why),
        ImportError::Store(error) => Refusal::store(&error),
    }
}

/// What importing told.
struct Taken {
    tally: ImportTally,
    bad: Vec<Json>,
    notes: Vec<String>,
}

fn taken(
    name: &str,
    bytes: &Bytes,
    options: &ImportOptions,
    house: &House,
    store: &mut Store,
) -> Result<Taken, Refusal> {
    let (mut bad, mut notes) = (Vec::new(), Vec::new());
    let tell = |told: ImportTold<'_>| match told {
        ImportTold::Understood(_) => {}
        ImportTold::Bad(row) if bad.len() < BAD_NAMED_MAX => {
            bad.push(json!({"line": row.line, "why": row.why}));
        }
        ImportTold::Bad(_) => {}
        ImportTold::Noted(note) if notes.len() < NOTES_MAX => notes.push(note),
        ImportTold::Noted(_) => {}
    };
    let open = || Ok(Cursor::new(bytes.clone()));
    let tally = import::import(name, open, options, &house.gazetteer, store, tell);
    Ok(Taken {
        tally: tally.map_err(refused)?,
        bad,
        notes,
    })
}

fn page(name: &str, understood: &Understood, told: &Taken) -> Json {
    let tally = &told.tally;
    let columns: Json = understood
        .columns
        .iter()
        .map(|(column, field)| json!({"name": column, "field": field.map(Field::code)}))
        .collect();
    let fields: Vec<&str> = Field::ALL.iter().map(|(_, code)| *code).collect();
    json!({
        "name": name,
        "what": understood.what,
        "profile": understood.profile.in_words(),
        "source": understood.source,
        "columns": columns,
        "fields": fields,
        "rows": tally.rows,
        "new": tally.new,
        "joined": tally.joined,
        "changed": tally.changed,
        "unchanged": tally.unchanged,
        "bad": tally.bad,
        "repeated": tally.repeated,
        "no_incident": tally.no_incident,
        "unplaced": tally.unplaced,
        "undated": tally.undated,
        "bad_rows": told.bad,
        "notes": told.notes,
    })
}

/// The first incidents of the store that is thrown away.
fn shown(house: &House, store: &Store) -> Result<Json, Refusal> {
    let mut out = Vec::new();
    let mut sink = formats::sink(Format::GeoJson, Detail::Flat, &house.about, &mut out)
        .map_err(|_| Refusal::broken())?;
    let mut left = SHOWN_MAX;
    store
        .incidents(&Query::default(), |incident| {
            if left > 0 {
                left -= 1;
                // Written to memory, which takes it.
                let _ = sink.add(&incident.shown(), Some(&incident));
            }
            Ok::<(), StoreError>(())
        })
        .map_err(|e| Refusal::store(&e))?;
    sink.finish().map_err(|_| Refusal::broken())?;
    let mut tree: Json = serde_json::from_slice(&out).map_err(|_| Refusal::broken())?;
    Ok(tree["features"].take())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    url: String,
}

/// `POST /fetch`: the reports of an address, a feed or a page, as JSONL; nothing is stored.
pub(super) async fn fetch(
    State(house): State<Arc<House>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    bytes: Result<Bytes, BytesRejection>,
) -> Answer {
    Params::read(query.as_deref(), &[])?;
    let Asked { url } = json_body(&headers, &body(bytes)?)?;
    let address = url.trim().to_owned();
    if !(address.starts_with("http://") || address.starts_with("https://")) {
        return Err(Refusal::parameter(
            "url",
            &address,
            "“url” is an address that begins with http:// or https://",
        ));
    }
    aside(move || {
        let fetched = Fetcher::new(house.fetch_private)
            .fetch(&address, &Remembered::default())
            .map_err(|error| {
                let why = error.to_string();
                // The page has no such option; whoever starts the server has.
                let why = why.replace(
                    "say --allow-private if that is meant",
                    "a server started with --fetch-private asks it all the same",
                );
                Refusal::new(StatusCode::BAD_GATEWAY, why)
            })?;
        let gathered = ingest::gather_bytes(&address, &fetched.body.unwrap_or_default(), None);
        if gathered.reports.is_empty() {
            let why = gathered.unread.into_iter().next();
            let why = why.unwrap_or_else(|| format!("{address} gives no report"));
            return Err(Refusal::new(StatusCode::BAD_GATEWAY, why));
        }
        let mut out = String::new();
        let alone = gathered.reports.len() == 1;
        for it in &gathered.reports {
            let line = json!({
                "id": if alone { &address } else { &it.id },
                "url": it.origin.url.as_ref().or(alone.then_some(&address)),
                "title": it.title,
                "publisher": it.origin.publisher,
                "published": it.published.map(|p| p.day.to_string()),
                "text": it.text,
            });
            out.push_str(&line.to_string());
            out.push('\n');
        }
        Ok(([(header::CONTENT_TYPE, "application/x-ndjson")], out).into_response())
    })
    .await
}
