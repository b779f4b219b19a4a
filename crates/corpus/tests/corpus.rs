//! What a corpus says does not depend on the order of its articles, and stays when articles are added.

use copydesk_corpus::identity::Aliases;
use copydesk_corpus::{
    ActorRecord, Corpus, CorpusOptions, Entry, NameGender, QuoteRecord, Record, StanceRecord, Summary, SummaryOptions,
};
use proptest::prelude::*;
use serde_json::{Value, json};

/// An actor with this name, once mentioned.
fn actor(name: &str, label: &str) -> ActorRecord {
    let names = vec![(name.to_owned(), 1)];
    ActorRecord { name: name.into(), label: label.into(), names, mentions: 1, ..ActorRecord::default() }
}

/// An article in which each of these people says so many words.
fn article(id: &str, outlet: Option<&str>, day: Option<&str>, said: &[(&str, u32)]) -> Entry {
    let quote = |(at, (name, words)): (usize, &(&str, u32))| QuoteRecord {
        id: format!("{id}-{at}"),
        kind: "direct".into(),
        act: "speech".into(),
        cue: "said".into(),
        words: *words,
        speaker: (!name.is_empty()).then_some(at as u32),
        sure: Some(90),
        passage: format!("“{name} speaks”"),
        ..QuoteRecord::default()
    };
    Entry::Record(Record {
        id: id.into(),
        text: format!("{id:0>16}"),
        outlet: outlet.map(str::to_owned),
        day: day.map(str::to_owned),
        words: 100,
        actors: said.iter().map(|(name, _)| actor(name, "PERSON")).collect(),
        quotes: said.iter().enumerate().map(quote).collect(),
        ..Record::default()
    })
}

fn corpus(entries: &[Entry], memory: usize) -> Corpus {
    let mut corpus = Corpus::new(CorpusOptions { memory, ..CorpusOptions::default() });
    entries.iter().for_each(|entry| corpus.add(entry).expect("an entry"));
    corpus
}

const LARGE: usize = 1 << 20;

fn summary(corpus: Corpus, options: &SummaryOptions<'_>) -> Summary {
    corpus.reduce(&Aliases::default()).expect("reduced").summary(options).expect("a summary")
}

fn value(corpus: Corpus, options: &SummaryOptions<'_>) -> Value {
    serde_json::to_value(summary(corpus, options)).expect("JSON")
}

fn whole(corpus: Corpus) -> Value {
    value(corpus, &SummaryOptions::default())
}

fn some() -> Vec<Entry> {
    vec![
        article("a1", Some("Vell Courier"), Some("2026-05-01"), &[("Ana Ruiz", 5), ("Tom Reed", 7), ("", 2)]),
        article("a2", Some("Vell Courier"), Some("2026-05-03"), &[("Ana Ruiz", 4)]),
        article("a3", Some("Harbour Post"), None, &[("Ana Ruiz", 1), ("Ana Ruiz", 1)]),
        article("a4", None, Some("2026-05-01"), &[]),
        Entry::Failed("a5".into()),
        Entry::Repeated("a6".into()),
    ]
}

#[test]
fn counts_are_those_of_the_articles() {
    let found = whole(corpus(&some(), LARGE));
    let expected = json!({
        "documents": 4, "failed": 1, "repeated": 1, "without_date": 1, "without_outlet": 1, "words": 400,
        "quotes": 6, "named": 5, "unsure": 0, "actors": 2, "speakers": 2, "stances": 0
    });
    assert_eq!(found["totals"], expected);
    assert_eq!(found["outlets"], json!(["Vell Courier", "Harbour Post"]));
    assert_eq!(found["by_outlet"]["quotes"], json!([4, 2]));
    assert_eq!(found["by_outlet"]["speakers"], json!([2, 1]));
    assert_eq!(found["days"], json!(["2026-05-01", "2026-05-03"]));
    assert_eq!(found["by_day"]["documents"], json!([2, 1]));
    let actors = &found["actors"];
    assert_eq!(actors["name"], json!(["Ana Ruiz", "Tom Reed"]));
    assert_eq!(actors["quotes"], json!([4, 1]));
    assert_eq!(actors["words"], json!([11, 7]));
    assert_eq!(actors["documents"], json!([3, 1]));
    assert_eq!(actors["quoted_outlets"], json!([2, 1]));
    assert_eq!(found["verbs"], json!(["say"]));
    assert_eq!(found["quotes"]["speaker"], json!([0, 1, -1, 0, 0, 0]));
    assert_eq!(found["sample"], Value::Null);
}

