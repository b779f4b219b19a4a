//! The compact weight table of a linear model: an index from features to rows and rows of eight-bit
//! weights, one column a class. Both borrow from the model file.
//!
//! An index slot is a `u32`. It is zero if empty. Otherwise the high bits hold a fingerprint of the feature, and the
//! low bits the row's number plus one. Slot and fingerprint together hold nearly all bits of the feature. So an unseen
//! feature is recognised and adds no noise.

use std::borrow::Cow;

use crate::error::ModelError;
use crate::file::{ModelFile, ModelWriter, Reader};
use crate::simd::{Lanes, Words, dispatch, prefetch, with_lanes};

/// The widths that rows may have; the loops are compiled once for each.
pub(crate) const WIDTHS: [usize; 10] = [8, 16, 24, 32, 40, 48, 64, 96, 128, 256];

/// The least width that holds so many columns.
pub(crate) fn width_for(columns: usize) -> Option<usize> {
    WIDTHS.into_iter().find(|&w| w >= columns)
}

/// Runs the body with `$w` as a constant equal to `$width`.
macro_rules! with_width {
    ($width:expr, $w:ident => $body:expr) => {
        match $width {
            8 => {
                const $w: usize = 8;
                $body
            }
            16 => {
                const $w: usize = 16;
                $body
            }
            24 => {
                const $w: usize = 24;
                $body
            }
            32 => {
                const $w: usize = 32;
                $body
            }
            40 => {
                const $w: usize = 40;
                $body
            }
            48 => {
                const $w: usize = 48;
                $body
            }
            64 => {
                const $w: usize = 64;
                $body
            }
            96 => {
                const $w: usize = 96;
                $body
            }
            128 => {
                const $w: usize = 128;
                $body
            }
            _ => {
                const $w: usize = 256;
                $body
            }
        }
    };
}
pub(crate) use with_width;

/// Features that are looked up at a time.
const BLOCK: usize = 64;
/// Sums of eight-bit numbers stay within sixteen bits for so many rows: 256 * 127 < 32768.
const MOST: usize = 256;

#[derive(Debug, Clone)]
pub(crate) struct Table<'a> {
    width: usize,
    index_bits: u32,
    row_bits: u32,
    scale: f32,
    index: Cow<'a, [u8]>,
    rows: Cow<'a, [u8]>,
}

