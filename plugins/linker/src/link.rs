//! Chooses an entry for each participant of an article.
//!
//! The candidates of a participant are the entries of its longest name, or else of another name that the article has for
//! it. Each candidate has a prior: how often the name means it. Three things weigh on the prior: the label, the countries
//! of the other participants, and the words of the entry's description. A logistic regression then tells how probable
//! the likeliest candidate is.

use copydesk_sdk::NONE;
use copydesk_text::EntityLabel;
use copydesk_text::lang::ENGLISH;

use crate::evidence::{Countries, Form, described};
use crate::kb::{Candidate, Entry, KnowledgeBase};
use crate::kinds::Agreement;
use crate::names::{NameParts, NameWords, before_comma, key};
use crate::weights::{Features, probability};

/// A participant of an article.
#[derive(Clone, Copy, Debug)]
pub struct Actor<'a> {
    /// Its longest name.
    pub name: &'a str,
    /// Its label.
    pub label: &'a str,
    /// Its role in the article's own words, or empty.
    pub role: &'a str,
    /// What it speaks for in the article's own words, or empty.
    pub affiliation: &'a str,
}

/// A name of a participant where the article has it.
#[derive(Clone, Copy, Debug)]
pub struct Mention<'a> {
    /// The number of the participant.
    pub actor: u32,
    /// The name.
    pub name: &'a str,
}

/// The participants of an article, and their names.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// The participants.
    pub actors: &'a [Actor<'a>],
    /// Their mentions by name, in any order.
    pub mentions: &'a [Mention<'a>],
}

/// The link of a participant.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Link {
    /// The number of the entry, or [`NONE`].
    pub entry: u32,
    /// The probability that it is right, 0 to 1; 0 without an entry.
    pub score: f32,
}

const NOBODY: Link = Link { entry: NONE, score: 0.0 };

/// A candidate of a participant, with what tells for it.
#[derive(Clone, Copy, Debug)]
pub struct Found<'a> {
    candidate: Candidate,
    entry: Entry<'a>,
    agreement: Agreement,
    /// True if the name is the entry's own.
    own_name: bool,
    /// The logarithm of the prior, with the weight of the label.
    fixed: f32,
    country: f32,
    described: f32,
}

/// Reusable memory of one worker.
#[derive(Debug, Default)]
pub struct Scratch {
    words: NameWords,
    other: NameWords,
    /// The words of all names of the article, sorted.
    names: Vec<u64>,
    /// The words of a participant's role and affiliation, sorted.
    context: Vec<u64>,
    countries: Countries,
    /// The likeliest candidate of each participant by its name alone: its country and how sure that is.
    first: Vec<([u8; 2], f32)>,
    /// The name of each participant that the knowledge base has.
    keys: Vec<Option<(u64, Form)>>,
    /// True for each participant that the article names.
    named: Vec<bool>,
    /// The most bytes of a name by which a participant was found.
    longest: Vec<usize>,
    shares: Vec<f32>,
}

/// The weights of what tells for a candidate, tuned on news of later days than those that the aliases are counted in.
const NEAR: f32 = -0.7;
const OTHER: f32 = -4.0;
const COUNTRY: f32 = 2.5;
const DESCRIBED: f32 = 2.5;
/// What a name counts that is only known to be one of the entry's names, the entry's own name, and an entry that is
/// often meant by other names.
const UNSEEN: f32 = 0.05;
const OWN_NAME: f32 = 0.5;
const MEANT: f32 = 0.02;
/// A first choice as sure as this tells the country of an article.
const SURE: f32 = 0.8;

/// Links participants to the entries of knowledge bases.
#[derive(Clone, Debug)]
pub struct Linker {
    parts: NameParts,
}

impl Default for Linker {
    fn default() -> Self {
        Linker { parts: NameParts::new(&ENGLISH) }
    }
}

/// An entry that a name may mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Meaning<'a> {
    /// The entry.
    pub entry: Entry<'a>,
    /// How often the name means it.
    pub count: u16,
    /// The share of this meaning, by the name alone: 0 to 1.
    pub share: f32,
}

/// Returns the entries that a name may mean, the likeliest first.
#[must_use]
pub fn meanings<'a>(base: &KnowledgeBase<'a>, name: &str) -> Vec<Meaning<'a>> {
    let linker = Linker::default();
    let mut words = NameWords::default();
    let Some((key, _)) = linker.find(name, None, base, &mut words) else { return Vec::new() };
    let candidates = base.candidates(key).filter_map(|candidate| Some((candidate, base.entry(candidate.entry)?)));
    let mut meanings: Vec<Meaning<'a>> = candidates
        .map(|(candidate, entry)| {
            let own_name = linker.is_name_of(key, &entry, &mut words);
            Meaning { entry, count: candidate.count, share: prior(candidate, &entry, own_name) }
        })
        .collect();
    let total: f32 = meanings.iter().map(|meaning| meaning.share).sum();
    meanings.iter_mut().for_each(|meaning| meaning.share /= total);
    meanings.sort_by(|a, b| b.share.total_cmp(&a.share));
    meanings
}

