//! AMX: eight tile registers of sixteen rows of 64 bytes. One instruction multiplies sixteen rows by sixteen columns,
//! 64 steps deep. Rust has no stable intrinsics for it, so the instructions are written out here. The kernel of Linux
//! must allow the use of the registers. Floats are those of AVX-512.
//!
//! [`Level::shape`] sets the registers' shapes before a run of products, and they are given back after it. Between two
//! calls, no tile holds live values: each product loads the start of its sums and stores the sums.

use std::arch::asm;
use std::arch::x86_64::{__cpuid, __cpuid_count, __m512, _xgetbv};

use super::avx512::Avx512;
use super::{HEAD, LANES, Left, Level, Right, Shape, check};

/// Proof that the processor has AMX for bytes and AVX-512, and that the system lets this process use the tiles.
#[derive(Debug, Clone, Copy)]
pub(in crate::encoder) struct Amx(Avx512);

impl Amx {
    /// The proof, if it holds.
    pub(in crate::encoder) fn detect() -> Option<Self> {
        let floats = Avx512::detect()?;
        (has_instructions() && may_use_tiles()).then_some(Self(floats))
    }
}

/// AMX-TILE and AMX-INT8 (leaf 7, EDX bits 24 and 25), and both parts of the state kept by the system (XCR0 bits 17, 18).
#[allow(unused_unsafe, reason = "`cpuid` is safe in newer versions of Rust")]
fn has_instructions() -> bool {
    // SAFETY: a processor that has AVX-512, as `detect` has found, has `cpuid`.
    let (leaves, base) = unsafe { (__cpuid(0).eax, __cpuid(1).ecx) };
    if leaves < 7 || base >> 27 & 1 == 0 {
        return false;
    }
    // SAFETY: as above; and OSXSAVE (leaf 1, ECX bit 27) says that `xgetbv` may be used.
    let (tiles, state) = unsafe { (__cpuid_count(7, 0).edx >> 24 & 0b11, xcr0()) };
    tiles == 0b11 && state >> 17 & 0b11 == 0b11
}

/// Which states the system keeps.
#[target_feature(enable = "xsave")]
fn xcr0() -> u64 {
    // SAFETY: the register zero is there wherever `xgetbv` is.
    unsafe { _xgetbv(0) }
}

/// Linux gives tiles only to a process that asked for them, for all its threads and for good.
#[cfg(target_os = "linux")]
fn may_use_tiles() -> bool {
    const ARCH_PRCTL: u64 = 158;
    const ARCH_REQ_XCOMP_PERM: u64 = 0x1023;
    const TILE_DATA: u64 = 18;
    let mut result = ARCH_PRCTL;
    // SAFETY: the call takes two numbers, touches no memory of ours, and fails without effect where it is unknown.
    unsafe {
        asm!("syscall", inout("rax") result, in("rdi") ARCH_REQ_XCOMP_PERM, in("rsi") TILE_DATA,
            lateout("rcx") _, lateout("r11") _, options(nostack));
    }
    result == 0
}

/// Other systems have not been tried.
#[cfg(not(target_os = "linux"))]
fn may_use_tiles() -> bool {
    false
}

/// The argument of `ldtilecfg`: palette, and for each register the bytes of a row and the rows.
#[repr(C, align(64))]
struct Shapes {
    palette: u8,
    start: u8,
    reserved: [u8; 14],
    row_bytes: [u16; 16],
    rows: [u8; 16],
}

impl Shapes {
    const fn new(tiles: [(u16, u8); 8]) -> Self {
        let (mut row_bytes, mut rows) = ([0; 16], [0; 16]);
        let mut n = 0;
        while n < tiles.len() {
            (row_bytes[n], rows[n]) = tiles[n];
            n += 1;
        }
        Self { palette: 1, start: 0, reserved: [0; 14], row_bytes, rows }
    }
}

const FULL: (u16, u8) = (64, 16);
/// Sums in 0 to 3, left rows in 4 and 5, columns in 6 and 7.
static WEIGHTS: Shapes = Shapes::new([FULL; 8]);
/// Sums are in 0 and 1. For scores, left rows of 32 bytes are in 2 and 3, and columns of eight fours in 4. For values,
/// left rows are in 5, and columns in 6 and 7.
static ATTENTION: Shapes = Shapes::new([FULL, FULL, (HEAD as u16, 16), (HEAD as u16, 16), (64, 8), FULL, FULL, FULL]);

