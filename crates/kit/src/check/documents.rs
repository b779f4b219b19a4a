//! The texts that plugins are tried on, and the layers that they read on them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;
use std::sync::atomic::AtomicBool;

use copydesk_core::{
    Column, ColumnData, ColumnType, Document, Layer, LayerType, LayerUse, Manifest, NONE, Order, Span, standard,
};
use copydesk_loader::{Instance, Plugin};
use serde_json::Map;

/// An article of our own: names, quotations, numbers, several paragraphs.
pub(crate) const ARTICLE: &str = include_str!("../../../../examples/article.txt");

/// A text and its name in the report.
#[derive(Debug)]
pub(crate) struct Text {
    pub name: &'static str,
    pub text: String,
    /// True for a long text, which is annotated as rarely as possible.
    pub is_long: bool,
}

/// Bytes of the long text.
const LONG: usize = 200_000;
/// Quotation marks of the last text.
const MARKS: usize = 100_000;

/// The texts that a plugin meets sooner or later. The first is the ordinary one.
pub(crate) static TEXTS: LazyLock<Vec<Text>> = LazyLock::new(|| {
    let short = |name, text: &str| Text { name, text: text.to_owned(), is_long: false };
    let mut paragraphs: String = ARTICLE.into();
    while paragraphs.len() < LONG {
        paragraphs.push_str("\n\n");
        paragraphs.push_str(ARTICLE);
    }
    vec![
        short("an article", ARTICLE),
        short("an empty text", ""),
        short("white space only", " \n\t\r\n\u{a0}\u{2028}\u{3000}\u{feff}\n\n "),
        short("one letter", "x"),
        short("NUL and other controls", "\0He said: \0“No\u{7f},”\0 said\u{8} Ana \u{1b}[31mRuiz\u{1b}[0m.\u{1}\0"),
        short(
            "right-to-left text",
            "قال الوزير: «لن نوقّع»، وأضاف: “سنصوّت”. \u{202e}Zoë\u{202c} said \u{2067}שלום\u{2069}, said Dana Levi. ١٢٣ ٪",
        ),
        short(
            "emoji and combining marks",
            "👩‍👩‍👧‍👦 said 🇳🇴🇳🇴: “Zo\u{65}\u{308}\u{301}\u{302}\u{303} é\u{327}”\u{300} 👍🏽, Z\u{35c}\u{35d}\u{35e}a\u{34f}lgo \u{1f468}\u{200d} ﷽ said.",
        ),
        short("CRLF line ends", &ARTICLE.replace('\n', "\r\n")),
        short(
            "U+FFFD and code points without a character",
            "\u{fffd}\u{fffd} said “\u{fffd}” \u{ffff}\u{fdd0} \u{10ffff}\u{e000} \u{fffd}Ruiz.",
        ),
        short("no letters", "… — ?! «» 123,456.78 % “” ’’ -- \\ // ## @@ 0x1F 1e999 −7"),
        Text { name: "one long word", text: "ſ".repeat(50_000), is_long: true },
        Text { name: "a long text", text: paragraphs, is_long: true },
        Text { name: "many quotation marks", text: "\"".repeat(MARKS), is_long: true },
    ]
});

/// Rows of a synthetic layer, at most: enough to walk through, few enough for any plugin.
const MOST_ROWS: usize = 1000;
/// Values a row of a synthetic vector, if the writer would fix the width.
const WIDTH: u32 = 8;

/// Makes the layers that a plugin reads. The built-in plugins write them, and other rows are made up.
pub(crate) struct Supply {
    stages: Vec<Instance>,
    /// Layers and columns that no stage makes.
    missing: BTreeMap<String, BTreeMap<String, ColumnType>>,
    /// Layers that are the plugin's own to write.
    own: Vec<String>,
}

