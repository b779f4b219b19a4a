//! The blocks of the article among all blocks of a page.

use copydesk_text::BlockKind;

use super::blocks::{Block, Page, Place};
use super::dom::{NodeId, ROOT, Step};
use super::metadata::{Found, plain};
use super::names::{Hints, Words};
use super::phrases;

/// A block of running text has this many characters, or ends like a sentence and has [`MIN_SENTENCE`].
const MIN_TEXT: u32 = 80;

/// See [`MIN_TEXT`].
const MIN_SENTENCE: u32 = 25;

/// Boilerplate by name is kept if it has more than this share of the page's running text: then the name says something
/// else, such as `with-sidebar`.
const MAX_BOILERPLATE: f32 = 0.4;

/// Elements that are mostly links are kept if they have more than this share of the page's running text.
const MAX_LINKS: f32 = 0.15;

/// The article is looked for in the child that has this share of its parent's running text.
const MIN_SHARE: f32 = 0.75;

/// A caption has no more characters, unless its element says that it is one.
const MAX_CAPTION: u32 = 300;

/// A byline or a line with a date has no more characters.
const MAX_LINE: u32 = 160;

/// A summary is in the same element as the headline, at most this many steps above both.
const NEAR: usize = 4;

/// The summary above an article has no more characters.
const MAX_SUMMARY: u32 = 1000;

/// Sums of the weights of the blocks before each row.
struct Weights {
    text: Vec<f32>,
    chars: Vec<u32>,
    linked: Vec<u32>,
}

impl Weights {
    fn new(page: &Page<'_>, out: &[bool]) -> Self {
        let mut weights = Weights { text: vec![0.0], chars: vec![0], linked: vec![0] };
        let (mut text, mut chars, mut linked) = (0.0, 0u32, 0u32);
        for (block, out) in page.blocks.iter().zip(out) {
            if !*out {
                text += weight(page, block);
                chars = chars.saturating_add(block.chars);
                linked = linked.saturating_add(block.linked);
            }
            weights.text.push(text);
            weights.chars.push(chars);
            weights.linked.push(linked);
        }
        weights
    }

    fn of(&self, page: &Page<'_>, id: NodeId) -> f32 {
        let rows = page.rows(id);
        let at = |row: usize| self.text.get(row).copied().unwrap_or(0.0);
        at(rows.end) - at(rows.start)
    }

    /// Returns the share of an element's characters that are in links.
    fn linked(&self, page: &Page<'_>, id: NodeId) -> f32 {
        let rows = page.rows(id);
        let sum = |sums: &[u32]| {
            let at = |row: usize| sums.get(row).copied().unwrap_or(0);
            (at(rows.end) - at(rows.start)) as f32
        };
        sum(&self.linked) / sum(&self.chars).max(1.0)
    }
}

/// How much running text a block has.
fn weight(page: &Page<'_>, block: &Block) -> f32 {
    if block.linked * 2 > block.chars {
        return 0.0;
    }
    let text = page.text_of(block);
    let is_text = block.chars >= MIN_TEXT || block.chars >= MIN_SENTENCE && phrases::ends_sentence(text);
    let factor = match block.place {
        Place::Paragraph => 1.0,
        Place::Quote | Place::Box => 0.8,
        Place::ListItem => 0.5,
        Place::Cell => 0.3,
        Place::Heading(_) | Place::Caption => return 0.0,
    };
    if is_text { factor * (block.chars - block.linked) as f32 } else { 0.0 }
}

/// Returns the blocks of the article in their order, each with its kind. If the markup is no whole page, all of it is
/// taken for the article.
pub(super) fn select<'a>(page: &'a Page<'_>, found: &Found, is_whole: bool) -> Vec<(&'a Block, BlockKind)> {
    let mut out = vec![false; page.blocks.len()];
    leave_out_named(page, &mut out);
    let weights = Weights::new(page, &out);
    let root = if is_whole { root(page, &weights) } else { ROOT };
    leave_out_links(page, &weights, root, &mut out);
    let rows = page.rows(root);
    let mut kinds: Vec<Option<BlockKind>> = vec![None; page.blocks.len()];
    let mut is_end = false;
    for row in rows {
        let (Some(block), Some(false), Some(kind)) = (page.blocks.get(row), out.get(row), kinds.get_mut(row)) else {
            continue;
        };
        let text = page.text_of(block);
        // What comes after a heading such as "Related stories" and is no running text belongs to it.
        is_end = match block.place {
            Place::Heading(_) | Place::Box | Place::Paragraph if phrases::is_heading_of_boilerplate(text, block) => {
                true
            }
            Place::Paragraph | Place::Quote if weight(page, block) > 0.0 => false,
            Place::Box if block.chars >= MIN_TEXT && weight(page, block) > 0.0 => false,
            _ => is_end,
        };
        if !is_end {
            *kind = kind_of(page, block, root, &weights);
        }
    }
    leave_out_lone_headings(page, root, &mut kinds);
    take_summary(page, root, found, &out, &mut kinds);
    take_headline(page, root, found, &mut kinds);
    page.blocks.iter().zip(kinds).filter_map(|(block, kind)| Some((block, kind?))).collect()
}

