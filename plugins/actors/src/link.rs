//! One walk through the tokens: names, pronouns, noun phrases and sources get their actors.

use copydesk_sdk::Span;

use crate::cluster::{Actor as Draft, Clusters, HashKeyed, NONE};
use crate::document::{Actor, Entity, Input, Layout, Mention, MentionType, Output, Role};
use crate::given::GivenNames;
use crate::names::{Class, Gender};
use crate::rank::{FEATURES, Group, NONE_FEATURES, Ranked, Trace, best};
use crate::sources::{Head, head};
use crate::words::{Lexicon, Word, fold, join};

/// How many of the latest mentions a pronoun may mean.
const REACH: usize = 20;
/// Names that follow a pronoun in its sentence and may be meant.
const AHEAD: usize = 2;
/// A pronoun is linked where its best actor is at least this likely: he and she, it, they. Chosen on
/// GUM training text for about three right links in four.
const CONFIDENT: [f32; 3] = [0.45, 0.6, 0.6];
/// Sentences after which "the senator" no longer reaches back.
const ROLE_REACH: u32 = 12;

/// One earlier mention.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    actor: u32,
    from: u32,
    to: u32,
    sentence: u32,
    block: u32,
    quote: u32,
    subject: bool,
    first: bool,
    after_preposition: bool,
    after_conjunction: bool,
    possessive: bool,
    inserted: bool,
    kind: MentionType,
    words: u32,
}

/// Reusable memory of one worker.
#[derive(Default)]
pub struct Scratch {
    layout: Layout,
    clusters: Clusters,
    recent: Vec<Candidate>,
    entity_actor: Vec<u32>,
    mentions: Vec<Mention>,
    /// Source parts: first token, last token, quote, head.
    sources: Vec<(u32, u32, u32)>,
    speaker: Vec<u32>,
    first_person: Vec<(u32, u32)>,
    role_actor: HashKeyed<(u32, u32)>,
    nominals: HashKeyed<u32>,
    ranked: Vec<Ranked>,
    weight: Vec<f32>,
    order: Vec<u32>,
    /// Kept where weights are to be fitted.
    pub traces: Option<Vec<Trace>>,
}

/// The linker: word lists and a table of given names, shared by all threads.
#[derive(Clone, Debug, Default)]
pub struct Linker<'a> {
    lexicon: Lexicon,
    given: GivenNames<'a>,
}

struct Walk<'w, 'a> {
    input: &'w Input<'a>,
    s: &'w mut Scratch,
    last_personal: [u32; 3],
}

impl<'a> Linker<'a> {
    /// A linker with a table of given names.
    #[must_use]
    pub fn new(given: GivenNames<'a>) -> Self {
        Linker { lexicon: Lexicon::default(), given }
    }

    /// Finds the actors of a document.
    pub fn link(&self, input: &Input<'_>, s: &mut Scratch, output: &mut Output) {
        s.layout.fill(input, &self.lexicon);
        s.clusters.clear();
        s.recent.clear();
        s.mentions.clear();
        s.sources.clear();
        s.speaker.clear();
        s.speaker.resize(input.quotes.len(), NONE);
        s.first_person.clear();
        s.role_actor.clear();
        s.nominals.clear();
        let given = |hash: u64| self.given.gender(hash);
        let mut actors = std::mem::take(&mut s.entity_actor);
        s.clusters.join(input.text, &s.layout.names, &self.lexicon, &given, &mut actors);
        s.entity_actor = actors;
        let mut walk = Walk { input, s, last_personal: [NONE; 3] };
        walk.prepare_sources();
        walk.tokens();
        walk.settle_speakers();
        walk.first_person();
        walk.finish(output);
    }
}

impl Walk<'_, '_> {
    fn text(&self, token: usize) -> &str {
        self.input.tokens.get(token).and_then(|t| t.get(self.input.text)).unwrap_or("")
    }

    fn word(&self, token: usize) -> Word {
        self.s.layout.word.get(token).copied().unwrap_or_default()
    }

    fn span(&self, from: usize, to: usize) -> Span {
        let start = self.input.tokens.get(from).map_or(0, |t| t.start);
        let end = to.checked_sub(1).and_then(|t| self.input.tokens.get(t)).map_or(start, |t| t.end);
        Span::new(start, end.max(start))
    }

