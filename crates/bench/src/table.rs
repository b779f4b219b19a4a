//! Reports as a person reads them: plain text, columns aligned, a unit at every figure.

use std::fmt::{self, Write};

use crate::comparison::{Change, Comparison, Verdict};
use crate::figures::{Estimate, FIGURES};
use crate::report::Report;
use crate::sample::Subject;

/// Rows of cells.
struct Table {
    /// True if the cells of a column are aligned to the right.
    right: &'static [bool],
    rows: Vec<Vec<String>>,
}

impl Table {
    fn new(right: &'static [bool], head: &[&str]) -> Self {
        Table { right, rows: vec![head.iter().map(|&cell| cell.to_owned()).collect()] }
    }

    fn write(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.right.len()).map(width).collect();
        for row in &self.rows {
            let mut line = String::new();
            for ((cell, width), right) in row.iter().zip(&widths).zip(self.right) {
                if *right {
                    write!(line, "{cell:>width$}  ")?;
                } else {
                    write!(line, "{cell:width$}  ")?;
                }
            }
            writeln!(f, "{}", line.trim_end())?;
        }
        Ok(())
    }
}

/// The figures, and the changes if the report has some.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts = if self.input.files.is_empty() { "built-in texts" } else { "input" };
        let tokens = self.measurements.iter().flat_map(|found| &found.samples).find(|sample| sample.work.tokens > 0);
        let tokens = tokens.map_or(String::new(), |sample| {
            let passes = sample.work.bytes as f64 / self.input.bytes.max(1) as f64;
            format!(", {} tokens", whole(sample.work.tokens as f64 / passes))
        });
        writeln!(
            f,
            "{texts}: {} document{}, {} bytes{tokens}",
            whole(self.input.documents as f64),
            if self.input.documents == 1 { "" } else { "s" },
            whole(self.input.bytes as f64),
        )?;
        writeln!(f, "{}, copydesk {}, {}", self.machine.describe(), self.copydesk, self.date)?;
        let plural = if self.runs == 1 { "" } else { "s" };
        writeln!(
            f,
            "{} run{plural} of each in turns: medians, and 95 % bootstrap intervals from six runs on\n",
            self.runs
        )?;

        let mut table = Table::new(
            &[false, false, true, true, true],
            &["FIGURE", "PIPELINE", "THREADS", "MEDIAN", "95 % INTERVAL"],
        );
        for figure in &FIGURES {
            for found in &self.measurements {
                let estimate = found.figures.get(figure.key);
                table.rows.push(estimate_row(figure.label, &found.subject, estimate, figure.scale));
            }
        }
        for name in stages(self) {
            for found in &self.measurements {
                if let Some(stage) = found.stages.iter().find(|stage| stage.stage == name) {
                    table.rows.push(estimate_row(
                        &format!("time in {name}, %"),
                        &found.subject,
                        Some(&stage.share),
                        100.0,
                    ));
                }
            }
        }
        table.write(f)?;
        match &self.comparison {
            Some(comparison) => write!(f, "\n{comparison}"),
            None => Ok(()),
        }
    }
}

/// The stages of all pipelines, each behind the stage that it follows in its own pipeline.
fn stages(report: &Report) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for found in &report.measurements {
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

fn estimate_row(label: &str, subject: &Subject, estimate: Option<&Estimate>, scale: f64) -> Vec<String> {
    let shown = |value: f64| number(value * scale);
    let interval = estimate.and_then(|estimate| estimate.low.zip(estimate.high));
    vec![
        label.to_owned(),
        subject.pipeline.clone(),
        subject.threads.to_string(),
        estimate.map_or("-".to_owned(), |estimate| shown(estimate.median)),
        interval.map_or("-".to_owned(), |(low, high)| format!("{} to {}", shown(low), shown(high))),
    ]
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "compared with copydesk {}, {}", self.copydesk, self.date)?;
        for note in &self.notes {
            writeln!(f, "note: {note}")?;
        }
        let mut table = Table::new(
            &[false, false, true, true, true, true, true, false],
            &["FIGURE", "PIPELINE", "THREADS", "THEN", "NOW", "CHANGE, %", "95 % INTERVAL", "VERDICT"],
        );
        table.rows.extend(self.changes.iter().map(change_row));
        if self.changes.is_empty() {
            return writeln!(f, "nothing can be compared");
        }
        writeln!(f)?;
        table.write(f)?;
        let (outside, all) = self.outside_noise();
        if all > 0 {
            writeln!(
                f,
                "\n{outside} of {all} figures changed by more than the noise within the runs; \
                 by chance alone about {} would",
                whole(all as f64 * 0.05)
            )?;
        }
        Ok(())
    }
}

fn change_row(change: &Change) -> Vec<String> {
    let (label, scale) = match (&change.stage, FIGURES.iter().find(|figure| figure.key == change.figure)) {
        (Some(stage), _) => (format!("time in {stage}, ms/MB"), 1e3),
        (None, Some(figure)) => (figure.label.to_owned(), figure.scale),
        (None, None) => (change.figure.to_owned(), 1.0),
    };
    let percent = |ratio: f64| format!("{:+.1}", 100.0 * (ratio - 1.0));
    let interval = change.low.zip(change.high);
    vec![
        label,
        change.subject.pipeline.clone(),
        change.subject.threads.to_string(),
        number(change.old * scale),
        number(change.new * scale),
        percent(change.ratio),
        interval.map_or("-".to_owned(), |(low, high)| format!("{} to {}", percent(low), percent(high))),
        change.verdict.to_string(),
    ]
}

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

/// Three digits, all of those before the point, and a comma between thousands: `469,884`, `18.3`, `0.00412`.
fn number(value: f64) -> String {
    let digits = if value == 0.0 || !value.is_finite() {
        0
    } else {
        // Digits before the point; less than one where zeros follow it.
        let before = value.abs().log10().floor() as i32 + 1;
        usize::try_from((3 - before).clamp(0, 9)).unwrap_or(0)
    };
    grouped(&format!("{value:.digits$}"))
}

/// A count: `469,884`.
fn whole(value: f64) -> String {
    grouped(&format!("{value:.0}"))
}

/// A number in digits, with a comma between thousands.
fn grouped(plain: &str) -> String {
    let whole = plain.find('.').unwrap_or(plain.len());
    let mut out = String::new();
    for (at, digit) in plain.char_indices() {
        let is_thousand = at < whole && (whole - at).is_multiple_of(3) && digit.is_ascii_digit();
        if is_thousand && out.ends_with(|before: char| before.is_ascii_digit()) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        let cases = [
            (0.0, "0"),
            (0.004_123, "0.00412"),
            (0.999, "0.999"),
            (1.0, "1.00"),
            (18.26, "18.3"),
            (99.97, "100.0"),
            (512.4, "512"),
            (999.9, "1,000"),
            (469_884.2, "469,884"),
            (1_000_000.0, "1,000,000"),
            (-1234.0, "-1,234"),
            (-123.0, "-123"),
            (1e-30, "0.000000000"),
            (f64::INFINITY, "inf"),
        ];
        for (value, expected) in cases {
            assert_eq!(number(value), expected);
        }
    }
}