impl Supply {
    /// Returns the needs of the layers of `reads`.
    ///
    /// # Errors
    /// If a built-in plugin cannot be made.
    pub fn new<'a>(
        subject: &Plugin,
        reads: impl Iterator<Item = &'a LayerUse>,
        built_in: &[Plugin],
    ) -> Result<Self, String> {
        let mut wanted: BTreeMap<String, BTreeMap<String, ColumnType>> = BTreeMap::new();
        for entry in reads {
            // A reference needs rows to refer to.
            for kind in entry.columns.values() {
                if let ColumnType::Ref { layer, .. } = kind {
                    wanted.entry(layer.clone()).or_default();
                }
            }
            let columns = entry.columns.iter().map(|(name, kind)| (name.clone(), kind.clone()));
            wanted.entry(entry.layer.clone()).or_default().extend(columns);
        }
        let mut chosen: Vec<Option<Instance>> = built_in.iter().map(|_| None).collect();
        loop {
            let next = built_in.iter().zip(&mut chosen).find(|(plugin, made)| {
                made.is_none() && plugin.id() != subject.id() && makes(plugin.manifest(), &wanted)
            });
            let Some((plugin, place)) = next else { break };
            let instance = plugin.create(&Map::new()).map_err(|error| format!("built-in {}: {error}", plugin.id()))?;
            for read in &plugin.manifest().reads {
                if !read.optional || instance.needs(&read.layer) {
                    let columns = read.columns.iter().map(|(name, kind)| (name.clone(), kind.clone()));
                    wanted.entry(read.layer.clone()).or_default().extend(columns);
                }
            }
            *place = Some(instance);
        }
        let stages: Vec<Instance> = chosen.into_iter().flatten().collect();
        let mut made: BTreeSet<(&str, Option<&str>)> = BTreeSet::new();
        for stage in &stages {
            let manifest = stage.plugin().manifest();
            let writes = || manifest.writes.iter().filter(|entry| !entry.optional);
            made.extend(writes().map(|entry| (entry.layer.as_str(), None)));
            for entry in writes().chain(&manifest.extends) {
                made.extend(entry.columns.keys().map(|column| (entry.layer.as_str(), Some(column.as_str()))));
            }
        }
        let mut missing = wanted;
        missing.retain(|layer, columns| {
            columns.retain(|column, _| !made.contains(&(layer, Some(column))));
            !columns.is_empty() || !made.contains(&(layer, None))
        });
        let own = subject.manifest().writes.iter().map(|entry| entry.layer.clone()).collect();
        Ok(Supply { stages, missing, own })
    }

    /// Returns the layers, and columns of layers, with made-up rows.
    pub fn synthetic(&self) -> Vec<String> {
        let written: BTreeSet<&str> = self
            .stages
            .iter()
            .flat_map(|stage| stage.plugin().manifest().writes.iter().map(|entry| entry.layer.as_str()))
            .collect();
        let mut names = Vec::new();
        for (layer, columns) in &self.missing {
            if written.contains(layer.as_str()) {
                names.extend(columns.keys().map(|column| format!("{layer}.{column}")));
            } else {
                names.push(layer.clone());
            }
        }
        names
    }

    /// Returns true if the layers of so long a text would take minutes and gigabytes: a vector for each quotation mark.
    pub fn is_too_slow_for(&self, text: &str) -> bool {
        let writes_vectors = |stage: &Instance| Manifest::find(&stage.plugin().manifest().writes, "vectors").is_some();
        text.len() >= MARKS && self.stages.iter().any(writes_vectors)
    }

    /// A document of `text` with the layers.
    ///
    /// # Errors
    /// If a built-in plugin fails.
    pub fn document(&self, id: &str, text: &str) -> Result<Document, String> {
        let mut document = Document::new(id, text).map_err(|error| error.to_string())?;
        let cancel = AtomicBool::new(false);
        for stage in &self.stages {
            stage
                .annotate(&mut document, &cancel)
                .map_err(|error| format!("built-in {} failed: {error}", stage.plugin().id()))?;
        }
        let spans = words(text);
        // First all layers, then all columns, so that a reference finds its layer whichever comes first.
        for layer in self.missing.keys() {
            if document.layer(layer).is_some() {
                continue;
            }
            let order = standard::layer(layer).map_or(Order::default(), |standard| standard.order);
            let mut made = Layer::new(layer.clone(), LayerType { order, columns: BTreeMap::new() });
            if !self.refers_to_nothing(layer, &document) {
                made.append(text, &spans, Vec::new()).map_err(|error| error.to_string())?;
            }
            document.put(made);
        }
        for (layer, columns) in &self.missing {
            let rows = document.layer(layer).map_or(0, Layer::len);
            for (name, kind) in columns {
                let data = match kind {
                    ColumnType::Ref { layer, .. } => values(kind, rows, document.layer(layer).map_or(0, Layer::len)),
                    _ => values(kind, rows, 0),
                };
                let column = Column { name: name.clone(), data };
                document.extend(layer, kind, column).map_err(|error| error.to_string())?;
            }
        }
        if self.own.iter().all(|own| document.layer(own).is_none()) {
            return Ok(document);
        }
        // A document that brings what the plugin writes would not be analyzed.
        let mut rest = Document::new(id, text).map_err(|error| error.to_string())?;
        let others = document.layers().iter().filter(|layer| !self.own.iter().any(|own| own == layer.name()));
        others.for_each(|layer| rest.put(layer.clone()));
        Ok(rest)
    }

    /// Returns true if rows of a made-up layer would have to refer to rows of an empty layer.
    fn refers_to_nothing(&self, layer: &str, document: &Document) -> bool {
        self.missing.get(layer).into_iter().flat_map(BTreeMap::values).any(|kind| match kind {
            ColumnType::Ref { layer, optional: false } => document.layer(layer).is_some_and(Layer::is_empty),
            _ => false,
        })
    }
}

/// Returns true if a plugin makes a wanted layer or column.
fn makes(manifest: &Manifest, wanted: &BTreeMap<String, BTreeMap<String, ColumnType>>) -> bool {
    manifest.writes.iter().any(|entry| !entry.optional && wanted.contains_key(&entry.layer))
        || manifest.extends.iter().any(|entry| {
            let columns = wanted.get(&entry.layer);
            columns.is_some_and(|columns| entry.columns.keys().any(|column| columns.contains_key(column)))
        })
}

/// Returns the first words, split at white space.
fn words(text: &str) -> Vec<Span> {
    let word = |word: &str| {
        let start = word.as_ptr().addr() - text.as_ptr().addr();
        Span::new(start as u32, (start + word.len()) as u32)
    };
    text.split_whitespace().take(MOST_ROWS).map(word).collect()
}

/// Made-up values of a column.
fn values(kind: &ColumnType, rows: usize, targets: usize) -> ColumnData {
    match kind {
        ColumnType::U32 => ColumnData::U32((0..rows).map(|row| (row % 2) as u32).collect()),
        ColumnType::F32 { width } | ColumnType::F16 { width } => {
            let width = if *width == 0 { WIDTH } else { *width };
            let values = (0..rows * width as usize).map(|at| (at % 9) as f32 / 8.0 - 0.5).collect();
            ColumnData::F32 { width, values }.rounded_for(kind)
        }
        ColumnType::String => ColumnData::strings((0..rows).map(|row| if row % 2 == 0 { "made up" } else { "" })),
        ColumnType::Ref { layer, .. } => {
            let row = |row: usize| row.checked_rem(targets).map_or(NONE, |target| target as u32);
            ColumnData::Ref { layer: layer.clone(), rows: (0..rows).map(row).collect() }
        }
    }
}
