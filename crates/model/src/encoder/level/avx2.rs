//! AVX2 with FMA, with or without AVX-VNNI: a vector is two registers. Without VNNI, weights are multiplied by
//! `vpmaddubsw`, which is exact since they are bounded. Keys and values of attention are not: they are widened to sixteen bits first.

use std::arch::x86_64::*;
use std::mem::MaybeUninit;

use super::{LANES, Left, Level, ROWS, Right, check};

/// Proof that the processor has AVX2 and FMA, and AVX-VNNI if `VNNI` is true.
#[derive(Debug, Clone, Copy)]
pub(in crate::encoder) struct Avx2<const VNNI: bool>(());

impl<const VNNI: bool> Avx2<VNNI> {
    /// The proof, if it holds.
    pub(in crate::encoder) fn detect() -> Option<Self> {
        (is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("fma")
            && (!VNNI || is_x86_feature_detected!("avxvnni")))
        .then_some(Self(()))
    }
}

#[target_feature(enable = "avx2,fma")]
fn compiled<R>(task: impl FnOnce() -> R) -> R {
    task()
}

// SAFETY of every block below: a value of `Avx2` exists, so the processor has the instructions. Loads and stores go
// through references to as many bytes as they touch.
macro_rules! intrinsic {
    ($call:expr) => {
        // SAFETY: the level's existence proves the instructions (see above).
        unsafe { $call }
    };
}

type F = (__m256, __m256);

impl<const VNNI: bool> Level for Avx2<VNNI> {
    type F = F;

