//! A corpus for benches: an article again and again, with other people in it.

use copydesk::corpus::identity::Aliases;
use copydesk::corpus::{Corpus, CorpusOptions, Entry, Record, SummaryOptions};
use copydesk_core::Article;

/// Surnames that stand for those of the article.
const SURNAMES: [&str; 12] =
    ["Ruiz", "Reed", "Holt", "Okafor", "Khumalo", "Nair", "Demir", "Silva", "Kowalski", "Haddad", "Tanaka", "Larsen"];

/// Returns so many records of an article. Each has its own id, and people with one of some surnames.
#[must_use]
pub fn entries(article: &Article, count: usize) -> Vec<Entry> {
    let record = Record::of_article(article);
    let renamed = |at: usize| {
        let mut record = record.clone();
        record.id = format!("{}-{at}", record.id);
        for (place, actor) in record.actors.iter_mut().enumerate() {
            let surname = SURNAMES.get((at + place) % SURNAMES.len()).copied().unwrap_or_default();
            actor.name = format!("{} {surname}", actor.name);
            actor.names.iter_mut().for_each(|(name, _)| *name = format!("{name} {surname}"));
        }
        Entry::Record(record)
    };
    (0..count).map(renamed).collect()
}

/// Sums records up, and returns the number of quotes.
#[must_use]
pub fn sum_up(entries: &[Entry]) -> u64 {
    let mut corpus = Corpus::new(CorpusOptions::default());
    let sum = entries.iter().try_for_each(|entry| corpus.add(entry)).and_then(|()| {
        let mut reduced = corpus.reduce(&Aliases::default())?;
        reduced.summary(&SummaryOptions::default())
    });
    sum.unwrap_or_else(|error| panic!("{error}")).totals.quotes
}