    /// Sources in order; those that are names give their quote's speaker at once.
    fn prepare_sources(&mut self) {
        for part in self.input.parts {
            if part.role != Role::Source {
                continue;
            }
            let from = self.input.tokens.partition_point(|t| t.end <= part.span.start) as u32;
            let to = self.input.tokens.partition_point(|t| t.start < part.span.end) as u32;
            self.s.sources.push((from, to.max(from), part.quote));
            if let Head::Entity(id) = head(self.input, &self.s.layout, part.span) {
                self.set_speaker(part.quote, self.s.entity_actor.get(id as usize).copied().unwrap_or(NONE));
            }
        }
        self.s.sources.sort_unstable();
    }

    fn set_speaker(&mut self, quote: u32, actor: u32) {
        if let Some(slot) = self.s.speaker.get_mut(quote as usize)
            && *slot == NONE
        {
            *slot = actor;
        }
    }

    fn tokens(&mut self) {
        let (mut entity, mut source, mut skip) = (0usize, 0usize, 0usize);
        for at in 0..self.input.tokens.len() {
            while let Some(&(from, to, quote)) = self.s.sources.get(source).filter(|(from, ..)| *from as usize <= at) {
                source += 1;
                skip = skip.max(self.read_source(from as usize, to as usize, quote));
            }
            while let Some(&(from, to)) =
                self.s.layout.entity_tokens.get(entity).filter(|(from, _)| *from as usize <= at)
            {
                self.read_entity(entity, from as usize, to as usize);
                entity += 1;
            }
            if at < skip || self.s.layout.entity.get(at).is_some_and(|e| *e != NONE) {
                continue;
            }
            let word = self.word(at);
            if word.is(Word::PRONOUN) {
                self.read_pronoun(at, word);
            } else if word.is(Word::ROLE) {
                self.read_nominal(at, word);
            }
        }
        // Entities that begin after the last token, on text that has none.
        while let Some(&(from, to)) = self.s.layout.entity_tokens.get(entity) {
            self.read_entity(entity, from as usize, to as usize);
            entity += 1;
        }
    }

    fn read_entity(&mut self, id: usize, from: usize, to: usize) {
        let Some(entity) = self.input.entities.get(id).copied() else { return };
        let actor = self.s.entity_actor.get(id).copied().unwrap_or(NONE);
        if actor == NONE {
            self.read_unnamed(id, &entity, from, to);
            return;
        }
        let sentence = self.s.layout.sentence.get(from).copied().unwrap_or(0);
        if let Some([before, after]) = self.s.layout.entity_role.get(id).copied() {
            let stem = self.modifier_stem(from);
            for role in [before, after] {
                if role != 0
                    && let Some(draft) = self.s.clusters.actors.get_mut(actor as usize)
                {
                    draft.add_role(role);
                    if stem != 0 {
                        draft.add_role(join(role, stem));
                    }
                }
            }
        }
        self.mention(entity.span, actor, MentionType::Name, from, to, sentence);
    }

    /// The first letters of a country or its demonym before a title: `Venezuelan President X`.
    fn modifier_stem(&self, from: usize) -> u64 {
        let mut at = from;
        for _ in 0..5 {
            let Some(previous) = at.checked_sub(1) else { return 0 };
            if let Some(id) = self.s.layout.entity.get(previous).copied().filter(|e| *e != NONE) {
                return self.stem(id);
            }
            if !self.word(previous).is(Word::TITLE | Word::ROLE | Word::MODIFIER | Word::VERB) {
                return 0;
            }
            at = previous;
        }
        0
    }

    /// `China` and `Chinese` begin alike: four letters tell countries apart well enough.
    fn stem(&self, entity: u32) -> u64 {
        let Some(entity) = self.input.entities.get(entity as usize) else { return 0 };
        if !matches!(Class::of_label(entity.label), Class::Place | Class::Group | Class::Org) {
            return 0;
        }
        let text = entity.span.get(self.input.text).unwrap_or("");
        text.chars()
            .filter(|c| c.is_alphanumeric())
            .take(4)
            .fold(7, |hash, c| join(hash, u64::from(u32::from(fold(c)))))
    }

