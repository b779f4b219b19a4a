//! A JSON array of objects, read element by element.

use std::io::BufRead;

use copydesk_core::{Document, OffsetUnit};

use crate::bounded::{self, LIMIT};
use crate::columns::Columns;
use crate::error::ReadError;
use crate::object::{self, Place};

/// Reads one document for each element of an array, `[{"text": "..."}, {"text": "..."}]`. Each element is an object with
/// the keys of a JSON line. An element that is no document gives an error, and reading continues. The reader never holds
/// more than an element. A missing id is the element's number, from 1.
///
/// ```
/// use copydesk_core::OffsetUnit;
/// use copydesk_formats::JsonArrayReader;
///
/// let input = "[\n  {\"text\": \"It rains.\"},\n  {\"id\": \"b\"}\n]";
/// let mut reader = JsonArrayReader::new(input.as_bytes(), OffsetUnit::Char);
/// let document = reader.next().ok_or("no element")??;
/// assert_eq!((document.id(), document.text(), document.origin.line), ("1", "It rains.", Some(2)));
/// let error = reader.next().and_then(Result::err).ok_or("no error")?;
/// assert_eq!(error.to_string(), "line 3: element 2: \"text\" is missing");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct JsonArrayReader<R> {
    input: R,
    unit: OffsetUnit,
    columns: Option<Columns>,
    limit: usize,
    state: State,
    /// The line that is being read, from 1.
    line: u64,
    /// The number of elements that have begun.
    elements: u64,
    element: Element,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Before the first bracket.
    Start,
    /// After the first bracket, or after a comma.
    Before { after_comma: bool },
    /// In an element.
    Inside,
    /// After the last bracket.
    After,
    /// Nothing more is read.
    Ended,
}

/// The element that is being read.
#[derive(Debug, Default)]
struct Element {
    bytes: Vec<u8>,
    /// The line on which it began.
    line: u64,
    /// Brackets and braces that are open.
    depth: u64,
    in_string: bool,
    after_backslash: bool,
    too_long: bool,
}

/// What a run of bytes led to.
enum Step {
    /// More bytes are needed.
    More,
    /// An element has ended.
    Element,
    /// A comma stands where an element should.
    Empty,
    /// The array has no end, no beginning, or something after it.
    Fault(&'static str),
}

impl<R: BufRead> JsonArrayReader<R> {
    /// Returns a reader of `input`. Offsets of given layers are in `unit`, unless an element says otherwise
    /// (`"offsets": "byte"`).
    pub fn new(input: R, unit: OffsetUnit) -> Self {
        let (state, element) = (State::Start, Element::default());
        JsonArrayReader { input, unit, columns: None, limit: LIMIT, state, line: 1, elements: 0, element }
    }

    /// Reads elements of other programs, as [`JsonlReader::columns`](crate::JsonlReader::columns) tells.
    #[must_use]
    pub fn columns(mut self, columns: Columns) -> Self {
        self.columns = Some(columns);
        self
    }

    /// Sets the most bytes that an element may have; [`LIMIT`] if this is not called. A longer element is an error, and is
    /// never held in memory.
    #[must_use]
    pub fn limit(mut self, bytes: usize) -> Self {
        self.limit = bytes;
        self
    }

    fn fault(&self, message: impl Into<String>) -> ReadError {
        ReadError::new(self.elements.to_string(), Some(self.line), message)
    }

    /// Parses the element that has ended.
    fn document(&mut self) -> Result<Document, ReadError> {
        let mut element = std::mem::take(&mut self.element);
        let place = Place { row: self.elements, line: element.line, noun: "element" };
        let parsed = if element.too_long {
            let message = bounded::too_long("element", self.limit);
            Err(ReadError::new(place.row.to_string(), Some(place.line), message))
        } else {
            object::parse(&element.bytes, place, self.unit, self.columns.as_ref())
        };
        element.bytes.clear();
        self.element.bytes = element.bytes;
        parsed.map_err(|error| error.within(&format!("element {}", place.row)))
    }
}

impl<R: BufRead> Iterator for JsonArrayReader<R> {
    type Item = Result<Document, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        while self.state != State::Ended {
            let bytes = match self.input.fill_buf() {
                Ok(bytes) => bytes,
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
                Err(error) => {
                    self.state = State::Ended;
                    return Some(Err(ReadError::io(self.elements.to_string(), Some(self.line), error)));
                }
            };
            if bytes.is_empty() {
                let state = std::mem::replace(&mut self.state, State::Ended);
                return match state {
                    State::After | State::Ended => None,
                    State::Start => Some(Err(self.fault("the input is empty, where a JSON array was expected"))),
                    State::Before { .. } | State::Inside => Some(Err(self.fault(NOT_CLOSED))),
                };
            }
            let mut scan = Scan {
                state: &mut self.state,
                line: &mut self.line,
                elements: &mut self.elements,
                element: &mut self.element,
                limit: self.limit,
            };
            let (taken, step) = scan.run(bytes);
            self.input.consume(taken);
            match step {
                Step::More => {}
                Step::Element => return Some(self.document()),
                Step::Empty => {
                    let message = "is missing: there is a comma too many";
                    return Some(Err(self.fault(format!("element {} {message}", self.elements))));
                }
                Step::Fault(message) => {
                    self.state = State::Ended;
                    return Some(Err(self.fault(message)));
                }
            }
        }
        None
    }
}

