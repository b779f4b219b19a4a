//! What the server makes of bytes, without a socket: for fuzz targets.

use std::io;

use bytes::Bytes;

use crate::packing::{Packing, Unpacker};
use crate::request::{Choice, Media, Posted};

/// A request that was read, or refused.
#[derive(Debug)]
pub enum Read {
    /// The document.
    Document(Box<copydesk::Document>),
    /// The problem: its detail, and the answer.
    Problem(String, Vec<u8>),
}

/// Reads a request as `POST /v1/analyze` does. The content type is the header's value.
#[must_use]
pub fn request(content_type: &str, query: &str, body: &[u8]) -> Read {
    let read = || {
        let mut headers = hyper::HeaderMap::new();
        if let Ok(value) = content_type.parse() {
            headers.insert(hyper::header::CONTENT_TYPE, value);
        }
        let media = Media::of(&headers)?;
        let query = Choice::of_query(Some(query), matches!(media, Media::Text | Media::Html(_)))?;
        Posted { media, body: body.to_vec(), query }.read()
    };
    match read() {
        Ok((document, _)) => Read::Document(Box::new(document)),
        Err(problem) => Read::Problem(problem.detail().to_owned(), problem.answer("1")),
    }
}

/// Unpacks a body that comes in pieces of this size, up to `limit` bytes. Each part is handed to `see`.
///
/// # Errors
/// If it is not packed so.
pub fn unpack(is_zstd: bool, packed: &[u8], piece: usize, limit: usize, mut see: impl FnMut(&[u8])) -> io::Result<()> {
    let packing = if is_zstd { Packing::Zstd } else { Packing::Gzip };
    let (mut unpacker, mut seen) = (Unpacker::new(Some(packing))?, 0);
    for piece in packed.chunks(piece.max(1)) {
        unpacker.add(Bytes::copy_from_slice(piece));
        while let Some(part) = unpacker.next()? {
            see(&part);
            seen += part.len();
            if seen > limit {
                return Ok(());
            }
        }
    }
    see(&unpacker.finish()?);
    Ok(())
}
