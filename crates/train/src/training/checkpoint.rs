//! The file that keeps the state of a training: the training it belongs to, the finished passes, and the state of each
//! stage.
//!
//! A line of JSON identifies the training and gives the lengths of the parts. The parts follow, each with its own
//! checksum.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tempfile::NamedTempFile;

use super::{Progress, Source};
use crate::Error;

/// The identity of a training. Another training must not continue from its state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Fingerprint {
    version: String,
    task: String,
    options: Value,
    /// The purpose of each file and its SHA-256, in the order of reading.
    files: Vec<(String, String)>,
}

#[derive(Serialize, Deserialize)]
struct Head {
    checkpoint: Fingerprint,
    history: Vec<Progress>,
    parts: Vec<(String, u64)>,
}

/// The passes there were, and the state of each stage.
type Kept = (Vec<Progress>, BTreeMap<String, Vec<u8>>);

/// The place of the state of a training.
pub(super) struct Checkpoint {
    path: PathBuf,
    fingerprint: Fingerprint,
}

impl Checkpoint {
    /// The checkpoint of a training from these files.
    pub fn new(path: &Path, task: &str, options: &Value, sources: &[Source]) -> Self {
        let files = sources.iter().map(|source| (source.option.to_owned(), source.sha256.clone())).collect();
        let version = env!("CARGO_PKG_VERSION").to_owned();
        let fingerprint = Fingerprint { version, task: task.to_owned(), options: options.clone(), files };
        Checkpoint { path: path.to_owned(), fingerprint }
    }

    /// Puts the state in place of the one before, all or nothing.
    pub fn write(&self, history: &[Progress], kept: &BTreeMap<String, Vec<u8>>) -> Result<(), Error> {
        let io = |error: std::io::Error| Error::io(&self.path, None, &error);
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let mut file = NamedTempFile::new_in(folder.unwrap_or(Path::new("."))).map_err(io)?;
        let head = Head {
            checkpoint: self.fingerprint.clone(),
            history: history.to_vec(),
            parts: kept.iter().map(|(name, bytes)| (name.clone(), bytes.len() as u64)).collect(),
        };
        let head = serde_json::to_string(&head).map_err(|error| Error::file(&self.path, error.to_string()))?;
        file.write_all(head.as_bytes()).and_then(|()| file.write_all(b"\n")).map_err(io)?;
        for bytes in kept.values() {
            file.write_all(bytes).map_err(io)?;
        }
        file.persist(&self.path).map_err(|error| io(error.error))?;
        Ok(())
    }

    /// The passes and the state of each stage.
    ///
    /// # Errors
    /// If the file is damaged, or belongs to other data, other options or another version.
    pub fn read(&self) -> Result<Kept, Error> {
        let bytes = fs::read(&self.path).map_err(|error| Error::io(&self.path, None, &error))?;
        let damaged = || Error::file(&self.path, "this is no checkpoint, or it is damaged; train without --resume");
        let end = bytes.iter().position(|byte| *byte == b'\n').ok_or_else(damaged)?;
        let head: Head = bytes.get(..end).and_then(|line| serde_json::from_slice(line).ok()).ok_or_else(damaged)?;
        if let Some(difference) = self.fingerprint.difference(&head.checkpoint) {
            let message = format!("this checkpoint is of another training: {difference}; train without --resume");
            return Err(Error::file(&self.path, message));
        }
        let (mut kept, mut at) = (BTreeMap::new(), end + 1);
        for (name, length) in head.parts {
            let next = usize::try_from(length).ok().and_then(|length| at.checked_add(length)).ok_or_else(damaged)?;
            let part = bytes.get(at..next).ok_or_else(damaged)?;
            copydesk_model::ModelFile::parse(part).map_err(|_| damaged())?;
            kept.insert(name, part.to_vec());
            at = next;
        }
        if at == bytes.len() { Ok((head.history, kept)) } else { Err(damaged()) }
    }
}

impl Fingerprint {
    /// Returns the differences between another training and this one.
    fn difference(&self, other: &Fingerprint) -> Option<String> {
        if self.task != other.task {
            return Some(format!("of {}, not of {}", other.task, self.task));
        }
        if self.version != other.version {
            return Some(format!("of version {}, not {}", other.version, self.version));
        }
        if let Some((name, own, others)) = differing("", &self.options, &other.options) {
            return Some(format!("its {name} is {others}, here it is {own}"));
        }
        for part in ["--data", "--dev", "--raw", "--lexicons"] {
            let of = |fingerprint: &Fingerprint| -> Vec<String> {
                let own = fingerprint.files.iter().filter(|(of, _)| of == part);
                own.map(|(_, digest)| digest.clone()).collect()
            };
            if of(self) != of(other) {
                return Some(format!("the files of {part} have another content"));
            }
        }
        None
    }
}

/// The name of the first value that differs, with both.
fn differing<'v>(name: &str, own: &'v Value, other: &'v Value) -> Option<(String, &'v Value, &'v Value)> {
    match (own, other) {
        (Value::Object(fields), Value::Object(others)) => {
            let differs =
                |(key, value): (&String, &'v Value)| differing(key, value, others.get(key).unwrap_or(&Value::Null));
            fields.iter().find_map(differs)
        }
        _ if own == other => None,
        _ => Some((name.replace('_', "-"), own, other)),
    }
}
