//! Parquet in: a row is a document.

mod counts;
mod footer;
mod header;
mod input;
mod pages;
mod thrift;
pub(crate) mod value;

use std::sync::Arc;

use arrow_array::{RecordBatch, RecordBatchReader};
use arrow_schema::{DataType, Field, Fields};
use copydesk_core::Document;
use copydesk_formats::{ColumnMapping, Columns, LIMIT, ReadError};
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader, RowGroups};
use parquet::arrow::{ProjectionMask, parquet_to_arrow_field_levels};
use parquet::file::metadata::{PageIndexPolicy, ParquetMetaData, ParquetMetaDataReader};
use parquet::file::reader::ChunkReader;

use crate::csv::MOST_COLUMNS;
use crate::panics::unless_panics;
use input::Within;
use pages::{Budget, Groups};

/// How a Parquet file is read.
#[derive(Clone, Debug)]
pub struct ParquetOptions {
    /// The columns that the user named.
    pub columns: Columns,
    /// The most bytes that the values of one row may have.
    pub limit: usize,
}

impl Default for ParquetOptions {
    fn default() -> Self {
        ParquetOptions { columns: Columns::default(), limit: LIMIT }
    }
}

/// Rows that are decoded at once. A row is an article, so that more of them would only take memory.
const ROWS: usize = 256;

/// Reads one document for each row of a Parquet file. Row groups are read one after another, and pages one after another.
/// A row that is no document gives an error, and reading continues. If the file is damaged, an error ends it.
///
/// Numbers, booleans, lists and structs go to `meta` as JSON; dates and times as ISO 8601. The line of a document is the
/// number of its row, from 1.
///
/// A page is held as a whole, and may have 256 MiB after it is unpacked. A hostile file can make the pages of all columns
/// take 2 GiB together, and 256 rows of lists 512 MiB. A page that claims more, or more values than there are rows, is an
/// error.
///
/// ```
/// use bytes::Bytes;
/// use copydesk_core::{Article, Document};
/// use copydesk_formats::WriterOptions;
/// use copydesk_tables::{FORMATS, ParquetOptions, ParquetReader};
///
/// // A table of documents, as a run writes it.
/// let parquet = FORMATS.iter().find(|format| format.name == "parquet").ok_or("no Parquet")?;
/// let mut writer = (parquet.writer)(&WriterOptions { table: "documents", ..WriterOptions::default() });
/// let mut file = Vec::new();
/// writer.begin(&mut file)?;
/// writer.document(&Article::new(Document::new("a", "It rains.")?)?, &mut file)?;
/// writer.finish(&mut file)?;
///
/// let mut reader = ParquetReader::new(Bytes::from(file), ParquetOptions::default())?;
/// assert!(reader.sentence().starts_with("text from \"text\""));
/// assert_eq!(reader.next().ok_or("no row")??.text(), "It rains.");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct ParquetReader {
    batches: ParquetRecordBatchReader,
    budget: Budget,
    mapping: ColumnMapping,
    limit: usize,
    /// The rows that are decoded, and how many of them are done with.
    batch: Option<(RecordBatch, usize)>,
    /// The number of the row that was read last, from 1.
    row: u64,
    ended: bool,
}

impl ParquetReader {
    /// Opens a file, such as a [`File`](std::fs::File) or [`Bytes`](bytes::Bytes): reads its schema and finds the columns.
    ///
    /// # Errors
    /// If the input is no Parquet file, is damaged, or has not the columns that are needed.
    pub fn new<T: ChunkReader + 'static>(input: T, options: ParquetOptions) -> Result<Self, ReadError> {
        let input = Within::new(input);
        footer::check(&input).map_err(|message| ReadError::new("schema", None, message))?;
        let opened = unless_panics(UNFIT, || open(input));
        let Opened { batches, budget, names, is_text } =
            opened.map_err(|message| ReadError::new("schema", None, message))?;
        let fault = |message: String| ReadError::new("schema", None, message);
        let fits = |column: usize| is_text.get(column).copied().unwrap_or(false);
        let mapping = options.columns.find_among(&names, fits).map_err(|error| fault(error.to_string()))?;
        Ok(ParquetReader { batches, budget, mapping, limit: options.limit, batch: None, row: 0, ended: false })
    }

    /// Says for the user which columns were taken for what.
    #[must_use]
    pub fn sentence(&self) -> String {
        self.mapping.sentence()
    }

    /// Decodes rows if none are left. Returns false at the end.
    fn fill(&mut self) -> Result<bool, String> {
        loop {
            if let Some((batch, done)) = &self.batch
                && *done < batch.num_rows()
            {
                return Ok(true);
            }
            self.batch = None;
            self.budget.next_rows();
            let batches = &mut self.batches;
            let next = unless_panics(UNFIT, || match batches.next() {
                None => Ok(None),
                Some(Ok(batch)) => Ok(Some(batch)),
                Some(Err(error)) => Err(damaged(&error)),
            })?;
            match next {
                None => return Ok(false),
                Some(batch) => self.batch = Some((batch, 0)),
            }
        }
    }

    /// Makes the document of the next decoded row.
    fn document(&mut self) -> Option<Result<Document, ReadError>> {
        self.row += 1;
        let (batch, done) = self.batch.as_mut()?;
        let row = *done;
        *done += 1;
        let mut left = self.limit;
        let mut cells = Vec::with_capacity(batch.num_columns());
        for column in batch.columns() {
            match value::of(column, row, &mut left) {
                Some(cell) => cells.push(cell),
                None => {
                    let message = format!("the row is longer than {} bytes, the most that is read", self.limit);
                    return Some(Err(ReadError::new(self.row.to_string(), Some(self.row), message)));
                }
            }
        }
        Some(self.mapping.document(self.row, self.row, cells))
    }
}

