//! Languages: the words that plugins know of each. A language is a folder here and a constant, [`ENGLISH`] so far.
//!
//! All words are in lower case. Plugins turn them into tables of their own, most of them while compiling.

mod en;
mod pronouns;

pub use en::ENGLISH;
pub use pronouns::{Gender, Person, Pronoun, Uses};

/// A list of words.
pub type Words = &'static [&'static str];

/// The words of a language.
///
/// ```
/// use copydesk_text::lang::ENGLISH;
///
/// assert!(ENGLISH.names.titles.contains(&"senator"));
/// assert_eq!(ENGLISH.calendar.months.len(), 12);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Language {
    /// Its pronouns.
    pub pronouns: &'static [Pronoun],
    /// Endings of possessives, and their apostrophes.
    pub possessives: Words,
    /// Words that begin with an apostrophe in place of letters, without it.
    pub elisions: Elisions,
    /// Days and months.
    pub calendar: Calendar,
    /// Words in names and before names.
    pub names: Names,
    /// Nouns for participants.
    pub nouns: Nouns,
    /// Words of roles and affiliations.
    pub roles: Roles,
    /// Verbs, and their companions.
    pub verbs: Verbs,
    /// Words that decide the act of a cue.
    pub acts: Acts,
    /// Sums of money and shares.
    pub amounts: Amounts,
    /// Small words.
    pub function: FunctionWords,
    /// Words that tell one bearer of a name from another.
    pub identity: Identity,
}

/// Words that begin with an apostrophe in place of letters, without it: `'em`, `'til`.
#[derive(Clone, Copy, Debug)]
pub struct Elisions {
    /// Those that the tokenizer keeps with their apostrophe.
    pub tokens: Words,
    /// Those with an apostrophe that opens no quotation. The list is shorter: `'is` or `'round` may well begin a
    /// quotation.
    pub unquoted: Words,
}

