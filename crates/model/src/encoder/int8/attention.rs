//! Attention in bytes: queries, keys and values of each head, their products, and the steps between.

use std::ops::Range;

use super::{Block, Product, blocks};
use crate::encoder::group::{Group, Scratch, Window, part, part_mut};
use crate::encoder::layout::{ByteLinear, Config, Layer};
use crate::encoder::level::{HEAD, LANES, Left, Level, PANEL, ROUND, ROWS, Right};
use crate::encoder::math::{STRANDS, both, exp2, load, splat, unit, vectors, vectors_mut};

/// Scores are taken to the power of two: 1 / sqrt(32) * log2(e).
const SCORE: f32 = 0.255_034_84;

/// Queries, keys and values of all rows, as bytes for each head. Values come from inputs with a balance of their own.
#[inline(always)]
pub(super) fn query_key_value<L: Level>(
    level: L,
    config: &Config,
    layer: &Layer<ByteLinear<'_>>,
    scratch: &mut Scratch,
) {
    let width = config.width;
    let (rows, padded) = (scratch.group.rows, scratch.group.padded());
    let qkv = scratch.qkv.slice_mut(3 * padded * width);
    let units = scratch.qkv_units.slice_mut(3 * config.heads() * padded);
    let sums = scratch.sums.slice_mut(2 * ROWS * PANEL);
    let sides = [
        (0..2 * width, &scratch.bytes, &scratch.units),
        (2 * width..3 * width, &scratch.value_bytes, &scratch.value_input_units),
    ];
    for (columns, inputs, input_units) in sides {
        let first = columns.start;
        let inputs = inputs.slice(padded * width);
        let product = Product::new(&layer.qkv, columns, inputs, input_units.slice(rows), width)
            .before(layer.qkv.packed.bytes().get(2 * width * width..).filter(|_| first == 0).unwrap_or_default());
        blocks(
            level,
            &product,
            sums,
            #[inline(always)]
            |block, range, sums| {
                // A short group of rows is filled up from the padding.
                let range = range.start..range.end.next_multiple_of(STRANDS);
                // Only queries are a left side, so only they are raised.
                let middle = level.splat(if first + block.column < width { ROUND + 128.0 } else { ROUND });
                for half in 0..PANEL / HEAD {
                    let at = ((first + block.column) / HEAD + half) * padded + block.row + range.start;
                    let to = part_mut(qkv, at * HEAD, range.len() * HEAD).as_chunks_mut::<HEAD>().0;
                    let to_units = part_mut(units, at, range.len());
                    head_bytes(level, block, range.clone(), half, sums, middle, to, to_units);
                }
            },
        );
    }
}

/// One head's numbers of some rows of a block, as bytes around `middle`, and their units.
#[inline(always)]
#[allow(clippy::too_many_arguments, reason = "where from, where to")]
fn head_bytes<L: Level>(
    level: L,
    block: &Block<'_>,
    range: Range<usize>,
    half: usize,
    sums: &[i32],
    middle: L::F,
    to: &mut [[u8; HEAD]],
    to_units: &mut [f32],
) {
    let [unit0, unit1] = two(level, part(block.column_units, half * HEAD, HEAD));
    let [bias0, bias1] = two(level, part(block.bias, half * HEAD, HEAD));
    let sums = part(sums, range.start * PANEL, range.len() * PANEL).as_chunks::<PANEL>().0.as_chunks::<STRANDS>().0;
    let to = to.as_chunks_mut::<STRANDS>().0.iter_mut().zip(to_units.as_chunks_mut::<STRANDS>().0);
    for (n, (sums, (to, to_units))) in sums.iter().zip(to).enumerate() {
        let mut values = [[level.splat(0.0); 2]; STRANDS];
        let mut greatest = [level.splat(0.0); STRANDS];
        for (r, ((values, greatest), sums)) in values.iter_mut().zip(&mut greatest).zip(sums).enumerate() {
            let row_unit = block.row_units.get(range.start + n * STRANDS + r).copied().unwrap_or_default();
            let row_unit = level.splat(row_unit);
            if let Some([sum0, sum1]) = vectors(sums).get(half * 2..).and_then(|s| s.first_chunk::<2>()) {
                let value0 = level.fma(level.mul(level.load_i32(sum0), unit0), row_unit, bias0);
                let value1 = level.fma(level.mul(level.load_i32(sum1), unit1), row_unit, bias1);
                *values = [value0, value1];
                *greatest = level.max(level.abs(value0), level.abs(value1));
            }
        }
        let mut inverses = level.greatest_of(greatest);
        for (inverse, to_unit) in inverses.iter_mut().zip(to_units) {
            (*to_unit, *inverse) = unit(*inverse);
        }
        for ((values, inverse), to) in values.into_iter().zip(&inverses).zip(to) {
            let inverse = level.splat(*inverse);
            for (value, to) in values.into_iter().zip(vectors_mut(to)) {
                level.store_low_bytes(level.fma(value, inverse, middle), to);
            }
        }
    }
}

