//! Valence of words: several published lists compiled into one hashed table of classes.

use copydesk_model::hash::hash_bytes;
use copydesk_model::lookup::Lookup;
use copydesk_model::{ModelError, ModelFile};

/// Classes of one word: bits 0..3 VADER, 3..6 AFINN, 6..8 opinion lexicon, 8 verb of saying, 9 hedge or
/// weasel word. Zero for an unknown word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Valence(pub u32);

impl Valence {
    /// A verb of saying.
    pub const SAYING: u32 = 1 << 8;
    /// A word that hedges.
    pub const HEDGE: u32 = 1 << 9;

    /// VADER's class: 0 none, 1 to 3 negative from strong to weak, 4 to 6 positive from weak to strong.
    #[must_use]
    pub const fn vader(self) -> u32 {
        self.0 & 7
    }

    /// AFINN's class, as VADER's.
    #[must_use]
    pub const fn afinn(self) -> u32 {
        self.0 >> 3 & 7
    }

    /// The opinion lexicon's: 1 negative, 2 positive.
    #[must_use]
    pub const fn opinion(self) -> u32 {
        self.0 >> 6 & 3
    }

    /// The mean of the lists' values, -1 to 1, or 0 if no list has the word.
    #[must_use]
    pub fn mean(self) -> f32 {
        const STRENGTH: [f32; 8] = [0.0, -1.0, -0.6, -0.3, 0.3, 0.6, 1.0, 0.0];
        let of = |class: u32| STRENGTH.get(class as usize).copied().unwrap_or(0.0);
        let opinion = [0.0f32, -0.6, 0.6, 0.0].get(self.opinion() as usize).copied().unwrap_or(0.0);
        let values = [of(self.vader()), of(self.afinn()), opinion];
        let known = values.iter().filter(|v| **v != 0.0).count();
        if known == 0 { 0.0 } else { values.iter().sum::<f32>() / known as f32 }
    }
}

/// The class of a valence between -1 and 1.
fn class(value: f32) -> u32 {
    match value {
        v if v <= -0.55 => 1,
        v if v <= -0.3 => 2,
        v if v < 0.0 => 3,
        0.0 => 0,
        v if v < 0.3 => 4,
        v if v < 0.55 => 5,
        _ => 6,
    }
}

/// Word to classes.
#[derive(Clone, Debug)]
pub struct Lexicon<'a>(Lookup<'a>);

/// The published files, as text.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sources<'s> {
    /// `vader_lexicon.txt`: word, mean valence of -4 to 4, tab separated.
    pub vader: &'s str,
    /// `AFINN-en-165.txt`: word, valence of -5 to 5.
    pub afinn: &'s str,
    /// Positive words of the opinion lexicon, a line each; `;` begins a comment.
    pub positive: &'s str,
    /// Negative words.
    pub negative: &'s str,
    /// Verbs of saying, a line each.
    pub saying: &'s str,
    /// Hedges and weasel words, a line each.
    pub hedges: &'s str,
}

impl Sources<'_> {
    /// Compiles the table.
    #[must_use]
    pub fn compile(&self) -> Lookup<'static> {
        let mut entries: Vec<(u64, u32)> = Vec::new();
        let mut put = |word: &str, bits: u32| {
            let word = word.trim();
            if !word.is_empty() && !word.starts_with([';', '#']) && !word.contains(' ') {
                entries.push((hash_bytes(word.to_lowercase().as_bytes()), bits));
            }
        };
        for (list, shift, scale) in [(self.vader, 0, 4.0), (self.afinn, 3, 5.0)] {
            for line in list.lines() {
                let mut fields = line.split('\t');
                if let (Some(word), Some(Ok(value))) = (fields.next(), fields.next().map(|v| v.trim().parse::<f32>())) {
                    put(word, class(value / scale) << shift);
                }
            }
        }
        for (list, bits) in [
            (self.negative, 1 << 6),
            (self.positive, 2 << 6),
            (self.saying, Valence::SAYING),
            (self.hedges, Valence::HEDGE),
        ] {
            list.lines().for_each(|word| put(word, bits));
        }
        Lookup::build(entries)
    }
}

impl<'a> Lexicon<'a> {
    /// Reads the table `valence` of a model file.
    ///
    /// # Errors
    /// If the section is missing or damaged.
    pub fn read(file: &ModelFile<'a>) -> Result<Self, ModelError> {
        Ok(Lexicon(Lookup::read(file, "valence")?))
    }

    /// Returns a compiled table unchanged.
    #[must_use]
    pub fn new(table: Lookup<'a>) -> Self {
        Lexicon(table)
    }

    /// The classes of a lower-case word's hash.
    #[must_use]
    pub fn get(&self, hash: u64) -> Valence {
        Valence(self.0.get(hash))
    }
}
