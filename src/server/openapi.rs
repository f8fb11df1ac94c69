//! `/api`: the description of the server, OpenAPI 3.0.3, made from the same lists as the routes.
//!
//! 3.0 and not 3.1, since the clients that read it (GDAL, QGIS, the OGC's test suite) know 3.0.

use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::HeaderMap;
use serde_json::{Map, Value as Json, json};

use super::House;
use super::features::{LIMIT_MAX, LIMIT_USUAL, answer, base_of, json_type};
use super::params::Params;
use super::refusal::Answer;
use crate::formats::{COLUMNS, Format, Layer};

/// `/api`.
pub(super) async fn api(
    State(house): State<Arc<House>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    Params::read(query.as_deref(), &["f"])?;
    let base = base_of(&house, &headers);
    let document = document(&base);
    Ok(answer(
        "application/vnd.oai.openapi+json;version=3.0",
        &document,
    ))
}

fn document(base: &str) -> Json {
    let mut paths = Map::new();
    let mut add = |path: &str, item: Json| {
        paths.insert(path.to_owned(), item);
    };
    let json_page = |id: &str, what: &str, tag: &str| {
        json!({"get": {
            "operationId": id, "summary": what, "tags": [tag],
            "parameters": [{"$ref": "#/components/parameters/f"}],
            "responses": answers("application/json"),
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
            page["get"]["responses"] = answers("application/schema+json");
            add(&format!("{here}/{part}"), page);
        }
        add(&format!("{here}/items"), items(name));
        add(
            &format!("{here}/items/{{id}}"),
            json!({"get": {
                "operationId": id("item"), "summary": "One incident", "tags": [name],
                "parameters": [{"$ref": "#/components/parameters/id"}, {"$ref": "#/components/parameters/f"}],
                "responses": answers("application/geo+json"),
            }}),
        );
    }
    for (_, ending, media) in Format::ALL {
        let whole = |id: String, what: &str| {
            json!({"get": {
                "operationId": id, "summary": what, "tags": ["Downloads"],
                "parameters": [
                    {"$ref": "#/components/parameters/bbox"},
                    {"$ref": "#/components/parameters/datetime"},
                ],
                "responses": answers(media.split(';').next().unwrap_or(media)),
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
            "parameters": [{"$ref": "#/components/parameters/id"}],
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
            "parameters": [
                {"$ref": "#/components/parameters/bbox"},
                {"$ref": "#/components/parameters/datetime"},
            ],
            "responses": answers("application/json"),
        }}),
    );
    add(
        "/healthz",
        json!({"get": {
            "operationId": "healthz", "summary": "Does the process answer?", "tags": ["Operation"],
            "responses": answers("application/json"),
        }}),
    );
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
            "parameters": parameters(),
            "schemas": {"problem": {
                "type": "object", "required": ["title", "status"],
                "properties": {
                    "type": {"type": "string"}, "title": {"type": "string"},
                    "status": {"type": "integer"}, "detail": {"type": "string"},
                    "parameter": {"type": "string"}, "value": {"type": "string"},
                },
            }},
            "responses": {"refused": {
                "description": "What was wrong, and what would be right",
                "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/problem"}}},
            }},
        },
    })
}

fn answers(media: &str) -> Json {
    json!({
        "200": {"description": "The answer", "content": {media: {"schema": {}}}},
        "default": {"$ref": "#/components/responses/refused"},
    })
}

fn items(name: &str) -> Json {
    let mut parameters: Vec<Json> = ["bbox", "datetime", "limit", "cursor", "crs", "f_items"]
        .iter()
        .map(|p| json!({"$ref": format!("#/components/parameters/{p}")}))
        .collect();
    for column in COLUMNS {
        parameters.push(json!({
            "name": column.name, "in": "query", "required": false,
            "description": column.meaning, "schema": json_type(column),
            "style": "form", "explode": false,
        }));
    }
    json!({"get": {
        "operationId": format!("items_{name}"), "summary": "The incidents", "tags": [name],
        "parameters": parameters,
        "responses": answers("application/geo+json"),
    }})
}

fn parameters() -> Json {
    let endings: Vec<&str> = ["json"]
        .into_iter()
        .chain(Format::ALL.iter().map(|(_, ending, _)| *ending))
        .collect();
    json!({
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
            "description": "Where a page begins; taken from a next link",
            "schema": {"type": "string"},
        },
        "crs": {
            "name": "crs", "in": "query", "required": false,
            "schema": {"type": "string", "format": "uri", "enum": ["http://www.opengis.net/def/crs/OGC/1.3/CRS84"]},
        },
        "f": {
            "name": "f", "in": "query", "required": false,
            "schema": {"type": "string", "enum": ["json"]},
        },
        "f_items": {
            "name": "f", "in": "query", "required": false,
            "schema": {"type": "string", "enum": endings},
        },
        "id": {
            "name": "id", "in": "path", "required": true, "schema": {"type": "string"},
        },
    })
}
