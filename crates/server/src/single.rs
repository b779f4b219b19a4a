//! `POST /v1/analyze`: one document to one result.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Request, State as Shared};
use axum::response::Response;
use copydesk::Cancel;

use crate::answer::{Whole, answered};
use crate::body::BodyReader;
use crate::packing::{Packing, SHORTEST};
use crate::problem::Problem;
use crate::request::{Choice, Media, Posted};
use crate::server::State;

pub(crate) async fn analyze(Shared(state): Shared<Arc<State>>, request: Request) -> Result<Response, Problem> {
    let (head, body) = request.into_parts();
    let media = Media::of(&head.headers)?;
    let query = Choice::of_query(head.uri.query(), matches!(media, Media::Text | Media::Html(_)))?;
    let packing = Packing::accepted(&head.headers);
    let options = &state.options;
    let mut reader = BodyReader::new(&head.headers, body, options.client_timeout)?;
    let (body, admitted) = reader.whole(&head.headers, &state.admission, options.largest).await?;
    let posted = Posted { media, body, query };
    let shared = Arc::clone(&state);
    let mut ticket = state.workers.submit(move |cancel| result(&shared, posted, packing, cancel));
    let (bytes, packing) = ticket.result().await.unwrap_or_else(|| Err(state.lost()))?;
    let body = Whole::new(bytes, admitted, options.client_timeout);
    Ok(answered("application/json", packing, Body::new(body)))
}

/// The result of a body, and how it is packed. Runs on a thread that analyzes.
fn result(
    state: &State,
    posted: Posted,
    packing: Option<Packing>,
    cancel: &Cancel,
) -> Result<(Vec<u8>, Option<Packing>), Problem> {
    let (document, choice) = posted.read()?;
    let (served, writer) = state.writer(&choice)?;
    let article = state.analyze(&served, document, cancel).map_err(|error| state.problem(&error))?;
    let mut line = Vec::new();
    writer.line(&article, &mut line);
    match packing.filter(|_| line.len() >= SHORTEST) {
        Some(packing) => match packing.pack(&line) {
            Ok(packed) => Ok((packed, Some(packing))),
            Err(error) => Err(Problem::stage(None, error.to_string())),
        },
        None => Ok((line, None)),
    }
}