    /// A given entity that is a pronoun or a noun phrase: an actor it refers to, or one of its own.
    fn read_unnamed(&mut self, id: usize, entity: &Entity<'_>, from: usize, to: usize) {
        if Class::of_label(entity.label) == Class::Value
            || entity.span.get(self.input.text).is_none_or(|t| t.trim().is_empty())
        {
            return;
        }
        let word = self.word(from);
        let single = to == from + 1;
        let (found, kind) = if single && word.is(Word::PRONOUN) {
            let direct =
                self.quote_of(from).is_some_and(|q| self.input.quotes.get(q as usize).is_some_and(|q| q.direct));
            let found = if word.is(Word::RELATIVE) {
                self.head_of_relative(from)
            } else if word.is(Word::FIRST) && direct {
                self.quote_of(from).and_then(|q| self.s.speaker.get(q as usize).copied()).unwrap_or(NONE)
            } else if word.is(Word::FIRST) {
                NONE
            } else {
                self.resolve(from, word, 0.3)
            };
            (found, MentionType::Pronoun)
        } else {
            let noun = (from..to).rev().find(|at| self.word(*at).is(Word::ROLE)).unwrap_or(from);
            (self.definite(from, noun), MentionType::Nominal)
        };
        let actor = if found == NONE {
            let key = (from..to).fold(11, |key, at| join(key, self.s.layout.hash.get(at).copied().unwrap_or(0)));
            let gender = if kind == MentionType::Pronoun { Gender::of_word(word) } else { Gender::default() };
            self.own_actor(key, Class::Unknown, entity.span, id as u32, gender, word.is(Word::PLURAL))
        } else {
            found
        };
        if let Some(slot) = self.s.entity_actor.get_mut(id) {
            *slot = actor;
        }
        let sentence = self.s.layout.sentence.get(from).copied().unwrap_or(0);
        self.mention(entity.span, actor, kind, from, to, sentence);
    }

    /// An actor that has no name, found again by its words.
    fn own_actor(&mut self, key: u64, class: Class, span: Span, label_of: u32, gender: Gender, plural: bool) -> u32 {
        if let Some(&found) = self.s.nominals.get(&key) {
            return found;
        }
        let id = self.s.clusters.actors.len() as u32;
        self.s.clusters.actors.push(Draft::unnamed(class, (span.start, span.end), label_of, gender, plural));
        self.s.nominals.insert(key, id);
        id
    }

    fn quote_of(&self, token: usize) -> Option<u32> {
        self.s.layout.quote.get(token).copied().filter(|q| *q != NONE)
    }

    fn is_byline(&self, token: usize) -> bool {
        let block = self.s.layout.block.get(token).copied().unwrap_or(0);
        self.input.blocks.get(block as usize).is_some_and(|(_, byline)| *byline)
    }

    fn mention(&mut self, span: Span, actor: u32, kind: MentionType, from: usize, to: usize, sentence: u32) {
        self.s.mentions.push(Mention { span, actor, kind });
        if self.is_byline(from) || from >= to {
            return;
        }
        let mut before = from;
        while before > 0
            && self.word(before - 1).is(Word::DETERMINER | Word::TITLE | Word::MODIFIER | Word::ROLE)
            && !self.word(before - 1).is(Word::PREPOSITION)
        {
            before -= 1;
            if from - before > 4 {
                break;
            }
        }
        let earlier = before.checked_sub(1).map(|b| {
            (self.word(b), self.text(b) == ",", self.s.layout.sentence.get(b) == self.s.layout.sentence.get(from))
        });
        let (previous, comma, inside) = earlier.unwrap_or((Word::default(), false, false));
        let next = self.text(to);
        let next_word = self.word(to);
        let possessive = matches!(next, "'s" | "’s" | "'" | "’")
            || self.input.text.get(..span.end as usize).is_some_and(|t| t.ends_with("'s") || t.ends_with("’s"));
        let verb = next_word.is(Word::VERB | Word::SPEECH)
            || (next.len() > 3 && next.ends_with("ed") && next.chars().next().is_some_and(char::is_lowercase));
        let first = !inside || self.s.recent.last().is_none_or(|c| c.sentence != sentence);
        let governed = inside && previous.is(Word::PREPOSITION);
        let candidate = Candidate {
            actor,
            from: from as u32,
            to: to as u32,
            sentence,
            block: self.s.layout.block.get(from).copied().unwrap_or(0),
            quote: self.s.layout.quote.get(from).copied().unwrap_or(NONE),
            subject: !possessive && !governed && (verb || (first && !inside)),
            first,
            after_preposition: governed,
            after_conjunction: inside && previous.is(Word::CONJUNCTION),
            possessive,
            inserted: inside && comma && matches!(next, "," | ")"),
            kind,
            words: (to - from) as u32,
        };
        self.s.recent.push(candidate);
        if let Some(draft) = self.s.clusters.actors.get_mut(actor as usize) {
            draft.count += 1;
            draft.last = sentence;
            let roles = draft.roles;
            for role in roles.into_iter().filter(|r| *r != 0) {
                self.s.role_actor.insert(role, (actor, sentence));
            }
        }
    }

