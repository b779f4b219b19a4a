//! CSV and TSV in: a row is a document.

mod records;
mod sniff;

use std::io::Read;

use copydesk_core::Document;
use copydesk_formats::{ColumnMapping, Columns, LIMIT, ReadError};
use serde_json::Value;

use records::{Record, Records};

/// The most columns that a table may have. Wider tables are no tables of articles, and a file that is no table at all may
/// have millions.
pub const MOST_COLUMNS: usize = 4_096;

/// How a CSV file is read.
#[derive(Clone, Debug)]
pub struct CsvOptions {
    /// The columns that the user named.
    pub columns: Columns,
    /// The byte between cells. `None` means that the head of the file tells: a comma, a semicolon, a tab or a bar, or what a
    /// first line `sep=;` says.
    pub delimiter: Option<u8>,
    /// The most bytes that the cells of one row may have.
    pub limit: usize,
}

impl Default for CsvOptions {
    fn default() -> Self {
        CsvOptions { columns: Columns::default(), delimiter: None, limit: LIMIT }
    }
}

/// Reads one document for each row of a CSV file, which has a header. A cell in quotation marks may have line ends. A row
/// that is no document gives an error, and reading continues. The reader never holds more than a row.
///
/// The input is UTF-8, with or without a byte order mark. The line of a document is that on which its row begins.
///
/// ```
/// use copydesk_tables::{CsvOptions, CsvReader};
///
/// let input = "guid;body;date\n7;\"It rains.\nIt pours.\";May 1, 2024\n8;;\n";
/// let mut reader = CsvReader::new(input.as_bytes(), CsvOptions::default())?;
/// assert_eq!(reader.sentence(), "text from \"body\", id from \"guid\", published from \"date\"");
/// let document = reader.next().ok_or("no row")??;
/// assert_eq!((document.id(), document.text(), document.origin.line), ("7", "It rains.\nIt pours.", Some(2)));
/// let error = reader.next().and_then(Result::err).ok_or("no error")?;
/// assert_eq!(error.to_string(), "line 4: no text in column \"body\"");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct CsvReader<R> {
    records: Records<R>,
    mapping: ColumnMapping,
    /// The number of the row that was read last, from 1, without the header.
    row: u64,
}

impl<R: Read> CsvReader<R> {
    /// Opens a table: reads its header and finds the columns.
    ///
    /// # Errors
    /// If the input cannot be read, or has no header with the columns that are needed.
    pub fn new(input: R, options: CsvOptions) -> Result<Self, ReadError> {
        let fault = |message: String| ReadError::new("header", Some(1), message);
        let failed = |error| ReadError::io("header", Some(1), error);
        let mut records = Records::new(input, options.limit).map_err(failed)?;
        let said = records.said_delimiter();
        let delimiter = options.delimiter.or(said).unwrap_or_else(|| sniff::delimiter(records.head()));
        records.delimit(delimiter);
        let names = match records.next(MOST_COLUMNS).map_err(failed)? {
            Record::Row { .. } => records.cells().map(name).collect::<Result<Vec<String>, String>>().map_err(fault)?,
            Record::End => {
                return Err(fault("the table is empty: its first row must name the columns".into()));
            }
            Record::Uneven { .. } => {
                let message = format!("the first row names more than {MOST_COLUMNS} columns: is this a CSV file?");
                return Err(fault(message));
            }
            Record::TooLong { .. } => return Err(fault(too_long(options.limit))),
        };
        let mapping = options.columns.find(&names).map_err(|error| fault(error.to_string()))?;
        Ok(CsvReader { records, mapping, row: 0 })
    }

    /// Says for the user which columns were taken for what.
    #[must_use]
    pub fn sentence(&self) -> String {
        self.mapping.sentence()
    }

    /// Makes the document of the row that was read.
    fn document(&self, line: u64) -> Result<Document, ReadError> {
        let number = || self.row.to_string();
        let cell = |(column, cell): (usize, Option<&str>)| match cell {
            Some(cell) => Ok(Value::String(cell.to_owned())),
            None => {
                let name = self.mapping.name(column).unwrap_or_default();
                let message = format!("the cell in column {name:?} is not UTF-8");
                Err(ReadError::new(number(), Some(line), message))
            }
        };
        let cells = self.records.cells().enumerate().map(cell).collect::<Result<Vec<Value>, ReadError>>()?;
        self.mapping.document(self.row, line, cells)
    }
}

impl<R: Read> Iterator for CsvReader<R> {
    type Item = Result<Document, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let columns = self.mapping.len();
        let record = self.records.next(columns);
        self.row += 1;
        let fault = |line, message| Some(Err(ReadError::new(self.row.to_string(), Some(line), message)));
        match record {
            Ok(Record::End) => None,
            Ok(Record::Row { line }) => Some(self.document(line)),
            Ok(Record::Uneven { line, cells }) => {
                let s = if cells == 1 { "" } else { "s" };
                fault(line, format!("the row has {cells} cell{s}, and the header {columns}"))
            }
            Ok(Record::TooLong { line }) => fault(line, too_long(self.records.limit())),
            Err(error) => {
                let line = self.records.line();
                Some(Err(ReadError::io(self.row.to_string(), Some(line), error)))
            }
        }
    }
}

fn name(cell: Option<&str>) -> Result<String, String> {
    cell.map(|name| name.trim().to_owned()).ok_or_else(|| "the name of a column is not UTF-8".to_owned())
}

fn too_long(limit: usize) -> String {
    format!("the row is longer than {limit} bytes, the most that is read; is a quotation mark missing?")
}

#[cfg(test)]
mod tests;
