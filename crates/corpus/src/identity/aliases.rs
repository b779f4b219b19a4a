//! A person's own list of names, which overrides what the corpus decides: `name,alias,id` as CSV.

use std::collections::BTreeMap;
use std::fmt;

use copydesk_formats::decode;

use super::Sighting;
use super::fold::words;
use crate::csv::{delimiter, push, rows, unguarded, without_hint};

/// Names that a person gave, with their ids.
///
/// ```
/// use copydesk_corpus::identity::Aliases;
///
/// let aliases = Aliases::read(b"name,alias,id\nJoanne Rowling,Robert Galbraith,Q34660\n")?;
/// assert_eq!(aliases.len(), 1);
/// let refused = Aliases::read(b"Joanne Rowling,Robert Galbraith\n").unwrap_err();
/// assert!(refused.to_string().starts_with("line 1: "));
/// # Ok::<(), copydesk_corpus::identity::AliasError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Aliases {
    entries: Vec<AliasEntry>,
    /// The entry of each name and alias, folded, with the line that gave it.
    places: BTreeMap<String, (usize, usize)>,
}

/// A person, organisation or place of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AliasEntry {
    /// The name to show.
    pub name: String,
    /// The id that it is to have.
    pub id: Option<String>,
    /// Its place in the list.
    pub number: usize,
}

/// Why a list of names cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AliasError {
    line: usize,
    kind: AliasErrorKind,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum AliasErrorKind {
    Encoding(String),
    Header,
    Quote,
    Columns(usize),
    Name,
    Id { name: String, first: String, second: String },
    Alias { alias: String, name: String, line: usize },
}

impl fmt::Display for AliasError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: ", self.line)?;
        match &self.kind {
            AliasErrorKind::Encoding(error) => write!(f, "{error}; save the file as CSV in UTF-8"),
            AliasErrorKind::Header => write!(f, "the first line must be \"name,alias,id\""),
            AliasErrorKind::Quote => write!(f, "a quotation mark is never closed; double each one inside a value"),
            AliasErrorKind::Columns(count) => {
                write!(f, "{count} values; there must be three: name, alias, id (the last two may be empty)")
            }
            AliasErrorKind::Name => write!(f, "the name is empty; give the name to show"),
            AliasErrorKind::Id { name, first, second } => {
                write!(f, "{name:?} has two ids, {first:?} and {second:?}; keep one, or give two names that differ")
            }
            AliasErrorKind::Alias { alias, name, line } => {
                write!(f, "{alias:?} is a name of {name:?} too, in line {line}; leave one of the two out")
            }
        }
    }
}

impl std::error::Error for AliasError {}

impl Aliases {
    /// Reads a list: CSV in UTF-8 with the columns `name`, `alias` and `id`. An alias and an id may be empty.
    ///
    /// # Errors
    /// If the bytes have another form, a name has two ids, or an alias belongs to two names.
    pub fn read(bytes: &[u8]) -> Result<Aliases, AliasError> {
        let decoded = decode(bytes.to_vec(), false, None);
        let text =
            decoded.map_err(|error| AliasError { line: 1, kind: AliasErrorKind::Encoding(error.to_string()) })?.text;
        let (table, before) = without_hint(&text);
        let is_header = |cells: &[String]| cells.iter().map(|cell| cell.trim()).eq(["name", "alias", "id"]);
        let delimiter = delimiter(table, is_header).ok_or(AliasError { line: 1, kind: AliasErrorKind::Header })?;
        let line = |line: u64| usize::try_from(line + before).unwrap_or(usize::MAX);
        let unclosed = |at| AliasError { line: line(at), kind: AliasErrorKind::Quote };
        let rows = rows(table, delimiter).map_err(unclosed)?.into_iter().skip(1).map(|row| (line(row.line), row.cells));
        let mut aliases = Aliases::default();
        let mut by_name: BTreeMap<String, usize> = BTreeMap::new();
        for (line, cells) in rows {
            let error = |kind| AliasError { line, kind };
            let [name, alias, id] = cells.as_slice() else {
                return Err(error(AliasErrorKind::Columns(cells.len())));
            };
            let [name, alias, id] = [name, alias, id].map(|cell| unguarded(cell.trim()));
            if name.is_empty() {
                return Err(error(AliasErrorKind::Name));
            }
            let next = aliases.entries.len();
            let number = *by_name.entry(name.to_owned()).or_insert(next);
            if number == next {
                aliases.entries.push(AliasEntry { name: name.to_owned(), id: None, number });
            }
            if let Some(entry) = aliases.entries.get_mut(number).filter(|_| !id.is_empty()) {
                match &entry.id {
                    Some(first) if first != id => {
                        let (name, first, second) = (name.to_owned(), first.clone(), id.to_owned());
                        return Err(error(AliasErrorKind::Id { name, first, second }));
                    }
                    _ => entry.id = Some(id.to_owned()),
                }
            }
            for own in [name, alias].into_iter().filter(|own| !own.is_empty()) {
                let (holder, first) = *aliases.places.entry(folded(own)).or_insert((number, line));
                if holder != number {
                    let name = aliases.entries.get(holder).map_or_else(String::new, |entry| entry.name.clone());
                    return Err(error(AliasErrorKind::Alias { alias: own.to_owned(), name, line: first }));
                }
            }
        }
        Ok(aliases)
    }

