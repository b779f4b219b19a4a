//! The manifest of a plugin: its configuration, and the layers it reads and makes.

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;

use crate::config::ConfigSchema;
use crate::standard;
use crate::types::{ColumnType, Order, is_identifier};

/// One layer in a manifest.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerUse {
    /// The layer.
    pub layer: String,
    /// Name and type of the columns that are read or made.
    pub columns: BTreeMap<String, ColumnType>,
    /// In `reads`: true if the plugin works without the layer. In `writes`: true if some configurations do not make it.
    /// For a layer in both lists, see [`Manifest::takes`].
    pub optional: bool,
    /// In `writes`: the order of the rows.
    pub order: Order,
}

/// A plugin's manifest.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Manifest {
    /// The purpose of the plugin, in a line.
    pub description: String,
    /// The configuration.
    pub config: ConfigSchema,
    /// Layers it sees.
    pub reads: Vec<LayerUse>,
    /// Layers it makes.
    pub writes: Vec<LayerUse>,
    /// Layers of other plugins to which it appends rows.
    pub appends: Vec<LayerUse>,
    /// Layers of other plugins that it extends by columns.
    pub extends: Vec<LayerUse>,
}

/// A manifest that cannot be used. The message names the error and what would be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestError(String);

impl fmt::Display for ManifestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ManifestError {}

fn fault<T>(message: impl Into<String>) -> Result<T, ManifestError> {
    Err(ManifestError(message.into()))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawManifest {
    #[serde(default)]
    description: String,
    #[serde(default)]
    config: serde_json::Value,
    #[serde(default)]
    reads: Vec<RawUse>,
    #[serde(default)]
    writes: Vec<RawUse>,
    #[serde(default)]
    appends: Vec<RawUse>,
    #[serde(default)]
    extends: Vec<RawUse>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawUse {
    layer: String,
    #[serde(default)]
    columns: BTreeMap<String, String>,
    #[serde(default)]
    optional: bool,
    order: Option<RawOrder>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum RawOrder {
    Disjoint,
    Sorted,
    Any,
}

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    /// If the text is no JSON, has an unknown key or type, or names a layer twice in one list. Also if it writes a
    /// standard layer with other columns, or extends or appends to a layer that it writes itself. A layer that it writes
    /// may be in `reads` only as an optional one, with columns that it writes.
    pub fn parse(json: &str) -> Result<Self, ManifestError> {
        if !json.trim_start().starts_with('{') {
            return fault("the manifest is not valid: it must be a JSON object");
        }
        let raw: RawManifest =
            serde_json::from_str(json).map_err(|error| ManifestError(format!("the manifest is not valid: {error}")))?;
        let config = ConfigSchema::from_json(&raw.config).map_err(ManifestError)?;
        let manifest = Manifest {
            description: raw.description,
            config,
            reads: uses("reads", raw.reads)?,
            writes: uses("writes", raw.writes)?,
            appends: uses("appends", raw.appends)?,
            extends: uses("extends", raw.extends)?,
        };
        manifest.check()?;
        Ok(manifest)
    }

    fn check(&self) -> Result<(), ManifestError> {
        for own in &self.writes {
            if self.appends.iter().chain(&self.extends).any(|other| other.layer == own.layer) {
                return fault(format!("layer {:?} is written, so it cannot be added to as well", own.layer));
            }
            let Some(read) = Manifest::find(&self.reads, &own.layer) else { continue };
            if !read.optional {
                return fault(format!(
                    "layer {:?} is written, so it can be read only if a document brings it; mark it optional in `reads`",
                    own.layer
                ));
            }
            for (column, wanted) in &read.columns {
                if !own.columns.get(column).is_some_and(|made| made.satisfies(wanted)) {
                    return fault(format!("column {}.{column} is read as {wanted}, but not written so", own.layer));
                }
            }
        }
        for added in self.appends.iter().chain(&self.extends) {
            if !self.reads.iter().any(|read| read.layer == added.layer) {
                return fault(format!("layer {:?} is added to, so `reads` must name it", added.layer));
            }
        }
        if let Some(both) = self.appends.iter().find(|added| Manifest::find(&self.extends, &added.layer).is_some()) {
            return fault(format!(
                "layer {:?} is appended to and extended; a plugin does one of the two, use a plugin for each",
                both.layer
            ));
        }
        for made in self.writes.iter().chain(&self.extends) {
            if let Some(column) = made.columns.keys().find(|column| RESERVED.contains(&column.as_str())) {
                return fault(format!("column {}.{column}: results use this name for something else", made.layer));
            }
        }
        for list in [&self.writes, &self.appends] {
            for made in list {
                let Some(standard) = standard::layer(&made.layer) else { continue };
                let written = |column: &str| made.columns.get(column);
                let complete = standard.columns.iter().all(|(name, kind)| written(name) == Some(kind));
                let known = |(name, kind): (&String, &ColumnType)| {
                    standard.columns.contains_key(name) || standard::extension(&made.layer, name).as_ref() == Some(kind)
                };
                if !complete || !made.columns.iter().all(known) {
                    let columns: Vec<String> =
                        standard.columns.iter().map(|(name, kind)| format!("{name}: {kind}")).collect();
                    let columns = columns.join(", ");
                    return fault(format!("layer {:?} is a standard one, its columns are {columns}", made.layer));
                }
            }
        }
        for extended in &self.extends {
            if extended.columns.is_empty() {
                return fault(format!("`extends` of layer {:?} names no column", extended.layer));
            }
            for (column, kind) in &extended.columns {
                if let Some(standard) = standard::extension(&extended.layer, column)
                    && standard != *kind
                {
                    return fault(format!(
                        "column {}.{column} is a standard one, its type is {standard}",
                        extended.layer
                    ));
                }
            }
        }
        Ok(())
    }

    /// Returns true if the plugin works with the rows of the layer that a document brings, and writes the layer for all
    /// other documents. Such a layer is in `writes`, and optional in `reads`.
    #[must_use]
    pub fn takes(&self, layer: &str) -> bool {
        [&self.writes, &self.reads].iter().all(|list| Manifest::find(list, layer).is_some())
    }

    /// The entry of `list` for a layer.
    #[must_use]
    pub fn find<'a>(list: &'a [LayerUse], layer: &str) -> Option<&'a LayerUse> {
        list.iter().find(|entry| entry.layer == layer)
    }
}

