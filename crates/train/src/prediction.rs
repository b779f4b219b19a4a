//! Predictions of a pipeline for a document, from its layers or from a line of its JSON.

use std::collections::HashMap;
use std::path::Path;

use copydesk_core as core;
use copydesk_core::{Article, Entity, Mention, OffsetMap, OffsetUnit, Quote, Span};
use copydesk_corpus::Record;
use copydesk_formats::result;
use serde::Deserialize;
use serde_json::Value;

use crate::gold::{Attribution, LabelledSpan, Spans};
use crate::{Error, lines::Lines};

/// The prediction for a document. All spans are in code points.
#[derive(Clone, Debug, Default)]
pub struct Prediction {
    /// Named entities, each with its score if it has one.
    pub entities: Vec<(LabelledSpan, Option<f64>)>,
    /// Attributions.
    pub attributions: Vec<Attribution>,
    /// Stances toward mentions.
    pub stances: Vec<Stance>,
    /// Participants.
    pub actors: Vec<Actor>,
    /// Surface tokens.
    pub tokens: Spans,
    /// Sentences.
    pub sentences: Spans,
    /// What a corpus keeps of the article; missing if it was read from a line.
    pub record: Option<Box<Record>>,
}

/// A stance toward somebody or something.
#[derive(Clone, Copy, Debug)]
pub struct Stance {
    /// The mention of the target.
    pub mention: [u32; 2],
    /// From -1, against, to 1, for.
    pub polarity: f64,
    /// Its score, 0 to 1, if there is one.
    pub score: Option<f64>,
}

/// A participant with its mentions.
#[derive(Clone, Debug, Default)]
pub struct Actor {
    /// Its longest name.
    pub name: String,
    /// The role, if one was found.
    pub role: Option<String>,
    /// The organisation or place that the actor speaks for, if one was found.
    pub affiliation: Option<String>,
    /// The id in the knowledge base, if it has one.
    pub kb_id: Option<String>,
    /// The probability of the id, if it has one.
    pub kb_score: Option<f64>,
    /// Its mentions, each with its type: `name`, `nominal` or `pronoun`.
    pub mentions: Vec<([u32; 2], String)>,
}

/// A line of a result, or of another system.
#[derive(Deserialize)]
struct Raw {
    id: Value,
    offsets: Option<OffsetUnit>,
    entities: Option<Vec<result::Entity>>,
    quotes: Option<Vec<result::Quote>>,
    attributions: Option<Vec<Attribution>>,
    stances: Option<Vec<result::Stance>>,
    actors: Option<Vec<result::Actor>>,
    tokens: Option<Spans>,
    sentences: Option<Spans>,
}

impl From<result::Actor> for Actor {
    fn from(read: result::Actor) -> Self {
        let mention = |mention: result::Mention| ([mention.start, mention.end], mention.kind);
        Actor {
            name: read.name,
            role: read.role.flatten(),
            affiliation: read.affiliation.flatten(),
            kb_id: read.kb_id.flatten(),
            kb_score: read.kb_score.flatten(),
            mentions: read.mentions.into_iter().map(mention).collect(),
        }
    }
}

/// The documents of a file of predictions, by id.
#[derive(Debug, Default)]
pub struct Predictions {
    by_id: HashMap<String, Read>,
}

#[derive(Debug)]
struct Read {
    prediction: Prediction,
    asked_for: bool,
}

