//! Answers that say no: problem details (RFC 9457) that name what was wrong and what would be right.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// A refusal. `detail` is a sentence for a person; `parameter`, `value` and `limit` are for a program.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    detail: String,
    parameter: Option<String>,
    value: Option<String>,
    limit: Option<u64>,
}

/// The result of a route.
pub(super) type Answer = Result<Response, Refusal>;

#[derive(Serialize)]
struct Problem<'a> {
    r#type: &'static str,
    title: &'a str,
    status: u16,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<u64>,
}

/// The longest value repeated in an answer.
const VALUE_CHARS_MAX: usize = 200;

impl Refusal {
    pub(super) fn new(status: StatusCode, detail: impl Into<String>) -> Self {
        Self {
            status,
            detail: detail.into(),
            parameter: None,
            value: None,
            limit: None,
        }
    }

    /// The same, with the most that would have been taken: bytes, characters or pieces, as `detail`
    /// says.
    pub(super) fn limit(self, most: impl TryInto<u64>) -> Self {
        Self {
            limit: most.try_into().ok(),
            ..self
        }
    }

    /// 400: a parameter that makes no sense.
    pub(super) fn parameter(name: &str, value: &str, detail: impl Into<String>) -> Self {
        let short = |text: &str| text.chars().take(VALUE_CHARS_MAX).collect::<String>();
        Self {
            parameter: Some(short(name)),
            value: Some(short(value)),
            ..Self::new(StatusCode::BAD_REQUEST, detail)
        }
    }

    /// The same with another status.
    pub(super) fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// The same, said of a parameter.
    pub(super) fn of(self, parameter: &str) -> Self {
        Self {
            parameter: Some(parameter.chars().take(VALUE_CHARS_MAX).collect()),
            ..self
        }
    }

    /// 400: a body that makes no sense.
    pub(super) fn bad(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, detail)
    }

    /// 404.
    pub(super) fn unknown(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, detail)
    }

    /// 403.
    pub(super) fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, detail)
    }

    /// 503: too much at once.
    pub(super) fn busy(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, detail)
    }

    /// 500, 503, 507: what the store could not do. The log has the path, the answer has not.
    pub(super) fn store(error: &crate::store::StoreError) -> Self {
        use crate::store::StoreError as E;
        // Told once for all, by the clock that looks at the store.
        if !matches!(error, E::Gone { .. }) {
            tracing::error!(%error, "the store failed");
        }
        match error {
            E::Full(_) => Self::new(
                StatusCode::INSUFFICIENT_STORAGE,
                "the disk is full; nothing was lost, try again when there is room",
            ),
            E::ReadOnly(_) => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "the store is read-only; nothing can be written",
            ),
            E::Gone { .. } => Self::new(StatusCode::SERVICE_UNAVAILABLE, super::standing::GONE),
            E::Busy(_) => Self::new(
                StatusCode::SERVICE_UNAVAILABLE,
                "another program keeps the store busy; try again",
            ),
            _ => Self::broken(),
        }
    }

    /// 500.
    pub(super) fn broken() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "something failed here; the log has more",
        )
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let problem = Problem {
            r#type: "about:blank",
            title: self.status.canonical_reason().unwrap_or("Refused"),
            status: self.status.as_u16(),
            detail: &self.detail,
            parameter: self.parameter.as_deref(),
            value: self.value.as_deref(),
            limit: self.limit,
        };
        let body = serde_json::to_vec(&problem).expect("a problem is JSON");
        let media = [(header::CONTENT_TYPE, "application/problem+json")];
        let mut response = (self.status, media, body).into_response();
        if matches!(
            self.status,
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS
        ) {
            let wait = header::HeaderValue::from_static("5");
            response.headers_mut().insert(header::RETRY_AFTER, wait);
        }
        response
    }
}
