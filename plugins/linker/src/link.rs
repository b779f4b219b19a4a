//! Chooses an entry for each participant of an article.
//!
//! The candidates of a participant are the entries of its longest name, or else of another name that the article has for
//! it. Each candidate has a prior: how often the name means it. Five things weigh on the prior: the label, the countries
//! of the other participants, towns of the same division, the words of the entry's description, and whether the name tells
//! where a place is. A logistic regression then tells how probable the likeliest candidate is.

use copydesk_sdk::NONE;
use copydesk_text::EntityLabel;
use copydesk_text::lang::ENGLISH;

use crate::evidence::{Countries, Divisions, Form, described, division};
use crate::kb::{Candidate, Entry, KnowledgeBase};
use crate::kinds::{Agreement, EntryKind};
use crate::names::{NameParts, NameWords, before_comma, key};
use crate::weights::{Features, probability};

/// A participant of an article.
#[derive(Clone, Copy, Debug)]
pub struct Actor<'a> {
    /// Its longest name.
    pub name: &'a str,
    /// Its label, if it is a known one.
    pub label: Option<EntityLabel>,
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
    /// True if it tells where the place before it is: [`tells_where`].
    pub tells_where: bool,
}

/// Returns true if a name tells where the place before it is: the second one of `Port Vell, Oregon.` The place before ends
/// at `before`, the name goes from `start` to `end`, all in bytes.
#[must_use]
pub fn tells_where(text: &str, before: u32, start: u32, end: u32) -> bool {
    let [before, start, end] = [before, start, end].map(|at| at as usize);
    // In a list, a word follows: `Port Vell, Oregon and Ohio`.
    let is_last =
        || text.get(end..).and_then(|rest| rest.chars().next()).is_none_or(|next| next.is_ascii_punctuation());
    text.get(before..start) == Some(", ") && is_last()
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
struct Found {
    candidate: Candidate,
    /// The country of the entry, and how often it is meant.
    land: [u8; 2],
    meant: u16,
    agreement: Agreement,
    /// The logarithm of the prior, with the weight of the label.
    fixed: f32,
    country: f32,
    described: f32,
    /// True if another participant is a place of the same division, or of this country if a division has
    /// its name.
    beside: bool,
    /// The share of the names that tell where a place is, if this is a state or a country; otherwise 0.
    outer: f32,
}

/// Reusable memory of one worker.
#[derive(Debug, Default)]
pub struct Scratch {
    words: NameWords,
    /// The words of all names of the article, sorted.
    names: Vec<u64>,
    /// The words of a participant's role and affiliation, sorted.
    context: Vec<u64>,
    countries: Countries,
    divisions: Divisions,
    /// The likeliest candidate of each participant by its name alone: its country and how sure that is.
    first: Vec<([u8; 2], f32)>,
    /// The name of each participant that the knowledge base has.
    keys: Vec<Option<(u64, Form)>>,
    /// True for each participant that the article names.
    named: Vec<bool>,
    /// How many names of each participant tell where a place is, and how many there are.
    outer: Vec<[u32; 2]>,
    /// The most bytes of a name by which a participant was found.
    longest: Vec<usize>,
    /// The lengths of the names that were tried for each participant, modulo 64, as bits.
    tried: Vec<u64>,
    /// The candidates of all participants, and the first of each participant.
    found: Vec<Found>,
    starts: Vec<u32>,
}

/// The weights of what tells for a candidate, tuned on news of later days than those that the aliases are counted in.
const NEAR: f32 = -0.7;
const OTHER: f32 = -4.0;
const COUNTRY: f32 = 2.5;
const DESCRIBED: f32 = 2.5;
const BESIDE: f32 = 2.5;
const OUTER: f32 = 3.0;
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
        .map(|(candidate, entry)| Meaning { entry, count: candidate.count, share: prior(candidate, &entry) })
        .collect();
    let total: f32 = meanings.iter().map(|meaning| meaning.share).sum();
    meanings.iter_mut().for_each(|meaning| meaning.share /= total);
    meanings.sort_by(|a, b| b.share.total_cmp(&a.share));
    meanings
}

