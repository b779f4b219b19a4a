//! Tab-separated values with the 27 columns of GDELT's Global Knowledge Graph 2.1, one document a line and without a
//! head, as GDELT's own files.
//!
//! The columns are those of the codebook "The GDELT Global Knowledge Graph (GKG) Data Format Codebook V2.1" (2015).
//! Columns that need a gazetteer or dictionaries of GDELT's own are empty: counts, themes, dates, amounts, images and
//! translation. Offsets are code points, whatever the run's unit.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::io::{self, Write};

use copydesk_core::{Article, Date, Entity, OffsetMap, OffsetUnit};
use copydesk_text::{EntityLabel, Polarity};

use crate::parts::Parts;
use crate::plain::one_line;
use crate::writer::{DocumentError, DocumentWriter, Duplicate, Layout, OutputFormat};

/// The row of the catalogue.
pub(crate) const FORMAT: OutputFormat = OutputFormat {
    name: "gkg",
    aliases: &[],
    endings: &["gkg"],
    description: "the 27 columns of GDELT's Global Knowledge Graph 2.1, separated by tabs",
    layout: Layout::File,
    writer: |options| Box::new(GkgWriter { parts: options.parts.clone(), rows: 0 }),
};

/// The number of columns.
const COLUMNS: usize = 27;

/// Columns by their place, from 0.
mod column {
    pub(super) const RECORD: usize = 0;
    pub(super) const DATE: usize = 1;
    pub(super) const COLLECTION: usize = 2;
    pub(super) const SOURCE: usize = 3;
    pub(super) const IDENTIFIER: usize = 4;
    pub(super) const LOCATIONS: usize = 9;
    pub(super) const LOCATIONS_AT: usize = 10;
    pub(super) const PERSONS: usize = 11;
    pub(super) const PERSONS_AT: usize = 12;
    pub(super) const ORGANIZATIONS: usize = 13;
    pub(super) const ORGANIZATIONS_AT: usize = 14;
    pub(super) const TONE: usize = 15;
    pub(super) const GCAM: usize = 17;
    pub(super) const QUOTATIONS: usize = 22;
    pub(super) const NAMES: usize = 23;
    pub(super) const EXTRAS: usize = 26;
}

struct GkgWriter {
    parts: Parts,
    /// Rows written so far: the numbers of records.
    rows: u64,
}

/// One line of columns.
#[derive(Default)]
struct Row([String; COLUMNS]);

impl Row {
    fn column(&mut self, at: usize) -> Option<&mut String> {
        self.0.get_mut(at)
    }

    /// Appends `text` to a column, after `separator` if something is there already. Characters that mean something in
    /// the column are blanks.
    fn push(&mut self, at: usize, separator: &str, text: impl FnOnce(&mut String)) {
        let Some(column) = self.column(at) else { return };
        if !column.is_empty() {
            column.push_str(separator);
        }
        text(column);
    }
}

/// Appends a text as one line, with a blank for each of the separators of lists.
fn push_words(out: &mut String, text: &str, separators: &str) {
    out.extend(one_line(text, ' ').map(|c| if separators.contains(c) { ' ' } else { c }));
}

/// Separators in lists of names.
const OF_NAMES: &str = ";,#";
/// Separators in the column of quotations.
const OF_QUOTES: &str = "#|";

impl GkgWriter {
    /// A row with what every document has.
    fn row(&mut self, date: Option<&str>, id: &str) -> Row {
        self.rows += 1;
        let mut row = Row::default();
        // "0" is the codebook's date of a document without one.
        row.push(column::RECORD, "", |out| {
            let _ = write!(out, "{}-{}", date.unwrap_or("00000000000000"), self.rows);
        });
        row.push(column::DATE, "", |out| out.push_str(date.unwrap_or("0")));
        row.push(column::IDENTIFIER, "", |out| push_words(out, id, ""));
        row
    }

    fn send(row: &Row, out: &mut dyn Write) -> io::Result<()> {
        let mut line = row.0.join("\t");
        line.push('\n');
        out.write_all(line.as_bytes())
    }
}