#[test]
fn stances_are_counted_by_holder_and_target() {
    let Entry::Record(mut record) = article("b", None, None, &[("Ana Ruiz", 2), ("Tom Reed", 1)]) else {
        panic!("a record")
    };
    let passage = "It is a disgrace.";
    let stance =
        |holder, target, polarity| StanceRecord { holder, target, polarity, score: Some(80), passage: passage.into() };
    record.stances = vec![stance(None, 0, -90), stance(Some(1), 0, 90), stance(Some(1), 0, 33), stance(Some(1), 0, 34)];
    let found = whole(corpus(&[Entry::Record(record)], LARGE));
    let pairs = &found["pairs"];
    assert_eq!(pairs["holder"], json!([-1, 1]));
    assert_eq!((&pairs["for"], &pairs["against"]), (&json!([0, 2]), &json!([1, 0])));
    assert_eq!(pairs["neutral"], json!([0, 1]));
    assert_eq!(found["passages"]["polarity"], json!([-90, 90, 33, 34]));
}

#[test]
fn a_small_report_says_what_it_leaves_out() {
    let names = ["Tom Reed", "Karen Holt", "Priya Nair"];
    let entries: Vec<Entry> = (0..40)
        .map(|at| {
            let one =
                format!("Ana {}", ["Ruiz", "Silva", "Costa", "Okafor", "Demir", "Novak", "Larsen", "Rossi"][at / 5]);
            article(&format!("c{at}"), None, None, &[(&one, 3), (names[at % 3], 3)])
        })
        .collect();
    let options = SummaryOptions { actors: 3, quotes: 8, ..SummaryOptions::default() };
    let found = value(corpus(&entries, LARGE), &options);
    assert_eq!(found["actors"]["quotes"], json!([14, 13, 13]));
    assert_eq!(found["left_out"], json!({"actors": 8, "quotes": 40, "mentions": 40}));
    assert_eq!(found["totals"]["quotes"], 80, "counts are exact");
    let kept = found["quotes"]["text"].as_array().expect("quotes").len();
    assert!((15..=23).contains(&kept), "eight of all, and five of each actor: {kept}");
    assert_eq!(found["sample"]["of_quotes"], 40);
}

#[test]
fn identities_keep_their_ids_when_articles_are_added() {
    let today = corpus(&some(), LARGE).reduce(&Aliases::default()).expect("reduced");
    let state = today.write_state(Vec::new()).expect("a state");
    let ids = |corpus: Corpus| {
        let found = summary(corpus, &SummaryOptions::default());
        let mut ids: Vec<_> = found.actors.name.into_iter().zip(found.actors.id).collect();
        ids.sort();
        ids
    };
    let before = ids(corpus(&some(), LARGE));
    // Without the state, an article that sorts before all others would give a new id.
    let mut tomorrow = corpus(&[article("a0", None, None, &[("Ana Ruiz", 9), ("Bo Li", 1)])], LARGE);
    tomorrow.add_state(state.as_slice()).expect("the state");
    let after = ids(tomorrow);
    assert_eq!(after.len(), 3);
    for known in before {
        assert!(after.contains(&known), "{known:?} in {after:?}");
    }
}

