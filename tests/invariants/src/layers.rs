//! Any sequence of changes to layers over any text, as plugins that are wrong could ask for them.

use std::collections::BTreeMap;

use arbitrary::{Arbitrary, Result, Unstructured};
use copydesk_core::{Column, ColumnData, ColumnType, Document, Layer, LayerType, NONE, Order, Span};

use crate::sound;

/// Layers of every order; each may refer to each.
const LAYERS: [(&str, Order); 3] = [("apart", Order::Disjoint), ("nested", Order::Sorted), ("loose", Order::Any)];

/// Makes layers over a text, and then appends, extends, settles and renumbers as `bytes` say. Accepted rows are sound
/// and stay as they were given. A refusal changes nothing. References pass their check if and only if they point at
/// rows.
pub fn layers(bytes: &[u8]) {
    // The sequence ends with the bytes.
    let _ = sequence(&mut Unstructured::new(bytes));
}

fn sequence(input: &mut Unstructured<'_>) -> Result<()> {
    let mut text = <&str>::arbitrary(input)?;
    if input.ratio(1, 2)? {
        text = "é 👩‍👩‍👧\r\n“ab”, c\u{301}";
    }
    let mut state = State { document: Document::new("fuzz", text).expect("a short text"), kinds: BTreeMap::new() };
    for (name, order) in LAYERS {
        let count = input.int_in_range(0..=3)?;
        let columns = (0..count).map(|at| Ok((format!("c{at}"), column_type(input)?))).collect::<Result<_>>()?;
        state.kinds.insert(name, columns);
        let columns = state.kinds.get(name).cloned().unwrap_or_default();
        state.document.put(Layer::new(name, LayerType { order, columns }));
    }
    while !input.is_empty() {
        state.step(input)?;
        state.check();
    }
    Ok(())
}

struct State {
    document: Document,
    /// The type of each column of each layer, which layers do not tell.
    kinds: BTreeMap<&'static str, BTreeMap<String, ColumnType>>,
}

impl State {
    fn layer(&self, name: &str) -> &Layer {
        self.document.layer(name).expect("it was put there")
    }

    fn check(&self) {
        for (name, order) in LAYERS {
            let layer = self.layer(name);
            sound::layer(layer, self.document.text(), order);
            let rows_of = |name: &str| self.document.layer(name).map_or(0, Layer::len);
            let optional = |column: &str| {
                let kind = self.kinds.get(name).and_then(|kinds| kinds.get(column));
                matches!(kind, Some(ColumnType::Ref { optional: true, .. }))
            };
            let checked = layer.check_references(rows_of);
            let dangling = sound::dangling(layer, rows_of, optional);
            assert_eq!(checked.is_err(), dangling.is_some(), "{checked:?}, {dangling:?}");
        }
    }

    fn step(&mut self, input: &mut Unstructured<'_>) -> Result<()> {
        let (name, order) = *input.choose(&LAYERS)?;
        let before = self.layer(name).clone();
        let mut layer = before.clone();
        match input.int_in_range(0..=5)? {
            0 | 1 => {
                let (spans, columns) = self.rows(input, name)?;
                let outcome = layer.append(self.document.text(), &spans, columns.clone());
                added(&before, &layer, outcome.is_ok(), &spans, &columns);
                self.document.put(layer);
            }
            2 | 3 => {
                let (spans, columns) = self.rows(input, name)?;
                let outcome = layer.append_anywhere(self.document.text(), &spans, columns.clone());
                added(&before, &layer, outcome.is_ok(), &spans, &columns);
                self.settle(layer, order);
            }
            4 => {
                let kind = column_type(input)?;
                let data = data(input, &kind, before.len())?;
                let column = Column { name: format!("c{}", input.int_in_range(0..=9)?), data };
                let checked = layer.check_extension(&kind, &column);
                let outcome = self.document.extend(name, &kind, column.clone());
                assert_eq!(checked, outcome, "a check says what would be done");
                let after = self.layer(name);
                if outcome.is_ok() {
                    assert_eq!(after.spans(), before.spans());
                    assert_eq!(after.columns().len(), before.columns().len() + 1);
                    ends_with(after, &column, 0);
                    self.kinds.entry(name).or_default().insert(column.name, kind);
                } else {
                    assert_eq!(*after, before, "what is refused changes nothing");
                }
            }
            _ => {
                let numbers = Vec::<u32>::arbitrary(input)?;
                self.document.renumber(name, &numbers);
            }
        }
        Ok(())
    }

    /// Settles a layer and puts it into the document, if possible.
    fn settle(&mut self, mut layer: Layer, order: Order) {
        let before = layer.clone();
        match layer.settle() {
            Err(error) => {
                assert!(order == Order::Disjoint, "{error}");
                assert_eq!(layer, before, "what is refused changes nothing");
            }
            Ok(None) => {
                assert_eq!(layer, before, "nothing moved");
                self.document.put(layer);
            }
            Ok(Some(numbers)) => {
                let mut sorted = numbers.clone();
                sorted.sort_unstable();
                assert!(sorted.iter().copied().eq(0..before.len() as u32), "{numbers:?} is no order of the rows");
                for (old, new) in numbers.iter().map(|new| *new as usize).enumerate() {
                    assert_eq!(layer.spans().get(new), before.spans().get(old));
                    for (a, b) in layer.columns().iter().zip(before.columns()) {
                        assert_eq!(row(&a.data, new), row(&b.data, old), "{}", a.name);
                    }
                }
                let name = layer.name().to_owned();
                self.document.put(layer);
                self.document.renumber(&name, &numbers);
            }
        }
    }

