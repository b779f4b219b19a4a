//! The words that the linker knows: pronouns, titles, roles, prepositions, verbs that mark a subject. Every word of a
//! [`Language`] is folded (lower case, no diacritics) and hashed once. One table then answers all questions.

pub use copydesk_text::fold;
use copydesk_text::lang::{ENGLISH, Gender, Language, Names, Person, Pronoun, Uses, Words};

/// Facts about a word, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Word(pub u32);

impl Word {
    /// He, she, it, they, I, we and their forms; also `who`.
    pub const PRONOUN: u32 = 1;
    /// Refers to men.
    pub const MALE: u32 = 1 << 1;
    /// Refers to women.
    pub const FEMALE: u32 = 1 << 2;
    /// Refers to things.
    pub const NEUTER: u32 = 1 << 3;
    /// More than one.
    pub const PLURAL: u32 = 1 << 4;
    /// First person.
    pub const FIRST: u32 = 1 << 5;
    /// A subject form.
    pub const SUBJECT: u32 = 1 << 6;
    /// A possessive form.
    pub const POSSESSIVE: u32 = 1 << 7;
    /// `himself` and its like.
    pub const REFLEXIVE: u32 = 1 << 8;
    /// `who`, `whom`, `whose`.
    pub const RELATIVE: u32 = 1 << 9;
    /// The, a, some, its, ...
    pub const DETERMINER: u32 = 1 << 10;
    /// A preposition.
    pub const PREPOSITION: u32 = 1 << 11;
    /// And, or, but.
    pub const CONJUNCTION: u32 = 1 << 12;
    /// Begins a clause: that, which, because, ...
    pub const CLAUSE: u32 = 1 << 13;
    /// A title before a name.
    pub const TITLE: u32 = 1 << 14;
    /// A noun for persons.
    pub const ROLE_PERSON: u32 = 1 << 15;
    /// A noun for organisations.
    pub const ROLE_ORG: u32 = 1 << 16;
    /// A noun for places.
    pub const ROLE_PLACE: u32 = 1 << 17;
    /// A noun for things that speak: report, study.
    pub const ROLE_TEXT: u32 = 1 << 18;
    /// A verb or auxiliary, or an adverb before one.
    pub const VERB: u32 = 1 << 19;
    /// `de`, `van`, `bin`: part of a surname that the surname may lose.
    pub const PARTICLE: u32 = 1 << 20;
    /// `Jr`, `III`, `MBE`: follows a name.
    pub const SUFFIX: u32 = 1 << 21;
    /// `Inc`, `Group`: a company's name may lose it.
    pub const DESIGNATOR: u32 = 1 << 22;
    /// `of`, `and`, `the`, `for` inside names.
    pub const FUNCTION: u32 = 1 << 23;
    /// A verb of saying or thinking. The words after it are its subject's view.
    pub const SPEECH: u32 = 1 << 24;
    /// An adjective or similar between a determiner and a role.
    pub const MODIFIER: u32 = 1 << 25;

    /// A pronoun that is an object or a possessive: `her`.
    pub const OBJECT_OR_POSSESSIVE: u32 = 1 << 26;
    /// A form of "be" or "become".
    pub const BE: u32 = 1 << 27;
    /// A word of an age: `34-year-old`.
    pub const AGE: u32 = 1 << 28;
    /// A suffix that tells a father from a son: `Jr`, `III`.
    pub const GENERATION: u32 = 1 << 29;

    /// Any noun for a participant.
    pub const ROLE: u32 = Self::ROLE_PERSON | Self::ROLE_ORG | Self::ROLE_PLACE | Self::ROLE_TEXT;

    /// Returns true if any of `bits` is set.
    #[must_use]
    pub const fn is(self, bits: u32) -> bool {
        self.0 & bits != 0
    }
}

/// Facts about a word in phrases that tell a role, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct RoleWord(u32);

impl RoleWord {
    /// A title that tells no role.
    pub const HONORIFIC: u32 = 1;
    /// A trade or an office.
    pub const TRADE: u32 = 1 << 1;
    /// Ends like a noun for people, and is none.
    pub const THING: u32 = 1 << 2;
    /// A person without a role.
    pub const STRANGER: u32 = 1 << 3;
    /// A modifier that is no part of a role.
    pub const PASSING: u32 = 1 << 4;
    /// A preposition before an affiliation.
    pub const AFFILIATING: u32 = 1 << 5;
    /// A verb before an affiliation.
    pub const LEADING: u32 = 1 << 6;
    /// `named` before a name.
    pub const NAMING: u32 = 1 << 7;
    /// Says too little to be an affiliation.
    pub const COMMON_BODY: u32 = 1 << 8;

