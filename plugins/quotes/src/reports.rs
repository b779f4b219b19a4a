//! "Ana Ruiz averred that ...", "the nurse is sure that ...", "police put the loss at ...": a subject, a verb and what it
//! reports. News of all continents have verbs that the training corpus lacks, and between a subject that speaks and a clause
//! there is little doubt.

use std::ops::Range;

use copydesk_model::hash::hash_bytes;
use copydesk_model::words::WordTable;
use copydesk_sdk::Span;
use copydesk_text::lang::ENGLISH;

use crate::document::{Input, Prepared};
use crate::layout::behind_bullet;
use crate::passes::Draft;
use crate::rules::{FINITE, SUBJECTS, THAT, has, hashed, rest, word};
use crate::subjects::{self, Subject};
use crate::words::{OPENING, OUTSIDE, Word};

/// Drafts of the model from this score on count.
const SURE: f32 = 0.5;
const COMMA: u64 = hash_bytes(b",");
const SEMICOLON: u64 = hash_bytes(b";");
const AND: u64 = hash_bytes(b"and");
const RELATIVES: &[u64] = hashed!(ENGLISH.function.relatives);
/// Words between a comma and the subject of the next clause.
const BREAKS: &[u64] = hashed!(ENGLISH.function.breaks);
const THERE: u64 = hash_bytes(b"there");
const AT: u64 = hash_bytes(b"at");
const WITH: u64 = hash_bytes(b"with");
const CONVICTIONS: &[u64] = hashed!(ENGLISH.verbs.convictions);
/// Marks of emphasis around a name.
const EMPHASIS: [u64; 4] = [hash_bytes(b"**"), hash_bytes(b"*"), hash_bytes(b"__"), hash_bytes(b"_")];
const QUESTIONS: &[u64] = hashed!(ENGLISH.function.questions);
const NUMBERS: &[u64] = hashed!(ENGLISH.amounts.numbers);
/// Verbs with a hearer.
const TOLD: &[u64] = hashed!(ENGLISH.verbs.with_hearers);
const BUT: u64 = hash_bytes(b"but");
/// Verbs behind "but" and "and" that end a report: "said the dam was full but declined to say more".
const REFUSED: &[u64] = hashed!(ENGLISH.verbs.refused);
const SOMEBODY: &[u64] = hashed!(ENGLISH.function.somebody);
const PREPOSITIONS: &[u64] = hashed!(ENGLISH.function.prepositions);
const DETERMINERS: &[u64] = hashed!(ENGLISH.function.determiners);
const CLAUSE_VERBS: &[u64] = hashed!(ENGLISH.verbs.auxiliaries);
/// Words between a name and its verb.
const FILLERS: &[u64] = hashed!(ENGLISH.verbs.before_reports);
/// Names of a sentence that are tried.
const MOST_NAMES: usize = 3;
/// Places of a sentence where a subject is looked for, and how far they may be from its beginning.
const MOST_STARTS: usize = 4;
const FARTHEST_START: usize = 24;
/// Tokens from a verb to a second one behind "and".
const FARTHEST_SECOND: usize = 24;
/// Tokens from a verb to its "at" or "with".
const FARTHEST_PREPOSITION: usize = 14;
/// Tokens from a verb to the quotation with its judgement.
const FARTHEST_JUDGEMENT: usize = 8;
/// Tokens from a verb to the amount that it forecasts.
const NEAR_AMOUNT: usize = 9;
/// Tokens of a hearer: "told the old people's home".
const LONGEST_HEARER: usize = 6;
/// Tokens before the name: titles and roles.
const LONGEST_TITLE: usize = 8;

/// Verbs that make a report, by what they report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// A clause, with "that".
    That,
    /// A clause, with "that" or without.
    Clause,
    /// "is sure that".
    Conviction,
    /// "put the loss at two million".
    Put,
    /// "sees a loss of two million".
    Forecast,
    /// "promised a refund".
    Object,
    /// "call it “...”".
    Call,
    /// "justified the cut with the price of oil".
    Justify,
}

