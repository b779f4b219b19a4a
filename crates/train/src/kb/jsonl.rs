//! Entries as JSON lines: `{"id", "name", "type", "aliases": [["alias", count] | "alias"], "description"?, "country"?,
//! "count"?}`. Other keys are passed over.

use std::collections::HashSet;

use copydesk_plugin_linker::build::GivenEntry;
use serde::Deserialize;

use super::{Ids, kind};
use crate::Error;
use crate::lines::Lines;

#[derive(Deserialize)]
struct Raw {
    id: String,
    name: String,
    #[serde(default, rename = "type")]
    kind: String,
    #[serde(default)]
    aliases: Vec<Alias>,
    #[serde(default)]
    description: String,
    #[serde(default)]
    country: String,
    #[serde(default)]
    count: u32,
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "an alias must be \"alias\" or [\"alias\", count]")]
enum Alias {
    Plain(String),
    Counted(String, u32),
}

pub(super) fn read(lines: &mut Lines) -> Result<Vec<GivenEntry>, Error> {
    let (mut entries, mut ids) = (Vec::new(), Ids::default());
    while let Some(raw) = lines.next_json::<Raw>()? {
        let entry = convert(raw).map_err(|message| lines.error(message))?;
        ids.add(&entry.id, lines.number()).map_err(|message| lines.error(message))?;
        entries.push(entry);
    }
    Ok(entries)
}

fn convert(raw: Raw) -> Result<GivenEntry, String> {
    let aliases = raw.aliases.into_iter().map(|alias| match alias {
        Alias::Plain(alias) => (alias, 0),
        Alias::Counted(alias, count) => (alias, count),
    });
    let entry = GivenEntry {
        kind: kind(&raw.kind)?,
        id: raw.id,
        name: raw.name,
        aliases: aliases.collect(),
        description: raw.description,
        country: raw.country,
        count: raw.count,
    };
    entry.check()?;
    let mut seen = HashSet::new();
    match entry.aliases.iter().find(|(alias, _)| !seen.insert(alias)) {
        Some((alias, _)) => Err(format!("the alias {alias:?} is given twice; add up its counts")),
        None => Ok(entry),
    }
}
