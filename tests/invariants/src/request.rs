//! Requests to the server: their options, their documents, their packing.

use copydesk_server::bytes::{Read, request as read, unpack};
use serde_json::Value;

use crate::sound;

/// The most bytes that are unpacked, and that come at once.
const UNPACKED: usize = 1 << 22;
const PART: usize = 1 << 18;

/// Holds a request to its promises. The first byte chooses the content type or the packing, the first line is the query.
pub fn request(bytes: &[u8]) {
    let Some((choice, rest)) = bytes.split_first() else { return };
    if matches!(choice, b'g' | b'z') {
        return packed(*choice == b'z', rest);
    }
    let end = rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
    let (query, body) = rest.split_at(end);
    let query = String::from_utf8_lossy(query);
    let body = body.get(1..).unwrap_or_default();
    let content_type = match choice {
        b't' => "text/plain",
        b'h' => "text/html",
        b'l' => "text/html; charset=windows-1252",
        _ => "application/json",
    };
    match read(content_type, &query, body) {
        Read::Document(document) => sound::document(&document),
        Read::Problem(detail, answer) => {
            let problem: Value = serde_json::from_slice(&answer).expect("a problem is JSON");
            assert_eq!(problem["detail"].as_str(), Some(detail.as_str()));
            assert!(detail.len() < 2000, "a long detail: {} bytes", detail.len());
            assert!(problem["status"].as_u64().is_some_and(|status| (400..500).contains(&status)));
        }
    }
}

/// A packed body.
fn packed(is_zstd: bool, packed: &[u8]) {
    let unpacked = |piece: usize| {
        let mut whole = Vec::new();
        let read = unpack(is_zstd, packed, piece, UNPACKED, |part| {
            assert!(part.len() <= PART, "{} bytes at once", part.len());
            whole.extend_from_slice(part);
        });
        read.map(|()| whole).map_err(|_| ())
    };
    let (whole, pieces) = (unpacked(packed.len()), unpacked(7));
    if whole.as_ref().map_or(0, Vec::len) < UNPACKED {
        assert_eq!(whole, pieces, "the pieces of a body do not matter");
    }
}
