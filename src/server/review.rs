//! Rulings, undoing them, and incidents made by hand.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json as JsonBody};
use gazetteer::{Gazetteer, LonLat};
use jiff::civil::Date;
use serde::{Deserialize, Deserializer};
use serde_json::{Value as Json, json};

use super::guard::Asker;
use super::params::NoParams;
use super::refusal::{Answer, Refusal};
use super::reports::{body, json_body, may_write};
use super::{House, Reader, aside, incidents};
use crate::formats::geojson;
use crate::incident::{
    Count, DatePrecision, Incident, IncidentType, PartiesRuled, Ruling, Sensitivity, TollRuled,
    Verdict, When, undone_by,
};
use crate::ingest::by_hand::{self, PlaceAsked, Telling};
use crate::store::{Asked, ByHand, Changed, Found, MadeByHand, Ruled, Store};

/// The longest name of a write (`Idempotency-Key`), in characters: a UUID has 36.
const KEY_CHARS_MAX: usize = 200;

/// The most names in one ruling.
const NAMES_MAX: usize = 50;

/// A value that was not told, told as null, or told.
fn told<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(from).map(Some)
}

/// The body of a ruling: the verdict and what goes with it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RulingAsked {
    verdict: String,
    #[serde(default)]
    why: String,
    who: Option<String>,
    /// The version the reviewer looked at; `If-Match` says the same.
    version: Option<i64>,
    #[serde(default, deserialize_with = "told")]
    place: Option<Option<PlaceBody>>,
    radius_m: Option<f64>,
    start: Option<Date>,
    end: Option<Date>,
    precision: Option<String>,
    r#type: Option<String>,
    // Figures; one that is told as null says that nothing is known of it.
    #[serde(default, deserialize_with = "told")]
    killed_min: Option<Option<u32>>,
    #[serde(default, deserialize_with = "told")]
    killed_max: Option<Option<u32>>,
    #[serde(default, deserialize_with = "told")]
    injured_min: Option<Option<u32>>,
    #[serde(default, deserialize_with = "told")]
    injured_max: Option<Option<u32>>,
    #[serde(default, deserialize_with = "told")]
    civilians_killed_min: Option<Option<u32>>,
    #[serde(default, deserialize_with = "told")]
    civilians_killed_max: Option<Option<u32>>,
    actors: Option<Vec<String>>,
    targets: Option<Vec<String>>,
    with: Option<String>,
    accounts: Option<Vec<usize>>,
    level: Option<String>,
}

/// A place by id, by phrase or by position.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PlaceBody {
    id: Option<String>,
    phrase: Option<String>,
    lat: Option<f64>,
    lon: Option<f64>,
    name: Option<String>,
}

/// A date as a ruling and an incident made by hand give it.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct DateBody {
    start: Option<Date>,
    end: Option<Date>,
    precision: Option<String>,
}

/// The body of an incident made by hand.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IncidentAsked {
    report: Option<String>,
    start: Option<usize>,
    end: Option<usize>,
    r#type: String,
    place: Option<PlaceBody>,
    radius_m: Option<f64>,
    #[serde(default)]
    date: DateBody,
    title: Option<String>,
    #[serde(default)]
    why: String,
    who: Option<String>,
}

/// The body of an undoing.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct UndoAsked {
    #[serde(default)]
    why: String,
    who: Option<String>,
}

