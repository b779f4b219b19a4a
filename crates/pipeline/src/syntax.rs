//! From text to TOML tables, past syntax errors. A broken part of the file is reported and left out, so that one check
//! also finds the faults of the other parts.

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
    /// True if a part is missing.
    pub broken: bool,
}

/// Reports syntax errors, and blanks the tables that contain them.
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
    // The rest is not worth the time. Nothing more is reported about it.
    sound.text = blank(&sound.text, 0..sound.text.len());
    sound
}

fn span_of(error: &Error, text: &str) -> Range<usize> {
    error.span().unwrap_or(text.len()..text.len())
}

/// Returns the innermost value that begins on an earlier line and contains `at`, where parsing stopped. It is the
/// string, list or table that the author forgot to close.
fn unclosed(value: &Spanned<DeValue<'_>>, at: usize, text: &str) -> Option<Range<usize>> {
    let span = value.span();
    let inner = match value.get_ref() {
        DeValue::Array(items) => items.iter().find_map(|item| unclosed(item, at, text)),
        DeValue::Table(table) => table.iter().find_map(|(_, item)| unclosed(item, at, text)),
        _ => None,
    };
    // Looking at the text of each value would take the square of the file's length.
    if inner.is_some() || !(span.start..=span.end).contains(&at) {
        return inner;
    }
    let value = text.get(span.clone()).unwrap_or("");
    let opens = value.starts_with(['"', '\'', '{']) || (value.starts_with('[') && !value.starts_with("[["));
    let lines = text.get(span.start..at).is_some_and(|text| text.contains('\n'));
    (opens && lines).then_some(span)
}

/// Returns the value of several lines that contains the first error, if there is one.
fn culprit(text: &str, table: &Spanned<DeTable<'_>>, errors: &[Error]) -> Option<Range<usize>> {
    let at = errors.first().map(|error| span_of(error, text).start)?;
    table.get_ref().iter().find_map(|(_, value)| unclosed(value, at, text))
}

/// Returns the lines of the table that contains the first error, from its header to the next header.
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
    if let Some(opened) = culprit(text, table, errors)
        && let Some(finding) = never_closed(text, &opened, errors)
    {
        return vec![finding];
    }
    let mut findings: Vec<Finding> = Vec::new();
    for error in errors {
        let span = span_of(error, text);
        if let Some(last) = findings.last() {
            let new_line = || text.get(last.span.start..span.start).is_some_and(|between| between.contains('\n'));
            if !part.contains(&span.start) || !new_line() {
                continue;
            }
        }
        findings.push(reword(text, span, error.message()));
        if ["unclosed", "unexpected", "missing comma"].iter().any(|start| error.message().starts_with(start)) {
            break;
        }
    }
    findings
}

/// Returns a value of several lines that contains the first error and lacks its end. The lines in it were meant to
/// follow it, so its other errors mean nothing.
fn never_closed(text: &str, opened: &Range<usize>, errors: &[Error]) -> Option<Finding> {
    errors.iter().find(|error| {
        let message = error.message();
        let open_ended = message.starts_with("unclosed") || message.contains("multi-line");
        open_ended && span_of(error, text).start >= opened.end
    })?;
    let value = text.get(opened.clone())?;
    let (what, close) = match value.as_bytes().first()? {
        b'[' => ("list", "]"),
        b'{' => ("table", "}"),
        b'\'' => ("string", "\'\'\'"),
        _ => ("string", "\"\"\""),
    };
    let opening = if what == "string" { close.len() } else { 1 };
    let place = opened.start..(opened.start + opening).min(opened.end);
    Some(Finding::new(place, format!("this {what} is never closed")).help(format!("its end is missing: {close}")))
}

/// Rewrites the parser's message for an author of pipelines.
fn reword(text: &str, span: Range<usize>, message: &str) -> Finding {
    let culprit = text.get(span.clone()).unwrap_or("").trim();
    let (what, expected) = message.split_once(", expected ").unwrap_or((message, "nothing"));
    let finding = |what: &str| Finding::new(span.clone(), what);
    let is_word = culprit.starts_with(char::is_alphabetic);
    match what {
        "string values must be quoted" if culprit.is_empty() => {
            finding("the value is missing").help("write a string, number, true, false, list or table")
        }
        "string values must be quoted" => quote(finding("a string must stand in quotation marks"), culprit),
        "invalid boolean" | "invalid float" | "invalid integer" if is_word => {
            quote(finding("a string must stand in quotation marks"), culprit)
        }
        "invalid basic string" | "invalid literal string" if expected.starts_with("non-") => {
            finding("a control character cannot stand in a string").help("write it as \\uXXXX")
        }
        "invalid basic string" | "invalid literal string" => {
            finding("this string is not closed").help(format!("expected {expected}"))
        }
        "missing escaped value" => {
            finding("no such escape").help("write \\\\ for a backslash, or use single quotation marks")
        }
        "unclosed array table" | "unclosed table" => {
            finding("this header is not closed").help(format!("expected {expected}"))
        }
        "duplicate key" => finding(&format!("{culprit:?} is given twice")),
        _ if expected == "nothing" => finding(what),
        _ => finding(what).help(format!("expected {expected}")),
    }
}

fn quote(finding: Finding, word: &str) -> Finding {
    // A long one would make the message longer than the line it is about.
    let short = word.chars().count() <= 40;
    finding.maybe_help(short.then(|| format!("write {word:?}")))
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
