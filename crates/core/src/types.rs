//! Types of layers and columns, as manifests write them.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// The type of a column.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ColumnType {
    /// `u32`: a number a row.
    U32,
    /// `f32` or `f32[N]`: N numbers a row; `f32[]`, a width that the writer fixes at run time, is 0 here.
    F32 {
        /// Values a row, or 0 for any width.
        width: u32,
    },
    /// `f16`, `f16[N]` or `f16[]`: as [`ColumnType::F32`], in half floats (IEEE 754 binary16). A plugin may hand over
    /// `f32`, which is rounded to the nearest half float.
    F16 {
        /// Values a row; 0 stands for any width.
        width: u32,
    },
    /// `string`.
    String,
    /// `ref(LAYER)` or `ref(LAYER)?`: a row of another layer.
    Ref {
        /// The layer referred to.
        layer: String,
        /// True if a row may refer to nothing.
        optional: bool,
    },
}

impl ColumnType {
    /// Returns true if a column of type `self` serves a reader that wants `wanted`. A reader of floats may read half floats,
    /// which it gets as floats.
    #[must_use]
    pub fn satisfies(&self, wanted: &ColumnType) -> bool {
        match (self, wanted) {
            (ColumnType::F32 { width }, ColumnType::F32 { width: wanted })
            | (ColumnType::F16 { width }, ColumnType::F32 { width: wanted } | ColumnType::F16 { width: wanted }) => {
                *wanted == 0 || width == wanted
            }
            (ColumnType::Ref { layer: a, optional: has_none }, ColumnType::Ref { layer: b, optional: takes_none }) => {
                a == b && (!has_none || *takes_none)
            }
            _ => self == wanted,
        }
    }
}

impl fmt::Display for ColumnType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ColumnType::U32 => f.write_str("u32"),
            ColumnType::F32 { width } => write_floats(f, "f32", *width),
            ColumnType::F16 { width } => write_floats(f, "f16", *width),
            ColumnType::String => f.write_str("string"),
            ColumnType::Ref { layer, optional: false } => write!(f, "ref({layer})"),
            ColumnType::Ref { layer, optional: true } => write!(f, "ref({layer})?"),
        }
    }
}

/// `f32`, `f32[]` or `f32[N]`.
fn write_floats(f: &mut fmt::Formatter<'_>, name: &str, width: u32) -> fmt::Result {
    match width {
        0 => write!(f, "{name}[]"),
        1 => f.write_str(name),
        width => write!(f, "{name}[{width}]"),
    }
}

/// The width of floats that are written like [`write_floats`] does, behind their name.
fn width(brackets: &str) -> Option<u32> {
    match brackets {
        "" => Some(1),
        "[]" => Some(0),
        _ => brackets.strip_prefix('[')?.strip_suffix(']')?.parse().ok().filter(|width| *width > 0),
    }
}

impl FromStr for ColumnType {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let unknown = || {
            format!(
                "unknown column type {text:?}; write u32, f32, f32[N], f32[], f16, f16[N], f16[], string, ref(LAYER) or ref(LAYER)?"
            )
        };
        match text {
            "u32" => return Ok(ColumnType::U32),
            "string" => return Ok(ColumnType::String),
            _ => {}
        }
        if let Some(brackets) = text.strip_prefix("f32") {
            return width(brackets).map(|width| ColumnType::F32 { width }).ok_or_else(unknown);
        }
        if let Some(brackets) = text.strip_prefix("f16") {
            return width(brackets).map(|width| ColumnType::F16 { width }).ok_or_else(unknown);
        }
        let (text, optional) = match text.strip_suffix('?') {
            Some(text) => (text, true),
            None => (text, false),
        };
        match text.strip_prefix("ref(").and_then(|rest| rest.strip_suffix(')')) {
            Some(layer) if is_identifier(layer) => Ok(ColumnType::Ref { layer: layer.to_owned(), optional }),
            _ => Err(unknown()),
        }
    }
}

/// Returns true if `name` is `[a-z][a-z0-9_]*`, the form of ids of plugins, stages, layers and columns.
#[must_use]
pub fn is_identifier(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// The order that a layer's rows keep.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// Ascending, and no two rows share a byte.
    Disjoint,
    /// Ascending by start.
    #[default]
    Sorted,
    /// None: rows belong to something else that orders them.
    Any,
}

/// The type of a layer, known before a document is read: its order and columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LayerType {
    /// Order of the rows.
    pub order: Order,
    /// Name and type of each column.
    pub columns: BTreeMap<String, ColumnType>,
}
