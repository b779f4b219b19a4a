//! Sentence boundaries over the tokens of one block.

use crate::boundary::{FEATURES, Gap};
use crate::chars::{char_at, char_before};
use crate::context::Mark;
use crate::model::BoundaryModel;
use crate::{Sentence, Token};
use copydesk_sdk::Span;

/// How one document's sentences are told apart.
pub(crate) struct Splitter<'a> {
    pub(crate) model: &'a BoundaryModel,
    /// See [`casing`].
    pub(crate) casing: u8,
}

impl Splitter<'_> {
    /// Appends the sentences of one block and numbers its tokens. `marks` belongs to `tokens`.
    pub(crate) fn split(&self, block: u32, tokens: &mut [Token], marks: &[Mark], sentences: &mut Vec<Sentence>) {
        let mut open = 0;
        for at in 0..tokens.len() {
            let last = at + 1 == tokens.len();
            if last || (tokens.get(at + 1).is_some_and(|t| t.part == 0) && self.is_boundary(marks, at, open)) {
                close(block, tokens.get_mut(open..=at), sentences);
                open = at + 1;
            }
        }
    }

    fn is_boundary(&self, marks: &[Mark], at: usize, open: usize) -> bool {
        let gap = Gap { marks, at, open, casing: self.casing };
        if !gap.is_candidate() {
            return false;
        }
        if gap.is_certain() {
            return true;
        }
        let mut features = [0; FEATURES];
        gap.features(&mut features);
        self.model.score(&features) > 0
    }
}

/// Appends `members` as one sentence.
pub(crate) fn close(block: u32, members: Option<&mut [Token]>, sentences: &mut Vec<Sentence>) {
    let Some(members) = members else { return };
    let (Some(head), Some(tail)) = (members.first(), members.last()) else { return };
    let span = Span::new(head.span.start, tail.span.end);
    let index = sentences.len() as u32;
    sentences.push(Sentence { span, block });
    for token in members {
        token.sentence = index;
    }
}

/// How often a full stop is followed by a lower-case word in this document: 0 never to 3 mostly.
pub(crate) fn casing(text: &str, tokens: &[Token]) -> u8 {
    let (mut lower, mut upper) = (0u32, 0u32);
    let mut stopped = false;
    for token in tokens {
        if stopped && let Some(c) = char_at(text, token.span.start as usize) {
            lower += u32::from(c.is_lowercase());
            upper += u32::from(c.is_uppercase());
        }
        stopped = token.span.len() == 1
            && token.space_after
            && matches!(char_before(text, token.span.end as usize), Some('.' | '?' | '!'));
    }
    match (lower, upper) {
        (0, _) => 0,
        (l, u) if l * 8 < u => 1,
        (l, u) if l < u => 2,
        _ => 3,
    }
}
