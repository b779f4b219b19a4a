//! Tables of stand-off annotations, and the rules for their rows.

use std::fmt;
use std::ops::Range;

use half::f16;
use half::slice::HalfFloatSliceExt;

use crate::types::{ColumnType, LayerType, Order};
use crate::{NONE, Span};

/// The values of a column, row after row.
#[derive(Clone, Debug, PartialEq)]
pub enum ColumnData {
    /// Numbers.
    U32(Vec<u32>),
    /// `width` numbers a row.
    F32 {
        /// Values a row.
        width: u32,
        /// All values.
        values: Vec<f32>,
    },
    /// `width` half floats a row.
    F16 {
        /// Values a row.
        width: u32,
        /// All values.
        values: Vec<f16>,
    },
    /// Strings: row `i` is `bytes[offsets[i]..offsets[i + 1]]`.
    Strings {
        /// Rows + 1 positions.
        offsets: Vec<u32>,
        /// All strings, one after another.
        bytes: String,
    },
    /// Row numbers of `layer`, or [`NONE`].
    Ref {
        /// The layer referred to.
        layer: String,
        /// A row number a row.
        rows: Vec<u32>,
    },
}

impl ColumnData {
    /// A column of this type without rows.
    #[must_use]
    pub fn empty(kind: &ColumnType) -> Self {
        match kind {
            ColumnType::U32 => ColumnData::U32(Vec::new()),
            ColumnType::F32 { width } => ColumnData::F32 { width: *width, values: Vec::new() },
            ColumnType::F16 { width } => ColumnData::F16 { width: *width, values: Vec::new() },
            ColumnType::String => ColumnData::Strings { offsets: vec![0], bytes: String::new() },
            ColumnType::Ref { layer, .. } => ColumnData::Ref { layer: layer.clone(), rows: Vec::new() },
        }
    }

    /// A column of strings.
    pub fn strings<S: AsRef<str>>(rows: impl IntoIterator<Item = S>) -> Self {
        let (mut offsets, mut bytes) = (vec![0], String::new());
        for row in rows {
            bytes.push_str(row.as_ref());
            offsets.push(u32::try_from(bytes.len()).unwrap_or(u32::MAX));
        }
        ColumnData::Strings { offsets, bytes }
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        match self {
            ColumnData::U32(values) | ColumnData::Ref { rows: values, .. } => values.len(),
            ColumnData::F32 { width, values } => values.len().checked_div(*width as usize).unwrap_or(0),
            ColumnData::F16 { width, values } => values.len().checked_div(*width as usize).unwrap_or(0),
            ColumnData::Strings { offsets, .. } => offsets.len().saturating_sub(1),
        }
    }

    /// Returns true if there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Returns true if the values fit a column of type `kind`. References are not checked.
    fn has_type(&self, kind: &ColumnType) -> bool {
        match (self, kind) {
            (ColumnData::U32(_), ColumnType::U32) | (ColumnData::Strings { .. }, ColumnType::String) => true,
            (ColumnData::F32 { width: found, .. }, ColumnType::F32 { width })
            | (ColumnData::F16 { width: found, .. }, ColumnType::F16 { width }) => *width == 0 || found == width,
            // A reference that comes over the boundary does not name its layer. The manifest does.
            (ColumnData::Ref { layer: found, .. }, ColumnType::Ref { layer, .. }) => found == layer || found.is_empty(),
            _ => false,
        }
    }

    fn type_name(&self) -> String {
        match self {
            ColumnData::U32(_) => "u32".into(),
            ColumnData::F32 { width: 1, .. } => "f32".into(),
            ColumnData::F32 { width, .. } => format!("f32[{width}]"),
            ColumnData::F16 { width: 1, .. } => "f16".into(),
            ColumnData::F16 { width, .. } => format!("f16[{width}]"),
            ColumnData::Strings { .. } => "string".into(),
            ColumnData::Ref { .. } => "ref".into(),
        }
    }

