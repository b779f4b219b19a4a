//! What is remembered of words from document to document: their properties, and the sums of the weights of those
//! features that no other word has a part in. Most words of a text are among a few thousand that every text has.

use copydesk_model::sequence::SequenceModel;

use crate::features::{self, ROLES, SITUATIONS, Situation};
use crate::knowledge::Knowledge;
use crate::words::Word;

/// Words that are remembered at most: a power of two. Each takes some 500 bytes.
const WORDS: usize = 1 << 12;
/// A word may stand in so many places of the memory.
const WAYS: usize = 2;

/// A word's place in the memory, from one, and whether its sums are known there; zero where it has no place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Known(u32);

impl Known {
    pub(crate) const NOWHERE: Self = Known(0);
    const SUMS: u32 = 1 << 31;

    fn place(self) -> Option<usize> {
        (self.0 & !Self::SUMS).checked_sub(1).map(|place| place as usize)
    }

    pub(crate) fn has_sums(self) -> bool {
        self.0 & Self::SUMS != 0
    }

    /// The row of a role among the sums; past their end where they are not known.
    pub(crate) fn row(self, role: usize) -> u32 {
        if self.has_sums() { ((self.0 & !Self::SUMS) - 1) * ROLES as u32 + role as u32 } else { u32::MAX }
    }
}

/// What words are described by.
pub(crate) struct Source<'s> {
    pub knowledge: &'s Knowledge<'s>,
    /// The model whose weights are summed, and a number that no other model has; none to remember nothing.
    pub model: Option<(&'s SequenceModel<'s>, u64)>,
}

/// A bounded memory of words, the same for every document that a thread reads, and the sums of each of the [`SITUATIONS`].
#[derive(Debug, Clone, Default)]
pub(crate) struct Memo {
    /// The number of the model.
    model: u64,
    /// The number of the document.
    document: u64,
    /// The document is read with a model.
    remembers: bool,
    words: Vec<Word>,
    /// The document that last had the word.
    seen: Vec<u64>,
    sums: Vec<i16>,
    features: Vec<u32>,
    ends: Vec<u32>,
}

impl Memo {
    /// Rows of sums, as wide as the model's.
    pub(crate) fn sums(&self) -> &[i16] {
        &self.sums
    }

    /// The row of a situation among the sums; none where nothing is remembered.
    pub(crate) fn situation(&self, situation: Situation) -> Option<u32> {
        self.remembers.then(|| WORDS as u32 * ROLES as u32 + situation.number())
    }

    pub(crate) fn begin_document(&mut self, source: &Source<'_>) {
        self.document += 1;
        self.remembers = source.model.is_some();
        if let Some((model, number)) = source.model
            && self.model != number
        {
            self.model = number;
            self.words.clear();
            self.words.resize(WORDS, Word::default());
            self.seen.clear();
            self.seen.resize(WORDS, 0);
            self.sums.clear();
            self.sums.resize((WORDS * ROLES + SITUATIONS) * model.width(), 0);
            self.features.clear();
            self.ends.clear();
            for situation in Situation::all() {
                situation.features(|value| self.features.push(value));
                self.ends.push(self.features.len() as u32);
            }
            let rows = self.sums.get_mut(WORDS * ROLES * model.width()..).unwrap_or_default();
            model.steps(&self.features, &self.ends, rows);
        }
    }

    /// The word of this form. A word of the document keeps its place until the next: where the places are taken, another
    /// one is described and not remembered.
    pub(crate) fn word(&mut self, form: u64, source: &Source<'_>, describe: impl FnOnce() -> Word) -> Word {
        if source.model.is_none() {
            return describe();
        }
        let first = (form >> 32) as usize % (WORDS / WAYS) * WAYS;
        let places = first..first + WAYS;
        let (Some(words), Some(seen)) = (self.words.get_mut(places.clone()), self.seen.get_mut(places)) else {
            return describe();
        };
        for (word, seen) in words.iter_mut().zip(seen.iter_mut()) {
            if word.form == form && word.known != Known::NOWHERE {
                *seen = self.document;
                let mut word = *word;
                self.learn(&mut word, source);
                return word;
            }
        }
        let oldest = seen.iter().enumerate().min_by_key(|(_, seen)| **seen).map_or(0, |(way, _)| way);
        let (Some(place), Some(seen)) = (words.get_mut(oldest), seen.get_mut(oldest)) else { return describe() };
        let mut word = describe();
        if *seen != self.document {
            *seen = self.document;
            word.known = Known((first + oldest) as u32 + 1);
            *place = word;
        }
        word
    }

