//! The formats of output, by name and by the ending of a file's name. A new format is a file and a row here.

use std::path::Path;

use crate::writer::OutputFormat;
use crate::{brat, conllu, gkg, json, tei, view, web_annotation};

/// All formats.
pub const FORMATS: [OutputFormat; 7] =
    [json::FORMAT, view::FORMAT, conllu::FORMAT, web_annotation::FORMAT, brat::FORMAT, gkg::FORMAT, tei::FORMAT];

impl OutputFormat {
    /// Returns the format with this name or alias.
    ///
    /// ```
    /// use copydesk_formats::OutputFormat;
    ///
    /// assert_eq!(OutputFormat::named("view").map(|format| format.name), Some("pretty"));
    /// ```
    #[must_use]
    pub fn named(name: &str) -> Option<OutputFormat> {
        FORMATS.into_iter().find(|format| format.name == name || format.aliases.contains(&name))
    }

    /// Returns the format that the ending of a file's name means.
    ///
    /// ```
    /// use std::path::Path;
    ///
    /// use copydesk_formats::OutputFormat;
    ///
    /// assert_eq!(OutputFormat::of_file(Path::new("out/results.JSONL")).map(|format| format.name), Some("json"));
    /// assert!(OutputFormat::of_file(Path::new("results")).is_none());
    /// ```
    #[must_use]
    pub fn of_file(path: &Path) -> Option<OutputFormat> {
        let ending = path.extension()?.to_str()?.to_lowercase();
        FORMATS.into_iter().find(|format| format.endings.contains(&ending.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_and_no_ending_means_two_formats() {
        let names = || FORMATS.iter().flat_map(|format| format.aliases.iter().chain([&format.name]));
        let endings = || FORMATS.iter().flat_map(|format| format.endings);
        assert!(names().all(|name| names().filter(|other| *other == name).count() == 1));
        assert!(endings().all(|ending| endings().filter(|other| *other == ending).count() == 1));
        assert!(endings().all(|ending| *ending == ending.to_lowercase() && !ending.starts_with('.')));
        for name in names() {
            assert!(
                OutputFormat::named(name).is_some_and(|format| format.name == *name || format.aliases.contains(name))
            );
        }
    }
}
