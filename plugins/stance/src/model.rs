//! The trained model: valence table and classifier in one file.

use copydesk_model::classifier::Classifier;
use copydesk_model::{Curve, ModelError, ModelFile};
use copydesk_sdk::Span;
use copydesk_text::NEUTRAL;

use crate::features::{Prepared, Target, extract};
use crate::lexicon::Lexicon;

/// The kind that a stance model's file states.
pub const KIND: &str = "stance";

/// A stance model, shared by all threads.
#[derive(Clone, Debug)]
pub struct Model<'a> {
    lexicon: Lexicon<'a>,
    classifier: Classifier<'a>,
    /// From the probability of the likeliest class to the share that is right.
    curve: Curve,
}

/// Reusable memory of one worker.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    prepared: Prepared,
    features: Vec<u32>,
    probabilities: Vec<f32>,
}

/// A judgement of one mention.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judgement {
    /// From -1, hostile, to 1, favourable; see [`polarity`].
    pub polarity: f32,
    /// Probability of the likeliest class.
    pub score: f32,
}

impl Judgement {
    /// From the probabilities of negative, neutral and positive.
    #[must_use]
    pub fn of([negative, neutral, positive]: [f32; 3]) -> Self {
        Judgement { polarity: polarity(negative, neutral, positive), score: negative.max(neutral).max(positive) }
    }
}

/// Maps the probabilities of negative, neutral and positive to one number. Thresholds at -1/3 and 1/3 give the most
/// likely class. Within its third, the number moves with the lead of positive over negative.
#[must_use]
pub fn polarity(negative: f32, neutral: f32, positive: f32) -> f32 {
    const THIRD: f32 = NEUTRAL as f32;
    // A hair inside, so that a tie is neutral and rounding to three places keeps the class.
    const HAIR: f32 = 0.002;
    let balance = positive - negative;
    if neutral >= negative && neutral >= positive {
        (balance * THIRD).clamp(-THIRD + HAIR, THIRD - HAIR)
    } else if positive > negative {
        (THIRD + HAIR + balance * (1.0 - THIRD - HAIR)).clamp(THIRD + HAIR, 1.0)
    } else {
        (-THIRD - HAIR + balance * (1.0 - THIRD - HAIR)).clamp(-1.0, -THIRD - HAIR)
    }
}

impl Target {
    /// The tokens of a mention and of its sentence.
    #[must_use]
    pub fn find(span: Span, tokens: &[Span], sentences: &[Span]) -> Target {
        let first = |at: u32| tokens.partition_point(|t| t.end <= at);
        let past = |at: u32| tokens.partition_point(|t| t.start < at);
        let from = first(span.start);
        let to = past(span.end).max(from);
        let row = sentences.partition_point(|s| s.end <= span.start);
        let sentence = sentences.get(row).copied().unwrap_or(span).cover(span);
        Target { from, to, sentence_from: first(sentence.start).min(from), sentence_to: past(sentence.end).max(to) }
    }
}

impl<'a> Model<'a> {
    /// Reads a model file.
    ///
    /// # Errors
    /// If the file is damaged or no stance model.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, ModelError> {
        let file = ModelFile::parse(bytes)?;
        file.require_kind(KIND)?;
        let curve = Curve::read(&file)?;
        Ok(Model { lexicon: Lexicon::read(&file)?, classifier: Classifier::from_file(&file)?, curve })
    }

    /// Reads a document; [`Model::judge`] then answers for its mentions.
    pub fn read(&self, text: &str, tokens: &[Span], sentences: &[Span], scratch: &mut Scratch) {
        let starts = |at: usize| {
            let start = tokens.get(at).map_or(0, |t| t.start);
            sentences.binary_search_by_key(&start, |s| s.start).is_ok()
        };
        scratch.prepared.fill(text, tokens, &starts, &self.lexicon);
    }

    /// Returns the judgement of a mention of the current document.
    #[must_use]
    pub fn judgement(&self, target: Target, scratch: &mut Scratch) -> Judgement {
        Judgement::of(self.curve.of_likeliest(self.judge(target, scratch)))
    }

    /// Returns the probabilities of negative, neutral and positive for a mention of the current document, as the classifier
    /// has them.
    #[must_use]
    pub fn judge(&self, target: Target, scratch: &mut Scratch) -> [f32; 3] {
        extract(&scratch.prepared, target, &mut scratch.features);
        self.classifier.probabilities(&scratch.features, &mut scratch.probabilities);
        [0, 1, 2].map(|class| scratch.probabilities.get(class).copied().unwrap_or(0.0))
    }
}