/// The verbs of reports but for those of the lexicon.
static VERBS: WordTable<Kind, 512> = WordTable::new(
    &[
        (ENGLISH.verbs.holds, Kind::Conviction),
        (ENGLISH.verbs.puts, Kind::Put),
        (ENGLISH.verbs.justifies, Kind::Justify),
        (ENGLISH.verbs.forecasts, Kind::Forecast),
        (ENGLISH.verbs.objects, Kind::Object),
        (ENGLISH.verbs.plain_reports, Kind::Clause),
        (ENGLISH.verbs.clauses, Kind::Clause),
        (ENGLISH.verbs.callings, Kind::Call),
        (ENGLISH.verbs.thoughts, Kind::That),
        (ENGLISH.verbs.formal_reports, Kind::That),
    ],
    Kind::That,
);

/// Words of amounts.
static AMOUNTS: WordTable<(), 512> = WordTable::new(
    &[
        (ENGLISH.amounts.magnitudes, ()),
        (ENGLISH.amounts.percent, ()),
        (ENGLISH.amounts.currencies, ()),
        (ENGLISH.amounts.currencies_of_millions, ()),
    ],
    (),
);

/// A report before it meets the model's drafts.
struct Report {
    source: Range<usize>,
    cue: Range<usize>,
    content: Range<usize>,
}

/// Finds the report of a sentence. `own` are its drafts: one whose cue is the verb becomes sure.
pub(crate) fn find(input: &Input<'_>, prepared: &Prepared, tokens: Range<usize>, own: &mut [Draft]) -> Option<Draft> {
    let start = tokens.start;
    let from = input.tokens.get(start)?.start;
    let first = input.entities.partition_point(|(span, _)| span.start < from);
    // `Cabinet` and `Peter Otieno` before one verb: the name right before it counts.
    let names = input.entities.get(first..)?.iter().take(MOST_NAMES).filter(|(_, speaks)| *speaks);
    let named = names.filter_map(|(span, _)| subject(input, prepared, &tokens, *span)).next();
    let named = named.and_then(|(end, verb)| {
        report(input, prepared, &tokens, Subject { source: behind_bullet(input, &tokens).min(end - 1)..end, verb })
    });
    let found = named.or_else(|| {
        starts(input, prepared, &tokens)
            .filter_map(|at| subjects::find(input, prepared, &tokens, at, reports))
            .find_map(|subject| report(input, prepared, &tokens, subject))
    });
    let Report { source, cue, content } = found.or_else(|| second(input, prepared, &tokens))?;
    let known = own.iter_mut().find(|d| d.cue.start < cue.end && cue.start < d.cue.end && !d.content.is_empty());
    if let Some(known) = known {
        known.score = known.score.max(SURE);
        if !known.source.iter().any(|own| is_somebody(prepared, own)) {
            known.source.clear();
            known.source.push(source.clone());
        }
        if TOLD.contains(&word(prepared, cue.start).lower) {
            without_hearer(prepared, known, &content, cue.end);
        }
        let (stop, verb) = goes_on(prepared, &content)?;
        known.content.retain(|run| run.start < stop);
        known.content.iter_mut().for_each(|run| run.end = run.end.min(stop));
        let next = report(input, prepared, &tokens, Subject { source, verb: verb? })?;
        let told = own.iter_mut().find(|d| d.cue.start < next.cue.end && next.cue.start < d.cue.end);
        let Some(told) = told.filter(|d| !d.content.is_empty()) else {
            return Some(Draft { rule: false, ..Draft::by_rule(next.cue, next.source, next.content, 0.8) });
        };
        told.score = told.score.max(SURE);
        if told.source.is_empty() {
            told.source.push(next.source);
        }
        return None;
    }
    let taken =
        own.iter().any(|d| d.score >= SURE && d.content.iter().any(|c| c.start < content.end && content.start < c.end));
    (!taken).then(|| Draft { rule: false, ..Draft::by_rule(cue, source, content, 0.8) })
}

/// Sets the beginning of what a hearer is told, if the hearer is in it, or if it begins in the middle of a clause.
fn without_hearer(prepared: &Prepared, known: &mut Draft, clause: &Range<usize>, behind: usize) {
    let mut runs = known.content.iter_mut().filter(|run| run.start >= behind && run.end > clause.start);
    if let (Some(run), None) = (runs.next(), runs.next()) {
        let first = word(prepared, run.start);
        let hearer = run.start < clause.start && first.lower != THAT && first.quote == OUTSIDE;
        let cut = CLAUSE_VERBS.contains(&first.lower) && !has(prepared, clause.start..run.start, &[COMMA]);
        if hearer || cut {
            run.start = clause.start;
        }
    }
}

