//! Pronouns and role phrases: what they are, and the actor that each means.

use copydesk_text::MentionType;
use copydesk_text::lang::ENGLISH;

use super::Walk;
use super::speakers::{BACK, score};
use crate::cluster::NONE;
use crate::features::{Feature, Group};
use crate::names::{Class, Gender};
use crate::rank::{Ranked, Trace, best};
use crate::words::{RoleWord, Word, is_possessive, join};

/// An anaphor is linked if its best actor has at least this probability: he and she, it, they, a role. The thresholds
/// were chosen on training text for about four right links in five. No threshold makes "they" that good.
const CONFIDENT: [f32; 4] = [0.38, 0.6, 0.65, 0.55];
/// The same for a role phrase if nothing in the text says that the actor is called so: for nouns for organisations without
/// a modifier, such as "the company", and for all others. Of held-back training text, five links of six above these are
/// right.
const CONFIDENT_OF_STRANGER: [f32; 2] = [0.6, 0.8];
/// Sentences back in which what an owner has may be meant instead.
const OWNER_REACH: u32 = 2;
/// Sentences back in which whoever adds something has spoken.
const ADDS_REACH: u32 = 3;
/// A noun phrase has so many words before its noun at most, an age counted as one.
const LONGEST_PHRASE: usize = 5;
/// Tokens of an age: `34 - year - old`.
const AGE: usize = 5;

/// A pronoun or a role phrase that asks for its actor.
#[derive(Clone, Copy, Debug)]
pub(super) struct Anaphor {
    /// First token.
    pub from: usize,
    /// One past the last token.
    pub to: usize,
    /// The token of the pronoun, or of the noun.
    pub noun: usize,
    /// What is known of that token.
    pub word: Word,
    pub group: Group,
    pub sentence: u32,
    /// The quote that it stands in.
    pub quote: Option<u32>,
    /// That quote's speaker.
    pub speaker: u32,
    /// True if that quote is in the speaker's own words.
    pub direct: bool,
    /// True if it is the source of a quote.
    pub source: bool,
    pub subject: bool,
    pub possessive: bool,
    pub begins: bool,
}

/// A noun phrase with a role.
#[derive(Clone, Copy, Debug)]
pub(super) struct Phrase {
    /// Its determiner.
    pub from: usize,
    /// True after "the" or "this".
    pub definite: bool,
}

impl Walk<'_, '_> {
    pub(super) fn anaphor(&self, from: usize, to: usize, noun: usize, group: Group) -> Anaphor {
        let word = self.word(noun);
        let quote = self.quote_of(from);
        let next = self.word(to);
        let verb = next.is(Word::VERB | Word::SPEECH);
        let subject = word.is(Word::SUBJECT)
            || ((word.is(Word::NEUTER) || group == Group::Role) && (verb || self.ends_in_ed(to)));
        let possessive = word.is(Word::POSSESSIVE)
            || (word.is(Word::OBJECT_OR_POSSESSIVE)
                && !next.is(Word::PREPOSITION | Word::CONJUNCTION | Word::DETERMINER | Word::VERB)
                && self.text(to).chars().next().is_some_and(char::is_alphabetic))
            || (group == Group::Role && is_possessive(self.text(to)));
        Anaphor {
            from,
            to,
            noun,
            word,
            group,
            sentence: self.s.layout.sentence.get(from).copied().unwrap_or(0),
            quote,
            speaker: quote.and_then(|q| self.s.speaker.get(q as usize).copied()).unwrap_or(NONE),
            direct: quote.is_some_and(|q| self.input.quotes.get(q as usize).is_some_and(|q| q.direct)),
            source: self.in_source,
            subject,
            possessive,
            begins: from == 0 || self.s.layout.sentence.get(from - 1) != self.s.layout.sentence.get(from),
        }
    }

