//! The plugin `bert_ner`: tokens in, entities out, by a checkpoint for token classification.

use std::collections::BTreeMap;

use copydesk_model::heads::{Decoder, log_softmax};
use copydesk_model::sequence::Scratch;
use copydesk_sdk::{Annotator, Column, Document, Error, Output, Span, Strings};
use copydesk_text::EntityLabel;
use serde::Deserialize;

use crate::architecture::Task;
use crate::reading::{Layers, Reading};
use crate::stage::{Opened, Options, batch, check_keys};

/// A sequence longer than this is cut: memory of the decoder stays bounded on a text without sentences.
const LONGEST_SEQUENCE: usize = 256;

/// How names are read off the tags of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Decoding {
    /// The most likely tag of each token. Neighbours with one label are one name.
    Simple,
    /// The likeliest sequence of tags that their names allow.
    Constrained,
}

/// The stage's options.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    model: String,
    device: String,
    batch_size: usize,
    max_length: usize,
    overlap: usize,
    labels: Option<BTreeMap<String, String>>,
    decoding: Decoding,
    min_score: f32,
}

/// The meaning of a tag for its token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Tag {
    /// Row of the label; none for a token outside of all names.
    label: Option<usize>,
    /// True if a name begins here, after any tag.
    begins: bool,
    /// True if a name ends here, before any tag.
    ends: bool,
}

/// A name.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Name {
    first: usize,
    last: usize,
    label: usize,
    score: f32,
}

/// Finds names by a checkpoint.
pub struct BertNer {
    opened: Opened,
    tags: Vec<Tag>,
    /// Our labels; nothing for one that is left out.
    labels: Vec<Option<String>>,
    decoder: Option<Decoder>,
    min_score: f32,
}

impl BertNer {
    fn decode(&self, layers: &Layers<'_>, reading: &Reading, logits: &[f32]) -> Vec<Name> {
        let (width, count) = (self.opened.labels.len(), layers.tokens.len());
        let mut rows: Vec<Option<&[f32]>> = vec![None; count];
        for (token, row) in reading.tokens.iter().zip(logits.chunks_exact(width)) {
            if let Some(slot) = rows.get_mut(*token as usize) {
                *slot = Some(row);
            }
        }
        let mut names = Vec::new();
        let (mut begin, mut scratch) = (0, Scratch::default());
        while begin < count {
            let sentence = layers.sentence_of.get(begin);
            let own =
                (begin..count.min(begin + LONGEST_SEQUENCE)).take_while(|at| layers.sentence_of.get(*at) == sentence);
            let end = begin + own.count().max(1);
            let rows = rows.get(begin..end).unwrap_or_default();
            match &self.decoder {
                None => self.simple(rows, begin, &mut names),
                Some(decoder) => self.constrained(decoder, rows, begin, &mut scratch, &mut names),
            }
            begin = end;
        }
        names
    }

    fn simple(&self, rows: &[Option<&[f32]>], begin: usize, names: &mut Vec<Name>) {
        let mut open: Option<(Name, f32)> = None;
        let mut probabilities = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            probabilities.clear();
            if let Some(row) = row {
                log_softmax(row, 1.0, row.len(), &mut probabilities);
            }
            let best = probabilities.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1).then(b.0.cmp(&a.0)));
            let tag = best.and_then(|(number, score)| Some((*self.tags.get(number)?, score.exp())));
            let Some((Tag { label: Some(label), begins, ends }, score)) = tag else {
                names.extend(open.take().map(closed));
                continue;
            };
            open = match open {
                Some((name, sum)) if name.label == label && !begins => {
                    Some((Name { last: begin + at, ..name }, sum + score))
                }
                other => {
                    names.extend(other.map(closed));
                    Some((Name { first: begin + at, last: begin + at, label, score: 0.0 }, score))
                }
            };
            if ends {
                names.extend(open.take().map(closed));
            }
        }
        names.extend(open.map(closed));
    }

    fn constrained(
        &self,
        decoder: &Decoder,
        rows: &[Option<&[f32]>],
        begin: usize,
        scratch: &mut Scratch,
        names: &mut Vec<Name>,
    ) {
        let mut emissions = Vec::new();
        for row in rows {
            match row {
                Some(row) => log_softmax(row, 1.0, decoder.width(), &mut emissions),
                // Tokens that the network did not see are in no name.
                None => {
                    let end = emissions.len() + decoder.width();
                    let outside = |tag: &Tag| if tag.label.is_none() { 0.0 } else { -1e4 };
                    emissions.extend(self.tags.iter().map(outside));
                    emissions.resize(end, 0.0);
                }
            }
        }
        let (mut tags, mut scored) = (Vec::new(), false);
        decoder.best(&emissions, scratch, &mut tags);
        let of = |at: usize| tags.get(at).and_then(|tag| self.tags.get(usize::from(*tag)));
        let mut at = 0;
        while let Some(tag) = of(at) {
            let first = at;
            at += 1;
            let Some(label) = tag.label else { continue };
            let mut ended = tag.ends;
            while let Some(next) = of(at).filter(|next| !ended && next.label == Some(label) && !next.begins) {
                ended = next.ends;
                at += 1;
            }
            if !scored {
                decoder.posterior(&emissions, scratch);
                scored = true;
            }
            let score = decoder.probability(scratch, first, tags.get(first..at).unwrap_or_default());
            names.push(Name { first: begin + first, last: begin + at - 1, label, score });
        }
    }

    fn write(&self, names: &[Name], layers: &Layers<'_>, output: &mut Output<'_>) -> Result<(), Error> {
        let (mut spans, mut labels, mut scores) = (Vec::new(), Strings::new(), Vec::new());
        for name in names.iter().filter(|name| name.score >= self.min_score) {
            let label = self.labels.get(name.label).and_then(Option::as_deref);
            if let (Some(label), Some(span)) = (label, span_of(name, layers.tokens)) {
                spans.push(span);
                labels.push(label);
                scores.push(name.score);
            }
        }
        output.append("entities", &spans, &[Column::strings("label", &labels), Column::f32s("score", &scores)])
    }
}

