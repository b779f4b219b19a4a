//! Offsets convert to code points and UTF-16 units and back, for any text.

use copydesk_core::{OffsetMap, OffsetUnit};
use proptest::prelude::*;

const UNITS: [OffsetUnit; 3] = [OffsetUnit::Char, OffsetUnit::Byte, OffsetUnit::Utf16];

fn counted(text: &str, byte: usize, unit: OffsetUnit) -> u32 {
    let before = &text[..byte];
    let count = match unit {
        OffsetUnit::Char => before.chars().count(),
        OffsetUnit::Byte => byte,
        OffsetUnit::Utf16 => before.encode_utf16().count(),
    };
    u32::try_from(count).expect("a short text")
}

fn check(text: &str) {
    for unit in UNITS {
        let map = OffsetMap::new(text, unit);
        let mut known = Vec::new();
        for (byte, _) in text.char_indices().chain([(text.len(), ' ')]) {
            let offset = map.offset(byte as u32);
            assert_eq!(offset, counted(text, byte, unit), "byte {byte} in {unit:?}");
            assert_eq!(map.byte(offset), Some(byte as u32), "offset {offset} in {unit:?}");
            known.push(offset);
        }
        let last = known.last().copied().unwrap_or(0);
        for offset in 0..last + 3 {
            assert_eq!(map.byte(offset).is_some(), known.contains(&offset), "offset {offset} in {unit:?}");
        }
    }
}

#[test]
fn texts_of_every_width() {
    for text in ["", "a", "é", "👩‍👩‍👧 said", "שלום עולם", "a\u{0}b\r\nc", "\u{feff}x"] {
        check(text);
    }
}

#[test]
fn lengths_around_the_stride() {
    for length in [255, 256, 257, 511, 512, 513] {
        check(&"a".repeat(length));
        check(&"é".repeat(length));
        check(&format!("x{}", "👍".repeat(length)));
    }
}

#[test]
fn past_the_end_is_the_end() {
    let map = OffsetMap::new("né", OffsetUnit::Char);
    assert_eq!(map.offset(99), 2);
    assert_eq!(map.byte(3), None);
}

proptest! {
    #[test]
    fn any_text(text in "\\PC{0,700}") {
        check(&text);
    }
}