impl Iterator for ParquetReader {
    type Item = Result<Document, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        match self.fill() {
            Ok(true) => self.document(),
            Ok(false) => {
                self.ended = true;
                None
            }
            Err(message) => {
                self.ended = true;
                let row = self.row + 1;
                Some(Err(ReadError::new(row.to_string(), Some(row), message)))
            }
        }
    }
}

/// What is said if the decoder panics.
const UNFIT: &str = "the Parquet file is damaged: its parts do not fit together";

/// Says what is wrong with a file. An error that the `parquet` crate marks as "NYI" is no damage.
fn damaged(error: &dyn std::fmt::Display) -> String {
    let error = error.to_string();
    // What the crates put before a message says no more.
    let message = ["Parquet argument error: ", "Parquet error: "]
        .iter()
        .fold(error.as_str(), |message, prefix| message.strip_prefix(prefix).unwrap_or(message));
    match message.strip_prefix("NYI: ") {
        Some(unsupported) => format!("the Parquet file cannot be read: {unsupported}"),
        None => format!("the Parquet file is damaged: {message}"),
    }
}

/// What is needed of an open file.
struct Opened {
    batches: ParquetRecordBatchReader,
    budget: Budget,
    /// The names of its columns, and which of them hold text.
    names: Vec<String>,
    is_text: Vec<bool>,
}

fn open<T: ChunkReader + 'static>(input: Within<T>) -> Result<Opened, String> {
    let reader = ParquetMetaDataReader::new()
        .with_column_index_policy(PageIndexPolicy::Skip)
        .with_offset_index_policy(PageIndexPolicy::Skip);
    let metadata = reader.parse_and_finish(&input).map_err(|error| damaged(&error))?;
    check_places(&metadata, input.length()).map_err(|message| damaged(&message))?;
    // Arrow's own schema, which some programs put beside Parquet's, is passed over: then there are fewer types, and
    // nothing that may contradict the columns.
    let plain = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let metadata = ArrowReaderMetadata::try_new(Arc::new(metadata), plain).map_err(|error| damaged(&error))?;
    let fields = metadata.schema().fields();
    if fields.len() > MOST_COLUMNS {
        return Err(format!("the file has {} columns; the most that are read is {MOST_COLUMNS}", fields.len()));
    }
    // Strings that point into a page do not grow with the number of rows, even if each is the same huge one.
    let views: Fields = fields.iter().map(with_views).collect();
    let schema = metadata.metadata().file_metadata().schema_descr();
    let levels = parquet_to_arrow_field_levels(schema, ProjectionMask::all(), Some(&views));
    let levels = levels.map_err(|error| damaged(&error))?;
    let groups = Groups::new(input, Arc::clone(metadata.metadata())).map_err(|error| damaged(&error))?;
    let rows = ROWS.min(groups.num_rows());
    let batches = ParquetRecordBatchReader::try_new_with_row_groups(&levels, &groups, rows, None);
    let batches = batches.map_err(|error| damaged(&error))?;
    let schema = batches.schema();
    let is_text =
        schema.fields().iter().map(|field| matches!(field.data_type(), DataType::Utf8View | DataType::BinaryView));
    Ok(Opened {
        names: schema.fields().iter().map(|field| field.name().clone()).collect(),
        is_text: is_text.collect(),
        budget: groups.budget(),
        batches,
    })
}

/// Checks that the parts of all columns lie within the file, and that the number of rows can be true.
fn check_places(metadata: &ParquetMetaData, length: u64) -> Result<(), &'static str> {
    // A few bytes can say of a column that it is empty a billion times. A row with a text takes a bit at least.
    let rows = metadata
        .row_groups()
        .iter()
        .try_fold(0_u64, |rows, group| rows.checked_add(u64::try_from(group.num_rows()).ok()?));
    if rows.is_none_or(|rows| rows / 8 > length) {
        return Err("it has more rows than its size allows");
    }
    for column in metadata.row_groups().iter().flat_map(|group| group.columns()) {
        let start = column.dictionary_page_offset().unwrap_or_else(|| column.data_page_offset());
        let numbers = [start, column.data_page_offset(), column.compressed_size(), column.num_values()];
        if numbers.iter().any(|number| *number < 0) {
            return Err("a size is negative");
        }
        if start.checked_add(column.compressed_size()).is_none_or(|end| end as u64 > length) {
            return Err("a column is outside the file; the file may have been cut");
        }
    }
    Ok(())
}

/// A field with its strings as views.
fn with_views(field: &Arc<Field>) -> Arc<Field> {
    let kind = match field.data_type() {
        DataType::Utf8 | DataType::LargeUtf8 => DataType::Utf8View,
        DataType::Binary | DataType::LargeBinary => DataType::BinaryView,
        DataType::List(item) => DataType::List(with_views(item)),
        DataType::LargeList(item) => DataType::LargeList(with_views(item)),
        DataType::Map(entries, sorted) => DataType::Map(with_views(entries), *sorted),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(with_views).collect()),
        _ => return Arc::clone(field),
    };
    Arc::new(field.as_ref().clone().with_data_type(kind))
}

#[cfg(test)]
mod tests;
