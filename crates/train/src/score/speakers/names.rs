//! The speakers of a gold document, looked up by the names that a program gives them.

use std::collections::HashMap;

use copydesk_text::lang::{ENGLISH, Uses};

use crate::gold::QuoteDocument;
use crate::score::quotes::plain;

/// The names of a document's speakers.
pub(super) struct Names {
    /// Each bare name with the number of its speaker.
    exact: HashMap<String, usize>,
    /// The same names as words, in the order of the file.
    words: Vec<(Vec<String>, usize)>,
    /// The written names of each speaker.
    written: Vec<Vec<String>>,
}

/// The speaker that a name means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Meant {
    pub number: usize,
    /// True if it is one of the very names of the speaker.
    pub exact: bool,
}

impl Names {
    /// Takes the names of `characters`, and of speakers that are not among them.
    pub fn new(gold: &QuoteDocument) -> Self {
        let mut names = Names { exact: HashMap::new(), words: Vec::new(), written: Vec::new() };
        for character in &gold.characters {
            names.put(std::iter::once(&character.name).chain(&character.aliases));
        }
        for speaker in gold.attributions.iter().filter_map(|attribution| attribution.speaker.as_ref()) {
            if names.number(speaker).is_none() {
                names.put([speaker]);
            }
        }
        names
    }

    fn put<'a>(&mut self, written: impl IntoIterator<Item = &'a String>) {
        let (number, mut all) = (self.written.len(), Vec::new());
        for name in written {
            let words = bare(name);
            if !words.is_empty() {
                self.exact.entry(words.join(" ")).or_insert(number);
                self.words.push((words, number));
                all.push(name.clone());
            }
        }
        self.written.push(all);
    }

    /// The number of the speaker with one of the very names.
    pub fn number(&self, name: &str) -> Option<usize> {
        self.exact.get(&bare(name).join(" ")).copied()
    }

    /// Returns the speaker that a name means: the one with this very name. Otherwise it is the only one with a name whose
    /// words are all in this name, or that has all of its words.
    pub fn meant(&self, name: &str) -> Option<Meant> {
        if let Some(number) = self.number(name) {
            return Some(Meant { number, exact: true });
        }
        let words = bare(name);
        let within = |few: &[String], many: &[String]| few.iter().all(|word| many.contains(word));
        let fits = |known: &[String]| !words.is_empty() && (within(known, &words) || within(&words, known));
        let mut found = self.words.iter().filter(|(known, _)| fits(known)).map(|(_, number)| *number);
        let number = found.next()?;
        found.all(|other| other == number).then_some(Meant { number, exact: false })
    }

    /// Returns true if both are the same words but for articles, case and punctuation, or two names of one speaker.
    pub fn same(&self, one: &str, other: &str) -> bool {
        let number = self.number(one);
        bare(one) == bare(other) || (number.is_some() && number == self.number(other))
    }

    /// The names of a speaker, as they are written.
    pub fn written(&self, speaker: &str) -> &[String] {
        self.number(speaker).and_then(|number| self.written.get(number)).map(Vec::as_slice).unwrap_or_default()
    }
}

/// The words of a name in small letters, without punctuation and without determiners and possessives at its beginning.
pub(super) fn bare(name: &str) -> Vec<String> {
    let name = plain(name);
    name.split(' ').filter(|word| !word.is_empty()).skip_while(|word| is_determiner(word)).map(str::to_owned).collect()
}

/// Returns true for `the`, `her` and the like, in small letters.
pub(super) fn is_determiner(word: &str) -> bool {
    let owns = || ENGLISH.pronouns.iter().any(|pronoun| pronoun.form == word && pronoun.uses.any(Uses::DETERMINER));
    ENGLISH.function.determiners.contains(&word) || owns()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gold::{Attribution, Character};

    #[test]
    fn names_and_what_they_mean() {
        let character = |name: &str, aliases: &[&str]| Character {
            name: name.to_owned(),
            aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
            ..Character::default()
        };
        let gold = QuoteDocument {
            id: String::new(),
            text: String::new(),
            attributions: vec![Attribution { speaker: Some("Bo Ek".into()), ..Attribution::default() }],
            tokens: Vec::new(),
            characters: vec![
                character("Ana Ruiz", &["Dr Ana Ruiz"]),
                character("Luis Ruiz", &[]),
                character("the Port Union", &["the union"]),
            ],
            linked: true,
        };
        let names = Names::new(&gold);
        for (name, number, exact) in [
            ("ANA RUIZ", Some(0), true),
            ("Dr. Ana Ruiz", Some(0), true),
            ("Minister Ana Ruiz", Some(0), false),
            ("Ana", Some(0), false),
            // Two have this name.
            ("Ruiz", None, false),
            ("Port Union", Some(2), true),
            ("Their union", Some(2), true),
            ("Union of the Port", Some(2), false),
            ("Bo Ek", Some(3), true),
            ("Eva", None, false),
            ("the", None, false),
            ("", None, false),
        ] {
            assert_eq!(names.meant(name), number.map(|number| Meant { number, exact }), "{name:?}");
        }
        for (one, other, same) in [
            ("the union", "Port Union", true),
            ("chief executive", "The chief executive", true),
            ("union", "board", false),
            ("", "", true),
        ] {
            assert_eq!(names.same(one, other), same, "{one:?}, {other:?}");
        }
    }
}
