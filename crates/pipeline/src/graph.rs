//! Checks that every stage finds the layers and columns it reads, and that no two stages make one thing.

use std::collections::BTreeMap;
use std::ops::Range;

use copydesk_core::{ColumnType, LayerUse, Manifest};
use copydesk_loader::Plugin;

use crate::fault::Finding;

/// A stage as the layer check sees it.
pub(crate) struct Node<'a> {
    pub id: &'a str,
    /// The place at which the file names the plugin.
    pub span: Range<usize>,
    /// The same as `line 7`.
    pub line: String,
    pub plugin: Option<&'a Plugin>,
    /// True if the plugin is a guess. It then explains layers, but reports no faults of its own.
    pub guessed: bool,
}

impl Node<'_> {
    fn name(&self) -> String {
        format!("stage {:?} ({})", self.id, self.line)
    }

    fn manifest(&self) -> Option<&Manifest> {
        self.plugin.map(Plugin::manifest)
    }
}

/// A column that some stage has made.
pub(crate) struct Made {
    pub kind: ColumnType,
    by: usize,
}

/// A layer that some stage has written.
pub(crate) struct Written {
    by: usize,
    /// True if some configurations of that stage do not make the layer.
    optional: bool,
    pub columns: BTreeMap<String, Made>,
}

/// The layers after the last stage.
#[derive(Default)]
pub(crate) struct Layers {
    pub layers: BTreeMap<String, Written>,
    /// True if a stage is unknown. It may then write anything.
    pub open: bool,
    /// Layers that a stage reads and that no stage before it writes, or only some configurations of one.
    pub lacks: Vec<Lack>,
}

/// A layer that is missing, or may be. It is a fault if the stage's model needs it and no stage before it makes it, which
/// only the loaded stages know.
#[derive(Clone, Debug)]
pub(crate) struct Lack {
    /// Number of the stage.
    pub stage: usize,
    /// The layer.
    pub layer: String,
    /// True if the stage works without the layer, as its manifest says.
    pub optional: bool,
    /// The id of a stage before it that may write the layer.
    pub maker: Option<String>,
    /// Plugins that could write it.
    pub help: Option<String>,
}

pub(crate) struct Graph<'a> {
    pub nodes: Vec<Node<'a>>,
    /// Plugins to suggest for a layer that no stage writes.
    pub known: &'a [Plugin],
    /// True if a part of the file was left out. Stages may then be missing.
    pub incomplete: bool,
    pub findings: &'a mut Vec<Finding>,
}

/// "a", "a and b", "a, b and c".
fn list<S: AsRef<str>>(names: &[S]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("{:?}", name.as_ref())).collect();
    match quoted.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} and {last}", rest.join(", ")),
        None => String::new(),
    }
}

fn makes_column(manifest: &Manifest, layer: &str, column: &str) -> bool {
    [&manifest.writes, &manifest.extends]
        .iter()
        .any(|list| Manifest::find(list, layer).is_some_and(|entry| entry.columns.contains_key(column)))
}

