//! Tables of results as Arrow batches, for programs that take them from memory.

use arrow_array::RecordBatch;
use arrow_schema::{ArrowError, SchemaRef};
use copydesk_core::{Article, OffsetUnit};
use copydesk_formats::DocumentError;

use crate::batch::Batch;
use crate::rows::{Cells, Rows};
use crate::schema::{Column, Kind, Table};

/// The column that [`TableBuilder::with_errors`] adds.
const ERROR: Column = Column { name: "error", kind: Kind::Text, meaning: "Why the document has no result." };

/// Collects the rows of one table, and gives them as Arrow batches. The columns are those of the Parquet table.
///
/// ```
/// use copydesk_core::{Article, Document, OffsetUnit};
/// use copydesk_tables::{Table, TableBuilder};
///
/// let mut builder = TableBuilder::new(Table::Documents, OffsetUnit::Char);
/// builder.article(&Article::new(Document::new("a", "It rains.")?)?);
/// let batch = builder.take()?;
/// assert_eq!((batch.num_rows(), batch.num_columns()), (1, Table::Documents.columns().len()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct TableBuilder {
    rows: Rows,
    batch: Batch,
    /// The number of the column of errors, if there is one after those of the table.
    error: Option<usize>,
}

impl TableBuilder {
    /// Returns a builder without rows.
    #[must_use]
    pub fn new(table: Table, unit: OffsetUnit) -> Self {
        TableBuilder { rows: Rows::new(table, unit, true), batch: Batch::new(table.columns()), error: None }
    }

    /// Adds a last column `error`. A document without a result then has a row, with its id and the reason alone. The
    /// table of documents has such a column already.
    ///
    /// ```
    /// use copydesk_core::OffsetUnit;
    /// use copydesk_formats::DocumentError;
    /// use copydesk_tables::{Table, TableBuilder};
    ///
    /// let mut builder = TableBuilder::new(Table::Quotes, OffsetUnit::Char).with_errors();
    /// builder.error(&DocumentError { id: "a".into(), message: "no text".into(), ..DocumentError::default() });
    /// assert_eq!(builder.take()?.num_rows(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn with_errors(mut self) -> Self {
        if self.rows.table != Table::Documents {
            let columns = self.rows.table.columns();
            self.error = Some(columns.len());
            self.batch = Batch::new(&[columns, &[ERROR]].concat());
        }
        self
    }

    /// Returns the columns.
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        SchemaRef::clone(self.batch.schema())
    }

    /// Adds the rows of an article.
    pub fn article(&mut self, article: &Article) {
        match self.error {
            None => self.rows.article(article, &mut self.batch),
            Some(_) => self.rows.article(article, &mut WithoutError(&mut self.batch)),
        }
    }

    /// Adds the row of a document that has no result, if the table has one for it.
    pub fn error(&mut self, error: &DocumentError) {
        match self.error {
            None => self.rows.error(error, &mut self.batch),
            Some(column) => {
                self.batch.text(Some(&error.id));
                self.batch.skip_to(column);
                self.batch.text(Some(&error.message));
                self.batch.end();
            }
        }
    }

    /// Returns the number of rows that are there.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.batch.rows()
    }

    /// Returns the bytes of text in these rows. A column of Arrow holds less than two gigabytes: take the rows before.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.batch.bytes()
    }

    /// Takes the rows out as a batch.
    ///
    /// # Errors
    /// If the rows do not fit the columns, which is an error of this program.
    pub fn take(&mut self) -> Result<RecordBatch, ArrowError> {
        self.batch.take()
    }
}

/// Rows of articles, with nothing in the column of errors.
struct WithoutError<'b>(&'b mut Batch);

impl Cells for WithoutError<'_> {
    fn text(&mut self, value: Option<&str>) {
        self.0.text(value);
    }

    fn whole(&mut self, value: Option<u32>) {
        self.0.whole(value);
    }

    fn long(&mut self, value: Option<u64>) {
        self.0.long(value);
    }

    fn float(&mut self, value: Option<f32>) {
        self.0.float(value);
    }

    fn flag(&mut self, value: Option<bool>) {
        self.0.flag(value);
    }

    fn end(&mut self) {
        self.0.text(None);
        self.0.end();
    }
}