    /// Rounds floats to the nearest half floats, ties to even, if a column of type `kind` holds half floats. Other values
    /// stay as they are.
    #[must_use]
    pub fn rounded_for(self, kind: &ColumnType) -> Self {
        match (self, kind) {
            (ColumnData::F32 { width, values }, ColumnType::F16 { .. }) => {
                let mut rounded = vec![f16::ZERO; values.len()];
                rounded.convert_from_f32_slice(&values);
                ColumnData::F16 { width, values: rounded }
            }
            (data, _) => data,
        }
    }

    fn extend_from(&mut self, other: ColumnData) {
        match (self, other) {
            (ColumnData::U32(rows), ColumnData::U32(more))
            | (ColumnData::Ref { rows, .. }, ColumnData::Ref { rows: more, .. }) => rows.extend(more),
            (ColumnData::F32 { width, values }, ColumnData::F32 { width: more_width, values: more }) => {
                *width = more_width;
                values.extend(more);
            }
            (ColumnData::F16 { width, values }, ColumnData::F16 { width: more_width, values: more }) => {
                *width = more_width;
                values.extend(more);
            }
            (ColumnData::Strings { offsets, bytes }, ColumnData::Strings { offsets: more, bytes: more_bytes }) => {
                let base = offsets.last().copied().unwrap_or(0);
                offsets.extend(more.iter().skip(1).map(|offset| base.saturating_add(*offset)));
                bytes.push_str(&more_bytes);
            }
            // `Layer::append` checked the types before.
            _ => {}
        }
    }

    /// Puts the rows into this order.
    fn reorder(&mut self, order: &[u32]) {
        match self {
            ColumnData::U32(rows) | ColumnData::Ref { rows, .. } => {
                *rows = order.iter().filter_map(|row| rows.get(*row as usize).copied()).collect();
            }
            ColumnData::F32 { width, values } => *values = reordered(values, *width as usize, order),
            ColumnData::F16 { width, values } => *values = reordered(values, *width as usize, order),
            ColumnData::Strings { offsets, bytes } => {
                let strings = Strings { offsets, bytes };
                *self = ColumnData::strings(order.iter().filter_map(|row| strings.get(*row as usize)));
            }
        }
    }

    /// Renumbers references to rows of `layer`, if the column refers to that layer.
    pub fn renumber(&mut self, layer: &str, numbers: &[u32]) {
        if let ColumnData::Ref { layer: target, rows } = self
            && target == layer
        {
            for row in rows {
                *row = numbers.get(*row as usize).copied().unwrap_or(*row);
            }
        }
    }

    /// Returns the rows of a column of strings, or `None` if the column has another type.
    #[must_use]
    pub fn as_strings(&self) -> Option<Strings<'_>> {
        match self {
            ColumnData::Strings { offsets, bytes } => Some(Strings { offsets, bytes }),
            _ => None,
        }
    }

    /// Returns the rows of a column of numbers, or `None` if the column has another type.
    #[must_use]
    pub fn as_numbers(&self) -> Option<&[u32]> {
        match self {
            ColumnData::U32(values) => Some(values),
            _ => None,
        }
    }

    /// Returns the rows of a column of floats, or `None` if the column has another type.
    #[must_use]
    pub fn as_floats(&self) -> Option<Floats<'_>> {
        match self {
            ColumnData::F32 { width, values } => Some(Floats { width: *width as usize, values }),
            _ => None,
        }
    }

    /// Returns the rows of a column of half floats, or `None` if the column has another type.
    #[must_use]
    pub fn as_halves(&self) -> Option<Floats<'_, f16>> {
        match self {
            ColumnData::F16 { width, values } => Some(Floats { width: *width as usize, values }),
            _ => None,
        }
    }

    /// Returns the rows of a column of references, or `None` if the column has another type.
    #[must_use]
    pub fn as_references(&self) -> Option<References<'_>> {
        match self {
            ColumnData::Ref { layer, rows } => Some(References { layer, rows }),
            _ => None,
        }
    }
}

/// The rows of a column of strings.
#[derive(Clone, Copy, Debug)]
pub struct Strings<'a> {
    offsets: &'a [u32],
    bytes: &'a str,
}

