//! The candidates of a pronoun: the latest mentions that fit it, and what speaks for each.

use super::{Candidate, Walk};
use copydesk_text::MentionType;

use crate::cluster::{Actor as Draft, NONE};
use crate::features::{Feature, Features, Group, NoneFeature};
use crate::names::{Class, Gender};
use crate::rank::Ranked;
use crate::words::Word;

/// How many of the latest mentions a pronoun may mean.
const REACH: usize = 20;
/// Names that follow a pronoun in its sentence and may be meant.
const AHEAD: usize = 2;

impl Walk<'_, '_> {
    /// Fills `out` with the candidates of the pronoun at a token, oldest first; gives the features of "none of them".
    pub(super) fn candidates(
        &self,
        at: usize,
        word: Word,
        group: Group,
        out: &mut Vec<Ranked>,
    ) -> [f32; NoneFeature::COUNT] {
        out.clear();
        let sentence = self.s.layout.sentence.get(at).copied().unwrap_or(0);
        let quote = self.quote_of(at);
        let speaker = quote.and_then(|q| self.s.speaker.get(q as usize).copied()).unwrap_or(NONE);
        let direct = quote.is_some_and(|q| self.input.quotes.get(q as usize).is_some_and(|q| q.direct));
        let recent = self.s.recent.get(self.s.recent.len().saturating_sub(REACH)..).unwrap_or(&[]);
        let mut between = 0.0;
        for (back, c) in recent.iter().rev().enumerate() {
            if sentence.saturating_sub(c.sentence) > 8 {
                break;
            }
            if !self.fits(c.actor, word, group) || (direct && c.actor == speaker && c.quote != quote.unwrap_or(NONE)) {
                continue;
            }
            let mut f = self.features(at, word, c);
            f[Feature::CandidatesBetween] = between;
            f[Feature::Latest] = flag(back == 0);
            between += 1.0f32 / (1.0 + between);
            let span = self.span(c.from as usize, c.to as usize);
            out.push(Ranked { actor: c.actor, start: span.start, end: span.end, features: f });
        }
        self.ahead(at, word, group, sentence, out);
        out.reverse();
        let sentence_start = at == 0 || self.s.layout.sentence.get(at - 1) != self.s.layout.sentence.get(at);
        NoneFeature::ALL.map(|feature| match feature {
            NoneFeature::Always => 1.0,
            NoneFeature::Possessive => flag(word.is(Word::POSSESSIVE)),
            NoneFeature::BeginsSentence => flag(sentence_start),
        })
    }

    /// Names that follow in the same sentence: `After she resigned, Merkel ...`.
    fn ahead(&self, at: usize, word: Word, group: Group, sentence: u32, out: &mut Vec<Ranked>) {
        let next = self.s.layout.entity_tokens.partition_point(|(from, _)| (*from as usize) <= at);
        for id in next..next + AHEAD {
            let (Some(&(from, to)), Some(&actor)) = (self.s.layout.entity_tokens.get(id), self.s.entity_actor.get(id))
            else {
                return;
            };
            if self.s.layout.sentence.get(from as usize) != Some(&sentence) {
                return;
            }
            if actor == NONE || !self.fits(actor, word, group) {
                continue;
            }
            let mut f = Features::default();
            let draft = self.s.clusters.actors.get(actor as usize);
            self.agreement(draft, word, &mut f);
            f[Feature::DistanceAhead] = ((from as f32) - at as f32).ln_1p();
            f[Feature::Ahead] = 1.0;
            f[Feature::AheadOfVerb] =
                flag(self.text(to as usize).len() > 1 && self.word(to as usize).is(Word::VERB | Word::SPEECH));
            f[Feature::AheadAndNew] = flag(draft.is_some_and(|d| d.count == 0));
            let span = self.span(from as usize, to as usize);
            out.push(Ranked { actor, start: span.start, end: span.end, features: f });
        }
    }

    fn fits(&self, actor: u32, word: Word, group: Group) -> bool {
        let Some(draft) = self.s.clusters.actors.get(actor as usize) else { return false };
        match group {
            Group::Personal => {
                matches!(draft.class, Class::Person | Class::Unknown)
                    && !draft.plural
                    && !(draft.gender.conflicts(Gender::of_word(word))
                        && (draft.gender_sure || draft.gender.0.abs() > 0.85))
            }
            Group::Neuter => match draft.class {
                Class::Org | Class::Place => !draft.plural,
                Class::Unknown => !draft.plural && draft.gender.0 == 0.0,
                _ => false,
            },
            Group::Plural => matches!(draft.class, Class::Org | Class::Group | Class::Unknown) || draft.plural,
        }
    }

