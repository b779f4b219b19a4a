//! One walk through the tokens: names, pronouns, noun phrases and sources get their actors.

mod bodies;
mod candidates;
mod evidence;
mod float;
mod groups;
mod named;
mod owners;
mod resolve;
mod roles;
mod speakers;
mod they;

use copydesk_model::hash::HashKeyed;
use copydesk_sdk::Span;
use copydesk_text::lang::ENGLISH;
use copydesk_text::{EntityLabel, MentionType};

use crate::cluster::{Actor as Draft, Clusters, NONE};
use crate::document::{Actor, Entity, Input, Layout, Mention, Output};
use crate::given::GivenNames;
use crate::head::{HeadWork, Seen};
use crate::names::{Class, Gender};
use crate::profile::{Profiles, Reader, RolePhrase};
use crate::rank::{Ranked, Ranker, Trace};
use crate::words::{
    Lexicon, NO_INITIALS, RoleWord, Word, add_initial, finish_initials, fold, is_invisible, is_possessive, join,
};

/// Begins the hash of a role of several words.
const ROLE_KEY: u64 = 29;

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
    /// A name within a bare group of people: `Austrian` of `Austrian police`.
    in_group: bool,
    after_verb: bool,
    before_conjunction: bool,
    kind: MentionType,
    words: u32,
    /// The last word of a name, or the noun of a noun phrase, folded.
    noun: u64,
}

/// Reusable memory of one worker.
#[derive(Default)]
pub struct Scratch {
    layout: Layout,
    clusters: Clusters,
    profiles: Profiles,
    /// Phrases of actors without a name, by their rows.
    unnamed: Vec<(u32, RolePhrase)>,
    /// Texts that are sources, who wrote them, and the quote.
    authors: Vec<(u32, u32, u32)>,
    /// The probability that a speaker is right, of each quote.
    sure: Vec<f32>,
    /// Role and affiliation of each actor.
    told: Vec<(String, String)>,
    /// Nominal mentions, by their actor and row.
    nominal_rows: Vec<(u32, u32)>,
    recent: Vec<Candidate>,
    entity_actor: Vec<u32>,
    mentions: Vec<Mention>,
    /// Source parts: first token, last token, quote, head.
    sources: Vec<(u32, u32, u32)>,
    speaker: Vec<u32>,
    first_person: Vec<(u32, u32)>,
    /// The latest mention, in `recent`, of an actor that was called by a noun.
    role_actor: HashKeyed<u32>,
    /// The ages that the text gives after names, each by its actor and number.
    ages: HashKeyed<u32>,
    /// Actors that no reader sees, unless they turn out to speak.
    hidden: Vec<u32>,
    nominals: HashKeyed<u32>,
    ranked: Vec<Ranked>,
    weight: Vec<f32>,
    /// Persons whom the quote of the source being read names: they are not its speaker.
    named: Vec<u32>,
    order: Vec<u32>,
    head: HeadWork,
    /// Kept to fit weights.
    pub traces: Option<Vec<Trace>>,
}

impl Scratch {
    /// The actor of each entity of the last document, by the numbers that its traces have.
    #[must_use]
    pub fn entity_actors(&self) -> &[u32] {
        &self.entity_actor
    }
}

/// The linker: word lists, a table of given names and the ranker's weights, shared by all threads.
#[derive(Clone, Debug)]
pub struct Linker<'a> {
    lexicon: Lexicon,
    given: GivenNames<'a>,
    ranker: Ranker,
}

struct Walk<'w, 'a> {
    input: &'w Input<'a>,
    lexicon: &'w Lexicon,
    ranker: &'w Ranker,
    s: &'w mut Scratch,
    head: Option<Seen<'w>>,
    last_personal: [u32; 3],
    /// The speaker of the last quote that has one.
    last_speaker: u32,
    /// The person named first.
    first_actor: u32,
    /// Names of the person named most often.
    most_named: u32,
    /// True while the source of a quote is read.
    in_source: bool,
    /// The probability of the actor found last.
    probability: f32,
    /// True if the text says of somebody that "they" is one person.
    they_of_one: bool,
    /// The bare group read last: its first token, and its noun.
    group: (u32, u32),
}

impl<'a> Linker<'a> {
    /// A linker with a table of given names and the weights of a ranker.
    #[must_use]
    pub fn new(given: GivenNames<'a>, ranker: Ranker) -> Self {
        Linker { lexicon: Lexicon::new(&ENGLISH), given, ranker }
    }

    /// Finds the actors of a document by the linear ranker.
    pub fn link(&self, input: &Input<'_>, s: &mut Scratch, output: &mut Output) {
        self.link_with(input, None, s, output);
    }

