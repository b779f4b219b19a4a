//! From text to TOML tables, past syntax errors: a part of the file that is broken is reported and left
//! out, so that the faults of the other parts are found in the same go.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue, Error};

use crate::fault::Finding;

/// How many broken parts are looked at. Each costs one more parse of the text.
const PARTS: usize = 20;

/// The text with its broken parts blanked out.
pub(crate) struct Sound {
    /// Byte for byte as long as the file, and valid TOML.
    pub text: String,
    /// Whether a part is missing.
    pub broken: bool,
}

/// Reports syntax errors and blanks the tables in which they are.
pub(crate) fn check(text: &str, findings: &mut Vec<Finding>) -> Sound {
    let mut sound = Sound { text: text.to_owned(), broken: false };
    for _ in 0..PARTS {
        let (table, mut errors) = DeTable::parse_recoverable(&sound.text);
        errors.sort_by_key(|error| error.span().map_or(0, |span| span.start));
        if errors.is_empty() {
            return sound;
        }
        let part = broken_part(&sound.text, &table, &errors);
        findings.extend(describe(&sound.text, &table, &errors, &part));
        sound.broken = true;
        sound.text = blank(&sound.text, part);
    }
    // What is left is not worth the time: nothing more is said about it.
    sound.text = blank(&sound.text, 0..sound.text.len());
    sound
}

fn span_of(error: &Error, text: &str) -> Range<usize> {
    error.span().unwrap_or(text.len()..text.len())
}

/// The innermost value in which parsing stopped at `at`, of those that begin on an earlier line: the string,
/// list or table that somebody forgot to close.
fn unclosed(value: &Spanned<DeValue<'_>>, at: usize, text: &str) -> Option<Range<usize>> {
    let span = value.span();
    let inner = match value.get_ref() {
        DeValue::Array(items) => items.iter().find_map(|item| unclosed(item, at, text)),
        DeValue::Table(table) => table.iter().find_map(|(_, item)| unclosed(item, at, text)),
        _ => None,
    };
    let opens = text
        .get(span.clone())
        .is_some_and(|text| text.starts_with(['"', '\'', '{']) || (text.starts_with('[') && !text.starts_with("[[")));
    let lines = text.get(span.start..at.max(span.start)).is_some_and(|text| text.contains('\n'));
    inner.or_else(|| (opens && lines && span.start <= at && at <= span.end).then_some(span))
}

/// Where the value begins that holds the first error, or the error itself.
fn culprit(text: &str, table: &Spanned<DeTable<'_>>, errors: &[Error]) -> Option<Range<usize>> {
    let at = errors.first().map(|error| span_of(error, text).start)?;
    table.get_ref().iter().find_map(|(_, value)| unclosed(value, at, text))
}

/// The lines from the header of the table in which the first error is to the next header after it.
fn broken_part(text: &str, table: &Spanned<DeTable<'_>>, errors: &[Error]) -> Range<usize> {
    let first = errors.first().map_or(0, |error| span_of(error, text).start);
    let at = culprit(text, table, errors).map_or(first, |span| span.start);
    let line = text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |newline| newline + 1);
    let is_header =
        |at: usize| text.get(at..).is_some_and(|rest| rest.trim_start_matches([' ', '\t']).starts_with('['));
    let lines = || std::iter::once(0).chain(text.match_indices('\n').map(|(newline, _)| newline + 1));
    let start = lines().take_while(|start| *start <= line).filter(|start| is_header(*start)).last().unwrap_or(0);
    let end = lines().find(|start| *start > line && is_header(*start)).unwrap_or(text.len());
    start..end.max(start)
}

/// The errors of the broken part, one a line, up to the first that makes those after it unsure.
fn describe(text: &str, table: &Spanned<DeTable<'_>>, errors: &[Error], part: &Range<usize>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut last_line = None;
    let opened = culprit(text, table, errors);
    for error in errors {
        let span = span_of(error, text);
        let line = text.get(..span.start).map(|before| before.matches('\n').count());
        if !findings.is_empty() && (!part.contains(&span.start) || line == last_line) {
            continue;
        }
        let message = error.message();
        if let Some(opened) =
            opened.as_ref().filter(|_| message.starts_with("unclosed") || message.contains("multi-line"))
        {
            let what = match text.get(opened.clone()) {
                Some(value) if value.starts_with('[') => "list",
                Some(value) if value.starts_with('{') => "table",
                _ => "string",
            };
            let opening = text.get(opened.clone()).map_or(1, |value| {
                value.bytes().take_while(|byte| Some(byte) == value.as_bytes().first()).count().clamp(1, 3)
            });
            let at = opened.start..opened.start + opening;
            findings.push(Finding::new(at, format!("this {what} is never closed")));
            break;
        }
        findings.push(reword(text, span, message));
        last_line = line;
        let swallows = ["unclosed", "unexpected", "missing comma"].iter().any(|start| message.starts_with(start));
        if swallows || opened.is_some() {
            break;
        }
    }
    findings
}

/// The parser's message, in the words of somebody who only wants to write a pipeline.
fn reword(text: &str, span: Range<usize>, message: &str) -> Finding {
    let culprit = text.get(span.clone()).unwrap_or("");
    if message.starts_with("string values must be quoted") {
        return if culprit.trim().is_empty() {
            Finding::new(span, "the value is missing").help("write a string, number, true, false, list or table")
        } else {
            let help = format!("write {:?}", culprit.trim());
            Finding::new(span, "a string must stand in quotation marks").help(help)
        };
    }
    if message == "duplicate key" {
        return Finding::new(span, format!("{culprit:?} is given twice"));
    }
    match message.split_once(", expected ") {
        Some((what, expected)) if expected != "nothing" => {
            Finding::new(span, what.to_owned()).help(format!("expected {expected}"))
        }
        Some((what, _)) => Finding::new(span, what.to_owned()),
        None => Finding::new(span, message.to_owned()),
    }
}

/// `text` with blanks in place of everything in `part` but line ends.
fn blank(text: &str, part: Range<usize>) -> String {
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        if !part.contains(&at) {
            out.push(c);
        } else if c == '\n' {
            out.push('\n');
        } else {
            out.extend(std::iter::repeat_n(' ', c.len_utf8()));
        }
    }
    out
}
