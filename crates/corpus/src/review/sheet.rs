//! The table that a person fills in.

use std::fmt;
use std::io::{self, Write};

use copydesk_formats::decode;

use crate::csv::{delimiter, push, rows, without_hint};

use super::claims::ClaimKind;
use super::sample::Sample;

/// The columns, in order. Scores stand behind the judgment, so that they do not sway it. All numbers are whole: a
/// spreadsheet with decimal commas would take others for dates.
const COLUMNS: [&str; 14] = [
    "item", "kind", "claim", "passage", "right", "note", "score %", "outlet", "date", "document", "stratum", "found",
    "drawn", "seed",
];

/// Writes a sample.
pub(super) fn write(sample: &Sample, out: &mut dyn Write) -> io::Result<()> {
    let mut line = String::from('\u{feff}');
    let mut row = |cells: &[&str]| {
        for (at, cell) in cells.iter().enumerate() {
            if at > 0 {
                line.push(',');
            }
            push(&mut line, cell);
        }
        line.push_str("\r\n");
        let written = out.write_all(line.as_bytes());
        line.clear();
        written
    };
    row(&COLUMNS)?;
    let seed = sample.seed.to_string();
    for claim in &sample.claims {
        let score = claim.score.map_or_else(String::new, |score| format!("{:.0}", 100.0 * score));
        let [stratum, found, drawn] =
            [claim.stratum as u64, claim.found, claim.drawn].map(|number: u64| number.to_string());
        row(&[
            &claim.item,
            claim.kind.as_str(),
            &claim.claim,
            &claim.passage,
            "",
            "",
            &score,
            &claim.outlet,
            &claim.date,
            &claim.document,
            &stratum,
            &found,
            &drawn,
            &seed,
        ])?;
    }
    Ok(())
}

/// A row that a person saw.
#[derive(Debug, PartialEq)]
pub(super) struct Judged {
    pub kind: ClaimKind,
    /// `None` if it is not judged.
    pub right: Option<bool>,
    /// From 0 to 1.
    pub score: Option<f64>,
    pub outlet: String,
    pub stratum: u64,
    pub found: u64,
}

/// Why a table cannot be scored: all its faults, one a line, each with its line in the file.
///
/// ```
/// use copydesk_corpus::review::Review;
///
/// let error = Review::read(b"kind,right\nspeaker,maybe\n".to_vec()).expect_err("no judgment");
/// assert_eq!(error.to_string(), "line 2: right is \"maybe\"; write y or n, or leave the cell empty");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewError(Vec<String>);

impl ReviewError {
    pub(super) fn one(message: impl Into<String>) -> Self {
        ReviewError(vec![message.into()])
    }

