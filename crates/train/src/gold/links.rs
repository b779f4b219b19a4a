//! Links: names of a text, each with what it means.
//!
//! A line is `{"id", "text", "mentions": [{"start", "end", "qid", "name"?, "type"?, ...}, ...]}`. `qid` is an id of
//! Wikidata or of a knowledge base, or null if the name means nothing that has one. A line may be `{"id", "text", "links": [[start, end,
//! "Title"], ...]}` too, with titles of the English Wikipedia.
//!
//! Only proper names count. Left out are: mentions with `coref`, `desc`, `optional` or `parent` set; types such as
//! `DATETIME`, quantities, offices and trades; and mentions that begin with a small letter.

use std::path::Path;

use copydesk_core::{Article, Document, OffsetMap, OffsetUnit, Span};
use copydesk_plugin_linker::kb::WIKIPEDIA;
use copydesk_text::EntityLabel;
use serde::Deserialize;
use serde_json::Value;

use super::given::{self, GivenError};
use super::{Documents, Gold, check_span, id_text, json_documents};
use crate::Error;

/// Types of mentions that are no names, beside quantities: points of time, and the Wikidata items of positions,
/// professions and languages.
const NO_NAMES: [&str; 5] = ["DATETIME", "Q4164871", "Q12737077", "Q12737077|Q4164871", "Q34770"];

/// A name, and what it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkedName {
    /// Its place, in code points.
    pub span: [u32; 2],
    /// The id of Wikidata or of a knowledge base, or `enwiki:` and a title.
    pub id: Option<String>,
    /// The name of what it means, or the title of the page.
    pub name: Option<String>,
}

/// A text with its names.
#[derive(Clone, Debug)]
pub struct LinkDocument {
    /// Its id.
    pub id: String,
    /// Its text.
    pub text: String,
    /// The names, in the order of the text. None overlap.
    pub names: Vec<LinkedName>,
}

#[derive(Deserialize)]
struct Raw {
    id: Option<Value>,
    text: String,
    mentions: Option<Vec<RawMention>>,
    links: Option<Vec<(u32, u32, String)>>,
}

#[derive(Deserialize)]
struct RawMention {
    start: u32,
    end: u32,
    qid: Option<String>,
    name: Option<String>,
    #[serde(default, rename = "type")]
    kind: String,
    #[serde(default)]
    coref: bool,
    #[serde(default)]
    desc: bool,
    #[serde(default)]
    optional: bool,
    parent: Option<u32>,
}

impl RawMention {
    fn is_name(&self) -> bool {
        let is_value = EntityLabel::of(&self.kind) == Some(EntityLabel::Quantity);
        let is_part = self.coref || self.desc || self.optional || self.parent.is_some();
        !(is_part || is_value || NO_NAMES.contains(&self.kind.as_str()))
    }
}

impl Gold for LinkDocument {
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

impl LinkDocument {
    /// Returns the text with its names as given entities, so that only the links are scored. `others` has the names that
    /// a pipeline finds: they give the labels, and those that overlap no gold name are given too.
    ///
    /// # Errors
    /// If the text is too long for a document.
    pub fn with_names(&self, others: &Article) -> Result<Document, GivenError> {
        let mut document = Document::new(self.id.as_str(), self.text.as_str())?;
        let map = OffsetMap::new(&self.text, OffsetUnit::Char);
        let own: Vec<Span> = self.names.iter().map(|name| given::span(&map, name.span)).collect::<Result<_, _>>()?;
        let mut names: Vec<(Span, String)> = own
            .iter()
            .map(|span| {
                let best = others.entities().max_by_key(|entity| overlap(entity.span(), *span));
                let best = best.filter(|entity| 2 * overlap(entity.span(), *span) >= span.end - span.start);
                (*span, best.map_or(EntityLabel::Misc.as_str(), |entity| entity.label()).to_owned())
            })
            .collect();
        let is_free = |span: Span| own.iter().all(|own| overlap(*own, span) == 0);
        let free = others.entities().filter(|entity| is_free(entity.span()));
        names.extend(free.map(|entity| (entity.span(), entity.label().to_owned())));
        given::sort(&mut names);
        given::put(&mut document, &names)?;
        Ok(document)
    }
}

/// How many bytes two spans share.
fn overlap(a: Span, b: Span) -> u32 {
    a.end.min(b.end).saturating_sub(a.start.max(b.start))
}

fn convert(raw: Raw, number: u64) -> Result<LinkDocument, String> {
    let text: Vec<char> = raw.text.chars().collect();
    let titles = raw.links.unwrap_or_default().into_iter().map(|(start, end, title)| LinkedName {
        span: [start, end],
        id: Some(format!("{WIKIPEDIA}{}", title.replace(' ', "_"))),
        name: Some(title.replace('_', " ")),
    });
    let mentions = raw.mentions.unwrap_or_default().into_iter().filter(RawMention::is_name).map(|mention| LinkedName {
        span: [mention.start, mention.end],
        id: mention.qid,
        name: mention.name,
    });
    let mut names: Vec<LinkedName> = mentions.chain(titles).collect();
    for name in &names {
        check_span("name", name.span, text.len())?;
    }
    names.retain(|LinkedName { span: [start, end], .. }| {
        start < end && text.get(*start as usize).is_some_and(|first| first.is_uppercase() || first.is_numeric())
    });
    names.sort_by_key(|name| (name.span[0], std::cmp::Reverse(name.span[1])));
    let mut end = 0;
    names.retain(|name| {
        let free = name.span[0] >= end;
        end = if free { name.span[1] } else { end };
        free
    });
    Ok(LinkDocument { id: id_text(raw.id, number), text: raw.text, names })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_proper_names_count() {
        let line = r#"{"text": "Port Vell said it and she met the mayor of Vell in 1990.", "mentions": [
            {"start": 0, "end": 9, "qid": "Q1", "name": "Port Vell", "type": "Q27096213"},
            {"start": 5, "end": 9, "qid": "Q2", "name": "Vell", "type": "Q27096213", "parent": 0},
            {"start": 22, "end": 25, "qid": "Q3", "name": "Ana Ruiz", "type": "Q215627", "coref": true},
            {"start": 34, "end": 39, "qid": "Q4", "name": "mayor", "type": "Q4164871"},
            {"start": 43, "end": 47, "qid": null, "name": null, "type": "OTHER"},
            {"start": 51, "end": 55, "qid": null, "name": null, "type": "DATETIME"}],
            "links": [[10, 14, "Speech"]]}"#;
        let document = convert(serde_json::from_str(line).unwrap(), 0).unwrap();
        let names: Vec<_> = document.names.iter().map(|name| (name.span, name.id.as_deref())).collect();
        assert_eq!(names, [([0, 9], Some("Q1")), ([43, 47], None)]);
        let line = r#"{"text": "In Vell", "links": [[3, 7, "Vell (river)"]]}"#;
        let document = convert(serde_json::from_str(line).unwrap(), 0).unwrap();
        assert_eq!(document.names[0].id.as_deref(), Some("enwiki:Vell_(river)"));
        let line = r#"{"text": "In Vell", "links": [[3, 8, "Vell"]]}"#;
        assert!(convert(serde_json::from_str(line).unwrap(), 0).is_err());
    }
}
