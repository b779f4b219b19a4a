//! Makes the file of a knowledge base from entries.

use std::collections::BTreeMap;

use copydesk_model::ModelWriter;
use copydesk_text::lang::ENGLISH;

use crate::kb::{ENTRY_BYTES, ID_FROM_NAME, KIND, OWN_NAME, WIKIPEDIA, bucket};
use crate::kinds::EntryKind;
use crate::names::{NameParts, NameWords, key};

/// The most entries that one name may mean. The likeliest are kept.
pub const MOST_CANDIDATES: usize = 32;
/// The most bytes of an id, a name or an alias.
pub const MOST_BYTES: usize = 1000;
/// The bytes that are kept of a description.
const DESCRIPTION_BYTES: usize = 200;

/// An entry as it is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GivenEntry {
    /// The id: anything that is not empty.
    pub id: String,
    /// The name.
    pub name: String,
    /// The kind.
    pub kind: EntryKind,
    /// Other names, each with how often it means this entry in some texts. 0 says that nobody has counted.
    pub aliases: Vec<(String, u32)>,
    /// Some words about it.
    pub description: String,
    /// The ISO 3166 code of its country, two letters, or empty.
    pub country: String,
    /// How often it is meant by any name. At least the sum of the aliases counts.
    pub count: u32,
}

impl GivenEntry {
    /// Checks the entry.
    ///
    /// # Errors
    /// If the id or the name is empty, too long or has control characters, or if the country is no code. The message
    /// says what would be right.
    pub fn check(&self) -> Result<(), String> {
        let texts = [("id", &self.id), ("name", &self.name)];
        for (what, text) in texts.into_iter().chain(self.aliases.iter().map(|(alias, _)| ("alias", alias))) {
            if text.trim().is_empty() {
                return Err(format!("the {what} is empty; give one, or leave the entry out"));
            }
            if text.len() > MOST_BYTES {
                return Err(format!("the {what} has {} bytes; at most {MOST_BYTES} are allowed", text.len()));
            }
            if text.contains(char::is_control) {
                return Err(format!("the {what} {:?} has control characters; remove them", shortened(text)));
            }
        }
        let country = self.country.as_bytes();
        let is_code = country.len() == 2 && country.iter().all(u8::is_ascii_alphabetic);
        if !country.is_empty() && !is_code {
            return Err(format!(
                "{:?} is no country; write the two letters of ISO 3166, such as \"FR\"",
                shortened(&self.country)
            ));
        }
        Ok(())
    }
}

fn shortened(text: &str) -> String {
    text.chars().take(60).collect()
}

/// Returns the file of some entries, and the same bytes whatever their order. Ids must differ, and each entry must
/// pass [`GivenEntry::check`]. `metadata` is a JSON object.
#[must_use]
pub fn build(mut entries: Vec<GivenEntry>, metadata: &str) -> Vec<u8> {
    entries.sort_by(|a, b| a.id.cmp(&b.id));
    let (slots, buckets) = slots(&entries);
    let (records, texts) = records(&entries);
    let mut firsts = vec![0u32; buckets + 1];
    let (mut keys, mut starts, mut candidates, mut counts) = (vec![], vec![], vec![], vec![]);
    let put = |out: &mut Vec<u8>, number: usize| out.extend((number as u32).to_le_bytes());
    let mut total = 0;
    for (key, meant) in &slots {
        if let Some(count) = firsts.get_mut(bucket(*key, buckets) + 1) {
            *count += 1;
        }
        put(&mut keys, *key as u32 as usize);
        put(&mut starts, total);
        total += meant.len();
        for (entry, count) in meant {
            put(&mut candidates, *entry as usize);
            counts.extend(count.to_le_bytes());
        }
    }
    put(&mut starts, total);
    let mut slots_before = 0;
    let firsts = firsts.into_iter().flat_map(|count| {
        slots_before += count;
        slots_before.to_le_bytes()
    });
    let mut writer = ModelWriter::new(KIND, metadata);
    writer
        .section("entries", records)
        .section("buckets", firsts.collect::<Vec<u8>>())
        .section("keys", keys)
        .section("starts", starts)
        .section("candidates", candidates)
        .section("counts", counts)
        .section("texts", texts);
    writer.finish()
}