    fn read_pronoun(&mut self, at: usize, word: Word) {
        let text = self.text(at);
        // "US", "IT": names or headlines, too unsure.
        if text.len() > 1 && !text.chars().any(char::is_lowercase) {
            return;
        }
        let sentence = self.s.layout.sentence.get(at).copied().unwrap_or(0);
        if word.is(Word::FIRST) {
            if let Some(quote) = self.quote_of(at) {
                self.s.first_person.push((at as u32, quote));
            }
            return;
        }
        let actor = if word.is(Word::RELATIVE) { self.head_of_relative(at) } else { self.resolve(at, word, 0.0) };
        if actor != NONE {
            let span = self.span(at, at + 1);
            self.mention(span, actor, MentionType::Pronoun, at, at + 1, sentence);
        }
    }

    /// `X, who` and `X who`: the mention that ends right before.
    fn head_of_relative(&self, at: usize) -> u32 {
        let before = if at > 0 && self.text(at - 1) == "," { at - 1 } else { at };
        self.s.recent.last().filter(|c| c.to as usize == before && before > 0).map_or(NONE, |c| c.actor)
    }

    fn resolve(&mut self, at: usize, word: Word, threshold: f32) -> u32 {
        let group = if word.is(Word::MALE | Word::FEMALE) {
            Group::Personal
        } else if word.is(Word::NEUTER) {
            Group::Neuter
        } else {
            Group::Plural
        };
        let mut ranked = std::mem::take(&mut self.s.ranked);
        let none = self.candidates(at, word, group, &mut ranked);
        let mut found = NONE;
        let confident = if threshold > 0.0 { threshold } else { CONFIDENT.get(group as usize).copied().unwrap_or(1.0) };
        if let Some((actor, p)) = best(group, &ranked, &none, &mut self.s.weight)
            && p >= confident
        {
            found = actor;
            let slot = if word.is(Word::FEMALE) {
                1
            } else if group == Group::Personal {
                0
            } else {
                2
            };
            if let Some(last) = self.last_personal.get_mut(slot) {
                *last = actor;
            }
            if group == Group::Personal
                && p > 0.6
                && let Some(draft) = self.s.clusters.actors.get_mut(actor as usize)
                && !draft.gender_sure
            {
                draft.gender = Gender(Gender::of_word(word).0 * 0.95);
            }
        }
        if let Some(traces) = &mut self.s.traces {
            let span = self.input.tokens.get(at).copied().unwrap_or_default();
            traces.push(Trace { start: span.start, end: span.end, group, candidates: ranked.clone(), none });
        }
        self.s.ranked = ranked;
        found
    }

