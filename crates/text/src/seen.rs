//! Characters as a reader sees them. A text may hold a quotation mark as `&ldquo;`, as `â€œ`, or as a control character:
//! web pages, mail programs and wrong encodings leave such forms. The text stays as it is, so that offsets stay true.
//! Plugins ask here what stands there.

use std::borrow::Cow;

/// A character, and the bytes that it takes in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    /// The character that is meant.
    pub char: char,
    /// The bytes of its form in the text.
    pub len: usize,
}

/// A longer character reference is none.
const LONGEST_REFERENCE: usize = 12;

/// Character references of HTML that news leave in texts, without `&` and `;`.
const REFERENCES: [(&str, char); 27] = [
    ("quot", '"'),
    ("apos", '\''),
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("nbsp", '\u{a0}'),
    ("ensp", '\u{2002}'),
    ("emsp", '\u{2003}'),
    ("thinsp", '\u{2009}'),
    ("shy", '\u{ad}'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("bdquo", '„'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("sbquo", '‚'),
    ("laquo", '«'),
    ("raquo", '»'),
    ("mdash", '—'),
    ("ndash", '–'),
    ("hellip", '…'),
    ("bull", '•'),
    ("middot", '·'),
    ("pound", '£'),
    ("euro", '€'),
    ("yen", '¥'),
    ("cent", '¢'),
];

/// Endings of references to letters with a mark: `&eacute;`. The letter alone is near enough.
const LETTER_MARKS: [&str; 8] = ["acute", "grave", "circ", "uml", "tilde", "cedil", "ring", "caron"];

/// The characters of Windows-1252 from 0x80 on; those that are not assigned are controls.
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Returns true if a byte may begin a form that [`first`] knows. No other byte needs a look.
#[inline]
#[must_use]
pub const fn may_begin(byte: u8) -> bool {
    matches!(byte, b'&' | 0xC2 | 0xC3 | 0xCA | 0xE2 | 0xE3 | 0xEF)
}

/// Returns the character that begins `text`, if it stands there in another form: a character reference, a quotation mark
/// in a wrong encoding, or a mark that few programs know.
///
/// ```
/// use copydesk_text::seen::{Seen, first};
///
/// assert_eq!(first("&ldquo;No"), Some(Seen { char: '“', len: 7 }));
/// assert_eq!(first("â€œNo"), Some(Seen { char: '“', len: 7 }));
/// assert_eq!(first("“No"), None);
/// ```
#[must_use]
pub fn first(text: &str) -> Option<Seen> {
    let mut chars = text.chars();
    let c = chars.next()?;
    let char = match c {
        '&' => return reference(text),
        'â' => return misread_mark(text),
        // `Ã©` is é, and `Â£` is £: two bytes of UTF-8, each read as a character.
        'Ã' | 'Â' => {
            let second = chars.next().filter(|second| matches!(second, '\u{a0}'..='\u{bf}') || *second == '‰')?;
            let low = if second == '‰' { 0x89 } else { u32::from(second) };
            let high = if c == 'Ã' { 0xC0 } else { 0x80 };
            // No word has white space in it, and a soft hyphen behind a letter is one.
            let char = char::from_u32(high + low - 0x80).filter(|char| match second {
                '\u{a0}' => *char == second,
                '\u{ad}' => *char != second,
                _ => true,
            })?;
            return Some(Seen { char, len: c.len_utf8() + second.len_utf8() });
        }
        // Windows-1252 read as Latin-1. The control 0x85 ends a line.
        '\u{80}' | '\u{91}'..='\u{97}' => windows(u32::from(c))?,
        '″' | '‶' | '＂' => '"',
        '＇' => '\'',
        '′' | '´' | 'ʹ' => '’',
        '〝' | '「' | '『' | '❝' | '‟' => '“',
        '〞' | '〟' | '」' | '』' | '❞' => '”',
        _ => return None,
    };
    Some(Seen { char, len: c.len_utf8() })
}

fn windows(code: u32) -> Option<char> {
    WINDOWS.get(code.checked_sub(0x80)? as usize).copied()
}

/// Reads `&NAME;`, `&#8220;` and `&#x201C;`, and each with `&amp;` for its `&`.
fn reference(text: &str) -> Option<Seen> {
    let bytes = text.as_bytes();
    let end = bytes.iter().take(LONGEST_REFERENCE).position(|byte| *byte == b';')?;
    let name = text.get(1..end)?;
    if name == "amp" {
        // Escaped twice.
        let inner = bytes.iter().skip(end + 1).take(LONGEST_REFERENCE).position(|byte| *byte == b';');
        let twice = inner.and_then(|inner| Some((text.get(end + 1..end + 1 + inner)?, end + 1 + inner)));
        if let Some((name, end)) = twice
            && let Some(char) = named(name)
        {
            return Some(Seen { char, len: end + 1 });
        }
    }
    Some(Seen { char: named(name)?, len: end + 1 })
}

fn named(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16).ok()?,
            None => number.parse().ok()?,
        };
        return match code {
            0..0x20 => None,
            0x80..0xA0 => windows(code),
            code => char::from_u32(code),
        };
    }
    if let Some((_, char)) = REFERENCES.iter().find(|(own, _)| *own == name) {
        return Some(*char);
    }
    let letter = name.chars().next().filter(char::is_ascii_alphabetic)?;
    LETTER_MARKS.contains(&name.get(1..)?).then_some(letter)
}

