//! The encoder's operations on a processor: sixteen float lanes and the products of bytes, in one trait with an
//! implementation a kernel. Every implementation gives the same bits. Floats are added, multiplied and fused lane by
//! lane in one fixed order, and sums of bytes are exact integers.
//!
//! A value of a level is proof that the processor has its instructions. Only [`super::Kernel`] makes them, after asking
//! the processor. So the methods are safe to call.

#[cfg(target_arch = "x86_64")]
pub(super) mod amx;
#[cfg(target_arch = "x86_64")]
pub(super) mod avx2;
#[cfg(target_arch = "x86_64")]
pub(super) mod avx512;
pub(super) mod portable;

/// Lanes of a vector: every level has sixteen, in as many registers as that takes.
pub(super) const LANES: usize = 16;
/// Rows of a block, as many as the tiles of two register rows hold.
pub(super) const ROWS: usize = 32;
/// Columns of a panel of weights. They stay in the first cache while the rows go by.
pub(super) const PANEL: usize = 64;
/// Width of an attention head, the only one there is: every BERT below the base size has it.
pub(super) const HEAD: usize = 32;
/// Added to a float below 2^22, it leaves the nearest whole number (ties to even) in the low bits.
pub(super) const ROUND: f32 = 12_582_912.0;

/// The shapes of the tile registers. A level without tiles sets nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Products with weights.
    Weights,
    /// Scores and values of attention.
    Attention,
    /// Nothing: given back to the system.
    None,
}

/// The left side of a product: `rows` rows of bytes, `stride` bytes apart, each `depth` long.
///
/// The slice holds whole blocks of sixteen rows. The content of rows after `rows` does not matter.
#[derive(Debug, Clone, Copy)]
pub(super) struct Left<'a> {
    pub bytes: &'a [u8],
    pub stride: usize,
    pub rows: usize,
    pub depth: usize,
}

/// The right side of a product: signed bytes, packed as `[columns / 16][depth / 4][16][4]`. `stride` bytes lie between
/// one sixteen of columns and the next. For each column, there is the number that its sums begin with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Right<'a> {
    pub bytes: &'a [u8],
    pub stride: usize,
    pub start: &'a [i32],
    /// Products of two steps of depth may be added up in sixteen bits, not those of one alone.
    pub fours: bool,
}

impl Left<'_> {
    /// Rows, rounded up to whole blocks of sixteen.
    pub(super) fn padded_rows(&self) -> usize {
        self.rows.next_multiple_of(LANES)
    }
}

/// The guard of every product: after it no kernel reads or writes outside its slices.
///
/// # Panics
/// If the shapes do not fit, which would be a fault of this module.
#[inline(always)]
pub(super) fn check(left: &Left<'_>, right: &Right<'_>, sums: &[i32], pitch: usize) {
    let columns = right.start.len();
    let rows = left.padded_rows();
    assert!(
        (1..=ROWS).contains(&left.rows)
            && left.depth.is_multiple_of(4)
            && left.depth > 0
            && left.depth <= left.stride
            && left.bytes.len() >= (rows - 1) * left.stride + left.depth
            && columns > 0
            && columns.is_multiple_of(2 * LANES)
            && right.stride >= LANES * left.depth
            && right.bytes.len() >= (columns / LANES - 1) * right.stride + LANES * left.depth
            && columns <= pitch
            && sums.len() >= (rows - 1) * pitch + columns,
        "shapes of a product do not fit"
    );
}

/// Sixteen lanes and the products of bytes.
pub(super) trait Level: Copy {
    /// Sixteen floats.
    type F: Copy;

    /// Runs `task` compiled for this level.
    fn run<R>(self, task: impl FnOnce() -> R) -> R;

    fn splat(self, value: f32) -> Self::F;
    fn load(self, from: &[f32; LANES]) -> Self::F;
    /// Whole numbers, as floats.
    fn load_i32(self, from: &[i32; LANES]) -> Self::F;
    /// Signed bytes, as floats.
    fn load_i8(self, from: &[u8; LANES]) -> Self::F;
    fn store(self, value: Self::F, to: &mut [f32; LANES]);
    fn add(self, a: Self::F, b: Self::F) -> Self::F;
    fn sub(self, a: Self::F, b: Self::F) -> Self::F;
    fn mul(self, a: Self::F, b: Self::F) -> Self::F;
    /// `a * b + c`, rounded once.
    fn fma(self, a: Self::F, b: Self::F, c: Self::F) -> Self::F;
    fn max(self, a: Self::F, b: Self::F) -> Self::F;
    fn min(self, a: Self::F, b: Self::F) -> Self::F;
    fn abs(self, a: Self::F) -> Self::F;
    /// `a` times two to the whole number in the low bits of `rounded`, which came of adding [`ROUND`].
    fn shift_exponent(self, a: Self::F, rounded: Self::F) -> Self::F;
    /// Sum of the lanes: halves, quarters, eighths, pairs.
    fn sum(self, a: Self::F) -> f32;
    /// Greatest of the lanes.
    fn greatest(self, a: Self::F) -> f32;
    /// Greatest lanes of four vectors.
    #[inline(always)]
    fn greatest_of(self, [a, b, c, d]: [Self::F; 4]) -> [f32; 4] {
        [self.greatest(a), self.greatest(b), self.greatest(c), self.greatest(d)]
    }
    /// The lowest byte of each lane's bits, which after adding [`ROUND`] is the number modulo 256.
    fn store_low_bytes(self, value: Self::F, to: &mut [u8; LANES]);

    /// Asks for the line that `at` lies in to be brought nearer.
    #[inline(always)]
    fn fetch(self, _at: &u8) {}

    /// Multiplies bytes and does nothing else, `rounds` times over, with all operands in registers. Returns the number
    /// of multiply-adds. The speed of [`Level::product`] is compared with this.
    fn multiply_adds(self, rounds: usize) -> u64;

    /// Sets the tile registers.
    fn shape(self, _shape: Shape) {}
    /// Computes `sums[r][c] = start[c] + left[r] . right[c]`. The left bytes are unsigned; the right ones are signed,
    /// and bounded as in [`super::bounded`]. Beyond the bounds, the sums may differ from level to level. Rows of sums
    /// are `pitch` apart; those between `left.rows` and the next multiple of sixteen may be overwritten. The depth is a
    /// multiple of 64, and [`Shape::Weights`] is set.
    ///
    /// `meanwhile(n, of)` is called for each `n` in `0..of`, for some `of`: work that has nothing to do with the sums.
    /// Tiles multiply beside the vectors, so a level that has them calls it between their steps.
    fn product(
        self,
        left: Left<'_>,
        right: Right<'_>,
        sums: &mut [i32],
        pitch: usize,
        meanwhile: impl FnMut(usize, usize),
    );
    /// The same for a depth of [`HEAD`], with [`Shape::Attention`] set, for right bytes that are not bounded, and with nothing
    /// to do meanwhile.
    #[inline(always)]
    fn scores(self, left: Left<'_>, right: Right<'_>, sums: &mut [i32], pitch: usize) {
        self.product(left, right, sums, pitch, |_, _| {});
    }
    /// The same for [`HEAD`] columns and a depth that is a multiple of 64.
    #[inline(always)]
    fn values(self, left: Left<'_>, right: Right<'_>, sums: &mut [i32], pitch: usize) {
        self.product(left, right, sums, pitch, |_, _| {});
    }
}
