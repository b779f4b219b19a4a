//! AVX-512 with VNNI: a vector is one register, a product of bytes one `vpdpbusd` for four steps of depth.

use std::arch::x86_64::*;

use super::{LANES, Left, Level, Right, check};

/// Proof that the processor has AVX-512 F, BW, DQ, VL and VNNI.
#[derive(Debug, Clone, Copy)]
pub(in crate::encoder) struct Avx512(());

impl Avx512 {
    /// The proof, if it holds.
    pub(in crate::encoder) fn detect() -> Option<Self> {
        (is_x86_feature_detected!("avx512f")
            && is_x86_feature_detected!("avx512bw")
            && is_x86_feature_detected!("avx512dq")
            && is_x86_feature_detected!("avx512vl")
            && is_x86_feature_detected!("avx512vnni")
            && is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("fma"))
        .then_some(Self(()))
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma")]
fn compiled<R>(task: impl FnOnce() -> R) -> R {
    task()
}

// SAFETY of every block below: a value of `Avx512` exists, so the processor has the instructions. Loads and stores go
// through references to as many bytes as they touch.
macro_rules! intrinsic {
    ($call:expr) => {
        // SAFETY: the level's existence proves the instructions (see above).
        unsafe { $call }
    };
}

impl Level for Avx512 {
    type F = __m512;

    #[inline(always)]
    fn run<R>(self, task: impl FnOnce() -> R) -> R {
        intrinsic!(compiled(task))
    }
    #[inline(always)]
    fn splat(self, value: f32) -> __m512 {
        intrinsic!(_mm512_set1_ps(value))
    }
    #[inline(always)]
    fn load(self, from: &[f32; LANES]) -> __m512 {
        intrinsic!(_mm512_loadu_ps(from.as_ptr()))
    }
    #[inline(always)]
    fn load_i32(self, from: &[i32; LANES]) -> __m512 {
        intrinsic!(_mm512_cvtepi32_ps(_mm512_loadu_si512(from.as_ptr().cast())))
    }
    #[inline(always)]
    fn load_i8(self, from: &[u8; LANES]) -> __m512 {
        intrinsic!(_mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(_mm_loadu_si128(from.as_ptr().cast()))))
    }
    #[inline(always)]
    fn store(self, value: __m512, to: &mut [f32; LANES]) {
        intrinsic!(_mm512_storeu_ps(to.as_mut_ptr(), value));
    }
    #[inline(always)]
    fn add(self, a: __m512, b: __m512) -> __m512 {
        intrinsic!(_mm512_add_ps(a, b))
    }
    #[inline(always)]
    fn sub(self, a: __m512, b: __m512) -> __m512 {
        intrinsic!(_mm512_sub_ps(a, b))
    }
    #[inline(always)]
    fn mul(self, a: __m512, b: __m512) -> __m512 {
        intrinsic!(_mm512_mul_ps(a, b))
    }
    #[inline(always)]
    fn fma(self, a: __m512, b: __m512, c: __m512) -> __m512 {
        intrinsic!(_mm512_fmadd_ps(a, b, c))
    }
    #[inline(always)]
    fn max(self, a: __m512, b: __m512) -> __m512 {
        intrinsic!(_mm512_max_ps(a, b))
    }
    #[inline(always)]
    fn min(self, a: __m512, b: __m512) -> __m512 {
        intrinsic!(_mm512_min_ps(a, b))
    }
    #[inline(always)]
    fn abs(self, a: __m512) -> __m512 {
        intrinsic!(_mm512_abs_ps(a))
    }
    #[inline(always)]
    fn shift_exponent(self, a: __m512, rounded: __m512) -> __m512 {
        intrinsic!({
            let power = _mm512_slli_epi32::<23>(_mm512_castps_si512(rounded));
            _mm512_castsi512_ps(_mm512_add_epi32(_mm512_castps_si512(a), power))
        })
    }
    #[inline(always)]
    fn sum(self, a: __m512) -> f32 {
        intrinsic!({
            let half = _mm256_add_ps(_mm512_castps512_ps256(a), _mm512_extractf32x8_ps::<1>(a));
            let quarter = _mm_add_ps(_mm256_castps256_ps128(half), _mm256_extractf128_ps::<1>(half));
            let pair = _mm_add_ps(quarter, _mm_movehl_ps(quarter, quarter));
            _mm_cvtss_f32(_mm_add_ss(pair, _mm_movehdup_ps(pair)))
        })
    }
    #[inline(always)]
    fn greatest(self, a: __m512) -> f32 {
        intrinsic!({
            let half = _mm256_max_ps(_mm512_castps512_ps256(a), _mm512_extractf32x8_ps::<1>(a));
            let quarter = _mm_max_ps(_mm256_castps256_ps128(half), _mm256_extractf128_ps::<1>(half));
            let pair = _mm_max_ps(quarter, _mm_movehl_ps(quarter, quarter));
            _mm_cvtss_f32(_mm_max_ss(pair, _mm_movehdup_ps(pair)))
        })
    }
    #[inline(always)]
    fn greatest_of(self, [a, b, c, d]: [__m512; 4]) -> [f32; 4] {
        intrinsic!({
            let ab = _mm512_max_ps(_mm512_unpacklo_ps(a, b), _mm512_unpackhi_ps(a, b));
            let cd = _mm512_max_ps(_mm512_unpacklo_ps(c, d), _mm512_unpackhi_ps(c, d));
            let (ab, cd) = (_mm512_castps_pd(ab), _mm512_castps_pd(cd));
            let (low, high) = (_mm512_unpacklo_pd(ab, cd), _mm512_unpackhi_pd(ab, cd));
            let abcd = _mm512_max_ps(_mm512_castpd_ps(low), _mm512_castpd_ps(high));
            let half = _mm256_max_ps(_mm512_castps512_ps256(abcd), _mm512_extractf32x8_ps::<1>(abcd));
            let quarter = _mm_max_ps(_mm256_castps256_ps128(half), _mm256_extractf128_ps::<1>(half));
            let mut greatest = [0.0; 4];
            _mm_storeu_ps(greatest.as_mut_ptr(), quarter);
            greatest
        })
    }
    #[inline(always)]
    fn store_low_bytes(self, value: __m512, to: &mut [u8; LANES]) {
        intrinsic!(_mm_storeu_si128(to.as_mut_ptr().cast(), _mm512_cvtepi32_epi8(_mm512_castps_si512(value))));
    }

    #[inline(always)]
    fn fetch(self, at: &u8) {
        intrinsic!(_mm_prefetch::<_MM_HINT_T1>(std::ptr::from_ref(at).cast()));
    }
    #[inline(always)]
    fn multiply_adds(self, rounds: usize) -> u64 {
        intrinsic!(multiply_adds(rounds))
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
        intrinsic!(product(left, right, sums, pitch));
        meanwhile(0, 1);
    }
}

/// Sixteen sums that do not wait for each other, 64 multiply-adds each.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma")]
fn multiply_adds(rounds: usize) -> u64 {
    let (a, b) = std::hint::black_box((_mm512_set1_epi8(1), _mm512_set1_epi8(-2)));
    let mut sums = [_mm512_setzero_si512(); 16];
    for _ in 0..rounds {
        for sum in &mut sums {
            *sum = _mm512_dpbusd_epi32(*sum, a, b);
        }
    }
    std::hint::black_box(sums);
    (rounds * sums.len() * 64) as u64
}

/// Computes four rows by four registers of columns at a time. If the columns are no multiple of 64, it is eight by two.
/// The shapes have been checked.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma")]
fn product(left: Left<'_>, right: Right<'_>, sums: &mut [i32], pitch: usize) {
    let columns = right.start.len();
    let mut column = 0;
    while column < columns {
        let wide = columns - column >= 64;
        let mut row = 0;
        while row < left.rows {
            // SAFETY: `check` has shown that the rows and columns given here lie inside the slices.
            unsafe {
                let a = left.bytes.as_ptr().add(row * left.stride);
                let b = right.bytes.as_ptr().add(column / LANES * right.stride);
                let start = right.start.as_ptr().add(column);
                let c = sums.as_mut_ptr().add(row * pitch + column);
                let (stride, depth, apart) = (left.stride, left.depth, right.stride);
                row += match (wide, left.rows - row) {
                    (true, 4..) => block::<4, 4>(a, stride, b, apart, depth, start, c, pitch),
                    (true, 2..) => block::<2, 4>(a, stride, b, apart, depth, start, c, pitch),
                    (true, _) => block::<1, 4>(a, stride, b, apart, depth, start, c, pitch),
                    (false, 8..) => block::<8, 2>(a, stride, b, apart, depth, start, c, pitch),
                    (false, 4..) => block::<4, 2>(a, stride, b, apart, depth, start, c, pitch),
                    (false, _) => block::<1, 2>(a, stride, b, apart, depth, start, c, pitch),
                };
            }
        }
        column += if wide { 64 } else { 32 };
    }
}

/// `R` rows by `C` registers of columns; returns `R`.
///
/// # Safety
/// `a` has `R` rows of `depth` bytes, `b` `C` blocks of `16 * depth` that are `apart`, `start` `16 * C` numbers, `c` `R` rows of them.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx2,fma")]
unsafe fn block<const R: usize, const C: usize>(
    a: *const u8,
    stride: usize,
    b: *const u8,
    apart: usize,
    depth: usize,
    start: *const i32,
    c: *mut i32,
    pitch: usize,
) -> usize {
    let mut total = [[_mm512_setzero_si512(); C]; R];
    // SAFETY: the caller's promise covers every address below.
    unsafe {
        for row in &mut total {
            for (n, sum) in row.iter_mut().enumerate() {
                *sum = _mm512_loadu_si512(start.add(n * LANES).cast());
            }
        }
        for step in 0..depth / 4 {
            let mut columns = [_mm512_setzero_si512(); C];
            for (n, column) in columns.iter_mut().enumerate() {
                *column = _mm512_loadu_si512(b.add(n * apart + step * 64).cast());
            }
            for (r, row) in total.iter_mut().enumerate() {
                let four = _mm512_set1_epi32(a.add(r * stride + step * 4).cast::<i32>().read_unaligned());
                for (sum, column) in row.iter_mut().zip(&columns) {
                    *sum = _mm512_dpbusd_epi32(*sum, four, *column);
                }
            }
        }
        for (r, row) in total.iter().enumerate() {
            for (n, sum) in row.iter().enumerate() {
                _mm512_storeu_si512(c.add(r * pitch + n * LANES).cast(), *sum);
            }
        }
    }
    R
}
