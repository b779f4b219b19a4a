//! Measures how hard each sentence is to read: a layer `readability`, a row for each sentence with words in it.
//!
//! Reading ease is Flesch's (R. Flesch, "A new readability yardstick", Journal of Applied Psychology 32, 1948):
//! `206.835 - 1.015 * words a sentence - 84.6 * syllables a word`. 60 to 70 is plain English, below 30 is hard. The grade
//! is Kincaid's (J. P. Kincaid and others, "Derivation of new readability formulas for Navy enlisted personnel", Research
//! Branch Report 8-75, 1975): `0.39 * words a sentence + 11.8 * syllables a word - 15.59`, in years of school in the
//! United States. Both were made for passages, so for one sentence they are a hint. Their mean over an article is not the
//! figure of the article.

use copydesk_sdk::{Annotator, Column, Document, Error, Output, Span, export_plugin};

mod syllables;

use syllables::syllables;

/// The stage's options.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Sentences of fewer words have no row.
    pub min_words: u32,
}

/// The plugin.
pub struct Readability {
    min_words: u32,
}

/// The counts of a sentence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    words: u32,
    syllables: u32,
}

impl Counts {
    /// Flesch's reading ease of a sentence that has words.
    fn reading_ease(self) -> f32 {
        206.835 - 1.015 * self.words as f32 - 84.6 * self.syllables as f32 / self.words as f32
    }

    /// Kincaid's grade of a sentence that has words.
    fn grade(self) -> f32 {
        0.39 * self.words as f32 + 11.8 * self.syllables as f32 / self.words as f32 - 15.59
    }
}

impl Annotator for Readability {
    const ID: &'static str = "readability";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");
    const MANIFEST: &'static str = include_str!("../manifest.json");
    type Config = Config;

    fn create(config: Config) -> Result<Self, Error> {
        Ok(Readability { min_words: config.min_words })
    }

    fn annotate(&self, document: &Document<'_>, output: &mut Output<'_>) -> Result<(), Error> {
        let sentences = document.layer("sentences")?;
        let tokens = document.layer("tokens")?;
        let (sentence_of, part) = (tokens.refs("sentence")?, tokens.u32s("part")?);
        let mut counts = vec![Counts::default(); sentences.len()];
        for (at, (span, sentence)) in tokens.spans().iter().zip(sentence_of).enumerate() {
            if at.is_multiple_of(4096) {
                output.check_cancelled()?;
            }
            let word = document.slice(*span);
            let Some(counts) = counts.get_mut(*sentence as usize) else { continue };
            // "don't" is two tokens, `do` and `n't`, and one word to a reader; `part` counts from 0 within it.
            if word.chars().any(char::is_alphanumeric) {
                counts.words += u32::from(part.get(at) == Some(&0));
                counts.syllables += syllables(word);
            }
        }
        let (mut spans, mut rows) = (Vec::<Span>::new(), Vec::new());
        let (mut words, mut syllables) = (Vec::new(), Vec::new());
        let (mut ease, mut grade) = (Vec::new(), Vec::new());
        for (row, (span, counts)) in sentences.spans().iter().zip(counts).enumerate() {
            if counts.words >= self.min_words.max(1) {
                spans.push(*span);
                rows.push(row as u32);
                words.push(counts.words);
                syllables.push(counts.syllables);
                ease.push(counts.reading_ease());
                grade.push(counts.grade());
            }
        }
        output.append(
            "readability",
            &spans,
            &[
                Column::refs("sentence", &rows),
                Column::u32s("words", &words),
                Column::u32s("syllables", &syllables),
                Column::f32s("reading_ease", &ease),
                Column::f32s("grade", &grade),
            ],
        )
    }
}

export_plugin!(Readability);

#[cfg(test)]
mod tests {
    use super::Counts;

    /// "The cat sat on the mat.": six words of one syllable.
    #[test]
    fn the_formulas() {
        let counts = Counts { words: 6, syllables: 6 };
        assert!((counts.reading_ease() - 116.145).abs() < 1e-3);
        assert!((counts.grade() - -1.45).abs() < 1e-3);
    }
}