#[test]
fn a_damaged_state_is_an_error() {
    let state = corpus(&some(), LARGE).write_state(Vec::new()).expect("a state");
    let read = |bytes: &[u8]| Corpus::new(CorpusOptions::default()).add_state(bytes);
    read(&state).expect("the whole state");
    for end in [0, 3, 24, state.len() / 2, state.len() - 1] {
        read(&state[..end]).expect_err("a part");
    }
    let other = [b"copydesk-corpus-state/9\n", &state[24..]].concat();
    let error = read(&other).expect_err("another version").to_string();
    assert!(error.contains("another version"), "{error}");
}

#[test]
fn two_results_of_one_article_count_once() {
    let Some(Entry::Record(one)) = some().into_iter().next() else { panic!("a record") };
    let other = Record { quotes: one.quotes[..1].to_vec(), ..one.clone() };
    let entries = [Entry::Record(one), Entry::Record(other)];
    let found = whole(corpus(&entries, LARGE));
    assert_eq!(found["totals"]["documents"], 1);
    let turned: Vec<Entry> = entries.iter().rev().cloned().collect();
    assert_eq!(whole(corpus(&turned, LARGE)), found);
}

#[test]
fn women_and_men_are_counted_if_asked_for() {
    let of = |name: &str| match name.split(' ').next() {
        Some("Ana") => NameGender::Woman,
        Some("Tom") => NameGender::Man,
        _ => NameGender::Unknown,
    };
    let gender = copydesk_corpus::Gender { of: &of, error: "by given names alone" };
    let found = value(corpus(&some(), LARGE), &SummaryOptions { gender: Some(gender), ..SummaryOptions::default() });
    let counts = &found["gender"];
    assert_eq!(json!([counts["women"], counts["men"], counts["unknown"]]), json!([1, 1, 0]));
    assert_eq!(counts["quotes"]["women"], 4);
    assert_eq!(counts["by_outlet"]["women"], json!([2, 2]));
    assert_eq!(found["actors"]["gender"], json!(["w", "m"]));
    assert_eq!(whole(corpus(&some(), LARGE))["gender"], Value::Null);
}

fn entries() -> impl Strategy<Value = Vec<Entry>> {
    let name = prop::sample::select(vec!["Ana Ruiz", "Tom Reed", "Ruiz", "A. Ruiz", "Bo Li", "", "IMF", "\u{202e}É\0"]);
    let said = prop::collection::vec((name, 0..9_u32), 0..4);
    let outlet = prop::sample::select(vec![None, Some("Vell Courier"), Some("Harbour Post")]);
    let day = prop::sample::select(vec![None, Some("2026-05-01"), Some("2026-05-02")]);
    let one = (0..12_u32, outlet, day, said);
    // Articles with one id have one text here, but may differ.
    let one = one.prop_map(|(id, outlet, day, said)| article(&format!("d{id}"), outlet, day, &said));
    prop::collection::vec(one, 0..24)
}

proptest! {
    #[test]
    fn order_memory_and_shards_do_not_matter(
        (entries, shuffled) in entries().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle())),
        cut in 0..24_usize,
    ) {
        let all = whole(corpus(&entries, LARGE));
        prop_assert_eq!(&whole(corpus(&shuffled, 600)), &all);
        let (one, other) = shuffled.split_at(cut.min(shuffled.len()));
        let state = |entries: &[Entry]| corpus(entries, LARGE).write_state(Vec::new()).expect("a state");
        let (one, other) = (state(one), state(other));
        let merge = |states: &[&[u8]]| {
            let mut merged = Corpus::new(CorpusOptions::default());
            states.iter().for_each(|state| merged.add_state(*state).expect("a state"));
            merged
        };
        let orders: [&[&[u8]]; 3] = [&[&one, &other], &[&other, &one], &[&one, &other, &one]];
        for order in orders {
            prop_assert_eq!(&merge(order).write_state(Vec::new()).expect("a state"), &state(&entries));
            prop_assert_eq!(&whole(merge(order)), &all);
        }
    }
}
