//! Spreadsheets in: a row of an XLSX sheet is a document.

use std::io::{self, Read, Seek};

use calamine::{DataRef, Reader, Xlsx, XlsxError};
use copydesk_core::Document;
use copydesk_formats::{ColumnError, ColumnMapping, Columns, ReadError};
use serde_json::{Number, Value};

use crate::csv::MOST_COLUMNS;
use crate::panics::unless_panics;

/// How a spreadsheet is read.
#[derive(Clone, Debug)]
pub struct XlsxOptions {
    /// The columns that the user named.
    pub columns: Columns,
    /// The most bytes that all parts of the file may unpack to, and that all cells of the sheet may have. An XLSX file is a
    /// packed archive, and the sheet is held as a whole.
    pub limit: u64,
}

impl Default for XlsxOptions {
    /// 512 MiB. A sheet has at most a million rows.
    fn default() -> Self {
        XlsxOptions { columns: Columns::default(), limit: 512 << 20 }
    }
}

/// Reads one document for each row of the first sheet that has a header with the columns that are needed. Rows without
/// cells are passed over. A row that is no document gives an error, and reading continues.
///
/// Numbers and booleans go to `meta` as JSON; dates as ISO 8601, without a time if it is midnight. A cell with an error
/// such as `#N/A` is null. The line of a document is the number of its row in the sheet.
///
/// ```
/// use std::io::Cursor;
///
/// use copydesk_tables::{XlsxOptions, XlsxReader};
///
/// fn texts(file: Vec<u8>) -> Result<Vec<String>, Box<dyn std::error::Error>> {
///     let reader = XlsxReader::new(Cursor::new(file), XlsxOptions::default())?;
///     println!("{}", reader.sentence());
///     Ok(reader.map(|read| read.map(|document| document.text().to_owned())).collect::<Result<_, _>>()?)
/// }
///
/// let error = texts(b"id,text".to_vec()).err().ok_or("no error")?;
/// assert!(error.to_string().starts_with("the XLSX file is damaged, or is none"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct XlsxReader {
    sheet: String,
    mapping: ColumnMapping,
    /// The column of the sheet in which the table begins.
    first: u32,
    rows: std::vec::IntoIter<Row>,
    /// The number of the row that was read last, from 1, without the header.
    row: u64,
}

/// A row that has cells.
#[derive(Debug)]
struct Row {
    /// Its number in the sheet, from 0.
    number: u32,
    cells: Vec<(u32, Value)>,
}

impl XlsxReader {
    /// Reads the sheet.
    ///
    /// # Errors
    /// If the input cannot be read, is no XLSX file, has more cells than may be held, or no sheet has the columns that are
    /// needed.
    pub fn new<T: Read + Seek>(mut input: T, options: XlsxOptions) -> Result<Self, ReadError> {
        let fault = |message: String| ReadError::new("sheet", None, message);
        check_size(&mut input, options.limit).map_err(fault)?;
        input.rewind().map_err(|error| ReadError::io("sheet", None, error))?;
        let damaged = "the XLSX file is damaged: its parts do not fit together";
        unless_panics(damaged, || read(input, &options)).map_err(fault)
    }

    /// Says for the user which sheet was read, and which columns were taken for what.
    #[must_use]
    pub fn sentence(&self) -> String {
        format!("sheet {:?}: {}", self.sheet, self.mapping.sentence())
    }
}

impl Iterator for XlsxReader {
    type Item = Result<Document, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let Row { number, cells: given } = self.rows.next()?;
        self.row += 1;
        let line = u64::from(number) + 1;
        let mut cells = vec![Value::Null; self.mapping.len()];
        for (column, value) in given {
            let place = column.checked_sub(self.first).and_then(|column| cells.get_mut(column as usize));
            match place {
                Some(place) => *place = value,
                None => {
                    let message =
                        format!("the row has a cell in column {}, which the header does not name", letters(column));
                    return Some(Err(ReadError::new(self.row.to_string(), Some(line), message)));
                }
            }
        }
        Some(self.mapping.document(self.row, line, cells))
    }
}

/// The column as spreadsheets name it: A, B, ... Z, AA.
fn letters(column: u32) -> String {
    let mut letters = Vec::new();
    let mut rest = u64::from(column) + 1;
    while rest > 0 {
        rest -= 1;
        letters.push(char::from(b'A' + (rest % 26) as u8));
        rest /= 26;
    }
    letters.iter().rev().collect()
}

fn damaged(error: &dyn std::fmt::Display) -> String {
    format!("the XLSX file is damaged, or is none: {error}")
}

/// Unpacks all parts of the file, and keeps nothing: a small file may unpack to more than fits into the memory.
fn check_size(input: &mut (impl Read + Seek), limit: u64) -> Result<(), String> {
    let mut archive = zip::ZipArchive::new(input).map_err(|error| damaged(&error))?;
    let mut left = limit;
    for part in 0..archive.len() {
        let part = archive.by_index(part).map_err(|error| damaged(&error))?;
        let unpacked = io::copy(&mut part.take(left + 1), &mut io::sink()).map_err(|error| damaged(&error))?;
        left = left.checked_sub(unpacked).ok_or_else(|| {
            format!("the XLSX file unpacks to more than {limit} bytes, the most that is read: save it as CSV")
        })?;
    }
    Ok(())
}

