//! Errors as problem documents (RFC 9457): each names what is wrong, where, and what would be right.

use std::fmt::Write as _;

use axum::response::{IntoResponse, Response};
use hyper::StatusCode;
use hyper::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use serde::Serialize;
use serde_json::Number;

/// The kinds of problems. Each is a row of [`KINDS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ProblemKind {
    BadRequest,
    Unauthorized,
    NotFound,
    MethodNotAllowed,
    Timeout,
    TooLarge,
    UnsupportedMediaType,
    Misdirected,
    Invalid,
    TimeLimit,
    Busy,
    StageFailed,
    ShuttingDown,
}

struct Row {
    kind: ProblemKind,
    name: &'static str,
    status: StatusCode,
    title: &'static str,
    remedy: &'static str,
}

use ProblemKind::{
    BadRequest, Busy, Invalid, MethodNotAllowed, Misdirected, NotFound, ShuttingDown, StageFailed, TimeLimit, Timeout,
    TooLarge, Unauthorized, UnsupportedMediaType,
};

const fn row(
    kind: ProblemKind,
    name: &'static str,
    status: StatusCode,
    title: &'static str,
    remedy: &'static str,
) -> Row {
    Row { kind, name, status, title, remedy }
}

/// In the order of the kinds.
const KINDS: [Row; 13] = [
    row(
        BadRequest,
        "bad-request",
        StatusCode::BAD_REQUEST,
        "The request cannot be read",
        "Send a whole body: JSON or text in UTF-8, packed as Content-Encoding says.",
    ),
    row(
        Unauthorized,
        "unauthorized",
        StatusCode::UNAUTHORIZED,
        "The token is missing or wrong",
        "Send the header \"Authorization: Bearer TOKEN\" with the token of this server.",
    ),
    row(
        NotFound,
        "not-found",
        StatusCode::NOT_FOUND,
        "There is nothing at this path",
        "See /openapi.json for the paths, and /v1/pipelines for the pipelines.",
    ),
    row(
        MethodNotAllowed,
        "method-not-allowed",
        StatusCode::METHOD_NOT_ALLOWED,
        "The path has no such method",
        "Use a method of the header Allow.",
    ),
    row(
        Timeout,
        "timeout",
        StatusCode::REQUEST_TIMEOUT,
        "The body came too slowly",
        "Send the body without pauses, or in smaller parts.",
    ),
    row(
        TooLarge,
        "too-large",
        StatusCode::PAYLOAD_TOO_LARGE,
        "The document is too large",
        "Split the document, send many as a batch, or start the server with a larger --largest.",
    ),
    row(
        UnsupportedMediaType,
        "unsupported-media-type",
        StatusCode::UNSUPPORTED_MEDIA_TYPE,
        "The body is of another type",
        "Set Content-Type to application/json, text/plain or text/html, for a batch to application/x-ndjson; and \
         Content-Encoding to gzip or zstd, or leave it out.",
    ),
    row(
        Misdirected,
        "misdirected",
        StatusCode::MISDIRECTED_REQUEST,
        "The request is meant for another server",
        "Ask by localhost or a loopback address, or start the server with --host for the name that you use.",
    ),
    row(
        Invalid,
        "invalid",
        StatusCode::UNPROCESSABLE_ENTITY,
        "A field is wrong",
        "Correct the field; /openapi.json describes it.",
    ),
    row(
        TimeLimit,
        "time-limit",
        StatusCode::UNPROCESSABLE_ENTITY,
        "The document takes too long",
        "Split the document, use a faster pipeline, or start the server with a larger --time-limit.",
    ),
    row(
        Busy,
        "busy",
        StatusCode::TOO_MANY_REQUESTS,
        "Too much text waits to be analyzed",
        "Try again after the seconds of the header Retry-After.",
    ),
    row(
        StageFailed,
        "stage-failed",
        StatusCode::INTERNAL_SERVER_ERROR,
        "A stage of the pipeline failed",
        "If it fails again with this document, report it to the author of the stage's plugin.",
    ),
    row(
        ShuttingDown,
        "shutting-down",
        StatusCode::SERVICE_UNAVAILABLE,
        "The server is shutting down",
        "Try again after the seconds of the header Retry-After.",
    ),
];

