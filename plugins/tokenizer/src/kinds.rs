//! Finds the kind of each block of an article: headline, dateline, byline, list item, caption or running text.

use crate::chars::char_at;
use crate::{Block, BlockKind};
use copydesk_sdk::Span;
use copydesk_text::lang::ENGLISH;
use copydesk_text::marks::opens_double;

/// Bylines are among this many first or last blocks.
const MARGIN: usize = 5;
/// Longest prefix in bytes that is looked at for a dateline.
const LONGEST_DATELINE: usize = 90;

/// Sets the kinds of `blocks` and splits datelines off their paragraphs.
pub(crate) fn assign(text: &str, blocks: &mut Vec<Block>) {
    let count = blocks.len();
    for (index, block) in blocks.iter_mut().enumerate() {
        let body = block.span.get(text).unwrap_or("");
        let edge = index < MARGIN || index + MARGIN >= count;
        block.kind = if is_list_item(text, block.span) {
            BlockKind::ListItem
        } else if is_caption(body) {
            BlockKind::Caption
        } else if edge && count > 1 && is_byline(body) {
            BlockKind::Byline
        } else if edge && count > 1 && is_date(body) {
            BlockKind::Dateline
        } else {
            BlockKind::Paragraph
        };
    }
    headline(text, blocks);
    name_lines(text, blocks);
    datelines(text, blocks);
}

/// `• point`, `- point`, `- “point”`, `1. point`, `(a) point`. A dash before a quotation may also be a turn of a dialogue.
pub(crate) fn is_list_item(text: &str, span: Span) -> bool {
    let body = span.get(text).unwrap_or("");
    let mut chars = body.chars();
    match chars.next() {
        Some('\u{2022}' | '\u{2023}' | '\u{25aa}' | '\u{25cf}' | '\u{25e6}' | '\u{25a0}' | '\u{2043}' | '\u{25ba}') => {
            true
        }
        Some('*' | '-' | '\u{2013}' | '\u{b7}' | '>') => {
            let begins = |c: char| c.is_alphanumeric() || matches!(c, '"' | '\'') || opens_double(c) || c == '\u{2018}';
            chars.next().is_some_and(char::is_whitespace) && chars.next().is_some_and(begins)
        }
        Some('(') => {
            let label = body.get(1..).and_then(|b| b.find(')').filter(|&n| n <= 3).and_then(|n| b.get(..n)));
            label.is_some_and(is_list_label)
        }
        Some(c) if c.is_ascii_alphanumeric() => {
            let end = body.bytes().take(4).position(|b| matches!(b, b'.' | b')'));
            let label = end.and_then(|n| body.get(..n)).unwrap_or("");
            let bracket = end.and_then(|n| body.as_bytes().get(n)) == Some(&b')');
            let spaced = end.and_then(|n| body.get(n + 1..)).is_some_and(|rest| rest.starts_with(char::is_whitespace));
            spaced && is_list_label(label) && (bracket || c.is_ascii_digit())
        }
        _ => false,
    }
}

fn is_list_label(label: &str) -> bool {
    !label.is_empty()
        && (label.bytes().all(|b| b.is_ascii_digit())
            || (label.len() == 1 && label.bytes().all(|b| b.is_ascii_lowercase()))
            || label.bytes().all(|b| matches!(b, b'i' | b'v' | b'x')))
}

fn is_caption(body: &str) -> bool {
    const STARTS: &[&str] = &[
        "Photo:",
        "PHOTO:",
        "Photo by",
        "Photos:",
        "Image:",
        "IMAGE:",
        "Image by",
        "FILE PHOTO",
        "File photo",
        "FILE -",
        "FILE —",
        "FILE –",
        "Photograph:",
        "Photograph by",
        "Caption:",
        "Picture:",
        "Pictured:",
        "(Photo",
        "[Photo",
        "Video:",
        "Illustration:",
    ];
    const CREDITS: &[&str] =
        &["AP Photo", "Getty Images", "/Reuters", "/REUTERS", "/AFP", "Photo by ", "via AP", "Photograph by "];
    if body.len() > 600 {
        return false;
    }
    if STARTS.iter().any(|s| body.starts_with(s)) {
        return true;
    }
    let mut from = body.len().saturating_sub(70);
    while !body.is_char_boundary(from) {
        from += 1;
    }
    let tail = body.get(from..).unwrap_or("");
    let credited = CREDITS.iter().any(|c| tail.contains(c));
    credited && (tail.ends_with([')', ']']) || !tail.ends_with(['.', '!', '?', '"', '\u{201d}']))
}

