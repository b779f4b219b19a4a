//! Tokens and sentences, by exact span in the text without its white space (CoNLL 2018 shared task).

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::figures::{COLUMNS, Counts};
use super::quotes::is_space;
use super::table::Table;
use super::{Difference, Scorer};
use crate::gold::SegmentationDocument;
use crate::prediction::Prediction;

/// Counts tokens and sentences with the same first and last characters. Counts ends by themselves too: those kept,
/// those missed, which join two, and surplus ones, which cut one.
#[derive(Clone, Debug, Default)]
pub struct SegmentationScorer {
    tokens: Counts,
    sentences: Counts,
    token_ends: Counts,
    sentence_ends: Counts,
}

/// Characters that are not white space before each place of a text.
struct Squeezed {
    before: Vec<u32>,
}

impl Squeezed {
    fn new(text: &str) -> Self {
        let mut before = Vec::with_capacity(text.len() + 1);
        let mut count = 0;
        for c in text.chars() {
            before.push(count);
            count += u32::from(!is_space(c));
        }
        before.push(count);
        Squeezed { before }
    }

    /// Spans by their squeezed ends, each with itself; those that end outside the text are left out.
    fn spans(&self, spans: &[[u32; 2]]) -> BTreeSet<[u32; 2]> {
        let at = |place: u32| self.before.get(place as usize).copied();
        spans.iter().filter_map(|[start, end]| Some([at(*start)?, at(*end)?])).collect()
    }
}

fn count(gold: &BTreeSet<[u32; 2]>, found: &BTreeSet<[u32; 2]>) -> Counts {
    let right = gold.intersection(found).count() as u64;
    Counts { right, spurious: found.len() as u64 - right, missed: gold.len() as u64 - right }
}

impl SegmentationScorer {
    /// Counts a document, and returns the differences.
    pub(crate) fn count(&mut self, gold: &SegmentationDocument, found: Option<&Prediction>) -> Vec<Difference> {
        let squeezed = Squeezed::new(&gold.text);
        let mut differences = Vec::new();
        let (tokens, sentences) =
            found.map(|found| (found.tokens.as_slice(), found.sentences.as_slice())).unwrap_or_default();
        for (name, counts, end_counts, gold, found) in [
            ("token", &mut self.tokens, &mut self.token_ends, &gold.tokens, tokens),
            ("sentence", &mut self.sentences, &mut self.sentence_ends, &gold.sentences, sentences),
        ] {
            let (gold_set, found_set) = (squeezed.spans(gold), squeezed.spans(found));
            counts.add(count(&gold_set, &found_set));
            let ends = |spans: &BTreeSet<[u32; 2]>| spans.iter().map(|[_, end]| [*end, *end]).collect();
            end_counts.add(count(&ends(&gold_set), &ends(&found_set)));
            let outside = |span: &&[u32; 2], other: &BTreeSet<[u32; 2]>| {
                squeezed.spans(&[**span]).iter().any(|span| !other.contains(span))
            };
            differences.extend(gold.iter().filter(|span| outside(span, &found_set)).map(|span| Difference {
                span: *span,
                gold: Some(name.to_owned()),
                found: None,
            }));
            differences.extend(found.iter().filter(|span| outside(span, &gold_set)).map(|span| Difference {
                span: *span,
                gold: None,
                found: Some(name.to_owned()),
            }));
        }
        differences.sort_by_key(|difference| (difference.span, difference.gold.is_none()));
        differences
    }
}

impl Scorer for SegmentationScorer {
    type Gold = SegmentationDocument;

    fn add(&mut self, gold: &SegmentationDocument, found: Option<&Prediction>) -> Result<Vec<Difference>, String> {
        Ok(self.count(gold, found))
    }

    fn scores(&self) -> Value {
        let ends = |ends: Counts| json!({"kept": ends.right, "joined": ends.missed, "cut": ends.spurious});
        json!({
            "tokens": self.tokens.json(), "sentences": self.sentences.json(),
            "ends": {"tokens": ends(self.token_ends), "sentences": ends(self.sentence_ends)},
        })
    }

    fn table(&self) -> String {
        let mut table = Table::default();
        table.row([""].into_iter().chain(COLUMNS));
        for (name, counts) in [("tokens", self.tokens), ("sentences", self.sentences)] {
            table.row(counts.row(name));
        }
        table.gap();
        table.row(["ends", "kept", "joined", "cut"]);
        for (name, ends) in [("tokens", self.token_ends), ("sentences", self.sentence_ends)] {
            let counts = [ends.right, ends.missed, ends.spurious].map(|count| count.to_string());
            table.row([name.to_owned()].into_iter().chain(counts));
        }
        table.render()
    }
}