impl<'a> Strings<'a> {
    /// Returns the string of a row, or `None` after the last row.
    #[must_use]
    pub fn get(self, row: usize) -> Option<&'a str> {
        let (start, end) = (*self.offsets.get(row)?, *self.offsets.get(row + 1)?);
        self.bytes.get(start as usize..end as usize)
    }

    /// Iterates over the strings, row after row.
    pub fn iter(self) -> impl ExactSizeIterator<Item = &'a str> + Clone {
        let cut = move |pair: &[u32]| match pair {
            [start, end] => self.bytes.get(*start as usize..*end as usize).unwrap_or_default(),
            _ => "",
        };
        self.offsets.windows(2).map(cut)
    }
}

/// The rows of a column of floats, or of half floats if `T` is [`struct@f16`]: one a row, or a vector.
#[derive(Clone, Copy, Debug)]
pub struct Floats<'a, T = f32> {
    width: usize,
    values: &'a [T],
}

impl<'a, T: Copy> Floats<'a, T> {
    /// Returns the number of floats a row.
    #[must_use]
    pub fn width(self) -> usize {
        self.width
    }

    /// Returns the floats of a row, or `None` after the last row.
    #[must_use]
    pub fn get(self, row: usize) -> Option<&'a [T]> {
        let start = row.checked_mul(self.width)?;
        self.values.get(start..start.checked_add(self.width)?)
    }

    /// Returns one float a row, or `None` if rows hold vectors.
    #[must_use]
    pub fn scalars(self) -> Option<&'a [T]> {
        (self.width == 1).then_some(self.values)
    }
}

impl Floats<'_, f16> {
    /// Returns all values, row after row, as floats. They are exact.
    #[must_use]
    pub fn widened(self) -> Vec<f32> {
        let mut floats = vec![0.0; self.values.len()];
        self.values.convert_to_f32_slice(&mut floats);
        floats
    }
}

/// The rows of a column of references to another layer.
#[derive(Clone, Copy, Debug)]
pub struct References<'a> {
    layer: &'a str,
    rows: &'a [u32],
}

impl<'a> References<'a> {
    /// Returns the name of the layer that the rows refer to.
    #[must_use]
    pub fn layer(self) -> &'a str {
        self.layer
    }

    /// Returns the row that a row refers to, or `None` if it refers to nothing.
    #[must_use]
    pub fn get(self, row: usize) -> Option<u32> {
        self.rows.get(row).copied().filter(|row| *row != NONE)
    }

    /// Returns the references as they are stored: row numbers, or [`NONE`].
    #[must_use]
    pub fn rows(self) -> &'a [u32] {
        self.rows
    }
}

/// Rows of `width` values in another order.
fn reordered<T: Copy>(values: &[T], width: usize, order: &[u32]) -> Vec<T> {
    let row = |row: &u32| values.get(*row as usize * width..(*row as usize + 1) * width);
    order.iter().filter_map(row).flatten().copied().collect()
}

/// One named column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// The column's name.
    pub name: String,
    /// Its values.
    pub data: ColumnData,
}

/// A table of stand-off annotations. Each row has a span and typed columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Layer {
    name: String,
    kind: LayerType,
    spans: Vec<Span>,
    columns: Vec<Column>,
}

/// Why rows were refused. The message names layer, row and rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LayerError(String);

impl LayerError {
    /// An error about rows of `layer`.
    pub fn new(layer: &str, what: impl fmt::Display) -> Self {
        LayerError(format!("layer {layer:?}: {what}"))
    }
}

impl fmt::Display for LayerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for LayerError {}

impl Layer {
    /// A layer without rows.
    #[must_use]
    pub fn new(name: impl Into<String>, kind: LayerType) -> Self {
        let columns = kind
            .columns
            .iter()
            .map(|(name, kind)| Column { name: name.clone(), data: ColumnData::empty(kind) })
            .collect();
        Layer { name: name.into(), kind, spans: Vec::new(), columns }
    }

