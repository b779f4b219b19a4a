//! Speakers: the actor of each source.

use copydesk_text::lang::ENGLISH;
use copydesk_text::{MentionType, QuoteRole};

use super::{ROLE_KEY, Walk};
use crate::cluster::NONE;
use crate::features::Group;
use crate::names::{Class, Gender};
use crate::profile::Owner;
use crate::sources::{Head, head};
use crate::words::{RoleWord, Word, join};

/// How sure a speaker is that is known otherwise than by a ranker: shares of right speakers on articles of our own.
pub(super) mod score {
    /// The source is a name of several words.
    pub const NAME: f32 = 0.98;
    /// The source is one word of a name.
    pub const SURNAME: f32 = 0.96;
    /// The source is a noun phrase that means nobody named.
    pub const UNNAMED: f32 = 0.9;
    /// The source is "the" and a noun, and nobody was found that it means.
    pub const OPEN: f32 = 0.35;
    /// The source is an organisation without a name.
    pub const BODY: f32 = 0.88;
    /// The subject before the cue.
    pub const SUBJECT: f32 = 0.9;
    /// The speaker of the quote before.
    pub const CONTINUED: f32 = 0.85;
    /// The one who acts in the sentence before.
    pub const ACTS: f32 = 0.88;
    /// The author of a text.
    pub const AUTHOR: f32 = 0.75;
    /// The one just spoken of, by a noun not heard before.
    pub const VARIED: f32 = 0.8;
    /// The organisation that acts just before.
    pub const BODY_ACTS: f32 = 0.8;
    /// A noun phrase that a name takes up.
    pub const TAKEN_UP: f32 = 0.8;
}

/// Thresholds of the ranker for sources: he and she, other pronouns, a role, a role with a complement.
const SURE: [f32; 4] = [0.25, 0.5, 0.4, 0.5];
/// A role below this probability is the one just spoken of, if his role is not known.
const LIKELY: f32 = 0.5;
/// The same for "the Frenchman", "the old man", who is mostly the one spoken of.
const STRANGER: f32 = 0.3;
/// Sentences after which a stranger is another one.
const NEAR: u32 = 12;
/// Tokens of a noun phrase in which an age is looked for.
const LONGEST_AGED: usize = 12;
/// Phrases looked through for a nationality.
const PHRASES: usize = 256;
/// Mentions looked back over for a noun phrase that a name takes up, or for the subject of a sentence.
pub(super) const BACK: usize = 16;

impl Walk<'_, '_> {
    /// Sources in order; those that are names give their quote's speaker at once.
    pub(super) fn prepare_sources(&mut self) {
        for part in self.input.parts {
            if part.role != QuoteRole::Source {
                continue;
            }
            let from = self.input.tokens.partition_point(|t| t.end <= part.span.start) as u32;
            let to = self.input.tokens.partition_point(|t| t.start < part.span.end) as u32;
            self.s.sources.push((from, to.max(from), part.quote));
            if self.is_label(from as usize, to as usize) {
                continue;
            }
            if let Head::Entity(id) = head(self.input, &self.s.layout, part.span) {
                let (first, last) = self.s.layout.entity_tokens.get(id as usize).copied().unwrap_or((0, 0));
                let sure = if last > first + 1 { score::NAME } else { score::SURNAME };
                self.set_speaker(part.quote, self.s.entity_actor.get(id as usize).copied().unwrap_or(NONE), sure);
            }
        }
        self.s.sources.sort_unstable();
    }

    /// True for a word before a colon that is nobody: `Photo:`, `Q:`.
    fn is_label(&self, from: usize, to: usize) -> bool {
        to == from + 1 && self.text(to) == ":" && {
            let text = self.text(from);
            ENGLISH.nouns.labels.iter().any(|label| label.eq_ignore_ascii_case(text))
        }
    }

    pub(super) fn set_speaker(&mut self, quote: u32, actor: u32, probability: f32) {
        if let (Some(slot), Some(sure)) = (self.s.speaker.get_mut(quote as usize), self.s.sure.get_mut(quote as usize))
            && *slot == NONE
            && actor != NONE
        {
            *slot = actor;
            *sure = probability;
        }
    }

