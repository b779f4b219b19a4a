//! The paths of the server, and what is done around each request: its id, the token, its line in the log.

use std::net::IpAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{MatchedPath, Path, Request, State as Shared};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use bytes::Bytes;
use http_body::{Frame, SizeHint};
use hyper::header::{
    AUTHORIZATION, CACHE_CONTROL, CONNECTION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, HeaderName,
    HeaderValue, REFERRER_POLICY, TRANSFER_ENCODING, X_CONTENT_TYPE_OPTIONS,
};
use hyper::{HeaderMap, Method, StatusCode, Version};
use serde::Serialize;
use serde_json::json;
use subtle::ConstantTimeEq;
use tower_http::cors::{AllowOrigin, CorsLayer};

use crate::problem::{Problem, ProblemKind, explanations};
use crate::request::shown;
use crate::server::State;
use crate::{Error, batch, metrics, page, single};

/// The description of the interface (OpenAPI 3.1).
pub(crate) const OPENAPI: &str = include_str!("openapi.json");

/// The JSON Schema of results.
pub(crate) const SCHEMA: &str = include_str!("../../../docs/schema/result.json");

/// The header with the id of a request.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The most characters of a request's id.
const LONGEST_ID: usize = 64;

/// Paths that need the token.
fn is_guarded(path: &str) -> bool {
    path.starts_with("/v1/") || path == "/v1" || path == "/metrics"
}

/// All routes.
///
/// # Errors
/// If an origin is no header value.
pub(crate) fn router(state: &Arc<State>) -> Result<Router, Error> {
    let router = Router::new()
        .route("/", get(|| async { front() }))
        .route("/v1/analyze", post(single::analyze))
        .route("/v1/analyze/batch", post(batch::analyze))
        .route("/v1/pipelines", get(pipelines))
        .route("/v1/pipelines/{name}", get(pipeline))
        .route("/v1/schema", get(|| async { text("application/schema+json", SCHEMA) }))
        .route("/openapi.json", get(|| async { text("application/json", OPENAPI) }))
        .route("/problems", get(|| async { text("text/plain; charset=utf-8", explanations()) }))
        .route("/livez", get(|| async { text("text/plain; charset=utf-8", "ok\n") }))
        .route("/readyz", get(ready))
        .route("/metrics", get(measured))
        .method_not_allowed_fallback(|method: Method| async move {
            let method = method.as_str().chars().take(20).collect::<String>();
            Problem::new(ProblemKind::MethodNotAllowed, format!("this path has no method {method}"))
        })
        .fallback(|| async { Problem::new(ProblemKind::NotFound, "the path is none of this server's") })
        .layer(middleware::from_fn(matched))
        .layer(middleware::from_fn_with_state(Arc::clone(state), guard))
        .with_state(Arc::clone(state));
    let origins = &state.options.cors_origins;
    if origins.is_empty() {
        return Ok(router);
    }
    let origins: Result<Vec<HeaderValue>, _> = origins.iter().map(|origin| origin.parse()).collect();
    let origins = origins.map_err(|_| Error::other("an origin of CORS has characters that no header can carry"))?;
    let cors = CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([AUTHORIZATION, CONTENT_TYPE, hyper::header::CONTENT_ENCODING, REQUEST_ID])
        .expose_headers([REQUEST_ID, hyper::header::RETRY_AFTER]);
    Ok(router.layer(cors))
}

/// A text that is always the same.
fn text(kind: &'static str, text: impl Into<Body>) -> Response {
    ([(CONTENT_TYPE, HeaderValue::from_static(kind))], text.into()).into_response()
}

