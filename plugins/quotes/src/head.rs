//! Finds who said what with a head over the vectors of the encoder. The head finds cues, and around each cue its source
//! and its content. Rules and assembly are those of the linear models.

use std::ops::Range;

use copydesk_model::heads::{CUE_TAGS, CueWork, Decoder, PART_TAGS, QuotesHead, Vectors};
use copydesk_model::lookup::Lookup;
use copydesk_model::sequence::Scratch as ChainScratch;
use copydesk_model::{ModelError, ModelFile};
use copydesk_sdk::ModelBytes;
use copydesk_text::Act;
use self_cell::self_cell;

use crate::attribute::Linear;
use crate::blend;
use crate::document::{Input, Prepared};
use crate::passes::{self, Draft, MOST_CANDIDATES, likely_content, pieces, read, shift};
use crate::quote::{Drafted, Quote, finish};
use crate::tagging::{CONTENT, CUE, O, SOURCE};
use crate::words::NOWHERE;

self_cell!(
    /// The lexicon of a linear model, and its bytes.
    struct Lexicon {
        owner: ModelBytes,
        #[covariant]
        dependent: Lookup,
    }

    impl {Debug}
);

/// Finds quotes by vectors. Threads share it.
#[derive(Debug)]
pub struct HeadAttributor {
    head: QuotesHead,
    cues: Decoder,
    parts: Decoder,
    /// The rules' knowledge of words.
    lexicon: Lexicon,
    /// A linear model that counts as well.
    blend: Option<Linear>,
}

/// A likely cue.
#[derive(Clone, Debug)]
struct Cue {
    tokens: Range<usize>,
    probability: f32,
    /// The number of the linear model's draft with such a cue.
    linear: Option<usize>,
}

/// Reusable memory.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
    drafted: Drafted,
    linear: LinearScratch,
    search: Search,
}

/// Memory of the linear model.
#[derive(Clone, Debug, Default)]
struct LinearScratch {
    passes: passes::Scratch,
    drafts: Vec<Draft>,
}

/// Memory of the head.
#[derive(Clone, Debug, Default)]
struct Search {
    work: CueWork,
    chain: ChainScratch,
    emissions: Vec<f32>,
    marginals: Vec<f32>,
    tags: Vec<u16>,
    cues: Vec<Cue>,
    /// For each quotation, true if it is the content of a cue in one of its sentences.
    own: Vec<bool>,
}

impl HeadAttributor {
    /// Makes an attributor with this head. `linear` is a linear model whose lexicon the rules use. `blend` is one whose
    /// cues count beside those of the head.
    ///
    /// # Errors
    /// If the linear model has no lexicon.
    pub fn new(head: QuotesHead, linear: ModelBytes, blend: Option<Linear>) -> Result<Self, ModelError> {
        let lexicon = Lexicon::try_new(linear, |linear| Lookup::read(&ModelFile::parse(linear)?, "lexicon"))?;
        Ok(Self { head, cues: Decoder::new(&CUE_TAGS)?, parts: Decoder::new(&PART_TAGS)?, lexicon, blend })
    }

    /// Width of the vectors that it reads.
    #[must_use]
    pub fn width(&self) -> usize {
        self.head.width()
    }

    /// Replaces `out` by the quotes of a document, in text order.
    pub fn attribute(&self, input: &Input<'_>, vectors: &Vectors<'_>, scratch: &mut Scratch, out: &mut Vec<Quote>) {
        out.clear();
        let Scratch { drafted, linear, search } = scratch;
        linear.drafts.clear();
        match &self.blend {
            Some(blend) => {
                let blend = blend.borrow_dependent();
                drafted.prepared.prepare(input, Some(blend.lexicon()));
                blend.draft(&drafted.prepared, &mut linear.passes, &mut linear.drafts);
            }
            None => drafted.prepared.prepare(input, Some(self.lexicon.borrow_dependent())),
        }
        self.find(&drafted.prepared, vectors, &linear.drafts, search, &mut drafted.drafts);
        finish(input, self.threshold(), |score| self.head.calibrated(score), drafted, out);
    }