    #[inline(always)]
    fn run<R>(self, task: impl FnOnce() -> R) -> R {
        intrinsic!(compiled(task))
    }
    #[inline(always)]
    fn splat(self, value: f32) -> F {
        intrinsic!((_mm256_set1_ps(value), _mm256_set1_ps(value)))
    }
    #[inline(always)]
    fn load(self, from: &[f32; LANES]) -> F {
        intrinsic!((_mm256_loadu_ps(from.as_ptr()), _mm256_loadu_ps(from.as_ptr().add(8))))
    }
    #[inline(always)]
    fn load_i32(self, from: &[i32; LANES]) -> F {
        intrinsic!((
            _mm256_cvtepi32_ps(_mm256_loadu_si256(from.as_ptr().cast())),
            _mm256_cvtepi32_ps(_mm256_loadu_si256(from.as_ptr().add(8).cast()))
        ))
    }
    #[inline(always)]
    fn load_i8(self, from: &[u8; LANES]) -> F {
        intrinsic!({
            let bytes = _mm_loadu_si128(from.as_ptr().cast());
            (
                _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(bytes)),
                _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_srli_si128::<8>(bytes))),
            )
        })
    }
    #[inline(always)]
    fn store(self, value: F, to: &mut [f32; LANES]) {
        intrinsic!({
            _mm256_storeu_ps(to.as_mut_ptr(), value.0);
            _mm256_storeu_ps(to.as_mut_ptr().add(8), value.1);
        });
    }
    #[inline(always)]
    fn add(self, a: F, b: F) -> F {
        intrinsic!((_mm256_add_ps(a.0, b.0), _mm256_add_ps(a.1, b.1)))
    }
    #[inline(always)]
    fn sub(self, a: F, b: F) -> F {
        intrinsic!((_mm256_sub_ps(a.0, b.0), _mm256_sub_ps(a.1, b.1)))
    }
    #[inline(always)]
    fn mul(self, a: F, b: F) -> F {
        intrinsic!((_mm256_mul_ps(a.0, b.0), _mm256_mul_ps(a.1, b.1)))
    }
    #[inline(always)]
    fn fma(self, a: F, b: F, c: F) -> F {
        intrinsic!((_mm256_fmadd_ps(a.0, b.0, c.0), _mm256_fmadd_ps(a.1, b.1, c.1)))
    }
    #[inline(always)]
    fn max(self, a: F, b: F) -> F {
        intrinsic!((_mm256_max_ps(a.0, b.0), _mm256_max_ps(a.1, b.1)))
    }
    #[inline(always)]
    fn min(self, a: F, b: F) -> F {
        intrinsic!((_mm256_min_ps(a.0, b.0), _mm256_min_ps(a.1, b.1)))
    }
    #[inline(always)]
    fn abs(self, a: F) -> F {
        intrinsic!({
            let sign = _mm256_set1_ps(-0.0);
            (_mm256_andnot_ps(sign, a.0), _mm256_andnot_ps(sign, a.1))
        })
    }
    #[inline(always)]
    fn shift_exponent(self, a: F, rounded: F) -> F {
        #[inline(always)]
        fn half(a: __m256, rounded: __m256) -> __m256 {
            intrinsic!({
                let power = _mm256_slli_epi32::<23>(_mm256_castps_si256(rounded));
                _mm256_castsi256_ps(_mm256_add_epi32(_mm256_castps_si256(a), power))
            })
        }
        (half(a.0, rounded.0), half(a.1, rounded.1))
    }
    #[inline(always)]
    fn sum(self, a: F) -> f32 {
        intrinsic!({
            let half = _mm256_add_ps(a.0, a.1);
            let quarter = _mm_add_ps(_mm256_castps256_ps128(half), _mm256_extractf128_ps::<1>(half));
            let pair = _mm_add_ps(quarter, _mm_movehl_ps(quarter, quarter));
            _mm_cvtss_f32(_mm_add_ss(pair, _mm_movehdup_ps(pair)))
        })
    }
    #[inline(always)]
    fn greatest(self, a: F) -> f32 {
        intrinsic!({
            let half = _mm256_max_ps(a.0, a.1);
            let quarter = _mm_max_ps(_mm256_castps256_ps128(half), _mm256_extractf128_ps::<1>(half));
            let pair = _mm_max_ps(quarter, _mm_movehl_ps(quarter, quarter));
            _mm_cvtss_f32(_mm_max_ss(pair, _mm_movehdup_ps(pair)))
        })
    }
    #[inline(always)]
    fn store_low_bytes(self, value: F, to: &mut [u8; LANES]) {
        intrinsic!({
            let low = _mm256_set1_epi32(0xff);
            let a = _mm256_and_si256(_mm256_castps_si256(value.0), low);
            let b = _mm256_and_si256(_mm256_castps_si256(value.1), low);
            let words = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_packus_epi32(a, b));
            let (left, right) = (_mm256_castsi256_si128(words), _mm256_extracti128_si256::<1>(words));
            _mm_storeu_si128(to.as_mut_ptr().cast(), _mm_packus_epi16(left, right));
        });
    }

    #[inline(always)]
    fn multiply_adds(self, rounds: usize) -> u64 {
        intrinsic!(if VNNI { multiply_adds_vnni(rounds) } else { multiply_adds_bounded(rounds) })
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
        if VNNI {
            intrinsic!(product_vnni(left, right, sums, pitch));
        } else {
            intrinsic!(product_bounded(left, right, sums, pitch));
        }
        meanwhile(0, 1);
    }
    #[inline(always)]
    fn scores(self, left: Left<'_>, right: Right<'_>, sums: &mut [i32], pitch: usize) {
        check(&left, &right, sums, pitch);
        if VNNI {
            intrinsic!(product_vnni(left, right, sums, pitch));
        } else {
            intrinsic!(product_widened(left, right, sums, pitch));
        }
    }
    #[inline(always)]
    fn values(self, left: Left<'_>, right: Right<'_>, sums: &mut [i32], pitch: usize) {
        self.scores(left, right, sums, pitch);
    }
}

/// Eight independent sums of 64 multiply-adds each. Four of these are added up in sixteen bits.
#[target_feature(enable = "avx2,fma")]
fn multiply_adds_bounded(rounds: usize) -> u64 {
    let (a, b) = std::hint::black_box((_mm256_set1_epi8(1), _mm256_set1_epi8(-2)));
    let ones = std::hint::black_box(_mm256_set1_epi16(1));
    let mut sums = [_mm256_setzero_si256(); 8];
    for _ in 0..rounds {
        for sum in &mut sums {
            let (first, second): (__m256i, __m256i);
            // SAFETY: the processor has AVX2, and nothing but two registers is written. Written out, since the compiler would
            // multiply once for all sums.
            unsafe {
                std::arch::asm!(
                    "vpmaddubsw {first}, {a}, {b}",
                    "vpmaddubsw {second}, {a}, {b}",
                    a = in(ymm_reg) a,
                    b = in(ymm_reg) b,
                    first = out(ymm_reg) first,
                    second = lateout(ymm_reg) second,
                    options(nomem, nostack, preserves_flags)
                );
            }
            *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(_mm256_add_epi16(first, second), ones));
        }
    }
    std::hint::black_box(sums);
    (rounds * sums.len() * 64) as u64
}