/// Two vectors of a head's 32 numbers.
#[inline(always)]
fn two<L: Level>(level: L, numbers: &[f32]) -> [L::F; 2] {
    match vectors(numbers) {
        [a, b, ..] => [level.load(a), level.load(b)],
        _ => [level.splat(0.0); 2],
    }
}

/// Brings keys and values of each window and head into the order that the products want.
#[inline(always)]
pub(super) fn pack(config: &Config, scratch: &mut Scratch) {
    let heads = config.heads();
    let Group { windows, slots, .. } = &scratch.group;
    let (slots, padded) = (*slots, scratch.group.padded());
    let qkv = scratch.qkv.slice(3 * padded * config.width);
    let units = scratch.qkv_units.slice(3 * heads * padded);
    for (window, head) in windows.iter().flat_map(|window| (0..heads).map(move |head| (window, head))) {
        let source = |which: usize| (which * heads + head) * padded + window.row;
        let target = head * slots + window.slot;
        let space = window.slots() * HEAD;
        let rows = part(qkv, source(1) * HEAD, window.rows * HEAD);
        pack_keys(
            rows,
            part_mut(scratch.keys.slice_mut(slots * config.width), target * HEAD, space),
            part_mut(scratch.key_start.slice_mut(heads * slots), target, window.slots()),
        );
        let rows = part(qkv, source(2) * HEAD, window.rows * HEAD);
        pack_values(rows, part_mut(scratch.values.slice_mut(slots * config.width), target * HEAD, space));
        for (which, to) in [(1, &mut scratch.key_units), (2, &mut scratch.value_units)] {
            let to = part_mut(to.slice_mut(heads * slots), target, window.slots());
            let (own, padding) = to.split_at_mut(window.rows.min(to.len()));
            own.copy_from_slice(part(units, source(which), window.rows));
            padding.fill(0.0);
        }
    }
}

/// Packs rows of 32 bytes into `[keys / 16][8][16][4]`, and computes the start of each key's sums.
#[inline(always)]
fn pack_keys(rows: &[u8], to: &mut [u8], start: &mut [i32]) {
    let rows = rows.as_chunks::<HEAD>().0;
    for (n, (group, start)) in to.as_chunks_mut::<512>().0.iter_mut().zip(start.chunks_mut(LANES)).enumerate() {
        let steps = group.as_chunks_mut::<64>().0;
        for (key, start) in start.iter_mut().enumerate() {
            let row = rows.get(n * LANES + key).unwrap_or(&[0; HEAD]);
            for (step, four) in steps.iter_mut().zip(row.as_chunks::<4>().0) {
                if let Some(to) = step.as_chunks_mut::<4>().0.get_mut(key) {
                    *to = *four;
                }
            }
            *start = -128 * row.iter().map(|&n| i32::from(n as i8)).sum::<i32>();
        }
    }
}

