//! Changes between two reports, and their verdicts.

use serde::Serialize;

use crate::figures::{FIGURES, seconds_per_megabyte};
use crate::report::{Measurement, Report};
use crate::sample::Subject;
use crate::statistics::{median, ratio_interval};

/// The position of an interval of the ratio relative to 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// All of it is on the better side.
    Better,
    /// All of it is on the worse side.
    Worse,
    /// It holds 1: nothing is known to have changed.
    WithinNoise,
    /// One of the reports has too few runs for an interval.
    TooFewRuns,
}

/// A figure that both reports have.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// The pipeline and the threads.
    #[serde(flatten)]
    pub subject: Subject,
    /// The stage, for the time of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// The figure's name; `seconds_per_megabyte` of a stage.
    pub figure: &'static str,
    /// Its median then.
    pub old: f64,
    /// Its median now.
    pub new: f64,
    /// The new figure divided by the old one.
    pub ratio: f64,
    /// The lower end of the ratio's 95 % bootstrap interval; `None` with fewer than six runs of either.
    pub low: Option<f64>,
    /// The upper end.
    pub high: Option<f64>,
    /// The verdict.
    pub verdict: Verdict,
}

/// A report beside an earlier one.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// The version of the program that made the earlier one.
    pub copydesk: String,
    /// When it was made.
    pub date: String,
    /// Reasons that the two cannot be compared in full: another machine, other texts, a missing subject.
    pub notes: Vec<String>,
    /// All figures that both have, in the order of the new report.
    pub changes: Vec<Change>,
}

impl Comparison {
    /// Compares the figures of `new` with those of `old`.
    #[must_use]
    pub fn new(old: &Report, new: &Report) -> Self {
        let same_input = old.input.sha256 == new.input.sha256;
        let mut notes = Vec::new();
        if old.machine != new.machine {
            notes.push(format!(
                "another machine: then {}, now {}: what changed may be the machine",
                old.machine.describe(),
                new.machine.describe()
            ));
        }
        if !same_input {
            notes.push(format!(
                "other texts: then {} documents of {} bytes, now {} of {}: only start-up is compared",
                old.input.documents, old.input.bytes, new.input.documents, new.input.bytes
            ));
        }
        let mut changes = Vec::new();
        for measurement in &new.measurements {
            match find(old, &measurement.subject) {
                Some(before) => compare(before, measurement, same_input, &mut changes),
                None => notes.push(format!("{}: not measured then", measurement.subject)),
            }
        }
        for measurement in &old.measurements {
            if find(new, &measurement.subject).is_none() {
                notes.push(format!("{}: not measured now", measurement.subject));
            }
        }
        Comparison { copydesk: old.copydesk.clone(), date: old.date.clone(), notes, changes }
    }

    /// How many changes are outside the noise, of how many that have an interval.
    #[must_use]
    pub fn outside_noise(&self) -> (usize, usize) {
        let count = |verdicts: &[Verdict]| self.changes.iter().filter(|c| verdicts.contains(&c.verdict)).count();
        let outside = count(&[Verdict::Better, Verdict::Worse]);
        (outside, outside + count(&[Verdict::WithinNoise]))
    }
}

fn find<'r>(report: &'r Report, subject: &Subject) -> Option<&'r Measurement> {
    report.measurements.iter().find(|measurement| measurement.subject == *subject)
}

fn compare(old: &Measurement, new: &Measurement, same_input: bool, changes: &mut Vec<Change>) {
    for figure in FIGURES.iter().filter(|figure| same_input || figure.any_input) {
        if let (Some(before), Some(after)) = (figure.values(&old.samples), figure.values(&new.samples)) {
            changes.extend(change(&new.subject, None, figure.key, &before, &after, figure.more_is_better));
        }
    }
    for stage in new.stages.iter().filter(|_| same_input) {
        let name = stage.stage.as_str();
        let both = seconds_per_megabyte(&old.samples, name).zip(seconds_per_megabyte(&new.samples, name));
        if let Some((before, after)) = both {
            changes.extend(change(&new.subject, Some(name), "seconds_per_megabyte", &before, &after, false));
        }
    }
}

/// Returns one change, or `None` if a figure cannot be divided by.
fn change(
    subject: &Subject,
    stage: Option<&str>,
    figure: &'static str,
    before: &[f64],
    after: &[f64],
    more_is_better: bool,
) -> Option<Change> {
    let (old, new) = (median(before), median(after));
    let ratio = new / old;
    if !ratio.is_finite() || before.is_empty() || after.is_empty() {
        return None;
    }
    let interval = ratio_interval(before, after).filter(|ends| ends.iter().all(|end| end.is_finite()));
    let verdict = match interval {
        None => Verdict::TooFewRuns,
        Some([low, high]) if low <= 1.0 && high >= 1.0 => Verdict::WithinNoise,
        Some([low, _]) if (low > 1.0) == more_is_better => Verdict::Better,
        Some(_) => Verdict::Worse,
    };
    Some(Change {
        subject: subject.clone(),
        stage: stage.map(str::to_owned),
        figure,
        old,
        new,
        ratio,
        low: interval.map(|[low, _]| low),
        high: interval.map(|[_, high]| high),
        verdict,
    })
}
