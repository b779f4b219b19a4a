//! The word lists of the language, as tables for identity.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use copydesk_text::lang::ENGLISH;

use super::fold::fold;

/// The number of fields of work.
pub(super) const FIELDS: usize = ENGLISH.identity.fields.len();

/// Tables of the language. Words are looked up in them, so their order never shows.
pub(super) struct Lexicon {
    titles: HashSet<&'static str>,
    suffixes: HashSet<&'static str>,
    particles: HashSet<&'static str>,
    connectives: HashSet<&'static str>,
    legal_forms: HashSet<&'static str>,
    descriptive: HashSet<&'static str>,
    generic: HashSet<&'static str>,
    fields: HashMap<&'static str, u16>,
    near: [u16; FIELDS],
    countries: HashMap<&'static str, u8>,
    lands: HashSet<&'static str>,
    nicknames: HashMap<&'static str, u16>,
    aliases: HashMap<&'static str, &'static str>,
    small: HashSet<&'static str>,
}

/// The tables of English.
pub(super) static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::new);

fn set(lists: &[&'static [&'static str]]) -> HashSet<&'static str> {
    lists.iter().flat_map(|list| list.iter().copied()).collect()
}

impl Lexicon {
    fn new() -> Self {
        let (names, identity) = (&ENGLISH.names, &ENGLISH.identity);
        let mut fields: HashMap<&'static str, u16> = HashMap::new();
        for (at, list) in identity.fields.iter().enumerate() {
            for word in *list {
                *fields.entry(word).or_default() |= 1 << at;
            }
        }
        let mut near = [0u16; FIELDS];
        for (at, own) in near.iter_mut().enumerate() {
            *own = 1 << at;
            for [one, other] in identity.near_fields {
                if *one == at {
                    *own |= 1 << other;
                }
                if *other == at {
                    *own |= 1 << one;
                }
            }
        }
        let mut countries = HashMap::new();
        for (number, list) in (0u8..).zip(identity.countries) {
            for name in *list {
                countries.insert(*name, number);
            }
        }
        let mut nicknames = HashMap::new();
        for (number, list) in (0u16..).zip(names.nicknames) {
            for name in *list {
                nicknames.entry(*name).or_insert(number);
            }
        }
        // A further group with a known name belongs to that name.
        for (number, list) in (names.nicknames.len() as u16..).zip(identity.given_names) {
            let number = list.first().and_then(|name| nicknames.get(name).copied()).unwrap_or(number);
            for name in *list {
                nicknames.entry(*name).or_insert(number);
            }
        }
        let mut aliases = HashMap::new();
        for list in names.aliases {
            if let Some(first) = list.first() {
                aliases.extend(list.iter().map(|name| (*name, *first)));
            }
        }
        Lexicon {
            titles: set(&[
                names.titles,
                names.titles_of_men,
                names.titles_of_women,
                names.titles_shortened,
                names.forms_of_address,
                ENGLISH.roles.honorifics,
            ]),
            suffixes: set(&[names.suffixes, names.generations]),
            particles: set(&[names.particles]),
            connectives: set(&[names.connectives]),
            legal_forms: set(&[identity.legal_forms]),
            descriptive: set(&[identity.descriptive]),
            generic: set(&[identity.generic]),
            fields,
            near,
            countries,
            lands: identity.countries.iter().filter_map(|list| list.first().copied()).collect(),
            nicknames,
            aliases,
            small: set(&[
                ENGLISH.function.determiners,
                ENGLISH.function.prepositions,
                ENGLISH.function.conjunctions,
                ENGLISH.function.clauses,
                ENGLISH.function.plain,
                ENGLISH.function.starters,
                ENGLISH.verbs.auxiliaries,
                ENGLISH.verbs.after_subjects,
                ENGLISH.verbs.speech,
                ENGLISH.verbs.be,
            ]),
        }
    }

    /// Returns true for a word that stands around any name: `were`, `after`, `said`.
    pub fn is_small(&self, word: &str) -> bool {
        self.small.contains(word)
    }

    /// Returns true for a title before a name.
    pub fn is_title(&self, word: &str) -> bool {
        self.titles.contains(word)
    }

    /// Returns true for what may stand behind a person's name.
    pub fn is_suffix(&self, word: &str) -> bool {
        self.suffixes.contains(word)
    }

    /// Returns true for a particle of surnames.
    pub fn is_particle(&self, word: &str) -> bool {
        self.particles.contains(word)
    }

    /// Returns true for a small word that acronyms pass over.
    pub fn is_connective(&self, word: &str) -> bool {
        self.connectives.contains(word)
    }

    /// Returns true for the legal form of a company.
    pub fn is_legal_form(&self, word: &str) -> bool {
        self.legal_forms.contains(word)
    }

    /// Returns true for a word that the short form of an organisation leaves out.
    pub fn is_descriptive(&self, word: &str) -> bool {
        self.descriptive.contains(word) || self.legal_forms.contains(word)
    }

    /// Returns true for a word of which many countries make names.
    pub fn is_generic(&self, word: &str) -> bool {
        self.generic.contains(word)
    }

    /// Returns the fields of work of a word, a bit each.
    pub fn fields(&self, word: &str) -> u16 {
        let of = |word: &str| self.fields.get(word).copied().unwrap_or(0);
        match of(word) {
            0 => word.strip_suffix('s').map_or(0, of),
            fields => fields,
        }
    }

    /// Returns these fields and those that one person may well have beside them.
    pub fn near(&self, fields: u16) -> u16 {
        (0..FIELDS)
            .filter(|at| fields & (1 << at) != 0)
            .fold(0, |all, at| all | self.near.get(at).copied().unwrap_or(0))
    }

    /// Returns the number of the country that a folded name or word means.
    pub fn country(&self, name: &str) -> Option<u8> {
        self.countries.get(name).copied()
    }

    /// Returns true for the usual name of a country, not of its people or places.
    pub fn is_land(&self, name: &str) -> bool {
        self.lands.contains(name)
    }

    /// Returns the number of the given name of which a name is a form.
    pub fn nickname(&self, name: &str) -> Option<u16> {
        self.nicknames.get(name).copied()
    }

    /// Returns the usual form of a country's name.
    pub fn alias(&self, name: &str) -> Option<&'static str> {
        self.aliases.get(name).copied()
    }

    /// Adds the countries that a phrase names, by one or two words.
    pub fn countries_of(&self, phrase: &[String], mut add: impl FnMut(u8)) {
        let mut at = 0;
        while let Some(word) = phrase.get(at) {
            let two = phrase.get(at + 1).and_then(|next| self.country(&format!("{word} {next}")));
            match two {
                Some(country) => {
                    add(country);
                    at += 2;
                }
                None => {
                    let one = self.country(word).or_else(|| self.country(word.strip_suffix('s')?));
                    one.into_iter().for_each(&mut add);
                    at += 1;
                }
            }
        }
    }
}

/// Returns the words of a phrase, folded, hyphens kept: `all-rounder`.
pub(super) fn phrase(text: &str) -> Vec<String> {
    let separates = |c: char| !c.is_alphanumeric() && !matches!(c, '-' | '\'' | '’' | '.');
    let words = text.split(separates).map(|word| {
        let word = fold(word);
        let word = word.trim_matches(|c: char| !c.is_alphanumeric());
        let word = word.strip_suffix("'s").or_else(|| word.strip_suffix("’s")).unwrap_or(word);
        word.replace(['\'', '’', '.'], "")
    });
    words.filter(|word| !word.is_empty()).take(24).collect()
}
