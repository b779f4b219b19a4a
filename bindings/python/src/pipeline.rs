//! The class `Pipeline`.

use std::path::PathBuf;
use std::process;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arrow_array::{RecordBatch, RecordBatchReader};
use copydesk::core::OffsetUnit;
use copydesk::formats::{Columns, MetadataField};
use copydesk::tables::{ArrowReader, Table as Layer, TableBuilder};
use copydesk::{AnalyzeOptions, Pipeline as Loaded};
use pyo3::conversion::FromPyObjectOwned;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyFloat, PyMapping, PyString, PyTuple};
use serde_json::value::{RawValue, to_raw_value};

use crate::article::Article;
use crate::fault::{Fault, exception, mistake, not_loaded};
use crate::input;
use crate::pipe::Pipe;
use crate::program::isolated_plugin;
use crate::stream::{Stream, analyze};
use crate::table::{Table, input_batches, is_frame, table_of};

/// What a pipeline is loaded from.
#[derive(Clone, Debug, Default)]
struct Settings {
    pipeline: String,
    set: Vec<String>,
    acts: Vec<String>,
    plugin_dirs: Vec<PathBuf>,
    models: Option<PathBuf>,
    locked: Option<PathBuf>,
}

impl Settings {
    /// Loads a pipeline.
    ///
    /// Args:
    ///     pipeline: "news" (the default) or "fast", or the path of a pipeline file.
    ///     set: Values of the pipeline's variables, such as {"min_score": 0.9}.
    ///     acts: Keeps quotes of these acts: speech, writing, thought, intention.
    ///     plugin_dirs: Folders to look for plugins in, before the others.
    ///     models: A folder with models that are not inside the package.
    ///     locked: A lock file that the pipeline must not differ from.
    ///
    /// Raises:
    ///     PipelineError: If the pipeline is wrong. The message lists every fault.
    ///     LoadError: If a plugin or a model cannot be loaded.
    fn load(&self, py: Python<'_>) -> PyResult<Loaded> {
        let mut builder = Loaded::builder().pipeline(&self.pipeline);
        for variable in &self.set {
            builder = builder.set(variable);
        }
        for folder in &self.plugin_dirs {
            builder = builder.plugin_folder(folder);
        }
        if !self.acts.is_empty() {
            builder = builder.acts(&self.acts);
        }
        if let Some(folder) = &self.models {
            builder = builder.models(folder);
        }
        if let Some(lock) = &self.locked {
            builder = builder.locked(lock);
        }
        if let Some(command) = isolated_plugin(py)? {
            builder = builder.isolate_with(command);
        }
        py.detach(|| builder.load()).map_err(|error| not_loaded(py, &error))
    }
}

/// A loaded pipeline, and the process that loaded it.
#[derive(Debug)]
struct Home {
    process: u32,
    pipeline: Option<Loaded>,
    provenance: Arc<RawValue>,
}

impl Home {
    fn new(pipeline: Loaded) -> PyResult<Self> {
        let provenance = to_raw_value(&pipeline.provenance()).map_err(mistake)?;
        Ok(Home { process: process::id(), pipeline: Some(pipeline), provenance: provenance.into() })
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        if self.process != process::id() {
            // Processes of isolated plugins are those of the parent, which may need them.
            std::mem::forget(self.pipeline.take());
        }
    }
}

/// A loaded pipeline. Threads may share it; a pickled one is loaded again; so is one in a process after a fork.
///
/// `nlp(text)` analyzes one text, `nlp.pipe(texts)` many, and `nlp.analyze_table(frame)` the rows of a data frame.
#[pyclass(frozen, module = "copydesk")]
#[derive(Debug)]
pub struct Pipeline {
    settings: Settings,
    /// Locked by threads that hold the interpreter, and only as long as they do. So no other thread can have it locked
    /// when a process forks.
    home: Mutex<Home>,
}