/// Returns how often a name means an entry, smoothed.
fn prior(candidate: Candidate, entry: &Entry<'_>, own_name: bool) -> f32 {
    f32::from(candidate.count) + if own_name { OWN_NAME } else { UNSEEN } + MEANT * f32::from(entry.count).ln_1p()
}

impl Linker {
    /// Returns true if the key is that of the entry's name.
    fn is_name_of(&self, key_of_name: u64, entry: &Entry<'_>, words: &mut NameWords) -> bool {
        words.read(entry.name);
        key(self.parts.without_article(words.hashes())) == key_of_name
    }

    /// Writes a link for each participant into `links`. Links below `min_score` are left out.
    pub fn link(
        &self,
        input: &Input<'_>,
        base: &KnowledgeBase<'_>,
        min_score: f32,
        scratch: &mut Scratch,
        links: &mut Vec<Link>,
    ) {
        links.clear();
        self.each(input, base, scratch, |found| {
            let link = found.map_or(NOBODY, |(entry, facts)| Link { entry, score: probability(facts) });
            links.push(if link.score < min_score { NOBODY } else { link });
        });
    }

    /// Gives `take` the likeliest entry of each participant and the facts about it, or none, in the order of the
    /// participants.
    pub fn each(
        &self,
        input: &Input<'_>,
        base: &KnowledgeBase<'_>,
        scratch: &mut Scratch,
        mut take: impl FnMut(Option<(u32, &Features)>),
    ) {
        self.find_names(input, base, scratch);
        scratch.countries.clear();
        scratch.first.clear();
        for (at, actor) in input.actors.iter().enumerate() {
            let first = self.choose(actor, at, base, scratch, false);
            let told = first.filter(|first| first.share >= SURE && first.found.agreement != Agreement::Other);
            let told = told.map_or(([0, 0], 0.0), |first| (first.found.entry.country, first.share));
            scratch.first.push(told);
        }
        for (code, weight) in &scratch.first {
            scratch.countries.add(*code, *weight);
        }
        for (at, actor) in input.actors.iter().enumerate() {
            let chosen = self.choose(actor, at, base, scratch, true);
            match chosen {
                Some(chosen) => take(Some((chosen.found.candidate.entry, &chosen.facts(actor, scratch.keys.get(at))))),
                None => take(None),
            }
        }
    }

    /// Finds the name of each participant that the knowledge base has, and the words of all names.
    fn find_names(&self, input: &Input<'_>, base: &KnowledgeBase<'_>, scratch: &mut Scratch) {
        let Scratch { words, names, keys, longest, named, .. } = scratch;
        names.clear();
        keys.clear();
        longest.clear();
        named.clear();
        named.resize(input.actors.len(), false);
        for mention in input.mentions {
            named.iter_mut().skip(mention.actor as usize).take(1).for_each(|named| *named = true);
        }
        for (actor, named) in input.actors.iter().zip(named) {
            words.read(self.parts.without_possessive(actor.name));
            names.extend_from_slice(words.hashes());
            // Nobody is meant by a name if there is none.
            keys.push(if *named { self.find(actor.name, label(actor), base, words) } else { None });
            longest.push(0);
        }
        names.sort_unstable();
        names.dedup();
        for mention in input.mentions {
            let at = mention.actor as usize;
            let (Some(actor), Some(known), Some(longest)) =
                (input.actors.get(at), keys.get_mut(at), longest.get_mut(at))
            else {
                continue;
            };
            // The longest name decides if it is known as it is.
            if matches!(known, Some((_, Form::Whole | Form::Untitled))) || mention.name.len() <= *longest {
                continue;
            }
            let label = label(actor);
            words.read(mention.name);
            // A person whose full name is unknown is nobody whose surname is known.
            if label == Some(EntityLabel::Person) && self.parts.without_titles(words.hashes()).len() < 2 {
                continue;
            }
            if let Some((key, Form::Whole)) = self.find(mention.name, label, base, words) {
                (*known, *longest) = (Some((key, Form::OtherName)), mention.name.len());
            }
        }
    }

