//! Compares the output of a plugin: twice the same, and nothing outside its layers.

use copydesk_core::{ColumnData, Document, Layer, Manifest, f16};

/// The allowed difference between numbers of a batch and of single calls, since sums may be taken in another order.
pub(crate) const NEAR: f32 = 1e-4;

/// Returns the first difference between the layers of two documents, or `None`. Numbers differ if they do so by more
/// than `tolerance`.
pub(crate) fn difference(one: &Document, other: &Document, tolerance: f32) -> Option<String> {
    if one.layers().len() != other.layers().len() {
        return Some(format!("{} layers, then {}", one.layers().len(), other.layers().len()));
    }
    one.layers().iter().zip(other.layers()).find_map(|(a, b)| layers(a, b, tolerance))
}

fn layers(one: &Layer, other: &Layer, tolerance: f32) -> Option<String> {
    let name = one.name();
    if name != other.name() {
        return Some(format!("layer {name}, then layer {}", other.name()));
    }
    if one.len() != other.len() {
        return Some(format!("{name} has {} rows, then {}", one.len(), other.len()));
    }
    if let Some((row, (a, b))) = one.spans().iter().zip(other.spans()).enumerate().find(|(_, (a, b))| a != b) {
        return Some(format!("row {row} of {name} is {}..{}, then {}..{}", a.start, a.end, b.start, b.end));
    }
    one.columns().iter().find_map(|column| {
        let same = other.column(&column.name).is_some_and(|data| columns(&column.data, data, tolerance));
        (!same).then(|| format!("column {name}.{} differs", column.name))
    })
}

fn columns(one: &ColumnData, other: &ColumnData, tolerance: f32) -> bool {
    match (one, other) {
        (ColumnData::F32 { width: a, values }, ColumnData::F32 { width: b, values: others }) => {
            // Rounding grows with the number, so the bound does where the number is beyond 1.
            let near = |(x, y): (&f32, &f32)| (x - y).abs() <= tolerance * x.abs().max(1.0);
            (a == b || values.is_empty()) && values.len() == others.len() && values.iter().zip(others).all(near)
        }
        (ColumnData::F16 { width: a, values }, ColumnData::F16 { width: b, values: others }) => {
            // Two numbers that are near may be rounded apart, by a step of half floats at most.
            let tolerance = if tolerance > 0.0 { tolerance.max(f16::EPSILON.to_f32()) } else { 0.0 };
            let pairs = values.iter().zip(others).map(|(x, y)| (x.to_f32(), y.to_f32()));
            let near = |(x, y): (f32, f32)| (x - y).abs() <= tolerance * x.abs().max(1.0);
            (a == b || values.is_empty()) && values.len() == others.len() && pairs.into_iter().all(near)
        }
        _ => one == other,
    }
}

/// Returns the changes from `before` to `after` that the manifest does not announce.
pub(crate) fn leak(before: &Document, after: &Document, manifest: &Manifest) -> Option<String> {
    for old in before.layers() {
        let name = old.name();
        let Some(new) = after.layer(name) else { return Some(format!("layer {name} is gone")) };
        let appended = Manifest::find(&manifest.appends, name).is_some();
        if !appended && new.spans() != old.spans() {
            return Some(format!("rows of {name} have changed"));
        }
        if new.len() < old.len() {
            return Some(format!("rows of {name} are gone"));
        }
        let promised = Manifest::find(&manifest.extends, name);
        for column in new.columns() {
            match old.column(&column.name) {
                // References follow rows that were put between others.
                Some(ColumnData::Ref { layer, .. }) if Manifest::find(&manifest.appends, layer).is_some() => {}
                Some(data) if !appended && *data != column.data => {
                    return Some(format!("column {name}.{} has changed", column.name));
                }
                None if promised.is_none_or(|promised| !promised.columns.contains_key(&column.name)) => {
                    return Some(format!("column {name}.{} is not in `extends`", column.name));
                }
                _ => {}
            }
        }
    }
    let undeclared = |layer: &&Layer| {
        before.layer(layer.name()).is_none() && Manifest::find(&manifest.writes, layer.name()).is_none()
    };
    after.layers().iter().find(undeclared).map(|layer| format!("layer {} is not in `writes`", layer.name()))
}

