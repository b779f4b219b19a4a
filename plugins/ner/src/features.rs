//! The features of a piece.

use copydesk_model::hash::combine;
use copydesk_text::Mark;

use crate::knowledge::{Knowledge, LONGEST_PHRASE, PHRASE_GOES_ON, phrase_hash};
use crate::pieces::Pieces;
use crate::templates::Template;
use crate::word_features::{Situation, of_word};
use crate::words::{ALL_CAPITALS, CAPITALISED, DIGIT, Known, LETTER, SEEN_SMALL, SEEN_WITHIN, Word};

/// Features of a sequence: flattened, with the end of each piece's.
#[derive(Debug, Clone, Default)]
pub(crate) struct Features {
    pub values: Vec<u32>,
    pub ends: Vec<u32>,
    /// For each piece, the known sums of it and its neighbours, [`ROLES`] numbers, and that of its situation.
    pub parts: Vec<u32>,
    /// For each piece, the listed phrases that cover it.
    phrases: Vec<[u8; 4]>,
    /// For each piece, its run of capitalised pieces, and true inside quotation marks.
    runs: Vec<Run>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Run {
    begin: u32,
    end: u32,
    quoted: bool,
}

/// The word before a sentence's first word and after its last.
const EDGE: Word = Word {
    form: 0x5EED_0001_5EED_0001,
    lower: 0x5EED_0002_5EED_0002,
    shape: 0x5EED_0003_5EED_0003,
    prefixes: [0; 4],
    suffixes: [0; 4],
    clusters: [0; 3],
    lists: 0,
    flags: 0,
    quote: Mark::None,
    known: Known::NOWHERE,
};

impl Features {
    pub(crate) fn clear(&mut self) {
        self.values.clear();
        self.ends.clear();
        self.parts.clear();
    }

    /// Ends the features of a piece.
    pub(crate) fn end_piece(&mut self) {
        self.ends.push(self.values.len() as u32);
    }

    /// Replaces the content by the features of the pieces `begin..end`, which make a sequence.
    pub(crate) fn extract(&mut self, pieces: &Pieces, begin: usize, end: usize, knowledge: &Knowledge<'_>) {
        self.clear();
        self.match_phrases(pieces, begin, end, knowledge);
        self.find_runs(pieces, begin, end);
        for at in begin..end {
            self.extract_piece(pieces, begin, end, at);
            self.ends.push(self.values.len() as u32);
        }
    }

    fn extract_piece(&mut self, pieces: &Pieces, begin: usize, end: usize, at: usize) {
        let word = |offset: isize| -> &Word {
            let place = at.wrapping_add_signed(offset);
            if place < begin || place >= end {
                return &EDGE;
            }
            pieces.pieces.get(place).and_then(|p| pieces.words.get(p.word as usize)).unwrap_or(&EDGE)
        };
        let glued = |place: usize| pieces.pieces.get(place).is_some_and(|p| p.glued);
        let (before2, before, own, after, after2) = (word(-2), word(-1), word(0), word(1), word(2));
        let words = [own, before, after, before2, after2];
        self.parts.extend(words.iter().enumerate().map(|(role, word)| word.known.row(role)));
        // A known word is not looked up again.
        let [o, b, a, b2, a2] = words.map(|word| !word.known.has_sums());
        let first_cluster = |word: &Word| u64::from(word.clusters[0]);
        let out = &mut self.values;
        out.extend([
            Template::LOWER_BEFORE_AND_OWN.of(combine(before.lower, own.lower)),
            Template::LOWER_OWN_AND_AFTER.of(combine(own.lower, after.lower)),
            Template::SHAPES.of(combine(before.shape, combine(own.shape, after.shape))),
            Template::LOWER_TWO_BEFORE.of(combine(before2.lower, before.lower)),
            Template::LOWER_TWO_AFTER.of(combine(after.lower, after2.lower)),
            Template::SHAPE_BETWEEN_LOWERS.of(combine(before.lower, combine(own.shape, after.lower))),
            Template::LOWER_BEFORE_AND_SHAPE.of(combine(before.lower, own.shape)),
            Template::SHAPE_AND_LOWER_AFTER.of(combine(own.shape, after.lower)),
            Template::CHARACTERS_AND_FORM_BEFORE
                .of(combine(u64::from(own.flags & (DIGIT | LETTER)), combine(u64::from(glued(at)), before.form))),
            Template::CLUSTER_BEFORE_AND_OWN.of(combine(first_cluster(before), first_cluster(own))),
            Template::CLUSTER_OWN_AND_AFTER.of(combine(first_cluster(own), first_cluster(after))),
        ]);
        for (role, (open, word)) in [o, b, a, b2, a2].into_iter().zip(words).enumerate() {
            if open {
                of_word(word, role, out);
            }
        }
        let unlisted = [before, after].map(|other| own.lists | other.lists == 0);
        if !unlisted[0] {
            out.push(Template::LISTS_BEFORE_AND_OWN.of(combine(u64::from(before.lists), u64::from(own.lists))));
        }
        if !unlisted[1] {
            out.push(Template::LISTS_OWN_AND_AFTER.of(combine(u64::from(own.lists), u64::from(after.lists))));
        }
        let situation = Situation {
            first: at == begin,
            flags: own.flags & (SEEN_SMALL | SEEN_WITHIN | CAPITALISED | ALL_CAPITALS),
            glued: [glued(at), glued(at + 1)],
            quoted: self.runs.get(at - begin).is_some_and(|run| run.quoted),
            unlisted,
        };
        match pieces.memo.situation(situation) {
            Some(row) => self.parts.push(row),
            None => {
                self.parts.push(u32::MAX);
                situation.features(|value| self.values.push(value));
            }
        }
        self.extract_run(pieces, begin, end, at);
        let out = &mut self.values;
        let mut put = |template: Template, value: u64| out.push(template.of(value));
        for (i, &phrase) in self.phrases.get(at - begin).into_iter().flatten().enumerate() {
            if phrase != 0 {
                put(Template::phrase(i), u64::from(phrase));
                put(Template::phrase_and_shape(i), combine(u64::from(phrase), own.shape));
            }
        }
    }

