//! Whole files: all incidents or one layer, in every format, with the filters of the items.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::params::Params;
use super::refusal::{Answer, Refusal};
use super::snapshot::{View, Whole};
use super::{House, Reader, aside, web};
use crate::formats::{Format, Layer};
use crate::store::Query;

/// The parameters of a download.
const KNOWN: &[&str] = &["bbox", "datetime", "status"];

/// `/incidents.{ending}`: everything, points, areas and the unplaced together.
pub(super) async fn incidents(
    State(house): State<Arc<House>>,
    Extension(reader): Extension<Reader>,
    Path(ending): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    file(&house, reader, None, &ending, query.as_deref(), &headers).await
}

/// `/downloads/{layer}.{ending}`: one layer.
pub(super) async fn layer(
    State(house): State<Arc<House>>,
    Extension(reader): Extension<Reader>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer {
    let (layer, ending) = name.rsplit_once('.').unwrap_or((&name, ""));
    let Some(layer) = Layer::from_name(layer) else {
        let names: Vec<&str> = Layer::ALL.iter().map(|(_, name, _)| *name).collect();
        return Err(Refusal::unknown(format!(
            "there is no layer “{layer}”; known are {}",
            names.join(", ")
        )));
    };
    file(
        &house,
        reader,
        Some(layer),
        ending,
        query.as_deref(),
        &headers,
    )
    .await
}

async fn file(
    house: &Arc<House>,
    reader: Reader,
    layer: Option<Layer>,
    ending: &str,
    query: Option<&str>,
    headers: &HeaderMap,
) -> Answer {
    let Some(format) = Format::ALL
        .iter()
        .find(|(_, known, _)| *known == ending)
        .map(|(format, _, _)| *format)
    else {
        return Err(Refusal::unknown(format!(
            "there is no format “{ending}” here; known are {}",
            Format::endings()
        )));
    };
    let params = Params::read(query, KNOWN)?;
    let statuses = statuses(&params)?;
    let bbox = params.bbox()?;
    let days = params.days()?;
    let plain = layer.is_none() && params.pairs().is_empty() && format == Format::GeoJson;
    let snapshot = house.snapshot.load_full();
    let owner = Arc::clone(house);
    let whole = aside(move || {
        let view = reader.view(&snapshot);
        if plain {
            return Ok(view.whole(&owner.about));
        }
        let rows = view.rows.iter().filter(|row| {
            layer.is_none_or(|l| l == row.layer)
                && statuses
                    .as_ref()
                    .is_none_or(|s| s.contains(&row.shown.status))
                && days.is_some_and(|days| {
                    row.is_in(&Query {
                        bbox,
                        days,
                        ..Query::default()
                    })
                })
        });
        let out = View::written(rows, format, &owner.about).map_err(|_| Refusal::broken())?;
        Ok(Arc::new(Whole::of(out)))
    })
    .await?;
    let name = format!(
        "{}.{}",
        layer.map_or("incidents", Layer::name),
        format.ending()
    );
    Ok(given(&whole, format.media_type(), Some(&name), headers))
}

/// The statuses asked for; `None` for all that the reader may see.
fn statuses(params: &Params) -> Result<Option<Vec<crate::incident::Status>>, Refusal> {
    let Some(text) = params.one("status")? else {
        return Ok(None);
    };
    let read = |code: &str| {
        crate::incident::Status::from_code(code.trim())
            .ok_or_else(|| Refusal::parameter("status", text, "a status is draft or published"))
    };
    text.split(',')
        .map(read)
        .collect::<Result<_, _>>()
        .map(Some)
}

/// A body with its tag: 304 when the client has it, compressed when it takes that.
pub(super) fn given(
    whole: &Whole,
    media: &'static str,
    name: Option<&str>,
    headers: &HeaderMap,
) -> Response {
    let takes_gzip = headers
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(','))
        .any(|coding| {
            let mut parts = coding.split(';');
            let name = parts.next().unwrap_or_default().trim();
            let refused = parts.any(|p| matches!(p.trim(), "q=0" | "q=0.0"));
            (name == "gzip" || name == "*") && !refused
        });
    // Each form of the body has its own strong tag.
    let tags = [
        format!("\"{}\"", whole.tag),
        format!("\"{}-gz\"", whole.tag),
    ];
    let tag = tags[usize::from(takes_gzip)].clone();
    let mut base = HeaderMap::new();
    let mut set = |name, value: &str| {
        if let Ok(value) = value.parse() {
            base.insert(name, value);
        }
    };
    set(header::ETAG, &tag);
    set(header::CACHE_CONTROL, "no-cache");
    set(header::VARY, "Accept-Encoding");
    if tags.iter().any(|tag| web::matches(headers, tag)) {
        return (StatusCode::NOT_MODIFIED, base).into_response();
    }
    set(header::CONTENT_TYPE, media);
    if let Some(name) = name {
        set(
            header::CONTENT_DISPOSITION,
            &format!("inline; filename=\"{name}\""),
        );
    }
    if takes_gzip {
        set(header::CONTENT_ENCODING, "gzip");
        (base, whole.gzip.clone()).into_response()
    } else {
        (base, whole.plain.clone()).into_response()
    }
}
