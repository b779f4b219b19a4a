//! The candidates of a pronoun or a role phrase: the latest mentions that fit it.

use copydesk_text::MentionType;

use super::resolve::Anaphor;
use super::{Candidate, Walk};
use crate::cluster::NONE;
use crate::features::{Feature, Features, Group, NoneFeature};
use crate::names::{Class, Gender};
use crate::rank::Ranked;
use crate::words::Word;

/// How many of the latest mentions are looked at, for a pronoun and for a role phrase.
const REACH: [usize; 2] = [40, 120];
/// How many sentences back they may be.
const SENTENCES: [u32; 2] = [10, 60];
/// At most so many mentions are candidates.
const MOST: usize = 24;
/// At most so many mentions of one actor are candidates.
const MOST_OF_ACTOR: usize = 3;
/// Names that follow an anaphor in its sentence and may be meant.
const AHEAD: usize = 2;
/// How many names of any kind are looked at for them.
const LOOKED_AHEAD: usize = 8;

impl Walk<'_, '_> {
    /// Fills `out` with the candidates of an anaphor, oldest first; gives the features of "none of them".
    pub(super) fn candidates(&mut self, anaphor: &Anaphor, out: &mut Vec<Ranked>) -> [f32; NoneFeature::COUNT] {
        out.clear();
        let facts = self.facts(anaphor);
        let reach = usize::from(anaphor.group == Group::Role);
        let (most, sentences) = (REACH.get(reach).copied().unwrap_or(0), SENTENCES.get(reach).copied().unwrap_or(0));
        let recent = self.s.recent.get(self.s.recent.len().saturating_sub(most)..).unwrap_or(&[]);
        let mut between = 0.0;
        let mut rival = false;
        for (back, c) in recent.iter().rev().enumerate() {
            if anaphor.sentence.saturating_sub(c.sentence) > sentences || out.len() >= MOST {
                break;
            }
            if !self.may_mean(anaphor, c) {
                continue;
            }
            let known = out.iter().filter(|o| o.actor == c.actor).count();
            if known >= MOST_OF_ACTOR {
                continue;
            }
            let mut f = self.features(anaphor, &facts, c);
            f[Feature::CandidatesBetween] = between;
            f[Feature::Latest] = flag(back == 0);
            f[Feature::LatestOfActor] = flag(known == 0);
            f[Feature::RivalBetween] = flag(rival && out.iter().any(|o| o.actor != c.actor));
            rival |= c.sentence == anaphor.sentence && c.kind == MentionType::Name;
            between += 1.0f32 / (1.0 + between);
            out.push(self.ranked(c.actor, c.from, c.to, c.kind, f));
        }
        if anaphor.group == Group::Role {
            self.called_so(anaphor, &facts, between, out);
        }
        self.ahead(anaphor, &facts, out);
        out.reverse();
        let one = out.first().is_some_and(|first| out.iter().all(|o| o.actor == first.actor));
        for candidate in out.iter_mut() {
            candidate.features[Feature::OnlyActor] = flag(one);
        }
        let any = |feature: Feature| flag(out.iter().any(|o| o.features[feature] > 0.0));
        NoneFeature::ALL.map(|feature| match feature {
            NoneFeature::Always => 1.0,
            NoneFeature::Possessive => flag(anaphor.word.is(Word::POSSESSIVE)),
            NoneFeature::BeginsSentence => flag(anaphor.begins),
            NoneFeature::NoCandidate => flag(out.is_empty()),
            NoneFeature::OneActor => flag(one),
            NoneFeature::Quoted => flag(anaphor.quote.is_some()),
            NoneFeature::Source => flag(anaphor.source),
            NoneFeature::Modified => flag(facts.modified),
            NoneFeature::RoleKnown => any(Feature::SharedRole),
            NoneFeature::ModifiersKnown => any(Feature::SharedModifiers),
            NoneFeature::OrganisationNoun => flag(anaphor.group == Group::Role && anaphor.word.is(Word::ROLE_ORG)),
            NoneFeature::PlaceNoun => flag(anaphor.group == Group::Role && anaphor.word.is(Word::ROLE_PLACE)),
            NoneFeature::Empty => flag(anaphor.group == Group::Neuter && self.is_empty_subject(anaphor)),
        })
    }

    fn ranked(&self, actor: u32, from: u32, to: u32, kind: MentionType, features: Features) -> Ranked {
        let unnamed = features[Feature::Unnamed] > 0.0;
        Ranked { actor, from, to, kind, unnamed, features }
    }