    fn candidates(&self, at: usize, word: Word, group: Group, out: &mut Vec<Ranked>) -> [f32; NONE_FEATURES] {
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
            f[24] = f32::from(u8::from(!direct && speaker == c.actor && quote.is_some()));
            f[30] = between;
            f[33] = f32::from(u8::from(back == 0));
            between += 1.0f32 / (1.0 + between);
            let span = self.span(c.from as usize, c.to as usize);
            out.push(Ranked { actor: c.actor, start: span.start, end: span.end, features: f });
        }
        self.ahead(at, word, group, sentence, out);
        out.reverse();
        let sentence_start = at == 0 || self.s.layout.sentence.get(at - 1) != self.s.layout.sentence.get(at);
        [1.0, flag(word.is(Word::POSSESSIVE)), flag(sentence_start), flag(direct)]
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
            let mut f = [0.0; FEATURES];
            let draft = self.s.clusters.actors.get(actor as usize);
            self.agreement(draft, word, &mut f);
            f[4] = ((from as f32) - at as f32).ln_1p() * 0.25;
            f[32] = 1.0;
            f[34] = flag(self.text(to as usize).len() > 1 && self.word(to as usize).is(Word::VERB | Word::SPEECH));
            f[35] = flag(draft.is_some_and(|d| d.count == 0));
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

    fn agreement(&self, draft: Option<&Draft>, word: Word, f: &mut [f32; FEATURES]) {
        let Some(draft) = draft else { return };
        let wanted = Gender::of_word(word).0;
        if draft.gender_sure {
            f[15] = flag(draft.gender.0 * wanted > 0.0);
        } else {
            f[14] = draft.gender.0 * wanted;
            f[16] = flag(draft.gender.0 == 0.0);
        }
        f[18] = flag(matches!(draft.class, Class::Org));
        f[19] = flag(draft.class == Class::Unknown);
        f[20] = (draft.count as f32).ln_1p();
        f[23] = flag(draft.plural);
    }

    fn features(&self, at: usize, word: Word, c: &Candidate) -> [f32; FEATURES] {
        let mut f = [0.0; FEATURES];
        let sentence = self.s.layout.sentence.get(at).copied().unwrap_or(0);
        let distance = sentence.saturating_sub(c.sentence);
        f[(distance as usize).min(3)] = 1.0;
        f[4] = ((at as f32) - c.to as f32).max(0.0).ln_1p();
        f[5] = flag(c.subject);
        f[6] = flag(c.first);
        f[7] = flag(c.after_preposition);
        f[8] = flag(c.possessive);
        f[9] = flag(c.after_conjunction);
        let next = self.word(at + 1);
        let subject = word.is(Word::SUBJECT) || (word.is(Word::NEUTER) && next.is(Word::VERB | Word::SPEECH));
        let possessive = word.is(Word::POSSESSIVE)
            || (self.text(at).eq_ignore_ascii_case("her")
                && !next.is(Word::PREPOSITION | Word::CONJUNCTION | Word::DETERMINER | Word::VERB)
                && self.text(at + 1).chars().next().is_some_and(char::is_alphabetic));
        f[10] = flag(c.subject && subject);
        f[11] = flag(c.subject && distance == 0);
        f[12] = flag(c.subject && distance == 1);
        let reflexive = word.is(Word::REFLEXIVE);
        if distance == 0 && !subject && !possessive {
            let clause = (c.to as usize..at.min(c.to as usize + 24))
                .any(|k| self.word(k).is(Word::CLAUSE | Word::CONJUNCTION) || self.text(k) == ",");
            f[13] = flag(c.subject && !clause && !reflexive);
            f[29] = flag(c.subject && reflexive);
        }
        self.agreement(self.s.clusters.actors.get(c.actor as usize), word, &mut f);
        let quote = self.s.layout.quote.get(at).copied().unwrap_or(NONE);
        f[17] = flag(c.quote != NONE && c.quote != quote);
        f[21] = flag(
            self.last_personal.get(if word.is(Word::FEMALE) {
                1
            } else if word.is(Word::MALE) {
                0
            } else {
                2
            }) == Some(&c.actor),
        );
        f[22] = flag(c.kind == MentionType::Pronoun);
        f[25] = flag(c.kind == MentionType::Name && c.words > 1);
        f[26] = flag(c.kind == MentionType::Nominal);
        f[27] = flag(possessive && distance == 0 && c.subject);
        f[28] = flag(c.inserted);
        f[31] = flag(self.s.layout.block.get(at) != Some(&c.block));
        f[34] = flag(possessive && distance == 0);
        f[35] = flag(subject && distance == 0 && c.after_preposition);
        f
    }

