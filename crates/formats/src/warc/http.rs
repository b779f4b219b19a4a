//! The HTTP response in a record: its head, and its body without chunks and unpacked.

use std::io::Read;

use flate2::bufread::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use httparse::{EMPTY_HEADER, ParserConfig, Response};

/// A media type, such as `text/html; charset=utf-8`.
#[derive(Clone, Debug, Default)]
pub(super) struct Media {
    /// The type without parameters, in small letters.
    pub kind: String,
    /// The parameter `charset`.
    pub charset: Option<String>,
}

impl Media {
    pub(super) fn parse(value: &str) -> Media {
        let mut parts = value.split(';').map(str::trim);
        let kind = parts.next().unwrap_or_default().to_ascii_lowercase();
        let charset = parts.find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            let value = value.trim().trim_matches(['"', '\'']).trim();
            (name.trim().eq_ignore_ascii_case("charset") && !value.is_empty()).then(|| value.to_owned())
        });
        Media { kind, charset }
    }

    pub(super) fn is_html(&self) -> bool {
        matches!(self.kind.as_str(), "text/html" | "application/xhtml+xml" | "application/xhtml")
    }
}

/// The head of a response, as far as it is needed.
#[derive(Debug, Default)]
pub(super) struct Head {
    /// True if the server gave what was asked for: other responses are pages about errors and moves.
    pub is_success: bool,
    pub media: Media,
    is_chunked: bool,
    /// How the body is packed, in the order in which it was done.
    encodings: Vec<String>,
}

/// Headers that a response may have; browsers take about as many.
const HEADERS: usize = 256;

/// How often a body may be packed: nobody does it twice but by mistake.
const ENCODINGS: usize = 4;

impl Head {
    /// A page that is no HTTP response.
    pub(super) fn of_resource(content_type: &str) -> Head {
        Head { is_success: true, media: Media::parse(content_type), ..Head::default() }
    }

    /// Reads the lines of a head, the empty one at its end included.
    pub(super) fn parse(mut head: Vec<u8>) -> Result<Head, String> {
        // Archives of HTTP/2 write a head that never was, with the number of the version.
        for version in [b"HTTP/2", b"HTTP/3"] {
            if head.starts_with(version) {
                let end = head.iter().position(|byte| *byte == b' ').unwrap_or(head.len());
                head.splice(..end, *b"HTTP/1.1");
            }
        }
        if !head.ends_with(b"\n\r\n") && !head.ends_with(b"\n\n") {
            head.extend_from_slice(b"\r\n\r\n");
        }
        let mut headers = [EMPTY_HEADER; HEADERS];
        let mut response = Response::new(&mut headers);
        let mut config = ParserConfig::default();
        config
            .allow_spaces_after_header_name_in_responses(true)
            .allow_obsolete_multiline_headers_in_responses(true)
            .allow_multiple_spaces_in_response_status_delimiters(true)
            .allow_space_before_first_header_name(true)
            .ignore_invalid_headers_in_responses(true);
        let parsed = config.parse_response(&mut response, &head);
        parsed.map_err(|error| format!("its HTTP response cannot be read: {error}"))?;
        let mut found = Head { is_success: matches!(response.code, Some(200..=299)), ..Head::default() };
        for header in response.headers.iter() {
            let value = String::from_utf8_lossy(header.value);
            let list = || value.split(',').map(|item| item.trim().to_ascii_lowercase()).filter(|item| !item.is_empty());
            match header.name.to_ascii_lowercase().as_str() {
                "content-type" => found.media = Media::parse(&value),
                "transfer-encoding" => found.is_chunked |= list().any(|item| item == "chunked"),
                "content-encoding" => found.encodings.extend(list().filter(|item| item != "identity")),
                _ => {}
            }
        }
        Ok(found)
    }