impl Graph<'_> {
    pub fn check(mut self) -> Layers {
        let mut layers = Layers { layers: BTreeMap::new(), open: self.incomplete, lacks: Vec::new() };
        for at in 0..self.nodes.len() {
            let Some(plugin) = self.nodes.get(at).and_then(|node| node.plugin).cloned() else {
                layers.open = true;
                continue;
            };
            let manifest = plugin.manifest();
            let lacks = self.reads(at, manifest, &layers);
            layers.lacks.extend(lacks);
            for entry in &manifest.appends {
                self.append(at, manifest, entry, &layers);
            }
            for entry in &manifest.extends {
                self.extend(at, manifest, entry, &mut layers);
            }
            for entry in &manifest.writes {
                self.write(at, entry, &mut layers);
            }
            for entry in manifest.writes.iter().chain(&manifest.extends) {
                self.references(at, entry, &layers);
            }
        }
        layers
    }

    fn report(&mut self, at: usize, message: String, help: Option<String>) {
        let Some(node) = self.nodes.get(at).filter(|node| !node.guessed) else { return };
        let finding = Finding::new(node.span.clone(), message).maybe_help(help);
        self.findings.push(finding);
    }

    fn name(&self, at: usize) -> String {
        self.nodes.get(at).map(Node::name).unwrap_or_default()
    }

    fn id(&self, at: usize) -> &str {
        self.nodes.get(at).map_or("", |node| node.id)
    }

    /// Suggests how to make a missing layer: a later stage that must move up, or a plugin that must be added.
    fn provider(&self, at: usize, makes: impl Fn(&Manifest) -> bool, verb: &str) -> Option<String> {
        if let Some(later) = self.nodes.iter().skip(at + 1).find(|node| node.manifest().is_some_and(&makes)) {
            return Some(format!("{} {verb}; move it before this one", later.name()));
        }
        let plugin = self.known.iter().find(|plugin| makes(plugin.manifest()))?;
        Some(format!("plugin {:?} {verb}; add a stage with it before this one", plugin.id()))
    }

    /// Checks the input of a stage. Returns the layers that are missing, or may be.
    fn reads(&mut self, at: usize, manifest: &Manifest, layers: &Layers) -> Vec<Lack> {
        let mut lacks = Vec::new();
        // Layers that one stage would bring make one fault.
        let mut missing: Vec<(Option<String>, Vec<&str>)> = Vec::new();
        // Only a document can bring a layer that the stage itself writes.
        for read in manifest.reads.iter().filter(|read| !manifest.takes(&read.layer)) {
            let Some(written) = layers.layers.get(&read.layer) else {
                let makes = |manifest: &Manifest| Manifest::find(&manifest.writes, &read.layer).is_some();
                if read.optional {
                    let help = self.provider(at, makes, "writes it");
                    lacks.push(Lack { stage: at, layer: read.layer.clone(), optional: true, maker: None, help });
                } else if !layers.open {
                    let help = self.provider(at, makes, "writes it");
                    match missing.iter_mut().find(|(other, _)| *other == help) {
                        Some((_, names)) => names.push(&read.layer),
                        None => missing.push((help, vec![&read.layer])),
                    }
                }
                continue;
            };
            if written.optional {
                let (layer, maker) = (read.layer.clone(), Some(self.id(written.by).to_owned()));
                lacks.push(Lack { stage: at, layer, optional: read.optional, maker, help: None });
            }
            for (column, wanted) in &read.columns {
                self.read_column(at, &read.layer, column, wanted, written, layers.open);
            }
        }
        for (help, names) in missing {
            let (noun, them) = if names.len() == 1 { ("layer", "writes it;") } else { ("layers", "writes them;") };
            let message =
                format!("stage {:?} reads {noun} {}, which no stage before it writes", self.id(at), list(&names));
            let help = help.map(|help| help.replacen("writes it;", them, 1));
            let none = || "none of the built-in plugins writes it".to_owned();
            self.report(at, message, Some(help.unwrap_or_else(none)));
        }
        lacks
    }

    fn read_column(
        &mut self,
        at: usize,
        layer: &str,
        column: &str,
        wanted: &ColumnType,
        written: &Written,
        open: bool,
    ) {
        let id = self.id(at).to_owned();
        match written.columns.get(column) {
            Some(made) if made.kind.satisfies(wanted) => {}
            Some(made) => {
                let (by, kind) = (self.name(made.by), &made.kind);
                let message =
                    format!("stage {id:?} reads column {layer}.{column} as {wanted}, but {by} makes it {kind}");
                self.report(at, message, Some("these two plugins do not fit together".to_owned()));
            }
            None if open => {}
            None => {
                let message = format!("stage {id:?} reads column {layer}.{column}, which no stage before it makes");
                let help = self.provider(at, |manifest| makes_column(manifest, layer, column), "adds it");
                let there = || {
                    let columns: Vec<&String> = written.columns.keys().collect();
                    if columns.is_empty() {
                        format!("{} writes {layer:?} without columns", self.name(written.by))
                    } else {
                        format!("{} writes {layer:?} with {}", self.name(written.by), list(&columns))
                    }
                };
                let help = help.unwrap_or_else(there);
                self.report(at, message, Some(help));
            }
        }
    }

    /// True if the fault has been reported already, as a layer that the stage reads.
    fn told(manifest: &Manifest, layer: &str) -> bool {
        Manifest::find(&manifest.reads, layer).is_some_and(|read| !read.optional)
    }

    fn absent(&mut self, at: usize, manifest: &Manifest, layer: &str, adds: &str, layers: &Layers) {
        if layers.open || Graph::told(manifest, layer) {
            return;
        }
        let message =
            format!("stage {:?} adds {adds} to layer {layer:?}, which no stage before it writes", self.id(at));
        let help = self.provider(at, |manifest| Manifest::find(&manifest.writes, layer).is_some(), "writes it");
        self.report(at, message, help);
    }

    fn append(&mut self, at: usize, manifest: &Manifest, entry: &LayerUse, layers: &Layers) {
        let layer = &entry.layer;
        let Some(written) = layers.layers.get(layer) else {
            self.absent(at, manifest, layer, "rows", layers);
            return;
        };
        let id = self.id(at).to_owned();
        for (column, made) in &written.columns {
            match entry.columns.get(column) {
                None => {
                    let by = self.name(made.by);
                    let message =
                        format!("stage {id:?} adds rows to {layer:?} without column {column:?}, which {by} makes");
                    let help = format!("put this stage before stage {:?}", self.id(made.by));
                    self.report(at, message, (made.by != written.by).then_some(help));
                }
                Some(kind) if kind.satisfies(&made.kind) => {}
                Some(kind) => {
                    let by = self.name(made.by);
                    let message = format!(
                        "stage {id:?} adds rows to {layer:?} with column {column:?} as {kind}, but {by} makes it {}",
                        made.kind
                    );
                    self.report(at, message, Some("these two plugins do not fit together".to_owned()));
                }
            }
        }
        for column in entry.columns.keys().filter(|column| !written.columns.contains_key(*column)) {
            if !layers.open {
                let message = format!(
                    "stage {id:?} adds rows to {layer:?} with column {column:?}, which the layer does not have"
                );
                let help = self.provider(at, |manifest| makes_column(manifest, layer, column), "adds it");
                self.report(at, message, help);
            }
        }
    }

    fn extend(&mut self, at: usize, manifest: &Manifest, entry: &LayerUse, layers: &mut Layers) {
        let layer = &entry.layer;
        if !layers.layers.contains_key(layer) {
            self.absent(at, manifest, layer, "a column", layers);
            return;
        }
        for (column, kind) in &entry.columns {
            let Some(written) = layers.layers.get_mut(layer) else { return };
            match written.columns.get(column) {
                None => {
                    written.columns.insert(column.clone(), Made { kind: kind.clone(), by: at });
                }
                Some(made) => {
                    let message = format!(
                        "stage {:?} adds column {layer}.{column}, which {} makes already",
                        self.id(at),
                        self.name(made.by)
                    );
                    self.report(at, message, Some("remove one of the two".to_owned()));
                }
            }
        }
    }

    fn write(&mut self, at: usize, entry: &LayerUse, layers: &mut Layers) {
        if let Some(first) = layers.layers.get(&entry.layer) {
            let (id, layer, by) = (self.id(at), &entry.layer, self.name(first.by));
            let message = format!("stage {id:?} writes layer {layer:?}, which {by} writes already");
            self.report(at, message, Some("remove one of the two".to_owned()));
            return;
        }
        let columns = entry.columns.iter().map(|(name, kind)| (name.clone(), Made { kind: kind.clone(), by: at }));
        let written = Written { by: at, optional: entry.optional, columns: columns.collect() };
        layers.layers.insert(entry.layer.clone(), written);
    }

    /// A reference needs a layer to point into.
    fn references(&mut self, at: usize, entry: &LayerUse, layers: &Layers) {
        for (column, kind) in &entry.columns {
            let ColumnType::Ref { layer, .. } = kind else { continue };
            if layers.open || layers.layers.contains_key(layer) {
                continue;
            }
            let id = self.id(at);
            let told = self.nodes.get(at).and_then(Node::manifest).is_some_and(|own| Graph::told(own, layer));
            if told {
                continue;
            }
            let message = format!(
                "column {}.{column} of stage {id:?} refers to layer {layer:?}, which no stage before it writes",
                entry.layer
            );
            let help = self.provider(at, |manifest| Manifest::find(&manifest.writes, layer).is_some(), "writes it");
            self.report(at, message, help);
        }
    }
}