    /// Replaces `out` by the attributions of a document, in text order of their cues. `linear` are those of the linear
    /// model.
    fn find(
        &self,
        prepared: &Prepared,
        vectors: &Vectors<'_>,
        linear: &[Draft],
        search: &mut Search,
        out: &mut Vec<Draft>,
    ) {
        out.clear();
        self.head.read_document(vectors, &mut search.work);
        let mut next = 0;
        for sentence in 0..prepared.sentences.len() {
            for piece in pieces(prepared.sentence(sentence)) {
                let begin = next;
                while linear.get(next).is_some_and(|draft| draft.cue.start < piece.end) {
                    next += 1;
                }
                self.find_cues(piece.clone(), search);
                if self.blend.is_some() {
                    self.blend_cues(piece.start, linear, begin..next, search);
                }
                let cues = std::mem::take(&mut search.cues);
                for cue in &cues {
                    if let Some(mut draft) = self.link(cue, linear, vectors, search) {
                        draft.sentence = sentence;
                        out.push(draft);
                    }
                }
                search.cues = cues;
            }
        }
        keep_own(prepared, self.threshold(), &mut search.own, out);
    }

    /// The least score of an attribution.
    fn threshold(&self) -> f32 {
        if self.blend.is_some() { blend::THRESHOLD } else { self.head.threshold }
    }

    /// The least probability of a cue by the head alone.
    fn candidate(&self) -> f32 {
        if self.blend.is_some() { blend::CANDIDATE.min(self.head.candidate) } else { self.head.candidate }
    }

    /// Finds the likely cues of a piece: those of the best tags, and runs of tokens that may be cues.
    fn find_cues(&self, piece: Range<usize>, scratch: &mut Search) {
        scratch.cues.clear();
        let width = self.cues.width();
        self.head.cue_emissions(piece.clone(), width, &scratch.work, &mut scratch.emissions);
        // Of three tags the likeliest has at least a third.
        let outside = (1.0 - self.candidate().min(1.0 / 3.0)).ln();
        if scratch.emissions.iter().step_by(width).all(|none| *none > outside) {
            return;
        }
        self.cues.best(&scratch.emissions, &mut scratch.chain, &mut scratch.tags);
        self.cues.marginals(&scratch.emissions, &mut scratch.chain, &mut scratch.marginals);
        let probability = |token: usize| {
            let row = scratch.marginals.get(token * width + 1..token * width + 3);
            row.map_or(0.0, |row| row.iter().sum::<f32>())
        };
        let tag = |token: usize| scratch.tags.get(token).copied().unwrap_or(0);
        let mut token = 0;
        while token < scratch.tags.len() && scratch.cues.len() < MOST_CANDIDATES {
            let first = token;
            token += 1;
            if tag(first) != 0 {
                while tag(token) == 2 {
                    token += 1;
                }
            } else if probability(first) >= self.candidate() {
                while token < scratch.tags.len() && tag(token) == 0 && probability(token) >= self.candidate() {
                    token += 1;
                }
            } else {
                continue;
            }
            let best = (first..token).map(probability).fold(0.0, f32::max);
            scratch.cues.push(Cue {
                tokens: piece.start + first..piece.start + token,
                probability: best.min(1.0),
                linear: None,
            });
        }
    }

    /// Lets the linear model's drafts `own`, those of a piece that begins at the token `start`, count for the cues of the
    /// head. Cues that the head lacks are added, and unlikely ones are dropped.
    fn blend_cues(&self, start: usize, linear: &[Draft], own: Range<usize>, search: &mut Search) {
        let Search { cues, emissions, .. } = search;
        let mut next = own.start;
        let found = cues.len();
        for at in 0..found {
            let Some(cue) = cues.get(at).map(|cue| cue.tokens.clone()) else { continue };
            let mut best: Option<usize> = None;
            while let Some(draft) = linear.get(next).filter(|draft| next < own.end && draft.cue.start < cue.end) {
                if draft.cue.end > cue.start {
                    let better = best.and_then(|best| linear.get(best)).is_none_or(|best| best.score < draft.score);
                    best = if better { Some(next) } else { best };
                } else {
                    cues.push(self.missed(start, next, draft, emissions));
                }
                next += 1;
            }
            if let Some(cue) = cues.get_mut(at) {
                let score = best.and_then(|best| linear.get(best)).map(|draft| draft.score);
                cue.probability = blend::blend(cue.probability, score);
                cue.linear = best;
            }
        }
        for (number, draft) in linear.iter().enumerate().take(own.end).skip(next) {
            cues.push(self.missed(start, number, draft, emissions));
        }
        cues.retain(|cue| cue.probability >= blend::LEAST);
        cues.sort_by_key(|cue| cue.tokens.start);
    }

