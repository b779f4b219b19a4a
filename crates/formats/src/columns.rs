//! Which column of a table, or which key of an object, is the text, the id, and each piece of metadata.

mod usual;

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::str::FromStr;

use copydesk_core::Document;
use serde_json::Value;

use crate::error::ReadError;
use crate::nearest::nearest;
use crate::row::{self, Place};
use usual::{ID, TEXT, folded};

/// A piece of metadata that a column can hold.
///
/// ```
/// use copydesk_formats::MetadataField;
///
/// assert_eq!("outlet".parse(), Ok(MetadataField::Outlet));
/// let error = "outlets".parse::<MetadataField>().map_err(|error| error.to_string());
/// assert!(error.is_err_and(|message| message.contains("did you mean \"outlet\"?")));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MetadataField {
    /// The headline.
    Title,
    /// The authors.
    Authors,
    /// When it first came out.
    Published,
    /// When it was last changed.
    Modified,
    /// The newspaper, agency, broadcaster or site.
    Outlet,
    /// The section of the outlet.
    Section,
    /// The language of the text.
    Language,
    /// The address of the article.
    Url,
}

impl MetadataField {
    /// All fields.
    pub const ALL: [MetadataField; 8] = [
        MetadataField::Title,
        MetadataField::Authors,
        MetadataField::Published,
        MetadataField::Modified,
        MetadataField::Outlet,
        MetadataField::Section,
        MetadataField::Language,
        MetadataField::Url,
    ];

    /// Returns its name, as in results.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            MetadataField::Title => "title",
            MetadataField::Authors => "authors",
            MetadataField::Published => "published",
            MetadataField::Modified => "modified",
            MetadataField::Outlet => "outlet",
            MetadataField::Section => "section",
            MetadataField::Language => "language",
            MetadataField::Url => "url",
        }
    }
}

impl FromStr for MetadataField {
    type Err = ColumnError;

    /// Reads the name of a field.
    ///
    /// # Errors
    /// If there is no such field. The message lists them.
    fn from_str(name: &str) -> Result<Self, ColumnError> {
        let found = MetadataField::ALL.into_iter().find(|field| field.name() == name);
        found.ok_or_else(|| {
            let names = MetadataField::ALL.map(MetadataField::name);
            ColumnError { message: unknown("field", name, &names) }
        })
    }
}

/// The columns that a user named. Without a name a column is found by its usual names, such as `body` for the text.
///
/// ```
/// use copydesk_formats::{Columns, MetadataField};
///
/// let columns = Columns { map: vec![(MetadataField::Outlet, "paper".into())], ..Columns::default() };
/// let mapping = columns.find(&["guid", "body", "paper", "Pub Date", "score"])?;
/// assert_eq!(
///     mapping.sentence(),
///     "text from \"body\", id from \"guid\", published from \"Pub Date\", outlet from \"paper\"; other columns are in meta"
/// );
/// # Ok::<(), copydesk_formats::ColumnError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns {
    /// The column with the text.
    pub text: Option<String>,
    /// The column with the id.
    pub id: Option<String>,
    /// The columns of metadata. If a field is named twice, the last one counts.
    pub map: Vec<(MetadataField, String)>,
}

/// Columns that cannot be found. The message says which, lists the columns that there are, and names the option.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnError {
    message: String,
}

impl fmt::Display for ColumnError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for ColumnError {}

/// What a column is taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Text,
    Id,
    Field(MetadataField),
    Meta,
}

impl Columns {
    /// Finds the columns of a table with these names.
    ///
    /// # Errors
    /// If a column that the user named is not there, or no column is known to hold the text.
    pub fn find<S: AsRef<str>>(&self, names: &[S]) -> Result<ColumnMapping, ColumnError> {
        self.find_among(names, |_| true)
    }

