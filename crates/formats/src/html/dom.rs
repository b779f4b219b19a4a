//! The tree of a page: nodes in one table, which refer to each other by number. Nothing here is recursive, so that deep
//! trees overflow no stack, neither while they are read nor when they are dropped.

use std::borrow::Cow;
use std::cell::{Ref, RefCell};

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::{Attribute, LocalName, Namespace, QualName, ns};

/// A node's row in [`Dom`].
pub(super) type NodeId = u32;

/// No node.
pub(super) const NOWHERE: NodeId = u32::MAX;

/// The document itself, above `html`.
pub(super) const ROOT: NodeId = 0;

/// A node with its neighbours.
#[derive(Debug)]
struct Node {
    parent: NodeId,
    first: NodeId,
    last: NodeId,
    before: NodeId,
    next: NodeId,
    data: Data,
}

/// What a node is.
#[derive(Debug)]
pub(super) enum Data {
    /// The document, a comment, or the content of a `template`: none has text that is read.
    Other,
    /// An element.
    Element(Box<Element>),
    /// A text: `start..end` of the tree's characters.
    Text(u32, u32),
}

/// An element's name and those of its attributes that are read.
#[derive(Debug)]
pub(super) struct Element {
    /// The name with its namespace.
    pub(super) name: QualName,
    /// The attributes that the parser let through.
    pub(super) attributes: Vec<Attribute>,
    /// True for an `annotation-xml` that holds HTML.
    integration_point: bool,
    /// Where the content of a `template` goes.
    content: NodeId,
}

impl Element {
    /// Returns the value of an attribute.
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|attribute| &*attribute.name.local == name).map(|attribute| &*attribute.value)
    }
}

/// A page's tree.
#[derive(Debug)]
pub(super) struct Dom {
    nodes: Vec<Node>,
    characters: String,
}

/// A step of a walk through a tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// A node begins.
    Enter(NodeId),
    /// An element ends.
    Leave(NodeId),
}

impl Dom {
    fn new() -> Self {
        let mut dom = Dom { nodes: Vec::new(), characters: String::new() };
        dom.add(Data::Other);
        dom
    }

    /// Returns the number of nodes, which is above the number of each.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    fn add(&mut self, data: Data) -> NodeId {
        let id = self.nodes.len() as NodeId;
        let [parent, first, last, before, next] = [NOWHERE; 5];
        self.nodes.push(Node { parent, first, last, before, next, data });
        id
    }

    fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(id as usize)
    }

    fn change(&mut self, id: NodeId, change: impl FnOnce(&mut Node)) {
        if let Some(node) = self.nodes.get_mut(id as usize) {
            change(node);
        }
    }

    /// Returns the node's parent, or [`NOWHERE`].
    pub(super) fn parent(&self, id: NodeId) -> NodeId {
        self.node(id).map_or(NOWHERE, |node| node.parent)
    }

    /// Returns the element, if the node is one.
    pub(super) fn element(&self, id: NodeId) -> Option<&Element> {
        match &self.node(id)?.data {
            Data::Element(element) => Some(element),
            _ => None,
        }
    }

    /// Returns the local name of an element, or an empty one.
    pub(super) fn name(&self, id: NodeId) -> &str {
        self.element(id).map_or("", |element| &*element.name.local)
    }

    /// Returns the text, if the node is one.
    pub(super) fn text(&self, id: NodeId) -> Option<&str> {
        match self.node(id)?.data {
            Data::Text(start, end) => self.characters.get(start as usize..end as usize),
            _ => None,
        }
    }

    /// Iterates over a node's children.
    pub(super) fn children(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        let first = self.node(id).map_or(NOWHERE, |node| node.first);
        std::iter::successors(Some(first), |id| self.node(*id).map(|node| node.next)).take_while(|id| *id != NOWHERE)
    }

    /// Iterates over a node and its parents, up to the document.
    pub(super) fn upwards(&self, id: NodeId) -> impl Iterator<Item = NodeId> {
        std::iter::successors(Some(id), |id| self.node(*id).map(|node| node.parent)).take_while(|id| *id != NOWHERE)
    }

    /// Walks through `top` and all below it, in the order of the page.
    pub(super) fn walk(&self, top: NodeId) -> Walk<'_> {
        Walk { dom: self, top, next: Some(Step::Enter(top)) }
    }

    /// Returns the text of a node and all below it, as it stands in the page.
    pub(super) fn text_of(&self, top: NodeId) -> String {
        let mut text = String::new();
        for step in self.walk(top) {
            if let Step::Enter(id) = step
                && let Some(characters) = self.text(id)
            {
                text.push_str(characters);
            }
        }
        text
    }

    fn detach(&mut self, id: NodeId) {
        let Some(Node { parent, before, next, .. }) = self.node(id) else { return };
        let (parent, before, next) = (*parent, *before, *next);
        match before {
            NOWHERE => self.change(parent, |node| node.first = next),
            before => self.change(before, |node| node.next = next),
        }
        match next {
            NOWHERE => self.change(parent, |node| node.last = before),
            next => self.change(next, |node| node.before = before),
        }
        self.change(id, |node| (node.parent, node.before, node.next) = (NOWHERE, NOWHERE, NOWHERE));
    }

    fn append(&mut self, parent: NodeId, child: NodeId) {
        self.detach(child);
        let last = self.node(parent).map_or(NOWHERE, |node| node.last);
        self.change(child, |node| (node.parent, node.before) = (parent, last));
        match last {
            NOWHERE => self.change(parent, |node| node.first = child),
            last => self.change(last, |node| node.next = child),
        }
        self.change(parent, |node| node.last = child);
    }

    fn insert_before(&mut self, sibling: NodeId, child: NodeId) {
        self.detach(child);
        let Some(Node { parent, before, .. }) = self.node(sibling) else { return };
        let (parent, before) = (*parent, *before);
        self.change(child, |node| (node.parent, node.before, node.next) = (parent, before, sibling));
        self.change(sibling, |node| node.before = child);
        match before {
            NOWHERE => self.change(parent, |node| node.first = child),
            before => self.change(before, |node| node.next = child),
        }
    }

    /// Adds a text behind the node `before`, if that is a text whose characters are the last ones so far.
    fn joined(&mut self, before: NodeId, text: &str) -> bool {
        let end = self.characters.len() as u32;
        match self.nodes.get_mut(before as usize).map(|node| &mut node.data) {
            Some(Data::Text(_, own_end)) if *own_end == end => {
                self.characters.push_str(text);
                *own_end = self.characters.len() as u32;
                true
            }
            _ => false,
        }
    }

    fn add_text(&mut self, text: &str) -> NodeId {
        let start = self.characters.len() as u32;
        self.characters.push_str(text);
        self.add(Data::Text(start, self.characters.len() as u32))
    }
}

