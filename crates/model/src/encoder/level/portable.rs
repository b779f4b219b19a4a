//! Plain Rust, for every processor. The other kernels are tested against it.

use super::{LANES, Left, Level, Right, check};

/// Arrays of sixteen. The compiler turns them into the target's default vectors.
#[derive(Debug, Clone, Copy)]
pub(in crate::encoder) struct Portable;

type F = [f32; LANES];

#[inline(always)]
fn each(a: F, f: impl Fn(f32) -> f32) -> F {
    a.map(f)
}

#[inline(always)]
fn both(mut a: F, b: F, f: impl Fn(f32, f32) -> f32) -> F {
    for (a, b) in a.iter_mut().zip(b) {
        *a = f(*a, b);
    }
    a
}

/// Folds halves together until one lane is left: the order of every level.
#[inline(always)]
fn fold(a: F, f: impl Fn(f32, f32) -> f32) -> f32 {
    let [a0, a1, a2, a3, a4, a5, a6, a7, b0, b1, b2, b3, b4, b5, b6, b7] = a;
    let [c0, c1, c2, c3] =
        [f(f(a0, b0), f(a4, b4)), f(f(a1, b1), f(a5, b5)), f(f(a2, b2), f(a6, b6)), f(f(a3, b3), f(a7, b7))];
    f(f(c0, c2), f(c1, c3))
}

impl Level for Portable {
    type F = F;

    #[inline(always)]
    fn run<R>(self, task: impl FnOnce() -> R) -> R {
        task()
    }
    #[inline(always)]
    fn splat(self, value: f32) -> F {
        [value; LANES]
    }
    #[inline(always)]
    fn load(self, from: &[f32; LANES]) -> F {
        *from
    }
    #[inline(always)]
    fn load_i32(self, from: &[i32; LANES]) -> F {
        from.map(|n| n as f32)
    }
    #[inline(always)]
    fn load_i8(self, from: &[u8; LANES]) -> F {
        from.map(|n| f32::from(n as i8))
    }
    #[inline(always)]
    fn store(self, value: F, to: &mut [f32; LANES]) {
        *to = value;
    }
    #[inline(always)]
    fn add(self, a: F, b: F) -> F {
        both(a, b, |a, b| a + b)
    }
    #[inline(always)]
    fn sub(self, a: F, b: F) -> F {
        both(a, b, |a, b| a - b)
    }
    #[inline(always)]
    fn mul(self, a: F, b: F) -> F {
        both(a, b, |a, b| a * b)
    }
    #[inline(always)]
    fn fma(self, mut a: F, b: F, c: F) -> F {
        for ((a, b), c) in a.iter_mut().zip(b).zip(c) {
            *a = a.mul_add(b, c);
        }
        a
    }
    #[inline(always)]
    fn max(self, a: F, b: F) -> F {
        both(a, b, |a, b| if a > b { a } else { b })
    }
    #[inline(always)]
    fn min(self, a: F, b: F) -> F {
        both(a, b, |a, b| if a < b { a } else { b })
    }
    #[inline(always)]
    fn abs(self, a: F) -> F {
        each(a, f32::abs)
    }
    #[inline(always)]
    fn shift_exponent(self, a: F, rounded: F) -> F {
        both(a, rounded, |a, n| f32::from_bits(a.to_bits().wrapping_add(n.to_bits() << 23)))
    }
    #[inline(always)]
    fn sum(self, a: F) -> f32 {
        fold(a, |a, b| a + b)
    }
    #[inline(always)]
    fn greatest(self, a: F) -> f32 {
        fold(a, |a, b| if a > b { a } else { b })
    }
    #[inline(always)]
    fn store_low_bytes(self, value: F, to: &mut [u8; LANES]) {
        *to = value.map(|n| n.to_bits() as u8);
    }

    #[inline(always)]
    fn multiply_adds(self, rounds: usize) -> u64 {
        let (a, b) = std::hint::black_box(([1u8; LANES], [-2i8; LANES]));
        let mut sums = [0i32; LANES];
        for _ in 0..rounds {
            for (sum, (a, b)) in sums.iter_mut().zip(std::hint::black_box(a).iter().zip(&b)) {
                *sum = sum.wrapping_add(i32::from(*a) * i32::from(*b));
            }
        }
        std::hint::black_box(sums);
        (rounds * LANES) as u64
    }
    #[inline(always)]
    fn product(
        self,
        left: Left<'_>,
        right: Right<'_>,
        sums: &mut [i32],
        pitch: usize,
        mut meanwhile: impl FnMut(usize, usize),
    ) {
        check(&left, &right, sums, pitch);
        product(left, right, sums, pitch);
        meanwhile(0, 1);
    }
}

fn product(left: Left<'_>, right: Right<'_>, sums: &mut [i32], pitch: usize) {
    let rows = left.bytes.chunks(left.stride).zip(sums.chunks_mut(pitch)).take(left.rows);
    for (row, sums) in rows {
        let (row, _) = row.as_chunks::<4>();
        let blocks = right.bytes.chunks(right.stride);
        let starts = right.start.as_chunks::<LANES>().0.iter();
        for ((block, start), sums) in blocks.zip(starts).zip(sums.as_chunks_mut::<LANES>().0) {
            let mut total = *start;
            for (four, lanes) in row.iter().zip(block.as_chunks::<64>().0).take(left.depth / 4) {
                let [a, b, c, d] = four.map(i32::from);
                for (sum, [w, x, y, z]) in total.iter_mut().zip(lanes.as_chunks::<4>().0) {
                    let four = a * i32::from(*w as i8)
                        + b * i32::from(*x as i8)
                        + c * i32::from(*y as i8)
                        + d * i32::from(*z as i8);
                    *sum = sum.wrapping_add(four);
                }
            }
            *sums = total;
        }
    }
}