/// Returns how often a name means an entry, smoothed.
fn prior(candidate: Candidate, entry: &Entry<'_>) -> f32 {
    let known = if candidate.own_name { OWN_NAME } else { UNSEEN };
    f32::from(candidate.count) + known + MEANT * f32::from(entry.count).ln_1p()
}

impl Linker {
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
        find_candidates(input, base, scratch);
        for (at, actor) in input.actors.iter().enumerate() {
            if let Some(chosen) = choose(actor, at, base, scratch) {
                take(Some((chosen.found.candidate.entry, &chosen.facts(actor, scratch.keys.get(at)))));
            } else {
                take(None);
            }
        }
    }

    /// Finds the name of each participant that the knowledge base has, and the words of all names.
    fn find_names(&self, input: &Input<'_>, base: &KnowledgeBase<'_>, scratch: &mut Scratch) {
        let Scratch { words, names, keys, longest, tried, named, outer, .. } = scratch;
        names.clear();
        keys.clear();
        longest.clear();
        tried.clear();
        tried.resize(input.actors.len(), 0);
        named.clear();
        named.resize(input.actors.len(), false);
        outer.clear();
        outer.resize(input.actors.len(), [0; 2]);
        for mention in input.mentions {
            named.iter_mut().skip(mention.actor as usize).take(1).for_each(|named| *named = true);
            if let Some([telling, all]) = outer.get_mut(mention.actor as usize) {
                *telling += u32::from(mention.tells_where);
                *all += 1;
            }
        }
        for (actor, named) in input.actors.iter().zip(named) {
            // Nobody is meant by a name if there is none.
            if *named {
                words.read(actor.name);
                names.extend_from_slice(words.hashes());
                keys.push(self.find(actor.name, actor.label, base, words));
            } else {
                keys.push(None);
            }
            longest.push(0);
        }
        names.sort_unstable();
        names.dedup();
        for mention in input.mentions {
            let at = mention.actor as usize;
            let (Some(actor), Some(known)) = (input.actors.get(at), keys.get_mut(at)) else { continue };
            let (Some(longest), Some(tried)) = (longest.get_mut(at), tried.get_mut(at)) else { continue };
            // The longest name decides if it is known as it is. Others of one length are nearly always one name.
            let is_known = matches!(known, Some((_, Form::Whole | Form::Untitled)));
            let length = 1u64 << (mention.name.len() % 64);
            if is_known || mention.name.len() <= *longest || mention.name == actor.name || *tried & length != 0 {
                continue;
            }
            *tried |= length;
            let label = actor.label;
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
        let first = before_comma(name);
        let found = (first.len() < name.len()).then(|| {
            words.read(first);
            known(self.parts.without_article(words.hashes()), Form::Whole)
        });
        found.flatten().or_else(|| {
            words.read(self.parts.after_possessive(name)?);
            known(words.hashes(), Form::Shortened)
        })
    }
}

/// Finds the candidates of all participants, and the countries of those whose candidate is sure.
fn find_candidates(input: &Input<'_>, base: &KnowledgeBase<'_>, scratch: &mut Scratch) {
    let Scratch { words, keys, found, starts, first, countries, divisions, outer, .. } = scratch;
    found.clear();
    starts.clear();
    first.clear();
    countries.clear();
    divisions.clear();
    starts.push(0);
    for (at, (actor, key)) in input.actors.iter().zip(keys).enumerate() {
        let label = actor.label;
        let start = found.len();
        for candidate in key.iter().flat_map(|(key, _)| base.candidates(*key)) {
            let Some(entry) = base.entry(candidate.entry) else { continue };
            let agreement = entry.kind.agreement(label);
            // A short form of the article's own has few letters, which mean many things of other kinds.
            if matches!(agreement, Agreement::Near | Agreement::Other) && matches!(key, Some((_, Form::OtherName))) {
                continue;
            }
            let fixed = prior(candidate, &entry).ln()
                + match agreement {
                    Agreement::Same | Agreement::Unknown => 0.0,
                    Agreement::Near => NEAR,
                    Agreement::Other => OTHER,
                };
            let (land, meant) = (entry.country, entry.count);
            let outer = match (entry.kind, outer.get(at)) {
                (EntryKind::Region | EntryKind::Country, Some([telling, all])) => {
                    *telling as f32 / (*all).max(1) as f32
                }
                _ => 0.0,
            };
            let (country, described, beside) = (0.0, 0.0, false);
            found.push(Found { candidate, land, meant, agreement, fixed, country, described, beside, outer });
        }
        starts.push(found.len() as u32);
        let own = found.get(start..).unwrap_or_default();
        let told = likeliest(own).filter(|(best, share)| *share >= SURE && best.agreement != Agreement::Other);
        let (land, weight) = told.map_or(([0, 0], 0.0), |(best, share)| (best.land, share));
        first.push((land, weight));
        countries.add(land, weight);
        let entry = told.and_then(|(best, _)| base.entry(best.candidate.entry));
        if let Some(division) = entry.and_then(|entry| division(&entry, words)) {
            divisions.add(division, at as u32);
        }
    }
    divisions.sort();
}

