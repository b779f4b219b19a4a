//! The document as the attributor sees it: the layers it reads, and the facts it derives from them once.

use std::ops::Range;

use copydesk_model::lookup::Lookup;
use copydesk_sdk::Span;
use copydesk_text::BlockKind;

use crate::marks::{Finder, Quotation};
use crate::tagging::Setting;
use crate::words::{self, NOWHERE, Word};

/// The layers of one document. Rows are in text order; a reference that points nowhere is passed over.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The whole text.
    pub text: &'a str,
    /// Paragraph-like blocks.
    pub blocks: &'a [Span],
    /// The kind of each block.
    pub block_kinds: &'a [BlockKind],
    /// Sentences.
    pub sentences: &'a [Span],
    /// The block of each sentence.
    pub sentence_block: &'a [u32],
    /// Tokens.
    pub tokens: &'a [Span],
    /// The sentence of each token.
    pub token_sentence: &'a [u32],
    /// 0, or `n` for the n-th later word of one surface token.
    pub token_part: &'a [u32],
    /// Names, with true for a person or an organisation.
    pub entities: &'a [(Span, bool)],
}

/// Facts derived from the layers.
#[derive(Clone, Debug, Default)]
pub struct Prepared {
    /// Quotations, in order.
    pub quotations: Vec<Quotation>,
    /// First and one past the last token of each quotation.
    pub quotation_tokens: Vec<Range<usize>>,
    /// A word a token.
    pub words: Vec<Word>,
    /// Tokens of each sentence.
    pub sentences: Vec<Range<usize>>,
    /// The place of each sentence.
    pub settings: Vec<Setting>,
    finder: Finder,
}

impl Prepared {
    /// Works out everything for `input`.
    pub fn prepare(&mut self, input: &Input<'_>, lexicon: Option<&Lookup<'_>>) {
        self.finder.find(input.text, input.blocks.iter().copied(), &mut self.quotations);
        words::look(input.text, input.tokens, &self.quotations, lexicon, &mut self.words);
        self.quotation_tokens.clear();
        self.quotation_tokens.resize(self.quotations.len(), 0..0);
        for (i, word) in self.words.iter().enumerate() {
            if word.quotation == NOWHERE {
                continue;
            }
            if let Some(range) = self.quotation_tokens.get_mut(word.quotation as usize) {
                if range.start >= range.end {
                    *range = i..i + 1;
                }
                range.end = i + 1;
            }
        }
        self.sentences.clear();
        self.sentences.resize(input.sentences.len(), 0..0);
        for (i, &sentence) in input.token_sentence.iter().enumerate() {
            if let Some(range) = self.sentences.get_mut(sentence as usize) {
                if range.start >= range.end {
                    *range = i..i + 1;
                }
                range.end = i + 1;
            }
        }
        self.settings.clear();
        let block_of = |s: usize| input.sentence_block.get(s).copied();
        for s in 0..input.sentences.len() {
            let block = block_of(s);
            let kind = block.and_then(|b| input.block_kinds.get(b as usize)).copied().unwrap_or_default();
            self.settings.push(Setting {
                first: s == 0 || block_of(s - 1) != block,
                last: block_of(s + 1) != block,
                block: match kind {
                    BlockKind::Headline => 1,
                    BlockKind::ListItem => 2,
                    _ => 0,
                },
            });
        }
    }

    /// Returns the tokens of a sentence, or none if there is no such sentence.
    #[must_use]
    pub fn sentence(&self, s: usize) -> Range<usize> {
        self.sentences.get(s).cloned().unwrap_or(0..0)
    }

    /// The words of a range of tokens.
    #[must_use]
    pub fn words(&self, range: Range<usize>) -> &[Word] {
        self.words.get(range).unwrap_or_default()
    }
}