    /// Finds the actor of a pronoun, if there is one with the threshold's probability; 0 stands for the usual threshold.
    pub(super) fn resolve(&mut self, at: usize, word: Word, threshold: f32) -> u32 {
        let group = if word.is(Word::MALE | Word::FEMALE) {
            Group::Personal
        } else if word.is(Word::NEUTER) {
            Group::Neuter
        } else {
            Group::Plural
        };
        let anaphor = self.anaphor(at, at + 1, at, group);
        let one = if group == Group::Plural { self.one_called_they(&anaphor) } else { NONE };
        if one != NONE {
            self.probability = score::SUBJECT;
            return one;
        }
        let (found, p) = match self.whoever_adds(&anaphor) {
            NONE => self.choose(&anaphor, threshold),
            speaker => {
                self.probability = score::SUBJECT;
                (speaker, self.probability)
            }
        };
        if found == NONE {
            return NONE;
        }
        let found = if anaphor.source { self.owned_by(found, &anaphor) } else { found };
        let slot = if word.is(Word::FEMALE) {
            1
        } else if group == Group::Personal {
            0
        } else {
            2
        };
        if let Some(last) = self.last_personal.get_mut(slot) {
            *last = found;
        }
        if group == Group::Personal
            && p > 0.6
            && let Some(draft) = self.s.clusters.actors.get_mut(found as usize)
            && !draft.gender_sure
        {
            draft.gender = Gender(Gender::of_word(word).0 * 0.95);
        }
        found
    }

    /// Whoever spoke right before "he added".
    fn whoever_adds(&self, anaphor: &Anaphor) -> u32 {
        let adds =
            anaphor.source && anaphor.group == Group::Personal && ENGLISH.verbs.adding.contains(&self.text(anaphor.to));
        let speaker = self.last_speaker;
        if !adds || speaker == NONE || !self.fits(speaker, anaphor) || self.is_named_in_quote(anaphor, speaker) {
            return NONE;
        }
        let end = self.s.recent.partition_point(|c| (c.from as usize) < anaphor.from);
        let near = self.s.recent.get(end.saturating_sub(BACK)..end).unwrap_or(&[]);
        let spoke = near.iter().rev().any(|c| c.actor == speaker && c.sentence + ADDS_REACH >= anaphor.sentence);
        if spoke { speaker } else { NONE }
    }

    /// The one who acts in the sentence before a source and belongs to an actor that is only the owner there: the ministry
    /// of `Peru’s ministry shut it. It said ...`, the mother of `The boy’s mother wept. “No,” she said.`
    fn owned_by(&self, actor: u32, anaphor: &Anaphor) -> u32 {
        let end = self.s.recent.partition_point(|c| (c.from as usize) < anaphor.from);
        let near = self.s.recent.get(end.saturating_sub(BACK)..end).unwrap_or(&[]);
        let mut near = near.iter().rev().filter(|c| c.quote == NONE && c.kind != MentionType::Pronoun);
        let Some(owner) = near.clone().find(|c| c.actor == actor) else { return actor };
        if !owner.possessive || owner.sentence + OWNER_REACH < anaphor.sentence {
            return actor;
        }
        let owned = near.find(|c| {
            c.kind == MentionType::Nominal
                && c.subject
                && c.from <= owner.from
                && c.to > owner.to
                && c.sentence == owner.sentence
                && self.fits(c.actor, anaphor)
                && !self.is_named_in_quote(anaphor, c.actor)
        });
        owned.map_or(actor, |c| c.actor)
    }

    /// Has the head look at all mentions that it will probably be asked about, at once.
    pub(super) fn expect_mentions(&mut self) {
        let Some(seen) = self.head else { return };
        let mut work = std::mem::take(&mut self.s.head);
        work.clear();
        for (&(from, to), actor) in self.s.layout.entity_tokens.iter().zip(&self.s.entity_actor) {
            if *actor != NONE {
                work.expect(from as usize, to as usize);
            }
        }
        for at in 0..self.input.tokens.len() {
            let word = self.word(at);
            if self.s.layout.entity.get(at).is_some_and(|e| *e != NONE) {
                continue;
            }
            if word.is(Word::PRONOUN) {
                if !word.is(Word::FIRST | Word::RELATIVE) {
                    work.expect(at, at + 1);
                }
            } else if (word.is(Word::ROLE) || self.is_trade(at))
                && let Some(phrase) = self.phrase(at)
            {
                work.expect(phrase.from, at + 1);
            }
        }
        work.project(&seen);
        self.s.head = work;
    }