/// The page, with its policy as a header too: a header can also keep other pages from framing it.
fn front() -> Response {
    static PAGE: OnceLock<(Bytes, String)> = OnceLock::new();
    let (page, policy) = PAGE.get_or_init(|| (page::page().into(), page::policy()));
    let mut response = text("text/html; charset=utf-8", page.clone());
    if let Ok(policy) = HeaderValue::from_str(policy) {
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

async fn ready(Shared(state): Shared<Arc<State>>) -> Result<Response, Problem> {
    if state.is_stopping() {
        return Err(Problem::shutting_down());
    }
    Ok(text("text/plain; charset=utf-8", "ok\n"))
}

async fn measured(Shared(state): Shared<Arc<State>>) -> Result<Response, Problem> {
    let measured = metrics::text(&state).map_err(|error| Problem::stage(None, error.to_string()))?;
    Ok(text("application/openmetrics-text; version=1.0.0; charset=utf-8", measured))
}

async fn pipelines(Shared(state): Shared<Arc<State>>) -> Result<Response, Problem> {
    let all: Vec<_> = state.pipelines.all().map(|served| served.short_description()).collect();
    let default = state.pipelines.get(None).map(|served| served.pipeline.name().to_owned()).ok();
    described(&json!({ "default": default, "pipelines": all }))
}

async fn pipeline(
    Shared(state): Shared<Arc<State>>,
    name: Result<Path<String>, PathRejection>,
) -> Result<Response, Problem> {
    let name = name.map_or_else(|_| String::new(), |Path(name)| name);
    let served = state.pipelines.get(Some(&name)).map_err(|names| {
        let detail = format!("no pipeline has this name; there are {}", names.join(", "));
        Problem::new(ProblemKind::NotFound, detail)
    })?;
    // It may hash files.
    let description = tokio::task::spawn_blocking(move || served.description()).await;
    described(&description.map_err(|error| Problem::stage(None, error.to_string()))?)
}

/// A description of pipelines as JSON.
fn described(description: &impl Serialize) -> Result<Response, Problem> {
    let mut json = serde_json::to_vec(description).map_err(|error| Problem::stage(None, error.to_string()))?;
    json.push(b'\n');
    Ok(text("application/json", json))
}

/// The route of a request, for the log and the metrics: a client chooses the path, but not the route.
#[derive(Clone)]
struct Route(Option<MatchedPath>);

async fn matched(request: Request, next: Next) -> Response {
    let route = Route(request.extensions().get::<MatchedPath>().cloned());
    let mut response = next.run(request).await;
    response.extensions_mut().insert(route);
    response
}

/// Lets requests with the token through.
async fn guard(Shared(state): Shared<Arc<State>>, request: Request, next: Next) -> Response {
    let is_allowed = state.options.token.as_ref().is_none_or(|token| {
        let path = request.uri().path();
        !is_guarded(path) || bearer(request.headers()).is_some_and(|given| bool::from(given.ct_eq(token.as_bytes())))
    });
    if is_allowed {
        return next.run(request).await;
    }
    Problem::new(ProblemKind::Unauthorized, "this server needs a token").into_response()
}

/// The token of a request.
fn bearer(headers: &HeaderMap) -> Option<&[u8]> {
    let mut values = headers.get_all(AUTHORIZATION).into_iter();
    let (value, None) = (values.next()?.as_bytes(), values.next()) else { return None };
    let (scheme, token) = value.split_at_checked(7)?;
    scheme.eq_ignore_ascii_case(b"Bearer ").then(|| token.trim_ascii())
}

/// The id of a request: the client's, if it can stand in a log, or else a new one.
fn request_id(headers: &HeaderMap) -> String {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let given = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok());
    let fits = |id: &&str| {
        let is_known = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        (1..=LONGEST_ID).contains(&id.len()) && id.bytes().all(is_known)
    };
    given.filter(fits).map_or_else(
        || {
            let time = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
            let time = time.map_or(0, |time| time.as_micros() as u64);
            format!("{time:013x}-{:06x}", NUMBER.fetch_add(1, Ordering::Relaxed))
        },
        str::to_owned,
    )
}

/// The client of a connection, and how it came.
#[derive(Clone, Debug)]
pub(crate) struct Client {
    /// Its IP address, or `unix`.
    pub(crate) name: String,
    /// True if it came to an address of this machine alone. Its Host must then be one of this machine: another one is a page
    /// whose name was bound to 127.0.0.1 anew, to make a browser send requests here.
    pub(crate) is_on_loopback: bool,
}

/// Checks the header Host. RFC 9112, section 3.2: a request of HTTP/1.1 has exactly one.
fn check_host(state: &State, request: &Request, client: &Client) -> Result<(), Problem> {
    let mut hosts = request.headers().get_all(HOST).into_iter();
    let (host, more) = (hosts.next(), hosts.next());
    let one = if request.version() == Version::HTTP_11 { host.is_some() && more.is_none() } else { more.is_none() };
    if !one {
        return Err(Problem::new(ProblemKind::BadRequest, "the request must have one header Host"));
    }
    let options = &state.options;
    let Some(host) = host.filter(|_| client.is_on_loopback && options.token.is_none()) else { return Ok(()) };
    let host = host.to_str().unwrap_or_default().to_ascii_lowercase();
    let name = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((name, _)) => name,
        None => host.split_once(':').map_or(host.as_str(), |(name, _)| name),
    };
    let is_loopback = name == "localhost" || name.parse::<IpAddr>().is_ok_and(|ip| ip.to_canonical().is_loopback());
    if is_loopback || options.hosts.iter().any(|known| known.eq_ignore_ascii_case(name)) {
        return Ok(());
    }
    Err(Problem::new(ProblemKind::Misdirected, format!("the Host {} is not a name of this server", shown(name))))
}