impl DocumentWriter for GkgWriter {
    fn document(&mut self, article: &Article, out: &mut dyn Write) -> io::Result<()> {
        let metadata = article.metadata();
        let published = metadata.published.as_ref().filter(|_| self.parts.has("published"));
        let date = published.map(timestamp);
        let known = |name: &str, value: &'_ Option<String>| value.clone().filter(|_| self.parts.has(name));
        let (url, outlet, title) =
            (known("url", &metadata.url), known("outlet", &metadata.outlet), known("title", &metadata.title));
        let host = url.as_deref().and_then(host);
        let identifier = url.as_deref().filter(|_| host.is_some()).unwrap_or_else(|| article.id());
        let mut row = self.row(date.as_deref(), identifier);
        // 1 is the open web, 2 a citation alone.
        row.push(column::COLLECTION, "", |out| out.push(if host.is_some() { '1' } else { '2' }));
        row.push(column::SOURCE, "", |out| push_words(out, host.or(outlet.as_deref()).unwrap_or_default(), ""));
        row.push(column::EXTRAS, "", |out| {
            element(out, "PAGE_TITLE", title.as_deref());
            let authors: Vec<String> = metadata.authors.iter().map(|author| author.replace(';', " ")).collect();
            let authors = Some(authors.join(";")).filter(|authors| !authors.is_empty() && self.parts.has("authors"));
            element(out, "PAGE_AUTHORS", authors.as_deref());
            element(out, "PAGE_PRECISEPUBTIMESTAMP", date.as_deref());
        });
        let map = OffsetMap::new(article.text(), OffsetUnit::Char);
        if self.parts.has("entities") {
            names(&mut row, article, &map, self.parts.has("actors"));
        }
        if self.parts.has("quotes") {
            quotations(&mut row, article, &map);
        }
        let words = article.tokens().len();
        if self.parts.has("stances") && article.has("stances") {
            tone(&mut row, article);
        }
        if self.parts.has("tokens") && words > 0 {
            row.push(column::GCAM, "", |out| {
                let _ = write!(out, "wc:{words}");
            });
        }
        Self::send(&row, out)
    }

    fn error(&mut self, error: &DocumentError, out: &mut dyn Write) -> io::Result<()> {
        let mut row = self.row(None, &error.id);
        let stage = error.stage.as_ref().map_or(String::new(), |stage| format!("stage {stage}: "));
        let line = error.line.map_or(String::new(), |line| format!("line {line}: "));
        let message = format!("{line}{stage}{}", error.message);
        row.push(column::EXTRAS, "", |out| element(out, "COPYDESK_ERROR", Some(&message)));
        Self::send(&row, out)
    }

    fn duplicate(&mut self, duplicate: &Duplicate, out: &mut dyn Write) -> io::Result<()> {
        let mut row = self.row(None, &duplicate.id);
        row.push(column::EXTRAS, "", |out| element(out, "COPYDESK_DUPLICATE_OF", Some(&duplicate.duplicate_of)));
        Self::send(&row, out)
    }

    fn state(&self) -> Option<Vec<u8>> {
        Some(self.rows.to_le_bytes().to_vec())
    }

    fn resume(&mut self, state: &[u8]) -> io::Result<()> {
        let Ok(rows) = state.try_into() else {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the state is not one of the format gkg"));
        };
        self.rows = u64::from_le_bytes(rows);
        Ok(())
    }
}

/// The host of an address of the web, without `www.`.
fn host(url: &str) -> Option<&str> {
    let (scheme, rest) = url.trim().split_once("://")?;
    if !["http", "https"].iter().any(|web| scheme.eq_ignore_ascii_case(web)) {
        return None;
    }
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default().split(':').next().unwrap_or_default();
    let bare = host.strip_prefix("www.").unwrap_or(host);
    (!bare.is_empty()).then_some(bare)
}

