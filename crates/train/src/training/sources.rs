//! The other sources of models beside gold: word lists and plain text.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;
use serde::Deserialize;
use serde_json::Value;

use super::Source;
use crate::Error;
use crate::lines::Lines;

/// The files of a folder and its folders, in the order of their paths.
pub(super) struct Lists {
    files: Vec<PathBuf>,
}

impl Lists {
    /// Those in `folder`; none without a folder.
    pub fn open(folder: Option<&Path>) -> Result<Self, Error> {
        let mut files = Vec::new();
        let mut folders: Vec<PathBuf> = folder.map(Path::to_owned).into_iter().collect();
        while let Some(folder) = folders.pop() {
            let io = |error: std::io::Error| Error::io(&folder, None, &error);
            for entry in fs::read_dir(&folder).map_err(io)? {
                let path = entry.map_err(io)?.path();
                if path.is_dir() { folders.push(path) } else { files.push(path) }
            }
        }
        files.sort();
        Ok(Lists { files })
    }

    /// Each file's path, with `/` between its parts, and its text, unpacked.
    pub fn texts(&self) -> impl Iterator<Item = Result<(String, String), Error>> + '_ {
        self.files.iter().map(|path| Ok((slashed(path), text(path)?)))
    }

    /// Returns the texts of the files with these path ends, one after another. Notes the files in `used`.
    pub fn text_of(&self, ends: &[&str], used: &mut Vec<Source>) -> Result<String, Error> {
        let mut out = String::new();
        for path in self.files.iter().filter(|path| ends.iter().any(|end| slashed(path).ends_with(end))) {
            used.push(Source::of("--lexicons", path, None)?);
            out.push_str(&text(path)?);
            out.push('\n');
        }
        Ok(out)
    }

    /// Returns true if there are no files.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

fn slashed(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}

/// Returns a list's text. Some older ones are Latin-1. Bytes that are not UTF-8 are replaced, since only a few words
/// have them.
fn text(path: &Path) -> Result<String, Error> {
    let io = |error: std::io::Error| Error::io(path, None, &error);
    let mut bytes = fs::read(path).map_err(io)?;
    if bytes.starts_with(&crate::input::GZIP) {
        let mut plain = Vec::new();
        MultiGzDecoder::new(bytes.as_slice()).read_to_end(&mut plain).map_err(io)?;
        bytes = plain;
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A text, which gold files of sentiment and names may have in other ways.
#[derive(Deserialize)]
struct RawText {
    #[serde(alias = "sentence")]
    text: Option<String>,
    tokens: Option<Value>,
}

/// Calls `each` with every text of some files.
pub(super) fn raw_texts(paths: &[PathBuf], mut each: impl FnMut(String)) -> Result<(), Error> {
    for path in paths {
        let mut lines = Lines::open(path)?;
        while let Some(RawText { text, tokens }) = lines.next_json()? {
            let joined = || {
                let tokens: Option<Vec<&str>> = tokens.as_ref()?.as_array()?.iter().map(Value::as_str).collect();
                Some(tokens?.join(" "))
            };
            match text.or_else(joined) {
                Some(text) => each(text),
                None => return Err(lines.error("there is no \"text\"")),
            }
        }
    }
    Ok(())
}
