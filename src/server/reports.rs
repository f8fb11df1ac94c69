//! Reports in and out: what would be made of one, adding one, one with its evidence.

use std::sync::Arc;

use axum::Extension;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};

use super::features::{answer, encoded};
use super::params::Params;
use super::refusal::{Answer, Refusal};
use super::{House, Reader, aside};
use crate::formats::{self, About, Detail, Format};
use crate::ingest::{self, Gathered, Told};
use crate::report::Notice;
use crate::store::Kept;

/// Reports in one request at most; more go in with `placetime add`.
const REPORTS_MAX: usize = 1_000;

/// The bytes of a body, or what was wrong with it.
pub(super) fn body(bytes: Result<Bytes, BytesRejection>) -> Result<Bytes, Refusal> {
    bytes.map_err(|rejection| {
        if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE {
            super::guard::too_long()
        } else {
            Refusal::new(rejection.status(), "the body did not arrive whole")
        }
    })
}

/// A body of JSON, whatever it is called, as long as it is called JSON.
pub(super) fn json_body<T: DeserializeOwned>(
    headers: &HeaderMap,
    bytes: &[u8],
) -> Result<T, Refusal> {
    let media = media_of(headers);
    if !(media == "application/json" || media.ends_with("+json")) {
        return Err(Refusal::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            format!("the body is called “{media}”; send JSON with Content-Type: application/json"),
        ));
    }
    serde_json::from_slice(bytes)
        .map_err(|error| Refusal::bad(format!("the body is not the JSON meant here: {error}")))
}

fn media_of(headers: &HeaderMap) -> String {
    let media = headers
        .get(header::CONTENT_TYPE)
        .and_then(|v| v.to_str().ok());
    let media = media
        .unwrap_or_default()
        .split(';')
        .next()
        .unwrap_or_default();
    media.trim().to_ascii_lowercase()
}

/// The reports in a body: JSON as one line of JSONL, the rest by its content.
fn gathered(
    headers: &HeaderMap,
    bytes: &[u8],
    published: Option<jiff::civil::Date>,
) -> Result<Gathered, Refusal> {
    let name = match media_of(headers).as_str() {
        "application/json" => "request.json",
        "application/x-ndjson" | "application/jsonl" | "application/ndjson" => "request.jsonl",
        "text/html" | "application/xhtml+xml" => "request.html",
        "message/rfc822" => "request.eml",
        "application/rss+xml" | "application/atom+xml" | "application/xml" | "text/xml" => {
            "request.xml"
        }
        ""
        | "text/plain"
        | "text/markdown"
        | "application/octet-stream"
        | "application/x-www-form-urlencoded" => "request",
        other => {
            return Err(Refusal::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                format!(
                    "reports come as text/plain, text/html, application/json, application/x-ndjson, message/rfc822 or application/xml, not as “{other}”"
                ),
            ));
        }
    };
    let gathered = ingest::gather_bytes(name, bytes, published);
    if let Some(why) = gathered.unread.first() {
        return Err(Refusal::bad(why.replace(name, "the body")));
    }
    if gathered.reports.is_empty() {
        let why = gathered.notices.first().map_or_else(
            || "no report was found in the body".to_owned(),
            |n| n.to_string().replace(name, "the body"),
        );
        return Err(Refusal::bad(why));
    }
    if gathered.reports.len() > REPORTS_MAX {
        return Err(Refusal::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!(
                "the body holds {} reports; at most {REPORTS_MAX} are taken at once",
                gathered.reports.len()
            ),
        )
        .limit(REPORTS_MAX));
    }
    Ok(gathered)
}

fn published(params: &Params) -> Result<Option<jiff::civil::Date>, Refusal> {
    let Some(text) = params.one("published")? else {
        return Ok(None);
    };
    ingest::day_of(text)
        .map(Some)
        .ok_or_else(|| Refusal::parameter("published", text, "write the day as YYYY-MM-DD"))
}

fn notices_json(notices: &[Notice]) -> Json {
    notices
        .iter()
        .map(|n| json!({"about": n.about, "what": n.what}))
        .collect()
}