    fn agreement(&self, draft: Option<&Draft>, word: Word, f: &mut Features) {
        let Some(draft) = draft else { return };
        let wanted = Gender::of_word(word).0;
        if draft.gender_sure {
            f[Feature::SureGender] = flag(draft.gender.0 * wanted > 0.0);
        } else {
            f[Feature::LikelyGender] = draft.gender.0 * wanted;
            f[Feature::UnknownGender] = flag(draft.gender.0 == 0.0);
        }
        f[Feature::Organisation] = flag(matches!(draft.class, Class::Org));
        f[Feature::UnknownClass] = flag(draft.class == Class::Unknown);
        f[Feature::MentionsSoFar] = (draft.count as f32).ln_1p();
        f[Feature::Names] = (draft.total as f32).ln_1p();
        f[Feature::MostNamed] = flag(draft.total > 0 && draft.total >= self.most_named);
    }

    fn features(&self, at: usize, word: Word, c: &Candidate) -> Features {
        let mut f = Features::default();
        let sentence = self.s.layout.sentence.get(at).copied().unwrap_or(0);
        let distance = sentence.saturating_sub(c.sentence);
        let far = match distance {
            0 => Feature::SameSentence,
            1 => Feature::OneSentenceBack,
            2 => Feature::TwoSentencesBack,
            _ => Feature::FartherBack,
        };
        f[far] = 1.0;
        f[Feature::Distance] = ((at as f32) - c.to as f32).max(0.0).ln_1p();
        f[Feature::Subject] = flag(c.subject);
        f[Feature::FirstOfSentence] = flag(c.first);
        f[Feature::AfterPreposition] = flag(c.after_preposition);
        f[Feature::Possessive] = flag(c.possessive);
        f[Feature::AfterConjunction] = flag(c.after_conjunction);
        let next = self.word(at + 1);
        let subject = word.is(Word::SUBJECT) || (word.is(Word::NEUTER) && next.is(Word::VERB | Word::SPEECH));
        let possessive = word.is(Word::POSSESSIVE)
            || (word.is(Word::OBJECT_OR_POSSESSIVE)
                && !next.is(Word::PREPOSITION | Word::CONJUNCTION | Word::DETERMINER | Word::VERB)
                && self.text(at + 1).chars().next().is_some_and(char::is_alphabetic));
        f[Feature::BothSubjects] = flag(c.subject && subject);
        f[Feature::SubjectHere] = flag(c.subject && distance == 0);
        f[Feature::SubjectOneBack] = flag(c.subject && distance == 1);
        let reflexive = word.is(Word::REFLEXIVE);
        if distance == 0 && !subject && !possessive {
            let clause = (c.to as usize..at.min(c.to as usize + 24))
                .any(|k| self.word(k).is(Word::CLAUSE | Word::CONJUNCTION) || self.text(k) == ",");
            f[Feature::SubjectOfClause] = flag(c.subject && !clause && !reflexive);
            f[Feature::ReflexiveSubject] = flag(c.subject && reflexive);
        }
        self.agreement(self.s.clusters.actors.get(c.actor as usize), word, &mut f);
        f[Feature::MeantBefore] = flag(
            self.last_personal.get(if word.is(Word::FEMALE) {
                1
            } else if word.is(Word::MALE) {
                0
            } else {
                2
            }) == Some(&c.actor),
        );
        f[Feature::Pronoun] = flag(c.kind == MentionType::Pronoun);
        f[Feature::LongName] = flag(c.kind == MentionType::Name && c.words > 1);
        f[Feature::Nominal] = flag(c.kind == MentionType::Nominal);
        f[Feature::PossessorSubject] = flag(possessive && distance == 0 && c.subject);
        f[Feature::Inserted] = flag(c.inserted);
        f[Feature::OtherBlock] = flag(self.s.layout.block.get(at) != Some(&c.block));
        f[Feature::PossessiveHere] = flag(possessive && distance == 0);
        f[Feature::GovernedBeforeSubject] = flag(subject && distance == 0 && c.after_preposition);
        f
    }
}

fn flag(yes: bool) -> f32 {
    f32::from(u8::from(yes))
}