/// `POST /incidents/{id}/rulings`.
pub(super) async fn rule(
    State(house): State<Arc<House>>,
    Extension(reader): Extension<Reader>,
    Extension(asker): Extension<Asker>,
    Path(id): Path<String>,
    _: NoParams,
    headers: HeaderMap,
    bytes: Result<Bytes, BytesRejection>,
) -> Answer {
    may_write(reader)?;
    let asked: RulingAsked = json_body(&headers, &body(bytes)?)?;
    let key = key_of(&headers)?;
    let version = match (if_match(&headers)?, asked.version) {
        (Some(header), Some(body)) if header != body => {
            return Err(Refusal::bad(format!(
                "If-Match says version {header} and the body {body}"
            )));
        }
        (header, body) => header.or(body),
    };
    let incident = match incidents::found(&house, reader, id.clone()).await? {
        Found::Incident(incident) => Some(incident),
        Found::MovedTo(to) => return Ok(moved(&format!("/incidents/{to}/rulings"))),
        // With a key this may be the answer of a merging that took the incident away.
        Found::Gone | Found::Unknown => None,
    };
    aside(move || {
        let verdict = verdict(&asked, incident.as_deref(), &house.gazetteer)?;
        let asked = Asked {
            verdict,
            who: who(asked.who, asker.name)?,
            why: words("why", asked.why)?,
            version,
            key,
        };
        let ruled = with_writer(&house, |store| store.rule(&id, &asked))?;
        answer_of(ruled, &format!("there is no incident {id}"), version)
    })
    .await
}

/// `POST /rulings/{id}/undo`.
pub(super) async fn undo(
    State(house): State<Arc<House>>,
    Extension(reader): Extension<Reader>,
    Extension(asker): Extension<Asker>,
    Path(id): Path<String>,
    _: NoParams,
    headers: HeaderMap,
    bytes: Result<Bytes, BytesRejection>,
) -> Answer {
    may_write(reader)?;
    let bytes = body(bytes)?;
    let asked: UndoAsked = if bytes.is_empty() {
        UndoAsked::default()
    } else {
        json_body(&headers, &bytes)?
    };
    let key = key_of(&headers)?;
    let unknown = format!("there is no ruling {id}");
    let Ok(number) = id.parse::<i64>() else {
        return Err(Refusal::unknown(unknown));
    };
    aside(move || {
        let (who, why) = (who(asked.who, asker.name)?, words("why", asked.why)?);
        let ruled = with_writer(&house, |store| {
            store.undo(number, &who, &why, key.as_deref())
        })?;
        answer_of(ruled, &unknown, None)
    })
    .await
}

/// `GET /incidents/{id}/rulings`: everything to those who decide, roles and codes to readers.
pub(super) async fn rulings(
    State(house): State<Arc<House>>,
    Extension(reader): Extension<Reader>,
    Path(id): Path<String>,
    _: NoParams,
) -> Answer {
    match incidents::found(&house, reader, id.clone()).await? {
        Found::Incident(incident) => {
            let rulings = &incident.rulings;
            let list: Json = rulings
                .iter()
                .map(|r| ruling_json(r, rulings, reader))
                .collect();
            let page = json!({
                "incident_id": incident.id,
                "version": incident.stamp.version,
                "rulings": list,
            });
            Ok(JsonBody(page).into_response())
        }
        Found::MovedTo(to) => Ok(moved(&format!("/incidents/{to}/rulings"))),
        Found::Gone | Found::Unknown => Err(Refusal::unknown(format!("there is no incident {id}"))),
    }
}

