//! A page's markup to a tree. The tokenizer is html5gum's and the tree is built as the HTML standard says, by
//! html5ever. Between the two stand the limits for hostile pages: depth, attributes, and elements that no tag asked for.

use std::cell::Cell;
use std::collections::HashSet;
use std::convert::Infallible;
use std::fmt;

use html5ever::interface::TreeSink;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{Doctype, Tag, TagKind, Token, TokenSink, TokenSinkResult};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts};
use html5ever::{Attribute, LocalName, QualName, ns};
use html5gum::{Emitter, Error, State, Tokenizer};

use super::dom::{Dom, NodeId, Sink};

/// Elements deeper than this are left out, and their text goes to the element around them. Browsers do the same, from
/// 512 on.
const MAX_DEPTH: u32 = 512;

/// Bytes of text that are kept back before the tree gets them.
const MAX_WAITING: usize = 1 << 16;

/// The parser may make this many nodes beyond [`NODES_PER_TAG`] for each tag. Broken markup makes it open formatting
/// elements again and again, and a hostile page could let their number grow with the square of its length.
const SPARE_NODES: usize = 100_000;

/// See [`SPARE_NODES`].
const NODES_PER_TAG: usize = 8;

/// Names of tags that HTML does not know, and bytes of such a name. See [`Feed::name`].
const MAX_NAMES: usize = 1000;
const MAX_NAME: usize = 200;

/// The name of tags beyond [`MAX_NAMES`].
const OTHER: &str = "x-other";

/// The attributes that the reader looks at, and those that decide how the tree is built.
const ATTRIBUTES: [&str; 32] = [
    "aria-hidden",
    "aria-label",
    "charset",
    "class",
    "color",
    "content",
    "data-component",
    "data-qa",
    "data-testid",
    "data-test-id",
    "data-type",
    "datetime",
    "encoding",
    "face",
    "hidden",
    "href",
    "http-equiv",
    "id",
    "itemprop",
    "itemscope",
    "itemtype",
    "lang",
    "name",
    "property",
    "pubdate",
    "rel",
    "role",
    "size",
    "style",
    "title",
    "type",
    "value",
];

/// A page may have this many nodes: elements and texts. The longest pages that people read have some 400,000. Each takes
/// about 300 bytes of memory until the page is read.
const MAX_NODES: usize = 1_000_000;

/// Why a page's markup cannot be read within the limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// The tree would have far more elements than the page has tags.
    Endless,
    /// The tree would have more than [`MAX_NODES`].
    TooMany,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Refusal::Endless => {
                f.write_str("the markup opens elements again and again without end; save the page from a browser")
            }
            Refusal::TooMany => write!(f, "the page has more than {MAX_NODES} elements and texts; split it"),
        }
    }
}

/// Reads a page's markup. Broken markup gives the tree that a browser would make of it.
///
/// # Errors
/// If the tree would have too many nodes.
pub(super) fn parse(page: &str) -> Result<Dom, Refusal> {
    let options = TreeBuilderOpts { drop_doctype: true, ..TreeBuilderOpts::default() };
    let builder = TreeBuilder::new(Sink::new(), options);
    let refusal = Cell::new(None);
    // Reading a string cannot fail.
    let _ = Tokenizer::new_with_emitter(page, Feed::new(&builder, &refusal)).finish();
    match refusal.get() {
        Some(refusal) => Err(refusal),
        None => Ok(builder.sink.finish()),
    }
}

/// The tag that is being read.
#[derive(Debug, Default)]
struct Current {
    start: bool,
    self_closing: bool,
    name: Vec<u8>,
    attribute: Vec<u8>,
    value: Vec<u8>,
    /// The attributes before the current one.
    attributes: Vec<Attribute>,
}

/// Takes what the tokenizer finds to the builder of the tree.
struct Feed<'a> {
    builder: &'a TreeBuilder<NodeId, Sink>,
    refusal: &'a Cell<Option<Refusal>>,
    /// Text that the builder has not got yet.
    waiting: Vec<u8>,
    tag: Current,
    last_start_tag: Vec<u8>,
    doctype: Doctype,
    tags: usize,
    /// The names so far that HTML does not know.
    names: HashSet<String>,
    /// True inside a script or a style whose text nobody reads.
    unread: bool,
}

