//! Why a corpus cannot be summed up.

use std::fmt;
use std::io;

/// The reason that a corpus could not be read, summed up or written.
///
/// ```
/// use copydesk_corpus::{Corpus, CorpusOptions};
///
/// let mut corpus = Corpus::new(CorpusOptions::default());
/// let error = corpus.add_state(b"{}".as_slice()).expect_err("this is no state");
/// assert!(error.to_string().contains("is no state of a corpus"));
/// ```
#[derive(Debug)]
pub struct CorpusError(Reason);

#[derive(Debug)]
enum Reason {
    Io(&'static str, io::Error),
    State(String),
}

impl CorpusError {
    pub(crate) fn io(doing: &'static str) -> impl FnOnce(io::Error) -> CorpusError {
        move |error| CorpusError(Reason::Io(doing, error))
    }

    pub(crate) fn state(message: impl Into<String>) -> Self {
        CorpusError(Reason::State(message.into()))
    }
}

impl fmt::Display for CorpusError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Reason::Io(doing, error) => write!(f, "{doing}: {error}"),
            Reason::State(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for CorpusError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.0 {
            Reason::Io(_, error) => Some(error),
            Reason::State(_) => None,
        }
    }
}
