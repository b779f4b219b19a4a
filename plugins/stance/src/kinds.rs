//! The kind of a token for finding clauses and verbs: its punctuation, or its list of words.

use copydesk_model::words::WordTable;
use copydesk_text::Mark;
use copydesk_text::lang::{ENGLISH, Language, Person, Uses};

/// The kind of a token for finding clauses and verbs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Kind {
    #[default]
    Word,
    Function,
    Negator,
    Stop,
    Comma,
    Mark,
    Break,
    Number,
    Capital,
    Auxiliary,
    Possessive,
}

impl Kind {
    /// Returns the kind of a token. `lower` is the token in lower case with straight apostrophes, `hash` its hash.
    pub(crate) fn of(token: &str, lower: &str, hash: u64) -> Kind {
        match lower {
            "." | "!" | "?" | ";" | "..." | "…" => return Kind::Stop,
            "," | ":" | "-" | "–" | "—" | "--" | "(" | ")" => return Kind::Comma,
            _ => {}
        }
        // The shipped models know no single marks and no low ones.
        if matches!(Mark::of(lower), Mark::Open | Mark::Close | Mark::Either) && lower != "„" {
            return Kind::Mark;
        }
        if let Some(kind) = WORDS.get(hash) {
            return kind;
        }
        match token.chars().next() {
            Some(c) if c.is_ascii_digit() => Kind::Number,
            Some(c) if c.is_uppercase() => Kind::Capital,
            _ => Kind::Word,
        }
    }
}

static WORDS: WordTable<Kind, 512> = words(&ENGLISH);

/// Returns the kinds of a language's words.
const fn words<const SLOTS: usize>(language: &Language) -> WordTable<Kind, SLOTS> {
    let Language { verbs, function, pronouns, .. } = language;
    let lists = [
        (verbs.negators, Kind::Negator),
        (function.breaks, Kind::Break),
        (verbs.auxiliaries, Kind::Auxiliary),
        (function.plain, Kind::Function),
    ];
    let mut table = WordTable::new(&lists, Kind::Word);
    let mut at = 0;
    while at < pronouns.len() {
        let pronoun = pronouns[at];
        if !matches!(pronoun.person, Person::Relative) {
            if pronoun.uses.any(Uses::DETERMINER) {
                table = table.with(pronoun.form, Kind::Possessive);
            } else if pronoun.uses.any(Uses::SUBJECT.or(Uses::OBJECT)) {
                table = table.with(pronoun.form, Kind::Function);
            }
        }
        at += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use copydesk_model::hash::hash_bytes;

    use super::*;

    #[test]
    fn kinds_are_told_by_words_and_by_form() {
        for (token, lower, kind) in [
            ("...", "...", Kind::Stop),
            ("—", "—", Kind::Comma),
            ("«", "«", Kind::Mark),
            ("„", "„", Kind::Word),
            ("'", "'", Kind::Word),
            ("n’t", "n't", Kind::Negator),
            ("Who", "who", Kind::Break),
            ("whom", "whom", Kind::Word),
            ("'s", "'s", Kind::Auxiliary),
            ("Her", "her", Kind::Possessive),
            ("hers", "hers", Kind::Word),
            ("us", "us", Kind::Function),
            ("himself", "himself", Kind::Word),
            ("2nd", "2nd", Kind::Number),
            ("Ana", "ana", Kind::Capital),
            ("said", "said", Kind::Word),
        ] {
            assert_eq!(Kind::of(token, lower, hash_bytes(lower.as_bytes())), kind, "{token}");
        }
    }
}
