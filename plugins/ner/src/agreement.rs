//! Agreement over the document for a head: a word in capitals is mostly the same kind of name wherever it stands, and some
//! places tell more than others (after Krishnan and Manning 2006, with probabilities in place of features). The China of
//! "China Mixed Commission" is another one, so a part of a longer name asks only such parts.

use copydesk_model::hash::hash_bytes;
use copydesk_sdk::Span;
use hashbrown::HashTable;

use crate::words::in_small_letters;

/// How much the other places of a word count if there are many. [`MOST`] and [`HALF`] were set on the development part of
/// worldwide-newswire; from 1.5 and 3 to 3 and 10, they score alike.
const MOST: f32 = 2.0;
/// With so many other places, they count half of [`MOST`].
const HALF: f32 = 4.0;
/// Elsewhere, nothing is less probable than this: other places may have another meaning.
const LEAST: f32 = 0.05;

/// What the places of each word say.
#[derive(Debug, Clone, Default)]
pub(crate) struct Elsewhere {
    /// The hash of each word, and its row.
    rows: HashTable<(u64, u32)>,
    /// For each word the summed probabilities of being outside of names and of each label: of all its places, then of those
    /// where it is part of a longer name.
    sums: Vec<f32>,
    /// For each word the number of its places, and of those where it is part of a longer name.
    places: Vec<[u32; 2]>,
    /// The probabilities of one place.
    own: Vec<f32>,
}

impl Elsewhere {
    /// Forgets the document before.
    pub(crate) fn clear(&mut self) {
        self.rows.clear();
        self.sums.clear();
        self.places.clear();
    }

    /// Counts the place of a token that has these scores of tags: outside, then four of each label.
    pub(crate) fn count(&mut self, text: &str, token: Span, scores: &[f32]) {
        let Some(word) = word(text, token) else { return };
        let is_part = self.read(scores);
        let width = self.own.len();
        let new = self.places.len() as u32;
        let entry = self.rows.entry(word, |(hash, _)| *hash == word, |(hash, _)| *hash);
        let row = entry.or_insert((word, new)).get().1;
        if row == new {
            self.sums.resize(self.sums.len() + 2 * width, 0.0);
            self.places.push([0; 2]);
        }
        for kind in 0..=usize::from(is_part) {
            let sums = self.sums.get_mut((2 * row as usize + kind) * width..).unwrap_or_default();
            sums.iter_mut().zip(&self.own).for_each(|(sum, own)| *sum += own);
            if let Some(places) = self.places.get_mut(row as usize).and_then(|places| places.get_mut(kind)) {
                *places = places.saturating_add(1);
            }
        }
    }

    /// Adds to the scores of a token what the other places of its word say. All places were counted, with the same scores.
    pub(crate) fn add(&mut self, text: &str, token: Span, scores: &mut [f32]) {
        let row = |word: u64| self.rows.find(word, |(hash, _)| *hash == word).map(|(_, row)| *row as usize);
        let Some(row) = word(text, token).and_then(row) else { return };
        if self.places.get(row).is_none_or(|[all, _]| *all < 2) {
            return;
        }
        let kind = usize::from(self.read(scores));
        let places = self.places.get(row).and_then(|places| places.get(kind)).copied().unwrap_or(0);
        let others = places.saturating_sub(1) as f32;
        if others < 1.0 {
            return;
        }
        let weight = MOST * others / (others + HALF);
        let sums = self.sums.get((2 * row + kind) * self.own.len()..).unwrap_or_default();
        let told = |(sum, own): (&f32, &f32)| weight * ((sum - own) / others).max(LEAST).ln();
        let mut told = sums.iter().zip(&self.own).map(told);
        if let (Some(outside), Some(told)) = (scores.first_mut(), told.next()) {
            *outside += told;
        }
        let labels = scores.get_mut(1..).unwrap_or_default().chunks_exact_mut(4);
        labels.zip(told).for_each(|(tags, told)| tags.iter_mut().for_each(|score| *score += told));
    }