/// Takes the headline and the byline above the article's text. A block within the text that repeats the headline is
/// left out.
fn take_headline(page: &Page<'_>, root: NodeId, found: &Found, kinds: &mut [Option<BlockKind>]) {
    let rows = page.rows(root);
    let first = kinds.iter().position(Option::is_some).unwrap_or(rows.start);
    let title = found.metadata.title.as_deref().map(plain);
    let is_title = |block: &Block| title.as_deref().is_some_and(|title| plain(page.text_of(block)) == title);
    let up_to_text = page.blocks.get(..=first).unwrap_or(&page.blocks);
    let headings = || up_to_text.iter().enumerate().rev().filter(|(_, block)| !block.within.hints.any(Hints::HIDDEN));
    let headline = headings().find(|(_, block)| block.place == Place::Heading(1));
    let headline = headline.or_else(|| headings().find(|(_, block)| is_title(block)));
    let Some((headline, _)) = headline else { return };
    if let Some(kind) = kinds.get_mut(headline) {
        *kind = Some(BlockKind::Headline);
    }
    for (row, block) in page.blocks.iter().enumerate().take(first.max(rows.start)).skip(headline + 1) {
        let is_byline = block.chars <= MAX_LINE && block.within.hints.any(Hints::BYLINE) && block.chars > 3;
        if let Some(kind @ None) = kinds.get_mut(row)
            && is_byline
            && names_author(page.text_of(block), found)
        {
            *kind = Some(BlockKind::Byline);
        }
    }
    for (row, block) in page.blocks.iter().enumerate().skip(headline + 1) {
        if let Some(kind @ Some(_)) = kinds.get_mut(row)
            && matches!(block.place, Place::Heading(_))
            && is_title(block)
        {
            *kind = None;
        }
    }
}

fn names_author(text: &str, found: &Found) -> bool {
    found.metadata.authors.iter().any(|author| text.contains(author.as_str()))
}

/// Takes the summary between the headline and the article's text, which some pages keep outside of the article's
/// element.
fn take_summary(page: &Page<'_>, root: NodeId, found: &Found, out: &[bool], kinds: &mut [Option<BlockKind>]) {
    let description = found.summary.as_deref().map(plain).filter(|description| !description.is_empty());
    let rows = page.rows(root);
    let above = page.blocks.get(..rows.start).unwrap_or_default();
    let Some(title) = above.iter().rposition(|block| block.place == Place::Heading(1)) else { return };
    let mut chars = 0;
    for row in title + 1..rows.start {
        let (Some(block), Some(false), Some(kind)) = (page.blocks.get(row), out.get(row), kinds.get_mut(row)) else {
            continue;
        };
        let text = page.text_of(block);
        let hints = block.within.hints;
        let is_other = hints.any(Hints::BYLINE.and(Hints::DATE).and(Hints::CAPTION).and(Hints::CREDIT))
            || is_caption(page, block, root)
            || phrases::is_boilerplate(text, block)
            || phrases::is_date_line(text)
            || block.linked * 2 > block.chars;
        let is_text = match block.place {
            Place::Heading(2..) => block.chars >= MIN_TEXT,
            _ => weight(page, block) > 0.0,
        };
        let is_near = || page.dom.upwards(block.owner).take(NEAR).any(|id| page.rows(id).start <= title);
        let is_named = hints.any(Hints::SUMMARY) || description.as_deref() == Some(&plain(text));
        let is_summary = is_named && block.chars >= MIN_SENTENCE || is_text && is_near();
        if is_summary && !is_other && chars + block.chars <= MAX_SUMMARY {
            chars += block.chars;
            *kind = Some(if block.place == Place::ListItem { BlockKind::ListItem } else { BlockKind::Paragraph });
        }
    }
}

/// A heading belongs to the text below it. Without such it is left out.
fn leave_out_lone_headings(page: &Page<'_>, root: NodeId, kinds: &mut [Option<BlockKind>]) {
    let mut has_text = false;
    for row in page.rows(root).rev() {
        let (Some(block), Some(kind)) = (page.blocks.get(row), kinds.get_mut(row)) else { continue };
        match block.place {
            Place::Heading(_) if !has_text => *kind = None,
            Place::Heading(_) => has_text = true,
            _ => has_text |= matches!(kind, Some(BlockKind::Paragraph | BlockKind::ListItem)),
        }
    }
}

/// Leaves out boilerplate that its element or its name tells.
fn leave_out_named(page: &Page<'_>, out: &mut [bool]) {
    let weights = Weights::new(page, out);
    let total = weights.of(page, ROOT);
    // Elements around that were kept in spite of their names, and the words of all of these. The same words say nothing
    // within: the names of an element's parts often begin with its own.
    let mut kept: Vec<(NodeId, Words)> = Vec::new();
    let mut walk = page.dom.walk(ROOT);
    while let Some(step) = walk.next() {
        let id = match step {
            Step::Enter(id) => id,
            Step::Leave(id) => {
                kept.pop_if(|(other, _)| *other == id);
                continue;
            }
        };
        let idle = kept.last().map_or(Words::default(), |(_, words)| *words);
        if page.dom.element(id).is_none() || !is_boilerplate(page, id, idle) {
            continue;
        }
        if weights.of(page, id) <= MAX_BOILERPLATE * total {
            out.get_mut(page.rows(id)).unwrap_or_default().fill(true);
            walk.pass_over();
        } else {
            kept.push((id, idle.and(page.words_of(id))));
        }
    }
}