/// Where the kinds of text begin whose tags are never left out: the tokenizer reads what follows in another way.
const RAW: [&[u8]; 10] =
    [b"script", b"style", b"textarea", b"title", b"iframe", b"noscript", b"xmp", b"plaintext", b"noembed", b"noframes"];

impl<'a> Feed<'a> {
    fn new(builder: &'a TreeBuilder<NodeId, Sink>, refusal: &'a Cell<Option<Refusal>>) -> Self {
        Feed {
            builder,
            refusal,
            waiting: Vec::new(),
            tag: Current::default(),
            last_start_tag: Vec::new(),
            doctype: Doctype::default(),
            tags: 0,
            names: HashSet::new(),
            unread: false,
        }
    }

    fn process(&mut self, token: Token) -> Option<State> {
        if self.refusal.get().is_some() {
            return None;
        }
        let result = self.builder.process_token(token, 1);
        let nodes = self.builder.sink.len();
        if nodes > SPARE_NODES + NODES_PER_TAG * self.tags {
            self.refusal.set(Some(Refusal::Endless));
        } else if nodes > MAX_NODES {
            self.refusal.set(Some(Refusal::TooMany));
        }
        match result {
            TokenSinkResult::Plaintext => Some(State::PlainText),
            TokenSinkResult::RawData(RawKind::Rcdata) => Some(State::RcData),
            TokenSinkResult::RawData(RawKind::Rawtext) => Some(State::RawText),
            TokenSinkResult::RawData(RawKind::ScriptData | RawKind::ScriptDataEscaped(_)) => Some(State::ScriptData),
            TokenSinkResult::Script(_) => Some(State::Data),
            TokenSinkResult::Continue | TokenSinkResult::EncodingIndicator(_) => None,
        }
    }

    /// Gives the waiting text to the builder. A NUL is a token of its own.
    fn flush(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        let waiting = std::mem::take(&mut self.waiting);
        for (index, part) in waiting.split(|byte| *byte == 0).enumerate() {
            if index > 0 {
                self.tags += 1;
                self.process(Token::NullCharacterToken);
            }
            if !part.is_empty() {
                self.tags += 1;
                self.process(Token::CharacterTokens(StrTendril::from_slice(&String::from_utf8_lossy(part))));
            }
        }
        self.waiting = waiting;
        self.waiting.clear();
    }

    /// Puts the attribute that was read last on the tag, if the reader looks at it.
    fn finish_attribute(&mut self) {
        let Current { start, attribute, value, attributes, .. } = &mut self.tag;
        if !*start || attribute.is_empty() {
            return;
        }
        if let Some(name) = ATTRIBUTES.iter().find(|name| name.as_bytes() == attribute.as_slice()) {
            let local = LocalName::from(*name);
            // The first one of a name counts. There are no more than there are names.
            if !attributes.iter().any(|other| other.name.local == local) {
                let value = StrTendril::from_slice(&String::from_utf8_lossy(value));
                attributes.push(Attribute { name: QualName::new(None, ns!(), local), value });
            }
        }
        attribute.clear();
        value.clear();
    }

    /// Returns the name of the tag. Names that HTML does not know take longer to find the more there are, so that
    /// those beyond a number all become one.
    fn name(&mut self) -> LocalName {
        let name = String::from_utf8_lossy(&self.tag.name);
        if let Some(known) = LocalName::try_static(&name) {
            return known;
        }
        let is_many = self.names.len() >= MAX_NAMES && !self.names.contains(&*name);
        let name = if is_many || name.len() > MAX_NAME { OTHER } else { &*name };
        if self.names.len() < MAX_NAMES {
            self.names.insert(name.to_owned());
        }
        LocalName::from(name)
    }

    fn is_too_deep(&self) -> bool {
        self.tag.start && self.builder.sink.depth() >= MAX_DEPTH && !RAW.contains(&self.tag.name.as_slice())
    }

    fn holds_text_that_nobody_reads(&self) -> bool {
        match self.tag.name.as_slice() {
            b"style" => true,
            b"script" => {
                let kind = self.tag.attributes.iter().find(|attribute| &*attribute.name.local == "type");
                kind.is_none_or(|kind| !kind.value.to_ascii_lowercase().contains("ld+json"))
            }
            _ => false,
        }
    }
}