    fn may_mean(&self, anaphor: &Anaphor, c: &Candidate) -> bool {
        self.fits(c.actor, anaphor)
            && !self.is_named_in_quote(anaphor, c.actor)
            && !(c.in_group && anaphor.group == Group::Plural)
            && !(anaphor.direct && c.actor == anaphor.speaker && c.quote != anaphor.quote.unwrap_or(NONE))
    }

    /// The latest actor that was called by the noun, however far back.
    fn called_so(&self, anaphor: &Anaphor, facts: &super::evidence::Facts, between: f32, out: &mut Vec<Ranked>) {
        let row = self.s.role_actor.get(&facts.noun).copied();
        let Some(c) = row.and_then(|row| self.s.recent.get(row as usize)) else { return };
        if out.iter().any(|o| o.actor == c.actor) || !self.may_mean(anaphor, c) {
            return;
        }
        let mut f = self.features(anaphor, facts, c);
        f[Feature::CandidatesBetween] = between;
        f[Feature::LatestOfActor] = 1.0;
        out.push(self.ranked(c.actor, c.from, c.to, c.kind, f));
    }

    /// Names that follow in the same sentence: `After she resigned, Merkel ...`.
    fn ahead(&self, anaphor: &Anaphor, facts: &super::evidence::Facts, out: &mut Vec<Ranked>) {
        let at = anaphor.to - 1;
        let next = self.s.layout.entity_tokens.partition_point(|(from, _)| (*from as usize) <= at);
        let most = out.len() + AHEAD;
        for id in next..next + LOOKED_AHEAD {
            if out.len() == most {
                return;
            }
            let (Some(&(from, to)), Some(&actor)) = (self.s.layout.entity_tokens.get(id), self.s.entity_actor.get(id))
            else {
                return;
            };
            if self.s.layout.sentence.get(from as usize) != Some(&anaphor.sentence) {
                return;
            }
            if actor == NONE || !self.fits(actor, anaphor) || self.is_named_in_quote(anaphor, actor) {
                continue;
            }
            let mut f = Features::default();
            let draft = self.s.clusters.actors.get(actor as usize);
            self.agreement(actor, anaphor, facts, &mut f);
            f[Feature::DistanceAhead] = ((from as f32) - at as f32).ln_1p();
            f[Feature::Ahead] = 1.0;
            f[Feature::AheadOfVerb] =
                flag(self.text(to as usize).len() > 1 && self.word(to as usize).is(Word::VERB | Word::SPEECH));
            f[Feature::AheadAndNew] = flag(draft.is_some_and(|d| d.count == 0));
            f[Feature::Apposition] =
                flag(anaphor.group == Group::Role && from as usize == anaphor.to + 1 && self.text(anaphor.to) == ",");
            out.push(self.ranked(actor, from, to, MentionType::Name, f));
        }
    }

    pub(super) fn fits(&self, actor: u32, anaphor: &Anaphor) -> bool {
        let Some(draft) = self.s.clusters.actors.get(actor as usize) else { return false };
        let word = anaphor.word;
        let person = || {
            matches!(draft.class, Class::Person | Class::Unknown)
                && !draft.plural
                && !(draft.gender.conflicts(Gender::of_word(word))
                    && (draft.gender_sure || draft.gender.0.abs() > 0.85))
        };
        match anaphor.group {
            Group::Personal => person(),
            Group::Neuter => match draft.class {
                Class::Org | Class::Place => !draft.plural,
                Class::Unknown => !draft.plural && draft.gender.0 == 0.0,
                _ => false,
            },
            Group::Plural => matches!(draft.class, Class::Org | Class::Group | Class::Unknown) || draft.plural,
            Group::Role => {
                (self.means_person(anaphor.noun) && person())
                    || (word.is(Word::ROLE_ORG)
                        && matches!(draft.class, Class::Org | Class::Unknown | Class::Place | Class::Group)
                        && (draft.class == Class::Group || !draft.plural))
                    || (word.is(Word::ROLE_PLACE) && matches!(draft.class, Class::Place | Class::Unknown))
                    || (word.is(Word::ROLE_TEXT) && draft.class == Class::Org && !draft.plural)
            }
        }
    }

    /// "It was clear that ...", "it is said": the pronoun means nothing.
    fn is_empty_subject(&self, anaphor: &Anaphor) -> bool {
        let clause = |at: usize| self.word(at).is(Word::CLAUSE) || self.text(at) == "to";
        self.word(anaphor.to).is(Word::BE) && (anaphor.to + 1..anaphor.to + 5).any(clause)
    }
}

pub(super) fn flag(yes: bool) -> f32 {
    f32::from(u8::from(yes))
}
