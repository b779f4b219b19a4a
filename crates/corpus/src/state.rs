//! The state of a corpus: its records in a file, which further articles are added to and which others are merged with.
//!
//! A state is a line with its name and version, and then a stream of Zstandard with the entries in ascending order. The
//! same articles give the same bytes, in whatever order they came.

use std::io::{BufRead, Read, Write};

use crate::record::Record;
use crate::sorter::{FrameReader, FrameWriter, Pair};
use crate::{CorpusError, Entry};

/// What a state begins with.
pub const STATE_MAGIC: &[u8] = b"copydesk-corpus-state/1\n";

/// What a state of any version begins with.
const ANY_VERSION: &[u8] = b"copydesk-corpus-state/";

const NO_STATE: &str = "this is no state of a corpus; `copydesk report --state` and `copydesk corpus merge` make one";

/// Reads the entries of a state.
pub(crate) fn read_state<R: Read + BufRead>(
    mut input: R,
    mut take: impl FnMut(&Pair) -> Result<(), CorpusError>,
) -> Result<(), CorpusError> {
    let mut head = vec![0; STATE_MAGIC.len()];
    let read = input.read_exact(&mut head);
    if read.is_err() || head != STATE_MAGIC {
        let other = head.starts_with(ANY_VERSION);
        let other = other.then_some("this state is of another version of the program; make it anew from the results");
        return Err(CorpusError::state(other.unwrap_or(NO_STATE)));
    }
    let damaged = || CorpusError::state("the state is damaged or cut off; make it anew from the results");
    let mut frames = FrameReader::new(input).map_err(|_| damaged())?;
    let (mut pair, mut last) = (Pair::default(), Vec::new());
    while frames.next(&mut pair).map_err(|_| damaged())? {
        Entry::read(&pair).ok_or_else(damaged)?;
        if pair.key < last {
            return Err(damaged());
        }
        take(&pair)?;
        last.clone_from(&pair.key);
    }
    Ok(())
}

/// Writes a state.
pub(crate) struct StateWriter<W: Write> {
    frames: FrameWriter<W>,
}

impl<W: Write> StateWriter<W> {
    pub(crate) fn new(mut out: W) -> Result<Self, CorpusError> {
        let begin = out.write_all(STATE_MAGIC).and_then(|()| FrameWriter::over(out));
        Ok(StateWriter { frames: begin.map_err(CorpusError::io(WRITING))? })
    }

    pub(crate) fn push(&mut self, pair: &Pair) -> Result<(), CorpusError> {
        self.frames.push(&pair.key, &pair.body).map_err(CorpusError::io(WRITING))
    }

    pub(crate) fn finish(self) -> Result<W, CorpusError> {
        self.frames.end().map_err(CorpusError::io(WRITING))
    }
}

const WRITING: &str = "the state cannot be written";

/// Joins two records of one article. If they differ, that with the larger JSON text is taken, whichever came first.
/// Of equal ones, an actor keeps the smallest id that a state gave it.
pub(crate) fn joined(one: Record, other: Record) -> Record {
    let (mut one, one_ids) = without_ids(one);
    let (other, other_ids) = without_ids(other);
    let text = |record: &Record| serde_json::to_vec(record).unwrap_or_default();
    let ids = match text(&one).cmp(&text(&other)) {
        std::cmp::Ordering::Less => {
            one = other;
            other_ids
        }
        std::cmp::Ordering::Greater => one_ids,
        std::cmp::Ordering::Equal => {
            let smallest = |(a, b): (Option<String>, Option<String>)| match (a, b) {
                (Some(a), Some(b)) => Some(a.min(b)),
                (a, b) => a.or(b),
            };
            one_ids.into_iter().zip(other_ids).map(smallest).collect()
        }
    };
    for (actor, id) in one.actors.iter_mut().zip(ids) {
        actor.identity = id;
    }
    one
}

fn without_ids(mut record: Record) -> (Record, Vec<Option<String>>) {
    let ids = record.actors.iter_mut().map(|actor| actor.identity.take()).collect();
    (record, ids)
}
