//! Tables of the contract to layers, and layers to tables.

use std::ptr;

use copydesk_abi as abi;
use copydesk_abi::{KIND_F16, KIND_F32, KIND_REF, KIND_STRING, KIND_U32, Str};
use copydesk_core::{Column, ColumnData, ColumnType, Layer, Span, f16};

/// Copies a string that a plugin lends.
///
/// # Safety
/// `text` must point to `len` readable bytes for the call; null and bad UTF-8 are refused here.
pub(crate) unsafe fn string(text: Str) -> Result<String, &'static str> {
    if text.len == 0 {
        return Ok(String::new());
    }
    // SAFETY: the caller vouches for it.
    let bytes = unsafe { slice::<u8>(text.ptr, text.len) }?;
    std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| "a string is not UTF-8")
}

/// Borrows an array that a plugin lends.
///
/// # Safety
/// `data` must point to `len` readable values for `'a`; null and misaligned pointers are refused here.
pub(crate) unsafe fn slice<'a, T>(data: *const T, len: usize) -> Result<&'a [T], &'static str> {
    if len == 0 {
        return Ok(&[]);
    }
    if data.is_null() {
        return Err("an array is a null pointer");
    }
    if !data.is_aligned() {
        return Err("an array is not aligned for its type");
    }
    if len.checked_mul(size_of::<T>()).is_none_or(|bytes| bytes > isize::MAX as usize) {
        return Err("an array is longer than memory can be");
    }
    // SAFETY: not null, aligned, of a possible length; the caller vouches for the rest.
    Ok(unsafe { std::slice::from_raw_parts(data, len) })
}

/// Returns a column of strings. Row `i` is `bytes[offsets[i]..offsets[i + 1]]`, which is checked when the column is
/// added.
pub(crate) fn strings(offsets: Vec<u32>, bytes: &[u8]) -> Result<ColumnData, &'static str> {
    let text = std::str::from_utf8(bytes).map_err(|_| "its strings are not UTF-8")?;
    Ok(ColumnData::Strings { offsets, bytes: text.to_owned() })
}

/// Copies a column of `rows` rows.
///
/// # Safety
/// The column must fulfil the contract, as far as it cannot be checked.
pub(crate) unsafe fn column(raw: &abi::Column, rows: usize) -> Result<Column, String> {
    // SAFETY: names are strings of the contract.
    let name = unsafe { string(raw.name) }?;
    let fault = |what: &str| format!("column {name:?}: {what}");
    let sized = |width: usize, bytes: usize| {
        let bytes = rows.checked_mul(width).and_then(|values| values.checked_mul(bytes));
        if bytes == Some(raw.data_len) { Ok(()) } else { Err(fault("its length is not that of the rows")) }
    };
    let data = match raw.kind {
        KIND_U32 | KIND_REF => {
            sized(1, 4)?;
            // SAFETY: the length was compared; pointer and alignment are checked by `slice`.
            let values = unsafe { slice::<u32>(raw.data.cast(), rows) }.map_err(fault)?.to_vec();
            if raw.kind == KIND_U32 {
                ColumnData::U32(values)
            } else {
                ColumnData::Ref { layer: String::new(), rows: values }
            }
        }
        KIND_F32 | KIND_F16 if raw.width == 0 => return Err(fault("its width is 0")),
        KIND_F32 => {
            sized(raw.width as usize, 4)?;
            // SAFETY: as above.
            let values = unsafe { slice::<f32>(raw.data.cast(), rows * raw.width as usize) }.map_err(fault)?.to_vec();
            ColumnData::F32 { width: raw.width, values }
        }
        KIND_F16 => {
            sized(raw.width as usize, 2)?;
            // SAFETY: as above; every 16 bits are a half float, whose layout is that of its bits.
            let values = unsafe { slice::<f16>(raw.data.cast(), rows * raw.width as usize) }.map_err(fault)?.to_vec();
            ColumnData::F16 { width: raw.width, values }
        }
        KIND_STRING => {
            // SAFETY: a column of strings has rows + 1 offsets and `data_len` bytes.
            let (offsets, bytes) = unsafe {
                (
                    slice::<u32>(raw.offsets, rows.saturating_add(1)).map_err(fault)?,
                    slice::<u8>(raw.data.cast(), raw.data_len).map_err(fault)?,
                )
            };
            strings(offsets.to_vec(), bytes).map_err(fault)?
        }
        other => return Err(fault(&format!("unknown kind {other}"))),
    };
    Ok(Column { name, data })
}

