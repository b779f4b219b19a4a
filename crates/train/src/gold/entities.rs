//! Named entities: `{"id", "tokens", "entities": [[first, past_last, label], ...], "text"?, "offsets"?}`. Another form
//! has `"entities": [{"start", "end", "label"}]` in code points of `"text"`, as `copydesk analyze` writes them.
//! `"meta"` can tell groups of documents apart.

use std::path::Path;

use copydesk_formats::result::Entity;
use serde::Deserialize;
use serde_json::Value;

use super::{Documents, Gold, Offsets, check_span, id_text, json_documents, past, sure};
use crate::Error;

/// A span with its label.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LabelledSpan {
    /// Start and end, in code points.
    pub span: [u32; 2],
    /// Its label.
    pub label: String,
}

/// A document with its named entities.
#[derive(Clone, Debug)]
pub struct EntityDocument {
    /// Its id. If the file has none, it is its number, from 0.
    pub id: String,
    /// Its text. If the file has none, it is the tokens with spaces between them.
    pub text: String,
    /// Its entities, in the order of the file.
    pub entities: Vec<LabelledSpan>,
    /// The score of each, 0 to 1, or 1 if the file has none.
    pub scores: Vec<f64>,
    /// The `meta` of the line, or null.
    pub meta: Value,
}

#[derive(Deserialize)]
struct Raw {
    id: Option<Value>,
    text: Option<String>,
    tokens: Option<Tokens>,
    offsets: Option<Offsets>,
    entities: Vec<RawEntity>,
    #[serde(default)]
    meta: Value,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "\"tokens\" must be a list of words, or of [start, end]")]
enum Tokens {
    Words(Vec<String>),
    Spans(Vec<[u32; 2]>),
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "an entity must be [first, past_last, label] or {\"start\", \"end\", \"label\"}")]
enum RawEntity {
    Tokens(usize, usize, String),
    Characters(Entity),
}

impl Gold for EntityDocument {
    fn read(path: &Path) -> Result<Documents<Self>, Error> {
        json_documents(path, convert)
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn text(&self) -> &str {
        &self.text
    }
}

fn convert(raw: Raw, number: u64) -> Result<EntityDocument, String> {
    let (words, spans) = match raw.tokens {
        Some(Tokens::Words(words)) => (words, None),
        Some(Tokens::Spans(spans)) => (Vec::new(), Some(spans)),
        None => (Vec::new(), None),
    };
    let (text, offsets) = match (raw.text, Offsets::tokens(raw.offsets)?.or(spans)) {
        (Some(text), Some(offsets)) => (text, offsets),
        (Some(text), None) if words.is_empty() => (text, Vec::new()),
        (None, _) if words.is_empty() => return Err("there is neither \"text\" nor \"tokens\"".into()),
        _ => joined(&words)?,
    };
    let length = text.chars().count();
    let mut entities = Vec::with_capacity(raw.entities.len());
    let mut scores = Vec::with_capacity(raw.entities.len());
    for (at, entity) in raw.entities.into_iter().enumerate() {
        let (span, label, score) = match entity {
            RawEntity::Characters(Entity { start, end, label, score, .. }) => {
                ([start, end], label, score.unwrap_or_else(sure))
            }
            RawEntity::Tokens(first, past_last, label) => {
                let start = offsets.get(first).map(|token| token[0]);
                let end = past_last.checked_sub(1).and_then(|last| offsets.get(last)).map(|token| token[1]);
                match (start, end) {
                    (Some(start), Some(end)) if first < past_last => ([start, end], label, sure()),
                    _ => {
                        let tokens = offsets.len();
                        let message =
                            format!("entities[{at}]: [{first}, {past_last}] is no span of the {tokens} tokens");
                        return Err(message);
                    }
                }
            }
        };
        check_span(&format!("entities[{at}]"), span, length)?;
        if span[0] == span[1] {
            return Err(format!("entities[{at}]: the span [{}, {}] is empty", span[0], span[1]));
        }
        entities.push(LabelledSpan { span, label });
        scores.push(score);
    }
    Ok(EntityDocument { id: id_text(raw.id, number), text, entities, scores, meta: raw.meta })
}

/// Joins tokens with spaces, and returns their spans in the text.
fn joined(tokens: &[String]) -> Result<(String, Vec<[u32; 2]>), String> {
    let mut at = 0;
    let mut offsets = Vec::with_capacity(tokens.len());
    for token in tokens {
        let end = past(at, token)?;
        offsets.push([at, end]);
        at = past(end, " ")?;
    }
    Ok((tokens.join(" "), offsets))
}
