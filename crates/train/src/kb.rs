//! Knowledge bases: reads entries from JSON lines or CSV, and makes the file that the plugin `linker` reads.

mod csv;
mod jsonl;

use std::collections::HashMap;
use std::path::Path;

use copydesk_plugin_linker::EntryKind;
use copydesk_plugin_linker::build::{self, GivenEntry};
use serde_json::{Value, json};

use crate::lines::Lines;
use crate::{Error, input};

/// The file of a knowledge base, and what is in it.
#[derive(Debug)]
pub struct BuiltBase {
    /// The bytes of the file.
    pub bytes: Vec<u8>,
    /// The number of entries.
    pub entries: usize,
    /// The number of names and aliases that were given.
    pub names: usize,
}

/// Makes the file of a knowledge base from a file of entries, `.gz` or not. A file is CSV if its name ends in `.csv` or
/// `.csv.gz`. The order of the lines does not matter.
///
/// # Errors
/// If the file cannot be read, or a line is wrong: of another form, with an id that was given before, or against
/// [`GivenEntry::check`]. The message names the file and the line.
pub fn build(path: &Path) -> Result<BuiltBase, Error> {
    let digest = input::digest(path)?.1;
    Ok(made(read(path, &mut Lines::open(path)?)?, json!({ "source": { "sha256": digest } })))
}

/// Does the same with the content of a file. `path` tells its form and is its name in errors.
///
/// # Errors
/// As [`build()`].
pub fn build_bytes(path: &Path, bytes: Vec<u8>) -> Result<BuiltBase, Error> {
    Ok(made(read(path, &mut Lines::of_bytes(path, bytes))?, json!({})))
}

fn made(entries: Vec<GivenEntry>, metadata: Value) -> BuiltBase {
    let names = entries.iter().map(|entry| 1 + entry.aliases.len()).sum();
    let count = entries.len();
    BuiltBase { bytes: build::build(entries, &metadata.to_string()), entries: count, names }
}

/// Reads the entries of a file.
fn read(path: &Path, lines: &mut Lines) -> Result<Vec<GivenEntry>, Error> {
    let name = path.to_string_lossy().to_ascii_lowercase();
    let entries =
        if name.ends_with(".csv") || name.ends_with(".csv.gz") { csv::read(lines)? } else { jsonl::read(lines)? };
    if entries.is_empty() {
        return Err(Error::file(path, "has no entries"));
    }
    Ok(entries)
}

/// The lines in which ids were given.
#[derive(Default)]
struct Ids(HashMap<String, u64>);

impl Ids {
    /// Notes an id. The error names the earlier line.
    fn add(&mut self, id: &str, line: u64) -> Result<(), String> {
        match self.0.insert(id.to_owned(), line) {
            Some(earlier) => Err(format!("the id {id:?} is that of line {earlier} too; give each entry once")),
            None => Ok(()),
        }
    }
}

fn kind(name: &str) -> Result<EntryKind, String> {
    if name.is_empty() {
        return Ok(EntryKind::Other);
    }
    EntryKind::from_name(name).ok_or_else(|| {
        let known: Vec<&str> = EntryKind::names().collect();
        format!("there is no type {:?}; there are {}", name.chars().take(60).collect::<String>(), known.join(", "))
    })
}

#[cfg(test)]
mod tests;
