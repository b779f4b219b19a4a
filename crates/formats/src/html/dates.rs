//! Dates as pages write them, to the form of ISO 8601 that a document's metadata have.

use copydesk_core::Date;

/// The months, by their first three letters.
const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Longer texts are no dates.
const MAX_BYTES: usize = 100;

/// Returns the date that a text is: ISO 8601 with small liberties (a blank before the time zone, a compact day, a
/// fraction of any length), RFC 2822, or words such as `May 1, 2024` and `1 May 2024`. A time without a time zone
/// stays so.
pub(super) fn date(text: &str) -> Option<Date> {
    let text = text.trim();
    if text.len() > MAX_BYTES || !text.is_ascii() {
        return None;
    }
    text.parse().ok().or_else(|| iso(text)).or_else(|| words(text))
}

/// ISO 8601 with the liberties that pages take.
fn iso(text: &str) -> Option<Date> {
    let compact = text.get(..8).filter(|day| day.bytes().all(|byte| byte.is_ascii_digit()));
    let (day, rest) = match compact {
        Some(day) => {
            let (year, month, day) = (day.get(..4)?, day.get(4..6)?, day.get(6..)?);
            (format!("{year}-{month}-{day}"), text.get(8..)?)
        }
        None => {
            let end = text.find(|c: char| !c.is_ascii_digit() && !matches!(c, '-' | '/' | '.')).unwrap_or(text.len());
            let (day, rest) = text.split_at_checked(end)?;
            let mut parts = day.split(['-', '/', '.']);
            let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
            if year.len() != 4 || parts.next().is_some() {
                return None;
            }
            (format!("{year}-{month:0>2}-{day:0>2}"), rest)
        }
    };
    let rest = rest.trim_start_matches(['T', 't', ' ', ',']);
    if rest.is_empty() {
        return day.parse().ok();
    }
    with_time(&day, rest)
}

/// A day with `9:30`, `09:30:00.5Z`, `09:30:00 +02:00`, `9:30 PM GMT` and the like. If the time has another form, the
/// day alone is taken.
fn with_time(day: &str, time: &str) -> Option<Date> {
    let end = time.find(|c: char| !c.is_ascii_digit() && !matches!(c, ':' | '.' | ',')).unwrap_or(time.len());
    let (clock, zone) = time.split_at_checked(end)?;
    let clock = clock.trim_end_matches([',', '.']);
    let (hours, minutes) = clock.split_once(':').unwrap_or((clock, ""));
    let mut hours: u32 = hours.parse().ok()?;
    let mut zone = zone.trim_start();
    let half = zone.get(..2).map(str::to_ascii_lowercase);
    if let Some(half) = half.filter(|half| half == "am" || half == "pm") {
        zone = zone.get(2..).unwrap_or("").trim_start();
        hours = hours % 12 + if half == "pm" { 12 } else { 0 };
    }
    let zone = match zone {
        "" => "",
        "Z" | "z" | "UTC" | "GMT" => "Z",
        zone => zone.trim_start_matches("GMT").trim_start_matches("UTC"),
    };
    // The names of other time zones are ambiguous.
    let zone = if zone.bytes().all(|byte| byte.is_ascii_digit() || b"+-:Z".contains(&byte)) { zone } else { "" };
    let full = format!("{day}T{hours:02}:{minutes}{zone}");
    full.parse().or_else(|_| day.parse()).ok()
}

/// `May 1, 2024 9:30 PM`, `1 May 2024`, `Wed, 01 May 2024 09:30:00 GMT`.
fn words(text: &str) -> Option<Date> {
    let mut day = None;
    let mut month = None;
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([' ', ',', '.', '-', '|']);
        let end = rest.find([' ', ',', '.', '-', '|']).unwrap_or(rest.len());
        let word = rest.get(..end).filter(|word| !word.is_empty())?;
        let after = rest.get(end..)?;
        let number: Option<u32> = word.trim_end_matches(|c: char| c.is_ascii_alphabetic()).parse().ok();
        match number {
            Some(year) if year > 999 => {
                let date = format!("{year:04}-{:02}-{:02}", month?, day?);
                let time = after.trim_start_matches([' ', ',', '-', '|', 'T']);
                let time = time.strip_prefix("at ").unwrap_or(time);
                return match time.starts_with(|c: char| c.is_ascii_digit()) && time.contains(':') {
                    true => with_time(&date, time),
                    false => date.parse().ok(),
                };
            }
            Some(number) => day = Some(number),
            None => {
                let start = word.get(..3).map(str::to_ascii_lowercase);
                let found = MONTHS.iter().zip(1..).find(|(name, _)| start.as_deref() == Some(**name));
                month = found.map(|(_, number)| number).or(month);
            }
        }
        rest = after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_pages() {
        let cases = [
            ("2024-05-01", "2024-05-01"),
            (" 2024-05-01T09:30:00Z ", "2024-05-01T09:30:00Z"),
            ("2024-05-01 09:30:00 +02:00", "2024-05-01T09:30:00+02:00"),
            ("2024-05-01 09:30:00 UTC", "2024-05-01T09:30:00Z"),
            ("2024-05-01T09:30:00.000+0000", "2024-05-01T09:30:00.000+0000"),
            ("20240501", "2024-05-01"),
            ("20240501T093000Z", "2024-05-01"),
            ("2024/5/1", "2024-05-01"),
            ("2024-05-01T9:30", "2024-05-01T09:30"),
            ("May 1, 2024", "2024-05-01"),
            ("1 May 2024", "2024-05-01"),
            ("1st May, 2024", "2024-05-01"),
            ("Wednesday, May 1, 2024 9:30 PM", "2024-05-01T21:30"),
            ("Wed, 01 May 2024 09:30:00 GMT", "2024-05-01T09:30:00Z"),
            ("May 1, 2024 at 12:05 a.m. EDT", "2024-05-01T12:05"),
            ("May 1, 2024 at 12:05 AM EDT", "2024-05-01T00:05"),
            ("Updated: May 1, 2024", "2024-05-01"),
        ];
        for (text, expected) in cases {
            assert_eq!(date(text).map(|date| date.to_string()).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "today", "2024", "May 2024", "2024-13-01", "1/5/2024", "9:30", "32 May 2024", "٢٠٢٤"] {
            assert_eq!(date(text), None, "{text}");
        }
    }
}