macro_rules! floats {
    ($($name:ident($($arg:ident: $type:ty),*) $(-> $result:ty)?;)*) => {
        $(#[inline(always)]
        fn $name(self, $($arg: $type),*) $(-> $result)? {
            self.0.$name($($arg),*)
        })*
    };
}

impl Level for Amx {
    type F = __m512;

    #[inline(always)]
    fn run<R>(self, task: impl FnOnce() -> R) -> R {
        self.0.run(task)
    }
    floats! {
        splat(value: f32) -> __m512;
        load(from: &[f32; LANES]) -> __m512;
        load_i32(from: &[i32; LANES]) -> __m512;
        load_i8(from: &[u8; LANES]) -> __m512;
        store(value: __m512, to: &mut [f32; LANES]);
        add(a: __m512, b: __m512) -> __m512;
        sub(a: __m512, b: __m512) -> __m512;
        mul(a: __m512, b: __m512) -> __m512;
        fma(a: __m512, b: __m512, c: __m512) -> __m512;
        max(a: __m512, b: __m512) -> __m512;
        min(a: __m512, b: __m512) -> __m512;
        abs(a: __m512) -> __m512;
        shift_exponent(a: __m512, rounded: __m512) -> __m512;
        sum(a: __m512) -> f32;
        greatest(a: __m512) -> f32;
        greatest_of(vectors: [__m512; 4]) -> [f32; 4];
        store_low_bytes(value: __m512, to: &mut [u8; LANES]);
        fetch(at: &u8);
    }

    #[inline(always)]
    fn shape(self, shape: Shape) {
        let shapes = match shape {
            Shape::Weights => &WEIGHTS,
            Shape::Attention => &ATTENTION,
            Shape::None => {
                // SAFETY: the processor has the instruction; nothing is in the tiles that anybody wants.
                return unsafe { asm!("tilerelease", options(nostack)) };
            }
        };
        // SAFETY: the processor has the instruction, the process may use tiles, and `shapes` are 64 bytes that keep
        // to the rules of palette 1.
        unsafe { asm!("ldtilecfg [{}]", in(reg) shapes, options(nostack, readonly)) }
    }

    #[inline(always)]
    fn multiply_adds(self, rounds: usize) -> u64 {
        self.shape(Shape::Weights);
        // SAFETY: the processor has the instructions, the process may use tiles, and all eight have their shape.
        unsafe {
            asm!("tilezero tmm4", "tilezero tmm5", "tilezero tmm6", "tilezero tmm7", options(nostack));
            asm!("tilezero tmm0", "tilezero tmm1", "tilezero tmm2", "tilezero tmm3", options(nostack));
            for _ in 0..rounds {
                asm!(
                    "tdpbusd tmm0, tmm4, tmm6",
                    "tdpbusd tmm1, tmm4, tmm7",
                    "tdpbusd tmm2, tmm5, tmm6",
                    "tdpbusd tmm3, tmm5, tmm7",
                    options(nostack)
                );
            }
        }
        self.shape(Shape::None);
        (rounds * 4 * LANES * LANES * 64) as u64
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
        assert!(left.depth.is_multiple_of(64), "tiles are 64 deep");
        let both = left.rows > LANES;
        let lower = if both { LANES } else { 0 };
        let steps = left.depth / 64;
        let of = right.start.len() / (2 * LANES) * steps;
        let mut n = 0;
        for column in (0..right.start.len()).step_by(2 * LANES) {
            // SAFETY: `check` has shown that two columns of tiles from `column` on lie inside the slices. Two rows of
            // tiles do too, if there are more than sixteen rows, and otherwise one. The same holds for `step`.
            unsafe {
                let mut a = left.bytes.as_ptr();
                let mut b = right.bytes.as_ptr().add(column / LANES * right.stride);
                let c = sums.as_mut_ptr().add(column);
                begin(right.start.as_ptr().add(column));
                for _ in 0..steps {
                    if both {
                        four_tiles(a, left.stride, b, right.stride);
                    } else {
                        two_tiles(a, left.stride, b, right.stride);
                    }
                    (a, b) = (a.add(64), b.add(1024));
                    meanwhile(n, of);
                    n += 1;
                }
                end(c, c.add(lower * pitch), pitch, both);
            }
        }
    }

