//! `/api`: the description of the server, OpenAPI 3.0.3, made from the same lists as the routes.
//!
//! 3.0 and not 3.1, since the clients that read it (GDAL, QGIS, the OGC's test suite) know 3.0.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use serde_json::{Map, Value as Json, json};

use super::House;
use super::features::{LIMIT_MAX, LIMIT_USUAL, base_of, form_of, formed, json_type};
use super::refusal::Answer;
use super::tiles::ZOOM_MAX;
use super::view::SORT_COLUMNS_MAX;
use crate::formats::{COLUMNS, Format, Layer};
use crate::query::crs;

/// `/api`.
pub(super) async fn api(
    State(house): State<Arc<House>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    let as_html = form_of(query.as_deref(), &headers)?;
    let base = base_of(&house, &headers);
    let document = document(&base);
    Ok(formed(
        as_html,
        "application/vnd.oai.openapi+json;version=3.0",
        &document,
        "The API",
    ))
}

pub(super) fn document(base: &str) -> Json {
    let mut paths = Map::new();
    let mut add = |path: &str, item: Json| {
        paths.insert(path.to_owned(), item);
    };
    let json_page = |id: &str, what: &str, tag: &str| {
        json!({"get": {
            "operationId": id, "summary": what, "tags": [tag],
            "parameters": [{"$ref": "#/components/parameters/f"}],
            "responses": answers_as(&["application/json", "text/html"]),
        }})
    };
    add(
        "/",
        json_page(
            "landing",
            "The landing page; the map for browsers",
            "Capabilities",
        ),
    );
    add(
        "/conformance",
        json_page("conformance", "The standards followed", "Capabilities"),
    );
    add(
        "/collections",
        json_page("collections", "The collections", "Capabilities"),
    );
    for (_, name, what) in Layer::ALL {
        let here = format!("/collections/{name}");
        let id = |verb: &str| format!("{verb}_{name}");
        add(&here, json_page(&id("describe"), what, name));
        for part in ["queryables", "schema"] {
            let what = format!("The {part} of {name}");
            let mut page = json_page(&id(part), &what, name);
            page["get"]["responses"] = answers_as(&["application/schema+json", "text/html"]);
            add(&format!("{here}/{part}"), page);
        }
        add(&format!("{here}/items"), items(name));
        add(
            &format!("{here}/items/{{id}}"),
            json!({"get": {
                "operationId": id("item"), "summary": "One incident", "tags": [name],
                "parameters": [
                    {"$ref": "#/components/parameters/id"}, {"$ref": "#/components/parameters/f"},
                    {"$ref": "#/components/parameters/crs"},
                ],
                "responses": answers_as(&["application/geo+json", "text/html"]),
            }}),
        );
    }
    more(&mut add);
    for (_, ending, media) in Format::ALL {
        let whole = |id: String, what: &str| {
            json!({"get": {
                "operationId": id, "summary": what, "tags": ["Downloads"],
                "parameters": question(),
                "responses": file_answers(media.split(';').next().unwrap_or(media)),
            }})
        };
        add(
            &format!("/incidents.{ending}"),
            whole(format!("all_{ending}"), "All incidents in one file"),
        );
        for (_, name, _) in Layer::ALL {
            add(
                &format!("/downloads/{name}.{ending}"),
                whole(format!("all_{name}_{ending}"), "A collection in one file"),
            );
        }
    }
    add(
        "/incidents/{id}",
        json!({"get": {
            "operationId": "incident", "summary": "One incident with its accounts and rulings", "tags": ["Incidents"],
            "parameters": [{"$ref": "#/components/parameters/id"}, {"$ref": "#/components/parameters/f_json"}],
            "responses": answers("application/geo+json"),
        }}),
    );
    for (path, item) in super::review::described() {
        add(path, item);
    }
    add(
        "/gazetteer/search",
        json!({"get": {
            "operationId": "search_places", "summary": "Places whose name begins with or is like the words", "tags": ["Gazetteer"],
            "parameters": [
                {"name": "q", "in": "query", "required": true, "schema": {"type": "string", "maxLength": 200}},
                {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 10}},
            ],
            "responses": answers("application/json"),
        }}),
    );
    let degrees = |name: &str, most: u16| {
        json!({
            "name": name, "in": "query", "required": true,
            "schema": {"type": "number", "minimum": -i32::from(most), "maximum": most},
        })
    };
    add(
        "/gazetteer/reverse",
        json!({"get": {
            "operationId": "reverse", "summary": "The places nearest to a position", "tags": ["Gazetteer"],
            "parameters": [
                degrees("lat", 90), degrees("lon", 180),
                {"name": "limit", "in": "query", "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 5}},
            ],
            "responses": answers("application/json"),
        }}),
    );
    add(
        "/gazetteer/resolve",
        json!({"post": {
            "operationId": "resolve", "summary": "What a place phrase may mean, best first", "tags": ["Gazetteer"],
            "requestBody": {"required": true, "content": {"application/json": {"schema": {
                "type": "object", "required": ["phrase"], "additionalProperties": false,
                "properties": {
                    "phrase": {"type": "string", "maxLength": 1000},
                    "country": {"type": "array", "items": {"type": "string", "minLength": 2, "maxLength": 2}},
                    "near": {"type": "object", "required": ["lat", "lon"], "properties": {
                        "lat": {"type": "number"}, "lon": {"type": "number"},
                    }},
                    "limit": {"type": "integer", "minimum": 1, "maximum": 100},
                },
            }}}},
            "responses": answers("application/json"),
        }}),
    );
    add(
        "/stats",
        json!({"get": {
            "operationId": "stats", "summary": "How many there are of what", "tags": ["Incidents"],
            "parameters": question(),
            "responses": answers("application/json"),
        }}),
    );
    for (path, id, summary, media) in [
        (
            "/explore",
            "explore",
            "Counts for a page of facets: of what, and on which days",
            "application/json",
        ),
        (
            "/explore/columns",
            "explore_columns",
            "All incidents column by column, each text once, without what only an open incident shows",
            "application/json",
        ),
        (
            "/explore/list",
            "explore_list",
            "Incidents of every layer, newest first",
            "application/geo+json",
        ),
        (
            "/explore/areas",
            "explore_areas",
            "Each outline once, with how many incidents are known only to it",
            "application/geo+json",
        ),
    ] {
        let mut parameters = if path == "/explore/columns" {
            Vec::new()
        } else {
            question()
        };
        let more = match path {
            "/explore" => {
                json!([{"name": "only", "in": "query", "required": false, "description": "Count one thing only", "schema": {"type": "string", "enum": ["kinds", "spans", "country", "precision", "actor", "source", "status", "standing"]}}])
            }
            "/explore/list" => json!([
                {"name": "layer", "in": "query", "required": false, "schema": {"type": "string", "enum": ["incidents", "incident_areas", "incidents_unplaced"]}},
                {"name": "area", "in": "query", "required": false, "description": "The id of an outline of /explore/areas", "schema": {"type": "string"}},
                {"name": "limit", "in": "query", "required": false, "schema": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}},
                {"name": "cursor", "in": "query", "required": false, "description": "The cursor of the page before", "schema": {"type": "string"}},
            ]),
            _ => json!([]),
        };
        parameters.extend(more.as_array().cloned().unwrap_or_default());
        add(
            path,
            json!({"get": {
                "operationId": id, "summary": summary, "tags": ["Incidents"],
                "parameters": parameters,
                "responses": answers(media),
            }}),
        );
    }
    add(
        "/healthz",
        json!({"get": {
            "operationId": "healthz", "summary": "Does the process answer?", "tags": ["Operation"],
            "responses": answers("application/json"),
        }}),
    );
    shape(&mut paths);
    json!({
        "openapi": "3.0.3",
        "info": {
            "title": "Placetime",
            "description": "Incidents read from reports: what, where, when, and how sure",
            "version": env!("CARGO_PKG_VERSION"),
        },
        "servers": [{"url": if base.is_empty() { "/" } else { base }}],
        "paths": paths,
        "components": {
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
            "parameters": parameters(),
            "schemas": schemas(),
            "responses": {"refused": {
                "description": "What was wrong, and what would be right",
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/problem"}}},
            }},
        },
    })
}