    /// Returns the key of a name in the knowledge base, if it has the name in any form.
    fn find(
        &self,
        name: &str,
        label: Option<EntityLabel>,
        base: &KnowledgeBase<'_>,
        words: &mut NameWords,
    ) -> Option<(u64, Form)> {
        let known = |words: &[u64], form| {
            let key = key(words);
            (!words.is_empty() && base.candidates(key).len() > 0).then_some((key, form))
        };
        let name = self.parts.without_possessive(name);
        words.read(name);
        let whole = self.parts.without_article(words.hashes());
        let is_person = matches!(label, None | Some(EntityLabel::Person | EntityLabel::Misc));
        let untitled = if is_person { self.parts.without_titles(whole) } else { whole };
        let found = known(whole, Form::Whole)
            .or_else(|| known(self.parts.without_legal_form(whole), Form::Whole))
            .or_else(|| known(self.parts.without_legal_form(untitled), Form::Untitled))
            .or_else(|| known(self.parts.without_endings(untitled), Form::Shortened))
            .or_else(|| match self.parts.without_endings(untitled) {
                [first, _, .., last] if label == Some(EntityLabel::Person) => known(&[*first, *last], Form::Shortened),
                _ => None,
            });
        if found.is_some() {
            return found;
        }
        words.read(before_comma(name));
        let found = known(self.parts.without_article(words.hashes()), Form::Whole);
        found.or_else(|| {
            words.read(self.parts.after_possessive(name)?);
            known(words.hashes(), Form::Shortened)
        })
    }

    /// Chooses the likeliest candidate of a participant: by its name alone, or with the rest of the article.
    fn choose<'b>(
        &self,
        actor: &Actor<'_>,
        at: usize,
        base: &KnowledgeBase<'b>,
        scratch: &mut Scratch,
        in_context: bool,
    ) -> Option<Chosen<'b>> {
        let Scratch { words, other, names, context, countries, first, keys, shares, .. } = scratch;
        let (key_of_name, _) = keys.get(at).copied().flatten()?;
        let label = label(actor);
        if in_context {
            context.clear();
            for text in [actor.role, actor.affiliation] {
                words.read(text);
                context.extend_from_slice(words.hashes());
            }
            context.sort_unstable();
        }
        shares.clear();
        let mut best: Option<Chosen<'b>> = None;
        for candidate in base.candidates(key_of_name) {
            let Some(entry) = base.entry(candidate.entry) else { continue };
            let own_name = self.is_name_of(key_of_name, &entry, words);
            let agreement = entry.kind.agreement(label);
            let fixed = prior(candidate, &entry, own_name).ln()
                + match agreement {
                    Agreement::Same | Agreement::Unknown => 0.0,
                    Agreement::Near => NEAR,
                    Agreement::Other => OTHER,
                };
            let mut found = Found { candidate, entry, agreement, own_name, fixed, country: 0.0, described: 0.0 };
            if in_context {
                let own = first.get(at).filter(|(code, _)| *code == entry.country).map_or(0.0, |(_, weight)| *weight);
                found.country = if entry.country == [0, 0] { 0.0 } else { countries.share(entry.country, own) };
                found.described = described(&entry, context, other).max(described(&entry, names, other));
            }
            let score = found.fixed + COUNTRY * found.country + DESCRIBED * found.described;
            shares.push(score);
            if best.as_ref().is_none_or(|best| score > best.score) {
                best = Some(Chosen { found, score, share: 0.0, alone: false });
            }
        }
        let mut best = best?;
        best.share = 1.0 / shares.iter().map(|score| (score - best.score).exp()).sum::<f32>();
        best.alone = shares.len() == 1;
        Some(best)
    }
}

/// The likeliest candidate.
struct Chosen<'b> {
    found: Found<'b>,
    score: f32,
    /// Its share of the probability of all candidates.
    share: f32,
    alone: bool,
}

impl Chosen<'_> {
    fn facts(&self, actor: &Actor<'_>, key: Option<&Option<(u64, Form)>>) -> Features {
        let is = |yes: bool| f32::from(u8::from(yes));
        let Found { candidate, entry, agreement, own_name, country, described, .. } = self.found;
        let label = label(actor);
        let is_person = label == Some(EntityLabel::Person);
        let one_word = !actor.name.trim().contains(char::is_whitespace);
        let form = key.copied().flatten().map_or(Form::Whole, |(_, form)| form);
        [
            1.0,
            self.share.max(1e-4).ln(),
            is(self.alone),
            f32::from(candidate.count).ln_1p(),
            is(candidate.count == 0),
            f32::from(entry.count).ln_1p(),
            is(own_name),
            is(agreement == Agreement::Near),
            is(agreement == Agreement::Unknown),
            is(agreement == Agreement::Other),
            is(one_word),
            is(is_person),
            is(is_person && one_word),
            is(matches!(label, Some(EntityLabel::Gpe | EntityLabel::Loc))),
            is(label == Some(EntityLabel::Norp)),
            is(form == Form::Untitled),
            is(form == Form::Shortened),
            is(form == Form::OtherName),
            country,
            described,
        ]
    }
}

fn label(actor: &Actor<'_>) -> Option<EntityLabel> {
    EntityLabel::of(actor.label)
}
