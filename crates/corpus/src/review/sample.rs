//! Random samples of claims, in strata, in one pass and bounded memory.

use std::collections::BTreeMap;
use std::io::{self, Write};

use copydesk_formats::result::Analysis;

use super::claims::{ClaimKind, Draft, Reader};
use super::sheet;
use crate::words::{clipped, one_line};

/// The rows that each outlet has at least, if there is room.
const FEW: usize = 2;

/// The characters of an outlet's name.
const OUTLET: usize = 120;

/// A claim that was drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// 16 hexadecimal digits that depend on the document and the place in it. A later sample has the same for the same.
    pub item: String,
    /// What it is about.
    pub kind: ClaimKind,
    /// The claim in plain words.
    pub claim: String,
    /// Its words between `⟦` and `⟧`, with those around them, on one line.
    pub passage: String,
    /// Its score, 0 to 1, or `None` if the result has none.
    pub score: Option<f64>,
    /// The outlet, empty if it is not known.
    pub outlet: String,
    /// The day, empty if it is not known.
    pub date: String,
    /// The id of the document.
    pub document: String,
    /// The number of its stratum, from 1: claims of one kind, and of one outlet unless there are too many.
    pub stratum: usize,
    /// The claims that were found in the stratum.
    pub found: u64,
    /// The claims that were drawn from it.
    pub drawn: u64,
}

/// The place of a claim in random order. Equal claims, of an article that comes twice, are one.
type Key = (u64, u64);

/// The claims of lowest keys.
#[derive(Debug, Default)]
struct Lowest(BTreeMap<Key, Claim>);

impl Lowest {
    /// Returns true if a key is among the lowest `most` and new.
    fn takes(&self, key: &Key, most: usize) -> bool {
        !self.0.contains_key(key)
            && (self.0.len() < most || self.0.last_key_value().is_some_and(|(last, _)| key < last))
    }

    fn insert(&mut self, key: Key, claim: Claim, most: usize) {
        self.0.insert(key, claim);
        if self.0.len() > most {
            self.0.pop_last();
        }
    }
}

/// All claims of a kind.
#[derive(Debug, Default)]
struct OfKind {
    found: u64,
    lowest: Lowest,
    /// Of each outlet the count and the first claims, or `None` once there are more outlets than rows.
    outlets: Option<BTreeMap<String, (u64, Lowest)>>,
}

/// Draws claims from results at random.
///
/// Each kind gets an equal share of the rows, and what one kind lacks goes to the others. Within a kind, outlets come in
/// proportion, each with at least two rows if there is room. A claim's place in random order depends on the seed and the
/// claim. So the same results give the same sample, in whatever order they come. The memory is that of the rows, eight
/// times over.
///
/// ```
/// use copydesk_corpus::review::Sampler;
///
/// let line = r#"{"schema": "copydesk/1", "id": "7", "offsets": "char", "text": "Ana Ruiz left.", "entities": [
///     {"start": 0, "end": 8, "label": "PERSON", "score": 0.98}]}"#;
/// let mut sampler = Sampler::new(200, 1);
/// sampler.add(&serde_json::from_str(line)?)?;
/// let sample = sampler.finish();
/// assert_eq!(sample.claims[0].claim, "“Ana Ruiz” is a name of type PERSON");
/// assert_eq!(sample.claims[0].passage, "⟦Ana Ruiz⟧ left.");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Sampler {
    rows: usize,
    seed: u64,
    kinds: BTreeMap<ClaimKind, OfKind>,
}

/// A random sample of claims.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    /// The seed of random numbers.
    pub seed: u64,
    /// The claims in random order, so that a person may stop after any of them.
    pub claims: Vec<Claim>,
}

impl Sampler {
    /// Returns a sampler of at most so many rows.
    #[must_use]
    pub fn new(rows: usize, seed: u64) -> Self {
        Sampler { rows, seed, kinds: BTreeMap::new() }
    }

    /// Adds the claims of a result.
    ///
    /// # Errors
    /// If the result has no text, or an offset or a number of an actor is wrong. The message says what to do.
    pub fn add(&mut self, line: &Analysis) -> Result<(), String> {
        let reader = Reader::new(line)?;
        // A result with a fault gives nothing.
        let drafts = reader.drafts()?;
        let outlet = clipped(&one_line(line.outlet.as_deref().unwrap_or_default()), OUTLET);
        drafts.iter().for_each(|draft| self.claim(line, &reader, &outlet, draft));
        Ok(())
    }

