//! The footer of a Parquet file, looked at before the `parquet` crate builds its schema. That is done by recursion and with
//! room for as many children as a group says it has. So a small hostile file could exhaust the stack or the memory.
//!
//! The footer is a struct of Thrift. Its field 2 is the list of the schema's elements, in the order of a walk through the
//! tree. Field 5 of an element is the number of its children
//! (<https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift>).

use parquet::file::reader::{ChunkReader, Length};

use super::input::Within;
use super::thrift::{NESTED, Thrift, kind};

/// Groups in groups deeper than this are refused.
const DEEPEST: usize = 32;

const MAGIC: &[u8; 4] = b"PAR1";

/// Checks the beginning, the end and the schema of a file.
pub(super) fn check<T: ChunkReader>(input: &Within<T>) -> Result<(), String> {
    /// The length of the footer, and the magic number.
    const TAIL: usize = 8;
    let cut = || "the Parquet file is cut or is no Parquet file: its end is missing".to_owned();
    let length = input.len();
    let tail_at = length.checked_sub(TAIL as u64).ok_or_else(cut)?;
    let tail = input.get_bytes(tail_at, TAIL).map_err(|error| error.to_string())?;
    let (footer, magic) = tail.split_at_checked(4).ok_or_else(cut)?;
    if magic == b"PARE" {
        return Err("the Parquet file is encrypted, which cannot be read".into());
    }
    let footer = footer.try_into().map(u32::from_le_bytes).map_err(|_| cut())?;
    let start = tail_at.checked_sub(footer.into()).filter(|start| magic == MAGIC && *start >= MAGIC.len() as u64);
    let start = start.ok_or_else(cut)?;
    let footer = input.get_bytes(start, footer as usize).map_err(|error| error.to_string())?;
    Thrift { bytes: &footer }.footer().ok_or_else(|| "the Parquet file is damaged: its schema makes no sense".into())
}

impl Thrift<'_> {
    /// Walks through the footer, and checks its schema. There may be two, of which either may count.
    fn footer(&mut self) -> Option<()> {
        const SCHEMA: i64 = 2;
        let (mut id, mut found) = (0, false);
        loop {
            match self.field(&mut id)? {
                kind::STOP => return found.then_some(()),
                kind::LIST if id == SCHEMA => {
                    self.schema()?;
                    found = true;
                }
                kind => self.skip(kind, NESTED)?,
            }
        }
    }

    /// Checks that the numbers of children make a tree that is not too deep.
    fn schema(&mut self) -> Option<()> {
        let (elements, element) = self.list()?;
        if element != kind::STRUCT {
            return None;
        }
        // For each open group, how many children are to come.
        let mut open: Vec<usize> = Vec::new();
        for place in 0..elements {
            match open.last_mut() {
                Some(left) => *left -= 1,
                None if place == 0 => {}
                None => return None,
            }
            let children = self.children()?;
            if children > elements {
                return None;
            }
            if children > 0 {
                open.push(children);
            }
            while open.last() == Some(&0) {
                open.pop();
            }
            if open.len() > DEEPEST {
                return None;
            }
        }
        open.is_empty().then_some(())
    }

    /// Walks through an element of the schema. Returns the number of its children.
    fn children(&mut self) -> Option<usize> {
        const CHILDREN: i64 = 5;
        let (mut id, mut children) = (0, 0);
        loop {
            match self.field(&mut id)? {
                kind::STOP => return Some(children),
                kind::I32 if id == CHILDREN => children = usize::try_from(self.zigzag()?).ok()?,
                other => self.skip(other, NESTED)?,
            }
        }
    }
}
