//! What a corpus says: the counts and passages that a report shows. `docs/reports.md` describes the JSON.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fmt;

use copydesk_text::EntityLabel;
use copydesk_text::lang::ENGLISH;
use serde::Serialize;
use serde_json::Value;

use crate::CorpusError;
use crate::corpus::{NOBODY, Reduced, Sample, short_hash};
use crate::entry::Entry;
use crate::record::Record;

impl Summary {
    /// Returns the names as a table with the columns `name`, `alias` and `id`, to be edited and given again.
    #[must_use]
    pub fn aliases(&self) -> Vec<u8> {
        Vec::new()
    }
}

/// The name and version of the JSON of a summary.
pub const SUMMARY_SCHEMA: &str = "copydesk-corpus/1";

/// How much a summary holds. Counts are exact, whatever it holds.
///
/// ```
/// let short = copydesk_corpus::SummaryOptions { actors: 100, ..Default::default() };
/// assert_eq!(short.quotes, 100_000);
/// ```
#[derive(Clone, Copy)]
pub struct SummaryOptions<'a> {
    /// A title for the report.
    pub title: Option<&'a str>,
    /// The actors that are shown: those with the most quotes. Others are summed.
    pub actors: usize,
    /// The outlets that are shown: those with the most articles.
    pub outlets: usize,
    /// The quotes that are kept with their words.
    pub quotes: usize,
    /// The passages of stances that are kept.
    pub passages: usize,
    /// Tells the gender of a person by the name, for a count of women and men.
    pub gender: Option<Gender<'a>>,
    /// The result of a review, which the report prints.
    pub review: Option<&'a Value>,
}

/// How the gender of people is told.
#[derive(Clone, Copy)]
pub struct Gender<'a> {
    /// Takes a name.
    pub of: &'a dyn Fn(&str) -> NameGender,
    /// How it is told, and how often this is wrong.
    pub error: &'a str,
}

/// The gender that most people of a name have.
///
/// ```
/// use copydesk_corpus::NameGender;
///
/// assert_eq!(serde_json::to_string(&NameGender::Woman)?, "\"w\"");
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum NameGender {
    /// Most are women.
    #[serde(rename = "w")]
    Woman,
    /// Most are men.
    #[serde(rename = "m")]
    Man,
    /// The name does not tell.
    #[serde(rename = "?")]
    Unknown,
}

impl Default for SummaryOptions<'_> {
    fn default() -> Self {
        SummaryOptions {
            title: None,
            actors: 5_000,
            outlets: 500,
            quotes: 100_000,
            passages: 100_000,
            gender: None,
            review: None,
        }
    }
}

impl fmt::Debug for SummaryOptions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let SummaryOptions { title, actors, outlets, quotes, passages, gender, review } = self;
        let mut debug = f.debug_struct("SummaryOptions");
        debug.field("title", title).field("actors", actors).field("outlets", outlets).field("quotes", quotes);
        debug.field("passages", passages).field("gender", &gender.is_some()).field("review", review).finish()
    }
}

/// The summary of a corpus. Tables are columns of one length; their numbers are places in other tables, or -1.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Summary {
    schema: &'static str,
    title: Option<String>,
    made: Made,
    /// Counts of all.
    pub totals: Totals,
    sample: Option<SampleCounts>,
    left_out: Option<LeftOut>,
    days: Vec<String>,
    by_day: ByDay,
    outlets: Vec<String>,
    by_outlet: ByOutlet,
    verbs: Vec<String>,
    kinds: Vec<String>,
    acts: Vec<String>,
    documents: Documents,
    /// The actors, those with the most quotes first.
    pub actors: Actors,
    actor_outlet: ActorOutlet,
    actor_day: ActorDay,
    actor_verb: ActorVerb,
    pairs: Pairs,
    together: Together,
    quotes: Quotes,
    passages: Passages,
    review: Option<Value>,
    gender: Option<GenderCounts>,
}

#[derive(Clone, Debug, Default, Serialize)]
struct Made {
    copydesk: &'static str,
    pipelines: Vec<MadeBy>,
}

#[derive(Clone, Debug, Serialize)]
struct MadeBy {
    documents: u64,
    provenance: Value,
}

