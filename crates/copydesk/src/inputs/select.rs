//! A part of the documents of the inputs: a shard, a sample, the first ones, or those that repeat no other.

use std::fmt;
use std::num::NonZeroU64;
use std::str::FromStr;

use copydesk_core::Document;

use super::dedupe::Deduper;
use super::error::InputError;

/// One of several equal parts of the inputs: document `n` is in part `n` modulo the number of parts. Several machines
/// share the work in this way.
///
/// ```
/// use copydesk::Shard;
///
/// let shard: Shard = "2/4".parse()?;
/// assert_eq!(shard.to_string(), "2/4");
/// assert!("5/4".parse::<Shard>().is_err());
/// # Ok::<(), copydesk::SelectError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    number: u64,
    of: NonZeroU64,
}

impl FromStr for Shard {
    type Err = SelectError;

    /// Reads `NUMBER/OF`, where the first part is 1.
    fn from_str(text: &str) -> Result<Self, SelectError> {
        let parts = text
            .split_once('/')
            .and_then(|(number, of)| Some(Shard { number: number.trim().parse().ok()?, of: of.trim().parse().ok()? }));
        let right = |shard: &Shard| (1..=shard.of.get()).contains(&shard.number);
        parts.filter(right).ok_or_else(|| SelectError {
            message: format!("{text:?} is no part; write the part and the number of parts, such as 1/4"),
        })
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.of)
    }
}

/// The share of documents in a sample, drawn at random.
///
/// ```
/// use copydesk::Share;
///
/// assert_eq!("5%".parse::<Share>()?, "0.05".parse()?);
/// assert!("500".parse::<Share>().is_err());
/// # Ok::<(), copydesk::SelectError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share(f64);

impl FromStr for Share {
    type Err = SelectError;

    /// Reads a share such as `0.05` or `5%`.
    fn from_str(text: &str) -> Result<Self, SelectError> {
        let number = |text: &str| text.trim().parse::<f64>().ok();
        let share = match text.trim().strip_suffix('%') {
            Some(percent) => number(percent).map(|percent| percent / 100.0),
            None => number(text),
        };
        let share = share.filter(|share| *share > 0.0 && *share <= 1.0);
        share.map(Share).ok_or_else(|| SelectError {
            message: format!("{text:?} is no share; write a number up to 1, or percent, such as 0.05 or 5%"),
        })
    }
}

/// A part or a share that cannot be read. The message shows a right one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SelectError {
    message: String,
}

impl fmt::Display for SelectError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SelectError {}

/// The choice of documents.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Selection {
    pub(super) shard: Option<Shard>,
    /// A share, and the seed that chooses the documents.
    pub(super) sample: Option<(Share, u64)>,
    pub(super) limit: Option<u64>,
    pub(super) dedupe: bool,
}

/// Chooses from documents that come one after another.
#[derive(Default)]
pub(super) struct Selector {
    selection: Selection,
    /// Documents seen, and chosen.
    seen: u64,
    chosen: u64,
    deduper: Deduper,
}

impl Selector {
    pub(super) fn new(selection: Selection) -> Self {
        Selector { selection, ..Selector::default() }
    }

    /// Returns true if no further document is chosen.
    pub(super) fn is_full(&self) -> bool {
        self.selection.limit.is_some_and(|limit| self.chosen >= limit)
    }

    /// Returns what is chosen of an item: nothing, the item, or that it repeats another document. An error of a whole
    /// file is always chosen.
    pub(super) fn choose(&mut self, item: Result<Document, InputError>) -> Option<Result<Document, InputError>> {
        if item.as_ref().is_err_and(InputError::is_file) {
            return Some(item);
        }
        let number = self.seen;
        self.seen += 1;
        if self.selection.shard.is_some_and(|shard| number % shard.of != shard.number - 1) {
            return None;
        }
        if self.selection.sample.is_some_and(|(share, seed)| !is_drawn(number, share, seed)) {
            return None;
        }
        self.chosen += 1;
        match item {
            Ok(document) if self.selection.dedupe => {
                let of = self.deduper.repeats(&document).map(str::to_owned);
                Some(of.map_or(Ok(()), |of| Err(InputError::duplicate(&document, of))).map(|()| document))
            }
            item => Some(item),
        }
    }
}

/// Draws a document: the hash of its number and the seed is below the share.
fn is_drawn(number: u64, Share(share): Share, seed: u64) -> bool {
    let mut hash = number ^ seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    for _ in 0..2 {
        hash = (hash ^ (hash >> 33)).wrapping_mul(0xFF51_AFD7_ED55_8CCD);
        hash = (hash ^ (hash >> 33)).wrapping_mul(0xC4CE_B9FE_1A85_EC53);
    }
    // The upper 53 bits are a float between 0 and 1, exactly.
    ((hash >> 11) as f64) < share * (1u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(selection: Selection, documents: u64) -> Vec<u64> {
        let mut selector = Selector::new(selection);
        let mut found = Vec::new();
        for number in 0..documents {
            if selector.is_full() {
                break;
            }
            let document = Document::new(number.to_string(), "A text.").expect("short");
            if let Some(item) = selector.choose(Ok(document)) {
                found.push(item.map_or(0, |document| document.id().parse().expect("a number")));
            }
        }
        found
    }

    #[test]
    fn shards_are_a_partition() {
        let shard = |text: &str| Selection { shard: text.parse().ok(), ..Selection::default() };
        assert_eq!(chosen(shard("1/3"), 7), [0, 3, 6]);
        assert_eq!(chosen(shard("2/3"), 7), [1, 4]);
        assert_eq!(chosen(shard("3/3"), 7), [2, 5]);
        assert_eq!(chosen(Selection { limit: Some(2), ..shard("1/3") }, 7), [0, 3]);
        for wrong in ["", "1", "0/3", "4/3", "1/0", "a/b", "-1/3"] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn samples_have_their_share() {
        let sample = |seed| Selection { sample: "10%".parse().ok().map(|share| (share, seed)), ..Selection::default() };
        let (one, other) = (chosen(sample(1), 20_000), chosen(sample(2), 20_000));
        assert_eq!(one, chosen(sample(1), 20_000));
        for sample in [&one, &other] {
            assert!((1_850..2_150).contains(&sample.len()), "{}", sample.len());
        }
        let both = one.iter().filter(|number| other.binary_search(number).is_ok()).count();
        assert!((120..290).contains(&both), "{both}: seeds are independent");
        for wrong in ["0", "1.5", "-5%", "500", "x", "nan"] {
            assert!(wrong.parse::<Share>().is_err(), "{wrong}");
        }
    }
}
