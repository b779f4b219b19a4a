//! The class `Table`: rows in Arrow's memory, handed on without a copy by the Arrow PyCapsule interface
//! (<https://arrow.apache.org/docs/format/CDataInterface/PyCapsuleInterface.html>).

use arrow_array::cast::AsArray;
use arrow_array::ffi_stream::{FFI_ArrowArrayStream, RecordBatchStreamReader};
use arrow_array::types::{Float32Type, Int32Type, Int64Type};
use arrow_array::{Array, RecordBatch, RecordBatchIterator};
use arrow_schema::ffi::FFI_ArrowSchema;
use arrow_schema::{DataType, SchemaRef};
use copydesk::core::OffsetUnit;
use copydesk::tables::{Table as Layer, TableBuilder};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyList};

use crate::fault::mistake;

/// The method of Arrow's PyCapsule interface.
const STREAM: &str = "__arrow_c_stream__";

/// Rows of one layer, in Arrow's memory. Packages that know Arrow's PyCapsule interface take it without a copy.
#[pyclass(frozen, module = "copydesk")]
#[derive(Debug)]
pub struct Table {
    layer: &'static str,
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
}

impl Table {
    /// Returns a table of batches with these columns.
    pub fn new(layer: &'static str, schema: SchemaRef, batches: Vec<RecordBatch>) -> Self {
        Table { layer, schema, batches }
    }

    /// Calls `package.function(self)`, or says how to install the package.
    fn convert<'py>(slf: &Bound<'py, Self>, function: &str) -> PyResult<Bound<'py, PyAny>> {
        PyModule::import(slf.py(), "copydesk._convert")?.call_method1(function, (slf,))
    }
}

#[pymethods]
impl Table {
    /// The layer.
    #[getter]
    fn layer(&self) -> &str {
        self.layer
    }

    /// The names of the columns.
    #[getter]
    fn column_names(&self) -> Vec<&str> {
        self.schema.fields().iter().map(|field| field.name().as_str()).collect()
    }

    /// The bytes that the rows take.
    #[getter]
    fn nbytes(&self) -> usize {
        self.batches.iter().map(RecordBatch::get_array_memory_size).sum()
    }

    fn __len__(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let schema = FFI_ArrowSchema::try_from(self.schema.as_ref()).map_err(mistake)?;
        PyCapsule::new_with_value(py, schema, c"arrow_schema")
    }

    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // A request is a wish, and the reader converts what it gets.
        drop(requested_schema);
        let batches =
            RecordBatchIterator::new(self.batches.clone().into_iter().map(Ok), SchemaRef::clone(&self.schema));
        PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(Box::new(batches)), c"arrow_array_stream")
    }

    /// Returns a `pyarrow.Table`, without a copy.
    fn to_arrow<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        Table::convert(slf, "to_arrow")
    }

    /// Returns a `pandas.DataFrame` with Arrow's types, without a copy of the texts.
    fn to_pandas<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        Table::convert(slf, "to_pandas")
    }

    /// Returns a `polars.DataFrame`.
    fn to_polars<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        Table::convert(slf, "to_polars")
    }

    /// Returns the values of each column.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let columns = PyDict::new(py);
        for (at, field) in self.schema.fields().iter().enumerate() {
            let values = PyList::empty(py);
            for batch in &self.batches {
                for row in 0..batch.num_rows() {
                    values.append(cell(py, batch.column(at), row)?)?;
                }
            }
            columns.set_item(field.name(), values)?;
        }
        Ok(columns)
    }

    /// Returns a dict for each row.
    fn to_rows<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let rows = PyList::empty(py);
        for batch in &self.batches {
            for row in 0..batch.num_rows() {
                let cells = PyDict::new(py);
                for (field, column) in self.schema.fields().iter().zip(batch.columns()) {
                    cells.set_item(field.name(), cell(py, column, row)?)?;
                }
                rows.append(cells)?;
            }
        }
        Ok(rows)
    }

    fn _repr_html_(slf: &Bound<'_, Self>) -> PyResult<String> {
        Table::convert(slf, "to_html")?.extract()
    }

    fn __repr__(&self) -> String {
        format!("<Table {}: {} rows, {} columns>", self.layer, self.__len__(), self.schema.fields().len())
    }
}

/// Returns a table of this layer without rows, for its schema.
#[pyfunction]
#[pyo3(name = "_empty_table", signature = (layer, errors = false))]
pub fn schema(layer: &str, errors: bool) -> PyResult<Table> {
    let layer = table_of(layer)?;
    let mut builder = TableBuilder::new(layer, OffsetUnit::Char);
    if errors {
        builder = builder.with_errors();
    }
    Ok(Table::new(layer.name(), builder.schema(), Vec::new()))
}

/// Returns the table with this name.
pub fn table_of(name: &str) -> PyResult<Layer> {
    Layer::find(name).ok_or_else(|| {
        let names = Layer::ALL.map(Layer::name).join(", ");
        PyValueError::new_err(format!("there is no table {name:?}; there are {names}"))
    })
}

/// Returns true for a table of another package, and false for a column.
pub fn is_frame(object: &Bound<'_, PyAny>) -> PyResult<bool> {
    Ok(object.hasattr(STREAM)? && (object.hasattr("columns")? || object.hasattr("schema")?))
}

/// Returns the batches of a table of another package.
///
/// # Errors
/// If the object does not have the Arrow PyCapsule interface.
pub fn input_batches(frame: &Bound<'_, PyAny>) -> PyResult<RecordBatchStreamReader> {
    let kind = frame.get_type().name()?;
    if !frame.hasattr(STREAM)? {
        let message = format!(
            "{kind} is no table: give a data frame of pandas or polars, a table of pyarrow, or another object with \
             {STREAM}"
        );
        return Err(PyTypeError::new_err(message));
    }
    let capsule = frame.call_method0(STREAM)?;
    let capsule = capsule.cast::<PyCapsule>()?;
    let stream = capsule.pointer_checked(Some(c"arrow_array_stream"))?;
    // SAFETY: A capsule of this name points to such a stream, which is valid as long as the capsule is. The stream is moved
    // out, so that the capsule does not release it.
    #[expect(unsafe_code, reason = "Arrow's interface between packages is one of C")]
    let stream = unsafe { FFI_ArrowArrayStream::from_raw(stream.as_ptr().cast()) };
    // The stream of a column has no schema of columns.
    RecordBatchStreamReader::try_new(stream)
        .map_err(|error| PyTypeError::new_err(format!("{kind} is one column, not a table of columns ({error})")))
}

/// Returns a value of a table's own types.
fn cell<'py>(py: Python<'py>, column: &dyn Array, row: usize) -> PyResult<Bound<'py, PyAny>> {
    if column.is_null(row) {
        return Ok(py.None().into_bound(py));
    }
    Ok(match column.data_type() {
        DataType::Utf8 => column.as_string::<i32>().value(row).into_pyobject(py)?.into_any(),
        DataType::Int32 => column.as_primitive::<Int32Type>().value(row).into_pyobject(py)?.into_any(),
        DataType::Int64 => column.as_primitive::<Int64Type>().value(row).into_pyobject(py)?.into_any(),
        DataType::Float32 => column.as_primitive::<Float32Type>().value(row).into_pyobject(py)?.into_any(),
        DataType::Boolean => column.as_boolean().value(row).into_pyobject(py)?.to_owned().into_any(),
        other => return Err(mistake(format!("a column of {other}"))),
    })
}
