//! The stages of a pipeline and the layers between them, as text, Mermaid or DOT.

use std::collections::BTreeMap;
use std::fmt::Write;

use copydesk_core::Manifest;
use copydesk_loader::Origin;

use crate::checked::{CheckedPipeline, CheckedStage};

/// The layers that go from one stage to a later one.
struct Edge {
    from: usize,
    to: usize,
    /// Layers; or columns as `layer.column`, if the stage extends a layer of another.
    what: Vec<String>,
    /// True if the later stage works without them.
    optional: bool,
}

fn manifest(stage: &CheckedStage) -> &Manifest {
    stage.plugin().manifest()
}

/// The part of a layer that a stage makes and a later one reads with these columns.
fn gives(stage: &CheckedStage, layer: &str, columns: impl Fn(&str) -> bool) -> Vec<String> {
    let own = manifest(stage);
    let rows = [&own.writes, &own.appends].iter().any(|list| Manifest::find(list, layer).is_some());
    let mut given: Vec<String> = rows.then(|| layer.to_owned()).into_iter().collect();
    let added = Manifest::find(&own.extends, layer).into_iter().flat_map(|entry| entry.columns.keys());
    given.extend(added.filter(|column| columns(column)).map(|column| format!("{layer}.{column}")));
    given
}

/// The output of a stage: layers that it writes, and `layer (rows)` and `layer.column` that it adds.
fn makes(stage: &CheckedStage) -> Vec<String> {
    let own = manifest(stage);
    let writes = own.writes.iter().map(|entry| match entry.optional {
        true => format!("{} (optional)", entry.layer),
        false => entry.layer.clone(),
    });
    let appends = own.appends.iter().map(|entry| format!("{} (rows)", entry.layer));
    let extends =
        own.extends.iter().flat_map(|entry| entry.columns.keys().map(|name| format!("{}.{name}", entry.layer)));
    writes.chain(appends).chain(extends).collect()
}

/// The plugin of a stage, unless it is built in and has the stage's name.
fn plugin(stage: &CheckedStage) -> Option<String> {
    match stage.plugin().origin() {
        Origin::BuiltIn => (stage.plugin().id() != stage.id()).then(|| stage.plugin().id().to_owned()),
        Origin::File(path) => {
            let file = path.file_name().unwrap_or_default().to_string_lossy().replace(char::is_control, "\u{fffd}");
            Some(format!("{} of {file}", stage.plugin().id()))
        }
    }
}

/// A string of DOT or Mermaid; control characters have no place there.
fn quoted(text: &str, escape: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str(escape),
            '\\' => out.push_str("\\\\"),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// The stage's id, and under it its plugin.
fn label(stage: &CheckedStage, escape: &str, newline: &str) -> String {
    let id = quoted(stage.id(), escape);
    let Some(plugin) = plugin(stage) else { return id };
    format!("{}{newline}{}", id.trim_end_matches('"'), quoted(&plugin, escape).trim_start_matches('"'))
}

impl CheckedPipeline {
    /// All edges between stages, in the order of the stages.
    fn edges(&self) -> Vec<Edge> {
        let mut edges: BTreeMap<(usize, usize), Edge> = BTreeMap::new();
        for (to, reader) in self.stages().iter().enumerate() {
            for read in &manifest(reader).reads {
                for (from, stage) in self.stages().iter().enumerate().take(to) {
                    let given = gives(stage, &read.layer, |column| read.columns.contains_key(column));
                    if given.is_empty() {
                        continue;
                    }
                    let edge = Edge { from, to, what: Vec::new(), optional: true };
                    let edge = edges.entry((to, from)).or_insert(edge);
                    edge.what.extend(given);
                    edge.optional &= read.optional;
                }
            }
        }
        edges.into_values().collect()
    }

    /// Each stage, the origins of its input, and its output.
    #[must_use]
    pub fn as_text(&self) -> String {
        let edges = self.edges();
        let mut out = String::new();
        for (at, stage) in self.stages().iter().enumerate() {
            out.push_str(stage.id());
            if let Some(plugin) = plugin(stage) {
                let _ = write!(out, " ({plugin})");
            }
            out.push('\n');
            for (i, edge) in edges.iter().filter(|edge| edge.to == at).enumerate() {
                let from = self.stages().get(edge.from).map_or("", CheckedStage::id);
                let optional = if edge.optional { ", optional" } else { "" };
                let label = if i == 0 { "reads" } else { "" };
                let _ = writeln!(out, "  {label:5}  {} (from {from}{optional})", edge.what.join(", "));
            }
            let made = makes(stage);
            if !made.is_empty() {
                let _ = writeln!(out, "  makes  {}", made.join(", "));
            }
        }
        out
    }

    /// Returns a Mermaid flowchart. Dotted arrows are optional input.
    #[must_use]
    pub fn as_mermaid(&self) -> String {
        let mut out = String::from("flowchart TD\n");
        for (at, stage) in self.stages().iter().enumerate() {
            // Ids of their own: a stage called `end` would end the chart.
            let _ = writeln!(out, "    s{at}[{}]", label(stage, "#quot;", "<br>"));
        }
        for Edge { from, to, what, optional } in self.edges() {
            let arrow = if optional { "-.->" } else { "-->" };
            let _ = writeln!(out, "    s{from} {arrow}|{}| s{to}", quoted(&what.join("<br>"), "#quot;"));
        }
        out
    }

    /// Returns a DOT graph for Graphviz. Dashed arrows are optional input.
    #[must_use]
    pub fn as_dot(&self) -> String {
        let mut out = format!("digraph {} {{\n    node [shape=box];\n", quoted(self.name(), "\\\""));
        for (at, stage) in self.stages().iter().enumerate() {
            let _ = writeln!(out, "    s{at} [label={}];", label(stage, "\\\"", "\\n"));
        }
        for Edge { from, to, what, optional } in self.edges() {
            let style = if optional { ", style=dashed" } else { "" };
            // Names of layers and columns need no escapes.
            let _ = writeln!(out, "    s{from} -> s{to} [label=\"{}\"{style}];", what.join("\\n"));
        }
        out.push_str("}\n");
        out
    }
}
