//! The footers of the groups that are written, and the one that ends the file.

use std::io::{self, Write};

use copydesk_formats::WriterOptions;
use parquet::arrow::ArrowSchemaConverter;
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::{
    FileMetaData, KeyValue, ParquetMetaData, ParquetMetaDataReader, ParquetMetaDataWriter, RowGroupMetaData,
};

use super::{MAGIC, failed};
use crate::batch::schema;
use crate::schema::Table;

/// What begins a state, with its version.
const STATE: &[u8] = b"copydesk parquet table 1\n";

/// The groups so far.
#[derive(Debug)]
pub(super) struct Footers {
    table: Table,
    /// Bytes of the output so far.
    position: u64,
    /// For each group the place of its chunks, as 8 bytes, the length of its footer, as 4, and the footer itself. Bytes are
    /// kept, not metadata, so that the end of a file that was interrupted is made from the same.
    groups: Vec<u8>,
    /// What the footer says of the file beside the schema.
    about: Vec<KeyValue>,
}

impl Footers {
    pub(super) fn new(table: Table, options: &WriterOptions) -> Self {
        let mut about = vec![
            KeyValue::new("copydesk.table".to_owned(), table.name().to_owned()),
            KeyValue::new("copydesk.offsets".to_owned(), options.unit.name().to_owned()),
        ];
        if let Some(provenance) = options.provenance.as_ref().filter(|_| options.parts.has("provenance")) {
            about.push(KeyValue::new("copydesk.provenance".to_owned(), provenance.get().to_owned()));
        }
        Footers { table, position: MAGIC.len() as u64, groups: Vec::new(), about }
    }

    /// Writes the chunks of a group, which is a file of its own, and keeps its footer.
    pub(super) fn add(&mut self, (file, metadata): (Vec<u8>, ParquetMetaData), out: &mut dyn Write) -> io::Result<()> {
        let columns = metadata.row_groups().iter().flat_map(RowGroupMetaData::columns);
        let Some(end) = columns.map(|column| column.byte_range()).map(|(start, length)| start + length).max() else {
            return Ok(());
        };
        /// The length of the footer and the magic number, after the footer.
        const TAIL: usize = 8;
        let chunks = file.get(MAGIC.len()..end as usize);
        let footer = file.get(end as usize..file.len().saturating_sub(TAIL));
        let (Some(chunks), Some(footer)) = (chunks, footer) else { return Err(failed("a group has no end")) };
        let length = u32::try_from(footer.len()).map_err(failed)?;
        out.write_all(chunks)?;
        self.groups.extend_from_slice(&self.position.to_le_bytes());
        self.groups.extend_from_slice(&length.to_le_bytes());
        self.groups.extend_from_slice(footer);
        self.position += chunks.len() as u64;
        Ok(())
    }

    /// Writes the footer of all groups.
    pub(super) fn finish(&self, out: &mut dyn Write) -> io::Result<()> {
        let metadata = self.metadata().map_err(failed)?;
        let mut footer = Vec::new();
        ParquetMetaDataWriter::new(&mut footer, &metadata).finish().map_err(failed)?;
        out.write_all(&footer)
    }

    fn metadata(&self) -> Result<ParquetMetaData> {
        let schema = ArrowSchemaConverter::new().convert(&schema(self.table.columns()))?;
        /// Of the Parquet format.
        const VERSION: i32 = 1;
        let mut groups = Vec::new();
        let mut rest = self.groups.as_slice();
        while !rest.is_empty() {
            let (place, footer, after) = first(rest).ok_or_else(|| ParquetError::General("a state is cut".into()))?;
            rest = after;
            for group in ParquetMetaDataReader::decode_metadata(footer)?.row_groups() {
                groups.push(moved(group, place)?);
            }
        }
        let rows = groups.iter().map(RowGroupMetaData::num_rows).sum();
        let by = format!("copydesk version {}", env!("CARGO_PKG_VERSION"));
        let about = Some(self.about.clone());
        let file = FileMetaData::new(VERSION, rows, Some(by), about, std::sync::Arc::new(schema), None);
        Ok(ParquetMetaData::new(file, groups))
    }

    /// What a writer needs to go on.
    pub(super) fn state(&self) -> Vec<u8> {
        let head = [STATE, self.table.name().as_bytes(), b"\n", &self.position.to_le_bytes()].concat();
        [head.as_slice(), &self.groups].concat()
    }

    pub(super) fn resume(&mut self, state: &[u8]) -> io::Result<()> {
        let wrong = || io::Error::new(io::ErrorKind::InvalidData, "the state is not one of this table");
        let rest = state.strip_prefix(STATE).ok_or_else(wrong)?;
        let rest = rest.strip_prefix(self.table.name().as_bytes()).and_then(|rest| rest.strip_prefix(b"\n"));
        let (position, groups) = rest.and_then(|rest| rest.split_first_chunk()).ok_or_else(wrong)?;
        let mut left = groups;
        while !left.is_empty() {
            (_, _, left) = first(left).ok_or_else(wrong)?;
        }
        self.position = u64::from_le_bytes(*position);
        self.groups = groups.to_vec();
        Ok(())
    }
}

/// Splits off the first group: its place, its footer, and the rest.
fn first(groups: &[u8]) -> Option<(u64, &[u8], &[u8])> {
    let (place, rest) = groups.split_first_chunk()?;
    let (length, rest) = rest.split_first_chunk()?;
    let (footer, rest) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    Some((u64::from_le_bytes(*place), footer, rest))
}

/// A group with its chunks at another place than behind the first magic number.
fn moved(group: &RowGroupMetaData, place: u64) -> Result<RowGroupMetaData> {
    let far = |_| ParquetError::General("the file is too large".into());
    let by = i64::try_from(place).map_err(far)? - MAGIC.len() as i64;
    // The number of a group in its file is left out: it is optional, and has 16 bits.
    let mut builder = RowGroupMetaData::builder(group.schema_descr_ptr())
        .set_num_rows(group.num_rows())
        .set_total_byte_size(group.total_byte_size())
        .set_file_offset(by + MAGIC.len() as i64);
    for column in group.columns() {
        let moved = column.clone().into_builder().set_data_page_offset(column.data_page_offset() + by);
        let dictionary = column.dictionary_page_offset().map(|offset| offset + by);
        builder = builder.add_column_metadata(moved.set_dictionary_page_offset(dictionary).build()?);
    }
    builder.build()
}
