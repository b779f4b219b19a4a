//! The layers that the project's own plugins share. If a plugin writes one of these names, it must keep these types. It
//! may add layers of its own freely.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use crate::types::{ColumnType, LayerType, Order};

/// Names of the standard layers, in the natural order of the data.
pub const LAYERS: [&str; 10] =
    ["blocks", "sentences", "tokens", "vectors", "entities", "quotes", "quote_parts", "actors", "mentions", "stances"];

fn reference(layer: &str, optional: bool) -> ColumnType {
    ColumnType::Ref { layer: layer.to_owned(), optional }
}

/// The type of a standard layer: order, and the columns its writer must give. Columns that a later stage
/// adds are in [`extension`].
#[must_use]
pub fn layer(name: &str) -> Option<LayerType> {
    use ColumnType::{F16, F32, String as Text, U32};
    let f32 = F32 { width: 1 };
    let (order, columns): (Order, Vec<(&str, ColumnType)>) = match name {
        "blocks" => (Order::Disjoint, vec![("kind", Text)]),
        "sentences" => (Order::Disjoint, vec![("block", reference("blocks", false))]),
        "tokens" => {
            (Order::Disjoint, vec![("sentence", reference("sentences", false)), ("space_after", U32), ("part", U32)])
        }
        // A row is a piece of a token; the model fixes the width. Half floats, since they are most of a document's memory.
        "vectors" => (Order::Sorted, vec![("token", reference("tokens", false)), ("vector", F16 { width: 0 })]),
        // Our own models give names that share no byte; a document may bring nested ones.
        "entities" => (Order::Sorted, vec![("label", Text), ("score", f32)]),
        "quotes" => (Order::Sorted, vec![("kind", Text), ("act", Text), ("score", f32)]),
        "quote_parts" => (Order::Any, vec![("quote", reference("quotes", false)), ("role", Text)]),
        "actors" => (Order::Any, vec![("name", Text), ("label", Text)]),
        "mentions" => (Order::Sorted, vec![("actor", reference("actors", false)), ("type", Text)]),
        "stances" => (
            Order::Any,
            vec![
                ("holder", reference("actors", true)),
                ("target", reference("actors", false)),
                ("mention", reference("mentions", false)),
                ("polarity", f32.clone()),
                ("score", f32),
            ],
        ),
        _ => return None,
    };
    Some(LayerType { order, columns: columns.into_iter().map(|(name, kind)| (name.to_owned(), kind)).collect() })
}

/// The columns that a layer may lack, as (layer, column). A later stage adds them, or the layer's writer does if it can.
const EXTENSIONS: [(&str, &str); 7] = [
    ("entities", "actor"),
    ("quotes", "speaker"),
    ("quotes", "speaker_score"),
    ("actors", "role"),
    ("actors", "affiliation"),
    ("actors", "kb_id"),
    ("actors", "kb_score"),
];

/// Returns the type of a column that a standard layer may lack.
#[must_use]
pub fn extension(layer: &str, column: &str) -> Option<ColumnType> {
    EXTENSIONS.contains(&(layer, column)).then(|| match column {
        "speaker_score" | "kb_score" => ColumnType::F32 { width: 1 },
        "role" | "affiliation" | "kb_id" => ColumnType::String,
        // The others name an actor, if there is one.
        _ => reference("actors", true),
    })
}

/// Returns the type of a column of a standard layer, its own or one that it may lack.
#[must_use]
pub fn column(layer: &str, column: &str) -> Option<&'static ColumnType> {
    static TYPES: LazyLock<BTreeMap<&str, BTreeMap<String, ColumnType>>> = LazyLock::new(|| {
        let mut types: BTreeMap<&str, BTreeMap<String, ColumnType>> =
            LAYERS.iter().filter_map(|name| Some((*name, self::layer(name)?.columns))).collect();
        for (layer, column) in EXTENSIONS {
            if let (Some(columns), Some(kind)) = (types.get_mut(layer), extension(layer, column)) {
                columns.insert(column.to_owned(), kind);
            }
        }
        types
    });
    TYPES.get(layer)?.get(column)
}
