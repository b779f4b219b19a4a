//! The rows of one group, encoded as they come.

use std::io;
use std::sync::Arc;

use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::ParquetMetaData;
use parquet::file::properties::{EnabledStatistics, WriterProperties};

use super::failed;
use crate::batch::Batch;
use crate::rows::Cells;
use crate::schema::Table;

/// Rows are encoded when there are so many,
const ROWS: usize = 8_192;

/// or when they have so many bytes of text.
const BYTES: usize = 8 << 20;

/// The level at which zstd packs about as well as it can at a speed that does not count beside the analysis.
const LEVEL: i32 = 3;

/// A Parquet file in memory, with one group of rows.
pub(super) struct Group {
    writer: ArrowWriter<Vec<u8>>,
    /// Rows that are not yet encoded.
    batch: Batch,
    failed: Option<ParquetError>,
}

impl std::fmt::Debug for Group {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Group").field("rows", &self.batch.rows()).finish_non_exhaustive()
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
        let batch = Batch::new(table.columns());
        let writer =
            ArrowWriter::try_new_with_options(Vec::new(), Arc::clone(batch.schema()), options).map_err(failed)?;
        Ok(Group { writer, batch, failed: None })
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
        if self.batch.rows() == 0 {
            return;
        }
        let batch = self.batch.take().map_err(ParquetError::from);
        if let Err(error) = batch.and_then(|batch| self.writer.write(&batch)) {
            self.failed.get_or_insert(error);
        }
    }
}

impl Cells for Group {
    fn text(&mut self, value: Option<&str>) {
        self.batch.text(value);
    }

    fn whole(&mut self, value: Option<u32>) {
        self.batch.whole(value);
    }

    fn long(&mut self, value: Option<u64>) {
        self.batch.long(value);
    }

    fn float(&mut self, value: Option<f32>) {
        self.batch.float(value);
    }

    fn flag(&mut self, value: Option<bool>) {
        self.batch.flag(value);
    }

    fn end(&mut self) {
        self.batch.end();
        if self.batch.rows() >= ROWS || self.batch.bytes() >= BYTES {
            self.encode();
        }
    }
}
