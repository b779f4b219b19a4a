//! Words to word pieces: BERT's own normalisation for uncased models, its cut at punctuation, and the longest piece
//! first ([WordPiece](https://arxiv.org/abs/1609.08144)).

use copydesk_model::hash::{combine, hash_bytes};
use copydesk_model::{ModelError, ModelFile};
use hashbrown::HashTable;
use unicode_general_category::{GeneralCategory, get_general_category};
use unicode_normalization::UnicodeNormalization;

/// The section of an encoder's model file that holds the vocabulary: a piece a line, its number the line's.
pub const SECTION: &str = "vocabulary";
/// Longer words are unknown, as the trainer's tokenizer has it.
const LONGEST_WORD: usize = 100;
/// The most pieces of a token. The rest of the token is not read.
pub const MOST_PIECES: usize = 16;

/// The pieces of a model.
#[derive(Debug, Clone)]
pub struct Vocabulary {
    /// All pieces' text, without `##`.
    text: String,
    /// The end of each piece's text.
    ends: Vec<u32>,
    /// The numbers of the pieces by their hashes.
    numbers: HashTable<u32>,
    inner: Vec<bool>,
    longest: usize,
    /// The piece for unknown words.
    pub unknown: u32,
    /// The piece before a window.
    pub open: u32,
    /// The piece after a window.
    pub close: u32,
}

impl Vocabulary {
    /// Reads the vocabulary of an encoder's model file.
    ///
    /// # Errors
    /// If there is none, or as for [`Vocabulary::new`].
    pub fn read(file: &ModelFile<'_>) -> Result<Self, ModelError> {
        let text = std::str::from_utf8(file.require(SECTION)?);
        let text = text.map_err(|_| ModelError::section(SECTION, "it is not UTF-8"))?;
        Self::new(text)
    }

    /// A vocabulary of these lines; of equal ones the first counts.
    ///
    /// # Errors
    /// If `[UNK]`, `[CLS]` or `[SEP]` is missing.
    pub fn new(lines: &str) -> Result<Self, ModelError> {
        let count = lines.lines().count();
        let mut new = Vocabulary {
            text: String::with_capacity(lines.len()),
            ends: Vec::with_capacity(count),
            numbers: HashTable::with_capacity(count),
            inner: Vec::with_capacity(count),
            longest: 0,
            unknown: 0,
            open: 0,
            close: 0,
        };
        for (number, line) in lines.lines().enumerate() {
            let rest = line.strip_prefix("##").filter(|rest| !rest.is_empty());
            let piece = rest.unwrap_or(line);
            new.text.push_str(piece);
            new.ends.push(new.text.len() as u32);
            new.inner.push(rest.is_some());
            new.longest = new.longest.max(piece.len());
            if new.number(piece, rest.is_some()).is_none() {
                // There is room for all of them, so that none is hashed again.
                new.numbers.insert_unique(hash(piece, rest.is_some()), number as u32, |_| 0);
            }
        }
        let special = |name: &str| {
            let missing = || ModelError::section(SECTION, format!("it has no piece {name}"));
            new.number(name, false).ok_or_else(missing)
        };
        (new.unknown, new.open, new.close) = (special("[UNK]")?, special("[CLS]")?, special("[SEP]")?);
        Ok(new)
    }

    /// How many pieces there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Returns true if there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    fn piece(&self, number: usize) -> &str {
        let start = number.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(number).copied().unwrap_or(start);
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }

    fn number(&self, piece: &str, inner: bool) -> Option<u32> {
        self.numbers.find(hash(piece, inner), |number| self.is_piece(*number, piece, inner)).copied()
    }

    /// Returns true if the piece of this number is this one.
    fn is_piece(&self, number: u32, piece: &str, inner: bool) -> bool {
        let number = number as usize;
        self.inner.get(number) == Some(&inner) && self.piece(number) == piece
    }

    /// Appends the pieces of a word to `out`: at least one, at most `MOST_PIECES`. `buffer` is memory that the
    /// caller keeps.
    pub fn split(&self, word: &str, buffer: &mut String, out: &mut Vec<u32>) {
        let begin = out.len();
        buffer.clear();
        let mut length = 0;
        let mut take = |c: char, buffer: &mut String, out: &mut Vec<u32>| {
            let punctuation = is_punctuation(c);
            if punctuation || c.is_whitespace() {
                self.close(&mut length, buffer, out);
            }
            if punctuation {
                buffer.push(c);
                length = 1;
                self.close(&mut length, buffer, out);
            } else if !c.is_whitespace() {
                // A word that is too long to be known need not be kept.
                if length < LONGEST_WORD {
                    buffer.push(c);
                }
                length += 1;
            }
            out.len() - begin < MOST_PIECES
        };
        if word.is_ascii() {
            let _ = word.chars().filter_map(clean).all(|c| take(c.to_ascii_lowercase(), buffer, out));
        } else {
            let normalised = word.chars().filter_map(clean).flat_map(spaced).nfd();
            let plain = normalised.filter(|c| get_general_category(*c) != GeneralCategory::NonspacingMark);
            let _ = plain.flat_map(char::to_lowercase).all(|c| take(c, buffer, out));
        }
        self.close(&mut length, buffer, out);
        out.truncate(begin + MOST_PIECES);
        if out.len() == begin {
            out.push(self.unknown);
        }
    }

    /// Appends the pieces of the word in the buffer, which has so many characters, and empties both.
    fn close(&self, length: &mut usize, buffer: &mut String, out: &mut Vec<u32>) {
        if *length > LONGEST_WORD {
            out.push(self.unknown);
        } else {
            let begin = out.len();
            let mut rest = buffer.as_str();
            while !rest.is_empty() {
                let Some((number, piece)) = self.longest_piece(rest, rest.len() < buffer.len()) else {
                    // A word is known whole or not at all.
                    out.truncate(begin);
                    out.push(self.unknown);
                    break;
                };
                out.push(number);
                rest = rest.get(piece..).unwrap_or_default();
            }
        }
        buffer.clear();
        *length = 0;
    }

    /// The longest piece that a text begins with, and its bytes.
    fn longest_piece(&self, text: &str, inner: bool) -> Option<(u32, usize)> {
        (1..=text.len().min(self.longest)).rev().find_map(|end| Some((self.number(text.get(..end)?, inner)?, end)))
    }
}

