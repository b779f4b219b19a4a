//! A name as identity compares it.

use super::fold::{both, hash, is_near, is_variant, sound, words};
use super::lexicon::LEXICON;

/// The words of a name that count.
const MOST: usize = 10;

/// The parts of a name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Form {
    /// Its words without articles, connectives, legal forms and suffixes.
    pub words: Vec<String>,
    /// The words joined by blanks.
    pub text: String,
    /// The generation that a suffix names: 1 for Sr, 2 for Jr.
    pub generation: Option<u8>,
    /// True for a word of capitals alone, or of single letters with dots.
    pub is_acronym: bool,
}

impl Form {
    /// Reads a name.
    pub fn new(name: &str) -> Form {
        let mut all = words(name);
        all.truncate(MOST);
        let lexicon = &*LEXICON;
        let mut generation = None;
        while all.len() > 1 && all.last().is_some_and(|last| lexicon.is_suffix(last)) {
            let last = all.pop().unwrap_or_default();
            generation = match last.as_str() {
                "sr" => Some(1),
                "jr" | "ii" => Some(2),
                "iii" => Some(3),
                "iv" => Some(4),
                _ => generation,
            };
        }
        let mut kept: Vec<String> = all.iter().filter(|word| !lexicon.is_connective(word)).cloned().collect();
        if kept.is_empty() {
            kept = all;
        }
        while kept.len() > 1 && kept.last().is_some_and(|last| lexicon.is_legal_form(last)) {
            kept.pop();
        }
        let mut text = kept.join(" ");
        if let Some(usual) = lexicon.alias(&text) {
            text = usual.to_owned();
            kept = usual.split(' ').map(str::to_owned).collect();
        }
        if text.is_empty() {
            // A name without letters is itself, and nothing else.
            text = name.chars().take(super::fold::LONGEST).filter(|c| !c.is_control()).collect();
            kept = vec![text.clone()];
        }
        let letters = name.chars().filter(|c| c.is_alphabetic());
        let is_acronym = kept.len() == 1
            && (2..=7).contains(&letters.clone().count())
            && letters.clone().all(char::is_uppercase)
            && !name.trim().contains(' ');
        Form { words: kept, text, generation, is_acronym }
    }

    /// The first word.
    pub fn first(&self) -> &str {
        self.words.first().map_or("", String::as_str)
    }

    /// The last word.
    pub fn last(&self) -> &str {
        self.words.last().map_or("", String::as_str)
    }

    /// Returns true for a name of one word.
    pub fn is_single(&self) -> bool {
        self.words.len() < 2
    }

    /// A hash of the words.
    pub fn hash(&self) -> u64 {
        hash(&self.text)
    }

    /// A hash of the words in any order.
    pub fn any_order(&self) -> u64 {
        let mut sorted: Vec<u64> = self.words.iter().map(|word| hash(word)).collect();
        sorted.sort_unstable();
        sorted.into_iter().fold(1, both)
    }

    /// A hash of what spellings of the words share, in any order: `Defence Ministry` is the `Ministry of Defense`.
    pub fn spelling(&self) -> u64 {
        self.sounds().iter().map(|sound| hash(sound)).fold(2, both)
    }

    /// Returns what spellings of the words share, in order of the alphabet.
    pub fn sounds(&self) -> Vec<String> {
        let mut sounds: Vec<String> = self.words.iter().map(|word| sound(word)).collect();
        sounds.sort_unstable();
        sounds
    }

    /// Returns true if the words are those of another name, in other spelling or order.
    pub fn is_spelling_of(&self, other: &Form) -> bool {
        let sorted = |form: &Form| {
            let mut words = form.words.clone();
            words.sort_unstable_by_key(|word| (sound(word), word.clone()));
            words
        };
        self.words.len() == other.words.len()
            && sorted(self).iter().zip(&sorted(other)).all(|(one, other)| is_variant(one, other))
    }

    /// Returns the acronyms that the name may have: its initials, and with two letters of one word.
    pub fn acronyms(&self) -> Vec<String> {
        let initials: Vec<char> = self.words.iter().filter_map(|word| word.chars().next()).collect();
        let mut acronyms = vec![initials.iter().collect::<String>()];
        for (at, word) in self.words.iter().enumerate() {
            if let Some(second) = word.chars().nth(1).filter(|_| initials.len() > 3) {
                let mut longer = initials.clone();
                longer.insert(at + 1, second);
                acronyms.push(longer.into_iter().collect());
            }
        }
        acronyms
    }

    /// Returns true if only words that many countries use make the name.
    pub fn is_generic(&self) -> bool {
        self.words.iter().all(|word| LEXICON.is_generic(word))
    }
}

/// The parts of a person's name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct PersonName {
    /// The surname, the last word.
    pub surname: String,
    /// The given name, or an initial; empty for a surname alone.
    pub given: String,
    /// Words between the two.
    pub middle: Vec<String>,
    /// Hashes of what spellings of surname and given name share.
    sounds: [u64; 2],
    /// The name without an initial before a given name: "W. Mark Felt" is called Mark.
    pub called: Option<Box<PersonName>>,
}

