//! Eight numbers at a time: in registers of processors with AVX2, otherwise in plain Rust. The program finds out when
//! it runs.
//!
//! Each operation rounds as it does for a single number, nothing is fused, and sums have one fixed order. So the
//! results are the same bits on every machine.

/// Eight `f32`.
pub(crate) trait Lanes: Copy {
    fn splat(value: f32) -> Self;
    fn load(from: &[f32; 8]) -> Self;
    fn store(self, to: &mut [f32; 8]);
    fn add(self, other: Self) -> Self;
    fn sub(self, other: Self) -> Self;
    fn mul(self, other: Self) -> Self;
    fn div(self, other: Self) -> Self;
    /// Returns the greater of `self` and `other`, or `other` if neither is greater.
    fn max(self, other: Self) -> Self;
    /// Returns a bit for each lane in which `self` is greater.
    fn greater(self, other: Self) -> u32;
    /// Returns the number with these bits, shifted into the exponent.
    fn exponent(self) -> Self;
    /// Eight `i16`.
    type Words: Words;
    /// The numbers as `f32`.
    fn from_words(words: Self::Words) -> Self;
}

/// Eight `i16`; sums wrap around.
pub(crate) trait Words: Copy {
    fn zero() -> Self;
    fn load(from: &[i16; 8]) -> Self;
    fn store(self, to: &mut [i16; 8]);
    fn add(self, other: Self) -> Self;
    /// Adds eight `i8`.
    fn add_bytes(self, bytes: &[u8; 8]) -> Self;
}

/// For every processor.
#[derive(Clone, Copy)]
pub(crate) struct Plain<T>([T; 8]);

impl Plain<f32> {
    #[inline(always)]
    fn map(self, other: Self, f: impl Fn(f32, f32) -> f32) -> Self {
        Plain(std::array::from_fn(|i| f(self.0[i], other.0[i])))
    }
}

impl Lanes for Plain<f32> {
    type Words = Plain<i16>;

    #[inline(always)]
    fn splat(value: f32) -> Self {
        Plain([value; 8])
    }

    #[inline(always)]
    fn load(from: &[f32; 8]) -> Self {
        Plain(*from)
    }

    #[inline(always)]
    fn store(self, to: &mut [f32; 8]) {
        *to = self.0;
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.map(other, |a, b| a + b)
    }

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self.map(other, |a, b| a - b)
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        self.map(other, |a, b| a * b)
    }

    #[inline(always)]
    fn div(self, other: Self) -> Self {
        self.map(other, |a, b| a / b)
    }

    #[inline(always)]
    fn max(self, other: Self) -> Self {
        self.map(other, |a, b| if a > b { a } else { b })
    }

    #[inline(always)]
    fn greater(self, other: Self) -> u32 {
        (0..8).fold(0, |mask, i| mask | u32::from(self.0[i] > other.0[i]) << i)
    }

    #[inline(always)]
    fn exponent(self) -> Self {
        Plain(self.0.map(|value| f32::from_bits(value.to_bits() << 23)))
    }

    #[inline(always)]
    fn from_words(words: Plain<i16>) -> Self {
        Plain(words.0.map(f32::from))
    }
}

impl Words for Plain<i16> {
    #[inline(always)]
    fn zero() -> Self {
        Plain([0; 8])
    }

    #[inline(always)]
    fn load(from: &[i16; 8]) -> Self {
        Plain(*from)
    }

    #[inline(always)]
    fn store(self, to: &mut [i16; 8]) {
        *to = self.0;
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Plain(std::array::from_fn(|i| self.0[i].wrapping_add(other.0[i])))
    }

    #[inline(always)]
    fn add_bytes(self, bytes: &[u8; 8]) -> Self {
        Plain(std::array::from_fn(|i| self.0[i].wrapping_add(i16::from(bytes[i] as i8))))
    }
}

#[cfg(target_arch = "x86_64")]
pub(crate) use avx2::Avx2;

#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)]
mod avx2 {
    use super::{Lanes, Words};
    use std::arch::x86_64::*;

    /// For processors with AVX2. Only functions that [`dispatch`](super::dispatch) compiles for these name the type.
    #[derive(Clone, Copy)]
    pub(crate) struct Avx2<T>(T);

    impl Lanes for Avx2<__m256> {
        type Words = Avx2<__m128i>;

        #[inline(always)]
        fn splat(value: f32) -> Self {
            // SAFETY: as the type says, the processor has AVX2; so below.
            Avx2(unsafe { _mm256_set1_ps(value) })
        }

        #[inline(always)]
        fn load(from: &[f32; 8]) -> Self {
            // SAFETY: the array holds the 32 bytes that are read.
            Avx2(unsafe { _mm256_loadu_ps(from.as_ptr()) })
        }

        #[inline(always)]
        fn store(self, to: &mut [f32; 8]) {
            // SAFETY: the array holds the 32 bytes that are written.
            unsafe { _mm256_storeu_ps(to.as_mut_ptr(), self.0) }
        }

        #[inline(always)]
        fn add(self, other: Self) -> Self {
            // SAFETY: the processor has AVX2.
            Avx2(unsafe { _mm256_add_ps(self.0, other.0) })
        }

        #[inline(always)]
        fn sub(self, other: Self) -> Self {
            // SAFETY: the processor has AVX2.
            Avx2(unsafe { _mm256_sub_ps(self.0, other.0) })
        }

