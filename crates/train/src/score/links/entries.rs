//! The entry of a knowledge base that a gold name means.

use std::collections::HashSet;

use copydesk_plugin_linker::KnowledgeBase;
use copydesk_plugin_linker::kb::Entry;
use copydesk_plugin_linker::names::{NameParts, NameWords, before_comma, key};
use copydesk_text::lang::ENGLISH;

use crate::gold::LinkedName;

/// Finds the entries that gold means, by id or by name.
pub struct GoldEntries {
    bytes: Box<[u8]>,
    ids: HashSet<String>,
}

impl std::fmt::Debug for GoldEntries {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GoldEntries").field("ids", &self.ids.len()).finish()
    }
}

impl GoldEntries {
    /// Takes the file of a knowledge base.
    ///
    /// # Errors
    /// If the bytes are no knowledge base.
    pub fn new(bytes: &[u8]) -> Result<Self, String> {
        let base = KnowledgeBase::parse(bytes).map_err(|error| error.to_string())?;
        Ok(GoldEntries { bytes: bytes.into(), ids: base.entries().map(|entry| entry.id()).collect() })
    }

    /// Returns the id of the entry that a gold name means: the entry with the very id, or else the one whose name is
    /// that of gold. If several entries have the name, it decides only if it means one of them twice and more than twice as
    /// often as the next, and no other is meant as often by any name: a label of Wikidata does not tell two parties of one
    /// name apart. If none has it, `Norfolk, Virginia` is the one entry `Norfolk` whose description begins with `Virginia`. An
    /// entry with an id of Wikidata is never taken for another one.
    #[must_use]
    pub fn of(&self, gold: &LinkedName) -> Option<String> {
        let id = gold.id.as_deref()?;
        if self.ids.contains(id) {
            return Some(id.to_owned());
        }
        let base = KnowledgeBase::parse_trusted(&self.bytes).ok()?;
        let mut words = NameWords::default();
        let parts = NameParts::new(&ENGLISH);
        let mut key_of = |name: &str| {
            words.read(name);
            key(parts.without_article(words.hashes()))
        };
        let name = gold.name.as_deref()?;
        let wanted = key_of(name);
        let is_free = |entry: &Entry<'_>| !(id.starts_with('Q') && is_wikidata(&entry.id()));
        let found = base.candidates(wanted).filter_map(|one| Some((one.count, base.entry(one.entry)?)));
        let found: Vec<(u16, Entry<'_>)> = found.filter(|(_, entry)| is_free(entry)).collect();
        let own: Vec<&(u16, Entry<'_>)> = found.iter().filter(|(_, entry)| key_of(entry.name) == wanted).collect();
        if found.is_empty() {
            let (first, within) = name.split_once(", ")?;
            let (first, within) = (key_of(first), key_of(within));
            let towns = base.candidates(first).filter_map(|one| base.entry(one.entry));
            let mut towns = towns.filter(|entry| {
                let is_within = !entry.description.is_empty() && key_of(before_comma(entry.description)) == within;
                is_free(entry) && is_within && key_of(entry.name) == first
            });
            return towns.next().filter(|_| towns.next().is_none()).map(|entry| entry.id());
        }
        match (own.as_slice(), found.as_slice()) {
            ([(_, one)], _) | ([], [(_, one)]) => Some(one.id()),
            ([(count, one), rest @ ..], _)
                if rest
                    .iter()
                    .all(|(next, other)| u32::from(*count) > 2 * u32::from(*next) + 1 && one.count > other.count) =>
            {
                Some(one.id())
            }
            _ => None,
        }
    }
}

fn is_wikidata(id: &str) -> bool {
    id.strip_prefix('Q').is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use copydesk_plugin_linker::EntryKind;
    use copydesk_plugin_linker::build::{GivenEntry, build};

    use super::*;

    fn party(id: &str, name: &str, aliases: &[(&str, u32)]) -> GivenEntry {
        GivenEntry {
            id: id.into(),
            name: name.into(),
            kind: EntryKind::Party,
            aliases: aliases.iter().map(|(alias, count)| ((*alias).to_owned(), *count)).collect(),
            description: String::new(),
            country: String::new(),
            count: 0,
        }
    }

    #[test]
    fn a_name_of_several_entries_is_gold_only_if_it_is_plain() {
        let bytes = build(
            vec![
                party("enwiki:Unity_Party_(A)", "Unity Party", &[("Unity Party", 4), ("Unity Party (A)", 0)]),
                party("enwiki:Unity_Party_(B)", "Unity Party", &[("Unity Party", 1), ("Unionists", 6)]),
                party("enwiki:Port_Party_(A)", "Port Party", &[("Port Party", 4)]),
                party("enwiki:Port_Party_(B)", "Port Party", &[("Port Party", 1)]),
                party("Q7", "Vell Party", &[]),
                GivenEntry { description: "Ohio, United States".into(), ..party("geonames:1", "Port Vell", &[]) },
                GivenEntry { description: "Maine, United States".into(), ..party("geonames:2", "Port Vell", &[]) },
            ],
            "{}",
        );
        let entries = GoldEntries::new(&bytes).expect("a knowledge base");
        for (id, name, wanted) in [
            ("Q1", "Unity Party", None),
            ("Q1", "Unity Party (A)", Some("enwiki:Unity_Party_(A)")),
            ("enwiki:Unity_Party_(B)", "Unity Party", Some("enwiki:Unity_Party_(B)")),
            ("Q1", "Port Party", Some("enwiki:Port_Party_(A)")),
            ("Q1", "Unionists", Some("enwiki:Unity_Party_(B)")),
            ("Q8", "Vell Party", None),
            ("Q7", "Vell Party", Some("Q7")),
            ("enwiki:Port_Vell,_Maine", "Port Vell, Maine", Some("geonames:2")),
            ("enwiki:Port_Vell,_Iowa", "Port Vell, Iowa", None),
        ] {
            let gold = LinkedName { span: [0, 1], id: Some(id.into()), name: Some(name.into()) };
            assert_eq!(entries.of(&gold).as_deref(), wanted, "{id} {name}");
        }
    }
}
