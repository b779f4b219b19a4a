//! The layers in bytes: products of bytes with exact sums, everything between them in floats.
//!
//! Each row of inputs has a unit of its own. So a row's result depends on no other row, except through attention on the
//! rows of its own window. There, queries and keys are bytes with a unit a row and head. A row of attention weights is
//! multiplied by the units of the values, and then becomes bytes with a unit of its own.

mod attention;

use std::ops::Range;

use attention::{attention, pack, query_key_value};

use super::bounded::GREATEST_INNER;
use super::group::{INNER_ROWS, Scratch, part, part_mut};
use super::layout::{ByteLinear, Config, Layer, Norm, Parts};
use super::level::{LANES, Left, Level, PANEL, ROUND, ROWS, Right, Shape};
use super::math::{
    COARSE, GELU_FLOOR, STRANDS, fours, fours_mut, gelu, load_i32, normalise, to_bytes, vectors, vectors_mut,
};

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
            embed(level, config, parts, layers.first(), pieces, scratch);
            for (n, layer) in layers.iter().enumerate() {
                level.shape(Shape::Weights);
                query_key_value(level, config, layer, scratch);
                pack(config, scratch);
                level.shape(Shape::Attention);
                attention(level, config, scratch);
                level.shape(Shape::Weights);
                after_attention(level, config, layer, &ones, scratch);
                inner(level, config, layer, layers.get(n + 1), scratch);
                scratch.keep(n + 1, config.width);
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
    next: Option<&Layer<ByteLinear<'_>>>,
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
    }
    normalise_for(level, config, &parts.norm, next, scratch);
}

/// Normalises the states and makes bytes of them for the attention of the next layer, if there is one.
#[inline(always)]
fn normalise_for<L: Level>(
    level: L,
    config: &Config,
    norm: &Norm,
    next: Option<&Layer<ByteLinear<'_>>>,
    scratch: &mut Scratch,
) {
    let (width, rows) = (config.width, scratch.group.rows);
    let states = scratch.states.slice_mut(rows * width).chunks_exact_mut(width);
    let bytes = scratch.bytes.slice_mut(rows * width).chunks_exact_mut(width).zip(scratch.units.slice_mut(rows));
    let value_bytes = scratch.value_bytes.slice_mut(rows * width).chunks_exact_mut(width);
    let value_bytes = value_bytes.zip(scratch.value_input_units.slice_mut(rows));
    for ((state, (bytes, unit)), (value_bytes, value_unit)) in states.zip(bytes).zip(value_bytes) {
        normalise(level, state, &norm.gain, &norm.shift, config.epsilon);
        if let Some(next) = next {
            *unit = to_bytes(level, state, &next.query_key_balance, bytes);
            *value_unit = to_bytes(level, state, &next.value_balance, value_bytes);
        }
    }
}

/// A product of all rows with some columns of a linear layer, perhaps over some of its inputs.
#[derive(Debug, Clone, Copy)]
struct Product<'a> {
    inputs: &'a [u8],
    row_units: &'a [f32],
    depth: usize,
    /// The packed weights from the first column and input on, and from one sixteen of columns to the next.
    weights: &'a [u8],
    stride: usize,
    start: &'a [i32],
    column_units: &'a [f32],
    bias: &'a [f32],
    /// Weights that will be wanted next.
    next: &'a [u8],
    /// Weights are bounded by fours, not by pairs.
    fours: bool,
}

impl<'a> Product<'a> {
    /// Of `inputs` with the columns from `column` on, over all inputs.
    #[inline(always)]
    fn new(
        linear: &'a ByteLinear<'_>,
        columns: Range<usize>,
        inputs: &'a [u8],
        row_units: &'a [f32],
        depth: usize,
    ) -> Self {
        let (column, count) = (columns.start, columns.len());
        Self {
            inputs,
            row_units,
            depth,
            weights: part(linear.packed.bytes(), column * depth, count * depth),
            stride: LANES * depth,
            start: part(&linear.start, column, count),
            column_units: part(&linear.units, column, count),
            bias: part(&linear.bias, column, count),
            next: &[],
            fours: false,
        }
    }

    /// The same, with weights to be fetched in the meantime.
    #[inline(always)]
    fn before(self, next: &'a [u8]) -> Self {
        Self { next, ..self }
    }

    #[inline(always)]
    fn panel(&self, column: usize) -> &'a [u8] {
        let from = column / LANES * self.stride;
        let length = (PANEL / LANES - 1) * self.stride + LANES * self.depth;
        part(self.weights, from, length)
    }
}

/// A block of sums: rows from `row` on, columns from `column` on, [`PANEL`] of them.
#[derive(Debug, Clone, Copy)]
struct Block<'a> {
    row: usize,
    rows: usize,
    column: usize,
    /// Units of the rows' inputs; units and biases of the columns.
    row_units: &'a [f32],
    column_units: &'a [f32],
    bias: &'a [f32],
}

