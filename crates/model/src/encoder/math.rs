//! The float parts of the encoder, over any level: exponential, GELU, layer normalisation, and the step from
//! floats to bytes. Rows are slices of whole vectors; lanes are added up in one fixed order.

use super::level::{LANES, Level, ROUND};

/// Byte zero of a GELU's result stands for minus this. The least value of GELU is -0.16997.
pub(super) const GELU_FLOOR: f32 = 0.17;

/// The number of vectors that a loop works on side by side. Otherwise steps that wait for one another would fill the
/// processor's waiting list, and other work, above all tiles, would stand still.
pub(super) const STRANDS: usize = 4;

/// Returns two to the power of `x`, for `x` in -126..=0, with a relative error under 2.7e-6. It is a polynomial of
/// degree 4, fitted to the least greatest relative error on -0.5..0.5.
#[inline(always)]
pub(super) fn exp2<L: Level, const M: usize>(level: L, x: [L::F; M]) -> [L::F; M] {
    const P: [f32; 5] = [0.999_999_3, 0.693_121_8, 0.240_247_44, 0.055_917_86, 0.009_570_097];
    let magic = level.splat(ROUND);
    let rounded = each(x, |x| level.add(x, magic));
    let whole = each(rounded, |rounded| level.sub(rounded, magic));
    let rest = both(x, whole, |x, whole| level.sub(x, whole));
    both(polynomial(level, rest, &P), rounded, |power, rounded| level.shift_exponent(power, rounded))
}

/// The results of `f`. Unlike the arrays' own `map`, it is always inlined, which code for a level has to be.
#[inline(always)]
pub(super) fn each<T: Copy, const M: usize>(mut a: [T; M], f: impl Fn(T) -> T) -> [T; M] {
    for a in &mut a {
        *a = f(*a);
    }
    a
}

/// The results of `f` for each pair.
#[inline(always)]
pub(super) fn both<T: Copy, const M: usize>(mut a: [T; M], b: [T; M], f: impl Fn(T, T) -> T) -> [T; M] {
    for (a, b) in a.iter_mut().zip(b) {
        *a = f(*a, b);
    }
    a
}

/// The bump that GELU takes from the ramp `max(x, 0)`: `f(t) = t * (1 - Phi(t))` for `t = |x|`. It is a polynomial
/// around the middle of `0..2 * middle`, fitted to the least greatest error there. Beyond, `t` is held at the end.
#[derive(Debug)]
pub(super) struct Bump<const N: usize> {
    middle: f32,
    coefficients: [f32; N],
}

/// Absolute error under 7e-7: for floats.
pub(super) const FINE: Bump<15> = Bump {
    middle: 2.75,
    coefficients: [
        0.008_194_841,
        -0.022_028_757,
        0.025_282_947,
        -0.014_840_85,
        0.003_151_547_4,
        0.001_653_455_2,
        -0.001_476_774_1,
        0.000_387_824_46,
        5.878_823e-5,
        -6.100_431e-5,
        7.479_369e-6,
        3.474_962e-6,
        -8.236_612e-7,
        -7.729_213_5e-8,
        2.535_045_2e-8,
    ],
};

/// The absolute error is under 1.3e-4. The result becomes bytes, which have steps a hundred times as long.
pub(super) const COARSE: Bump<9> = Bump {
    middle: 2.0,
    coefficients: [
        0.045_433_77,
        -0.085_646_93,
        0.054_719_51,
        0.001_449_200_4,
        -0.019_343_255,
        0.007_656_937,
        0.000_477_835_65,
        -0.000_666_950_25,
        5.727_304e-5,
    ],
};

/// `x * Phi(x) + raise`: the GELU of BERT, raised by a constant.
#[inline(always)]
pub(super) fn gelu<L: Level, const M: usize, const N: usize>(
    level: L,
    x: [L::F; M],
    bump: &Bump<N>,
    raise: f32,
) -> [L::F; M] {
    let Bump { middle, mut coefficients } = *bump;
    if let Some(constant) = coefficients.first_mut() {
        *constant -= raise;
    }
    let (end, middle, zero) = (level.splat(2.0 * middle), level.splat(middle), level.splat(0.0));
    let t = each(x, |x| level.sub(level.min(level.abs(x), end), middle));
    let taken = polynomial(level, t, &coefficients);
    both(x, taken, |x, taken| level.sub(level.max(x, zero), taken))
}

