//! Sorts more than memory holds: sorted runs on the disk, merged as they are read.

use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Seek, Write};
use std::path::{Path, PathBuf};

/// A key and what belongs to it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Pair {
    pub(crate) key: Vec<u8>,
    pub(crate) body: Vec<u8>,
}

/// The runs that are merged at once: each has a file and a buffer.
const FAN_IN: usize = 64;

/// The level of Zstandard: the fastest that still packs text well.
const LEVEL: i32 = 1;

/// The longest key or body that is read: a length beyond it is damage.
const LONGEST: usize = 128 << 20;

/// Takes pairs in any order, and gives them in ascending order of key and body.
#[derive(Debug)]
pub(crate) struct Sorter {
    /// The bytes that are held before they become a run.
    limit: usize,
    folder: Option<PathBuf>,
    bytes: Vec<u8>,
    /// Start, end of the key and end of the body in `bytes`.
    places: Vec<[usize; 3]>,
    runs: Vec<Spool>,
}

impl Sorter {
    /// Returns a sorter that holds about `limit` bytes. Runs are in `folder`, or in that of the system.
    pub(crate) fn new(limit: usize, folder: Option<&Path>) -> Self {
        let folder = folder.map(Path::to_path_buf);
        Sorter { limit, folder, bytes: Vec::new(), places: Vec::new(), runs: Vec::new() }
    }

    pub(crate) fn push(&mut self, key: &[u8], body: &[u8]) -> io::Result<()> {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(key);
        let middle = self.bytes.len();
        self.bytes.extend_from_slice(body);
        self.places.push([start, middle, self.bytes.len()]);
        if self.bytes.len() + size_of_val(self.places.as_slice()) >= self.limit { self.spill() } else { Ok(()) }
    }

    fn sort(&mut self) {
        let bytes = &self.bytes;
        self.places.sort_unstable_by(|a, b| pair(bytes, a).cmp(&pair(bytes, b)));
    }

    fn spill(&mut self) -> io::Result<()> {
        self.sort();
        let mut run = SpoolWriter::new(self.folder.as_deref())?;
        for place in &self.places {
            let (key, body) = pair(&self.bytes, place);
            run.push(key, body)?;
        }
        self.bytes.clear();
        self.places.clear();
        self.runs.push(run.finish()?);
        if self.runs.len() >= FAN_IN {
            let mut merged = SpoolWriter::new(self.folder.as_deref())?;
            let mut runs = Merge::of(std::mem::take(&mut self.runs))?;
            while let Some(pair) = runs.next()? {
                merged.push(&pair.key, &pair.body)?;
            }
            self.runs.push(merged.finish()?);
        }
        Ok(())
    }

    /// Returns all pairs in order.
    pub(crate) fn finish(mut self) -> io::Result<Sorted> {
        if self.runs.is_empty() {
            self.sort();
            return Ok(Sorted::Memory { bytes: self.bytes, places: self.places.into_iter() });
        }
        if !self.places.is_empty() {
            self.spill()?;
        }
        Ok(Sorted::Runs(Merge::of(self.runs)?))
    }
}

fn pair<'b>(bytes: &'b [u8], &[start, middle, end]: &[usize; 3]) -> (&'b [u8], &'b [u8]) {
    (bytes.get(start..middle).unwrap_or_default(), bytes.get(middle..end).unwrap_or_default())
}

/// Pairs in order.
#[derive(Debug)]
pub(crate) enum Sorted {
    Memory { bytes: Vec<u8>, places: std::vec::IntoIter<[usize; 3]> },
    Runs(Merge),
}

impl Sorted {
    /// Returns the next pair.
    pub(crate) fn next(&mut self) -> io::Result<Option<Pair>> {
        match self {
            Sorted::Memory { bytes, places } => Ok(places.next().map(|place| {
                let (key, body) = pair(bytes, &place);
                Pair { key: key.to_vec(), body: body.to_vec() }
            })),
            Sorted::Runs(runs) => runs.next(),
        }
    }
}

/// The merge of sorted runs.
#[derive(Debug)]
pub(crate) struct Merge {
    runs: Vec<SpoolReader>,
    heads: BinaryHeap<Reverse<(Pair, usize)>>,
}

impl Merge {
    fn of(spools: Vec<Spool>) -> io::Result<Self> {
        let mut merge = Merge { runs: Vec::new(), heads: BinaryHeap::new() };
        for spool in spools {
            merge.runs.push(spool.read()?);
            merge.advance(merge.runs.len() - 1)?;
        }
        Ok(merge)
    }

    fn advance(&mut self, run: usize) -> io::Result<()> {
        let Some(reader) = self.runs.get_mut(run) else { return Ok(()) };
        let mut pair = Pair::default();
        if reader.next(&mut pair)? {
            self.heads.push(Reverse((pair, run)));
        }
        Ok(())
    }

    fn next(&mut self) -> io::Result<Option<Pair>> {
        let Some(Reverse((pair, run))) = self.heads.pop() else { return Ok(None) };
        self.advance(run)?;
        Ok(Some(pair))
    }
}

/// A sequence of pairs in a temporary file. It is gone when the last reader is.
#[derive(Debug)]
pub(crate) struct Spool {
    file: File,
}

impl Spool {
    /// Reads it from the beginning. One reader at a time.
    pub(crate) fn read(&self) -> io::Result<SpoolReader> {
        let mut file = self.file.try_clone()?;
        file.rewind()?;
        FrameReader::new(file)
    }
}

/// Writes a spool.
pub(crate) type SpoolWriter = FrameWriter<File>;
/// Reads a spool.
pub(crate) type SpoolReader = FrameReader<File>;

