//! The layers in floats: the reference for the layers in bytes, in the same steps and the same order of sums at
//! every level.

use super::group::{INNER_ROWS, Scratch, Window, part, part_mut};
use super::layout::{Config, FloatLinear, Layer, Parts};
use super::level::{HEAD, LANES, Level};
use super::math::{FINE, exp2, gelu, normalise, vectors, vectors_mut};

/// Scores are taken to the power of two: 1 / sqrt(32) * log2(e).
const SCORE: f32 = 0.255_034_84;

/// Runs the group in `scratch` through the layers; `pieces` gives the word and the type of each row.
pub(super) fn forward<L: Level>(
    level: L,
    config: &Config,
    parts: &Parts<'_>,
    layers: &[Layer<FloatLinear>],
    pieces: impl Iterator<Item = (u32, u16)>,
    scratch: &mut Scratch,
) {
    level.run(
        #[inline(always)]
        || {
            embed(level, config, parts, pieces, scratch);
            for (n, layer) in layers.iter().enumerate() {
                attention(level, config, layer, scratch);
                inner(level, config, layer, scratch);
                scratch.keep(n + 1, config.width);
            }
        },
    );
}

#[inline(always)]
fn embed<L: Level>(
    level: L,
    config: &Config,
    parts: &Parts<'_>,
    mut pieces: impl Iterator<Item = (u32, u16)>,
    scratch: &mut Scratch,
) {
    let (width, rows) = (config.width, scratch.group.rows);
    let places = scratch.group.windows.iter().flat_map(|window| 0..window.rows);
    for (state, place) in scratch.states.slice_mut(rows * width).chunks_exact_mut(width).zip(places) {
        let (word, kind) = pieces.next().unwrap_or_default();
        parts.words.add_row(level, word as usize, true, state);
        parts.positions.add_row(level, place, false, state);
        parts.types.add_row(level, usize::from(kind), false, state);
        normalise(level, state, &parts.norm.gain, &parts.norm.shift, config.epsilon);
    }
}

/// The next step after a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    Store,
    Gelu,
    Add,
}

/// `inputs`, `[rows][depth]`, times the weights plus the bias, into `to`, `[rows][outputs]`.
#[inline(always)]
fn product<L: Level>(level: L, linear: &FloatLinear, inputs: &[f32], depth: usize, then: Then, to: &mut [f32]) {
    let outputs = linear.bias.len();
    for (number, bias) in vectors(&linear.bias).iter().enumerate() {
        let weights = vectors(part(&linear.packed, number * LANES * depth, LANES * depth));
        for (inputs, to) in inputs.chunks(4 * depth).zip(to.chunks_mut(4 * outputs)) {
            let mut sums = [level.load(bias); 4];
            let row = |n: usize| inputs.get(n * depth..(n + 1) * depth).unwrap_or(inputs);
            let [a, b, c, d] = [row(0), row(1), row(2), row(3)];
            for ((((weights, a), b), c), d) in weights.iter().zip(a).zip(b).zip(c).zip(d) {
                let weights = level.load(weights);
                for (sum, x) in sums.iter_mut().zip([a, b, c, d]) {
                    *sum = level.fma(level.splat(*x), weights, *sum);
                }
            }
            for (sum, to) in sums.into_iter().zip(to.chunks_exact_mut(outputs)) {
                let Some(to) = vectors_mut(to).get_mut(number) else { continue };
                let value = match then {
                    Then::Store => sum,
                    Then::Gelu => gelu(level, [sum], &FINE, 0.0)[0],
                    Then::Add => level.add(level.load(to), sum),
                };
                level.store(value, to);
            }
        }
    }
}

