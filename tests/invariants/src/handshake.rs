//! Any bytes as a plugin's library, or as the prefix of its entry. Nothing is opened.

use copydesk_loader::HOST_ABI;
use copydesk_loader::bytes::{PrefixBytes, library, prefix};

/// Checks 32 bytes as an entry's prefix, and other bytes as a library's file. An accepted prefix has the right value in
/// each field. Every segment of an accepted file that the dynamic linker would map lies within the file. If the last of
/// these is cut short, the file is refused.
pub fn handshake(bytes: &[u8]) {
    if let Ok(bytes) = PrefixBytes::try_from(bytes) {
        prefixed(&bytes);
        return;
    }
    match library(bytes) {
        Ok(found) => {
            let held = bytes.windows(found.len()).any(|window| window == found);
            assert!(held, "the prefix is not in the file");
            prefixed(&found);
            if bytes.starts_with(b"\x7fELF\x02\x01") {
                let end = elf64(bytes);
                let cut = bytes.get(..end.saturating_sub(1)).unwrap_or_default();
                assert!(library(cut).is_err(), "a file that ends within a segment is taken");
            }
        }
        Err(error) => one_line(&error.to_string()),
    }
}

/// Returns the end of the last mapped segment, which is within the file. The headers are read here once more, by their
/// offsets in the ELF specification, and not by the loader's reader.
fn elf64(bytes: &[u8]) -> usize {
    let number = |at: usize, width: usize| -> u64 {
        let field = bytes.get(at..at + width).expect("headers lie within the file");
        field.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
    };
    let (table, size, mut count) = (number(32, 8) as usize, number(54, 2) as usize, number(56, 2) as usize);
    if count == 0xFFFF {
        // The number is in the first section's header then.
        count = number(number(40, 8) as usize + 44, 4) as usize;
    }
    let mut last = 0;
    for header in (0..count).map(|at| table + at * size) {
        const LOAD: u64 = 1;
        if number(header, 4) == LOAD {
            let end = number(header + 8, 8).checked_add(number(header + 32, 8)).expect("a segment has an end");
            assert!(end <= bytes.len() as u64, "a segment ends at byte {end} of {}", bytes.len());
            if number(header + 32, 8) > 0 {
                last = last.max(end as usize);
            }
        }
    }
    last
}

fn prefixed(bytes: &PrefixBytes) {
    if let Err(error) = prefix(bytes) {
        one_line(&error.to_string());
        return;
    }
    let field = |at: usize, width: usize| bytes.get(at..at + width).unwrap_or_default();
    assert_eq!(field(0, 8), b"COPYDESK");
    let [major, minor] = [8, 10].map(|at| field(at, 2).try_into().map_or(u16::MAX, u16::from_ne_bytes));
    assert_eq!(major, HOST_ABI.0);
    assert!((major, minor) <= HOST_ABI, "{major}.{minor} is newer than this program");
    assert_eq!(u32::from(bytes[12]), usize::BITS);
    assert_eq!(bytes[13], if cfg!(target_endian = "little") { 1 } else { 2 });
    assert!(matches!(bytes[14], 1 | 3), "a plugin whose panics would end the program is taken");
    assert_eq!(field(16, 8), copydesk_abi::LAYOUT_HASH.to_ne_bytes());
    assert_ne!(field(24, 4), [0; 4], "an entry without plugins is taken");
}

fn one_line(message: &str) {
    assert!(!message.is_empty() && !message.contains('\n'), "{message:?}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_corpus_has_a_library_that_is_taken() {
        let seed = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fuzz/corpus/handshake/library-p");
        let whole = std::fs::read(seed).expect("a seed");
        let found = library(&whole).expect("a library with one entry");
        prefix(&found).expect("an entry of this contract");
        assert!(elf64(&whole) > 0, "it has a segment");
    }
}
