//! What speaks for a candidate, and what against it.

use copydesk_text::MentionType;

use super::candidates::flag;
use super::resolve::Anaphor;
use super::{Candidate, Walk};
use crate::cluster::NONE;
use crate::features::{Feature, Features, Group};
use crate::names::{Class, Gender};
use crate::words::{Word, join};

/// Facts about an anaphor that all its candidates share.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Facts {
    /// The noun of a role phrase, folded.
    pub noun: u64,
    /// The first letters of the country or firm in it.
    pub owner: u64,
    /// True if it has words before its noun, or an owner.
    pub modified: bool,
    /// True if it follows a conjunction.
    pub conjunction: bool,
}

impl Walk<'_, '_> {
    pub(super) fn facts(&self, anaphor: &Anaphor) -> Facts {
        let conjunction = anaphor.from.checked_sub(1).is_some_and(|at| self.word(at).is(Word::CONJUNCTION));
        if anaphor.group != Group::Role {
            return Facts { conjunction, ..Facts::default() };
        }
        let inside = anaphor.from..anaphor.noun;
        let after = (self.word(anaphor.to).is(Word::PREPOSITION)).then(|| anaphor.to + 1..anaphor.to + 3);
        let owner = inside
            .chain(after.unwrap_or_default())
            .find_map(|at| self.s.layout.entity.get(at).copied().filter(|e| *e != NONE))
            .map_or(0, |id| self.stem(id));
        Facts {
            noun: self.s.layout.hash.get(anaphor.noun).copied().unwrap_or(0),
            owner,
            modified: owner != 0 || anaphor.noun > anaphor.from + 1,
            conjunction,
        }
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
        let known = draft.roles.contains(&facts.noun);
        f[Feature::SharedRole] = flag(known);
        f[Feature::OtherRole] = flag(!known && draft.roles.iter().any(|role| *role != 0));
        if known && facts.owner != 0 {
            f[Feature::SameOwner] = flag(draft.roles.contains(&join(facts.noun, facts.owner)));
        }
        f[Feature::Modified] = flag(facts.modified);
        f[Feature::OrganisationNoun] = flag(anaphor.word.is(Word::ROLE_ORG));
        f[Feature::PlaceNoun] = flag(anaphor.word.is(Word::ROLE_PLACE));
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
