//! What a token is for finding clauses and verbs: its punctuation, or the list of words that has it.

use copydesk_model::hash::hash_bytes;
use copydesk_text::Mark;
use copydesk_text::lang::{ENGLISH, Language, Person, Uses};

/// What a token is for finding clauses and verbs.
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

static WORDS: Table = Table::new(&ENGLISH);

/// Slots of the table: a power of two, more than twice the number of words.
const SLOTS: usize = 512;

/// Words by hash, in a table that the compiler fills.
struct Table {
    /// Zero where a slot is free.
    hashes: [u64; SLOTS],
    kinds: [Kind; SLOTS],
}

impl Table {
    const fn new(language: &Language) -> Table {
        let mut table = Table { hashes: [0; SLOTS], kinds: [Kind::Word; SLOTS] };
        let lists = [
            (language.verbs.negators, Kind::Negator),
            (language.function.breaks, Kind::Break),
            (language.verbs.auxiliaries, Kind::Auxiliary),
            (language.function.plain, Kind::Function),
        ];
        let mut list = 0;
        while list < lists.len() {
            let (words, kind) = lists[list];
            let mut word = 0;
            while word < words.len() {
                table.insert(words[word], kind);
                word += 1;
            }
            list += 1;
        }
        let mut at = 0;
        while at < language.pronouns.len() {
            let pronoun = language.pronouns[at];
            if !matches!(pronoun.person, Person::Relative) {
                if pronoun.uses.any(Uses::DETERMINER) {
                    table.insert(pronoun.form, Kind::Possessive);
                } else if pronoun.uses.any(Uses::SUBJECT.or(Uses::OBJECT)) {
                    table.insert(pronoun.form, Kind::Function);
                }
            }
            at += 1;
        }
        table
    }

    const fn insert(&mut self, word: &str, kind: Kind) {
        let hash = hash_bytes(word.as_bytes());
        let mut slot = hash as usize & (SLOTS - 1);
        while self.hashes[slot] != 0 {
            assert!(self.hashes[slot] != hash, "a word is in two lists");
            slot = (slot + 1) & (SLOTS - 1);
        }
        self.hashes[slot] = hash;
        self.kinds[slot] = kind;
    }

    fn get(&self, hash: u64) -> Option<Kind> {
        let mut slot = hash as usize & (SLOTS - 1);
        // More than half of the slots are free, so the walk ends.
        loop {
            match self.hashes.get(slot) {
                Some(&own) if own == hash => return self.kinds.get(slot).copied(),
                Some(0) | None => return None,
                Some(_) => slot = (slot + 1) & (SLOTS - 1),
            }
        }
    }
}

#[cfg(test)]
mod tests {
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