/// Twelve sums that do not wait for each other, 32 multiply-adds each.
#[target_feature(enable = "avx2,fma,avxvnni")]
fn multiply_adds_vnni(rounds: usize) -> u64 {
    let (a, b) = std::hint::black_box((_mm256_set1_epi8(1), _mm256_set1_epi8(-2)));
    let mut sums = [_mm256_setzero_si256(); 12];
    for _ in 0..rounds {
        for sum in &mut sums {
            *sum = _mm256_dpbusd_avx_epi32(*sum, a, b);
        }
    }
    std::hint::black_box(sums);
    (rounds * sums.len() * 32) as u64
}

/// Six rows by two registers (16 columns) at a time. The shapes have been checked.
#[target_feature(enable = "avx2,fma,avxvnni")]
fn product_vnni(left: Left<'_>, right: Right<'_>, sums: &mut [i32], pitch: usize) {
    for column in (0..right.start.len()).step_by(LANES) {
        let mut row = 0;
        while row < left.rows {
            // SAFETY: `check` has shown that the rows and columns given here lie inside the slices.
            unsafe {
                let a = left.bytes.as_ptr().add(row * left.stride);
                let b = right.bytes.as_ptr().add(column / LANES * right.stride);
                let start = right.start.as_ptr().add(column);
                let c = sums.as_mut_ptr().add(row * pitch + column);
                row += match left.rows - row {
                    6.. => block_vnni::<6>(a, left.stride, b, left.depth, start, c, pitch),
                    2.. => block_vnni::<2>(a, left.stride, b, left.depth, start, c, pitch),
                    _ => block_vnni::<1>(a, left.stride, b, left.depth, start, c, pitch),
                };
            }
        }
    }
}

/// `R` rows by 16 columns; returns `R`.
///
/// # Safety
/// `a` has `R` rows of `depth` bytes, `b` `16 * depth` bytes, `start` 16 numbers, `c` `R` rows of 16.
#[inline]
#[target_feature(enable = "avx2,fma,avxvnni")]
unsafe fn block_vnni<const R: usize>(
    a: *const u8,
    stride: usize,
    b: *const u8,
    depth: usize,
    start: *const i32,
    c: *mut i32,
    pitch: usize,
) -> usize {
    // SAFETY: the caller's promise covers every address below.
    unsafe {
        let start = [_mm256_loadu_si256(start.cast()), _mm256_loadu_si256(start.add(8).cast())];
        let mut total = [start; R];
        for step in 0..depth / 4 {
            let columns =
                [_mm256_loadu_si256(b.add(step * 64).cast()), _mm256_loadu_si256(b.add(step * 64 + 32).cast())];
            for (r, row) in total.iter_mut().enumerate() {
                let four = _mm256_set1_epi32(a.add(r * stride + step * 4).cast::<i32>().read_unaligned());
                for (sum, column) in row.iter_mut().zip(columns) {
                    *sum = _mm256_dpbusd_avx_epi32(*sum, four, column);
                }
            }
        }
        for (r, [left, right]) in total.into_iter().enumerate() {
            _mm256_storeu_si256(c.add(r * pitch).cast(), left);
            _mm256_storeu_si256(c.add(r * pitch + 8).cast(), right);
        }
    }
    R
}