/// Counts of all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Articles.
    pub documents: u64,
    /// Articles that could not be analyzed.
    pub failed: u64,
    /// Articles that repeat another.
    pub repeated: u64,
    /// Articles without a date.
    pub without_date: u64,
    /// Articles without an outlet.
    pub without_outlet: u64,
    /// Words of all articles.
    pub words: u64,
    /// Quotes.
    pub quotes: u64,
    /// Quotes with a known speaker.
    pub named: u64,
    /// Of these, quotes with a speaker of a probability under 60 per cent.
    pub unsure: u64,
    /// Identities.
    pub actors: u64,
    /// Identities that are quoted.
    pub speakers: u64,
    /// Stances.
    pub stances: u64,
}

/// The probability of a speaker below which it is unsure, in per cent.
const SURE: u8 = 60;

#[derive(Clone, Copy, Debug, Default, Serialize)]
struct SampleCounts {
    quotes: u64,
    of_quotes: u64,
    passages: u64,
    of_passages: u64,
}

#[derive(Clone, Copy, Debug, Default, Serialize)]
struct LeftOut {
    actors: u64,
    quotes: u64,
    mentions: u64,
}

#[derive(Clone, Debug, Default, Serialize)]
struct ByDay {
    documents: Vec<u64>,
    quotes: Vec<u64>,
    named: Vec<u64>,
}

#[derive(Clone, Debug, Default, Serialize)]
struct ByOutlet {
    documents: Vec<u64>,
    words: Vec<u64>,
    quotes: Vec<u64>,
    named: Vec<u64>,
    speakers: Vec<u64>,
}

#[derive(Clone, Debug, Default, Serialize)]
struct Documents {
    id: Vec<String>,
    title: Vec<Option<String>>,
    url: Vec<Option<String>>,
    outlet: Vec<i64>,
    day: Vec<i64>,
}

/// The actors of a summary, as columns.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Actors {
    /// Ids, which stay from run to run with a state.
    pub id: Vec<String>,
    /// Names.
    pub name: Vec<String>,
    /// PERSON, ORG and so on: the most frequent label.
    pub label: Vec<String>,
    /// All names, and how often each stands in the articles.
    pub aliases: Vec<Vec<(String, u64)>>,
    /// Roles, and in how many articles.
    pub roles: Vec<Vec<(String, u64)>>,
    /// Affiliations, and in how many articles.
    pub affiliations: Vec<Vec<(String, u64)>>,
    /// Ids of a knowledge base.
    pub kb: Vec<Option<String>>,
    /// Articles that mention the actor.
    pub documents: Vec<u64>,
    /// Mentions.
    pub mentions: Vec<u64>,
    /// Quotes of which the actor is the speaker.
    pub quotes: Vec<u64>,
    /// Words of these quotes.
    pub words: Vec<u64>,
    quoted_documents: Vec<u64>,
    quoted_outlets: Vec<u64>,
    place: Vec<i64>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    gender: Vec<NameGender>,
}

#[derive(Clone, Debug, Default, Serialize)]
struct ActorOutlet {
    actor: Vec<usize>,
    outlet: Vec<i64>,
    quotes: Vec<u64>,
    words: Vec<u64>,
    documents: Vec<u64>,
}

#[derive(Clone, Debug, Default, Serialize)]
struct ActorDay {
    actor: Vec<usize>,
    day: Vec<i64>,
    quotes: Vec<u64>,
    words: Vec<u64>,
}

#[derive(Clone, Debug, Default, Serialize)]
struct ActorVerb {
    actor: Vec<i64>,
    verb: Vec<usize>,
    quotes: Vec<u64>,
}

#[derive(Clone, Debug, Default, Serialize)]
struct Pairs {
    holder: Vec<i64>,
    target: Vec<usize>,
    #[serde(rename = "for")]
    positive: Vec<u64>,
    #[serde(rename = "against")]
    negative: Vec<u64>,
    neutral: Vec<u64>,
}

#[derive(Clone, Debug, Default, Serialize)]
struct Together {
    a: Vec<usize>,
    b: Vec<usize>,
    documents: Vec<u64>,
}

#[derive(Clone, Debug, Default, Serialize)]
struct Quotes {
    id: Vec<String>,
    document: Vec<usize>,
    speaker: Vec<i64>,
    kind: Vec<i64>,
    act: Vec<i64>,
    verb: Vec<i64>,
    words: Vec<u32>,
    score: Vec<i64>,
    sure: Vec<i64>,
    place: Vec<u8>,
    text: Vec<String>,
}

