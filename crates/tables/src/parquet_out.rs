//! Tables of results as Parquet, in a way that can be continued after an interruption.
//!
//! Rows are kept back until a group is full. When it is depends on the documents alone, and not on their rows, so that all
//! tables are full together. A group is then written as a small Parquet file into memory. Its column chunks go to the
//! output; its footer is kept, with the place to which the chunks went. The end of the output is one footer of all groups.
//! So the state between two groups is the length of the output and the footers so far.

mod cells;
mod footer;

use std::io::{self, Write};

use copydesk_core::Article;
use copydesk_formats::{DocumentError, DocumentWriter, Duplicate, Layout, OutputFormat, WriterOptions};

use crate::rows::Rows;
use crate::schema::{NAMES, Table};
use cells::Group;
use footer::Footers;

/// The row of the catalogue.
pub(crate) const PARQUET: OutputFormat = OutputFormat {
    name: "parquet",
    aliases: &[],
    endings: &["parquet", "pq"],
    description: "Parquet tables, one a layer, for DuckDB, pandas, polars and Spark",
    layout: Layout::Tables(&NAMES),
    writer: |options| Box::new(ParquetWriter::new(options)),
};

/// A group of rows is full with so many documents,
const DOCUMENTS: u32 = 1_024;

/// or with so many bytes of text.
const BYTES: u64 = 16 << 20;

/// What begins a Parquet file, and ends it.
const MAGIC: &[u8; 4] = b"PAR1";

/// Writes one table.
#[derive(Debug)]
struct ParquetWriter {
    rows: Rows,
    group: Option<Group>,
    /// The documents that the group has, and the bytes of their texts.
    documents: u32,
    bytes: u64,
    footers: Footers,
}

impl ParquetWriter {
    fn new(options: &WriterOptions) -> Self {
        let rows = Rows::new(Table::named(options.table), options.unit, options.parts.has("text"));
        let footers = Footers::new(rows.table, options);
        ParquetWriter { rows, group: None, documents: 0, bytes: 0, footers }
    }

    /// Adds the rows of a document, and writes the group if it is full.
    fn add(&mut self, bytes: usize, out: &mut dyn Write, fill: impl FnOnce(&mut Rows, &mut Group)) -> io::Result<()> {
        let group = match &mut self.group {
            Some(group) => group,
            None => self.group.insert(Group::new(self.rows.table)?),
        };
        fill(&mut self.rows, group);
        group.check()?;
        self.documents += 1;
        self.bytes += bytes as u64;
        if self.documents >= DOCUMENTS || self.bytes >= BYTES { self.flush(out) } else { Ok(()) }
    }

    /// Writes the group that is kept back. A group without rows leaves nothing.
    fn flush(&mut self, out: &mut dyn Write) -> io::Result<()> {
        (self.documents, self.bytes) = (0, 0);
        match self.group.take() {
            Some(group) => self.footers.add(group.file()?, out),
            None => Ok(()),
        }
    }
}

impl DocumentWriter for ParquetWriter {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(MAGIC)
    }

    fn document(&mut self, article: &Article, out: &mut dyn Write) -> io::Result<()> {
        self.add(article.text().len(), out, |rows, group| rows.article(article, group))
    }

    fn error(&mut self, error: &DocumentError, out: &mut dyn Write) -> io::Result<()> {
        self.add(0, out, |rows, group| rows.error(error, group))
    }

    fn duplicate(&mut self, duplicate: &Duplicate, out: &mut dyn Write) -> io::Result<()> {
        self.add(0, out, |rows, group| rows.duplicate(duplicate, group))
    }

    fn finish(&mut self, out: &mut dyn Write) -> io::Result<()> {
        self.flush(out)?;
        self.footers.finish(out)
    }

    fn state(&self) -> Option<Vec<u8>> {
        (self.documents == 0).then(|| self.footers.state())
    }

    fn resume(&mut self, state: &[u8]) -> io::Result<()> {
        self.footers.resume(state)
    }
}

fn failed(error: impl std::fmt::Display) -> io::Error {
    io::Error::other(format!("the Parquet table cannot be written: {error}"))
}
