//! One incident with everything, and how the server is.

use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::{Extension, Json};
use serde_json::json;

use super::params::{NoParams, Params};
use super::refusal::{Answer, Refusal};
use super::{House, Reader, aside};
use crate::formats::geojson;
use crate::incident::{Incident, Ruling, Status};
use crate::store::Found;

/// `/incidents/{id}`: a feature with its accounts and rulings.
pub(super) async fn one(
    State(house): State<Arc<House>>,
    Extension(reader): Extension<Reader>,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Answer {
    let params = Params::read(query.as_deref(), &["f"])?;
    if let Some(f) = params
        .one("f")?
        .filter(|f| !matches!(*f, "json" | "geojson"))
    {
        return Err(Refusal::parameter(
            "f",
            f,
            "“f” is json here; /collections/incidents/items/… has HTML too",
        ));
    }
    match found(&house, reader, id.clone()).await? {
        Found::Incident(incident) => Ok(feature(&incident, reader)),
        Found::MovedTo(to) => Ok((
            StatusCode::PERMANENT_REDIRECT,
            [(header::LOCATION, format!("/incidents/{to}"))],
        )
            .into_response()),
        Found::Gone => Err(Refusal::new(
            StatusCode::GONE,
            format!("the incident {id} lost its last report and was taken back"),
        )),
        Found::Unknown => Err(Refusal::unknown(format!("there is no incident {id}"))),
    }
}

/// The incident, as far as the reader may know of it.
pub(super) async fn found(
    house: &Arc<House>,
    reader: Reader,
    id: String,
) -> Result<Found, Refusal> {
    let house = Arc::clone(house);
    let found = aside(move || {
        house
            .reading()?
            .incident(&id)
            .map_err(|e| Refusal::store(&e))
    })
    .await?;
    Ok(match found {
        Found::Incident(it) if reader == Reader::Anybody => {
            let out = Some(it)
                .filter(|it| it.status() == Status::Published)
                .and_then(|it| it.given_out());
            out.map_or(Found::Unknown, |it| Found::Incident(Box::new(it)))
        }
        other => other,
    })
}

pub(super) fn feature(incident: &Incident, reader: Reader) -> axum::response::Response {
    let named = match reader {
        Reader::Trusted => incident.clone(),
        Reader::Anybody => without_names(incident),
    };
    let mut out = Vec::new();
    geojson::feature(&mut out, &named.shown(), Some(&named));
    ([(header::CONTENT_TYPE, "application/geo+json")], out).into_response()
}

/// Readers are told a reviewer's role, not the name.
pub(crate) fn without_names(incident: &Incident) -> Incident {
    let rulings = incident.rulings.iter().map(|r| Ruling {
        who: "reviewer".to_owned(),
        why: String::new(),
        ..r.clone()
    });
    Incident {
        rulings: rulings.collect(),
        ..incident.clone()
    }
}

/// `/healthz`: the process answers; says when nothing can be written.
pub(super) async fn healthz(State(house): State<Arc<House>>, _: NoParams) -> Answer {
    let status = if house.is_writable() {
        "ok"
    } else {
        "read-only"
    };
    Ok(Json(json!({"status": status, "version": env!("CARGO_PKG_VERSION")})).into_response())
}

/// `/readyz`: the store answers, and is the one that was opened.
pub(super) async fn readyz(State(house): State<Arc<House>>, _: NoParams) -> Answer {
    let owner = Arc::clone(&house);
    match aside(move || Ok(owner.unready())).await? {
        None => Ok(Json(json!({
            "status": "ready",
            "incidents": house.snapshot.load().published.len()
        }))
        .into_response()),
        Some(why) => Err(Refusal::new(StatusCode::SERVICE_UNAVAILABLE, why)),
    }
}