    /// Gives a source its actor. Returns the token up to which the source was handled.
    pub(super) fn read_source(&mut self, from: usize, to: usize, quote: u32) -> usize {
        if self.is_label(from, to) {
            return to;
        }
        self.in_source = true;
        self.name_quoted(quote);
        let end = self.read_source_head(from, to, quote);
        self.s.named.clear();
        self.in_source = false;
        if let Some(&speaker) = self.s.speaker.get(quote as usize).filter(|speaker| **speaker != NONE) {
            self.last_speaker = speaker;
        }
        end
    }

    fn read_source_head(&mut self, from: usize, to: usize, quote: u32) -> usize {
        let to = self.whole_phrase(from, to);
        let span = self.span(from, to);
        match head(self.input, &self.s.layout, span) {
            Head::Pronoun(at) if self.s.layout.entity.get(at).is_none_or(|e| *e == NONE) => {
                let word = self.word(at);
                let actor = if word.is(Word::FIRST) {
                    NONE
                } else if word.is(Word::RELATIVE) {
                    self.probability = score::SUBJECT;
                    self.head_of_relative(at)
                } else {
                    self.resolve(at, word, SURE[usize::from(!word.is(Word::MALE | Word::FEMALE))])
                };
                // "It" and "they" of a source mean somebody: the organisation that acts just before, if there is one.
                let open = actor == NONE
                    && !word.is(Word::FIRST | Word::RELATIVE | Word::MALE | Word::FEMALE | Word::OBJECT_OR_POSSESSIVE);
                let (actor, sure) = if open {
                    let acts = self.body_acts(at, word.is(Word::PLURAL));
                    let hidden = acts == NONE && word.is(Word::NEUTER);
                    (if hidden { self.body_called_person(at, true) } else { acts }, score::BODY_ACTS)
                } else {
                    (actor, self.probability)
                };
                if actor != NONE {
                    let sentence = self.s.layout.sentence.get(at).copied().unwrap_or(0);
                    let span = self.span(at, at + 1);
                    self.mention(span, actor, MentionType::Pronoun, at, at + 1, sentence);
                    self.set_speaker(quote, actor, sure);
                }
                to
            }
            Head::Nominal { from, noun, to } => {
                self.nominal_source(from, noun, to, quote);
                to
            }
            _ => 0,
        }
    }

    /// The end of a source that a possessive opens and that was cut off behind it: `Her` of `Her neighbour`.
    fn whole_phrase(&self, from: usize, to: usize) -> usize {
        let word = self.word(from);
        if to != from + 1 || !word.is(Word::PRONOUN) || !word.is(Word::POSSESSIVE | Word::OBJECT_OR_POSSESSIVE) {
            return to;
        }
        let noun = |at: &usize| {
            self.s.layout.entity.get(*at).is_some_and(|e| *e == NONE)
                && self.text(*at).chars().all(char::is_alphabetic)
                && !self.word(*at).is(Word::VERB | Word::SPEECH | Word::PRONOUN | Word::PREPOSITION | Word::CONJUNCTION)
        };
        let nouns = (to..to + 4).take_while(noun).count();
        // The list of verbs is short: of two words the last one may be a verb.
        to + if nouns > 1 && !self.means_person(to + nouns - 1) { nouns - 1 } else { nouns }
    }

