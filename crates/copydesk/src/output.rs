//! Places for results: standard output, or a file that appears once it is complete.

use std::fmt;
use std::fs::{self, File, Permissions, TryLockError};
use std::io::{self, BufWriter, Seek, Write};
use std::path::{Path, PathBuf};

use tempfile::TempPath;

use crate::failpoint;
use crate::leftovers;

/// An output that cannot be written. One line that names the file.
///
/// ```
/// let error = copydesk::Output::file("no/such/results.jsonl".as_ref()).expect_err("no such folder");
/// assert_eq!(error.to_string(), "no/such/results.jsonl: there is no folder no/such; make it first");
/// ```
#[derive(Debug)]
pub struct OutputError {
    path: PathBuf,
    message: String,
    io: Option<io::Error>,
}

impl OutputError {
    pub(crate) fn new(path: &Path, message: impl Into<String>) -> Self {
        OutputError { path: path.to_path_buf(), message: message.into(), io: None }
    }

    pub(crate) fn io(path: &Path, message: &str, error: io::Error) -> Self {
        OutputError { io: Some(error), ..OutputError::new(path, message) }
    }

    /// The error of a write to the output `path`.
    #[must_use]
    pub fn write(path: &Path, error: io::Error) -> Self {
        OutputError::io(path, "cannot be written", error)
    }

    /// Returns the path of the output.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns true if a file exists already that should have been new.
    #[must_use]
    pub fn is_there_already(&self) -> bool {
        self.io.as_ref().is_some_and(|error| error.kind() == io::ErrorKind::AlreadyExists)
    }
}

impl fmt::Display for OutputError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path.display().to_string())?;
        if !self.message.is_empty() {
            write!(f, ": {}", self.message)?;
        }
        Ok(())
    }
}

impl std::error::Error for OutputError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.io.as_ref().map(|error| error as _)
    }
}

/// An open output. A file appears once it is complete; an older file stays until then.
///
/// ```
/// use std::io::Write;
/// use copydesk::Output;
///
/// # let folder = std::env::temp_dir().join(format!("copydesk-output-{}", std::process::id()));
/// # std::fs::create_dir_all(&folder)?;
/// let path = folder.join("results.jsonl");
/// let mut output = Output::file(&path)?;
/// output.write_all(b"{}\n")?;
/// assert!(!path.exists());
/// output.finish()?;
/// assert_eq!(std::fs::read(&path)?, b"{}\n");
/// # std::fs::remove_dir_all(&folder)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Output {
    target: Target,
    /// Bytes written so far.
    written: u64,
}

#[derive(Debug)]
enum Target {
    Stdout(BufWriter<io::Stdout>),
    /// A device or a pipe: nothing to put in its place.
    Special(BufWriter<File>),
    /// A file beside the one that it will be.
    File {
        out: BufWriter<File>,
        unfinished: Unfinished,
        path: PathBuf,
        replaces: bool,
    },
}

/// The path of an unfinished file.
#[derive(Debug)]
enum Unfinished {
    /// The file is removed if the output is dropped.
    Temporary(TempPath),
    /// The file stays until a later run finishes it.
    Saved(PathBuf),
}

/// Results are some kilobytes each: several go out in one write.
const BUFFER: usize = 1 << 16;

impl Output {
    /// Returns the standard output of the process.
    #[must_use]
    pub fn stdout() -> Self {
        Output { target: Target::Stdout(BufWriter::with_capacity(BUFFER, io::stdout())), written: 0 }
    }

    /// Opens a file in an existing folder. If earlier runs to the same output were killed, their unfinished files are
    /// removed.
    ///
    /// # Errors
    /// If it is a folder, its folder is not there, or it cannot be written.
    pub fn file(path: &Path) -> Result<Self, OutputError> {
        // If the path is a link, the file that it names is replaced, not the link.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        let data = fs::metadata(&target).ok();
        if data.as_ref().is_some_and(fs::Metadata::is_dir) {
            return Err(OutputError::new(path, "is a directory; give a file"));
        }
        if data.as_ref().is_some_and(|data| !data.is_file()) {
            let file = File::options().write(true).open(&target);
            let file = file.map_err(|error| OutputError::io(path, "cannot be written", error))?;
            return Ok(Output { target: Target::Special(BufWriter::with_capacity(BUFFER, file)), written: 0 });
        }
        Output::beside(path, target, data.map(|data| data.permissions()), true)
    }

    /// Opens a file that must not be there yet; [`Output::finish`] fails if it is there by then.
    ///
    /// # Errors
    /// If its folder is not there, or it cannot be written.
    pub fn new_file(path: &Path) -> Result<Self, OutputError> {
        Output::beside(path, path.to_path_buf(), None, false)
    }

