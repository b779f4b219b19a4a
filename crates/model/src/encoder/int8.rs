//! The layers in bytes: products of bytes with exact sums, everything between them in floats.
//!
//! Each row of inputs has a unit of its own, so a row's result depends on no other row, except through
//! attention on those of its own window. There, queries and keys are bytes with a unit a row and head; a row of
//! attention weights is multiplied by the units of the values before it becomes bytes of its own unit.

use super::group::{Group, INNER_ROWS, Scratch, Window, part, part_mut};
use super::layout::{ByteLinear, Config, Layer, Parts};
use super::level::{HEAD, LANES, Left, Level, PANEL, ROUND, ROWS, Right, Shape};
use super::math::{COARSE, GELU_FLOOR, exp2, gelu, normalise, to_bytes, unit, vectors, vectors_mut};

/// Scores are taken to the power of two: 1 / sqrt(32) * log2(e).
const SCORE: f32 = 0.255_034_84;

/// Runs the group in `scratch` through the layers; `pieces` gives the word and the type of each row.
pub(super) fn forward<L: Level>(
    level: L,
    config: &Config,
    parts: &Parts<'_>,
    layers: &[Layer<ByteLinear<'_>>],
    pieces: impl Iterator<Item = (u32, u16)>,
    scratch: &mut Scratch,
) {
    level.run(
        #[inline(always)]
        || {
            let ones = vec![1.0; config.width];
            let first = layers.first().map_or(ones.as_slice(), |layer| &layer.qkv_balance);
            embed(level, config, parts, first, pieces, scratch);
            for (n, layer) in layers.iter().enumerate() {
                let next = layers.get(n + 1).map(|next| next.qkv_balance.as_slice());
                level.shape(Shape::Weights);
                query_key_value(level, config, layer, scratch);
                pack(config, scratch);
                level.shape(Shape::Attention);
                attention(level, config, scratch);
                level.shape(Shape::Weights);
                after_attention(level, config, layer, &ones, scratch);
                inner(level, config, layer, next, scratch);
            }
            level.shape(Shape::None);
        },
    );
}

/// Hidden states and bytes of the embeddings.
#[inline(always)]
fn embed<L: Level>(
    level: L,
    config: &Config,
    parts: &Parts<'_>,
    balance: &[f32],
    mut pieces: impl Iterator<Item = (u32, u16)>,
    scratch: &mut Scratch,
) {
    let (width, rows) = (config.width, scratch.group.rows);
    let states = scratch.states.slice_mut(rows * width).chunks_exact_mut(width);
    let bytes = scratch.bytes.slice_mut(rows * width).chunks_exact_mut(width);
    let places = scratch.group.windows.iter().flat_map(|window| 0..window.rows);
    for (((state, bytes), unit), place) in states.zip(bytes).zip(scratch.units.slice_mut(rows)).zip(places) {
        let (word, kind) = pieces.next().unwrap_or_default();
        parts.words.add_row(level, word as usize, true, state);
        parts.positions.add_row(level, place, false, state);
        parts.types.add_row(level, usize::from(kind), false, state);
        normalise(level, state, &parts.norm.gain, &parts.norm.shift, config.epsilon);
        *unit = to_bytes(level, state, balance, bytes);
    }
}

/// The panel of a linear layer: its right side, and units and biases of its columns.
#[inline(always)]
fn panel<'a>(linear: &'a ByteLinear<'_>, number: usize, depth: usize) -> (Right<'a>, &'a [f32], &'a [f32]) {
    let bytes = part(linear.packed.bytes(), number * PANEL * depth, PANEL * depth);
    let start = part(&linear.start, number * PANEL, PANEL);
    (Right { bytes, start }, part(&linear.units, number * PANEL, PANEL), part(&linear.bias, number * PANEL, PANEL))
}