    #[inline(always)]
    fn scores(self, left: Left<'_>, right: Right<'_>, sums: &mut [i32], pitch: usize) {
        check(&left, &right, sums, pitch);
        assert!(left.depth == HEAD, "scores are as deep as a head is wide");
        let both = left.rows > LANES;
        let lower = if both { LANES } else { 0 };
        // SAFETY: `check` has shown that one or two rows of tiles and all columns lie inside the slices.
        unsafe {
            queries(left.bytes.as_ptr(), left.bytes.as_ptr().add(lower * left.stride), left.stride);
            for n in 0..right.start.len() / LANES {
                let b = right.bytes.as_ptr().add(n * right.stride);
                let start = right.start.as_ptr().add(n * LANES);
                let c = sums.as_mut_ptr().add(n * LANES);
                scores(b, start, c, c.add(lower * pitch), pitch);
            }
        }
    }

    #[inline(always)]
    fn values(self, left: Left<'_>, right: Right<'_>, sums: &mut [i32], pitch: usize) {
        check(&left, &right, sums, pitch);
        assert!(left.depth.is_multiple_of(64) && right.start.len() == HEAD, "values are tiles 64 deep");
        for row in (0..left.rows).step_by(LANES) {
            // SAFETY: `check` has shown that the rows of tiles from `row` on lie inside the slices.
            unsafe {
                let a = left.bytes.as_ptr().add(row * left.stride);
                let c = sums.as_mut_ptr().add(row * pitch);
                values(a, left.stride, right.bytes.as_ptr(), right.stride, left.depth, right.start.as_ptr(), c, pitch);
            }
        }
    }
}

/// Bytes between two rows of a packed tile of columns.
const COLUMN_STRIDE: usize = 64;

/// Sums of two columns of tiles begin with `start`, in either row of tiles. A stride of nothing gives each row of a
/// tile the same numbers.
///
/// # Safety
/// `start` has 32 numbers; shapes are those of weights.
#[inline(always)]
unsafe fn begin(start: *const i32) {
    // SAFETY: see above.
    unsafe {
        asm!(
            "tileloadd tmm0, [{start} + {none}*1]",
            "tileloadd tmm1, [{start} + {none}*1 + 64]",
            "tileloadd tmm2, [{start} + {none}*1]",
            "tileloadd tmm3, [{start} + {none}*1 + 64]",
            start = in(reg) start,
            none = in(reg) 0usize,
            options(nostack, readonly)
        );
    }
}

/// Stores the sums: one row of tiles to `c`, and if there are `both` the other to `d`.
///
/// # Safety
/// `c` and `d` have sixteen rows of 32; shapes are those of weights.
#[inline(always)]
unsafe fn end(c: *mut i32, d: *mut i32, pitch: usize, both: bool) {
    // SAFETY: see above.
    unsafe {
        asm!(
            "tilestored [{c} + {pitch}*1], tmm0",
            "tilestored [{c} + {pitch}*1 + 64], tmm1",
            c = in(reg) c,
            pitch = in(reg) pitch * size_of::<i32>(),
            options(nostack)
        );
        if both {
            asm!(
                "tilestored [{d} + {pitch}*1], tmm2",
                "tilestored [{d} + {pitch}*1 + 64], tmm3",
                d = in(reg) d,
                pitch = in(reg) pitch * size_of::<i32>(),
                options(nostack)
            );
        }
    }
}

/// One step of 64 for 32 rows by 32 columns.
///
/// # Safety
/// `a` has 32 rows of 64 bytes, `b` two tiles of columns that are `apart`; shapes are those of weights.
#[inline(always)]
unsafe fn four_tiles(a: *const u8, stride: usize, b: *const u8, apart: usize) {
    // SAFETY: see above.
    unsafe {
        asm!(
            "tileloadd tmm4, [{a0} + {stride}*1]",
            "tileloadd tmm6, [{b0} + {line}*1]",
            "tdpbusd tmm0, tmm4, tmm6",
            "tileloadd tmm7, [{b1} + {line}*1]",
            "tdpbusd tmm1, tmm4, tmm7",
            "tileloadd tmm5, [{a1} + {stride}*1]",
            "tdpbusd tmm2, tmm5, tmm6",
            "tdpbusd tmm3, tmm5, tmm7",
            a0 = in(reg) a,
            a1 = in(reg) a.add(LANES * stride),
            stride = in(reg) stride,
            b0 = in(reg) b,
            b1 = in(reg) b.add(apart),
            line = in(reg) COLUMN_STRIDE,
            options(nostack, readonly)
        );
    }
}