/// Horner's rule; `coefficients` from the constant one up.
#[inline(always)]
fn polynomial<L: Level, const M: usize, const N: usize>(level: L, x: [L::F; M], coefficients: &[f32; N]) -> [L::F; M] {
    let mut highest_first = coefficients.iter().rev();
    let mut sums = [level.splat(highest_first.next().copied().unwrap_or(0.0)); M];
    for &coefficient in highest_first {
        let coefficient = level.splat(coefficient);
        sums = both(sums, x, |sum, x| level.fma(sum, x, coefficient));
    }
    sums
}

/// The sum of a row, or of its squared distances from `mean`: in [`STRANDS`] vectors, taken in turn and added in pairs.
#[inline(always)]
fn sum_of<L: Level>(level: L, row: &[f32], mean: Option<L::F>) -> f32 {
    let mut strands = [level.splat(0.0); STRANDS];
    let (fours, rest) = vectors(row).as_chunks::<STRANDS>();
    for four in fours {
        for (strand, x) in strands.iter_mut().zip(four) {
            *strand = summed(level, *strand, level.load(x), mean);
        }
    }
    for (strand, x) in strands.iter_mut().zip(rest) {
        *strand = summed(level, *strand, level.load(x), mean);
    }
    let [a, b, c, d] = strands;
    level.sum(level.add(level.add(a, b), level.add(c, d)))
}

#[inline(always)]
fn summed<L: Level>(level: L, sum: L::F, x: L::F, mean: Option<L::F>) -> L::F {
    match mean {
        None => level.add(sum, x),
        Some(mean) => {
            let distance = level.sub(x, mean);
            level.fma(distance, distance, sum)
        }
    }
}

/// A row as vectors; its length is a multiple of sixteen.
#[inline(always)]
pub(super) fn vectors<T>(row: &[T]) -> &[[T; LANES]] {
    row.as_chunks().0
}

/// The same to write to.
#[inline(always)]
pub(super) fn vectors_mut<T>(row: &mut [T]) -> &mut [[T; LANES]] {
    row.as_chunks_mut().0
}

/// A row as groups of [`STRANDS`] vectors.
#[inline(always)]
pub(super) fn fours<T>(row: &[T]) -> &[[[T; LANES]; STRANDS]] {
    vectors(row).as_chunks().0
}

/// The same to write to.
#[inline(always)]
pub(super) fn fours_mut<T>(row: &mut [T]) -> &mut [[[T; LANES]; STRANDS]] {
    vectors_mut(row).as_chunks_mut().0
}

/// Vectors of one number each.
#[inline(always)]
pub(super) fn splat<L: Level, const M: usize>(level: L, numbers: [f32; M]) -> [L::F; M] {
    let mut vectors = [level.splat(0.0); M];
    for (vector, number) in vectors.iter_mut().zip(numbers) {
        *vector = level.splat(number);
    }
    vectors
}

/// Loads vectors side by side.
#[inline(always)]
pub(super) fn load<L: Level, const M: usize>(level: L, from: &[[f32; LANES]; M]) -> [L::F; M] {
    let mut vectors = [level.splat(0.0); M];
    for (vector, from) in vectors.iter_mut().zip(from) {
        *vector = level.load(from);
    }
    vectors
}

/// Loads whole numbers side by side.
#[inline(always)]
pub(super) fn load_i32<L: Level, const M: usize>(level: L, from: &[[i32; LANES]; M]) -> [L::F; M] {
    let mut vectors = [level.splat(0.0); M];
    for (vector, from) in vectors.iter_mut().zip(from) {
        *vector = level.load_i32(from);
    }
    vectors
}

