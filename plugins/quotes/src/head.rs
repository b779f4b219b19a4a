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

use crate::attribute::{self, Quote, finish};
use crate::document::{Input, Prepared};
use crate::passes::{Draft, MOST_CANDIDATES, likely_content, pieces, read, shift};
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
}

/// A likely cue.
#[derive(Clone, Debug, PartialEq)]
struct Cue {
    tokens: Range<usize>,
    probability: f32,
}

/// Reusable memory.
#[derive(Clone, Debug, Default)]
pub struct Scratch {
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
    /// Makes an attributor with this head. `linear` is a linear model. The rules use its lexicon.
    ///
    /// # Errors
    /// If the linear model has no lexicon.
    pub fn new(head: QuotesHead, linear: ModelBytes) -> Result<Self, ModelError> {
        let lexicon = Lexicon::try_new(linear, |linear| Lookup::read(&ModelFile::parse(linear)?, "lexicon"))?;
        Ok(Self { head, cues: Decoder::new(&CUE_TAGS)?, parts: Decoder::new(&PART_TAGS)?, lexicon })
    }

    /// Width of the vectors that it reads.
    #[must_use]
    pub fn width(&self) -> usize {
        self.head.width()
    }

    /// Replaces `out` by the quotes of a document, in text order.
    pub fn attribute(
        &self,
        input: &Input<'_>,
        vectors: &Vectors<'_>,
        scratch: &mut attribute::Scratch,
        out: &mut Vec<Quote>,
    ) {
        out.clear();
        scratch.prepared.prepare(input, Some(self.lexicon.borrow_dependent()));
        self.find(&scratch.prepared, vectors, &mut scratch.head, &mut scratch.drafts);
        finish(input, self.head.threshold, |score| self.head.calibrated(score), scratch, out);
    }

    /// Replaces `out` by the attributions of a document, in text order of their cues.
    fn find(&self, prepared: &Prepared, vectors: &Vectors<'_>, scratch: &mut Scratch, out: &mut Vec<Draft>) {
        out.clear();
        self.head.read_document(vectors, &mut scratch.work);
        for sentence in 0..prepared.sentences.len() {
            for piece in pieces(prepared.sentence(sentence)) {
                self.find_cues(piece, scratch);
                let cues = std::mem::take(&mut scratch.cues);
                for cue in &cues {
                    if let Some(mut draft) = self.link(cue, vectors, scratch) {
                        draft.sentence = sentence;
                        out.push(draft);
                    }
                }
                scratch.cues = cues;
            }
        }
        keep_own(prepared, self.head.threshold, &mut scratch.own, out);
    }

    /// Finds the likely cues of a piece: those of the best tags, and runs of tokens that may be cues.
    fn find_cues(&self, piece: Range<usize>, scratch: &mut Scratch) {
        scratch.cues.clear();
        let width = self.cues.width();
        self.head.cue_emissions(piece.clone(), width, &scratch.work, &mut scratch.emissions);
        // Of three tags the likeliest has at least a third.
        let outside = (1.0 - self.head.candidate.min(1.0 / 3.0)).ln();
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
            } else if probability(first) >= self.head.candidate {
                while token < scratch.tags.len() && tag(token) == 0 && probability(token) >= self.head.candidate {
                    token += 1;
                }
            } else {
                continue;
            }
            let best = (first..token).map(probability).fold(0.0, f32::max);
            scratch.cues.push(Cue { tokens: piece.start + first..piece.start + token, probability: best.min(1.0) });
        }
    }

    /// Looks around one likely cue.
    fn link(&self, cue: &Cue, vectors: &Vectors<'_>, scratch: &mut Scratch) -> Option<Draft> {
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
        if draft.content.is_empty() {
            let content = |token: usize| {
                let row = scratch.emissions.get(token * width + 3..token * width + 5);
                row.map_or(0.0, |row| row.iter().map(|log| log.exp()).sum())
            };
            draft.content.push(likely_content(scratch.tags.len(), &draft.cue, content)?);
        }
        shift(&mut draft, offset);
        draft.score = cue.probability;
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