/// Works out a product block by block, and hands each block's sums to `then`, some of its rows at a time. While one
/// block is multiplied, the block before it is handed on, and the weights of the next columns are fetched.
#[inline(always)]
fn blocks<L: Level>(
    level: L,
    product: &Product<'_>,
    sums: &mut [i32],
    mut then: impl FnMut(&Block<'_>, Range<usize>, &[i32]),
) {
    let rows = product.row_units.len();
    let (mut now, mut before) = sums.split_at_mut(ROWS * PANEL);
    let mut pending: Option<Block<'_>> = None;
    let count = rows.div_ceil(ROWS);
    for column in (0..product.start.len()).step_by(PANEL) {
        let panel = product.panel(column);
        let next = product.panel(column + PANEL);
        let next = if next.is_empty() { product.next } else { next };
        for row in (0..rows).step_by(ROWS) {
            let block = Block {
                row,
                rows: ROWS.min(rows - row),
                column,
                row_units: part(product.row_units, row, ROWS.min(rows - row)),
                column_units: part(product.column_units, column, PANEL),
                bias: part(product.bias, column, PANEL),
            };
            let left = Left {
                bytes: product.inputs.get(row * product.depth..).unwrap_or_default(),
                stride: product.depth,
                rows: block.rows,
                depth: product.depth,
            };
            let start = part(product.start, column, PANEL);
            let right = Right { bytes: panel, stride: product.stride, start, fours: product.fours };
            level.product(
                left,
                right,
                now,
                PANEL,
                #[inline(always)]
                |n, of| {
                    let (n_of_all, all) = (row / ROWS * of + n, count * of);
                    fetch(level, next, product.stride, product.depth * LANES, n_of_all, all);
                    hand_on(pending.as_ref(), n, of, before, &mut then);
                },
            );
            pending = Some(block);
            std::mem::swap(&mut now, &mut before);
        }
    }
    hand_on(pending.as_ref(), 0, 1, before, &mut then);
}

/// Fetches part `n` of `of` of a panel of weights: four runs of `length` bytes, `stride` apart.
#[inline(always)]
fn fetch<L: Level>(level: L, panel: &[u8], stride: usize, length: usize, n: usize, of: usize) {
    let lines = length / 64;
    for run in 0..PANEL / LANES {
        for line in n * lines / of..(n + 1) * lines / of {
            if let Some(at) = panel.get(run * stride + line * 64) {
                level.fetch(at);
            }
        }
    }
}

/// Hands on part `n` of `of` of a finished block: groups of [`STRANDS`] rows, of which the last may be short.
#[inline(always)]
fn hand_on(
    done: Option<&Block<'_>>,
    n: usize,
    of: usize,
    sums: &[i32],
    then: &mut impl FnMut(&Block<'_>, Range<usize>, &[i32]),
) {
    if let Some(done) = done {
        let fours = done.rows.div_ceil(STRANDS);
        let range = STRANDS * (n * fours / of)..done.rows.min(STRANDS * ((n + 1) * fours / of));
        if !range.is_empty() {
            then(done, range, sums);
        }
    }
}

/// Adds a product to the states of its rows.
#[inline(always)]
fn add_product<L: Level>(level: L, product: &Product<'_>, sums: &mut [i32], states: &mut [f32]) {
    let width = product.start.len();
    blocks(
        level,
        product,
        sums,
        #[inline(always)]
        |block, range, sums| {
            let row_units = part(block.row_units, range.start, range.len());
            let sums = part(sums, range.start * PANEL, range.len() * PANEL).as_chunks::<PANEL>().0;
            let to = part_mut(states, (block.row + range.start) * width, range.len() * width);
            for ((unit, sums), to) in row_units.iter().zip(sums).zip(to.chunks_exact_mut(width)) {
                let unit = level.splat(*unit);
                let columns = vectors(block.column_units).iter().zip(vectors(block.bias));
                let to = vectors_mut(part_mut(to, block.column, PANEL));
                for ((sum, (column_unit, bias)), to) in vectors(sums).iter().zip(columns).zip(to) {
                    let scaled = level.mul(level.load_i32(sum), level.load(column_unit));
                    let value = level.fma(scaled, unit, level.load(bias));
                    level.store(level.add(level.load(to), value), to);
                }
            }
        },
    );
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
    let product = Product::new(&layer.out, 0..width, bytes, units, width).before(layer.up.packed.bytes());
    add_product(level, &product, scratch.sums.slice_mut(2 * ROWS * PANEL), states);
    let norm = &layer.attention_norm;
    let lines = states.chunks_exact_mut(width).zip(bytes.chunks_exact_mut(width)).zip(units);
    for ((state, bytes), unit) in lines {
        normalise(level, state, &norm.gain, &norm.shift, config.epsilon);
        *unit = to_bytes(level, state, &layer.up_balance, bytes);
    }
}

/// The inner layer, its residual and normalisation: states, and bytes of the next layer's input if there is one.
///
/// The inner layer is cut into groups of columns, each with a unit of its own for each row. The values between the two
/// products stay small enough for the second cache, and the weights are read once.
#[inline(always)]
fn inner<L: Level>(
    level: L,
    config: &Config,
    layer: &Layer<ByteLinear<'_>>,
    next: Option<&Layer<ByteLinear<'_>>>,
    scratch: &mut Scratch,
) {
    let Config { width, inner, .. } = *config;
    let (rows, padded) = (scratch.group.rows, scratch.group.padded());
    let sums = scratch.sums.slice_mut(2 * ROWS * PANEL);
    let group = config.inner_group();
    let no_bias = vec![0.0; width];
    let after = next.map_or(&[][..], |next| next.qkv.packed.bytes());
    for (first, chunk) in
        (0..inner).step_by(group).flat_map(|first| (0..rows).step_by(INNER_ROWS).map(move |row| (first, row)))
    {
        let count = INNER_ROWS.min(rows - chunk);
        let rest = count.next_multiple_of(ROWS).min(padded - chunk);
        let floats = scratch.inner.slice_mut(INNER_ROWS * group);
        let most = scratch.inner_most.slice_mut(INNER_ROWS * LANES);
        most.fill(0.0);
        let inputs = part(scratch.bytes.slice(padded * width), chunk * width, rest * width);
        let units = part(scratch.units.slice(rows), chunk, count);
        let down = layer.down.packed.bytes().get(first * LANES..).unwrap_or_default();
        let product = Product::new(&layer.up, first..first + group, inputs, units, width).before(down);
        blocks(
            level,
            &product,
            sums,
            #[inline(always)]
            |block, range, sums| {
                let row_units = part(block.row_units, range.start, range.len());
                let sums = part(sums, range.start * PANEL, range.len() * PANEL).as_chunks::<PANEL>().0;
                let row = block.row + range.start;
                let to = part_mut(floats, row * group, range.len() * group).chunks_exact_mut(group);
                let most = vectors_mut(part_mut(most, row * LANES, range.len() * LANES));
                for (((unit, sums), to), most) in row_units.iter().zip(sums).zip(to).zip(most) {
                    let unit = level.splat(*unit);
                    let mut greatest = level.load(most);
                    let columns = fours(block.column_units).iter().zip(fours(block.bias));
                    let to = part_mut(to, block.column, PANEL);
                    for ((sums, (column_units, bias)), to) in fours(sums).iter().zip(columns).zip(fours_mut(to)) {
                        let mut values = load_i32(level, sums);
                        for ((value, column_unit), bias) in values.iter_mut().zip(column_units).zip(bias) {
                            *value = level.fma(level.mul(*value, level.load(column_unit)), unit, level.load(bias));
                        }
                        for (raised, to) in gelu(level, values, &COARSE, GELU_FLOOR).into_iter().zip(to) {
                            greatest = level.max(greatest, raised);
                            level.store(raised, to);
                        }
                    }
                    level.store(greatest, most);
                }
            },
        );
        let bytes = part_mut(scratch.inner_bytes.slice_mut(INNER_ROWS * group), 0, rest * group);
        let mut inner_units = [0.0; INNER_ROWS];
        let lines = floats.chunks_exact(group).zip(vectors(most)).zip(bytes.chunks_exact_mut(group));
        for (((floats, most), bytes), unit) in lines.zip(inner_units.iter_mut()).take(count) {
            *unit = raised_bytes(level, floats, level.greatest(level.load(most)), bytes);
        }
        let up = layer.up.packed.bytes().get((first + group) * width..).unwrap_or_default();
        let product = Product {
            inputs: bytes,
            row_units: part(&inner_units, 0, count),
            depth: group,
            weights: down,
            stride: LANES * inner,
            start: &layer.down.start,
            column_units: &layer.down.units,
            bias: if first == 0 { &layer.down.bias } else { &no_bias },
            next: if up.is_empty() { after } else { up },
            fours: true,
        };
        let states = part_mut(scratch.states.slice_mut(rows * width), chunk * width, count * width);
        add_product(level, &product, sums, states);
    }
    normalise_for(level, config, &layer.output_norm, next, scratch);
}

/// Writes a row of raised GELUs, none below zero, as bytes up to [`GREATEST_INNER`], and returns their unit.
#[inline(always)]
fn raised_bytes<L: Level>(level: L, row: &[f32], greatest: f32, bytes: &mut [u8]) -> f32 {
    let greatest = if greatest > 1e-20 { greatest } else { 1e-20 };
    let steps = f32::from(GREATEST_INNER);
    let (inverse, zero) = (level.splat(steps / greatest), level.splat(ROUND));
    for (x, to) in vectors(row).iter().zip(vectors_mut(bytes)) {
        level.store_low_bytes(level.fma(level.load(x), inverse, zero), to);
    }
    greatest / steps
}