/// A key, and the entries that it means, each with how often it does.
type Slots = Vec<(u64, Vec<(u32, u16)>)>;

/// The slots, sorted by bucket and then by the low 32 bits of the key, and the number of buckets.
fn slots(entries: &[GivenEntry]) -> (Slots, usize) {
    let parts = NameParts::new(&ENGLISH);
    let mut words = NameWords::default();
    // A name and an alias may have one key: the larger count holds.
    let mut meant: BTreeMap<(u64, u32), (u32, bool)> = BTreeMap::new();
    for (number, entry) in entries.iter().enumerate() {
        for (name, count) in [(&entry.name, 0)].into_iter().chain(entry.aliases.iter().map(|(name, n)| (name, *n))) {
            words.read(parts.without_possessive(name));
            let words = parts.without_article(words.hashes());
            if !words.is_empty() {
                let (known, own) = meant.entry((key(words), number as u32)).or_default();
                *known = count.max(*known);
                *own |= std::ptr::eq(name, &entry.name);
            }
        }
    }
    let mut slots: Slots = Vec::new();
    for ((key, entry), (count, own)) in meant {
        let entry = if own { entry | OWN_NAME } else { entry };
        let count = u16::try_from(count).unwrap_or(u16::MAX);
        match slots.last_mut() {
            Some((last, meant)) if *last == key => meant.push((entry, count)),
            _ => slots.push((key, vec![(entry, count)])),
        }
    }
    for (_, meant) in &mut slots {
        let popularity = |entry: u32| entries.get((entry & !OWN_NAME) as usize).map_or(0, |entry| entry.count);
        meant.sort_by_key(|(entry, count)| (std::cmp::Reverse((*count, popularity(*entry))), *entry & !OWN_NAME));
        meant.truncate(MOST_CANDIDATES);
    }
    let buckets = (slots.len() / 4).next_power_of_two();
    slots.sort_by_key(|(key, _)| (bucket(*key, buckets), *key as u32));
    // Two keys of one bucket with equal low bits cannot be told apart: the first one holds.
    slots.dedup_by_key(|(key, _)| (bucket(*key, buckets), *key as u32));
    (slots, buckets)
}

fn records(entries: &[GivenEntry]) -> (Vec<u8>, Vec<u8>) {
    let (mut records, mut texts) = (Vec::with_capacity(entries.len() * ENTRY_BYTES), Vec::new());
    for entry in entries {
        let from_name = entry.id.strip_prefix(WIKIPEDIA).is_some_and(|title| is_title_of(title, &entry.name));
        let id = if from_name { "" } else { entry.id.as_str() };
        let description = cut(&entry.description);
        records.extend((texts.len() as u32).to_le_bytes());
        for text in [id, &entry.name, description] {
            records.extend((text.len() as u16).to_le_bytes());
            texts.extend_from_slice(text.as_bytes());
        }
        records.push(entry.kind as u8);
        records.push(if from_name { ID_FROM_NAME } else { 0 });
        let mut country = entry.country.bytes().map(|letter| letter.to_ascii_uppercase());
        records.extend([country.next().unwrap_or(0), country.next().unwrap_or(0)]);
        let counted: u32 = entry.aliases.iter().fold(0, |sum, (_, count)| sum.saturating_add(*count));
        records.extend(u16::try_from(entry.count.max(counted)).unwrap_or(u16::MAX).to_le_bytes());
    }
    (records, texts)
}

/// Returns true if the id of such a title can be made from the name.
fn is_title_of(title: &str, name: &str) -> bool {
    !name.contains('_')
        && title.len() == name.len()
        && title.bytes().zip(name.bytes()).all(|(a, b)| a == b || (a, b) == (b'_', b' '))
        && !title.contains(' ')
}

