//! Properties of each token for the taggers: hashes of its letters, its shape, its place among the quotation marks, its
//! class in the learned cue lexicon. They are computed once for a document and shared by both passes.

use copydesk_model::hash::{combine, hash_bytes};
use copydesk_model::lookup::Lookup;
use copydesk_sdk::Span;
use copydesk_text::seen;

use crate::marks::Quotation;

/// The place of a token among quotation marks.
pub const OUTSIDE: u8 = 0;
/// An opening mark.
pub const OPENING: u8 = 1;
/// Between marks.
pub const INSIDE: u8 = 2;
/// A closing mark.
pub const CLOSING: u8 = 3;

/// No quotation.
pub const NOWHERE: u32 = u32::MAX;

/// Values of the lexicon: the two low bits hold how surely a word is a cue.
pub const CUE_BITS: u32 = 0b11;
/// The next two hold how surely it is part of a source.
pub const SOURCE_SHIFT: u32 = 2;
/// It is on a list of reporting verbs.
pub const REPORTING: u32 = 1 << 4;
/// The rest holds its distributional cluster plus one, zero for none.
pub const CLUSTER_SHIFT: u32 = 5;

/// One token.
#[derive(Clone, Copy, Debug, Default)]
pub struct Word {
    /// Normalises a word: lower case, digits as one, quotation marks by their role.
    pub lower: u64,
    /// Without an inflectional ending.
    pub stem: u64,
    /// The last three letters.
    pub suffix: u64,
    /// Letters, digits and signs in outline.
    pub shape: u64,
    /// [`OUTSIDE`] and so on.
    pub quote: u8,
    /// How surely it is a cue, 0 to 3.
    pub cue: u8,
    /// How surely it is part of a source, 0 to 3.
    pub source: u8,
    /// True if it is on a list of reporting verbs.
    pub reporting: bool,
    /// Its cluster, zero for none.
    pub cluster: u32,
    /// Begins with a capital letter.
    pub capital: bool,
    /// Neither letter nor digit in it.
    pub sign: bool,
    /// Its quotation, or [`NOWHERE`].
    pub quotation: u32,
}

/// Returns [`Word::lower`] of a quotation mark that is in no quotation, such as an apostrophe.
pub(crate) const fn lone_mark() -> u64 {
    MARK + OUTSIDE as u64
}

/// [`Word::lower`] of a quotation mark, less its role.
const MARK: u64 = 0x51;

/// Longest part of a token that is looked at. Longer ones are no words.
const LOOK: usize = 40;

fn is_mark(bytes: &[u8]) -> bool {
    matches!(bytes, b"\"" | b"``" | b"''" | b"'" | b"`") || {
        // Curly marks and guillemets.
        matches!(bytes, [0xE2, 0x80, 0x98..=0x9F] | [0xC2, 0xAB | 0xBB])
    }
}

/// The letters of a token in lower case, without a heap.
pub struct Folded {
    buffer: [u8; LOOK],
    len: usize,
}

impl Folded {
    /// Folds a token: ASCII lower case, digits to `0`, a curly apostrophe to a straight one.
    #[must_use]
    pub fn new(token: &[u8]) -> Self {
        let mut buffer = [0u8; LOOK];
        let mut len = 0;
        let mut rest = token;
        while let (Some((&byte, tail)), Some(slot)) = (rest.split_first(), buffer.get_mut(len)) {
            rest = tail;
            *slot = match byte {
                b'0'..=b'9' => b'0',
                0xE2 if matches!(tail, [0x80, 0x99, ..]) => {
                    rest = tail.get(2..).unwrap_or_default();
                    b'\''
                }
                other => other.to_ascii_lowercase(),
            };
            len += 1;
        }
        Folded { buffer, len }
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.buffer.get(..self.len).unwrap_or_default()
    }
}