/// Loads a pipeline.
///
/// Args:
///     pipeline: "news" (the default) or "fast", or the path of a pipeline file.
///     set: Values of the pipeline's variables, such as {"min_score": 0.9}.
///     acts: Keeps quotes of these acts: speech, writing, thought, intention.
///     plugin_dirs: Folders to look for plugins in, before the others.
///     models: A folder with models that are not inside the package.
///     locked: A lock file that the pipeline must not differ from.
///
/// Raises:
///     PipelineError: If the pipeline is wrong. The message lists every fault.
///     LoadError: If a plugin or a model cannot be loaded.
#[pyfunction]
#[pyo3(signature = (pipeline = None, *, set = None, acts = None, plugin_dirs = None, models = None, locked = None))]
pub fn load(
    py: Python<'_>,
    pipeline: Option<PathBuf>,
    set: Option<&Bound<'_, PyMapping>>,
    acts: Option<&Bound<'_, PyAny>>,
    plugin_dirs: Option<&Bound<'_, PyAny>>,
    models: Option<PathBuf>,
    locked: Option<PathBuf>,
) -> PyResult<Pipeline> {
    let pipeline = pipeline.unwrap_or_else(|| "news".into());
    let pipeline = pipeline.into_os_string().into_string();
    let pipeline = pipeline.map_err(|path| PyValueError::new_err(format!("{path:?} is not in UTF-8")))?;
    let set = set.map_or_else(|| Ok(Vec::new()), variables)?;
    let settings = Settings {
        pipeline,
        set,
        acts: list("acts", acts)?,
        plugin_dirs: list("plugin_dirs", plugin_dirs)?,
        models,
        locked,
    };
    let home = Mutex::new(Home::new(settings.load(py)?)?);
    Ok(Pipeline { settings, home })
}

/// Returns the items of an argument that is a list or another sequence, which a string by itself is not.
fn list<'py, T: FromPyObjectOwned<'py>>(name: &str, argument: Option<&Bound<'py, PyAny>>) -> PyResult<Vec<T>> {
    let Some(argument) = argument else { return Ok(Vec::new()) };
    let kind = argument.get_type().name()?;
    argument.extract().map_err(|_| PyTypeError::new_err(format!("{name} is a list of strings, not {kind}")))
}