    /// Returns the entry that a sighting has the name or an alias of. A word of a longer name that is not in the list does
    /// not count: the alias "Smith" is not for an article about John Smith.
    #[must_use]
    pub fn of(&self, sighting: &Sighting) -> Option<&AliasEntry> {
        if self.entries.is_empty() {
            return None;
        }
        let longest = folded(&sighting.own.name);
        let mut names: Vec<String> = vec![longest.clone()];
        names.extend(sighting.own.names.iter().map(|(name, _)| folded(name)));
        let is_part = |name: &str| longest.len() > name.len() && longest.split(' ').any(|word| word == name);
        let found = names.iter().filter(|name| !is_part(name)).find_map(|name| self.places.get(name));
        found.and_then(|(number, _)| self.entries.get(*number))
    }

    /// Returns the entries in the order of the list.
    pub fn iter(&self) -> impl Iterator<Item = &AliasEntry> {
        self.entries.iter()
    }

    /// Returns the number of entries.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Returns true if there is no entry.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Writes a list that [`read`](Self::read) reads: name, alias and id of each row.
    #[must_use]
    pub fn write<'a>(rows: impl IntoIterator<Item = (&'a str, &'a str, Option<&'a str>)>) -> Vec<u8> {
        // Without the mark, Excel takes the file for an old encoding.
        let mut out = String::from("\u{feff}name,alias,id\r\n");
        for (name, alias, id) in rows {
            for (at, value) in [name, alias, id.unwrap_or_default()].into_iter().enumerate() {
                out.push_str(if at > 0 { "," } else { "" });
                push(&mut out, value);
            }
            out.push_str("\r\n");
        }
        out.into_bytes()
    }
}

/// A name as it is looked up.
pub(crate) fn folded(name: &str) -> String {
    let words = words(name).join(" ");
    if words.is_empty() { name.to_owned() } else { words }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ActorRecord;

    fn sighting(name: &str, names: &[&str]) -> Sighting {
        let names = names.iter().map(|name| ((*name).to_owned(), 1)).collect();
        Sighting { own: ActorRecord { name: name.to_owned(), names, ..ActorRecord::default() }, ..Sighting::default() }
    }

    #[test]
    fn refusals_name_the_line_and_the_remedy() {
        for (list, expected) in [
            ("", "line 1: the first line must be"),
            ("a,b,c\n", "line 1: the first line must be"),
            ("name,alias,id\nx,y\n", "line 2: 2 values; there must be three"),
            ("name,alias,id\n,y,\n", "line 2: the name is empty"),
            ("name,alias,id\n\"x,y,\n", "line 2: a quotation mark is never closed"),
            ("name,alias,id\nA,x,1\n\nA,y,2\n", "line 4: \"A\" has two ids, \"1\" and \"2\""),
            ("name,alias,id\nA,x,\nB,X,\n", "line 3: \"X\" is a name of \"A\" too, in line 2"),
        ] {
            let error = Aliases::read(list.as_bytes()).expect_err(list).to_string();
            assert!(error.starts_with(expected), "{list:?}: {error}");
        }
    }

    #[test]
    fn tables_are_read_as_spreadsheets_save_them() {
        let expected = Aliases::read("name,alias,id\nÉlu,=x,1\n".as_bytes()).expect("a list");
        let utf16: Vec<u8> =
            "\u{feff}name\talias\tid\r\nÉlu\t'=x\t1\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for bytes in
            ["\u{feff}name;alias;id\r\nÉlu;'=x;1\r\n".as_bytes(), b"sep=;\nname;alias;id\n\xc9lu;\"=x\";1\n", &utf16]
        {
            assert_eq!(Aliases::read(bytes).expect("a list").entries, expected.entries);
        }
        let rows = [("Élu", "=x", Some("1"))];
        assert_eq!(Aliases::read(&Aliases::write(rows)).expect("a list"), expected);
    }

    #[test]
    fn sightings_are_looked_up() {
        let list = "\u{feff}name,alias,id\r\nJane Smith,Smith,Q1\r\nJane Smith,\"Smith, Jane\",\r\nWorld Fund,WF,\r\n";
        let aliases = Aliases::read(list.as_bytes()).expect("a list");
        for (name, names, expected) in [
            ("Smith", &["Smith"][..], Some("Jane Smith")),
            ("JANE SMITH", &[], Some("Jane Smith")),
            ("Smith Jane", &[], Some("Jane Smith")),
            ("John Smith", &["John Smith", "Smith"], None),
            ("The Fund of the World", &["WF"], Some("World Fund")),
            ("Jones", &[], None),
        ] {
            let found = aliases.of(&sighting(name, names)).map(|entry| entry.name.as_str());
            assert_eq!(found, expected, "{name}");
        }
        assert_eq!(aliases.iter().next().and_then(|entry| entry.id.as_deref()), Some("Q1"));
    }

    #[test]
    fn what_is_written_is_read() {
        let rows = [("A \"b\", c", "x\ny", Some("1")), ("D", "", None)];
        let read = Aliases::read(&Aliases::write(rows)).expect("a list");
        let found: Vec<(&str, Option<&str>)> =
            read.iter().map(|entry| (entry.name.as_str(), entry.id.as_deref())).collect();
        assert_eq!(found, [("A \"b\", c", Some("1")), ("D", None)]);
    }
}
