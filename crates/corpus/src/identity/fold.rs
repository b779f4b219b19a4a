//! Names without what spelling varies: case, diacritics, apostrophes, dots; and keys that transliterations share.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The characters of a name that are read. Longer ones are no names.
pub(super) const LONGEST: usize = 160;

/// Returns a hash that is the same on every machine (FNV-1a, then the finalizer of SplitMix64).
pub(super) fn hash(text: &str) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    for byte in text.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    mix(hash)
}

/// Spreads the bits of a number.
pub(super) fn mix(mut hash: u64) -> u64 {
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

/// Returns one hash of two.
pub(super) fn both(first: u64, second: u64) -> u64 {
    mix(first.rotate_left(17) ^ second)
}

/// Returns a word in small letters without marks: `Pelé` becomes `pele`.
pub(super) fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    if text.is_ascii() {
        folded.push_str(text.get(..LONGEST).unwrap_or(text));
        folded.make_ascii_lowercase();
        return folded;
    }
    for c in text.chars().take(LONGEST).nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase) {
        match c {
            'ø' => folded.push('o'),
            'đ' | 'ð' => folded.push('d'),
            'ł' => folded.push('l'),
            'ß' => folded.push_str("ss"),
            'æ' => folded.push_str("ae"),
            'œ' => folded.push_str("oe"),
            'ı' => folded.push('i'),
            'þ' => folded.push_str("th"),
            'ə' => folded.push('a'),
            // Dotted capital I leaves its dot.
            c if is_combining_mark(c) => {}
            c => folded.push(c),
        }
    }
    folded
}

/// Returns the words of a name, folded. Dots and apostrophes join letters; all else between them parts words.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let folded = fold(name);
    let mut before = ' ';
    let mut chars = folded.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek().copied().unwrap_or(' ');
        let single_slash = c == '/' && word.chars().count() == 1;
        if c.is_alphanumeric() {
            word.push(c);
        } else if c == '.' && before.is_alphabetic() && word.chars().count() > 2 && next.is_alphabetic() {
            // "Amazon.com" is two words, "U.S." is one.
            words.push(std::mem::take(&mut word));
        } else if !matches!(c, '.' | '\'' | '’' | '‘' | 'ʼ' | 'ʻ' | '`' | '´') && !single_slash {
            if !word.is_empty() {
                words.push(std::mem::take(&mut word));
            }
            if c == '&' {
                words.push("and".to_owned());
            }
        }
        before = c;
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Returns what transliterations of a word share: its consonants, with those that systems of transliteration mix up made
/// equal. `Qaddafi` and `Gadhafi` give `kdf`. Short words keep their vowels.
pub(super) fn sound(word: &str) -> String {
    let bytes = word.as_bytes();
    if !word.is_ascii() || word.len() < 4 {
        return plain(word);
    }
    let mut sound = String::with_capacity(word.len());
    let at = |place: usize| bytes.get(place).copied().unwrap_or(b' ');
    let mut place = 0;
    while place < bytes.len() {
        let (c, next) = (at(place), at(place + 1));
        let (out, used) = match (c, next) {
            (b'p', b'h') => (b'f', 2),
            (b'k' | b'g' | b'q', b'h') => (b'k', 2),
            (b'd' | b't', b'h') => (if c == b'd' { b'd' } else { b't' }, 2),
            (b'z' | b's' | b'c', b'h') => (b's', 2),
            (b't', b's' | b'z') => (b's', 2),
            (b't', b'c') if at(place + 2) == b'h' => (b's', 3),
            (b's', b'c') if at(place + 2) == b'h' => (b's', 3),
            (b'c', b'k') => (b'k', 2),
            (b'k', b's') | (b'x', _) => (b'x', if c == b'x' { 1 } else { 2 }),
            (b'c', b'e' | b'i' | b'y') => (b's', 1),
            (b'c' | b'q' | b'g' | b'k', _) => (b'k', 1),
            (b'j', _) if place == 0 => (b'j', 1),
            (b'w', _) => (b'v', 1),
            (b'a' | b'e' | b'i' | b'o' | b'u' | b'y' | b'j' | b'h', _) => (if place == 0 { vowel(c) } else { b' ' }, 1),
            (b'z', _) => (b's', 1),
            _ => (c, 1),
        };
        if out != b' ' && sound.as_bytes().last() != Some(&out) {
            sound.push(out as char);
        }
        place += used;
    }
    if sound.len() < 2 || sound.len() == 2 && word.len() < 5 { plain(word) } else { sound }
}