#[derive(Clone, Debug, Default, Serialize)]
struct Passages {
    document: Vec<usize>,
    holder: Vec<i64>,
    target: Vec<usize>,
    polarity: Vec<i8>,
    sure: Vec<i64>,
    text: Vec<String>,
}

#[derive(Clone, Debug, Default, Serialize)]
struct GenderCounts {
    women: u64,
    men: u64,
    unknown: u64,
    quotes: GenderQuotes,
    by_outlet: GenderByOutlet,
    error: String,
}

#[derive(Clone, Copy, Debug, Default, Serialize)]
struct GenderQuotes {
    women: u64,
    men: u64,
    unknown: u64,
}

#[derive(Clone, Debug, Default, Serialize)]
struct GenderByOutlet {
    women: Vec<u64>,
    men: Vec<u64>,
    unknown: Vec<u64>,
}

/// The counts of one identity.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    documents: u32,
    mentions: u32,
    quotes: u32,
    words: u32,
    quoted_documents: u32,
    quoted_outlets: u32,
    /// The sum of the places of the first quotes.
    places: u32,
}

/// The first pass over the articles: counts of everybody.
#[derive(Debug, Default)]
struct Tally {
    totals: Totals,
    of: Vec<Counts>,
    outlets: BTreeMap<String, u64>,
    /// Outlets by name, in order of appearance.
    numbers: BTreeMap<String, u32>,
    /// Outlets and the identities that they quote. Only its length and members matter, never its order.
    quoted: HashSet<(u32, u32)>,
    days: BTreeSet<String>,
    verbs: BTreeMap<String, u64>,
    kinds: BTreeMap<String, u64>,
    acts: BTreeMap<String, u64>,
    made: BTreeMap<String, u64>,
}

/// The number of an unknown outlet.
const NO_OUTLET: u32 = u32::MAX;

impl Tally {
    fn see(&mut self, record: &Record, identities: &[u32]) {
        let totals = &mut self.totals;
        totals.documents += 1;
        totals.words += u64::from(record.words);
        totals.without_date += u64::from(record.day.is_none());
        totals.without_outlet += u64::from(record.outlet.is_none());
        totals.stances += record.stances.len() as u64;
        self.days.extend(record.day.clone());
        if let Some(outlet) = &record.outlet {
            *self.outlets.entry(outlet.clone()).or_default() += 1;
        }
        if let Some(provenance) = &record.provenance {
            *self.made.entry(provenance.clone()).or_default() += 1;
        }
        let outlet = record.outlet.as_ref().map_or(NO_OUTLET, |outlet| {
            let next = self.numbers.len() as u32;
            *self.numbers.entry(outlet.clone()).or_insert(next)
        });
        let mut here = BTreeSet::new();
        for (actor, identity) in record.actors.iter().zip(identities) {
            if let Some(counts) = self.of.get_mut(*identity as usize) {
                counts.mentions = counts.mentions.saturating_add(actor.mentions);
                counts.documents += u32::from(here.insert(*identity));
            }
        }
        let mut quoted = BTreeSet::new();
        for quote in &record.quotes {
            let totals = &mut self.totals;
            totals.quotes += 1;
            *self.kinds.entry(quote.kind.clone()).or_default() += 1;
            *self.acts.entry(quote.act.clone()).or_default() += 1;
            if let Some(verb) = verb(&quote.cue) {
                *self.verbs.entry(verb).or_default() += 1;
            }
            let Some(identity) = identity(identities, quote.speaker) else { continue };
            totals.named += 1;
            totals.unsure += u64::from(quote.sure.is_some_and(|sure| sure < SURE));
            let Some(counts) = self.of.get_mut(identity as usize) else { continue };
            counts.quotes += 1;
            counts.words = counts.words.saturating_add(quote.words);
            if quoted.insert(identity) {
                counts.quoted_documents += 1;
                counts.places += u32::from(quote.place);
            }
            let new = self.quoted.insert((outlet, identity));
            counts.quoted_outlets += u32::from(new && outlet != NO_OUTLET);
        }
    }
}

/// The identity of an actor of an article, if it has one.
fn identity(identities: &[u32], actor: Option<u32>) -> Option<u32> {
    identities.get(actor? as usize).copied().filter(|identity| *identity != NOBODY)
}

/// The letters that a word must have to be counted as a verb if no list knows it.
const LONG: usize = 5;

