//! Any bytes as results, as the state of a corpus, or as a table of names: what is read gives the same report in any
//! order.

use copydesk::corpus::identity::Aliases;
use copydesk::corpus::{Corpus, CorpusOptions, Entry, STATE_MAGIC, SummaryOptions, read_entry, write_report};

/// Reads `bytes` as lines of results. The report of those that can be read does not depend on their order, and a state of
/// them is read again as it was written. As a state or a table of names, bytes give a value or an error.
pub fn corpus(bytes: &[u8]) {
    let entries: Vec<Entry> = bytes.split(|byte| *byte == b'\n').filter_map(|line| read_entry(line).ok()).collect();
    let aliases = Aliases::read(bytes).unwrap_or_default();
    let there = report(&of(&entries), &aliases);
    let back: Vec<Entry> = entries.iter().rev().cloned().collect();
    assert!(report(&of(&back), &aliases) == there, "the order of results matters");

    let state = of(&entries);
    let mut again = Corpus::new(CorpusOptions::default());
    again.add_state(state.as_slice()).unwrap_or_else(|error| panic!("{error}"));
    assert!(written(again) == state, "a state is another one after it was read");

    let mut damaged = Corpus::new(CorpusOptions::default());
    if damaged.add_state([STATE_MAGIC, bytes].concat().as_slice()).is_ok() {
        report(&written(damaged), &aliases);
    }
}

/// The state of some entries.
fn of(entries: &[Entry]) -> Vec<u8> {
    let mut corpus = Corpus::new(CorpusOptions::default());
    entries.iter().for_each(|entry| corpus.add(entry).unwrap_or_else(|error| panic!("{error}")));
    written(corpus)
}

fn written(corpus: Corpus) -> Vec<u8> {
    corpus.write_state(Vec::new()).unwrap_or_else(|error| panic!("{error}"))
}

/// The report of a state.
fn report(state: &[u8], aliases: &Aliases) -> Vec<u8> {
    let mut corpus = Corpus::new(CorpusOptions::default());
    let added = corpus.add_state(state);
    let summary = added.and_then(|()| corpus.reduce(aliases)?.summary(&SummaryOptions::default()));
    let summary = summary.unwrap_or_else(|error| panic!("{error}"));
    let mut page = Vec::new();
    write_report(&summary, "fuzz", &mut page).unwrap_or_else(|error| panic!("{error}"));
    page
}