    fn nominal_source(&mut self, from: usize, noun: usize, to: usize, quote: u32) {
        let entity = self.s.layout.entity.get(noun).copied().filter(|e| *e != NONE);
        if entity.is_some() && noun == from {
            return;
        }
        let (word, span) = (self.word(noun), self.span(from, to));
        if !span.get(self.input.text).is_some_and(|t| t.chars().any(char::is_alphabetic)) {
            return;
        }
        let opening = self.word(from);
        if opening.is(Word::PRONOUN) && self.s.layout.entity.get(from).is_some_and(|e| *e == NONE) {
            // `Her lawyer said Ana was ill`: she may be Ana.
            let named = std::mem::take(&mut self.s.named);
            self.read_pronoun(from, opening);
            self.s.named = named;
        }
        let (mut actor, mut sure) = self.meant(from, noun, to);
        if let Some(id) = entity.filter(|_| actor != NONE)
            && let Some(slot) = self.s.entity_actor.get_mut(id as usize)
        {
            // `the Australian` is that person, and no group.
            *slot = actor;
        }
        if actor == NONE {
            if entity.is_some() {
                return;
            }
            let mut key = 3;
            for at in from..to {
                if !self.word(at).is(Word::DETERMINER) {
                    key = join(key, self.s.layout.hash.get(at).copied().unwrap_or(0));
                }
            }
            let person = self.is_person_noun(noun, word);
            let class = if person { Class::Person } else { Class::Org };
            actor = self.own_actor(key, class, span, NONE, Gender::of_word(word), word.is(Word::PLURAL));
            sure = match (person, word.is(Word::PLURAL) || !self.is_definite(from)) {
                (_, true) => score::UNNAMED,
                (true, false) => score::OPEN,
                (false, false) => score::BODY,
            };
            if let Some(phrase) = self.reader().phrase(from, to, to) {
                self.s.unnamed.push((actor, phrase));
            }
            let role = self.s.layout.hash.get(noun).copied().unwrap_or(0);
            if let Some(draft) = self.s.clusters.actors.get_mut(actor as usize)
                && word.is(Word::ROLE)
                && !word.is(Word::PLURAL)
            {
                draft.add_role(role);
            }
            if word.is(Word::ROLE_TEXT) {
                self.author_of(actor, from, noun, to, quote);
            }
        }
        let sentence = self.s.layout.sentence.get(from).copied().unwrap_or(0);
        self.mention(span, actor, MentionType::Nominal, from, noun + 1, sentence);
        self.set_speaker(quote, actor, sure);
    }

    /// The actor that a noun phrase without a name means, with the probability.
    fn meant(&mut self, from: usize, noun: usize, to: usize) -> (u32, f32) {
        let told = self.s.profiles.told_by(noun);
        if told != NONE {
            let actor = self.s.entity_actor.get(told as usize).copied().unwrap_or(NONE);
            return (actor, score::SUBJECT);
        }
        let word = self.word(noun);
        // "the Courier": a paper, and no messenger.
        let titled = self.text(noun).chars().any(char::is_lowercase) && self.text(noun).starts_with(char::is_uppercase);
        let named = self.s.layout.entity.get(noun).is_some_and(|e| *e != NONE);
        if word.is(Word::PLURAL) || (titled && !named && !word.is(Word::ROLE | Word::TITLE)) {
            return (NONE, 0.0);
        }
        if !self.is_definite(from) || word.is(Word::ROLE_TEXT) {
            return (NONE, 0.0);
        }
        let bare_noun = to == noun + 1;
        // `managing director`, later `the MD`.
        if self.text(noun).len() > 1 && self.text(noun).chars().all(char::is_uppercase) {
            let called = self.s.layout.hash.get(noun).and_then(|hash| self.s.role_actor.get(hash));
            if let Some(c) = called.and_then(|row| self.s.recent.get(*row as usize)) {
                return (c.actor, score::SUBJECT);
            }
        }
        let aged = (from + 1..=noun).rev().take(LONGEST_AGED).find_map(|at| self.age_ending(at));
        if let Some(open) = aged {
            let age = self.s.layout.hash.get(open).copied().unwrap_or(0);
            if let Some(&actor) = self.s.ages.get(&age) {
                return (actor, score::NAME);
            }
        }
        if bare_noun && let Some(actor) = self.called_exactly(from, noun) {
            return (actor, score::SUBJECT);
        }
        let thing = word.is(Word::ROLE) && !word.is(Word::ROLE_PERSON);
        if self.is_stranger(noun, to) || (aged.is_some() && bare_noun && !thing) {
            if let Some(actor) = self.known_stranger(from, noun) {
                return (actor, score::SUBJECT);
            }
            let (sentence, block) = (self.s.layout.sentence.get(from).copied(), self.s.layout.block.get(from).copied());
            let acts = self.acts_before(from, sentence.unwrap_or(0), block.unwrap_or(0) as usize, 0);
            let gender = Gender::of_word(word);
            if self.s.clusters.actors.get(acts as usize).is_some_and(|d| d.total > 0 && !d.gender.conflicts(gender)) {
                return (acts, score::ACTS);
            }
            let anaphor = self.anaphor(from, noun + 1, noun, Group::Personal);
            let actor = self.choose(&anaphor, STRANGER).0;
            return (actor, self.probability);
        }
        let bare = bare_noun;
        let mut actor = self.definite_above(from, noun, SURE[if bare { 2 } else { 3 }]);
        // `The Geneva-based bank` is not Geneva.
        let inside = |id: &u32| self.s.entity_actor.get(*id as usize) == Some(&actor);
        if actor != NONE
            && ((from..to).filter_map(|at| self.s.layout.entity.get(at)).any(inside)
                || self.was_never(actor, from, noun)
                || self.is_another(actor, from, noun))
        {
            actor = NONE;
        }
        if actor == NONE && bare && self.is_common_body(from, noun) {
            return (self.common_body(from, noun), score::BODY_ACTS);
        }
        let probability = self.probability;
        if (actor == NONE || probability < LIKELY) && bare && self.is_person_noun(noun, word) {
            let varied = self.varied(from, noun);
            if varied != NONE {
                return (varied, score::VARIED);
            }
        }
        (actor, probability)
    }

