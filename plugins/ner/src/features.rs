//! The features of a piece. A feature is the hash of a template's number and what was seen there.

use copydesk_model::hash::{combine, feature};
use copydesk_text::Mark;

use crate::knowledge::{Knowledge, LONGEST_PHRASE, PHRASE_GOES_ON, phrase_hash};
use crate::memo::Known;
use crate::words::{ALL_CAPITALS, CAPITALISED, DIGIT, LETTER, Pieces, SEEN_SMALL, SEEN_WITHIN, Word};

/// Features of a sequence: flattened, with the end of each piece's.
#[derive(Debug, Clone, Default)]
pub(crate) struct Features {
    pub values: Vec<u32>,
    pub ends: Vec<u32>,
    /// For each piece, the known sums of it and its neighbours, [`ROLES`] numbers, and that of its situation.
    pub parts: Vec<u32>,
    /// For each piece, what listed phrases cover it.
    phrases: Vec<[u8; 4]>,
    /// For each piece, the run of capitalised pieces it is in, and whether quotation marks stand around it.
    runs: Vec<Run>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Run {
    begin: u32,
    end: u32,
    quoted: bool,
}

/// What stands before a sentence's first word or after its last.
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

/// Places that a word can have toward a piece: the piece itself, before it, after it, two before, two after.
pub(crate) const ROLES: usize = 5;

/// Adds the features that a piece has from the word in one of [`ROLES`] alone: those that [`Features::extract`] leaves out
/// where they are known.
pub(crate) fn of_word(word: &Word, role: usize, out: &mut Vec<u32>) {
    let mut put = |template: u64, value: u64| out.push(feature(combine(value, template)));
    if role == 0 {
        put(1, 0);
        put(2, word.form);
        put(3, word.lower);
        put(4, word.shape);
        for (i, (prefix, suffix)) in word.prefixes.iter().zip(word.suffixes).enumerate() {
            if *prefix != 0 {
                put(5 + i as u64, *prefix);
                put(10 + i as u64, suffix);
            }
        }
        put(31, combine(u64::from(word.lists), word.flags as u64 & 3));
    } else {
        put(14 + role as u64, word.lower);
    }
    if role == 1 || role == 2 {
        put(20 + role as u64, word.shape);
        put(26 + role as u64, word.suffixes[2]);
    }
    if role < 3 {
        let mut rest = word.lists;
        while rest != 0 {
            put(40 + 32 * role as u64 + u64::from(rest.trailing_zeros()), 0);
            rest &= rest - 1;
        }
    }
    for (i, &cluster) in word.clusters.iter().enumerate() {
        if role > 0 || cluster != 0 {
            put(140 + 10 * i as u64 + role as u64, u64::from(cluster));
        }
    }
}

/// What is to see of a piece beside words, as few bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Situation {
    /// It begins the sequence.
    pub first: bool,
    /// Which of the flags of [`Situation::FLAGS`] its word has.
    pub flags: u32,
    /// It follows the piece before without a space, and the next one follows it so.
    pub glued: [bool; 2],
    /// Quotation marks are open.
    pub quoted: bool,
    /// Neither its word nor that before is in any list; and neither its word nor that after.
    pub unlisted: [bool; 2],
}

/// How many situations there are.
pub(crate) const SITUATIONS: usize = 1 << 10;

impl Situation {
    const FLAGS: [u32; 4] = [CAPITALISED, ALL_CAPITALS, SEEN_SMALL, SEEN_WITHIN];

    /// Below [`SITUATIONS`].
    pub(crate) fn number(self) -> u32 {
        let flags =
            Self::FLAGS.iter().enumerate().fold(0, |bits, (i, flag)| bits | u32::from(self.flags & flag != 0) << i);
        let [glued, next] = self.glued;
        let [before, after] = self.unlisted;
        let rest = [self.first, glued, next, self.quoted, before, after];
        rest.iter().enumerate().fold(flags, |bits, (i, bit)| bits | u32::from(*bit) << (4 + i))
    }

