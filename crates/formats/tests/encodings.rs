//! Encodings: what decides, in which order, and which bytes are no text.

use copydesk_formats::{Basis, decode};
use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};
use proptest::prelude::*;

const WESTERN: &str = "“No,” said René Müller to the café’s owner, after the fiancée’s résumé had been read aloud.";

const POLISH: &str = "Zażółć gęślą jaźń, powiedziała burmistrz miasta podczas wczorajszego spotkania z mieszkańcami.";

fn encoded(label: &str, text: &str) -> Vec<u8> {
    Encoding::for_label(label.as_bytes()).expect("a known label").encode(text).0.into_owned()
}

fn wide(big: bool, text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}

/// A name, bytes, true for markup, the label that the caller gives, the encoding and its basis, and the text.
type Case<'a> = (&'a str, Vec<u8>, bool, Option<&'a str>, (&'a str, Basis), &'a str);

#[test]
fn what_decides() {
    let meta = |label: &str, text: &str| {
        [format!("<meta charset={label}>").into_bytes(), encoded("windows-1252", text)].concat()
    };
    let cases: Vec<Case> = vec![
        ("UTF-8", "é“".into(), false, None, ("UTF-8", Basis::Utf8), "é“"),
        ("nothing", vec![], false, None, ("UTF-8", Basis::Utf8), ""),
        ("mark", b"\xEF\xBB\xBFa".to_vec(), false, None, ("UTF-8", Basis::ByteOrderMark), "a"),
        (
            "wide mark",
            [b"\xFF\xFE".to_vec(), wide(false, "aé")].concat(),
            false,
            None,
            ("UTF-16LE", Basis::ByteOrderMark),
            "aé",
        ),
        (
            "big mark",
            [b"\xFE\xFF".to_vec(), wide(true, "aé")].concat(),
            false,
            None,
            ("UTF-16BE", Basis::ByteOrderMark),
            "aé",
        ),
        (
            "mark and label",
            b"\xEF\xBB\xBF\xC3\xA9".to_vec(),
            true,
            Some("latin1"),
            ("UTF-8", Basis::ByteOrderMark),
            "é",
        ),
        ("no mark, wide", wide(false, "Hello there"), false, None, ("UTF-16LE", Basis::Detected), "Hello there"),
        ("no mark, big", wide(true, "Hello there"), false, None, ("UTF-16BE", Basis::Detected), "Hello there"),
        ("label", encoded("iso-8859-2", POLISH), false, Some(" ISO-8859-2 "), ("ISO-8859-2", Basis::Given), POLISH),
        ("lying label", "é".into(), false, Some("latin1"), ("UTF-8", Basis::Utf8), "é"),
        (
            "unknown label",
            encoded("windows-1252", WESTERN),
            false,
            Some("klingon"),
            ("windows-1252", Basis::Detected),
            WESTERN,
        ),
        (
            "meta",
            meta("iso-8859-1", "René"),
            true,
            None,
            ("windows-1252", Basis::Stated),
            "<meta charset=iso-8859-1>René",
        ),
        (
            "no markup",
            meta("iso-8859-5", "“René” said"),
            false,
            None,
            ("windows-1252", Basis::Detected),
            "<meta charset=iso-8859-5>“René” said",
        ),
        (
            "lying meta",
            meta("utf-8", "“René” and Zoë"),
            true,
            None,
            ("windows-1252", Basis::Detected),
            "<meta charset=utf-8>“René” and Zoë",
        ),
        (
            "Windows",
            b"\x93No,\x94 said Ren\xE9. It\x92s \x80 5.".to_vec(),
            false,
            None,
            ("windows-1252", Basis::Detected),
            "“No,” said René. It’s € 5.",
        ),
        ("Polish", encoded("windows-1250", POLISH), false, None, ("windows-1250", Basis::Detected), POLISH),
        ("escapes", encoded("iso-2022-jp", "日本"), false, Some("iso-2022-jp"), ("ISO-2022-JP", Basis::Given), "日本"),
        ("NUL", b"a\0b".to_vec(), false, None, ("UTF-8", Basis::Utf8), "a\0b"),
    ];
    for (name, bytes, markup, given, expected, text) in cases {
        let found = decode(bytes, markup, given).unwrap();
        assert_eq!(((found.encoding, found.basis), found.text.as_str()), (expected, text), "{name}");
    }
}

#[test]
fn statements_of_markup() {
    let cases = [
        ("<?xml version='1.0' encoding='iso-8859-2'?>", true),
        ("<META CharSet = \"iso-8859-2\" />", true),
        ("<meta http-equiv=Content-Type content='text/html; charset=iso-8859-2'>", true),
        ("<!-- <meta charset=big5> --><title>x</title><meta name=a content=b><meta charset=iso-8859-2>", true),
        ("<meta name=charset content=iso-8859-2>", false),
        ("<meta charset=>", false),
        ("<meta", false),
        ("<!--", false),
    ];
    for (head, stated) in cases {
        let bytes = [head.as_bytes(), &encoded("iso-8859-2", POLISH)].concat();
        let found = decode(bytes, true, None).unwrap();
        assert_eq!(found.basis == Basis::Stated, stated, "{head}");
        assert!(!stated || found.encoding == "ISO-8859-2", "{head}");
    }
}

#[test]
fn bytes_that_are_no_text() {
    let cases: [(&[u8], usize, &str); 4] = [
        (b"\xEF\xBB\xBFab\xE9 c", 5, "byte 5 (0xE9) is not UTF-8; convert the text to UTF-8 from its own encoding"),
        ("é é é \u{e9}".as_bytes(), usize::MAX, ""),
        (
            b"\xC3\xA9\xC3\xA9 ab\xE9 cd",
            7,
            "byte 7 (0xE9) is not UTF-8; convert the text to UTF-8 from its own encoding",
        ),
        (
            b"\x7FELF\x02\x01\x01\0\0\0\0\0\0\0\xFF\x03\0>",
            4,
            "byte 4 (0x02) and others are no text: this is a file of another kind",
        ),
    ];
    for (bytes, at, message) in cases {
        match decode(bytes.to_vec(), true, None) {
            Ok(_) => assert_eq!(at, usize::MAX, "{bytes:?}"),
            Err(error) => {
                assert_eq!((error.offset(), error.to_string().as_str()), (at, message));
                assert_eq!(error.encoding(), "UTF-8");
            }
        }
    }
    let cut = [b"\xFF\xFE".to_vec(), wide(false, "a"), vec![0x00, 0xD8]].concat();
    let error = decode(cut, false, None).unwrap_err();
    assert_eq!((error.encoding(), error.offset()), ("UTF-16LE", 4));
}

proptest! {
    #[test]
    fn texts_return(text in "\\PC{0,200}", big in any::<bool>()) {
        let found = decode(text.clone().into_bytes(), false, None);
        prop_assume!(!text.contains('\0'));
        prop_assert_eq!(found.unwrap().text, text.trim_start_matches('\u{FEFF}'));
        let (mark, encoding) = if big { (b"\xFE\xFF", UTF_16BE) } else { (b"\xFF\xFE", UTF_16LE) };
        let found = decode([mark.to_vec(), wide(big, &text)].concat(), false, None).unwrap();
        prop_assert_eq!((found.text, found.encoding), (text, encoding.name()));
    }

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..300), markup in any::<bool>()) {
        let length = bytes.len();
        match decode(bytes, markup, None) {
            Ok(decoded) => prop_assert!(decoded.text.len() <= 3 * length),
            Err(error) => prop_assert!(error.offset() <= length),
        }
    }
}
