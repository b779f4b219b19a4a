//! What the source of an attribution is: a name, a role, a pronoun, an organisation, or nothing.

use copydesk_text::lang::ENGLISH;

use super::names::{Names, bare, is_determiner};
use crate::gold::{Attribution, is_pronoun};
use crate::score::quotes::{is_word, plain};

/// The words that name the speaker, by their form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// It has a name of the speaker: "Ana Ruiz, the mayor".
    Name,
    /// Any other noun phrase: "the mayor", "the 34-year-old".
    Role,
    /// A pronoun alone.
    Pronoun,
    /// A noun phrase whose head means an organisation: "the ministry".
    Organisation,
    /// No words.
    None,
}

/// The forms: their keys, and their rows in the table.
pub(super) const SOURCES: [(Source, &str, &str); 5] = [
    (Source::Name, "name", "name"),
    (Source::Role, "role", "role"),
    (Source::Pronoun, "pronoun", "pronoun"),
    (Source::Organisation, "organisation", "organisation"),
    (Source::None, "none", "no source"),
];

impl Source {
    /// Returns the form of a gold attribution's source.
    pub fn of(gold: &Attribution, text: &[char], names: &Names) -> Source {
        let slice = |[start, end]: &[u32; 2]| text.get(*start as usize..*end as usize).unwrap_or_default().iter();
        let parts: Vec<String> = gold.source.iter().map(|span| slice(span).collect()).collect();
        let source = parts.join(" ");
        let speaker = gold.speaker.as_deref().unwrap_or_default();
        let plain = plain(&source);
        if plain.is_empty() {
            Source::None
        } else if is_pronoun(&plain) {
            Source::Pronoun
        } else if names.written(speaker).iter().any(|name| has_name(&source, name)) {
            Source::Name
        } else if is_organisation(&head(&source)) {
            Source::Organisation
        } else {
            Source::Role
        }
    }
}

/// Returns true if the source has the words of a name. A name ends in a word with a capital: "the union" is none.
fn has_name(source: &str, name: &str) -> bool {
    let words: Vec<&str> = source.split(|c| !is_word(c)).filter(|word| !word.is_empty()).collect();
    let (folded, name) = (words.iter().map(|word| plain(word)).collect::<Vec<_>>(), bare(name));
    let capital = |word: &&str| word.starts_with(char::is_uppercase);
    let ends = folded.windows(name.len().max(1)).zip(words.iter().skip(name.len().saturating_sub(1)));
    ends.into_iter().any(|(window, last)| window == name && capital(last))
}

/// Returns the last word of the first noun phrase, in small letters: it ends at a comma, a preposition or a clause.
fn head(source: &str) -> String {
    let mut head = String::new();
    for word in source.split_whitespace() {
        let small = plain(word);
        let ends = ENGLISH.function.prepositions.contains(&small.as_str())
            || ENGLISH.function.clauses.contains(&small.as_str());
        if ends && !head.is_empty() {
            break;
        }
        if !is_determiner(&small) {
            head = small;
        }
        if word.ends_with([',', ';', ':']) {
            break;
        }
    }
    head
}

fn is_organisation(noun: &str) -> bool {
    let nouns = &ENGLISH.nouns;
    [nouns.organisation, nouns.organisations].iter().any(|list| list.contains(&noun))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gold::{Character, QuoteDocument};

    #[test]
    fn forms() {
        let character = |name: &str, alias: &str| Character {
            name: name.to_owned(),
            aliases: vec![alias.to_owned()],
            ..Character::default()
        };
        let mut gold = QuoteDocument {
            id: String::new(),
            text: String::new(),
            attributions: Vec::new(),
            tokens: Vec::new(),
            characters: vec![character("Ana Ruiz", "Ruiz"), character("the Port Union", "the union")],
            linked: true,
        };
        for (source, speaker, expected) in [
            ("", "Ana Ruiz", Source::None),
            ("She", "Ana Ruiz", Source::Pronoun),
            ("her", "Ana Ruiz", Source::Pronoun),
            ("Mayor Ruiz, who", "Ana Ruiz", Source::Name),
            ("RUIZ", "Ana Ruiz", Source::Name),
            ("the lawyer of Ana Ruiz", "", Source::Role),
            ("the mayor", "Ana Ruiz", Source::Role),
            ("the union's chairwoman", "Ana Ruiz", Source::Role),
            ("The union", "the Port Union", Source::Organisation),
            ("the union of dockers, which", "the Port Union", Source::Organisation),
            ("the bank that lent the money", "", Source::Organisation),
            ("The Port Union", "the Port Union", Source::Name),
            ("two ministries", "", Source::Organisation),
            ("the", "", Source::Role),
        ] {
            gold.text = source.to_owned();
            let text: Vec<char> = source.chars().collect();
            let span = (!source.is_empty()).then_some([0, text.len() as u32]);
            let attribution = Attribution {
                source: span.into_iter().collect(),
                speaker: (!speaker.is_empty()).then(|| speaker.to_owned()),
                ..Attribution::default()
            };
            assert_eq!(Source::of(&attribution, &text, &Names::new(&gold)), expected, "{source:?}");
        }
    }
}