/// Chooses the likeliest candidate of a participant, with the rest of the article.
fn choose(actor: &Actor<'_>, at: usize, base: &KnowledgeBase<'_>, scratch: &mut Scratch) -> Option<Chosen> {
    let Scratch { words, names, context, countries, divisions, first, found, starts, .. } = scratch;
    let (start, end) = (starts.get(at).copied()?, starts.get(at + 1).copied()?);
    let own = found.get_mut(start as usize..end as usize)?;
    let alone = own.len() == 1;
    let (told, weight) = first.get(at).copied().unwrap_or_default();
    if !alone {
        context.clear();
        for text in [actor.role, actor.affiliation] {
            words.read(text);
            context.extend_from_slice(words.hashes());
        }
        context.sort_unstable();
    }
    for one in own.iter_mut() {
        let own_weight = if one.land == told { weight } else { 0.0 };
        one.country = if one.land == [0, 0] { 0.0 } else { countries.share(one.land, own_weight) };
        // A description tells candidates apart.
        if !alone && let Some(entry) = base.entry(one.candidate.entry) {
            one.described = described(&entry, context, names, words);
            one.beside = division(&entry, words).is_some_and(|division| divisions.has_other(division, at as u32));
        }
    }
    if own.iter().any(|one| one.beside) {
        // Whatever lies in a division lies in its country.
        let is_country =
            |one: &Found| base.entry(one.candidate.entry).is_some_and(|entry| entry.kind == EntryKind::Country);
        own.iter_mut().filter(|one| one.country > 0.0 && is_country(one)).for_each(|one| one.beside = true);
    }
    let (best, share) = likeliest(own)?;
    Some(Chosen { found: best, share, alone })
}

/// Returns the likeliest candidate and its share of the probability of all.
fn likeliest(found: &[Found]) -> Option<(Found, f32)> {
    let first = *found.first()?;
    let best = found.iter().fold(first, |best, one| if one.score() > best.score() { *one } else { best });
    let total: f32 = found.iter().map(|one| (one.score() - best.score()).exp()).sum();
    Some((best, 1.0 / total))
}

impl Found {
    fn score(&self) -> f32 {
        let beside = if self.beside { BESIDE } else { 0.0 };
        self.fixed + COUNTRY * self.country + DESCRIBED * self.described + beside + OUTER * self.outer
    }
}

/// The likeliest candidate.
struct Chosen {
    found: Found,
    /// Its share of the probability of all candidates.
    share: f32,
    alone: bool,
}

impl Chosen {
    fn facts(&self, actor: &Actor<'_>, key: Option<&Option<(u64, Form)>>) -> Features {
        let is = |yes: bool| f32::from(u8::from(yes));
        let Found { candidate, meant, agreement, country, described, .. } = self.found;
        let label = actor.label;
        let is_person = label == Some(EntityLabel::Person);
        let one_word = !actor.name.trim().contains(char::is_whitespace);
        let form = key.copied().flatten().map_or(Form::Whole, |(_, form)| form);
        [
            1.0,
            self.share.max(1e-4).ln(),
            is(self.alone),
            f32::from(candidate.count).ln_1p(),
            is(candidate.count == 0),
            f32::from(meant).ln_1p(),
            is(candidate.own_name),
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