/// `By Jane Doe and John Roe, Staff Writers`, `Reporting by ...; editing by ...`.
fn is_byline(body: &str) -> bool {
    const CREDITS: &[&str] = &[
        "Reporting by ",
        "(Reporting by ",
        "Additional reporting by ",
        "(Additional reporting by ",
        "Editing by ",
        "Written by ",
        "Compiled by ",
        "Translated by ",
        "Contributing: ",
        "Words by ",
    ];
    if body.len() > 240 {
        return false;
    }
    if CREDITS.iter().any(|c| body.starts_with(c)) {
        return true;
    }
    let Some((head, names)) = body.split_once(char::is_whitespace) else { return false };
    if !matches!(head, "By" | "BY" | "by" | "By:" | "BY:")
        || body.ends_with(['?', '!', ':', ';'])
        || names.split_whitespace().count() > 14
    {
        return false;
    }
    let mut capitals = 0;
    for word in names.split_whitespace() {
        let first = word.chars().next().unwrap_or(' ');
        if first.is_uppercase() {
            capitals += 1;
        } else if !(is_name_particle(word) || !first.is_alphanumeric() || word.contains('@')) {
            return false;
        }
    }
    // A sentence that starts so ends in a full stop: `By Monday.`
    capitals > 0 && (!body.ends_with('.') || names.split_whitespace().count() <= 4 && body.len() < 30 && capitals > 1)
}

fn is_name_particle(word: &str) -> bool {
    ENGLISH.names.in_bylines.contains(&word.trim_end_matches(','))
}

/// A line that is a date, perhaps with a time or a word before it.
fn is_date(body: &str) -> bool {
    if body.len() > 60 || body.ends_with(['?', '!']) {
        return false;
    }
    let (mut dates, mut years, mut others) = (0, 0, 0);
    for word in body.split(|c: char| c.is_whitespace() || matches!(c, ',' | '.' | '/' | '|' | '-' | ':')) {
        if word.is_empty()
            || matches!(
                word,
                "at" | "on"
                    | "am"
                    | "pm"
                    | "AM"
                    | "PM"
                    | "a"
                    | "p"
                    | "m"
                    | "GMT"
                    | "ET"
                    | "EST"
                    | "EDT"
                    | "UTC"
                    | "BST"
                    | "Published"
                    | "Updated"
                    | "Posted"
                    | "IST"
            )
        {
            continue;
        }
        if is_month_name(word) || is_weekday_name(word) {
            dates += 1;
        } else if word.len() == 4
            && (word.starts_with("19") || word.starts_with("20"))
            && word.bytes().all(|b| b.is_ascii_digit())
        {
            years += 1;
        } else if !word.bytes().all(|b| b.is_ascii_digit()) {
            others += 1;
        }
    }
    dates > 0 && others == 0 && (years > 0 || dates > 1)
}

fn is_month_name(word: &str) -> bool {
    is_day_or_month(word, &ENGLISH.calendar.months, ENGLISH.calendar.months_shortened)
}

fn is_weekday_name(word: &str) -> bool {
    is_day_or_month(word, &ENGLISH.calendar.weekdays, &[])
}

/// Returns true if a capitalised word is one of the names, in full or its first three letters, or one of the short
/// forms.
fn is_day_or_month(word: &str, names: &[&str], shortened: &[&str]) -> bool {
    let word = word.trim_end_matches(['.', ',']);
    let begins = |name: &str| word.len() == 3 && name.get(..3).is_some_and(|name| word.eq_ignore_ascii_case(name));
    word.chars().next().is_some_and(char::is_uppercase)
        && (names.iter().any(|name| word.eq_ignore_ascii_case(name) || begins(name))
            || shortened.iter().any(|form| word.eq_ignore_ascii_case(form)))
}

