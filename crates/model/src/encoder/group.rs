//! Windows that go through the layers together, and the memory that they need.

use super::layout::{Config, Precision, Table};
use super::level::{HEAD, LANES, Level, PANEL, ROWS};
use super::math::{STRANDS, vectors, vectors_mut};
use super::memory::Aligned;

/// Rows that the inner layer works on at a time: its floats stay in the second cache.
pub(super) const INNER_ROWS: usize = 4 * ROWS;
/// Keys of a window are padded to the size of one tile of values.
pub(super) const KEYS: usize = 64;

/// One window: its rows in the group, and its slots among the padded keys.
#[derive(Debug, Clone, Copy)]
pub(super) struct Window {
    pub row: usize,
    pub rows: usize,
    pub slot: usize,
}

impl Window {
    /// Slots: the rows, padded.
    pub(super) fn slots(&self) -> usize {
        self.rows.next_multiple_of(KEYS)
    }
}

/// Windows. Their pieces lie one after another.
#[derive(Debug, Default)]
pub(super) struct Group {
    pub windows: Vec<Window>,
    pub rows: usize,
    pub slots: usize,
}

impl Group {
    pub(super) fn clear(&mut self) {
        self.windows.clear();
        (self.rows, self.slots) = (0, 0);
    }

    pub(super) fn push(&mut self, rows: usize) {
        let window = Window { row: self.rows, rows, slot: self.slots };
        self.rows += rows;
        self.slots += window.slots();
        self.windows.push(window);
    }

    /// Rows, padded to whole blocks.
    pub(super) fn padded(&self) -> usize {
        self.rows.next_multiple_of(ROWS)
    }
}

/// Working memory of one thread. It grows to the needs of the largest call and is kept for the next one. Nothing in it
/// outlives a call.
#[derive(Debug, Default)]
pub struct Scratch {
    pub(super) group: Group,
    /// Hidden states, `[rows][width]`.
    pub(super) states: Aligned<f32>,
    /// The layer with states to keep beside those of the last one, counted from 1; 0 for none.
    pub(super) kept_layer: usize,
    /// Its states, `[rows][width]`.
    pub(super) kept: Aligned<f32>,
    /// Inputs of the next product, `[rows][width]`, and the unit of each row.
    pub(super) bytes: Aligned<u8>,
    pub(super) units: Aligned<f32>,
    /// The same for the inputs of the values.
    pub(super) value_bytes: Aligned<u8>,
    pub(super) value_input_units: Aligned<f32>,
    /// Queries, keys and values as bytes, `[3][heads][rows][32]`, or as floats, `[rows][3][width]`; units of each.
    pub(super) qkv: Aligned<u8>,
    pub(super) qkv_units: Aligned<f32>,
    pub(super) qkv_floats: Aligned<f32>,
    /// Keys and values packed for the products, `[heads][slots][32]`; units and starts of the slots.
    pub(super) keys: Aligned<u8>,
    pub(super) values: Aligned<u8>,
    pub(super) key_units: Aligned<f32>,
    pub(super) value_units: Aligned<f32>,
    pub(super) key_start: Aligned<i32>,
    /// Packed keys as floats, `[heads][32][slots]`.
    pub(super) key_floats: Aligned<f32>,
    /// Nothing for a key, minus a great deal for padding: `[slots]`.
    pub(super) mask: Aligned<f32>,
    /// One block of attention: sums, weights of some rows as floats, weights as bytes.
    pub(super) scores: Aligned<i32>,
    pub(super) weights: Aligned<f32>,
    pub(super) weight_bytes: Aligned<u8>,
    /// Result of attention, `[rows][width]`.
    pub(super) context: Aligned<f32>,
    /// Sums of two blocks of a product.
    pub(super) sums: Aligned<i32>,
    /// The inner layer of some rows, as floats and as bytes; the greatest of each row, lane by lane.
    pub(super) inner: Aligned<f32>,
    pub(super) inner_bytes: Aligned<u8>,
    pub(super) inner_most: Aligned<f32>,
}