/// Reads the first sheet that has the columns that are needed.
fn read<T: Read + Seek>(input: T, options: &XlsxOptions) -> Result<XlsxReader, String> {
    let mut book = Xlsx::new(input).map_err(|error| damaged(&error))?;
    let mut first_error = None;
    for sheet in book.sheet_names() {
        match open(&mut book, &sheet, options) {
            Ok(Some(reader)) => return Ok(reader),
            // A sheet without cells, or of another kind, such as a chart.
            Ok(None) | Err(Fault::Sheet(XlsxError::NotAWorksheet(_))) => {}
            Err(Fault::Columns(error)) => first_error = first_error.or(Some(error)),
            Err(Fault::Sheet(error)) => return Err(damaged(&error)),
            Err(Fault::TooMuch(message)) => return Err(message),
        }
    }
    Err(match first_error {
        Some(error) => error.to_string(),
        None => "the spreadsheet has no cells: the first row of a sheet must name the columns".into(),
    })
}

/// Why a sheet cannot be read.
enum Fault {
    Columns(ColumnError),
    Sheet(XlsxError),
    TooMuch(String),
}

impl From<XlsxError> for Fault {
    fn from(error: XlsxError) -> Self {
        Fault::Sheet(error)
    }
}

/// Reads a sheet if its first row is the header of a table. `None` means that it has no cells.
fn open<T: Read + Seek>(book: &mut Xlsx<T>, sheet: &str, options: &XlsxOptions) -> Result<Option<XlsxReader>, Fault> {
    let mut rows = Rows { reader: book.worksheet_cells_reader(sheet)?, next: None, left: options.limit, ended: false };
    let Some(header) = rows.next(options.limit)? else { return Ok(None) };
    let columns = || header.cells.iter().map(|(column, _)| *column);
    let (first, last) = (columns().min().unwrap_or(0), columns().max().unwrap_or(0));
    let width = (last - first) as usize + 1;
    if width > MOST_COLUMNS {
        let message = format!("the sheet {sheet:?} names {width} columns; the most that are read is {MOST_COLUMNS}");
        return Err(Fault::TooMuch(message));
    }
    let mut names = vec![String::new(); width];
    for (column, value) in header.cells {
        if let Some(name) = names.get_mut((column - first) as usize) {
            *name = match value {
                Value::String(name) => name.trim().to_owned(),
                value => value.to_string(),
            };
        }
    }
    let mapping = options.columns.find(&names).map_err(Fault::Columns)?;
    let mut table = Vec::new();
    while let Some(row) = rows.next(options.limit)? {
        table.push(row);
    }
    Ok(Some(XlsxReader { sheet: sheet.to_owned(), mapping, first, rows: table.into_iter(), row: 0 }))
}

/// The rows of a sheet that have cells, one after another.
struct Rows<'a, T: Read + Seek> {
    reader: calamine::XlsxCellReader<'a, T>,
    /// The first cell of the next row.
    next: Option<(u32, u32, Value)>,
    /// The bytes that the sheet may still have.
    left: u64,
    ended: bool,
}

impl<T: Read + Seek> Rows<'_, T> {
    fn next(&mut self, limit: u64) -> Result<Option<Row>, Fault> {
        let mut row: Option<Row> = None;
        loop {
            let cell = match self.next.take() {
                Some(cell) => Some(cell),
                None => self.cell(limit)?,
            };
            let Some((number, column, value)) = cell else { return Ok(row) };
            match &mut row {
                None => row = Some(Row { number, cells: vec![(column, value)] }),
                Some(row) if row.number == number => row.cells.push((column, value)),
                Some(_) => {
                    self.next = Some((number, column, value));
                    return Ok(row);
                }
            }
        }
    }

    /// The next cell that is not empty.
    fn cell(&mut self, limit: u64) -> Result<Option<(u32, u32, Value)>, Fault> {
        /// The memory that a cell takes beside its text.
        const CELL: u64 = 48;
        while !self.ended {
            let Some(cell) = self.reader.next_cell()? else {
                self.ended = true;
                break;
            };
            let value = value(cell.get_value());
            let length = match &value {
                Value::Null => continue,
                Value::String(text) => text.len() as u64,
                _ => 0,
            };
            self.left = self.left.checked_sub(CELL + length).ok_or_else(|| {
                let message = "the sheet has more than {} bytes in its cells, the most that is read: save it as CSV";
                Fault::TooMuch(message.replace("{}", &limit.to_string()))
            })?;
            let (row, column) = cell.get_position();
            return Ok(Some((row, column, value)));
        }
        Ok(None)
    }
}

/// A cell as JSON; null if it is empty or has an error.
fn value(cell: &DataRef<'_>) -> Value {
    match cell {
        DataRef::Empty | DataRef::Error(_) => Value::Null,
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => string(text),
        DataRef::SharedString(text) => string(text),
        DataRef::Bool(value) => Value::Bool(*value),
        DataRef::Int(value) => Value::Number((*value).into()),
        DataRef::Float(value) => number(*value),
        DataRef::DateTime(serial) if serial.is_datetime() => {
            let (year, month, day, hour, minute, second, _) = serial.to_ymd_hms_milli();
            let day = format!("{year:04}-{month:02}-{day:02}");
            Value::String(match (hour, minute, second) {
                (0, 0, 0) => day,
                (hour, minute, second) => format!("{day}T{hour:02}:{minute:02}:{second:02}"),
            })
        }
        DataRef::DateTime(serial) => number(serial.as_f64()),
    }
}

fn string(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { Value::String(text.to_owned()) }
}

/// A number, without a fraction if it has none: spreadsheets know only floats.
fn number(value: f64) -> Value {
    /// Larger ones are not exact.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    if value.fract() == 0.0 && value.abs() < EXACT {
        return Value::Number((value as i64).into());
    }
    Number::from_f64(value).map_or(Value::Null, Value::Number)
}

#[cfg(test)]
mod tests;
