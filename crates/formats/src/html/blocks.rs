//! A page's tree to paragraph-like blocks, in the order of the page. A block is a run of text that no paragraph,
//! heading, list item or other box interrupts.

use std::ops::Range;

use html5ever::ns;

use super::dom::{Dom, Element, NodeId, ROOT, Step};
use super::names::{Hints, Words, hints};

/// What kind of element a block stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// `p`.
    Paragraph,
    /// `h1` to `h6`, by its number.
    Heading(u8),
    /// `li`, `dt` or `dd`.
    ListItem,
    /// `blockquote`, if no `p` is in it.
    Quote,
    /// `figcaption` or `caption`.
    Caption,
    /// `td` or `th`.
    Cell,
    /// Any other.
    Box,
}

/// A block.
#[derive(Clone, Debug)]
pub(super) struct Block {
    /// The element around it.
    pub(super) owner: NodeId,
    /// What that is.
    pub(super) place: Place,
    /// Its text, as bytes of [`Page::text`].
    pub(super) text: Range<usize>,
    /// Its characters, and those of them in links.
    pub(super) chars: u32,
    /// See `chars`.
    pub(super) linked: u32,
    /// Enclosing elements that matter.
    pub(super) within: Within,
}

/// The elements around a block that matter, as a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Within {
    /// The outermost `ul`, `ol` or `dl`, or [`ROOT`] if there is none.
    pub(super) list: NodeId,
    /// `blockquote`.
    pub(super) quote: bool,
    /// `figure`.
    pub(super) figure: bool,
    /// What the names of all boxes around the block say.
    pub(super) hints: Hints,
}

/// A page in blocks.
#[derive(Debug)]
pub(super) struct Page<'a> {
    /// The tree.
    pub(super) dom: &'a Dom,
    /// The blocks, in the order of the page.
    pub(super) blocks: Vec<Block>,
    /// The texts of all blocks, white space collapsed.
    pub(super) text: String,
    /// For each node the blocks in it.
    pub(super) inside: Vec<Range<u32>>,
    /// For each node the images and films in it, as a range of their numbers.
    pub(super) images: Vec<Range<u32>>,
    /// For each node what its names say.
    pub(super) hints: Vec<Hints>,
    /// For each node the words of its names that say boilerplate.
    pub(super) words: Vec<Words>,
}

impl Page<'_> {
    /// Returns the text of a block.
    pub(super) fn text_of(&self, block: &Block) -> &str {
        self.text.get(block.text.clone()).unwrap_or_default()
    }

    /// Returns the rows of the blocks in an element.
    pub(super) fn rows(&self, id: NodeId) -> Range<usize> {
        self.inside.get(id as usize).map_or(0..0, |rows| rows.start as usize..rows.end as usize)
    }

    /// Returns the words of an element's names that say boilerplate.
    pub(super) fn words_of(&self, id: NodeId) -> Words {
        self.words.get(id as usize).copied().unwrap_or_default()
    }

    /// Returns true if an image or a film is in an element.
    pub(super) fn has_image(&self, id: NodeId) -> bool {
        self.images.get(id as usize).is_some_and(|images| !images.is_empty())
    }

    /// Returns what an element's names say.
    pub(super) fn hints_of(&self, id: NodeId) -> Hints {
        self.hints.get(id as usize).copied().unwrap_or_default()
    }
}

/// How an element breaks text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    /// Part of a line of text.
    Inline,
    /// A box of its own.
    Block,
    /// No text that anybody reads.
    Nothing,
}

fn flow(element: &Element) -> Flow {
    if element.name.ns != ns!(html) {
        return Flow::Nothing;
    }
    match &*element.name.local {
        "a" | "abbr" | "acronym" | "b" | "bdi" | "bdo" | "big" | "cite" | "code" | "data" | "del" | "dfn" | "em"
        | "font" | "i" | "ins" | "kbd" | "label" | "mark" | "nobr" | "q" | "ruby" | "rb" | "rt" | "s" | "samp"
        | "small" | "span" | "strike" | "strong" | "sub" | "sup" | "time" | "tt" | "u" | "var" | "wbr" | "br"
        | "output" => Flow::Inline,
        "script" | "style" | "noscript" | "template" | "iframe" | "object" | "embed" | "video" | "audio" | "canvas"
        | "select" | "textarea" | "button" | "input" | "img" | "picture" | "map" | "meter" | "progress" | "head"
        | "title" | "noframes" | "noembed" | "rp" | "datalist" => Flow::Nothing,
        _ => Flow::Block,
    }
}

fn place(name: &str) -> Option<Place> {
    Some(match name {
        "p" => Place::Paragraph,
        "h1" => Place::Heading(1),
        "h2" => Place::Heading(2),
        "h3" => Place::Heading(3),
        "h4" => Place::Heading(4),
        "h5" => Place::Heading(5),
        "h6" => Place::Heading(6),
        "li" | "dt" | "dd" => Place::ListItem,
        "blockquote" => Place::Quote,
        "figcaption" | "caption" => Place::Caption,
        "td" | "th" => Place::Cell,
        _ => return None,
    })
}

/// A box that is open.
struct Open {
    id: NodeId,
    place: Place,
    within: Within,
}

