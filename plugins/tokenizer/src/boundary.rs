//! Features of the gap between two tokens, for the sentence boundary model.

use copydesk_text::lang::ENGLISH;

use crate::context::{Mark, Shape, bucket, form, forms};

/// The forms of a list of words.
macro_rules! listed {
    ($words:expr) => {
        &forms::<{ $words.len() }>($words)
    };
}

const STARTERS: &[u32] = listed!(ENGLISH.function.starters);
const AFTER_QUOTATIONS: &[u32] = listed!(ENGLISH.verbs.after_quotations);
const EXCLAIMED: &[u32] = listed!(ENGLISH.names.exclaimed);
/// Abbreviations that stand at the end of a sentence as well as within it. Titles do not: a name follows.
const CLOSING_ABBREVIATIONS: &[u32] = listed!(&[
    "inc.", "ltd.", "corp.", "co.", "bros.", "jr.", "sr.", "esq.", "etc.", "plc.", "st.", "ave.", "blvd.", "rd.",
    "hwy.", "dept.", "assn.", "univ.", "ft.", "jan.", "feb.", "apr.", "aug.", "sept.", "sep.", "oct.", "nov.", "dec.",
    "mon.", "tues.", "tue.", "wed.", "thurs.", "thur.", "thu.", "fri.", "sat.", "sun.", "est.", "pty.", "pvt.", "pte.",
    "calif.", "conn.", "fla.", "mass.", "mich.", "minn.", "pa.", "tenn.", "va.", "wash.", "wis.", "ont.", "que.",
]);
const TIMES: [u32; 2] = [form("a.m."), form("p.m.")];
/// Abbreviations with something to follow.
const INTRODUCTIONS: [u32; 3] = [form("e.g."), form("i.e."), form("a.k.a.")];
/// Words that begin a sentence with a time.
const BEFORE_TIMES: &[u32] = listed!(&["at", "on", "by", "in", "around", "about", "from", "until", "after", "before"]);
const WEEKDAYS: &[u32] = listed!(&ENGLISH.calendar.weekdays);
/// Time zones, which belong to the time of day before them.
const ZONES: &[u32] = listed!(&[
    "gmt", "utc", "est", "edt", "cst", "cdt", "mst", "mdt", "pst", "pdt", "et", "bst", "ist", "cet", "wat", "eat",
    "sast", "eastern", "pacific", "central", "local",
]);

/// Number of features every gap has.
pub(crate) const FEATURES: usize = 24;

/// The sources of a gap's features.
pub(crate) struct Gap<'a> {
    /// The block's tokens.
    pub(crate) marks: &'a [Mark],
    /// The token before the gap.
    pub(crate) at: usize,
    /// The first token of the sentence so far.
    pub(crate) open: usize,
    /// How the document starts its sentences: 0 to 3 by the share that begins in lower case.
    pub(crate) casing: u8,
}

