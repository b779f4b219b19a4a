//! The footer of a Parquet file, looked at before the `parquet` crate builds its schema. That is done by recursion and with
//! room for as many children as a group says it has. So a small hostile file could exhaust the stack or the memory.
//!
//! The footer is a struct of Thrift's compact protocol
//! (<https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md>). Its field 2 is the list of the
//! schema's elements, in the order of a walk through the tree. Field 5 of an element is the number of its children
//! (<https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift>).

use parquet::file::reader::{ChunkReader, Length};

use super::input::Within;

/// Groups in groups deeper than this are refused.
const DEEPEST: usize = 32;

/// Structs and lists of Thrift in each other deeper than this are refused.
const NESTED: usize = 32;

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

/// Types of the compact protocol.
mod kind {
    pub(super) const STOP: u8 = 0;
    pub(super) const TRUE: u8 = 1;
    pub(super) const FALSE: u8 = 2;
    pub(super) const BYTE: u8 = 3;
    pub(super) const I16: u8 = 4;
    pub(super) const I32: u8 = 5;
    pub(super) const I64: u8 = 6;
    pub(super) const DOUBLE: u8 = 7;
    pub(super) const BINARY: u8 = 8;
    pub(super) const LIST: u8 = 9;
    pub(super) const SET: u8 = 10;
    pub(super) const STRUCT: u8 = 12;
}

/// The bytes that are left of a struct. All methods return `None` if the bytes make no sense.
struct Thrift<'a> {
    bytes: &'a [u8],
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

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(*first)
    }

    fn take(&mut self, count: usize) -> Option<()> {
        self.bytes = self.bytes.get(count..)?;
        Some(())
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        // Seven bits a byte: ten bytes have 64.
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn zigzag(&mut self) -> Option<i64> {
        let value = self.varint()?;
        Some((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    /// Reads the head of a field. Returns its type, and sets its id.
    fn field(&mut self, id: &mut i64) -> Option<u8> {
        let head = self.byte()?;
        let kind = head & 0x0F;
        if kind != kind::STOP {
            *id = match head >> 4 {
                0 => self.zigzag()?,
                delta => id.checked_add(delta.into())?,
            };
        }
        Some(kind)
    }

    /// Reads the head of a list: its length, and the type of its elements. Each element has a byte at least.
    fn list(&mut self) -> Option<(usize, u8)> {
        let head = self.byte()?;
        let length = match head >> 4 {
            15 => usize::try_from(self.varint()?).ok()?,
            length => length.into(),
        };
        (length <= self.bytes.len()).then_some((length, head & 0x0F))
    }

    fn skip(&mut self, kind: u8, deep: usize) -> Option<()> {
        let deep = deep.checked_sub(1)?;
        match kind {
            // The type of a field is the value; in a list a byte follows, see below.
            kind::TRUE | kind::FALSE => Some(()),
            kind::BYTE => self.take(1),
            kind::I16 | kind::I32 | kind::I64 => self.varint().map(|_| ()),
            kind::DOUBLE => self.take(8),
            kind::BINARY => {
                let length = usize::try_from(self.varint()?).ok()?;
                self.take(length)
            }
            kind::LIST | kind::SET => {
                let (length, element) = self.list()?;
                (0..length).try_for_each(|_| match element {
                    kind::TRUE | kind::FALSE => self.take(1),
                    element => self.skip(element, deep),
                })
            }
            kind::STRUCT => {
                let mut id = 0;
                loop {
                    match self.field(&mut id)? {
                        kind::STOP => return Some(()),
                        field => self.skip(field, deep)?,
                    }
                }
            }
            // Parquet has no maps.
            _ => None,
        }
    }
}
