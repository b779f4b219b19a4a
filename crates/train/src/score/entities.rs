//! Named entities, by exact span and label.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use serde_json::{Map, Value, json};

use super::calibration::Calibration;
use super::figures::{COLUMNS, Counts};
use super::groups::Groups;
use super::table::Table;
use super::{Difference, Scorer};
use crate::gold::{EntityDocument, LabelledSpan};
use crate::prediction::Prediction;

/// The scored gold labels, each with the predicted labels that count as it.
#[derive(Clone, Debug, Default)]
pub struct LabelMap {
    /// From predicted labels to classes.
    class_of: Vec<(String, String)>,
    /// From gold labels to classes. A class has the name of its first gold label.
    gold: BTreeMap<String, String>,
}

/// A map of labels that is not of the form `Gold=PREDICTED+PREDICTED,Gold`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelMapError(String);

impl fmt::Display for LabelMapError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} has an empty label; write Gold=PREDICTED+PREDICTED,Gold=PREDICTED", self.0)
    }
}

impl std::error::Error for LabelMapError {}

/// In the form that [`LabelMap::parse`] reads.
impl fmt::Display for LabelMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (found, class)) in self.class_of.iter().enumerate() {
            write!(f, "{}{class}={found}", if i == 0 { "" } else { "," })?;
        }
        for (gold, class) in self.gold.iter().filter(|(gold, class)| gold != class) {
            let found = self.class_of.iter().find(|(_, own)| own == class).map_or(gold, |(found, _)| found);
            write!(f, ",{gold}={found}")?;
        }
        Ok(())
    }
}

impl LabelMap {
    /// Reads `Person=PERSON,Location=LOC+GPE,ORG`: gold labels, each with the predicted labels that count as it. Gold labels
    /// with a predicted label in common are one: `corporation=ORG,group=ORG`.
    ///
    /// # Errors
    /// If a label is empty.
    pub fn parse(text: &str) -> Result<Self, LabelMapError> {
        let (mut class_of, mut classes): (Vec<(String, String)>, BTreeMap<String, String>) = Default::default();
        for part in text.split(',') {
            let (gold, predicted) = part.split_once('=').unwrap_or((part, part));
            for name in predicted.split('+') {
                let (name, gold) = (name.trim(), gold.trim());
                if name.is_empty() || gold.is_empty() {
                    return Err(LabelMapError(text.to_owned()));
                }
                let class = classes.entry(gold.to_owned()).or_insert_with(|| gold.to_owned()).clone();
                match class_of.iter().find(|(other, _)| other == name).map(|(_, class)| class.clone()) {
                    Some(other) => {
                        let first = class_of.iter().map(|(_, own)| own).find(|own| **own == class || **own == other);
                        let first = first.unwrap_or(&other).clone();
                        let all = class_of.iter_mut().map(|(_, own)| own).chain(classes.values_mut());
                        all.filter(|own| **own == class || **own == other).for_each(|own| own.clone_from(&first));
                    }
                    None => class_of.push((name.to_owned(), class)),
                }
            }
        }
        Ok(LabelMap { class_of, gold: classes })
    }

    /// Returns the name of this gold label in a model that learns from it: the first label that counts as it. Returns
    /// `None` for labels that are left out.
    pub(crate) fn model_label(&self, gold: &str) -> Option<&str> {
        let class = self.gold.get(gold)?;
        self.class_of.iter().find(|(_, own)| own == class).map(|(name, _)| name.as_str())
    }

    fn class_of_found(&self, found: &str) -> Option<&str> {
        self.class_of.iter().find(|(name, _)| name == found).map(|(_, class)| class.as_str())
    }
}

/// Counts entities that have the same span and label.
#[derive(Clone, Debug, Default)]
pub struct EntityScorer {
    labels: Option<LabelMap>,
    counts: BTreeMap<String, Counts>,
    /// Of spans that both sides have, with different labels: gold, found, how often.
    confusion: BTreeMap<(String, String), u64>,
    calibration: Calibration,
    groups: Option<Groups>,
    without_prediction: u64,
}

impl EntityScorer {
    /// A scorer; without a map, labels must be equal.
    #[must_use]
    pub fn new(labels: Option<LabelMap>) -> Self {
        EntityScorer { labels, ..EntityScorer::default() }
    }

    /// Counts the documents with each value of this key of their `meta` by themselves, too.
    #[must_use]
    pub fn by(self, key: Option<String>) -> Self {
        EntityScorer { groups: key.map(Groups::new), ..self }
    }

    fn gold_label<'a>(&'a self, label: &'a str) -> Option<&'a str> {
        match &self.labels {
            None => Some(label),
            Some(map) => map.gold.get(label).map(String::as_str),
        }
    }

    fn found_label<'a>(&'a self, label: &'a str) -> Option<&'a str> {
        match &self.labels {
            None => Some(label),
            Some(map) => map.class_of_found(label),
        }
    }