    /// The layer's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Returns true if there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The span of each row.
    #[must_use]
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// The columns.
    #[must_use]
    pub fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The values of a column.
    #[must_use]
    pub fn column(&self, name: &str) -> Option<&ColumnData> {
        self.columns.iter().find(|column| column.name == name).map(|column| &column.data)
    }

    /// The type of a column, as the layer was made or extended with it.
    #[must_use]
    pub fn column_type(&self, name: &str) -> Option<&ColumnType> {
        self.kind.columns.get(name)
    }

    /// Adds rows. Spans, order, columns and their types are checked here; references by
    /// [`Layer::check_references`] once all layers are complete. A column of half floats takes floats as well, which are
    /// rounded.
    ///
    /// # Errors
    /// If a row breaks a rule. The error names the first such rule, and the layer stays as it was.
    pub fn append(&mut self, text: &str, spans: &[Span], columns: Vec<Column>) -> Result<(), LayerError> {
        self.append_in(self.kind.order, text, spans, columns)
    }

    /// Adds rows to a layer that another stage made. They may be anywhere in the text. A column from a third stage may
    /// be missing, if its rows may refer to nothing. [`Layer::settle`] then sorts the rows.
    ///
    /// # Errors
    /// As [`Layer::append`], but for the order.
    pub fn append_anywhere(&mut self, text: &str, spans: &[Span], mut columns: Vec<Column>) -> Result<(), LayerError> {
        for (name, kind) in &self.kind.columns {
            if let ColumnType::Ref { layer, optional: true } = kind
                && !columns.iter().any(|column| column.name == *name)
            {
                let data = ColumnData::Ref { layer: layer.clone(), rows: vec![NONE; spans.len()] };
                columns.push(Column { name: name.clone(), data });
            }
        }
        self.append_in(Order::Any, text, spans, columns)
    }

    /// Sorts the rows in the layer's order. If any row moved, it returns the new number of each row. The caller must
    /// renumber references to them.
    ///
    /// # Errors
    /// If two rows of a disjoint layer share a byte.
    pub fn settle(&mut self) -> Result<Option<Vec<u32>>, LayerError> {
        if self.kind.order == Order::Any {
            return Ok(None);
        }
        let mut order: Vec<u32> = (0..self.spans.len() as u32).collect();
        let start = |row: &u32| self.spans.get(*row as usize).map_or(0, |span| span.start);
        // Stable: of rows that begin at one place, those that were there before stay before.
        order.sort_by_key(start);
        let moved = !order.is_sorted();
        let spans: Vec<Span> = order.iter().filter_map(|row| self.spans.get(*row as usize).copied()).collect();
        if let (Order::Disjoint, Some(pair)) =
            (self.kind.order, spans.windows(2).find(|pair| matches!(pair, [a, b] if a.end > b.start)))
        {
            let places: Vec<String> = pair.iter().map(|span| format!("{}..{}", span.start, span.end)).collect();
            return Err(LayerError::new(&self.name, format!("rows {} share bytes", places.join(" and "))));
        }
        if !moved {
            return Ok(None);
        }
        self.spans = spans;
        for column in &mut self.columns {
            column.data.reorder(&order);
        }
        let mut numbers = vec![NONE; order.len()];
        for (new, old) in order.iter().enumerate() {
            if let Some(number) = numbers.get_mut(*old as usize) {
                *number = new as u32;
            }
        }
        Ok(Some(numbers))
    }

    /// Follows rows of `layer` to their new numbers, as [`Layer::settle`] gave them.
    pub fn renumber(&mut self, layer: &str, numbers: &[u32]) {
        for column in &mut self.columns {
            column.data.renumber(layer, numbers);
        }
    }

