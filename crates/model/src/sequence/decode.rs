//! The best sequence of tags, and the probabilities of tags.
//!
//! On its way forward, [`viterbi`] keeps only the best score of each tag, in whole vector registers. On the way back,
//! it finds the predecessors, for the tags of the best sequence alone. Of equally good tags, the one with the lower
//! number wins. An exact bound leaves one or two tags that can be the best predecessor: [`Transitions::slack`].

use super::{Band, LEAST_FACTOR, MARGIN, NEGLIGIBLE, Scratch, Transitions};
use crate::simd::{Lanes, dispatch};

/// A row of `8 * N` numbers.
type Row<const N: usize> = [[f32; 8]; N];

fn rows<const N: usize>(values: &[f32]) -> &[Row<N>] {
    values.as_chunks::<8>().0.as_chunks::<N>().0
}

/// So many rows, with whatever they hold: every cell is written before it is read.
fn rows_mut<const N: usize>(values: &mut Vec<f32>, count: usize) -> &mut [Row<N>] {
    if values.len() < count * N * 8 {
        values.resize(count * N * 8, 0.0);
    }
    let all = values.as_chunks_mut::<8>().0.as_chunks_mut::<N>().0;
    all.get_mut(..count).unwrap_or_default()
}

/// A row between margins, for [`Band`]s to be read beside its ends.
fn between_margins<const N: usize>(values: &mut Vec<f32>) -> &mut [f32] {
    values.clear();
    values.resize(N * 8 + 2 * MARGIN, 0.0);
    values
}

/// The row from `start` on, which is [`MARGIN`] for the row itself.
#[inline(always)]
fn row_at<const N: usize>(values: &[f32], start: usize) -> Option<&Row<N>> {
    rows::<N>(values.get(start..)?).first()
}

#[inline(always)]
fn row_at_mut<const N: usize>(values: &mut [f32]) -> Option<&mut Row<N>> {
    values.get_mut(MARGIN..)?.as_chunks_mut::<8>().0.as_chunks_mut::<N>().0.first_mut()
}

#[inline(always)]
fn load<V: Lanes, const N: usize>(row: &Row<N>) -> [V; N] {
    let mut values = [V::splat(0.0); N];
    for n in 0..N {
        values[n] = V::load(&row[n]);
    }
    values
}

#[inline(always)]
fn store<V: Lanes, const N: usize>(values: [V; N], row: &mut Row<N>) {
    for n in 0..N {
        values[n].store(&mut row[n]);
    }
}

/// Applies `f` to each pair. Loops are written out, since closures would keep the compiler from inlining the registers'
/// operations.
#[inline(always)]
fn map<V: Lanes, const N: usize>(mut a: [V; N], b: [V; N], f: impl Fn(V, V) -> V) -> [V; N] {
    for n in 0..N {
        a[n] = f(a[n], b[n]);
    }
    a
}

dispatch! {
    /// Replaces `out` by the best sequence of tags for rows of `8 * N` emissions.
    pub(super) fn viterbi<const N: usize>(
        transitions: &Transitions,
        emissions: &[f32],
        scratch: &mut Scratch,
        out: &mut Vec<u16>
    ) = viterbi_of
}

#[inline(always)]
pub(super) fn viterbi_of<V: Lanes, const N: usize>(
    transitions: &Transitions,
    emissions: &[f32],
    scratch: &mut Scratch,
    out: &mut Vec<u16>,
) {
    out.clear();
    let emissions = rows::<N>(emissions);
    let (Some((head, tail)), [first], [last]) =
        (emissions.split_first(), rows::<N>(&transitions.first), rows::<N>(&transitions.last))
    else {
        return;
    };
    let best = rows_mut::<N>(&mut scratch.best, tail.len());
    let scores = rows_mut::<N>(&mut scratch.scores, emissions.len());
    let margins = between_margins::<N>(&mut scratch.margins);
    let Some((mut before, rest)) = scores.split_first_mut() else { return };
    store(map(load::<V, N>(head), load(first), V::add), before);
    for ((emission, own), best) in tail.iter().zip(rest).zip(best.iter_mut()) {
        step::<V, N>(transitions, before, margins, emission, best, own);
        before = own;
    }
    let (mut tag, mut most) = (0, f32::NEG_INFINITY);
    for (j, (score, last)) in before.as_flattened().iter().zip(last.as_flattened()).enumerate() {
        if score + last > most {
            (tag, most) = (j, score + last);
        }
    }
    out.resize(emissions.len(), tag as u16);
    for (slot, (scores, best)) in out.iter_mut().rev().skip(1).zip(scores.iter().zip(best.iter()).rev()) {
        tag = came_from(transitions, scores.as_flattened(), best.as_flattened(), tag);
        *slot = tag as u16;
    }
}

