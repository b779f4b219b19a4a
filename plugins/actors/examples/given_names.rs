//! Makes the table of given names: `given_names DATA OUT`. DATA is `name_data.json` of the package nomquamgender: a JSON
//! object from a name to `[sources, bearers, share of women, ...]`.

// A tool on a file of known form: a broken file may end it.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

use std::collections::BTreeMap;

use copydesk_plugin_actors::train::{NameShare, given_names};
use serde_json::Value;

/// A name counts if at least so many sources know it.
const SOURCES: u64 = 3;
/// A name counts if the sources know at least so many bearers.
const BEARERS: u64 = 50;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let data: BTreeMap<String, Value> = serde_json::from_slice(&std::fs::read(&args[0]).expect("DATA")).expect("JSON");
    let names: Vec<NameShare<'_>> = data
        .iter()
        .filter(|(name, _)| name.chars().count() > 1 && name.chars().all(|c| c.is_alphabetic() || "'-".contains(c)))
        .filter(|(_, row)| row[0].as_u64().unwrap() >= SOURCES && row[1].as_u64().unwrap() >= BEARERS)
        .map(|(name, row)| NameShare {
            name,
            bearers: row[1].as_u64().unwrap() as f64,
            men: 1.0 - row[2].as_f64().unwrap(),
        })
        .collect();
    eprintln!("{} names", names.len());
    let sources = r#"{"sources": ["nomquamgender 0.1.4 (Van Buskirk, Clauset and Larremore 2023)"]}"#;
    std::fs::write(&args[1], given_names(&names, sources)).expect("OUT");
}
