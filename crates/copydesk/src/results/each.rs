//! Formats with files for each document, in a folder.

use std::io;
use std::path::PathBuf;

use copydesk_formats::{DocumentWriter, OutputFormat, WriterOptions};

use crate::Output;

/// Files for each document.
pub(super) struct Each {
    pub(super) folder: PathBuf,
    pub(super) endings: &'static [&'static str],
    pub(super) options: WriterOptions,
    /// Documents that have a file.
    pub(super) documents: u64,
}

impl Each {
    /// Writes the files of a document. They appear at once.
    pub(super) fn write(
        &mut self,
        format: OutputFormat,
        id: &str,
        write: impl Fn(&mut dyn DocumentWriter, &mut Output) -> io::Result<()>,
    ) -> io::Result<()> {
        self.documents += 1;
        let name = file_name(self.documents, id);
        for ending in self.endings {
            let path = self.folder.join(format!("{name}.{ending}"));
            let mut output = Output::file(&path).map_err(io::Error::other)?;
            let mut writer = (format.writer)(&WriterOptions { table: ending, ..self.options.clone() });
            writer.begin(&mut output)?;
            write(&mut *writer, &mut output)?;
            writer.finish(&mut output)?;
            output.finish().map_err(io::Error::other)?;
        }
        Ok(())
    }
}

/// Returns the name of a document's files: its number, and its id as far as a file's name can hold it.
fn file_name(number: u64, id: &str) -> String {
    /// With the number and an ending it fits every file system.
    const LONGEST: usize = 60;
    let stem = id.rsplit(['/', '\\']).find(|part| !part.is_empty()).unwrap_or_default();
    let safe = |c: char| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '_' };
    let stem: String = stem.chars().take(LONGEST).map(safe).collect();
    format!("{number:06}-{stem}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files() {
        let cases = [
            (1, "a", "000001-a"),
            (12, "news/2024 05/a b.html", "000012-a_b.html"),
            (3, "../../etc/passwd", "000003-passwd"),
            (4, "", "000004-"),
            (5, "https://example.org/x/?q=1", "000005-_q_1"),
            (1_234_567, "é/", "1234567-é"),
        ];
        for (number, id, expected) in cases {
            assert_eq!(file_name(number, id), expected);
        }
        assert_eq!(file_name(1, &"x".repeat(500)).len(), 67);
    }
}
