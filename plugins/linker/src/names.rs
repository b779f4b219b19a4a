//! Names as keys: words folded and hashed, so that one name written in many ways has one key.

use copydesk_text::fold;
use copydesk_text::lang::{Language, Words};

/// The words of a name, each folded and hashed. Full stops and apostrophes are passed over: `U.N.` is `UN`.
#[derive(Clone, Debug, Default)]
pub struct NameWords {
    hashes: Vec<u64>,
}

/// What a character is in a name.
enum Part {
    /// A letter or digit, folded.
    Letter(u32),
    /// Nothing.
    PassedOver,
    /// What stands between words.
    Between,
}

/// More words than any name has. Those that follow do not count.
const MOST_WORDS: usize = 24;

impl NameWords {
    /// Reads a name, in place of the name read before.
    pub fn read(&mut self, name: &str) {
        self.hashes.clear();
        // Most names are of ASCII letters alone, which are quick to fold.
        if name.is_ascii() {
            self.take(name.bytes(), |byte| match byte {
                b'.' | b'\'' | b'`' => Part::PassedOver,
                byte if byte.is_ascii_alphanumeric() => Part::Letter(u32::from(byte.to_ascii_lowercase())),
                _ => Part::Between,
            });
        } else {
            self.take(name.chars(), |c| match c {
                c if is_passed_over(c) => Part::PassedOver,
                c if c.is_alphanumeric() => Part::Letter(u32::from(fold(c))),
                _ => Part::Between,
            });
        }
    }

    fn take<C>(&mut self, characters: impl Iterator<Item = C>, part: impl Fn(C) -> Part) {
        let mut word = None;
        for character in characters {
            match part(character) {
                Part::PassedOver => continue,
                Part::Letter(letter) => {
                    word = Some(step(word.unwrap_or(START), u64::from(letter)));
                    continue;
                }
                Part::Between => {}
            }
            if let Some(hash) = word.take() {
                self.hashes.push(finish(hash));
                if self.hashes.len() == MOST_WORDS {
                    return;
                }
            }
        }
        self.hashes.extend(word.map(finish));
    }

    /// Returns the words.
    #[must_use]
    pub fn hashes(&self) -> &[u64] {
        &self.hashes
    }
}

/// Returns the key of some words in their order.
#[must_use]
pub fn key(words: &[u64]) -> u64 {
    finish(words.iter().fold(START, |hash, word| step(hash, *word)))
}

fn is_passed_over(c: char) -> bool {
    matches!(c, '.' | '\'' | '’' | 'ʻ' | 'ʼ' | '`')
        // Combining marks, soft hyphens, joiners, marks of direction.
        || matches!(c, '\u{300}'..='\u{36f}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{2069}' | '\u{feff}')
}

const START: u64 = 0xcbf2_9ce4_8422_2325;

fn step(hash: u64, value: u64) -> u64 {
    (hash.rotate_left(5) ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn finish(hash: u64) -> u64 {
    (hash ^ (hash >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93) ^ (hash >> 29)
}

/// Small words of a language that a name may have or lack.
#[derive(Clone, Debug)]
pub struct NameParts {
    articles: Vec<u64>,
    titles: Vec<u64>,
    endings: Vec<u64>,
    legal_forms: Vec<u64>,
    possessives: Words,
}

impl NameParts {
    /// Hashes the words of a language.
    #[must_use]
    pub fn new(language: &Language) -> Self {
        let names = &language.names;
        let sorted = |lists: &[Words]| {
            let mut words = NameWords::default();
            let mut hashes: Vec<u64> = Vec::new();
            for word in lists.iter().copied().flatten() {
                words.read(word);
                hashes.extend_from_slice(words.hashes());
            }
            hashes.sort_unstable();
            hashes.dedup();
            hashes
        };
        NameParts {
            articles: sorted(&[names.articles]),
            titles: sorted(&[
                names.titles,
                names.titles_of_men,
                names.titles_of_women,
                names.titles_shortened,
                language.roles.honorifics,
            ]),
            endings: sorted(&[names.suffixes, names.generations, names.designators]),
            legal_forms: sorted(&[names.suffixes, names.generations, names.legal_forms]),
            possessives: language.possessives,
        }
    }

    /// Returns the name without the ending of a possessive.
    #[must_use]
    pub fn without_possessive<'n>(&self, name: &'n str) -> &'n str {
        let mut shorter = self.possessives.iter().filter_map(|ending| {
            let (rest, last) = name.split_at_checked(name.len().checked_sub(ending.len())?)?;
            last.eq_ignore_ascii_case(ending).then_some(rest)
        });
        shorter.next().unwrap_or(name)
    }

    /// Returns what follows a possessive inside a name, if there is one: the airport of `London's Heathrow Airport`.
    #[must_use]
    pub fn after_possessive<'n>(&self, name: &'n str) -> Option<&'n str> {
        let (owner, rest) = name.split_once(' ')?;
        (self.without_possessive(owner).len() < owner.len()).then_some(rest)
    }

    /// Returns the words without an article before them, if others remain.
    #[must_use]
    pub fn without_article<'w>(&self, words: &'w [u64]) -> &'w [u64] {
        match words {
            [first, rest @ ..] if !rest.is_empty() && has(&self.articles, *first) => rest,
            _ => words,
        }
    }

    /// Returns the words without titles before them, if others remain.
    #[must_use]
    pub fn without_titles<'w>(&self, words: &'w [u64]) -> &'w [u64] {
        let mut words = words;
        while let [first, rest @ ..] = words
            && !rest.is_empty()
            && has(&self.titles, *first)
        {
            words = rest;
        }
        words
    }

    /// Returns the words without suffixes of people (`Jr`) and legal forms of companies (`Inc`) after them, if others
    /// remain.
    #[must_use]
    pub fn without_legal_form<'w>(&self, words: &'w [u64]) -> &'w [u64] {
        without_last(words, &self.legal_forms)
    }

    /// Returns the words without those nor nouns such as `Group` after them, if others remain.
    #[must_use]
    pub fn without_endings<'w>(&self, words: &'w [u64]) -> &'w [u64] {
        without_last(words, &self.endings)
    }
}

