//! What a pipeline found in a document: from its layers, or from a line of its JSON.

use std::collections::HashMap;
use std::path::Path;

use copydesk_core::{Document, Layer, NONE, OffsetMap, OffsetUnit};
use serde::Deserialize;
use serde_json::Value;

use crate::gold::{Attribution, LabelledSpan, RawQuote, Spans};
use crate::{Error, lines::Lines};

/// What was found in a document. All spans are in code points.
#[derive(Clone, Debug, Default)]
pub struct Prediction {
    /// Named entities, each with its score where it has one.
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
}

/// What is thought of somebody or something.
#[derive(Clone, Copy, Debug)]
pub struct Stance {
    /// The mention of whom it is toward.
    pub mention: [u32; 2],
    /// From -1, against, to 1, for.
    pub polarity: f64,
    /// How sure it is, 0 to 1, where that is said.
    pub score: Option<f64>,
}

/// A participant with its mentions.
#[derive(Clone, Debug, Default)]
pub struct Actor {
    /// Its longest name.
    pub name: String,
    /// Its mentions, each with its type: `name`, `nominal` or `pronoun`.
    pub mentions: Vec<([u32; 2], String)>,
}

#[derive(Deserialize)]
struct Raw {
    id: Value,
    offsets: Option<String>,
    entities: Option<Vec<RawEntity>>,
    quotes: Option<Vec<RawQuote>>,
    attributions: Option<Vec<Attribution>>,
    stances: Option<Vec<RawStance>>,
    actors: Option<Vec<RawActor>>,
    tokens: Option<Spans>,
    sentences: Option<Spans>,
}

#[derive(Deserialize)]
struct RawEntity {
    start: u32,
    end: u32,
    label: String,
    score: Option<f64>,
}

#[derive(Deserialize)]
struct RawStance {
    mention: Option<[u32; 2]>,
    polarity: f64,
    score: Option<f64>,
}

#[derive(Deserialize)]
struct RawActor {
    #[serde(default)]
    name: String,
    mentions: Vec<RawMention>,
}

#[derive(Deserialize)]
struct RawMention {
    start: u32,
    end: u32,
    #[serde(default, rename = "type")]
    kind: String,
}