    fn claim(&mut self, line: &Analysis, reader: &Reader<'_>, outlet: &str, draft: &Draft<'_>) {
        let rows = self.rows;
        let key = (order(self.seed, draft.item), draft.item);
        let of = self.kinds.entry(draft.kind).or_insert_with(|| OfKind {
            found: 0,
            lowest: Lowest::default(),
            outlets: Some(BTreeMap::new()),
        });
        of.found += 1;
        if of.outlets.as_ref().is_some_and(|outlets| outlets.len() >= rows && !outlets.contains_key(outlet)) {
            of.outlets = None;
        }
        if let Some(outlets) = &mut of.outlets
            && !outlets.contains_key(outlet)
        {
            outlets.insert(outlet.to_owned(), Default::default());
        }
        let of_outlet = of.outlets.as_mut().and_then(|outlets| outlets.get_mut(outlet));
        let made = || Claim {
            item: format!("{:016x}", draft.item),
            kind: draft.kind,
            claim: reader.words(draft),
            passage: reader.passage(draft),
            score: draft.score,
            outlet: outlet.to_owned(),
            date: day(line),
            document: one_line(&line.id),
            stratum: 0,
            found: 0,
            drawn: 0,
        };
        if let Some((found, first)) = of_outlet {
            *found += 1;
            if first.takes(&key, FEW) {
                first.insert(key, made(), FEW);
            }
        }
        if of.lowest.takes(&key, rows) {
            of.lowest.insert(key, made(), rows);
        }
    }

    /// Returns the sample.
    #[must_use]
    pub fn finish(self) -> Sample {
        let available: Vec<usize> = self.kinds.values().map(|of| of.lowest.0.len()).collect();
        let shares = shares(self.rows, &available);
        let mut drawn: BTreeMap<Key, Claim> = BTreeMap::new();
        let mut stratum = 0;
        for (of, rows) in self.kinds.into_values().zip(shares) {
            drawn.extend(of.draw(rows, &mut stratum));
        }
        Sample { seed: self.seed, claims: drawn.into_values().collect() }
    }
}

impl OfKind {
    /// Draws so many claims.
    fn draw(self, rows: usize, strata: &mut usize) -> BTreeMap<Key, Claim> {
        let outlets = self.outlets.unwrap_or_default();
        let few = rows.checked_div(outlets.len()).unwrap_or(0).min(FEW);
        let mut drawn: BTreeMap<Key, Claim> = BTreeMap::new();
        let mut found: BTreeMap<String, u64> = BTreeMap::new();
        for (outlet, (count, first)) in outlets {
            drawn.extend(first.0.into_iter().take(few));
            found.insert(outlet, count);
        }
        for (key, claim) in self.lowest.0 {
            if drawn.len() >= rows {
                break;
            }
            drawn.insert(key, claim);
        }
        // Where outlets have no rows of their own, the kind is one stratum.
        let stratum_of = |claim: &Claim| if few > 0 { claim.outlet.clone() } else { String::new() };
        let mut numbers: BTreeMap<String, (usize, u64)> = BTreeMap::new();
        for claim in drawn.values() {
            let (number, count) = numbers.entry(stratum_of(claim)).or_default();
            if *number == 0 {
                *strata += 1;
                *number = *strata;
            }
            *count += 1;
        }
        for claim in drawn.values_mut() {
            let name = stratum_of(claim);
            let (number, count) = numbers.get(&name).copied().unwrap_or_default();
            claim.stratum = number;
            claim.drawn = count;
            claim.found = if few > 0 { found.get(&name).copied().unwrap_or(count) } else { self.found };
        }
        drawn
    }
}

impl Sample {
    /// Writes the claims as CSV for a spreadsheet: UTF-8 with a byte order mark, and rows that end in CR LF. The columns
    /// `right` and `note` are empty.
    ///
    /// # Errors
    /// If `out` cannot be written.
    pub fn write_csv(&self, out: &mut dyn Write) -> io::Result<()> {
        sheet::write(self, out)
    }
}

/// Shares rows equally. What exceeds the claims that there are goes to the others.
fn shares(rows: usize, available: &[usize]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..available.len()).collect();
    order.sort_by_key(|at| available.get(*at));
    let mut shares = vec![0; available.len()];
    let mut left = rows;
    for (done, at) in order.iter().enumerate() {
        let share = (left / (available.len() - done)).min(available.get(*at).copied().unwrap_or(0));
        if let Some(slot) = shares.get_mut(*at) {
            *slot = share;
        }
        left -= share;
    }
    shares
}

/// A claim's place in random order: SplitMix64 (Steele, Lea and Flood 2014) of the seed and the claim's hash.
fn order(seed: u64, item: u64) -> u64 {
    let mut bits = item.wrapping_add(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

fn day(line: &Analysis) -> String {
    let date = line.published.as_deref().and_then(copydesk_formats::read_date);
    date.map_or_else(String::new, |date| date.day().to_owned())
}
