//! The unfinished files of outputs. A file is locked while its writer lives, so the next run knows which ones are
//! abandoned.
//!
//! A run that can be continued renames its files from `.part` to `.saved` once it has something to save. The next run
//! removes abandoned parts. It leaves saved files to a run that continues them, until one has finished.

use std::ffi::OsStr;
use std::fs::{self, File, Permissions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

/// The beginning and the end of the name of an unfinished file.
const BEGIN: &str = ".copydesk-";
const END: &str = ".part";

/// The end of the name of a file that a later run can continue.
const SAVED: &str = ".saved";

/// The end of the name of a checkpoint, which says how to continue.
const CHECKPOINT: &str = ".checkpoint";

/// Random letters and digits in a name.
const RANDOM: usize = 8;

/// Letters of the output's name in it: a name has some 255 bytes at most.
const LETTERS: usize = 48;

/// Returns the beginning of the name of an unfinished file of the output `name`.
fn beginning(name: &OsStr) -> String {
    let name: String = name.to_string_lossy().chars().take(LETTERS).collect();
    format!("{BEGIN}{name}-")
}

/// Returns true if a file's name is that of an unfinished file of an output, with this end.
fn is_unfinished(file: &OsStr, beginning: &str, end: &str) -> bool {
    let random = file.to_str().and_then(|file| file.strip_prefix(beginning)).and_then(|file| file.strip_suffix(end));
    random.is_some_and(|random| random.len() == RANDOM && random.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// Makes an unfinished file for the output `name` of a folder.
pub(crate) fn create(folder: &Path, name: &OsStr, permissions: Option<Permissions>) -> io::Result<NamedTempFile> {
    let beginning = beginning(name);
    let mut builder = tempfile::Builder::new();
    builder.prefix(&beginning).suffix(END).rand_bytes(RANDOM);
    if let Some(permissions) = permissions {
        builder.permissions(permissions);
    }
    loop {
        let file = builder.tempfile_in(folder)?;
        // Between the two another run may have taken it for one that nobody writes.
        match file.as_file().try_lock() {
            Err(TryLockError::WouldBlock) => {}
            Ok(()) if !file.path().exists() => {}
            // Without locks no run removes files.
            Ok(()) | Err(TryLockError::Error(_)) => return Ok(file),
        }
    }
}

/// Removes abandoned unfinished files of the output `name`. A file that cannot be removed stays, and so do saved ones.
pub(crate) fn remove(folder: &Path, name: &OsStr) {
    files(folder, name, END).for_each(|path| remove_abandoned(&path));
}

/// Removes abandoned unfinished files of the output `name`, saved ones too: the output is complete.
pub(crate) fn remove_all(folder: &Path, name: &OsStr) {
    remove(folder, name);
    files(folder, name, SAVED).for_each(|path| remove_abandoned(&path));
}

/// Removes a file that nobody writes.
fn remove_abandoned(path: &Path) {
    // Its writer has it locked; the lock goes with the process.
    if File::options().write(true).open(path).is_ok_and(|file| file.try_lock().is_ok()) {
        let _ = fs::remove_file(path);
    }
}

/// The unfinished files of the output `name` with this end.
fn files(folder: &Path, name: &OsStr, end: &'static str) -> impl Iterator<Item = PathBuf> {
    let beginning = beginning(name);
    let entries = folder.read_dir().into_iter().flatten().flatten();
    let ours = entries.filter(move |entry| {
        let is_file = || entry.file_type().is_ok_and(|kind| kind.is_file());
        is_unfinished(&entry.file_name(), &beginning, end) && is_file()
    });
    ours.map(|entry| entry.path())
}

/// Returns the name that an unfinished file has once a later run can continue it.
pub(crate) fn saved_name(part: &Path) -> PathBuf {
    part.with_extension(SAVED.trim_start_matches('.'))
}

/// Returns the checkpoints of the output `name`.
pub(crate) fn checkpoints(folder: &Path, name: &OsStr) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> = files(folder, name, CHECKPOINT).collect();
    found.sort();
    found
}

/// Returns a new path for a checkpoint of the output `name`.
pub(crate) fn new_checkpoint(folder: &Path, name: &OsStr) -> io::Result<PathBuf> {
    let beginning = beginning(name);
    let mut builder = tempfile::Builder::new();
    builder.prefix(&beginning).suffix(CHECKPOINT).rand_bytes(RANDOM);
    // The path alone counts: the file itself is written anew each time, and renamed.
    Ok(builder.tempfile_in(folder)?.path().to_path_buf())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_files_without_a_writer_go() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path();
        let name = OsStr::new("results.jsonl");
        let written = create(path, name, None).expect("a file");
        let beginning = beginning(name);
        for left in [
            ".copydesk-results.jsonl-abcd1234.part",
            ".copydesk-results.jsonl-abcd1234",
            ".copydesk-results.jsonl-abcd12345.part",
            ".copydesk-results.jsonl-abc.1234.part",
            ".copydesk-other.jsonl-abcd1234.part",
            ".copydesk-results.jsonl-abcd1234.saved",
            ".copydesk-results.jsonl-abcd1234.checkpoint",
            "results.jsonl",
        ] {
            fs::write(path.join(left), "left").expect("a file");
        }
        fs::create_dir(path.join(".copydesk-results.jsonl-folder12.part")).expect("a folder");
        remove(path, name);
        let names = path.read_dir().expect("a folder").map(|entry| entry.expect("an entry").file_name());
        let mut names: Vec<String> = names.map(|name| name.to_string_lossy().into_owned()).collect();
        names.sort();
        let own = written.path().file_name().expect("a name");
        assert!(is_unfinished(own, &beginning, END) && written.path().exists());
        names.retain(|name| OsStr::new(name) != own);
        assert_eq!(
            names,
            [
                ".copydesk-other.jsonl-abcd1234.part",
                ".copydesk-results.jsonl-abc.1234.part",
                ".copydesk-results.jsonl-abcd1234",
                ".copydesk-results.jsonl-abcd1234.checkpoint",
                ".copydesk-results.jsonl-abcd1234.saved",
                ".copydesk-results.jsonl-abcd12345.part",
                ".copydesk-results.jsonl-folder12.part",
                "results.jsonl",
            ]
        );
    }

    #[test]
    fn long_names_fit() {
        let folder = tempfile::tempdir().expect("a folder");
        let name = "é".repeat(120);
        let file = create(folder.path(), OsStr::new(&name), None).expect("a file");
        assert!(is_unfinished(file.path().file_name().expect("a name"), &beginning(OsStr::new(&name)), END));
    }
}
