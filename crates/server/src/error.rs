//! Why a server does not start.

use std::fmt;
use std::io;

/// Why a server does not start, or ended.
///
/// ```
/// use copydesk_server::{Address, Options, Server};
///
/// let pipelines = vec![copydesk::Pipeline::builder().pipeline("no-such")];
/// let error = Server::bind(pipelines, &["127.0.0.1:0".parse::<Address>()?], Options::default()).expect_err("no pipeline");
/// assert!(error.pipeline().is_some());
/// # Ok::<(), copydesk_server::Error>(())
/// ```
#[derive(Debug)]
pub struct Error(Box<Reason>);

#[derive(Debug)]
enum Reason {
    Pipeline(copydesk::Error),
    Io(String, io::Error),
    Other(String),
}

impl Error {
    pub(crate) fn io(what: impl Into<String>, error: io::Error) -> Self {
        Error(Box::new(Reason::Io(what.into(), error)))
    }

    pub(crate) fn other(message: impl ToString) -> Self {
        Error(Box::new(Reason::Other(message.to_string())))
    }

    /// Returns why a pipeline cannot be loaded, if that is the reason.
    #[must_use]
    pub fn pipeline(&self) -> Option<&copydesk::Error> {
        match &*self.0 {
            Reason::Pipeline(error) => Some(error),
            _ => None,
        }
    }

    /// Returns why a pipeline cannot be loaded, or else this error.
    ///
    /// # Errors
    /// If the reason is another.
    pub fn into_pipeline(self) -> Result<copydesk::Error, Self> {
        match *self.0 {
            Reason::Pipeline(error) => Ok(error),
            _ => Err(self),
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Reason::Pipeline(error) => error.fmt(f),
            Reason::Io(what, error) => write!(f, "{what}: {error}"),
            Reason::Other(message) => f.write_str(message),
        }
    }
}

impl std::error::Error for Error {}

impl From<copydesk::Error> for Error {
    fn from(error: copydesk::Error) -> Self {
        Error(Box::new(Reason::Pipeline(error)))
    }
}