    /// Finds the columns of a table with these names. `may_hold_text` tells of a column's number whether its type is
    /// one of text. A column of another type is the text only if the user named it.
    ///
    /// # Errors
    /// As [`Columns::find`].
    pub fn find_among<S: AsRef<str>>(
        &self,
        names: &[S],
        may_hold_text: impl Fn(usize) -> bool,
    ) -> Result<ColumnMapping, ColumnError> {
        let mut finder = Finder::new(names, "column");
        for (wanted, role) in self.named() {
            finder.take_named(wanted, role)?;
        }
        if self.text.is_none() && !finder.take_usual(TEXT, Role::Text, may_hold_text) {
            return Err(finder.no_text());
        }
        finder.take_usual_others(self);
        Ok(ColumnMapping::new(names, finder.roles))
    }

    /// Finds the keys of one object. Only the text must be there: an object may leave out others.
    pub(crate) fn find_keys<S: AsRef<str>>(&self, names: &[S]) -> Result<ColumnMapping, ColumnError> {
        let mut finder = Finder::new(names, "key");
        for (wanted, role) in self.named() {
            if let Err(error) = finder.take_named(wanted, role)
                && role == Role::Text
            {
                return Err(error);
            }
        }
        if self.text.is_none() && !finder.take_usual(TEXT, Role::Text, |_| true) {
            return Err(finder.no_text());
        }
        finder.take_usual_others(self);
        Ok(ColumnMapping::new(names, finder.roles))
    }

    fn named(&self) -> impl Iterator<Item = (&str, Role)> {
        let last = |field| self.map.iter().rev().find(|(own, _)| *own == field);
        let fields = MetadataField::ALL.into_iter().filter_map(last);
        let fields = fields.map(|(field, name)| (name.as_str(), Role::Field(*field)));
        let text = self.text.iter().map(|name| (name.as_str(), Role::Text));
        text.chain(self.id.iter().map(|name| (name.as_str(), Role::Id))).chain(fields)
    }
}

/// Gives roles to columns, each column one and each role once.
struct Finder<'a, S> {
    names: &'a [S],
    /// `column` or `key`.
    what: &'static str,
    /// The first column of each name, in small letters and without blanks, hyphens and underscores.
    by_name: HashMap<String, usize>,
    roles: Vec<Role>,
}

impl<'a, S: AsRef<str>> Finder<'a, S> {
    fn new(names: &'a [S], what: &'static str) -> Self {
        let mut by_name = HashMap::with_capacity(names.len());
        for (column, name) in names.iter().enumerate() {
            by_name.entry(folded(name.as_ref())).or_insert(column);
        }
        Finder { names, what, by_name, roles: vec![Role::Meta; names.len()] }
    }

    fn no_text(&self) -> ColumnError {
        let Finder { names, what, .. } = self;
        let message =
            format!("no {what} is known to hold the text. Name it with --text-column. {}", listed(what, names));
        ColumnError { message }
    }

    fn take(&mut self, column: usize, role: Role) -> bool {
        match self.roles.get_mut(column) {
            Some(own) if *own == Role::Meta => {
                *own = role;
                true
            }
            _ => false,
        }
    }

    /// Takes the column that the user named: by exactly this name, or else whatever the case.
    fn take_named(&mut self, wanted: &str, role: Role) -> Result<(), ColumnError> {
        let exact = self.names.iter().position(|name| name.as_ref() == wanted);
        let Some(column) = exact.or_else(|| self.by_name.get(&folded(wanted)).copied()) else {
            return Err(ColumnError { message: unknown(self.what, wanted, self.names) });
        };
        if !self.take(column, role) {
            let message = format!("{} {} cannot be two things: name it once", self.what, shown(wanted));
            return Err(ColumnError { message });
        }
        Ok(())
    }

    /// Takes the first column with one of the usual names, the usual ones first.
    fn take_usual(&mut self, usual: &[&str], role: Role, fits: impl Fn(usize) -> bool) -> bool {
        usual.iter().any(|name| match self.by_name.get(*name).copied() {
            Some(column) => fits(column) && self.take(column, role),
            None => false,
        })
    }

    fn take_usual_others(&mut self, columns: &Columns) {
        if columns.id.is_none() {
            self.take_usual(ID, Role::Id, |_| true);
        }
        for field in MetadataField::ALL {
            if columns.map.iter().all(|(named, _)| *named != field) {
                self.take_usual(usual::of(field), Role::Field(field), |_| true);
            }
        }
    }
}

/// Names in a message are cut to this many characters.
const SHOWN: usize = 40;