/// Four rows by 16 columns at a time. The shapes have been checked.
#[target_feature(enable = "avx2,fma")]
fn product_bounded(left: Left<'_>, right: Right<'_>, sums: &mut [i32], pitch: usize) {
    for column in (0..right.start.len()).step_by(LANES) {
        let mut row = 0;
        while row < left.rows {
            // SAFETY: `check` has shown that the rows and columns given here lie inside the slices.
            unsafe {
                let a = left.bytes.as_ptr().add(row * left.stride);
                let b = right.bytes.as_ptr().add(column / LANES * right.stride);
                let start = right.start.as_ptr().add(column);
                let c = sums.as_mut_ptr().add(row * pitch + column);
                row += match (left.rows - row, right.fours) {
                    (4.., true) => block_bounded::<4, true>(a, left.stride, b, left.depth, start, c, pitch),
                    (4.., false) => block_bounded::<4, false>(a, left.stride, b, left.depth, start, c, pitch),
                    (2.., true) => block_bounded::<2, true>(a, left.stride, b, left.depth, start, c, pitch),
                    (2.., false) => block_bounded::<2, false>(a, left.stride, b, left.depth, start, c, pitch),
                    (_, true) => block_bounded::<1, true>(a, left.stride, b, left.depth, start, c, pitch),
                    (_, false) => block_bounded::<1, false>(a, left.stride, b, left.depth, start, c, pitch),
                };
            }
        }
    }
}

/// `R` rows by 16 columns; returns `R`. Two products, four if `FOURS`, are added up in sixteen bits: exact for weights within
/// bounds.
///
/// # Safety
/// `a` has `R` rows of `depth` bytes, `b` `16 * depth` bytes, `start` 16 numbers, `c` `R` rows of 16; the depth is a multiple of 8.
#[inline]
#[target_feature(enable = "avx2,fma")]
unsafe fn block_bounded<const R: usize, const FOURS: bool>(
    a: *const u8,
    stride: usize,
    b: *const u8,
    depth: usize,
    start: *const i32,
    c: *mut i32,
    pitch: usize,
) -> usize {
    let ones = _mm256_set1_epi16(1);
    // SAFETY: the caller's promise covers every address below.
    unsafe {
        let start = [_mm256_loadu_si256(start.cast()), _mm256_loadu_si256(start.add(8).cast())];
        let mut total = [start; R];
        for step in 0..depth / 8 {
            let mut columns = [_mm256_setzero_si256(); 4];
            for (n, column) in columns.iter_mut().enumerate() {
                *column = _mm256_loadu_si256(b.add(step * 128 + n * 32).cast());
            }
            for (r, row) in total.iter_mut().enumerate() {
                let four = a.add(r * stride + step * 8).cast::<i32>();
                let (first, second) =
                    (_mm256_set1_epi32(four.read_unaligned()), _mm256_set1_epi32(four.add(1).read_unaligned()));
                for (n, sum) in row.iter_mut().enumerate() {
                    let (a, b) =
                        (_mm256_maddubs_epi16(first, columns[n]), _mm256_maddubs_epi16(second, columns[n + 2]));
                    *sum = if FOURS {
                        _mm256_add_epi32(*sum, _mm256_madd_epi16(_mm256_add_epi16(a, b), ones))
                    } else {
                        let (a, b) = (_mm256_madd_epi16(a, ones), _mm256_madd_epi16(b, ones));
                        _mm256_add_epi32(*sum, _mm256_add_epi32(a, b))
                    };
                }
            }
        }
        for (r, [left, right]) in total.into_iter().enumerate() {
            _mm256_storeu_si256(c.add(r * pitch).cast(), left);
            _mm256_storeu_si256(c.add(r * pitch + 8).cast(), right);
        }
    }
    R
}

/// Steps of depth that are widened at a time: rows and columns of so many stay in the first two caches.
const DEPTH: usize = 384;

/// Bytes as sixteen-bit numbers. Nothing is read before it is written, so nothing is written beforehand.
#[repr(align(32))]
struct Widened<const N: usize>(MaybeUninit<[i16; N]>);

impl<const N: usize> Widened<N> {
    fn new() -> Self {
        Self(MaybeUninit::uninit())
    }

    fn as_mut_ptr(&mut self) -> *mut i16 {
        self.0.as_mut_ptr().cast()
    }
}

