//! Reports as a person reads them: a row for each pipeline and number of threads, that fits a terminal.

use std::fmt;

use crate::columns::Table;
use crate::comparison::{Change, Comparison, Verdict};
use crate::figures::{Estimate, FIGURES, Figure};
use crate::numbers::{number, whole};
use crate::report::{Measurement, Report};
use crate::sample::Subject;

/// The figures beside the speed: key in JSON, and head of the column.
const BESIDE: [(&str, &str); 4] = [
    ("latency_p50_seconds", "P50, ms"),
    ("latency_p99_seconds", "P99, ms"),
    ("start_up_seconds", "START, ms"),
    ("peak_memory_bytes", "MEM, MB"),
];

/// The speeds, by preference: a pipeline may make no tokens.
const SPEEDS: [&str; 2] = ["tokens_per_second", "megabytes_per_second"];

/// What is not known.
const UNKNOWN: &str = "-";

/// The figures, and the changes if the report has some.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.texts())?;
        writeln!(f, "{}, copydesk {}, {}", self.machine.describe(), self.copydesk, self.date)?;
        let plural = if self.runs == 1 { "" } else { "s" };
        writeln!(
            f,
            "{} run{plural} of each in turns: medians, and 95 % bootstrap intervals from six runs on\n",
            self.runs
        )?;
        figures(self).write(2, f)?;
        writeln!(f, "TIMES is the speed beside that of the first row; P50 and P99 are latencies of an article")?;
        if let Some(stages) = stages(self) {
            writeln!(f, "\ntime in stages, %")?;
            stages.write(2, f)?;
        }
        match &self.comparison {
            Some(comparison) => write!(f, "\n{comparison}"),
            None => Ok(()),
        }
    }
}

impl Report {
    /// `built-in texts: 12 documents, 55,265 bytes, 11,410 tokens`.
    pub(crate) fn texts(&self) -> String {
        let texts = if self.input.files.is_empty() { "built-in texts" } else { "input" };
        let tokens = self.measurements.iter().flat_map(|found| &found.samples).find(|sample| sample.work.tokens > 0);
        let tokens = tokens.map_or(String::new(), |sample| {
            let passes = sample.work.bytes as f64 / self.input.bytes.max(1) as f64;
            format!(", {} tokens", whole(sample.work.tokens as f64 / passes))
        });
        format!(
            "{texts}: {} document{}, {} bytes{tokens}",
            whole(self.input.documents as f64),
            if self.input.documents == 1 { "" } else { "s" },
            whole(self.input.bytes as f64),
        )
    }

    /// Returns the changes of a subject, or `None` if there is nothing to compare it with.
    fn changes(&self, subject: &Subject) -> Option<Vec<&Change>> {
        let changes: Vec<&Change> =
            self.comparison.as_ref()?.changes.iter().filter(|change| change.subject == *subject).collect();
        (!changes.is_empty()).then_some(changes)
    }
}

/// A row for each subject, and below it one of its changes.
fn figures(report: &Report) -> Table {
    let has = |key: &&str| report.measurements.iter().all(|found| found.figures.contains_key(*key));
    let speed = SPEEDS.into_iter().find(has).unwrap_or(SPEEDS[0]);
    let head = if speed == SPEEDS[0] { "TOKENS/S" } else { "MB/S" };
    let heads = ["PIPELINE", "THREADS", head, "95 % INTERVAL", "TIMES"];
    let mut table = Table::new(heads.into_iter().chain(BESIDE.map(|(_, head)| head)));
    let first = report.measurements.first().and_then(|found| found.figures.get(speed));
    for found in &report.measurements {
        let of = |key: &str| (found.figures.get(key), scale(key));
        let (estimate, scale) = of(speed);
        let times = estimate.zip(first).map(|(estimate, first)| number(estimate.median / first.median));
        let mut row = named(found);
        row.push(median(estimate, scale));
        row.push(interval(estimate, scale));
        row.push(times.unwrap_or_else(|| UNKNOWN.to_owned()));
        row.extend(BESIDE.map(|(key, _)| of(key)).map(|(estimate, scale)| median(estimate, scale)));
        table.row(row);
        if let Some(changes) = report.changes(&found.subject) {
            let of = |key: &str| changes.iter().find(|change| change.stage.is_none() && change.figure == key).copied();
            let mut row = change_head();
            row.push(shown_change(of(speed)));
            row.push(of(speed).map_or_else(String::new, change_interval));
            row.push(String::new());
            row.extend(BESIDE.map(|(key, _)| shown_change(of(key))));
            table.row(row);
        }
    }
    table.shorten();
    table
}