/// What the answers hold: how an operation's id begins, the media type, and the schema's name.
const SHAPES: &[(&str, &str, &str)] = &[
    ("landing", "application/json", "landing"),
    ("conformance", "application/json", "conformance"),
    ("collections", "application/json", "collections"),
    ("describe_", "application/json", "collection"),
    ("queryables_", "application/schema+json", "columns"),
    ("schema_", "application/schema+json", "columns"),
    ("items_", "application/geo+json", "page"),
    ("item_", "application/geo+json", "feature"),
    ("incident", "application/geo+json", "feature"),
    ("all_", "application/geo+json", "features"),
    ("read", "application/geo+json", "features"),
    ("stats", "application/json", "stats"),
    ("healthz", "application/json", "health"),
    ("readyz", "application/json", "health"),
    ("search_places", "application/json", "places"),
    ("reverse", "application/json", "places"),
    ("resolve", "application/json", "places"),
    ("incident_tiles", "application/json", "tilejson"),
    ("reports_without", "application/json", "reports"),
    ("report", "application/json", "report"),
    ("rulings", "application/json", "rulings"),
];

/// Says of each operation what its answer holds.
fn shape(paths: &mut Map<String, Json>) {
    let operations = paths.values_mut().filter_map(Json::as_object_mut).flatten();
    for (_, operation) in operations {
        let id = operation["operationId"]
            .as_str()
            .unwrap_or_default()
            .to_owned();
        let Some(content) = operation.pointer_mut("/responses/200/content") else {
            continue;
        };
        let fits = |(begin, media, _): &&(&str, &str, &str)| {
            let is_whole = !begin.ends_with('_') && id == *begin;
            let is_begun =
                (begin.ends_with('_') || *begin == "reports_without") && id.starts_with(begin);
            (is_whole || is_begun) && content.get(media).is_some()
        };
        let found = SHAPES.iter().find(fits);
        if let Some((_, media, name)) = found {
            content[*media]["schema"] = json!({"$ref": format!("#/components/schemas/{name}")});
        }
    }
}