/// The verb of a cue: the base of its first verb of saying, else its first long word as it is.
fn verb(cue: &str) -> Option<String> {
    let words = || cue.split(|c: char| !c.is_alphanumeric() && c != '\'').filter(|word| !word.is_empty());
    let known = words().find_map(|word| (ENGLISH.verbs.reporting_lemma)(word));
    known.map(str::to_owned).or_else(|| words().find(|word| word.len() >= LONG).map(str::to_owned))
}

/// The details of one shown actor.
#[derive(Debug, Default)]
struct Details {
    names: BTreeMap<String, u64>,
    aliases: BTreeMap<String, u64>,
    labels: BTreeMap<String, u64>,
    roles: BTreeMap<String, u64>,
    affiliations: BTreeMap<String, u64>,
    kb: BTreeMap<String, u64>,
}

/// The names, roles and affiliations that are shown of an actor.
const SHOWN: usize = 12;

/// The different values that are counted of an actor. Beyond them, new ones are passed over.
const COUNTED: usize = 2_000;

fn count(of: &mut BTreeMap<String, u64>, value: &str, times: u64) {
    if let Some(known) = of.get_mut(value) {
        *known += times;
    } else if of.len() < COUNTED {
        of.insert(value.to_owned(), times);
    }
}

/// The most frequent values, and of equal ones the first of the alphabet.
fn most(of: BTreeMap<String, u64>, shown: usize) -> Vec<(String, u64)> {
    let mut all: Vec<(String, u64)> = of.into_iter().collect();
    all.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    all.truncate(shown);
    all
}

/// Places of values in a list of names.
#[derive(Debug)]
struct Index {
    names: Vec<String>,
    places: BTreeMap<String, usize>,
}

impl Index {
    fn of(names: Vec<String>) -> Self {
        let places = names.iter().cloned().enumerate().map(|(at, name)| (name, at)).collect();
        Index { names, places }
    }

    fn place(&self, name: Option<&str>) -> i64 {
        name.and_then(|name| self.places.get(name)).map_or(-1, |at| *at as i64)
    }
}

/// A quote that may be shown, ordered as articles and quotes are.
type KeptQuote = (u64, u32);

/// The actors that are most linked, for the network.
const LINKED: usize = 20;

/// The passages that are kept of each actor, whatever the limit of all.
const OF_EACH: usize = 5;

/// The second pass: details of those that are shown.
struct Gathering<'o> {
    options: SummaryOptions<'o>,
    /// The place of each shown identity.
    places: BTreeMap<u32, usize>,
    linked: BTreeSet<usize>,
    details: Vec<Details>,
    days: Index,
    outlets: Index,
    verbs: Index,
    by_day: ByDay,
    by_outlet: ByOutlet,
    actor_outlet: BTreeMap<(usize, i64), [u64; 3]>,
    actor_day: BTreeMap<(usize, i64), [u64; 2]>,
    actor_verb: BTreeMap<(i64, usize), u64>,
    pairs: BTreeMap<(i64, usize), [u64; 3]>,
    together: BTreeMap<(usize, usize), u64>,
    quotes: Sample<KeptQuote>,
    passages: Sample<KeptQuote>,
    document: u64,
}

