//! Sentiment toward targets: `{"id", "sentence", "targets": [{"start", "end", "polarity": -1 | 0 | 1}]}`. A text of
//! several sentences has the key `"text"` instead. The `"stances"` of `copydesk analyze` serve as targets.

use std::path::Path;

use copydesk_core::{Document, OffsetMap, OffsetUnit, Span};
use copydesk_formats::result::Stance;
use copydesk_text::NEUTRAL;
use serde::Deserialize;
use serde_json::Value;

use super::given::{self, GivenError};
use super::{Documents, Gold, Offsets, check_span, id_text, json_documents, sure};
use crate::Error;

/// The label of targets that are given to a pipeline as entities.
const TARGET: &str = "TARGET";

/// Somebody or something that the text may be for or against.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// Its mention, in code points.
    pub span: [u32; 2],
    /// -1 against, 0 neither, 1 for.
    pub polarity: f64,
    /// Its score, 0 to 1, or 1 if the file has none.
    pub score: f64,
}

/// A text with its targets.
#[derive(Clone, Debug)]
pub struct SentimentDocument {
    /// Its id.
    pub id: String,
    /// The text, mostly one sentence.
    pub text: String,
    /// Its targets.
    pub targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Raw {
    id: Option<Value>,
    #[serde(alias = "text")]
    sentence: String,
    targets: Option<Vec<RawTarget>>,
    stances: Option<Vec<Stance>>,
    offsets: Option<Offsets>,
}

#[derive(Deserialize)]
struct RawTarget {
    start: u32,
    end: u32,
    polarity: f64,
    #[serde(default = "sure")]
    score: f64,
}

impl Gold for SentimentDocument {
    fn read(path: &Path) -> Result<Documents<Self>, Error> {
        json_documents(path, convert)
    }

    fn id(&self) -> &str {
        &self.id
    }

    fn text(&self) -> &str {
        &self.text
    }

    /// The text with its targets as given entities.
    fn document(&self) -> Result<Document, GivenError> {
        let mut document = Document::new(self.id.as_str(), self.text.as_str())?;
        let map = OffsetMap::new(&self.text, OffsetUnit::Char);
        let mut targets: Vec<(Span, String)> = Vec::with_capacity(self.targets.len());
        for target in &self.targets {
            targets.push((given::span(&map, target.span)?, TARGET.to_owned()));
        }
        targets.retain(|(span, _)| !span.is_empty());
        given::sort(&mut targets);
        // One target judged twice is asked about once.
        targets.dedup();
        given::put(&mut document, &targets)?;
        Ok(document)
    }
}

/// A stance's mention as a target with the polarity's class: a third of -1 to 1 each.
fn target(stance: Stance) -> Option<RawTarget> {
    let [start, end] = stance.mention?;
    let polarity = match stance.polarity {
        below if below < -NEUTRAL => -1.0,
        above if above > NEUTRAL => 1.0,
        _ => 0.0,
    };
    Some(RawTarget { start, end, polarity, score: stance.score.unwrap_or_else(sure) })
}

fn convert(raw: Raw, number: u64) -> Result<SentimentDocument, String> {
    let length = raw.sentence.chars().count();
    Offsets::tokens(raw.offsets)?;
    let given = match (raw.targets, raw.stances) {
        (Some(targets), _) => targets,
        (None, Some(stances)) => stances.into_iter().filter_map(target).collect(),
        (None, None) => return Err("missing field `targets`".into()),
    };
    let mut targets = Vec::with_capacity(given.len());
    for (at, target) in given.into_iter().enumerate() {
        let span = [target.start, target.end];
        check_span(&format!("targets[{at}]"), span, length)?;
        if ![-1.0, 0.0, 1.0].contains(&target.polarity) {
            return Err(format!("targets[{at}]: the polarity must be -1, 0 or 1, not {}", target.polarity));
        }
        targets.push(Target { span, polarity: target.polarity, score: target.score });
    }
    Ok(SentimentDocument { id: id_text(raw.id, number), text: raw.sentence, targets })
}
