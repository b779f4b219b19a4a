//! Web archives in: the HTML pages of a WARC file, version 1.0 or 1.1 (ISO 28500), already unpacked.

mod http;
mod source;

use std::io::BufRead;

use crate::error::ReadError;
use http::{Head, Media};
use source::{LineEnd, Source};

/// A page of a web archive.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WarcPage {
    /// The address that the page was taken from.
    pub uri: String,
    /// When it was taken, as the archive says: `2024-05-01T09:30:00Z`.
    pub date: Option<String>,
    /// The charset of the `Content-Type`, as it was written. The page itself may say another.
    pub charset: Option<String>,
    /// The page as the server meant it, without chunks and unpacked.
    pub bytes: Vec<u8>,
    /// The number of its record in the file, from 1.
    pub record: u64,
    /// The place of its record in the unpacked file, in bytes.
    pub offset: u64,
}

/// Reads the HTML pages of a web archive: `response` records of an HTTP success, and `resource` records. Other records
/// are passed over without storing them. A record that cannot be read gives an error, and reading continues with the
/// next one.
///
/// The input must be unpacked: give the bytes of `.warc.gz` through a decoder of all gzip members.
///
/// ```
/// use copydesk_formats::WarcReader;
///
/// let http = "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>It rains.</p>";
/// let head = "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://a.example/\r\nContent-Type: application/http";
/// let file = format!("{head}\r\nContent-Length: {}\r\n\r\n{http}\r\n\r\n", http.len());
///
/// let page = WarcReader::new(file.as_bytes()).next().ok_or("no page")??;
/// assert_eq!((page.uri.as_str(), page.charset.as_deref()), ("https://a.example/", Some("utf-8")));
/// assert_eq!(page.bytes, b"<p>It rains.</p>");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct WarcReader<R> {
    source: Source<R>,
    record: u64,
    limit: u64,
    /// The first line of a record that was read while looking for one, and its place.
    begun: Option<u64>,
    ended: bool,
    line: Vec<u8>,
}

/// Bytes of a page that a record may have at most, packed or unpacked, unless [`WarcReader::with_limit`] says another
/// number: many times the largest pages of news.
const LIMIT: u64 = 128 << 20;

/// Bytes of a record's head, and of the head of the HTTP response in it. Servers and browsers take no more than this.
const HEAD: usize = 64 << 10;

/// The head of a record, as far as it is needed.
#[derive(Default)]
struct Record {
    number: u64,
    offset: u64,
    kind: String,
    uri: String,
    date: Option<String>,
    length: Option<u64>,
    content_type: String,
    payload_type: String,
    segment: Option<u64>,
}

impl Record {
    fn error(&self, message: &str) -> ReadError {
        let id = if self.uri.is_empty() { format!("record {}", self.number) } else { self.uri.clone() };
        ReadError::new(id, None, format!("record {} at byte {}: {message}", self.number, self.offset))
    }

    fn field(&mut self, name: &str, value: &str) {
        let text = || value.to_owned();
        match name.to_ascii_lowercase().as_str() {
            "warc-type" => self.kind = value.to_ascii_lowercase(),
            // The grammar of version 1.0 puts it in angle brackets.
            "warc-target-uri" => self.uri = value.trim_start_matches('<').trim_end_matches('>').to_owned(),
            "warc-date" => self.date = Some(text()),
            "content-length" => self.length = value.parse().ok(),
            "content-type" => self.content_type = text(),
            "warc-identified-payload-type" => self.payload_type = text(),
            "warc-segment-number" => self.segment = value.parse().ok(),
            _ => {}
        }
    }

    /// Returns true if the record's head says that there may be a page in it.
    fn may_be_page(&self) -> bool {
        let identified = self.payload_type.is_empty() || Media::parse(&self.payload_type).is_html();
        let whole = self.segment.is_none_or(|segment| segment == 1);
        match self.kind.as_str() {
            "response" => {
                let kind = Media::parse(&self.content_type).kind;
                whole && identified && (kind.is_empty() || kind == "application/http")
            }
            "resource" => whole && Media::parse(&self.content_type).is_html(),
            _ => false,
        }
    }
}