impl Emitter for Feed<'_> {
    type Token = Infallible;

    fn set_last_start_tag(&mut self, name: Option<&[u8]>) {
        self.last_start_tag.clear();
        self.last_start_tag.extend_from_slice(name.unwrap_or_default());
    }

    fn emit_eof(&mut self) {
        self.flush();
        self.process(Token::EOFToken);
        if self.refusal.get().is_none() {
            self.builder.end();
        }
    }

    fn emit_error(&mut self, _: Error) {}

    #[inline]
    fn should_emit_errors(&mut self) -> bool {
        false
    }

    fn pop_token(&mut self) -> Option<Infallible> {
        None
    }

    fn emit_string(&mut self, text: &[u8]) {
        if self.unread {
            return;
        }
        self.waiting.extend_from_slice(text);
        // A character may come in several parts. None of them is ASCII.
        if self.waiting.len() > MAX_WAITING && text.last().is_some_and(u8::is_ascii) {
            self.flush();
        }
    }

    fn init_start_tag(&mut self) {
        self.tag.start = true;
        self.init_tag();
    }

    fn init_end_tag(&mut self) {
        self.tag.start = false;
        self.init_tag();
    }

    fn init_comment(&mut self) {}

    fn emit_current_tag(&mut self) -> Option<State> {
        self.finish_attribute();
        self.flush();
        self.unread = false;
        self.tags += 1;
        if self.tag.start {
            self.last_start_tag.clone_from(&self.tag.name);
        }
        if self.is_too_deep() {
            return None;
        }
        let unread = self.holds_text_that_nobody_reads();
        let tag = Tag {
            kind: if self.tag.start { TagKind::StartTag } else { TagKind::EndTag },
            name: self.name(),
            self_closing: self.tag.self_closing,
            attrs: std::mem::take(&mut self.tag.attributes),
            had_duplicate_attributes: false,
        };
        self.unread = self.tag.start && unread;
        self.process(Token::TagToken(tag))
    }

    fn emit_current_comment(&mut self) {}

    fn emit_current_doctype(&mut self) {
        self.flush();
        let doctype = std::mem::take(&mut self.doctype);
        self.process(Token::DoctypeToken(doctype));
    }

    fn set_self_closing(&mut self) {
        self.tag.self_closing = true;
    }

    fn set_force_quirks(&mut self) {
        self.doctype.force_quirks = true;
    }

    fn push_tag_name(&mut self, name: &[u8]) {
        self.tag.name.extend_from_slice(name);
    }

    fn push_comment(&mut self, _: &[u8]) {}

    fn push_doctype_name(&mut self, name: &[u8]) {
        push(&mut self.doctype.name, name);
    }

    fn init_doctype(&mut self) {
        self.doctype = Doctype::default();
    }

    fn init_attribute(&mut self) {
        self.finish_attribute();
        self.tag.attribute.clear();
        self.tag.value.clear();
    }

    fn push_attribute_name(&mut self, name: &[u8]) {
        self.tag.attribute.extend_from_slice(name);
    }

    fn push_attribute_value(&mut self, value: &[u8]) {
        self.tag.value.extend_from_slice(value);
    }

    fn set_doctype_public_identifier(&mut self, value: &[u8]) {
        self.doctype.public_id = None;
        push(&mut self.doctype.public_id, value);
    }

    fn set_doctype_system_identifier(&mut self, value: &[u8]) {
        self.doctype.system_id = None;
        push(&mut self.doctype.system_id, value);
    }

    fn push_doctype_public_identifier(&mut self, value: &[u8]) {
        push(&mut self.doctype.public_id, value);
    }

    fn push_doctype_system_identifier(&mut self, value: &[u8]) {
        push(&mut self.doctype.system_id, value);
    }

    fn current_is_appropriate_end_tag_token(&mut self) -> bool {
        !self.tag.start && !self.last_start_tag.is_empty() && self.tag.name == self.last_start_tag
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&mut self) -> bool {
        self.flush();
        self.refusal.get().is_none() && self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

impl Feed<'_> {
    fn init_tag(&mut self) {
        self.tag.self_closing = false;
        self.tag.name.clear();
        self.tag.attribute.clear();
        self.tag.value.clear();
        self.tag.attributes.clear();
    }
}

fn push(text: &mut Option<StrTendril>, more: &[u8]) {
    text.get_or_insert_with(StrTendril::new).push_slice(&String::from_utf8_lossy(more));
}
