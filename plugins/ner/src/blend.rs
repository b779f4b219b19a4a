//! A linear model's probabilities for each token, in the tags of a head. Two models that learned from different
//! features are right together more often than either.

use copydesk_sdk::Span;
use copydesk_text::EntityLabel;

use crate::held::HeldRecognizer;
use crate::pieces::Piece;
use crate::recognizer::Scratch;

/// A tag less probable than this counts as this probable: a model that knows nothing of a word cannot forbid.
const LEAST: f32 = 1e-3;

/// A linear model, and its tags as those of a head.
#[derive(Debug)]
pub(crate) struct Blend {
    linear: HeldRecognizer,
    /// For each label of the head, the linear model's tags for begin, inside, end and single.
    tags: Vec<Option<[u16; 4]>>,
    /// The labels of the head that have tags of their own there.
    own: Vec<bool>,
    weight: f32,
}

impl Blend {
    /// Blends in a linear model with this weight. `labels` are those of the head, in the order of its tags. Where the
    /// linear model lacks one, its MISC counts, which holds events, works and laws.
    pub(crate) fn new(linear: HeldRecognizer, labels: &[String], weight: f32) -> Self {
        let tag = |place: &str, label: &str| {
            let wanted = format!("{place}-{label}");
            linear.get().tags().iter().position(|tag| *tag == wanted).map(|tag| tag as u16)
        };
        let of = |label: &String| Some([tag("B", label)?, tag("I", label)?, tag("E", label)?, tag("S", label)?]);
        let rest = of(&EntityLabel::Misc.as_str().to_owned());
        let own = labels.iter().map(|label| of(label).is_some()).collect();
        let tags = labels.iter().map(|label| of(label).or(rest)).collect();
        Blend { linear, tags, own, weight }
    }

    /// Replaces `out` by numbers to add to the scores of the head: for each token a row of `width` numbers, the
    /// weighted logarithms of the linear model's probabilities.
    pub(crate) fn read(
        &self,
        text: &str,
        tokens: &[Span],
        sentences: &[u32],
        width: usize,
        scratch: &mut Scratch,
        out: &mut Vec<f32>,
    ) {
        out.clear();
        out.resize(tokens.len() * width, 0.0);
        let recognizer = self.linear.get();
        let mut token = 0;
        recognizer.score(text, tokens, sentences, scratch, &mut |begin, scratch| {
            let (rows, pieces) = recognizer.marginals(begin, scratch);
            let mut piece = 0;
            while let Some(first) = pieces.get(piece) {
                while tokens.get(token).is_some_and(|own| own.end <= first.span.start) {
                    token += 1;
                }
                let end = tokens.get(token).map_or(0, |own| own.end);
                let inside = |piece: &&Piece| piece.span.end <= end;
                let count = pieces.iter().skip(piece).take_while(inside).count().max(1);
                let row = |piece: usize| rows.chunks_exact(recognizer.width()).nth(piece).unwrap_or_default();
                let own = out.get_mut(token * width..(token + 1) * width).unwrap_or_default();
                self.add(row(piece), row(piece + count - 1), count, own);
                piece += count;
            }
        });
    }

    /// Fills in a token's row from the probabilities of its first piece and its last one.
    fn add(&self, first: &[f32], last: &[f32], count: usize, out: &mut [f32]) {
        let of = |row: &[f32], tag: u16| row.get(tag as usize).copied().unwrap_or(0.0);
        let log = |probability: f32| self.weight * probability.max(LEAST).ln();
        let mut outside = 1.0;
        let labels = self.tags.iter().zip(&self.own);
        for (slots, (tags, own)) in out.get_mut(1..).unwrap_or_default().chunks_exact_mut(4).zip(labels) {
            let Some([begin, inside, end, single]) = *tags else { continue };
            // A token of several pieces begins a name where its first piece does and the last goes on.
            let probabilities = if count == 1 {
                [begin, inside, end, single].map(|tag| of(first, tag))
            } else {
                [(begin, inside), (inside, inside), (inside, end), (begin, end)]
                    .map(|(a, b)| of(first, a).min(of(last, b)))
            };
            for (slot, probability) in slots.iter_mut().zip(probabilities) {
                outside -= if *own { probability } else { 0.0 };
                *slot = log(probability);
            }
        }
        if let Some(slot) = out.first_mut() {
            *slot = log(outside);
        }
    }
}
