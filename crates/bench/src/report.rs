//! Reports: all samples of a benchmark, its subjects and machine, and the figures.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::comparison::Comparison;
use crate::error::{ReportError, ReportErrorKind};
use crate::figures::{Estimate, FIGURES, StageFigures, seconds_per_megabyte, shares};
use crate::input::Input;
use crate::machine::{Machine, now};
use crate::sample::{Sample, Subject};

/// The form of a report. A change that breaks readers changes the number.
pub const SCHEMA: &str = "copydesk-bench/1";

/// More runs than this would say nothing new, and their intervals take long.
pub const MOST_RUNS: usize = 1000;

/// The result of a benchmark.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// [`SCHEMA`].
    pub schema: String,
    /// The version of the program.
    pub copydesk: String,
    /// When it ended, in UTC, as RFC 3339 writes it.
    pub date: String,
    /// The machine.
    pub machine: Machine,
    /// The texts.
    pub input: Input,
    /// How often each subject was measured.
    pub runs: usize,
    /// Each subject, in the order of the command line.
    pub measurements: Vec<Measurement>,
    /// The changes since another report, if there is one.
    #[serde(skip_deserializing, skip_serializing_if = "Option::is_none")]
    pub comparison: Option<Comparison>,
}

/// All runs of a subject.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measurement {
    /// The subject.
    #[serde(flatten)]
    pub subject: Subject,
    /// The runs, in the order of time.
    pub samples: Vec<Sample>,
    /// Figures by name, each with its unit in the name; without those that a sample lacks.
    #[serde(skip_deserializing)]
    pub figures: BTreeMap<&'static str, Estimate>,
    /// The stages in the pipeline's order.
    #[serde(skip_deserializing)]
    pub stages: Vec<StageFigures>,
}

impl Measurement {
    /// Takes the figures of some samples.
    #[must_use]
    pub fn new(subject: Subject, samples: Vec<Sample>) -> Self {
        let figures = FIGURES.iter().filter_map(|figure| Some((figure.key, Estimate::of(&figure.values(&samples)?))));
        let figures = figures.collect();
        let stages = samples.first().map(|sample| sample.work.stages.as_slice()).unwrap_or_default();
        let stage = |stage: &str| {
            Some(StageFigures {
                stage: stage.to_owned(),
                share: Estimate::of(&shares(&samples, stage)?),
                seconds_per_megabyte: Estimate::of(&seconds_per_megabyte(&samples, stage)?),
            })
        };
        let stages = stages.iter().filter_map(|found| stage(&found.stage)).collect();
        Measurement { subject, samples, figures, stages }
    }

    /// Returns the failed documents of the run with the most failures, and all its documents.
    #[must_use]
    pub fn failed(&self) -> (u64, u64) {
        let most = self.samples.iter().max_by_key(|sample| sample.work.failed);
        most.map_or((0, 0), |sample| (sample.work.failed, sample.work.documents))
    }
}

impl Report {
    /// Makes a report of this machine and moment. `samples` holds those of each subject.
    #[must_use]
    pub fn new(input: Input, runs: usize, subjects: Vec<Subject>, samples: Vec<Vec<Sample>>) -> Self {
        Report {
            schema: SCHEMA.to_owned(),
            copydesk: env!("CARGO_PKG_VERSION").to_owned(),
            date: now(),
            machine: Machine::this(),
            input,
            runs,
            measurements: subjects
                .into_iter()
                .zip(samples)
                .map(|(subject, samples)| Measurement::new(subject, samples))
                .collect(),
            comparison: None,
        }
    }

    /// Reads a report as [`Report::to_json`] writes it. Figures are taken of the samples anew.
    ///
    /// # Errors
    /// If the text is no report, or has another form.
    pub fn from_json(json: &[u8]) -> Result<Self, ReportError> {
        #[derive(Deserialize)]
        struct Head {
            schema: String,
        }
        let wrong = |error| ReportError(ReportErrorKind::Json(error));
        let head: Head = serde_json::from_slice(json).map_err(wrong)?;
        if head.schema != SCHEMA {
            return Err(ReportError(ReportErrorKind::Schema(head.schema)));
        }
        let report: Report = serde_json::from_slice(json).map_err(wrong)?;
        if let Some(found) = report.measurements.iter().find(|found| found.samples.len() > MOST_RUNS) {
            return Err(ReportError(ReportErrorKind::Runs(found.samples.len())));
        }
        let again = |found: Measurement| Measurement::new(found.subject, found.samples);
        Ok(Report { measurements: report.measurements.into_iter().map(again).collect(), ..report })
    }

    /// The report as one JSON document: `docs/performance.md` describes it.
    ///
    /// # Errors
    /// Never: everything in it has a form in JSON.
    pub fn to_json(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut json = serde_json::to_vec_pretty(self)?;
        json.push(b'\n');
        Ok(json)
    }

    /// Adds the changes since `old`.
    pub fn compare(&mut self, old: &Report) {
        self.comparison = Some(Comparison::new(old, self));
    }
}
