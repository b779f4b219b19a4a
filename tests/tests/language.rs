//! Words of a language that several crates need stand in `crates/text` alone.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use copydesk_text::EntityLabel;
use copydesk_text::lang::ENGLISH;

/// Adds the Rust files under a folder.
fn sources(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry")) {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
}

/// Words that mean something else where they stand: a type of names in a trainer's checkpoint, and a group of pronouns in a
/// table of figures.
const OTHERS: [(&str, &str); 2] =
    [("crates/model/src/checkpoint.rs", "NORP"), ("crates/train/src/score/actors.rs", "they")];

/// Returns the string literals of a file, without comments and unit tests.
fn literals(code: &str) -> BTreeSet<&str> {
    let code = code.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.flat_map(|line| line.split('"').skip(1).step_by(2)).collect()
}

#[test]
fn pronouns_months_and_labels_stand_in_one_place() {
    let calendar = ENGLISH.calendar;
    let mut words: BTreeSet<&str> = calendar.months.into_iter().chain(calendar.weekdays).collect();
    // Shorter forms are ends of addresses as well: `me`, `us`.
    words.extend(ENGLISH.pronouns.iter().map(|pronoun| pronoun.form).filter(|form| form.len() > 2));
    words.extend(EntityLabel::ALL.map(EntityLabel::as_str));

    let root = copydesk_tests::root();
    let mut files = Vec::new();
    for parent in ["crates", "plugins"] {
        for package in fs::read_dir(root.join(parent)).expect("readable").map(Result::unwrap) {
            let code = package.path().join("src");
            if package.file_name() != "text" && code.is_dir() {
                sources(&code, &mut files);
            }
        }
    }
    assert!(files.len() > 100, "the sources are read: {}", files.len());
    let mut found = Vec::new();
    for file in &files {
        let path = file.strip_prefix(root).unwrap_or(file);
        let in_tests = |part: std::path::Component<'_>| part.as_os_str() == "tests" || part.as_os_str() == "tests.rs";
        if path.components().any(in_tests) {
            continue;
        }
        let code = fs::read_to_string(file).expect("readable");
        let known = |word: &str| OTHERS.iter().any(|(file, own)| path == Path::new(file) && *own == word);
        let words = literals(&code).intersection(&words).copied().filter(|word| !known(word)).collect::<Vec<_>>();
        found.extend(words.into_iter().map(|word| format!("{}: {word:?}", path.display())));
    }
    assert!(found.is_empty(), "take these from copydesk-text: {found:#?}");
}