/// `POST /incidents`: an incident made by hand.
pub(super) async fn make(
    State(house): State<Arc<House>>,
    Extension(reader): Extension<Reader>,
    Extension(asker): Extension<Asker>,
    _: NoParams,
    headers: HeaderMap,
    bytes: Result<Bytes, BytesRejection>,
) -> Answer {
    may_write(reader)?;
    let asked: IncidentAsked = json_body(&headers, &body(bytes)?)?;
    let key = key_of(&headers)?;
    aside(move || {
        let words_of = match (&asked.report, asked.start, asked.end) {
            (Some(id), start, end) => {
                let kept = house
                    .reading()?
                    .report(id)
                    .map_err(|e| Refusal::store(&e))?
                    .ok_or_else(|| Refusal::unknown(format!("there is no report {id}")))?;
                let (Some(start), Some(end)) = (start, end) else {
                    return Err(Refusal::bad(
                        "an incident from a report's words needs start and end: code points, the end one past the last",
                    ));
                };
                Some((kept.report, start..end))
            }
            (None, None, None) => None,
            (None, _, _) => {
                return Err(Refusal::bad("start and end count in a report; name it"));
            }
        };
        let place = match &asked.place {
            None => None,
            Some(place) => placed(place, asked.radius_m, &house.gazetteer)?,
        };
        let date = &asked.date;
        let telling = Telling {
            words: words_of,
            kind: kind(&asked.r#type)?,
            place,
            when: when(date.start, date.end, date.precision.as_deref())?,
            title: asked.title.clone(),
            why: words("why", asked.why)?,
        };
        let why = telling.why.clone();
        let (account, report) = by_hand::account(telling).map_err(Refusal::bad)?;
        let it = ByHand {
            account,
            report,
            who: who(asked.who, asker.name)?,
            why,
            key,
        };
        match with_writer(&house, |store| store.add_by_hand(&it))? {
            MadeByHand::Done { incident, .. } => {
                let mut response = incidents::feature(&incident, reader);
                *response.status_mut() = StatusCode::CREATED;
                if let Ok(location) = format!("/incidents/{}", incident.id).parse() {
                    response.headers_mut().insert(header::LOCATION, location);
                }
                Ok(response)
            }
            MadeByHand::NoReport(id) => Err(Refusal::unknown(format!("there is no report {id}"))),
            MadeByHand::KeyTaken => Err(key_taken()),
        }
    })
    .await
}

/// Does a piece of work with the writer, and lets the readers see it.
fn with_writer<T>(
    house: &House,
    work: impl FnOnce(&mut Store) -> Result<T, crate::store::StoreError>,
) -> Result<T, Refusal> {
    let done = {
        let mut store = house.writing("nothing can be decided")?;
        work(&mut store).map_err(|e| Refusal::store(&e))?
    };
    house.refresh().map_err(|e| Refusal::store(&e))?;
    Ok(done)
}

fn answer_of(ruled: Ruled, unknown: &str, looked_at: Option<i64>) -> Answer {
    match ruled {
        Ruled::Done(done) => {
            let incident = &done.incident;
            let mut feature = Vec::new();
            geojson::feature(&mut feature, &incident.shown(), Some(incident));
            let feature: Json = serde_json::from_slice(&feature).map_err(|_| Refusal::broken())?;
            let page = json!({
                "ruling": ruling_json(&done.ruling, &incident.rulings, Reader::Trusted),
                "incident": feature,
            });
            Ok(JsonBody(page).into_response())
        }
        Ruled::Changed(changed) => Ok(conflict(&changed, looked_at)),
        Ruled::MovedTo(to) => Ok(moved(&format!("/incidents/{to}/rulings"))),
        Ruled::Unknown => Err(Refusal::unknown(unknown)),
        Ruled::Refused(why) => Err(Refusal::new(StatusCode::CONFLICT, why)),
        Ruled::KeyTaken => Err(key_taken()),
    }
}

fn key_taken() -> Refusal {
    Refusal::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "this Idempotency-Key was used for another write; take a new one",
    )
}

/// 409: somebody was faster; what they did.
fn conflict(changed: &Changed, looked_at: Option<i64>) -> Response {
    let rulings: Json = changed
        .rulings
        .iter()
        .map(|r| ruling_json(r, &changed.rulings, Reader::Trusted))
        .collect();
    let events: Json = changed
        .all
        .iter()
        .map(|(at, what)| json!({"at": at, "what": what}))
        .collect();
    let page = json!({
        "type": "about:blank",
        "title": "Conflict",
        "status": 409,
        "detail": format!(
            "you looked at version {} and the incident is at {} now; look again",
            looked_at.unwrap_or_default(), changed.version
        ),
        "current_version": changed.version,
        "changed": rulings,
        "events": events,
    });
    let media = [(header::CONTENT_TYPE, "application/problem+json")];
    (StatusCode::CONFLICT, media, page.to_string()).into_response()
}

fn moved(to: &str) -> Response {
    let to = [(header::LOCATION, to.to_owned())];
    (StatusCode::PERMANENT_REDIRECT, to).into_response()
}

