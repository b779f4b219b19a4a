//! Mends what often breaks in text on its way to a page: characters decoded wrongly, character references that were
//! escaped twice, invisible characters, and words cut at a line's end. Only readers that make a text use it. A text
//! that was given as text is never changed.

use std::borrow::Cow;

use html5ever::data::NAMED_ENTITIES;

/// Mends a text and collapses its white space. Line ends stay, one at a time.
///
/// ```
/// use copydesk_formats::mend;
///
/// assert_eq!(mend("â€œNoâ€\u{9d}, said Ana&nbsp;Ruiz."), "“No”, said Ana Ruiz.");
/// assert_eq!(mend("a co\u{ad}operation"), "a cooperation");
/// ```
#[must_use]
pub fn mend(text: &str) -> Cow<'_, str> {
    if is_plain(text) {
        return Cow::Borrowed(text);
    }
    let text = unescaped(text);
    let text = redecoded(text);
    Cow::Owned(clean(&text))
}

/// Returns true if there is nothing to mend, which is the case with most texts.
fn is_plain(text: &str) -> bool {
    let mut before = b' ';
    for byte in text.bytes() {
        // The first bytes of all characters that are mended: Latin-1, general punctuation, and U+FEFF.
        let is_plain = match byte {
            b' ' => !matches!(before, b' ' | b'\n'),
            b'\n' => !matches!(before, b' ' | b'\n' | b'-'),
            b'&' | 0..=0x1F | 0x7F | 0xC2 | 0xC3 | 0xE1 | 0xE2 | 0xE3 | 0xEF => false,
            _ => true,
        };
        if !is_plain {
            return false;
        }
        before = byte;
    }
    !matches!(before, b' ' | b'\n') || text.is_empty()
}

/// A character reference has no more bytes, from `&` to `;`.
const MAX_REFERENCE: usize = 34;

/// Replaces character references that are left in a text. They are followed twice, for those that were escaped twice.
fn unescaped(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    for _ in 0..2 {
        match unescaped_once(&text) {
            Some(changed) => text = Cow::Owned(changed),
            None => break,
        }
    }
    text
}

fn unescaped_once(text: &str) -> Option<String> {
    let mut changed: Option<String> = None;
    let mut done = 0;
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find('&')).map(|at| from + at) {
        from = at + 1;
        let body = text.as_bytes().get(at + 1..).unwrap_or_default();
        let Some(length) = body.iter().take(MAX_REFERENCE).position(|byte| *byte == b';') else { continue };
        let Some(name) = text.get(at + 1..at + 1 + length) else { continue };
        let Some(characters) = reference(name) else { continue };
        let out = changed.get_or_insert_with(|| String::with_capacity(text.len()));
        out.push_str(text.get(done..at).unwrap_or_default());
        out.extend(characters.into_iter().flatten());
        done = at + length + 2;
        from = done;
    }
    let mut out = changed?;
    out.push_str(text.get(done..).unwrap_or_default());
    Some(out)
}

/// The one or two characters of a reference such as `ldquo` or `#8220`.
fn reference(name: &str) -> Option<[Option<char>; 2]> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        // As in HTML, the numbers of control characters mean those of windows-1252.
        let c = match u8::try_from(code) {
            Ok(byte @ 0x80..=0x9F) => from_windows_1252(byte),
            _ => char::from_u32(code)?,
        };
        return (code != 0).then_some([Some(c), None]);
    }
    let mut key = [0u8; MAX_REFERENCE + 1];
    let bytes = name.as_bytes();
    key.get_mut(..bytes.len())?.copy_from_slice(bytes);
    *key.get_mut(bytes.len())? = b';';
    let key = std::str::from_utf8(key.get(..=bytes.len())?).ok()?;
    let (first, second) = *NAMED_ENTITIES.get(key)?;
    let second = if second == 0 { None } else { Some(char::from_u32(second)?) };
    Some([Some(char::from_u32(first).filter(|c| *c != '\0')?), second])
}

/// The characters of windows-1252 from 0x80 to 0x9F.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

fn from_windows_1252(byte: u8) -> char {
    match byte {
        0x80..=0x9F => WINDOWS_1252.get(usize::from(byte - 0x80)).copied().unwrap_or(char::REPLACEMENT_CHARACTER),
        byte => char::from(byte),
    }
}

fn to_windows_1252(c: char) -> Option<u8> {
    match u32::from(c) {
        code @ (0..=0x7F | 0xA0..=0xFF) => u8::try_from(code).ok(),
        _ => {
            let at = WINDOWS_1252.iter().position(|other| *other == c)?;
            u8::try_from(at + 0x80).ok()
        }
    }
}

/// UTF-8 may have been read as windows-1252 this many times over.
const MAX_ROUNDS: usize = 3;