    fn append_in(&mut self, order: Order, text: &str, spans: &[Span], columns: Vec<Column>) -> Result<(), LayerError> {
        check_spans(&self.name, order, text, self.spans.last().copied(), self.spans.len(), spans)?;
        let mut found = Vec::with_capacity(self.columns.len());
        for mut column in columns {
            let at = self.columns.iter().position(|own| own.name == column.name).ok_or_else(|| {
                LayerError::new(&self.name, format!("column {:?} is not in the manifest", column.name))
            })?;
            if let Some(kind) = self.kind.columns.get(&column.name) {
                column.data = column.data.rounded_for(kind);
                if !column.data.has_type(kind) {
                    let what =
                        format!("column {:?} is {}, the manifest says {kind}", column.name, column.data.type_name());
                    return Err(LayerError::new(&self.name, what));
                }
            }
            if column.data.len() != spans.len() {
                let what =
                    format!("column {:?} has {} values for {} rows", column.name, column.data.len(), spans.len());
                return Err(LayerError::new(&self.name, what));
            }
            check_values(&self.name, &column)?;
            let own = self.columns.get(at).map(|own| &own.data).filter(|own| !own.is_empty());
            if let (ColumnData::F32 { width: new, .. }, Some(ColumnData::F32 { width: old, .. }))
            | (ColumnData::F16 { width: new, .. }, Some(ColumnData::F16 { width: old, .. })) = (&column.data, own)
                && new != old
            {
                return Err(LayerError::new(&self.name, format!("column {:?} changes its width", column.name)));
            }
            if found.iter().any(|(other, _)| *other == at) {
                return Err(LayerError::new(&self.name, format!("column {:?} is given twice", column.name)));
            }
            found.push((at, column.data));
        }
        if let Some((_, missing)) =
            self.columns.iter().enumerate().find(|(at, _)| !found.iter().any(|(other, _)| other == at))
        {
            return Err(LayerError::new(&self.name, format!("column {:?} is missing", missing.name)));
        }
        self.spans.extend_from_slice(spans);
        for (at, data) in found {
            if let Some(column) = self.columns.get_mut(at) {
                column.data.extend_from(data);
            }
        }
        Ok(())
    }

    /// Checks that `column` could be added as one more column of type `kind`, references aside.
    ///
    /// # Errors
    /// If the column exists already, has another type or number of rows, or has invalid values.
    pub fn check_extension(&self, kind: &ColumnType, column: &Column) -> Result<(), LayerError> {
        let name = &column.name;
        if self.column(name).is_some() {
            return Err(LayerError::new(&self.name, format!("column {name:?} is there already")));
        }
        if !column.data.has_type(kind) {
            let what = format!("column {name:?} is {}, the manifest says {kind}", column.data.type_name());
            return Err(LayerError::new(&self.name, what));
        }
        if column.data.len() != self.len() {
            let what = format!("column {name:?} has {} values for {} rows", column.data.len(), self.len());
            return Err(LayerError::new(&self.name, what));
        }
        check_values(&self.name, column)
    }

    /// Adds a column, a value for each row.
    ///
    /// # Errors
    /// As [`Layer::check_extension`].
    pub fn extend(&mut self, kind: &ColumnType, mut column: Column) -> Result<(), LayerError> {
        self.check_extension(kind, &column)?;
        if let (ColumnData::Ref { layer, .. }, ColumnType::Ref { layer: target, .. }) = (&mut column.data, kind) {
            layer.clone_from(target);
        }
        self.kind.columns.insert(column.name.clone(), kind.clone());
        self.columns.push(column);
        Ok(())
    }

    /// Checks that every reference points at a row, or at nothing if that is allowed. `rows_of` returns a layer's
    /// number of rows.
    ///
    /// # Errors
    /// The first dangling reference.
    pub fn check_references(&self, rows_of: impl Fn(&str) -> usize) -> Result<(), LayerError> {
        self.columns.iter().try_for_each(|column| match self.kind.columns.get(&column.name) {
            Some(kind) => check_column_references(&self.name, kind, column, &rows_of),
            None => Ok(()),
        })
    }

    /// The bytes of the text that the rows cover, from the first to the last.
    #[must_use]
    pub fn extent(&self) -> Option<Range<usize>> {
        let first = self.spans.iter().map(|span| span.start).min()?;
        let last = self.spans.iter().map(|span| span.end).max()?;
        Some(first as usize..last as usize)
    }
}