/// Rows of 32 bytes into `[2][keys / 4][16][4]`.
#[inline(always)]
fn pack_values(rows: &[u8], to: &mut [u8]) {
    let rows = rows.as_chunks::<HEAD>().0;
    let (left, right) = to.split_at_mut(to.len() / 2);
    let targets = left.as_chunks_mut::<64>().0.iter_mut().zip(right.as_chunks_mut::<64>().0);
    for (n, (left, right)) in targets.enumerate() {
        let row = |m: usize| rows.get(n * 4 + m).unwrap_or(&[0; HEAD]);
        let (a, b, c, d) = (row(0), row(1), row(2), row(3));
        let columns = a.iter().zip(b).zip(c).zip(d).map(|(((a, b), c), d)| [*a, *b, *c, *d]);
        let places = left.as_chunks_mut::<4>().0.iter_mut().chain(right.as_chunks_mut::<4>().0);
        for (to, column) in places.zip(columns) {
            *to = column;
        }
    }
}

/// Attention of every window and head, into the context.
#[inline(always)]
pub(super) fn attention<L: Level>(level: L, config: &Config, scratch: &mut Scratch) {
    let (width, heads) = (config.width, config.heads());
    let Group { windows, slots, .. } = &scratch.group;
    let (slots, padded) = (*slots, scratch.group.padded());
    let qkv = scratch.qkv.slice(3 * padded * width + ROWS * HEAD);
    let query_units = scratch.qkv_units.slice(heads * padded);
    let keys = scratch.keys.slice(slots * width);
    let values = scratch.values.slice(slots * width);
    let key_start = scratch.key_start.slice(heads * slots);
    let key_units = scratch.key_units.slice(heads * slots);
    let value_units = scratch.value_units.slice(heads * slots);
    let mask = scratch.mask.slice(slots);
    let context = scratch.context.slice_mut(padded * width);
    let sums = scratch.sums.slice_mut(ROWS * PANEL);
    let longest = windows.iter().map(Window::slots).max().unwrap_or_default();
    let scores = scratch.scores.slice_mut(ROWS * longest);
    let weights = scratch.weights.slice_mut(STRANDS * longest);
    let weight_bytes = scratch.weight_bytes.slice_mut(ROWS * longest);
    for (window, head) in windows.iter().flat_map(|window| (0..heads).map(move |head| (window, head))) {
        let (space, at) = (window.slots(), head * slots + window.slot);
        let columns = window.rows.next_multiple_of(2 * LANES);
        let filled = window.rows.next_multiple_of(LANES);
        let row_parts = Slots {
            mask: part(mask, window.slot, filled),
            key_units: part(key_units, at, filled),
            value_units: part(value_units, at, filled),
        };
        let key_side = Right {
            bytes: part(keys, at * HEAD, columns * HEAD),
            stride: LANES * HEAD,
            start: part(key_start, at, columns),
            fours: false,
        };
        let value_side = Right {
            bytes: part(values, at * HEAD, space * HEAD),
            stride: LANES * space,
            start: &[0; HEAD],
            fours: false,
        };
        for block in (0..window.rows).step_by(ROWS) {
            let rows = ROWS.min(window.rows - block);
            let from = head * padded + window.row + block;
            let bytes = qkv.get(from * HEAD..).unwrap_or_default();
            level.scores(Left { bytes, stride: HEAD, rows, depth: HEAD }, key_side, scores, space);
            let mut row_units = [0.0; ROWS];
            row_units.iter_mut().zip(part(query_units, from, rows)).for_each(|(to, unit)| *to = unit * SCORE);
            let fours = scores.chunks_exact(STRANDS * space).zip(weight_bytes.chunks_exact_mut(STRANDS * space));
            for ((scores, bytes), units) in fours.zip(row_units.as_chunks_mut().0).take(rows.div_ceil(STRANDS)) {
                softmax(level, scores, units, row_parts, space, weights, bytes);
            }
            level.values(Left { bytes: weight_bytes, stride: space, rows, depth: space }, value_side, sums, PANEL);
            let to = part_mut(context, (window.row + block) * width, rows * width).chunks_exact_mut(width);
            for ((sums, unit), to) in sums.chunks_exact(PANEL).zip(row_units).zip(to) {
                let unit = level.splat(unit);
                for (sum, to) in vectors(sums).iter().zip(vectors_mut(part_mut(to, head * HEAD, HEAD))) {
                    level.store(level.mul(level.load_i32(sum), unit), to);
                }
            }
        }
    }
}