    /// All of them, by their numbers.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        (0..SITUATIONS as u32).map(|number| {
            let bit = |at: u32| number >> at & 1 == 1;
            let flags = Self::FLAGS.iter().zip(0..).fold(0, |flags, (flag, i)| flags | if bit(i) { *flag } else { 0 });
            Self { first: bit(4), flags, glued: [bit(5), bit(6)], quoted: bit(7), unlisted: [bit(8), bit(9)] }
        })
    }

    /// Its features.
    pub(crate) fn features(self, mut put: impl FnMut(u32)) {
        let mut put = |template: u64, value: u64| put(feature(combine(value, template)));
        put(34, combine(u64::from(self.first), u64::from(self.flags)));
        put(35, combine(u64::from(self.glued[0]), u64::from(self.glued[1])));
        put(219, u64::from(self.quoted));
        for (unlisted, template) in self.unlisted.into_iter().zip([32, 33]) {
            if unlisted {
                put(template, combine(0, 0));
            }
        }
    }
}

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
        // What is known of a word is not asked again.
        let [o, b, a, b2, a2] = words.map(|word| !word.known.has_sums());
        let of = |template: u64, value: u64| feature(combine(value, template));
        let first_cluster = |word: &Word| u64::from(word.clusters[0]);
        let out = &mut self.values;
        out.extend([
            of(19, combine(before.lower, own.lower)),
            of(20, combine(own.lower, after.lower)),
            of(23, combine(before.shape, combine(own.shape, after.shape))),
            of(24, combine(before2.lower, before.lower)),
            of(25, combine(after.lower, after2.lower)),
            of(26, combine(before.lower, combine(own.shape, after.lower))),
            of(29, combine(before.lower, own.shape)),
            of(30, combine(own.shape, after.lower)),
            of(36, combine(u64::from(own.flags & (DIGIT | LETTER)), combine(u64::from(glued(at)), before.form))),
            of(145, combine(first_cluster(before), first_cluster(own))),
            of(146, combine(first_cluster(own), first_cluster(after))),
        ]);
        for (role, (open, word)) in [o, b, a, b2, a2].into_iter().zip(words).enumerate() {
            if open {
                of_word(word, role, out);
            }
        }
        let unlisted = [before, after].map(|other| own.lists | other.lists == 0);
        if !unlisted[0] {
            out.push(of(32, combine(u64::from(before.lists), u64::from(own.lists))));
        }
        if !unlisted[1] {
            out.push(of(33, combine(u64::from(own.lists), u64::from(after.lists))));
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
        let mut put = |template: u64, value: u64| out.push(feature(combine(value, template)));
        for (i, &phrase) in self.phrases.get(at - begin).into_iter().flatten().enumerate() {
            if phrase != 0 {
                put(180 + i as u64, u64::from(phrase));
                put(190 + i as u64, combine(u64::from(phrase), own.shape));
            }
        }
    }

    /// What the run of capitalised words says of a piece in it: the words around the run, its first and last word.
    fn extract_run(&mut self, pieces: &Pieces, begin: usize, end: usize, at: usize) {
        let Some(&run) = self.runs.get(at - begin) else { return };
        let out = &mut self.values;
        let of = |template: u64, value: u64| feature(combine(value, template));
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
            of(220, combine(head.lower, place)),
            of(222, combine(before.lower, place)),
            of(223, combine(after.lower, place)),
            of(224, combine((last - first).min(6) as u64, (at - first).min(5) as u64)),
            of(225, combine(after.lower, word(last + 1).lower)),
            of(226, combine(u64::from(head.clusters[1]), place)),
            of(227, combine(u64::from(before.clusters[1]), u64::from(after.clusters[1]))),
            of(228, combine(u64::from(run.quoted), combine((last - first).min(4) as u64, place))),
        ]);
        if at != first {
            out.push(of(221, opening.lower));
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

    /// Marks what the longest listed phrase from each piece on covers, a place for each of four groups of lists:
    /// the list's number and whether the piece begins, continues, ends or is the phrase.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn situations_are_numbered() {
        let mut seen = std::collections::HashSet::new();
        for (number, situation) in Situation::all().enumerate() {
            assert_eq!(situation.number() as usize, number);
            let mut features = Vec::new();
            situation.features(|feature| features.push(feature));
            assert!((3..=5).contains(&features.len()) && seen.insert(features), "{situation:?}");
        }
        assert_eq!(seen.len(), SITUATIONS);
    }
}
