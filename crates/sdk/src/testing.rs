//! A small host for the tests of a plugin: a document made by hand goes in, and the plugin's rows come out.
//!
//! It checks little. `copydesk plugin check` exercises the built library in the real host.
//!
//! ```
//! use copydesk_sdk::testing::{Input, Values};
//! use copydesk_sdk::{Annotator, Column, Document, Error, NoConfig, Output, Span};
//!
//! struct Lengths;
//!
//! impl Annotator for Lengths {
//!     const ID: &'static str = "lengths";
//!     const VERSION: &'static str = "1.0.0";
//!     const MANIFEST: &'static str = r#"{
//!         "description": "The length of each sentence in bytes",
//!         "reads": [{"layer": "sentences"}],
//!         "writes": [{"layer": "lengths", "columns": {"bytes": "u32"}}]
//!     }"#;
//!     type Config = NoConfig;
//!
//!     fn create(_: NoConfig) -> Result<Self, Error> {
//!         Ok(Lengths)
//!     }
//!
//!     fn annotate(&self, document: &Document<'_>, output: &mut Output<'_>) -> Result<(), Error> {
//!         let spans = document.layer("sentences")?.spans();
//!         let bytes: Vec<u32> = spans.iter().map(|span| span.len()).collect();
//!         output.append("lengths", spans, &[Column::u32s("bytes", &bytes)])
//!     }
//! }
//!
//! let input = Input::new("One. Two.").layer("sentences", &[Span::new(0, 4), Span::new(5, 9)], &[]);
//! let rows = input.annotate(&Lengths)?;
//! assert_eq!(rows["lengths"].columns["bytes"], Values::U32s(vec![4, 4]));
//! # Ok::<(), Error>(())
//! ```

use std::collections::BTreeMap;
use std::ffi::c_void;
use std::ptr::NonNull;

use copydesk_abi as abi;
use copydesk_abi::{KIND_F32, KIND_REF, KIND_STRING, KIND_U32, STATUS_ERROR, STATUS_OK, Span, Status, Str};

use crate::document::{borrow_slice, borrow_str};
use crate::output::check_rows;
use crate::{Annotator, Column, Document, Error, Output};

/// A document made by hand: a text and its layers.
#[derive(Clone, Debug)]
pub struct Input<'a> {
    text: &'a str,
    layers: Vec<InputLayer<'a>>,
}

#[derive(Clone, Debug)]
struct InputLayer<'a> {
    name: &'a str,
    spans: Vec<Span>,
    columns: Vec<Column<'a>>,
}

/// The output of a plugin: the rows of each layer, by the layer's name.
pub type Given = BTreeMap<String, Rows>;

/// The rows that a plugin gave for a layer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    /// The span of each row. There are none if the plugin only extends the layer.
    pub spans: Vec<Span>,
    /// The values of each column, by the column's name.
    pub columns: BTreeMap<String, Values>,
}

/// The values of a column, row after row.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Values {
    /// Numbers.
    U32s(Vec<u32>),
    /// Row numbers of another layer, [`crate::NONE`] for none.
    Refs(Vec<u32>),
    /// Numbers or vectors.
    F32s(Vec<f32>),
    /// Strings.
    Strings(Vec<String>),
}

impl<'a> Input<'a> {
    /// Makes a document without layers.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        Input { text, layers: Vec::new() }
    }

    /// Adds a layer: the span of each row, and its columns.
    #[must_use]
    pub fn layer(mut self, name: &'a str, spans: &[Span], columns: &[Column<'a>]) -> Self {
        self.layers.push(InputLayer { name, spans: spans.to_vec(), columns: columns.to_vec() });
        self
    }

    /// Lets an annotator analyze the document, and returns its rows. A panic of the annotator goes through.
    ///
    /// # Errors
    /// If a column of the input has another number of rows than its layer, a span of the annotator is no part of the
    /// text, or the annotator fails.
    pub fn annotate<A: Annotator>(&self, annotator: &A) -> Result<Given, Error> {
        let mut columns = Vec::with_capacity(self.layers.len());
        for layer in &self.layers {
            layer.columns.iter().try_for_each(|column| check_rows(layer.name, column, layer.spans.len()))?;
            columns.push(layer.columns.iter().map(Column::raw).collect::<Vec<_>>());
        }
        let table = |(layer, columns): (&InputLayer<'a>, &Vec<abi::Column>)| abi::Table {
            size: size_of::<abi::Table>() as u32,
            column_count: columns.len() as u32,
            layer: Str::new(layer.name),
            row_count: layer.spans.len(),
            spans: layer.spans.as_ptr(),
            columns: columns.as_ptr(),
        };
        let tables: Vec<abi::Table> = self.layers.iter().zip(&columns).map(table).collect();
        let pointers: Vec<*const abi::Table> = tables.iter().map(std::ptr::from_ref).collect();
        let doc = abi::Doc {
            size: size_of::<abi::Doc>() as u32,
            table_count: pointers.len() as u32,
            id: Str::new("test"),
            text: Str::new(self.text),
            tables: pointers.as_ptr(),
        };
        let mut call = Call { input: self, given: Given::new(), refused: None };
        let host = abi::Host {
            size: size_of::<abi::Host>() as u32,
            abi_minor: u32::from(abi::ABI_MINOR),
            context: (&raw mut call).cast(),
            fail,
            is_cancelled,
            append,
            extend,
        };
        // SAFETY: document, tables and host fulfil the contract and outlive the call.
        let outcome = unsafe {
            let document = Document::from_abi(&raw const doc);
            let mut output = Output::from_abi(NonNull::from(&host), document);
            annotator.annotate(&document, &mut output)
        };
        match call.refused {
            Some(why) => Err(why),
            None => outcome.map(|()| call.given),
        }
    }
}

