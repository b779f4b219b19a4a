//! Blocks, sentences and tokens of a news article, after Universal Dependencies.

mod blocks;
mod chars;
mod lexicon;
mod sentences;
mod words;

pub use copydesk_sdk::Span;

/// What a block is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum BlockKind {
    /// The article's title.
    Headline,
    /// Place, agency and date before the story.
    Dateline,
    /// Who wrote it, and in which role.
    Byline,
    /// Running text.
    #[default]
    Paragraph,
    /// One point of a list.
    ListItem,
    /// A repetition of a passage for display.
    PullQuote,
    /// What stands under a picture.
    Caption,
}

impl BlockKind {
    /// The kind as the `blocks` layer spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            BlockKind::Headline => "headline",
            BlockKind::Dateline => "dateline",
            BlockKind::Byline => "byline",
            BlockKind::Paragraph => "paragraph",
            BlockKind::ListItem => "list_item",
            BlockKind::PullQuote => "pull_quote",
            BlockKind::Caption => "caption",
        }
    }
}

/// A paragraph-like piece of the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// From its first to its last non-blank character.
    pub span: Span,
    /// What it is for.
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
    /// Disjoint, in text order; every non-blank character is in one.
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
#[derive(Clone, Debug, Default)]
pub struct Segmenter {}

impl Segmenter {
    /// A segmenter with empty scratch memory.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Replaces `out` by the layers of `text`.
    pub fn segment_into(&mut self, text: &str, out: &mut Segmentation) {
        out.clear();
        blocks::find(text, &mut out.blocks);
        for (row, block) in out.blocks.iter().enumerate() {
            let first = out.tokens.len();
            words::tokenize(text, block.span.start as usize, block.span.end as usize, &mut out.tokens);
            sentences::split(text, row as u32, &mut out.tokens, first, &mut out.sentences);
        }
    }
}

/// The layers of `text`.
#[must_use]
pub fn segment(text: &str) -> Segmentation {
    let mut out = Segmentation::default();
    Segmenter::new().segment_into(text, &mut out);
    out
}