fn schemas() -> Json {
    let mut properties = Map::new();
    for column in COLUMNS {
        let mut of = json_type(column);
        of["nullable"] = json!(true);
        if let Some(codes) = of.get_mut("enum").and_then(Json::as_array_mut) {
            // Nullable alone adds nothing to a list of values.
            codes.push(Json::Null);
        }
        of["description"] = json!(column.meaning);
        properties.insert(column.name.to_owned(), of);
    }
    let text = json!({"type": "string"});
    let count = json!({"type": "integer", "minimum": 0});
    let counts = json!({"type": "object", "additionalProperties": count});
    let of = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    let links = json!({"type": "array", "items": of("link")});
    let list = |items: Json| json!({"type": "array", "items": items});
    let object = |required: &[&str], properties: Json| json!({"type": "object", "required": required, "properties": properties});
    let all = [
        (
            "problem",
            object(
                &["title", "status", "detail"],
                json!({
                    "type": text, "title": text, "status": {"type": "integer"}, "detail": text, "limit": {"type": "integer", "minimum": 0},
                    "parameter": text, "value": text,
                }),
            ),
        ),
        (
            "link",
            object(
                &["href", "rel"],
                json!({
                    "href": text, "rel": text, "type": text, "title": text,
                }),
            ),
        ),
        (
            "landing",
            object(
                &["title", "links"],
                json!({"title": text, "description": text, "links": links}),
            ),
        ),
        (
            "conformance",
            object(&["conformsTo"], json!({"conformsTo": list(text.clone())})),
        ),
        (
            "collection",
            object(
                &["id", "links", "crs", "storageCrs"],
                json!({
                    "id": text, "title": text, "description": text, "itemType": text,
                    "crs": list(text.clone()), "storageCrs": text, "extent": {"type": "object"}, "links": links,
                }),
            ),
        ),
        (
            "collections",
            object(
                &["links", "collections"],
                json!({
                    "links": links, "crs": list(text.clone()), "collections": list(of("collection")),
                }),
            ),
        ),
        (
            "columns",
            object(
                &["$schema", "$id", "type", "properties"],
                json!({
                    "$schema": text, "$id": text, "type": text, "properties": {"type": "object"},
                }),
            ),
        ),
        (
            "geometry",
            json!({"type": "object", "nullable": true, "required": ["type", "coordinates"], "properties": {
                "type": {"type": "string", "enum": ["Point", "Polygon", "MultiPolygon"]},
                "coordinates": {"type": "array", "items": {}},
            }}),
        ),
        (
            "feature",
            object(
                &["type", "id", "geometry", "properties"],
                json!({
                    "type": {"type": "string", "enum": ["Feature"]}, "id": text, "geometry": of("geometry"),
                    "properties": {"type": "object", "properties": properties}, "links": links,
                }),
            ),
        ),
        (
            "features",
            object(
                &["type", "features"],
                json!({
                    "type": {"type": "string", "enum": ["FeatureCollection"]}, "features": list(of("feature")),
                }),
            ),
        ),
        (
            "page",
            object(
                &[
                    "type",
                    "features",
                    "numberMatched",
                    "numberReturned",
                    "timeStamp",
                    "links",
                ],
                json!({
                    "type": {"type": "string", "enum": ["FeatureCollection"]},
                    "features": list(of("feature")), "numberMatched": count, "numberReturned": count,
                    "timeStamp": {"type": "string", "format": "date-time"}, "links": links,
                }),
            ),
        ),
        (
            "stats",
            object(
                &["incidents", "not_on_the_map", "undated"],
                json!({
                    "incidents": count, "not_on_the_map": count, "undated": count, "by_layer": counts,
                    "by_type": counts, "by_kind": counts, "by_standing": counts, "by_country": counts,
                    "by_month": counts, "by_day": counts,
                }),
            ),
        ),
        (
            "health",
            object(
                &["status"],
                json!({"status": text, "version": text, "incidents": count}),
            ),
        ),
        (
            "places",
            object(
                &["results"],
                json!({"results": list(object(&["name", "id"], json!({
                    "name": text, "id": text,
                })))}),
            ),
        ),
        (
            "tilejson",
            object(
                &["tilejson", "tiles", "vector_layers", "counts"],
                json!({
                    "tilejson": text, "tiles": list(text.clone()), "counts": counts,
                    "vector_layers": list(object(&["id", "fields"], json!({"id": text, "fields": {"type": "object"}}))),
                }),
            ),
        ),
        (
            "reports",
            object(
                &["reports", "without_incident", "of"],
                json!({
                    "reports": list(json!({"type": "object"})), "without_incident": count, "of": count,
                }),
            ),
        ),
        (
            "report",
            object(
                &["id", "accounts"],
                json!({
                    "id": text, "accounts": list(json!({"type": "object"})),
                }),
            ),
        ),
        (
            "rulings",
            object(
                &["incident_id", "rulings"],
                json!({
                    "incident_id": text, "version": {"type": "integer"}, "rulings": list(json!({"type": "object"})),
                }),
            ),
        ),
    ];
    let named = all.into_iter().map(|(name, it)| (name.to_owned(), it));
    Json::Object(named.collect())
}

