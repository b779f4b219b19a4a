//! Finds blocks that repeat a passage of another block for display.
//!
//! Each short block puts the hashes of two runs of its words into a table. One pass over the words of the whole text
//! looks every run up, and compares the blocks word by word if a run is found. Comparisons are bounded, so the search
//! is linear.

use copydesk_text::marks::opens_double;

use crate::chars::char_at;
use crate::context::{Mark, Shape};
use crate::{Block, BlockKind};
use std::ops::Range;

/// Words in a run that is looked up.
const RUN: usize = 5;
/// The beginning of the second run of a block.
const SECOND: usize = 4;
/// A block of more words is no display quotation.
const LONGEST: usize = 90;
/// Words of a speaker's name behind the repeated ones.
const LONGEST_SOURCE: usize = 6;
/// The most blocks that are tried if their runs share a slot.
const PROBES: usize = 4;

/// Scratch memory of the search.
#[derive(Clone, Debug, Default)]
pub(crate) struct PullQuotes {
    /// Forms of all words, without punctuation.
    words: Vec<u32>,
    /// Each block's words.
    ranges: Vec<Range<usize>>,
    /// Open addressing: hash of a run, block, offset of the run in the block.
    table: Vec<(u32, u32, u32)>,
}

const EMPTY: u32 = u32::MAX;

impl PullQuotes {
    /// Sets the kind of every block that repeats another; `tokens` are the blocks' rows in `marks`.
    pub(crate) fn mark(&mut self, text: &str, blocks: &mut [Block], tokens: &[Range<usize>], marks: &[Mark]) {
        if blocks.len() < 2 {
            return;
        }
        self.collect(tokens, marks);
        let candidates = self.fill_table(blocks);
        if candidates == 0 {
            return;
        }
        for (row, range) in self.ranges.iter().enumerate() {
            let words = self.words.get(range.clone()).unwrap_or(&[]);
            for (at, run) in words.windows(RUN).enumerate() {
                self.look_up(text, row, at, hash(run), blocks);
            }
        }
    }

    fn collect(&mut self, tokens: &[Range<usize>], marks: &[Mark]) {
        self.words.clear();
        self.ranges.clear();
        for range in tokens {
            let first = self.words.len();
            let members = marks.get(range.clone()).unwrap_or(&[]);
            self.words.extend(members.iter().filter(|m| is_word(m.shape)).map(|m| m.form));
            self.ranges.push(first..self.words.len());
        }
    }

    fn fill_table(&mut self, blocks: &[Block]) -> usize {
        let size = (blocks.len() * 4).next_power_of_two();
        self.table.clear();
        self.table.resize(size, (0, EMPTY, 0));
        let mut candidates = 0;
        for (row, (range, block)) in self.ranges.iter().zip(blocks).enumerate() {
            let open = matches!(block.kind, BlockKind::Paragraph | BlockKind::ListItem);
            if !open || range.len() < RUN || range.len() > LONGEST {
                continue;
            }
            for offset in [0, SECOND] {
                let Some(run) = self.words.get(range.start + offset..range.start + offset + RUN) else { continue };
                if range.start + offset + RUN <= range.end {
                    candidates += 1;
                    insert(&mut self.table, (hash(run), row as u32, offset as u32));
                }
            }
        }
        candidates
    }

    fn look_up(&self, text: &str, row: usize, at: usize, key: u32, blocks: &mut [Block]) {
        let mask = self.table.len() - 1;
        for probe in 0..PROBES {
            let Some(&(found, candidate, offset)) = self.table.get((key as usize).wrapping_add(probe) & mask) else {
                return;
            };
            if candidate == EMPTY {
                return;
            }
            if found == key
                && candidate as usize != row
                && blocks.get(candidate as usize).is_some_and(|b| b.kind != BlockKind::PullQuote)
                && blocks.get(row).is_some_and(|b| b.kind != BlockKind::PullQuote)
                && self.repeats(candidate as usize, offset as usize, row, at)
                && (self.is_shorter(candidate as usize, row) || is_bare_twin(text, blocks, candidate as usize, row))
                && let Some(block) = blocks.get_mut(candidate as usize)
            {
                block.kind = BlockKind::PullQuote;
            }
        }
    }

    /// Returns true if `candidate`, laid over `row` so that their runs meet, has hardly any words of its own.
    fn repeats(&self, candidate: usize, offset: usize, row: usize, at: usize) -> bool {
        let (Some(short), Some(long)) = (self.block_words(candidate), self.block_words(row)) else { return false };
        if short.len() > long.len() {
            return false;
        }
        let Some(shift) = at.checked_sub(offset) else { return false };
        let mut same = 0;
        let mut last = 0;
        for (index, word) in short.iter().enumerate() {
            if long.get(shift + index) == Some(word) {
                same += 1;
                last = index + 1;
            }
        }
        let tail = short.len() - last;
        let own = short.len() - same;
        own * 5 <= short.len() || (tail <= LONGEST_SOURCE && own == tail && last >= 2 * RUN)
    }

    fn is_shorter(&self, candidate: usize, row: usize) -> bool {
        let words = |row| self.ranges.get(row).map_or(0, Range::len);
        words(candidate) < words(row)
    }

    fn block_words(&self, row: usize) -> Option<&[u32]> {
        self.words.get(self.ranges.get(row)?.clone())
    }
}

/// Returns true if `candidate` has the words of `row`, and only `row` has them in quotation marks. A paragraph that
/// comes twice with the same marks is no display quotation.
fn is_bare_twin(text: &str, blocks: &[Block], candidate: usize, row: usize) -> bool {
    let opens = |row: usize| {
        let start = blocks.get(row).and_then(|b| char_at(text, b.span.start as usize));
        start.is_some_and(|c| matches!(c, '"' | '\'' | '`' | '\u{2018}') || opens_double(c))
    };
    !opens(candidate) && opens(row)
}

fn insert(table: &mut [(u32, u32, u32)], entry: (u32, u32, u32)) {
    let mask = table.len() - 1;
    for probe in 0..PROBES {
        if let Some(slot) = table.get_mut((entry.0 as usize).wrapping_add(probe) & mask)
            && slot.1 == EMPTY
        {
            *slot = entry;
            return;
        }
    }
}

fn is_word(shape: Shape) -> bool {
    matches!(
        shape,
        Shape::Lower
            | Shape::Capital
            | Shape::Upper
            | Shape::Letter
            | Shape::Number
            | Shape::Mixed
            | Shape::Abbreviation
            | Shape::Title
            | Shape::Acronym
            | Shape::Initial
            | Shape::Address
    )
}

fn hash(run: &[u32]) -> u32 {
    let mixed =
        run.iter().fold(0u64, |h, &word| (h ^ u64::from(word)).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(23));
    (mixed ^ mixed >> 32) as u32
}