/// Returns the blocks of a page.
pub(super) fn blocks(dom: &Dom) -> Page<'_> {
    let mut page = Page {
        dom,
        blocks: Vec::new(),
        text: String::new(),
        inside: vec![0..0; dom.len()],
        images: vec![0..0; dom.len()],
        hints: vec![Hints::default(); dom.len()],
        words: vec![Words::default(); dom.len()],
    };
    let mut open = vec![Open { id: ROOT, place: Place::Box, within: Within::default() }];
    let mut run = Run::default();
    let mut images = 0;
    let mut walk = dom.walk(ROOT);
    while let Some(step) = walk.next() {
        match step {
            Step::Enter(id) => {
                let row = page.blocks.len() as u32;
                if let Some(text) = dom.text(id) {
                    run.push(&mut page.text, text);
                } else if let Some(element) = dom.element(id) {
                    let (own, words) = hints(element);
                    let kind = flow_of(element, own);
                    if let Some(place) = page.hints.get_mut(id as usize) {
                        *place = own;
                    }
                    if let Some(place) = page.words.get_mut(id as usize) {
                        *place = words;
                    }
                    if kind == Flow::Nothing {
                        walk.pass_over();
                    }
                    images += u32::from(is_image(&element.name.local));
                    match (kind, &*element.name.local) {
                        (Flow::Block, name) => {
                            run.finish(&mut page, &open);
                            open.push(opened(&open, id, name, own));
                        }
                        (Flow::Inline, "a") if element.attribute("href").is_some() => run.links += 1,
                        (Flow::Inline, "br") => run.line_break(&mut page, &open),
                        _ => {}
                    }
                }
                let row = row.max(page.blocks.len() as u32);
                if let (Some(rows), Some(own)) = (page.inside.get_mut(id as usize), page.images.get_mut(id as usize)) {
                    *rows = row..row;
                    *own = images..images;
                }
            }
            Step::Leave(id) => {
                if let Some(element) = dom.element(id) {
                    match (flow_of(element, page.hints_of(id)), &*element.name.local) {
                        (Flow::Block, _) => {
                            run.finish(&mut page, &open);
                            open.pop();
                        }
                        (Flow::Inline, "a") if element.attribute("href").is_some() => run.links -= 1,
                        _ => {}
                    }
                }
                let row = page.blocks.len() as u32;
                if let (Some(rows), Some(own)) = (page.inside.get_mut(id as usize), page.images.get_mut(id as usize)) {
                    rows.end = row;
                    own.end = images;
                }
            }
        }
    }
    run.finish(&mut page, &open);
    page
}

fn is_image(name: &str) -> bool {
    matches!(name, "img" | "picture" | "video" | "iframe")
}

/// As [`flow`]. A name may make a box of a part of a line: the text under a picture is often a `span`.
fn flow_of(element: &Element, hints: Hints) -> Flow {
    match flow(element) {
        Flow::Inline if hints.any(Hints::HIDDEN) => Flow::Nothing,
        Flow::Inline if hints.any(Hints::CAPTION.and(Hints::CREDIT)) && &*element.name.local == "span" => Flow::Block,
        flow => flow,
    }
}

fn opened(open: &[Open], id: NodeId, name: &str, hints: Hints) -> Open {
    let (outer, mut within) = open.last().map_or((Place::Box, Within::default()), |outer| (outer.place, outer.within));
    match name {
        "ul" | "ol" | "dl" if within.list == ROOT => within.list = id,
        "blockquote" => within.quote = true,
        "figure" => within.figure = true,
        _ => {}
    }
    within.hints = match name {
        "html" | "body" | "main" | "article" => Hints::default(),
        _ => within.hints.and(hints),
    };
    // A `div` in a list item is still the list item.
    let inherited = if matches!(outer, Place::Paragraph | Place::Cell) { Place::Box } else { outer };
    Open { id, place: place(name).unwrap_or(inherited), within }
}

/// The text of the block that is being read.
#[derive(Default)]
struct Run {
    start: usize,
    chars: u32,
    linked: u32,
    links: u32,
    /// White space came after the last character.
    space: bool,
    /// Line breaks since the last character.
    breaks: u32,
}

impl Run {
    fn push(&mut self, out: &mut String, text: &str) {
        if self.chars == 0 {
            self.start = out.len();
        }
        for word in text.split_inclusive(is_space) {
            let bare = word.trim_end_matches(is_space);
            if !bare.is_empty() {
                if self.chars > 0 {
                    match (self.breaks > 0, self.space) {
                        (true, _) => out.push('\n'),
                        (false, true) => out.push(' '),
                        (false, false) => {}
                    }
                    self.chars += u32::from(self.space || self.breaks > 0);
                }
                (self.space, self.breaks) = (false, 0);
                out.push_str(bare);
                let chars = bare.chars().count() as u32;
                self.chars += chars;
                self.linked += if self.links > 0 { chars } else { 0 };
            }
            self.space |= bare.len() < word.len();
        }
    }

    /// Two line breaks end a block.
    fn line_break(&mut self, page: &mut Page<'_>, open: &[Open]) {
        self.breaks += 1;
        if self.breaks > 1 {
            self.finish(page, open);
        }
    }

    fn finish(&mut self, page: &mut Page<'_>, open: &[Open]) {
        let (chars, linked) = (self.chars, self.linked);
        (self.chars, self.linked, self.space, self.breaks) = (0, 0, false, 0);
        let Some(Open { id, place, within }) = open.last().filter(|_| chars > 0) else { return };
        let text = self.start..page.text.len();
        page.blocks.push(Block { owner: *id, place: *place, text, chars, linked, within: *within });
    }
}

/// White space as HTML has it.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}')
}