fn is_boilerplate(page: &Page<'_>, id: NodeId, idle: Words) -> bool {
    match page.dom.name(id) {
        "nav" | "footer" | "aside" | "form" | "menu" | "dialog" | "fieldset" => true,
        "html" | "body" | "main" => false,
        _ => {
            let others = Hints::COMMENTS.and(Hints::HIDDEN).and(Hints::EMBED);
            page.words_of(id).beyond(idle) || page.hints_of(id).any(others)
        }
    }
}

/// Leaves out elements of the article that hold several blocks and are mostly links.
fn leave_out_links(page: &Page<'_>, weights: &Weights, root: NodeId, out: &mut [bool]) {
    let total = weights.of(page, root);
    let mut walk = page.dom.walk(root);
    while let Some(step) = walk.next() {
        let Step::Enter(id) = step else { continue };
        let rows = page.rows(id);
        if id == root || page.dom.element(id).is_none() {
            continue;
        }
        if rows.len() < 2 {
            walk.pass_over();
        } else if weights.linked(page, id) > 0.5 && weights.of(page, id) <= MAX_LINKS * total {
            out.get_mut(rows).unwrap_or_default().fill(true);
            walk.pass_over();
        }
    }
}

/// Returns the element that holds the article.
fn root(page: &Page<'_>, weights: &Weights) -> NodeId {
    let total = weights.of(page, ROOT);
    let mut root = ROOT;
    // An element that is named as the article's text.
    let mut best = 0.3 * total;
    for step in page.dom.walk(ROOT) {
        if let Step::Enter(id) = step
            && page.hints_of(id).any(Hints::BODY)
            && weights.of(page, id) > best
        {
            (root, best) = (id, weights.of(page, id));
        }
    }
    loop {
        let own = weights.of(page, root);
        let heaviest = page.dom.children(root).map(|child| (child, weights.of(page, child)));
        let heaviest = heaviest.max_by(|one, other| one.1.total_cmp(&other.1));
        match heaviest {
            Some((child, weight)) if weight > 0.0 && weight >= MIN_SHARE * own && !is_text_block(page, child) => {
                root = child;
            }
            _ => return root,
        }
    }
}

fn is_text_block(page: &Page<'_>, id: NodeId) -> bool {
    matches!(page.dom.name(id), "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "li" | "blockquote" | "ul" | "ol")
}

/// Returns the kind of a block within the article's element, or `None` if it is not the article's.
fn kind_of(page: &Page<'_>, block: &Block, root: NodeId, weights: &Weights) -> Option<BlockKind> {
    let text = page.text_of(block);
    if phrases::is_boilerplate(text, block) {
        return None;
    }
    let hints = block.within.hints;
    if is_caption(page, block, root) {
        let is_credit = hints.any(Hints::CREDIT) && !hints.any(Hints::CAPTION) && !phrases::ends_sentence(text);
        let is_credit = is_credit || block.chars <= MAX_LINE && phrases::is_credit(text);
        return (!is_credit).then_some(BlockKind::Caption);
    }
    if block.chars <= MAX_LINE && hints.any(Hints::BYLINE) {
        return Some(BlockKind::Byline);
    }
    if block.chars <= MAX_LINE && (hints.any(Hints::DATE) || phrases::is_date_line(text)) {
        return None;
    }
    match block.place {
        Place::Heading(1) => None,
        Place::Heading(_) => (block.linked * 2 <= block.chars).then_some(BlockKind::Paragraph),
        Place::ListItem => {
            let linked = weights.linked(page, block.within.list);
            (linked <= 0.5 && block.linked * 10 <= block.chars * 8).then_some(BlockKind::ListItem)
        }
        _ if hints.any(Hints::PULL_QUOTE) => Some(BlockKind::PullQuote),
        Place::Box | Place::Cell => {
            let is_text = block.chars >= 40 || phrases::ends_sentence(text);
            (is_text && block.linked * 2 <= block.chars).then_some(BlockKind::Paragraph)
        }
        _ => (block.linked * 10 <= block.chars * 7).then_some(BlockKind::Paragraph),
    }
}

fn is_caption(page: &Page<'_>, block: &Block, root: NodeId) -> bool {
    if block.place == Place::Caption || block.within.figure {
        return true;
    }
    if block.chars > MAX_CAPTION {
        return false;
    }
    if block.within.hints.any(Hints::CAPTION.and(Hints::CREDIT)) {
        return true;
    }
    // An element with an image and no other text.
    let around = page.dom.upwards(block.owner).take_while(|id| *id != root && page.rows(*id).len() == 1);
    let mut around = around.skip(usize::from(block.place == Place::Paragraph));
    around.any(|id| page.has_image(id)) && !matches!(block.place, Place::Heading(_) | Place::ListItem)
}
