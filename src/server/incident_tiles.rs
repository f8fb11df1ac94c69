//! Incidents as vector tiles: counts where many share a screen, points where they do not.
//!
//! A count is never a guess and nothing is dropped: the cells of a zoom sum to the number of points
//! that match, and areas and incidents without place are counted beside, in the TileJSON.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use serde_json::json;

use super::features::{answer, base_of};
use super::params::{Params, question_and};
use super::refusal::{Answer, Refusal};
use super::snapshot::{Whole, tag_of};
use super::tiles::{ZOOM_MAX, tile_of};
use super::view::{KINDS, Probe, TileId, View};
use super::{House, Reader, aside, downloads};
use crate::formats::Layer;
use crate::formats::mvt::{Cell, EXTENT, Points};
use crate::query::Query;

/// The closest zoom that shows counts.
const COUNTS_ZOOM_MAX: u8 = 6;

/// Cells along a tile's edge, as a power of two: 32 cells, 16 pixels each on a tile of 512.
const CELLS_LOG2: u32 = 5;

/// Points on a tile; where more lie, finer cells stand for them.
const POINTS_MAX: usize = 20_000;

/// Cells along the edge of such a crowded tile, as a power of two.
const CROWDED_LOG2: u32 = 8;

/// The media type of vector tiles.
const MVT: &str = "application/vnd.mapbox-vector-tile";