/// Two rows by 16 columns at a time: sums of three would not all stay in registers. Rows are widened once for all columns, columns once for all rows. The shapes
/// have been checked.
#[target_feature(enable = "avx2,fma")]
fn product_widened(left: Left<'_>, right: Right<'_>, sums: &mut [i32], pitch: usize) {
    let (mut rows, mut columns) = (Widened::<{ ROWS * DEPTH }>::new(), Widened::<{ LANES * DEPTH }>::new());
    let (rows, columns) = (rows.as_mut_ptr(), columns.as_mut_ptr());
    for first in (0..left.depth).step_by(DEPTH) {
        let depth = DEPTH.min(left.depth - first);
        // SAFETY: `check` has shown that there are at most `ROWS` rows, and that rows and columns from `first` on have
        // `depth` bytes. It has also shown that those given here lie inside the slices. The widened ones have room for
        // as many.
        unsafe {
            for row in 0..left.rows {
                let bytes = left.bytes.as_ptr().add(row * left.stride + first);
                for step in 0..depth / 4 {
                    let four = _mm_cvtepu8_epi16(_mm_cvtsi32_si128(bytes.add(step * 4).cast::<i32>().read_unaligned()));
                    _mm_storel_epi64(rows.add(row * depth + step * 4).cast(), four);
                }
            }
            for column in (0..right.start.len()).step_by(LANES) {
                let bytes = right.bytes.as_ptr().add(column / LANES * right.stride + first * LANES);
                for step in 0..depth {
                    let sixteen = _mm256_cvtepi8_epi16(_mm_loadu_si128(bytes.add(step * LANES).cast()));
                    _mm256_store_si256(columns.add(step * LANES).cast(), sixteen);
                }
                let mut row = 0;
                while row < left.rows {
                    let c = sums.as_mut_ptr().add(row * pitch + column);
                    let (from, apart) =
                        if first == 0 { (right.start.as_ptr().add(column), 0) } else { (c.cast_const(), pitch) };
                    let a = rows.add(row * depth);
                    row += match left.rows - row {
                        2.. => block_widened::<2>(a, columns, depth, from, apart, c, pitch),
                        _ => block_widened::<1>(a, columns, depth, from, apart, c, pitch),
                    };
                }
            }
        }
    }
}

/// `R` rows by 16 columns, added to rows of `from`; returns `R`. A sum is kept as two, of steps 0 and 1 and of steps 2 and 3 of
/// each four.
///
/// # Safety
/// `a` has `R` rows of `depth` numbers, `b` `16 * depth`, aligned to 32 bytes, `from` `R` rows of 16 that are `apart`, `c` `R` rows of
/// 16, `pitch` apart.
#[inline]
#[target_feature(enable = "avx2,fma")]
unsafe fn block_widened<const R: usize>(
    a: *const i16,
    b: *const i16,
    depth: usize,
    from: *const i32,
    apart: usize,
    c: *mut i32,
    pitch: usize,
) -> usize {
    let mut total = [[_mm256_setzero_si256(); 4]; R];
    // SAFETY: the caller's promise covers every address below.
    unsafe {
        for step in 0..depth / 4 {
            let mut rows = [_mm256_setzero_si256(); R];
            for (r, four) in rows.iter_mut().enumerate() {
                *four = _mm256_set1_epi64x(a.add(r * depth + step * 4).cast::<i64>().read_unaligned());
            }
            for n in 0..4 {
                let column = _mm256_load_si256(b.add(step * 64 + n * 16).cast());
                for (row, four) in total.iter_mut().zip(&rows) {
                    row[n] = _mm256_add_epi32(row[n], _mm256_madd_epi16(*four, column));
                }
            }
        }
        for (r, [w, x, y, z]) in total.iter().enumerate() {
            for (n, (even, odd)) in [(w, x), (y, z)].into_iter().enumerate() {
                let pairs = _mm256_permute4x64_epi64::<0b11_01_10_00>(_mm256_hadd_epi32(*even, *odd));
                let sum = _mm256_add_epi32(pairs, _mm256_loadu_si256(from.add(r * apart + n * 8).cast()));
                _mm256_storeu_si256(c.add(r * pitch + n * 8).cast(), sum);
            }
        }
    }
    R
}
