//! Precision from judgments: weighted by strata, with intervals.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use super::claims::ClaimKind;
use super::sheet::{Judged, ReviewError, read};

/// The form of a review as JSON. A change that breaks readers changes the number.
pub const REVIEW_SCHEMA: &str = "copydesk-review/1";

/// The 97.5 % quantile of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// An outlet has a row of its own if so many of its claims are judged.
const ENOUGH: u64 = 10;

/// The outcome of a review.
///
/// ```
/// use copydesk_corpus::review::Review;
///
/// let sheet = "kind;right\r\nspeaker;y\r\nspeaker;y\r\nspeaker;n\r\nname;\r\n";
/// let review = Review::read(sheet.as_bytes().to_vec())?;
/// assert_eq!((review.sampled, review.judged), (4, 3));
/// assert_eq!((review.rows[0].kind.as_str(), review.rows[0].right), ("speaker", 2));
/// # Ok::<(), copydesk_corpus::review::ReviewError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Review {
    /// [`REVIEW_SCHEMA`].
    pub schema: String,
    /// The seed of the sample, or `None` if the table does not tell.
    pub seed: Option<u64>,
    /// Claims in the table.
    pub sampled: u64,
    /// Claims that are judged.
    pub judged: u64,
    /// The precision of each kind that has judgments.
    pub rows: Vec<Precision>,
    /// The precision by kind and outlet, where at least ten claims are judged.
    pub outlets: Vec<Precision>,
}

/// The share of claims that are right.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Precision {
    /// The kind, as [`ClaimKind::as_str`] names it.
    pub kind: String,
    /// The outlet, in `outlets` alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outlet: Option<String>,
    /// Claims judged right.
    pub right: u64,
    /// Claims judged.
    pub judged: u64,
    /// Claims that are not judged.
    pub not_judged: u64,
    /// The estimate, 0 to 1: each stratum counts as often as its claims were found.
    pub precision: f64,
    /// The lower end of the 95 % interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// The mean score of the judged claims, weighted alike, or `None` without scores. Scores are calibrated if it is
    /// near the precision.
    pub mean_score: Option<f64>,
}

impl Review {
    /// Scores a table as a spreadsheet saves it: with commas, semicolons or tabs, in UTF-8, UTF-16 or an older encoding.
    ///
    /// # Errors
    /// If the table lacks a column, a cell is wrong, or nothing is judged. All faults come at once.
    pub fn read(bytes: Vec<u8>) -> Result<Review, ReviewError> {
        let sheet = read(bytes)?;
        let judged = sheet.rows.iter().filter(|row| row.right.is_some()).count() as u64;
        if judged == 0 {
            return Err(ReviewError::one(
                "no row is judged: write y or n into the column right, and save the table as CSV",
            ));
        }
        let mut kinds: BTreeMap<ClaimKind, Vec<&Judged>> = BTreeMap::new();
        let mut outlets: BTreeMap<(ClaimKind, &str), Vec<&Judged>> = BTreeMap::new();
        for row in &sheet.rows {
            kinds.entry(row.kind).or_default().push(row);
            outlets.entry((row.kind, &row.outlet)).or_default().push(row);
        }
        let rows = kinds.iter().filter_map(|(kind, rows)| Precision::of(*kind, None, rows));
        let outlets = outlets.iter().filter(|((_, outlet), _)| !outlet.is_empty());
        let outlets = outlets.filter_map(|((kind, outlet), rows)| Precision::of(*kind, Some(outlet), rows));
        Ok(Review {
            schema: REVIEW_SCHEMA.to_owned(),
            seed: sheet.seed,
            sampled: sheet.rows.len() as u64,
            judged,
            rows: rows.collect(),
            outlets: outlets.filter(|row| row.judged >= ENOUGH).collect(),
        })
    }

    /// Returns the review as JSON, as `copydesk report --review` reads it.
    ///
    /// # Errors
    /// Never: everything in it has a form in JSON.
    pub fn to_json(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut json = serde_json::to_vec_pretty(self)?;
        json.push(b'\n');
        Ok(json)
    }
}

/// The judgments of a stratum.
#[derive(Default)]
struct Stratum {
    found: u64,
    rows: u64,
    judged: u64,
    right: u64,
    scores: f64,
    scored: u64,
}

