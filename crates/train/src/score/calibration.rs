//! How far scores are from being probabilities: the expected calibration error of Guo et al. 2017, "On Calibration of
//! Modern Neural Networks".

use serde_json::{Value, json};

use super::figures::{ratio, round};
use super::table::{Table, percent};

/// As many as in the paper's reliability diagrams.
const BINS: usize = 10;

/// Counts of found rows by tenths of the score. Of rows with the score 0.7, seven in ten should be right.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Calibration {
    bins: [Bin; BINS],
}

#[derive(Clone, Copy, Debug, Default)]
struct Bin {
    count: u64,
    /// The sum of the scores.
    scores: f64,
    right: u64,
}

impl Bin {
    /// Returns the mean score and the share that is right, in percent, or `None` if the bin is empty.
    fn means(self) -> Option<[f64; 2]> {
        (self.count > 0).then(|| [100.0 * self.scores / self.count as f64, 100.0 * ratio(self.right, self.count)])
    }
}

impl Calibration {
    /// Counts a found row, right or wrong. Each bin has its upper end, as in the paper. A score below 0 or above 1
    /// counts in the bin at that end, and is far from right there.
    pub fn add(&mut self, score: f64, right: bool) {
        let place = ((score * BINS as f64).ceil() as usize).saturating_sub(1).min(BINS - 1);
        if let Some(bin) = self.bins.get_mut(place) {
            bin.count += 1;
            bin.scores += score;
            bin.right += u64::from(right);
        }
    }

    fn total(&self) -> Bin {
        let mut total = Bin::default();
        for bin in &self.bins {
            total.count += bin.count;
            total.scores += bin.scores;
            total.right += bin.right;
        }
        total
    }

    /// Returns the expected calibration error, the mean score and the share that is right, in percent, or `None`
    /// without scores.
    fn figures(&self) -> Option<[f64; 3]> {
        let total = self.total();
        let [mean, right] = total.means()?;
        // A bin's weight is its share of all, so that its own count cancels out.
        let apart: f64 = self.bins.iter().map(|bin| (bin.right as f64 - bin.scores).abs()).sum();
        Some([100.0 * apart / total.count as f64, mean, right])
    }

    /// Adds the figures and the bins to those of a task, rounded to the same decimals. Adds nothing without scores.
    pub fn put(&self, scores: &mut Value, decimals: usize) {
        let (Some([ece, mean, right]), Value::Object(scores)) = (self.figures(), scores) else { return };
        let percent = |value: f64| round(value, decimals);
        let bin = |bin: &Bin| {
            let [mean, right] = bin.means().map_or([None; 2], |means| means.map(|value| Some(percent(value))));
            json!({"count": bin.count, "mean_score": mean, "right": right})
        };
        let bins: Vec<Value> = self.bins.iter().map(bin).collect();
        let figures = json!({
            "ece": percent(ece), "mean_score": percent(mean), "right": percent(right), "bins": bins,
        });
        scores.insert("calibration".into(), figures);
    }

    /// The same in a table, without the bins.
    pub fn rows(&self, table: &mut Table) {
        let Some(figures) = self.figures() else { return };
        table.gap();
        for (name, value) in ["expected calibration error", "mean score", "share right"].into_iter().zip(figures) {
            table.row([name.to_owned(), percent(value)]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(found: &[(f64, bool)]) -> Calibration {
        let mut calibration = Calibration::default();
        found.iter().for_each(|(score, right)| calibration.add(*score, *right));
        calibration
    }

    #[test]
    fn figures() {
        for (found, expected) in [
            (&[][..], None),
            (&[(1.0, true)], Some([0.0, 100.0, 100.0])),
            (&[(1.0, false)], Some([100.0, 100.0, 0.0])),
            // One bin with too high scores does not make up for another with too low ones.
            (&[(0.75, false), (0.25, true)], Some([75.0, 50.0, 50.0])),
            // In one bin it does.
            (&[(0.75, true), (0.75, true), (0.75, true), (0.75, false)], Some([0.0, 75.0, 75.0])),
            // The weights are the counts: (3 * 0.25 + 1 * 0.5) / 4.
            (&[(0.75, true), (0.75, true), (0.75, true), (0.5, false)], Some([31.25, 68.75, 75.0])),
            (&[(4.0, true)], Some([300.0, 400.0, 100.0])),
        ] {
            assert_eq!(of(found).figures(), expected, "{found:?}");
        }
    }

    #[test]
    fn bins_have_their_upper_ends() {
        for (score, place) in
            [(-2.0, 0), (0.0, 0), (0.1, 0), (0.1001, 1), (0.3, 2), (0.7, 6), (0.9, 8), (0.9001, 9), (1.0, 9), (7.0, 9)]
        {
            let calibration = of(&[(score, true)]);
            assert_eq!(calibration.bins.iter().position(|bin| bin.count > 0), Some(place), "{score}");
        }
    }

    #[test]
    fn what_people_and_programs_read() {
        let calibration = of(&[(0.8, true), (0.8, true), (0.8, false), (0.05, false)]);
        let mut scores = json!({"all": 1});
        calibration.put(&mut scores, 2);
        let found = &scores["calibration"];
        assert_eq!(
            (&found["ece"], &found["mean_score"], &found["right"]),
            (&11.25.into(), &61.25.into(), &50.0.into())
        );
        assert_eq!(found["bins"].as_array().map(Vec::len), Some(BINS));
        assert_eq!(found["bins"][7], json!({"count": 3, "mean_score": 80.0, "right": 66.67}));
        assert_eq!(found["bins"][8], json!({"count": 0, "mean_score": null, "right": null}));
        let mut table = Table::default();
        calibration.rows(&mut table);
        let expected = "\nexpected calibration error  11.25\nmean score                  61.25\nshare right                 50.00\n";
        assert_eq!(table.render(), expected);

        // Without scores there is nothing to say.
        let (mut scores, mut table) = (json!({"all": 1}), Table::default());
        Calibration::default().put(&mut scores, 2);
        Calibration::default().rows(&mut table);
        assert_eq!((scores, table.render().as_str()), (json!({"all": 1}), ""));
    }
}
