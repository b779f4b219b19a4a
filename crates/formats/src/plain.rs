//! Text for formats that have lines and columns: one line, without control characters, normalised where a format demands
//! it.

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Returns a sign that can be seen for a control character, a separator of lines or paragraphs, and the replacement
/// character. Other characters stay.
///
/// Readers of text files take some of these for the end of a line, and validators take the replacement character for a
/// wrong encoding.
pub(crate) fn visible(c: char) -> char {
    match c {
        // Unicode has a picture for each of the first 32 control characters, in the same order.
        '\0'..='\u{1f}' => char::from_u32(0x2400 + c as u32).unwrap_or('\u{2426}'),
        '\u{7f}' => '\u{2421}',
        '\u{85}' | '\u{2028}' | '\u{2029}' => '\u{2424}',
        '\u{80}'..='\u{9f}' | '\u{fffd}' => '\u{241a}',
        _ => c,
    }
}

/// Iterates over the characters of a text as one line: no white space around it, `blank` for each run of white space,
/// and nothing that [`visible`] replaces.
pub(crate) fn one_line(text: &str, blank: char) -> impl Iterator<Item = char> + '_ {
    let mut after_blank = false;
    text.trim().chars().filter_map(move |c| {
        let white = c.is_whitespace();
        let repeated = white && after_blank;
        after_blank = white;
        if white { (!repeated).then_some(blank) } else { Some(visible(c)) }
    })
}

/// Returns true if [`one_line`] and normalisation leave the text as it is. It may be false for such a text too.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// Appends a text as one line in Unicode's normal form C.
pub(crate) fn push_line(out: &mut String, text: &str, blank: char) {
    if is_plain(text) { out.push_str(text) } else { out.extend(one_line(text, blank).nfc()) }
}

/// Brings the end of `out`, from byte `start`, into Unicode's normal form C.
pub(crate) fn normalise_from(out: &mut String, start: usize) {
    let Some(text) = out.get(start..) else { return };
    if !text.is_ascii() && is_nfc_quick(text.chars()) != IsNormalized::Yes {
        let normal: String = text.nfc().collect();
        out.truncate(start);
        out.push_str(&normal);
    }
}

/// Returns true if a text is in Unicode's normal form C.
pub(crate) fn is_normal(text: &str) -> bool {
    text.is_ascii() || unicode_normalization::is_nfc(text)
}

/// Appends `%` and two digits for each byte of a character.
pub(crate) fn push_percent(out: &mut String, c: char) {
    let mut bytes = [0; 4];
    for byte in c.encode_utf8(&mut bytes).bytes() {
        let digit = |half: u8| char::from_digit(u32::from(half), 16).unwrap_or('0').to_ascii_uppercase();
        out.extend(['%', digit(byte >> 4), digit(byte & 15)]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        let cases = [
            ("plain", "plain"),
            (" a \r\n\t b ", "a b"),
            ("a\0b\u{1b}\u{7f}", "a\u{2400}b\u{241b}\u{2421}"),
            ("a\u{2028}b\u{a0}\u{3000}c", "a b c"),
            ("e\u{301}\u{fffd}", "é\u{241a}"),
            ("\u{9f}", "\u{241a}"),
            ("", ""),
        ];
        for (text, expected) in cases {
            let mut out = String::new();
            push_line(&mut out, text, ' ');
            assert_eq!(out, expected, "{text:?}");
        }
    }

    #[test]
    fn percents() {
        let mut out = String::new();
        " é%".chars().for_each(|c| push_percent(&mut out, c));
        assert_eq!(out, "%20%C3%A9%25");
    }

    #[test]
    fn normal_forms() {
        let mut out = "e\u{301}e\u{301}".to_owned();
        normalise_from(&mut out, 3);
        assert_eq!(out, "e\u{301}é");
        assert!(is_normal("é") && !is_normal("e\u{301}"));
    }
}