/// Answers a request, and writes its line to the log once the answer was sent.
pub(crate) async fn answer(state: Arc<State>, router: Router, request: Request, client: Client) -> Response {
    let start = Instant::now();
    let id = request_id(request.headers());
    let method = request.method().clone();
    let asked = request.headers().get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    // RFC 9112, section 6.1: such a request may have had a length too, by which another server cut it off elsewhere.
    let is_chunked = request.headers().contains_key(TRANSFER_ENCODING);
    let mut router = router;
    let mut response = match check_host(&state, &request, &client) {
        Err(problem) => problem.into_response(),
        Ok(()) => {
            let Ok(response) = tower_service::Service::call(&mut router, request).await;
            response
        }
    };
    let problem = response.extensions_mut().remove::<Problem>();
    if let Some(problem) = &problem {
        state.metrics.problem(problem.kind);
        let body = problem.answer(&id);
        response.headers_mut().remove(CONTENT_LENGTH);
        *response.body_mut() = if method == Method::HEAD { Body::empty() } else { body.into() };
    }
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if is_chunked {
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(REQUEST_ID, value);
    }
    let route = response.extensions_mut().remove::<Route>().and_then(|route| route.0);
    let status = response.status();
    let entry =
        Entry { state, id, method, route, status, client: client.name, asked, problem, start, sent: 0, whole: false };
    response.map(|body| Body::new(Logged { body, entry }))
}

/// A line of the log. It has nothing of texts, and no path that a client chose.
struct Entry {
    state: Arc<State>,
    id: String,
    method: Method,
    route: Option<MatchedPath>,
    status: StatusCode,
    client: String,
    asked: Option<u64>,
    problem: Option<Problem>,
    start: Instant,
    sent: u64,
    /// True if the whole answer was sent.
    whole: bool,
}

impl Drop for Entry {
    fn drop(&mut self) {
        let (route, time) = (self.route.as_ref().map_or("none", MatchedPath::as_str), self.start.elapsed());
        self.state.metrics.request(route, self.status.as_u16(), time);
        let method = match self.method.as_str() {
            known @ ("GET" | "POST" | "HEAD" | "OPTIONS" | "PUT" | "PATCH" | "DELETE" | "TRACE" | "CONNECT") => known,
            _ => "other",
        };
        tracing::info!(
            target: "copydesk::access",
            request_id = self.id,
            client = self.client,
            method,
            route,
            status = self.status.as_u16(),
            problem = self.problem.as_ref().map(|problem| problem.kind.name()),
            bytes_in = self.asked,
            bytes_out = self.sent,
            whole = self.whole,
            milliseconds = time.as_micros() as f64 / 1000.0,
        );
    }
}

/// The body of an answer, until it was sent.
struct Logged {
    body: Body,
    entry: Entry,
}

impl http_body::Body for Logged {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(cx);
        match &polled {
            Poll::Ready(Some(Ok(frame))) => {
                self.entry.sent += frame.data_ref().map_or(0, |data| data.len() as u64);
                self.entry.whole = self.body.is_end_stream();
            }
            Poll::Ready(None) => self.entry.whole = true,
            _ => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_description_has_the_routes_and_the_problems_of_the_server() {
        let description: serde_json::Value = serde_json::from_str(OPENAPI).expect("JSON");
        let described: Vec<(&str, Vec<&str>)> = description["paths"]
            .as_object()
            .expect("paths")
            .iter()
            .map(|(path, operations)| (path.as_str(), operations.as_object().expect("operations")))
            .map(|(path, operations)| (path, operations.keys().map(String::as_str).collect()))
            .collect();
        // Routes are written one a line.
        let mut routes: Vec<(&str, Vec<&str>)> = include_str!("routes.rs")
            .lines()
            .filter_map(|line| line.trim().strip_prefix(".route(\"")?.split_once("\", "))
            .map(|(path, handler)| (path, vec![if handler.starts_with("post(") { "post" } else { "get" }]))
            .collect();
        routes.sort();
        let mut sorted = described.clone();
        sorted.sort();
        assert_eq!(sorted, routes);
        let text = description.to_string();
        let explained = explanations();
        for line in explained.lines().filter_map(|line| line.strip_prefix('#')) {
            let name = line.split(' ').next().expect("a name");
            assert!(text.contains(&format!("/problems#{name}")), "{name} is not in the description");
        }
    }
}