/// Returns the end of the first report of "said the dam was full but warned that the pipes were old", and the second verb if
/// that reports something.
fn goes_on(prepared: &Prepared, content: &Range<usize>) -> Option<(usize, Option<usize>)> {
    let joins = |at: &usize| [AND, BUT].contains(&word(prepared, *at).lower) && word(prepared, *at).quote == OUTSIDE;
    let filler = |at: &usize| FILLERS.contains(&word(prepared, *at).lower);
    let reach = content.start + 2..content.end.min(content.start + FARTHEST_SECOND);
    reach.filter(joins).find_map(|join| {
        let verb = (join + 1..join + 3).take_while(filler).last().map_or(join + 1, |at| at + 1);
        let next = word(prepared, verb);
        let finite = next.quote == OUTSIDE && (next.reporting || next.lower != next.stem) && !next.sign;
        let told = finite && reports(next) && says_more(prepared, verb, content.end);
        let stop = if word(prepared, join - 1).lower == COMMA { join - 1 } else { join };
        let refused = word(prepared, join).lower == BUT && REFUSED.contains(&next.lower);
        (told || refused).then_some((stop, told.then_some(verb)))
    })
}

/// Returns true if a clause, a quotation or "that" stands behind a verb.
fn says_more(prepared: &Prepared, verb: usize, end: usize) -> bool {
    let next = word(prepared, verb + 1);
    let clause = !PREPOSITIONS.contains(&next.lower) && is_clause(prepared, &rest(prepared, verb + 1, end));
    next.lower == THAT || next.quote == OPENING || clause
}

/// Finds the report of a second verb: "The keeper has seen the dog and is sure that ...".
fn second(input: &Input<'_>, prepared: &Prepared, tokens: &Range<usize>) -> Option<Report> {
    let start = behind_bullet(input, tokens);
    let first = subjects::find(input, prepared, tokens, start, |word| !word.sign && !word.capital)?;
    let reach = first.verb + 1..tokens.end.min(first.verb + FARTHEST_SECOND);
    let ands = reach.filter(|at| word(prepared, *at).lower == AND && word(prepared, *at).quote == OUTSIDE);
    let filler = |at: &usize| FILLERS.contains(&word(prepared, *at).lower);
    let verbs = ands.map(|and| (and + 1..and + 4).take_while(filler).last().map_or(and + 1, |at| at + 1));
    let mut verbs = verbs.filter(|verb| word(prepared, *verb).quote == OUTSIDE && reports(word(prepared, *verb)));
    verbs.find_map(|verb| report(input, prepared, tokens, Subject { source: first.source.clone(), verb }))
}

/// Returns false for a source of the model that is a lone article or begins with a relative pronoun.
fn is_somebody(prepared: &Prepared, source: &Range<usize>) -> bool {
    let words = prepared.words(source.clone());
    let named = words.iter().any(|w| !w.sign && !DETERMINERS.contains(&w.lower));
    named && words.first().is_some_and(|first| !RELATIVES.contains(&first.lower))
}

/// The tokens where the subject of a sentence may begin: its first word, and the words behind its first commas.
fn starts<'a>(
    input: &Input<'_>,
    prepared: &'a Prepared,
    tokens: &Range<usize>,
) -> impl Iterator<Item = usize> + use<'a> {
    let start = behind_bullet(input, tokens);
    let reach = start..tokens.end.min(start + FARTHEST_START);
    let stop = |at: &usize| {
        let word = word(prepared, *at);
        (word.lower == COMMA || word.lower == SEMICOLON) && word.quote == OUTSIDE
    };
    let behind = move |stop: usize| stop + 1 + usize::from(BREAKS.contains(&word(prepared, stop + 1).lower));
    std::iter::once(start).chain(reach.filter(stop).map(behind)).take(MOST_STARTS)
}

fn reports(word: Word) -> bool {
    word.reporting || VERBS.get(word.lower).is_some()
}

