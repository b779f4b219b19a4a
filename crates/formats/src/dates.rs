//! Dates as people and programs write them, to ISO 8601.

use copydesk_core::Date;
use copydesk_text::lang::ENGLISH;

/// Longer texts are no dates.
const LONGEST: usize = 64;

/// Reads a date in one of the forms that tables and pages have: ISO 8601, RFC 2822, `May 1, 2024`, `1 May 2024 9:30 PM`,
/// `2024/05/01`, `20240501`, seconds or milliseconds since 1970. It returns ISO 8601. A time zone stays as an offset.
///
/// `None` means that the text is no date, or may mean two: `01/05/2024` is a day of January or of May, but `13/05/2024`
/// is May.
///
/// ```
/// use copydesk_formats::read_date;
///
/// let read = |text| read_date(text).map(|date| date.to_string());
/// assert_eq!(read("Wed, 01 May 2024 09:30:00 +0200").as_deref(), Some("2024-05-01T09:30:00+02:00"));
/// assert_eq!(read("May 1, 2024").as_deref(), Some("2024-05-01"));
/// assert_eq!(read("01/05/2024"), None);
/// ```
#[must_use]
pub fn read_date(text: &str) -> Option<Date> {
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST {
        return None;
    }
    if let Ok(date) = text.parse() {
        return Some(date);
    }
    let date = match compact(text) {
        Some(date) => date,
        None => written(text)?,
    };
    date.parse().ok()
}

/// `20240501`, `20240501T093000Z`, `20240501093000`, and seconds or milliseconds since 1970.
fn compact(text: &str) -> Option<String> {
    let (rest, zone) = match text.strip_suffix(['Z', 'z']) {
        Some(rest) => (rest, "Z"),
        None => (text, ""),
    };
    let digits: String = rest.chars().filter(|c| !matches!(c, 'T' | 't')).collect();
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part = |from: usize, to: usize| digits.get(from..to);
    match (digits.len(), digits.len() == text.len()) {
        (8, true) => Some(format!("{}-{}-{}", part(0, 4)?, part(4, 6)?, part(6, 8)?)),
        (14, _) => Some(format!(
            "{}-{}-{}T{}:{}:{}{zone}",
            part(0, 4)?,
            part(4, 6)?,
            part(6, 8)?,
            part(8, 10)?,
            part(10, 12)?,
            part(12, 14)?
        )),
        (10, true) => since_1970(digits.parse().ok()?),
        (13, true) => since_1970(digits.parse::<i64>().ok()? / 1_000),
        _ => None,
    }
}

/// Seconds since 1970, to the second.
pub fn since_1970(seconds: i64) -> Option<String> {
    const DAY: i64 = 86_400;
    let day = day_since_1970(seconds.div_euclid(DAY))?;
    let second = seconds.rem_euclid(DAY);
    Some(format!("{day}T{:02}:{:02}:{:02}Z", second / 3_600, second / 60 % 60, second % 60))
}

/// The day `days` after 1 January 1970, if its year has four digits. From the civil calendar algorithms of Howard
/// Hinnant, "chrono-Compatible Low-Level Date Algorithms".
pub fn day_since_1970(days: i64) -> Option<String> {
    let days = days.checked_add(719_468)?;
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (0..=9_999).contains(&year).then(|| format!("{year:04}-{month:02}-{day:02}"))
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'a> {
    /// The number of digits, and the value.
    Number(usize, u32),
    Word(&'a str),
    Mark(char),
}

fn tokens(text: &str) -> Option<Vec<Token<'_>>> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let same = |c: char| match first {
            '0'..='9' => c.is_ascii_digit(),
            _ if first.is_alphabetic() => c.is_alphabetic(),
            _ => false,
        };
        let end = rest.find(|c| !same(c)).unwrap_or(rest.len()).max(first.len_utf8());
        let (token, after) = rest.split_at_checked(end)?;
        tokens.push(match first {
            '0'..='9' => Token::Number(token.len(), token.parse().ok()?),
            _ if first.is_alphabetic() => Token::Word(token),
            _ => Token::Mark(if first.is_whitespace() { ' ' } else { first }),
        });
        rest = after;
    }
    Some(tokens)
}

/// A date with its parts in words or between marks.
fn written(text: &str) -> Option<String> {
    let tokens = tokens(text)?;
    let clock = tokens
        .windows(3)
        .position(|three| matches!(three, [Token::Number(1..=2, _), Token::Mark(':'), Token::Number(2, _)]));
    let Some(clock) = clock else { return day(&tokens) };
    let (before, from) = tokens.split_at_checked(clock)?;
    let (time, after) = time(from)?;
    // The day is before the time or after it.
    let day = match before.iter().any(|token| matches!(token, Token::Number(..))) {
        true => Some(after).filter(|after| after.iter().all(is_passed_over)).and_then(|_| day(before)),
        false => Some(before).filter(|before| before.iter().all(is_passed_over)).and_then(|_| day(after)),
    }?;
    Some(format!("{day}T{time}"))
}