/// Returns the hash of a piece; `inner` if it goes on with a word.
fn hash(piece: &str, inner: bool) -> u64 {
    combine(hash_bytes(piece.as_bytes()), u64::from(inner))
}

/// White space as a blank, control characters away.
fn clean(c: char) -> Option<char> {
    if c.is_ascii() && !c.is_ascii_control() {
        return Some(c);
    }
    if matches!(c, '\t' | '\n' | '\r') {
        return Some(' ');
    }
    let gone = matches!(
        get_general_category(c),
        GeneralCategory::Control | GeneralCategory::Format | GeneralCategory::PrivateUse | GeneralCategory::Surrogate
    );
    match c {
        '\u{FFFD}' => None,
        _ if gone => None,
        _ if c.is_whitespace() => Some(' '),
        _ => Some(c),
    }
}

/// Returns true for Chinese characters. Each is a word.
fn spaced(c: char) -> impl Iterator<Item = char> {
    let alone = matches!(
        u32::from(c),
        0x4E00..=0x9FFF | 0x3400..=0x4DBF | 0x2_0000..=0x2_A6DF | 0x2_A700..=0x2_B73F | 0x2_B740..=0x2_B81F
            | 0x2_B920..=0x2_CEAF | 0xF900..=0xFAFF | 0x2_F800..=0x2_FA1F
    );
    let blank = alone.then_some(' ');
    blank.into_iter().chain([c]).chain(blank)
}

fn is_punctuation(c: char) -> bool {
    use GeneralCategory as G;
    if c.is_ascii() {
        return c.is_ascii_punctuation();
    }
    matches!(
        get_general_category(c),
        G::ConnectorPunctuation
            | G::DashPunctuation
            | G::OpenPunctuation
            | G::ClosePunctuation
            | G::InitialPunctuation
            | G::FinalPunctuation
            | G::OtherPunctuation
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_fall_into_pieces() {
        let lines = "[PAD]\n[UNK]\n[CLS]\n[SEP]\nun\n##aff\n##able\n##ab\nz\n##oe\n.\n-\n中\n文\na\n##a\n“\nss\n##ß\n";
        let vocabulary = Vocabulary::new(lines).unwrap();
        assert_eq!((vocabulary.unknown, vocabulary.open, vocabulary.close, vocabulary.len()), (1, 2, 3, 19));
        let long = "a".repeat(101);
        let whole = "a".repeat(100);
        let many = "a-".repeat(20);
        let marked = format!("z{}oe", "\u{301}".repeat(1000));
        let cases: &[(&str, &[u32])] = &[
            ("unaffable", &[4, 5, 6]),
            ("UNAFFABLE", &[4, 5, 6]),
            ("unaffables", &[1]),
            ("Zoë", &[8, 9]),
            ("ZOE\u{308}", &[8, 9]),
            (&marked, &[8, 9]),
            ("un.able-z", &[4, 10, 1, 11, 8]),
            ("un\tz\u{a0}un", &[4, 8, 4]),
            ("中文", &[12, 13]),
            ("a中a", &[14, 12, 14]),
            ("“a”", &[16, 14, 1]),
            ("", &[1]),
            (" \u{200b}\u{0}\u{fffd}", &[1]),
            ("u\u{0}n\u{200d}", &[4]),
            ("😀", &[1]),
            (&long, &[1]),
            (&whole, &[14, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15]),
            (&many, &[14, 11, 14, 11, 14, 11, 14, 11, 14, 11, 14, 11, 14, 11, 14, 11]),
            ("##aff", &[1, 1, 1]),
        ];
        let (mut buffer, mut out) = (String::new(), vec![99]);
        for (word, wanted) in cases {
            out.truncate(1);
            vocabulary.split(word, &mut buffer, &mut out);
            assert_eq!(&out[1..], *wanted, "{word:?}");
        }
    }

    #[test]
    fn a_vocabulary_without_its_special_pieces_is_refused() {
        let error = Vocabulary::new("[UNK]\n[CLS]\na").unwrap_err().to_string();
        assert!(error.contains("[SEP]"), "{error}");
    }
}
