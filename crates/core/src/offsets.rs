//! Byte offsets to code points and UTF-16 units, and back.

use serde::{Deserialize, Serialize};

use crate::Span;

/// The unit of offsets outside the program.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OffsetUnit {
    /// Unicode code points, as in Python's slices.
    #[default]
    Char,
    /// Bytes of UTF-8.
    Byte,
    /// UTF-16 units, as in the slices of JavaScript and Java.
    Utf16,
}

impl OffsetUnit {
    /// The unit's name on the command line and in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            OffsetUnit::Char => "char",
            OffsetUnit::Byte => "byte",
            OffsetUnit::Utf16 => "utf16",
        }
    }

    /// Returns the unit with this name.
    ///
    /// ```
    /// use copydesk_core::OffsetUnit;
    ///
    /// assert_eq!(OffsetUnit::from_name("utf16"), Some(OffsetUnit::Utf16));
    /// assert_eq!(OffsetUnit::from_name("word"), None);
    /// ```
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [OffsetUnit::Char, OffsetUnit::Byte, OffsetUnit::Utf16].into_iter().find(|unit| unit.name() == name)
    }
}

/// Bytes between two checkpoints: one count is stored for each, and the rest is counted at need.
const STRIDE: usize = 64;

/// Converts offsets of one text, each in constant time. It takes a sixteenth of the text's size in memory, or nothing
/// if the text is ASCII.
#[derive(Clone, Debug)]
pub struct OffsetMap<'t> {
    text: &'t str,
    counts: OffsetCounts,
}

/// The counts of an [`OffsetMap`] without its text, for an owner that keeps both.
///
/// ```
/// use copydesk_core::{OffsetCounts, OffsetUnit};
///
/// let text = String::from("Café 7");
/// let counts = OffsetCounts::new(&text, OffsetUnit::Char);
/// assert_eq!(counts.offset(&text, 6), 5);
/// ```
#[derive(Clone, Debug)]
pub struct OffsetCounts {
    unit: OffsetUnit,
    /// Units before byte `i * STRIDE`; empty if bytes and units are the same.
    checkpoints: Vec<u32>,
}

/// Units that begin at one byte of UTF-8: none at a continuation byte, two UTF-16 units at the
/// first byte of a sequence of four.
fn units(byte: u8, unit: OffsetUnit) -> u32 {
    match (unit, byte) {
        (OffsetUnit::Byte, _) => 1,
        (_, 0x80..=0xBF) => 0,
        (OffsetUnit::Utf16, 0xF0..) => 2,
        _ => 1,
    }
}

impl OffsetCounts {
    /// Counts the units of `text`.
    #[must_use]
    pub fn new(text: &str, unit: OffsetUnit) -> Self {
        let mut checkpoints = Vec::new();
        if unit != OffsetUnit::Byte && !text.is_ascii() {
            checkpoints.reserve(text.len() / STRIDE + 1);
            let mut count = 0;
            for chunk in text.as_bytes().chunks(STRIDE) {
                checkpoints.push(count);
                count += chunk.iter().map(|byte| units(*byte, unit)).sum::<u32>();
            }
            checkpoints.push(count);
        }
        OffsetCounts { unit, checkpoints }
    }

    /// Returns the units before byte `byte` of the text that was counted. A byte past the end counts as the end.
    #[must_use]
    pub fn offset(&self, text: &str, byte: u32) -> u32 {
        let byte = (byte as usize).min(text.len());
        let Some(base) = self.checkpoints.get(byte / STRIDE) else { return byte as u32 };
        let rest = text.as_bytes().get(byte / STRIDE * STRIDE..byte).unwrap_or_default();
        base + rest.iter().map(|byte| units(*byte, self.unit)).sum::<u32>()
    }
}

impl<'t> OffsetMap<'t> {
    /// A map for `text`.
    #[must_use]
    pub fn new(text: &'t str, unit: OffsetUnit) -> Self {
        OffsetMap { text, counts: OffsetCounts::new(text, unit) }
    }

    /// Returns the unit of [`OffsetMap::offset`].
    #[must_use]
    pub fn unit(&self) -> OffsetUnit {
        self.counts.unit
    }

    /// Units before byte `byte`. A byte past the end counts as the end.
    #[must_use]
    pub fn offset(&self, byte: u32) -> u32 {
        self.counts.offset(self.text, byte)
    }

    /// Start and end of a span, in units.
    #[must_use]
    pub fn span(&self, span: Span) -> [u32; 2] {
        [self.offset(span.start), self.offset(span.end)]
    }

    /// Returns the byte at `offset` units, or `None` if `offset` is past the end or inside a character.
    #[must_use]
    pub fn byte(&self, offset: u32) -> Option<u32> {
        if self.counts.checkpoints.is_empty() {
            let inside = self.text.is_char_boundary(offset as usize);
            return inside.then_some(offset);
        }
        let chunk = self.counts.checkpoints.partition_point(|count| *count <= offset).checked_sub(1)?;
        let mut count = *self.counts.checkpoints.get(chunk)?;
        let start = chunk * STRIDE;
        for (i, byte) in self.text.as_bytes().get(start..).unwrap_or_default().iter().enumerate() {
            let here = units(*byte, self.counts.unit);
            if count >= offset && here > 0 {
                return (count == offset).then_some((start + i) as u32);
            }
            count += here;
        }
        (count == offset).then_some(self.text.len() as u32)
    }
}