impl ProblemKind {
    fn row(self) -> &'static Row {
        let [first, ..] = &KINDS;
        KINDS.iter().find(|row| row.kind == self).unwrap_or(first)
    }

    /// Its name, such as `too-large`.
    pub(crate) fn name(self) -> &'static str {
        self.row().name
    }
}

/// Why a request has no result.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(crate) kind: ProblemKind,
    detail: String,
    field: Option<String>,
    limit: Option<Number>,
    stage: Option<String>,
    retry_after: Option<u64>,
}

#[derive(Serialize)]
struct ProblemDocument<'a> {
    r#type: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
    remedy: &'a str,
    request_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    field: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    limit: Option<&'a Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<&'a str>,
}

impl Problem {
    pub(crate) fn new(kind: ProblemKind, detail: impl Into<String>) -> Self {
        Problem { kind, detail: detail.into(), field: None, limit: None, stage: None, retry_after: None }
    }

    /// A field of the body or the query that is wrong.
    pub(crate) fn field(field: &str, detail: impl Into<String>) -> Self {
        Problem { field: Some(field.to_owned()), ..Problem::new(Invalid, detail) }
    }

    /// A body or a document of more bytes than the limit.
    pub(crate) fn too_large(limit: usize) -> Self {
        let detail = format!("the document has more than {limit} bytes, the most that this server reads");
        Problem { limit: Some(limit.into()), ..Problem::new(TooLarge, detail) }
    }

    pub(crate) fn time_limit(seconds: f64, detail: String) -> Self {
        Problem { limit: Number::from_f64(seconds), ..Problem::new(TimeLimit, detail) }
    }

    pub(crate) fn busy(seconds: u64) -> Self {
        Problem { retry_after: Some(seconds), ..Problem::new(Busy, "the server has as much text as it takes at once") }
    }

    pub(crate) fn stage(stage: Option<&str>, detail: String) -> Self {
        Problem { stage: stage.map(str::to_owned), ..Problem::new(StageFailed, detail) }
    }

    pub(crate) fn shutting_down() -> Self {
        Problem { retry_after: Some(1), ..Problem::new(ShuttingDown, "the document was not analyzed") }
    }

    /// What is wrong with this request.
    pub(crate) fn detail(&self) -> &str {
        &self.detail
    }

    /// The answer. `request_id` is that of its header.
    pub(crate) fn answer(&self, request_id: &str) -> Vec<u8> {
        let row = self.kind.row();
        let document = ProblemDocument {
            r#type: format!("/problems#{}", row.name),
            title: row.title,
            status: row.status.as_u16(),
            detail: &self.detail,
            remedy: row.remedy,
            request_id,
            field: self.field.as_deref(),
            limit: self.limit.as_ref(),
            stage: self.stage.as_deref(),
        };
        // Strings and numbers always have a form.
        let mut body = serde_json::to_vec(&document).unwrap_or_default();
        body.push(b'\n');
        body
    }
}

impl IntoResponse for Problem {
    /// The head of the answer. Its body follows once the request's id is known.
    fn into_response(self) -> Response {
        let mut response = self.kind.row().status.into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.kind == Unauthorized {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"copydesk\""));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// The page that explains the types of problems.
pub(crate) fn explanations() -> String {
    let mut page = String::from("The problems that this server answers with (RFC 9457).\n");
    for Row { name, status, title, remedy, .. } in &KINDS {
        let _ = write!(page, "\n#{name}  (status {})\n  {title}.\n  {remedy}\n", status.as_u16());
    }
    page
}
