//! Tables in and out: CSV, Parquet and XLSX to documents, and results to CSV and Parquet, one flat table a layer.
//!
//! Architecture invariant: this crate knows layers, not plugins. It opens no file and prints nothing. It reads from its
//! arguments and writes into buffers.
#![forbid(unsafe_code)]

mod csv;
mod panics;
mod parquet_in;
mod xlsx;

pub use csv::{CsvOptions, CsvReader, MOST_COLUMNS};
pub use parquet_in::{ParquetOptions, ParquetReader};
pub use xlsx::{XlsxOptions, XlsxReader};