impl Scratch {
    /// Empty working memory.
    pub fn new() -> Self {
        Self::default()
    }

    /// Copies the states if `layer`, counted from 1, is the one whose states are kept.
    pub(super) fn keep(&mut self, layer: usize, width: usize) {
        if layer == self.kept_layer {
            let length = self.group.rows * width;
            self.kept.slice_mut(length).copy_from_slice(self.states.slice(length));
        }
    }

    /// Makes room for the group.
    pub(super) fn reserve(&mut self, config: &Config) {
        let Config { width, inner, .. } = *config;
        let heads = config.heads();
        let (rows, slots) = (self.group.padded(), self.group.slots);
        let longest = self.group.windows.iter().map(Window::slots).max().unwrap_or_default();
        self.states.reserve(rows * width);
        if self.kept_layer > 0 {
            self.kept.reserve(rows * width);
        }
        self.context.reserve(rows * width);
        self.mask.reserve(slots);
        self.weights.reserve(STRANDS * longest);
        match config.precision {
            Precision::Int8 => {
                self.bytes.reserve(rows * width);
                self.units.reserve(rows);
                self.value_bytes.reserve(rows * width);
                self.value_input_units.reserve(rows);
                // The last head's rows are read in whole blocks from any row on.
                self.qkv.reserve(3 * rows * width + ROWS * HEAD);
                self.qkv_units.reserve(3 * heads * rows);
                self.keys.reserve(slots * width);
                self.values.reserve(slots * width);
                self.key_units.reserve(heads * slots);
                self.value_units.reserve(heads * slots);
                self.key_start.reserve(heads * slots);
                self.scores.reserve(ROWS * longest);
                self.weight_bytes.reserve(ROWS * longest);
                self.sums.reserve(2 * ROWS * PANEL);
                self.inner.reserve(INNER_ROWS * config.inner_group());
                self.inner_bytes.reserve(INNER_ROWS * config.inner_group());
                self.inner_most.reserve(INNER_ROWS * LANES);
            }
            Precision::Float32 => {
                self.qkv_floats.reserve(rows * 3 * width);
                self.key_floats.reserve(slots * width);
                self.inner.reserve(INNER_ROWS * inner);
            }
        }
        let (windows, mask) = (&self.group.windows, self.mask.slice_mut(slots));
        for window in windows {
            let own = part_mut(mask, window.slot, window.slots());
            for (n, slot) in own.iter_mut().enumerate() {
                *slot = if n < window.rows { 0.0 } else { -1e30 };
            }
        }
    }
}

/// `length` elements from `start` on; none if they are not there.
#[inline(always)]
pub(super) fn part<T>(slice: &[T], start: usize, length: usize) -> &[T] {
    slice.get(start..start + length).unwrap_or_default()
}

/// The same to write to.
#[inline(always)]
pub(super) fn part_mut<T>(slice: &mut [T], start: usize, length: usize) -> &mut [T] {
    slice.get_mut(start..start + length).unwrap_or_default()
}

impl Table<'_> {
    /// Adds row `index` to `to`, or puts it there if `first`.
    #[inline(always)]
    pub(super) fn add_row<L: Level>(&self, level: L, index: usize, first: bool, to: &mut [f32]) {
        let width = to.len();
        let zero = level.splat(0.0);
        match self {
            Table::Bytes { rows, units } => {
                let unit = level.splat(units.get(index).copied().unwrap_or_default());
                for (from, to) in vectors(part(rows, index * width, width)).iter().zip(vectors_mut(to)) {
                    let before = if first { zero } else { level.load(to) };
                    level.store(level.fma(level.load_i8(from), unit, before), to);
                }
            }
            Table::Floats(rows) => {
                for (from, to) in vectors(part(rows, index * width, width)).iter().zip(vectors_mut(to)) {
                    let before = if first { zero } else { level.load(to) };
                    level.store(level.add(level.load(from), before), to);
                }
            }
        }
    }
}
