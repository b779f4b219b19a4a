//! The vectors of a document's pieces, seen from its tokens.

use std::ops::Range;

use half::f16;
use half::slice::{HalfBitsSliceExt, HalfFloatSliceExt};

/// No row.
const NONE: u32 = u32::MAX;
/// Numbers that become floats at a time, on the stack.
const BLOCK: usize = 64;

/// The vectors of a document: a row a piece, and for each token the row of its first piece. They are half floats, and
/// readers get them as floats, which are exact.
#[derive(Debug, Clone, Copy)]
pub struct Vectors<'a> {
    values: &'a [f16],
    width: usize,
    first: &'a [u32],
}

impl<'a> Vectors<'a> {
    /// Looks up the first piece of each of so many tokens. `bits` are half floats (IEEE 754 binary16), `width` of them
    /// a row. `token` holds the token of each row. `first` is memory that the caller keeps.
    #[must_use]
    pub fn new(bits: &'a [u16], width: usize, token: &[u32], tokens: usize, first: &'a mut Vec<u32>) -> Self {
        first.clear();
        first.resize(tokens, NONE);
        for (row, &token) in token.iter().enumerate() {
            if let Some(slot) = first.get_mut(token as usize).filter(|slot| **slot == NONE) {
                *slot = row as u32;
            }
        }
        Vectors { values: bits.reinterpret_cast(), width, first }
    }

    /// Numbers in a vector.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// If the vectors do not have the width of a head. The message is for the user.
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

    /// Returns the vector of a token, or nothing if it has no piece.
    fn row(&self, token: usize) -> &'a [f16] {
        let row = self.first.get(token).copied().unwrap_or(NONE) as usize;
        self.values
            .get(row.saturating_mul(self.width)..row.saturating_add(1).saturating_mul(self.width))
            .unwrap_or_default()
    }

    /// Appends the vectors of some tokens to `out`. A missing vector is zeros.
    pub fn gather(&self, tokens: Range<usize>, out: &mut Vec<f32>) {
        for token in tokens {
            let (begin, row) = (out.len(), self.row(token));
            out.resize(begin + self.width, 0.0);
            if let Some(floats) = out.get_mut(begin..begin + row.len()) {
                row.convert_to_f32_slice(floats);
            }
        }
    }

    /// Appends the vectors of the first and the last piece of some tokens, and the mean of all their pieces. Zeros stand for
    /// tokens without pieces.
    pub fn gather_span(&self, tokens: Range<usize>, out: &mut Vec<f32>) {
        let end = self.values.len() / self.width.max(1);
        let row_from = |token: usize| {
            let later = self.first.get(token..).unwrap_or_default();
            later.iter().find(|row| **row != NONE).map_or(end, |row| *row as usize)
        };
        let (first, last) = (row_from(tokens.start), row_from(tokens.end));
        let begin = out.len();
        out.resize(begin + 3 * self.width, 0.0);
        let vector = |row: usize| self.values.get(row * self.width..(row + 1) * self.width).unwrap_or_default();
        let Some(out) = out.get_mut(begin..) else { return };
        if first >= last || self.width == 0 {
            return;
        }
        let mut parts = out.chunks_exact_mut(self.width);
        for (row, floats) in [first, last - 1].into_iter().zip(parts.by_ref()) {
            vector(row).convert_to_f32_slice(floats);
        }
        let Some(sums) = parts.next() else { return };
        let mut floats = [0.0; BLOCK];
        for row in first..last {
            for (sums, row) in sums.chunks_mut(BLOCK).zip(vector(row).chunks(BLOCK)) {
                let Some(floats) = floats.get_mut(..row.len()) else { continue };
                row.convert_to_f32_slice(floats);
                sums.iter_mut().zip(floats).for_each(|(sum, value)| *sum += *value);
            }
        }
        let count = (last - first) as f32;
        sums.iter_mut().for_each(|sum| *sum /= count);
    }

    /// Adds the vector of a token to `sums`, or nothing if it has no piece.
    pub fn add_to(&self, token: usize, sums: &mut [f32]) {
        let mut floats = [0.0; BLOCK];
        for (sums, row) in sums.chunks_mut(BLOCK).zip(self.row(token).chunks(BLOCK)) {
            let Some(floats) = floats.get_mut(..row.len()) else { continue };
            row.convert_to_f32_slice(floats);
            sums.iter_mut().zip(floats).for_each(|(sum, value)| *sum += *value);
        }
    }
}