impl Gathering<'_> {
    fn see(&mut self, record: &Record, identities: &[u32]) {
        let (day, outlet) = (self.days.place(record.day.as_deref()), self.outlets.place(record.outlet.as_deref()));
        let place = |identity: Option<u32>| identity.and_then(|identity| self.places.get(&identity).copied());
        let shown: Vec<Option<usize>> =
            (0..record.actors.len() as u32).map(|actor| place(identity(identities, Some(actor)))).collect();
        let of = |actor: Option<u32>| actor.and_then(|actor| shown.get(actor as usize).copied().flatten());
        add(&mut self.by_day.documents, day, 1);
        add(&mut self.by_outlet.documents, outlet, 1);
        add(&mut self.by_outlet.words, outlet, u64::from(record.words));

        let mut here = BTreeSet::new();
        for (actor, place) in record.actors.iter().zip(&shown) {
            let Some(details) = place.and_then(|place| self.details.get_mut(place)) else { continue };
            here.extend(*place);
            count(&mut details.names, &actor.name, 1);
            count(&mut details.labels, &actor.label, u64::from(actor.mentions));
            actor.names.iter().for_each(|(name, times)| count(&mut details.aliases, name, u64::from(*times)));
            actor.role.iter().for_each(|role| count(&mut details.roles, role, 1));
            actor.affiliation.iter().for_each(|affiliation| count(&mut details.affiliations, affiliation, 1));
            actor.kb_id.iter().for_each(|id| count(&mut details.kb, id, 1));
        }
        for place in &here {
            self.actor_outlet.entry((*place, outlet)).or_default()[2] += 1;
        }
        let linked: Vec<usize> = here.iter().copied().filter(|place| self.linked.contains(place)).collect();
        for (at, a) in linked.iter().enumerate() {
            for b in linked.iter().skip(at + 1) {
                *self.together.entry((*a, *b)).or_default() += 1;
            }
        }
        for (at, quote) in record.quotes.iter().enumerate() {
            let named = identity(identities, quote.speaker).is_some();
            add(&mut self.by_day.quotes, day, 1);
            add(&mut self.by_outlet.quotes, outlet, 1);
            add(&mut self.by_day.named, day, u64::from(named));
            add(&mut self.by_outlet.named, outlet, u64::from(named));
            let speaker = of(quote.speaker);
            if let Some(verb) = verb(&quote.cue).and_then(|verb| self.verbs.places.get(&verb).copied()) {
                *self.actor_verb.entry((-1, verb)).or_default() += 1;
                if let Some(speaker) = speaker {
                    *self.actor_verb.entry((speaker as i64, verb)).or_default() += 1;
                }
            }
            if let Some(speaker) = speaker {
                let words = u64::from(quote.words);
                let [quotes, all, _] = self.actor_outlet.entry((speaker, outlet)).or_default();
                (*quotes, *all) = (*quotes + 1, *all + words);
                let [quotes, all] = self.actor_day.entry((speaker, day)).or_default();
                (*quotes, *all) = (*quotes + 1, *all + words);
            }
            // A quote of an actor that is not shown would say nothing of anybody.
            if speaker.is_some() || !named {
                let rank = short_hash(quote.id.as_bytes());
                self.quotes.push(rank, speaker.map(|speaker| speaker as u32), (self.document, at as u32));
            }
        }
        for (at, stance) in record.stances.iter().enumerate() {
            let holder = match stance.holder {
                None => -1,
                Some(actor) => match of(Some(actor)) {
                    Some(holder) => holder as i64,
                    None => continue,
                },
            };
            let Some(target) = of(Some(stance.target)) else { continue };
            let [positive, negative, neutral] = self.pairs.entry((holder, target)).or_default();
            let of_kind = match stance.polarity {
                34.. => positive,
                ..=-34 => negative,
                _ => neutral,
            };
            *of_kind += 1;
            // Passages that take a side come before those that do not.
            let neutral = u64::from(stance.polarity.abs() < 34);
            let rank = short_hash(format!("{}\0{at}\0{}", record.id, record.text).as_bytes()) >> 1 | neutral << 63;
            self.passages.push(rank, Some(target as u32), (self.document, at as u32));
        }
        self.document += 1;
    }
}

fn add(column: &mut [u64], place: i64, more: u64) {
    if let Some(value) = usize::try_from(place).ok().and_then(|place| column.get_mut(place)) {
        *value += more;
    }
}

impl Reduced {
    /// Sums the corpus up.
    ///
    /// # Errors
    /// If a temporary file cannot be read.
    pub fn summary(&mut self, options: &SummaryOptions<'_>) -> Result<Summary, CorpusError> {
        let mut tally = Tally { of: vec![Counts::default(); self.ids.len()], ..Tally::default() };
        self.each(|entry, identities| {
            match entry {
                Entry::Record(record) => tally.see(&record, identities),
                Entry::Failed(_) => tally.totals.failed += 1,
                Entry::Repeated(_) => tally.totals.repeated += 1,
            }
            Ok(())
        })?;
        tally.totals.actors = tally.of.len() as u64;
        tally.totals.speakers = tally.of.iter().filter(|counts| counts.quotes > 0).count() as u64;

        let shown = self.shown(&tally, options.actors);
        let mut gathering = gathering(&tally, &shown, options);
        self.each(|entry, identities| {
            if let Entry::Record(record) = &entry {
                gathering.see(record, identities);
            }
            Ok(())
        })?;
        let mut summary = Summary {
            schema: SUMMARY_SCHEMA,
            title: options.title.map(str::to_owned),
            totals: tally.totals,
            review: options.review.cloned(),
            ..Summary::default()
        };
        summary.made = made(&tally);
        summary.actors = self.actors(&tally, &shown, std::mem::take(&mut gathering.details));
        let rest = |of: fn(&Counts) -> u32| {
            let all: u64 = tally.of.iter().map(|counts| u64::from(of(counts))).sum();
            let own: u64 = shown.iter().filter_map(|at| tally.of.get(*at as usize)).map(|at| u64::from(of(at))).sum();
            all - own
        };
        summary.left_out = (shown.len() < tally.of.len()).then(|| LeftOut {
            actors: (tally.of.len() - shown.len()) as u64,
            quotes: rest(|counts| counts.quotes),
            mentions: rest(|counts| counts.mentions),
        });
        if let Some(gender) = options.gender {
            genders(&mut summary, &gathering, gender);
        }
        self.tables(&mut summary, gathering, &tally)?;
        Ok(summary)
    }

