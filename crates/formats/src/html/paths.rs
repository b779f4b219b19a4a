//! CSS paths of elements: `html > body > article > p:nth-of-type(3)`.

use std::collections::HashMap;

use super::dom::{Dom, NodeId};

/// The paths of a page take no more bytes together than this, so that a page of many deep elements cannot fill the
/// memory. Later ones are empty.
const MAX_BYTES: usize = 1 << 24;

/// Makes the paths of a page's elements. Each selects its element alone in the page as a browser reads it.
#[derive(Debug)]
pub(super) struct Paths<'a> {
    dom: &'a Dom,
    /// For each element its number among its siblings of the same name, and 0 as long as it is not known. An only one
    /// has [`ONLY`].
    numbers: Vec<u32>,
    bytes: usize,
}

/// The number of an element without siblings of the same name.
const ONLY: u32 = u32::MAX;

impl<'a> Paths<'a> {
    pub(super) fn new(dom: &'a Dom) -> Self {
        Paths { dom, numbers: vec![0; dom.len()], bytes: 0 }
    }

    /// Returns the path of an element, or an empty one if the paths before it took all the room.
    pub(super) fn path(&mut self, id: NodeId) -> String {
        if self.bytes > MAX_BYTES {
            return String::new();
        }
        let mut steps: Vec<NodeId> = self.dom.upwards(id).filter(|id| self.dom.element(*id).is_some()).collect();
        steps.reverse();
        let mut path = String::new();
        for id in steps {
            if !path.is_empty() {
                path.push_str(" > ");
            }
            push_name(&mut path, self.dom.name(id));
            match self.number(id) {
                ONLY => {}
                number => path.push_str(&format!(":nth-of-type({number})")),
            }
        }
        self.bytes += path.len();
        path
    }

    fn number(&mut self, id: NodeId) -> u32 {
        if self.numbers.get(id as usize).is_none_or(|number| *number == 0) {
            self.count(self.dom.parent(id));
        }
        self.numbers.get(id as usize).copied().unwrap_or(ONLY)
    }

    /// Numbers all children of an element.
    fn count(&mut self, parent: NodeId) {
        let mut counts: HashMap<&str, u32> = HashMap::new();
        let elements = || self.dom.children(parent).filter(|child| self.dom.element(*child).is_some());
        for child in elements() {
            *counts.entry(self.dom.name(child)).or_default() += 1;
        }
        let mut seen: HashMap<&str, u32> = HashMap::new();
        for child in elements() {
            let name = self.dom.name(child);
            let number = seen.entry(name).or_default();
            *number += 1;
            if let Some(own) = self.numbers.get_mut(child as usize) {
                *own = if counts.get(name) == Some(&1) { ONLY } else { *number };
            }
        }
    }
}

/// Adds a name to a selector. Other characters than letters, digits and hyphens are escaped.
fn push_name(path: &mut String, name: &str) {
    for c in name.chars() {
        if c.is_ascii_alphanumeric() || matches!(c, '-' | '_') || !c.is_ascii() {
            path.push(c);
        } else if c.is_control() {
            path.push_str(&format!("\\{:x} ", u32::from(c)));
        } else {
            path.push('\\');
            path.push(c);
        }
    }
}
