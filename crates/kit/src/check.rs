//! Exercises a plugin library, so that its author finds errors before a user does.
//!
//! A library can end or hang the process that opened it, so the checks run in a child process. [`check`] is the parent.
//! It starts the child and reads one event a line from its standard output. If the child ends early or takes too long,
//! the current check fails, and another child starts with the next one. [`perform`] is the child.

mod child;
mod clock;
mod documents;
mod parent;
mod rows;
mod subject;

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub use child::perform;
pub use parent::check;

/// The checks to run, and their time limit.
#[derive(Clone, Debug)]
pub struct CheckOptions {
    /// The library's file.
    pub library: PathBuf,
    /// One plugin of the library, or all of them if it is `None`.
    pub id: Option<String>,
    /// Options of each plugin, in place of the defaults of its schema.
    pub config: Map<String, Value>,
    /// A check that takes longer has failed.
    pub limit: Duration,
}

/// How one check ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "outcome", content = "detail")]
pub enum Outcome {
    /// All is well, with an observation if there is one.
    Ok(String),
    /// Something is wrong: the error, and what would be right.
    Failed(String),
    /// It could not be tried: why.
    Skipped(String),
}

/// One check and its outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The plugin, or `None` if the check is about the library.
    pub plugin: Option<String>,
    /// The name of the check.
    pub check: String,
    /// How it ended.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// The line that a person reads: `FAILED   shouts: empty text: the plugin panicked`.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (word, detail) = match &self.outcome {
            Outcome::Ok(detail) => ("ok", detail),
            Outcome::Failed(detail) => ("FAILED", detail),
            Outcome::Skipped(detail) => ("skipped", detail),
        };
        write!(f, "{word:8} ")?;
        if let Some(plugin) = &self.plugin {
            write!(f, "{plugin}: ")?;
        }
        f.write_str(&self.check)?;
        if detail.is_empty() { Ok(()) } else { write!(f, ": {detail}") }
    }
}

/// How many checks ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Checks that went well.
    pub ok: usize,
    /// Checks that found something wrong.
    pub failed: usize,
    /// Checks that could not be tried.
    pub skipped: usize,
    /// True if the library could be opened. Otherwise nothing else was tried.
    pub opened: bool,
}

/// Why a library was not checked.
#[derive(Debug)]
pub struct CheckError(CheckErrorKind);

#[derive(Debug)]
enum CheckErrorKind {
    /// The child could not be started, spoken to, or reported on.
    Io(std::io::Error),
    /// The options do not fit the library.
    Options(String),
}

impl fmt::Display for CheckError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            CheckErrorKind::Io(error) => write!(f, "the checks cannot be run: {error}"),
            CheckErrorKind::Options(what) => f.write_str(what),
        }
    }
}

impl std::error::Error for CheckError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0 {
            CheckErrorKind::Io(error) => Some(error),
            CheckErrorKind::Options(_) => None,
        }
    }
}

impl From<std::io::Error> for CheckError {
    fn from(error: std::io::Error) -> Self {
        CheckError(CheckErrorKind::Io(error))
    }
}

/// The parent's request to a child, beside the library: an argument of its command line.
#[derive(Serialize, Deserialize)]
struct Request {
    id: Option<String>,
    config: Map<String, Value>,
    /// The first check of the plan to run; those before it were run by children before.
    from: usize,
    /// Checks that ended their process. They are not repeated.
    fatal: Vec<usize>,
}

/// A check of the plan, in its order.
#[derive(Clone, Serialize, Deserialize)]
struct Planned {
    plugin: Option<String>,
    check: String,
    /// True if the plugin's other checks make no sense after this one failed.
    gate: bool,
}

/// A report of a child.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Event {
    /// The checks there are; said once the library is open.
    Plan(Vec<Planned>),
    /// A check ended.
    Done { at: usize, outcome: Outcome },
    /// The options do not fit the library.
    Refused(String),
}

/// The first check and the last. They are about the library.
const OPENS: &str = "opens";
const ENDS: &str = "prints nothing and ends well";
