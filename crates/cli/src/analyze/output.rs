//! Where results go: standard output, or a file that appears once it is complete.

use std::fs::{self, File, Permissions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use tempfile::NamedTempFile;

/// An open output.
#[derive(Debug)]
pub struct Output {
    target: Target,
}

#[derive(Debug)]
enum Target {
    Stdout(BufWriter<io::Stdout>),
    /// A device or a pipe: nothing to put in its place.
    Special(BufWriter<File>),
    /// A file beside the one that it will replace.
    File(BufWriter<NamedTempFile>, PathBuf),
}

/// Results are some kilobytes each: several go out in one write.
const BUFFER: usize = 1 << 16;

impl Output {
    /// Standard output.
    pub fn stdout() -> Self {
        Output { target: Target::Stdout(BufWriter::with_capacity(BUFFER, io::stdout())) }
    }

    /// A file, which must have a folder; what stands there stays until [`Output::finish`].
    pub fn file(path: &Path) -> anyhow::Result<Self> {
        let shown = path.display();
        // Where the path is a link, the file that it names is replaced, not the link.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        let data = fs::metadata(&path).ok();
        if data.as_ref().is_some_and(fs::Metadata::is_dir) {
            bail!("{shown}: is a directory; give a file");
        }
        if data.as_ref().is_some_and(|data| !data.is_file()) {
            let file =
                File::options().write(true).open(&path).with_context(|| format!("{shown}: cannot be written"))?;
            return Ok(Output { target: Target::Special(BufWriter::with_capacity(BUFFER, file)) });
        }
        let folder = match path.parent() {
            Some(folder) if folder.as_os_str().is_empty() => Path::new("."),
            Some(folder) => folder,
            None => bail!("{shown}: is no file name"),
        };
        if path.file_name().is_none() || !folder.is_dir() {
            bail!("{shown}: there is no folder {}; make it first", folder.display());
        }
        let mut builder = tempfile::Builder::new();
        builder.prefix(".copydesk-");
        let permissions = data.map(|data| data.permissions()).or_else(usual_permissions);
        if let Some(permissions) = permissions {
            builder.permissions(permissions);
        }
        let file = builder.tempfile_in(folder).with_context(|| format!("{shown}: cannot be written"))?;
        Ok(Output { target: Target::File(BufWriter::with_capacity(BUFFER, file), path) })
    }

    /// Ends the output; a file takes its place now.
    pub fn finish(self) -> anyhow::Result<()> {
        match self.target {
            Target::Stdout(mut out) => out.flush()?,
            Target::Special(mut out) => out.flush()?,
            Target::File(out, path) => {
                let shown = path.display().to_string();
                let file = out.into_inner().map_err(io::IntoInnerError::into_error).with_context(|| shown.clone())?;
                file.persist(&path).map_err(|error| error.error).context(shown)?;
            }
        }
        Ok(())
    }

    /// Whether nothing has been put in place: the output is a file, and [`Output::finish`] was not called.
    pub fn is_file(&self) -> bool {
        matches!(self.target, Target::File(..))
    }
}

/// What a new file usually gets: the umask takes its share. A temporary file alone would be the owner's only.
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
        match &mut self.target {
            Target::Stdout(out) => out.write(bytes),
            Target::Special(out) => out.write(bytes),
            Target::File(out, _) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.target {
            Target::Stdout(out) => out.flush(),
            Target::Special(out) => out.flush(),
            Target::File(out, _) => out.flush(),
        }
    }
}