impl<'a> Table<'a> {
    /// Quantises weights: `weights` holds a row of `width` for each feature, in order.
    pub(crate) fn build(features: &[u32], weights: &[f32], width: usize) -> Table<'static> {
        let scale = best_scale(weights);
        let rows: Vec<u8> = weights.iter().map(|w| quantise(*w, scale) as u8).collect();
        let row_bits = usize::BITS - features.len().leading_zeros();
        let index_bits = (usize::BITS - (features.len() * 2).leading_zeros()).clamp(4, 31);
        let mut index = vec![0u32; 1 << index_bits];
        let mask = index.len() - 1;
        for (row, &feature) in features.iter().enumerate() {
            let mut at = (feature >> (32 - index_bits)) as usize;
            while index.get(at).is_some_and(|&slot| slot != 0) {
                at = (at + 1) & mask;
            }
            if let Some(slot) = index.get_mut(at) {
                *slot = shift_left(feature, row_bits) | (row as u32 + 1);
            }
        }
        let index = index.iter().flat_map(|slot| slot.to_le_bytes()).collect();
        Table { width, index_bits, row_bits, scale, index: Cow::Owned(index), rows: Cow::Owned(rows) }
    }

    /// Multiplies all weights by a factor.
    pub(crate) fn multiply(&mut self, factor: f32) {
        self.scale *= factor;
    }

    /// Returns the same table with bytes of its own.
    pub(crate) fn into_owned(self) -> Table<'static> {
        Table {
            width: self.width,
            index_bits: self.index_bits,
            row_bits: self.row_bits,
            scale: self.scale,
            index: Cow::Owned(self.index.into_owned()),
            rows: Cow::Owned(self.rows.into_owned()),
        }
    }

    pub(crate) fn width(&self) -> usize {
        self.width
    }

    pub(crate) fn row_count(&self) -> usize {
        self.rows.len() / self.width
    }

    pub(crate) fn write(&self, writer: &mut ModelWriter, name: &str) {
        let mut head = Vec::new();
        for value in [self.width as u32, self.index_bits, self.row_bits] {
            head.extend(value.to_le_bytes());
        }
        head.extend(self.scale.to_le_bytes());
        writer.section(format!("{name}.table"), head);
        writer.section(format!("{name}.index"), self.index.as_ref());
        writer.section(format!("{name}.rows"), self.rows.as_ref());
    }

    pub(crate) fn read(file: &ModelFile<'a>, name: &str, columns: usize) -> Result<Self, ModelError> {
        let section = format!("{name}.table");
        let mut head = Reader::new(file.require(&section)?);
        let fields = (head.u32(), head.u32(), head.u32(), head.f32());
        let (Some(width), Some(index_bits), Some(row_bits), Some(scale)) = fields else {
            return Err(ModelError::section(&section, "it is too short"));
        };
        let width = width as usize;
        if Some(width) != width_for(columns) || !(1..32).contains(&index_bits) || row_bits > 32 || !scale.is_finite() {
            return Err(ModelError::section(&section, "its numbers contradict each other"));
        }
        let index = file.require(&format!("{name}.index"))?;
        let rows = file.require(&format!("{name}.rows"))?;
        if index.len() != 4usize << index_bits {
            return Err(ModelError::section(&format!("{name}.index"), "its length is wrong"));
        }
        if rows.len() % width != 0 || ((rows.len() / width) as u64) >> row_bits != 0 {
            return Err(ModelError::section(&format!("{name}.rows"), "its length is wrong"));
        }
        // A search ends at an empty slot: a full index would never end one.
        if !index.as_chunks::<4>().0.contains(&[0; 4]) {
            return Err(ModelError::section(&format!("{name}.index"), "it has no empty slot"));
        }
        Ok(Self { width, index_bits, row_bits, scale, index: Cow::Borrowed(index), rows: Cow::Borrowed(rows) })
    }

    /// Adds to each token's row of `out` the weights of its features. `ends[i]` is the end of the features of token
    /// `i`. `out` must hold `ends.len()` rows of the table's width.
    pub(crate) fn sums(&self, features: &[u32], ends: &[u32], out: &mut [f32]) {
        self.sums_with(features, ends, &[], &[], out);
    }

    /// Adds weights like [`Table::sums`]. Each token also gets the rows of `known` with the numbers in its share of
    /// `parts`. Numbers past the end have no effect.
    pub(crate) fn sums_with(&self, features: &[u32], ends: &[u32], parts: &[u32], known: &[i16], out: &mut [f32]) {
        with_lanes!(self.width, N => sums::<N>(self, features, ends, parts, known, out));
    }

    /// Replaces the rows of `out` by the sums of their features' rows, in steps of the scale; of each row's features, the
    /// first 256 count. `ends` as in [`Table::sums`].
    pub(crate) fn steps(&self, features: &[u32], ends: &[u32], out: &mut [i16]) {
        with_lanes!(self.width, N => steps::<N>(self, features, ends, out));
    }

    /// The row of a feature, searched one slot after the other.
    fn find(&self, feature: u32) -> Option<u32> {
        let (index, _) = self.index.as_chunks::<4>();
        let mask = index.len().wrapping_sub(1);
        let wanted = shift_left(feature, self.row_bits);
        let low = self.low_bits();
        let mut at = (feature >> (32 - self.index_bits)) as usize;
        loop {
            let slot = u32::from_le_bytes(*index.get(at & mask)?);
            if slot == 0 {
                return None;
            }
            if slot & !low == wanted {
                return (slot & low).checked_sub(1);
            }
            at += 1;
        }
    }

    /// Prefetches the index for each feature.
    #[inline(always)]
    fn prefetch(&self, features: &[u32]) {
        for &feature in features {
            prefetch(&self.index, (feature >> (32 - self.index_bits)) as usize * 4);
        }
    }

    /// The bits of a slot that hold the row.
    fn low_bits(&self) -> u32 {
        if self.row_bits >= 32 { u32::MAX } else { (1 << self.row_bits) - 1 }
    }
}

dispatch! {
    fn sums<const N: usize>(
        table: &Table<'_>,
        features: &[u32],
        ends: &[u32],
        parts: &[u32],
        known: &[i16],
        out: &mut [f32]
    ) = sums_of
}