    /// A modifier of a role that is over.
    pub const FORMER: u32 = 1 << 9;
    /// What people work for.
    pub const BODY: u32 = 1 << 10;
    /// Whose words a text has.
    pub const AUTHOR: u32 = 1 << 11;
    /// Stands between a name and what it is.
    pub const ADVERB: u32 = 1 << 12;
    /// Speaks for a place.
    pub const OF_PLACE: u32 = 1 << 13;
    /// Follows a name and tells a role: `MP`.
    pub const AFTER_NAME: u32 = 1 << 14;
    /// Stands between a role and its field: `on`.
    pub const TOPIC: u32 = 1 << 15;
    /// Stands between "be" and what somebody leads: `in charge`.
    pub const IN_CHARGE: u32 = 1 << 16;
    /// Stands before an organisation, and not before a place: `at`.
    pub const AT: u32 = 1 << 17;
    /// Belongs to the body of whom it is told of: `her co-founder`.
    pub const SHARED: u32 = 1 << 18;
    /// Stands between a body and its number.
    pub const NUMBERING: u32 = 1 << 19;
    /// Part of an office by its capital: `First Minister`.
    pub const OFFICE: u32 = 1 << 20;
    /// Tells that somebody may be called "they": `non-binary`.
    pub const CALLED_THEY: u32 = 1 << 21;
    /// Is outside of the body that it is told with.
    pub const OUTSIDER: u32 = 1 << 22;
    /// Is outside of the body that follows with "of".
    pub const WATCHER: u32 = 1 << 23;
    /// Shares the body that is told before it.
    pub const PEER: u32 = 1 << 24;
    /// A verb or a participle before a field, behind which the body stands.
    pub const FIELD: u32 = 1 << 25;
    /// Somebody of a team.
    pub const OF_TEAM: u32 = 1 << 26;
    /// Somebody of a team, or of a person: `coach`.
    pub const COACH: u32 = 1 << 27;
    /// Speaks for a town.
    pub const OF_TOWN: u32 = 1 << 28;
    /// Opens an office: `Cabinet`.
    pub const OPENER: u32 = 1 << 29;
    /// A title of courtesy that is a role too.
    pub const COURTESY: u32 = 1 << 30;
    /// Heads an office of a company.
    pub const OFFICER: u32 = 1 << 31;

    /// Returns true if any of `bits` is set.
    #[must_use]
    pub const fn is(self, bits: u32) -> bool {
        self.0 & bits != 0
    }
}

/// Lists of words in phrases that tell a role, each with the bits of its words.
const fn role_lists(language: &Language) -> [(u32, Words); 32] {
    let roles = &language.roles;
    [
        (RoleWord::HONORIFIC, roles.honorifics),
        (RoleWord::TRADE, roles.trades),
        (RoleWord::THING, roles.things),
        (RoleWord::STRANGER, roles.strangers),
        (RoleWord::PASSING, roles.passing),
        (RoleWord::AFFILIATING, roles.affiliating),
        (RoleWord::LEADING, roles.leading),
        (RoleWord::NAMING, roles.naming),
        (RoleWord::COMMON_BODY, roles.common_bodies),
        (RoleWord::BODY, roles.bodies),
        (RoleWord::FORMER, roles.former),
        (RoleWord::AUTHOR, roles.authors),
        (RoleWord::ADVERB, roles.adverbs),
        (RoleWord::OF_PLACE, roles.of_places),
        (RoleWord::AFTER_NAME, roles.after_names),
        (RoleWord::TOPIC, roles.topics),
        (RoleWord::IN_CHARGE, roles.in_charge),
        (RoleWord::AT, roles.at),
        (RoleWord::SHARED, roles.shared),
        (RoleWord::NUMBERING, roles.numbering),
        (RoleWord::OFFICE, roles.offices),
        (RoleWord::CALLED_THEY, roles.called_they),
        (RoleWord::OUTSIDER, roles.outsiders),
        (RoleWord::WATCHER, roles.watchers),
        (RoleWord::PEER, roles.peers),
        (RoleWord::FIELD, roles.fields),
        (RoleWord::OF_TEAM, roles.of_teams),
        (RoleWord::COACH, roles.coaches),
        (RoleWord::OF_TOWN, roles.of_towns),
        (RoleWord::OPENER, roles.openers),
        (RoleWord::COURTESY, roles.courtesies),
        (RoleWord::OFFICER, roles.officers),
    ]
}