/// Decodes characters again whose UTF-8 was read as windows-1252, such as `â€™`.
fn redecoded(text: Cow<'_, str>) -> Cow<'_, str> {
    let mut text = text;
    for _ in 0..MAX_ROUNDS {
        match redecoded_once(&text) {
            Some(changed) => text = Cow::Owned(changed),
            None => break,
        }
    }
    text
}

fn redecoded_once(text: &str) -> Option<String> {
    let mut changed: Option<String> = None;
    let mut done = 0;
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find(is_lead)).map(|at| from + at) {
        let rest = text.get(at..).unwrap_or_default();
        match sequence(rest) {
            Some((c, length)) => {
                let out = changed.get_or_insert_with(|| String::with_capacity(text.len()));
                out.push_str(text.get(done..at).unwrap_or_default());
                out.push(c);
                done = at + length;
                from = done;
            }
            None => from = at + rest.chars().next().map_or(1, char::len_utf8),
        }
    }
    let mut out = changed?;
    out.push_str(text.get(done..).unwrap_or_default());
    Some(out)
}

/// A character of windows-1252 that is the first byte of a longer one in UTF-8.
fn is_lead(c: char) -> bool {
    ('\u{C2}'..='\u{F4}').contains(&c)
}

/// Reads characters as bytes of windows-1252, and these as one character of UTF-8. Gives also the bytes that they take
/// in the text.
fn sequence(text: &str) -> Option<(char, usize)> {
    let mut bytes = [0u8; 4];
    let (mut count, mut wanted, mut length) = (0, 1, 0);
    for c in text.chars() {
        let byte = to_windows_1252(c)?;
        if count == 0 {
            wanted = match byte {
                0xC2..=0xDF => 2,
                0xE0..=0xEF => 3,
                0xF0..=0xF4 => 4,
                _ => return None,
            };
        } else if !(0x80..=0xBF).contains(&byte) {
            return None;
        }
        *bytes.get_mut(count)? = byte;
        count += 1;
        length += c.len_utf8();
        if count == wanted {
            break;
        }
    }
    let found = std::str::from_utf8(bytes.get(..wanted).filter(|_| count == wanted)?).ok()?;
    let c = found.chars().next()?;
    Some((c, length)).filter(|_| !c.is_control() || c == '\u{9d}')
}

/// Leaves out invisible characters, joins words that a line's end cut, and collapses white space.
fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut space, mut line_end) = (false, false);
    for c in text.chars() {
        if is_invisible(c, out.chars().next_back()) {
            continue;
        }
        if c.is_whitespace() {
            space = true;
            line_end |= matches!(c, '\n' | '\u{2028}' | '\u{2029}');
            continue;
        }
        if space && !out.is_empty() {
            match line_end {
                true if c.is_lowercase() && is_cut(&out) => {
                    out.pop();
                }
                true => out.push('\n'),
                false => out.push(' '),
            }
        }
        (space, line_end) = (false, false);
        out.push(c);
    }
    out
}

fn is_cut(text: &str) -> bool {
    let mut last = text.chars().rev();
    last.next() == Some('-') && last.next().is_some_and(char::is_alphabetic)
}

/// Characters without a shape that only disturb. The joiners are kept where scripts and emojis need them.
fn is_invisible(c: char, before: Option<char>) -> bool {
    match c {
        '\u{AD}' | '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{2060}' | '\u{FEFF}' => true,
        '\u{200C}' | '\u{200D}' => before.is_none_or(|c| c.is_ascii()),
        c => c.is_control() && !c.is_whitespace(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts() {
        let cases = [
            ("", ""),
            ("Plain text.", "Plain text."),
            ("Ça va, Ana? Où est l’été?", "Ça va, Ana? Où est l’été?"),
            ("â€œNoâ€\u{9d}", "“No”"),
            ("donâ€™t", "don’t"),
            ("cafÃ© Â£5", "café £5"),
            ("itÃ¢â‚¬â„¢s", "it’s"),
            ("ðŸ˜€", "😀"),
            // No UTF-8: a real capital A with tilde, and a euro sign.
            ("Ãwesome â€ 5", "Ãwesome â€ 5"),
            ("&ldquo;No&rdquo; &#8220;a&#8221; &#x201C;", "“No” “a” “"),
            ("AT&amp;T &amp;ldquo;x", "AT&T “x"),
            ("&#146;s &#0; &#xD800; &bogus; R&D; &", "’s &#0; &#xD800; &bogus; R&D; &"),
            ("co\u{ad}operate zero\u{200b}width \u{feff}mark", "cooperate zerowidth mark"),
            ("a\u{a0}b\u{2009}c \t d\r\n\n e", "a b c d\ne"),
            ("inter-\nnational", "international"),
            ("a well-\nKnown 5-\nfold", "a well-\nKnown 5-\nfold"),
            ("👩\u{200d}🌾 می\u{200c}خواهم a\u{200c}b", "👩\u{200d}🌾 می\u{200c}خواهم ab"),
            ("\u{0}a\u{1}b ", "ab"),
        ];
        for (text, expected) in cases {
            assert_eq!(mend(text), expected, "{text}");
        }
    }
}
