//! OGC API Features: the landing page, the collections and their items.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value as Json, json};

use super::params::Params;
use super::refusal::{Answer, Refusal};
use super::snapshot::{Row, View};
use super::{House, Reader, aside};
use crate::formats::{COLUMNS, Column, Format, Layer, Type, Value, column};
use crate::store::Query;

/// Features on a page when nobody says otherwise.
pub(super) const LIMIT_USUAL: usize = 1_000;

/// Features on a page at most.
pub(super) const LIMIT_MAX: usize = 10_000;

/// The one coordinate reference system: WGS 84, longitude first.
const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";

/// The parameters of the items that are no properties.
pub(super) const ITEM_PARAMETERS: &[&str] = &[
    "bbox", "bbox-crs", "crs", "cursor", "datetime", "f", "limit",
];

/// What stands unescaped in our addresses.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

/// Text as a part of an address.
pub(super) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, PLAIN).to_string()
}

/// The address this server is reached by, without a slash at the end.
pub(super) fn base_of(house: &House, headers: &HeaderMap) -> String {
    if let Some(url) = &house.public_url {
        return url.clone();
    }
    let host = headers.get(header::HOST).and_then(|h| h.to_str().ok());
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    match host.filter(|h| !h.is_empty() && h.chars().all(plain)) {
        Some(host) => format!("http://{host}"),
        None => String::new(),
    }
}

pub(super) fn answer(media: &'static str, value: &Json) -> Response {
    ([(header::CONTENT_TYPE, media)], value.to_string()).into_response()
}

fn link(rel: &str, media: &str, title: &str, href: &str) -> Json {
    json!({"rel": rel, "type": media, "title": title, "href": href})
}

/// Only JSON is written here; another `f` is refused by name.
fn only_json(query: Option<&str>) -> Result<(), Refusal> {
    let params = Params::read(query, &["f"])?;
    match params.one("f")? {
        None | Some("json") => Ok(()),
        Some(other) => Err(Refusal::parameter("f", other, "“f” is json here")),
    }
}

/// `/` for programs.
pub(super) fn landing(house: &House, headers: &HeaderMap) -> Response {
    let base = base_of(house, headers);
    let mut links = vec![
        link(
            "self",
            "application/json",
            "This page",
            &format!("{base}/?f=json"),
        ),
        link("alternate", "text/html", "The map", &format!("{base}/")),
        link(
            "service-desc",
            "application/vnd.oai.openapi+json;version=3.0",
            "The API (OpenAPI 3.0)",
            &format!("{base}/api"),
        ),
        link(
            "conformance",
            "application/json",
            "The standards followed",
            &format!("{base}/conformance"),
        ),
        link(
            "data",
            "application/json",
            "The collections",
            &format!("{base}/collections"),
        ),
    ];
    for (format, ending, media) in Format::ALL {
        if *format != Format::GeoJsonLines {
            links.push(link(
                "enclosure",
                media,
                "All incidents in one file",
                &format!("{base}/incidents.{ending}"),
            ));
        }
    }
    let page = json!({
        "title": "Placetime",
        "description": "Incidents read from reports: what, where, when, and how sure",
        "links": links,
    });
    answer("application/json", &page)
}

/// `/conformance`.
pub(super) async fn conformance(RawQuery(query): RawQuery) -> Answer {
    only_json(query.as_deref())?;
    let page = json!({"conformsTo": [
        "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
        "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/json",
        "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
        "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
        "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
        "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/schemas",
    ]});
    Ok(answer("application/json", &page))
}

fn layer_of(name: &str) -> Result<Layer, Refusal> {
    Layer::from_name(name).ok_or_else(|| {
        let names: Vec<&str> = Layer::ALL.iter().map(|(_, name, _)| *name).collect();
        Refusal::unknown(format!(
            "there is no collection “{name}”; known are {}",
            names.join(", ")
        ))
    })
}

/// `/collections`.
pub(super) async fn collections(
    State(house): State<Arc<House>>,
    Extension(reader): Extension<Reader>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    only_json(query.as_deref())?;
    let base = base_of(&house, &headers);
    let snapshot = house.snapshot.load();
    let view = reader.view(&snapshot);
    let all: Vec<Json> = Layer::ALL
        .iter()
        .map(|(layer, _, _)| described(*layer, view, &base))
        .collect();
    let page = json!({
        "links": [link("self", "application/json", "This page", &format!("{base}/collections"))],
        "collections": all,
    });
    Ok(answer("application/json", &page))
}

