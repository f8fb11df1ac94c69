//! OGC API Features: the landing page, the collections and their items.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value as Json, json};

use super::params::{Params, question_and};
use super::refusal::{Answer, Refusal};
use super::row::Row;
use super::view::{Behind, By, Page, SORT_COLUMNS_MAX, Sorted, View, first_of};
use super::{House, Reader, aside, downloads, html};
use crate::formats::{COLUMNS, Column, Format, Layer, Type, Value};
use crate::incident::IncidentType;
use crate::query::{Crs, Query, Subject as _, crs};

/// Features on a page when nobody says otherwise.
pub(super) const LIMIT_USUAL: usize = 1_000;

/// Features on a page at most.
pub(super) const LIMIT_MAX: usize = 10_000;

/// The one coordinate reference system: WGS 84, longitude first.
const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";

/// The parameters of the items beside those of every question.
const ITEM_PARAMETERS: &[&str] = &["crs", "cursor", "f", "limit", "properties", "sortby"];

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
    // The guard leaves these of trusted proxies only.
    let text = |name: &str| headers.get(name).and_then(|h| h.to_str().ok());
    let host = text("x-forwarded-host").or_else(|| text("host"));
    let scheme = match text("x-forwarded-proto") {
        Some("https") => "https",
        _ => "http",
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    match host.filter(|h| !h.is_empty() && h.chars().all(plain)) {
        Some(host) => format!("{scheme}://{host}"),
        None => String::new(),
    }
}

pub(super) fn answer(media: &'static str, value: &Json) -> Response {
    ([(header::CONTENT_TYPE, media)], value.to_string()).into_response()
}

fn link(rel: &str, media: &str, title: &str, href: &str) -> Json {
    json!({"rel": rel, "type": media, "title": title, "href": href})
}

/// JSON or HTML: `f=`, or what the Accept header wishes.
pub(super) fn form_of(query: Option<&str>, headers: &HeaderMap) -> Result<bool, Refusal> {
    let params = Params::read(query, &["f"])?;
    match params.one("f")? {
        None => Ok(html::wanted(headers)),
        Some("json") => Ok(false),
        Some("html") => Ok(true),
        Some(other) => Err(Refusal::parameter("f", other, "“f” is json or html here")),
    }
}

/// A page in the form asked for.
pub(super) fn formed(as_html: bool, media: &'static str, page: &Json, title: &str) -> Response {
    if as_html {
        html::page(title, page)
    } else {
        answer(media, page)
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
pub(super) async fn conformance(RawQuery(query): RawQuery, headers: HeaderMap) -> Answer {
    let form = form_of(query.as_deref(), &headers)?;
    let page = json!({"conformsTo": [
        "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/core",
        "http://www.opengis.net/spec/ogcapi-common-1/1.0/conf/json",
        "http://www.opengis.net/spec/ogcapi-common-2/1.0/conf/collections",
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/html",
        "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/oas30",
        "http://www.opengis.net/spec/ogcapi-features-2/1.0/conf/crs",
        "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
        "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/features-filter",
        "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables",
        "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/queryables-query-parameters",
        "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/schemas",
        "http://www.opengis.net/spec/ogcapi-features-5/1.0/conf/returnables-and-receivables",
        "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/core",
        "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/mvt",
        "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
        "http://www.opengis.net/spec/cql2/1.0/conf/cql2-json",
        "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
        "http://www.opengis.net/spec/cql2/1.0/conf/advanced-comparison-operators",
        "http://www.opengis.net/spec/cql2/1.0/conf/case-insensitive-comparison",
        "http://www.opengis.net/spec/cql2/1.0/conf/accent-insensitive-comparison",
        "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions",
        "http://www.opengis.net/spec/cql2/1.0/conf/basic-spatial-functions-plus",
        "http://www.opengis.net/spec/cql2/1.0/conf/spatial-functions",
        "http://www.opengis.net/spec/cql2/1.0/conf/temporal-functions",
        "http://www.opengis.net/spec/cql2/1.0/conf/array-functions",
        "http://www.opengis.net/spec/cql2/1.0/conf/property-property",
        "http://www.opengis.net/spec/cql2/1.0/conf/arithmetic",
    ]});
    Ok(formed(
        form,
        "application/json",
        &page,
        "The standards followed",
    ))
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
    let form = form_of(query.as_deref(), &headers)?;
    let base = base_of(&house, &headers);
    let snapshot = house.snapshot.load();
    let view = reader.view(&snapshot);
    let all: Vec<Json> = Layer::ALL
        .iter()
        .map(|(layer, _, _)| described(*layer, view, &base))
        .collect();
    let page = json!({
        "links": [link("self", "application/json", "This page", &format!("{base}/collections"))],
        "crs": crs::all_uris(),
        "collections": all,
    });
    if form {
        return Ok(html::collections("The collections", &all));
    }
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
    let form = form_of(query.as_deref(), &headers)?;
    let base = base_of(&house, &headers);
    let snapshot = house.snapshot.load();
    let page = described(layer, reader.view(&snapshot), &base);
    if form {
        let title = page["title"].as_str().unwrap_or_default().to_owned();
        return Ok(html::collections(&title, &[page]));
    }
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
        "crs": ["#/crs"],
        "storageCrs": CRS84,
        "links": links,
    });
    let extent = extent_of(layer, view);
    if extent.as_object().is_some_and(|e| !e.is_empty()) {
        it["extent"] = extent;
    }
    it
}

