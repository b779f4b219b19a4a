//! The error of this crate. It is opaque, and its message says what to do.

use std::fmt;

/// A model file that cannot be used, or input that a model cannot take or learn from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelError(Kind);

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Kind {
    NotAModel,
    Version { found: u32, known: u32 },
    Truncated { needed: u64, found: u64 },
    Checksum,
    Malformed(&'static str),
    Foreign { found: String, needed: String },
    MissingSection(String),
    Section { name: String, problem: String },
    Training(String),
    Input(String),
    File { name: String, problem: String },
}

impl ModelError {
    /// Returns an error of a section with the wrong content. Plugins use it for their own sections.
    pub fn section(name: &str, problem: impl Into<String>) -> Self {
        Kind::Section { name: name.to_owned(), problem: problem.into() }.into()
    }

    /// An error of one of several files.
    pub fn file(name: &str, problem: impl fmt::Display) -> Self {
        Kind::File { name: name.to_owned(), problem: problem.to_string() }.into()
    }

    /// An error of training input.
    pub fn training(problem: impl Into<String>) -> Self {
        Kind::Training(problem.into()).into()
    }
}

impl From<Kind> for ModelError {
    fn from(kind: Kind) -> Self {
        Self(kind)
    }
}

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::NotAModel => write!(f, "not a Copydesk model: the file does not begin with the bytes \"CDMODEL\""),
            Kind::Version { found, known } => write!(
                f,
                "the model has format version {found}, this program reads version {known}: {}",
                if found > known { "take a newer program" } else { "train the model again" }
            ),
            Kind::Truncated { needed, found } => {
                write!(f, "the model is cut off: it should have {needed} bytes and has {found}; fetch the file again")
            }
            Kind::Checksum => {
                write!(f, "the model is damaged: its checksum does not fit its content; fetch the file again")
            }
            Kind::Malformed(what) => write!(f, "the model is malformed: {what}"),
            Kind::Foreign { found, needed } => {
                write!(f, "the model is of kind \"{found}\", needed is one of kind \"{needed}\"")
            }
            Kind::MissingSection(name) => write!(f, "the model has no section \"{name}\": train it again"),
            Kind::Section { name, problem } => write!(f, "the model's section \"{name}\" does not fit: {problem}"),
            Kind::Training(problem) => write!(f, "cannot train: {problem}"),
            Kind::File { name, problem } => write!(f, "{name}: {problem}"),
            Kind::Input(problem) => write!(f, "the encoder cannot take this: {problem}"),
        }
    }
}

impl std::error::Error for ModelError {}
