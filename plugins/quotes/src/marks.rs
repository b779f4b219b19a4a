//! Finds quotations by their marks: curly, straight, typewriter (`` ``...'' ``), guillemets, German low
//! marks, and single marks told apart from apostrophes. A mark that is missing or stray costs one
//! quotation, never the rest of the text. One pass, in linear time.

use copydesk_sdk::Span;
use copydesk_text::lang::ENGLISH;
use copydesk_text::marks::{closes_double, opens_double};
use copydesk_text::seen;

/// A quotation: its marks and the text between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quotation {
    /// With the marks that are there.
    pub span: Span,
    /// Bytes of the opening mark, or zero if it is missing.
    pub open: u32,
    /// Bytes of the closing mark, or zero if it is missing.
    pub close: u32,
    /// True if it continues in the next quotation of the list: this one never closed, and the next paragraph begins
    /// with an opening mark.
    pub goes_on: bool,
}

impl Quotation {
    /// Returns the text between the marks.
    #[must_use]
    pub fn inner(&self) -> Span {
        Span::new(
            self.span.start + self.open,
            self.span.end.saturating_sub(self.close).max(self.span.start + self.open),
        )
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Role {
    Open,
    Close,
    /// Either: whichever is due.
    Either,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Double,
    Single,
}

#[derive(Clone, Copy, Debug)]
struct Mark {
    at: u32,
    len: u32,
    role: Role,
    family: Family,
    /// A single mark that may as well be an apostrophe: `the players' union`.
    doubtful: bool,
    /// A double mark after a digit: inches or seconds unless a quotation is open.
    measure: bool,
}

/// Finds quotations; keeps its memory between texts.
#[derive(Clone, Debug, Default)]
pub struct Finder {
    marks: Vec<Mark>,
    /// For each mark, true if a certain single closing mark follows before the next single opening one.
    closes_later: Vec<bool>,
}

impl Finder {
    /// Replaces `out` by the quotations of `text`, in order, none inside another. `paragraphs` are in order
    /// and do not overlap; no quotation leaves its paragraph.
    pub fn find(&mut self, text: &str, paragraphs: impl Iterator<Item = Span>, out: &mut Vec<Quotation>) {
        out.clear();
        // The quotation at the end of the paragraph before that never closed.
        let mut unclosed: Option<usize> = None;
        for paragraph in paragraphs {
            let Some(body) = paragraph.get(text) else { continue };
            self.scan(body, paragraph.start);
            let begins_open = self.marks.first().is_some_and(|m| m.at == paragraph.start && m.role != Role::Close);
            if let (Some(last), true) = (unclosed, begins_open)
                && let Some(last) = out.get_mut(last)
            {
                last.goes_on = true;
            }
            let first = out.len();
            self.pair(paragraph, body, unclosed.is_some(), out);
            unclosed = (out.len() > first && out.last().is_some_and(|q| q.close == 0)).then(|| out.len() - 1);
        }
    }

    /// Collects the marks of one paragraph.
    fn scan(&mut self, body: &str, base: u32) {
        self.marks.clear();
        let bytes = body.as_bytes();
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            let mut len = 1;
            let found = match byte {
                b'"' => Some((Family::Double, None)),
                b'`' if bytes.get(at + 1) == Some(&b'`') => {
                    len = 2;
                    Some((Family::Double, Some(Role::Open)))
                }
                b'\'' if bytes.get(at + 1) == Some(&b'\'') => {
                    len = 2;
                    Some((Family::Double, None))
                }
                b'\'' => Some((Family::Single, None)),
                // Rare marks count here, since a quotation that is missed costs more than a stray mark.
                b'&' | 0xC0.. => {
                    let rest = body.get(at..).unwrap_or_default();
                    let c = match seen::first(rest) {
                        Some(seen) => {
                            len = seen.len;
                            seen.char
                        }
                        None => {
                            let c = rest.chars().next().unwrap_or(char::REPLACEMENT_CHARACTER);
                            len = c.len_utf8();
                            c
                        }
                    };
                    match c {
                        '"' => Some((Family::Double, None)),
                        '\'' => Some((Family::Single, None)),
                        '‘' | '‛' => Some((Family::Single, Some(Role::Open))),
                        '’' => Some((Family::Single, None)),
                        _ if opens_double(c) => Some((Family::Double, Some(Role::Open))),
                        _ if closes_double(c) => Some((Family::Double, Some(Role::Close))),
                        _ => None,
                    }
                }
                _ => None,
            };
            if let Some((family, role)) = found {
                self.classify(body, base, at, len, family, role);
            }
            at += len;
        }
    }

    fn classify(&mut self, body: &str, base: u32, at: usize, len: usize, family: Family, role: Option<Role>) {
        let before = body.get(..at).and_then(|s| s.trim_end_matches(seen::is_hidden).chars().next_back());
        let rest = body.get(at + len..).unwrap_or("").trim_start_matches(seen::is_hidden);
        let after = rest.chars().next();
        let free_left = before.is_none_or(|c| c.is_whitespace() || "([{—–-/“\"‘«„…>".contains(c));
        let free_right = after.is_none_or(char::is_whitespace);
        let mut mark = Mark {
            at: base + at as u32,
            len: len as u32,
            role: Role::Either,
            family,
            doubtful: false,
            measure: family == Family::Double && before.is_some_and(|c| c.is_ascii_digit()),
        };
        match family {
            Family::Double => {
                mark.role = match role {
                    // »Swedish« and ”Finnish” openings: a closing mark where only an opening one can stand.
                    Some(Role::Close) if free_left && !free_right && after.is_some_and(char::is_alphanumeric) => {
                        Role::Either
                    }
                    // The German closing mark is the English opening one.
                    Some(Role::Open) if !free_left && after.is_none_or(|c| !c.is_alphanumeric()) => Role::Either,
                    Some(role) => role,
                    None if free_left && !free_right => Role::Open,
                    None if free_right && !free_left => Role::Close,
                    None => Role::Either,
                };
            }
            Family::Single => {
                let opens = free_left
                    && after.is_some_and(|c| c.is_alphanumeric() || "“\"$£€#…(¿¡[".contains(c))
                    && !elided(rest);
                let closes = before.is_some_and(|c| c.is_alphanumeric() || ".,!?…;:)”\"—-".contains(c))
                    && after.is_none_or(|c| !c.is_alphanumeric());
                mark.role = match (role, opens, closes) {
                    (Some(Role::Open), _, _) if !elided(rest) => Role::Open,
                    (_, true, _) => Role::Open,
                    (_, false, true) => Role::Close,
                    _ => return,
                };
                mark.doubtful =
                    mark.role == Role::Close && before.is_some_and(|c| c == 's' || c == 'S') && after == Some(' ');
            }
        }
        self.marks.push(mark);
    }

    /// Pairs the marks of one paragraph.
    fn pair(&mut self, paragraph: Span, body: &str, goes_on: bool, out: &mut Vec<Quotation>) {
        self.look_ahead();
        let first = out.len();
        let mut opened: Option<Mark> = None;
        for (i, &mark) in self.marks.iter().enumerate() {
            let end = mark.at + mark.len;
            match (opened, mark.family) {
                (None, Family::Single) => {
                    let certain = self.closes_later.get(i).copied().unwrap_or(false);
                    let carries_on = goes_on && mark.at == paragraph.start;
                    if mark.role == Role::Open && (certain || carries_on) {
                        opened = Some(mark);
                    }
                }
                (None, Family::Double) => match mark.role {
                    Role::Open | Role::Either if !(mark.measure && mark.role == Role::Either) => opened = Some(mark),
                    _ if mark.measure => {}
                    _ => stray_close(paragraph, body, first, mark, out),
                },
                (Some(open), Family::Single) if open.family == Family::Single => {
                    let later = self.closes_later.get(i).copied().unwrap_or(false);
                    if mark.role == Role::Close && !(mark.doubtful && later) {
                        out.push(quotation(open, end, mark.len));
                        opened = None;
                    }
                }
                (Some(open), Family::Double) if open.family == Family::Double => match mark.role {
                    Role::Close | Role::Either => {
                        out.push(quotation(open, end, mark.len));
                        opened = None;
                    }
                    Role::Open => {
                        // The closing mark was forgotten; a quotation inside with the same marks looks alike and
                        // does no harm.
                        push_unclosed(open, mark.at, body, paragraph, out);
                        opened = Some(mark);
                    }
                },
                // The other family inside a quotation: a quotation in the quotation.
                _ => {}
            }
        }
        if let Some(open) = opened {
            push_unclosed(open, paragraph.end, body, paragraph, out);
        }
    }

    fn look_ahead(&mut self) {
        self.closes_later.clear();
        self.closes_later.resize(self.marks.len(), false);
        let mut closes = false;
        for (mark, later) in self.marks.iter().zip(&mut self.closes_later).rev() {
            *later = closes;
            if mark.family == Family::Single {
                closes = mark.role != Role::Open;
            }
        }
    }
}

fn quotation(open: Mark, end: u32, close: u32) -> Quotation {
    Quotation { span: Span::new(open.at, end), open: open.len, close, goes_on: false }
}

fn push_unclosed(open: Mark, end: u32, body: &str, paragraph: Span, out: &mut Vec<Quotation>) {
    let from = (open.at - paragraph.start) as usize;
    let kept = body.get(from..(end - paragraph.start) as usize).map_or(0, |s| s.trim_end().len());
    if kept > open.len as usize {
        out.push(quotation(open, open.at + kept as u32, 0));
    }
}

/// Handles a closing mark without an open quotation. After a quotation of the same paragraph, it ends that one, which
/// was closed too early. Otherwise the opening mark at the paragraph's beginning is missing.
fn stray_close(paragraph: Span, body: &str, first: usize, mark: Mark, out: &mut Vec<Quotation>) {
    let end = mark.at + mark.len;
    if out.len() > first
        && let Some(last) = out.last_mut()
    {
        if last.close > 0 {
            last.span.end = end;
            last.close = mark.len;
        }
        return;
    }
    let skipped = body.len() - body.trim_start().len();
    let start = paragraph.start + skipped as u32;
    if mark.at > start {
        out.push(Quotation { span: Span::new(start, end), open: 0, close: mark.len, goes_on: false });
    }
}

/// Returns true if an apostrophe before `rest` replaces omitted letters: 'em, 'til, '90s.
fn elided(rest: &str) -> bool {
    let word = rest.split(|c: char| !c.is_alphanumeric()).next().unwrap_or("");
    if word.len() > 6 {
        return false;
    }
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    (digits == 2 && word.len() <= 3) || ENGLISH.elisions.unquoted.iter().any(|own| word.eq_ignore_ascii_case(own))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let mut out = Vec::new();
        let mut paragraphs = Vec::new();
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            paragraphs.push(Span::new(start, start + line.trim_end().len() as u32));
            start += line.len() as u32;
        }
        Finder::default().find(text, paragraphs.into_iter(), &mut out);
        out.iter()
            .map(|q| {
                let more = if q.goes_on { "+" } else { "" };
                format!("{}{more}", q.span.get(text).unwrap_or("?"))
            })
            .collect()
    }

    #[test]
    fn every_style_is_found() {
        let cases: &[(&str, &[&str])] = &[
            ("He said “yes” and \"no\".", &["“yes”", "\"no\""]),
            ("He said ``yes'' and ''no.''", &["``yes''", "''no.''"]),
            ("Il dit « oui » ; er sagt „ja“ oder »nein«.", &["« oui »", "„ja“", "»nein«"]),
            ("‘We will,’ she said. ‘It’s ours.’", &["‘We will,’", "‘It’s ours.’"]),
            ("'We will,' she said of the players' union.", &["'We will,'"]),
            ("'The players' union will,' she said.", &["'The players' union will,'"]),
            ("The players' union and the judges' panel met.", &[]),
            ("Rock 'n' roll in the '90s, don't ask 'em.", &[]),
            ("‘He called it “a farce”,’ she said.", &["‘He called it “a farce”,’"]),
            ("“He called it ‘a farce’,” she said.", &["“He called it ‘a farce’,”"]),
            ("The 12\" record and the 5'10\" man.", &[]),
            ("“One begins\n“and ends,” he said.", &["“One begins+", "“and ends,”"]),
            ("It is late,” he said. “Go.”", &["It is late,”", "“Go.”"]),
            ("“It is late.” really. It is. Go.” She went.", &["“It is late.” really. It is. Go.”"]),
            ("“It is late, he said. “Go.”", &["“It is late, he said.", "“Go.”"]),
        ];
        for (text, want) in cases {
            assert_eq!(found(text), *want, "{text}");
        }
    }

    #[test]
    fn a_million_marks_take_a_moment() {
        for mark in ["\"", "“", "”", "'", "‘a", "’ ", "''", "»", "\"\n"] {
            let text = mark.repeat(300_000);
            let _ = found(&text);
        }
    }
}