/// The first bytes of a description, to the end of a character.
fn cut(text: &str) -> &str {
    let end = (0..=DESCRIPTION_BYTES.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
    text.get(..end).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kb::KnowledgeBase;

    fn entry(id: &str, name: &str, aliases: &[(&str, u32)]) -> GivenEntry {
        GivenEntry {
            id: id.into(),
            name: name.into(),
            kind: EntryKind::City,
            aliases: aliases.iter().map(|(alias, count)| ((*alias).to_owned(), *count)).collect(),
            description: String::new(),
            country: "es".into(),
            count: 3,
        }
    }

    fn find(base: &KnowledgeBase<'_>, name: &str) -> Vec<(String, u16)> {
        let mut words = NameWords::default();
        words.read(name);
        let found = base.candidates(key(words.hashes()));
        found.map(|one| (base.entry(one.entry).expect("an entry").id(), one.count)).collect()
    }

    #[test]
    fn names_are_found_and_bytes_do_not_depend_on_the_order() {
        let mut entries = vec![
            entry("enwiki:Port_Vell", "Port Vell", &[("the Vell", 7), ("PORT VELL", 2)]),
            entry("q:2", "Vell", &[]),
            entry("enwiki:Vell_(river)", "Vell", &[("Vell", 1)]),
        ];
        let bytes = build(entries.clone(), "{}");
        entries.reverse();
        assert_eq!(build(entries, "{}"), bytes);
        let base = KnowledgeBase::parse(&bytes).expect("a knowledge base");
        assert_eq!((base.len(), base.names()), (3, 2));
        assert_eq!(find(&base, "port vell"), [("enwiki:Port_Vell".to_owned(), 2)]);
        let vells = [("enwiki:Port_Vell".to_owned(), 7), ("enwiki:Vell_(river)".into(), 1), ("q:2".into(), 0)];
        assert_eq!(find(&base, "Vell"), vells);
        assert_eq!(find(&base, "Vells"), []);
        let one = base.entry(0).expect("an entry");
        assert_eq!((one.name, one.kind, one.country_code(), one.count), ("Port Vell", EntryKind::City, Some("ES"), 9));
        assert_eq!(base.entry(3), None);
    }

    #[test]
    fn wrong_entries_say_what_would_be_right() {
        let of = |id: &str, name: &str, alias: &str, country: &str| {
            let mut made = entry(id, name, &[(alias, 1)]);
            made.country = country.into();
            made.check().expect_err("wrong")
        };
        assert_eq!(of("", "a", "a", ""), "the id is empty; give one, or leave the entry out");
        assert_eq!(of("a", " ", "a", ""), "the name is empty; give one, or leave the entry out");
        assert_eq!(of("a", "a", "a\0", ""), "the alias \"a\\0\" has control characters; remove them");
        assert_eq!(
            of("a", "a", "a", "FRA"),
            "\"FRA\" is no country; write the two letters of ISO 3166, such as \"FR\""
        );
        assert!(of("a", &"a".repeat(2000), "a", "").starts_with("the name has 2000 bytes"));
    }

    #[test]
    fn a_name_of_many_entries_keeps_the_likeliest() {
        let mut entries: Vec<GivenEntry> =
            (0..1000).map(|i| entry(&format!("{i:04}"), "Vell", &[("Vell", i)])).collect();
        entries.push(entry("none", "!?", &[]));
        let bytes = build(entries, "{}");
        let base = KnowledgeBase::parse(&bytes).expect("a knowledge base");
        let found = find(&base, "Vell");
        assert_eq!((found.len(), &found[0]), (MOST_CANDIDATES, &("0999".to_owned(), 999)));
        assert_eq!(find(&base, "!"), []);
    }

    #[test]
    fn an_empty_file_has_no_names() {
        let bytes = build(Vec::new(), "{}");
        let base = KnowledgeBase::parse(&bytes).expect("a knowledge base");
        assert!(base.is_empty() && find(&base, "Vell").is_empty());
    }

    #[test]
    fn damaged_files_are_refused_or_harmless() {
        let bytes =
            build((0..50).map(|i| entry(&format!("{i}"), &format!("Vell {i}"), &[("Vell", i)])).collect(), "{}");
        for length in 0..bytes.len() {
            assert!(KnowledgeBase::parse_trusted(&bytes[..length]).is_err(), "{length}");
        }
        for at in 32..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0xff;
            assert!(KnowledgeBase::parse(&damaged).is_err(), "{at}");
            let Ok(base) = KnowledgeBase::parse_trusted(&damaged) else { continue };
            let mut words = NameWords::default();
            for name in ["Vell", "Vell 7"] {
                words.read(name);
                base.candidates(key(words.hashes())).for_each(|one| {
                    base.entry(one.entry).map(|entry| entry.id());
                });
            }
            base.entries().for_each(|entry| drop(entry.id()));
        }
    }
}