/// A ruling as JSON. Readers are told a role, not the name, and neither reason nor detail.
fn ruling_json(it: &Ruling, all: &[Ruling], reader: Reader) -> Json {
    let undoes = match it.verdict {
        Verdict::Undo { ruling } => Some(ruling),
        _ => None,
    };
    let mut page = json!({
        "id": it.id,
        "verdict": it.verdict.code(),
        "who": "reviewer",
        "at": it.at,
        "undone_by": undone_by(all, it.id),
        "undoes": undoes,
    });
    if reader == Reader::Trusted {
        page["who"] = json!(it.who);
        page["why"] = json!(it.why);
        page["on"] = json!(it.on);
        page["detail"] = detail(&it.verdict);
    }
    page
}

fn detail(verdict: &Verdict) -> Json {
    match verdict {
        Verdict::Publish
        | Verdict::Propose
        | Verdict::Confirm
        | Verdict::Reject
        | Verdict::Reopen
        | Verdict::Note
        | Verdict::Undo { .. } => json!({}),
        Verdict::Move(None) => json!({"place": null}),
        Verdict::Move(Some(place)) => json!({"place": {
            "name": place.name,
            "id": place.place_id,
            "country": place.country.map(|c| c.to_string()),
            "precision": place.precision.code(),
            "lat": place.point().map(LonLat::lat),
            "lon": place.point().map(LonLat::lon),
        }, "radius_m": place.radius_m}),
        Verdict::Date(when) => json!({
            "start": when.start.map(|d| d.to_string()),
            "end": when.end.map(|d| d.to_string()),
            "precision": when.precision.code(),
        }),
        Verdict::Type(kind) => json!({"type": kind.code()}),
        Verdict::Toll(toll) => {
            let mut page = serde_json::Map::new();
            for (name, figure) in [
                ("killed", toll.killed),
                ("injured", toll.injured),
                ("civilians_killed", toll.civilians_killed),
            ] {
                if let Some(count) = figure {
                    page.insert(format!("{name}_min"), json!(count.map(|c| c.least)));
                    page.insert(format!("{name}_max"), json!(count.and_then(|c| c.most)));
                }
            }
            Json::Object(page)
        }
        Verdict::Actors(parties) => {
            let mut page = serde_json::Map::new();
            for (name, names) in [("actors", &parties.actors), ("targets", &parties.targets)] {
                if let Some(names) = names {
                    page.insert(name.to_owned(), json!(names));
                }
            }
            Json::Object(page)
        }
        Verdict::Merge { with } => json!({"with": with}),
        Verdict::Split { accounts, into } => {
            let accounts: Json = accounts
                .iter()
                .map(|(report, ordinal)| json!({"report": report, "ordinal": ordinal}))
                .collect();
            json!({"accounts": accounts, "new_incident_id": into})
        }
        Verdict::Sensitive(level) => json!({"level": level.code()}),
    }
}

/// What the body asks for.
fn verdict(
    asked: &RulingAsked,
    incident: Option<&Incident>,
    gazetteer: &Gazetteer,
) -> Result<Verdict, Refusal> {
    let code = asked.verdict.as_str();
    let missing = |what: &str| Refusal::parameter(what, "", format!("“{code}” needs {what}"));
    let verdict = match code {
        "publish" => Verdict::Publish,
        "confirm" => Verdict::Confirm,
        "reject" => Verdict::Reject,
        "reopen" => Verdict::Reopen,
        "note" => Verdict::Note,
        "move" => match asked.place.as_ref().ok_or_else(|| missing("place"))? {
            None => Verdict::Move(None),
            Some(place) => Verdict::Move(placed(place, asked.radius_m, gazetteer)?.map(Box::new)),
        },
        "date" => {
            if asked.start.is_none() && asked.end.is_none() && asked.precision.is_none() {
                return Err(missing("start, end or precision"));
            }
            Verdict::Date(Box::new(when(
                asked.start,
                asked.end,
                asked.precision.as_deref(),
            )?))
        }
        "type" => Verdict::Type(kind(
            asked.r#type.as_deref().ok_or_else(|| missing("type"))?,
        )?),
        "toll" => Verdict::Toll(toll(asked)?),
        "actors" => {
            if asked.actors.is_none() && asked.targets.is_none() {
                return Err(missing("actors or targets"));
            }
            Verdict::Actors(PartiesRuled {
                actors: asked.actors.clone().map(names).transpose()?,
                targets: asked.targets.clone().map(names).transpose()?,
            })
        }
        "merge" => Verdict::Merge {
            with: asked.with.clone().ok_or_else(|| missing("with"))?,
        },
        "split" => {
            let wanted = asked.accounts.as_ref().ok_or_else(|| missing("accounts"))?;
            Verdict::Split {
                accounts: accounts(wanted, incident)?,
                into: String::new(),
            }
        }
        "sensitive" => {
            let level = asked.level.as_deref().ok_or_else(|| missing("level"))?;
            let known = Sensitivity::from_code(level).ok_or_else(|| {
                let codes: Vec<&str> = Sensitivity::ALL.iter().map(|l| l.code()).collect();
                let all = codes.join(", ");
                Refusal::parameter("level", level, format!("a level is one of {all}"))
            })?;
            Verdict::Sensitive(known)
        }
        other => {
            return Err(Refusal::parameter(
                "verdict",
                other,
                format!("a verdict is one of {}", Verdict::CODES.join(", ")),
            ));
        }
    };
    Ok(verdict)
}

