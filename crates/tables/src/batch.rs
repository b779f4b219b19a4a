//! The rows of a table as columns of Arrow.

use std::sync::Arc;

use arrow_array::builder::{BooleanBuilder, Float32Builder, Int32Builder, Int64Builder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};

use crate::rows::Cells;
use crate::schema::{Column, Kind};

/// A longer text is left out: Arrow counts the bytes of a column in 31 bits.
const LONGEST: usize = 1 << 30;

/// Returns the columns of a table as Arrow's. Every value may be null.
pub(crate) fn schema(columns: &[Column]) -> SchemaRef {
    let field = |column: &Column| {
        let kind = match column.kind {
            Kind::Text => DataType::Utf8,
            Kind::Whole => DataType::Int32,
            Kind::Long => DataType::Int64,
            Kind::Float => DataType::Float32,
            Kind::Flag => DataType::Boolean,
        };
        Field::new(column.name, kind, true)
    };
    Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<Field>>()))
}

/// The cells of one column.
#[derive(Debug)]
enum Builder {
    Text(StringBuilder),
    Whole(Int32Builder),
    Long(Int64Builder),
    Float(Float32Builder),
    Flag(BooleanBuilder),
}

/// Rows that become a batch of Arrow.
#[derive(Debug)]
pub(crate) struct Batch {
    schema: SchemaRef,
    builders: Vec<Builder>,
    /// The column of the next cell.
    column: usize,
    rows: usize,
    bytes: usize,
}

impl Batch {
    pub(crate) fn new(columns: &[Column]) -> Self {
        let builder = |column: &Column| match column.kind {
            Kind::Text => Builder::Text(StringBuilder::new()),
            Kind::Whole => Builder::Whole(Int32Builder::new()),
            Kind::Long => Builder::Long(Int64Builder::new()),
            Kind::Float => Builder::Float(Float32Builder::new()),
            Kind::Flag => Builder::Flag(BooleanBuilder::new()),
        };
        let builders = columns.iter().map(builder).collect();
        Batch { schema: schema(columns), builders, column: 0, rows: 0, bytes: 0 }
    }

    pub(crate) fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Returns the number of rows.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// Returns the bytes of text in the rows.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Takes the rows out.
    ///
    /// # Errors
    /// If the cells of a row were of other kinds than its columns.
    pub(crate) fn take(&mut self) -> Result<RecordBatch, ArrowError> {
        (self.rows, self.bytes) = (0, 0);
        let array = |builder: &mut Builder| -> ArrayRef {
            match builder {
                Builder::Text(builder) => Arc::new(builder.finish()),
                Builder::Whole(builder) => Arc::new(builder.finish()),
                Builder::Long(builder) => Arc::new(builder.finish()),
                Builder::Float(builder) => Arc::new(builder.finish()),
                Builder::Flag(builder) => Arc::new(builder.finish()),
            }
        };
        let arrays = self.builders.iter_mut().map(array).collect();
        RecordBatch::try_new(Arc::clone(&self.schema), arrays)
    }

    /// Fills the rest of the row with nulls, but for the column `last`.
    pub(crate) fn skip_to(&mut self, last: usize) {
        while self.column < last {
            match self.next() {
                Some(Builder::Text(builder)) => builder.append_null(),
                Some(Builder::Whole(builder)) => builder.append_null(),
                Some(Builder::Long(builder)) => builder.append_null(),
                Some(Builder::Float(builder)) => builder.append_null(),
                Some(Builder::Flag(builder)) => builder.append_null(),
                None => return,
            }
        }
    }

    /// The builder of the next cell. If it is of another kind than the cell, the row gets an error when its columns turn
    /// out to differ in length.
    fn next(&mut self) -> Option<&mut Builder> {
        self.column += 1;
        self.builders.get_mut(self.column - 1)
    }
}

impl Cells for Batch {
    fn text(&mut self, value: Option<&str>) {
        let value = value.filter(|text| text.len() <= LONGEST);
        self.bytes += value.map_or(0, str::len);
        if let Some(Builder::Text(builder)) = self.next() {
            builder.append_option(value);
        }
    }

    fn whole(&mut self, value: Option<u32>) {
        if let Some(Builder::Whole(builder)) = self.next() {
            builder.append_option(value.and_then(|value| i32::try_from(value).ok()));
        }
    }

    fn long(&mut self, value: Option<u64>) {
        if let Some(Builder::Long(builder)) = self.next() {
            builder.append_option(value.and_then(|value| i64::try_from(value).ok()));
        }
    }

    fn float(&mut self, value: Option<f32>) {
        if let Some(Builder::Float(builder)) = self.next() {
            builder.append_option(value.filter(|value| value.is_finite()));
        }
    }

    fn flag(&mut self, value: Option<bool>) {
        if let Some(Builder::Flag(builder)) = self.next() {
            builder.append_option(value);
        }
    }

    fn end(&mut self) {
        self.column = 0;
        self.rows += 1;
    }
}