/// Describes the output of a plugin: `12 rows of shouts, column entities.house`.
pub(crate) fn given(before: &Document, after: &Document, manifest: &Manifest) -> String {
    let rows = |document: &Document, layer: &str| document.layer(layer).map_or(0, Layer::len);
    let count = |layer: &str| {
        let more = rows(after, layer).saturating_sub(rows(before, layer));
        format!("{more} row{} of {layer}", if more == 1 { "" } else { "s" })
    };
    let added = manifest.writes.iter().chain(&manifest.appends).map(|entry| count(&entry.layer));
    let columns = manifest
        .extends
        .iter()
        .flat_map(|entry| entry.columns.keys().map(|column| format!("column {}.{column}", entry.layer)));
    added.chain(columns).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use copydesk_core::{Column, ColumnType, LayerType, Span};

    use super::*;

    fn document(name: &str, spans: &[Span], column: &str, data: ColumnData) -> Document {
        let mut document = Document::new("d", "some text").expect("a short text");
        let kind = match &data {
            ColumnData::F32 { .. } => ColumnType::F32 { width: 1 },
            _ => ColumnType::U32,
        };
        let kind = LayerType { columns: [(column.to_owned(), kind)].into(), ..LayerType::default() };
        let mut layer = Layer::new(name, kind);
        let columns = vec![Column { name: column.into(), data }];
        layer.append(document.text(), spans, columns).expect("sound rows");
        document.put(layer);
        document
    }

    #[test]
    fn differences_are_named() {
        let float = |value| ColumnData::F32 { width: 1, values: vec![value] };
        let one = |span, value| document("marks", &[span], "weight", float(value));
        let first = one(Span::new(0, 4), 0.5);
        assert_eq!(difference(&first, &one(Span::new(0, 4), 0.5), 0.0), None);
        assert_eq!(difference(&first, &one(Span::new(0, 4), 0.50005), NEAR), None);
        let cases = [
            (one(Span::new(0, 4), 0.50005), 0.0, "column marks.weight differs"),
            (one(Span::new(0, 4), 0.6), NEAR, "column marks.weight differs"),
            (one(Span::new(5, 9), 0.5), NEAR, "row 0 of marks is 0..4, then 5..9"),
            (
                document("marks", &[], "weight", ColumnData::F32 { width: 1, values: vec![] }),
                0.0,
                "marks has 1 rows, then 0",
            ),
            (document("notes", &[Span::new(0, 4)], "weight", float(0.5)), 0.0, "layer marks, then layer notes"),
            (Document::new("d", "some text").expect("short"), 0.0, "1 layers, then 0"),
        ];
        for (other, tolerance, expected) in cases {
            assert_eq!(difference(&first, &other, tolerance).as_deref(), Some(expected));
        }
    }

    #[test]
    fn leaks_are_named() {
        let manifest = |json: &str| Manifest::parse(json).expect("a manifest");
        let number = |value| document("marks", &[Span::new(0, 4)], "n", ColumnData::U32(vec![value]));
        let nothing = manifest("{}");
        assert_eq!(leak(&number(1), &number(1), &nothing), None);
        let empty = Document::new("d", "some text").expect("short");
        let extends =
            manifest(r#"{"reads": [{"layer": "marks"}], "extends": [{"layer": "marks", "columns": {"m": "u32"}}]}"#);
        let mut extended = number(1);
        let column = Column { name: "m".into(), data: ColumnData::U32(vec![3]) };
        extended.extend("marks", &ColumnType::U32, column).expect("one more");
        assert_eq!(leak(&number(1), &extended, &extends), None);
        let cases = [
            (number(1), number(2), "column marks.n has changed"),
            (number(1), empty.clone(), "layer marks is gone"),
            (number(1), extended, "column marks.m is not in `extends`"),
            (empty, number(1), "layer marks is not in `writes`"),
            (
                number(1),
                document("marks", &[Span::new(0, 3)], "n", ColumnData::U32(vec![1])),
                "rows of marks have changed",
            ),
        ];
        for (before, after, expected) in cases {
            assert_eq!(leak(&before, &after, &nothing).as_deref(), Some(expected));
        }
    }
}
