//! Blocks, sentences and tokens of a news article, after Universal Dependencies.
//!
//! Lines become blocks ([`BlockKind`]), blocks become words by rules, and a small linear model tells which
//! gaps between words end a sentence. Time and memory are proportional to the text, whatever it holds.
//!
//! ```
//! let text = "“We don't know.” Mrs. Ruiz left.";
//! let layers = copydesk_plugin_tokenizer::segment(text);
//! assert_eq!(layers.sentences[1].span.get(text), Some("Mrs. Ruiz left."));
//! assert_eq!(layers.tokens[3].span.get(text), Some("n't"));
//! assert_eq!(layers.tokens[3].part, 1);
//! ```

mod blocks;
mod boundary;
mod chars;
mod context;
mod kinds;
mod lexicon;
mod model;
mod plugin;
mod pull_quotes;
mod sentences;
pub mod train;
mod word_set;
mod words;

pub use model::BoundaryModel;
pub use plugin::*;

pub use copydesk_sdk::Span;
pub use copydesk_text::BlockKind;

use context::Mark;
use pull_quotes::PullQuotes;
use std::ops::Range;
use std::sync::Arc;

/// A paragraph-like piece of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// From its first to its last non-blank character.
    pub span: Span,
    /// Its kind.
    pub kind: BlockKind,
}

/// A sentence; it never crosses a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sentence {
    /// From its first token to its last.
    pub span: Span,
    /// Row of its block.
    pub block: u32,
}

/// A word as Universal Dependencies counts them: `don't` is `do` and `n't`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its bytes.
    pub span: Span,
    /// Row of its sentence.
    pub sentence: u32,
    /// White space or the end of the text follows.
    pub space_after: bool,
    /// 0, or `n` for the n-th later word of one surface token.
    pub part: u32,
}

/// The three layers of one text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Segmentation {
    /// Disjoint, in text order.
    pub blocks: Vec<Block>,
    /// Disjoint, in text order.
    pub sentences: Vec<Sentence>,
    /// Disjoint, in text order; every non-blank character of a block is in one.
    pub tokens: Vec<Token>,
}

impl Segmentation {
    /// Empties the layers and keeps their memory.
    pub fn clear(&mut self) {
        self.blocks.clear();
        self.sentences.clear();
        self.tokens.clear();
    }
}

/// Segments texts one after another without allocating per token.
#[derive(Clone, Debug)]
pub struct Segmenter {
    model: Arc<BoundaryModel>,
    lines: Vec<blocks::Line>,
    ranges: Vec<Range<usize>>,
    marks: Vec<Mark>,
    pull_quotes: PullQuotes,
}

impl Segmenter {
    /// A segmenter with empty scratch memory.
    #[must_use]
    pub fn new(model: Arc<BoundaryModel>) -> Self {
        Segmenter {
            model,
            lines: Vec::new(),
            ranges: Vec::new(),
            marks: Vec::new(),
            pull_quotes: PullQuotes::default(),
        }
    }

    /// Replaces `out` by the layers of `text`.
    ///
    /// Texts of 4 GiB and more have no layers: offsets are 32 bits wide.
    pub fn segment_into(&mut self, text: &str, out: &mut Segmentation) {
        self.lay_out(text, out);
        self.find_sentences(text, out);
    }

    /// Replaces `out` by the layers of `text` with the given blocks, which stay as they are. Text outside them has no
    /// tokens.
    ///
    /// Blocks must ascend. A block that does not fit the text, or that overlaps an earlier one, has no tokens.
    pub fn segment_blocks_into(&mut self, text: &str, blocks: impl Iterator<Item = Block>, out: &mut Segmentation) {
        self.clear(out);
        out.blocks.extend(blocks);
        if u32::try_from(text.len()).is_ok() {
            self.find_words(text, out);
            self.find_sentences(text, out);
        }
    }

    /// Appends the sentences of all blocks.
    fn find_sentences(&mut self, text: &str, out: &mut Segmentation) {
        let casing = sentences::casing(text, &out.tokens);
        let splitter = sentences::Splitter { model: &self.model, casing };
        for (row, (range, block)) in self.ranges.iter().zip(&out.blocks).enumerate() {
            let (Some(tokens), Some(marks)) = (out.tokens.get_mut(range.clone()), self.marks.get(range.clone())) else {
                continue;
            };
            // The abbreviations of a dateline end no sentence.
            if block.kind == BlockKind::Dateline {
                sentences::close(row as u32, Some(tokens), &mut out.sentences);
            } else {
                splitter.split(row as u32, tokens, marks, &mut out.sentences);
            }
        }
    }

    /// Blocks and tokens without sentences.
    fn lay_out(&mut self, text: &str, out: &mut Segmentation) {
        self.clear(out);
        if u32::try_from(text.len()).is_err() {
            return;
        }
        blocks::find(text, &mut self.lines, &mut out.blocks);
        self.find_words(text, out);
        self.pull_quotes.mark(text, &mut out.blocks, &self.ranges, &self.marks);
    }

    fn clear(&mut self, out: &mut Segmentation) {
        out.clear();
        self.ranges.clear();
        self.marks.clear();
    }

    /// Appends the tokens of all blocks.
    fn find_words(&mut self, text: &str, out: &mut Segmentation) {
        let mut end = 0;
        for block in &out.blocks {
            let first = out.tokens.len();
            if block.span.start >= end && block.span.get(text).is_some() {
                words::tokenize(text, block.span.start as usize, block.span.end as usize, &mut out.tokens);
                end = block.span.end;
            }
            context::describe(text, out.tokens.get(first..).unwrap_or(&[]), &mut self.marks);
            self.ranges.push(first..out.tokens.len());
        }
    }

    /// Rows and marks of each block's tokens.
    pub(crate) fn described(&self) -> impl Iterator<Item = (Range<usize>, &[Mark])> {
        self.ranges.iter().map(|range| (range.clone(), self.marks.get(range.clone()).unwrap_or(&[])))
    }
}

impl Default for Segmenter {
    /// Returns a segmenter with the shipped model. If that cannot be read, each block is one sentence.
    fn default() -> Self {
        Segmenter::new(BoundaryModel::shipped().unwrap_or_default())
    }
}

/// Returns the layers of `text`.
#[must_use]
pub fn segment(text: &str) -> Segmentation {
    let mut out = Segmentation::default();
    Segmenter::default().segment_into(text, &mut out);
    out
}

/// Returns the layers of `text` with the given blocks: see [`Segmenter::segment_blocks_into`].
///
/// ```
/// use copydesk_plugin_tokenizer::{Block, BlockKind, Span, segment_blocks};
///
/// let text = "Menu. The mayor left. She was tired.";
/// let block = Block { span: Span::new(6, text.len() as u32), kind: BlockKind::Caption };
/// let layers = segment_blocks(text, &[block]);
/// assert_eq!(layers.blocks, [block]);
/// assert_eq!(layers.sentences[0].span.get(text), Some("The mayor left."));
/// ```
#[must_use]
pub fn segment_blocks(text: &str, blocks: &[Block]) -> Segmentation {
    let mut out = Segmentation::default();
    Segmenter::default().segment_blocks_into(text, blocks.iter().copied(), &mut out);
    out
}
