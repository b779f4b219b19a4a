//! Tables of results as CSV or TSV.
//!
//! Cells are quoted as RFC 4180 says, rows end in a line feed, and the first row names the columns. A cell of text that
//! begins with `=`, `+`, `-`, `@`, a tab or a carriage return gets an apostrophe before it. Otherwise a spreadsheet may
//! take it for a formula and run it.

use std::io::{self, Write};

use copydesk_core::Article;
use copydesk_formats::{DocumentError, DocumentWriter, Duplicate, Layout, OutputFormat, WriterOptions, push_decimal};

use crate::rows::{Cells, Rows};
use crate::schema::{NAMES, Table};

/// The row of the catalogue for CSV.
pub(crate) const CSV: OutputFormat = OutputFormat {
    name: "csv",
    aliases: &[],
    endings: &["csv"],
    description: "CSV tables, one a layer; quotes.csv says who said what",
    layout: Layout::Tables(&NAMES),
    writer: |options| Box::new(CsvWriter::new(options, b',')),
};

/// The row of the catalogue for TSV.
pub(crate) const TSV: OutputFormat = OutputFormat {
    name: "tsv",
    aliases: &[],
    endings: &["tsv", "tab"],
    description: "The tables of csv, with tabs between cells",
    layout: Layout::Tables(&NAMES),
    writer: |options| Box::new(CsvWriter::new(options, b'\t')),
};

/// A buffer that one huge document made larger than this is given back.
const KEPT: usize = 16 << 20;

/// Writes one table.
#[derive(Debug)]
struct CsvWriter {
    rows: Rows,
    line: Line,
}

impl CsvWriter {
    fn new(options: &WriterOptions, delimiter: u8) -> Self {
        let rows = Rows::new(Table::named(options.table), options.unit, options.parts.has("text"));
        CsvWriter { rows, line: Line { out: Vec::new(), delimiter, has_cells: false } }
    }

    /// Sends what `fill` puts into the buffer.
    fn send(&mut self, out: &mut dyn Write, fill: impl FnOnce(&mut Rows, &mut Line)) -> io::Result<()> {
        self.line.out.clear();
        fill(&mut self.rows, &mut self.line);
        let written = out.write_all(&self.line.out);
        self.line.out.shrink_to(KEPT);
        written
    }
}

impl DocumentWriter for CsvWriter {
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        self.send(out, |rows, line| {
            rows.table.columns().iter().for_each(|column| line.text(Some(column.name)));
            line.end();
        })
    }

    fn document(&mut self, article: &Article, out: &mut dyn Write) -> io::Result<()> {
        self.send(out, |rows, line| rows.article(article, line))
    }

    fn error(&mut self, error: &DocumentError, out: &mut dyn Write) -> io::Result<()> {
        self.send(out, |rows, line| rows.error(error, line))
    }

    fn duplicate(&mut self, duplicate: &Duplicate, out: &mut dyn Write) -> io::Result<()> {
        self.send(out, |rows, line| rows.duplicate(duplicate, line))
    }

    fn state(&self) -> Option<Vec<u8>> {
        // A row needs nothing of those before it.
        Some(Vec::new())
    }

    fn resume(&mut self, _: &[u8]) -> io::Result<()> {
        Ok(())
    }
}

/// Rows on their way out.
#[derive(Debug)]
struct Line {
    out: Vec<u8>,
    delimiter: u8,
    /// True if the row has a cell already.
    has_cells: bool,
}

impl Line {
    fn next(&mut self) {
        if self.has_cells {
            self.out.push(self.delimiter);
        }
        self.has_cells = true;
    }

    fn number(&mut self, value: Option<u64>) {
        self.next();
        if let Some(value) = value {
            // Writing into a vector cannot fail.
            let _ = write!(self.out, "{value}");
        }
    }
}

impl Cells for Line {
    fn text(&mut self, value: Option<&str>) {
        self.next();
        let Some(value) = value else { return };
        let bytes = value.as_bytes();
        let runs = matches!(bytes.first(), Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r'));
        let quoted = bytes.iter().any(|byte| *byte == self.delimiter || matches!(byte, b'"' | b'\n' | b'\r'));
        if quoted {
            self.out.push(b'"');
        }
        if runs {
            self.out.push(b'\'');
        }
        let mut parts = value.split('"');
        self.out.extend_from_slice(parts.next().unwrap_or_default().as_bytes());
        for part in parts {
            self.out.extend_from_slice(b"\"\"");
            self.out.extend_from_slice(part.as_bytes());
        }
        if quoted {
            self.out.push(b'"');
        }
    }

    fn whole(&mut self, value: Option<u32>) {
        self.number(value.map(u64::from));
    }

    fn long(&mut self, value: Option<u64>) {
        self.number(value);
    }

    fn float(&mut self, value: Option<f32>) {
        self.next();
        if let Some(value) = value.filter(|value| value.is_finite()) {
            push_decimal(&mut self.out, value);
        }
    }

    fn flag(&mut self, value: Option<bool>) {
        self.next();
        if let Some(value) = value {
            self.out.extend_from_slice(if value { b"true" } else { b"false" });
        }
    }

    fn end(&mut self) {
        self.out.push(b'\n');
        self.has_cells = false;
    }
}