#[inline(always)]
fn attention<L: Level>(level: L, config: &Config, layer: &Layer<FloatLinear>, scratch: &mut Scratch) {
    let (width, heads, rows) = (config.width, config.heads(), scratch.group.rows);
    let states = scratch.states.slice_mut(rows * width);
    let qkv = scratch.qkv_floats.slice_mut(rows * 3 * width);
    product(level, &layer.qkv, states, width, Then::Store, qkv);
    let slots = scratch.group.slots;
    let keys = scratch.key_floats.slice_mut(slots * width);
    let mask = scratch.mask.slice(slots);
    let windows = &scratch.group.windows;
    let weights = scratch.weights.slice_mut(windows.iter().map(Window::slots).max().unwrap_or_default());
    let context = scratch.context.slice_mut(rows * width);
    for (window, head) in windows.iter().flat_map(|window| (0..heads).map(move |head| (window, head))) {
        let qkv = part(qkv, window.row * 3 * width, window.rows * 3 * width);
        let space = window.slots();
        let keys = part_mut(keys, (head * slots + window.slot) * HEAD, space * HEAD);
        keys.fill(0.0);
        for (n, row) in qkv.chunks_exact(3 * width).enumerate() {
            for (x, to) in part(row, width + head * HEAD, HEAD).iter().zip(keys.chunks_exact_mut(space)) {
                to.iter_mut().skip(n).take(1).for_each(|to| *to = *x);
            }
        }
        let filled = window.rows.next_multiple_of(LANES);
        let mask = part(mask, window.slot, filled);
        let to = part_mut(context, window.row * width, window.rows * width).chunks_exact_mut(width);
        for (row, to) in qkv.chunks_exact(3 * width).zip(to) {
            let query = part(row, head * HEAD, HEAD);
            let weights = vectors_mut(weights);
            let mut most = level.splat(-1e30);
            for ((n, mask), weight) in vectors(mask).iter().enumerate().zip(weights.iter_mut()) {
                let mut sum = level.splat(0.0);
                for (x, keys) in query.iter().zip(keys.chunks_exact(space)) {
                    let Some(keys) = vectors(keys).get(n) else { continue };
                    sum = level.fma(level.splat(*x), level.load(keys), sum);
                }
                let score = level.fma(sum, level.splat(SCORE), level.load(mask));
                most = level.max(most, score);
                level.store(score, weight);
            }
            let most = level.splat(level.greatest(most));
            let mut sum = level.splat(0.0);
            for weight in weights.iter_mut().take(filled / LANES) {
                let [power] = exp2(level, [level.max(level.sub(level.load(weight), most), level.splat(-126.0))]);
                sum = level.add(sum, power);
                level.store(power, weight);
            }
            let share = level.splat(1.0 / level.sum(sum));
            let mut totals = [level.splat(0.0); 2];
            for (weight, row) in weights.as_flattened().iter().zip(qkv.chunks_exact(3 * width)) {
                let value = vectors(part(row, 2 * width + head * HEAD, HEAD));
                for (total, value) in totals.iter_mut().zip(value) {
                    *total = level.fma(level.splat(*weight), level.load(value), *total);
                }
            }
            for (total, to) in totals.into_iter().zip(vectors_mut(part_mut(to, head * HEAD, HEAD))) {
                level.store(level.mul(total, share), to);
            }
        }
    }
    product(level, &layer.out, context, width, Then::Add, states);
    for state in states.chunks_exact_mut(width) {
        normalise(level, state, &layer.attention_norm.gain, &layer.attention_norm.shift, config.epsilon);
    }
}

#[inline(always)]
fn inner<L: Level>(level: L, config: &Config, layer: &Layer<FloatLinear>, scratch: &mut Scratch) {
    let Config { width, inner, .. } = *config;
    let states = scratch.states.slice_mut(scratch.group.rows * width);
    for states in states.chunks_mut(INNER_ROWS * width) {
        let floats = scratch.inner.slice_mut(states.len() / width * inner);
        product(level, &layer.up, states, width, Then::Gelu, floats);
        product(level, &layer.down, floats, inner, Then::Add, states);
        for state in states.chunks_exact_mut(width) {
            normalise(level, state, &layer.output_norm.gain, &layer.output_norm.shift, config.epsilon);
        }
    }
}