const NOT_CLOSED: &str = "the JSON array has no end: the file may have been cut, or a quotation mark is missing";

/// The reader's state while a run of bytes is scanned.
struct Scan<'a> {
    state: &'a mut State,
    line: &'a mut u64,
    elements: &'a mut u64,
    element: &'a mut Element,
    limit: usize,
}

impl Scan<'_> {
    /// Scans until something ends. Returns the number of bytes that are done with.
    fn run(&mut self, bytes: &[u8]) -> (usize, Step) {
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            if *self.state == State::Inside {
                let (taken, ended) = self.inside(bytes.get(at..).unwrap_or_default());
                at += taken;
                if ended {
                    return (at, Step::Element);
                }
                continue;
            }
            if byte == b'\n' {
                *self.line += 1;
            }
            match (*self.state, byte) {
                (_, b' ' | b'\t' | b'\r' | b'\n') => {}
                // A byte order mark.
                (State::Start, 0xEF | 0xBB | 0xBF) => {}
                (State::Start, b'[') => *self.state = State::Before { after_comma: false },
                (State::Start, _) => {
                    return (at, Step::Fault("the input is no JSON array: it must begin with \"[\""));
                }
                (State::Before { after_comma: false }, b']') => *self.state = State::After,
                (State::Before { .. }, b',' | b']') => {
                    *self.state = if byte == b']' { State::After } else { State::Before { after_comma: true } };
                    *self.elements += 1;
                    return (at + 1, Step::Empty);
                }
                (State::Before { .. }, _) => {
                    *self.state = State::Inside;
                    *self.elements += 1;
                    self.element.line = *self.line;
                    continue;
                }
                (State::After, _) => return (at, Step::Fault("there is something after the JSON array")),
                (State::Inside | State::Ended, _) => {}
            }
            at += 1;
        }
        (at, Step::More)
    }

    /// Scans bytes of an element. Returns how many are done with, and whether it has ended.
    fn inside(&mut self, bytes: &[u8]) -> (usize, bool) {
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            let rest = bytes.get(at..).unwrap_or_default();
            if self.element.after_backslash {
                self.element.after_backslash = false;
                self.keep(&[byte]);
                at += 1;
                continue;
            }
            if self.element.in_string {
                let end = memchr::memchr3(b'"', b'\\', b'\n', rest);
                let plain = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
                self.keep(plain);
                at += plain.len();
                match end.and_then(|end| rest.get(end)) {
                    Some(b'"') => self.element.in_string = false,
                    Some(b'\\') => self.element.after_backslash = true,
                    Some(_) => *self.line += 1,
                    None => continue,
                }
                self.keep(bytes.get(at..=at).unwrap_or_default());
                at += 1;
                continue;
            }
            at += 1;
            match byte {
                b'"' => self.element.in_string = true,
                b'{' | b'[' => self.element.depth += 1,
                b',' | b']' if self.element.depth == 0 => {
                    let more = byte == b',';
                    *self.state = if more { State::Before { after_comma: true } } else { State::After };
                    return (at, true);
                }
                b'}' | b']' => self.element.depth = self.element.depth.saturating_sub(1),
                _ => {}
            }
            if byte == b'\n' {
                *self.line += 1;
            }
            // An element is parsed as one line. Then the columns of messages count from its beginning.
            self.keep(&[if matches!(byte, b'\n' | b'\r') { b' ' } else { byte }]);
        }
        (at, false)
    }

    fn keep(&mut self, bytes: &[u8]) {
        let element = &mut *self.element;
        element.too_long = element.too_long || element.bytes.len() + bytes.len() > self.limit;
        if element.too_long {
            element.bytes = Vec::new();
        } else {
            element.bytes.extend_from_slice(bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::JsonlReader;

    fn read(input: &[u8]) -> Vec<Result<String, String>> {
        let reader = JsonArrayReader::new(input, OffsetUnit::Char).limit(1_000);
        let shown = |read: Result<Document, ReadError>| match read {
            Ok(document) => {
                Ok(format!("{} {:?} {}", document.id(), document.origin.line.unwrap_or(0), document.text()))
            }
            Err(error) => Err(error.to_string()),
        };
        reader.map(shown).collect()
    }

    #[test]
    fn arrays() {
        type Expected<'a> = &'a [Result<&'a str, &'a str>];
        let cases: &[(&[u8], Expected<'_>)] = &[
            (b"[]", &[]),
            (b"\xEF\xBB\xBF [ ] \n", &[]),
            (br#"[{"text": "a"}]"#, &[Ok("1 1 a")]),
            (
                b"[\n{\"text\": \"],[{\\\"\\\\\"},\n\n{\"id\": 7, \"text\": \"b\", \"x\": [[{}]]}]\n",
                &[Ok("1 2 ],[{\"\\"), Ok("7 4 b")],
            ),
            (
                b"[{\"text\":\n 1}, {\"text\": \"b\"}]",
                &[Err("line 1: element 1: \"text\" must be a string"), Ok("2 2 b")],
            ),
            (
                b"[1, {\"text\": \"a\"}]",
                &[Err("line 1: element 1: an element must be an object, {\"text\": \"...\"}"), Ok("2 1 a")],
            ),
            (
                b"[{\"text\"\n \"a\"}, {\"text\": \"b\"}]",
                &[Err("line 1: element 1: not valid JSON: expected `:` (column 10)"), Ok("2 2 b")],
            ),
            (
                b"[{\"text\": \"a\"},,{\"text\": \"b\"},]",
                &[
                    Ok("1 1 a"),
                    Err("line 1: element 2 is missing: there is a comma too many"),
                    Ok("3 1 b"),
                    Err("line 1: element 4 is missing: there is a comma too many"),
                ],
            ),
            (b"", &[Err("line 1: the input is empty, where a JSON array was expected")]),
            (b"{}", &[Err("line 1: the input is no JSON array: it must begin with \"[\"")]),
            (b"[{\"text\": \"a\"}] x", &[Ok("1 1 a"), Err("line 1: there is something after the JSON array")]),
            (
                b"[{\"text\": \"a\"}, {\"te",
                &[
                    Ok("1 1 a"),
                    Err(
                        "line 1: the JSON array has no end: the file may have been cut, or a quotation mark is missing",
                    ),
                ],
            ),
        ];
        for (input, expected) in cases {
            let expected: Vec<_> = expected.iter().map(|read| read.map(str::to_owned).map_err(str::to_owned)).collect();
            assert_eq!(read(input), expected, "{}", String::from_utf8_lossy(input));
        }
    }

    #[test]
    fn a_long_element_is_an_error() {
        let input = format!(r#"[{{"text": "{}"}}, {{"text": "b"}}]"#, "a".repeat(5_000));
        let expected = "line 1: element 1: the element is longer than 1000 bytes, the most that is read";
        assert_eq!(read(input.as_bytes()), [Err(expected.to_owned()), Ok("2 1 b".to_owned())]);
    }

    proptest! {
        #[test]
        fn an_array_reads_like_its_lines(texts in prop::collection::vec("[a\\[\\]{},:\"\\\\ \n😀]{1,12}", 0..6)) {
            let objects: Vec<Value> = texts.iter().map(|text| json!({"text": text, "meta": {"a": [text, {}]}})).collect();
            let pretty = serde_json::to_string_pretty(&objects).unwrap();
            let lines: String = objects.iter().map(|object| format!("{object}\n")).collect();
            let of_lines = JsonlReader::new(lines.as_bytes(), OffsetUnit::Char).map(Result::unwrap);
            let of_array = JsonArrayReader::new(pretty.as_bytes(), OffsetUnit::Char).map(Result::unwrap);
            let seen = |document: Document| (document.id().to_owned(), document.text().to_owned(), document.meta);
            prop_assert_eq!(of_array.map(seen).collect::<Vec<_>>(), of_lines.map(seen).collect::<Vec<_>>());
        }

        #[test]
        fn any_bytes_end(bytes in prop::collection::vec(prop::sample::select(b"[]{},:\"\\ \na1\xEF\xFF".as_slice()), 0..60)) {
            let found = read(&bytes);
            prop_assert!(found.len() <= bytes.len() + 1);
        }
    }
}