/// Layer normalisation in place: mean 0 and variance 1 over the row, times `gain`, plus `shift`.
#[inline(always)]
pub(super) fn normalise<L: Level>(level: L, row: &mut [f32], gain: &[f32], shift: &[f32], epsilon: f32) {
    let width = row.len() as f32;
    let mean = level.splat(sum_of(level, row, None) / width);
    let variance = sum_of(level, row, Some(mean)) / width;
    let scale = level.splat(1.0 / (variance + epsilon).sqrt());
    for ((x, gain), shift) in vectors_mut(row).iter_mut().zip(vectors(gain)).zip(vectors(shift)) {
        let distance = level.sub(level.load(x), mean);
        let normal = level.mul(distance, scale);
        level.store(level.fma(normal, level.load(gain), level.load(shift)), x);
    }
}

/// Writes the row times `balance` as bytes around 128, and returns their unit. The greatest magnitude is 127 units.
#[inline(always)]
pub(super) fn to_bytes<L: Level>(level: L, row: &[f32], balance: &[f32], bytes: &mut [u8]) -> f32 {
    let mut greatest = level.splat(0.0);
    for (x, balance) in vectors(row).iter().zip(vectors(balance)) {
        greatest = level.max(greatest, level.abs(level.mul(level.load(x), level.load(balance))));
    }
    let (unit, inverse) = unit(level.greatest(greatest));
    let (inverse, middle) = (level.splat(inverse), level.splat(ROUND + 128.0));
    for ((x, balance), to) in vectors(row).iter().zip(vectors(balance)).zip(vectors_mut(bytes)) {
        let balanced = level.mul(level.load(x), level.load(balance));
        level.store_low_bytes(level.fma(balanced, inverse, middle), to);
    }
    unit
}

/// The unit of signed bytes for values up to `greatest`, and its inverse.
#[inline(always)]
pub(super) fn unit(greatest: f32) -> (f32, f32) {
    let greatest = if greatest > 1e-20 { greatest } else { 1e-20 };
    (greatest / 127.0, 127.0 / greatest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoder::level::portable::Portable;

    #[test]
    fn the_exponential_keeps_its_error() {
        for n in 0..20_000 {
            let x = -126.0 + 126.0 * (n as f32) / 19_999.0;
            let got = f64::from(exp2(Portable, [[x; LANES]])[0][0]);
            let wanted = f64::from(x).exp2();
            assert!((got / wanted - 1.0).abs() < 2.8e-6, "{x}: {got} for {wanted}");
        }
    }

    #[test]
    fn gelu_keeps_its_error() {
        // By the series of the error function, which converges everywhere.
        let exact = |x: f64| {
            let z = x / std::f64::consts::SQRT_2;
            let (mut term, mut sum, mut n) = (z, z, 0.0);
            while term.abs() > 1e-18 {
                n += 1.0;
                term *= -z * z / n;
                sum += term / (2.0 * n + 1.0);
            }
            0.5 * x * (1.0 + sum * 2.0 / std::f64::consts::PI.sqrt())
        };
        for n in -6_000..=6_000 {
            let x = n as f32 / 1_000.0;
            let fine = f64::from(gelu(Portable, [[x; LANES]], &FINE, 0.0)[0][0]);
            assert!((fine - exact(f64::from(x))).abs() < 8e-7, "{x}: {fine}");
            let coarse = f64::from(gelu(Portable, [[x; LANES]], &COARSE, GELU_FLOOR)[0][0]);
            assert!((coarse - exact(f64::from(x)) - f64::from(GELU_FLOOR)).abs() < 1.4e-4, "{x}: {coarse}");
            assert!(coarse > 0.0, "{x}: {coarse}");
        }
        assert_eq!(gelu(Portable, [[1e6; LANES]], &FINE, 0.0)[0][0], 1e6);
    }

    #[test]
    fn bytes_are_the_nearest() {
        let row: Vec<f32> = (0..64).map(|n| (n as f32 - 20.0) / 7.0).collect();
        let mut bytes = vec![0; 64];
        let unit = to_bytes(Portable, &row, &[1.0; 64], &mut bytes);
        for (x, byte) in row.iter().zip(&bytes) {
            assert!((x - (f32::from(*byte) - 128.0) * unit).abs() <= unit * 0.500_1, "{x} as {byte}");
        }
        assert_eq!(to_bytes(Portable, &[0.0; 64], &[1.0; 64], &mut bytes), 1e-20 / 127.0);
        assert!(bytes.iter().all(|&byte| byte == 128));
    }
}
