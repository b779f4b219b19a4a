//! The counts of a run.

use std::collections::BTreeMap;
use std::time::Duration;

use copydesk_core::{Article, Document};
use copydesk_pipeline::StageTiming;
use serde::{Deserialize, Serialize};

use crate::{AnalyzeError, AnalyzeErrorKind};

/// The counts of a run: documents, errors, languages and times. `analyze --summary` writes it as JSON.
///
/// ```
/// use copydesk::{AnalyzeOptions, Inputs, Pipeline, Results, ResultsOptions};
///
/// # let folder = std::env::temp_dir().join(format!("copydesk-summary-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// let (articles, results) = (folder.join("articles.jsonl"), folder.join("results.jsonl"));
/// std::fs::write(&articles, "{\"text\": \"Ana Ruiz left.\"}\n{\"text\": 3}\n")?;
/// let options = ResultsOptions::default();
/// let results = Results::create(Some(&results), options, copydesk::RunIdentity::default())?;
/// let fast = Pipeline::fast()?;
/// let summary = fast.write_all(Inputs::new(&[articles])?, results, &AnalyzeOptions::default(), |_| {})?;
/// assert_eq!((summary.documents, summary.failed), (2, 1));
/// assert_eq!(summary.errors[0].first.line, Some(2));
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Summary {
    /// Documents that were read, those of an interrupted run before this one included.
    pub documents: u64,
    /// Documents that were analyzed.
    pub analyzed: u64,
    /// Documents that have an error in place of a result.
    pub failed: u64,
    /// Documents that repeat an earlier one.
    pub duplicates: u64,
    /// Files that could not be read, or not to their end.
    pub unreadable_files: u64,
    /// Words of the analyzed documents.
    pub tokens: u64,
    /// Quotes of the analyzed documents.
    pub quotes: u64,
    /// Documents that an interrupted run before this one had done.
    pub resumed: u64,
    /// Seconds that the run took, in all its parts.
    pub seconds: f64,
    /// Words a second.
    pub tokens_per_second: f64,
    /// Documents in each language, as they say or as was detected. `und` is a language that is not known.
    pub languages: BTreeMap<String, u64>,
    /// Documents in each encoding, where it is known.
    pub encodings: BTreeMap<String, u64>,
    /// Errors by kind, the most frequent first.
    pub errors: Vec<ErrorCount>,
    /// The work of each stage, in the order of the pipeline.
    pub stages: Vec<StageShare>,
    /// What a user should know of how the inputs were read.
    pub notes: Vec<String>,
}

/// Errors of one kind.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorCount {
    /// The kind: `file`, `document`, `time limit`, or `stage` and the id of the stage.
    pub kind: String,
    /// The number of errors.
    pub count: u64,
    /// The first of them.
    pub first: ErrorPlace,
}

/// One error, and its place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorPlace {
    /// The document's id, or the path of a file.
    pub id: String,
    /// The file.
    pub file: Option<String>,
    /// The line of the file.
    pub line: Option<u64>,
    /// The stage that failed; none if the document could not be read.
    pub stage: Option<String>,
    /// The error.
    pub message: String,
}

/// The work of one stage.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StageShare {
    /// The stage's id.
    pub stage: String,
    /// Documents it was given. Those after the last checkpoint of an interrupted run count twice.
    pub documents: u64,
    /// Seconds spent in it, summed over threads.
    pub seconds: f64,
}

/// The tag of a language that is not known.
const UNKNOWN: &str = "und";

impl From<&AnalyzeError> for ErrorPlace {
    fn from(error: &AnalyzeError) -> Self {
        let origin = error.origin();
        ErrorPlace {
            id: error.id().to_owned(),
            file: origin.file,
            line: origin.line,
            stage: error.stage().map(str::to_owned),
            message: error.message(),
        }
    }
}

impl Summary {
    /// Counts a document that was analyzed.
    pub(crate) fn article(&mut self, article: &Article) {
        self.documents += 1;
        self.analyzed += 1;
        self.tokens += article.document().layer("tokens").map_or(0, |layer| layer.len() as u64);
        self.quotes += article.quotes().len() as u64;
        self.read(article.document());
    }