    /// Makes a cue of the linear model's draft `number`, which the head did not find. `emissions` are those of the cues in
    /// the piece.
    fn missed(&self, start: usize, number: usize, draft: &Draft, emissions: &[f32]) -> Cue {
        let outside = |token: usize| emissions.get((token - start) * self.cues.width());
        let head = draft.cue.clone().filter_map(outside).map(|outside| 1.0 - outside.exp()).fold(0.0, f32::max);
        Cue { tokens: draft.cue.clone(), probability: blend::blend(head, Some(draft.score)), linear: Some(number) }
    }

    /// Looks around one likely cue.
    fn link(&self, cue: &Cue, linear: &[Draft], vectors: &Vectors<'_>, scratch: &mut Search) -> Option<Draft> {
        let reach = self.head.reach(cue.tokens.clone(), vectors);
        let width = self.parts.width();
        self.head.part_emissions(&reach, vectors, width, &mut scratch.work, &mut scratch.emissions);
        self.parts.best(&scratch.emissions, &mut scratch.chain, &mut scratch.tags);
        // The tags as the linear models number them, with the cue among them.
        let offset = reach.tokens.start;
        for tag in &mut scratch.tags {
            *tag = [O, SOURCE, SOURCE + 1, CONTENT, CONTENT + 1].get(*tag as usize).copied().unwrap_or(O);
        }
        let own = cue.tokens.start - offset..cue.tokens.end - offset;
        for (at, tag) in scratch.tags.iter_mut().enumerate().take(own.end).skip(own.start) {
            *tag = if at == own.start { CUE } else { CUE + 1 };
        }
        let mut draft = read(&scratch.tags, own.start);
        let linear = cue.linear.and_then(|number| linear.get(number));
        if let (true, Some(linear)) = (draft.content.is_empty(), linear) {
            return Some(Draft { score: cue.probability, ..linear.clone() });
        }
        if draft.content.is_empty() {
            let content = |token: usize| {
                let row = scratch.emissions.get(token * width + 3..token * width + 5);
                row.map_or(0.0, |row| row.iter().map(|log| log.exp()).sum())
            };
            draft.content.push(likely_content(scratch.tags.len(), &draft.cue, content)?);
        }
        shift(&mut draft, offset);
        draft.score = cue.probability;
        draft.learned = true;
        draft.act = Act::ALL.get(self.head.act(&mut scratch.work)).copied();
        Some(draft)
    }
}

/// Takes quotations away from cues in other sentences, if a draft in the quotation's own sentence has at least the
/// score `threshold`. A head sees past its sentence, sometimes too far.
fn keep_own(prepared: &Prepared, threshold: f32, own: &mut Vec<bool>, drafts: &mut [Draft]) {
    own.clear();
    own.resize(prepared.quotations.len(), false);
    for draft in drafts.iter().filter(|draft| draft.score >= threshold) {
        for run in &draft.content {
            each_quotation(prepared, run, |quotation, tokens| {
                let common = run.end.min(tokens.end) - run.start.max(tokens.start);
                if common * 2 >= tokens.len()
                    && is_near(prepared, draft, tokens)
                    && let Some(slot) = own.get_mut(quotation)
                {
                    *slot = true;
                }
            });
        }
    }
    let mut kept = Vec::new();
    for draft in drafts {
        kept.clear();
        for run in &draft.content {
            let mut start = run.start;
            each_quotation(prepared, run, |quotation, tokens| {
                if own.get(quotation) == Some(&true) && !is_near(prepared, draft, tokens) {
                    kept.push(start..tokens.start.max(start));
                    start = tokens.end;
                }
            });
            kept.push(start..run.end.max(start));
        }
        kept.retain(|run| run.start < run.end);
        if kept != draft.content {
            draft.content.clone_from(&kept);
        }
    }
}

/// Calls `each` with the number and the tokens of every quotation that shares a token with a run, in order.
fn each_quotation(prepared: &Prepared, run: &Range<usize>, mut each: impl FnMut(usize, &Range<usize>)) {
    let mut at = run.start;
    while at < run.end {
        let number = prepared.words.get(at).map_or(NOWHERE, |word| word.quotation) as usize;
        at += 1;
        if let Some(tokens) = prepared.quotation_tokens.get(number).filter(|tokens| tokens.start < tokens.end) {
            each(number, tokens);
            at = at.max(tokens.end);
        }
    }
}

/// Returns true if a draft's cue is in a sentence that a quotation shares.
fn is_near(prepared: &Prepared, draft: &Draft, quotation: &Range<usize>) -> bool {
    let sentence = prepared.sentence(draft.sentence);
    sentence.start < quotation.end && quotation.start < sentence.end
}
