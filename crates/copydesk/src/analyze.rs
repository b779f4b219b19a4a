//! The analysis of documents, and the errors of those that failed.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use copydesk_core::{ArticleError, Document, Origin};
use copydesk_formats::DocumentError;
use copydesk_pipeline::{Failure, StageErrorKind};

use crate::InputError;

/// The options of an analysis.
///
/// ```
/// use std::time::Duration;
/// use copydesk::AnalyzeOptions;
///
/// let options = AnalyzeOptions { threads: 2, time_limit: Some(Duration::from_secs(10)), ..AnalyzeOptions::default() };
/// assert!(options.cancel.is_none() && !options.fail_fast);
/// ```
#[derive(Clone, Debug, Default)]
pub struct AnalyzeOptions {
    /// Threads that analyze; 0 means one a core.
    pub threads: usize,
    /// The number of documents that a stage that batches gets together; 0 means the default. See
    /// [`copydesk_pipeline::RunOptions::batch`].
    pub batch: usize,
    /// True if the first failed document ends the run.
    pub fail_fast: bool,
    /// How long the stages may work on one document. A document that takes longer fails, and the run goes on.
    pub time_limit: Option<Duration>,
    /// Ends the run early when set.
    pub cancel: Option<Cancel>,
}

/// A flag that ends a run early. Copies are one flag.
///
/// ```
/// use copydesk::Cancel;
///
/// let cancel = Cancel::default();
/// let other = cancel.clone();
/// other.cancel();
/// assert!(cancel.is_cancelled());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// Ends every run that has this flag. Documents on the way are dropped.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Returns true if the flag is set.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    pub(crate) fn flag(&self) -> &AtomicBool {
        &self.0
    }
}

/// Why there is no article: the input could not be read, or a stage failed.
///
/// ```
/// use copydesk::{AnalyzeErrorKind, AnalyzeOptions, Cancel, Document, Pipeline};
///
/// let fast = Pipeline::fast()?;
/// let cancel = Cancel::default();
/// cancel.cancel();
/// let options = AnalyzeOptions { cancel: Some(cancel), ..AnalyzeOptions::default() };
/// let error = fast.analyze_with(Document::new("7", "Nobody waits.")?, &options).expect_err("cancelled");
/// assert_eq!((error.id(), error.kind()), ("7", AnalyzeErrorKind::Cancelled));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct AnalyzeError(Box<Reason>);

#[derive(Debug)]
enum Reason {
    Input(InputError),
    Stage(Box<Failure>),
    Article(ArticleError),
    Threads(std::io::Error),
}

/// The kind of an [`AnalyzeError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnalyzeErrorKind {
    /// A file or folder cannot be read: nothing of it, or no more of it, is analyzed.
    File,
    /// One document of the input cannot be read.
    Document,
    /// A stage failed.
    Stage,
    /// The document repeats an earlier one, and duplicates were to be told.
    Duplicate,
    /// The document took longer than its time limit.
    TimedOut,
    /// The run was cancelled.
    Cancelled,
    /// The system gives no threads.
    Threads,
}

impl AnalyzeError {
    pub(crate) fn threads(error: std::io::Error) -> Self {
        AnalyzeError(Box::new(Reason::Threads(error)))
    }

    /// Returns the kind.
    #[must_use]
    pub fn kind(&self) -> AnalyzeErrorKind {
        match &*self.0 {
            Reason::Input(error) if error.is_file() => AnalyzeErrorKind::File,
            Reason::Input(error) if error.duplicate_of().is_some() => AnalyzeErrorKind::Duplicate,
            Reason::Input(_) => AnalyzeErrorKind::Document,
            Reason::Stage(failure) => match failure.error.kind {
                StageErrorKind::Failed => AnalyzeErrorKind::Stage,
                StageErrorKind::TimedOut => AnalyzeErrorKind::TimedOut,
                StageErrorKind::Cancelled => AnalyzeErrorKind::Cancelled,
            },
            Reason::Article(_) => AnalyzeErrorKind::Stage,
            Reason::Threads(_) => AnalyzeErrorKind::Threads,
        }
    }

    /// Returns the document's id, or the path of a file that cannot be read.
    #[must_use]
    pub fn id(&self) -> &str {
        match &*self.0 {
            Reason::Input(error) => error.id(),
            _ => self.document().map_or("", Document::id),
        }
    }

    /// Returns the id of the earlier document that this one repeats, if that is why it was not analyzed.
    #[must_use]
    pub fn duplicate_of(&self) -> Option<&str> {
        match &*self.0 {
            Reason::Input(error) => error.duplicate_of(),
            _ => None,
        }
    }

    /// Returns the file and the line of the document, as far as they are known.
    #[must_use]
    pub fn origin(&self) -> Origin {
        match &*self.0 {
            Reason::Input(error) => error.origin().clone(),
            _ => self.document().map(|document| document.origin.clone()).unwrap_or_default(),
        }
    }

    /// Returns the id of the stage that failed, if one did.
    #[must_use]
    pub fn stage(&self) -> Option<&str> {
        match &*self.0 {
            Reason::Stage(failure) => Some(&failure.error.stage),
            _ => None,
        }
    }

    /// Returns the message, without the id and the stage.
    #[must_use]
    pub fn message(&self) -> String {
        match &*self.0 {
            Reason::Input(error) => error.message().to_owned(),
            Reason::Stage(failure) => failure.error.message.clone(),
            Reason::Article(error) => error.to_string(),
            Reason::Threads(error) => format!("the system gives no threads: {error}"),
        }
    }

    /// Returns the document as the last successful stage left it, if it could be read.
    #[must_use]
    pub fn document(&self) -> Option<&Document> {
        match &*self.0 {
            Reason::Input(_) | Reason::Threads(_) => None,
            Reason::Stage(failure) => Some(&failure.document),
            Reason::Article(error) => Some(error.document()),
        }
    }
}

impl fmt::Display for AnalyzeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.kind() == AnalyzeErrorKind::File {
            return f.write_str(&self.message());
        }
        if !self.id().is_empty() {
            write!(f, "document {:?}", self.id())?;
            if let Some(line) = self.origin().line {
                write!(f, " (line {line})")?;
            }
            f.write_str(": ")?;
        }
        if let Some(stage) = self.stage() {
            write!(f, "stage {stage:?}: ")?;
        }
        f.write_str(&self.message())
    }
}

impl std::error::Error for AnalyzeError {}

impl From<InputError> for AnalyzeError {
    fn from(error: InputError) -> Self {
        AnalyzeError(Box::new(Reason::Input(error)))
    }
}

impl From<Box<Failure>> for AnalyzeError {
    fn from(failure: Box<Failure>) -> Self {
        AnalyzeError(Box::new(Reason::Stage(failure)))
    }
}

impl From<ArticleError> for AnalyzeError {
    fn from(error: ArticleError) -> Self {
        AnalyzeError(Box::new(Reason::Article(error)))
    }
}

impl From<&AnalyzeError> for DocumentError {
    /// The error as a result shows it.
    fn from(error: &AnalyzeError) -> Self {
        DocumentError {
            id: error.id().to_owned(),
            stage: error.stage().map(str::to_owned),
            message: error.message(),
            line: error.origin().line,
        }
    }
}
