//! A report to look at: one HTML file with pictures of the figures, their intervals and changes.

use std::collections::BTreeMap;
use std::io::{self, Write};

use copydesk_formats::page::{Page, write_data};
use serde::Serialize;

use crate::figures::FIGURES;
use crate::report::Report;

/// The style of the page, on top of that of all pages.
const STYLE: &str = include_str!("page/bench.css");
/// The script of the page. It draws what is in the file.
const SCRIPT: &str = include_str!("page/bench.js");

/// The data of a page.
#[derive(Serialize)]
struct Data<'r> {
    report: &'r Report,
    /// The texts and the machine in words.
    texts: String,
    machine: String,
    /// What the figures mean.
    figures: Vec<Meaning>,
    /// The stages of all pipelines, in order.
    stages: Vec<&'r str>,
    /// The value of each run, by figure, of each measurement.
    runs: Vec<BTreeMap<&'static str, Vec<f64>>>,
}

/// A figure as a page shows it.
#[derive(Serialize)]
struct Meaning {
    key: &'static str,
    label: &'static str,
    /// The factor from the number in JSON to the number under the label.
    scale: f64,
    more_is_better: bool,
}

impl Report {
    /// Writes the report as one HTML file that needs no other and no network. It shows speed, stages, latency, start-up
    /// and memory with their intervals and the runs behind them, and the changes if the report has some. Each picture
    /// has a table and gives its rows as CSV. The report itself is inside as [`Report::to_json`] writes it.
    ///
    /// ```
    /// # use copydesk_bench::{Input, Report};
    /// let report = Report::new(Input::new(Vec::new(), &[]), 0, Vec::new(), Vec::new());
    /// let mut page = Vec::new();
    /// report.write_page(&mut page)?;
    /// assert!(page.starts_with(b"<!doctype html>"));
    /// # Ok::<(), std::io::Error>(())
    /// ```
    ///
    /// # Errors
    /// If `out` cannot be written.
    pub fn write_page(&self, out: &mut dyn Write) -> io::Result<()> {
        let meaning = FIGURES.iter().map(|figure| Meaning {
            key: figure.key,
            label: figure.label,
            scale: figure.scale,
            more_is_better: figure.more_is_better,
        });
        let runs = self.measurements.iter().map(|found| {
            FIGURES.iter().filter_map(|figure| Some((figure.key, figure.values(&found.samples)?))).collect()
        });
        let data = Data {
            report: self,
            texts: self.texts(),
            machine: self.machine.describe(),
            figures: meaning.collect(),
            stages: self.stages(),
            runs: runs.collect(),
        };
        let page = Page::new("Copydesk bench", STYLE, &[SCRIPT]);
        page.begin(out)?;
        write_data(out, "bench", &serde_json::to_vec(&data)?)?;
        page.finish(out)
    }
}