/// Returns the part of a name before a comma, or all of it: `Port Vell, Spain`.
#[must_use]
pub fn before_comma(name: &str) -> &str {
    name.split(',').next().filter(|part| !part.trim().is_empty()).unwrap_or(name)
}

fn without_last<'w>(words: &'w [u64], sorted: &[u64]) -> &'w [u64] {
    let mut words = words;
    while let [rest @ .., last] = words
        && !rest.is_empty()
        && has(sorted, *last)
    {
        words = rest;
    }
    words
}

fn has(sorted: &[u64], word: u64) -> bool {
    sorted.binary_search(&word).is_ok()
}

#[cfg(test)]
mod tests {
    use copydesk_text::lang::ENGLISH;

    use super::*;

    fn key_of(name: &str) -> u64 {
        let mut words = NameWords::default();
        words.read(name);
        key(words.hashes())
    }

    #[test]
    fn one_name_has_one_key() {
        for (a, b, same) in [
            ("U.N.", "un", true),
            ("Peña Nieto", "PENA NIETO", true),
            ("Pen\u{303}a", "Peña", true),
            ("Al-Maliki", "al Maliki", true),
            ("O’Neill", "O'Neill", true),
            ("Port  Vell", " Port Vell ", true),
            ("Port Vell", "PortVell", false),
            ("Ana Ruiz", "Ruiz Ana", false),
            ("", "!", true),
        ] {
            assert_eq!(key_of(a) == key_of(b), same, "{a:?} {b:?}");
        }
        // Keys are part of every knowledge base.
        assert_eq!(key_of("Ana Ruiz"), 0xaa78_b88d_a938_0518, "{:#x}", key_of("Ana Ruiz"));
    }

    #[test]
    fn small_words_may_be_left_out() {
        let parts = NameParts::new(&ENGLISH);
        let mut words = NameWords::default();
        for (name, wanted) in [
            ("the Crisis Group's", "Crisis Group"),
            ("President Ana Ruiz", "Ana Ruiz"),
            ("Mr President", "President"),
            ("Tom Reed Jr.", "Tom Reed"),
            ("Vell Holdings Ltd", "Vell"),
            ("The", "The"),
        ] {
            words.read(parts.without_possessive(name));
            let left = parts.without_endings(parts.without_titles(parts.without_article(words.hashes())));
            let left = key(left);
            let known = [key_of(wanted), key_of(wanted.split(' ').next().unwrap_or_default())];
            assert!(known.contains(&left), "{name:?}");
        }
    }

    #[test]
    fn long_names_end_somewhere() {
        let mut words = NameWords::default();
        words.read(&"a ".repeat(1_000_000));
        assert_eq!(words.hashes().len(), MOST_WORDS);
        words.read(&"a".repeat(1_000_000));
        assert_eq!(words.hashes().len(), 1);
    }
}