/// The accounts at places in the list that `/incidents/{id}` shows, counted from 0.
fn accounts(
    wanted: &[usize],
    incident: Option<&Incident>,
) -> Result<Vec<(String, usize)>, Refusal> {
    let Some(incident) = incident else {
        return Ok(Vec::new());
    };
    wanted
        .iter()
        .map(|index| {
            let account = incident.accounts.get(*index).ok_or_else(|| {
                Refusal::parameter(
                    "accounts",
                    &index.to_string(),
                    format!(
                        "the incident has {} accounts, counted from 0",
                        incident.accounts.len()
                    ),
                )
            })?;
            Ok((account.report.clone(), account.ordinal))
        })
        .collect()
}

fn placed(
    asked: &PlaceBody,
    radius_m: Option<f64>,
    gazetteer: &Gazetteer,
) -> Result<Option<gazetteer::Located>, Refusal> {
    let asked = match (&asked.id, &asked.phrase, asked.lat, asked.lon) {
        (Some(id), None, None, None) => PlaceAsked::Id(id.clone()),
        (None, Some(phrase), None, None) => PlaceAsked::Phrase(words("phrase", phrase.clone())?),
        (None, None, Some(lat), Some(lon)) => PlaceAsked::Point {
            at: LonLat::new(lon, lat).map_err(|e| Refusal::bad(e.to_string()))?,
            name: asked
                .name
                .clone()
                .map(|name| words("name", name))
                .transpose()?,
        },
        _ => {
            return Err(Refusal::bad(
                "a place is {\"id\"}, or {\"phrase\"}, or {\"lat\", \"lon\"} with a name if you like",
            ));
        }
    };
    by_hand::place(&asked, radius_m, gazetteer).map_err(Refusal::bad)
}

fn when(start: Option<Date>, end: Option<Date>, precision: Option<&str>) -> Result<When, Refusal> {
    let precision = precision
        .map(|code| {
            DatePrecision::from_code(code).ok_or_else(|| {
                let all = "day, days, week, month, span, before, year, unknown";
                Refusal::parameter("precision", code, format!("a precision is one of {all}"))
            })
        })
        .transpose()?;
    When::set(start, end, precision).map_err(|e| Refusal::bad(e.to_string()))
}

fn kind(code: &str) -> Result<IncidentType, Refusal> {
    IncidentType::from_code(code).ok_or_else(|| {
        let codes: Vec<&str> = IncidentType::ALL.iter().map(|t| t.code()).collect();
        let all = codes.join(", ");
        Refusal::parameter("type", code, format!("a type is one of {all}"))
    })
}

