//! The vectors of a document's pieces, seen from its tokens.

/// No row.
const NONE: u32 = u32::MAX;

/// The vectors of a document: a row a piece, and for each token the row of its first piece.
#[derive(Debug, Clone, Copy)]
pub struct Vectors<'a> {
    values: &'a [f32],
    width: usize,
    first: &'a [u32],
}

impl<'a> Vectors<'a> {
    /// Looks up the first piece of each of so many tokens; `token` holds the token of each row of `values`, and
    /// `first` is memory that the caller keeps.
    #[must_use]
    pub fn new(values: &'a [f32], width: usize, token: &[u32], tokens: usize, first: &'a mut Vec<u32>) -> Self {
        first.clear();
        first.resize(tokens, NONE);
        for (row, &token) in token.iter().enumerate() {
            if let Some(slot) = first.get_mut(token as usize).filter(|slot| **slot == NONE) {
                *slot = row as u32;
            }
        }
        Vectors { values, width, first }
    }

    /// Numbers in a vector.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Fails where the vectors are not as wide as a head reads them; with a message for the user.
    ///
    /// # Errors
    /// As said.
    pub fn require(&self, width: usize) -> Result<(), String> {
        let own = self.width;
        if own == width {
            return Ok(());
        }
        Err(format!(
            "the encoder gives vectors of {own} numbers, the model reads {width}: use models that belong together"
        ))
    }

    /// Number of tokens.
    #[must_use]
    pub fn tokens(&self) -> usize {
        self.first.len()
    }

    /// The vector of a token; nothing where it has no piece.
    #[must_use]
    pub fn get(&self, token: usize) -> &'a [f32] {
        let row = self.first.get(token).copied().unwrap_or(NONE) as usize;
        self.values
            .get(row.saturating_mul(self.width)..row.saturating_add(1).saturating_mul(self.width))
            .unwrap_or_default()
    }

    /// Appends the vectors of some tokens to `out`, zeros where there is none.
    pub fn gather(&self, tokens: std::ops::Range<usize>, out: &mut Vec<f32>) {
        for token in tokens {
            let end = out.len() + self.width;
            out.extend_from_slice(self.get(token));
            out.resize(end, 0.0);
        }
    }
}
