//! A name taken apart: its words folded and hashed, titles and suffixes set aside, its initials.

use copydesk_text::EntityLabel;

use crate::words::{Lexicon, NO_INITIALS, Word, add_initial, finish_initials, fold, fold_hash, join};

/// The class of a name's label, as far as it matters for joining names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// A person.
    Person,
    /// An organisation, or anything else that is named like one (products, works, facilities).
    Org,
    /// A country, a town, a region.
    Place,
    /// A nationality, a faith, a party's followers.
    Group,
    /// A label that says nothing.
    Unknown,
    /// A date, a sum of money: no participant.
    Value,
}

/// Labels outside of our classes.
const OTHER_LABELS: [(&str, Class); 10] = [
    ("politician", Class::Person),
    ("country", Class::Place),
    ("PLACE", Class::Place),
    ("NATIONALITY", Class::Group),
    ("politicalparty", Class::Org),
    ("ORDINAL", Class::Value),
    ("CARDINAL", Class::Value),
    ("NUM", Class::Value),
    ("NUMBER", Class::Value),
    ("TEMPORAL", Class::Value),
];

impl Class {
    /// The class of an entity label of any of the usual label sets; case does not matter.
    #[must_use]
    pub fn of_label(label: &str) -> Class {
        match EntityLabel::of(label) {
            Some(EntityLabel::Person) => Class::Person,
            Some(EntityLabel::Gpe | EntityLabel::Loc) => Class::Place,
            // WNUT 17: a band or a club, which is named like an organisation.
            Some(EntityLabel::Norp) if label.eq_ignore_ascii_case("GROUP") => Class::Org,
            Some(EntityLabel::Norp) => Class::Group,
            Some(
                EntityLabel::Date
                | EntityLabel::Time
                | EntityLabel::Money
                | EntityLabel::Percent
                | EntityLabel::Quantity,
            ) => Class::Value,
            Some(
                EntityLabel::Org
                | EntityLabel::Fac
                | EntityLabel::Product
                | EntityLabel::Event
                | EntityLabel::Work
                | EntityLabel::Law
                | EntityLabel::Misc,
            ) => Class::Org,
            None => {
                let other = OTHER_LABELS.iter().find(|(own, _)| own.eq_ignore_ascii_case(label));
                other.map_or(Class::Unknown, |(_, class)| *class)
            }
        }
    }

    /// Returns true if mentions of the two classes may be one actor when their names are equal.
    #[must_use]
    pub fn joins(self, other: Class) -> bool {
        self == other
            || self == Class::Unknown
            || other == Class::Unknown
            || matches!((self, other), (Class::Org, Class::Place) | (Class::Place, Class::Org))
            || matches!((self, other), (Class::Org, Class::Group) | (Class::Group, Class::Org))
    }
}

/// Male, female, or not known, with how sure.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Gender(
    /// From -1 (surely a woman) to 1 (surely a man).
    pub f32,
);

impl Gender {
    /// The gender a word tells, if any.
    #[must_use]
    pub fn of_word(word: Word) -> Gender {
        Gender(if word.is(Word::MALE) {
            1.0
        } else if word.is(Word::FEMALE) {
            -1.0
        } else {
            0.0
        })
    }

    /// Returns true if both are known and opposite.
    #[must_use]
    pub fn conflicts(self, other: Gender) -> bool {
        self.0 * other.0 < -0.25
    }
}

/// One word of a name.
#[derive(Clone, Copy, Debug)]
pub struct NameWord {
    /// Folded hash.
    pub hash: u64,
    /// First letter, folded.
    pub initial: char,
    /// True if the word is only an initial (`J.`).
    pub is_initial: bool,
    /// True if the word begins with a capital letter, a digit, or a letter without case.
    pub capital: bool,
    /// Word list bits.
    pub word: Word,
    /// Byte offsets in the document.
    pub start: u32,
    /// End of the word.
    pub end: u32,
    /// True if a hyphen, not a space, joins it to the next word.
    pub hyphen: bool,
}

