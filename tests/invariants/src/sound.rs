//! The properties that a layer's readers rely on, computed anew, without the code under test.

use copydesk_core::{ColumnData, Document, Layer, NONE, Order, Span};

/// Panics if a row or a column of `layer` breaks a rule that plugins and writers rely on. The layer's order is given if
/// its rows are in it already.
pub fn layer(layer: &Layer, text: &str, order: Order) {
    let name = layer.name();
    for Span { start, end } in layer.spans() {
        assert!(start <= end, "{name}: {start}..{end} ends before it starts");
        assert!(text.get(*start as usize..*end as usize).is_some(), "{name}: {start}..{end} is no part of the text");
    }
    for pair in layer.spans().windows(2) {
        let [a, b] = pair else { continue };
        let ordered = match order {
            Order::Disjoint => a.end <= b.start,
            Order::Sorted => a.start <= b.start,
            Order::Any => true,
        };
        assert!(ordered, "{name}: {a:?} before {b:?}");
    }
    for column in layer.columns() {
        values(&column.data, layer.len(), &format!("{name}.{}", column.name));
    }
}

/// Panics if a column does not hold `rows` rows of sound values.
pub fn values(data: &ColumnData, rows: usize, name: &str) {
    match data {
        ColumnData::U32(values) | ColumnData::Ref { rows: values, .. } => assert_eq!(values.len(), rows, "{name}"),
        ColumnData::F32 { width, values } => {
            assert_eq!(values.len(), rows * *width as usize, "{name} has a width of {width}");
            assert!(values.iter().all(|value| value.is_finite()), "{name} has a value that is no number");
        }
        ColumnData::F16 { width, values } => {
            assert_eq!(values.len(), rows * *width as usize, "{name} has a width of {width}");
            assert!(values.iter().all(|value| value.is_finite()), "{name} has a value that is no number");
        }
        ColumnData::Strings { offsets, bytes } => {
            assert_eq!(offsets.len(), rows + 1, "{name}");
            assert_eq!((offsets.first(), offsets.last()), (Some(&0), Some(&(bytes.len() as u32))), "{name}");
            for pair in offsets.windows(2) {
                let [start, end] = pair else { continue };
                assert!(bytes.get(*start as usize..*end as usize).is_some(), "{name}: {start}..{end} is no string");
            }
        }
    }
}

/// Returns the first reference of the layer that points at no row, or at nothing if it is not `optional`.
pub fn dangling(
    layer: &Layer,
    rows_of: impl Fn(&str) -> usize,
    optional: impl Fn(&str) -> bool,
) -> Option<(String, u32)> {
    layer.columns().iter().find_map(|column| {
        let ColumnData::Ref { layer: target, rows } = &column.data else { return None };
        let points = |row: u32| (row as usize) < rows_of(target) || (row == NONE && optional(&column.name));
        let row = rows.iter().copied().find(|row| !points(*row))?;
        Some((column.name.clone(), row))
    })
}

/// Panics if a document's layers are not sound, or do not fit together.
pub fn document(document: &Document) {
    let rows_of = |name: &str| document.layer(name).map_or(0, Layer::len);
    for own in document.layers() {
        let order = copydesk_core::standard::layer(own.name()).map_or(Order::Any, |kind| kind.order);
        layer(own, document.text(), order);
        assert_eq!(dangling(own, rows_of, |_| false), None, "{}", own.name());
    }
}