fn answers(media: &str) -> Json {
    answers_as(&[media])
}

/// Answers in one of several media types.
fn answers_as(media: &[&str]) -> Json {
    let content: Map<String, Json> = media
        .iter()
        .map(|m| ((*m).to_owned(), json!({"schema": {}})))
        .collect();
    json!({
        "200": {"description": "The answer", "content": content},
        "default": {"$ref": "#/components/responses/refused"},
    })
}

/// Answers of a download: the whole, a part of it, nothing new.
fn file_answers(media: &str) -> Json {
    let mut all = answers(media);
    all["206"] = json!({
        "description": "The part that `Range` asks for, as long as `If-Range` is the tag of what lies here",
        "content": {media: {"schema": {"type": "string", "format": "binary"}}},
    });
    all["304"] = json!({"description": "What the client has is what lies here (`If-None-Match`)"});
    all
}

/// The routes beside those of the collections.
fn more(add: &mut impl FnMut(&str, Json)) {
    let page = |id: &str, what: &str, tag: &str, media: &str, parameters: Json| {
        json!({
            "operationId": id, "summary": what, "tags": [tag],
            "parameters": parameters, "responses": answers(media),
        })
    };
    let named = |names: &[&str]| -> Vec<Json> {
        names
            .iter()
            .map(|n| json!({"$ref": format!("#/components/parameters/{n}")}))
            .collect()
    };
    let none = || json!([]);
    let with_token = |mut operation: Json| {
        operation["security"] = json!([{"token": []}, {}]);
        operation
    };
    let body = |mut operation: Json, media: &[&str], schema: &Json| {
        let content: Map<String, Json> = media
            .iter()
            .map(|m| ((*m).to_owned(), json!({"schema": schema})))
            .collect();
        operation["requestBody"] = json!({"required": true, "content": content});
        operation
    };
    add(
        "/api",
        json!({"get": {
            "operationId": "api", "summary": "This description", "tags": ["Capabilities"],
            "parameters": named(&["f"]),
            "responses": answers_as(&["application/vnd.oai.openapi+json", "text/html"]),
        }}),
    );
    add(
        "/readyz",
        json!({"get": page("readyz", "Does the store answer?", "Operation", "application/json", none())}),
    );
    add(
        "/metrics",
        json!({"get": with_token(page("metrics", "Figures for Prometheus", "Operation", "text/plain", none()))}),
    );
    add(
        "/changes.atom",
        json!({"get": page("changes_feed", "The incidents that changed last", "Live", "application/atom+xml", none())}),
    );
    add(
        "/changes",
        json!({"get": page("changes", "What is new, as server-sent events: incident (data: id, version, what: new, changed, gone) and resync", "Live", "text/event-stream", json!([
            {"name": "Last-Event-ID", "in": "header", "required": false, "schema": {"type": "string"},
             "description": "The id of the last event seen; what was missed comes first"},
            {"name": "last-event-id", "in": "query", "required": false, "schema": {"type": "string"}},
        ]))}),
    );
    let mut tiled = question();
    tiled.extend(named(&["f_tilejson"]));
    add(
        "/tiles/incidents.json",
        json!({"get": page("incident_tiles", "TileJSON, with the counts of points, areas and unplaced", "Tiles", "application/json", json!(tiled))}),
    );
    tiled.pop();
    tiled.extend(named(&["f_mvt", "z", "x", "y"]));
    const MVT: &str = "application/vnd.mapbox-vector-tile";
    add(
        "/tiles/incidents/{z}/{x}/{y}.mvt",
        json!({"get": page("incident_tile", "Counts by cell and kind up to zoom 6, incidents from zoom 7", "Tiles", MVT, json!(tiled))}),
    );
    add(
        "/collections/incidents/tiles/WebMercatorQuad/{z}/{y}/{x}",
        json!({"get": page("incident_tile_ogc", "The same, row before column", "Tiles", MVT, json!(tiled))}),
    );
    add(
        "/tiles/places/{z}/{x}/{y}.mvt",
        json!({"get": page("place_tile", "Names of the gazetteer", "Tiles", MVT, json!(named(&["z", "x", "y"])))}),
    );
    let day = json!([{"name": "published", "in": "query", "required": false,
        "description": "The day of reports that carry no date", "schema": {"type": "string", "format": "date"}}]);
    let texts = [
        "text/plain",
        "text/html",
        "application/json",
        "application/x-ndjson",
        "message/rfc822",
        "application/xml",
    ];
    let any = json!({});
    add(
        "/read",
        json!({"post": body(page("read", "What would be made of a report; nothing is stored", "Reports", "application/geo+json", day.clone()), &texts, &any)}),
    );
    let of_table = json!([
        {"name": "name", "in": "query", "required": false, "description": "The file's name", "schema": {"type": "string"}},
        {"name": "map", "in": "query", "required": false, "description": "COLUMN=FIELD, as often as needed", "schema": {"type": "array", "items": {"type": "string"}}, "explode": true},
        {"name": "source", "in": "query", "required": false, "description": "The name its rows are kept under", "schema": {"type": "string"}},
        {"name": "dates", "in": "query", "required": false, "schema": {"type": "string", "enum": ["day-first", "month-first"]}},
        {"name": "store", "in": "query", "required": false, "schema": {"type": "string", "enum": ["yes", "no"], "default": "no"}},
    ]);
    add(
        "/tables",
        json!({"post": with_token(body(page("table", "How a table of incidents is understood; with store=yes its rows are kept", "Reports", "application/json", of_table), &["application/octet-stream"], &any))}),
    );
    let address =
        json!({"type": "object", "required": ["url"], "properties": {"url": {"type": "string"}}});
    add(
        "/fetch",
        json!({"post": with_token(body(page("fetch", "The reports of an address, as JSONL; nothing is stored", "Reports", "application/x-ndjson", none()), &["application/json"], &address))}),
    );
    let mut adding = body(
        page(
            "add_reports",
            "Adds reports",
            "Reports",
            "application/json",
            day,
        ),
        &texts,
        &any,
    );
    adding["responses"]["201"] = adding["responses"]["200"].clone();
    let list = json!([
        {"name": "incident", "in": "query", "required": false, "schema": {"type": "string", "enum": ["none"]}},
        {"name": "limit", "in": "query", "required": false, "schema": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100}},
    ]);
    add(
        "/reports",
        json!({
            "get": with_token(page("reports_without_incident", "Reports that became no incident", "Reports", "application/json", list)),
            "post": with_token(adding),
        }),
    );
    add(
        "/reports/{id}",
        json!({"get": page("report", "A report with its evidence; its text for holders of a token", "Reports", "application/json", json!(named(&["id"])))}),
    );
    let ruling = json!({"type": "object", "required": ["verdict"], "properties": {
        "verdict": {"type": "string"}, "why": {"type": "string"}, "version": {"type": "integer"},
    }});
    let mut decide = body(
        page(
            "decide",
            "Decides on an incident",
            "Incidents",
            "application/geo+json",
            json!(named(&["id"])),
        ),
        &["application/json"],
        &ruling,
    );
    decide["responses"]["201"] = decide["responses"]["200"].clone();
    let any_body = json!({"type": "object"});
    let mut made = body(
        page(
            "make_incident",
            "Makes an incident by hand",
            "Incidents",
            "application/geo+json",
            none(),
        ),
        &["application/json"],
        &any_body,
    );
    made["responses"]["201"] = made["responses"]["200"].clone();
    add("/incidents", json!({"post": with_token(made)}));
    let undo = body(
        page(
            "undo_ruling",
            "Undoes a decision",
            "Incidents",
            "application/json",
            json!(named(&["id"])),
        ),
        &["application/json"],
        &any_body,
    );
    add("/rulings/{id}/undo", json!({"post": with_token(undo)}));
    add(
        "/incidents/{id}/rulings",
        json!({
            "get": page("rulings", "The decisions on an incident", "Incidents", "application/json", json!(named(&["id"]))),
            "post": with_token(decide),
        }),
    );
}

