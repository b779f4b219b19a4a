//! The plugin `bert_stance`: the stances of speakers and of the article. It uses a checkpoint for sequence
//! classification of a sentence, or of a sentence and a target.

use std::collections::{BTreeMap, HashMap};

use copydesk_sdk::{Annotator, Column, Document, Error, Output, Span};
use copydesk_text::QuoteRole;
use copydesk_text::holders::{Held, Scratch, Voices, held};
use serde::Deserialize;

use crate::architecture::Task;
use crate::network::Window;
use crate::polarity::Scale;
use crate::stage::{Opened, Options, batch};
use crate::texts::around;

/// The input of the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Input {
    /// The sentence, and the mention as a second text.
    Pair,
    /// Only the sentence.
    Sentence,
}

/// The stage's options.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    model: String,
    device: String,
    batch_size: usize,
    max_length: usize,
    labels: Option<BTreeMap<String, f32>>,
    input: Input,
    min_score: f32,
}

/// Judges stances of holders toward actors.
pub struct BertStance {
    opened: Opened,
    scale: Scale,
    pair: bool,
    min_score: f32,
}

/// The possible stances of a document, and the window for each.
struct Reading {
    held: Vec<Held>,
    window: Vec<usize>,
}

impl BertStance {
    fn read(&self, document: &Document<'_>, windows: &mut Vec<Window>) -> Result<Reading, Error> {
        let (parts, mentions) = (document.layer("quote_parts")?, document.layer("mentions")?);
        let roles = parts.strings("role")?;
        let quotes = parts.spans().iter().zip(parts.refs("quote")?);
        let contents = quotes.zip(roles.iter()).filter(|(_, role)| *role == QuoteRole::Content.as_str());
        let contents: Vec<(Span, u32)> = contents.map(|((span, quote), _)| (*span, *quote)).collect();
        let mentions: Vec<(Span, u32)> =
            mentions.spans().iter().copied().zip(mentions.refs("actor")?.iter().copied()).collect();
        let voices = Voices {
            sentences: document.layer("sentences")?.spans(),
            entities: document.layer("entities")?.spans(),
            speakers: document.layer("quotes")?.refs("speaker")?,
            contents: &contents,
            mentions: &mentions,
        };
        let mut reading = Reading { held: Vec::new(), window: Vec::new() };
        held(&voices, &mut Scratch::default(), &mut reading.held);
        // Equal windows go through the network once.
        let mut known: HashMap<(Vec<i64>, Vec<i64>), usize> = HashMap::new();
        for stance in &reading.held {
            let evidence = Span::new(stance.evidence.start, stance.evidence.end);
            let mention = mentions.get(stance.mention as usize).map_or(evidence, |(span, _)| *span);
            let window = around(&self.opened.reader, document.text(), evidence, mention, self.pair)?;
            let next = known.len();
            let number = *known.entry((window.ids.clone(), window.types.clone())).or_insert(next);
            if number == next {
                windows.push(window);
            }
            reading.window.push(number);
        }
        Ok(reading)
    }

    fn write(&self, reading: &Reading, logits: &[f32], output: &mut Output<'_>) -> Result<(), Error> {
        let width = self.opened.labels.len();
        let mut spans = Vec::new();
        let [mut holder, mut target, mut mention] = [const { Vec::new() }; 3];
        let [mut polarity, mut score] = [const { Vec::new() }; 2];
        for (stance, window) in reading.held.iter().zip(&reading.window) {
            let judgement = self.scale.judge(logits.get(window * width..(window + 1) * width).unwrap_or_default());
            if judgement.score < self.min_score {
                continue;
            }
            spans.push(Span::new(stance.evidence.start, stance.evidence.end));
            holder.push(stance.holder);
            target.push(stance.target);
            mention.push(stance.mention);
            polarity.push(judgement.polarity);
            score.push(judgement.score);
        }
        let columns = [
            Column::refs("holder", &holder),
            Column::refs("target", &target),
            Column::refs("mention", &mention),
            Column::f32s("polarity", &polarity),
            Column::f32s("score", &score),
        ];
        output.append("stances", &spans, &columns)
    }
}

impl Annotator for BertStance {
    const ID: &'static str = "bert_stance";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const MANIFEST: &'static str = include_str!("../manifests/stance.json");
    const BATCHES: bool = true;
    type Config = Config;

    fn create(config: Config) -> Result<Self, Error> {
        let Config { model, device, batch_size, max_length, labels, input, min_score } = config;
        let pair = input == Input::Pair;
        let options = Options { model, device, batch_size, max_length };
        let opened = Opened::new(&options, Task::Sequence, if pair { 2 } else { 1 }, 0)?;
        let scale = Scale::new(&opened.labels, &labels.unwrap_or_default())?;
        Ok(BertStance { opened, scale, pair, min_score })
    }

    fn annotate(&self, document: &Document<'_>, output: &mut Output<'_>) -> Result<(), Error> {
        let outcomes = self.annotate_batch(std::slice::from_ref(document), std::slice::from_mut(output));
        outcomes.into_iter().collect()
    }

    fn annotate_batch(&self, documents: &[Document<'_>], outputs: &mut [Output<'_>]) -> Vec<Result<(), Error>> {
        batch(
            &self.opened,
            documents,
            outputs,
            |document, windows| self.read(document, windows),
            |_, reading, logits, output| self.write(reading, logits, output),
        )
    }
}
