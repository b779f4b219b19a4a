//! Any bytes as the file of a knowledge base, and as entries to make one from.

use std::path::Path;

use copydesk::linker::build::MOST_CANDIDATES;
use copydesk::linker::{Actor, Input, KnowledgeBase, Linker, Mention, Scratch, meanings};
use copydesk::train::kb::build_bytes;
use copydesk_core::NONE;
use copydesk_text::EntityLabel;

/// More entries than this say nothing new.
const ENTRIES: usize = 200;

/// Reads `bytes` as a knowledge base, without its checksum. It is refused, or every name is looked up and every entry
/// read. A link is an entry of the file.
pub fn knowledge_base(bytes: &[u8]) {
    let Ok(base) = KnowledgeBase::parse_trusted(bytes) else {
        assert!(KnowledgeBase::parse(bytes).is_err());
        return;
    };
    let names: Vec<&str> = base.entries().take(ENTRIES).map(|entry| entry.name).chain(["Georgia"]).collect();
    let actors: Vec<Actor<'_>> =
        names.iter().map(|name| Actor { name, label: Some(EntityLabel::Gpe), role: name, affiliation: "" }).collect();
    let mentions = names.iter().zip(0..);
    let mentions: Vec<Mention<'_>> =
        mentions.map(|(name, actor)| Mention { actor, name, tells_where: actor % 2 == 1 }).collect();
    let mut links = Vec::new();
    let input = Input { actors: &actors, mentions: &mentions };
    Linker::default().link(&input, &base, 0.0, &mut Scratch::default(), &mut links);
    assert_eq!(links.len(), actors.len());
    for link in links {
        assert!(link.entry == NONE || base.entry(link.entry).is_some());
        assert!((0.0..=1.0).contains(&link.score));
    }
}

/// Reads `bytes` as entries, CSV if the first is a `c` and else JSON lines. The error is one line. Otherwise the file
/// reads, and each entry is found by its name.
pub fn entries(bytes: &[u8]) {
    let Some((form, content)) = bytes.split_first() else { return };
    let path = Path::new(if *form == b'c' { "entries.csv" } else { "entries.jsonl" });
    let built = match build_bytes(path, content.to_vec()) {
        Ok(built) => built,
        Err(error) => {
            let message = error.to_string();
            assert!(message.starts_with("entries.") && !message.contains('\n'), "{message:?}");
            return;
        }
    };
    let base = KnowledgeBase::parse(&built.bytes).expect("what was made is read");
    assert_eq!(base.len(), built.entries);
    for entry in base.entries().take(ENTRIES) {
        assert!(!entry.id().is_empty());
        let found = meanings(&base, entry.name);
        let is_there = found.iter().any(|meaning| meaning.entry == entry);
        assert!(is_there || found.len() == MOST_CANDIDATES || !entry.name.contains(char::is_alphanumeric), "{entry:?}");
    }
}