/// Reads `â€œ` and its like: three bytes of UTF-8 from 0xE2 0x80 on, read as Windows-1252 or Latin-1.
fn misread_mark(text: &str) -> Option<Seen> {
    let mut chars = text.chars().skip(1);
    let second = chars.next().filter(|c| matches!(c, '€' | '\u{80}'))?;
    let two = 'â'.len_utf8() + second.len_utf8();
    let third = chars.next();
    let code = third.and_then(|third| match third {
        '\u{80}'..='\u{bf}' => Some(u32::from(third)),
        _ => WINDOWS.iter().position(|own| *own == third).map(|at| at as u32 + 0x80),
    });
    match (code.and_then(|code| char::from_u32(0x2000 + code - 0x80)), third) {
        (
            Some(char @ ('‘' | '’' | '“' | '”' | '„' | '‚' | '–' | '—' | '…' | '•' | '′' | '″' | '‹' | '›')),
            Some(third),
        ) => Some(Seen { char, len: two + third.len_utf8() }),
        // The last byte of ” has no character in Windows-1252, so many programs drop it.
        _ => (second == '€').then_some(Seen { char: '”', len: two }),
    }
}

/// Returns true for characters that nobody sees: soft hyphens, zero-width spaces, marks of direction. The joiners of emoji
/// and of scripts are not among them.
#[must_use]
pub const fn is_hidden(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{61c}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{2069}'
            | '\u{feff}'
    )
}

/// Returns a word without hidden characters, each other character as it is seen. Most words come back as they are.
///
/// ```
/// use copydesk_text::seen::word;
///
/// assert_eq!(word("min\u{ad}ister"), "minister");
/// assert_eq!(word("JosÃ©"), "José");
/// ```
#[must_use]
pub fn word(word: &str) -> Cow<'_, str> {
    if word.bytes().all(|byte| byte < 0x80 && byte != b'&') {
        return Cow::Borrowed(word);
    }
    let mut changed: Option<String> = None;
    let mut at = 0;
    while let Some(rest) = word.get(at..).filter(|rest| !rest.is_empty()) {
        let Some(c) = rest.chars().next() else { break };
        let seen = first(rest);
        let (shown, len) = match seen {
            Some(seen) => (seen.char, seen.len),
            None => (c, c.len_utf8()),
        };
        let hidden = is_hidden(shown);
        if seen.is_some() || hidden {
            changed.get_or_insert_with(|| word.get(..at).unwrap_or_default().to_owned());
        }
        if let Some(changed) = &mut changed
            && !hidden
        {
            changed.push(shown);
        }
        at += len;
    }
    changed.map_or(Cow::Borrowed(word), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_characters() {
        let cases = [
            ("&quot;", Some('"')),
            ("&#8221;", Some('”')),
            ("&#x2019;", Some('’')),
            ("&#147;", Some('“')),
            ("&amp;ldquo;", Some('“')),
            ("&amp;", Some('&')),
            ("&amp; co;", Some('&')),
            ("&eacute;", Some('e')),
            ("&;", None),
            ("&co;", None),
            ("& so; on", None),
            ("&#xD800;", None),
            ("&#7;", None),
            ("&é;", None),
            ("&toolongforareference;", None),
            ("\u{93}", Some('“')),
            ("\u{85}", None),
            ("\u{9d}", None),
            ("â€\u{9d}", Some('”')),
            ("â€™", Some('’')),
            ("â\u{80}\u{9c}", Some('“')),
            ("â€”", Some('—')),
            ("â€ ", Some('”')),
            ("âge", None),
            ("â", None),
            ("Ã±", Some('ñ')),
            ("Ã‰", Some('É')),
            ("ÃO", None),
            ("Ã\u{a0}", None),
            ("Â£", Some('£')),
            ("Â\u{a0}", Some('\u{a0}')),
            ("″", Some('"')),
            ("「", Some('“')),
            ("“", None),
            ("é", None),
            ("", None),
        ];
        for (text, wanted) in cases {
            let seen = first(text);
            assert_eq!(seen.map(|seen| seen.char), wanted, "{text:?}");
            assert!(seen.is_none_or(|seen| text.is_char_boundary(seen.len)), "{text:?}");
            assert!(seen.is_none() || may_begin(text.as_bytes()[0]), "{text:?}");
        }
    }

    #[test]
    fn words_as_they_are_seen() {
        let cases = [
            ("Zoë", "Zoë"),
            ("AT&T", "AT&T"),
            ("AT&amp;T", "AT&T"),
            ("co\u{200b}op\u{feff}", "coop"),
            ("&shy;", ""),
            ("It&rsquo;s", "It’s"),
            ("PeÃ±a", "Peña"),
            ("👩\u{200d}⚖️", "👩\u{200d}⚖️"),
        ];
        for (text, wanted) in cases {
            assert_eq!(word(text), wanted);
        }
        assert!(matches!(word("Zoë"), Cow::Borrowed(_)));
    }
}