/// What became of a record.
enum Found {
    Page(WarcPage),
    /// Nothing for us.
    Other,
}

impl<R: BufRead> WarcReader<R> {
    /// Returns a reader of `input`.
    pub fn new(input: R) -> Self {
        let source = Source::new(input);
        WarcReader { source, record: 0, limit: LIMIT, begun: None, ended: false, line: Vec::new() }
    }

    /// Sets how many bytes a page may have, packed or unpacked; 128 MiB if nothing is set. A larger one is an error.
    #[must_use]
    pub fn with_limit(mut self, bytes: u64) -> Self {
        self.limit = bytes;
        self
    }

    /// Looks for the first line of a record. Returns its place, or `None` at the end of the input.
    fn begin(&mut self) -> Result<Option<u64>, ReadError> {
        if let Some(offset) = self.begun.take() {
            return Ok(Some(offset));
        }
        loop {
            let offset = self.source.offset();
            let end = self.next_line(HEAD)?;
            if is_first_line(&self.line) && !matches!(end, LineEnd::TooLong) {
                return Ok(Some(offset));
            }
            if self.line.iter().all(u8::is_ascii_whitespace) && !matches!(end, LineEnd::TooLong) {
                if matches!(end, LineEnd::Input) {
                    return Ok(None);
                }
                continue;
            }
            self.record += 1;
            let packed = self.line.starts_with(&[0x1f, 0x8b]);
            self.find_next(end)?;
            let record = Record { number: self.record, offset, ..Record::default() };
            return Err(record.error(if packed {
                "these bytes are packed with gzip; unpack all members first"
            } else {
                "no record begins here: its first line must be WARC/1.0 or WARC/1.1"
            }));
        }
    }

    fn next_line(&mut self, most: usize) -> Result<LineEnd, ReadError> {
        let read = self.source.line(&mut self.line, most, u64::MAX);
        read.map_err(|error| self.broken(error))
    }

    fn broken(&mut self, error: std::io::Error) -> ReadError {
        self.ended = true;
        ReadError::io(format!("record {}", self.record), None, error)
    }

    /// Passes over everything up to the next line that begins a record. `end` is the end of the line before.
    fn find_next(&mut self, end: LineEnd) -> Result<(), ReadError> {
        let mut end = end;
        while !matches!(end, LineEnd::Input) {
            let offset = self.source.offset();
            let after_line = matches!(end, LineEnd::Feed);
            end = self.next_line(HEAD)?;
            if after_line && is_first_line(&self.line) {
                self.begun = Some(offset);
                break;
            }
        }
        Ok(())
    }

    /// Reads the head of a record after its first line.
    fn head(&mut self, offset: u64) -> Result<Record, ReadError> {
        let mut record = Record { number: self.record, offset, ..Record::default() };
        let mut size = 0;
        let mut field: Option<(String, String)> = None;
        loop {
            let end = self.next_line(HEAD)?;
            size += self.line.len();
            if size >= HEAD || matches!(end, LineEnd::TooLong) {
                self.find_next(end)?;
                return Err(record.error("its head has more than 64 KiB"));
            }
            let line = String::from_utf8_lossy(&self.line).into_owned();
            let blank = line.trim().is_empty();
            if line.starts_with([' ', '\t']) && !blank {
                // A long value goes on in the next line.
                if let Some((_, value)) = &mut field {
                    value.push(' ');
                    value.push_str(line.trim());
                }
                continue;
            }
            if let Some((name, value)) = field.take() {
                record.field(&name, &value);
            }
            if blank {
                return if matches!(end, LineEnd::Input) {
                    Err(record.error("the file ends in its head"))
                } else {
                    Ok(record)
                };
            }
            if let Some((name, value)) = line.split_once(':') {
                field = Some((name.trim().to_owned(), value.trim().to_owned()));
            }
        }
    }

