//! Whose stance each mention shows: a quote's speaker, or the article; with its evidence.

use copydesk_model::heads::{StanceHead, Vectors};
use copydesk_sdk::{NONE, Span};

use crate::features::Target;
use crate::model::{Judgement, Model, Scratch as ModelScratch};

/// A mention of an actor.
#[derive(Clone, Copy, Debug)]
pub struct Mention {
    /// Its bytes.
    pub span: Span,
    /// Its actor's row.
    pub actor: u32,
}

/// What the stage is given; rows in the order of their layers.
#[derive(Clone, Copy, Debug, Default)]
pub struct Input<'a> {
    /// The text.
    pub text: &'a str,
    /// Sentences.
    pub sentences: &'a [Span],
    /// Words.
    pub tokens: &'a [Span],
    /// Entities: what was given or found as a name always gets a stance.
    pub entities: &'a [Span],
    /// The speaker of each quote, or [`NONE`].
    pub speakers: &'a [u32],
    /// Contents of quotes: span and row of the quote.
    pub contents: &'a [(Span, u32)],
    /// Mentions, by their start.
    pub mentions: &'a [Mention],
}

/// One stance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stance {
    /// The sentence, or what of it the holder said.
    pub evidence: Span,
    /// Actor who holds it; [`NONE`] for the article's own voice.
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
    /// What the linear model says beside a head.
    other: Vec<[f32; 3]>,
    contents: Vec<(Span, u32)>,
    open: Vec<(Span, u32)>,
}

/// Judges every mention. A pronoun by which a speaker means himself gives none, unless it was given or found
/// as an entity: then it is the article's stance toward him.
pub fn stances(input: &Input<'_>, model: &Model<'_>, scratch: &mut Scratch, out: &mut Vec<Stance>) {
    hold(input, scratch, out);
    model.read(input.text, input.tokens, input.sentences, &mut scratch.model);
    for (stance, target) in out.iter_mut().zip(&scratch.targets) {
        stance.set(Judgement::of(model.judge(*target, &mut scratch.model)));
    }
}

/// As [`stances`], by a head that reads vectors; `blend` is a linear model whose opinion counts as much as the head says.
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
        model.read(input.text, input.tokens, input.sentences, &mut scratch.model);
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

/// Replaces `out` by the stances to be judged: who holds them toward whom, and where it shows. Their mentions
/// are the scratch's targets.
fn hold(input: &Input<'_>, scratch: &mut Scratch, out: &mut Vec<Stance>) {
    out.clear();
    scratch.targets.clear();
    scratch.contents.clear();
    scratch.contents.extend_from_slice(input.contents);
    scratch.contents.sort_unstable_by_key(|(span, quote)| (span.start, std::cmp::Reverse(span.end), *quote));
    scratch.open.clear();
    let mut next = 0;
    for (row, mention) in input.mentions.iter().enumerate() {
        while let Some(content) = scratch.contents.get(next).filter(|(span, _)| span.start <= mention.span.start) {
            scratch.open.push(*content);
            next += 1;
        }
        // What ended before this mention holds none after it either: mentions come in order.
        while scratch.open.last().is_some_and(|(span, _)| span.end <= mention.span.start) {
            scratch.open.pop();
        }
        let content = scratch.open.last().filter(|(span, _)| span.contains(mention.span)).copied();
        let speaker = content.and_then(|(_, quote)| input.speakers.get(quote as usize).copied()).unwrap_or(NONE);
        let mut holder = speaker;
        if holder == mention.actor {
            if input.entities.binary_search_by_key(&mention.span.start, |e| e.start).is_err() {
                continue;
            }
            holder = NONE;
        }
        let sentence = input.sentences.partition_point(|s| s.end <= mention.span.start);
        let sentence = input.sentences.get(sentence).copied().unwrap_or(mention.span).cover(mention.span);
        let evidence = match content {
            Some((span, _)) if holder != NONE => Span::new(sentence.start.max(span.start), sentence.end.min(span.end)),
            _ => sentence,
        };
        scratch.targets.push(Target::find(mention.span, input.tokens, input.sentences));
        out.push(Stance { evidence, holder, target: mention.actor, mention: row as u32, polarity: 0.0, score: 0.0 });
    }
}
