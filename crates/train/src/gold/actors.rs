//! Coreference: documents with clusters, or snippets of GAP with a pronoun and two names.
//!
//! A document is `{"id", "text", "clusters": [[[a, b], ...], ...], "tokens"?, "offsets"?, "singletons"?, "names"?}`.
//! Spans count code points. If the line has `offsets`, `[start, end]` of each token, they count tokens. `names` lists
//! the names as `[a, b, CLUSTER, LABEL?]`; equal `CLUSTER`s are one participant.
//!
//! A snippet is `{"id", "text", "pronoun": {"start", "end"}, "candidates": [{"start", "end", "coref"}, ...]}`.

use std::collections::BTreeMap;
use std::path::Path;

use copydesk_core::{Article, Document, OffsetMap, OffsetUnit, Span};
use copydesk_text::EntityLabel;
use copydesk_text::lang::{ENGLISH, Person, Pronoun, Uses};
use serde::Deserialize;
use serde_json::Value;

use super::given::{self, GivenError};
use super::{Documents, Gold, Offsets, Spans, check_span, id_text, json_documents, list};
use crate::Error;

/// The question about a text.
#[derive(Clone, Debug)]
pub enum Question {
    /// The mentions of each participant.
    Clusters(Clusters),
    /// The names that a pronoun means.
    Pronoun {
        /// The pronoun, in code points.
        pronoun: [u32; 2],
        /// Names, each with true if the pronoun means it.
        candidates: Vec<([u32; 2], bool)>,
    },
}

/// The mentions of a document by participant, in code points.
#[derive(Clone, Debug, Default)]
pub struct Clusters {
    /// All mentions. They include participants with one mention, if the data has these.
    pub mentions: Vec<Spans>,
    /// Only the names, by participant.
    pub names: Vec<Vec<Name>>,
    /// True if the data tells which mentions are names. Otherwise their words decide.
    pub has_names: bool,
    /// True if participants with one mention are annotated.
    pub has_singletons: bool,
}

/// A name of a participant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// Its place, in code points.
    pub span: [u32; 2],
    /// The label, if the data has one.
    pub label: Option<String>,
}

/// A text with the question.
#[derive(Clone, Debug)]
pub struct ActorDocument {
    /// Its id.
    pub id: String,
    /// Its text.
    pub text: String,
    /// The question.
    pub question: Question,
}

#[derive(Deserialize)]
struct Raw {
    id: Option<Value>,
    text: String,
    offsets: Option<Offsets>,
    clusters: Option<Vec<Spans>>,
    /// Further values, such as a type, may follow each span.
    #[serde(default, deserialize_with = "list")]
    singletons: Vec<Value>,
    names: Option<Vec<RawName>>,
    pronoun: Option<Place>,
    candidates: Option<Vec<Candidate>>,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "a name must be [first, past_last, cluster] or [first, past_last, cluster, label]")]
enum RawName {
    Plain(u32, u32, Value),
    Labelled(u32, u32, Value, String),
}

#[derive(Deserialize)]
struct Place {
    start: u32,
    end: u32,
}

#[derive(Deserialize)]
struct Candidate {
    start: u32,
    end: u32,
    coref: bool,
}

