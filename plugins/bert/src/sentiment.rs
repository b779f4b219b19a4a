//! The plugin `bert_sentiment`: a row a sentence, by a checkpoint for sequence classification.

use std::collections::BTreeMap;

use copydesk_sdk::{Annotator, Column, Document, Error, Output, Span, Strings};
use serde::Deserialize;

use crate::architecture::Task;
use crate::polarity::Scale;
use crate::stage::{Opened, Options, batch};
use crate::texts::whole;

/// The stage's options.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    model: String,
    device: String,
    batch_size: usize,
    max_length: usize,
    labels: Option<BTreeMap<String, f32>>,
}

/// Judges the tone of each sentence.
pub struct BertSentiment {
    opened: Opened,
    scale: Scale,
}

impl BertSentiment {
    /// A row for each sentence; of one that is longer than a window, the mean of its windows.
    fn write(
        &self,
        sentences: &[Span],
        windows: &[usize],
        logits: &[f32],
        output: &mut Output<'_>,
    ) -> Result<(), Error> {
        let width = self.opened.labels.len();
        let (mut labels, mut polarities, mut scores) = (Strings::new(), Vec::new(), Vec::new());
        let mut rows = logits.chunks_exact(width);
        for count in windows {
            let mut mean = vec![0.0; width];
            for row in rows.by_ref().take(*count) {
                mean.iter_mut().zip(row).for_each(|(mean, own)| *mean += own / *count as f32);
            }
            let judgement = self.scale.judge(&mean);
            labels.push(self.opened.labels.get(judgement.label).map_or("", String::as_str));
            polarities.push(judgement.polarity);
            scores.push(judgement.score);
        }
        let columns =
            [Column::strings("label", &labels), Column::f32s("polarity", &polarities), Column::f32s("score", &scores)];
        output.append("sentiments", sentences, &columns)
    }
}

impl Annotator for BertSentiment {
    const ID: &'static str = "bert_sentiment";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const MANIFEST: &'static str = include_str!("../manifests/sentiment.json");
    const BATCHES: bool = true;
    type Config = Config;

    fn create(config: Config) -> Result<Self, Error> {
        let Config { model, device, batch_size, max_length, labels } = config;
        let opened = Opened::new(&Options { model, device, batch_size, max_length }, Task::Sequence, 1, 0)?;
        let scale = Scale::new(&opened.labels, &labels.unwrap_or_default())?;
        Ok(BertSentiment { opened, scale })
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
            |document, windows| {
                let mut counts = Vec::new();
                for sentence in document.layer("sentences")?.spans() {
                    let before = windows.len();
                    whole(&self.opened.reader, document.text(), *sentence, windows)?;
                    counts.push(windows.len() - before);
                }
                Ok(counts)
            },
            |document, counts, logits, output| self.write(document.layer("sentences")?.spans(), counts, logits, output),
        )
    }
}