/// A report as it was taken in, its text without the header lines.
fn taken(report: &crate::report::Report) -> Json {
    json!({
        "id": report.id,
        "title": report.title,
        "url": report.origin.url,
        "publisher": report.origin.publisher,
        "published": report.published.map(|p| p.day.to_string()),
        "text": report.text,
    })
}

/// `POST /read`: what would be made of a report; nothing is stored.
pub(super) async fn read(
    State(house): State<Arc<House>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    bytes: Result<Bytes, BytesRejection>,
) -> Answer {
    let params = Params::read(query.as_deref(), &["published"])?;
    let gathered = gathered(&headers, &body(bytes)?, published(&params)?)?;
    aside(move || {
        let (incidents, noted) = ingest::preview(&gathered.reports, &house.gazetteer);
        let mut out = Vec::new();
        let about: &About = &house.about;
        let written =
            formats::sink(Format::GeoJson, Detail::Full, about, &mut out).and_then(|mut sink| {
                for incident in &incidents {
                    sink.add(&incident.shown(), Some(incident))?;
                }
                sink.finish()
            });
        written.map_err(|_| Refusal::broken())?;
        // The texts as they were taken, so that the offsets of the quotes can be found again.
        let reports: Json = gathered.reports.iter().map(taken).collect();
        let notices: Vec<Notice> = gathered.notices.into_iter().chain(noted).collect();
        if let Some(end) = out.iter().rposition(|byte| *byte == b'}') {
            out.truncate(end);
            let more = format!(
                ",\"reports\":{reports},\"notices\":{}}}\n",
                notices_json(&notices)
            );
            out.extend_from_slice(more.as_bytes());
        }
        Ok(([(header::CONTENT_TYPE, "application/geo+json")], out).into_response())
    })
    .await
}

/// The refusal of those who may not write.
pub(super) fn may_write(reader: Reader) -> Result<(), Refusal> {
    match reader {
        Reader::Trusted => Ok(()),
        Reader::Anybody => Err(Refusal::forbidden(
            "writing is for the person in front of the machine: a server that listens on 127.0.0.1",
        )),
    }
}

/// `POST /reports`: adds reports.
pub(super) async fn add(
    State(house): State<Arc<House>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    bytes: Result<Bytes, BytesRejection>,
) -> Answer {
    let params = Params::read(query.as_deref(), &["published", "id"])?;
    let mut gathered = gathered(&headers, &body(bytes)?, published(&params)?)?;
    let id = params.one("id")?;
    if let [report] = gathered.reports.as_mut_slice() {
        match id {
            Some(id) if !id.trim().is_empty() => id.trim().clone_into(&mut report.id),
            // Text has no id of its own; its content makes one, so that sending it twice is once.
            _ if report.id == "request" => {
                let hash = crate::store::sha256_of(&report.text);
                report.id = format!("text-{}", &hash[..16]);
            }
            _ => {}
        }
    } else if let Some(id) = id {
        return Err(Refusal::parameter(
            "id",
            id,
            "an id can be given to one report only; the body holds several",
        ));
    }
    aside(move || {
        let mut notices = gathered.notices;
        let (mut new, mut joined) = (Vec::new(), Vec::new());
        let tally = {
            let mut store = house.writing("nothing can be added")?;
            ingest::accept(
                &gathered.reports,
                &house.gazetteer,
                &mut store,
                |told| match told {
                    Told::New(incident) => new.push(incident.id.clone()),
                    Told::Joined(incident) => joined.push(incident.id.clone()),
                    Told::Noted(notice) => notices.push(notice.clone()),
                },
            )
            .map_err(|e| Refusal::store(&e))?
        };
        house.refresh().map_err(|e| Refusal::store(&e))?;
        let ids: Vec<&str> = gathered.reports.iter().map(|r| r.id.as_str()).collect();
        let page = json!({
            "reports": ids,
            "new": new,
            "merged": joined,
            "unchanged": tally.unchanged,
            "unplaced": tally.unplaced,
            "undated": tally.undated,
            "notices": notices_json(&notices),
        });
        let mut response = answer("application/json", &page);
        if let [id] = ids.as_slice()
            && let Ok(location) = format!("/reports/{}", encoded(id)).parse()
        {
            response.headers_mut().insert(header::LOCATION, location);
            if tally.unchanged == 0 {
                *response.status_mut() = StatusCode::CREATED;
            }
        }
        Ok(response)
    })
    .await
}

