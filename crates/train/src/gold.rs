//! Gold data: annotated documents, read one at a time.
//!
//! Spans are `[start, end)` in Unicode code points of the document's text, as in the files.

mod actors;
mod entities;
mod given;
mod identities;
mod links;
mod quotes;
mod segmentation;
mod sentiment;

use std::path::Path;

use copydesk_core::{Document, OffsetUnit};
use copydesk_formats::result::ErrorLine;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{Error, lines::Lines};

pub(crate) use actors::is_pronoun;
pub use actors::{ActorDocument, Clusters, Name, Question};
pub use entities::{EntityDocument, LabelledSpan};
pub use given::GivenError;
pub use identities::{IdentityDocument, IdentityName};
pub use links::{LinkDocument, LinkedName};
pub use quotes::{Attribution, Character, QuoteDocument, Spans};
pub use segmentation::SegmentationDocument;
pub use sentiment::{SentimentDocument, Target};

/// A document with the answers.
pub trait Gold: Sized + Send {
    /// Reads the documents of a file, `.gz` or not.
    ///
    /// # Errors
    /// If the file cannot be opened. An item is an error if its line does not have the documented form.
    fn read(path: &Path) -> Result<Documents<Self>, Error>;

    /// The document's id.
    fn id(&self) -> &str;

    /// The document's text.
    fn text(&self) -> &str;

    /// Returns the input of a pipeline: the text, and the layers that the task takes as known.
    ///
    /// # Errors
    /// If the text is too long for a document, or a known layer does not lie within it.
    fn document(&self) -> Result<Document, GivenError> {
        Ok(Document::new(self.id(), self.text())?)
    }
}

/// The documents of a file; ends after the first error.
pub struct Documents<G> {
    next: Box<dyn FnMut() -> Result<Option<G>, Error> + Send>,
    ended: bool,
}

impl<G> Documents<G> {
    fn new(next: impl FnMut() -> Result<Option<G>, Error> + Send + 'static) -> Self {
        Documents { next: Box::new(next), ended: false }
    }
}

impl<G> Iterator for Documents<G> {
    type Item = Result<G, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let read = (self.next)().transpose();
        self.ended = !matches!(read, Some(Ok(_)));
        read
    }
}

/// Returns the documents of a file of JSON lines. `convert` gets a line's value and the document's number, from 0. A
/// line of a document that `copydesk analyze` could not analyze has nothing to learn from, and is skipped.
fn json_documents<R, G>(path: &Path, convert: fn(R, u64) -> Result<G, String>) -> Result<Documents<G>, Error>
where
    R: DeserializeOwned + 'static,
    G: 'static,
{
    let mut lines = Lines::open(path)?;
    let mut number = 0;
    Ok(Documents::new(move || {
        let Some(raw) = lines.next_json_but::<R, ErrorLine>()? else { return Ok(None) };
        let document = convert(raw, number).map_err(|message| lines.error(message))?;
        number += 1;
        Ok(Some(document))
    }))
}

/// Returns an id as text. A number becomes its digits. A missing id becomes the document's number, from 0.
fn id_text(id: Option<Value>, number: u64) -> String {
    match id {
        None | Some(Value::Null) => number.to_string(),
        Some(Value::String(id)) => id,
        Some(other) => other.to_string(),
    }
}

/// The value of `offsets`. A line of `copydesk analyze` has its unit there, a gold file of entities the spans of its
/// tokens.
#[derive(serde::Deserialize)]
#[serde(untagged, expecting = "\"offsets\" must be the tokens' [start, end], or the unit of a result's offsets")]
enum Offsets {
    Tokens(Vec<[u32; 2]>),
    Unit(OffsetUnit),
}

impl Offsets {
    /// Returns the spans of the tokens. A result has none, and its unit must be the code point.
    fn tokens(offsets: Option<Offsets>) -> Result<Option<Vec<[u32; 2]>>, String> {
        match offsets {
            None => Ok(None),
            Some(Offsets::Tokens(tokens)) => Ok(Some(tokens)),
            Some(Offsets::Unit(OffsetUnit::Char)) => Ok(None),
            Some(Offsets::Unit(_)) => Err("offsets must be code points: analyze with `--offsets char`".into()),
        }
    }
}

/// The score of annotations in a gold file without scores: people made them.
pub(crate) fn sure() -> f64 {
    1.0
}

/// A list that may be missing or null.
fn list<'de, D: serde::Deserializer<'de>, T: serde::Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    serde::Deserialize::deserialize(deserializer).map(Option::unwrap_or_default)
}

/// Checks that a span lies within a text of `length` code points.
fn check_span(what: &str, [start, end]: [u32; 2], length: usize) -> Result<(), String> {
    if start <= end && end as usize <= length {
        Ok(())
    } else {
        Err(format!("{what}: [{start}, {end}] does not lie within the text, which has {length} characters"))
    }
}

/// The code points before the end of a text that begins after `at` of them.
fn past(at: u32, text: &str) -> Result<u32, String> {
    let length = u32::try_from(text.chars().count()).ok();
    length.and_then(|length| at.checked_add(length)).ok_or_else(|| "the text is longer than a document may be".into())
}
