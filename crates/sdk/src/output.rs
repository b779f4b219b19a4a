//! How a plugin hands rows and columns to the host.

use std::marker::PhantomData;
use std::ptr::NonNull;

use copydesk_abi as abi;
use copydesk_abi::{KIND_F32, KIND_REF, KIND_STRING, KIND_U32, STATUS_OK, Span, Str};

use crate::{Document, Error};

/// A column of strings on its way to the host: one buffer, no allocation a row.
#[derive(Clone, Debug)]
pub struct Strings {
    offsets: Vec<u32>,
    bytes: String,
}

impl Default for Strings {
    fn default() -> Self {
        Strings::new()
    }
}

impl Strings {
    /// No rows.
    #[must_use]
    pub fn new() -> Self {
        Strings { offsets: vec![0], bytes: String::new() }
    }

    /// One more row.
    pub fn push(&mut self, text: &str) {
        self.bytes.push_str(text);
        // More than 4 GiB in one column cannot be sent: `Output::append` refuses it by the last offset.
        self.offsets.push(u32::try_from(self.bytes.len()).unwrap_or(u32::MAX));
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.offsets.len() - 1
    }

    /// Returns true if there are no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Forgets all rows and keeps the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.offsets.truncate(1);
    }
}

impl<S: AsRef<str>> FromIterator<S> for Strings {
    fn from_iter<I: IntoIterator<Item = S>>(rows: I) -> Self {
        let mut strings = Strings::new();
        rows.into_iter().for_each(|row| strings.push(row.as_ref()));
        strings
    }
}

/// A column on its way to the host: a name and borrowed values.
#[derive(Clone, Copy, Debug)]
pub struct Column<'a> {
    column: abi::Column,
    rows: Option<usize>,
    _values: PhantomData<&'a [u32]>,
}

impl<'a> Column<'a> {
    fn new<T>(name: &'a str, kind: u32, width: u32, values: &'a [T]) -> Self {
        let column = abi::Column {
            name: Str::new(name),
            kind,
            width,
            data: values.as_ptr().cast(),
            data_len: size_of_val(values),
            offsets: std::ptr::null(),
        };
        let rows = if width == 0 || !values.len().is_multiple_of(width as usize) {
            None
        } else {
            Some(values.len() / width as usize)
        };
        Column { column, rows, _values: PhantomData }
    }

    /// The column as the contract has it.
    pub(crate) fn raw(&self) -> abi::Column {
        self.column
    }

    /// Numbers, a value a row.
    #[must_use]
    pub fn u32s(name: &'a str, values: &'a [u32]) -> Self {
        Column::new(name, KIND_U32, 1, values)
    }

    /// Row numbers of another layer, or [`crate::NONE`] if the manifest allows it.
    #[must_use]
    pub fn refs(name: &'a str, values: &'a [u32]) -> Self {
        Column::new(name, KIND_REF, 1, values)
    }

    /// Numbers, a value a row.
    #[must_use]
    pub fn f32s(name: &'a str, values: &'a [f32]) -> Self {
        Column::new(name, KIND_F32, 1, values)
    }

    /// Vectors, `width` values a row. If the manifest says `f16`, the host rounds them.
    #[must_use]
    pub fn vectors(name: &'a str, width: u32, values: &'a [f32]) -> Self {
        Column::new(name, KIND_F32, width, values)
    }

    /// Strings.
    #[must_use]
    pub fn strings(name: &'a str, values: &'a Strings) -> Self {
        let mut column = Column::new(name, KIND_STRING, 1, values.bytes.as_bytes());
        column.rows = Some(values.len());
        column.column.offsets = values.offsets.as_ptr();
        column
    }
}

/// Takes the rows of one document.
pub struct Output<'a> {
    host: NonNull<abi::Host>,
    document: Document<'a>,
    _call: PhantomData<&'a abi::Host>,
}

impl<'a> Output<'a> {
    /// # Safety
    /// `host` must fulfil the contract for the life of the value, on this thread. It must be the host of `document`.
    pub(crate) unsafe fn from_abi(host: NonNull<abi::Host>, document: Document<'a>) -> Self {
        Output { host, document, _call: PhantomData }
    }

    fn host(&self) -> &abi::Host {
        // SAFETY: `from_abi` was promised a valid host.
        unsafe { self.host.as_ref() }
    }

    /// Hands over rows of `layer`. Values are copied. May be called more than once; rows are numbered on
    /// from those the layer has.
    ///
    /// # Errors
    /// If a column's length is not that of `spans`, or the host refuses the rows. Reasons are a span out of bounds or
    /// off a character boundary, a wrong order, a missing column, or a dangling reference.
    pub fn append(&mut self, layer: &str, spans: &[Span], columns: &[Column<'_>]) -> Result<(), Error> {
        let raw: Vec<abi::Column> = columns.iter().map(Column::raw).collect();
        for column in columns {
            check_rows(layer, column, spans.len())?;
        }
        let table = abi::Table {
            size: size_of::<abi::Table>() as u32,
            column_count: raw.len() as u32,
            layer: Str::new(layer),
            row_count: spans.len(),
            spans: spans.as_ptr(),
            columns: raw.as_ptr(),
        };
        let host = self.host();
        // SAFETY: the host is valid for this call and reads the table only during it.
        let status = unsafe { (host.append)(host.context, &raw const table) };
        refused(status, layer)
    }

    /// Hands over one more column of `layer`, a value for each row it has. A column of strings needs a layer that the
    /// manifest reads.
    ///
    /// # Errors
    /// As [`Output::append`].
    pub fn extend(&mut self, layer: &str, column: &Column<'_>) -> Result<(), Error> {
        if column.rows.is_none() {
            return Err(Error::new(format!("a column of {layer:?} has a broken row")));
        }
        // The host reads as many strings as the layer has rows, and cannot know how many there are.
        if !column.column.offsets.is_null() {
            check_rows(layer, column, self.document.layer(layer)?.len())?;
        }
        let host = self.host();
        // SAFETY: as in `append`.
        let status = unsafe { (host.extend)(host.context, Str::new(layer), &raw const column.column) };
        refused(status, layer)
    }

    /// Returns true if the run was cancelled.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        let host = self.host();
        // SAFETY: the host is valid for this call.
        unsafe { (host.is_cancelled)(host.context) != 0 }
    }

    /// Ends the call with `?` once the run was cancelled. Ask every few thousand tokens.
    ///
    /// # Errors
    /// [`Error::cancelled`].
    pub fn check_cancelled(&self) -> Result<(), Error> {
        if self.is_cancelled() { Err(Error::cancelled()) } else { Ok(()) }
    }
}

pub(crate) fn check_rows(layer: &str, column: &Column<'_>, rows: usize) -> Result<(), Error> {
    match column.rows {
        Some(found) if found == rows => Ok(()),
        Some(found) => Err(Error::new(format!("a column of {layer:?} has {found} rows, its spans are {rows}"))),
        None => Err(Error::new(format!("a column of {layer:?} has a broken row"))),
    }
}

/// The host keeps its own reason for a refusal. This one stands in if a plugin goes on.
fn refused(status: abi::Status, layer: &str) -> Result<(), Error> {
    if status == STATUS_OK { Ok(()) } else { Err(Error::new(format!("the host refused rows of {layer:?}"))) }
}