        #[inline(always)]
        fn mul(self, other: Self) -> Self {
            // SAFETY: the processor has AVX2.
            Avx2(unsafe { _mm256_mul_ps(self.0, other.0) })
        }

        #[inline(always)]
        fn div(self, other: Self) -> Self {
            // SAFETY: the processor has AVX2.
            Avx2(unsafe { _mm256_div_ps(self.0, other.0) })
        }

        #[inline(always)]
        fn max(self, other: Self) -> Self {
            // SAFETY: the processor has AVX2.
            Avx2(unsafe { _mm256_max_ps(self.0, other.0) })
        }

        #[inline(always)]
        fn greater(self, other: Self) -> u32 {
            // SAFETY: the processor has AVX2.
            unsafe { _mm256_movemask_ps(_mm256_cmp_ps::<_CMP_GT_OQ>(self.0, other.0)) as u32 }
        }

        #[inline(always)]
        fn exponent(self) -> Self {
            // SAFETY: the processor has AVX2.
            Avx2(unsafe { _mm256_castsi256_ps(_mm256_slli_epi32::<23>(_mm256_castps_si256(self.0))) })
        }

        #[inline(always)]
        fn from_words(words: Avx2<__m128i>) -> Self {
            // SAFETY: the processor has AVX2.
            Avx2(unsafe { _mm256_cvtepi32_ps(_mm256_cvtepi16_epi32(words.0)) })
        }
    }

    impl Words for Avx2<__m128i> {
        #[inline(always)]
        fn zero() -> Self {
            // SAFETY: the processor has AVX2.
            Avx2(unsafe { _mm_setzero_si128() })
        }

        #[inline(always)]
        fn load(from: &[i16; 8]) -> Self {
            // SAFETY: the array holds the 16 bytes that are read.
            Avx2(unsafe { _mm_loadu_si128(from.as_ptr().cast()) })
        }

        #[inline(always)]
        fn store(self, to: &mut [i16; 8]) {
            // SAFETY: the array holds the 16 bytes that are written.
            unsafe { _mm_storeu_si128(to.as_mut_ptr().cast(), self.0) }
        }

        #[inline(always)]
        fn add(self, other: Self) -> Self {
            // SAFETY: the processor has AVX2.
            Avx2(unsafe { _mm_add_epi16(self.0, other.0) })
        }

        #[inline(always)]
        fn add_bytes(self, bytes: &[u8; 8]) -> Self {
            // SAFETY: the processor has AVX2; the array holds the 8 bytes that are read.
            Avx2(unsafe { _mm_add_epi16(self.0, _mm_cvtepi8_epi16(_mm_loadl_epi64(bytes.as_ptr().cast()))) })
        }
    }
}

/// Asks for the cache line of an item that may be read soon. A place past the end does no harm.
#[inline(always)]
pub(crate) fn prefetch<T>(items: &[T], at: usize) {
    #[cfg(target_arch = "x86_64")]
    {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        // SAFETY: a prefetch reads nothing, whatever the address, and every x86-64 processor knows it.
        #[allow(unsafe_code)]
        unsafe {
            _mm_prefetch::<_MM_HINT_T0>(items.as_ptr().wrapping_add(at).cast());
        }
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = (items, at);
}

/// Returns true if the processor has AVX2 and the bit operations that came with it. Without these, finding the lowest
/// bit of a mask takes many times as long.
#[cfg(target_arch = "x86_64")]
#[inline]
pub(crate) fn is_avx2() -> bool {
    use std::arch::is_x86_feature_detected;
    is_x86_feature_detected!("avx2") && is_x86_feature_detected!("bmi1") && is_x86_feature_detected!("bmi2")
}

/// Defines a function that calls another one, generic over [`Lanes`] and a number, with the best lanes that the
/// processor has.
macro_rules! dispatch {
    (
        $(#[$meta:meta])*
        $view:vis fn $name:ident<const $n:ident: usize>($($argument:ident: $type:ty),* $(,)?) $(-> $result:ty)? = $body:ident
    ) => {
        $(#[$meta])*
        $view fn $name<const $n: usize>($($argument: $type),*) $(-> $result)? {
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx2,bmi1,bmi2")]
                fn avx2<const $n: usize>($($argument: $type),*) $(-> $result)? {
                    $body::<$crate::simd::Avx2<std::arch::x86_64::__m256>, $n>($($argument),*)
                }
                if $crate::simd::is_avx2() {
                    // SAFETY: the processor has what the function is compiled for.
                    #[allow(unsafe_code)]
                    return unsafe { avx2::<$n>($($argument),*) };
                }
            }
            $body::<$crate::simd::Plain<f32>, $n>($($argument),*)
        }
    };
}
pub(crate) use dispatch;

/// Runs the body with `$n` as a constant: how many lanes of eight a row of `$width` has.
macro_rules! with_lanes {
    ($width:expr, $n:ident => $body:expr) => {
        $crate::simd::with_lanes!(@ $width, $n, $body, 8 1, 16 2, 24 3, 32 4, 40 5, 48 6, 64 8, 96 12, 128 16; 32)
    };
    (@ $width:expr, $n:ident, $body:expr, $($w:literal $count:literal),*; $most:literal) => {
        match $width {
            $($w => {
                const $n: usize = $count;
                $body
            })*
            _ => {
                const $n: usize = $most;
                $body
            }
        }
    };
}
pub(crate) use with_lanes;
