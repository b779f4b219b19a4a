//! Errors of plugins, before and while they run.

use std::fmt;
use std::path::Path;

/// A plugin that cannot be loaded: one line that names the file, what was found and what is needed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadError {
    message: String,
    no_plugin: bool,
}

impl LoadError {
    pub(crate) fn new(origin: impl fmt::Display, what: impl fmt::Display) -> Self {
        LoadError::line(format!("{origin}: {what}"))
    }

    /// Names of files and of symbols may hold anything; a message is a line all the same.
    fn line(message: String) -> Self {
        LoadError { message: message.replace(char::is_control, "\u{fffd}"), no_plugin: false }
    }

    /// An error about a file that is a library, but of some other program.
    pub(crate) fn no_plugin(path: &Path, what: impl fmt::Display) -> Self {
        LoadError { no_plugin: true, ..LoadError::file(path, what) }
    }

    /// An error that another process has put into words.
    #[cfg(unix)]
    pub(crate) fn relayed(message: String) -> Self {
        LoadError::line(message)
    }

    /// Returns true if the file is a sound library that exports no plugin.
    #[must_use]
    pub fn is_no_plugin(&self) -> bool {
        self.no_plugin
    }

    pub(crate) fn file(path: &Path, what: impl fmt::Display) -> Self {
        LoadError::new(path.display(), what)
    }
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for LoadError {}

/// A failed call of a plugin: its own message, or the host's reason to refuse its output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PluginError {
    message: String,
    cancelled: bool,
}

impl PluginError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        PluginError { message: message.into(), cancelled: false }
    }

    pub(crate) fn cancelled() -> Self {
        PluginError { message: "cancelled".into(), cancelled: true }
    }

    /// Returns true if the plugin stopped because the run was cancelled.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.cancelled
    }
}

impl fmt::Display for PluginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for PluginError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_load_error_is_a_line() {
        let error = LoadError::new("a\nb.so", "exports x\r\n\u{1b}[2J, é");
        assert_eq!(error.to_string(), "a\u{fffd}b.so: exports x\u{fffd}\u{fffd}\u{fffd}[2J, é");
        let error = LoadError::no_plugin(Path::new("a.so"), "x\ny");
        assert!(error.is_no_plugin() && error.to_string() == "a.so: x\u{fffd}y", "{error}");
    }
}