/// Lists of words, each with the bits of its words.
const fn lists(language: &Language) -> [(u32, Words); 26] {
    let Language { names, nouns, verbs, function, .. } = language;
    [
        (Word::DETERMINER, function.determiners),
        (Word::PREPOSITION, function.prepositions),
        (Word::CONJUNCTION, function.conjunctions),
        (Word::CLAUSE, function.clauses),
        (Word::FUNCTION, names.connectives),
        (Word::PARTICLE, names.particles),
        (Word::SUFFIX, names.suffixes),
        (Word::SUFFIX | Word::GENERATION, names.generations),
        (Word::DESIGNATOR, names.designators),
        (Word::TITLE | Word::MALE, names.titles_of_men),
        (Word::TITLE | Word::FEMALE, names.titles_of_women),
        (Word::TITLE, names.titles),
        (Word::ROLE_PERSON | Word::MALE, nouns.men),
        (Word::ROLE_PERSON | Word::FEMALE, nouns.women),
        (Word::ROLE_PERSON, nouns.person),
        (Word::ROLE_PERSON | Word::PLURAL, nouns.persons),
        (Word::ROLE_ORG, nouns.organisation),
        (Word::ROLE_ORG | Word::PLURAL, nouns.organisations),
        (Word::ROLE_PLACE, nouns.place),
        (Word::ROLE_TEXT, nouns.text),
        (Word::ROLE_TEXT | Word::PLURAL, nouns.texts),
        (Word::MODIFIER, nouns.modifiers),
        (Word::VERB, verbs.after_subjects),
        (Word::VERB | Word::SPEECH, verbs.speech),
        (Word::BE, verbs.copulas),
        (Word::AGE, nouns.ages),
    ]
}

/// Returns the bits of a pronoun.
fn bits(pronoun: &Pronoun) -> u32 {
    let uses = pronoun.uses;
    let of = |yes: bool, bit: u32| if yes { bit } else { 0 };
    Word::PRONOUN
        | of(pronoun.gender == Gender::Masculine, Word::MALE)
        | of(pronoun.gender == Gender::Feminine, Word::FEMALE)
        | of(pronoun.gender == Gender::Neuter, Word::NEUTER)
        | of(pronoun.plural, Word::PLURAL)
        | of(pronoun.person == Person::First, Word::FIRST)
        | of(pronoun.person == Person::Relative, Word::RELATIVE)
        | of(uses == Uses::SUBJECT, Word::SUBJECT)
        | of(uses.only(Uses::DETERMINER.or(Uses::INDEPENDENT)), Word::POSSESSIVE)
        | of(uses == Uses::REFLEXIVE, Word::REFLEXIVE)
        | of(uses == Uses::OBJECT.or(Uses::DETERMINER), Word::OBJECT_OR_POSSESSIVE)
}

/// Returns true if a token is the ending of a possessive.
#[must_use]
pub fn is_possessive(token: &str) -> bool {
    ENGLISH.possessives.contains(&token)
}

const EMPTY: u64 = 0;

/// A set of folded-word hashes with a `u32` each, open addressing at half load.
#[derive(Clone, Debug)]
pub struct Table {
    keys: Vec<u64>,
    values: Vec<u32>,
    mask: usize,
}

impl Table {
    fn with_room(entries: usize) -> Table {
        let size = (entries * 2).next_power_of_two().max(16);
        Table { keys: vec![EMPTY; size], values: vec![0; size], mask: size - 1 }
    }

    fn slot(&self, key: u64) -> usize {
        let mut at = (key >> 17) as usize & self.mask;
        // Half of the slots are free, so the walk ends.
        loop {
            match self.keys.get(at) {
                Some(&found) if found != key && found != EMPTY => at = (at + 1) & self.mask,
                _ => return at,
            }
        }
    }

    fn or_insert(&mut self, key: u64, bits: u32) {
        let at = self.slot(key);
        if let (Some(k), Some(v)) = (self.keys.get_mut(at), self.values.get_mut(at)) {
            *k = key;
            *v |= bits;
        }
    }

    /// Returns the value of `key`, or 0 if there is none.
    #[must_use]
    pub fn get(&self, key: u64) -> u32 {
        let at = self.slot(key);
        match (self.keys.get(at), self.values.get(at)) {
            (Some(&k), Some(&v)) if k == key => v,
            _ => 0,
        }
    }
}

/// All word lists, hashed.
#[derive(Clone, Debug)]
pub struct Lexicon {
    words: Table,
    roles: Table,
    /// Titles and what their bearers are called.
    title_nouns: Vec<(u64, u64)>,
    nicknames: Table,
    aliases: Table,
}