impl PersonName {
    /// Reads a name, with the surname first if `turned`.
    pub fn new(form: &Form, turned: bool) -> PersonName {
        let lexicon = &*LEXICON;
        let mut words: Vec<&str> = form.words.iter().map(String::as_str).collect();
        while words.len() > 1 && words.first().is_some_and(|word| lexicon.is_title(word)) {
            words.remove(0);
        }
        if turned {
            words.rotate_left(1);
        }
        let Some(surname) = words.pop() else { return PersonName::default() };
        words.retain(|word| !lexicon.is_particle(word));
        let mut name = PersonName::of(surname, &words);
        if let Some((initial, rest)) = words.split_first()
            && initial.chars().count() == 1
            && rest.first().is_some_and(|given| given.chars().count() > 2)
        {
            name.called = Some(Box::new(PersonName::of(surname, rest)));
        }
        name
    }

    fn of(surname: &str, others: &[&str]) -> PersonName {
        let (given, middle) = others.split_first().map_or(("", &[][..]), |(given, middle)| (*given, middle));
        PersonName {
            surname: surname.to_owned(),
            given: given.to_owned(),
            middle: middle.iter().map(|word| (*word).to_owned()).collect(),
            sounds: [surname, given].map(|word| if word.is_empty() { 0 } else { hash(&sound(word)) }),
            called: None,
        }
    }

    /// Returns the name, and the one without an initial before it.
    pub fn forms(&self) -> impl Iterator<Item = &PersonName> {
        std::iter::once(self).chain(self.called.as_deref())
    }

    /// Returns true if both surnames may be spellings of one.
    pub fn same_surname(&self, other: &PersonName) -> bool {
        self.surname == other.surname
            || self.sounds.first() == other.sounds.first() && is_near(&self.surname, &other.surname)
    }

    /// Returns true if both given names may be spellings of one.
    pub fn same_given(&self, other: &PersonName) -> bool {
        self.given == other.given || self.sounds.last() == other.sounds.last() && is_near(&self.given, &other.given)
    }

    /// Returns true if the given name is a letter or two initials.
    pub fn has_initial(&self) -> bool {
        let count = self.given.chars().count();
        count == 1 || count == 2 && !self.given.contains(['a', 'e', 'i', 'o', 'u', 'y'])
    }

    /// What spellings of the surname share.
    pub fn surname_key(&self) -> u64 {
        self.sounds.first().copied().unwrap_or_default()
    }

    /// What forms of surname and given name share.
    pub fn full_key(&self) -> u64 {
        let given = match LEXICON.nickname(&self.given) {
            Some(number) => u64::from(number),
            None => self.sounds.last().copied().unwrap_or_default(),
        };
        both(self.surname_key(), given)
    }

    /// What the surname and the first letter of the given name make, in its forms.
    pub fn initial_key(&self) -> u64 {
        let initial = self.given.chars().next().map_or(0, u64::from);
        both(self.surname_key() ^ 1, initial)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lose_what_varies() {
        for (name, text, generation) in [
            ("The Bank of England", "bank england", None),
            ("Volkswagen AG", "volkswagen", None),
            ("Amazon.com Inc.", "amazon", None),
            ("Martin Luther King Jr.", "martin luther king", Some(2)),
            ("U.S.", "united states", None),
            ("America", "united states", None),
            ("the", "the", None),
            ("😀", "😀", None),
            ("Côte d’Ivoire", "ivory coast", None),
        ] {
            let form = Form::new(name);
            assert_eq!((form.text.as_str(), form.generation), (text, generation), "{name}");
        }
    }

    #[test]
    fn acronyms_of_names() {
        for (name, acronym) in [
            ("International Monetary Fund", "imf"),
            ("Food and Drug Administration", "fda"),
            ("Economic Community of West African States", "ecowas"),
        ] {
            assert!(Form::new(name).acronyms().iter().any(|found| found == acronym), "{name}");
        }
        for (name, expected) in [("IMF", true), ("U.N.", true), ("Ecowas", false), ("A B", false), ("A", false)] {
            assert_eq!(Form::new(name).is_acronym, expected, "{name}");
        }
    }

    #[test]
    fn parts_of_persons_names() {
        for (name, turned, given, surname) in [
            ("President Joe Biden", false, "joe", "biden"),
            ("Xi Jinping", true, "jinping", "xi"),
            ("Ludwig van Beethoven", false, "ludwig", "beethoven"),
            ("Smith", false, "", "smith"),
            ("J. Smith", false, "j", "smith"),
        ] {
            let found = PersonName::new(&Form::new(name), turned);
            assert_eq!((found.given.as_str(), found.surname.as_str()), (given, surname), "{name}");
        }
    }
}
