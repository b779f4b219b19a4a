//! What the bytes of a page claim: lengths that are packed as differences, and how many values a row has.
//!
//! The encodings are those of <https://parquet.apache.org/docs/file-format/data-pages/encodings/>.

use super::thrift::Thrift;

/// Integers as `DELTA_BINARY_PACKED` has them.
pub(super) struct Deltas {
    /// How many integers there are.
    pub(super) count: u64,
    /// Their sum. Lengths are not negative.
    pub(super) sum: u64,
    /// Where their bytes end.
    pub(super) end: usize,
}

/// The head of integers in `DELTA_BINARY_PACKED`.
struct Head {
    minis: usize,
    /// Integers in each miniblock.
    of_mini: usize,
    count: u64,
    first: i64,
}

fn head(thrift: &mut Thrift<'_>) -> Option<Head> {
    let block = usize::try_from(thrift.varint()?).ok()?;
    let minis = usize::try_from(thrift.varint()?).ok()?;
    let (count, first) = (thrift.varint()?, thrift.zigzag()?);
    Some(Head { minis, of_mini: block.checked_div(minis)?, count, first })
}

/// Returns how many integers there are.
pub(super) fn delta_count(bytes: &[u8]) -> Option<u64> {
    head(&mut Thrift { bytes }).map(|head| head.count)
}

/// Reads lengths. Returns `None` if they make no sense.
pub(super) fn lengths(bytes: &[u8]) -> Option<Deltas> {
    let mut thrift = Thrift { bytes };
    let Head { minis, of_mini, count, first } = head(&mut thrift)?;
    let mut value = i32::try_from(first).ok()?;
    let mut sum = if count > 0 { u64::try_from(value).ok()? } else { 0 };
    let mut left = count.saturating_sub(1);
    while left > 0 {
        let least = i32::try_from(thrift.zigzag()?).ok()?;
        let (widths, rest) = thrift.bytes.split_at_checked(minis)?;
        thrift.bytes = rest;
        for width in widths {
            if left == 0 {
                break;
            }
            let width = usize::from(*width);
            if width > 32 {
                return None;
            }
            // Their number in a miniblock is a multiple of 32.
            let (packed, rest) = thrift.bytes.split_at_checked(width.checked_mul(of_mini)? / 8)?;
            thrift.bytes = rest;
            let here = left.min(of_mini as u64);
            if here == 0 {
                return None;
            }
            for place in 0..here as usize {
                value = value.wrapping_add(least).wrapping_add(bits(packed, place * width, width)? as i32);
                sum = u64::try_from(value).ok()?.checked_add(sum)?;
            }
            left -= here;
        }
    }
    Some(Deltas { count, sum, end: bytes.len() - thrift.bytes.len() })
}

/// The integer of `width` bits, at most 32, from bit `start` on.
fn bits(packed: &[u8], start: usize, width: usize) -> Option<u32> {
    if width == 0 {
        return Some(0);
    }
    let bytes = packed.get(start / 8..(start + width).div_ceil(8))?;
    let number = bytes.iter().rev().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    Some((number >> (start % 8) & ((1 << width) - 1)) as u32)
}

/// How many values the rows of a column have that are decoded at once.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Rows {
    row: usize,
    values: u64,
    /// The most values of rows that were decoded at once.
    pub(super) widest: u64,
}

impl Rows {
    /// Adds a value. It begins a row, or belongs to the last one.
    fn add(&mut self, begins: bool) {
        if begins {
            if self.row == super::ROWS {
                (self.row, self.values) = (0, 0);
            }
            self.row += 1;
        }
        self.more(1);
    }

    /// Adds values of the last row.
    pub(super) fn more(&mut self, values: u64) {
        self.values += values;
        self.widest = self.widest.max(self.values);
    }