/// Checks the references of one column, which is or will be a column of `layer`.
///
/// # Errors
/// The first dangling reference.
pub fn check_column_references(
    layer: &str,
    kind: &ColumnType,
    column: &Column,
    rows_of: impl Fn(&str) -> usize,
) -> Result<(), LayerError> {
    let (ColumnData::Ref { rows, .. }, ColumnType::Ref { layer: target, optional }) = (&column.data, kind) else {
        return Ok(());
    };
    let limit = rows_of(target);
    let dangling = |row: &u32| *row as usize >= limit && !(*optional && *row == NONE);
    let Some(at) = rows.iter().position(dangling) else { return Ok(()) };
    let what = match rows.get(at) {
        Some(&row) if row != NONE => {
            format!("row {at}: column {:?} refers to row {row} of {target:?}, which has {limit}", column.name)
        }
        _ => format!("row {at}: column {:?} refers to nothing", column.name),
    };
    Err(LayerError::new(layer, what))
}

/// Refuses numbers that fill no whole rows, NaN and infinities, which JSON cannot say, and offsets that cut no strings.
fn check_values(layer: &str, column: &Column) -> Result<(), LayerError> {
    let name = &column.name;
    let rows = column.data.len();
    let broken =
        |width: u32, numbers: usize| format!("column {name:?} has {numbers} numbers for {rows} rows of {width}");
    let row = |width: u32, at: usize| at.checked_div(width as usize).unwrap_or(0);
    let what = match &column.data {
        ColumnData::F32 { width, values } if values.len() != rows * *width as usize => broken(*width, values.len()),
        ColumnData::F16 { width, values } if values.len() != rows * *width as usize => broken(*width, values.len()),
        ColumnData::F32 { width, values } => match values.iter().position(|value| !value.is_finite()) {
            Some(at) => format!("row {}: column {name:?} is not a finite number", row(*width, at)),
            None => return Ok(()),
        },
        ColumnData::F16 { width, values } => match values.iter().position(|value| !value.is_finite()) {
            Some(at) => {
                let (row, most) = (row(*width, at), f16::MAX);
                format!("row {row}: column {name:?} is not a finite half float, which is {most} at most")
            }
            None => return Ok(()),
        },
        ColumnData::Strings { offsets, bytes } if !divides(offsets, bytes) => {
            format!("column {name:?}: its offsets do not divide its strings")
        }
        _ => return Ok(()),
    };
    Err(LayerError::new(layer, what))
}

/// Returns true if the offsets begin at 0, ascend to the end, and cut no character.
fn divides(offsets: &[u32], bytes: &str) -> bool {
    offsets.first() == Some(&0)
        && offsets.last().is_some_and(|last| *last as usize == bytes.len())
        && offsets.is_sorted()
        && offsets.iter().all(|offset| bytes.is_char_boundary(*offset as usize))
}

fn check_spans(
    layer: &str,
    order: Order,
    text: &str,
    mut before: Option<Span>,
    first_row: usize,
    spans: &[Span],
) -> Result<(), LayerError> {
    for (i, span) in spans.iter().enumerate() {
        let fault = |what: String| Err(LayerError::new(layer, format!("row {}: {what}", first_row + i)));
        let Span { start, end } = *span;
        if start > end {
            return fault(format!("span {start}..{end} ends before it starts"));
        }
        if end as usize > text.len() {
            return fault(format!("span {start}..{end} is outside the text of {} bytes", text.len()));
        }
        if !text.is_char_boundary(start as usize) || !text.is_char_boundary(end as usize) {
            return fault(format!("span {start}..{end} cuts a character"));
        }
        if let Some(before) = before {
            let ordered = match order {
                Order::Disjoint => before.end <= start,
                Order::Sorted => before.start <= start,
                Order::Any => true,
            };
            if !ordered {
                let rule = if order == Order::Disjoint { "overlaps or precedes" } else { "precedes" };
                return fault(format!(
                    "span {start}..{end} {rule} the row before it, {}..{}",
                    before.start, before.end
                ));
            }
        }
        before = Some(*span);
    }
    Ok(())
}