/// The data of the slots of a window.
#[derive(Debug, Clone, Copy)]
struct Slots<'a> {
    mask: &'a [f32],
    key_units: &'a [f32],
    value_units: &'a [f32],
}

/// Writes the attention weights of four rows, times the units of the values, as bytes. `units` are the queries', and
/// become the units of each row.
///
/// Four rows go side by side. No step has to wait for the one before it, and they share the data of the keys.
#[inline(always)]
fn softmax<L: Level>(
    level: L,
    scores: &[i32],
    units: &mut [f32; STRANDS],
    slots: Slots<'_>,
    space: usize,
    weights: &mut [f32],
    bytes: &mut [u8],
) {
    let query_units = splat(level, *units);
    let mut most = [level.splat(-1e30); STRANDS];
    let rows = weights.as_chunks_mut::<{ STRANDS * LANES }>().0;
    let keys = vectors(slots.key_units).iter().zip(vectors(slots.mask)).enumerate();
    for ((n, (unit, mask)), weights) in keys.zip(rows.iter_mut()) {
        let (unit, mask) = (level.load(unit), level.load(mask));
        for (((r, most), query_unit), to) in most.iter_mut().enumerate().zip(query_units).zip(vectors_mut(weights)) {
            let Some(sum) = vectors(scores).get(r * space / LANES + n) else { continue };
            let score = level.fma(level.mul(level.load_i32(sum), unit), query_unit, mask);
            *most = level.max(*most, score);
            level.store(score, to);
        }
    }
    let most = splat(level, level.greatest_of(most));
    // Lower powers would become denormal numbers when they are multiplied, which are slow.
    let least = level.splat(-100.0);
    let (mut sums, mut heaviest) = ([level.splat(0.0); STRANDS], [level.splat(0.0); STRANDS]);
    for (unit, weights) in vectors(slots.value_units).iter().zip(rows.iter_mut()) {
        let unit = level.load(unit);
        let Some(weights) = vectors_mut(weights).first_chunk_mut::<STRANDS>() else { continue };
        let distances = both(load(level, weights), most, |score, most| level.max(level.sub(score, most), least));
        let powers = exp2(level, distances);
        let strands = sums.iter_mut().zip(&mut heaviest).zip(weights);
        for (((sum, heaviest), to), power) in strands.zip(powers) {
            *sum = level.add(*sum, power);
            let scaled = level.mul(power, unit);
            *heaviest = level.max(*heaviest, scaled);
            level.store(scaled, to);
        }
    }
    let mut inverses = level.greatest_of(heaviest);
    for ((inverse, unit), sum) in inverses.iter_mut().zip(units).zip(sums) {
        let heaviest = if *inverse > 1e-20 { *inverse } else { 1e-20 };
        *inverse = 255.0 / heaviest;
        *unit = heaviest / (255.0 * level.sum(sum));
    }
    let (inverses, zero) = (splat(level, inverses), level.splat(ROUND));
    for (n, (weights, _)) in rows.iter().zip(vectors(slots.value_units)).enumerate() {
        for ((r, weights), inverse) in vectors(weights).iter().enumerate().zip(inverses) {
            let Some(to) = vectors_mut(bytes).get_mut(r * space / LANES + n) else { continue };
            level.store_low_bytes(level.fma(level.load(weights), inverse, zero), to);
        }
    }
}