/// Rows of a plugin, copied.
pub(crate) struct Rows {
    pub layer: String,
    pub spans: Vec<Span>,
    pub columns: Vec<Column>,
}

/// Copies a table.
///
/// # Safety
/// `table` must be null or point to a table that fulfils the contract, as far as it cannot be checked.
pub(crate) unsafe fn rows(table: *const abi::Table) -> Result<Rows, String> {
    if table.is_null() || !table.is_aligned() {
        return Err("the rows are no pointer to a table".into());
    }
    // SAFETY: not null; a table's first field is its size, whatever its version.
    if (unsafe { table.cast::<u32>().read() } as usize) < abi::Table::SIZE_1_0 {
        return Err("the table's size is too small".into());
    }
    // SAFETY: the table is at least as long as this version's, and lent for the call.
    let table = unsafe { &*table };
    // SAFETY: fields of a table of the contract.
    let (layer, spans, raw) = unsafe {
        (
            string(table.layer)?,
            slice(table.spans, table.row_count)?.to_vec(),
            slice(table.columns, table.column_count as usize)?,
        )
    };
    let columns = raw
        .iter()
        // SAFETY: a column of the contract.
        .map(|raw| unsafe { column(raw, spans.len()) })
        .collect::<Result<Vec<_>, _>>()
        .map_err(|what| format!("layer {layer:?}: {what}"))?;
    Ok(Rows { layer, spans, columns })
}

/// A view of a column, borrowed.
fn view(column: &Column) -> abi::Column {
    let (kind, width, data, data_len, offsets) = match &column.data {
        ColumnData::U32(values) => (KIND_U32, 1, values.as_ptr().cast(), size_of_val(values.as_slice()), ptr::null()),
        ColumnData::Ref { rows, .. } => (KIND_REF, 1, rows.as_ptr().cast(), size_of_val(rows.as_slice()), ptr::null()),
        ColumnData::F32 { width, values } => {
            (KIND_F32, *width, values.as_ptr().cast(), size_of_val(values.as_slice()), ptr::null())
        }
        ColumnData::F16 { width, values } => {
            (KIND_F16, *width, values.as_ptr().cast(), size_of_val(values.as_slice()), ptr::null())
        }
        ColumnData::Strings { offsets, bytes } => {
            (KIND_STRING, 1, bytes.as_ptr().cast(), bytes.len(), offsets.as_ptr())
        }
    };
    abi::Column { name: Str::new(&column.name), kind, width, data, data_len, offsets }
}

/// Appends views of the columns of `layer` that `wanted` names to `out`. If a plugin wants floats of a column of half
/// floats, `widened` gets them. It must live as long as the views.
///
/// # Errors
/// If a column is missing or has another type.
pub(crate) fn views<'a>(
    layer: &Layer,
    wanted: impl Iterator<Item = (&'a String, &'a ColumnType)>,
    out: &mut Vec<abi::Column>,
    widened: &mut Vec<Vec<f32>>,
) -> Result<(), String> {
    for (name, kind) in wanted {
        let column = layer
            .columns()
            .iter()
            .find(|column| column.name == *name)
            .ok_or_else(|| format!("column {}.{name} is not there", layer.name()))?;
        let fits = match (&column.data, kind) {
            (ColumnData::U32(_), ColumnType::U32) | (ColumnData::Strings { .. }, ColumnType::String) => true,
            (ColumnData::F32 { width: found, .. }, ColumnType::F32 { width })
            | (ColumnData::F16 { width: found, .. }, ColumnType::F32 { width } | ColumnType::F16 { width }) => {
                *width == 0 || found == width
            }
            (ColumnData::Ref { layer: found, .. }, ColumnType::Ref { layer, .. }) => found == layer,
            _ => false,
        };
        if !fits {
            return Err(format!("column {}.{name} is not {kind}", layer.name()));
        }
        let mut view = view(column);
        if let (Some(halves), ColumnType::F32 { .. }) = (column.data.as_halves(), kind) {
            let floats = halves.widened();
            view = abi::Column {
                kind: KIND_F32,
                data: floats.as_ptr().cast(),
                data_len: size_of_val(floats.as_slice()),
                ..view
            };
            widened.push(floats);
        }
        out.push(view);
    }
    Ok(())
}