    /// Sets the probabilities of being outside and of each label from the scores of one place. Returns true if the place is
    /// rather part of a longer name than a name by itself or outside.
    fn read(&mut self, scores: &[f32]) -> bool {
        let greatest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        let sum = |tags: &[f32]| tags.iter().map(|score| (score - greatest).exp()).sum::<f32>();
        self.own.clear();
        let (outside, labels) = scores.split_at_checked(1).unwrap_or_default();
        self.own.push(sum(outside));
        self.own.extend(labels.chunks_exact(4).map(sum));
        let all: f32 = self.own.iter().sum();
        self.own.iter_mut().for_each(|own| *own /= all);
        let parts: f32 = labels.chunks_exact(4).filter_map(|tags| tags.get(..3)).map(sum).sum();
        2.0 * parts > all
    }
}

/// The hash of a word of two letters or more that begins with a capital letter, whatever the case of the others. A word that is
/// too long for a buffer asks nobody.
fn word(text: &str, token: Span) -> Option<u64> {
    let word = token.get(text)?;
    let mut letters = word.chars();
    if !letters.next()?.is_uppercase() || letters.next().is_none() {
        return None;
    }
    Some(hash_bytes(in_small_letters(word, &mut [0; 80])?))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Outside, then the four tags of two labels.
    fn scores(outside: f32, first: f32, second: f32) -> Vec<f32> {
        [[outside].as_slice(), &[first; 4], &[second; 4]].concat()
    }

    #[test]
    fn sure_places_tell_an_unsure_one() {
        let text = "Akobo AKOBO Akobo other Ílha ÍLHA X";
        let places = [(0, 5), (6, 11), (12, 17), (18, 23), (24, 29), (30, 35), (36, 37)];
        let tokens = places.map(|(start, end)| Span::new(start, end));
        let given = |at: usize| if at.is_multiple_of(2) { scores(0.0, 4.0, 0.0) } else { scores(0.0, 1.0, 1.1) };
        let mut elsewhere = Elsewhere::default();
        for _ in 0..2 {
            elsewhere.clear();
            for (at, token) in tokens.iter().enumerate() {
                elsewhere.count(text, *token, &given(at));
            }
            let told = |elsewhere: &mut Elsewhere, at: usize| {
                let mut own = given(at);
                elsewhere.add(text, tokens[at], &mut own);
                own
            };
            let unsure = told(&mut elsewhere, 1);
            assert!(unsure[1] > unsure[5] + 0.5, "the others are of the first label: {unsure:?}");
            assert!(unsure[1] == unsure[4] && unsure[5] == unsure[8]);
            assert_eq!(told(&mut elsewhere, 3), given(3), "small letters");
            assert!(told(&mut elsewhere, 5)[1] > told(&mut elsewhere, 5)[5], "letters beyond ASCII");
            assert_eq!(told(&mut elsewhere, 6), given(6), "one letter");
        }
    }

    #[test]
    fn a_part_of_a_longer_name_asks_only_such_parts() {
        let text = "Mali Mali Mali Mali";
        let tokens = [0, 5, 10, 15].map(|start| Span::new(start, start + 4));
        // Twice alone and of the first label, then twice the beginning of a name of the second.
        let given = |at: usize| {
            let mut scores = vec![0.0; 9];
            scores[if at < 2 { 4 } else { 5 }] = 4.0;
            scores
        };
        let mut elsewhere = Elsewhere::default();
        for (at, token) in tokens.iter().enumerate() {
            elsewhere.count(text, *token, &given(at));
        }
        let told = |elsewhere: &mut Elsewhere, at: usize| {
            let mut own = given(at);
            elsewhere.add(text, tokens[at], &mut own);
            (own[1] - given(at)[1], own[5] - given(at)[5])
        };
        let (first, second) = told(&mut elsewhere, 2);
        assert!(second > first + 0.5, "the other part is of the second label: {first} {second}");
        let (first, second) = told(&mut elsewhere, 0);
        assert!(second > first, "a name alone asks all, and two of three are of the second label: {first} {second}");
    }

    #[test]
    fn case_does_not_matter() {
        let hash = |text: &str| word(text, Span::new(0, text.len() as u32));
        for (first, second) in [("Wörter", "WÖRTER"), ("Lima", "LIMA"), ("Ílha", "ÍLHA")] {
            assert!(hash(first).is_some() && hash(first) == hash(second), "{first}");
        }
        for none in ["", "a", "A", "lima", "1st", &"Wörter".repeat(40)] {
            assert_eq!(hash(none), None, "{none}");
        }
    }
}