/// `/collections/{layer}`.
pub(super) async fn collection(
    State(house): State<Arc<House>>,
    Extension(reader): Extension<Reader>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    let layer = layer_of(&name)?;
    only_json(query.as_deref())?;
    let base = base_of(&house, &headers);
    let snapshot = house.snapshot.load();
    let page = described(layer, reader.view(&snapshot), &base);
    Ok(answer("application/json", &page))
}

fn described(layer: Layer, view: &View, base: &str) -> Json {
    let (_, name, description) = Layer::ALL
        .iter()
        .find(|(l, _, _)| *l == layer)
        .expect("every layer stands in the list");
    let title = match layer {
        Layer::Incidents => "Incidents",
        Layer::Areas => "Incidents known to an area",
        Layer::Unplaced => "Incidents without a place",
    };
    let here = format!("{base}/collections/{name}");
    let mut links = vec![
        link("self", "application/json", "This collection", &here),
        link(
            "items",
            "application/geo+json",
            "Its incidents",
            &format!("{here}/items"),
        ),
        link(
            "items",
            "text/csv",
            "Its incidents as CSV",
            &format!("{here}/items?f=csv"),
        ),
        link(
            "http://www.opengis.net/def/rel/ogc/1.0/queryables",
            "application/schema+json",
            "What can be asked for",
            &format!("{here}/queryables"),
        ),
        link(
            "describedby",
            "application/schema+json",
            "What an incident holds",
            &format!("{here}/schema"),
        ),
    ];
    for (_, ending, media) in Format::ALL {
        links.push(link(
            "enclosure",
            media,
            "The whole collection in one file",
            &format!("{base}/downloads/{name}.{ending}"),
        ));
    }
    let mut it = json!({
        "id": name,
        "title": title,
        "description": description,
        "itemType": "feature",
        "crs": [CRS84],
        "storageCrs": CRS84,
        "links": links,
    });
    let extent = extent_of(view.rows.iter().filter(|r| r.layer == layer));
    if extent.as_object().is_some_and(|e| !e.is_empty()) {
        it["extent"] = extent;
    }
    it
}

fn extent_of<'a>(rows: impl Iterator<Item = &'a Arc<Row>>) -> Json {
    let mut space: Option<[f64; 4]> = None;
    let (mut first, mut last) = (None, None);
    for row in rows {
        for b in &row.boxes {
            let [w, s, e, n] = space.get_or_insert([b.west(), b.south(), b.east(), b.north()]);
            (*w, *s) = (w.min(b.west()), s.min(b.south()));
            (*e, *n) = (e.max(b.east()), n.max(b.north()));
        }
        let when = &row.shown.when;
        if let Some(day) = when.start.or(when.end) {
            first = Some(first.map_or(day, |d: jiff::civil::Date| d.min(day)));
        }
        if let Some(day) = when.end.or(when.start) {
            last = Some(last.map_or(day, |d: jiff::civil::Date| d.max(day)));
        }
    }
    let mut extent = json!({});
    if let Some(space) = space {
        let rounded = space.map(|degrees| (degrees * 1e6).round() / 1e6);
        extent["spatial"] = json!({"bbox": [rounded], "crs": CRS84});
    }
    if let Some((first, last)) = first.zip(last) {
        extent["temporal"] = json!({
            "interval": [[format!("{first}T00:00:00Z"), format!("{last}T23:59:59Z")]],
            "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian",
        });
    }
    extent
}

/// `/collections/{layer}/queryables`: what can be asked for by name.
pub(super) async fn queryables(
    State(house): State<Arc<House>>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    let layer = layer_of(&name)?;
    only_json(query.as_deref())?;
    let here = format!(
        "{}/collections/{name}/queryables",
        base_of(&house, &headers)
    );
    Ok(answer(
        "application/schema+json",
        &schema_of(layer, &here, "Queryables"),
    ))
}

