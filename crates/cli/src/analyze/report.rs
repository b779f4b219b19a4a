//! What a run tells at its end: errors, languages that the pipeline does not read, and, on a terminal, all counts.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use copydesk::{ErrorCount, ErrorPlace, Output, OutputError, Summary};
use std::io::Write as _;

use crate::terminal;

/// Kinds of errors, languages and stages that are shown at most.
const SHOWN: usize = 8;

/// Tells of documents that failed.
pub fn failures(summary: &Summary) {
    // Unreadable files have been told of one by one.
    let failed = summary.errors.iter().filter(|errors| errors.kind != "file");
    let kinds: Vec<&ErrorCount> = failed.collect();
    if kinds.is_empty() {
        return;
    }
    let count = match (summary.failed, summary.documents) {
        (1, 1) => "the document".to_owned(),
        (failed, documents) => format!("{failed} of {documents} documents"),
    };
    if let [only] = kinds[..] {
        terminal::error(&format!("{count} could not be analyzed; the first: {}", place(&only.first)));
        return;
    }
    let mut text = format!("{count} could not be analyzed, by kind with the first of each:");
    for errors in kinds.iter().take(SHOWN) {
        let _ = write!(text, "\n  {} {}: {}", errors.count, errors.kind, place(&errors.first));
    }
    terminal::error(&text);
}

fn place(error: &ErrorPlace) -> String {
    let mut place = error.id.clone();
    if let Some(line) = error.line {
        let _ = write!(place, " (line {line})");
    }
    if let Some(stage) = &error.stage {
        let _ = write!(place, ", stage {stage}");
    }
    format!("{place}: {}", error.message)
}

/// Warns of documents in languages that the pipeline does not read.
pub fn languages(summary: &Summary, pipeline: &str, reads: &[String]) {
    let others = summary.in_other_languages(reads);
    let documents: u64 = others.iter().map(|(_, documents)| documents).sum();
    if documents == 0 {
        return;
    }
    let shown: Vec<String> =
        others.iter().take(SHOWN).map(|(tag, documents)| format!("{documents} in {tag}")).collect();
    terminal::message(&format!(
        "warning: {pipeline} reads {}, but {documents} of {} documents seem to be in other languages ({}); do not rely on \
         their results",
        reads.join(", "),
        summary.documents,
        shown.join(", ")
    ));
}

/// Shows all counts.
pub fn counts(summary: &Summary) {
    let mut text = format!("{} documents", summary.documents);
    let mut add = |count: u64, what: &str| {
        if count > 0 {
            let _ = write!(text, ", {count} {what}");
        }
    };
    add(summary.resumed, "of them by an earlier run");
    add(summary.failed, "failed");
    add(summary.duplicates, "duplicates");
    add(summary.unreadable_files, "unreadable files");
    add(summary.quotes, "quotes");
    let _ = write!(
        text,
        "\n{} words in {}, {:.0} a second",
        summary.tokens,
        duration(summary.seconds),
        summary.tokens_per_second
    );
    let all: f64 = summary.stages.iter().map(|stage| stage.seconds).sum();
    if all > 0.0 {
        let share = |seconds: f64| 100.0 * seconds / all;
        let stages = summary.stages.iter().take(SHOWN).map(|s| format!("{} {:.0} %", s.stage, share(s.seconds)));
        let _ = write!(text, "\nstages: {}", stages.collect::<Vec<_>>().join(", "));
    }
    if summary.languages.keys().any(|tag| tag != "und") {
        let mut languages: Vec<(&String, &u64)> = summary.languages.iter().collect();
        languages.sort_by_key(|(tag, documents)| (std::cmp::Reverse(**documents), *tag));
        let shown = languages.iter().take(SHOWN).map(|(tag, documents)| match tag.as_str() {
            "und" => format!("unknown {documents}"),
            tag => format!("{tag} {documents}"),
        });
        let _ = write!(text, "\nlanguages: {}", shown.collect::<Vec<_>>().join(", "));
    }
    terminal::message(&text);
}

fn duration(seconds: f64) -> String {
    if seconds < 60.0 {
        return format!("{seconds:.1} s");
    }
    let whole = Duration::from_secs_f64(seconds.min(1e15)).as_secs();
    format!("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60)
}

/// Writes the counts as JSON.
pub fn file(summary: &Summary, path: &Path) -> Result<(), OutputError> {
    let mut output = Output::file(path)?;
    let mut text = serde_json::to_vec_pretty(summary).unwrap_or_default();
    text.push(b'\n');
    output.write_all(&text).map_err(|error| OutputError::write(path, error))?;
    output.finish()
}