    /// Sums the weights of a word that is met again; what is met once is not worth it.
    #[inline]
    pub(crate) fn learn(&mut self, word: &mut Word, source: &Source<'_>) {
        if !word.known.has_sums()
            && let Some(place) = word.known.place()
            && let Some((model, _)) = source.model
        {
            self.sum(word, place, model);
        }
    }

    fn sum(&mut self, word: &mut Word, place: usize, model: &SequenceModel<'_>) {
        self.features.clear();
        self.ends.clear();
        for role in 0..ROLES {
            features::of_word(word, role, &mut self.features);
            self.ends.push(self.features.len() as u32);
        }
        let size = ROLES * model.width();
        if let (Some(rows), Some(kept)) =
            (self.sums.get_mut(place * size..(place + 1) * size), self.words.get_mut(place))
        {
            model.steps(&self.features, &self.ends, rows);
            word.known = Known(word.known.0 | Known::SUMS);
            kept.known = word.known;
        }
    }
}

#[cfg(test)]
mod tests {
    use copydesk_sdk::Span;

    use super::*;
    use crate::features::Features;
    use crate::recognizer::{Recognizer, Scratch};
    use crate::words::Pieces;

    fn tokens(text: &str) -> (Vec<Span>, Vec<u32>) {
        let mut at = 0;
        let spans: Vec<Span> = text
            .split(' ')
            .map(|word| {
                at += word.len() as u32 + 1;
                Span::new(at - 1 - word.len() as u32, at - 1)
            })
            .collect();
        let sentences = (0..spans.len() as u32).map(|i| i / 20).collect();
        (spans, sentences)
    }

    fn news_fast() -> &'static [u8] {
        copydesk_models::NER_FAST.built_in().expect("the tests have the models")
    }

    #[test]
    fn what_is_remembered_changes_no_score() {
        let recognizer = Recognizer::parse(news_fast()).unwrap();
        let (model, knowledge) = recognizer.parts();
        let texts = [
            "Ana Ruiz , the minister of Health in Peru , met Ruiz in Lima on Monday . Peru and Lima agreed ."
                .to_owned(),
            "“ Lima ” -- the capital -- said Ana . The minister of Health met the U.N. in 2019 .".to_owned(),
            // More words than there are places.
            (0..3 * WORDS).map(|i| format!("Word{} met Ana{}", i, i % 700)).collect::<Vec<_>>().join(" "),
        ];
        let (mut plain, mut remembering) = (Pieces::default(), Pieces::default());
        let (mut features, mut known) = (Features::default(), 0);
        let (mut expected, mut found) = (Vec::new(), Vec::new());
        for text in texts.iter().chain(&texts) {
            let (spans, sentences) = tokens(text);
            plain.read(text, &spans, &sentences, knowledge);
            remembering.read_with(text, &spans, &sentences, &Source { knowledge, model: Some((model, 1)) });
            assert_eq!(plain.pieces.len(), remembering.pieces.len());
            let mut begin = 0;
            for &end in &plain.sequence_ends {
                features.extract(&plain, begin, end as usize, knowledge);
                model.emissions(&features.values, &features.ends, &mut expected);
                features.extract(&remembering, begin, end as usize, knowledge);
                let Features { values, ends, parts, .. } = &features;
                known += parts.iter().filter(|part| **part != u32::MAX).count();
                found.clear();
                model.append_emissions(values, ends, parts, remembering.memo.sums(), &mut found);
                assert_eq!(found, expected, "{begin}");
                begin = end as usize;
            }
        }
        assert!(known > 1000, "{known}");
    }

    #[test]
    fn models_do_not_share_what_they_remember() {
        let (first, second) = (Recognizer::parse(news_fast()).unwrap(), Recognizer::parse(news_fast()).unwrap());
        let text = "Ana Ruiz met Ana Ruiz in Lima , Peru .";
        let (spans, sentences) = tokens(text);
        let (mut scratch, mut names, mut again) = (Scratch::default(), Vec::new(), Vec::new());
        first.recognize(text, &spans, &sentences, &mut scratch, &mut names);
        assert!(!names.is_empty());
        let number = scratch.pieces.memo.model;
        for recognizer in [&second, &first, &first] {
            recognizer.recognize(text, &spans, &sentences, &mut scratch, &mut again);
            assert_eq!(names, again);
        }
        assert_eq!(scratch.pieces.memo.model, number);
    }
}