    /// The best actor and its probability, or nobody if the probability is below the threshold.
    pub(super) fn choose(&mut self, anaphor: &Anaphor, threshold: f32) -> (u32, f32) {
        let mut ranked = std::mem::take(&mut self.s.ranked);
        let mut weight = std::mem::take(&mut self.s.weight);
        let none = self.candidates(anaphor, &mut ranked);
        let none_probability = self.ranker.rank(anaphor.group, &ranked, &none, &mut weight);
        let confident =
            if threshold > 0.0 { threshold } else { CONFIDENT.get(anaphor.group as usize).copied().unwrap_or(1.0) };
        let mut found = best(&ranked, &weight).filter(|(_, p)| *p >= confident).unwrap_or((NONE, 0.0));
        if let Some(traces) = &mut self.s.traces {
            traces.push(Trace {
                from: anaphor.from as u32,
                to: anaphor.to as u32,
                group: anaphor.group,
                candidates: ranked.clone(),
                none,
                probability: weight.clone(),
                none_probability,
                linked: found.0,
            });
        }
        if let Some(seen) = self.head {
            let tokens = (anaphor.from as u32, anaphor.to as u32);
            let linear = (none_probability, found.0);
            let judged = self.s.head.judge(&seen, anaphor.group, tokens, &ranked, &none, linear, &mut weight);
            if judged.is_some() {
                let usual = seen.head.threshold(anaphor.group as usize);
                let confident = if threshold > 0.0 { threshold } else { usual };
                found = best(&ranked, &weight).filter(|(_, p)| *p >= confident).unwrap_or((NONE, 0.0));
            }
        }
        let [bare, other] = CONFIDENT_OF_STRANGER;
        let is_bare = anaphor.word.is(Word::ROLE_ORG) && anaphor.noun == anaphor.from + 1;
        let least = if is_bare { bare } else { other };
        if found.0 != NONE
            && ((anaphor.group == Group::Role
                && !called_so(found.0, &ranked)
                && (found.1 < least || self.is_other_body(found.0, anaphor.noun)))
                || self.is_empty(anaphor))
        {
            found = (NONE, 0.0);
        }
        self.s.ranked = ranked;
        self.s.weight = weight;
        self.probability = found.1;
        found
    }

    /// Returns true if an actor's name says that it is another kind of body: "the ministry" is not the Dockers' Union.
    fn is_other_body(&self, actor: u32, noun: usize) -> bool {
        let bodies = Word::ROLE_ORG;
        let Some(draft) = self.s.clusters.actors.get(actor as usize) else { return false };
        let last = self.s.clusters.name_words(draft).last();
        self.word(noun).is(bodies)
            && !self.reader().role(noun).is(RoleWord::COMMON_BODY)
            && last.is_some_and(|word| word.word.is(bodies) && !word.word.is(Word::DESIGNATOR))
    }

    /// "It is clear that ...": the pronoun means nothing.
    fn is_empty(&self, anaphor: &Anaphor) -> bool {
        let at = anaphor.to;
        anaphor.group == Group::Neuter
            && self.word(at).is(Word::BE)
            && self.text(at + 2) == "that"
            && !self.word(at + 1).is(Word::PREPOSITION)
    }

    /// Finds the actor of a definite noun phrase from its determiner to its noun: `the senator`, `the Venezuelan
    /// president`, `the bank`.
    pub(super) fn definite(&mut self, from: usize, noun: usize) -> u32 {
        self.definite_above(from, noun, 0.0)
    }