/// Returns variables as `NAME=VALUE`.
fn variables(set: &Bound<'_, PyMapping>) -> PyResult<Vec<String>> {
    let mut variables = Vec::new();
    for pair in set.items()?.iter() {
        let (name, value) = pair.extract::<(String, Bound<'_, PyAny>)>()?;
        let value = if let Ok(flag) = value.cast::<PyBool>() {
            flag.is_true().to_string()
        } else if let Ok(number) = value.cast::<PyFloat>() {
            number.repr()?.to_string()
        } else {
            value.str()?.to_string()
        };
        variables.push(format!("{name}={value}"));
    }
    Ok(variables)
}

impl Pipeline {
    /// Returns the pipeline of this process. After a fork it is loaded again: another thread of the parent may have been
    /// at work, and held what it shares.
    fn here(&self, py: Python<'_>) -> PyResult<(Loaded, Arc<RawValue>)> {
        {
            let home = self.home.lock().unwrap_or_else(PoisonError::into_inner);
            if let (true, Some(pipeline)) = (home.process == process::id(), &home.pipeline) {
                return Ok((pipeline.clone(), Arc::clone(&home.provenance)));
            }
        }
        let new = Home::new(self.settings.load(py)?)?;
        let mut home = self.home.lock().unwrap_or_else(PoisonError::into_inner);
        *home = new;
        let pipeline = home.pipeline.clone().ok_or_else(|| mistake("the pipeline is gone"))?;
        Ok((pipeline, Arc::clone(&home.provenance)))
    }
}

#[pymethods]
impl Pipeline {
    /// The pipeline's name.
    #[getter]
    fn name(&self, py: Python<'_>) -> PyResult<String> {
        Ok(self.here(py)?.0.name().to_owned())
    }

    /// Which stages, versions and models make the results.
    #[getter]
    fn provenance<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        json(py, self.here(py)?.1.get())
    }

    /// Analyzes one text on this thread. Other threads run meanwhile, and Ctrl-C ends it.
    ///
    /// Args:
    ///     text: A text, or a dict with a text, an id, metadata, `meta`, and layers to take as given. Its keys are those
    ///         of a line of JSON for the program.
    ///     id: The article's id; "1" if there is none.
    ///     time_limit: The most seconds that the stages may take.
    ///
    /// Raises:
    ///     InputError: If the text is not Unicode, or the dict has no text.
    ///     DocumentError: If a stage fails.
    ///     TimeLimitError: If it takes too long.
    #[pyo3(signature = (text, *, id = None, time_limit = None))]
    fn __call__(
        &self,
        py: Python<'_>,
        text: &Bound<'_, PyAny>,
        id: Option<&str>,
        time_limit: Option<f64>,
    ) -> PyResult<Article> {
        let mut document = input::document(text, 1).map_err(|fault| fault.exception(py))?;
        if let Some(id) = id {
            document = document.with_id(id);
        }
        let (pipeline, provenance) = self.here(py)?;
        let options = options(1, time_limit)?;
        match analyze(py, &pipeline, document, &options)? {
            Ok(article) => Ok(Article::new(article, provenance)),
            Err(error) => Err(Fault::from(error).exception(py)),
        }
    }

    /// Analyzes many texts, and gives the results one by one in their order.
    ///
    /// With one thread nothing is read ahead. With more, up to 128 texts a thread or 32 MB are under way. The texts are
    /// taken on the thread that takes the results. A text without an id gets its number, from 1.
    ///
    /// Args:
    ///     texts: Texts or dicts, as for a call of the pipeline.
    ///     as_tuples: True if each item is a pair of a text and anything, which comes back beside the result.
    ///     threads: Threads that analyze; 0 means one a core.
    ///     errors: "raise" raises the error of a text in its place, and the iterator goes on if it is asked for more;
    ///         "yield" gives the exception as a result.
    ///     time_limit: The most seconds that the stages may take for one text.
    ///
    /// Raises:
    ///     DocumentError: See `errors`.
    #[pyo3(signature = (texts, *, as_tuples = false, threads = 1, errors = "raise", time_limit = None))]
    fn pipe(
        &self,
        py: Python<'_>,
        texts: &Bound<'_, PyAny>,
        as_tuples: bool,
        threads: i64,
        errors: &str,
        time_limit: Option<f64>,
    ) -> PyResult<Pipe> {
        if texts.cast::<PyString>().is_ok() || texts.cast::<PyBytes>().is_ok() || texts.cast::<PyDict>().is_ok() {
            let message = "pipe takes many texts, such as a list of them; call the pipeline itself with one text";
            return Err(PyTypeError::new_err(message));
        }
        if is_frame(texts)? {
            let message =
                "pipe takes texts, not a frame: give one column, such as frame[\"text\"], or call analyze_table";
            return Err(PyTypeError::new_err(message));
        }
        let yields = match errors {
            "raise" => false,
            "yield" => true,
            other => {
                return Err(PyValueError::new_err(format!("errors must be \"raise\" or \"yield\", not {other:?}")));
            }
        };
        let (pipeline, provenance) = self.here(py)?;
        let stream = Stream::new(pipeline, options(threads, time_limit)?)?;
        Ok(Pipe::new(texts.try_iter()?.unbind(), stream, provenance, as_tuples, yields))
    }

    /// Analyzes the rows of a table, and gives the rows of one layer.
    ///
    /// Args:
    ///     frame: A data frame of pandas or polars, a table of pyarrow, or another object with `__arrow_c_stream__`.
    ///     text: The column with the text; by default one with a usual name, such as body.
    ///     layer: The table of the result, by default the quotes; or a list of tables, which gives a dict of them.
    ///     id: The column with the id; by default one with a usual name, or else the number of the row.
    ///     columns: Columns of metadata, such as {"outlet": "paper"}; others are found by usual names.
    ///     threads: Threads that analyze; 0 means one a core.
    ///     errors: "raise" raises the first error, "skip" leaves such a text out, "row" gives it a row with its id and
    ///         the reason in a last column `error`.
    ///     offsets: The unit of offsets.
    ///     time_limit: The most seconds that the stages may take for one text.
    ///
    /// Raises:
    ///     InputError: If there is no such column.
    ///     DocumentError: If `errors` is "raise" and a text has no result.
    #[pyo3(signature = (
        frame, *, text = None, layer = None, id = None, columns = None, threads = 1, errors = "raise",
        offsets = "char", time_limit = None
    ))]
    #[expect(clippy::too_many_arguments, reason = "named arguments of Python")]
    fn analyze_table(
        &self,
        py: Python<'_>,
        frame: &Bound<'_, PyAny>,
        text: Option<String>,
        layer: Option<&Bound<'_, PyAny>>,
        id: Option<String>,
        columns: Option<&Bound<'_, PyMapping>>,
        threads: i64,
        errors: &str,
        offsets: &str,
        time_limit: Option<f64>,
    ) -> PyResult<Py<PyAny>> {
        /// A batch is taken when it has so much text: a column holds less than two gigabytes.
        const BYTES: usize = 64 << 20;
        let (layers, is_one) = layers(layer)?;
        let raises = match errors {
            "raise" => true,
            "row" | "skip" => false,
            other => {
                let message = format!("errors must be \"raise\", \"row\" or \"skip\", not {other:?}");
                return Err(PyValueError::new_err(message));
            }
        };
        let unit = unit(offsets)?;
        let builder = |layer: &Layer| match errors {
            "row" => TableBuilder::new(*layer, unit).with_errors(),
            _ => TableBuilder::new(*layer, unit),
        };
        let mut builders: Vec<(TableBuilder, Vec<RecordBatch>)> =
            layers.iter().map(|layer| (builder(layer), Vec::new())).collect();
        let map = columns.map_or_else(|| Ok(Vec::new()), pairs)?.into_iter();
        let map = map.map(|(field, column)| Ok((field.parse::<MetadataField>()?, column)));
        let map = map.collect::<Result<Vec<_>, copydesk::ColumnError>>();
        let map = map.map_err(|error| PyValueError::new_err(error.to_string()))?;
        let columns = Columns { text, id, map };
        // The argument is the option of the program.
        let unreadable = |message: &str| exception(py, "InputError", &message.replace("--text-column", "text="));

        let mut batches = input_batches(frame)?;
        let mut reader = ArrowReader::new(&batches.schema(), &columns).map_err(|error| unreadable(error.message()))?;
        let (pipeline, _) = self.here(py)?;
        let mut stream = Stream::new(pipeline, options(threads, time_limit)?)?;
        let mut documents: std::vec::IntoIter<_> = Vec::new().into_iter();
        let mut take = || {
            loop {
                if let Some(document) = documents.next() {
                    return Ok(Some(document));
                }
                let Some(batch) = batches.next() else { return Ok(None) };
                let batch = batch.map_err(|error| unreadable(&error.to_string()))?;
                let read = reader.documents(&batch).map_err(|error| unreadable(error.message()))?;
                documents = read.map(|read| (read.map_err(Fault::from), ())).collect::<Vec<_>>().into_iter();
            }
        };
        while let Some((result, ())) = stream.next(py, &mut take)? {
            // Short texts are analyzed without a wait that Ctrl-C could end.
            py.check_signals()?;
            if let (Err(fault), true) = (&result, raises) {
                return Err(fault.exception(py));
            }
            for (builder, done) in &mut builders {
                match &result {
                    Ok(article) => builder.article(article),
                    Err(fault) => builder.error(&fault.error),
                }
                if builder.bytes() >= BYTES {
                    done.push(builder.take().map_err(mistake)?);
                }
            }
        }
        let mut tables = Vec::new();
        for ((mut builder, mut done), layer) in builders.into_iter().zip(layers) {
            if builder.rows() > 0 {
                done.push(builder.take().map_err(mistake)?);
            }
            tables.push((layer.name(), Table::new(layer.name(), builder.schema(), done)));
        }
        if is_one && let Some((_, table)) = tables.pop() {
            return Ok(table.into_pyobject(py)?.into_any().unbind());
        }
        let named = PyDict::new(py);
        for (name, table) in tables {
            named.set_item(name, table)?;
        }
        Ok(named.into_any().unbind())
    }

    /// Pickles the settings, not the models: the other process loads them again.
    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyTuple>> {
        let py = slf.py();
        let settings = &slf.get().settings;
        let named = PyDict::new(py);
        let set = PyDict::new(py);
        for variable in &settings.set {
            let (name, value) = variable.split_once('=').unwrap_or((variable, ""));
            set.set_item(name, value)?;
        }
        named.set_item("set", set)?;
        named.set_item("acts", &settings.acts)?;
        named.set_item("plugin_dirs", &settings.plugin_dirs)?;
        named.set_item("models", &settings.models)?;
        named.set_item("locked", &settings.locked)?;
        let again = PyModule::import(py, "copydesk._pickle")?.getattr("load")?;
        (again, (&settings.pipeline, named)).into_pyobject(py)
    }

    fn __repr__(&self) -> String {
        format!("<copydesk.Pipeline {:?}>", self.settings.pipeline)
    }
}

