//! Sums of money, dates and percentages by their form. The models know the forms of their training texts; news of other
//! countries write `30,000 Kenyan shillings`, `Rs. 25 lakh` and `the 5th of May`. A form counts where the model found
//! nothing, or only a part of it.

use copydesk_sdk::Span;
use copydesk_text::EntityLabel;
use copydesk_text::lang::ENGLISH;

use crate::recognizer::Entity;

/// How sure a form is, 0 to 1.
pub(crate) const SCORE: f32 = 0.9;

/// An amount found by its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Amount {
    pub span: Span,
    /// Money, Date or Percent.
    pub label: EntityLabel,
}

/// Codes and short forms of currencies before or behind a number.
const CODES: [&str; 44] = [
    "USD", "EUR", "GBP", "JPY", "CNY", "RMB", "INR", "NGN", "KES", "GHS", "ZAR", "UGX", "TZS", "AUD", "CAD", "NZD",
    "SGD", "HKD", "CHF", "SEK", "NOK", "DKK", "RUB", "TRY", "BRL", "MXN", "AED", "SAR", "QAR", "EGP", "PKR", "BDT",
    "LKR", "MYR", "IDR", "THB", "PHP", "KRW", "VND", "PLN", "Rs", "Rs.", "KSh", "Ksh",
];
/// Short forms only before a number.
const PREFIXES: [&str; 9] = ["Sh", "Sh.", "Shs", "USh", "TSh", "RM", "Re", "GH", "N$"];

/// Short forms that stand right before the digits, as one token: `R1,850`, `N48,000`, `Ksh500`, `GH¢900`.
const GLUED: [&str; 16] =
    ["R", "N", "P", "K", "Sh", "Shs", "Ksh", "KSh", "USh", "TSh", "RM", "Tk", "Rs", "Dh", "Dhs", "GH¢"];
/// Ends of a number that multiply it: `R12m`.
const SUFFIXES: [&str; 6] = ["m", "mn", "bn", "b", "tn", "k"];

/// Words before pence: "costs 90p".
const BEFORE_PENCE: [&str; 10] = ["cost", "costs", "at", "for", "to", "of", "from", "by", "than", "or"];

/// Replaces `out` by the amounts of a text, in order, none overlapping another. `sentences` holds the sentence of each
/// token.
pub(crate) fn find(text: &str, tokens: &[Span], sentences: &[u32], out: &mut Vec<Amount>) {
    out.clear();
    let mut next = 0;
    for (at, token) in tokens.iter().enumerate() {
        let first = text.as_bytes().get(token.start as usize);
        let capital = first.is_some_and(u8::is_ascii_uppercase);
        if at < next || !capital && !first.is_some_and(u8::is_ascii_digit) {
            continue;
        }
        let words = Words { text, tokens, sentences, sentence: sentences.get(at).copied() };
        let found = words
            .glued(at)
            .or_else(|| words.money(at).filter(|_| !capital))
            .map(|range| (range, EntityLabel::Money))
            .or_else(|| words.percent(at).filter(|_| !capital).map(|range| (range, EntityLabel::Percent)))
            .or_else(|| words.date(at).filter(|_| !capital).map(|range| (range, EntityLabel::Date)));
        let Some(((first, end), label)) = found else { continue };
        if first >= next
            && let (Some(first), Some(last)) = (tokens.get(first), tokens.get(end - 1))
        {
            out.push(Amount { span: first.cover(*last), label });
            next = end;
        }
    }
}

/// The tokens around a number.
struct Words<'a> {
    text: &'a str,
    tokens: &'a [Span],
    sentences: &'a [u32],
    sentence: Option<u32>,
}