impl From<RawActor> for Actor {
    fn from(raw: RawActor) -> Self {
        let mention = |mention: RawMention| ([mention.start, mention.end], mention.kind);
        Actor { name: raw.name, mentions: raw.mentions.into_iter().map(mention).collect() }
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
    /// Reads what `copydesk analyze` wrote, or lines `{"id", "attributions": [...]}` of another system. Lines that
    /// say that their document failed count as if nothing was found in it.
    ///
    /// # Errors
    /// Where a line is of another form, has an id that an earlier one has, or counts offsets in another unit than
    /// code points.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let mut lines = Lines::open(path)?;
        let mut by_id = HashMap::new();
        while let Some(raw) = lines.next_json::<Raw>()? {
            if raw.offsets.as_deref().is_some_and(|unit| unit != OffsetUnit::Char.name()) {
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

    /// What was found in a document.
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
        let entity = |RawEntity { start, end, label, score }| (LabelledSpan { span: [start, end], label }, score);
        let stance = |RawStance { mention, polarity, score }| Some(Stance { mention: mention?, polarity, score });
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
        }
    }

    /// What a pipeline found, as its JSON would have it.
    #[must_use]
    pub fn of(document: &Document) -> Self {
        let map = OffsetMap::new(document.text(), OffsetUnit::Char);
        let spans = |layer: &Layer| layer.spans().iter().map(|span| map.span(*span)).collect::<Spans>();
        Prediction {
            entities: document.layer("entities").map(|layer| entities(layer, &map)).unwrap_or_default(),
            attributions: attributions(document, &map),
            stances: stances(document, &map),
            actors: actors(document, &map),
            tokens: document.layer("tokens").map(|layer| surface_tokens(layer, &map)).unwrap_or_default(),
            sentences: document.layer("sentences").map(spans).unwrap_or_default(),
        }
    }
}

/// Four decimals, as in JSON: both ways must give the same class, and the same bin.
fn as_written(value: f32) -> f64 {
    (f64::from(value) * 1e4).round() / 1e4
}

/// The score of a row, where the layer has scores.
fn score(layer: &Layer, row: usize) -> Option<f64> {
    layer.column("score").map(|scores| as_written(scores.float(row)))
}

fn entities(layer: &Layer, map: &OffsetMap<'_>) -> Vec<(LabelledSpan, Option<f64>)> {
    let label = |row| layer.column("label").map_or("", |column| column.string(row)).to_owned();
    layer
        .spans()
        .iter()
        .enumerate()
        .map(|(row, span)| (LabelledSpan { span: map.span(*span), label: label(row) }, score(layer, row)))
        .collect()
}

fn attributions(document: &Document, map: &OffsetMap<'_>) -> Vec<Attribution> {
    let (Some(quotes), Some(parts)) = (document.layer("quotes"), document.layer("quote_parts")) else {
        return Vec::new();
    };
    let name_of = |quote: usize| {
        let speaker = quotes.column("speaker")?.number(quote);
        let name = document.layer("actors")?.column("name")?;
        (speaker != NONE).then(|| name.string(speaker as usize).to_owned())
    };
    let kind_of = |quote: usize| quotes.column("kind").map(|kind| kind.string(quote).to_owned());
    let act_of = |quote: usize| quotes.column("act").map(|act| act.string(quote).to_owned());
    let quote = |quote| Attribution {
        kind: kind_of(quote),
        act: act_of(quote),
        speaker: name_of(quote),
        score: score(quotes, quote),
        ..Attribution::default()
    };
    let mut found: Vec<Attribution> = (0..quotes.len()).map(quote).collect();
    if let (Some(parent), Some(role)) = (parts.column("quote"), parts.column("role")) {
        for (row, span) in parts.spans().iter().enumerate() {
            let Some(quote) = found.get_mut(parent.number(row) as usize) else { continue };
            match role.string(row) {
                "content" => quote.content.push(map.span(*span)),
                "cue" => quote.cue.push(map.span(*span)),
                "source" => quote.source.push(map.span(*span)),
                _ => {}
            }
        }
    }
    found
}

fn stances(document: &Document, map: &OffsetMap<'_>) -> Vec<Stance> {
    let (Some(stances), Some(mentions)) = (document.layer("stances"), document.layer("mentions")) else {
        return Vec::new();
    };
    let (Some(mention), Some(polarity)) = (stances.column("mention"), stances.column("polarity")) else {
        return Vec::new();
    };
    let stance = |row| {
        let span = mentions.spans().get(mention.number(row) as usize)?;
        let polarity = as_written(polarity.float(row));
        Some(Stance { mention: map.span(*span), polarity, score: score(stances, row) })
    };
    (0..stances.len()).filter_map(stance).collect()
}

fn actors(document: &Document, map: &OffsetMap<'_>) -> Vec<Actor> {
    let (Some(actors), Some(mentions)) = (document.layer("actors"), document.layer("mentions")) else {
        return Vec::new();
    };
    let name = |row| actors.column("name").map_or("", |names| names.string(row)).to_owned();
    let mut found: Vec<Actor> = (0..actors.len()).map(|row| Actor { name: name(row), mentions: Vec::new() }).collect();
    let kinds = mentions.column("type");
    if let Some(owner) = mentions.column("actor") {
        for (row, span) in mentions.spans().iter().enumerate() {
            if let Some(actor) = found.get_mut(owner.number(row) as usize) {
                let kind = kinds.map_or("", |kinds| kinds.string(row)).to_owned();
                actor.mentions.push((map.span(*span), kind));
            }
        }
    }
    found
}

fn surface_tokens(layer: &Layer, map: &OffsetMap<'_>) -> Spans {
    let part = layer.column("part");
    let mut tokens: Spans = Vec::with_capacity(layer.len());
    for (row, span) in layer.spans().iter().enumerate() {
        let [start, end] = map.span(*span);
        let is_later = part.is_some_and(|part| !matches!(part.number(row), 0 | NONE));
        match tokens.last_mut() {
            Some(token) if is_later => token[1] = end,
            _ => tokens.push([start, end]),
        }
    }
    tokens
}
