//! The rows of one group, encoded as they come.

use std::io;
use std::sync::Arc;

use arrow_array::builder::{BooleanBuilder, Float32Builder, Int32Builder, Int64Builder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{DataType, Field, Schema, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::ParquetMetaData;
use parquet::file::properties::{EnabledStatistics, WriterProperties};

use super::failed;
use crate::rows::Cells;
use crate::schema::{Kind, Table};

/// Rows are encoded when there are so many,
const ROWS: usize = 8_192;

/// or when they have so many bytes of text.
const BYTES: usize = 8 << 20;

/// A longer text is left out: Arrow counts the bytes of a column in 31 bits.
const LONGEST: usize = 1 << 30;

/// The level at which zstd packs about as well as it can at a speed that does not count beside the analysis.
const LEVEL: i32 = 3;

/// Returns the columns of a table as Arrow's. Every value may be null.
pub(super) fn schema(table: Table) -> SchemaRef {
    let field = |column: &crate::schema::Column| {
        let kind = match column.kind {
            Kind::Text => DataType::Utf8,
            Kind::Whole => DataType::Int32,
            Kind::Long => DataType::Int64,
            Kind::Float => DataType::Float32,
            Kind::Flag => DataType::Boolean,
        };
        Field::new(column.name, kind, true)
    };
    Arc::new(Schema::new(table.columns().iter().map(field).collect::<Vec<Field>>()))
}

/// The cells of one column that are not yet encoded.
#[derive(Debug)]
enum Builder {
    Text(StringBuilder),
    Whole(Int32Builder),
    Long(Int64Builder),
    Float(Float32Builder),
    Flag(BooleanBuilder),
}

/// A Parquet file in memory, with one group of rows.
pub(super) struct Group {
    writer: ArrowWriter<Vec<u8>>,
    schema: SchemaRef,
    builders: Vec<Builder>,
    /// The column of the next cell.
    column: usize,
    /// Rows and bytes of text that are not yet encoded.
    rows: usize,
    bytes: usize,
    failed: Option<ParquetError>,
}

impl std::fmt::Debug for Group {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Group").field("rows", &self.rows).field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

impl Group {
    pub(super) fn new(table: Table) -> io::Result<Self> {
        let level = ZstdLevel::try_new(LEVEL).map_err(failed)?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(level))
            .set_max_row_group_row_count(None)
            // The indexes of pages would stand after the groups, and have no place in what is kept of a group.
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_offset_index_disabled(true);
        // Without Arrow's schema beside Parquet's, the footer of each group is smaller. These types need none.
        let options = ArrowWriterOptions::new().with_properties(properties.build()).with_skip_arrow_metadata(true);
        let schema = schema(table);
        let writer = ArrowWriter::try_new_with_options(Vec::new(), Arc::clone(&schema), options).map_err(failed)?;
        let builder = |column: &crate::schema::Column| match column.kind {
            Kind::Text => Builder::Text(StringBuilder::new()),
            Kind::Whole => Builder::Whole(Int32Builder::new()),
            Kind::Long => Builder::Long(Int64Builder::new()),
            Kind::Float => Builder::Float(Float32Builder::new()),
            Kind::Flag => Builder::Flag(BooleanBuilder::new()),
        };
        let builders = table.columns().iter().map(builder).collect();
        Ok(Group { writer, schema, builders, column: 0, rows: 0, bytes: 0, failed: None })
    }

    /// Returns the first error of the cells so far.
    pub(super) fn check(&mut self) -> io::Result<()> {
        self.failed.take().map_or(Ok(()), |error| Err(failed(error)))
    }

    /// Ends the file.
    pub(super) fn file(mut self) -> io::Result<(Vec<u8>, ParquetMetaData)> {
        self.encode();
        self.check()?;
        let metadata = self.writer.finish().map_err(failed)?;
        Ok((std::mem::take(self.writer.inner_mut()), metadata))
    }

    /// Encodes the rows that are there.
    fn encode(&mut self) {
        if self.rows == 0 {
            return;
        }
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
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), arrays).map_err(ParquetError::from);
        if let Err(error) = batch.and_then(|batch| self.writer.write(&batch)) {
            self.failed.get_or_insert(error);
        }
    }

    /// The builder of the next cell. If it is of another kind than the cell, the row gets an error when its columns turn
    /// out to differ in length.
    fn next(&mut self) -> Option<&mut Builder> {
        self.column += 1;
        self.builders.get_mut(self.column - 1)
    }
}

impl Cells for Group {
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
        if self.rows >= ROWS || self.bytes >= BYTES {
            self.encode();
        }
    }
}