impl<'a> Words<'a> {
    /// The token at `at`, or nothing if it is in another sentence.
    fn word(&self, at: usize) -> &'a str {
        if self.sentences.get(at).copied() != self.sentence {
            return "";
        }
        self.tokens.get(at).and_then(|token| token.get(self.text)).unwrap_or_default()
    }

    fn before(&self, at: usize, back: usize) -> &'a str {
        at.checked_sub(back).map_or("", |at| self.word(at))
    }

    /// `$5 million`, `US$5m`, `Rs. 25 lakh`, `GBP 300,000`, `30,000 Kenyan shillings`, `50 cents`.
    fn money(&self, at: usize) -> Option<(usize, usize)> {
        if is_pence(self.word(at)) {
            return BEFORE_PENCE.contains(&self.before(at, 1)).then_some((at, at + 1));
        }
        if !is_number(self.word(at)) {
            return None;
        }
        let sign = self.before(at, 1);
        let prefixed = ends_with_sign(sign) || CODES.contains(&sign) || PREFIXES.contains(&sign);
        let start = match prefixed {
            true if sign == "$" && matches!(self.before(at, 2), "US" | "A" | "C" | "S" | "NZ" | "HK") => at - 2,
            true => at - 1,
            false => at,
        };
        let mut end = at + 1;
        while end < at + 4 && has(ENGLISH.amounts.magnitudes, self.word(end)) {
            end += 1;
        }
        let multiplied = end > at + 1;
        if prefixed {
            return Some((start, end));
        }
        // `Kenyan`, `New Zealand`
        let capital = |at: &usize| self.word(*at).starts_with(char::is_uppercase) && !CODES.contains(&self.word(*at));
        let currency = (end..end + 2).take_while(capital).last().map_or(end, |at| at + 1);
        let word = self.word(currency);
        let named = has(ENGLISH.amounts.currencies, word)
            || multiplied && has(ENGLISH.amounts.currencies_of_millions, word)
            || currency == end && CODES.contains(&word);
        named.then_some((start, currency + 1))
    }

    /// `R1,850`, `R12m`, `Ksh500`, `P3.2 billion`. Behind one letter, a plain number may be that of a road or a model.
    fn glued(&self, at: usize) -> Option<(usize, usize)> {
        let word = self.word(at);
        let (prefix, number) = word.split_at_checked(word.find(|c: char| c.is_ascii_digit())?)?;
        if !GLUED.contains(&prefix) {
            return None;
        }
        let suffix = SUFFIXES.iter().find_map(|suffix| number.strip_suffix(suffix)).filter(|number| is_number(number));
        let magnitudes = (at + 1..at + 4).take_while(|next| has(ENGLISH.amounts.magnitudes, self.word(*next))).count();
        let multiplied = suffix.is_some() || magnitudes > 0;
        let sure = multiplied || number.contains(',') || prefix.len() > 1;
        (sure && is_number(suffix.unwrap_or(number))).then_some((at, at + 1 + magnitudes))
    }

    /// `50%`, `7.5 percent`, `8 per cent`.
    fn percent(&self, at: usize) -> Option<(usize, usize)> {
        if !is_number(self.word(at)) {
            return None;
        }
        let next = self.word(at + 1);
        if has(ENGLISH.amounts.percent, next) {
            return Some((at, at + 2));
        }
        (next == "per" && self.word(at + 2) == "cent").then_some((at, at + 3))
    }

    /// `2021-03-14`, `14/3/2021`, `the 5th of May`, `6th June 2020`, `1 March 2021`, `May 5, 2021`, `the 1980s`.
    fn date(&self, at: usize) -> Option<(usize, usize)> {
        let word = self.word(at);
        if is_numeric_date(word) {
            return Some((at, at + 1));
        }
        let day = day(word)?;
        let month = if self.word(at + 1) == "of" { at + 2 } else { at + 1 };
        if is_month(self.word(month)) && (month == at + 1 || day.ordinal) {
            let start = if self.before(at, 1) == "the" && day.ordinal { at - 1 } else { at };
            return Some((start, self.year(month + 1)));
        }
        let before = self.before(at, 1);
        (is_month(before) && !self.is_day_of_month_before(at)).then(|| (at - 1, self.year(at + 1)))
    }

    /// `5 May 12`: the month has its day already.
    fn is_day_of_month_before(&self, at: usize) -> bool {
        day(self.before(at, 2)).is_some()
    }

    /// The end of a year that may stand at `at`, perhaps behind a comma.
    fn year(&self, at: usize) -> usize {
        let is_year =
            |word: &str| word.len() == 4 && word.starts_with(['1', '2']) && word.bytes().all(|b| b.is_ascii_digit());
        if is_year(self.word(at)) {
            return at + 1;
        }
        if self.word(at) == "," && is_year(self.word(at + 1)) { at + 2 } else { at }
    }
}

fn has(list: &[&str], word: &str) -> bool {
    list.iter().any(|own| own.eq_ignore_ascii_case(word))
}

/// `12`, `1,200`, `3.5`.
fn is_number(word: &str) -> bool {
    word.bytes().all(|b| b.is_ascii_digit() || matches!(b, b',' | b'.')) && word.ends_with(|c: char| c.is_ascii_digit())
}

/// `90p`, but no number of lines of a film.
fn is_pence(word: &str) -> bool {
    let number =
        word.strip_suffix('p').filter(|number| number.len() <= 3).and_then(|number| number.parse::<u32>().ok());
    number.is_some_and(|number| !matches!(number, 144 | 240 | 360 | 480 | 720))
}

/// `$`, `US$`, `₹`.
fn ends_with_sign(word: &str) -> bool {
    word.ends_with(|c| matches!(c, '$' | '£' | '€' | '¥' | '\u{20a0}'..='\u{20cf}')) && word.chars().count() <= 4
}