/// The vowels at a name's beginning that transliterations mix up.
fn vowel(c: u8) -> u8 {
    match c {
        b'e' | b'i' | b'y' => b'e',
        b'o' | b'u' => b'u',
        other => other,
    }
}

/// Returns a word with double letters made single, and one letter for `i`, `y` and `j` behind the first.
fn plain(word: &str) -> String {
    let mut plain = String::with_capacity(word.len());
    for (place, c) in word.chars().enumerate() {
        let c = if place > 0 && matches!(c, 'y' | 'j') { 'i' } else { c };
        if !plain.ends_with(c) {
            plain.push(c);
        }
    }
    plain
}

/// Returns true if so few letters differ that both may be spellings of one word.
pub(super) fn is_spelling(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    sound(one) == sound(other) && is_near(one, other)
}

/// Returns true if few letters differ in words that sound alike.
pub(super) fn is_near(one: &str, other: &str) -> bool {
    let longest = one.chars().count().max(other.chars().count());
    distance(one, other)
        <= if longest < 6 {
            1
        } else if longest < 8 {
            2
        } else {
            3
        }
}

/// Returns true if two words differ by a letter, or by two letters that change places, and sound alike: `labor` and
/// `labour`, `center` and `centre`.
pub(super) fn is_variant(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    let sorted = |word: &str| {
        let mut letters: Vec<char> = word.chars().collect();
        letters.sort_unstable();
        letters
    };
    let apart = distance(one, other);
    one.len().min(other.len()) > 4
        && sound(one) == sound(other)
        && (apart < 2 || apart == 2 && sorted(one) == sorted(other))
}

/// The edit distance of two words, of which the first 24 characters count.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().take(24).collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (line, c) in one.chars().take(24).enumerate() {
        let mut diagonal = line;
        let mut left = line + 1;
        for (cell, o) in row.iter_mut().skip(1).zip(&other) {
            let substituted = diagonal + usize::from(c != *o);
            diagonal = *cell;
            left = substituted.min(diagonal + 1).min(left + 1);
            *cell = left;
        }
        if let Some(first) = row.first_mut() {
            *first = line + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_split_and_folded() {
        for (name, expected) in [
            ("U.S.", "us"),
            ("Amazon.com Inc.", "amazon com inc"),
            ("José Peçanha", "jose pecanha"),
            ("Kim Jong-un", "kim jong un"),
            ("O’Brien", "obrien"),
            ("Maersk A/S", "maersk as"),
            ("AT&T", "at and t"),
            ("İzmir Łódź Ærø", "izmir lodz aero"),
            ("🚢 \u{301}", ""),
            ("", ""),
        ] {
            assert_eq!(words(name).join(" "), expected, "{name}");
        }
    }

    #[test]
    fn transliterations_sound_alike() {
        for (one, other) in [
            ("zelensky", "zelenskyy"),
            ("zelensky", "zelenskiy"),
            ("qaddafi", "gadhafi"),
            ("gaddafi", "qaddafi"),
            ("mohammed", "muhammad"),
            ("aleksei", "alexei"),
            ("hezbollah", "hizbullah"),
            ("syrskyi", "syrsky"),
            ("abdel", "abdul"),
            ("chaikovsky", "tchaikovsky"),
            ("wladimir", "vladimir"),
        ] {
            assert!(is_spelling(one, other), "{one} {other}: {} {}", sound(one), sound(other));
        }
        for (one, other) in [
            ("smith", "schmidt"),
            ("lee", "lau"),
            ("brown", "barnes"),
            ("bush", "biden"),
            ("li", "liu"),
            ("northern", "norway"),
        ] {
            assert!(!is_spelling(one, other), "{one} {other}");
        }
        for (one, other, expected) in [
            ("center", "centre", true),
            ("labor", "labour", true),
            ("defence", "defense", true),
            ("western", "eastern", false),
            ("hizbullah", "hezbollah", false),
        ] {
            assert_eq!(is_variant(one, other), expected, "{one} {other}");
        }
    }
}