/// A message lists this many names.
const LISTED: usize = 24;

fn shown(name: &str) -> String {
    match name.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{:?}", name.get(..end).unwrap_or_default().to_owned() + "..."),
        None => format!("{name:?}"),
    }
}

fn listed<S: AsRef<str>>(what: &str, names: &[S]) -> String {
    if names.is_empty() {
        return format!("There are no {what}s");
    }
    let mut list: Vec<String> = names.iter().take(LISTED).map(|name| shown(name.as_ref())).collect();
    if names.len() > LISTED {
        list.push(format!("and {} more", names.len() - LISTED));
    }
    format!("The {what}s are {}", list.join(", "))
}

fn unknown<S: AsRef<str>>(what: &str, wrong: &str, names: &[S]) -> String {
    let meant = match nearest(wrong, names) {
        Some(name) => format!(", did you mean {name:?}?"),
        None => ".".to_owned(),
    };
    format!("there is no {what} {}{meant} {}", shown(wrong), listed(what, names))
}

/// The columns of one table, each with what it is taken for.
///
/// ```
/// use copydesk_formats::Columns;
/// use serde_json::json;
///
/// let mapping = Columns::default().find(&["body", "date", "pages"])?;
/// let document = mapping.document(1, 2, [json!("It rains."), json!("May 1, 2024"), json!(3)])?;
/// assert_eq!((document.id(), document.text(), document.origin.line), ("1", "It rains.", Some(2)));
/// assert_eq!(document.metadata.published.as_ref().map(|date| date.as_str()), Some("2024-05-01"));
/// assert_eq!(document.meta["pages"], 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ColumnMapping {
    /// For each column its role, and its key in `meta`.
    pub(crate) columns: Vec<(Role, String)>,
}

impl ColumnMapping {
    fn new<S: AsRef<str>>(names: &[S], roles: Vec<Role>) -> Self {
        let mut taken = HashSet::with_capacity(names.len());
        let mut copies: HashMap<String, usize> = HashMap::new();
        let mut key = |column: usize, name: &str| {
            let name = match name.trim() {
                "" => format!("column_{}", column + 1),
                name => name.to_owned(),
            };
            let mut key = name.clone();
            while !taken.insert(key.clone()) {
                let copy = copies.entry(name.clone()).or_insert(1);
                *copy += 1;
                key = format!("{name}_{copy}");
            }
            key
        };
        let keys = names.iter().enumerate().map(|(column, name)| key(column, name.as_ref()));
        ColumnMapping { columns: roles.into_iter().zip(keys).collect() }
    }

    /// Keeps the columns for which `kept` has true.
    pub(crate) fn of_those(mut self, kept: &[bool]) -> Self {
        let mut kept = kept.iter();
        self.columns.retain(|_| kept.next().copied().unwrap_or(false));
        self
    }

    /// Returns the number of columns.
    #[must_use]
    pub fn len(&self) -> usize {
        self.columns.len()
    }

    /// Returns the name of a column, by its number from 0.
    #[must_use]
    pub fn name(&self, column: usize) -> Option<&str> {
        self.columns.get(column).map(|(_, name)| name.as_str())
    }

    /// Returns true if there are no columns.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// Says for the user what was taken from where.
    #[must_use]
    pub fn sentence(&self) -> String {
        let found = |role: Role| self.columns.iter().find(|(own, _)| *own == role).map(|(_, name)| shown(name));
        let mut parts = vec![format!("text from {}", found(Role::Text).unwrap_or_default())];
        parts.push(match found(Role::Id) {
            Some(name) => format!("id from {name}"),
            None => "the row's number as id".to_owned(),
        });
        for field in MetadataField::ALL {
            if let Some(name) = found(Role::Field(field)) {
                parts.push(format!("{} from {name}", field.name()));
            }
        }
        let others = self.columns.iter().any(|(role, _)| *role == Role::Meta);
        parts.join(", ") + if others { "; other columns are in meta" } else { "" }
    }

