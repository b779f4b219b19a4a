//! Precision, recall and F1.

use serde_json::{Value, json};

use super::table::percent;

/// The columns of [`Counts::row`] behind the name.
pub(super) const COLUMNS: [&str; 5] = ["P", "R", "F1", "gold", "found"];

/// Counts of right, spurious and missed items.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub right: u64,
    pub spurious: u64,
    pub missed: u64,
}

/// Precision, recall and F1 in percent, rounded to two decimals.
#[derive(Clone, Copy, Debug)]
pub(super) struct Figures {
    pub precision: f64,
    pub recall: f64,
    pub f1: f64,
}

impl Counts {
    pub fn add(&mut self, other: Counts) {
        self.right += other.right;
        self.spurious += other.spurious;
        self.missed += other.missed;
    }

    pub fn gold(self) -> u64 {
        self.right + self.missed
    }

    pub fn found(self) -> u64 {
        self.right + self.spurious
    }

    pub fn figures(self) -> Figures {
        let p = ratio(self.right, self.found());
        let r = ratio(self.right, self.gold());
        let f1 = if p + r > 0.0 { 200.0 * p * r / (p + r) } else { 0.0 };
        Figures { precision: round(100.0 * p, 2), recall: round(100.0 * r, 2), f1: round(f1, 2) }
    }

    pub fn json(self) -> Value {
        let figures = self.figures();
        json!({
            "p": figures.precision, "r": figures.recall, "f1": figures.f1,
            "gold": self.gold(), "predicted": self.found(),
        })
    }

    /// A row of a table.
    pub fn row(self, name: &str) -> [String; 6] {
        let Figures { precision, recall, f1 } = self.figures();
        let (gold, found) = (self.gold().to_string(), self.found().to_string());
        [name.to_owned(), percent(precision), percent(recall), percent(f1), gold, found]
    }
}

/// A share; 0 of nothing.
pub(super) fn ratio(part: u64, whole: u64) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// Rounds to a number of decimals, ties to even on the exact value, as other languages do; multiplying and
/// dividing would round twice.
pub(super) fn round(value: f64, decimals: usize) -> f64 {
    format!("{value:.decimals$}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding() {
        for (value, decimals, expected) in [
            (0.125, 2, 0.12),
            (3.125, 2, 3.12),
            (0.375, 2, 0.38),
            (2.675, 2, 2.67),
            (0.0625, 3, 0.062),
            (100.0, 2, 100.0),
        ] {
            assert_eq!(round(value, decimals), expected);
        }
    }

    #[test]
    fn nothing_is_zero() {
        let figures = Counts::default().figures();
        assert_eq!([figures.precision, figures.recall, figures.f1], [0.0; 3]);
    }
}