struct Day {
    ordinal: bool,
}

/// `5`, `05`, `5th`: a day of a month.
fn day(word: &str) -> Option<Day> {
    let digits = word.bytes().take_while(u8::is_ascii_digit).count();
    let (number, ending) = word.split_at_checked(digits)?;
    let fits = matches!(number.len(), 1 | 2) && (1..=31).contains(&number.parse::<u32>().ok()?);
    (fits && matches!(ending, "" | "st" | "nd" | "rd" | "th")).then_some(Day { ordinal: !ending.is_empty() })
}

fn is_month(word: &str) -> bool {
    let bare = word.strip_suffix('.').unwrap_or(word);
    let calendar = &ENGLISH.calendar;
    word.starts_with(char::is_uppercase)
        && (calendar.months.iter().any(|month| {
            month.eq_ignore_ascii_case(bare)
                || bare.len() == 3 && month.get(..3).is_some_and(|short| short.eq_ignore_ascii_case(bare))
        }) || has(calendar.months_shortened, bare))
}

/// `2021-03-14`, `14/3/2021`, `14.03.2021`.
fn is_numeric_date(word: &str) -> bool {
    let Some(sign) = word.chars().find(|c| !c.is_ascii_digit()).filter(|c| matches!(c, '-' | '/' | '.')) else {
        return false;
    };
    let mut parts = word.split(sign);
    let (Some(first), Some(second), Some(third), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let small =
        |part: &str, most: u32| matches!(part.len(), 1 | 2) && part.parse().is_ok_and(|n: u32| (1..=most).contains(&n));
    let year = |part: &str| part.len() == 4 && part.starts_with(['1', '2']) && part.bytes().all(|b| b.is_ascii_digit());
    let months = small(first, 12) && small(second, 31) || small(first, 31) && small(second, 12);
    year(first) && small(second, 12) && small(third, 31) || year(third) && months
}

/// The label of a percentage: no model has one.
pub(crate) const PERCENT: u16 = u16::MAX;

/// Adds amounts to the entities of a model, both in text order. An amount takes the place of entities inside it. It counts
/// nothing if an entity overlaps it and is not inside, or is one like it. `merged` is memory that the caller keeps.
pub(crate) fn merge(amounts: &[Amount], labels: &[String], found: &mut Vec<Entity>, merged: &mut Vec<Entity>) {
    let row = |label: EntityLabel| labels.iter().position(|own| own == label.as_str()).map(|row| row as u16);
    let rows = [(EntityLabel::Money, row(EntityLabel::Money)), (EntityLabel::Date, row(EntityLabel::Date))];
    // A model of people and places alone gives no sums.
    let percent = rows.iter().all(|(_, row)| row.is_some()).then_some(PERCENT);
    merged.clear();
    let mut rest = found.as_slice();
    for amount in amounts {
        let label = rows.iter().find(|(label, _)| *label == amount.label).map_or(percent, |(_, row)| *row);
        let Some(label) = label else { continue };
        let before = rest.iter().take_while(|entity| entity.span.end <= amount.span.start).count();
        let within = rest.iter().skip(before).take_while(|entity| entity.span.start < amount.span.end).count();
        let (Some(own), Some(inner)) = (rest.get(..before), rest.get(before..before + within)) else { continue };
        merged.extend_from_slice(own);
        if inner.iter().all(|entity| amount.span.contains(entity.span) && amount.span != entity.span) {
            merged.push(Entity { span: amount.span, label, score: SCORE });
        } else {
            merged.extend_from_slice(inner);
        }
        rest = rest.get(before + within..).unwrap_or_default();
    }
    merged.extend_from_slice(rest);
    std::mem::swap(found, merged);
}

/// Returns the span of a name without emoji, asterisks and other ornament at its ends.
pub(crate) fn without_ornament(text: &str, span: Span) -> Span {
    let Some(name) = span.get(text) else { return span };
    let ornament = |c: char| {
        c.is_whitespace()
            || matches!(c, '*' | '_' | '~' | '|' | '\u{200d}' | '\u{fe0f}' | '\u{20e3}' | '•')
            || matches!(c, '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}')
    };
    let tail = name.trim_start_matches(ornament);
    let kept = tail.trim_end_matches(ornament);
    if kept.is_empty() {
        return span;
    }
    let start = span.start + (name.len() - tail.len()) as u32;
    Span::new(start, start + kept.len() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tokens as the tokenizer makes them are apart by spaces here.
    fn found(text: &str) -> Vec<(&str, EntityLabel)> {
        let mut tokens = Vec::new();
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            let start = (word.as_ptr().addr() - text.as_ptr().addr()) as u32;
            tokens.push(Span::new(start, start + word.len() as u32));
        }
        let mut out = Vec::new();
        find(text, &tokens, &vec![0; tokens.len()], &mut out);
        out.iter().map(|amount| (amount.span.get(text).unwrap_or("?"), amount.label)).collect()
    }

    #[test]
    fn forms_of_amounts() {
        use EntityLabel::{Date, Money, Percent};
        let cases: &[(&str, &[(&str, EntityLabel)])] = &[
            ("They paid 40,000 Ugandan shillings .", &[("40,000 Ugandan shillings", Money)]),
            ("They paid 60 New Zealand dollars .", &[("60 New Zealand dollars", Money)]),
            ("It costs 75 cents or KSh 80 .", &[("75 cents", Money), ("KSh 80", Money)]),
            ("He gave Rs. 12 lakh crore and ₹ 3.5 crore .", &[("Rs. 12 lakh crore", Money), ("₹ 3.5 crore", Money)]),
            ("It lost 3 trillion won and 2 m euros .", &[("3 trillion won", Money), ("2 m euros", Money)]),
            ("Bread costs 90p or 40 pence .", &[("90p", Money), ("40 pence", Money)]),
            ("A film at 720p", &[]),
            ("R1,850 a month , R12m and P3.2 billion", &[("R1,850", Money), ("R12m", Money), ("P3.2 billion", Money)]),
            ("Ksh500 or GH¢900 but no R2 , N95 , K9 or P7", &[("Ksh500", Money), ("GH¢900", Money)]),
            ("She has 3 won medals and lost 20 pounds .", &[]),
            ("US $ 5 million or 400 EUR", &[("US $ 5 million", Money), ("400 EUR", Money)]),
            ("up 7 per cent and 8.5 %", &[("7 per cent", Percent), ("8.5 %", Percent)]),
            ("on the 5th of May , 2019", &[("the 5th of May , 2019", Date)]),
            ("on 6th June and 12 May 2020", &[("6th June", Date), ("12 May 2020", Date)]),
            ("from Sept. 5 to Oct. 1 , 2020", &[("Sept. 5", Date), ("Oct. 1 , 2020", Date)]),
            (
                "2021-03-14 and 14/3/2021 and 12.31.2020",
                &[("2021-03-14", Date), ("14/3/2021", Date), ("12.31.2020", Date)],
            ),
            ("1.2.3 and 99/99/2020 and 1-2-3 and 5 of May", &[]),
        ];
        for (text, wanted) in cases {
            assert_eq!(found(text), *wanted, "{text}");
        }
    }

    #[test]
    fn amounts_and_names_are_merged() {
        let entity = |start, end, label| Entity { span: Span::new(start, end), label, score: 0.5 };
        let labels = ["MONEY".to_owned(), "NORP".to_owned(), "DATE".to_owned()];
        let amount = |start, end| Amount { span: Span::new(start, end), label: EntityLabel::Money };
        let cases = [
            (vec![], vec![amount(2, 5)], vec![entity(2, 5, 0)]),
            (vec![entity(3, 4, 1)], vec![amount(2, 5)], vec![entity(2, 5, 0)]),
            (vec![entity(0, 3, 1)], vec![amount(2, 5)], vec![entity(0, 3, 1)]),
            (vec![entity(2, 5, 1)], vec![amount(2, 5)], vec![entity(2, 5, 1)]),
            (
                vec![entity(0, 1, 1), entity(6, 7, 1)],
                vec![amount(2, 5)],
                vec![entity(0, 1, 1), entity(2, 5, 0), entity(6, 7, 1)],
            ),
            (vec![], vec![amount(0, 1), amount(2, 3)], vec![entity(0, 1, 0), entity(2, 3, 0)]),
        ];
        for (mut names, amounts, wanted) in cases {
            merge(&amounts, &labels, &mut names, &mut Vec::new());
            let plain = |list: &[Entity]| list.iter().map(|e| (e.span, e.label)).collect::<Vec<_>>();
            assert_eq!(plain(&names), plain(&wanted));
        }
    }

    #[test]
    fn ornament_is_no_part_of_a_name() {
        let trimmed = |text: &'static str| without_ornament(text, Span::new(0, text.len() as u32)).get(text);
        assert_eq!(trimmed("Ana Ruiz 👩🏽\u{200d}⚖️"), Some("Ana Ruiz"));
        assert_eq!(trimmed("**Ana Ruiz**"), Some("Ana Ruiz"));
        assert_eq!(trimmed("Yahoo!"), Some("Yahoo!"));
        assert_eq!(trimmed("***"), Some("***"));
    }
}
