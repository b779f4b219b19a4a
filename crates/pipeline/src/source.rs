//! The text of a pipeline file, and where it comes from.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::fault::Fault;
use crate::nearest::suggest;

/// A pipeline file that has been read but not looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PipelineSource {
    /// The file's name as messages show it.
    pub name: String,
    /// The TOML.
    pub text: String,
    /// The folder that relative paths in the file start from; without one they start from the working
    /// directory.
    pub dir: Option<PathBuf>,
    /// Values for variables of the file, each as `name=value`, from `--set`.
    pub set: Vec<String>,
    /// Pipelines that the file may extend by name.
    pub shipped: Shipped,
}

/// Name and text of each pipeline inside a program.
pub type Shipped = &'static [(&'static str, &'static str)];

/// The most bytes of a pipeline file. People write such files by hand, so a larger one is some other file.
pub(crate) const LARGEST: usize = 1 << 20;

/// The message about a larger file.
pub(crate) const TOO_LARGE: &str = "this file has more than 1048576 bytes; a pipeline file is written by hand";

/// A pipeline file that cannot be read. One line that names the file and the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceError {
    file: String,
    /// The line at fault, if it is one line.
    line: Option<usize>,
    message: String,
}

impl SourceError {
    fn new(file: impl Into<String>, message: impl Into<String>) -> Self {
        SourceError { file: file.into(), line: None, message: message.into() }
    }

    /// Returns the error as a fault, for programs that read faults. Its place is the beginning of its line.
    #[must_use]
    pub fn fault(&self) -> Fault {
        Fault::of_file(&self.file, self.line.unwrap_or(1), &self.message)
    }
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "{}:{line}: {}", self.file, self.message),
            None => write!(f, "{}: {}", self.file, self.message),
        }
    }
}

impl std::error::Error for SourceError {}

impl PipelineSource {
    /// Makes a source from a text in memory.
    pub fn new(name: impl Into<String>, text: impl Into<String>, dir: Option<PathBuf>) -> Self {
        PipelineSource { name: name.into(), text: text.into(), dir, set: Vec::new(), shipped: &[] }
    }

    /// A pipeline from the bytes of a file.
    ///
    /// # Errors
    /// If the bytes are not UTF-8.
    pub fn from_bytes(name: impl Into<String>, bytes: Vec<u8>, dir: Option<PathBuf>) -> Result<Self, SourceError> {
        let name = name.into();
        match String::from_utf8(bytes) {
            Ok(text) => Ok(PipelineSource::new(name, text, dir)),
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                let before = error.as_bytes().get(..valid).unwrap_or_default();
                let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
                let message = format!("byte {valid} of the file is not UTF-8; save it as UTF-8");
                Err(SourceError { line: Some(line), ..SourceError::new(name, message) })
            }
        }
    }

    /// Reads a pipeline file.
    ///
    /// # Errors
    /// If the file cannot be read, is not UTF-8, or has more than a mebibyte.
    pub fn read(path: &Path) -> Result<Self, SourceError> {
        let name = path.display().to_string();
        let wrong = |error: io::Error| SourceError::new(name.as_str(), error.to_string());
        let mut bytes = Vec::new();
        // A device can be without end.
        File::open(path).map_err(wrong)?.take(LARGEST as u64 + 1).read_to_end(&mut bytes).map_err(wrong)?;
        if bytes.len() > LARGEST {
            return Err(SourceError::new(name, TOO_LARGE));
        }
        PipelineSource::from_bytes(name, bytes, path.parent().map(Path::to_path_buf))
    }

    /// Finds the pipeline that a user calls `name`: one of those shipped, or else a file. A name with a separator or an
    /// extension is a file's.
    ///
    /// # Errors
    /// If there is none, and as [`PipelineSource::read`].
    pub fn find(name: &str, shipped: Shipped) -> Result<Self, SourceError> {
        PipelineSource::find_from(name, None, shipped)
    }

    /// The same, with relative paths from a folder.
    pub(crate) fn find_from(name: &str, dir: Option<&Path>, shipped: Shipped) -> Result<Self, SourceError> {
        let path = Path::new(name);
        let bare = path.components().count() == 1 && path.extension().is_none();
        if bare && let Some((name, text)) = shipped.iter().find(|(own, _)| *own == name) {
            let source = PipelineSource::new(format!("{name}.toml (shipped)"), *text, None);
            return Ok(PipelineSource { shipped, ..source });
        }
        let path = dir.map_or_else(|| path.to_path_buf(), |dir| dir.join(path));
        if bare && !path.exists() {
            let help = suggest(name, "shipped are", shipped.iter().map(|(name, _)| *name)).unwrap_or_default();
            let message = format!("is neither a pipeline file nor the name of one that is shipped; {help}");
            return Err(SourceError::new(name, message));
        }
        Ok(PipelineSource { shipped, ..PipelineSource::read(&path)? })
    }
}