    /// Counts the entities of a document with this `meta`, and returns the differences.
    pub(crate) fn count(&mut self, gold: &[LabelledSpan], meta: &Value, found: Option<&Prediction>) -> Vec<Difference> {
        let gold_set = set(gold, |label| self.gold_label(label));
        let entities = found.map(|found| found.entities.as_slice()).unwrap_or_default();
        let found_set = set(entities.iter().map(|(entity, _)| entity), |label| self.found_label(label));
        let scores = scores(entities, |label| self.found_label(label));
        let scored: Vec<(f64, bool)> =
            found_set.iter().filter_map(|entity| Some((*scores.get(entity)?, gold_set.contains(entity)))).collect();
        let mut counts: BTreeMap<String, Counts> = BTreeMap::new();
        for (span, label) in gold_set.union(&found_set) {
            let row = counts.entry((*label).to_owned()).or_default();
            match (gold_set.contains(&(*span, *label)), found_set.contains(&(*span, *label))) {
                (true, true) => row.right += 1,
                (true, false) => row.missed += 1,
                _ => row.spurious += 1,
            }
        }
        let differences = differences(&gold_set, &found_set);
        if let Some(groups) = &mut self.groups {
            groups.add(meta, total(&counts));
        }
        for (label, row) in counts {
            self.counts.entry(label).or_default().add(row);
        }
        for difference in &differences {
            if let (Some(gold), Some(found)) = (&difference.gold, &difference.found) {
                *self.confusion.entry((gold.clone(), found.clone())).or_default() += 1;
            }
        }
        scored.into_iter().for_each(|(score, right)| self.calibration.add(score, right));
        self.without_prediction += u64::from(found.is_none());
        differences
    }

    fn confused(&self) -> Map<String, Value> {
        let mut rows = Map::new();
        for ((gold, found), count) in &self.confusion {
            if let Value::Object(row) = rows.entry(gold.as_str()).or_insert_with(|| json!({})) {
                row.insert(found.clone(), (*count).into());
            }
        }
        rows
    }
}

/// The counts of all labels.
fn total(counts: &BTreeMap<String, Counts>) -> Counts {
    let mut total = Counts::default();
    counts.values().for_each(|counts| total.add(*counts));
    total
}

type Set<'a> = BTreeSet<([u32; 2], &'a str)>;

fn set<'a>(spans: impl IntoIterator<Item = &'a LabelledSpan>, label: impl Fn(&'a str) -> Option<&'a str>) -> Set<'a> {
    spans
        .into_iter()
        .filter_map(|entity| Some((entity.span, label(&entity.label)?)))
        .filter(|row| !row.1.is_empty())
        .collect()
}

/// Returns the scores of found names. If two count as the same name, it is the higher one.
fn scores<'a>(
    found: &'a [(LabelledSpan, Option<f64>)],
    label: impl Fn(&'a str) -> Option<&'a str>,
) -> BTreeMap<([u32; 2], &'a str), f64> {
    let mut scores = BTreeMap::new();
    for (entity, score) in found {
        if let (Some(label), Some(score)) = (label(&entity.label), *score) {
            let highest = scores.entry((entity.span, label)).or_insert(score);
            *highest = score.max(*highest);
        }
    }
    scores
}

/// Returns the differences. A span with two labels is one difference.
fn differences(gold: &Set<'_>, found: &Set<'_>) -> Vec<Difference> {
    let mut by_span: BTreeMap<[u32; 2], Difference> = BTreeMap::new();
    let empty = |span| Difference { span, gold: None, found: None };
    for (span, label) in gold.difference(found) {
        by_span.entry(*span).or_insert_with(|| empty(*span)).gold = Some((*label).to_owned());
    }
    for (span, label) in found.difference(gold) {
        by_span.entry(*span).or_insert_with(|| empty(*span)).found = Some((*label).to_owned());
    }
    by_span.into_values().collect()
}

impl Scorer for EntityScorer {
    type Gold = EntityDocument;

    fn add(&mut self, gold: &EntityDocument, found: Option<&Prediction>) -> Result<Vec<Difference>, String> {
        Ok(self.count(&gold.entities, &gold.meta, found))
    }

    fn scores(&self) -> Value {
        let by_label: Map<String, Value> =
            self.counts.iter().map(|(label, counts)| (label.clone(), counts.json())).collect();
        let mut scores = json!({
            "all": total(&self.counts).json(),
            "by_label": by_label,
            "confusion": self.confused(),
            "documents_without_prediction": self.without_prediction,
        });
        if let (Some(groups), Value::Object(map)) = (&self.groups, &mut scores) {
            map.insert("by".into(), groups.json());
        }
        self.calibration.put(&mut scores, 2);
        scores
    }

    fn table(&self) -> String {
        let mut table = Table::default();
        table.row([""].into_iter().chain(COLUMNS));
        table.row(total(&self.counts).row("all"));
        self.counts.iter().for_each(|(label, counts)| table.row(counts.row(label)));
        if let Some(groups) = &self.groups {
            groups.rows(&mut table);
        }
        let mut confused: Vec<_> = self.confusion.iter().collect();
        confused.sort_by_key(|(names, count)| (std::cmp::Reverse(**count), *names));
        if !confused.is_empty() {
            table.gap();
            table.row(["right span, another label", "count"]);
            // The tail of rare confusions says nothing: JSON has it.
            confused.iter().take(12).for_each(|((gold, found), count)| {
                table.row([format!("{gold} taken for {found}"), count.to_string()]);
            });
        }
        self.calibration.rows(&mut table);
        table.render()
    }
}