/// A walk through a tree. It keeps one node only, so that its memory does not depend on the depth.
#[derive(Clone, Debug)]
pub(super) struct Walk<'a> {
    dom: &'a Dom,
    top: NodeId,
    next: Option<Step>,
}

impl Walk<'_> {
    /// Leaves out all below the element that was entered last.
    pub(super) fn pass_over(&mut self) {
        if let Some(Step::Enter(child)) = self.next {
            let parent = self.dom.parent(child);
            self.next = Some(Step::Leave(parent));
        }
    }

    fn after(&self, id: NodeId) -> Option<Step> {
        if id == self.top {
            return None;
        }
        let node = self.dom.node(id)?;
        Some(if node.next == NOWHERE { Step::Leave(node.parent) } else { Step::Enter(node.next) })
    }
}

impl Iterator for Walk<'_> {
    type Item = Step;

    fn next(&mut self) -> Option<Step> {
        let step = self.next.take()?;
        self.next = match step {
            Step::Enter(id) => {
                let node = self.dom.node(id)?;
                match &node.data {
                    Data::Text(..) => self.after(id),
                    _ if node.first == NOWHERE => Some(Step::Leave(id)),
                    _ => Some(Step::Enter(node.first)),
                }
            }
            Step::Leave(id) => self.after(id),
        };
        Some(step)
    }
}

/// Builds a [`Dom`] for the parser.
#[derive(Debug)]
pub(super) struct Sink {
    dom: RefCell<Dom>,
    /// The depth of the element that is open now. It differs from the parser's own in rare, broken markup.
    depth: RefCell<Depths>,
}

#[derive(Debug, Default)]
struct Depths {
    of: Vec<u32>,
    open: u32,
}

impl Sink {
    pub(super) fn new() -> Self {
        Sink { dom: RefCell::new(Dom::new()), depth: RefCell::new(Depths { of: vec![0], open: 0 }) }
    }

    /// Returns the number of elements around what comes next.
    pub(super) fn depth(&self) -> u32 {
        self.depth.borrow().open
    }

    /// Returns the number of nodes so far.
    pub(super) fn len(&self) -> usize {
        self.dom.borrow().len()
    }

    fn open(&self, parent: NodeId, child: NodeId) {
        let mut depths = self.depth.borrow_mut();
        let depth = depths.of.get(parent as usize).copied().unwrap_or(0) + 1;
        let len = depths.of.len().max(child as usize + 1);
        depths.of.resize(len, 0);
        if let Some(own) = depths.of.get_mut(child as usize) {
            *own = depth;
        }
        depths.open = depth;
    }

