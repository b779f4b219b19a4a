//! What speaks for a candidate, and what against it.

use copydesk_text::MentionType;

use super::candidates::flag;
use super::resolve::Anaphor;
use super::{Candidate, Walk};
use crate::cluster::NONE;
use crate::features::{Feature, Features, Group};
use crate::names::{Class, Gender};
use crate::profile::Owner;
use crate::words::{Word, is_possessive, join};

/// So many words before the noun of a role phrase are compared.
const MODIFIERS: usize = 6;
/// So many words of an owner without a name are compared.
const BODY: usize = 3;
/// So many phrases that tell an actor's role are compared.
const PHRASES: usize = 16;

/// Facts about an anaphor that all its candidates share.
#[derive(Clone, Copy, Debug)]
pub(super) struct Facts {
    /// The noun of a role phrase, folded.
    pub noun: u64,
    /// The words before it, folded.
    modifiers: [u64; MODIFIERS],
    count: usize,
    /// The first letters of the country or firm in it, and the actor of that name.
    owner: u64,
    owner_actor: u32,
    /// Words of the owner that are no name: `the commander of the navy`.
    body: [u64; BODY],
    /// The number of an age, folded.
    age: u64,
    /// True if it has words before its noun, or an owner.
    pub modified: bool,
    /// True if it follows a conjunction.
    conjunction: bool,
}

impl Facts {
    /// True if it says whose the role is.
    fn owned(&self) -> bool {
        self.owner != 0 || self.body.iter().any(|word| *word != 0)
    }

    fn modifiers(&self) -> &[u64] {
        self.modifiers.get(..self.count).unwrap_or(&[])
    }
}

impl Walk<'_, '_> {
    pub(super) fn facts(&self, anaphor: &Anaphor) -> Facts {
        let conjunction = anaphor.from.checked_sub(1).is_some_and(|at| self.word(at).is(Word::CONJUNCTION));
        let mut facts = Facts {
            noun: 0,
            modifiers: [0; MODIFIERS],
            count: 0,
            owner: 0,
            owner_actor: NONE,
            body: [0; BODY],
            age: 0,
            modified: false,
            conjunction,
        };
        if anaphor.group != Group::Role {
            return facts;
        }
        let hash = |at: usize| self.s.layout.hash.get(at).copied().unwrap_or(0);
        let entity = |at: usize| self.s.layout.entity.get(at).copied().filter(|e| *e != NONE);
        facts.noun = hash(anaphor.noun);
        let next = self.word(anaphor.to);
        let of = next.is(Word::PREPOSITION) && next.is(Word::FUNCTION);
        let after = if of { anaphor.to + 1..anaphor.to + 3 } else { 0..0 };
        if of {
            let words = (anaphor.to + 1..anaphor.to + 5).skip_while(|at| self.word(*at).is(Word::DETERMINER));
            let words = words.take_while(|at| {
                !self.word(*at).is(Word::VERB | Word::SPEECH | Word::PREPOSITION | Word::CLAUSE | Word::CONJUNCTION)
                    && self.text(*at).chars().all(char::is_alphanumeric)
            });
            facts.body.iter_mut().zip(words).for_each(|(slot, at)| *slot = hash(at));
        }
        if let Some(id) = (anaphor.from..anaphor.noun).chain(after).find_map(entity) {
            facts.owner = self.stem(id);
            facts.owner_actor = self.s.entity_actor.get(id as usize).copied().unwrap_or(NONE);
        }
        let age = (anaphor.from + 1..=anaphor.noun).find_map(|at| self.age_ending(at).map(|from| (from, at)));
        if let Some((from, _)) = age {
            facts.age = hash(from);
        }
        for at in anaphor.from + 1..anaphor.noun {
            let aged = age.is_some_and(|(from, to)| (from..=to).contains(&at));
            if entity(at).is_none()
                && !aged
                && !is_possessive(self.text(at))
                && let Some(slot) = facts.modifiers.get_mut(facts.count)
            {
                *slot = hash(at);
                facts.count += 1;
            }
        }
        facts.modified = facts.owned() || facts.count > 0 || facts.age != 0;
        facts
    }

