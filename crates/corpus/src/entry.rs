//! The entries of a corpus: an article, or why there is none.

use crate::record::Record;
use crate::sorter::Pair;

/// A line of results, as the corpus keeps it.
#[derive(Clone, Debug, PartialEq)]
#[allow(clippy::large_enum_variant)]
pub enum Entry {
    /// An article.
    Record(Record),
    /// An article that could not be analyzed, by its id.
    Failed(String),
    /// An article that repeats another, by its id.
    Repeated(String),
}

/// The first byte of the key of each kind.
const RECORD: u8 = b'A';
const FAILED: u8 = b'F';
const REPEATED: u8 = b'R';

impl Entry {
    /// Returns the entry as a key and what belongs to it. Entries with one key are of one article.
    pub(crate) fn pair(&self) -> Pair {
        let key = |kind: u8, id: &str| [&[kind], id.as_bytes()].concat();
        match self {
            Entry::Record(record) => Pair {
                key: key(RECORD, &format!("{}\0{}", record.id, record.text)),
                // A record has text and numbers only, which JSON always holds.
                body: serde_json::to_vec(record).unwrap_or_default(),
            },
            Entry::Failed(id) => Pair { key: key(FAILED, id), body: Vec::new() },
            Entry::Repeated(id) => Pair { key: key(REPEATED, id), body: Vec::new() },
        }
    }

    /// Reads what [`Entry::pair`] gave; `None` if it is damaged.
    pub(crate) fn read(pair: &Pair) -> Option<Entry> {
        let (kind, id) = pair.key.split_first()?;
        let id = || Some(std::str::from_utf8(id).ok()?.to_owned());
        match *kind {
            RECORD => {
                let record: Record = serde_json::from_slice(&pair.body).ok()?;
                let inside = |actor: &u32| (*actor as usize) < record.actors.len();
                let quotes = record.quotes.iter().all(|quote| quote.speaker.as_ref().is_none_or(inside));
                let sound =
                    |stance: &crate::StanceRecord| inside(&stance.target) && stance.holder.as_ref().is_none_or(inside);
                (quotes && record.stances.iter().all(sound)).then_some(Entry::Record(record))
            }
            FAILED => id().map(Entry::Failed),
            REPEATED => id().map(Entry::Repeated),
            _ => None,
        }
    }
}
