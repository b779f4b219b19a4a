//! Kinds of blocks, as the layer `blocks` spells them.

/// Kinds of blocks of an article.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum BlockKind {
    /// The article's title.
    Headline,
    /// Place, agency and date before the story.
    Dateline,
    /// The author, and the author's role.
    Byline,
    /// Running text.
    #[default]
    Paragraph,
    /// One point of a list.
    ListItem,
    /// A repetition of a passage for display.
    PullQuote,
    /// The text under a picture.
    Caption,
}

impl BlockKind {
    /// All kinds.
    pub const ALL: [BlockKind; 7] = [
        BlockKind::Headline,
        BlockKind::Dateline,
        BlockKind::Byline,
        BlockKind::Paragraph,
        BlockKind::ListItem,
        BlockKind::PullQuote,
        BlockKind::Caption,
    ];

    /// Returns the kind's name in the layer.
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

    /// Returns the kind with this name. Other plugins may write kinds of their own: these give nothing.
    #[must_use]
    pub fn from_name(name: &str) -> Option<BlockKind> {
        BlockKind::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}