/// The first block, if it is short and reads like a title.
fn headline(text: &str, blocks: &mut [Block]) {
    let long_article = blocks.len() >= 5;
    let [first, second, ..] = blocks else { return };
    let body = first.span.get(text).unwrap_or("");
    if first.kind != BlockKind::Paragraph
        || body.len() > 220
        || body.contains('\u{201c}') && body.ends_with('\u{201d}') && body.len() > 120
    {
        return;
    }
    let (mut words, mut long, mut capitals) = (0, 0, 0);
    for word in body.split_whitespace() {
        words += 1;
        let first = word.chars().find(|c| c.is_alphanumeric()).unwrap_or(' ');
        if word.len() > 3 && first.is_alphabetic() {
            long += 1;
            capitals += usize::from(first.is_uppercase());
        }
    }
    let next = second.span.get(text).unwrap_or("");
    let led = matches!(second.kind, BlockKind::Byline | BlockKind::Dateline) || dateline_end(next).is_some();
    let titled = long >= 3 && capitals * 10 >= long * 7;
    let title = match body.chars().next_back() {
        Some(',' | ':' | ';') => body.ends_with(';') && next.len() < 200 && words <= 25,
        Some('.' | '"' | '\u{201d}') => {
            words <= 25 && (titled || led || (words <= 14 && long_article && next.len() * 2 > body.len() * 3))
        }
        Some('?' | '!') => words <= 20 && (titled || led || next.len() > body.len()),
        _ => words <= 30,
    };
    if title {
        first.kind = BlockKind::Headline;
    }
}

/// All-capital names at the beginning or the end, and the lines on role and place beneath a byline.
fn name_lines(text: &str, blocks: &mut [Block]) {
    let count = blocks.len();
    let mut after_byline = false;
    for index in 0..count {
        let Some(block) = blocks.get(index).copied() else { return };
        let edge = (index > 0 && index < MARGIN) || index + MARGIN >= count.max(MARGIN + 1);
        let body = block.span.get(text).unwrap_or("");
        let capitals = edge && block.kind == BlockKind::Paragraph && is_capital_line(body);
        let byline = block.kind == BlockKind::Byline
            || (capitals && (after_byline || body.split_whitespace().count() >= 2))
            || (after_byline && block.kind == BlockKind::Paragraph && is_role_line(body));
        if byline && let Some(block) = blocks.get_mut(index) {
            block.kind = BlockKind::Byline;
        }
        after_byline = byline;
    }
}

/// At most six words, all in capitals, nothing but letters and name punctuation.
fn is_capital_line(body: &str) -> bool {
    body.len() <= 80
        && body.split_whitespace().count() <= 6
        && body.chars().all(|c| {
            c.is_uppercase() || c.is_whitespace() || matches!(c, '.' | ',' | '-' | '\'' | '\u{2019}' | '&' | '/')
        })
        && body.chars().filter(|c| c.is_uppercase()).count() >= 4
        && !body.ends_with('.')
}

/// `Staff Writer`, `Political Correspondent, Madrid`, an address.
fn is_role_line(body: &str) -> bool {
    if body.len() > 80 || body.ends_with(['.', '!', '?', ':', ';', '\u{201d}', '"']) {
        return false;
    }
    let words = body.split_whitespace().count();
    if words == 1 && body.contains('@') {
        return true;
    }
    words <= 8
        && body
            .split_whitespace()
            .all(|w| w.chars().next().is_some_and(|c| c.is_uppercase() || !c.is_alphanumeric()) || is_name_particle(w))
}

/// Splits `PLACE (AGENCY) —` off the first paragraphs.
fn datelines(text: &str, blocks: &mut Vec<Block>) {
    let mut index = 0;
    let mut paragraphs = 0;
    while paragraphs < 3 {
        let Some(block) = blocks.get(index).copied() else { return };
        index += 1;
        if block.kind != BlockKind::Paragraph {
            continue;
        }
        paragraphs += 1;
        let body = block.span.get(text).unwrap_or("");
        let Some(end) = dateline_end(body) else { continue };
        let rest = body.get(end..).unwrap_or("").trim_start();
        let cut = block.span.start + end as u32;
        if let Some(slot) = blocks.get_mut(index - 1) {
            *slot = Block { span: Span::new(block.span.start, cut), kind: BlockKind::Dateline };
        }
        if !rest.is_empty() {
            let start = block.span.end - rest.len() as u32;
            blocks.insert(index, Block { span: Span::new(start, block.span.end), kind: BlockKind::Paragraph });
        }
        return;
    }
}