impl SpoolWriter {
    pub(crate) fn new(folder: Option<&Path>) -> io::Result<Self> {
        let file = match folder {
            Some(folder) => tempfile::tempfile_in(folder)?,
            None => tempfile::tempfile()?,
        };
        FrameWriter::over(file)
    }

    pub(crate) fn finish(self) -> io::Result<Spool> {
        Ok(Spool { file: self.end()? })
    }
}

/// Writes pairs as frames: the length of the key and of the body as little-endian 32-bit numbers, the key, the body. All
/// of it is one stream of Zstandard (RFC 8878) with a checksum.
pub(crate) struct FrameWriter<W: Write> {
    out: BufWriter<zstd::Encoder<'static, W>>,
}

impl<W: Write> std::fmt::Debug for FrameWriter<W> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FrameWriter").finish_non_exhaustive()
    }
}

impl<W: Write> FrameWriter<W> {
    pub(crate) fn over(out: W) -> io::Result<Self> {
        let mut encoder = zstd::Encoder::new(out, LEVEL)?;
        encoder.include_checksum(true)?;
        Ok(FrameWriter { out: BufWriter::new(encoder) })
    }

    pub(crate) fn push(&mut self, key: &[u8], body: &[u8]) -> io::Result<()> {
        for part in [key, body] {
            let length = u32::try_from(part.len()).ok().filter(|length| *length as usize <= LONGEST);
            let length = length.ok_or_else(|| io::Error::other("a record is longer than 128 MiB"))?;
            self.out.write_all(&length.to_le_bytes())?;
        }
        self.out.write_all(key)?;
        self.out.write_all(body)
    }

    pub(crate) fn end(self) -> io::Result<W> {
        self.out.into_inner().map_err(io::IntoInnerError::into_error)?.finish()
    }
}

/// Reads frames.
pub(crate) struct FrameReader<R: Read> {
    input: BufReader<zstd::Decoder<'static, BufReader<R>>>,
}

impl<R: Read> std::fmt::Debug for FrameReader<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FrameReader").finish_non_exhaustive()
    }
}

impl<R: Read> FrameReader<R> {
    pub(crate) fn new(input: R) -> io::Result<Self> {
        Ok(FrameReader { input: BufReader::new(zstd::Decoder::new(input)?) })
    }

    /// Reads the next pair into `pair`. Returns false at the end.
    pub(crate) fn next(&mut self, pair: &mut Pair) -> io::Result<bool> {
        let mut lengths = [0; 8];
        let read = self.input.read(&mut lengths)?;
        if read == 0 {
            return Ok(false);
        }
        self.input.read_exact(lengths.get_mut(read..).unwrap_or_default())?;
        let [a, b, c, d, e, f, g, h] = lengths;
        for (part, length) in [(&mut pair.key, [a, b, c, d]), (&mut pair.body, [e, f, g, h])] {
            let length = u32::from_le_bytes(length) as usize;
            if length > LONGEST {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "a length is out of range"));
            }
            part.clear();
            // A wrong length must not take memory that no data fills.
            let read = (&mut self.input).take(length as u64).read_to_end(part)?;
            if read < length {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(true)
    }
}

/// Keeps the `most` smallest of what it sees.
#[derive(Debug)]
pub(crate) struct Smallest<T> {
    most: usize,
    heap: BinaryHeap<T>,
}

impl<T: Ord> Smallest<T> {
    pub(crate) fn new(most: usize) -> Self {
        Smallest { most, heap: BinaryHeap::new() }
    }

    pub(crate) fn push(&mut self, item: T) {
        if self.heap.len() < self.most {
            self.heap.push(item);
        } else if let Some(mut largest) = self.heap.peek_mut()
            && item.cmp(&largest) == Ordering::Less
        {
            *largest = item;
        }
    }

    pub(crate) fn into_sorted(self) -> Vec<T> {
        self.heap.into_sorted_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(limit: usize, pairs: &[(u32, u32)]) -> Vec<(u32, u32)> {
        let mut sorter = Sorter::new(limit, None);
        for (key, body) in pairs {
            sorter.push(&key.to_be_bytes(), &body.to_be_bytes()).expect("a push");
        }
        let mut sorted = sorter.finish().expect("an end");
        let number = |bytes: Vec<u8>| u32::from_be_bytes(bytes.try_into().expect("four bytes"));
        let mut found = Vec::new();
        while let Some(pair) = sorted.next().expect("a pair") {
            found.push((number(pair.key), number(pair.body)));
        }
        found
    }

    #[test]
    fn any_limit_gives_the_same_order() {
        let pairs: Vec<(u32, u32)> = (0..3_000_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 20, at % 7)).collect();
        let mut expected = pairs.clone();
        expected.sort_unstable();
        // The smallest limit makes a run of each pair, and merges runs many times.
        for limit in [1, 1_000, 1 << 20] {
            assert_eq!(sorted(limit, &pairs), expected, "{limit}");
        }
        assert_eq!(sorted(1, &[]), []);
    }

    #[test]
    fn damage_is_an_error() {
        let mut writer = FrameWriter::over(Vec::new()).expect("a writer");
        writer.push(b"key", b"body").expect("a pair");
        let bytes = writer.end().expect("bytes");
        for end in 1..bytes.len() {
            let reader = FrameReader::new(&bytes[..end]);
            let read = reader.and_then(|mut reader| {
                let mut pair = Pair::default();
                while reader.next(&mut pair)? {}
                Ok(())
            });
            assert!(read.is_err(), "{end} of {}", bytes.len());
        }
    }

    #[test]
    fn the_smallest_are_kept() {
        let mut smallest = Smallest::new(3);
        [5, 1, 4, 1, 9, 0].into_iter().for_each(|item| smallest.push(item));
        assert_eq!(smallest.into_sorted(), [0, 1, 1]);
    }
}