/// The words of a name and the facts about its form.
#[derive(Clone, Debug)]
pub struct Name {
    /// Hash of the words in order, without titles, suffixes, articles and particles.
    pub key: u64,
    /// Hash of the content words in any order (`State Department`, `Department of State`).
    pub bag: u64,
    /// Acronym of the capitalised words.
    pub initials: u64,
    /// Acronym of all words.
    pub all_initials: u64,
    /// Number of words that count.
    pub words: usize,
    /// True if it looks like an acronym itself.
    pub acronym: bool,
    /// From a title inside the name.
    pub gender: Gender,
    /// Hash of the title's last word, 0 for none.
    pub title: u64,
    /// Hash of what tells a father from a son (`Jr.`, `III`), 0 for none.
    pub generation: u64,
    /// First word is a particle that could be a given name (`Van`, `De`).
    pub soft_first: bool,
    /// Bytes of the name without titles and articles before it, possessives and degrees after it.
    pub start: u32,
    /// End of the bare name.
    pub end: u32,
    /// True if no word begins with a capital letter.
    pub lower: bool,
    /// True if all its letters are capitals, and there is more than one word or more than six letters.
    pub shouted: bool,
}

fn is_joint(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '‐' | '‑' | '–' | '/' | ',')
}

/// Splits `text[start..end]` and fills `out` with the words that identify the name.
pub fn parse(text: &str, start: u32, end: u32, class: Class, lexicon: &Lexicon, out: &mut Vec<NameWord>) -> Name {
    out.clear();
    let slice = text.get(start as usize..end as usize).unwrap_or("");
    split(slice, start, lexicon, out);
    let person = matches!(class, Class::Person | Class::Unknown);
    let mut gender = Gender::default();
    let mut title = 0;
    let mut drop = 0;
    while drop + 1 < out.len() {
        let Some(w) = out.get(drop).copied() else { break };
        let article = w.word.is(Word::DETERMINER) && w.hash == fold_hash("the");
        let is_title = person && w.word.is(Word::TITLE) && !w.is_initial;
        if !article && !is_title {
            break;
        }
        if is_title {
            title = w.hash;
            if w.word.is(Word::MALE | Word::FEMALE) {
                gender = Gender::of_word(w.word);
            }
        }
        drop += 1;
    }
    // "President" alone after "the" stays a name of its own; so does a title that is all there is.
    out.drain(..drop);
    let (mut generation, mut whole) = (0, None);
    while out.len() > 1
        && person
        && let Some(w) = out.pop_if(|w| w.word.is(Word::SUFFIX) && !is_short(text, w))
    {
        if w.word.is(Word::GENERATION) {
            (generation, whole) = (w.hash, whole.or(Some(w.end)));
        }
    }
    let soft_first = out.len() == 2 && out.first().is_some_and(|w| w.word.is(Word::PARTICLE) && w.capital);
    let first = out.first().map_or(start, |w| w.start);
    let last = whole.or(out.last().map(|w| w.end)).unwrap_or(end);
    let lower = !out.iter().any(|w| w.capital);
    let shouted = {
        let bare = text.get(first as usize..last as usize).unwrap_or("");
        !bare.chars().any(char::is_lowercase) && bare.chars().filter(|c| c.is_uppercase()).count() > 6
    };
    let mut name = Name {
        key: 0,
        bag: 0,
        initials: 0,
        all_initials: 0,
        words: 0,
        acronym: false,
        gender,
        title,
        generation,
        soft_first,
        start: first,
        end: last,
        lower,
        shouted,
    };
    initials(&mut name, out);
    name.acronym = out.len() == 1 && is_acronym(text.get(first as usize..last as usize).unwrap_or(""));
    drop_particles(out, person);
    if class == Class::Group {
        // "Republicans" and "Republican" are one group.
        if let [w] = out.as_mut_slice() {
            let word = text.get(w.start as usize..w.end as usize).unwrap_or("");
            if word.len() > 4 && word.ends_with('s') && !word.ends_with("ss") {
                w.hash = fold_hash(word.get(..word.len() - 1).unwrap_or(word));
            }
        }
    }
    name.words = out.len();
    name.key = out.iter().fold(0, |key, w| join(key, w.hash));
    name.bag = out.iter().filter(|w| !w.word.is(Word::FUNCTION)).fold(1, |bag: u64, w| bag.wrapping_add(w.hash));
    name
}

