//! Attributions:
//! `{"id", "text", "attributions": [{"source", "cue", "content", "kind", "act"?, "speaker"?}], "tokens"?, "characters"?, "linked"?}`.
//! Each role is a list of `[start, end]`. The `"quotes"` of `copydesk analyze` will do too.

use std::path::Path;

use copydesk_formats::result::Quote;
use copydesk_text::Act;
use serde::Deserialize;
use serde_json::Value;

use super::{Documents, Gold, Offsets, check_span, id_text, json_documents, list};
use crate::Error;

/// The spans of one role, in code points.
pub type Spans = Vec<[u32; 2]>;

/// An attribution, annotated or found.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Attribution {
    /// The words that name the speaker.
    #[serde(default, deserialize_with = "list")]
    pub source: Spans,
    /// The words that say that something was said.
    #[serde(default, deserialize_with = "list")]
    pub cue: Spans,
    /// The content.
    #[serde(default, deserialize_with = "list")]
    pub content: Spans,
    /// `direct`, `mixed` or `indirect`, if the data has it.
    pub kind: Option<String>,
    /// `speech`, `writing`, `thought` or `intention`, if the data has it.
    pub act: Option<String>,
    /// The speaker's name, if the data has it.
    pub speaker: Option<String>,
    /// The speaker's number among the actors, if this is from a result.
    #[serde(skip)]
    pub actor: Option<u32>,
    /// The probability that the speaker is right, 0 to 1, if the data has it.
    pub speaker_score: Option<f64>,
    /// Its score, 0 to 1, if the data has it.
    pub score: Option<f64>,
}

/// The speaker of a result is an actor's number, with the name beside it.
impl From<Quote> for Attribution {
    fn from(quote: Quote) -> Self {
        let Quote { id: _, content, cue, source, kind, act, speaker, speaker_name, speaker_score, score } = quote;
        let (actor, speaker, speaker_score) = (speaker.flatten(), speaker_name.flatten(), speaker_score.flatten());
        Attribution { source, cue, content, kind, act, speaker, actor, speaker_score, score }
    }
}

impl Attribution {
    /// The roles with their spans, in the order of [`crate::score::ROLES`].
    #[must_use]
    pub fn roles(&self) -> [(&'static str, &Spans); 3] {
        [("source", &self.source), ("cue", &self.cue), ("content", &self.content)]
    }

    /// Checks that all spans lie within a text of `length` code points.
    pub(crate) fn check(&self, what: &str, length: usize) -> Result<(), String> {
        self.roles().iter().try_for_each(|(role, spans)| {
            spans.iter().try_for_each(|span| check_span(&format!("{what}: {role}"), *span, length))
        })
    }
}

/// A speaker, and the names that count as right.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Character {
    /// The name that `speaker` gives.
    pub name: String,
    /// Other names.
    #[serde(default, deserialize_with = "list")]
    pub aliases: Vec<String>,
    /// The role in the article's own words, such as "senior advisor", if the data has it.
    pub role: Option<String>,
    /// The organisation or place that the speaker speaks for, in the article's own words, if the data has it.
    pub affiliation: Option<String>,
}

/// A document with its attributions.
#[derive(Clone, Debug)]
pub struct QuoteDocument {
    /// Its id.
    pub id: String,
    /// Its text.
    pub text: String,
    /// Its attributions.
    pub attributions: Vec<Attribution>,
    /// Its tokens, the unit of overlap; empty if the file has none.
    pub tokens: Spans,
    /// Its speakers, if the data names them.
    pub characters: Vec<Character>,
    /// True if sources, cues and contents are tied into attributions. Otherwise each stands by itself.
    pub linked: bool,
}

#[derive(Deserialize)]
struct Raw {
    id: Option<Value>,
    text: String,
    attributions: Option<Vec<Attribution>>,
    quotes: Option<Vec<Quote>>,
    offsets: Option<Offsets>,
    #[serde(default, deserialize_with = "list")]
    tokens: Spans,
    #[serde(default, deserialize_with = "list")]
    characters: Vec<Character>,
    #[serde(default = "linked")]
    linked: bool,
}

fn linked() -> bool {
    true
}

impl Gold for QuoteDocument {
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

fn convert(raw: Raw, number: u64) -> Result<QuoteDocument, String> {
    let length = raw.text.chars().count();
    Offsets::tokens(raw.offsets)?;
    let attributions = match (raw.attributions, raw.quotes) {
        (Some(attributions), _) => attributions,
        (None, Some(quotes)) => quotes.into_iter().map(Attribution::from).collect(),
        (None, None) => return Err("missing field `attributions`".into()),
    };
    for (at, attribution) in attributions.iter().enumerate() {
        attribution.check(&format!("attributions[{at}]"), length)?;
        if let Some(act) = attribution.act.as_deref().filter(|act| Act::from_name(act).is_none()) {
            return Err(format!("attributions[{at}]: {act:?} is no act; there are {}", Act::NAMES.join(", ")));
        }
    }
    // Spans are looked up among the tokens by halving.
    let mut before = 0;
    for (at, [start, end]) in raw.tokens.iter().copied().enumerate() {
        check_span(&format!("tokens[{at}]"), [start, end], length)?;
        if start < before {
            return Err(format!("tokens[{at}]: [{start}, {end}] begins before the token ahead of it ends"));
        }
        before = end;
    }
    Ok(QuoteDocument {
        id: id_text(raw.id, number),
        text: raw.text,
        attributions,
        tokens: raw.tokens,
        characters: raw.characters,
        linked: raw.linked,
    })
}