    /// Finds the actors of a document, by a head if there is one.
    pub fn link_with(&self, input: &Input<'_>, head: Option<Seen<'_>>, s: &mut Scratch, output: &mut Output) {
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
        s.unnamed.clear();
        s.authors.clear();
        s.sure.clear();
        s.sure.resize(input.quotes.len(), 0.0);
        s.hidden.clear();
        s.ages.clear();
        s.named.clear();
        let given = |hash: u64| self.given.gender(hash);
        let mut actors = std::mem::take(&mut s.entity_actor);
        s.clusters.join(input.text, &s.layout.names, &self.lexicon, &given, &mut actors);
        s.entity_actor = actors;
        let reader = Reader { input, layout: &s.layout, lexicon: &self.lexicon };
        s.profiles.fill(&reader, &s.entity_actor, s.clusters.actors.len());
        let (mut most_named, mut first_actor) = (1, NONE);
        for id in &s.entity_actor {
            if let Some(actor) = s.clusters.actors.get_mut(*id as usize) {
                actor.total += 1;
                if matches!(actor.class, Class::Person | Class::Unknown) {
                    most_named = most_named.max(actor.total);
                    if first_actor == NONE {
                        first_actor = *id;
                    }
                }
            }
        }
        let mut walk = Walk {
            input,
            lexicon: &self.lexicon,
            ranker: &self.ranker,
            s,
            head,
            last_personal: [NONE; 3],
            last_speaker: NONE,
            first_actor,
            most_named,
            in_source: false,
            probability: 0.0,
            they_of_one: false,
            group: (0, 0),
        };
        walk.tell_bodies();
        walk.tell_they();
        walk.expect_mentions();
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

    fn tokens(&mut self) {
        let (mut entity, mut source, mut skip, mut group) = (0usize, 0usize, 0usize, 0usize);
        for at in 0..self.input.tokens.len() {
            while let Some(&(from, to, quote)) = self.s.sources.get(source).filter(|(from, ..)| *from as usize <= at) {
                source += 1;
                skip = skip.max(self.read_source(from as usize, to as usize, quote));
            }
            let opens = at == 0 || self.s.layout.sentence.get(at) != self.s.layout.sentence.get(at - 1);
            if opens && at >= skip {
                group = self.read_opening_group(at);
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
            } else if at >= group && (word.is(Word::ROLE | Word::AGE) || self.is_trade(at)) {
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
        // `Sister X`: the nun.
        for title in from.saturating_sub(2)..to {
            if !self.word(title).is(Word::TITLE) {
                continue;
            }
            let hash = self.s.layout.hash.get(title).copied().unwrap_or(0);
            if let Some(draft) = self.s.clusters.actors.get_mut(actor as usize)
                && draft.class == Class::Person
            {
                self.lexicon.title_nouns(hash).for_each(|noun| draft.add_role(noun));
            }
        }
        for row in self.s.profiles.rows_of(id as u32) {
            let Some(phrase) = self.s.profiles.phrase(row).copied().filter(|phrase| phrase.head != NONE) else {
                continue;
            };
            let words = phrase.from as usize..phrase.head as usize + 1;
            let initial = |at: usize| self.text(at).chars().next();
            let initials = words.clone().filter_map(initial).fold(NO_INITIALS, add_initial);
            let role = self.s.layout.hash.get(phrase.head as usize).copied().unwrap_or(0);
            // `head teacher`: the headteacher.
            let last = words.clone().skip(words.len().saturating_sub(2));
            let letters = last.flat_map(|at| self.text(at).chars());
            let compound = finish_initials(letters.fold(NO_INITIALS, add_initial));
            if let Some(draft) = self.s.clusters.actors.get_mut(actor as usize) {
                draft.add_role(role);
                // `Defence Minister`: the defence minister, and no other one.
                if words.len() > 1 {
                    let key = words
                        .clone()
                        .fold(ROLE_KEY, |key, at| join(key, self.s.layout.hash.get(at).copied().unwrap_or(0)));
                    draft.add_role(key);
                }
                self.lexicon.title_nouns(role).for_each(|noun| draft.add_role(noun));
                self.lexicon.title_nouns(compound).for_each(|noun| draft.add_role(noun));
                // `managing director`: `the MD`.
                if words.len() > 1 {
                    draft.add_role(finish_initials(initials));
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

    /// Handles a given entity that is a pronoun or a noun phrase. It refers to an actor, or is one of its own.
    fn read_unnamed(&mut self, id: usize, entity: &Entity<'_>, from: usize, to: usize) {
        if Class::of_label(entity.label) == Class::Value
            || entity.span.get(self.input.text).is_none_or(|t| !t.chars().any(char::is_alphanumeric))
        {
            return;
        }
        let word = self.word(from);
        let single = to == from + 1;
        // A title cut off from the name behind it.
        if single
            && self.reader().role(from).is(RoleWord::HONORIFIC)
            && let Some(&(next, _)) = self.s.layout.entity_tokens.get(id + 1)
            && next as usize <= to + 1
        {
            let actor = self.s.entity_actor.get(id + 1).copied().unwrap_or(NONE);
            if let Some(slot) = self.s.entity_actor.get_mut(id) {
                *slot = actor;
            }
            return;
        }
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
        let possessive = is_possessive(next)
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
            in_group: kind == MentionType::Name && self.is_in_group(from, to),
            after_verb: inside && self.looks_like_verb(before - 1),
            before_conjunction: next_word.is(Word::CONJUNCTION),
            kind,
            words: (to - from) as u32,
            noun: self.s.layout.hash.get(to - 1).copied().unwrap_or(0),
        };
        if kind == MentionType::Name
            && next == ","
            && matches!(self.text(to + 2), "," | "." | ";")
            && self.text(to + 1).chars().all(|c| c.is_ascii_digit())
            && let Some(&age) = self.s.layout.hash.get(to + 1)
        {
            self.s.ages.insert(join(u64::from(actor), age), actor);
            self.s.ages.insert(age, actor);
        }
        let row = self.s.recent.len() as u32;
        self.s.recent.push(candidate);
        if let Some(draft) = self.s.clusters.actors.get_mut(actor as usize) {
            draft.count += 1;
            draft.last = sentence;
            let roles = draft.roles;
            for role in roles.into_iter().filter(|r| *r != 0) {
                self.s.role_actor.insert(role, row);
            }
        }
    }

    fn ends_in_ed(&self, at: usize) -> bool {
        let text = self.text(at);
        text.len() > 3 && text.ends_with("ed") && text.chars().next().is_some_and(char::is_lowercase)
    }

    /// Returns true for a word in small letters that may be a verb with an object: by the lists, or by its ending.
    fn looks_like_verb(&self, at: usize) -> bool {
        let (word, text) = (self.word(at), self.text(at));
        word.is(Word::VERB | Word::SPEECH)
            || (text.len() > 3
                && !word.is(Word::PREPOSITION | Word::ROLE | Word::MODIFIER)
                && (text.ends_with("ed") || text.ends_with("ing"))
                && text.chars().next().is_some_and(char::is_lowercase))
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

    /// Finds the mention right before `who` in `X, who` and `X who`.
    fn head_of_relative(&self, at: usize) -> u32 {
        let before = if at > 0 && self.text(at - 1) == "," { at - 1 } else { at };
        self.s.recent.last().filter(|c| c.to as usize == before && before > 0).map_or(NONE, |c| c.actor)
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
        self.s.mentions.sort_by_key(|m| (m.span.start, m.span.end, m.kind != MentionType::Name));
        self.s.mentions.dedup_by_key(|m| m.span);
        // Participants without a name may be owners of roles, so this comes before they go.
        self.tell_roles();
        let s = &mut *self.s;
        if !s.hidden.is_empty() {
            s.order.clear();
            s.order.resize(s.clusters.actors.len(), 0);
            for (ids, mark) in [(&s.hidden, NONE), (&s.speaker, 0), (&s.entity_actor, 0)] {
                for id in ids {
                    if let Some(slot) = s.order.get_mut(*id as usize) {
                        *slot = mark;
                    }
                }
            }
            s.mentions.retain(|m| s.order.get(m.actor as usize) != Some(&NONE));
        }
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
                    (None, Class::Org) => EntityLabel::Org.as_str(),
                    (None, _) => EntityLabel::Person.as_str(),
                };
                let (role, affiliation) = s.told.get_mut(m.actor as usize).map(std::mem::take).unwrap_or_default();
                output.actors.push(Actor {
                    span: m.span,
                    name: one_line(name),
                    label: label.to_owned(),
                    role,
                    affiliation,
                });
            }
            output.mentions.push(Mention { actor: *slot, ..*m });
        }
        let renumber = |id: &u32| s.order.get(*id as usize).copied().unwrap_or(NONE);
        output.entity_actor.clear();
        output.entity_actor.extend(s.entity_actor.iter().map(renumber));
        output.speaker.clear();
        output.speaker.extend(s.speaker.iter().map(renumber));
        output.speaker_score.clear();
        output
            .speaker_score
            .extend(s.sure.iter().zip(&output.speaker).map(|(p, speaker)| if *speaker == NONE { 0.0 } else { *p }));
    }
}

/// A name that was broken over lines reads as one, without marks that are not seen.
fn one_line(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for word in name.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.extend(word.chars().filter(|c| !is_invisible(*c)));
    }
    out
}
