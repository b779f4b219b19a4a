//! The text of a pipeline file, where it comes from, and the pipelines that ship with the program.

use std::fmt;
use std::path::{Path, PathBuf};

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
}

/// Name and text of the pipelines inside the program.
const SHIPPED: [(&str, &str); 2] =
    [("news", include_str!("../../../pipelines/news.toml")), ("fast", include_str!("../../../pipelines/fast.toml"))];

/// A pipeline file that cannot be read. One line that names the file and the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceError(String);

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SourceError {}

impl PipelineSource {
    /// A pipeline from a text at hand.
    pub fn new(name: impl Into<String>, text: impl Into<String>, dir: Option<PathBuf>) -> Self {
        PipelineSource { name: name.into(), text: text.into(), dir }
    }

    /// A pipeline from the bytes of a file.
    ///
    /// # Errors
    /// Where they are not UTF-8.
    pub fn from_bytes(name: impl Into<String>, bytes: Vec<u8>, dir: Option<PathBuf>) -> Result<Self, SourceError> {
        let name = name.into();
        match String::from_utf8(bytes) {
            Ok(text) => Ok(PipelineSource { name, text, dir }),
            Err(error) => {
                let valid = error.utf8_error().valid_up_to();
                let before = error.as_bytes().get(..valid).unwrap_or_default();
                let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
                Err(SourceError(format!("{name}:{line}: byte {valid} of the file is not UTF-8; save it as UTF-8")))
            }
        }
    }

    /// Reads a pipeline file.
    ///
    /// # Errors
    /// Where it cannot be read or is not UTF-8.
    pub fn read(path: &Path) -> Result<Self, SourceError> {
        let name = path.display().to_string();
        let bytes = std::fs::read(path).map_err(|error| SourceError(format!("{name}: {error}")))?;
        PipelineSource::from_bytes(name, bytes, path.parent().map(Path::to_path_buf))
    }

    /// A pipeline that ships with the program, by name.
    #[must_use]
    pub fn shipped(name: &str) -> Option<Self> {
        let (name, text) = SHIPPED.iter().find(|(shipped, _)| *shipped == name)?;
        Some(PipelineSource::new(format!("{name}.toml (shipped)"), *text, None))
    }

    /// Names of the pipelines that ship with the program.
    pub fn shipped_names() -> impl ExactSizeIterator<Item = &'static str> {
        SHIPPED.iter().map(|(name, _)| *name)
    }

    /// A path of the file, made absolute.
    pub(crate) fn resolve(&self, path: &str) -> PathBuf {
        let path = self.dir.as_ref().map_or_else(|| PathBuf::from(path), |dir| dir.join(path));
        // Fails only for an empty path or without a working directory: opening it then says why.
        std::path::absolute(&path).unwrap_or(path)
    }
}