/// `/tiles/incidents/{z}/{x}/{y}.mvt`.
pub(super) async fn xyz(
    State(house): State<Arc<House>>,
    Extension(reader): Extension<Reader>,
    Path((z, x, y)): Path<(String, String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    given(house, reader, tile_of(&z, &x, &y)?, query, headers).await
}

/// `/collections/incidents/tiles/WebMercatorQuad/{z}/{y}/{x}`: the same, row before column.
pub(super) async fn ogc(
    State(house): State<Arc<House>>,
    Extension(reader): Extension<Reader>,
    Path((z, y, x)): Path<(String, String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    given(house, reader, tile_of(&z, &x, &y)?, query, headers).await
}

async fn given(
    house: Arc<House>,
    reader: Reader,
    id: TileId,
    query: Option<String>,
    headers: HeaderMap,
) -> Answer {
    let params = Params::read(query.as_deref(), &question_and(&["f"]))?;
    form_is(&params, &["mvt", "pbf"])?;
    let asked = params.query()?;
    let snapshot = house.snapshot.load_full();
    let is_whole = params.pairs().iter().all(|(name, _)| name == "f");
    if is_whole && let Some(known) = reader.view(&snapshot).known_tile(id) {
        return Ok(downloads::given(&known, MVT, None, &headers));
    }
    let whole = aside(move || {
        let view = reader.view(&snapshot);
        Ok(match &asked {
            Some(query) if is_whole => view.tile(id, || tile(view, query, id)),
            Some(query) => Arc::new(Whole::of(tile(view, query, id))),
            None => Arc::new(Whole::of(Vec::new())),
        })
    })
    .await?;
    Ok(downloads::given(&whole, MVT, None, &headers))
}

/// The tile without filter, made when it was not yet.
pub(super) fn made(view: &View, id: TileId) -> Arc<Whole> {
    view.tile(id, || tile(view, &Query::default(), id))
}

/// Refuses another `f` than those of the one form there is.
fn form_is(params: &Params, known: &[&str]) -> Result<(), Refusal> {
    match params.one("f")?.filter(|f| !known.contains(f)) {
        None => Ok(()),
        Some(other) => Err(Refusal::parameter(
            "f",
            other,
            format!("“f” is {} here", known[0]),
        )),
    }
}

fn tile(view: &View, query: &Query, id: TileId) -> Vec<u8> {
    let probe = view.probe(query, Some(Layer::Incidents));
    if id.0 <= COUNTS_ZOOM_MAX {
        return cells(view, &probe, id, CELLS_LOG2);
    }
    let mut count = 0;
    view.in_tile(id, &probe, |_, _| count += 1);
    if count > POINTS_MAX {
        return cells(view, &probe, id, CROWDED_LOG2);
    }
    let mut points = Points::new("incidents");
    let rest = 32 - u32::from(id.0);
    // From 2^32nd parts of the world to units of the tile.
    let unit = |it: u32| {
        let inside = u64::from(it) & ((1_u64 << rest) - 1);
        ((inside * u64::from(EXTENT)) >> rest) as i32
    };
    let text = |key, text: &str| (key, Cell::Text(text.to_owned()));
    view.in_tile(id, &probe, |head, fresh| {
        let row = view.tile_row(head, fresh);
        let mut cells = vec![
            text("id", row.id()),
            text("kind", KINDS[head.kind()].code()),
            text("type", head.incident_type().code()),
        ];
        let radius = row.text_or_number("radius_m");
        if let Ok(radius) = radius.parse::<f64>() {
            cells.push(("radius_m", Cell::Number(radius.max(0.0) as u64)));
        }
        for (key, column) in [
            ("date", "date_start"),
            ("date_end", "date_end"),
            ("status", "status"),
        ] {
            let cell = row.text(column);
            if !cell.is_empty() {
                cells.push(text(key, &cell));
            }
        }
        points.add(unit(head.x), unit(head.y), cells);
    });
    points.finish()
}

/// The counts of each cell, all kinds together and one by one.
fn cells<'a>(view: &'a View, probe: &Probe<'a>, id: TileId, log2: u32) -> Vec<u8> {
    let side = 1_usize << log2;
    let mut counts = vec![[0_u32; KINDS.len()]; side * side];
    let shift = 32 - u32::from(id.0) - log2;
    let mask = (1 << log2) - 1;
    let in_cell = |it: u32| ((it >> shift) & mask) as usize;
    view.in_tile(id, probe, |head, _| {
        counts[in_cell(head.y) * side + in_cell(head.x)][head.kind()] += 1;
    });
    let mut points = Points::new("cells");
    let width = EXTENT >> log2;
    let middle = |n: usize| n as i32 * width as i32 + width as i32 / 2;
    for (cell, kinds) in counts.into_iter().enumerate() {
        let kinds = kinds.map(u64::from);
        let count: u64 = kinds.iter().sum();
        if count == 0 {
            continue;
        }
        let each = KINDS.iter().zip(kinds).filter(|(_, n)| *n > 0);
        let all = [("count", Cell::Number(count))];
        points.add(
            middle(cell % side),
            middle(cell / side),
            all.into_iter()
                .chain(each.map(|(kind, n)| (kind.code(), Cell::Number(n)))),
        );
    }
    points.finish()
}

/// `/tiles/incidents.json`: TileJSON 3, with what the tiles hold and what they cannot show.
pub(super) async fn described(
    State(house): State<Arc<House>>,
    Extension(reader): Extension<Reader>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    let params = Params::read(query.as_deref(), &question_and(&["f"]))?;
    form_is(&params, &["json", "tilejson"])?;
    let asked = params.query()?;
    let base = base_of(&house, &headers);
    let snapshot = house.snapshot.load_full();
    // The mark of the state makes the map ask anew when something changed.
    let state = tag_of(format!("{reader:?} {}", snapshot.seq).as_bytes());
    aside(move || {
        let view = reader.view(&snapshot);
        let count = |layer| {
            asked
                .as_ref()
                .map_or(0, |query| view.page(Some(layer), query, None, 0).matched)
        };
        let kept: Vec<&str> = query
            .as_deref()
            .unwrap_or_default()
            .split('&')
            .filter(|pair| !pair.is_empty() && !pair.starts_with("f="))
            .collect();
        let filters = if kept.is_empty() {
            String::new()
        } else {
            format!("?{}", kept.join("&"))
        };
        let fields = json!({"count": "Number", "kind": "String"});
        let page = json!({
            "tilejson": "3.0.0",
            "name": "Incidents",
            "description": "Counts in cells up to zoom 6, incidents from zoom 7; where a tile holds more than 20,000, finer cells",
            "scheme": "xyz",
            "tiles": [format!("{base}/tiles/incidents/{{z}}/{{x}}/{{y}}.mvt{filters}")],
            "minzoom": 0,
            "maxzoom": ZOOM_MAX,
            "bounds": [-180.0, -85.051_129, 180.0, 85.051_129],
            "version": "1.0.0",
            "state": state,
            "counts": {
                "points": count(Layer::Incidents),
                "areas": count(Layer::Areas),
                "unplaced": count(Layer::Unplaced),
            },
            "vector_layers": [
                {"id": "cells", "minzoom": 0, "maxzoom": ZOOM_MAX, "fields": fields,
                 "description": "count: incidents in the cell; one number a kind: clash, strike, civilians, protest, violence, hazard, other"},
                {"id": "incidents", "minzoom": COUNTS_ZOOM_MAX + 1, "maxzoom": ZOOM_MAX, "fields": {
                    "id": "String", "kind": "String", "type": "String", "radius_m": "Number",
                    "date": "String", "date_end": "String", "status": "String",
                }},
            ],
        });
        Ok(answer("application/json", &page))
    })
    .await
}
