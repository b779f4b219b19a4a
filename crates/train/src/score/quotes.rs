//! Attributions: spans of each role, and attributions paired one to one.
//!
//! Spans of one role that overlap, touch or have only white space between them are one span. The unit of overlap
//! is the token: the gold document's, or else words and single punctuation marks.
//!
//! - Role spans, pooled over the document: `exact` and `partial` after Pareti et al. 2013, `edge` (exact but for
//!   punctuation at the ends), `token` (the overlap metric of BBC Citron).
//! - Relations: pairs of gold and found attributions, greedily by the Dice coefficient of their content tokens.
//!   `content` counts pairs, and `relation` pairs whose sources share a token. `rel.exact` and `full.exact` count pairs
//!   whose spans are equal. All are given overall and by kind.
//! - `speaker`: if gold names speakers, the attributions with a partner of the same name or alias.
//! - `act`: if gold has acts, the pairs of the same act. Tables show confusions of acts and kinds.
//! - Calibration: of found attributions with content, a score should be the probability that `relation` counts them.

mod characters;
mod kinds;
mod pairs;
mod tally;
mod view;

use std::collections::BTreeMap;

use copydesk_text::{Act, QuoteKind, QuoteRole};
use serde_json::{Map, Value, json};

use super::calibration::Calibration;
use super::figures::{ratio, round};
use super::table::{Table, percent};
use super::{Difference, Scorer};
use crate::gold::QuoteDocument;
use crate::prediction::Prediction;
pub(super) use characters::{is_space, is_word, plain};
use pairs::pair_up;
use tally::{Tallies, Tally};
use view::{Side, View};

/// The roles of an attribution's spans.
pub const ROLES: [&str; 3] = [QuoteRole::Source.as_str(), QuoteRole::Cue.as_str(), QuoteRole::Content.as_str()];

/// The kinds of attribution that are scored by themselves.
const KINDS: [&str; 3] = QuoteKind::NAMES;

/// The least Dice coefficient of a pair.
const THRESHOLD: f64 = 0.5;

const HOW: [&str; 4] = ["exact", "edge", "partial", "token"];
const RELATIONS: [&str; 4] = ["content", "relation", "rel.exact", "full.exact"];

/// Counts role spans, relations and speakers.
#[derive(Clone, Debug, Default)]
pub struct QuoteScorer {
    tallies: Tallies,
    /// Of pairs: gold, found, how often.
    acts: Confusion,
    kinds: Confusion,
    calibration: Calibration,
    gold: u64,
    found: u64,
    without_prediction: u64,
}

/// Confusions: gold, found, how often.
type Confusion = BTreeMap<(String, String), u64>;

impl QuoteScorer {
    /// A scorer that has counted nothing.
    #[must_use]
    pub fn new() -> Self {
        QuoteScorer::default()
    }

    fn roles(&mut self, view: &View<'_>) {
        for (role, name) in ROLES.into_iter().enumerate() {
            let (gold, found) = (view.spans(Side::Gold, role), view.spans(Side::Found, role));
            let hits = gold.intersection(&found).count();
            self.tallies.add("exact", name, Tally::of(hits, found.len(), hits, gold.len()));

            let (gold_inner, found_inner) = (view.stripped(&gold), view.stripped(&found));
            let hits = gold_inner.intersection(&found_inner).count();
            self.tallies.add("edge", name, Tally::of(hits, found_inner.len(), hits, gold_inner.len()));

            let (gold_tokens, found_tokens) = (view.tokens(&gold), view.tokens(&found));
            self.tallies.add(
                "partial",
                name,
                Tally {
                    found_hits: view.covered(&found, &gold_tokens),
                    found: found.len() as u64,
                    gold_hits: view.covered(&gold, &found_tokens),
                    gold: gold.len() as u64,
                },
            );
            let hits = gold_tokens.intersection(&found_tokens).count();
            self.tallies.add("token", name, Tally::of(hits, found_tokens.len(), hits, gold_tokens.len()));
        }
    }