/// Returns the tables that are asked for, and true if it is one by itself.
fn layers(layer: Option<&Bound<'_, PyAny>>) -> PyResult<(Vec<Layer>, bool)> {
    let Some(layer) = layer else { return Ok((vec![Layer::Quotes], true)) };
    if let Ok(name) = layer.cast::<PyString>() {
        return Ok((vec![table_of(name.to_str()?)?], true));
    }
    let names: Vec<String> = layer.extract()?;
    Ok((names.iter().map(|name| table_of(name)).collect::<PyResult<_>>()?, false))
}

/// Returns the pairs of a mapping of strings.
fn pairs(mapping: &Bound<'_, PyMapping>) -> PyResult<Vec<(String, String)>> {
    mapping.items()?.iter().map(|pair| pair.extract()).collect()
}

/// Returns the options of a run.
fn options(threads: i64, time_limit: Option<f64>) -> PyResult<AnalyzeOptions> {
    /// As many as the program takes.
    const MOST_THREADS: usize = 1024;
    let wanted = usize::try_from(threads).ok().filter(|wanted| *wanted <= MOST_THREADS);
    let wrong = || PyValueError::new_err(format!("threads must be 0 to {MOST_THREADS}, not {threads}"));
    let threads = wanted.ok_or_else(wrong)?;
    let limit = time_limit.map(|seconds| match Duration::try_from_secs_f64(seconds) {
        Ok(limit) if !limit.is_zero() => Ok(limit),
        _ => Err(PyValueError::new_err(format!("{seconds} is no time; give a number of seconds, such as 2.5"))),
    });
    Ok(AnalyzeOptions { threads, time_limit: limit.transpose()?, ..AnalyzeOptions::default() })
}

/// Returns the unit of offsets with this name.
pub fn unit(name: &str) -> PyResult<OffsetUnit> {
    let found = OffsetUnit::from_name(name);
    found.ok_or_else(|| PyValueError::new_err(format!("offsets must be \"char\", \"byte\" or \"utf16\", not {name:?}")))
}

/// Returns a value of JSON as an object of Python.
pub fn json<'py>(py: Python<'py>, text: &str) -> PyResult<Bound<'py, PyAny>> {
    PyModule::import(py, "json")?.call_method1("loads", (text,))
}