/// Returns the time of day with its zone, and the tokens after it.
fn time<'a, 'b>(tokens: &'b [Token<'a>]) -> Option<(String, &'b [Token<'a>])> {
    let [Token::Number(_, hour), Token::Mark(':'), Token::Number(2, minute), rest @ ..] = tokens else { return None };
    let (mut hour, mut rest) = (*hour, rest);
    let mut seconds = String::new();
    if let [Token::Mark(':'), Token::Number(2, second), after @ ..] = rest {
        seconds = format!(":{second:02}");
        rest = after;
        if let [Token::Mark('.'), Token::Number(width, fraction), after @ ..] = rest {
            seconds += &format!(".{fraction:0width$}");
            rest = after;
        }
    }
    rest = after_blanks(rest);
    let half = match rest {
        [Token::Word(word), after @ ..] if is(word, &["am", "pm"]) => Some((word, after)),
        [Token::Word(word), Token::Mark('.'), Token::Word(m), Token::Mark('.'), after @ ..]
            if is(word, &["a", "p"]) && is(m, &["m"]) =>
        {
            Some((word, after))
        }
        _ => None,
    };
    if let Some((word, after)) = half {
        if !(1..=12).contains(&hour) {
            return None;
        }
        hour = hour % 12 + if word.starts_with(['p', 'P']) { 12 } else { 0 };
        rest = after_blanks(after);
    }
    let (zone, rest) = zone(rest);
    Some((format!("{hour:02}:{minute:02}{seconds}{zone}"), rest))
}

fn after_blanks<'a, 'b>(tokens: &'b [Token<'a>]) -> &'b [Token<'a>] {
    let blanks = tokens.iter().take_while(|token| **token == Token::Mark(' ')).count();
    tokens.get(blanks..).unwrap_or_default()
}

/// Returns the zone that stands at the beginning, as an offset, or nothing; and the tokens after it.
fn zone<'a, 'b>(tokens: &'b [Token<'a>]) -> (String, &'b [Token<'a>]) {
    match tokens {
        [
            Token::Mark(sign @ ('+' | '-')),
            Token::Number(2, hour),
            Token::Mark(':'),
            Token::Number(2, minute),
            rest @ ..,
        ] => (format!("{sign}{hour:02}:{minute:02}"), rest),
        [Token::Mark(sign @ ('+' | '-')), Token::Number(4, offset), rest @ ..] => {
            (format!("{sign}{:02}:{:02}", offset / 100, offset % 100), rest)
        }
        [Token::Word(word), rest @ ..] => match zone_of(word) {
            Some(zone) => (zone.to_owned(), rest),
            None => (String::new(), tokens),
        },
        _ => (String::new(), tokens),
    }
}

/// The zones of RFC 2822, and those of western Europe. Other abbreviations mean several zones.
fn zone_of(word: &str) -> Option<&'static str> {
    const ZONES: [(&str, &str); 15] = [
        ("z", "Z"),
        ("ut", "Z"),
        ("utc", "Z"),
        ("gmt", "Z"),
        ("est", "-05:00"),
        ("edt", "-04:00"),
        ("cst", "-06:00"),
        ("cdt", "-05:00"),
        ("mst", "-07:00"),
        ("mdt", "-06:00"),
        ("pst", "-08:00"),
        ("pdt", "-07:00"),
        ("bst", "+01:00"),
        ("cet", "+01:00"),
        ("cest", "+02:00"),
    ];
    ZONES.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, zone)| *zone)
}

/// Reads a day from tokens that are nothing else.
fn day(tokens: &[Token<'_>]) -> Option<String> {
    let mut parts = tokens.iter().filter(|token| !is_passed_over(token));
    let (first, second, third) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let month = |token: &Token<'_>| match token {
        Token::Word(word) => month_of(word),
        _ => None,
    };
    let (year, month, day) = match (first, second, third) {
        (Token::Number(4, year), Token::Number(1..=2, month), Token::Number(1..=2, day)) => (*year, *month, *day),
        (Token::Number(1..=2, one), Token::Number(1..=2, other), Token::Number(4, year)) => match (one, other) {
            (day @ 13.., month) | (month, day @ 13..) => (*year, *month, *day),
            (same, other) if same == other => (*year, *same, *same),
            _ => return None,
        },
        (Token::Number(4, year), name, Token::Number(1..=2, day))
        | (name, Token::Number(1..=2, day), Token::Number(4, year))
        | (Token::Number(1..=2, day), name, Token::Number(4, year)) => (*year, month(name)?, *day),
        _ => return None,
    };
    Some(format!("{year:04}-{month:02}-{day:02}"))
}

