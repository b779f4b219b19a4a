//! Agreement over the document. The first pass's labels of a word's other occurrences become features of the second
//! pass (after Krishnan and Manning 2006).

use crate::pieces::Pieces;
use crate::templates::Agreement;
use crate::words::CAPITALISED;

/// Returns the row of a tag's label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Outside,
    Begin(u16),
    Inside(u16),
    End(u16),
    Single(u16),
}

impl Place {
    /// The label, from one; zero outside of names.
    pub(crate) fn label(self) -> usize {
        match self {
            Self::Outside => 0,
            Self::Begin(label) | Self::Inside(label) | Self::End(label) | Self::Single(label) => label as usize + 1,
        }
    }

    /// The position of the word in a name of several words: first, last, between.
    fn part(self) -> Option<usize> {
        match self {
            Self::Begin(_) => Some(0),
            Self::End(_) => Some(1),
            Self::Inside(_) => Some(2),
            Self::Outside | Self::Single(_) => None,
        }
    }
}

/// The output of the first pass for each word of a document, or of a window of it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Memory {
    labels: usize,
    /// A row a word: its count outside of names and in each label. Then, for each label, its count as the first, the
    /// last or another word of a longer name.
    counts: Vec<u16>,
}

impl Memory {
    fn stride(&self) -> usize {
        1 + 4 * self.labels
    }

    /// Replaces the content by the findings for the pieces from `begin` on.
    pub(crate) fn fill(&mut self, pieces: &Pieces, begin: usize, found: &[Place], labels: usize) {
        self.labels = labels;
        self.counts.clear();
        self.counts.resize(pieces.words.len() * self.stride(), 0);
        for (piece, place) in pieces.pieces.get(begin..).unwrap_or_default().iter().zip(found) {
            let row = piece.word as usize * self.stride();
            let part = place.part().map(|part| self.part_column(place.label(), part));
            for column in [Some(place.label()), part].into_iter().flatten() {
                if let Some(count) = self.counts.get_mut(row + column) {
                    *count = count.saturating_add(1);
                }
            }
        }
    }

    fn part_column(&self, label: usize, part: usize) -> usize {
        1 + self.labels + (label.saturating_sub(1)) * 3 + part
    }

    /// The most frequent label of a piece's other occurrences (zero is outside), how often it was found, and how many
    /// other occurrences there are.
    fn majority(&self, pieces: &Pieces, at: usize, found: Option<&Place>) -> (usize, u16, u16) {
        let Some((word, found)) = pieces.pieces.get(at).map(|p| p.word as usize).zip(found) else { return (0, 0, 0) };
        let row = self.counts.get(word * self.stride()..).unwrap_or_default();
        let (mut best, mut most, mut total) = (0, 0, 0u16);
        for (label, &count) in row.iter().enumerate().take(self.labels + 1) {
            let count = if label == found.label() { count.saturating_sub(1) } else { count };
            total = total.saturating_add(count);
            if count > most {
                (best, most) = (label, count);
            }
        }
        (best, most, total)
    }

    /// Returns the most frequent part of a longer name that the word is elsewhere, as a number from one, or zero.
    fn part_elsewhere(&self, pieces: &Pieces, at: usize, found: Place) -> usize {
        let Some(word) = pieces.pieces.get(at).map(|p| p.word as usize) else { return 0 };
        let row = self.counts.get(word * self.stride()..(word + 1) * self.stride()).unwrap_or_default();
        let own = found.part().map(|part| self.part_column(found.label(), part));
        let (mut best, mut most) = (0, 0);
        for (column, &count) in row.iter().enumerate().skip(1 + self.labels) {
            let count = if Some(column) == own { count.saturating_sub(1) } else { count };
            if count > most {
                (best, most) = (column, count);
            }
        }
        best
    }

    /// Adds the features of the piece `begin + i`; none for words in small letters and for those that occur once.
    pub(crate) fn features(&self, pieces: &Pieces, begin: usize, i: usize, found: &[Place], out: &mut Vec<u32>) {
        let at = begin + i;
        let capitalised = |at: usize| {
            let word = pieces.pieces.get(at).and_then(|p| pieces.words.get(p.word as usize));
            word.is_some_and(|w| w.flags & CAPITALISED != 0)
        };
        let Some(&place) = found.get(i).filter(|_| capitalised(at)) else { return };
        let (label, most, total) = self.majority(pieces, at, Some(&place));
        if total == 0 {
            return;
        }
        let mut put = |template: Agreement, a: usize, b: usize| out.push(template.of(a, b));
        let agreement = if most == total { 2 } else { usize::from(u32::from(most) * 3 > u32::from(total) * 2) };
        put(Agreement::LabelAndCount, label, total.min(4) as usize);
        put(Agreement::LabelAndShare, label, agreement);
        put(Agreement::LabelAndOwn, label * 3 + agreement, place.label());
        let part = self.part_elsewhere(pieces, at, place);
        if part > 0 {
            put(Agreement::PartAndLabel, part, label);
            put(Agreement::PartAndOwn, part, usize::from(place.part().is_some()) + 2 * place.label());
        }
        let near = |j: Option<usize>| -> usize {
            let Some(j) = j.filter(|&j| capitalised(begin + j)) else { return 0 };
            let (label, _, total) = self.majority(pieces, begin + j, found.get(j));
            if total == 0 { 1 } else { label + 2 }
        };
        put(Agreement::LabelAndBefore, label, near(i.checked_sub(1)));
        put(Agreement::LabelAndAfter, label, near(Some(i + 1)));
    }
}