    /// Adds the features of a piece from its run of capitalised words: the words around the run, its first and last
    /// word.
    fn extract_run(&mut self, pieces: &Pieces, begin: usize, end: usize, at: usize) {
        let Some(&run) = self.runs.get(at - begin) else { return };
        let out = &mut self.values;
        let (first, last) = (run.begin as usize, run.end as usize);
        if first >= last {
            return;
        }
        let word = |place: usize| -> &Word {
            let inside = place >= begin && place < end;
            let piece = pieces.pieces.get(place).filter(|_| inside);
            piece.and_then(|p| pieces.words.get(p.word as usize)).unwrap_or(&EDGE)
        };
        let (before, after) = (word(first.wrapping_sub(1)), word(last));
        let (head, opening) = (word(last - 1), word(first));
        let place = u64::from(at == first) + 2 * u64::from(at + 1 == last);
        out.extend([
            Template::RUN_HEAD.of(combine(head.lower, place)),
            Template::RUN_LOWER_BEFORE.of(combine(before.lower, place)),
            Template::RUN_LOWER_AFTER.of(combine(after.lower, place)),
            Template::RUN_LENGTH.of(combine((last - first).min(6) as u64, (at - first).min(5) as u64)),
            Template::RUN_LOWER_TWO_AFTER.of(combine(after.lower, word(last + 1).lower)),
            Template::RUN_HEAD_CLUSTER.of(combine(u64::from(head.clusters[1]), place)),
            Template::RUN_CLUSTERS_AROUND.of(combine(u64::from(before.clusters[1]), u64::from(after.clusters[1]))),
            Template::RUN_QUOTED.of(combine(u64::from(run.quoted), combine((last - first).min(4) as u64, place))),
        ]);
        if at != first {
            out.push(Template::RUN_OPENING.of(opening.lower));
        }
    }

    fn find_runs(&mut self, pieces: &Pieces, begin: usize, end: usize) {
        self.runs.clear();
        let own = pieces.pieces.get(begin..end).unwrap_or_default();
        let mut open = false;
        for (i, piece) in own.iter().enumerate() {
            let word = pieces.words.get(piece.word as usize);
            match word.map_or(Mark::None, |w| w.quote) {
                Mark::Open | Mark::OpenSingle => open = true,
                // To the shipped models an apostrophe closes a quotation, and a straight single mark is none.
                Mark::Close | Mark::Apostrophe => open = false,
                Mark::Either => open = !open,
                Mark::None | Mark::Straight => {}
            }
            let capitalised = word.is_some_and(|w| w.flags & CAPITALISED != 0);
            let at = (begin + i) as u32;
            let first = match self.runs.last() {
                Some(before) if capitalised && before.begin < before.end => before.begin,
                _ => at,
            };
            self.runs.push(Run { begin: first, end: at + u32::from(capitalised), quoted: open });
        }
        // Every piece of a run learns where the run ends.
        let mut of = Run::default();
        for run in self.runs.iter_mut().rev().filter(|run| run.begin < run.end) {
            if run.begin != of.begin || of.end == 0 {
                of = *run;
            }
            run.end = of.end;
        }
    }

    /// Marks the pieces of the longest listed phrase from each piece on. There is a place for each of four groups of
    /// lists. It holds the list's number, and tells if the piece begins, continues, ends or is the phrase.
    fn match_phrases(&mut self, pieces: &Pieces, begin: usize, end: usize, knowledge: &Knowledge<'_>) {
        self.phrases.clear();
        self.phrases.resize(end - begin, [0; 4]);
        for at in begin..end {
            let mut hash = 0;
            let mut longest: [(usize, u32); 4] = [(0, 0); 4];
            for length in 1..=LONGEST_PHRASE.min(end - at) {
                let place = pieces.pieces.get(at + length - 1);
                let Some(word) = place.and_then(|p| pieces.words.get(p.word as usize)) else { break };
                if length == 1 && word.flags & (CAPITALISED | DIGIT) == 0 {
                    break;
                }
                hash = phrase_hash(hash, word.lower);
                let found = knowledge.phrase(hash);
                let mut lists = found >> 1;
                while lists != 0 {
                    let list = lists.trailing_zeros();
                    lists &= lists - 1;
                    if let Some(slot) = longest.get_mut(list as usize % 4) {
                        *slot = (length, list);
                    }
                }
                if found & PHRASE_GOES_ON == 0 {
                    break;
                }
            }
            for (group, (length, list)) in longest.into_iter().enumerate() {
                for i in 0..length {
                    let place = match (i, length) {
                        (_, 1) => 0,
                        (0, _) => 1,
                        _ if i + 1 == length => 2,
                        _ => 3,
                    };
                    if let Some(slot) = self.phrases.get_mut(at - begin + i).and_then(|p| p.get_mut(group))
                        && *slot == 0
                    {
                        *slot = (list * 4 + place + 1) as u8;
                    }
                }
            }
        }
    }
}
