//! The holder of the stance at each mention: a quote's speaker, or the article; with its evidence.

use copydesk_model::heads::{StanceHead, Vectors};
use copydesk_sdk::Span;
use copydesk_text::holders::{self, Held, Voices, held};

use crate::features::Target;
use crate::model::{Judgement, Model, Scratch as ModelScratch};

/// The input of the stage. Rows are in the order of their layers.
#[derive(Clone, Copy, Debug, Default)]
pub struct Input<'a> {
    /// The text.
    pub text: &'a str,
    /// Words.
    pub tokens: &'a [Span],
    /// Sentences, quotes and mentions.
    pub voices: Voices<'a, Span>,
}

/// One stance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stance {
    /// The sentence, or the holder's words in it.
    pub evidence: Span,
    /// The actor who holds it, or [`copydesk_sdk::NONE`] for the article's own voice.
    pub holder: u32,
    /// Actor it is about.
    pub target: u32,
    /// Row of the mention.
    pub mention: u32,
    /// From -1 to 1, see [`crate::polarity`].
    pub polarity: f32,
    /// Probability of its class.
    pub score: f32,
}

/// Mentions that are judged together: enough that a head's weights are read from memory once for many.
const BLOCK: usize = 48;

/// Reusable memory of one worker.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    model: ModelScratch,
    targets: Vec<Target>,
    inputs: Vec<f32>,
    layers: (Vec<f32>, Vec<f32>),
    classes: Vec<[f32; 3]>,
    /// The linear model's probabilities beside a head.
    other: Vec<[f32; 3]>,
    holders: holders::Scratch,
    held: Vec<Held>,
}

/// Judges every mention. If a speaker uses a pronoun for himself, it gives none. If that pronoun was given or found as
/// an entity, it gives the article's stance toward him.
pub fn stances(input: &Input<'_>, model: &Model<'_>, scratch: &mut Scratch, out: &mut Vec<Stance>) {
    hold(input, scratch, out);
    model.read(input.text, input.tokens, input.voices.sentences, &mut scratch.model);
    for (stance, target) in out.iter_mut().zip(&scratch.targets) {
        stance.set(model.judgement(*target, &mut scratch.model));
    }
}

/// Judges like [`stances`], with a head that reads vectors. `blend` is a linear model that counts with the weight of
/// the head's file.
pub fn stances_from_vectors(
    input: &Input<'_>,
    head: &StanceHead,
    blend: Option<&Model<'_>>,
    vectors: &Vectors<'_>,
    scratch: &mut Scratch,
    out: &mut Vec<Stance>,
) {
    hold(input, scratch, out);
    if let Some(model) = blend {
        model.read(input.text, input.tokens, input.voices.sentences, &mut scratch.model);
    }
    for (stances, targets) in out.chunks_mut(BLOCK).zip(scratch.targets.chunks(BLOCK)) {
        scratch.inputs.clear();
        for target in targets {
            let sentence = target.sentence_from..target.sentence_to;
            StanceHead::gather(vectors, target.from..target.to, sentence, &mut scratch.inputs);
        }
        scratch.other.clear();
        if let Some(model) = blend {
            scratch.other.extend(targets.iter().map(|target| model.judge(*target, &mut scratch.model)));
        }
        head.judge(&scratch.inputs, &scratch.other, &mut scratch.layers, &mut scratch.classes);
        for (stance, classes) in stances.iter_mut().zip(&scratch.classes) {
            stance.set(Judgement::of(*classes));
        }
    }
}

impl Stance {
    fn set(&mut self, judgement: Judgement) {
        self.polarity = judgement.polarity;
        self.score = judgement.score;
    }
}

/// Replaces `out` by the stances to be judged. Their mentions are the scratch's targets.
fn hold(input: &Input<'_>, scratch: &mut Scratch, out: &mut Vec<Stance>) {
    out.clear();
    scratch.targets.clear();
    let Input { tokens, voices, .. } = input;
    held(voices, &mut scratch.holders, &mut scratch.held);
    for Held { evidence, holder, target, mention } in scratch.held.iter().cloned() {
        let Some((span, _)) = voices.mentions.get(mention as usize) else { continue };
        scratch.targets.push(Target::find(*span, tokens, voices.sentences));
        let evidence = Span::new(evidence.start, evidence.end);
        out.push(Stance { evidence, holder, target, mention, polarity: 0.0, score: 0.0 });
    }
}
