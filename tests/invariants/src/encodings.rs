//! Any bytes as a text in any encoding.

use copydesk_formats::{Basis, decode, mend};

/// Labels that a caller may give; the first byte chooses one.
const LABELS: [&str; 12] = [
    "utf-8",
    "latin1",
    "windows-1251",
    "utf-16le",
    "utf-16be",
    "shift_jis",
    "euc-kr",
    "gb18030",
    "big5",
    "iso-2022-jp",
    "replacement",
    "bogus",
];

/// Decodes the bytes behind the first one, as markup and as plain text, with a label and without. UTF-8 stays as it is,
/// an error is about a byte that is there, and the text is bounded by the bytes. Mending leaves no white space that
/// could be collapsed.
pub fn encodings(bytes: &[u8]) {
    let Some((choice, bytes)) = bytes.split_first() else { return };
    let label = LABELS.get(usize::from(*choice) % (LABELS.len() + 1)).copied();
    for markup in [false, true] {
        let found = decode(bytes.to_vec(), markup, label);
        assert_eq!(found, decode(bytes.to_vec(), markup, label), "the same bytes give the same text");
        match found {
            Ok(decoded) => {
                assert!(!decoded.encoding.is_empty());
                // No encoding makes more of a byte than the three of U+FFFD and others of the basic plane.
                assert!(decoded.text.len() <= 3 * bytes.len() + 3, "{}", decoded.encoding);
                match decoded.basis {
                    Basis::Utf8 => assert_eq!(decoded.text.as_bytes(), bytes),
                    Basis::ByteOrderMark => assert!(decoded.text.len() <= 3 * bytes.len()),
                    Basis::Given => assert!(label.is_some()),
                    Basis::Stated => assert!(markup),
                    Basis::Detected => {}
                }
                mended(&decoded.text);
            }
            Err(error) => {
                assert!(error.offset() <= bytes.len(), "{error:?}");
                assert!(error.to_string().starts_with(&format!("byte {} ", error.offset())), "{error}");
            }
        }
    }
}

fn mended(text: &str) {
    let mended = mend(text);
    assert!(!mended.contains("  ") && !mended.contains("\n\n") && mended.trim() == mended, "{mended:?}");
    assert!(mended.len() <= 2 * text.len(), "{text:?}");
}