    /// Counts relations and speakers. Returns attributions that are missed, spurious, or have another source.
    fn relations(&mut self, view: &View<'_>) -> Vec<Difference> {
        let pairs = pair_up(view, THRESHOLD);
        let has_content = |at: &view::Attribution| !at.spans[2].is_empty();
        for kind in [None, Some(0), Some(1), Some(2)] {
            let is = |at: &view::Attribution| kind.is_none_or(|kind: usize| KINDS.get(kind) == Some(&at.kind));
            let gold = view.gold.iter().filter(|at| has_content(at) && is(at)).count();
            let spare = view.found.iter().enumerate();
            let spare = spare.filter(|(f, at)| has_content(at) && is(at) && !pairs.iter().any(|pair| pair.found == *f));
            let mine: Vec<_> = pairs.iter().filter_map(|pair| pair.of(view)).filter(|(gold, _)| is(gold)).collect();
            let found = mine.len() + spare.count();
            let name = kind.and_then(|kind| KINDS.get(kind)).copied().unwrap_or("all");
            let hits = [
                mine.len(),
                mine.iter().filter(|(gold, found)| gold.has_source_of(found)).count(),
                mine.iter()
                    .filter(|(gold, found)| gold.spans[0] == found.spans[0] && gold.spans[2] == found.spans[2])
                    .count(),
                mine.iter().filter(|(gold, found)| gold.spans == found.spans).count(),
            ];
            for (relation, hits) in RELATIONS.into_iter().zip(hits) {
                self.tallies.add(relation, name, Tally::of(hits, found, hits, gold));
            }
        }
        for (g, gold) in view.gold.iter().enumerate().filter(|(_, at)| has_content(at)) {
            let Some(speaker) = gold.speaker.filter(|speaker| !speaker.is_empty()) else { continue };
            let partner = pairs.iter().find(|pair| pair.gold == g).and_then(|pair| view.found.get(pair.found));
            let name = partner.and_then(|partner| partner.speaker).filter(|name| !name.is_empty()).map(plain);
            let hit = usize::from(name.is_some_and(|name| view.names_of(speaker).contains(&name)));
            self.tallies.add("speaker", "all", Tally::of(hit, usize::from(partner.is_some()), hit, 1));
        }
        for (f, found) in view.found.iter().enumerate().filter(|(_, at)| has_content(at)) {
            let partner = pairs.iter().find(|pair| pair.found == f).and_then(|pair| view.gold.get(pair.gold));
            if let Some(score) = found.score {
                self.calibration.add(score, partner.is_some_and(|gold| gold.has_source_of(found)));
            }
        }
        for (gold, found) in pairs.iter().filter_map(|pair| pair.of(view)) {
            *self.kinds.entry((gold.kind.to_owned(), found.kind.to_owned())).or_default() += 1;
            if let Some(act) = gold.act {
                *self.acts.entry((act.to_owned(), found.act.unwrap_or("none").to_owned())).or_default() += 1;
            }
        }
        differences(view, &pairs)
    }

    /// Counts pairs with an act in gold, and those with the right act.
    fn acts_right(&self) -> (u64, u64) {
        let right = self.acts.iter().filter(|((gold, found), _)| gold == found).map(|(_, count)| count).sum();
        (self.acts.values().sum(), right)
    }

    fn tally(&self, name: &'static str, what: &'static str) -> Tally {
        self.tallies.get(name, what)
    }
}

/// Returns the span that is shown for an attribution: its content, or else its cue or source.
fn shown(at: &view::Attribution<'_>) -> [u32; 2] {
    let spans = [2, 1, 0].into_iter().filter_map(|role| at.spans.get(role)).find(|spans| !spans.is_empty());
    spans.and_then(|spans| Some([spans.first()?[0], spans.last()?[1]])).unwrap_or_default()
}

fn differences(view: &View<'_>, pairs: &[pairs::Pair]) -> Vec<Difference> {
    let describe = |at: &view::Attribution<'_>| {
        let source: Vec<String> = at.spans[0].iter().map(|span| view.slice(*span)).collect();
        if source.is_empty() {
            format!("{}, no source", at.kind)
        } else {
            format!("{}, {}", at.kind, source.join(" ... "))
        }
    };
    let mut differences = Vec::new();
    for (g, gold) in view.gold.iter().enumerate().filter(|(_, at)| !at.spans[2].is_empty()) {
        let partner = pairs.iter().find(|pair| pair.gold == g).and_then(|pair| view.found.get(pair.found));
        let span = shown(gold);
        if !partner.is_some_and(|found| gold.has_source_of(found)) {
            differences.push(Difference { span, gold: Some(describe(gold)), found: partner.map(describe) });
        } else if let Some((act, found)) = gold.act.zip(partner.map(|found| found.act.unwrap_or("no act")))
            && act != found
        {
            let (gold, found) = (Some(act.to_owned()), Some(found.to_owned()));
            differences.push(Difference { span, gold, found });
        }
    }
    for (f, found) in view.found.iter().enumerate().filter(|(_, at)| !at.spans[2].is_empty()) {
        if !pairs.iter().any(|pair| pair.found == f) {
            differences.push(Difference { span: shown(found), gold: None, found: Some(describe(found)) });
        }
    }
    differences.sort_by_key(|difference| difference.span);
    differences
}

impl Scorer for QuoteScorer {
    type Gold = QuoteDocument;