    /// The identities that are shown, those with the most quotes first.
    fn shown(&self, tally: &Tally, most: usize) -> Vec<u32> {
        let mut all: Vec<u32> = (0..tally.of.len() as u32).collect();
        let rank = |at: &u32| {
            let counts = tally.of.get(*at as usize).copied().unwrap_or_default();
            let numbers = [counts.quotes, counts.words, counts.documents, counts.mentions];
            (std::cmp::Reverse(numbers), self.ids.get(*at as usize), *at)
        };
        if all.len() > most && most > 0 {
            all.select_nth_unstable_by(most - 1, |a, b| rank(a).cmp(&rank(b)));
        }
        all.truncate(most);
        all.sort_unstable_by(|a, b| rank(a).cmp(&rank(b)));
        all
    }

    fn actors(&self, tally: &Tally, shown: &[u32], details: Vec<Details>) -> Actors {
        let mut actors = Actors::default();
        for (identity, details) in shown.iter().zip(details) {
            let counts = tally.of.get(*identity as usize).copied().unwrap_or_default();
            actors.id.push(self.ids.get(*identity as usize).map(|id| id.to_string()).unwrap_or_default());
            actors.name.push(best_name(&details.names));
            actors.label.push(most(details.labels, 1).into_iter().next().map(|(label, _)| label).unwrap_or_default());
            actors.aliases.push(most(details.aliases, SHOWN));
            actors.roles.push(most(details.roles, SHOWN));
            actors.affiliations.push(most(details.affiliations, SHOWN));
            actors.kb.push(most(details.kb, 1).into_iter().next().map(|(id, _)| id));
            actors.documents.push(counts.documents.into());
            actors.mentions.push(counts.mentions.into());
            actors.quotes.push(counts.quotes.into());
            actors.words.push(counts.words.into());
            actors.quoted_documents.push(counts.quoted_documents.into());
            actors.quoted_outlets.push(counts.quoted_outlets.into());
            let mean = |of: u32| (f64::from(counts.places) / f64::from(of)).round() as i64;
            let place = (counts.quoted_documents > 0).then(|| mean(counts.quoted_documents));
            actors.place.push(place.unwrap_or(-1));
        }
        actors
    }

