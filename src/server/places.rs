//! The gazetteer, for the search box and for others' programs; and the names on the map.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use gazetteer::{Context, CountryCode, LonLat};
use serde::Deserialize;
use serde_json::json;

use super::features::answer;
use super::params::{NoParams, Params};
use super::refusal::{Answer, Refusal};
use super::reports::{body, json_body};
use super::{House, aside};
use crate::formats::{CandidateShape, PlaceShape};

/// The longest name searched for, in characters.
const NAME_CHARS_MAX: usize = 200;

/// The longest phrase resolved, in characters.
const PHRASE_CHARS_MAX: usize = 1_000;

/// The most places given.
const PLACES_MAX: usize = 100;

/// `/gazetteer/search?q=`.
pub(super) async fn search(State(house): State<Arc<House>>, RawQuery(query): RawQuery) -> Answer {
    let params = Params::read(query.as_deref(), &["q", "limit"])?;
    let limit = params.number("limit", 1, PLACES_MAX, 10)?;
    let words = params.one("q")?.unwrap_or_default().trim().to_owned();
    if words.is_empty() || words.chars().count() > NAME_CHARS_MAX {
        return Err(Refusal::parameter(
            "q",
            &words,
            format!("“q” is the name of a place, of 1 to {NAME_CHARS_MAX} characters"),
        )
        .limit(NAME_CHARS_MAX));
    }
    aside(move || {
        let found = house.gazetteer.search(&words, limit);
        let results: Vec<PlaceShape<'_>> = found.iter().map(|p| PlaceShape::of(p, None)).collect();
        Ok(answer("application/json", &json!({"results": results})))
    })
    .await
}

/// `/gazetteer/reverse?lat=&lon=`.
pub(super) async fn reverse(State(house): State<Arc<House>>, RawQuery(query): RawQuery) -> Answer {
    let params = Params::read(query.as_deref(), &["lat", "lon", "limit"])?;
    let limit = params.number("limit", 1, PLACES_MAX, 5)?;
    let degrees = |name: &'static str, most: f64| {
        let told = params.real(name)?;
        told.filter(|it| it.abs() <= most).ok_or_else(|| {
            let value = told.map_or_else(String::new, |it| it.to_string());
            Refusal::parameter(
                name,
                &value,
                format!("both “lat” and “lon” are needed, in degrees, “{name}” from -{most} to {most}: lat=33.5&lon=38.6"),
            )
        })
    };
    let (lat, lon) = (degrees("lat", 90.0)?, degrees("lon", 180.0)?);
    let at = LonLat::new(lon, lat)
        .map_err(|error| Refusal::parameter("lat", &lat.to_string(), error.to_string()))?;
    aside(move || {
        let found = house.gazetteer.near(at, limit);
        let results: Vec<PlaceShape<'_>> =
            found.iter().map(|p| PlaceShape::of(p, Some(at))).collect();
        Ok(answer("application/json", &json!({"results": results})))
    })
    .await
}

/// The body of `/gazetteer/resolve`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    phrase: String,
    #[serde(default)]
    country: Countries,
    near: Option<Near>,
    limit: Option<usize>,
}

/// One code or several.
#[derive(Deserialize)]
#[serde(untagged)]
enum Countries {
    One(String),
    Many(Vec<String>),
}

impl Default for Countries {
    fn default() -> Self {
        Self::Many(Vec::new())
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Near {
    lat: f64,
    lon: f64,
}

/// `/gazetteer/resolve`.
pub(super) async fn resolve(
    State(house): State<Arc<House>>,
    _: NoParams,
    headers: HeaderMap,
    bytes: Result<Bytes, BytesRejection>,
) -> Answer {
    let question: Question = json_body(&headers, &body(bytes)?)?;
    let phrase = question.phrase.trim().to_owned();
    if phrase.is_empty() || phrase.chars().count() > PHRASE_CHARS_MAX {
        return Err(Refusal::parameter(
            "phrase",
            &phrase,
            format!("“phrase” tells a place, in 1 to {PHRASE_CHARS_MAX} characters"),
        )
        .limit(PHRASE_CHARS_MAX));
    }
    let codes = match question.country {
        Countries::One(code) => vec![code],
        Countries::Many(codes) => codes,
    };
    let mut context = Context {
        limit: question.limit.unwrap_or(10).clamp(1, PLACES_MAX),
        ..Context::default()
    };
    for code in &codes {
        let country = CountryCode::new(code).ok_or_else(|| {
            Refusal::parameter("country", code, "a country is two letters, such as SY")
        })?;
        context.countries.push(country);
    }
    if let Some(Near { lat, lon }) = question.near {
        let at = LonLat::new(lon, lat).map_err(|error| {
            Refusal::parameter("near", &format!("{lat},{lon}"), error.to_string())
        })?;
        context.near = Some(at);
    }
    aside(move || {
        let mut found = house.gazetteer.resolve(&phrase, &context);
        found.truncate(context.limit);
        let results: Vec<CandidateShape<'_>> = found.iter().map(Into::into).collect();
        Ok(answer("application/json", &json!({"results": results})))
    })
    .await
}