impl Gap<'_> {
    fn mark(&self, offset: isize) -> Mark {
        self.at.checked_add_signed(offset).and_then(|i| self.marks.get(i)).copied().unwrap_or(Mark::EDGE)
    }

    /// Returns true if a sentence can end here at all. Only then the model is asked.
    pub(crate) fn is_candidate(&self) -> bool {
        let (before, after) = (self.mark(0), self.mark(1));
        let ended = before.shape.is_terminal() || before.shape.is_closer();
        if !after.spaced {
            return ended
                && !matches!(
                    after.shape,
                    Shape::Comma
                        | Shape::Stop
                        | Shape::Semicolon
                        | Shape::Colon
                        | Shape::Close
                        | Shape::CloseQuote
                        | Shape::Lower
                )
                || (before.shape == Shape::Bang && after.shape == Shape::Lower);
        }
        if self.goes_on(before.shape, after.shape) || self.is_inside() {
            return false;
        }
        match after.shape {
            Shape::Edge
            | Shape::Comma
            | Shape::Semicolon
            | Shape::Close
            | Shape::CloseQuote
            | Shape::Stop
            | Shape::Bang => false,
            Shape::Lower => {
                ended
                    || !matches!(
                        before.shape,
                        Shape::Lower
                            | Shape::Capital
                            | Shape::Comma
                            | Shape::Hyphen
                            | Shape::Number
                            | Shape::Upper
                            | Shape::Letter
                    )
            }
            _ => true,
        }
    }

    /// Returns true for a certain end. Exceptions are rarer than the ends that the model would miss in short texts.
    pub(crate) fn is_certain(&self) -> bool {
        let (inner, before, after) = (self.mark(-1), self.mark(0), self.mark(1));
        let opens = matches!(after.shape, Shape::OpenQuote | Shape::OpenSingle);
        let capital = matches!(after.shape.leading(), Shape::Capital);
        if !after.spaced {
            // "said.“No.”", "over.She": a space is missing.
            let word = inner.shape == Shape::Lower && inner.length > 2;
            return before.shape == Shape::Stop && word && (opens || after.shape == Shape::Capital);
        }
        if before.shape == Shape::Stop {
            return match inner.shape {
                Shape::Lower => opens || self.begins(after) || inner.length > 2 && capital,
                // "in 2019. Gen. Ito", "by Osei. J. Ito".
                Shape::Number => self.at - self.open >= 3 && (after.shape.is_dotted() || self.begins(after)),
                Shape::Capital => inner.length > 2 && self.at - self.open >= 2 && after.shape.is_dotted(),
                _ => false,
            };
        }
        if matches!(before.shape, Shape::CloseQuote | Shape::Single) && !before.spaced {
            let quoted = before.shape == Shape::CloseQuote;
            return match inner.shape {
                Shape::Stop => opens || quoted && capital || self.begins(after),
                // "“Why?” Ana asked." goes on, "“Why?” Ana left." does not.
                Shape::Bang => opens || self.begins(after) || quoted && capital && !self.is_attributed(),
                Shape::Ellipsis => opens,
                _ => false,
            };
        }
        self.ends_with_abbreviation(before, after)
    }

    /// A small word with a capital: it begins a sentence.
    fn begins(&self, after: Mark) -> bool {
        matches!(after.shape, Shape::Capital | Shape::Letter) && STARTERS.contains(&after.form)
    }

    /// A verb of speech follows soon: `Ana Ruiz asked`.
    fn is_attributed(&self) -> bool {
        let name = (1..=6).map(|ahead| self.mark(ahead)).take_while(|mark| !mark.shape.is_terminal());
        name.into_iter().any(|mark| mark.shape == Shape::Lower && AFTER_QUOTATIONS.contains(&mark.form))
    }

    /// `the U.S. It`, `Fox Inc. She`, `at 9 p.m. The`: the dot of the abbreviation ends the sentence too.
    fn ends_with_abbreviation(&self, before: Mark, after: Mark) -> bool {
        let ends = match before.shape {
            Shape::Acronym => !INTRODUCTIONS.contains(&before.form),
            Shape::Title | Shape::Abbreviation => CLOSING_ABBREVIATIONS.contains(&before.form),
            _ => false,
        };
        if !ends || self.at == self.open {
            return false;
        }
        // "At 5 a.m. Mr. Ito left." has its verb behind the title.
        let verb = self.marks.get(self.open).is_some_and(|head| !BEFORE_TIMES.contains(&head.form));
        let timed = TIMES.contains(&before.form) && after.shape == Shape::Title && verb && self.at - self.open > 2;
        timed || self.begins(after)
    }

    /// Returns true where no sentence ends, whatever the model says: in a name with an exclamation mark, between the time
    /// and the day, and between a question in quotation marks and who asks it.
    fn is_inside(&self) -> bool {
        let (inner, before, after) = (self.mark(-1), self.mark(0), self.mark(1));
        if TIMES.contains(&before.form) {
            return WEEKDAYS.contains(&after.form) || ZONES.contains(&after.form);
        }
        if inner.shape == Shape::Bang && before.shape == Shape::CloseQuote && !before.spaced {
            return after.shape.leading() == Shape::Capital && !self.begins(after) && self.is_attributed();
        }
        if before.shape != Shape::Bang || before.length != 1 || before.spaced || inner.shape != Shape::Capital {
            return false;
        }
        let known = EXCLAIMED.contains(&inner.form);
        match after.shape {
            Shape::Lower => known || self.at - self.open > 1 && self.casing < 2,
            Shape::Capital => known && !self.begins(after),
            _ => false,
        }
    }

    /// Returns true if the sentence goes on: after a title or a word in quotation marks, after a quotation that closes
    /// behind a comma, and after a colon that announces something. The treebanks have too few of these to learn them.
    fn goes_on(&self, before: Shape, after: Shape) -> bool {
        if before == Shape::Colon {
            return self.at - self.open > 3;
        }
        if !before.is_closer() {
            return false;
        }
        let inner = (1..=4).map(|back| self.mark(-back).shape).find(|shape| !shape.is_closer()).unwrap_or(Shape::Edge);
        if before == Shape::Close {
            return self.is_inserted(inner);
        }
        inner == Shape::Comma || (after != Shape::OpenQuote && !inner.is_terminal())
    }

    /// `[the] Senate`, `Sen. Ana Ruiz (Lima)`: brackets inside a sentence rather than behind its stop.
    fn is_inserted(&self, inner: Shape) -> bool {
        let open = (1..=6).find(|&back| self.mark(-back).shape == Shape::Open);
        let Some(open) = open.filter(|_| !matches!(inner, Shape::Number | Shape::Edge) && !inner.is_terminal()) else {
            return false;
        };
        let outer = self.mark(-open - 1).shape;
        !outer.is_terminal() && !outer.is_closer() && outer != Shape::Edge
    }

    /// The gap's features, hashed.
    pub(crate) fn features(&self, out: &mut [u32; FEATURES]) {
        let (a3, a2, a1) = (self.mark(-2), self.mark(-1), self.mark(0));
        let (mut b1, b2, b3) = (self.mark(1), self.mark(2), self.mark(3));
        b1.shape = b1.shape.leading();
        let s = |m: Mark| m.shape as u32;
        let around = s(a1) | s(b1) << 5 | u32::from(b1.spaced) << 10;
        let wide = s(a2) | s(a1) << 5 | s(b1) << 10 | s(b2) << 15 | u32::from(b1.spaced) << 20;
        let cased = b1.form ^ s(b1).wrapping_mul(0x9e37_79b9);
        let since = u32::from(bucket(self.at - self.open));
        let head = self.marks.get(self.open).copied().unwrap_or(Mark::EDGE);
        let last = self.marks.last().copied().unwrap_or(Mark::EDGE);
        let ends = u32::from(last.shape.is_terminal() || last.shape.is_closer());
        let size = u32::from(bucket(self.marks.len()));
        let rest = u32::from(bucket(self.marks.len() - self.at - 1));
        let values: [(u32, u32); FEATURES] = [
            (0, 0),
            (around, 0),
            (a1.form, 0),
            (cased, 0),
            (a1.form, s(b1)),
            (s(a1) | u32::from(b1.spaced) << 5, cased),
            (wide, 0),
            (a2.form, around),
            (around, b2.form),
            (a2.form, a1.form),
            (cased, b2.form),
            (a1.form, cased),
            (wide | s(a3) << 21, s(b3)),
            (around, since),
            (around, u32::from(b1.ahead) | (u32::from(a1.ahead) << 3)),
            (around, u32::from(a1.nesting) | u32::from(b1.nesting) << 3),
            (around, ends | size << 1),
            (around, u32::from(self.casing)),
            (around | s(a2) << 11 | u32::from(a2.length) << 16, 0),
            (s(head) | s(a1) << 5 | since << 10, s(b1)),
            (u32::from(a2.nesting) | s(a1) << 3 | s(b1) << 8 | s(b2) << 13 | u32::from(b2.spaced) << 18, 1),
            (around, rest | 16),
            (a2.form, cased),
            (b1.form, s(a2) | s(a1) << 5),
        ];
        for (index, (slot, (left, right))) in out.iter_mut().zip(values).enumerate() {
            *slot = mix(index as u32, left, right);
        }
    }
}

/// A well mixed hash of a feature's number and its two values.
#[inline]
fn mix(index: u32, left: u32, right: u32) -> u32 {
    let key =
        (u64::from(left) << 32 | u64::from(right)).wrapping_add(u64::from(index).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let mut z = (key ^ key >> 31).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ z >> 29).wrapping_mul(0x94d0_49bb_1331_11eb);
    (z >> 32) as u32
}