    /// Fills the tables, and reads the words of the passages that are kept.
    fn tables(&self, summary: &mut Summary, gathering: Gathering<'_>, tally: &Tally) -> Result<(), CorpusError> {
        let Gathering { places, days, outlets, verbs, by_day, mut by_outlet, .. } = gathering;
        let shown: BTreeMap<u32, i64> =
            tally.numbers.iter().map(|(name, number)| (*number, outlets.place(Some(name)))).collect();
        for (outlet, _) in &tally.quoted {
            add(&mut by_outlet.speakers, shown.get(outlet).copied().unwrap_or(-1), 1);
        }
        for ((actor, outlet), [quotes, words, documents]) in gathering.actor_outlet {
            let table = &mut summary.actor_outlet;
            (table.actor.push(actor), table.outlet.push(outlet));
            (table.quotes.push(quotes), table.words.push(words), table.documents.push(documents));
        }
        for ((actor, day), [quotes, words]) in gathering.actor_day {
            let table = &mut summary.actor_day;
            (table.actor.push(actor), table.day.push(day), table.quotes.push(quotes), table.words.push(words));
        }
        for ((actor, verb), quotes) in gathering.actor_verb {
            let table = &mut summary.actor_verb;
            (table.actor.push(actor), table.verb.push(verb), table.quotes.push(quotes));
        }
        for ((holder, target), [positive, negative, neutral]) in gathering.pairs {
            let table = &mut summary.pairs;
            (table.holder.push(holder), table.target.push(target));
            (table.positive.push(positive), table.negative.push(negative), table.neutral.push(neutral));
        }
        for ((a, b), documents) in gathering.together {
            let table = &mut summary.together;
            (table.a.push(a), table.b.push(b), table.documents.push(documents));
        }
        let (kinds, acts) = (Index::of(names(&tally.kinds)), Index::of(names(&tally.acts)));
        let (quotes, of_quotes) = gathering.quotes.finish();
        let (passages, of_passages) = gathering.passages.finish();
        let (kept, kept_passages) = (quotes.len() as u64, passages.len() as u64);
        summary.sample = (kept < of_quotes || kept_passages < of_passages).then_some(SampleCounts {
            quotes: kept,
            of_quotes,
            passages: kept_passages,
            of_passages,
        });
        let (mut quotes, mut passages) = (quotes.into_iter().peekable(), passages.into_iter().peekable());
        let mut document = 0;
        self.each(|entry, identities| {
            let Entry::Record(record) = entry else { return Ok(()) };
            let number = document;
            document += 1;
            let here = |next: Option<&KeptQuote>| next.is_some_and(|(document, _)| *document == number);
            if !here(quotes.peek()) && !here(passages.peek()) {
                return Ok(());
            }
            let shown = |actor: Option<u32>| {
                let place = identity(identities, actor).and_then(|identity| places.get(&identity));
                place.map_or(-1, |place| *place as i64)
            };
            let at = summary.documents.id.len();
            summary.documents.id.push(record.id);
            summary.documents.title.push(record.title);
            summary.documents.url.push(record.url);
            summary.documents.outlet.push(outlets.place(record.outlet.as_deref()));
            summary.documents.day.push(days.place(record.day.as_deref()));
            while let Some((_, row)) = quotes.next_if(|next| here(Some(next))) {
                let Some(quote) = record.quotes.get(row as usize) else { continue };
                let table = &mut summary.quotes;
                table.id.push(quote.id.clone());
                table.document.push(at);
                table.speaker.push(shown(quote.speaker));
                table.kind.push(kinds.place(Some(&quote.kind)));
                table.act.push(acts.place(Some(&quote.act)));
                table.verb.push(verb(&quote.cue).map_or(-1, |verb| verbs.place(Some(&verb))));
                table.words.push(quote.words);
                table.score.push(quote.score.map_or(-1, i64::from));
                table.sure.push(quote.sure.map_or(-1, i64::from));
                table.place.push(quote.place);
                table.text.push(quote.passage.clone());
            }
            while let Some((_, row)) = passages.next_if(|next| here(Some(next))) {
                let Some(stance) = record.stances.get(row as usize) else { continue };
                let Ok(target) = usize::try_from(shown(Some(stance.target))) else { continue };
                let table = &mut summary.passages;
                table.document.push(at);
                table.holder.push(shown(stance.holder));
                table.target.push(target);
                table.polarity.push(stance.polarity);
                table.sure.push(stance.score.map_or(-1, i64::from));
                table.text.push(stance.passage.clone());
            }
            Ok(())
        })?;
        summary.kinds = kinds.names;
        summary.acts = acts.names;
        summary.days = days.names;
        summary.outlets = outlets.names;
        summary.verbs = verbs.names;
        summary.by_day = by_day;
        summary.by_outlet = by_outlet;
        Ok(())
    }
}

/// The names of a count, the most frequent first.
fn names(of: &BTreeMap<String, u64>) -> Vec<String> {
    most(of.clone(), usize::MAX).into_iter().map(|(name, _)| name).collect()
}

/// The verbs that are shown.
const VERBS: usize = 200;