/// The best score of each tag from the scores `before`: without its emission in `best`, with it in `own`.
#[inline(always)]
fn step<V: Lanes, const N: usize>(
    transitions: &Transitions,
    before: &Row<N>,
    margins: &mut [f32],
    emission: &Row<N>,
    best: &mut Row<N>,
    own: &mut Row<N>,
) {
    let mut most = [V::splat(f32::NEG_INFINITY); N];
    let steps = rows::<N>(&transitions.scores);
    let ([slack], Some(middle)) = (rows::<N>(&transitions.slack), row_at_mut::<N>(margins)) else { return };
    *middle = *before;
    let pivot = transitions.pivot.and_then(|tag| before.as_flattened().get(tag));
    let pivot = V::splat(pivot.copied().unwrap_or(f32::NEG_INFINITY));
    for (block, (own, slack)) in before.chunks(8).zip(slack.chunks(8)).enumerate() {
        let mut rest = 0u64;
        for (n, (own, slack)) in own.iter().zip(slack).enumerate() {
            rest |= u64::from(V::load(own).add(V::load(slack)).greater(pivot)) << (8 * n);
        }
        while rest != 0 {
            let i = rest.trailing_zeros() as usize;
            rest &= rest - 1;
            if let (Some(row), Some(&score)) = (steps.get(block * 64 + i), own.as_flattened().get(i)) {
                let score = V::splat(score);
                for n in 0..N {
                    most[n] = score.add(V::load(&row[n])).max(most[n]);
                }
            }
        }
    }
    for band in &transitions.bands {
        if let (Some(from), [scores]) = (row_at::<N>(margins, band.start), rows::<N>(&band.scores)) {
            for n in 0..N {
                most[n] = V::load(&from[n]).add(V::load(&scores[n])).max(most[n]);
            }
        }
    }
    store(most, best);
    store(map(most, load(emission), V::add), own);
}

/// Returns the first tag from which `tag` has its best score.
#[inline(always)]
fn came_from(transitions: &Transitions, before: &[f32], best: &[f32], tag: usize) -> usize {
    let back = transitions.scores_back.get(tag * transitions.width..).unwrap_or_default();
    let Some(&best) = best.get(tag) else { return 0 };
    // If constraints forbid every step, the score is minus infinity from every tag, the first included.
    before.iter().zip(back).position(|(score, step)| score + step == best).unwrap_or(0)
}

dispatch! {
    /// Fills `alpha` and `beta` so that their products are the posterior probabilities. Returns log Z. The result
    /// equals that of [`super::forward_backward`], apart from rounding, since sums have another order.
    pub(super) fn posterior<const N: usize>(transitions: &Transitions, emissions: &[f32], scratch: &mut Scratch) -> f64
        = posterior_of
}

#[inline(always)]
pub(super) fn posterior_of<V: Lanes, const N: usize>(
    transitions: &Transitions,
    emissions: &[f32],
    scratch: &mut Scratch,
) -> f64 {
    let emissions = rows::<N>(emissions);
    let length = emissions.len();
    for values in [&mut scratch.emit, &mut scratch.alpha, &mut scratch.beta] {
        values.resize(length * N * 8, 0.0);
    }
    scratch.norms.resize(length, 1.0);
    let ([first], [last], [padding]) =
        (rows::<N>(&transitions.first_factors), rows::<N>(&transitions.last_factors), rows::<N>(&transitions.padding))
    else {
        return 0.0;
    };
    let (factors, factors_back) = (rows::<N>(&transitions.factors), rows::<N>(&transitions.wide_factors_back));
    let last = load::<V, N>(last);
    let padding = load::<V, N>(padding);
    let mut log_z = 0.0f64;
    let mut before: Row<N> = *first;
    let margins = between_margins::<N>(&mut scratch.margins);
    let emits = rows_mut::<N>(&mut scratch.emit, length);
    let alphas = rows_mut::<N>(&mut scratch.alpha, length);
    for (t, (((emission, emit), alpha), norm)) in
        emissions.iter().zip(emits.iter_mut()).zip(alphas).zip(scratch.norms.iter_mut()).enumerate()
    {
        let scores = map(load::<V, N>(emission), padding, V::add);
        let greatest = greatest(scores);
        let shift = V::splat(greatest);
        let least = V::splat(LEAST_FACTOR);
        let mut factor = scores;
        for n in 0..N {
            factor[n] = exp(scores[n].sub(shift)).max(least);
        }
        store(factor, emit);
        let mut row = if t == 0 {
            load(&before)
        } else {
            let bands = transitions.bands.iter().map(Band::forward);
            through::<V, N>(factors, &transitions.wide, bands, &before, NEGLIGIBLE, margins)
        };
        row = map(row, factor, V::mul);
        if t + 1 == length {
            row = map(row, last, V::mul);
        }
        let mut sum = total(row);
        // Constraints with no way through: any tag is as wrong as any other.
        if !(sum > 0.0 && sum.is_finite()) {
            row = [V::splat(1.0); N];
            sum = (N * 8) as f32;
        }
        let divisor = V::splat(sum);
        store(map(row, [divisor; N], V::div), &mut before);
        *alpha = before;
        *norm = sum;
        log_z += f64::from(sum.ln()) + f64::from(greatest);
    }
    let mut after: Row<N> = [[0.0; 8]; N];
    let betas = rows_mut::<N>(&mut scratch.beta, length);
    for (t, ((emit, beta), &norm)) in emits.iter().zip(betas).zip(&scratch.norms).enumerate().rev() {
        let end = t + 1 == length;
        let row = if end {
            [V::splat(1.0); N]
        } else {
            let most = greatest(load::<V, N>(&after));
            let bands = transitions.bands.iter().map(Band::backward);
            through::<V, N>(factors_back, &transitions.wide_back, bands, &after, most * NEGLIGIBLE, margins)
        };
        store(row, beta);
        // The message to the token before: emission times beta over the norm, with the last factors at the end.
        let norm = V::splat(norm);
        let mut weights = map(map(load(emit), row, V::mul), [norm; N], V::div);
        if end {
            weights = map(weights, last, V::mul);
        }
        store(weights, &mut after);
    }
    log_z
}