    /// Adds `count` values with their repetition levels, which are packed in `width` bits. A level of zero begins a row.
    /// Levels that are missing are left to the decoder. Returns how many rows begin, or `None` if there are more than
    /// `most` or if the levels make no sense.
    pub(super) fn add_levels(&mut self, levels: &[u8], width: usize, count: u64, most: u64) -> Option<u64> {
        let mut thrift = Thrift { bytes: levels };
        let (mut left, mut rows) = (count, 0);
        while left > 0 && !thrift.bytes.is_empty() {
            let run = thrift.varint()?;
            if run & 1 == 0 {
                let length = (run >> 1).min(left);
                let (level, rest) = thrift.bytes.split_at_checked(width.div_ceil(8))?;
                thrift.bytes = rest;
                left -= length;
                if level.iter().any(|byte| *byte != 0) {
                    self.more(length);
                    continue;
                }
                rows += length;
                if rows > most {
                    return None;
                }
                for _ in 0..length {
                    self.add(true);
                }
            } else {
                let groups = usize::try_from(run >> 1).ok()?;
                let bytes = groups.checked_mul(width)?.min(thrift.bytes.len());
                let (packed, rest) = thrift.bytes.split_at_checked(bytes)?;
                thrift.bytes = rest;
                let length = ((bytes * 8).checked_div(width)? as u64).min(left);
                left -= length;
                for place in 0..length as usize {
                    let begins = bits(packed, place * width, width)? == 0;
                    rows += u64::from(begins);
                    self.add(begins);
                }
                if rows > most {
                    return None;
                }
            }
        }
        Some(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_blocks() {
        // (bytes, integers, sum, end). Blocks have 128 integers, in 4 miniblocks.
        let one: &[u8] = &[0x80, 1, 4, 1, 14, 99];
        // 5, then differences of 1 and 3: the least is 1, and the rest takes 2 bits.
        let three = [&[0x80, 1, 4, 3, 10, 2, 2, 0, 0, 0][..], &[0b1000], &[0; 7], &[99]].concat();
        // 7 a billion times.
        let many: &[u8] = &[0x80, 1, 4, 0x80, 0x94, 0xEB, 0xDC, 3, 14];
        assert_eq!(lengths(one).map(|found| (found.count, found.sum, found.end)), Some((1, 7, 5)));
        assert_eq!(lengths(&three).map(|found| (found.count, found.sum, found.end)), Some((3, 5 + 6 + 9, 18)));
        assert_eq!((delta_count(many), lengths(many).is_none()), (Some(1_000_000_000), true));
        for cut in 0..18 {
            assert!(lengths(&three[..cut]).is_none(), "{cut}");
        }
        // No integers in a block, no miniblock, and a length below zero.
        for wrong in [&[0, 4, 3, 14, 0, 0, 0, 0, 0][..], &[0x80, 1, 0, 3, 14], &[0x80, 1, 4, 1, 1]] {
            assert!(lengths(wrong).is_none(), "{wrong:?}");
        }
    }

    #[test]
    fn rows_of_values() {
        // (levels, values, rows, values of the widest rows). Levels have one bit: a run, or 8 levels in a byte.
        let cases: [(&[u8], u64, Option<u64>, u64); 7] = [
            (&[], 5, Some(0), 0),
            (&[6, 0], 3, Some(3), 3),
            (&[2, 0, 0x80, 0x80, 0x80, 2, 1], 1 << 22, Some(1), (1 << 21) + 1),
            (&[2, 0, 0x80, 0x80, 0x80, 2, 1], 10, Some(1), 10),
            (&[3, 0b1110_1110], 8, Some(2), 8),
            (&[0x80, 8, 0], 1_000, Some(512), 256),
            (&[0x80, 0x80, 0x80, 2, 0], 1 << 22, None, 0),
        ];
        for (levels, count, begun, widest) in cases {
            let mut rows = Rows::default();
            assert_eq!(rows.add_levels(levels, 1, count, 1_000), begun, "{levels:?}");
            assert_eq!(rows.widest, widest, "{levels:?}");
        }
    }
}