/// Keys that results give to every row or to rows of standard layers beside their columns.
const RESERVED: [&str; 10] =
    ["start", "end", "id", "text", "mentions", "content", "cue", "source", "speaker_name", "evidence"];

/// Returns the type that a column gets: half floats if the standard layer has them and the plugin declares floats, as
/// plugins of ABI 1.0 do. Any other type stays as it is.
fn as_standard(layer: &str, column: &str, kind: ColumnType) -> ColumnType {
    let standard = standard::layer(layer).and_then(|mut standard| standard.columns.remove(column));
    match (standard, kind) {
        (Some(ColumnType::F16 { width }), ColumnType::F32 { width: own }) if width == own => ColumnType::F16 { width },
        (_, kind) => kind,
    }
}

fn uses(list: &str, raw: Vec<RawUse>) -> Result<Vec<LayerUse>, ManifestError> {
    let mut out: Vec<LayerUse> = Vec::with_capacity(raw.len());
    for entry in raw {
        let layer = entry.layer;
        if !is_identifier(&layer) {
            return fault(format!("`{list}`: {layer:?} is no layer name; write a-z, 0-9 and _, a letter first"));
        }
        if Manifest::find(&out, &layer).is_some() {
            return fault(format!("`{list}` names layer {layer:?} twice"));
        }
        if !["reads", "writes"].contains(&list) && entry.optional {
            return fault(format!("`{list}` of layer {layer:?}: only what is read or written can be optional"));
        }
        let mut columns = BTreeMap::new();
        for (name, kind) in entry.columns {
            if !is_identifier(&name) {
                return fault(format!("`{list}`: {layer}.{name:?} is no column name; write a-z, 0-9 and _"));
            }
            let kind = kind.parse().map_err(|error| ManifestError(format!("`{list}`: {layer}.{name}: {error}")))?;
            let kind = if list == "reads" { kind } else { as_standard(&layer, &name, kind) };
            columns.insert(name, kind);
        }
        let order = match (entry.order, standard::layer(&layer)) {
            (Some(_), _) if list != "writes" => {
                return fault(format!("`{list}` of layer {layer:?}: only `writes` sets an order"));
            }
            (Some(RawOrder::Disjoint), None) => Order::Disjoint,
            (Some(RawOrder::Sorted), None) => Order::Sorted,
            (Some(RawOrder::Any), None) => Order::Any,
            (Some(_), Some(_)) => {
                return fault(format!("`{list}`: the order of the standard layer {layer:?} is fixed"));
            }
            (None, Some(standard)) => standard.order,
            (None, None) => Order::default(),
        };
        out.push(LayerUse { layer, columns, optional: entry.optional, order });
    }
    Ok(out)
}