dispatch! {
    fn steps<const N: usize>(table: &Table<'_>, features: &[u32], ends: &[u32], out: &mut [i16]) = steps_of
}

/// Features are looked up a token ahead of their sums, and the index is prefetched a token ahead of that. The table is
/// larger than the near caches, so most of the time would go into waiting for it.
#[inline(always)]
fn sums_of<V: Lanes, const N: usize>(
    table: &Table<'_>,
    features: &[u32],
    ends: &[u32],
    parts: &[u32],
    known: &[i16],
    out: &mut [f32],
) {
    let out = out.as_chunks_mut::<8>().0.as_chunks_mut::<N>().0;
    let known_rows = known.as_chunks::<8>().0.as_chunks::<N>().0;
    let scale = V::splat(table.scale);
    let stride = parts.len() / ends.len().max(1);
    let own = |token: usize| -> &[u32] {
        let begin = token.checked_sub(1).and_then(|before| ends.get(before)).map_or(0, |&end| end as usize);
        ends.get(token).and_then(|&end| features.get(begin..end as usize)).unwrap_or_default()
    };
    let parts_of = |token: usize| parts.get(token * stride..(token + 1) * stride).unwrap_or_default();
    let (mut found, mut ahead) = (&mut Found::new(), &mut Found::new());
    table.prefetch(own(0));
    lookup::<N>(table, own(0), ahead);
    table.prefetch(own(1));
    for (token, out) in out.iter_mut().enumerate().take(ends.len()) {
        (found, ahead) = (ahead, found);
        for &part in parts_of(token + 1) {
            prefetch(known, part as usize * (N * 8));
            prefetch(known, part as usize * (N * 8) + N * 8 - 1);
        }
        table.prefetch(own(token + 2));
        lookup::<N>(table, own(token + 1), ahead);
        let mut sum = [V::Words::zero(); N];
        for &part in parts_of(token) {
            if let Some(row) = known_rows.get(part as usize) {
                for n in 0..N {
                    sum[n] = sum[n].add(V::Words::load(&row[n]));
                }
            }
        }
        add::<V, N>(table, found, &mut sum);
        for (number, block) in own(token).chunks(BLOCK).enumerate().skip(1) {
            if number % (MOST / BLOCK) == 0 {
                add_steps::<V, N>(scale, sum, out);
                sum = [V::Words::zero(); N];
            }
            lookup::<N>(table, block, found);
            add::<V, N>(table, found, &mut sum);
        }
        add_steps::<V, N>(scale, sum, out);
    }
}

/// Adds sums in steps of the scale.
#[inline(always)]
fn add_steps<V: Lanes, const N: usize>(scale: V, sum: [V::Words; N], out: &mut [[f32; 8]; N]) {
    for n in 0..N {
        V::load(&out[n]).add(V::from_words(sum[n]).mul(scale)).store(&mut out[n]);
    }
}

#[inline(always)]
fn steps_of<V: Lanes, const N: usize>(table: &Table<'_>, features: &[u32], ends: &[u32], out: &mut [i16]) {
    let mut found = Found::new();
    let mut begin = 0;
    table.prefetch(features);
    for (&end, out) in ends.iter().zip(out.as_chunks_mut::<8>().0.as_chunks_mut::<N>().0) {
        let own = features.get(begin..end as usize).unwrap_or_default();
        begin = end as usize;
        let mut sum = [V::Words::zero(); N];
        for block in own.chunks(BLOCK).take(MOST / BLOCK) {
            lookup::<N>(table, block, &mut found);
            add::<V, N>(table, &found, &mut sum);
        }
        for n in 0..N {
            sum[n].store(&mut out[n]);
        }
    }
}

/// Rows of a block of features.
struct Found {
    rows: [u32; BLOCK],
    count: usize,
}

impl Found {
    fn new() -> Self {
        Self { rows: [0; BLOCK], count: 0 }
    }
}

dispatch! {
    /// Finds the rows of the first [`BLOCK`] features, and asks for their memory. Not inlined, since the loop then has registers
    /// enough.
    #[inline(never)]
    fn lookup<const N: usize>(table: &Table<'_>, features: &[u32], found: &mut Found) = lookup_of
}

/// The first slot decides for most features if they are known, and nothing waits for that.
#[inline(always)]
fn lookup_of<V: Lanes, const N: usize>(table: &Table<'_>, features: &[u32], found: &mut Found) {
    let (index, _) = table.index.as_chunks::<4>();
    let (low, places, row_bits) = (table.low_bits(), 32 - table.index_bits, table.row_bits);
    let mut others = [0u32; BLOCK];
    let (mut count, mut open) = (0, 0);
    for &feature in features.get(..features.len().min(BLOCK)).unwrap_or_default() {
        let slot = index.get((feature >> places) as usize).map_or(0, |slot| u32::from_le_bytes(*slot));
        let row = (slot & low).wrapping_sub(1);
        found.rows[count % BLOCK] = row;
        others[open % BLOCK] = feature;
        prefetch(&table.rows, row as usize * (N * 8));
        if N > 1 {
            prefetch(&table.rows, row as usize * (N * 8) + N * 8 - 1);
        }
        let is_other = (slot ^ shift_left(feature, row_bits)) & !low != 0;
        count += usize::from((slot != 0) & !is_other);
        open += usize::from((slot != 0) & is_other);
    }
    for &feature in others.iter().take(open) {
        if let Some(row) = table.find(feature) {
            found.rows[count % BLOCK] = row;
            count += 1;
        }
    }
    found.count = count;
}

#[inline(always)]
fn add<V: Lanes, const N: usize>(table: &Table<'_>, found: &Found, sum: &mut [V::Words; N]) {
    let rows = table.rows.as_chunks::<8>().0.as_chunks::<N>().0;
    for &row in found.rows.get(..found.count).unwrap_or_default() {
        if let Some(row) = rows.get(row as usize) {
            for n in 0..N {
                sum[n] = sum[n].add_bytes(&row[n]);
            }
        }
    }
}

/// Zero for 32 bits.
#[inline(always)]
fn shift_left(value: u32, bits: u32) -> u32 {
    (u64::from(value) << (bits & 63)) as u32
}

fn quantise(weight: f32, scale: f32) -> i8 {
    (weight / scale).round().clamp(-127.0, 127.0) as i8
}

/// The step that loses least: clipping a few great weights often beats coarse steps for all.
fn best_scale(weights: &[f32]) -> f32 {
    let greatest = weights.iter().fold(0f32, |most, w| most.max(w.abs()));
    if greatest == 0.0 || !greatest.is_finite() {
        return 1.0;
    }
    let error = |scale: f32| -> f64 {
        weights.iter().map(|&w| f64::from(w - f32::from(quantise(w, scale)) * scale).powi(2)).sum()
    };
    let candidates = [1.0, 0.8, 0.6, 0.5, 0.4, 0.3].map(|part| greatest * part / 127.0);
    let mut best = (f64::INFINITY, 1.0);
    for scale in candidates {
        let own = error(scale);
        if own < best.0 {
            best = (own, scale);
        }
    }
    best.1
}

/// The features seen in training, numbered in the order of first sight.
#[derive(Debug, Default)]
pub(crate) struct Dictionary {
    slots: Vec<u32>,
    features: Vec<u32>,
    counts: Vec<u32>,
}

impl Dictionary {
    pub(crate) fn count(&mut self, feature: u32) {
        if (self.features.len() + 1) * 2 > self.slots.len() {
            self.index();
        }
        let at = self.slot(feature);
        let known = self.slots.get(at).copied().unwrap_or(0);
        if known == 0 {
            self.features.push(feature);
            self.counts.push(1);
            if let Some(slot) = self.slots.get_mut(at) {
                *slot = self.features.len() as u32;
            }
        } else if let Some(count) = self.counts.get_mut(known as usize - 1) {
            *count = count.saturating_add(1);
        }
    }

    /// Makes the slots anew, with room for as many features again.
    fn index(&mut self) {
        let size = ((self.features.len() + 1) * 4).next_power_of_two();
        self.slots.clear();
        self.slots.resize(size, 0);
        for id in 0..self.features.len() {
            let at = self.features.get(id).map_or(0, |&feature| self.slot(feature));
            if let Some(slot) = self.slots.get_mut(at) {
                *slot = id as u32 + 1;
            }
        }
    }

    fn slot(&self, feature: u32) -> usize {
        let mask = self.slots.len().wrapping_sub(1);
        let mut at = (feature.wrapping_mul(0x9E37_79B1) as usize) & mask;
        while let Some(&known) = self.slots.get(at) {
            if known == 0 || self.features.get(known as usize - 1) == Some(&feature) {
                break;
            }
            at = (at + 1) & mask;
        }
        at
    }

    pub(crate) fn id(&self, feature: u32) -> Option<u32> {
        self.slots.get(self.slot(feature)).and_then(|known| known.checked_sub(1))
    }

    /// Keeps the features seen at least so often, in the same order; gives old and new numbers.
    pub(crate) fn retain(&mut self, keep: impl Fn(usize, u32) -> bool) -> Vec<Option<u32>> {
        let mut map = Vec::with_capacity(self.features.len());
        let (mut features, mut counts) = (Vec::new(), Vec::new());
        for (id, (&feature, &count)) in self.features.iter().zip(&self.counts).enumerate() {
            if keep(id, count) {
                map.push(Some(features.len() as u32));
                features.push(feature);
                counts.push(count);
            } else {
                map.push(None);
            }
        }
        self.features = features;
        self.counts = counts;
        self.index();
        map
    }

    pub(crate) fn features(&self) -> &[u32] {
        &self.features
    }

    pub(crate) fn counts(&self) -> &[u32] {
        &self.counts
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::{feature, hash_bytes};

    #[test]
    fn known_features_give_their_weights_and_unknown_ones_nothing() {
        let features: Vec<u32> = (0..5000u32).map(|i| feature(hash_bytes(&i.to_le_bytes()))).collect();
        let weights: Vec<f32> = (0..5000 * 8).map(|i| ((i % 255) as f32 - 127.0) / 10.0).collect();
        let table = Table::build(&features, &weights, 8);
        let mut writer = ModelWriter::new("test", "{}");
        table.write(&mut writer, "t");
        let bytes = writer.finish();
        let file = ModelFile::parse(&bytes).unwrap();
        let table = Table::read(&file, "t", 5).unwrap();
        for (i, &own) in features.iter().enumerate() {
            let mut out = [0.0; 8];
            table.sums(&[own], &[1], &mut out);
            for (j, value) in out.iter().enumerate() {
                assert!((value - weights[i * 8 + j]).abs() < 0.06, "{i} {j}");
            }
        }
        let unseen = (5000..50_000u32).map(|i| feature(hash_bytes(&i.to_le_bytes())));
        let hits = unseen.filter(|f| table.find(*f).is_some()).count();
        assert!(hits < 5, "{hits}");
        assert!(Table::read(&file, "t", 9).is_err());
        assert!(Table::read(&file, "u", 5).is_err());
    }

    #[test]
    fn many_features_do_not_overflow() {
        let table = Table::build(&[7], &[1.0; 8], 8);
        let mut out = [0.0; 8];
        table.sums(&vec![7; 1000], &[1000], &mut out);
        assert!((out[0] - 1000.0).abs() < 1.0, "{out:?}");
    }

    #[test]
    fn known_sums_stand_for_their_features_in_every_kind_of_register() {
        let features: Vec<u32> = (0..3000u32).map(|i| feature(hash_bytes(&i.to_le_bytes()))).collect();
        let weights: Vec<f32> = (0..3000 * 40).map(|i| ((i * 7919 % 255) as f32 - 127.0) / 10.0).collect();
        let table = Table::build(&features, &weights, 40);
        // Two tokens of three known and two unknown features, and one of nothing but known sums.
        let token = |i: usize| [features[i], 1, features[i + 9], 2, features[i + 500]];
        let (own, other) = (token(0), token(77));
        let mut all = vec![0.5; 3 * 40];
        table.sums(&[own, other, other].concat(), &[5, 10, 15], &mut all);
        let mut known = vec![0i16; 2 * 40];
        table.steps(&[&other[..2], &other[2..]].concat(), &[2, 5], &mut known);
        let none = u32::MAX;
        let parts = [none, none, 0, none, 0, 1];
        let values = [&own[..], &other[2..]].concat();
        let mut some = vec![0.5; 3 * 40];
        table.sums_with(&values, &[5, 8, 8], &parts, &known, &mut some);
        assert_eq!(some, all);
        some.fill(0.5);
        sums_of::<crate::simd::Plain<f32>, 5>(&table, &values, &[5, 8, 8], &parts, &known, &mut some);
        assert_eq!(some, all);
    }

    #[test]
    fn ends_that_lie_are_harmless() {
        let table = Table::build(&[7], &[1.0; 8], 8);
        let mut out = [0.0; 24];
        table.sums_with(&[7, 7], &[1, 9, 0], &[5, 5, 5, 1], &[1; 8], &mut out);
        assert!((out[0] - 1.0).abs() < 0.01 && out[8] == 0.0, "{out:?}");
        table.steps(&[7], &[0, 4, 1], &mut [0; 24]);
    }
}