    /// The same with a threshold.
    pub(super) fn definite_above(&mut self, from: usize, noun: usize, threshold: f32) -> u32 {
        let word = self.word(noun);
        if word.is(Word::PLURAL) || !self.is_common(noun) || !self.is_definite(from) || !self.is_role(noun) {
            return NONE;
        }
        self.choose(&self.anaphor(from, noun + 1, noun, Group::Role), threshold).0
    }

    /// Returns true for a noun that is no name: in small letters, or an office such as "the Prime Minister".
    fn is_common(&self, noun: usize) -> bool {
        let capital = |at: usize| self.text(at).chars().next().is_some_and(char::is_uppercase);
        let small = self.text(noun).chars().next().is_some_and(char::is_lowercase);
        small
            || (self.word(noun).is(Word::ROLE_PERSON)
                && capital(noun)
                && self.text(noun).chars().any(char::is_lowercase)
                && !capital(noun + 1))
    }

    /// Returns true for a noun that may refer to a participant.
    fn is_role(&self, noun: usize) -> bool {
        self.word(noun).is(Word::ROLE) || self.is_trade(noun) || self.age_ending(noun).is_some()
    }

    /// Returns true for a noun for people by their trade, or without a role.
    pub(super) fn is_trade(&self, noun: usize) -> bool {
        let hash = self.s.layout.hash.get(noun).copied().unwrap_or(0);
        self.lexicon.role(hash).is(RoleWord::TRADE | RoleWord::STRANGER) && !self.word(noun).is(Word::PRONOUN)
    }

    /// Returns true for a noun that may refer to a person.
    pub(super) fn means_person(&self, noun: usize) -> bool {
        self.word(noun).is(Word::ROLE_PERSON) || self.is_trade(noun) || self.age_ending(noun).is_some()
    }

    /// Returns true for the determiner of a noun phrase that means somebody known.
    pub(super) fn is_definite(&self, at: usize) -> bool {
        matches!(self.text(at), "the" | "The" | "this" | "This" | "that" | "That")
    }

    /// Finds the noun phrase of a noun, from its determiner on, or from the name that owns it: `Peru’s foreign ministry`.
    pub(super) fn phrase(&self, noun: usize) -> Option<Phrase> {
        let mut at = self.age_ending(noun).unwrap_or(noun);
        let mut owner = None;
        let mut words = 0;
        while words < LONGEST_PHRASE {
            let before =
                at.checked_sub(1).filter(|k| self.s.layout.sentence.get(*k) == self.s.layout.sentence.get(noun));
            let Some(before) = before else { break };
            at = before;
            let (word, text) = (self.word(at), self.text(at));
            if let Some(&id) = self.s.layout.entity.get(at).filter(|id| **id != NONE) {
                let (from, to) = self.s.layout.entity_tokens.get(id as usize).copied().unwrap_or((0, 0));
                if is_possessive(self.text(to as usize)) {
                    owner = Some(from as usize);
                }
                words += 1;
                continue;
            }
            if is_possessive(text) {
                words += 1;
                continue;
            }
            if word.is(Word::DETERMINER | Word::POSSESSIVE) || word.is(Word::OBJECT_OR_POSSESSIVE) {
                return Some(Phrase { from: at, definite: self.is_definite(at) });
            }
            if let Some(open) = self.age_ending(at) {
                at = open;
                words += 1;
                continue;
            }
            if word.is(Word::PREPOSITION | Word::VERB | Word::SPEECH | Word::CLAUSE | Word::CONJUNCTION | Word::PRONOUN)
                && !word.is(Word::MODIFIER | Word::ROLE)
                || !text.chars().any(char::is_alphanumeric)
            {
                break;
            }
            words += 1;
        }
        owner.map(|from| Phrase { from, definite: false })
    }

    /// The first token of an age that ends here: `34-year-old`.
    pub(super) fn age_ending(&self, at: usize) -> Option<usize> {
        let from = (at + 1).checked_sub(AGE)?;
        let number = self.text(from);
        (self.word(at).is(Word::AGE)
            && self.word(from + 2).is(Word::AGE)
            && self.text(from + 1) == "-"
            && number.chars().all(|c| c.is_ascii_digit())
            && !number.is_empty())
        .then_some(from)
    }