/// `/collections/{layer}/schema`: what an incident holds.
pub(super) async fn schema(
    State(house): State<Arc<House>>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    let layer = layer_of(&name)?;
    only_json(query.as_deref())?;
    let here = format!("{}/collections/{name}/schema", base_of(&house, &headers));
    Ok(answer(
        "application/schema+json",
        &schema_of(layer, &here, "Schema"),
    ))
}

fn schema_of(layer: Layer, here: &str, title: &str) -> Json {
    let mut properties = serde_json::Map::new();
    let geometry = match layer {
        Layer::Incidents => Some("geometry-point"),
        Layer::Areas => Some("geometry-multipolygon"),
        Layer::Unplaced => None,
    };
    if let Some(format) = geometry {
        let role = json!({"x-ogc-role": "primary-geometry", "format": format});
        properties.insert("geometry".to_owned(), role);
    }
    for (n, column) in COLUMNS.iter().enumerate() {
        let mut it = json_type(column);
        it["title"] = json!(column.name.replace('_', " "));
        it["description"] = json!(column.meaning);
        it["x-ogc-propertySeq"] = json!(n + 1);
        let role = match column.name {
            "incident_id" => Some("id"),
            "date_start" => Some("primary-interval-start"),
            "date_end" => Some("primary-interval-end"),
            _ => None,
        };
        if let Some(role) = role {
            it["x-ogc-role"] = json!(role);
        }
        properties.insert(column.name.to_owned(), it);
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": here,
        "title": title,
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
    })
}

/// The JSON type of a column.
pub(super) fn json_type(column: &Column) -> Json {
    match column.of {
        Type::Text => json!({"type": "string"}),
        Type::Integer => json!({"type": "integer"}),
        Type::Real => json!({"type": "number"}),
        Type::Date => json!({"type": "string", "format": "date"}),
        Type::DateTime => json!({"type": "string", "format": "date-time"}),
    }
}