    /// `the senator`, `the Venezuelan president`: the latest actor that was called so.
    fn definite(&self, from: usize, noun: usize) -> u32 {
        let word = self.word(noun);
        if !word.is(Word::ROLE) || word.is(Word::PLURAL) || !matches!(self.text(from), "the" | "The" | "this" | "This")
        {
            return NONE;
        }
        let Some(&role) = self.s.layout.hash.get(noun) else { return NONE };
        let sentence = self.s.layout.sentence.get(from).copied().unwrap_or(0);
        let owner = (from..noun)
            .find_map(|k| self.s.layout.entity.get(k).copied().filter(|e| *e != NONE))
            .map(|id| self.stem(id));
        let key = match owner {
            Some(stem) if stem != 0 => join(role, stem),
            Some(_) => return NONE,
            None => role,
        };
        match self.s.role_actor.get(&key) {
            Some(&(actor, last)) if sentence.saturating_sub(last) <= ROLE_REACH => actor,
            _ => NONE,
        }
    }

    fn read_nominal(&mut self, at: usize, word: Word) {
        if word.is(Word::PLURAL) || !self.text(at).chars().next().is_some_and(char::is_lowercase) {
            return;
        }
        let followed = self.s.layout.entity.get(at + 1).is_some_and(|e| *e != NONE) || self.word(at + 1).is(Word::ROLE);
        if followed {
            return;
        }
        let open = (1..=4)
            .map_while(|back| at.checked_sub(back))
            .find(|k| self.word(*k).is(Word::DETERMINER | Word::POSSESSIVE | Word::PREPOSITION | Word::VERB));
        let Some(from) = open else { return };
        // "the president of Chile" is another president than the last one named.
        if self.text(at + 1) == "of" || self.text(at + 1) == "for" {
            return;
        }
        let actor = self.definite(from, at);
        if actor != NONE {
            let sentence = self.s.layout.sentence.get(from).copied().unwrap_or(0);
            let span = self.span(from, at + 1);
            self.mention(span, actor, MentionType::Nominal, from, at + 1, sentence);
        }
    }

