//! SHA-256 of bytes, files and folders.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use sha2::{Digest, Sha256};

/// How much of a file is read at a time.
const BUFFER: usize = 1 << 16;

/// The hash of these bytes: `sha256:` and hexadecimal digits.
pub(super) fn bytes(bytes: &[u8]) -> String {
    shown(&Sha256::digest(bytes))
}

/// Returns the hash of a file's contents, as `sha256sum` does. A folder has a hash too, of the names and contents of
/// all its files, so that a model of several files has one hash.
///
/// # Errors
/// If something cannot be read, or is neither a file nor a folder.
pub(super) fn path(path: &Path) -> io::Result<String> {
    if !fs::metadata(path)?.is_dir() {
        return file(path);
    }
    let mut digest = Sha256::new();
    folder(path, &mut Vec::new(), &mut digest)?;
    Ok(shown(&digest.finalize()))
}

fn shown(digest: &[u8]) -> String {
    let digits: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{digits}")
}

fn file(path: &Path) -> io::Result<String> {
    if !fs::metadata(path)?.is_file() {
        // A pipe would wait, and a device may have no end.
        return Err(io::Error::other("it is neither a file nor a folder"));
    }
    let mut file = File::open(path)?;
    let (mut digest, mut buffer) = (Sha256::new(), vec![0; BUFFER]);
    loop {
        match file.read(&mut buffer) {
            Ok(0) => return Ok(shown(&digest.finalize())),
            Ok(length) => digest.update(buffer.get(..length).unwrap_or_default()),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// Adds each file of a folder and of the folders in it: its name from the top, a zero, and its hash. A link to a folder
/// counts by its target's path, since following it may go in a circle.
fn folder(path: &Path, name: &mut Vec<u8>, digest: &mut Sha256) -> io::Result<()> {
    let entries = fs::read_dir(path)?.collect::<io::Result<Vec<_>>>()?;
    let mut entries: Vec<_> = entries.into_iter().map(|entry| (entry.file_name(), entry)).collect();
    entries.sort_by(|(one, _), (other, _)| one.cmp(other));
    let length = name.len();
    for (own, entry) in entries {
        name.extend_from_slice(own.as_encoded_bytes());
        let path = entry.path();
        let hash = if entry.file_type()?.is_dir() {
            name.push(b'/');
            folder(&path, name, digest)?;
            None
        } else if fs::metadata(&path)?.is_dir() {
            Some(bytes(fs::read_link(&path)?.as_os_str().as_encoded_bytes()))
        } else {
            Some(file(&path)?)
        };
        if let Some(hash) = hash {
            digest.update(&*name);
            digest.update([0]);
            digest.update(hash.as_bytes());
        }
        name.truncate(length);
    }
    Ok(())
}
