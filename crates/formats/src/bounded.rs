//! Lines of an input, none of which is held if it is longer than a limit.

use std::io::{self, BufRead};

/// The most bytes that a line, a row or an element may have, if a reader is not given another limit: 128 MiB. An article
/// has some thousands.
pub const LIMIT: usize = 128 << 20;

/// What [`read_line`] read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineRead {
    /// A line, which is in the buffer with its end.
    Whole,
    /// A line that is longer than the limit. It was passed over, and the buffer is empty.
    TooLong,
    /// Nothing: the input has ended.
    End,
}

/// Reads a line into `buffer`, which is empty. A line that is longer than `limit` bytes is passed over.
///
/// ```
/// use copydesk_formats::{LineRead, read_line};
///
/// let (mut input, mut line) = (b"one\ntwo".as_slice(), Vec::new());
/// assert_eq!(read_line(&mut input, &mut line, 9)?, LineRead::Whole);
/// assert_eq!(line, b"one\n");
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
/// If the input cannot be read.
pub fn read_line(input: &mut impl BufRead, buffer: &mut Vec<u8>, limit: usize) -> io::Result<LineRead> {
    let (mut any, mut too_long) = (false, false);
    loop {
        let (taken, ended) = {
            let bytes = match input.fill_buf() {
                Ok(bytes) => bytes,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if bytes.is_empty() {
                break;
            }
            any = true;
            let end = memchr::memchr(b'\n', bytes);
            let line = bytes.get(..end.map_or(bytes.len(), |end| end + 1)).unwrap_or_default();
            // The end of a line does not count.
            let content = line.len() - usize::from(end.is_some());
            too_long = too_long || buffer.len() + content > limit;
            if too_long {
                *buffer = Vec::new();
            } else {
                buffer.extend_from_slice(line);
            }
            (line.len(), end.is_some())
        };
        input.consume(taken);
        if ended {
            break;
        }
    }
    Ok(match (any, too_long) {
        (false, _) => LineRead::End,
        (true, true) => LineRead::TooLong,
        (true, false) => LineRead::Whole,
    })
}

/// The message about something longer than the limit.
pub(crate) fn too_long(what: &str, limit: usize) -> String {
    format!("the {what} is longer than {limit} bytes, the most that is read")
}
