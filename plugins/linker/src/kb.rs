//! The file of a knowledge base: entries, and a table from the keys of names to the entries that bear them.
//!
//! Nothing is parsed at the start: all is read from the bytes where it is asked for. Numbers are little-endian.
//!
//! | section | content |
//! | --- | --- |
//! | `entries` | 16 bytes each: place in `texts` (4), lengths of id, name and description (2 each), kind (1), flags (1), country (2), how often it is meant (2) |
//! | `texts` | the id, name and description of each entry, end to end |
//! | `buckets` | the first slot of each bucket, and the number of slots (4 each); the top bits of a key choose its bucket |
//! | `keys` | the low 32 bits of each key, sorted within the bucket (4 each) |
//! | `starts` | the first candidate of each slot, and the number of candidates (4 each) |
//! | `candidates` | entries, the likeliest first (4 each); the top bit is set if the name is the entry's own |
//! | `counts` | how often the name means the candidate (2 each) |

use copydesk_model::{ModelError, ModelFile};

use crate::kinds::EntryKind;

/// The kind that the file of a knowledge base states.
pub const KIND: &str = "knowledge-base";
/// Ids that begin so are titles of the English Wikipedia, with low lines for blanks.
pub const WIKIPEDIA: &str = "enwiki:";

pub(crate) const ENTRY_BYTES: usize = 16;
/// The flag of an entry whose id is [`WIKIPEDIA`] and its name: the id is not in the file.
pub(crate) const ID_FROM_NAME: u8 = 1;
/// The bit of a candidate whose own name it is.
pub(crate) const OWN_NAME: u32 = 1 << 31;

/// A knowledge base. It borrows from the bytes of its file.
#[derive(Clone, Debug)]
pub struct KnowledgeBase<'a> {
    metadata: &'a str,
    entries: &'a [[u8; ENTRY_BYTES]],
    texts: &'a [u8],
    buckets: &'a [[u8; 4]],
    keys: &'a [[u8; 4]],
    starts: &'a [[u8; 4]],
    candidates: &'a [[u8; 4]],
    counts: &'a [[u8; 2]],
}

/// An entry of a knowledge base.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    stored_id: &'a str,
    id_from_name: bool,
    /// The name.
    pub name: &'a str,
    /// Some words about it; mostly empty.
    pub description: &'a str,
    /// Its kind.
    pub kind: EntryKind,
    /// The ISO 3166 code of its country in capitals, or zeros.
    pub country: [u8; 2],
    /// How often it is meant by any name.
    pub count: u16,
}

impl Entry<'_> {
    /// Writes the id into `out`, in place of what was there.
    pub fn write_id(&self, out: &mut String) {
        out.clear();
        if self.id_from_name {
            out.push_str(WIKIPEDIA);
            out.extend(self.name.chars().map(|c| if c == ' ' { '_' } else { c }));
        } else {
            out.push_str(self.stored_id);
        }
    }

    /// Returns the id.
    #[must_use]
    pub fn id(&self) -> String {
        let mut id = String::new();
        self.write_id(&mut id);
        id
    }

    /// Returns the code of the country, if there is one.
    #[must_use]
    pub fn country_code(&self) -> Option<&str> {
        std::str::from_utf8(&self.country).ok().filter(|_| self.country != [0, 0])
    }
}

/// An entry that a name may mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The number of the entry.
    pub entry: u32,
    /// How often the name means it; 0 if the name is only known to be one of its names.
    pub count: u16,
    /// True if the name is the entry's own.
    pub own_name: bool,
}

fn rows<'a, const N: usize>(file: &ModelFile<'a>, name: &str) -> Result<&'a [[u8; N]], ModelError> {
    match file.require(name)?.as_chunks::<N>() {
        (rows, []) => Ok(rows),
        _ => Err(ModelError::section(name, "its length is wrong")),
    }
}

fn number(rows: &[[u8; 4]], at: usize) -> usize {
    rows.get(at).map_or(0, |bytes| u32::from_le_bytes(*bytes) as usize)
}

impl<'a> KnowledgeBase<'a> {
    /// Reads a knowledge base and checks its checksum.
    ///
    /// # Errors
    /// If the bytes are no knowledge base, or damaged.
    pub fn parse(bytes: &'a [u8]) -> Result<Self, ModelError> {
        Self::of(&ModelFile::parse(bytes)?)
    }