/// Returns the end of the dateline that begins `body`, its dash included.
fn dateline_end(body: &str) -> Option<usize> {
    let mut at = 0;
    let (mut places, mut agencies, mut dates, mut mixed, mut words) = (0, 0, 0, 0, 0);
    while at < body.len().min(LONGEST_DATELINE) {
        let c = char_at(body, at)?;
        let width = c.len_utf8();
        match c {
            _ if c.is_whitespace() => at += width,
            ',' | '/' | '|' | '.' | ';' => at += width,
            '\u{2014}' | '\u{2013}' | '\u{2015}' | '-' => {
                let mut end = at + width;
                while body.as_bytes().get(end) == Some(&b'-') {
                    end += 1;
                }
                let spaced = body.get(..at).is_some_and(|b| b.ends_with([' ', ')', '\u{a0}']))
                    || c == '\u{2014}'
                    || end > at + 1;
                let named = agencies > 0 || (places > 0 && mixed == 0) || (places > 0 && dates > 0);
                let follows = body.get(end..).unwrap_or("").trim_start();
                return (spaced && named && words <= 10 && !follows.starts_with(char::is_lowercase)).then_some(end);
            }
            '(' => {
                let close = body.get(at..)?.find(')').filter(|&n| n <= 40)?;
                let name = body.get(at + 1..at + close)?;
                if !name.chars().next()?.is_uppercase() {
                    return None;
                }
                agencies += 1;
                at += close + 1;
                let rest = body.get(at..)?;
                if at == close + 1
                    && name.len() <= 8
                    && name.bytes().all(|b| b.is_ascii_uppercase())
                    && rest.trim_start().starts_with(char::is_uppercase)
                {
                    // (CNN) The story begins without a dash.
                    return Some(at);
                }
            }
            _ if c.is_alphanumeric() => {
                let end = at
                    + body
                        .get(at..)?
                        .find(|c: char| {
                            c.is_whitespace() || matches!(c, ',' | '(' | '/' | '\u{2014}' | '\u{2013}' | ';')
                        })
                        .unwrap_or(body.len() - at);
                let word = body.get(at..end)?;
                words += 1;
                if is_month_name(word) || is_weekday_name(word) || word.bytes().all(|b| b.is_ascii_digit() || b == b'.')
                {
                    dates += 1;
                } else if is_place_in_capitals(word) {
                    places += 1;
                } else if c.is_uppercase() && word.len() <= 20 && !word.contains(['\'', '\u{2019}', '.', ':'])
                    || is_name_particle(word)
                    || matches!(
                        word,
                        "Calif."
                            | "Fla."
                            | "Mass."
                            | "Pa."
                            | "Va."
                            | "Md."
                            | "Ga."
                            | "Ill."
                            | "Wash."
                            | "Ariz."
                            | "Colo."
                            | "Conn."
                            | "Mich."
                            | "Minn."
                            | "Nev."
                            | "N.Y."
                            | "N.J."
                            | "N.H."
                            | "N.C."
                            | "S.C."
                            | "Tenn."
                            | "Wis."
                            | "Ala."
                            | "Miss."
                            | "La."
                            | "Ky."
                            | "Ore."
                            | "Okla."
                            | "Ind."
                            | "Mo."
                            | "D.C."
                            | "Tex."
                            | "Neb."
                            | "Kan."
                            | "Del."
                            | "R.I."
                            | "Vt."
                            | "Mont."
                            | "Wyo."
                    )
                {
                    // State abbreviations follow a place in capitals; other words need an agency.
                    mixed += u32::from(!word.ends_with('.'));
                } else {
                    return None;
                }
                at = end;
            }
            _ => return None,
        }
    }
    None
}

fn is_place_in_capitals(word: &str) -> bool {
    word.len() >= 2
        && word.chars().all(|c| c.is_uppercase() || matches!(c, '.' | '-' | '\'' | '\u{2019}'))
        && word.chars().filter(|c| c.is_uppercase()).count() >= 2
}