    /// Undoes chunks and packing. Some archives keep a body that is undone already, with the head as it was.
    ///
    /// # Errors
    /// If the body is packed in a way that is not known, is damaged, or has more than `limit` bytes.
    pub(super) fn unpack(&self, body: Vec<u8>, limit: u64) -> Result<Vec<u8>, String> {
        let mut body = if self.is_chunked { unchunk(&body).unwrap_or(body) } else { body };
        if self.encodings.len() > ENCODINGS {
            return Err(format!("its page is packed {} times", self.encodings.len()));
        }
        for encoding in self.encodings.iter().rev() {
            body = match encoding.as_str() {
                "gzip" | "x-gzip" if body.starts_with(&[0x1f, 0x8b]) => {
                    unpacked(MultiGzDecoder::new(body.as_slice()), limit)?
                }
                "gzip" | "x-gzip" => body,
                // Some servers send the bare data of RFC 1951, without the head of RFC 1950.
                "deflate" if is_zlib(&body) => unpacked(ZlibDecoder::new(body.as_slice()), limit)?,
                "deflate" if looks_like_text(&body) => body,
                "deflate" => unpacked(DeflateDecoder::new(body.as_slice()), limit)?,
                _ if looks_like_text(&body) => body,
                other => return Err(format!("its page is packed with {other:?}; only gzip and deflate can be read")),
            };
        }
        Ok(body)
    }
}

fn unpacked(decoder: impl Read, limit: u64) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let read = decoder.take(limit.saturating_add(1)).read_to_end(&mut bytes);
    if bytes.len() as u64 > limit {
        return Err(format!("its page unpacks to more than the limit of {limit} bytes"));
    }
    read.map_err(|error| format!("its page cannot be unpacked: {error}"))?;
    Ok(bytes)
}

/// Returns true if the bytes begin with a head of RFC 1950.
fn is_zlib(bytes: &[u8]) -> bool {
    matches!(bytes, [first, second, ..] if first & 15 == 8 && (u16::from(*first) << 8 | u16::from(*second)) % 31 == 0)
}

/// Returns true if the bytes begin as a page of HTML does.
fn looks_like_text(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    text.trim_ascii_start().first().is_none_or(|byte| *byte == b'<')
}

/// Joins the chunks of a body (RFC 9112, section 7.1), or returns `None` if it does not begin with one. If a later chunk
/// is damaged or cut, the ones before it are the page.
fn unchunk(body: &[u8]) -> Option<Vec<u8>> {
    let mut joined = Vec::new();
    let mut rest = body;
    let mut first = true;
    loop {
        let size = match httparse::parse_chunk_size(rest) {
            Ok(httparse::Status::Complete((start, size))) => rest.get(start..).map(|data| (data, size)),
            _ => None,
        };
        let Some((data, size)) = size else { return (!first).then_some(joined) };
        first = false;
        if size == 0 {
            return Some(joined);
        }
        let size = usize::try_from(size).unwrap_or(usize::MAX);
        joined.extend_from_slice(data.get(..size).unwrap_or(data));
        rest = data.get(size..).unwrap_or_default();
        rest = rest.strip_prefix(b"\r\n").or_else(|| rest.strip_prefix(b"\n")).unwrap_or(rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_types() {
        let cases = [
            ("text/html", true, None),
            ("Text/HTML ; Charset=\"windows-1252\"", true, Some("windows-1252")),
            ("application/xhtml+xml;boundary=x; charset = utf-8 ", true, Some("utf-8")),
            ("text/html;charset=", true, None),
            ("text/plain; charset=utf-8", false, Some("utf-8")),
            ("", false, None),
        ];
        for (value, html, charset) in cases {
            let media = Media::parse(value);
            assert_eq!((media.is_html(), media.charset.as_deref()), (html, charset), "{value}");
        }
    }

    #[test]
    fn chunks() {
        let cases: [(&[u8], Option<&[u8]>); 7] = [
            (b"3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n", Some(b"abcde")),
            (b"3\r\nabc\r\n", Some(b"abc")),
            (b"5\r\nabc", Some(b"abc")),
            (b"1\r\na\r\nzz\r\nb", Some(b"a")),
            (b"ffffffffffffffff\r\nabc", Some(b"abc")),
            (b"<p>no chunks</p>", None),
            (b"", None),
        ];
        for (body, expected) in cases {
            assert_eq!(unchunk(body).as_deref(), expected, "{}", String::from_utf8_lossy(body));
        }
    }
}