    /// The actor that was called by the same words: `Defence Minister X`, later `the defence minister`.
    pub(super) fn called_exactly(&self, from: usize, noun: usize) -> Option<u32> {
        if noun < from + 2 || (from..noun).any(|at| self.s.layout.entity.get(at).is_some_and(|e| *e != NONE)) {
            return None;
        }
        let hash = |at: usize| self.s.layout.hash.get(at).copied().unwrap_or(0);
        let key = (from + 1..=noun).fold(ROLE_KEY, |key, at| join(key, hash(at)));
        let row = self.s.role_actor.get(&key)?;
        self.s.recent.get(*row as usize).map(|c| c.actor)
    }

    /// The stranger spoken of before: `a boy`, later `the boy`; or the one of a nationality.
    fn known_stranger(&self, from: usize, noun: usize) -> Option<u32> {
        let entity = self.s.layout.entity.get(noun).copied().filter(|e| *e != NONE);
        if let Some(id) = entity {
            let stem = self.stem(id);
            let phrase = self.s.profiles.phrases().iter().take(PHRASES).find(|phrase| {
                matches!(phrase.owner, Owner::Name(owner) if owner != id && self.stem(owner) == stem)
                    && phrase.head != NONE
            })?;
            let before =
                self.s.layout.entity_tokens.get(phrase.entity as usize).is_some_and(|(at, _)| (*at as usize) < from);
            return self.s.entity_actor.get(phrase.entity as usize).copied().filter(|actor| before && *actor != NONE);
        }
        let hash = self.s.layout.hash.get(noun)?;
        let sentence = self.s.layout.sentence.get(from).copied().unwrap_or(0);
        let c = self.s.recent.get(*self.s.role_actor.get(hash)? as usize)?;
        (c.sentence + NEAR >= sentence).then_some(c.actor)
    }

    /// True if the actor is known by the noun with other words before it only: `the foreign minister`.
    fn is_another(&self, actor: u32, from: usize, noun: usize) -> bool {
        let hash = |at: usize| self.s.layout.hash.get(at).copied().unwrap_or(0);
        let telling = |at: &usize| {
            !self.reader().role(*at).is(RoleWord::PASSING | RoleWord::FORMER)
                && !self.word(*at).is(Word::DETERMINER)
                && self.text(*at).len() > 1
        };
        if !(from..noun).any(|at| telling(&at)) {
            return false;
        }
        let own = || (from..noun).filter(telling).map(hash);
        let mut other = false;
        for phrase in self.s.profiles.of(actor).take(BACK) {
            if phrase.head == NONE || hash(phrase.head as usize) != hash(noun) {
                continue;
            }
            let theirs = || (phrase.from as usize..phrase.head as usize).filter(telling).map(hash);
            if theirs().next().is_none() || theirs().any(|word| own().any(|w| w == word)) {
                return false;
            }
            other = true;
        }
        other
    }

    /// True if a role is a former one and the actor is known to hold it still: `the former mayor` is not `Mayor X`.
    fn was_never(&self, actor: u32, from: usize, noun: usize) -> bool {
        let former = |mut tokens: std::ops::Range<usize>| tokens.any(|at| self.reader().role(at).is(RoleWord::FORMER));
        let hash = self.s.layout.hash.get(noun);
        former(from..noun)
            && self.s.profiles.of(actor).take(BACK).any(|phrase| {
                self.s.layout.hash.get(phrase.head as usize) == hash
                    && !former(phrase.from as usize..phrase.head as usize)
            })
    }

