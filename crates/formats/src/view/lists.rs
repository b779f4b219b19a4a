//! The lists under an article: actors, quotes, stances.

use std::collections::HashMap;

use anstyle::Style;
use copydesk_core::{Actor, Article, Holder, Span, Stance};
use copydesk_text::Polarity;

use super::style::{BOLD, DIM, FAVOURABLE, PLAIN, QUOTE, UNFAVOURABLE, name_style};
use super::wrap::Wrapper;

/// Columns for a name at most; longer ones are cut.
const NAME: usize = 28;

/// Room for names in a line: a third of it, and no more than [`NAME`].
fn name_width(page: &Wrapper<'_>) -> usize {
    NAME.min(page.width() / 3)
}

fn heading(page: &mut Wrapper<'_>, text: &str) {
    page.line(text, BOLD);
    page.end_line();
}

pub(super) fn actors(page: &mut Wrapper<'_>, article: &Article) {
    let mut actors: Vec<(Actor<'_>, usize)> = article.actors().map(|actor| (actor, actor.mentions().len())).collect();
    if actors.is_empty() {
        return;
    }
    actors.sort_by_key(|(actor, count)| (std::cmp::Reverse(*count), actor.row()));
    heading(page, "Actors");
    let width = page.width().saturating_sub(20);
    for (actor, count) in actors {
        page.line(&format!("{count:>5}  "), DIM);
        page.shortened(actor.name(), width, name_style(actor.label()));
        page.line("  ", PLAIN);
        page.line(actor.label(), DIM);
        page.end_line();
    }
    page.blank_line();
}

pub(super) fn quotes(page: &mut Wrapper<'_>, article: &Article) {
    if article.quotes().len() == 0 {
        return;
    }
    let words = |span: &Span| span.get(article.text()).unwrap_or_default();
    heading(page, "Who said what");
    let width = page.width().saturating_sub(24);
    for quote in article.quotes() {
        page.line("  ", PLAIN);
        match quote.speaker() {
            Some(speaker) => {
                page.shortened(speaker.name(), width, BOLD);
                role(page, speaker);
            }
            // Nobody of the article: the words that name the speaker say more than nothing.
            None if quote.source().is_empty() => page.line("?", BOLD),
            None => page.shortened_parts(quote.source().iter().map(words), width, PLAIN),
        }
        page.line("  ", PLAIN);
        page.line(quote.act(), DIM);
        page.line(", ", DIM);
        page.line(quote.kind(), DIM);
        page.end_line();
        page.line("     ", PLAIN);
        let rest = page.width().saturating_sub(page.column());
        page.shortened_parts(quote.content().iter().map(words), rest, QUOTE);
        page.end_line();
    }
    page.blank_line();
}

/// The longest role that is shown, in characters. Longer ones hide who it is.
const LONGEST_ROLE: usize = 32;

/// Writes a speaker's role behind the name, if it is short and the line has room for it.
fn role(page: &mut Wrapper<'_>, speaker: Actor<'_>) {
    /// Commas, act and kind.
    const REST: usize = 24;
    let room = page.width().saturating_sub(page.column() + REST);
    if let Some(role) = speaker.role().filter(|role| role.chars().count() <= LONGEST_ROLE.min(room)) {
        page.line(", ", PLAIN);
        page.shortened(role, room, PLAIN);
    }
}

/// The stances of one holder toward one target.
struct Opinion<'a> {
    holder: Holder<'a>,
    target: Actor<'a>,
    favourable: u32,
    unfavourable: u32,
    neutral: u32,
    /// The clearest statement.
    clearest: Stance<'a>,
}

fn opinions(article: &Article) -> Vec<Opinion<'_>> {
    let mut by_pair: HashMap<(Option<u32>, u32), usize> = HashMap::new();
    let mut opinions: Vec<Opinion<'_>> = Vec::new();
    for stance in article.stances() {
        let (holder, target) = (stance.holder(), stance.target());
        let speaker = match holder {
            Holder::Author => None,
            Holder::Actor(actor) => Some(actor.row()),
        };
        let at = *by_pair.entry((speaker, target.row())).or_insert(opinions.len());
        if at == opinions.len() {
            opinions.push(Opinion { holder, target, favourable: 0, unfavourable: 0, neutral: 0, clearest: stance });
        }
        let Some(opinion) = opinions.get_mut(at) else { continue };
        let polarity = stance.polarity();
        match Polarity::of(polarity) {
            Polarity::Positive => opinion.favourable += 1,
            Polarity::Negative => opinion.unfavourable += 1,
            Polarity::Neutral => opinion.neutral += 1,
        }
        if polarity.abs() > opinion.clearest.polarity().abs() {
            opinion.clearest = stance;
        }
    }
    opinions
}

impl Opinion<'_> {
    /// Sign, its style, and how many statements have it.
    fn sign(&self) -> (&'static str, Style, u32) {
        match (self.favourable, self.unfavourable) {
            (0, 0) => ("0", DIM, self.neutral),
            (favourable, unfavourable) if favourable > unfavourable => ("+", FAVOURABLE, favourable),
            (favourable, unfavourable) if favourable < unfavourable => ("-", UNFAVOURABLE, unfavourable),
            (favourable, unfavourable) => ("±", BOLD, favourable + unfavourable),
        }
    }

    fn all(&self) -> u32 {
        self.favourable + self.unfavourable + self.neutral
    }
}

fn holder_name<'a>(holder: Holder<'a>) -> &'a str {
    match holder {
        Holder::Author => "the article",
        Holder::Actor(actor) => actor.name(),
    }
}

pub(super) fn stances(page: &mut Wrapper<'_>, article: &Article) {
    if article.stances().len() == 0 {
        return;
    }
    let (clear, neutral): (Vec<Opinion<'_>>, Vec<Opinion<'_>>) =
        opinions(article).into_iter().partition(|opinion| opinion.favourable + opinion.unfavourable > 0);
    heading(page, "Stances");
    let width = name_width(page);
    for opinion in &clear {
        let (sign, style, count) = opinion.sign();
        page.line("  ", PLAIN);
        page.line(sign, style.bold());
        page.line("  ", PLAIN);
        page.shortened(holder_name(opinion.holder), width, PLAIN);
        page.line(" → ", DIM);
        page.shortened(opinion.target.name(), width, BOLD);
        page.line(&format!("  {count} of {}", opinion.all()), DIM);
        page.end_line();
        page.line("       ", PLAIN);
        let evidence = opinion.clearest.evidence().get(article.text()).unwrap_or_default();
        let rest = page.width().saturating_sub(page.column());
        page.shortened(evidence, rest, style);
        page.end_line();
    }
    if !neutral.is_empty() {
        page.line("  0  ", DIM);
        for (i, opinion) in neutral.iter().enumerate() {
            page.text(if i == 0 { "" } else { "; " }, DIM);
            page.text(holder_name(opinion.holder), DIM);
            page.text(" → ", DIM);
            page.text(opinion.target.name(), DIM);
        }
        page.end_line();
    }
    page.blank_line();
}