    /// Reads a noun phrase with a role that is no source.
    pub(super) fn read_nominal(&mut self, at: usize, word: Word) {
        if !self.is_common(at) {
            return;
        }
        if word.is(Word::AGE) && !word.is(Word::ROLE) && self.age_ending(at).is_none() {
            return;
        }
        let next = at + 1;
        let followed = self.s.layout.entity.get(next).is_some_and(|e| *e != NONE)
            || ((self.word(next).is(Word::ROLE) || self.is_trade(next)) && !self.word(next).is(Word::VERB));
        if followed {
            return;
        }
        let Some(phrase) = self.phrase(at) else { return };
        let from = phrase.from;
        if self.explains_name(from) {
            return;
        }
        let told = self.s.entity_actor.get(self.s.profiles.told_by(at) as usize).copied().unwrap_or(NONE);
        let actor = if told != NONE {
            told
        } else if phrase.definite {
            let exact = self.called_exactly(from, at).filter(|_| self.text(next) != "of");
            exact.unwrap_or_else(|| self.definite(from, at))
        } else {
            NONE
        };
        let span = self.span(from, at + 1);
        let sentence = self.s.layout.sentence.get(from).copied().unwrap_or(0);
        if actor != NONE {
            self.mention(span, actor, MentionType::Nominal, from, at + 1, sentence);
        } else if word.is(Word::ROLE_ORG) || self.means_person(at) {
            let actor = self.hidden_actor(from, at, word);
            self.mention(span, actor, MentionType::Nominal, from, at + 1, sentence);
        }
    }

    /// Returns true if a noun phrase stands after a name and a comma, or says what somebody is.
    fn explains_name(&self, from: usize) -> bool {
        let Some(before) = from.checked_sub(1) else { return false };
        let named = |at: usize| self.s.layout.entity.get(at).is_some_and(|e| *e != NONE);
        (self.text(before) == "," && before.checked_sub(1).is_some_and(named))
            || self.word(before).is(Word::BE)
            || (self.word(before).is(Word::VERB) && before.checked_sub(1).is_some_and(|at| self.word(at).is(Word::BE)))
    }

    /// The actor of a noun phrase that means nobody named. It is there so that a pronoun has somebody to mean.
    fn hidden_actor(&mut self, from: usize, noun: usize, word: Word) -> u32 {
        let class = if self.means_person(noun) { Class::Person } else { Class::Org };
        self.hide(from, noun, class, Gender::of_word(word), word.is(Word::PLURAL))
    }

    /// The same with what it is.
    pub(super) fn hide(&mut self, from: usize, noun: usize, class: Class, gender: Gender, plural: bool) -> u32 {
        let mut key = 3;
        for at in from..=noun {
            if !self.word(at).is(Word::DETERMINER) {
                key = join(key, self.s.layout.hash.get(at).copied().unwrap_or(0));
            }
        }
        let known = self.s.clusters.actors.len();
        let span = self.span(from, noun + 1);
        let actor = self.own_actor(key, class, span, NONE, gender, plural);
        if actor as usize == known {
            self.s.hidden.push(actor);
            let role = self.s.layout.hash.get(noun).copied().unwrap_or(0);
            if let Some(draft) = self.s.clusters.actors.get_mut(actor as usize) {
                draft.add_role(role);
            }
        }
        actor
    }
}

/// Returns true if something in the text says that an actor may be called by the role.
fn called_so(actor: u32, ranked: &[Ranked]) -> bool {
    const SAID: [Feature; 7] = [
        Feature::SharedRole,
        Feature::SameNoun,
        Feature::NounInName,
        Feature::ModifierInName,
        Feature::SameAge,
        Feature::Apposition,
        Feature::SameOwner,
    ];
    ranked.iter().filter(|c| c.actor == actor).any(|c| SAID.iter().any(|f| c.features[*f] > 0.0))
}
