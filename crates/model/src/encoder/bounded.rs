//! Weights within bounds: rounded anew when a model is read, so that products of bytes add up in sixteen bits.
//!
//! AVX2 multiplies bytes by `vpmaddubsw`, which adds two products in sixteen bits and stops at the ends of their range. Here the
//! weights of each *lane*, two inputs for one output (four out of the inner layer), are bounded: its positive weights sum to no
//! more than the bound, and neither do its negative ones. Then no lane can reach the ends, whatever the inputs, and sums stay exact.
//! A bound for the sum costs less precision than seven bits for each weight would.
//!
//! Every output gets a unit of its own: a wider one rounds more coarsely, a narrower one leaves more lanes beyond the bound. The
//! result is the same at every level, and every kernel uses it.

use super::layout::{ByteLinear, Layer};
use super::level::{LANES, Level, ROUND};
use super::math::{GELU_FLOOR, vectors, vectors_mut};
use super::memory::{Aligned, Weights};

/// Greatest byte of an inner layer's inputs. With 255 as for other inputs, their lanes would have less room.
pub(super) const GREATEST_INNER: u8 = 181;
/// The bound for lanes whose inputs are bytes up to 255: 255 times 128 is below 2^15.
const BOUND: i16 = 128;
/// The bound for lanes whose inputs are bytes up to [`GREATEST_INNER`]: its square is below 2^15.
const INNER_BOUND: i16 = 181;
const _: () = assert!(255 * (BOUND as i32) < 1 << 15 && GREATEST_INNER as i32 * (INNER_BOUND as i32) < 1 << 15);

/// Bytes of a step of depth for sixteen outputs: four inputs of each.
const STEP: usize = 4 * LANES;
/// Lanes of a step, and of several that are added up: two for each output.
const GROUP_LANES: usize = 2 * LANES;

/// How much wider than in the file an output's unit may become. Beyond 2.5, rounding would cost more than any lane that is cut.
const WIDER: [f32; 13] = [1.0, 1.0625, 1.125, 1.1875, 1.25, 1.375, 1.5, 1.625, 1.75, 1.875, 2.0, 2.25, 2.5];