    fn put(&self, parent: NodeId, child: NodeOrText<NodeId>) {
        match child {
            NodeOrText::AppendNode(child) => {
                self.dom.borrow_mut().append(parent, child);
                self.open(parent, child);
            }
            NodeOrText::AppendText(text) => {
                let mut dom = self.dom.borrow_mut();
                let last = dom.node(parent).map_or(NOWHERE, |node| node.last);
                if !dom.joined(last, &text) {
                    let child = dom.add_text(&text);
                    dom.append(parent, child);
                }
            }
        }
    }
}

/// The name of an element while the tree is borrowed.
#[derive(Debug)]
pub(super) struct Name<'a>(Ref<'a, QualName>);

impl html5ever::interface::ElemName for Name<'_> {
    fn ns(&self) -> &Namespace {
        &self.0.ns
    }

    fn local_name(&self) -> &LocalName {
        &self.0.local
    }
}

/// The name of what has none.
static NAMELESS: QualName = QualName { prefix: None, ns: ns!(), local: html5ever::local_name!("") };

impl TreeSink for Sink {
    type Handle = NodeId;
    type Output = Dom;
    type ElemName<'a> = Name<'a>;

    fn finish(self) -> Dom {
        self.dom.into_inner()
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> NodeId {
        ROOT
    }

    fn elem_name<'a>(&'a self, target: &'a NodeId) -> Name<'a> {
        Name(Ref::map(self.dom.borrow(), |dom| dom.element(*target).map_or(&NAMELESS, |element| &element.name)))
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, flags: ElementFlags) -> NodeId {
        let mut dom = self.dom.borrow_mut();
        let content = if flags.template { dom.add(Data::Other) } else { NOWHERE };
        let integration_point = flags.mathml_annotation_xml_integration_point;
        dom.add(Data::Element(Box::new(Element { name, attributes, integration_point, content })))
    }

    fn create_comment(&self, _: StrTendril) -> NodeId {
        self.dom.borrow_mut().add(Data::Other)
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> NodeId {
        self.dom.borrow_mut().add(Data::Other)
    }

    fn append(&self, parent: &NodeId, child: NodeOrText<NodeId>) {
        self.put(*parent, child);
    }

    fn append_based_on_parent_node(&self, element: &NodeId, previous: &NodeId, child: NodeOrText<NodeId>) {
        let parent = self.dom.borrow().parent(*element);
        match parent {
            NOWHERE => self.put(*previous, child),
            _ => self.append_before_sibling(element, child),
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn pop(&self, node: &NodeId) {
        let mut depths = self.depth.borrow_mut();
        depths.open = depths.of.get(*node as usize).copied().unwrap_or(0).saturating_sub(1);
    }

    fn get_template_contents(&self, target: &NodeId) -> NodeId {
        self.dom.borrow().element(*target).map_or(NOWHERE, |element| element.content)
    }

    fn same_node(&self, one: &NodeId, other: &NodeId) -> bool {
        one == other
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &NodeId, child: NodeOrText<NodeId>) {
        let mut dom = self.dom.borrow_mut();
        match child {
            NodeOrText::AppendNode(child) => {
                dom.insert_before(*sibling, child);
                let parent = dom.parent(child);
                drop(dom);
                self.open(parent, child);
            }
            NodeOrText::AppendText(text) => {
                let before = dom.node(*sibling).map_or(NOWHERE, |node| node.before);
                if !dom.joined(before, &text) {
                    let child = dom.add_text(&text);
                    dom.insert_before(*sibling, child);
                }
            }
        }
    }

    fn add_attrs_if_missing(&self, target: &NodeId, attributes: Vec<Attribute>) {
        self.dom.borrow_mut().change(*target, |node| {
            if let Data::Element(element) = &mut node.data {
                for attribute in attributes {
                    if !element.attributes.iter().any(|own| own.name == attribute.name) {
                        element.attributes.push(attribute);
                    }
                }
            }
        });
    }

    fn remove_from_parent(&self, target: &NodeId) {
        self.dom.borrow_mut().detach(*target);
    }

    fn reparent_children(&self, node: &NodeId, new_parent: &NodeId) {
        let mut dom = self.dom.borrow_mut();
        while let Some(first) = dom.node(*node).map(|node| node.first).filter(|first| *first != NOWHERE) {
            dom.append(*new_parent, first);
        }
    }

    fn is_mathml_annotation_xml_integration_point(&self, target: &NodeId) -> bool {
        self.dom.borrow().element(*target).is_some_and(|element| element.integration_point)
    }
}