/// Queries, keys and values of all rows, as bytes for each head.
#[inline(always)]
fn query_key_value<L: Level>(level: L, config: &Config, layer: &Layer<ByteLinear<'_>>, scratch: &mut Scratch) {
    let width = config.width;
    let (rows, padded) = (scratch.group.rows, scratch.group.padded());
    let inputs = scratch.bytes.slice(padded * width);
    let units = scratch.units.slice(rows);
    let qkv = scratch.qkv.slice_mut(3 * padded * width);
    let qkv_units = scratch.qkv_units.slice_mut(3 * config.heads() * padded);
    let sums = scratch.sums.slice_mut(ROWS * PANEL);
    for number in 0..3 * width / PANEL {
        let (right, column_units, bias) = panel(&layer.qkv, number, width);
        // Only queries are a left side, so only they are raised.
        let middle = level.splat(if number * PANEL < width { ROUND + 128.0 } else { ROUND });
        for block in (0..rows).step_by(ROWS) {
            let count = ROWS.min(rows - block);
            let bytes = part(inputs, block * width, (padded - block) * width);
            level.product(Left { bytes, stride: width, rows: count, depth: width }, right, sums, PANEL);
            for half in 0..PANEL / HEAD {
                let head = number * (PANEL / HEAD) + half;
                let [unit0, unit1] = two(level, part(column_units, half * HEAD, HEAD));
                let [bias0, bias1] = two(level, part(bias, half * HEAD, HEAD));
                let to = part_mut(qkv, (head * padded + block) * HEAD, count * HEAD).chunks_exact_mut(HEAD);
                let to_units = part_mut(qkv_units, head * padded + block, count);
                let rows = part(units, block, count).iter().zip(sums.chunks_exact(PANEL));
                for (((row_unit, sums), to), to_unit) in rows.zip(to).zip(to_units) {
                    let row_unit = level.splat(*row_unit);
                    let (Some([sum0, sum1]), Some([to0, to1])) = (
                        vectors(sums).get(half * 2..half * 2 + 2).and_then(|s| s.first_chunk::<2>()),
                        vectors_mut(to).first_chunk_mut::<2>(),
                    ) else {
                        continue;
                    };
                    let value0 = level.fma(level.mul(level.load_i32(sum0), unit0), row_unit, bias0);
                    let value1 = level.fma(level.mul(level.load_i32(sum1), unit1), row_unit, bias1);
                    let (unit, inverse) = unit(level.greatest(level.max(level.abs(value0), level.abs(value1))));
                    let inverse = level.splat(inverse);
                    level.store_low_bytes(level.fma(value0, inverse, middle), to0);
                    level.store_low_bytes(level.fma(value1, inverse, middle), to1);
                    *to_unit = unit;
                }
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
fn pack(config: &Config, scratch: &mut Scratch) {
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

/// Rows of 32 bytes into `[keys / 16][8][16][4]`, and what each key's sums begin with.
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
fn attention<L: Level>(level: L, config: &Config, scratch: &mut Scratch) {
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
    let weights = scratch.weights.slice_mut(longest);
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
        let key_side = Right { bytes: part(keys, at * HEAD, columns * HEAD), start: part(key_start, at, columns) };
        let value_side = Right { bytes: part(values, at * HEAD, space * HEAD), start: &[0; HEAD] };
        for block in (0..window.rows).step_by(ROWS) {
            let rows = ROWS.min(window.rows - block);
            let from = head * padded + window.row + block;
            let bytes = qkv.get(from * HEAD..).unwrap_or_default();
            level.scores(Left { bytes, stride: HEAD, rows, depth: HEAD }, key_side, scores, space);
            let mut row_units = [0.0; ROWS];
            let units = part(query_units, from, rows).iter().zip(&mut row_units);
            let lines = scores.chunks_exact(space).zip(weight_bytes.chunks_exact_mut(space));
            for ((query_unit, row_unit), (scores, bytes)) in units.zip(lines) {
                *row_unit = softmax(level, scores, query_unit * SCORE, row_parts, weights, bytes);
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

/// What belongs to the slots of a window.
#[derive(Debug, Clone, Copy)]
struct Slots<'a> {
    mask: &'a [f32],
    key_units: &'a [f32],
    value_units: &'a [f32],
}

/// One row of attention weights, times the units of the values, as bytes; returns what one step is worth.
#[inline(always)]
fn softmax<L: Level>(
    level: L,
    scores: &[i32],
    query_unit: f32,
    slots: Slots<'_>,
    weights: &mut [f32],
    bytes: &mut [u8],
) -> f32 {
    let query_unit = level.splat(query_unit);
    let weights = vectors_mut(weights);
    let mut most = level.splat(-1e30);
    let units = vectors(slots.key_units).iter().zip(vectors(slots.mask));
    for ((score, (unit, mask)), to) in vectors(scores).iter().zip(units).zip(weights.iter_mut()) {
        let scaled = level.mul(level.load_i32(score), level.load(unit));
        let score = level.fma(scaled, query_unit, level.load(mask));
        most = level.max(most, score);
        level.store(score, to);
    }
    let most = level.splat(level.greatest(most));
    let least = level.splat(-126.0);
    let (mut sum, mut heaviest) = (level.splat(0.0), level.splat(0.0));
    for (weight, unit) in weights.iter_mut().zip(vectors(slots.value_units)) {
        let power = exp2(level, level.max(level.sub(level.load(weight), most), least));
        sum = level.add(sum, power);
        let scaled = level.mul(power, level.load(unit));
        heaviest = level.max(heaviest, scaled);
        level.store(scaled, weight);
    }
    let heaviest = level.greatest(heaviest);
    let heaviest = if heaviest > 1e-20 { heaviest } else { 1e-20 };
    let (inverse, zero) = (level.splat(255.0 / heaviest), level.splat(ROUND));
    for ((weight, to), _) in weights.iter().zip(vectors_mut(bytes)).zip(vectors(slots.value_units)) {
        level.store_low_bytes(level.fma(level.load(weight), inverse, zero), to);
    }
    heaviest / (255.0 * level.sum(sum))
}

/// Adds a product to the states of some rows.
#[inline(always)]
fn add_product<L: Level>(
    level: L,
    linear: &ByteLinear<'_>,
    inputs: &[u8],
    units: &[f32],
    sums: &mut [i32],
    states: &mut [f32],
    width: usize,
) {
    let rows = units.len();
    let depth = inputs.len() / rows.next_multiple_of(ROWS).max(1);
    for number in 0..width / PANEL {
        let (right, column_units, bias) = panel(linear, number, depth);
        for block in (0..rows).step_by(ROWS) {
            let count = ROWS.min(rows - block);
            let bytes = inputs.get(block * depth..).unwrap_or_default();
            level.product(Left { bytes, stride: depth, rows: count, depth }, right, sums, PANEL);
            let to = part_mut(states, block * width, count * width).chunks_exact_mut(width);
            for ((sums, unit), to) in sums.chunks_exact(PANEL).zip(part(units, block, count)).zip(to) {
                let unit = level.splat(*unit);
                let columns = vectors(column_units).iter().zip(vectors(bias));
                let to = vectors_mut(part_mut(to, number * PANEL, PANEL));
                for ((sum, (column_unit, bias)), to) in vectors(sums).iter().zip(columns).zip(to) {
                    let scaled = level.mul(level.load_i32(sum), level.load(column_unit));
                    let value = level.fma(scaled, unit, level.load(bias));
                    level.store(level.add(level.load(to), value), to);
                }
            }
        }
    }
}

/// Attention's output layer, its residual and normalisation: states and bytes of the inner layer's input.
#[inline(always)]
fn after_attention<L: Level>(
    level: L,
    config: &Config,
    layer: &Layer<ByteLinear<'_>>,
    ones: &[f32],
    scratch: &mut Scratch,
) {
    let width = config.width;
    let (rows, padded) = (scratch.group.rows, scratch.group.padded());
    let bytes = scratch.bytes.slice_mut(padded * width);
    let units = scratch.units.slice_mut(rows);
    let context = scratch.context.slice(rows * width).chunks_exact(width);
    for ((context, bytes), unit) in context.zip(bytes.chunks_exact_mut(width)).zip(units.iter_mut()) {
        *unit = to_bytes(level, context, ones, bytes);
    }
    let states = scratch.states.slice_mut(rows * width);
    add_product(level, &layer.out, bytes, units, scratch.sums.slice_mut(ROWS * PANEL), states, width);
    let norm = &layer.attention_norm;
    let lines = states.chunks_exact_mut(width).zip(bytes.chunks_exact_mut(width)).zip(units);
    for ((state, bytes), unit) in lines {
        normalise(level, state, &norm.gain, &norm.shift, config.epsilon);
        *unit = to_bytes(level, state, &layer.up_balance, bytes);
    }
}

/// The inner layer, its residual and normalisation: states, and bytes of the next layer's input if there is one.
#[inline(always)]
fn inner<L: Level>(
    level: L,
    config: &Config,
    layer: &Layer<ByteLinear<'_>>,
    next: Option<&[f32]>,
    scratch: &mut Scratch,
) {
    let Config { width, inner, .. } = *config;
    let (rows, padded) = (scratch.group.rows, scratch.group.padded());
    let sums = scratch.sums.slice_mut(ROWS * PANEL);
    for chunk in (0..rows).step_by(INNER_ROWS) {
        let count = INNER_ROWS.min(rows - chunk);
        let rest = count.next_multiple_of(ROWS).min(padded - chunk);
        let floats = scratch.inner.slice_mut(INNER_ROWS * inner);
        let most = scratch.inner_most.slice_mut(INNER_ROWS * LANES);
        most.fill(0.0);
        let inputs = part(scratch.bytes.slice(padded * width), chunk * width, rest * width);
        let units = part(scratch.units.slice(rows), chunk, count);
        for number in 0..inner / PANEL {
            let (right, column_units, bias) = panel(&layer.up, number, width);
            for block in (0..count).step_by(ROWS) {
                let count = ROWS.min(count - block);
                let bytes = inputs.get(block * width..).unwrap_or_default();
                level.product(Left { bytes, stride: width, rows: count, depth: width }, right, sums, PANEL);
                let to = part_mut(floats, block * inner, count * inner).chunks_exact_mut(inner);
                let most = vectors_mut(part_mut(most, block * LANES, count * LANES)).iter_mut();
                let lines = sums.chunks_exact(PANEL).zip(part(units, block, count)).zip(to).zip(most);
                for (((sums, unit), to), most) in lines {
                    let unit = level.splat(*unit);
                    let mut greatest = level.load(most);
                    let columns = vectors(column_units).iter().zip(vectors(bias));
                    let to = vectors_mut(part_mut(to, number * PANEL, PANEL));
                    for ((sum, (column_unit, bias)), to) in vectors(sums).iter().zip(columns).zip(to) {
                        let scaled = level.mul(level.load_i32(sum), level.load(column_unit));
                        let raised = gelu(level, level.fma(scaled, unit, level.load(bias)), &COARSE, GELU_FLOOR);
                        greatest = level.max(greatest, raised);
                        level.store(raised, to);
                    }
                    level.store(greatest, most);
                }
            }
        }
        let bytes = part_mut(scratch.inner_bytes.slice_mut(INNER_ROWS * inner), 0, rest * inner);
        let mut inner_units = [0.0; INNER_ROWS];
        let lines = floats.chunks_exact(inner).zip(vectors(most)).zip(bytes.chunks_exact_mut(inner));
        for (((floats, most), bytes), unit) in lines.zip(inner_units.iter_mut()).take(count) {
            *unit = raised_bytes(level, floats, level.greatest(level.load(most)), bytes);
        }
        let states = part_mut(scratch.states.slice_mut(rows * width), chunk * width, count * width);
        add_product(level, &layer.down, bytes, part(&inner_units, 0, count), sums, states, width);
        let norm = &layer.output_norm;
        for state in states.chunks_exact_mut(width) {
            normalise(level, state, &norm.gain, &norm.shift, config.epsilon);
        }
        if let Some(balance) = next {
            let bytes = part_mut(scratch.bytes.slice_mut(padded * width), chunk * width, count * width);
            let units = part_mut(scratch.units.slice_mut(rows), chunk, count);
            for ((state, bytes), unit) in states.chunks_exact(width).zip(bytes.chunks_exact_mut(width)).zip(units) {
                *unit = to_bytes(level, state, balance, bytes);
            }
        }
    }
}

/// A row of raised GELUs, none below zero, as bytes whose unit is returned.
#[inline(always)]
fn raised_bytes<L: Level>(level: L, row: &[f32], greatest: f32, bytes: &mut [u8]) -> f32 {
    let greatest = if greatest > 1e-20 { greatest } else { 1e-20 };
    let (inverse, zero) = (level.splat(255.0 / greatest), level.splat(ROUND));
    for (x, to) in vectors(row).iter().zip(vectors_mut(bytes)) {
        level.store_low_bytes(level.fma(level.load(x), inverse, zero), to);
    }
    greatest / 255.0
}
