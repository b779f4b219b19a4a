//! Quotation marks: of a token, and of a character.

/// The role of a token among quotation marks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Mark {
    /// No mark.
    #[default]
    None,
    /// Opens a quotation in double marks.
    Open,
    /// Opens one in single marks.
    OpenSingle,
    /// Closes either.
    Close,
    /// Opens or closes, whichever is due.
    Either,
    /// A curly single mark: closes, or is an apostrophe.
    Apostrophe,
    /// A straight single mark: opens, closes, or is an apostrophe.
    Straight,
}

impl Mark {
    /// Returns the role of a token.
    #[must_use]
    pub fn of(token: &str) -> Mark {
        match token {
            "“" | "«" | "„" | "``" => Mark::Open,
            "‘" => Mark::OpenSingle,
            "”" | "»" | "''" => Mark::Close,
            "\"" => Mark::Either,
            "’" => Mark::Apostrophe,
            "'" => Mark::Straight,
            _ => Mark::None,
        }
    }
}

/// Returns true if a character opens a quotation in double marks: `“`, `„` or `«`.
#[must_use]
pub const fn opens_double(c: char) -> bool {
    matches!(c, '“' | '„' | '«')
}

/// Returns true if a character closes a quotation in double marks: `”` or `»`.
#[must_use]
pub const fn closes_double(c: char) -> bool {
    matches!(c, '”' | '»')
}