/// The parameters of every question for incidents, columns included.
fn question() -> Vec<Json> {
    let names = [
        "bbox",
        "bbox_crs",
        "datetime",
        "q",
        "filter",
        "filter_lang",
        "filter_crs",
    ];
    let mut all: Vec<Json> = names
        .iter()
        .map(|p| json!({"$ref": format!("#/components/parameters/{p}")}))
        .collect();
    for column in COLUMNS {
        all.push(json!({"$ref": format!("#/components/parameters/column_{}", column.name)}));
    }
    all
}

fn items(name: &str) -> Json {
    let mut parameters = question();
    parameters.extend(
        ["limit", "cursor", "crs", "sortby", "properties", "f_items"]
            .iter()
            .map(|p| json!({"$ref": format!("#/components/parameters/{p}")})),
    );
    let mut written = vec!["text/html"];
    for (_, _, media) in Format::ALL {
        written.push(media.split(';').next().unwrap_or(media));
    }
    json!({"get": {
        "operationId": format!("items_{name}"), "summary": "The incidents", "tags": [name],
        "parameters": parameters,
        "responses": answers_as(&written),
    }})
}

fn columns_as_parameters(all: &mut Map<String, Json>) {
    for column in COLUMNS {
        let mut schema = json_type(column);
        if column.name == "status" {
            schema = json!({"type": "array", "minItems": 1, "items": schema});
        }
        let it = json!({
            "name": column.name, "in": "query", "required": false,
            "description": column.meaning, "schema": schema,
            "style": "form", "explode": false,
        });
        all.insert(format!("column_{}", column.name), it);
    }
}

