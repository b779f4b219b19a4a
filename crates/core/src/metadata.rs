//! Metadata of an article: title, authors, dates, outlet, and the place that it was read from.

use std::fmt;
use std::str::FromStr;

/// Metadata of an article. Unknown values are `None`, or an empty list of authors.
///
/// ```
/// use copydesk_core::{Document, Metadata};
///
/// let mut document = Document::new("1", "The council will vote on Monday.")?;
/// document.metadata = Metadata {
///     title: Some("Vote on Monday".into()),
///     authors: vec!["Ana Ruiz".into()],
///     published: Some("2024-05-01T09:30:00Z".parse()?),
///     ..Metadata::default()
/// };
/// assert_eq!(document.metadata.published.as_ref().map(|date| date.day()), Some("2024-05-01"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    /// The headline.
    pub title: Option<String>,
    /// The authors, in the order of the byline.
    pub authors: Vec<String>,
    /// When it first came out.
    pub published: Option<Date>,
    /// When it was last changed.
    pub modified: Option<Date>,
    /// The newspaper, agency, broadcaster or site.
    pub outlet: Option<String>,
    /// The section of the outlet, such as `politics`.
    pub section: Option<String>,
    /// The language of the text, as a BCP 47 tag such as `en` or `es-MX`.
    pub language: Option<String>,
    /// The address of the article.
    pub url: Option<String>,
}

/// The place that a document was read from. Results have it as `source`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The path of the file as it was given, or `None` for standard input and for texts of a program.
    pub file: Option<String>,
    /// The line of the file, from 1, if a line is a document.
    pub line: Option<u64>,
    /// The encoding that the bytes were read as, by its name in the Encoding Standard of WHATWG, such as `UTF-8` or
    /// `windows-1252`.
    pub encoding: Option<String>,
    /// The language of the text as it was detected, as a BCP 47 tag; [`Metadata::language`] is what the article says.
    pub language: Option<String>,
}

impl Origin {
    /// Returns true if nothing is known.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        *self == Origin::default()
    }
}

/// A date, or a date and time of day, in ISO 8601: `2024-05-01`, `2024-05-01T09:30`, `2024-05-01T09:30:00.5+02:00`. A
/// blank may replace the `T`, as RFC 3339 allows. The text is kept as it was written.
///
/// ```
/// use copydesk_core::Date;
///
/// let date: Date = "2024-02-29T23:59:59Z".parse()?;
/// assert_eq!(date.as_str(), "2024-02-29T23:59:59Z");
/// assert_eq!(date.day(), "2024-02-29");
/// assert!("2023-02-29".parse::<Date>().is_err());
/// # Ok::<(), copydesk_core::DateError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Date(String);

/// The length of `2024-05-01`.
const DAY: usize = 10;

impl Date {
    /// Returns the date as it was written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the day, `2024-05-01`, in the date's own time zone.
    #[must_use]
    pub fn day(&self) -> &str {
        self.0.get(..DAY).unwrap_or(&self.0)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Date {
    type Err = DateError;

    /// Reads a date.
    ///
    /// # Errors
    /// If the text has another form than [`Date`] names, or there is no such day or time.
    fn from_str(text: &str) -> Result<Self, DateError> {
        if is_date(text) { Ok(Date(text.to_owned())) } else { Err(DateError { text: text.to_owned() }) }
    }
}

/// A text that is no date. The message shows a right one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateError {
    text: String,
}

impl fmt::Display for DateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        /// More of a wrong date than this says nothing.
        const SHOWN: usize = 40;
        let shown: String = self.text.chars().take(SHOWN).collect();
        let more = if self.text.chars().nth(SHOWN).is_some() { "..." } else { "" };
        let right = "\"2024-05-01\" or \"2024-05-01T09:30:00Z\"";
        write!(f, "{:?} is no date; write it as in ISO 8601, {right}", shown + more)
    }
}

impl std::error::Error for DateError {}

fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    let Some((day, time)) = bytes.split_at_checked(DAY) else { return false };
    is_day(day) && (time.is_empty() || is_time(time))
}