/// What was asked of the items.
struct Asked {
    query: Query,
    /// False when two ranges of days have no day in common.
    possible: bool,
    equal: Vec<(&'static Column, String)>,
    after: Option<String>,
    limit: usize,
    format: Format,
}

fn asked(params: &Params) -> Result<Asked, Refusal> {
    for name in ["crs", "bbox-crs"] {
        if let Some(other) = params.one(name)?.filter(|crs| *crs != CRS84) {
            return Err(Refusal::parameter(
                name,
                other,
                format!("the only coordinate reference system here is {CRS84}"),
            ));
        }
    }
    let format = match params.one("f")? {
        None | Some("json") => Format::GeoJson,
        Some(f) => Format::from_ending(f).ok_or_else(|| {
            Refusal::parameter(
                "f",
                f,
                format!("“f” is json or one of {}", Format::endings()),
            )
        })?,
    };
    // More than the maximum is no error, says Part 1; the maximum is given.
    let limit = params.number("limit", 1, usize::MAX, LIMIT_USUAL)?;
    let days = params.days()?;
    let mut equal = Vec::new();
    for (name, value) in params.pairs() {
        if let Some(column) = column(name) {
            check_type(column, value)?;
            equal.push((column, value.clone()));
        }
    }
    Ok(Asked {
        query: Query {
            bbox: params.bbox()?,
            days: days.unwrap_or_default(),
            ..Query::default()
        },
        possible: days.is_some(),
        equal,
        after: params.one("cursor")?.map(str::to_owned),
        limit: limit.min(LIMIT_MAX),
        format,
    })
}

fn check_type(column: &Column, value: &str) -> Result<(), Refusal> {
    let (fits, what) = match column.of {
        Type::Text | Type::DateTime => (true, ""),
        Type::Integer => (value.parse::<i64>().is_ok(), "a whole number"),
        Type::Real => (value.parse::<f64>().is_ok(), "a number"),
        Type::Date => (
            value.parse::<jiff::civil::Date>().is_ok(),
            "a day, such as 2022-06-15",
        ),
    };
    if fits {
        Ok(())
    } else {
        Err(Refusal::parameter(
            column.name,
            value,
            format!("“{}” is {what}", column.name),
        ))
    }
}

impl Asked {
    fn takes(&self, row: &Row) -> bool {
        self.possible
            && row.is_in(&self.query)
            && self
                .equal
                .iter()
                .all(|(column, wanted)| is_equal(&(column.value)(&row.shown), wanted))
    }
}

/// Lists are joined by "; ": one of their items is enough.
fn is_equal(value: &Value<'_>, wanted: &str) -> bool {
    match value {
        Value::Null => false,
        Value::Text(text) => text == wanted || text.split("; ").any(|item| item == wanted),
        Value::Integer(n) => wanted.parse() == Ok(*n),
        Value::Real(n) => wanted.parse() == Ok(*n),
    }
}

/// `/collections/{layer}/items`.
pub(super) async fn items(
    State(house): State<Arc<House>>,
    Extension(reader): Extension<Reader>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    let layer = layer_of(&name)?;
    let known: Vec<&str> = ITEM_PARAMETERS
        .iter()
        .copied()
        .chain(COLUMNS.iter().map(|c| c.name))
        .collect();
    let params = Params::read(query.as_deref(), &known)?;
    let asked = asked(&params)?;
    let here = format!("{}/collections/{name}", base_of(&house, &headers));
    let snapshot = house.snapshot.load_full();
    let owner = Arc::clone(&house);
    aside(move || {
        let view = reader.view(&snapshot);
        let mut matched = 0;
        let mut page: Vec<&Arc<Row>> = Vec::new();
        let mut more = false;
        for row in &view.rows {
            if row.layer != layer || !asked.takes(row) {
                continue;
            }
            matched += 1;
            let before = asked.after.as_ref();
            if before.is_some_and(|after| row.shown.incident_id <= *after) {
                continue;
            }
            if page.len() < asked.limit {
                page.push(row);
            } else {
                more = true;
            }
        }
        let next = page
            .last()
            .filter(|_| more)
            .map(|last| address(&here, &params, Some(&last.shown.incident_id)));
        if asked.format == Format::GeoJson {
            let this = address(&here, &params, asked.after.as_deref());
            return Ok(collection_page(
                &page,
                matched,
                &here,
                &this,
                next.as_deref(),
            ));
        }
        let out = View::written(page.into_iter(), asked.format, &owner.about)
            .map_err(|_| Refusal::broken())?;
        let mut response =
            ([(header::CONTENT_TYPE, asked.format.media_type())], out).into_response();
        // Formats without room for links say the next page in a header.
        if let Some(value) = next.and_then(|n| format!("<{n}>; rel=\"next\"").parse().ok()) {
            response.headers_mut().insert(header::LINK, value);
        }
        Ok(response)
    })
    .await
}

/// The address of a page: the same parameters with another cursor.
fn address(here: &str, params: &Params, cursor: Option<&str>) -> String {
    let mut out = format!("{here}/items");
    let pairs = params
        .pairs()
        .iter()
        .filter(|(name, _)| name != "cursor")
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .chain(cursor.map(|c| ("cursor", c)));
    for (n, (name, value)) in pairs.enumerate() {
        let mark = if n == 0 { '?' } else { '&' };
        let _ = write!(out, "{mark}{}={}", encoded(name), encoded(value));
    }
    out
}

fn collection_page(
    page: &[&Arc<Row>],
    matched: usize,
    here: &str,
    this: &str,
    next: Option<&str>,
) -> Response {
    let mut links = vec![
        link("self", "application/geo+json", "This page", this),
        link("collection", "application/json", "The collection", here),
    ];
    if let Some(next) = next {
        links.push(link("next", "application/geo+json", "The next page", next));
    }
    let size: usize = page.iter().map(|r| r.feature.len() + 2).sum();
    let mut out = format!(
        "{{\"type\":\"FeatureCollection\",\"numberMatched\":{matched},\"numberReturned\":{},\"timeStamp\":\"{}\",\"links\":{},\"features\":[\n",
        page.len(),
        jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        Json::Array(links),
    )
    .into_bytes();
    out.reserve(size);
    for (n, row) in page.iter().enumerate() {
        if n > 0 {
            out.extend_from_slice(b",\n");
        }
        out.extend_from_slice(&row.feature);
    }
    out.extend_from_slice(b"\n]}\n");
    let media = [
        (header::CONTENT_TYPE, "application/geo+json"),
        (
            header::HeaderName::from_static("content-crs"),
            "<http://www.opengis.net/def/crs/OGC/1.3/CRS84>",
        ),
    ];
    (media, out).into_response()
}

/// `/collections/{layer}/items/{id}`.
pub(super) async fn item(
    State(house): State<Arc<House>>,
    Extension(reader): Extension<Reader>,
    Path((name, id)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    let layer = layer_of(&name)?;
    let params = Params::read(query.as_deref(), &["f", "crs"])?;
    if let Some(other) = params
        .one("f")?
        .filter(|f| !matches!(*f, "json" | "geojson"))
    {
        return Err(Refusal::parameter("f", other, "“f” is json here"));
    }
    let snapshot = house.snapshot.load();
    let row = reader.view(&snapshot).row(&id);
    let Some(row) = row.filter(|row| row.layer == layer) else {
        return Err(Refusal::unknown(format!(
            "there is no incident {id} in {name}"
        )));
    };
    let here = format!("{}/collections/{name}", base_of(&house, &headers));
    let links = Json::Array(vec![
        link(
            "self",
            "application/geo+json",
            "This incident",
            &format!("{here}/items/{}", encoded(&id)),
        ),
        link("collection", "application/json", "The collection", &here),
    ]);
    // The feature is an object already written: its last brace gives way to the links.
    let mut out = row.feature[..row.feature.len() - 1].to_vec();
    out.extend_from_slice(b",\"links\":");
    out.extend_from_slice(links.to_string().as_bytes());
    out.push(b'}');
    Ok(([(header::CONTENT_TYPE, "application/geo+json")], out).into_response())
}

/// `/stats`: how many there are of what, for the same filters as the items.
pub(super) async fn stats(
    State(house): State<Arc<House>>,
    Extension(reader): Extension<Reader>,
    RawQuery(query): RawQuery,
) -> Answer {
    let known: Vec<&str> = ["bbox", "datetime"]
        .into_iter()
        .chain(COLUMNS.iter().map(|c| c.name))
        .collect();
    let params = Params::read(query.as_deref(), &known)?;
    let asked = asked(&params)?;
    let snapshot = house.snapshot.load_full();
    let owner = Arc::clone(&house);
    aside(move || {
        let counts = super::held(&owner.reader)
            .counts()
            .map_err(|e| Refusal::store(&e))?;
        let mut tables: BTreeMap<&str, BTreeMap<String, usize>> = BTreeMap::new();
        let (mut total, mut undated) = (0, 0);
        for row in reader
            .view(&snapshot)
            .rows
            .iter()
            .filter(|r| asked.takes(r))
        {
            total += 1;
            let it = &row.shown;
            undated += usize::from(it.when.start.is_none() && it.when.end.is_none());
            let mut count = |table: &'static str, cell: String| {
                *tables.entry(table).or_default().entry(cell).or_default() += 1;
            };
            count("by_layer", row.layer.name().to_owned());
            count("by_type", it.kind.code().to_owned());
            count("by_kind", it.kind.kind().code().to_owned());
            count("by_standing", it.standing.code().to_owned());
            let country = it.place.as_ref().and_then(|p| p.country);
            count(
                "by_country",
                country.map_or("unknown".to_owned(), |c| c.to_string()),
            );
            if let (Some(start), Some(end)) = (it.when.start, it.when.end) {
                let month = (start.year(), start.month());
                if month == (end.year(), end.month()) {
                    count("by_month", format!("{:04}-{:02}", month.0, month.1));
                }
                if start == end {
                    count("by_day", start.to_string());
                }
            }
        }
        let placed = |table: &BTreeMap<&str, BTreeMap<String, usize>>| {
            let unplaced = table
                .get("by_layer")
                .and_then(|t| t.get("incidents_unplaced"));
            unplaced.copied().unwrap_or(0)
        };
        let mut page = json!({
            "incidents": total,
            "not_on_the_map": placed(&tables),
            "undated": undated,
        });
        for name in [
            "by_layer",
            "by_type",
            "by_kind",
            "by_standing",
            "by_country",
            "by_month",
            "by_day",
        ] {
            page[name] = json!(tables.remove(name).unwrap_or_default());
        }
        if reader == Reader::Trusted {
            page["reports"] = json!(counts.reports);
            page["reports_without_incident"] = json!(counts.reports_without_incident);
            page["accounts"] = json!(counts.accounts);
        }
        Ok(answer("application/json", &page))
    })
    .await
}