/// Names of days and months.
#[derive(Clone, Copy, Debug)]
pub struct Calendar {
    /// The months, in order. Their first three letters are known too.
    pub months: [&'static str; 12],
    /// Short forms of months that are longer than three letters.
    pub months_shortened: Words,
    /// The days of the week, in order. Their first three letters are known too.
    pub weekdays: [&'static str; 7],
    /// Short forms of weekdays that are longer than three letters.
    pub weekdays_shortened: Words,
    /// Feasts that news give as dates.
    pub feasts: Words,
    /// Words before a weekday that tell that it is a day, and no one's name.
    pub before_weekdays: Words,
    /// The same before a month.
    pub before_months: Words,
}

/// Words in names and before them.
///
/// Five lists hold small words such as `de`, `of` and `and`. They overlap and differ on purpose. Each answers another
/// question, and trained models or published figures depend on the answers.
#[derive(Clone, Copy, Debug)]
pub struct Names {
    /// Particles that a surname may lose: `de`, `van`, `bin`. They are looked for only in known names, so they include
    /// common words (`do`, `ten`, `ad`).
    pub particles: Words,
    /// Words of a name that its acronym passes over: `of`, `and`, `the`. Particles that an acronym has (`van`, `al`) are not.
    pub connectives: Words,
    /// Words that may stand between the capitals of one name in running text. `and` is not among them: it joins two
    /// names.
    pub between_capitals: Words,
    /// Words that may stand between the capitals of a byline. `and` is among them: it joins two authors. `for` and
    /// `with` join an author and a paper.
    pub in_bylines: Words,
    /// Articles that a name may have before it, or lack.
    pub articles: Words,
    /// Words in small letters inside a gold mention that is a name. The figures of `copydesk eval` rest on it.
    pub in_gold: Words,
    /// Suffixes of a person's name that say nothing of identity: `phd`.
    pub suffixes: Words,
    /// Suffixes that tell a father from a son: `jr`, `iii`.
    pub generations: Words,
    /// Words that a company's name may lose: `inc`, `group`.
    pub designators: Words,
    /// Those of them that are no nouns: `inc`, `ltd`. A name never lacks more than these by mistake.
    pub legal_forms: Words,
    /// Titles before the names of men.
    pub titles_of_men: Words,
    /// Titles before the names of women.
    pub titles_of_women: Words,
    /// Titles before the name of either.
    pub titles: Words,
    /// Short titles that are no part of a name: `pc`, `cllr`. A name in capitals follows.
    pub titles_shortened: Words,
    /// Short titles that only a person's name follows.
    pub forms_of_address: Words,
    /// Nouns that begin names of organisations in other languages: `banque`.
    pub organisation_heads: Words,
    /// Words in small letters within such names: `du`.
    pub organisation_links: Words,
    /// Names whose last word has an exclamation mark of its own: that word, without the mark.
    pub exclaimed: Words,
    /// Given names that are forms of one, a group each.
    pub nicknames: &'static [Words],
    /// Names of countries and their like in forms that no rule of initials joins, a group each. Words of a name are
    /// separated by a space; articles and connectives are left out.
    pub aliases: &'static [Words],
    /// Words in names of places that are no state, town or province.
    pub land_and_water: Words,
}

/// Nouns for participants, in the lists of two readers.
///
/// `men` to `texts_plural` are nouns that may refer to somebody (plugin `actors`). The other lists describe noun
/// phrases in attributions (plugin `quotes`). A noun may be in several lists.
#[derive(Clone, Copy, Debug)]
pub struct Nouns {
    /// For men.
    pub men: Words,
    /// For women.
    pub women: Words,
    /// For a person of either gender.
    pub person: Words,
    /// For several persons.
    pub persons: Words,
    /// For an organisation.
    pub organisation: Words,
    /// For several organisations.
    pub organisations: Words,
    /// For a place.
    pub place: Words,
    /// For things that speak: report, study.
    pub text: Words,
    /// The same in the plural.
    pub texts: Words,
    /// Adjectives and nouns between a determiner and one of these nouns.
    pub modifiers: Words,
    /// The words of an age before a noun, without the number: `34-year-old`.
    pub ages: Words,
    /// People with opinions on the news by trade: "for analysts" has only one reading.
    pub observers: Words,
    /// Institutions that have opinions when they are quoted.
    pub institutions: Words,
    /// Roles of speakers. After a comma, they explain a name. The list is shorter than `person`: it lacks words that
    /// are often there without a speaker (`voter`, `driver`).
    pub roles: Words,
    /// More nouns for a person, which the other lists lack: `skipper`, `clerk` (plugin `quotes`).
    pub speakers: Words,
    /// Endings of nouns for a person: `-er`, `-ist` (plugin `quotes`).
    pub person_endings: Words,
    /// What is in quotation marks behind them and "is" is not said: "the *slogan* is “...”" (plugin `quotes`).
    pub mottos: Words,
    /// Things with words on them, which nobody says: banner, shirt (plugin `quotes`).
    pub signs: Words,
    /// Words before a colon that are not a name.
    pub headings: Words,
    /// Words before a colon that nobody is quoted by: `photo`, `answer`.
    pub labels: Words,
    /// Things that introduce the words of the one whom they name: "A *note* from X:".
    pub introductions: Words,
    /// Words before the name of a storm: *Hurricane* Ana (plugin `ner`).
    pub storms: Words,
    /// What the last word of the name of a law is: Act, Treaty (plugin `ner`).
    pub laws: Words,
    /// What the last word of the name of an event is: Cup, War (plugin `ner`).
    pub events: Words,
    /// Words before the name of an event: *Operation* X (plugin `ner`).
    pub before_events: Words,
    /// Things with a number: *room* 2021 is no year (plugin `ner`).
    pub numbered: Words,
    /// What a quotation is called behind it: "That was the *verdict* of X." (plugin `quotes`).
    pub verdicts: Words,
    /// Things made by speaking: claim, promise.
    pub statements: Words,
}

/// Words of roles and affiliations (plugin `actors`).
#[derive(Clone, Copy, Debug)]
pub struct Roles {
    /// Titles that tell no role: `mr`, `dr`, `sister`.
    pub honorifics: Words,
    /// Nouns for people by their trade or office, beside [`Nouns::person`].
    pub trades: Words,
    /// Nouns that end like those for people and mean things: `winter`, `letter`.
    pub things: Words,
    /// Nouns for people that tell no role: `woman`, `cousin`, `colleague`.
    pub strangers: Words,
    /// Modifiers that are no part of a role: `new`, `retired`.
    pub passing: Words,
    /// Words that tell that somebody may be called "they": `non-binary`.
    pub called_they: Words,
    /// Prepositions between a role and an affiliation.
    pub affiliating: Words,
    /// Verbs between `who` and an affiliation: `heads`, `founded`.
    pub leading: Words,
    /// Participles between a noun and a name: "a farmer *named* X".
    pub naming: Words,
    /// Nouns for what people work for or speak for, beside [`Nouns::organisation`]: `museum`, `clinic`.
    pub bodies: Words,
    /// Nouns for those whose words a text has: "The study ... Its *author*, X, ...".
    pub authors: Words,
    /// Modifiers of a role that is over: `former`.
    pub former: Words,
    /// Titles, each with the nouns by which its bearer is called: "Sister X", "the *nun*".
    pub title_nouns: &'static [Words],
    /// Words between a name and what it is: "X, *now* a farmer".
    pub adverbs: Words,
    /// Nouns for those who speak for a place: "the Leeds *mayor*".
    pub of_places: Words,
    /// Nouns that say too little to be an affiliation by themselves: `firm`, `town`.
    pub common_bodies: Words,
    /// Letters after a name that tell a role: "Ana Ruiz *MP*".
    pub after_names: Words,
    /// Prepositions between a role or a body and its field: "spokesman *on* energy", "lecturer *in* law".
    pub topics: Words,
    /// Words between a form of "be" and what somebody leads: "is *in charge* of the police", "is *responsible* for".
    pub in_charge: Words,
    /// Beginnings of roles that two people have in one body: "her *co-founder*"; and nouns for who leads under somebody: "her
    /// *chief* of staff".
    pub shared: Words,
    /// Words between a body and its number: "union *number* two", "School *No.* 7".
    pub numbering: Words,
    /// Modifiers that are part of an office or a place by their capitals: "*First* Minister", "*New* York mayor".
    pub offices: Words,
    /// Prepositions between somebody and an organisation, never a place of birth: "manages funds *at* X".
    pub at: Words,
    /// Nouns for people who are outside of the body that they are told with: "a Nordal *customer*".
    pub outsiders: Words,
    /// Nouns for people who belong to a body ("Nordal's *critic*"), and are outside of it with "of": "a *critic* of Nordal".
    pub watchers: Words,
    /// Nouns for people who share the body that is told before them: "her Nordal *colleague*".
    pub peers: Words,
    /// Verbs between `who` and a field, and their participles behind a role. Whose the work is stands behind the field, if
    /// there is one: "who *covers* airlines at X", "an engineer *employed* by X".
    pub fields: Words,
    /// Nouns for people of a team that is often called by its place: "Leeds *captain*".
    pub of_teams: Words,
    /// The same for those whom a single person may have too: "her *coach*".
    pub coaches: Words,
    /// Nouns for those who speak for a town, and are seldom on a visit: "In Leeds, *mayor* X".
    pub of_towns: Words,
    /// First words of offices that names before them may swallow: "Treasury *Cabinet* Secretary".
    pub openers: Words,
    /// Titles of courtesy that tell a role if nothing else does: "*Justice* X".
    pub courtesies: Words,
    /// Heads of offices of a company: "chief *executive*".
    pub officers: Words,
    /// What somebody has "as" something: "X's *time* as head of Y".
    pub posts: Words,
    /// Participles before the body that somebody leads, and before "by X" behind the body: "*led* by X".
    pub led: Words,
    /// Words before "for" and those whom somebody speaks for: "X, *speaking* for Y".
    pub speaking: Words,
    /// The same before an object: "X, *representing* Y".
    pub representing: Words,
    /// Participles behind "be" and before a role: "was *appointed* chair of Y".
    pub appointed: Words,
    /// Verbs before "as" and a role: "*stepped* down as chair of Y".
    pub turning: Words,
    /// First words of parties that stand in parentheses behind a name: "X (*Labour*, Leeds)".
    pub parties: Words,
    /// Roles by their letters, in capitals alone: "the union's *PRO*".
    pub letters: Words,
    /// Last words of names of clubs: "Leeds *Rovers*".
    pub clubs: Words,
}

/// Verbs and auxiliaries. Lists of one kind differ by reader, since trained models rest on each.
#[derive(Clone, Copy, Debug)]
pub struct Verbs {
    /// Words that mark the word before them as a subject (plugin `actors`): auxiliaries, frequent verbs, and the
    /// adverbs before them.
    pub after_subjects: Words,
    /// Verbs of saying or thinking. The words after them are their subject's view (plugin `actors`).
    pub speech: Words,
    /// Forms that an explanation between commas does not have (plugin `quotes`).
    pub finite: Words,
    /// Auxiliaries and their clitics (plugin `stance`).
    pub auxiliaries: Words,
    /// Verbs between somebody and what he is: "Ana *is* a doctor" (plugin `actors`).
    pub copulas: Words,
    /// Auxiliaries of the passive (plugin `quotes`).
    pub be: Words,
    /// "The point that X *made* is that ..." (plugin `quotes`).
    pub made: Words,
    /// Words that turn a valence round (plugin `stance`).
    pub negators: Words,
    /// Forms of verbs that report a clause with "that" in news of many countries: `averred`, `submitted` (plugin
    /// `quotes`).
    pub formal_reports: Words,
    /// Forms that report a clause without "that" too (plugin `quotes`).
    pub plain_reports: Words,
    /// Words between a name and such a verb (plugin `quotes`).
    pub before_reports: Words,
    /// Verbs that follow a quotation and a name: "“Why?” Ana asked." (plugin `tokenizer`).
    pub after_quotations: Words,
    /// Forms of telling somebody: the hearer stands before what is said (plugin `quotes`).
    pub with_hearers: Words,
    /// Forms that end a report: "said it was late but *declined* to say more" (plugin `quotes`).
    pub refused: Words,
    /// Forms of what is done, not said: "*approved* the budget" (plugin `quotes`).
    pub deeds: Words,
    /// Forms of thinking and finding that report a clause with "that" (plugin `quotes`).
    pub thoughts: Words,
    /// Forms of speaking on: "he *added*" is whoever spoke before (plugin `actors`).
    pub adding: Words,
    /// Forms of thinking and finding that end a sentence with their subject: "It was late, she *found*." (plugin `quotes`).
    pub closing: Words,
    /// Forms that report a clause without "that" too, behind any subject (plugin `quotes`).
    pub clauses: Words,
    /// The verb before a conviction: "she *is* sure" (plugin `quotes`).
    pub holds: Words,
    /// Adjectives of a conviction: "she is *sure* that ..." (plugin `quotes`).
    pub convictions: Words,
    /// "They *put* the loss at two million" (plugin `quotes`).
    pub puts: Words,
    /// Forms with an amount that somebody expects: "she *sees* a loss of two million" (plugin `quotes`).
    pub forecasts: Words,
    /// "They *justified* the cut with the price of oil" (plugin `quotes`).
    pub justifies: Words,
    /// Forms that report by their object: "she *promised* a refund" (plugin `quotes`).
    pub objects: Words,
    /// Forms of judging something with words in quotation marks: "they *call* it “...”" (plugin `quotes`).
    pub callings: Words,
    /// Verbs behind whose colon somebody's words begin as a paragraph of their own (plugin `quotes`).
    pub announcing: Words,
    /// Participles of telling somebody: in the passive, the subject is the hearer (plugin `quotes`).
    pub told: Words,
    /// Participles of making something known: "it was *announced* by X that ..." (plugin `quotes`).
    pub made_known: Words,
    /// Participles of quoting: "X was *quoted* as saying" (plugin `quotes`).
    pub quoted: Words,
    /// The verb behind it: "quoted as *saying*" (plugin `quotes`).
    pub quoted_saying: Words,
    /// Participles of a judgement, whose agent has it: "was *called* “...” by X" (plugin `quotes`).
    pub judged: Words,
    /// Forms of naming: "is *called* “...”" is a name, not a quote (plugin `quotes`).
    pub namings: Words,
    /// What is done with a label: boxes *marked* “...” (plugin `quotes`).
    pub labelled: Words,
    /// What happens to somebody, in a headline: the subject need not have said the quotation before it (plugin `quotes`).
    pub suffers: Words,
    /// Requests to stay unnamed: "asked not to be *named*" (plugin `quotes`).
    pub unnamed: Words,
    /// What a second speaker does with what the first has said: "but his aide *denied* it" (plugin `quotes`).
    pub settled: Words,
    /// What a law does to a word in quotation marks: it *bans* “...” (plugin `quotes`).
    pub legal: Words,
    /// How words stand on a sign: a banner *reading* “...” (plugin `quotes`).
    pub reading: Words,
    /// Regular verbs that report speech, in their base form (training of `quotes`).
    pub reporting: Words,
    /// Forms of the other such verbs, and words of set phrases (training of `quotes`).
    pub reporting_forms: Words,
    /// Returns the base form of a form of a verb that reports, in lower case: `say` for `said` (counts of verbs).
    pub reporting_lemma: fn(&str) -> Option<&'static str>,
}

/// Words of cues that tell an act. The first list that has a word counts.
#[derive(Clone, Copy, Debug)]
pub struct Acts {
    /// Writing.
    pub writing: Words,
    /// Speech.
    pub speech: Words,
    /// Intention.
    pub intention: Words,
    /// Thought. Words for thoughts introduce speech if the content is quoted.
    pub thought: Words,
    /// Refusing: an intention by itself.
    pub declining: Words,
    /// Verbs of speech that a speaker may decline: "declined to *comment*" is speech.
    pub declined_speech: Words,
}

/// Words of amounts (plugin `ner`).
#[derive(Clone, Copy, Debug)]
pub struct Amounts {
    /// Numbers below a hundred, in words (plugin `quotes`).
    pub numbers: Words,
    /// Words that multiply the number before them: `million`, `bn`, `crore`.
    pub magnitudes: Words,
    /// Currencies and their parts, behind a number: `shillings`, `cents`.
    pub currencies: Words,
    /// The same, but for words with another meaning: only behind a magnitude. "3 won" is no sum.
    pub currencies_of_millions: Words,
    /// Signs and words for hundredths.
    pub percent: Words,
}

/// Small words. Lists of one kind differ by reader, since trained models rest on each.
#[derive(Clone, Copy, Debug)]
pub struct FunctionWords {
    /// Articles, demonstratives, quantifiers and small numbers (plugins `actors` and `ner`).
    pub determiners: Words,
    /// Prepositions (plugin `actors`).
    pub prepositions: Words,
    /// Conjunctions (plugin `actors`).
    pub conjunctions: Words,
    /// Words that begin a clause (plugin `actors`).
    pub clauses: Words,
    /// Words that open a clause, as a feature (plugin `quotes`).
    pub openers: Words,
    /// Words that end a name behind a quotation (plugin `quotes`).
    pub enders: Words,
    /// Words between an agent and its judgement: "accused by X *of* ..." (plugin `quotes`).
    pub judgements: Words,
    /// Words that begin a question that is told: "wondered *how*" (plugin `quotes`).
    pub questions: Words,
    /// Words behind "is" that begin a judgement: "the flood was *a* warning" (plugin `quotes`).
    pub predicates: Words,
    /// Words that begin a relative clause (plugins `quotes` and `ner`).
    pub relatives: Words,
    /// Words that begin what somebody is told (plugin `quotes`).
    pub told_clauses: Words,
    /// Small words that begin a sentence if they have a capital. No name begins with one, so a dot before them ends a
    /// sentence (plugin `tokenizer`).
    pub starters: Words,
    /// Words that begin a clause as its subject: "told mourners *nobody* would forget" (plugin `quotes`).
    pub somebody: Words,
    /// Words that no line of a finished paragraph ends with (plugin `tokenizer`).
    pub unfinished: Words,
    /// Words that begin another clause in a sentence (plugin `stance`).
    pub breaks: Words,
    /// Words without a valence, beside pronouns (plugin `stance`).
    pub plain: Words,
}

/// Words that tell one bearer of a name from another (crate `corpus`).
#[derive(Clone, Copy, Debug)]
pub struct Identity {
    /// Given names that are forms of one, a group each, beside [`Names::nicknames`], on which trained models rest.
    pub given_names: &'static [Words],
    /// Ends of a company's name that say only what form it has: `inc`, `gmbh`, `group`. The list is shorter than
    /// [`Names::designators`]: `bank` or `party` may tell two bodies apart.
    pub legal_forms: Words,
    /// Ends of an organisation's name that its short form leaves out: "Samsung *Electronics*".
    pub descriptive: Words,
    /// Words of which many countries make a name: "*Supreme Court*". A name of these alone is one body in one country only.
    pub generic: Words,
    /// Words for people and things of a field of work, a list for each field: sport, politics, business and so on.
    pub fields: &'static [Words],
    /// Pairs of fields, by their places, that one person may well have.
    pub near_fields: &'static [[usize; 2]],
    /// Countries: the name, its people and its large places, a list for each. Names that mean something else as often
    /// (`georgia`) are left out. Words of a name are separated by a space; connectives are left out.
    pub countries: &'static [Words],
}

/// Counts the words of a list.
const fn count(list: &str) -> usize {
    let bytes = list.as_bytes();
    let (mut words, mut at) = (0, 0);
    while at < bytes.len() {
        if bytes[at] != b' ' && (at == 0 || bytes[at - 1] == b' ') {
            words += 1;
        }
        at += 1;
    }
    words
}

/// Splits a list of words at its spaces.
const fn split<const COUNT: usize>(list: &'static str) -> [&'static str; COUNT] {
    let mut words = [""; COUNT];
    let (mut rest, mut word) = (list.as_bytes(), 0);
    while word < COUNT {
        let mut start = 0;
        while rest[start] == b' ' {
            start += 1;
        }
        rest = rest.split_at(start).1;
        let mut end = 0;
        while end < rest.len() && rest[end] != b' ' {
            end += 1;
        }
        let (own, others) = rest.split_at(end);
        words[word] = match std::str::from_utf8(own) {
            Ok(own) => own,
            Err(_) => panic!("a space is a character of its own"),
        };
        rest = others;
        word += 1;
    }
    words
}

/// Makes a list of words from a string, while compiling.
macro_rules! words {
    ($list:expr) => {{
        const LIST: &str = $list;
        const WORDS: &[&str] = &crate::lang::split::<{ crate::lang::count(LIST) }>(LIST);
        WORDS
    }};
}
use words;

#[cfg(test)]
mod tests {
    #[test]
    fn lists_are_split_at_spaces() {
        assert_eq!(words!(" a  bc d’e "), ["a", "bc", "d’e"]);
        assert_eq!(words!(""), [""; 0]);
    }
}
