//! Identities: names of articles, and who they are in all articles of the file.
//!
//! A line is `{"id", "text", "meta"?, "entities": [{"start", "end", "label", "identity"?}, ...]}`. Spans count code
//! points. Equal `identity`s are one person, organisation or place. Names without one are not scored. If `meta` has a
//! `pair`, the articles of that pair are compared only with each other.

use std::path::Path;

use copydesk_core::{Document, OffsetMap, OffsetUnit, Span};
use serde::Deserialize;
use serde_json::Value;

use super::given::{self, GivenError};
use super::{Documents, Gold, check_span, id_text, json_documents};
use crate::Error;

/// An article with names.
#[derive(Clone, Debug)]
pub struct IdentityDocument {
    /// Its id.
    pub id: String,
    /// Its text.
    pub text: String,
    /// The pair that it belongs to, if it does.
    pub pair: Option<String>,
    /// The names in the order of the text.
    pub names: Vec<IdentityName>,
}

/// A name and whose it is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct IdentityName {
    /// Its first code point.
    pub start: u32,
    /// The code point after its last.
    pub end: u32,
    /// PERSON, ORG, GPE and so on.
    pub label: String,
    /// Whose name it is, equal in all articles; missing if it is not scored.
    #[serde(default)]
    pub identity: Option<String>,
}

#[derive(Deserialize)]
struct Raw {
    id: Option<Value>,
    text: String,
    #[serde(default)]
    meta: Value,
    entities: Vec<IdentityName>,
}

impl Gold for IdentityDocument {
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

impl IdentityDocument {
    /// Returns the text with its names as given entities, so that only identities are scored.
    ///
    /// # Errors
    /// If the text is too long for a document, or a name lies outside it.
    pub fn with_names(&self) -> Result<Document, GivenError> {
        let mut document = Document::new(self.id.as_str(), self.text.as_str())?;
        let map = OffsetMap::new(&self.text, OffsetUnit::Char);
        let mut names: Vec<(Span, String)> = Vec::with_capacity(self.names.len());
        for name in &self.names {
            names.push((given::span(&map, [name.start, name.end])?, name.label.clone()));
        }
        given::sort(&mut names);
        given::put(&mut document, &names)?;
        Ok(document)
    }
}

fn convert(raw: Raw, number: u64) -> Result<IdentityDocument, String> {
    let length = raw.text.chars().count();
    for (at, name) in raw.entities.iter().enumerate() {
        check_span(&format!("entities[{at}]"), [name.start, name.end], length)?;
    }
    let pair = raw.meta.get("pair").and_then(Value::as_str).map(str::to_owned);
    Ok(IdentityDocument { id: id_text(raw.id, number), text: raw.text, pair, names: raw.entities })
}