fn gathering<'o>(tally: &Tally, shown: &[u32], options: &SummaryOptions<'o>) -> Gathering<'o> {
    let mut outlets = names(&tally.outlets);
    outlets.truncate(options.outlets);
    let mut verbs = names(&tally.verbs);
    verbs.truncate(VERBS);
    let days: Vec<String> = tally.days.iter().cloned().collect();
    let documents = |place: usize| {
        let identity = shown.get(place).copied().unwrap_or(NOBODY);
        tally.of.get(identity as usize).map_or(0, |counts| counts.documents)
    };
    let mut linked: Vec<usize> = (0..shown.len()).collect();
    linked.sort_by_key(|place| (std::cmp::Reverse(documents(*place)), *place));
    linked.truncate(LINKED);
    let zeros = |length: usize| vec![0_u64; length];
    let (of_days, of_outlets) = (days.len(), outlets.len());
    Gathering {
        options: *options,
        places: shown.iter().enumerate().map(|(place, identity)| (*identity, place)).collect(),
        linked: linked.into_iter().collect(),
        details: shown.iter().map(|_| Details::default()).collect(),
        days: Index::of(days),
        outlets: Index::of(outlets),
        verbs: Index::of(verbs),
        by_day: ByDay { documents: zeros(of_days), quotes: zeros(of_days), named: zeros(of_days) },
        by_outlet: ByOutlet {
            documents: zeros(of_outlets),
            words: zeros(of_outlets),
            quotes: zeros(of_outlets),
            named: zeros(of_outlets),
            speakers: zeros(of_outlets),
        },
        actor_outlet: BTreeMap::new(),
        actor_day: BTreeMap::new(),
        actor_verb: BTreeMap::new(),
        pairs: BTreeMap::new(),
        together: BTreeMap::new(),
        quotes: Sample::new(options.quotes, OF_EACH),
        passages: Sample::new(options.passages, OF_EACH),
        document: 0,
    }
}

/// The name that an actor goes by: that of the most articles. A name of several words counts twice, since short forms
/// stand for it.
fn best_name(names: &BTreeMap<String, u64>) -> String {
    let weight = |(name, count): &(&String, &u64)| (*count * (1 + u64::from(name.contains(' '))), name.len());
    let best = names.iter().max_by(|a, b| weight(a).cmp(&weight(b)).then_with(|| b.0.cmp(a.0)));
    best.map(|(name, _)| name.clone()).unwrap_or_default()
}

/// The pipelines that are named.
const PIPELINES: usize = 50;

fn made(tally: &Tally) -> Made {
    let mut pipelines: Vec<(String, u64)> = most(tally.made.clone(), PIPELINES);
    let unknown = tally.totals.documents - tally.made.values().sum::<u64>();
    if unknown > 0 {
        pipelines.push(("null".to_owned(), unknown));
    }
    let made_by = |(provenance, documents): (String, u64)| MadeBy {
        documents,
        provenance: serde_json::from_str(&provenance).unwrap_or_default(),
    };
    Made { copydesk: env!("CARGO_PKG_VERSION"), pipelines: pipelines.into_iter().map(made_by).collect() }
}

/// Counts the quoted women and men.
fn genders(summary: &mut Summary, gathering: &Gathering<'_>, gender: Gender<'_>) {
    let of: Vec<NameGender> = summary.actors.name.iter().map(|name| (gender.of)(name)).collect();
    let people = |place: usize| {
        let label = summary.actors.label.get(place).map(String::as_str);
        (label == Some(EntityLabel::Person.as_str())).then(|| of.get(place).copied()).flatten()
    };
    let zeros = vec![0; gathering.outlets.names.len()];
    let by_outlet = GenderByOutlet { women: zeros.clone(), men: zeros.clone(), unknown: zeros };
    let mut counts = GenderCounts { by_outlet, error: gender.error.to_owned(), ..GenderCounts::default() };
    for (place, quotes) in summary.actors.quotes.iter().enumerate().filter(|(_, quotes)| **quotes > 0) {
        let (people, all) = match people(place) {
            Some(NameGender::Woman) => (&mut counts.women, &mut counts.quotes.women),
            Some(NameGender::Man) => (&mut counts.men, &mut counts.quotes.men),
            Some(NameGender::Unknown) => (&mut counts.unknown, &mut counts.quotes.unknown),
            None => continue,
        };
        *people += 1;
        *all += quotes;
    }
    for ((actor, outlet), [quotes, ..]) in &gathering.actor_outlet {
        let column = match people(*actor) {
            Some(NameGender::Woman) => &mut counts.by_outlet.women,
            Some(NameGender::Man) => &mut counts.by_outlet.men,
            Some(NameGender::Unknown) => &mut counts.by_outlet.unknown,
            None => continue,
        };
        add(column, *outlet, *quotes);
    }
    let shown = (0..of.len()).map(|place| people(place).unwrap_or(NameGender::Unknown)).collect();
    summary.actors.gender = shown;
    summary.gender = Some(counts);
}