/// The number of the month with this name, or with its first letters.
fn month_of(word: &str) -> Option<u32> {
    begins(word, &ENGLISH.calendar.months).map(|month| month as u32 + 1)
}

/// Weekdays, marks and words that say nothing about the day.
fn is_passed_over(token: &Token<'_>) -> bool {
    const WORDS: [&str; 8] = ["st", "nd", "rd", "th", "at", "on", "of", "the"];
    match token {
        Token::Mark(mark) => matches!(mark, ' ' | ',' | '.' | '/' | '-' | '(' | ')' | '|' | '–'),
        Token::Word(word) => {
            is(word, &WORDS) || begins(word, &ENGLISH.calendar.weekdays).is_some() || zone_of(word).is_some()
        }
        Token::Number(..) => false,
    }
}

fn is(word: &str, names: &[&str]) -> bool {
    names.iter().any(|name| name.eq_ignore_ascii_case(word))
}

/// The place of the name that begins with `word`, which has three letters or more.
fn begins(word: &str, names: &[&str]) -> Option<usize> {
    let word = word.to_lowercase();
    names.iter().position(|name| word.len() >= 3 && name.starts_with(&word))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn dates() {
        let right = [
            ("2024-05-01", "2024-05-01"),
            (" 2024-05-01 09:30:00 ", "2024-05-01 09:30:00"),
            ("2024-05-01 09:30:00 UTC", "2024-05-01T09:30:00Z"),
            ("2024-05-01 09:30:00.250 +0200", "2024-05-01T09:30:00.250+02:00"),
            ("2024-05-01 09:30:00 -05:00", "2024-05-01T09:30:00-05:00"),
            ("2024/5/1", "2024-05-01"),
            ("2024.05.01 9:05", "2024-05-01T09:05"),
            ("20240501", "2024-05-01"),
            ("20240501093000", "2024-05-01T09:30:00"),
            ("20240501T093000Z", "2024-05-01T09:30:00Z"),
            ("Wed, 01 May 2024 09:30:00 +0200", "2024-05-01T09:30:00+02:00"),
            ("Wed, 1 May 2024 09:30:00 GMT", "2024-05-01T09:30:00Z"),
            ("1 May 2024 09:30 EST", "2024-05-01T09:30-05:00"),
            ("Wed, 01 May 2024 09:30:00 +0000 (UTC)", "2024-05-01T09:30:00+00:00"),
            ("May 1, 2024", "2024-05-01"),
            ("Wednesday, May 1st, 2024", "2024-05-01"),
            ("Sept. 3, 2024", "2024-09-03"),
            ("01-May-2024", "2024-05-01"),
            ("May 1, 2024 9:30 PM", "2024-05-01T21:30"),
            ("May 1, 2024 at 12:05 a.m. EDT", "2024-05-01T00:05-04:00"),
            ("9:30 AM, May 1, 2024", "2024-05-01T09:30"),
            ("13/05/2024", "2024-05-13"),
            ("05/13/2024", "2024-05-13"),
            ("13.05.2024 10:00", "2024-05-13T10:00"),
            ("05/05/2024", "2024-05-05"),
            ("1714555800", "2024-05-01T09:30:00Z"),
            ("1714555800123", "2024-05-01T09:30:00Z"),
        ];
        for (text, expected) in right {
            assert_eq!(read_date(text).map(|date| date.to_string()).as_deref(), Some(expected), "{text}");
        }
        let wrong = [
            "",
            "yesterday",
            "May 2024",
            "01/05/2024",
            "1/5/24",
            "2024-02-30",
            "31 April 2024",
            "May 1, 2024 25:00",
            "May 1, 2024 13:00 PM",
            "May 1, 2024 and June 2, 2024",
            "Maybe 1, 2024",
            "2024",
            "123",
            "12:30",
            "1 May 2024 9:30 IST",
            "1 de mayo de 2024",
        ];
        for text in wrong {
            assert_eq!(read_date(text), None, "{text}");
        }
    }

    #[test]
    fn days() {
        let cases = [(0, "1970-01-01"), (-1, "1969-12-31"), (19_844, "2024-05-01"), (11_016, "2000-02-29")];
        for (days, expected) in cases {
            assert_eq!(day_since_1970(days).as_deref(), Some(expected));
        }
        for days in [i64::MIN, i64::MAX, 4_000_000, -800_000] {
            assert_eq!(day_since_1970(days), None);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_a_date_or_none(text in "[0-9a-zA-Z:+.,/ -]{0,30}|\\PC{0,70}") {
            let _ = read_date(&text);
        }

        #[test]
        fn every_day_reads_as_itself(days in -719_000_i64..2_900_000) {
            let day = day_since_1970(days).unwrap();
            prop_assert_eq!(read_date(&day.replace('-', "/")).unwrap().to_string(), day);
        }
    }
}