    /// Makes the document of a row. `row` is its number from 1, which is the id if there is no other; `line` is its place
    /// in the file. `cells` has one value for each column.
    ///
    /// A text of authors is split at `;`, `|`, commas and "and". A date becomes ISO 8601 as in
    /// [`read_date`](crate::read_date). A value that its field cannot hold stays in `meta`.
    ///
    /// # Errors
    /// If the row has no text, or more of it than a document may have.
    pub fn document(&self, row: u64, line: u64, cells: impl IntoIterator<Item = Value>) -> Result<Document, ReadError> {
        row::document(self, Place { row, line, what: "column" }, cells)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(text: Option<&str>, id: Option<&str>, map: &[(MetadataField, &str)]) -> Columns {
        let map = map.iter().map(|(field, name)| (*field, (*name).to_owned())).collect();
        Columns { text: text.map(str::to_owned), id: id.map(str::to_owned), map }
    }

    #[test]
    fn found() {
        use MetadataField::{Outlet, Published};
        let cases: &[(Columns, &[&str], &str)] = &[
            (columns(None, None, &[]), &["text"], "text from \"text\", the row's number as id"),
            (
                columns(None, None, &[]),
                &["ID", "Content", "text", "Link"],
                "text from \"text\", id from \"ID\", url from \"Link\"; other columns are in meta",
            ),
            (
                columns(Some("story"), Some("n"), &[(Published, "text")]),
                &["n", "text", "story", "id"],
                "text from \"story\", id from \"n\", published from \"text\"; other columns are in meta",
            ),
            (
                columns(Some("BODY TEXT"), None, &[]),
                &["body_text", "pub-date"],
                "text from \"body_text\", the row's number as id, published from \"pub-date\"",
            ),
            (
                columns(None, None, &[(Outlet, "a"), (Outlet, "b")]),
                &["a", "b", "text", "source"],
                "text from \"text\", the row's number as id, outlet from \"b\"; other columns are in meta",
            ),
            (
                columns(None, None, &[]),
                &["text", "text", ""],
                "text from \"text\", the row's number as id; other columns are in meta",
            ),
        ];
        for (columns, names, expected) in cases {
            assert_eq!(columns.find(names).unwrap().sentence(), *expected, "{names:?}");
        }
    }

    #[test]
    fn not_found() {
        let cases: &[(Columns, &[&str], &str)] = &[
            (
                columns(None, None, &[]),
                &["a", "b"],
                "no column is known to hold the text. Name it with --text-column. The columns are \"a\", \"b\"",
            ),
            (
                columns(Some("bdy"), None, &[]),
                &["id", "body"],
                "there is no column \"bdy\", did you mean \"body\"? The columns are \"id\", \"body\"",
            ),
            (
                columns(None, Some("identity"), &[]),
                &["text", "n"],
                "there is no column \"identity\". The columns are \"text\", \"n\"",
            ),
            (
                columns(None, None, &[]),
                &[],
                "no column is known to hold the text. Name it with --text-column. There are no columns",
            ),
            (columns(Some("a"), Some("a"), &[]), &["a"], "column \"a\" cannot be two things: name it once"),
        ];
        for (columns, names, expected) in cases {
            assert_eq!(columns.find(names).unwrap_err().to_string(), *expected, "{names:?}");
        }
        let many: Vec<String> = (0..5_000).map(|i| format!("{i}").repeat(1_000)).collect();
        let error = Columns::default().find(&many).unwrap_err().to_string();
        assert!(error.len() < 2_000 && error.ends_with("and 4976 more"), "{error}");
    }

    #[test]
    fn a_column_of_numbers_is_no_text() {
        let found = Columns::default().find_among(&["article", "body"], |column| column == 1).unwrap();
        assert!(found.sentence().starts_with("text from \"body\""));
        let named = columns(Some("article"), None, &[]).find_among(&["article", "body"], |column| column == 1).unwrap();
        assert!(named.sentence().starts_with("text from \"article\""));
    }

    #[test]
    fn names_in_meta_are_distinct() {
        let mapping = Columns::default().find(&["text", "a", "a", "a_2", "", " a "]).unwrap();
        let keys: Vec<&str> = mapping.columns.iter().map(|(_, key)| key.as_str()).collect();
        assert_eq!(keys, ["text", "a", "a_2", "a_2_2", "column_5", "a_3"]);
    }
}
