//! The second pass over a corpus: details of the actors that are shown, and the passages.

use std::collections::{BTreeMap, BTreeSet};

use super::gender::genders;
use super::tally::{Counts, Tally, identity, verb};
use super::{Actors, ByDay, ByOutlet, LeftOut, Made, MadeBy, SUMMARY_SCHEMA, SampleCounts, Summary, SummaryOptions};
use crate::CorpusError;
use crate::corpus::{NOBODY, Reduced, Sample, short_hash};
use crate::entry::Entry;
use crate::record::Record;

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
pub(super) struct Index {
    pub(super) names: Vec<String>,
    pub(super) places: BTreeMap<String, usize>,
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
pub(super) struct Gathering {
    /// The place of each shown identity.
    places: BTreeMap<u32, usize>,
    linked: BTreeSet<usize>,
    details: Vec<Details>,
    days: Index,
    pub(super) outlets: Index,
    verbs: Index,
    by_day: ByDay,
    by_outlet: ByOutlet,
    pub(super) actor_outlet: BTreeMap<(usize, i64), [u64; 3]>,
    actor_day: BTreeMap<(usize, i64), [u64; 2]>,
    actor_verb: BTreeMap<(i64, usize), u64>,
    pairs: BTreeMap<(i64, usize), [u64; 3]>,
    together: BTreeMap<(usize, usize), u64>,
    quotes: Sample<KeptQuote>,
    passages: Sample<KeptQuote>,
    document: u64,
}

impl Gathering {
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

pub(super) fn add(column: &mut [u64], place: i64, more: u64) {
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
            actors.name.push(self.names.get(identity).cloned().unwrap_or_else(|| best_name(&details.names)));
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
    fn tables(&self, summary: &mut Summary, gathering: Gathering, tally: &Tally) -> Result<(), CorpusError> {
        let Gathering { places, days, outlets, verbs, by_day, mut by_outlet, .. } = gathering;
        let shown: BTreeMap<u32, i64> =
            tally.numbers.iter().map(|(name, number)| (*number, outlets.place(Some(name)))).collect();
        for (outlet, _) in &tally.quoted {
            add(&mut by_outlet.speakers, shown.get(outlet).copied().unwrap_or(-1), 1);
        }
        for ((actor, outlet), [quotes, words, documents]) in gathering.actor_outlet {
            let table = &mut summary.actor_outlet;
            table.actor.push(actor);
            table.outlet.push(outlet);
            table.quotes.push(quotes);
            table.words.push(words);
            table.documents.push(documents);
        }
        for ((actor, day), [quotes, words]) in gathering.actor_day {
            let table = &mut summary.actor_day;
            table.actor.push(actor);
            table.day.push(day);
            table.quotes.push(quotes);
            table.words.push(words);
        }
        for ((actor, verb), quotes) in gathering.actor_verb {
            let table = &mut summary.actor_verb;
            table.actor.push(actor);
            table.verb.push(verb);
            table.quotes.push(quotes);
        }
        for ((holder, target), [positive, negative, neutral]) in gathering.pairs {
            let table = &mut summary.pairs;
            table.holder.push(holder);
            table.target.push(target);
            table.positive.push(positive);
            table.negative.push(negative);
            table.neutral.push(neutral);
        }
        for ((a, b), documents) in gathering.together {
            let table = &mut summary.together;
            table.a.push(a);
            table.b.push(b);
            table.documents.push(documents);
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

fn gathering(tally: &Tally, shown: &[u32], options: &SummaryOptions<'_>) -> Gathering {
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
