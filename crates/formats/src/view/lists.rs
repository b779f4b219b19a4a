//! The lists under an article: actors, who said what, stances.

use std::collections::HashMap;

use anstyle::Style;
use copydesk_core::{Document, Layer, NONE};

use super::wrap::Wrapper;
use super::{BOLD, DIM, FAVOURABLE, PLAIN, QUOTE, UNFAVOURABLE, name_style, speaker};

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

pub(super) fn actors(page: &mut Wrapper<'_>, document: &Document) {
    let Some(actors) = document.layer("actors").filter(|actors| !actors.is_empty()) else { return };
    let (Some(names), Some(labels)) = (actors.column("name"), actors.column("label")) else { return };
    let mut rows: Vec<(usize, u32)> = (0..actors.len()).map(|row| (row, 0)).collect();
    if let Some(of) = document.layer("mentions").and_then(|mentions| mentions.column("actor")) {
        for mention in 0..of.len() {
            if let Some((_, count)) = rows.get_mut(of.number(mention) as usize) {
                *count += 1;
            }
        }
    }
    rows.sort_by_key(|(row, count)| (std::cmp::Reverse(*count), *row));
    heading(page, "Actors");
    let width = page.width().saturating_sub(20);
    for (row, count) in rows {
        page.line(&format!("{count:>5}  "), DIM);
        page.shortened(names.string(row), width, name_style(labels.string(row)));
        page.line("  ", PLAIN);
        page.line(labels.string(row), DIM);
        page.end_line();
    }
    page.blank_line();
}

pub(super) fn quotes(page: &mut Wrapper<'_>, document: &Document) {
    let Some(quotes) = document.layer("quotes").filter(|quotes| !quotes.is_empty()) else { return };
    let (Some(acts), Some(kinds)) = (quotes.column("act"), quotes.column("kind")) else { return };
    let mut content: Vec<Vec<&str>> = vec![Vec::new(); quotes.len()];
    let mut source: Vec<Vec<&str>> = vec![Vec::new(); quotes.len()];
    if let Some(parts) = document.layer("quote_parts")
        && let (Some(roles), Some(parents)) = (parts.column("role"), parts.column("quote"))
    {
        for (row, span) in parts.spans().iter().enumerate() {
            let of = match roles.string(row) {
                "content" => &mut content,
                "source" => &mut source,
                _ => continue,
            };
            if let Some(texts) = of.get_mut(parents.number(row) as usize) {
                texts.extend(span.get(document.text()));
            }
        }
    }
    heading(page, "Who said what");
    let width = page.width().saturating_sub(24);
    for (row, (content, source)) in content.into_iter().zip(source).enumerate() {
        page.line("  ", PLAIN);
        match speaker(document, quotes, row) {
            Some(name) => page.shortened(name, width, BOLD),
            // Nobody of the article: the words that name the speaker say more than nothing.
            None if source.is_empty() => page.line("?", BOLD),
            None => page.shortened_parts(source.into_iter(), width, PLAIN),
        }
        page.line("  ", PLAIN);
        page.line(acts.string(row), DIM);
        page.line(", ", DIM);
        page.line(kinds.string(row), DIM);
        page.end_line();
        page.line("     ", PLAIN);
        let rest = page.width().saturating_sub(page.column());
        page.shortened_parts(content.into_iter(), rest, QUOTE);
        page.end_line();
    }
    page.blank_line();
}

/// What one holder thinks of one target.
struct Opinion {
    holder: u32,
    target: u32,
    favourable: u32,
    unfavourable: u32,
    neutral: u32,
    /// Row and strength of the clearest statement.
    clearest: (usize, f32),
}

/// Polarities nearer to zero than this are neutral: a third of the scale for each of the three classes.
const NEUTRAL: f32 = 1.0 / 3.0;

fn opinions(stances: &Layer) -> Vec<Opinion> {
    let (Some(holders), Some(targets)) = (stances.column("holder"), stances.column("target")) else {
        return Vec::new();
    };
    let mut by_pair: HashMap<(u32, u32), usize> = HashMap::new();
    let mut opinions: Vec<Opinion> = Vec::new();
    for row in 0..stances.len() {
        let (holder, target) = (holders.number(row), targets.number(row));
        let at = *by_pair.entry((holder, target)).or_insert(opinions.len());
        if at == opinions.len() {
            let clearest = (row, -1.0);
            opinions.push(Opinion { holder, target, favourable: 0, unfavourable: 0, neutral: 0, clearest });
        }
        let Some(opinion) = opinions.get_mut(at) else { continue };
        let polarity = stances.column("polarity").map_or(0.0, |column| column.float(row));
        match polarity {
            p if p > NEUTRAL => opinion.favourable += 1,
            p if p < -NEUTRAL => opinion.unfavourable += 1,
            _ => opinion.neutral += 1,
        }
        if polarity.abs() > opinion.clearest.1 {
            opinion.clearest = (row, polarity.abs());
        }
    }
    opinions
}

impl Opinion {
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

pub(super) fn stances(page: &mut Wrapper<'_>, document: &Document) {
    let Some(stances) = document.layer("stances").filter(|stances| !stances.is_empty()) else { return };
    let names = document.layer("actors").and_then(|actors| actors.column("name"));
    let name = |actor: u32| match (names, actor) {
        (_, NONE) => "the article",
        (Some(names), actor) => names.string(actor as usize),
        (None, _) => "?",
    };
    let (clear, neutral): (Vec<Opinion>, Vec<Opinion>) =
        opinions(stances).into_iter().partition(|opinion| opinion.favourable + opinion.unfavourable > 0);
    heading(page, "Stances");
    let width = name_width(page);
    for opinion in &clear {
        let (sign, style, count) = opinion.sign();
        page.line("  ", PLAIN);
        page.line(sign, style.bold());
        page.line("  ", PLAIN);
        page.shortened(name(opinion.holder), width, PLAIN);
        page.line(" → ", DIM);
        page.shortened(name(opinion.target), width, BOLD);
        page.line(&format!("  {count} of {}", opinion.all()), DIM);
        page.end_line();
        page.line("       ", PLAIN);
        let evidence = stances.spans().get(opinion.clearest.0).and_then(|span| span.get(document.text()));
        let rest = page.width().saturating_sub(page.column());
        page.shortened(evidence.unwrap_or_default(), rest, style);
        page.end_line();
    }
    if !neutral.is_empty() {
        page.line("  0  ", DIM);
        for (i, opinion) in neutral.iter().enumerate() {
            page.text(if i == 0 { "" } else { "; " }, DIM);
            page.text(name(opinion.holder), DIM);
            page.text(" → ", DIM);
            page.text(name(opinion.target), DIM);
        }
        page.end_line();
    }
    page.blank_line();
}