    /// The one just spoken of, if nobody is called by the noun yet and no role of him is known: the article varies its
    /// words.
    fn varied(&self, from: usize, noun: usize) -> u32 {
        let hash = self.s.layout.hash.get(noun).copied().unwrap_or(0);
        if self.s.role_actor.contains_key(&hash) {
            return NONE;
        }
        let sentence = self.s.layout.sentence.get(from).copied().unwrap_or(0);
        let block = self.s.layout.block.get(from).copied().unwrap_or(0);
        let acts = self.acts_before(from, sentence, block as usize, 0);
        let actor = if acts == NONE { self.spoke_before(sentence, block) } else { acts };
        let Some(draft) = self.s.clusters.actors.get(actor as usize) else { return NONE };
        let told = self.s.profiles.of(actor).take(BACK).any(|phrase| phrase.head != NONE && self.tells(phrase));
        if told || draft.total == 0 || draft.gender.conflicts(Gender::of_word(self.word(noun))) { NONE } else { actor }
    }

    /// True for words that call a person known to the reader by something else than a role: `the Frenchman`,
    /// `the 61-year-old`, `the old man`, `the mother of four`.
    fn is_stranger(&self, noun: usize, to: usize) -> bool {
        let named = self.s.layout.entity.get(noun).is_some_and(|e| *e != NONE);
        let plain = self.reader().role(noun).is(RoleWord::STRANGER)
            && (to == noun + 1 || self.word(to - 1).is(Word::DETERMINER));
        named || plain || self.age_ending(noun).is_some()
    }

    /// Keeps who wrote a text: the one in its phrase (`a study by X`, `X's letter`), or the one who was said to write it
    /// (`X wrote in a letter`).
    fn author_of(&mut self, text: u32, from: usize, noun: usize, to: usize, quote: u32) {
        let speaks = |walk: &Self, actor: u32| {
            walk.s
                .clusters
                .actors
                .get(actor as usize)
                .is_some_and(|d| matches!(d.class, Class::Person | Class::Org | Class::Unknown))
        };
        if let Some(Owner::Name(id)) = self.reader().phrase(from, to, to).map(|phrase| phrase.owner) {
            let actor = self.s.entity_actor.get(id as usize).copied().unwrap_or(NONE);
            if speaks(self, actor) {
                self.s.authors.push((text, actor, quote));
            }
            return;
        }
        if !self.is_definite(from) {
            return;
        }
        let hash = self.s.layout.hash.get(noun).copied();
        let sentence = self.s.layout.sentence.get(from).copied().unwrap_or(0);
        // The last sentence that has the noun, if it is near.
        let earlier =
            self.s.layout.hash.get(..from).unwrap_or(&[]).iter().rev().take(400).position(|h| Some(*h) == hash);
        let Some(at) = earlier.map(|back| from - 1 - back) else { return };
        let home = self.s.layout.sentence.get(at).copied().unwrap_or(0);
        if home == sentence || sentence - home > 6 {
            return;
        }
        let subject =
            self.s.recent.iter().rev().take(64).filter(|c| c.sentence == home && !c.possessive && c.quote == NONE);
        let mut subject = subject.filter(|c| !c.after_preposition && speaks(self, c.actor));
        if let Some(actor) = subject.next_back().map(|c| c.actor) {
            self.s.authors.push((text, actor, quote));
        }
    }

    /// Returns true if the head noun of a source means persons: by the lists, or else by its ending.
    fn is_person_noun(&self, at: usize, word: Word) -> bool {
        if word.is(Word::ROLE) {
            return word.is(Word::ROLE_PERSON);
        }
        let noun = self.text(at);
        // "the Courier", "the Examiner": a proper name after a determiner is an outlet or a body.
        if noun.chars().next().is_some_and(char::is_uppercase) {
            return false;
        }
        if self.is_trade(at) {
            return true;
        }
        let noun = noun.strip_suffix('s').unwrap_or(noun);
        ["er", "or", "ist", "ian", "ant", "ent", "man", "men", "woman", "women", "ee", "ive", "people"]
            .iter()
            .any(|e| noun.ends_with(e))
    }
}