/// Cuts inflectional endings: `says`, `said` stay apart, `claims`, `claimed`, `claiming` fall together.
#[must_use]
pub fn stem(word: &[u8]) -> &[u8] {
    let cut = |n: usize| word.get(..word.len() - n).unwrap_or(word);
    let base = if word.len() > 5 && word.ends_with(b"ing") {
        cut(3)
    } else if word.len() > 4 && (word.ends_with(b"ies") || word.ends_with(b"ied")) {
        return cut(3);
    } else if word.len() > 4 && word.ends_with(b"ed")
        || word.len() > 5 && (word.ends_with(b"ches") || word.ends_with(b"shes") || word.ends_with(b"sses"))
    {
        cut(2)
    } else if word.len() > 3 && word.ends_with(b"s") && !word.ends_with(b"ss") && !word.ends_with(b"us") {
        cut(1)
    } else {
        word
    };
    // `urge`, `urging`; `plan`, `planned`.
    match base {
        [head @ .., b'e'] if head.len() > 2 => head,
        [head @ .., b'y'] if head.len() > 2 => head,
        [head @ .., a, b]
            if a == b && head.len() > 1 && !matches!(a, b'l' | b's' | b'e') && base.len() < word.len() =>
        {
            base.get(..=head.len()).unwrap_or(base)
        }
        _ => base,
    }
}

fn shape(token: &[u8]) -> (u64, bool, bool) {
    let mut out = [0u8; 8];
    let mut len = 0;
    let mut last = 0;
    let (mut capital, mut sign) = (false, true);
    for (i, &byte) in token.iter().take(LOOK).enumerate() {
        let class = match byte {
            b'A'..=b'Z' => b'A',
            b'a'..=b'z' => b'a',
            b'0'..=b'9' => b'0',
            0x80.. if is_mark(token) => b'"',
            0x80.. => b'a',
            other => other,
        };
        if class == b'A' && i == 0 {
            capital = true;
        }
        if matches!(class, b'A' | b'a' | b'0') {
            sign = false;
        }
        if class != last
            && let Some(slot) = out.get_mut(len)
        {
            *slot = class;
            len += 1;
        }
        last = class;
    }
    // One letter, and all capitals, differ from a capitalised word.
    let long = u64::from(token.len() > 1);
    (combine(u64::from_le_bytes(out), long), capital, sign)
}

/// Replaces `out` by a [`Word`] a token. `quotations` are in order.
pub fn look(text: &str, tokens: &[Span], quotations: &[Quotation], lexicon: Option<&Lookup<'_>>, out: &mut Vec<Word>) {
    out.clear();
    out.reserve(tokens.len());
    let mut current = 0usize;
    for &token in tokens {
        while quotations.get(current).is_some_and(|q| q.span.end <= token.start) {
            current += 1;
        }
        let (quote, quotation) = match quotations.get(current) {
            Some(q) if q.span.start < token.end => {
                let state = if q.open > 0 && token.start < q.span.start + q.open {
                    OPENING
                } else if q.close > 0 && token.end > q.span.end - q.close {
                    CLOSING
                } else {
                    INSIDE
                };
                (state, current as u32)
            }
            _ => (OUTSIDE, NOWHERE),
        };
        let seen = seen::word(token.get(text).unwrap_or_default());
        let bytes = seen.as_bytes();
        let folded = Folded::new(bytes);
        let low = folded.bytes();
        let (shape, capital, sign) = shape(bytes);
        let mut word = Word { shape, capital, sign, quote, quotation, ..Word::default() };
        if sign && is_mark(bytes) {
            word.lower = MARK + u64::from(quote);
            word.stem = word.lower;
            word.suffix = word.lower;
        } else {
            word.lower = hash_bytes(low);
            word.stem = hash_bytes(stem(low));
            word.suffix = hash_bytes(low.get(low.len().saturating_sub(3)..).unwrap_or(low));
            if let Some(lexicon) = lexicon {
                let value = lexicon.get(word.lower);
                word.cue = (value & CUE_BITS) as u8;
                word.source = ((value >> SOURCE_SHIFT) & 3) as u8;
                word.reporting = value & REPORTING != 0;
                word.cluster = value >> CLUSTER_SHIFT;
            }
        }
        out.push(word);
    }
}