/// Appends an element of XML with a text on one line.
fn element(out: &mut String, name: &str, text: Option<&str>) {
    let Some(text) = text else { return };
    let _ = write!(out, "<{name}>");
    for c in one_line(text, ' ') {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // XML 1.0 has no form for these.
            '\u{fffe}' | '\u{ffff}' => out.push('\u{241a}'),
            c => out.push(c),
        }
    }
    let _ = write!(out, "</{name}>");
}

/// A list of names, once without repetition and once with the place of each.
struct Lists {
    once: usize,
    each: usize,
    /// What stands before and after the name in both lists, and before the offset in the second.
    around: [&'static str; 4],
}

impl Lists {
    fn of(label: Option<EntityLabel>) -> Option<Lists> {
        let name = ["", "", "", ","];
        match label? {
            EntityLabel::Person => Some(Lists { once: column::PERSONS, each: column::PERSONS_AT, around: name }),
            EntityLabel::Org => {
                Some(Lists { once: column::ORGANIZATIONS, each: column::ORGANIZATIONS_AT, around: name })
            }
            // Type, name, country, first division, latitude, longitude and id; the second list has the second
            // division, and the offset at its end. Of these the name alone is known.
            EntityLabel::Gpe | EntityLabel::Loc | EntityLabel::Fac => Some(Lists {
                once: column::LOCATIONS,
                each: column::LOCATIONS_AT,
                around: ["#", "#####", "#", "#######"],
            }),
            _ => None,
        }
    }
}

/// Fills the columns of persons, organizations, places and names.
fn names(row: &mut Row, article: &Article, map: &OffsetMap<'_>, by_actor: bool) {
    let mut seen = HashSet::new();
    for entity in article.entities() {
        let offset = map.offset(entity.span().start);
        let name = name(&entity, by_actor);
        let label = EntityLabel::of(entity.label());
        if let Some(Lists { once, each, around: [before, after, before_each, after_each] }) = Lists::of(label) {
            if seen.insert((once, name)) {
                row.push(once, ";", |out| {
                    out.push_str(before);
                    push_words(out, name, OF_NAMES);
                    out.push_str(after);
                });
            }
            row.push(each, ";", |out| {
                out.push_str(before_each);
                push_words(out, name, OF_NAMES);
                let _ = write!(out, "{after_each}{offset}");
            });
        }
        use EntityLabel::{Date, Money, Percent, Quantity, Time};
        if !matches!(label, Some(Date | Time | Money | Percent | Quantity)) {
            row.push(column::NAMES, ";", |out| {
                push_words(out, entity.text(), OF_NAMES);
                let _ = write!(out, ",{offset}");
            });
        }
    }
}

/// The actor's name, which is the longest one, or the name itself.
fn name<'a>(entity: &Entity<'a>, by_actor: bool) -> &'a str {
    entity.actor().filter(|_| by_actor).map_or_else(|| entity.text(), |actor| actor.name())
}

/// `offset|length|verb|quote`, one for each part of an interrupted quote.
fn quotations(row: &mut Row, article: &Article, map: &OffsetMap<'_>) {
    for quote in article.quotes() {
        for span in quote.content() {
            let [start, end] = map.span(*span);
            row.push(column::QUOTATIONS, "#", |out| {
                let _ = write!(out, "{start}|{}|", end - start);
                push_words(out, &article.words(quote.cue()), OF_QUOTES);
                out.push('|');
                push_words(out, span.get(article.text()).unwrap_or_default(), OF_QUOTES);
            });
        }
    }
}

/// Tone, positive share, negative share and polarity, in percent of the stances; then two densities that nobody has
/// counted, and the number of words.
fn tone(row: &mut Row, article: &Article) {
    let (mut positive, mut negative) = (0u32, 0u32);
    for stance in article.stances() {
        match Polarity::of(stance.polarity()) {
            Polarity::Positive => positive += 1,
            Polarity::Negative => negative += 1,
            Polarity::Neutral => {}
        }
    }
    let all = article.stances().len().max(1) as f64;
    let share = |count: f64| (count * 1e4 / all).round() / 100.0;
    let (positive, negative) = (f64::from(positive), f64::from(negative));
    row.push(column::TONE, "", |out| {
        let (tone, polarity) = (share(positive - negative), share(positive + negative));
        let words = article.tokens().len();
        let _ = write!(out, "{tone},{},{},{polarity},,,{words}", share(positive), share(negative));
    });
}

