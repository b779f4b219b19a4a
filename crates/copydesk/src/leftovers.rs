//! The unfinished files of outputs. A file is locked while its writer lives, so the next run knows which ones are
//! abandoned.

use std::ffi::OsStr;
use std::fs::{self, File, Permissions, TryLockError};
use std::io;
use std::path::Path;

use tempfile::NamedTempFile;

/// The beginning and the end of the name of an unfinished file.
const BEGIN: &str = ".copydesk-";
const END: &str = ".part";

/// Random letters and digits in a name.
const RANDOM: usize = 8;

/// Letters of the output's name in it: a name has some 255 bytes at most.
const LETTERS: usize = 48;

/// Returns the beginning of the name of an unfinished file of the output `name`.
fn beginning(name: &OsStr) -> String {
    let name: String = name.to_string_lossy().chars().take(LETTERS).collect();
    format!("{BEGIN}{name}-")
}

/// Returns true if a file's name is that of an unfinished file of an output.
fn is_unfinished(file: &OsStr, beginning: &str) -> bool {
    let random = file.to_str().and_then(|file| file.strip_prefix(beginning)).and_then(|file| file.strip_suffix(END));
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

/// Removes abandoned unfinished files of the output `name`. A file that cannot be removed stays.
pub(crate) fn remove(folder: &Path, name: &OsStr) {
    let beginning = beginning(name);
    let Ok(entries) = folder.read_dir() else { return };
    for entry in entries.flatten() {
        let is_file = || entry.file_type().is_ok_and(|kind| kind.is_file());
        if is_unfinished(&entry.file_name(), &beginning) && is_file() {
            let path = entry.path();
            // Its writer has it locked; the lock goes with the process.
            if File::options().write(true).open(&path).is_ok_and(|file| file.try_lock().is_ok()) {
                let _ = fs::remove_file(path);
            }
        }
    }
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
        assert!(is_unfinished(own, &beginning) && written.path().exists());
        names.retain(|name| OsStr::new(name) != own);
        assert_eq!(
            names,
            [
                ".copydesk-other.jsonl-abcd1234.part",
                ".copydesk-results.jsonl-abc.1234.part",
                ".copydesk-results.jsonl-abcd1234",
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
        assert!(is_unfinished(file.path().file_name().expect("a name"), &beginning(OsStr::new(&name))));
    }
}