    fn beside(
        shown: &Path,
        path: PathBuf,
        permissions: Option<Permissions>,
        replaces: bool,
    ) -> Result<Self, OutputError> {
        if path.file_name().is_none() {
            return Err(OutputError::new(shown, "is no file name"));
        }
        let folder = &*folder_of(&path);
        let Some(name) = path.file_name().filter(|_| folder.is_dir()) else {
            let message = format!("there is no folder {}; make it first", folder.display());
            return Err(OutputError::new(shown, message));
        };
        leftovers::remove(folder, name);
        let file = leftovers::create(folder, name, permissions.or_else(usual_permissions));
        let file = file.map_err(|error| OutputError::io(shown, "cannot be written", error))?;
        let (file, unfinished) = file.into_parts();
        let (out, unfinished) = (BufWriter::with_capacity(BUFFER, file), Unfinished::Temporary(unfinished));
        Ok(Output { target: Target::File { out, unfinished, path, replaces }, written: 0 })
    }

    /// Opens the output of an interrupted run again. Everything after the first `length` bytes is cut off.
    ///
    /// # Errors
    /// If the saved file is not there or too short, cannot be written, or another run writes it.
    pub(crate) fn reopen(path: &Path, saved: &Path, length: u64) -> Result<Self, OutputError> {
        let failed = |error| OutputError::io(saved, "the unfinished output cannot be opened", error);
        let mut file = File::options().write(true).open(saved).map_err(failed)?;
        if file.try_lock().is_err_and(|error| matches!(error, TryLockError::WouldBlock)) {
            return Err(OutputError::new(path, "another run writes this output"));
        }
        if file.metadata().map_err(failed)?.len() < length {
            return Err(OutputError::new(saved, "the unfinished output is shorter than it was"));
        }
        file.set_len(length).and_then(|()| file.seek(io::SeekFrom::End(0))).map_err(failed)?;
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        let (out, unfinished) = (BufWriter::with_capacity(BUFFER, file), Unfinished::Saved(saved.to_path_buf()));
        Ok(Output { target: Target::File { out, unfinished, path, replaces: true }, written: length })
    }

    /// Returns the number of bytes written so far.
    pub(crate) fn written(&self) -> u64 {
        self.written
    }

    /// Keeps the unfinished file if the run is interrupted, with all that was written so far on the disk. Returns its
    /// name, or `None` if the output is no file.
    pub(crate) fn save(&mut self) -> io::Result<Option<String>> {
        let Target::File { out, unfinished, .. } = &mut self.target else { return Ok(None) };
        failpoint::reach("flush");
        out.flush()?;
        out.get_ref().sync_data()?;
        if let Unfinished::Temporary(path) = unfinished {
            let saved = leftovers::saved_name(path);
            fs::rename(&*path, &saved)?;
            // Nothing is left to remove under the old name.
            path.disable_cleanup(true);
            *unfinished = Unfinished::Saved(saved);
        }
        let Unfinished::Saved(path) = unfinished else { return Ok(None) };
        Ok(path.file_name().map(|name| name.to_string_lossy().into_owned()))
    }

    /// Ends the output; a file takes its place now.
    ///
    /// # Errors
    /// If the rest cannot be written, or the file cannot take its place.
    pub fn finish(self) -> Result<(), OutputError> {
        match self.target {
            Target::Stdout(mut out) => {
                out.flush().map_err(|error| OutputError::io(Path::new("standard output"), "", error))
            }
            Target::Special(mut out) => {
                out.flush().map_err(|error| OutputError::io(Path::new("the output"), "", error))
            }
            Target::File { out, unfinished, path, replaces } => {
                let failed = |error| OutputError::io(&path, "", error);
                let file = out.into_inner().map_err(|error| failed(error.into_error()))?;
                failpoint::reach("rename");
                match unfinished {
                    Unfinished::Saved(saved) => fs::rename(saved, &path).map_err(failed)?,
                    Unfinished::Temporary(part) if replaces => part.persist(&path).map_err(|e| failed(e.error))?,
                    Unfinished::Temporary(part) => part.persist_noclobber(&path).map_err(|e| failed(e.error))?,
                }
                failpoint::reach("renamed");
                // The lock goes once the file has its name.
                drop(file);
                leftovers::remove_all(&folder_of(&path), path.file_name().unwrap_or_default());
                Ok(())
            }
        }
    }

    /// Returns true if a file appears when [`Output::finish`] is called, and nothing before.
    #[must_use]
    pub fn is_file(&self) -> bool {
        matches!(self.target, Target::File { .. })
    }
}

/// Returns the folder of a file.
pub(crate) fn folder_of(path: &Path) -> PathBuf {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_path_buf(),
        _ => PathBuf::from("."),
    }
}

/// The usual mode of a new file. The umask takes its share. A temporary file would be readable by its owner only.
#[cfg(unix)]
fn usual_permissions() -> Option<Permissions> {
    use std::os::unix::fs::PermissionsExt;
    Some(Permissions::from_mode(0o666))
}

#[cfg(not(unix))]
fn usual_permissions() -> Option<Permissions> {
    None
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let length = match &mut self.target {
            Target::Stdout(out) => out.write(bytes),
            Target::Special(out) => out.write(bytes),
            Target::File { out, .. } => out.write(bytes),
        }?;
        self.written += length as u64;
        Ok(length)
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.target {
            Target::Stdout(out) => out.flush(),
            Target::Special(out) => out.flush(),
            Target::File { out, .. } => out.flush(),
        }
    }
}