    /// Rows as a plugin could give them: often right, never surely.
    fn rows(&self, input: &mut Unstructured<'_>, name: &str) -> Result<(Vec<Span>, Vec<Column>)> {
        let length = self.document.text().len() as u32;
        let count = input.int_in_range(0..=4)?;
        let offset = |input: &mut Unstructured<'_>| {
            if input.ratio(1, 16)? { u32::arbitrary(input) } else { input.int_in_range(0..=length + 1) }
        };
        let spans = (0..count).map(|_| Ok(Span { start: offset(input)?, end: offset(input)? }));
        let spans: Vec<Span> = spans.collect::<Result<_>>()?;
        let mut columns = Vec::new();
        for (column, kind) in self.kinds.get(name).into_iter().flatten() {
            let kind = if input.ratio(1, 16)? { column_type(input)? } else { kind.clone() };
            if !input.ratio(1, 16)? {
                columns.push(Column { name: column.clone(), data: data(input, &kind, spans.len())? });
            }
        }
        if input.ratio(1, 16)? {
            let kind = column_type(input)?;
            columns.push(Column { name: "c0".into(), data: data(input, &kind, spans.len())? });
        }
        Ok((spans, columns))
    }
}

/// Checks that accepted rows follow the old ones, and that refused rows are nowhere.
fn added(before: &Layer, after: &Layer, accepted: bool, spans: &[Span], columns: &[Column]) {
    if !accepted {
        assert_eq!(after, before, "what is refused changes nothing");
        return;
    }
    let there = before.len();
    assert_eq!(after.spans(), [before.spans(), spans].concat());
    columns.iter().for_each(|column| ends_with(after, column, there));
    for (own, old) in after.columns().iter().zip(before.columns()) {
        for at in 0..there {
            assert_eq!(row(&own.data, at), row(&old.data, at), "{}", own.name);
        }
    }
}

/// The column has the values of `given` from row `first` on.
fn ends_with(layer: &Layer, given: &Column, first: usize) {
    let own = layer.column(&given.name).expect("an accepted column is there");
    assert_eq!(own.len(), first + given.data.len(), "{}", given.name);
    let given = match own {
        ColumnData::F16 { width, .. } => {
            let data = given.data.clone().rounded_for(&ColumnType::F16 { width: *width });
            &Column { name: given.name.clone(), data }
        }
        _ => given,
    };
    for at in 0..given.data.len() {
        assert_eq!(row(own, first + at), row(&given.data, at), "{}", given.name);
    }
}

/// All values of a row.
fn row(data: &ColumnData, at: usize) -> (Option<u32>, Option<&str>, Vec<u32>) {
    let floats = data.as_floats().and_then(|floats| floats.get(at)).unwrap_or_default();
    let halves = data.as_halves().and_then(|halves| halves.get(at)).unwrap_or_default();
    let bits = floats.iter().map(|value| value.to_bits());
    let bits = bits.chain(halves.iter().map(|value| u32::from(value.to_bits())));
    let numbers = data.as_numbers().or_else(|| Some(data.as_references()?.rows()));
    let string = data.as_strings().and_then(|strings| strings.get(at));
    let number = numbers.and_then(|numbers| numbers.get(at)).copied();
    (number, string, bits.collect())
}

fn column_type(input: &mut Unstructured<'_>) -> Result<ColumnType> {
    Ok(match input.int_in_range(0..=4)? {
        0 => ColumnType::U32,
        1 => ColumnType::F32 { width: input.int_in_range(0..=3)? },
        4 => ColumnType::F16 { width: input.int_in_range(0..=3)? },
        2 => ColumnType::String,
        _ => ColumnType::Ref { layer: input.choose(&LAYERS)?.0.to_owned(), optional: bool::arbitrary(input)? },
    })
}

/// Returns values of that type for so many rows, or, now and then, values that no column may have.
fn data(input: &mut Unstructured<'_>, kind: &ColumnType, rows: usize) -> Result<ColumnData> {
    let odd = input.ratio(1, 16)?;
    let rows = if odd { input.int_in_range(0..=5)? } else { rows };
    let number = |input: &mut Unstructured<'_>| match input.int_in_range(0..=7)? {
        7 => Ok(NONE),
        6 => u32::arbitrary(input),
        small => Ok(small),
    };
    Ok(match kind {
        ColumnType::U32 => ColumnData::U32((0..rows).map(|_| number(input)).collect::<Result<_>>()?),
        ColumnType::F32 { width } | ColumnType::F16 { width } => {
            let width = if *width == 0 { input.int_in_range(0..=3)? } else { *width };
            let count = if odd { input.int_in_range(0..=8)? } else { rows * width as usize };
            let value = |input: &mut Unstructured<'_>| {
                if input.ratio(1, 16)? { f32::arbitrary(input) } else { Ok(f32::from(i8::arbitrary(input)?)) }
            };
            let data = ColumnData::F32 { width, values: (0..count).map(|_| value(input)).collect::<Result<_>>()? };
            // Floats are taken for half floats as well.
            if input.ratio(1, 2)? { data.rounded_for(kind) } else { data }
        }
        ColumnType::String if odd => {
            let offsets = (0..=rows).map(|_| input.int_in_range(0..=9)).collect::<Result<_>>()?;
            ColumnData::Strings { offsets, bytes: String::arbitrary(input)? }
        }
        ColumnType::String => {
            ColumnData::strings((0..rows).map(|_| <&str>::arbitrary(input)).collect::<Result<Vec<_>>>()?)
        }
        ColumnType::Ref { layer, .. } => {
            let layer = if odd { String::new() } else { layer.clone() };
            ColumnData::Ref { layer, rows: (0..rows).map(|_| number(input)).collect::<Result<_>>()? }
        }
    })
}