/// Returns what a subject reports by its verb.
fn report(input: &Input<'_>, prepared: &Prepared, tokens: &Range<usize>, subject: Subject) -> Option<Report> {
    let Subject { source, verb } = subject;
    let kind = VERBS.get(word(prepared, verb).lower).unwrap_or(Kind::That);
    let (cue, begin) = match kind {
        Kind::That | Kind::Clause => (verb..verb + 1, clause(prepared, tokens, verb, kind)?),
        Kind::Object => (verb..verb + 1, object(prepared, tokens, verb)),
        Kind::Call => {
            let open = (verb + 1..tokens.end.min(verb + FARTHEST_JUDGEMENT))
                .find(|at| word(prepared, *at).quote == OPENING)?;
            let plain = prepared.words(verb + 1..open).iter().all(|w| !w.sign);
            let content = prepared.quotation_tokens.get(word(prepared, open).quotation as usize)?.clone();
            return (plain && content.len() >= 3).then_some(Report { source, cue: verb..verb + 1, content });
        }
        Kind::Conviction => {
            let sure = (verb + 1..verb + 4).find(|at| CONVICTIONS.contains(&word(prepared, *at).lower))?;
            let plain = prepared.words(verb..sure).iter().all(|w| !w.sign && w.quote == OUTSIDE);
            let that = word(prepared, sure + 1).lower == THAT;
            let begin = sure + 1 + usize::from(that);
            let told = that || is_clause(prepared, &rest(prepared, begin, tokens.end));
            (plain && told).then_some((verb..sure + 1, begin))?
        }
        Kind::Put => {
            let at = preposition(prepared, verb, tokens.end, AT)?;
            is_amount(input, prepared, at + 1).then_some((verb..verb + 1, at + 1))?
        }
        Kind::Forecast => {
            let amount = (verb + 1..tokens.end.min(verb + NEAR_AMOUNT)).take_while(|at| !is_stop(prepared, *at));
            let amount = amount.filter(|at| is_amount(input, prepared, *at));
            (amount.into_iter().any(|at| is_sum(prepared, at, tokens.end))).then_some((verb..verb + 1, verb + 1))?
        }
        Kind::Justify => {
            let with = preposition(prepared, verb, tokens.end, WITH)?;
            (verb..verb + 1, with + 1)
        }
    };
    let content = rest(prepared, begin, tokens.end);
    let least = if matches!(kind, Kind::Put | Kind::Object) { 1 } else { 3 };
    (content.len() >= least && !word(prepared, begin).sign).then_some(Report { source, cue, content })
}

/// Returns the beginning of what a verb with an object or a clause reports.
fn object(prepared: &Prepared, tokens: &Range<usize>, verb: usize) -> usize {
    clause(prepared, tokens, verb, Kind::Clause).unwrap_or(verb + 1)
}

/// Returns the beginning of the clause that a verb reports.
fn clause(prepared: &Prepared, tokens: &Range<usize>, verb: usize, kind: Kind) -> Option<usize> {
    let that = (verb + 1..tokens.end.min(verb + 6)).find(|at| word(prepared, *at).lower == THAT);
    let between = verb + 1..that.unwrap_or(verb + 1);
    let begin = match that {
        Some(that) if prepared.words(between).iter().all(|w| !w.sign && w.quote == OUTSIDE) => return Some(that + 1),
        // "Ana Ruiz said taxes would fall.", "Ana Ruiz told us the road was shut."
        None if hears(prepared, verb) => behind_hearer(prepared, verb + 1, tokens.end),
        None if let Some(question) = question(prepared, tokens, verb) => return Some(question),
        None if kind == Kind::Clause => verb + 1,
        _ => return None,
    };
    is_clause(prepared, &rest(prepared, begin, tokens.end)).then_some(begin)
}

/// Returns true if a hearer stands behind a verb, and not the subject of the clause: "told investors", but "told he".
fn hears(prepared: &Prepared, verb: usize) -> bool {
    let next = word(prepared, verb + 1);
    TOLD.contains(&word(prepared, verb).lower) && !SUBJECTS.contains(&next.lower) && next.lower != THERE
}

/// Returns the beginning of the question that a verb of the lexicon reports: "wondered aloud how ...".
fn question(prepared: &Prepared, tokens: &Range<usize>, verb: usize) -> Option<usize> {
    let asks = word(prepared, verb).reporting;
    let at = (verb + 1..tokens.end.min(verb + 4)).find(|at| QUESTIONS.contains(&word(prepared, *at).lower));
    at.filter(|at| asks && prepared.words(verb..*at).iter().all(|w| !w.sign && w.quote == OUTSIDE))
}