impl Lexicon {
    /// Hashes the words of a language.
    #[must_use]
    pub fn new(language: &Language) -> Lexicon {
        // The person spoken to is mostly nobody in the article.
        let pronouns = language.pronouns.iter().filter(|pronoun| pronoun.person != Person::Second);
        let lists = lists(language);
        let count = language.pronouns.len() + lists.iter().map(|(_, list)| list.len()).sum::<usize>();
        let mut words = Table::with_room(count);
        for pronoun in pronouns {
            words.or_insert(fold_hash(pronoun.form), bits(pronoun));
        }
        for (bits, list) in lists {
            for word in list {
                words.or_insert(fold_hash(word), bits);
            }
        }
        let role_lists = role_lists(language);
        let mut roles = Table::with_room(role_lists.iter().map(|(_, list)| list.len()).sum());
        for (bits, list) in role_lists {
            for word in list {
                roles.or_insert(fold_hash(word), bits);
            }
        }
        let title_nouns = language.roles.title_nouns.iter().filter_map(|group| group.split_first());
        let pairs = title_nouns.flat_map(|(title, nouns)| nouns.iter().map(|noun| (fold_hash(title), fold_hash(noun))));
        let mut title_nouns: Vec<(u64, u64)> = pairs.collect();
        title_nouns.sort_by_key(|(title, _)| *title);
        let Names { nicknames, aliases, .. } = language.names;
        let group = |groups: &[Words], hash: fn(&str) -> u64| {
            let mut table = Table::with_room(groups.iter().map(|group| group.len()).sum());
            for (number, group) in (1u32..).zip(groups) {
                for name in *group {
                    table.or_insert(hash(name), number);
                }
            }
            table
        };
        let nicknames = group(nicknames, fold_hash);
        let aliases = group(aliases, |name| name.split(' ').map(fold_hash).fold(0, join));
        Lexicon { words, roles, title_nouns, nicknames, aliases }
    }

    /// The bits of a folded word.
    #[must_use]
    pub fn word(&self, hash: u64) -> Word {
        Word(self.words.get(hash))
    }

    /// What a folded word is in a phrase that tells a role.
    #[must_use]
    pub fn role(&self, hash: u64) -> RoleWord {
        RoleWord(self.roles.get(hash))
    }

    /// What the bearer of a title is called: `nun` for `sister`.
    pub fn title_nouns(&self, title: u64) -> impl Iterator<Item = u64> + '_ {
        let first = self.title_nouns.partition_point(|(own, _)| *own < title);
        let own = self.title_nouns.iter().skip(first).take_while(move |(own, _)| *own == title);
        own.map(|(_, noun)| *noun)
    }

    /// Returns true if two given names are forms of one.
    #[must_use]
    pub fn same_given_name(&self, a: u64, b: u64) -> bool {
        a == b || {
            let group = self.nicknames.get(a);
            group != 0 && group == self.nicknames.get(b)
        }
    }

    /// The alias group of a whole name, 0 for none.
    #[must_use]
    pub fn alias(&self, name: u64) -> u32 {
        self.aliases.get(name)
    }
}

/// Hash of a word, folded; full stops and apostrophes are passed over (`U.N.` is `UN`).
#[must_use]
pub fn fold_hash(word: &str) -> u64 {
    let mut hash = START;
    for c in word.chars() {
        if !matches!(c, '.' | '\'' | '’' | 'ʻ' | '`') && !is_invisible(c) {
            hash = step(hash, u64::from(u32::from(fold(c))));
        }
    }
    finish(hash)
}

/// Marks that are not seen: soft hyphens, joiners, marks of direction.
#[must_use]
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

const START: u64 = 0xcbf2_9ce4_8422_2325;

fn step(hash: u64, value: u64) -> u64 {
    (hash.rotate_left(5) ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Mixes the low bits up; never 0, which marks a free slot.
fn finish(hash: u64) -> u64 {
    (hash ^ (hash >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93) | 1
}

/// Appends a word's hash to the hash of a name, in order.
#[must_use]
pub fn join(name: u64, word: u64) -> u64 {
    finish(step(name, word))
}

/// Begins the hash of an acronym.
pub const NO_INITIALS: u64 = START;

/// Adds one initial to an acronym's hash; [`finish_initials`] of it equals [`fold_hash`] of the acronym.
#[must_use]
pub fn add_initial(hash: u64, initial: char) -> u64 {
    step(hash, u64::from(u32::from(fold(initial))))
}

/// Ends an acronym's hash.
#[must_use]
pub fn finish_initials(hash: u64) -> u64 {
    finish(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The shipped table of given names is keyed by these hashes.
    #[test]
    fn hashes_are_frozen() {
        assert_eq!(fold_hash("U.N."), fold_hash("un"));
        assert_eq!(fold_hash("Peña"), fold_hash("PENA"));
        assert_eq!(fold_hash("maria"), 0xb60b7d80e057e785, "{:#x}", fold_hash("maria"));
        let acronym = ['u', 'n'].into_iter().fold(NO_INITIALS, add_initial);
        assert_eq!(finish_initials(acronym), fold_hash("UN"));
    }
}