/// Returns the number that these digits write, or `None` if there is anything else.
fn digits(bytes: &[u8]) -> Option<u32> {
    let all = !bytes.is_empty() && bytes.iter().all(u8::is_ascii_digit);
    all.then(|| bytes.iter().fold(0u32, |number, digit| number.saturating_mul(10) + u32::from(digit - b'0')))
}

/// `2024-05-01`
fn is_day(bytes: &[u8]) -> bool {
    let [year @ .., b'-', m1, m2, b'-', d1, d2] = bytes else { return false };
    let (Some(year), Some(month), Some(day)) = (digits(year), digits(&[*m1, *m2]), digits(&[*d1, *d2])) else {
        return false;
    };
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    (1..=days).contains(&day)
}

/// `T09:30`, `T09:30:00`, `T09:30:00.5`, each with `Z`, `+02:00`, `+0200`, `+02` or nothing after it.
fn is_time(bytes: &[u8]) -> bool {
    let [b'T' | b't' | b' ', clock @ ..] = bytes else { return false };
    let zone = clock.iter().position(|byte| matches!(byte, b'Z' | b'z' | b'+' | b'-')).unwrap_or(clock.len());
    let (clock, zone) = clock.split_at(zone);
    let (whole, fraction) = match clock.iter().position(|byte| matches!(byte, b'.' | b',')) {
        Some(at) => (clock.get(..at).unwrap_or_default(), clock.get(at + 1..)),
        None => (clock, None),
    };
    // A minute may have a leap second.
    let clock = match (whole, fraction) {
        ([h1, h2, b':', m1, m2], None) => is_clock(&[*h1, *h2], &[*m1, *m2], b"00"),
        ([h1, h2, b':', m1, m2, b':', s1, s2], fraction) => {
            is_clock(&[*h1, *h2], &[*m1, *m2], &[*s1, *s2])
                && fraction.is_none_or(|digits| !digits.is_empty() && digits.iter().all(u8::is_ascii_digit))
        }
        _ => false,
    };
    let zone = match zone {
        [] | [b'Z' | b'z'] => true,
        [b'+' | b'-', h1, h2] => is_clock(&[*h1, *h2], b"00", b"00"),
        [b'+' | b'-', h1, h2, b':', m1, m2] | [b'+' | b'-', h1, h2, m1, m2] => {
            is_clock(&[*h1, *h2], &[*m1, *m2], b"00")
        }
        _ => false,
    };
    clock && zone
}

fn is_clock(hours: &[u8], minutes: &[u8], seconds: &[u8]) -> bool {
    let within = |bytes, limit| digits(bytes).is_some_and(|number| number <= limit);
    within(hours, 23) && within(minutes, 59) && within(seconds, 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        let right = [
            "2024-05-01",
            "0001-01-01",
            "2024-02-29",
            "2000-02-29",
            "2024-05-01T09:30",
            "2024-05-01 09:30:00",
            "2024-05-01t23:59:60z",
            "2024-05-01T09:30:00.123456789Z",
            "2024-05-01T09:30:00,5+02:00",
            "2024-05-01T09:30-0330",
            "2024-05-01T09:30+02",
        ];
        for text in right {
            assert_eq!(text.parse::<Date>().map(|date| date.to_string()), Ok(text.to_owned()));
        }
        let wrong = [
            "",
            "2024",
            "2024-05",
            "2024-5-1",
            "20240501",
            "2024-13-01",
            "2024-00-10",
            "2024-04-31",
            "2023-02-29",
            "1900-02-29",
            "+2024-05-01",
            "May 1, 2024",
            "2024-05-01T",
            "2024-05-01T9:30",
            "2024-05-01T24:00",
            "2024-05-01T09:60",
            "2024-05-01T09:30:61",
            "2024-05-01T09:30:00.",
            "2024-05-01T09:30.5",
            "2024-05-01T09:30 Z",
            "2024-05-01T09:30+24:00",
            "2024-05-01T09:30Z+02:00",
            "2024-05-0١",
        ];
        for text in wrong {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
        let error = "x".repeat(100).parse::<Date>().unwrap_err().to_string();
        assert!(
            error.starts_with(&format!("\"{}...\" is no date; write it as in ISO 8601", "x".repeat(40))),
            "{error}"
        );
    }
}