/// Returns the place of a preposition behind a verb, before any mark.
fn preposition(prepared: &Prepared, verb: usize, end: usize, form: u64) -> Option<usize> {
    let range = verb + 2..end.min(verb + FARTHEST_PREPOSITION);
    range.take_while(|at| !is_stop(prepared, *at)).find(|at| word(prepared, *at).lower == form)
}

/// A mark that ends a phrase.
fn is_stop(prepared: &Prepared, at: usize) -> bool {
    let word = word(prepared, at);
    word.quote != OUTSIDE || word.lower == COMMA || word.lower == THAT
}

/// Returns true if a number begins at a token, with or without a currency sign.
fn is_amount(input: &Input<'_>, prepared: &Prepared, at: usize) -> bool {
    let first = |at: usize| input.tokens.get(at).and_then(|token| token.get(input.text)?.chars().next());
    let digit = |at: usize| first(at).is_some_and(|c| c.is_ascii_digit());
    digit(at) || word(prepared, at).sign && digit(at + 1) || NUMBERS.contains(&word(prepared, at).lower)
}

/// Returns true if a number has a magnitude, a currency or a percent sign behind it.
fn is_sum(prepared: &Prepared, number: usize, end: usize) -> bool {
    (number + 1..end.min(number + 3)).any(|at| AMOUNTS.get(word(prepared, at).lower).is_some())
}

/// Returns the end of a name and its verb of saying, if nothing but titles stands before the name.
fn subject(input: &Input<'_>, prepared: &Prepared, tokens: &Range<usize>, name: Span) -> Option<(usize, usize)> {
    let first = input.tokens.partition_point(|token| token.end <= name.start);
    let end = input.tokens.partition_point(|token| token.start < name.end);
    let start = behind_bullet(input, tokens).min(first);
    if first > start + LONGEST_TITLE || end >= tokens.end || !is_plain(prepared, start..first) {
        return None;
    }
    let filler = |at: &usize| {
        let word = word(prepared, *at);
        word.quote == OUTSIDE && FILLERS.contains(&word.lower)
    };
    let behind = end + usize::from(EMPHASIS.contains(&word(prepared, end).lower));
    let verb = (behind..tokens.end.min(behind + 4)).take_while(filler).last().map_or(behind, |at| at + 1);
    let told = word(prepared, verb);
    (verb < tokens.end && told.quote == OUTSIDE && reports(told)).then_some((end, verb))
}

/// Returns the beginning of the clause behind "told us", "told Radio Nord" and "told the old reporters".
fn behind_hearer(prepared: &Prepared, start: usize, end: usize) -> usize {
    let begins = |at: &usize| {
        let word = word(prepared, *at);
        word.capital || [DETERMINERS, SUBJECTS, SOMEBODY].iter().any(|list| list.contains(&word.lower))
    };
    // "told her the road was shut", "told her husband the road was shut".
    let determined = DETERMINERS.contains(&word(prepared, start).lower) && !begins(&(start + 1));
    let first = start + usize::from(determined);
    let capital = |at: &usize| word(prepared, *at).capital;
    let named = (first..end).take_while(capital).last().map_or(first + 1, |at| at + 1);
    (named..end.min(start + LONGEST_HEARER)).find(begins).unwrap_or(named)
}

/// Titles and roles before a name: no mark, no verb.
fn is_plain(prepared: &Prepared, range: Range<usize>) -> bool {
    let fits = |w: &Word| !w.sign && w.quote == OUTSIDE;
    prepared.words(range.clone()).iter().all(fits) && !has(prepared, range, FINITE)
}

/// Returns true if words begin with a pronoun as a subject or have a finite auxiliary near their beginning: they are a
/// clause, not an object.
fn is_clause(prepared: &Prepared, content: &Range<usize>) -> bool {
    let Some(first) = prepared.words(content.clone()).first() else { return false };
    let subject = SUBJECTS.contains(&first.lower) || first.lower == THERE;
    first.quote == OUTSIDE
        && (subject || has(prepared, content.start + 1..content.end.min(content.start + 10), CLAUSE_VERBS))
}