    /// Reads a knowledge base that is part of the program, without its checksum.
    ///
    /// # Errors
    /// As [`KnowledgeBase::parse`], except for damage that leaves the file's form as it is.
    pub fn parse_trusted(bytes: &'a [u8]) -> Result<Self, ModelError> {
        Self::of(&ModelFile::parse_trusted(bytes)?)
    }

    fn of(file: &ModelFile<'a>) -> Result<Self, ModelError> {
        file.require_kind(KIND)?;
        let base = KnowledgeBase {
            metadata: file.metadata(),
            entries: rows(file, "entries")?,
            texts: file.require("texts")?,
            buckets: rows(file, "buckets")?,
            keys: rows(file, "keys")?,
            starts: rows(file, "starts")?,
            candidates: rows(file, "candidates")?,
            counts: rows(file, "counts")?,
        };
        let wrong = |name| Err(ModelError::section(name, "its length is wrong"));
        if base.buckets.len() < 2 || !(base.buckets.len() - 1).is_power_of_two() {
            return wrong("buckets");
        }
        if base.starts.len() != base.keys.len() + 1 {
            return wrong("starts");
        }
        if base.counts.len() != base.candidates.len() {
            return wrong("counts");
        }
        Ok(base)
    }

    /// Returns the metadata: a JSON object.
    #[must_use]
    pub fn metadata(&self) -> &'a str {
        self.metadata
    }

    /// Returns the number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns true if there are no entries.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Returns the number of different names.
    #[must_use]
    pub fn names(&self) -> usize {
        self.keys.len()
    }

    /// Returns the entry of that number, if there is one.
    #[must_use]
    pub fn entry(&self, number: u32) -> Option<Entry<'a>> {
        let &[a, b, c, d, id, id2, name, name2, about, about2, kind, flags, land, land2, count, count2] =
            self.entries.get(number as usize)?;
        let mut at = u32::from_le_bytes([a, b, c, d]) as usize;
        let mut next = |low, high| {
            let end = at.saturating_add(usize::from(u16::from_le_bytes([low, high])));
            let text = self.texts.get(at..end).and_then(|bytes| std::str::from_utf8(bytes).ok());
            at = end;
            text.unwrap_or_default()
        };
        Some(Entry {
            stored_id: next(id, id2),
            name: next(name, name2),
            description: next(about, about2),
            id_from_name: flags & ID_FROM_NAME != 0,
            kind: EntryKind::from_number(kind),
            country: [land, land2],
            count: u16::from_le_bytes([count, count2]),
        })
    }

    /// Iterates over the entries, in the order of their ids.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'a>> + '_ {
        (0..self.entries.len() as u32).filter_map(|number| self.entry(number))
    }

    /// Iterates over the entries that a name may mean, the likeliest first. `key` is that of [`crate::names::key`].
    pub fn candidates(&self, key: u64) -> impl ExactSizeIterator<Item = Candidate> + '_ {
        let range = self.slot(key).map_or(0..0, |slot| number(self.starts, slot)..number(self.starts, slot + 1));
        let entries = self.candidates.get(range.clone()).unwrap_or_default();
        let counts = self.counts.get(range).unwrap_or_default();
        entries.iter().zip(counts).map(|(entry, count)| Candidate {
            entry: u32::from_le_bytes(*entry) & !OWN_NAME,
            count: u16::from_le_bytes(*count),
            own_name: u32::from_le_bytes(*entry) & OWN_NAME != 0,
        })
    }

    fn slot(&self, key: u64) -> Option<usize> {
        let bucket = bucket(key, self.buckets.len() - 1);
        let (first, end) = (number(self.buckets, bucket), number(self.buckets, bucket + 1));
        let keys = self.keys.get(first..end)?;
        let found = keys.binary_search_by_key(&(key as u32), |bytes| u32::from_le_bytes(*bytes)).ok()?;
        Some(first + found)
    }
}

/// Returns the bucket of a key, by its top bits. The number of buckets is a power of two.
pub(crate) fn bucket(key: u64, buckets: usize) -> usize {
    let bits = buckets.trailing_zeros();
    if bits == 0 { 0 } else { (key >> (64 - bits)) as usize }
}