fn toll(asked: &RulingAsked) -> Result<TollRuled, Refusal> {
    let figure = |name: &str, least: Option<Option<u32>>, most: Option<Option<u32>>| {
        if least.is_none() && most.is_none() {
            return Ok(None);
        }
        let (least, most) = (least.flatten(), most.flatten());
        if let (Some(least), Some(most)) = (least, most)
            && least > most
        {
            return Err(Refusal::bad(format!(
                "{name}: at least {least} and at most {most} cannot both be"
            )));
        }
        let known = least.is_some() || most.is_some();
        Ok(Some(known.then(|| Count {
            least: least.unwrap_or(0),
            most,
        })))
    };
    let ruled = TollRuled {
        killed: figure("killed", asked.killed_min, asked.killed_max)?,
        injured: figure("injured", asked.injured_min, asked.injured_max)?,
        civilians_killed: figure(
            "civilians_killed",
            asked.civilians_killed_min,
            asked.civilians_killed_max,
        )?,
    };
    if ruled == TollRuled::default() {
        return Err(Refusal::bad(
            "“toll” needs a figure: killed_min, killed_max, injured_min, injured_max, civilians_killed_min or civilians_killed_max",
        ));
    }
    Ok(ruled)
}

fn names(list: Vec<String>) -> Result<Vec<String>, Refusal> {
    if list.len() > NAMES_MAX {
        let why = format!("at most {NAMES_MAX} names are taken");
        return Err(Refusal::bad(why).limit(NAMES_MAX));
    }
    list.into_iter().map(|name| words("name", name)).collect()
}

/// Words that are not too long, without space around them.
fn words(what: &str, text: String) -> Result<String, Refusal> {
    let most = by_hand::WORDS_CHARS_MAX;
    if text.chars().count() > most {
        return Err(Refusal::parameter(
            what,
            &text,
            format!("{what} is longer than {most} characters"),
        )
        .limit(most));
    }
    Ok(text.trim().to_owned())
}

/// Who decides: whose token it is, whatever the body says; without a token the person in front of
/// the machine may say a name.
fn who(asked: Option<String>, token: Option<String>) -> Result<String, Refusal> {
    if let Some(name) = token {
        return Ok(name);
    }
    let who = words("who", asked.unwrap_or_default())?;
    Ok(if who.is_empty() {
        "operator".to_owned()
    } else {
        who
    })
}

/// `Idempotency-Key`: the caller's name for this write.
fn key_of(headers: &HeaderMap) -> Result<Option<String>, Refusal> {
    let Some(value) = headers.get("idempotency-key") else {
        return Ok(None);
    };
    let key = value.to_str().unwrap_or_default().trim();
    if key.is_empty() || key.chars().count() > KEY_CHARS_MAX {
        return Err(Refusal::bad(format!(
            "an Idempotency-Key has 1 to {KEY_CHARS_MAX} plain characters"
        ))
        .limit(KEY_CHARS_MAX));
    }
    Ok(Some(key.to_owned()))
}

/// `If-Match: "5"`: the version the reviewer looked at.
fn if_match(headers: &HeaderMap) -> Result<Option<i64>, Refusal> {
    let Some(value) = headers.get(header::IF_MATCH) else {
        return Ok(None);
    };
    let text = value.to_str().unwrap_or_default().trim();
    if text == "*" {
        return Ok(None);
    }
    let bare = text.trim_start_matches("W/").trim_matches('"');
    bare.parse().map(Some).map_err(|_| {
        Refusal::bad(format!(
            "If-Match “{text}” is no version of an incident; it looks like \"5\""
        ))
    })
}