fn parameters() -> Json {
    let endings: Vec<&str> = ["json", "html"]
        .into_iter()
        .chain(Format::ALL.iter().map(|(_, ending, _)| *ending))
        .collect();
    let crs_schema = json!({"type": "string", "format": "uri", "enum": crs::all_uris(), "default": crs::OFFERED[0]});
    let names: Vec<&str> = COLUMNS.iter().map(|c| c.name).collect();
    let sorts: Vec<String> = COLUMNS
        .iter()
        .flat_map(|c| ["", "+", "-"].map(|sign| format!("{sign}{}", c.name)))
        .collect();
    let mut all = json!({
        "bbox_crs": {
            "name": "bbox-crs", "in": "query", "required": false, "style": "form", "explode": false,
            "description": "The coordinate reference system of bbox", "schema": crs_schema,
        },
        "filter_crs": {
            "name": "filter-crs", "in": "query", "required": false, "style": "form", "explode": false,
            "description": "The coordinate reference system of the filter's shapes", "schema": crs_schema,
        },
        "filter": {
            "name": "filter", "in": "query", "required": false, "style": "form", "explode": false,
            "description": "A CQL2 filter: type = 'airstrike' AND killed_min >= 3",
            "schema": {"type": "string"},
        },
        "filter_lang": {
            "name": "filter-lang", "in": "query", "required": false, "style": "form", "explode": false,
            "schema": {"type": "string", "enum": ["cql2-text", "cql2-json"], "default": "cql2-text"},
        },
        "q": {
            "name": "q", "in": "query", "required": false, "style": "form", "explode": false,
            "description": "Words that must occur, as beginnings of words, without case and accents; of several lists parted by commas one is enough",
            "schema": {"type": "string"},
        },
        "sortby": {
            "name": "sortby", "in": "query", "required": false, "style": "form", "explode": false,
            "description": "Properties to sort by, parted by commas; a minus before one turns its order round",
            "schema": {"type": "array", "minItems": 1, "maxItems": SORT_COLUMNS_MAX, "items": {"type": "string", "enum": sorts}},
        },
        "properties": {
            "name": "properties", "in": "query", "required": false, "style": "form", "explode": false,
            "description": "The properties to give, parted by commas",
            "schema": {"type": "array", "minItems": 1, "items": {"type": "string", "enum": names}},
        },
        "z": {"name": "z", "in": "path", "required": true, "schema": {"type": "integer", "minimum": 0, "maximum": ZOOM_MAX}},
        "x": {"name": "x", "in": "path", "required": true, "schema": {"type": "integer", "minimum": 0}},
        "y": {"name": "y", "in": "path", "required": true, "schema": {"type": "integer", "minimum": 0}},
        "bbox": {
            "name": "bbox", "in": "query", "required": false, "style": "form", "explode": false,
            "description": "west,south,east,north in degrees; west may be greater than east across the 180th meridian",
            "schema": {"type": "array", "minItems": 4, "maxItems": 6, "items": {"type": "number"}},
        },
        "datetime": {
            "name": "datetime", "in": "query", "required": false, "style": "form", "explode": false,
            "description": "A day or an interval: 2022-06-15, 2022-06-01/2022-06-30, ../2022-06-30",
            "schema": {"type": "string"},
        },
        "limit": {
            "name": "limit", "in": "query", "required": false, "style": "form", "explode": false,
            "description": "The most incidents on a page",
            "schema": {"type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT_USUAL},
        },
        "cursor": {
            "name": "cursor", "in": "query", "required": false,
            "description": "Where a page begins or ends; taken from a next or prev link",
            "schema": {"type": "string"},
        },
        "crs": {
            "name": "crs", "in": "query", "required": false,
            "style": "form", "explode": false,
            "description": "The coordinate reference system of the answer", "schema": crs_schema,
        },
        "f_mvt": {"name": "f", "in": "query", "required": false, "schema": {"type": "string", "enum": ["mvt", "pbf"]}},
        "f_tilejson": {"name": "f", "in": "query", "required": false, "schema": {"type": "string", "enum": ["json", "tilejson"]}},
        "f_json": {"name": "f", "in": "query", "required": false, "schema": {"type": "string", "enum": ["json", "geojson"]}},
        "f": {
            "name": "f", "in": "query", "required": false,
            "schema": {"type": "string", "enum": ["json", "html"]},
        },
        "f_items": {
            "name": "f", "in": "query", "required": false,
            "schema": {"type": "string", "enum": endings},
        },
        "id": {
            "name": "id", "in": "path", "required": true, "schema": {"type": "string"},
        },
    });
    if let Some(all) = all.as_object_mut() {
        columns_as_parameters(all);
    }
    all
}