    /// The faults, in the order of the table.
    pub fn faults(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl fmt::Display for ReviewError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

impl std::error::Error for ReviewError {}

/// The faults that are shown.
const SHOWN: usize = 20;

/// What a table says: the rows, and the seed of the sample if it tells.
pub(super) struct Sheet {
    pub rows: Vec<Judged>,
    pub seed: Option<u64>,
}

/// The places of the columns that are read.
struct Places {
    kind: usize,
    right: usize,
    score: Option<usize>,
    outlet: Option<usize>,
    stratum: Option<usize>,
    found: Option<usize>,
    seed: Option<usize>,
}

impl Places {
    fn of(head: &[String]) -> Option<Places> {
        let column = |name: &str| head.iter().position(|cell| cell.trim().eq_ignore_ascii_case(name));
        Some(Places {
            kind: column("kind")?,
            right: column("right")?,
            score: column("score %"),
            outlet: column("outlet"),
            stratum: column("stratum"),
            found: column("found"),
            seed: column("seed"),
        })
    }
}

/// Reads a table as spreadsheets save it.
pub(super) fn read(bytes: Vec<u8>) -> Result<Sheet, ReviewError> {
    let text = decode(bytes, false, None).map_err(|error| ReviewError::one(error.to_string()))?.text;
    let (table, before) = without_hint(&text);
    let missing = "the first row must name the columns kind and right, as `copydesk review sample` writes them";
    let delimiter = delimiter(table, |head| Places::of(head).is_some());
    let delimiter = delimiter.ok_or_else(|| ReviewError::one(missing))?;
    let unclosed =
        |line: u64| ReviewError::one(format!("line {}: a quotation mark opens a cell and never closes", line + before));
    let mut all = rows(table, delimiter).map_err(unclosed)?.into_iter();
    let head = all.next().map(|row| row.cells).unwrap_or_default();
    let places = Places::of(&head).ok_or_else(|| ReviewError::one(missing))?;
    let (mut faults, mut judged, mut seed) = (Vec::new(), Vec::new(), None);
    for row in all {
        let line = row.line + before;
        match judgment(&places, &row.cells) {
            Ok(row) => judged.push(row),
            Err(found) => faults.extend(found.into_iter().map(|fault| format!("line {line}: {fault}"))),
        }
        seed = seed.or_else(|| cell(&row.cells, places.seed).parse().ok());
    }
    if faults.len() > SHOWN {
        let more = faults.len() - SHOWN;
        faults.truncate(SHOWN);
        faults.push(format!("and {more} more"));
    }
    if faults.is_empty() { Ok(Sheet { rows: judged, seed }) } else { Err(ReviewError(faults)) }
}

fn cell(cells: &[String], place: Option<usize>) -> &str {
    place.and_then(|place| cells.get(place)).map_or("", |cell| cell.trim())
}

/// Reads a row, or says all that is wrong with it.
fn judgment(places: &Places, cells: &[String]) -> Result<Judged, Vec<String>> {
    let mut faults = Vec::new();
    let named = cell(cells, Some(places.kind));
    let kind = ClaimKind::named(&named.to_lowercase());
    if kind.is_none() {
        let kinds = ClaimKind::ALL.map(ClaimKind::as_str).join(", ");
        faults.push(format!("kind is {named:?}; it is one of {kinds}"));
    }
    let said = cell(cells, Some(places.right));
    let right = right(said).unwrap_or_else(|| {
        faults.push(format!("right is {said:?}; write y or n, or leave the cell empty"));
        None
    });
    let mut number = |name: &str, place: Option<usize>, most: u64| {
        let said = cell(cells, place);
        let digits = said.strip_suffix('%').unwrap_or(said).trim_end();
        let value = digits.parse::<u64>().ok().filter(|value| *value <= most);
        if value.is_none() && !said.is_empty() {
            faults.push(format!("{name} is {said:?}; leave it as `copydesk review sample` wrote it"));
        }
        value
    };
    let score = number("score %", places.score, 100).map(|score| score as f64 / 100.0);
    let stratum = number("stratum", places.stratum, u64::MAX);
    let found = number("found", places.found, u64::MAX).filter(|found| *found > 0);
    match kind.filter(|_| faults.is_empty()) {
        Some(kind) => Ok(Judged {
            kind,
            right,
            score,
            outlet: cell(cells, places.outlet).to_owned(),
            // Without a stratum, or its size, the kind is one.
            stratum: stratum.filter(|_| found.is_some()).unwrap_or(0),
            found: found.unwrap_or(0),
        }),
        None => Err(faults),
    }
}

/// What a person wrote: `Some(None)` is nothing, `None` is no judgment.
fn right(said: &str) -> Option<Option<bool>> {
    match said.to_lowercase().as_str() {
        "" => Some(None),
        "y" | "yes" | "1" | "true" | "t" | "x" | "right" | "correct" | "ok" | "✓" | "✔" => Some(Some(true)),
        "n" | "no" | "0" | "false" | "f" | "wrong" | "incorrect" | "✗" | "✘" => Some(Some(false)),
        _ => None,
    }
}
