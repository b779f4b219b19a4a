//! A file of names, and finding them in a text.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::fs;
use std::path::Path;

/// Names and their labels, by the letters and digits that a name begins with.
pub struct Gazetteer {
    names: HashMap<String, Vec<(String, String)>>,
}

impl Gazetteer {
    /// Reads a file: a name, a tab and its label a line. Empty lines and lines that begin with `#` are passed over.
    ///
    /// # Errors
    /// If a line is wrong. The message names the file and the line, and says what would be right.
    pub fn read(path: &Path) -> Result<Self, String> {
        let bytes = fs::read(path).map_err(|error| format!("cannot read the gazetteer {}: {error}", path.display()))?;
        let text = std::str::from_utf8(&bytes).map_err(|error| {
            let line = bytes.iter().take(error.valid_up_to()).filter(|byte| **byte == b'\n').count() + 1;
            format!("{}:{line}: is not UTF-8; save the file as UTF-8", path.display())
        })?;
        Self::parse(text).map_err(|(line, what)| format!("{}:{line}: {what}", path.display()))
    }

    fn parse(text: &str) -> Result<Self, (usize, String)> {
        let mut names: HashMap<String, Vec<(String, String)>> = HashMap::new();
        let mut lines: HashMap<String, usize> = HashMap::new();
        for (at, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let wrong = |what: String| (at + 1, what);
            let fields: Vec<&str> = line.split('\t').map(str::trim).collect();
            let [name, label] = fields[..] else {
                return Err(wrong(format!("write a name, a tab and a label, not {} fields", fields.len())));
            };
            if name.is_empty() || label.is_empty() || label.contains(char::is_whitespace) {
                return Err(wrong("write a name, a tab and a label such as PERSON or ORG".into()));
            }
            let name = spaced(name);
            if let Some(before) = lines.insert(name.clone(), at + 1) {
                return Err(wrong(format!("{name:?} stands in line {before} already; keep one")));
            }
            names.entry(key(&name).to_owned()).or_default().push((name, label.to_owned()));
        }
        // The longest first: "New York City" before "New York".
        names.values_mut().for_each(|list| list.sort_by_key(|(name, _)| Reverse(name.len())));
        Ok(Gazetteer { names })
    }

    /// The label of a name, white space within it counting as one blank.
    pub fn label(&self, name: &str) -> Option<&str> {
        let name = spaced(name);
        let list = self.names.get(key(&name))?;
        list.iter().find(|(other, _)| *other == name).map(|(_, label)| label.as_str())
    }

    /// Returns the longest name at the beginning of `text` with a length in bytes that `accept` accepts: its length and
    /// label.
    pub fn longest(&self, text: &str, accept: impl Fn(usize) -> bool) -> Option<(usize, &str)> {
        let list = self.names.get(key(text))?;
        list.iter().find_map(|(name, label)| {
            let length = prefix(text, name)?;
            accept(length).then_some((length, label.as_str()))
        })
    }
}

/// The letters and digits that a text begins with.
fn key(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len());
    &text[..end]
}

/// A name with one blank for any white space.
fn spaced(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns the number of bytes of `text` that are `name`. A blank in the name matches any white space.
fn prefix(text: &str, name: &str) -> Option<usize> {
    let mut rest = text;
    for (at, word) in name.split(' ').enumerate() {
        if at > 0 {
            let trimmed = rest.trim_start();
            if trimmed.len() == rest.len() {
                return None;
            }
            rest = trimmed;
        }
        rest = rest.strip_prefix(word)?;
    }
    Some(text.len() - rest.len())
}

#[cfg(test)]
mod tests {
    use super::Gazetteer;

    #[test]
    fn names_are_found() {
        let file = "\u{feff}# places\nNew York\tGPE\nNew  York City\tGPE\n\nSt. John's\tGPE\r\n‘t Hooft\tPERSON\n";
        let gazetteer = Gazetteer::parse(file).unwrap_or_else(|(line, what)| panic!("{line}: {what}"));
        let any = |text| gazetteer.longest(text, |_| true).map(|(length, _)| &text[..length]);
        assert_eq!(any("New York City Hall"), Some("New York City"));
        assert_eq!(any("New\nYork’s"), Some("New\nYork"));
        assert_eq!(any("NewYork"), None);
        assert_eq!(any("St. John's harbour"), Some("St. John's"));
        assert_eq!(any("‘t Hooft"), Some("‘t Hooft"));
        assert_eq!(any(""), None);
        assert_eq!(gazetteer.longest("New York City", |length| length < 9), Some((8, "GPE")));
        assert_eq!(gazetteer.label("New\u{a0}York"), Some("GPE"));
        assert_eq!(gazetteer.label("York"), None);
    }

    #[test]
    fn wrong_files_say_what_would_be_right() {
        for (file, line, message) in [
            ("Ana Ruiz\n", 1, "write a name, a tab and a label, not 1 fields"),
            ("a\tPERSON\nAna\tPERSON\tx\n", 2, "not 3 fields"),
            ("\tPERSON\n", 1, "write a name, a tab and a label such as PERSON"),
            ("Ana\tA PERSON\n", 1, "a label such as PERSON or ORG"),
            ("Ana\tPERSON\n\nAna\tORG\n", 3, "\"Ana\" stands in line 1 already"),
        ] {
            let Err((found, what)) = Gazetteer::parse(file) else { panic!("{file:?} is accepted") };
            assert!(found == line && what.contains(message), "{file:?}: {found}: {what}");
        }
    }
}