impl Gold for ActorDocument {
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

impl ActorDocument {
    /// Returns the text with its names as given entities, so that only the links are scored. A snippet has only two
    /// names, so `others` are given too: names that a pipeline finds in the text. Names without a label are `PERSON` in
    /// a snippet, otherwise `NAME`.
    ///
    /// # Errors
    /// If the text is too long for a document, or a name lies outside it.
    pub fn with_names(&self, others: Option<&Article>) -> Result<Document, GivenError> {
        let mut document = Document::new(self.id.as_str(), self.text.as_str())?;
        let map = OffsetMap::new(&self.text, OffsetUnit::Char);
        let mut names: Vec<(Span, String)> = Vec::new();
        match &self.question {
            Question::Clusters(clusters) => {
                for name in clusters.names.iter().flatten() {
                    let label = name.label.clone().unwrap_or_else(|| "NAME".to_owned());
                    names.push((given::span(&map, name.span)?, label));
                }
            }
            Question::Pronoun { candidates, .. } => {
                for (place, _) in candidates {
                    names.push((given::span(&map, *place)?, EntityLabel::Person.as_str().to_owned()));
                }
                let own = names.len();
                for entity in others.into_iter().flat_map(Article::entities) {
                    let span = entity.span();
                    let free = |own: &(Span, String)| own.0.end <= span.start || span.end <= own.0.start;
                    if names.iter().take(own).all(free) {
                        names.push((span, entity.label().to_owned()));
                    }
                }
            }
        }
        given::sort(&mut names);
        // Names are flat: of two that overlap, the one that begins first counts.
        let mut end = 0;
        names.retain(|(span, _)| {
            let free = span.start >= end && span.start < span.end;
            end = if free { span.end } else { end };
            free
        });
        given::put(&mut document, &names)?;
        Ok(document)
    }
}

fn convert(raw: Raw, number: u64) -> Result<ActorDocument, String> {
    let length = raw.text.chars().count();
    let tokens = Offsets::tokens(raw.offsets)?;
    let place = |what: &str, [first, past_last]: [u32; 2]| -> Result<[u32; 2], String> {
        let span = match &tokens {
            None => [first, past_last],
            Some(tokens) => {
                let start = tokens.get(first as usize).map(|token| token[0]);
                let end = past_last.checked_sub(1).and_then(|last| tokens.get(last as usize)).map(|token| token[1]);
                match (start, end) {
                    (Some(start), Some(end)) if first < past_last => [start, end],
                    _ => {
                        return Err(format!(
                            "{what}: [{first}, {past_last}] is no span of the {} tokens",
                            tokens.len()
                        ));
                    }
                }
            }
        };
        check_span(what, span, length)?;
        if span[0] == span[1] { Err(format!("{what}: the span is empty")) } else { Ok(span) }
    };
    let question = match (raw.pronoun, raw.candidates, raw.clusters) {
        (Some(pronoun), Some(found), _) => {
            let pronoun = [pronoun.start, pronoun.end];
            check_span("pronoun", pronoun, length)?;
            let mut candidates = Vec::with_capacity(found.len());
            for (at, candidate) in found.into_iter().enumerate() {
                let span = [candidate.start, candidate.end];
                check_span(&format!("candidates[{at}]"), span, length)?;
                candidates.push((span, candidate.coref));
            }
            Question::Pronoun { pronoun, candidates }
        }
        (_, _, Some(clusters)) => {
            let mut mentions: Vec<Spans> = Vec::with_capacity(clusters.len());
            for (at, cluster) in clusters.into_iter().enumerate() {
                let what = format!("clusters[{at}]");
                mentions.push(cluster.into_iter().map(|span| place(&what, span)).collect::<Result<_, _>>()?);
            }
            let mut has_singletons = mentions.iter().any(|cluster| cluster.len() == 1);
            for (at, value) in raw.singletons.iter().enumerate() {
                let number = |i| value.get(i).and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok());
                let (Some(first), Some(past_last)) = (number(0), number(1)) else {
                    return Err(format!("singletons[{at}]: it must begin with [first, past_last]"));
                };
                mentions.push(vec![place(&format!("singletons[{at}]"), [first, past_last])?]);
                has_singletons = true;
            }
            let has_names = raw.names.is_some();
            let mut names: BTreeMap<String, Vec<Name>> = BTreeMap::new();
            for (at, name) in raw.names.unwrap_or_default().into_iter().enumerate() {
                let (span, cluster, label) = match name {
                    RawName::Plain(first, past_last, cluster) => ([first, past_last], cluster, None),
                    RawName::Labelled(first, past_last, cluster, label) => ([first, past_last], cluster, Some(label)),
                };
                let span = place(&format!("names[{at}]"), span)?;
                names.entry(cluster.to_string()).or_default().push(Name { span, label });
            }
            let mut names: Vec<Vec<Name>> = names.into_values().collect();
            if !has_names {
                names = read_names(&raw.text, &mentions);
            }
            Question::Clusters(Clusters { mentions, names, has_names, has_singletons })
        }
        _ => return Err("there are neither \"clusters\" nor \"pronoun\" and \"candidates\"".into()),
    };
    Ok(ActorDocument { id: id_text(raw.id, number), text: raw.text, question })
}

/// Returns the mentions that look like names. All words begin with a capital letter or a digit, except for a few small
/// ones. One word begins with a capital letter and is no pronoun.
fn read_names(text: &str, mentions: &[Spans]) -> Vec<Vec<Name>> {
    let chars: Vec<char> = text.chars().collect();
    let is_name = |span: &[u32; 2]| {
        let words: String = chars.get(span[0] as usize..span[1] as usize).unwrap_or_default().iter().collect();
        let mut named = false;
        for word in words.split(|c: char| c.is_whitespace() || "-–,&()\"“”".contains(c)).filter(|w| !w.is_empty())
        {
            let capital = word.chars().next().is_some_and(char::is_uppercase);
            let small = ENGLISH.names.in_gold.contains(&word.to_lowercase().as_str());
            let digit = word.chars().next().is_some_and(|c| c.is_ascii_digit());
            if !capital && !small && !digit && word.chars().any(char::is_alphanumeric) {
                return false;
            }
            named |= capital && !small && !is_pronoun(&word.to_lowercase());
        }
        named
    };
    let names = mentions.iter().map(|cluster| {
        cluster.iter().filter(|span| is_name(span)).map(|span| Name { span: *span, label: None }).collect()
    });
    names.filter(|names: &Vec<Name>| !names.is_empty()).collect()
}

/// Returns true for a pronoun. It is no name, even with a capital at the beginning of a sentence.
pub(crate) fn is_pronoun(word: &str) -> bool {
    // Of the relative pronouns, `who`.
    let counts = |pronoun: &Pronoun| pronoun.person != Person::Relative || pronoun.uses.any(Uses::SUBJECT);
    matches!(word, "this" | "that") || ENGLISH.pronouns.iter().any(|pronoun| pronoun.form == word && counts(pronoun))
}