impl Predictions {
    /// Reads the output of `copydesk analyze`, or lines `{"id", "attributions": [...]}` of another system. A line of a
    /// failed document counts as if nothing was found.
    ///
    /// # Errors
    /// If a line has another form, repeats the id of an earlier one, or counts offsets in another unit than code
    /// points.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let mut lines = Lines::open(path)?;
        let mut by_id = HashMap::new();
        while let Some(raw) = lines.next_json::<Raw>()? {
            if raw.offsets.is_some_and(|unit| unit != OffsetUnit::Char) {
                return Err(lines.error("offsets must be code points: analyze with `--offsets char`"));
            }
            let id = match &raw.id {
                Value::String(id) => id.clone(),
                other => other.to_string(),
            };
            let read = Read { prediction: Prediction::from_raw(raw), asked_for: false };
            if by_id.insert(id.clone(), read).is_some() {
                return Err(lines.error(format!("a second line for document {id:?}")));
            }
        }
        Ok(Predictions { by_id })
    }

    /// Returns the prediction from a document.
    pub fn get(&mut self, id: &str) -> Option<&Prediction> {
        let read = self.by_id.get_mut(id)?;
        read.asked_for = true;
        Some(&read.prediction)
    }

    /// An id that was never asked for; the first in their order.
    #[must_use]
    pub fn left(&self) -> Option<&str> {
        let left = self.by_id.iter().filter(|(_, read)| !read.asked_for);
        left.map(|(id, _)| id.as_str()).min()
    }
}

impl Prediction {
    fn from_raw(raw: Raw) -> Self {
        let entity = |entity: result::Entity| {
            let result::Entity { start, end, label, score, .. } = entity;
            (LabelledSpan { span: [start, end], label }, score)
        };
        let stance = |stance: result::Stance| {
            let result::Stance { mention, polarity, score, .. } = stance;
            Some(Stance { mention: mention?, polarity, score })
        };
        Prediction {
            entities: raw.entities.unwrap_or_default().into_iter().map(entity).collect(),
            attributions: raw
                .attributions
                .or_else(|| Some(raw.quotes?.into_iter().map(Attribution::from).collect()))
                .unwrap_or_default(),
            stances: raw.stances.unwrap_or_default().into_iter().filter_map(stance).collect(),
            actors: raw.actors.unwrap_or_default().into_iter().map(Actor::from).collect(),
            tokens: raw.tokens.unwrap_or_default(),
            sentences: raw.sentences.unwrap_or_default(),
            record: None,
        }
    }

    /// Returns the prediction as its JSON would have it.
    #[must_use]
    pub fn of(article: &Article) -> Self {
        let map = OffsetMap::new(article.text(), OffsetUnit::Char);
        let spans = |spans: &[Span]| spans.iter().map(|span| map.span(*span)).collect::<Spans>();
        let entity = |entity: Entity<'_>| {
            let span = LabelledSpan { span: map.span(entity.span()), label: entity.label().to_owned() };
            (span, Some(as_written(entity.score())))
        };
        let attribution = |quote: Quote<'_>| Attribution {
            source: spans(quote.source()),
            cue: spans(quote.cue()),
            content: spans(quote.content()),
            kind: Some(quote.kind().to_owned()),
            act: Some(quote.act().to_owned()),
            speaker: quote.speaker().map(|speaker| speaker.name().to_owned()),
            actor: quote.speaker().map(|speaker| speaker.row()),
            speaker_score: quote.speaker_score().map(as_written),
            score: Some(as_written(quote.score())),
        };
        let actor = |actor: core::Actor<'_>| {
            let mention = |mention: Mention<'_>| (map.span(mention.span()), mention.kind().to_owned());
            Actor {
                name: actor.name().to_owned(),
                role: actor.role().map(str::to_owned),
                affiliation: actor.affiliation().map(str::to_owned),
                kb_id: actor.kb_id().map(str::to_owned),
                kb_score: actor.kb_score().map(as_written),
                mentions: actor.mentions().map(mention).collect(),
            }
        };
        let stance = |stance: core::Stance<'_>| Stance {
            mention: map.span(stance.mention().span()),
            polarity: as_written(stance.polarity()),
            score: Some(as_written(stance.score())),
        };
        Prediction {
            entities: article.entities().map(entity).collect(),
            attributions: article.quotes().map(attribution).collect(),
            stances: article.stances().map(stance).collect(),
            actors: article.actors().map(actor).collect(),
            tokens: article.surface_tokens().map(|token| map.span(token.span())).collect(),
            sentences: article.sentences().map(|sentence| map.span(sentence.span())).collect(),
            record: Some(Box::new(Record::of_article(article))),
        }
    }
}

/// Four decimals, as in JSON: both ways must give the same class, and the same bin.
fn as_written(value: f32) -> f64 {
    (f64::from(value) * 1e4).round() / 1e4
}
