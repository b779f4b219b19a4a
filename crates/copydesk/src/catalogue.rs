//! The formats of output, by name and by the ending of a file's name.

use std::path::Path;

use copydesk_formats::{FORMATS, OutputFormat};

/// Returns all formats of output.
///
/// ```
/// assert!(copydesk::output_formats().any(|format| format.name == "json"));
/// ```
pub fn output_formats() -> impl Iterator<Item = OutputFormat> {
    FORMATS.into_iter().chain(copydesk_tables::FORMATS)
}

/// Returns the format with this name or alias.
///
/// ```
/// assert_eq!(copydesk::output_format("view").map(|format| format.name), Some("pretty"));
/// ```
#[must_use]
pub fn output_format(name: &str) -> Option<OutputFormat> {
    output_formats().find(|format| format.name == name || format.aliases.contains(&name))
}

/// Returns the format that the ending of a file's name means.
///
/// ```
/// use std::path::Path;
///
/// let format = copydesk::output_format_of(Path::new("out/results.JSONL"));
/// assert_eq!(format.map(|format| format.name), Some("json"));
/// assert!(copydesk::output_format_of(Path::new("results")).is_none());
/// ```
#[must_use]
pub fn output_format_of(path: &Path) -> Option<OutputFormat> {
    let ending = path.extension()?.to_str()?.to_lowercase();
    output_formats().find(|format| format.endings.contains(&ending.as_str()))
}

/// The format if nothing is said: JSON lines.
pub(crate) fn usual() -> OutputFormat {
    copydesk_formats::JSON
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_and_no_ending_means_two_formats() {
        let formats: Vec<OutputFormat> = output_formats().collect();
        let names = || formats.iter().flat_map(|format| format.aliases.iter().chain([&format.name]));
        let endings = || formats.iter().flat_map(|format| format.endings);
        assert!(names().all(|name| names().filter(|other| *other == name).count() == 1));
        assert!(endings().all(|ending| endings().filter(|other| *other == ending).count() == 1));
        assert!(endings().all(|ending| *ending == ending.to_lowercase() && !ending.starts_with('.')));
        for name in names() {
            assert!(
                output_format(name).is_some_and(|format| format.name == *name || format.aliases.contains(name)),
                "{name}"
            );
        }
    }
}