/// The routes of this page, as `/api` describes them.
pub(super) fn described() -> Vec<(&'static str, Json)> {
    let refused = json!({"$ref": "#/components/responses/refused"});
    let answers = |code: &str, media: &str| {
        json!({
            code: {"description": "The answer", "content": {media: {"schema": {"type": "object"}}}},
            "409": {
                "description": "Somebody was faster: `current_version`, and in `changed` the rulings given since",
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/problem"}}},
            },
            "default": refused,
        })
    };
    let id = json!({"$ref": "#/components/parameters/id"});
    let key = json!({
        "name": "Idempotency-Key", "in": "header", "required": false,
        "description": "The caller's name for this write: the same key again is the same write",
        "schema": {"type": "string", "minLength": 1, "maxLength": KEY_CHARS_MAX},
    });
    let if_match = json!({
        "name": "If-Match", "in": "header", "required": false,
        "description": "The version looked at, in quotes",
        "schema": {"type": "string"},
    });
    let body = |schema: Json| json!({"required": true, "content": {"application/json": {"schema": schema}}});
    let text = json!({"type": "string", "maxLength": by_hand::WORDS_CHARS_MAX});
    let day = json!({"type": "string", "format": "date", "nullable": true});
    let figure = json!({"type": "integer", "minimum": 0, "nullable": true});
    let names = json!({"type": "array", "maxItems": NAMES_MAX, "items": text});
    let codes: Vec<&str> = IncidentType::ALL.iter().map(|t| t.code()).collect();
    let levels: Vec<&str> = Sensitivity::ALL.iter().map(|l| l.code()).collect();
    let precisions = [
        "day", "days", "week", "month", "span", "before", "year", "unknown",
    ];
    let place = json!({
        "type": "object", "nullable": true, "additionalProperties": false,
        "description": "{id}, or {phrase}, or {lat, lon, name}; null: nobody knows where",
        "properties": {
            "id": {"type": "string"}, "phrase": text, "name": text,
            "lat": {"type": "number", "minimum": -90, "maximum": 90},
            "lon": {"type": "number", "minimum": -180, "maximum": 180},
        },
    });
    let radius = json!({"type": "number", "exclusiveMinimum": true, "minimum": 0, "maximum": by_hand::RADIUS_MAX_M});
    let ruling = json!({
        "type": "object", "required": ["verdict"], "additionalProperties": false,
        "properties": {
            "verdict": {"type": "string", "enum": Verdict::CODES},
            "why": text, "who": text, "version": {"type": "integer"},
            "place": place, "radius_m": radius,
            "start": day, "end": day, "precision": {"type": "string", "enum": precisions},
            "type": {"type": "string", "enum": codes},
            "killed_min": figure, "killed_max": figure,
            "injured_min": figure, "injured_max": figure,
            "civilians_killed_min": figure, "civilians_killed_max": figure,
            "actors": names, "targets": names,
            "with": {"type": "string", "description": "merge: id of the other incident"},
            "accounts": {
                "type": "array", "items": {"type": "integer", "minimum": 0},
                "description": "split: places in the incident's list of accounts, from 0",
            },
            "level": {"type": "string", "enum": levels},
        },
    });
    let made = json!({
        "type": "object", "required": ["type"], "additionalProperties": false,
        "properties": {
            "report": {"type": "string"},
            "start": {"type": "integer", "minimum": 0}, "end": {"type": "integer", "minimum": 1},
            "type": {"type": "string", "enum": codes},
            "place": place, "radius_m": radius,
            "date": {
                "type": "object", "additionalProperties": false,
                "properties": {"start": day, "end": day, "precision": {"type": "string", "enum": precisions}},
            },
            "title": text, "why": text, "who": text,
        },
    });
    let undone = json!({
        "type": "object", "additionalProperties": false,
        "properties": {"why": text, "who": text},
    });
    vec![
        (
            "/incidents",
            json!({"post": {
                "operationId": "make_incident", "tags": ["Review"],
                "summary": "Makes an incident by hand: from a report's words, a position or nothing but what a person knows",
                "parameters": [key], "requestBody": body(made),
                "responses": answers("201", "application/geo+json"),
            }}),
        ),
        (
            "/incidents/{id}/rulings",
            json!({
                "get": {
                    "operationId": "rulings", "tags": ["Review"],
                    "summary": "What was decided on an incident, oldest first",
                    "parameters": [id],
                    "responses": answers("200", "application/json"),
                },
                "post": {
                    "operationId": "rule", "tags": ["Review"],
                    "summary": "Decides on an incident",
                    "parameters": [id, if_match, key], "requestBody": body(ruling),
                    "responses": answers("200", "application/json"),
                },
            }),
        ),
        (
            "/rulings/{id}/undo",
            json!({"post": {
                "operationId": "undo_ruling", "tags": ["Review"],
                "summary": "Undoes a ruling; undoing an undoing lets it hold again",
                "parameters": [id, key],
                "requestBody": {"content": {"application/json": {"schema": undone}}},
                "responses": answers("200", "application/json"),
            }}),
        ),
    ]
}