impl Precision {
    /// Returns the precision of some rows, or `None` if none is judged.
    fn of(kind: ClaimKind, outlet: Option<&str>, rows: &[&Judged]) -> Option<Precision> {
        let mut strata: BTreeMap<u64, Stratum> = BTreeMap::new();
        for row in rows {
            let stratum = strata.entry(row.stratum).or_default();
            stratum.found = stratum.found.max(row.found);
            stratum.rows += 1;
            if let Some(right) = row.right {
                stratum.judged += 1;
                stratum.right += u64::from(right);
                stratum.scores += row.score.unwrap_or(0.0);
                stratum.scored += u64::from(row.score.is_some());
            }
        }
        let judged: u64 = strata.values().map(|stratum| stratum.judged).sum();
        let right: u64 = strata.values().map(|stratum| stratum.right).sum();
        let (mut all, mut hits, mut squares) = (0.0, 0.0, 0.0);
        let (mut scores, mut scored) = (0.0, 0.0);
        for stratum in strata.values().filter(|stratum| stratum.judged > 0) {
            // Without its size, a stratum counts by its rows.
            let size = if stratum.found > 0 { stratum.found } else { stratum.rows } as f64;
            let weight = size / stratum.judged as f64;
            all += size;
            hits += weight * stratum.right as f64;
            squares += weight * weight * stratum.judged as f64;
            scores += weight * stratum.scores;
            scored += weight * stratum.scored as f64;
        }
        if judged == 0 {
            return None;
        }
        let precision = hits / all;
        let [low, high] = wilson(precision, all * all / squares);
        Some(Precision {
            kind: kind.as_str().to_owned(),
            outlet: outlet.map(str::to_owned),
            right,
            judged,
            not_judged: rows.len() as u64 - judged,
            precision,
            low,
            high,
            mean_score: (scored > 0.0).then(|| scores / scored),
        })
    }
}

/// Returns the 95 % score interval of a share (Wilson 1927) among `n` judgments. With weights, `n` is Kish's effective
/// sample size, the squared sum of weights divided by the sum of their squares (Kish 1965).
///
/// ```
/// let [low, high] = copydesk_corpus::review::wilson(0.95, 40.0);
/// assert!((low - 0.8350).abs() < 1e-4 && (high - 0.9862).abs() < 1e-4);
/// ```
#[must_use]
pub fn wilson(share: f64, n: f64) -> [f64; 2] {
    let z2 = Z * Z;
    let middle = share + z2 / (2.0 * n);
    let reach = Z * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).max(0.0).sqrt();
    let by = 1.0 + z2 / n;
    [((middle - reach) / by).clamp(0.0, 1.0), ((middle + reach) / by).clamp(0.0, 1.0)]
}

/// A table for people.
impl fmt::Display for Review {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = ["KIND", "RIGHT", "JUDGED", "PRECISION", "95 % INTERVAL", "MEAN SCORE"].map(str::to_owned);
        let percent = |share: f64| format!("{:.1} %", 100.0 * share);
        let row = |of: &Precision| {
            [
                of.outlet.as_ref().map_or_else(|| of.kind.clone(), |outlet| format!("{}, {outlet}", of.kind)),
                of.right.to_string(),
                of.judged.to_string(),
                percent(of.precision),
                format!("{:.1} to {:.1} %", 100.0 * of.low, 100.0 * of.high),
                of.mean_score.map_or_else(|| "-".to_owned(), percent),
            ]
        };
        let rows: Vec<[String; 6]> = [head].into_iter().chain(self.rows.iter().chain(&self.outlets).map(row)).collect();
        let mut widths = [0; 6];
        for row in &rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = cell.chars().count().max(*width);
            }
        }
        for row in &rows {
            for (at, (cell, width)) in row.iter().zip(widths).enumerate() {
                if at == 0 {
                    write!(f, "{cell:width$}")?;
                } else {
                    write!(f, "  {cell:>width$}")?;
                }
            }
            writeln!(f)?;
        }
        let missing = self.sampled - self.judged;
        if missing > 0 {
            writeln!(f, "{missing} of {} rows are not judged", self.sampled)?;
        }
        Ok(())
    }
}