/// The host's state during a call.
struct Call<'a> {
    input: &'a Input<'a>,
    given: Given,
    /// Why rows were refused.
    refused: Option<Error>,
}

impl Call<'_> {
    /// # Safety
    /// `table` must fulfil the contract.
    unsafe fn append(&mut self, table: &abi::Table) -> Result<(), Error> {
        // SAFETY: the caller vouches for the name, the spans and the columns.
        let (layer, spans, columns) = unsafe {
            (
                borrow_str(table.layer),
                borrow_slice(table.spans, table.row_count),
                borrow_slice(table.columns, table.column_count as usize),
            )
        };
        if let Some(Span { start, end }) = spans.iter().find(|span| span.get(self.input.text).is_none()) {
            return Err(Error::new(format!("layer {layer:?}: {start}..{end} is no part of the text")));
        }
        let rows = self.given.entry(layer.to_owned()).or_default();
        rows.spans.extend_from_slice(spans);
        for column in columns {
            // SAFETY: the caller vouches for it.
            unsafe { rows.add(column, spans.len()) }?;
        }
        Ok(())
    }

    /// # Safety
    /// `column` must fulfil the contract.
    unsafe fn extend(&mut self, layer: &str, column: &abi::Column) -> Result<(), Error> {
        let input = self.input.layers.iter().find(|input| input.name == layer);
        let rows = self.given.entry(layer.to_owned()).or_default();
        let count = input.map_or(0, |input| input.spans.len()) + rows.spans.len();
        // SAFETY: the caller vouches for it.
        unsafe { rows.add(column, count) }
    }

    fn status(&mut self, outcome: Result<(), Error>) -> Status {
        let Err(error) = outcome else { return STATUS_OK };
        self.refused.get_or_insert(error);
        STATUS_ERROR
    }
}

impl Rows {
    /// Copies the values of a column of `count` rows, behind those that the column has.
    ///
    /// # Safety
    /// `column` must fulfil the contract.
    unsafe fn add(&mut self, column: &abi::Column, count: usize) -> Result<(), Error> {
        // SAFETY: the caller vouches for it.
        let name = unsafe { borrow_str(column.name) };
        let width = column.width as usize;
        if column.kind != KIND_STRING && column.data_len != count * width * size_of::<u32>() {
            return Err(Error::new(format!("column {name:?} has not a value for each of {count} rows")));
        }
        // SAFETY: the length was checked, and the caller vouches for pointers and strings.
        let values = unsafe {
            match column.kind {
                KIND_U32 => Values::U32s(borrow_slice(column.data.cast(), count).to_vec()),
                KIND_REF => Values::Refs(borrow_slice(column.data.cast(), count).to_vec()),
                KIND_F32 => Values::F32s(borrow_slice(column.data.cast(), count * width).to_vec()),
                KIND_STRING => {
                    let bytes = borrow_str(Str { ptr: column.data.cast(), len: column.data_len });
                    let offsets = borrow_slice(column.offsets, count + 1).windows(2);
                    let string = |ends: &[u32]| bytes.get(ends[0] as usize..ends[1] as usize).unwrap_or("").to_owned();
                    Values::Strings(offsets.map(string).collect())
                }
                kind => return Err(Error::new(format!("column {name:?} is of the unknown kind {kind}"))),
            }
        };
        match (self.columns.get_mut(name), values) {
            (Some(Values::U32s(old)), Values::U32s(new)) | (Some(Values::Refs(old)), Values::Refs(new)) => {
                old.extend(new);
            }
            (Some(Values::F32s(old)), Values::F32s(new)) => old.extend(new),
            (Some(Values::Strings(old)), Values::Strings(new)) => old.extend(new),
            (_, values) => drop(self.columns.insert(name.to_owned(), values)),
        }
        Ok(())
    }
}

/// The annotator returns the same error.
unsafe extern "C" fn fail(_: *mut c_void, _: Str) {}

unsafe extern "C" fn is_cancelled(_: *mut c_void) -> u32 {
    0
}

unsafe extern "C" fn append(context: *mut c_void, rows: *const abi::Table) -> Status {
    // SAFETY: `context` is the call's, and `rows` a table of the SDK's own.
    unsafe {
        let call = &mut *context.cast::<Call<'_>>();
        let outcome = call.append(&*rows);
        call.status(outcome)
    }
}

unsafe extern "C" fn extend(context: *mut c_void, layer: Str, column: *const abi::Column) -> Status {
    // SAFETY: as in `append`.
    unsafe {
        let call = &mut *context.cast::<Call<'_>>();
        let outcome = call.extend(borrow_str(layer), &*column);
        call.status(outcome)
    }
}
