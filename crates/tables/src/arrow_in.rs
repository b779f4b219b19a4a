//! Arrow batches in: a row is a document.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Schema};
use arrow_select::take::take;
use copydesk_core::Document;
use copydesk_formats::{ColumnMapping, Columns, LIMIT, ReadError};

use crate::csv::MOST_COLUMNS;
use crate::parquet_in::value;

/// Reads one document for each row of Arrow batches. Values become metadata and `meta` as those of a Parquet file do. The
/// line of a document is the number of its row, from 1.
///
/// ```
/// use std::sync::Arc;
///
/// use arrow_array::{ArrayRef, RecordBatch, StringArray};
/// use copydesk_formats::Columns;
/// use copydesk_tables::ArrowReader;
///
/// let column = |values: [&'static str; 2]| Arc::new(StringArray::from(values.to_vec())) as ArrayRef;
/// let batch = RecordBatch::try_from_iter([("url", column(["a", "b"])), ("body", column(["It rains.", "It pours."]))])?;
/// let columns = Columns { id: Some("url".into()), ..Columns::default() };
/// let mut reader = ArrowReader::new(&batch.schema(), &columns)?;
/// let documents: Vec<_> = reader.documents(&batch)?.collect::<Result<_, _>>()?;
/// assert_eq!((documents[1].id(), documents[1].text()), ("b", "It pours."));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct ArrowReader {
    mapping: ColumnMapping,
    /// The number of the row that was read last, from 1.
    row: u64,
}

impl ArrowReader {
    /// Finds the columns of a table.
    ///
    /// # Errors
    /// If there is no column with text, or one that was named is not there.
    pub fn new(schema: &Schema, columns: &Columns) -> Result<Self, ReadError> {
        let fault = |message: String| ReadError::new("schema", None, message);
        let fields = schema.fields();
        if fields.len() > MOST_COLUMNS {
            return Err(fault(format!(
                "the table has {} columns; the most that are read is {MOST_COLUMNS}",
                fields.len()
            )));
        }
        let names: Vec<&str> = fields.iter().map(|field| field.name().as_str()).collect();
        let fits = |column: usize| fields.get(column).is_some_and(|field| is_text(field.data_type()));
        // A column of missing values alone has the null type.
        let may = |column: usize| fields.get(column).is_some_and(|field| *field.data_type() == DataType::Null);
        let mapping = columns.find_among(&names, fits).or_else(|_| columns.find_among(&names, may));
        let mapping = mapping.map_err(|error| fault(error.to_string()))?;
        Ok(ArrowReader { mapping, row: 0 })
    }

    /// Says for the user which columns were taken for what.
    #[must_use]
    pub fn sentence(&self) -> String {
        self.mapping.sentence()
    }

    /// Reads the rows of a batch, the next of the table.
    ///
    /// # Errors
    /// If the batch is damaged, or has other columns than the table.
    pub fn documents<'r>(
        &'r mut self,
        batch: &RecordBatch,
    ) -> Result<impl Iterator<Item = Result<Document, ReadError>> + use<'r>, ReadError> {
        let fault = |message: String| ReadError::new(format!("{}", self.row + 1), Some(self.row + 1), message);
        if batch.num_columns() != self.mapping.len() {
            return Err(fault(format!(
                "a batch has {} columns in place of {}",
                batch.num_columns(),
                self.mapping.len()
            )));
        }
        let columns = batch.columns().iter().map(plain).collect::<Result<Vec<ArrayRef>, _>>();
        let columns = columns.map_err(|error| fault(error.to_string()))?;
        Ok((0..batch.num_rows()).map(move |row| self.document(&columns, row)))
    }

    fn document(&mut self, columns: &[ArrayRef], row: usize) -> Result<Document, ReadError> {
        self.row += 1;
        let mut left = LIMIT;
        let cells = columns.iter().map(|column| value::of(column, row, &mut left)).collect::<Option<Vec<_>>>();
        match cells {
            Some(cells) => self.mapping.document(self.row, self.row, cells),
            None => {
                let message = format!("the row is longer than {LIMIT} bytes, the most that is read");
                Err(ReadError::new(self.row.to_string(), Some(self.row), message))
            }
        }
    }
}

/// Returns true for types of text.
fn is_text(kind: &DataType) -> bool {
    match kind {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => true,
        DataType::Dictionary(_, values) => is_text(values),
        _ => false,
    }
}

/// A column of values, from one of numbers of values.
fn plain(column: &ArrayRef) -> Result<ArrayRef, arrow_schema::ArrowError> {
    match column.as_any_dictionary_opt() {
        Some(dictionary) => take(dictionary.values(), dictionary.keys(), None),
        None => Ok(Arc::clone(column)),
    }
}

#[cfg(test)]
mod tests {
    use arrow_array::types::Int32Type;
    use arrow_array::{DictionaryArray, Int64Array, LargeStringArray, StringViewArray, TimestampMillisecondArray};

    use super::*;

    #[test]
    fn rows_of_all_types_of_text() {
        let dictionary: DictionaryArray<Int32Type> = [Some("Herald"), None, Some("Herald")].into_iter().collect();
        let columns: [(&str, ArrayRef); 5] = [
            ("id", Arc::new(Int64Array::from(vec![7, 8, 9]))),
            ("body", Arc::new(StringViewArray::from(vec![Some("One."), None, Some("Three.")]))),
            ("title", Arc::new(LargeStringArray::from(vec!["A", "B", "C"]))),
            ("outlet", Arc::new(dictionary)),
            ("published", Arc::new(TimestampMillisecondArray::from(vec![0, 0, 86_400_000]))),
        ];
        let batch = RecordBatch::try_from_iter(columns).unwrap();
        let mut reader = ArrowReader::new(&batch.schema(), &Columns::default()).unwrap();
        let mut read: Vec<_> = reader.documents(&batch).unwrap().collect();
        let last = read.pop().unwrap().unwrap();
        assert_eq!((last.id(), last.text(), last.origin.line), ("9", "Three.", Some(3)));
        assert_eq!(last.metadata.outlet.as_deref(), Some("Herald"));
        assert_eq!(last.metadata.published.as_ref().map(|date| date.day()), Some("1970-01-02"));
        let error = read.pop().unwrap().unwrap_err();
        assert_eq!((error.id(), error.message()), ("8", "no text in column \"body\""));
        // Numbers of rows go on in the next batch.
        let next = reader.documents(&batch).unwrap().next().unwrap().unwrap();
        assert_eq!(next.origin.line, Some(4));
    }

    #[test]
    fn tables_without_text() {
        let batch = RecordBatch::try_from_iter([("n", Arc::new(Int64Array::from(vec![1])) as ArrayRef)]).unwrap();
        let error = ArrowReader::new(&batch.schema(), &Columns::default()).unwrap_err();
        assert!(error.message().starts_with("no column is known to hold the text"), "{error}");
    }
}