    /// Gives a source its actor; returns up to which token it was dealt with.
    fn read_source(&mut self, from: usize, to: usize, quote: u32) -> usize {
        let span = self.span(from, to);
        match head(self.input, &self.s.layout, span) {
            Head::Pronoun(at) if self.s.layout.entity.get(at).is_none_or(|e| *e == NONE) => {
                let word = self.word(at);
                let actor = if word.is(Word::FIRST) {
                    NONE
                } else if word.is(Word::RELATIVE) {
                    self.head_of_relative(at)
                } else {
                    let threshold = if word.is(Word::MALE | Word::FEMALE) { 0.25 } else { 0.5 };
                    self.resolve(at, word, threshold)
                };
                if actor != NONE {
                    let sentence = self.s.layout.sentence.get(at).copied().unwrap_or(0);
                    let span = self.span(at, at + 1);
                    self.mention(span, actor, MentionType::Pronoun, at, at + 1, sentence);
                    self.set_speaker(quote, actor);
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

    fn nominal_source(&mut self, from: usize, noun: usize, to: usize, quote: u32) {
        if self.s.layout.entity.get(from).is_some_and(|e| *e != NONE && noun == from) {
            return;
        }
        let (word, span) = (self.word(noun), self.span(from, to));
        if !span.get(self.input.text).is_some_and(|t| t.chars().any(char::is_alphabetic)) {
            return;
        }
        let mut actor = if to == noun + 1 { self.definite(from, noun) } else { NONE };
        if actor == NONE {
            let mut key = 3;
            for at in from..to {
                if !self.word(at).is(Word::DETERMINER) {
                    key = join(key, self.s.layout.hash.get(at).copied().unwrap_or(0));
                }
            }
            let class = if word.is(Word::ROLE_ORG | Word::ROLE_TEXT) && !word.is(Word::ROLE_PERSON) {
                Class::Org
            } else {
                Class::Person
            };
            actor = self.own_actor(key, class, span, NONE, Gender::of_word(word), word.is(Word::PLURAL));
            let role = self.s.layout.hash.get(noun).copied().unwrap_or(0);
            if let Some(draft) = self.s.clusters.actors.get_mut(actor as usize)
                && word.is(Word::ROLE)
                && !word.is(Word::PLURAL)
            {
                draft.add_role(role);
            }
        }
        let sentence = self.s.layout.sentence.get(from).copied().unwrap_or(0);
        self.mention(span, actor, MentionType::Nominal, from, noun + 1, sentence);
        self.set_speaker(quote, actor);
    }

    /// Quotes without a source: the speaker of their paragraph, or of the quote that runs on into it.
    fn settle_speakers(&mut self) {
        // A given entity may have become an actor after its source was looked at.
        for at in 0..self.s.sources.len() {
            let Some(&(from, to, quote)) = self.s.sources.get(at) else { continue };
            if self.s.speaker.get(quote as usize) == Some(&NONE)
                && let Some(id) =
                    (from..to).find_map(|k| self.s.layout.entity.get(k as usize).copied().filter(|e| *e != NONE))
                && from + 1 >= to
            {
                self.set_speaker(quote, self.s.entity_actor.get(id as usize).copied().unwrap_or(NONE));
            }
        }
        let has_source: Vec<bool> = {
            let mut has = vec![false; self.input.quotes.len()];
            for &(_, _, quote) in &self.s.sources {
                if let Some(slot) = has.get_mut(quote as usize) {
                    *slot = true;
                }
            }
            has
        };
        let block_of = |span: Span| self.input.blocks.partition_point(|(b, _)| b.end <= span.start);
        let mut last: Option<(usize, u32)> = None;
        for (id, quote) in self.input.quotes.iter().enumerate() {
            let block = block_of(quote.span);
            let Some(slot) = self.s.speaker.get_mut(id) else { continue };
            if *slot == NONE
                && quote.direct
                && !has_source.get(id).copied().unwrap_or(false)
                && let Some((where_, speaker)) = last
                && (where_ == block || where_ + 1 == block)
            {
                *slot = speaker;
            }
            if *slot != NONE {
                last = Some((block, *slot));
            }
        }
    }

    fn first_person(&mut self) {
        for at in 0..self.s.first_person.len() {
            let Some(&(token, quote)) = self.s.first_person.get(at) else { continue };
            let speaker = self.s.speaker.get(quote as usize).copied().unwrap_or(NONE);
            if speaker != NONE && self.input.quotes.get(quote as usize).is_some_and(|q| q.direct) {
                let span = self.span(token as usize, token as usize + 1);
                self.s.mentions.push(Mention { span, actor: speaker, kind: MentionType::Pronoun });
            }
        }
    }

    /// Numbers the actors by their first mentions and writes the rows.
    fn finish(&mut self, output: &mut Output) {
        let s = &mut *self.s;
        s.mentions.sort_by_key(|m| (m.span.start, m.span.end, m.kind != MentionType::Name));
        s.mentions.dedup_by_key(|m| m.span);
        s.order.clear();
        s.order.resize(s.clusters.actors.len(), NONE);
        output.actors.clear();
        output.mentions.clear();
        for m in &s.mentions {
            let (Some(slot), Some(draft)) =
                (s.order.get_mut(m.actor as usize), s.clusters.actors.get(m.actor as usize))
            else {
                continue;
            };
            if *slot == NONE {
                *slot = output.actors.len() as u32;
                let name = self.input.text.get(draft.name.0 as usize..draft.name.1 as usize).unwrap_or("");
                let label = match (self.input.entities.get(draft.label_of as usize), draft.class) {
                    (Some(entity), _) => entity.label,
                    (None, Class::Org) => "ORG",
                    (None, _) => "PERSON",
                };
                output.actors.push(Actor { span: m.span, name: one_line(name), label: label.to_owned() });
            }
            output.mentions.push(Mention { actor: *slot, ..*m });
        }
        let renumber = |id: &u32| s.order.get(*id as usize).copied().unwrap_or(NONE);
        output.entity_actor.clear();
        output.entity_actor.extend(s.entity_actor.iter().map(renumber));
        output.speaker.clear();
        output.speaker.extend(s.speaker.iter().map(renumber));
    }
}

fn flag(yes: bool) -> f32 {
    f32::from(u8::from(yes))
}

/// A name that was broken over lines reads as one.
fn one_line(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for word in name.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}
