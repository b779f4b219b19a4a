//! Tables in and out: CSV, Parquet, XLSX and Arrow to documents, and results to CSV, Parquet and Arrow, one flat table a
//! layer.
//!
//! Architecture invariant: this crate knows layers, not plugins. It opens no file and prints nothing. It reads from its
//! arguments and writes into buffers.
#![forbid(unsafe_code)]

mod arrow_in;
mod arrow_out;
mod batch;
mod csv;
mod csv_out;
mod panics;
mod parquet_in;
mod parquet_out;
mod rows;
mod schema;
mod xlsx;

use copydesk_formats::OutputFormat;

pub use arrow_in::ArrowReader;
pub use arrow_out::TableBuilder;
pub use csv::{CsvOptions, CsvReader, MOST_COLUMNS};
pub use parquet_in::{ParquetOptions, ParquetReader};
pub use schema::{Column, Kind, Table};
pub use xlsx::{XlsxOptions, XlsxReader};

/// The formats of output with a flat table for each layer.
///
/// ```
/// use copydesk_core::{Article, Document};
/// use copydesk_formats::WriterOptions;
///
/// let csv = copydesk_tables::FORMATS.iter().find(|format| format.name == "csv").ok_or("no CSV")?;
/// let mut writer = (csv.writer)(&WriterOptions { table: "sentences", ..WriterOptions::default() });
/// let mut out = Vec::new();
/// writer.begin(&mut out)?;
/// writer.document(&Article::new(Document::new("a", "Hello.")?)?, &mut out)?;
/// writer.finish(&mut out)?;
/// assert_eq!(String::from_utf8(out)?, "document,sentence,block,block_kind,text,start,end\n");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub const FORMATS: [OutputFormat; 3] = [parquet_out::PARQUET, csv_out::CSV, csv_out::TSV];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readers_can_move_to_another_thread() {
        fn is_send<T: Send>() {}
        is_send::<CsvReader<std::fs::File>>();
        is_send::<ParquetReader>();
        is_send::<XlsxReader>();
    }
}