    /// What speaks for an actor, wherever it is mentioned.
    pub(super) fn agreement(&self, actor: u32, anaphor: &Anaphor, facts: &Facts, f: &mut Features) {
        let Some(draft) = self.s.clusters.actors.get(actor as usize) else { return };
        let wanted = Gender::of_word(anaphor.word).0;
        if draft.gender_sure {
            f[Feature::SureGender] = flag(draft.gender.0 * wanted > 0.0);
        } else {
            f[Feature::LikelyGender] = draft.gender.0 * wanted;
            f[Feature::WrongGender] = (-draft.gender.0 * wanted).max(0.0);
            f[Feature::UnknownGender] = flag(draft.gender.0 == 0.0);
        }
        f[Feature::Organisation] = flag(draft.class == Class::Org);
        f[Feature::Place] = flag(draft.class == Class::Place);
        f[Feature::Several] = flag(draft.class == Class::Group || draft.plural);
        f[Feature::UnknownClass] = flag(draft.class == Class::Unknown);
        f[Feature::MentionsSoFar] = (draft.count as f32).ln_1p();
        f[Feature::Names] = (draft.total as f32).ln_1p();
        f[Feature::MostNamed] = flag(draft.total > 0 && draft.total >= self.most_named);
        f[Feature::FirstActor] = flag(actor == self.first_actor);
        f[Feature::Unnamed] = flag(draft.total == 0 && draft.label_of == NONE);
        f[Feature::Speaker] = flag(anaphor.speaker == actor);
        f[Feature::LastSpeaker] = flag(self.last_speaker == actor);
        f[Feature::SourceHere] = flag(anaphor.source);
        f[Feature::SpeaksAgain] = flag(anaphor.source && self.last_speaker == actor);
        f[Feature::BeginsSentence] = flag(anaphor.begins);
        f[Feature::SubjectOfVerb] = flag(anaphor.subject);
        if anaphor.group == Group::Role {
            self.roles(actor, anaphor, facts, f);
        }
    }

    /// What speaks for an actor that is called by a role.
    fn roles(&self, actor: u32, anaphor: &Anaphor, facts: &Facts, f: &mut Features) {
        let Some(draft) = self.s.clusters.actors.get(actor as usize) else { return };
        let hash = |at: u32| self.s.layout.hash.get(at as usize).copied().unwrap_or(0);
        let heard = draft.roles.contains(&facts.noun);
        let mut known = heard;
        let mut same_owner = false;
        let mut any = draft.roles.iter().any(|role| *role != 0);
        // Shared words less other words, of the best phrase.
        let mut best: Option<(usize, usize)> = None;
        for phrase in self.s.profiles.of(actor).take(PHRASES).filter(|p| p.head != NONE) {
            any = true;
            if hash(phrase.head) != facts.noun {
                continue;
            }
            known = true;
            let words = || (phrase.from..phrase.head.min(phrase.from + MODIFIERS as u32)).map(hash);
            let shared = facts.modifiers().iter().filter(|own| words().any(|word| word == **own)).count();
            let other = if words().next().is_some() { facts.count - shared } else { 0 };
            if best.is_none_or(|(s, o)| shared + o > s + other) {
                best = Some((shared, other));
            }
            same_owner |= match phrase.owner {
                Owner::Name(id) => {
                    (facts.owner != 0 && self.stem(id) == facts.owner)
                        || self.s.entity_actor.get(id as usize).is_some_and(|a| *a == facts.owner_actor && *a != NONE)
                }
                Owner::Words { from, to } => {
                    (from..to.min(from + MODIFIERS as u32)).any(|at| facts.body.contains(&hash(at)))
                }
                Owner::None | Owner::Pronoun(_) => false,
            };
        }
        same_owner |= facts.owner != 0 && draft.roles.contains(&join(facts.noun, facts.owner));
        if known && facts.owned() {
            f[if same_owner { Feature::SameOwner } else { Feature::OtherOwner }] = 1.0;
        }
        if let Some((shared, other)) = best {
            f[Feature::SharedModifiers] = (shared as f32).ln_1p();
            f[Feature::OtherModifiers] = (other as f32).ln_1p();
        }
        f[Feature::SharedRole] = flag(known);
        f[Feature::OtherRole] = flag(!known && any);
        let words = self.s.clusters.name_words(draft);
        f[Feature::NounInName] = flag(words.iter().any(|word| word.hash == facts.noun));
        f[Feature::ModifierInName] = flag(words.iter().any(|word| facts.modifiers().contains(&word.hash)));
        f[Feature::Modified] = flag(facts.modified);
        f[Feature::OrganisationNoun] = flag(anaphor.word.is(Word::ROLE_ORG));
        f[Feature::PlaceNoun] = flag(anaphor.word.is(Word::ROLE_PLACE));
        f[Feature::SameAge] = flag(facts.age != 0 && self.s.ages.contains_key(&join(u64::from(actor), facts.age)));
    }