/// Returns a date as `20240501093000`, in UTC if its time zone is known.
fn timestamp(date: &Date) -> String {
    let text = date.as_str();
    let day = date.day();
    let part =
        |text: &str, range: std::ops::Range<usize>| text.get(range).and_then(|digits| digits.parse::<i64>().ok());
    let number = |range| part(text, range).unwrap_or(0);
    let zone = text.get(day.len()..).unwrap_or_default().rfind(['+', '-']).map(|at| day.len() + at);
    let shift = zone.and_then(|at| text.get(at..)).map_or(0, |zone| {
        let digits: String = zone.chars().filter(char::is_ascii_digit).collect();
        let minutes = part(&digits, 0..2).unwrap_or(0) * 60 + part(&digits, 2..4).unwrap_or(0);
        if zone.starts_with('-') { -minutes } else { minutes }
    });
    let end = zone.unwrap_or(text.len());
    let seconds = if end >= 19 { number(17..19) } else { 0 };
    let minutes = number(11..13) * 60 + number(14..16) - shift;
    let days = days(number(0..4), number(5..7), number(8..10)) + minutes.div_euclid(1440);
    let (year, month, day) = date_of(days);
    let minutes = minutes.rem_euclid(1440);
    format!("{year:04}{month:02}{day:02}{:02}{:02}{seconds:02}", minutes / 60, minutes % 60)
}

/// Days before the first of each month, from March: the leap day is the last of such a year.
fn before_month(month: i64) -> i64 {
    (153 * ((month + 9) % 12) + 2) / 5
}

/// Days of the Gregorian calendar since 1 March of the year 0.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month < 3);
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + before_month(month) + day - 1
}

/// The inverse of [`days`]: year, month and day.
fn date_of(days: i64) -> (i64, i64, i64) {
    // 400 years have 146,097 days. The estimate is at most a year too high.
    let mut year = (days * 400 + 399).div_euclid(146_097) + 1;
    while self::days(year, 3, 1) > days {
        year -= 1;
    }
    let rest = days - self::days(year, 3, 1);
    let month = (5 * rest + 2) / 153;
    let day = rest - (153 * month + 2) / 5 + 1;
    let month = (month + 2) % 12 + 1;
    (year + i64::from(month < 3), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps() {
        let cases = [
            ("2024-05-01", "20240501000000"),
            ("2024-05-01T09:30", "20240501093000"),
            ("2024-05-01T09:30:15.5Z", "20240501093015"),
            ("2024-05-01T00:30:00+02:00", "20240430223000"),
            ("2024-02-28T23:30-0330", "20240229030000"),
            ("2023-12-31 23:59:60-01", "20240101005960"),
            ("2000-03-01T00:00+01:00", "20000229230000"),
            ("1900-02-28T23:00-02:00", "19000301010000"),
            ("0001-01-01", "00010101000000"),
        ];
        for (text, expected) in cases {
            assert_eq!(timestamp(&text.parse().unwrap()), expected, "{text}");
        }
    }

    #[test]
    fn days_and_back() {
        for day in (0..800_000).step_by(13) {
            let (year, month, date) = date_of(day);
            assert_eq!(days(year, month, date), day);
            assert!((1..=12).contains(&month) && (1..=31).contains(&date));
        }
    }

    #[test]
    fn hosts() {
        let cases = [
            ("https://www.news.example/a", Some("news.example")),
            ("http://u:p@news.example:80?x", Some("news.example")),
            ("ftp://a.example/", None),
            ("https:///a", None),
            ("news.example", None),
        ];
        for (url, expected) in cases {
            assert_eq!(host(url), expected);
        }
    }
}