/// Brings the weights of all layers within their bounds.
#[inline(always)]
pub(super) fn bound<L: Level>(level: L, layers: &mut [Layer<ByteLinear<'_>>]) {
    level.run(
        #[inline(always)]
        || {
            for layer in layers {
                for linear in [&mut layer.qkv, &mut layer.out, &mut layer.up] {
                    let sums = bound_linear::<L, STEP>(level, linear, BOUND);
                    linear.start.iter_mut().zip(sums).for_each(|(start, (_, sum))| *start = -128 * sum);
                }
                let down = &mut layer.down;
                let before = down.units.clone();
                let sums = bound_linear::<L, { 2 * STEP }>(level, down, INNER_BOUND);
                let columns = down.bias.iter_mut().zip(before.iter().zip(&down.units));
                for ((bias, (before, unit)), (old, new)) in columns.zip(sums) {
                    *bias += GELU_FLOOR * (before * old as f32 - unit * new as f32);
                }
            }
        },
    );
}

/// Brings the weights of one linear layer within the bound, and gives each output its new unit. Returns the sums of each output's
/// weights, before and after.
#[inline(always)]
fn bound_linear<L: Level, const GROUP: usize>(level: L, linear: &mut ByteLinear<'_>, bound: i16) -> Vec<(i32, i32)> {
    let outputs = linear.units.len();
    let bytes = linear.packed.bytes();
    let size = bytes.len() / (outputs / LANES);
    let mut sums = Vec::with_capacity(outputs);
    let mut packed = Aligned::default();
    packed.reserve(bytes.len());
    let blocks = bytes.chunks_exact(size).zip(packed.slice_mut(bytes.len()).chunks_exact_mut(size));
    for ((from, to), units) in blocks.zip(vectors_mut(&mut linear.units)) {
        let (from, to) = (from.as_chunks::<GROUP>().0, to.as_chunks_mut::<GROUP>().0);
        let (wider, old) = widths(from, bound);
        let mut factors = [[0.0; 4]; LANES];
        for ((unit, wider), factors) in units.iter_mut().zip(wider).zip(&mut factors) {
            *unit *= wider;
            *factors = [1.0 / wider; 4];
        }
        let factors = vectors(factors.as_flattened());
        let mut new = [0i32; GROUP_LANES];
        for (from, to) in from.iter().zip(to) {
            for (n, (from, to)) in vectors(from).iter().zip(vectors_mut(to)).enumerate() {
                let Some(factor) = factors.get(n % 4) else { continue };
                let rounded = level.fma(level.load_i8(from), level.load(factor), level.splat(ROUND));
                level.store_low_bytes(rounded, to);
            }
            let mut both = lanes(to);
            if both.as_flattened().iter().fold(0, |most: i16, sum| most.max(*sum)) > bound {
                cut(from, to, factors.as_flattened(), bound);
                both = lanes(to);
            }
            add_lanes(&mut new, &both);
        }
        let pairs = old.as_chunks::<2>().0.iter().zip(new.as_chunks::<2>().0);
        sums.extend(pairs.map(|(old, new)| (old.iter().sum::<i32>(), new.iter().sum::<i32>())));
    }
    linear.packed = Weights::Copied(packed);
    sums
}

/// The positive weights of each lane summed up, and the negative ones without their sign.
#[inline(always)]
fn lanes<const GROUP: usize>(group: &[u8; GROUP]) -> [[i16; GROUP_LANES]; 2] {
    let (mut positive, mut negative) = ([0; GROUP_LANES], [0; GROUP_LANES]);
    for step in group.as_chunks::<STEP>().0 {
        for ((positive, negative), pair) in positive.iter_mut().zip(&mut negative).zip(step.as_chunks::<2>().0) {
            let pair = i16::from_le_bytes(*pair);
            let (low, high) = (pair << 8 >> 8, pair >> 8);
            *positive += low.max(0) + high.max(0);
            *negative += (-low).max(0) + (-high).max(0);
        }
    }
    [positive, negative]
}

/// Adds the sums of lanes, with their signs.
#[inline(always)]
fn add_lanes(totals: &mut [i32; GROUP_LANES], [positive, negative]: &[[i16; GROUP_LANES]; 2]) {
    for ((total, positive), negative) in totals.iter_mut().zip(positive).zip(negative) {
        *total += i32::from(positive - negative);
    }
}

/// How much wider each output's unit becomes, for the least squared error: that of rounding, and that of cutting what lies beyond
/// the bound. Both are estimates: roundings spread evenly, and what is cut is shared by most of a lane's weights. Returns the sums of
/// the weights of each output's lanes as well.
#[inline(always)]
fn widths<const GROUP: usize>(groups: &[[u8; GROUP]], bound: i16) -> ([f32; LANES], [i32; GROUP_LANES]) {
    let limits = WIDER.map(|wider| (f32::from(bound) * wider) as i16);
    // Lane by lane, so that the compiler makes vectors of the loops.
    let mut cut = [[0i32; GROUP_LANES]; WIDER.len()];
    let mut totals = [0i32; GROUP_LANES];
    for group in groups {
        let both = lanes(group);
        add_lanes(&mut totals, &both);
        for sums in &both {
            for (limit, cut) in limits.iter().zip(&mut cut) {
                for (cut, sum) in cut.iter_mut().zip(sums) {
                    let beyond = i32::from((sum - limit).max(0));
                    *cut += beyond * beyond;
                }
            }
        }
    }
    let inputs = (groups.len() * GROUP / LANES) as f32;
    let shared = (GROUP / STEP + 1) as f32;
    let (mut least, mut best) = ([f32::INFINITY; LANES], [1.0; LANES]);
    for (wider, cut) in WIDER.into_iter().zip(cut) {
        let rounding = if wider > 1.0 { inputs * wider * wider / 12.0 } else { 0.0 };
        for ((least, best), [a, b]) in least.iter_mut().zip(&mut best).zip(cut.as_chunks::<2>().0) {
            let error = rounding + (a + b) as f32 / shared;
            if error < *least {
                (*least, *best) = (error, wider);
            }
        }
    }
    (best, totals)
}

/// Cuts the lanes of a group that lie beyond the bound: step by step, the weight that is furthest above what was rounded gives way.
#[inline(never)]
fn cut<const GROUP: usize>(from: &[u8; GROUP], to: &mut [u8; GROUP], factors: &[f32], bound: i16) {
    for lane in 0..GROUP_LANES {
        let places = (0..GROUP).step_by(STEP).flat_map(|step| [step + 2 * lane, step + 2 * lane + 1]);
        let factor = factors.get(2 * lane).copied().unwrap_or_default();
        let at = |bytes: &[u8; GROUP], n: usize| bytes.get(n).map_or(0, |&byte| i16::from(byte as i8));
        for sign in [1, -1] {
            let size = |to: &[u8; GROUP], n: usize| (sign * at(to, n)).max(0);
            while places.clone().map(|n| size(to, n)).sum::<i16>() > bound {
                let above = |n: usize| f32::from(size(to, n)) - f32::from(sign * at(from, n)) * factor;
                let positive = places.clone().filter(|&n| size(to, n) > 0);
                let Some(n) = positive.max_by(|&a, &b| above(a).total_cmp(&above(b))) else { break };
                let smaller = at(to, n) - sign;
                if let Some(byte) = to.get_mut(n) {
                    *byte = smaller as u8;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoder::level::portable::Portable;

    fn linear(bytes: &[u8], outputs: usize) -> ByteLinear<'_> {
        let (units, bias, start) = (vec![1.0; outputs], vec![0.0; outputs], vec![0; outputs]);
        ByteLinear { packed: Weights::new(bytes), units, bias, start }
    }

    /// Weights whose sizes are near the middle, as those of a model are: sums of six draws.
    fn usual(count: usize) -> Vec<u8> {
        let mut state = 7u64;
        let mut draw = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 40) % 43
        };
        (0..count).map(|_| ((0..6).map(|_| draw() as i32).sum::<i32>() - 126) as u8).collect()
    }

    /// The same, with some groups at the ends.
    fn weights(outputs: usize, inputs: usize) -> Vec<u8> {
        let mut bytes = usual(outputs * inputs);
        let groups = bytes.as_chunks_mut::<{ 2 * STEP }>().0.iter_mut().step_by(29);
        for (group, end) in groups.zip([127u8, 129, 1, 128].into_iter().cycle()) {
            group.fill(end);
        }
        bytes
    }

    #[test]
    fn every_lane_is_within_the_bound_and_sums_are_told() {
        within_bounds::<STEP>(BOUND);
        within_bounds::<{ 2 * STEP }>(INNER_BOUND);
    }

    fn within_bounds<const GROUP: usize>(bound: i16) {
        let bytes = weights(64, 192);
        let mut linear = linear(&bytes, 64);
        let sums = bound_linear::<_, GROUP>(Portable, &mut linear, bound);
        let groups = linear.packed.bytes().as_chunks::<GROUP>().0;
        assert_eq!(groups.len(), bytes.len() / GROUP);
        assert!(groups.iter().flat_map(lanes::<GROUP>).flatten().all(|sum| (0..=bound).contains(&sum)));
        for (output, (old, new)) in sums.into_iter().enumerate() {
            let own = |bytes: &[u8]| {
                let block = &bytes[output / LANES * LANES * 192..][..LANES * 192];
                let fours = block.chunks_exact(4).skip(output % LANES).step_by(LANES);
                fours.flatten().map(|&n| i32::from(n as i8)).sum::<i32>()
            };
            assert_eq!((own(&bytes), own(linear.packed.bytes())), (old, new));
        }
    }

    #[test]
    fn weights_within_the_bound_stay_as_they_are() {
        let bytes: Vec<u8> = weights(32, 64).iter().map(|&n| ((n as i8) / 4) as u8).collect();
        let mut linear = linear(&bytes, 32);
        bound_linear::<_, STEP>(Portable, &mut linear, BOUND);
        assert!(linear.packed.bytes() == bytes && linear.units == [1.0; 32]);
    }

    #[test]
    fn the_error_is_smaller_than_that_of_seven_bits() {
        let bytes = usual(64 * 192);
        let mut linear = linear(&bytes, 64);
        bound_linear::<_, STEP>(Portable, &mut linear, BOUND);
        let (mut error, mut seven) = (0.0, 0.0);
        for (n, (&old, &new)) in bytes.iter().zip(linear.packed.bytes()).enumerate() {
            let (old, new) = (f64::from(old as i8), f64::from(new as i8));
            let unit = f64::from(linear.units[n / (LANES * 192) * LANES + n / 4 % LANES]);
            error += (old - new * unit).powi(2);
            seven += (old - (old * 63.0 / 127.0).round() * 127.0 / 63.0).powi(2);
        }
        assert!(error < seven, "{error} {seven}");
    }
}