    /// What speaks for a mention before the anaphor.
    pub(super) fn features(&self, a: &Anaphor, facts: &Facts, c: &Candidate) -> Features {
        let mut f = Features::default();
        let at = a.from;
        let distance = a.sentence.saturating_sub(c.sentence);
        let far = match distance {
            0 => Feature::SameSentence,
            1 => Feature::OneSentenceBack,
            2 => Feature::TwoSentencesBack,
            _ => Feature::FartherBack,
        };
        f[far] = 1.0;
        f[Feature::SentencesBack] = (distance as f32).ln_1p();
        f[Feature::Distance] = ((at as f32) - c.to as f32).max(0.0).ln_1p();
        f[Feature::Subject] = flag(c.subject);
        f[Feature::FirstOfSentence] = flag(c.first);
        f[Feature::AfterPreposition] = flag(c.after_preposition);
        f[Feature::AfterVerb] = flag(c.after_verb && !c.subject);
        f[Feature::Possessive] = flag(c.possessive);
        f[Feature::AfterConjunction] = flag(c.after_conjunction);
        f[Feature::BeforeConjunction] = flag(c.before_conjunction);
        f[Feature::BothSubjects] = flag(c.subject && a.subject);
        f[Feature::SubjectHere] = flag(c.subject && distance == 0);
        f[Feature::SubjectOneBack] = flag(c.subject && distance == 1);
        f[Feature::SubjectBeforeBeginning] = flag(c.subject && distance == 1 && a.begins);
        f[Feature::SubjectBeforeConjunction] = flag(c.subject && distance == 0 && facts.conjunction && a.subject);
        let reflexive = a.word.is(Word::REFLEXIVE);
        if distance == 0 && !a.subject && !a.possessive {
            let clause = (c.to as usize..at.min(c.to as usize + 24))
                .any(|k| self.word(k).is(Word::CLAUSE | Word::CONJUNCTION) || self.text(k) == ",");
            f[Feature::SubjectOfClause] = flag(c.subject && !clause && !reflexive);
            f[Feature::ReflexiveSubject] = flag(c.subject && reflexive);
        }
        self.agreement(c.actor, a, facts, &mut f);
        f[Feature::MeantBefore] = flag(
            a.group != Group::Role
                && self.last_personal.get(if a.word.is(Word::FEMALE) {
                    1
                } else if a.word.is(Word::MALE) {
                    0
                } else {
                    2
                }) == Some(&c.actor),
        );
        f[Feature::Pronoun] = flag(c.kind == MentionType::Pronoun);
        f[Feature::LongName] = flag(c.kind == MentionType::Name && c.words > 1);
        f[Feature::Nominal] = flag(c.kind == MentionType::Nominal);
        f[Feature::PossessorSubject] = flag(a.possessive && distance == 0 && c.subject);
        f[Feature::Inserted] = flag(c.inserted);
        f[Feature::OtherBlock] = flag(self.s.layout.block.get(at) != Some(&c.block));
        f[Feature::PossessiveHere] = flag(a.possessive && distance == 0);
        f[Feature::GovernedBeforeSubject] = flag(a.subject && distance == 0 && c.after_preposition);
        let quote = a.quote.unwrap_or(NONE);
        f[Feature::SameQuote] = flag(quote != NONE && c.quote == quote);
        f[Feature::InOtherQuote] = flag(c.quote != NONE && c.quote != quote);
        f[Feature::QuotedHere] = flag(quote != NONE && c.quote != quote);
        if a.group == Group::Role {
            f[Feature::SameNoun] = flag(c.kind == MentionType::Nominal && c.noun == facts.noun);
        }
        f
    }
}
