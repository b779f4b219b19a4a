//! The files of paths, folders and patterns.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::STDIN;
use super::error::InputError;
use super::formats;
use super::packed::Packing;

/// One input.
#[derive(Debug)]
pub(super) enum Source {
    Stdin,
    File(PathBuf),
    /// An error of an input, in its place among the others.
    Unreadable(InputError),
}

/// Returns true if a file of a folder or an archive is read, by its name. A packed file goes by the name of the file in
/// it.
pub(super) fn is_read(name: &Path) -> bool {
    // Notes in Markdown lie beside articles, and are none.
    extension(name).is_some_and(|ending| ending != "md" && formats::of_ending(&ending).is_some())
}

/// Returns the extension of a file's name in small letters. For a packed file, such as `x.csv.gz`, it is that of the
/// file in it.
pub(super) fn extension(name: &Path) -> Option<String> {
    let last = |name: &Path| name.extension().map(|extension| extension.to_string_lossy().to_lowercase());
    let ending = last(name)?;
    match Packing::of_ending(&ending) {
        Some(_) => name.file_stem().and_then(|stem| last(Path::new(stem))),
        None => Some(ending),
    }
}

/// Finds the files of paths, in their order; `-` is standard input.
///
/// # Errors
/// If standard input is given twice.
pub(super) fn find(paths: &[PathBuf]) -> Result<Vec<Source>, InputError> {
    let is_stdin = |path: &PathBuf| path.as_os_str() == STDIN;
    if paths.iter().filter(|path| is_stdin(path)).count() > 1 {
        return Err(InputError::file(STDIN, "standard input (-) is given twice; it can be read only once"));
    }
    let mut sources = Vec::new();
    for path in paths {
        if is_stdin(path) {
            sources.push(Source::Stdin);
        } else {
            add(path, &mut sources);
        }
    }
    if paths.is_empty() {
        sources.push(Source::Stdin);
    }
    Ok(sources)
}

fn add(path: &Path, sources: &mut Vec<Source>) {
    let before = sources.len();
    let unreadable = |what: &str| {
        let path = path.display().to_string();
        Source::Unreadable(InputError::file(path.as_str(), format!("{path}: {what}")))
    };
    if path.is_dir() {
        walk(path, sources);
        if sources.len() == before {
            let known = formats::INPUT_FORMATS.iter().filter_map(|format| format.endings.first());
            let endings: Vec<String> = known.map(|ending| format!(".{ending}")).collect();
            sources.push(unreadable(&format!("holds no file to read ({}), packed or not", endings.join(", "))));
        }
        return;
    }
    // A file may have such a name; otherwise a shell that expands no patterns gave it.
    let pattern = path.to_str().filter(|name| !path.exists() && name.contains(['*', '?', '[']));
    let Some(pattern) = pattern else { return sources.push(Source::File(path.to_path_buf())) };
    match glob::glob(pattern) {
        Err(error) => sources.push(unreadable(&format!("is no pattern: {error}"))),
        Ok(found) => {
            for entry in found {
                match entry {
                    Ok(file) if file.is_dir() => {}
                    Ok(file) => sources.push(Source::File(file)),
                    Err(error) => {
                        let path = error.path().display().to_string();
                        let what = format!("{path}: {}", error.error());
                        sources.push(Source::Unreadable(InputError::file(path, what)));
                    }
                }
            }
            if sources.len() == before {
                sources.push(unreadable("no file has a name like this"));
            }
        }
    }
}

/// The readable files of a folder and those within it, sorted by name, folders in their place among the files. Hidden ones
/// are passed over, and links to folders not followed.
fn walk(folder: &Path, sources: &mut Vec<Source>) {
    let entries = match folder.read_dir().and_then(Iterator::collect::<io::Result<Vec<_>>>) {
        Ok(entries) => entries,
        Err(error) => {
            let path = folder.display().to_string();
            let what = format!("{path}: {error}");
            sources.push(Source::Unreadable(InputError::file(path, what)));
            return;
        }
    };
    let mut entries: Vec<_> = entries.into_iter().map(|entry| (entry.file_name(), entry)).collect();
    entries.sort_by(|(a, _), (b, _)| a.cmp(b));
    for (name, entry) in entries {
        if name.as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let path = entry.path();
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            walk(&path, sources);
            continue;
        }
        if is_read(&path) && path.is_file() {
            sources.push(Source::File(path));
        }
    }
}

/// The path, the size and the time of the last change of a file; of other inputs their names.
pub(super) fn fingerprint(source: &Source) -> (String, u64, Option<SystemTime>) {
    match source {
        Source::Stdin => (STDIN.to_owned(), 0, None),
        Source::Unreadable(error) => (error.message().to_owned(), 0, None),
        Source::File(path) => {
            let data = fs::metadata(path).ok().filter(fs::Metadata::is_file);
            let size = data.as_ref().map_or(0, fs::Metadata::len);
            (path.to_string_lossy().into_owned(), size, data.and_then(|data| data.modified().ok()))
        }
    }
}