/// One step of 64 for sixteen rows by 32 columns.
///
/// # Safety
/// As for [`four_tiles`], with half the rows.
#[inline(always)]
unsafe fn two_tiles(a: *const u8, stride: usize, b: *const u8, apart: usize) {
    // SAFETY: see above.
    unsafe {
        asm!(
            "tileloadd tmm4, [{a} + {stride}*1]",
            "tileloadd tmm6, [{b0} + {line}*1]",
            "tdpbusd tmm0, tmm4, tmm6",
            "tileloadd tmm7, [{b1} + {line}*1]",
            "tdpbusd tmm1, tmm4, tmm7",
            a = in(reg) a,
            stride = in(reg) stride,
            b0 = in(reg) b,
            b1 = in(reg) b.add(apart),
            line = in(reg) COLUMN_STRIDE,
            options(nostack, readonly)
        );
    }
}

/// Loads two blocks of sixteen queries; they may be the same.
///
/// # Safety
/// `a` and `b` have sixteen rows as wide as a head; shapes are those of attention.
#[inline(always)]
unsafe fn queries(a: *const u8, b: *const u8, stride: usize) {
    // SAFETY: see above.
    unsafe {
        asm!(
            "tileloadd tmm2, [{a} + {stride}*1]",
            "tileloadd tmm3, [{b} + {stride}*1]",
            a = in(reg) a,
            b = in(reg) b,
            stride = in(reg) stride,
            options(nostack, readonly)
        );
    }
}

/// The loaded queries by sixteen keys, to `d` and to `c`, which may be the same if the queries are.
///
/// # Safety
/// `b` has sixteen keys, `start` as many numbers, `c` and `d` sixteen rows of them; shapes are those of attention.
#[inline(always)]
unsafe fn scores(b: *const u8, start: *const i32, c: *mut i32, d: *mut i32, pitch: usize) {
    // SAFETY: see above.
    unsafe {
        asm!(
            "tileloadd tmm4, [{b} + {line}*1]",
            "tileloadd tmm1, [{start} + {none}*1]",
            "tdpbusd tmm1, tmm3, tmm4",
            "tileloadd tmm0, [{start} + {none}*1]",
            "tdpbusd tmm0, tmm2, tmm4",
            "tilestored [{d} + {pitch}*1], tmm1",
            "tilestored [{c} + {pitch}*1], tmm0",
            b = in(reg) b,
            line = in(reg) COLUMN_STRIDE,
            start = in(reg) start,
            none = in(reg) 0usize,
            c = in(reg) c,
            d = in(reg) d,
            pitch = in(reg) pitch * size_of::<i32>(),
            options(nostack)
        );
    }
}

/// Sixteen rows of attention weights by the 32 columns of a head's values.
///
/// # Safety
/// `a` has sixteen rows of `depth` bytes, `b` two blocks of `16 * depth` that are `apart`, `start` 32 numbers, `c` sixteen rows of 32; the
/// depth is a multiple of 64; shapes are those of attention.
#[inline(always)]
unsafe fn values(
    a: *const u8,
    stride: usize,
    b: *const u8,
    apart: usize,
    depth: usize,
    start: *const i32,
    c: *mut i32,
    pitch: usize,
) {
    // SAFETY: see above.
    unsafe {
        asm!(
            "tileloadd tmm0, [{start} + {none}*1]",
            "tileloadd tmm1, [{start} + {none}*1 + 64]",
            "2:",
            "tileloadd tmm5, [{a} + {stride}*1]",
            "tileloadd tmm6, [{b0} + {line}*1]",
            "tdpbusd tmm0, tmm5, tmm6",
            "tileloadd tmm7, [{b1} + {line}*1]",
            "tdpbusd tmm1, tmm5, tmm7",
            "add {a}, 64",
            "add {b0}, 1024",
            "add {b1}, 1024",
            "dec {steps}",
            "jnz 2b",
            "tilestored [{c} + {pitch}*1], tmm0",
            "tilestored [{c} + {pitch}*1 + 64], tmm1",
            start = in(reg) start,
            none = in(reg) 0usize,
            a = inout(reg) a => _,
            stride = in(reg) stride,
            b0 = inout(reg) b => _,
            b1 = inout(reg) b.add(apart) => _,
            line = in(reg) COLUMN_STRIDE,
            steps = inout(reg) depth / 64 => _,
            c = in(reg) c,
            pitch = in(reg) pitch * size_of::<i32>(),
            options(nostack)
        );
    }
}