/// A name. Its score is the mean of its tokens' scores.
fn closed((name, sum): (Name, f32)) -> Name {
    Name { score: sum / (name.last - name.first + 1) as f32, ..name }
}

fn span_of(name: &Name, tokens: &[Span]) -> Option<Span> {
    let (first, last) = (tokens.get(name.first)?, tokens.get(name.last)?);
    (first.start < last.end).then(|| Span::new(first.start, last.end))
}

/// Tags with their labels' names: `B-PER`, `I-PER` and so on, or a plain `PER`; `O` is outside.
fn parse_tags(names: &[String]) -> (Vec<Tag>, Vec<&str>, Vec<String>) {
    let (mut labels, mut tags, mut constrained) = (Vec::new(), Vec::new(), Vec::new());
    for name in names {
        let (place, label) = match name.split_once('-') {
            Some((place @ ("B" | "I" | "E" | "S" | "L" | "U"), label)) => (place, label),
            _ => ("I", name.as_str()),
        };
        if name == "O" {
            tags.push(Tag { label: None, begins: false, ends: false });
            constrained.push(name.clone());
            continue;
        }
        let number = labels.iter().position(|own| *own == label).unwrap_or_else(|| {
            labels.push(label);
            labels.len() - 1
        });
        // The last and the unit of BILOU are the end and the single of BIOES.
        let place = match place {
            "L" => "E",
            "U" => "S",
            other => other,
        };
        constrained.push(format!("{place}-{label}"));
        tags.push(Tag { label: Some(number), begins: matches!(place, "B" | "S"), ends: matches!(place, "E" | "S") });
    }
    (tags, labels, constrained)
}

/// Our label for each of the model's.
fn map_labels(names: &[&str], given: &BTreeMap<String, String>) -> Result<Vec<Option<String>>, Error> {
    check_keys(given, names)?;
    let of = |name: &&str| match (given.get(*name), EntityLabel::of(name)) {
        (Some(own), _) => Ok(Some(own.clone()).filter(|own| !own.is_empty())),
        (None, Some(own)) => Ok(Some(own.as_str().to_owned())),
        (None, None) => Err(Error::new(format!(
            "labels: nothing says what the model's label {name:?} is here; write labels = {{ {name:?} = \"MISC\" }}, or \
             \"\" to leave it out; its labels are {}",
            names.join(", ")
        ))),
    };
    names.iter().map(of).collect()
}

impl Annotator for BertNer {
    const ID: &'static str = "bert_ner";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const MANIFEST: &'static str = include_str!("../manifests/ner.json");
    const BATCHES: bool = true;
    type Config = Config;

    fn create(config: Config) -> Result<Self, Error> {
        let Config { model, device, batch_size, max_length, overlap, labels, decoding, min_score } = config;
        let opened = Opened::new(&Options { model, device, batch_size, max_length }, Task::Tokens, 1, overlap)?;
        let (tags, names, constrained) = parse_tags(&opened.labels);
        let labels = map_labels(&names, &labels.unwrap_or_default())?;
        let decoder = match decoding {
            Decoding::Simple => None,
            Decoding::Constrained => Some(Decoder::new(&constrained).map_err(|error| Error::new(error.to_string()))?),
        };
        Ok(BertNer { tags, labels, decoder, min_score, opened })
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
                let mut reading = self.opened.reader.read(document.text(), &Layers::of(document)?)?;
                windows.append(&mut reading.windows);
                Ok(reading)
            },
            |document, reading, logits, output| {
                let layers = Layers::of(document)?;
                self.write(&self.decode(&layers, reading, logits), &layers, output)
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_of_every_scheme_are_understood() {
        let names = ["O", "B-PER", "L-PER", "U-PER", "I-CREATIVE-WORK", "MISC"].map(str::to_owned);
        let (tags, labels, constrained) = parse_tags(&names);
        assert_eq!(labels, ["PER", "CREATIVE-WORK", "MISC"]);
        assert_eq!(constrained, ["O", "B-PER", "E-PER", "S-PER", "I-CREATIVE-WORK", "I-MISC"]);
        let seen: Vec<_> = tags.iter().map(|tag| (tag.label, tag.begins, tag.ends)).collect();
        let expected = [
            (None, false, false),
            (Some(0), true, false),
            (Some(0), false, true),
            (Some(0), true, true),
            (Some(1), false, false),
            (Some(2), false, false),
        ];
        assert_eq!(seen, expected);
    }

    #[test]
    fn every_label_must_mean_something() {
        let given = |pairs: &[(&str, &str)]| pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect();
        let labels = map_labels(&["per", "LOC", "DISEASE"], &given(&[("DISEASE", ""), ("LOC", "GPE")])).unwrap();
        assert_eq!(labels, [Some("PERSON".to_owned()), Some("GPE".to_owned()), None]);
        let unknown = map_labels(&["PER", "DISEASE"], &given(&[])).unwrap_err().to_string();
        assert!(unknown.contains("the model's label \"DISEASE\"") && unknown.contains("its labels are PER, DISEASE"));
        let superfluous = map_labels(&["PER"], &given(&[("ORG", "ORG")])).unwrap_err().to_string();
        assert_eq!(superfluous, "labels: the model has no label \"ORG\"; it has PER");
    }
}