/// `/reports/{id}`: the report with its evidence; the full text for those who may see it.
pub(super) async fn one(
    State(house): State<Arc<House>>,
    Extension(reader): Extension<Reader>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    Params::read(query.as_deref(), &["f"])?;
    let unknown = || Refusal::unknown(format!("there is no report {id}"));
    let (owner, asked) = (Arc::clone(&house), id.clone());
    let kept = aside(move || {
        owner
            .reading()?
            .report(&asked)
            .map_err(|e| Refusal::store(&e))
    })
    .await?
    .ok_or_else(unknown)?;
    let snapshot = house.snapshot.load();
    let seen: Vec<_> = kept
        .accounts
        .iter()
        .filter(|(incident, account)| {
            let row = reader.view(&snapshot).row(incident);
            // An incident whose place is withheld does not lead to its report.
            let named = |row: &super::row::Row| {
                row.text("report_ids")
                    .split("; ")
                    .any(|id| id == account.report)
            };
            row.is_some_and(|row| reader == Reader::Trusted || named(row))
        })
        .collect();
    // A report none of whose incidents is given out is not known to strangers.
    if reader == Reader::Anybody && seen.is_empty() {
        return Err(unknown());
    }
    let accounts: Json = seen
        .iter()
        .map(|(incident, account)| {
            let quotes: Json = account
                .quotes
                .iter()
                .map(|q| json!({"field": q.field, "start": q.start, "end": q.end, "text": q.text}))
                .collect();
            json!({
                "incident_id": incident,
                "type": account.kind.code(),
                "standing": account.standing.code(),
                "quotes": quotes,
            })
        })
        .collect();
    let mut page = described(&kept);
    page["accounts"] = accounts;
    if reader == Reader::Trusted {
        page["text"] = json!(kept.report.text);
        page["notices"] = notices_json(&kept.notices);
    }
    Ok(answer("application/json", &page))
}

fn described(kept: &Kept) -> Json {
    let it = &kept.report;
    json!({
        "id": it.id,
        "title": it.title,
        "url": it.origin.url,
        "archived_url": it.origin.archived_url,
        "publisher": it.origin.publisher,
        "published": it.published.map(|p| p.day.to_string()),
        "licence": it.origin.licence,
        "retrieved": it.origin.retrieved,
        "language": it.language,
        "sha256": kept.sha256,
        "added": kept.added,
    })
}

/// `/reports`: the reports that became no incident, so that nothing is dropped unseen.
pub(super) async fn without_incident(
    State(house): State<Arc<House>>,
    Extension(reader): Extension<Reader>,
    RawQuery(query): RawQuery,
) -> Answer {
    let params = Params::read(query.as_deref(), &["incident", "limit"])?;
    let limit = params.number("limit", 1, 1_000, 100)?;
    if let Some(other) = params.one("incident")?.filter(|v| *v != "none") {
        return Err(Refusal::parameter(
            "incident",
            other,
            "“incident” is none here",
        ));
    }
    may_write(reader)?;
    aside(move || {
        let reader = house.reading()?;
        let counts = reader.counts().map_err(|e| Refusal::store(&e))?;
        let reports = reader
            .reports_without_incident(limit)
            .map_err(|e| Refusal::store(&e))?;
        let list: Json = reports
            .iter()
            .map(|r| {
                json!({
                    "id": r.id,
                    "title": r.title,
                    "url": r.origin.url,
                    "published": r.published.map(|p| p.day.to_string()),
                })
            })
            .collect();
        let page = json!({
            "reports": list,
            "without_incident": counts.reports_without_incident,
            "of": counts.reports,
        });
        Ok(answer("application/json", &page))
    })
    .await
}