    /// Counts the language and the encoding of a document.
    fn read(&mut self, document: &Document) {
        let language = document.metadata.language.as_deref().or(document.origin.language.as_deref());
        count(&mut self.languages, &primary(language.unwrap_or(UNKNOWN)));
        if let Some(encoding) = &document.origin.encoding {
            count(&mut self.encodings, encoding);
        }
    }

    /// Counts a document that repeats another.
    pub(crate) fn duplicate(&mut self) {
        self.documents += 1;
        self.duplicates += 1;
    }

    /// Counts an error.
    pub(crate) fn error(&mut self, error: &AnalyzeError) {
        let kind = match error.kind() {
            AnalyzeErrorKind::File => {
                self.unreadable_files += 1;
                "file".to_owned()
            }
            AnalyzeErrorKind::TimedOut => "time limit".to_owned(),
            _ => error.stage().map_or_else(|| "document".to_owned(), |stage| format!("stage {stage}")),
        };
        if error.kind() != AnalyzeErrorKind::File {
            self.documents += 1;
            self.failed += 1;
            if let Some(document) = error.document() {
                self.read(document);
            }
        }
        match self.errors.iter_mut().find(|known| known.kind == kind) {
            Some(known) => known.count += 1,
            None => self.errors.push(ErrorCount { kind, count: 1, first: error.into() }),
        }
    }

    /// Returns the documents in languages that are not among these, by language. Documents in an unknown language do not
    /// count.
    #[must_use]
    pub fn in_other_languages(&self, languages: &[String]) -> Vec<(&str, u64)> {
        let reads = |tag: &str| tag == UNKNOWN || languages.iter().any(|language| primary(language) == tag);
        let others = self.languages.iter().filter(|(tag, _)| !languages.is_empty() && !reads(tag));
        others.map(|(tag, documents)| (tag.as_str(), *documents)).collect()
    }

    /// Adds times, which a run knows at its end.
    pub(crate) fn finish(&mut self, time: Duration, timings: &[StageTiming]) {
        self.seconds += time.as_secs_f64();
        self.tokens_per_second = if self.seconds > 0.0 { self.tokens as f64 / self.seconds } else { 0.0 };
        self.errors.sort_by(|a, b| (b.count, &a.kind).cmp(&(a.count, &b.kind)));
        for timing in timings {
            let (documents, seconds) = (timing.calls, timing.time.as_secs_f64());
            match self.stages.iter_mut().find(|share| share.stage == timing.stage) {
                Some(share) => {
                    share.documents += documents;
                    share.seconds += seconds;
                }
                None => self.stages.push(StageShare { stage: timing.stage.clone(), documents, seconds }),
            }
        }
    }
}

fn count(counts: &mut BTreeMap<String, u64>, name: &str) {
    match counts.get_mut(name) {
        Some(count) => *count += 1,
        None => {
            // A hostile input could name a new one with each document.
            const MOST: usize = 1000;
            let name = if counts.len() < MOST { name } else { "other" };
            *counts.entry(name.to_owned()).or_default() += 1;
        }
    }
}

/// Returns the first part of a language's tag, in small letters: `en` of `en-GB` and of `en_US`.
pub(crate) fn primary(tag: &str) -> String {
    tag.split(['-', '_']).next().unwrap_or_default().trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_languages() {
        let mut summary = Summary::default();
        for tag in ["en-GB", "EN", "de", "es_MX", "und", "de"] {
            count(&mut summary.languages, &primary(tag));
        }
        assert_eq!(summary.in_other_languages(&["en".into()]), [("de", 2), ("es", 1)]);
        assert_eq!(summary.in_other_languages(&["de-AT".into(), "es".into()]), [("en", 2)]);
        assert!(summary.in_other_languages(&[]).is_empty(), "a pipeline that says nothing");
    }
}