/// Returns the weighted sum of the rows of `factors`, and of the bands. Rows are left out if their weight is not above
/// `least`, or if `wide` has no bit for them.
#[inline(always)]
fn through<'t, V: Lanes, const N: usize>(
    factors: &[Row<N>],
    wide: &[u64],
    bands: impl Iterator<Item = (usize, &'t [f32])>,
    weights: &Row<N>,
    least: f32,
    margins: &mut [f32],
) -> [V; N] {
    let least = V::splat(least);
    let mut sum = [V::splat(0.0); N];
    for ((block, own), wide) in weights.chunks(8).enumerate().zip(wide) {
        let mut rest = 0u64;
        for (n, eight) in own.iter().enumerate() {
            rest |= u64::from(V::load(eight).greater(least)) << (8 * n);
        }
        rest &= wide;
        while rest != 0 {
            let i = rest.trailing_zeros() as usize;
            rest &= rest - 1;
            if let (Some(row), Some(&weight)) = (factors.get(block * 64 + i), own.as_flattened().get(i)) {
                let weight = V::splat(weight);
                for n in 0..N {
                    sum[n] = sum[n].add(weight.mul(V::load(&row[n])));
                }
            }
        }
    }
    let Some(middle) = row_at_mut::<N>(margins) else { return sum };
    *middle = *weights;
    for (start, factors) in bands {
        if let (Some(from), [factors]) = (row_at::<N>(margins, start), rows::<N>(factors)) {
            for n in 0..N {
                sum[n] = sum[n].add(V::load(&from[n]).mul(V::load(&factors[n])));
            }
        }
    }
    sum
}

#[inline(always)]
fn greatest<V: Lanes, const N: usize>(values: [V; N]) -> f32 {
    let mut most = V::splat(f32::NEG_INFINITY);
    for value in values {
        most = value.max(most);
    }
    fold(most, |a, b| if a > b { a } else { b })
}

#[inline(always)]
fn total<V: Lanes, const N: usize>(values: [V; N]) -> f32 {
    let mut sum = V::splat(0.0);
    for value in values {
        sum = sum.add(value);
    }
    fold(sum, |a, b| a + b)
}

/// Halves against halves.
#[inline(always)]
fn fold<V: Lanes>(value: V, f: impl Fn(f32, f32) -> f32) -> f32 {
    let mut all = [0.0; 8];
    value.store(&mut all);
    let [a, b, c, d, e, g, h, i] = all;
    f(f(f(a, e), f(c, h)), f(f(b, g), f(d, i)))
}

/// The exponential of numbers that are not above zero, to within two units in the last place; those below -28 count as
/// that. After Cephes' `expf`.
#[inline(always)]
fn exp<V: Lanes>(x: V) -> V {
    /// Adding it leaves the nearest integer, plus the exponent's bias, in the lowest bits.
    const ROUND: f32 = 12_582_912.0 + 127.0;
    let x = x.max(V::splat(-28.0));
    let rounded = x.mul(V::splat(std::f32::consts::LOG2_E)).add(V::splat(ROUND));
    let power = rounded.sub(V::splat(ROUND));
    let r = x.sub(power.mul(V::splat(0.693_359_4))).sub(power.mul(V::splat(-2.121_944_4e-4)));
    let coefficients = [1.398_2e-3, 8.333_452e-3, 4.166_579_6e-2, 1.666_666_5e-1, 0.5];
    let mut series = V::splat(1.987_569_1e-4);
    for coefficient in coefficients {
        series = series.mul(r).add(V::splat(coefficient));
    }
    series.mul(r.mul(r)).add(r).add(V::splat(1.0)).mul(rounded.exponent())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::Plain;

    #[test]
    fn exponentials_are_those_of_the_library() {
        for i in 0..=28_000 {
            let x = -(i as f32) / 1000.0;
            let mut out = [0.0; 8];
            exp(Plain::splat(x)).store(&mut out);
            let exact = f64::from(x).exp();
            assert!((f64::from(out[3]) / exact - 1.0).abs() < 1.5e-7, "{x}: {} {exact}", out[3]);
        }
        let mut out = [0.0; 8];
        exp(Plain::splat(f32::NEG_INFINITY)).store(&mut out);
        assert!(out[0] > 0.0 && out[0] < LEAST_FACTOR);
    }
}