/// A column for each stage, or `None` if no pipeline has one.
fn stages(report: &Report) -> Option<Table> {
    let names = report.stages();
    if names.is_empty() {
        return None;
    }
    let mut table = Table::new(["PIPELINE", "THREADS"].into_iter().chain(names.iter().copied()));
    for found in &report.measurements {
        let share = |name: &str| found.stages.iter().find(|stage| stage.stage == name).map(|stage| &stage.share);
        let mut row = named(found);
        let shown = |share: &Estimate| format!("{:.1}", 100.0 * share.median);
        row.extend(names.iter().map(|name| share(name).map_or_else(String::new, shown)));
        table.row(row);
        if let Some(changes) = report.changes(&found.subject) {
            let of = |name: &str| changes.iter().find(|change| change.stage.as_deref() == Some(name)).copied();
            let mut row = change_head();
            row.extend(names.iter().map(|name| shown_change(of(name))));
            table.row(row);
        }
    }
    table.shorten();
    Some(table)
}

impl Report {
    /// The stages of all pipelines, each behind the stage that it follows in its own pipeline.
    pub(crate) fn stages(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for found in &self.measurements {
            let mut next = 0;
            for stage in &found.stages {
                let at = names.iter().position(|name| *name == stage.stage).unwrap_or_else(|| {
                    names.insert(next, &stage.stage);
                    next
                });
                next = at + 1;
            }
        }
        names
    }
}

fn scale(key: &str) -> f64 {
    FIGURES.iter().find(|figure| figure.key == key).map_or(1.0, |figure: &Figure| figure.scale)
}

fn named(found: &Measurement) -> Vec<String> {
    vec![found.subject.pipeline.clone(), found.subject.threads.to_string()]
}

/// The first cells of a row of changes.
fn change_head() -> Vec<String> {
    vec![String::new(), "change".to_owned()]
}

fn median(estimate: Option<&Estimate>, scale: f64) -> String {
    estimate.map_or_else(|| UNKNOWN.to_owned(), |estimate| number(estimate.median * scale))
}

fn interval(estimate: Option<&Estimate>, scale: f64) -> String {
    let ends = estimate.and_then(|estimate| estimate.low.zip(estimate.high));
    ends.map_or_else(
        || UNKNOWN.to_owned(),
        |(low, high)| format!("{} to {}", number(low * scale), number(high * scale)),
    )
}

/// `+8.1 %`, marked by its verdict; empty if the figure is not compared.
fn shown_change(change: Option<&Change>) -> String {
    let percent = |change: &Change| format!("{} %", percent(change.ratio));
    match change {
        None => String::new(),
        Some(change) => match change.verdict {
            Verdict::Better => percent(change),
            Verdict::Worse => format!("!{}", percent(change)),
            Verdict::WithinNoise => "~".to_owned(),
            Verdict::TooFewRuns => format!("({})", percent(change)),
        },
    }
}

/// The interval of a change outside the noise.
fn change_interval(change: &Change) -> String {
    let is_outside = matches!(change.verdict, Verdict::Better | Verdict::Worse);
    let ends = change.low.zip(change.high).filter(|_| is_outside);
    ends.map_or_else(String::new, |(low, high)| format!("{} to {} %", percent(low), percent(high)))
}

/// A ratio as a change in per cent: one decimal, none from ten times on.
fn percent(ratio: f64) -> String {
    let change = 100.0 * (ratio - 1.0);
    if change.abs() < 999.5 { format!("{change:+.1}") } else { format!("+{}", whole(change)) }
}

/// The earlier report, what cannot be compared, and how many figures changed. The changes themselves are beside the
/// figures of their report.
impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "compared with copydesk {}, {}", self.copydesk, self.date)?;
        for note in &self.notes {
            writeln!(f, "note: {note}")?;
        }
        if self.changes.is_empty() {
            return writeln!(f, "nothing can be compared");
        }
        let is_there = |verdict: Verdict| self.changes.iter().any(|change| change.verdict == verdict);
        let marks: Vec<&str> = [
            (Verdict::Worse, "! worse"),
            (Verdict::WithinNoise, "~ within the noise"),
            (Verdict::TooFewRuns, "( ) too few runs to tell"),
        ]
        .into_iter()
        .filter_map(|(verdict, mark)| is_there(verdict).then_some(mark))
        .collect();
        if !marks.is_empty() {
            writeln!(f, "change: {}; of stages, of their time for a megabyte", marks.join(", "))?;
        }
        let (outside, all) = self.outside_noise();
        if all > 0 {
            writeln!(
                f,
                "{outside} of {all} figures changed by more than the noise within the runs; \
                 by chance alone about {} would",
                whole(all as f64 * 0.05)
            )?;
        }
        Ok(())
    }
}

/// The verdict in words.
impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Verdict::Better => "better",
            Verdict::Worse => "worse",
            Verdict::WithinNoise => "within the noise",
            Verdict::TooFewRuns => "too few runs",
        })
    }
}