    fn add(&mut self, gold: &QuoteDocument, found: Option<&Prediction>) -> Result<Vec<Difference>, String> {
        self.without_prediction += u64::from(found.is_none());
        let found = found.map(|found| found.attributions.as_slice()).unwrap_or_default();
        let view = View::new(gold, found)?;
        self.gold += view.gold.len() as u64;
        self.found += view.found.len() as u64;
        self.roles(&view);
        Ok(if gold.linked { self.relations(&view) } else { Vec::new() })
    }

    fn scores(&self) -> Value {
        let mut scores: Map<String, Value> =
            self.tallies.iter().map(|((name, what), tally)| (format!("{name}/{what}"), tally.json())).collect();
        let pairs = self.tally("content", "all").hits();
        scores.insert(
            "source_accuracy".into(),
            json!(round(100.0 * ratio(self.tally("relation", "all").hits(), pairs), 3)),
        );
        scores.insert("kind/confusion".into(), confusion(&self.kinds));
        let (pairs, right) = self.acts_right();
        if pairs > 0 {
            scores.insert("act/accuracy".into(), json!(round(100.0 * ratio(right, pairs), 3)));
            scores.insert("act/pairs".into(), pairs.into());
            scores.insert("act/confusion".into(), confusion(&self.acts));
        }
        scores.insert("documents_without_prediction".into(), self.without_prediction.into());
        let mut scores = Value::Object(scores);
        self.calibration.put(&mut scores, 3);
        scores
    }

    fn table(&self) -> String {
        let mut table = Table::default();
        let head = |title: &str| [title, "P", "R", "F1", "gold", "found"].map(str::to_owned);
        let line = |name: String, tally: Tally| {
            let figures = tally.shares().map_or_else(
                || vec!["-".into(); 3],
                |shares| shares.iter().map(|share| percent(100.0 * share)).collect(),
            );
            [name].into_iter().chain(figures).chain([tally.gold.to_string(), tally.found.to_string()])
        };
        table.row(head("relations"));
        for kind in ["all"].into_iter().chain(KINDS) {
            for what in RELATIONS {
                table.row(line(format!("{kind} {what}"), self.tally(what, kind)));
            }
        }
        table.gap();
        table.row(head("role spans"));
        for how in HOW {
            for role in ROLES {
                table.row(line(format!("{how} {role}"), self.tally(how, role)));
            }
        }
        table.gap();
        let (pairs, right) = (self.tally("content", "all").hits(), self.tally("relation", "all").hits());
        table.row([format!("source right, of {pairs} pairs"), percent(100.0 * ratio(right, pairs))]);
        let speaker = self.tally("speaker", "all");
        if speaker.gold > 0 {
            let share = percent(100.0 * ratio(speaker.hits(), speaker.gold));
            table.row([format!("speaker right, of {} named", speaker.gold), share]);
        }
        let (pairs, right) = self.acts_right();
        if pairs > 0 {
            table.row([format!("act right, of {pairs} pairs"), percent(100.0 * ratio(right, pairs))]);
        }
        matrix(&mut table, "kind: gold \\ found", &KINDS, &self.kinds);
        if pairs > 0 {
            matrix(&mut table, "act: gold \\ found", &Act::NAMES, &self.acts);
        }
        self.calibration.rows(&mut table);
        table.render()
    }
}

/// A row for each gold class and a column for each that was found for one.
fn matrix(table: &mut Table, title: &str, classes: &[&str], counts: &Confusion) {
    let count = |gold: &str, found: &str| counts.get(&(gold.to_owned(), found.to_owned())).copied().unwrap_or(0);
    // A value outside the classes, such as contents without words, has a column only if it was found.
    let others = counts.keys().flat_map(|(gold, found)| [gold.as_str(), found.as_str()]);
    let others = others.filter(|other| !classes.contains(other)).collect::<std::collections::BTreeSet<_>>();
    let all: Vec<&str> = classes.iter().copied().chain(others).collect();
    table.gap();
    table.row([title].into_iter().chain(all.iter().copied()));
    for gold in &all {
        let cells = all.iter().map(|found| count(gold, found).to_string());
        table.row([(*gold).to_owned()].into_iter().chain(cells));
    }
}

fn confusion(counts: &Confusion) -> Value {
    let mut rows = Map::new();
    for ((gold, found), count) in counts {
        if let Value::Object(row) = rows.entry(gold.as_str()).or_insert_with(|| json!({})) {
            row.insert(found.clone(), (*count).into());
        }
    }
    Value::Object(rows)
}

/// Returns the names of a speaker, normalised.
type Aliases = BTreeMap<String, Vec<String>>;
