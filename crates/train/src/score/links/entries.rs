//! The entry of a knowledge base that a gold name means.

use std::collections::HashSet;

use copydesk_plugin_linker::KnowledgeBase;
use copydesk_plugin_linker::kb::Entry;
use copydesk_plugin_linker::names::{NameParts, NameWords, key};
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
    /// that of gold. If several entries have the name, it decides only if it means one of them more than twice as often as
    /// the next, and no other is meant as often by any name: a label of Wikidata does not tell two parties of one name
    /// apart. An entry with an id of Wikidata is never taken for another one.
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
        let wanted = key_of(gold.name.as_deref()?);
        let is_free = |entry: &Entry<'_>| !(id.starts_with('Q') && is_wikidata(&entry.id()));
        let found = base.candidates(wanted).filter_map(|one| Some((one.count, base.entry(one.entry)?)));
        let found: Vec<(u16, Entry<'_>)> = found.filter(|(_, entry)| is_free(entry)).collect();
        let own: Vec<&(u16, Entry<'_>)> = found.iter().filter(|(_, entry)| key_of(entry.name) == wanted).collect();
        match (own.as_slice(), found.as_slice()) {
            ([(_, one)], _) | ([], [(_, one)]) => Some(one.id()),
            ([(count, one), rest @ ..], _) if rest.iter().all(|(next, other)| *count > 2 * next && one.count > other.count) => {
                Some(one.id())
            }
            _ => None,
        }
    }
}

fn is_wikidata(id: &str) -> bool {
    id.strip_prefix('Q').is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit()))
}
