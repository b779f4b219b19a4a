//! Character classes: one byte table for ASCII, a few ranges for the rest of Unicode.

use copydesk_text::marks::opens_double;

/// The role of a character in a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// Separates tokens.
    Space,
    /// Builds words.
    Letter,
    /// Builds numbers and words.
    Digit,
    /// Belongs to the character before it: combining marks, joiners, variation selectors.
    Extend,
    /// `'` and its typographic forms.
    Apostrophe,
    /// `-` and the hyphens proper, not the dashes.
    Hyphen,
    /// Everything else: punctuation and symbols.
    Other,
}

const ASCII: [Class; 128] = ascii_classes();

const fn ascii_classes() -> [Class; 128] {
    let mut table = [Class::Other; 128];
    let mut byte = 0;
    while byte < 128 {
        table[byte] = match byte as u8 {
            b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c => Class::Space,
            b'a'..=b'z' | b'A'..=b'Z' => Class::Letter,
            b'0'..=b'9' => Class::Digit,
            b'\'' => Class::Apostrophe,
            b'-' => Class::Hyphen,
            _ => Class::Other,
        };
        byte += 1;
    }
    table
}

/// The class of an ASCII byte; bytes of longer characters answer `Other`.
#[inline]
pub(crate) fn byte_class(byte: u8) -> Class {
    ASCII.get(byte as usize).copied().unwrap_or(Class::Other)
}

/// The class of any character.
#[inline]
pub(crate) fn class(c: char) -> Class {
    if c.is_ascii() {
        return byte_class(c as u8);
    }
    match c {
        '\u{2018}' | '\u{2019}' | '\u{02bc}' | '\u{ff07}' => Class::Apostrophe,
        '\u{2010}' | '\u{2011}' => Class::Hyphen,
        _ if is_extend(c) => Class::Extend,
        _ if c.is_whitespace() => Class::Space,
        // Ordinal indicators are alphabetic in Unicode, superscript digits numeric.
        _ if c.is_alphabetic() => Class::Letter,
        _ if c.is_numeric() && !matches!(c, '\u{00b2}' | '\u{00b3}' | '\u{00b9}' | '\u{00bc}'..='\u{00be}') => {
            Class::Digit
        }
        _ => Class::Other,
    }
}

/// Characters that never stand alone: combining marks, joiners, soft hyphens, emoji modifiers.
#[inline]
fn is_extend(c: char) -> bool {
    matches!(c,
        '\u{00ad}'
        | '\u{0300}'..='\u{036f}'
        | '\u{0483}'..='\u{0489}'
        | '\u{0591}'..='\u{05bd}'
        | '\u{0610}'..='\u{061a}'
        | '\u{061c}'
        | '\u{064b}'..='\u{065f}'
        | '\u{0670}'
        | '\u{093c}'
        | '\u{094d}'
        | '\u{09cd}'
        | '\u{0e47}'..='\u{0e4e}'
        | '\u{1ab0}'..='\u{1aff}'
        | '\u{1dc0}'..='\u{1dff}'
        | '\u{200b}'..='\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{2064}'
        | '\u{2066}'..='\u{2069}'
        | '\u{20d0}'..='\u{20ff}'
        | '\u{fe00}'..='\u{fe0f}'
        | '\u{fe20}'..='\u{fe2f}'
        | '\u{feff}'
        | '\u{1f3fb}'..='\u{1f3ff}'
        | '\u{e0020}'..='\u{e007f}'
        | '\u{e0100}'..='\u{e01ef}')
}

/// Pictographs and symbols that emoji sequences are made of.
pub(crate) fn is_pictograph(c: char) -> bool {
    matches!(c, '\u{2600}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}' | '\u{203c}' | '\u{2049}' | '\u{2194}'..='\u{21aa}' | '\u{231a}'..='\u{23ff}')
}

/// Regional indicators, two of which make a flag.
pub(crate) fn is_regional(c: char) -> bool {
    matches!(c, '\u{1f1e6}'..='\u{1f1ff}')
}

/// Marks that may open a quotation or a parenthesis.
pub(crate) fn is_opening(c: char) -> bool {
    opens_double(c) || matches!(c, '"' | '\'' | '\u{2018}' | '\u{201a}' | '\u{2039}' | '(' | '[' | '{' | '\u{ff08}')
}

/// The character that starts at byte `at`, if `at` is a boundary inside the text.
#[inline]
pub(crate) fn char_at(text: &str, at: usize) -> Option<char> {
    let byte = *text.as_bytes().get(at)?;
    if byte < 128 {
        return Some(byte as char);
    }
    text.get(at..)?.chars().next()
}

/// The character that ends at byte `at`.
#[inline]
pub(crate) fn char_before(text: &str, at: usize) -> Option<char> {
    let byte = *text.as_bytes().get(at.checked_sub(1)?)?;
    if byte < 128 {
        return Some(byte as char);
    }
    text.get(..at)?.chars().next_back()
}