/// `V.`, an initial and not a number.
fn is_short(text: &str, word: &NameWord) -> bool {
    word.is_initial && text.get(word.start as usize..word.end as usize).is_some_and(|own| own.ends_with('.'))
}

fn split(slice: &str, base: u32, lexicon: &Lexicon, out: &mut Vec<NameWord>) {
    let mut from = 0;
    while from < slice.len() {
        let rest = slice.get(from..).unwrap_or("");
        let len = rest.find(is_joint).unwrap_or(rest.len());
        let piece = rest.get(..len).unwrap_or("");
        let joint = rest.get(len..).and_then(|r| r.chars().next());
        push(piece, base + from as u32, joint.is_some_and(|c| !c.is_whitespace() && c != ','), lexicon, out);
        from += len + joint.map_or(1, char::len_utf8);
    }
}

fn push(piece: &str, at: u32, hyphen: bool, lexicon: &Lexicon, out: &mut Vec<NameWord>) {
    let bare = piece.trim_start_matches(|c: char| !c.is_alphanumeric());
    let at = at + (piece.len() - bare.len()) as u32;
    let mut bare = bare.trim_end_matches(|c: char| !c.is_alphanumeric() && c != '.');
    for ending in ["'s", "’s", "'S", "’S"] {
        bare = bare.strip_suffix(ending).unwrap_or(bare);
    }
    let inner_stop = bare.trim_end_matches('.').contains('.');
    let letters = bare.chars().filter(|c| c.is_alphanumeric()).count();
    if bare.ends_with('.') && letters > 3 && !inner_stop {
        bare = bare.trim_end_matches('.');
    }
    let Some(initial) = bare.chars().next() else { return };
    let hash = fold_hash(bare);
    out.push(NameWord {
        hash,
        initial: fold(initial),
        is_initial: letters == 1 && initial.is_alphabetic(),
        capital: !initial.is_lowercase(),
        word: lexicon.word(hash),
        start: at,
        end: at + bare.len() as u32,
        hyphen,
    });
}

fn is_acronym(word: &str) -> bool {
    let letters = word.chars().filter(|c| c.is_alphabetic()).count();
    (2..=6).contains(&letters) && word.chars().all(|c| c.is_uppercase() || c == '.' || c == '&' || c.is_ascii_digit())
}

fn initials(name: &mut Name, words: &[NameWord]) {
    let (mut capital, mut all) = (NO_INITIALS, NO_INITIALS);
    for w in words {
        all = add_initial(all, w.initial);
        if w.capital && !w.word.is(Word::FUNCTION) {
            capital = add_initial(capital, w.initial);
        }
    }
    if words.len() > 1 {
        name.initials = finish_initials(capital);
        name.all_initials = finish_initials(all);
    }
}

/// `bin`, `de`, `van der` say nothing that the surname does not; `Al Gore` and `Van Jones` keep theirs.
fn drop_particles(words: &mut Vec<NameWord>, person: bool) {
    if !person || words.len() < 2 {
        return;
    }
    let mut at = 0;
    let last = words.len() - 1;
    let keeps_first = words.first().is_some_and(|w| w.capital && !w.hyphen)
        && !words.get(1).is_some_and(|w| w.word.is(Word::PARTICLE) && !w.capital);
    words.retain(|w| {
        let keep = at == last || !w.word.is(Word::PARTICLE) || (at == 0 && keeps_first);
        at += 1;
        keep
    });
}
