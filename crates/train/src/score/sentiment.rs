//! Sentiment toward given targets: F1 of three classes, after NewsMTSC (Hamborg and Donnay 2021).

use std::collections::HashMap;

use serde_json::{Value, json};

use super::calibration::Calibration;
use super::figures::{ratio, round};
use super::table::{Table, percent};
use super::{Difference, Scorer};
use copydesk_text::{NEUTRAL, Polarity};

use crate::gold::SentimentDocument;
use crate::prediction::{Prediction, Stance};

/// The class of a polarity: a third of -1..1 each.
fn class(polarity: f64) -> usize {
    if polarity < -NEUTRAL {
        0
    } else if polarity > NEUTRAL {
        2
    } else {
        1
    }
}

/// Counts targets by gold and found class. A target without a prediction counts as neutral.
#[derive(Clone, Debug, Default)]
pub struct SentimentScorer {
    /// Rows are gold, columns found.
    confusion: [[u64; 3]; 3],
    calibration: Calibration,
    without_prediction: u64,
}

/// Figures of one class, as shares.
struct ClassFigures {
    precision: f64,
    recall: f64,
    f1: f64,
    gold: u64,
    found: u64,
}

impl SentimentScorer {
    /// Counts one target by its gold and its found class.
    pub(crate) fn count(&mut self, gold: usize, found: usize) {
        if let Some(cell) = self.confusion.get_mut(gold).and_then(|row| row.get_mut(found)) {
            *cell += 1;
        }
    }

    fn figures(&self) -> [ClassFigures; 3] {
        [0, 1, 2].map(|class| {
            let cell = |gold: usize, found: usize| {
                self.confusion.get(gold).and_then(|row| row.get(found)).copied().unwrap_or(0)
            };
            let right = cell(class, class);
            let gold = (0..3).map(|other| cell(class, other)).sum();
            let found = (0..3).map(|other| cell(other, class)).sum();
            let f1 = ratio(2 * right, gold + found);
            ClassFigures { precision: ratio(right, found), recall: ratio(right, gold), f1, gold, found }
        })
    }

    fn targets(&self) -> u64 {
        self.confusion.iter().flatten().sum()
    }

    fn right(&self) -> u64 {
        self.confusion.iter().enumerate().filter_map(|(class, row)| row.get(class)).sum()
    }
}

impl Scorer for SentimentScorer {
    type Gold = SentimentDocument;

    fn add(&mut self, gold: &SentimentDocument, found: Option<&Prediction>) -> Result<Vec<Difference>, String> {
        // If a mention has two stances, the later one counts.
        let stances = found.map(|found| found.stances.as_slice()).unwrap_or_default();
        let found: HashMap<[u32; 2], &Stance> = stances.iter().map(|stance| (stance.mention, stance)).collect();
        let mut differences = Vec::new();
        for target in &gold.targets {
            let stance = found.get(&target.span);
            self.without_prediction += u64::from(stance.is_none());
            let (right, guess) = (class(target.polarity), stance.map_or(1, |stance| class(stance.polarity)));
            self.count(right, guess);
            if let Some(score) = stance.and_then(|stance| stance.score) {
                self.calibration.add(score, right == guess);
            }
            if right != guess {
                let name = |class: usize| Polarity::NAMES.get(class).map(|name| (*name).to_owned());
                differences.push(Difference { span: target.span, gold: name(right), found: name(guess) });
            }
        }
        Ok(differences)
    }

    fn scores(&self) -> Value {
        let [negative, neutral, positive] = self.figures();
        let confusion: Value = Polarity::NAMES
            .iter()
            .zip(&self.confusion)
            .map(|(gold, row)| {
                let row: Value =
                    Polarity::NAMES.iter().zip(row).map(|(found, count)| ((*found).to_owned(), *count)).collect();
                ((*gold).to_owned(), row)
            })
            .collect();
        let percent = |share: f64| round(share, 2);
        // Sums in the order of the classes, so that the last bit is everybody's.
        let f1 = negative.f1 + neutral.f1 + positive.f1;
        let recall = negative.recall + neutral.recall + positive.recall;
        let mut scores = json!({
            "f1_macro": percent(100.0 * f1 / 3.0),
            "f1_pos_neg": percent(50.0 * (negative.f1 + positive.f1)),
            "recall_macro": percent(100.0 * recall / 3.0),
            "accuracy": percent(100.0 * self.right() as f64 / self.targets().max(1) as f64),
            "targets": self.targets(),
            "targets_without_prediction": self.without_prediction,
            "confusion": confusion,
        });
        self.calibration.put(&mut scores, 2);
        scores
    }

    fn table(&self) -> String {
        let scores = self.scores();
        let mut table = Table::default();
        table.row(["", "P", "R", "F1", "gold", "found"]);
        for (name, figures) in Polarity::NAMES.iter().zip(self.figures()) {
            table.row([
                (*name).to_owned(),
                percent(100.0 * figures.precision),
                percent(100.0 * figures.recall),
                percent(100.0 * figures.f1),
                figures.gold.to_string(),
                figures.found.to_string(),
            ]);
        }
        table.gap();
        table.row(["gold \\ found"].into_iter().chain(Polarity::NAMES));
        for (name, row) in Polarity::NAMES.iter().zip(&self.confusion) {
            table.row([(*name).to_owned()].into_iter().chain(row.iter().map(u64::to_string)));
        }
        table.gap();
        for (name, key) in [
            ("macro F1", "f1_macro"),
            ("F1 of positive and negative", "f1_pos_neg"),
            ("macro recall", "recall_macro"),
            ("accuracy", "accuracy"),
        ] {
            table.row([name.to_owned(), percent(scores.get(key).and_then(Value::as_f64).unwrap_or(0.0))]);
        }
        table.row(["targets without prediction".to_owned(), self.without_prediction.to_string()]);
        self.calibration.rows(&mut table);
        table.render()
    }
}