fn extent_of(layer: Layer, view: &View) -> Json {
    let (space, days) = view.extent(layer);
    let mut extent = json!({});
    if let Some(b) = space {
        extent["spatial"] =
            json!({"bbox": [[b.west(), b.south(), b.east(), b.north()]], "crs": CRS84});
    }
    if let Some((first, last)) = days {
        let day = |number: i32| {
            let span = jiff::Span::new().try_days(number);
            span.and_then(|span| jiff::civil::date(1970, 1, 1).checked_add(span))
                .ok()
        };
        if let (Some(first), Some(last)) = (day(first), day(last)) {
            extent["temporal"] = json!({
                "interval": [[format!("{first}T00:00:00Z"), format!("{last}T23:59:59Z")]],
                "trs": "http://www.opengis.net/def/uom/ISO-8601/0/Gregorian",
            });
        }
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
    let form = form_of(query.as_deref(), &headers)?;
    let here = format!(
        "{}/collections/{name}/queryables",
        base_of(&house, &headers)
    );
    let page = schema_of(layer, &here, "Queryables");
    Ok(formed(
        form,
        "application/schema+json",
        &page,
        "What can be asked for",
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
    let form = form_of(query.as_deref(), &headers)?;
    let here = format!("{}/collections/{name}/schema", base_of(&house, &headers));
    let page = schema_of(layer, &here, "Schema");
    Ok(formed(
        form,
        "application/schema+json",
        &page,
        "What an incident holds",
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

/// The JSON type of a column, with the values it may have.
pub(super) fn json_type(column: &Column) -> Json {
    let codes = column.codes();
    if !codes.is_empty() {
        return json!({"type": "string", "enum": codes});
    }
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
    /// `None` when nothing can match.
    query: Option<Query>,
    from: Option<PageAt>,
    limit: usize,
    format: Form,
    crs: Crs,
    /// Columns (by number) and whether the greatest comes first.
    sort: Vec<(usize, bool)>,
    /// Columns written; `None` is all.
    columns: Option<Vec<usize>>,
}

/// How a page is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    File(Format),
    Html,
}

/// A place between rows: at the row of these values, and of this id.
#[derive(Clone, PartialEq, Debug)]
struct Cursor {
    values: Vec<Key>,
    id: String,
}

/// Which page of a list.
#[derive(Clone, PartialEq, Debug)]
enum PageAt {
    /// The one that begins behind a row.
    After(Cursor),
    /// The one that ends before a row; marked in the address by [`BEFORE`].
    Before(Cursor),
}

/// Stands before the cursor of a `prev` link; no id begins with it.
const BEFORE: char = '~';

impl PageAt {
    fn read(text: &str, sort: &[(usize, bool)]) -> Option<Self> {
        match text.strip_prefix(BEFORE) {
            Some(rest) => Cursor::read(rest, sort).map(Self::Before),
            None => Cursor::read(text, sort).map(Self::After),
        }
    }

    fn written(&self) -> String {
        match self {
            Self::After(cursor) => cursor.written(),
            Self::Before(cursor) => format!("{BEFORE}{}", cursor.written()),
        }
    }
}

/// The pages beside a page: cursors, `Some(None)` for the first page.
fn beside(page: &Page<'_>, asked: &Asked) -> (Option<PageAt>, Option<Option<PageAt>>) {
    let at = |row: Option<&&Arc<Row>>| row.map(|row| Cursor::of(row, &asked.sort));
    let (first, last) = (at(page.rows.first()), at(page.rows.last()));
    match asked.from {
        None => (
            None,
            last.filter(|_| page.more).map(PageAt::After).map(Some),
        ),
        Some(PageAt::After(_)) => (
            first.map(PageAt::Before),
            last.filter(|_| page.more).map(PageAt::After).map(Some),
        ),
        // Who came from a later page finds the way back, also when what lay before is gone.
        Some(PageAt::Before(_)) => (
            first.filter(|_| page.more).map(PageAt::Before),
            Some(last.map(PageAt::After)),
        ),
    }
}

fn asked(params: &Params, headers: &HeaderMap) -> Result<Asked, Refusal> {
    let crs = params.crs("crs")?.unwrap_or_default();
    let format = match params.one("f")? {
        None if html::wanted(headers) => Form::Html,
        Some("html") => Form::Html,
        None | Some("json") => Form::File(Format::GeoJson),
        Some(f) => Form::File(Format::from_ending(f).ok_or_else(|| {
            Refusal::parameter(
                "f",
                f,
                format!("“f” is html, json or one of {}", Format::endings()),
            )
        })?),
    };
    if crs != Crs::Crs84 && format != Form::File(Format::GeoJson) {
        return Err(Refusal::parameter(
            "crs",
            &crs.uri(),
            "another coordinate reference system is written as GeoJSON only; leave out “crs”, or “f”",
        ));
    }
    // More than the maximum is no error, says Part 1; the maximum is given.
    let limit = params.number("limit", 1, usize::MAX, LIMIT_USUAL)?;
    let sort = match params.one("sortby")? {
        None => Vec::new(),
        Some(text) => sort_of(text)?,
    };
    let columns = match params.one("properties")? {
        None => None,
        Some(text) => Some(columns_of(text)?),
    };
    let from = match params.one("cursor")? {
        None => None,
        Some(text) => Some(PageAt::read(text, &sort).ok_or_else(|| {
            Refusal::parameter(
                "cursor",
                text,
                "a cursor is taken from a next link or a prev link, with the same sortby; leave it out for the first page",
            )
        })?),
    };
    Ok(Asked {
        query: params.query()?,
        from,
        limit: limit.min(LIMIT_MAX),
        format,
        crs,
        sort,
        columns,
    })
}

fn number_of(parameter: &str, text: &str, name: &str) -> Result<usize, Refusal> {
    COLUMNS.iter().position(|c| c.name == name).ok_or_else(|| {
        Refusal::parameter(
            parameter,
            text,
            format!("there is no property “{name}”; /collections/incidents/queryables lists them"),
        )
    })
}

fn sort_of(text: &str) -> Result<Vec<(usize, bool)>, Refusal> {
    let mut all = Vec::new();
    for part in text.split(',') {
        let part = part.trim();
        let (name, down) = match part.strip_prefix('-') {
            Some(name) => (name, true),
            None => (part.strip_prefix('+').unwrap_or(part), false),
        };
        all.push((number_of("sortby", text, name)?, down));
    }
    if all.len() > SORT_COLUMNS_MAX {
        return Err(Refusal::parameter(
            "sortby",
            text,
            format!("at most {SORT_COLUMNS_MAX} properties are sorted by"),
        )
        .limit(SORT_COLUMNS_MAX));
    }
    Ok(all)
}

fn columns_of(text: &str) -> Result<Vec<usize>, Refusal> {
    text.split(',')
        .map(|name| number_of("properties", text, name.trim()))
        .collect()
}

/// A value to sort by. What is not known stands last, whichever way the rest is sorted.
#[derive(Clone, PartialEq, Debug)]
enum Key {
    Text(String),
    Number(f64),
    Unknown,
}

impl Key {
    fn of(value: &Value<'_>) -> Self {
        match value {
            Value::Null => Self::Unknown,
            Value::Text(text) => Self::Text(text.clone().into_owned()),
            #[expect(clippy::cast_precision_loss, reason = "counts of people and reports")]
            Value::Integer(n) => Self::Number(*n as f64),
            Value::Real(n) => Self::Number(*n),
        }
    }

    fn order(&self, other: &Self, down: bool) -> Ordering {
        let order = match (self, other) {
            (Self::Unknown, Self::Unknown) => return Ordering::Equal,
            (Self::Unknown, _) => return Ordering::Greater,
            (_, Self::Unknown) => return Ordering::Less,
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (Self::Number(a), Self::Number(b)) => a.total_cmp(b),
            (Self::Text(_), _) => Ordering::Less,
            _ => Ordering::Greater,
        };
        if down { order.reverse() } else { order }
    }
}

impl Cursor {
    fn of(row: &Row, sort: &[(usize, bool)]) -> Self {
        Self {
            values: sort.iter().map(|(n, _)| Key::of(&row.cell(*n))).collect(),
            id: row.id().to_owned(),
        }
    }

    fn order(&self, other: &Self, sort: &[(usize, bool)]) -> Ordering {
        let keys = self.values.iter().zip(&other.values).zip(sort);
        keys.map(|((a, b), (_, down))| a.order(b, *down))
            .find(|o| o.is_ne())
            .unwrap_or_else(|| self.id.cmp(&other.id))
    }

    /// As it stands in an address: the id, or the values and the id as a JSON array.
    fn written(&self) -> String {
        if self.values.is_empty() {
            return self.id.clone();
        }
        let mut all: Vec<Json> = self
            .values
            .iter()
            .map(|key| match key {
                Key::Text(text) => json!(text),
                Key::Number(n) => json!(n),
                Key::Unknown => Json::Null,
            })
            .collect();
        all.push(json!(self.id));
        Json::Array(all).to_string()
    }

    fn read(text: &str, sort: &[(usize, bool)]) -> Option<Self> {
        if sort.is_empty() {
            let plain = !text.is_empty() && text.len() < 200 && !text.starts_with('[');
            return plain.then(|| Self {
                values: Vec::new(),
                id: text.to_owned(),
            });
        }
        let mut all: Vec<Json> = serde_json::from_str(text).ok()?;
        let Json::String(id) = all.pop()? else {
            return None;
        };
        let values: Vec<Key> = all
            .into_iter()
            .map(|value| match value {
                Json::String(text) => Some(Key::Text(text)),
                Json::Number(n) => n.as_f64().map(Key::Number),
                Json::Null => Some(Key::Unknown),
                _ => None,
            })
            .collect::<Option<_>>()?;
        (values.len() == sort.len()).then_some(Self { values, id })
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
    let params = Params::read(query.as_deref(), &question_and(ITEM_PARAMETERS))?;
    let asked = asked(&params, &headers)?;
    let here = format!("{}/collections/{name}", base_of(&house, &headers));
    let snapshot = house.snapshot.load_full();
    let owner = Arc::clone(&house);
    aside(move || {
        let view = reader.view(&snapshot);
        let page = match &asked.query {
            None => Page {
                matched: 0,
                rows: Vec::new(),
                more: false,
            },
            Some(query) if asked.sort.is_empty() => match &asked.from {
                Some(PageAt::Before(cursor)) => {
                    view.page_before(Some(layer), query, &cursor.id, asked.limit)
                }
                Some(PageAt::After(cursor)) => {
                    view.page(Some(layer), query, Some(&cursor.id), asked.limit)
                }
                None => view.page(Some(layer), query, None, asked.limit),
            },
            Some(query) => sorted_page(view, layer, query, &asked),
        };
        let (prev, next) = beside(&page, &asked);
        let at =
            |from: Option<&PageAt>| address(&here, &params, from.map(PageAt::written).as_deref());
        let beside = Beside {
            this: at(asked.from.as_ref()),
            prev: prev.map(|from| at(Some(&from))),
            next: next.map(|from| at(from.as_ref())),
        };
        let format = match asked.format {
            Form::Html => return Ok(html::items(&name, &page, &here, &beside)),
            Form::File(format) => format,
        };
        if format == Format::GeoJson {
            return Ok(collection_page(&page, &asked, &here, &beside));
        }
        let out = downloads::written(page.rows.into_iter(), format, &owner.about)
            .map_err(|_| Refusal::broken())?;
        let mut response = ([(header::CONTENT_TYPE, format.media_type())], out).into_response();
        // Formats without room for links name the pages beside in a header.
        for (rel, href) in beside.links() {
            if let Ok(value) = format!("<{href}>; rel=\"{rel}\"").parse() {
                response.headers_mut().append(header::LINK, value);
            }
        }
        Ok(response)
    })
    .await
}

/// The address of a page and of those beside it.
pub(super) struct Beside {
    this: String,
    prev: Option<String>,
    next: Option<String>,
}

impl Beside {
    /// The pages beside, each with its relation.
    pub(super) fn links(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let all = [("prev", &self.prev), ("next", &self.next)];
        all.into_iter()
            .filter_map(|(rel, href)| href.as_deref().map(|href| (rel, href)))
    }
}

/// A page in another order than that of the ids.
fn sorted_page<'a>(view: &'a View, layer: Layer, query: &'a Query, asked: &Asked) -> Page<'a> {
    let (from, back) = match &asked.from {
        Some(PageAt::Before(before)) => (Some(before), true),
        Some(PageAt::After(after)) => (Some(after), false),
        None => (None, false),
    };
    let is_known = |n: usize| from.is_some_and(|from| from.values[n] != Key::Unknown);
    let stands = |n: usize, row: &Row| {
        let own = Key::of(&row.cell(asked.sort[n].0));
        from.map_or(Ordering::Equal, |from| own.order(&from.values[n], false))
    };
    let behind = from.map(|from| Behind {
        id: &from.id,
        is_known: &is_known,
        order: &stands,
    });
    let by: Vec<(By, bool)> = asked
        .sort
        .iter()
        .map(|(n, down)| (By::Column(*n), *down))
        .collect();
    let sorted = Sorted {
        by: &by,
        from: behind.as_ref(),
        back,
        limit: asked.limit,
    };
    let (matched, rows) = view.sorted(&view.probe(query, Some(layer)), &sorted, None);
    let mut all: Vec<(Cursor, &Arc<Row>)> = Vec::with_capacity(rows.len());
    for row in rows {
        let cursor = Cursor::of(row, &asked.sort);
        let stands = |from| {
            let order = cursor.order(from, &asked.sort);
            if back { order.is_lt() } else { order.is_gt() }
        };
        if from.is_none_or(stands) {
            all.push((cursor, row));
        }
    }
    // Those nearest to where the page begins, or ends.
    let order = |a: &(Cursor, &Arc<Row>), b: &(Cursor, &Arc<Row>)| {
        let order = a.0.order(&b.0, &asked.sort);
        if back { order.reverse() } else { order }
    };
    let more = first_of(&mut all, asked.limit, order);
    if back {
        all.reverse();
    }
    Page {
        matched,
        rows: all.into_iter().map(|(_, row)| row).collect(),
        more,
    }
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

fn collection_page(page: &Page<'_>, asked: &Asked, here: &str, beside: &Beside) -> Response {
    let mut links = vec![
        link("self", "application/geo+json", "This page", &beside.this),
        link("collection", "application/json", "The collection", here),
    ];
    for (rel, href) in beside.links() {
        let title = if rel == "prev" {
            "The page before"
        } else {
            "The next page"
        };
        links.push(link(rel, "application/geo+json", title, href));
    }
    let size: usize = page.rows.iter().map(|r| r.size() + 2).sum();
    let mut out = Vec::with_capacity(size + 2_000);
    let head = format!(
        "{{\"type\":\"FeatureCollection\",\"numberMatched\":{},\"numberReturned\":{},\"timeStamp\":\"{}\",\"links\":{},\"features\":[\n",
        page.matched,
        page.rows.len(),
        jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ"),
        Json::Array(links),
    );
    out.extend_from_slice(head.as_bytes());
    for (n, row) in page.rows.iter().enumerate() {
        if n > 0 {
            out.extend_from_slice(b",\n");
        }
        row.feature_with(&mut out, asked.columns.as_deref(), asked.crs);
    }
    out.extend_from_slice(b"\n]}\n");
    let media = [
        (header::CONTENT_TYPE, "application/geo+json".to_owned()),
        (CONTENT_CRS, format!("<{}>", asked.crs.uri())),
    ];
    (media, out).into_response()
}

/// Says which system the coordinates of an answer are in (Part 2).
const CONTENT_CRS: header::HeaderName = header::HeaderName::from_static("content-crs");

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
    let crs = params.crs("crs")?.unwrap_or_default();
    let as_html = match params.one("f")? {
        None => html::wanted(&headers),
        Some("html") => true,
        Some("json" | "geojson") => false,
        Some(other) => return Err(Refusal::parameter("f", other, "“f” is json or html here")),
    };
    let snapshot = house.snapshot.load();
    let row = reader.view(&snapshot).row(&id);
    let Some(row) = row.filter(|row| row.layer() == layer) else {
        return Err(Refusal::unknown(format!(
            "there is no incident {id} in {name}"
        )));
    };
    let here = format!("{}/collections/{name}", base_of(&house, &headers));
    if as_html {
        return Ok(html::item(row, &here));
    }
    let links = Json::Array(vec![
        link(
            "self",
            "application/geo+json",
            "This incident",
            &format!("{here}/items/{}", encoded(&id)),
        ),
        link("collection", "application/json", "The collection", &here),
    ]);
    let mut out = Vec::with_capacity(row.size() + 500);
    row.feature_with(&mut out, None, crs);
    // The feature is an object already written: its last brace gives way to the links.
    out.pop();
    out.extend_from_slice(b",\"links\":");
    out.extend_from_slice(links.to_string().as_bytes());
    out.push(b'}');
    let media = [
        (header::CONTENT_TYPE, "application/geo+json".to_owned()),
        (CONTENT_CRS, format!("<{}>", crs.uri())),
    ];
    Ok((media, out).into_response())
}

/// `/stats`: how many there are of what, for the same filters as the items.
pub(super) async fn stats(
    State(house): State<Arc<House>>,
    Extension(reader): Extension<Reader>,
    RawQuery(query): RawQuery,
) -> Answer {
    let params = Params::read(query.as_deref(), &question_and(&[]))?;
    let asked = params.query()?;
    let snapshot = house.snapshot.load_full();
    let owner = Arc::clone(&house);
    aside(move || {
        let counts = owner.reading()?.counts().map_err(|e| Refusal::store(&e))?;
        let mut tables: BTreeMap<&str, BTreeMap<String, usize>> = BTreeMap::new();
        let (mut total, mut undated) = (0, 0);
        // Codes are counted by number, and named at the end.
        let mut types = vec![0_usize; IncidentType::ALL.len()];
        let mut layers: BTreeMap<&'static str, usize> = BTreeMap::new();
        let mut days: BTreeMap<(i32, i32), usize> = BTreeMap::new();
        let standing = number_of("", "", "standing")?;
        let mut standings: BTreeMap<String, usize> = BTreeMap::new();
        let mut countries: BTreeMap<[u8; 2], usize> = BTreeMap::new();
        let everything = asked.as_ref();
        if let Some(query) = everything {
            reader.view(&snapshot).each(None, query, |head, row| {
                total += 1;
                let (start, end) = (head.start, head.end);
                undated += usize::from(start == i32::MIN && end == i32::MAX);
                let kind = head.incident_type();
                if let Some(at) = IncidentType::ALL.iter().position(|t| *t == kind) {
                    types[at] += 1;
                }
                *layers.entry(row.layer().name()).or_default() += 1;
                if start != i32::MIN && end != i32::MAX {
                    *days.entry((start, end)).or_default() += 1;
                }
                *countries.entry(row.country()).or_default() += 1;
                let standing = row.cell(standing);
                let code = match &standing {
                    Value::Text(text) => text.as_ref(),
                    _ => "unknown",
                };
                match standings.get_mut(code) {
                    Some(count) => *count += 1,
                    None => {
                        standings.insert(code.to_owned(), 1);
                    }
                }
            });
        }
        let mut count = |table: &'static str, cell: String, by: usize| {
            *tables.entry(table).or_default().entry(cell).or_default() += by;
        };
        for (kind, n) in IncidentType::ALL.iter().zip(types).filter(|(_, n)| *n > 0) {
            count("by_type", kind.code().to_owned(), n);
            count("by_kind", kind.kind().code().to_owned(), n);
        }
        for (layer, n) in layers {
            count("by_layer", layer.to_owned(), n);
        }
        for (standing, n) in standings {
            count("by_standing", standing, n);
        }
        for (country, n) in countries {
            let code = match country {
                [0, 0] => "unknown".to_owned(),
                letters => letters.map(char::from).iter().collect(),
            };
            count("by_country", code, n);
        }
        for ((start, end), n) in days {
            let day = |number: i32| {
                let span = jiff::Span::new().try_days(number);
                span.and_then(|s| jiff::civil::date(1970, 1, 1).checked_add(s))
                    .ok()
            };
            let (Some(start), Some(end)) = (day(start), day(end)) else {
                continue;
            };
            let month = (start.year(), start.month());
            if month == (end.year(), end.month()) {
                count("by_month", format!("{:04}-{:02}", month.0, month.1), n);
            }
            if start == end {
                count("by_day", start.to_string(), n);
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

#[cfg(test)]
mod tests {
    use super::super::view::tests::{Chance, taken, varied_queries, varied_states};
    use super::*;

    /// The page as sorting everything that matches gives it.
    fn sorted_naively<'a>(rows: &'a [Arc<Row>], layer: Layer, asked: &Asked) -> Page<'a> {
        let mut all: Vec<(Cursor, &Arc<Row>)> = rows
            .iter()
            .filter(|row| row.layer() == layer)
            .map(|row| (Cursor::of(row, &asked.sort), row))
            .collect();
        let matched = all.len();
        all.sort_by(|a, b| a.0.order(&b.0, &asked.sort));
        match &asked.from {
            Some(PageAt::After(at)) => all.retain(|it| it.0.order(at, &asked.sort).is_gt()),
            Some(PageAt::Before(at)) => {
                all.retain(|it| it.0.order(at, &asked.sort).is_lt());
                all.reverse();
            }
            None => {}
        }
        let more = all.len() > asked.limit;
        all.truncate(asked.limit);
        if matches!(asked.from, Some(PageAt::Before(_))) {
            all.reverse();
        }
        Page {
            matched,
            rows: all.into_iter().map(|(_, row)| row).collect(),
            more,
        }
    }

    /// `PLACETIME_ROUNDS` makes it longer.
    #[test]
    fn a_page_in_any_order_is_what_sorting_every_row_gives() {
        let rounds = std::env::var("PLACETIME_ROUNDS").ok();
        let rounds: usize = rounds.and_then(|r| r.parse().ok()).unwrap_or(400);
        let columns = [
            "date_end",
            "type",
            "actors_by",
            "confidence",
            "title",
            "pcode",
            "status",
            "source_count",
        ];
        let columns = columns.map(|name| number_of("", "", name).expect("a column"));
        let layers = [Layer::Incidents, Layer::Areas, Layer::Unplaced];
        let queries = varied_queries();
        let mut chance = Chance(3);
        let mut full = 0;
        for (all, published, rows) in varied_states() {
            let taken = taken(&rows, &queries);
            for round in 0..rounds {
                let public = chance.below(2);
                let view = [&all, &published][public];
                let n = chance.below(queries.len());
                let query = &queries[n];
                let layer = layers[chance.below(4).min(2)];
                let sort: Vec<(usize, bool)> = (0..1 + chance.below(3))
                    .map(|_| (columns[chance.below(columns.len())], chance.below(2) == 0))
                    .collect();
                // A row that is there, one that is not there any more, or values no row has.
                let mut cursor = Cursor::of(&rows[chance.below(rows.len())], &sort);
                match chance.below(4) {
                    0 => cursor.id.push('x'),
                    1 => {
                        for value in &mut cursor.values {
                            match value {
                                Key::Text(text) => text.push('\u{1}'),
                                Key::Number(n) => *n += 0.01,
                                Key::Unknown => {}
                            }
                        }
                    }
                    _ => {}
                }
                let from = match chance.below(5) {
                    0 => None,
                    1 | 2 => Some(PageAt::After(cursor)),
                    _ => Some(PageAt::Before(cursor)),
                };
                let asked = Asked {
                    query: None,
                    from,
                    limit: [1, 7, 100, 10_000][chance.below(4)],
                    format: Form::Html,
                    crs: Crs::Crs84,
                    sort,
                    columns: None,
                };
                let page = sorted_page(view, layer, query, &asked);
                let naive = sorted_naively(&taken[n][public], layer, &asked);
                let ids = |page: &Page<'_>| {
                    page.rows
                        .iter()
                        .map(|r| r.id().to_owned())
                        .collect::<Vec<_>>()
                };
                let told = (round, layer, query, &asked.sort, &asked.from, asked.limit);
                assert_eq!(ids(&page), ids(&naive), "{told:?}");
                assert_eq!(
                    (page.matched, page.more),
                    (naive.matched, naive.more),
                    "{told:?}"
                );
                full += usize::from(page.more);
            }
        }
        assert!(
            full > rounds / 2,
            "{full} pages of {rounds} had others beside them"
        );
    }
}