    /// Reads the record that begins at `offset`.
    fn record(&mut self, offset: u64) -> Result<Found, ReadError> {
        self.record += 1;
        let record = self.head(offset)?;
        let Some(length) = record.length else {
            self.find_next(LineEnd::Feed)?;
            return Err(record.error("Content-Length is missing or no number"));
        };
        let mut left = length;
        let found = if record.may_be_page() { self.page(&record, &mut left) } else { Ok(Found::Other) };
        if self.ended {
            return found;
        }
        let skipped = self.source.skip(left).map_err(|error| self.broken(error))?;
        if skipped < left {
            self.ended = true;
            let missing = left - skipped;
            return Err(record.error(&format!("the file ends early: {missing} of its {length} bytes are missing")));
        }
        // What follows a record is empty lines. If its length was wrong, its end is somewhere else.
        let next = self.source.peek().map_err(|error| self.broken(error))?;
        if next.is_some_and(|byte| !matches!(byte, b'\r' | b'\n' | b'W')) {
            self.find_next(LineEnd::TooLong)?;
            return Err(record.error(&format!("it does not end after the {length} bytes of its Content-Length")));
        }
        found
    }

    /// Reads a page. `left` is how many bytes of the record are left to read.
    fn page(&mut self, record: &Record, left: &mut u64) -> Result<Found, ReadError> {
        let resource = record.kind == "resource";
        let head = if resource { Head::of_resource(&record.content_type) } else { self.http_head(record, left)? };
        // A server need not say what it sends.
        let media = if head.media.kind.is_empty() { Media::parse(&record.payload_type) } else { head.media.clone() };
        if !head.is_success || !media.is_html() {
            return Ok(Found::Other);
        }
        if *left > self.limit {
            let (size, limit) = (*left, self.limit);
            return Err(record.error(&format!("the page has {size} bytes, more than the limit of {limit}")));
        }
        let mut bytes = Vec::new();
        let read = self.source.read(&mut bytes, *left).map_err(|error| self.broken(error))?;
        *left -= read;
        if *left > 0 {
            // The caller finds the end of the file, and says so.
            return Ok(Found::Other);
        }
        let bytes = head.unpack(bytes, self.limit).map_err(|message| record.error(&message))?;
        let (uri, date, charset) = (record.uri.clone(), record.date.clone(), media.charset);
        Ok(Found::Page(WarcPage { uri, date, charset, bytes, record: record.number, offset: record.offset }))
    }

    fn http_head(&mut self, record: &Record, left: &mut u64) -> Result<Head, ReadError> {
        let mut head = Vec::new();
        loop {
            let most = HEAD.saturating_sub(head.len());
            let read = self.source.line(&mut self.line, most, *left);
            let end = read.map_err(|error| self.broken(error))?;
            *left -= self.line.len() as u64;
            head.extend_from_slice(&self.line);
            match end {
                LineEnd::Feed if matches!(self.line.as_slice(), b"\r\n" | b"\n") => break,
                LineEnd::Feed => {}
                LineEnd::TooLong => return Err(record.error("the head of its HTTP response has more than 64 KiB")),
                // A response may have no body.
                LineEnd::Input => break,
            }
        }
        Head::parse(head).map_err(|message| record.error(&message))
    }
}

fn is_first_line(line: &[u8]) -> bool {
    line.strip_prefix(b"WARC/").is_some_and(|version| version.first().is_some_and(u8::is_ascii_digit))
}

impl<R: BufRead> Iterator for WarcReader<R> {
    type Item = Result<WarcPage, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            let offset = match self.begin() {
                Ok(Some(offset)) => offset,
                Ok(None) => {
                    self.ended = true;
                    break;
                }
                Err(error) => return Some(Err(error)),
            };
            match self.record(offset) {
                Ok(Found::Page(page)) => return Some(Ok(page)),
                Ok(Found::Other) => {}
                Err(error) => return Some(Err(error)),
            }
        }
        None
    }
}
